"""What two agree on: written by either, signed by both, changed by signing again, and read by nobody else."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

import pytest
from sqlmodel import col, select

from bot.domain.agreement import Books, Goal, Terms
from bot.domain.messages.agreement import AgreementSignedMessage
from bot.sandbox import Message
from bot.services.agreement import agreement as agreements
from bot.services.caller import Caller, Rejected
from storage.tables import Agreement
from tests.scenarios.office import Colleague, Office, action_ids, shows, texts_in
from tests.scenarios.pairs import (
    AGREED,
    MONDAY_11,
    agree,
    introduce,
    introduction,
    of_kind,
    pairs,
    receiving,
    with_action,
)
from tests.scenarios.summaries import whole
from tests.wording import says

Request = tuple[Callable[..., Any], tuple[Any, ...]]
TERMS = Terms((Goal("Another goal", "Somehow", date(2027, 4, 1)),), Books.MENTOR, "Sari", "Pak Budi")


async def versions(office: Office) -> list[Agreement]:
    async with office.balik.store.read(office.clock.now()) as work:
        return list((await work.session.exec(select(Agreement).order_by(col(Agreement.version)))).all())


def to_sign(who: Colleague) -> list[Message]:
    return with_action(who, "agreement.sign")


async def write(who: Colleague, **changes: Any) -> Any:
    """Fill the form in from the introduction's button and leave the window."""
    await who.click(introduction(who), "agreement.open")
    if "agreement.change" in action_ids(who.modal):
        await who.click(who.modal, "agreement.change")
    outcome = await who.submit(AGREED | changes)
    if outcome.ok:
        await who.slack.close(all=True)
    return outcome


async def refused(who: Colleague, code: str) -> None:
    """The person was told no, right where they are, and no window opened."""
    assert who.slack.dm is not None
    assert says(who.whispered(who.slack.dm)[-1], f"errors.{code}")
    assert who.slack.modal is None


async def test_one_writes_the_other_signs_and_both_get_it(pair: Office) -> None:
    sari, budi = pair.people["sari"], pair.people["budi"]
    await sari.click(introduction(sari), "agreement.open")
    shown = texts_in(sari.modal)
    assert says(shown, "agreement.form.confidential.hint")
    names = {
        block["block_id"]: block["element"].get("initial_value") for block in sari.modal.blocks if "element" in block
    }
    assert (names["mentor_called"], names["mentee_called"]) == ("Sari", "Pak Budi")
    assert (await sari.submit(AGREED)).ok
    assert shows(sari.modal, "agreement.answers.saved", partner=f"<@{budi.id}>")
    await sari.slack.close(all=True)
    await pair.run(minutes=5)
    (message,) = to_sign(budi)
    text = texts_in(message)
    assert says(text, "agreement.proposed.body", partner=f"<@{sari.id}>")
    assert says(text, "agreement.text.goal", number=1, goal=AGREED["goal1"])
    assert says(text, "agreement.text.measure", measure=AGREED["measure1"], by="Monday 1 March 2027")
    assert says(text, "agreement.text.books", who="Pak Budi")
    assert says(text, "agreement.text.called", mentor="Sari", leader="Pak Budi")
    assert says(text, "agreement.text.confidential")
    assert says(text, "agreement.text.off_limits", text="Salaries")
    assert says(text, "agreement.text.signed", who=f"<@{sari.id}>", day="Monday 11 January 2027")
    assert says(text, "agreement.text.unsigned", who=f"<@{budi.id}>")
    assert len(text) < 1500
    await budi.click(message, "agreement.sign")
    await pair.run(minutes=5)
    assert to_sign(budi) == [], "the button is gone once it was pressed"
    assert receiving(budi, "agreement.signed.body") == [], "his message changed when he pressed the button"
    (done,) = receiving(sari, "agreement.signed.body")
    assert AGREED["goal1"] in texts_in(done)
    assert shows(done, "agreement.text.signed", who=f"<@{budi.id}>")
    assert "agreement.change" in action_ids(done)
    (row,) = await versions(pair)
    assert row.mentor_signed_at is not None
    assert row.leader_signed_at is not None
    await pair.run(days=3)
    assert len(receiving(sari, "agreement.signed.body")) == 1


async def test_it_can_be_opened_from_the_pairs_own_chat(pair: Office) -> None:
    budi = pair.people["budi"]
    (chat,) = [one for one in budi.slack.channels if one.kind == "mpim"]
    (hello,) = pair.posted(chat)
    assert "agreement.open" in action_ids(hello)
    await budi.click(hello, "agreement.open")
    assert shows(budi.modal, "agreement.form.goal.label", number=1)


async def test_home_shows_where_it_stands(pair: Office) -> None:
    sari, budi = pair.people["sari"], pair.people["budi"]

    async def home(who: Colleague) -> str:
        found = await who.open_home()
        assert found is not None
        assert "agreement.open" in action_ids(found)
        return texts_in(found)

    assert says(await home(sari), "agreement.home.none")
    await write(sari)
    assert says(await home(sari), "agreement.home.theirs", partner=f"<@{budi.id}>")
    assert says(await home(budi), "agreement.home.yours")
    await budi.click(budi.slack.home, "agreement.open")
    assert shows(budi.modal, "agreement.answers.yours", partner=f"<@{sari.id}>")
    await budi.click(budi.modal, "agreement.sign")
    assert shows(budi.modal, "agreement.answers.signed")
    await budi.slack.close(all=True)
    for who in (sari, budi):
        assert says(await home(who), "agreement.home.signed")
    await pair.run(minutes=5)
    assert to_sign(budi) == [], "it was signed before the message went out"
    await sari.click(sari.slack.home, "agreement.open")
    assert shows(sari.modal, "agreement.answers.both")
    assert "agreement.sign" not in action_ids(sari.modal)


async def test_before_the_first_window_it_is_the_next_step(office: Office, hr: Colleague) -> None:
    await introduce(office, hr)
    sari = office.people["sari"]
    before = await sari.open_home()
    assert before is not None
    assert shows(before, "home.pair.next.agree", number=1, opens="Monday 11 January 2027")
    await agree(office)
    after = await sari.open_home()
    assert after is not None
    assert shows(after, "home.pair.next.wait", number=1)


async def test_a_change_takes_both_signatures_and_the_history_stays(pair: Office) -> None:
    sari, budi = pair.people["sari"], pair.people["budi"]
    await write(sari)
    await pair.run(minutes=5)
    (message,) = to_sign(budi)
    await budi.click(message, "agreement.sign")
    await pair.run(minutes=5)
    await budi.click(introduction(budi), "agreement.open")
    await budi.click(None, "agreement.change")
    filled = {block["block_id"]: block["element"] for block in budi.modal.blocks if "element" in block}
    assert filled["goal1"]["initial_value"] == AGREED["goal1"]
    assert filled["by1"]["initial_date"] == "2027-03-01"
    assert filled["books"]["initial_option"]["value"] == "mentee"
    assert (await budi.submit({"books": "in_turn"})).ok
    await budi.slack.close(all=True)
    await pair.run(minutes=5)
    (again,) = to_sign(sari)
    assert shows(again, "agreement.proposed.changed", partner=f"<@{budi.id}>")
    assert shows(again, "agreement.text.in_turn")
    first, second = await versions(pair)
    assert (first.mentor_signed_at, first.leader_signed_at) != (None, None)
    assert first.books == "mentee"
    assert second.mentor_signed_at is None
    assert second.leader_signed_at is not None
    await sari.click(again, "agreement.sign")
    await pair.run(minutes=5)
    assert len(receiving(sari, "agreement.signed.body")) == 1, "the answer to her own signature is in its place"
    assert len(receiving(budi, "agreement.signed.body")) == 1


async def test_saving_what_is_there_signs_it_and_makes_no_new_version(pair: Office) -> None:
    sari, budi = pair.people["sari"], pair.people["budi"]
    await write(sari)
    assert (await write(budi, **{"mentor_called": "Sari ", "mentee_called": "Pak  Budi"})).ok
    (row,) = await versions(pair)
    assert row.leader_signed_at is not None
    await budi.click(introduction(budi), "agreement.open")
    await budi.click(budi.modal, "agreement.change")
    await budi.submit()
    assert shows(budi.modal, "errors.agreement_same")
    assert len(await versions(pair)) == 1


async def test_two_at_once_and_nothing_is_overwritten_or_lost(pair: Office) -> None:
    sari, budi = pair.people["sari"], pair.people["budi"]
    for who in (sari, budi):
        await who.click(introduction(who), "agreement.open")
    assert (await sari.submit(AGREED)).ok
    await budi.submit(AGREED | {"goal1": "Write my own posts"})
    shown = texts_in(budi.modal)
    assert says(shown, "agreement.answers.overtaken", partner=f"<@{sari.id}>")
    assert AGREED["goal1"] in shown
    fields = {block["block_id"]: block["element"] for block in budi.modal.blocks if "element" in block}
    assert fields["goal1"]["initial_value"] == "Write my own posts"
    assert len(await versions(pair)) == 1
    # Now with both texts before their eyes, the one decides.
    assert (await budi.submit(AGREED | {"goal1": "Write my own posts"})).ok
    first, second = await versions(pair)
    assert first.goals[0]["goal"] == AGREED["goal1"]
    assert second.goals[0]["goal"] == "Write my own posts"
    await pair.run(minutes=5)
    assert to_sign(budi) == [], "the first version counts no more"
    assert len(to_sign(sari)) == 1


async def test_an_old_button_does_not_sign_a_newer_text(pair: Office) -> None:
    sari, budi = pair.people["sari"], pair.people["budi"]
    await write(sari)
    await pair.run(minutes=5)
    (old,) = to_sign(budi)
    await write(sari, books="in_turn")
    await budi.click(old, "agreement.sign")
    await refused(budi, "agreement_outdated")
    await pair.run(minutes=5)
    new = to_sign(budi)[-1]
    await budi.click(introduction(budi), "agreement.open")
    await budi.click(budi.modal, "agreement.sign")
    await budi.slack.close(all=True)
    await budi.click(new, "agreement.sign")
    await refused(budi, "agreement_signed")
    assert [row.leader_signed_at is not None for row in await versions(pair)] == [False, True]


@pytest.mark.parametrize(
    ("changes", "errors"),
    [
        ({"goal1": " "}, {"goal1": "goal"}),
        ({"by1": "2027-01-11"}, {"by1": "past"}),
        ({"by1": "2031-01-11"}, {"by1": "far"}),
        ({"goal2": "Speak less"}, {"measure2": "measure", "by2": "by"}),
        ({"mentee_called": " "}, {"mentee_called": "called"}),
    ],
)
async def test_what_is_missing_is_said_at_its_field(
    pair: Office, changes: dict[str, str], errors: dict[str, str]
) -> None:
    outcome = await write(pair.people["sari"], **changes)
    assert set(outcome.errors) == set(errors)
    for block, error in errors.items():
        assert says(outcome.errors[block], f"agreement.errors.{error}")
    assert await versions(pair) == []


async def test_what_was_typed_does_nothing_to_the_other(pair: Office) -> None:
    sari, budi = pair.people["sari"], pair.people["budi"]
    evil = "<!channel> <https://evil.example|click> & <@U1>"
    typed = dict.fromkeys(("goal1", "measure1", "confidential", "off_limits"), evil)
    assert (await write(sari, **typed, **{"mentor_called": "<!here>", "mentee_called": "<b>"})).ok
    await pair.run(minutes=5)
    (message,) = to_sign(budi)
    assert "<!" not in texts_in(message)
    assert "<https" not in texts_in(message)
    assert "&lt;!channel&gt;" in texts_in(message)


async def test_the_longest_agreement_is_shown_whole(pair: Office) -> None:
    sari, budi = pair.people["sari"], pair.people["budi"]
    typed = {f"{name}{n}": "&" * 200 for name in ("goal", "measure") for n in (1, 2, 3)}
    typed |= {f"by{n}": "2027-05-01" for n in (1, 2, 3)} | {"confidential": "&" * 500, "off_limits": "&" * 499 + "!"}
    assert (await write(sari, **typed)).ok
    await pair.run(minutes=5)
    (message,) = to_sign(budi)
    assert texts_in(message).count("&amp;") == 6 * 200 + 999
    assert "…" not in texts_in(message)


def words_of(row: Agreement) -> dict[str, Any]:
    """An agreement without the moment at which its goals are looked at next."""
    return row.model_dump(exclude={"next_goal_at"})


async def test_the_wrong_people_read_and_change_nothing(pair: Office, hr: Colleague) -> None:
    """A stranger, HR, somebody of no pair and an ex-participant press the two's buttons, with their own payloads."""
    sari, budi = pair.people["sari"], pair.people["budi"]
    await write(sari)
    (row,) = await versions(pair)
    stranger, lia = pair.hire("Tono Wijaya"), pair.hire("Lia Kurnia")
    await pair.join(lia, "mentor", "entry", "Legal")
    await pair.balik.context.directory.person(row.team_id, stranger.id, pair.clock.now())

    reading: Request = (agreements.read_agreement, (row.pair_id,))
    changing: list[Request] = [(agreements.sign, (row.id,)), (agreements.propose, (row.pair_id, 1, TERMS))]

    async def refusal(who: Colleague, requests: Sequence[Request] = (reading, *changing)) -> str:
        store, now = pair.balik.store, pair.clock.now()
        codes = set()
        for function, arguments in requests:
            caller = Caller(row.team_id, who.id, f"forged {function.__name__} {who.id} {now}", now)
            with pytest.raises(Rejected) as refused:
                await function(store, caller, *arguments)
            codes.add(refused.value.code)
        (code,) = codes
        return code

    assert await refusal(stranger) == "not_participant"
    assert await refusal(hr) == "not_participant"
    assert await refusal(lia) == "not_your_pair"
    await lia.command("leave")
    await lia.submit({})
    await pair.settle()
    assert await refusal(lia) == "left_programme"
    await budi.command("leave")
    await budi.submit({})
    await pair.settle()
    assert await refusal(budi, changing) == "left_programme"
    assert await refusal(sari, changing) == "pair_ended"
    for who in (sari, budi):
        caller = Caller(row.team_id, who.id, f"after the end {who.id}", pair.clock.now())
        kept = await agreements.read_agreement(pair.balik.store, caller, row.pair_id)
        assert kept.agreement is not None
        assert words_of(kept.agreement) == words_of(row), "their own agreement stays with both"
    assert [words_of(one) for one in await versions(pair)] == [words_of(row)]
    assert row.leader_signed_at is None


async def test_a_version_that_never_was_cannot_be_signed(pair: Office) -> None:
    sari = pair.people["sari"]
    (row,) = await pairs(pair)
    with pytest.raises(Rejected, match="not_your_pair"):
        await agreements.sign(pair.balik.store, Caller(row.team_id, sari.id, "forged", pair.clock.now()), 4711)


async def test_a_form_left_open_until_the_pair_ended_saves_nothing(pair: Office) -> None:
    sari, budi = pair.people["sari"], pair.people["budi"]
    await sari.click(introduction(sari), "agreement.open")
    await budi.command("leave")
    await budi.submit({})
    await pair.settle()
    await sari.submit(AGREED)
    assert shows(sari.modal, "errors.pair_ended")
    await sari.slack.close(all=True)
    assert await versions(pair) == []
    await sari.click(introduction(sari), "agreement.open")
    await refused(sari, "pair_ended")
    assert to_sign(budi) == []


async def test_hr_never_sees_a_word_of_it(pair: Office, hr: Colleague) -> None:
    sari, budi = pair.people["sari"], pair.people["budi"]
    await write(sari)
    await pair.run(minutes=5)
    await budi.click(to_sign(budi)[0], "agreement.sign")
    await hr.command("summary", pair.hr_channel)
    await pair.run(minutes=5)
    assert says(await whole(hr, pair), "insight.summary.agreements", "id", signed="1", pairs="1")
    await pair.run(days=8)
    for message in [*pair.posted(pair.hr_channel), *pair.posted(pair.general), *hr.inbox]:
        for words in (AGREED["goal1"], AGREED["measure1"], AGREED["off_limits"]):
            assert words not in texts_in(message)


async def test_it_speaks_indonesian(office: Office, hr: Colleague) -> None:
    await introduce(office, hr)
    sari, budi = office.people["sari"], office.people["budi"]
    for who, more in ((sari, {"address": "kamu"}), (budi, {"address": "bapak"})):
        role, level, place = ("mentor", "specialist", "Marketing") if who is sari else ("mentee", "director", "Finance")
        for chosen in ({}, more):  # "kamu" is offered in Indonesian only
            assert (await office.join(who, role, level, place, language="id", **chosen)).ok
    await office.run(until=MONDAY_11)
    await sari.click(introduction(sari), "agreement.open")
    assert shows(sari.modal, "agreement.form.books.label", "id")
    assert (await sari.submit(AGREED)).ok
    assert shows(sari.modal, "agreement.answers.saved", "id")
    await sari.slack.close(all=True)
    await office.run(minutes=5)
    (message,) = to_sign(budi)
    text = texts_in(message)
    assert says(text, "agreement.proposed.title", "id", mu=" Bapak")
    assert says(text, "agreement.proposed.body", "id")
    assert says(text, "agreement.text.measure", "id", measure=AGREED["measure1"], by="Senin, 1 Maret 2027")
    assert says(text, "agreement.text.books", "id", who="Pak Budi")
    assert says(text, "agreement.text.confidential", "id")
    await budi.click(message, "agreement.sign")
    await office.run(minutes=5)
    (done,) = of_kind(sari, AgreementSignedMessage)
    assert shows(done, "agreement.signed.title", "id")
    assert shows(done, "agreement.signed.body", "id", Kamu="Kamu")
    assert of_kind(budi, AgreementSignedMessage) == [], "the answer to his own signature is in its place"
    found = await budi.open_home()
    assert found is not None
    assert shows(found, "agreement.home.signed", "id")
