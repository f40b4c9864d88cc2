"""HR asks how things stand, and says what is to become of messages that went astray."""

from slack_bolt.async_app import AsyncApp

from bot.services.alerts import undelivered as trouble
from bot.services.caller import HrCaller
from bot.services.insight import report as reports
from bot.services.insight import summary as summaries
from handlers.insight import undelivered_views as trouble_views
from handlers.insight import views
from handlers.insight.report_views import GET as REPORT
from handlers.kit.blocks import channel_link
from handlers.kit.context import Desk
from handlers.kit.request import Ask, on_action


def register(app: AsyncApp, desk: Desk) -> None:
    on_action(app, desk, views.AGAIN, again)
    on_action(app, desk, REPORT, report)
    on_action(app, desk, trouble_views.AGAIN, send_again)
    on_action(app, desk, trouble_views.FORGET, forget)


async def show(ask: Ask) -> None:
    """`/mentoring summary`"""
    await _ask_for(ask, await ask.hr())


async def again(ask: Ask) -> None:
    """The button below a summary, or on HR's Home tab."""
    await _ask_for(ask, await ask.hr(ask.subject))


async def report(ask: Ask) -> None:
    """The button below a programme's end, and below its summary."""
    programme = await reports.ask_for(ask.desk.store, await ask.hr(ask.subject))
    ask.desk.wake_delivery()
    if ask.channel != programme.hr_channel:
        await ask.whisper(ask.texts("summary.report.posted", channel=channel_link(programme.hr_channel)))


async def _ask_for(ask: Ask, hr: HrCaller) -> None:
    programme = await summaries.ask_for(ask.desk.store, hr)
    ask.desk.wake_delivery()
    if ask.channel != programme.hr_channel:
        await ask.whisper(ask.texts("summary.report.posted", channel=channel_link(programme.hr_channel)))


async def send_again(ask: Ask) -> None:
    hr = await _hr_of_message(ask)
    await trouble.send_again(ask.desk.store, hr, ask.subject)
    ask.desk.wake_delivery()
    await ask.whisper(ask.texts("trouble.done.repeat"))


async def forget(ask: Ask) -> None:
    hr = await _hr_of_message(ask)
    await trouble.forget(ask.desk.store, hr, ask.subject)
    await ask.whisper(ask.texts("trouble.done.forget"))


async def _hr_of_message(ask: Ask) -> HrCaller:
    return await ask.hr(await trouble.programme_of_row(ask.desk.store, ask.caller, ask.subject))
