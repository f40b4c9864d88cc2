"""What HR, the partner and the contact see is written once per language, shown in the same words, and complete.

`prompts/<language>/privacy/who_sees.md` has the sentences. The tables below say, for everything that HR's view of a
pair shows and everything that a person answers, which sentence of it a participant has read. A new output or a new
question fails here until it is in one of them.
"""

import re
from dataclasses import fields
from pathlib import Path

import pytest

from bot.domain.care import Action, SignalKind
from bot.domain.polls import COMMENT_NAMES, FIELDS, RATING_NAMES
from bot.services.insight.pair_detail import PairDetail
from prompts.catalogue import Catalogue
from prompts.files import WHO_SEES
from storage.personal_data import TRACES
from storage.tables import Concern
from tests.figures.outputs import OUTPUTS

PROMPTS = Path(__file__).parents[2] / "prompts"
LANGUAGES = ("id", "en")
SHOWN = {
    "hr_sees": (
        "signup.form.intro",
        "polls.mentor.footer",
        "polls.mentee.footer",
        "orientation.mentor.confidential.text",
        "orientation.mentee.limits.text",
        "privacy.show.who",
        "privacy.areas.pollanswer.about",
    ),
    "partner_sees": (
        "polls.mentor.footer",
        "polls.mentee.footer",
        "polls.answered.until",
        "polls.answered.unseen",
        "surveys.footer.body",
        "privacy.show.who",
    ),
    "contact_sees": ("privacy.show.who",),
}
"""Where each sentence is shown."""
ELSEWHERE = {"en": r"HR sees whether you met", "id": r"HR melihat apakah sesi berlangsung,"}
"""How the sentence begins: nowhere else is it written again."""

MET = "whether you met"
MOVED = "whether the mentor or the leader moved a session"
MISSED = "if a session was missed"
AVERAGES = "averages of at least 5 people"
SIGNED = "whether your agreement is signed"
PAIRS = "which pairs there are"
SHARED = "comments you chose to share"
CONTACT = "Your concerns, and your requests to talk to someone"
OF_A_PAIR = {
    "couple": PAIRS,
    "held": MET,
    "total": MET,
    "next_at": MET,  # the times are the pair's, as those of sessions that were held
    "signed": SIGNED,
    "moves": MOVED,
    "signals": MISSED,
    "taken": None,  # what Balik did, the same for both, and never because of one person's answer
    "restorable_until": None,  # of a pair that HR or a deactivated account ended; nobody answered anything for it
}
"""What HR's window on one pair shows (`PairDetail`)."""
SIGNALS = {
    SignalKind.UNSIGNED: SIGNED,
    SignalKind.UNBOOKED: MET,
    SignalKind.STALLED: MET,
    SignalKind.MENTOR_MOVES: MOVED,
    SignalKind.LEADER_MOVES: MOVED,
    SignalKind.MISSED: MISSED,
}
"""Why HR reads that a pair needs attention."""
ANSWERS = {
    "met": MET,
    **dict.fromkeys(RATING_NAMES, AVERAGES),
    **dict.fromkeys(COMMENT_NAMES, SHARED),
    "share": SHARED,
    "contact_me": CONTACT,
}
"""Who learns of each field of a poll's answer."""


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", SHOWN)
def test_each_sentence_is_shown_in_the_same_words(language: str, name: str) -> None:
    texts = Catalogue.load().texts(language, "anda", "Rina")
    sentence = texts.plain(WHO_SEES[name])
    for key in SHOWN[name]:
        values = dict.fromkeys(Catalogue.load().placeholders(key, language), 3)
        assert sentence in " ".join(texts.plain(key, **values).split()), key


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_is_written_once(language: str) -> None:
    written = [
        str(path.relative_to(PROMPTS))
        for path in sorted((PROMPTS / language).rglob("*.md"))
        if re.search(ELSEWHERE[language], path.read_text("utf-8"))
    ]
    assert written == [f"{language}/privacy/who_sees.md"]


def test_everything_that_hr_reads_of_a_pair_was_said() -> None:
    assert {one.name for one in fields(PairDetail)} == OF_A_PAIR.keys()
    assert {kind for kind in SignalKind if kind.visible_to_hr} == SIGNALS.keys()
    assert {action for action in Action if not action.visible_to_hr} == {Action.ASK_MENTOR}


def test_everything_that_people_answer_was_said() -> None:
    assert set(FIELDS) == ANSWERS.keys()


def test_the_window_says_all_of_it() -> None:
    texts = Catalogue.load().texts("en", "first", "Rina")
    window = " ".join(texts.plain("privacy.show.who", months=3).split())
    for said in (*OF_A_PAIR.values(), *SIGNALS.values(), *ANSWERS.values()):
        assert said is None or said in window


def test_averages_come_from_published_groups_alone() -> None:
    """`tests/figures` asks each of these at arbitrary moments; there is no other output with private answers."""
    assert OUTPUTS.keys() == {"summary", "report", "courses", "next cohort", "playbook", "release"}


def test_nothing_of_a_concern_is_among_hrs_outputs() -> None:
    shown = {name for one in OUTPUTS.values() for name in one.shown_by}
    assert not [name for name in shown if "concern" in name or "follow_up" in name]
    assert "contact_id" in Concern.model_fields


IN_OTHER_WORDS = {"id", "explanation", "manager_known", "pair_id", "programme_id", "session_id"}
"""Columns that `handlers.privacy.export_sheet` leaves out, or shows by the name of what they point to."""


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_part_of_ones_data_and_each_of_its_columns_is_named(language: str) -> None:
    texts = Catalogue.load().texts(language)
    for trace in TRACES:
        if not trace.exported:
            continue
        for part in ("title", "about"):
            assert texts.has(f"privacy.areas.{trace.name}.{part}"), trace.name
        if trace.name == "ownanswer":  # shown as HR's question and the answer
            continue
        shown = {
            trace.column_name(one) for one in trace.exported if one not in IN_OTHER_WORDS and not one.endswith("_id")
        }
        unnamed = [one for one in shown if not texts.has(f"privacy.fields.{one}")]
        assert not unnamed, f"{trace.name}: {unnamed}"
