"""The contacts of a programme: HR's form, the question to each of them, and what HR reads about them."""

from collections.abc import Sequence

from bot.services.care.contact_posts import Contacts, GoneWhy
from bot.services.care.contacts import NamedContact
from bot.slack.gateway import Message
from handlers.kit.blocks import (
    Block,
    Element,
    View,
    actions,
    button,
    confirmation,
    context,
    field,
    form_modal,
    header,
    mention,
    notice,
    section,
    user_select,
)
from handlers.kit.ids import ActionId, CallbackId
from handlers.kit.modal_state import OfProgramme
from prompts.catalogue import Mrkdwn, Texts
from storage.tables import Person, Programme

KEY = "care.contacts"


def form(texts: Texts, contacts: Contacts) -> View:
    """HR names the contacts."""
    blocks = [section(texts(f"{KEY}.form.intro", programme=contacts.programme.name)), *fields(texts, contacts.named)]
    return form_modal(
        texts,
        f"{KEY}.form",
        blocks,
        callback_id=CallbackId.CONTACTS_FORM,
        state=OfProgramme(contacts.programme.id),
    )


def fields(texts: Texts, named: Sequence[NamedContact], otherwise: str = "") -> list[Block]:
    """The two fields, filled in, and what the contacts answered. `otherwise`: the Slack id without a first one."""
    fit = [one.person.slack_id for one in named if one.fit]
    initial = {"contact": fit[0] if fit else otherwise, "second_contact": fit[1] if len(fit) > 1 else ""}
    blocks = []
    for name, slack_id in initial.items():
        key = f"programme.setup.form.{name}"
        element = user_select(name, initial=slack_id, placeholder=texts.plain(f"{key}.placeholder"))
        label, hint = texts.plain(f"{key}.label"), texts.plain(f"{key}.hint")
        blocks.append(field(name, label, element, hint=hint, optional=name == "second_contact"))
    return [*blocks, *([context(answers(texts, named))] if named else [])]


def answers(texts: Texts, named: Sequence[NamedContact]) -> Mrkdwn:
    """Each contact with what they answered."""
    said = [texts(f"{KEY}.states.{one.state if one.fit else 'unfit'}", contact=mention(one.person)) for one in named]
    return Mrkdwn(" · ".join(said))


def stored(texts: Texts, contacts: Contacts, me: Person) -> View:
    """Replaces HR's form."""
    return notice(texts, named_text(texts, contacts.named, me))


def named_text(texts: Texts, named: Sequence[NamedContact], me: Person) -> str:
    """To HR, who named them: what happens now; and what it means, if they named themselves."""
    lines = [str(answers(texts, named))]
    if any(one.person.id == me.id for one in named):
        lines.append(str(texts(f"{KEY}.stored.oneself")))
    if any(one.person.id != me.id for one in named):
        lines.append(str(texts(f"{KEY}.stored.others")))
    return Mrkdwn("\n\n".join(lines))


def asked(texts: Texts, programme: Programme) -> Message:
    """To a person whom HR named."""
    text = texts(f"{KEY}.asked.body", programme=programme.name)
    yes = button(texts.plain(f"{KEY}.asked.buttons.yes"), ActionId.CONTACT_CONFIRM, programme.id, style="primary")
    title = texts.plain(f"{KEY}.asked.title")
    return Message(text, [header(title), section(text), actions(yes, _decline(texts, programme, "no"))])


def confirmed(texts: Texts, programme: Programme) -> Message:
    """Replaces the question."""
    text = texts(f"{KEY}.asked.confirmed", programme=programme.name)
    return Message(text, [section(text), actions(_decline(texts, programme, "stop"))])


def declined(texts: Texts, programme: Programme) -> Message:
    text = texts(f"{KEY}.asked.declined", programme=programme.name)
    return Message(text, [section(text)])


def replaced(texts: Texts, programme: Programme, waiting: int) -> Message:
    """To a contact in whose place HR named another person. `waiting`: how many writers still wait for their call."""
    text = texts(f"{KEY}.replaced.body", programme=programme.name, open=waiting)
    return Message(text, [section(text)])


def gone(
    texts: Texts, programme: Programme, why: GoneWhy, who: Person | None, left: Person | None, creator: Person | None
) -> Message:
    """To HR: a contact is one no longer, and who receives concerns now."""
    text = texts(f"{KEY}.gone.{why}", programme=programme.name, contact=mention(who) if who else "")
    return _for_hr(texts, programme, text, left, creator)


def missing(texts: Texts, programme: Programme, creator: Person | None) -> Message:
    """To HR, once a week."""
    return _for_hr(texts, programme, texts(f"{KEY}.gone.missing", programme=programme.name), None, creator)


def contacts_button(texts: Texts, programme_id: int, *, style: str = "") -> Element:
    """Opens HR's form."""
    return button(texts.plain(f"{KEY}.form.buttons.open"), ActionId.CONTACTS_OPEN, programme_id, style=style)


def _for_hr(texts: Texts, programme: Programme, text: str, left: Person | None, creator: Person | None) -> Message:
    if left:
        now = texts(f"{KEY}.gone.left", contact=mention(left))
    else:
        now = texts(f"{KEY}.gone.nobody", creator=mention(creator) if creator else "")
    name = contacts_button(texts, programme.id, style="primary")
    return Message(text, [section(text), section(now), actions(name)])


def _decline(texts: Texts, programme: Programme, name: str) -> Element:
    key = f"{KEY}.asked"
    sure = confirmation(
        texts.plain(f"{key}.confirm.title"),
        texts.plain(f"{key}.confirm.text", programme=programme.name),
        texts.plain(f"{key}.confirm.yes"),
        texts.plain(f"{key}.confirm.no"),
    )
    return button(texts.plain(f"{key}.buttons.{name}"), ActionId.CONTACT_DECLINE, programme.id, confirm=sure)
