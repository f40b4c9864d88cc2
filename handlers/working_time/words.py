"""Stored working time in words, for a person's own data."""

from bot.domain.working_time import read, read_shift
from prompts.catalogue import Texts
from prompts.places import country_name, weekday

STORED = frozenset({"work_week", "work_breaks", "work_country", "days_away"})
"""The columns of a person that these words are for."""


def in_words(texts: Texts, name: str, stored: str) -> str:
    """What is in one of these columns."""
    match name:
        case "work_country":
            return country_name(texts, stored)
        case "days_away":
            away = read("09:00", "17:00", away=stored).away
            return "; ".join(f"{texts.day(first)} – {texts.day(last)}" for first, last in away)
        case "work_week":
            shifts = enumerate(stored.split(","))
            return "; ".join(f"{weekday(texts, day)} {_span(texts, shift)}" for day, shift in shifts if shift)
        case _:
            return "; ".join(_span(texts, shift) for shift in stored.split(",") if shift)


def _span(texts: Texts, stored: str) -> str:
    shift = read_shift(stored)
    return f"{texts.clock(shift[0])}–{texts.clock(shift[1])}" if shift else ""
