"""Statements, transactions and processor time of ten common requests: `make bench`, or this file alone by
`.venv/bin/python -m pytest -n 0 -m bench -s tests/bench/test_bench_requests.py`.

`MEASURED_BEFORE` holds the same at commit b04aab0e, before requests were given fewer transactions.
"""

import statistics
from collections.abc import Awaitable, Callable
from dataclasses import fields
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.meter import Cost, metered
from tests.scenarios.office import MONDAY, Colleague, Office, open_office
from tests.scenarios.pairs import AGREED, introduction, on_monday, say_yes, with_action
from tests.scenarios.polls.test_polls import poll_of

pytestmark = pytest.mark.bench
TURNS = 5
"""Every request is measured in so many offices, or so many times; the median of the processor time is printed."""


MEASURED_BEFORE: dict[str, tuple[int, int, float]] = {
    "join command": (6, 2, 14.9),
    "sign-up form": (28, 5, 34.5),
    "match draft page": (17, 4, 21.9),
    "agreement signing": (28, 4, 42.7),
    "booking": (30, 4, 45.2),
    "poll click": (30, 4, 39.3),
    "Home opened": (22, 4, 31.8),
    "help command": (20, 3, 25.1),
    "summary": (5, 3, 8.6),
    "learning-log entry": (11, 2, 14.3),
}
"""Statements, transactions, milliseconds; with those of the Home tab's refresh."""


class Requests:
    """Does what people do, and measures the requests among it."""

    def __init__(self, office: Office) -> None:
        self.office = office
        self.costs: dict[str, list[Cost]] = {}

    async def measure(self, name: str, request: Callable[[], Awaitable[object]]) -> None:
        with metered(self.office.balik.store.engine) as cost:
            await request()
        self.costs.setdefault(name, []).append(cost)

    async def play(self) -> None:
        """From the first sign-up to the learning log."""
        office = self.office
        dewi = office.hire("Dewi Lestari")
        office.slack.add_member(office.hr_channel, dewi.slack.user)
        sari, budi = office.hire("Sari Wulandari"), office.hire("Budi Santoso")
        await office.set_up(dewi, starts_on="2027-01-11")
        for who, role, level, department in (
            (sari, "mentor", "specialist", "Marketing"),
            (budi, "mentee", "director", "Finance"),
        ):
            await self._sign_up(who, role, level, department)
        await dewi.command("match", office.hr_channel)
        await office.settle()
        draft = office.posted(office.hr_channel)[-1]
        for _ in range(TURNS):
            await self.measure("match draft page", lambda: dewi.click(draft, "match.pairs"))
            await dewi.slack.close(all=True)
        await say_yes(dewi, draft)
        await office.run(minutes=5)
        await on_monday(office)
        await self._agree(sari, budi)
        await self._meet(sari)
        for who in (sari, budi):
            for action in ("poll.met.yes", "poll.useful.5", "poll.own.4"):
                await self.measure("poll click", lambda who=who, action=action: who.click(poll_of(who), action))  # type: ignore[misc]  # bound at once
        for _ in range(TURNS):
            await self.measure("Home opened", sari.open_home)
            await self.measure("help command", lambda: sari.command("help"))
            await self.measure("summary", lambda: dewi.command("summary", office.hr_channel))
            await office.settle()
            await self._log(sari)

    async def _sign_up(self, who: Colleague, role: str, level: str, department: str) -> None:
        for _ in range(TURNS):  # the second time it changes what was said
            await self.measure("join command", lambda: who.command("join"))
            topics = {"offers": ["ai_tools"]} if role == "mentor" else {"wishes": ["ai_tools"]}
            first = {"role": role, "level": level, "department": department, "no_manager": ["none"], **topics}
            first["language"] = "en"
            assert (await who.submit(first)).ok
            more = {"confidence": "4"} if role == "mentor" else {"skill_ai_tools": "2"}
            await self.measure("sign-up form", lambda more=more: who.submit(more))  # type: ignore[misc]  # bound at once
            await who.slack.close(all=True)
            await self.office.settle()

    async def _agree(self, sari: Colleague, budi: Colleague) -> None:
        await sari.click(introduction(sari), "agreement.open")
        assert (await sari.submit(AGREED)).ok
        await budi.click(introduction(budi), "agreement.open")
        await self.measure("agreement signing", lambda: budi.click(budi.modal, "agreement.sign"))
        for who in (sari, budi):
            await who.slack.close(all=True)
        await self.office.run(minutes=5)

    async def _meet(self, sari: Colleague) -> None:
        (message, *_) = with_action(sari, "session.book")
        await sari.click(message, "session.book")
        values = {"date": "2027-01-14", "time": "10:00", "minutes": "60"}
        await self.measure("booking", lambda: sari.submit(values))
        await sari.slack.close(all=True)
        await self.office.run(until=datetime(2027, 1, 14, 6, 0, tzinfo=UTC))

    async def _log(self, who: Colleague) -> None:
        await who.open_home()
        await who.click(who.slack.home, "growth.open")
        await who.click(None, "log.add")
        await self.measure("learning-log entry", lambda: who.submit({"learned": "A pivot table"}))
        await who.slack.close(all=True)


def table(costs: dict[str, list[Cost]]) -> str:
    """One line a request; what the refresh of the Home tab takes, after the answer, follows each `+`."""
    lines = [f"{'request':20}{'statements':>12}{'transactions':>14}{'ms':>7}   before:{'st.':>5}{'tr.':>5}{'ms':>7}"]
    for name, measured in costs.items():
        middle = [statistics.median_low(sorted(getattr(one, field.name) for one in measured)) for field in fields(Cost)]
        statements, transactions, home_statements, home_transactions, seconds = middle
        was = MEASURED_BEFORE.get(name)
        before = f"          {was[0]:>5}{was[1]:>5}{was[2]:>7.1f}" if was else ""
        lines.append(
            f"{name:20}{f'{statements} + {home_statements}':>12}{f'{transactions} + {home_transactions}':>14}"
            f"{seconds * 1e3:>7.1f}{before}"
        )
    return "\n".join(["", "processor time with the local Slack's, in the same process", *lines])


async def test_requests(tmp_path: Path) -> None:
    costs: dict[str, list[Cost]] = {}
    for turn in range(TURNS):
        async with open_office(f"sqlite:///{tmp_path}/{turn}.sqlite", MONDAY) as office:
            requests = Requests(office)
            await requests.play()
        for name, more in requests.costs.items():
            costs.setdefault(name, []).extend(more)
    print(table(costs))
    assert len(costs) == 10, list(costs)
