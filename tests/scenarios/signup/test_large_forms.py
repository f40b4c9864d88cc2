"""Forms whose next step does not fit into an answer: it comes by a call of its own, and nothing filled in is lost."""

from typing import Any

import pytest

from bot.domain.programme import Theme, topics_for
from bot.sandbox import Fault
from tests.scenarios.office import LARGEST_FRAME, Colleague, Office, action_ids

TOPICS = list(topics_for(Theme.DIGITAL_TRENDS, []))
LONG = "Divisi Pengembangan Sumber Daya Manusia dan Transformasi Digital Wilayah Timur"
FIRST: dict[str, Any] = {
    "role": "both",
    "level": "manager",
    "department": LONG,
    "offers": TOPICS[:5],
    "wishes": TOPICS[5:10],
    "no_manager": ["none"],
}
SECOND: dict[str, Any] = {"confidence": "4", **{f"skill_{topic}": "2" for topic in TOPICS[5:10]}}


async def sign_up(who: Colleague, language: str) -> None:
    """By both steps, with as many topics as the form allows."""
    await who.command("join")
    assert (await who.submit({**FIRST, "language": language})).ok
    fields = {block.get("block_id") for block in who.modal.blocks}
    assert {f"skill_{topic}" for topic in FIRST["wishes"]} <= fields, "the second step is there"
    assert (await who.submit(SECOND)).ok
    await who.slack.close(all=True)


@pytest.mark.parametrize("language", ["id", "en"])
async def test_the_largest_sign_up_and_its_change(office: Office, hr: Colleague, language: str) -> None:
    await office.set_up(hr)
    sari = office.hire("Sari Wulandari Kusumaningtyas Hadiningrat")
    for _ in range(2):
        await sign_up(sari, language)
    assert 0 < office.slack.sockets.largest_frame < LARGEST_FRAME


@pytest.mark.parametrize("kind", ["error_before", "ratelimited", "lost_reply"])
async def test_a_step_that_slack_did_not_get_can_be_asked_for(office: Office, hr: Colleague, kind: Any) -> None:
    await office.set_up(hr)
    sari = office.hire("Sari Wulandari")
    await sari.command("join")
    office.slack.faults.add(Fault(kind, "views.update", times=1))
    assert (await sari.submit(FIRST)).ok
    if kind != "lost_reply":
        assert action_ids(sari.modal) == ["form.again"]
        assert (await sari.click(sari.modal, "form.again")).ok
    assert (await sari.submit(SECOND)).ok, "and what was filled in before is kept"
    await sari.slack.close(all=True)
    await sari.command("join")
    chosen = [block["element"] for block in sari.modal.blocks if block.get("block_id") in ("offers", "wishes")]
    assert [len(one["initial_options"]) for one in chosen] == [5, 5]
