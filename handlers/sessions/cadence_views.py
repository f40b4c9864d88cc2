"""How often and in which form a pair meets: the current state, the proposal, and the form."""

from bot.domain.programme import Cadence
from bot.domain.sessions import MIDDLE
from bot.domain.signup import FORMATS
from bot.services.pair_context import window_days
from bot.services.sessions.cadence import CadenceView
from bot.slack.gateway import Message
from handlers.kit.blocks import (
    Block,
    View,
    actions,
    button,
    context,
    field,
    form_modal,
    header,
    mention,
    modal,
    section,
    select,
)
from handlers.kit.buttons import cadence_button
from handlers.kit.ids import ActionId, CallbackId
from handlers.kit.modal_state import OfPair
from handlers.sessions.views import called
from handlers.signup.views import labels
from prompts.catalogue import Texts
from storage.tables import MentoringSession, Rhythm, RhythmState


def form(texts: Texts, seen: CadenceView) -> View:
    """The current state, the open proposal, and two menus."""
    key, waiting = "sessions.cadence.form", seen.waiting
    partner = mention(seen.couple.person(seen.side.other))
    now = {"cadence": _cadence(texts, seen.cadence), "format": _format(texts, seen.format)}
    blocks: list[Block] = [section(texts(f"{key}.intro", partner=partner, **now))]
    if waiting:
        asked = {"cadence": _cadence(texts, waiting.cadence), "format": _format(texts, waiting.format)}
        blocks.append(section(texts(f"{key}.{'mine' if seen.mine else 'theirs'}", partner=partner, **asked)))
    if waiting and not seen.mine:
        blocks.append(_choice(texts, waiting))
    blocks += wish(texts, seen)
    told = texts.plain(f"{key}.cadence.hint", partner=called(texts, seen.couple.person(seen.side.other)))
    varies = not seen.ahead or any(one.pack in MIDDLE for one in seen.ahead)
    often = select("cadence", labels(texts, "cadences", tuple(Cadence)), initial=seen.cadence)
    how = select("format", labels(texts, "formats", FORMATS), initial=seen.format)
    blocks += [
        field("cadence", texts.plain(f"{key}.cadence.label"), often, hint=told),
        field("format", texts.plain(f"{key}.format.label"), how, hint=texts.plain(f"{key}.format.hint", varies=varies)),
        context(texts(f"{key}.stays", booked=_has_booked(seen))),
    ]
    return form_modal(texts, key, blocks, callback_id=CallbackId.RHYTHM_FORM, state=OfPair(seen.couple.pair.id))


def wish(texts: Texts, seen: CadenceView) -> list[Block]:
    """The cadence that both chose at sign-up and that is not the programme's, with a button; once they meet that way,
    that they do."""
    key, partner = "sessions.cadence.wish", mention(seen.couple.person(seen.side.other))
    if seen.wish is None or seen.now is None:
        return met_as_wished(texts, seen).blocks if seen.as_wished else []
    cadence = _cadence(texts, seen.wish.cadence)
    text = texts(
        f"{key}.body",
        partner=partner,
        cadence=cadence,
        now=_cadence(texts, seen.cadence),
        sessions=seen.wish.sessions,
        messages=seen.wish.messages,
        was_sessions=seen.now.sessions,
        was_messages=seen.now.messages,
    )
    accept = button(texts.plain(f"{key}.button", cadence=cadence), ActionId.RHYTHM_WISH, seen.couple.pair.id)
    return [section(text, accept)]


def met_as_wished(texts: Texts, seen: CadenceView) -> Message:
    """They meet as both chose at sign-up."""
    partner = mention(seen.couple.person(seen.side.other))
    text = texts("sessions.cadence.wish.done", partner=partner, cadence=_cadence(texts, seen.cadence))
    return Message(text, [section(text)])


def less_often(texts: Texts, seen: CadenceView) -> Message:
    """To a pair that planned to meet weekly and does not book."""
    text = texts("sessions.cadence.less_often.body", partner=mention(seen.couple.person(seen.side.other)))
    return Message(text, [section(text), actions(cadence_button(texts, seen.couple.pair.id))])


def proposed(texts: Texts, seen: CadenceView, row: Rhythm) -> Message:
    """To the partner: agree, decline, or propose something else."""
    key = "sessions.cadence.proposed"
    values = {"cadence": _cadence(texts, row.cadence), "format": _format(texts, row.format)}
    before = {"was_cadence": _cadence(texts, seen.cadence), "was_format": _format(texts, seen.format)}
    plan = {"ahead": len(seen.ahead), "then": seen.proposed_ahead, "booked": _has_booked(seen)}
    text = texts(f"{key}.body", partner=mention(seen.couple.person(seen.side.other)), **values, **before, **plan)
    name = "title_format" if row.cadence == seen.cadence else "title"
    title = texts.plain(f"{key}.{'title_often' if row.format == seen.format else name}")
    return Message(text, [header(title), section(text), _choice(texts, row, seen)])


def answered(texts: Texts, seen: CadenceView, *, agreed: bool) -> Message:
    """Replaces the question of the person who answered."""
    text = _outcome(texts, seen, "agreed_by_me" if agreed else "kept_by_me")
    return Message(text, [section(text), *(_next_to_book(texts, seen) if agreed else [])])


def told(texts: Texts, seen: CadenceView, row: Rhythm) -> Message:
    """To the proposer."""
    agreed = row.state == RhythmState.AGREED
    text = _outcome(texts, seen, "agreed" if agreed else "kept")
    return Message(text, [section(text), *(_next_to_book(texts, seen) if agreed else [])])


def stored(texts: Texts, seen: CadenceView) -> View:
    """Replaces the form: it waits for the partner, or both want the same."""
    text = _outcome(texts, seen, "asked" if seen.mine else "agreed_by_me")
    return modal(
        texts.plain("sessions.cadence.form.modal.title"),
        [section(text), *([] if seen.mine else _next_to_book(texts, seen))],
        callback_id=CallbackId.DONE,
        close=texts.plain("notice.close"),
    )


def shown(texts: Texts, message: Message) -> View:
    """An answer from the window."""
    title = texts.plain("sessions.cadence.form.modal.title")
    return modal(title, message.blocks, callback_id=CallbackId.DONE, close=texts.plain("notice.close"))


def _outcome(texts: Texts, seen: CadenceView, name: str) -> str:
    couple, following = seen.couple, _unbooked(seen)
    opens = window_days(following, couple.off)[0] if following else None
    return texts(
        f"sessions.cadence.answers.{name}",
        partner=mention(seen.couple.person(seen.side.other)),
        cadence=_cadence(texts, seen.cadence),
        format=_format(texts, seen.format),
        ahead=len(seen.ahead),
        opens=texts.day(opens) if opens else "",
        often=seen.cadence != seen.was,
        booked=_has_booked(seen),
        paused=not couple.under_way,
        weekly=couple.meets_weekly,
        material=texts.plain("sessions.stale.buttons.pack"),
    )


def _unbooked(seen: CadenceView) -> MentoringSession | None:
    """The next session without a time; None during a pause: nobody can book then, and its planned days may be in it."""
    return next((one for one in seen.ahead if not one.starts_at), None) if seen.couple.under_way else None


def _has_booked(seen: CadenceView) -> bool:
    return any(one.starts_at for one in seen.ahead)


def _next_to_book(texts: Texts, seen: CadenceView) -> list[Block]:
    """The button that books the next session, for the sentence that it can be booked now."""
    following = _unbooked(seen)
    if following is None:
        return []
    return [actions(button(texts.plain("sessions.nudge_again.buttons.book"), ActionId.SESSION_BOOK, following.id))]


def _choice(texts: Texts, row: Rhythm, seen: CadenceView | None = None) -> Block:
    key = "sessions.cadence.proposed.buttons"
    elements = [
        button(texts.plain(f"{key}.agree"), ActionId.RHYTHM_AGREE, row.id, style="primary"),
        button(texts.plain(f"{key}.keep"), ActionId.RHYTHM_KEEP, row.id),
    ]
    if seen:
        elements.append(button(texts.plain(f"{key}.other"), ActionId.RHYTHM_OPEN, seen.couple.pair.id))
    return actions(*elements)


def _cadence(texts: Texts, code: str) -> str:
    return texts.plain(f"labels.in_text.cadences.{code}")


def _format(texts: Texts, code: str) -> str:
    return texts.plain(f"labels.in_text.formats.{code}")
