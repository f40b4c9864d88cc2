"""Block Kit as plain HTML, for the transcript: to be read, not pressed."""

import re
from collections.abc import Callable
from html import escape
from typing import Any

Json = dict[str, Any]
Names = Callable[[str], str]
"""A Slack id (person or channel) → its name."""
Picture = Callable[[Json], str]
"""An image block → where its picture is, as an address; "" if it is not there."""

_TOKEN = re.compile(r"<([^<>]+)>")
_HOLE = "\0"
"""Stands for a link while what is around it is styled: a bold sentence may name somebody."""
_STYLES = (
    (re.compile(r"(?<![\w*])\*([^*\n]+)\*(?![\w*])"), r"<strong>\1</strong>"),
    (re.compile(r"(?<![\w_])_([^_\n]+)_(?![\w_])"), r"<em>\1</em>"),
    (re.compile(r"`([^`\n]+)`"), r"<code>\1</code>"),
)


def mrkdwn(text: str, names: Names) -> str:
    """Slack's mrkdwn as HTML. Slack has escaped & < > already; anything else it could hold is escaped here."""
    links = [_link(token, names) for token in _TOKEN.findall(text)]
    styled = _styled(_TOKEN.sub(_HOLE, text.replace(_HOLE, "")))
    for link in links:
        styled = styled.replace(_HOLE, link, 1)
    return styled


def _styled(text: str) -> str:
    safe = text.replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")
    for pattern, html in _STYLES:
        safe = pattern.sub(html, safe)
    return safe.replace("\n", "<br>")


def _link(token: str, names: Names) -> str:
    target, _, label = token.partition("|")
    if target.startswith(("@", "#")):
        return f'<span class="mention">{target[0]}{escape(names(target[1:]))}</span>'
    if target.startswith("!date"):
        return escape(label)
    if target.startswith(("https://", "http://", "mailto:")):
        return f'<a href="{escape(target)}">{escape(label or target)}</a>'
    return escape(label or target)


def block(one: Json, names: Names, picture: Picture) -> str:
    """One block as HTML."""
    draw = _BLOCKS.get(one["type"])
    return draw(one, names, picture) if draw else ""


def _text(text: Json | None, names: Names) -> str:
    if not text:
        return ""
    return mrkdwn(text["text"], names) if text["type"] == "mrkdwn" else escape(text["text"]).replace("\n", "<br>")


def _section(one: Json, names: Names, _picture: Picture) -> str:
    cells = "".join(f"<div>{_text(cell, names)}</div>" for cell in one.get("fields", []))
    body = f"<p>{_text(one.get('text'), names)}</p>" if one.get("text") else ""
    fields = f'<div class="fields">{cells}</div>' if cells else ""
    return body + fields + _element(one.get("accessory"), names)


def _header(one: Json, names: Names, _picture: Picture) -> str:
    return f"<h4>{_text(one['text'], names)}</h4>"


def _context(one: Json, names: Names, _picture: Picture) -> str:
    return f'<p class="context">{" ".join(_text(part, names) for part in one["elements"] if "text" in part)}</p>'


def _actions(one: Json, names: Names, _picture: Picture) -> str:
    return f'<div class="buttons">{"".join(_element(element, names) for element in one["elements"])}</div>'


def _input(one: Json, names: Names, _picture: Picture) -> str:
    return f'<div class="field"><b>{_text(one["label"], names)}</b> {_element(one["element"], names)}</div>'


def _image(one: Json, _names: Names, picture: Picture) -> str:
    alt, address = escape(one.get("alt_text", "")), escape(picture(one))
    return f'<img src="{address}" alt="{alt}">' if address else f'<p class="context">{alt}</p>'


def _element(element: Json | None, names: Names) -> str:
    if not element:
        return ""
    if element["type"] in ("button", "workflow_button"):
        return f'<span class="button {escape(element.get("style", ""))}">{_text(element["text"], names)}</span>'
    if element["type"] in ("radio_buttons", "checkboxes", "overflow"):
        options = element.get("options", [])
        return "".join(f'<span class="choice">{_text(option["text"], names)}</span>' for option in options)
    chosen = [element["initial_option"]] if "initial_option" in element else element.get("initial_options", [])
    said = ", ".join(_text(option["text"], names) for option in chosen)
    said = said or escape(str(element.get("initial_value") or element.get("initial_date") or ""))
    return f'<span class="choice">{said or _text(element.get("placeholder"), names) or "…"}</span>'


_BLOCKS: dict[str, Callable[[Json, Names, Picture], str]] = {
    "section": _section,
    "header": _header,
    "context": _context,
    "actions": _actions,
    "input": _input,
    "image": _image,
    "divider": lambda _one, _names, _picture: "<hr>",
}
