"""Rules that forbid two people whom HR names: only rules that HR may see."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlmodel import col, select

from bot.domain.matching.rules import RULES, visible_rules
from bot.domain.signup import Profile, Rules
from bot.services.caller import Rejected
from bot.services.matching.draft_edit import Change
from storage.tables import Participant, Person

MAY_BE_LIFTED = frozenset({"same_department", "level_gap", "paired_before", "no_common_language"})
"""Rules that HR may override for two people. All others refuse."""

SignUpIds = tuple[int, int]
"""(mentor, leader), by the ids of their sign-ups."""


@dataclass(frozen=True)
class Objection:
    """A rule that forbids two people."""

    mentor: Person
    leader: Person
    rule: str
    couple: SignUpIds

    @property
    def final(self) -> bool:
        """Whether HR cannot override it."""
        return self.rule not in MAY_BE_LIFTED


class Objected(Rejected):
    """Rules forbid it: nothing was changed. HR may override them if none is final."""

    def __init__(self, objections: list[Objection]) -> None:
        super().__init__("pair_objected")
        self.objections = objections

    @property
    def final(self) -> list[Objection]:
        return [one for one in self.objections if one.final]

    @property
    def rules(self) -> frozenset[str]:
        return frozenset(one.rule for one in self.objections)


async def objections(
    change: Change, rules: Rules, lines: Mapping[int, frozenset[int]], people: Mapping[int, Profile], couple: SignUpIds
) -> list[Objection]:
    """Every rule that forbids the two; places that are taken in this draft are taken."""
    mentor, leader = [await _person(change, part) for part in couple]
    teaches, learns = people.get(couple[0]), people.get(couple[1])
    if teaches is None or learns is None:
        return [Objection(mentor, leader, "inactive", couple)]
    broken = set(visible_rules(learns, teaches, rules, lines))
    if "oneself" in broken:
        return [Objection(mentor, leader, "oneself", couple)]
    full = await change.free_places(couple[0], as_mentor=True) <= 0
    if full or await change.free_places(couple[1], as_mentor=False) <= 0:
        broken.add("no_capacity")
    return [Objection(mentor, leader, rule, couple) for rule in RULES if rule in broken]


async def _person(change: Change, part_id: int) -> Person:
    statement = select(Person).join(Participant, col(Participant.person_id) == col(Person.id))
    return (await change.work.session.exec(statement.where(Participant.id == part_id))).one()
