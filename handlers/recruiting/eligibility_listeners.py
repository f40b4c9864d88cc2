"""HR says who may take part, from Home and its first message."""

from bot.services.caller import HrCaller
from bot.services.recruiting import eligibility
from handlers.kit.eligibility import KEY, members_by_channel, members_for_hr
from handlers.kit.form_result import Invalid, Sentence
from handlers.kit.ids import ActionId, CallbackId
from handlers.kit.listeners import Listeners
from handlers.kit.modal_state import OfProgramme
from handlers.kit.request import Request
from handlers.programme.listeners import update_announcement
from handlers.recruiting import eligibility_views as views
from handlers.recruiting.eligibility_forms import EligibilityState, read


def register(on: Listeners) -> None:
    on.action(ActionId.ELIGIBILITY_OPEN, open_form)
    on.submission(CallbackId.ELIGIBILITY_FORM, given)
    on.submission(CallbackId.ELIGIBILITY_SAVE, save)


async def open_form(request: Request) -> None:
    hr = await request.hr(request.subject)
    await request.open(views.form(request.texts, await eligibility.read_choice(request.context.store, hr)))


async def given(request: Request) -> None:
    hr = await request.hr(request.state(OfProgramme).programme_id)
    said = read(request.form, hr.programme_id)
    wrong = said if isinstance(said, Invalid) else await _unreadable(request, hr, said)
    if isinstance(said, Invalid) or wrong:
        await eligibility.read_choice(request.context.store, hr)  # whether it can be changed at all comes first
        await request.invalid(wrong or Invalid({}))
        return
    outlook = await _outlook(request, hr, said)
    await request.push_modal(views.preview(request.texts, outlook, said))


async def save(request: Request) -> None:
    state = request.state(EligibilityState)
    hr = await request.hr(state.programme_id)
    programme = await eligibility.set_eligibility(request.context.store, hr, state.eligibility, state.approve_within)
    for channel in state.channels[:1]:  # all of them are read together
        await request.context.limit_channels.check(hr.team_id, channel, hr.now)
    outlook = await _outlook(request, hr, state)
    done = views.saved(request.texts, programme, outlook, state.eligibility)
    await request.replace_modal(done)
    await update_announcement(request, programme)
    await request.replace_below(done)


async def _outlook(request: Request, hr: HrCaller, state: EligibilityState) -> eligibility.EligibilityOutlook:
    members = await members_for_hr(request.context, hr.team_id, state.channels, hr.now)
    return await eligibility.outlook(request.context.store, hr, state.eligibility, members)


async def _unreadable(request: Request, hr: HrCaller, said: EligibilityState) -> Invalid | None:
    """A channel of whose members Slack says nothing, at its field. Raises `SlackUnavailable`."""
    for channel in said.channels:
        _, unread = await members_by_channel(request.context, hr.team_id, [channel], hr.now)
        if unread:
            return Invalid({"channels": Sentence(f"{KEY}.errors.{views.why_of(unread[channel])}")})
    return None
