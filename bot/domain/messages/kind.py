"""What a kind of message is. Each one is a class, in the module of its feature: its instances are the payloads.

A service makes a payload and puts it into the outbox (`storage.outbox.outgoing`); the renderer of the kind gets it
back. Keys and stored fields outlive a version, so they may be added and never be renamed; a field that older versions
did not store has a default.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import Field, dataclass, field, fields, replace
from datetime import date, timedelta
from enum import Enum
from functools import cache
from typing import Any, ClassVar, Self, TypeVar, dataclass_transform

from pydantic import TypeAdapter


class WrongReader(Exception):
    """Raised by the renderer of a confided message: its reader may not have it, or cannot receive it (any more)."""


_STORED = "stored"
"""In a field's metadata: "never", or "unless_default"."""


@dataclass(frozen=True)
class MessageKind:
    """A kind, and what applies to all messages of it. Kinds that this version does not know have the defaults."""

    name: str
    key: str = ""
    """`subject:slot` of its outbox key, with fields of the payload and `{reader}`, the id of the person it goes to."""
    bulk: bool = False
    """Part of a wave: never lets an answer to a click wait."""
    at_once: bool = False
    """Does not wait for working hours."""
    reminds: str = ""
    """Asks the reader to do something, and belongs to this group of reminders ("nudge", "poll", "question",
    "material"): who does not react gets fewer of them, and in the end none."""
    daily: bool = False
    """Part of the one message that a person gets a day, unless it is urgent."""
    patience: int = 0
    """For so many working days it waits for another part of a day, and is sent alone after them. 0: not at all."""
    joined_only: bool = False
    """Part of a day's message that is sent for another reason, or not sent: something else says the same then."""
    lasts: timedelta | None = None
    """It expires so long after it was due."""
    to_anybody: bool = False
    """Not for participants: neither a pause nor leaving stops it."""
    private: bool = False
    """Must not be reported to HR; the operator sees in the log that one was not delivered."""
    confided: bool = False
    """Never dropped silently: if the recipient cannot be reached, it is passed on, or the writer is notified."""
    outlives_refusals: bool = False
    """No refusal that may pass is ever final, however often it comes."""
    uploads: int = 0
    """How many files or pictures are uploaded for it at most: Slack limits uploads per minute."""
    personal_files: bool = False
    """Has files about its reader: the payload contains the files' ids, so that erasing finds them in Slack."""
    about_person: bool = False
    """Names a person in `person`: erasing that person empties it."""
    asks_for_date: bool = False
    """Asks for a missing date itself, so that no nudge has to follow on the same day."""
    offers_times: bool = False
    """May offer times for a session: busy hours are read again before."""
    prompts: bool = False
    """Prompts its reader to meet their partner: not while HR looks for another one for them."""
    emptied_once_sent: bool = False
    """Its payload says something about the reader that is not to be stored longer than needed."""
    displaces: bool = False
    """Written by HR: a person gets one a day, and that day's prompts wait for the next one."""
    by_hr: bool = False
    """Only because HR chose something that is not there by default: the budget of messages counts it apart."""
    chosen: bool = False
    """Only because its reader chose something that is not there by default: the budget of messages counts it apart."""
    hr_label: str = "other"
    """What HR calls it: the name of a text (`alerts.undelivered.what.…`)."""
    without_programme: str = ""
    """What stands for the programme in the key of one that belongs to none."""

    def key_of(self, programme_id: int | None, reader: int | None = None, **subject: object) -> str:
        """An outbox key: `programme:kind:subject:slot`. `subject`: the fields of the payload that it names."""
        programme = self.without_programme if programme_id is None else programme_id
        return f"{programme}:{self.name}:{self.key.format(reader=reader or 0, **subject)}"


class OutboxMessage:
    """The payload of a message: what it is about beyond its programme and its reader."""

    kind: ClassVar[MessageKind]
    stored_fields: ClassVar[tuple[tuple[str, Any], ...]]
    """The names of the stored fields, in order, each with the value that is not stored."""

    def key(self, programme_id: int | None, reader: int | None = None) -> str:
        """The key that makes the message unique in its workspace."""
        return self.kind.key_of(programme_id, reader, **vars(self))

    def stored(self) -> dict[str, Any]:
        """The payload as JSON."""
        return {
            name: _as_json(value) for name, unless in self.stored_fields if (value := getattr(self, name)) != unless
        }

    @classmethod
    def read(cls, data: Mapping[str, Any]) -> Self:
        """The payload as this or an older version stored it. Raises `pydantic.ValidationError`."""
        payload_type: Any = cls
        payload: Self = _adapter(payload_type).validate_python(dict(data))
        return payload


class WithFiles(OutboxMessage):
    """A message that comes with files."""

    files: tuple[str, ...]
    """Slack's ids of the files, once they are uploaded: a message that is tried again shares the same ones."""

    def with_files(self, files: Iterable[str]) -> Self:
        """The same payload with the ids of its files."""
        payload: Any = self
        changed: Self = replace(payload, files=tuple(files))
        return changed


def key_only(*, default: Any) -> Any:
    """A field that is part of the key and not stored: who renders the message sees `default`."""
    return field(default=default, metadata={_STORED: "never"})


def unless_default(*, default: Any) -> Any:
    """A field that is not stored while it has its default."""
    return field(default=default, metadata={_STORED: "unless_default"})


P = TypeVar("P", bound=OutboxMessage)


@dataclass_transform(frozen_default=True, field_specifiers=(field, key_only, unless_default))
def message_kind(
    name: str,
    key: str,
    *,
    bulk: bool = False,
    at_once: bool = False,
    reminds: str = "",
    daily: bool = False,
    patience: int = 0,
    joined_only: bool = False,
    lasts: timedelta | None = None,
    to_anybody: bool = False,
    private: bool = False,
    confided: bool = False,
    outlives_refusals: bool = False,
    uploads: int = 0,
    personal_files: bool = False,
    about_person: bool = False,
    asks_for_date: bool = False,
    offers_times: bool = False,
    prompts: bool = False,
    emptied_once_sent: bool = False,
    displaces: bool = False,
    by_hr: bool = False,
    chosen: bool = False,
    hr_label: str = "other",
    without_programme: str = "",
) -> Callable[[type[P]], type[P]]:
    """Make a class a kind of message, with the flags of `MessageKind`, and a frozen dataclass."""
    kind = MessageKind(
        name,
        key,
        bulk=bulk,
        at_once=at_once,
        reminds=reminds,
        daily=daily,
        patience=patience,
        joined_only=joined_only,
        lasts=lasts,
        to_anybody=to_anybody,
        private=private,
        confided=confided,
        outlives_refusals=outlives_refusals,
        uploads=uploads,
        personal_files=personal_files,
        about_person=about_person,
        asks_for_date=asks_for_date,
        offers_times=offers_times,
        prompts=prompts,
        emptied_once_sent=emptied_once_sent,
        displaces=displaces,
        by_hr=by_hr,
        chosen=chosen,
        hr_label=hr_label,
        without_programme=without_programme,
    )

    def make(payload: type[P]) -> type[P]:
        made = dataclass(frozen=True)(payload)
        made.kind, made.stored_fields = kind, _stored_fields(made)
        return made

    return make


class _Always:
    """Equal to no value of a payload."""


_ALWAYS = _Always()


def _stored_fields(payload: Any) -> tuple[tuple[str, Any], ...]:
    every: tuple[Field[Any], ...] = fields(payload)
    return tuple(
        (one.name, one.default if one.metadata.get(_STORED) == "unless_default" else _ALWAYS)
        for one in every
        if one.metadata.get(_STORED) != "never"
    )


@cache
def _adapter(payload: Any) -> TypeAdapter[Any]:
    return TypeAdapter(payload)


def _as_json(value: Any) -> Any:
    if isinstance(value, date):  # a datetime is one, too
        return value.isoformat()
    if isinstance(value, Enum):
        return value.value
    return list(value) if isinstance(value, tuple) else value
