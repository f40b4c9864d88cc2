"""Which columns of each table are personal data, which of them a person's copy contains, and what erasing deletes.

Every new table is added here: a test fails on a table, or a text column, that is not listed.
"""

from sqlalchemy import and_, false, or_, true
from sqlmodel import col

from bot.domain.polls import COMMENT_NAMES, RATING_NAMES
from bot.domain.surveys import Item
from storage.own_rows import broadcasts_to, in_programmes, own_rows_of, own_thanks, readers
from storage.tables import (
    ActionCard,
    Agreement,
    AuditEntry,
    Avoidance,
    Broadcast,
    BroadcastReader,
    BroadcastState,
    CertificateDesign,
    Concern,
    CoupleMark,
    Draft,
    DraftLeftover,
    DraftPair,
    GoalDate,
    HrMember,
    Invitation,
    KickoffGuest,
    LogEntry,
    ManagerNote,
    MentoringSession,
    Nomination,
    Outbox,
    OwnAnswer,
    Pair,
    PairConfirmation,
    Participant,
    PartnerRequest,
    PollAnswer,
    Preparation,
    ProgrammeContact,
    PublishedValue,
    Rhythm,
    RosterEntry,
    SessionChange,
    SharedRosterEntry,
    SponsorMessage,
    Story,
    SurveyResponse,
    Thanks,
    TimeProposal,
    TopicAsk,
)
from storage.tables.concerns import NOT_THEIRS
from storage.trace import Trace

BY_HR = ("hr_level", "hr_department", "admitted_at", "waits_since", "hr_declined_at")
AGREED = ("mentor_called", "mentee_called", "confidential", "off_limits")
SURVEY = tuple(item.value for item in Item)

TRACES: tuple[Trace, ...] = (
    Trace(
        Participant,
        lambda owner: col(Participant.id).in_(owner.participants),
        exported=(
            "programme_id",
            "role",
            "level",
            "department",
            "offers",
            "wishes",
            "confidence",
            "motivation",
            "interests",
            "formats",
            "cadences",
            "style",
            "languages",
            "mentor_capacity",
            "mentee_capacity",
            "state",
            "paused_until",
            "joined_at",
            "left_at",
            "left_reason",
            *BY_HR,
        ),
        blank={"level": 0, "department": ""}
        | dict.fromkeys(("confidence", "motivation", "hr_reason", "hr_level", "hr_department", "admitted_at", "style"))
        | {name: [] for name in ("interests", "formats", "cadences", "languages")},
        # HR's supply and demand count topics; topics of people who left are blanked in `erasure`.
        kept=("role", "state", "left_reason", "offers", "wishes"),
    ),
    Trace(
        Preparation,
        lambda owner: col(Preparation.participant_id).in_(owner.participants),
        exported=("side", "steps_read", "offered_at", "finished_at"),
        kept=("side",),
    ),
    Trace(
        KickoffGuest,
        lambda owner: col(KickoffGuest.participant_id).in_(owner.participants),
        exported=("invited_at", "attended", "followed_up_at"),
        delete=True,
    ),
    Trace(
        Avoidance,
        lambda owner: (
            or_(col(Avoidance.person_id) == owner.person_id, col(Avoidance.avoided_id) == owner.person_id)
            if owner.whole
            else col(Avoidance.id).is_(None)
        ),
        delete=True,
    ),
    Trace(
        TopicAsk,
        lambda owner: col(TopicAsk.participant_id).in_(owner.participants),
        exported=("programme_id", "topic", "asked_at", "level"),
        delete=True,
    ),
    Trace(
        # HR's words were written to them. Whoever is erased before they join, or without joining, is not counted.
        Invitation,
        lambda owner: in_programmes(Invitation, owner),
        exported=("programme_id", "role", "reason", "asked_at", "declined_at"),
        delete=True,
    ),
    Trace(
        # The words of one about the other: gone with either of them.
        Nomination,
        lambda owner: or_(in_programmes(Nomination, owner), in_programmes(Nomination, owner, "nominator_id")),
        exported=("programme_id", "nominator_id", "topic", "reason", "explains", "named", "at"),
        delete=True,
    ),
    Trace(
        RosterEntry,
        lambda owner: in_programmes(RosterEntry, owner),
        exported=("programme_id", "manager_id", "manager_known", "department", "level", "started_on", "at"),
        # Whether the manager is known stays: HR's count of people without one does not change.
        blank={
            "manager_id": None,
            "appraiser_id": None,
            "department": "",
            "level": None,
            "started_on": None,
            "listed_at": None,
        },
        kept=("manager_source",),
    ),
    # Stored by versions before 0018; `RosterEntry` has the same data, and this is deleted with it.
    Trace(SharedRosterEntry, lambda owner: in_programmes(SharedRosterEntry, owner), delete=True),
    Trace(
        Pair,
        lambda owner: owner.in_pair(Pair),
        exported=(
            "id",
            "programme_id",
            "mentor_id",
            "explanation",
            "wished_cadence",
            "state",
            "introduced_at",
            "ended_at",
            "ended_why",
        ),
        blank={
            "explanation": {},
            "wished_cadence": None,
            "group_channel": None,
            "ended_side": None,
            "ended_why": None,
            "ended_by": None,
        },
        kept=("state", "cadence", "format"),
    ),
    Trace(
        Rhythm,
        lambda owner: col(Rhythm.pair_id).in_(owner.pairs),
        exported=("pair_id", "cadence", "format", "side", "state", "at", "answered_at"),
        kept=("cadence", "format", "side", "state"),
    ),
    Trace(
        # The two wrote it together about both; when one is erased the pair is over, and the agreement is deleted.
        Agreement,
        lambda owner: col(Agreement.pair_id).in_(owner.pairs),
        exported=("pair_id", "version", "topic", "goals", "plan", "books", *AGREED, "written_at"),
        blank={"goals": [], "plan": None} | dict.fromkeys(AGREED, ""),
        kept=("topic", "books", "written_by"),
    ),
    Trace(
        # As the agreement: the words are of both.
        GoalDate,
        lambda owner: col(GoalDate.pair_id).in_(owner.pairs),
        exported=("pair_id", "goal", "due_on", "result", "moved_to", "answered_at"),
        delete=True,
    ),
    Trace(
        MentoringSession,
        lambda owner: col(MentoringSession.pair_id).in_(owner.pairs),
        exported=("id", "pair_id", "number", "pack", "opens_on", "closes_on", "state", "starts_at", "minutes"),
        blank={"wall": None, "wall_zone": None},
        kept=("pack", "state", "steps_done"),
    ),
    Trace(
        SessionChange,
        lambda owner: own_rows_of(SessionChange, owner),
        exported=("session_id", "kind", "reason", "before", "after", "at"),
        blank={"reason": None},
        kept=("side", "kind"),
    ),
    Trace(
        TimeProposal,
        lambda owner: own_rows_of(TimeProposal, owner),
        exported=("session_id", "starts_at", "minutes", "reason", "state", "at", "answered_at"),
        blank={"wall": "", "wall_zone": "", "reason": None},
        kept=("side", "state"),
    ),
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
            "mentee_shares_at",
        ),
        blank={
            "insight": "",
            "change": "",
            "why": "",
            "mentor_shares_at": None,
            "mentee_shares_at": None,
            "next_follow_at": None,
        },
        kept=("kind", "owner", "state", "written_by", "kept_by"),
    ),
    Trace(
        Concern,
        lambda owner: and_(col(Concern.person_id) == owner.person_id, col(Concern.programme_id).in_(owner.programmes)),
        exported=("programme_id", "text", "at", "call_by", "talked_at", "answer"),
        delete=True,
    ),
    Trace(
        PartnerRequest,
        lambda owner: col(PartnerRequest.participant_id).in_(owner.participants),
        exported=("pair_id", "at", "call_by"),
        delete=True,
    ),
    Trace(
        ProgrammeContact,  # it stays while only a sign-up is erased
        lambda owner: and_(col(ProgrammeContact.person_id) == owner.person_id, true() if owner.whole else false()),
        exported=("programme_id", "state", "asked_at", "answered_at"),
        delete=True,
    ),
    Trace(DraftPair, lambda owner: owner.in_pair(DraftPair), blank={"explanation": {}, "alternates": {}}),
    Trace(CoupleMark, lambda owner: owner.in_pair(CoupleMark), delete=True),
    Trace(
        PairConfirmation,
        lambda owner: owner.in_pair(PairConfirmation),
        exported=("programme_id", "mentor_id", "hr_reason", "asked_at", "closes_at"),
        blank={"hr_reason": "", "mentor_agrees": None, "mentee_agrees": None},
        kept=("state",),
    ),
    Trace(
        DraftLeftover,
        lambda owner: col(DraftLeftover.participant_id).in_(owner.participants),
        kept=("side", "cause", "help"),
    ),
    Trace(
        # Said in public under their name; after erasing it has no author.
        SponsorMessage,
        lambda owner: in_programmes(SponsorMessage, owner, "sponsor_id"),
        exported=("programme_id", "name", "text", "at"),
        blank={"name": "", "text": ""},
    ),
    Trace(
        # The logo names nobody; after erasing, a certificate has one signature.
        CertificateDesign,
        lambda owner: in_programmes(CertificateDesign, owner, "second_id"),
        exported=("programme_id", "second_name", "second_title", "changed_at"),
        blank={"second_id": None, "second_name": "", "second_title": ""},
        kept=("logo",),
    ),
    Trace(
        # HR's words to many: to whoever wrote or got them. Those to a few named people are blanked in `erasure`.
        Broadcast,
        lambda owner: and_(
            col(Broadcast.state) != BroadcastState.DRAFT,
            or_(
                and_(col(Broadcast.author_id) == owner.person_id, true() if owner.whole else false()),
                col(Broadcast.id).in_(broadcasts_to(owner)),
            ),
        ),
        exported=("programme_id", "texts", "sent_at"),
        kept=("audience", "search", "chosen", "texts", "state", "cancelled_why"),
    ),
    Trace(BroadcastReader, lambda owner: col(BroadcastReader.id).in_(readers(owner)), delete=True),
    Trace(
        Draft,
        lambda owner: or_(
            *(col(by) == owner.person_id for by in (Draft.created_by, Draft.released_by, Draft.release_planned_by))
        ),
        exported=("programme_id", "created_at", "released_at"),
        kept=("state", "unkept"),
    ),
    Trace(
        HrMember,
        lambda owner: in_programmes(HrMember, owner),
        exported=("programme_id", "seen_at"),
        delete=True,
    ),
    Trace(
        AuditEntry,
        lambda owner: and_(col(AuditEntry.person_id) == owner.person_id, col(AuditEntry.what).not_in(NOT_THEIRS)),
        exported=("programme_id", "what", "at"),
        kept=("what", "details"),
    ),
    Trace(
        Outbox,
        lambda owner: and_(
            col(Outbox.person_id) == owner.person_id,
            true() if owner.whole else col(Outbox.programme_id).in_(owner.programmes),
        ),
        exported=("kind", "state", "created_at", "sent_at"),
        # `erasure` blanks the data. Where a message and its files are in Slack is needed until they are deleted
        # there: then `bot.jobs.delete_erased_dms` deletes it.
        kept=("key", "kind", "channel", "lane", "data", "state", "owner", "ts", "error", "read_cursor"),
    ),
)
"""In the order of a person's copy."""
