"""The methods of Slack's Web API that Balik calls: Slack's limit, the needed scopes, and the bucket of calls in bulk.

A test compares this with the calls in the code, with Slack's published reference and with manifest.yml.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from storage import rate_limits as buckets

READ = ("channels:read", "groups:read")
"""For public and for private channels."""


class NoBucket(StrEnum):
    """Why a method has no bucket."""

    CLICK = "click"
    """Only for a person who waits: at most one call for each of their actions."""
    ONCE = "once"
    """Once per process or socket, and after a jump of the clock. The app token has the scope connections:write."""
    UPLOADED = "uploaded"
    """For a file whose upload has used its bucket, or a click."""
    PAGED = "paged"
    """With each page of an organisation's people, which uses the bucket of users.list."""
    INSTALLED = "installed"
    """For an installation, one that is not allowed, or a token that expires soon."""
    DOCTOR = "doctor"
    """Only `python -m bot doctor` calls it."""


@dataclass(frozen=True)
class Method:
    """`per_minute` is Slack's published tier, per workspace and app."""

    per_minute: int
    scopes: tuple[str, ...] = ()
    """Those of manifest.yml that it needs; of several, the one for the kind of channel. None: any token will do."""
    bucket: str = ""
    """That of calls for which nobody waits (`storage.rate_limits`)."""
    no_bucket: NoBucket | None = None


METHODS: Mapping[str, Method] = {
    "api.test": Method(100, no_bucket=NoBucket.ONCE),
    "apps.connections.open": Method(1, no_bucket=NoBucket.ONCE),
    "apps.uninstall": Method(1, no_bucket=NoBucket.INSTALLED),
    "auth.teams.list": Method(20, no_bucket=NoBucket.PAGED),
    "auth.test": Method(300, no_bucket=NoBucket.ONCE),
    "bots.info": Method(50, ("users:read",), no_bucket=NoBucket.DOCTOR),
    "chat.delete": Method(50, ("chat:write",), buckets.DELETIONS),
    "chat.postEphemeral": Method(100, ("chat:write",), no_bucket=NoBucket.CLICK),
    "chat.postMessage": Method(400, ("chat:write", "chat:write.public"), buckets.POSTS),
    "chat.update": Method(50, ("chat:write",), buckets.UPDATES),
    "conversations.history": Method(50, ("im:history",), buckets.READS),
    "conversations.info": Method(50, READ, buckets.CHANNELS),
    "conversations.members": Method(100, READ, buckets.MEMBERS),
    "conversations.open": Method(50, ("im:write", "mpim:write"), buckets.OPENS),
    "files.completeUploadExternal": Method(100, ("files:write",), buckets.FILES),
    "files.delete": Method(50, ("files:write",), buckets.FILE_DELETIONS),
    "files.getUploadURLExternal": Method(100, ("files:write",), buckets.FILES),
    "files.info": Method(100, ("files:read",), no_bucket=NoBucket.UPLOADED),
    "oauth.v2.access": Method(100, no_bucket=NoBucket.INSTALLED),
    "users.info": Method(100, ("users:read",), buckets.PROFILES),
    "users.list": Method(20, ("users:read",), buckets.PEOPLE),
    "users.lookupByEmail": Method(50, ("users:read.email",), buckets.LOOKUPS),
    "views.open": Method(100, no_bucket=NoBucket.CLICK),
    "views.publish": Method(100, bucket=buckets.HOMES),
    "views.push": Method(100, no_bucket=NoBucket.CLICK),
    "views.update": Method(100, no_bucket=NoBucket.CLICK),
}


def scope_of(method: str) -> str | None:
    """The scope that a refusal of `method` for a missing one is about, where Slack names none and only one will do."""
    scopes = METHODS[method].scopes if method in METHODS else ()
    return scopes[0] if len(scopes) == 1 else None
