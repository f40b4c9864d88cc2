"""Pages of a draft of any size for HR: its pairs by name, department or state, and one pair in detail."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from sqlalchemy import func
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.domain.matching.explain import lacks_substance
from bot.domain.participants import department_key, departments_by_size
from bot.domain.sessions import Side
from bot.services.access import marks_of, open_draft
from bot.services.caller import HrCaller, Rejected
from bot.services.matching.confirmations import SignUps, of_programme
from bot.services.matching.draft_edit import DraftVersion
from bot.services.matching.draft_review import LeftOver, left_over_of
from bot.services.matching.unmatched import Written, told_of
from bot.services.nominations.reading import Nominated, nominations_of_person
from bot.services.participants.members import Member, members
from storage.tables import (
    CoupleMark,
    Draft,
    DraftPair,
    Pair,
    PairConfirmation,
    PairState,
    Participant,
    ParticipantState,
    Person,
    Programme,
    Verdict,
)
from storage.unit_of_work import Store

ALTERNATES_SHOWN = 3


class DraftPart(StrEnum):
    ALL = "all"
    WEAKEST = "weakest"
    UNDER = "under"
    LOCKED = "locked"
    OUT = "out"
    NOTED = "noted"
    LEFT = "left"


@dataclass(frozen=True)
class DraftSearch:
    """HR's search: which part of a draft, whose names contain `words`, which department, which page."""

    show: DraftPart = DraftPart.ALL
    words: str = ""
    department: str = ""
    page: int = 0


@dataclass(frozen=True)
class Row:
    """A pair in a list. `verdict` is HR's, if there is one; `confirmation` of a pair made by hand."""

    pair: DraftPair
    mentor: Member
    leader: Member
    verdict: str | None
    noted: bool
    confirmation: PairConfirmation | None = None


@dataclass(frozen=True)
class Listing:
    """A page of pairs, or of unmatched people if that is what HR searches; `count` of them in all.

    `departments` are those of all people in the draft, the largest first; `told` are the people (by id) on this page to
    whom HR wrote, and when.
    """

    programme: Programme
    draft: Draft
    look: DraftSearch
    rows: list[Row]
    left: list[LeftOver]
    count: int
    departments: list[str]
    told: dict[int, Written]


@dataclass(frozen=True)
class Other:
    """An alternative for one of a pair: free, or with `partners` in this draft."""

    member: Member
    score: int
    partners: list[Member]

    @property
    def free(self) -> bool:
        return not self.partners


@dataclass(frozen=True)
class PairCard:
    """One pair of a draft with all details for HR. `others[side]` are alternatives for that side."""

    seen: DraftVersion
    programme: Programme
    pair: DraftPair
    mentor: Member
    leader: Member
    mark: CoupleMark | None
    marked_by: Person | None
    others: dict[Side, list[Other]]
    confirmation: PairConfirmation | None = None
    """Of a pair made by hand. Only its state is for HR."""
    nominated: Sequence[Nominated] = ()
    """What colleagues said of the mentor."""


async def browse(store: Store, hr: HrCaller, draft_id: int, look: DraftSearch, a_page: int) -> Listing:
    """The requested page of an open draft, or the last one.

    Raises `Rejected`: outdated, already_released, draft_outdated.
    """
    async with store.read(hr.now) as work:
        draft = await open_draft(work.session, hr, draft_id)
        programme = await work.session.get_one(Programme, draft.programme_id)
        everybody = await members(work.session, col(Participant.programme_id) == draft.programme_id)
        chosen = {part for part, one in everybody.items() if _fits(one, look)}
        left = [one for one in await left_over_of(work.session, draft) if one.participant.id in chosen]
        marks = {(one.mentor_id, one.leader_id): one for one in await marks_of(work.session, draft.programme_id)}
        ids = await _ids(work.session, draft, look, chosen, marks, programme.floor)
        found: Sequence[int] | Sequence[LeftOver] = left if look.show is DraftPart.LEFT else ids
        page = min(look.page, max(0, (len(found) - 1) // a_page))
        here = slice(page * a_page, (page + 1) * a_page)
        pairs = {
            one.id: one
            for one in (await work.session.exec(select(DraftPair).where(col(DraftPair.id).in_(ids[here])))).all()
        }
        told = await told_of(work.session, draft, [one.person for one in left[here]])
        asked = await of_programme(work.session, draft.programme_id)
    rows = [_row(pairs[one], everybody, marks, asked) for one in ids[here]] if look.show is not DraftPart.LEFT else []
    return Listing(
        programme,
        draft,
        replace(look, page=page),
        rows,
        left[here] if look.show is DraftPart.LEFT else [],
        len(found),
        departments_by_size(one.part.department for one in everybody.values()),
        told,
    )


async def seen_now(store: Store, hr: HrCaller, draft_id: int) -> DraftVersion:
    """The current version of an open draft. Raises `Rejected`: outdated, already_released, draft_outdated."""
    async with store.read(hr.now) as work:
        draft = await open_draft(work.session, hr, draft_id)
    return DraftVersion(draft.id, draft.version)


async def card(store: Store, hr: HrCaller, draft_id: int, pair_id: int) -> PairCard:
    """One pair of an open draft. Raises `Rejected`: outdated, already_released, draft_outdated."""
    async with store.read(hr.now) as work:
        session = work.session
        draft = await open_draft(session, hr, draft_id)
        pair = await session.get(DraftPair, pair_id)
        if pair is None or pair.draft_id != draft.id:
            raise Rejected("outdated")
        two = await members(session, col(Participant.id).in_((pair.mentor_id, pair.leader_id)))
        marks = {(one.mentor_id, one.leader_id): one for one in await marks_of(session, draft.programme_id)}
        mark = marks.get((pair.mentor_id, pair.leader_id))
        asked = await of_programme(session, draft.programme_id)
        return PairCard(
            DraftVersion(draft.id, draft.version),
            await session.get_one(Programme, draft.programme_id),
            pair,
            two[pair.mentor_id],
            two[pair.leader_id],
            mark,
            await session.get(Person, mark.marked_by) if mark else None,
            {side: await _others(session, draft, pair, side, marks, asked) for side in Side},
            asked.get((pair.mentor_id, pair.leader_id)),
            await nominations_of_person(session, draft.programme_id, two[pair.mentor_id].person.id),
        )


def _fits(member: Member, look: DraftSearch) -> bool:
    of_department = not look.department or department_key(member.part.department) == look.department
    return of_department and " ".join(look.words.casefold().split()) in member.person.name.casefold()


Marks = dict[tuple[int, int], CoupleMark]


async def _ids(
    session: AsyncSession, draft: Draft, look: DraftSearch, chosen: set[int], marks: Marks, floor: int
) -> list[int]:
    """The pairs of a search, in order: only their ids, since a draft may have thousands."""
    found = []
    # Reading the reasons of thousands of pairs takes a while: only where they count.
    lacking = await _lacking_substance(session, draft) if look.show is DraftPart.UNDER else set()
    for out in (False, True):
        statement = select(DraftPair.id, DraftPair.mentor_id, DraftPair.leader_id, DraftPair.score).where(
            DraftPair.draft_id == draft.id, col(DraftPair.excluded).is_(out)
        )
        for pair_id, mentor, leader, score in (await session.exec(statement)).all():
            weak = score < floor or pair_id in lacking
            if {mentor, leader} & chosen and _shown(look.show, out, weak, marks.get((mentor, leader))):
                strength = score if look.show in (DraftPart.WEAKEST, DraftPart.UNDER) else -score
                found.append((out, strength, pair_id))
    return [pair_id for *_, pair_id in sorted(found)]


async def _lacking_substance(session: AsyncSession, draft: Draft) -> set[int]:
    statement = select(DraftPair.id, DraftPair.explanation).where(DraftPair.draft_id == draft.id)
    return {pair_id for pair_id, why in (await session.exec(statement)).all() if lacks_substance(why)}


def _shown(show: DraftPart, out: bool, under: bool, mark: CoupleMark | None) -> bool:
    return {
        DraftPart.ALL: True,
        DraftPart.WEAKEST: not out,
        DraftPart.UNDER: not out and under,
        DraftPart.LOCKED: bool(mark and mark.verdict == Verdict.LOCKED),
        DraftPart.OUT: out,
        DraftPart.NOTED: bool(mark and mark.note),
        DraftPart.LEFT: False,
    }[show]


def _row(
    pair: DraftPair,
    everybody: dict[int, Member],
    marks: Marks,
    asked: Mapping[SignUps, PairConfirmation],
) -> Row:
    mark = marks.get((pair.mentor_id, pair.leader_id))
    return Row(
        pair,
        everybody[pair.mentor_id],
        everybody[pair.leader_id],
        mark.verdict if mark else None,
        bool(mark and mark.note),
        asked.get((pair.mentor_id, pair.leader_id)),
    )


async def _others(
    session: AsyncSession,
    draft: Draft,
    pair: DraftPair,
    side: Side,
    marks: Marks,
    asked: Mapping[SignUps, PairConfirmation],
) -> list[Other]:
    """Alternatives for one of the two, those with a free place first.

    Without people who left, with whom HR forbade the pair or asked for it before, who are paired with the other already
    or locked to another person.
    """
    stays = pair.leader_id if side is Side.MENTOR else pair.mentor_id
    named = dict(pair.alternates.get(side, []))
    now, taken = await _together(session, draft, side, named), await _partners(session, side, named)
    known = await members(session, col(Participant.id).in_({*named, *(one for each in now.values() for one in each)}))
    others = []
    for part_id, score in named.items():
        member, partners = known.get(part_id), now.get(part_id, [])
        couples = [(part_id, other) if side is Side.MENTOR else (other, part_id) for other in (stays, *partners)]
        verdicts = [marks[couple].verdict if couple in marks else None for couple in couples]
        if member is None or not _takes_part(member) or verdicts[0] == Verdict.FORBIDDEN or stays in partners:
            continue
        if couples[0] in asked:
            continue
        places = member.part.mentor_capacity if side is Side.MENTOR else member.part.leader_capacity
        full = len(partners) + taken.get(part_id, 0) >= places
        if full and (not partners or Verdict.LOCKED in verdicts[1:]):
            continue
        others.append(Other(member, score, [known[one] for one in partners] if full else []))
    return sorted(others, key=lambda one: not one.free)[:ALTERNATES_SHOWN]


def _takes_part(member: Member) -> bool:
    return member.part.state == ParticipantState.ACTIVE and member.person.active and member.part.held_at is None


async def _together(session: AsyncSession, draft: Draft, side: Side, parts: dict[int, int]) -> dict[int, list[int]]:
    """The partners of these people in the draft, on this side."""
    mine, other = (
        (DraftPair.mentor_id, DraftPair.leader_id)
        if side is Side.MENTOR
        else (DraftPair.leader_id, DraftPair.mentor_id)
    )
    statement = select(mine, other).where(
        DraftPair.draft_id == draft.id, col(DraftPair.excluded).is_(False), col(mine).in_(parts)
    )
    found: dict[int, list[int]] = {}
    for one, partner in (await session.exec(statement.order_by(col(DraftPair.score)))).all():
        found.setdefault(one, []).append(partner)
    return found


async def _partners(session: AsyncSession, side: Side, parts: dict[int, int]) -> dict[int, int]:
    """How many introduced partners these people have, on this side."""
    mine = Pair.mentor_id if side is Side.MENTOR else Pair.leader_id
    statement = (
        select(mine, func.count()).where(col(mine).in_(parts), Pair.state != PairState.ENDED).group_by(col(mine))
    )
    return dict((await session.exec(statement)).all())
