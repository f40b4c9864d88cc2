"""A planned release that does not happen: forgotten, and HR is told why."""

from collections.abc import Sequence

from sqlmodel import col, select

from bot.domain.messages.matching import MatchReleaseStoppedMessage
from storage.outbox import outgoing
from storage.tables import Draft, Programme
from storage.unit_of_work import UnitOfWork

NEW_DRAFT = "new_draft"


def forget_plan(draft: Draft) -> None:
    """The draft is not released at a time of its own any more."""
    draft.release_at = draft.release_look_at = draft.release_planned_by = None


async def stop_plans(work: UnitOfWork, programme: Programme, drafts: Sequence[int]) -> None:
    """A new draft replaces these: what was planned for one of them does not happen, and HR is told."""
    planned = select(Draft).where(col(Draft.id).in_(drafts), col(Draft.release_at).is_not(None))
    for draft in (await work.session.exec(planned.order_by(col(Draft.id)))).all():
        await stop_plan(work, programme, draft, NEW_DRAFT, slot=NEW_DRAFT)


async def stop_plan(
    work: UnitOfWork, programme: Programme, draft: Draft, why: str, *, slot: str, by: int | None = None
) -> None:
    """Forget the plan of a draft; HR reads `why`, a name in `matching.release_plan.stopped`."""
    if draft.release_at is None:
        return
    message = MatchReleaseStoppedMessage(draft.id, draft.release_at, why, by, slot=slot)
    forget_plan(draft)
    await work.send(outgoing(message, programme.team_id, programme.id, channel=programme.hr_channel))
