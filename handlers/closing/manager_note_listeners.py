"""A mentor has a note sent to their manager: reads the words, may add a sentence, sends it."""

from bot.services.closing import manager_note as notes
from bot.services.closing.manager_note import NoteFacts
from handlers.closing import manager_note_views as views
from handlers.closing.manager_note_views import NoteState
from handlers.home.listeners import refresh_home
from handlers.kit.form_result import Invalid
from handlers.kit.ids import ActionId, CallbackId
from handlers.kit.listeners import Listeners
from handlers.kit.picked import picked_person
from handlers.kit.request import Request
from prompts.catalogue import Texts


def register(on: Listeners) -> None:
    on.action(ActionId.MANAGER_NOTE_OPEN, open_form)
    on.submission(CallbackId.MANAGER_NOTE_FORM, given)
    on.action(ActionId.MANAGER_NOTE_EDIT, edit)
    on.submission(CallbackId.MANAGER_NOTE_PREVIEW, send)


async def open_form(request: Request) -> None:
    facts = await notes.read_note(request.context.store, request.caller, request.subject)
    await request.open(views.form(request.texts, _of_manager(request, facts), facts))


async def given(request: Request) -> None:
    state = request.state(NoteState)
    sentence = views.sentence(request.form)
    if isinstance(sentence, Invalid):
        await request.invalid(sentence)
        return
    facts = await notes.read_note(request.context.store, request.caller, state.programme_id)
    there = _of_manager(request, facts)
    await request.replace_modal(views.preview(request.texts, facts, views.note(there, facts, sentence), sentence))


async def edit(request: Request) -> None:
    """Back from the preview."""
    state = request.state(NoteState)
    facts = await notes.read_note(request.context.store, request.caller, state.programme_id)
    await request.update_modal(views.form(request.texts, _of_manager(request, facts), facts, state.sentence))


async def send(request: Request) -> None:
    """The words of the preview, to the manager whom it named, if that account is still a colleague's."""
    state = request.state(NoteState)
    store = request.context.store
    facts = await notes.read_note(store, request.caller, state.programme_id)
    await picked_person(request, facts.manager.slack_id)
    facts = await notes.send_note(store, request.caller, state.programme_id, state.manager_id, state.text)
    await request.replace_modal(views.sent(request.texts, facts))
    refresh_home(request)


def _of_manager(request: Request, facts: NoteFacts) -> Texts:
    """In the manager's language and form of address."""
    return request.context.catalogue.texts(facts.manager.language, facts.manager.address, facts.manager.name)
