"""Socket Mode that is switched off or refused while the bot runs: who reads why, once, and that it recovers."""

import asyncio
import logging
from collections.abc import Callable

import pytest

from bot.sandbox import Fault
from bot.server.health import condition, exposition
from bot.slack import socket_handler, socket_watchdog
from tests.processes import HANG
from tests.scenarios.office import Office

CODES = ["link_disabled", "too_many_websockets"]


@pytest.fixture(autouse=True)
def without_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    """Before the office opens: it starts the watchdog."""
    monkeypatch.setattr(socket_watchdog, "INTERVAL", 0.01)
    monkeypatch.setattr(socket_handler, "PAUSES", (0.0, 0.01))


async def until(true: Callable[[], object]) -> None:
    async with asyncio.timeout(HANG):
        while not true():  # noqa: ASYNC110  the socket works in the background, and only its state tells
            await asyncio.sleep(0.005)


def settled(office: Office) -> bool:
    """Whether the client is done with the goodbyes of earlier sockets: it opens a new one for each that it reads, even
    if it is connected by then, and is without a socket meanwhile."""
    client = office.balik.handler.client  # type: ignore[union-attr]  # the office is connected
    under_way = {getattr(task.get_coro(), "__name__", "") for task in asyncio.all_tasks()}
    idle = client.message_queue.empty() and not client.connect_operation_lock.locked()
    return bool(office.slack.sockets.open) and idle and "run_message_listeners" not in under_way


def told(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [
        record.getMessage()
        for record in caplog.records
        if record.levelno >= logging.WARNING and record.name.startswith("bot.slack.socket")
    ]


@pytest.mark.parametrize("reason", CODES)
async def test_a_socket_that_slack_closes_is_explained_once_and_comes_back(
    caplog: pytest.LogCaptureFixture, office: Office, reason: str
) -> None:
    state = office.balik.handler.state  # type: ignore[union-attr]  # the office is connected
    office.slack.sockets.refuse_with = reason
    await office.slack.drop_sockets(reason)
    await until(lambda: state.failures[reason] >= 5)
    (line,) = told(caplog)
    assert f"({reason})" in line
    assert "To do:" in line
    seen = await condition(office.balik)
    assert (seen.ready, seen.socket) == (False, False)
    assert reason in seen.told()["socket_trouble"]
    metrics = (await exposition(office.balik)).decode()
    assert f'balik_socket_refusals_total{{code="{reason}"}}' in metrics
    assert "balik_sockets 0.0" in metrics
    office.slack.sockets.refuse_with = None
    await until(lambda: not state.trouble and settled(office))
    assert "connected again" in told(caplog)[-1]
    seen = await condition(office.balik)
    assert (seen.socket, seen.told()["socket_trouble"]) == (True, None)
    sari = office.hire("Sari Wulandari")
    assert (await sari.command("help")).ok


@pytest.mark.parametrize("error", ["invalid_auth", "missing_scope", "forbidden_team", "a_code_of_next_year"])
async def test_an_address_that_slack_refuses_is_explained_once(
    caplog: pytest.LogCaptureFixture, office: Office, error: str
) -> None:
    state = office.balik.handler.state  # type: ignore[union-attr]  # the office is connected
    office.slack.faults.add(Fault("refused", "apps.connections.open", error=error))
    await office.slack.drop_sockets("refresh_requested")
    await until(lambda: state.failures[error] >= 1)
    (line,) = told(caplog)
    assert f"({error})" in line
    assert (await condition(office.balik)).socket_trouble == error


async def test_another_cause_is_logged_again(caplog: pytest.LogCaptureFixture, office: Office) -> None:
    state = office.balik.handler.state  # type: ignore[union-attr]  # the office is connected
    for code in ("link_disabled", "link_disabled", "connection:HTTP 403", "connection:HTTP 403", "link_disabled"):
        state.refused(code)
    assert [line.split("(")[1].split(")")[0] for line in told(caplog) if "To do" in line] == [
        "link_disabled",
        "connection:HTTP 403",
        "link_disabled",
    ]


async def test_slacks_ordinary_goodbye_is_no_trouble(caplog: pytest.LogCaptureFixture, office: Office) -> None:
    for reason in ("warning", "refresh_requested"):
        await office.slack.drop_sockets(reason)
        await office.slack.sockets.wait_connected()
    assert told(caplog) == []
    assert (await condition(office.balik)).told()["socket_trouble"] is None
