"""Installing the app in several workspaces by OAuth, in a browser; and removing it."""

import asyncio
import logging
import re
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import select

from bot.workspaces.current import in_workspace
from bot.workspaces.purging import purge_due
from storage.tables import Person, SlackComparison, Workspace, WorkspaceState
from tests.workspaces.installing import House, open_house


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async with open_house(f"sqlite:///{tmp_path}/balik.sqlite") as opened:
        yield opened


@pytest.fixture
async def either_house(empty_url: str) -> AsyncIterator[House]:
    """On SQLite and PostgreSQL."""
    async with open_house(empty_url) as opened:
        yield opened


async def state_of(house: House, key: str) -> Workspace | None:
    async with house.balik.store.read(house.clock) as work:
        return await work.session.get(Workspace, key)


async def test_two_workspaces_install_the_app_and_each_gets_its_own_answers(house: House) -> None:
    angin, bukit = house.angin, house.bukit
    for slack in (angin, bukit):
        page = await house.install(slack)
        assert page.status == 200
        assert f"Balik is installed in {slack.workspace.name}" in page.text
        assert f"team={slack.workspace.team_id}" in page.link
    teams = [angin.workspace.team_id, bukit.workspace.team_id]
    assert await house.installations.team_ids() == sorted(teams)
    for slack, other in ((angin, bukit), (bukit, angin)):
        before = len(other.calls)
        person = slack.as_person(slack.add_user(f"Sari {slack.workspace.name}"))
        assert (await person.command("/mentoring help")).ok
        await house.settle()
        assert person.dm is not None
        assert person.visible(person.dm)
        assert len(other.calls) == before


async def test_a_new_workspace_is_compared_with_slack_from_then_on(house: House) -> None:
    await house.balik.scheduler.tick_all(house.clock.now(), {"comparing"})  # as at the start, without any
    await house.install(house.angin)
    async with house.balik.store.read(house.clock) as work:
        planned = await work.session.get(SlackComparison, house.angin.workspace.team_id)
    assert planned
    assert planned.next_at <= house.clock.now()


async def test_the_page_is_in_both_languages_and_shows_no_frame_or_script(house: House) -> None:
    english = await house.browser().get(f"{house.url}/slack/install")
    assert '<html lang="en">' in english.text
    indonesian = await house.browser(**{"Accept-Language": "fr, id-ID;q=0.9, en;q=0.8"}).get(
        f"{house.url}/slack/install"
    )
    assert '<html lang="id">' in indonesian.text
    assert '<html lang="en">' in (await house.browser().get(f"{house.url}/slack/install?lang=xx")).text
    assert "frame-ancestors 'none'" in english.headers["Content-Security-Policy"]
    assert "<script" not in english.text
    assert english.headers["Cache-Control"] == "no-store"


async def test_the_language_is_kept_on_the_way_through_slack(house: House) -> None:
    angin = house.angin
    browser = house.browser()
    page = await browser.get(f"{house.url}/slack/install?lang=id")
    back = await browser.press(page.link, "allow", angin.workspace.team_id, angin.users[0].id)
    assert '<html lang="id">' in (await browser.get(back)).text


async def test_cancelling_says_so_and_installs_nothing(house: House) -> None:
    angin = house.angin
    browser = house.browser()
    page = await browser.get(await house.begin(browser, angin, "cancel"))
    assert page.status == 200
    assert "cancelled" in page.text
    assert page.link.startswith("/slack/install")
    assert await house.installations.team_ids() == []


async def test_a_state_of_another_browser_is_refused(house: House) -> None:
    angin = house.angin
    back = await house.begin(house.browser(), angin)
    page = await house.browser().get(back)
    assert page.status == 400
    assert "same browser" in page.text
    other = house.browser()
    await other.get(f"{house.url}/slack/install")  # it has a state, but another one
    assert (await other.get(back)).status == 400
    assert await house.installations.team_ids() == []


async def test_a_state_works_once(house: House) -> None:
    angin = house.angin
    browser = house.browser()
    back = await house.begin(browser, angin)
    cookies = list(browser.http.cookie_jar)
    assert (await browser.get(back)).status == 200
    assert not list(browser.http.cookie_jar)  # the page takes the cookie back
    browser.http.cookie_jar.update_cookies({cookie.key: cookie.value for cookie in cookies})
    page = await browser.get(back)
    assert page.status == 401
    assert "second time" in page.text


async def test_a_state_expires(house: House) -> None:
    angin = house.angin
    browser = house.browser()
    back = await house.begin(browser, angin)
    house.clock.advance(timedelta(minutes=10))
    page = await browser.get(back)
    assert page.status == 401
    assert "10 minutes" in page.text
    assert await house.installations.team_ids() == []


@pytest.mark.parametrize("state", ["", "x", "en.99999999999.x.y", "en", "....", "é"])
async def test_a_made_up_state_is_refused(house: House, state: str) -> None:
    browser = house.browser()
    browser.http.cookie_jar.update_cookies({"balik-installation": state})
    page = await browser.get(f"{house.url}/slack/oauth_redirect?code=1&state={state}")
    assert page.status in (400, 401)


async def test_a_code_cannot_be_used_with_a_new_state(house: House) -> None:
    angin = house.angin
    browser = house.browser()
    back = await house.begin(browser, angin)
    assert (await browser.get(back)).status == 200
    page = await browser.get(f"{house.url}/slack/install")
    state = re.findall(r"state=([^&]+)", page.link)[0]
    replayed = await browser.get(re.sub(r"state=[^&]+", f"state={state}", back))
    assert replayed.status == 400
    assert "only once" in replayed.text


async def test_slack_sends_no_code_to_another_address(house: House) -> None:
    angin = house.angin
    browser = house.browser()
    page = await browser.get(f"{house.url}/slack/install")
    elsewhere = re.sub(r"redirect_uri=[^&]+", "redirect_uri=https%3A%2F%2Fevil.example%2F", page.link)
    async with browser.http.post(
        f"{elsewhere}&team={angin.workspace.team_id}", data={"answer": "allow", "as": angin.users[0].id}
    ) as reply:
        assert reply.status == 400
    # A code that was given out for another address is refused when it is exchanged.
    state = re.findall(r"state=([^&]+)", page.link)[0]
    code = house.slacks.approve(angin.workspace.team_id, angin.users[0], None, f"{house.url}/elsewhere")
    back = await browser.get(f"{house.url}/slack/oauth_redirect?code={code}&state={state}")
    assert back.status == 400
    assert await house.installations.team_ids() == []


async def test_what_comes_in_the_address_is_not_shown(house: House) -> None:
    page = await house.browser().get(f"{house.url}/slack/oauth_redirect?error=%3Cscript%3Ealert(1)%3C/script%3E")
    assert "<script" not in page.text
    assert "alert" not in page.text


async def test_neither_tokens_nor_codes_nor_states_are_logged(house: House, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    for name in ("slack_sdk", "slack_bolt", "aiosqlite", "sqlalchemy", "aiohttp"):  # as `logs.set_up` has them
        caplog.set_level(logging.WARNING, name)
    caplog.handler.setLevel(logging.DEBUG)
    angin = house.angin
    browser = house.browser()
    back = await house.begin(browser, angin)
    assert (await browser.get(back)).status == 200
    assert (await browser.get(back)).status == 400
    bot = await house.installations.bot(angin.workspace.team_id)
    assert bot
    code, state = (re.findall(rf"{name}=([^&]+)", back)[0] for name in ("code", "state"))
    secrets = (bot.bot_token, code, state, house.slacks.client.secret)
    assert not [secret for secret in secrets if secret in caplog.text]
    assert f"workspace {angin.workspace.team_id}: app installed" in caplog.text


async def test_an_organisation_installs_the_app_for_its_workspaces(house: House) -> None:
    group = house.slacks.add_organisation("Nusantara")
    angin = house.slacks.add_workspace("Angkasa", organisation=group)
    angin.add_user("Admin Angkasa").is_admin = True
    page = await house.install(angin, place=group.id)
    assert "Balik is installed in Nusantara" in page.text
    assert await house.installations.team_ids() == [group.id]
    bot = await house.installations.bot(group.id)
    assert bot
    assert bot.is_enterprise_install
    person = angin.as_person(angin.add_user("Sari Wulandari"))
    assert (await person.command("/mentoring help")).ok
    await house.settle()
    assert person.dm is not None
    assert person.visible(person.dm)
    refused = await house.install(angin)  # what the organisation has, a workspace cannot install by itself
    assert refused.status == 400
    assert "organisation" in refused.text
    house.slacks.uninstall(angin.workspace.team_id)
    await house.settle()
    removed = await state_of(house, group.id)
    assert removed
    assert removed.state is WorkspaceState.UNINSTALLED


async def test_the_people_of_an_organisation_are_compared_workspace_by_workspace(house: House) -> None:
    """A change whose event was missed is found in each; Slack lists people of one workspace at a time."""
    group = house.slacks.add_organisation("Nusantara")
    slacks = [house.slacks.add_workspace(name, organisation=group) for name in ("Angkasa", "Buana")]
    slacks[0].add_user("Admin Angkasa").is_admin = True
    await house.install(slacks[0], place=group.id)
    people = [slack.as_person(slack.add_user(f"Sari {slack.workspace.name}")) for slack in slacks]
    for person in people:
        assert (await person.command("/mentoring help")).ok
    await house.settle()
    for slack, person in zip(slacks, people, strict=True):
        with slack.missing_events():
            await slack.deactivate(person.id)
    for _ in range(8):
        house.clock.advance(timedelta(minutes=15))
        await house.balik.scheduler.tick_all(house.clock.now(), {"comparing"})
        await house.settle()
    async with house.balik.store.read(house.clock) as work:
        stored = (await work.session.exec(select(Person).where(Person.team_id == group.id))).all()
    assert {one.slack_id: one.active for one in stored if one.slack_id in {person.id for person in people}} == {
        person.id: False for person in people
    }
    calls = [call for slack in slacks for call in slack.calls if call["method"] == "users.list"]
    assert {call["error"] for call in calls} == {None}


async def test_a_token_is_renewed_before_it_expires(house: House) -> None:
    angin = house.angin
    await house.install(angin)
    key = angin.workspace.team_id
    first = await house.installations.bot_token(key)
    house.clock.advance(timedelta(hours=9, minutes=59))
    assert await house.installations.bot_token(key) == first
    house.clock.advance(timedelta(minutes=2))
    second = await house.installations.bot_token(key)
    assert second != first
    assert await house.installations.bot_token(key) == second
    house.clock.advance(timedelta(days=3))  # nobody used it meanwhile: a refresh token does not expire
    third = await house.installations.bot_token(key)
    assert third not in (first, second)
    with in_workspace(key):
        assert await house.balik.gateway.own_team() == key


async def test_two_replicas_renew_a_token_once(either_house: House) -> None:
    """A refresh token works once: the second exchange would be refused."""
    house = either_house
    angin = house.angin
    await house.install(angin)
    key = angin.workspace.team_id
    house.clock.advance(timedelta(hours=11))
    replicas = [replace(house.installations) for _ in range(3)]
    before = len(angin.calls)
    tokens = await asyncio.gather(*(one.bot_token(key) for one in replicas for _ in range(2)))
    assert None not in tokens
    exchanges = [call for call in list(angin.calls)[before:] if call["method"] == "oauth.v2.access"]
    assert len(exchanges) == 1
    assert len({await one.bot_token(key) for one in replicas}) == 1


async def test_removing_the_app_stops_it_and_deletes_everything_later(either_house: House) -> None:
    house = either_house
    angin, bukit = house.angin, house.bukit
    for slack in (angin, bukit):
        await house.install(slack)
        await slack.as_person(slack.add_user(f"Sari {slack.workspace.name}")).command("/mentoring help")
    await house.settle()
    key = angin.workspace.team_id
    house.slacks.uninstall(key)
    await house.settle()
    removed = await state_of(house, key)
    assert removed
    assert removed.state is WorkspaceState.UNINSTALLED
    assert removed.purge_at == house.clock.now() + timedelta(days=30)
    assert await house.installations.team_ids() == [bukit.workspace.team_id]
    assert await house.installations.bot_token(key) is None
    house.clock.advance(timedelta(days=30))
    assert await purge_due(house.balik.store, house.clock.now()) == [key]
    assert await state_of(house, key) is None
    assert await house.installations.bot_token(bukit.workspace.team_id)


async def test_installing_again_in_time_keeps_the_data(house: House) -> None:
    angin = house.angin
    await house.install(angin)
    key = angin.workspace.team_id
    house.slacks.uninstall(key)
    await house.settle()
    house.clock.advance(timedelta(days=29))
    assert (await house.install(angin)).status == 200
    house.clock.advance(timedelta(days=29))
    await house.balik.settle()
    workspace = await state_of(house, key)
    assert workspace
    assert workspace.state is WorkspaceState.INSTALLED
    person = angin.as_person(angin.add_user("Sari Wulandari"))
    assert (await person.command("/mentoring help")).ok
    await house.settle()
    assert person.dm is not None
    assert person.visible(person.dm)


async def test_a_late_event_does_not_end_a_new_installation(house: House) -> None:
    angin = house.angin
    await house.install(angin)
    key = angin.workspace.team_id
    for uninstalled in (True, False):
        assert not await house.installations.follow_end(key, uninstalled=uninstalled)
    assert await house.installations.team_ids() == [key]


async def test_a_revoked_token_is_noticed_without_its_event(house: House) -> None:
    """By a refused call: the event may have been lost."""
    angin = house.angin
    await house.install(angin)
    key = angin.workspace.team_id
    with in_workspace(key):
        await house.balik.gateway.own_team()
        house.slacks.installations.end_tokens(house.slacks.installations.known[key], "token_revoked")
        with pytest.raises(Exception, match="token_revoked"):
            await house.balik.gateway.user(angin.users[0].id)
    await house.settle()
    revoked = await state_of(house, key)
    assert revoked
    assert revoked.state is WorkspaceState.REVOKED
