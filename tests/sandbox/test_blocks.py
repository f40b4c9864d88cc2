"""Block Kit: each limit at its edge and over it, each block on each surface, ids, and the shape of refusals."""

from collections.abc import Callable
from typing import Any

import pytest

from bot.sandbox.kit import assign_ids, check_blocks, check_view, total_text
from tests.sandbox.local_slack_kit import World, actions, button, modal, mrkdwn, option, plain, text_input

Json = dict[str, Any]
URL = "https://contoh.id/"


def faults(blocks: Any, surface: Any = "message") -> list[str]:
    return check_blocks(blocks, surface, at="/blocks", image_exists=lambda file: file == "F1")


def view_faults(view: Json) -> list[str]:
    return check_view(view, ("modal", "home"), image_exists=lambda file: file == "F1")


def section(**more: Any) -> Json:
    return {"type": "section", **more}


def select(n: int = 1, **more: Any) -> Json:
    return {"type": "static_select", "action_id": "s", "options": [option(str(i)) for i in range(n)], **more}


def element(kind: str, **more: Any) -> Json:
    return {"type": kind, "action_id": "e", **more}


def in_actions(e: Json) -> list[Json]:
    return [actions(e)]


def confirm(**more: Any) -> Json:
    return {"title": plain("T"), "text": plain("t"), "confirm": plain("c"), "deny": plain("d"), **more}


def image(**more: Any) -> Json:
    return {"type": "image", "image_url": f"{URL}a.png", "alt_text": "a", **more}


def groups(n: int) -> list[Json]:
    return [{"label": plain("g"), "options": [option(str(i))]} for i in range(n)]


def table(rows: int, cells: int) -> Json:
    return {"type": "table", "rows": [[{"type": "raw_text", "text": "x"}] * cells for _ in range(rows)]}


def url_of(n: int) -> str:
    return (URL + "a" * n)[:n]


LIMITS: dict[str, tuple[int, Callable[[int], list[Json]]]] = {
    "message blocks": (50, lambda n: [{"type": "divider"}] * n),
    "section text": (3_000, lambda n: [section(text=mrkdwn("x" * n))]),
    "section fields": (10, lambda n: [section(fields=[plain("x")] * n)]),
    "section field text": (2_000, lambda n: [section(fields=[plain("x" * n)])]),
    "header": (150, lambda n: [{"type": "header", "text": plain("x" * n)}]),
    "context elements": (10, lambda n: [{"type": "context", "elements": [plain("x")] * n}]),
    "actions elements": (25, lambda n: [actions(*[button(f"b{i}") for i in range(n)])]),
    "block_id": (255, lambda n: [{"type": "divider", "block_id": "x" * n}]),
    "action_id": (255, lambda n: in_actions(button("x" * n))),
    "button text": (75, lambda n: in_actions(button(text=plain("x" * n)))),
    "button value": (2_000, lambda n: in_actions(button(value="x" * n))),
    "button url": (3_000, lambda n: in_actions(button(url=url_of(n)))),
    "option text": (75, lambda n: in_actions(select(options=[option("v", "x" * n)]))),
    "option description": (75, lambda n: in_actions(select(options=[option("v") | {"description": plain("x" * n)}]))),
    "option value": (150, lambda n: in_actions(select(options=[option("x" * n, "t")]))),
    "select options": (100, lambda n: in_actions(select(n))),
    "select groups": (100, lambda n: in_actions({"type": "static_select", "option_groups": groups(n)})),
    "overflow options": (5, lambda n: in_actions(element("overflow", options=[option(str(i)) for i in range(n)]))),
    "radio options": (10, lambda n: in_actions(element("radio_buttons", options=[option(str(i)) for i in range(n)]))),
    "checkboxes": (10, lambda n: in_actions(element("checkboxes", options=[option(str(i)) for i in range(n)]))),
    "placeholder": (150, lambda n: in_actions(select(placeholder=plain("x" * n)))),
    "input label": (2_000, lambda n: [text_input() | {"label": plain("x" * n)}]),
    "input hint": (2_000, lambda n: [text_input() | {"hint": plain("x" * n)}]),
    "confirm title": (100, lambda n: in_actions(button(confirm=confirm(title=plain("x" * n))))),
    "confirm text": (300, lambda n: in_actions(button(confirm=confirm(text=mrkdwn("x" * n))))),
    "confirm yes": (30, lambda n: in_actions(button(confirm=confirm(confirm=plain("x" * n))))),
    "confirm no": (30, lambda n: in_actions(button(confirm=confirm(deny=plain("x" * n))))),
    "image url": (3_000, lambda n: [image(image_url=url_of(n))]),
    "image alt": (2_000, lambda n: [image(alt_text="x" * n)]),
    "max_length": (3_000, lambda n: [text_input(max_length=n)]),
    "table rows": (100, lambda n: [table(n, 1)]),
    "table cells": (20, lambda n: [table(1, n)]),
    "markdown": (12_000, lambda n: [{"type": "markdown", "text": "x" * n}]),
}


@pytest.mark.parametrize(("most", "make"), LIMITS.values(), ids=LIMITS)
def test_a_limit_holds_at_its_edge(most: int, make: Callable[[int], list[Json]]) -> None:
    assert faults(make(most)) == []
    over = faults(make(most + 1))
    assert len(over) >= 1
    assert all("[json-pointer:/blocks" in fault for fault in over)


VIEW_LIMITS: dict[str, tuple[int, Callable[[int], Json]]] = {
    "modal blocks": (100, lambda n: modal(*[{"type": "divider"}] * n)),
    "home blocks": (100, lambda n: {"type": "home", "blocks": [{"type": "divider"}] * n}),
    "title": (24, lambda n: modal(title=plain("x" * n))),
    "submit": (24, lambda n: modal(submit=plain("x" * n))),
    "close": (24, lambda n: modal(close=plain("x" * n))),
    "private_metadata": (3_000, lambda n: modal(private_metadata="x" * n)),
    "callback_id": (255, lambda n: modal(callback_id="x" * n)),
    "external_id": (255, lambda n: modal(external_id="x" * n)),
}


@pytest.mark.parametrize(("most", "make"), VIEW_LIMITS.values(), ids=VIEW_LIMITS)
def test_a_views_limit_holds_at_its_edge(most: int, make: Callable[[int], Json]) -> None:
    assert view_faults(make(most)) == []
    over = view_faults(make(most + 1))
    assert len(over) == 1
    assert "[json-pointer:/view/" in over[0]


CARD = {"type": "card", "title": plain("x")}
TASK = {"type": "task_card", "task_id": "1", "title": "x", "status": "pending"}
RICH = {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": [{"type": "text", "text": "x"}]}]}
VIDEO = {"type": "video", "alt_text": "x", "title": plain("x"), "thumbnail_url": URL, "video_url": URL}
FEEDBACK = element(
    "feedback_buttons",
    positive_button={"text": plain("+"), "value": "1"},
    negative_button={"text": plain("-"), "value": "0"},
)
EVERYWHERE = {"message", "modal", "home"}
SURFACES: dict[str, tuple[Json, set[str]]] = {
    "actions": (actions(button()), EVERYWHERE),
    "context": ({"type": "context", "elements": [image(), mrkdwn("x")]}, EVERYWHERE),
    "divider": ({"type": "divider"}, EVERYWHERE),
    "header": ({"type": "header", "text": plain("x")}, EVERYWHERE),
    "image": (image(title=plain("x")), EVERYWHERE),
    "input": (text_input(), EVERYWHERE),
    "rich_text": (RICH, EVERYWHERE),
    "section": (section(text=plain("x")), EVERYWHERE),
    "video": (VIDEO, EVERYWHERE),
    "alert": ({"type": "alert", "text": plain("x")}, {"modal"}),
    "container": ({"type": "container", "title": plain("x"), "child_blocks": [{"type": "divider"}]}, {"message"}),
    "context_actions": ({"type": "context_actions", "elements": [FEEDBACK]}, {"message"}),
    "markdown": ({"type": "markdown", "text": "x"}, {"message"}),
    "plan": ({"type": "plan", "title": "x", "tasks": [TASK]}, {"message"}),
    "task_card": (TASK, {"message"}),
    "carousel": ({"type": "carousel", "elements": [CARD]}, {"message"}),
    "table": (table(1, 1), {"message"}),
    "data_table": ({"type": "data_table", "rows": []}, {"message"}),
    "email": (text_input() | {"element": element("email_text_input")}, {"modal"}),
    "number": (text_input() | {"element": element("number_input", is_decimal_allowed=False)}, {"modal"}),
    "url": (text_input() | {"element": element("url_text_input")}, {"modal"}),
    "file": (text_input() | {"element": element("file_input")}, {"modal"}),
    "rich_text_input": (text_input() | {"element": element("rich_text_input")}, {"modal", "home"}),
    "datetimepicker": (actions(element("datetimepicker")), {"message", "modal"}),
    "workflow_button": (actions(element("workflow_button", text=plain("x"), workflow={})), {"message"}),
}


@pytest.mark.parametrize(("block", "places"), SURFACES.values(), ids=SURFACES)
@pytest.mark.parametrize("surface", sorted(EVERYWHERE))
def test_a_block_stands_only_where_slack_shows_it(block: Json, places: set[str], surface: str) -> None:
    if surface == "message":
        found = faults([block])
    elif surface == "modal":
        found = view_faults(modal(block))
    else:
        found = view_faults({"type": "home", "blocks": [block]})
    assert (found == []) is (surface in places), found


WRONG: dict[str, Any] = {
    "unknown block": [{"type": "marquee"}],
    "no type": [{}],
    "not an object": ["text"],
    "unknown key of a block": [{"type": "divider", "colour": "red"}],
    "unknown key of an element": in_actions(button(colour="red")),
    "missing text of a section": [section()],
    "missing text of a header": [{"type": "header"}],
    "mrkdwn in a header": [{"type": "header", "text": mrkdwn("x")}],
    "mrkdwn on a button": in_actions(button(text=mrkdwn("x"))),
    "mrkdwn in a label": [text_input() | {"label": mrkdwn("x")}],
    "emoji on mrkdwn": [section(text=mrkdwn("x") | {"emoji": True})],
    "text as a string": [section(text="x")],
    "empty text": [section(text=plain(""))],
    "empty actions": [actions()],
    "bad style": in_actions(button(style="green")),
    "input element in actions": in_actions(element("plain_text_input")),
    "button in an input": [text_input() | {"element": button()}],
    "multi-select in actions": in_actions(element("multi_users_select")),
    "bad url": in_actions(button(url="nowhere")),
    "bad date": in_actions(element("datepicker", initial_date="2027-13-01")),
    "bad time": in_actions(element("timepicker", initial_time="25:00")),
    "options and groups": in_actions(select(option_groups=groups(1))),
    "neither options nor groups": in_actions({"type": "static_select", "action_id": "s"}),
    "initial option elsewhere": in_actions(select(initial_option=option("9"))),
    "initial options elsewhere": in_actions(
        element("checkboxes", options=[option("1")], initial_options=[option("9")])
    ),
    "initial option with another text": in_actions(select(initial_option=option("0", "other"))),
    "min above max": [text_input(min_length=5, max_length=4)],
    "begins with more than it takes": [text_input(initial_value="12345", max_length=4)],
    "no image source": [{"type": "image", "alt_text": "x"}],
    "two image sources": [image(slack_file={"id": "F1"})],
    "no alt text": [{"type": "image", "image_url": URL}],
    "unknown file": [{"type": "image", "alt_text": "x", "slack_file": {"id": "F9"}}],
    "duplicate block_id": [{"type": "divider", "block_id": "a"}, {"type": "divider", "block_id": "a"}],
    "duplicate action_id": [actions(button("a"), button("a"))],
    "two tables": [table(1, 1), table(1, 1)],
    "boolean as a string": [text_input() | {"optional": "true"}],
    "confirm without deny": in_actions(
        button(confirm={"title": plain("T"), "text": plain("t"), "confirm": plain("c")})
    ),
}


@pytest.mark.parametrize("blocks", WRONG.values(), ids=WRONG)
def test_what_slack_refuses_is_refused(blocks: Any) -> None:
    assert faults(blocks)


def test_a_file_of_the_workspace_may_be_shown() -> None:
    assert faults([{"type": "image", "alt_text": "x", "slack_file": {"id": "F1"}}]) == []


def test_the_same_action_id_may_stand_in_two_blocks() -> None:
    assert faults([actions(button("a"), block_id="1"), actions(button("a"), block_id="2")]) == []


def test_ids_inside_containers_count_too() -> None:
    inner = {"type": "divider", "block_id": "a"}
    container = {"type": "container", "title": plain("x"), "child_blocks": [inner], "block_id": "a"}
    assert faults([container])


MODALS: dict[str, Json] = {
    "input without submit": {"type": "modal", "title": plain("T"), "blocks": [text_input()]},
    "no title": {"type": "modal", "blocks": []},
    "no blocks": {"type": "modal", "title": plain("T")},
    "unknown key": modal(id="V1"),
    "title on Home": {"type": "home", "title": plain("T"), "blocks": []},
    "unknown type": {"type": "dialog", "blocks": []},
    "two focused": modal(text_input("a", focus_on_load=True), text_input("b", focus_on_load=True)),
    "duplicate block_id": modal(text_input("a"), text_input("a")),
    "mrkdwn title": modal(title=mrkdwn("T")),
}


@pytest.mark.parametrize("view", MODALS.values(), ids=MODALS)
def test_a_view_slack_refuses_is_refused(view: Json) -> None:
    assert view_faults(view)


def test_home_takes_inputs_without_submit() -> None:
    assert view_faults({"type": "home", "blocks": [text_input()]}) == []


def test_ids_are_given_to_what_has_none() -> None:
    numbers = iter(range(100))
    blocks = [{"type": "section", "text": plain("x"), "accessory": {"type": "button", "text": plain("y")}}, image()]
    named = assign_ids(blocks, lambda: f"auto{next(numbers)}")
    assert named[0]["block_id"] == "auto0"
    assert named[0]["accessory"]["action_id"] == "auto1"
    assert named[1]["block_id"] == "auto2"
    assert "block_id" not in blocks[0]


def test_total_text_counts_every_text() -> None:
    assert total_text([section(text=plain("abc"), fields=[plain("de")]), RICH]) == 6


async def test_a_message_refused_for_its_blocks_says_where(world: World) -> None:
    body = await world.dm(blocks=[section(text=mrkdwn("x" * 3_001))])
    fault = "must be less than 3001 characters [json-pointer:/blocks/0/text/text]"
    assert body["error"] == "invalid_blocks"
    assert body["errors"] == [fault]
    assert body["response_metadata"]["messages"] == [f"[ERROR] {fault}"]


async def test_a_view_refused_for_its_blocks_says_where(world: World) -> None:
    view = modal(section(text=mrkdwn("x" * 3_001)))
    trigger = world.slack.workspace.issue_trigger(world.sari.id)
    body = await world.call("views.open", trigger_id=trigger, view=view)
    assert body["error"] == "invalid_arguments"
    assert body["response_metadata"]["messages"] == [
        "[ERROR] must be less than 3001 characters [json-pointer:/view/blocks/0/text/text]"
    ]
