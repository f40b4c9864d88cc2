"""Every output of HR's that holds figures about private answers: how it is asked for, and what it tells.

What comes later has to be added here, or to `NO_ANSWERS` with the reason: see `test_registry.py`.
"""

from collections.abc import Awaitable, Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.domain.figures import Count, Figure
from bot.domain.own_questions import PREFIX, measure_of
from bot.domain.polls import USEFUL
from bot.domain.sessions import Side
from bot.domain.surveys import Course, Item
from bot.services.insight.published_groups import current_survey_results, publish, read_published
from bot.services.insight.report import Report, current_report
from bot.services.insight.summary_figures import Summary
from bot.services.insight.weekly import current_weekly
from bot.services.orientation import orientation as preparing
from bot.services.outcomes.figures import CardCounts
from bot.services.own_questions.results import OwnResult
from bot.services.playbook.playbook import current_playbook
from bot.services.programme.next_cohort import read_predecessor
from storage.tables import Programme
from storage.unit_of_work import Store

Told = tuple[str, Figure | int, int | None]
"""The name of a measure, its figure or count; of a count, how many it is out of, if that is not private."""


def of_summary(found: Summary) -> Iterator[Told]:
    for one in found.measures:
        for figure in (one.now, one.before):
            if figure:
                yield one.name, figure, None
    if found.answers:
        yield Count.ANSWERED, found.answers.answered, found.answers.asked
    yield from of_cards(found.outcomes.cards)
    goals = found.outcomes.goals
    for name, value in (
        (Count.GOAL_REACHED, goals.reached),
        (Count.GOAL_MOVED, goals.moved),
        (Count.GOAL_DROPPED, goals.dropped),
    ):
        if value is not None:
            yield name, value, None
    for name, value in found.support.items():
        yield name, value, None
    yield from of_prepared(found.prepared)
    yield from of_courses(found.courses)


def of_cards(counts: CardCounts) -> Iterator[Told]:
    for name, value in (
        (Count.CARD_WRITTEN, counts.written),
        (Count.CARD_DONE, counts.done),
        (Count.CARD_DROPPED, counts.dropped),
        (Count.CARD_LASTED, counts.lasted),
        (Count.CARD_FADED, counts.faded),
    ):
        if value is not None:
            yield name, value, None


def of_prepared(found: Iterable[preparing.Finished]) -> Iterator[Told]:
    for one in found:
        if one.finished is not None:
            yield Count.PREPARED_MENTOR if one.side is Side.MENTOR else Count.PREPARED_LEADER, one.finished, one.people


def of_courses(found: Iterable[Course]) -> Iterator[Told]:
    for one in found:
        if one.before:
            yield one.item, one.before, None
        for later in one.later.values():
            assert not (later.change and later.average), "of the same people never both"
            if figure := later.change or later.average:
                yield one.item, figure, None


def of_report(found: Report) -> Iterator[Told]:
    yield from of_summary(found.summary)
    departments, levels, months = found.parts.departments, found.parts.levels, found.parts.months
    for useful in (*(one.useful for one in (*departments, *levels)), *(one.useful for one in months)):
        if useful:
            yield USEFUL, replace(useful, people=0), None  # no number of people is beside it
    for figure in found.recommendations.values():
        yield Item.RECOMMEND, figure, None
    yield from of_own(found.own)
    if found.thanks is not None:
        yield Count.THANKS, found.thanks, None


def of_own(found: Iterable[OwnResult]) -> Iterator[Told]:
    for own in found:
        if own.result and own.result.figure:
            yield measure_of(own.question.id), own.result.figure, None


async def _summary(store: Store, programme: int, now: datetime) -> list[Told]:
    found = await current_weekly(store, programme, now)
    changed = [(one.name, figure, None) for one in found.changes.measures for figure in (one.now, one.before) if figure]
    return [*of_summary(found.summary), *changed, *of_own(found.own)]


async def _report(store: Store, programme: int, now: datetime) -> list[Told]:
    found = list(of_report(await current_report(store, programme, now)))
    async with store.read(now) as work:
        published = await read_published(work.session, programme)
    # HR sees those of HR's own questions only from five people on, or added together: here HR is told all of them.
    options = [measure for measure in published.groups if measure.startswith(PREFIX) and measure.count(":") > 1]
    return [*found, *((one, published.count(one) or 0, None) for one in options)]


async def _courses(store: Store, programme: int, now: datetime) -> list[Told]:
    found = await current_survey_results(store, programme, now)
    return [*of_courses(found.courses), *[(Item.RECOMMEND, one, None) for one in found.recommendations.values()]]


async def _next_cohort(store: Store, programme: int, now: datetime) -> list[Told]:
    async with store.read(now) as work:
        last = await work.session.get_one(Programme, programme)
    following = Programme(**last.model_dump(exclude={"id", "follows_id"}), follows_id=programme)
    found = await read_predecessor(store, following, now)
    return list(of_summary(found)) if found else []


async def _playbook(store: Store, programme: int, now: datetime) -> list[Told]:
    found = await current_playbook(store, programme, now)
    useful = [replace(one, people=0) for figures in found.useful.values() for one in figures.values()]
    told: list[Told] = [(USEFUL, one, None) for one in useful]  # no number of people is beside it
    return [*told, *of_cards(found.cards)]


async def _prepared(store: Store, programme: int, now: datetime) -> list[Told]:
    await publish(store, programme, now)
    async with store.read(now) as work:
        return list(of_prepared(await preparing.finished(work.session, programme)))


@dataclass(frozen=True)
class Output:
    """`ask` is the service behind it; `shown_by` the services and messages that show it to HR."""

    ask: Callable[[Store, int, datetime], Awaitable[Sequence[Told]]]
    shown_by: tuple[str, ...]


OUTPUTS = {
    "summary": Output(
        _summary,
        (
            "bot.services.insight.summary_figures.current_summary",
            "bot.services.insight.weekly.current_weekly",
            "bot.services.insight.weekly.read_weekly",
            "bot.services.insight.weekly._changes",
            "bot.services.insight.summary.whole",
            "handlers.insight.messages.summary",
            "handlers.insight.messages.weekly_summary",
        ),
    ),
    "report": Output(
        _report, ("bot.services.insight.report.current_report", "handlers.insight.report_messages.report")
    ),
    "courses": Output(
        _courses,
        ("bot.services.insight.published_groups.current_survey_results", "handlers.surveys.messages.measures_hr"),
    ),
    "next cohort": Output(
        _next_cohort,
        (
            "bot.services.programme.next_cohort.predecessor",
            "bot.services.programme.next_cohort.read_predecessor",
            "handlers.signup.messages.setup_done",
        ),
    ),
    "playbook": Output(
        _playbook,
        (
            "bot.services.playbook.playbook.current_playbook",
            "bot.services.playbook.playbook.read_playbook",
            "handlers.playbook.messages.playbook",
        ),
    ),
    "release": Output(
        _prepared,
        (
            "bot.services.matching.release.preview_release",
            "bot.services.orientation.finish_by.read_rule",
            "bot.services.programme.overview.read_hr_part",
        ),
    ),
}
"""All of these publish first, and read published groups alone."""

_RULES = "whom somebody would rather not meet is a rule among others of the matching, which is tested by itself"
_FACTS = (
    "what HR may see of one pair: sessions, who moved them, whether it signed. What risk rules make of answers is left "
    "out by `bot.domain.care.for_hr`"
)
_BOTH = (
    "of a pair made by hand HR reads whether both confirmed it within three working days, and nothing of one answer: "
    "`tests/storage/confirmations/test_what_hr_reads.py`"
)
_GROUPS = (
    "counts the people of a group that HR sees anyway: role, stage, department, whether a pair signed its agreement "
    "and whether its next session has a date"
)
_RECORD = "deletes what either said about whether they met, and reads none of it"
_WRITES = "writes rows for people to answer, and reads none of their answers"
_REMINDS = "plans or drops the reminder of whoever has not finished, and tells HR nothing of it"
NO_ANSWERS = {
    "handlers.closing.certificate_messages.sample": "a certificate with HR's own name, of nobody's programme",
    "handlers.closing.messages.thanks_post": "thanks that their writer and their reader both want to show",
    "bot.services.circles.offering.offer_circles": "empties all circles, and says nothing of who was in one",
    "bot.services.broadcasts.broadcasts.count_found": _GROUPS,
    "bot.services.broadcasts.broadcasts.read_preview": _GROUPS,
    "bot.services.broadcasts.broadcasts.save_draft": _GROUPS,
    "bot.services.broadcasts.broadcasts.send_draft": _GROUPS,
    "bot.services.matching.alternates.find": _RULES,
    "bot.services.matching.create_draft.create": _RULES,
    "bot.services.matching.create_draft._store": _BOTH,
    "bot.services.matching.draft_pages.browse": _BOTH,
    "bot.services.matching.draft_pages.card": _BOTH,
    "bot.services.matching.draft_review.overview": _BOTH,
    "bot.services.matching.pair_actions.decide": _BOTH,
    "bot.services.matching.pair_actions.hold": _BOTH,
    "bot.services.matching.pair_actions.let_in": _BOTH,
    "handlers.matching.confirmation_messages.settled": _BOTH,
    "handlers.matching.messages.match_draft": _BOTH,
    "bot.services.matching.pairing.add": _RULES,
    "bot.services.matching.pairing_effect._effect": _RULES,
    "bot.services.matching.pairing_effect.add_effect": _RULES,
    "bot.services.matching.pairing_effect.swap_effect": _RULES,
    "bot.services.matching.pairing.choose": _RULES,
    "bot.services.matching.pairing.swap": _RULES,
    "bot.services.matching.weights.change": _RULES,
    "bot.services.matching.release.release": _WRITES,
    "bot.services.matching.release._release": _WRITES,
    "bot.services.matching.release.release_as_planned": _WRITES,
    "bot.services.matching.planned_release.plan": "checks what a release would do: its `preview_release` is played",
    "bot.services.matching.undo_release.undo": "takes back questions that nobody was asked yet",
    "bot.services.insight.pair_detail.read_pair_detail": _FACTS,
    "bot.services.participants.on_behalf.save_on_behalf": _WRITES,
    "bot.services.sessions.hr_records.read_correctable": _FACTS,
    "bot.services.sessions.hr_records.correct_held": _RECORD,
    "bot.services.sessions.hr_records.correct_not_held": _RECORD,
    "bot.services.participants.on_behalf.decline": "forgets that a person agreed to a pair, and reads nothing of it",
    "bot.services.signup.approval.approve": _WRITES,
    "bot.services.matching.holding.set_hold": _BOTH,
    "bot.services.participants.on_behalf.take_out": "forgets that a person agreed to a pair, and reads nothing of it",
    "bot.services.orientation.orientation.offer_to_all": _WRITES,
    "bot.services.orientation.finish_by.set_rule": _REMINDS,
    "bot.services.orientation.finish_by._plan": _REMINDS,
    "bot.services.matching.release_checklist.waive": (
        "counts to whom something was offered, which the bot does and not they"
    ),
    "handlers.care.at_risk_messages.risk_hr": _FACTS,
    "bot.services.course.change.apply": "takes planned sessions from the notes about them, and reads no note",
    "bot.services.care.restoring.restore_pair": "plans questions to the two again, and reads none of their answers",
    "bot.services.course.cancel.cancel": "ends the reminders of action cards, and reads no card",
    "bot.services.course.change.preview": "offers to delete only what nobody has used, and does not say by what it was",
    "bot.services.course.delete.delete_programme": "refuses what anybody has used, and does not say by what it was",
    "handlers.closing.messages.programme_closed": "until when survey results come, and whether any are published",
    "bot.services.care.contact_posts.change_contacts": (
        "tells the writers of concerns that HR named another contact; HR reads neither whether there are any, nor whose"
    ),
}
"""What HR is shown, or does, that reaches a table of private answers and tells no figure of them; and why."""

TO_PEOPLE = frozenset(
    {
        "agreement_proposed",
        "agreement_signed",
        "booking_nudge",
        "booking_reminder",
        "buddy_gone",
        "buddy_introduced",
        "card_follow",
        "card_settled",
        "card_share",
        "card_written",
        "certificate",
        "circle_closed",
        "circle_opened",
        "circle_pack",
        "closing",
        "concern_after",
        "concern_contact",
        "concern_due",
        "concern_offer",
        "concern_passed_on",
        "concern_receipt",
        "concern_waits",
        "contact_me",
        "contact_replaced",
        "export",
        "goal_date",
        "intro_group",
        "intro_mentee",
        "intro_mentor",
        "kickoff_missed",
        "leader_pack",
        "log_shared",
        "measure",
        "mentor_pack",
        "midway",
        "pair_nudge",
        "pair_question",
        "pair_withdrawn",
        "poll_mentee",
        "poll_mentor",
        "preparation",
        "preparation_reminder",
        "rematch_offer",
        "risk_ask",
        "session_cancelled",
        "session_out_of_hours",
        "signed_up_by_hr",
        "signup_approved",
        "thanks",
        "thanks_shown",
        "welcome",
    }
)
"""Kinds of messages that reach such a table and go to one person's own DM: to whoever answers, or to the partner or
contact whom it was written for."""
