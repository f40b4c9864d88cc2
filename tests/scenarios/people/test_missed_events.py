"""Changes whose events were missed, found by comparing people and channels with Slack at the start and daily."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlmodel import col, select

from bot.jobs.compare_with_slack import Comparing
from bot.sandbox.faults import Fault
from bot.services.people.eligibility import why_unfit
from bot.slack.gateway import SlackUnavailable
from bot.slack.turns import Turns
from storage.tables import ComparePart, Outbox, Participant, ParticipantState, Person, RateBucket, SlackComparison
from tests.scenarios.office import Colleague, Office
from tests.scenarios.pairs import introduce, kinds, pairs, receiving
from tests.scenarios.people.test_who_is_who import texts_of
from tests.scenarios.programme.test_hr_channel import CHANGES, speak
from tests.scenarios.test_events_out_of_order import changed as told_late
from tests.scenarios.test_events_out_of_order import person

DAY = timedelta(days=1, minutes=5)


@asynccontextmanager
async def bot_is_down(office: Office) -> AsyncIterator[None]:
    """Slack's events get lost inside, and the bot starts after it."""
    office.slack.events.losing = True
    yield
    office.slack.events.losing = False
    await start(office)
    await office.run(minutes=3)


async def start(office: Office) -> None:
    """What the scheduler of a process that starts runs at once."""
    await office.balik.scheduler.tick_all(office.clock.now(), {"comparing"})


async def comparison(office: Office) -> SlackComparison:
    async with office.balik.store.read(office.clock.now()) as work:
        return (await work.session.exec(select(SlackComparison))).one()


@dataclass
class Compared:
    """Two channels of a workspace; `check_one` is called with the channel."""

    check_one: Callable[[str], None]

    async def watched(self, _now: datetime, team_id: str) -> list[tuple[str, str]]:
        return [(team_id, "C1"), (team_id, "C2")]

    async def check(self, _team_id: str, channel: str, _now: datetime) -> None:
        self.check_one(channel)


def comparing_of(office: Office, *channels: Compared) -> Comparing:
    """The job of another process."""
    turns = Turns(office.balik.store, office.balik.parts.delivery.limits)
    return Comparing(office.balik.store, office.balik.gateway, turns, channels)


def calls(office: Office, method: str) -> int:
    return sum(one["method"] == method for one in office.slack.calls)


@pytest.mark.in_turn(2)
@pytest.mark.parametrize("language", ["id", "en"])
async def test_deactivated_while_the_bot_was_down(office: Office, hr: Colleague, language: str) -> None:
    """The finding: the pair went on for months, and the partner got ten messages about sessions."""
    await introduce(office, hr)
    sari, budi = office.people["sari"], office.people["budi"]
    async with office.balik.store.write(office.clock.now()) as work:
        who = (await work.session.exec(select(Person).where(Person.slack_id == budi.id))).one()
        who.language = language
        await work.commit()
    async with bot_is_down(office):
        await office.slack.deactivate(sari.id)
    assert not (await person(office, sari)).active
    assert (await pairs(office))[0].state == "ended"
    assert len(receiving(budi, "care.leave.told.body", language)) == 1
    heard = len(budi.inbox)
    await office.run(days=35)  # the first session, its nudges and its poll lie in these weeks
    later = kinds(budi.inbox[heard:])
    assert not [one for one in later if "session" in one or "nudge" in one or "poll" in one], later
    assert len(receiving(budi, "care.leave.told.body", language)) == 1, "once"


async def test_reactivated_while_the_bot_was_down(office: Office, hr: Colleague) -> None:
    await introduce(office, hr)
    sari = office.people["sari"]
    await office.slack.deactivate(sari.id)
    await office.run(minutes=1)
    async with bot_is_down(office):
        await office.slack.reactivate(sari.id)
    assert (await person(office, sari)).active
    async with office.balik.store.read(office.clock.now()) as work:
        part = (await work.session.exec(select(Participant).order_by(col(Participant.id)))).first()
    assert part
    assert part.state == ParticipantState.LEFT, "coming back joins nothing"


async def test_renamed_moved_and_became_a_guest_while_the_bot_was_down(office: Office, hr: Colleague) -> None:
    await introduce(office, hr)
    sari, budi = office.people["sari"], office.people["budi"]
    heard = len(sari.inbox), len(budi.inbox)
    async with bot_is_down(office):
        await office.slack.change_user(sari.id, real_name="Sari W. Lestari", tz="Asia/Jayapura")
        await office.slack.change_user(budi.id, is_restricted=True)
        await office.slack.change_user(hr.id, is_restricted=True)
    found = await person(office, sari)
    assert (found.name, found.zone) == ("Sari W. Lestari", "Asia/Jayapura")
    assert (await person(office, budi)).is_guest
    assert (await pairs(office))[0].state == "active", "HR let them in"
    assert (len(sari.inbox), len(budi.inbox)) == heard
    dewi = await person(office, hr)
    assert why_unfit(dewi, guests=False) == "guest", "neither HR nor a contact any more"


@pytest.mark.parametrize("how", [{"is_stranger": True, "team_id": "T0002"}, {"is_bot": True}])
async def test_an_account_of_another_company_or_of_an_app_takes_part_no_longer(
    office: Office, hr: Colleague, how: dict[str, Any]
) -> None:
    await introduce(office, hr)
    sari = office.people["sari"]
    async with bot_is_down(office):
        await office.slack.change_user(sari.id, **how)
    assert (await pairs(office))[0].state == "ended"
    assert len(receiving(office.people["budi"], "care.leave.told.body")) == 1


async def test_somebody_who_is_not_in_the_workspace_any_more(office: Office, hr: Colleague) -> None:
    """Slack lists the deactivated, but not who was removed, as from a workspace of a Grid."""
    await introduce(office, hr)
    sari = office.people["sari"]
    async with bot_is_down(office):
        removed = office.slack.workspace.users.pop(sari.id)
    office.slack.workspace.users[sari.id] = removed  # the local Slack looks them up to show their messages
    assert not (await person(office, sari)).active
    assert (await pairs(office))[0].state == "ended"
    assert len(receiving(office.people["budi"], "care.leave.told.body")) == 1


async def test_the_same_by_an_event(office: Office, hr: Colleague) -> None:
    await introduce(office, hr)
    sari, budi = office.people["sari"], office.people["budi"]
    await office.slack.change_user(budi.id, is_restricted=True)
    await office.slack.change_user(sari.id, is_stranger=True, team_id="T0002")
    await office.run(minutes=3)
    assert (await person(office, budi)).is_guest
    assert (await pairs(office))[0].state == "ended"


async def test_it_is_repeated_daily(office: Office, hr: Colleague) -> None:
    await introduce(office, hr)
    await start(office)
    office.slack.events.losing = True
    await office.slack.deactivate(office.people["sari"].id)
    await office.run(until=office.clock.now() + DAY)
    assert not (await person(office, office.people["sari"])).active
    assert office.balik.metrics.missed.total == {"people": 1}


async def test_who_did_not_change_costs_nothing(office: Office, hr: Colleague) -> None:
    await introduce(office, hr)
    await start(office)
    before = {one.id: await person(office, one) for one in office.people.values()}
    asked = {method: calls(office, method) for method in ("users.info", "users.list", "chat.postMessage")}
    async with office.balik.store.read(office.clock.now()) as work:
        sent = len((await work.session.exec(select(Outbox))).all())
    await start(office)
    assert calls(office, "users.list") == asked["users.list"], "it has just been done"
    row = await comparison(office)
    assert row.next_at == office.clock.now() + timedelta(days=1)
    async with office.balik.store.write(office.clock.now()) as work:
        (await work.session.get_one(SlackComparison, row.team_id)).next_at = office.clock.now()
        await work.commit()
    await start(office)
    assert calls(office, "users.list") == asked["users.list"] + 1
    assert calls(office, "users.info") == asked["users.info"]
    assert {one.id: await person(office, one) for one in office.people.values()} == before
    async with office.balik.store.read(office.clock.now()) as work:
        assert len((await work.session.exec(select(Outbox))).all()) == sent


async def test_nobody_is_asked_for_one_by_one_who_was_just_compared(office: Office, hr: Colleague) -> None:
    """HR's channel is compared after the people, and its members are known by then."""
    await introduce(office, hr)
    await start(office)
    asked, listed = calls(office, "users.info"), calls(office, "users.list")
    await office.run(days=5)
    assert calls(office, "users.list") == listed + 5
    assert calls(office, "users.info") == asked


async def test_an_older_event_does_not_undo_what_was_found(office: Office, hr: Colleague) -> None:
    await introduce(office, hr)
    sari = office.people["sari"]
    active = {"deleted": False, "real_name": "Sari Lama", "tz": "Asia/Makassar", "is_restricted": True}
    await office.run(minutes=10)
    async with bot_is_down(office):
        await office.slack.deactivate(sari.id)
    for ago in (-3600, -600):
        await told_late(office, sari, active, ago)
    found = await person(office, sari)
    assert (found.active, found.name, found.is_guest) == (False, "Sari Wulandari", False)
    await office.slack.reactivate(sari.id)
    await office.run(minutes=1)
    assert (await person(office, sari)).active, "a newer one counts"


async def test_two_changes_in_one_second_of_which_one_was_missed(office: Office, hr: Colleague) -> None:
    """Slack tells the time of a change in seconds."""
    await introduce(office, hr)
    sari = office.people["sari"]
    await office.slack.change_user(sari.id, real_name="Sari W. Lestari")
    await office.run(minutes=1)
    async with bot_is_down(office):
        office.slack.workspace.users[sari.id].deleted = True
    assert not (await person(office, sari)).active


async def test_many_people_are_compared_page_by_page_within_slacks_limits(office: Office, hr: Colleague) -> None:
    await introduce(office, hr)
    for number in range(5_500):
        office.slack.add_user(f"Karyawan {number}")
    limited = office.balik.gateway.limited.total.copy()
    asked = calls(office, "users.list")
    async with bot_is_down(office):
        await office.slack.deactivate(office.people["sari"].id)
    await office.run(minutes=3)
    assert calls(office, "users.list") == asked + 6
    assert office.balik.gateway.limited.total == limited, "Slack put nothing off"
    assert not (await person(office, office.people["sari"])).active
    async with office.balik.store.read(office.clock.now()) as work:
        names = (await work.session.exec(select(Person.name))).all()
        assert not [one for one in names if one.startswith("Karyawan")], "nobody is stored whom nobody met"
        assert await work.session.get(RateBucket, ("T0001", "users.list"))


async def test_killed_between_two_pages_it_continues_there(office: Office, hr: Colleague) -> None:
    """Another process continues with the page at which the first one stopped."""
    await introduce(office, hr)
    for number in range(4_500):
        office.slack.add_user(f"Karyawan {number}")
    await start(office)
    stopped = await comparison(office)
    assert (stopped.part, bool(stopped.cursor)) == (ComparePart.PEOPLE, True)
    read = calls(office, "users.list")
    another = comparing_of(office)
    for _ in range(3):
        office.clock.advance(timedelta(minutes=2))
        await another.tick(office.clock.now())
    assert calls(office, "users.list") == read + 2, "5 pages: 3 before, 2 after"
    finished = await comparison(office)
    assert finished.finished_at is not None
    assert finished.cursor == ""


async def test_a_cursor_that_slack_forgot_begins_again(office: Office, hr: Colleague) -> None:
    await introduce(office, hr)
    await start(office)
    async with office.balik.store.write(office.clock.now()) as work:
        row = await work.session.get_one(SlackComparison, "T0001")
        row.cursor, row.next_at = "dXNlcnM6OTk5OTk=", office.clock.now()
        await work.commit()
    office.slack.events.losing = True
    await office.slack.deactivate(office.people["sari"].id)
    await office.run(minutes=3)
    assert not (await person(office, office.people["sari"])).active


async def test_slack_that_refuses_or_is_busy_is_asked_again(office: Office, hr: Colleague) -> None:
    await introduce(office, hr)
    for fault in (
        Fault("ratelimited", "users.list", times=1, retry_after=90),
        Fault("refused", "users.list", times=1, error="missing_scope"),
    ):
        office.slack.faults.add(fault)
        await start(office)
    office.slack.events.losing = True
    await office.slack.deactivate(office.people["sari"].id)
    await office.run(minutes=30)
    assert not (await person(office, office.people["sari"])).active


async def test_the_channels_are_compared_after_the_people(office: Office, hr: Colleague) -> None:
    """If Slack does not answer, they alone are compared again."""
    await introduce(office, hr)
    tried: list[str] = []

    def busy(channel: str) -> None:
        tried.append(channel)
        if len(tried) == 2:
            raise SlackUnavailable("conversations.info", "busy", 60)

    comparing = comparing_of(office, Compared(busy))
    await comparing.tick(office.clock.now())
    read = calls(office, "users.list")
    office.clock.advance(timedelta(minutes=2))
    await comparing.tick(office.clock.now())
    assert tried == ["C1", "C2", "C2"], "it continues with the one for which Slack had no room"
    assert calls(office, "users.list") == read
    assert (await comparison(office)).finished_at == office.clock.now()


async def test_killed_between_the_people_and_the_channels_another_process_continues(
    office: Office, hr: Colleague
) -> None:
    await introduce(office, hr)
    compared: list[str] = []

    def killed(_channel: str) -> None:
        raise asyncio.CancelledError

    first = comparing_of(office, Compared(killed))
    with pytest.raises(asyncio.CancelledError):
        await first.tick(office.clock.now())
    read = calls(office, "users.list")
    another = comparing_of(office, Compared(compared.append))
    await another.tick(office.clock.now())
    assert compared == [], "the first one may still be at it"
    office.clock.advance(timedelta(minutes=2))
    await another.tick(office.clock.now())
    assert compared == ["C1", "C2"]
    assert calls(office, "users.list") == read, "the people were compared"


async def test_hr_of_whom_an_event_was_missed_has_no_rights(office: Office, hr: Colleague) -> None:
    await introduce(office, hr)
    async with bot_is_down(office):
        await office.slack.change_user(hr.id, is_restricted=True)
    await hr.command("summary", office.hr_channel)
    assert hr.slack.modal is None
    assert hr.whispered(office.hr_channel)[-1] in texts_of(office, "not_hr")


async def test_two_replicas_share_one_comparison(on_both: Office) -> None:
    """Each page is read once, whichever replica takes it, and each change is handled once."""
    office = on_both
    sari = office.hire("Sari Wulandari")
    await sari.command("help")
    for number in range(4_500):
        office.slack.add_user(f"Karyawan {number}")
    office.slack.events.losing = True
    await office.slack.change_user(sari.id, real_name="Sari W. Lestari")
    replicas = [comparing_of(office) for _ in range(2)]
    for _ in range(4):
        await asyncio.gather(*(one.tick(office.clock.now()) for one in replicas))
        office.clock.advance(timedelta(seconds=20))
    assert calls(office, "users.list") == 5
    assert sum(one.missed.total["people"] for one in replicas) == 1
    assert (await person(office, sari)).name == "Sari W. Lestari"
    assert (await comparison(office)).finished_at is not None


@pytest.mark.in_turn(2)
@pytest.mark.parametrize("language", ["id", "en"])
@pytest.mark.parametrize("change", CHANGES)
async def test_hrs_channel_changed_while_the_bot_was_down(
    office: Office, hr: Colleague, change: str, language: str
) -> None:
    """HR's creator learns of it once, as by the event."""
    await introduce(office, hr)
    await speak(office, hr, language)
    async with bot_is_down(office):
        CHANGES[change](office)
        await office.calm()
    assert len(receiving(hr, "programme.hr_channel.trouble.body", language)) == 1
    await office.run(until=office.clock.now() + DAY)
    assert len(receiving(hr, "programme.hr_channel.trouble.body", language)) == 1
