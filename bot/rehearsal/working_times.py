"""Working times of the simulated people: a third set their own on Home, by the seed and the name.

Early hours, a short week, the holidays of another country, and days away in the second month.
"""

from datetime import date, timedelta
from zlib import crc32

from bot.domain.sessions import add_months
from bot.rehearsal.actor import Actor, offers
from bot.rehearsal.rehearsal_plan import RehearsalPlan

OPEN, USUAL, HOURS, AWAY = "working_time.open", "working_time.usual.h0800", "working_time.hours", "working_time.away"
SHORT_WEEK = {"days": ["0", "1", "2", "3"], "start": "10:00", "end": "16:00"}
ABROAD = "SG"
AWAY_DAYS = 4
WAYS = 12
"""Of so many people about one does each of the four."""


class NotSet(Exception):
    """A working time was refused. The message has the form's errors."""


async def set_working_time(actor: Actor, plan: RehearsalPlan) -> None:
    """A person sets the working time that the seed gives them, if any. Raises `NotSet`."""
    way = crc32(f"{plan.seed} time {actor.member.name}".encode()) % WAYS
    if way > 3:
        return
    await actor.look_home()
    home = actor.person.home
    if not offers(home, OPEN):
        await actor.press(home, "home.more")
        home = None
    await actor.press(home, OPEN)
    if way == 0:
        await actor.press(None, USUAL)
    else:
        await actor.press(None, AWAY if way == 1 else HOURS)
        outcome = await actor.submit(_values(way, plan))
        if not outcome.ok:
            raise NotSet(f"{actor.member.name}: {outcome.errors}")
    await actor.close()


def _values(way: int, plan: RehearsalPlan) -> dict[str, object]:
    if way == 1:
        first = add_months(plan.starts_on, 1)
        return {"first": _iso(first), "last": _iso(first + timedelta(days=AWAY_DAYS - 1))}
    return dict(SHORT_WEEK) if way == 2 else {"country": ABROAD}


def _iso(day: date) -> str:
    return day.isoformat()
