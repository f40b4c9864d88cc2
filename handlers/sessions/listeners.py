"""Booking, moving and cancelling a session, recording that it took place, and opening its material."""

from bot.services.caller import InvalidInput, Rejected
from bot.services.sessions import bookings, calendar_files, packs, proposals, records
from bot.services.sessions.bookings import TimeChanged, Unsuitable
from bot.services.sessions.suggestions import offer_again
from bot.slack.gateway import Message
from handlers.home.listeners import refresh_home
from handlers.kit.blocks import notice
from handlers.kit.buttons import SessionTime
from handlers.kit.form_result import Invalid
from handlers.kit.ids import ActionFamily, ActionId, CallbackId
from handlers.kit.listeners import Listeners
from handlers.kit.payload import optional_text
from handlers.kit.request import Request
from handlers.kit.ways_on import ways_on
from handlers.sessions import booking_views, forms, pack_views, proposal_views, record_views, slot_views, views
from handlers.sessions.slot_views import SlotValue


def register(on: Listeners) -> None:
    on.action(ActionId.SESSION_BOOK, open_form)
    on.action(ActionId.SESSION_MOVE, open_form)
    on.action(ActionFamily.SESSION_SLOT, book_slot)
    on.action(ActionId.SESSION_CANCEL, cancel)
    on.action(ActionId.SESSION_HELD, open_record)
    on.action(ActionId.SESSION_CORRECT, open_record)
    on.action(ActionId.SESSION_KEEP, keep)
    on.action(ActionId.PROPOSAL_AGREE, agree)
    on.action(ActionId.PROPOSAL_DECLINE, decline)
    on.action(ActionId.PACK_OPEN, open_pack)
    on.action(ActionId.CALENDAR_FILE, send_file)
    on.link(ActionId.CALENDAR_GOOGLE)
    on.link(ActionId.CALENDAR_OUTLOOK)
    on.submission(CallbackId.SESSION_FORM, picked)
    on.submission(CallbackId.SESSION_ASK_FORM, ask)
    on.submission(CallbackId.SESSION_HELD_FORM, recorded)


async def open_form(request: Request) -> None:
    """Book or move: the form decides by the session. What has to be finished before is shown in its place."""
    await request.context.calendars.refresh(request.me.id, request.caller.now)
    try:
        booking = await bookings.booking(request.context.store, request.caller, request.subject)
    except Rejected as refusal:
        if refusal.code not in bookings.UNFINISHED:
            raise
        elements = await ways_on(request.context, request.caller, request.texts, refusal.code)
        await request.show(notice(request.texts, request.texts(f"errors.{refusal.code}"), elements))
        return
    await request.open(booking_views.booking_form(request.texts, booking, request.caller.now))


async def picked(request: Request) -> None:
    state = request.state(forms.BookingState)
    choice = forms.choice(request.form, state)
    if isinstance(choice, Invalid):
        await request.invalid(choice)
        return
    try:
        done = await bookings.book(request.context.store, request.caller, state.session_id, choice)
    except TimeChanged as changed:
        await request.replace_modal(views.shown(request.texts, proposal_views.taken(request.texts, changed)))
        return
    except Unsuitable as found:
        if found.code in proposals.ASKABLE:
            meeting, side = await bookings.current(request.context.store, request.caller, state.session_id)
            await request.replace_modal(proposal_views.ask_form(request.texts, meeting, side, choice, found))
        else:
            await request.invalid(forms.unsuitable(request.form, request.texts, choice, found))
        return
    await request.replace_modal(booking_views.stored(request.texts, done))
    refresh_home(request)


async def book_slot(request: Request) -> None:
    """Book an offered time with one press. If it does not suit any more: why, and others."""
    value, store, caller = request.button(SlotValue), request.context.store, request.caller
    await request.context.calendars.refresh(request.me.id, caller.now)
    try:
        done = await bookings.book_offered(store, caller, value.session_id, value.starts_at, value.minutes, value.shown)
    except TimeChanged as changed:
        message = proposal_views.taken(request.texts, changed)
    except Unsuitable as found:
        offer = await offer_again(store, caller, value.session_id)
        choice = bookings.offered(value.starts_at, request.me.zone, value.minutes, value.shown)
        message = slot_views.offered_again(request.texts, offer, forms.sentence(request.texts, choice, found))
    else:
        message = views.done(request.texts, done)
    await (_in_place if value.instead else _answer)(request, message)


async def ask(request: Request) -> None:
    """Ask the partner for a time outside of their working hours."""
    state = request.state(forms.AskState)
    try:
        asked = await proposals.propose(request.context.store, request.caller, state.session_id, state.choice)
    except TimeChanged as changed:
        await request.replace_modal(views.shown(request.texts, proposal_views.taken(request.texts, changed)))
    except Unsuitable as found:
        sentence = forms.sentence(request.texts, state.choice, found)
        await request.replace_modal(proposal_views.cannot_book(request.texts, state.session_id, sentence))
    else:
        await request.replace_modal(proposal_views.asked(request.texts, asked))


async def agree(request: Request) -> None:
    """The session is booked; the question becomes the booked session."""
    try:
        done = await proposals.agree(request.context.store, request.caller, request.subject)
    except TimeChanged as changed:
        await _in_place(request, proposal_views.taken(request.texts, changed))
        return
    except Unsuitable as found:
        proposed = await proposals.of_caller(request.context.store, request.caller, request.subject)
        sentence = forms.sentence(request.texts, proposals.choice_of(proposed.row), found)
        shown = proposal_views.cannot_book(request.texts, proposed.row.session_id, sentence)
        await _in_place(request, Message(sentence.of(request.texts), shown["blocks"]))
        return
    await _in_place(request, views.agreed_to(request.texts, done.meeting, done.side))


async def decline(request: Request) -> None:
    declined = await proposals.decline(request.context.store, request.caller, request.subject)
    await _in_place(request, proposal_views.declined_by_me(request.texts, declined))


async def keep(request: Request) -> None:
    """The time that the partner chose suits: nothing changes, and nobody is notified."""
    meeting, side = await bookings.current(request.context.store, request.caller, request.subject)
    if meeting.session.starts_at is None:
        message = proposal_views.taken(request.texts, TimeChanged(meeting, side, None))
    else:
        message = views.booked(request.texts, meeting, side, by_me=False)
    await _answer(request, message)


async def cancel(request: Request) -> None:
    value = request.button(SessionTime)
    try:
        done = await bookings.cancel(request.context.store, request.caller, value.session_id, value.slot)
    except TimeChanged as changed:
        await _answer(request, proposal_views.taken(request.texts, changed))
        return
    if done.before:
        await request.context.calendars.refresh(request.me.id, request.caller.now)
        offer = await offer_again(request.context.store, request.caller, done.meeting.session.id)
        await _answer(request, views.cancelled(request.texts, offer, done.side, before=done.before, by_me=True))


async def open_record(request: Request) -> None:
    """When did the two meet? Also to correct what is on record."""
    found = await records.read_record(request.context.store, request.caller, request.subject)
    await request.open(record_views.form(request.texts, found, request.caller.now))


async def recorded(request: Request) -> None:
    state = request.state(forms.BookingState)
    when = forms.held_at(request.form, state)
    if isinstance(when, Invalid):
        await request.invalid(when)
        return
    store, caller, session_id = request.context.store, request.caller, state.session_id
    try:
        if when is None:
            done = await records.record_not_held(store, caller, session_id, state.seen or "")
            message = record_views.not_held(request.texts, done.meeting, done.side, by_me=True)
        else:
            done = await records.record_held(store, caller, session_id, when)
            message = record_views.held(request.texts, done.meeting, done.side, by_me=True)
    except TimeChanged as changed:
        message = proposal_views.taken(request.texts, changed)
    except InvalidInput as wrong:
        await request.invalid(Invalid.below("sessions.held.errors", wrong.faults))
        return
    await request.replace_modal(views.shown(request.texts, message))
    refresh_home(request)


async def open_pack(request: Request) -> None:
    prepared = await packs.open_pack(request.context.store, request.caller, request.subject)
    await request.open(pack_views.whole(request.texts, prepared))


async def send_file(request: Request) -> None:
    """Send the session's calendar file to the person's own DM."""
    await calendar_files.ask_for_file(request.context.store, request.caller, request.subject)
    await request.reply_ephemeral(request.texts("sessions.calendar.coming"))


async def _in_place(request: Request, message: Message) -> None:
    """Replace the message with the button by what came of it."""
    if optional_text(request.body, "response_url"):
        await request.replace_message(message)
    else:
        await _answer(request, message)
    refresh_home(request)


async def _answer(request: Request, message: Message) -> None:
    """Show the result at the button's place: in the modal, below the message, or over the Home tab."""
    if request.in_modal:
        await request.update_modal(views.shown(request.texts, message))
    elif "response_url" in request.body:
        await request.reply_ephemeral(message.text, message.blocks)
    else:
        await request.open(views.shown(request.texts, message))
    refresh_home(request)
