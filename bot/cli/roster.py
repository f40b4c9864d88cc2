"""`python -m bot roster import people.csv`: the same as `/mentoring roster` in Slack, for operators."""

import argparse
import asyncio
import secrets
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from sqlmodel import col, select

from bot.app import gateway_of
from bot.cli.levels import WrongLevels, offer_levels, read_levels
from bot.clock import Clock
from bot.config import Settings
from bot.domain.sheet_rows import Unreadable
from bot.services.caller import HrCaller
from bot.services.roster import import_roster as roster_import
from bot.services.roster import title_levels
from bot.slack.directory import Directory
from bot.slack.gateway import SlackRefused, SlackUnavailable
from bot.slack.turns import Turns
from bot.spreadsheets import content_of
from bot.spreadsheets import roster_preview as intake
from bot.spreadsheets.problem_texts import describe, describe_problem
from handlers.roster.views import template
from prompts.catalogue import Catalogue, Texts
from storage.engine import make_engine
from storage.tables import Person, Programme, ProgrammeState
from storage.unit_of_work import Store

DONE, CANNOT, BAD_INPUT = 0, 1, 2
SHOWN = 100
"""Problems of a file that are printed one by one."""


class Stop(Exception):
    """Ends the command: a line for the person, and an exit code."""

    def __init__(self, code: int, line: str) -> None:
        super().__init__(line)
        self.code, self.line = code, line


def run(options: argparse.Namespace, clock: Clock) -> int:
    """Run the command; the exit code."""
    catalogue = Catalogue.load()
    texts = catalogue.texts(options.language)
    try:
        if options.what == "template":
            _write_template(options.file, texts)
            return DONE
        content = _content(options.file)
        return asyncio.run(_import(Settings.load(), options, content, catalogue, clock))
    except Unreadable as problem:
        print(f"{options.file}: {describe(texts, problem.code, **problem.values)}", file=sys.stderr)
        return BAD_INPUT
    except WrongLevels as wrong:
        print(wrong, file=sys.stderr)
        return BAD_INPUT
    except Stop as stop:
        print(stop.line, file=sys.stderr)
        return stop.code
    except (SlackRefused, SlackUnavailable) as problem:
        print(f"{problem}. Nothing was stored.", file=sys.stderr)
        return CANNOT


async def _import(
    settings: Settings, options: argparse.Namespace, content: bytes, catalogue: Catalogue, clock: Clock
) -> int:
    engine = make_engine(settings.database_url)
    store = Store(engine)
    directory = Directory(store, gateway_of(settings.bot_token, settings.api_url), catalogue.languages, Turns(store))
    texts = catalogue.texts(options.language)
    try:
        hr = await _hr(store, options.programme, clock)
        said = read_levels(options.levels, catalogue, texts)
        read = await intake.preview_roster(content, catalogue, directory, hr, _here, hr.receipt, said)
        problems = read.problems
        for problem in problems.kept[:SHOWN]:
            print(f"{options.file}:{problem.line}: {describe_problem(texts, problem)}", file=sys.stderr)
        if more := problems.more + sum(one.others + 1 for one in problems.kept[SHOWN:]):
            print(
                f"{options.file}: {texts.plain('spreadsheets.errors.more', more=texts.number(more))}", file=sys.stderr
            )
        effect = read.effect
        values = {"people": effect.people, "new": effect.new, "changed": effect.changed, "same": effect.same}
        print(texts.plain("roster.import.outlook", file=str(options.file), **values))
        if offer := offer_levels(options.levels, read.untold, said, catalogue, texts):
            print(offer, file=sys.stderr)
        if problems.rows and not options.skip_bad_rows:
            raise Stop(
                BAD_INPUT,
                f"Rows to fix: {problems.rows}. Nothing was stored. To store the valid rows use --skip-bad-rows",
            )
        if not (effect.people and (options.yes or _agreed())):
            raise Stop(CANNOT, "Nothing was stored.")
        if said:
            levels_from = replace(hr, receipt=f"{hr.receipt}:levels")
            await title_levels.set_title_levels(store, levels_from, said)
        done = await roster_import.store_roster(store, hr, read.entries, read.newcomers)
        print(texts.plain("roster.import.stored", **values))
        if done.without:
            print(texts.plain("roster.import.missing", count=done.without))
        return DONE
    finally:
        await engine.dispose()


async def _here(function: Callable[..., Any], *arguments: Any) -> Any:
    """Runs in this process: nobody else waits for it."""
    return function(*arguments)


async def _hr(store: Store, programme_id: int | None, clock: Clock) -> HrCaller:
    """People who can run this command may act as HR; the audit log names the person who set up the programme."""
    now = await store.now(clock)
    statement = (
        select(Programme, Person)
        .join(Person, col(Person.id) == col(Programme.created_by))
        .where(Programme.state != ProgrammeState.CLOSED)
        .order_by(col(Programme.id))
    )
    async with store.read(now) as work:
        found = (await work.session.exec(statement)).all()
    chosen = [one for one in found if programme_id in (None, one[0].id)]
    if len(chosen) != 1:
        there = ", ".join(f"{programme.id} ({programme.name})" for programme, _ in found) or "none"
        raise Stop(BAD_INPUT, f"Choose a programme with --programme. Open programmes: {there}.")
    programme, by = chosen[0]
    return HrCaller(programme.team_id, by.slack_id, f"cli:{secrets.token_hex(8)}", now, programme.id)


def _agreed() -> bool:
    """Ask for confirmation on a terminal; without one there is none."""
    return sys.stdin.isatty() and input("Store this? [y/N] ").strip().lower() in ("y", "yes", "ya")


def _content(file: Path) -> bytes:
    try:
        return content_of(file)
    except OSError as problem:
        raise Stop(BAD_INPUT, f"{file}: {problem.strerror}") from None


def _write_template(file: Path, texts: Texts) -> None:
    try:
        with file.open("xb") as out:
            out.write(template(texts))
    except FileExistsError:
        raise Stop(CANNOT, f"{file} already exists; nothing was written.") from None
    except OSError as problem:
        raise Stop(CANNOT, f"{file}: {problem.strerror}") from None
