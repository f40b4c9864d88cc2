"""Options of an external select: found in the database while HR types, so that a menu has only people who will do."""

import json
from collections.abc import Iterable, Sequence

from bot.services.participants.members import Member
from handlers.kit.blocks import Element, option, with_placeholder
from handlers.kit.hr_people import placed_name_for_hr
from handlers.kit.request import LARGEST_ACK
from prompts.catalogue import Texts
from storage.tables import Person

MOST_OPTIONS = 100
"""So many options Slack takes in one answer."""


def people_search(action_id: str, *, chosen: Person | None = None, placeholder: str = "") -> Element:
    """A menu to search for one person. The value is the Slack id, as in a `users_select`."""
    element = _search("external_select", action_id)
    if chosen:
        element["initial_option"] = option(chosen.slack_id, chosen.name)
    return with_placeholder(element, placeholder)


def several_people_search(action_id: str, *, chosen: Sequence[Person], placeholder: str, most: int) -> Element:
    """A menu to search for several."""
    element = _search("multi_external_select", action_id) | {"max_selected_items": most}
    if chosen:
        element["initial_options"] = [option(one.slack_id, one.name) for one in chosen]
    return with_placeholder(element, placeholder)


def _search(kind: str, action_id: str) -> Element:
    return {"type": kind, "action_id": action_id, "min_query_length": 0}


def options_for(texts: Texts, found: Iterable[Member]) -> list[Element]:
    """With title, level and department, as many as one answer to Slack has room for."""
    options: list[Element] = []
    room = LARGEST_ACK
    for member in found:
        shown = option(member.person.slack_id, placed_name_for_hr(texts, member))
        room -= len(json.dumps(shown)) + 2
        if room < 0 or len(options) == MOST_OPTIONS:
            break
        options.append(shown)
    return options
