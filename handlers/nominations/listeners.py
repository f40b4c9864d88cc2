"""People nominate colleagues as mentors: `/mentoring nominate`. HR reads the nominations."""

from bot.services.caller import InvalidInput
from bot.services.nominations import nominating, reading
from bot.services.signup.eligibility import Members, eligibility_of
from bot.services.signup.which_programme import Step
from bot.slack.gateway import SlackRefused, SlackUnavailable
from handlers.kit.eligibility import members_by_channel
from handlers.kit.form_result import Invalid
from handlers.kit.ids import ActionFamily, ActionId, CallbackId
from handlers.kit.listeners import Listeners
from handlers.kit.modal_state import OfProgramme
from handlers.kit.picked import unfit_at
from handlers.kit.request import Request
from handlers.kit.which_programme import choose
from handlers.nominations import forms, views
from storage.tables import Programme


def register(on: Listeners) -> None:
    on.command("nominate", open_form)
    on.action(ActionId.NOMINATE_OPEN, open_from_button)
    on.submission(CallbackId.NOMINATE_FORM, given)
    on.action(ActionId.NOMINATION_TAKE_BACK, taken_back)
    on.action(ActionId.NOMINATIONS_OPEN, open_list)
    for turn in ("previous", "next"):
        on.action(ActionFamily.NOMINATIONS_PAGE.of(turn), turn_page)


async def open_form(request: Request) -> None:
    """`/mentoring nominate`"""
    chosen = await choose(request, Step.NOMINATE)
    if chosen is not None:
        await show_form(request, chosen)


async def show_form(request: Request, programme_ids: tuple[int, ...]) -> None:
    choice = await nominating.read_choice(request.context.store, request.caller, next(iter(programme_ids), None))
    await request.show(views.form(request.texts, choice))


async def open_from_button(request: Request) -> None:
    """The button of an announcement, or of a leader's welcome."""
    choice = await nominating.read_choice(request.context.store, request.caller, request.subject)
    await request.open(views.form(request.texts, choice))


async def given(request: Request) -> None:
    programme_id = request.state(OfProgramme).programme_id
    said = forms.read(request.form)
    if isinstance(said, Invalid):
        await request.invalid(said)
        return
    choice = await nominating.read_choice(request.context.store, request.caller, programme_id)
    if unfit := await unfit_at(request, {"person": [said.slack_id]}, guests=choice.programme.guests):
        await request.invalid(unfit)
        return
    members = await _members(request, choice.programme, said.slack_id)
    try:
        choice, person = await nominating.nominate(
            request.context.store, request.caller, programme_id, said.slack_id, said.praise, members
        )
    except InvalidInput as found:
        await request.invalid(Invalid.below(forms.GROUP, found.faults))
        return
    await request.replace_modal(views.done(request.texts, choice, person, said.praise))


async def taken_back(request: Request) -> None:
    choice = await nominating.take_back(request.context.store, request.caller, request.subject)
    await request.update_modal(views.form(request.texts, choice))


async def open_list(request: Request) -> None:
    hr = await request.hr(request.subject)
    page = await reading.list_nominations(request.context.store, hr, 0, views.A_PAGE)
    await request.open(views.listing(request.texts, page))


async def turn_page(request: Request) -> None:
    hr = await request.hr(request.state(OfProgramme).programme_id)
    page = await reading.list_nominations(request.context.store, hr, request.subject, views.A_PAGE)
    await request.update_modal(views.listing(request.texts, page))


async def _members(request: Request, programme: Programme, slack_id: str) -> Members:
    """Of the channels that HR's limits name, as far as Slack says; sign-up asks again."""
    channels = eligibility_of(programme).channels
    if not channels:
        return {}
    me, unsure = request.caller, (SlackRefused, SlackUnavailable)
    return (await members_by_channel(request.context, me.team_id, channels, me.now, also=slack_id, unsure=unsure))[0]
