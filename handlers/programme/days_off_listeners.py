"""HR adds days off, or says that people work on a holiday."""

from slack_bolt.async_app import AsyncApp

from bot.domain.calendar import local
from bot.services.programme import days_off as days
from handlers.kit.context import Desk
from handlers.kit.payload import number
from handlers.kit.request import Ask, on_action, on_submission
from handlers.programme import days_off_forms as forms
from handlers.programme import days_off_views as views


def register(app: AsyncApp, desk: Desk) -> None:
    on_action(app, desk, views.OPEN, open_form)
    on_submission(app, desk, views.FORM, given)


async def open_form(ask: Ask) -> None:
    hr = await ask.hr(ask.subject)
    await ask.open(views.form(ask.texts, await days.calendar_of(ask.desk.store, hr, ask.texts.language)))


async def given(ask: Ask) -> None:
    hr = await ask.hr(number(ask.note))
    programme = (await days.calendar_of(ask.desk.store, hr, ask.texts.language)).programme
    found = forms.days(ask.form, local(hr.now, programme.zone).date())
    if isinstance(found, dict):
        await ask.errors({block: ask.texts.plain(f"days.form.errors.{name}") for block, name in found.items()})
        return
    await days.change(ask.desk.store, hr, found.added, found.worked)
    ask.desk.wake_delivery()
    await ask.become(views.stored(ask.texts))
