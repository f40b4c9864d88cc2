"""What Slack's channel objects say of a channel: whether it can be HR's, and whether the announcement can be there."""

from collections.abc import Mapping
from typing import Any

from bot.domain.programme import AnnouncementTrouble, HrTrouble


def trouble_in(channel: Mapping[str, Any]) -> HrTrouble | None:
    """Why a channel object's channel cannot be HR's; None for a private one of this workspace alone with the bot."""
    if is_shared(channel):
        return HrTrouble.SHARED
    if not channel.get("is_private") or channel.get("is_im") or channel.get("is_mpim"):
        return HrTrouble.PUBLIC
    if channel.get("is_archived"):
        return HrTrouble.ARCHIVED
    return HrTrouble.GONE if channel.get("is_member") is False else None


def is_shared(channel: Mapping[str, Any]) -> bool:
    """Whether a channel is in other workspaces, too, or will be once they agree."""
    shared = ("is_ext_shared", "is_pending_ext_shared", "is_org_shared", "is_shared", "pending_shared")
    return any(map(channel.get, shared))


def is_shared_outside(channel: Mapping[str, Any]) -> bool:
    """Whether a channel is shared with another company, or will be. Other workspaces of the same Grid are no others."""
    return bool(channel.get("is_ext_shared") or channel.get("is_pending_ext_shared") or channel.get("pending_shared"))


def announcement_trouble_in(channel: Mapping[str, Any] | None) -> AnnouncementTrouble | None:
    """Why nothing can be posted in a channel, as far as its object says; None for a channel that the bot cannot see."""
    if channel is None:
        return AnnouncementTrouble.GONE
    if channel.get("is_archived"):
        return AnnouncementTrouble.ARCHIVED
    if is_shared_outside(channel):
        return AnnouncementTrouble.SHARED
    if channel.get("is_private") and channel.get("is_member") is False:
        return AnnouncementTrouble.GONE
    return AnnouncementTrouble.RESTRICTED if posting_limit(channel) else None


def posting_limit(channel: Mapping[str, Any]) -> str:
    """How posting is limited, where the channel object says so: "read_only", "threads", "some"; "" otherwise."""
    if channel.get("is_read_only"):
        return "read_only"
    if channel.get("is_thread_only"):
        return "threads"
    properties = channel.get("properties")
    limits = properties.get("posting_restricted_to") if isinstance(properties, Mapping) else None
    return "some" if limits else ""
