"""The input of a rehearsal: participants and HR's settings."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import Any

from bot.domain.care_check_ins import CheckIns
from bot.domain.programme import Cadence, Theme
from bot.domain.sessions import add_months
from bot.domain.signup import StyleFit

OPENING = timedelta(hours=2)
"""09:00 in Jakarta, in UTC: when HR's day begins."""
UNTIL_START = timedelta(days=28)
"""How long before the programme's first day HR sets it up."""
AFTER_THE_END = timedelta(days=125)
"""How long after its last day a programme is simulated: polls close, certificates and thanks are sent, people are
asked once more 90 days on, and HR gets the changes three weeks later."""
PRESET, LEAST_GAP, FLOOR = "balance", 1, 35
"""How pairs are matched unless HR decides otherwise."""


CHECK_INS = {Theme.INCLUSION: CheckIns.MONTHLY, Theme.SUSTAINABILITY: CheckIns.EVERY_SECOND}


class Workspace(StrEnum):
    """Which Slack a programme is rehearsed on."""

    USUAL = "usual"
    """A friendly one: one company, and everything is allowed."""
    DIFFICULT = "difficult"
    """`bot.rehearsal.difficulties`."""


@dataclass(frozen=True)
class RehearsalPlan:
    """One rehearsal. `starts_on` is the programme's first day; the last five are HR's page of weights and rules, and
    the days off that it adds to, or takes from, the public holidays."""

    people: int = 24
    workspace: Workspace = Workspace.USUAL
    calendars: bool = False
    """Whether people connect calendars (`bot.rehearsal.calendars`)."""
    months: int = 6
    language: str = "id"
    seed: int = 7
    starts_on: date = date(2027, 2, 1)
    theme: Theme = Theme.DIGITAL_TRENDS
    cadence: Cadence = Cadence.MONTHLY
    name: str = ""
    """"" is the sample company's."""
    sponsor: str = ""
    days_off: tuple[date, ...] = ()
    working_days: tuple[date, ...] = ()
    preset: str = PRESET
    least_gap: int = LEAST_GAP
    same_department: bool = False
    floor: int = FLOOR
    """In percent."""
    style: StyleFit = StyleFit.ALIKE
    """Which working styles fit."""

    @property
    def set_up_on(self) -> date:
        """The day on which HR sets the programme up."""
        return self.starts_on - UNTIL_START

    @property
    def begins(self) -> datetime:
        return morning(self.set_up_on)

    @property
    def half_way(self) -> datetime:
        return self.begins + UNTIL_START + timedelta(weeks=2 * self.months, days=1)

    @property
    def check_ins(self) -> CheckIns:
        """How often HR has people asked how it is going: more often in two of the themes."""
        return CHECK_INS.get(self.theme, CheckIns.HALF_WAY)

    @property
    def last_day(self) -> datetime:
        return datetime.combine(add_months(self.starts_on, self.months), time(), UTC)

    @property
    def ends(self) -> datetime:
        return self.last_day + AFTER_THE_END

    @property
    def matches_its_own_way(self) -> bool:
        """Whether HR changes any matching criteria."""
        criteria = (self.preset, self.least_gap, self.same_department, self.floor, self.style)
        return criteria != (PRESET, LEAST_GAP, False, FLOOR, StyleFit.ALIKE)

    def told(self) -> dict[str, Any]:
        """The settings in the report."""
        days = {name: [day.isoformat() for day in getattr(self, name)] for name in ("days_off", "working_days")}
        return {**vars(self), "starts_on": self.starts_on.isoformat(), **days}


def morning(day: date) -> datetime:
    """When HR's day begins."""
    return datetime.combine(day, time(), UTC) + OPENING
