"""People with several pairs: nobody is booked twice, or on a day on which they meet already."""

import asyncio
from datetime import UTC, date, datetime, time, timedelta

from bot.domain.messages.sessions import (
    SessionBookedMessage,
)
from bot.services.caller import Caller, Rejected
from bot.services.sessions import bookings
from bot.services.sessions.bookings import Choice
from storage.tables import MentoringSession, SessionState
from tests.scenarios.office import Colleague, Office
from tests.scenarios.pairs import (
    MONDAY_11,
    of_kind,
    release,
    sessions,
    without_chat,
)
from tests.scenarios.sessions.test_facts import PICKED
from tests.wording import says


async def test_nobody_is_booked_twice_across_their_pairs(office: Office, hr: Colleague) -> None:
    """Sari mentors two leaders. What is booked with one is no time for the other, also when moving."""
    sari = office.hire("Sari Wulandari")
    leaders = [office.hire("Budi Santoso"), office.hire("Rudi Hartono")]
    await office.set_up(hr, starts_on="2027-01-11")
    await office.join(sari, "mentor", "specialist", "Marketing", mentor_capacity="2")
    for number, one in enumerate(leaders):
        await office.join(one, "mentee", "director", f"Finance {number}")
    await release(office, hr)
    await office.run(until=MONDAY_11)
    await without_chat(office)
    first, second = leaders
    assert (await first.click(await first.open_home(), "session.book")).ok
    assert (await first.submit({**PICKED, "time": "10:00"})).ok
    await first.slack.close(all=True)
    taken = datetime(2027, 1, 14, 3, 0, tzinfo=UTC)
    assert (await second.click(await second.open_home(), "session.book")).ok
    (radio,) = [block["element"] for block in second.modal.blocks if block.get("block_id") == "suggestion"]
    offered = [datetime.fromisoformat(one["value"]) for one in radio["options"] if one["value"] != "other"]
    assert all(abs(one - taken) >= timedelta(hours=1) for one in offered)
    refused = await second.submit({**PICKED, "time": "10:30"})
    assert says(refused.errors["time"], "sessions.book.errors.taken")
    assert says(refused.errors["time"], "sessions.book.better")
    assert (await second.submit({**PICKED, "time": "11:00"})).ok
    await second.slack.close(all=True)
    await office.settle()
    # Sari herself, moving one onto the other.
    of_second = of_kind(sari, SessionBookedMessage, by="mentee")[-1]
    await sari.click(of_second, "session.move")
    mine = await sari.submit({**PICKED, "time": "10:15", "reason": "busy"})
    assert says(mine.errors["time"], "sessions.book.errors.taken_mine")


async def test_two_leaders_book_the_same_mentor_at_the_same_moment(on_both: Office) -> None:
    office = on_both
    hr = office.hire("Hana Rahayu")
    office.slack.add_member(office.hr_channel, hr.slack.user)
    sari = office.hire("Sari Wulandari")
    leaders = [office.hire("Budi Santoso"), office.hire("Rudi Hartono")]
    await office.set_up(hr, starts_on="2027-01-11")
    await office.join(sari, "mentor", "specialist", "Marketing", mentor_capacity="2")
    for number, one in enumerate(leaders):
        await office.join(one, "mentee", "director", f"Finance {number}")
    await release(office, hr)
    await office.run(until=MONDAY_11)
    firsts = [one for one in await sessions(office) if one.number == 1]
    choice = Choice(date(2027, 1, 14), time(10), "Asia/Jakarta", 60, seen="unbooked")
    callers = [Caller(firsts[0].team_id, one.id, one.id, office.clock.now()) for one in leaders]
    by_leader = await asyncio.gather(*(_mine(office, caller, firsts) for caller in callers))
    done = await asyncio.gather(
        *(
            bookings.book(office.balik.store, caller, session, choice)
            for caller, session in zip(callers, by_leader, strict=True)
        ),
        return_exceptions=True,
    )
    assert sorted(type(one).__name__ for one in done) == ["Booked", "Unsuitable"], done
    assert sum(one.state == SessionState.BOOKED for one in await sessions(office)) == 1


async def _mine(office: Office, caller: Caller, firsts: list[MentoringSession]) -> int:
    """The session of the caller's pair."""
    for one in firsts:
        try:
            await bookings.current(office.balik.store, caller, one.id)
        except Rejected:
            continue
        return one.id
    raise AssertionError("no session")
