"""HR sees who takes part, and acts for one of them: `/mentoring people`."""

import logging
from dataclasses import replace

from bot.domain.participants import Stage
from bot.services.caller import HrCaller, Rejected
from bot.services.matching import holding
from bot.services.nominations.reading import read_nominations
from bot.services.participants import files, listing, on_behalf
from bot.services.participants.listing import ParticipantSearch
from bot.services.participants.on_behalf import UnknownManager
from bot.services.signup import approval
from bot.services.signup.checks import topics_to_choose
from bot.services.signup.eligibility import MembershipNeeded, eligibility_of
from bot.services.signup.which_programme import HrStep
from bot.slack.gateway import SlackRefused, SlackUnavailable
from handlers.home.listeners import refresh_home
from handlers.kit.blocks import View
from handlers.kit.eligibility import members_for_hr
from handlers.kit.form_result import Invalid
from handlers.kit.ids import ActionFamily, ActionId, CallbackId
from handlers.kit.listeners import Listeners
from handlers.kit.payload import at, chosen, number, optional_text, text_at
from handlers.kit.picked import unfit_at
from handlers.kit.request import Request
from handlers.kit.which_programme import choose_as_hr
from handlers.matching import draft_message
from handlers.participants import forms, views
from handlers.participants.modal_state import LONGEST_WORDS, ParticipantsState

log = logging.getLogger(__name__)

SEARCHED_BY = (ActionId.PARTICIPANTS_STAGE, ActionId.PARTICIPANTS_ROLE, ActionId.PARTICIPANTS_DEPARTMENT)


def register(on: Listeners) -> None:
    on.command("people", open_list)
    on.action(ActionId.PARTICIPANTS_OPEN, open_from_button)
    on.action(ActionId.PARTICIPANTS_UNFIT, open_unfit)
    on.action(ActionId.PARTICIPANT_ADMIT, admit)
    on.action(ActionId.PARTICIPANT_HOLD, hold)
    on.action(ActionId.PARTICIPANT_LET_IN, let_in)
    on.action(ActionId.PARTICIPANTS_WAITING, open_waiting)
    on.action(ActionId.PARTICIPANT_APPROVE, approve)
    on.action(ActionId.PARTICIPANT_DECLINE, open_decline)
    on.submission(CallbackId.PARTICIPANT_DECLINE_FORM, decline)
    on.submission(CallbackId.PARTICIPANTS, search)
    on.again(CallbackId.PARTICIPANTS, list_again)
    for action_id in SEARCHED_BY:
        on.action(action_id, search_elsewhere)
    for turn in ("previous", "next"):
        on.action(ActionFamily.PARTICIPANTS_PAGE.of(turn), turn_page)
    on.action(ActionId.PARTICIPANTS_FILE, send_file)
    on.action(ActionId.PARTICIPANT_SHOW, show_person)
    on.action(ActionId.PARTICIPANT_ADD, open_sign_up)
    on.submission(CallbackId.PARTICIPANT_ADD_FORM, sign_up)
    on.action(ActionId.PARTICIPANT_CHANGE, open_change)
    on.submission(CallbackId.PARTICIPANT_FORM, change)
    on.again(CallbackId.PARTICIPANT, show_again)
    on.action(ActionId.PARTICIPANT_TAKE_OUT, open_take_out)
    on.submission(CallbackId.PARTICIPANT_TAKE_OUT_FORM, take_out)


async def open_list(request: Request) -> None:
    """`/mentoring people`"""
    if hr := await choose_as_hr(request, HrStep.PEOPLE):
        await show_list(request, hr)


async def open_from_button(request: Request) -> None:
    await show_list(request, await request.hr(request.subject))


async def show_list(request: Request, hr: HrCaller) -> None:
    view = await list_view(request, hr, ParticipantSearch())
    await (request.update_modal(view) if request.in_overview else request.show(view))


async def open_unfit(request: Request) -> None:
    """The list of those whom HR's limits do not fit."""
    hr = await request.hr(request.subject)
    await request.open(await list_view(request, hr, ParticipantSearch(listing.UNFIT)))


async def open_waiting(request: Request) -> None:
    """The list of sign-ups that wait for HR's approval."""
    hr = await request.hr(request.subject)
    await request.open(await list_view(request, hr, ParticipantSearch(Stage.WAITING)))


async def approve(request: Request) -> None:
    """One sign-up in a person's window, or all that a page of the list shows."""
    state, hr = await _state_and_hr(request)
    await approval.approve(request.context.store, hr, [number(one) for one in request.value.split(",")])
    in_person = bool(state.participant_id)
    view = await _person(request, hr, state) if in_person else await list_view(request, hr, state.search)
    await request.update_modal(view)
    await _refresh_below(request, hr, state)


async def open_decline(request: Request) -> None:
    state, hr = await _state_and_hr(request)
    programme, found = await listing.read_participant(request.context.store, hr, request.subject)
    await request.open(views.decline_form(request.texts, state, programme, found))


async def decline(request: Request) -> None:
    state, hr = await _state_and_hr(request)
    reason = forms.reason(request.form)
    if isinstance(reason, Invalid):
        await request.invalid(reason)
        return
    person, waited = await on_behalf.decline(request.context.store, hr, state.participant_id, reason)
    await request.replace_modal(views.declined(request.texts, person, waited=waited))
    await _refresh_below(request, hr, state)


async def hold(request: Request) -> None:
    await _set_hold(request, held=True)


async def let_in(request: Request) -> None:
    await _set_hold(request, held=False)


async def _set_hold(request: Request, *, held: bool) -> None:
    state, hr = await _state_and_hr(request)
    draft_id = await holding.set_hold(request.context.store, hr, request.subject, held=held)
    await request.update_modal(await _person(request, hr, replace(state, participant_id=request.subject)))
    await _refresh_below(request, hr, state)
    if draft_id is not None:
        await draft_message.refresh(request, hr, draft_id)


async def admit(request: Request) -> None:
    state, hr = await _state_and_hr(request)
    await on_behalf.admit(request.context.store, hr, request.subject)
    await request.update_modal(await _person(request, hr, replace(state, participant_id=request.subject)))
    await _refresh_below(request, hr, state)


async def search(request: Request) -> None:
    state, hr = await _state_and_hr(request)
    await request.replace_modal(await list_view(request, hr, _searched(request, state)))


async def list_again(request: Request) -> None:
    state, hr = await _state_and_hr(request)
    await request.update_modal(await list_view(request, hr, state.search))


async def search_elsewhere(request: Request) -> None:
    state, hr = await _state_and_hr(request)
    await request.update_modal(await list_view(request, hr, _searched(request, state)))


async def turn_page(request: Request) -> None:
    state, hr = await _state_and_hr(request)
    await request.update_modal(await list_view(request, hr, replace(state.search, page=request.subject)))


async def send_file(request: Request) -> None:
    hr = await request.hr(request.subject)
    new = await files.ask_for_file(request.context.store, hr)
    await request.reply_ephemeral(request.texts("participants.file.asked" if new else "participants.file.coming"))


async def show_person(request: Request) -> None:
    state, hr = await _state_and_hr(request)
    await request.open(await _person(request, hr, replace(state, participant_id=request.subject)))


async def show_again(request: Request) -> None:
    state, hr = await _state_and_hr(request)
    await request.update_modal(await _person(request, hr, state))


async def open_sign_up(request: Request) -> None:
    hr = await request.hr(request.subject)
    programme = await listing.read_programme(request.context.store, hr)
    state = request.state(ParticipantsState) if request.has_state else ParticipantsState(programme.id)
    await request.open(views.sign_up_form(request.texts, state, programme))


async def sign_up(request: Request) -> None:
    hr = await request.hr(request.state(ParticipantsState).programme_id)
    programme = await listing.read_programme(request.context.store, hr)
    slack_id = request.form.one("person")
    if unfit := await unfit_at(request, {"person": [slack_id]}, guests=programme.guests):
        await request.invalid(unfit)
        return
    topics = topics_to_choose(programme, None)
    given = forms.on_behalf(request.form, programme.id, slack_id, topics, request.context.catalogue.languages)
    await _save(request, hr, slack_id, given, first=True)


async def open_change(request: Request) -> None:
    state, hr = await _state_and_hr(request)
    programme, found = await listing.read_participant(request.context.store, hr, request.subject)
    manager = await listing.read_manager(request.context.store, hr, found)
    await request.open(views.change_form(request.texts, state, programme, found, manager))


async def change(request: Request) -> None:
    state, hr = await _state_and_hr(request)
    programme, found = await listing.read_participant(request.context.store, hr, state.participant_id)
    topics = topics_to_choose(programme, found.part)
    slack_id = found.person.slack_id
    given = forms.on_behalf(request.form, programme.id, slack_id, topics, request.context.catalogue.languages)
    await _save(request, hr, slack_id, given, first=False)


async def open_take_out(request: Request) -> None:
    state, hr = await _state_and_hr(request)
    programme, found = await listing.read_participant(request.context.store, hr, request.subject)
    await request.open(views.take_out_form(request.texts, state, programme, found))


async def take_out(request: Request) -> None:
    state, hr = await _state_and_hr(request)
    reason = forms.reason(request.form)
    if isinstance(reason, Invalid):
        await request.invalid(reason)
        return
    person = await on_behalf.take_out(request.context.store, hr, state.participant_id, reason)
    await request.replace_modal(views.taken_out(request.texts, person))
    await _refresh_below(request, hr, state)
    refresh_home(request)


async def _state_and_hr(request: Request) -> tuple[ParticipantsState, HrCaller]:
    """What the window carries, and the caller as HR of its programme. Raises `Rejected`."""
    state = request.state(ParticipantsState)
    return state, await request.hr(state.programme_id)


async def _save(
    request: Request, hr: HrCaller, slack_id: str, given: on_behalf.OnBehalf | Invalid, *, first: bool
) -> None:
    if isinstance(given, Invalid):
        await request.invalid(given)
        return
    named = {"manager": [given.manager] if given.manager else []}
    if unfit := await unfit_at(request, named, guests=True):
        await request.invalid(unfit)
        return
    store = request.context.store
    try:
        try:
            saved = await on_behalf.save_on_behalf(store, hr, slack_id, given, first=first)
        except UnknownManager as unknown:
            await request.context.directory.person(hr.team_id, unknown.slack_id, hr.now)
            loaded = [unknown.slack_id]
            saved = await on_behalf.save_on_behalf(store, hr, slack_id, given, first=first, loaded=loaded)
    except Rejected as refusal:
        if refusal.code not in ("takes_part_already", "guest_on_behalf"):
            raise
        await request.invalid(Invalid.below(forms.GROUP, {"person": refusal.code}))
        return
    await request.replace_modal(views.saved(request.texts, saved))
    await _refresh_below(request, hr, request.state(ParticipantsState))


async def _refresh_below(request: Request, hr: HrCaller, state: ParticipantsState) -> None:
    """Show what changed in the windows below the form: the list, and the person."""
    gateway = request.context.gateway
    root, previous = (optional_text(request.body, "view", name) for name in ("root_view_id", "previous_view_id"))
    own = text_at(request.body, "view", "id")
    try:
        if root and root != own:
            await gateway.update_view(root, await list_view(request, hr, state.search))
        if previous and previous not in (root, own) and state.participant_id:
            await gateway.update_view(previous, await _person(request, hr, state))
    except (SlackRefused, SlackUnavailable) as problem:
        log.info("a window below a form was not refreshed: %s", problem)


def _searched(request: Request, state: ParticipantsState) -> ParticipantSearch:
    """HR's search from the fields of the list; on its first page."""
    said = {str(one): chosen(at(request.body, "view", "state", "values", views.FILTERS, one)) for one in SEARCHED_BY}
    if request.body.get("actions") and request.value:
        # The field just used, in case it is not in the state yet.
        said[str(at(request.body["actions"][0], "action_id"))] = request.value
    was = zip(SEARCHED_BY, (state.search.stage, state.search.role, state.search.department), strict=True)
    stage, role, department = ("" if said[one] == views.ANY else said[one] or kept for one, kept in was)
    words = request.form.one("words")[:LONGEST_WORDS]
    return ParticipantSearch(stage[:20], role[:20], department[:150], words)


async def list_view(request: Request, hr: HrCaller, search: ParticipantSearch) -> View:
    """HR's list as it is now."""
    store = request.context.store
    try:
        page = await listing.list_participants(store, hr, search, views.A_PAGE)
    except MembershipNeeded as needed:
        members = await members_for_hr(request.context, hr.team_id, needed.channels, hr.now)
        page = await listing.list_participants(store, hr, search, views.A_PAGE, members)
    return views.listing(request.texts, page)


async def _person(request: Request, hr: HrCaller, state: ParticipantsState) -> View:
    programme, found = await listing.read_participant(request.context.store, hr, state.participant_id)
    if channels := eligibility_of(programme).channels:
        members = await members_for_hr(request.context, hr.team_id, channels, hr.now)
        programme, found = await listing.read_participant(request.context.store, hr, state.participant_id, members)
    nominated = await read_nominations(request.context.store, hr, found.person.id)
    return views.person(request.texts, programme, found, state, nominated)
