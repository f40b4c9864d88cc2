"""`python -m bot rehearse`: reads HR's input, runs the simulation, and prints the findings."""

import argparse
import asyncio
import sys
import tempfile
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from bot.cli.common import CannotGoOn, WrongUse, port_in_use
from bot.cli.levels import WrongLevels, offer_levels, read_levels, titles_of
from bot.domain.sheet_rows import Names, Problem, Unreadable
from bot.rehearsal.findings import COUNTRY, Finding, describe_finding
from bot.rehearsal.playback import NoRehearsal, Playback, serve
from bot.rehearsal.rehearsal import NothingToRelease
from bot.rehearsal.rehearsal_plan import RehearsalPlan, Workspace
from bot.rehearsal.rehearse import rehearse
from bot.rehearsal.roster import Roster, WrongRoster, read_roster
from bot.rehearsal.settings_file import NAMES, SettingsReader, WrongSetting
from bot.rehearsal.signing_up import Refused
from bot.server import logs
from bot.spreadsheets import content_of
from bot.spreadsheets.problem_texts import describe
from prompts.catalogue import Catalogue, Texts

WITH_FINDINGS = 3
"""Exit code of a strict rehearsal that found something to look at."""


def run(options: argparse.Namespace) -> int:
    """Run the rehearsal of `options`; the exit code. Raises `WrongUse`, `CannotGoOn`."""
    _be_a_folder(options.out)
    logs.set_up("ERROR")
    catalogue = _texts(options)
    plan = _plan(options, catalogue)
    if options.workspaces:
        return _side_by_side(options, plan, catalogue)
    roster = _roster(options, catalogue, plan)
    tell = partial(print, file=sys.stderr)
    texts = catalogue.texts(plan.language)
    try:
        rehearsal = asyncio.run(rehearse(plan, options.out, tell, roster, catalogue, time_left=sys.stderr.isatty()))
    except NothingToRelease as nothing:
        who = options.roster or f"{options.people} people"
        why = "; ".join(describe_finding(one, texts, COUNTRY)["what"].rstrip(".") for one in nothing.left)
        raise WrongUse(f"rehearse: nobody in {who} can be paired with anybody. {why}") from None
    except Refused as refused:
        raise WrongUse(f"rehearse: {refused}") from None
    _tell_findings(rehearsal.findings, texts)
    if options.serve:
        show(options.out, options.port, catalogue, texts)
    return exit_code(rehearsal.findings, strict=options.strict)


def _side_by_side(options: argparse.Namespace, plan: RehearsalPlan, catalogue: Catalogue) -> int:
    """Several workspaces at the same time; 1 if anything of one shows in another."""
    from bot.rehearsal.rehearse_workspaces import plans_of, rehearse_workspaces  # with what installing by OAuth needs

    unfit = [name for name in ("roster", "levels", "calendars", "serve") if getattr(options, name)]
    if plan.workspace is not Workspace.USUAL:
        unfit.append("workspace")
    if unfit:
        raise WrongUse(f"rehearse: --workspaces plays the sample company: leave out --{' and --'.join(unfit)}")
    texts = catalogue.texts(plan.language)
    tell = partial(print, file=sys.stderr)
    try:
        plans = plans_of(plan, options.workspaces, catalogue)
        report, mixed = asyncio.run(rehearse_workspaces(plans, options.out, tell, catalogue))
    except ExceptionGroup as group:
        told = group.subgroup((NothingToRelease, Refused))
        if told is None:
            raise
        raise WrongUse(f"rehearse: {told.exceptions[0]}") from None
    for played in report["workspaces"]:
        print(texts.plain("rehearsal.workspaces.played", **played))
    read = {"calls": report["calls_read"], "rows": report["rows_read"], "folder": options.out}
    print(texts.plain(f"rehearsal.workspaces.{'mixed' if mixed else 'apart'}", count=len(mixed), **read))
    undelivered = any(played["not_delivered"] for played in report["workspaces"])
    return 1 if mixed else WITH_FINDINGS if options.strict and undelivered else 0


def exit_code(findings: Sequence[Finding], *, strict: bool) -> int:
    """0, or `WITH_FINDINGS` of a strict rehearsal with any finding that is more than information."""
    return WITH_FINDINGS if strict and any(not one.is_note for one in findings) else 0


def show(folder: Path, port: int, catalogue: Catalogue, texts: Texts) -> None:
    """Show a rehearsal on the page of the local Slack until Ctrl-C. Raises `CannotGoOn`."""
    try:
        playback = Playback.read(folder, catalogue)
    except NoRehearsal as problem:
        raise CannotGoOn(str(problem)) from None
    address = f"http://127.0.0.1:{port}"
    with port_in_use(port):
        served = texts.plain("rehearsal.progress.served", address=address)
        asyncio.run(serve(playback, port, partial(print, served, flush=True)))


def _tell_findings(findings: Sequence[Finding], texts: Texts) -> None:
    """The findings, one line each; information comes last."""
    if not findings:
        print(texts.plain("rehearsal.findings.nothing"))
        return
    print(texts.plain("rehearsal.findings.found", count=sum(not one.is_note for one in findings)))
    for finding in findings:
        print("  " + texts.plain("rehearsal.findings.line", **describe_finding(finding, texts, COUNTRY)))


def _texts(options: argparse.Namespace) -> Catalogue:
    if options.prompts and not options.prompts.is_dir():
        raise WrongUse(f"rehearse: {options.prompts} is no folder")
    catalogue = Catalogue.load(options.prompts)
    for problem in catalogue.own_problems():
        if not problem.advice:
            raise WrongUse(f"rehearse: {problem}")
    return catalogue


def _plan(options: argparse.Namespace, catalogue: Catalogue) -> RehearsalPlan:
    """The settings of the file, and over them those of the command line."""
    reader = SettingsReader(catalogue)
    settings = {}
    try:
        if options.settings:
            settings = reader.read_file(options.settings.read_text("utf-8-sig"))
    except OSError as problem:
        raise WrongUse(f"rehearse: {options.settings}: {problem.strerror}") from None
    except UnicodeDecodeError:
        raise WrongUse(f"rehearse: {options.settings} is not in UTF-8: save it as plain text in UTF-8") from None
    except WrongSetting as wrong:
        raise WrongUse(f"rehearse: {options.settings}: {wrong}") from None
    try:
        for name in NAMES:
            if (said := getattr(options, f"set_{name}")) is not None:
                settings |= reader.read(name, said)
    except WrongSetting as wrong:
        raise WrongUse(f"rehearse: --{str(wrong).replace('_', '-', 1)}") from None
    given = {name: getattr(options, name) for name in ("people", "seed", "workspace", "calendars")}
    return RehearsalPlan(**{**given, **settings})


def _roster(options: argparse.Namespace, catalogue: Catalogue, plan: RehearsalPlan) -> Roster:
    """Who is played; nobody of one's own without a file."""
    if options.roster is None:
        return Roster()
    texts = catalogue.texts(plan.language)
    try:
        said = read_levels(options.levels, catalogue, texts)
        return read_roster(content_of(options.roster), catalogue, texts, plan.seed, said)
    except OSError as problem:
        raise WrongUse(f"rehearse: {options.roster}: {problem.strerror}") from None
    except WrongRoster as problem:
        lines = [f"rehearse: {options.roster}: {line}" for line in str(problem).splitlines()]
        lines.append(_offer(options, catalogue, texts, problem.problems, said))
        raise WrongUse("\n".join(line.rstrip(".") for line in lines if line)) from None
    except WrongLevels as wrong:
        raise WrongUse("\n".join(f"rehearse: {line}".rstrip(".") for line in wrong.lines)) from None
    except Unreadable as problem:
        why = describe(texts, problem.code, **problem.values)
        raise WrongUse(f"rehearse: {options.roster}: {why.rstrip('.')}") from None


def _offer(
    options: argparse.Namespace, catalogue: Catalogue, texts: Texts, problems: Sequence[Problem], said: Names
) -> str:
    try:
        return offer_levels(options.levels, titles_of(problems), said, catalogue, texts)
    except WrongLevels as wrong:
        return str(wrong)


def _be_a_folder(path: Path) -> None:
    """Create the folder if needed. Fails before the simulation, so that nobody waits for results that cannot be
    written."""
    try:
        path.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=path):
            pass
    except OSError as problem:
        raise CannotGoOn(f"Nothing can be written to {path} ({problem.strerror}): choose another --out.") from problem
