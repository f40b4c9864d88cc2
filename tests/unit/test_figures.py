"""Groups of private answers: which may be published, and what is shown of them."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.figures import NO_PART, Basis, Count, Group, Part, Published, Value, by_part, group, may_publish

MONDAY = datetime(2027, 1, 11, 2, tzinfo=UTC)
WEEK = timedelta(days=7)


def values(*people: int, value: int = 4) -> list[Value]:
    return [Value(person, source, value) for source, person in enumerate(people)]


def publish(*groups: list[Value], at: datetime = MONDAY) -> list[Group]:
    """One group after the other, a week apart."""
    made: list[Group] = []
    known: set[int] = set()
    for number, one in enumerate(groups):
        made.append(group("useful", Basis.VALUE, one, known, made[-1] if made else None, at + number * WEEK))
        known |= {value.person for value in one}
    return made


class TestGroups:
    def test_five_different_people_make_one(self) -> None:
        assert may_publish("useful", values(1, 2, 3, 4, 5))
        assert not may_publish("useful", values(1, 2, 3, 4, 1, 2, 3, 4))
        assert not may_publish("useful", [])

    def test_of_a_response_rate_those_who_did_not_answer_are_nobody_or_five(self) -> None:
        answered = values(1, 2, 3, 4, 5, value=1)
        assert may_publish(Count.ANSWERED, answered)
        assert not may_publish(Count.ANSWERED, values(1, 2, 3, 4, value=1) + values(5, 6, 7, 8, 9, value=0))
        for silent in range(1, 5):
            assert not may_publish(Count.ANSWERED, answered + values(*range(10, 10 + silent), value=0))
        assert may_publish(Count.ANSWERED, answered + values(*range(10, 15), value=0))

    def test_of_what_pairs_answer_there_are_five_pairs(self) -> None:
        def of_pairs(count: int) -> list[Value]:
            return [Value(10 * pair + side, 2 * pair + side, side, pair) for pair in range(count) for side in (0, 1)]

        assert not may_publish(Count.GOAL_REACHED, of_pairs(4))
        assert may_publish(Count.GOAL_REACHED, of_pairs(5))
        assert may_publish(Count.CARD_WRITTEN, of_pairs(3)), "a card of a pair is of two people"

    def test_the_number_of_people_shown_moves_by_five_or_more(self) -> None:
        """One more person would be the one who has just joined."""
        made = publish(values(*range(6)), values(*range(5), 6), values(*range(5, 10)), values(*range(20, 25)))
        assert [one.people_so_far for one in made] == [6, 7, 10, 15]
        assert [one.people_shown for one in made] == [6, 6, 6, 15]


DEPARTMENTS = {person: Part("north" if person < 6 else "south" if person < 12 else "") for person in range(20)}


class TestParts:
    def of(self, *people: int) -> dict[Part, set[int]]:
        groups = by_part(values(*people), lambda one: DEPARTMENTS[one.person])
        return {part: {one.person for one in some} for part, some in groups}

    def test_a_department_and_the_others_are_groups_of_their_own(self) -> None:
        assert self.of(*range(11)) == {Part("north"): set(range(6)), Part("south"): set(range(6, 11))}

    def test_too_few_others_hide_the_smallest_department(self) -> None:
        assert self.of(*range(11), 13) == {Part("north"): set(range(6)), NO_PART: {*range(6, 11), 13}}
        assert self.of(*range(6), 13, 14) == {NO_PART: {*range(6), 13, 14}}

    def test_everybody_of_one_department_is_that_department(self) -> None:
        assert self.of(*range(6)) == {Part("north"): set(range(6))}

    def test_levels_are_told_where_people_suffice_again(self) -> None:
        everybody = {person: Part("", 1 + person % 2) for person in range(12)}
        groups = by_part(values(*range(12)), lambda one: everybody[one.person])
        assert {part: len(some) for part, some in groups} == {Part("", 1): 6, Part("", 2): 6}

    @given(st.lists(st.tuples(st.integers(0, 30), st.sampled_from(["a", "b", ""]), st.integers(0, 3)), max_size=60))
    def test_no_group_is_small_and_nothing_is_lost(self, drawn: list[tuple[int, str, int]]) -> None:
        packs = ("contract", "harvest", "")
        parts = {person: Part(department, level or None, pack=packs[person % 3]) for person, department, level in drawn}
        all_values = values(*(person for person, _, _ in drawn))
        groups = by_part(all_values, lambda one: parts[one.person])
        assert sorted(one.source for _, some in groups for one in some) == [one.source for one in all_values]
        if may_publish("useful", all_values):
            assert all(may_publish("useful", some) for _, some in groups)
        for part, some in groups:
            assert all(part.department in ("", parts[one.person].department) for one in some)
            assert all(part.level in (None, parts[one.person].level) for one in some)
            assert all(part.pack in ("", parts[one.person].pack) for one in some)


class TestPublished:
    def test_the_mean_of_all_groups(self) -> None:
        found = Published({"useful": publish(values(*range(5), value=5), values(*range(5, 15), value=2))})
        figure = found.figure("useful")
        assert figure is not None
        assert (figure.average, figure.answers, figure.people) == (3, 15, 15)
        assert found.count("useful") == 45
        assert found.of("useful") == 15

    def test_nothing_published_is_no_number(self) -> None:
        assert Published().figure("useful") is None
        assert Published().count("useful") is None

    def test_a_day_counts_as_a_whole_where_the_programme_is(self) -> None:
        found = Published({"useful": publish(values(*range(5)), values(*range(5, 10)))})
        late = datetime(2027, 1, 11, 18, tzinfo=UTC)  # Tuesday in Jakarta
        first = found.until(MONDAY.date(), "Asia/Jakarta").figure("useful")
        assert first is not None
        assert first.answers == 5
        night = Published({"useful": publish(values(*range(5)), at=late)})
        assert night.until(MONDAY.date(), "Asia/Jakarta").figure("useful") is None
        assert night.until(MONDAY.date(), "UTC").figure("useful")
