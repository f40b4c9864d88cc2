"""Roster data belong to one programme: what another one is told, takes over and forgets, on both databases."""

from datetime import date
from typing import Any

import pytest
from sqlmodel import col, select

from bot.domain.roster import ResolvedLine
from bot.domain.signup import Level, Role
from bot.services.caller import Caller, HrCaller
from bot.services.matching.solver_input import read_roster
from bot.services.privacy import erasure as erasing
from bot.services.programme.setup import Settings, set_up
from bot.services.roster import import_roster as roster_import
from bot.services.roster import managers as rosters
from bot.services.signup import join as joining
from storage.database_copy import count_on
from storage.tables import AuditEntry, ManagerSource, Pair, Participant, Person, Programme, ProgrammeState, RosterEntry
from storage.unit_of_work import Store
from tests.rosters import managers_in
from tests.storage.companies import TEAM
from tests.storage.drafts import HR, NOW
from tests.storage.two_pairs import BUDI, RINA, SARI

turn = 0


def hr(programme: int) -> HrCaller:
    global turn
    turn += 1
    return HrCaller(TEAM, "U1", f"roster {turn}", NOW, programme)


def by(person: int) -> Caller:
    global turn
    turn += 1
    return Caller(TEAM, f"U{person}", f"roster {turn}", NOW)


def line(person: int, manager: int | None = None, **said: object) -> ResolvedLine:
    known: dict[str, Any] = {"appraiser": None, "department": None, "level": None, "started_on": None} | said
    return ResolvedLine(2, f"U{person}", f"U{manager}" if manager else None, no_manager=False, **known)


def settings(name: str) -> Settings:
    return Settings(name, "inclusion", date(2027, 3, 1), 6, "monthly", "en", "CALL", "U1")


async def second(store: Store, channel: str = "CHR2") -> int:
    """Another programme, run from another channel."""
    if store.engine.dialect.name == "postgresql":  # the company's rows have ids of their own
        async with store.engine.begin() as connection:
            await count_on(connection)
    programme, new = await set_up(store, by(HR), channel, settings("Another"))
    assert new
    return programme.id


def signing_up(level: Level = Level.SPECIALIST, **more: Any) -> joining.SignUp:
    return joining.SignUp(Role.MENTOR, level, "Own words", **more)


async def entries(store: Store, programme_id: int) -> list[RosterEntry]:
    async with store.read(NOW) as work:
        wanted = select(RosterEntry).where(RosterEntry.programme_id == programme_id)
        return list((await work.session.exec(wanted.order_by(col(RosterEntry.person_id)))).all())


async def test_two_programmes_hold_two_rosters(company: Store) -> None:
    other = await second(company)
    listed = [line(SARI, RINA, department="First", level=3, appraiser=f"U{BUDI}"), line(BUDI, department="Top")]
    assert (await roster_import.store_roster(company, hr(1), listed, {})).new == 2
    foreseen = await roster_import.preview(company, hr(other), listed)
    assert (foreseen.new, foreseen.same, foreseen.changed) == (2, 0, 0)
    assert await roster_import.managers(company, hr(other)) == {}
    await roster_import.store_roster(company, hr(other), [line(SARI, BUDI, department="Second", level=1)], {})
    async with company.read(NOW) as work:
        assert (await managers_in(work, 1))["U2"] == "U5"
        assert await managers_in(work, other) == {"U2": "U4"}
        (part,) = (await work.session.exec(select(Participant).where(Participant.person_id == SARI))).all()
        assert (part.programme_id, part.department, part.level) == (1, "First", 3)
        roster = await read_roster(work.session, await work.session.get_one(Programme, 1))
    sari = next(one for one in roster.people if one.id == SARI)
    assert (sari.manager, sari.appraisers >= {BUDI}) == (RINA, True)


async def test_the_other_hr_hears_of_an_upload_once(company: Store) -> None:
    other, third = await second(company), await second(company, "CHR3")
    await roster_import.store_roster(company, hr(1), [line(SARI, department="First")], {})
    await rosters.fill_managers(company, hr(1), {})

    async def heard() -> list[int]:
        async with company.read(NOW) as work:
            named = select(AuditEntry.programme_id).where(AuditEntry.what == "roster_named_elsewhere")
            return list((await work.session.exec(named)).all())

    await roster_import.log_elsewhere(company, hr(other), "F1", ["U3", "U4"])
    assert await heard() == [], "they only signed up there"
    for _ in range(3):
        await roster_import.log_elsewhere(company, hr(other), "F2", ["U2", "U4"])
    assert await heard() == [1]
    await roster_import.log_elsewhere(company, hr(third), "F2", ["U2"])
    await roster_import.log_elsewhere(company, hr(other), "F3", ["U2"])
    assert await heard() == [1, 1, 1]
    await roster_import.log_elsewhere(company, hr(1), "F4", ["U2"])
    assert await heard() == [1, 1, 1], "nobody else lists her, and HR is not told of itself"


async def test_what_people_say_goes_where_they_say_it(company: Store) -> None:
    other = await second(company)
    await roster_import.store_roster(company, hr(1), [line(SARI, RINA, department="First", level=4)], {})
    fresh = await joining.standing(company, by(SARI), other)
    assert (fresh.manager, fresh.manager_known, fresh.level, fresh.department) == (None, False, None, "")
    assert fresh.before, "what she told herself is filled in"
    await joining.join(company, by(SARI), other, signing_up(manager="U4", manager_known=True))
    async with company.read(NOW) as work:
        assert (await managers_in(work, 1))["U2"] == "U5"
        assert await managers_in(work, other) == {"U2": "U4"}
        parts = (await work.session.exec(select(Participant).where(Participant.person_id == SARI))).all()
    assert {one.programme_id: (one.level, one.department) for one in parts} == {
        1: (4, "First"),
        other: (2, "Own words"),
    }
    third = await second(company, "CHR3")
    again = await joining.standing(company, by(SARI), third)
    assert (again.manager, again.level, again.department) == ("U4", Level.SPECIALIST, "Own words")


async def test_the_next_cohort_takes_over_what_the_same_channel_stored(company: Store) -> None:
    other = await second(company)
    listed = line(SARI, RINA, department="First", level=3, started_on=date(2020, 1, 1))
    await roster_import.store_roster(company, hr(1), [listed], {})
    await roster_import.store_roster(company, hr(other), [line(BUDI, HR, department="Second")], {})
    async with company.write(NOW) as work:
        (await work.session.get_one(Programme, 1)).state = ProgrammeState.CLOSED
        await work.commit()
    following = await second(company, "CHR")
    async with company.read(NOW) as work:
        assert (await work.session.get_one(Programme, following)).follows_id == 1
    assert (await roster_import.preview(company, hr(following), [listed])).same == 1
    theirs = {
        one.person_id: (one.manager_id, one.department, one.started_on) for one in await entries(company, following)
    }
    assert theirs[SARI] == (RINA, "First", date(2020, 1, 1))
    assert BUDI not in theirs or theirs[BUDI][1] == ""


async def test_a_line_that_was_carried_over_is_used_and_not_shown(company: Store) -> None:
    async with company.write(NOW) as work:
        for one in (await work.session.exec(select(RosterEntry))).all():
            one.manager_source = ManagerSource.CARRIED
            one.manager_id = BUDI if one.person_id == SARI else None
            one.appraiser_id = RINA if one.person_id == SARI else None
        await work.commit()
    assert await roster_import.managers(company, hr(1)) == {}
    listed = [line(SARI, BUDI, department="First")]
    assert (await roster_import.preview(company, hr(1), listed)).new == 1
    await roster_import.store_roster(company, hr(1), listed, {})
    entry = next(one for one in await entries(company, 1) if one.person_id == SARI)
    assert (entry.manager_id, entry.appraiser_id, entry.manager_source) == (BUDI, RINA, ManagerSource.HR)
    assert await roster_import.managers(company, hr(1)) == {"U2": "U4"}


async def test_a_roster_is_forgotten_with_its_programme_and_no_other(company: Store) -> None:
    other = await second(company)
    await roster_import.store_roster(company, hr(1), [line(RINA, department="First")], {})
    async with company.write(NOW) as work:
        for name in ("Only First", "In Both"):
            work.session.add(Person(team_id=TEAM, slack_id=f"U {name}", name=name, email="x@x.example", created_at=NOW))
        await work.session.flush()
        people = {one.name: one.id for one in (await work.session.exec(select(Person))).all()}
        for programme_id, names in ((1, ("Only First", "In Both")), (other, ("In Both",))):
            for name in names:
                work.session.add(
                    RosterEntry(team_id=TEAM, programme_id=programme_id, person_id=people[name], listed_at=NOW, at=NOW)
                )
        await work.session.flush()
        await erasing.erase_roster(work.session, 1)
        await work.commit()
    assert await entries(company, 1) == []
    assert [one.person_id for one in await entries(company, other)] == [people["In Both"]]
    async with company.read(NOW) as work:
        named = {one.slack_id: one.name for one in (await work.session.exec(select(Person))).all()}
    assert (named["U Only First"], named["U In Both"]) == ("U Only First", "In Both")


@pytest.mark.parametrize(("channel", "past"), [("CHR2", frozenset()), ("CHR", frozenset({BUDI}))])
async def test_only_pairs_of_the_same_hr_are_a_reason_in_a_draft(
    company: Store, channel: str, past: frozenset[int]
) -> None:
    """Whether two were paired in another programme cannot be found out from who is proposed."""
    other = await second(company)
    async with company.write(NOW) as work:
        common: dict[str, Any] = {"team_id": TEAM, "programme_id": other}
        programme = await work.session.get_one(Programme, other)
        programme.hr_channel, programme.state = channel, ProgrammeState.CLOSED
        signed = [
            Participant(**common, person_id=one, role=role, level=2, department="x", joined_at=NOW)
            for one, role in ((SARI, "mentor"), (BUDI, "mentee"))
        ]
        work.session.add_all(signed)
        await work.session.flush()
        mentor, leader = [one.id for one in signed]
        work.session.add(Pair(**common, mentor_id=mentor, leader_id=leader, introduced_at=NOW))
        await work.session.flush()
        roster = await read_roster(work.session, await work.session.get_one(Programme, 1))
    sari = next(one for one in roster.people if one.id == SARI)
    assert sari.past == past
