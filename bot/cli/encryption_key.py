"""Makes and renews a key that encrypts something in the database: `calendar-key` and `installation-key`."""

import asyncio
import os
import re
import stat
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.ext.asyncio import AsyncEngine

from bot.calendars.link_keys import new_key
from bot.cli.common import PROGRAM, CannotGoOn, database_away
from bot.cli.database import migrated_engine
from bot.config import database_url
from storage.db_errors import DATABASE_AWAY
from storage.lock import DatabaseInUse, hold_lock

ENV_FILE = Path(".env")


@dataclass(frozen=True)
class EncryptionKey:
    """A setting with keys, of which the first encrypts and all decrypt."""

    command: str
    name: str
    """Of the setting."""
    known: Callable[[Path], tuple[str, ...]]
    """Reads the keys from a file and the environment. Raises `WrongSettings`."""
    reencrypt_rows: Callable[[AsyncEngine, Sequence[str]], Awaitable[tuple[int, int]]]
    """How many rows were encrypted again, and how many cannot be decrypted."""
    counted: Callable[[int, int], str]
    """The sentence about these numbers."""

    def run(self, what: str) -> str:
        """What was done, or the new key for "print". Raises `CannotGoOn`, `WrongSettings`."""
        actions = {"add": self.add, "rotate": self.rotate, "reencrypt": self.reencrypt}
        return actions.get(what, new_key)()

    def add(self) -> str:
        """Write a key into .env, unless there is one."""
        if self.known(ENV_FILE):
            return f"{self.name} is set already: nothing was changed."
        self._write([new_key()])
        kept = "Keep a copy where you keep your other secrets, and not with the backups."
        return f"A new {self.name} is in {ENV_FILE}. {kept}"

    def rotate(self) -> str:
        """Replace the key in .env, and encrypt everything with the new one.

        Both keys are in .env until all is encrypted again: after a crash at any moment everything can be decrypted.
        """
        known = self.known(ENV_FILE)
        if os.environ.get(self.name):
            raise CannotGoOn(
                f"{self.name} comes from the environment: put a key of `{PROGRAM} {self.command} print` before the old "
                f"one there, restart the bot, run `{PROGRAM} {self.command} reencrypt`, and remove the old one"
            )
        if not known:
            raise CannotGoOn(f"There is no {self.name} yet: run {PROGRAM} {self.command} add")
        url = database_url(ENV_FILE)
        try:
            with hold_lock(url):
                new = new_key()
                self._write([new, *known])
                done, lost = self._run(url, [new, *known])
                self._write([new])
        except DatabaseInUse as problem:
            raise CannotGoOn(str(problem)) from problem
        return f"{self.counted(done, lost)} Start the bot again, each replica with the same .env."

    def reencrypt(self) -> str:
        """Encrypt everything with the first key. The bot may run, if it knows that key."""
        keys = self.known(ENV_FILE)
        if not keys:
            raise CannotGoOn(f"There is no {self.name} yet: run {PROGRAM} {self.command} add")
        return self.counted(*self._run(database_url(ENV_FILE), keys))

    def _run(self, url: str, keys: Sequence[str]) -> tuple[int, int]:
        try:
            return asyncio.run(self._reencrypted(url, keys))
        except DATABASE_AWAY as problem:
            raise database_away(problem, url) from problem

    async def _reencrypted(self, url: str, keys: Sequence[str]) -> tuple[int, int]:
        async with migrated_engine(url) as engine:
            return await self.reencrypt_rows(engine, keys)

    def _write(self, keys: Sequence[str]) -> None:
        """Set the keys in .env: completely or not at all, and readable by the same people as before."""
        if not ENV_FILE.is_file():
            raise CannotGoOn(f"There is no {ENV_FILE} here: copy .env.example to it first")
        line = f"{self.name}={','.join(keys)}"
        text = ENV_FILE.read_text("utf-8")
        changed, count = re.subn(rf"(?m)^[ \t]*(?:export[ \t]+)?{self.name}[ \t]*=.*$", line, text)
        part = ENV_FILE.with_name(f"{ENV_FILE.name}.part")
        part.unlink(missing_ok=True)
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
            file.write(changed if count else f"{text.rstrip()}\n\n{line}\n" if text.strip() else f"{line}\n")
            known = ENV_FILE.stat()
            os.fchmod(file.fileno(), stat.S_IMODE(known.st_mode))
            with suppress(PermissionError):  # only root can give a file to its owner
                os.fchown(file.fileno(), known.st_uid, known.st_gid)
        os.replace(part, ENV_FILE)
