"""Views at the end of a programme: farewells, and thanks between partners."""

from collections.abc import Sequence

from bot.domain.agreement import State
from bot.domain.circles import LEAST
from bot.domain.sessions import Side
from bot.services.closing.closing import Totals
from bot.services.closing.farewell import Farewell
from bot.services.home.home import Enrolment
from bot.services.outcomes.thanks import LONGEST
from bot.services.pair_context import PairContext
from bot.services.surveys.results_due import Awaited
from bot.slack.gateway import Message
from handlers.closing.forms import PUBLIC
from handlers.closing.manager_note_views import note_button
from handlers.kit.blocks import (
    Block,
    View,
    actions,
    button,
    channel_link,
    checkboxes,
    context,
    field,
    form_modal,
    header,
    mention,
    modal,
    section,
    text_input,
)
from handlers.kit.buttons import (
    agreement_button,
    certificate_button,
    growth_button,
    leadership_thanks_button,
    next_cohort_button,
    playbook_button,
    report_button,
    story_button,
    thanks_button,
)
from handlers.kit.ids import ActionId, CallbackId
from handlers.kit.modal_state import OfPair
from handlers.sessions.views import called
from handlers.surveys.views import awaited_lines
from prompts.catalogue import Texts
from storage.tables import Programme


def person(texts: Texts, seen: Farewell) -> Message:
    """To each person of a pair: it thanks for what happened, and for nothing else; buttons that have been used, or
    have become useless, are left out."""
    key, couple, result = "closing.person", seen.couple, seen.result
    programme, partner = couple.programme, mention(couple.person(seen.side.other))
    may_thank = seen.partner_is_there and not seen.thanked
    thanks = [button(texts.plain(f"{key}.buttons.thanks"), ActionId.CLOSING_THANKS, couple.pair.id)]
    thanks = thanks if may_thank else []
    certificate = [certificate_button(texts, programme.id)] if result.completed and not seen.has_certificate else []
    ready = texts(f"{key}.{'has_certificate' if seen.has_certificate else 'certificate'}")
    sent = [context(texts(f"{key}.thanked", partner=partner))] if seen.thanked else []
    sent += [context(texts(f"{key}.waited.{one}", least=LEAST)) for one in seen.waited]
    if seen.quiet or not result.completed:
        kind = "quiet" if seen.quiet else "some" if result.held else "none"
        values = {"held": result.held} if kind == "some" else {}
        text = texts(f"{key}.{kind}", programme=programme.name, partner=partner, **values)
        home = button(texts.plain("commands.typed.buttons.home"), ActionId.HOME_SHOW)
        concern = button(texts.plain("home.common.buttons.concern"), ActionId.CONCERN_OPEN)
        elements = {"quiet": [concern, *certificate, home], "some": [*thanks, home], "none": [home]}[kind]
        blocks = [header(texts.plain(f"{key}.over")), section(text)]
        blocks += [section(ready)] if result.completed else []
        return Message(text, [*blocks, actions(*elements), *sent])
    text = texts(
        f"{key}.body",
        programme=programme.name,
        partner=partner,
        may_thank=may_thank,
        may_tell=seen.may_tell,
    )
    told = [button(texts.plain(f"{key}.buttons.story"), ActionId.STORY_OPEN, couple.pair.id)]
    elements = [*thanks, *certificate, *(told if seen.may_tell else [])]
    blocks = [
        header(texts.plain(f"{key}.title")),
        section(texts(f"{key}.{seen.side}", partner=partner, held=result.held)),
        section(text),
        section(ready),
        *([actions({**elements[0], "style": "primary"}, *elements[1:])] if elements else []),
        *sent,
    ]
    return Message(text, blocks)


def hr(texts: Texts, programme: Programme, found: Totals, waits: Sequence[Awaited]) -> Message:
    """To HR, once: also which survey results the report does not have yet."""
    numbers = {"pairs": found.pairs, "completed": found.completed, "held": found.held, "has_story": found.has_story}
    text = texts("closing.hr.body", programme=programme.name, **numbers)
    title = header(texts.plain("closing.hr.title", programme=programme.name))
    ways_on = actions(
        next_cohort_button(texts, programme),
        leadership_thanks_button(texts, programme.id),
        report_button(texts, programme),
        playbook_button(texts, programme.id),
    )
    pending = [section("\n".join(awaited_lines(texts, waits)))] if waits else []
    return Message(text, [title, section(text), *pending, ways_on])


def thanks_form(texts: Texts, couple: PairContext, side: Side) -> View:
    key, partner = "closing.thanks", called(texts, couple.person(side.other))
    text = field(
        "text",
        texts.plain(f"{key}.text.label", partner=partner),
        text_input("text", placeholder=texts.plain(f"{key}.text.placeholder"), multiline=True, longest=LONGEST),
        hint=texts.plain(f"{key}.text.hint"),
    )
    boxes = checkboxes(PUBLIC, [(PUBLIC, texts.plain(f"{key}.public.option", partner=partner))])
    hint = texts.plain(f"{key}.public.hint", partner=partner)
    public = field(PUBLIC, texts.plain(f"{key}.public.label"), boxes, hint=hint, optional=True)
    where = context(
        texts(f"{key}.public.where", partner=partner, channel=channel_link(couple.programme.announce_channel))
    )
    blocks = [text, public, where]
    return form_modal(texts, key, blocks, callback_id=CallbackId.CLOSING_THANKS_FORM, state=OfPair(couple.pair.id))


def thanks_sent(texts: Texts, couple: PairContext, side: Side, *, offered: bool = False) -> View:
    partner = mention(couple.person(side.other))
    text = texts(f"closing.thanks.{'offered' if offered else 'sent'}", partner=partner)
    title = texts.plain("closing.thanks.modal.title")
    return modal(title, [section(text)], callback_id=CallbackId.DONE, close=texts.plain("notice.close"))


def finished(texts: Texts, part: Enrolment) -> list[Block]:
    """On the Home tab, once a programme is over: what can still be done with each partner, and the certificate."""
    found: list[Block] = []
    for one in part.finished:
        partner = mention(one.partner)
        found.append(section(texts(f"home.finished.{one.side}_of", partner=partner, held=one.result.held)))
        pair_id = one.pair.id
        thanks = [thanks_button(texts, pair_id)] if one.result.held and not one.thanked else []
        story = [story_button(texts, pair_id)] if one.result.completed else []
        signed = [agreement_button(texts, pair_id, State.SIGNED)] if one.agreed else []
        found.append(actions(*thanks, *story, growth_button(texts, pair_id), *signed))
    if part.certificate:
        text = section(texts("home.finished.certificate"))
        mentored = any(one.side is Side.MENTOR and one.result.completed for one in part.finished)
        note = [note_button(texts, part.programme.id)] if mentored and part.may_note else []
        found += [text, actions(certificate_button(texts, part.programme.id), *note)]
    return found
