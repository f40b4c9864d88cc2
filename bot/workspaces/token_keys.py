"""Encrypts the tokens of installations with keys of the environment, which are in no database and no backup."""

from collections.abc import Sequence

from cryptography.fernet import Fernet, InvalidToken, MultiFernet


class NoKey(Exception):
    """None of the keys decrypts a stored token. Nothing about the token is in the message."""


class TokenKeys:
    """The first key encrypts; all of them decrypt, so that a new one can be put before an old one.

    The owner (the workspace's key) is encrypted with the token: one that is copied to another workspace's row is
    refused.
    """

    def __init__(self, keys: Sequence[str]) -> None:
        """Raises `ValueError` for what is no key, and without any."""
        if not keys:
            raise ValueError("at least one key is needed")
        self._keys = MultiFernet([Fernet(key) for key in keys])

    def encrypt(self, owner: str, token: str) -> str:
        return self._keys.encrypt(f"{owner} {token}".encode()).decode()

    def decrypt(self, owner: str, stored: str) -> str:
        """Raises `NoKey`."""
        try:
            holder, _, token = self._keys.decrypt(stored.encode()).decode().partition(" ")
        except InvalidToken:
            # Not chained: nothing about the stored value may reach a log.
            raise NoKey("no key fits a stored token") from None
        if holder != owner:
            raise NoKey("a stored token belongs to another workspace")
        return token
