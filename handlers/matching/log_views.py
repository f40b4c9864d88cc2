"""HR's log: actions on a matching, with person and time."""

from datetime import date

from bot.domain.broadcasts import text_for
from bot.services.matching.audit_log import Act, LogPage
from bot.slack.gateway import Message
from bot.spreadsheets import Cell, write_csv
from handlers.kit.blocks import View, actions, button, context, mention, modal, section
from handlers.kit.hr_people import mention_for_hr
from handlers.kit.ids import ActionFamily, ActionId, CallbackId
from handlers.kit.modal_state import OfProgramme
from handlers.kit.which_programme import name_line
from prompts.catalogue import Mrkdwn, Texts
from storage.tables import Broadcast, Programme

NOBODY = Mrkdwn("–")
A_PAGE = 20
NAMED = 3
LONGEST_WORDS = 80


def log_page(texts: Texts, found: LogPage, page: int) -> View:
    """One page, newest first."""
    programme, acts, count = found.programme, found.acts, found.count
    lines = [
        texts("matching.log.line", at=texts.short_moment(one.at, programme.zone), act=act(texts, one)) for one in acts
    ]
    blocks = name_line(texts, [programme.name])
    blocks += [section(Mrkdwn("\n".join(lines[start : start + 10]))) for start in range(0, len(lines), 10)]
    if not lines:
        blocks.append(section(texts("matching.log.empty")))
    first, last = page * A_PAGE + 1, min((page + 1) * A_PAGE, count)
    turns = [
        button(texts.plain(f"matching.log.buttons.{name}"), ActionFamily.MATCH_LOG_PAGE.of(name), to)
        for name, to, there in (("newer", page - 1, page > 0), ("older", page + 1, last < count))
        if there
    ]
    if turns:
        blocks.append(context(texts("matching.draft.page", first=first, last=last, count=count)))
    file = [button(texts.plain("matching.log.buttons.file"), ActionId.MATCH_LOG_FILE, programme.id)] if count else []
    blocks += [actions(*turns, *file)] if turns or file else []
    title, close = texts.plain("matching.log.title"), texts.plain("notice.close")
    return modal(title, blocks, callback_id=CallbackId.MATCH_LOG, close=close, state=OfProgramme(programme.id))


def act(texts: Texts, entry: Act) -> Mrkdwn:
    """An action, as a sentence."""
    return _sentence(
        texts,
        entry,
        {role: mention_for_hr(texts, person) for role, person in entry.people.items()},
        mention(entry.by) if entry.by else NOBODY,
    )


def acts_in_between(texts: Texts, acts: list[Act]) -> Mrkdwn:
    """To a person whose action was too late: what others did in between."""
    lines = [f"• {act(texts, one)}" for one in acts[-NAMED:]]
    return Mrkdwn("\n".join([texts("matching.log.overtaken", more=max(0, len(acts) - NAMED)), *lines]))


def log_file(texts: Texts, acts: list[Act]) -> bytes:
    """The whole log as CSV, oldest first, for any spreadsheet."""
    columns = ("at", "by", "what", "told", "mentor", "mentee", "other")
    rows: list[list[Cell]] = [[texts.plain(f"matching.log.columns.{one}") for one in columns]]
    for entry in acts:
        names = {role: person.name for role, person in entry.people.items()}
        other = names.get("part") or names.get("person") or ""
        by = entry.by.name if entry.by else ""
        text = _sentence(texts, entry, {role: Mrkdwn(name) for role, name in names.items()}, Mrkdwn(by), longest=None)
        at = entry.at.isoformat(timespec="seconds")
        rows.append([at, by, entry.what, text, names.get("mentor", ""), names.get("leader", ""), other])
    return write_csv(rows, texts.csv_separator)


def log_sent(texts: Texts, programme: Programme) -> Message:
    text = texts("matching.log.sent", programme=programme.name)
    return Message(text, [section(text)])


def log_failed(texts: Texts, *, forbidden: bool) -> Message:
    """In place of the file: `forbidden` until a person changes a setting, or only now."""
    text = texts(f"matching.log.{'forbidden' if forbidden else 'failed'}")
    return Message(text, [section(text)])


def _sentence(
    texts: Texts, entry: Act, people: dict[str, Mrkdwn], by: Mrkdwn, longest: int | None = LONGEST_WORDS
) -> Mrkdwn:
    """`longest`: of HR's words in a message to many, which the file has in full."""
    key = f"matching.log.acts.{entry.what}"
    if not texts.has(key):
        return texts("matching.log.acts.other", by=by, what=entry.what)
    named = {role: people.get(role, NOBODY) for role in ("mentor", "leader", "part", "person", "manager")}
    rules = [texts.plain(f"matching.rules.{rule}.name") for rule in entry.details.get("lifted", [])]
    causes = [_cause(texts, cause) for cause in entry.details.get("causes", [])]
    days = {name: _day(texts, entry.details.get(name)) for name in ("first", "last", "resumes", "day")}
    numbers = {name: entry.details.get(name, 0) for name in ("pairs", "left", "people", "number", "count")}
    return texts(
        key,
        by=by,
        **named,
        **numbers,
        **days,
        rules=texts.join(rules),
        causes=texts.join(causes),
        back=bool(entry.details.get("back")),
        planned=bool(entry.details.get("planned")),
        held=bool(entry.details.get("held")),
        own=bool(entry.details.get("own")),
        **_written(texts, entry.broadcast, longest),
    )


def _day(texts: Texts, iso: str | None) -> str:
    return texts.day(date.fromisoformat(iso)) if iso else ""


def _written(texts: Texts, broadcast: Broadcast | None, longest: int | None) -> dict[str, str]:
    """HR's words to many, and to whom."""
    if broadcast is None:
        return {"text": "", "audience": ""}
    text = " ".join(text_for(broadcast.texts, texts.language).split())
    if longest is not None and len(text) > longest:
        text = f"{text[: longest - 1]}…"
    return {"text": text, "audience": texts.plain(f"broadcasts.audiences.{broadcast.audience}")}


def _cause(texts: Texts, cause: str) -> str:
    """Why a try was refused: a rule by its name, or another obstacle."""
    keys = f"matching.rules.{cause}.name", f"matching.log.causes.{cause}", "matching.log.causes.other"
    return texts.plain(next(key for key in keys if texts.has(key)))
