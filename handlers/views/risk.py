"""Pairs at risk: a nudge, private questions, a word to HR, the offer of another partner."""

from collections.abc import Sequence
from datetime import datetime

from bot.domain.agreements import State
from bot.domain.risk import Action, SignalKind
from bot.domain.sessions import Side
from bot.gateway import Message
from bot.services.meetings import Couple
from handlers.views.agreements import open_button
from handlers.views.blocks import Block, Element, actions, button, header, mention, section
from handlers.views.care import PAUSE
from handlers.views.sessions import BOOK, MOVE
from prompts.catalogue import Texts
from storage.tables import MentoringSession, Person

SAY = "risk.say"
"""Followed by the answer: `risk.say.fine`. Value: the pair's id."""
ANSWERS = ("fine", "easier", "help", "rematch", "stay")
HR_NUDGE, HR_REMATCH = "risk.hr_nudge", "risk.hr_rematch"
"""HR's buttons, with the pair's id."""

_MOVES = (SignalKind.MENTOR_MOVES, SignalKind.MENTEE_MOVES)


def nudge(
    texts: Texts,
    couple: Couple,
    side: Side,
    why: SignalKind | None,
    session: MentoringSession | None,
    agreement: State,
    now: datetime,
) -> Message:
    """To each of the two: what stopped, and the one thing that helps. Never whose fault it is."""
    reader, partner = couple.person(side), mention(couple.person(side.other))
    reason = texts(f"risk.nudge.why.{'moves' if why in _MOVES else why}") if why else ""
    if why is SignalKind.UNSIGNED and agreement is not State.SIGNED:
        text = texts(f"risk.nudge.unsigned.{agreement}", why=reason, partner=partner)
        buttons = [open_button(texts, couple.pair.id or 0, agreement)]
        if session and not session.starts_at:
            buttons.append(button(texts.plain("risk.nudge.buttons.book"), BOOK, session.id or 0))
        return Message(text, [section(text), actions(*buttons)])
    if session and session.starts_at and session.starts_at > now:
        when = texts.moment(session.starts_at, reader.zone)
        text = texts("risk.nudge.keep", why=reason, partner=partner, when=when)
        buttons = [button(texts.plain("sessions.reminder.buttons.move"), MOVE, session.id or 0)]
        return Message(text, [section(text), actions(*buttons)])
    text = texts("risk.nudge.body", why=reason, partner=partner)
    return Message(text, [section(text), *_book(texts, "risk.nudge.buttons.book", session)])


def ask_each(texts: Texts, couple: Couple, side: Side, why: Sequence[SignalKind]) -> Message:
    """A private question. Whose sessions go well, and only the agreement is missing, is asked about that."""
    only_unsigned = set(why) == {SignalKind.UNSIGNED}
    text = texts(f"risk.ask.{'unsigned' if only_unsigned else 'body'}", partner=mention(couple.person(side.other)))
    buttons = [_say(texts, f"risk.ask.buttons.{name}", name, couple) for name in ("fine", "easier", "help", "rematch")]
    return Message(text, [_title(texts, "risk.ask", couple, side), section(text), actions(*buttons)])


def ask_mentor(texts: Texts, couple: Couple, contact: Person) -> Message:
    """To the mentor alone."""
    partner = mention(couple.mentee)
    text = texts("risk.ask_mentor.body", partner=partner, contact=mention(contact))
    names = {"fine": "fine", "talk": "help", "leave": "rematch"}
    buttons = [_say(texts, f"risk.ask_mentor.buttons.{name}", answer, couple) for name, answer in names.items()]
    title = header(texts.plain("risk.ask_mentor.title"))
    return Message(text, [title, section(text), actions(*buttons)])


def offer(texts: Texts, couple: Couple, side: Side) -> Message:
    """Another partner, blaming nobody."""
    key = "risk.rematch"
    text = texts(f"{key}.body", partner=mention(couple.person(side.other)))
    buttons = [
        _say(texts, f"{key}.buttons.rematch", "rematch", couple),
        _say(texts, f"{key}.buttons.stay", "stay", couple),
        button(texts.plain(f"{key}.buttons.pause"), PAUSE),
    ]
    return Message(text, [header(texts.plain(f"{key}.title")), section(text), actions(*buttons)])


def answered(
    texts: Texts, couple: Couple, side: Side, answer: str, session: MentoringSession | None, contact: Person | None
) -> Message:
    """In the question's place: thank you, and what happens now."""
    partner = mention(couple.person(side.other))
    match answer:
        case "rematch":
            text = texts("risk.rematch.accepted", partner=partner)
        case "stay":
            text = texts("risk.rematch.stayed", partner=partner)
        case "help":
            text = texts("risk.ask.thanks.help", contact=mention(contact) if contact else "")
        case _:
            text = texts(f"risk.ask.thanks.{answer}")
    again = answer in ("fine", "easier", "stay")
    return Message(text, [section(text), *(_book(texts, "risk.nudge.buttons.book", session) if again else [])])


def hr(texts: Texts, couple: Couple, why: Sequence[SignalKind]) -> Message:
    """To HR: which pair, what stopped, what to do."""
    reasons = texts.join([texts.plain(f"risk.hr.why.{kind}") for kind in why])
    text = texts("risk.hr.body", mentor=mention(couple.mentor), mentee=mention(couple.mentee), why=reasons)
    pair_id = couple.pair.id or 0
    buttons = [
        button(texts.plain("risk.hr.buttons.nudge"), HR_NUDGE, pair_id),
        button(texts.plain("risk.hr.buttons.rematch"), HR_REMATCH, pair_id),
    ]
    return Message(text, [section(text), actions(*buttons)])


def hr_done(texts: Texts, couple: Couple, action: Action) -> str:
    """What HR's button did."""
    name = "nudged" if action is Action.NUDGE else "offered"
    return texts(f"risk.hr.{name}", mentor=mention(couple.mentor), mentee=mention(couple.mentee))


def wanted(texts: Texts, couple: Couple) -> Message:
    """To HR: this pair would rather part. Not who said so."""
    text = texts("risk.wanted.body", mentor=mention(couple.mentor), mentee=mention(couple.mentee))
    return Message(text, [section(text)])


def _title(texts: Texts, key: str, couple: Couple, side: Side) -> Block:
    partner = couple.person(side.other)
    return header(texts.plain(f"{key}.title", partner=texts.vocative(partner.name, partner.address)))


def _say(texts: Texts, key: str, answer: str, couple: Couple) -> Element:
    return button(texts.plain(key), f"{SAY}.{answer}", couple.pair.id or 0)


def _book(texts: Texts, key: str, session: MentoringSession | None) -> list[Block]:
    return [actions(button(texts.plain(key), BOOK, session.id or 0, style="primary"))] if session else []
