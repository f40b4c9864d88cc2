"""Messages that HR writes to many people: who gets one, and in which words."""

import re
from collections.abc import Mapping
from enum import StrEnum

from bot.domain.participants import Stage

LONGEST_TEXT = 1500
"""Characters in each language: a phone screen or two."""
MOST_CHOSEN = 100
"""People who can be chosen one by one; for more there are the groups and the search."""


class Audience(StrEnum):
    """Who gets a message. HR sees all of these facts anyway; none says what a person answered."""

    ALL = "all"
    MENTORS = "mentors"
    LEADERS = "leaders"
    UNMATCHED = "unmatched"
    PAIRED = "paired"
    UNSIGNED = "unsigned"
    """Both people of each pair whose agreement lacks a signature."""
    UNBOOKED = "unbooked"
    """Both people of each pair whose next session could be booked and is not."""
    FINISHED = "finished"
    HELD = "held"
    PAUSED = "paused"
    LEFT = "left"
    SEARCH = "search"
    """Whom HR's search in the list of people finds."""
    CHOSEN = "chosen"
    """People whom HR named."""


GROUPS = tuple(one for one in Audience if one not in (Audience.SEARCH, Audience.CHOSEN))
"""Those that a menu offers."""
OF_STAGE = {
    Audience.UNMATCHED: Stage.UNMATCHED,
    Audience.PAIRED: Stage.PAIRED,
    Audience.FINISHED: Stage.FINISHED,
    Audience.HELD: Stage.HELD,
    Audience.PAUSED: Stage.PAUSED,
    Audience.LEFT: Stage.LEFT,
}
NOT_UNASKED = (Stage.WAITING, Stage.PAUSED, Stage.LEFT, Stage.DECLINED)
"""Stages at which a person is written to only if HR chose the stage or the person."""


class CancelledWhy(StrEnum):
    HR = "hr"
    AUTHOR_LEFT = "author_left"
    PROGRAMME_ENDED = "programme_ended"
    NOBODY = "nobody"


def text_for(texts: Mapping[str, str], language: str) -> str:
    """The words for a reader: in their language, or else in the one that HR wrote; "" if there are none."""
    return texts.get(language) or next((texts[code] for code in sorted(texts) if texts[code]), "")


_LINK = re.compile(r"https?://[^\s<>|\"']+")
_TRAILING = ".,;:!?)]"


def as_mrkdwn(text: str) -> str:
    """HR's words as Slack's mrkdwn: links can be opened, *bold* and _italic_ are kept, and nothing else has an effect.

    No mention, channel or special command can be written: whatever Slack would read as one is escaped.
    """
    parts, end = [], 0
    for match in _LINK.finditer(text):
        link = match.group().rstrip(_TRAILING)
        parts += [_escaped(text[end : match.start()]), f"<{_escaped(link)}>"]
        end = match.start() + len(link)
    return "".join([*parts, _escaped(text[end:])])


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
