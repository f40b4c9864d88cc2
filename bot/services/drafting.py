"""HR has a draft of pairs drawn up. Nobody else hears of it before the release."""

from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import insert, update
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.services.caller import HrCaller, Refusal
from bot.services.drafts import audit, draft_key, open_programme
from bot.services.matching import last_pair, newest_draft, read_roster
from bot.services.solving import Roster, Solution, solve
from storage.outbox import Outgoing
from storage.tables import Draft, DraftLeftover, DraftPair, DraftState, Programme
from storage.unit_of_work import Store, UnitOfWork

TRIES = 3
"""How often to draw up anew when pairs were released in the meantime. Releasing checks every pair again anyway."""

RunInWorker = Callable[..., Awaitable[Any]]


@dataclass(frozen=True)
class DrawnUp:
    """A new draft, and the ids of those it replaces."""

    draft: Draft
    programme: Programme
    replaced: list[int]


async def draw_up(store: Store, hr: HrCaller, run: RunInWorker) -> DrawnUp:
    """Solve in the worker, store the draft and put HR's message into the outbox.

    Nothing is locked while solving, so everybody can go on. Raises `Refusal`: programme_ended, nobody_to_match.
    """
    for tries_left in reversed(range(TRIES)):
        async with store.read(hr.now) as work:
            roster = await read_roster(work.session, await open_programme(work.session, hr))
        if not (roster.free_mentors and roster.free_mentees):
            raise Refusal("nobody_to_match", mentors=roster.free_mentors, mentees=roster.free_mentees)
        solution: Solution = await run(solve, roster)
        async with store.write(hr.now, receipt=hr.signed) as work:
            programme = await open_programme(work.session, hr, lock=True)
            if tries_left and await last_pair(work.session, programme.id or 0) != roster.last_pair:
                continue
            replaced = await _supersede(work.session, programme)
            draft = await _store(work, hr, programme, roster, solution)
            await work.commit()
            return DrawnUp(draft, programme, replaced)
    raise AssertionError("the last try is stored")


async def _supersede(session: AsyncSession, programme: Programme) -> list[int]:
    before = select(Draft.id).where(Draft.programme_id == programme.id, Draft.state == DraftState.OPEN)
    replaced = [draft_id or 0 for draft_id in (await session.exec(before)).all()]
    await session.exec(update(Draft).where(col(Draft.id).in_(replaced)).values(state=DraftState.SUPERSEDED))
    return replaced


async def _store(work: UnitOfWork, hr: HrCaller, programme: Programme, roster: Roster, solution: Solution) -> Draft:
    taken_out = await _taken_out(work.session, programme, roster)
    by = await audit(work, hr, "draft", {"pairs": len(solution.pairs), "left": len(solution.left)})
    draft = Draft(team_id=hr.team_id, programme_id=programme.id or 0, created_at=hr.now, created_by=by.id or 0)
    work.session.add(draft)
    await work.session.flush()
    for table, rows in (
        (DraftPair, _pairs(draft, roster, solution, taken_out)),
        (DraftLeftover, _left_over(draft, roster, solution)),
    ):
        if all_rows := [row.model_dump(exclude={"id"}) for row in rows]:
            await work.session.exec(insert(table), params=all_rows)
    await work.send(_to_hr(programme, draft))
    return draft


def _pairs(
    draft: Draft, roster: Roster, solution: Solution, taken_out: dict[tuple[int, int], DraftPair]
) -> Iterator[DraftPair]:
    """The pairs, and those taken out before: kept in sight, since HR may change its mind."""

    def pair(mentor_id: int, mentee_id: int, score: int, explanation: dict[str, Any], excluded: bool) -> DraftPair:
        return DraftPair(
            team_id=draft.team_id,
            draft_id=draft.id or 0,
            mentor_id=mentor_id,
            mentee_id=mentee_id,
            score=score,
            explanation=explanation,
            excluded=excluded,
        )

    ids = roster.participant_ids
    proposed = {(ids[one.mentor], ids[one.mentee]): one for one in solution.pairs}
    for couple, one in proposed.items():
        # It may have been taken out of the draft before while this one was being drawn up.
        yield pair(*couple, one.score, one.explanation, couple in taken_out)
    for couple, was in taken_out.items():
        if couple not in proposed:
            yield pair(*couple, was.score, was.explanation, True)


def _left_over(draft: Draft, roster: Roster, solution: Solution) -> Iterator[DraftLeftover]:
    for left in solution.left:
        yield DraftLeftover(
            team_id=draft.team_id,
            draft_id=draft.id or 0,
            participant_id=roster.participant_ids[left.person],
            side=left.side,
            cause=left.cause,
            help=left.help,
        )


async def _taken_out(session: AsyncSession, programme: Programme, roster: Roster) -> dict[tuple[int, int], DraftPair]:
    """What HR took out of the newest draft, of people who still take part, by their participants' ids."""
    newest = await newest_draft(session, programme.id or 0)
    if newest is None:
        return {}
    wanted = select(DraftPair).where(DraftPair.draft_id == newest.id, col(DraftPair.excluded).is_(True))
    here = set(roster.participant_ids.values())
    pairs = (await session.exec(wanted.order_by(col(DraftPair.id)))).all()
    return {(pair.mentor_id, pair.mentee_id): pair for pair in pairs if {pair.mentor_id, pair.mentee_id} <= here}


def _to_hr(programme: Programme, draft: Draft) -> Outgoing:
    return Outgoing(
        programme.team_id,
        key=draft_key(draft),
        kind="match_draft",
        programme_id=programme.id,
        channel=programme.hr_channel,
        data={"draft": draft.id},
        keeps_hours=False,
    )
