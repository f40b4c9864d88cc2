"""Cleans text from outside once, at its entry: Slack's payloads and replies, files, the command line, settings.

It removes what is invisible and unused: NUL, which PostgreSQL refuses; lone surrogates, which no encoding can
represent; other control characters; and the bidirectional controls with which the order of letters
on the screen differs from their order in the text. Letters, marks, emoji and joiners stay as they are.
"""

import re
from typing import Any

_BREAKS = re.compile("\r\n|[\r\x85\u2028\u2029]")
"""Line breaks other than "\\n"."""
_UNWANTED = (
    "\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f"  # control characters (C0, DEL, C1) except tab and line breaks
    "\u202a-\u202e\u2066-\u2069"  # bidirectional embeddings, overrides and isolates
    "\ud800-\udfff"  # surrogates
    "\ufdd0-\ufdef\ufff9-\ufffb\ufffe\uffff"  # noncharacters and interlinear annotation
)
_CONTROLS = re.compile(f"[{_UNWANTED}]")
_TO_CLEAN = re.compile(f"[{_UNWANTED}\r\u2028\u2029]")
_CONTROLS_OR_BREAKS = re.compile(f"[{_UNWANTED}\t\n\r\u2028\u2029]")
_ESCAPED_PAIR = re.compile("[\ud800-\udbff][\udc00-\udfff]")


def clean(text: str) -> str:
    """The text without invisible, harmful characters; lines end in "\\n", and tabs stay.

    Two surrogates that belong together become their character. Cleaning twice changes nothing more.
    """
    if _TO_CLEAN.search(text) is None:
        return text
    text = _ESCAPED_PAIR.sub(_joined, text)
    return _CONTROLS.sub("", _BREAKS.sub("\n", text))


def clean_line(text: str) -> str:
    """`clean` for one line, such as a name: every run of white space becomes one space."""
    return " ".join(clean(text).split())


def is_clean(text: str) -> bool:
    """Whether `clean` would not change it."""
    return _TO_CLEAN.search(text) is None


def is_token(text: str) -> bool:
    """Whether it may be an id or another value of a program: no control character and no line break."""
    return _CONTROLS_OR_BREAKS.search(text) is None


def cleaned(tree: Any) -> Any:
    """Decoded JSON with every string in it cleaned, keys included. The same object if there is nothing to clean.

    Without recursion: a sender determines how deeply a payload is nested.
    """
    if isinstance(tree, str):
        return clean(tree)
    waiting = [tree]
    while waiting:
        part = waiting.pop()
        if isinstance(part, dict):
            if dirty := [key for key in part if isinstance(key, str) and not is_clean(key)]:
                for key in dirty:
                    part[clean(key)] = part.pop(key)
            items: Any = part.items()
        elif isinstance(part, list):
            items = enumerate(part)
        else:
            continue
        changed = []
        for key, value in items:
            if isinstance(value, str):
                if _TO_CLEAN.search(value) is not None:
                    changed.append((key, clean(value)))
            elif isinstance(value, dict | list):
                waiting.append(value)
        for key, value in changed:
            part[key] = value
    return tree


def _joined(pair: re.Match[str]) -> str:
    return pair[0].encode("utf-16", "surrogatepass").decode("utf-16")
