"""Releases a draft: one commit creates the pairs, plans their sessions and enqueues all introductions."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import insert
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.domain.calendar import Hours, local, to_utc, working_days_after
from bot.domain.course import months_between
from bot.domain.matching.rules import HIDDEN_RULES, RULES, broken_rules, reporting_lines
from bot.domain.messages.matching import INTRODUCTIONS, IntroGroupMessage, MatchReleasedMessage
from bot.domain.programme import Cadence
from bot.domain.sessions import PlannedSession, Side, plan
from bot.domain.surveys import NEWEST_SET
from bot.services.access import audit, open_draft, open_programme
from bot.services.caller import HrCaller, Rejected
from bot.services.care.midway import ask_half_way
from bot.services.insight.published_groups import publish
from bot.services.matching.confirmation_tick import adopt, made_by_hand
from bot.services.matching.confirmations import SignUps, of_programme
from bot.services.matching.create_draft import follow_up
from bot.services.matching.draft_edit import DraftVersion
from bot.services.matching.draft_review import shown_rule
from bot.services.matching.locked_pairs import CHANGED
from bot.services.matching.problem import Roster
from bot.services.matching.release_checklist import Check, State, checks, refuse_if_open
from bot.services.matching.release_plan import forget_plan
from bot.services.matching.solver_input import changed_at, read_roster
from bot.services.matching.unmatched_followup import plan_followups
from bot.services.orientation.orientation import Finished, finished, plan_early_reminders
from bot.services.participants.members import Member, members
from bot.services.programme.end import ends_at, last_window
from bot.services.sessions.cadence import cadence_to_propose
from bot.services.sessions.schedule import next_check
from bot.services.surveys.surveys import ask_before
from bot.services.working_hours import days_off, hours_of
from storage.outbox import Outgoing, outgoing
from storage.tables import (
    ConfirmationState,
    Draft,
    DraftPair,
    DraftState,
    MentoringSession,
    Pair,
    PairConfirmation,
    Participant,
    Person,
    Programme,
    ProgrammeState,
)
from storage.unit_of_work import Store, UnitOfWork

FIRST_CHECK = timedelta(days=1)
"""When the at-risk rules first check a new pair."""
SUMMARY_AT = time(9)
"""HR's weekly summary comes on Mondays, at its own hour."""
UNDO_WINDOW = timedelta(minutes=5)
"""How long the introductions wait: within this time HR can undo a release (`undo_release`) and nobody is notified."""


@dataclass(frozen=True)
class LeftOut:
    """A pair of the draft that is not possible any more; `rule`: why, as `matching.rules` names it."""

    pair_id: int
    mentor: Member
    leader: Member
    rule: str


@dataclass(frozen=True)
class ReleasePreview:
    """Preview of a release: `left_out` are the pairs of the draft that are no longer possible, with the reason that HR
    may see; `waiting` ones were made by hand and are not confirmed by both people yet."""

    draft: Draft
    programme: Programme
    pairs: int
    people: int
    checks: tuple[Check, ...]
    prepared: tuple[Finished, ...] = ()
    """How many have finished the orientation or briefing: information for HR, not a condition."""
    waiting: int = 0
    left_out: tuple[LeftOut, ...] = ()
    planned_by: Person | None = None
    """Who chose `Draft.release_at`, if there is such a plan."""

    @property
    def dropped(self) -> int:
        return len(self.left_out)

    @property
    def ready(self) -> bool:
        return bool(self.pairs) and all(check.state is not State.OPEN for check in self.checks)


@dataclass(frozen=True)
class Released:
    """Result of a release: pairs that are introduced, that are no longer possible, and that wait for confirmation."""

    draft: Draft
    programme: Programme
    pairs: int
    dropped: int
    tells_at: datetime
    """When the first introduction is sent, at the earliest."""
    waiting: int = 0


async def preview_release(store: Store, hr: HrCaller, draft_id: int) -> ReleasePreview:
    """Preview the release of the draft, with the open items of its checklist.

    Raises `Rejected`: outdated, already_released, draft_outdated, programme_ended.
    """
    await publish(store, hr.programme_id, hr.now)
    async with store.read(hr.now) as work:
        programme = await open_programme(work.session, hr)
        draft = await open_draft(work.session, hr, draft_id)
        wanted = await _wanted(work.session, draft)
        possible, left_out = _still_possible(wanted, await read_roster(work.session, programme), draft)
        planned_by = await work.session.get(Person, draft.release_planned_by) if draft.release_planned_by else None
        found = await checks(work.session, programme, draft)
        prepared = await finished(work.session, programme.id)
    people = {one for pair in possible for one in (pair.mentor_id, pair.leader_id)}
    return ReleasePreview(
        draft,
        programme,
        len(possible),
        len(people),
        found,
        prepared,
        waiting=len(wanted.waiting),
        left_out=tuple(left_out),
        planned_by=planned_by,
    )


async def release(store: Store, hr: HrCaller, seen: DraftVersion, confirmed: int) -> Released:
    """Release the open draft: once, however often HR clicks. `confirmed`: the number of pairs that HR confirmed.

    Every pair is checked again with current data: one whose mentor left, was deactivated or has no place any more is
    not released. Pairs made by hand that are not confirmed by both people stay in a draft of their own. Raises
    `Rejected`: outdated, already_released, draft_outdated, nothing_to_release, programme_ended, programme_paused,
    gates_open, release_changed (the number of pairs differs from the one that HR confirmed).
    """
    return await _release(store, hr, seen.draft_id, seen=seen, confirmed=confirmed)


async def release_as_planned(store: Store, hr: HrCaller, draft_id: int, planned_at: datetime) -> Released:
    """Release a draft at the time that the caller chose, with every pair that is possible then.

    Raises `Rejected`: outdated (there is no such plan any more), already_released, draft_outdated, nothing_to_release,
    programme_ended, programme_paused, gates_open.
    """
    return await _release(store, hr, draft_id, planned_at=planned_at)


async def _release(
    store: Store,
    hr: HrCaller,
    draft_id: int,
    *,
    seen: DraftVersion | None = None,
    confirmed: int = 0,
    planned_at: datetime | None = None,
) -> Released:
    async with store.write(hr.now, receipt=hr.signed) as work:
        programme = await open_programme(work.session, hr, lock=True)
        if programme.paused_until:
            raise Rejected("programme_paused")
        if not planned_from(programme, hr.now):
            raise Rejected("programme_ended")
        draft = await open_draft(work.session, hr, draft_id, lock=True)
        if planned_at is not None and draft.release_at != planned_at:
            raise Rejected("outdated")
        await refuse_if_open(work.session, programme, draft)
        await adopt(work, draft.id)
        wanted = await _wanted(work.session, draft)
        people = {part: one.person for part, one in wanted.members.items()}
        roster = await read_roster(work.session, programme)
        possible, left_out = _still_possible(wanted, roster, draft)
        if not possible:
            raise Rejected("nothing_to_release")
        if seen is not None and (len(possible) != confirmed or draft.version != seen.version):
            raise Rejected("release_changed", pairs=len(possible))
        details = {"draft": draft.id, "pairs": len(possible), "planned": planned_at is not None}
        by = await audit(work, hr, "release", details)
        forget_plan(draft)
        draft.state, draft.released_at, draft.released_by = DraftState.RELEASED, hr.now, by.id
        for pair in possible:
            if confirmation := wanted.confirmed.get((pair.mentor_id, pair.leader_id)):
                confirmation.state = ConfirmationState.RELEASED
        pairs = await _make_pairs(work, programme, possible, wanted.members, roster.last_pair)
        await work.session.exec(insert(MentoringSession), params=list(_sessions(programme, pairs, people, hr.now)))
        if programme.state == ProgrammeState.RECRUITING:
            programme.recommends, programme.survey_set = True, NEWEST_SET
            programme.asks_improvements = True
        programme.state, programme.joint_leave = ProgrammeState.RUNNING, True
        programme.next_summary_at = programme.next_summary_at or next_monday(programme, hr.now)
        dropped, waiting = len(wanted.pairs) - len(pairs), len(wanted.waiting)
        tells_at = hr.now + UNDO_WINDOW
        message = MatchReleasedMessage(
            draft.id,
            pairs=len(pairs),
            dropped=dropped,
            waiting=waiting,
            left_out=tuple((one.pair_id, one.rule) for one in left_out),
            planned=planned_at is not None,
            slot=hr.receipt,
        )
        await work.send_all(_messages(programme, message, pairs, people, tells_at=tells_at))
        if wanted.waiting:
            await follow_up(work, programme, draft, wanted.waiting)
        await ask_before(work, programme, pairs, people)
        await ask_half_way(work, programme, pairs, people)
        await plan_early_reminders(work, programme, pairs, people)
        await plan_followups(work, programme, f"draft-{draft.id}")
        await work.commit()
    return Released(draft, programme, len(pairs), dropped, tells_at, waiting)


def first_window(programme: Programme, now: datetime) -> date:
    """When the first session's window opens: at the programme's start, or on the next working day once it has started.

    Not on the day of the release itself: the introduction comes first.
    """
    today = local(now, programme.zone).date()
    if programme.starts_on > today:
        return programme.starts_on
    return working_days_after(today, 1, days_off(programme))


def planned_from(programme: Programme, now: datetime) -> list[PlannedSession]:
    """The sessions of pairs that are released now; none if it is too late for any."""
    first, until = first_window(programme, now), last_window(programme)
    months = months_between(first, until) if programme.ends_on else programme.months
    return plan(first, months, Cadence(programme.cadence), until)


def next_monday(programme: Programme, now: datetime) -> datetime:
    """HR's next Monday morning."""
    today = local(now, programme.zone).date()
    return to_utc(today + timedelta(days=7 - today.weekday()), SUMMARY_AT, programme.zone)


@dataclass(frozen=True)
class _Wanted:
    """The pairs that HR did not exclude, strongest first, without those `waiting` for confirmation; who was `confirmed`
    by both; and all `members` of the programme by their sign-ups."""

    pairs: list[DraftPair]
    waiting: list[DraftPair]
    confirmed: dict[SignUps, PairConfirmation]
    members: dict[int, Member]


async def _wanted(session: AsyncSession, draft: Draft) -> _Wanted:
    pairs = select(DraftPair).where(DraftPair.draft_id == draft.id, col(DraftPair.excluded).is_(False))
    found = list((await session.exec(pairs.order_by(col(DraftPair.id)))).all())
    asked = await of_programme(session, draft.programme_id)
    waiting = {couple for couple, one in asked.items() if one.state != ConfirmationState.CONFIRMED}
    if not draft.hand_made_asked:
        waiting |= (await made_by_hand(session, draft)).keys() - asked.keys()
    return _Wanted(
        [one for one in found if (one.mentor_id, one.leader_id) not in waiting],
        [one for one in found if (one.mentor_id, one.leader_id) in waiting],
        {couple: one for couple, one in asked.items() if couple not in waiting},
        await members(session, col(Participant.programme_id) == draft.programme_id),
    )


def _still_possible(wanted: _Wanted, roster: Roster, draft: Draft) -> tuple[list[DraftPair], list[LeftOut]]:
    """The pairs that break no rule now, as long as there are places, and the others.

    Also without people who changed their sign-up since they were proposed or agreed, whatever they changed: so HR
    cannot tell whether it was avoidance. People who confirmed may have avoided each other before.
    """
    profiles = {person.id: person for person in roster.people}
    here = {sign_up: profiles[person] for person, sign_up in roster.participant_ids.items()}
    lines = reporting_lines(roster.people, roster.managers)
    teaching, learning = Counter[int](), Counter[int]()
    possible: list[DraftPair] = []
    left_out: list[LeftOut] = []

    def leave_out(pair: DraftPair, rule: str) -> None:
        left_out.append(LeftOut(pair.id, *_two(wanted, pair), shown_rule(rule)))

    for pair in wanted.pairs:
        mentor, leader = here.get(pair.mentor_id), here.get(pair.leader_id)
        if mentor is None or leader is None:
            leave_out(pair, "inactive")
            continue
        confirmation = wanted.confirmed.get((pair.mentor_id, pair.leader_id))
        since = (confirmation and confirmation.settled_at) or pair.made_at or draft.created_at
        changes = [changed_at(one.part, one.person) for one in _two(wanted, pair)]
        if any(at and at > since for at in changes):
            leave_out(pair, CHANGED)
            continue
        lifted = roster.decided.lifted.get((mentor.id, leader.id), frozenset())
        aside = lifted | HIDDEN_RULES if confirmation else lifted
        if broken := set(broken_rules(leader, mentor, roster.rules, lines)) - aside:
            leave_out(pair, min(broken, key=lambda rule: (rule in HIDDEN_RULES, RULES.index(rule))))
            continue
        if teaching[mentor.id] < mentor.mentor_capacity and learning[leader.id] < leader.leader_capacity:
            teaching[mentor.id] += 1
            learning[leader.id] += 1
            possible.append(pair)
        else:
            leave_out(pair, "no_capacity")
    return possible, left_out


def _two(wanted: _Wanted, pair: DraftPair) -> tuple[Member, Member]:
    return wanted.members[pair.mentor_id], wanted.members[pair.leader_id]


async def _make_pairs(
    work: UnitOfWork,
    programme: Programme,
    possible: list[DraftPair],
    known: Mapping[int, Member],
    last_pair: int,
) -> list[Pair]:
    """Store the pairs at once, and read them back with their ids: every pair after `last_pair` is new."""
    by_part = {one: member.part for one, member in known.items()}
    pairs = [
        Pair(
            team_id=programme.team_id,
            programme_id=programme.id,
            mentor_id=proposed.mentor_id,
            leader_id=proposed.leader_id,
            explanation=proposed.explanation,
            wished_cadence=cadence_to_propose(programme, by_part[proposed.mentor_id], by_part[proposed.leader_id]),
            introduced_at=work.now,
            next_check_at=work.now + FIRST_CHECK,
            next_close_at=ends_at(programme),
        ).model_dump(exclude={"id"})
        for proposed in possible
    ]
    await work.session.exec(insert(Pair), params=pairs)
    ours = select(Pair).where(Pair.programme_id == programme.id, col(Pair.id) > last_pair).order_by(col(Pair.id))
    return list((await work.session.exec(ours)).all())


def _sessions(
    programme: Programme, pairs: list[Pair], people: dict[int, Person], now: datetime
) -> Iterator[dict[str, Any]]:
    """The planned sessions of every pair, as rows. Computed once for people with the same hours."""
    planned = planned_from(programme, now)
    blanks = [_blank(programme, one) for one in planned]
    rows = [blank.model_dump(exclude={"id"}) for blank in blanks]
    looks: dict[tuple[Hours, Hours], list[datetime | None]] = {}
    for pair in pairs:
        mentor, leader = people[pair.mentor_id], people[pair.leader_id]
        hours = hours_of(mentor), hours_of(leader)
        if hours not in looks:
            looks[hours] = [next_check(blank, programme, mentor, leader, now) for blank in blanks]
        for row, look in zip(rows, looks[hours], strict=True):
            yield {**row, "pair_id": pair.id, "next_at": look}


def _blank(programme: Programme, planned: PlannedSession) -> MentoringSession:
    """The values of a session that are the same for every pair."""
    return MentoringSession(
        team_id=programme.team_id,
        pair_id=0,
        number=planned.number,
        pack=planned.pack,
        opens_on=planned.opens,
        closes_on=planned.closes,
        minutes=programme.minutes,
    )


def _messages(
    programme: Programme,
    message: MatchReleasedMessage,
    pairs: list[Pair],
    people: dict[int, Person],
    *,
    tells_at: datetime,
) -> Iterator[Outgoing]:
    """HR's confirmation, each person's introduction, and the first message of each pair's group DM."""
    # An undone draft can be released again: each release has its own messages.
    yield outgoing(message, programme.team_id, programme.id, channel=programme.hr_channel)
    for pair in pairs:
        for side, participant_id in ((Side.MENTOR, pair.mentor_id), (Side.LEADER, pair.leader_id)):
            person = people[participant_id]
            introduction = INTRODUCTIONS[side](pair.id)
            yield outgoing(introduction, programme.team_id, programme.id, person_id=person.id, due_at=tells_at)
    # The group DMs come last: each person reads the introduction in private first, even if sending takes long.
    for pair in pairs:
        group = IntroGroupMessage(pair.id)
        yield outgoing(group, programme.team_id, programme.id, pair_id=pair.id, due_at=tells_at)
