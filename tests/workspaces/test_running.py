"""`python -m bot run` in mode many, from its settings."""

from pathlib import Path

from bot.clock import SystemClock
from bot.config import Settings
from bot.sandbox import Manifest, Workspaces
from bot.sandbox.ack_time import processor_time
from bot.server.run import running
from bot.workspaces.app_manifest import manifest_for
from tests.databases import lay_out
from tests.ports import free_port
from tests.workspaces.installing import KEY, Browser


async def test_a_workspace_installs_the_running_bot(tmp_path: Path) -> None:
    url = f"http://127.0.0.1:{(port := free_port())}"
    database = f"sqlite:///{tmp_path}/balik.sqlite"
    await lay_out(database)
    slacks = Workspaces(Manifest.parse(manifest_for(url)), request_url=f"{url}/slack/events", ack_limit=processor_time)
    slack = slacks.add_workspace("Angin")
    sari = slack.add_user("Sari Wulandari")
    async with slacks.serve():
        settings = Settings.read(
            {
                "BALIK_MODE": "many",
                "SLACK_CLIENT_ID": slacks.client.id,
                "SLACK_CLIENT_SECRET": slacks.client.secret,
                "SLACK_SIGNING_SECRET": slacks.signing_secret,
                "SLACK_API_URL": slacks.api_url,
                "BALIK_PUBLIC_URL": url,
                "BALIK_INSTALLATION_KEY": KEY,
                "DATABASE_URL": database,
                "HOST": "127.0.0.1",
                "PORT": str(port),
            }
        )
        async with running(settings, SystemClock()) as balik:
            browser = Browser()
            try:
                page = await browser.get(f"{url}/slack/install")
                back = await browser.press(page.link, "allow", slack.workspace.team_id, sari.id)
                assert (await browser.get(back)).status == 200
                assert (await browser.get(f"{url}/health")).status == 200
            finally:
                await browser.http.close()
            person = slack.as_person(sari)
            assert (await person.command("/mentoring help")).ok
            await balik.context.wait_idle()
            assert person.dm is not None
            assert person.visible(person.dm)
