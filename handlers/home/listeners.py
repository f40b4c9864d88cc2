"""The Home tab: where one stands and what to do next."""

import logging

from slack_bolt.async_app import AsyncApp

from bot.services.home import home as homes
from bot.services.home.home import Page
from bot.services.people import people
from bot.slack.gateway import Message, SlackRefused, SlackUnavailable
from handlers.care.views import HOME
from handlers.home import more_views as more
from handlers.home import views
from handlers.kit.context import Desk
from handlers.kit.payload import Malformed, at, event_moment, optional_text
from handlers.kit.request import Ask, on_action, on_event

log = logging.getLogger(__name__)


def register(app: AsyncApp, desk: Desk) -> None:
    on_event(app, desk, "app_home_opened", opened)
    on_action(app, desk, HOME, show)
    on_action(app, desk, views.LANGUAGE, choose_language)
    on_action(app, desk, more.PAIR, more_about_pair)
    on_action(app, desk, more.MORE, more_about_me)


async def opened(ask: Ask) -> None:
    """Somebody looks at the bot: at its Home tab, or only at the messages beside it."""
    now = ask.caller.now
    if await people.installed(ask.desk.store, ask.caller.team_id, now, event_moment(ask.body, now)):
        ask.desk.wake_delivery()
    if at(ask.body, "event", "tab") == "home":
        await refresh_home(ask)


async def show(ask: Ask) -> None:
    """`/mentoring home`, and the button of the same meaning: the same, right where one is."""
    page = await page_of(ask)
    texts = ask.desk.texts(page.person)
    await ask.whisper(texts("commands.home.body"), views.message_blocks(texts, page))
    await refresh_home(ask)


async def choose_language(ask: Ask) -> None:
    """Whoever has not signed up, HR above all, has no form to say it in."""
    if ask.value not in ask.desk.catalogue.languages:
        raise Malformed("language")
    await people.choose_language(ask.desk.store, ask.caller, ask.value)
    if url := optional_text(ask.body, "response_url"):
        page = await page_of(ask)
        texts = ask.desk.texts(page.person)
        shown = Message(texts("commands.home.body"), views.message_blocks(texts, page))
        await ask.desk.gateway.respond(url, shown, replace_original=True)
    await refresh_home(ask)


async def more_about_pair(ask: Ask) -> None:
    await ask.open(more.about_pair(ask.texts, await homes.pair_part(ask.desk.store, ask.caller, ask.subject)))


async def more_about_me(ask: Ask) -> None:
    await ask.open(more.about_me(ask.texts, await page_of(ask)))


async def refresh_home(ask: Ask) -> None:
    """Show the caller's Home tab as things are now. It never fails: what led here has been done already."""
    try:
        async with ask.desk.leisure():
            page = await page_of(ask)
            await ask.desk.gateway.publish_home(ask.me.slack_id, views.view(ask.desk.texts(page.person), page))
    except (SlackRefused, SlackUnavailable) as problem:
        log.warning("a Home tab could not be shown: %s", problem)
    except Exception:  # the person would be told that nothing was saved, which is not so
        log.exception("a Home tab could not be shown")


async def page_of(ask: Ask) -> Page:
    """Where the caller stands."""
    return await homes.look(ask.desk.store, ask.caller, await hr_of(ask))


async def hr_of(ask: Ask) -> frozenset[int]:
    """The programmes whose HR the caller is. If Slack cannot say, none: only HR's own part is missing then."""
    found = set()
    for programme in await homes.led_from_channels(ask.desk.store, ask.caller):
        try:
            if await ask.desk.directory.is_member(programme.hr_channel, ask.caller.slack_id, ask.caller.now):
                found.add(programme.id or 0)
        except (SlackRefused, SlackUnavailable) as problem:
            log.warning("could not ask who HR is: %s", problem)
    return frozenset(found)
