"""A programme with many sign-ups, written as rows: for what is about numbers, where forms would take minutes."""

from collections.abc import Callable, Sequence
from datetime import datetime
from itertools import count
from typing import Any

from bot.services.caller import HrCaller
from bot.services.matching import create_draft as drafting
from bot.services.matching import release as releasing
from bot.services.matching import release_checklist as gates
from bot.services.matching.draft_edit import DraftVersion
from storage.database_copy import count_on
from storage.tables import Participant, Person, Programme
from storage.unit_of_work import Store
from tests.rosters import nobody_has_a_manager

TEAM = "T0001"
HR = 1
"""The id of whoever runs the programme; the others follow."""
FIELDS = ("ai_tools", "inclusion")
_turns = count(1)


async def sign_up(
    store: Store,
    now: datetime,
    people: Sequence[tuple[str, str | None]],
    *,
    hr_channel: str = "CHR",
    announce_channel: str = "CALL",
) -> None:
    """Programme 1 with as many mentors as leaders. `people`: Slack's id and the open DM of HR's person and of each."""
    async with store.write(now) as work:
        for number, (slack_id, dm) in enumerate(people, HR):
            work.session.add(
                Person(
                    id=number, team_id=TEAM, slack_id=slack_id, name=f"Orang {number}", dm_channel=dm, language="en",
                    created_at=now, profile_at=now,
                )
            )  # fmt: skip
        await work.session.flush()
        work.session.add(
            Programme(
                id=1, team_id=TEAM, name="Tukar Ilmu", theme="digital_trends", starts_on=now.date(), months=6,
                cadence="monthly", language="en", hr_channel=hr_channel, announce_channel=announce_channel,
                created_at=now, created_by=HR, contact_id=HR,
            )
        )  # fmt: skip
        await work.session.flush()
        for number in range(HR + 1, HR + len(people)):
            work.session.add(_participant(number, now))
        await work.session.flush()
        await nobody_has_a_manager(work)
        await work.commit()
    if store.engine.dialect.name == "postgresql":
        async with store.engine.begin() as connection:
            await count_on(connection)


def _participant(number: int, now: datetime) -> Participant:
    teaches, topic = number % 2 == 0, FIELDS[number // 2 % len(FIELDS)]
    return Participant(
        id=number, team_id=TEAM, programme_id=1, person_id=number, role="mentor" if teaches else "mentee",
        level=2 if teaches else 6, department=f"department {number}", languages=["en"], joined_at=now,
        offers=[{"topic": topic, "level": 4}] if teaches else [],
        wishes=[] if teaches else [{"topic": topic, "priority": 3, "skill": 1}],
        mentor_capacity=int(teaches), leader_capacity=int(not teaches),
    )  # fmt: skip


def by_hr(slack_id: str, now: datetime) -> HrCaller:
    """HR's person, with a fresh request."""
    return HrCaller(TEAM, slack_id, f"request {next(_turns)}", now, 1)


async def _here(function: Callable[..., Any], *arguments: Any) -> Any:
    return function(*arguments)


async def draw_up(store: Store, slack_id: str, now: datetime) -> tuple[DraftVersion, int]:
    """A draft of pairs, and all that belongs before a release waived: as HR sees it, and the pairs in it."""
    draft = (await drafting.create(store, by_hr(slack_id, now), _here)).draft.id
    for check in (await releasing.preview_release(store, by_hr(slack_id, now), draft)).checks:
        await gates.waive(store, by_hr(slack_id, now), draft, check.gate)
    found = await releasing.preview_release(store, by_hr(slack_id, now), draft)
    return DraftVersion(draft, found.draft.version), found.pairs
