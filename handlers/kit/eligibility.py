"""Who may take part, in words, and Slack's answer to who is in the channels that HR's limits name."""

import logging
from collections.abc import Awaitable, Callable, Collection
from datetime import datetime
from typing import TypeVar

from bot.domain.recruiting_eligibility import Eligibility, Limit
from bot.services.caller import Rejected
from bot.services.recruiting.eligibility import report_unreadable
from bot.services.signup.eligibility import Members, MembershipNeeded, NotEligible
from bot.slack.gateway import SlackRefused, SlackUnavailable
from handlers.kit.blocks import channel_link
from handlers.kit.context import AppContext
from handlers.kit.positions import level_name
from handlers.kit.request import Request
from prompts.catalogue import Mrkdwn, Texts

log = logging.getLogger(__name__)

KEY = "recruiting.eligibility"
T = TypeVar("T")


def whom(texts: Texts, eligibility: Eligibility) -> Mrkdwn:
    """Who may take part, as part of a sentence; "" for everyone."""
    if not eligibility.is_limited:
        return Mrkdwn("")
    return texts(
        f"{KEY}.whom",
        levels=texts.join([level_name(texts, one) for one in eligibility.levels], either=True),
        departments=texts.join(eligibility.departments, either=True),
        channels=texts.join([channel_link(one) for one in eligibility.channels], either=True),
        listed=eligibility.listed,
    )


def limit_names(texts: Texts, limits: Collection[Limit]) -> str:
    """The limits that a person does not meet."""
    return texts.join([texts.plain(f"{KEY}.limits.{one}") for one in limits])


async def checked(request: Request, call: Callable[[Members | None], Awaitable[T]]) -> T:
    """The result of `call`, which may have to know who is in channels. Raises `NotEligible`, `Rejected`:
    eligibility_unknown; `SlackUnavailable`."""
    try:
        return await call(None)
    except MembershipNeeded as needed:
        return await call(await _members(request, needed))


def refusal(texts: Texts, found: NotEligible) -> Rejected:
    """With who may take part, in the person's language."""
    return Rejected(found.code, **found.values, who=whom(texts, found.eligibility))


async def _members(request: Request, needed: MembershipNeeded) -> Members:
    """Of the channels whose members Slack names. Raises `Rejected` if the person is in none of them, and some of them
    cannot be read: then it is not known."""
    me = request.caller
    found, unread = await members_by_channel(request.context, me.team_id, needed.channels, me.now, also=me.slack_id)
    if unread and not any(me.slack_id in members for members in found.values()):
        for channel, error in unread.items():
            await report_unreadable(request.context.store, needed.programme.id, channel, error, me.now)
        raise Rejected("eligibility_unknown", programme=needed.programme.name, hr=needed.hr)
    return found


async def members_for_hr(context: AppContext, team_id: str, channels: Collection[str], now: datetime) -> Members:
    """Of the channels whose members Slack names now; nothing is reported."""
    return (await members_by_channel(context, team_id, channels, now, unsure=(SlackRefused, SlackUnavailable)))[0]


async def members_by_channel(
    context: AppContext,
    team_id: str,
    channels: Collection[str],
    now: datetime,
    *,
    also: str = "",
    unsure: tuple[type[Exception], ...] = (SlackRefused,),
) -> tuple[Members, dict[str, str]]:
    """Who is in which channel, and of the channels whose members are not known Slack's code; "" if the bot cannot see
    the channel. `also`: as for `Directory.members_lately`; other errors than `unsure` are raised.
    """
    found: dict[str, frozenset[str]] = {}
    unread: dict[str, str] = {}
    for channel in channels:
        try:
            members = await context.directory.members_lately(team_id, channel, now, also=also)
        except unsure as problem:
            log.warning("members of a channel are not known: %s", problem)
            unread[channel] = problem.error if isinstance(problem, SlackRefused) else ""
            continue
        if members:
            found[channel] = members
        else:
            unread[channel] = ""
    return found, unread
