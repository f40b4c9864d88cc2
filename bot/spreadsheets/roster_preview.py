"""From the bytes of a roster file to the effect of storing it; shared by Slack and the command line."""

import asyncio
import hashlib
from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import astuple, dataclass
from typing import Any

from bot.domain.roster import NEEDED, File, ResolvedLine, Vocabulary, read_roster, resolved
from bot.domain.roster_job_titles import Title
from bot.domain.sheet_rows import Names, Problems, Unreadable, deduplicated
from bot.services.caller import HrCaller
from bot.services.roster import import_roster as roster_import
from bot.services.roster import title_levels
from bot.services.roster.import_roster import Effect
from bot.slack.directory import Directory
from bot.slack.user_objects import newcomer
from bot.spreadsheets import is_workbook, read_table
from bot.spreadsheets import vocabulary as words
from prompts.catalogue import Catalogue
from storage.queries import is_indonesian
from storage.tables import Person

RunInWorker = Callable[..., Awaitable[Any]]
SMALL = 20_000
"""Size of a file that is not a workbook and takes a few milliseconds to read: less than passing it to the worker."""
READING_SECONDS = 60.0
"""How long a file may wait for the worker and be read in it."""


@dataclass(frozen=True)
class Read:
    """A file compared with Slack and with the stored data."""

    digest: str
    """Hashes of the file and of its effect."""
    entries: list[ResolvedLine]
    newcomers: dict[str, Person]
    effect: Effect
    problems: Problems
    unknown: tuple[str, ...]
    titles: tuple[Title, ...] = ()
    """The job titles in the level column, the most frequent first."""

    @property
    def untold(self) -> list[Title]:
        """The titles of which HR has not said the level."""
        return [one for one in self.titles if one.level is None]


async def preview_roster(
    content: bytes,
    catalogue: Catalogue,
    directory: Directory,
    hr: HrCaller,
    in_worker: RunInWorker,
    upload: str,
    said: Names | None = None,
) -> Read:
    """Read a roster; nothing of it is stored. `upload` identifies the file, however often it is read.

    `said`: levels of job titles, besides those that the programme remembers.

    Raises `Unreadable`, `Rejected`, and what the gateway raises.
    """
    titles = {**await title_levels.read_title_levels(directory.store, hr), **(said or {})}
    listed = await _read(content, words.of_roster(catalogue, titles), in_worker)
    if not (listed.lines or listed.problems):
        raise Unreadable("no_rows")
    found = await directory.find(hr.team_id, {who for line in listed.lines for who in line.people}, hr.now)
    await roster_import.log_elsewhere(directory.store, hr, upload, frozenset(found.ids.values()))
    managers = await roster_import.managers(directory.store, hr)
    entries, problems = await asyncio.to_thread(resolved, listed, found.ids, found.bots, managers)
    effect = await roster_import.preview(directory.store, hr, entries)
    async with directory.store.read(hr.now) as work:
        indonesian = bool(await is_indonesian(work.session, hr.team_id))
    newcomers = await asyncio.to_thread(_newcomers, found.profiles, hr, directory.languages, indonesian)
    levels = [(one.key, one.level) for one in listed.titles]
    what = repr((astuple(effect), [(one.line, one.code) for one in problems], levels)).encode()
    digest = hashlib.sha256(content + what).hexdigest()[:32]
    return Read(digest, entries, newcomers, effect, deduplicated(problems), listed.unknown, listed.titles)


async def _read(content: bytes, vocabulary: Vocabulary, in_worker: RunInWorker) -> File:
    """The file's lines, read without blocking others. Raises `Unreadable`."""
    if len(content) <= SMALL and not is_workbook(content):
        return read_lines(content, vocabulary)
    try:
        async with asyncio.timeout(READING_SECONDS):
            listed: File = await in_worker(read_lines, content, vocabulary)
    except TimeoutError:
        raise Unreadable("reading_slow") from None
    return listed


def read_lines(content: bytes, vocabulary: Vocabulary) -> File:
    """The lines of a roster in a file, CSV or XLSX. Raises `Unreadable`."""
    return read_roster(read_table(content, vocabulary.columns, NEEDED), vocabulary)


def _newcomers(
    profiles: Mapping[str, dict[str, Any]], hr: HrCaller, languages: Collection[str], indonesian: bool
) -> dict[str, Person]:
    return {
        one: newcomer(hr.team_id, profile, hr.now, languages, indonesian=indonesian)
        for one, profile in profiles.items()
    }
