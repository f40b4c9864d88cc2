"""All recurring jobs, and when each has something to do next."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy import func
from sqlmodel import col, select

from bot.services.agreement.goal_dates import tick_goals
from bot.services.broadcasts.sending import tick_broadcasts
from bot.services.care.at_risk import tick_risks
from bot.services.care.concerns import tick_concerns
from bot.services.care.contact_posts import DUE as CONTACTS_DUE
from bot.services.care.contact_posts import tick_contacts
from bot.services.care.follow_up import tick_follow_ups
from bot.services.care.partner_requests import tick_partner_requests
from bot.services.care.pauses import tick_pauses
from bot.services.care.rests import tick_rests
from bot.services.circles.arranging import tick_circles
from bot.services.closing.closing import ANY_PROGRAMME_DUE, tick_closings
from bot.services.course.resume import tick_course
from bot.services.insight.summary import ANY_DUE as SUMMARY_DUE
from bot.services.insight.summary import tick_summaries
from bot.services.invitations.reminding import tick_invitations
from bot.services.matching.confirmation_tick import UNASKED, tick_confirmations
from bot.services.nominations.erasing import tick_nominations
from bot.services.orientation.orientation import tick_preparations
from bot.services.outcomes.action_card_tick import tick_cards
from bot.services.privacy.retention import (
    ANY_OLD_RECEIPT,
    ANY_TO_PLAN,
    DEFAULT_MONTHS,
    tick_receipts,
    tick_retention,
)
from bot.services.recruiting.announcement import tick_recruiting
from bot.services.sessions.session_tick import tick_sessions
from storage.outbox_maintenance import RECEIPTS_KEPT
from storage.tables import (
    ActionCard,
    Agreement,
    Broadcast,
    BusyCalendar,
    Circle,
    Concern,
    Draft,
    Invitation,
    MentoringSession,
    Nomination,
    Pair,
    PairConfirmation,
    Participant,
    PartnerRequest,
    Person,
    Preparation,
    Programme,
    SessionMail,
    SlackComparison,
    Story,
    Thanks,
    Workspace,
)
from storage.unit_of_work import Store, UnitOfWork

Tick = Callable[[datetime], Awaitable[object]]

WAITING: tuple[tuple[str, Any], ...] = (
    ("session", MentoringSession.next_at),
    ("pair_check", Pair.next_check_at),
    ("summary", Programme.next_summary_at),
    ("closing", Programme.next_close_at),
    ("closing", Pair.next_close_at),
    ("forgetting", Programme.forget_at),
    ("forgetting", Person.clean_at),
    ("forgetting", Story.clean_at),
    ("forgetting", Thanks.clean_at),
    ("pause", Participant.paused_until),
    ("card", ActionCard.next_follow_at),
    ("goal", Agreement.next_goal_at),
    ("rest", Pair.paused_until),
    ("course", Programme.paused_until),
    ("preparation", Preparation.remind_at),
    ("recruiting", Programme.next_recruit_at),
    ("invitation", Invitation.remind_at),
    ("counting", Programme.count_at),
    ("hr_channel", Programme.hr_check_at),
    ("confirmation", PairConfirmation.next_at),
    ("planned_release", Draft.release_look_at),
    ("comparison", SlackComparison.next_at),
    ("concern", Concern.next_at),
    ("follow_up", Concern.follow_at),
    ("partner_request", PartnerRequest.next_at),
    ("contact", Programme.next_contact_at),
    ("session_message", MentoringSession.refresh_at),
    ("invitation_message", Invitation.refresh_at),
    ("session_mail", SessionMail.due_at),
    ("broadcast", Broadcast.send_at),
    ("nomination", Nomination.erase_look_at),
    ("circle", Programme.circles_at),
    ("circle", Circle.next_pack_at),
    ("circle_opening", Circle.open_at),
    ("busy_hours", BusyCalendar.next_at),
    ("purge", Workspace.purge_at),
)
"""The columns with the next moment of each kind of work. Each is indexed."""

LOOKED_AT_BY: dict[str, tuple[str, ...]] = {
    "session": ("sessions",),
    "pair_check": ("risks",),
    "summary": ("summaries",),
    "closing": ("closings",),
    "forgetting": ("retention", "cleaning", "retracting"),
    "pause": ("pauses",),
    "card": ("cards",),
    "goal": ("goals",),
    "rest": ("rests",),
    "course": ("courses",),
    "preparation": ("preparations",),
    "recruiting": ("recruiting",),
    "invitation": ("invitations",),
    "counting": ("counting",),
    "hr_channel": ("hr_channels",),
    "confirmation": ("confirmations",),
    "planned_release": ("planned_releases",),
    "comparison": ("comparing",),
    "concern": ("concerns",),
    "follow_up": ("follow_ups",),
    "partner_request": ("partner_requests",),
    "contact": ("contacts",),
    "session_message": ("session_messages",),
    "invitation_message": ("invitation_messages",),
    "session_mail": ("session_mails",),
    "broadcast": ("broadcasts",),
    "nomination": ("nominations",),
    "circle": ("circles",),
    "circle_opening": ("circle_openings",),
    "busy_hours": ("busy_hours",),
    "purge": ("purges",),
}
"""The jobs for each kind of work, by their names."""
UNPLANNED: dict[str, Any] = {
    "closings": ANY_PROGRAMME_DUE,
    "summaries": SUMMARY_DUE,
    "retention": ANY_TO_PLAN,
    "receipts": ANY_OLD_RECEIPT,
    "confirmations": UNASKED,
    "contacts": CONTACTS_DUE,
}
"""Jobs that plan their own first run, or have no moment at all, and what they then find: they run along with any
other."""

MOST_ROUNDS = 1000
"""Jobs for `catch_up`, each of which processes a batch of due rows."""

MOMENTS: list[Any] = [select(func.min(col(column))).scalar_subquery() for _, column in WAITING]
EARLIEST: Any = select(*MOMENTS)
IN_NEED: Any = select(*(statement.exists() for statement in UNPLANNED.values()))

TICKS: dict[str, Callable[[Store, datetime], Awaitable[object]]] = {
    "pauses": tick_pauses,
    "rests": tick_rests,
    "courses": tick_course,
    "sessions": tick_sessions,
    "preparations": tick_preparations,
    "recruiting": tick_recruiting,
    "invitations": tick_invitations,
    "risks": tick_risks,
    "closings": tick_closings,
    "cards": tick_cards,
    "goals": tick_goals,
    "confirmations": tick_confirmations,
    "concerns": tick_concerns,
    "follow_ups": tick_follow_ups,
    "partner_requests": tick_partner_requests,
    "contacts": tick_contacts,
    "broadcasts": tick_broadcasts,
    "nominations": tick_nominations,
    "circles": tick_circles,
    "summaries": tick_summaries,
    "receipts": tick_receipts,
}


def ticks(store: Store, retention_months: int = DEFAULT_MONTHS) -> dict[str, Tick]:
    """Each job by its name, as the scheduler takes it."""
    found: dict[str, Tick] = {name: partial(tick, store) for name, tick in TICKS.items()}
    return {**found, "retention": partial(tick_retention, store, months=retention_months)}


async def next_due(store: Store, now: datetime) -> datetime | None:
    """The earliest moment at which a job has something to do; for clocks that are moved by hand."""
    return min((await waiting(store, now)).values(), default=None)


async def due(store: Store, now: datetime) -> set[str]:
    """The names of the jobs to run at `now`; empty if nothing is due."""
    async with store.read(now) as work:
        late = [kind for kind, moment in (await _waiting(work)).items() if moment <= now]
        if not late:
            return set()
        moments = {"now": now, "before": now - RECEIPTS_KEPT}
        in_need = (await work.session.exec(IN_NEED, params=moments)).one()
    planned = {name for kind in late for name in LOOKED_AT_BY[kind]}
    return planned | {name for name, needed in zip(UNPLANNED, in_need, strict=True) if needed}


async def catch_up(store: Store, now: datetime) -> None:
    """Plan all work that is due by `now`; nothing is sent."""
    known = ticks(store)
    for _ in range(MOST_ROUNDS):
        names = await due(store, now)
        # Work that is due in Slack only stays due: it plans no message.
        if not names & (known.keys() - UNPLANNED.keys()):
            return
        for tick in known.values():
            await tick(now)


async def waiting(store: Store, now: datetime) -> dict[str, datetime]:
    """The earliest moment of each kind of work."""
    async with store.read(now) as work:
        return await _waiting(work)


async def _waiting(work: UnitOfWork) -> dict[str, datetime]:
    moments = (await work.session.exec(EARLIEST)).one()
    found: dict[str, datetime] = {}
    for (kind, _), moment in zip(WAITING, moments, strict=True):
        if moment is not None:
            found[kind] = min(moment, found.get(kind, moment))
    return found
