"""The content of a draft for HR: its figures, each pair with its reasons, and the unmatched people with the cause."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.domain.matching.figures import Figures, figures
from bot.domain.matching.rules import HIDDEN_RULES
from bot.domain.matching.unmatched_causes import HELPS, TOPIC_CAUSES
from bot.domain.messages.matching import MatchDraftMessage
from bot.domain.sessions import Side
from bot.domain.signup import Role
from bot.services.access import open_draft, own_draft
from bot.services.caller import HrCaller
from bot.services.matching import locked_pairs
from bot.services.matching.confirmations import of_programme
from bot.services.matching.draft_comparison import Changes, changes, live_pairs
from bot.services.participants.members import Member, members
from bot.services.roster.managers import number_without_manager
from bot.services.signup.waiting import number_waiting
from storage.queries import active_participants
from storage.tables import (
    ConfirmationState,
    Draft,
    DraftLeftover,
    DraftPair,
    Outbox,
    OutboxState,
    Pair,
    PairState,
    Participant,
    ParticipantState,
    Person,
    Programme,
)
from storage.unit_of_work import Store

TAKEN_OUT = ("taken_out", "put_back")
"""Cause and remedy of a person whose pair HR excluded, whatever other partners are possible …"""
CHANGED = ("draft_changed", "pair_by_hand")
"""… who lost their partner to another person by HR's action …"""
HELD_BACK = ("held", "release_hold")
"""… whom HR holds back …"""
CAME_SINCE = ("joined_since", "work_it_out_again")
"""… and who signed up after the draft was created."""


@dataclass(frozen=True)
class LeftOver:
    """A person without a partner on the side `side`; `cause` and `help` name texts."""

    person: Person
    participant: Participant
    side: Side
    cause: str
    help: str

    @property
    def member(self) -> Member:
        return Member(self.participant, self.person)


@dataclass(frozen=True)
class Unkept:
    """Two people whom HR locked together, and the rule that now forbids it."""

    mentor: Member
    leader: Member
    rule: str


@dataclass(frozen=True)
class Overview:
    """A draft in figures. `people` have a partner in it out of `total` participants, `alone` have none at all.

    `waiting` of the pairs were made by hand and wait for confirmation. `left` counts the places in the list
    of `left_over`; `changes` compares with the previous draft; `unkept` are locked pairs that a rule now forbids;
    `posted` is HR's message (channel, ts), once sent.
    """

    draft: Draft
    programme: Programme
    pairs: int
    waiting: int
    excluded: int
    people: int
    total: int
    alone: int
    paired_before: int
    """People who have a partner from an earlier release, and are not in this draft."""
    left: int
    figures: Figures
    changes: Changes | None
    unkept: list[Unkept]
    without_manager: int
    unapproved: int
    """Sign-ups that wait for HR's approval: they are not matched."""
    posted: tuple[str, str] | None


async def overview(store: Store, hr: HrCaller, draft_id: int) -> Overview:
    """The figures of a draft. Raises `Rejected`: outdated."""
    async with store.read(hr.now) as work:
        return await overview_of(work.session, await own_draft(work.session, hr, draft_id))


async def left_over(store: Store, hr: HrCaller, draft_id: int) -> list[LeftOver]:
    """All people without a partner on a side in the open draft, with the cause. Leaders come first.

    Raises `Rejected`: outdated, already_released, draft_outdated.
    """
    async with store.read(hr.now) as work:
        return await left_over_of(work.session, await open_draft(work.session, hr, draft_id))


async def left_over_of(session: AsyncSession, draft: Draft) -> list[LeftOver]:
    """The people without a partner, leaders first."""
    left = (await standing_of(session, draft)).left
    people = await members(session, col(Participant.programme_id) == draft.programme_id)
    parts = [one.part for one in people.values()]
    return [
        LeftOver(people[one].person, people[one].part, side, *_true_now(why, people[one].part, side, parts))
        for (side, one), why in sorted(left.items())
    ]


async def cause_now(session: AsyncSession, cause: str, part: Participant, side: Side) -> str:
    """The current cause: see `_true_now`."""
    if cause not in TOPIC_CAUSES:
        return cause
    parts = (await session.exec(select(Participant).where(Participant.programme_id == part.programme_id))).all()
    return _true_now((cause, HELPS[cause]), part, side, parts)[0]


def _true_now(why: tuple[str, str], part: Participant, side: Side, everybody: Sequence[Participant]) -> tuple[str, str]:
    """Cause and remedy; "nobody has a topic" is used only while it holds for the whole programme.

    Answers change after the draft, and a paused person is not part of the matching. Otherwise the reason behind such
    a cause is used: there were possible partners, but no free place.
    """
    if why[0] not in TOPIC_CAUSES:
        return why
    learns = side is Side.LEADER
    mine = {one["topic"] for one in (part.wishes if learns else part.offers)}
    here = (one for one in everybody if one.state in (ParticipantState.ACTIVE, ParticipantState.PAUSED))
    theirs = {record["topic"] for one in here for record in (one.offers if learns else one.wishes)}
    return ("places_taken", HELPS["places_taken"]) if not mine or mine & theirs else why


async def overview_of(session: AsyncSession, draft: Draft) -> Overview:
    """The figures of a draft."""
    programme = await session.get_one(Programme, draft.programme_id)
    standing = await standing_of(session, draft)
    live, here = await live_pairs(session, draft.id), standing.active
    return Overview(
        draft,
        programme,
        pairs=len(live),
        waiting=len({(mentor, leader) for mentor, leader, *_ in live} & await waiting_couples(session, draft)),
        excluded=standing.excluded,
        people=len({one for _, one in standing.paired}),
        total=len(here),
        alone=len(here & {one for _, one in standing.left} - {one for _, one in standing.paired | standing.held}),
        paired_before=len(here & {one for _, one in standing.held} - {one for _, one in standing.paired}),
        left=len(standing.left),
        figures=figures(live, programme.floor),
        changes=await changes(session, draft, live, programme),
        unkept=await _unkept(session, draft),
        without_manager=await number_without_manager(session, draft.programme_id),
        unapproved=await number_waiting(session, draft.programme_id),
        posted=await _posted(session, draft),
    )


async def waiting_couples(session: AsyncSession, draft: Draft) -> set[tuple[int, int]]:
    """Pairs of people in the programme who are asked to confirm and have not both done so, by their sign-ups."""
    found = await of_programme(session, draft.programme_id)
    return {couple for couple, one in found.items() if one.state == ConfirmationState.WAITING}


Place = tuple[Side, int]
"""A side and a participant's id."""


@dataclass(frozen=True)
class DraftAssignments:
    """Who has a partner in the current draft, who has not and why, and all active participants (`active`)."""

    excluded: int
    paired: set[Place]
    held: set[Place]
    left: dict[Place, tuple[str, str]]
    active: set[int]


async def standing_of(session: AsyncSession, draft: Draft) -> DraftAssignments:
    """The current draft, with all of HR's changes."""
    couples = select(DraftPair.mentor_id, DraftPair.leader_id, DraftPair.excluded)
    pairs = (await session.exec(couples.where(DraftPair.draft_id == draft.id))).all()
    out = [pair for pair in pairs if pair[2]]
    paired = _places(pair for pair in pairs if not pair[2])
    held = _places(await _partners(session, draft.programme_id))
    active = await active_participants(session, draft.programme_id)
    # The solver's cause has priority over a guess. The remedy is today's: a draft may be older.
    left = {place: why for place, why in _around(active, draft).items() if place not in held}
    rows = (await session.exec(select(DraftLeftover).where(DraftLeftover.draft_id == draft.id))).all()
    left |= {(Side(row.side), row.participant_id): (row.cause, HELPS.get(row.cause, row.help)) for row in rows}
    left |= dict.fromkeys(_places(out) - held, TAKEN_OUT)
    back = {(side, part.id) for part, _ in active if part.held_at for side in Side}
    left = {place: HELD_BACK if place in back else CHANGED if why == HELD_BACK else why for place, why in left.items()}
    return DraftAssignments(
        len(out),
        paired,
        held,
        {place: why for place, why in left.items() if place not in paired},
        {part.id for part, _ in active},
    )


def _around(active: list[tuple[Participant, Person]], draft: Draft) -> dict[Place, tuple[str, str]]:
    """Everyone who has a place now: people in no pair of the draft joined since, or HR changed the pairs around
    them."""
    found = {}
    for part, _ in active:
        role, why = Role(part.role), CAME_SINCE if part.joined_at > draft.created_at else CHANGED
        if role.teaches and part.mentor_capacity > 0:
            found[Side.MENTOR, part.id] = why
        if role.learns and part.leader_capacity > 0:
            found[Side.LEADER, part.id] = why
    return found


def _places(pairs: Iterable[Sequence[int]]) -> set[Place]:
    return {place for one, other, *_ in pairs for place in ((Side.MENTOR, one), (Side.LEADER, other))}


async def _partners(session: AsyncSession, programme_id: int) -> list[tuple[int, int]]:
    statement = select(Pair.mentor_id, Pair.leader_id).where(
        Pair.programme_id == programme_id, Pair.state != PairState.ENDED
    )
    return list((await session.exec(statement)).all())


async def _posted(session: AsyncSession, draft: Draft) -> tuple[str, str] | None:
    """The channel and ts of HR's message about the draft."""
    statement = select(Outbox.channel, Outbox.ts).where(
        Outbox.team_id == draft.team_id,
        Outbox.key == MatchDraftMessage(draft.id).key(draft.programme_id),
        Outbox.state == OutboxState.SENT,
    )
    found = (await session.exec(statement)).first()
    return (found[0], found[1]) if found and found[0] and found[1] else None


async def _unkept(session: AsyncSession, draft: Draft) -> list[Unkept]:
    ids = {one[side] for one in draft.unkept for side in ("mentor", "mentee")}
    people = await members(session, col(Participant.id).in_(ids)) if ids else {}
    return [
        Unkept(people[one["mentor"]], people[one["mentee"]], shown_rule(one["rule"]))
        for one in draft.unkept
        if {one["mentor"], one["mentee"]} <= people.keys()
    ]


def shown_rule(rule: str) -> str:
    """The rule's name that HR may see. Drafts of an older version may still name a hidden one."""
    return locked_pairs.CHANGED if rule in HIDDEN_RULES else rule
