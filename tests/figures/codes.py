"""Private values that tell which of them went into a sum.

The product is run several times with everything the same but the values. In each run some variables have powers of a
base and the others have 0, so the digits of a sum say which variables are in it, and how often. Nothing of the
product's own bookkeeping is believed. A last run with other values checks what was read.
"""

import random
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from math import log2
from typing import NamedTuple

from bot.domain.polls import MEASURES


class Variable(NamedTuple):
    """A private value. `item` is what was asked; `source` tells the answers of one person apart."""

    person: int
    programme: int
    item: str
    source: str


class Family(NamedTuple):
    """Variables that may come together in one sum."""

    programme: int
    item: str


@dataclass(frozen=True)
class Base:
    """Coefficients are in `range(-shift, base - shift)`; one sum can tell `digits` of them."""

    base: int
    shift: int
    digits: int


RATING = Base(2, 0, 44)
"""A rating is in a sum or not."""
SURVEY = Base(3, 1, 27)
"""What changed is the later answer less the earlier one."""
CHECK = -1
"""The run whose values are drawn at random."""


@dataclass
class Codes:
    """Hands out the values of one run, in the order in which answers are given."""

    turn: int
    bits: int = 48
    given: dict[Family, list[Variable]] = field(default_factory=lambda: defaultdict(list))

    def value(self, variable: Variable, base: Base) -> int:
        """The value of a variable that was not there before."""
        family = self.given[Family(variable.programme, variable.item)]
        family.append(variable)
        if self.turn == CHECK:
            return random.Random(repr(variable)).randrange(1, 1000)
        place = len(family) - 1 - self.turn * self.digits(base)
        return int(base.base**place) if 0 <= place < self.digits(base) else 0

    def digits(self, base: Base) -> int:
        """As many as the database's integers, and sums read from an average, can hold."""
        return min(base.digits, int((self.bits - 4) / log2(base.base)))

    def turns(self) -> int:
        """How many runs it takes until every variable had its digit."""
        families = {base: [f for f in self.given if _base(f.item) is base] for base in (RATING, SURVEY)}
        longest = [-(-len(self.given[one]) // self.digits(base)) for base, found in families.items() for one in found]
        return max(longest, default=0)

    def decode(self, family: Family, total: int) -> dict[Variable, int]:
        """The coefficients that this run tells of a sum."""
        base, variables = _base(family.item), self.given[family]
        digits = self.digits(base)
        mine = variables[self.turn * digits : (self.turn + 1) * digits]
        left = total + sum(base.shift * base.base**place for place in range(len(mine)))
        found: dict[Variable, int] = {}
        for variable in mine:
            left, digit = divmod(left, base.base)
            if digit != base.shift:
                found[variable] = digit - base.shift
        assert left == 0, f"more is in {family} than can be: {total}"
        return found

    def sum(self, row: Mapping[Variable, int]) -> int:
        """What the check's run has to find for these coefficients."""
        return sum(factor * random.Random(repr(one)).randrange(1, 1000) for one, factor in row.items())


RATINGS = MEASURES


def _base(item: str) -> Base:
    return RATING if item in RATINGS else SURVEY
