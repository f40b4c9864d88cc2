"""The Home tab: the current state and the next step."""

import asyncio
import logging
from datetime import timedelta

from bot.services.home import home as homes
from bot.services.home.home import Page
from bot.services.people import people, reminders
from bot.slack.gateway import Message, SlackRefused, SlackUnavailable
from bot.slack.needs import need_of
from handlers.home import more_views as more
from handlers.home import views
from handlers.kit.ids import ActionId
from handlers.kit.listeners import Listeners
from handlers.kit.payload import Malformed, at, event_moment, optional_text
from handlers.kit.request import Request
from handlers.signup.forms import ADDRESSES
from storage.rate_limits import HOMES, take_turn

log = logging.getLogger(__name__)

HOME_KEPT = timedelta(days=30)
"""How long after it was opened a Home tab is published again after a change; later it is when it is opened."""
TRIES = 3
LONGEST_WAIT = 60.0
"""Seconds until the next try if Slack is too busy to show a Home tab that is open."""
HOME_TASK = "home"
"""Names the tasks that refresh a Home tab, for `tests.meter`."""


def register(on: Listeners) -> None:
    on.command("home", show)
    on.event("app_home_opened", opened)
    on.action(ActionId.HOME_SHOW, show)
    on.action(ActionId.HOME_LANGUAGE, choose_language)
    on.action(ActionId.HOME_ADDRESS, choose_address)
    on.action(ActionId.HOME_PAIR, more_about_pair)
    on.action(ActionId.HOME_MORE, more_about_me)
    on.action(ActionId.REMIND_LESS, remind_less)
    on.action(ActionId.REMIND_MORE, remind_more)


async def opened(request: Request) -> None:
    """A person opened the bot: its Home tab, or only the messages tab."""
    now = request.caller.now
    await people.installed(request.context.store, request.caller.team_id, now, event_moment(request.body, now))
    if at(request.body, "event", "tab") != "home":
        return
    if people.opened_before(request.me, now - people.HOME_OPENED_AGAIN):
        await people.home_opened(request.context.store, request.caller)
    _spawn(request, looking=True)


async def show(request: Request) -> None:
    """`/mentoring home`, and the button for it: the same page as a reply."""
    page = await page_of(request)
    texts = request.context.texts(page.person)
    await request.reply_ephemeral(texts("commands.home.body"), views.message_blocks(texts, page))
    refresh_home(request)


async def choose_language(request: Request) -> None:
    """By people who have not signed up, above all HR, who have no form for it; and in the window about oneself."""
    if request.value not in request.context.catalogue.languages:
        raise Malformed("language")
    await people.choose_language(request.context.store, request.caller, request.value)
    if request.in_modal:
        await _show_about_me(request)
    elif url := optional_text(request.body, "response_url"):
        page = await page_of(request)
        texts = request.context.texts(page.person)
        shown = Message(texts("commands.home.body"), views.message_blocks(texts, page))
        await request.context.gateway.respond(url, shown, replace_original=True)
    refresh_home(request)


async def choose_address(request: Request) -> None:
    """How the bot addresses the person."""
    if request.value not in ADDRESSES:
        raise Malformed("address")
    await people.choose_address(request.context.store, request.caller, request.value)
    await _show_about_me(request)
    refresh_home(request)


async def _show_about_me(request: Request) -> None:
    """The same window, in the words that were just chosen."""
    page = await page_of(request)
    await request.update_modal(more.about_me(request.context.texts(page.person), page))


async def remind_less(request: Request) -> None:
    await reminders.remind_less(request.context.store, request.caller, less=True)
    await _reminded(request, "less")


async def remind_more(request: Request) -> None:
    await reminders.remind_less(request.context.store, request.caller, less=False)
    await _reminded(request, "usual")


async def _reminded(request: Request, choice: str) -> None:
    """On Home the page itself changes; elsewhere a reply says what is chosen, and where to change it."""
    if at(request.body, "view", "type") != "home":
        await request.reply_ephemeral(request.texts(f"home.daily.{choice}.done"))
    refresh_home(request)


async def more_about_pair(request: Request) -> None:
    await request.open(
        more.about_pair(request.texts, await homes.own_pair(request.context.store, request.caller, request.subject))
    )


async def more_about_me(request: Request) -> None:
    await request.open(more.about_me(request.texts, await page_of(request)))


def refresh_home(request: Request) -> None:
    """Publish the caller's current Home tab, in the background, if they look at it or did lately.

    For others it is published once they open it: in bulk, Slack would refuse it. Never fails: the action that led here
    has succeeded already.
    """
    looking = at(request.body, "view", "type") == "home"
    if looking or not people.opened_before(request.me, request.caller.now - HOME_KEPT):
        _spawn(request, looking=looking)


def _spawn(request: Request, *, looking: bool) -> None:
    request.context.spawn(_publish(request, looking=looking), HOME_TASK)


async def _publish(request: Request, *, looking: bool) -> None:
    context = request.context
    try:
        if not (looking or await _has_room(request)):
            return
        for tries_left in reversed(range(TRIES)):
            try:
                async with context.low_priority():
                    page = await page_of(request)
                    shown = views.view(context.texts(page.person), page)
                    await context.gateway.publish_home(request.me.slack_id, shown)
                return
            except SlackUnavailable as busy:
                if not (looking and busy.limited and tries_left):
                    raise
                await asyncio.sleep(min(busy.seconds, LONGEST_WAIT))
    except (SlackRefused, SlackUnavailable) as problem:
        # That the app has no Home tab is reported once (`alerts.needs`), not for each person.
        known = isinstance(problem, SlackRefused) and need_of(problem.method, problem.error) is not None
        log.log(logging.INFO if known else logging.WARNING, "Home tab not shown: %s", problem)
    except Exception:  # the person would read that nothing was saved, which is wrong
        log.exception("Home tab not shown")


async def _has_room(request: Request) -> bool:
    """Whether a Home tab that nobody looks at may be published now. If not, it is once it is opened."""
    context, caller = request.context, request.caller
    async with context.store.write(caller.now) as work:
        opens = await take_turn(work.session, caller.team_id, HOMES, context.rate_limits, caller.now)
        await work.commit()
    return opens <= caller.now


async def page_of(request: Request) -> Page:
    """The caller's page."""
    page = await homes.read_home(request.context.store, request.caller, looking=request.me)
    hr_of = await _hr_of(request, page)
    return await homes.with_hr_parts(request.context.store, request.caller, page, hr_of) if hr_of else page


async def _hr_of(request: Request, page: Page) -> frozenset[int]:
    """The programmes whose HR the caller is. If Slack does not answer, none: only HR's part is missing then."""
    found = set()
    for programme in page.led_from_channels:
        try:
            if await request.context.directory.is_hr_of(programme, request.me, request.caller.now):
                found.add(programme.id)
        except (SlackRefused, SlackUnavailable) as problem:
            log.warning("could not read the members of HR's channel: %s", problem)
    return frozenset(found)
