"""HR undoes a release as long as nobody was notified: completely, or not at all."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Column, delete, exists, update
from sqlmodel import SQLModel, col, select
from sqlmodel.ext.asyncio.session import AsyncSession
from sqlmodel.sql.expression import SelectOfScalar

from bot.domain.messages.matching import MatchReleasedMessage, MatchUndoneMessage
from bot.services.access import audit, open_programme, own_draft
from bot.services.caller import HrCaller, Rejected
from bot.services.matching.release_plan import stop_plans
from bot.services.surveys.surveys import asked_since, message_key
from storage.outbox import Outgoing, outgoing
from storage.tables import (
    ConfirmationState,
    Draft,
    DraftPair,
    DraftState,
    MentoringSession,
    Outbox,
    OutboxState,
    Pair,
    PairConfirmation,
    PairState,
    Person,
    Programme,
    ProgrammeState,
    RiskAction,
    SessionState,
)
from storage.unit_of_work import Store, UnitOfWork

BATCH = 1000
OF_A_RELEASE = ("session", "riskaction", "outbox")
"""Tables with rows about a pair that come from its release and from jobs, not from the two people."""


@dataclass(frozen=True)
class Undone:
    """The draft is open again. `told` are HR's messages of its release (channel, ts), `replaced` newer drafts."""

    draft: Draft
    programme: Programme
    told: list[tuple[str, str]]
    replaced: list[int]


async def undo(store: Store, hr: HrCaller, draft_id: int) -> Undone:
    """Undo the release of a draft: delete its pairs, their sessions and all waiting messages about them.

    Raises `Rejected`: outdated, not_released, programme_ended, undo_too_late (an introduction was sent, is being
    sent, or may have arrived; or one of the two has used the pair).
    """
    async with store.write(hr.now, receipt=hr.signed) as work:
        programme = await open_programme(work.session, hr, lock=True)
        draft = await own_draft(work.session, hr, draft_id, lock=True)
        if draft.state != DraftState.RELEASED:
            raise Rejected("not_released")
        ours = _ours(draft)
        await _refuse_if_known(work.session, ours)
        told = await _take_back_messages(work.session, draft, ours)
        await _confirmed_again(work.session, draft)
        pairs = await _delete(work.session, ours)
        replaced = await _open_again(work, programme, draft)
        by = await audit(work, hr, "release_undone", {"draft": draft.id, "pairs": pairs})
        await work.send(_to_hr(programme, draft, hr, by, pairs))
        await work.commit()
    return Undone(draft, programme, told, replaced)


def _ours(draft: Draft) -> SelectOfScalar[int]:
    """The pairs of this release."""
    both = (col(DraftPair.mentor_id) == col(Pair.mentor_id)) & (col(DraftPair.leader_id) == col(Pair.leader_id))
    return (
        select(Pair.id)
        .join(DraftPair, both)
        .where(
            DraftPair.draft_id == draft.id,
            Pair.programme_id == draft.programme_id,
            Pair.introduced_at == draft.released_at,
        )
    )


async def _refuse_if_known(session: AsyncSession, ours: SelectOfScalar[int]) -> None:
    """One of them booked, agreed on or wrote something, or left: then they know. Raises `Rejected`: undo_too_late.

    The pairs stay locked: concurrent actions wait, and then find no pair.
    """
    pairs = await session.exec(select(Pair.state).where(col(Pair.id).in_(ours)).with_for_update())
    meetings = select(MentoringSession.id).where(col(MentoringSession.pair_id).in_(ours))
    booked = col(MentoringSession.id).in_(meetings), col(MentoringSession.state) != SessionState.PLANNED
    done = [exists().where(*booked), *(exists().where(column.in_(ours)) for column in _naming("pair"))]
    done += [exists().where(column.in_(meetings)) for column in _naming("session")]
    over = any(state != PairState.ACTIVE for state in pairs.all())
    found: Any = (await session.exec(select(*done))).one()
    if over or any(found):
        raise Rejected("undo_too_late")


def _naming(what: str) -> Iterator[Column[Any]]:
    """The columns that refer to a pair or a session in tables that people fill, also in future tables."""
    for name, table in SQLModel.metadata.tables.items():
        if name not in OF_A_RELEASE:
            yield from (one for one in table.columns if any(key.column.table.name == what for key in one.foreign_keys))


async def _take_back_messages(session: AsyncSession, draft: Draft, ours: SelectOfScalar[int]) -> list[tuple[str, str]]:
    """Delete waiting messages about the pairs; HR's messages about the release.

    Deleted, not dropped: the same keys must be free for another release. Delivery claims a row only while it is
    pending, and it is deleted only while it is pending, so only one of the two succeeds. Raises `Rejected`:
    undo_too_late.
    """
    pairs = set((await session.exec(ours)).all())
    of_pair = select(MentoringSession.id).where(col(MentoringSession.pair_id).in_(ours))
    meetings = set((await session.exec(of_pair)).all())
    since = (Outbox.programme_id == draft.programme_id, col(Outbox.created_at) >= draft.released_at)
    rows = (await session.exec(select(Outbox).where(*since))).all()
    questions = await _take_back_questions(session, draft)
    about = [
        row.id
        for row in rows
        if row.data.get("pair") in pairs or row.data.get("session") in meetings or row.key in questions
    ]
    if await _delete_waiting(session, about) != len(about):
        raise Rejected("undo_too_late")
    to_hr = [row for row in rows if _tells_of(row, draft)]
    await _delete_waiting(session, [row.id for row in to_hr])
    return [(row.channel, row.ts) for row in to_hr if row.channel and row.ts]


def _tells_of(row: Outbox, draft: Draft) -> bool:
    return row.kind == MatchReleasedMessage.kind.name and MatchReleasedMessage.read(row.data).draft == draft.id


async def _take_back_questions(session: AsyncSession, draft: Draft) -> set[str]:
    """Delete the survey questions of the new pairs; the keys of the messages. Raises `Rejected`: undo_too_late."""
    if draft.released_at is None:
        return set()
    asked = await asked_since(session, draft.programme_id, draft.released_at)
    if any(one.answered_at for one in asked):
        raise Rejected("undo_too_late")
    keys = {message_key(one) for one in asked}
    for response in asked:
        await session.delete(response)
    return keys


async def _delete_waiting(session: AsyncSession, ids: Sequence[int]) -> int:
    """Delete those that are still pending, whatever they were when they were read; how many there are."""
    deleted = 0
    for start in range(0, len(ids), BATCH):
        these = col(Outbox.id).in_(ids[start : start + BATCH])
        waiting = delete(Outbox).where(these, col(Outbox.state) == OutboxState.PENDING)
        deleted += (await session.exec(waiting.execution_options(synchronize_session=False))).rowcount
    return deleted


async def _delete(session: AsyncSession, ours: SelectOfScalar[int]) -> int:
    """Delete the pairs, because people who were paired before are not paired again; how many there were."""
    for table in (RiskAction, MentoringSession):
        theirs = delete(table).where(col(table.pair_id).in_(ours))
        await session.exec(theirs.execution_options(synchronize_session=False))
    pairs = delete(Pair).where(col(Pair.id).in_(ours)).execution_options(synchronize_session=False)
    return int((await session.exec(pairs)).rowcount)


async def _open_again(work: UnitOfWork, programme: Programme, draft: Draft) -> list[int]:
    """Reopen the draft; a draft that was created after its release is closed."""
    newer = select(Draft.id).where(Draft.programme_id == programme.id, Draft.state == DraftState.OPEN)
    session = work.session
    replaced = list((await session.exec(newer)).all())
    await stop_plans(work, programme, replaced)
    await session.exec(update(Draft).where(col(Draft.id).in_(replaced)).values(state=DraftState.SUPERSEDED))
    draft.state, draft.released_at, draft.released_by = DraftState.OPEN, None, None
    draft.version += 1
    if (await session.exec(select(Pair.id).where(Pair.programme_id == programme.id).limit(1))).first() is None:
        programme.state = ProgrammeState.RECRUITING
    return replaced


async def _confirmed_again(session: AsyncSession, draft: Draft) -> None:
    """Pairs made by hand can be released again."""
    released = (
        select(PairConfirmation)
        .join(
            DraftPair,
            (col(DraftPair.mentor_id) == col(PairConfirmation.mentor_id))
            & (col(DraftPair.leader_id) == col(PairConfirmation.leader_id)),
        )
        .where(
            DraftPair.draft_id == draft.id,
            col(DraftPair.excluded).is_(False),
            PairConfirmation.programme_id == draft.programme_id,
            PairConfirmation.state == ConfirmationState.RELEASED,
        )
    )
    for confirmation in (await session.exec(released)).all():
        confirmation.state = ConfirmationState.CONFIRMED


def _to_hr(programme: Programme, draft: Draft, hr: HrCaller, by: Person, pairs: int) -> Outgoing:
    undone = MatchUndoneMessage(draft.id, pairs, by.id, receipt=hr.receipt)
    return outgoing(undone, programme.team_id, programme.id, channel=programme.hr_channel)
