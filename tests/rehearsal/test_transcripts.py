"""Golden transcripts: what each person of a small rehearsal reads and does, from set-up to 90 days after the end.

One rehearsal for each language and theme, as text per person, in `tests/recorded_wording/<language>/transcripts/`.
A review of words is a difference there. Record it with `make transcripts`.
"""

import re
from pathlib import Path

import pytest

from bot.domain.programme import Theme
from bot.rehearsal.activity_log import Activity
from bot.rehearsal.actor import Actor
from tests.golden import outline
from tests.recorded import compare_with_recorded
from tests.rehearsal.conftest import Played, play
from tests.wording import CATALOGUE

RECORDED = Path(__file__).parents[1] / "recorded_wording"
PEOPLE, MONTHS = 2, 2
ZONE = "Asia/Jakarta"
READ = {"message": "", "changed": "(changed)", "whisper": "(only to them)", "modal": "(window)"}
"""What people read, and how it is marked. Home is recorded with the windows (`tests/golden`)."""
PLACES = {"im": "DM", "mpim": "group DM"}
ACTION_ID = re.compile(r"^(  \[.*?\]) \S+( \(\w+\))?", re.MULTILINE)
"""What the outline says of a button beside its label."""
CHOICE = re.compile(r"^    \( \) .*\n?", re.MULTILINE)
"""What else could be chosen in a field; recorded with the windows."""
ONE_BELOW_ANOTHER = re.compile(r"(?<=\])\n  (?=\[[^\n]*\]$)", re.MULTILINE)
"""Between the buttons of a row."""


def transcript(played: Played, actor: Actor) -> str:
    """Everything that a person read and did, in order. What they read before, word for word, is not repeated."""
    texts, known = played.rehearsal.texts, set[str]()
    parts = [actor.person.user.real_name]
    for entry in played.entries:
        if actor.id not in entry.who:
            continue
        when = texts.short_moment(entry.at, ZONE)
        if entry.kind == "action":
            parts.append(f"== {when} → {_with_names(played, entry.text)}")
        elif entry.kind in READ:
            shown = _shown(played, entry)
            parts.append(f"== {when} · {_place(played, entry)}\n{'(as before)' if shown in known else shown}")
            known.add(shown)
    return "\n\n".join(parts) + "\n"


def _place(played: Played, entry: Activity) -> str:
    channel = played.rehearsal.stage.slack.workspace.channels.get(entry.channel)
    name = PLACES.get(channel.kind, f"#{channel.name}") if channel else ""
    return " ".join(part for part in (entry.title, name, READ[entry.kind]) if part)


def _shown(played: Played, entry: Activity) -> str:
    if not entry.blocks:
        return _with_names(played, entry.text)
    whole = outline.of_message("", entry.blocks, lambda slack_id: _name(played, slack_id))
    body = whole.removeprefix("notification:\n").strip()
    return ONE_BELOW_ANOTHER.sub(" ", CHOICE.sub("", ACTION_ID.sub(r"\1", body) + "\n").strip())


def _with_names(played: Played, text: str) -> str:
    return outline.SLACK_ID.sub(lambda found: _name(played, found[0]), text)


def _name(played: Played, slack_id: str) -> str:
    workspace = played.rehearsal.stage.slack.workspace
    if slack_id in workspace.users:
        return workspace.users[slack_id].real_name
    return workspace.channels[slack_id].name if slack_id in workspace.channels else slack_id


@pytest.mark.soak
@pytest.mark.parametrize("language", CATALOGUE.languages)
@pytest.mark.parametrize("theme", list(Theme))
def test_what_each_person_reads_is_as_recorded(tmp_path: Path, theme: Theme, language: str) -> None:
    played = play(tmp_path / "out", people=PEOPLE, months=MONTHS, language=language, theme=theme)
    people = [*played.rehearsal.others, played.rehearsal.hr]
    shown = {_file_name(actor): transcript(played, actor) for actor in people}
    compare_with_recorded(RECORDED / language / "transcripts" / theme, shown)


def _file_name(actor: Actor) -> str:
    return re.sub(r"\W+", "_", actor.person.user.real_name.lower()).strip("_")
