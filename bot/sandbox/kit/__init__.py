"""Block Kit: what Slack takes in messages and views, and the ids it gives to what has none."""

import json
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

from ..model import Json
from .blocks import MESSAGE, ONE_TABLE, VIEWS
from .spec import Report, Surface

__all__ = ["Surface", "assign_ids", "check_blocks", "check_view", "total_text"]

ImageExists = Callable[[str], bool]


def check_blocks(blocks: list[Any], surface: Surface, *, at: str, image_exists: ImageExists) -> list[str]:
    """What is wrong with a message's blocks, each fault with its JSON pointer."""
    report = Report(surface, image_exists)
    MESSAGE.check(blocks, at, report)
    if not report.faults:
        _ids(blocks, at, report)
        tables = [index for index, block in enumerate(blocks) if block["type"] in ONE_TABLE]
        if len(tables) > 1:
            report.add("only one table is allowed in a message", f"{at}/{tables[1]}")
    return report.faults


def check_view(view: Json, kinds: tuple[str, ...], *, image_exists: ImageExists) -> list[str]:
    """What is wrong with a view, which has to be of one of `kinds`."""
    kind = view.get("type")
    if kind not in kinds or not isinstance(kind, str):
        return [f"unsupported type: {kind} [json-pointer:/view/type]"]
    report = Report("modal" if kind == "modal" else "home", image_exists)
    VIEWS[kind].check(view, "/view", report)
    if report.faults:
        return report.faults
    blocks = view["blocks"]
    _ids(blocks, "/view/blocks", report)
    if kind == "modal" and "submit" not in view and any(block["type"] == "input" for block in blocks):
        report.add("missing required field: submit, because there are input blocks", "/view")
    focused = [path for path, element in _elements(blocks, "/view/blocks") if element.get("focus_on_load")]
    if len(focused) > 1:
        report.add("only one element may have focus_on_load", focused[1])
    return report.faults


def _ids(blocks: list[Json], at: str, report: Report) -> None:
    """block_ids are unique in a message or view, action_ids in a block."""
    seen: Counter[str] = Counter()
    for path, block in _walk(blocks, at):
        if "block_id" in block:
            seen[block["block_id"]] += 1
            if seen[block["block_id"]] == 2:
                report.add(f"block_id {block['block_id']!r} already exists", f"{path}/block_id")
        actions: Counter[str] = Counter()
        for place, element in _own_elements(block, path):
            if "action_id" in element:
                actions[element["action_id"]] += 1
                if actions[element["action_id"]] == 2:
                    report.add(f"action_id {element['action_id']!r} already exists in this block", f"{place}/action_id")


def _walk(blocks: list[Json], at: str) -> Iterator[tuple[str, Json]]:
    """Every block, those inside containers, carousels and plans too."""
    for index, block in enumerate(blocks):
        path = f"{at}/{index}"
        yield path, block
        for key in ("child_blocks", "tasks"):
            if isinstance(block.get(key), list):
                yield from _walk(block[key], f"{path}/{key}")
        if block["type"] == "carousel":
            yield from _walk(block["elements"], f"{path}/elements")


def _own_elements(block: Json, path: str) -> Iterator[tuple[str, Json]]:
    """A block's interactive elements."""
    if block["type"] in ("actions", "context_actions"):
        yield from ((f"{path}/elements/{index}", element) for index, element in enumerate(block["elements"]))
    if block["type"] == "card":
        yield from ((f"{path}/actions/{index}", element) for index, element in enumerate(block.get("actions", [])))
    for key in ("accessory", "element"):
        element = block.get(key)
        if isinstance(element, dict) and element["type"] != "image":
            yield f"{path}/{key}", element


def _elements(blocks: list[Json], at: str) -> Iterator[tuple[str, Json]]:
    for path, block in _walk(blocks, at):
        yield from _own_elements(block, path)


def assign_ids(blocks: list[Json], next_id: Callable[[], str]) -> list[Json]:
    """A copy in which every block has a block_id and every interactive element an action_id."""
    named: list[Json] = json.loads(json.dumps(blocks))  # a fifth of the time of `copy.deepcopy`
    for path, block in _walk(named, ""):
        block.setdefault("block_id", next_id())
        for _, element in _own_elements(block, path):
            element.setdefault("action_id", next_id())
    return named


def total_text(value: Any) -> int:
    """How many characters all texts inside say together."""
    if isinstance(value, list):
        return sum(total_text(item) for item in value)
    if not isinstance(value, dict):
        return 0
    own = value.get("text")
    return (len(own) if isinstance(own, str) else 0) + sum(
        total_text(item) for item in value.values() if isinstance(item, (dict, list))
    )
