"""HR's roster: the form, the preview of a file's changes, and the result."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bot.domain.messages.roster import RosterStoredMessage
from bot.domain.roster import COLUMNS
from bot.domain.sheet_rows import Problem, Problems
from bot.services.roster.import_roster import Effect
from bot.slack.gateway import Message
from bot.spreadsheets import write_csv
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
)
from handlers.kit.ids import ActionId, CallbackId
from handlers.kit.modal_state import Id, ModalState, OfProgramme
from prompts.catalogue import Texts
from storage.tables import Person

OPEN = ActionId.ROSTER_OPEN
FILE = "file"
FILE_TYPES = ["csv", "xlsx", "txt", "tsv"]
ROWS_SHOWN = 60
ROWS_A_BLOCK = 10
LONGEST_NAME = 100


@dataclass(frozen=True)
class RosterState(ModalState):
    """What HR saw in the preview and confirms."""

    programme_id: Id
    file: str
    digest: str
    """Hashes of the file and of its changes."""


def form(texts: Texts, programme_id: int, without: int, said: str = "") -> View:
    """The form with the file field; `said` is why the last file was refused."""
    buttons = [button(texts.plain("roster.import.template"), ActionId.ROSTER_TEMPLATE, programme_id)]
    if without:
        buttons.append(button(texts.plain("roster.import.managers"), ActionId.MATCH_MANAGERS, programme_id))
    blocks = [section(f"⚠️ {said}")] if said else []
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
    texts: Texts, seen: RosterState, file: str, effect: Effect, problems: Problems, unknown: Sequence[str], said: str
) -> View:
    """The file's changes, and every unusable row. Nothing is stored yet."""
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
    if unknown:
        blocks.append(
            context(texts("roster.import.ignored", columns=texts.join([name[:LONGEST_NAME] for name in unknown[:10]])))
        )
    if not effect.people:
        again = button(texts.plain("roster.import.again"), ActionId.ROSTER_OPEN, seen.programme_id)
        return _modal(texts, [*blocks, actions(again)], CallbackId.ROSTER_BUSY)
    return _modal(texts, blocks, CallbackId.ROSTER_STORE, submit=texts.plain("roster.import.store"), state=seen)


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
    """One sentence as a modal."""
    return _modal(texts, [section(text)], CallbackId.ROSTER_BUSY)


def posted(texts: Texts, by: Person, stored: RosterStoredMessage) -> Message:
    """To HR's channel: who stored a roster, and how large it is."""
    text = texts(
        "roster.import.posted", person=mention(by), people=stored.people, new=stored.new, changed=stored.changed
    )
    return Message(text, [section(text)])


def problem(texts: Texts, code: str, values: dict[str, object]) -> str:
    """The problem of a row, as plain text."""
    return texts.plain(f"spreadsheets.errors.{code}", **values)


def row_problem(texts: Texts, one: Problem) -> str:
    """The problem of a row, and the number of other lines with it."""
    said = problem(texts, one.code, dict(one.values))
    return (
        texts.plain("spreadsheets.errors.others", problem=said, others=texts.number(one.others)) if one.others else said
    )


def template(texts: Texts) -> bytes:
    """An example roster of three people, in one language."""
    columns = [column for column in COLUMNS if column != "name"]
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
    lines = ["• " + texts("roster.import.row", line=one.line, problem=row_problem(texts, one)) for one in problems]
    parts = [lines[start : start + ROWS_A_BLOCK] for start in range(0, len(lines), ROWS_A_BLOCK)]
    return [section("\n".join(line[: MAX_SECTION // ROWS_A_BLOCK - 1] for line in part)) for part in parts]


def _modal(
    texts: Texts, blocks: list[Block], callback_id: CallbackId, *, submit: str = "", state: ModalState | None = None
) -> View:
    title, close = texts.plain("roster.import.title"), texts.plain("roster.import.close")
    return modal(title, blocks, callback_id=callback_id, close=close, submit=submit, state=state)
