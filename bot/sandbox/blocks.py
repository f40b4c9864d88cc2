"""stub"""

import copy
from collections.abc import Callable
from typing import Any, Literal

from .model import Json

Surface = Literal["message", "modal", "home"]


def check_blocks(blocks: list[Any], surface: Surface, *, at: str, image_exists: Callable[[str], bool]) -> list[str]:
    return []


def check_view(view: Json, kinds: tuple[str, ...], *, image_exists: Callable[[str], bool]) -> list[str]:
    return []


def total_text(blocks: list[Json]) -> int:
    return 0


def assign_ids(blocks: list[Json], next_id: Callable[[], str]) -> list[Json]:
    out = copy.deepcopy(blocks)
    for block in out:
        block.setdefault("block_id", next_id())
        elements = [block.get("accessory"), block.get("element")]
        if block.get("type") in ("actions", "context_actions"):
            elements += block["elements"]
        for e in elements:
            if isinstance(e, dict) and e["type"] != "image":
                e.setdefault("action_id", next_id())
    return out
