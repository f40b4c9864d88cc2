"""A roster from the bytes of a file to what storing it would do; the same for Slack and for the command line."""

import asyncio
import hashlib
from collections.abc import Mapping
from dataclasses import astuple, dataclass
from typing import Any

from bot import words
from bot.directory import Directory, newcomer
from bot.domain.roster import Entry, read_roster, resolved
from bot.domain.spreadsheet import Problem, Unreadable
from bot.services.caller import HrCaller
from bot.services.programmes import roster_import
from bot.services.programmes.roster_import import Effect
from prompts.catalogue import Catalogue
from storage.tables import Person


@dataclass(frozen=True)
class Read:
    """A file, compared with Slack and with what is stored."""

    digest: str
    """Of the file and of what storing it does."""
    entries: list[Entry]
    newcomers: dict[str, Person]
    effect: Effect
    problems: list[Problem]
    unknown: tuple[str, ...]


async def look(content: bytes, catalogue: Catalogue, directory: Directory, hr: HrCaller) -> Read:
    """Read a roster; nothing is stored. Raises `Unreadable`, `Refusal`, and what the gateway raises."""
    # In a thread: ten thousand rows would keep everybody else's clicks waiting.
    listed = await asyncio.to_thread(read_roster, content, words.of_roster(catalogue))
    if not (listed.lines or listed.problems):
        raise Unreadable("no_rows")
    found = await directory.find(hr.team_id, {who for line in listed.lines for who in line.people}, hr.now)
    managers = await roster_import.managers(directory.store, hr)
    entries, problems = await asyncio.to_thread(resolved, listed, found.ids, found.bots, managers)
    effect = await roster_import.foresee(directory.store, hr, entries)
    newcomers = await asyncio.to_thread(_newcomers, found.profiles, hr)
    what = repr((astuple(effect), [(one.line, one.code) for one in problems])).encode()
    digest = hashlib.sha256(content + what).hexdigest()[:32]
    return Read(digest, entries, newcomers, effect, problems, listed.unknown)


def _newcomers(profiles: Mapping[str, dict[str, Any]], hr: HrCaller) -> dict[str, Person]:
    return {one: newcomer(hr.team_id, profile, hr.now) for one, profile in profiles.items()}
