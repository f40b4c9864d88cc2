"""Answers over a response_url, and the text an app puts into its ack."""

import json

from aiohttp import web

from .hub import Hub
from .model import Channel, Json, Message, ResponseUrl, SlackError
from .workspace import RESPONSE_URL_USES


class Responses:
    """Serves the response_urls."""

    def __init__(self, slack: Hub) -> None:
        self.slack = slack

    async def handle(self, request: web.Request) -> web.Response:
        """One post: five times in half an hour, then no more."""
        text = await request.text()
        try:
            body = json.loads(text)
        except ValueError:
            body = None
        try:
            if not isinstance(body, dict):
                raise SlackError("invalid_payload")
            self.post(self._right(request.path), body)
        except SlackError as refusal:
            self.slack.record("response_url", body if isinstance(body, dict) else {}, refusal.code)
            status = 404 if refusal.code in ("expired_url", "used_url", "invalid_url") else 400
            return web.json_response(refusal.body(), status=status)
        self.slack.record("response_url", body, None)
        return web.Response(text="ok")

    def _right(self, path: str) -> ResponseUrl:
        url = self.slack.workspace.response_urls.get(path)
        if url is None:
            raise SlackError("invalid_url")
        if self.slack.clock.now() > url.expires:
            raise SlackError("expired_url")
        if url.uses >= RESPONSE_URL_USES:
            raise SlackError("used_url")
        url.uses += 1
        return url

    def post(self, url: ResponseUrl, body: Json) -> None:
        """Do what the body says: delete or replace the original, or say something new."""
        channel = self.slack.workspace.channels[url.channel]
        original = self._original(url, channel)
        if body.get("delete_original"):
            self._delete(channel, original)
            return
        content = self.slack.composer.compose(body, too_long="msg_too_long")
        if body.get("replace_original"):
            if original is None:
                raise SlackError("message_not_found")
            original.text, original.blocks, original.attachments = content.text, content.blocks, content.attachments
            original.values = {}
            if not original.ephemeral_to:
                original.edited_ts = channel.next_ts(self.slack.clock.now())
            self.slack.changed("message", channel=channel.id, user=original.ephemeral_to)
            return
        public = body.get("response_type") == "in_channel"
        self.slack.reply(
            url.user, channel, content.text, content.blocks, public=public, thread_ts=body.get("thread_ts")
        )

    def _original(self, url: ResponseUrl, channel: Channel) -> Message | None:
        if url.message_ts is None:
            return None
        if not url.ephemeral:
            return channel.messages.get(url.message_ts)
        return next((m for m in channel.ephemerals if m.ts == url.message_ts), None)

    def _delete(self, channel: Channel, original: Message | None) -> None:
        if original is None:
            raise SlackError("message_not_found")
        if original.ephemeral_to:
            channel.ephemerals.remove(original)
        else:
            del channel.messages[original.ts]
        self.slack.changed("message", channel=channel.id, user=original.ephemeral_to)
