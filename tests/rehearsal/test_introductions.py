"""All introductions of a rehearsal: what each of the two is told of why they were chosen, and what nobody is."""

import re
from collections.abc import Iterator
from functools import cache

import pytest

from bot.domain.sessions import Side
from bot.rehearsal.activity_log import Activity
from bot.rehearsal.actor import Actor
from prompts.catalogue import Catalogue, Texts
from tests.rehearsal.conftest import Played, words

RANKS = ("skor", "score", "peringkat", "rank", "poin", "points", "terbaik", "best", "persen", "percent")
ANY = "…"


@pytest.fixture(params=["played", "another"])
def show(request: pytest.FixtureRequest) -> Played:
    played = request.getfixturevalue(request.param)
    assert isinstance(played, Played)
    return played


def introductions(played: Played) -> Iterator[tuple[Actor, Actor, Side, Activity]]:
    """Who was introduced to whom, on which side, by which message."""
    people = {actor.id: actor for actor in played.rehearsal.everybody}
    for actor in played.rehearsal.everybody:
        titles = {side: of(played, actor).plain(f"matching.introduction.{side}.title") for side in Side}
        for message in played.messages(actor):
            if message.title or played.kind_of(message) != "im":
                continue
            for side, title in titles.items():
                if title in words(message).splitlines():
                    partners = set(re.findall(r"<@(\w+)>", words(message))) - {actor.id}
                    assert len(partners) == 1, "nobody but the two is named"
                    yield actor, people[partners.pop()], side, message


def reasons(message: Activity) -> list[str]:
    """Without what a message says twice: for the notification, and in its blocks."""
    return list(dict.fromkeys(line for line in words(message).splitlines() if line.startswith("•")))


def of(played: Played, reader: Actor) -> Texts:
    member = reader.member
    return _catalogue().texts(played.rehearsal.plan.language, member.address, member.name)


_catalogue = cache(Catalogue.load)


def test_everybody_in_a_pair_is_given_one_to_three_reasons_in_their_language(show: Played) -> None:
    found = list(introductions(show))
    assert found
    for reader, _, side, message in found:
        texts = of(show, reader)
        names = (
            "partner",
            "topics",
            "interests",
            "styles",
            "mentor_styles",
            "leader_styles",
            "formats",
            "cadences",
            "languages",
        )
        sentences = texts.options(f"matching.reasons.{side}", **dict.fromkeys(names, ANY))
        known = [re.escape(f"• {one}").replace(re.escape(ANY), ".+") for one in sentences.values()]
        assert 1 <= len(reasons(message)) <= 3
        for line in reasons(message):
            assert any(re.fullmatch(one, line) for one in known), line


def test_reasons_are_drawn_from_what_both_of_them_wrote(show: Played) -> None:
    for reader, partner, side, message in introductions(show):
        texts = of(show, reader)
        mentor, leader = (reader, partner) if side is Side.MENTOR else (partner, reader)
        wrote = {
            "topics": set(mentor.member.offers) & set(leader.member.wishes),
            "interests": set(mentor.member.interests) & set(leader.member.interests),
        }
        for group, both in wrote.items():
            for code, label in texts.options(f"labels.in_text.{group}").items():
                lines = _of_group(message, texts, side, group)
                told = any(re.search(rf"\b{re.escape(label)}\b", line) for line in lines)
                assert not told or code in both, (reader.member.name, code)


def _of_group(message: Activity, texts: Texts, side: Side, group: str) -> list[str]:
    """The reasons that speak of topics, or of interests."""
    code = {"topics": "topic", "interests": "interest"}[group]
    sentence = texts.plain(f"matching.reasons.{side}.{code}", partner=ANY, **{group: ANY})
    pattern = re.escape(f"• {sentence}").replace(re.escape(ANY), ".+")
    return [line for line in reasons(message) if re.fullmatch(pattern, line)]


def test_no_introduction_holds_a_number_a_rank_or_anything_of_others(show: Played) -> None:
    names = {actor.id: actor.member.name for actor in show.rehearsal.everybody}
    quality = [word for word in show.rehearsal.texts.options("labels.quality").values() if " " in word]
    for reader, partner, _, message in introductions(show):
        told = " ".join(reasons(message)).casefold()
        assert not re.search(r"[\d%]", told)
        assert not any(re.search(rf"\b{word}\b", words(message).casefold()) for word in (*RANKS, *quality))
        others = [name for one, name in names.items() if one not in (reader.id, partner.id)]
        assert not any(name in words(message) for name in others)


def test_nor_does_the_first_message_in_the_chat_of_the_two(show: Played) -> None:
    title = show.text("matching.introduction.group.title")
    found = [one for one in show.messages() if title in words(one).splitlines()]
    assert found
    for one in found:
        assert reasons(one) == [], "each of the two read them in their own introduction"
        assert set(re.findall(r"<@(\w+)>", words(one))) <= set(one.who)
