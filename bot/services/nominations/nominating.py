"""A person nominates a colleague as a mentor, who gets one invitation, whoever else nominates them.

What the nominator reads is the same whether or not the colleague was invited, signed up or answered before, so it says
nothing about the colleague.
"""

from dataclasses import dataclass

from sqlalchemy.orm import aliased
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.domain.messages.invitations import InvitationMessage
from bot.domain.nominations import MOST, Praise
from bot.domain.signup import Role
from bot.services.caller import Caller, InvalidInput, Rejected
from bot.services.invitations.inviting import remind_at
from bot.services.nominations.erasing import erase_look_at
from bot.services.people.eligibility import why_unfit
from bot.services.roster.entries import entry_of
from bot.services.signup.checks import check_guest, check_open, topics_to_choose
from bot.services.signup.eligibility import Members, Stated, eligibility_of, unmet_by
from storage.outbox import outgoing
from storage.queries import participation, person_by_slack
from storage.tables import Invitation, Nomination, Person, Programme
from storage.unit_of_work import Store, UnitOfWork

NOMINATOR = aliased(Person)


@dataclass(frozen=True)
class NominationChoice:
    """What the form shows: the topics to choose from, and whom the caller has nominated in the programme."""

    programme: Programme
    topics: tuple[str, ...]
    nominated: tuple[Person, ...] = ()

    @property
    def left(self) -> int:
        return max(0, MOST - len(self.nominated))


async def read_choice(store: Store, caller: Caller, programme_id: int | None) -> NominationChoice:
    """Raises `Rejected`: no_programme, guest, recruiting_closed, nominations_over, invited_to_cancelled,
    nominations_used."""
    async with store.read(caller.now) as work:
        _, programme = await _open_to(work, caller, programme_id)
        choice = await _choice(work.session, caller, programme)
    _check_left(choice)
    return choice


async def nominate(
    store: Store, caller: Caller, programme_id: int, slack_id: str, praise: Praise, members: Members
) -> tuple[NominationChoice, Person]:
    """Store a nomination, and invite the colleague unless they were invited or signed up before.

    `slack_id`: the colleague, whom `Directory.picked` has stored. `members`: of the channels that HR's limits name,
    as far as they are known.

    Raises as `read_choice`; `InvalidInput`: at `person` oneself, twice, not_eligible or why they cannot be picked, at
    `topic` gone.
    """
    async with store.write(caller.now, receipt=caller.signed) as work:
        me, programme = await _open_to(work, caller, programme_id, lock=True)
        before = await _choice(work.session, caller, programme)
        person = await person_by_slack(work.session, caller.team_id, slack_id)
        if person is None:
            raise InvalidInput({"person": "gone"})
        if wrong := await _why_not(work.session, me, programme, person, members):
            raise InvalidInput({"person": wrong})
        if person.id in {one.id for one in before.nominated}:
            raise InvalidInput({"person": "twice"})
        _check_left(before)
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
        await work.commit()
    return NominationChoice(programme, before.topics, (*before.nominated, person)), person


async def _open_to(
    work: UnitOfWork, caller: Caller, programme_id: int | None, *, lock: bool = False
) -> tuple[Person, Programme]:
    """The caller and a programme whose sign-up is open. Locked, so that two nominators wait for each other."""
    me = await person_by_slack(work.session, caller.team_id, caller.slack_id)
    statement = select(Programme).where(Programme.id == programme_id)
    found = (await work.session.exec(statement.with_for_update() if lock else statement)).first()
    if me is None or found is None or found.team_id != caller.team_id:
        raise Rejected("no_programme")
    check_guest(me, found, None)
    try:
        await check_open(work, found, None)
    except Rejected as refusal:
        if refusal.code != "sign_up_over":
            raise
        raise Rejected("nominations_over", programme=found.name) from None
    return me, found


def _check_left(choice: NominationChoice) -> None:
    if not choice.left:
        raise Rejected("nominations_used", programme=choice.programme.name, most=MOST)


async def _choice(session: AsyncSession, caller: Caller, programme: Programme) -> NominationChoice:
    statement = (
        select(Person)
        .join(Nomination, col(Nomination.person_id) == col(Person.id))
        .join(NOMINATOR, col(NOMINATOR.id) == col(Nomination.nominator_id))
        .where(
            Nomination.programme_id == programme.id,
            NOMINATOR.team_id == caller.team_id,
            NOMINATOR.slack_id == caller.slack_id,
        )
        .order_by(col(Nomination.id))
    )
    mine = (await session.exec(statement)).all()
    return NominationChoice(programme, topics_to_choose(programme, None), tuple(mine))


async def _why_not(session: AsyncSession, me: Person, programme: Programme, person: Person, members: Members) -> str:
    """Why somebody cannot be nominated, without anything that they said or did; "" if they can."""
    if person.id == me.id:
        return "oneself"
    if unfit := why_unfit(person, guests=programme.guests):
        return str(unfit)
    entry = await entry_of(session, programme.id, person.id)
    unmet = unmet_by(eligibility_of(programme), person, None, entry, Stated(), members)
    return "not_eligible" if unmet else ""


async def _invite_once(work: UnitOfWork, programme: Programme, person: Person) -> None:
    """Not if they were invited before, by whomever and whatever came of it, or have signed up."""
    asked = select(Invitation.id).where(Invitation.programme_id == programme.id, Invitation.person_id == person.id)
    if (await work.session.exec(asked)).first() or await participation(work.session, person.id, programme.id):
        return
    invitation = Invitation(
        team_id=programme.team_id,
        programme_id=programme.id,
        person_id=person.id,
        role=Role.MENTOR,
        reason="",
        asked_at=work.now,
        remind_at=remind_at(programme, person, work.now, programme.sign_up_closes_on),
        nominated=True,
    )
    work.session.add(invitation)
    await work.session.flush()
    message = InvitationMessage(invitation.id, invitation.times)
    await work.send(outgoing(message, programme.team_id, programme.id, person_id=person.id))
