"""Raising a concern, and choosing who receives what nobody received."""

from datetime import date

from bot.services.caller import Rejected
from bot.services.care import concerns
from bot.services.signup.which_programme import Step
from handlers.care import forms, views
from handlers.care.follow_up_listeners import may_pause_now
from handlers.kit.form_result import Invalid, Sentence
from handlers.kit.ids import ActionFamily, ActionId, CallbackId
from handlers.kit.listeners import Listeners
from handlers.kit.payload import number, optional_text
from handlers.kit.picked import picked_person, unfit_at
from handlers.kit.request import Request
from handlers.kit.which_programme import choose, names
from storage.tables import Person, Programme


def register(on: Listeners) -> None:
    on.command("concern", open_form)
    on.action(ActionId.CONCERN_OPEN, open_form)
    on.submission(CallbackId.CONCERN_FORM, given)
    on.action(ActionFamily.CONCERN_TO, choose_reader)
    on.action(ActionFamily.CONTACT_TO, choose_who_calls)


async def open_form(request: Request) -> None:
    """`/mentoring concern`"""
    chosen = await choose(request, Step.CONCERN)
    if chosen is not None:
        await show_form(request, chosen)


async def show_form(request: Request, programme_ids: tuple[int, ...]) -> None:
    people, by, programme = await _people(request, next(iter(programme_ids), None))
    named = await names(request, [programme.id])
    await request.show(views.concern_form(request.texts, people, by, programme, named=named))


async def given(request: Request) -> None:
    text = forms.concern(request.form)
    if isinstance(text, Invalid):
        await request.invalid(text)
        return
    state = request.state(forms.ConcernState) if request.has_state else None
    programme_id = (state.programme_id or None) if state else None
    if to := request.form.one("to"):
        await _send_to(request, text, to, programme_id)
        return
    people, by, programme = await _people(request, programme_id)
    now = [one.id for one in people]
    # A form that an older version opened names its reader and carries nothing; the answer to it says who reads it now.
    named = state.route if state else tuple(now)
    if not now or not named or now[0] != named[0] or not set(now) <= set(named):
        await _show_again(request, text, people, by, programme)
        return
    try:
        raised = await concerns.raise_concern(
            request.context.store, request.caller, text, now, programme_id=programme.id
        )
    except Rejected as refusal:
        if refusal.code != "contact_changed":
            raise
        await _show_again(request, text, *await _people(request, programme_id))
        return
    await _sent(request, raised)


async def choose_reader(request: Request) -> None:
    """The writer of a concern that nobody received, or about which nobody called, chooses who reads it."""
    reader = await picked_person(request, request.value)
    raised = await concerns.choose_reader(request.context.store, request.caller, number(request.answer), reader.id)
    await _show_chosen(request, reader, raised)


async def choose_who_calls(request: Request) -> None:
    """A person who asked to be contacted chooses by whom."""
    reader = await picked_person(request, request.value)
    raised = await concerns.choose_who_calls(request.context.store, request.caller, number(request.answer), reader.id)
    await _show_chosen(request, reader, raised)


async def _people(request: Request, programme_id: int | None) -> tuple[list[Person], date | None, Programme]:
    """Who can receive a concern of the caller now, in order, by when the first one would be in touch, and of which
    programme.

    Raises `Rejected`: not_participant.
    """
    prospect = await concerns.prospect(request.context.store, request.caller, programme_id)
    people = await request.context.directory.reachable(prospect.programme, prospect.receivers, request.caller.now)
    by = prospect.call_by(people[0], request.caller.now) if people else None
    return people, by, prospect.programme


async def _send_to(request: Request, text: str, slack_id: str, programme_id: int | None) -> None:
    """To the person whom the writer chose in the form, because there is no contact."""
    if errors := await unfit_at(request, {"to": [slack_id]}, guests=False):
        await request.invalid(errors)
        return
    reader = await picked_person(request, slack_id)
    try:
        raised = await concerns.raise_concern(
            request.context.store, request.caller, text, [reader.id], chosen=True, programme_id=programme_id
        )
    except Rejected as refusal:
        if refusal.code != "contact_is_cause":
            raise
        await request.invalid(Invalid({"to": Sentence("errors.contact_is_cause")}))
        return
    await _sent(request, raised)


async def _sent(request: Request, raised: concerns.Raised) -> None:
    if raised.concern and raised.reader:
        may_pause = await may_pause_now(request)
        named = await names(request, [raised.concern.programme_id])
        sent = views.concern_sent(
            request.texts, raised.reader, request.me, raised.concern, may_pause=may_pause, named=named
        )
        await request.replace_modal(sent)


async def _show_again(request: Request, text: str, people: list[Person], by: date | None, programme: Programme) -> None:
    """Who reads it changed while the form was open: the writer sees that before anything is sent."""
    named = await names(request, [programme.id])
    form = views.concern_form(request.texts, people, by, programme, named=named, written=text, changed=True)
    await request.replace_modal(form)


async def _show_chosen(request: Request, reader: Person, raised: concerns.Raised) -> None:
    may_pause = await may_pause_now(request)
    message = views.concern_chosen(request.texts, reader, raised.concern, may_pause=may_pause)
    if url := optional_text(request.body, "response_url"):
        await request.context.gateway.respond(url, message, replace_original=True)
