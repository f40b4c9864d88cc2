"""How often and in which form a pair meets: the current state, the proposal, and the form."""

from bot.domain.programme import Cadence
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
from storage.tables import Rhythm, RhythmState


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
    often = select("cadence", labels(texts, "cadences", tuple(Cadence)), initial=seen.cadence)
    how = select("format", labels(texts, "formats", FORMATS), initial=seen.format)
    blocks += [
        field("cadence", texts.plain(f"{key}.cadence.label"), often, hint=told),
        field("format", texts.plain(f"{key}.format.label"), how, hint=texts.plain(f"{key}.format.hint")),
        context(texts(f"{key}.stays")),
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
    text = texts(f"{key}.body", partner=mention(seen.couple.person(seen.side.other)), **values, **before)
    return Message(text, [header(texts.plain(f"{key}.title")), section(text), _choice(texts, row, seen)])


def answered(texts: Texts, seen: CadenceView, *, agreed: bool) -> Message:
    """Replaces the question of the person who answered."""
    text = _outcome(texts, seen, "agreed_by_me" if agreed else "kept_by_me")
    return Message(text, [section(text)])


def told(texts: Texts, seen: CadenceView, row: Rhythm) -> Message:
    """To the proposer."""
    text = _outcome(texts, seen, "agreed" if row.state == RhythmState.AGREED else "kept")
    return Message(text, [section(text)])


def stored(texts: Texts, seen: CadenceView) -> View:
    """Replaces the form: it waits for the partner, or both want the same."""
    text = _outcome(texts, seen, "asked" if seen.mine else "agreed_by_me")
    return modal(
        texts.plain("sessions.cadence.form.modal.title"),
        [section(text)],
        callback_id=CallbackId.DONE,
        close=texts.plain("notice.close"),
    )


def shown(texts: Texts, message: Message) -> View:
    """An answer from the window."""
    title = texts.plain("sessions.cadence.form.modal.title")
    return modal(title, message.blocks, callback_id=CallbackId.DONE, close=texts.plain("notice.close"))


def _outcome(texts: Texts, seen: CadenceView, name: str) -> str:
    couple, unbooked = seen.couple, [one for one in seen.ahead if not one.starts_at]
    # During a pause nobody can book, and the days of the plan may be in it.
    opens = window_days(unbooked[0], couple.off)[0] if unbooked and couple.under_way else None
    return texts(
        f"sessions.cadence.answers.{name}",
        partner=mention(seen.couple.person(seen.side.other)),
        cadence=_cadence(texts, seen.cadence),
        format=_format(texts, seen.format),
        ahead=len(seen.ahead),
        opens=texts.day(opens) if opens else "",
        often=seen.cadence != seen.was,
    )


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
