"""Whom of HR people can ask about a programme."""

from sqlmodel.ext.asyncio.session import AsyncSession

from storage.tables import Person, Programme


async def asks_whom(session: AsyncSession, programme: Programme) -> Person | None:
    """The person of HR who is responsible for the programme, while their account is active: they answer questions."""
    person = await session.get(Person, programme.created_by)
    return person if person and person.active and person.erased_at is None else None
