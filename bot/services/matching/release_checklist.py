"""The checklist before a release: each item is open, met, or deliberately waived by HR."""

from dataclasses import dataclass
from enum import StrEnum

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.domain.messages.recruiting import SponsorPostMessage
from bot.domain.orientation import FinishBy
from bot.services.access import audit, open_draft, open_programme
from bot.services.caller import HrCaller, Rejected
from bot.services.care.contacts import has_contact
from bot.services.orientation.finish_by import all_finished, number_missing
from bot.services.orientation.orientation import finished, number_not_offered
from bot.services.programme.sponsor import standing_of
from bot.services.roster.managers import number_without_manager
from storage.tables import Draft, GateWaiver, Outbox, OutboxState, Programme, ProgrammeState
from storage.unit_of_work import Store

ON_ITS_WAY = (OutboxState.PENDING, OutboxState.SENDING, OutboxState.UNKNOWN)
WAIVED = "gate_waived"
"""Its code in the audit log."""


class Gate(StrEnum):
    """In the order in which HR sees them."""

    SPONSOR = "sponsor"
    """The sponsor's message was posted: without it, leaders do not find the time."""
    PREPARED = "prepared"
    """Everyone was offered the orientation or the briefing."""
    FINISHED = "finished"
    """As many have finished it as can be known, if HR asked for that before the introductions."""
    MANAGERS = "managers"
    """Everyone's manager is known, or HR said that there is none: without it they cannot be matched."""
    CONTACT = "contact"
    """A person agreed to receive concerns."""


class State(StrEnum):
    OPEN = "open"
    MET = "met"
    WAIVED = "waived"
    COMING = "coming"
    """On its way: accepted, and sent in the next working hour."""
    OPTIONAL = "optional"
    """HR does not ask for it before the release."""
    PAST = "past"
    """Never done, and too late for it: the first pairs were introduced without it."""


FOR_ONE_DRAFT = frozenset({Gate.MANAGERS, Gate.PREPARED, Gate.FINISHED, Gate.CONTACT})
"""Items whose waiver applies to that draft only; the others apply to the whole programme."""


@dataclass(frozen=True)
class Check:
    """State of one item; `count`: how many are missing."""

    gate: Gate
    state: State
    count: int = 0


async def checks(session: AsyncSession, programme: Programme, draft: Draft) -> tuple[Check, ...]:
    """Every item for a draft."""
    waived = await _waived(session, draft)
    missing = {
        Gate.PREPARED: await number_not_offered(session, programme.id),
        Gate.MANAGERS: await number_without_manager(session, programme.id),
        Gate.CONTACT: int(not await has_contact(session, programme, agreed=True)),
    }
    sponsor = await _sponsor(session, programme)
    if sponsor is State.OPEN and Gate.SPONSOR in waived:
        sponsor = State.WAIVED
    offered, *others = (
        Check(gate, State.MET if not count else State.WAIVED if gate in waived else State.OPEN, count)
        for gate, count in missing.items()
    )
    finished = await _finished(session, programme, waived=Gate.FINISHED in waived)
    return (Check(Gate.SPONSOR, sponsor, int(sponsor is not State.MET)), offered, finished, *others)


async def _finished(session: AsyncSession, programme: Programme, *, waived: bool) -> Check:
    """Of the orientation and the briefing: only from published figures, like all that HR sees of it."""
    found = await finished(session, programme.id)
    missing = number_missing(found)
    if FinishBy(programme.finish_orientation) is not FinishBy.INTRODUCTION:
        return Check(Gate.FINISHED, State.OPTIONAL, missing)
    state = State.MET if all_finished(found) else State.WAIVED if waived else State.OPEN
    return Check(Gate.FINISHED, state, missing)


async def _sponsor(session: AsyncSession, programme: Programme) -> State:
    """Whether the sponsor's message was posted: not only written, and not only skipped before."""
    last = (await standing_of(session, programme)).last
    if last is not None:
        post = SponsorPostMessage(last.id).key(programme.id)
        statement = select(Outbox.state).where(Outbox.team_id == programme.team_id, Outbox.key == post)
        state = (await session.exec(statement)).first()
        if state in (None, OutboxState.SENT):  # None: an old row, which retention deleted
            return State.MET
        if state in ON_ITS_WAY:
            return State.COMING
    # Once pairs of the programme were introduced, a message before the first introduction is no longer possible.
    return State.OPEN if programme.state == ProgrammeState.RECRUITING else State.PAST


async def refuse_if_open(session: AsyncSession, programme: Programme, draft: Draft) -> None:
    """Raises `Rejected`: gates_open."""
    if any(check.state is State.OPEN for check in await checks(session, programme, draft)):
        raise Rejected("gates_open")


async def waive(store: Store, hr: HrCaller, draft_id: int, gate: Gate) -> None:
    """HR continues without it; idempotent.

    Raises `Rejected`: outdated, already_released, draft_outdated, programme_ended.
    """
    async with store.write(hr.now, receipt=hr.signed) as work:
        programme = await open_programme(work.session, hr, lock=True)
        draft = await open_draft(work.session, hr, draft_id)
        still_open = [one for one in await checks(work.session, programme, draft) if one.state is State.OPEN]
        if any(one.gate is gate for one in still_open):
            work.session.add(
                GateWaiver(team_id=hr.team_id, programme_id=hr.programme_id, draft_id=draft_id, gate=gate, at=hr.now)
            )
            await audit(work, hr, WAIVED, {"draft": draft_id, "gate": gate})
        await work.commit()


async def _waived(session: AsyncSession, draft: Draft) -> set[Gate]:
    statement = select(GateWaiver.gate, GateWaiver.draft_id).where(GateWaiver.programme_id == draft.programme_id)
    rows = (await session.exec(statement.order_by(col(GateWaiver.id)))).all()
    return {Gate(gate) for gate, of in rows if gate not in FOR_ONE_DRAFT or of == draft.id}
