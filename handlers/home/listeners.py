"""The Home tab: the current state and the next step."""

import logging

from bot.services.home import home as homes
from bot.services.home.home import Page
from bot.services.people import people
from bot.slack.gateway import Message, SlackRefused, SlackUnavailable
from handlers.home import more_views as more
from handlers.home import views
from handlers.kit.ids import ActionId
from handlers.kit.listeners import Listeners
from handlers.kit.payload import Malformed, at, event_moment, optional_text
from handlers.kit.request import Request

log = logging.getLogger(__name__)

HOME_TASK = "home"
"""Names the tasks that refresh a Home tab, for `tests.meter`."""


def register(on: Listeners) -> None:
    on.command("home", show)
    on.event("app_home_opened", opened)
    on.action(ActionId.HOME_SHOW, show)
    on.action(ActionId.HOME_LANGUAGE, choose_language)
    on.action(ActionId.HOME_PAIR, more_about_pair)
    on.action(ActionId.HOME_MORE, more_about_me)


async def opened(request: Request) -> None:
    """A person opened the bot: its Home tab, or only the messages tab."""
    now = request.caller.now
    await people.installed(request.context.store, request.caller.team_id, now, event_moment(request.body, now))
    if at(request.body, "event", "tab") == "home":
        refresh_home(request)


async def show(request: Request) -> None:
    """`/mentoring home`, and the button for it: the same page as a reply."""
    page = await page_of(request)
    texts = request.context.texts(page.person)
    await request.reply_ephemeral(texts("commands.home.body"), views.message_blocks(texts, page))
    refresh_home(request)


async def choose_language(request: Request) -> None:
    """People who have not signed up, above all HR, have no form to choose it in."""
    if request.value not in request.context.catalogue.languages:
        raise Malformed("language")
    await people.choose_language(request.context.store, request.caller, request.value)
    if url := optional_text(request.body, "response_url"):
        page = await page_of(request)
        texts = request.context.texts(page.person)
        shown = Message(texts("commands.home.body"), views.message_blocks(texts, page))
        await request.context.gateway.respond(url, shown, replace_original=True)
    refresh_home(request)


async def more_about_pair(request: Request) -> None:
    await request.open(
        more.about_pair(request.texts, await homes.pair_part(request.context.store, request.caller, request.subject))
    )


async def more_about_me(request: Request) -> None:
    await request.open(more.about_me(request.texts, await page_of(request)))


def refresh_home(request: Request) -> None:
    """Publish the caller's current Home tab, in the background: nobody waits for it.

    Never fails: the action that led here has succeeded already.
    """
    request.context.spawn(_publish(request), HOME_TASK)


async def _publish(request: Request) -> None:
    try:
        async with request.context.low_priority():
            page = await page_of(request)
            await request.context.gateway.publish_home(
                request.me.slack_id, views.view(request.context.texts(page.person), page)
            )
    except (SlackRefused, SlackUnavailable) as problem:
        log.warning("Home tab not shown: %s", problem)
    except Exception:  # the person would read that nothing was saved, which is wrong
        log.exception("Home tab not shown")


async def page_of(request: Request) -> Page:
    """The caller's page."""
    page = await homes.read_home(request.context.store, request.caller)
    hr_of = await _hr_of(request, page)
    return await homes.with_hr_parts(request.context.store, request.caller, page, hr_of) if hr_of else page


async def _hr_of(request: Request, page: Page) -> frozenset[int]:
    """The programmes whose HR the caller is. If Slack does not answer, none: only HR's part is missing then."""
    found = set()
    for programme in page.led_from_channels:
        try:
            if await request.context.directory.is_member(
                programme.hr_channel, request.caller.slack_id, request.caller.now
            ):
                found.add(programme.id)
        except (SlackRefused, SlackUnavailable) as problem:
            log.warning("could not read the members of HR's channel: %s", problem)
    return frozenset(found)
