"""The window about buddies, the line on Home, and what the two read."""

from bot.services.buddies.choices import BuddyState
from bot.slack.gateway import Message
from handlers.buddies.forms import ASK, HELP, OFFER
from handlers.kit.blocks import (
    Block,
    View,
    actions,
    checkboxes,
    context,
    field,
    form_modal,
    mention,
    modal,
    section,
)
from handlers.kit.buttons import buddy_button
from handlers.kit.ids import CallbackId
from handlers.kit.modal_state import OfProgramme
from prompts.catalogue import Mrkdwn, Texts
from storage.tables import Person, Programme

FORM = "buddies.form"


def form(texts: Texts, state: BuddyState) -> View:
    """What is chosen now. A mentor of an earlier programme can only offer."""
    known = {ASK: state.asks, OFFER: state.offers, HELP: state.help_wished}
    shown = (OFFER,) if state.alumnus else (ASK, OFFER, HELP)
    blocks: list[Block] = [section(texts(f"{FORM}.{'earlier' if state.alumnus else 'body'}"))]
    blocks += [section(_now(texts, state))] if state.buddies or state.waits else []
    for name in shown:
        box = checkboxes(name, [(name, texts.plain(f"{FORM}.{name}.option"))], initial=[name] if known[name] else [])
        hint = texts.plain(f"{FORM}.{name}.hint")
        blocks.append(field(name, texts.plain(f"{FORM}.{name}.label"), box, hint=hint, optional=True))
    return form_modal(texts, FORM, blocks, callback_id=CallbackId.BUDDY_FORM, state=OfProgramme(state.programme.id))


def saved(texts: Texts, state: BuddyState) -> View:
    """Replaces the form: what happens now."""
    lines = [texts(f"{FORM}.saved")]
    if state.buddies or state.waits:
        lines.append(_now(texts, state))
    elif state.offers:
        lines.append(texts(f"{FORM}.offered"))
    return modal(
        texts.plain(f"{FORM}.modal.title"),
        [section("\n".join(lines))],
        callback_id=CallbackId.DONE,
        close=texts.plain("notice.close"),
    )


def home_row(texts: Texts, buddy_state: BuddyState) -> Block:
    """The same for every mentor who has not chosen."""
    if buddy_state.buddies or buddy_state.waits:
        text = _now(texts, buddy_state)
    else:
        state = "offers" if buddy_state.offers else "earlier" if buddy_state.alumnus else "line"
        text = texts(f"buddies.home.{state}")
    return section(text, buddy_button(texts, buddy_state.programme.id))


def introduced(texts: Texts, person: Person, programme: Programme, *, asked: bool, earlier: bool) -> Message:
    """To one of the two about the `other`. `asked`: the reader asked for a buddy; `earlier`: the other one was a mentor
    in an earlier programme."""
    values = {"other": mention(person), "programme": programme.name, "earlier": earlier}
    text = texts(f"buddies.introduced.{'asked' if asked else 'offered'}", **values)
    blocks = [section(text), context(texts("buddies.introduced.private"))]
    return Message(text, [*blocks, actions(buddy_button(texts, programme.id))] if asked else blocks)


def gone(texts: Texts, programme: Programme) -> Message:
    text = texts("buddies.introduced.gone")
    return Message(text, [section(text), actions(buddy_button(texts, programme.id))])


def _now(texts: Texts, state: BuddyState) -> Mrkdwn:
    people = texts.join([mention(one) for one in state.buddies]) if state.buddies else ""
    return texts(f"buddies.home.{'has' if people else 'waits'}", people=people)
