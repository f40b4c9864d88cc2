"""What HR does while a programme runs: follows up the first alarm, and asks for the numbers half-way."""

from datetime import datetime

from bot.rehearsal.actor import Actor, offers
from bot.rehearsal.stage import Stage

NUDGE = "risk.hr_nudge"


class Steering:
    """HR's channel, read by one of HR. `half_way` is when they ask for a summary."""

    def __init__(self, hr: Actor, stage: Stage, half_way: datetime) -> None:
        self.hr = hr
        self.stage = stage
        self.half_way = half_way
        self._nudged = self._asked = False

    async def react(self, now: datetime) -> datetime | None:
        """Do what there is to do about what is new; when there is something to do without anything new."""
        for _, message in list(self.hr.news(("private",))):
            if offers(message, NUDGE) and not self._nudged:
                self._nudged = True
                await self.hr.press(message, NUDGE)
        if now >= self.half_way and not self._asked:
            self._asked = True
            await self.hr.command("/mentoring summary", self.stage.hr_channel)
        return None if self._asked else self.half_way
