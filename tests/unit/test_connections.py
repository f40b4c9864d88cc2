"""Each workspace is called with its own token, and nothing without a workspace."""

import logging
from dataclasses import dataclass, field

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.server.logs import FORMATS
from bot.slack.connections import (
    NOT_INSTALLED,
    TOKEN_KEPT,
    UNUSED_KEPT,
    ManyConnections,
    NoCurrentWorkspace,
    NotConnected,
)
from bot.slack.gateway import Gateway, Message, RetryAfter, SlackRefused
from bot.workspaces.current import current_workspace, in_workspace


@dataclass
class Stored:
    """Installations, and how often each was read."""

    tokens: dict[str, str | None]
    read: list[str] = field(default_factory=list)
    away: bool = False

    async def bot_token(self, team_id: str) -> str | None:
        self.read.append(team_id)
        if self.away:
            raise OSError("no database")
        return self.tokens.get(team_id)

    async def team_ids(self) -> list[str]:
        return sorted(self.tokens)


@dataclass
class Setting:
    stored: Stored
    connections: ManyConnections
    seconds: float = 0.0


@pytest.fixture
def setting() -> Setting:
    stored = Stored({"T1": "xoxb-1", "T2": "xoxb-2"})

    def client_of(_team_id: str, token: str) -> AsyncWebClient:
        return AsyncWebClient(token, retry_handlers=[])

    made = Setting(stored, ManyConnections(stored, client_of, lambda: made.seconds))
    return made


async def test_each_workspace_has_its_own_token(setting: Setting) -> None:
    first = await setting.connections.connection("chat.postMessage", "T1")
    second = await setting.connections.connection("chat.postMessage", "T2")
    assert (first.client.token, second.client.token) == ("xoxb-1", "xoxb-2")
    assert await setting.connections.connection("chat.update", "T1") is first
    assert setting.stored.read == ["T1", "T2"]


async def test_nothing_is_called_without_a_workspace(setting: Setting) -> None:
    gateway = Gateway(AsyncWebClient(retry_handlers=[]), connections=setting.connections)
    with pytest.raises(NoCurrentWorkspace):
        await gateway.post("C1", Message("hello"), "key", 1)
    with pytest.raises(NoCurrentWorkspace):
        await gateway.members("C1")


async def test_a_token_is_read_again_after_a_while_and_when_slack_refuses_it(setting: Setting) -> None:
    connection = await setting.connections.connection("auth.test", "T1")
    setting.stored.tokens["T1"] = "xoxb-rotated"
    assert (await setting.connections.connection("auth.test", "T1")).client.token == "xoxb-1"
    setting.seconds += TOKEN_KEPT
    assert (await setting.connections.connection("auth.test", "T1")).client.token == "xoxb-rotated"
    setting.stored.tokens["T1"] = "xoxb-anew"
    setting.connections.drop(connection)
    assert (await setting.connections.connection("auth.test", "T1")).client.token == "xoxb-anew"


async def test_a_workspace_without_an_installation_is_refused(setting: Setting) -> None:
    with pytest.raises(SlackRefused) as refused:
        await setting.connections.connection("chat.postMessage", "T3")
    assert refused.value.error == NOT_INSTALLED


async def test_a_post_is_tried_again_when_its_token_could_not_be_read(setting: Setting) -> None:
    setting.stored.away = True
    with pytest.raises(NotConnected):
        await setting.connections.connection("chat.postMessage", "T1")
    gateway = Gateway(AsyncWebClient(retry_handlers=[]), connections=setting.connections)
    with in_workspace("T1"):
        outcome = await gateway.post("C1", Message("hello"), "key", 1)
    assert isinstance(outcome, RetryAfter), "nothing reached Slack, so nothing has to be read back"


async def test_connections_that_nobody_uses_are_forgotten(setting: Setting) -> None:
    first = await setting.connections.connection("auth.test", "T1")
    setting.seconds += UNUSED_KEPT
    await setting.connections.connection("auth.test", "T2")
    assert await setting.connections.connection("auth.test", "T1") is not first


def test_the_workspace_is_known_inside_and_in_the_log() -> None:
    record = logging.LogRecord("bot.test", logging.INFO, __file__, 1, "hello", (), None)
    with in_workspace("T1"):
        with in_workspace("T2"):
            assert current_workspace() == "T2"
        assert '"workspace": "T1"' in FORMATS["json"].format(record)
    assert current_workspace() is None
    assert "workspace" not in FORMATS["json"].format(record)
