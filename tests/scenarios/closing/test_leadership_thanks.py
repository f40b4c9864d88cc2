"""Leadership's thanks at the end: drafted by theme, previewed and posted by HR, once unless HR knows of the first."""

from datetime import timedelta

from sqlmodel import col, select

from bot.domain.messages.recruiting import SponsorPostMessage
from bot.sandbox import Message
from storage.tables import AuditEntry, SponsorMessage
from tests.scenarios.closing.test_closing import end, hold
from tests.scenarios.office import Colleague, Office, action_ids, shows, texts_in
from tests.scenarios.pairs import introduce
from tests.scenarios.snapshots import once
from tests.wording import says


async def _ended(office: Office) -> None:
    await hold(office, "contract", "harvest")
    await end(office)


def thanking(office: Office) -> list[Message]:
    return [one for one in office.posted(office.general) if shows(one, "programme.sponsor.thanks.title")]


async def test_hr_posts_leaderships_thanks_after_the_end_and_corrects_them(office: Office, hr: Colleague) -> None:
    await introduce(office, hr)
    rina = office.hire("Rina Kusuma")
    home = await hr.open_home()
    assert home
    assert "sponsor.thanks" not in action_ids(home), "no thanks before there is something to thank for"
    await once(office, _ended, office)

    home = await hr.open_home()
    assert home
    assert action_ids(home)[0] == "sponsor.thanks", "HR's first step after the end"
    (closed,) = [one for one in office.posted(office.hr_channel) if "cohort.next" in action_ids(one)]
    assert (await hr.click(closed, "sponsor.thanks")).ok
    draft = next(one for one in hr.modal.blocks if one.get("block_id") == "text")["element"]["initial_value"]
    assert says(draft, "programme.themes.digital_trends.thanks")
    assert (await hr.submit({"person": rina.id, "name": "CEO", "text": "Thank you for your hours."})).ok
    assert thanking(office) == [], "HR reads it first"
    await hr.click(hr.modal, "sponsor.edit")
    assert (await hr.submit({"text": "Thank you for every hour."})).ok
    assert (await hr.submit({})).ok
    assert shows(hr.modal, "programme.sponsor.thanks.posted", "id")
    await office.run(minutes=2)
    (post,) = thanking(office)
    assert "for every hour." in texts_in(post)
    assert f"<@{rina.id}>" in texts_in(post)
    assert action_ids(post) == [], "there is nothing to join any more"
    home = await hr.open_home()
    assert home
    assert "sponsor.thanks" not in action_ids(home), "it is done"

    await hr.click(closed, "sponsor.thanks")
    assert shows(hr.modal, "programme.sponsor.thanks.again", "id")
    assert (await hr.submit({"how": "correct", "text": "Thank you all."})).ok
    assert (await hr.submit({})).ok
    assert shows(hr.modal, "programme.sponsor.thanks.corrected", "id")
    (post,) = thanking(office)
    assert "Thank you all." in texts_in(post)
    async with office.balik.store.read(office.clock.now()) as work:
        said = (await work.session.exec(select(SponsorMessage).where(col(SponsorMessage.thanks).is_(True)))).all()
        log = (await work.session.exec(select(AuditEntry.what).order_by(col(AuditEntry.id).desc()).limit(2))).all()
    assert [one.text for one in said] == ["Thank you all."]
    assert list(log) == ["thanks_corrected", "thanks_posted"]
    assert SponsorPostMessage(said[0].id)


async def test_the_todo_ends_by_itself_and_the_command_leads_to_it(office: Office, hr: Colleague) -> None:
    await introduce(office, hr)
    await once(office, _ended, office)
    await hr.command("sponsor", office.hr_channel)
    assert shows(hr.modal, "programme.sponsor.thanks.intro", "id"), "after the end the command is about thanks"
    await hr.slack.close(all=True)
    office.clock.advance(timedelta(days=50))
    home = await hr.open_home()
    assert home
    assert "sponsor.thanks" not in action_ids(home), "nobody is reminded of it months later"
