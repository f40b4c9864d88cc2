"""Pairs that HR made by hand before an update that asks the two."""

from typing import Any

import pytest
from sqlalchemy import column, insert, inspect, table
from sqlmodel import SQLModel

from bot.services.caller import Rejected
from bot.services.matching import release as releasing
from bot.services.matching.confirmation_tick import tick_confirmations
from storage.engine import make_engine
from storage.migrate import revisions, upgrade
from storage.tables import (
    AuditEntry,
    ConfirmationState,
    CoupleMark,
    Draft,
    DraftPair,
    DraftState,
    Outbox,
    Pair,
    PairConfirmation,
    Person,
    Verdict,
)
from storage.unit_of_work import Store
from tests.storage.companies import TEAM, participant_row, programme_row
from tests.storage.confirmations.hand_made import LEADERS, MENTORS, OVER, L, M, emptied, news
from tests.storage.drafts import HR, NOW, hr, release, rows


async def test_pairs_by_hand_of_an_older_version_are_asked_about_unless_they_are_released(company: Store) -> None:
    draft = await emptied(company)
    await _older_by_hand(company, draft, M, L)
    await _older_by_hand(company, draft, MENTORS[1], LEADERS[1], what="pairs_swapped")
    async with company.write(NOW) as work:
        (await work.session.get_one(Draft, draft)).hand_made_asked = False
        await work.commit()
    unasked = await releasing.preview_release(company, hr(), draft)
    assert (unasked.pairs, unasked.waiting) == (0, 2), "HR is not promised what a release would refuse"
    with pytest.raises(Rejected, match="nothing_to_release"):
        await release(company, draft)
    for _ in range(2):
        await tick_confirmations(company, NOW)
    assert {(one.mentor_id, one.closes_at) for one in await rows(company, PairConfirmation)} == {
        (M * 10, OVER),
        (MENTORS[1] * 10, OVER),
    }
    assert len(await news(company, "pair_question")) == 4
    assert (await releasing.preview_release(company, hr(), draft)).waiting == 2


async def test_released_ones_of_an_older_version_stay_as_they_are(company: Store) -> None:
    draft = await emptied(company)
    await _older_by_hand(company, draft, M, L)
    await release(
        company, draft
    )  # by this version's code, as the older one would: nothing marks it as made by hand yet
    async with company.write(NOW) as work:
        (await work.session.get_one(Draft, draft)).hand_made_asked = False
        await work.commit()
    await tick_confirmations(company, NOW)
    assert await rows(company, PairConfirmation) == []
    assert len(await rows(company, Pair)) == 1


async def _older_by_hand(store: Store, draft: int, mentor: int, leader: int, what: str = "pair_added") -> None:
    """A pair that HR made by hand, as the version before stored it."""
    couple: dict[str, Any] = {"mentor_id": mentor * 10, "leader_id": leader * 10}
    details = {"draft": draft, "version": 2, "mentor": mentor * 10, "mentee": leader * 10}
    async with store.write(NOW) as work:
        work.session.add(DraftPair(team_id=TEAM, draft_id=draft, score=5000, **couple))
        work.session.add(
            CoupleMark(team_id=TEAM, programme_id=1, verdict=Verdict.LOCKED, marked_by=HR, marked_at=NOW, **couple)
        )
        work.session.add(AuditEntry(team_id=TEAM, programme_id=1, person_id=HR, what=what, details=details, at=NOW))
        await work.commit()


async def test_an_update_asks_about_what_was_made_by_hand_before_it(empty_url: str) -> None:
    """On a database of the version before: an open draft with a pair by hand, and one that was released."""
    engine = make_engine(empty_url)
    ours = next(place for place, one in enumerate(revisions()) if "0017" in one)
    await upgrade(engine, revisions()[ours - 1])
    people = [
        Person(id=number, team_id=TEAM, slack_id=f"U{number}", name=f"Person {number}", created_at=NOW)
        for number in range(1, 6)
    ]
    parts = [participant_row(NOW, number * 10, number, "mentor" if number % 2 else "mentee") for number in range(2, 6)]
    first, second = {"mentor_id": 30, "leader_id": 20}, {"mentor_id": 50, "leader_id": 40}
    drafts = [
        Draft(id=1, team_id=TEAM, programme_id=1, created_at=NOW, created_by=1, state=DraftState.RELEASED),
        Draft(id=2, team_id=TEAM, programme_id=1, created_at=NOW, created_by=1),
    ]
    pairs: list[Any] = [
        DraftPair(
            id=number, team_id=TEAM, draft_id=number, mentor_id=one["mentor_id"], leader_id=one["leader_id"], score=1
        )
        for number, one in ((1, first), (2, second))
    ]
    entries = [
        AuditEntry(
            id=number,
            team_id=TEAM,
            programme_id=1,
            person_id=1,
            what="pair_added",
            details={"draft": number, "version": 2, "mentor": one["mentor_id"], "mentee": one["leader_id"]},
            at=NOW,
        )
        for number, one in ((1, first), (2, second))
    ]
    released = Pair(
        id=1,
        team_id=TEAM,
        programme_id=1,
        mentor_id=first["mentor_id"],
        leader_id=first["leader_id"],
        introduced_at=NOW,
    )
    async with engine.begin() as connection:
        there = await connection.run_sync(
            lambda sync: {name: {one["name"] for one in inspect(sync).get_columns(name)} for name in TABLES}
        )
        for row in [*people, programme_row(NOW), *parts, *drafts, *pairs, *entries, released]:
            name = str(row.__tablename__)
            columns = {one.key: one for one in SQLModel.metadata.tables[name].c if one.name in there[name]}
            values = {columns[key].name: value for key, value in row.model_dump().items() if key in columns}
            stored = [column(one.name, one.type) for one in columns.values() if one.name in values]
            await connection.execute(insert(table(name, *stored)).values(values))
    await upgrade(engine)
    store = Store(engine)
    for _ in range(2):
        await tick_confirmations(store, NOW)
    (asked,) = await rows(store, PairConfirmation)
    assert (asked.mentor_id, asked.leader_id) == (second["mentor_id"], second["leader_id"])
    assert (asked.state, asked.asked_by, asked.closes_at) == (ConfirmationState.WAITING, 1, OVER)
    assert sorted(one.person_id for one in await rows(store, Outbox, Outbox.kind == "pair_question")) == [4, 5]
    assert len(await rows(store, Pair)) == 1
    await engine.dispose()


TABLES = ("person", "programme", "participant", "draft", "draftpair", "auditentry", "pair")
