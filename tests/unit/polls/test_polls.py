"""Polls: answers given button by button, and what two answers mean."""

from dataclasses import fields

import pytest

from bot.domain.polls import (
    COMMENT_NAMES,
    FIELDS,
    MAX_TEXT,
    MEASURES,
    QUESTIONS,
    RATING_NAMES,
    RATINGS,
    Answer,
    Met,
    Outcome,
    Participation,
    PollError,
    outcome,
    questions_for,
)
from bot.domain.sessions import Side
from prompts.catalogue import Catalogue
from storage.tables import PollAnswer

MENTOR = Answer(session_id=1, person_id=10, side=Side.MENTOR)
LEADER = Answer(session_id=1, person_id=20, side=Side.LEADER)


def _rest(answer: Answer, *without: str) -> Answer:
    """The answer with a rating for every other question."""
    asked = [one.name for one in questions_for(answer.side) if getattr(answer, one.name) is None]
    return answer.rate(**dict.fromkeys(set(asked) - set(without), 3))


class TestAnswer:
    def test_one_button_at_a_time(self) -> None:
        answer = MENTOR.say_met(Met.YES)
        assert not answer.is_complete
        answer = answer.rate(useful=4)
        assert not answer.is_complete
        answer = answer.rate(honest=5)
        assert _rest(answer).is_complete
        assert (answer.useful, answer.honest) == (4, 5)

    def test_the_last_word_counts(self) -> None:
        assert LEADER.rate(will_use=2).rate(will_use=5).will_use == 5

    def test_the_leader_is_asked_for_use_and_the_mentor_for_honesty(self) -> None:
        leader = LEADER.say_met(Met.YES).rate(useful=3)
        assert not _rest(leader, "will_use").is_complete
        assert _rest(leader.rate(will_use=4)).is_complete
        with pytest.raises(PollError):
            LEADER.rate(honest=1)
        with pytest.raises(PollError):
            MENTOR.rate(will_use=1)
        with pytest.raises(PollError):
            MENTOR.comment(will_do="x")

    @pytest.mark.parametrize("value", [0, 6, -1])
    def test_ratings_are_one_to_five(self, value: int) -> None:
        with pytest.raises(PollError):
            MENTOR.rate(useful=value)

    @pytest.mark.parametrize("met", [Met.MOVED_BY_ME, Met.MOVED_BY_OTHER, Met.NO_SHOW])
    def test_a_session_that_was_not_held_has_no_ratings(self, met: Met) -> None:
        assert MENTOR.say_met(met).is_complete
        changed = MENTOR.say_met(Met.YES).rate(useful=1, honest=1).comment(learned="a lot").say_met(met)
        assert (changed.useful, changed.honest, changed.learned) == (None, None, "a lot")
        with pytest.raises(PollError):
            changed.rate(useful=3)

    def test_nothing_pressed_is_not_complete(self) -> None:
        assert not MENTOR.is_complete
        assert not MENTOR.comment(learned="a lot", contact_me=True).is_complete

    def test_comments_are_shared_only_if_the_writer_says_so(self) -> None:
        answer = LEADER.comment(learned=" TikTok ", will_do="post weekly")
        assert (answer.learned, answer.will_do, answer.share) == ("TikTok", "post weekly", False)
        shared = answer.comment(share=True)
        assert (shared.learned, shared.will_do, shared.share) == ("TikTok", "post weekly", True)
        assert not shared.comment(share=False).share

    def test_wishes_stay_until_they_are_changed(self) -> None:
        asked = MENTOR.comment(contact_me=True)
        assert asked.comment(learned="x").contact_me
        assert not asked.comment(contact_me=False).contact_me

    def test_a_comment_can_be_taken_back_and_is_kept_short(self) -> None:
        answer = LEADER.comment(learned="x" * (MAX_TEXT + 1))
        assert len(answer.learned or "") == MAX_TEXT
        assert answer.comment(will_do="y").learned == answer.learned
        assert answer.comment(learned=" ").learned is None


def test_what_is_asked_has_a_field_a_column_and_texts() -> None:
    """Whoever adds a question reads here what it still needs."""
    assert {*FIELDS} < {one.name for one in fields(Answer)}
    assert {*FIELDS} < {*PollAnswer.model_fields}
    for language in Catalogue.load().languages:
        texts = Catalogue.load().texts(language)
        asked = [f"polls.{side}.{one.name}" for side in Side for one in questions_for(side)]
        asked += [f"polls.comment.{name}.label" for name in COMMENT_NAMES]
        asked += [f"polls.answered.{name}" for name in (*RATING_NAMES, *COMMENT_NAMES)]
        asked += [f"privacy.fields.{name}" for name in FIELDS]
        asked += [f"{where}.{name}" for name in MEASURES for where in ("insight.summary", "insight.report.numbers")]
        asked += [f"labels.{one.scale}.s{rating}" for one in QUESTIONS for rating in RATINGS]
        assert [key for key in asked if not texts.has(key)] == []
        for one in QUESTIONS:  # what is passed to them
            assert texts.catalogue.placeholders(f"polls.answered.{one.name}", language) <= {one.scale}
            assert texts.catalogue.placeholders(f"insight.summary.{one.name}", language) <= {"average", "people"}


def both(mentor: Met | None, leader: Met | None) -> tuple[Answer | None, Answer | None]:
    return (MENTOR.say_met(mentor) if mentor else None), (LEADER.say_met(leader) if leader else None)


class TestOutcome:
    @pytest.mark.parametrize(
        ("mentor", "leader", "expected"),
        [
            (None, None, Outcome.UNKNOWN),
            (Met.YES, None, Outcome.HELD),
            (Met.YES, Met.YES, Outcome.HELD),
            (None, Met.MOVED_BY_ME, Outcome.MOVED),
            (Met.MOVED_BY_OTHER, Met.MOVED_BY_ME, Outcome.MOVED),
            (Met.MOVED_BY_ME, Met.MOVED_BY_OTHER, Outcome.MOVED),
            (Met.MOVED_BY_ME, Met.MOVED_BY_ME, Outcome.MOVED),
            (Met.MOVED_BY_OTHER, Met.MOVED_BY_OTHER, Outcome.MOVED),
            (Met.NO_SHOW, None, Outcome.NO_SHOW),
            (None, Met.NO_SHOW, Outcome.NO_SHOW),
            (Met.NO_SHOW, Met.NO_SHOW, Outcome.DISPUTED),
            (Met.YES, Met.NO_SHOW, Outcome.DISPUTED),
            (Met.YES, Met.MOVED_BY_ME, Outcome.DISPUTED),
            (Met.NO_SHOW, Met.MOVED_BY_ME, Outcome.DISPUTED),
        ],
    )
    def test_two_answers(self, mentor: Met | None, leader: Met | None, expected: Outcome) -> None:
        assert outcome(*both(mentor, leader)) is expected

    def test_an_answer_without_met_says_nothing(self) -> None:
        assert outcome(MENTOR, LEADER.say_met(Met.YES)) is Outcome.HELD
        assert outcome(MENTOR, None) is Outcome.UNKNOWN


class TestParticipation:
    def test_share_that_answered(self) -> None:
        assert Participation(asked=10, answered=8).response == 0.8

    def test_small_groups_have_none(self) -> None:
        assert Participation(asked=4, answered=4).response is None
        assert Participation(asked=5, answered=5).response == 1
