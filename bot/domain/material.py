"""Links to a company's own material: what one is for, and which addresses may be stored."""

from dataclasses import dataclass
from urllib.parse import quote, urlsplit

from bot.domain.sessions import Pack

MOST_LINKS = 30
"""Per programme: more fit in no window."""
MOST_SHOWN = 5
"""In one message or at one pair on Home."""
LONGEST_TITLE = 80
LONGEST_URL = 500
_KEPT = "/:?#@!$&'*+,;=%~-._"
"""What stays as it is in an address; all else, also brackets, is percent-encoded, so that it is one link in Slack."""


@dataclass(frozen=True)
class For:
    """What a link is for: one topic, one kind of session, or every session (neither)."""

    topic: str = ""
    pack: str = ""

    def fits(self, pack: str, topic: str) -> bool:
        """Whether the material of a session with this pack and topic has the link."""
        return self.topic in ("", topic) and self.pack in ("", pack)

    def write(self) -> str:
        """The value of a menu's option."""
        return f"topic:{self.topic}" if self.topic else f"pack:{self.pack}" if self.pack else "all"

    @classmethod
    def read(cls, value: str) -> "For":
        """Raises ValueError for what `write` never returns."""
        kind, _, name = value.partition(":")
        if value == "all":
            return cls()
        if kind == "topic" and name:
            return cls(topic=name)
        if kind == "pack":
            return cls(pack=Pack(name))
        raise ValueError(value)


@dataclass(frozen=True)
class Link:
    """One link as it is shown."""

    id: int
    title: str
    url: str
    used: For


def checked_url(typed: str) -> str:
    """The address to store. Raises ValueError unless it is a complete web address with https, without a password."""
    typed = typed.strip()
    if any(sign.isspace() for sign in typed):
        raise ValueError("spaces")
    parts = urlsplit(typed)  # raises ValueError for what is no address
    if parts.scheme != "https" or not parts.hostname or "." not in parts.hostname or parts.username or parts.password:
        raise ValueError("no complete https address")
    return quote(typed, safe=_KEPT)
