"""`TRACES` of what prepares and accompanies mentors and leaders: kick-offs, the briefing's questions, buddies,
circles."""

from sqlalchemy import or_
from sqlmodel import col

from storage.tables import BuddyChoice, BuddyPair, CircleMember, KickoffGuest, OpennessAnswer
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
    Trace(
        BuddyChoice,
        lambda owner: col(BuddyChoice.participant_id).in_(owner.participants),
        exported=("programme_id", "asked_at", "offered_at", "help_at"),
        delete=True,
    ),
    Trace(
        # Two people: gone with either of them. A copy does not name the other one, who can be erased any time.
        BuddyPair,
        lambda owner: or_(
            col(BuddyPair.asker_id).in_(owner.participants), col(BuddyPair.buddy_id).in_(owner.participants)
        ),
        exported=("programme_id", "introduced_at", "ended_at"),
        delete=True,
    ),
    Trace(
        CircleMember,
        lambda owner: col(CircleMember.participant_id).in_(owner.participants),
        exported=("programme_id", "wished_at", "hosted"),
        delete=True,
    ),
)
