"""HR writes to many people: `/mentoring write`."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import col, select

from bot.domain.messages.broadcasts import BroadcastMessage
from bot.domain.messages.care import ConcernContactMessage
from bot.domain.messages.sessions import BookingNudgeMessage
from bot.rehearsal.actor import block_of
from bot.sandbox import Outcome
from prompts.catalogue import Texts
from storage.tables import Broadcast, BroadcastState
from tests.scenarios.office import Colleague, Office, action_ids, open_office, shows, texts_in
from tests.scenarios.pairs import MONDAY_11, introduce, of_kind, release
from tests.scenarios.programme.test_hr_channel import LANGUAGES, speak
from tests.wording import label, says

NAME = "Tukar Ilmu 2027"
WORDS = {"text_id": "Halo semua!", "text_en": "Hello everyone!"}


async def rows(office: Office) -> list[Broadcast]:
    async with office.balik.store.read(office.clock.now()) as work:
        return list((await work.session.exec(select(Broadcast).order_by(col(Broadcast.id)))).all())


async def preview(office: Office, hr: Colleague, values: dict[str, Any], language: str = "en") -> None:
    """HR fills in the form as far as the preview."""
    await speak(office, hr, language)
    if hr.slack.modal:
        await hr.slack.close(all=True)
    await hr.command("write", office.hr_channel)
    outcome = await hr.submit(values)
    assert outcome.ok, outcome


async def write(office: Office, hr: Colleague, values: dict[str, Any]) -> None:
    await preview(office, hr, values)
    outcome = await hr.submit()
    assert outcome.ok, outcome
    await hr.slack.close(all=True)


async def press_first(hr: Colleague, action_id: str) -> Outcome:
    """Press the first of several equal buttons of the window."""
    outcome = await hr.slack.click(hr.modal, action_id, block_of(hr.modal, action_id))
    await hr.office.balik.context.wait_idle()
    return outcome


@pytest.mark.in_turn(len(LANGUAGES))
@pytest.mark.parametrize("language", LANGUAGES)
async def test_everybody_gets_it_in_their_language_after_a_preview(
    office: Office, hr: Colleague, language: str
) -> None:
    await office.set_up(hr)
    sari, tono = office.hire("Sari Wulandari"), office.hire("Tono Baru")
    await office.join(sari, "mentor", "specialist", "Marketing", language="id")
    await office.join(tono, "mentor", "specialist", "Gudang", language="en")
    await preview(office, hr, WORDS, language)
    shown = texts_in(hr.modal)
    assert "Halo semua!" in shown
    assert "Hello everyone!" in shown
    audience = label("broadcasts.audiences.all", language)
    assert says(shown, "broadcasts.preview.to", language, audience=audience, count=2)
    for code in ("id", "en"):
        name = label(f"labels.languages.{code}", language)
        assert says(shown, "broadcasts.preview.seen", language, language=name, count=1)
    assert not (await rows(office))[0].sent_at, "nothing is sent before it is confirmed"
    assert (await hr.submit()).ok
    assert shows(hr.modal, "broadcasts.preview.sent", language, count=2)
    await office.run(minutes=10)
    (to_sari,), (to_tono,) = of_kind(sari, BroadcastMessage), of_kind(tono, BroadcastMessage)
    assert "Halo semua!" in texts_in(to_sari)
    assert shows(to_sari, "broadcasts.message.from", "id", programme=NAME)
    assert shows(to_sari, "broadcasts.message.answer", "id", person=f"<@{hr.id}>")
    assert "Hello everyone!" in texts_in(to_tono)
    assert "Halo semua!" not in texts_in(to_tono)
    await hr.click(hr.modal, "broadcast.list")
    assert "Halo semua!" in texts_in(hr.modal) or "Hello everyone!" in texts_in(hr.modal)
    await hr.click(hr.modal, "broadcast.show")
    (row,) = await rows(office)
    assert row.sent_at
    sent = {"moment": Texts(office.balik.context.catalogue, language).short_moment(row.sent_at, "Asia/Jakarta")}
    assert shows(hr.modal, "broadcasts.list.states.sent", language, delivered=2, count=2, **sent)


async def test_an_empty_text_is_replaced_by_the_other_and_the_window_says_so(office: Office, hr: Colleague) -> None:
    await office.set_up(hr)
    sari = office.hire("Sari Wulandari")
    await office.join(sari, "mentor", "specialist", "Marketing", language="id")
    await preview(office, hr, {"text_en": "Only English"})
    names = {"language": label("labels.languages.id"), "other": label("labels.languages.en")}
    assert shows(hr.modal, "broadcasts.preview.missing", count=1, **names)
    assert (await hr.submit()).ok
    await office.run(minutes=10)
    (told,) = of_kind(sari, BroadcastMessage)
    assert "Only English" in texts_in(told)
    assert shows(told, "broadcasts.message.from", "id", programme=NAME)


async def test_what_is_wrong_is_said_at_its_field(office: Office, hr: Colleague) -> None:
    await office.set_up(hr)
    await speak(office, hr, "en")
    await hr.command("write", office.hr_channel)
    assert set((await hr.submit({})).errors) == {"text_en"}
    assert set((await hr.submit({"text_id": "&" * 1500})).errors) == {"text_id"}, (
        "too long for Slack once it is escaped"
    )
    assert set((await hr.submit({**WORDS, "text_id": "", "date": "2026-12-01"})).errors) == {"date"}
    assert set((await hr.submit({"date": None, "time": "10:00"})).errors) == {"date"}
    assert set((await hr.submit({"date": "2029-01-01"})).errors) == {"date"}
    assert (await hr.submit({"date": None, "time": None, "people": []})).ok
    assert shows(hr.modal, "broadcasts.preview.nobody")
    await hr.click(hr.modal, "broadcast.edit")
    (field,) = [one["element"] for one in hr.modal.blocks if one.get("block_id") == "text_en"]
    assert field["initial_value"] == "Hello everyone!", "nothing that was written is lost"


async def test_a_long_preview_can_be_asked_for_again(office: Office, hr: Colleague) -> None:
    """It does not fit into the answer to the form, and comes by a call of its own."""
    await office.set_up(hr)
    sari = office.hire("Sari Wulandari")
    await office.join(sari, "mentor", "specialist", "Marketing")
    await preview(office, hr, {"text_en": "é" * 1500, "text_id": "è" * 1500})
    assert shows(hr.modal, "broadcasts.preview.now")
    assert (await hr.submit()).ok
    await office.run(minutes=10)
    assert len(of_kind(sari, BroadcastMessage)) == 1


async def test_nothing_in_it_mentions_a_channel_or_everybody(office: Office, hr: Colleague) -> None:
    await office.set_up(hr)
    sari = office.hire("Sari Wulandari")
    await office.join(sari, "mentor", "specialist", "Marketing")
    text = "<!channel> @here <@U1> & *see* https://intra.example/a?b=1&c=2."
    await write(office, hr, {"text_en": text})
    await office.run(minutes=10)
    (told,) = of_kind(sari, BroadcastMessage)
    (words,) = [one["text"] for one in told.blocks if one["type"] == "section"]
    expected = "&lt;!channel&gt; @here &lt;@U1&gt; &amp; *see* <https://intra.example/a?b=1&amp;c=2>."
    assert (words["text"], words["verbatim"]) == (expected, True)


async def test_three_clicks_write_to_all_who_have_not_booked(office: Office, hr: Colleague) -> None:
    await office.set_up(hr, starts_on="2027-01-11")
    leaders, mentors = [[office.hire(f"{role}{number} Orang") for number in range(2)] for role in ("Bos", "Junior")]
    for one in leaders:
        await office.join(one, "mentee", "director", "Finance")
    for one in mentors:
        await office.join(one, "mentor", "specialist", "Marketing", mentor_capacity="1")
    await release(office, hr)
    waiting = office.hire("Tono Baru")
    await office.join(waiting, "mentor", "specialist", "Gudang")
    await office.run(until=MONDAY_11 + timedelta(days=9))
    home = await hr.open_home()
    assert home
    assert "broadcast.open.all" in action_ids(home)
    await hr.click(home, "broadcast.open.unbooked")
    assert (await hr.submit(WORDS)).ok
    assert (await hr.submit()).ok
    await hr.command("summary", office.hr_channel)
    await office.run(days=1)
    assert any("broadcast.open.unbooked" in action_ids(one) for one in office.posted(office.hr_channel))
    assert [len(of_kind(one, BroadcastMessage)) for one in (*leaders, *mentors, waiting)] == [1, 1, 1, 1, 0]


async def test_who_paused_or_left_is_written_to_only_if_chosen(office: Office, hr: Colleague) -> None:
    await office.set_up(hr)
    people = [office.hire(name) for name in ("Sari Wulandari", "Tono Baru", "Rina Putri")]
    for one in people:
        await office.join(one, "mentor", "specialist", "Gudang")
    _, tono, rina = people
    await tono.command("pause")
    assert (await tono.submit({"until": "2027-01-20"})).ok
    await rina.command("leave")
    assert (await rina.submit({})).ok
    await preview(office, hr, WORDS)
    assert shows(hr.modal, "broadcasts.preview.paused", count=1)
    assert (await hr.submit()).ok
    await office.run(minutes=10)
    assert [len(of_kind(one, BroadcastMessage)) for one in people] == [1, 0, 0]
    await write(office, hr, {**WORDS, "people": [tono.id]})
    await write(office, hr, {**WORDS, "audience": "left"})
    await office.run(minutes=10)
    assert [len(of_kind(one, BroadcastMessage)) for one in people] == [1, 1, 1]


async def test_the_people_whom_a_search_found(office: Office, hr: Colleague) -> None:
    await office.set_up(hr)
    sari, tono = office.hire("Sari Wulandari"), office.hire("Tono Baru")
    await office.join(sari, "mentor", "specialist", "Marketing")
    await office.join(tono, "mentor", "specialist", "Gudang")
    await hr.command("people", office.hr_channel)
    await hr.submit({"words": "tono"})
    await hr.click(hr.modal, "broadcast.write")
    assert shows(hr.modal, "broadcasts.form.search", "id", count=1)
    assert (await hr.submit(WORDS)).ok
    assert (await hr.submit()).ok
    await office.run(minutes=10)
    assert [len(of_kind(one, BroadcastMessage)) for one in (sari, tono)] == [0, 1]


async def test_a_scheduled_one_is_checked_again_and_can_be_changed_and_cancelled(office: Office, hr: Colleague) -> None:
    await office.set_up(hr)
    sari, tono = office.hire("Sari Wulandari"), office.hire("Tono Baru")
    await office.join(sari, "mentor", "specialist", "Marketing")
    await write(office, hr, {**WORDS, "date": "2027-01-06", "time": "14:00"})
    await office.join(tono, "mentor", "specialist", "Gudang")
    await hr.command("write", office.hr_channel)
    await hr.click(hr.modal, "broadcast.list")
    await hr.click(hr.modal, "broadcast.show")
    await hr.click(hr.modal, "broadcast.change")
    assert (await hr.submit({"text_en": "Changed words"})).ok
    assert (await hr.submit()).ok
    (row,) = await rows(office)
    assert (row.state, row.texts["en"]) == (BroadcastState.SCHEDULED, "Changed words")
    await hr.slack.close(all=True)
    await office.run(until=datetime(2027, 1, 6, 6, 55, tzinfo=UTC))
    assert not of_kind(sari, BroadcastMessage)
    await office.run(minutes=10)
    for who in (sari, tono):
        (told,) = of_kind(who, BroadcastMessage)
        assert "Changed words" in texts_in(told), "also to who joined since"
    await write(office, hr, {**WORDS, "date": "2027-01-08"})
    await hr.command("write", office.hr_channel)
    await hr.click(hr.modal, "broadcast.list")
    assert (await press_first(hr, "broadcast.show")).ok
    await hr.click(hr.modal, "broadcast.cancel")
    assert shows(hr.modal, "broadcasts.list.cancelled")
    await office.run(days=7)
    assert len(of_kind(sari, BroadcastMessage)) == 1


async def test_it_is_cancelled_if_its_author_leaves_hr_and_hr_is_told(office: Office, hr: Colleague) -> None:
    await office.set_up(hr)
    sari, dewi = office.hire("Sari Wulandari"), office.hire("Dewi Lain")
    await office.join(sari, "mentor", "specialist", "Marketing")
    office.slack.add_member(office.hr_channel, dewi.slack.user)
    await office.calm()
    await write(office, dewi, {**WORDS, "date": "2027-01-08"})
    office.slack.remove_member(office.hr_channel, dewi.slack.user)
    await office.calm()
    await office.run(days=7)
    assert not of_kind(sari, BroadcastMessage)
    why = label("broadcasts.list.why.author_left")
    assert any(why in texts_in(one) and f"<@{dewi.id}>" in texts_in(one) for one in office.posted(office.hr_channel))


async def test_one_a_day_in_working_hours_and_prompts_make_way(office: Office, hr: Colleague) -> None:
    await introduce(office, hr)
    sari = office.people["sari"]
    nudges = datetime(2027, 1, 11, 2, 0, tzinfo=UTC)
    await office.run(until=nudges - timedelta(days=2))  # a Saturday
    await write(office, hr, WORDS)
    await write(office, hr, {"text_en": "A second one"})
    await preview(office, hr, WORDS)
    await hr.slack.close(all=True)
    await office.run(until=nudges + timedelta(hours=7))
    (first,) = of_kind(sari, BroadcastMessage)
    assert "Hello everyone!" in texts_in(first), "in the next working hour: on Monday"
    assert not of_kind(sari, BookingNudgeMessage), "that day's prompt waits"
    await office.run(days=1)
    assert len(of_kind(sari, BroadcastMessage)) == 2
    await office.run(days=1)
    assert of_kind(sari, BookingNudgeMessage), "and it waits once only"


async def test_the_parts_of_a_days_message_make_way_and_a_concern_does_not(tmp_path: Path) -> None:
    async with open_office(f"sqlite:///{tmp_path}/balik.sqlite", one_a_day=True) as office:
        hr = office.hire("Dewi Lestari")
        office.slack.add_member(office.hr_channel, hr.slack.user)
        await introduce(office, hr)
        sari, budi = office.people["sari"], office.people["budi"]
        monday = datetime(2027, 1, 11, 2, 0, tzinfo=UTC)
        await office.run(until=monday - timedelta(days=2))
        await write(office, hr, WORDS)
        await office.run(until=monday + timedelta(hours=1))
        await budi.command("concern")
        assert (await budi.submit({"text": "I am worried"})).ok
        await office.run(until=monday + timedelta(hours=3))
        assert of_kind(hr, ConcernContactMessage), "on the same day"
        assert len(of_kind(sari, BroadcastMessage)) == 1
        assert not of_kind(sari, BookingNudgeMessage)
        await office.run(until=monday + timedelta(days=1, hours=3))
        assert of_kind(sari, BookingNudgeMessage), "part of the next day's message"


async def test_hrs_log_has_its_words(office: Office, hr: Colleague) -> None:
    await office.set_up(hr)
    sari = office.hire("Sari Wulandari")
    await office.join(sari, "mentor", "specialist", "Marketing")
    await write(office, hr, WORDS)
    await hr.command("log", office.hr_channel)
    shown = texts_in(hr.modal)
    assert "Hello everyone!" in shown
    assert label("broadcasts.audiences.all") in shown
