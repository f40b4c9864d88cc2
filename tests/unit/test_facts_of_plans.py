"""What texts say of what is to come: how many questions, sessions and days, and what a button leads to."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from bot.domain.agreement import GoalResult, Terms
from bot.domain.care_check_ins import CheckInStage
from bot.domain.own_questions import Kind, Place
from bot.domain.sessions import Pack, Side
from bot.domain.surveys import Item, Moment
from bot.services.agreement.agreement import AgreementView
from bot.services.agreement.goal_dates import GoalQuestion
from bot.services.closing.completion import PairResult
from bot.services.closing.farewell import Farewell, Waited
from bot.services.closing.stories import StoryView
from bot.services.outcomes.action_cards import CardView
from bot.services.own_questions.asked import AskedQuestion
from bot.services.pair_context import window_days
from bot.services.programme.end import last_day
from bot.services.sessions.cadence import CadenceView
from bot.services.sessions.packs import Prepared
from bot.services.sessions.suggestions import Offer
from bot.services.surveys.surveys import Asked
from handlers.agreement.plan_views import basis, proposed
from handlers.care import midway_views
from handlers.closing import story_views
from handlers.closing import views as closing_views
from handlers.outcomes import card_views, goal_date_views
from handlers.sessions import cadence_views, pack_views
from handlers.sessions.slot_views import slot_blocks
from handlers.sessions.views import booked
from handlers.surveys import views as survey_views
from prompts.catalogue import Catalogue, Mrkdwn
from storage.tables import ActionCard, GoalDate, MentoringSession, OwnQuestion, Rhythm, RhythmState, SurveyResponse
from tests.unit.sessions.test_pack_messages import meeting, part
from tests.unit.test_facts_in_texts import story

NOW = datetime(2027, 3, 3, 2, 0, tzinfo=UTC)
CATALOGUE = Catalogue.load()
LANGUAGES = pytest.mark.parametrize("language", CATALOGUE.languages)


def own_question(number: int) -> AskedQuestion:
    words = {language: {"ask": f"Own {number}?", "labels": []} for language in CATALOGUE.languages}
    row = OwnQuestion(
        id=number,
        team_id="T",
        programme_id=1,
        place=Place.CLOSING,
        position=number,
        kind=Kind.TEXT,
        role="",
        options=0,
        words=words,
        added_at=NOW,
    )
    return AskedQuestion(row, None)


@LANGUAGES
@pytest.mark.parametrize("moment", [Moment.CLOSING, Moment.LATER])
@pytest.mark.parametrize("own", [0, 1, 2])
def test_a_survey_says_how_many_of_its_questions_are_which(language: str, moment: Moment, own: int) -> None:
    texts, pair = CATALOGUE.texts(language), meeting()
    pair.programme.recommends, pair.programme.survey_set = True, 2
    reading = SurveyResponse(
        id=1, team_id="T", programme_id=1, participant_id=1, side=Side.MENTOR, moment=moment, asked_at=NOW
    )
    asked = Asked(reading, pair.programme, pair.mentor, None, NOW, own=tuple(map(own_question, range(own))))
    shown = survey_views.questions(texts, asked)
    same = len(asked.items) - 1
    assert Item.RECOMMEND in asked.items
    assert shown.text == texts.plain(f"surveys.{moment}.title", count=same + 1 + own)
    values = {"programme": "P", "recommends": True, "same": same, "own": own}
    assert shown.blocks[1]["text"]["text"] == texts(f"surveys.{moment}.body", **values)
    assert str(same) in shown.blocks[1]["text"]["text"]


def row(number: int, starts_at: datetime | None = None, pack: Pack = Pack.HANDS_ON) -> MentoringSession:
    opens = date(2027, 3, 4) + timedelta(days=7 * number)
    return MentoringSession(
        id=number, team_id="T", pair_id=1, number=number, pack=pack, opens_on=opens,
        closes_on=opens + timedelta(days=7), starts_at=starts_at,
    )  # fmt: skip


def proposal(cadence: str = "weekly", side: Side = Side.MENTOR) -> Rhythm:
    return Rhythm(
        id=1, team_id="T", pair_id=1, cadence=cadence, format="hands_on", side=side, at=NOW, state=RhythmState.OPEN
    )


@LANGUAGES
def test_a_proposed_cadence_says_how_many_sessions_it_adds(language: str) -> None:
    texts, pair = CATALOGUE.texts(language), meeting()
    asked = proposal()
    seen = CadenceView(pair, Side.LEADER, "monthly", "discussion", asked, (), proposed_ahead=4)
    shown = cadence_views.proposed(texts, seen, asked)
    assert "4" in shown.text
    key = "sessions.cadence.proposed"
    assert texts.plain(f"{key}.title") in str(shown.blocks)
    form_only = proposal("monthly")
    same = CadenceView(pair, Side.LEADER, "monthly", "discussion", form_only, (row(4),), proposed_ahead=1)
    assert texts.plain(f"{key}.title_format") in str(cadence_views.proposed(texts, same, form_only).blocks)


@LANGUAGES
def test_a_time_can_be_picked_where_the_answer_says_so(language: str) -> None:
    texts, pair = CATALOGUE.texts(language), meeting()
    pair.pair.cadence = "weekly"
    free, taken = row(1), row(1, NOW + timedelta(days=3))
    for ahead, offers in (((free,), True), ((taken,), False), ((), False)):
        seen = CadenceView(pair, Side.LEADER, "weekly", "hands_on", None, ahead, was="monthly")
        shown = cadence_views.answered(texts, seen, agreed=True)
        assert ("session.book" in str(shown.blocks)) is offers
        assert (texts.day(window_days(free, pair.off)[0]) in shown.text) is offers
        assert f"*{texts.plain('sessions.stale.buttons.pack')}*" in shown.text, "weekly, the chat has the material"
    pair.pair.paused_until = NOW + timedelta(days=9)
    paused = CadenceView(pair, Side.LEADER, "weekly", "hands_on", None, (free,), was="monthly")
    assert "session.book" not in str(cadence_views.answered(texts, paused, agreed=True).blocks)


@LANGUAGES
def test_a_pair_that_had_all_its_sessions_is_not_asked_to_pause_or_to_part(language: str) -> None:
    texts, pair = CATALOGUE.texts(language), meeting()
    for stage, rest in ((CheckInStage.GOING, True), (CheckInStage.MET, False)):
        shown = str(midway_views.check_in(texts, pair, Side.MENTOR, stage).blocks)
        assert ("pause.open" in shown, "risk.say.rematch" in shown) == (rest, rest)
        assert "rhythm.open" in shown
    about = "care.check_in.met"
    for asked in (None, proposal(), proposal(side=Side.LEADER)):
        shown = str(midway_views.check_in(texts, pair, Side.MENTOR, CheckInStage.MET, asked).blocks)
        assert ("rhythm.open" in shown) is (asked is None), "a proposal is waiting already"
    lines = {texts(about, partner="x", last="y", wish=wish) for wish in ("", "mine", "theirs")}
    assert len(lines) == 3


@LANGUAGES
def test_times_after_the_announced_end_say_until_when_that_is_possible(language: str) -> None:
    texts, found = CATALOGUE.texts(language), meeting()
    end = last_day(found.programme)
    for days, after in ((-2, False), (1, True)):
        slot = datetime.combine(end + timedelta(days=days), NOW.time(), UTC)
        shown = str(slot_blocks(texts, Offer(found, Side.MENTOR, (slot,))))
        assert (texts.day(end) in shown) is after


@LANGUAGES
def test_a_session_just_booked_is_not_to_be_marked_as_held(language: str) -> None:
    shown = booked(CATALOGUE.texts(language), meeting(), Side.MENTOR, by_me=True)
    assert "session.held" not in str(shown.blocks)
    assert "session.move" in str(shown.blocks)


@LANGUAGES
def test_before_a_story_is_approved_it_says_where_it_may_be_posted(language: str) -> None:
    texts, pair = CATALOGUE.texts(language), meeting()
    assert "<#C>" in story_views.proposed(texts, story(), pair, Side.LEADER).text
    for written in (None, story()):
        form = story_views.form(texts, StoryView(pair, Side.MENTOR, written, 1))
        assert "<#C>" in form["blocks"][0]["text"]["text"]


def card(**values: Any) -> ActionCard:
    usual: dict[str, Any] = {
        "id": 1, "team_id": "T", "pair_id": 1, "insight": "I", "kind": "sop", "change": "C", "owner": Side.LEADER,
        "due_on": NOW.date(), "written_by": Side.MENTOR, "written_at": NOW, "state": "open",
    }  # fmt: skip
    return ActionCard(**{**usual, **values})


@LANGUAGES
def test_the_owner_of_a_card_can_hand_it_on_or_drop_it(language: str) -> None:
    texts, pair = CATALOGUE.texts(language), meeting()
    mine = card_views.written(texts, CardView(pair, Side.LEADER, card()))
    assert all(one in str(mine.blocks) for one in ("card.edit", "card.drop"))
    theirs = card_views.written(texts, CardView(pair, Side.LEADER, card(owner=Side.MENTOR)))
    assert "card.drop" not in str(theirs.blocks)
    handed = card_views.written(texts, CardView(pair, Side.MENTOR, card(owner=Side.MENTOR)))
    assert handed.text == texts("outcomes.cards.written.handed", partner=Mrkdwn("<@U2>"))


@LANGUAGES
def test_a_card_that_did_not_last_is_not_simply_done(language: str) -> None:
    texts, pair = CATALOGUE.texts(language), meeting()
    seen = CardView(pair, Side.LEADER, card(state="done", lasted=False))
    done = texts("outcomes.cards.text.state", state=texts.plain("labels.card_states.done"))
    assert done not in card_views.read(texts, seen).split("\n")
    assert "card.list" in str(card_views.answered(texts, seen).blocks), "the text names that button"


@LANGUAGES
def test_goals_that_were_answered_are_not_asked_about(language: str) -> None:
    texts, pair = CATALOGUE.texts(language), meeting()
    for result, is_open in ((None, True), (GoalResult.REACHED, False)):
        goal = GoalDate(id=1, team_id="T", pair_id=1, goal="G", due_on=NOW.date(), result=result, side=Side.MENTOR)
        found = GoalQuestion(pair, Side.LEADER, NOW.date(), (goal,))
        shown = goal_date_views.question(texts, found)
        name = "body" if is_open else "settled"
        assert shown.text == texts(f"outcomes.goal_date.{name}", count=1, day=texts.day(NOW.date()))
        look = texts.plain("outcomes.goal_date.buttons.look")
        assert (look in str(shown.blocks)) is not is_open, "the partner marked it: nobody is asked to prove it"
        for side in Side:
            seen = str(goal_date_views.question(texts, GoalQuestion(pair, side, NOW.date(), (goal,))).blocks)
            partner = f"<@{pair.person(side.other).slack_id}>"
            footer = texts("outcomes.goal_date.footer", partner=Mrkdwn(partner), open=is_open, mine=side is Side.MENTOR)
            assert footer in seen, "who answered does not read their own answer"


@LANGUAGES
def test_a_farewell_says_what_a_mentor_waited_for_in_vain(language: str) -> None:
    texts, pair = CATALOGUE.texts(language), meeting()
    seen = Farewell(pair, Side.MENTOR, PairResult(5, completed=True), quiet=False, thanked=False)
    waited = [texts(f"closing.person.waited.{one}", least=4) for one in Waited]
    shown = str(closing_views.person(texts, seen).blocks)
    assert not any(one in shown for one in waited)
    shown = str(closing_views.person(texts, replace(seen, waited=tuple(Waited))).blocks)
    assert all(one in shown for one in waited)


@LANGUAGES
def test_a_pack_leads_to_what_its_steps_name(language: str) -> None:
    texts = CATALOGUE.texts(language)
    found = Prepared(meeting(Pack.HARVEST), Side.MENTOR, 0, "ai_tools", "discussion", is_last=True)
    shown = pack_views.mentor_pack(texts, found)
    assert "growth.open" in str(shown.blocks)
    steps = texts.list("sessions.packs.harvest.activity.steps", partner="x", topic="y", tools="z")
    assert texts("sessions.packs.frame.more_steps", count=len(steps) - 1) in str(shown.blocks)


@LANGUAGES
def test_the_proposed_plan_of_a_pair_without_a_shared_topic_names_none(language: str) -> None:
    offers, wishes = [{"topic": "inclusion", "level": 4}], [{"topic": "ai_tools", "priority": 2}]
    apart = meeting(mentor=part(offers=offers), leader=part(wishes=wishes))
    open_terms = Terms((), None, "Sari", "Budi")
    assert basis(AgreementView(apart, Side.MENTOR, None), open_terms)[0] == ""
    texts = CATALOGUE.texts(language)
    shown = proposed(texts, Pack.CONTRACT, "", "discussion")
    assert texts.plain("agreement.plan.any_topic") in shown, "they choose one in their first session"
    assert basis(AgreementView(apart, Side.MENTOR, None), replace(open_terms, topic="ai_tools"))[0] == "ai_tools"


@LANGUAGES
def test_what_was_agreed_or_reviewed_a_few_days_ago_is_not_offered_again(language: str) -> None:
    texts, pair = CATALOGUE.texts(language), meeting()
    for goals in (True, False):
        values = {"partner": "@P", "programme": "P", "held": 2}
        assert (
            texts("care.midway.body", goals=goals, **values) == texts("care.midway.body", goals=True, **values)
        ) is goals
        assert "rhythm.open" in str(midway_views.question(texts, pair, Side.MENTOR, 2, goals=goals).blocks)
    for stage, offers in ((CheckInStage.GOING, False), (CheckInStage.MET, True)):
        shown = str(midway_views.check_in(texts, pair, Side.MENTOR, stage, changed=True).blocks)
        assert ("rhythm.open" in shown) is offers, "who had all sessions is told to propose more there"


@LANGUAGES
def test_a_proposal_says_what_would_change_and_what_no_means(language: str) -> None:
    texts, pair, key = CATALOGUE.texts(language), meeting(), "sessions.cadence.proposed"
    often = proposal()
    seen = CadenceView(pair, Side.LEADER, "monthly", "hands_on", often, (), proposed_ahead=4)
    form = texts.plain("labels.in_text.formats.hands_on")
    shown = cadence_views.proposed(texts, seen, often)
    assert form not in shown.text, "the format stays"
    assert texts.plain(f"{key}.title_often") in str(shown.blocks)
    ahead = CadenceView(pair, Side.LEADER, "monthly", "hands_on", often, (row(4),), proposed_ahead=4)
    assert cadence_views.proposed(texts, ahead, often).text != shown.text
    answers = {cadence_views.answered(texts, one, agreed=False).text for one in (seen, ahead)}
    assert len(answers) == 2
