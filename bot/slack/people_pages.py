"""Pages of all people of a workspace; of an organisation, of one of its workspaces after the other."""

from collections.abc import Awaitable, Callable
from typing import Any

from bot.slack.answers import Answer, user_of

PAGE = 1_000
Ask = Callable[..., Awaitable[Answer]]
"""Calls a method of Slack's Web API for the current workspace."""
Users = list[dict[str, Any]]


async def people_page(ask: Ask, key: str, cursor: str) -> tuple[Users, str]:
    """User objects, and the next cursor; "" at the end. `key` is that of the current workspace, "" in mode one."""
    if not key.startswith("E"):
        return await _page(ask, cursor)
    # One token for all workspaces of the organisation: Slack wants to know of which. The cursor has it, too.
    listed = (await ask("auth.teams.list", limit=PAGE)).records("teams")
    teams = sorted(team for one in listed if isinstance(team := one.get("id"), str))
    team, _, within = cursor.partition(" ") if cursor else (teams[0] if teams else "", "", "")
    if team not in teams:  # the app was removed there since
        return [], next((f"{one} " for one in teams if one > team), "")
    users, following = await _page(ask, within, team_id=team)
    if following:
        return users, f"{team} {following}"
    return users, next((f"{one} " for one in teams if one > team), "")


async def _page(ask: Ask, cursor: str, **where: str) -> tuple[Users, str]:
    more = {"cursor": cursor} if cursor else {}
    page = await ask("users.list", limit=PAGE, **where, **more)
    return [user for one in page.records("members") if (user := user_of(one))], page.cursor
