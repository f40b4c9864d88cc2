"""Rehearsals to look at: each is played once for all tests."""

import asyncio
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from bot.domain.programme import Cadence, Theme
from bot.rehearsal.activity_log import Activity
from bot.rehearsal.actor import Actor
from bot.rehearsal.persona import Persona
from bot.rehearsal.rehearsal import Rehearsal
from bot.rehearsal.rehearsal_plan import RehearsalPlan
from bot.rehearsal.rehearse import rehearse

PEOPLE, MONTHS, SEED = 10, 2, 7
STARTS_ON = date(2027, 2, 1)
A_WEEK_OFF = [date(2027, 2, day) for day in range(15, 20)]


@dataclass(frozen=True)
class Played:
    """A rehearsal that is over, and where it was written."""

    rehearsal: Rehearsal
    out: Path
    told: tuple[str, ...]

    @property
    def report(self) -> dict[str, Any]:
        return self.rehearsal.report

    @property
    def entries(self) -> list[Activity]:
        return self.rehearsal.activity_log.entries

    @property
    def calls(self) -> list[dict[str, Any]]:
        """As they are in the file."""
        return [json.loads(line) for line in (self.out / "calls.jsonl").read_text("utf-8").splitlines()]

    def who(self, character: Persona) -> list[Actor]:
        return [actor for actor in self.rehearsal.others if actor.member.persona is character]

    def messages(self, to: Actor | None = None) -> list[Activity]:
        """What the bot wrote in DMs and group DMs, to somebody or to anybody."""
        found = [one for one in self.entries if one.kind == "message" and self.kind_of(one) in ("im", "mpim")]
        return [one for one in found if to is None or to.id in one.who]

    def in_hr_channel(self) -> list[Activity]:
        return [one for one in self.entries if one.channel == self.rehearsal.stage.hr_channel.id]

    def done_by(self, actor: Actor) -> list[Activity]:
        return [one for one in self.entries if one.kind == "action" and one.who == (actor.id,)]

    def kind_of(self, entry: Activity) -> str:
        return str(self.rehearsal.stage.slack.channel(entry.channel).kind)

    def text(self, key: str) -> str:
        """A text without values, as people read it."""
        return self.rehearsal.texts.plain(key)


def texts_of(tree: Any) -> Iterator[str]:
    """Every text in blocks, as it is written."""
    if isinstance(tree, dict):
        if isinstance(tree.get("text"), str):
            yield tree["text"]
        tree = list(tree.values())
    if isinstance(tree, list):
        for inner in tree:
            yield from texts_of(inner)


def words(entry: Activity) -> str:
    """Everything that an entry says."""
    return "\n".join([entry.title, entry.text, *texts_of(entry.blocks)])


def play(out: Path, **plan: Any) -> Played:
    """What is not said is as in the first rehearsal of the tests."""
    told: list[str] = []
    out.mkdir()
    usual = {"people": PEOPLE, "months": MONTHS, "language": "id", "seed": SEED, "starts_on": STARTS_ON}
    rehearsal = asyncio.run(rehearse(RehearsalPlan(**{**usual, **plan}), out, told.append))
    return Played(rehearsal, out, tuple(told))


@pytest.fixture(scope="session")
def played(tmp_path_factory: pytest.TempPathFactory) -> Played:
    return play(tmp_path_factory.mktemp("rehearsal") / "first")


@pytest.fixture(scope="session")
def another(tmp_path_factory: pytest.TempPathFactory) -> Played:
    """In English, by another seed, with HR's own settings: a week is off, and the matching goes its own way."""
    return play(
        tmp_path_factory.mktemp("rehearsal") / "another",
        people=6,
        months=1,
        language="en",
        seed=8,
        theme=Theme.INCLUSION,
        cadence=Cadence.BY_AGREEMENT,
        name="Learn from them",
        sponsor="Rina, Managing Director",
        days_off=tuple(A_WEEK_OFF),
        preset="closeness",
        floor=25,
    )
