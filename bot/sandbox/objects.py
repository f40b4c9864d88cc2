"""Users, conversations and files as Slack's API shows them, with the fields of its published object pages.

What a field cannot hold here has the value that Slack gives to an unused one.
"""

from datetime import datetime
from urllib.parse import quote

from .model import Channel, File, Json, User

GRID, GRID_NAME = "E0001", "Grup"
"""The Grid whose workspaces a person of `grid_teams` belongs to."""
AVATAR = "https://a.slack-edge.com/local"
AVATAR_SIZES = (24, 32, 48, 72, 192, 512)
COLOURS = ("9f69e7", "4bbe2e", "e7392d", "3c989f", "674b1b", "e96699", "235e5b", "d58247")
THUMBNAILS = (360, 480, 720, 800, 960, 1024)
SQUARES = (64, 80, 160)
PRETTY = {"png": "PNG", "jpg": "JPEG", "jpeg": "JPEG", "gif": "GIF", "csv": "CSV", "txt": "Plain Text", "pdf": "PDF"}
MIME = {
    "png": "image/png",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "gif": "image/gif",
    "csv": "text/csv",
    "txt": "text/plain",
    "pdf": "application/pdf",
    "json": "application/json",
    "html": "text/html",
}


def user_json(user: User, own_team: str, now: datetime, *, email: bool = True, locale: bool = False) -> Json:
    """The user object of users.info; `email` and `locale` only for those who may see and asked for them.

    Slack leaves out the time zone and the rights of deactivated people, and the rights of another company's.
    """
    team = user.team_id or own_team
    body: Json = {
        "id": user.id,
        "team_id": team,
        "name": user.name,
        "deleted": user.deleted,
        "color": COLOURS[sum(map(ord, user.id)) % len(COLOURS)],
        "profile": _profile(user, team, email=email),
        "is_bot": user.is_bot,
        "is_app_user": False,
        "updated": user.updated,
        "who_can_share_contact_card": "EVERYONE",
    }
    if not user.deleted:
        body |= {
            "real_name": user.real_name,
            "tz": user.tz,
            "tz_label": user.tz,
            "tz_offset": user.tz_offset(now),
            "is_admin": user.is_admin,
            "is_owner": False,
            "is_primary_owner": False,
            "is_restricted": user.is_restricted or user.is_ultra_restricted,
            "is_ultra_restricted": user.is_ultra_restricted,
            "is_email_confirmed": not user.is_bot,
            "has_2fa": False,
        }
    if user.is_stranger:
        body["is_stranger"] = True
    if user.grid_teams:
        body["enterprise_user"] = {
            "id": f"W{user.id[1:]}",
            "enterprise_id": user.enterprise_id or GRID,
            "enterprise_name": user.enterprise_name or GRID_NAME,
            "is_admin": False,
            "is_owner": False,
            "is_primary_owner": False,
            "teams": list(user.grid_teams),
        }
        body["teams"] = list(user.grid_teams)
    if locale:
        body["locale"] = user.locale
    return body


def _profile(user: User, team: str, *, email: bool) -> Json:
    first, _, last = user.real_name.partition(" ")
    avatar = f"l{user.id.lower()}"
    profile: Json = {
        "title": user.title,
        "phone": "",
        "skype": "",
        "first_name": first,
        "last_name": last,
        "real_name": user.real_name,
        "real_name_normalized": user.real_name,
        "display_name": user.name,
        "display_name_normalized": user.name,
        "fields": None,
        "status_text": "",
        "status_text_canonical": "",
        "status_emoji": "",
        "status_emoji_display_info": [],
        "status_expiration": 0,
        "avatar_hash": avatar,
        **{f"image_{size}": f"{AVATAR}/{avatar}-{size}.png" for size in AVATAR_SIZES},
        "team": team,
    }
    if user.is_bot:
        profile |= {"api_app_id": "A0001", "bot_id": user.bot_id or "B0001", "always_active": True}
    if user.is_restricted or user.is_ultra_restricted:
        profile |= {"guest_invited_by": "", "guest_expiration_ts": 0}
    if email and user.email:
        profile["email"] = user.email
    return profile


def channel_json(channel: Channel, own_team: str, bot: str, *, user_deleted: bool = False) -> Json:
    """The conversation object, as `bot` sees it. `user_deleted`: whether the other person of a DM is deactivated."""
    updated = channel.updated or channel.created * 1000
    body: Json = {
        "id": channel.id,
        "created": channel.created,
        "is_archived": channel.archived,
        "is_channel": channel.kind == "public",
        "is_group": channel.kind in ("private", "mpim"),
        "is_im": channel.kind == "im",
        "is_mpim": channel.kind == "mpim",
        "is_private": channel.private,
        "context_team_id": own_team,
        "updated": updated,
        "is_org_shared": channel.org_shared,
    }
    if channel.kind == "im":
        other = next((u for u in channel.members if u != bot), bot)
        body |= {"user": other, "is_user_deleted": user_deleted, "priority": 0}
        return body | {"is_open": True, **_read(channel, bot), "properties": {"tabs": []}}
    who = {"creator": channel.creator, "last_set": channel.created}
    shared = channel.ext_shared or channel.org_shared
    theirs = [one for one in channel.shared_team_ids if one != own_team]
    body |= {
        "name": channel.name,
        "name_normalized": channel.name,
        "creator": channel.creator,
        "unlinked": 0,
        "is_general": channel.is_general,
        "is_frozen": False,
        "is_member": bot in channel.members,
        "is_shared": shared,
        "is_ext_shared": channel.ext_shared,
        "is_pending_ext_shared": channel.pending_ext_shared,
        "pending_shared": [channel.pending_team_id] if channel.pending_ext_shared else [],
        "pending_connected_team_ids": [channel.pending_team_id] if channel.pending_ext_shared else [],
        "shared_team_ids": channel.shared_team_ids or [own_team],
        "internal_team_ids": [own_team, *theirs] if channel.org_shared and not channel.ext_shared else [],
        "connected_team_ids": theirs if channel.ext_shared else [],
        "connected_limited_team_ids": [],
        "parent_conversation": None,
        "is_moved": 0,
        "is_global_shared": False,
        "is_org_default": False,
        "is_org_mandatory": False,
        "is_read_only": channel.posting == "read_only",
        "is_thread_only": channel.posting == "threads",
        "is_non_threadable": channel.posting == "no_threads",
        "topic": {"value": channel.topic, **who},
        "purpose": {"value": channel.purpose, **who},
        "previous_names": list(channel.previous_names),
        "properties": {"tabs": [{"id": "files", "label": "", "type": "files"}]},
        "num_members": len(channel.members),
    }
    if shared:
        body["conversation_host_id"] = own_team
    if channel.kind == "mpim":
        body |= {"is_open": True, "priority": 0}
    return body | (_read(channel, bot) if bot in channel.members else {})


def _read(channel: Channel, bot: str) -> Json:
    return {"last_read": channel.read.get(bot, "0000000000.000000")}


def file_json(file: File, channels: dict[str, Channel], base_url: str, domain: str, own_team: str) -> Json:
    """The file object. It is shared where its messages are: `shares` names them."""
    ending = file.name.rsplit(".", 1)[-1].lower() if "." in file.name else "text"
    address = f"{base_url}/files-pri/{own_team}-{file.id}"
    link = f"https://{domain}.slack.com/files/{file.user}/{file.id}/{quote(file.name)}"
    known = [channels[one] for one in dict.fromkeys(file.channels) if one in channels]
    body: Json = {
        "id": file.id,
        "created": file.created,
        "timestamp": file.created,
        "name": file.name,
        "title": file.title or file.name,
        "mimetype": MIME.get(ending, "application/octet-stream"),
        "filetype": ending,
        "pretty_type": PRETTY.get(ending, ending.upper()),
        "user": file.user,
        "user_team": own_team,
        "editable": False,
        "size": len(file.content or b""),
        "mode": "hosted",
        "is_external": False,
        "external_type": "",
        "is_public": any(one.kind == "public" for one in known),
        "public_url_shared": False,
        "display_as_bot": False,
        "username": "",
        "alt_txt": file.alt_text,
        "url_private": f"{address}/{quote(file.name)}",
        "url_private_download": f"{address}/download/{quote(file.name)}",
        "media_display_type": "unknown",
        "permalink": link,
        "permalink_public": f"https://slack-files.com/{own_team}-{file.id}-local",
        "is_starred": False,
        "has_rich_preview": False,
        "file_access": "visible",
        "comments_count": 0,
        "channels": [one.id for one in known if one.kind == "public"],
        "groups": [one.id for one in known if one.kind in ("private", "mpim")],
        "ims": [one.id for one in known if one.kind == "im"],
        "shares": _shares(file, known, own_team),
        "has_more_shares": False,
    }
    return body | (_picture(file, body["url_private"]) if file.is_image else {})


def _shares(file: File, channels: list[Channel], own_team: str) -> Json:
    """Where a file was shared, by kind of channel."""
    found: Json = {}
    for channel in channels:
        kind = "public" if channel.kind == "public" else "private"
        messages = [one for one in channel.messages.values() if file.id in one.files]
        if messages:
            found.setdefault(kind, {})[channel.id] = [
                {"ts": one.ts, "channel_name": channel.name, "team_id": own_team, "share_user_id": one.user}
                | ({"thread_ts": one.thread_ts} if one.thread_ts else {})
                for one in messages
            ]
    return found


def _picture(file: File, address: str) -> Json:
    """Thumbnails, and the size if it can be read: that of a PNG."""
    body: Json = {f"thumb_{size}": address for size in SQUARES}
    body["image_exif_rotation"] = 1
    head = (file.content or b"")[:24]
    if not head.startswith(b"\x89PNG") or len(head) < 24:
        return body
    width, height = int.from_bytes(head[16:20]), int.from_bytes(head[20:24])
    body |= {"original_w": width, "original_h": height}
    for size in THUMBNAILS:
        if size == THUMBNAILS[0] or max(width, height) >= size:
            scale = min(1, size / max(width, height, 1))
            body |= {
                f"thumb_{size}": address,
                f"thumb_{size}_w": round(width * scale),
                f"thumb_{size}_h": round(height * scale),
            }
    return body
