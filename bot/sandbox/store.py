"""Saving the workspace to one JSON file, files included, and reading it back."""

import base64
import json
import os
from dataclasses import fields
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

from .delivery import Deliveries, Pending
from .model import Channel, File, Json, Message, ResponseUrl, Trigger, User, View
from .workspace import Workspace

FORMAT = 1
PLAIN = ("name", "domain", "team_id", "app_id", "bot_id", "bot_user", "installed", "counters")
LATER = ("uploads", "enterprise_id", "team_in_payloads", "event_team", "bad_day")
"""What files of older versions are without."""
T = TypeVar("T")


def to_json(space: Workspace, deliveries: Deliveries) -> Json:
    """The whole state as plain data: a view of it, not a copy, so write it down before anything changes."""
    return {
        "format": FORMAT,
        **{key: getattr(space, key) for key in (*PLAIN, *LATER)},
        "counters": dict(sorted(space.counters.items())),
        "users": [vars(user) for user in space.users.values()],
        "channels": [_plain(channel) for channel in space.channels.values()],
        "files": [_file(file) for file in space.files.values()],
        "stacks": {user: [vars(view) for view in stack] for user, stack in space.stacks.items() if stack},
        "homes": {user: vars(view) for user, view in space.homes.items()},
        "triggers": [{**vars(t), "expires": t.expires.isoformat()} for t in space.triggers.values()],
        "response_urls": [{**vars(u), "expires": u.expires.isoformat()} for u in space.response_urls.values()],
        "envelopes": deliveries.count,
        "pending": [{**vars(p), "due": p.due.isoformat()} for p in deliveries.pending],
    }


def from_json(data: Json, space: Workspace, deliveries: Deliveries) -> None:
    """Fill an empty workspace with a saved state."""
    if data.get("format") != FORMAT:
        raise ValueError(f"saved in format {data.get('format')!r}; this one reads {FORMAT}")
    for key in PLAIN:
        setattr(space, key, data[key])
    for key in LATER:
        setattr(space, key, data.get(key, getattr(space, key)))
    space.users = {item["id"]: _made(User, item) for item in data["users"]}
    space.set_channels(_channel(item) for item in data["channels"])
    space.files = {f["id"]: _made(File, {**f, "content": _decoded(f["content"])}) for f in data["files"]}
    space.stacks = {user: [_made(View, view) for view in stack] for user, stack in data["stacks"].items()}
    space.homes = {user: _made(View, view) for user, view in data["homes"].items()}
    space.triggers = {t["id"]: _made(Trigger, _dated(t, "expires")) for t in data["triggers"]}
    space.response_urls = {u["path"]: _made(ResponseUrl, _dated(u, "expires")) for u in data["response_urls"]}
    deliveries.count = data["envelopes"]
    deliveries.pending = [_made(Pending, _dated(p, "due")) for p in data["pending"]]


def write(path: Path, data: Json) -> None:
    """Write so that a crash half-way leaves the old file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_suffix(path.suffix + ".new")
    beside.write_text(json.dumps(data, ensure_ascii=False), encoding="utf-8")
    os.replace(beside, path)


def read(path: Path) -> Json:
    data: Json = json.loads(path.read_text(encoding="utf-8"))
    return data


def _made(kind: type[T], item: Json) -> T:
    """An instance from its fields; a field that this version does not know is left out."""
    known = {f.name for f in fields(kind)}  # type: ignore[arg-type]  # every kind here is a dataclass
    return kind(**{key: value for key, value in item.items() if key in known})


def _plain(channel: Channel) -> Json:
    messages = {ts: vars(message) for ts, message in channel.messages.items()}
    return {**vars(channel), "messages": messages, "ephemerals": [vars(message) for message in channel.ephemerals]}


def _channel(item: Json) -> Channel:
    messages = {ts: _made(Message, message) for ts, message in item["messages"].items()}
    ephemerals = [_made(Message, message) for message in item["ephemerals"]]
    return _made(Channel, {**item, "messages": messages, "ephemerals": ephemerals})


def _file(file: File) -> Json:
    """Without the secret of its upload once that is over."""
    key = "" if file.complete else file.upload_key
    return {**vars(file), "content": _encoded(file.content), "upload_key": key}


def _dated(item: Json, key: str) -> Json:
    return {**item, key: datetime.fromisoformat(item[key])}


def _encoded(content: bytes | None) -> str | None:
    return None if content is None else base64.b64encode(content).decode()


def _decoded(content: Any) -> bytes | None:
    return None if content is None else base64.b64decode(content)
