"""Who has to do what about a refusal of Slack's, in one line for the operator."""

from bot.slack.errors import COMMON, ErrorClass, class_of

_ADMIN = "ask an administrator of the Slack workspace to"
_MANIFEST = 'paste manifest.yml under "App Manifest" of your Slack app, save, and install the app again'
_TOKEN = "run python -m bot doctor, which says which token is wrong and why"
_POST = "make the channel open to posts by apps, or have HR choose another"
_CURES = {
    "missing_scope": f"{_MANIFEST}; python -m bot doctor lists the missing scopes",
    "messages_tab_disabled": 'turn on "Messages Tab" under "App Home" of your Slack app',
    "not_enabled": 'turn on "Home Tab" under "App Home" of your Slack app',
    "not_implemented": 'turn on "Home Tab" under "App Home" of your Slack app',
    "file_uploads_disabled": f"{_ADMIN} allow file uploads, also by apps",
    "file_uploads_except_images_disabled": f"{_ADMIN} allow uploads of files other than pictures",
    "file_type_not_allowed": f"{_ADMIN} allow files of the types html, csv, xlsx, json, ics, png and pdf",
    "storage_limit_reached": f"{_ADMIN} free file storage, or get more",
    "restricted_action": f"{_ADMIN} let apps post there, or {_POST}",
    "restricted_action_read_only_channel": f"{_ADMIN} let apps post there, or {_POST}",
    "restricted_action_thread_only_channel": f"{_ADMIN} let apps post there, or {_POST}",
    "posting_to_general_channel_denied": f"{_ADMIN} let apps post there, or {_POST}",
    "posting_to_channel_denied": f"{_ADMIN} let apps post there, or {_POST}",
    "not_in_channel": "have HR invite the bot there: /invite @Balik",
    "is_archived": "have HR unarchive the channel, or choose another",
    "channel_is_archived": "have HR unarchive the channel, or choose another",
    "channel_not_found": "have HR invite the bot there, or choose another channel",
    "ekm_access_denied": f"{_ADMIN} restore access to the encryption key (EKM)",
    "accesslimited": f"{_ADMIN} allow this machine's address (IP allowlist)",
    "access_denied": f"{_ADMIN} check what the app may do there",
    "org_login_required": "wait until the workspace's move to Enterprise Grid has finished",
    "team_added_to_org": "wait until the workspace's move to Enterprise Grid has finished",
    "team_access_not_granted": f"{_ADMIN} install the app in this workspace of the Grid",
    "app_removed": "install the app again, and copy the new token into .env",
}


def refusal_cure(code: str) -> str:
    """Who does what about a refusal with Slack's `code`."""
    if cure := _CURES.get(code):
        return cure
    match class_of("chat.postMessage", code):
        case ErrorClass.CHANNEL:
            return f"{_ADMIN} let the app post there, or {_POST}"
        case ErrorClass.WORKSPACE:
            return _TOKEN if code in COMMON else f"{_ADMIN} check what the app may do"
        case ErrorClass.MESSAGE:
            return "report it with the log's lines, which hold nothing personal"
    return "look the code up in Slack's documentation, and report it with the log's lines"
