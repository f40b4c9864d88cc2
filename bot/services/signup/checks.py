"""What can be chosen in a sign-up, and what refuses one, besides HR's limits."""

from bot.domain.programme import Theme, topics_for
from bot.services.caller import Rejected
from bot.services.programme.end import ends_at
from bot.services.signup.contact import asks_whom
from bot.services.signup.open_to import sign_up_is_open
from storage.queries import sessions_are_over
from storage.tables import Participant, ParticipantState, Person, Programme, ProgrammeState
from storage.unit_of_work import UnitOfWork


def check_guest(person: Person, programme: Programme, participant: Participant | None) -> None:
    """Who takes part already goes on. Raises `Rejected`: guest."""
    takes_part = participant is not None and participant.state != ParticipantState.LEFT
    if person.is_guest and not programme.guests and not takes_part:
        raise Rejected("guest")


async def check_open(work: UnitOfWork, programme: Programme, participant: Participant | None) -> None:
    """Who takes part can change the sign-up until their pairs or the programme are over.

    Raises `Rejected`: sign_up_over, sign_up_declined, recruiting_closed, sign_up_past, invited_to_cancelled.
    """
    declined = participant is not None and participant.hr_declined_at is not None
    over = programme.state == ProgrammeState.CLOSED or ends_at(programme) <= work.now
    if programme.cancelled_at:
        raise Rejected("invited_to_cancelled", programme=programme.name)
    if participant is not None and participant.state != ParticipantState.LEFT:
        if over or await sessions_are_over(work.session, participant.id):
            raise Rejected("sign_up_past", programme=programme.name)
    elif over:
        raise Rejected("recruiting_closed")
    elif declined or not sign_up_is_open(programme, work.now):
        hr = await asks_whom(work.session, programme)
        code = "sign_up_declined" if declined else "sign_up_over"
        raise Rejected(code, programme=programme.name, hr=hr.name if hr else "")


def topics_to_choose(programme: Programme, known: Participant | None) -> tuple[str, ...]:
    """The topics to choose from: HR's list, and earlier choices that were removed from it."""
    listed = topics_for(Theme(programme.theme), programme.topics)
    chosen = [one["topic"] for one in (*known.offers, *known.wishes)] if known else []
    return tuple(dict.fromkeys([*listed, *chosen]))
