"""What a person's actions look like to the app: payloads of commands, clicks and views."""

from typing import Any

from .api.views import view_json
from .forms import CLICKS, Place, state_values
from .hub import Hub
from .model import Channel, Json, Message, View, micros


def command(slack: Hub, user: str, channel: Channel, name: str, text: str) -> Json:
    """A slash command's payload."""
    space = slack.workspace
    names = {"im": "directmessage", "mpim": channel.name, "private": "privategroup", "public": channel.name}
    url = space.issue_response_url(user, channel.id)
    grid = (
        {"enterprise_id": space.enterprise_id, "enterprise_name": space.enterprise_name} if space.enterprise_id else {}
    )
    return {
        "token": slack.verification_token,
        "team_id": space.team_id,
        "team_domain": space.domain,
        "channel_id": channel.id,
        "channel_name": names[channel.kind],
        "user_id": user,
        "user_name": space.users[user].name,
        "command": name,
        "text": text,
        "api_app_id": space.app_id,
        "is_enterprise_install": str(space.org_installed).lower(),
        **grid,
        "response_url": f"{slack.url}{url.path}",
        "trigger_id": space.issue_trigger(user),
    }


def _base(slack: Hub, kind: str, user: str) -> Json:
    space = slack.workspace
    return {
        "type": kind,
        "team": space.team_ref(),
        "user": space.user_ref(user),
        "api_app_id": space.app_id,
        "token": slack.verification_token,
        "enterprise": space.enterprise_ref(),
        "is_enterprise_install": space.org_installed,
    }


def action(slack: Hub, place: Place, chosen: Json) -> Json:
    """One entry of `actions`: where it was and what was chosen."""
    now = micros(slack.clock.now())
    element = place.element
    entry: Json = {
        "type": element["type"],
        "action_id": element["action_id"],
        "block_id": place.block["block_id"],
        "action_ts": f"{now // 1_000_000}.{now % 1_000_000:06d}",
    }
    if element["type"] in CLICKS:
        for key in ("text", "value", "style"):
            if key in element:
                entry[key] = element[key]
    return entry | {key: value for key, value in chosen.items() if key != "type"}


def message_action(slack: Hub, user: str, channel: Channel, message: Message, entry: Json) -> Json:
    """block_actions from a message."""
    url = slack.workspace.issue_response_url(user, channel.id, message)
    names = {"im": "directmessage", "mpim": channel.name, "private": "privategroup", "public": channel.name}
    return _base(slack, "block_actions", user) | {
        "container": {
            "type": "message",
            "message_ts": message.ts,
            "channel_id": channel.id,
            "is_ephemeral": message.ephemeral_to is not None,
            **({"thread_ts": message.thread_ts} if message.thread_ts else {}),
        },
        "trigger_id": slack.workspace.issue_trigger(user),
        "channel": {"id": channel.id, "name": names[channel.kind]},
        "message": slack.workspace.message_json(message),
        "state": {"values": state_values(message.blocks, message.values)},
        "response_url": f"{slack.url}{url.path}",
        "actions": [entry],
    }


def view_action(slack: Hub, view: View, entry: Json) -> Json:
    """block_actions from a modal or the Home tab."""
    trigger_view = view.id if view.type == "modal" else None
    return _base(slack, "block_actions", view.user) | {
        "container": {"type": "view", "view_id": view.id},
        "trigger_id": slack.workspace.issue_trigger(view.user, trigger_view),
        "view": view_json(slack, view),
        "actions": [entry],
    }


def suggestion(slack: Hub, user: str, on: Message | View, place: Place, typed: str) -> Json:
    """block_suggestion: what is typed into an external select, whose options the app answers with."""
    payload = _base(slack, "block_suggestion", user) | {
        "action_id": place.element["action_id"],
        "block_id": place.block["block_id"],
        "value": typed,
    }
    if isinstance(on, View):
        return payload | {"container": {"type": "view", "view_id": on.id}, "view": view_json(slack, on)}
    channel = slack.workspace.channels[on.channel]
    names = {"im": "directmessage", "mpim": channel.name, "private": "privategroup", "public": channel.name}
    ephemeral = on.ephemeral_to is not None
    return payload | {
        "container": {
            "type": "message",
            "message_ts": on.ts,
            "channel_id": on.channel,
            "is_ephemeral": ephemeral,
        },
        "channel": {"id": channel.id, "name": names[channel.kind]},
        "message": slack.workspace.message_json(on),
    }


def submission(slack: Hub, view: View, response_urls: list[Json]) -> Json:
    return _base(slack, "view_submission", view.user) | {
        "trigger_id": slack.workspace.issue_trigger(view.user, view.id),
        "view": view_json(slack, view),
        "response_urls": response_urls,
    }


def closed(slack: Hub, view: View, *, is_cleared: bool) -> Json:
    return _base(slack, "view_closed", view.user) | {"view": view_json(slack, view), "is_cleared": is_cleared}


def shortcut(slack: Hub, user: str, callback_id: str) -> Json:
    """A global shortcut."""
    now = micros(slack.clock.now())
    return _base(slack, "shortcut", user) | {
        "callback_id": callback_id,
        "trigger_id": slack.workspace.issue_trigger(user),
        "action_ts": f"{now // 1_000_000}.{now % 1_000_000:06d}",
    }


def response_urls(slack: Hub, view: View, values: Json) -> list[Json]:
    """One response_url for each select of a conversation that asks for it (`response_url_enabled`)."""
    urls: list[Json] = []
    for block in view.blocks:
        element: Any = block.get("element")
        if not isinstance(element, dict) or not element.get("response_url_enabled"):
            continue
        state = values.get(block["block_id"], {}).get(element["action_id"], {})
        channel = state.get("selected_conversation") or state.get("selected_channel")
        if channel in slack.workspace.channels:
            url = slack.workspace.issue_response_url(view.user, channel)
            urls.append(
                {
                    "block_id": block["block_id"],
                    "action_id": element["action_id"],
                    "channel_id": channel,
                    "response_url": f"{slack.url}{url.path}",
                }
            )
    return urls
