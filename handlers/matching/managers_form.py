"""HR's form of managers: a person, or "has none", for each participant whose manager is unknown."""

from bot.services.roster.managers import Manager
from handlers.kit.form_result import Invalid
from handlers.kit.payload import FormState, number

MANAGER, NONE = "manager_", "none_"

GROUP = "matching.manager.errors"


def managers(form: FormState, slack_ids: dict[int, str]) -> dict[int, Manager] | Invalid:
    """HR's answers, by the ids of persons; empty ones are left out.

    `slack_ids` are those of the people in the form: other ids in it are ignored.
    """
    said: dict[int, Manager] = {}
    wrong: dict[str, str] = {}
    asked = [block for block in form.block_ids() if block.startswith(MANAGER)]
    for block in asked:
        person_id = number(block.removeprefix(MANAGER))
        manager, none = form.one(block), bool(form.many(f"{NONE}{person_id}"))
        if person_id not in slack_ids:
            continue
        if manager and none:
            wrong[block] = "choose"
        elif manager and manager == slack_ids[person_id]:
            wrong[block] = "yourself"
        elif manager or none:
            said[person_id] = Manager(manager or None)
    if slack_ids and not said and not wrong:
        wrong = dict.fromkeys(asked[:1], "nothing")
    return Invalid.below(GROUP, wrong) if wrong else said
