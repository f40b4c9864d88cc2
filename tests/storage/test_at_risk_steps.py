"""Every at-risk rule through its whole ladder, day by day in one world: in order, each step once, and no step more
once things are better."""

from collections import defaultdict
from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlmodel import col, select

from bot.services.care.at_risk import tick_risks
from storage.tables import (
    Agreement,
    MentoringSession,
    Outbox,
    Pair,
    Participant,
    Person,
    PollAnswer,
    Programme,
    ProgrammeState,
    RiskAction,
    SessionChange,
    SessionState,
)
from storage.unit_of_work import Store, UnitOfWork

START = datetime(2027, 1, 11, 2, 0, tzinfo=UTC)
"""Monday 09:00 in Jakarta: the first window opens, the pairs were introduced."""
TEAM, HR = "T1", 1000
DAYS = 40
"""Before the time of anything that was booked meanwhile is over, too."""

Row = dict[str, Any]
Deed = Callable[[UnitOfWork, int], Awaitable[None]]
"""Something that one pair does."""
Story = dict[int, list[Deed]]
"""What a pair does on which day."""


def day(number: float) -> datetime:
    return START + timedelta(days=number)


async def sign(work: UnitOfWork, n: int) -> None:
    signed: Row = {"mentor_signed_at": work.now, "leader_signed_at": work.now, "written_at": work.now}
    names: Row = {"mentor_called": "A", "leader_called": "B", "written_by": "mentor"}
    work.session.add(Agreement(team_id=TEAM, pair_id=n, version=1, books="mentor", **names, **signed))


def change(kind: str, side: str = "mentor", ahead: int = DAYS) -> Deed:
    """A booking, a move, a cancellation, a session held: as it is written down. `ahead`: the days until the session."""

    async def deed(work: UnitOfWork, n: int) -> None:
        row = await work.session.get_one(MentoringSession, 10 * n)
        if kind == "held":
            row.state, row.starts_at, row.settled_at = SessionState.HELD, work.now, work.now
        elif kind == "cancelled":
            row.state, row.starts_at = SessionState.PLANNED, None
        else:
            row.state, row.starts_at = SessionState.BOOKED, work.now + timedelta(days=ahead)
        work.session.add(SessionChange(team_id=TEAM, session_id=10 * n, side=side, kind=kind, at=work.now))
        await look(work, n)

    return deed


def tell(**answer: object) -> Deed:
    """The mentor answers the poll about the first session."""

    async def deed(work: UnitOfWork, n: int) -> None:
        about: Row = {"session_id": 10 * n, "participant_id": 2 * n - 1, "side": "mentor"}
        wanted = select(PollAnswer).where(PollAnswer.session_id == 10 * n)
        row = (await work.session.exec(wanted)).first() or PollAnswer(team_id=TEAM, **about, answered_at=work.now)
        row.answered_at = work.now
        for name, value in answer.items():
            setattr(row, name, value)
        work.session.add(row)
        await look(work, n)

    return deed


async def look(work: UnitOfWork, n: int) -> None:
    (await work.session.get_one(Pair, n)).next_check_at = work.now + timedelta(hours=12)


BOOK, TOMORROW, HELD = change("booked"), change("booked", ahead=1), change("held")
LADDER = ["nudge", "ask_each", "tell_hr", "offer_rematch"]
BEFORE_A_SESSION = LADDER[:3]
"""While a session is booked no other partner is offered."""
RULES: dict[str, tuple[Story, Deed, int, list[str]]] = {
    "unsigned at 7 days": ({1: [BOOK]}, sign, 7, ["nudge"]),
    "not booked in 10 days": ({1: [sign]}, BOOK, 10, LADDER),
    "21 days without progress": ({1: [sign], 2: [HELD]}, BOOK, 23, LADDER),
    "two moves by the mentor": (
        {1: [sign, BOOK], 3: [change("moved")], 4: [change("moved")]},
        HELD,
        5,
        BEFORE_A_SESSION,
    ),
    "a move and a cancellation by the leader": (
        {1: [sign, BOOK], 3: [change("moved", "mentee")], 4: [change("cancelled", "mentee")]},
        HELD,
        5,
        LADDER,
    ),
    "a session that nobody told of": ({1: [sign, TOMORROW]}, HELD, 3, LADDER),
    "a no-show": ({1: [sign, TOMORROW], 2: [tell(met="no_show")]}, HELD, 3, LADDER),
    "honesty of 2": ({1: [sign, BOOK], 3: [tell(met="yes", honest=2)]}, tell(met="yes", honest=4), 4, ["ask_mentor"]),
    "one move each": ({1: [sign, BOOK], 3: [change("moved")], 4: [change("moved", "mentee")]}, HELD, 0, []),
    "honesty of 3": ({1: [sign, BOOK], 3: [tell(met="yes", honest=3)]}, HELD, 0, []),
}
RENDERERS = {
    "nudge": {"pair_nudge": 2},
    "ask_each": {"risk_ask": 2},
    "tell_hr": {"risk_hr": 1},
    "offer_rematch": {"rematch_offer": 2},
    "ask_mentor": {"ask_mentor": 1},
}


async def test_each_rule_its_ladder_and_its_end(sqlite_store: Store) -> None:
    """Each rule has two pairs: one that is left to itself, one that does better after the second step, or the only
    one."""
    store = sqlite_store
    stories: dict[int, Story] = {}
    for index, (story, better, first, ladder) in enumerate(RULES.values()):
        stories[2 * index + 1] = story
        mended = first + 7 if len(ladder) > 1 else first + 1
        stories[2 * index + 2] = {**story, mended: [*story.get(mended, []), better]} if ladder else story
    await _world(store, len(stories))
    for number in range(DAYS):
        async with store.write(day(number)) as work:
            for n, story in stories.items():
                for deed in story.get(number, []):
                    await deed(work, n)
                    await work.session.flush()
            await work.commit()
        await tick_risks(store, day(number))
    taken, sent = await _taken(store)
    for index, (name, (_, _, first, ladder)) in enumerate(RULES.items()):
        alone, mended = 2 * index + 1, 2 * index + 2
        steps = [(step, first + 5 * at) for at, step in enumerate(ladder)]
        assert taken[alone][: len(steps)] == steps, name
        assert len(taken[alone]) == len(steps), f"{name}: each step once"
        letters = {kind: count for step in ladder for kind, count in RENDERERS[step].items()}
        assert sent[alone] == letters, f"{name}: each message once"
        before = steps[:2]
        assert [one for one in taken[mended] if one[1] < first + 25] == before, f"{name}: it stops when things improve"


async def _world(store: Store, pairs: int) -> None:
    async with store.write(START) as work:
        for n in range(1, 2 * pairs + 1):
            work.session.add(Person(id=n, team_id=TEAM, slack_id=f"U{n}", name=f"P{n}", created_at=START))
        work.session.add(Person(id=HR, team_id=TEAM, slack_id="UHR", name="HR", created_at=START))
        await work.session.flush()
        about: Row = {
            "name": "Tukar Ilmu",
            "theme": "digital_trends",
            "starts_on": date(2027, 1, 11),
            "months": 6,
        }
        more: Row = {"cadence": "monthly", "language": "id", "hr_channel": "CHR", "announce_channel": "CALL"}
        state: Row = {
            "state": ProgrammeState.RUNNING,
            "created_at": START,
            "created_by": HR,
            "contact_id": HR,
        }
        work.session.add(Programme(id=1, team_id=TEAM, **about, **more, **state))
        await work.session.flush()
        for n in range(1, 2 * pairs + 1):
            role: Row = {
                "role": "mentor" if n % 2 else "mentee",
                "level": 2,
                "department": "D",
                "joined_at": START,
            }
            work.session.add(Participant(id=n, team_id=TEAM, programme_id=1, person_id=n, **role))
        await work.session.flush()
        for n in range(1, pairs + 1):
            ends: Row = {
                "mentor_id": 2 * n - 1,
                "leader_id": 2 * n,
                "introduced_at": START,
                "next_check_at": day(1),
            }
            work.session.add(Pair(id=n, team_id=TEAM, programme_id=1, **ends))
        await work.session.flush()
        for n in range(1, pairs + 1):
            for number in (1, 2):
                window: Row = {
                    "opens_on": date(2027, 1, 11),
                    "closes_on": date(2027, 6, 11),
                    "pack": "contract",
                }
                row = MentoringSession(id=10 * n + number - 1, team_id=TEAM, pair_id=n, number=number, **window)
                work.session.add(row)
        await work.commit()


async def _taken(store: Store) -> tuple[dict[int, list[tuple[str, int]]], dict[int, dict[str, int]]]:
    """Each pair's steps with the day, and how many messages of each kind."""
    taken: dict[int, list[tuple[str, int]]] = defaultdict(list)
    sent: dict[int, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    async with store.read(START) as work:
        for row in (await work.session.exec(select(RiskAction).order_by(col(RiskAction.id)))).all():
            taken[row.pair_id].append((row.action, (row.at - START).days))
        for letter in (await work.session.exec(select(Outbox))).all():
            sent[letter.data["pair"]][letter.kind] += 1
    return taken, sent
