"""The transcript: one page, day by day, what everybody saw. It needs nothing but a browser."""

from base64 import b64encode
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from html import escape
from itertools import groupby
from pathlib import Path
from zoneinfo import ZoneInfo

from jinja2 import Environment, FileSystemLoader

from bot.rehearsal.diary import Diary, Entry, Json
from bot.rehearsal.findings import kind_names
from bot.rehearsal.markup import block
from bot.rehearsal.timetable import Shown
from bot.sandbox import Slack
from prompts.catalogue import Texts

HERE = Path(__file__).parent
KINDS = {"changed": "message", "whisper": "message", "refused": "message"}
"""Under which of the page's four kinds an entry is filed, where that is not its own name."""


@dataclass(frozen=True)
class Story:
    """What there is to show besides the diary: times are those of `zone`, `cast` is each one's character, by Slack id.

    `findings` are told in words: title, what, do. `days_off` are ISO dates with their names.
    """

    programme: str
    zone: str
    cast: Mapping[str, str]
    shown: Sequence[Shown]
    findings: Sequence[Mapping[str, str]]
    days_off: Mapping[str, str]


@dataclass(frozen=True)
class Line:
    """An entry as the page shows it."""

    time: str
    kind: str
    group: str
    letter: str
    """Which kind of message; "" for what is none."""
    stage: str
    who: str
    head: str
    html: str


@dataclass(frozen=True)
class Day:
    """What happened on one day, and what is special about it."""

    date: str
    title: str
    short: str
    off: str
    """Why nobody works; "" if people do."""
    sent: int
    kinds: str
    """How many messages of which kind."""
    lines: list[Line]


def write(path: Path, diary: Diary, texts: Texts, story: Story) -> None:
    """Write the page to `path`."""
    slack, cast = diary.slack, story.cast
    place = ZoneInfo(story.zone)
    people = [user for user in slack.users if not user.is_bot]
    kinds = kind_names(texts)
    days = [
        _day_of(day, list(shown), slack, texts, story, kinds)
        for day, shown in groupby(story.shown, key=lambda one: _day(one.entry.at, place))
    ]
    words = texts.options("rehearsal.page.words", name="", count="", day="")
    here = {one.kind for one in story.shown if one.kind}
    characters = texts.options("rehearsal.transcript.characters")
    page = Environment(loader=FileSystemLoader(HERE), autoescape=True).get_template("transcript.html.j2")
    html = page.render(
        language=texts.language,
        title=texts.plain("rehearsal.transcript.title", programme=story.programme),
        intro=texts.plain(
            "rehearsal.transcript.intro",
            people=len(people),
            messages=diary.messages,
            refused=len(diary.refused),
        ),
        everyone=texts.plain("rehearsal.transcript.everyone"),
        person=texts.plain("rehearsal.transcript.person"),
        kinds=texts.options("rehearsal.transcript.kinds"),
        people=sorted((user.real_name, user.id, characters[cast[user.id]]) for user in people),
        findings=story.findings,
        words=words,
        letters={kind: name for kind, name in kinds.items() if kind in here},
        stages=texts.options("rehearsal.stages"),
        months=[
            (texts.month(date.fromisoformat(f"{month}-01")), list(of_month))
            for month, of_month in groupby(days, key=lambda one: one.date[:7])
        ],
    )
    path.write_text(html, "utf-8")


def _day(moment: datetime, place: ZoneInfo) -> date:
    return moment.astimezone(place).date()


def _day_of(day: date, shown: list[Shown], slack: Slack, texts: Texts, story: Story, kinds: Mapping[str, str]) -> Day:
    place = ZoneInfo(story.zone)
    counts = Counter(kinds[one.kind] for one in shown if one.kind)
    return Day(
        date=day.isoformat(),
        title=texts.day(day),
        short=texts.short_day(day),
        off=story.days_off.get(day.isoformat(), ""),
        sent=counts.total(),
        kinds=" · ".join(f"{name} {count}" for name, count in counts.most_common()),
        lines=[_line(one, slack, texts, place) for one in shown],
    )


def _line(shown: Shown, slack: Slack, texts: Texts, place: ZoneInfo) -> Line:
    entry = shown.entry

    def picture(block: Json) -> str:
        return _picture(slack, block)

    def name(slack_id: str) -> str:
        return _name(slack, slack_id)

    body = "".join(block(one, name, picture) for one in entry.blocks)
    if not body and entry.text and entry.kind not in ("action", "refused"):
        body = block({"type": "section", "text": {"type": "mrkdwn", "text": entry.text}}, name, picture)
    if entry.title:
        body = f"<h4>{escape(entry.title)}</h4>{body}"
    return Line(
        time=texts.time(entry.at, place),
        kind=entry.kind,
        group=KINDS.get(entry.kind, entry.kind),
        letter=shown.kind,
        stage=shown.stage,
        who=" ".join(entry.who),
        head=head(entry, slack, texts),
        html=body,
    )


def head(entry: Entry, slack: Slack, texts: Texts) -> str:
    """What an entry is, in a line: who did it, or where it went."""
    key = "rehearsal.transcript"
    names = texts.join([_name(slack, one) for one in entry.who])
    match entry.kind:
        case "action":
            return texts.plain(f"{key}.did", name=names, what=entry.text)
        case "refused":
            return texts.plain(f"{key}.refused_call", what=entry.text)
        case "modal" | "home":
            return texts.plain(f"{key}.{entry.kind}", name=names)
        case "whisper":
            return texts.plain(f"{key}.only_to", name=names)
        case "message" | "changed":
            where = _place(entry, slack, texts, names)
            return f"{where} ({texts.plain(f'{key}.changed')})" if entry.kind == "changed" else where


def _place(entry: Entry, slack: Slack, texts: Texts, names: str) -> str:
    channel = slack.channel(entry.channel) if entry.channel else None
    match channel.kind if channel else "im":
        case "im":
            return texts.plain("rehearsal.transcript.to_dm", name=names)
        case "mpim":
            return texts.plain("rehearsal.transcript.to_group", name=names)
        case _:
            return texts.plain("rehearsal.transcript.to_channel", channel=channel.name if channel else "")


def _picture(slack: Slack, block: Json) -> str:
    """The picture itself, so that the page needs no other file."""
    file = slack.workspace.files.get((block.get("slack_file") or {}).get("id", ""))
    if file is None or not file.content:
        return str(block.get("image_url", ""))
    return f"data:image/png;base64,{b64encode(file.content).decode()}"


def _name(slack: Slack, slack_id: str) -> str:
    user = slack.workspace.user(slack_id)
    if user:
        return user.real_name
    channel = slack.workspace.channels.get(slack_id)
    return channel.name if channel else slack_id
