"""Every pack, in every round, form and language: complete, and short enough to be read on a phone."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from itertools import product
from typing import Any

import pytest

from bot.domain.agreement import State
from bot.domain.programme import TOPICS, Cadence, Theme
from bot.domain.sessions import MIDDLE, Pack, Side, plan
from bot.domain.sessions_packs import ROUNDS, material
from bot.domain.signup import FORMATS
from bot.sandbox.kit import check_blocks, check_view
from bot.services.pair_context import Meeting
from bot.services.sessions.packs import Prepared, format_of, topics_of
from handlers.programme.forms import MONTHS
from handlers.sessions import pack_views as packs
from prompts.catalogue import Catalogue
from storage.tables import MentoringSession, Pair, Participant, Person, Programme

NOW = datetime(2027, 1, 5, 3, 0, tzinfo=UTC)
CATALOGUE = Catalogue.load()
SCREEN = 1200
"""Characters on a screen of a phone."""
VALUES = {"partner": "Budi", "topic": "AI", "tools": "ChatGPT"}
"""What every text of a pack may use."""


def part(**more: Any) -> Participant:
    return Participant(
        team_id="T", programme_id=1, person_id=1, role="both", level=1, department="D", joined_at=NOW, **more
    )


def meeting(pack: Pack = Pack.HANDS_ON, theme: str = Theme.INCLUSION, **parts: Participant) -> Meeting:
    sari = Person(id=1, team_id="T", slack_id="U1", name="Sari", created_at=NOW)
    budi = Person(id=2, team_id="T", slack_id="U2", name="Budi", address="bapak", created_at=NOW)
    programme = Programme(
        id=1,
        team_id="T",
        name="P",
        theme=theme,
        starts_on=NOW.date(),
        months=6,
        cadence="monthly",
        language="id",
        hr_channel="C",
        announce_channel="C",
        created_at=NOW,
        created_by=1,
    )
    pair = Pair(id=1, team_id="T", programme_id=1, mentor_id=1, leader_id=2, introduced_at=NOW)
    row = MentoringSession(
        id=1,
        team_id="T",
        pair_id=1,
        number=3,
        pack=pack,
        opens_on=date(2027, 1, 1),
        closes_on=date(2027, 2, 1),
        starts_at=NOW,
    )
    return Meeting(pair, programme, parts.get("mentor", part()), parts.get("leader", part()), sari, budi, row)


def written() -> list[tuple[Pack, int]]:
    """Every pack with every round of it."""
    return [(pack, n) for pack in Pack if pack is not Pack.PREPARE for n in range(ROUNDS if pack in MIDDLE else 1)]


def longest(language: str, keys: Iterator[str]) -> str:
    """The key's last or last but one name whose text is longest: what fills a message most."""
    texts = CATALOGUE.texts(language)
    return max((key for key in keys if texts.has(key)), key=lambda key: len(texts(key, **VALUES)), default="")


def fits(language: str, prepared: Prepared) -> None:
    """The message takes two screens of a phone at most, so does the window; Slack takes both."""
    texts = CATALOGUE.texts(language, prepared.meeting.person(prepared.side).address, "Budi")
    message = (packs.mentor_pack if prepared.side is Side.MENTOR else packs.leader_pack)(texts, prepared)
    view = packs.whole(texts, prepared)
    shown, whole = "\n".join(said(message.blocks)), "\n".join(said(view["blocks"]))
    assert len(shown) < SCREEN * 1.5, (prepared, len(shown))
    assert len(whole) < SCREEN * 2.5, (prepared, len(whole))
    assert len(whole) > len(shown) * 0.8
    assert "…" not in shown[-1:]
    assert check_blocks(message.blocks, "message", at="/blocks", image_exists=lambda _: True) == []
    assert check_view(view, ("modal",), image_exists=lambda _: True) == []


@pytest.mark.parametrize("language", CATALOGUE.languages)
def test_every_pack_fits_slack_and_a_phone(language: str) -> None:
    """With the longest topic line and the longest theme that the pack can have."""
    for (pack, again), form, side in product(written(), FORMATS, Side):
        key = material(pack, again, form).pack
        topics = (f"sessions.packs.topics.{topic}.{key}{more}" for topic in TOPICS for more in ("", f"_{form}"))
        topic = longest(language, topics).removeprefix("sessions.packs.topics.").split(".")[0] or TOPICS[0]
        theme = longest(language, (f"programme.themes.{theme}.packs.{pack}" for theme in Theme)).split(".")[2]
        fits(language, Prepared(meeting(pack, theme), side, again, topic, form))


@pytest.mark.soak
@pytest.mark.parametrize("language", CATALOGUE.languages)
@pytest.mark.parametrize("theme", Theme)
def test_every_pack_of_every_topic_and_theme_fits(language: str, theme: Theme) -> None:
    for (pack, again), form, side, topic in product(written(), FORMATS, Side, TOPICS):
        fits(language, Prepared(meeting(pack, theme), side, again, topic, form))


@pytest.mark.parametrize("cadence", Cadence)
@pytest.mark.parametrize("months", MONTHS)
def test_no_pair_does_the_same_thing_twice(months: int, cadence: Cadence) -> None:
    """In the longest of programmes for a pair that keeps to its form; else for 26 sessions, wherever it changes."""
    planned = plan(date(2027, 1, 4), months, cadence)
    for form in FORMATS:
        given = [material(one.pack, one.round, form) for one in planned]
        assert len(set(given)) == len(planned)
    if len(planned) > 26:
        return
    for before, after, change in product(FORMATS, FORMATS, range(len(planned) + 1)):
        forms = [before] * change + [after] * (len(planned) - change)
        changing = [material(one.pack, one.round, form) for one, form in zip(planned, forms, strict=True)]
        assert len({one.pack for one in changing}) == len(planned)


@pytest.mark.parametrize("language", CATALOGUE.languages)
def test_no_activity_and_no_topic_line_is_written_twice(language: str) -> None:
    texts = CATALOGUE.texts(language)
    keys = [key for key in CATALOGUE.keys(language) if key.startswith("sessions.packs.")]
    names = [texts(key, **VALUES) for key in keys if key.endswith(".name")]
    steps = [tuple(texts.list(key, **VALUES)) for key in keys if key.endswith(".steps")]
    lines = [texts(key, **VALUES) for key in keys if key.startswith("sessions.packs.topics.")]
    for one in (names, steps, lines):
        assert len(set(one)) == len(one)


@pytest.mark.parametrize("language", CATALOGUE.languages)
def test_each_topic_and_each_theme_changes_the_first_round(language: str) -> None:
    texts = CATALOGUE.texts(language)
    for pack in MIDDLE:

        def shown(topic: str, theme: Theme, pack: Pack = pack) -> str:
            return str(packs.whole(texts, Prepared(meeting(pack, theme), Side.MENTOR, 0, topic, "hands_on")))

        assert len({shown(topic, Theme.INCLUSION) for topic in TOPICS}) == len(TOPICS) >= 12
        assert len({shown("ai_tools", theme) for theme in Theme}) == len(Theme) == 4


@pytest.mark.parametrize("language", CATALOGUE.languages)
def test_each_middle_session_of_24_has_something_on_the_pairs_topic(language: str) -> None:
    texts = CATALOGUE.texts(language)
    middle = [one for one in plan(date(2027, 1, 4), 24, Cadence.MONTHLY) if one.pack in MIDDLE]
    assert len(middle) == 22
    for one, form, topic in product(middle, FORMATS, ("ai_tools", "young_generations")):
        shown = packs.whole(texts, Prepared(meeting(one.pack), Side.MENTOR, one.round, topic, form))
        assert f"{texts.plain(f'labels.topics.{topic}')}.*" in str(shown), (one, form)


def test_the_topic_is_what_is_wanted_most_and_known_best() -> None:
    mentor = part(
        offers=[{"topic": "ai_tools", "level": 5}, {"topic": "inclusion", "level": 2}], formats=["observation"]
    )
    leader = part(
        wishes=[{"topic": "inclusion", "priority": 3}, {"topic": "ai_tools", "priority": 2}],
        formats=["hands_on", "observation"],
    )
    couple = meeting(mentor=mentor, leader=leader)
    assert topics_of(couple) == ["ai_tools", "inclusion"]
    assert format_of(couple) == "observation"
    assert format_of(meeting()) == "discussion"


def test_without_a_common_topic_it_is_the_leaders_wish_and_else_the_themes() -> None:
    mentor = part(offers=[{"topic": "ai_tools", "level": 5}])
    wishes = [{"topic": "inclusion", "priority": 2}, {"topic": "design_thinking", "priority": 2}]
    assert topics_of(meeting(mentor=mentor, leader=part(wishes=wishes))) == ["inclusion", "design_thinking"]
    sustainable = meeting(theme=Theme.SUSTAINABILITY, mentor=mentor, leader=part(wishes=wishes))
    assert topics_of(sustainable) == ["design_thinking", "inclusion"]
    assert topics_of(meeting(theme=Theme.SUSTAINABILITY)) == ["sustainability"]


def said(blocks: list[dict[str, Any]]) -> list[str]:
    found = []
    for block in blocks:
        found += [block["text"]["text"]] if "text" in block else []
        found += [one["text"] for one in block.get("elements", []) if isinstance(one["text"], str)]
    return found


@pytest.mark.parametrize("language", CATALOGUE.languages)
@pytest.mark.parametrize("side", Side)
def test_the_first_session_knows_whether_both_have_signed(language: str, side: Side) -> None:
    texts = CATALOGUE.texts(language)
    before, after = (
        str(packs.whole(texts, Prepared(meeting(Pack.CONTRACT), side, 0, "ai_tools", "discussion", state)))
        for state in (State.NONE, State.SIGNED)
    )
    name, signed = (texts.plain(f"sessions.packs.contract.{one}.name") for one in ("activity", "signed"))
    assert (name in before, signed in before) == (True, False)
    assert (name in after, signed in after) == (False, True)
