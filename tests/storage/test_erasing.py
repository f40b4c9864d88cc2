"""Erasing, by wish and by age: on both databases, interrupted anywhere, and with every table looked through."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import JSON, String, event
from sqlmodel import SQLModel, col, select

from bot.jobs.delete_erased_dms import Cleaner
from bot.services.caller import Caller
from bot.services.insight.summary_figures import read_summary
from bot.services.privacy import erasure as erasing
from bot.slack.turns import Turns
from storage.outbox import Outgoing
from storage.personal_data import TRACES
from storage.personal_rows import NO_TRACE
from storage.tables import (
    ActionCard,
    Agreement,
    AuditEntry,
    Avoidance,
    Broadcast,
    BroadcastReader,
    BroadcastState,
    Concern,
    LogEntry,
    Outbox,
    OutboxState,
    Pair,
    PairConfirmation,
    PairState,
    Participant,
    ParticipantState,
    PartnerRequest,
    Person,
    PollAnswer,
    Programme,
    ProgrammeState,
    RosterEntry,
    SessionChange,
    SharedRosterEntry,
    SurveyResponse,
    Thanks,
    TimeProposal,
)
from storage.unit_of_work import Store
from tests.rosters import say_manager
from tests.storage.test_people import NOW, by, programme

SECRETS = ("Sari", "sari@", "U2", "Rahasia", "Asia/Jayapura", "D-SARI")
"""Everything that tells of her: name, address, Slack id, what she wrote, where she is, her DM."""


async def company(store: Store) -> None:
    """Sari (2) mentors Budi (3) and has left something in every table."""
    await programme(store)
    async with store.write(NOW) as work:
        sari, budi, dewi = [await work.session.get(Person, one) for one in (2, 3, 1)]
        assert sari
        assert budi
        assert dewi
        sari.email, sari.zone, sari.dm_channel, sari.manager_id = "sari@x.example", "Asia/Jayapura", "D-SARI", 1
        budi.manager_id, budi.manager_known = 2, True  # as versions before 0018 stored it
        await say_manager(work, 2, 1)
        await say_manager(work, 3, 2)
        for one in (await work.session.exec(select(RosterEntry))).all():
            one.department, one.listed_at = ("Rahasia department" if one.person_id == 2 else "Finance"), NOW
            one.appraiser_id = 2 if one.person_id == 3 else None
        work.session.add(SharedRosterEntry(team_id="T", person_id=2, programme_id=1, department="Rahasia", at=NOW))
        work.session.add(SharedRosterEntry(team_id="T", person_id=3, programme_id=1, appraiser_id=2, at=NOW))
        part = await work.session.get(Participant, 1)
        assert part
        part.department, part.interests = "Rahasia department", ["Rahasia"]
        part.hr_reason = "Rahasia 10"
        found = await work.session.get(Programme, 1)
        assert found
        found.contact_id = 2
        (await work.session.get_one(Pair, 1)).hr_ended_why = "Rahasia 13"
        mine: Any = {"team_id": "T"}
        work.session.add_all(
            [
                Avoidance(**mine, person_id=2, avoided_id=1),
                Avoidance(**mine, person_id=3, avoided_id=2),
                Concern(
                    **mine, programme_id=1, person_id=2, text="Rahasia 1", at=NOW, subject="Rahasia 11", answer="better"
                ),
                PartnerRequest(**mine, programme_id=1, pair_id=1, participant_id=1, at=NOW, call_by=NOW.date()),
                PairConfirmation(
                    **mine,
                    programme_id=1,
                    mentor_id=1,
                    leader_id=2,
                    hr_reason="Rahasia 12",
                    asked_by=1,
                    asked_at=NOW,
                    closes_at=NOW,
                ),
                PollAnswer(
                    **mine,
                    session_id=1,
                    participant_id=1,
                    side="mentor",
                    useful=4,
                    learned="Rahasia 2",
                    share=True,
                    answered_at=NOW,
                ),
                PollAnswer(**mine, session_id=1, participant_id=2, side="mentee", learned="mine", answered_at=NOW),
                *[
                    TimeProposal(
                        **mine,
                        session_id=1,
                        side=side,
                        starts_at=NOW,
                        minutes=60,
                        wall=f"{wall} 20:00",
                        wall_zone=zone,
                        reason=reason,
                        at=NOW,
                    )
                    for side, wall, zone, reason in (
                        ("mentor", "Rahasia 13", "Asia/Jayapura", "sick"),
                        ("mentee", "2027-01-11", "Asia/Jakarta", "travel"),
                    )
                ],
                SessionChange(**mine, session_id=1, side="mentor", kind="moved", reason="sick", at=NOW),
                SessionChange(**mine, session_id=1, side="mentee", kind="moved", reason="travel", at=NOW),
                LogEntry(
                    **mine,
                    pair_id=1,
                    participant_id=1,
                    side="mentor",
                    learned="Rahasia 6",
                    with_hr=True,
                    written_at=NOW,
                    changed_at=NOW,
                ),
                SurveyResponse(
                    **mine,
                    programme_id=1,
                    participant_id=1,
                    side="mentor",
                    moment="before",
                    asked_at=NOW,
                    closes_at=NOW,
                    seen=4,
                ),
                ActionCard(
                    **mine,
                    pair_id=1,
                    insight="Rahasia 7",
                    kind="sop",
                    change="Rahasia 8",
                    owner="mentee",
                    due_on=NOW.date(),
                    state="dropped",
                    why="Rahasia 9",
                    written_by="mentee",
                    written_at=NOW,
                    mentor_shares_at=NOW,
                    leader_shares_at=NOW,
                ),
                AuditEntry(**mine, programme_id=1, person_id=2, what="release", at=NOW),
                Broadcast(
                    **mine,
                    programme_id=1,
                    author_id=1,
                    audience="search",
                    search={"words": "Sari"},
                    texts={"id": "Rahasia 14"},
                    state=BroadcastState.SENT,
                    people=1,
                    created_at=NOW,
                ),
                BroadcastReader(**mine, programme_id=1, broadcast_id=1, person_id=2, at=NOW),
                Thanks(**mine, pair_id=1, side="mentor", text="Rahasia 4", at=NOW),
                Agreement(
                    **mine,
                    pair_id=1,
                    version=1,
                    goals=[{"goal": "Rahasia 3", "measure": "x", "by": "2027-03-01"}],
                    books="mentor",
                    mentor_called="Kak Sari",
                    leader_called="Pak Budi",
                    written_by="mentor",
                    written_at=NOW,
                ),
            ]
        )
        pair = await work.session.get(Pair, 1)
        assert pair
        pair.explanation = {"mentor": [["topic", {"topics": ["Rahasia"]}]], "mentee": []}
        sent = [
            Outgoing("T", "1:nudge:2:", "nudge", programme_id=1, person_id=2, data={"session": 1}),
            Outgoing("T", "1:thanks:1:1", "thanks", 1, person_id=3, data={"pair": 1, "thanks": 1}),
            Outgoing("T", "1:contact_me:1:2", "contact_me", 1, person_id=1, data={"person": 2}),
            *[Outgoing("T", f"1:old:2:{n}", "old", programme_id=1, person_id=2) for n in range(15)],
        ]
        for message in sent:
            await work.send(message)
        for row in (await work.session.exec(select(Outbox).where(Outbox.kind == "old"))).all():
            row.state, row.channel, row.ts, row.sent_at = OutboxState.SENT, "D-SARI", f"1.{row.id}", NOW
        await work.commit()


async def dump(store: Store) -> dict[str, list[Any]]:
    """Every row of every table."""
    async with store.read(NOW) as work:
        return {
            name: sorted(
                repr(tuple(row)) for row in (await (await work.session.connection()).execute(table.select())).all()
            )
            for name, table in SQLModel.metadata.tables.items()
        }


def traces(tables: dict[str, list[Any]]) -> list[str]:
    return [f"{name}: {row}" for name, rows in tables.items() for row in rows if any(one in row for one in SECRETS)]


def test_somebody_decided_about_every_table_and_text() -> None:
    known = {trace.name: trace for trace in TRACES}
    assert set(SQLModel.metadata.tables) == {*known, *NO_TRACE}, "add the table to storage/personal_data.py"
    for name, trace in known.items():
        if trace.delete:
            continue
        texts = {
            column.key
            for column in SQLModel.metadata.tables[name].columns
            if isinstance(column.type, String | JSON) and column.key != "team_id"
        }
        undecided = texts - set(trace.blank) - set(trace.kept)
        assert not undecided, f"{name}: blank or keep {undecided} in storage/personal_data.py"
        columns = set(SQLModel.metadata.tables[name].columns.keys())
        assert {*trace.blank, *trace.kept, *trace.exported} <= columns, name


async def test_nothing_is_left_of_an_erased_person(store: Store) -> None:
    await company(store)
    assert traces(await dump(store))
    assert await erasing.erase(store, by(2))
    gateway = Gateway()
    moment = NOW
    for _ in range(4):
        await Cleaner(store, gateway, Turns(store)).tick(moment)  # type: ignore[arg-type]  # it only deletes
        moment += timedelta(minutes=1)
    after = await dump(store)
    assert traces(after) == []
    assert len(gateway.deleted) == 15
    assert len(set(gateway.deleted)) == 15
    async with store.read(NOW) as work:
        gone = await work.session.get(Person, 2)
        budi = await work.session.get(Person, 3)
        hers, entry = (await work.session.exec(select(RosterEntry).order_by(col(RosterEntry.id)))).all()
        (shared,) = (await work.session.exec(select(SharedRosterEntry))).all()
        pair = await work.session.get(Pair, 1)
        answers = (await work.session.exec(select(PollAnswer).order_by(col(PollAnswer.id)))).all()
        told = (await work.session.exec(select(Outbox).where(Outbox.state == OutboxState.PENDING))).all()
        changes = (await work.session.exec(select(SessionChange).order_by(col(SessionChange.id)))).all()
        proposed = (await work.session.exec(select(TimeProposal).order_by(col(TimeProposal.id)))).all()
        asked = (await work.session.exec(select(PartnerRequest))).all()
    assert gone
    assert budi
    assert pair
    assert (gone.name, gone.slack_id, gone.erased_at, gone.clean_at) == ("#2", "erased-2", NOW, None)
    assert (budi.manager_id, budi.manager_known) == (None, False)
    assert (entry.person_id, entry.manager_id, entry.manager_known, entry.appraiser_id) == (3, None, False, None)
    assert (hers.manager_id, hers.appraiser_id, hers.department, hers.listed_at) == (None, None, "", None)
    assert (shared.person_id, shared.appraiser_id) == (3, None)
    assert pair.state == PairState.ENDED
    assert [(one.useful, one.learned) for one in answers] == [(None, None), (None, "mine")]
    assert [one.reason for one in changes] == [None, "travel"]
    assert [(one.wall, one.reason) for one in proposed] == [("", None), ("2027-01-11 20:00", "travel")]
    assert asked == []
    # The thanks that still waited say nothing any more: without words they are not written.
    assert sorted(one.kind for one in told) == [
        "contact_gone",
        "pair_ended",
        "pair_ended_hr",
        *["still_looking"] * 5,
        "thanks",
    ]
    # The partner, who has none now, is written to each month until the programme's end.
    assert {one.person_id for one in told if one.kind == "still_looking"} == {3}


async def test_erasing_again_changes_nothing(store: Store) -> None:
    await company(store)
    assert await erasing.erase(store, by(2))
    before = await dump(store)
    assert not await erasing.erase(store, by(2, "again"))
    assert await dump(store) == before


async def test_counts_are_those_of_somebody_who_left(store: Store) -> None:
    await company(store)
    async with store.write(NOW) as work:
        found = await work.session.get(Programme, 1)
        part = await work.session.get(Participant, 1)
        pair = await work.session.get(Pair, 1)
        assert found
        assert part
        assert pair
        found.state, part.state, part.left_at = ProgrammeState.CLOSED, ParticipantState.ACTIVE, None
        pair.state = PairState.COMPLETED
        await say_manager(work, 3)  # whom she managed is asked for a manager again, and counted as missing one
        await work.commit()
    before = await figures(store)
    await erasing.erase(store, by(2))
    assert await figures(store) == before


async def figures(store: Store) -> Any:
    async with store.read(NOW) as work:
        found = await work.session.get(Programme, 1)
        assert found
        one = await read_summary(work, found)
    return one.people, one.sessions, one.measures, one.answers, one.topics, one.active_pairs, one.stages


class Died(Exception):
    """The process was killed here."""


async def test_killed_anywhere_all_of_it_happens_or_nothing(store: Store) -> None:
    await company(store)
    before = await dump(store)
    engine = store.engine.sync_engine
    left = 0

    def die(*_call: Any) -> None:
        nonlocal left
        left -= 1
        if left < 0:
            raise Died

    for statements in range(200):
        left = statements
        event.listen(engine, "before_cursor_execute", die)
        try:
            await erasing.erase(store, by(2, f"r{statements}"))
        except Died:
            continue
        finally:
            event.remove(engine, "before_cursor_execute", die)
            if left < 0:
                assert await dump(store) == before, f"half of it after {statements} statements"
        break
    assert statements > 10
    async with store.read(NOW) as work:
        assert (await work.session.get(Person, 2)).erased_at  # type: ignore[union-attr]  # it is there


class Gateway:
    """Slack, as far as deleting goes; it is busy or refuses when told so."""

    def __init__(self) -> None:
        self.deleted: list[str] = []
        self.fails: list[Exception] = []

    async def delete(self, channel: str, ts: str) -> None:
        if self.fails:
            raise self.fails.pop()
        self.deleted.append(f"{channel}:{ts}")


@pytest.mark.parametrize("who", ["U99", "erased-2"])
async def test_strangers_erase_nobody(sqlite_store: Store, who: str) -> None:
    await company(sqlite_store)
    before = await dump(sqlite_store)
    assert not await erasing.erase(sqlite_store, Caller("T", who, "r", NOW))
    assert await dump(sqlite_store) == before
