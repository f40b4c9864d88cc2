"""The command: files in, one file out, written completely or not at all."""

import argparse
import os
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from bot.cli.common import PROGRAM
from bot.cli.levels import WrongLevels, offer_levels, read_levels, titles_of
from bot.cli.match.progress_bar import ProgressBar
from bot.cli.match.report import Report
from bot.cli.match.template import template
from bot.domain.sheet_rows import Sheet, Unreadable, deduplicated
from bot.domain.signup import PRESETS, TOP_SCORE, Rules
from bot.spreadsheets import Cell, Page, content_of, write_csv, write_xlsx
from bot.spreadsheets.match_people import People, Vocabulary, read_couples, read_people
from prompts.catalogue import Catalogue

DONE, CANNOT, BAD_INPUT = 0, 1, 2
STEPS = ("read", "score", "solve", "explain", "write")


class Stop(Exception):
    """Ends the command, with these lines for the person and an exit code."""

    def __init__(self, code: int, *lines: str) -> None:
        super().__init__(*lines)
        self.code, self.lines = code, lines


def run(options: argparse.Namespace) -> int:
    """Run the command; the exit code."""
    catalogue = Catalogue.load()
    texts = catalogue.texts(options.language)
    try:
        outputs = _outputs(options)
        if options.template:
            content = template(texts)
            _write({options.out: content}) if options.out else sys.stdout.buffer.write(content)
            return DONE
        with ProgressBar(
            sys.stderr, [texts.plain(f"spreadsheets.matching.steps.{step}") for step in STEPS]
        ) as progress:
            lines = _Matching(options, catalogue).run(outputs, lambda step: progress.at(STEPS.index(step)))
    except Stop as stop:
        for line in stop.lines:
            print(line, file=sys.stderr)
        return stop.code
    for line in lines:
        print(line)
    return DONE


@dataclass
class _Matching:
    options: argparse.Namespace
    catalogue: Catalogue

    def run(self, outputs: dict[str, Path], step: Callable[[str], None]) -> list[str]:
        """Everything from reading to writing; the lines of the summary."""
        step("read")
        sheet, people = self._people()
        report = Report(self.catalogue.texts(self.options.language), people)
        given = [self._couples(people, report, name) for name in ("locked", "forbidden", "keep")]
        # The solver's libraries take a second to load: only once there is something to solve.
        from bot.cli.match.solve import LockBreaksRule, Wanted, match

        rules = self._rules()
        try:
            found = match(people, rules, Wanted(self.options.objective, *given), step)
        except LockBreaksRule as refused:
            names = {"mentor": people.shown(refused.mentor), "leader": people.shown(refused.leader)}
            rule = report.texts.plain(f"spreadsheets.matching.rules.{refused.rule}")
            raise Stop(
                BAD_INPUT, f"{self.options.locked}: {report.problem('lock_refused', **names, rule=rule)}"
            ) from None
        step("write")
        tables = {outputs["out"]: list(report.pairs(found, explain=self.options.explain))}
        if "left" in outputs:
            tables[outputs["left"]] = list(report.left_over(found.left))
        separator = sheet.separator or report.texts.csv_separator
        files = {path: _file(path, rows, separator) for path, rows in tables.items()}
        summary = list(report.summary(found, people.profiles, rules.floor))
        if not found.pairs:
            raise Stop(CANNOT, *summary)
        _write(files)
        return [*summary, "", *(report.texts.plain("spreadsheets.matching.written", file=str(path)) for path in files)]

    def _people(self) -> tuple[Sheet, People]:
        file = self.options.people
        texts = self.catalogue.texts(self.options.language)
        blank = Report(texts, People())
        try:
            said = read_levels(self.options.levels, self.catalogue, texts)
            sheet, people = read_people(_content(file), Vocabulary.of(self.catalogue, said))
        except WrongLevels as wrong:
            raise Stop(BAD_INPUT, *wrong.lines) from None
        except Unreadable as problem:
            raise Stop(BAD_INPUT, f"{file}: {blank.problem(problem.code, **problem.values)}") from None
        report = Report(texts, people)
        if people.problems:
            told = deduplicated(people.problems)
            refused = texts.plain("spreadsheets.matching.refused", number=told.rows, file=str(file))
            titles = titles_of(people.problems)
            try:
                offer = offer_levels(self.options.levels, titles, said, self.catalogue, texts)
            except WrongLevels as wrong:
                raise Stop(BAD_INPUT, *wrong.lines) from None
            raise Stop(BAD_INPUT, *report.problems(told, str(file)), refused, *([offer] if offer else []))
        if not people.profiles:
            raise Stop(BAD_INPUT, f"{file}: {blank.problem('no_rows')}")
        for note in report.notes(sheet.unknown, str(file)):
            print(note, file=sys.stderr)
        mentors = sum(one.role.teaches for one in people.profiles)
        leaders = sum(one.role.learns for one in people.profiles)
        if not (mentors and leaders):
            raise Stop(CANNOT, texts.plain("spreadsheets.matching.nobody", mentors=mentors, leaders=leaders))
        return sheet, people

    def _couples(self, people: People, report: Report, name: str) -> list[tuple[int, int]]:
        file: Path | None = getattr(self.options, name)
        if file is None:
            return []
        try:
            couples, problems = read_couples(_content(file), self.catalogue, people)
        except Unreadable as problem:
            raise Stop(BAD_INPUT, f"{file}: {report.problem(problem.code, **problem.values)}") from None
        if name == "keep":  # from an earlier result: people who are not in the file any more cannot be kept
            return couples
        if problems:
            raise Stop(BAD_INPUT, *report.problems(deduplicated(problems), str(file)))
        return couples

    def _rules(self) -> Rules:
        wanted = self.options.preset
        preset = next(weights for name, weights in PRESETS.items() if name.startswith(wanted))
        floor = TOP_SCORE * self.options.floor // 100
        return Rules(self.options.least_gap, self.options.same_department, preset, floor)


def _outputs(options: argparse.Namespace) -> dict[str, Path]:
    """The output file, checked before the matching runs."""
    if options.template:
        return {}
    if options.people is None or options.out is None:
        raise Stop(BAD_INPUT, f"match: name the people's file and --out FILE. Try: {PROGRAM} match --help")
    outputs = {name: path for name in ("out", "left") if (path := getattr(options, name)) is not None}
    inputs = [path for name in ("people", "locked", "forbidden", "keep") if (path := getattr(options, name))]
    taken: list[Path] = [path.resolve() for path in inputs]
    for name, path in outputs.items():
        if path.resolve() in taken:
            raise Stop(BAD_INPUT, f"match: --{name} {path} would overwrite another file of this command.")
        if not path.resolve().parent.is_dir() or path.is_dir():
            raise Stop(BAD_INPUT, f"match: {path} cannot be written: there is no such folder, or it is a folder.")
        taken.append(path.resolve())
    return outputs


def _content(file: Path) -> bytes:
    try:
        return content_of(file)
    except OSError as problem:
        raise Stop(BAD_INPUT, f"{file}: {problem.strerror}") from None


def _file(path: Path, rows: list[list[Cell]], separator: str) -> bytes:
    """The rows as XLSX or CSV, by the name of the file."""
    if path.suffix.lower() == ".xlsx":
        return write_xlsx([Page(path.stem, [str(head) for head in rows[0]], rows[1:])])
    return write_csv(rows, separator)


def _write(files: dict[Path, bytes]) -> None:
    """Each file is complete, or unchanged: new content appears by renaming."""
    beside: list[tuple[str, Path]] = []
    try:
        for path, content in files.items():
            handle, name = tempfile.mkstemp(dir=path.resolve().parent, prefix=f".{path.name}.")
            beside.append((name, path))
            with os.fdopen(handle, "wb") as out:
                out.write(content)
                out.flush()
                os.fsync(out.fileno())
            os.chmod(name, path.stat().st_mode & 0o777 if path.exists() else 0o644)
        while beside:
            os.replace(*beside[0])
            beside.pop(0)
    except OSError as problem:
        raise Stop(CANNOT, f"match: nothing was written to {path} ({problem.strerror}).") from None
    finally:
        for name, _ in beside:
            Path(name).unlink(missing_ok=True)
