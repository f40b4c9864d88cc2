"""Creates a draft of pairs for HR. Nobody else is notified before the release."""

from collections.abc import Awaitable, Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from sqlalchemy import insert, update
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.domain.messages.matching import MatchDraftMessage
from bot.services.access import audit, marks_of, open_programme
from bot.services.caller import HrCaller, Rejected
from bot.services.matching.confirmations import OPEN, of_programme
from bot.services.matching.locked_pairs import CHANGED
from bot.services.matching.problem import Roster
from bot.services.matching.release_plan import stop_plans
from bot.services.matching.solve import Solution, solve
from bot.services.matching.solver_input import last_pair, newest_draft, read_roster
from storage.outbox import Outgoing, outgoing
from storage.queries import A_TIME
from storage.tables import Draft, DraftLeftover, DraftPair, DraftState, Programme, Verdict
from storage.unit_of_work import Store, UnitOfWork

TRIES = 3
"""How often to solve again if HR released or changed pairs in between."""

RunInWorker = Callable[..., Awaitable[Any]]


@dataclass(frozen=True)
class CreatedDraft:
    """A new draft, and the ids of those it replaces."""

    draft: Draft
    programme: Programme
    replaced: list[int]


async def create(store: Store, hr: HrCaller, run: RunInWorker) -> CreatedDraft:
    """Solve in the worker, store the draft and enqueue HR's message.

    Nothing is locked while solving, so other work continues; HR's decisions in between count as well. Raises
    `Rejected`: programme_ended, nobody_to_match, draft_busy (HR keeps changing the draft).
    """
    for tries_left in reversed(range(TRIES)):
        async with store.read(hr.now) as work:
            roster = await read_roster(work.session, await open_programme(work.session, hr))
        if not roster.by_hand and not (roster.free_mentors and roster.free_leaders):
            raise Rejected("nobody_to_match", mentors=roster.free_mentors, leaders=roster.free_leaders)
        solution: Solution = await run(solve, roster)
        async with store.write(hr.now, receipt=hr.signed) as work:
            programme = await open_programme(work.session, hr, lock=True)
            if await _overtaken(work.session, roster, programme):
                if tries_left:
                    continue
                raise Rejected("draft_busy")
            replaced = await _supersede(work.session, programme)
            await stop_plans(work, programme, replaced)
            draft = await _store(work, hr, programme, roster, solution, max(replaced, default=None))
            await work.commit()
            return CreatedDraft(draft, programme, replaced)
    raise AssertionError("the last try is stored or refused")


async def follow_up(work: UnitOfWork, programme: Programme, released: Draft, waiting: Sequence[DraftPair]) -> Draft:
    """The draft with which HR continues after a release: the pairs that wait for confirmation, with the excluded pairs
    and the unmatched people."""
    session = work.session
    draft = Draft(
        team_id=programme.team_id,
        programme_id=programme.id,
        created_at=work.now,
        created_by=released.released_by or released.created_by,
    )
    session.add(draft)
    await session.flush()
    out = select(DraftPair).where(DraftPair.draft_id == released.id, col(DraftPair.excluded).is_(True))
    left = select(DraftLeftover).where(DraftLeftover.draft_id == released.id).order_by(col(DraftLeftover.id))
    for pair in [*waiting, *(await session.exec(out.order_by(col(DraftPair.id)))).all()]:
        pair.made_at = pair.made_at or released.created_at
        session.add(DraftPair(**pair.model_dump(exclude={"id", "draft_id"}), draft_id=draft.id))
    for one in (await session.exec(left)).all():
        session.add(DraftLeftover(**one.model_dump(exclude={"id", "draft_id"}), draft_id=draft.id))
    await work.send(_to_hr(programme, draft))
    return draft


async def _overtaken(session: AsyncSession, roster: Roster, programme: Programme) -> bool:
    newest = await newest_draft(session, programme.id)
    seen = (newest.id, newest.version) if newest else (0, 0)
    return seen != roster.seen or await last_pair(session, programme.id) != roster.last_pair


async def _supersede(session: AsyncSession, programme: Programme) -> list[int]:
    before = select(Draft.id).where(Draft.programme_id == programme.id, Draft.state == DraftState.OPEN)
    replaced = list((await session.exec(before)).all())
    await session.exec(update(Draft).where(col(Draft.id).in_(replaced)).values(state=DraftState.SUPERSEDED))
    return replaced


async def _store(
    work: UnitOfWork, hr: HrCaller, programme: Programme, roster: Roster, solution: Solution, before: int | None
) -> Draft:
    """The new draft, which replaces the one with the id `before`."""
    taken_out = await _taken_out(work.session, programme, roster)
    by_hand = await _made_by_hand(work.session, programme)
    by = await audit(work, hr, "draft", {"pairs": len(solution.pairs), "left": len(solution.left)})
    ids = roster.participant_ids
    draft = Draft(
        team_id=hr.team_id,
        programme_id=programme.id,
        created_at=hr.now,
        created_by=by.id,
        before_id=before,
        unkept=[
            {"mentor": ids[one.mentor], "mentee": ids[one.leader], "rule": one.rule}
            for one in solution.unkept
            if {one.mentor, one.leader} <= ids.keys()
        ],
    )
    work.session.add(draft)
    await _unlock_stale(work.session, programme, roster, solution)
    await work.session.flush()
    for table, rows in (
        (DraftPair, _pairs(draft, roster, solution, [*by_hand, *taken_out.values()])),
        (DraftLeftover, _left_over(draft, roster, solution)),
    ):
        # In batches, so that clicks are not delayed.
        while some := [row.model_dump(exclude={"id"}) for row in islice(rows, A_TIME)]:
            await work.session.exec(insert(table), params=some)
    await work.send(_to_hr(programme, draft))
    return draft


def _pairs(draft: Draft, roster: Roster, solution: Solution, before: Iterable[DraftPair]) -> Iterator[DraftPair]:
    """The pairs, and from the draft `before` those made by hand and the excluded ones, which stay visible."""
    ids = roster.participant_ids
    for proposal in solution.pairs:
        yield DraftPair(
            team_id=draft.team_id,
            draft_id=draft.id,
            mentor_id=ids[proposal.mentor],
            leader_id=ids[proposal.leader],
            score=proposal.score,
            explanation=proposal.explanation,
            made_at=draft.created_at,
        )
    for was in before:
        yield DraftPair(**was.model_dump(exclude={"id", "draft_id"}), draft_id=draft.id)


def _left_over(draft: Draft, roster: Roster, solution: Solution) -> Iterator[DraftLeftover]:
    for left in solution.left:
        yield DraftLeftover(
            team_id=draft.team_id,
            draft_id=draft.id,
            participant_id=roster.participant_ids[left.person],
            side=left.side,
            cause=left.cause,
            help=left.help,
        )


async def _taken_out(session: AsyncSession, programme: Programme, roster: Roster) -> dict[tuple[int, int], DraftPair]:
    """Pairs that HR excluded from the newest draft or forbade, of active participants, by their participants' ids."""
    newest = await newest_draft(session, programme.id)
    if newest is None:
        return {}
    statement = select(DraftPair).where(DraftPair.draft_id == newest.id, col(DraftPair.excluded).is_(True))
    here = set(roster.participant_ids.values())
    pairs = (await session.exec(statement.order_by(col(DraftPair.id)))).all()
    out = {(pair.mentor_id, pair.leader_id): pair for pair in pairs}
    for pair in pairs:
        # Of an older version: without it, the pair would seem as new as the copied draft.
        pair.made_at = pair.made_at or newest.created_at
    for mark in await marks_of(session, programme.id, Verdict.FORBIDDEN):
        couple = mark.mentor_id, mark.leader_id
        blank = DraftPair(
            team_id=mark.team_id,
            draft_id=0,
            mentor_id=couple[0],
            leader_id=couple[1],
            score=0,
            excluded=True,
            made_at=mark.proposed_at or mark.marked_at,
        )
        out.setdefault(couple, blank)
    return {couple: pair for couple, pair in out.items() if set(couple) <= here}


async def _made_by_hand(session: AsyncSession, programme: Programme) -> list[DraftPair]:
    """The pairs that HR made by hand and that are not released yet, as in the last draft that had them.

    No rule is checked: leaving or avoidance change nothing before the time is over.
    """
    open_ones = [couple for couple, one in (await of_programme(session, programme.id)).items() if one.state in OPEN]
    found = []
    for mentor_id, leader_id in open_ones:
        statement = (
            select(DraftPair)
            .join(Draft, col(Draft.id) == col(DraftPair.draft_id))
            .where(
                Draft.programme_id == programme.id, DraftPair.mentor_id == mentor_id, DraftPair.leader_id == leader_id
            )
            .order_by(col(DraftPair.id).desc())
        )
        pair = (await session.exec(statement)).first()
        found += [pair] if pair else []
    return found


async def _unlock_stale(session: AsyncSession, programme: Programme, roster: Roster, solution: Solution) -> None:
    """A lock that ended because a sign-up was changed does not return: HR can lock the two again if they are
    proposed."""
    ids = roster.participant_ids
    stale = {(ids[one.mentor], ids[one.leader]) for one in solution.unkept if one.rule == CHANGED}
    for mark in await marks_of(session, programme.id, Verdict.LOCKED):
        if (mark.mentor_id, mark.leader_id) in stale:
            mark.verdict = None


def _to_hr(programme: Programme, draft: Draft) -> Outgoing:
    return outgoing(MatchDraftMessage(draft.id), programme.team_id, programme.id, channel=programme.hr_channel)
