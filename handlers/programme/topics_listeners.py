"""HR looks at demand and supply: `/mentoring topics`; and people answer whether they could help with a topic."""

from slack_bolt.async_app import AsyncApp

from bot.services.caller import HrCaller
from bot.services.programme import topics
from handlers.kit.context import Desk
from handlers.kit.payload import Malformed, first_action, number, optional_text, text_at
from handlers.kit.request import Ask, on_action, on_submission
from handlers.programme import topics_forms as forms
from handlers.programme import topics_views as views


def register(app: AsyncApp, desk: Desk) -> None:
    on_action(app, desk, views.OPEN, show_from_button)
    on_action(app, desk, views.EDIT, open_form)
    on_submission(app, desk, views.FORM, edited)
    on_action(app, desk, views.ASK, ask_around)
    for level in views.LEVELS.values():
        on_action(app, desk, f"{views.YES}.{level}", say_yes)
    on_action(app, desk, views.NO, say_no)


async def show(ask: Ask) -> None:
    """`/mentoring topics`"""
    await _show(ask, await ask.hr())


async def show_from_button(ask: Ask) -> None:
    await _show(ask, await ask.hr(ask.subject))


async def _show(ask: Ask, hr: HrCaller) -> None:
    await ask.open(views.market(ask.texts, await topics.market(ask.desk.store, hr)))


async def open_form(ask: Ask) -> None:
    await ask.open(views.form(ask.texts, await topics.of_programme(ask.desk.store, await ask.hr(ask.subject))))


async def edited(ask: Ask) -> None:
    hr = await ask.hr(number(ask.note))
    found = forms.topics(ask.form, views.known(ask.texts))
    if isinstance(found, dict):
        await ask.errors({block: ask.texts.plain(f"topics.edit.errors.{name}") for block, name in found.items()})
        return
    await ask.become(views.market(ask.texts, await topics.edit(ask.desk.store, hr, found)))


async def ask_around(ask: Ask) -> None:
    programme_id, colon, topic = ask.value.partition(":")
    if not (colon and topic):
        raise Malformed("value")
    hr: HrCaller = await ask.hr(number(programme_id))
    found, asked = await topics.ask_around(ask.desk.store, hr, topic)
    if asked:
        ask.desk.wake_delivery()
    await ask.change(views.market(ask.texts, found))


async def say_yes(ask: Ask) -> None:
    await _answer(ask, int(text_at(first_action(ask.body), "action_id").rpartition(".")[2]))


async def say_no(ask: Ask) -> None:
    await _answer(ask, topics.DECLINED)


async def _answer(ask: Ask, level: int) -> None:
    topic = await topics.answer(ask.desk.store, ask.caller, ask.subject, level)
    if url := optional_text(ask.body, "response_url"):
        await ask.desk.gateway.respond(url, views.answered(ask.texts, topic, level), replace_original=True)
