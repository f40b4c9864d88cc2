"""HR's pairs by hand: added, swapped, or with one of the alternatives.

HR's choices are locked, so that a re-run does not undo them. HR may override some rules for two people after a
warning; the others hold for everyone. Two people whom the solver did not propose are asked to confirm
(`confirmations`), and only rules that HR may see are checked, so that nothing reveals who avoids whom.
"""

from datetime import datetime

from sqlmodel import col, select

from bot.domain.matching.rules import reporting_lines
from bot.domain.sessions import Side
from bot.services.caller import HrCaller, Rejected
from bot.services.matching.confirmations import LONGEST_REASON, OPEN, of_couple, request, withdraw
from bot.services.matching.draft_edit import Change, DraftVersion, changing
from bot.services.matching.solve import explained
from bot.services.matching.solver_input import changed_at, read_roster
from bot.services.matching.try_log import recorded
from bot.services.matching.visible_rules import Objected, SignUpIds, objections
from storage.tables import Draft, DraftPair, Participant, Person, Verdict
from storage.unit_of_work import Store


async def add(
    store: Store,
    hr: HrCaller,
    seen: DraftVersion,
    mentor: str,
    leader: str,
    lifted: frozenset[str] = frozenset(),
    why: str = "",
) -> int:
    """Pair two people (by their Slack ids) in the draft; the new pair's id.

    `lifted`: the rules that HR overrides after a warning; `why`: HR's words for the two. Raises `Objected`,
    `EditConflict`, and `Rejected`: outdated, already_released, draft_outdated, programme_ended, not_signed_up (one of
    them takes no part), already_proposed, asked_before, too_long.
    """
    _check_reason(why)
    async with recorded(store, hr, seen.draft_id, "add", (mentor, leader)), changing(store, hr, seen) as change:
        couple = await _part_of(change, mentor, Side.MENTOR), await _part_of(change, leader)
        ((pair, asked),) = await _put_together(change, [], [couple], lifted, why)
        aside = {"lifted": sorted(lifted)} if lifted else {}
        await change.did("pair_added", pair, confirmation=asked, **aside)
    return pair.id


async def swap(
    store: Store,
    hr: HrCaller,
    seen: DraftVersion,
    pair_id: int,
    leader: str,
    lifted: frozenset[str] = frozenset(),
    why: str = "",
) -> int:
    """Let a pair's mentor and that of another leader (by Slack id) change places; the id of this leader's new pair.

    Raises `Objected`, `EditConflict`, and `Rejected`: as `add`, and nothing_to_swap (the other has no pair to swap
    with).
    """
    _check_reason(why)
    async with recorded(store, hr, seen.draft_id, "swap", (pair_id,)), changing(store, hr, seen) as change:
        pair = await change.pair(pair_id)
        part = await _part_of(change, leader)
        draft_pair = next((one for one in await change.pairs_of(part) if one.leader_id == part), None)
        if draft_pair is None or pair.excluded or pair.leader_id == part or pair.mentor_id == draft_pair.mentor_id:
            raise Rejected("nothing_to_swap")
        return await _swap(change, pair, draft_pair, lifted, why)


async def choose(store: Store, hr: HrCaller, seen: DraftVersion, pair_id: int, side: Side, part_id: int) -> int:
    """Replace a pair's mentor or leader by another person (by sign-up); the id of the new pair.

    A person without a free place swaps partners. Raises `Objected`, `EditConflict`, and `Rejected`: as `swap`.
    """
    async with recorded(store, hr, seen.draft_id, "choose", (pair_id,)), changing(store, hr, seen) as change:
        pair = await change.pair(pair_id)
        teaches = side is Side.MENTOR
        participant = await change.work.session.get(Participant, part_id)
        if pair.excluded or participant is None or participant.programme_id != change.programme.id:
            raise Rejected("outdated")
        if await change.free_places(part_id, as_mentor=teaches) <= 0:
            theirs = [
                one
                for one in await change.pairs_of(part_id)
                if part_id == (one.mentor_id if teaches else one.leader_id)
            ]
            if not theirs:
                raise Rejected("nothing_to_swap")
            # The weakest pair loses least.
            return await _swap(change, pair, theirs[0], frozenset(), "", Side.LEADER if teaches else Side.MENTOR)
        couple = (part_id, pair.leader_id) if teaches else (pair.mentor_id, part_id)
        was = pair.mentor_id if teaches else pair.leader_id
        ((new, asked),) = await _put_together(change, [pair], [couple], frozenset(), "")
        await change.did("partner_changed", new, part=was, confirmation=asked)
    return new.id


async def _swap(
    change: Change, pair: DraftPair, draft_pair: DraftPair, lifted: frozenset[str], why: str, stays: Side = Side.LEADER
) -> int:
    """Two pairs exchange their mentors; the id of the new pair of `pair`'s leader, or of its mentor (who `stays`)."""
    couples = [(draft_pair.mentor_id, pair.leader_id), (pair.mentor_id, draft_pair.leader_id)]
    made = await _put_together(change, [pair, draft_pair], couples, lifted, why)
    for new, asked in made:
        await change.did("pairs_swapped", new, confirmation=asked)
    return made[0 if stays is Side.LEADER else 1][0].id


async def _part_of(change: Change, slack_id: str, side: Side = Side.LEADER) -> int:
    """The sign-up of a person in this programme, chosen for `side`. Raises `Rejected`: not_signed_up."""
    statement = (
        select(Participant.id)
        .join(Person, col(Person.id) == col(Participant.person_id))
        .where(Participant.programme_id == change.programme.id, Person.slack_id == slack_id)
    )
    found = (await change.work.session.exec(statement)).first()
    if found is None:
        raise Rejected("not_signed_up", side=str(side))
    return found


async def _put_together(
    change: Change, instead_of: list[DraftPair], couples: list[SignUpIds], lifted: frozenset[str], why: str
) -> list[tuple[DraftPair, int | None]]:
    """The new pairs, locked, in place of others, each with the id of its confirmation if the two are asked.

    Raises `Objected`, and `Rejected`: already_proposed, asked_before.
    """
    session = change.work.session
    proposed = {couple: await _proposed_at(change, couple) for couple in couples}
    await _refuse_proposed(change, couples)
    for gone in instead_of:
        await _give_up(change, gone)
    await session.flush()
    roster = await read_roster(session, change.programme)
    people = {roster.participant_ids[one.id]: one for one in roster.people}
    lines = reporting_lines(roster.people, roster.managers)
    found = {couple: await objections(change, roster.rules, lines, people, couple) for couple in couples}
    if standing := [one for each in found.values() for one in each if one.final or one.rule not in lifted]:
        raise Objected(standing)
    pairs = []
    for couple in couples:
        mentor_id, leader_id = couple
        broken = frozenset(one.rule for one in found[couple])
        score, explanation = explained(people[mentor_id], people[leader_id], roster.rules, broken)
        mark = await change.mark(mentor_id, leader_id)
        mark.verdict, mark.lifted, mark.proposed_at = Verdict.LOCKED, sorted(broken), proposed[couple]
        pair = DraftPair(
            team_id=change.draft.team_id,
            draft_id=change.draft.id,
            mentor_id=mentor_id,
            leader_id=leader_id,
            score=score,
            explanation=explanation,
            made_at=proposed[couple] or change.hr.now,
        )
        session.add(pair)
        await session.flush()
        asked = None if proposed[couple] else await request(change, couple, why)
        pairs.append((pair, asked.id if asked else None))
    return pairs


async def _give_up(change: Change, pair: DraftPair) -> None:
    """A pair is replaced by another. A pair that the solver proposed can be restored without confirmation."""
    if await withdraw(change.work, change.programme, (pair.mentor_id, pair.leader_id)):
        return  # withdrawn, but still visible as such
    mark = await change.mark(pair.mentor_id, pair.leader_id)
    mark.verdict = None
    mark.proposed_at = pair.made_at or change.draft.created_at
    await change.work.session.delete(pair)


async def _proposed_at(change: Change, couple: SignUpIds) -> datetime | None:
    """When the solver last proposed these two, if neither has changed their sign-up since; None if it never did."""
    session = change.work.session
    if await of_couple(session, change.programme.id, couple):
        return None
    theirs = (
        select(DraftPair.made_at)
        .join(Draft, col(Draft.id) == col(DraftPair.draft_id))
        .where(
            Draft.programme_id == change.programme.id,
            DraftPair.mentor_id == couple[0],
            DraftPair.leader_id == couple[1],
        )
    )
    mark = await change.marked(*couple)
    moments = [*(await session.exec(theirs)).all(), mark.proposed_at if mark else None]
    last = max((one for one in moments if one is not None), default=None)
    sign_ups = select(Participant, Person).join(Person, col(Person.id) == col(Participant.person_id))
    changes = [changed_at(*one) for one in await session.exec(sign_ups.where(col(Participant.id).in_(couple)))]
    return last if last and not any(one and one > last for one in changes) else None


def _check_reason(why: str) -> None:
    if len(why) > LONGEST_REASON:
        raise Rejected("too_long", longest=LONGEST_REASON)


async def _refuse_proposed(change: Change, couples: list[SignUpIds]) -> None:
    """An excluded pair is made again; an existing pair stays, and people who were asked about each other are not asked
    again in this programme."""
    for mentor_id, leader_id in couples:
        asked = await of_couple(change.work.session, change.programme.id, (mentor_id, leader_id))
        if asked:
            raise Rejected("already_proposed" if asked.state in OPEN else "asked_before")
        same = (
            DraftPair.draft_id == change.draft.id,
            DraftPair.mentor_id == mentor_id,
            DraftPair.leader_id == leader_id,
        )
        pair = (await change.work.session.exec(select(DraftPair).where(*same))).first()
        if pair and not pair.excluded:
            raise Rejected("already_proposed")
        if pair:
            await change.work.session.delete(pair)
