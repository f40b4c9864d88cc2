"""What a message may say: the checks shared by chat.*, response_url posts and texts in an ack."""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from .kit import Surface, assign_ids, check_blocks, total_text
from .model import Json, SlackError

TEXT_MAX = 40_000
MESSAGE_MAX = 13_200  # what all blocks of a message may say together
ATTACHMENTS_MAX = 100
METADATA_MAX = 1_024
EVENT_TYPE = re.compile(r"[A-Za-z0-9_.\-]{1,255}")


@dataclass
class Content:
    """The parts of a message that passed."""

    text: str = ""
    blocks: list[Json] = field(default_factory=list)
    attachments: list[Json] = field(default_factory=list)
    metadata: Json | None = None


@dataclass
class Composer:
    """Reads message arguments. `next_id` names blocks of a surface that have no id; `file_exists` knows the images."""

    next_id: Callable[[Surface], str]
    image_exists: Callable[[str], bool]

    def compose(self, args: Json, *, too_long: str, surface: Surface = "message") -> Content:
        """Text, blocks, attachments and metadata, or Slack's refusal of them."""
        text = args.get("text")
        if text is not None and not isinstance(text, str):
            raise SlackError("invalid_arguments", "must be a string [json-pointer:/text]")
        blocks = self.blocks(args.get("blocks"), surface)
        attachments = self.attachments(args.get("attachments"))
        if args.get("markdown_text"):
            if text or blocks:
                raise SlackError("markdown_text_conflict")
            text = str(args["markdown_text"])
            if len(text) > 12_000:
                raise SlackError(too_long)
        if not (text or "").strip() and not blocks and not attachments:
            raise SlackError("no_text")
        if total_text(blocks) > MESSAGE_MAX:
            raise SlackError(too_long)
        return Content((text or "")[:TEXT_MAX], blocks, attachments, check_metadata(args.get("metadata")))

    def blocks(self, value: Any, surface: Surface) -> list[Json]:
        """Checked blocks with an id each."""
        if value in (None, "", []):
            return []
        blocks = _parsed(value, "invalid_blocks_format")
        if not isinstance(blocks, list):
            raise SlackError("invalid_blocks_format")
        faults = check_blocks(blocks, surface, at="/blocks", image_exists=self.image_exists)
        if faults:
            raise SlackError("invalid_blocks", *faults, errors=faults)
        return self.with_ids(blocks, surface)

    def with_ids(self, blocks: list[Json], surface: Surface) -> list[Json]:
        """A copy with an id for each block and element."""
        return assign_ids(blocks, lambda: self.next_id(surface))

    def attachments(self, value: Any) -> list[Json]:
        """Legacy attachments: kept as they are, but for blocks inside them, which are checked."""
        if value in (None, "", []):
            return []
        attachments = _parsed(value, "invalid_arguments")
        if not isinstance(attachments, list) or not all(isinstance(item, dict) for item in attachments):
            raise SlackError("invalid_arguments", "must be an array of objects [json-pointer:/attachments]")
        if len(attachments) > ATTACHMENTS_MAX:
            raise SlackError("too_many_attachments")
        return [
            {**item, "blocks": self.blocks(item["blocks"], "message")} if item.get("blocks") else item
            for item in attachments
        ]


def _parsed(value: Any, error: str) -> Any:
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except ValueError:
        raise SlackError(error) from None


def check_metadata(value: Any) -> Json | None:
    """`{event_type, event_payload}`, the payload flat, or objects and arrays of objects that are flat."""
    if value in (None, ""):
        return None
    metadata = _parsed(value, "invalid_metadata_format")
    if not isinstance(metadata, dict) or set(metadata) - {"event_type", "event_payload", "entities"}:
        raise SlackError("invalid_metadata_format")
    kind, payload = metadata.get("event_type"), metadata.get("event_payload")
    if not isinstance(kind, str) or not EVENT_TYPE.fullmatch(kind) or not isinstance(payload, dict):
        raise SlackError("invalid_metadata_format")
    if not all(_allowed(item) for item in payload.values()):
        raise SlackError("invalid_metadata_schema")
    if len(json.dumps(metadata, ensure_ascii=False).encode()) > METADATA_MAX:
        raise SlackError("metadata_too_large")
    return metadata


def _scalar(value: Any) -> bool:
    return value is None or isinstance(value, (str, int, float, bool))


def _flat(value: Any) -> bool:
    return isinstance(value, dict) and all(_scalar(item) for item in value.values())


def _allowed(value: Any) -> bool:
    if isinstance(value, list):
        return all(_scalar(item) or _flat(item) for item in value)
    return _scalar(value) or _flat(value)
