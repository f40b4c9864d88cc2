"""Encrypts calendar links with keys of the environment, which are in no database and no backup."""

from collections.abc import Sequence

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from bot.domain.busy_hours import LinkProblem, LinkRefused


def new_key() -> str:
    return Fernet.generate_key().decode()


class LinkKeys:
    """The first key encrypts; all of them decrypt, so that a new one can be put before an old one."""

    def __init__(self, keys: Sequence[str]) -> None:
        """Raises `ValueError` for what is no key."""
        self._keys = MultiFernet([Fernet(key) for key in keys]) if keys else None

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
        try:
            return self._keys.decrypt(stored).decode()
        except InvalidToken:
            # Not chained: nothing about the stored value may reach a log.
            raise LinkRefused(LinkProblem.NO_KEY) from None

    def rotate(self, stored: str) -> str:
        """The same link, encrypted with the first key. Raises as `decrypt`."""
        return self.encrypt(self.decrypt(stored))
