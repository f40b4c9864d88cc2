"""What one person answers tells the other person and HR nothing: not by a message, its wording, or its moment.

For each answer of the mentor, everything that her leader and HR receive in the following weeks, with its moment, and
what HR reads when it looks at the pair, is the same as if she had answered otherwise.
"""

from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.services.caller import HrCaller
from bot.services.insight.pair_detail import read_pair_detail
from handlers.care.at_risk_views import pair_seen
from tests.scenarios.care.test_concerns import received
from tests.scenarios.office import Colleague, Office, open_office, texts_in
from tests.scenarios.pairs import agree, book, introduce, on_monday
from tests.scenarios.snapshots import once

Answer = Callable[[Office, Colleague], Awaitable[None]]
Story = Callable[[Office, Colleague], Awaitable[None]]
Learned = tuple[str, str]
"""When, or where; and every text of it."""
AFTER_THE_SESSION = datetime(2027, 1, 14, 6, 0, tzinfo=UTC)
ASKED_IN_PRIVATE = datetime(2027, 1, 26, 4, 0, tzinfo=UTC)
LEADERS_HOME = "the leader's Home"
WEEKS = 3


def presses(kind: str, *action_ids: str) -> Answer:
    """Presses buttons of her message of that kind, one after the other."""

    async def press(office: Office, sari: Colleague) -> None:
        for action_id in action_ids:
            (asked,) = await received(office, sari, kind)
            assert (await sari.click(asked, action_id)).ok

    return press


async def raise_concern(_: Office, sari: Colleague) -> None:
    await sari.command("concern")
    assert (await sari.submit({"text": "Saya tidak bebas bicara"})).ok


async def ask_for_another(office: Office, sari: Colleague) -> None:
    await presses("risk_ask", "risk.say.rematch")(office, sari)
    assert (await sari.submit()).ok


async def the_leader_asks_for_another(office: Office, _: Colleague) -> None:
    budi = office.people["budi"]
    (asked,) = await received(office, budi, "risk_ask")
    await budi.click(asked, "risk.say.rematch")
    assert (await budi.submit()).ok


NOT_HELD: Mapping[str, Answer] = {
    "nothing": presses("poll_mentor"),
    "they didn't come": presses("poll_mentor", "poll.met.no_show"),
    "moved by me": presses("poll_mentor", "poll.met.moved_by_me"),
    "moved by the other": presses("poll_mentor", "poll.met.moved_by_other"),
    "no new time yet": presses("poll_mentor", "poll.met.not_yet"),
    "it fell through": presses("poll_mentor", "poll.met.fell_through"),
    "they didn't come, and contact me": presses("poll_mentor", "poll.met.no_show", "poll.contact"),
    "a concern": raise_concern,
}
HELD: Mapping[str, Answer] = {
    "only that they met": presses("poll_mentor", "poll.met.yes"),
    "low honesty": presses("poll_mentor", "poll.met.yes", "poll.useful.1", "poll.own.1"),
    "high honesty": presses("poll_mentor", "poll.met.yes", "poll.useful.5", "poll.own.5"),
    "contact me": presses("poll_mentor", "poll.met.yes", "poll.contact"),
}
"""That they met is a fact of both, so these are compared with each other and not with `NOT_HELD`. For the same reason a
session that one says was held and the other denies is no longer held for either; who denies it knows that."""
PRIVATE: Mapping[str, Answer] = {
    "nothing": presses("risk_ask"),
    "fine": presses("risk_ask", "risk.say.fine"),
    "easier": presses("risk_ask", "risk.say.easier"),
    "help": presses("risk_ask", "risk.say.help"),
}
WANTED: Mapping[str, Answer] = {"the leader": the_leader_asks_for_another, "the mentor": ask_for_another}
"""That somebody asked for another partner reaches HR: who of them did makes no difference."""


async def a_session_is_over(office: Office, hr: Colleague) -> None:
    """The time of their first session is over, and both polls are there."""
    await introduce(office, hr, weekly=True)
    await agree(office)
    await on_monday(office)
    assert (await book(office, office.people["sari"], "2027-01-14", "10:00")).ok
    await office.run(until=AFTER_THE_SESSION)


async def both_were_asked(office: Office, hr: Colleague) -> None:
    """Nothing was booked, and both were asked in private how it is going."""
    await introduce(office, hr, weekly=True)
    await agree(office)
    await on_monday(office)
    await office.run(until=ASKED_IN_PRIVATE)


@pytest.mark.parametrize(
    ("begins", "answers"),
    [
        (a_session_is_over, NOT_HELD),
        (a_session_is_over, HELD),
        (both_were_asked, PRIVATE),
        (both_were_asked, WANTED),
    ],
    ids=["not held", "held", "in private", "another partner"],
)
async def test_no_answer_reaches_the_partner_or_hr(
    begins: Story, answers: Mapping[str, Answer], tmp_path: Path
) -> None:
    learned: dict[str, list[Learned]] = {}
    for number, (name, answer) in enumerate(answers.items()):
        async with open_office(f"sqlite:///{tmp_path}/{number}.sqlite") as office:
            dewi = office.hire("Dewi Lestari", title="HR Business Partner")
            office.slack.add_member(office.hr_channel, dewi.slack.user)
            await once(office, begins, office, dewi)
            learned[name] = await what_others_learn(office, dewi, answer, leader=answers is not WANTED)
    first, *others = learned
    for name in others:
        assert learned[name] == learned[first], name


async def what_others_learn(office: Office, hr: Colleague, answer: Answer, *, leader: bool) -> list[Learned]:
    """What the leader and HR's channel get after the answer, with its moment; and what HR sees of the pair.

    Not `leader`: one of the answers is the leader's own, and may change what they get themselves.
    """
    sari, budi = office.people["sari"], office.people["budi"]
    before = {one.ts for one in (*budi.inbox, *office.posted(office.hr_channel))}
    await answer(office, sari)
    for who in (sari, budi):
        if who.slack.modal:
            await who.slack.close(all=True)
    looks = []
    for _ in range(WEEKS):
        for days in (1, 6):
            await office.run(days=days)
            looks.append(("HR looks", await seen_by_hr(office, hr)))
            home = await budi.open_home()
            looks += [(LEADERS_HOME, texts_in(home) if home else "")] if leader else []
    inbox = budi.inbox if leader else []
    reached = [one for one in (*inbox, *office.posted(office.hr_channel)) if one.ts not in before]
    return [*((one.ts.split(".")[0], texts_in(one)) for one in reached), *looks]


async def seen_by_hr(office: Office, hr: Colleague) -> str:
    """HR's window on the pair."""
    now = office.clock.now()
    caller = HrCaller("T0001", hr.id, f"look{now}", now, programme_id=1)
    seen = await read_pair_detail(office.balik.store, caller, 1)
    return str(pair_seen(office.balik.context.catalogue.texts("en"), seen)["blocks"])
