"""What ends for a mentor who is not there any more: the buddies and the circle."""

from collections.abc import Collection

from bot.services.buddies.introducing import introduce_buddies, leave_buddies
from bot.services.circles.membership import leave_circles, look_at_circles
from storage.tables import Participant
from storage.unit_of_work import UnitOfWork


async def end_support(work: UnitOfWork, participant_ids: Collection[int]) -> None:
    """They leave, mentor no more, are deactivated or erased."""
    await leave_buddies(work, participant_ids)
    await leave_circles(work, participant_ids)


async def resume_support(work: UnitOfWork, participant: Participant) -> None:
    """They are back from a pause."""
    await introduce_buddies(work, participant.programme_id)
    await look_at_circles(work, [participant.id])
