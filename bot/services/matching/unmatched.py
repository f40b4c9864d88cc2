"""HR's messages to people without a partner: the cause and a possible remedy, once per draft and person."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.domain.messages.matching import LeftOverMessage
from bot.services.access import audit, open_draft, open_programme
from bot.services.caller import HrCaller, Rejected
from bot.services.matching.draft_review import HELD_BACK, LeftOver, left_over_of
from storage.outbox import outgoing
from storage.tables import Draft, Outbox, Pair, PairState, Participant, ParticipantState, Person, Programme
from storage.unit_of_work import Store, UnitOfWork

EVERYBODY = 0
LONGEST_SENTENCE = 300


@dataclass(frozen=True)
class UnmatchedPeople:
    """Who would get a message now."""

    programme: Programme
    people: list[LeftOver]


async def recipients(store: Store, hr: HrCaller, draft_id: int, part_id: int) -> UnmatchedPeople:
    """Who would get a message now: one sign-up, or `EVERYBODY` who has no partner and got none about this draft.

    Raises `Rejected`: outdated, already_released, draft_outdated, not_left_over.
    """
    async with store.read(hr.now) as work:
        draft = await open_draft(work.session, hr, draft_id)
        programme = await work.session.get_one(Programme, draft.programme_id)
        return UnmatchedPeople(programme, await _waiting(work.session, draft, part_id))


async def send_messages(store: Store, hr: HrCaller, draft_id: int, part_id: int, sentence: str) -> int:
    """Enqueue the messages, with HR's own `sentence` if there is one; how many.

    Raises `Rejected`: outdated, already_released, draft_outdated, not_left_over, programme_ended, too_long.
    """
    if len(sentence) > LONGEST_SENTENCE:
        raise Rejected("too_long", longest=LONGEST_SENTENCE)
    async with store.write(hr.now, receipt=hr.signed) as work:
        programme = await open_programme(work.session, hr, lock=True)
        draft = await open_draft(work.session, hr, draft_id)
        waiting = await _waiting(work.session, draft, part_id)
        for leftover in waiting:
            message = LeftOverMessage(leftover.participant.id, leftover.side, leftover.cause, sentence, draft=draft.id)
            await work.send(
                outgoing(message, hr.team_id, programme.id, person_id=leftover.person.id, bulk=len(waiting) > 1)
            )
            await audit(work, hr, "left_over_told", {"draft": draft.id, "part": leftover.participant.id})
        await work.commit()
    return len(waiting)


async def still_left(work: UnitOfWork, part_id: int) -> Participant | None:
    """The sign-up, if they still take part and have no partner: otherwise a message is no longer relevant."""
    part = await work.session.get(Participant, part_id)
    if part is None or part.state != ParticipantState.ACTIVE:
        return None
    mine = (Pair.mentor_id == part_id) | (Pair.leader_id == part_id)
    together = (await work.session.exec(select(Pair.id).where(mine, Pair.state != PairState.ENDED))).first()
    return None if together else part


@dataclass(frozen=True)
class Written:
    """HR's last message to a person without a partner: when, and whether it was about the present draft."""

    at: datetime
    about_this: bool


async def told_of(session: AsyncSession, draft: Draft, people: list[Person]) -> dict[int, Written]:
    """Who of these got a message from HR in this programme, by their ids."""
    keys = {_key(draft, one.id) for one in people}
    statement = (
        select(Outbox.person_id, Outbox.key, Outbox.created_at)
        .where(
            Outbox.team_id == draft.team_id,
            Outbox.programme_id == draft.programme_id,
            Outbox.kind == LeftOverMessage.kind.name,
            col(Outbox.person_id).in_([one.id for one in people]),
        )
        .order_by(col(Outbox.created_at), col(Outbox.id))
    )
    found: dict[int, Written] = {}
    for person_id, key, at in (await session.exec(statement)).all():
        if person_id is not None:
            before = found.get(person_id)
            found[person_id] = Written(at, key in keys or (before is not None and before.about_this))
    return found


def _key(draft: Draft, person_id: int) -> str:
    return LeftOverMessage.kind.key_of(draft.programme_id, person_id, draft=draft.id)


async def _waiting(session: AsyncSession, draft: Draft, part_id: int) -> list[LeftOver]:
    """Each person once, on the side that comes first; nobody whom HR holds back, since it looks for no partner."""
    left = {
        one.person.id: one
        for one in reversed(await left_over_of(session, draft))
        if one.person.active and one.participant.state == ParticipantState.ACTIVE and one.cause != HELD_BACK[0]
    }
    told = await told_of(session, draft, [one.person for one in left.values()])
    waiting = [
        one
        for one in reversed(left.values())
        if not (one.person.id in told and told[one.person.id].about_this) and part_id in (EVERYBODY, one.participant.id)
    ]
    if not waiting:
        raise Rejected("not_left_over")
    return waiting
