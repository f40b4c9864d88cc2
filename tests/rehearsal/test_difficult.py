"""A programme in a difficult workspace: it runs to its end, nothing that matters is refused, and no concern is lost."""

from pathlib import Path

import pytest

from bot.rehearsal.difficulties import COARSE_ZONES, Trouble
from bot.rehearsal.rehearsal_plan import Workspace
from tests.rehearsal.conftest import Played, play, words

FILES = ("transcript.html", "calls.jsonl", "report.json", "rehearsal.json", "slack.json")


def everything_was_dealt_with(played: Played) -> None:
    """What holds in every rehearsal of a difficult workspace."""
    told = played.report["difficulties"]
    assert [one["what"] for one in told["troubles"]] == list(Trouble)
    assert [one["what"] for one in told["troubles"] if one["over"] is None] == []
    assert told["refused_that_matter"] == []
    assert told["concerns"]["raised"] >= 1
    assert told["concerns"]["lost"] == []
    assert told["lost_that_matter"] == []
    assert played.report["stumbles"] == []


def hr_did_what_was_needed(played: Played) -> None:
    did = {one["what"]: one["hr_did"] for one in played.report["difficulties"]["troubles"]}
    assert did == {
        Trouble.SHARED_CHANNEL: ["other_channel"],
        Trouble.RESTRICTED_CHANNEL: ["other_channel"],
        Trouble.OUTSIDERS: [],
        Trouble.MISSED_EVENTS: [],
        Trouble.CONTACT_LEFT: ["other_contact"],
        Trouble.HR_CHANNEL_ARCHIVED: ["moved"],
    }
    notes = {one["title"]: one["do"] for one in played.report["findings"]}
    for trouble, codes in did.items():
        title = played.text(f"rehearsal.troubles.{trouble}.title")
        assert played.text(f"rehearsal.troubles.did.{(codes or ['nothing'])[0]}") in notes[title]


def a_concern_reaches_the_second_contact(played: Played) -> None:
    """The first one's account is deactivated, and the bot has not heard of it when somebody raises a concern."""
    assert played.report["difficulties"]["concerns"]["passed_on"] != []
    told = played.text("rehearsal.people.concern")
    left = next(one for one in played.report["difficulties"]["troubles"] if one["what"] == Trouble.CONTACT_LEFT)
    read = [set(one.who) for one in played.messages() if told in words(one) and one.at.isoformat() > left["at"]]
    assert read == [{played.rehearsal.hr.id}]


def outsiders_read_why_they_cannot_join(played: Played) -> None:
    told = played.report["difficulties"]["turned_away"]
    assert len(told) == 2
    assert all(told)
    difficulties = played.rehearsal.difficulties
    assert difficulties
    outside = {difficulties.guest.id, difficulties.stranger.id}
    assert [one for one in played.messages() if outside & set(one.who)] == []


def people_of_bangkok_read_their_own_zone(played: Played) -> None:
    assert {actor.member.zone for actor in played.rehearsal.everybody} <= {*COARSE_ZONES.values(), "Asia/Jayapura"}
    assert "UTC+7" not in "\n".join(words(one) for one in played.messages())


PROMISES = (
    everything_was_dealt_with,
    hr_did_what_was_needed,
    a_concern_reaches_the_second_contact,
    outsiders_read_why_they_cannot_join,
    people_of_bangkok_read_their_own_zone,
)


SMALL = {"people": 6, "months": 1, "workspace": Workspace.DIFFICULT}


@pytest.mark.soak
def test_a_difficult_workspace_gives_the_same_files_each_time(tmp_path: Path) -> None:
    first, second = (play(tmp_path / name, **SMALL) for name in ("first", "second"))
    for promise in PROMISES:
        promise(first)
    for name in FILES:
        assert (first.out / name).read_bytes() == (second.out / name).read_bytes(), name


@pytest.mark.soak
def test_the_whole_programme_in_a_difficult_workspace(tmp_path: Path) -> None:
    played = play(tmp_path / "whole", people=24, months=6, language="en", workspace=Workspace.DIFFICULT)
    for promise in PROMISES:
        promise(played)
