"""HR draws pairs up, reads and changes the draft, and releases it; both people of each pair are introduced."""

import asyncio

import pytest
from sqlmodel import select

from bot.sandbox import Channel, Message
from bot.services.caller import Caller, Rejected
from bot.services.matching import introductions as introducing
from bot.services.matching.draft_review import LeftOver, left_over_of
from bot.services.signup import join as joining
from storage.tables import Draft, Pair, Participant, Person, RosterEntry
from tests.rosters import nobody_has_a_manager
from tests.scenarios.office import Colleague, Office, action_ids, shows, texts_in
from tests.scenarios.pairs import say_yes
from tests.scenarios.snapshots import once
from tests.wording import label, says


@pytest.fixture(autouse=True)
def solve_in_the_worker(office: Office, request: pytest.FixtureRequest) -> None:
    """Where the test is about it."""
    if "in_the_worker" in request.node.name:
        office.balik.context.in_worker = office.balik.worker


@pytest.fixture
async def company(office: Office, hr: Colleague) -> Office:
    """A programme with three mentors and two leaders. Sari fits Budi, Bayu fits Rina, Lia fits nobody's wishes."""
    await once(office, _sign_up, office, hr)
    return office


async def _sign_up(office: Office, hr: Colleague) -> None:
    await office.set_up(hr)
    for name, role, level, department, topics in (
        ("Sari Wulandari", "mentor", "specialist", "Marketing", {"offers": ["ai_tools", "social_media"]}),
        ("Bayu Pratama", "mentor", "entry", "Product", {"offers": ["data_dashboards"]}),
        ("Lia Kurnia", "mentor", "entry", "Legal", {"offers": ["design_thinking"]}),
        ("Budi Santoso", "mentee", "director", "Finance", {"wishes": ["ai_tools"], "address": "bapak"}),
        ("Rina Hapsari", "mentee", "manager", "Sales", {"wishes": ["data_dashboards"]}),
    ):
        outcome = await office.join(office.hire(name), role, level, department, **topics)
        assert outcome.ok, outcome


async def draft(office: Office, hr: Colleague) -> Message:
    """HR's message about a fresh draft."""
    await hr.command("match", office.hr_channel)
    await office.settle()
    return office.posted(office.hr_channel)[-1]


def introductions(who: Colleague) -> list[str]:
    """What somebody was told about their pairs in their own DM."""
    return [texts_in(one) for one in who.inbox if "session.book" in action_ids(one)]


def chats(office: Office) -> list[Channel]:
    """The group DMs."""
    return [one for one in office.slack.workspace.channels.values() if one.kind == "mpim"]


async def press_first(who: Colleague, action_id: str) -> None:
    """Use the first of several equal buttons of the open modal."""
    named = (block for block in who.modal.blocks if block.get("accessory", {}).get("action_id") == action_id)
    await who.slack.click(None, action_id, next(named)["block_id"])
    await who.office.balik.context.wait_idle()


async def pairs(office: Office) -> list[Pair]:
    async with office.balik.store.read(office.clock.now()) as work:
        return list((await work.session.exec(select(Pair))).all())


async def test_hr_reads_a_draft_made_in_the_worker_and_nobody_else_hears_of_it(company: Office, hr: Colleague) -> None:
    message = await draft(company, hr)
    assert shows(message, "matching.draft.body", pairs=2, people=4)
    offered = {f"match.{what}" for what in ("pairs", "left", "draw", "add", "release")}
    offered |= {"weights.open", "topics.open", "roster.open"}
    assert offered == set(action_ids(message))
    assert (await hr.click(message, "match.pairs")).ok
    shown = texts_in(hr.modal)
    assert action_ids(hr.modal).count("match.open") == 2
    assert sum(says(one, "matching.checked.intro", "id") for one in shown.splitlines()) == 1, (
        "what holds for every pair is said once"
    )
    assert "Budi Santoso" in shown
    await hr.slack.close()
    assert (await hr.click(message, "match.left")).ok
    assert f"<@{company.people['lia'].id}>" in texts_in(hr.modal)
    await company.run(days=1)
    assert await pairs(company) == []
    assert chats(company) == []
    for name in ("sari", "bayu", "lia", "budi", "rina"):
        assert len(company.people[name].inbox) == 1, "the welcome and nothing else"


async def test_hr_releases_and_each_pair_is_introduced_once(company: Office, hr: Colleague) -> None:
    message = await draft(company, hr)
    await say_yes(hr, message)
    await company.run(days=1)
    sari, budi, lia = (company.people[name] for name in ("sari", "budi", "lia"))
    (to_sari,), (to_budi,) = introductions(sari), introductions(budi)
    ai, head = label("labels.in_text.topics.ai_tools"), label("labels.in_text.levels.director")
    assert says(to_sari, "matching.introduction.mentor.body", partner="Pak Budi", mention=f"<@{budi.id}>")
    assert says(to_sari, "matching.introduction.position.body", level=head, department="Finance")
    assert says(to_sari, "matching.reasons.mentor.topic", topics=ai)
    assert says(to_budi, "matching.introduction.mentee.body", partner="Sari", mention=f"<@{sari.id}>")
    assert says(to_budi, "matching.reasons.mentee.topic", partner="Sari", topics=ai)
    assert introductions(lia) == []
    assert {frozenset(one.members) - {company.slack.workspace.bot_user} for one in chats(company)} == {
        frozenset((sari.id, budi.id)),
        frozenset((company.people["bayu"].id, company.people["rina"].id)),
    }
    for chat in chats(company):
        (hello,) = chat.messages.values()
        assert action_ids(hello) == [
            *(f"session.slot.{number}" for number in (1, 2, 3)),
            "session.book",
            "agreement.open",
        ]
    for hidden in ("%", "score", "rank", "Rina", "Bayu", "Lia"):
        assert hidden not in to_sari + to_budi
    first, told = company.posted(company.hr_channel)[-2:]
    assert shows(told, "matching.release.body", pairs=2)
    assert action_ids(first) == [], "the draft's buttons are gone"
    assert label("matching.draft.buttons.left") not in texts_in(first), "it speaks of no button that is gone"


async def test_releasing_twice_or_by_two_of_hr_has_one_effect(company: Office, hr: Colleague) -> None:
    tono = company.hire("Tono Wijaya")
    company.slack.add_member(company.hr_channel, tono.slack.user)
    message = await draft(company, hr)
    await hr.click(message, "match.release")
    await hr.click(hr.modal, "gate.waive.sponsor")
    await tono.click(message, "match.release")
    assert all(outcome.ok for outcome in await asyncio.gather(hr.slack.submit(), tono.slack.submit()))
    await company.balik.context.wait_idle()
    said = [texts_in(who.modal) for who in (hr, tono)]
    assert sum(says(one, "matching.release_checklist.done", "id", pairs=2) for one in said) == 1, said
    assert sum(says(one, "errors.already_released", "id") for one in said) == 1, said
    await company.run(days=1)
    assert len(await pairs(company)) == 2
    for name in ("sari", "budi", "bayu", "rina"):
        assert len(introductions(company.people[name])) == 1
    assert all(len(chat.messages) == 1 for chat in chats(company))


async def test_only_hr_matches(company: Office, hr: Colleague) -> None:
    sari = company.people["sari"]
    message = await draft(company, hr)
    posted = len(company.posted(company.hr_channel))
    await sari.command("match")
    await sari.command("match", company.general)
    await company.settle()
    assert sari.slack.dm is not None
    assert any(says(sari.whispered(sari.slack.dm)[-1], "errors.not_hr", one) for one in ("en", "id"))
    assert any(says(sari.whispered(company.general)[-1], "errors.not_hr", one) for one in ("en", "id"))
    assert len(company.posted(company.hr_channel)) == posted
    # Whoever leaves HR's channel is HR no longer, even with the list still open.
    await hr.click(message, "match.pairs")
    await hr.slack.leave(company.hr_channel)
    await company.run(minutes=1)
    before = texts_in(hr.modal)
    await press_first(hr, "match.open")
    assert texts_in(hr.modal) != before, "a refusal lies on top"
    await hr.slack.close()
    assert texts_in(hr.modal) == before


async def test_a_pair_that_hr_takes_out_is_not_introduced(company: Office, hr: Colleague) -> None:
    message = await draft(company, hr)
    await hr.click(message, "match.pairs")
    await press_first(hr, "match.open")
    await hr.click(None, "match.take_out")
    assert {"match.put_back", "match.forbid"} <= set(action_ids(hr.modal))
    await hr.slack.close()
    assert any(shows(hr.modal, "matching.draft.excluded", one) for one in ("en", "id")), "the list below says so, too"
    await hr.slack.close()
    message = company.posted(company.hr_channel)[-1]
    assert shows(message, "matching.draft.body", pairs=1, people=2)
    await hr.click(message, "match.left")
    assert texts_in(hr.modal).count(label("matching.unmatched_causes.cause.taken_out", "id")) == 2, (
        "that is why, for both"
    )
    await hr.slack.close()
    await say_yes(hr, message)
    await company.run(days=1)
    assert len(await pairs(company)) == 1
    told = [name for name in ("sari", "bayu", "budi", "rina") if introductions(company.people[name])]
    assert len(told) == 2


async def test_put_back_a_pair_is_there_again(company: Office, hr: Colleague) -> None:
    message = await draft(company, hr)
    await hr.click(message, "match.pairs")
    await press_first(hr, "match.open")
    await hr.click(None, "match.take_out")
    await hr.click(None, "match.put_back")
    assert "match.take_out" in action_ids(hr.modal)
    assert shows(company.posted(company.hr_channel)[-1], "matching.draft.body", pairs=2)


async def test_a_new_draft_makes_the_old_one_powerless(company: Office, hr: Colleague) -> None:
    old = await draft(company, hr)
    await hr.click(old, "match.pairs")
    await hr.slack.close()
    await hr.click(old, "match.draw")
    await company.settle()
    was, new = company.posted(company.hr_channel)[-2:]
    assert action_ids(was) == []
    assert "match.release" in action_ids(new)
    assert len([one for one in company.posted(company.hr_channel) if "match.release" in action_ids(one)]) == 1


async def test_who_leaves_between_draft_and_release_is_not_introduced(company: Office, hr: Colleague) -> None:
    message = await draft(company, hr)
    sari = company.people["sari"]
    await company.slack.deactivate(sari.slack.user)
    async with company.balik.store.write(company.clock.now()) as work:
        (await work.session.exec(select(Person).where(Person.slack_id == sari.id))).one().active = False
        await work.commit()
    await say_yes(hr, message)
    await company.run(days=1)
    assert introductions(company.people["budi"]) == []
    assert len(introductions(company.people["rina"])) == 1
    told = company.posted(company.hr_channel)[-1]
    assert shows(told, "matching.release.body", pairs=1)
    assert shows(told, "matching.release.dropped", count=1)


async def test_a_late_joiner_gets_a_mentor_who_has_nobody_and_nobody_is_moved(company: Office, hr: Colleague) -> None:
    await say_yes(hr, await draft(company, hr))
    await company.run(days=1)
    hadi = company.hire("Hadi Nugroho")
    await company.join(hadi, "mentee", "manager", "Operations", wishes=["social_media"])
    message = await draft(company, hr)
    assert shows(message, "matching.draft.body", pairs=1, people=2)
    await say_yes(hr, message)
    await company.run(days=1)
    assert len(await pairs(company)) == 3
    assert len(introductions(hadi)) == 1
    assert len(introductions(company.people["budi"])) == 1
    assert len(introductions(company.people["lia"])) == 1, "a first leader comes before Sari's second"
    assert len(introductions(company.people["sari"])) == 1


async def test_hr_fills_in_a_manager_and_waives_another(office: Office, hr: Colleague) -> None:
    await office.set_up(hr)
    sari, budi, rina = (office.hire(name) for name in ("Sari Wulandari", "Budi Santoso", "Rina Hapsari"))
    await office.join(sari, "mentor", "specialist", "Marketing", manager=None)
    await office.join(budi, "mentee", "director", "Finance", manager=None)
    await office.join(rina, "mentee", "manager", "Sales")
    message = await draft(office, hr)
    assert "match.managers" in action_ids(message)
    await hr.click(message, "match.managers")
    blocks = [block["block_id"] for block in hr.modal.blocks if block["type"] == "input"]
    (of_sari, none_of_sari), (of_budi, none_of_budi) = blocks[:2], blocks[2:]
    outcome = await hr.submit({of_sari: budi.id, none_of_sari: ["none"], of_budi: budi.id})
    assert set(outcome.errors) == {of_sari, of_budi}
    await hr.slack.close()
    await hr.click(message, "match.managers")
    assert list((await hr.submit({})).errors) == [of_sari], "nothing was filled in, so nothing is saved"
    await hr.slack.close()
    await hr.click(message, "match.managers")
    assert (await hr.submit({of_sari: budi.id})).ok
    assert [block["block_id"] for block in hr.modal.blocks if block["type"] == "input"] == [of_budi, none_of_budi]
    assert (await hr.submit({none_of_budi: ["none"]})).ok
    await hr.click(None, "match.draw")
    await office.settle()
    newest = office.posted(office.hr_channel)[-1]
    assert "match.managers" not in action_ids(newest)
    await hr.slack.close(all=True)
    await hr.click(newest, "match.pairs")
    assert f"<@{rina.id}>" in texts_in(hr.modal), "Budi manages Sari, so she is Rina's mentor"
    assert f"<@{budi.id}>" not in texts_in(hr.modal)


async def many_more(office: Office, count: int) -> None:
    """Sign up others as those who signed up by the form: so often, by hand, would take long."""
    async with office.balik.store.write(office.clock.now()) as work:
        for part in (await work.session.exec(select(Participant))).all():
            for number in range(count):
                name = f"{part.role}{number}"
                person = Person(team_id=part.team_id, slack_id=f"U{name}", name=name, created_at=part.joined_at)
                work.session.add(person)
                await work.session.flush()
                copied = part.model_dump(exclude={"id", "person_id"})
                work.session.add(Participant(**copied, person_id=person.id))
        await work.session.flush()
        await nobody_has_a_manager(work)
        await work.commit()


async def test_hr_reaches_everybody_whose_manager_is_missing(office: Office, hr: Colleague) -> None:
    await office.set_up(hr)
    await office.join(office.hire("Mentor Muda"), "mentor", "entry", "Mentors", manager=None)
    await office.join(office.hire("Leader Senior"), "mentee", "director", "Leaders", manager=None)
    await many_more(office, 11)
    async with office.balik.store.write(office.clock.now()) as work:
        for entry in (await work.session.exec(select(RosterEntry))).all():
            entry.manager_known = False
        await work.commit()
    message = await draft(office, hr)
    await hr.click(message, "match.managers")

    def asked() -> list[str]:
        return [block["block_id"] for block in hr.modal.blocks if block["block_id"].startswith("none_")]

    first = asked()
    assert len(first) == 15
    await hr.click(None, "match.managers_page.next")
    second = asked()
    assert len(second) == 9
    assert not set(first) & set(second)
    assert (await hr.submit({second[0]: ["none"]})).ok
    assert asked() == second[1:], "still on the second page"
    await hr.click(None, "match.managers_page.previous")
    assert asked() == first


async def test_without_enough_people_hr_hears_what_is_missing(office: Office, hr: Colleague) -> None:
    await office.set_up(hr)
    await office.join(office.hire("Sari Wulandari"), "mentor", "specialist", "Marketing")
    await hr.command("match", office.hr_channel)
    await office.settle()
    assert says(hr.whispered(office.hr_channel)[-1], "errors.nobody_to_match", "id", mentors=1, leaders=0)
    assert len(office.posted(office.hr_channel)) == 1


async def test_nobody_wishes_for_a_topic_is_said_only_while_it_is_true(company: Office, hr: Colleague) -> None:
    await draft(company, hr)
    causes = [(one.person.slack_id, one.cause) for one in await _left(company)]
    assert causes == [(company.people["lia"].id, "topic_not_wished")]
    changed = await company.join(
        company.people["rina"], "mentee", "manager", "Sales", wishes=["data_dashboards", "design_thinking"]
    )
    assert changed.ok, changed
    remedies = [(one.person.slack_id, one.cause, one.help) for one in await _left(company)]
    assert remedies == [(company.people["lia"].id, "places_taken", "add_places")]


async def _left(office: Office) -> list[LeftOver]:
    async with office.balik.store.read(office.clock.now()) as work:
        (number,) = (await work.session.exec(select(Draft.id))).all()
        return await left_over_of(work.session, await work.session.get_one(Draft, number))


async def test_asked_from_elsewhere_hr_learns_where_the_draft_is(company: Office, hr: Colleague) -> None:
    await hr.command("match")
    await company.settle()
    assert "match.release" in action_ids(company.posted(company.hr_channel)[-1])
    assert hr.slack.dm is not None
    assert company.hr_channel.id in hr.whispered(hr.slack.dm)[-1]


async def test_only_the_two_learn_where_their_chat_is(company: Office, hr: Colleague) -> None:
    await say_yes(hr, await draft(company, hr))
    await company.run(days=1)
    sari = company.people["sari"]
    (introduction,) = [one for one in sari.inbox if "intro.chat" in action_ids(one)]
    await sari.click(introduction, "intro.chat")
    assert sari.slack.dm is not None
    (chat,) = [one for one in chats(company) if sari.id in one.members]
    assert chat.id in sari.whispered(sari.slack.dm)[-1]
    (pair,) = [one for one in await pairs(company) if one.group_channel == chat.id]
    for stranger, code in (("rina", "not_your_pair"), ("lia", "not_your_pair"), ("dewi", "not_participant")):
        caller = Caller(pair.team_id, company.people[stranger].id, f"forged by {stranger}", company.clock.now())
        with pytest.raises(Rejected, match=code):
            await introducing.my_pair(company.balik.store, caller, pair.id)


async def test_who_leaves_before_the_introduction_is_sent_is_not_introduced(company: Office, hr: Colleague) -> None:
    message = await draft(company, hr)
    await company.run(hours=9)
    await say_yes(hr, message)
    await company.settle()
    sari, budi = company.people["sari"], company.people["budi"]
    assert introductions(budi) == [], "it is evening"
    assert not any(chat.messages for chat in chats(company))
    async with company.balik.store.read(company.clock.now()) as work:
        (person,) = (await work.session.exec(select(Person).where(Person.slack_id == sari.id))).all()
    await joining.leave(company.balik.store, Caller(person.team_id, sari.id, "leaves", company.clock.now()))
    await company.run(days=2)  # the day after is a holiday
    assert introductions(sari) == introductions(budi) == []
    assert len(budi.inbox) == 1, "nor does he hear that it ended"
    assert not any(chat.messages for chat in chats(company) if sari.id in chat.members)
    assert len(introductions(company.people["rina"])) == 1
