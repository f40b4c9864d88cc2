"""Whether a person raised a concern or asked to be contacted: nothing cheerful is sent to them at the end."""

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.domain.messages.care import ContactMeMessage
from storage.tables import Concern, Outbox, Participant, PollAnswer, Programme


async def asked_for_help(session: AsyncSession, participant: Participant, programme: Programme) -> bool:
    """Whether they did in this programme, in any way: for a message to themselves, never for anyone else."""
    person_id = participant.person_id
    concern = select(Concern.id).where(Concern.person_id == person_id, Concern.programme_id == programme.id)
    if (await session.exec(concern.limit(1))).first() is not None:
        return True
    wished = select(PollAnswer.id).where(
        PollAnswer.participant_id == participant.id, col(PollAnswer.contact_me).is_(True)
    )
    if (await session.exec(wished.limit(1))).first() is not None:
        return True
    statement = select(Outbox).where(Outbox.programme_id == programme.id, Outbox.kind == ContactMeMessage.kind.name)
    return any(row.data.get("person") == person_id for row in (await session.exec(statement)).all())
