"""Messages, modals and Home as text: what a person sees, one line a part, with buttons, fields and action ids.

# a header
a paragraph
· a line in small print
  [Label] the.action_id → [Yes] question / [No]
  Label of a field (block_id, type): what may be chosen
"""

import re
from collections.abc import Callable, Iterator
from typing import Any

Json = dict[str, Any]
Named = Callable[[str], str]
"""What a person or channel is called, by the Slack id."""

MENTION = re.compile(r"<([@#])([UWC][A-Z0-9]+)>")
SLACK_ID = re.compile(r"\b[UWCD][A-Z0-9]{8,}\b")


def of_message(text: str, blocks: list[Json], named: Named) -> str:
    """A message: first the text of its notification, which screen readers read, then its blocks."""
    lines = list(_lines(blocks))
    if text in (line.removeprefix("# ") for line in lines):
        notification = "notification: as below" if len(lines) > 1 else "notification: the same"
    else:
        notification = "notification:\n" + "\n".join(f"    {line}" if line else "" for line in text.splitlines())
    return _with_names("\n".join([notification, *lines]), named)


def of_view(view: Any, named: Named) -> str:
    """A modal with its title and buttons, or somebody's Home."""
    ends = [f"[{end['text']}]" for end in (view.submit, view.close) if end]
    title = [f"«{view.title['text']}» {' '.join(ends)}"] if view.title else []
    return _with_names("\n".join([*title, *_lines(view.blocks)]), named)


def _with_names(text: str, named: Named) -> str:
    return SLACK_ID.sub(lambda found: named(found[0]), MENTION.sub(lambda found: found[1] + named(found[2]), text))


def _lines(blocks: list[Json]) -> Iterator[str]:
    for block in blocks:
        match block["type"]:
            case "header":
                yield f"# {block['text']['text']}"
            case "divider":
                yield "-----"
            case "context":
                yield "\n".join(f"· {_shown(one)}" for one in block["elements"])
            case "section":
                if "text" in block:
                    yield block["text"]["text"]
                yield from (f"| {one['text']}" for one in block.get("fields", []))
                if "accessory" in block:
                    yield from _used(block["accessory"])
            case "actions":
                for element in block["elements"]:
                    yield from _used(element)
            case "input":
                yield from _field(block)
            case "image":
                yield f"(picture: {block['alt_text']})"
            case unknown:
                raise ValueError(f"say how a block of type {unknown} is read")


def _shown(element: Json) -> str:
    return f"(picture: {element['alt_text']})" if element["type"] == "image" else str(element["text"])


def _used(element: Json) -> Iterator[str]:
    """A button, menu or other element that is used at once."""
    if element["type"] == "button":
        style = f" ({element['style']})" if "style" in element else ""
        yield f"  [{element['text']['text']}] {element['action_id']}{style}{_asked(element)}"
    elif element["type"] == "image":
        yield f"  (picture: {element['alt_text']})"
    else:
        yield f"  {element['action_id']} ({element['type']}): {_choices(element)}{_asked(element)}"


def _asked(element: Json) -> str:
    if not (asked := element.get("confirm")):
        return ""
    words = {name: asked[name]["text"] for name in ("title", "text", "confirm", "deny")}
    return f"\n    → {words['title']} / {words['text']} / [{words['confirm']}] [{words['deny']}]"


def _field(block: Json) -> Iterator[str]:
    element = block["element"]
    optional = ", optional" if block.get("optional") else ""
    at_once = f", {element['action_id']} at once" if block.get("dispatch_action") else ""
    yield f"  {block['label']['text']} ({block['block_id']}, {element['type']}{optional}{at_once}): {_choices(element)}"
    if hint := block.get("hint"):
        yield f"    hint: {hint['text']}"


def _choices(element: Json) -> str:
    """What is chosen or filled in already, and what else there is."""
    first = element.get("initial_option")
    chosen = [one["value"] for one in [*([first] if first else []), *element.get("initial_options", [])]]
    options = [one for group in element.get("option_groups", []) for one in group["options"]]
    lines = [
        f"{'(x)' if one['value'] in chosen else '( )'} {one['text']['text']}"
        + (f" / {one['description']['text']}" if "description" in one else "")
        for one in [*element.get("options", []), *options]
    ]
    filled = [str(element[name]) for name in sorted(element) if name.startswith("initial_") and "option" not in name]
    placeholder = [f"“{element['placeholder']['text']}”"] if "placeholder" in element else []
    return " ".join([*placeholder, *filled]) + "".join(f"\n    {line}" for line in lines)
