"""What a modal carries from the moment it is shown until it is submitted, in its `private_metadata`, as typed values.

Each feature declares the states of its modals: frozen dataclasses that extend `ModalState`. They are written as one
JSON object, `{"pair_id":12}`. Modals that an older version opened hold the same values in the order of the fields: one
alone (`12`), several with colons (`12:mentor:3`) or as a list (`[12, 3]`). These are still read, so a new field goes
last and has a default.
"""

import json
from dataclasses import dataclass, fields
from typing import Annotated, Any, Self

from pydantic import Field, TypeAdapter

from handlers.kit.payload import MAX_ID, Malformed

Id = Annotated[int, Field(ge=0, le=MAX_ID)]
"""A row's id, a version or a count; 0 where there is none."""


@dataclass(frozen=True)
class ModalState:
    """The state of one kind of modal."""

    def write(self) -> str:
        """For `private_metadata`."""
        return _adapter(type(self)).dump_json(self).decode()

    @classmethod
    def read(cls, text: str) -> Self:
        """The state, whatever version wrote it. Raises `Malformed`."""
        try:
            written = text if text.startswith("{") else cls._as_object(text)
            state: Self = _adapter(cls).validate_json(written, strict=True)
        except (ValueError, RecursionError) as error:  # pydantic's ValidationError is a ValueError
            raise Malformed("private_metadata") from error
        return state

    @classmethod
    def _as_object(cls, text: str) -> str:
        """The values that an older version wrote, under their names."""
        names = [one.name for one in fields(cls)]
        if text.startswith("["):
            values = json.loads(text)
        else:
            values = [int(part) if part.isascii() and part.isdigit() else part for part in text.split(":")]
        if len(values) > len(names):
            raise ValueError("more values than fields")
        return json.dumps(dict(zip(names, values, strict=False)))


_ADAPTERS: dict[type[ModalState], TypeAdapter[Any]] = {}


def _adapter(kind: type[ModalState]) -> TypeAdapter[Any]:
    if kind not in _ADAPTERS:
        _ADAPTERS[kind] = TypeAdapter(kind)
    return _ADAPTERS[kind]


@dataclass(frozen=True)
class OfProgramme(ModalState):
    programme_id: Id


@dataclass(frozen=True)
class OfPair(ModalState):
    pair_id: Id


@dataclass(frozen=True)
class OfSession(ModalState):
    session_id: Id
