"""Clicks while pairs are drawn up: the worker does the sums, so nobody waits. Aim: 100 ms from a click to its ack."""

import os
import random
import statistics
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import select

from bot.domain.programme import INTERESTS, TOPICS
from storage.tables import Draft, Participant, Person, Programme
from tests.bench.figures import watched
from tests.rosters import nobody_has_a_manager
from tests.scenarios.office import Office, open_office

pytestmark = pytest.mark.bench
A_SIDE = int(os.environ.get("BENCH_PEOPLE", "2000"))
AIM = 0.1


async def sign_up(office: Office) -> None:
    """As many mentors and leaders as there are, written into the database: by the form it would take an hour."""
    pick = random.Random(1)
    async with office.balik.store.write(office.clock.now()) as work:
        programme = (await work.session.exec(select(Programme))).one()
        new: dict[str, Any] = {"team_id": programme.team_id, "created_at": office.clock.now()}
        people = [Person(slack_id=f"UX{k}", name=f"Person {k}", **new) for k in range(2 * A_SIDE)]
        work.session.add_all(people)
        await work.session.flush()
        for place, person in enumerate(people):
            teaches = place % 2 == 0
            topics = pick.sample(TOPICS, 3)
            work.session.add(
                Participant(
                    team_id=programme.team_id,
                    programme_id=programme.id,
                    person_id=person.id,
                    role="mentor" if teaches else "mentee",
                    level=pick.randint(1, 3) if teaches else pick.randint(4, 7),
                    department=f"Department {pick.randrange(25)}",
                    offers=[{"topic": one, "level": pick.randint(1, 5)} for one in topics] if teaches else [],
                    wishes=[] if teaches else [{"topic": one, "priority": pick.randint(1, 3)} for one in topics],
                    interests=pick.sample(INTERESTS, 4),
                    languages=["id"],
                    joined_at=office.clock.now(),
                )
            )
        await work.session.flush()
        await nobody_has_a_manager(work, programme.id)
        await work.commit()


async def drawn(office: Office) -> bool:
    """Whether the draft is there."""
    async with office.balik.store.read(office.clock.now()) as work:
        return (await work.session.exec(select(Draft.id))).first() is not None


async def test_clicks_while_pairs_are_drawn_up(tmp_path: Path) -> None:
    async with open_office(f"sqlite:///{tmp_path}/bench.sqlite") as office:
        office.slack.limits.enabled = False
        hr, sari = office.hire("Dewi"), office.hire("Sari")
        office.slack.add_member(office.hr_channel, hr.slack.user)
        await office.set_up(hr)
        await sign_up(office)
        await hr.slack.command("/mentoring match", office.hr_channel)
        taken: list[float] = []
        async with watched() as stalls:
            while not await drawn(office):
                taken += [(await sari.slack.command("/mentoring help")).ack_seconds for _ in range(5)]
        await office.balik.context.wait_idle()
    over = sum(one > AIM for one in taken)
    print(f"\n{len(taken)} commands while {A_SIDE} × {A_SIDE} people were matched, in milliseconds")
    middle, p95 = statistics.median(taken), statistics.quantiles(taken, n=20)[-1]
    print(f"load {os.getloadavg()[0]:.1f}; the loop's own longest piece of work {stalls.own:.0f}")
    print(f"median {middle * 1e3:.1f}, p95 {p95 * 1e3:.1f}, worst {max(taken) * 1e3:.1f}; {over} over {AIM * 1e3:.0f}")
