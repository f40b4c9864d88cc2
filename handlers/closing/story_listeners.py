"""A pair's story: written by one, approved by the other, posted by HR, withdrawn by either."""

from bot.services.closing import stories
from handlers.agreement.forms import VersionState
from handlers.closing import story_forms, story_views
from handlers.kit.blocks import View
from handlers.kit.form_result import Invalid
from handlers.kit.ids import ActionId, CallbackId
from handlers.kit.listeners import Listeners
from handlers.kit.request import Request


def register(on: Listeners) -> None:
    on.action(ActionId.STORY_OPEN, open_window)
    on.action(ActionId.STORY_EDIT, open_form)
    on.submission(CallbackId.STORY_FORM, written)
    on.action(ActionId.STORY_APPROVE, approve)
    on.action(ActionId.STORY_WITHDRAW, withdraw)
    on.action(ActionId.STORY_POST, post)


async def open_window(request: Request) -> None:
    """The current story, or the form if there is none."""
    await _show(
        request,
        story_views.window(
            request.texts, await stories.read_story(request.context.store, request.caller, request.subject)
        ),
    )


async def open_form(request: Request) -> None:
    await _show(
        request,
        story_views.form(
            request.texts, await stories.read_story(request.context.store, request.caller, request.subject)
        ),
    )


async def written(request: Request) -> None:
    state = request.state(VersionState)
    words = story_forms.words(request.form)
    if isinstance(words, Invalid):
        await request.invalid(words)
        return
    story = await stories.propose(request.context.store, request.caller, state.pair_id, state.version, words)
    await request.replace_modal(story_views.stored(request.texts, story))


async def approve(request: Request) -> None:
    story = await stories.approve(request.context.store, request.caller, request.subject)
    await _answer(request, story_views.window(request.texts, story))


async def withdraw(request: Request) -> None:
    await stories.withdraw(request.context.store, request.caller, request.subject)
    await _answer(request, story_views.withdrawn(request.texts))


async def post(request: Request) -> None:
    hr = await request.hr(await stories.programme_of(request.context.store, request.caller, request.subject))
    story, couple = await stories.post(request.context.store, hr, request.subject)
    # All of HR reads it, so it stays in the programme's language.
    texts = request.context.catalogue.texts(couple.programme.language)
    await request.replace_message(story_views.posted(texts, story, couple))


async def _answer(request: Request, view: View) -> None:
    """Replaces the window or message of the button: there is nothing to approve any more."""
    if request.in_modal:
        await request.update_modal(view)
    else:
        await request.replace_message(story_views.as_message(view))


async def _show(request: Request, view: View) -> None:
    if request.in_modal:
        await request.update_modal(view)
    else:
        await request.open(view)
