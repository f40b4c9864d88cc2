"""Payloads of a Grid and of shared channels: one installation knows its workspace, whichever ids a payload names.

Otherwise somebody of ours would be stored a second time under another workspace's id, and read that they are not
registered.
"""

import copy
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
import pytest_asyncio
from sqlmodel import select

from bot.sandbox.faults import Fault
from handlers.kit.payload import Malformed, team_named
from storage.tables import Person
from tests.scenarios.office import Colleague, Office, open_office
from tests.scenarios.pairs import introduce, introduction, pairs
from tests.scenarios.people.test_who_is_who import texts_of
from tests.scenarios.requests import Knock, knock
from tests.scenarios.test_who_may_act import TABLE
from tests.scenarios.world import World, open_world

OURS, HOME, GRID = "T0001", "T0009", "E0001"
Payload = dict[str, Any]
Reshape = Callable[[Payload], None]


def _grid(payload: Payload) -> None:
    payload["enterprise"] = {"id": GRID, "name": "Grup"}
    if "user_id" in payload:
        payload.update(enterprise_id=GRID, enterprise_name="Grup")


def team_null(payload: Payload) -> None:
    """An installation for a whole Grid: no team outside, the person's home workspace beside them."""
    _grid(payload)
    payload["is_enterprise_install"] = "true" if "user_id" in payload else True
    if "user" in payload:
        payload["team"] = None
        payload["user"]["team_id"] = HOME


def team_missing(payload: Payload) -> None:
    for name in ("team", "team_id", "team_domain"):
        payload.pop(name, None)
    if "user" in payload:
        payload["user"].pop("team_id", None)
        payload["user"].pop("name", None)


def home_differs(payload: Payload) -> None:
    """A colleague whose home workspace is another one of the Grid."""
    _grid(payload)
    if "user" in payload:
        payload["user"]["team_id"] = HOME


def team_of_the_grid(payload: Payload) -> None:
    """The Grid's id in the place of the team's."""
    _grid(payload)
    if "user" in payload:
        payload["team"] = {"id": GRID, "domain": "grup", "enterprise_id": GRID, "enterprise_name": "Grup"}
        payload["user"]["team_id"] = GRID
    else:
        payload["team_id"] = GRID


def team_of_the_other_company(payload: Payload) -> None:
    """In a channel that is shared, the payload may be of the workspace that the channel began in."""
    if "user" in payload:
        payload["team"] = {"id": "T0002", "domain": "lain"}
    else:
        payload["team_id"], payload["team_domain"] = "T0002", "lain"


def view_of_another_workspace(payload: Payload) -> None:
    """A modal opened in one workspace of a Grid, of an app that was installed in another one."""
    _grid(payload)
    if "view" in payload:
        payload["team"] = {"id": HOME, "domain": "rumah"}
        payload["view"].update(team_id=HOME, app_installed_team_id=OURS, external_id="")
        payload["user"]["team_id"] = HOME


SHAPES: tuple[Reshape, ...] = (
    team_null,
    team_missing,
    home_differs,
    team_of_the_grid,
    team_of_the_other_company,
    view_of_another_workspace,
)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def world(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[World]:
    async with open_world(f"sqlite:///{tmp_path_factory.mktemp('teams')}/balik.sqlite") as opened:
        yield opened


OF_US = [row for row in TABLE if {"mentor", "hr"} & row.right]


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize("shape", SHAPES, ids=lambda one: one.__name__)
async def test_nobody_of_ours_is_stored_twice_or_refused(world: World, shape: Reshape) -> None:
    """Every listener, each in one of the shapes; and some in all of them."""
    first = SHAPES.index(shape)
    some = [row for row in OF_US if row.ask.what in ("home", "join", "pause", "agreement.open", "pause.form")]
    for row in [*OF_US[first :: len(SHAPES)], *some]:
        who = world.people["mentor" if "mentor" in row.right else "hr"]
        answer = await knock(world.office, who.id, world.filled(row.ask), shape)
        teams = [team for (team,) in world.beside.execute("SELECT team_id FROM person").fetchall()]
        world.put_back()
        assert answer.acked, row.name
        assert world.names_a_refusal(answer.shown) == [], f"{row.name}: {answer.shown}"
        assert teams == [OURS] * len(world.kept["person"]), row.name


EVENTS: dict[str, Payload] = {
    "outer team differs": {"team_id": HOME},
    "outer team is the Grid's": {"team_id": GRID, "enterprise_id": GRID, "context_enterprise_id": GRID},
    "no outer team": {"team_id": None, "context_team_id": None},
    "no authorizations": {"authorizations": None, "team_id": HOME},
    "empty authorizations": {"authorizations": [], "team_id": HOME},
    "authorizations of others first": {
        "team_id": HOME,
        "authorizations": [
            {
                "enterprise_id": GRID,
                "team_id": HOME,
                "user_id": "U0999",
                "is_bot": False,
                "is_enterprise_install": True,
            },
            {"enterprise_id": GRID, "team_id": OURS, "user_id": "BOT", "is_bot": True, "is_enterprise_install": False},
        ],
    },
    "shared channel": {"team_id": "T0002", "context_team_id": OURS, "is_ext_shared_channel": True},
}


async def tell(office: Office, inner: Payload, shape: Payload) -> None:
    """Slack delivers an event in a shape of `EVENTS`."""
    wrapped = {**office.slack.events.wrap(inner), **copy.deepcopy(shape)}
    for one in wrapped["authorizations"] or []:
        one["user_id"] = office.slack.workspace.bot_user if one["user_id"] == "BOT" else one["user_id"]
    await office.slack.deliveries.tell(wrapped)
    await office.calm()
    await office.settle()


async def people_of(office: Office) -> set[tuple[str, str]]:
    async with office.balik.store.read(office.clock.now()) as work:
        return set((await work.session.exec(select(Person.team_id, Person.slack_id))).all())


@pytest.mark.parametrize("shape", EVENTS)
async def test_events_are_of_our_workspace_in_every_shape(office: Office, hr: Colleague, shape: str) -> None:
    await introduce(office, hr)
    sari, space, change = office.people["sari"], office.slack.workspace, EVENTS[shape]
    known = await people_of(office)
    heard = len(sari.inbox)
    dm = space.open_dm(sari.id)
    ts = dm.next_ts(office.clock.now())
    typed = {"type": "message", "channel": dm.id, "channel_type": "im", "user": sari.id, "team": HOME, "text": "halo"}
    await tell(office, {**typed, "ts": ts, "event_ts": ts}, change)
    assert len(sari.inbox) == heard + 1
    space.homes.pop(sari.id, None)
    await tell(office, {"type": "app_home_opened", "user": sari.id, "tab": "home", "channel": dm.id}, change)
    assert space.homes[sari.id].blocks
    private = office.slack.add_channel("hr-baru", private=True, members=[hr.id], bot=True)
    invited = {"type": "member_joined_channel", "user": space.bot_user, "channel": private.id, "inviter": hr.id}
    await tell(office, {**invited, "team": HOME}, change)
    assert hr.whispered(private)
    changed = {"id": sari.id, "team_id": OURS, "deleted": True, "updated": int(office.clock.now().timestamp()) + 5}
    await tell(office, {"type": "user_change", "user": changed, "event_ts": f"{changed['updated']}.0"}, change)
    assert (await pairs(office))[0].state == "ended"
    assert await people_of(office) - known <= {(OURS, space.bot_user)}


async def test_a_stranger_in_a_shared_channel_is_one_person_and_refused(office: Office, hr: Colleague) -> None:
    """`team.id` is ours and `user.team_id` theirs, or the other way round."""
    await office.set_up(hr)
    ola = office.slack.add_user("Ola Outside", is_stranger=True, team_id="T0002")
    for shape in (lambda _: None, team_of_the_other_company, team_null):
        answer = await knock(office, ola.id, Knock("command", "join"), shape)
        assert any(sentence in answer.shown for sentence in texts_of(office, "stranger"))
    assert [one for one in await people_of(office) if one[1] == ola.id] == [(OURS, ola.id)]


async def test_the_local_slack_on_a_grid(office: Office, hr: Colleague) -> None:
    """The whole way, as the local Slack shows it: `team` null, and events from another workspace of the Grid."""
    space = office.slack.workspace
    space.enterprise_id, space.team_in_payloads, space.event_team = GRID, False, HOME
    for one in (hr,):
        one.slack.user.grid_teams = [OURS, HOME]
    await introduce(office, hr, sari={"team_id": HOME, "grid_teams": [HOME, OURS]})
    sari = office.people["sari"]
    await sari.say("halo")
    await office.settle()
    assert (await sari.click(introduction(sari), "agreement.open")).ok
    assert sari.slack.modal is not None
    assert {team for team, _ in await people_of(office)} == {OURS}


async def test_without_an_answer_from_slack_the_payload_decides(tmp_path: Any) -> None:
    """The bot cannot learn its workspace for a while: it serves people all the same, once each."""
    async with open_office(f"sqlite:///{tmp_path}/balik.sqlite") as office:
        office.slack.faults.add(Fault("error_before", "auth.test"))
        sari = office.hire("Sari Wulandari")
        await sari.command("help")
        office.slack.faults.clear()
        await sari.command("help")
        assert await people_of(office) == {(OURS, sari.id)}


@pytest.mark.parametrize(
    ("payload", "team"),
    [
        ({"team_id": OURS}, OURS),
        ({"team": {"id": OURS}, "user": {"team_id": HOME}}, OURS),
        ({"team": None, "user": {"team_id": OURS}}, OURS),
        ({"team_id": HOME, "authorizations": [{"team_id": OURS, "is_bot": True}]}, OURS),
        ({"authorizations": [{"team_id": HOME, "is_bot": False}, {"team_id": OURS, "is_bot": True}]}, OURS),
        ({"team_id": HOME, "authorizations": [], "context_team_id": OURS}, OURS),
        (
            {"team_id": HOME, "authorizations": [{"team_id": None, "enterprise_id": GRID}], "context_team_id": OURS},
            OURS,
        ),
        ({"team": {"id": HOME}, "view": {"app_installed_team_id": OURS, "team_id": HOME}}, OURS),
        ({"team": "T", "authorizations": "x", "team_id": OURS}, OURS),
    ],
)
def test_the_workspace_that_a_payload_names(payload: Payload, team: str) -> None:
    assert team_named(payload) == team


def test_a_payload_without_a_workspace_is_malformed() -> None:
    with pytest.raises(Malformed):
        team_named({"team": None, "user": {}})
