"""HR's channels and the announcement channels, as far as Slack tells without a post; and the operator."""

from collections.abc import Mapping
from typing import Any

from sqlmodel import select

from bot.cli.doctor.finding import Finding
from bot.clock import Clock
from bot.domain.programme import HrTrouble
from bot.slack.channel_objects import posting_limit, trouble_in
from bot.slack.gateway import Gateway, SlackRefused, SlackUnavailable
from storage.tables import Programme, ProgrammeState
from storage.unit_of_work import Store

SHARED = ("is_ext_shared", "is_pending_ext_shared", "is_org_shared", "is_shared")
LIMITS = {
    "read_only": "is read-only",
    "threads": "takes replies in threads only",
    "some": "takes posts of some people only",
}
_AGAIN = "try again in a minute"
_INVITE = "have HR invite the bot there: /invite @Balik"


async def programmes(store: Store, gateway: Gateway, team: str, bot: str, clock: Clock) -> list[Finding]:
    """The channels of each open programme of the workspace `team`."""
    async with store.read(clock) as work:
        statement = select(Programme).where(Programme.team_id == team, Programme.state != ProgrammeState.CLOSED)
        programmes = (await work.session.exec(statement)).all()
    if not programmes:
        return [Finding("HR channel", True, "none yet: type /mentoring setup in HR's private channel")]
    return [
        finding
        for programme in programmes
        for finding in (await _hr(gateway, programme, bot), await _announcements(gateway, programme))
    ]


async def _hr(gateway: Gateway, programme: Programme, bot: str) -> Finding:
    subject = f"HR channel of {programme.name}"
    try:
        info = await gateway.channel_info(programme.hr_channel)
        members = await gateway.members(programme.hr_channel)
    except SlackRefused as refused:
        return Finding(subject, False, f"not visible to the bot ({refused.error})", _INVITE)
    except SlackUnavailable as away:
        return Finding(subject, False, str(away), _AGAIN)
    name = f"#{info.get('name', '')}"
    if info.get("is_archived"):
        return Finding(subject, False, f"{name} is archived", "have HR unarchive it, or move the programme")
    if trouble_in(info) in (HrTrouble.PUBLIC, HrTrouble.SHARED):
        what = f"{name} is {_openness(info)}, so nobody counts as HR there"
        return Finding(subject, False, what, "have HR make it private and unshared, or move the programme")
    if bot not in members:
        return Finding(subject, False, f"the bot is not in {name}", _INVITE)
    if len(members) == 1:
        return Finding(subject, False, f"nobody but the bot is in {name}", "have HR's people join it")
    return Finding(subject, True, f"{name}, {len(members - {bot})} members")


async def _announcements(gateway: Gateway, programme: Programme) -> Finding:
    subject = f"announcement channel of {programme.name}"
    other = "or have HR choose another in /mentoring setup"
    try:
        info = await gateway.channel_info(programme.announce_channel)
    except SlackRefused as refused:
        return Finding(subject, False, f"not visible to the bot ({refused.error})", f"{_INVITE}, {other}")
    except SlackUnavailable as away:
        return Finding(subject, False, str(away), _AGAIN)
    name = f"#{info.get('name', '')}"
    if info.get("is_archived"):
        return Finding(subject, False, f"{name} is archived", f"have HR unarchive it, {other}")
    if any(map(info.get, SHARED)):
        return Finding(subject, False, f"{name} is {_openness(info)}", f"end the sharing, {other}")
    if how := LIMITS.get(posting_limit(info)):
        admin = "ask an administrator of the Slack workspace to let the app post there"
        return Finding(subject, False, f"{name} {how}", f"{admin}, {other}")
    if info.get("is_private") and info.get("is_member") is False:
        return Finding(subject, False, f"the bot is not in {name}", f"{_INVITE}, {other}")
    return Finding(subject, True, f"{name}; whether apps may post there only shows when one does")


def _openness(info: Mapping[str, Any]) -> str:
    if info.get("is_pending_ext_shared"):
        return "about to be shared with another company"
    if info.get("is_ext_shared"):
        return "shared with another company"
    if any(map(info.get, SHARED)):
        return "shared with another workspace"
    return "public"


async def operator(gateway: Gateway, slack_id: str) -> Finding:
    """The person who gets the alerts."""
    cure = 'set BALIK_OPERATOR to "Copy member ID" from a profile in this workspace'
    try:
        user = await gateway.user(slack_id)
    except SlackRefused as refused:
        return Finding("operator", False, f"{slack_id}: {refused.error}", cure)
    except SlackUnavailable as away:
        return Finding("operator", False, str(away), _AGAIN)
    if user.get("deleted") or user.get("is_bot"):
        return Finding("operator", False, f"{slack_id} is not an active person", cure)
    return Finding("operator", True, str(user.get("real_name") or user.get("name") or slack_id))
