"""oauth.v2.access, auth.revoke, auth.teams.list and apps.uninstall: the life of an installation."""

from ..installer import Installer
from ..model import Json
from .call import Call
from .paging import page


def _installer(call: Call) -> Installer:
    installer = call.slack.installer
    assert installer is not None  # these methods are unknown without one
    return installer


async def access(call: Call) -> Json:
    return _installer(call).access(call.args)


async def revoke(call: Call) -> Json:
    if call.args.get("test"):
        return {"revoked": False}
    _installer(call).revoke(call.token)
    return {"revoked": True}


async def teams_list(call: Call) -> Json:
    teams, cursor = page(_installer(call).teams_of(call.token), "teams", call.args.get("cursor", ""), call.limit(100))
    return {"teams": teams, **cursor}


async def uninstall(call: Call) -> Json:
    installer = _installer(call)
    installer.check_client(call.args)
    installer.uninstall(call.space.team_id)
    return {}
