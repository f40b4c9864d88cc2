"""Reading Slack's payloads without trusting them."""

from typing import Any

MAX_ID = 2**31 - 1


class Malformed(Exception):
    """A payload that Slack would not send: something is missing or of the wrong kind."""


def text_at(body: Any, *path: str) -> str:
    """The string at `path`. Raises `Malformed` if it is missing, empty or no string."""
    found = optional_text(body, *path)
    if not found:
        raise Malformed(".".join(path))
    return found


def optional_text(body: Any, *path: str) -> str:
    """The string at `path`, or "" where there is none. Raises `Malformed` if it is no string."""
    found = at(body, *path)
    if found is None:
        return ""
    if not isinstance(found, str):
        raise Malformed(".".join(path))
    return found


def at(body: Any, *path: str) -> Any:
    """What stands at `path`, or None."""
    for step in path:
        if not isinstance(body, dict):
            return None
        body = body.get(step)
    return body


def number(text: str) -> int:
    """A row's id out of a button's value. Raises `Malformed`."""
    if not (text.isascii() and text.isdigit() and int(text) <= MAX_ID):
        raise Malformed("id")
    return int(text)


def first_action(body: Any) -> dict[str, Any]:
    """The action of a `block_actions` payload."""
    actions = at(body, "actions")
    if not (isinstance(actions, list) and actions and isinstance(actions[0], dict)):
        raise Malformed("actions")
    return actions[0]


def chosen(element: Any) -> str:
    """What a button, a select, a picker or an input carries, as one string; "" for nothing."""
    for path in (
        ("value",),
        ("selected_option", "value"),
        ("selected_date",),
        ("selected_time",),
        ("selected_user",),
        ("selected_channel",),
        ("selected_conversation",),
    ):
        if at(element, *path) is not None:
            return optional_text(element, *path)
    return ""


def chosen_all(element: Any) -> list[str]:
    """What a multi-select or checkboxes carry."""
    for users in ("selected_users", "selected_channels"):
        if isinstance(found := at(element, users), list):
            return [text_at({"one": one}, "one") for one in found]
    options = at(element, "selected_options") or []
    if not isinstance(options, list):
        raise Malformed("selected_options")
    return [text_at(option, "value") for option in options]


class FormState:
    """The `state.values` of a modal: one element a block, found by its block_id."""

    def __init__(self, view: Any) -> None:
        values = at(view, "state", "values") or {}
        if not isinstance(values, dict):
            raise Malformed("state.values")
        self._values = values

    def element(self, block_id: str) -> Any:
        elements = self._values.get(block_id) or {}
        if not isinstance(elements, dict):
            raise Malformed(block_id)
        return next(iter(elements.values()), None)

    def one(self, block_id: str) -> str:
        """The text or the chosen value of a block; "" for nothing."""
        return chosen(self.element(block_id)).strip()

    def many(self, block_id: str) -> list[str]:
        """The chosen values of a block."""
        return chosen_all(self.element(block_id))

    def block_ids(self) -> list[str]:
        return [key for key in self._values if isinstance(key, str)]
