"""One or more examples of each kind of message, in the world of `tests.scenarios.world`."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import Any

from bot.domain.broadcasts import CancelledWhy
from bot.domain.messages import (
    agreement,
    alerts,
    broadcasts,
    buddies,
    busy_hours,
    care,
    circles,
    closing,
    course,
    insight,
    invitations,
    matching,
    orientation,
    outcomes,
    participants,
    people,
    privacy,
    programme,
    recruiting,
    roster,
    session_mail,
    sessions,
    signup,
    surveys,
    training,
)
from bot.domain.messages.kind import OutboxMessage
from bot.domain.programme import AnnouncementTrouble, HrTrouble
from bot.domain.sessions import Side, slot_at
from bot.domain.surveys import Moment
from storage import tables
from storage.unit_of_work import UnitOfWork

MENTOR, LEADER = Side.MENTOR, Side.LEADER
PLANNED_AT = datetime(2027, 2, 2, 3, 0, tzinfo=UTC)
EVERY_FIELD = ("role", "level", "department", "offers", "wishes", "manager", "language", "places")
"""Of a sign-up that HR changed."""


class Ids(dict[str, Any]):
    """Ids of rows of the world: `ids.pair`, `ids.mentor` (of the person), `ids.mentor_part` (of the sign-up)."""

    def __getattr__(self, name: str) -> Any:
        return self[name]


Given = Callable[[UnitOfWork, Ids], Awaitable[None]]


@dataclass(frozen=True)
class Example:
    """A payload, who gets it, and what is different from the world before it is rendered."""

    payload: Callable[[Ids], OutboxMessage]
    to: str
    """Somebody of `EVERYBODY`; or `pair`, `hr_channel`, `general`."""
    given: tuple[Given, ...] = ()
    note: str = ""
    """What distinguishes it from others of its kind."""
    later: timedelta = timedelta(0)
    """After the world's moment."""
    parts: tuple[Callable[[Ids], OutboxMessage], ...] = ()
    """Of a day's message: its parts."""
    without_room: bool = False
    """A part for which there was no room in a day's message: it is sent by itself."""


def changed(table: Any, row: str, **values: Any) -> Given:
    """Set columns of the row that the world calls `row`; a function gets the world's ids and moment."""

    async def change(work: UnitOfWork, ids: Ids) -> None:
        found = await work.session.get_one(table, ids[row])
        for name, value in values.items():
            setattr(found, name, value(ids, work.now) if callable(value) else value)

    return change


def added(table: Any, row: str, **values: Any) -> Given:
    """Add a row, which the example calls `row`."""

    async def add(work: UnitOfWork, ids: Ids) -> None:
        given = {name: value(ids, work.now) if callable(value) else value for name, value in values.items()}
        made = table(team_id=ids.team, **given)
        work.session.add(made)
        await work.session.flush()
        ids[row] = made.id

    return add


def now(_: Ids, moment: Any) -> Any:
    return moment


FIRST_WAS, LAST_WAS = date(2026, 11, 2), date(2027, 4, 30)


def course_changed_hr(act: str, _: Ids) -> OutboxMessage:
    """One line about an act of HR."""
    last = date(2027, 5, 28)
    return course.CourseChangedHrMessage(
        act, FIRST_WAS, last, FIRST_WAS, LAST_WAS, None, moved=4, called_off=2, people=12
    )


def course_changed(ids: Ids, *, off: bool = False, due: bool = False) -> OutboxMessage:
    """HR moved a programme; with `off`, a session of the pair is called off; with `due`, the next one is to take place
    by another day."""
    sessions_off = ((ids.planned,), (ids.pair,), ("2027-03-02T03:00:00+00:00",)) if off else ((), (), ())
    told = course.CourseChangedMessage(FIRST_WAS, LAST_WAS, None, *sessions_off)
    return replace(told, due_pairs=(ids.pair,), due_was=("2026-11-30",)) if due else told


def in_days(days: float) -> Callable[[Ids, Any], Any]:
    return lambda _, moment: moment + timedelta(days=days)


def slot(ids: Ids, session: str) -> str:
    """The time of a session, as steps name it."""
    return slot_at(ids[f"{session}_at"])


SIGNED = changed(tables.Agreement, "agreement", mentor_signed_at=now)
LEADER_BOOKS = changed(tables.Agreement, "agreement", mentor_signed_at=now, leader_signed_at=now, books="mentee")
NO_CONTACT = changed(tables.Programme, "programme", contact_id=None)
NOMINATED = (
    changed(tables.Invitation, "invitation", nominated=True, reason=""),
    *(
        added(
            tables.Nomination,
            f"nomination_{who}",
            programme_id=lambda ids, _: ids.programme,
            person_id=lambda ids, _: ids.newcomer,
            nominator_id=lambda ids, _, who=who: ids[who],
            topic="ai_tools",
            reason=reason,
            explains=named,
            named=named,
            at=now,
        )
        for who, reason, named in (
            ("leader", "Explains without making anyone feel slow.", True),
            ("mentor", "Shows us a new tool every week.", False),
        )
    ),
)
CIRCLE_OF = {
    "programme_id": lambda ids, _: ids.programme,
    "wished_at": lambda _, now: now,
}
WISHING = added(
    tables.CircleMember, "member", participant_id=lambda ids, _: ids.mentor_part, circle_id=None, **CIRCLE_OF
)
CIRCLE = (
    added(
        tables.Circle,
        "circle",
        programme_id=lambda ids, _: ids.programme,
        channel=lambda ids, _: ids.general,
    ),
    *(
        added(
            tables.CircleMember,
            f"{who}_member",
            participant_id=lambda ids, _, who=who: ids[f"{who}_part"],
            circle_id=lambda ids, _: ids.circle,
            **CIRCLE_OF,
        )
        for who in ("mentor", "other_mentor")
    ),
    changed(tables.Circle, "circle", members=lambda ids, _: [ids.mentor_member, ids.other_mentor_member]),
)
"""A group DM of two of them; here another channel stands for it."""
BUDDIES = added(
    tables.BuddyPair,
    "buddies",
    programme_id=lambda ids, _: ids.programme,
    asker_id=lambda ids, _: ids.mentor_part,
    buddy_id=lambda ids, _: ids.other_mentor_part,
    introduced_at=lambda _, now: now,
)
CONCERN = added(
    tables.Concern,
    "concern",
    programme_id=lambda ids, _: ids.programme,
    person_id=lambda ids, _: ids.mentor,
    text="My leader cancels every session.",
    at=now,
    contact_id=lambda ids, _: ids.hr,
    call_by=lambda _, moment: moment.date() + timedelta(days=1),
    offered_at=now,
)
WISH = added(
    tables.Concern,
    "wish",
    programme_id=lambda ids, _: ids.programme,
    person_id=lambda ids, _: ids.leader,
    text="",
    at=now,
    contact_id=lambda ids, _: ids.hr,
    call_by=lambda _, moment: moment.date() + timedelta(days=1),
    offered_at=now,
)
TALKED = changed(tables.Concern, "concern", talked_at=now)
RESTS = changed(tables.Pair, "pair", paused_until=in_days(21))
RECRUITING = changed(tables.Programme, "programme", state=tables.ProgrammeState.RECRUITING)
AGREED_THANKS = changed(tables.Thanks, "offered_thanks", agreed_at=now)
HR_LEFT = changed(tables.Person, "hr", active=False)
SESSION = tables.MentoringSession
HELD = changed(SESSION, "booked", state=tables.SessionState.HELD)
ABROAD = changed(tables.Person, "leader", zone="America/New_York")
DECLINED = changed(tables.TimeProposal, "proposal", state=tables.ProposalState.DECLINED)
NO_DATE = changed(SESSION, "booked", state=tables.SessionState.PLANNED, starts_at=None)
OFF = changed(tables.Programme, "programme", days_added=lambda ids, _: [ids.booked_at.date().isoformat()])
CARD = tables.ActionCard
GONE = changed(tables.Person, "hr", active=False)
TOLD_OF_CHANNEL = added(
    tables.Outbox,
    "told",
    key="1:told",
    kind=programme.HrChannelTroubleMessage.kind.name,
    programme_id=lambda ids, _: ids.programme,
    person_id=lambda ids, _: ids.hr,
    state=tables.OutboxState.SENT,
    due_at=now,
    created_at=now,
)
AT_RISK = timedelta(days=25)
"""By then a pair with nothing booked is at risk."""


def steps(kind: type[sessions.StepMessage], session: str, *to: str, given: tuple[Given, ...] = ()) -> list[Example]:
    """A step of a session, to one or both."""
    return [Example(lambda ids: kind(ids[session], slot(ids, session)), who, given) for who in to]


def published(number: int, measure: str, basis: str, total: int) -> Given:
    """A group of five answers that HR may see."""
    return added(
        tables.PublishedGroup,
        f"group{number}",
        programme_id=lambda ids, _: ids.programme,
        measure=measure,
        number=number,
        basis=basis,
        total=total,
        answers=5,
        people=5,
        people_so_far=5,
        people_shown=5,
        published_at=now,
    )


EXAMPLES: tuple[Example, ...] = (
    # agreement
    Example(lambda ids: agreement.AgreementProposedMessage(ids.pair, 1), "mentor"),
    Example(lambda ids: agreement.AgreementSignedMessage(ids.pair, 1), "leader", (SIGNED,)),
    # alerts
    Example(lambda ids: alerts.TroubleMessage("dead", ids.astray), "hr_channel", note="refused"),
    Example(lambda ids: alerts.TroubleMessage("held", ids.astray), "hr_channel", note="unclear"),
    *[
        Example(
            lambda ids, became=became: alerts.TroubleMessage(became, ids.astray, True, "not_in_channel"),  # type: ignore[misc]  # bound now
            "hr_channel",
            note=f"several, {became}",
        )
        for became in ("dead", "expired", "paused")
    ],
    Example(lambda _: alerts.NeedMessage("uploads"), "hr_channel", note="files"),
    Example(lambda _: alerts.NeedMessage("scope", "groups:read"), "hr_channel", note="a permission"),
    Example(lambda _: alerts.OperatorAlertMessage(tick="sessions"), "hr", note="a job"),
    Example(lambda _: alerts.OperatorAlertMessage(dropped=0), "hr", note="events"),
    Example(lambda ids: alerts.OperatorAlertMessage(became="dead", row=ids.astray), "hr", note="a message"),
    Example(
        lambda _: alerts.OperatorAlertMessage(became="paused", error="missing_scope"), "hr", note="Slack refuses all"
    ),
    Example(
        lambda _: alerts.OperatorAlertMessage(became="paused", error="token_revoked", workspace="T0ABC"),
        "hr",
        note="another workspace",
    ),
    # broadcasts
    *[
        Example(
            lambda ids: broadcasts.BroadcastMessage(ids.broadcast),
            who,
            (changed(tables.Broadcast, "broadcast", state=tables.BroadcastState.SENT),),
        )
        for who in ("mentor", "leader")
    ],
    *[
        Example(lambda ids, why=why: broadcasts.BroadcastCancelledMessage(ids.broadcast, why), "hr_channel", note=why)  # type: ignore[misc]  # bound now
        for why in CancelledWhy
        if why is not CancelledWhy.HR
    ],
    # care
    Example(
        lambda ids: care.PartnerPausedMessage(ids.pair, ids.leader_part),
        "mentor",
        (
            changed(
                tables.Participant,
                "leader_part",
                state=tables.ParticipantState.PAUSED,
                paused_until=in_days(14),
            ),
        ),
    ),
    Example(lambda ids: care.PartnerBackMessage(ids.pair, ids.leader_part), "mentor", (NO_DATE,)),
    Example(lambda ids: care.PauseOverMessage(ids.leader_part), "leader", (NO_DATE,)),
    Example(lambda ids: care.PairRestsMessage(ids.pair), "mentor", (RESTS,)),
    Example(lambda ids: care.PairRestedMessage(ids.pair), "leader", (NO_DATE,)),
    Example(lambda ids: care.ConcernContactMessage(ids.concern, ids.hr), "hr", (CONCERN,)),
    Example(lambda ids: care.ConcernReceiptMessage(ids.concern, ids.hr), "mentor", (CONCERN,)),
    Example(lambda ids: care.ConcernUndeliveredMessage(ids.concern, ids.hr), "mentor", (CONCERN,), note="a concern"),
    Example(
        lambda ids: care.ConcernUndeliveredMessage(None, ids.hr, asked=True), "mentor", note="a wish to be contacted"
    ),
    Example(
        lambda ids: care.ConcernUndeliveredMessage(None, None, asked=True),
        "mentor",
        note="a wish for nobody",
    ),
    Example(lambda ids: care.ConcernPassedOnMessage(ids.other_mentor, ids.hr), "mentor", note="a concern"),
    Example(
        lambda ids: care.ConcernPassedOnMessage(ids.other_mentor, ids.hr, asked=True),
        "mentor",
        note="a wish to be contacted",
    ),
    Example(lambda ids: care.ConcernContactMessage(ids.concern, ids.hr), "hr", (CONCERN, TALKED), note="talked"),
    Example(lambda ids: care.ContactMeMessage(ids.leader), "hr", note="of an older version"),
    Example(lambda ids: care.ContactMeMessage(ids.leader, concern=ids.wish), "hr", (WISH,)),
    Example(lambda ids: care.ConcernDueMessage(ids.concern, ids.hr), "hr", (CONCERN,)),
    Example(
        lambda ids: care.ConcernWaitsMessage(ids.concern, ids.hr),
        "other_mentor",
        (CONCERN, changed(tables.Programme, "programme", second_contact_id=lambda ids, _: ids.other_mentor)),
    ),
    *[
        Example(
            lambda ids, why=why: care.ConcernOfferMessage(ids.concern, ids.hr, why),  # type: ignore[misc]  # bound now
            "mentor",
            (CONCERN,),
            note=f"{why}",
        )
        for why in care.OfferWhy
    ],
    Example(
        lambda ids: care.ConcernOfferMessage(ids.wish, ids.hr, care.OfferWhy.REPLACED),
        "leader",
        (WISH,),
        note="a wish to be contacted",
    ),
    Example(lambda ids: care.ConcernAfterMessage(ids.concern, ids.hr), "mentor", (CONCERN,)),
    Example(lambda _: care.ContactReplacedMessage(), "other_mentor"),
    Example(
        lambda _: care.ContactAskedMessage(),
        "other_mentor",
        (changed(tables.Programme, "programme", second_contact_id=lambda ids, _: ids.other_mentor),),
    ),
    Example(lambda _: care.ContactGoneMessage(), "hr_channel", (NO_CONTACT,), note="erased"),
    Example(
        lambda ids: care.ContactGoneMessage("gone", ids.other_mentor), "hr_channel", (NO_CONTACT,), note="deactivated"
    ),
    Example(
        lambda ids: care.ContactGoneMessage("declined", ids.other_mentor), "hr_channel", note="declined, one is left"
    ),
    Example(lambda _: care.ContactMissingMessage(), "hr_channel", (NO_CONTACT,)),
    Example(lambda ids: care.PairNudgeMessage(ids.pair, by_hr=True), "mentor", note="as HR wishes"),
    Example(lambda ids: care.PairNudgeMessage(ids.pair), "leader", later=AT_RISK, note="at risk"),
    Example(lambda ids: care.RiskAskMessage(ids.pair), "mentor", later=AT_RISK),
    Example(lambda ids: care.RematchOfferMessage(ids.pair, by_hr=True), "leader"),
    Example(lambda ids: care.AskMentorMessage(ids.pair), "mentor"),
    Example(lambda ids: care.RiskHrMessage(ids.pair), "hr_channel", later=AT_RISK),
    Example(lambda ids: care.RematchWantedMessage(ids.pair), "hr_channel", note="of an older version"),
    Example(lambda ids: care.RematchWantedMessage(ids.pair, "2027-01-14"), "hr_channel"),
    Example(lambda ids: care.RematchDueMessage(ids.pair, "2027-01-14"), "hr_channel"),
    Example(lambda ids: care.MidwayMessage(ids.pair), "mentor"),
    Example(lambda ids: care.MidwayMessage(ids.pair), "leader"),
    Example(lambda ids: care.MidwayMessage(ids.pair, check_in=True), "leader", note="one more, by HR's choice"),
    Example(lambda ids: care.PairPartedMessage(ids.pair), "mentor"),
    Example(lambda ids: care.PairPartedMessage(ids.pair), "leader"),
    Example(lambda ids: care.PairPartedHrMessage(ids.pair, another=True), "hr_channel", note="wants another"),
    Example(lambda ids: care.PairPartedHrMessage(ids.pair, another=False), "hr_channel", note="wants no other"),
    Example(
        lambda ids: care.PairEndedByHrMessage(ids.pair),
        "hr_channel",
        (changed(tables.Pair, "pair", state="ended", ended_at=now, ended_by="hr"),),
    ),
    Example(
        lambda ids: care.PairAccountBackMessage(ids.pair, ids.leader),
        "hr_channel",
        (changed(tables.Pair, "pair", state="ended", ended_at=now, ended_by="account"),),
    ),
    Example(lambda ids: care.PairRestoredMessage(ids.pair, knew=True), "mentor", (NO_DATE,)),
    Example(lambda ids: care.PairRestoredMessage(ids.pair, knew=True), "leader", note="with its time"),
    Example(
        lambda ids: care.PairRestoredMessage(ids.pair, knew=False), "leader", (NO_DATE,), note="not told of the end"
    ),
    # closing
    Example(lambda ids: closing.ClosingMessage(ids.done_pair), "finished"),
    Example(lambda ids: closing.ClosingMessage(ids.done_pair), "thanked"),
    Example(lambda _: closing.ProgrammeClosedMessage(), "hr_channel"),
    Example(lambda ids: closing.CertificateMessage(ids.finished_part, MENTOR), "finished"),
    Example(
        lambda ids: closing.ManagerNoteMessage(ids.manager_note),
        "leader",
        (
            added(
                tables.ManagerNote,
                "manager_note",
                programme_id=lambda ids, _: ids.programme,
                participant_id=lambda ids, _: ids.finished_part,
                manager_id=lambda ids, _: ids.leader,
                text="Sari completed Tukar Ilmu as a mentor, with 6 sessions.",
                at=now,
            ),
        ),
    ),
    Example(lambda ids: closing.StoryProposedMessage(ids.story), "finished"),
    Example(
        lambda ids: closing.StoryAgreedMessage(ids.story),
        "thanked",
        (changed(tables.Story, "story", mentor_approved_at=now),),
    ),
    Example(lambda ids: closing.StoryHrMessage(ids.agreed_story), "hr_channel"),
    Example(
        lambda ids: closing.StoryCardMessage(ids.agreed_story),
        "general",
        (changed(tables.Story, "agreed_story", posted_at=now),),
    ),
    # insight
    Example(lambda _: insight.SummaryMessage(), "hr_channel"),
    Example(lambda _: insight.SummaryMessage(), "hr_channel", (RECRUITING,), note="during sign-up"),
    Example(lambda _: insight.WeeklySummaryMessage(), "hr_channel"),
    Example(lambda _: insight.WeeklySummaryMessage(), "hr_channel", (NO_CONTACT,), note="without a contact person"),
    Example(lambda _: insight.ReportMessage(), "hr_channel"),
    Example(lambda _: insight.PlaybookMessage(), "hr_channel"),
    # matching
    Example(lambda ids: matching.MatchDraftMessage(ids.draft), "hr_channel"),
    Example(lambda ids: matching.MatchReleasedMessage(ids.released, 5, 1, 2), "hr_channel"),
    Example(lambda ids: matching.MatchReleasePlannedMessage(ids.draft, PLANNED_AT, ids.hr), "hr_channel"),
    *(
        Example(
            lambda ids, why=why: matching.MatchReleaseStoppedMessage(ids.draft, PLANNED_AT, why, ids.hr),  # type: ignore[misc]  # bound now
            "hr_channel",
            note=why,
        )
        for why in (
            "cancelled",
            "new_draft",
            "not_hr",
            "gates_open",
            "nothing_to_release",
            "programme_ended",
            "programme_paused",
            "other",
        )
    ),
    Example(lambda ids: matching.MatchUndoneMessage(ids.draft, 5, ids.hr), "hr_channel"),
    Example(lambda ids: matching.IntroMentorMessage(ids.pair), "mentor"),
    Example(lambda ids: matching.IntroLeaderMessage(ids.pair), "leader"),
    Example(lambda ids: matching.IntroGroupMessage(ids.pair), "pair"),
    *[
        Example(
            lambda ids, cause=cause: matching.LeftOverMessage(ids.left_part, MENTOR, cause, "We keep looking for you."),  # type: ignore[misc]  # bound now
            "left",
            note=cause,
        )
        for cause in ("capacity", "topics")
    ],
    Example(lambda ids: matching.StillLookingMessage(ids.left_part, MENTOR), "left"),
    Example(lambda ids: matching.NoPartnerMessage(ids.left_part), "left"),
    Example(
        lambda ids: matching.NoPartnerMessage(ids.left_part),
        "left",
        (changed(tables.Participant, "left_part", state=tables.ParticipantState.WAITING),),
        note="HR never decided about the sign-up",
    ),
    Example(lambda _: matching.AuditLogMessage(), "hr"),
    Example(lambda _: closing.CertificateSampleMessage(), "hr"),
    Example(lambda ids: matching.PairQuestionMessage(ids.suggested), "mentor"),
    Example(lambda ids: matching.PairQuestionMessage(ids.suggested), "leader"),
    Example(lambda ids: matching.PairWithdrawnMessage(ids.suggested), "mentor"),
    *[
        Example(
            lambda ids: matching.PairSettledMessage(ids.suggested),
            "hr_channel",
            (changed(tables.PairConfirmation, "suggested", state=state),),
            note=state.value,
        )
        for state in tables.ConfirmationState
        if state in (tables.ConfirmationState.CONFIRMED, tables.ConfirmationState.NOT_CONFIRMED)
    ],
    # course
    Example(lambda ids: course_changed(ids), "mentor"),
    Example(lambda ids: course_changed(ids, off=True), "leader", note="with a session that is off"),
    Example(
        lambda ids: course_changed(ids, due=True),
        "leader",
        (changed(SESSION, "booked", starts_at=None, state=tables.SessionState.PLANNED),),
        note="with another day for the next session",
    ),
    *[
        Example(
            lambda ids: course_changed(ids),
            who,
            (changed(tables.Programme, "programme", paused_until=datetime(2027, 9, 1, tzinfo=UTC)),),
            note="paused",
        )
        for who in ("mentor", "leader")
    ],
    *[
        Example(
            partial(course_changed_hr, act),
            "hr_channel",
            note=act,
        )
        for act in ("move", "end", "pause", "go_on", "cadence", "cancel")
    ],
    Example(lambda _: course.ProgrammeResumedMessage(), "mentor"),
    Example(lambda _: course.ProgrammeResumedMessage(), "leader"),
    *[Example(lambda _: course.ProgrammeCancelledMessage(), who) for who in ("mentor", "leader")],
    Example(lambda _: course.ProgrammeDeletedMessage("Salah buat", "id"), "hr_channel"),
    # invitations
    *[
        Example(
            lambda ids: invitations.InvitationMessage(ids.invitation),
            "newcomer",
            (changed(tables.Invitation, "invitation", role=role),),
            note=role,
        )
        for role in ("mentor", "mentee", "both")
    ],
    Example(lambda ids: invitations.InvitationReminderMessage(ids.invitation), "newcomer"),
    Example(lambda ids: invitations.InvitationMessage(ids.invitation), "newcomer", NOMINATED, note="nominated"),
    Example(lambda ids: invitations.InvitationReminderMessage(ids.invitation), "newcomer", NOMINATED, note="nominated"),
    # orientation
    Example(lambda ids: orientation.PreparationMessage(ids.mentor_part, MENTOR), "mentor"),
    Example(lambda ids: orientation.PreparationMessage(ids.leader_part, LEADER), "leader"),
    Example(lambda ids: orientation.PreparationReminderMessage(ids.other_mentor_part, MENTOR), "other_mentor"),
    # participants
    Example(lambda _: participants.ParticipantsFileMessage(), "hr"),
    Example(lambda _: participants.SignedUpByHrMessage(), "mentor"),
    *[
        Example(lambda _: participants.SignUpChangedByHrMessage(changed=EVERY_FIELD), who, note=who)
        for who in ("mentor", "leader")
    ],
    Example(
        lambda _: participants.TakenOutMessage(),
        "mentor",
        (changed(tables.Participant, "mentor_part", state=tables.ParticipantState.LEFT),),
    ),
    # buddies
    Example(lambda ids: buddies.BuddyIntroducedMessage(ids.buddies), "mentor", (BUDDIES,), note="who asked"),
    Example(lambda ids: buddies.BuddyIntroducedMessage(ids.buddies), "other_mentor", (BUDDIES,), note="the buddy"),
    Example(lambda ids: buddies.BuddyGoneMessage(1), "mentor"),
    Example(lambda ids: buddies.BuddyHelpMessage(ids.mentor_part, "2027-02-01"), "hr_channel"),
    # circles
    Example(lambda ids: circles.CircleOpenedMessage(ids.circle, 1), "general", CIRCLE, note="the first"),
    Example(lambda ids: circles.CircleOpenedMessage(ids.circle, 2), "general", CIRCLE, note="another"),
    Example(lambda ids: circles.CirclePackMessage(ids.circle, 1, ids.mentor_part), "general", CIRCLE),
    Example(lambda _: circles.CircleEndedMessage(1), "general"),
    Example(lambda _: circles.CircleClosedMessage(1), "mentor", (WISHING,)),
    # training
    Example(lambda ids: training.KickoffInvitationMessage(ids.kickoff), "mentor"),
    Example(
        lambda ids: training.KickoffChangedMessage(ids.kickoff, 2),
        "mentor",
        (changed(tables.Kickoff, "kickoff", version=2),),
        note="moved",
    ),
    Example(
        lambda ids: training.KickoffChangedMessage(ids.kickoff, 2),
        "mentor",
        (changed(tables.Kickoff, "kickoff", version=2, state=tables.KickoffState.CANCELLED),),
        note="cancelled",
    ),
    Example(lambda ids: training.KickoffMissedMessage(ids.past_kickoff), "mentor"),
    Example(lambda ids: training.KickoffFileMessage(ids.kickoff), "mentor"),
    Example(lambda ids: training.KickoffSlidesMessage(ids.kickoff), "hr"),
    # outcomes
    Example(
        lambda ids: agreement.GoalDateMessage(ids.pair, date(2027, 6, 1)),
        "mentor",
    ),
    Example(
        lambda ids: agreement.GoalDateMessage(ids.pair, date(2027, 6, 1)),
        "leader",
        (
            changed(tables.GoalDate, "goal_date", result="reached", side="mentor", answered_at=now),
            added(
                tables.GoalDate,
                "other_goal",
                pair_id=lambda ids, _: ids.pair,
                goal="Write one post",
                due_on=date(2027, 6, 1),
            ),
        ),
        note="one of two is answered",
    ),
    Example(lambda ids: outcomes.CardWrittenMessage(ids.card), "leader"),
    Example(lambda ids: outcomes.CardShareMessage(ids.card), "leader", (changed(CARD, "card", mentor_shares_at=now),)),
    Example(
        lambda ids: outcomes.CardSettledMessage(ids.card),
        "mentor",
        (changed(CARD, "card", state="done", settled_at=now),),
        note="done",
    ),
    Example(
        lambda ids: outcomes.CardSettledMessage(ids.card),
        "mentor",
        (changed(CARD, "card", state="dropped", why="The tool was bought.", settled_at=now),),
        note="given up",
    ),
    Example(lambda ids: outcomes.CardFollowMessage(ids.card, 30, ids.card_due), "leader"),
    Example(
        lambda ids: outcomes.CardFollowMessage(ids.card, 90, ids.card_due),
        "leader",
        (changed(CARD, "card", state="done", settled_at=now),),
        note="of a card that is done",
    ),
    Example(
        lambda ids: outcomes.LogSharedMessage(ids.note),
        "leader",
        (changed(tables.LogEntry, "note", with_partner=True),),
    ),
    Example(
        lambda ids: outcomes.ThanksMessage(ids.pair, ids.thanks),
        "mentor",
        (
            added(
                tables.Thanks,
                "thanks",
                pair_id=lambda ids, _: ids.pair,
                side="mentee",
                text="You were patient with me.",
                at=now,
            ),
        ),
    ),
    Example(lambda ids: outcomes.ThanksMessage(ids.done_pair, ids.offered_thanks), "finished", note="to be shown"),
    Example(lambda ids: outcomes.ThanksPostMessage(ids.done_pair, ids.offered_thanks), "general", (AGREED_THANKS,)),
    Example(lambda ids: outcomes.ThanksShownMessage(ids.done_pair, ids.offered_thanks), "thanked", (AGREED_THANKS,)),
    # people, privacy
    Example(lambda _: people.DmReplyMessage(), "mentor"),
    Example(lambda _: people.DmReplyMessage(urgent=True), "mentor", note="somebody may need help"),
    Example(lambda _: privacy.ExportMessage(), "mentor"),
    # programme
    Example(lambda _: programme.SetupDoneMessage(), "hr_channel"),
    *(
        Example(
            lambda ids, trouble=trouble: programme.HrChannelTroubleMessage(ids.hr_channel, trouble),  # type: ignore[misc]  # bound now
            "hr",
            (changed(tables.Programme, "programme", hr_trouble=trouble),),
            note=trouble,
        )
        for trouble in ("public", "shared", "archived", "gone", "empty")
    ),
    Example(
        lambda ids: programme.HrChannelFineMessage(ids.hr_channel, ids.booked_at - timedelta(days=100)),
        "hr",
        (
            added(
                tables.Outbox,
                "read",
                programme_id=lambda ids, _: ids.programme,
                person_id=lambda ids, _: ids.hr,
                key="read",
                kind="hr_channel_trouble",
                state=tables.OutboxState.SENT,
                due_at=now,
                created_at=now,
            ),
        ),
    ),
    Example(lambda ids: programme.ProgrammeMovedMessage("C0", ids.hr_channel, ids.hr), "hr_channel", note="new"),
    Example(lambda ids: programme.ProgrammeMovedMessage("C0", ids.hr_channel, ids.hr), "general", note="old"),
    Example(lambda ids: programme.ProgrammeMovedMessage("C0", ids.hr_channel), "hr", note="by the operator"),
    Example(lambda ids: programme.OwnerWantedMessage(ids.hr), "hr_channel", (HR_LEFT,)),
    Example(lambda ids: programme.OwnerGoneMessage(ids.hr), "leader", (HR_LEFT,)),
    Example(lambda _: programme.AnnouncementMessage(), "general"),
    Example(lambda _: programme.AlumnusMessage(), "newcomer", (RECRUITING,)),
    Example(
        lambda ids: programme.TopicQuestionMessage(ids.asked),
        "mentor",
        (changed(tables.Participant, "leader_part", wishes=[{"topic": "design_thinking", "skill": 2}]),),
    ),
    Example(lambda ids: programme.SessionDayOffMessage(ids.booked, ids.booked_at), "mentor", (OFF,)),
    *[
        Example(
            lambda ids, why=why: programme.HrChannelTroubleMessage(ids.hr_channel, why),  # type: ignore[misc]  # bound now
            "hr",
            (changed(tables.Programme, "programme", hr_trouble=why),),
            note=why,
        )
        for why in HrTrouble
    ],
    Example(lambda ids: programme.HrChannelFineMessage(ids.hr_channel, ids.polled_at), "hr", (TOLD_OF_CHANNEL,)),
    *[
        Example(lambda ids: programme.ProgrammeMovedMessage(ids.general, ids.hr_channel, ids.hr), to)
        for to in ("hr", "hr_channel", "general")
    ],
    Example(lambda ids: programme.OwnerWantedMessage(ids.hr), "hr_channel", (GONE,)),
    Example(lambda ids: programme.OwnerGoneMessage(ids.hr), "other_hr", (GONE,)),
    # recruiting
    Example(
        lambda ids: recruiting.SponsorPostMessage(ids.said),
        "general",
        (
            added(
                tables.SponsorMessage,
                "said",
                programme_id=lambda ids, _: ids.programme,
                name="Rina, Managing Director",
                text="Come curious.",
                at=now,
            ),
        ),
    ),
    Example(
        lambda ids: recruiting.SponsorPostMessage(ids.thanked),
        "general",
        (
            added(
                tables.SponsorMessage,
                "thanked",
                programme_id=lambda ids, _: ids.programme,
                name="Rina, Managing Director",
                text="Thank you for every hour.",
                at=now,
                thanks=True,
            ),
        ),
        note="thanks at the end",
    ),
    Example(lambda _: recruiting.JoinReminderMessage(), "general", (RECRUITING,)),
    *(
        Example(
            lambda ids, error=error: recruiting.EligibilityChannelMessage("C0CLUB", error),  # type: ignore[misc]  # bound now
            "hr_channel",
            (changed(tables.Programme, "programme", eligibility={"channels": ["C0CLUB"]}),),
            note=error or "not seen",
        )
        for error in ("", "missing_scope", "fetch_members_failed")
    ),
    *(
        Example(
            lambda ids, trouble=trouble: recruiting.AnnouncementChannelMessage(ids.general, trouble),  # type: ignore[misc]  # bound now
            "hr_channel",
            (changed(tables.Programme, "programme", announce_trouble=str(trouble)), *state),
            note=f"{trouble}, {note}",
        )
        for trouble in AnnouncementTrouble
        for state, note in (((RECRUITING,), "during sign-up"), ((), "later"))
    ),
    *(
        Example(
            lambda ids, error=error: recruiting.ChannelRefusedMessage(ids.general, error),  # type: ignore[misc]  # bound now
            "hr_channel",
            (
                added(
                    tables.Outbox,
                    "refused",
                    programme_id=lambda ids, _: ids.programme,
                    channel=lambda ids, _: ids.general,
                    key="refused",
                    kind="announcement",
                    state=tables.OutboxState.DEAD,
                    error=error,
                    due_at=now,
                    created_at=now,
                ),
            ),
            note=error,
        )
        for error in ("restricted_action", "is_archived", "channel_not_found", "not_in_channel", "announcement_shared")
    ),
    # roster
    Example(lambda _: roster.RosterTemplateMessage(), "hr"),
    Example(lambda ids: roster.RosterStoredMessage(ids.hr, 120, 7, 3), "hr_channel"),
    # sessions
    *steps(sessions.BookingNudgeMessage, "planned", "mentor", given=(HELD,)),
    *steps(sessions.BookingNudgeMessage, "planned", "leader", given=(HELD, LEADER_BOOKS)),
    *steps(sessions.BookingReminderMessage, "planned", "mentor", given=(HELD,)),
    *steps(sessions.BookingReminderMessage, "planned", "leader", given=(HELD, LEADER_BOOKS)),
    *steps(sessions.MentorPackMessage, "booked", "mentor"),
    *steps(sessions.LeaderPackMessage, "booked", "leader"),
    *steps(sessions.ReminderMessage, "booked", "mentor", "leader"),
    *steps(sessions.PollMentorMessage, "polled", "mentor"),
    *steps(sessions.PollLeaderMessage, "polled", "leader"),
    Example(lambda ids: sessions.SessionBookedMessage(ids.booked, MENTOR, ids.booked_at), "leader"),
    Example(lambda ids: sessions.BookedInDayMessage(ids.booked, MENTOR, ids.booked_at), "leader", without_room=True),
    Example(lambda ids: sessions.SessionBookedByMeMessage(ids.booked, MENTOR, ids.booked_at), "mentor"),
    Example(
        lambda ids: sessions.SessionMovedMessage(ids.booked, LEADER, ids.booked_at, ids.polled_at, "work"), "mentor"
    ),
    Example(
        lambda ids: sessions.SessionMovedByMeMessage(ids.booked, LEADER, ids.booked_at, ids.polled_at, "work"),
        "leader",
    ),
    Example(lambda ids: sessions.SessionCancelledMessage(ids.booked, LEADER, ids.booked_at), "mentor", (NO_DATE,)),
    Example(lambda ids: sessions.SessionHeldMessage(ids.booked, MENTOR), "leader", (HELD,)),
    Example(lambda ids: sessions.SessionNotHeldMessage(ids.booked, MENTOR, ids.booked_at), "leader"),
    Example(lambda ids: sessions.SessionCorrectedMessage(ids.booked, True, ids.booked_at), "mentor", (HELD,)),
    Example(lambda ids: sessions.SessionCorrectedMessage(ids.booked, False, ids.booked_at), "leader"),
    Example(
        lambda ids: sessions.SessionBookedMessage(ids.booked, MENTOR, ids.booked_at, agreed=True),
        "leader",
        note="agreed outside working hours",
    ),
    Example(
        lambda ids: busy_hours.BusyHoursStoppedMessage("refused"),
        "mentor",
        (
            added(
                tables.BusyCalendar,
                "calendar",
                person_id=lambda ids, _: ids.mentor,
                link="",
                host="calendar.google.com",
                zone="Asia/Jakarta",
                problem="refused",
                **dict.fromkeys(("covers_until", "added_at", "checked_at", "read_at", "failed_since", "told_at"), now),
            ),
        ),
    ),
    Example(lambda ids: session_mail.SessionMailRefusedMessage(ids.booked), "mentor"),
    Example(lambda ids: sessions.SessionOutOfHoursMessage(ids.booked, ids.booked_at), "leader", (ABROAD,)),
    Example(lambda ids: sessions.TimeProposedMessage(ids.proposal, ids.planned), "mentor"),
    Example(lambda ids: sessions.TimeDeclinedMessage(ids.proposal, ids.planned), "leader", (DECLINED,)),
    Example(
        lambda ids: people.DailyMessage(ids.booked_at.date()),
        "leader",
        parts=(
            lambda ids: sessions.LeaderPackMessage(ids.booked, slot(ids, "booked")),
            lambda ids: agreement.AgreementProposedMessage(ids.pair, 1),
        ),
    ),
    Example(lambda ids: sessions.ChatBookedMessage(ids.booked, MENTOR, ids.booked_at), "pair"),
    Example(lambda ids: sessions.ChatMovedMessage(ids.booked, LEADER, ids.booked_at, ids.polled_at, "work"), "pair"),
    Example(lambda ids: sessions.ChatCancelledMessage(ids.booked, LEADER, ids.booked_at), "pair", (NO_DATE,)),
    Example(lambda ids: sessions.CalendarFileMessage(ids.booked), "mentor"),
    Example(lambda ids: sessions.FreshCalendarFilesMessage(ids.pair, {str(ids.booked): 0}), "mentor"),
    Example(
        lambda ids: sessions.LessOftenMessage(ids.pair),
        "mentor",
        (changed(tables.Pair, "pair", cadence="weekly"), changed(tables.Rhythm, "rhythm", state="kept")),
    ),
    Example(lambda ids: sessions.CadenceProposedMessage(ids.rhythm, ids.pair), "mentor"),
    Example(
        lambda ids: sessions.CadenceAgreedMessage(ids.rhythm, ids.pair),
        "leader",
        (
            changed(tables.Rhythm, "rhythm", state=tables.RhythmState.AGREED),
            changed(tables.Pair, "pair", cadence="fortnightly", format="discussion"),
        ),
    ),
    Example(
        lambda ids: sessions.CadenceKeptMessage(ids.rhythm, ids.pair),
        "leader",
        (changed(tables.Rhythm, "rhythm", state=tables.RhythmState.KEPT),),
    ),
    # signup
    Example(lambda _: signup.WelcomeMessage(), "mentor"),
    Example(lambda _: signup.WelcomeMessage(), "leader"),
    Example(lambda _: signup.SignUpApprovedMessage(), "mentor"),
    Example(
        lambda _: signup.SignUpDeclinedMessage(),
        "mentor",
        (changed(tables.Participant, "mentor_part", state=tables.ParticipantState.LEFT, hr_declined_at=now),),
    ),
    Example(lambda ids: signup.PairEndedMessage(ids.pair), "mentor", note="the leader left"),
    Example(
        lambda ids: signup.PairEndedMessage(ids.pair),
        "mentor",
        (changed(tables.Person, "leader", erased_at=now),),
        note="the leader erased their data",
    ),
    Example(lambda ids: signup.PairEndedHrMessage(ids.pair), "hr_channel"),
    # surveys
    Example(lambda ids: surveys.SurveyMessage(ids.other_mentor_part, MENTOR, Moment.BEFORE), "other_mentor"),
    Example(lambda ids: surveys.SurveyMessage(ids.leader_part, LEADER, Moment.CLOSING), "leader"),
    Example(
        lambda _: surveys.SurveyResultsMessage(),
        "hr_channel",
        (
            published(1, "before:skill", "value", 12),
            published(2, "closing:skill", "change", 7),
            published(3, "closing:seen", "value", 20),
        ),
    ),
)
