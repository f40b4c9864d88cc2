"""What the articles ask for, walked to by the people it is for: a test for each row of docs/articles.md."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from sqlalchemy import func
from sqlmodel import col, select

from bot.domain.messages.buddies import BuddyIntroducedMessage
from bot.domain.messages.care import AskMentorMessage, MidwayMessage, PairPartedMessage
from bot.domain.messages.invitations import InvitationMessage
from bot.domain.messages.sessions import LeaderPackMessage, MentorPackMessage
from bot.domain.messages.training import KickoffInvitationMessage
from bot.domain.orientation import OPENING
from bot.domain.programme import THEME_TOPICS, TOPICS, Theme
from bot.domain.sessions import Pack
from bot.services.insight.report import current_report
from storage.tables import Draft, DraftPair, Person
from tests.rosters import say_manager
from tests.scenarios.circles.test_circles import NAMES as CIRCLE
from tests.scenarios.circles.test_circles import begin as begin_circle
from tests.scenarios.circles.test_circles import posted as posted_in_circle
from tests.scenarios.closing.test_closing import end, files, hold, thank
from tests.scenarios.closing.test_stories import asked, showing, write
from tests.scenarios.invitations.test_invitations import invite
from tests.scenarios.office import Colleague, Office, action_ids, parts_of, shows, texts_in
from tests.scenarios.orientation.test_openness import read_to_the_questions
from tests.scenarios.orientation.test_orientation import read_on
from tests.scenarios.outcomes.test_outcomes import CARD, follow_ups, write_card
from tests.scenarios.pairs import (
    AGREED,
    agree,
    book,
    introduce,
    introduced,
    introduction,
    more_of,
    of_kind,
    receiving,
    release,
    sessions,
    telling,
    with_action,
)
from tests.scenarios.privacy.test_privacy import unfold
from tests.scenarios.snapshots import once
from tests.scenarios.summaries import whole
from tests.scenarios.training.test_training import schedule
from tests.wording import label, says, speaking

pytestmark = pytest.mark.in_turn(2)
POLLED = datetime(2027, 1, 14, 6, 0, tzinfo=UTC)


@pytest.fixture(params=["en", "id"], autouse=True)
def language(request: pytest.FixtureRequest) -> Iterator[str]:
    """What everybody but HR, which has Indonesian, chose at sign-up, and the programme's."""
    chosen: str = request.param
    with speaking(chosen):
        yield chosen


@pytest.fixture
async def pair(office: Office, hr: Colleague) -> Office:
    """Sari and Budi, introduced."""
    await introduce(office, hr, weekly=True)
    return office


@pytest.fixture
async def met(office: Office, hr: Colleague) -> Office:
    """Sari and Budi, agreed, just after their first session."""
    await introduced(office, hr, weekly=True)
    await once(office, agree, office)
    await once(office, _meet, office)
    return office


@pytest.fixture
async def over(pair: Office) -> Office:
    """Sari and Budi, at the end of their programme."""
    await once(pair, _end, pair)
    return pair


async def _meet(office: Office) -> None:
    assert (await book(office, office.people["sari"], "2027-01-14", "10:00")).ok
    await office.run(until=POLLED)


async def _end(office: Office) -> None:
    await hold(office, "contract", "harvest")
    await end(office)


async def signing_up(office: Office, hr: Colleague) -> Colleague:
    """Somebody in front of the first step of the form."""
    await office.set_up(hr)
    rina = office.hire("Rina Hapsari")
    await rina.command("join")
    return rina


def choices(view: object, block_id: str) -> list[str]:
    """The codes that a menu offers, in order."""
    (field,) = [one for one in parts_of(view) if one.get("block_id") == block_id]
    return [one["value"] for one in field["element"]["options"]]


async def test_needs_and_topics(pair: Office, hr: Colleague) -> None:
    rina = pair.hire("Rina Hapsari")
    await pair.join(rina, "mentee", "manager", "Sales", wishes=["design_thinking"], skill_design_thinking="1")
    await hr.command("topics", pair.hr_channel)
    shown = texts_in(hr.modal)
    assert "Design thinking" in shown
    assert "topics.ask" in action_ids(hr.modal), "demand without supply: HR can ask who could help"
    known = f"{label('labels.in_text.topics.ai_tools')} ({label('labels.in_text.skills.s2')})"
    assert known in texts_in(introduction(pair.people["sari"])), "how well Budi knows it now"
    await rina.command("privacy")
    said = ", ".join(
        label(one) for one in ("labels.topics.design_thinking", "labels.priorities.s2", "labels.skills.s1")
    )
    assert said in await unfold(rina, rina.modal, "participant")
    await rina.slack.close(all=True)
    await pair.run(days=2, hours=2)
    assert len(with_action(pair.people["budi"], "measure.give.skill")) == 1, "how well he knows it now"


async def test_topics_named(office: Office, hr: Colleague) -> None:
    rina = await signing_up(office, hr)
    for menu in ("offers", "wishes"):
        assert set(choices(rina.modal.blocks, menu)) == set(TOPICS)
    leading = THEME_TOPICS[Theme.DIGITAL_TRENDS]
    assert tuple(choices(rina.modal.blocks, "wishes"))[: len(leading)] == leading
    await rina.slack.close(all=True)
    await list_edited(office, hr, rina)
    for language in ("id", "en"):
        texts = office.balik.context.catalogue.texts(language)
        assert all(
            texts.has(f"sessions.packs.topics.{topic}.{pack}")
            for topic in TOPICS
            for pack in ("working_day", "hands_on_hands_on")
        )


async def list_edited(office: Office, hr: Colleague, rina: Colleague) -> None:
    """HR leaves two of the ready topics and adds one of its own, by which two people are then paired."""
    await hr.command("topics", office.hr_channel)
    await hr.click(hr.modal, "topics.edit")
    assert not (await hr.submit({"ready": [], "own": " "})).ok, "there is something to choose"
    own = "Keamanan  siber <!channel>\nmedia sosial\nkeamanan siber <!channel>"
    assert (await hr.submit({"ready": ["ai_tools"], "own": own})).ok
    await hr.slack.close(all=True)
    await rina.command("join")
    security = "Keamanan siber <!channel>"
    assert choices(rina.modal.blocks, "offers") == ["social_media", "ai_tools", security], "each once"
    await rina.slack.close(all=True)
    assert (await office.join(rina, "mentor", "entry", "Sales", offers=[security])).ok
    budi = office.hire("Budi Santoso")
    assert (await office.join(budi, "mentee", "director", "Finance", wishes=[security])).ok
    await release(office, hr)
    escaped = "Keamanan siber &lt;!channel&gt;"
    assert shows(introduction(rina), "matching.reasons.mentor.topic", topics=escaped)


async def drawn_up(office: Office, hr: Colleague) -> list[DraftPair]:
    """The pairs of a draft that HR has drawn up anew, but for those that are out of it."""
    await hr.command("match", office.hr_channel)
    await office.settle()
    async with office.balik.store.read(office.clock.now()) as work:
        newest = (await work.session.exec(select(func.max(Draft.id)))).one()
        live = select(DraftPair).where(DraftPair.draft_id == newest, col(DraftPair.excluded).is_(False))
        return list((await work.session.exec(live)).all())


async def test_choosing_mentors(office: Office, hr: Colleague) -> None:
    rina = await signing_up(office, hr)
    first = {"role": "mentor", "level": "entry", "department": "Sales", "offers": ["ai_tools"], "no_manager": ["none"]}
    assert (await rina.submit({**first, "language": "en"})).ok
    assert choices(rina.modal.blocks, "confidence") == list("12345")
    assert choices(rina.modal.blocks, "level_ai_tools") == list("2345"), "nobody teaches what they have never done"
    assert (await rina.submit({"confidence": "4", "why": "I do it <!channel> daily."})).ok
    await rina.slack.close(all=True)
    await office.settle()
    welcome = rina.inbox[0]
    assert "prepare.open.mentor" in action_ids(welcome), "an orientation, before anything else"
    budi = office.hire("Budi Santoso")
    await office.join(budi, "mentee", "director", "Finance")
    await budi.click(budi.inbox[0], "nominate.open")
    praise = {"topic": "ai_tools", "reason": "She never loses patience.", "explains": ["explains"]}
    assert (await budi.submit({"person": rina.id, **praise})).ok
    await budi.slack.close(all=True)
    await hr.command("match", office.hr_channel)
    await office.settle()
    await hr.click(office.posted(office.hr_channel)[-1], "match.pairs")
    await hr.click(None, "match.open")
    shown = texts_in(hr.modal)
    assert "4 · Yakin" in shown
    assert "She never loses patience." in shown, "a leader nominated her"
    assert "I do it &lt;!channel&gt; daily." in shown
    # HR holds her back, from this draft and the next ones, until it lets her in again.
    await hr.click(None, "match.hold")
    assert says(texts_in(hr.modal), "matching.pair.held", "id")
    await hr.slack.close(all=True)
    assert await drawn_up(office, hr) == [], "in no pair, also when it is worked out again"
    await hr.click(office.posted(office.hr_channel)[-1], "match.left")
    assert says(texts_in(hr.modal), "matching.unmatched_causes.cause.held", "id")
    await hr.click(None, "match.let_in")
    assert "match.let_in" not in action_ids(hr.modal)
    await hr.slack.close(all=True)
    assert len(await drawn_up(office, hr)) == 1
    await rina.command("join")
    await rina.submit()
    kept = {
        one["block_id"]: one["element"] for one in rina.modal.blocks if one.get("block_id") in ("confidence", "why")
    }
    assert kept["confidence"]["initial_option"]["value"] == "4"
    assert kept["why"]["initial_value"] == "I do it <!channel> daily."


async def test_mentors_who_are_not_intimidated(office: Office, hr: Colleague, language: str) -> None:
    """An unsure mentor practises a first sentence more, and gets a fellow mentor, of whom HR does not read."""
    await office.set_up(hr)
    ani, bayu = office.hire("Ani Wati"), office.hire("Bayu Wati")
    for who, confidence in ((ani, "1"), (bayu, "5")):
        assert (await office.join(who, "mentor", "entry", "Sales", language=language, confidence=confidence)).ok
        await who.command("orientation")
        assert (OPENING in await read_on(who)) == (confidence == "1")
        assert shows(who.modal, "buddies.home.line", language), "offered to both alike"
        assert (await who.click(who.modal, "buddy.open")).ok
        box = "ask" if who is ani else "offer"
        assert (await who.submit({box: [box]})).ok
        await who.slack.close(all=True)
    await office.run(minutes=5)
    for who, other in ((ani, bayu), (bayu, ani)):
        (told,) = of_kind(who, BuddyIntroducedMessage)
        assert f"<@{other.id}>" in texts_in(told)
    assert not [one for one in office.posted(office.hr_channel) if f"<@{ani.id}>" in texts_in(one)]


async def test_choosing_leaders(office: Office, hr: Colleague, language: str) -> None:
    """A leader answers for themselves how open they are; HR, which reads none of it, holds them back all the same."""
    await office.set_up(hr)
    sari, budi = office.hire("Sari Wulandari"), office.hire("Budi Santoso")
    await office.join(sari, "mentor", "specialist", "Marketing", language=language)
    await office.join(budi, "mentee", "director", "Finance", language=language)
    await read_to_the_questions(budi)
    assert shows(budi.modal, "orientation.mentee.open.text", language)
    assert (await budi.submit({"learning": "5", "advice": "2", "hard_to_hear": "That I interrupt people."})).ok
    assert "That I interrupt people." in texts_in(budi.modal), "returned in the last step"
    assert shows(budi.modal, "orientation.frame.open.when", language)
    await budi.slack.close(all=True)
    await hr.command("match", office.hr_channel)
    await office.settle()
    await hr.click(office.posted(office.hr_channel)[-1], "match.pairs")
    await hr.click(None, "match.open")
    assert "interrupt" not in texts_in(hr.modal)
    received = len(budi.inbox)
    assert (await hr.click(None, "match.hold.leader")).ok
    assert shows(hr.modal, "matching.pair.held", "id")
    await hr.slack.close(all=True)
    assert await drawn_up(office, hr) == []
    assert len(budi.inbox) == received, "without a word to the leader"


async def test_matching_with_reasons(office: Office, hr: Colleague) -> None:
    """The need, the interests, and how each likes to work, as they said at sign-up."""
    await office.set_up(hr)
    alike = {"interests": ["music", "coffee", "film"], "style_start": "plan", "style_tone": "gentle"}
    sari, budi = office.hire("Sari Wulandari"), office.hire("Budi Santoso")
    assert (await office.join(sari, "mentor", "specialist", "Marketing", **alike, style_talk="think")).ok
    assert (await office.join(budi, "mentee", "director", "Finance", **alike, style_talk="think")).ok
    await release(office, hr)
    styles = [label(f"labels.in_text.styles.{one}") for one in ("plan", "think", "gentle")]
    for who, side, partner in ((sari, "mentor", "Budi"), (budi, "mentee", "Sari")):
        told = texts_in(introduction(who))
        assert says(told, f"matching.introduction.{side}.body")
        assert label("labels.in_text.topics.ai_tools") in told, "the need"
        assert says(told, f"matching.reasons.{side}.interest")
        assert says(told, f"matching.reasons.{side}.style")
        assert all(one in told for one in styles)
        assert partner in told


async def test_goals_and_expectations(pair: Office) -> None:
    """From the plan that both sign to the session's material, Home, and the question on the goal's date."""
    sari, budi = pair.people["sari"], pair.people["budi"]
    await sari.click(introduction(sari), "agreement.open")
    fields = {one["block_id"] for one in sari.modal.blocks if "block_id" in one}
    assert {"goal1", "measure1", "by1", "goal3", "books", "off_limits", "plan_contract", "plan_harvest"} <= fields
    assert (await sari.submit(AGREED | {"by1": "2027-01-19", "plan_contract": "name one report"})).ok
    await sari.slack.close(all=True)
    await pair.run(minutes=5)
    await budi.click(with_action(budi, "agreement.sign")[-1], "agreement.sign")
    await pair.run(minutes=5)
    assert telling(sari, AGREED["measure1"])
    assert (await budi.click(await budi.open_home(), "agreement.open")).ok
    assert AGREED["measure1"] in texts_in(budi.modal)
    await budi.slack.close(all=True)
    assert shows(await sari.open_home() or sari.modal, "agreement.plan.line", number=1, text="name one report")
    assert (await book(pair, sari, "2027-01-14", "10:00")).ok
    await pair.run(until=datetime(2027, 1, 20, 5, 0, tzinfo=UTC))
    for who in (sari, budi):
        assert receiving(who, "agreement.plan.pack", text="name one report")
    (asked,) = with_action(sari, "goal.reached")
    assert {"goal.reached", "goal.move", "goal.drop"} <= set(action_ids(asked))
    assert AGREED["measure1"] in texts_in(asked)
    assert (await sari.click(asked, "goal.move")).ok
    assert (await sari.submit({"by": "2027-02-08"})).ok
    await sari.slack.close(all=True)
    await pair.run(until=datetime(2027, 2, 9, 5, 0, tzinfo=UTC))
    asked_again = with_action(sari, "goal.reached")[-1]
    assert (await sari.click(asked_again, "goal.reached")).ok


async def test_format_and_frequency(office: Office, hr: Colleague) -> None:
    """As both wished at sign-up, by one press; and changed later by the two."""
    await office.set_up(hr)
    sari, budi = office.hire("Sari Wulandari"), office.hire("Budi Santoso")
    assert (await office.join(sari, "mentor", "specialist", "Marketing", cadences=["weekly", "by_agreement"])).ok
    assert (await office.join(budi, "mentee", "director", "Finance", cadences=["weekly"])).ok
    await release(office, hr)
    planned = len(await sessions(office))
    assert (await sari.click(introduction(sari), "rhythm.wish")).ok
    await office.run(days=1)
    assert receiving(budi, "sessions.cadence.answers.agreed", cadence=label("labels.in_text.cadences.weekly"))
    weekly = len(await sessions(office))
    assert weekly > 3 * planned
    await sari.click(await more_of(sari), "rhythm.open")
    assert choices(sari.modal.blocks, "cadence") == ["weekly", "fortnightly", "monthly", "by_agreement"]
    assert len(choices(sari.modal.blocks, "format")) == 3
    assert (await sari.submit({"cadence": "fortnightly", "format": "observation"})).ok
    await office.run(days=1)
    assert (await budi.click(with_action(budi, "rhythm.agree")[-1], "rhythm.agree")).ok
    await office.run(days=1)
    assert receiving(sari, "sessions.cadence.answers.agreed")
    assert planned < len(await sessions(office)) < weekly


async def test_training_and_packs(met: Office, hr: Colleague) -> None:
    for name, word, pack in (("sari", "orientation", MentorPackMessage), ("budi", "briefing", LeaderPackMessage)):
        who = met.people[name]
        await who.command(word)
        passed = await read_on(who, "I would say what I saw.")
        assert sum(one.endswith("*") for one in passed) == 2, "two exercises, each with an example to compare with"
        assert not who.modal.submit, "finished"
        await who.slack.close(all=True)
        (material,) = of_kind(who, pack)
        await who.click(material, "pack.open")
        assert shows(who.modal, "sessions.packs.frame.activity")
        await who.slack.close(all=True)
    await schedule(met, hr, day="2027-01-20")
    await met.run(days=1)
    for name in ("sari", "budi"):
        assert len(of_kind(met.people[name], KickoffInvitationMessage)) == 1


async def test_monitoring_and_evaluation(met: Office, hr: Colleague) -> None:
    for name in ("sari", "budi"):
        who = met.people[name]
        poll = with_action(who, "poll.met.yes")[-1]
        for action in ("poll.met.yes", "poll.useful.5", "poll.own.4"):
            assert (await who.click(poll, action)).ok
        assert receiving(who, "surveys.before.title")
    await hr.command("summary", met.hr_channel)
    await met.settle()
    summary = await whole(hr, met)
    for heading in ("sessions", "pairs", "attention"):
        assert label(f"insight.summary.headings.{heading}", "id") in summary
    await met.run(until=datetime(2027, 4, 13, 6, 0, tzinfo=UTC))
    for name in ("sari", "budi"):
        who = met.people[name]
        (half_way,) = of_kind(who, MidwayMessage)
        assert (await who.click(half_way, "risk.say.well")).ok
        (answered,) = of_kind(who, MidwayMessage)
        assert shows(answered, "care.at_risk.ask.thanks.well")
        assert (await who.click(answered, "improve.open")).ok
        assert (await who.submit({"area": "time", "text": f"Better by {name}", "sharing": "unnamed"})).ok
        await who.slack.close(all=True)
    assert "summary.again" in action_ids(met.posted(met.hr_channel)[-1])
    await hr.command("setup", met.hr_channel)
    assert choices(hr.modal.blocks, "check_ins") == ["none", "half_way", "monthly", "every_second"]
    await met.run(days=21)
    read = await current_report(met.balik.store, 1, met.clock.now())
    assert [one.text for one in read.improvements] == ["Better by budi", "Better by sari"]


async def test_ego_and_resistance(office: Office, hr: Colleague) -> None:
    await office.set_up(hr)
    for name, role, level, department in (("Sari W", "mentor", "entry", "IT"), ("Budi S", "mentee", "director", "HR")):
        await office.join(office.hire(name), role, level, department)
    await hr.command("match", office.hr_channel)
    await office.settle()
    await hr.click(office.posted(office.hr_channel)[-1], "match.release")
    assert hr.modal.submit is None, "nobody is introduced before leadership spoke, unless HR says so"
    await hr.click(hr.modal, "gate.fill.sponsor")
    proposed = next(one for one in hr.modal.blocks if one.get("block_id") == "text")
    words = proposed["element"]["initial_value"]
    assert (await hr.submit({"name": "Ratna Dewi"})).ok
    assert (await hr.submit()).ok
    await office.settle()
    assert words.splitlines()[0] in texts_in(office.posted(office.general)[-1])
    budi = office.people["budi"]
    await budi.command("briefing")
    assert shows(budi.modal, "orientation.mentee.role.title")


async def test_power_imbalance(met: Office, hr: Colleague) -> None:
    sari, budi = met.people["sari"], met.people["budi"]
    assert shows(introduction(sari), "matching.checked.not_in_reporting_line")
    poll = with_action(sari, "poll.met.yes")[-1]
    for action in ("poll.met.yes", "poll.useful.4", "poll.own.2"):
        assert (await sari.click(poll, action)).ok
    await met.run(days=1)
    assert len(of_kind(sari, AskMentorMessage)) == 1
    assert not of_kind(budi, AskMentorMessage), "the pulse is the mentor's alone"
    await sari.command("concern")
    assert (await sari.submit({"text": "I don't dare to say what I think."})).ok
    await sari.slack.close(all=True)
    await met.run(days=1)
    assert telling(hr, "I don't dare to say what I think."), "one named person hears"
    assert not [one for one in met.posted(met.hr_channel) if "don't dare" in texts_in(one)]

    await sari.click(await more_of(sari), "part.open")
    assert (await sari.submit({"then": "another"})).ok
    await sari.slack.close(all=True)
    await met.run(days=2)  # on Monday
    (said,) = of_kind(budi, PairPartedMessage)
    assert shows(said, "care.parting.told.body")


async def test_appreciation_both_ways(over: Office, hr: Colleague) -> None:
    sari, budi = over.people["sari"], over.people["budi"]
    async with over.balik.store.write(over.clock.now()) as work:
        known = {person.slack_id: person.id for person in (await work.session.exec(select(Person))).all()}
        await say_manager(work, known[sari.id], known[hr.id])
        await work.commit()
    for who, other in ((sari, budi), (budi, sari)):
        await thank(who, f"Thanks from {who.id}")
        assert telling(other, f"Thanks from {who.id}")
        assert files(over, who) == [f"{label('closing.certificate.page.file')}.{kind}" for kind in ("png", "pdf")]
    home = await sari.open_home()
    assert home
    assert "manager_note.open" in action_ids(home), "and her manager hears of it if she wants"
    await hr.click(await hr.open_home(), "sponsor.thanks")
    assert (await hr.submit({"name": "CEO"})).ok
    assert (await hr.submit({})).ok
    await over.run(minutes=2)
    assert any(shows(one, "programme.sponsor.thanks.title") for one in over.posted(over.general))


async def test_co_learning(met: Office) -> None:
    for name, pack in (("sari", MentorPackMessage), ("budi", LeaderPackMessage)):
        who = met.people[name]
        await who.click(of_kind(who, pack)[-1], "pack.open")
        assert shows(who.modal, "sessions.packs.frame.teach_back")
        await who.slack.close(all=True)
        poll = with_action(who, "poll.met.yes")[-1]
        await who.click(poll, "poll.met.yes")
        await who.click(poll, "poll.comment")
        assert shows(who.modal, "polls.comment.learned.label")
        await who.slack.close(all=True)
        await who.click(poll, "growth.open")
        await who.click(None, "log.add")
        assert "taught" in {one.get("block_id") for one in who.modal.blocks}
        await who.slack.close(all=True)


async def test_results_become_change(met: Office) -> None:
    sari, budi = met.people["sari"], met.people["budi"]
    await write_card(sari)
    await sari.slack.close(all=True)
    (told,) = receiving(budi, "outcomes.cards.written.title")
    assert CARD["change"] in texts_in(told)
    await sari.open_home()
    await sari.click(sari.slack.home, "growth.open")
    await sari.click(None, "card.new")
    assert {"sop", "project", "training", "habit"} <= set(choices(sari.modal.blocks, "kind"))
    await sari.slack.close(all=True)
    await met.run(until=datetime(2027, 3, 8, 6, 0, tzinfo=UTC))
    (asked,) = follow_ups(budi)
    assert (await budi.click(asked, "card.done")).ok, "30 days after its date its owner is asked what became of it"
    await met.run(until=datetime(2027, 5, 7, 6, 0, tzinfo=UTC))
    (lasting,) = with_action(budi, "card.lasts")
    assert shows(lasting, "outcomes.cards.lasting.body"), "and 90 days after it, whether it lasted"
    assert (await budi.click(lasting, "card.lasts")).ok
    assert receiving(budi, "outcomes.cards.answered.lasts")


async def test_documented(over: Office, hr: Colleague) -> None:
    sari, budi = over.people["sari"], over.people["budi"]
    await write(sari)
    await budi.click(asked(budi)[-1], "story.approve")
    await over.run(minutes=2)
    (told,) = showing(over, over.hr_channel)
    assert (await hr.click(told, "story.post")).ok
    ended = next(one for one in over.posted(over.hr_channel) if "report.get" in action_ids(one))
    assert (await hr.click(ended, "report.get")).ok
    await over.run(minutes=2)
    assert len(showing(over, over.general)) == 1
    assert any(message.files for message in over.hr_channel.messages.values())
    assert (await hr.click(ended, "playbook.open")).ok
    assert shows(hr.modal, "playbook.parts.useful.pack", "id")
    assert (await hr.click(hr.modal, "playbook.notes")).ok
    assert (await hr.submit({"advice": "Mulai lebih awal"})).ok
    assert (await hr.click(hr.modal, "playbook.page")).ok
    await hr.slack.close(all=True)
    await over.run(minutes=2)
    assert any(shows(one, "playbook.page.sent") for one in over.posted(over.hr_channel))
    assert (await hr.click(ended, "cohort.next")).ok
    assert "Mulai lebih awal" in texts_in(hr.modal), "the next programme begins with it"


async def test_mentors_circle(office: Office, hr: Colleague, language: str) -> None:
    await once(office, begin_circle, office, hr, language=language)
    first, pack = posted_in_circle(office, *CIRCLE)
    assert shows(first, "circles.chat.first", language, minutes=30)
    assert shows(pack, "circles.packs.start.title", language)
    assert office.people["ani"].id in texts_in(pack), "one host, by turns"
    await office.run(days=31)
    assert office.people["bayu"].id in texts_in(posted_in_circle(office, *CIRCLE)[-1])


async def test_a_habit(over: Office, hr: Colleague) -> None:
    assert any("cohort.next" in action_ids(one) for one in over.posted(over.hr_channel))
    home = await hr.open_home()
    assert home
    assert action_ids(home)[:3] == ["sponsor.thanks", "cohort.next", "report.get"], "HR's next step after the end"
    assert (await hr.click(home, "cohort.next")).ok
    assert (await hr.submit({"name": "Tukar Ilmu 2028", "starts_on": "2027-02-01"})).ok
    await hr.slack.close(all=True)
    await over.run(days=1)
    for name in ("sari", "budi"):
        (invited,) = receiving(over.people[name], "programme.next_cohort.invited.body")
        assert "join.open" in action_ids(invited)


COMPANIES = {
    Theme.DIGITAL_TRENDS: "IBM",
    Theme.YOUNG_GENERATIONS: "General Electric",
    Theme.INCLUSION: "PwC",
    Theme.SUSTAINABILITY: "Unilever",
}


async def test_case_studies(office: Office, hr: Colleague) -> None:
    await office.set_up(hr)
    leader, mentor = office.hire("Budi Santoso"), office.hire("Sari Wulandari")
    await invite(office, hr, leader, role="mentee")
    await invite(office, hr, mentor, role="mentor")
    await office.run(days=1)
    case = "programme.themes.digital_trends.case"
    (invited,) = of_kind(leader, InvitationMessage)
    assert any(says(texts_in(invited), case, one) for one in ("id", "en"))
    (other,) = of_kind(mentor, InvitationMessage)
    assert not any(says(texts_in(other), case, one) for one in ("id", "en")), "told to leaders"
    await office.join(leader, "mentee", "director", "Finance", address="bapak")
    await leader.command("briefing")
    assert shows(leader.modal, case)
    for theme, company in COMPANIES.items():
        for language in ("id", "en"):
            texts = office.balik.context.catalogue.texts(language)
            for told in (f"programme.themes.{theme}.case", f"programme.themes.{theme}.sponsor"):
                words = texts.plain(told, programme="x")
                assert [one for one in COMPANIES.values() if one in words] == [company]


async def test_four_themes(office: Office, hr: Colleague) -> None:
    await hr.command("setup", office.hr_channel)
    assert set(choices(hr.modal.blocks, "theme")) == set(Theme)
    for language in ("id", "en"):
        texts = office.balik.context.catalogue.texts(language)
        for theme in Theme:
            words = [texts.plain(f"programme.themes.{theme}.packs.{pack}") for pack in Pack if pack != Pack.PREPARE]
            words += [texts.plain(f"programme.themes.{theme}.measures.{side}") for side in ("mentor", "mentee")]
            words += [
                texts.plain(f"programme.themes.{theme}.sponsor", programme="x"),
                texts(f"recruiting.announcement.{theme}"),
            ]
            assert len(set(words)) == len(words)
