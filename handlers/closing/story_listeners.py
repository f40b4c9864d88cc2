"""A pair's story: written by one, approved by the other, posted by HR, taken back by either."""

from slack_bolt.async_app import AsyncApp

from bot.services.closing import stories
from handlers.agreement.forms import Note
from handlers.closing import story_forms as forms
from handlers.closing import story_views as views
from handlers.kit.blocks import View
from handlers.kit.context import Desk
from handlers.kit.payload import optional_text
from handlers.kit.request import Ask, on_action, on_submission


def register(app: AsyncApp, desk: Desk) -> None:
    on_action(app, desk, views.OPEN, open_window)
    on_action(app, desk, views.EDIT, open_form)
    on_submission(app, desk, views.FORM, written)
    on_action(app, desk, views.APPROVE, approve)
    on_action(app, desk, views.WITHDRAW, withdraw)
    on_action(app, desk, views.POST, post)


async def open_window(ask: Ask) -> None:
    """The story as it stands, or the form if there is none."""
    await ask.open(views.window(ask.texts, await stories.look(ask.desk.store, ask.caller, ask.subject)))


async def open_form(ask: Ask) -> None:
    await _show(ask, views.form(ask.texts, await stories.look(ask.desk.store, ask.caller, ask.subject)))


async def written(ask: Ask) -> None:
    note = Note.read(ask.note)
    words = forms.words(ask.form)
    if isinstance(words, dict):
        await ask.errors({block: _sentence(ask, longest) for block, longest in words.items()})
        return
    told = await stories.propose(ask.desk.store, ask.caller, note.pair_id, note.version, words)
    ask.desk.wake_delivery()
    await ask.become(views.stored(ask.texts, told))


async def approve(ask: Ask) -> None:
    told = await stories.approve(ask.desk.store, ask.caller, ask.subject)
    ask.desk.wake_delivery()
    await _answer(ask, views.window(ask.texts, told))


async def withdraw(ask: Ask) -> None:
    await stories.withdraw(ask.desk.store, ask.caller, ask.subject)
    await _answer(ask, views.withdrawn(ask.texts))


async def post(ask: Ask) -> None:
    hr = await ask.hr(await stories.programme_of(ask.desk.store, ask.caller, ask.subject))
    story, couple = await stories.post(ask.desk.store, hr, ask.subject)
    ask.desk.wake_delivery()
    if url := optional_text(ask.body, "response_url"):
        # All of HR reads it, so it stays in the programme's language.
        texts = ask.desk.catalogue.texts(couple.programme.language)
        await ask.desk.gateway.respond(url, views.posted(texts, story, couple), replace_original=True)


async def _answer(ask: Ask, view: View) -> None:
    """In place of what the button stands in, a window or a message: there is nothing to approve any more."""
    if ask.in_modal:
        await ask.change(view)
    elif url := optional_text(ask.body, "response_url"):
        await ask.desk.gateway.respond(url, views.as_message(view), replace_original=True)


async def _show(ask: Ask, view: View) -> None:
    if ask.in_modal:
        await ask.change(view)
    else:
        await ask.open(view)


def _sentence(ask: Ask, longest: int) -> str:
    return ask.texts.plain("errors.too_long", longest=longest) if longest else ask.texts.plain("join.errors.choose")
