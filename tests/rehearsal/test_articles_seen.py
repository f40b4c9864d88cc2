"""Each point of the articles (docs/articles.md) is seen in a rehearsal, in both languages."""

from pathlib import Path

import pytest

from tests.house.test_articles_page import ROWS
from tests.rehearsal.conftest import Played, play, words
from tests.wording import says

SEEN: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "Identify needs and topics": (("welcome", "measure"), ()),
    "Topics named": (("mentor_pack",), ("signup.form.wishes.label",)),
    "Choose mentors who are skilled, confident, communicative": (("invitation",), ()),
    "Mentors who are not intimidated by seniority, and communicate with confidence": (("buddy_introduced",), ()),
    "Choose leaders who are open to learning and to feedback": ((), ("orientation.mentee.open.title",)),
    "Match by learning need, interest, personality": (("intro_mentor", "intro_mentee"), ()),
    "Goals and expectations, a measurable learning plan": (("agreement_signed", "goal_date"), ()),
    "Format and frequency": (("rhythm_proposed", "rhythm_agreed"), ()),
    "Training, light modules, discussion frameworks": (("kickoff_invitation", "leader_pack"), ()),
    "HR check-ins, monitoring, evaluation": (("poll_mentor", "poll_mentee", "midway", "weekly_summary"), ()),
    "Ego and resistance": (("sponsor",), ()),
    "Power imbalance": (("ask_mentor", "concern_contact", "pair_parted"), ()),
    "Two-way appreciation": (("thanks", "certificate"), ()),
    "Co-learning, every insight has value": (("log_shared",), ("polls.comment.learned.label",)),
    "Results become change: SOP, project innovation, follow-up training": (("card_written", "card_follow"), ()),
    "Document the process": (("story_card", "report", "playbook"), ()),
    "A culture in which mentors grow together": (("circle_opened", "circle_pack"), ()),
    "A habit, not a one-off": (("alumnus",), ()),
    "Case studies": ((), ("programme.themes.digital_trends.case",)),
    "IBM, GE, PwC, Unilever": ((), ("programme.themes.digital_trends.packs.contract",)),
}
"""By point: the kinds of messages that come, and texts that somebody reads."""


def test_every_point_is_looked_for() -> None:
    assert list(SEEN) == [row[0] for row in ROWS]


def not_seen(played: Played) -> dict[str, list[str]]:
    language = played.rehearsal.plan.language
    came, read = played.report["messages_by_stage"], "\n".join(words(entry) for entry in played.entries)
    found = {
        point: [*(kind for kind in kinds if kind not in came), *(key for key in keys if not says(read, key, language))]
        for point, (kinds, keys) in SEEN.items()
    }
    return {point: missing for point, missing in found.items() if missing}


@pytest.mark.soak
@pytest.mark.parametrize("language", ["id", "en"])
def test_each_point_is_seen(tmp_path: Path, language: str) -> None:
    played = play(tmp_path / "out", people=24, months=3, language=language)
    assert not_seen(played) == {}
    assert played.report["stumbles"] == []
    assert played.report["lost"] == []
