"""The introductions: to each of the two, and to both in their group DM."""

from collections.abc import Sequence
from datetime import date

from bot.domain.sessions import Side
from bot.domain.signup import Level
from bot.services.pair_context import PairContext
from bot.services.sessions.cadence import CadenceView
from bot.services.sessions.packs import mastered, shared_topics
from bot.services.sessions.suggestions import Offer
from bot.slack.gateway import Message
from handlers.kit.blocks import Block, Element, actions, button, header, mention, section
from handlers.kit.buttons import agreement_button
from handlers.kit.ids import ActionId
from handlers.kit.positions import department_beside
from handlers.sessions.cadence_views import wish
from handlers.sessions.slot_views import slot_blocks
from prompts.catalogue import Mrkdwn, Texts
from prompts.reasons import checked, in_text, reasons
from storage.tables import MentoringSession, Participant, Person
from storage.tables.columns import Record


def introduction(
    texts: Texts,
    couple: PairContext,
    side: Side,
    first: MentoringSession | None,
    last_day: date,
    prepare: Sequence[Element] = (),
    cadence: CadenceView | None = None,
) -> Message:
    """To one of the two: the partner, the reasons, what to do first. `prepare`: the buttons for that. `cadence`: how
    they meet, and what both would like instead."""
    partner, part = couple.person(side.other), couple.part(side.other)
    name = called(texts, partner)
    no_topic = Mrkdwn("")
    if not shared_topics(couple):
        no_topic = texts(f"matching.introduction.{side}.no_shared_topic", partner=name)
    text = texts(
        f"matching.introduction.{side}.body",
        programme=couple.programme.name,
        partner=name,
        mention=mention(partner),
        closes=texts.day(last_day),
        reasons=reasons(texts, couple.pair.explanation, side, partner=name),
        checks=checked(texts, couple.pair.explanation, to_pair=True),
        no_topic=no_topic,
        weekly=couple.meets_weekly,
        material=texts.plain("sessions.stale.buttons.pack"),
        **_about(texts, part, side),
    )
    pair_id = couple.pair.id
    elements = [
        *prepare,
        agreement_button(texts, pair_id),
        button(texts.plain(f"matching.introduction.{side}.buttons.group"), ActionId.INTRO_CHAT, pair_id),
        button(texts.plain(f"matching.introduction.{side}.buttons.concern"), ActionId.CONCERN_OPEN),
    ]
    if first:
        book = button(
            texts.plain(f"matching.introduction.{side}.buttons.book"), ActionId.SESSION_BOOK, first.id, style="primary"
        )
        elements.insert(0, book)
    blocks: list[Block] = [header(texts.plain(f"matching.introduction.{side}.title")), section(text)]
    if cadence:
        blocks += wish(texts, cadence)
    return Message(text, [*blocks, actions(*elements)])


def group(texts: Texts, couple: PairContext, first: Offer | None, last_day: date) -> Message:
    """The first message in the pair's group DM: two lines, and times for the first session."""
    text = texts(
        "matching.introduction.group.body",
        mentor=mention(couple.mentor),
        leader=mention(couple.leader),
        reasons=reasons(
            texts,
            couple.pair.explanation,
            "both",
            mentor=called(texts, couple.mentor),
            leader=called(texts, couple.leader),
        ),
        closes=texts.day(last_day),
    )
    # Each of them has just read about the other in their own DM.
    blocks: list[Block] = [section(text)]
    agreement, label = agreement_button(texts, couple.pair.id), texts.plain("matching.introduction.group.buttons.book")
    if first:
        blocks += slot_blocks(texts, first, other=label, more=[agreement])
    else:
        blocks.append(actions(agreement))
    return Message(texts.plain("matching.introduction.group.title"), blocks)


def chat(texts: Texts, partner: Person, team_id: str, channel: str) -> Mrkdwn:
    """A link to the pair's group DM."""
    link = Mrkdwn(
        f"<slack://channel?team={team_id}&id={channel}|{texts.plain('matching.introduction.mentor.buttons.group')}>"
    )
    return texts("matching.introduction.chat.body", partner=called(texts, partner), link=link)


def called(texts: Texts, person: Person) -> str:
    """A person's name with their form of address: "Pak Budi", "Sari"."""
    return texts.vocative(person.name, person.address)


def _about(texts: Texts, part: Participant, side: Side) -> dict[str, str]:
    """The partner's own words."""
    level = texts.plain(f"labels.in_text.levels.{Level(part.level).name.lower()}")
    if side is Side.MENTOR:
        topics = {"wishes": texts.join([_wish(texts, one) for one in part.wishes])}
    else:
        topics = {"offers": in_text(texts, "topics", mastered(part.offers))}
    beside = department_beside(part.department, level)
    position = texts.plain("matching.introduction.position.body", level=level, department=beside) if beside else level
    return {"position": position, "level": level, "department": part.department, **topics}


def _wish(texts: Texts, wish: Record) -> str:
    """A topic and, if the sign-up has it, how well the leader knows it now."""
    topic = in_text(texts, "topics", [wish["topic"]])
    skill = in_text(texts, "skills", [f"s{wish['skill']}"]) if wish.get("skill") else ""
    return texts.plain("matching.introduction.mentor.wish", topic=topic, skill=skill) if skill else topic
