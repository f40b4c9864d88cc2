"""What HR does while a programme runs: follows up the first alarm, and asks for the numbers half-way."""

from datetime import datetime

from bot.rehearsal.actor import Actor, offers
from bot.rehearsal.stage import Stage
from bot.sandbox import Message
from prompts.catalogue import Texts

NUDGE = "risk.hr_nudge"
RELEASE = "match.release"


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


def open_draft(hr: Actor, stage: Stage) -> Message | None:
    """The draft of pairs that waits in HR's channel for its release, if there is one."""
    return next((one for one in reversed(hr.person.visible(stage.hr_channel)) if offers(one, RELEASE)), None)


async def release(hr: Actor, draft: Message, texts: Texts) -> None:
    """HR has leadership speak, and says yes once nothing is missing."""
    await hr.press(draft, RELEASE)
    await hr.press(None, "gate.fill.sponsor")
    await hr.submit({"name": texts.plain("rehearsal.programme.sponsor")})
    await hr.submit()
    await hr.person.close()
    if offers(hr.person.modal, "gate.waive.managers"):
        await hr.press(None, "gate.waive.managers")
    await hr.submit()
    await hr.close()
