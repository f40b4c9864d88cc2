"""HR of two programmes: an overview of all, and each command concerns that of the channel, or asks which one."""

from typing import Any

import pytest
import pytest_asyncio
from sqlmodel import col, select

from bot.domain.messages.insight import SummaryMessage
from bot.domain.messages.kind import OutboxMessage
from bot.domain.messages.matching import MatchDraftMessage
from bot.sandbox import Channel, View
from storage.tables import Outbox, Programme, ProgrammeState
from tests.scenarios.office import Colleague, Office, action_ids, shows, texts_in
from tests.scenarios.pairs import introduce
from tests.scenarios.people.test_typing import CRY, answers, speak
from tests.scenarios.requests import Knock, knock
from tests.scenarios.signup.test_which_programme import FIRST, SECOND, channel, options
from tests.scenarios.snapshots import once
from tests.wording import label, says

LANGUAGES = ("id", "en")
WINDOWS = {
    "course": "course",
    "sponsor": "sponsor.form",
    "people": "participants",
    "write": "broadcast.form",
    "roster": "roster.form",
    "topics": "topics",
    "log": "match.log",
}
"""The window of each command of HR's that opens one."""
PLACES = (("hr", FIRST), ("hr-kedua", SECOND), ("umum", FIRST), ("kedua", SECOND))


@pytest_asyncio.fixture
async def both(office: Office, hr: Colleague) -> Office:
    """The HR person runs a programme with Sari and Budi, and a second one, in which Sari takes part as well."""
    await introduce(office, hr)
    await once(office, _second, office, hr)
    await speak(office, hr, "en")
    return office


async def _second(office: Office, hr: Colleague) -> None:
    first = office.hr_channel
    there = office.slack.add_channel("hr-kedua", private=True, members=[])
    office.slack.add_member(there, hr.slack.user)
    office.slack.invite_bot(there)
    announced = office.slack.add_channel("kedua", members=[])
    for who in office.people.values():
        office.slack.add_member(announced, who.slack.user)
    await office.calm()
    office.hr_channel = there
    await office.set_up(hr, name=SECOND, announce_channel=announced.id)
    office.hr_channel = first
    await hr.slack.close(all=True)
    await office.join(office.people["sari"], "mentor", "specialist", "Marketing")


def of_hr(office: Office, name: str) -> Channel:
    return office.hr_channel if name == "hr" else channel(office, name)


async def rows_of(office: Office, kind: type[OutboxMessage], programme: str) -> int:
    """How many messages of a kind were written for a programme."""
    async with office.balik.store.read(office.clock.now()) as work:
        named = select(Programme.id).where(Programme.name == programme)
        written = select(Outbox).where(col(Outbox.programme_id).in_(named), Outbox.kind == kind.kind.name)
        return len((await work.session.exec(written)).all())


def names(view: View | None, programme: str) -> bool:
    other = SECOND if programme == FIRST else FIRST
    return view is not None and programme in texts_in(view) and other not in texts_in(view)


@pytest.mark.in_turn(2)
@pytest.mark.parametrize("language", LANGUAGES)
async def test_each_command_of_hr_asks_outside_the_channels_of_a_programme(
    both: Office, hr: Colleague, language: str
) -> None:
    await speak(both, hr, language)
    for command, window in WINDOWS.items():
        for programme in (FIRST, SECOND):
            await hr.command(command)
            assert shows(hr.modal, f"signup.which.{command}", language)
            assert options(hr).keys() == {FIRST, SECOND}, "nothing of HR's is done for all at a time"
            assert (await hr.submit({"programme": options(hr)[programme]})).ok
            assert hr.modal.callback_id == window
            assert names(hr.modal, programme), command
            await hr.slack.close(all=True)


async def test_each_command_of_hr_concerns_the_programme_of_its_channel(both: Office, hr: Colleague) -> None:
    for command, window in WINDOWS.items():
        for place, programme in PLACES:
            await hr.command(command, of_hr(both, place))
            assert hr.modal.callback_id == window
            assert names(hr.modal, programme), (command, place)
            await hr.slack.close(all=True)


@pytest.mark.parametrize("programme", [FIRST, SECOND])
async def test_a_summary_is_of_the_chosen_programme(both: Office, hr: Colleague, programme: str) -> None:
    other = SECOND if programme == FIRST else FIRST
    before, beside = await rows_of(both, SummaryMessage, programme), await rows_of(both, SummaryMessage, other)
    await hr.command("summary")
    assert shows(hr.modal, "signup.which.summary")
    assert (await hr.submit({"programme": options(hr)[programme]})).ok
    assert shows(hr.modal, "insight.summary.posted")
    assert await rows_of(both, SummaryMessage, programme) == before + 1
    assert await rows_of(both, SummaryMessage, other) == beside


async def test_a_draft_is_of_the_chosen_programme(both: Office, hr: Colleague) -> None:
    await both.join(both.hire("Tono Budiman"), "mentee", "director", "Finance")
    await hr.command("match")
    assert shows(hr.modal, "signup.which.match")
    chosen = options(hr)
    assert (await hr.submit({"programme": chosen[FIRST]})).ok
    assert shows(hr.modal, "errors.nobody_to_match")
    await hr.slack.close(all=True)
    before = await rows_of(both, MatchDraftMessage, SECOND)
    await hr.command("match")
    assert (await hr.submit({"programme": chosen[SECOND]})).ok
    assert shows(hr.modal, "matching.solving.there")
    assert await rows_of(both, MatchDraftMessage, SECOND) == before + 1


@pytest.mark.in_turn(2)
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("command", ["orientation", "briefing"])
async def test_who_takes_part_in_both_is_asked_which_guide(both: Office, command: str, language: str) -> None:
    """Sari is a mentor in both."""
    sari = both.people["sari"]
    await speak(both, sari, language)
    for place, programme in (("umum", FIRST), ("kedua", SECOND)):
        await sari.command(command, channel(both, place))
        assert shows(sari.modal, "signup.which.of", language, programmes=programme)
        await sari.slack.close(all=True)
    await sari.command(command)
    assert shows(sari.modal, f"signup.which.{command}", language)
    assert (await sari.submit({"programme": options(sari)[FIRST]})).ok
    assert sari.modal.callback_id == "prepare.form"
    assert shows(sari.modal, "signup.which.of", language, programmes=FIRST)
    assert (await sari.submit()).ok
    assert shows(sari.modal, "signup.which.of", language, programmes=FIRST)


@pytest.mark.in_turn(2)
@pytest.mark.parametrize("language", LANGUAGES)
async def test_a_typed_message_names_no_single_contact(both: Office, hr: Colleague, language: str) -> None:
    sari, contact = both.people["sari"], f"<@{hr.id}>"
    await speak(both, sari, language)
    (answer,) = await answers(both, sari, "halo")
    assert says(texts_in(answer), "commands.typed.body", language)
    assert contact not in texts_in(answer)
    await both.run(minutes=2)
    (urgent,) = await answers(both, sari, CRY[language])
    assert contact not in texts_in(urgent)
    assert says(texts_in(urgent), "care.distress.body", language)


@pytest.mark.in_turn(2)
@pytest.mark.parametrize("language", LANGUAGES)
async def test_the_overview_has_every_programme_with_its_state_and_what_waits(
    both: Office, hr: Colleague, language: str
) -> None:
    await speak(both, hr, language)
    word = {"id": "program", "en": "programmes"}[language]
    assert (await hr.command(word)).ok
    shown = texts_in(hr.modal)
    for name, people, state in ((FIRST, 2, "running"), (SECOND, 1, "recruiting")):
        values = {"programme": name, "people": people, "state": label(f"labels.programme_states.{state}", language)}
        assert says(shown, "programme.overview.programme", language, **values)
    assert f"<#{both.hr_channel.id}>" in shown
    assert f"<#{channel(both, 'hr-kedua').id}>" in shown
    assert says(shown, "programme.overview.next.begins", language)
    assert says(shown, "programme.overview.todo", language)
    assert shown.index(SECOND) < shown.index(FIRST), "the newest first"


async def test_its_buttons_open_the_programme_they_stand_at(both: Office, hr: Colleague) -> None:
    home = await hr.open_home()
    assert (await hr.click(home, "programmes.open")).ok
    for programme in (SECOND, FIRST):
        for action_id, callback_id in (
            ("participants.open", "participants"),
            ("course.open", "course"),
            ("summary.whole", "done"),
        ):
            await hr.command("programmes")
            number = 1 + (FIRST, SECOND).index(programme)
            assert (await hr.click(hr.modal, action_id, block_id=f"programme-{number}")).ok
            assert hr.modal.callback_id == callback_id
            if action_id != "summary.whole":
                assert names(hr.modal, programme)
            await hr.slack.close(all=True)


async def test_pages(both: Office, hr: Colleague) -> None:
    async with both.balik.store.write(both.clock.now()) as work:
        kept = (await work.session.exec(select(Programme).where(Programme.name == FIRST))).one()
        for number in range(7):
            values: dict[str, Any] = kept.model_dump(exclude={"id", "name", "state"})
            work.session.add(Programme(**values, name=f"Dulu {number}", state=ProgrammeState.CLOSED))
        await work.commit()
    await hr.command("programmes")
    assert shows(hr.modal, "matching.draft.page", first=1, last=5, count=9)
    assert texts_in(hr.modal).index(FIRST) < texts_in(hr.modal).index("Dulu 6"), "what is over comes last"
    assert (await hr.click(hr.modal, "programmes.page.next")).ok
    assert shows(hr.modal, "matching.draft.page", first=6, last=9, count=9)
    assert (await hr.click(hr.modal, "programmes.page.previous")).ok
    assert shows(hr.modal, "matching.draft.page", first=1, last=5, count=9)


async def test_home_as_a_message_has_room_for_three_programmes(both: Office, hr: Colleague) -> None:
    """A message has half as many blocks as the Home tab."""
    third = both.slack.add_channel("hr-ketiga", private=True, members=[])
    both.slack.add_member(third, hr.slack.user)
    both.slack.invite_bot(third)
    await both.slack.wait_idle()
    async with both.balik.store.write(both.clock.now()) as work:
        kept = (await work.session.exec(select(Programme).where(Programme.name == SECOND))).one()
        work.session.add(
            Programme(**kept.model_dump(exclude={"id", "name", "hr_channel"}), name="Ketiga", hr_channel=third.id)
        )
        await work.commit()
    (page,) = (await knock(both, hr.id, Knock("command", "home"))).seen
    for name in (FIRST, SECOND, "Ketiga"):
        assert name in texts_in(page)
    assert {"programmes.open", "privacy.show"} <= set(action_ids(page))


async def test_only_who_is_in_the_channel_now_sees_a_programme(both: Office, hr: Colleague) -> None:
    there = channel(both, "hr-kedua")
    both.slack.remove_member(there, hr.slack.user)
    await both.slack.wait_idle()
    await hr.command("programmes")
    assert names(hr.modal, FIRST)
    await hr.slack.close(all=True)
    for command, window in WINDOWS.items():
        await hr.command(command)
        assert hr.modal.callback_id == window
        assert names(hr.modal, FIRST)
        await hr.slack.close(all=True)
    chosen = {"programme": {"type": "static_select", "selected_option": {"value": "2"}}}
    answer = await knock(both, hr.id, Knock("form", "which.form", note='{"step":"people"}', state=chosen))
    assert says(answer.shown, "errors.not_hr")
    assert says((await knock(both, both.people["sari"].id, Knock("command", "programmes"))).shown, "errors.not_hr")
