"""How a person is addressed."""

from collections.abc import Callable, Container
from dataclasses import dataclass

from prompts.files import Mention


def first_name(name: str) -> str:
    """The name by which a person is addressed: "Rina" of "Dr. Rina Wati", "Made" of "I Made Suarta"."""
    words = name.split()
    return next((word for word in words if len(word) > 2 and not word.endswith(".")), words[0] if words else "")


@dataclass(frozen=True)
class Spoken:
    """The name of a mentioned person as it is spoken, made only where a text has it."""

    vocative: Callable[[str, str], str]
    """Of a name and a form of address."""
    person: Mention

    def __str__(self) -> str:
        return self.vocative(self.person.name, self.person.address) if self.person.address else self.person.name


def known_form(address: str, own: Container[str], shown: Container[str]) -> str:
    """The form of address whose words are used: a language's only form, if it has one, stands for all.

    `own`: the keys that are written in the language; `shown`: those and the default language's.
    """
    forms = (address, "kamu")
    return next(form for keys in (own, shown) for form in forms if f"language.address.{form}.you" in keys)
