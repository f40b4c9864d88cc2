"""HR's form of managers: a person, or "has none", for each participant whose manager is unknown."""

from bot.services.roster.managers import Manager
from handlers.kit.payload import FormState, number

MANAGER, NONE = "manager_", "none_"

Errors = dict[str, str]
"""block_id → the name of the sentence, below `match.manager.errors`."""


def managers(form: FormState, slack_ids: dict[int, str]) -> tuple[dict[int, Manager], Errors]:
    """HR's answers, by the ids of persons, and the errors; empty ones are left out.

    `slack_ids` are those of the people in the form: other ids in it are ignored.
    """
    said: dict[int, Manager] = {}
    errors: Errors = {}
    for block in form.block_ids():
        if not block.startswith(MANAGER):
            continue
        person_id = number(block.removeprefix(MANAGER))
        manager, none = form.one(block), bool(form.many(f"{NONE}{person_id}"))
        if person_id not in slack_ids:
            continue
        if manager and none:
            errors[block] = "choose"
        elif manager and manager == slack_ids[person_id]:
            errors[block] = "yourself"
        elif manager or none:
            said[person_id] = Manager(manager or None)
    return said, errors


def nothing_said(form: FormState) -> Errors:
    """The error of an empty form, at its first field."""
    first = [block for block in form.block_ids() if block.startswith(MANAGER)][:1]
    return dict.fromkeys(first, "nothing")
