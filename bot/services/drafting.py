"""HR has a draft of pairs drawn up and takes out what does not fit. Nobody else hears of it before the release."""

from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import insert, update
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.services.caller import Caller, HrCaller, Refusal
from bot.services.matching import last_pair, newest_draft, read_roster
from bot.services.solving import Roster, Solution, solve
from storage.outbox import Outgoing
from storage.queries import person_by_slack
from storage.tables import (
    AuditEntry,
    Draft,
    DraftLeftover,
    DraftPair,
    DraftState,
    Pair,
    PairState,
    Participant,
    Person,
    Programme,
    ProgrammeState,
)
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


async def set_excluded(store: Store, hr: HrCaller, draft_pair_id: int, *, excluded: bool) -> Draft:
    """Take a pair out of the draft, or put it back; harmless if it is so already.

    Raises `Refusal`: outdated, already_released, draft_outdated, no_place_left (one of the two has another partner in
    this draft by now), programme_ended.
    """
    async with store.write(hr.now, receipt=hr.signed) as work:
        await open_programme(work.session, hr, lock=True)
        pair = await work.session.get(DraftPair, draft_pair_id)
        if pair is None:
            raise Refusal("outdated")
        draft = await open_draft(work.session, hr, pair.draft_id)
        if pair.excluded != excluded:
            if not excluded:
                await _refuse_if_full(work.session, draft, pair)
            pair.excluded = excluded
            details = {"draft": draft.id, "mentor": pair.mentor_id, "mentee": pair.mentee_id}
            await audit(work, hr, "pair_taken_out" if excluded else "pair_put_back", details)
        await work.commit()
    return draft


# What HR's other acts on a draft need as well


async def programme_of(store: Store, caller: Caller, draft_id: int) -> int:
    """Which programme a draft belongs to, so that the caller can be checked as its HR. Raises `Refusal`: outdated."""
    async with store.read(caller.now) as work:
        draft = await work.session.get(Draft, draft_id)
    if draft is None or draft.team_id != caller.team_id:
        raise Refusal("outdated")
    return draft.programme_id


async def own_draft(session: AsyncSession, hr: HrCaller, draft_id: int, *, lock: bool = False) -> Draft:
    """A draft of the caller's programme. Raises `Refusal`: outdated."""
    draft = await session.get(Draft, draft_id, with_for_update=lock)
    if draft is None or draft.team_id != hr.team_id or draft.programme_id != hr.programme_id:
        raise Refusal("outdated")
    return draft


async def open_draft(session: AsyncSession, hr: HrCaller, draft_id: int, *, lock: bool = False) -> Draft:
    """A draft that can still be changed. Raises `Refusal`: outdated, already_released, draft_outdated."""
    draft = await own_draft(session, hr, draft_id, lock=lock)
    if draft.state == DraftState.RELEASED:
        raise Refusal("already_released")
    if draft.state == DraftState.SUPERSEDED:
        raise Refusal("draft_outdated")
    return draft


async def open_programme(session: AsyncSession, hr: HrCaller, *, lock: bool = False) -> Programme:
    """The caller's programme; locked, HR's acts follow one another. Raises `Refusal`: programme_ended."""
    programme = await session.get(Programme, hr.programme_id, with_for_update=lock)
    if programme is None or programme.state == ProgrammeState.CLOSED:
        raise Refusal("programme_ended")
    return programme


async def audit(work: UnitOfWork, hr: HrCaller, what: str, details: dict[str, Any]) -> Person:
    """Write down who of HR did what; who it was. Raises `Refusal`: unknown_person."""
    by = await person_by_slack(work.session, hr.team_id, hr.slack_id)
    if by is None:
        raise Refusal("unknown_person")
    work.session.add(
        AuditEntry(
            team_id=hr.team_id,
            programme_id=hr.programme_id,
            person_id=by.id or 0,
            what=what,
            details=details,
            at=hr.now,
        )
    )
    return by


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


async def _refuse_if_full(session: AsyncSession, draft: Draft, pair: DraftPair) -> None:
    """Drawn up again without this pair, the draft may have given a place of it to somebody else."""
    live = (DraftPair.draft_id == draft.id, col(DraftPair.excluded).is_(False))
    mentor = await session.get_one(Participant, pair.mentor_id)
    mentee = await session.get_one(Participant, pair.mentee_id)
    for mine, held, places in (
        (DraftPair.mentor_id == mentor.id, Pair.mentor_id == mentor.id, mentor.mentor_capacity),
        (DraftPair.mentee_id == mentee.id, Pair.mentee_id == mentee.id, mentee.mentee_capacity),
    ):
        proposed = (await session.exec(select(DraftPair.id).where(mine, *live))).all()
        partners = (await session.exec(select(Pair.id).where(held, Pair.state == PairState.ACTIVE))).all()
        if len(proposed) + len(partners) >= places:
            raise Refusal("no_place_left")


def draft_key(draft: Draft) -> str:
    """The outbox key of HR's message about a draft."""
    return f"{draft.programme_id}:match_draft:{draft.id}:"


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
