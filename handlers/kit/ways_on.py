"""The one next step beside a refusal: a button that works for the person who reads it."""

from enum import Enum

from bot.services.caller import Caller
from bot.services.orientation.finish_by import required_of
from bot.services.signup.open_to import programmes_open_to
from handlers.kit.blocks import Element, button
from handlers.kit.buttons import join_button, orientation_buttons, resume_button
from handlers.kit.context import AppContext
from handlers.kit.ids import ActionId
from prompts.catalogue import Texts
from storage.queries import person_by_slack


class Way(Enum):
    HOME = "home"
    JOIN = "join"
    """If a programme is open to them; else Home."""
    RESUME = "resume"
    COME_BACK = "come_back"
    """To who left: join again, or raise a concern, which may be why they left."""
    PREPARE = "prepare"
    """Continue the orientation or the briefing, which comes first."""


WAYS = {
    **dict.fromkeys(
        (
            "not_participant",
            "invited_to_cancelled",
            "recruiting_closed",
            "sign_up_over",
            "sign_up_past",
            "programme_closed",
        ),
        Way.JOIN,
    ),
    "left_programme": Way.COME_BACK,
    "paused": Way.RESUME,
    "orientation_first": Way.PREPARE,
    "briefing_first": Way.PREPARE,
    **dict.fromkeys(
        (
            "agreement_outdated",
            "agreement_signed",
            "broke_after",
            "card_settled",
            "deactivated",
            "goals_unsigned",
            "measure_closed",
            "not_shown",
            "not_your_pair",
            "outdated",
            "pair_ended",
            "poll_closed",
            "poll_no_time",
            "poll_too_early",
            "proposal_over",
            "rhythm_outdated",
            "session_over",
            "session_past",
            "story_at_the_end",
            "story_not_completed",
            "story_outdated",
        ),
        Way.HOME,
    ),
}
"""By the code of the refusal."""


async def ways_on(context: AppContext, caller: Caller, texts: Texts, code: str) -> list[Element]:
    """The buttons below the sentence of `errors.<code>`, the next step first; none if nothing has to be done."""
    way = WAYS.get(code)
    if way is None:
        return []
    home = button(texts.plain("commands.typed.buttons.home"), ActionId.HOME_SHOW)
    if way is Way.RESUME:
        return [resume_button(texts)]
    if way is Way.HOME:
        return [home]
    if way is Way.PREPARE:
        return orientation_buttons(texts, await required_of(context.store, caller)) or [home]
    async with context.store.read(caller.now) as work:
        person = await person_by_slack(work.session, caller.team_id, caller.slack_id)
        programmes = (await programmes_open_to(work.session, person, caller.now))[0] if person else ()
    steps = [join_button(texts, *programmes)] if programmes else [home]
    if way is Way.COME_BACK:
        steps.append(button(texts.plain("home.common.buttons.concern"), ActionId.CONCERN_OPEN))
    return steps
