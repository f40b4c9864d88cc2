"""Every pack, in every round, form and language: complete, and short enough to be read on a phone."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from bot.domain.profiles import FORMATS
from bot.domain.sessions import Pack, Side
from bot.services.meetings import Meeting
from bot.services.packs import Prepared, format_of, shared_topics
from handlers.views import packs
from prompts.catalogue import Catalogue
from storage.tables import MentoringSession, Pair, Participant, Person, Programme

NOW = datetime(2027, 1, 5, 3, 0, tzinfo=UTC)
CATALOGUE = Catalogue.load()
PHONE = 2400
"""Characters: two screens of a phone."""


def part(**more: Any) -> Participant:
    return Participant(
        team_id="T", programme_id=1, person_id=1, role="both", level=1, department="D", joined_at=NOW, **more
    )


def meeting(pack: Pack = Pack.HANDS_ON, **parts: Participant) -> Meeting:
    sari = Person(id=1, team_id="T", slack_id="U1", name="Sari", created_at=NOW)
    budi = Person(id=2, team_id="T", slack_id="U2", name="Budi", address="bapak", created_at=NOW)
    programme = Programme(
        id=1,
        team_id="T",
        name="P",
        theme="inclusion",
        starts_on=NOW.date(),
        months=6,
        cadence="monthly",
        language="id",
        hr_channel="C",
        announce_channel="C",
        created_at=NOW,
        created_by=1,
    )
    pair = Pair(id=1, team_id="T", programme_id=1, mentor_id=1, mentee_id=2, introduced_at=NOW)
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
    return Meeting(pair, programme, parts.get("mentor", part()), parts.get("mentee", part()), sari, budi, row)


@pytest.mark.parametrize("language", CATALOGUE.languages)
@pytest.mark.parametrize("pack", [one for one in Pack if one is not Pack.PREPARE])
def test_every_pack_is_complete_and_fits_a_phone(language: str, pack: Pack) -> None:
    for form in FORMATS:
        for again in range(5):
            for side in Side:
                prepared = Prepared(meeting(pack), side, again, "ai_tools", form)
                texts = CATALOGUE.texts(language, prepared.meeting.person(side).address, "Budi")
                message = (packs.mentor_pack if side is Side.MENTOR else packs.leader_pack)(texts, prepared)
                shown = "\n".join(_said(message.blocks))
                assert len(shown) < PHONE, (pack, again, len(shown))
                assert "…" not in shown[-1:]
                whole = packs.whole(texts, prepared)
                assert len("\n".join(_said(whole["blocks"]))) > len(shown) * 0.8
                assert len(whole["title"]["text"]) <= 24
                for words in _said(whole["blocks"]):
                    assert len(words) < 3000


def test_a_pack_that_comes_again_brings_other_questions() -> None:
    texts = CATALOGUE.texts("en")
    rounds = [
        "\n".join(
            _said(packs.mentor_pack(texts, Prepared(meeting(), Side.MENTOR, n, "ai_tools", "hands_on")).blocks[2:])
        )
        for n in range(3)
    ]
    assert len(set(rounds)) == 3


def test_the_topic_is_what_is_wanted_most_and_known_best() -> None:
    mentor = part(
        offers=[{"topic": "ai_tools", "level": 5}, {"topic": "inclusion", "level": 2}], formats=["observation"]
    )
    mentee = part(
        wishes=[{"topic": "inclusion", "priority": 3}, {"topic": "ai_tools", "priority": 2}],
        formats=["hands_on", "observation"],
    )
    couple = meeting(mentor=mentor, mentee=mentee)
    assert shared_topics(couple) == ["ai_tools", "inclusion"]
    assert format_of(couple) == "observation"
    assert shared_topics(meeting()) == []
    assert format_of(meeting()) == "discussion"


def _said(blocks: list[dict[str, Any]]) -> list[str]:
    found = []
    for block in blocks:
        found += [block["text"]["text"]] if "text" in block else []
        found += [one["text"] for one in block.get("elements", []) if isinstance(one["text"], str)]
    return found
