"""Installing an app in several workspaces by OAuth: the page, codes, tokens and their rotation."""

from dataclasses import replace
from typing import Any

import pytest
from slack_sdk.oauth.installation_store import Bot
from slack_sdk.oauth.token_rotation.async_rotator import AsyncTokenRotator

from tests.sandbox.local_slack_kit import MANIFEST, REDIRECT, SCOPES, Office, open_workspaces, sdk_error

Json = dict[str, Any]
LONG_AGO = 1.0


async def test_a_code_becomes_a_token_of_its_workspace() -> None:
    async with open_workspaces("Angin", "Bukit") as office:
        angin, bukit = office.home.slacks.values()
        for slack in (angin, bukit):
            answer = await office.install(slack)
            assert answer["ok"]
            assert answer["token_type"] == "bot"
            assert answer["access_token"].startswith("xoxb-")
            assert set(answer["scope"].split(",")) == set(SCOPES.split(","))
            assert answer["team"] == {"id": slack.workspace.team_id, "name": slack.workspace.name}
            assert answer["authed_user"] == {"id": slack.users[0].id}
            assert answer["bot_user_id"] == slack.workspace.bot_user
            assert (answer["enterprise"], answer["is_enterprise_install"]) == (None, False)
            assert "refresh_token" not in answer
            who = await office.client(answer["access_token"]).auth_test()
            assert (who["team_id"], who["user_id"]) == (slack.workspace.team_id, slack.workspace.bot_user)
            assert who["bot_id"] == slack.workspace.bot_id
        assert angin.bot_token != bukit.bot_token
        assert angin.workspace.bot_user != bukit.workspace.bot_user


async def test_nothing_works_before_the_app_is_installed() -> None:
    async with open_workspaces("Angin") as office:
        [slack] = office.home.slacks.values()
        assert await sdk_error(office.client("xoxb-guessed").auth_test()) == "invalid_auth"
        outcome = await slack.as_person(slack.users[0]).command("/contoh halo")
        assert not outcome.ok
        assert "not a valid command" in str(outcome.text)
        assert not slack.deliveries.sent
        assert slack.workspace.users[slack.workspace.bot_user].deleted
        await office.install(slack)
        assert not slack.workspace.users[slack.workspace.bot_user].deleted


async def test_a_code_is_good_once_for_ten_minutes_and_for_its_address() -> None:
    async with open_workspaces("Angin") as office:
        [slack] = office.home.slacks.values()
        me = slack.users[0].id
        team = slack.workspace.team_id
        first = (await office.press("allow", team, me, redirect_uri=REDIRECT))["code"]
        assert await sdk_error(office.access(code=first)) == "bad_redirect_uri"
        assert await sdk_error(office.access(code=first, redirect_uri=f"{REDIRECT}/x")) == "bad_redirect_uri"
        assert (await office.access(code=first, redirect_uri=REDIRECT))["ok"]
        assert await sdk_error(office.access(code=first, redirect_uri=REDIRECT)) == "invalid_code"
        late = (await office.press("allow", team, me))["code"]
        office.clock.advance(601)
        assert await sdk_error(office.access(code=late)) == "invalid_code"
        assert await sdk_error(office.access(code="made-up")) == "invalid_code"
        assert await sdk_error(office.access(code=late, grant_type="password")) == "invalid_grant_type"


async def test_the_client_has_to_say_who_it_is_in_the_body_or_by_basic_authentication() -> None:
    async with open_workspaces("Angin") as office:
        [slack] = office.home.slacks.values()
        client = office.home.client
        code = (await office.press("allow", slack.workspace.team_id, slack.users[0].id))["code"]
        sdk = office.client()
        for client_id, secret, error in (
            ("1.2", client.secret, "invalid_client_id"),
            (client.id, "wrong", "bad_client_secret"),
        ):
            refused = sdk.oauth_v2_access(client_id=client_id, client_secret=secret, code=code)
            assert await sdk_error(refused) == error
        form = {"client_id": client.id, "client_secret": client.secret, "code": code}
        async with office.http.post(f"{office.home.api_url}oauth.v2.access", data=form) as response:
            assert (await response.json())["ok"]
        assert [call["error"] for call in slack.calls] == ["invalid_client_id", "bad_client_secret", None]
        recorded = str(list(slack.calls))
        assert client.secret not in recorded
        assert code not in recorded


async def test_the_page_asks_and_goes_back_to_the_app() -> None:
    async with open_workspaces("Angin", "Bukit") as office:
        angin, bukit = office.home.slacks.values()
        async with office.http.get(office.link()) as response:
            text = await response.text()
        assert "Angin" in text
        assert f"team={bukit.workspace.team_id}" in text
        async with office.http.get(office.link(team=bukit.workspace.team_id)) as response:
            text = await response.text()
            policy = response.headers["Content-Security-Policy"]
        assert "Sari Bukit" in text
        assert "Angin" not in text
        assert "<code>chat:write</code>" in text
        assert "form-action 'self' http://127.0.0.1:9;" in policy
        assert "frame-ancestors 'none'" in policy
        cancelled = await office.press("cancel", angin.workspace.team_id, angin.users[0].id)
        assert cancelled == {"error": "access_denied", "state": "s1"}
        allowed = await office.press("allow", angin.workspace.team_id, angin.users[0].id)
        assert set(allowed) == {"code", "state"}
        assert not angin.workspace.installed, "only the code was given out"


async def test_the_page_is_in_the_language_of_the_browser() -> None:
    async with open_workspaces("Angin") as office:
        [slack] = office.home.slacks.values()
        for language, word in (("id-ID,id;q=0.9", "Izinkan"), ("fr, en", "Allow"), ("", "Allow")):
            headers = {"Accept-Language": language}
            async with office.http.get(office.link(team=slack.workspace.team_id), headers=headers) as response:
                assert f">{word}<" in await response.text()


@pytest.mark.parametrize(
    ("more", "error"),
    [
        ({"client_id": "1.2"}, "invalid_client_id"),
        ({"redirect_uri": "http://127.0.0.1:9/elsewhere"}, "bad_redirect_uri"),
        ({"redirect_uri": f"{REDIRECT}.evil.example/"}, "bad_redirect_uri"),
        ({"scope": "chat:write,admin"}, "invalid_scope"),
        ({"scope": ""}, "no_scopes"),
        ({"user_scope": "chat:write"}, "invalid_scope"),
    ],
)
async def test_what_the_settings_of_the_app_do_not_allow_is_shown_as_an_error(more: dict[str, str], error: str) -> None:
    async with open_workspaces("Angin") as office:
        for request in (office.http.get, office.http.post):
            async with request(office.link(**more)) as response:
                assert response.status == 400
                assert f"<code>{error}</code>" in await response.text()


async def test_a_guest_or_a_stranger_does_not_install() -> None:
    async with open_workspaces("Angin") as office:
        [slack] = office.home.slacks.values()
        guest = slack.add_user("Gilang Saputra", is_restricted=True)
        form = {"answer": "allow", "as": guest.id}
        link = office.link(team=slack.workspace.team_id)
        async with office.http.get(link) as response:
            assert "Gilang" not in await response.text()
        async with office.http.post(link, data=form) as response:
            assert response.status == 400


async def rotating(office: Office) -> tuple[Json, Json]:
    """An installation's first answer, and the answer that renewed it."""
    [slack] = office.home.slacks.values()
    first = await office.install(slack)
    return first, await office.access(grant_type="refresh_token", refresh_token=first["refresh_token"])


async def test_tokens_rotate() -> None:
    async with open_workspaces("Angin", token_rotation=True) as office:
        [slack] = office.home.slacks.values()
        first, second = await rotating(office)
        assert first["access_token"].startswith("xoxe.xoxb-1-")
        assert first["refresh_token"].startswith("xoxe-1-")
        assert first["expires_in"] == second["expires_in"] == 12 * 3600
        assert second["access_token"] != first["access_token"]
        assert second["refresh_token"] != first["refresh_token"]
        assert "authed_user" not in second
        again = office.access(grant_type="refresh_token", refresh_token=first["refresh_token"])
        assert await sdk_error(again) == "invalid_refresh_token"
        office.clock.advance(12 * 3600 - 1)
        for answer in (first, second):
            assert (await office.client(answer["access_token"]).auth_test())["ok"]
        office.clock.advance(1)
        assert await sdk_error(office.client(second["access_token"]).auth_test()) == "token_expired"
        third = await office.access(grant_type="refresh_token", refresh_token=second["refresh_token"])
        assert slack.bot_token == third["access_token"]
        assert (await office.client(third["access_token"]).auth_test())["ok"]


async def test_slack_sdk_rotates_a_token() -> None:
    async with open_workspaces("Angin", token_rotation=True) as office:
        [slack] = office.home.slacks.values()
        first = await office.install(slack)
        client = office.home.client
        rotator = AsyncTokenRotator(client_id=client.id, client_secret=client.secret, client=office.client())
        bot = Bot(
            bot_token=first["access_token"],
            bot_id=slack.workspace.bot_id,
            bot_user_id=first["bot_user_id"],
            bot_refresh_token=first["refresh_token"],
            bot_token_expires_at=int(LONG_AGO),
            installed_at=LONG_AGO,
        )
        rotated = await rotator.perform_bot_token_rotation(bot=bot)
        assert rotated
        assert rotated.bot_token == slack.bot_token != first["access_token"]


async def test_without_rotation_the_token_stays_and_scopes_add_up() -> None:
    async with open_workspaces("Angin") as office:
        [slack] = office.home.slacks.values()
        first = await office.install(slack, scope="chat:write")
        assert await sdk_error(office.client(first["access_token"]).users_list()) == "missing_scope"
        second = await office.install(slack, scope="users:read")
        assert second["access_token"] == first["access_token"]
        assert second["scope"] == "chat:write,users:read"
        assert (await office.client(first["access_token"]).users_list())["ok"]


async def test_a_revoked_token_is_over_and_so_is_its_refresh_token() -> None:
    async with open_workspaces("Angin", token_rotation=True) as office:
        first, second = await rotating(office)
        sdk = office.client(second["access_token"])
        assert (await sdk.auth_revoke(test=True))["revoked"] is False
        assert (await sdk.auth_revoke())["revoked"] is True
        for answer in (first, second):
            assert await sdk_error(office.client(answer["access_token"]).auth_test()) == "token_revoked"
        renewed = office.access(grant_type="refresh_token", refresh_token=second["refresh_token"])
        assert await sdk_error(renewed) == "invalid_refresh_token"


async def test_an_app_without_redirect_addresses_cannot_be_installed() -> None:
    none = replace(MANIFEST, redirect_urls=())
    async with (
        open_workspaces("Angin", manifest=none, redirect_urls=()) as office,
        office.http.get(office.link()) as response,
    ):
        assert response.status == 400
