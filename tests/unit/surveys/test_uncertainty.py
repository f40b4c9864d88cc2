"""How sure a change is: against scipy's test of paired values, and what it must not tell."""

import pytest
from scipy.special import stdtrit
from scipy.stats import ttest_1samp

from bot.domain.figures import Figure
from bot.domain.surveys_uncertainty import FEWEST, LEAST_SPREAD, QUANTILES, interval_of

WIDEST = 4


def figure(values: list[int]) -> Figure:
    return Figure(sum(values) / len(values), len(values), len(values), float(sum(one**2 for one in values)))


def test_the_quantiles_are_those_of_students_t() -> None:
    for degrees, quantile in QUANTILES.items():
        assert quantile == pytest.approx(stdtrit(degrees, 0.975), abs=0.0006)


@pytest.mark.parametrize("many", [10, 16, 31])
def test_the_interval_is_that_of_a_paired_t_test(many: int) -> None:
    values = [(-1, 0, 1, 2, 3)[at % 5] for at in range(many)]
    found = interval_of(figure(values), WIDEST)
    wanted = ttest_1samp(values, 0).confidence_interval(0.95)
    assert found
    assert (found.low, found.high) == pytest.approx((wanted.low, wanted.high), abs=0.001)


def test_too_few_people_and_groups_of_an_older_version_have_none() -> None:
    assert interval_of(figure([1] * (FEWEST - 1)), WIDEST) is None
    assert interval_of(Figure(1, 20, 20), WIDEST) is None


def test_it_does_not_tell_that_everybody_changed_by_the_same() -> None:
    for many in range(FEWEST, 60):
        same, other = figure([1] * many), figure([0, 2] + [1] * (many - 2))
        assert interval_of(same, WIDEST) == interval_of(other, WIDEST)
    assert LEAST_SPREAD**2 > 2 / (FEWEST - 1)


def test_it_stays_within_the_scale_and_says_whether_there_may_be_no_change() -> None:
    many = interval_of(figure([4] * 10), WIDEST)
    none = interval_of(figure([1, -1] * 5), WIDEST)
    assert many
    assert (many.high, many.holds_zero) == (4, False)
    assert none
    assert none.holds_zero
