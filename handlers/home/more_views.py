"""Menus behind the Home tab: all actions about one pair, and all about oneself, each with an explanation.

A new action of a pair is one more line in `_about_pair`.
"""

from bot.services.home.home import Page, PairPart
from bot.services.improvements.improvements import window_of
from handlers.kit.blocks import Block, Element, View, button, mention, modal, section, select
from handlers.kit.buttons import (
    cadence_button,
    correct_session_button,
    improve_button,
    parting_button,
    thanks_button,
    working_time_button,
)
from handlers.kit.ids import ActionId, CallbackId
from handlers.sessions.place_views import place_button
from handlers.signup.views import address_of, addresses, written_in
from prompts.catalogue import Texts
from storage.tables import ParticipantState, SessionState


def about_pair(texts: Texts, mine: PairPart) -> View:
    """All other actions about a pair."""
    rows = [_row(texts, name, element, mine) for name, element in _about_pair(texts, mine).items()]
    return _window(texts, "home.more.pair", rows)


def about_me(texts: Texts, page: Page) -> View:
    """All other actions about oneself."""
    language = select(
        ActionId.HOME_LANGUAGE,
        written_in(texts),
        initial=texts.language,
        placeholder=texts.plain("home.common.language"),
    )
    address = select(ActionId.HOME_ADDRESS, addresses(texts), initial=address_of(texts, page.person))
    elements = {
        "language": language,
        "address": address,
        "working_time": working_time_button(texts),
        "privacy": _plain(texts, "privacy", ActionId.PRIVACY_SHOW),
        "help": _plain(texts, "help", ActionId.HELP_SHOW),
    }
    mine = [part.programme for part in page.parts if part.participant.took_part and part.state != ParticipantState.LEFT]
    if asking := [one for one in mine if one.cancelled_at is None and window_of(one, page.now)]:
        elements["improve"] = improve_button(texts, asking[-1].id)
    if page.taking_part:
        elements["leave"] = _plain(texts, "leave", ActionId.LEAVE_OPEN)
    return _window(texts, "home.more.me", [_row(texts, name, element) for name, element in elements.items()])


def _about_pair(texts: Texts, mine: PairPart) -> dict[str, Element]:
    pair_id = mine.pair.id
    recorded = [row for row in mine.sessions if row.state == SessionState.HELD and row.settled_at is None]
    return {
        **({"correct": correct_session_button(texts, recorded[-1])} if recorded else {}),
        **({"place": place_button(texts, mine.session.id)} if mine.session and not mine.session.settled_at else {}),
        "thanks": thanks_button(texts, pair_id),
        "rhythm": cadence_button(texts, pair_id),
        "part": parting_button(texts, pair_id),
    }


def _row(texts: Texts, name: str, element: Element, mine: PairPart | None = None) -> Block:
    values = {"partner": mention(mine.partner)} if mine else {}
    return section(texts(f"home.more.lines.{name}", **values), element)


def _window(texts: Texts, title: str, rows: list[Block]) -> View:
    return modal(texts.plain(title), rows, callback_id=CallbackId.DONE, close=texts.plain("notice.close"))


def _plain(texts: Texts, name: str, action_id: ActionId) -> Element:
    return button(texts.plain(f"home.common.buttons.{name}"), action_id)
