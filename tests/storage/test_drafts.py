"""Drafts on both databases: what HR changes in one, and what another of HR or the company changes meanwhile."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from bot.services.caller import Rejected
from bot.services.matching import create_draft as drafting
from bot.services.matching import draft_pages as browsing
from bot.services.matching import draft_review as reviewing
from bot.services.matching import pair_actions as deciding
from bot.services.matching import release as releasing
from bot.services.matching.draft_edit import DraftVersion
from bot.services.matching.draft_pages import DraftSearch
from bot.services.matching.pair_actions import Decision
from bot.services.roster import managers as rosters
from storage.tables import (
    AuditEntry,
    Draft,
    DraftPair,
    DraftState,
    Outbox,
    Pair,
    Programme,
    ProgrammeState,
)
from storage.unit_of_work import Store
from tests.rosters import managers_in, say_manager
from tests.storage.drafts import HR, NOW, audited, decide, draw, hr, release, rows
from tests.storage.two_pairs import BAYU, BUDI, RINA, SARI, couples


async def test_a_draft_tells_nobody_but_hr(company: Store) -> None:
    draft = await draw(company)
    assert [(p.mentor_id, p.leader_id) for p in await rows(company, DraftPair)] == [(20, 40), (30, 50)]
    assert [(row.kind, row.channel) for row in await rows(company, Outbox)] == [("match_draft", "CHR")]
    assert await rows(company, Pair) == []
    found = await reviewing.overview(company, hr(), draft)
    assert (found.pairs, found.people, found.total, found.alone, found.left) == (2, 4, 4, 0, 0)


async def test_a_newer_draft_replaces_the_open_one(company: Store) -> None:
    old, new = await draw(company), await draw(company)
    with pytest.raises(Rejected, match="draft_outdated"):
        await release(company, old)
    with pytest.raises(Rejected, match="draft_outdated"):
        await browsing.browse(company, hr(), old, DraftSearch(), 10)
    assert [draft.state for draft in await rows(company, Draft)] == [DraftState.SUPERSEDED, DraftState.OPEN]
    await release(company, new)


async def test_drafts_of_another_programme_or_workspace_are_not_hrs(company: Store) -> None:
    draft = await draw(company)
    (pair, _) = await rows(company, DraftPair)
    for stranger in (replace(hr(), programme_id=2), replace(hr(), team_id="T2")):
        for act in (
            releasing.release(company, stranger, DraftVersion(draft, 1), 2),
            deciding.decide(company, stranger, DraftVersion(draft, 1), pair.id, Decision.TAKE_OUT),
            reviewing.left_over(company, stranger, draft),
        ):
            with pytest.raises(Rejected):
                await act
    assert await rows(company, Pair) == []
    assert not any(one.excluded for one in await rows(company, DraftPair))


async def test_a_line_of_management_through_somebody_outside_counts(company: Store) -> None:
    async with company.write(NOW) as work:
        await say_manager(work, SARI, HR)
        await say_manager(work, HR, BUDI)
        await work.commit()
    await draw(company)
    assert [(p.mentor_id, p.leader_id) for p in await rows(company, DraftPair)] == [(20, 50), (30, 40)]


async def test_what_hr_took_out_is_not_released_and_not_proposed_again(company: Store) -> None:
    draft = await draw(company)
    first, _ = await rows(company, DraftPair)
    for _ in range(2):
        await decide(company, first.draft_id, first.id, Decision.TAKE_OUT)
    left = await reviewing.left_over(company, hr(), draft)
    assert [(one.person.name, one.side, one.cause) for one in left] == [
        ("Budi", "mentee", "taken_out"),
        ("Sari", "mentor", "taken_out"),
    ]
    again = await draw(company)
    proposed = await rows(company, DraftPair, DraftPair.draft_id == again)
    assert {(p.mentor_id, p.leader_id) for p in proposed if not p.excluded} == {(30, 40), (20, 50)}
    assert [(p.mentor_id, p.leader_id) for p in proposed if p.excluded] == [(20, 40)], "still in sight"
    with pytest.raises(Rejected, match="no_place_left"):
        await decide(company, again, proposed[-1].id, Decision.PUT_BACK)
    await release(company, again)
    assert set(await couples(company)) == {(BAYU, BUDI), (SARI, RINA)}
    acts = [one for one in await audited(company) if one != "gate_waived"]
    assert acts == ["draft", "pair_taken_out", "draft", "pair_tried", "release"]


async def test_put_back_it_is_released_after_all(company: Store) -> None:
    draft = await draw(company)
    first, _ = await rows(company, DraftPair)
    for decision in (Decision.TAKE_OUT, Decision.PUT_BACK):
        await decide(company, first.draft_id, first.id, decision)
    await release(company, draft)
    assert len(await couples(company)) == 2


async def test_with_everything_taken_out_there_is_nothing_to_release(company: Store) -> None:
    draft = await draw(company)
    for pair in await rows(company, DraftPair):
        await decide(company, pair.draft_id, pair.id, Decision.TAKE_OUT)
    with pytest.raises(Rejected, match="nothing_to_release"):
        await release(company, draft)
    (programme,) = await rows(company, Programme)
    assert programme.state == ProgrammeState.RECRUITING


async def test_pairs_released_while_drawing_up_are_seen(company: Store) -> None:
    """Two of HR: one releases while the other's draft is being solved."""
    draft = await draw(company)
    solved = 0

    async def slow(function: Callable[..., Any], *arguments: Any) -> Any:
        nonlocal solved
        solved += 1
        if solved == 1:
            await release(company, draft)
        return function(*arguments)

    with pytest.raises(Rejected, match="nobody_to_match"):
        await drafting.create(company, hr(), slow)
    assert len(await rows(company, Draft)) == 1


async def test_whoever_lacks_a_manager_waits_until_hr_fills_or_waives_it(company: Store) -> None:
    for person in (SARI, BUDI):
        async with company.write(NOW) as work:
            await say_manager(work, person, known=False)
            await work.commit()
    draft = await draw(company)
    left = await reviewing.left_over(company, hr(), draft)
    assert {(one.person.id, one.cause, one.help) for one in left} == {
        (BUDI, "manager_missing", "fill_or_waive_manager"),
        (SARI, "manager_missing", "fill_or_waive_manager"),
    }
    assert (await reviewing.overview(company, hr(), draft)).without_manager == 2
    with pytest.raises(Rejected, match="unknown_person"):
        await rosters.fill_managers(company, hr(), {SARI: rosters.Manager("U2")})
    said = {SARI: rosters.Manager("U1"), BUDI: rosters.Manager(None), RINA: rosters.Manager("U2")}
    assert await rosters.fill_managers(company, hr(), said) == 2, "Rina waits for nothing"
    assert await rosters.without_manager(company, hr()) == []
    async with company.read(NOW) as work:
        assert await managers_in(work) == {"U2": "U1", "U3": None, "U4": None, "U5": None}
    assert [entry.what for entry in await rows(company, AuditEntry)] == ["draft", "manager_filled", "manager_waived"]
    assert len(await rows(company, DraftPair, DraftPair.draft_id == await draw(company))) == 2
