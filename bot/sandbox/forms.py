"""What people fill in: finding elements, turning values into state, and refusing what Slack's client refuses."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from .model import Json, View

TEXT_INPUTS = {"plain_text_input", "email_text_input", "url_text_input", "number_input"}
ONE_OPTION = {"static_select", "radio_buttons", "external_select"}
MANY_OPTIONS = {"checkboxes", "multi_static_select", "multi_external_select"}
ONE_ID = {
    "users_select": "selected_user",
    "conversations_select": "selected_conversation",
    "channels_select": "selected_channel",
}
MANY_IDS = {
    "multi_users_select": "selected_users",
    "multi_conversations_select": "selected_conversations",
    "multi_channels_select": "selected_channels",
}
EXTERNAL = {"external_select", "multi_external_select"}
LEAST_TYPED = 3
"""Characters typed into an external select before the app is asked, unless its `min_query_length` says otherwise."""
PICKERS = {"datepicker": "date", "timepicker": "time", "datetimepicker": "date_time"}
CLICKS = {"button", "overflow", "icon_button", "feedback_buttons", "workflow_button"}
STATEFUL = TEXT_INPUTS | ONE_OPTION | MANY_OPTIONS | set(ONE_ID) | set(MANY_IDS) | set(PICKERS)
STATEFUL |= {"rich_text_input", "file_input"}
REQUIRED = "Please complete this required field."


class FormError(ValueError):
    """Something Slack's client would not let a person do."""


@dataclass(frozen=True)
class Place:
    """An element and the block it stands in."""

    block: Json
    element: Json

    @property
    def key(self) -> str:
        return f"{self.block['block_id']}.{self.element['action_id']}"


def places(blocks: list[Json]) -> Iterator[Place]:
    """Every interactive element, wherever it stands."""
    for block in blocks:
        candidates = [block.get("accessory"), block.get("element")]
        if block.get("type") in ("actions", "context_actions"):
            candidates += block.get("elements", [])
        for nested in block.get("child_blocks", []):
            yield from places([nested])
        yield from (Place(block, e) for e in candidates if isinstance(e, dict) and e.get("action_id"))


def find(blocks: list[Json], action_id: str, block_id: str | None = None) -> Place:
    """The element a person means; it must be there, and only once."""
    found = [p for p in places(blocks) if p.element["action_id"] == action_id]
    if block_id is not None:
        found = [p for p in found if p.block["block_id"] == block_id]
    if len(found) != 1:
        seen = ", ".join(p.key for p in places(blocks)) or "nothing to press"
        raise FormError(f"{len(found)} elements have action_id {action_id!r}; here are: {seen}")
    return found[0]


def options_of(element: Json) -> list[Json]:
    """All options, those in groups and those chosen at first too."""
    options = list(element.get("options", []))
    if element.get("type") in EXTERNAL:
        options += [one for one in (element.get("initial_option"), *element.get("initial_options", [])) if one]
    for group in element.get("option_groups", []):
        options += group.get("options", [])
    return options


def initial_state(element: Json) -> Json:
    """The state of an element nobody has touched."""
    kind = element["type"]
    state: Json = {"type": kind}
    if kind in TEXT_INPUTS:
        state["value"] = element.get("initial_value")
    elif kind == "rich_text_input":
        state["rich_text_value"] = element.get("initial_value")
    elif kind in ONE_OPTION:
        state["selected_option"] = element.get("initial_option")
    elif kind in MANY_OPTIONS:
        state["selected_options"] = list(element.get("initial_options", []))
    elif kind in ONE_ID:
        state[ONE_ID[kind]] = element.get(ONE_ID[kind].replace("selected", "initial"))
    elif kind in MANY_IDS:
        state[MANY_IDS[kind]] = list(element.get(MANY_IDS[kind].replace("selected", "initial"), []))
    elif kind in PICKERS:
        state[f"selected_{PICKERS[kind]}"] = element.get(f"initial_{PICKERS[kind]}")
    elif kind == "file_input":
        state["files"] = []
    return state


def state_values(blocks: list[Json], chosen: Json) -> Json:
    """state.values: what was chosen over what the elements start with."""
    values: Json = {}
    for place in places(blocks):
        if place.element["type"] in STATEFUL:
            block_id, action_id = place.block["block_id"], place.element["action_id"]
            state = chosen.get(block_id, {}).get(action_id) or initial_state(place.element)
            values.setdefault(block_id, {})[action_id] = state
    return values


def kept_values(view: View, blocks: list[Json]) -> Json:
    """What survives an update: values whose block_id, action_id and type are still there."""
    kept: Json = {}
    for place in places(blocks):
        block_id, action_id = place.block["block_id"], place.element["action_id"]
        state = view.values.get(block_id, {}).get(action_id)
        if state and state["type"] == place.element["type"]:
            kept.setdefault(block_id, {})[action_id] = state
    return kept


def is_empty(state: Json) -> bool:
    """Whether nothing is filled in."""
    return not any(value for key, value in state.items() if key != "type")


def fill(element: Json, value: Any) -> Json:
    """The state after a person gave `value`; FormError for what the client would not take."""
    kind = element["type"]
    if kind in TEXT_INPUTS:
        return {"type": kind, "value": _text(element, value)}
    if kind in ONE_OPTION:
        return {"type": kind, "selected_option": None if value is None else _option(element, value)}
    if kind in MANY_OPTIONS:
        return {"type": kind, "selected_options": _options(element, value)}
    if kind in ONE_ID:
        return {"type": kind, ONE_ID[kind]: _one_id(value)}
    if kind in MANY_IDS:
        return {"type": kind, MANY_IDS[kind]: _limited(element, [_one_id(item) for item in value or []])}
    if kind in PICKERS:
        return {"type": kind, f"selected_{PICKERS[kind]}": _picked(kind, value)}
    if kind == "rich_text_input":
        return {"type": kind, "rich_text_value": _rich(value)}
    if kind == "file_input":
        return {"type": kind, "files": list(value or [])}
    raise FormError(f"a {kind} takes no value")


def _text(element: Json, value: Any) -> str | None:
    if value is None or value == "":
        return None
    text, kind = str(value), element["type"]
    if len(text) > element.get("max_length", 3_000):
        raise FormError(f"at most {element.get('max_length', 3_000)} characters")
    if len(text) < element.get("min_length", 0):
        raise FormError(f"at least {element['min_length']} characters")
    if kind == "number_input":
        _number(element, text)
    if kind == "email_text_input" and not re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", text):
        raise FormError("not an email address")
    if kind == "url_text_input" and not re.match(r"https?://\S+", text):
        raise FormError("not a URL")
    if kind == "plain_text_input" and not element.get("multiline") and "\n" in text:
        raise FormError("one line only")
    return text


def _number(element: Json, text: str) -> None:
    pattern = r"-?\d+(\.\d+)?" if element.get("is_decimal_allowed") else r"-?\d+"
    if not re.fullmatch(pattern, text):
        raise FormError("not a number this field takes")
    low, high = element.get("min_value"), element.get("max_value")
    if (low is not None and float(text) < float(low)) or (high is not None and float(text) > float(high)):
        raise FormError(f"not between {low} and {high}")


def _option(element: Json, value: Any) -> Json:
    if isinstance(value, dict):
        value = value.get("value")
    for option in options_of(element):
        if option.get("value") == value:
            return option
    raise FormError(f"no option {value!r}; there are {[o.get('value') for o in options_of(element)]}")


def _options(element: Json, value: Any) -> list[Json]:
    if isinstance(value, str):
        value = [value]
    items = list(value or [])
    options = options_of(element)
    if items and all(isinstance(item, bool) for item in items):
        if len(items) != len(options):
            raise FormError(f"{len(items)} ticks for {len(options)} boxes")
        items = [option.get("value") for option, ticked in zip(options, items, strict=True) if ticked]
    chosen = [_option(element, item) for item in items]
    return _limited(element, [option for option in options if option in chosen])


def _limited(element: Json, items: list[Any]) -> list[Any]:
    most = element.get("max_selected_items")
    if most is not None and len(items) > most:
        raise FormError(f"at most {most}")
    return items


def _one_id(value: Any) -> str | None:
    if value is None:
        return None
    text = str(getattr(value, "id", value))
    if not re.fullmatch(r"[A-Z0-9]{2,}", text):
        raise FormError(f"{text!r} is not an id")
    return text


def _picked(kind: str, value: Any) -> Any:
    if value is None:
        return None
    if kind == "datetimepicker":
        if isinstance(value, bool) or not isinstance(value, int) or len(str(value)) != 10:
            raise FormError("a date and time is ten digits of Unix time")
        return value
    text = str(value)
    try:
        good = bool(re.fullmatch(r"\d{4}-\d{2}-\d{2}", text) and date.fromisoformat(text))
    except ValueError:
        good = False
    if kind == "timepicker":
        good = bool(re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d", text))
    if not good:
        raise FormError(f"{text!r} is no {kind.removesuffix('picker')}")
    return text


def _rich(value: Any) -> Json | None:
    if value is None or value == "" or isinstance(value, dict):
        return value or None
    section = {"type": "rich_text_section", "elements": [{"type": "text", "text": str(value)}]}
    return {"type": "rich_text", "elements": [section]}
