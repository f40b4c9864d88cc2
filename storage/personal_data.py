"""Which columns of each table are personal data, which of them a person's copy contains, and what erasing deletes.

Every new table is added here, to `storage.outcome_traces` or `storage.training_traces`: a test fails on a table, or a
text column, without an entry.
"""

from typing import Any

from sqlalchemy import and_, false, or_, true
from sqlmodel import col, select

from storage.outcome_traces import OUTCOME_TRACES
from storage.own_rows import broadcasts_to, in_programmes, own_rows_of, readers
from storage.owners import Owner
from storage.tables import (
    Agreement,
    AuditEntry,
    Avoidance,
    Broadcast,
    BroadcastReader,
    BroadcastState,
    BusyCalendar,
    CertificateDesign,
    Concern,
    CoupleMark,
    Draft,
    DraftLeftover,
    DraftPair,
    GoalDate,
    HrMember,
    Invitation,
    MentoringSession,
    Nomination,
    Outbox,
    Pair,
    PairConfirmation,
    Participant,
    PartnerRequest,
    Preparation,
    ProgrammeContact,
    Rhythm,
    RosterEntry,
    SessionChange,
    SessionMail,
    SharedRosterEntry,
    SponsorMessage,
    TimeProposal,
    TopicAsk,
)
from storage.tables.concerns import NOT_THEIRS
from storage.trace import Trace
from storage.training_traces import TRAINING_TRACES

BY_HR = ("hr_level", "hr_department", "admitted_at", "outside_limits", "waits_since", "hr_declined_at")
AGREED = ("mentor_called", "leader_called", "confidential", "off_limits")


def _met(owner: Owner) -> Any:
    """The sessions of their pairs."""
    mine = or_(col(Pair.mentor_id).in_(owner.participants), col(Pair.leader_id).in_(owner.participants))
    return select(MentoringSession.id).join(Pair, col(Pair.id) == col(MentoringSession.pair_id)).where(mine)


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
            "leader_capacity",
            "state",
            "paused_until",
            "joined_at",
            "left_at",
            "left_reason",
            *BY_HR,
        ),
        blank={"level": 0, "department": "", "outside_limits": False}
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
    *TRAINING_TRACES,
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
        # Theirs in all programmes, as the working time is. The link itself is not exported: the host tells which it is.
        BusyCalendar,
        lambda owner: and_(col(BusyCalendar.person_id) == owner.person_id, true() if owner.whole else false()),
        exported=("host", "busy", "covers_until", "added_at", "read_at", "problem"),
        delete=True,
    ),
    Trace(
        TopicAsk,
        lambda owner: col(TopicAsk.participant_id).in_(owner.participants),
        exported=("programme_id", "topic", "asked_at", "level"),
        delete=True,
    ),
    Trace(
        # HR's words were written to them. A person who is erased before they join, or without joining, is not counted.
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
            "place",
            "state",
            "introduced_at",
            "ended_at",
            "ended_why",
        ),
        blank={
            "explanation": {},
            "wished_cadence": None,
            "place": None,
            "group_channel": None,
            "ended_side": None,
            "ended_why": None,
            "ended_by": None,
            "hr_ended_why": None,
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
        exported=("id", "pair_id", "number", "pack", "opens_on", "closes_on", "state", "starts_at", "minutes", "place"),
        blank={"wall": None, "wall_zone": None, "place": None},
        kept=("pack", "state", "steps_done", "refresh_done"),
    ),
    Trace(
        SessionChange,
        lambda owner: own_rows_of(SessionChange, owner),
        exported=("session_id", "kind", "reason", "before", "after", "at"),
        blank={"reason": None},
        kept=("side", "kind"),
    ),
    Trace(
        # Their own mails, about the sessions of their pairs.
        SessionMail,
        lambda owner: and_(col(SessionMail.person_id) == owner.person_id, col(SessionMail.session_id).in_(_met(owner))),
        exported=("session_id", "starts_at", "cancelled", "state", "created_at", "sent_at", "error"),
        delete=True,
    ),
    Trace(
        TimeProposal,
        lambda owner: own_rows_of(TimeProposal, owner),
        exported=("session_id", "starts_at", "minutes", "reason", "state", "at", "answered_at"),
        blank={"wall": "", "wall_zone": "", "reason": None},
        kept=("side", "state"),
    ),
    *OUTCOME_TRACES,
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
        blank={"hr_reason": "", "mentor_agrees": None, "leader_agrees": None},
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
        # HR's words to many: for the person who wrote them and those who got them. Those to a few named people are
        # blanked in `erasure`.
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
