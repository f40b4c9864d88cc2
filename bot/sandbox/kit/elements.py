"""The elements: buttons, selects, inputs and what they are made of."""

from typing import Any

from ..model import Json
from .rich_text import RICH_TEXT
from .spec import Anything, Bool, Int, ListOf, Obj, OneOf, Report, Spec, Str, Text, shape, words

LONGEST_INPUT = 3_000
"""Characters of a text field."""
URL = Str(3_000, pattern=r"[a-zA-Z][a-zA-Z0-9+.\-]*:.+")
ID = Str(255)
PLACEHOLDER = Text(150, "plain_text")
WHO = Str(50)
DATE = Str(10, pattern=r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])")
TIME = Str(5, pattern=r"([01]\d|2[0-3]):[0-5]\d")
NUMBER = Str(50, pattern=r"-?\d+(\.\d+)?")
STYLE = OneOf(words("primary danger"))


def _option(kind: Any = "plain_text", *, url: bool = False) -> Obj:
    keys: dict[str, Spec] = {"text": Text(75, kind), "value": Str(150), "description": Text(75, kind)}
    if url:
        keys["url"] = URL
    return Obj(keys, words("text value"))


CONFIRM = Obj(
    {
        "title": Text(100, "plain_text"),
        "text": Text(300),
        "confirm": Text(30, "plain_text"),
        "deny": Text(30, "plain_text"),
        "style": STYLE,
    },
    words("title text confirm deny"),
)
OPTION = _option()
RICH_OPTION = _option("")
GROUP = Obj({"label": Text(75, "plain_text"), "options": ListOf(OPTION, 100)}, words("label options"))
DISPATCH = Obj(
    {"trigger_actions_on": ListOf(OneOf(words("on_enter_pressed on_character_entered")), 2)},
    words("trigger_actions_on"),
)
FILTER = Obj(
    {
        "include": ListOf(OneOf(words("im mpim private public")), 4),
        "exclude_external_shared_channels": Bool(),
        "exclude_bot_users": Bool(),
    }
)
SLACK_FILE = Obj({"id": Str(50), "url": URL})
IMAGE_KEYS: dict[str, Spec] = {"image_url": URL, "slack_file": SLACK_FILE, "alt_text": Str(2_000)}


def image_source(image: Json, at: str, report: Report) -> None:
    """Exactly one source; a file of this workspace has to be there and be an image."""
    if ("image_url" in image) == ("slack_file" in image):
        report.add("exactly one of image_url, slack_file is required", at)
        return
    source = image.get("slack_file", {})
    if "slack_file" in image and ("id" in source) == ("url" in source):
        report.add("exactly one of id, url is required", f"{at}/slack_file")
    elif "id" in source and not report.image_exists(source["id"]):
        report.add("invalid slack file", f"{at}/slack_file")


def _same(one: Json, other: Json) -> bool:
    return bool(one["value"] == other["value"] and one["text"]["text"] == other["text"]["text"])


def option_rules(element: Json, at: str, report: Report) -> None:
    """Options or groups, not both; whatever is chosen at first is among them, and once."""
    if ("options" in element) == ("option_groups" in element):
        report.add("exactly one of options, option_groups is required", at)
        return
    groups = element.get("option_groups", [])
    options = element.get("options", []) + [option for group in groups for option in group["options"]]
    if "initial_option" in element and not any(_same(o, element["initial_option"]) for o in options):
        report.add("initial_option must be one of the options", f"{at}/initial_option")
    initial = element.get("initial_options", [])
    for index, chosen in enumerate(initial):
        if not any(_same(option, chosen) for option in options):
            report.add("initial_options must be among the options", f"{at}/initial_options/{index}")
    _at_most(element, initial, at, report)


def _one_list(body: Json, at: str, report: Report) -> None:
    if ("options" in body) == ("option_groups" in body):
        report.add("exactly one of options, option_groups is required", at)


SUGGESTED = Obj(
    {
        "options": ListOf(OPTION, 100, 0),
        "option_groups": ListOf(
            Obj({"label": Text(75, "plain_text"), "options": ListOf(OPTION, 100, 0)}, words("label options")), 100, 0
        ),
    },
    rule=_one_list,
)
"""What an app answers to a search in an external select."""


def _at_most(element: Json, initial: list[Any], at: str, report: Report) -> None:
    most = element.get("max_selected_items")
    if most is not None and len(initial) > most:
        report.add(f"no more than {most} items may be selected at first", at)


def _range(low: str, high: str) -> Any:
    """The rule that `low` is not above `high`."""

    def rule(element: Json, at: str, report: Report) -> None:
        if low in element and high in element and float(element[low]) > float(element[high]):
            report.add(f"{low} must not be greater than {high}", f"{at}/{low}")

    return rule


def _initial_within(element: Json, at: str, report: Report) -> None:
    """The rule that a text field begins with no more than it takes: Slack's client lets nobody submit it otherwise."""
    longest = element.get("max_length", LONGEST_INPUT)
    if len(str(element.get("initial_value", ""))) > longest:
        report.add(f"must be less than {longest + 1} characters", f"{at}/initial_value")


def _length_rules(element: Json, at: str, report: Report) -> None:
    _range("min_length", "max_length")(element, at, report)
    _initial_within(element, at, report)


BASE: dict[str, Spec] = {"action_id": ID, "confirm": CONFIRM, "focus_on_load": Bool()}
SELECT = BASE | {"placeholder": PLACEHOLDER}
MULTI = SELECT | {"max_selected_items": Int(1, 1_000)}
OPTIONS: dict[str, Spec] = {"options": ListOf(OPTION, 100), "option_groups": ListOf(GROUP, 100)}
TEXT: dict[str, Spec] = {
    "action_id": ID,
    "placeholder": PLACEHOLDER,
    "focus_on_load": Bool(),
    "dispatch_action_config": DISPATCH,
}
CONVERSATIONS: dict[str, Spec] = {"default_to_current_conversation": Bool(), "filter": FILTER}
PEOPLE = ListOf(WHO, 1_000, 0)
FEEDBACK = Obj(
    {"text": Text(75, "plain_text"), "value": Str(2_000), "accessibility_label": Str(75)}, words("text value")
)

ELEMENTS: dict[str, Obj] = {
    "button": shape(
        {
            "text": Text(75, "plain_text"),
            "action_id": ID,
            "url": URL,
            "value": Str(2_000),
            "style": STYLE,
            "confirm": CONFIRM,
            "accessibility_label": Str(75),
        },
        "text",
    ),
    "workflow_button": shape(
        {
            "text": Text(75, "plain_text"),
            "action_id": ID,
            "workflow": Anything(),
            "style": STYLE,
            "accessibility_label": Str(75),
        },
        "text action_id workflow",
        surfaces="message",
    ),
    "image": shape(IMAGE_KEYS, "alt_text", image_source),
    "overflow": shape(
        {"action_id": ID, "options": ListOf(_option(url=True), 5), "confirm": CONFIRM},
        "options",
    ),
    "checkboxes": shape(
        BASE | {"options": ListOf(RICH_OPTION, 10), "initial_options": ListOf(RICH_OPTION, 10)},
        "options",
        option_rules,
    ),
    "radio_buttons": shape(
        BASE | {"options": ListOf(RICH_OPTION, 10), "initial_option": RICH_OPTION}, "options", option_rules
    ),
    "static_select": shape(SELECT | OPTIONS | {"initial_option": OPTION}, "", option_rules),
    "multi_static_select": shape(MULTI | OPTIONS | {"initial_options": ListOf(OPTION, 100)}, "", option_rules),
    "external_select": shape(SELECT | {"initial_option": OPTION, "min_query_length": Int(0, 255)}, ""),
    "multi_external_select": shape(
        MULTI | {"initial_options": ListOf(OPTION, 100), "min_query_length": Int(0, 255)}, ""
    ),
    "users_select": shape(SELECT | {"initial_user": WHO}, ""),
    "multi_users_select": shape(MULTI | {"initial_users": PEOPLE}, ""),
    "conversations_select": shape(
        SELECT | CONVERSATIONS | {"initial_conversation": WHO, "response_url_enabled": Bool()}, ""
    ),
    "multi_conversations_select": shape(MULTI | CONVERSATIONS | {"initial_conversations": PEOPLE}, ""),
    "channels_select": shape(SELECT | {"initial_channel": WHO, "response_url_enabled": Bool()}, ""),
    "multi_channels_select": shape(MULTI | {"initial_channels": PEOPLE}, ""),
    "datepicker": shape(SELECT | {"initial_date": DATE}, ""),
    "timepicker": shape(SELECT | {"initial_time": TIME, "timezone": Str(100)}, ""),
    "datetimepicker": shape(
        BASE | {"initial_date_time": Int(1_000_000_000, 9_999_999_999)}, "", surfaces="message modal"
    ),
    "plain_text_input": shape(
        TEXT
        | {
            "initial_value": Str(LONGEST_INPUT, 0),
            "multiline": Bool(),
            "min_length": Int(0, LONGEST_INPUT),
            "max_length": Int(1, LONGEST_INPUT),
        },
        "",
        _length_rules,
    ),
    "email_text_input": shape(TEXT | {"initial_value": Str(3_000)}, "", surfaces="modal"),
    "url_text_input": shape(TEXT | {"initial_value": URL}, "", surfaces="modal"),
    "number_input": shape(
        TEXT | {"is_decimal_allowed": Bool(), "initial_value": NUMBER, "min_value": NUMBER, "max_value": NUMBER},
        "is_decimal_allowed",
        _range("min_value", "max_value"),
        surfaces="modal",
    ),
    "rich_text_input": shape(
        TEXT | {"initial_value": RICH_TEXT, "min_lines": Int(1, 50), "max_lines": Int(1, 50)},
        "",
        surfaces="modal home",
    ),
    "file_input": shape(
        {"action_id": ID, "filetypes": ListOf(Str(20), 100), "max_files": Int(1, 10)}, "", surfaces="modal"
    ),
    "feedback_buttons": shape(
        {"action_id": ID, "positive_button": FEEDBACK, "negative_button": FEEDBACK}, "positive_button negative_button"
    ),
    "icon_button": shape(
        {
            "action_id": ID,
            "icon": OneOf(words("trash")),
            "text": Text(75, "plain_text"),
            "accessibility_label": Str(75),
            "value": Str(2_000),
            "visible_to_user_ids": PEOPLE,
            "confirm": CONFIRM,
        },
        "icon text",
    ),
}

ONE_SELECTS = words("static_select external_select users_select conversations_select channels_select")
MULTI_SELECTS = frozenset(f"multi_{name}" for name in ONE_SELECTS)
IN_ACTIONS = ONE_SELECTS | words(
    "button checkboxes datepicker datetimepicker overflow radio_buttons timepicker workflow_button"
)
IN_SECTION = (IN_ACTIONS - {"datetimepicker"}) | MULTI_SELECTS | {"image"}
IN_INPUT = (
    ONE_SELECTS
    | MULTI_SELECTS
    | words(
        "plain_text_input email_text_input url_text_input number_input rich_text_input file_input "
        "checkboxes radio_buttons datepicker timepicker datetimepicker"
    )
)
