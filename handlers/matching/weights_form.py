"""HR's form of matching criteria, as typed values."""

from bot.domain.signup import PARTS, SHARES, StyleFit
from bot.services.matching.weights import Settings
from handlers.kit.form_result import Invalid
from handlers.kit.payload import FormState, Malformed

OWN = "own"
STEPS = (0, 5, 12, 25, 50)
"""The share of a part in HR's own weights, from nothing to very much."""
FLOORS = (0, 2_500, 3_500, 4_500, 5_500)
GAPS = (1, 2, 3, 4)
SAME_DEPARTMENT = "same_department"


def share_block(part: str) -> str:
    """The block of a part in HR's own weights."""
    return f"share_{part}"


def settings(form: FormState, was: Settings) -> Settings | Invalid:
    """HR's input; fields that were just added to the page have the value `was`. Raises `Malformed`."""
    preset = form.one("preset")
    if preset != OWN and preset not in SHARES:
        raise Malformed("preset")
    shares = _own(form, was) if preset == OWN else SHARES[preset]
    said = form.one("style_fit")
    if said and said not in set(StyleFit):
        raise Malformed("style_fit")
    fit = StyleFit(said) if said else was.style_fit
    if not any(share for part, share in shares.items() if part != "style" or fit.sign):
        return Invalid.below("matching.weights.errors", {share_block(PARTS[0]): "nothing_counts"})
    floor, gap = _number(form, "floor", (*FLOORS, was.floor)), _number(form, "gap", (*GAPS, was.least_gap))
    return Settings(shares, floor, gap, SAME_DEPARTMENT in form.many("department"), fit)


def step(share: int) -> int:
    """The step nearest to a share of a preset."""
    return min(STEPS, key=lambda one: (abs(one - share), one))


def _own(form: FormState, was: Settings) -> dict[str, int]:
    return {
        part: _number(form, share_block(part), STEPS) if form.one(share_block(part)) else step(was.shares.get(part, 0))
        for part in PARTS
    }


def _number(form: FormState, block_id: str, offered: tuple[int, ...]) -> int:
    found = form.one(block_id)
    if found not in map(str, offered):
        raise Malformed(block_id)
    return int(found)
