"""The poll after a session: each click is stored at once and shown in the message it came from."""

import re
from typing import Any

from slack_bolt.async_app import AsyncApp

from bot.domain.polls import RATINGS, Met
from bot.domain.sessions import Side
from bot.services.polls import polls
from bot.services.polls.polls import Poll
from handlers.kit.click_answers import show, until_closed, update_posted
from handlers.kit.context import Desk
from handlers.kit.payload import Malformed, first_action, number, text_at
from handlers.kit.request import Ask, Handler, on_action, on_submission
from handlers.polls import forms, views


def register(app: AsyncApp, desk: Desk) -> None:
    buttons: dict[Any, Handler] = {
        re.compile(rf"{re.escape(views.MET)}\.\w+"): met,
        re.compile(rf"{re.escape(views.USEFUL)}\.\d"): useful,
        re.compile(rf"{re.escape(views.OWN)}\.\d"): own,
        views.CHANGE: change,
        views.COMMENT: open_comment,
        views.CONTACT_ME: contact_me,
        views.OPEN: open_window,
    }
    for action_id, handler in buttons.items():
        on_action(app, desk, action_id, _until_closed(handler))
    on_submission(app, desk, views.COMMENT_FORM, commented)


def _until_closed(handler: Handler) -> Handler:
    return until_closed(handler, "poll_closed", lambda ask, told: views.closed(ask.texts, told.values["number"]))


async def met(ask: Ask) -> None:
    try:
        said = Met(_answer_of(ask))
    except ValueError as error:
        raise Malformed("action_id") from error
    await _show(ask, await polls.say_met(ask.desk.store, ask.caller, ask.subject, said))


async def useful(ask: Ask) -> None:
    await _show(ask, await polls.rate(ask.desk.store, ask.caller, ask.subject, useful=_rating(ask)))


async def own(ask: Ask) -> None:
    """The mentor's "I could speak honestly", the leader's "I learned something I will use"."""
    value = _rating(ask)
    side = (await polls.poll(ask.desk.store, ask.caller, ask.subject)).side
    if side is Side.MENTOR:
        await _show(ask, await polls.rate(ask.desk.store, ask.caller, ask.subject, honest=value))
    else:
        await _show(ask, await polls.rate(ask.desk.store, ask.caller, ask.subject, will_use=value))


async def change(ask: Ask) -> None:
    await _show(ask, await polls.poll(ask.desk.store, ask.caller, ask.subject), again=True)


async def open_window(ask: Ask) -> None:
    """The poll from the Home tab."""
    await ask.open(views.poll_window(ask.texts, await polls.poll(ask.desk.store, ask.caller, ask.subject)))


async def contact_me(ask: Ask) -> None:
    asked = await polls.ask_contact(ask.desk.store, ask.caller, ask.subject)
    ask.desk.wake_delivery()
    await _show(ask, asked)


async def open_comment(ask: Ask) -> None:
    await ask.open(views.comment_form(ask.texts, await polls.poll(ask.desk.store, ask.caller, ask.subject)))


async def commented(ask: Ask) -> None:
    written = forms.comment(ask.form)
    if written.errors:
        sentence = ask.texts.plain("errors.too_long", longest=forms.LONGEST)
        await ask.errors(dict.fromkeys(written.errors, sentence))
        return
    asked = await polls.comment(
        ask.desk.store,
        ask.caller,
        number(ask.note),
        learned=written.learned,
        will_do=written.will_do,
        share=written.share,
        contact=written.contact,
    )
    ask.desk.wake_delivery()
    await ask.close()
    await update_posted(ask, views.poll(ask.texts, asked), asked.posted)


def _answer_of(ask: Ask) -> str:
    return text_at(first_action(ask.body), "action_id").rpartition(".")[2]


def _rating(ask: Ask) -> int:
    value = number(_answer_of(ask))
    if value not in RATINGS:
        raise Malformed("action_id")
    return value


async def _show(ask: Ask, asked: Poll, *, again: bool = False) -> None:
    window = views.poll_window(ask.texts, asked, again=again)
    pressed = views.poll(ask.texts, asked, again=again)
    await show(ask, window, pressed, views.poll(ask.texts, asked), asked.posted)
