"""`balik demo --workspaces 2`: somebody installs Balik in a workspace of the local Slack, and HR begins there."""

from datetime import timedelta

import pytest
from sqlmodel import select

from bot.rehearsal.demo_workspaces import COMPANIES, HELLO, serving_workspaces
from bot.workspaces.oauth_paths import INSTALL_PATH
from storage.tables import Person
from tests.ports import free_port
from tests.workspaces.installing import Browser


@pytest.mark.parametrize("language", ["id", "en"])
async def test_people_are_answered_in_the_language_of_the_demo(language: str) -> None:
    async with serving_workspaces(2, free_port(), language) as (slacks, balik):
        slack = next(iter(slacks.slacks.values()))
        browser = Browser()
        page = await browser.get(
            f"{slacks.client.redirect_urls[0].rpartition('/slack/')[0]}{INSTALL_PATH}?lang={language}"
        )
        await browser.get(await browser.press(page.link, "allow", slack.workspace.team_id, slack.users[0].id))
        await browser.http.close()
        await slack.advance(slack.clock.now() + timedelta(minutes=1))
        for user in slack.users[:3]:
            person = slack.as_person(user)
            assert (await person.command("/mentoring help")).ok
            await balik.context.wait_idle()
        async with balik.store.read(balik.clock) as work:
            assert set(await work.session.exec(select(Person.language))) == {language}


async def test_balik_is_installed_and_hr_begins_in_one_of_two_workspaces() -> None:
    async with serving_workspaces(2, free_port(), "en") as (slacks, balik):
        angin, bukit = slacks.slacks.values()
        assert [slack.workspace.name for slack in (angin, bukit)] == list(COMPANIES[:2])
        browser = Browser()
        page = await browser.get(slacks.client.redirect_urls[0].rpartition("/slack/")[0] + INSTALL_PATH)
        back = await browser.press(page.link, "allow", bukit.workspace.team_id, bukit.users[0].id)
        assert (await browser.get(back)).status == 200
        await browser.http.close()
        hr_channel = bukit.channel("hr-mentoring")
        await bukit.advance(bukit.clock.now() + timedelta(minutes=1))
        assert bukit.workspace.bot_user in hr_channel.members
        dewi = bukit.as_person(next(user for user in bukit.users if user.id in hr_channel.members))
        assert (await dewi.command("/mentoring setup", hr_channel)).ok
        await balik.context.wait_idle()
        assert dewi.modal is not None
        assert {call["method"] for call in angin.calls} <= {"api.test"}, "which asks for no workspace"
        assert not angin.workspace.installed


def test_the_hello_names_both_addresses() -> None:
    said = HELLO.format(count=2, slack="http://127.0.0.1:8300", install="http://127.0.0.1:8301/slack/install")
    assert "{" not in said
    assert said.count("http://127.0.0.1:8300") == 2
