"""HR writes to many people: `/mentoring write`, and the buttons for it on Home, in the list and in the summary."""

from dataclasses import replace

from bot.domain.broadcasts import GROUPS, Audience
from bot.services.broadcasts import broadcasts
from bot.services.broadcasts.recipients import search_of
from bot.services.caller import HrCaller, Rejected
from bot.services.participants import pickable
from bot.services.participants.listing import read_programme
from bot.services.signup.which_programme import HrStep
from handlers.broadcasts import forms, views
from handlers.broadcasts.modal_state import BroadcastFormState, BroadcastListState
from handlers.kit.blocks import View
from handlers.kit.form_result import Invalid, Sentence
from handlers.kit.ids import ActionFamily, ActionId, CallbackId
from handlers.kit.listeners import Listeners
from handlers.kit.options import MOST_OPTIONS, options_for
from handlers.kit.payload import Malformed
from handlers.kit.request import Request
from handlers.kit.which_programme import choose_as_hr
from handlers.participants.modal_state import ParticipantsState
from storage.tables import Broadcast

REFUSED = ("broadcast_nobody", "broadcast_past", "broadcast_sent", "broadcast_changed")
"""Refusals of a preview after which HR continues in the form, with everything that was written."""


def register(on: Listeners) -> None:
    on.command("write", open_form)
    on.action(ActionFamily.BROADCAST_OPEN, open_for_group)
    on.action(ActionId.BROADCAST_WRITE, open_for_search)
    on.options(ActionId.BROADCAST_PEOPLE, find_people)
    on.submission(CallbackId.BROADCAST_FORM, show_preview)
    on.again(CallbackId.BROADCAST_FORM, edit)
    on.again(CallbackId.BROADCAST_PREVIEW, preview_again)
    on.action(ActionId.BROADCAST_EDIT, edit)
    on.submission(CallbackId.BROADCAST_PREVIEW, send)
    on.action(ActionId.BROADCAST_LIST, open_list)
    for turn in ("previous", "next"):
        on.action(ActionFamily.BROADCAST_PAGE.of(turn), turn_page)
    on.action(ActionId.BROADCAST_SHOW, show_one)
    on.action(ActionId.BROADCAST_CHANGE, change)
    on.action(ActionId.BROADCAST_CANCEL, cancel)


async def open_form(request: Request) -> None:
    """`/mentoring write`"""
    if hr := await choose_as_hr(request, HrStep.WRITE):
        await write_to_all(request, hr)


async def write_to_all(request: Request, hr: HrCaller) -> None:
    await _open(request, hr, BroadcastFormState(hr.programme_id, Audience.ALL))


async def open_for_group(request: Request) -> None:
    if request.answer not in GROUPS:
        raise Malformed("audience")
    hr = await request.hr(request.subject)
    await _open(request, hr, BroadcastFormState(hr.programme_id, request.answer))


async def open_for_search(request: Request) -> None:
    """From HR's list of people: those whom it shows, on all its pages."""
    search = request.state(ParticipantsState).search
    hr = await request.hr(request.subject)
    state = BroadcastFormState(
        hr.programme_id, Audience.SEARCH, search.stage, search.role, search.department, search.words
    )
    await _open(request, hr, state)


async def find_people(request: Request) -> None:
    """Who signed up, for the field of people."""
    _, hr = await _state_and_hr(request)
    members = await pickable.participants(request.context.store, hr, request.typed, MOST_OPTIONS)
    await request.suggest(options_for(request.texts, members))


async def show_preview(request: Request) -> None:
    state, hr = await _state_and_hr(request)
    store = request.context.store
    programme = await read_programme(store, hr)
    written = forms.written(request.form, state, programme, request.context.catalogue.languages, hr.now)
    if isinstance(written, Invalid):
        await request.invalid(written)
        return
    if written.audience is Audience.CHOSEN:
        chosen, strangers = await broadcasts.participants_named(store, hr, request.form.many("people"))
        if strangers:
            people = request.texts.join([await _name(request, one) for one in strangers])
            await request.invalid(Invalid({"people": Sentence(f"{forms.ERRORS}.people", {"people": people})}))
            return
        written = replace(written, chosen=chosen)
    preview = await broadcasts.save_draft(store, hr, written, state.draft_id)
    await request.replace_modal(views.preview(request.texts, preview, replace(state, audience=written.audience)))


async def preview_again(request: Request) -> None:
    state, hr = await _state_and_hr(request)
    preview = await broadcasts.read_preview(request.context.store, hr, state.draft_id)
    await request.update_modal(views.preview(request.texts, preview, state))


async def edit(request: Request) -> None:
    """Back from the preview to the form, with everything that was written."""
    state, hr = await _state_and_hr(request)
    draft = await broadcasts.read_draft(request.context.store, hr, state.draft_id)
    await request.update_modal(await _filled(request, hr, state, draft))


async def send(request: Request) -> None:
    state, hr = await _state_and_hr(request)
    replaces = (state.replaces, state.replaces_version) if state.replaces else None
    try:
        sent = await broadcasts.send_draft(request.context.store, hr, state.draft_id, state.version, replaces)
    except Rejected as refusal:
        if refusal.code not in REFUSED:
            raise
        draft = await broadcasts.read_draft(request.context.store, hr, state.draft_id)
        if refusal.code in ("broadcast_sent", "broadcast_changed"):  # what is sent now is a message of its own
            state = replace(state, replaces=0, replaces_version=0)
        why = request.texts(f"errors.{refusal.code}")
        await request.replace_modal(await _filled(request, hr, state, draft, why))
        return
    await request.replace_modal(views.done(request.texts, sent))


async def open_list(request: Request) -> None:
    hr = await request.hr(request.subject)
    await request.open(await _list(request, hr, 0))


async def turn_page(request: Request) -> None:
    hr = await request.hr(request.state(BroadcastListState).programme_id)
    await request.update_modal(await _list(request, hr, request.subject))


async def show_one(request: Request) -> None:
    state = request.state(BroadcastListState)
    hr = await request.hr(state.programme_id)
    await request.open(await _one(request, hr, replace(state, broadcast_id=request.subject)))


async def change(request: Request) -> None:
    """A scheduled message: the same form, in the same window."""
    state = request.state(BroadcastListState)
    hr = await request.hr(state.programme_id)
    _, row = await broadcasts.read_broadcast(request.context.store, hr, request.subject)
    was = row.broadcast
    if was.planned_at is None or was.send_at is None:
        raise Rejected("broadcast_sent" if was.sent_at else "outdated")
    search = search_of(was)
    editing = BroadcastFormState(
        hr.programme_id,
        was.audience,
        search.stage,
        search.role,
        search.department,
        search.words,
        replaces=was.id,
        replaces_version=was.version,
    )
    await request.update_modal(await _filled(request, hr, editing, was))


async def cancel(request: Request) -> None:
    state = request.state(BroadcastListState)
    hr = await request.hr(state.programme_id)
    await broadcasts.cancel_scheduled(request.context.store, hr, request.subject)
    note = request.texts("broadcasts.list.cancelled")
    await request.update_modal(await _one(request, hr, replace(state, broadcast_id=request.subject), note))


async def _state_and_hr(request: Request) -> tuple[BroadcastFormState, HrCaller]:
    """What the window carries, and the caller as HR of its programme. Raises `Rejected`."""
    state = request.state(BroadcastFormState)
    return state, await request.hr(state.programme_id)


async def _open(request: Request, hr: HrCaller, state: BroadcastFormState) -> None:
    programme = await read_programme(request.context.store, hr)
    found = await _found(request, hr, state)
    await request.show(views.form(request.texts, programme, state, found=found))


async def _filled(request: Request, hr: HrCaller, state: BroadcastFormState, was: Broadcast, why: str = "") -> View:
    store = request.context.store
    programme = await read_programme(store, hr)
    chosen = await broadcasts.people_of(store, hr, was.chosen) if was.chosen else ()
    found = await _found(request, hr, state)
    return views.form(request.texts, programme, state, was, chosen, found=found, why=why)


async def _found(request: Request, hr: HrCaller, state: BroadcastFormState) -> int:
    """How many people HR's search finds."""
    if state.audience != Audience.SEARCH:
        return 0
    return await broadcasts.count_found(request.context.store, hr, state.search)


async def _name(request: Request, slack_id: str) -> str:
    person = await request.context.directory.picked(request.caller.team_id, slack_id, request.caller.now)
    return person.name


async def _list(request: Request, hr: HrCaller, page: int) -> View:
    return views.listing(request.texts, await broadcasts.list_broadcasts(request.context.store, hr, page, views.A_PAGE))


async def _one(request: Request, hr: HrCaller, state: BroadcastListState, note: str = "") -> View:
    programme, row = await broadcasts.read_broadcast(request.context.store, hr, state.broadcast_id)
    return views.one(request.texts, programme, row, state, note)
