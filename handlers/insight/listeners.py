"""HR requests the summary, and decides what happens with undelivered messages."""

from bot.services.alerts import undelivered
from bot.services.caller import HrCaller
from bot.services.insight import report as reports
from bot.services.insight import summary
from bot.services.signup.which_programme import HrStep
from handlers.insight import weekly_views
from handlers.kit.blocks import channel_link
from handlers.kit.ids import ActionId
from handlers.kit.listeners import Listeners
from handlers.kit.request import Request
from handlers.kit.which_programme import choose_as_hr


def register(on: Listeners) -> None:
    on.command("summary", show)
    on.action(ActionId.SUMMARY_AGAIN, again)
    on.action(ActionId.SUMMARY_WHOLE, whole)
    on.action(ActionId.REPORT_GET, report)
    on.action(ActionId.TROUBLE_AGAIN, send_again)
    on.action(ActionId.TROUBLE_FORGET, forget)


async def show(request: Request) -> None:
    """`/mentoring summary`"""
    if hr := await choose_as_hr(request, HrStep.SUMMARY):
        await ask_for_summary(request, hr)


async def again(request: Request) -> None:
    """The button below a summary, or on HR's Home tab."""
    await ask_for_summary(request, await request.hr(request.subject))


async def whole(request: Request) -> None:
    """Everything behind the short summary, in a window."""
    weekly = await summary.whole(request.context.store, await request.hr(request.subject))
    view = weekly_views.window(request.texts, weekly)
    await (request.update_modal(view) if request.in_overview else request.open(view))


async def report(request: Request) -> None:
    """The button below a programme's end, and below its summary."""
    programme = await reports.ask_for(request.context.store, await request.hr(request.subject))
    if request.channel != programme.hr_channel:
        await request.reply_ephemeral(
            request.texts("insight.summary.posted", channel=channel_link(programme.hr_channel))
        )


async def ask_for_summary(request: Request, hr: HrCaller) -> None:
    programme = await summary.ask_for(request.context.store, hr)
    if request.channel != programme.hr_channel:
        await request.reply_ephemeral(
            request.texts("insight.summary.posted", channel=channel_link(programme.hr_channel))
        )


async def send_again(request: Request) -> None:
    hr = await _hr_of_message(request)
    await undelivered.send_again(request.context.store, hr, request.subject)
    await request.reply_ephemeral(request.texts("alerts.done.repeat"))


async def forget(request: Request) -> None:
    hr = await _hr_of_message(request)
    await undelivered.forget(request.context.store, hr, request.subject)
    await request.reply_ephemeral(request.texts("alerts.done.forget"))


async def _hr_of_message(request: Request) -> HrCaller:
    return await request.hr(await undelivered.programme_of_row(request.context.store, request.caller, request.subject))
