"""People picked in a form: stored before anything refers to them, and refused at their field if they will not do."""

from collections.abc import Iterable, Mapping

from bot.services.caller import Rejected
from bot.services.people.eligibility import Unfit, why_unfit
from bot.slack.gateway import SlackRefused
from handlers.kit.form_result import Invalid, Sentence
from handlers.kit.request import Request
from storage.tables import Person


async def unfit_at(request: Request, picked: Mapping[str, Iterable[str]], *, guests: bool) -> Invalid | None:
    """What is wrong with the people picked; None if all of them will do.

    `picked` has the Slack ids by block id. `guests`: whether guest accounts will do. Raises `SlackUnavailable`.
    """
    errors: dict[str, Sentence] = {}
    for block, slack_ids in picked.items():
        for slack_id in slack_ids:
            if unfit := await _unfit(request, slack_id, guests=guests):
                errors[block] = Sentence(f"errors.pick_{unfit}")
    return Invalid(errors) if errors else None


async def picked_person(request: Request, slack_id: str) -> Person:
    """The active colleague who was picked. Raises `Rejected`: pick_…, with why they will not do; `SlackUnavailable`."""
    if unfit := await _unfit(request, slack_id, guests=False):
        raise Rejected(f"pick_{unfit}")
    return await request.context.directory.picked(request.caller.team_id, slack_id, request.caller.now)


async def _unfit(request: Request, slack_id: str, *, guests: bool) -> Unfit | None:
    try:
        person = await request.context.directory.picked(request.caller.team_id, slack_id, request.caller.now)
    except SlackRefused as refused:
        if not refused.final:
            raise
        return Unfit.GONE
    return why_unfit(person, guests=guests)
