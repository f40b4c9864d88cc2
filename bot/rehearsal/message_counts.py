"""How many messages each person of a rehearsal got, by role and by behaviour, beside the limits."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date, timedelta
from statistics import median
from typing import Any

from sqlmodel import col, select

from bot.domain.calendar import local
from bot.domain.message_budget import LIMITS
from bot.domain.messages.matching import IntroLeaderMessage, IntroMentorMessage
from bot.domain.messages.programme import AlumnusMessage
from bot.domain.messages.registry import CHOSEN_BY_HR, CHOSEN_BY_READER, FROM_HR
from bot.domain.messages.signup import WelcomeMessage
from bot.domain.programme import Cadence
from bot.domain.signup import Role
from bot.rehearsal.company import Member
from bot.rehearsal.persona import Persona
from bot.rehearsal.timeline import TimelineEntry
from storage.tables import Pair, Participant, Person, Programme
from storage.unit_of_work import UnitOfWork

ASKED_FOR_BUT_COUNTED = {WelcomeMessage.kind.name}
"""Replies that are messages of their own: an action of one's own is answered where it was done."""
INTRODUCTIONS = {IntroMentorMessage.kind.name, IntroLeaderMessage.kind.name}
OF_ANOTHER_PROGRAMME = {AlumnusMessage.kind.name}
"""The next programme's invitation belongs to that programme."""
FEW = 2
"""Readers of a DM or of a pair's chat."""


@dataclass
class PersonCount:
    """The messages to one person who signed up."""

    member: Member
    zone: str
    pairs: tuple[Cadence, ...] = ()
    """How often each of their pairs meets."""
    entries: list[int] = field(default_factory=list)
    asked_for: int = 0
    """Messages that they asked for: they are not counted."""
    from_hr: int = 0
    """What HR itself wrote to them, and what it chose to have besides: not in the other counts, as the limits are about
    what the bot sends by itself."""
    chosen: int = 0
    """Messages of what they chose to have besides, such as a buddy: not in the other counts."""
    check_ins: int = 0
    """Questions how it is going that HR added to the one halfway: not in the other counts, as what HR wrote."""
    by_day: Counter[date] = field(default_factory=Counter)
    introduced: Counter[date] = field(default_factory=Counter)
    """The days of their introductions, and how many there were."""

    @property
    def total(self) -> int:
        return self.by_day.total()

    @property
    def in_a_day(self) -> int:
        return max(self.by_day.values(), default=0)

    @property
    def on_introduction(self) -> float:
        """The most on the day of an introduction, for each pair."""
        return max((self.by_day[day] / pairs for day, pairs in self.introduced.items()), default=0)

    @property
    def in_a_week(self) -> float:
        """In the middle of the weeks with messages after the introduction, for each weekly pair."""
        weeks = Counter[date]()
        for day, count in self.by_day.items():
            weeks[_monday(day)] += count
        introduced = {_monday(day) for day in self.introduced}
        usual = [count for week, count in weeks.items() if introduced and week > max(introduced)]
        return median(usual or [0]) / max(1, self.pairs.count(Cadence.WEEKLY))

    @property
    def is_usual(self) -> bool:
        """Whether the limits hold for them: one role, and one pair that meets monthly."""
        return self.member.role is not Role.BOTH and self.pairs == (Cadence.MONTHLY,)

    @property
    def is_weekly(self) -> bool:
        return bool(self.pairs) and set(self.pairs) == {Cadence.WEEKLY}


@dataclass(frozen=True)
class BrokenLimit:
    """A limit that a rehearsal broke: for whom, and the highest count."""

    limit: str
    people: tuple[str, ...]
    count: float
    allowed: float
    entries: tuple[int, ...] = ()


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


async def count_messages(
    work: UnitOfWork, programme: Programme, shown: Sequence[TimelineEntry], members: Mapping[str, Member]
) -> list[PersonCount]:
    """The messages to each person who signed up; `members` by Slack id."""
    found = await _people(work, programme, members)
    for entry in shown:
        if entry.entry.kind != "message" or not entry.kind or entry.kind in OF_ANOTHER_PROGRAMME:
            continue
        if entry.kind in CHOSEN_BY_READER:
            for who in entry.entry.who:
                if who in found:
                    found[who].chosen += 1
            continue
        if len(entry.entry.who) > FEW:
            continue
        for person in (found[who] for who in entry.entry.who if who in found):
            if entry.kind in FROM_HR | CHOSEN_BY_HR:
                person.from_hr += 1
                continue
            if entry.check_in:
                person.check_ins += 1
                continue
            if not entry.unasked and entry.kind not in ASKED_FOR_BUT_COUNTED:
                person.asked_for += 1
                continue
            day = local(entry.entry.at, person.zone).date()
            person.entries.append(entry.number)
            person.by_day[day] += 1
            person.introduced[day] += entry.kind in INTRODUCTIONS
    for person in found.values():
        person.introduced = +person.introduced
    return sorted(found.values(), key=lambda person: person.member.name)


async def _people(work: UnitOfWork, programme: Programme, members: Mapping[str, Member]) -> dict[str, PersonCount]:
    statement = select(Participant, Person).join(Person, col(Person.id) == col(Participant.person_id))
    rows = (await work.session.exec(statement.where(Participant.programme_id == programme.id))).all()
    pairs = (await work.session.exec(select(Pair).where(Pair.programme_id == programme.id))).all()
    cadences: dict[int, list[Cadence]] = defaultdict(list)
    for pair in pairs:
        for participant in (pair.mentor_id, pair.leader_id):
            cadences[participant].append(Cadence(pair.cadence or programme.cadence))
    return {
        person.slack_id: PersonCount(members[person.slack_id], person.zone, tuple(cadences[participant.id]))
        for participant, person in rows
        if person.slack_id in members and not members[person.slack_id].hr
    }


def message_figures(people: Sequence[PersonCount]) -> dict[str, Any]:
    """The counts for the report: of those for whom the limits hold, by role and by behaviour, and of the others."""
    usual = [one for one in people if one.is_usual]
    apart = {
        "several_partners_or_roles": [one for one in people if _meets(one) and not one.is_usual and not one.is_weekly],
        "weekly_pairs": [one for one in people if one.is_weekly],
        "without_partner": [one for one in people if not one.pairs],
    }
    return {
        "limits": asdict(LIMITS),
        **_figures(usual),
        "by_role": {role: _figures(one for one in usual if one.member.role is role) for role in _roles(usual)},
        "by_behaviour": {
            persona: _figures(one for one in usual if one.member.persona is persona)
            for persona in Persona
            if any(one.member.persona is persona for one in usual)
        },
        "apart": {name: _figures(some) for name, some in apart.items() if some},
        "of_each": {
            one.member.name: {
                "messages": one.total,
                "in_a_day": one.in_a_day,
                "asked_for": one.asked_for,
                "from_hr": one.from_hr,
                "chosen": one.chosen,
                "check_ins": one.check_ins,
                "role": one.member.role,
                "behaviour": one.member.persona,
                "pairs": list(one.pairs),
            }
            for one in people
        },
    }


def _meets(count: PersonCount) -> bool:
    return bool(count.pairs)


def _roles(people: Iterable[PersonCount]) -> list[Role]:
    return sorted({one.member.role for one in people if one.member.role})


def _figures(counts: Iterable[PersonCount]) -> dict[str, Any]:
    people = list(counts)
    return {
        "people": len(people),
        "median": median_of(people),
        "most": max((one.total for one in people), default=0),
        "most_in_a_day": max((one.in_a_day for one in people), default=0),
        "most_on_introduction": max((one.on_introduction for one in people), default=0),
        "in_a_week": max((one.in_a_week for one in people), default=0),
        "asked_for": sum(one.asked_for for one in people),
        "from_hr": sum(one.from_hr for one in people),
        "chosen": sum(one.chosen for one in people),
        "check_ins": sum(one.check_ins for one in people),
    }


def median_of(people: Collection[PersonCount]) -> float:
    """The median of the messages to a person; 0 without people."""
    return median(one.total for one in people) if people else 0


def broken_limits(people: Sequence[PersonCount], months: int) -> list[BrokenLimit]:
    """The limits that do not hold, each with everyone for whom it does not. Full days are findings of their own.

    In a programme that is shorter than the limits are made for, reminders have not had the time to become rarer.
    """
    usual = [one for one in people if one.is_usual]
    middle = median_of(usual)
    silent = [one for one in usual if one.member.persona is Persona.SILENT]
    return [
        *([_broken("median", usual, middle, LIMITS.median)] if middle > LIMITS.median else []),
        *_over("most", [(one, one.total) for one in usual], LIMITS.most),
        *_over("introduction", [(one, one.on_introduction) for one in people], LIMITS.on_introduction),
        *_over("week", [(one, one.in_a_week) for one in people if one.is_weekly], LIMITS.in_a_week),
        *(_over("silent", [(one, one.total + 1) for one in silent], middle) if months >= LIMITS.months else []),
    ]


def _over(limit: str, counted: Iterable[tuple[PersonCount, float]], allowed: float) -> Iterator[BrokenLimit]:
    over = [(one, count) for one, count in counted if count > allowed]
    if over:
        yield _broken(limit, [one for one, _ in over], max(count for _, count in over), allowed)


def _broken(limit: str, people: Sequence[PersonCount], count: float, allowed: float) -> BrokenLimit:
    entries = sorted({number for one in people for number in one.entries})
    return BrokenLimit(limit, tuple(one.member.name for one in people), count, allowed, tuple(entries))
