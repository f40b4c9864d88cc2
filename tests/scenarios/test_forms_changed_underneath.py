"""Each form × each change of its subject while it was open: an answer that is true now, and a way on.

Slack shows "We had some trouble connecting" for ever if an error is put at a block that the form does not have. A form
without a row fails the first test.
"""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import pytest
import pytest_asyncio

import handlers
from storage.tables import (
    Draft,
    DraftState,
    GoalDate,
    MentoringSession,
    Pair,
    PairState,
    Participant,
    ParticipantState,
    Person,
    Programme,
    ProgrammeState,
    SessionState,
)
from storage.unit_of_work import UnitOfWork
from tests.scenarios.office import action_ids
from tests.scenarios.requests import Answer, Knock, knock, submit_view
from tests.scenarios.test_who_may_act import SPOT, TABLE, Row
from tests.scenarios.world import World, open_world
from tests.wording import says

pytestmark = pytest.mark.asyncio(loop_scope="module")
REFUSALS = ("errors.sign_up_past", "errors.sign_up_over", "errors.invited_to_cancelled")
"""Those with values, which `names_a_refusal` does not find."""
BROKEN = ("errors.something_broke", "errors.broke_after", "errors.broke_unclear", "errors.not_shown")


@dataclass(frozen=True)
class Form:
    """How a form is opened, and by whom. Without `opened` it is put before the person as `TABLE` has it."""

    callback_id: str
    by: str
    opened: Knock | None = None


def press(callback_id: str, by: str, action_id: str, value: str = "", note: str = "") -> Form:
    return Form(callback_id, by, Knock("action", action_id, value, note))


FORMS = (
    press("agreement.form", "mentor", "agreement.change", "{pair}"),
    press("broadcast.form", "hr", "broadcast.open.all", "{programme}"),
    Form("broadcast.preview", "hr"),
    press("buddy.form", "mentor", "buddy.open", "{programme}"),
    press("card.form", "mentor", "card.new", "{pair}"),
    press("card.drop_form", "mentor", "card.drop", "{card}"),
    press("card.renew_form", "mentor", "card.renew", "{card}"),
    press("certificate.form", "hr", "certificate.design", "{programme}"),
    press("closing.thanks_form", "mentor", "closing.thanks", "{pair}"),
    press("concern.form", "mentor", "concern.open"),
    press("contacts.form", "hr", "contacts.open", "{programme}"),
    Form("course.form", "hr"),
    press("days.form", "hr", "days.open", "{programme}"),
    Form("goal.form", "mentor"),
    press("goal.move_form", "mentor", "goal.move", "{goal_date}"),
    press("kickoff.form", "hr", "kickoff.new", "{programme}", "{programme}"),
    Form("kickoff.save", "hr"),
    press("orientation.rule_form", "hr", "orientation.rule", "{programme}"),
    press("closing_date.form", "hr", "closing_date.open", "{programme}"),
    Form("closing_date.save", "hr"),
    Form("participant.decline_form", "hr"),
    press("eligibility.form", "hr", "eligibility.open", "{programme}"),
    Form("eligibility.save", "hr"),
    press("improve.form", "mentor", "improve.open", "{programme}"),
    press("invite.form", "hr", "invite.open", "{programme}"),
    Form("invite.send", "hr"),
    press("join.about", "mentor", "join.open", "{programme}"),
    Form("join.details", "mentor"),
    press("leave.form", "mentor", "leave.open"),
    press("log.form", "mentor", "log.add", "{pair}"),
    press("material.form", "hr", "material.add", "{programme}"),
    press("session.series_form", "mentor", "session.series", "{booked}"),
    press("place.form", "mentor", "place.open", "{booked}"),
    press("place.default_form", "hr", "place.default", "{programme}"),
    Form("manager_note.form", "finished"),
    Form("manager_note.preview", "finished"),
    press("match.add", "hr", "match.add", "{draft}"),
    press("match.browse", "hr", "match.pairs", "{draft}"),
    press("match.managers", "hr", "match.managers", "{programme}"),
    press("match.note", "hr", "match.note", "{draft_pair}", SPOT),
    Form("match.plan_form", "hr"),
    press("match.release_form", "hr", "match.release", "{draft}"),
    press("match.swap", "hr", "match.swap", "{draft_pair}", SPOT),
    Form("match.write", "hr"),
    Form("participant.add_form", "hr"),
    Form("participant.form", "hr"),
    Form("participant.take_out_form", "hr"),
    Form("participants", "hr"),
    Form("own.form", "mentor"),
    press("own_questions.form", "hr", "own_questions.add.text", "{programme}:closing"),
    press("nominate.form", "mentor", "nominate.open", "{programme}"),
    press("own_texts.form", "hr", "own_texts.edit.announcement.id", "{programme}"),
    Form("own_texts.preview", "hr"),
    press("part.form", "mentor", "part.open", "{pair}"),
    press("pause.form", "mentor", "pause.open"),
    press("playbook.form", "hr", "playbook.notes", "{programme}"),
    press("poll.comment_form", "mentor", "poll.comment", "{polled}"),
    press("prepare.form", "mentor", "prepare.open.mentor", "{programme}"),
    press("busy_hours.form", "mentor", "busy_hours.open"),
    press("working_time.hours_form", "mentor", "working_time.hours"),
    press("working_time.week_form", "mentor", "working_time.week"),
    press("working_time.away_form", "mentor", "working_time.away"),
    press("privacy.erase_form", "mentor", "privacy.erase"),
    Form("programme.move", "hr"),
    press("recruit.channel", "hr", "recruit.channel", "{programme}"),
    press("rhythm.form", "mentor", "rhythm.open", "{pair}"),
    press("risk.end_form", "hr", "risk.hr_end", "{pair}"),
    press("risk.rest_form", "hr", "risk.hr_rest", "{pair}"),
    press("risk.want_form", "mentor", "risk.say.rematch", "{pair}"),
    Form("roster.form", "hr"),
    Form("roster.store", "hr"),
    Form("roster.levels_said", "hr"),
    Form("session.ask_form", "mentor"),
    press("session.form", "mentor", "session.book", "{planned}"),
    press("session.form", "mentor", "session.move", "{booked}"),
    press("session.held_form", "mentor", "session.held", "{booked}"),
    press("session.held_form", "mentor", "session.correct", "{polled}"),
    press("session.hr_form", "hr", "session.hr_correct", "{pair}"),
    Form("setup.form", "hr", Knock("command", "setup", channel="{hr_channel}")),
    press("sponsor.form", "hr", "sponsor.open", "{programme}"),
    Form("sponsor.preview", "hr"),
    press("story.form", "finished", "story.edit", "{done_pair}"),
    press("topics.form", "hr", "topics.edit", "{programme}"),
    press("weights.form", "hr", "weights.open", "{programme}"),
    Form("which.form", "mentor"),
)

Change = Callable[[World, UnitOfWork], Awaitable[None]]


def set_to(table: Any, row: str, **values: Any) -> Change:
    """Set columns of the row that the world calls `row`."""

    async def change(world: World, work: UnitOfWork) -> None:
        found = await work.session.get_one(table, world.ids[row])
        for name, value in values.items():
            setattr(found, name, value(world) if callable(value) else value)

    return change


def in_days(days: float) -> Callable[[World], Any]:
    return lambda world: world.office.clock.now() + timedelta(days=days)


def all_of(*changes: Change) -> Change:
    async def change(world: World, work: UnitOfWork) -> None:
        for one in changes:
            await one(world, work)

    return change


def part(side: str, state: ParticipantState) -> Change:
    """One of the pair takes part otherwise than before."""

    async def change(world: World, work: UnitOfWork) -> None:
        pair = await work.session.get_one(Pair, world.ids["pair"])
        found = await work.session.get_one(Participant, pair.mentor_id if side == "mentor" else pair.leader_id)
        found.state = state

    return change


async def partner_erased(world: World, work: UnitOfWork) -> None:
    pair = await work.session.get_one(Pair, world.ids["pair"])
    found = await work.session.get_one(Participant, pair.leader_id)
    person = await work.session.get_one(Person, found.person_id)
    pair.state, found.state = PairState.ENDED, ParticipantState.LEFT
    person.active, person.erased_at, person.name = False, work.now, f"#{person.id}"


async def they_erased(world: World, work: UnitOfWork) -> None:
    pair = await work.session.get_one(Pair, world.ids["pair"])
    found = await work.session.get_one(Participant, pair.mentor_id)
    person = await work.session.get_one(Person, found.person_id)
    pair.state, found.state, found.forgotten_at = PairState.ENDED, ParticipantState.LEFT, work.now
    person.erased_at, person.name = work.now, f"#{person.id}"


async def hr_lost(world: World, _: UnitOfWork) -> None:
    world.office.slack.remove_member(world.office.hr_channel, world.people["hr"].slack.user)


async def contact_replaced(world: World, work: UnitOfWork) -> None:
    programme = await work.session.get_one(Programme, world.ids["programme"])
    pair = await work.session.get_one(Pair, world.ids["pair"])
    programme.contact_id = (await work.session.get_one(Participant, pair.leader_id)).person_id


BOOKED, PLANNED, HELD = (
    {"state": SessionState.BOOKED},
    {"state": SessionState.PLANNED, "starts_at": None},
    {"state": SessionState.HELD},
)
ENDED = set_to(Pair, "pair", state=PairState.ENDED)
OF_A_PAIR: dict[str, Change] = {
    "session booked": set_to(MentoringSession, "planned", starts_at=in_days(4), **BOOKED),
    "session moved": set_to(MentoringSession, "booked", starts_at=in_days(5)),
    "session cancelled": set_to(MentoringSession, "booked", **PLANNED),
    "session held": all_of(*(set_to(MentoringSession, one, **HELD) for one in ("polled", "booked", "planned"))),
    "session over": all_of(
        *(set_to(MentoringSession, one, settled_at=in_days(0)) for one in ("polled", "booked", "planned"))
    ),
    "goal answered": set_to(GoalDate, "goal_date", result="reached", side="mentee", answered_at=in_days(0)),
    "pair ended": ENDED,
    "pair completed": set_to(Pair, "pair", state=PairState.COMPLETED),
    "re-matched": all_of(ENDED, set_to(Pair, "done_pair", state=PairState.ACTIVE)),
    "pair paused": set_to(Pair, "pair", paused_until=in_days(20)),
    "partner paused": part("leader", ParticipantState.PAUSED),
    "they paused": part("mentor", ParticipantState.PAUSED),
    "they left": all_of(ENDED, part("mentor", ParticipantState.LEFT)),
    "partner left": all_of(ENDED, part("leader", ParticipantState.LEFT)),
    "partner erased": partner_erased,
    "contact replaced": contact_replaced,
    "programme over": set_to(Programme, "programme", state=ProgrammeState.CLOSED),
}
OF_HR: dict[str, Change] = {
    "HR lost": hr_lost,
    "draft released": set_to(Draft, "draft", state=DraftState.RELEASED),
    "draft replaced": set_to(Draft, "draft", state=DraftState.SUPERSEDED),
    "draft changed": set_to(Draft, "draft", version=99),
    "pair ended": ENDED,
    "partner erased": partner_erased,
    "programme over": set_to(Programme, "programme", state=ProgrammeState.CLOSED),
}
CASES = [
    pytest.param(form, change, id=f"{form.callback_id} {form.opened.what if form.opened else ''} | {name}")
    for form in FORMS
    for name, change in (OF_HR if form.by == "hr" else OF_A_PAIR).items()
]


async def test_every_form_has_a_row() -> None:
    assert {one.callback_id for one in FORMS} == set(handlers.listeners().submissions)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def world(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[World]:
    async with open_world(f"sqlite:///{tmp_path_factory.mktemp('forms')}/balik.sqlite") as opened:
        yield opened


@pytest.mark.wide(3)
@pytest.mark.parametrize(("form", "change"), CASES)
async def test_a_form_survives_that_its_subject_changed(world: World, form: Form, change: Change) -> None:
    user = world.people[form.by].id
    row = next(one for one in TABLE if one.ask.kind == "form" and one.ask.what == form.callback_id)
    try:
        answer = await _submitted(world, user, form, row, change)
    finally:
        world.put_back()
        world.office.slack.add_member(world.office.hr_channel, world.people["hr"].slack.user)
        await world.office.calm()
    assert answer.acked
    assert not any(says(answer.shown, one) for one in BROKEN), answer.shown
    errors = [one for one in answer.calls if one.startswith("error at ")]
    refused = world.names_a_refusal(answer.shown)
    if refused:  # what is true now, and the way on
        assert any(action_ids(one) for one in answer.seen), answer.shown
    assert errors or answer.seen or "views.open" not in answer.calls


async def _submitted(world: World, user: str, form: Form, row: Row, change: Change) -> Answer:
    asked = world.filled(row.ask)
    if form.opened is None:
        await _change(world, change)
        return await knock(world.office, user, asked)
    await knock(world.office, user, world.filled(form.opened))
    view = world.office.slack.workspace.stack(user)[-1]
    assert view.callback_id == form.callback_id
    await _change(world, change)
    return await submit_view(world.office, user, view, replace(asked, note=""))


async def _change(world: World, change: Change) -> None:
    async with world.office.balik.store.write(world.office.clock.now()) as work:
        await change(world, work)
        await work.commit()
    await world.office.calm()


TOO_LATE: dict[str, Change] = {
    "programme over": all_of(
        set_to(Programme, "programme", state=ProgrammeState.CLOSED),
        set_to(Pair, "pair", state=PairState.COMPLETED, ended_at=in_days(0), next_close_at=None),
    ),
    "sessions over": set_to(Pair, "pair", state=PairState.COMPLETED, ended_at=in_days(0), next_close_at=None),
    "last day over": set_to(Programme, "programme", ends_on=lambda world: in_days(-2)(world).date()),
    "they left": OF_A_PAIR["they left"],
    "partner left": OF_A_PAIR["partner left"],
    "partner erased": partner_erased,
    "they erased": they_erased,
}
OPENED = [one for one in FORMS if one.opened and one.by != "hr"]


@pytest.mark.parametrize("name", TOO_LATE)
async def test_old_buttons_open_no_form_that_would_be_refused(world: World, name: str) -> None:
    """What cannot be done any more is said when the button of an old message is pressed."""
    refused = []
    for form in OPENED:
        assert form.opened
        row = next(one for one in TABLE if one.ask.kind == "form" and one.ask.what == form.callback_id)
        user = world.people[form.by].id
        try:
            await _change(world, TOO_LATE[name])
            pressed = await knock(world.office, user, world.filled(form.opened))
            assert pressed.acked
            assert not any(says(pressed.shown, one) for one in BROKEN), pressed.shown
            stack = world.office.slack.workspace.stack(user)
            if stack and stack[-1].callback_id == form.callback_id:
                answer = await submit_view(world.office, user, stack[-1], replace(world.filled(row.ask), note=""))
                found = [*world.names_a_refusal(answer.shown), *(one for one in REFUSALS if says(answer.shown, one))]
                refused += [(form.opened.what, one) for one in found]
        finally:
            world.put_back()
            await world.office.calm()
    assert refused == [], name
