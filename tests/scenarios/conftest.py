from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.databases import PostgresServer
from tests.scenarios.office import Colleague, Office, open_office


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[Office]:
    """An office with nobody in it, on SQLite."""
    async with open_office(f"sqlite:///{tmp_path}/balik.sqlite") as opened:
        yield opened


@pytest.fixture(params=["sqlite", "postgresql"])
async def on_both(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Office]:
    """An office with nobody in it, on either database, whose statements wait as they do in a running bot."""
    if request.param == "sqlite":
        async with open_office(f"sqlite:///{tmp_path}/balik.sqlite", in_step=False) as opened:
            yield opened
    else:
        server: PostgresServer = request.getfixturevalue("postgres_server")
        async with server.database() as url, open_office(url) as opened:
            yield opened


@pytest.fixture
async def hr(office: Office) -> Colleague:
    """Dewi of HR, a member of HR's channel."""
    dewi = office.hire("Dewi Lestari", title="HR Business Partner")
    office.slack.add_member(office.hr_channel, dewi.slack.user)
    return dewi
