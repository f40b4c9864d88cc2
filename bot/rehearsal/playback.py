"""A finished rehearsal: stored in its folder, and shown again on the page of the local Slack."""

import asyncio
import json
import signal
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from bot.domain.calendar import local, named_holidays
from bot.rehearsal.activity_log import Activity
from bot.rehearsal.findings import Finding, describe_finding
from bot.rehearsal.headings import KINDS, heading
from bot.rehearsal.page_extension import RehearsalPage
from bot.rehearsal.timeline import TimelineEntry
from bot.sandbox import Manifest, Slack
from bot.slack.manifest_file import MANIFEST
from prompts.catalogue import Catalogue, Texts

FORMAT = 1
SLACK, PLAYED = "slack.json", "rehearsal.json"
LEFT_TO_THE_PAGE = {name: f"{{{name}}}" for name in ("name", "count", "day")}
"""Placeholders of the page's texts."""
Json = dict[str, Any]


class NoRehearsal(Exception):
    """A folder contains no rehearsal. The message says so, in one line."""


@dataclass(frozen=True)
class Record:
    """The stored data of a rehearsal besides its workspace."""

    name: str
    language: str
    zone: str
    country: str
    starts_on: str
    ends_on: str
    days_off: list[str]
    """Days off, without weekends."""
    characters: dict[str, str]
    """By Slack id, for the simulated people."""
    entries: list[Json]
    findings: list[Json]

    def write(self, folder: Path, slack: Slack) -> None:
        """Write it into the folder, with the workspace at the end."""
        slack.workspace.response_urls.clear()  # random secrets, which are no longer valid
        slack.save(folder / SLACK)
        (folder / PLAYED).write_text(json.dumps(self.as_json(slack), ensure_ascii=False), "utf-8")

    def as_json(self, slack: Slack) -> Json:
        """As JSON; the workspace's clock says when the rehearsal ended."""
        return {"format": FORMAT, "ended": slack.clock.now().isoformat(), **vars(self)}


def entry_json(shown: TimelineEntry) -> Json:
    """An entry as it is kept."""
    entry = shown.entry
    return {**vars(entry), "at": entry.at.isoformat(), "type": shown.kind, "stage": shown.stage}


def finding_json(finding: Finding) -> Json:
    """A finding as JSON."""
    return {"code": finding.code, "values": finding.values, "entries": finding.entries}


@dataclass(frozen=True)
class _Stopped:
    """The clock of a finished rehearsal."""

    moment: datetime

    def now(self) -> datetime:
        return self.moment


class Playback:
    """Implements `bot.rehearsal.page_extension.Transcript`: one rehearsal, in any available language."""

    def __init__(self, slack: Slack, record: Json, catalogue: Catalogue) -> None:
        self.slack = slack
        self.record = record
        self.catalogue = catalogue

    @classmethod
    def read(cls, folder: Path, catalogue: Catalogue) -> "Playback":
        """Read what `Record.write` wrote. Raises `NoRehearsal`."""
        try:
            record = json.loads((folder / PLAYED).read_text("utf-8"))
            if record["format"] != FORMAT:
                raise NoRehearsal(f"{folder} holds a rehearsal of another version: play it again.")
            clock = _Stopped(datetime.fromisoformat(record["ended"]))
            slack = Slack.load(folder / SLACK, Manifest.load(MANIFEST), clock=clock)
        except (OSError, ValueError, LookupError) as problem:
            raise NoRehearsal(f"{folder} holds no rehearsal ({type(problem).__name__}).") from None
        return cls(slack, record, catalogue)

    def index(self, language: str) -> Json:
        """Everything but the messages, in the language nearest to `language`."""
        texts, record = self._texts(language), self.record
        kinds = {entry["type"] for entry in record["entries"]}
        people = [
            {"id": user.id, "name": user.real_name} for user in self.slack.users if user.id in record["characters"]
        ]
        return {
            "language": texts.language,
            "languages": self.catalogue.names(),
            "title": texts.plain("rehearsal.transcript.title", programme=record["name"]),
            "intro": texts.plain("rehearsal.page.intro", people=len(people), messages=self._messages),
            "zone": record["zone"],
            "starts_on": record["starts_on"],
            "ends_on": record["ends_on"],
            "days_off": named_days(record["days_off"], record["country"], texts),
            "people": sorted(people, key=lambda one: one["name"]),
            "channels": [
                {"id": one.id, "kind": one.kind, "name": one.name, "label": f"#{one.name}"}
                for one in self.slack.workspace.channels.values()
            ],
            "groups": _groups(texts, kinds),
            "stages": texts.options("rehearsal.stages"),
            "whats": texts.options("rehearsal.transcript.kinds"),
            "words": texts.options("rehearsal.page.words", **LEFT_TO_THE_PAGE),
            "entries": [self._line(entry) for entry in record["entries"]],
            "findings": [self._finding(one, texts) for one in record["findings"]],
        }

    def behaviours(self, language: str) -> Json:
        """How each person behaved, for HR alone: {"title", "about", "people": [{"name", "behaviour"}]}.

        It is drawn by lot, and real names may be beside it: neither the index nor the file to pass on has it.
        """
        texts = self._texts(language)
        names = texts.options("rehearsal.transcript.characters")
        drawn = {user.real_name: self.record["characters"].get(user.id) for user in self.slack.users}
        people = [{"name": name, "behaviour": names[one]} for name, one in sorted(drawn.items()) if one]
        title, about = (texts.plain(f"rehearsal.behaviours.{key}") for key in ("title", "about"))
        return {"title": title, "about": about, "people": people}

    def entries(self, numbers: Sequence[int], language: str) -> list[Json]:
        """The messages, by their numbers."""
        texts, known = self._texts(language), self.record["entries"]
        return [self._whole(number, known[number], texts) for number in numbers if 0 <= number < len(known)]

    @property
    def _messages(self) -> int:
        return sum(bool(entry["type"]) for entry in self.record["entries"])

    def _texts(self, language: str) -> Texts:
        return self.catalogue.texts(language if language in self.catalogue.languages else "en")

    def _line(self, entry: Json) -> Json:
        """The data of an entry for the calendar; the moment in the programme's zone."""
        at = local(datetime.fromisoformat(entry["at"]), self.record["zone"]).isoformat(timespec="minutes")
        told = {"at": at, "what": KINDS.get(entry["kind"], entry["kind"]), "kind": entry["type"]}
        return {**told, "stage": entry["stage"], "who": entry["who"]}

    def _whole(self, number: int, entry: Json, texts: Texts) -> Json:
        keys = ("at", "kind", "who", "channel", "text", "blocks", "title", "ts")
        seen = Activity(**{key: entry[key] for key in keys})
        seen = replace(seen, at=datetime.fromisoformat(entry["at"]).astimezone(UTC), who=tuple(entry["who"]))
        told = {"head": heading(seen, self.slack, texts), "time": texts.time(seen.at, self.record["zone"])}
        return {"number": number, **{key: entry[key] for key in keys}, **told}

    def _finding(self, kept: Json, texts: Texts) -> Json:
        finding = Finding(kept["code"], kept["values"], tuple(kept["entries"]))
        words = describe_finding(finding, texts, self.record["country"])
        return {"code": finding.code, "note": finding.is_note, "entries": finding.entries, **words}


def named_days(isos: Sequence[str], country: str, texts: Texts) -> dict[str, str]:
    """Days off with the names of public holidays; HR's own have a common name."""
    days = [date.fromisoformat(day) for day in isos]
    if not days:
        return {}
    named = named_holidays(country, min(days), max(days), texts.language)
    own = texts.plain("rehearsal.page.words.own_day_off")
    return {day.isoformat(): named.get(day, own) for day in days}


def _groups(texts: Texts, kinds: set[str]) -> list[Json]:
    """The kinds that occur, in their groups."""
    found = []
    for group, name in texts.options("rehearsal.kinds.groups").items():
        here = {kind: called for kind, called in texts.options(f"rehearsal.kinds.{group}").items() if kind in kinds}
        if here:
            found.append({"key": group, "name": name, "kinds": here})
    return found


async def serve(playback: Playback, port: int, ready: Callable[[], None]) -> None:
    """Show it until Ctrl-C; `ready` is called once it is served. Raises OSError if the port is in use."""
    RehearsalPage(playback.slack, transcript=playback).attach()
    stopped = asyncio.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(name, stopped.set)
    async with playback.slack.serve(port):
        ready()
        await stopped.wait()
