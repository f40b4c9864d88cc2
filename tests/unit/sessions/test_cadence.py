"""What a change of rhythm makes of the sessions to come, whatever the plan was."""

from datetime import date, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.programme import Cadence
from bot.domain.sessions import Pack, add_months, plan
from bot.domain.sessions_cadence import Slot, replanned

START = date(2027, 1, 11)
CADENCES = st.sampled_from(Cadence)


@given(
    months=st.integers(1, 12),
    was=CADENCES,
    becomes=CADENCES,
    day=st.integers(0, 400),
    held=st.integers(0, 3),
    ahead=st.integers(0, 20),
)
def test_windows_touch_from_now_to_the_end(
    months: int, was: Cadence, becomes: Cadence, day: int, held: int, ahead: int
) -> None:
    today, end = START + timedelta(days=day), add_months(START, months)
    slots = []
    for one in plan(START, months, was):
        gone = one.closes <= today or one.number <= held
        until = max(one.closes if one.number > held else today, today) if gone else None
        slots.append(Slot(one.number, one.opens, until))
    booked = next((slot for slot in slots if not slot.until and slot.opens <= today), None)
    if booked and ahead:
        slots[slots.index(booked)] = Slot(booked.number, booked.opens, today + timedelta(days=ahead))
    found = replanned(slots, today, end, becomes)
    stay = {slot.number for slot in slots if slot.until}
    assert stay.isdisjoint(one.number for one in found)
    assert all(one.opens < one.closes <= end for one in found)
    assert all(one.closes == following.opens for one, following in pairwise(found))
    assert sorted([*stay, *(one.number for one in found)]) == list(range(1, len(stay) + len(found) + 1))
    opening = [slot.opens for slot in slots if not slot.until and slot.opens <= today]
    for one in found:
        assert one.opens > today or one.opens in opening, "nothing is planned into the past"
    if found:
        assert found[-1].pack is Pack.HARVEST or len(stay) + len(found) == 1
        assert found[-1].closes == end
