"""views.*: triggers, the stack of three, hashes, and Home tabs."""

from dataclasses import replace
from typing import Any

from tests.sandbox.local_slack_kit import MANIFEST, World, modal, open_world, plain, text_input

SIMPLE = modal({"type": "section", "text": plain("x")})
HOME = {"type": "home", "blocks": [{"type": "divider"}]}


def trigger(world: World, view_id: str | None = None) -> str:
    return world.slack.workspace.issue_trigger(world.sari.id, view_id)


async def opened(world: World, view: dict[str, Any] = SIMPLE) -> dict[str, Any]:
    body = await world.call("views.open", trigger_id=trigger(world), view=view)
    assert body["ok"], body
    found: dict[str, Any] = body["view"]
    return found


async def test_a_trigger_opens_one_modal_within_three_seconds(world: World) -> None:
    first = trigger(world)
    assert (await world.call("views.open", trigger_id=first, view=SIMPLE))["ok"]
    assert await world.refusal("views.open", trigger_id=first, view=SIMPLE) == "exchanged_trigger_id"
    late = trigger(world)
    world.clock.advance(3)
    in_time = trigger(world)
    world.clock.advance(0.001)
    assert await world.refusal("views.open", trigger_id=late, view=SIMPLE) == "expired_trigger_id"
    assert (await world.call("views.open", trigger_id=in_time, view=SIMPLE))["ok"]
    assert await world.refusal("views.open", trigger_id="1.2.3", view=SIMPLE) == "invalid_trigger_id"
    assert await world.refusal("views.open", view=SIMPLE) == "invalid_arguments"


async def test_a_refused_view_leaves_the_trigger_good(world: World) -> None:
    one = trigger(world)
    assert await world.refusal("views.open", trigger_id=one, view=HOME) == "invalid_arguments"
    assert (await world.call("views.open", trigger_id=one, view=SIMPLE))["ok"]


async def test_the_stack_holds_three(world: World) -> None:
    first = await opened(world)
    second = (await world.call("views.push", trigger_id=trigger(world, first["id"]), view=SIMPLE))["view"]
    third = (await world.call("views.push", trigger_id=trigger(world, second["id"]), view=SIMPLE))["view"]
    assert third["root_view_id"] == first["id"]
    assert third["previous_view_id"] == second["id"]
    over = trigger(world, third["id"])
    assert await world.refusal("views.push", trigger_id=over, view=SIMPLE) == "push_limit_reached"
    await world.sari.close()
    assert [v.id for v in world.sari.modals] == [first["id"], second["id"]]


async def test_pushing_takes_an_open_modal(world: World) -> None:
    assert await world.refusal("views.push", trigger_id=trigger(world), view=SIMPLE) == "not_found"


async def test_updates_keep_what_was_typed(world: World) -> None:
    view = await opened(world, modal(text_input("a"), text_input("b")))
    await world.sari.fill({"a": "satu", "b": "dua"})
    blocks = [text_input("a"), text_input("b", action_id="other")]
    body = await world.call("views.update", view_id=view["id"], view=modal(*blocks))
    values = body["view"]["state"]["values"]
    assert values["a"]["value"]["value"] == "satu"
    assert values["b"]["other"]["value"] is None


async def test_updates_with_a_stale_hash_are_refused(world: World) -> None:
    view = await opened(world, SIMPLE | {"external_id": "satu"})
    changed = await world.call("views.update", external_id="satu", view=SIMPLE, hash=view["hash"])
    assert changed["ok"]
    refused = await world.refusal("views.update", view_id=view["id"], view=SIMPLE, hash=view["hash"])
    assert refused == "hash_conflict"
    assert await world.refusal("views.update", view_id="V9999", view=SIMPLE) == "not_found"
    assert await world.refusal("views.update", view=SIMPLE) == "invalid_arguments"
    await world.sari.close()
    assert await world.refusal("views.update", view_id=view["id"], view=SIMPLE) == "not_found"


async def test_external_ids_are_unique(world: World) -> None:
    await opened(world, SIMPLE | {"external_id": "satu"})
    other = world.slack.workspace.issue_trigger(world.budi.id)
    view = SIMPLE | {"external_id": "satu"}
    assert await world.refusal("views.open", trigger_id=other, view=view) == "duplicate_external_id"


async def test_a_view_may_weigh_only_so_much(world: World) -> None:
    blocks = [{"type": "section", "text": plain("x" * 3_000)}] * 90
    assert await world.refusal("views.open", trigger_id=trigger(world), view=modal(*blocks)) == "view_too_large"


async def test_home_tabs(world: World) -> None:
    view = (await world.call("views.publish", user_id=world.sari.id, view=HOME))["view"]
    assert world.sari.home
    assert world.sari.home.id == view["id"]
    again = (await world.call("views.publish", user_id=world.sari.id, view=HOME, hash=view["hash"]))["view"]
    assert (again["id"], again["hash"] == view["hash"]) == (view["id"], False)
    stale = await world.refusal("views.publish", user_id=world.sari.id, view=HOME, hash=view["hash"])
    assert stale == "hash_conflict"
    assert await world.refusal("views.publish", user_id="U9999", view=HOME) == "invalid_arguments"
    assert await world.refusal("views.publish", user_id=world.sari.id, view=SIMPLE) == "invalid_arguments"
    assert world.budi.home is None


async def test_without_a_home_tab_nothing_is_published() -> None:
    async with open_world(replace(MANIFEST, home_tab=False)) as world:
        assert await world.refusal("views.publish", user_id=world.sari.id, view=HOME) == "not_enabled"
        assert not (await world.sari.open_home()).ok
