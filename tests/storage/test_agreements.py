"""The agreement on both databases: two who write or sign at the same moment."""

import asyncio
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlmodel import col, select

from bot.domain.agreement import Books, Goal, SignatureTimes, Terms
from bot.services.agreement import agreement as agreements
from bot.services.agreement.agreement import AgreementView, EditConflict
from bot.services.caller import Caller, Rejected
from storage.tables import Agreement, Outbox, Pair, ProgrammeState
from storage.unit_of_work import AlreadyDone, Store
from tests.storage.companies import TEAM, add_pair, add_programme, participant_row

NOW = datetime(2027, 1, 11, 2, 0, tzinfo=UTC)
TERMS = Terms((Goal("Read it myself", "Every Monday", date(2027, 3, 1)),), Books.MENTOR, "Sari", "Pak Budi")


@pytest.fixture
async def couple(store: Store) -> Store:
    """Pair 1: U1 mentors U2."""
    async with store.write(NOW) as work:
        await add_programme(work, {1: "Sari", 2: "Budi"}, starts_on=NOW.date(), state=ProgrammeState.RUNNING)
        for n in (1, 2):
            work.session.add(participant_row(NOW, n, n, "both", level=n))
        await work.session.flush()
        await add_pair(work, 1, 1, 2)
        await work.commit()
    return store


turn = 0


def caller(number: int) -> Caller:
    """One of the two, with a fresh request."""
    global turn
    turn += 1
    return Caller(TEAM, f"U{number}", f"request {turn}", NOW)


async def rows(store: Store, table: Any) -> list[Any]:
    async with store.read(NOW) as work:
        return list((await work.session.exec(select(table).order_by(col(table.id)))).all())


async def kinds(store: Store) -> list[str]:
    return sorted(f"{row.kind} {row.person_id} {row.data['version']}" for row in await rows(store, Outbox))


async def test_two_first_versions_at_once_leave_one_and_tell_the_other(couple: Store) -> None:
    mine = replace(TERMS, books=Books.LEADER)
    found = await asyncio.gather(
        agreements.propose(couple, caller(1), 1, 0, TERMS),
        agreements.propose(couple, caller(2), 1, 0, mine),
        return_exceptions=True,
    )
    (kept,) = [one for one in found if isinstance(one, AgreementView)]
    (told,) = [one for one in found if isinstance(one, EditConflict)]
    (row,) = await rows(couple, Agreement)
    assert told.seen.version == kept.version == 1
    assert row.books == (kept.terms.books if kept.terms else None)
    assert len(await kinds(couple)) == 1


async def test_signing_many_times_at_once_signs_once(couple: Store) -> None:
    await agreements.propose(couple, caller(1), 1, 0, TERMS)
    (row,) = await rows(couple, Agreement)
    found = await asyncio.gather(
        *(agreements.sign(couple, caller(2), row.id) for _ in range(5)), return_exceptions=True
    )
    assert sum(isinstance(one, AgreementView) for one in found) == 1
    assert {one.code for one in found if isinstance(one, Rejected)} == {"agreement_signed"}
    assert await kinds(couple) == ["agreement_proposed 2 1", "agreement_signed 1 1"], (
        "who signs reads it where they sign"
    )
    async with couple.read(NOW) as work:
        assert await agreements.read_standings(work.session, [1]) == {1: SignatureTimes(signed_at=NOW)}
        assert await agreements.signed_pairs(work.session, 1) == 1


async def test_a_change_and_a_signature_at_once_never_sign_what_was_not_read(couple: Store) -> None:
    await agreements.propose(couple, caller(1), 1, 0, TERMS)
    (row,) = await rows(couple, Agreement)
    changed, signed = await asyncio.gather(
        agreements.propose(couple, caller(1), 1, 1, replace(TERMS, books=Books.IN_TURN)),
        agreements.sign(couple, caller(2), row.id),
        return_exceptions=True,
    )
    assert isinstance(changed, AgreementView)
    first, second = await rows(couple, Agreement)
    assert second.leader_signed_at is None
    if first.leader_signed_at is None:
        assert isinstance(signed, Rejected)
        assert signed.code == "agreement_outdated"
    async with couple.read(NOW) as work:
        assert await agreements.signed_pairs(work.session, 1) == 0


async def test_the_same_submission_twice_has_one_effect(couple: Store) -> None:
    again = caller(1)
    await agreements.propose(couple, again, 1, 0, TERMS)
    with pytest.raises(AlreadyDone):
        await agreements.propose(couple, again, 1, 0, TERMS)
    assert len(await rows(couple, Agreement)) == 1
    assert await kinds(couple) == ["agreement_proposed 2 1"]


async def test_no_job_looks_at_the_goals_before_both_have_signed(couple: Store) -> None:
    await agreements.propose(couple, caller(1), 1, 0, TERMS)
    assert [row.next_goal_at for row in await rows(couple, Agreement)] == [None]


async def test_a_change_makes_the_rules_look_at_the_pair_again(couple: Store) -> None:
    await agreements.propose(couple, caller(1), 1, 0, TERMS)
    (pair,) = await rows(couple, Pair)
    assert pair.next_check_at == NOW + agreements.CHANGE_WINDOW
