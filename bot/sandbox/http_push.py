"""HTTP instead of Socket Mode: signed requests to the app's request URL."""

import hashlib
import hmac
import json
import time
from urllib.parse import urlencode

import aiohttp

from .delivery import Reply
from .model import Json


class HttpPush:
    """Posts each payload to the app, signed as Slack signs (v0, HMAC-SHA256)."""

    def __init__(self, url: str, signing_secret: str) -> None:
        self.url = url
        self.signing_secret = signing_secret

    def headers(self, body: bytes, content_type: str) -> dict[str, str]:
        # Receivers compare the stamp with the machine's clock, so it is that one and never the injected clock.
        stamp = str(int(time.time()))
        base = b"v0:" + stamp.encode() + b":" + body
        digest = hmac.new(self.signing_secret.encode(), base, hashlib.sha256).hexdigest()
        return {
            "Content-Type": content_type,
            "X-Slack-Request-Timestamp": stamp,
            "X-Slack-Signature": f"v0={digest}",
        }

    async def carry(self, envelope: Json) -> Reply:
        """One request; 2xx in time is the ack and its body the response payload."""
        body, content_type = encode(envelope)
        headers = self.headers(body, content_type)
        if envelope.get("retry_attempt"):
            headers["X-Slack-Retry-Num"] = str(envelope["retry_attempt"])
            reason = str(envelope["retry_reason"])
            headers["X-Slack-Retry-Reason"] = "http_timeout" if reason == "timeout" else reason
        unlimited = aiohttp.ClientTimeout(total=None)  # the caller limits it
        try:
            async with (
                aiohttp.ClientSession(timeout=unlimited) as session,
                session.post(self.url, data=body, headers=headers) as response,
            ):
                text = await response.text()
                if response.status // 100 == 2:
                    return Reply(True, payload=_payload(text))
                # The app may ask Slack to stop repeating.
                if response.headers.get("X-Slack-No-Retry") == "1":
                    return Reply(True, payload=None)
                return Reply(False, reason="http_error")
        except aiohttp.ClientError:
            return Reply(False, reason="connection_failed")


def encode(envelope: Json) -> tuple[bytes, str]:
    """The body each kind of payload has over HTTP."""
    payload = envelope["payload"]
    if envelope["type"] == "events_api":
        return json.dumps(payload).encode(), "application/json"
    form = {"payload": json.dumps(payload)} if envelope["type"] == "interactive" else payload
    plain = {key: str(value).lower() if isinstance(value, bool) else str(value) for key, value in form.items()}
    return urlencode(plain).encode(), "application/x-www-form-urlencoded"


def _payload(text: str) -> object:
    if not text.strip():
        return None
    try:
        return json.loads(text)
    except ValueError:
        return {"text": text}
