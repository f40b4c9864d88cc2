"""HR's roster: the form, the preview of a file's changes, and the result."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from bot.domain.messages.roster import RosterStoredMessage
from bot.domain.roster import COLUMNS
from bot.domain.roster_job_titles import NO_LEVEL, Title, suggested_level
from bot.domain.sheet_rows import Problem
from bot.domain.signup import Level
from bot.services.roster.import_roster import Effect
from bot.slack.gateway import Message
from bot.spreadsheets import write_csv
from bot.spreadsheets.problem_texts import describe, describe_problem
from bot.spreadsheets.roster_preview import Read
from handlers.kit.blocks import (
    MAX_SECTION,
    Block,
    View,
    actions,
    button,
    context,
    divider,
    field,
    mention,
    modal,
    section,
    select,
)
from handlers.kit.ids import ActionId, CallbackId
from handlers.kit.modal_state import Id, ModalState, OfProgramme
from handlers.kit.which_programme import name_line
from prompts.catalogue import Texts
from storage.tables import Person

OPEN = ActionId.ROSTER_OPEN
FILE = "file"
FILE_TYPES = ["csv", "xlsx", "txt", "tsv"]
ROWS_SHOWN = 60
ROWS_A_BLOCK = 10
MOST_PARTS = 60
LONGEST_NAME = 100
TITLES_A_PAGE = 20
"""A modal may have 100 blocks, and each of these has a menu of eight levels."""
TITLE, LEVEL = "title:", "level"
"""The block of a title is named after it, so that the answers say what they are about."""
LEVEL_CODES = frozenset((NO_LEVEL, *(level.name.lower() for level in Level)))


@dataclass(frozen=True)
class RosterState(ModalState):
    """What HR saw in the preview and confirms."""

    programme_id: Id
    file: str
    digest: str
    """Hashes of the file and of its changes."""


@dataclass(frozen=True)
class LevelsState(ModalState):
    """The page of titles that HR sees: of those without a level, or of `every` title from place `first` on."""

    programme_id: Id
    file: str
    first: Id = 0
    every: bool = False


def form(texts: Texts, programme_id: int, without: int, said: str = "", named: Sequence[str] = ()) -> View:
    """The form with the file field; `said` is why the last file was refused, `named` as for `name_line`."""
    buttons = [button(texts.plain("roster.import.template"), ActionId.ROSTER_TEMPLATE, programme_id)]
    if without:
        buttons.append(button(texts.plain("roster.import.managers"), ActionId.MATCH_MANAGERS, programme_id))
    blocks = [*name_line(texts, named), *([section(f"⚠️ {said}")] if said else [])]
    blocks += [section(texts("roster.import.intro"))]
    blocks += [section(texts("roster.import.missing", count=without))] if without else []
    file = {"type": "file_input", "action_id": FILE, "filetypes": FILE_TYPES, "max_files": 1}
    hint = texts.plain("roster.import.file.hint")
    blocks += [actions(*buttons), field(FILE, texts.plain("roster.import.file.label"), file, hint=hint)]
    return _modal(
        texts,
        blocks,
        CallbackId.ROSTER_FORM,
        submit=texts.plain("roster.import.submit"),
        state=OfProgramme(programme_id),
    )


def busy(texts: Texts, what: str) -> View:
    """While a file is previewed ("checking") or stored ("storing")."""
    return _modal(texts, [section(texts(f"roster.import.{what}"))], CallbackId.ROSTER_BUSY)


def outlook(
    texts: Texts,
    seen: RosterState,
    file: str,
    read: Read,
    said: str,
) -> View:
    """The file's changes, and every unusable row. Nothing of it is stored yet."""
    effect, problems = read.effect, read.problems
    values = {"people": effect.people, "new": effect.new, "changed": effect.changed, "same": effect.same}
    blocks = [section(said)] if said else []
    name = file[:LONGEST_NAME]
    head = (
        texts("roster.import.outlook", file=name, **values)
        if effect.people
        else texts("roster.import.nobody", file=name)
    )
    blocks.append(section(head))
    if problems.rows:
        shown = problems.kept[:ROWS_SHOWN]
        blocks += [divider(), section(texts("roster.import.bad", bad=problems.rows)), *_rows(texts, shown)]
        if more := problems.more + sum(one.others + 1 for one in problems.kept[ROWS_SHOWN:]):
            blocks.append(context(texts("roster.import.more", more=texts.number(more))))
    if read.unknown:
        ignored = texts.join([name[:LONGEST_NAME] for name in read.unknown[:10]])
        blocks.append(context(texts("roster.import.ignored", columns=ignored)))
    if read.titles:
        change = button(texts.plain("roster.import.levels.change"), ActionId.ROSTER_LEVELS, seen.programme_id)
        blocks += [context(texts("roster.import.levels.used", count=len(read.titles))), actions(change)]
    if problems.rows or not effect.people:
        again = button(texts.plain("roster.import.again"), ActionId.ROSTER_OPEN, seen.programme_id)
        blocks.append(actions(again))
    if not effect.people:
        return _modal(texts, blocks, CallbackId.ROSTER_BUSY, state=seen)
    return _modal(texts, blocks, CallbackId.ROSTER_STORE, submit=texts.plain("roster.import.store"), state=seen)


def levels(texts: Texts, state: LevelsState, titles: Sequence[Title], hints: Mapping[str, Collection[str]]) -> View:
    """One menu for each job title, the most frequent first, with its level or the one that its words suggest."""
    shown = titles[state.first : state.first + TITLES_A_PAGE]
    options = [*texts.options("labels.levels").items(), (NO_LEVEL, texts.plain("roster.import.levels.none"))]
    last = state.first + len(shown)
    page = texts("roster.import.levels.page", first=state.first + 1, last=last, count=len(titles))
    blocks = [section(texts("roster.import.levels.intro")), context(page)]
    for title in shown:
        initial = title.level or suggested_level(title.name, hints)
        menu = select(LEVEL, options, initial=initial, placeholder=texts.plain("roster.import.levels.choose"))
        blocks.append(
            field(TITLE + title.key, title.name, menu, hint=texts.plain("roster.import.levels.rows", count=title.lines))
        )
    submit = texts.plain("roster.import.levels.save")
    return _modal(texts, blocks, CallbackId.ROSTER_LEVELS_SAID, submit=submit, state=state)


def stored(texts: Texts, programme_id: int, effect: Effect) -> View:
    """The changes, and what is still missing."""
    values = {"people": effect.people, "new": effect.new, "changed": effect.changed, "same": effect.same}
    blocks = [section(texts("roster.import.stored", **values))]
    if effect.without:
        fill = button(texts.plain("roster.import.managers"), ActionId.MATCH_MANAGERS, programme_id, style="primary")
        blocks += [section(texts("roster.import.missing", count=effect.without)), actions(fill)]
    else:
        blocks.append(section(texts("roster.import.all_known")))
    return _modal(texts, blocks, CallbackId.ROSTER_BUSY)


def told(texts: Texts, text: str) -> View:
    """One sentence as a modal, and the way to the person's next step."""
    home = button(texts.plain("commands.typed.buttons.home"), ActionId.HOME_SHOW)
    return _modal(texts, [section(text), actions(home)], CallbackId.ROSTER_BUSY)


def posted(texts: Texts, by: Person, stored: RosterStoredMessage) -> Message:
    """To HR's channel: who stored a roster, and how large it is."""
    text = texts(
        "roster.import.posted", person=mention(by), people=stored.people, new=stored.new, changed=stored.changed
    )
    return Message(text, [section(text)])


def problem(texts: Texts, code: str, values: Mapping[str, object]) -> str:
    """What is wrong with a file, as plain text."""
    return describe(texts, code, **values)


def template(texts: Texts) -> bytes:
    """An example roster of three people, in one language."""
    columns = [column for column in COLUMNS if column not in ("name", "number")]
    names = [texts.plain(f"spreadsheets.columns.names.{column}") for column in columns]
    levels = [
        texts.plain(f"labels.levels.{level}").partition(" (")[0] for level in ("specialist", "manager", "director")
    ]
    places = texts.plain_list("spreadsheets.matching.example.departments")
    nobody = texts.plain_list("spreadsheets.values.none")[0]
    mails = [f"{name.split()[0].lower()}@contoh.id" for name in texts.plain_list("spreadsheets.matching.example.names")]
    rows = [
        [mails[0], mails[1], places[0], levels[0], "01/08/2024", ""],
        [mails[1], mails[3], places[0], levels[1], "15/03/2019", mails[2]],
        [mails[3], nobody, places[3], levels[2], "02/01/2012", ""],
    ]
    return write_csv([names, *rows], texts.csv_separator)


def template_as_text(texts: Texts) -> Message:
    """In place of the file, if the workspace takes none: its lines, to be copied into a file."""
    text = texts("roster.import.template_as_text")
    lines = template(texts).decode("utf-8-sig").strip()
    block = {"type": "rich_text_preformatted", "elements": [{"type": "text", "text": lines}]}
    return Message(text, [section(text), {"type": "rich_text", "elements": [block]}])


def _rows(texts: Texts, problems: Iterable[Problem]) -> list[Block]:
    """Sections of a few problems each, as long as Slack allows."""
    parts: list[str] = []
    for problem in problems:
        line = "• " + texts("roster.import.row", line=problem.line, problem=describe_problem(texts, problem))
        line = line[: MAX_SECTION - 1]
        if parts and len(parts[-1]) + len(line) < MAX_SECTION and parts[-1].count("\n") < ROWS_A_BLOCK - 1:
            parts[-1] += "\n" + line
        else:
            parts.append(line)
    return [section(part) for part in parts[:MOST_PARTS]]


def _modal(
    texts: Texts, blocks: list[Block], callback_id: CallbackId, *, submit: str = "", state: ModalState | None = None
) -> View:
    title, close = texts.plain("roster.import.title"), texts.plain("roster.import.close")
    return modal(title, blocks, callback_id=callback_id, close=close, submit=submit, state=state)
