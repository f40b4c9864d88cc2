"""What the app's answer to a view_submission does to the stack."""

from typing import Any

from .api.views import checked_view, put_on_top, refuse_duplicate, replace
from .forms import REQUIRED, is_empty, state_values
from .hub import Hub
from .model import Json, SlackError, View
from .workspace import STACK


def missing_fields(view: View) -> dict[str, str]:
    """Inputs that must be filled and are not: Slack's client keeps the modal and sends nothing."""
    values = state_values(view.blocks, view.values)
    errors = {}
    for block in view.blocks:
        if block["type"] == "input" and not block.get("optional"):
            state = values.get(block["block_id"], {}).get(block["element"]["action_id"], {})
            if is_empty(state):
                errors[block["block_id"]] = REQUIRED
    return errors


async def answer_submission(slack: Hub, view: View, payload: Any) -> tuple[dict[str, str], str | None]:
    """Field errors to show, and why the answer was no good, if it was not."""
    stack = slack.workspace.stack(view.user)
    if not payload:
        if view in stack:
            stack.remove(view)
        slack.changed("view", user=view.user)
        return {}, None
    if not isinstance(payload, dict):
        return {}, "the answer is not an object"
    try:
        with slack.recorded("ack", payload):
            return _respond(slack, view, payload), None
    except SlackError as refusal:
        return {}, "; ".join([refusal.code, *refusal.messages])
    finally:
        slack.changed("view", user=view.user)


def _respond(slack: Hub, view: View, payload: Json) -> dict[str, str]:
    kind = payload.get("response_action")
    stack = slack.workspace.stack(view.user)
    if kind == "errors":
        return _field_errors(view, payload.get("errors"))
    if kind == "clear":
        stack.clear()
    elif kind == "update":
        data = checked_view(slack, payload.get("view"), ("modal",))
        refuse_duplicate(data, among=[v for v in slack.workspace.all_views() if v is not view])
        replace(slack, view, data)
    elif kind == "push":
        data = checked_view(slack, payload.get("view"), ("modal",))
        if len(stack) >= STACK:
            raise SlackError("push_limit_reached")
        refuse_duplicate(data, among=slack.workspace.all_views())
        put_on_top(slack, view.user, data)
    else:
        raise SlackError("invalid_arguments", f"unknown response_action {kind!r}")
    return {}


def _field_errors(view: View, errors: Any) -> dict[str, str]:
    """The errors, which may stand only at inputs of this view."""
    inputs = {block["block_id"] for block in view.blocks if block["type"] == "input"}
    if not isinstance(errors, dict) or not errors:
        raise SlackError("invalid_arguments", "errors must be an object with at least one field")
    for block_id, text in errors.items():
        if block_id not in inputs or not isinstance(text, str) or not text:
            raise SlackError("invalid_arguments", f"no input block {block_id!r} to show an error at")
    return dict(errors)
