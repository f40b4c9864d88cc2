"""Book, move and cancel a session, say that it was held, open its material."""

from slack_bolt.async_app import AsyncApp

from bot.services.sessions import bookings, packs
from bot.services.sessions import calendar_files as invitations
from bot.services.sessions.bookings import Choice, Unsuitable
from bot.slack.gateway import Message
from handlers.home.listeners import refresh_home
from handlers.kit.context import Desk
from handlers.kit.request import Ask, on_action, on_submission
from handlers.sessions import forms, pack_views, views

_FIELDS = {"past": "date", "far": "date", "day_off": "date", "hours": "time", "same": "time"}
_MOVE_ERRORS = ("same", "reason")


def register(app: AsyncApp, desk: Desk) -> None:
    on_action(app, desk, views.BOOK, open_form)
    on_action(app, desk, views.MOVE, open_form)
    on_action(app, desk, views.CANCEL, cancel)
    on_action(app, desk, views.HELD, held)
    on_action(app, desk, views.PACK, open_pack)
    on_action(app, desk, views.FILE, send_file)
    on_submission(app, desk, views.FORM, picked)


async def open_form(ask: Ask) -> None:
    """Pick a time, or another one: the form knows which from the session."""
    booking = await bookings.booking(ask.desk.store, ask.caller, ask.subject)
    await ask.open(views.booking_form(ask.texts, booking, ask.caller.now))


async def picked(ask: Ask) -> None:
    note = forms.Note.read(ask.note)
    choice = forms.choice(ask.form, note)
    if isinstance(choice, dict):
        await ask.errors({block: ask.texts.plain(key) for block, key in choice.items()})
        return
    try:
        done = await bookings.book(ask.desk.store, ask.caller, note.session_id, choice)
    except Unsuitable as unsuitable:
        await ask.errors({_field_of(ask, unsuitable): _sentence(ask, choice, unsuitable)})
        return
    ask.desk.wake_delivery()
    await ask.become(views.stored(ask.texts, done))
    await refresh_home(ask)


async def cancel(ask: Ask) -> None:
    done = await bookings.cancel(ask.desk.store, ask.caller, ask.subject)
    ask.desk.wake_delivery()
    if done.before:
        await _answer(ask, views.cancelled(ask.texts, done.meeting, done.side, before=done.before, by_me=True))


async def held(ask: Ask) -> None:
    done = await bookings.held(ask.desk.store, ask.caller, ask.subject)
    ask.desk.wake_delivery()
    await _answer(ask, views.held(ask.texts, done.meeting, done.side, by_me=True))


async def open_pack(ask: Ask) -> None:
    prepared = await packs.open_pack(ask.desk.store, ask.caller, ask.subject)
    await ask.open(pack_views.whole(ask.texts, prepared))


async def send_file(ask: Ask) -> None:
    """The session as a file for one's own calendar, in one's DM."""
    await invitations.ask_for_file(ask.desk.store, ask.caller, ask.subject)
    ask.desk.wake_delivery()
    await ask.whisper(ask.texts("sessions.calendar.coming"))


async def _answer(ask: Ask, message: Message) -> None:
    """Say what was done where the button was: in the modal, under the message, or over the Home tab."""
    if ask.in_modal:
        await ask.change(views.shown(ask.texts, message))
    elif "response_url" in ask.body:
        await ask.whisper(message.text, message.blocks)
    else:
        await ask.open(views.shown(ask.texts, message))
    await refresh_home(ask)


def _field_of(ask: Ask, unsuitable: Unsuitable) -> str:
    """The field that the sentence belongs to: the suggestion, if that was what was picked."""
    field = _FIELDS.get(unsuitable.code)
    if field is None:
        return {"length": "minutes"}.get(unsuitable.code, unsuitable.code)
    return "suggestion" if ask.form.one("suggestion") not in ("", forms.OTHER) else field


def _sentence(ask: Ask, choice: Choice, unsuitable: Unsuitable) -> str:
    texts, code = ask.texts, unsuitable.code
    if code in _MOVE_ERRORS:
        return texts.plain(f"sessions.move.errors.{code}")
    values = {}
    if code == "day_off":
        values = {"day": texts.day(choice.day)}
    elif code == "hours":
        theirs = unsuitable.values["hours"]
        values = {
            "start": texts.clock(theirs.start),
            "end": texts.clock(theirs.end),
            "zone": texts.zone(choice.starts_at, theirs.zone),
        }
    sentence = texts.plain(f"sessions.book.errors.{'minutes' if code == 'length' else code}", **values)
    if unsuitable.better:
        return f"{sentence} {texts.plain('sessions.book.better', when=texts.moment(unsuitable.better, choice.zone))}"
    return sentence
