"""The cadence that both chose at sign-up: proposed with the introduction, agreed by one press."""

from datetime import date

import pytest
from sqlmodel import select

from bot.domain.messages.sessions import CadenceAgreedMessage, CadenceProposedMessage
from bot.domain.programme import Cadence
from bot.domain.sessions_cadence import wished
from storage.tables import Programme
from tests.scenarios.office import Colleague, Office, action_ids, shows, texts_in
from tests.scenarios.pairs import introduction, more_of, of_kind, pairs, release, sessions
from tests.wording import label

WISH = "rhythm.wish"


async def introduce(
    office: Office, hr: Colleague, mentor: list[str], leader: list[str], language: str = "en"
) -> tuple[Colleague, Colleague]:
    """Sari and Budi, who wish to meet that often, introduced two weeks before the programme starts."""
    sari, budi = office.hire("Sari Wulandari"), office.hire("Budi Santoso")
    await office.set_up(hr, starts_on="2027-01-18")
    assert (await office.join(sari, "mentor", "entry", "Marketing", cadences=mentor, language=language)).ok
    assert (await office.join(budi, "mentee", "director", "Finance", cadences=leader, language=language)).ok
    await release(office, hr)
    return sari, budi


@pytest.mark.in_turn(2)
@pytest.mark.parametrize("language", ["id", "en"])
async def test_one_press_is_enough_and_the_dates_follow(office: Office, hr: Colleague, language: str) -> None:
    both = ["weekly", "by_agreement"]
    sari, budi = await introduce(office, hr, both, both, language)
    weekly = label("labels.in_text.cadences.weekly", language)
    monthly = await sessions(office)
    for who in (sari, budi):
        assert shows(introduction(who), "sessions.cadence.wish.body", language, cadence=weekly, was_sessions="6")
    assert (await budi.click(introduction(budi), WISH)).ok
    await office.settle()
    (pair,) = await pairs(office)
    assert pair.cadence == Cadence.WEEKLY
    rows = await sessions(office)
    assert len(rows) > 3 * len(monthly)
    assert rows[0].opens_on == date(2027, 1, 18), "not before the programme starts"
    assert rows[-1].closes_on == monthly[-1].closes_on
    pressed = introduction(budi)
    assert WISH not in action_ids(pressed)
    assert shows(pressed, "sessions.cadence.answers.agreed_by_me", language, cadence=weekly)
    assert "session.book" in action_ids(pressed), "all else in the introduction is still to be done"
    await office.run(days=1)
    (told,) = of_kind(sari, CadenceAgreedMessage)
    assert shows(told, "sessions.cadence.answers.agreed", language, cadence=weekly)
    assert of_kind(budi, CadenceAgreedMessage) == []
    # The other one's button still works, and nothing happens twice.
    assert (await sari.click(introduction(sari), WISH)).ok
    await office.run(days=1)
    assert shows(introduction(sari), "sessions.cadence.wish.done", language, cadence=weekly)
    assert [one.opens_on for one in await sessions(office)] == [one.opens_on for one in rows]
    assert len(of_kind(sari, CadenceAgreedMessage)) == 1
    assert of_kind(budi, CadenceAgreedMessage) == []


async def test_it_can_be_accepted_later_until_they_agree_on_something_else(office: Office, hr: Colleague) -> None:
    sari, budi = await introduce(office, hr, ["fortnightly"], ["fortnightly", "weekly"])
    assert (await sari.click(await more_of(sari), "rhythm.open")).ok
    assert WISH in action_ids(sari.modal), "also where they change how they meet"
    assert (await sari.submit({"cadence": "weekly", "format": "hands_on"})).ok
    await sari.slack.close(all=True)
    await office.run(days=1)
    (asked,) = of_kind(budi, CadenceProposedMessage)
    assert (await budi.click(asked, "rhythm.agree")).ok
    await office.settle()
    assert (await budi.click(introduction(budi), WISH)).ok
    await office.settle()
    (pair,) = await pairs(office)
    assert pair.cadence == Cadence.WEEKLY, "the old button changes nothing"
    assert any(shows(one, "errors.rhythm_outdated") for one in budi.inbox)


async def test_wishes_that_differ_are_not_told(office: Office, hr: Colleague) -> None:
    for who in await introduce(office, hr, ["weekly", "monthly"], ["fortnightly"]):
        told = texts_in(introduction(who))
        assert WISH not in action_ids(introduction(who))
        for cadence in Cadence:
            assert label(f"labels.in_text.cadences.{cadence}") not in told
        await who.click(await more_of(who), "rhythm.open")
        assert WISH not in action_ids(who.modal)
    (pair,) = await pairs(office)
    assert pair.wished_cadence is None
    assert {len(await sessions(office))} == {6}


async def test_by_agreement_from_the_start_and_in_an_older_programme(office: Office, hr: Colleague) -> None:
    """People of an older programme signed up without reading that a wish is proposed: it is not."""
    await office.set_up(hr, cadence="by_agreement", starts_on="2027-01-18")
    sari, budi = office.hire("Sari Wulandari"), office.hire("Budi Santoso")
    async with office.balik.store.write(office.clock.now()) as work:
        (programme,) = (await work.session.exec(select(Programme))).all()
        programme.proposes_wishes = False
        await work.commit()
    await sari.command("join")
    first = {"role": "mentor", "level": "entry", "department": "IT", "offers": ["ai_tools"], "no_manager": ["none"]}
    assert (await sari.submit({**first, "language": "en"})).ok
    (asked,) = [one for one in sari.modal.blocks if one.get("block_id") == "cadences"]
    assert [one["value"] for one in asked["element"]["initial_options"]] == ["by_agreement"]
    assert "hint" not in asked
    assert (await sari.submit({"confidence": "4", "cadences": ["weekly"]})).ok
    await sari.slack.close(all=True)
    assert (await office.join(budi, "mentee", "director", "Finance", cadences=["weekly"])).ok
    await release(office, hr)
    assert WISH not in action_ids(introduction(sari))
    assert len(await sessions(office)) == 6, "one a month is planned"


def test_which_wish_is_proposed() -> None:
    for mentor, leader, usual, proposed in (
        (["weekly"], ["weekly"], Cadence.MONTHLY, Cadence.WEEKLY),
        (["weekly", "fortnightly"], ["weekly", "fortnightly"], Cadence.MONTHLY, Cadence.FORTNIGHTLY),
        (["weekly", "monthly"], ["weekly", "monthly"], Cadence.MONTHLY, None),
        (["weekly"], ["monthly"], Cadence.MONTHLY, None),
        ([], ["weekly"], Cadence.MONTHLY, None),
        (["by_agreement", "weekly"], ["weekly", "by_agreement"], Cadence.MONTHLY, Cadence.WEEKLY),
        (["by_agreement"], ["by_agreement"], Cadence.WEEKLY, Cadence.BY_AGREEMENT),
        (["monthly", "weekly"], ["weekly", "monthly"], Cadence.BY_AGREEMENT, Cadence.MONTHLY),
    ):
        assert wished(mentor, leader, usual) == proposed
