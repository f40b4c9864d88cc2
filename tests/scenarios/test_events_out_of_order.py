"""Events come late, twice and in any order: the newest that tells of something is the one that counts."""

from datetime import timedelta
from itertools import permutations
from typing import Any

import pytest
from sqlmodel import select

from storage.outbox import Outgoing
from storage.tables import Outbox, OutboxState, Person
from tests.scenarios.office import Colleague, Office
from tests.scenarios.pairs import introduce, pairs
from tests.wording import says

ACTIVE = {"deleted": False, "real_name": "Sari Wulandari", "tz": "Asia/Jakarta"}
GONE = {"deleted": True, "real_name": "Sari Wulandari", "tz": "Asia/Jakarta"}


async def tell(office: Office, inner: dict[str, Any], *, at: float, since: float | None = None) -> None:
    """Slack delivers an event; `at`: seconds from now, or from `since`, at which it happened."""
    wrapped = office.slack.events.wrap(inner)
    moment = (since or office.clock.now().timestamp()) + at
    wrapped["event_time"] = int(moment)
    wrapped["event"]["event_ts"] = f"{moment:.6f}"
    await office.slack.deliveries.tell(wrapped)
    await office.calm()


async def changed(office: Office, who: Colleague, profile: dict[str, Any], updated: int) -> None:
    now = int(office.clock.now().timestamp())
    user = {"id": who.id, **profile, "updated": now + updated}
    await tell(office, {"type": "user_change", "user": user}, at=updated)


async def person(office: Office, who: Colleague) -> Person:
    async with office.balik.store.read(office.clock.now()) as work:
        return (await work.session.exec(select(Person).where(Person.slack_id == who.id))).one()


async def test_an_older_profile_ends_nothing(office: Office, hr: Colleague) -> None:
    """The finding: "active", then the older "deactivated", and both were told that their pair is over."""
    await introduce(office, hr)
    sari, budi = office.people["sari"], office.people["budi"]
    await office.run(minutes=5)
    heard = len(sari.inbox), len(budi.inbox)
    await changed(office, sari, ACTIVE, 200)
    await changed(office, sari, GONE, 100)
    await changed(office, sari, GONE, 200)
    await office.run(minutes=3)
    assert (await person(office, sari)).active
    assert (await pairs(office))[0].state != "ended"
    assert (len(sari.inbox), len(budi.inbox)) == heard
    await changed(office, sari, GONE, 700)
    await office.run(minutes=3)
    assert not (await person(office, sari)).active


@pytest.mark.parametrize("order", list(permutations(range(3))))
async def test_profiles_in_any_order_and_twice_end_as_the_newest(
    office: Office, hr: Colleague, order: tuple[int, ...]
) -> None:
    await office.set_up(hr)
    sari = office.hire("Sari Wulandari")
    await office.join(sari, "mentor", "specialist", "Marketing")
    told = [{**ACTIVE, "real_name": f"Sari {number}"} for number in range(3)]
    for number in (*order, *order):
        await changed(office, sari, told[number], 100 * (number + 1))
    assert (await person(office, sari)).name == "Sari 2"


async def test_a_profile_that_slack_told_on_asking_is_not_undone_by_an_older_event(
    office: Office, hr: Colleague
) -> None:
    await office.set_up(hr)
    sari = office.hire("Sari Wulandari")
    office.slack.workspace.users[sari.id].updated = int(office.clock.now().timestamp())
    await office.join(sari, "mentor", "specialist", "Marketing")
    await changed(office, sari, GONE, -100)
    assert (await person(office, sari)).active


async def test_a_profile_of_the_far_future_does_not_deafen_the_bot(office: Office, hr: Colleague) -> None:
    await office.set_up(hr)
    sari = office.hire("Sari Wulandari")
    await office.join(sari, "mentor", "specialist", "Marketing")
    far = {"id": sari.id, **ACTIVE, "real_name": "Sari 1", "updated": 250_000_000_000}
    await tell(office, {"type": "user_change", "user": far}, at=0)
    await office.run(minutes=1)
    await changed(office, sari, {**ACTIVE, "real_name": "Sari 2"}, 0)
    assert (await person(office, sari)).name == "Sari 2"


async def stopped(office: Office) -> bool:
    """Whether what is due is not sent."""
    office.clock.advance(timedelta(seconds=10))
    async with office.balik.store.write(office.clock.now()) as work:
        key = f"0:dm_reply:{len((await work.session.exec(select(Outbox))).all())}"
        who = (await work.session.exec(select(Person))).first()
        assert who
        await work.send(Outgoing("T0001", key, "dm_reply", person_id=who.id, keeps_hours=False))
        await work.commit()
    await office.balik.delivery.run_due()
    async with office.balik.store.read(office.clock.now()) as work:
        row = (await work.session.exec(select(Outbox).where(Outbox.key == key))).one()
    return row.state == OutboxState.PENDING


async def test_a_late_removal_of_the_app_stops_nothing(office: Office, hr: Colleague) -> None:
    await office.set_up(hr)
    await office.run(minutes=10)
    opened = {"type": "app_home_opened", "user": hr.id, "tab": "home", "channel": "D1"}
    removed, since = {"type": "app_uninstalled"}, office.clock.now().timestamp()
    await tell(office, removed, at=-300, since=since)
    assert await stopped(office)
    await tell(office, opened, at=-400, since=since)
    assert await stopped(office), "it was opened before the app was removed"
    await tell(office, opened, at=-200, since=since)
    assert not await stopped(office)
    for at in (-300, -201, -200):
        await tell(office, removed, at=at, since=since)
        assert not await stopped(office), "it was used since"
    await tell(office, removed, at=-100, since=since)
    assert await stopped(office)


async def test_what_was_typed_before_the_last_answer_is_not_answered(office: Office, hr: Colleague) -> None:
    sari = office.hire("Sari Wulandari")
    await sari.say("halo")
    await office.settle()
    dm = office.slack.workspace.open_dm(sari.id)
    await office.run(minutes=30)
    typed = {"type": "message", "channel": dm.id, "channel_type": "im", "user": sari.id, "text": "halo?"}
    await tell(office, {**typed, "ts": "1.0"}, at=-1860)
    await office.settle()
    assert len(sari.inbox) == 1
    await tell(office, {**typed, "ts": "2.0"}, at=-60)
    await office.settle()
    assert len(sari.inbox) == 2


async def test_membership_follows_slack_and_not_the_order_of_events(office: Office, hr: Colleague) -> None:
    await office.set_up(hr)
    rina = office.hire("Rina Marlina")
    joined = {"type": "member_joined_channel", "user": rina.id, "channel": office.hr_channel.id, "channel_type": "G"}
    await tell(office, {**joined, "type": "member_left_channel"}, at=-10)
    await tell(office, joined, at=-20)
    await rina.command("summary", office.general)
    assert says(rina.whispered(office.general)[-1], "errors.not_hr", "id")


async def test_an_invitation_that_was_taken_back_is_not_answered(office: Office, hr: Colleague) -> None:
    rina = office.hire("Rina Marlina")
    private = office.slack.add_channel("hr-baru", private=True, members=[rina.id])
    bot = office.slack.workspace.bot_user
    joined = {"type": "member_joined_channel", "user": bot, "channel": private.id, "inviter": rina.id}
    await tell(office, joined, at=-20)
    await office.settle()
    assert rina.whispered(private) == []
