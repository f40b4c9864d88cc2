"""A draft of 500 pairs: HR finds what it looks for within Slack's limits, at the cost of a small draft."""

import json
from typing import Any

from sqlalchemy import insert
from sqlmodel import select

from storage.outbox import Outgoing
from storage.tables import Draft, DraftPair, Participant, Person, Programme
from tests.meter import metered
from tests.rosters import nobody_has_a_manager
from tests.scenarios.office import Colleague, Office, action_ids, shows, texts_in

PAIRS = 500
LEFT = 40
ALIKE = 37
"""Mentors of the department Audit."""


async def fill(office: Office) -> None:
    """500 pairs and 40 leaders without a partner, as if they had signed up and been matched."""
    async with office.balik.store.write(office.clock.now()) as work:
        programme = (await work.session.exec(select(Programme))).one()
        common: dict[str, Any] = {"team_id": programme.team_id}
        people = [
            {**common, "slack_id": f"UX{one}", "name": f"Rekan Nomor {one:04}", "created_at": work.now}
            for one in range(2 * PAIRS + LEFT)
        ]
        blank = Person(**common, slack_id="", name="", created_at=work.now)
        rows = [blank.model_dump(exclude={"id"}) | one for one in people]
        await work.session.exec(insert(Person), params=rows)
        ids = {one.slack_id: one.id for one in (await work.session.exec(select(Person))).all()}
        parts = [_part(programme, one, ids[f"UX{one}"], work.now) for one in range(2 * PAIRS + LEFT)]
        await work.session.exec(insert(Participant), params=parts)
        await nobody_has_a_manager(work, programme.id)
        signed = {one.person_id: one.id for one in (await work.session.exec(select(Participant))).all()}
        draft = Draft(team_id=programme.team_id, programme_id=programme.id, created_at=work.now, created_by=1)
        work.session.add(draft)
        await work.session.flush()
        pairs = [
            DraftPair(
                team_id=programme.team_id,
                draft_id=draft.id,
                mentor_id=signed[ids[f"UX{one}"]],
                leader_id=signed[ids[f"UX{one + PAIRS}"]],
                score=9_000 - 15 * one,
                explanation=_why(),
                alternates={"mentor": [[signed[ids[f"UX{(one + 1) % PAIRS}"]], 4_000]], "mentee": []},
            ).model_dump(exclude={"id"})
            for one in range(PAIRS)
        ]
        await work.session.exec(insert(DraftPair), params=pairs)
        key = f"{programme.id}:match_draft:{draft.id}:"
        to_hr = Outgoing(
            programme.team_id,
            key=key,
            kind="match_draft",
            programme_id=programme.id,
            channel=programme.hr_channel,
            data={"draft": draft.id},
            keeps_hours=False,
        )
        await work.send(to_hr)
        await work.commit()
    await office.run(minutes=2)


def _part(programme: Programme, one: int, person_id: int, now: Any) -> dict[str, Any]:
    teaches = one < PAIRS
    return Participant(
        team_id=programme.team_id,
        programme_id=programme.id,
        person_id=person_id,
        role="mentor" if teaches else "mentee",
        level=2 if teaches else 6,
        department="Audit" if one < ALIKE else f"Department {one % 120}",
        offers=[{"topic": "ai_tools", "level": 4}] if teaches else [],
        wishes=[] if teaches else [{"topic": "ai_tools", "priority": 3, "skill": 1}],
        languages=["id"],
        mentor_capacity=1,
        leader_capacity=1,
        joined_at=now,
    ).model_dump(exclude={"id"})


def _why() -> dict[str, Any]:
    reasons = [
        ["topic", {"topics": ["ai_tools", "social_media"]}],
        ["hours", {}],
        ["format", {"formats": ["hands_on"]}],
    ]
    return {"mentor": reasons, "mentee": reasons, "checked": ["not_in_reporting_line", "common_language"]}


def rows(hr: Colleague, action_id: str = "match.open") -> int:
    """How many are listed; every modal that is looked at keeps Slack's limits."""
    assert len(hr.modal.blocks) <= 100
    assert len(json.dumps(hr.modal.blocks)) < 250_000
    return action_ids(hr.modal).count(action_id)


async def test_hr_finds_its_way_among_500_pairs(office: Office, hr: Colleague) -> None:
    await office.set_up(hr)
    await fill(office)
    message = office.posted(office.hr_channel)[-1]
    assert shows(message, "matching.draft.body", pairs=500)
    with metered(office.balik.store.engine) as opened:
        await hr.click(message, "match.pairs")
    assert opened.statements < 40, "as many as for ten pairs"
    assert rows(hr) == 10
    assert "1–10" in texts_in(hr.modal)
    await hr.click(None, "match.show", "weakest")
    assert "<@UX499>" in texts_in(hr.modal), "weakest first"
    for _ in range(2):
        await hr.click(None, "match.page.next")
    assert "21–30" in texts_in(hr.modal)
    assert "<@UX479>" in texts_in(hr.modal)
    await hr.submit({"words": "nomor 0123"})
    assert rows(hr) == 1
    assert "<@UX123>" in texts_in(hr.modal)
    await hr.submit({"words": ""})
    await hr.click(None, "match.department", "audit")
    assert shows(hr.modal, "matching.draft.page", "id", first=1, last=10, count=ALIKE)
    await hr.submit({"words": "nomor 0123"})
    assert rows(hr) == 0, "name and department go together"
    await hr.submit({"words": "nomor 0012"})
    await hr.click(None, "match.open")
    assert rows(hr, "match.choose.mentor") == 1
    with metered(office.balik.store.engine) as locked:
        await hr.click(None, "match.lock")
    assert locked.statements < 80, "the page, the list and the message"
    await hr.slack.close()
    assert ":lock:" in texts_in(hr.modal)
    await hr.submit({"words": ""})
    await hr.click(None, "match.department", "-")
    await hr.click(None, "match.show", "left")
    assert rows(hr, "match.write") == 11, "ten of them, and all at once"
    assert shows(hr.modal, "matching.draft.page", "id", first=1, last=10, count=LEFT)
