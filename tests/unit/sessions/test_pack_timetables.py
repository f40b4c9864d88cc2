"""The timetable of a session: true for its length, and the same wherever it is told."""

import re
from dataclasses import replace
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.programme import TOPICS, Theme
from bot.domain.sessions import MIDDLE, Pack, Side
from bot.domain.sessions_packs import ACTIVITY, CLOSE, OPENER, ROUNDS, material, timetable
from bot.domain.signup import FORMATS
from bot.services.sessions.bookings import LENGTHS
from bot.services.sessions.packs import Prepared
from handlers.sessions import pack_views as packs
from prompts.catalogue import Catalogue, Texts
from tests.unit.sessions.test_pack_messages import meeting, said, written
from tests.wording import says

CATALOGUE = Catalogue.load()
STEP_MINUTES = re.compile(r"\((\d+) \w+\)")
"""How a step says its minutes, in any language: "(5 menit)", "(5 minutes)"."""
VALUES = {"partner": "Bapak Budi", "topic": "AI", "tools": "AI"}
SHORT = 15
"""Minutes of the activity in a session of 30."""


def activities(pack: Pack, again: int) -> list[str]:
    """The keys of a pack's activities."""
    return sorted({".".join(("sessions.packs", *material(pack, again, form)[:2])) for form in FORMATS})


def prepared(pack: Pack, again: int = 0, form: str = "discussion", side: Side = Side.MENTOR, **more: Any) -> Prepared:
    found = meeting(pack, more.get("theme", Theme.INCLUSION))
    found.session.minutes = more.get("minutes", 60)
    return Prepared(found, side, again, more.get("topic", TOPICS[0]), form)


def window(texts: Texts, one: Prepared) -> str:
    """The full text that the reader opens."""
    return "\n".join(said(packs.whole(texts, one)["blocks"]))


def test_an_hour_is_5_10_25_10_10() -> None:
    assert timetable(60) == (5, 10, 25, 10, 10, False, 0)
    assert timetable(45) == (5, 0, 25, 5, 10, False, 0)
    assert timetable(30) == (5, 0, SHORT, 0, 10, True, 0)
    assert timetable(90) == (5, 15, 45, 15, 10, False, 20)


@given(st.integers(30, 600), st.integers(1, 300))
def test_the_parts_of_any_session_add_up_to_its_length(length: int, steps: int) -> None:
    found = timetable(length, steps)
    assert sum(found[:5]) == length
    assert min(found[:5]) >= 0
    assert (found.opener, found.close) == (OPENER, CLOSE)
    assert found.shortened == (found.activity < steps)
    assert found.spare == max(found.activity - steps, 0)


@pytest.mark.parametrize("language", CATALOGUE.languages)
@pytest.mark.parametrize(("pack", "is_last"), [(Pack.HANDS_ON, False), (Pack.HARVEST, True), (Pack.CONTRACT, True)])
def test_the_last_session_speaks_of_no_next_date(language: str, pack: Pack, *, is_last: bool) -> None:
    """Also a first one that is the only one."""
    texts = CATALOGUE.texts(language)
    shown = window(texts, replace(prepared(pack), is_last=is_last))
    assert says(shown, "sessions.packs.frame.close", language) != is_last
    assert says(shown, "sessions.packs.frame.timetable.close", language) != is_last
    assert says(shown, f"sessions.packs.{Pack.HARVEST if is_last else pack}.close", language)


@pytest.mark.parametrize("language", CATALOGUE.languages)
def test_the_steps_of_every_activity_add_up_to_its_minutes(language: str) -> None:
    texts = CATALOGUE.texts(language)
    wrong = []
    for pack, again in written():
        for activity in activities(pack, again):
            steps = texts.list(f"{activity}.steps", **VALUES)
            minutes = [int(found[1]) for step in steps if (found := STEP_MINUTES.search(step))]
            if texts.plain(f"{activity}.minutes") != str(ACTIVITY):
                wrong.append(f"{activity}: not {ACTIVITY} minutes")
            if len(minutes) != len(steps) or sum(minutes) != ACTIVITY:
                wrong.append(f"{activity}: steps of {minutes}")
    assert wrong == []


@pytest.mark.parametrize("language", CATALOGUE.languages)
def test_the_short_version_names_steps_that_take_15_minutes(language: str) -> None:
    texts = CATALOGUE.texts(language)
    wrong = []
    for pack, again in written():
        for activity in activities(pack, again):
            steps = texts.list(f"{activity}.steps", **VALUES)
            said = texts(f"{activity}.short", **VALUES)
            named = [int(number) for number in re.findall(r"\b[1-9]\b", said)]
            taken = [int(found[1]) for n in named if n <= len(steps) and (found := STEP_MINUTES.search(steps[n - 1]))]
            if sum(taken) != SHORT or len(taken) != len(named):
                wrong.append(f"{activity}.short names steps {named} of {taken} minutes")
    assert wrong == []


@pytest.mark.parametrize("language", CATALOGUE.languages)
def test_every_view_shows_parts_that_add_up_to_the_length_of_the_session(language: str) -> None:
    """All activities take the same time, so each view is tried with one length, and every length many times."""
    texts = CATALOGUE.texts(language)
    for number, ((pack, again), form, side) in enumerate(product(written(), FORMATS, Side)):
        minutes = LENGTHS[(number + again) % len(LENGTHS)]
        one = prepared(pack, again, form, side, minutes=minutes)
        send = packs.mentor_pack if side is Side.MENTOR else packs.leader_pack
        for blocks in (send(texts, one).blocks, packs.whole(texts, one)["blocks"]):
            top = next(block["text"]["text"] for block in blocks if block["type"] == "section")
            line = top.splitlines()[-1]
            assert sum(map(int, re.findall(r"\d+", line))) == minutes, (one, line)
            assert "(0 " not in "\n".join(said(blocks)), "a part without time says so in words"


@pytest.mark.parametrize("language", CATALOGUE.languages)
def test_a_short_session_says_which_steps_stay_and_a_long_one_what_is_left(language: str) -> None:
    texts = CATALOGUE.texts(language)
    shown = {n: window(texts, prepared(Pack.CONTRACT, minutes=n)) for n in LENGTHS}
    frame, activity = "sessions.packs.frame", "sessions.packs.contract.activity"
    assert says(shown[90], f"{frame}.spare", language, spare=20, steps=25)
    short = texts(f"{activity}.short", **VALUES)
    assert says(shown[30], f"{frame}.short_now", language, text=short, minutes=30)
    assert says(shown[45], f"{frame}.short", language, text=short)
    assert says(shown[60], f"{frame}.short", language, text=short)


@pytest.mark.parametrize("language", CATALOGUE.languages)
def test_session_1_ends_with_the_ten_minutes_that_the_window_of_the_agreement_announces(language: str) -> None:
    steps = CATALOGUE.texts(language).list("sessions.packs.contract.activity.steps", **VALUES)
    found = STEP_MINUTES.search(steps[-1])
    assert found
    assert found[1] == "10"


# Texts of a company that are older than the timetable


OLDER = """---
purpose: Tujuan kami.
opener: Pembuka kami.
questions: [Satu?, Dua?, Tiga?]
activity_discussion:
  name: Kegiatan kami
  minutes: "sekitar 40"
  steps: [Langkah kami, Langkah lain, Langkah akhir]
teach_back: Ajari kami.
please_dont: Jangan.
close: Tutup.
leader:
  summary: Ringkasan kami
  part: Bagian pemimpin kami
  prepare: Persiapan kami
  teach_back: Ajarkan.
  questions: [Apa?, Mengapa?]
---
"""


@pytest.mark.parametrize("path", ["sessions/packs/hands_on.md", "packs/hands_on.md"])
def test_a_companys_older_pack_is_used_whole_and_nothing_of_ours_is_mixed_into_it(tmp_path: Path, path: str) -> None:
    (tmp_path / "id" / path).parent.mkdir(parents=True)
    (tmp_path / "id" / path).write_text(OLDER, encoding="utf-8")
    texts = Catalogue.load(tmp_path).texts("id")
    assert [one for one in texts.catalogue.own_problems() if not one.advice] == []
    for side in Side:
        for minutes in LENGTHS:
            shown = window(texts, prepared(Pack.HANDS_ON, side=side, minutes=minutes))
            for name in ("short", "remote", "part"):
                ours = f"sessions.packs.hands_on.activity_discussion.{name}"
                assert not (texts.has(ours) and texts(ours, **VALUES) in shown)
            assert "Kegiatan kami" in shown
            if side is Side.LEADER:
                assert "Bagian pemimpin kami" in shown
                assert "Ringkasan kami" in shown
            elif minutes < 60:
                assert says(shown, "sessions.packs.frame.shortened", "id", minutes=minutes - 15, steps=40)
    hour = packs.whole(texts, prepared(Pack.HANDS_ON))["blocks"][0]["text"]["text"]
    assert sum(map(int, re.findall(r"\d+", hour.splitlines()[-1]))) == 60
    # The other forms of the pack are ours, and complete.
    ours = window(texts, prepared(Pack.HANDS_ON, form="observation"))
    assert texts("sessions.packs.hands_on.activity_observation.name", **VALUES) in ours


@pytest.mark.parametrize("language", CATALOGUE.languages)
def test_a_topic_of_hr_has_something_to_look_at_in_each_middle_session(language: str) -> None:
    texts = CATALOGUE.texts(language)
    for pack, again, form in product(MIDDLE, range(ROUNDS), FORMATS):
        shown = window(texts, prepared(pack, again, form, topic="berkebun di kantor"))
        assert shown.count("berkebun di kantor") >= 2, (pack, again)
