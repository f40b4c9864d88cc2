"""Who is in which circle, and who hosts."""

import pytest

from bot.domain.circles import LEAST, MOST, PACKS, arrange, language_of, next_host, pack_of, shared_languages

ID, EN, BOTH = frozenset({"id"}), frozenset({"en"}), frozenset({"en", "id"})
EVERYBODY = dict.fromkeys(range(30), ID)


@pytest.mark.parametrize("people", range(30))
def test_all_who_wait_are_put_together_in_circles_of_the_right_size(people: int) -> None:
    found = arrange({}, list(range(people)), EVERYBODY)
    assert all(LEAST <= len(one) <= MOST for one in found.new)
    assert len(found.waiting) == (people if people < LEAST else 0)
    assert sorted([*found.waiting, *(one for some in found.new for one in some)]) == list(range(people))
    sizes = [len(one) for one in found.new]
    assert max(sizes, default=0) - min(sizes, default=0) <= 1


@pytest.mark.parametrize(
    ("circles", "waiting", "then", "closed", "left"),
    [
        ({1: [1, 2, 3, 4]}, [], {1: (1, 2, 3, 4)}, (), ()),
        ({1: [1, 2, 3, 4]}, [5], {1: (1, 2, 3, 4, 5)}, (), ()),
        ({1: [1, 2, 3, 4, 5, 6, 7]}, [8], {1: (1, 2, 3, 4, 5, 6, 7)}, (), (8,)),
        ({1: [1, 2, 3]}, [8], {1: (1, 2, 3, 8)}, (), ()),
        ({1: [1, 2, 3]}, [], {}, (1,), (1, 2, 3)),
        ({1: [1, 2, 3], 2: [4, 5, 6, 7]}, [], {2: (4, 5, 6, 7, 1, 2, 3)}, (1,), ()),
        ({1: [1, 2, 3], 2: [4, 5, 6]}, [], {2: (4, 5, 6, 1, 2, 3)}, (1,), ()),
        ({1: [1, 2, 3], 2: [4, 5, 6, 7, 8]}, [], {2: (4, 5, 6, 7, 8, 1, 2)}, (1,), (3,)),
        ({1: []}, [], {}, (1,), ()),
    ],
)
def test_a_circle_is_filled_merged_or_closed(
    circles: dict[int, list[int]],
    waiting: list[int],
    then: dict[int, tuple[int, ...]],
    closed: tuple[int, ...],
    left: tuple[int, ...],
) -> None:
    found = arrange(circles, waiting, EVERYBODY)
    assert (found.circles, found.closed, found.waiting) == (then, closed, left)
    assert found.new == ()


def test_people_who_are_to_be_apart_are_in_no_circle_together() -> None:
    apart = {frozenset((0, 1)), frozenset((8, 2))}
    found = arrange({1: [2, 3, 4, 5]}, [8, 0, 1, 6, 7], EVERYBODY, apart)
    for some in [*found.circles.values(), *found.new]:
        assert not any(one <= set(some) for one in apart)
    assert set(found.waiting) <= {0, 1, 8}


@pytest.mark.parametrize(
    ("circles", "speak", "sizes", "left"),
    [
        pytest.param({}, [ID] * 4 + [EN] * 4, [4, 4], 0, id="a circle for each language"),
        pytest.param({}, [ID, EN] * 3, [], 6, id="too few of either"),
        pytest.param({}, [ID] * 3 + [BOTH] * 4, [7], 0, id="all share Indonesian"),
        pytest.param({}, [ID] * 3 + [EN] * 3 + [BOTH] * 2, [4, 4], 0, id="who speaks both completes each"),
        pytest.param({}, [ID] * 2 + [EN] * 3 + [BOTH] * 2, [5], 2, id="the one that needs the fewest first"),
        pytest.param({}, [BOTH] * 5, [5], 0, id="all speak both"),
        pytest.param({1: [0, 1, 2, 3]}, [ID] * 4 + [EN, BOTH], [], 1, id="only who speaks it is added"),
        pytest.param({1: [0, 1, 2]}, [ID] * 3 + [EN, BOTH], [], 1, id="only who speaks it completes one"),
    ],
)
def test_the_members_of_a_circle_share_a_language(
    circles: dict[int, list[int]], speak: list[frozenset[str]], sizes: list[int], left: int
) -> None:
    languages = dict(enumerate(speak))
    inside = {person for members in circles.values() for person in members}
    found = arrange(circles, [person for person in languages if person not in inside], languages)
    assert sorted(map(len, found.new)) == sizes
    assert len(found.waiting) == left
    for members in [*found.circles.values(), *found.new]:
        assert LEAST <= len(members) <= MOST
        assert shared_languages(members, languages)
    assert {*found.waiting}.isdisjoint(person for one in found.new for person in one)


def test_a_circle_speaks_the_programmes_language_if_all_do() -> None:
    assert language_of([0, 1], {0: BOTH, 1: BOTH}, "id") == "id"
    assert language_of([0, 1], {0: BOTH, 1: EN}, "id") == "en"
    assert language_of([0, 1], {0: ID, 1: EN}, "id") == "id", "they had one in common once"


def test_each_member_hosts_in_turn() -> None:
    hosted: dict[int, int] = {}
    order = [3, 1, 2]
    turns = []
    for _ in range(6):
        host = next_host(hosted, order)
        assert host is not None
        turns.append(host)
        hosted[host] = hosted.get(host, 0) + 1
    assert turns == [3, 1, 2, 3, 1, 2]
    assert next_host({}, []) is None


def test_packs_repeat_after_the_last_one() -> None:
    assert [pack_of(number) for number in range(1, len(PACKS) + 2)] == [*PACKS, PACKS[0]]
