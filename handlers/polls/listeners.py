"""The poll after a session: each click is stored immediately and shown in its message."""

from functools import partial

from bot.domain.polls import RATING_NAMES, RATINGS, Met
from bot.services.caller import Rejected
from bot.services.care.late_wish import TOO_LATE, ask_late
from bot.services.polls import polls
from bot.services.polls.polls import Poll
from handlers.care.follow_up_listeners import may_pause_now
from handlers.care.follow_up_views import pause_row, promise
from handlers.kit.blocks import Block, mention, notice, section
from handlers.kit.click_answers import show, until_closed, update_posted
from handlers.kit.form_result import Invalid
from handlers.kit.ids import ActionFamily, ActionId, CallbackId
from handlers.kit.listeners import Listeners
from handlers.kit.modal_state import OfSession
from handlers.kit.payload import Malformed, number
from handlers.kit.request import Handler, Request
from handlers.polls import forms, views


def register(on: Listeners) -> None:
    on.action(ActionFamily.POLL_MET, _until_closed(met))
    on.action(ActionFamily.POLL_USEFUL, _until_closed(useful))
    on.action(ActionFamily.POLL_OWN, _until_closed(own))
    on.action(ActionFamily.POLL_RATE, _until_closed(rate))
    on.action(ActionId.POLL_CHANGE, _until_closed(change))
    on.action(ActionId.POLL_COMMENT, _until_closed(open_comment))
    on.action(ActionId.POLL_CONTACT, _until_closed(contact_me))
    on.action(ActionId.POLL_OPEN, _until_closed(open_window))
    on.submission(CallbackId.POLL_COMMENT_FORM, commented)


def _until_closed(handler: Handler) -> Handler:
    return until_closed(
        handler, "poll_closed", lambda request, told: views.closed(request.texts, told.values["number"])
    )


async def met(request: Request) -> None:
    try:
        said = Met(request.answer)
    except ValueError as error:
        raise Malformed("action_id") from error
    await show_poll(request, await polls.say_met(request.context.store, request.caller, request.subject, said))


async def useful(request: Request) -> None:
    await _rate(request, "useful", request.answer)


async def own(request: Request) -> None:
    """The mentor's "I could speak honestly", the leader's "I learned something I will use"."""
    value = _rating(request.answer)
    await show_poll(request, await polls.rate_own(request.context.store, request.caller, request.subject, value))


async def rate(request: Request) -> None:
    """Every other question."""
    question, _, value = request.answer.partition(".")
    if question not in RATING_NAMES:
        raise Malformed("action_id")
    await _rate(request, question, value)


async def change(request: Request) -> None:
    await show_poll(request, await polls.poll(request.context.store, request.caller, request.subject), again=True)


async def open_window(request: Request) -> None:
    """The poll from the Home tab."""
    await request.open(
        views.poll_window(request.texts, await polls.poll(request.context.store, request.caller, request.subject))
    )


async def contact_me(request: Request) -> None:
    try:
        asked = await polls.ask_contact(request.context.store, request.caller, request.subject)
    except Rejected as refusal:
        if refusal.code not in TOO_LATE:
            raise
        text, blocks = await _contact_late(request, request.subject)
        await request.reply_ephemeral(text, blocks)
        return
    await show_poll(request, asked)


async def _contact_late(request: Request, session_id: int) -> tuple[str, list[Block]]:
    """It is too late for the answers, and never for that one."""
    raised = await ask_late(request.context.store, request.caller, session_id=session_id)
    text = request.texts("polls.answered.contact", contact=mention(raised.reader) if raised.reader else "")
    pause = pause_row(request.texts, may_pause=await may_pause_now(request))
    return text, [section(text), *promise(request.texts, raised.reader, raised.call_by), *pause]


async def open_comment(request: Request) -> None:
    await request.open(
        views.comment_form(request.texts, await polls.poll(request.context.store, request.caller, request.subject))
    )


async def commented(request: Request) -> None:
    written = forms.comment(request.form)
    if isinstance(written, Invalid):
        await request.invalid(written)
        return
    session_id = request.state(OfSession).session_id
    try:
        asked = await polls.comment(
            request.context.store,
            request.caller,
            session_id,
            written.comments,
            share=written.share,
            contact=written.contact,
        )
    except Rejected as refusal:
        if refusal.code not in TOO_LATE or not written.contact:
            raise
        said, _ = await _contact_late(request, session_id)
        kept = request.texts("polls.answered.contact_only")
        await request.replace_modal(notice(request.texts, f"{said}\n\n{kept}"))
        return
    await request.close()
    await update_posted(request, views.poll(request.texts, asked), asked.posted)


def _rating(answer: str) -> int:
    value = number(answer)
    if value not in RATINGS:
        raise Malformed("action_id")
    return value


async def _rate(request: Request, question: str, answer: str) -> None:
    value = _rating(answer)
    await show_poll(
        request, await polls.rate(request.context.store, request.caller, request.subject, **{question: value})
    )


async def show_poll(request: Request, asked: Poll, *, again: bool = False) -> None:
    """Show the poll where the button was."""
    await show(
        request,
        partial(views.poll_window, request.texts, asked, again=again),
        partial(views.poll, request.texts, asked, again=again),
        partial(views.poll, request.texts, asked),
        asked.posted,
    )
