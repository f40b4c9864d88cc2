"""HR of one programme × everything HR can ask: nothing of another programme is shown, changed, or can be concluded.

By content, not only by refusal: HR of programme 2 asks with their own ids, with those of programme 1, and with each
one of them exchanged. CI's soaks play the whole; `make test` plays a sample, without the last, with five of the
thirteen rosters and with two of the five faults. What they receive has no word of programme 1 in it, and is the
same, byte for byte, whatever programme 1 holds. A listener without a row fails
`test_who_may_act.py::test_every_listener_has_a_row`; a row whose payload is about something that the two programmes
here do not have fails `test_every_row_can_be_asked`.
"""

import asyncio
import json
import re
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field, replace
from functools import cache
from io import BytesIO
from pathlib import Path
from string import Formatter
from tempfile import TemporaryDirectory
from typing import Any
from zipfile import ZipFile

import pytest
from sqlmodel import col, select

from bot.services.matching import solver_input as inputs
from bot.services.roster import import_roster as roster_import
from storage.tables import Draft, DraftPair, Pair, Participant, Person, RosterEntry
from tests.scenarios.office import texts_in
from tests.scenarios.requests import Knock, changed, knock
from tests.scenarios.test_who_may_act import TABLE, Row
from tests.scenarios.two_programmes import (
    BOSSES,
    LEADERS,
    LEFT,
    MENTORS,
    VARIANTS,
    Two,
    Variant,
    email,
    open_two,
    rows_of_first,
)

OF_HR = [row for row in TABLE if {"not_hr", "bot_not_in_channel"} & set(row.refusals)]
"""Everything that only HR may ask."""
FILE_ID = re.compile(r"\bF\d{4,}\b")
SOME = ("Aa department", "Aa reversed", "Bb department", "Bb reversed")
SAMPLE = ("everybody", *SOME)
"""The rosters of `make test`."""
VOLATILE = re.compile(r'"(trigger_id|token|hash|client_msg_id)": "[^"]*"')


@dataclass
class View:
    """All that HR of programme 2 received, in order: by what they did, each call of the bot's to Slack."""

    seen: list[tuple[str, str]] = field(default_factory=list)
    harmed: list[str] = field(default_factory=list)
    """What they did that changed something of programme 1."""
    logged: list[str] = field(default_factory=list)
    """What was written into programme 1's log meanwhile."""

    def words(self, but: str = "") -> str:
        return "\n".join(text for what, text in self.seen if not (but and what.startswith(but)))


def placeholders(ask: Knock) -> list[str]:
    texts = [ask.value, ask.note, ask.channel]
    for block, element in ask.state.items():
        texts += [block, *(one for one in element.values() if isinstance(one, str))]
    names = {name for text in texts for _, name, _, _ in Formatter().parse(text) if name}
    return sorted(names - {"general"})


def filled(ask: Knock, ids: dict[str, Any]) -> Knock:
    def put(text: str) -> str:
        return text.format(**ids)

    state = {
        put(block): {name: put(one) if isinstance(one, str) else one for name, one in element.items()}
        for block, element in ask.state.items()
    }
    return replace(ask, value=put(ask.value), note=put(ask.note), channel=put(ask.channel), state=state)


def asked(row: Row, two: Two, *, whole: bool) -> Iterator[tuple[str, Knock]]:
    """The payload with all ids of the other programme; of the `whole`, also with own ids, and with each one of theirs.

    A payload without ids is asked as it is.
    """
    names = placeholders(row.ask)
    if whole or not names:
        yield "own", filled(row.ask, two.mine)
    if names:
        yield "theirs", filled(row.ask, two.theirs)
    for name in names if whole and len(names) > 1 else ():
        yield f"their {name}", filled(row.ask, two.mine | {name: two.theirs[name]})


def plain(call: dict[str, Any]) -> str:
    text = json.dumps({"method": call["method"], **call["args"]}, ensure_ascii=False, sort_keys=True, default=str)
    return VOLATILE.sub("", text)


async def watched(two: Two, view: View, what: str, act: Callable[[], Awaitable[Any]]) -> None:
    """Do something as HR of programme 2, keep what the bot told Slack, and look whether programme 1 is as it was."""
    before = two.kept
    forget = two.office.slack.on_call(lambda call: view.seen.append((what, plain(call))))
    try:
        shown = await act()
    finally:
        forget()
    view.seen.append((what, str(shown)))
    if (after := two.rows()) is before:
        return
    lines = [row for row in after["auditentry"] if row not in before["auditentry"] and row["programme_id"] == 1]
    view.logged += [f"{what}: {row['what']}" for row in lines]
    first_before, first_after = two.kept_of_first, rows_of_first(after, two.hr.id)
    first_after["auditentry"] = [row for row in first_after["auditentry"] if row not in lines]
    # Whom HR of programme 2 picks as a contact is a colleague that the bot knows from then on.
    picked = str(two.theirs["hr"])
    harm = changed(first_before, first_after, met={picked})
    gone = [row for table in first_before for row in first_before[table] if row not in first_after[table]]
    if harm or any(row.get("slack_id") != picked for row in gone):
        view.harmed.append(f"{what}: {sorted(harm) or 'something is gone'}")


async def sweep(two: Two, view: View, *, whole: bool) -> None:
    """Every row, each from the same state."""
    for row in OF_HR:
        for how, ask in asked(row, two, whole=whole):

            async def act(ask: Knock = ask) -> str:
                answer = await knock(two.office, two.hr.id, ask)
                await two.office.settle()
                return answer.shown

            await watched(two, view, f"{row.name} {row.ask.channel} [{how}]", act)
            two.put_back()


def guesses() -> list[tuple[str, str]]:
    """Rosters that programme 2's HR might try: each fits what one of the variants holds about somebody, or not."""
    found = [("everybody", "\n".join(["person", *(email(one) for one in (*MENTORS, *LEADERS, LEFT, *BOSSES))]))]
    for variant in VARIANTS:
        who = email(MENTORS[1])
        found += [
            (f"{variant.mark} department", f"person,department\n{who},{variant.word('daftar 1')}"),
            (f"{variant.mark} level", f"person,level\n{who},{variant.rank}"),
            (f"{variant.mark} start", f"person,start\n{who},{variant.started}"),
            (f"{variant.mark} manager", f"person,manager\n{who},{email(variant.boss)}"),
            (f"{variant.mark} reversed", f"person,manager\n{email(variant.boss)},{who}"),
            (f"{variant.mark} appraiser", f"person,appraiser\n{who},{email(variant.boss)}"),
        ]
    return found


def tried(*, whole: bool) -> list[tuple[str, str]]:
    """Of `guesses`, those that are tried."""
    return [one for one in guesses() if whole or one[0] in SAMPLE]


async def hand_in(two: Two, content: str, *, store: bool) -> str:
    await two.hr.command("roster", two.channel)
    assert (await two.hr.submit({"file": [{"name": "tebak.csv", "content": content.encode()}]})).ok
    shown = texts_in(two.hr.modal)
    if store and two.hr.modal.submit:  # nothing can be stored of a file that is wrong throughout
        assert (await two.hr.submit()).ok
        shown += texts_in(two.hr.modal)
    await two.hr.slack.close(all=True)
    await two.office.settle()
    return shown


async def try_rosters(two: Two, view: View, tried: list[tuple[str, str]]) -> None:
    for store in (False, True):
        for name, content in tried:

            async def act(content: str = content, store: bool = store) -> str:
                return await hand_in(two, content, store=store)

            await watched(two, view, f"roster {name}{' stored' if store else ''}", act)
            two.put_back()


async def live_on(two: Two, view: View) -> None:
    """What comes by itself: two weeks with summaries, files, checks and messages; and the Home tab."""
    mine = {two.channel.id, two.hr.id, two.office.slack.workspace.open_dm(two.hr.id).id}

    def keep(call: dict[str, Any]) -> None:
        to = {str(call["args"].get(name)) for name in ("channel", "user_id", "channel_id", "users")}
        if to & mine:
            view.seen.append(("meanwhile", plain(call)))

    before = {id(one) for one in (*two.office.posted(two.channel), *two.hr.inbox)}
    forget = two.office.slack.on_call(keep)
    try:
        for what in ("match.log_file", "report.get", "summary.again"):
            await knock(two.office, two.hr.id, Knock("action", what, str(two.mine["programme"])))
        await two.office.run(days=15)
        await two.hr.open_home()
    finally:
        forget()
    for message in [one for one in (*two.office.posted(two.channel), *two.hr.inbox) if id(one) not in before]:
        view.seen.append(("meanwhile", texts_in(message)))
        for shared in message.files:
            kept = two.office.slack.file(shared)
            view.seen.append((f"meanwhile file {kept.name}", readable(kept.content or b"")))


def readable(content: bytes) -> str:
    """A workbook as the XML in it, anything else as it is."""
    if not content.startswith(b"PK"):
        return content.decode("utf-8-sig", errors="backslashreplace")
    with ZipFile(BytesIO(content)) as book:
        return "\n".join(book.read(name).decode() for name in sorted(book.namelist()) if name.endswith(".xml"))


async def try_some(two: Two, view: View) -> None:
    """Enough to notice a fault."""
    await try_rosters(two, view, [one for one in guesses() if one[0] in SOME])


async def draw_up(two: Two, view: View) -> None:
    async def act() -> str:
        answer = await knock(two.office, two.hr.id, Knock("action", "match.draw", str(two.mine["programme"])))
        await two.office.settle()
        return answer.shown

    await watched(two, view, "draft", act)
    async with two.office.balik.store.read(two.office.clock.now()) as work:
        pairs = select(DraftPair.mentor_id, DraftPair.leader_id, DraftPair.score)
        ours = pairs.join(Draft, col(Draft.id) == col(DraftPair.draft_id)).where(
            Draft.programme_id == two.mine["programme"]
        )
        found = (await work.session.exec(ours.order_by(col(DraftPair.id)))).all()
        view.seen.append(("draft", str(found)))
    two.put_back()


Mutant = tuple[Any, str, Callable[..., Awaitable[Any]], Callable[[Two, View], Awaitable[None]]]


async def _everybodys(session: Any, _hr: Any) -> Any:
    """`roster_import._before`, but of the whole workspace, as it was."""
    people = (await session.exec(select(Person.id, Person.slack_id))).all()
    names: dict[int | None, str] = dict(people)
    found = (await session.exec(select(RosterEntry).order_by(col(RosterEntry.programme_id).desc()))).all()
    fields = ("department", "level", "started_on")
    entries = {
        names[one.person_id]: {name: getattr(one, name) for name in fields} | {"appraiser": names.get(one.appraiser_id)}
        for one in found
        if one.listed_at
    }
    managers = {names[one.person_id]: names.get(one.manager_id) for one in found if one.manager_known}
    ids = {slack_id: number for number, slack_id in people}
    return roster_import._Before(ids, managers, entries, {one.person_id: one.id for one in found})


async def _of_all_programmes(session: Any, _programme_id: int) -> dict[int, RosterEntry]:
    """`inputs._entries`, but of the whole workspace."""
    newest_first = select(RosterEntry).order_by(col(RosterEntry.programme_id).desc())
    return {one.person_id: one for one in (await session.exec(newest_first)).all()}


async def _ever_paired(session: Any, _programme: Any) -> list[tuple[Pair, int, int]]:
    """`inputs._couples`, but in any programme."""
    people = dict((await session.exec(select(Participant.id, Participant.person_id))).all())
    found = (await session.exec(select(Pair))).all()
    return [(one, people[one.mentor_id], people[one.leader_id]) for one in found]


async def _write_everywhere(session: Any, _programme_id: int, entries: Any) -> None:
    """`roster_import._write_participants`, but in every programme."""
    for one in (await session.exec(select(Participant))).all():
        if entry := entries.get(one.person_id):
            one.level, one.department = entry.level or one.level, entry.department or one.department


async def _silent(*_arguments: Any) -> None:
    """`roster_import.log_elsewhere`, but nobody hears."""


MUTANTS: dict[str, Mutant] = {
    "roster read from all": (roster_import, "_before", _everybodys, try_some),
    "lines of all": (inputs, "_entries", _of_all_programmes, draw_up),
    "pairs of all": (inputs, "_couples", _ever_paired, draw_up),
    "levels written to all": (roster_import, "_write_participants", _write_everywhere, try_some),
    "nobody hears": (roster_import, "log_elsewhere", _silent, try_some),
}
IN_SAMPLE = ("lines of all", "nobody hears")
"""The faults of `make test`."""


async def full_view(folder: Path, variant: Variant, *, whole: bool) -> dict[str, View]:
    """What HR sees, and by mutant what they would see with a fault in the code."""
    found = {"": View()}
    async with open_two(f"sqlite:///{folder}/{variant.mark}.sqlite", variant) as two:
        await sweep(two, found[""], whole=whole)
        await draw_up(two, found[""])
        await try_rosters(two, found[""], tried(whole=whole))
        for name in MUTANTS if whole else IN_SAMPLE:
            module, function, fault, act = MUTANTS[name]
            found[name] = View()
            with pytest.MonkeyPatch.context() as patch:
                patch.setattr(module, function, fault)
                await act(two, found[name])
        await live_on(two, found[""])
    return found


@cache
def played(whole: bool) -> tuple[dict[str, View], dict[str, View]]:
    """What HR of programme 2 sees with either variant of programme 1: played once for all tests here."""

    async def play() -> tuple[dict[str, View], dict[str, View]]:
        with TemporaryDirectory() as folder:
            found = [await full_view(Path(folder), variant, whole=whole) for variant in VARIANTS]
        return found[0], found[1]

    return asyncio.run(play())


def views(whole: bool, mutant: str = "") -> tuple[View, View]:
    one, other = played(whole)
    return one[mutant], other[mutant]


WHOLE = pytest.mark.parametrize("whole", [False, pytest.param(True, marks=pytest.mark.soak)], ids=["sample", "whole"])


@WHOLE
def test_every_row_can_be_asked(whole: bool) -> None:
    """With `test_every_listener_has_a_row`: an entry point of HR's that is not tried here fails."""
    tried = {what for what, _ in views(whole)[0].seen}
    missing = [row.name for row in OF_HR if not any(one.startswith(f"{row.name} ") for one in tried)]
    assert not missing
    assert len(OF_HR) > 60
    assert sum("[their" in one for one in tried) > (60 if whole else 40)


@WHOLE
def test_no_word_of_the_other_programme_is_in_it(whole: bool) -> None:
    for variant, view in zip(VARIANTS, views(whole), strict=True):
        words = view.words(but="roster ")  # there HR typed them in themselves
        assert "Pemasaran 0" in words, "their own are shown"
        for secret in (f"Rahasia{variant.mark}", *BOSSES, variant.started):
            found = [(what, text) for what, text in view.seen if secret in text and not what.startswith("roster ")]
            assert not found, f"{secret}: {found[0]}"


@WHOLE
def test_it_is_the_same_whatever_the_other_programme_holds(whole: bool) -> None:
    """Messages of one moment are sent side by side, so their order, and the numbers of their files, may differ."""
    one, other = [sorted((what, FILE_ID.sub("F", text)) for what, text in view.seen) for view in views(whole)]
    assert [pair for pair in zip(one, other, strict=True) if pair[0] != pair[1]][:3] == []


@WHOLE
def test_nothing_of_the_other_programme_is_changed(whole: bool) -> None:
    for view in views(whole):
        assert view.harmed == []


@WHOLE
def test_the_owner_hears_of_each_upload_once(whole: bool) -> None:
    """Looking at a file is enough, and storing it adds nothing."""
    for view in views(whole):
        assert view.logged == heard(whole=whole), "each of them names somebody whom programme 1 listed"


def heard(*, whole: bool) -> list[str]:
    names = [name for name, _ in tried(whole=whole)]
    return [f"roster {name}{how}: roster_named_elsewhere" for how in ("", " stored") for name in names]


@pytest.mark.parametrize(
    "mutant", [*IN_SAMPLE, *(pytest.param(one, marks=pytest.mark.soak) for one in MUTANTS if one not in IN_SAMPLE)]
)
def test_a_fault_would_be_noticed(mutant: str) -> None:
    one, other = views(mutant not in IN_SAMPLE, mutant)
    if MUTANTS[mutant][2] is _write_everywhere:
        assert one.harmed
        assert other.harmed
    elif MUTANTS[mutant][2] is _silent:
        assert one.logged == []
    else:
        assert one.seen != other.seen
