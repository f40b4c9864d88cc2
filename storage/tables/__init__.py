"""The tables. Every row has its workspace (`team_id`), so that one installation can serve many.

Moments are aware and in UTC; days are local dates; lists and small records are JSON. Codes (topics, formats,
stages) are the names that `bot.domain` gives them. Money, scores and counts are integers.
"""

from storage.tables.broadcasts import Broadcast, BroadcastReader, BroadcastState
from storage.tables.columns import Record
from storage.tables.concerns import (
    AuditEntry,
    Concern,
    ContactState,
    FollowUp,
    PartnerRequest,
    ProgrammeContact,
    RiskAction,
)
from storage.tables.drafts import (
    ConfirmationState,
    CoupleMark,
    Draft,
    DraftLeftover,
    DraftPair,
    DraftState,
    PairConfirmation,
    Verdict,
)
from storage.tables.figures import PublishedGroup, PublishedValue
from storage.tables.invitations import Invitation
from storage.tables.messages import (
    AppPresence,
    ComparePart,
    DatabaseMark,
    Outbox,
    OutboxState,
    ProcessedRequest,
    RateBucket,
    SlackComparison,
)
from storage.tables.outcomes import ActionCard, LogEntry, Story, SurveyResponse, Thanks
from storage.tables.pairs import Agreement, EndedBy, GoalDate, Pair, PairState, Rhythm, RhythmState
from storage.tables.people import Avoidance, ManagerSource, Person, RosterEntry, RosterLevel, SharedRosterEntry
from storage.tables.programmes import (
    GateWaiver,
    HrMember,
    MaterialLink,
    Participant,
    ParticipantState,
    Preparation,
    Programme,
    ProgrammeState,
    SponsorMessage,
    TopicAsk,
)
from storage.tables.sessions import (
    MentoringSession,
    PollAnswer,
    ProposalState,
    SessionChange,
    SessionState,
    TimeProposal,
)

__all__ = [
    "ActionCard",
    "Agreement",
    "AppPresence",
    "AuditEntry",
    "Avoidance",
    "Broadcast",
    "BroadcastReader",
    "BroadcastState",
    "ComparePart",
    "Concern",
    "ConfirmationState",
    "ContactState",
    "CoupleMark",
    "DatabaseMark",
    "Draft",
    "DraftLeftover",
    "DraftPair",
    "DraftState",
    "EndedBy",
    "FollowUp",
    "GateWaiver",
    "GoalDate",
    "HrMember",
    "Invitation",
    "LogEntry",
    "ManagerSource",
    "MaterialLink",
    "MentoringSession",
    "Outbox",
    "OutboxState",
    "Pair",
    "PairConfirmation",
    "PairState",
    "Participant",
    "ParticipantState",
    "PartnerRequest",
    "Person",
    "PollAnswer",
    "Preparation",
    "ProcessedRequest",
    "Programme",
    "ProgrammeContact",
    "ProgrammeState",
    "ProposalState",
    "PublishedGroup",
    "PublishedValue",
    "RateBucket",
    "Record",
    "Rhythm",
    "RhythmState",
    "RiskAction",
    "RosterEntry",
    "RosterLevel",
    "SessionChange",
    "SessionState",
    "SharedRosterEntry",
    "SlackComparison",
    "SponsorMessage",
    "Story",
    "SurveyResponse",
    "Thanks",
    "TimeProposal",
    "TopicAsk",
    "Verdict",
]
