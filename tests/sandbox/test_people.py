"""People acting, with a real Bolt app answering: commands, clicks, forms, stacks, Home, response URLs."""

from dataclasses import replace
from typing import Any

import pytest
from slack_bolt.async_app import AsyncApp

from bot.sandbox import FormError, Message, Outcome
from bot.sandbox.forms import REQUIRED, fill
from tests.sandbox.local_slack_kit import (
    MANIFEST,
    World,
    actions,
    button,
    give_up_soon,
    modal,
    open_app,
    open_world,
    option,
    plain,
    text_input,
)

Json = dict[str, Any]


def field(block_id: str, element: Json, **more: Any) -> Json:
    return {
        "type": "input",
        "block_id": block_id,
        "label": plain("L"),
        "element": {"action_id": "value", **element},
        **more,
    }


def form(bolt: AsyncApp, view: Json, seen: list[Json], answer: Json | None = None) -> None:
    """`/contoh` opens `view`; its submission is put into `seen` and answered with `answer`."""

    @bolt.command("/contoh")
    async def show(ack: Any, body: Json, client: Any) -> None:
        await ack()
        await client.views_open(trigger_id=body["trigger_id"], view={**view, "callback_id": "form"})

    @bolt.view("form")
    async def take(ack: Any, body: Json) -> None:
        seen.append(body)
        await ack(**(answer or {}))


async def posted(world: World, *elements: Json, channel: str | None = None) -> Message:
    """A message with these elements, in Sari's DM or a channel."""
    blocks = [actions(*elements)]
    sent = await world.call("chat.postMessage", channel=channel or world.sari.id, text="pilih", blocks=blocks)
    assert sent["ok"], sent
    return world.sari.visible(sent["channel"])[-1]


ELEMENTS: dict[str, tuple[Json, Any, Json]] = {
    "button": (button("go"), None, {"value": "1"}),
    "overflow": ({"type": "overflow", "options": [option("a")]}, "a", {"selected_option": option("a")}),
    "static_select": ({"type": "static_select", "options": [option("a")]}, "a", {"selected_option": option("a")}),
    "radio_buttons": ({"type": "radio_buttons", "options": [option("a")]}, "a", {"selected_option": option("a")}),
    "checkboxes": (
        {"type": "checkboxes", "options": [option("a"), option("b")]},
        [False, True],
        {"selected_options": [option("b")]},
    ),
    "datepicker": ({"type": "datepicker"}, "2027-01-02", {"selected_date": "2027-01-02"}),
    "timepicker": ({"type": "timepicker"}, "09:30", {"selected_time": "09:30"}),
    "datetimepicker": ({"type": "datetimepicker"}, 1_800_000_000, {"selected_date_time": 1_800_000_000}),
    "users_select": ({"type": "users_select"}, "U0002", {"selected_user": "U0002"}),
    "conversations_select": ({"type": "conversations_select"}, "C0001", {"selected_conversation": "C0001"}),
    "channels_select": ({"type": "channels_select"}, "C0001", {"selected_channel": "C0001"}),
}


@pytest.mark.parametrize(("element", "value", "chosen"), ELEMENTS.values(), ids=ELEMENTS)
async def test_each_element_of_a_message(world: World, element: Json, value: Any, chosen: Json) -> None:
    async with open_app(world) as app:
        message = await posted(world, {"action_id": "go", **element})
        outcome = await world.sari.click(message, "go", value=value)
        assert outcome.ok
        body = next(b for b in app.seen if b.get("type") == "block_actions")
        assert chosen.items() <= body["actions"][0].items()
        assert body["container"] == {
            "type": "message",
            "message_ts": message.ts,
            "channel_id": message.channel,
            "is_ephemeral": False,
        }
        assert body["response_url"].startswith(world.url)
        state = body["state"]["values"].get("acts", {}).get("go")
        assert state is None or chosen.items() <= state.items()


async def test_what_a_person_cannot_press(world: World) -> None:
    message = await posted(world, button("go"), {"type": "static_select", "action_id": "s", "options": [option("a")]})
    for press in (
        world.sari.click(message, "nothing"),
        world.sari.click(message, "go", "other"),
        world.sari.click(message, "go", value="2"),
        world.sari.click(message, "s", value="b"),
        world.sari.click(None, "go"),
        world.sari.click((message.channel, "1.000000"), "go"),
    ):
        with pytest.raises(FormError):
            await press
    with pytest.raises(PermissionError):
        await world.budi.click(message, "go")


async def test_a_click_nobody_answers_tells_the_person(world: World) -> None:
    outcome = await world.sari.click(await posted(world, button("go")), "go")
    assert (outcome.ok, "not responding" in str(outcome.text)) == (False, True)


async def test_without_interactivity_nothing_can_be_pressed() -> None:
    async with open_world(replace(MANIFEST, interactivity=False)) as world:
        assert not (await world.sari.click(await posted(world, button("go")), "go")).ok


async def test_a_deactivated_person_does_nothing_more(world: World) -> None:
    dm = (await world.dm())["channel"]
    await world.slack.deactivate(world.sari.id)
    for attempt in (world.sari.command("/contoh"), world.sari.say(dm, "x"), world.sari.open_home()):
        with pytest.raises(PermissionError):
            await attempt


async def test_a_form_from_command_to_submission(world: World) -> None:
    view = modal(
        text_input(max_length=5),
        field("day", {"type": "datepicker", "initial_date": "2027-01-02"}),
        field("who", {"type": "multi_users_select", "max_selected_items": 1}, optional=True),
    )
    seen: list[Json] = []
    async with open_app(world, lambda bolt: form(bolt, view, seen)):
        await world.sari.command("/contoh")
        await world.slack.wait_idle()
        assert world.sari.modal
        empty = await world.sari.submit()
        assert empty.errors == {"name": REQUIRED}
        long = await world.sari.submit({"name": "terlalu panjang", "who": ["U0002", "U0003"]})
        assert long.errors == {"name": "at most 5 characters", "who": "at most 1"}
        assert world.slack.calls[-1]["method"] == "views.open"
        done = await world.sari.submit({"name": "Sari", "who.value": ["U0003"]})
        assert done.ok
        assert world.sari.modal is None
    values = seen[0]["view"]["state"]["values"]
    assert values["name"]["value"] == {"type": "plain_text_input", "value": "Sari"}
    assert values["day"]["value"]["selected_date"] == "2027-01-02"
    assert values["who"]["value"]["selected_users"] == ["U0003"]


async def submitted(world: World, answer: Json) -> Outcome:
    """Open a form and submit it to an app that answers `answer`."""
    async with open_app(world, lambda bolt: form(bolt, modal(text_input()), [], answer)):
        await world.sari.command("/contoh")
        await world.slack.wait_idle()
        return await world.sari.submit({"name": "x"})


async def test_errors_of_the_app_stand_at_their_field(world: World) -> None:
    outcome = await submitted(world, {"response_action": "errors", "errors": {"name": "sudah ada"}})
    assert (outcome.ok, outcome.errors) == (False, {"name": "sudah ada"})
    assert world.sari.modal


@pytest.mark.parametrize(
    "answer",
    [
        {"response_action": "errors", "errors": {"elsewhere": "x"}},
        {"response_action": "errors", "errors": {}},
        {"response_action": "update", "view": {"type": "modal"}},
        {"response_action": "push", "view": {"type": "home", "blocks": []}},
    ],
)
async def test_answers_slack_cannot_use_leave_the_modal_open(world: World, answer: Json) -> None:
    give_up_soon(world)
    outcome = await submitted(world, answer)
    assert (outcome.ok, outcome.text) == (False, "We had some trouble connecting. Try again?")
    assert world.sari.modal


async def test_an_update_replaces_and_a_push_adds(world: World) -> None:
    await submitted(world, {"response_action": "update", "view": modal(title=plain("Kedua"))})
    assert [v.title for v in world.sari.modals] == [plain("Kedua")]
    await world.sari.close()
    await submitted(world, {"response_action": "push", "view": modal(title=plain("Ketiga"))})
    assert [v.title for v in world.sari.modals] == [plain("Judul"), plain("Ketiga")]
    await world.sari.close(all=True)
    await submitted(world, {"response_action": "clear"})
    assert world.sari.modals == []


async def test_a_submission_nobody_acks_leaves_the_modal_open(world: World) -> None:
    trigger = world.slack.workspace.issue_trigger(world.sari.id)
    await world.call("views.open", trigger_id=trigger, view=modal(text_input()))
    outcome = await world.sari.submit({"name": "x"})
    assert (outcome.ok, bool(outcome.text), bool(world.sari.modal)) == (False, True, True)


async def test_closing_is_told_only_if_asked_for(world: World) -> None:
    async with open_app(world) as app:
        for notify in (False, True):
            trigger = world.slack.workspace.issue_trigger(world.sari.id)
            view = modal(notify_on_close=notify, callback_id="f")
            await world.call("views.open", trigger_id=trigger, view=view)
            await world.sari.close()
        closed = [b for b in app.seen if b.get("type") == "view_closed"]
        assert [(b["is_cleared"], "trigger_id" in b) for b in closed] == [(False, False)]


async def test_clicks_in_a_modal_carry_the_view(world: World) -> None:
    async with open_app(world) as app:
        trigger = world.slack.workspace.issue_trigger(world.sari.id)
        typed = text_input("cari") | {"dispatch_action": True}
        await world.call("views.open", trigger_id=trigger, view=modal(actions(button("go")), typed))
        await world.sari.click(None, "go")
        await world.sari.fill({"cari": "Budi"})
        clicked, dispatched = [b for b in app.seen if b.get("type") == "block_actions"]
        assert clicked["container"]["type"] == "view"
        assert not clicked.keys() & {"channel", "message", "response_url"}
        pushed = await world.call("views.push", trigger_id=clicked["trigger_id"], view=modal())
        assert pushed["view"]["previous_view_id"] == clicked["view"]["id"]
        assert dispatched["actions"][0]["value"] == "Budi"
        assert dispatched["view"]["state"]["values"]["cari"]["value"]["value"] == "Budi"


async def test_home_is_published_when_it_is_opened(world: World) -> None:
    def register(bolt: AsyncApp) -> None:
        @bolt.event("app_home_opened")
        async def publish(event: Json, client: Any) -> None:
            if event["tab"] == "home":
                await client.views_publish(user_id=event["user"], view={"type": "home", "blocks": [actions(button())]})

    async with open_app(world, register) as app:
        await world.sari.open_home()
        await world.slack.wait_idle()
        home = world.sari.home
        assert home
        assert (await world.sari.click(home, "go")).ok
        assert app.seen[-1]["view"]["type"] == "home"
        assert world.budi.home is None
        with pytest.raises(FormError):
            await world.budi.click(home, "go")


async def test_shortcuts(world: World) -> None:
    async with open_app(world) as app:
        assert (await world.sari.shortcut("start")).ok
        assert app.seen[-1]["callback_id"] == "start"
        assert not (await world.sari.shortcut("stop")).ok


async def test_who_may_write_where(world: World) -> None:
    channel = world.slack.add_channel("umum", members=[world.sari.id])
    await world.sari.say(channel, "halo")
    with pytest.raises(PermissionError):
        await world.budi.say(channel, "halo")
    assert [m.text for m in world.budi.visible(channel)] == ["halo"]
    with pytest.raises(FormError):
        await world.sari.say(channel, "x", thread_ts="1.000000")
    world.slack.archive(channel)
    assert not (await world.sari.say(channel, "x")).ok
    assert not (await world.sari.command("/contoh", channel)).ok
    private = world.slack.add_channel("rahasia", private=True)
    for refused in (world.sari.join(private), world.sari.say(private, "x"), world.sari.command("/contoh", private)):
        with pytest.raises(PermissionError):
            await refused
    with pytest.raises(PermissionError):
        world.sari.visible(private)


async def test_commands_in_the_apps_dm_take_a_writable_messages_tab() -> None:
    async with open_world(replace(MANIFEST, messages_read_only=True)) as world:
        assert "turned off" in str((await world.sari.command("/contoh")).text)


async def test_unread_counts(world: World) -> None:
    sent = await world.dm()
    await world.dm("lagi")
    assert world.sari.unread == {sent["channel"]: 2}
    world.sari.read(sent["channel"])
    assert world.sari.unread == {}
    await world.dm("baru")
    assert world.sari.unread == {sent["channel"]: 1}


async def test_an_ack_with_blocks_slack_refuses_shows_a_failure(world: World) -> None:
    def register(bolt: AsyncApp) -> None:
        @bolt.command("/contoh")
        async def answer(ack: Any) -> None:
            await ack(text="x", blocks=[{"type": "marquee"}])

    async with open_app(world, register):
        outcome = await world.sari.command("/contoh")
        assert (outcome.ok, "invalid_command_response" in str(outcome.text)) == (False, True)


async def test_a_select_of_a_conversation_can_come_with_a_response_url(world: World) -> None:
    channel = world.slack.add_channel("umum", members=[world.sari.id])
    element = {"type": "conversations_select", "response_url_enabled": True}
    seen: list[Json] = []
    async with open_app(world, lambda bolt: form(bolt, modal(field("where", element)), seen)):
        await world.sari.command("/contoh")
        await world.slack.wait_idle()
        await world.sari.submit({"where": channel.id})
    assert [u["channel_id"] for u in seen[0]["response_urls"]] == [channel.id]


# What the client does not take

OPTIONS = [option("a"), option("b")]
REFUSED: list[tuple[Json, Any]] = [
    ({"type": "plain_text_input", "min_length": 3}, "ab"),
    ({"type": "plain_text_input"}, "dua\nbaris"),
    ({"type": "plain_text_input", "multiline": True}, "x" * 3_001),
    ({"type": "number_input", "is_decimal_allowed": False}, "1.5"),
    ({"type": "number_input", "is_decimal_allowed": True, "min_value": "2"}, "1.5"),
    ({"type": "number_input", "is_decimal_allowed": True, "max_value": "1"}, "1.5"),
    ({"type": "email_text_input"}, "sari"),
    ({"type": "url_text_input"}, "contoh.id"),
    ({"type": "static_select", "options": OPTIONS}, "c"),
    ({"type": "checkboxes", "options": OPTIONS}, [True]),
    ({"type": "checkboxes", "options": OPTIONS}, ["a", "c"]),
    ({"type": "multi_static_select", "options": OPTIONS, "max_selected_items": 1}, ["a", "b"]),
    ({"type": "users_select"}, "sari"),
    ({"type": "datepicker"}, "2027-02-30"),
    ({"type": "datepicker"}, "besok"),
    ({"type": "timepicker"}, "24:00"),
    ({"type": "datetimepicker"}, "2027"),
    ({"type": "button"}, "x"),
]


@pytest.mark.parametrize(("element", "value"), REFUSED)
def test_values_the_client_does_not_take(element: Json, value: Any) -> None:
    with pytest.raises(FormError):
        fill(element, value)


def test_values_the_client_takes() -> None:
    grouped = {"type": "static_select", "option_groups": [{"label": plain("g"), "options": OPTIONS}]}
    assert fill(grouped, "b")["selected_option"] == option("b")
    assert fill({"type": "checkboxes", "options": OPTIONS}, "b")["selected_options"] == [option("b")]
    assert fill({"type": "plain_text_input", "multiline": True}, "a\nb")["value"] == "a\nb"
    assert fill({"type": "number_input", "is_decimal_allowed": False}, 5)["value"] == "5"
    assert fill({"type": "rich_text_input"}, "halo")["rich_text_value"]["type"] == "rich_text"
    assert fill({"type": "static_select", "options": OPTIONS}, None)["selected_option"] is None
