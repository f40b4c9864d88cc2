"""The blocks, what each may hold and where it may stand; and the views they stand in."""

from ..model import Json
from .elements import ELEMENTS, ID, IMAGE_KEYS, IN_ACTIONS, IN_INPUT, IN_SECTION, URL, image_source
from .rich_text import RICH_TEXT, RICH_TEXT_KEYS
from .spec import Anything, Bool, Either, ListOf, Obj, OneOf, Report, Spec, Str, Text, Typed, shape, words

MESSAGE_BLOCKS, VIEW_BLOCKS = 50, 100
MESSAGE_ONLY = "message"
IMAGE = ELEMENTS["image"]
NAME: dict[str, Spec] = {"block_id": ID}


def _section(block: Json, at: str, report: Report) -> None:
    if "text" not in block and "fields" not in block:
        report.add("one of text, fields is required", at)


def _card(block: Json, at: str, report: Report) -> None:
    if not block.keys() & {"hero_image", "title", "actions", "body"}:
        report.add("one of hero_image, title, actions, body is required", at)


def _container(block: Json, at: str, report: Report) -> None:
    if "title" not in block and "rich_text_title" not in block:
        report.add("one of title, rich_text_title is required", at)


CELLS: dict[str, Obj] = {
    "raw_text": shape({"text": Str(3_000)}, "text"),
    "raw_number": shape({"value": Anything(), "text": Str(3_000)}, ""),
    "rich_text": shape(RICH_TEXT_KEYS, "elements"),
}
COLUMN = Obj({"align": OneOf(words("left center right")), "is_wrapped": Bool()})
SOURCE = Obj({"type": OneOf(words("url")), "url": URL, "text": Str(3_000)}, words("type url"))
TASK = shape(
    {
        **NAME,
        "task_id": Str(255),
        "title": Str(3_000),
        "details": RICH_TEXT,
        "output": RICH_TEXT,
        "sources": ListOf(SOURCE, 100, 0),
        "status": OneOf(words("pending in_progress complete error")),
    },
    "task_id title status",
    surfaces=MESSAGE_ONLY,
)
CARD = shape(
    {
        **NAME,
        "hero_image": IMAGE,
        "icon": IMAGE,
        "title": Text(150),
        "subtitle": Text(150),
        "body": Text(200),
        "actions": ListOf(Typed(ELEMENTS, words("button")), 5),
    },
    "",
    _card,
)

BLOCKS: dict[str, Obj] = {
    "actions": shape({**NAME, "elements": ListOf(Typed(ELEMENTS, IN_ACTIONS), 25)}, "elements"),
    "context": shape(
        {**NAME, "elements": ListOf(Either(Text(3_000), Typed(ELEMENTS, words("image"))), 10)}, "elements"
    ),
    "divider": shape(NAME, ""),
    "header": shape({**NAME, "text": Text(150, "plain_text")}, "text"),
    "image": shape({**NAME, **IMAGE_KEYS, "title": Text(2_000, "plain_text")}, "alt_text", image_source),
    "input": shape(
        {
            **NAME,
            "label": Text(2_000, "plain_text"),
            "hint": Text(2_000, "plain_text"),
            "element": Typed(ELEMENTS, IN_INPUT),
            "optional": Bool(),
            "dispatch_action": Bool(),
        },
        "label element",
    ),
    "rich_text": shape({**NAME, **RICH_TEXT_KEYS}, "elements"),
    "section": shape(
        {
            **NAME,
            "text": Text(3_000),
            "fields": ListOf(Text(2_000), 10),
            "accessory": Typed(ELEMENTS, IN_SECTION),
            "expand": Bool(),
        },
        "",
        _section,
    ),
    "video": shape(
        {
            **NAME,
            "alt_text": Str(2_000),
            "title": Text(199, "plain_text"),
            "title_url": URL,
            "thumbnail_url": URL,
            "video_url": URL,
            "description": Text(200, "plain_text"),
            "author_name": Str(49),
            "provider_name": Str(255),
            "provider_icon_url": URL,
        },
        "alt_text title thumbnail_url video_url",
    ),
    "alert": shape(
        {**NAME, "text": Text(3_000), "level": OneOf(words("default info warning error success"))},
        "text",
        surfaces="modal",
    ),
    "context_actions": shape(
        {**NAME, "elements": ListOf(Typed(ELEMENTS, words("feedback_buttons icon_button")), 5)},
        "elements",
        surfaces=MESSAGE_ONLY,
    ),
    "markdown": shape({**NAME, "text": Str(12_000)}, "text", surfaces=MESSAGE_ONLY),
    "plan": shape(
        {**NAME, "title": Str(3_000), "tasks": ListOf(Typed({"task_card": TASK}), 100, 0)},
        "title",
        surfaces=MESSAGE_ONLY,
    ),
    "task_card": TASK,
    "carousel": shape({**NAME, "elements": ListOf(Typed({"card": CARD}), 10)}, "elements", surfaces=MESSAGE_ONLY),
    "table": shape(
        {
            **NAME,
            "rows": ListOf(ListOf(Typed(CELLS), 20), 100),
            "column_settings": ListOf(COLUMN, 20, 0),
        },
        "rows",
        surfaces=MESSAGE_ONLY,
    ),
    # No SDK models it yet, so only its place is checked.
    "data_table": Obj(
        {**NAME, "type": Anything(), "rows": Anything(), "columns": Anything()}, surfaces=frozenset({"message"})
    ),
}
IN_CONTAINER = words("actions context divider header image rich_text section")
BLOCKS["container"] = shape(
    {
        **NAME,
        "child_blocks": ListOf(Typed(BLOCKS, IN_CONTAINER), 10),
        "title": Text(150, "plain_text"),
        "rich_text_title": RICH_TEXT,
        "subtitle": Text(150),
        "icon": IMAGE,
        "width": OneOf(words("narrow standard wide full")),
        "is_collapsible": Bool(),
        "default_collapsed": Bool(),
        "has_header_divider": Bool(),
    },
    "child_blocks",
    _container,
    MESSAGE_ONLY,
)

_VIEW: dict[str, Spec] = {
    "type": Anything(),
    "blocks": ListOf(Typed(BLOCKS), VIEW_BLOCKS, 0),
    "private_metadata": Str(3_000, 0),
    "callback_id": Str(255, 0),
    "external_id": Str(255, 0),
}
SHORT = Text(24, "plain_text")
VIEWS: dict[str, Obj] = {
    "modal": Obj(
        {**_VIEW, "title": SHORT, "submit": SHORT, "close": SHORT, "clear_on_close": Bool(), "notify_on_close": Bool()},
        words("type title blocks"),
    ),
    "home": Obj(_VIEW, words("type blocks")),
}
MESSAGE = ListOf(Typed(BLOCKS), MESSAGE_BLOCKS, 0)
ONE_TABLE = words("table data_table")
