"""What HR has to do for a programme, and what Balik does by itself: the summary and the Home tab show the same list."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum

from sqlalchemy import func
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.domain.calendar import CalendarError, local, next_working_day, working_days_before
from bot.domain.care import BETWEEN_ACTIONS, Action, SignalKind
from bot.domain.programme import AnnouncementTrouble
from bot.domain.signup import Role
from bot.services.broadcasts.recipients import long_unbooked
from bot.services.care.attention import Attention, pairs_needing_attention
from bot.services.care.contacts import has_contact
from bot.services.care.partner_requests import day_to_call, promised_calls
from bot.services.orientation.finish_by import number_to_finish
from bot.services.programme.end import ends_at, latest_close
from bot.services.programme.sponsor import standing_of
from bot.services.recruiting.public_channel import refused_in
from bot.services.roster.entries import with_known_manager
from bot.services.signup.eligibility import eligibility_of, number_of_misfits
from bot.services.signup.waiting import answered_by, waiting_sign_ups
from bot.services.working_hours import days_off
from storage.tables import (
    NOT_TAKING_PART,
    ConfirmationState,
    Draft,
    DraftPair,
    DraftState,
    MentoringSession,
    Pair,
    PairConfirmation,
    PairState,
    Participant,
    ParticipantState,
    Person,
    Programme,
    ProgrammeState,
    Story,
)
from storage.unit_of_work import UnitOfWork

_PAIRED = (
    select(Pair.id)
    .where(
        (col(Pair.mentor_id) == col(Participant.id)) | (col(Pair.leader_id) == col(Participant.id)),
        Pair.state != PairState.ENDED,
    )
    .exists()
)
SEVERAL = 2
"""Pairs to which HR writes one message; of a single one it learns when the pair is stuck."""
DAYS_TO_PREPARE = 5
"""Working days before the first day of a programme by which its pairs are to be ready."""
THANKED_WITHIN = timedelta(days=45)
"""After a programme's end."""
BY_BALIK = (Action.NUDGE, Action.ASK_EACH, Action.OFFER_REMATCH)


class TodoKind(StrEnum):
    """What HR has to do, as in `insight.weekly.todo`."""

    CONTACT = "contact"  # nobody receives concerns
    CHANNEL = "channel"  # nothing can be posted in the announcement's channel
    START = "start"  # the first day is over, and nobody was introduced
    CALL = "call"  # HR promised it
    RELEASE = "release"  # a draft waits
    DRAFT = "draft"
    STUCK = "stuck"  # a pair for which reminders and questions did not help
    MANAGERS = "managers"  # people whose manager is not known
    UNFINISHED = "unfinished"  # people who have not finished the orientation, for which something waits
    SPONSOR = "sponsor"  # no sponsor's message yet
    APPROVE = "approve"  # sign-ups that wait for HR
    UNFIT = "unfit"  # people who take part although HR's limits do not fit them
    INVITE = "invite"  # nobody can be paired yet
    UNMATCHED = "unmatched"  # people whom no draft can pair
    UNSIGNED = "unsigned"  # pairs whose agreement is still not signed after a reminder
    UNBOOKED = "unbooked"  # pairs without a time for their next session
    THANKS = "thanks"  # no thanks from leadership yet
    NEXT = "next"


@dataclass(frozen=True)
class Todo:
    """`subject` is the id that its button carries: of the programme, a draft or a pair; `count` of people, pairs or
    stories; `why` of a pair that is stuck; `trouble` of the announcement's channel, as in `recruiting.refused.why`.
    None for `by`: at any time; of a start that is over, the first day."""

    kind: TodoKind
    by: date | None
    subject: int
    count: int = 1
    pair: tuple[Person, Person] | None = None
    why: SignalKind | None = None
    trouble: AnnouncementTrouble | None = None


@dataclass(frozen=True)
class NextActions:
    """Of HR, the most pressing first; and of Balik."""

    of_hr: tuple[Todo, ...]
    by_balik: dict[Action, int] = field(default_factory=dict)
    """The number of pairs for which Balik takes each step, all by `balik_by`."""
    balik_by: date | None = None
    closes_by: date | None = None
    """The time of the programme is over: Balik closes it by then."""


async def read_next_actions(
    work: UnitOfWork, programme: Programme, attention: Sequence[Attention] | None = None
) -> NextActions:
    """Who has to do what as of `work.now`. `attention`: from `pairs_needing_attention`, if it was read already."""
    if programme.paused_until and programme.paused_until > work.now and programme.state != ProgrammeState.CLOSED:
        return NextActions(tuple(await _while_paused(work, programme)))
    match programme.state:
        case ProgrammeState.CLOSED:
            stories = await _stories(work.session, programme)
            following = Todo(TodoKind.NEXT, None, programme.id, stories)
            return NextActions((*await _thanks(work, programme), following))
        case ProgrammeState.RECRUITING:
            first = (*await _contact(work, programme), *await _channel(work, programme))
            return NextActions((*first, *await _while_recruiting(work, programme)))
        case ProgrammeState.RUNNING:
            return await _while_running(work, programme, attention)


async def _thanks(work: UnitOfWork, programme: Programme) -> list[Todo]:
    """Leadership's thanks, while people still remember the programme."""
    if work.now - ends_at(programme) > THANKED_WITHIN:
        return []
    if (await standing_of(work.session, programme, thanks=True)).last is not None:
        return []
    return [Todo(TodoKind.THANKS, None, programme.id)]


async def _while_recruiting(work: UnitOfWork, programme: Programme) -> list[Todo]:
    session, today = work.session, _today(work, programme)
    by = _before_start(programme, today)
    draft = await _waiting_draft(session, programme)
    free = 0 if draft else await _people_to_match(session, programme)
    todos = []
    if programme.starts_on < today and not (draft and draft.planned):
        todos.append(Todo(TodoKind.START, programme.starts_on, programme.id))
    if unmanaged := await _without_manager(session, programme):
        todos.append(Todo(TodoKind.MANAGERS, by, programme.id, unmanaged))
    todos += [*await _approvals(session, programme), *await _unfit(session, programme, by)]
    todos += await _unfinished(session, programme, by)
    if draft is None and (await standing_of(session, programme)).last is None:
        todos.append(Todo(TodoKind.SPONSOR, by, programme.id))
    if not (draft or free):
        return [*todos, Todo(TodoKind.INVITE, _end_of_week(programme, today), programme.id)]
    return [*todos, *_drafts(draft, free, programme, by)]


async def _while_paused(work: UnitOfWork, programme: Programme) -> list[Todo]:
    """What cannot wait while HR has paused the programme for everyone: concerns still arrive, and promises still hold.
    Everything else would disturb people during the pause, or is refused until it is over."""
    calls = await promised_calls(work, programme)
    return [
        *await _contact(work, programme),
        *(Todo(TodoKind.CALL, day, one.pair.id, pair=(one.mentor, one.leader)) for one, day in calls),
    ]


async def _while_running(work: UnitOfWork, programme: Programme, attention: Sequence[Attention] | None) -> NextActions:
    today = _today(work, programme)
    calls = await promised_calls(work, programme)
    todos = [*await _contact(work, programme), *await _channel(work, programme)]
    todos += [Todo(TodoKind.CALL, day, one.pair.id, pair=(one.mentor, one.leader)) for one, day in calls]
    if ends_at(programme) <= work.now:
        return NextActions(tuple(todos), closes_by=await _closes_by(work, programme))
    by = _end_of_week(programme, today)
    draft = await _waiting_draft(work.session, programme)
    free = 0 if draft else await _people_to_match(work.session, programme)
    found = await pairs_needing_attention(work, programme) if attention is None else attention
    promised = {one.pair.id for one, _ in calls}
    todos += _drafts(draft, free, programme, by)
    todos += [*await _approvals(work.session, programme), *await _unfit(work.session, programme, by)]
    todos += await _unfinished(work.session, programme, by)
    todos += _stuck(work, [one for one in found if one.pair_id not in promised], programme)
    if not (draft or free) and (unmatched := await _unmatched(work.session, programme)):
        todos.append(Todo(TodoKind.UNMATCHED, by, programme.id, unmatched))
    unsigned = sum(one.why is SignalKind.UNSIGNED and one.next is None and not one.settled for one in found)
    if unsigned:
        todos.append(Todo(TodoKind.UNSIGNED, by, programme.id, unsigned))
    unbooked = await long_unbooked(work.session, programme, work.now)
    if unbooked >= SEVERAL:
        todos.append(Todo(TodoKind.UNBOOKED, by, programme.id, unbooked))
    steps = Counter(one.next for one in found if one.next)
    return NextActions(
        tuple(todos),
        {action: steps[action] for action in BY_BALIK if steps[action]},
        _working_day(programme, today + BETWEEN_ACTIONS),
    )


async def _contact(work: UnitOfWork, programme: Programme) -> list[Todo]:
    if await has_contact(work.session, programme):
        return []
    return [Todo(TodoKind.CONTACT, _working_day(programme, _today(work, programme)), programme.id)]


async def _channel(work: UnitOfWork, programme: Programme) -> list[Todo]:
    """Whether the bot may post in a restricted channel only shows when a post is refused there."""
    trouble = programme.announce_trouble
    if trouble is None or programme.announce_channel == programme.hr_channel:
        return []
    restricted = trouble == AnnouncementTrouble.RESTRICTED
    if restricted and not await refused_in(work.session, programme, programme.announce_channel):
        return []
    by = _working_day(programme, _today(work, programme))
    return [Todo(TodoKind.CHANNEL, by, programme.id, trouble=AnnouncementTrouble(trouble))]


@dataclass(frozen=True)
class _WaitingDraft:
    """The draft that HR can release; `pairs` of it wait for no confirmation. `planned`: HR chose when."""

    id: int
    pairs: int
    planned: bool


def _drafts(draft: _WaitingDraft | None, free: int, programme: Programme, by: date) -> list[Todo]:
    """The draft that waits, unless HR chose when it is released; or the people whom a draft can pair."""
    if draft:
        return [] if draft.planned else [Todo(TodoKind.RELEASE, by, draft.id, draft.pairs)]
    return [Todo(TodoKind.DRAFT, by, programme.id, free)] if free else []


async def _approvals(session: AsyncSession, programme: Programme) -> list[Todo]:
    """By the day on which the person who has waited longest was told that HR looks at it."""
    waiting = await waiting_sign_ups(session, programme.id)
    return [Todo(TodoKind.APPROVE, answered_by(programme, waiting[0]), programme.id, len(waiting))] if waiting else []


async def _unfinished(session: AsyncSession, programme: Programme, by: date) -> list[Todo]:
    """Balik reminds each person by itself; HR can write to all, hold a kick-off, or ask for less."""
    count = await number_to_finish(session, programme)
    return [Todo(TodoKind.UNFINISHED, by, programme.id, count)] if count else []


async def _unfit(session: AsyncSession, programme: Programme, by: date) -> list[Todo]:
    """HR decides about each. Who is in which channel Slack said last; the list asks it again."""
    unfit = await number_of_misfits(session, programme, eligibility_of(programme))
    return [Todo(TodoKind.UNFIT, by, programme.id, unfit)] if unfit else []


def _stuck(work: UnitOfWork, attention: Sequence[Attention], programme: Programme) -> list[Todo]:
    """The pairs that Balik has reported to HR, or with which it has nothing left to try, unless HR has talked to both
    since. A missing signature alone is no reason to call."""
    by = day_to_call(programme, work.now)
    return [
        Todo(TodoKind.STUCK, by, one.pair_id, pair=(one.mentor, one.leader), why=one.why)
        for one in attention
        if one.why is not SignalKind.UNSIGNED and (one.hr_told or one.next not in BY_BALIK) and not one.settled
    ]


async def _waiting_draft(session: AsyncSession, programme: Programme) -> _WaitingDraft | None:
    """None for a draft whose pairs all wait for confirmation."""
    waits = (
        select(PairConfirmation.id)
        .where(
            PairConfirmation.programme_id == programme.id,
            col(PairConfirmation.mentor_id) == col(DraftPair.mentor_id),
            col(PairConfirmation.leader_id) == col(DraftPair.leader_id),
            PairConfirmation.state == ConfirmationState.WAITING,
        )
        .exists()
    )
    pairs = (
        select(Draft.id, func.count(col(DraftPair.id)), Draft.release_at)
        .join(DraftPair, col(DraftPair.draft_id) == col(Draft.id))
        .where(Draft.programme_id == programme.id, Draft.state == DraftState.OPEN)
        .where(col(DraftPair.excluded).is_(False), ~waits)
        .group_by(col(Draft.id), col(Draft.release_at))
        .order_by(col(Draft.id).desc())
    )
    found = (await session.exec(pairs.limit(1))).first()
    return _WaitingDraft(found[0], found[1], planned=found[2] is not None) if found else None


async def _people_to_match(session: AsyncSession, programme: Programme) -> int:
    """How many are without a partner, if a draft can pair some of them; once the programme runs, if some of them have
    become free since the last draft."""
    if programme.state == ProgrammeState.RECRUITING:
        return await _free(session, programme, None)
    last = select(func.max(Draft.created_at)).where(Draft.programme_id == programme.id)
    return await _free(session, programme, (await session.exec(last)).one())


async def _free(session: AsyncSession, programme: Programme, since: datetime | None) -> int:
    """How many are without a partner, if there are people on each side; with `since`, if that is new since then."""
    free = select(Participant).where(
        Participant.programme_id == programme.id, Participant.state == ParticipantState.ACTIVE, ~_PAIRED
    )
    people = (await session.exec(free)).all()
    roles = {one.role for one in people}
    if not ({Role.MENTOR, Role.BOTH} & roles and {Role.LEADER, Role.BOTH} & roles and len(people) > 1):
        return 0
    if since is None or any(one.joined_at > since for one in people):
        return len(people)
    ids = [one.id for one in people]
    parted = select(Pair.id).where(
        col(Pair.mentor_id).in_(ids) | col(Pair.leader_id).in_(ids), col(Pair.ended_at) > since
    )
    return len(people) if (await session.exec(parted.limit(1))).first() else 0


async def _unmatched(session: AsyncSession, programme: Programme) -> int:
    """How many who have not left have no partner."""
    statement = select(func.count(col(Participant.id))).where(
        Participant.programme_id == programme.id,
        col(Participant.state).not_in(NOT_TAKING_PART),
        ~_PAIRED,
    )
    return (await session.exec(statement)).one()


async def _without_manager(session: AsyncSession, programme: Programme) -> int:
    """How many who have not left have no manager on file."""
    statement = select(func.count(col(Participant.id))).where(
        Participant.programme_id == programme.id,
        Participant.state != ParticipantState.LEFT,
        col(Participant.person_id).not_in(with_known_manager(programme.id)),
    )
    return (await session.exec(statement)).one()


async def _closes_by(work: UnitOfWork, programme: Programme) -> date:
    """The day by which a programme whose time is over is closed."""
    statement = select(MentoringSession).join(Pair, col(Pair.id) == col(MentoringSession.pair_id))
    unsettled = statement.where(
        Pair.programme_id == programme.id,
        Pair.state == PairState.ACTIVE,
        col(MentoringSession.settled_at).is_(None),
    )
    latest = latest_close(programme, (await work.session.exec(unsettled)).all())
    return local(latest, programme.zone).date()


async def _stories(session: AsyncSession, programme: Programme) -> int:
    """Stories that both people of a pair approved and HR has not posted."""
    statement = (
        select(func.count())
        .select_from(Story)
        .join(Pair, col(Pair.id) == col(Story.pair_id))
        .where(
            Pair.programme_id == programme.id,
            Pair.state != PairState.ENDED,
            col(Story.mentor_approved_at).is_not(None),
            col(Story.leader_approved_at).is_not(None),
            col(Story.withdrawn_at).is_(None),
            col(Story.posted_at).is_(None),
        )
    )
    return (await session.exec(statement)).one()


def _today(work: UnitOfWork, programme: Programme) -> date:
    return local(work.now, programme.zone).date()


def _end_of_week(programme: Programme, today: date) -> date:
    """The last working day before the next weekly summary, today at the earliest."""
    if programme.next_summary_at is None:
        return _working_day(programme, today)
    try:
        day = working_days_before(local(programme.next_summary_at, programme.zone).date(), 1, days_off(programme))
    except CalendarError:
        day = today
    return max(day, _working_day(programme, today))


def _before_start(programme: Programme, today: date) -> date:
    """A week before the programme begins, or the end of this week."""
    try:
        ready = working_days_before(programme.starts_on, DAYS_TO_PREPARE, days_off(programme))
    except CalendarError:
        ready = today
    return max(ready, _end_of_week(programme, today))


def _working_day(programme: Programme, day: date) -> date:
    try:
        return next_working_day(day, days_off(programme))
    except CalendarError:
        return day
