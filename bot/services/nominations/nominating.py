"""A person nominates a colleague as a mentor, who gets one invitation, however many nominate them or take it back.

What the nominator reads is the same whether or not the colleague was invited, signed up or answered before, so it says
nothing about the colleague.
"""

from dataclasses import dataclass, replace

from sqlalchemy.orm import aliased
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.domain.messages.invitations import InvitationMessage
from bot.domain.nominations import MOST, Praise
from bot.domain.signup import Role
from bot.services.caller import Caller, InvalidInput, Rejected
from bot.services.invitations.inviting import message_of, remind_at, withdraw_unsent
from bot.services.nominations.erasing import erase_look_at
from bot.services.people.eligibility import why_unfit
from bot.services.roster.entries import entry_of
from bot.services.signup.checks import check_guest, check_open, topics_to_choose
from bot.services.signup.eligibility import Members, Stated, eligibility_of, unmet_by
from storage.outbox import outgoing
from storage.queries import participation, person_by_slack
from storage.tables import Invitation, Nomination, Outbox, Person, Programme
from storage.unit_of_work import Store, UnitOfWork

NOMINATOR = aliased(Person)
TAKEN_BACK = "taken_back"
"""Why an invitation was dropped: the only nomination was taken back before it was sent."""


@dataclass(frozen=True)
class OwnNomination:
    """A nomination of the caller's: its id, and whom they nominated."""

    id: int
    person: Person


@dataclass(frozen=True)
class NominationChoice:
    """What the form shows: the topics to choose from, and whom the caller has nominated in the programme."""

    programme: Programme
    topics: tuple[str, ...]
    nominated: tuple[OwnNomination, ...] = ()
    closed: bool = False
    """Nobody can be nominated any more; what was can be taken back until it is erased."""

    @property
    def left(self) -> int:
        return 0 if self.closed else max(0, MOST - len(self.nominated))


async def read_choice(store: Store, caller: Caller, programme_id: int | None) -> NominationChoice:
    """After sign-up, only for who nominated somebody.

    Raises `Rejected`: no_programme, guest, recruiting_closed, nominations_over, invited_to_cancelled.
    """
    async with store.read(caller.now) as work:
        return await _own_choice(work, caller, programme_id)


async def nominate(
    store: Store, caller: Caller, programme_id: int, slack_id: str, praise: Praise, members: Members
) -> tuple[NominationChoice, Person]:
    """Store a nomination, and invite the colleague unless they were invited or signed up before.

    `slack_id`: the colleague, whom `Directory.picked` has stored. `members`: of the channels that HR's limits name,
    as far as they are known.

    Raises as `read_choice`, and `Rejected`: nominations_used; `InvalidInput`: at `person` oneself, twice, not_eligible
    or why they cannot be picked, at `topic` gone.
    """
    async with store.write(caller.now, receipt=caller.signed) as work:
        me, programme = await _open_to(work, caller, programme_id, lock=True)
        before = await _choice(work.session, caller, programme)
        person = await person_by_slack(work.session, caller.team_id, slack_id)
        if person is None:
            raise InvalidInput({"person": "gone"})
        if wrong := await _why_not(work.session, me, programme, person, members):
            raise InvalidInput({"person": wrong})
        if person.id in {own.person.id for own in before.nominated}:
            raise InvalidInput({"person": "twice"})
        if not before.left:
            raise Rejected("nominations_used", programme=programme.name, most=MOST)
        if praise.topic not in before.topics:
            raise InvalidInput({"topic": "gone_topic"})
        nomination = Nomination(
            team_id=programme.team_id,
            programme_id=programme.id,
            person_id=person.id,
            nominator_id=me.id,
            topic=praise.topic,
            reason=praise.reason,
            explains=praise.explains,
            named=praise.named,
            at=caller.now,
            erase_look_at=erase_look_at(programme, caller.now),
        )
        work.session.add(nomination)
        await _invite_once(work, programme, person)
        await work.session.flush()
        own = OwnNomination(nomination.id, person)
        await work.commit()
    return NominationChoice(programme, before.topics, (*before.nominated, own)), person


async def take_back(store: Store, caller: Caller, nomination_id: int) -> NominationChoice:
    """Delete a nomination of the caller's. Without any other, the invitation is not sent if it was not yet.

    Raises as `read_choice`, and `Rejected`: outdated, if they took it back before.
    """
    async with store.write(caller.now, receipt=caller.signed) as work:
        nomination = await work.session.get(Nomination, nomination_id)
        if nomination is None:
            raise Rejected("outdated")
        choice = await _own_choice(work, caller, nomination.programme_id, lock=True)
        programme = choice.programme
        if nomination.id not in {own.id for own in choice.nominated}:
            raise Rejected("outdated")
        await work.session.delete(nomination)
        await work.session.flush()
        await _cancel_invitation(work, programme, nomination.person_id)
        await work.commit()
        left = tuple(own for own in choice.nominated if own.id != nomination_id)
    return replace(choice, nominated=left)


async def _own_choice(
    work: UnitOfWork, caller: Caller, programme_id: int | None, *, lock: bool = False
) -> NominationChoice:
    _, programme = await _programme_of(work, caller, programme_id, lock=lock)
    choice = await _choice(work.session, caller, programme)
    try:
        await _check_open(work, programme)
    except Rejected:
        if not choice.nominated:
            raise
        return replace(choice, closed=True)
    return choice


async def _open_to(
    work: UnitOfWork, caller: Caller, programme_id: int | None, *, lock: bool = False
) -> tuple[Person, Programme]:
    """The caller and a programme whose sign-up is open. Locked, so that two nominators wait for each other."""
    me, programme = await _programme_of(work, caller, programme_id, lock=lock)
    await _check_open(work, programme)
    return me, programme


async def _programme_of(
    work: UnitOfWork, caller: Caller, programme_id: int | None, *, lock: bool
) -> tuple[Person, Programme]:
    me = await person_by_slack(work.session, caller.team_id, caller.slack_id)
    statement = select(Programme).where(Programme.id == programme_id)
    programme = (await work.session.exec(statement.with_for_update() if lock else statement)).first()
    if me is None or programme is None or programme.team_id != caller.team_id:
        raise Rejected("no_programme")
    check_guest(me, programme, None)
    return me, programme


async def _check_open(work: UnitOfWork, programme: Programme) -> None:
    try:
        await check_open(work, programme, None)
    except Rejected as refusal:
        if refusal.code != "sign_up_over":
            raise
        raise Rejected("nominations_over", programme=programme.name) from None


async def _choice(session: AsyncSession, caller: Caller, programme: Programme) -> NominationChoice:
    statement = (
        select(Nomination.id, Person)
        .join(Person, col(Person.id) == col(Nomination.person_id))
        .join(NOMINATOR, col(NOMINATOR.id) == col(Nomination.nominator_id))
        .where(
            Nomination.programme_id == programme.id,
            NOMINATOR.team_id == caller.team_id,
            NOMINATOR.slack_id == caller.slack_id,
        )
        .order_by(col(Nomination.id))
    )
    mine = tuple(OwnNomination(*row) for row in (await session.exec(statement)).all())
    return NominationChoice(programme, topics_to_choose(programme, None), mine)


async def _why_not(session: AsyncSession, me: Person, programme: Programme, person: Person, members: Members) -> str:
    """Why a person cannot be nominated, without anything that they said or did; "" if they can."""
    if person.id == me.id:
        return "oneself"
    if unfit := why_unfit(person, guests=programme.guests):
        return str(unfit)
    entry = await entry_of(session, programme.id, person.id)
    unmet = unmet_by(eligibility_of(programme), person, None, entry, Stated(), members)
    return "not_eligible" if unmet else ""


async def _invite_once(work: UnitOfWork, programme: Programme, person: Person) -> None:
    """Not if they have signed up or were invited before, by whomever and whatever came of it.

    An invitation that was never sent because its nominator took the nomination back does not count.
    """
    mine = select(Invitation).where(Invitation.programme_id == programme.id, Invitation.person_id == person.id)
    invitation = (await work.session.exec(mine)).first()
    if await participation(work.session, person.id, programme.id):
        return
    if invitation is None:
        invitation = Invitation(
            team_id=programme.team_id,
            programme_id=programme.id,
            person_id=person.id,
            role=Role.MENTOR,
            reason="",
            asked_at=work.now,
            nominated=True,
        )
        work.session.add(invitation)
    elif await _taken_back(work.session, invitation):
        invitation.times, invitation.asked_at, invitation.withdrawn_at = invitation.times + 1, work.now, None
    else:
        return
    invitation.remind_at = remind_at(programme, person, work.now, programme.sign_up_closes_on)
    await work.session.flush()
    message = InvitationMessage(invitation.id, invitation.times)
    await work.send(outgoing(message, programme.team_id, programme.id, person_id=person.id))


async def _taken_back(session: AsyncSession, invitation: Invitation) -> bool:
    row = await session.exec(select(Outbox.id).where(*message_of(invitation), Outbox.error == TAKEN_BACK))
    return row.first() is not None


async def _cancel_invitation(work: UnitOfWork, programme: Programme, person_id: int) -> None:
    """Withdraw the unsent invitation of a person whom nobody nominates any more."""
    others = select(Nomination.id).where(Nomination.programme_id == programme.id, Nomination.person_id == person_id)
    mine = select(Invitation).where(Invitation.programme_id == programme.id, Invitation.person_id == person_id)
    invitation = (await work.session.exec(mine)).first()
    if invitation and invitation.nominated and not (await work.session.exec(others)).first():
        await withdraw_unsent(work, invitation, TAKEN_BACK)
