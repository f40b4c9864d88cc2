"""People come, go and move; the bot is invited and removed."""

from datetime import timedelta

from sqlmodel import col, select

from storage.tables import Participant, ParticipantState, Person
from tests.scenarios.office import Colleague, Office, shows
from tests.scenarios.pairs import introduce, kinds, pairs, receiving
from tests.wording import says


async def person(office: Office, who: Colleague) -> Person:
    async with office.balik.store.read(office.clock.now()) as work:
        return (await work.session.exec(select(Person).where(Person.slack_id == who.id))).one()


async def test_whoever_is_deactivated_is_taken_out_without_a_word(office: Office, hr: Colleague) -> None:
    await introduce(office, hr)
    sari, budi = office.people["sari"], office.people["budi"]
    said = len(sari.inbox)
    await office.slack.deactivate(sari.id)
    await office.settle()
    await office.run(minutes=3)
    assert not (await person(office, sari)).active
    assert (await pairs(office))[0].state == "ended"
    assert len(receiving(budi, "care.leave.told.body")) == 1
    assert sum(shows(one, "care.leave.hr.body") for one in office.posted(office.hr_channel)) == 1
    await office.run(days=40)
    assert len(sari.inbox) == said, kinds(sari.inbox)


async def test_whoever_comes_back_does_not_join_by_that(office: Office, hr: Colleague) -> None:
    await introduce(office, hr)
    sari = office.people["sari"]
    await office.slack.deactivate(sari.id)
    await office.run(minutes=1)
    await office.slack.change_user(sari.id, deleted=False)
    await office.run(minutes=1)
    assert (await person(office, sari)).active
    async with office.balik.store.read(office.clock.now()) as work:
        part = (await work.session.exec(select(Participant).order_by(col(Participant.id)))).first()
    assert part
    assert part.state == ParticipantState.LEFT
    home = await sari.open_home()
    assert home is not None
    assert shows(home, "home.left.body")


async def test_a_new_zone_moves_what_is_sent(office: Office, hr: Colleague) -> None:
    await introduce(office, hr)
    sari = office.people["sari"]
    await office.slack.change_user(sari.id, tz="Asia/Jayapura", real_name="Sari W. Lestari")
    await office.run(minutes=1)
    found = await person(office, sari)
    assert (found.zone, found.name) == ("Asia/Jayapura", "Sari W. Lestari")
    wrapped = office.slack.events.wrap({"type": "user_change", "user": {"id": sari.id, "tz": "Mars/Olympus"}})
    await office.slack.deliveries.tell(wrapped)
    await office.run(minutes=1)
    assert (await person(office, sari)).zone == "Asia/Jayapura"


async def test_people_never_met_are_not_looked_up(office: Office, hr: Colleague) -> None:
    agus = office.hire("Agus Salim")
    await office.slack.change_user(agus.id, real_name="Agus S.")
    await office.run(minutes=1)
    async with office.balik.store.read(office.clock.now()) as work:
        assert (await work.session.exec(select(Person))).first() is None


async def test_hr_is_who_is_in_the_channel_now(office: Office, hr: Colleague) -> None:
    await office.set_up(hr)
    rina = office.hire("Rina Marlina")
    await rina.command("summary", office.general)
    assert says(rina.whispered(office.general)[-1], "errors.not_hr", "id")
    office.slack.add_member(office.hr_channel, rina.id)
    await office.settle()
    await rina.command("summary", office.general)
    assert says(rina.whispered(office.general)[-1], "insight.summary.posted", "id")
    office.slack.remove_member(office.hr_channel, rina.id)
    await office.settle()
    await rina.command("summary", office.general)
    assert says(rina.whispered(office.general)[-1], "errors.not_hr", "id")


async def test_whoever_invites_the_bot_is_told_how_to_begin(office: Office, hr: Colleague) -> None:
    rina = office.hire("Rina Marlina")
    private = office.slack.add_channel("hr-baru", private=True, members=[rina.id])
    office.slack.invite_bot(private, inviter=rina.id)
    await office.settle()
    (hint,) = rina.whispered(private)
    assert says(hint, "programme.setup.invited.body", "id")
    assert not office.posted(private)


async def test_a_workspace_that_removed_the_app_gets_nothing_until_it_is_back(office: Office, hr: Colleague) -> None:
    await introduce(office, hr)
    await office.run(minutes=3)
    sari = office.people["sari"]
    said = len(sari.inbox)
    await office.slack.events.emit("app_uninstalled", {"type": "app_uninstalled"})
    await office.run(minutes=1)
    office.clock.advance(timedelta(days=9))
    assert await office.balik.delivery.run_due() >= 0
    await office.settle()
    assert len(sari.inbox) == said
    await sari.open_home()
    await office.run(days=1)
    assert len(sari.inbox) > said
