"""Sign up, pause, come back, leave."""

from slack_bolt.async_app import AsyncApp

from bot.services.signup import join as joining
from handlers.home.listeners import refresh_home
from handlers.kit.context import Desk
from handlers.kit.payload import Malformed, number
from handlers.kit.request import Ask, on_action, on_submission
from handlers.signup import forms, views


def register(app: AsyncApp, desk: Desk) -> None:
    on_action(app, desk, views.OPEN, open_from_button)
    on_submission(app, desk, views.ABOUT, about_given)
    on_submission(app, desk, views.DETAILS, details_given)


async def open_form(ask: Ask) -> None:
    """`/mentoring join`"""
    standing = await joining.standing(ask.desk.store, ask.caller)
    await ask.open(views.about_form(ask.texts, standing))


async def open_from_button(ask: Ask) -> None:
    """The join button of an announcement, or the change button of a welcome."""
    standing = await joining.standing(ask.desk.store, ask.caller, ask.subject)
    await ask.open(views.about_form(ask.texts, standing))


async def about_given(ask: Ask) -> None:
    about = forms.about(ask.form, number(ask.note))
    standing = await joining.standing(ask.desk.store, ask.caller, about.programme_id)
    if errors := about.errors(ask.me.slack_id, standing.topics):
        await ask.errors(_sentences(ask, errors))
        return
    await ask.become(views.details_form(ask.texts, about, standing))


async def details_given(ask: Ask) -> None:
    about = forms.About.from_note(ask.note)
    standing = await joining.standing(ask.desk.store, ask.caller, about.programme_id)
    if about.errors(ask.me.slack_id, standing.topics):
        raise Malformed("private_metadata")
    sign_up = forms.sign_up(ask.form, about, ask.desk.catalogue.languages)
    if isinstance(sign_up, dict):
        await ask.errors(_sentences(ask, sign_up))
        return
    for slack_id in forms.people_named(about):
        await ask.desk.directory.person(ask.caller.team_id, slack_id, ask.caller.now)
    programme, new = await joining.join(ask.desk.store, ask.caller, about.programme_id, sign_up)
    ask.desk.wake_delivery()
    # The language may have been chosen just now: answer in it.
    ask.me.language, ask.me.address = sign_up.language, sign_up.address
    await ask.become(views.joined(ask.desk.texts(ask.me), programme, new=new))
    await refresh_home(ask)


def _sentences(ask: Ask, errors: forms.Errors) -> dict[str, str]:
    return {block: ask.texts.plain(f"join.errors.{name}") for block, name in errors.items()}
