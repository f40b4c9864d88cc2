"""The output of the command: the table of pairs, a summary with a histogram, and the unmatched people with causes."""

import html
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from bot.cli.match.solve import Found, UnmatchedPerson
from bot.domain.matching.explain import FEW_HOURS
from bot.domain.sheet_rows import Problems, deduplicated
from bot.domain.signup import TOP_SCORE, Profile
from bot.spreadsheets import Cell
from bot.spreadsheets.match_people import People
from bot.spreadsheets.problem_texts import describe, describe_problem, list_cells
from prompts.catalogue import Texts
from prompts.reasons import checked, in_text, reasons

BINS = 10
BAR = 40
NAMES_SHOWN = 8
NOTES_SHOWN = 10
PROBLEMS_SHOWN = 100
KNOWN = "matching.unmatched_causes"


@dataclass(frozen=True)
class Report:
    """The results for these people, in one language."""

    texts: Texts
    people: People

    def pairs(self, found: Found, *, explain: bool) -> Iterator[list[Cell]]:
        """The rows of the table of pairs, its header first; `explain` adds the reasons in words."""
        columns = ["mentor", "mentee", "quality", "share", *(("why_mentor", "why_mentee") if explain else ())]
        yield [self._column(name) for name in (*columns, "checked")]
        for mentor, leader, told in found.pairs:
            keys = self.people.keys[mentor], self.people.keys[leader]
            row: list[Cell] = [*keys, self.texts.plain(f"labels.quality.{told.quality}")]
            row.append(self.texts.percent(told.score / TOP_SCORE))
            record = told.record
            if explain:
                partners = (("mentor", leader), ("mentee", mentor))
                row += [self._reasons(record, side, self.people.shown(other)) for side, other in partners]
            notes = [_bare(checked(self.texts, record)), *([self._say("few_shared")] if told.few_hours else [])]
            yield [*row, " ".join(note for note in notes if note)]

    def left_over(self, left: Iterable[UnmatchedPerson]) -> Iterator[list[Cell]]:
        """The rows of the table of unmatched people."""
        yield [self._column(name) for name in ("person", "role", "cause", "help")]
        for unmatched in left:
            role = self.texts.plain(f"labels.role_names.{unmatched.side}")
            yield [self.people.keys[unmatched.person], role, self._cause(unmatched), self._help(unmatched)]

    def summary(self, found: Found, profiles: list[Profile], floor: int) -> Iterator[str]:
        """The lines for the terminal."""
        scores = sorted(told.score for _, _, told in found.pairs)
        if scores:
            matched = {who for mentor, leader, _ in found.pairs for who in (mentor, leader)}
            yield self._say(
                "done",
                pairs=len(scores),
                matched=len(matched),
                people=len(profiles),
                mentors=sum(one.role.teaches for one in profiles),
                leaders=sum(one.role.learns for one in profiles),
            )
            weak = sum(told.quality == "weak" for _, _, told in found.pairs)
            low = self.texts.percent(floor / TOP_SCORE)
            yield self._say("fit", share=self._share(scores), number=weak, low=low)
            if few := sum(told.few_hours for _, _, told in found.pairs):
                yield self._say("few_hours", number=few, hours=FEW_HOURS)
            yield from ("", self._say("histogram"), *self._histogram(scores))
        else:
            yield self._say("none")
        if found.left:
            yield from ("", self._say("left", number=len(found.left)), *self._left_by_cause(found.left))

    def problems(self, problems: Problems, file: str) -> Iterator[str]:
        """One line for each invalid row, or for each kind of problem that many rows have."""
        for problem in problems.kept[:PROBLEMS_SHOWN]:
            said = describe_problem(self.texts, problem)
            yield f"{file}:{problem.line}: {said}"
        if more := problems.more + sum(one.others + 1 for one in problems.kept[PROBLEMS_SHOWN:]):
            yield f"{file}: {self.texts.plain('spreadsheets.errors.more', more=self.texts.number(more))}"

    def problem(self, code: str, **values: object) -> str:
        """The problem in words."""
        return describe(self.texts, code, **values)

    def notes(self, unknown: Iterable[str], file: str) -> Iterator[str]:
        """Warnings for HR, limited in number."""
        lines = [f"{file}: {self._note('column_ignored', value=name)}" for name in unknown]
        for problem in deduplicated(self.people.notes).kept:
            said = self._note(problem.code, **problem.values)
            if problem.cells:
                said = self.texts.plain(
                    "spreadsheets.errors.cells", problem=said, cells=list_cells(self.texts, problem)
                )
            elif problem.others:
                said = self.texts.plain(
                    "spreadsheets.errors.others", problem=said, others=self.texts.number(problem.others)
                )
            lines.append(f"{file}:{problem.line}: {said}")
        yield from lines[:NOTES_SHOWN]
        if len(lines) > NOTES_SHOWN:
            yield f"{file}: {self._note('more', number=len(lines) - NOTES_SHOWN)}"

    def _histogram(self, scores: list[int]) -> Iterator[str]:
        bins = [0] * BINS
        for score in scores:
            bins[min(BINS - 1, score * BINS // TOP_SCORE)] += 1
        first = next(at for at, number in enumerate(bins) if number)
        width = max(len(str(number)) for number in bins)
        for at in range(first, BINS):
            low, high = at * 100 // BINS, (at + 1) * 100 // BINS
            bar = "█" * -(-bins[at] * BAR // max(bins))
            yield f"  {low:>3}-{high:>3}%  {bins[at]:>{width}}  {bar}".rstrip()

    def _left_by_cause(self, left: list[UnmatchedPerson]) -> Iterator[str]:
        groups: dict[tuple[str, str], list[str]] = defaultdict(list)
        for unmatched in left:
            groups[self._cause(unmatched), self._help(unmatched)].append(self.people.shown(unmatched.person))
        for (cause, help_), names in sorted(groups.items(), key=lambda one: (-len(one[1]), one[0])):
            yield f"  {self._say('cause', number=len(names), cause=cause, help=help_)}"
            shown = self.texts.join(names) if len(names) <= NAMES_SHOWN else ", ".join(names[:NAMES_SHOWN])
            more = len(names) - NAMES_SHOWN
            yield f"     {self._say('more', names=shown, more=more) if more > 0 else shown}"

    def _share(self, scores: list[int]) -> str:
        return self.texts.percent(sum(scores) / len(scores) / TOP_SCORE)

    def _cause(self, unmatched: UnmatchedPerson) -> str:
        topics = in_text(self.texts, "topics", list(unmatched.topics))
        return self.texts.plain(f"{KNOWN}.cause.{unmatched.cause}", topics=topics)

    def _help(self, unmatched: UnmatchedPerson) -> str:
        return self.texts.plain(f"{KNOWN}.help.{unmatched.help}")

    def _reasons(self, record: dict[str, object], side: str, partner: str) -> str:
        text = reasons(self.texts, record, side, partner=partner)
        return " ".join(line.removeprefix("• ") for line in _bare(text).splitlines())

    def _column(self, name: str) -> str:
        return self.texts.plain(f"spreadsheets.columns.names.{name}")

    def _say(self, name: str, **values: object) -> str:
        return self.texts.plain(f"spreadsheets.matching.{name}", **values)

    def _note(self, name: str, **values: object) -> str:
        return self._say(f"notes.{name}", **values)


def _bare(text: str) -> str:
    """Slack's markup as plain text."""
    return html.unescape(text)
