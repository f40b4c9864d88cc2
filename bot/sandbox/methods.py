"""The Web API methods that exist here: arguments, scopes, tier and the errors each may answer."""

from dataclasses import dataclass, field
from typing import Literal

ArgType = Literal["string", "boolean", "integer", "number", "array", "any"]
Tier = Literal["t1", "t2", "t3", "t4", "t5"]

RENDERERS: dict[str, ArgType] = {"s": "string", "b": "boolean", "i": "integer", "n": "number", "l": "array", "a": "any"}

COMMON_ERRORS = frozenset(
    {
        "not_authed",
        "invalid_auth",
        "account_inactive",
        "not_allowed_token_type",
        "missing_scope",
        "team_access_not_granted",
        "token_expired",
        "token_revoked",
        "invalid_arguments",
        "invalid_json",
        "json_not_object",
        "ratelimited",
        "unknown_method",
        "internal_error",
    }
)
"""Slack may answer these to any method."""


@dataclass(frozen=True)
class Method:
    """One method. `scopes`: any one of them will do, unless the handler asks for a particular one."""

    name: str
    tier: Tier
    args: dict[str, ArgType]
    required: tuple[str, ...] = ()
    scopes: tuple[str, ...] = ()
    errors: frozenset[str] = field(default_factory=frozenset)
    app_token: bool = False
    open: bool = False
    installing: bool = False
    """Whether the method is about installing the app: unknown where it is installed from the start."""


def method(
    name: str,
    tier: Tier,
    args: str = "",
    scopes: str = "",
    errors: str = "",
    *,
    app_token: bool = False,
    open: bool = False,
    installing: bool = False,
) -> Method:
    """Declare a method in short: `args` is "channel*:s limit:n", a star meaning required."""
    pairs = [part.split(":") for part in args.split()]
    return Method(
        name,
        tier,
        {key.rstrip("*"): RENDERERS[message] for key, message in pairs},
        tuple(key.rstrip("*") for key, _ in pairs if key.endswith("*")),
        tuple(scopes.split()),
        frozenset(errors.split()),
        app_token,
        open,
        installing,
    )


READ = "channels:read groups:read im:read mpim:read"
HISTORY = "channels:history groups:history im:history mpim:history"
MANAGE = "channels:manage channels:write groups:write im:write mpim:write"
INVITE = f"{MANAGE.replace('channels:write ', '')} channels:write.invites groups:write.invites"
TOPIC = (
    "channels:manage groups:write im:write mpim:write "
    "channels:write.topic groups:write.topic im:write.topic mpim:write.topic"
)
POST_ERRORS = (
    "channel_not_found not_in_channel is_archived no_text invalid_blocks invalid_blocks_format restricted_action"
)
META_ERRORS = "invalid_metadata_format invalid_metadata_schema metadata_too_large"

_ALL = (
    method("api.test", "t4", "error:s", open=True),
    method("auth.test", "t5"),
    method("apps.connections.open", "t3", scopes="", app_token=True),
    method(
        "oauth.v2.access",
        "t5",
        "client_id:s client_secret:s code:s redirect_uri:s grant_type:s refresh_token:s",
        "",
        "bad_client_secret bad_redirect_uri cannot_install_an_org_installed_app invalid_client_id invalid_code "
        "invalid_grant_type invalid_refresh_token",
        open=True,
        installing=True,
    ),
    method("auth.revoke", "t3", "test:b", installing=True),
    method(
        "auth.teams.list", "t2", "cursor:s limit:i include_icon:b", "", "invalid_cursor invalid_limit", installing=True
    ),
    method(
        "apps.uninstall",
        "t1",
        "client_id*:s client_secret*:s",
        "",
        "bad_client_secret invalid_client_id",
        installing=True,
    ),
    method("bots.info", "t3", "bot:s team_id:s", "users:read", "bot_not_found"),
    method("team.info", "t3", "team:s domain:s", "team:read", "team_not_found"),
    method(
        "chat.postMessage",
        "t5",
        "channel*:s text:a blocks:a attachments:a thread_ts:a metadata:a markdown_text:s reply_broadcast:b "
        "mrkdwn:b parse:a link_names:b unfurl_links:b unfurl_media:b as_user:b username:a icon_emoji:a icon_url:a",
        "chat:write",
        f"{POST_ERRORS} {META_ERRORS} msg_blocks_too_long messages_tab_disabled markdown_text_conflict "
        "as_user_not_supported cannot_reply_to_message too_many_attachments restricted_action_read_only_channel "
        "restricted_action_thread_only_channel restricted_action_non_threadable_channel",
    ),
    method(
        "chat.postEphemeral",
        "t4",
        "channel*:s user*:a text:a blocks:a attachments:a thread_ts:a metadata:a markdown_text:s parse:a "
        "link_names:b as_user:b username:s icon_emoji:s icon_url:s",
        "chat:write",
        f"{POST_ERRORS} msg_too_long messages_tab_disabled user_not_in_channel markdown_text_conflict "
        "cannot_reply_to_message too_many_attachments",
    ),
    method(
        "chat.update",
        "t3",
        "channel*:s ts*:s text:a blocks:a attachments:a metadata:a markdown_text:s file_ids:l "
        "reply_broadcast:b parse:a link_names:a as_user:a",
        "chat:write",
        f"{META_ERRORS} channel_not_found message_not_found cant_update_message is_inactive no_text msg_too_long "
        "invalid_blocks invalid_blocks_format markdown_text_conflict file_not_found too_many_attachments "
        "as_user_not_supported",
    ),
    method(
        "chat.delete",
        "t3",
        "channel*:s ts*:s as_user:b",
        "chat:write",
        "channel_not_found message_not_found cant_delete_message",
    ),
    method("chat.getPermalink", "t5", "channel*:s message_ts*:s", "", "channel_not_found message_not_found"),
    method(
        "conversations.open",
        "t3",
        "channel:a users:s return_im:b prevent_creation:b",
        "im:write mpim:write channels:manage groups:write",
        "channel_not_found method_not_supported_for_channel_type not_enough_users too_many_users user_disabled "
        "user_not_found users_list_not_supplied",
    ),
    method("conversations.info", "t3", "channel*:s include_locale:b include_num_members:b", READ, "channel_not_found"),
    method(
        "conversations.list",
        "t2",
        "types:s cursor:s limit:n exclude_archived:b team_id:s",
        READ,
        "invalid_cursor invalid_limit invalid_types missing_argument",
    ),
    method(
        "conversations.members",
        "t4",
        "channel*:s cursor:s limit:n",
        READ,
        "channel_not_found invalid_cursor invalid_limit",
    ),
    method(
        "conversations.history",
        "t3",
        "channel*:s cursor:s oldest:s latest:s inclusive:b limit:n include_all_metadata:b",
        HISTORY,
        "channel_not_found not_in_channel invalid_cursor invalid_ts_latest invalid_ts_oldest",
    ),
    method(
        "conversations.replies",
        "t3",
        "channel*:s ts*:s cursor:s oldest:s latest:s inclusive:b limit:n include_all_metadata:b",
        HISTORY,
        "channel_not_found thread_not_found invalid_cursor invalid_ts_latest invalid_ts_oldest",
    ),
    method(
        "conversations.join",
        "t3",
        "channel*:s",
        "channels:join",
        "channel_not_found is_archived method_not_supported_for_channel_type",
    ),
    method(
        "conversations.invite",
        "t3",
        "channel*:s users*:s force:b",
        INVITE,
        "channel_not_found not_in_channel is_archived already_in_channel cant_invite_self no_user user_not_found "
        "method_not_supported_for_channel_type ura_max_channels",
    ),
    method(
        "conversations.create",
        "t2",
        "name*:s is_private:b team_id:a",
        MANAGE,
        "missing_argument name_taken invalid_name_required invalid_name_maxlength invalid_name_specials",
    ),
    method(
        "conversations.setTopic",
        "t2",
        "channel*:s topic*:s",
        TOPIC,
        "channel_not_found not_in_channel is_archived too_long method_not_supported_for_channel_type",
    ),
    method(
        "conversations.leave",
        "t3",
        "channel*:a",
        MANAGE,
        "channel_not_found is_archived cant_leave_general method_not_supported_for_channel_type",
    ),
    method(
        "conversations.archive",
        "t2",
        "channel*:a",
        MANAGE,
        "channel_not_found not_in_channel already_archived cant_archive_general method_not_supported_for_channel_type",
    ),
    method("users.info", "t4", "user*:s include_locale:b", "users:read", "user_not_found"),
    method(
        "users.list",
        "t2",
        "cursor:s limit:n include_locale:b team_id:s",
        "users:read",
        "invalid_cursor missing_argument",
    ),
    method("users.lookupByEmail", "t3", "email*:s", "users:read.email", "users_not_found"),
    method(
        "users.conversations",
        "t3",
        "user:s types:s cursor:s limit:n exclude_archived:b exclude_muted:b team_id:s",
        READ,
        "invalid_cursor invalid_limit invalid_types missing_argument",
    ),
    method(
        "views.open",
        "t4",
        "view*:a trigger_id:a interactivity_pointer:a",
        "",
        "invalid_trigger_id expired_trigger_id exchanged_trigger_id duplicate_external_id view_too_large",
    ),
    method(
        "views.push",
        "t4",
        "view*:a trigger_id:a interactivity_pointer:a",
        "",
        "invalid_trigger_id expired_trigger_id exchanged_trigger_id push_limit_reached not_found duplicate_external_id "
        "view_too_large",
    ),
    method(
        "views.update",
        "t4",
        "view*:a view_id:s external_id:s hash:s",
        "",
        "not_found hash_conflict duplicate_external_id view_too_large",
    ),
    method(
        "views.publish",
        "t4",
        "user_id*:s view*:a hash:s interactivity_pointer:s",
        "",
        "not_enabled hash_conflict duplicate_external_id view_too_large",
    ),
    method(
        "files.getUploadURLExternal",
        "t4",
        "filename*:s length*:i alt_txt:s snippet_type:s",
        "files:write",
        "alt_txt_too_large file_upload_size_restricted file_uploads_disabled file_uploads_except_images_disabled",
    ),
    method(
        "files.completeUploadExternal",
        "t4",
        "files*:l channel_id:a channels:s initial_comment:s thread_ts:s blocks:s",
        "files:write",
        "file_not_found channel_not_found not_in_channel invalid_blocks file_update_failed posting_to_channel_denied "
        "file_uploads_except_images_disabled",
    ),
    method("files.delete", "t3", "file*:s", "files:write", "file_not_found cant_delete_file"),
    method("files.info", "t4", "file*:s cursor:s limit:i count:i page:i", "files:read", "file_not_found"),
    method(
        "reactions.add",
        "t3",
        "channel*:s timestamp*:s name*:s",
        "reactions:write",
        "channel_not_found is_archived message_not_found bad_timestamp invalid_name already_reacted no_access",
    ),
)

METHODS = {entry.name: entry for entry in _ALL}
