"""The doctor in mode many."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import yaml

from bot.cli.doctor.examine import examine
from bot.cli.doctor.finding import Finding
from bot.config import Settings
from bot.workspaces.app_manifest import manifest_for
from tests.commands.test_settings import MANY
from tests.workspaces.installing import KEY, House, open_house


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async with open_house(f"sqlite:///{tmp_path}/balik.sqlite") as opened:
        yield opened


async def findings(
    house: House, env: dict[str, str] | None = None, *, manifest: Path | None = None
) -> dict[str, Finding]:
    """What the doctor says of each subject."""
    client = house.slacks.client
    ours = {
        "SLACK_CLIENT_ID": client.id,
        "SLACK_CLIENT_SECRET": client.secret,
        "BALIK_PUBLIC_URL": house.url,
        "BALIK_INSTALLATION_KEY": KEY,
        "SLACK_API_URL": house.slacks.api_url,
        "DATABASE_URL": house.balik.store.engine.url.render_as_string(),
    }
    ours["DATABASE_URL"] = ours["DATABASE_URL"].replace("sqlite+aiosqlite", "sqlite")
    settings = Settings.read({**MANY, **ours, **(env or {})})
    found = [one async for one in examine(settings, house.clock, manifest)]
    assert all("\n" not in one.line and (one.well or one.cure) for one in found)
    assert not [one for one in found if client.secret in one.line or KEY in one.line]
    return {one.subject: one for one in found}


def troubles(found: dict[str, Finding]) -> set[str]:
    return {name for name, one in found.items() if not one.well}


async def test_a_bot_that_two_workspaces_installed_is_well(house: House, tmp_path: Path) -> None:
    nobody = await findings(house)
    assert troubles(nobody) == set(), nobody
    assert f"{house.url}/slack/install" in nobody["workspaces"].what
    for slack in (house.angin, house.bukit):
        await house.install(slack)
    saved = tmp_path / "saved.yml"
    saved.write_text(yaml.safe_dump(manifest_for(house.url)))
    found = await findings(house, manifest=saved)
    assert troubles(found) == set(), found
    assert found["workspaces"].what.startswith("2 of 2")
    saved.write_text(yaml.safe_dump(manifest_for("https://elsewhere.example")))
    assert troubles(await findings(house, manifest=saved)) == {f"manifest {saved}"}


@pytest.mark.parametrize(
    ("env", "subject", "told"),
    [
        ({"SLACK_CLIENT_ID": "9.9"}, "client", "invalid_client_id"),
        ({"SLACK_CLIENT_SECRET": "wrong"}, "client", "bad_client_secret"),
        ({"BALIK_INSTALLATION_KEY": f"{'A' * 43}="}, "workspace T1001", "BALIK_INSTALLATION_KEY"),
    ],
)
async def test_each_wrong_setting_is_found(house: House, env: dict[str, str], subject: str, told: str) -> None:
    await house.install(house.angin)
    found = await findings(house, env)
    assert subject in troubles(found)
    assert told in found[subject].line


async def test_a_refused_token_names_its_workspace(house: House) -> None:
    await house.install(house.angin)
    await house.install(house.bukit)
    key = house.angin.workspace.team_id
    house.slacks.installations.end_tokens(house.slacks.installations.known[key], "token_revoked")
    found = await findings(house)
    assert troubles(found) == {f"workspace {key}"}
    assert found["workspaces"].what.startswith("1 of 2")


async def test_an_address_that_serves_something_else_is_found(house: House) -> None:
    found = await findings(house, {"BALIK_PUBLIC_URL": house.slacks.url})
    assert "public address" in troubles(found)
    nothing = await findings(house, {"BALIK_PUBLIC_URL": "http://127.0.0.1:9"})
    assert nothing["public address"].well
    assert "does not answer" in nothing["public address"].what
