"""Encrypts calendar links with keys of the environment, which are in no database and no backup."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from bot.domain.busy_hours import LinkProblem, LinkRefused

if TYPE_CHECKING:
    from cryptography.fernet import MultiFernet

# The library is imported only where there are keys: it takes 7 MB, and most companies connect no calendars.


def new_key() -> str:
    from cryptography.fernet import Fernet

    return Fernet.generate_key().decode()


def _keys(keys: Sequence[str]) -> "MultiFernet":
    from cryptography.fernet import Fernet, MultiFernet

    return MultiFernet([Fernet(key) for key in keys])


class LinkKeys:
    """The first key encrypts; all of them decrypt, so that a new one can be put before an old one."""

    def __init__(self, keys: Sequence[str]) -> None:
        """Raises `ValueError` for what is no key."""
        self._keys = _keys(keys) if keys else None

    def __bool__(self) -> bool:
        return self._keys is not None

    def encrypt(self, link: str) -> str:
        """Raises `LinkRefused` (no_key)."""
        if self._keys is None:
            raise LinkRefused(LinkProblem.NO_KEY)
        return self._keys.encrypt(link.encode()).decode()

    def decrypt(self, stored: str) -> str:
        """Raises `LinkRefused` (no_key): none of the keys fits."""
        if self._keys is None:
            raise LinkRefused(LinkProblem.NO_KEY)
        from cryptography.fernet import InvalidToken

        try:
            return self._keys.decrypt(stored).decode()
        except InvalidToken:
            # Not chained: nothing about the stored value may reach a log.
            raise LinkRefused(LinkProblem.NO_KEY) from None

    def rotate(self, stored: str) -> str:
        """The same link, encrypted with the first key. Raises as `decrypt`."""
        return self.encrypt(self.decrypt(stored))
