"""All kinds of messages, by name."""

from collections.abc import Callable, Mapping
from typing import Any, TypeGuard

from bot.domain.messages import (
    agreement,
    alerts,
    broadcasts,
    buddies,
    busy_hours,
    care,
    circles,
    closing,
    course,
    insight,
    invitations,
    matching,
    orientation,
    outcomes,
    participants,
    people,
    privacy,
    programme,
    recruiting,
    roster,
    session_mail,
    sessions,
    signup,
    surveys,
    training,
)
from bot.domain.messages.kind import MessageKind, OutboxMessage

FEATURES = (
    agreement,
    alerts,
    broadcasts,
    buddies,
    busy_hours,
    care,
    circles,
    closing,
    course,
    insight,
    invitations,
    matching,
    orientation,
    outcomes,
    participants,
    people,
    privacy,
    programme,
    recruiting,
    roster,
    session_mail,
    sessions,
    signup,
    surveys,
    training,
)


def _collect() -> dict[str, type[OutboxMessage]]:
    found: dict[str, type[OutboxMessage]] = {}
    for payload in (one for feature in FEATURES for one in vars(feature).values() if _is_kind(one)):
        if found.setdefault(payload.kind.name, payload) is not payload:
            raise ValueError(f"the kind {payload.kind.name} is defined twice")
    return found


def _is_kind(value: Any) -> TypeGuard[type[OutboxMessage]]:
    """Whether it is the class of a kind, and no base of several."""
    return isinstance(value, type) and issubclass(value, OutboxMessage) and "kind" in vars(value)


KINDS: Mapping[str, type[OutboxMessage]] = _collect()
"""The class of each kind."""


def kind_of(name: str) -> MessageKind:
    """The kind of a stored message. One that this version does not know has no flags."""
    return KINDS[name].kind if name in KINDS else MessageKind(name)


def names_of(flag: Callable[[MessageKind], bool]) -> frozenset[str]:
    """The names of the kinds that `flag` is true for."""
    return frozenset(name for name, payload in KINDS.items() if flag(payload.kind))


PERSONAL_FILES = names_of(lambda kind: kind.personal_files)
UPLOADS = {name: payload.kind.uploads for name, payload in KINDS.items() if payload.kind.uploads}
"""The kinds that upload files, and how many at most."""
TO_ANYBODY = names_of(lambda kind: kind.to_anybody)
CONFIDED = names_of(lambda kind: kind.confided)
ABOUT_PERSON = names_of(lambda kind: kind.about_person)
REMINDERS = {
    group: frozenset(name for name, payload in KINDS.items() if payload.kind.reminds == group)
    for group in sorted({payload.kind.reminds for payload in KINDS.values() if payload.kind.reminds})
}
"""The kinds of reminders that become rarer together."""
FROM_HR = names_of(lambda kind: kind.displaces)
CHOSEN_BY_HR = names_of(lambda kind: kind.by_hr)
"""Those that there are only because HR chose something that is not there by default."""
CHOSEN_BY_READER = names_of(lambda kind: kind.chosen)
"""Those that a person gets only because they chose something that is not there by default."""
ASKING_FOR_DATE = names_of(lambda kind: kind.asks_for_date)
OPENING = ASKING_FOR_DATE
"""Parts that come first in a day's message: they say that a pause is over, and what else is asked follows from it."""
WAITING = names_of(lambda kind: kind.patience > 0 or kind.joined_only)
"""Parts of a day that wait for another part."""


def read_payload(name: str, data: Mapping[str, Any]) -> OutboxMessage:
    """The payload of a stored message. Raises `KeyError` for a kind that this version does not know."""
    return KINDS[name].read(data)
