"""Finds in Slack whom HR picked and pasted."""

from dataclasses import dataclass
from typing import Any

from bot.domain.invitations import pasted_lines
from bot.services.caller import HrCaller
from bot.slack.user_objects import newcomer
from handlers.invitations.forms import InviteInput, UnclearLine
from handlers.kit.context import AppContext
from storage.queries import is_indonesian
from storage.tables import Person


@dataclass(frozen=True)
class NamedPeople:
    """The Slack ids, the people as Slack has them who may not be stored, and the lines that are not clear."""

    slack_ids: tuple[str, ...]
    newcomers: dict[str, Person]
    unclear: tuple[UnclearLine, ...] = ()


async def find_named(context: AppContext, hr: HrCaller, said: InviteInput) -> NamedPeople:
    """Raises `SlackUnavailable`, `SlackRefused`."""
    lines = pasted_lines(said.pasted)
    exact = {one.called for one in lines if not one.is_name}
    by_name = await context.directory.named(hr.team_id, {one.called for one in lines if one.is_name}, hr.now)
    people = await find_people(context, hr, (*said.people, *exact))
    profiles: dict[str, dict[str, Any]] = {}
    ids, unclear = list(said.people), []
    for line in lines:
        users = by_name.get(line.called, ())
        if line.is_name and len(users) == 1:
            ids.append(users[0]["id"])
            profiles[users[0]["id"]] = users[0]
        elif line.called in people.ids:
            ids.append(people.ids[line.called])
        else:
            unclear.append(UnclearLine(line.number, line.called, several=len(users) > 1))
    newcomers = people.newcomers | await _newcomers(context, hr, profiles)
    return NamedPeople(tuple(dict.fromkeys(ids)), newcomers, tuple(unclear))


@dataclass(frozen=True)
class FoundPeople:
    ids: dict[str, str]
    """Slack ids by address or id."""
    newcomers: dict[str, Person]


async def find_people(context: AppContext, hr: HrCaller, called: tuple[str, ...]) -> FoundPeople:
    """People by addresses and ids; an id that Slack does not know any more is of a deactivated account.

    Raises `SlackUnavailable`, `SlackRefused`.
    """
    found = await context.directory.find(hr.team_id, called, hr.now)
    newcomers = await _newcomers(context, hr, found.profiles)
    for one in called:
        if one not in found.ids and "@" not in one:
            newcomers[one] = Person(team_id=hr.team_id, slack_id=one, name=one, active=False, created_at=hr.now)
    return FoundPeople(found.ids, newcomers)


async def _newcomers(context: AppContext, hr: HrCaller, profiles: dict[str, dict[str, Any]]) -> dict[str, Person]:
    async with context.store.read(hr.now) as work:
        indonesian = bool(await is_indonesian(work.session, hr.team_id))
    languages = context.catalogue.languages
    return {
        one: newcomer(hr.team_id, profile, hr.now, languages, indonesian=indonesian)
        for one, profile in profiles.items()
    }
