"""Behaviours of simulated people."""

from enum import StrEnum


class Persona(StrEnum):
    """What a person does with the messages they get."""

    KEEN = "keen"
    """Books, meets, answers everything."""
    CALM = "calm"
    """Books and meets; answers polls now and then."""
    BUSY = "busy"
    """A leader who books, and moves again and again."""
    SILENT = "silent"
    """Reads, and does nothing."""
    WORRIED = "worried"
    """A mentor who cannot speak honestly, and finally raises a concern."""
    LEAVER = "leaver"
    """Leaves halfway."""
