"""Which mentor is introduced to whom."""

from dataclasses import replace

import pytest

from bot.domain.buddies import MOST_ASKERS, BuddyCandidate, choose_buddy, still_wanted

ASKER = BuddyCandidate(1, 101, asks=True, offers=False, languages=frozenset({"id"}), topics=frozenset({"ai"}))
WILLING = BuddyCandidate(2, 102, asks=False, offers=True, languages=frozenset({"id", "en"}))


@pytest.mark.parametrize(
    ("others", "chosen"),
    [
        ([], None),
        ([WILLING], 2),
        ([replace(WILLING, languages=frozenset({"en"}))], None),
        ([replace(WILLING, askers=MOST_ASKERS)], None),
        ([replace(WILLING, person=ASKER.person)], None),
        ([replace(WILLING, person=666)], None),
        ([replace(WILLING, offers=False)], None),
        ([replace(WILLING, offers=False, asks=True)], 2),
        ([replace(WILLING, offers=False, asks=True, askers=1)], None),
        ([replace(WILLING, offers=False, asks=True), replace(WILLING, participant=3)], 3),
        ([WILLING, replace(WILLING, participant=3, alumnus=True, askers=1)], 3),
        ([replace(WILLING, askers=1), replace(WILLING, participant=3)], 3),
        ([WILLING, replace(WILLING, participant=3, topics=frozenset({"ai"}))], 3),
        ([replace(WILLING, participant=3), WILLING], 2),
    ],
)
def test_who_becomes_the_buddy(others: list[BuddyCandidate], chosen: int | None) -> None:
    for some in (others, others[::-1]):
        found = choose_buddy(ASKER, some, {666})
        assert (found.participant if found else None) == chosen, "whatever the order"


def test_it_lasts_while_one_asks_and_the_other_is_willing() -> None:
    asks, offers = ASKER, WILLING
    neither = replace(WILLING, offers=False)
    assert still_wanted(asks, offers)
    assert still_wanted(offers, asks)
    assert still_wanted(asks, replace(neither, asks=True))
    assert not still_wanted(asks, neither)
    assert not still_wanted(neither, offers)
