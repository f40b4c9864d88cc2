"""Mentors' circles: offered by HR, put together on Mondays, rearranged when a member leaves, hosted in turn."""

import pytest
from sqlmodel import col, select

from bot.domain.messages.circles import CircleClosedMessage
from bot.sandbox import Channel, Message
from storage.tables import Circle, CircleMember
from tests.scenarios.office import Colleague, Office, action_ids, shows, texts_in
from tests.scenarios.pairs import of_kind
from tests.scenarios.privacy.test_privacy import _erase, unfold
from tests.scenarios.snapshots import once
from tests.scenarios.summaries import whole
from tests.wording import says

NAMES = ("Ani", "Bayu", "Citra", "Dian", "Eka")


async def offer(office: Office, hr: Colleague, button: str = "circle.offer") -> None:
    await hr.command("training", office.hr_channel)
    assert (await hr.click(None, button)).ok
    await hr.slack.close(all=True)
    await office.settle()


async def join(who: Colleague) -> None:
    home = await who.open_home()
    assert home
    await who.click(home, "circle.open")
    assert (await who.click(None, "circle.join")).ok
    await who.slack.close(all=True)


async def leave(who: Colleague) -> None:
    home = await who.open_home()
    assert home
    await who.click(home, "circle.open")
    assert (await who.click(None, "circle.leave")).ok
    await who.slack.close(all=True)


async def begin(office: Office, hr: Colleague, *, language: str = "en") -> None:
    """A programme with five mentors, who are in one circle."""
    await office.set_up(hr, language=language)
    await offer(office, hr)
    for name in NAMES:
        who = office.hire(f"{name} Wati")
        await office.join(who, "mentor", "specialist", "Marketing", language=language, languages=[language])
        await join(who)
    await office.run(days=11)


@pytest.fixture
async def circle(office: Office, hr: Colleague) -> Office:
    await once(office, begin, office, hr)
    return office


def chats(office: Office, *names: str) -> list[Channel]:
    """The group DMs of exactly these people, newest last."""
    ids = {office.people[one.lower()].id for one in names}
    bot = office.slack.workspace.bot_user
    return [one for one in office.slack.workspace.channels.values() if set(one.members) - {bot} == ids and len(ids) > 1]


def posted(office: Office, *names: str) -> list[Message]:
    return [one for chat in chats(office, *names) for one in office.posted(chat)]


async def circles(office: Office) -> list[Circle]:
    async with office.balik.store.read(office.clock.now()) as work:
        return list((await work.session.exec(select(Circle).order_by(col(Circle.id)))).all())


@pytest.mark.in_turn(2)
@pytest.mark.parametrize("language", ["en", "id"])
async def test_hr_offers_mentors_join_and_each_month_another_one_hosts(
    office: Office, hr: Colleague, language: str
) -> None:
    await office.set_up(hr, language=language)
    ani = office.hire("Ani Wati")
    await office.join(ani, "mentor", "specialist", "Marketing", language=language, languages=[language])
    home = await ani.open_home()
    assert home
    assert "circle.open" not in action_ids(home), "HR decides whether there are any"
    said = len(ani.inbox)
    await offer(office, hr)
    assert len(ani.inbox) == said, "nobody is messaged"
    await join(ani)
    home = await ani.open_home()
    assert home
    assert shows(home, "circles.home.waits", language, least=4)
    for name in NAMES[1:]:
        who = office.hire(f"{name} Wati")
        await office.join(who, "mentor", "specialist", "Marketing", language=language, languages=[language])
        await join(who)
    await office.run(days=1)
    assert chats(office, *NAMES) == [], "on Monday"
    await office.run(days=10)
    assert len(chats(office, *NAMES)) == 1
    first, pack = posted(office, *NAMES)
    assert shows(first, "circles.chat.first", language, minutes=30)
    assert shows(pack, "circles.packs.start.title", language)
    assert shows(pack, "circles.packs.themes.digital_trends", language)
    assert f"<@{ani.id}>" in texts_in(pack), "who joined first hosts first"
    await office.run(days=65)
    packs = posted(office, *NAMES)[1:]
    for name, host, one in zip(("start", "upward", "listening"), NAMES[:3], packs, strict=True):
        assert shows(one, f"circles.packs.{name}.title", language)
        assert office.people[host.lower()].id in texts_in(one)
    home = await ani.open_home()
    assert home
    assert shows(home, "circles.home.in", language)


async def test_who_leaves_is_in_the_next_chat_no_more_and_the_others_read_where_it_continues(circle: Office) -> None:
    ani = circle.people["ani"]
    before = len(posted(circle, *NAMES))
    await leave(ani)
    home = await ani.open_home()
    assert home
    assert shows(home, "circles.home.line")
    await circle.run(minutes=5)
    (said,) = posted(circle, *NAMES[1:])
    assert shows(said, "circles.chat.again")
    assert ani.id not in texts_in(said)
    await circle.run(days=32)
    assert len(posted(circle, *NAMES)) == before, "nothing more where she is"
    assert len(posted(circle, *NAMES[1:])) == 2
    await join(ani)
    await circle.run(days=8)
    again = posted(circle, *NAMES)[before:]
    assert any(shows(one, "circles.chat.again") for one in again), "Slack has one group DM of the same people"


async def test_who_pauses_is_out_of_the_circle_until_they_are_back(circle: Office) -> None:
    bayu = circle.people["bayu"]
    await bayu.command("pause")
    assert (await bayu.submit({"until": "2027-03-01"})).ok
    await bayu.slack.close(all=True)
    others = [one for one in NAMES if one != "Bayu"]
    await circle.run(minutes=5)
    assert len(posted(circle, *others)) == 1
    await bayu.command("resume")
    await circle.run(minutes=10)
    assert shows(posted(circle, *NAMES)[-1], "circles.chat.again")


async def test_a_circle_that_is_too_small_closes_and_its_members_wait_for_the_next(
    circle: Office, hr: Colleague
) -> None:
    ani, bayu = circle.people["ani"], circle.people["bayu"]
    await circle.slack.deactivate(ani.id)
    await circle.run(minutes=5)
    assert len(posted(circle, *NAMES[1:])) == 1
    await bayu.command("privacy")
    assert await unfold(bayu, bayu.modal, "circlemember")
    await bayu.slack.close(all=True)
    await _erase(bayu, circle)
    await circle.run(days=1)
    rest = [circle.people[one.lower()] for one in NAMES[2:]]
    for who in rest:
        (told,) = of_kind(who, CircleClosedMessage)
        assert shows(told, "circles.home.closed")
    (was,) = await circles(circle)
    assert was.closed_at is not None
    assert was.channel is None
    async with circle.balik.store.read(circle.clock.now()) as work:
        assert len((await work.session.exec(select(CircleMember))).all()) == 4, "nothing of who was erased"
    fajar = circle.hire("Fajar Wati")
    await circle.join(fajar, "mentor", "specialist", "Marketing", languages=["en"])
    await join(fajar)
    await circle.run(days=8)
    assert shows(posted(circle, *NAMES[2:], "Fajar")[0], "circles.chat.first")


async def test_hr_reads_a_number_from_five_on_and_can_stop_circles(circle: Office, hr: Colleague) -> None:
    await hr.command("summary", circle.hr_channel)
    await circle.settle()
    shown = await whole(hr, circle)
    assert says(shown, "insight.summary.support.circle", "id", count=5)
    assert all(circle.people[one.lower()].id not in shown for one in NAMES)
    await hr.slack.close(all=True)
    await offer(circle, hr, "circle.stop")
    await circle.run(minutes=5)
    assert shows(posted(circle, *NAMES)[-1], "circles.chat.ended")
    count = len(posted(circle, *NAMES))
    await circle.run(days=40)
    assert len(posted(circle, *NAMES)) == count
    home = await circle.people["ani"].open_home()
    assert home
    assert "circle.open" not in action_ids(home)


async def test_people_who_would_rather_not_meet_are_in_no_circle_together(office: Office, hr: Colleague) -> None:
    await office.set_up(hr)
    await offer(office, hr)
    for name in NAMES:
        office.hire(f"{name} Wati")
    for name in NAMES:
        who = office.people[name.lower()]
        avoids = [office.people["eka"].id] if name == "Ani" else []
        await office.join(who, "mentor", "specialist", "Marketing", avoids=avoids)
        await join(who)
    await office.run(days=8)
    assert len(chats(office, *NAMES[:4])) == 1
    assert chats(office, *NAMES) == []


async def test_a_circle_speaks_what_all_of_its_members_do(office: Office, hr: Colleague) -> None:
    """In an Indonesian programme: four who have sessions in English, one of them also in Indonesian, and one who does
    in Indonesian only."""
    await office.set_up(hr, language="id")
    await offer(office, hr)
    for name, speaks in zip(NAMES, (["en"], ["en", "id"], ["en"], ["en"], ["id"]), strict=True):
        who = office.hire(f"{name} Wati")
        await office.join(who, "mentor", "specialist", "Marketing", languages=speaks)
        await join(who)
    await office.run(days=11)
    (first, pack) = posted(office, *NAMES[:4])
    assert shows(first, "circles.chat.first", minutes=30)
    assert shows(pack, "circles.packs.start.title")
    home = await office.people["eka"].open_home()
    assert home
    assert shows(home, "circles.home.waits", least=4)
