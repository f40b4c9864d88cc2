"""HR invites people by name, and they answer."""

import asyncio
import logging
from dataclasses import replace

from bot.domain.signup import Role
from bot.services.caller import HrCaller, Rejected
from bot.services.invitations import answering, choosing, inviting
from bot.services.invitations.choosing import Outlook, Selection
from bot.services.invitations.inviting import InvitationText, OutlookChanged
from bot.services.nominations.reading import read_nominations
from bot.services.participants.listing import ParticipantSearch
from bot.services.signup.contact import asks_whom
from bot.slack.gateway import Message, SlackRefused, SlackUnavailable
from handlers.invitations import forms, message_views, views
from handlers.invitations.forms import InviteInput
from handlers.invitations.modal_state import InvitationsState, InviteState
from handlers.invitations.named_people import find_named, find_people
from handlers.kit.blocks import View, notice
from handlers.kit.click_answers import until_closed
from handlers.kit.form_result import Invalid, Sentence
from handlers.kit.ids import ActionId, CallbackId
from handlers.kit.listeners import Listeners
from handlers.kit.payload import Malformed, optional_text, text_at
from handlers.kit.request import Handler, Request
from handlers.participants.listeners import list_view
from handlers.participants.modal_state import ParticipantsState
from handlers.signup import views as signup_views
from handlers.signup.listeners import standing_of

log = logging.getLogger(__name__)

PATIENCE = 1.5
"""Seconds after which HR reads that it takes a while. Slack waits 3 s for the answer to a form."""
OVER = ("invited_to_cancelled", "recruiting_closed", "sign_up_over", "invitation_joined")
"""Refusals after which an invitation has no buttons any more."""


def register(on: Listeners) -> None:
    on.action(ActionId.INVITE_OPEN, open_form)
    on.submission(CallbackId.INVITE_FORM, given)
    on.submission(CallbackId.INVITE_SEND, send)
    on.action(ActionId.INVITATION_SHOW, show)
    on.action(ActionId.INVITATION_AGAIN, open_again)
    on.action(ActionId.INVITATION_WITHDRAW, withdraw)
    on.action(ActionId.INVITATION_WITHDRAW_ALL, withdraw_all)
    on.action(ActionId.INVITATION_JOIN, _until_over(join))
    on.action(ActionId.INVITATION_NO, _until_over(decline))


async def open_form(request: Request) -> None:
    """The button in HR's list, on Home and in HR's messages."""
    hr = await request.hr(request.subject)
    choice = await choosing.roster_choice(request.context.store, hr)
    await request.open(views.form(request.texts, ParticipantsState(hr.programme_id), choice))


async def open_again(request: Request) -> None:
    """In place of one invitation: the form with its person, role and words."""
    hr = await request.hr(request.state(InvitationsState).programme_id)
    _, found = await inviting.read_invited(request.context.store, hr, request.subject)
    choice = await choosing.roster_choice(request.context.store, hr)
    row = found.invitation
    said = InviteInput(row.role, row.reason, (found.person.slack_id,))
    await request.update_modal(views.form(request.texts, ParticipantsState(hr.programme_id), choice, said))


async def given(request: Request) -> None:
    hr = await request.hr(request.state(ParticipantsState).programme_id)
    said = forms.read(request.form)
    if wrong := said.faults():
        await request.invalid(wrong)
        return
    working = asyncio.ensure_future(_preview(request, hr, said))
    if await request.context.limits.is_done(working, PATIENCE):
        found = await working
        await (request.invalid(found) if isinstance(found, Invalid) else request.push_modal(found))
        return
    await request.replace_modal(views.busy(request.texts))
    try:
        found = await working
    except Rejected as refusal:  # an error would be invisible, because the form was answered
        await request.update_modal(notice(request.texts, request.texts(f"errors.{refusal.code}", **refusal.values)))
        return
    if isinstance(found, Invalid):
        state, choice = request.state(ParticipantsState), await choosing.roster_choice(request.context.store, hr)
        found = views.form(request.texts, state, choice, said, list(found.sentences(request.texts).values()))
    await request.update_modal(found)


async def send(request: Request) -> None:
    state = request.state(InviteState)
    if state.role not in tuple(Role):
        raise Malformed("private_metadata")
    hr = await request.hr(state.programme_id)
    store, text = request.context.store, InvitationText(Role(state.role), state.reason)
    newcomers = (await find_people(request.context, hr, state.people)).newcomers
    try:
        outlook = await inviting.invite(store, hr, state.selection, text, newcomers, state.expected)
    except OutlookChanged as changed:
        again = replace(state, expected=len(changed.found.invited))
        await request.replace_modal(await _preview_of(request, hr, again, changed.found, changed=True))
        return
    view = views.sent(request.texts, len(outlook.invited))
    await request.replace_modal(view)
    await _refresh_below(request, hr, view)


async def show(request: Request) -> None:
    hr = await request.hr(request.state(ParticipantsState).programme_id)
    programme, found = await inviting.read_invited(request.context.store, hr, request.subject)
    nominated = await read_nominations(request.context.store, hr, found.person.id)
    await request.open(views.invitation(request.texts, programme, found, hr.now, nominated))


async def withdraw(request: Request) -> None:
    hr = await request.hr(request.state(InvitationsState).programme_id)
    person = await inviting.withdraw(request.context.store, hr, request.subject)
    await request.update_modal(views.withdrawn(request.texts, person))
    await _refresh_below(request, hr, None)


async def withdraw_all(request: Request) -> None:
    state = request.state(ParticipantsState)
    hr = await request.hr(state.programme_id)
    await inviting.withdraw_all(request.context.store, hr)
    await request.update_modal(await list_view(request, hr, state.search))


async def join(request: Request) -> None:
    """The invited person opens the sign-up, with the role that HR suggested."""
    own = await answering.read_own(request.context.store, request.caller, request.subject)
    answering.refuse_if_cancelled(own)
    standing = await standing_of(request, own.programme.id)
    await request.open(signup_views.about_form(request.texts, standing, role=own.invitation.role))


async def decline(request: Request) -> None:
    own = await answering.decline(request.context.store, request.caller, request.subject)
    await request.replace_message(message_views.declined(request.texts, own.programme, own.invitation))


def _until_over(handler: Handler) -> Handler:
    """Once the invitation cannot be answered any more, its message says so instead of its buttons."""
    for code in OVER:
        handler = until_closed(handler, code, _over)
    return handler


def _over(request: Request, refusal: Rejected) -> Message:
    return message_views.over(request.texts(f"errors.{refusal.code}", **refusal.values))


async def _preview(request: Request, hr: HrCaller, said: InviteInput) -> View | Invalid:
    """The preview, or the lines that are not clear."""
    try:
        named = await find_named(request.context, hr, said)
    except (SlackRefused, SlackUnavailable) as problem:
        log.warning("people to invite not looked up: %s", problem)
        return Invalid({"pasted" if said.pasted else "people": Sentence("errors.slack_unavailable")})
    if named.unclear:
        return forms.unclear(named.unclear)
    levels = tuple(int(one) for one in said.levels)
    selection = Selection(named.slack_ids, levels, said.departments)
    outlook = await choosing.outlook(request.context.store, hr, selection, named.newcomers)
    state = InviteState(
        hr.programme_id, said.role, said.reason, len(outlook.invited), named.slack_ids, levels, said.departments
    )
    return await _preview_of(request, hr, state, outlook)


async def _preview_of(
    request: Request, hr: HrCaller, state: InviteState, outlook: Outlook, *, changed: bool = False
) -> View:
    async with request.context.store.read(hr.now) as work:
        whom = await asks_whom(work.session, outlook.programme)
    theirs = request.context.texts(outlook.invited[0]) if outlook.invited else request.texts
    return views.preview(request.texts, state, outlook, whom, hr.now, theirs, changed=changed)


async def _refresh_below(request: Request, hr: HrCaller, done: View | None) -> None:
    """Show what changed in HR's list, and `done` in place of the form."""
    gateway = request.context.gateway
    root, previous = (optional_text(request.body, "view", name) for name in ("root_view_id", "previous_view_id"))
    own = text_at(request.body, "view", "id")
    try:
        if done and previous and previous != own:
            await gateway.update_view(previous, done)
        if root and root not in (own, previous if done else ""):
            await gateway.update_view(root, await list_view(request, hr, ParticipantSearch()))
    except (SlackRefused, SlackUnavailable) as problem:
        log.info("a window below was not refreshed: %s", problem)
