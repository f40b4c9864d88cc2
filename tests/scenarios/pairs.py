"""A pair that was introduced: what most scenarios of a running programme begin with."""

import json
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from sqlmodel import col, select

from bot.domain.messages.kind import OutboxMessage
from bot.sandbox import Message, View
from storage.tables import MentoringSession, Pair, PollAnswer, Programme, SessionState
from tests.scenarios.office import Colleague, Office, action_ids, texts_in
from tests.scenarios.snapshots import once, opened
from tests.wording import says

MONDAY_11 = datetime(2027, 1, 11, 2, 0, tzinfo=UTC)
"""The first day of the first window, 09:00 in Jakarta."""
NO_SUMMARY_BEFORE = datetime(2028, 1, 3, 2, 0, tzinfo=UTC)
JAKARTA, JAYAPURA = "Asia/Jakarta", "Asia/Jayapura"


async def introduce(
    office: Office,
    hr: Colleague,
    *,
    starts_on: str = "2027-01-11",
    contact: str = "",
    weekly: bool = False,
    months: str = "6",
    **details: dict[str, Any],
) -> None:
    """Sari (specialist) mentors Budi (director), released by HR on the first Monday.

    `contact` is the first name of the programme's contact, otherwise HR; `details` are for the two users. HR gets
    summaries every Monday only in scenarios about what HR reads or must not read (`weekly`): they are a third of what
    months cost.
    """
    chosen = {"starts_on": starts_on, "months": months}
    await once(office, _introduce, office, hr, chosen=chosen, contact=contact, weekly=weekly, **details)


async def introduced(office: Office, hr: Colleague, *, weekly: bool = False) -> Office:
    """Sari and Budi, introduced, on the Monday on which their first session's window opens."""
    await introduce(office, hr, weekly=weekly)
    await on_monday(office)
    return office


async def on_monday(office: Office) -> None:
    """Play on until the first window opens."""
    await once(office, office.run, until=MONDAY_11)


async def _introduce(
    office: Office, hr: Colleague, *, chosen: dict[str, str], contact: str, weekly: bool, **details: dict[str, Any]
) -> None:
    sari = office.hire("Sari Wulandari", **details.get("sari", {}))
    budi = office.hire("Budi Santoso", **details.get("budi", {}))
    await office.set_up(hr, **chosen, **({"contact": office.people[contact].id} if contact else {}))
    await office.join(sari, "mentor", "specialist", "Marketing", formats=["hands_on"])
    await office.join(budi, "mentee", "director", "Finance", address="bapak", formats=["hands_on"])
    await release(office, hr)
    if not weekly:
        await without_weekly(office)


async def without_weekly(office: Office) -> None:
    """HR's weekly summary is not due before the scenario is over."""
    async with office.balik.store.write(office.clock.now()) as work:
        for programme in (await work.session.exec(select(Programme))).all():
            programme.next_summary_at = NO_SUMMARY_BEFORE
        await work.commit()


async def release(office: Office, hr: Colleague) -> None:
    """HR draws pairs up and releases them."""
    await hr.command("match", office.hr_channel)
    await office.settle()
    await say_yes(hr, office.posted(office.hr_channel)[-1])
    await office.run(minutes=5)


async def say_yes(hr: Colleague, draft: Message | View) -> None:
    """HR releases a draft, without what is still missing; the introductions go out five minutes later."""
    assert (await hr.click(draft, "match.release")).ok
    for waive in [one for one in action_ids(hr.modal) if one.startswith("gate.waive")]:
        assert (await hr.click(hr.modal, waive)).ok
    outcome = await hr.submit()
    assert outcome.ok, outcome
    await hr.slack.close(all=True)


AGREED = {
    "goal1": "Read the sales dashboard myself",
    "measure1": "Every Monday without asking",
    "by1": "2027-03-01",
    "books": "mentee",
    "off_limits": "Salaries",
}
"""An agreement as it is filled in."""


async def agree(office: Office) -> None:
    """Sari writes the agreement and Budi signs it, each by their introduction's button."""
    await once(office, _agree, office)


async def _agree(office: Office) -> None:
    sari, budi = office.people["sari"], office.people["budi"]
    await sari.click(introduction(sari), "agreement.open")
    assert (await sari.submit(AGREED)).ok
    await budi.click(introduction(budi), "agreement.open")
    assert (await budi.click(budi.modal, "agreement.sign")).ok
    for who in (sari, budi):
        await who.slack.close(all=True)
    await office.run(minutes=5)


async def end(office: Office) -> None:
    """The programme's time is over, and every session settled."""
    async with office.balik.store.write(office.clock.now()) as work:
        for one in (await work.session.exec(select(MentoringSession))).all():
            one.state, one.settled_at, one.next_at = SessionState.HELD, office.clock.now(), None
        programme = await work.session.get(Programme, 1)
        assert programme
        programme.months, programme.next_close_at = 0, office.clock.now()
        for pair in (await work.session.exec(select(Pair))).all():
            pair.next_close_at = office.clock.now()
        await work.commit()
    await office.run(days=7)


def introduction(who: Colleague) -> Message:
    """The first message that leads to the agreement."""
    return with_action(who, "agreement.open")[0]


async def more_of(who: Colleague, window: str = "home.pair") -> View:
    """What is behind "More" on somebody's Home: about their pair, or about themselves (`home.more`)."""
    assert (await who.click(await who.open_home(), window)).ok
    return who.modal


def with_action(who: Colleague, action_id: str) -> list[Message]:
    """Messages to somebody that have such a button."""
    return [one for one in who.inbox if any(found.startswith(action_id) for found in action_ids(one))]


def telling(who: Colleague, words: str) -> list[Message]:
    """Messages to somebody that say this."""
    return [one for one in who.inbox if words in texts_in(one)]


def receiving(who: Colleague, key: str, language: str = "", /, **values: Any) -> list[Message]:
    """Messages to somebody that say this text of the catalogue (`tests.wording.says`)."""
    return [one for one in who.inbox if says(texts_in(one), key, language, **values)]


def of_kind(who: Colleague, *kinds: type[OutboxMessage], **fields: Any) -> list[Message]:
    """Messages to somebody of these kinds whose payload has these fields, oldest first. Only on SQLite."""
    names = {one.kind.name for one in kinds}
    with opened(who.office) as database:
        rows = database.execute("SELECT channel, ts, kind, data FROM outbox WHERE ts IS NOT NULL").fetchall()
    found = {
        (channel, ts)
        for channel, ts, kind, data in rows
        if kind in names and fields.items() <= json.loads(data).items()
    }
    return [one for one in who.inbox if (one.channel, one.ts) in found]


def in_chat(office: Office) -> list[Message]:
    """What the bot wrote in the chat of Sari and Budi, oldest first."""
    sari, bot = office.people["sari"], office.slack.workspace.bot_user
    (chat,) = [one for one in sari.slack.channels if one.kind == "mpim"]
    return [one for one in sari.slack.visible(chat) if one.user == bot and not one.ephemeral_to]


def sent_at(message: Message) -> datetime:
    """The second: of two posts in one, Slack counts the later one's `ts` on."""
    return datetime.fromtimestamp(int(float(message.ts)), UTC)


def kinds(messages: Iterable[Message]) -> list[str]:
    """The first line of each, to see at a glance what came."""
    return [texts_in(one).splitlines()[0] for one in messages]


async def without_chat(office: Office) -> None:
    """Slack did not open a group DM for the pairs: news about sessions goes to each one's DM."""
    async with office.balik.store.write(office.clock.now()) as work:
        for one in (await work.session.exec(select(Pair))).all():
            one.group_channel = None
        await work.commit()


async def sessions(office: Office) -> list[MentoringSession]:
    """Every session there is, in order."""
    async with office.balik.store.read(office.clock.now()) as work:
        in_order = select(MentoringSession).order_by(col(MentoringSession.pair_id), col(MentoringSession.number))
        return list((await work.session.exec(in_order)).all())


async def pairs(office: Office) -> list[Pair]:
    async with office.balik.store.read(office.clock.now()) as work:
        return list((await work.session.exec(select(Pair).order_by(col(Pair.id)))).all())


async def answers(office: Office) -> list[PollAnswer]:
    async with office.balik.store.read(office.clock.now()) as work:
        return list((await work.session.exec(select(PollAnswer).order_by(col(PollAnswer.id)))).all())


async def book(office: Office, who: Colleague, date: str, time: str, minutes: str = "60", **more: Any) -> Any:
    """Somebody picks a time for the session of the newest message that asks for it."""
    message = [*with_action(who, "session.book"), *with_action(who, "session.move")]
    newest = max(message, key=lambda one: one.ts)
    action = "session.move" if "session.move" in action_ids(newest) else "session.book"
    assert (await who.click(newest, action)).ok
    outcome = await who.submit({"date": date, "time": time, "minutes": minutes, **more})
    if outcome.ok:
        await who.slack.close(all=True)
    return outcome
