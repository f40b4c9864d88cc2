"""HR puts two people together itself: by hand, by swapping partners, or with one of the others who would do.

What HR chose is locked, so that drawing up again does not undo it. Some rules HR may put aside for two people, once it
was told what that means; the others hold for everybody.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlmodel import col, select

from bot.domain.matching_rules import RULES, broken_rules, reporting_lines
from bot.domain.profiles import Profile, Rules
from bot.domain.sessions import Side
from bot.services.caller import HrCaller, Refusal
from bot.services.drafts.changing import Change, Seen, changing
from bot.services.drafts.inputs import read_roster
from bot.services.drafts.solving import explained
from storage.tables import DraftPair, Participant, Person, Verdict
from storage.unit_of_work import Store

MAY_BE_LIFTED = frozenset({"same_department", "level_gap", "paired_before", "no_common_language"})
"""Rules that HR may put aside for two people. All others refuse."""

Couple = tuple[int, int]
"""(mentor, mentee), by the ids of their sign-ups."""


@dataclass(frozen=True)
class Objection:
    """A rule that stands between two people."""

    mentor: Person
    mentee: Person
    rule: str

    @property
    def final(self) -> bool:
        """Whether HR cannot put it aside."""
        return self.rule not in MAY_BE_LIFTED


class Objected(Refusal):
    """Rules stand in the way: nothing was changed. HR may put them aside if none is final."""

    def __init__(self, objections: list[Objection]) -> None:
        super().__init__("pair_objected")
        self.objections = objections

    @property
    def final(self) -> list[Objection]:
        return [one for one in self.objections if one.final]

    @property
    def rules(self) -> frozenset[str]:
        return frozenset(one.rule for one in self.objections)


async def add(
    store: Store, hr: HrCaller, seen: Seen, mentor: str, mentee: str, lifted: frozenset[str] = frozenset()
) -> int:
    """Put two people (by their Slack ids) together in the draft; the new pair's id.

    `lifted`: the rules that HR was warned of and puts aside. Raises `Objected`, `Overtaken`, and `Refusal`: outdated,
    already_released, draft_outdated, programme_ended, not_signed_up (one of them takes no part), already_proposed.
    """
    async with changing(store, hr, seen) as change:
        couple = await _part_of(change, mentor), await _part_of(change, mentee)
        (pair,) = await _put_together(change, [], [couple], lifted)
        await change.did("pair_added", pair, **({"lifted": sorted(lifted)} if lifted else {}))
    return pair.id or 0


async def swap(
    store: Store, hr: HrCaller, seen: Seen, pair_id: int, mentee: str, lifted: frozenset[str] = frozenset()
) -> int:
    """Let a pair's mentor and that of another mentee (by Slack id) change places; the id of this mentee's new pair.

    Raises `Objected`, `Overtaken`, and `Refusal`: as `add`, and nothing_to_swap (the other has no pair to swap with).
    """
    async with changing(store, hr, seen) as change:
        pair = await change.pair(pair_id)
        part = await _part_of(change, mentee)
        other = next((one for one in await change.pairs_of(part) if one.mentee_id == part), None)
        if other is None or pair.excluded or pair.mentee_id == part or pair.mentor_id == other.mentor_id:
            raise Refusal("nothing_to_swap")
        return await _swap(change, pair, other, lifted)


async def choose(store: Store, hr: HrCaller, seen: Seen, pair_id: int, side: Side, part_id: int) -> int:
    """Put somebody else (by sign-up) in the place of a pair's mentor or mentee; the id of the new pair.

    Who has no free place swaps partners with it. Raises `Objected`, `Overtaken`, and `Refusal`: as `swap`.
    """
    async with changing(store, hr, seen) as change:
        pair = await change.pair(pair_id)
        teaches = side is Side.MENTOR
        other = await change.work.session.get(Participant, part_id)
        if pair.excluded or other is None or other.programme_id != change.programme.id:
            raise Refusal("outdated")
        if await change.free_places(part_id, as_mentor=teaches) <= 0:
            theirs = [
                one
                for one in await change.pairs_of(part_id)
                if part_id == (one.mentor_id if teaches else one.mentee_id)
            ]
            if not theirs:
                raise Refusal("nothing_to_swap")
            # The weakest pair has the least to lose.
            return await _swap(change, pair, theirs[0], frozenset(), stays=Side.MENTEE if teaches else Side.MENTOR)
        couple = (part_id, pair.mentee_id) if teaches else (pair.mentor_id, part_id)
        was = pair.mentor_id if teaches else pair.mentee_id
        (new,) = await _put_together(change, [pair], [couple], frozenset())
        await change.did("partner_changed", new, part=was)
    return new.id or 0


async def _swap(
    change: Change, pair: DraftPair, other: DraftPair, lifted: frozenset[str], stays: Side = Side.MENTEE
) -> int:
    """Two pairs exchange their mentors; the id of the new pair of `pair`'s mentee, or of its mentor (who `stays`)."""
    couples = [(other.mentor_id, pair.mentee_id), (pair.mentor_id, other.mentee_id)]
    first, second = await _put_together(change, [pair, other], couples, lifted)
    await change.did("pairs_swapped", first)
    await change.did("pairs_swapped", second)
    return (first if stays is Side.MENTEE else second).id or 0


async def _part_of(change: Change, slack_id: str) -> int:
    """The sign-up of somebody in this programme. Raises `Refusal`: not_signed_up."""
    wanted = (
        select(Participant.id)
        .join(Person, col(Person.id) == col(Participant.person_id))
        .where(Participant.programme_id == change.programme.id, Person.slack_id == slack_id)
    )
    found = (await change.work.session.exec(wanted)).first()
    if found is None:
        raise Refusal("not_signed_up")
    return found


async def _put_together(
    change: Change, instead_of: list[DraftPair], couples: list[Couple], lifted: frozenset[str]
) -> list[DraftPair]:
    """The new pairs, locked, in place of others. Raises `Objected`, and `Refusal`: already_proposed."""
    session = change.work.session
    await _refuse_proposed(change, couples)
    for gone in instead_of:
        if mark := await change.marked(gone.mentor_id, gone.mentee_id):
            mark.verdict = None
        await session.delete(gone)
    await session.flush()
    roster = await read_roster(session, change.programme)
    people = {roster.participant_ids[one.id]: one for one in roster.people}
    lines = reporting_lines(roster.people, roster.managers)
    found = {couple: await _objections(change, roster.rules, lines, people, couple) for couple in couples}
    if standing := [one for each in found.values() for one in each if one.final or one.rule not in lifted]:
        raise Objected(standing)
    pairs = []
    for mentor_id, mentee_id in couples:
        broken = frozenset(one.rule for one in found[mentor_id, mentee_id])
        score, explanation = explained(people[mentor_id], people[mentee_id], roster.rules, broken)
        mark = await change.mark(mentor_id, mentee_id)
        mark.verdict, mark.lifted = Verdict.LOCKED, sorted(broken)
        pair = DraftPair(
            team_id=change.draft.team_id,
            draft_id=change.draft.id or 0,
            mentor_id=mentor_id,
            mentee_id=mentee_id,
            score=score,
            explanation=explanation,
        )
        session.add(pair)
        await session.flush()
        pairs.append(pair)
    return pairs


async def _refuse_proposed(change: Change, couples: list[Couple]) -> None:
    """Two who were taken out are put together anew; two who are together already stay so."""
    for mentor_id, mentee_id in couples:
        same = (
            DraftPair.draft_id == change.draft.id,
            DraftPair.mentor_id == mentor_id,
            DraftPair.mentee_id == mentee_id,
        )
        found = (await change.work.session.exec(select(DraftPair).where(*same))).first()
        if found and not found.excluded:
            raise Refusal("already_proposed")
        if found:
            await change.work.session.delete(found)


async def _objections(
    change: Change, rules: Rules, lines: Mapping[int, frozenset[int]], people: dict[int, Profile], couple: Couple
) -> list[Objection]:
    """Every rule that stands between the two; places that are taken in this draft are taken."""
    mentor, mentee = [await _person(change, part) for part in couple]
    teaches, learns = people.get(couple[0]), people.get(couple[1])
    if teaches is None or learns is None:
        return [Objection(mentor, mentee, "inactive")]
    broken = set(broken_rules(learns, teaches, rules, lines))
    if "oneself" in broken:
        return [Objection(mentor, mentee, "oneself")]
    full = await change.free_places(couple[0], as_mentor=True) <= 0
    if full or await change.free_places(couple[1], as_mentor=False) <= 0:
        broken.add("no_capacity")
    return [Objection(mentor, mentee, rule) for rule in RULES if rule in broken]


async def _person(change: Change, part_id: int) -> Person:
    wanted = select(Person).join(Participant, col(Participant.person_id) == col(Person.id))
    return (await change.work.session.exec(wanted.where(Participant.id == part_id))).one()
