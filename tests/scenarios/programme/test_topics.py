"""HR sees which topics are short and asks people with a free place; they answer for themselves."""

from sqlmodel import col, select

from bot.sandbox import Message
from storage.tables import Participant, TopicAsk
from tests.scenarios.office import Colleague, Office, action_ids, shows, texts_in
from tests.scenarios.roster.test_roster import english
from tests.wording import label, says


def questions(who: Colleague) -> list[Message]:
    return [one for one in who.inbox if "topics.no" in action_ids(one)]


async def test_topics_that_are_short_are_asked_about_once(office: Office, hr: Colleague) -> None:
    sari, andi, lina, budi = (office.hire(f"{name} Person") for name in ("Sari", "Andi", "Lina", "Budi"))
    await english(office, hr)
    await hr.command("topics", office.hr_channel)
    assert shows(hr.modal, "programme.topics.none")
    await hr.slack.close()
    await office.join(sari, "mentor", "specialist", "Sales", offers=["inclusion"])
    await office.join(andi, "mentor", "specialist", "Legal", offers=["ai_tools", "inclusion"])
    await office.join(lina, "mentor", "specialist", "Finance", offers=["social_media"])
    await office.join(budi, "mentee", "director", "People", wishes=["design_thinking", "ai_tools"])

    # The message about the new programme leads there too.
    (done,) = [one for one in office.posted(office.hr_channel) if "topics.open" in action_ids(one)]
    await hr.click(done, "topics.open")
    seen = texts_in(hr.modal)
    first, second = label("labels.topics.design_thinking"), label("labels.topics.ai_tools")
    assert seen.index(first) < seen.index(second), "what is short comes first"
    assert says(seen, "programme.topics.row", topic=first, wished=1, offered=0, free=0, missing=1)
    assert says(seen, "programme.topics.row", topic=second, wished=1, offered=1, free=2)
    assert action_ids(hr.modal).count("topics.ask") == 1, "only what is short is asked about"
    await hr.click(hr.modal, "topics.ask")
    assert shows(hr.modal, "programme.topics.asked", asked=3, yes=0)
    assert "topics.ask" not in action_ids(hr.modal), "everybody was asked"
    await office.run(hours=1)
    assert [len(questions(one)) for one in (sari, andi, lina, budi)] == [1, 1, 1, 0]
    topic = label("labels.in_text.topics.design_thinking")
    assert shows(questions(sari)[0], "programme.topics.question", count=1, topic=topic)

    await sari.click(questions(sari)[0], "topics.yes.3")
    await andi.click(questions(andi)[0], "topics.no")
    assert not questions(sari), "the answer takes the question's place"
    assert shows(sari.inbox[-1], "programme.topics.added", topic=topic)
    await hr.slack.close(all=True)
    await hr.command("topics", office.hr_channel)
    seen = texts_in(hr.modal)
    assert says(seen, "programme.topics.asked", asked=3, yes=1)
    assert says(seen, "programme.topics.enough")
    assert not any(name in seen for name in ("Sari", sari.id, "Andi", andi.id))
    async with office.balik.store.read(office.clock.now()) as work:
        parts = (await work.session.exec(select(Participant).order_by(col(Participant.id)))).all()
        asked = (await work.session.exec(select(TopicAsk))).all()
    assert parts[0].offers == [{"topic": "inclusion", "level": 3}, {"topic": "design_thinking", "level": 3}]
    assert [offer["topic"] for offer in parts[1].offers] == ["ai_tools", "inclusion"]
    assert sorted(one.level for one in asked if one.level is not None) == [0, 3]
