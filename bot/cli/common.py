"""Shared by the commands of `python -m bot`: argument types, and errors as one line."""

import argparse
import errno
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn

LEVELS_HELP = "which level each job title has: a CSV or XLSX file; one that does not exist is written, to be filled in"
PROGRAM = "balik" if Path(sys.argv[0]).stem == "balik" else "python -m bot"
"""How this process was started, so that what is suggested can be typed: the installed command, or in a checkout."""
AT_HAND = PROGRAM if PROGRAM == "balik" else f".venv/bin/{PROGRAM}"
"""The same, as it can be typed in a checkout without activating its environment."""
ASK_THE_DOCTOR = f"For details run {AT_HAND} doctor"


class Parser(argparse.ArgumentParser):
    """Reports errors in one line."""

    def error(self, message: str) -> NoReturn:
        self.exit(2, f"{self.prog}: {message}. Try: {self.prog} --help\n")


class WrongUse(Exception):
    """Arguments that contradict each other. The message says so, in one line."""


class CannotGoOn(Exception):
    """A command fails. The message says why and what to do, in one line."""


def database_away(problem: Exception, *urls: str) -> CannotGoOn:
    """The error for an unavailable database. The exception's own message is not used, since it may quote data."""
    from sqlalchemy.engine import make_url

    name = " or ".join(make_url(url).render_as_string(hide_password=True) for url in urls)
    return CannotGoOn(
        f"The database {name} cannot be used ({type(problem).__name__}): check DATABASE_URL, that it runs, and that "
        f"its disk can be written. {ASK_THE_DOCTOR}"
    )


@contextmanager
def port_in_use(number: int) -> Iterator[None]:
    """Context that needs this port: raises `CannotGoOn` if it is in use."""
    try:
        yield
    except OSError as problem:
        if problem.errno != errno.EADDRINUSE:
            raise
        what = f"Port {number} is in use: stop the other program, or choose another port (--port; with make: PORT)."
        raise CannotGoOn(what) from problem


def port(text: str) -> int:
    """A TCP port."""
    return between(1, 65535)(text)


def between(low: int, high: int) -> Callable[[str], int]:
    """A whole number, both ends included."""

    def parse(text: str) -> int:
        if not (text.isascii() and text.isdigit() and len(text) < 10 and low <= int(text) <= high):
            raise argparse.ArgumentTypeError(f'"{text}" is not a whole number from {low} to {high}')
        return int(text)

    return parse
