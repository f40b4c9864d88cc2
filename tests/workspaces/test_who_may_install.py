"""BALIK_INSTALL_ALLOWED: where the app may be installed."""

from dataclasses import replace
from pathlib import Path

import pytest

from bot.workspaces.oauth_pages import InstallationPages
from tests.workspaces.installing import House, Page, open_house


def says(house: House, page: Page, reason: str, place: str) -> bool:
    """Whether the page is the one that is shown for a failure."""
    return page.text == InstallationPages(house.balik.context.catalogue, "/slack/install").failed("en", reason, place)


@pytest.mark.parametrize("listed", ["id", "domain"])
async def test_only_listed_workspaces_may_install_the_app(tmp_path: Path, listed: str) -> None:
    async with open_house(f"sqlite:///{tmp_path}/balik.sqlite") as before:
        angin = before.angin.workspace
        name = angin.team_id if listed == "id" else f"{angin.domain}.slack.com"
    async with open_house(f"sqlite:///{tmp_path}/second.sqlite", allowed=frozenset({name})) as house:
        assert (await house.install(house.angin)).status == 200
        refused = await house.install(house.bukit)
        assert refused.status == 403
        bukit = house.bukit.workspace
        assert says(house, refused, "not_allowed", bukit.team_id)
        assert bukit.team_id in refused.text
        await house.settle()
        assert await house.installations.team_ids() == [house.angin.workspace.team_id]
        assert not bukit.installed, "the app is not in it any more"
        assert house.angin.workspace.installed


async def test_a_listed_organisation_includes_its_workspaces(tmp_path: Path) -> None:
    async with open_house(f"sqlite:///{tmp_path}/balik.sqlite", allowed=frozenset({"E9"})) as house:
        group = house.slacks.add_organisation("Nusantara")
        angkasa = house.slacks.add_workspace("Angkasa", organisation=group)
        angkasa.add_user("Admin Angkasa").is_admin = True
        flow = house.balik.workspaces.flow if house.balik.workspaces else None
        assert flow
        assert (await house.install(angkasa)).status == 403
        flow.admits = replace(flow.admits, allowed=frozenset({group.id}))
        assert (await house.install(angkasa)).status == 200
        assert (await house.install(house.bukit)).status == 403


async def test_who_has_the_app_already_may_install_it_again(tmp_path: Path) -> None:
    async with open_house(f"sqlite:///{tmp_path}/balik.sqlite") as house:
        await house.install(house.bukit)
        flow = house.balik.workspaces.flow if house.balik.workspaces else None
        assert flow
        flow.admits = replace(flow.admits, allowed=frozenset({"T0ELSEWHERE"}))
        assert (await house.install(house.bukit)).status == 200
        assert (await house.install(house.angin)).status == 403
