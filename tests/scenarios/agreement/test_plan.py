"""The learning plan: proposed by topic and form, signed with the agreement, shown where the pair needs it."""

from datetime import UTC, datetime
from typing import Any

import pytest

from bot.domain.messages.sessions import LeaderPackMessage, MentorPackMessage
from storage.tables import SessionState
from tests.scenarios.agreement.test_agreement import versions
from tests.scenarios.office import Colleague, Office, action_ids, parts_of, shows, texts_in
from tests.scenarios.pairs import (
    AGREED,
    MONDAY_11,
    book,
    introduce,
    introduction,
    more_of,
    of_kind,
    sessions,
    with_action,
)
from tests.wording import says

OWN = "I show <!channel> a dashboard that I made alone"


def fields(who: Colleague) -> dict[str, str]:
    """The learning plan's fields in the open form, with what they are filled in with."""
    blocks = [one for one in who.modal.blocks if str(one.get("block_id", "")).startswith("plan_")]
    return {one["block_id"]: one["element"].get("initial_value", "") for one in blocks}


async def open_form(who: Colleague) -> None:
    await who.click(introduction(who), "agreement.open")
    if "agreement.change" in action_ids(who.modal):
        await who.click(who.modal, "agreement.change")


async def write(who: Colleague, **changes: Any) -> None:
    await open_form(who)
    assert (await who.submit(AGREED | changes)).ok
    await who.slack.close(all=True)


async def sign(who: Colleague) -> None:
    await who.click(introduction(who), "agreement.open")
    assert (await who.click(who.modal, "agreement.sign")).ok
    await who.slack.close(all=True)
    await who.office.run(minutes=1)


def proposal(office: Office, pack: str, language: str) -> str:
    """What is proposed for Sari and Budi."""
    texts = office.balik.context.catalogue.texts(language)
    return texts.plain(f"agreement.plan.proposed.{pack}.any", topic=texts.plain("labels.in_text.topics.ai_tools"))


@pytest.fixture
async def pair(office: Office, hr: Colleague) -> Office:
    """Sari and Budi, introduced; they like hands-on sessions."""
    await introduce(office, hr, weekly=True)
    return office


@pytest.mark.in_turn(2)
@pytest.mark.parametrize("language", ["en", "id"])
async def test_proposed_changed_signed_and_shown(pair: Office, hr: Colleague, language: str) -> None:
    """Each reads what was left as proposed in their own language; nobody else reads any of it."""
    sari, budi = pair.people["sari"], pair.people["budi"]
    await budi.click(await more_of(budi, "home.more"), "home.language", language)
    await budi.slack.close(all=True)
    await open_form(sari)
    proposed = fields(sari)
    assert list(proposed) == [f"plan_{one.pack}" for one in await sessions(pair)], "one for each session"
    assert proposed["plan_hands_on"] == proposal(pair, "hands_on", "en")
    changes = {"plan_hands_on": OWN, "plan_insight": "", "plan_harvest": "  "}
    assert (await sari.submit(AGREED | changes)).ok
    await sari.slack.close(all=True)
    home = await sari.open_home()
    assert home is not None
    assert not shows(home, "agreement.plan.title"), "not before both have signed"
    await sign(budi)
    (row,) = await versions(pair)
    assert row.plan is not None
    assert [one["pack"] for one in row.plan] == ["contract", "working_day", "hands_on", "blind_spots"]
    first, own = proposal(pair, "contract", language), OWN.replace("<", "&lt;").replace(">", "&gt;")
    for shown in (await budi.open_home(), await _text(budi)):
        assert shown is not None
        assert shows(shown, "agreement.plan.line", language, number=1, text=first)
        assert shows(shown, "agreement.plan.line", language, number=3, text=own)
    await budi.slack.close(all=True)
    # The goal of 1 March is to be seen after the second session, which is to take place before.
    assert shows(await _text(sari), "agreement.plan.goal", number=2)
    await sari.slack.close(all=True)
    await pair.run(until=MONDAY_11)
    assert (await book(pair, sari, "2027-01-14", "10:00")).ok
    await pair.run(until=datetime(2027, 1, 18, 5, 0, tzinfo=UTC))
    (material,), (brief,) = of_kind(sari, MentorPackMessage), of_kind(budi, LeaderPackMessage)
    assert shows(material, "agreement.plan.pack", text=proposal(pair, "contract", "en"))
    assert shows(brief, "agreement.plan.pack", language, text=first)
    await budi.click(brief, "pack.open")
    assert shows(budi.modal, "agreement.plan.pack", language, text=first)
    await budi.slack.close(all=True)
    for who in (sari, budi):
        assert (await who.click(with_action(who, "poll.met.yes")[-1], "poll.met.yes")).ok
    await pair.settle()
    assert (await sessions(pair))[0].state == SessionState.HELD
    home = await budi.open_home()
    assert home is not None
    assert shows(home, "agreement.plan.held", language, number=1, text=first)
    told = "".join(texts_in(one) for one in [*pair.posted(pair.hr_channel), *hr.inbox])
    assert "dashboard that I made" not in told


async def _text(who: Colleague) -> Any:
    await who.click(introduction(who), "agreement.open")
    return who.modal


async def test_proposals_follow_the_topic_and_old_forms_keep_the_plan(pair: Office) -> None:
    sari, budi = pair.people["sari"], pair.people["budi"]
    await write(sari, plan_hands_on=OWN)
    await open_form(budi)
    assert fields(budi)["plan_contract"] == proposal(pair, "contract", "en")
    offered = [one["value"] for part in parts_of(budi.modal.blocks) for one in part.get("options", ())]
    assert "ai_tools" in offered
    # A form that an older version opened has no fields for the plan.
    view = budi.modal
    view.blocks = [one for one in view.blocks if not str(one.get("block_id", "")).startswith("plan_")]
    assert (await budi.submit({"off_limits": "Names"})).ok
    await budi.slack.close(all=True)
    first, second = await versions(pair)
    assert second.plan == first.plan
    await open_form(sari)
    assert fields(sari)["plan_hands_on"] == OWN
    assert (await sari.submit({"plan_hands_on": "x" * 201})).errors
    assert (await sari.submit({"plan_hands_on": "", "goal1": "Another"})).ok
    await sari.slack.close(all=True)
    await open_form(sari)
    assert fields(sari)["plan_hands_on"] == "", "what they cleared is not proposed again"
    assert says(texts_in(sari.modal), "agreement.plan.intro")
