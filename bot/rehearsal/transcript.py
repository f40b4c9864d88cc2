"""The transcript: one page, day by day, what everybody saw. It needs nothing but a browser."""

from base64 import b64encode
from dataclasses import dataclass
from datetime import date, datetime
from html import escape
from itertools import groupby
from pathlib import Path
from zoneinfo import ZoneInfo

from jinja2 import Environment, FileSystemLoader

from bot.rehearsal.diary import Diary, Entry, Json
from bot.rehearsal.markup import block
from bot.sandbox import Slack
from prompts.catalogue import Texts

HERE = Path(__file__).parent
KINDS = {"changed": "message", "whisper": "message", "refused": "message"}
"""Under which of the page's four kinds an entry is filed, where that is not its own name."""


@dataclass(frozen=True)
class Line:
    """An entry as the page shows it."""

    time: str
    kind: str
    group: str
    who: str
    head: str
    html: str


def write(path: Path, diary: Diary, texts: Texts, programme: str, zone: str, cast: dict[str, str]) -> None:
    """Write the page to `path`; times are those of `zone`. `cast` is each one's character, by Slack id."""
    slack = diary.slack
    place = ZoneInfo(zone)
    people = [user for user in slack.users if not user.is_bot]
    days = [
        (texts.day(day), [_line(entry, slack, texts, place) for entry in entries])
        for day, entries in groupby(diary.entries, key=lambda entry: _day(entry.at, place))
    ]
    characters = texts.options("rehearsal.transcript.characters")
    page = Environment(loader=FileSystemLoader(HERE), autoescape=True).get_template("transcript.html.j2")
    html = page.render(
        language=texts.language,
        title=texts.plain("rehearsal.transcript.title", programme=programme),
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
        days=days,
    )
    path.write_text(html, "utf-8")


def _day(moment: datetime, place: ZoneInfo) -> date:
    return moment.astimezone(place).date()


def _line(entry: Entry, slack: Slack, texts: Texts, place: ZoneInfo) -> Line:

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
