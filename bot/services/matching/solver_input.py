"""Reads the input of a matching from the database: profiles, reporting lines, and excluded pairs."""

import asyncio
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from math import ceil, floor

from sqlalchemy import or_
from sqlalchemy.orm import aliased
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.domain.calendar import DaysOff, Hours, closing, in_break, opening, to_utc, working_days_in
from bot.domain.matching.rules import ancestors
from bot.domain.sessions import Side
from bot.domain.signup import (
    SHARES,
    Level,
    Offer,
    Profile,
    Role,
    Rules,
    StyleFit,
    Weights,
    Wish,
    hours_mask,
    style_of,
)
from bot.services.matching.confirmations import OPEN, OVER
from bot.services.matching.problem import Decisions, PairIds, Roster
from bot.services.working_hours import days_off, hours_of
from storage.queries import A_TIME, active_participants
from storage.tables import (
    NOT_TAKING_PART,
    Avoidance,
    CoupleMark,
    Draft,
    DraftPair,
    DraftState,
    HrMember,
    Pair,
    PairConfirmation,
    PairState,
    Participant,
    Person,
    Programme,
    RosterEntry,
    Verdict,
)

_HOUR = 3600
_WEEKS = timedelta(weeks=4)
"""The part of the calendar that shows which weekdays are worked: no holiday is on the same weekday for four weeks."""


async def read_roster(session: AsyncSession, programme: Programme) -> Roster:
    """The active participants of `programme` as the matching uses them."""
    rows = await active_participants(session, programme.id)
    couples = await _couples(session, programme)
    here = [one for one in couples if one[0].programme_id == programme.id]
    held = [one for one in here if one[0].state != PairState.ENDED]  # a completed pair keeps its places
    as_mentor, as_leader = Counter(mentor for _, mentor, _ in held), Counter(leader for _, _, leader in held)
    past: dict[int, set[int]] = {}
    for _, mentor, leader in couples:
        past.setdefault(mentor, set()).add(leader)
        past.setdefault(leader, set()).add(mentor)
    avoids = await _avoidances(session, programme.team_id)
    newest, marks = await newest_draft(session, programme.id), await _marks(session, programme.id)
    by_hand, over = await _confirmations(session, programme.id)
    entries = await _entries(session, programme.id)
    managers: dict[int, int | None] = {
        one.person_id: one.manager_id for one in entries.values() if one.manager_id is not None
    }
    above = _appraisal_lines(entries, managers)
    hr = await _hr(session, programme.id)
    off = days_off(programme)
    monday = programme.starts_on - timedelta(days=programme.starts_on.weekday())
    people: list[Profile] = []
    for number, (participant, person) in enumerate(rows, start=1):
        people.append(
            _profile(
                participant,
                person,
                entries.get(person.id),
                is_hr=person.id in hr,
                free_hours=free_hours(hours_of(person), monday, off),
                mentor_places=participant.mentor_capacity - as_mentor[person.id],
                leader_places=participant.leader_capacity - as_leader[person.id],
                avoids=frozenset(avoids.get(person.id, ())),
                past=frozenset(past.get(person.id, ())),
                appraisers=above.get(person.id, frozenset()),
            )
        )
        if number % A_TIME == 0:
            await asyncio.sleep(0)  # let clicks be processed
    return Roster(
        tuple(people),
        managers,
        rules_of(programme),
        frozenset({(Side.MENTOR, one) for one in as_mentor} | {(Side.LEADER, one) for one in as_leader}),
        await _excluded(session, newest)
        | over
        | frozenset(couple for couple, mark in marks.items() if mark.verdict == Verdict.FORBIDDEN),
        max((pair.id for pair, _, _ in here), default=0),
        {person.id: participant.id for participant, person in rows},
        _decisions(
            marks,
            {(mentor, leader) for _, mentor, leader in here} | by_hand,
            await _live(session, newest) - by_hand,
            {person.id: changed_at(part, person) for part, person in rows},
        ),
        (newest.id, newest.version) if newest else (0, 0),
        by_hand,
        await _waited(session, programme),
    )


async def _waited(session: AsyncSession, programme: Programme) -> frozenset[int]:
    """Who stayed to the end of the programme that this one follows and was in no pair of it, by their persons' ids.

    Not those whom HR held back: that was its decision, and no wait.
    """
    if programme.follows_id is None:
        return frozenset()
    paired = or_(col(Pair.mentor_id) == col(Participant.id), col(Pair.leader_id) == col(Participant.id))
    statement = select(Participant.person_id).where(
        Participant.programme_id == programme.follows_id,
        col(Participant.state).not_in(NOT_TAKING_PART),
        col(Participant.forgotten_at).is_(None),
        col(Participant.held_at).is_(None),
        ~select(Pair.id).where(paired).exists(),
    )
    return frozenset((await session.exec(statement)).all())


def changed_at(part: Participant, person: Person) -> datetime | None:
    """When the person or HR last changed something in a sign-up that matching uses."""
    return max(filter(None, (person.changed_at, part.hr_changed_at)), default=None)


def rules_of(programme: Programme) -> Rules:
    """The rules as HR set them for this programme."""
    fit = StyleFit(programme.style_fit or StyleFit.ALIKE)
    weights = Weights.of(programme.weights or SHARES["balance"], fit)
    return Rules(programme.least_gap, programme.same_department, weights, programme.floor, fit)


async def newest_draft(session: AsyncSession, programme_id: int) -> Draft | None:
    """The newest draft, in any state."""
    statement = select(Draft).where(Draft.programme_id == programme_id).order_by(col(Draft.id).desc()).limit(1)
    return (await session.exec(statement)).first()


async def open_couples(session: AsyncSession, programme_id: int) -> frozenset[PairIds] | None:
    """The pairs of the current draft; None without one."""
    newest = await newest_draft(session, programme_id)
    return await _live(session, newest) if newest is not None and newest.state == DraftState.OPEN else None


async def last_pair(session: AsyncSession, programme_id: int) -> int:
    """The id of the newest pair of a programme; 0 before the first."""
    newest = select(Pair.id).where(Pair.programme_id == programme_id).order_by(col(Pair.id).desc()).limit(1)
    return (await session.exec(newest)).first() or 0


async def _couples(session: AsyncSession, programme: Programme) -> list[tuple[Pair, int, int]]:
    """All earlier pairs of this HR, in this programme or previous ones: the pair, its mentor, its leader.

    Pairs of another channel's HR are not visible, not even through what a draft excludes.
    """
    mentor, leader = aliased(Participant), aliased(Participant)
    statement = (
        select(Pair, col(mentor.person_id), col(leader.person_id))
        .join(mentor, col(Pair.mentor_id) == mentor.id)
        .join(leader, col(Pair.leader_id) == leader.id)
        .join(Programme, col(Programme.id) == col(Pair.programme_id))
        .where(Programme.team_id == programme.team_id, Programme.hr_channel == programme.hr_channel)
    )
    return list((await session.exec(statement)).all())


async def _avoidances(session: AsyncSession, team_id: str) -> dict[int, set[int]]:
    avoids: dict[int, set[int]] = {}
    statement = select(Avoidance.person_id, Avoidance.avoided_id).where(Avoidance.team_id == team_id)
    for person, avoided in (await session.exec(statement)).all():
        avoids.setdefault(person, set()).add(avoided)
    return avoids


async def _entries(session: AsyncSession, programme_id: int) -> dict[int, RosterEntry]:
    """The programme's own roster data, by person. Nothing that another programme stored is used."""
    statement = select(RosterEntry).where(RosterEntry.programme_id == programme_id)
    return {one.person_id: one for one in (await session.exec(statement)).all()}


def _appraisal_lines(entries: Mapping[int, RosterEntry], managers: dict[int, int | None]) -> dict[int, frozenset[int]]:
    """Everyone above people who are appraised by another person than the manager, or who report to such a person; by
    person."""
    appraised = {person: one.appraiser_id for person, one in entries.items() if one.appraiser_id is not None}
    if not appraised:
        return {}
    above: dict[int, set[int]] = {person: {boss} for person, boss in managers.items() if boss is not None}
    for person, by in appraised.items():
        above.setdefault(person, set()).add(by)
    return {person: ancestors(person, above) for person in above}


async def _excluded(session: AsyncSession, newest: Draft | None) -> frozenset[PairIds]:
    """The pairs that HR excluded from the newest draft: not to be proposed again."""
    return await _couples_of(session, newest, excluded=True)


async def _live(session: AsyncSession, newest: Draft | None) -> frozenset[PairIds]:
    """The pairs of the current draft: not to be changed without need."""
    still_open = newest is not None and newest.state == DraftState.OPEN
    return await _couples_of(session, newest if still_open else None, excluded=False)


async def _couples_of(session: AsyncSession, draft: Draft | None, *, excluded: bool) -> frozenset[PairIds]:
    if draft is None:
        return frozenset()
    mentor, leader = aliased(Participant), aliased(Participant)
    statement = (
        select(col(mentor.person_id), col(leader.person_id))
        .select_from(DraftPair)
        .join(mentor, col(DraftPair.mentor_id) == mentor.id)
        .join(leader, col(DraftPair.leader_id) == leader.id)
        .where(DraftPair.draft_id == draft.id, col(DraftPair.excluded).is_(excluded))
    )
    return frozenset((one, other) for one, other in (await session.exec(statement)).all())


async def _confirmations(session: AsyncSession, programme_id: int) -> tuple[frozenset[PairIds], frozenset[PairIds]]:
    """Pairs that HR made by hand and that are not released yet; and those that were not confirmed."""
    mentor, leader = aliased(Participant), aliased(Participant)
    statement = (
        select(PairConfirmation.state, col(mentor.person_id), col(leader.person_id))
        .join(mentor, col(PairConfirmation.mentor_id) == mentor.id)
        .join(leader, col(PairConfirmation.leader_id) == leader.id)
        .where(PairConfirmation.programme_id == programme_id)
    )
    found = (await session.exec(statement)).all()
    return (
        frozenset((one, other) for state, one, other in found if state in OPEN),
        frozenset((one, other) for state, one, other in found if state in OVER),
    )


async def _hr(session: AsyncSession, programme_id: int) -> frozenset[int]:
    """HR's members. Their working styles are neutral: they know their own answers, so what they read about their pairs
    would tell them their partners'."""
    statement = select(HrMember.person_id).where(HrMember.programme_id == programme_id)
    return frozenset((await session.exec(statement)).all())


Marks = dict[PairIds, CoupleMark]


async def _marks(session: AsyncSession, programme_id: int) -> Marks:
    mentor, leader = aliased(Participant), aliased(Participant)
    statement = (
        select(CoupleMark, col(mentor.person_id), col(leader.person_id))
        .join(mentor, col(CoupleMark.mentor_id) == mentor.id)
        .join(leader, col(CoupleMark.leader_id) == leader.id)
        .where(CoupleMark.programme_id == programme_id)
    )
    return {(one, other): mark for mark, one, other in (await session.exec(statement)).all()}


def _decisions(
    marks: Marks, settled: set[PairIds], live: frozenset[PairIds], changed: Mapping[int, datetime | None]
) -> Decisions:
    """HR's decisions about possible pairs that the solver uses. `settled` are pairs already, or made by hand.

    A lock holds for the sign-ups at the time of the proposal: if one was changed, it ends, whatever was
    changed, so that HR cannot tell a new avoidance from a new interest.
    """
    locks = {couple: mark for couple, mark in marks.items() if mark.verdict == Verdict.LOCKED and couple not in settled}
    lifted = {
        couple: frozenset(mark.lifted)
        for couple, mark in marks.items()
        if mark.lifted and mark.verdict != Verdict.FORBIDDEN
    }
    stale = {
        couple
        for couple, mark in locks.items()
        if any(at and at > (mark.proposed_at or mark.marked_at) for at in map(changed.get, couple))
    }
    return Decisions(frozenset(locks), lifted, live, frozenset(stale))


def _profile(
    participant: Participant,
    person: Person,
    entry: RosterEntry | None,
    *,
    is_hr: bool,
    free_hours: int,
    mentor_places: int,
    leader_places: int,
    avoids: frozenset[int],
    past: frozenset[int],
    appraisers: frozenset[int],
) -> Profile:
    return Profile(
        id=person.id,
        role=Role(participant.role),
        level=Level(participant.level),
        department=" ".join(participant.department.casefold().split()),
        offers=tuple(Offer(one["topic"], one["level"]) for one in participant.offers),
        wishes=tuple(Wish(one["topic"], one["priority"], one.get("skill")) for one in participant.wishes),
        interests=frozenset(participant.interests),
        formats=frozenset(participant.formats),
        cadences=frozenset(participant.cadences),
        languages=frozenset(participant.languages),
        style=style_of(None if is_hr else participant.style),
        held=participant.held_at is not None,
        mentor_capacity=max(0, mentor_places),
        leader_capacity=max(0, leader_places),
        free_hours=free_hours,
        manager=entry.manager_id if entry else None,
        manager_known=entry is not None and entry.manager_known,
        avoids=avoids,
        past=past,
        appraisers=appraisers,
    )


@lru_cache(maxsize=4096)
def free_hours(hours: Hours, monday: date, off: DaysOff) -> int:
    """The mask of `Profile.free_hours`: the hours of the UTC week that are wholly within a person's working time, and
    in none of the breaks that they chose. Times away are not part of a usual week."""
    hours = replace(hours, away=())
    worked = {day.weekday(): day for day in working_days_in(monday, monday + _WEEKS, hours.own(off))}
    week_start = to_utc(monday, time(), "UTC")
    found: set[int] = set()
    for weekday in worked:
        day = monday + timedelta(days=weekday)
        opens, closes = opening(day, hours), closing(day, hours)
        first, last = ((at - week_start).total_seconds() / _HOUR for at in (opens, closes))
        for hour in range(ceil(first), floor(last)):
            if hours.breaks is None or not in_break(week_start + timedelta(hours=hour), 60, hours, off):
                found.add(hour % 168)
    return hours_mask(found)
