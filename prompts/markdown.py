"""Converts the Markdown that HR writes to Slack's markup, or to plain text.

Only what people use in messages: bold, italic, strike-through, code, headings, lists, quotes, links. Line breaks stay
as they were written, because Slack shows them so. Jinja tags pass through untouched.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

TAG = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}", re.DOTALL)

# Private-use characters stand for what must not be looked at again, and for emphasis already recognised.
_OPEN, _CLOSE, _BOLD, _ITALIC, _STRIKE = "\ue000", "\ue001", "\ue002", "\ue003", "\ue004"
_STASHED = re.compile(f"{_OPEN}(\\d+){_CLOSE}")

_FENCE = re.compile(r"```.*?```", re.DOTALL)
_CODE = re.compile(r"`[^`\n]+`")
_BACKSLASH = re.compile(r"\\([\\`*_~\[\]()#>+-])")
_AUTOLINK = re.compile(r"<((?:https?|mailto):[^<>\s|]+)>")
_LINK = re.compile(r"\[([^\]\n]+)\]\(([^()\s]+)\)")
_HEADING = re.compile(r"^#{1,6} +(.+?) *#*$", re.MULTILINE)
_BULLET = re.compile(r"^([ \t]*)[-*+] +", re.MULTILINE)
_QUOTE = re.compile(r"^> ?", re.MULTILINE)
_BOLD_MARK = re.compile(r"(\*\*|__)(?=\S)(.+?)(?<=\S)\1(?!\*)")
_STRIKE_MARK = re.compile(r"~~(?=\S)(.+?)(?<=\S)~~")
_STAR = re.compile(r"(?<![\w*])\*(?=\S)([^*\n]+?)(?<=\S)\*(?![\w*])")
_UNDERSCORE = re.compile(r"(?<!\w)_(?=\S)([^_\n]+?)(?<=\S)_(?!\w)")
_ONLY_TAG = re.compile(r"^\{\{(.*)\}\}$", re.DOTALL)
# A line that holds nothing but `{% … %}` leaves no empty line behind.
_TAG_LINE = re.compile(r"^[ \t]*((?:\{%[^\n]*?%\}[ \t]*)+)\n", re.MULTILINE)


def escape(text: str) -> str:
    """Slack's three control characters, in the order that does not escape twice."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def safe_url(url: object) -> str:
    """A link's address from a value: nothing but an ordinary link, so that it can never become a mention."""
    text = str(url).strip()
    if not re.match(r"(https?://|mailto:|slack://)", text):
        return ""
    return re.sub(r"[|<>\s]", lambda found: f"%{ord(found[0]):02X}", text)


@dataclass(frozen=True)
class _Style:
    escape: Callable[[str], str]
    bold: str
    italic: str
    strike: str
    quote: str
    link: Callable[[str, str], str]
    code: Callable[[str], str]


_MRKDWN = _Style(escape, "*", "_", "~", ">", lambda label, url: f"<{url}|{label}>", escape)
_PLAIN = _Style(str, "", "", "", "", lambda label, url: f"{label} ({url})", lambda code: code.strip("`"))


def to_mrkdwn(source: str) -> str:
    """Markdown with Jinja tags → a template of Slack mrkdwn."""
    return _convert(source, _MRKDWN)


def to_plain(source: str) -> str:
    """Markdown with Jinja tags → a template of plain text."""
    return _convert(source, _PLAIN)


def _between_tags(source: str, change: Callable[[str], str]) -> str:
    parts, last = [], 0
    for tag in TAG.finditer(source):
        parts += [change(source[last : tag.start()]), tag[0]]
        last = tag.end()
    return "".join([*parts, change(source[last:])])


def _convert(source: str, style: _Style) -> str:
    stash: list[str] = []

    def keep(text: str) -> str:
        stash.append(text)
        return f"{_OPEN}{len(stash) - 1}{_CLOSE}"

    def restore(text: str) -> str:
        while _STASHED.search(text):
            text = _STASHED.sub(lambda found: stash[int(found[1])], text)
        return text

    def link(label: str, url: str) -> str:
        address = restore(url)
        if only := _ONLY_TAG.match(address):
            address = f"{{{{ ({only[1]})|safe_url }}}}"
        else:
            address = _between_tags(address, style.escape)
        begin, end = style.link("\0", address).split("\0")
        return keep(begin) + label + keep(end)

    text = TAG.sub(lambda tag: keep(tag[0]), source)
    text = _FENCE.sub(lambda found: keep(style.code(found[0])), text)
    text = _CODE.sub(lambda found: keep(style.code(found[0])), text)
    text = _BACKSLASH.sub(lambda found: keep(style.escape(found[1])), text)
    text = _AUTOLINK.sub(lambda found: keep(f"<{style.escape(found[1])}>" if style is _MRKDWN else found[1]), text)
    text = _LINK.sub(lambda found: link(found[1], found[2]), text)
    text = _QUOTE.sub(lambda _: keep(style.quote), text)
    text = style.escape(text)
    text = _HEADING.sub(f"{_BOLD}\\1{_BOLD}", text)
    text = _BULLET.sub(lambda found: "    ◦ " if found[1] else "• ", text)
    text = _BOLD_MARK.sub(f"{_BOLD}\\2{_BOLD}", text)
    text = _STRIKE_MARK.sub(f"{_STRIKE}\\1{_STRIKE}", text)
    text = _STAR.sub(f"{_ITALIC}\\1{_ITALIC}", text)
    text = _UNDERSCORE.sub(f"{_ITALIC}\\1{_ITALIC}", text)
    text = text.replace(_BOLD, style.bold).replace(_ITALIC, style.italic).replace(_STRIKE, style.strike)
    return _TAG_LINE.sub(r"\1", restore(text))
