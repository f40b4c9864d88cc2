"""HR's windows for writing to many: the form, the preview, the list, and one message."""

from collections.abc import Sequence
from dataclasses import replace

from bot.domain.broadcasts import GROUPS, LONGEST_TEXT, MOST_CHOSEN, Audience, as_mrkdwn, text_for
from bot.domain.calendar import local
from bot.services.broadcasts.broadcasts import BroadcastPage, BroadcastRow, Preview
from bot.slack.gateway import Message
from handlers.broadcasts.forms import text_block
from handlers.broadcasts.modal_state import BroadcastFormState, BroadcastListState
from handlers.kit.blocks import (
    Block,
    Element,
    View,
    actions,
    button,
    confirmation_of,
    context,
    date_picker,
    divider,
    field,
    form_modal,
    mention,
    modal,
    section,
    select,
    text_input,
    time_picker,
    verbatim,
)
from handlers.kit.buttons import page_turns
from handlers.kit.ids import ActionFamily, ActionId, CallbackId
from handlers.kit.options import several_people_search
from prompts.catalogue import Mrkdwn, Texts
from storage.tables import Broadcast, BroadcastState, Person, Programme

A_PAGE = 8
BEGINNING = 120
"""Characters of a text in the list."""
FORM = "broadcasts.form"


def form(
    texts: Texts,
    programme: Programme,
    state: BroadcastFormState,
    was: Broadcast | None = None,
    chosen: Sequence[Person] = (),
    *,
    found: int = 0,
    why: str = "",
) -> View:
    """`was`: what it is filled in with, and `chosen` its people. `found`: how many people HR's search
    finds. `why`: why the preview could not be confirmed."""
    intro = texts(f"{FORM}.change" if state.replaces else f"{FORM}.intro", programme=programme.name)
    blocks: list[Block] = [section(texts(f"{FORM}.refused", why=why))] if why else []
    blocks += [section(intro)]
    if state.audience == Audience.SEARCH:
        blocks.append(section(texts(f"{FORM}.search", count=found)))
    else:
        groups = [(str(one), texts.plain(f"broadcasts.audiences.{one}")) for one in GROUPS]
        first = state.audience if state.audience in GROUPS else Audience.ALL
        blocks.append(
            field("audience", texts.plain(f"{FORM}.audience.label"), select("audience", groups, initial=first))
        )
    people = several_people_search(
        ActionId.BROADCAST_PEOPLE,
        chosen=chosen,
        placeholder=texts.plain(f"{FORM}.people.placeholder"),
        most=MOST_CHOSEN,
    )
    blocks.append(_field(texts, "people", people))
    order = sorted(texts.catalogue.languages, key=lambda code: (code != programme.language, code))
    for code in order:
        written = str(was.texts.get(code, "")) if was else ""
        blocks.append(
            field(
                text_block(code),
                texts.plain(f"{FORM}.text.label", language=texts.language_name(code)),
                text_input(text_block(code), initial=written, multiline=True, longest=LONGEST_TEXT),
                hint=texts.plain(f"{FORM}.text.hint", longest=LONGEST_TEXT),
                optional=True,
            )
        )
    moment = local(was.planned_at, programme.zone) if was and was.planned_at else None
    zone = texts.zone(moment or programme.created_at, programme.zone)
    blocks += [
        field(
            "date",
            texts.plain(f"{FORM}.date.label"),
            date_picker("date", initial=moment.date().isoformat() if moment else ""),
            hint=texts.plain(f"{FORM}.date.hint", zone=zone),
            optional=True,
        ),
        field(
            "time",
            texts.plain(f"{FORM}.time.label"),
            time_picker("time", initial=f"{moment:%H:%M}" if moment else ""),
            optional=True,
        ),
    ]
    if not state.replaces:
        blocks.append(actions(list_button(texts, programme.id)))
    return form_modal(texts, FORM, blocks, callback_id=CallbackId.BROADCAST_FORM, state=state)


def list_button(texts: Texts, programme_id: int) -> Element:
    return button(texts.plain(f"{FORM}.buttons.list"), ActionId.BROADCAST_LIST, programme_id)


def preview(texts: Texts, preview: Preview, state: BroadcastFormState) -> View:
    """How each reader would see it, to how many people, and when. Nothing is sent yet."""
    broadcast, recipients, programme = preview.broadcast, preview.recipients, preview.programme
    count = len(recipients.rows)
    key = "broadcasts.preview"
    audience = texts.plain(f"broadcasts.audiences.{broadcast.audience}")
    facts = [texts(f"{key}.to", audience=audience, count=count), _when(texts, broadcast, programme)]
    if recipients.paused:
        facts.append(texts(f"{key}.paused", count=recipients.paused))
    if preview.already:
        facts.append(texts(f"{key}.already", count=preview.already))
    blocks = [section(Mrkdwn("\n".join(facts)))] if count else [section(texts(f"{key}.nobody"))]
    blocks += _by_language(texts, preview)
    if count:
        blocks.append(context(texts(f"{key}.prompts")))
    blocks.append(actions(button(texts.plain(f"{key}.buttons.edit"), ActionId.BROADCAST_EDIT)))
    confirm = "schedule" if broadcast.planned_at else "send"
    return modal(
        texts.plain(f"{key}.modal.title"),
        blocks,
        callback_id=CallbackId.BROADCAST_PREVIEW,
        submit=texts.plain(f"{key}.modal.{confirm}", count=count) if count else "",
        close=texts.plain(f"{key}.modal.close"),
        state=replace(state, draft_id=broadcast.id, version=broadcast.version),
    )


def _when(texts: Texts, broadcast: Broadcast, programme: Programme) -> Mrkdwn:
    if broadcast.planned_at is None:
        return texts("broadcasts.preview.now")
    return texts("broadcasts.preview.later", moment=texts.moment(broadcast.planned_at, programme.zone))


def _by_language(texts: Texts, preview: Preview) -> list[Block]:
    """The message in each language in which HR wrote it, and who reads another one than their own."""
    written, readers = preview.broadcast.texts, preview.recipients.languages
    blocks: list[Block] = []
    for code in sorted({*written, *readers}):
        name = texts.language_name(code)
        if code in written:
            blocks += [
                divider(),
                context(texts("broadcasts.preview.seen", language=name, count=readers.get(code, 0))),
                *message(texts.catalogue.texts(code), preview.programme, preview.author, written[code]).blocks,
            ]
    for code in sorted(readers.keys() - written.keys()):
        other = next(one for one in sorted(written) if written[one] == text_for(written, code))
        names = {"language": texts.language_name(code), "other": texts.language_name(other)}
        blocks.append(context(texts("broadcasts.preview.missing", count=readers[code], **names)))
    return blocks


def message(texts: Texts, programme: Programme, author: Person, text: str) -> Message:
    """What its reader gets: from whom it is, HR's words, and whom to reply to. `texts` are the reader's."""
    blocks = [
        context(texts("broadcasts.message.from", programme=programme.name)),
        verbatim(as_mrkdwn(text)),
        context(texts("broadcasts.message.answer", person=mention(author))),
    ]
    return Message(texts("broadcasts.message.fallback", programme=programme.name), blocks)


def done(texts: Texts, preview: Preview) -> View:
    """Replaces the preview."""
    broadcast, count = preview.broadcast, len(preview.recipients.rows)
    if broadcast.state == BroadcastState.SENT:
        text = texts("broadcasts.preview.sent", count=count)
    else:
        moment = texts.moment(broadcast.planned_at or broadcast.created_at, preview.programme.zone)
        text = texts("broadcasts.preview.scheduled", count=count, moment=moment)
    blocks = [section(text), actions(list_button(texts, preview.programme.id))]
    title, close = texts.plain(f"{FORM}.modal.title"), texts.plain("notice.close")
    return modal(title, blocks, callback_id=CallbackId.DONE, close=close)


def listing(texts: Texts, page: BroadcastPage) -> View:
    """Scheduled ones first, then the newest."""
    blocks: list[Block] = []
    for row in page.rows:
        show = button(texts.plain("broadcasts.list.show"), ActionId.BROADCAST_SHOW, row.broadcast.id)
        beginning = " ".join(text_for(row.broadcast.texts, texts.language).split())
        shortened = beginning if len(beginning) <= BEGINNING else f"{beginning[: BEGINNING - 1]}…"
        blocks += [section(_line(texts, page.programme, row, shortened), show), divider()]
    if not blocks:
        blocks.append(section(texts("broadcasts.list.none", programme=page.programme.name)))
    blocks += page_turns(texts, ActionFamily.BROADCAST_PAGE, page.page, page.count, A_PAGE)
    return modal(
        texts.plain("broadcasts.list.title"),
        blocks,
        callback_id=CallbackId.BROADCASTS,
        close=texts.plain("notice.close"),
        state=BroadcastListState(page.programme.id, page.page),
    )


def one(texts: Texts, programme: Programme, row: BroadcastRow, state: BroadcastListState, note: str = "") -> View:
    """One message, and what HR can do with it as long as it is not sent."""
    broadcast = row.broadcast
    blocks: list[Block] = [section(note)] if note else []
    blocks.append(section(_line(texts, programme, row, "")))
    for code, text in sorted(broadcast.texts.items()):
        words = message(texts.catalogue.texts(code), programme, row.author, text).blocks
        blocks += [divider(), context(f"*{texts.language_name(code)}*"), *words]
    if broadcast.state == BroadcastState.SCHEDULED:
        question = confirmation_of(texts, "broadcasts.list.cancel")
        change = button(texts.plain("broadcasts.list.buttons.change"), ActionId.BROADCAST_CHANGE, broadcast.id)
        label = texts.plain("broadcasts.list.buttons.cancel")
        stop = button(label, ActionId.BROADCAST_CANCEL, broadcast.id, style="danger", confirm=question)
        blocks.append(actions(change, stop))
    return modal(
        texts.plain("broadcasts.list.title"),
        blocks,
        callback_id=CallbackId.BROADCAST,
        close=texts.plain("notice.close"),
        state=replace(state, broadcast_id=broadcast.id),
    )


def cancelled(texts: Texts, programme: Programme, broadcast: Broadcast, author: Person, why: str) -> Message:
    """To HR's channel."""
    moment = texts.moment(broadcast.planned_at or broadcast.created_at, programme.zone)
    reason = texts.plain(f"broadcasts.list.why.{why}")
    text = texts("broadcasts.list.told", person=mention(author), moment=moment, why=reason)
    return Message(text, [section(text)])


def _line(texts: Texts, programme: Programme, row: BroadcastRow, text: str) -> Mrkdwn:
    broadcast = row.broadcast
    at = {
        BroadcastState.SCHEDULED: broadcast.planned_at,
        BroadcastState.SENT: broadcast.sent_at,
        BroadcastState.CANCELLED: broadcast.cancelled_at,
    }.get(broadcast.state) or broadcast.created_at
    state = texts(
        f"broadcasts.list.states.{broadcast.state}",
        moment=texts.short_moment(at, programme.zone),
        delivered=row.delivered,
        count=broadcast.people,
        why=texts.plain(f"broadcasts.list.why.{broadcast.cancelled_why or 'hr'}"),
    )
    audience = texts.plain(f"broadcasts.audiences.{broadcast.audience}")
    return texts("broadcasts.list.row", state=state, audience=audience, person=mention(row.author), text=text)


def _field(texts: Texts, name: str, element: Element) -> Block:
    label, hint = (texts.plain(f"{FORM}.{name}.{part}") for part in ("label", "hint"))
    return field(name, label, element, hint=hint, optional=True)
