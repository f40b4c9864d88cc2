"""Views for pairs at risk: a nudge, private questions, the message to HR, the offer of another partner."""

from collections.abc import Sequence
from datetime import date, datetime

from bot.domain.agreement import State
from bot.domain.calendar import local
from bot.domain.care import Action, SignalKind
from bot.domain.sessions import Side
from bot.services.care.at_risk import StoredAnswer
from bot.services.care.partner_requests import Asked
from bot.services.insight.pair_detail import PairDetail
from bot.services.pair_context import PairContext
from bot.services.participants.pairs import pair_over
from bot.slack.gateway import Message
from handlers.care.follow_up_views import pause_row, promise
from handlers.care.restore_views import restore_button
from handlers.kit.blocks import (
    Block,
    Element,
    View,
    actions,
    button,
    confirmation_of,
    context,
    form_modal,
    header,
    mention,
    modal,
    section,
    typed,
)
from handlers.kit.buttons import agreement_button, pause_button
from handlers.kit.hr_people import over_text, pair_for_hr
from handlers.kit.ids import ActionFamily, ActionId, CallbackId
from handlers.kit.modal_state import OfPair
from handlers.sessions.hr_record_views import open_button
from prompts.catalogue import Texts
from storage.tables import MentoringSession, PairState, ParticipantState, Person, ProgrammeState

REMATCH = "rematch"
ANSWERS = ("fine", "easier", "help", REMATCH, "stay", "well")

MOST_STEPS = 8
_MOVES = (SignalKind.MENTOR_MOVES, SignalKind.LEADER_MOVES)


def nudge(
    texts: Texts,
    couple: PairContext,
    side: Side,
    why: SignalKind | None,
    session: MentoringSession | None,
    agreement: State,
    now: datetime,
) -> Message:
    """To each of the two: what stopped, and the one thing that helps. Without blame."""
    reader, partner = couple.person(side), mention(couple.person(side.other))
    reason = texts(f"care.at_risk.nudge.why.{'moves' if why in _MOVES else why}") if why else ""
    if why is SignalKind.UNSIGNED and agreement is not State.SIGNED:
        text = texts(f"care.at_risk.nudge.unsigned.{agreement}", why=reason, partner=partner)
        buttons = [agreement_button(texts, couple.pair.id, agreement)]
        if session and not session.starts_at:
            buttons.append(button(texts.plain("care.at_risk.nudge.buttons.book"), ActionId.SESSION_BOOK, session.id))
        return Message(text, [section(text), actions(*buttons, pause_button(texts))])
    if session and session.starts_at and session.starts_at > now:
        when = texts.moment(session.starts_at, reader.zone)
        text = texts("care.at_risk.nudge.keep", why=reason, partner=partner, when=when)
        move = button(texts.plain("sessions.reminder.buttons.move"), ActionId.SESSION_MOVE, session.id)
        return Message(text, [section(text), actions(move, pause_button(texts))])
    if why is SignalKind.MISSED and session and session.starts_at:  # its time is over: either may say that they met
        text = texts("care.at_risk.nudge.missed", why=reason, partner=partner)
        met = button(texts.plain("care.at_risk.nudge.buttons.met"), ActionId.SESSION_HELD, session.id)
        again = button(texts.plain("care.at_risk.nudge.buttons.book"), ActionId.SESSION_BOOK, session.id)
        return Message(text, [section(text), actions(met, again, pause_button(texts))])
    text = texts("care.at_risk.nudge.body", why=reason, partner=partner)
    return Message(text, [section(text), actions(*_book(texts, session), pause_button(texts))])


def ask_each(texts: Texts, couple: PairContext, side: Side, why: Sequence[SignalKind]) -> Message:
    """A private question. If only the agreement is missing, it asks about that."""
    only_unsigned = set(why) == {SignalKind.UNSIGNED}
    text = texts(
        f"care.at_risk.ask.{'unsigned' if only_unsigned else 'body'}", partner=mention(couple.person(side.other))
    )
    buttons = [
        _say(texts, f"care.at_risk.ask.buttons.{name}", name, couple) for name in ("fine", "easier", "help", "rematch")
    ]
    title = _title(texts, "care.at_risk.ask", couple, side)
    return Message(text, [title, section(text), actions(*buttons, pause_button(texts))])


def ask_mentor(texts: Texts, couple: PairContext, contact: Person | None) -> Message:
    """To the mentor only. A mentor who wants another partner uses the form that all have: a wish reported to HR where
    nobody else was asked would reveal who it was, and why."""
    partner = mention(couple.leader)
    text = texts("care.at_risk.ask_mentor.body", partner=partner, contact=mention(contact) if contact else "")
    names = {"fine": "fine", "talk": "help"}
    buttons = [_say(texts, f"care.at_risk.ask_mentor.buttons.{name}", answer, couple) for name, answer in names.items()]
    buttons.append(button(texts.plain("care.at_risk.ask_mentor.buttons.leave"), ActionId.PART_OPEN, couple.pair.id))
    title = header(texts.plain("care.at_risk.ask_mentor.title"))
    return Message(text, [title, section(text), actions(*buttons, pause_button(texts))])


def offer(texts: Texts, couple: PairContext, side: Side) -> Message:
    """Another partner, without blame."""
    key = "care.at_risk.rematch"
    text = texts(f"{key}.body", partner=mention(couple.person(side.other)))
    buttons = [
        _say(texts, f"{key}.buttons.rematch", "rematch", couple),
        _say(texts, f"{key}.buttons.stay", "stay", couple),
        button(texts.plain(f"{key}.buttons.pause"), ActionId.PAUSE_OPEN),
    ]
    return Message(text, [header(texts.plain(f"{key}.title")), section(text), actions(*buttons)])


def answered(texts: Texts, said: StoredAnswer, answer: str) -> Message:
    """Replaces the question: thanks, and what happens next."""
    partner = mention(said.couple.person(said.side.other))
    booked = said.session if said.is_booked and answer in ("fine", "easier", "well", "stay") else None
    if booked is not None and booked.starts_at is not None:
        when = texts.moment(booked.starts_at, said.couple.person(said.side).zone)
        stays = answer == "stay"
        key = "rematch.stayed_booked" if stays else f"ask.thanks.{answer}_booked"
        text = texts(f"care.at_risk.{key}", when=when, **({"partner": partner} if stays else {}))
        move = button(texts.plain("sessions.reminder.buttons.move"), ActionId.SESSION_MOVE, booked.id)
        return Message(text, [section(text), actions(move)])
    match answer:
        case "stay":
            text = texts("care.at_risk.rematch.stayed", partner=partner)
        case "help" if said.call_by:
            promised = [*promise(texts, said.contact, said.call_by), *_pause(texts, said)]
            return Message(promised[0]["text"]["text"], promised)
        case "help":
            text = texts("care.at_risk.ask.thanks.help", contact=mention(said.contact) if said.contact else "")
        case _:
            text = texts(f"care.at_risk.ask.thanks.{answer}")
    again = answer in ("fine", "easier", "stay")
    book = [actions(*_book(texts, said.session))] if again and said.session else []
    return Message(text, [section(text), *book, *(_pause(texts, said) if answer == "help" else [])])


def _pause(texts: Texts, said: StoredAnswer) -> list[Block]:
    return pause_row(texts, may_pause=said.couple.part(said.side).state == ParticipantState.ACTIVE)


def hr(texts: Texts, couple: PairContext, why: Sequence[SignalKind]) -> Message:
    """To HR: which pair, what stopped, what to do."""
    reasons = texts.join([texts.plain(f"care.at_risk.hr.why.{kind}") for kind in why])
    text = texts("care.at_risk.hr.body", **pair_for_hr(texts, couple.mentor, couple.leader), why=reasons)
    return Message(text, [section(text), actions(_look(texts, couple), *_hr_acts(texts, couple))])


def pair_seen(texts: Texts, seen: PairDetail) -> View:
    """Everything that HR may see of a pair, and its actions. None of the answers of either."""
    couple, key = seen.couple, "care.at_risk.pair_detail"
    zone = couple.programme.zone
    lines = [
        texts(f"{key}.since", day=texts.day(local(couple.pair.introduced_at, zone).date())),
        texts(f"{key}.held", held=seen.held, total=seen.total),
        *_next(texts, seen),
        texts(f"{key}.{'signed' if seen.signed else 'unsigned'}"),
    ]
    if any(seen.moves.values()):
        lines.append(texts(f"{key}.moves", mentor=seen.moves[Side.MENTOR], leader=seen.moves[Side.LEADER]))
    if couple.pair.paused_until:
        lines.append(texts(f"{key}.rests", until=texts.day(local(couple.pair.paused_until, zone).date())))
    if over := pair_over(couple.pair, (couple.mentor, couple.leader)):
        lines.append(texts(f"{key}.over", over=over_text(texts, couple.programme, over)))
    names = texts(f"{key}.names", **pair_for_hr(texts, couple.mentor, couple.leader))
    blocks: list[Block] = [section(names + "\n" + "\n".join(f"• {line}" for line in lines))]
    if couple.pair.state == PairState.ENDED and couple.pair.hr_ended_why:
        blocks += [context(texts("care.parting.end.noted")), typed(couple.pair.hr_ended_why)]
    why = texts.join([texts.plain(f"care.at_risk.hr.why.{one.kind}") for one in seen.signals])
    if couple.pair.state == PairState.ACTIVE:
        blocks.append(section(texts(f"{key}.why", why=why) if seen.signals else texts(f"{key}.fine")))
    if seen.taken:
        steps = [
            texts(f"{key}.step", day=texts.short_day(local(at, zone).date()), what=texts.plain(f"{key}.steps.{action}"))
            for action, at in seen.taken[-MOST_STEPS:]
        ]
        blocks.append(context("\n".join(steps)))
    if couple.pair.state == PairState.ACTIVE:
        blocks.append(
            actions(
                *_hr_acts(texts, couple),
                talked_button(texts, couple.pair.id),
                open_button(texts, couple.pair.id),
                end_button(texts, couple.pair.id),
            )
        )
    else:
        again = []
        if seen.restorable_until:
            day = texts.day(local(seen.restorable_until, zone).date())
            blocks.append(section(texts("care.restore.hr.until", day=day)))
            again.append(restore_button(texts, couple))
        if couple.programme.state != ProgrammeState.CLOSED:
            again.append(open_button(texts, couple.pair.id))
        blocks += [actions(*again)] if again else []
    return modal(texts.plain(f"{key}.title"), blocks, callback_id=CallbackId.DONE, close=texts.plain("notice.close"))


def _next(texts: Texts, seen: PairDetail) -> list[str]:
    """The next session of a pair that goes on."""
    key, couple = "care.at_risk.pair_detail", seen.couple
    if couple.pair.state in (PairState.ENDED, PairState.COMPLETED):
        return []
    if seen.next_at is None:
        return [texts(f"{key}.no_date")]
    return [texts(f"{key}.next", when=texts.moment(seen.next_at, couple.programme.zone))]


def _look(texts: Texts, couple: PairContext) -> Element:
    return button(texts.plain("care.at_risk.hr.buttons.look"), ActionId.RISK_HR_LOOK, couple.pair.id)


def _hr_acts(texts: Texts, couple: PairContext) -> list[Element]:
    pause = button(texts.plain("care.at_risk.hr.buttons.pause"), ActionId.RISK_HR_REST, couple.pair.id)
    return [
        _confirmed(texts, "nudge", ActionId.RISK_HR_NUDGE, couple),
        pause,  # opens a form, which says the consequence
        _confirmed(texts, "rematch", ActionId.RISK_HR_REMATCH, couple),
    ]


def _confirmed(texts: Texts, name: str, action_id: ActionId, couple: PairContext) -> Element:
    """A button of HR's that writes to both, once it is confirmed."""
    key = "care.at_risk.hr"
    question = confirmation_of(texts, f"{key}.confirm.{name}")
    return button(texts.plain(f"{key}.buttons.{name}"), action_id, couple.pair.id, confirm=question)


def end_button(texts: Texts, pair_id: int) -> Element:
    """Opens the form in which HR ends the pair."""
    return button(texts.plain("care.at_risk.pair_detail.end.button"), ActionId.RISK_HR_END, pair_id, style="danger")


def hr_done(texts: Texts, couple: PairContext, action: Action) -> str:
    """The result of HR's button."""
    name = "nudged" if action is Action.NUDGE else "offered"
    return texts(f"care.at_risk.hr.{name}", **pair_for_hr(texts, couple.mentor, couple.leader))


def want_form(texts: Texts, asked: Asked) -> View:
    """What asking for another partner leads to, before anyone is told; or what was promised, if it was asked for."""
    key, partner = "care.at_risk.want", mention(asked.couple.person(asked.side.other))
    if asked.again:
        return want_done(texts, asked)
    by = texts.day(asked.call_by)
    learns = [texts(f"{key}.{who}", partner=partner, by=by) for who in ("hr", "partner", "you")]
    blocks = [section(texts(f"{key}.intro", partner=partner)), section("\n".join(f"• {one}" for one in learns))]
    state = OfPair(asked.couple.pair.id)
    return form_modal(texts, key, blocks, callback_id=CallbackId.RISK_WANT_FORM, state=state)


def want_done(texts: Texts, asked: Asked) -> View:
    """The one answer, however often a person asks."""
    key = "care.at_risk.want"
    text = texts(f"{key}.done", partner=mention(asked.couple.person(asked.side.other)), by=texts.day(asked.call_by))
    title, close = texts.plain(f"{key}.modal.title"), texts.plain("notice.close")
    shown = [section(text), actions(pause_button(texts))]
    return modal(title, shown, callback_id=CallbackId.DONE, close=close)


def wanted(texts: Texts, couple: PairContext, call_by: date | None) -> Message:
    """To HR: this pair should change, and by when both were promised a call. Not who of them asked."""
    names = pair_for_hr(texts, couple.mentor, couple.leader)
    text = texts("care.at_risk.wanted.body", **names)
    called = [section(texts("care.at_risk.want.call", by=texts.day(call_by)))] if call_by else []
    return Message(text, [section(text), *called, _after_the_call(texts, couple)])


def call_due(texts: Texts, couple: PairContext, call_by: date) -> Message:
    """To HR: the promised day is over."""
    names = pair_for_hr(texts, couple.mentor, couple.leader)
    text = texts("care.at_risk.want.due", **names, by=texts.day(call_by))
    return Message(text, [section(text), _after_the_call(texts, couple)])


def _after_the_call(texts: Texts, couple: PairContext) -> Block:
    return actions(talked_button(texts, couple.pair.id), _look(texts, couple), end_button(texts, couple.pair.id))


def talked_button(texts: Texts, pair_id: int) -> Element:
    """HR notes that it talked to both, once it is confirmed: there is no way back."""
    question = confirmation_of(texts, "care.at_risk.want.confirm")
    return button(texts.plain("care.at_risk.want.buttons.talked"), ActionId.RISK_HR_TALKED, pair_id, confirm=question)


def talked(texts: Texts, couple: PairContext) -> str:
    """The answer to HR's button."""
    return texts("care.at_risk.want.talked", **pair_for_hr(texts, couple.mentor, couple.leader))


def _title(texts: Texts, key: str, couple: PairContext, side: Side) -> Block:
    partner = couple.person(side.other)
    return header(texts.plain(f"{key}.title", partner=texts.vocative(partner.name, partner.address)))


def _say(texts: Texts, key: str, answer: str, couple: PairContext) -> Element:
    return button(texts.plain(key), ActionFamily.RISK_SAY.of(answer), couple.pair.id)


def _book(texts: Texts, session: MentoringSession | None) -> list[Element]:
    label = texts.plain("care.at_risk.nudge.buttons.book")
    return [button(label, ActionId.SESSION_BOOK, session.id, style="primary")] if session else []
