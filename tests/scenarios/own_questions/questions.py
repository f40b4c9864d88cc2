"""HR's own questions as scenarios use them: HR adds one, and what is stored."""

from typing import Any

from sqlmodel import col, select

from bot.sandbox import Outcome
from storage.tables import OwnAnswer, OwnQuestion
from tests.scenarios.office import Colleague, Office, parts_of

ROOM: dict[str, Any] = {
    "ask_id": "Lebih suka bertemu di mana?",
    "labels_id": "Kantor\nOnline\nKedai kopi",
    "ask_en": "Where would you rather meet?",
    "labels_en": "Office\nOnline\nCoffee shop",
}
"""A choice, as HR fills it in."""
EASE: dict[str, Any] = {
    "ask_id": "Seberapa mudah menemukan waktu?",
    "low_id": "sulit",
    "high_id": "mudah",
    "ask_en": "How easy was it to find a time?",
    "low_en": "hard",
    "high_en": "easy",
}
"""A scale."""
WISH: dict[str, Any] = {"ask_id": "Satu saran untuk kami?", "ask_en": "One suggestion for us?"}
"""A short text."""
QUESTIONS = {"choice": ROOM, "scale": EASE, "text": WISH}


async def add_question(hr: Colleague, place: str, kind: str, **changed: Any) -> Outcome:
    """HR types the command, opens a place and adds a question; the window of the place is open afterwards."""
    if hr.slack.modal:
        await hr.slack.close(all=True)
    assert (await hr.command("questions", hr.office.hr_channel)).ok
    assert (await hr.click(hr.modal, f"own_questions.place.{place}")).ok
    assert (await hr.click(hr.modal, f"own_questions.add.{kind}")).ok
    return await hr.submit(QUESTIONS[kind] | changed)


async def press(who: Colleague, action_id: str, value: str) -> Outcome:
    """Press the button with this value, of several with the same id."""
    block = next(
        one["block_id"]
        for one in who.modal.blocks
        if any(part.get("action_id") == action_id and part.get("value") == value for part in parts_of(one))
    )
    return await who.click(who.modal, action_id, block_id=block)


async def stored_questions(office: Office) -> list[OwnQuestion]:
    async with office.balik.store.read(office.clock.now()) as work:
        return list((await work.session.exec(select(OwnQuestion).order_by(col(OwnQuestion.id)))).all())


async def stored_answers(office: Office) -> list[OwnAnswer]:
    async with office.balik.store.read(office.clock.now()) as work:
        return list((await work.session.exec(select(OwnAnswer).order_by(col(OwnAnswer.id)))).all())
