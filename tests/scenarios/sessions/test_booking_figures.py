"""What a rehearsal's report says of bookings: it counts what should never be."""

from datetime import UTC, date, datetime

from bot.domain.calendar import DaysOff
from bot.rehearsal.booking_figures import booking_figures
from storage.tables import MentoringSession, SessionState
from tests.scenarios.office import Colleague, Office
from tests.scenarios.pairs import introduced, sessions


async def set_times(office: Office, *times: datetime) -> None:
    rows = await sessions(office)
    async with office.balik.store.write(office.clock.now()) as work:
        for row, at in zip(rows, times, strict=False):
            stored = await work.session.get_one(MentoringSession, row.id)
            stored.state, stored.starts_at = SessionState.BOOKED, at
        await work.commit()


async def test_overlaps_and_days_off_are_counted(office: Office, hr: Colleague) -> None:
    pair = await introduced(office, hr)
    thursday, holiday = datetime(2027, 1, 14, 3, tzinfo=UTC), datetime(2027, 3, 9, 3, tzinfo=UTC)
    assert DaysOff("ID").is_off(date(2027, 3, 9))
    await set_times(pair, thursday, thursday.replace(hour=5))
    async with pair.balik.store.read(pair.clock.now()) as work:
        calm = await booking_figures(work, [1, 1, 4])
    assert calm == {"bookings": 3, "presses_median": 1, "sessions": 2, "overlapping": 0, "on_days_off": 0}
    await set_times(pair, thursday, thursday.replace(minute=30), holiday)
    async with pair.balik.store.read(pair.clock.now()) as work:
        found = await booking_figures(work, [])
    # Both people of the pair are at two places at once.
    assert found == {"bookings": 0, "presses_median": None, "sessions": 3, "overlapping": 2, "on_days_off": 1}
