"""How sure a change is: the confidence interval of a mean of paired differences.

For each person who answered both times there is one difference, d. The interval is that of Student's t for their mean:
d̄ ± t(n − 1) · s / √n, with 95% confidence (NIST/SEMATECH e-Handbook of Statistical Methods, 1.3.5.2 and 7.2.2.1). It
needs the number, the sum and the sum of squares of the differences, so it is computed of whole published groups.
"""

from dataclasses import dataclass
from math import sqrt

from bot.domain.figures import Figure

FEWEST = 10
"""Fewer differences are too few to say: the interval rests on a mean that is nearly normal, and a few ratings of five
steps are not. A cautious limit of our own."""
LEAST_SPREAD = 0.75
"""The least standard deviation that is assumed. Answers in whole steps vary by about half a step when nothing changes,
each time. It also keeps it unknown whether everyone changed by the same: two of n people who differ by one step in
opposite directions have a smaller deviation, √(2 / (n − 1)) or at most 0.71."""
QUANTILES = {
    **dict(zip(range(9, 31), (
        2.262, 2.228, 2.201, 2.179, 2.160, 2.145, 2.131, 2.120, 2.110, 2.101, 2.093, 2.086, 2.080, 2.074, 2.069, 2.064,
        2.060, 2.056, 2.052, 2.048, 2.045, 2.042,
    ), strict=True)),
    40: 2.021, 60: 2.000, 100: 1.984,
}  # fmt: skip
"""The 97.5% quantiles of Student's t, by degrees of freedom (e-Handbook, table 1.3.6.7.2). In between, the next lower
number of degrees counts, which makes the interval a little wider. The test compares them with scipy's, whose import
would cost the idle bot 40 MB."""


@dataclass(frozen=True, slots=True)
class Interval:
    low: float
    high: float

    @property
    def holds_zero(self) -> bool:
        """Whether there may be no change at all."""
        return self.low <= 0 <= self.high


def interval_of(change: Figure, widest: float) -> Interval | None:
    """The 95% confidence interval of a mean of differences; None if too few are known.

    `widest`: the largest possible difference.
    """
    many = change.answers
    if many < FEWEST or change.squares is None:
        return None
    variance = max((change.squares - many * change.average**2) / (many - 1), LEAST_SPREAD**2)
    half = QUANTILES[max(degrees for degrees in QUANTILES if degrees < many)] * sqrt(variance / many)
    return Interval(max(change.average - half, -widest), min(change.average + half, widest))
