"""The part of `storage.personal_data` about what people answered, wrote down and brought about."""

from sqlmodel import col

from bot.domain.polls import COMMENT_NAMES, RATING_NAMES
from bot.domain.surveys import Item
from storage.own_rows import own_thanks
from storage.tables import (
    ActionCard,
    Improvement,
    LogEntry,
    ManagerNote,
    OwnAnswer,
    PollAnswer,
    PublishedValue,
    Story,
    SurveyResponse,
    Thanks,
)
from storage.trace import Trace

SURVEY = tuple(item.value for item in Item)

OUTCOME_TRACES: tuple[Trace, ...] = (
    Trace(
        PollAnswer,
        lambda owner: col(PollAnswer.participant_id).in_(owner.participants),
        exported=("session_id", "met", *RATING_NAMES, *COMMENT_NAMES, "share", "contact_me", "answered_at"),
        # Ratings stay only in groups that were published before, see `PublishedValue`.
        blank=dict.fromkeys((*RATING_NAMES, *COMMENT_NAMES)) | {"share": False, "contact_me": False},
        kept=("side", "met"),
    ),
    Trace(
        # It names both: when one is erased it is withdrawn, see `bot.services.closing.stories`.
        Story,
        lambda owner: col(Story.pair_id).in_(owner.pairs),
        exported=("pair_id", "version", "tried", "changed", "quote", "written_at", "posted_at", "withdrawn_at"),
        blank={"tried": "", "changed": "", "quote": ""},
        kept=("said_by", "written_by"),
    ),
    Trace(
        ManagerNote,
        lambda owner: col(ManagerNote.participant_id).in_(owner.participants),
        exported=("programme_id", "text", "at"),
        delete=True,
    ),
    Trace(
        Thanks,
        own_thanks,
        exported=("pair_id", "text", "at", "offered_at", "agreed_at", "withdrawn_at"),
        blank={"text": ""},
        kept=("side",),
    ),
    Trace(
        SurveyResponse,
        lambda owner: col(SurveyResponse.participant_id).in_(owner.participants),
        exported=("programme_id", "moment", "topic", *SURVEY, "asked_at", "answered_at"),
        # An erased person is not asked any more, and counts only in groups that were published before.
        blank=dict.fromkeys((*SURVEY, "answered_at")),
        kept=("side", "moment", "topic"),
    ),
    Trace(
        # As with survey responses: it counts only in groups that were published before.
        OwnAnswer,
        lambda owner: col(OwnAnswer.participant_id).in_(owner.participants),
        exported=("question_id", "value", "text", "share", "answered_at"),
        blank={"value": None, "text": None, "share": False},
        kept=("side",),
    ),
    Trace(
        Improvement,
        lambda owner: col(Improvement.participant_id).in_(owner.participants),
        exported=("programme_id", "stage", "area", "text", "sharing", "at"),
        delete=True,
    ),
    Trace(
        # A published group never changes: the value stays, without the person. Their copy has the answer itself.
        PublishedValue,
        lambda owner: col(PublishedValue.participant_id).in_(owner.participants),
        blank={"participant_id": None},
        kept=("measure",),
    ),
    Trace(
        LogEntry,
        lambda owner: col(LogEntry.participant_id).in_(owner.participants),
        exported=("pair_id", "session_id", "learned", "taught", "with_partner", "with_hr", "written_at"),
        delete=True,
    ),
    Trace(
        # As with an agreement: both may have worded it, so the words are deleted with either. It stays counted.
        ActionCard,
        lambda owner: col(ActionCard.pair_id).in_(owner.pairs),
        exported=(
            "pair_id",
            "insight",
            "kind",
            "change",
            "owner",
            "due_on",
            "state",
            "why",
            "written_at",
            "settled_at",
            "lasted",
            "lasted_at",
            "mentor_shares_at",
            "leader_shares_at",
        ),
        blank={
            "insight": "",
            "change": "",
            "why": "",
            "mentor_shares_at": None,
            "leader_shares_at": None,
            "next_follow_at": None,
        },
        kept=("kind", "owner", "state", "written_by", "kept_by"),
    ),
)
"""In the order of a person's copy."""
