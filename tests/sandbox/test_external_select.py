"""External selects: the app is asked for options while a person types, and nothing else can be chosen."""

from dataclasses import replace
from typing import Any

import pytest
from slack_bolt.async_app import AsyncApp

from bot.sandbox import FormError
from tests.sandbox.local_slack_kit import MANIFEST, World, actions, give_up_soon, modal, open_app, open_world, option

Json = dict[str, Any]
SEARCH = {"type": "external_select", "action_id": "who", "min_query_length": 0}


async def posted(world: World, **more: Any) -> Any:
    sent = await world.call(
        "chat.postMessage", channel=world.sari.id, text="pilih", blocks=[actions({**SEARCH, **more})]
    )
    assert sent["ok"], sent
    return world.sari.visible(sent["channel"])[-1]


def answering(answer: Json, seen: list[Json]) -> Any:
    def register(bolt: AsyncApp) -> None:
        @bolt.options("who")
        async def found(ack: Any, body: Json) -> None:
            seen.append(body)
            await ack(**answer)

    return register


async def test_a_search_is_sent_as_slack_sends_it(world: World) -> None:
    seen: list[Json] = []
    async with open_app(world, answering({"options": [option("a"), option("b")]}, seen)):
        message = await posted(world)
        with pytest.raises(FormError):
            await world.sari.click(message, "who", value="a")
        found = await world.sari.suggest(message, "who", typed="sa")
        assert (found.ok, [one["value"] for one in found.options]) == (True, ["a", "b"])
        (body,) = seen
        assert (body["type"], body["value"], body["action_id"], body["block_id"]) == (
            "block_suggestion",
            "sa",
            "who",
            message.blocks[0]["block_id"],
        )
        assert body["container"]["message_ts"] == message.ts
        assert not {"trigger_id", "response_url", "actions", "state"} & body.keys()
        assert (await world.sari.click(message, "who", value="b")).ok
        with pytest.raises(FormError):
            await world.sari.click(message, "who", value="c")


async def test_the_app_is_asked_from_the_least_number_of_characters_on(world: World) -> None:
    message = await posted(world, min_query_length=2)
    usual = await posted(world)
    usual.blocks[0]["elements"][0].pop("min_query_length")
    for target, typed in ((message, "s"), (usual, "sa")):
        with pytest.raises(FormError):
            await world.sari.suggest(target, "who", typed=typed)


def many(count: int) -> list[Json]:
    return [option(str(one)) for one in range(count)]


def group(count: int) -> Json:
    return {"label": option("a")["text"], "options": many(count)}


@pytest.mark.parametrize(
    ("answer", "count"),
    [
        ({"options": []}, 0),
        ({"options": many(100)}, 100),
        ({"options": many(101)}, None),
        ({"option_groups": [group(2), group(3)]}, 5),
        ({"option_groups": [{"options": many(1)}]}, None),
        ({"options": [{**option("a"), "value": "x" * 151}]}, None),
        ({"options": [{"value": "a", "text": {"type": "plain_text", "text": "x" * 76}}]}, None),
        ({"options": [{"value": "a", "text": {"type": "mrkdwn", "text": "x"}}]}, None),
    ],
)
async def test_what_slack_takes_for_options(world: World, answer: Json, count: int | None) -> None:
    async with open_app(world, answering(answer, [])):
        found = await world.sari.suggest(await posted(world), "who")
    assert (found.ok, len(found.options)) == (count is not None, count or 0)


async def test_without_an_answer_nothing_can_be_chosen(world: World) -> None:
    give_up_soon(world)
    assert not (await world.sari.suggest(await posted(world), "who")).ok
    async with open_world(replace(MANIFEST, interactivity=False)) as other:
        assert not (await other.sari.suggest(await posted(other), "who")).ok


async def test_a_form_keeps_several_that_were_found_one_after_the_other(world: World) -> None:
    seen: list[Json] = []
    field = {
        "type": "input",
        "block_id": "people",
        "label": option("L")["text"],
        "element": {
            **SEARCH,
            "type": "multi_external_select",
            "max_selected_items": 2,
            "initial_options": [option("z")],
        },
    }

    def register(bolt: AsyncApp) -> None:
        @bolt.options("who")
        async def found(ack: Any, body: Json) -> None:
            await ack(options=[option(body["value"])])

        @bolt.command("/contoh")
        async def show(ack: Any, body: Json, client: Any) -> None:
            await ack()
            await client.views_open(trigger_id=body["trigger_id"], view={**modal(field), "callback_id": "form"})

        @bolt.view("form")
        async def take(ack: Any, body: Json) -> None:
            seen.append(body["view"]["state"]["values"]["people"]["who"])
            await ack()

    async with open_app(world, register):
        await world.sari.command("/contoh")
        for typed in ("a", "b"):
            await world.sari.suggest(None, "who", typed=typed)
        assert set((await world.sari.submit({"people": ["a", "b", "z"]})).errors) == {"people"}, "two at most"
        assert (await world.sari.submit({"people": ["a", "z"]})).ok
    assert {one["value"] for one in seen[0]["selected_options"]} == {"a", "z"}


async def test_the_page_searches_over_http(world: World) -> None:
    async with open_app(world, answering({"option_groups": [group(2)]}, [])):
        message = await posted(world)
        body = {"as": world.sari.id, "do": "suggest", "on": {"channel": message.channel, "ts": message.ts}}
        async with world.http.post(f"{world.url}/_local/act", json={**body, "action_id": "who", "typed": "x"}) as reply:
            told = await reply.json()
    assert (told["ok"], len(told["options"]), len(told["option_groups"])) == (True, 2, 1)
