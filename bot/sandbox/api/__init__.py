"""The handlers of the Web API, by method."""

from collections.abc import Awaitable, Callable

from ..model import Json
from . import chat, conversations, files, oauth, reactions, users, views
from .call import Call

HANDLERS: dict[str, Callable[[Call], Awaitable[Json]]] = {
    "api.test": users.api_test,
    "auth.test": users.auth_test,
    "apps.connections.open": users.connections_open,
    "oauth.v2.access": oauth.access,
    "auth.revoke": oauth.revoke,
    "auth.teams.list": oauth.teams_list,
    "apps.uninstall": oauth.uninstall,
    "bots.info": users.bots_info,
    "team.info": users.team_info,
    "chat.postMessage": chat.post_message,
    "chat.postEphemeral": chat.post_ephemeral,
    "chat.update": chat.update,
    "chat.delete": chat.delete,
    "chat.getPermalink": chat.get_permalink,
    "conversations.open": conversations.open_,
    "conversations.info": conversations.info,
    "conversations.list": conversations.list_,
    "conversations.members": conversations.members,
    "conversations.history": conversations.history,
    "conversations.replies": conversations.replies,
    "conversations.join": conversations.join,
    "conversations.invite": conversations.invite,
    "conversations.create": conversations.create,
    "conversations.setTopic": conversations.set_topic,
    "conversations.leave": conversations.leave,
    "conversations.archive": conversations.archive,
    "users.info": users.info,
    "users.list": users.list_,
    "users.lookupByEmail": users.lookup_by_email,
    "users.conversations": conversations.users_conversations,
    "views.open": views.open_,
    "views.push": views.push,
    "views.update": views.update,
    "views.publish": views.publish,
    "files.getUploadURLExternal": files.get_upload_url,
    "files.completeUploadExternal": files.complete_upload,
    "files.delete": files.delete,
    "files.info": files.info,
    "reactions.add": reactions.add,
}
