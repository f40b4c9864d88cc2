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


def form(texts: Texts, found: BuddyState) -> View:
    """What is chosen now. A mentor of an earlier programme can only offer."""
    known = {ASK: found.asks, OFFER: found.offers, HELP: found.help_wished}
    shown = (OFFER,) if found.alumnus else (ASK, OFFER, HELP)
    blocks: list[Block] = [section(texts(f"{FORM}.{'earlier' if found.alumnus else 'body'}"))]
    blocks += [section(_now(texts, found))] if found.buddies or found.waits else []
    for name in shown:
        box = checkboxes(name, [(name, texts.plain(f"{FORM}.{name}.option"))], initial=[name] if known[name] else [])
        hint = texts.plain(f"{FORM}.{name}.hint")
        blocks.append(field(name, texts.plain(f"{FORM}.{name}.label"), box, hint=hint, optional=True))
    return form_modal(texts, FORM, blocks, callback_id=CallbackId.BUDDY_FORM, state=OfProgramme(found.programme.id))


def saved(texts: Texts, found: BuddyState) -> View:
    """Replaces the form: what happens now."""
    lines = [texts(f"{FORM}.saved")]
    if found.buddies or found.waits:
        lines.append(_now(texts, found))
    elif found.offers:
        lines.append(texts(f"{FORM}.offered"))
    return modal(
        texts.plain(f"{FORM}.modal.title"),
        [section("\n".join(lines))],
        callback_id=CallbackId.DONE,
        close=texts.plain("notice.close"),
    )


def home_row(texts: Texts, found: BuddyState) -> Block:
    """The same for every mentor who has not chosen."""
    if found.buddies or found.waits:
        text = _now(texts, found)
    else:
        state = "offers" if found.offers else "earlier" if found.alumnus else "line"
        text = texts(f"buddies.home.{state}")
    return section(text, buddy_button(texts, found.programme.id))


def introduced(texts: Texts, other: Person, programme: Programme, *, asked: bool, earlier: bool) -> Message:
    """To one of the two about the `other`. `asked`: the reader asked for a buddy; `earlier`: the other one was a mentor
    in an earlier programme."""
    values = {"other": mention(other), "programme": programme.name, "earlier": earlier}
    text = texts(f"buddies.introduced.{'asked' if asked else 'offered'}", **values)
    blocks = [section(text), context(texts("buddies.introduced.private"))]
    return Message(text, [*blocks, actions(buddy_button(texts, programme.id))] if asked else blocks)


def gone(texts: Texts, programme: Programme) -> Message:
    text = texts("buddies.introduced.gone")
    return Message(text, [section(text), actions(buddy_button(texts, programme.id))])


def _now(texts: Texts, found: BuddyState) -> Mrkdwn:
    people = texts.join([mention(one) for one in found.buddies]) if found.buddies else ""
    return texts(f"buddies.home.{'has' if people else 'waits'}", people=people)
