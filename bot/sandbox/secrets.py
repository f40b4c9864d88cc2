"""Tokens, tickets and unguessable URLs: drawn at random for each workspace and app, and never saved or recorded."""

import random
import secrets
from collections.abc import Callable

Draw = Callable[[], str]
"""Draws 32 hexadecimal digits that nobody can guess."""


def at_random() -> str:
    """128 bits from the operating system."""
    return secrets.token_hex(16)


def seeded(seed: int) -> Draw:
    """The same secrets in every run, for tests that compare bytes. Anyone can guess them."""
    source = random.Random(seed)
    return lambda: f"{source.getrandbits(128):032x}"
