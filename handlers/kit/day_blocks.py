"""The blocks of a day's message: each part has its own, known by their ids, so that one can change without the others.

Slack sends the whole message with every click. The part that a click belongs to is named in the block's id.
"""

import json
from collections.abc import Iterable, Sequence

from bot.slack.gateway import Message
from handlers.kit.blocks import Block, divider, section

PREFIX = "day-"
MOST_BLOCKS = 50
"""Slack's limit of blocks in a message."""
REPEATED = ("context", "actions")
"""Blocks that several parts may have word for word: a note, or the button for fewer reminders."""
MOST_CHARACTERS = 12_000
"""Of the blocks, as JSON: a message stays readable, and far below Slack's limits."""


def part_of(block_id: str) -> str:
    """The part that a block belongs to; "" outside a day's message."""
    return block_id.rpartition("-")[0] if block_id.startswith(PREFIX) else ""


def parts(blocks: Sequence[Block]) -> list[list[Block]]:
    """The blocks of each part of a day's message; of any other message, all of them together."""
    found: dict[str, list[Block]] = {}
    for block in blocks:
        found.setdefault(_part(block), []).append(block)
    return list(found.values()) or [[]]


def blocks_of(part: str, blocks: Iterable[Block]) -> list[Block]:
    """The blocks of a part, with ids that name it."""
    return [{**block, "block_id": f"{part}-{place}"} for place, block in enumerate(blocks)]


def joined(parts: Sequence[tuple[int, Message]]) -> tuple[list[Block], list[int]]:
    """The blocks of all parts (row id, message), and the ids of those for which there is no room.

    What was said before word for word is not said again: a note below two parts, or two parts alike.
    """
    found: list[Block] = []
    left: list[int] = []
    said: set[str] = set()
    size = 0
    for number, message in parts:
        own = message.blocks or [section(message.text)]
        words = json.dumps([_without_values(block) for block in own], sort_keys=True)
        if words in said:
            continue
        new = [block for block in own if block["type"] not in REPEATED or json.dumps(block) not in said]
        here = blocks_of(f"{PREFIX}{number}", [*([divider()] if found else []), *new])
        weight = len(json.dumps(here))
        if found and (len(found) + len(here) > MOST_BLOCKS or size + weight > MOST_CHARACTERS):
            left.append(number)
            continue
        said |= {words, *(json.dumps(block) for block in own if block["type"] in REPEATED)}
        found += here
        size += weight
    return found, left


def in_place(shown: Message, part: str, message: Message) -> Message:
    """A day's message with `message` in place of one of its parts; `message` itself if `part` is ""."""
    if not part:
        return message
    before = [block for block in shown.blocks if _part(block) == part]
    line = [{"type": "divider"}] if before and before[0].get("type") == "divider" else []
    new = blocks_of(part, [*line, *(message.blocks or [section(message.text)])])
    found: list[Block] = []
    placed = False
    for block in shown.blocks:
        if _part(block) != part:
            found.append(block)
        elif not placed:
            found += new
            placed = True
    return Message(shown.text, found[:MOST_BLOCKS])


def with_part(shown: Message, part_id: int, message: Message) -> Message | None:
    """A day's message with `message` in place of one of its parts, by the id of its row.

    The message itself if that part was the only one; None if it is not in it.
    """
    part, there = f"{PREFIX}{part_id}", {_part(block) for block in shown.blocks}
    if part in there:
        return in_place(shown, part, message)
    return None if any(there) else message


def _part(block: Block) -> str:
    return part_of(str(block.get("block_id", "")))


def _without_values(block: Block) -> Block:
    """A block without what distinguishes two of the same words: the rows that its buttons are about."""
    elements = [{name: value for name, value in one.items() if name != "value"} for one in block.get("elements", ())]
    return {**block, "elements": elements} if elements else block
