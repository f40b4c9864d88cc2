"""`TRACES` of what prepares and accompanies mentors and leaders: kick-offs, the briefing's questions."""

from sqlmodel import col

from storage.tables import KickoffGuest, OpennessAnswer
from storage.trace import Trace

TRAINING_TRACES: tuple[Trace, ...] = (
    Trace(
        KickoffGuest,
        lambda owner: col(KickoffGuest.participant_id).in_(owner.participants),
        exported=("invited_at", "attended", "followed_up_at"),
        delete=True,
    ),
    Trace(
        OpennessAnswer,
        lambda owner: col(OpennessAnswer.participant_id).in_(owner.participants),
        exported=("programme_id", "learning", "advice", "hard_to_hear", "answered_at"),
        delete=True,
    ),
)
