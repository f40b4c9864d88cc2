"""users.*, bots.info, team.info and auth.*: who is here."""

from ..model import Json, SlackError, User
from ..objects import user_json
from .call import Call
from .paging import page


def _json(call: Call, user: User) -> Json:
    email = "users:read.email" in call.slack.manifest.scopes
    locale = bool(call.args.get("include_locale"))
    return user_json(user, call.space.team_id, call.space.now(), email=email, locale=locale)


async def info(call: Call) -> Json:
    user = call.space.user(call.args["user"])
    if user is None:
        raise SlackError("user_not_found")
    return {"user": _json(call, user)}


async def list_(call: Call) -> Json:
    users = sorted(call.space.users.values(), key=lambda u: u.id)
    chosen, cursor = page(users, "users", call.args.get("cursor", ""), call.limit(1_000, error=None))
    now = int(call.space.now().timestamp())
    return {"members": [_json(call, user) for user in chosen], "cache_ts": now, **cursor}


async def lookup_by_email(call: Call) -> Json:
    user = call.space.by_email(call.args["email"])
    if user is None:
        raise SlackError("users_not_found")
    return {"user": _json(call, user)}


async def bots_info(call: Call) -> Json:
    if call.args.get("bot") != call.space.bot_id:
        raise SlackError("bot_not_found")
    return {"bot": call.space.bot_profile()}


async def team_info(call: Call) -> Json:
    if call.args.get("team", call.space.team_id) != call.space.team_id:
        raise SlackError("team_not_found")
    team = {"id": call.space.team_id, "name": call.space.name, "domain": call.space.domain, "email_domain": ""}
    if call.space.enterprise_id:
        team |= {"enterprise_id": call.space.enterprise_id, "enterprise_name": call.space.enterprise_name}
    return {"team": {**team, "url": f"https://{call.space.domain}.slack.com/", "icon": {"image_default": True}}}


async def auth_test(call: Call) -> Json:
    space = call.space
    org = space.org_installed
    return {
        "url": f"https://{space.enterprise_domain}.enterprise.slack.com/"
        if org
        else f"https://{space.domain}.slack.com/",
        "team": space.enterprise_name if org else space.name,
        "user": space.users[space.bot_user].name,
        "team_id": space.enterprise_id if org else space.team_id,
        "user_id": space.bot_user,
        "bot_id": space.bot_id,
        **({"enterprise_id": space.enterprise_id} if space.enterprise_id else {}),
        "is_enterprise_install": org,
    }


async def api_test(call: Call) -> Json:
    if call.args.get("error"):
        raise SlackError(str(call.args["error"]), args=call.args)
    return {"args": call.args}


async def connections_open(call: Call) -> Json:
    return {"url": call.slack.socket_url()}
