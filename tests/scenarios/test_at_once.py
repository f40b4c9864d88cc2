"""Many people at the same moment, and the same request twice."""

import asyncio

import pytest
from sqlmodel import func, select

from storage.tables import Participant
from tests.scenarios.office import Colleague, Office

SMALLER_CROWD = 30


@pytest.fixture
def office(on_both: Office) -> Office:
    return on_both


async def stored(office: Office) -> int:
    async with office.balik.store.read(office.clock.now()) as work:
        return (await work.session.exec(select(func.count()).select_from(Participant))).one()


@pytest.mark.parametrize("size", [SMALLER_CROWD, pytest.param(100, marks=pytest.mark.soak)])
async def test_many_people_press_join_at_the_same_moment(office: Office, hr: Colleague, size: int) -> None:
    if office.balik.store.engine.dialect.name != "sqlite":
        size = SMALLER_CROWD  # there it only has to be the same
    await office.set_up(hr)
    (announcement,) = office.posted(office.general)
    crowd = [office.hire(f"P{n} Pegawai") for n in range(size)]
    # Slack waits 3 s. Here Slack, the crowd and the bot share one core, and other tests the rest of the machine.
    office.slack.deliveries.ack_seconds = 4 * office.slack.deliveries.ack_seconds
    await office.run(minutes=2)  # what set-up asked of Slack does not count against the crowd

    pressed = await asyncio.gather(*(one.click(announcement, "join.open") for one in crowd))
    assert all(outcome.ok for outcome in pressed)
    about = {"role": "mentor", "level": "entry", "department": "Penjualan", "offers": ["ai_tools"]}
    told = await asyncio.gather(*(one.submit({**about, "no_manager": ["none"]}) for one in crowd))
    assert all(outcome.ok for outcome in told), [outcome for outcome in told if not outcome.ok]
    joined = await asyncio.gather(*(one.submit({"confidence": "4"}) for one in crowd))
    assert all(outcome.ok for outcome in joined), [outcome for outcome in joined if not outcome.ok]

    assert await stored(office) == size
    await office.run(minutes=10)
    assert [len(one.inbox) for one in crowd] == [1] * size


async def test_the_same_submission_delivered_twice_has_one_effect(office: Office, hr: Colleague) -> None:
    await office.set_up(hr)
    sari = office.hire("Sari Wulandari")
    await office.join(sari, "mentor", "specialist", "Marketing")
    await asyncio.gather(*(office.slack.redeliver_last(1) for _ in range(3)))
    await office.run(minutes=10)
    assert await stored(office) == 1
    assert len(sari.inbox) == 1


async def test_set_up_twice_at_once_makes_one_programme_and_one_announcement(office: Office, hr: Colleague) -> None:
    fajar = office.hire("Fajar Nugroho")
    office.slack.add_member(office.hr_channel, fajar.slack.user)
    for one in (hr, fajar):
        await one.command("setup", office.hr_channel)
    values = {"name": "Tukar Ilmu", "starts_on": "2027-02-01", "announce_channel": office.general.id}
    outcomes = await asyncio.gather(*(one.submit({**values, "contact": hr.id}) for one in (hr, fajar)))
    assert all(outcome.ok for outcome in outcomes)
    await office.run(minutes=10)
    assert len(office.posted(office.general)) == 1
    assert len(office.posted(office.hr_channel)) == 1
