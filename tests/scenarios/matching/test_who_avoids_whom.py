"""HR tries a couple in every way there is: of somebody who avoids the other it reads what it reads of silence."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import col, select

from bot.sandbox import Message, View
from storage.tables import AuditEntry, Avoidance, PairConfirmation, Person
from tests.scenarios.office import Colleague, Office, action_ids, open_office, shows, texts_in
from tests.scenarios.pairs import say_yes
from tests.scenarios.snapshots import once
from tests.wording import says

MENTORS = ("Sari Wulandari", "Bayu Pratama", "Lia Kurnia", "Agus Halim", "Nina Sari", "Doni Putra")
LEADERS = ("Budi Santoso", "Rina Hapsari", "Tari Anggraini", "Yanto Wibowo", "Maya Lestari")
SARI, BUDI = "sari", "budi"
"""Sari knows nothing that Budi wishes to learn, so no matching proposes them."""

Seen = list[tuple[str, str]]
"""What HR did, and everything that HR could read afterwards."""


async def _sign_up(office: Office, hr: Colleague) -> None:
    await office.set_up(hr)
    for place, name in enumerate(MENTORS):
        offers = ["social_media"] if place == 0 else ["ai_tools"]
        more = {"mentor_capacity": "1", "offers": offers}
        assert (await office.join(office.hire(name), "mentor", "specialist", f"Team {place}", **more)).ok
    for place, name in enumerate(LEADERS):
        wishes = ["social_media"] if place == 1 else ["ai_tools"]
        assert (await office.join(office.hire(name), "mentee", "director", f"Board {place}", wishes=wishes)).ok


class Watched:
    """HR at work, and all that HR is shown: windows, messages, whispers, the Home tab, files."""

    def __init__(self, office: Office, hr: Colleague) -> None:
        self.office, self.hr, self.seen = office, hr, Seen()

    async def look(self, what: str) -> None:
        """Everything that is before HR's eyes now."""
        hr, office = self.hr, self.office
        modal = [_as_read(hr.slack.modal)] if hr.slack.modal else []
        files = [str(one.content) for one in office.slack.workspace.files.values()]
        shown = [_as_read(one) for one in hr.slack.visible(office.hr_channel)] + [_as_read(one) for one in hr.inbox]
        home = await hr.open_home()
        self.seen.append((what, "\n".join([*modal, *shown, *files, _as_read(home) if home else ""])))

    async def click(self, on: Message | View | None, action_id: str, value: Any = None) -> None:
        outcome = await self.hr.click(on, action_id, value)
        await self.look(f"{action_id}: {outcome.ok}")

    async def first(self, action_id: str) -> None:
        """Press the first of several alike."""
        block = next(one for one in self.hr.modal.blocks if action_id in str(one))
        await self.hr.slack.click(None, action_id, block["block_id"])
        await self.office.balik.context.wait_idle()
        await self.look(action_id)

    async def submit(self, values: dict[str, Any]) -> None:
        outcome = await self.hr.submit(values)
        await self.look(f"{sorted(values)}: {outcome.ok} {outcome.errors}")

    async def close(self) -> None:
        await self.hr.slack.close(all=True)

    @property
    def draft(self) -> Message:
        return [one for one in self.office.posted(self.office.hr_channel) if "match.add" in action_ids(one)][-1]

    async def open_pair(self, name: str) -> None:
        """The page of somebody's pair, through the list."""
        await self.click(self.draft, "match.pairs")
        await self.submit({"words": name})
        await self.first("match.open")


def _as_read(on: Message | View) -> str:
    return f"{texts_in(on)} {action_ids(on)}"


async def try_everything(office: Office, hr: Colleague, answers: Sequence[tuple[str, str]]) -> Seen:
    """HR puts Sari and Budi together, by hand and by every other way, until after the three working days."""
    watched, people = Watched(office, hr), office.people
    await hr.command("match", office.hr_channel)
    await office.settle()
    for name in (MENTORS[0], LEADERS[0]):
        await watched.click(watched.draft, "match.pairs")
        await watched.submit({"words": name})
        if "match.open" in action_ids(hr.modal):
            await watched.first("match.open")
            await watched.click(None, "match.take_out")
        await watched.close()
    couple = {"mentor": people[SARI].id, "mentee": people[BUDI].id}
    # Who else would do for another leader's pair names Sari, and for another mentor's names Budi.
    await watched.open_pair(LEADERS[1])
    await watched.close()
    await watched.click(watched.draft, "match.add")
    await watched.submit(couple | {"why": "You both work on the new shop"})
    await watched.close()
    await office.run(hours=1)
    await watched.look("asked")
    for who, answer in answers:
        question = [one for one in people[who].inbox if answer in action_ids(one)][-1]
        await people[who].click(question, answer)
    await watched.look("an hour later")
    await watched.open_pair(MENTORS[0])
    await watched.close()
    await watched.click(watched.draft, "match.add")
    await watched.submit(couple)  # once more
    await watched.close()
    await watched.open_pair(LEADERS[2])
    await watched.click(None, "match.swap")
    await watched.submit({"mentee": people["yanto"].id})  # beside it
    await watched.close()
    await watched.click(watched.draft, "match.left")
    await watched.close()
    await watched.click(watched.draft, "weights.open")
    await hr.slack.fill(None, {"preset": "closeness"})
    await office.balik.context.wait_idle()
    await watched.look("what would change")
    await watched.close()
    await watched.click(watched.draft, "match.draw")
    await office.settle()
    await watched.look("worked out again")
    await watched.click(watched.draft, "match.release")
    await watched.close()
    await say_yes(hr, watched.draft)
    await office.run(hours=1)
    await watched.look("released")
    for day in range(6):
        await office.run(days=1)
        await watched.look(f"{day + 1} days later")
    await hr.command("log", office.hr_channel)
    await watched.click(None, "match.log_file")
    await watched.close()
    await office.run(minutes=5)
    await watched.look("the log as a file")
    await watched.click(watched.draft, "match.add")
    await watched.submit(couple)  # asked before
    await watched.close()
    await watched.click(watched.draft, "match.draw")
    await office.settle()
    await watched.look("worked out once more")
    return watched.seen


WAYS: dict[str, tuple[tuple[str, str], ...]] = {
    "silence": (),
    "avoidance": (),
    "refusal": ((BUDI, "pair.no"), (SARI, "pair.yes")),
    "avoidance and a yes": ((SARI, "pair.yes"), (SARI, "pair.no"), (SARI, "pair.yes")),
}


async def _played(path: Path, way: str) -> Seen:
    async with open_office(f"sqlite:///{path}/{way.replace(' ', '_')}.sqlite") as office:
        office.slack.limits.enabled = False
        hr = office.hire("Dewi Lestari", title="HR Business Partner")
        office.slack.add_member(office.hr_channel, hr.slack.user)
        await once(office, _sign_up, office, hr)
        if "avoidance" in way:
            async with office.balik.store.write(office.clock.now()) as work:
                who, whom = [
                    (await work.session.exec(select(Person).where(Person.slack_id == office.people[one].id))).one()
                    for one in (BUDI, SARI)
                ]
                work.session.add(Avoidance(team_id=who.team_id, person_id=who.id, avoided_id=whom.id))
                await work.commit()
        seen = await try_everything(office, hr, WAYS[way])
        async with office.balik.store.read(office.clock.now()) as work:
            asked = (await work.session.exec(select(PairConfirmation).order_by(col(PairConfirmation.id)))).all()
            tried = (await work.session.exec(select(AuditEntry).where(AuditEntry.what == "pair_tried"))).all()
        assert asked[0].state == "not_confirmed"
        assert len(tried) >= 2, "tries that were refused are in the log"
        return seen


@pytest.mark.soak
@pytest.mark.parametrize("way", [way for way in WAYS if way != "silence"])
async def test_hr_reads_of_avoidance_and_refusal_what_it_reads_of_silence(tmp_path: Path, way: str) -> None:
    """Through all windows, in CI only: `tests/storage/confirmations` compares the same below them in `make test`."""
    silence = await _played(tmp_path, "silence")
    assert any(says(shown, "matching.confirm.settled.not_confirmed") for _, shown in silence)
    seen = await _played(tmp_path, way)
    assert [what for what, _ in seen] == [what for what, _ in silence]
    for (what, shown), (_, expected) in zip(seen, silence, strict=True):
        assert shown == expected, f"{way} shows after {what}"


@pytest.fixture
async def company(office: Office, hr: Colleague) -> Office:
    await once(office, _sign_up, office, hr)
    return office


async def test_both_are_asked_alike_and_may_change_their_answer(company: Office, hr: Colleague) -> None:
    office, people = company, company.people
    watched = Watched(office, hr)
    await hr.command("match", office.hr_channel)
    await office.settle()
    for name in (MENTORS[0], LEADERS[0]):
        await hr.click(watched.draft, "match.pairs")
        await hr.submit({"words": name})
        if "match.open" in action_ids(hr.modal):
            await hr.click(None, "match.open")
            await hr.click(None, "match.take_out")
        await hr.slack.close(all=True)
    await hr.click(watched.draft, "match.add")
    why = "You both <!channel> work on the shop"
    assert (await hr.submit({"mentor": people[SARI].id, "mentee": people[BUDI].id, "why": why})).ok
    await office.run(minutes=10)
    questions = {who: [one for one in people[who].inbox if "pair.yes" in action_ids(one)] for who in (SARI, BUDI)}
    assert [len(one) for one in questions.values()] == [1, 1]
    for question, other in zip(questions.values(), (BUDI, SARI), strict=True):
        assert people[other].id in texts_in(question[0])
        assert "&lt;!channel&gt;" in texts_in(question[0])
    mine = questions[SARI][0]
    await people[SARI].click(mine, "pair.yes")
    answered = _current(people[SARI], mine)
    assert shows(answered, "matching.confirm.answered.yes")
    assert action_ids(answered) == ["pair.no"], "the answer has replaced its button"
    await people[SARI].click(answered, "pair.no")
    home = await people[SARI].open_home()
    assert home
    assert shows(home, "matching.confirm.answered.no")
    assert "pair.no" not in action_ids(home)
    await people[SARI].click(home, "pair.yes")
    assert shows(await people[SARI].open_home() or home, "matching.confirm.answered.yes")
    await people[BUDI].click(questions[BUDI][0], "pair.yes")
    assert "pair.yes" not in action_ids(await people[BUDI].open_home() or answered)
    for who, question in questions.items():
        closed = _current(people[who], question[0])
        assert action_ids(closed) == []
        assert shows(closed, "matching.confirm.answered.closed")
    await office.run(minutes=1)
    told = [one for one in office.posted(office.hr_channel) if "match.release" in action_ids(one)][-1]
    assert people[SARI].id in texts_in(told)
    await say_yes(hr, told)
    await office.run(hours=2)
    assert any(people[BUDI].id in texts_in(one) and "session.book" in action_ids(one) for one in people[SARI].inbox)


def _current(person: Colleague, message: Message) -> Message:
    """A message of the bot's as it reads now."""
    return next(one for one in person.inbox if one.ts == message.ts)


async def test_hr_takes_a_pair_back_and_both_are_told_in_one_sentence(company: Office, hr: Colleague) -> None:
    office, people = company, company.people
    watched = Watched(office, hr)
    await hr.command("match", office.hr_channel)
    await office.settle()
    await watched.open_pair(LEADERS[2])
    await watched.first("match.choose.mentor")
    await hr.slack.close(all=True)
    await office.run(minutes=10)
    asked = [who for who in people.values() if any("pair.yes" in action_ids(one) for one in who.inbox)]
    assert people["tari"] in asked
    assert len(asked) in (2, 4)
    before = {who.id: len(who.inbox) for who in asked}
    await watched.open_pair(LEADERS[2])
    assert "match.take_out" in action_ids(hr.modal)
    assert "match.lock" not in action_ids(hr.modal)
    await hr.click(None, "match.take_out")
    assert "match.put_back" not in action_ids(hr.modal)
    await office.run(minutes=10)
    told = [who for who in asked if len(who.inbox) > before[who.id]]
    assert len(told) == 2
    assert people["tari"] in told
    # Too late: the question loses its buttons.
    question = next(one for one in people["tari"].inbox if "pair.yes" in action_ids(one))
    await people["tari"].click(question, "pair.yes")
    assert action_ids(_current(people["tari"], question)) == []
