"""views.*: modals in a person's stack of three, and Home tabs."""

import json
from typing import Any

from ..forms import kept_values, state_values
from ..hub import Hub
from ..kit import check_view
from ..model import Json, SlackError, Trigger, View, ViewKind
from ..workspace import STACK, Workspace
from .call import Call

VIEW_BYTES_MAX = 250_000
VIEW_KEYS = (
    "title",
    "submit",
    "close",
    "private_metadata",
    "callback_id",
    "external_id",
    "clear_on_close",
    "notify_on_close",
)


async def open_(call: Call) -> Json:
    """Open a modal by a trigger. A stack that is already open is put aside by the new one."""
    trigger = _trigger(call)
    data = checked_view(call.slack, call.structure("view", "invalid_arguments"), ("modal",))
    trigger.used = True
    stack = call.space.stack(trigger.user)
    refuse_duplicate(data, among=[v for v in call.space.all_views() if v not in stack])
    stack.clear()
    return {"view": view_json(call.slack, put_on_top(call.slack, trigger.user, data))}


async def push(call: Call) -> Json:
    """Put a modal on top of the one the trigger came from."""
    trigger = _trigger(call)
    data = checked_view(call.slack, call.structure("view", "invalid_arguments"), ("modal",))
    stack = call.space.stack(trigger.user)
    if trigger.view_id is None or trigger.view_id not in [v.id for v in stack]:
        raise SlackError("not_found")
    if len(stack) >= STACK:
        raise SlackError("push_limit_reached")
    refuse_duplicate(data, among=call.space.all_views())
    trigger.used = True
    return {"view": view_json(call.slack, put_on_top(call.slack, trigger.user, data))}


async def update(call: Call) -> Json:
    """Replace an open view's contents. What was typed stays where block_id and action_id stay."""
    view_id, external_id = call.args.get("view_id"), call.args.get("external_id")
    if not view_id and not external_id:
        raise SlackError("invalid_arguments", "one of view_id, external_id is required")
    if view_id:
        await call.slack.deliveries.answer_first(view_id)
    view = call.space.view(view_id) if view_id else call.space.view_by_external(str(external_id))
    data = checked_view(call.slack, call.structure("view", "invalid_arguments"), ("modal", "home"))
    if view is None or data["type"] != view.type:
        raise SlackError("not_found")
    if call.args.get("hash") and call.args["hash"] != view.hash:
        raise SlackError("hash_conflict")
    refuse_duplicate(data, among=[v for v in call.space.all_views() if v is not view])
    replace(call.slack, view, data)
    return {"view": view_json(call.slack, view)}


async def publish(call: Call) -> Json:
    """Set a person's Home tab."""
    if not call.slack.manifest.home_tab:
        raise SlackError("not_enabled")
    user = call.space.user(call.args["user_id"])
    if user is None or user.is_bot:
        raise SlackError("invalid_arguments", "user_id is not a valid user [json-pointer:/user_id]")
    data = checked_view(call.slack, call.structure("view", "invalid_arguments"), ("home",))
    home = call.space.homes.get(user.id)
    if call.args.get("hash") and (home is None or call.args["hash"] != home.hash):
        raise SlackError("hash_conflict")
    refuse_duplicate(data, among=[v for v in call.space.all_views() if v is not home])
    if home is None:
        home = View(call.space.new_id("VH"), "home", user.id, "", [])
        home.root_view_id = home.id
        call.space.homes[user.id] = home
    replace(call.slack, home, data)
    return {"view": view_json(call.slack, home)}


def _trigger(call: Call) -> Trigger:
    trigger_id = call.args.get("trigger_id") or call.args.get("interactivity_pointer")
    if not trigger_id:
        raise SlackError("invalid_arguments", "missing required field: trigger_id")
    return call.space.use_trigger(trigger_id)


def checked_view(slack: Hub, data: Any, kinds: tuple[ViewKind, ...]) -> Json:
    """A view that passes every rule, with an id for each block and element."""
    if not isinstance(data, dict):
        raise SlackError("invalid_arguments", "must provide an object [json-pointer:/view]")
    if len(json.dumps(data, ensure_ascii=False).encode()) > VIEW_BYTES_MAX:
        raise SlackError("view_too_large")
    faults = check_view(data, kinds, image_exists=slack.composer.image_exists)
    if faults:
        raise SlackError("invalid_arguments", *faults)
    return {**data, "blocks": slack.composer.with_ids(data["blocks"], data["type"])}


def refuse_duplicate(data: Json, *, among: list[View]) -> None:
    external_id = data.get("external_id")
    if external_id and any(view.external_id == external_id for view in among):
        raise SlackError("duplicate_external_id")


def put_on_top(slack: Hub, user: str, data: Json) -> View:
    """A new modal on a person's stack."""
    space: Workspace = slack.workspace
    stack = space.stack(user)
    view = View(space.new_id("V"), "modal", user, "", [])
    view.root_view_id = stack[0].id if stack else view.id
    view.previous_view_id = stack[-1].id if stack else None
    stack.append(view)
    replace(slack, view, data)
    return view


def replace(slack: Hub, view: View, data: Json) -> None:
    """New contents in an existing view."""
    view.values = kept_values(view, data["blocks"])
    view.blocks = data["blocks"]
    view.hash = slack.workspace.new_hash(view.type)
    for key in VIEW_KEYS:
        default = None if key in ("title", "submit", "close") else "" if key.endswith(("metadata", "id")) else False
        setattr(view, key, data.get(key, default))
    slack.changed("view", user=view.user)


def view_json(slack: Hub, view: View) -> Json:
    """The view object of answers and payloads."""
    space: Workspace = slack.workspace
    return {
        "id": view.id,
        "team_id": space.team_id,
        "type": view.type,
        "blocks": view.blocks,
        "private_metadata": view.private_metadata,
        "callback_id": view.callback_id,
        "external_id": view.external_id,
        "state": {"values": state_values(view.blocks, view.values)},
        "hash": view.hash,
        "title": view.title,
        "submit": view.submit,
        "close": view.close,
        "clear_on_close": view.clear_on_close,
        "notify_on_close": view.notify_on_close,
        "root_view_id": view.root_view_id,
        "previous_view_id": view.previous_view_id,
        "app_id": space.app_id,
        "app_installed_team_id": space.enterprise_id if space.org_installed else space.team_id,
        "bot_id": space.bot_id,
    }
