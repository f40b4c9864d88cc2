"""Classes of Slack's error codes, by method: they decide what happens after a refusal.

`class_of` is the only reader. The lists are the codes that Slack documents for the methods `bot.gateway` calls, and
those of older versions of its documents that are still seen. `tests/delivery/documented_errors.json` is a copy of the
documents' lists, and a test holds that each code in it is classed here.
"""

import re
from collections.abc import Mapping
from enum import StrEnum


class ErrorClass(StrEnum):
    """What a refusal is about."""

    MESSAGE = "message"
    """This request: the same one will always be refused."""
    PERSON = "person"
    """The person it goes to: nothing can be sent to them."""
    CHANNEL = "channel"
    """The channel it goes to: nothing can be posted there until somebody changes that."""
    WORKSPACE = "workspace"
    """The app as a whole: every call of this method is refused, until it passes or the operator acts."""
    TRANSIENT = "transient"
    """Slack's own trouble of the moment, nothing was done: the same request will be accepted later."""


UNREADABLE = "unreadable_answer"
"""Our word for an error that is no code of Slack's."""
UNSURE = frozenset({"internal_error", "fatal_error"})
"""Transient codes after which the request may have been carried out all the same, as Slack documents them."""
LIMITED = frozenset({"ratelimited", "rate_limited"})
"""Codes of HTTP 429: the answer's Retry-After says how long to wait."""
DOUBTFUL = frozenset({"access_denied", "no_permission"})
"""Codes about one channel or about everything, which only time shows: retried a few times before they are final."""

Table = Mapping[str, ErrorClass]

_CODE = re.compile(r"[A-Za-z0-9_.-]{1,80}")


def _table(
    *, message: str = "", person: str = "", channel: str = "", workspace: str = "", transient: str = ""
) -> dict[str, ErrorClass]:
    listed = {
        ErrorClass.MESSAGE: message,
        ErrorClass.PERSON: person,
        ErrorClass.CHANNEL: channel,
        ErrorClass.WORKSPACE: workspace,
        ErrorClass.TRANSIENT: transient,
    }
    return {code: kind for kind, codes in listed.items() for code in codes.split()}


COMMON: Table = _table(
    message="""
        invalid_arg_name invalid_args invalid_arguments invalid_array_arg invalid_charset invalid_form_data
        invalid_json invalid_post_type json_not_object missing_args missing_argument missing_charset missing_post_type
        superfluous_charset
    """,
    channel="access_denied channel_not_found is_archived no_permission not_in_channel restricted_action",
    person="""
        cannot_dm_bot user_disabled user_is_bot user_is_restricted user_is_ultra_restricted user_not_found
        user_not_visible users_not_found
    """,
    workspace="""
        accesslimited account_inactive deprecated_endpoint ekm_access_denied enterprise_is_restricted
        feature_not_enabled forbidden_team free_team_not_allowed insecure_request invalid_auth invalid_token is_bot
        method_deprecated missing_scope not_allowed_token_type not_authed org_login_required paid_teams_only
        plan_upgrade_required team_access_not_granted team_added_to_org team_not_found token_expired token_revoked
        two_factor_setup_required unknown_method upgrade_required
    """,
    transient="""
        fatal_error internal_error rate_limited ratelimited request_timeout rollup_error service_unavailable
        temporarily_unavailable
    """,
)
"""Codes that any method may answer."""

_POSTING = """
    as_user_not_supported attachment_payload_limit_exceeded block_mismatch blocked_file_type cannot_reply_to_message
    cant_broadcast_message draft_already_deleted draft_already_sent draft_has_conflict draft_not_found
    duplicate_message_not_found file_deleted file_is_deleted file_not_found file_share_limit_reached invalid_attachments
    invalid_blocks invalid_blocks_format invalid_metadata_format invalid_metadata_schema markdown_text_conflict
    max_file_sharing_exceeded message_too_long metadata_must_be_sent_from_app metadata_too_large
    missing_file_data msg_blocks_too_long msg_too_long no_dual_broadcast_content_update no_text
    slack_connect_blocked_file_type slack_connect_canvas_sharing_blocked slack_connect_clip_sharing_blocked
    slack_connect_file_link_sharing_blocked slack_connect_file_upload_sharing_blocked
    slack_connect_lists_sharing_blocked streaming_state_conflict thread_not_found too_many_attachments
    too_many_contact_cards unable_to_share_files
"""
"""What is wrong with one message."""
_CLOSED = """
    cant_post_message channel_is_archived duplicate_channel_not_found external_channel_migrating invalid_channel
    is_inactive posting_to_channel_denied posting_to_general_channel_denied restricted_action_non_threadable_channel
    restricted_action_read_only_channel restricted_action_thread_locked restricted_action_thread_only_channel
    send_on_behalf_not_allowed thread_locked
"""
"""Channels in which the bot may not write."""
_VIEWS = """
    duplicate_external_id exchanged_trigger_id expired_trigger_id hash_conflict invalid_trigger_id
    missing_profile_id not_found push_limit_reached view_too_large
"""
_UPLOADING = """
    alt_txt_too_large channels_limit_exceeded file_not_found file_type_not_allowed file_update_failed
    file_upload_size_restricted file_uploads_disabled file_uploads_except_images_disabled invalid_blocks
    malware_detected snippet_too_large storage_limit_reached unknown_snippet_type unknown_subtype
"""

METHODS: Mapping[str, Table] = {
    "apps.connections.open": _table(),
    "auth.test": _table(),
    "chat.delete": _table(message="cant_delete_message compliance_exports_prevent_deletion message_not_found"),
    "chat.postEphemeral": _table(
        message=_POSTING, person="user_not_in_channel", channel=_CLOSED, workspace="messages_tab_disabled"
    )
    | _table(transient="message_limit_exceeded"),
    "chat.postMessage": _table(
        message=_POSTING, channel=_CLOSED, workspace="app_access_restricted messages_tab_disabled"
    )
    | _table(transient="message_limit_exceeded"),
    "chat.update": _table(
        message=_POSTING + " cant_update_message edit_window_closed message_not_found", channel=_CLOSED
    )
    | _table(transient="message_limit_exceeded update_failed"),
    "conversations.history": _table(
        message="invalid_cursor invalid_metadata_filter_keys invalid_ts_latest invalid_ts_oldest",
        channel="channel_is_limited_access",
    ),
    "conversations.info": _table(channel="channel_is_limited_access"),
    "conversations.members": _table(
        message="invalid_cursor invalid_limit",
        channel="method_not_supported_for_channel_type",
        transient="fetch_members_failed",
    ),
    "conversations.open": _table(
        message="not_enough_users too_many_users users_list_not_supplied",
        person="invalid_user_combination",
        channel="method_not_supported_for_channel_type",
    ),
    "files.completeUploadExternal": _table(message=_UPLOADING, channel="invalid_channel posting_to_channel_denied"),
    "files.delete": _table(
        message="cant_delete_file delete_not_allowed file_deleted file_deleting_disabled file_not_found"
    ),
    "files.getUploadURLExternal": _table(message=_UPLOADING),
    "files.info": _table(
        message="""
            access_denied canvas_disabled_file_team canvas_disabled_user_team canvas_globally_disabled file_deleted
            file_not_found not_visible slack_connect_canvas_sharing_blocked template_not_visible
        """
    ),
    "users.info": _table(message="too_many_users"),
    "users.list": _table(message="invalid_cursor limit_required"),
    "users.lookupByEmail": _table(),
    "views.open": _table(message=_VIEWS),
    "views.publish": _table(message=_VIEWS, workspace="not_enabled not_implemented"),
    "views.push": _table(message=_VIEWS),
    "views.update": _table(message=_VIEWS),
    # Not methods of the Web API: addresses that Slack gives us.
    "response_url": _table(
        message="""
            action_prohibited cant_replace_message expired_url invalid_blocks invalid_payload invalid_url
            message_not_found msg_too_long no_service no_text too_many_attachments used_url
        """,
        channel="channel_is_archived",
    ),
    "file download": _table(message="not_allowed"),
    "file upload": _table(),
}
"""Codes of one method, before those of `COMMON`."""


def class_of(method: str, code: str) -> ErrorClass | None:
    """The class of a refusal; None for a code that no list of ours has."""
    return METHODS.get(method, {}).get(code) or COMMON.get(code)


def is_final(method: str, code: str) -> bool:
    """Whether asking again is of no use: the request, its person or its channel is at fault."""
    kind = class_of(method, code)
    return kind in (ErrorClass.MESSAGE, ErrorClass.PERSON, ErrorClass.CHANNEL) and code not in DOUBTFUL


def code_of(said: object) -> str:
    """What an answer names as its error, as a code that can be stored and logged; `UNREADABLE` if it is none."""
    return said if isinstance(said, str) and _CODE.fullmatch(said) else UNREADABLE
