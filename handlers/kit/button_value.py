"""What a button carries in its `value`, as typed values.

Each feature declares the values of its buttons: frozen dataclasses that extend `ButtonValue`. They are written in the
order of the fields with colons between them (`12:3:poll`), and the last field takes the rest. Messages keep their
buttons for months, so a new field goes last and has a default.
"""

from dataclasses import dataclass, fields
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any, Self

from pydantic import BeforeValidator, StringConstraints, TypeAdapter

from bot.domain.sessions import read_slot, slot_at
from handlers.kit.payload import Malformed, number

Row = Annotated[int, BeforeValidator(number)]
"""A row's id."""
Slot = Annotated[datetime, BeforeValidator(read_slot)]
"""A moment to the minute, written as `slot_at` does."""
Word = Annotated[str, StringConstraints(min_length=1)]


@dataclass(frozen=True)
class ButtonValue:
    """The value of one kind of button."""

    def __str__(self) -> str:
        return ":".join(_written(getattr(self, one.name)) for one in fields(self))

    @classmethod
    def read(cls, text: str) -> Self:
        """The value, as this or an older version wrote it. Raises `Malformed`."""
        names = [one.name for one in fields(cls)]
        parts = dict(zip(names, text.split(":", len(names) - 1), strict=False))
        try:
            value: Self = _adapter(cls).validate_python(parts)
        except ValueError as error:  # pydantic's ValidationError is a ValueError
            raise Malformed("value") from error
        return value


_ADAPTERS: dict[type[ButtonValue], TypeAdapter[Any]] = {}


def _adapter(kind: type[ButtonValue]) -> TypeAdapter[Any]:
    if kind not in _ADAPTERS:
        _ADAPTERS[kind] = TypeAdapter(kind)
    return _ADAPTERS[kind]


def _written(value: object) -> str:
    match value:
        case bool():
            return str(int(value))
        case datetime():
            return slot_at(value)
        case StrEnum() | str() | int():
            return str(value)
    raise TypeError(f"not the value of a button: {value!r}")
