"""HR reminds people that they can still join, and chooses another channel if nothing can be posted in this one."""

from bot.services.programme.setup import programme_of
from bot.services.recruiting import announcement as recruiting
from bot.services.recruiting import public_channel
from handlers.kit.blocks import channel_link
from handlers.kit.ids import ActionId, CallbackId
from handlers.kit.listeners import Listeners
from handlers.kit.modal_state import OfProgramme
from handlers.kit.request import Request
from handlers.programme.channel_checks import unfit_for_announcement
from handlers.recruiting import views


def register(on: Listeners) -> None:
    on.action(ActionId.RECRUIT_REMIND, remind)
    on.action(ActionId.RECRUIT_CHANNEL, open_channel)
    on.action(ActionId.RECRUIT_RETRY, retry)
    on.submission(CallbackId.RECRUIT_CHANNEL, choose_channel)


async def open_channel(request: Request) -> None:
    """The button below what could not be posted."""
    hr = await request.hr(request.subject)
    programme = await programme_of(request.context.store, hr)
    await request.open(views.choose_channel(request.texts, programme))


async def choose_channel(request: Request) -> None:
    hr = await request.hr(request.state(OfProgramme).programme_id)
    channel = request.form.one("announce_channel")
    if errors := await unfit_for_announcement(request, channel):
        await request.invalid(errors)
        return
    programme = await public_channel.choose_channel(request.context.store, hr, channel)
    await request.replace_modal(views.channel_chosen(request.texts, programme))


async def retry(request: Request) -> None:
    """The other button: a person allowed it meanwhile."""
    programme = await public_channel.try_again(request.context.store, await request.hr(request.subject))
    link = channel_link(programme.announce_channel)
    await request.reply_ephemeral(request.texts("recruiting.refused.again", channel=link))


async def remind(request: Request) -> None:
    programme = await recruiting.remind(request.context.store, await request.hr(request.subject))
    await request.reply_ephemeral(
        request.texts("recruiting.reminder.sent", channel=channel_link(programme.announce_channel))
    )
