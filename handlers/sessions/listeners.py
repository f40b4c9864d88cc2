"""Booking, moving and cancelling a session, reporting it as held, and opening its material."""

from bot.services.sessions import bookings, calendar_files, packs
from bot.services.sessions.bookings import Unsuitable
from bot.slack.gateway import Message
from handlers.home.listeners import refresh_home
from handlers.kit.form_result import Invalid
from handlers.kit.ids import ActionId, CallbackId
from handlers.kit.listeners import Listeners
from handlers.kit.request import Request
from handlers.sessions import forms, pack_views, views


def register(on: Listeners) -> None:
    on.action(ActionId.SESSION_BOOK, open_form)
    on.action(ActionId.SESSION_MOVE, open_form)
    on.action(ActionId.SESSION_CANCEL, cancel)
    on.action(ActionId.SESSION_HELD, held)
    on.action(ActionId.PACK_OPEN, open_pack)
    on.action(ActionId.CALENDAR_FILE, send_file)
    on.link(ActionId.CALENDAR_GOOGLE)
    on.link(ActionId.CALENDAR_OUTLOOK)
    on.submission(CallbackId.SESSION_FORM, picked)


async def open_form(request: Request) -> None:
    """Book or move: the form decides by the session."""
    booking = await bookings.booking(request.context.store, request.caller, request.subject)
    await request.open(views.booking_form(request.texts, booking, request.caller.now))


async def picked(request: Request) -> None:
    state = request.state(forms.BookingState)
    choice = forms.choice(request.form, state)
    if isinstance(choice, Invalid):
        await request.invalid(choice)
        return
    try:
        done = await bookings.book(request.context.store, request.caller, state.session_id, choice)
    except Unsuitable as found:
        await request.invalid(forms.unsuitable(request.form, request.texts, choice, found))
        return
    await request.replace_modal(views.stored(request.texts, done))
    refresh_home(request)


async def cancel(request: Request) -> None:
    done = await bookings.cancel(request.context.store, request.caller, request.subject)
    if done.before:
        await _answer(request, views.cancelled(request.texts, done.meeting, done.side, before=done.before, by_me=True))


async def held(request: Request) -> None:
    done = await bookings.held(request.context.store, request.caller, request.subject)
    await _answer(request, views.held(request.texts, done.meeting, done.side, by_me=True))


async def open_pack(request: Request) -> None:
    prepared = await packs.open_pack(request.context.store, request.caller, request.subject)
    await request.open(pack_views.whole(request.texts, prepared))


async def send_file(request: Request) -> None:
    """Send the session's calendar file to the person's own DM."""
    await calendar_files.ask_for_file(request.context.store, request.caller, request.subject)
    await request.reply_ephemeral(request.texts("sessions.calendar.coming"))


async def _answer(request: Request, message: Message) -> None:
    """Show the result at the button's place: in the modal, below the message, or over the Home tab."""
    if request.in_modal:
        await request.update_modal(views.shown(request.texts, message))
    elif "response_url" in request.body:
        await request.reply_ephemeral(message.text, message.blocks)
    else:
        await request.open(views.shown(request.texts, message))
    refresh_home(request)
