"""Who is in which circle, and who hosts."""

import pytest

from bot.domain.circles import LEAST, MOST, PACKS, arrange, next_host, pack_of


@pytest.mark.parametrize("people", range(30))
def test_all_who_wait_are_put_together_in_circles_of_the_right_size(people: int) -> None:
    found = arrange({}, list(range(people)))
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
    found = arrange(circles, waiting)
    assert (found.circles, found.closed, found.waiting) == (then, closed, left)
    assert found.new == ()


def test_people_who_are_to_be_apart_are_in_no_circle_together() -> None:
    apart = {frozenset((0, 1)), frozenset((8, 2))}
    found = arrange({1: [2, 3, 4, 5]}, [8, 0, 1, 6, 7], apart)
    for some in [*found.circles.values(), *found.new]:
        assert not any(one <= set(some) for one in apart)
    assert set(found.waiting) <= {0, 1, 8}


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
