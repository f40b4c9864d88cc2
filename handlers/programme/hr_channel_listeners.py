"""HR moves a programme to another private channel, or takes it over from a person who has left."""

from collections.abc import Sequence

from bot.services.caller import Rejected
from bot.services.programme import move as moving
from bot.services.programme import owner as owners
from bot.services.programme.move import Movable
from handlers.kit.ids import ActionId, CallbackId
from handlers.kit.listeners import Listeners
from handlers.kit.payload import number, optional_text
from handlers.kit.request import Request
from handlers.programme import hr_channel_views as views
from handlers.programme.channel_checks import check_hr_channel


def register(on: Listeners) -> None:
    on.command("move", open_form)
    on.submission(CallbackId.PROGRAMME_MOVE, given)
    on.action(ActionId.PROGRAMME_OWN, take_over)


async def open_form(request: Request) -> None:
    """`/mentoring move`, in the new channel."""
    channel = request.channel
    await check_hr_channel(request, channel)
    movable = await programmes_to_move(request, channel)
    if not movable:
        raise Rejected("nothing_to_move")
    await request.open(views.move(request.texts, movable, channel, instead_of_new=False))


async def given(request: Request) -> None:
    state = request.state(views.MoveState)
    programme_id = state.programme_id or number(request.form.one("programme"))
    await check_hr_channel(request, state.channel)
    await programmes_to_move(request, state.channel)  # by what is true now
    context = request.context
    programme = await moving.move(context.store, request.caller, context.channels.operator, programme_id, state.channel)
    await request.replace_modal(views.is_moved(request.texts, programme))
    context.channel_noticed(programme.team_id, programme.hr_channel)


async def programmes_to_move(request: Request, channel: str) -> Sequence[Movable]:
    """The programmes that the caller may move to `channel`, by what Slack says of their channels now."""
    context, caller = request.context, request.caller
    known = await moving.channels_known_to(context.store, caller, but=channel)
    for one in known:
        await context.channels.check_hr_channel(caller.team_id, one, caller.now)
    return await moving.movable(context.store, caller, known)


async def take_over(request: Request) -> None:
    """The button below the question who answers for the programme."""
    hr = await request.hr(request.subject)
    programme, owner = await owners.take_over(request.context.store, hr)
    shown = views.owner_known(request.context.catalogue.texts(programme.language), programme, owner)
    if url := optional_text(request.body, "response_url"):
        await request.context.gateway.respond(url, shown, replace_original=True)
