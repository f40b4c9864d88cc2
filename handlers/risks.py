"""What people and HR answer when a pair seems at risk."""

import re

from slack_bolt.async_app import AsyncApp

from bot.domain.risk import Action
from bot.services import risks
from handlers.desk import Desk
from handlers.entry import Ask, on_action
from handlers.payload import Malformed, first_action, optional_text, text_at
from handlers.views import risk as views


def register(app: AsyncApp, desk: Desk) -> None:
    on_action(app, desk, re.compile(rf"{re.escape(views.SAY)}\.\w+"), say)
    on_action(app, desk, views.HR_NUDGE, hr_nudge)
    on_action(app, desk, views.HR_REMATCH, hr_rematch)


async def say(ask: Ask) -> None:
    """A private answer. Where the question was, there is what happens now."""
    answer = text_at(first_action(ask.body), "action_id").rpartition(".")[2]
    if answer not in views.ANSWERS:
        raise Malformed("action_id")
    said = await risks.said(ask.desk.store, ask.caller, ask.subject, answer)
    ask.desk.wake_delivery()
    message = views.answered(ask.texts, said.couple, said.side, answer, said.session, said.contact)
    if url := optional_text(ask.body, "response_url"):
        await ask.desk.gateway.respond(url, message, replace_original=True)


async def hr_nudge(ask: Ask) -> None:
    await _hr(ask, Action.NUDGE)


async def hr_rematch(ask: Ask) -> None:
    await _hr(ask, Action.OFFER_REMATCH)


async def _hr(ask: Ask, action: Action) -> None:
    programme_id = await risks.programme_of_pair(ask.desk.store, ask.caller, ask.subject)
    couple = await risks.hr_acts(ask.desk.store, await ask.hr(programme_id), ask.subject, action)
    ask.desk.wake_delivery()
    await ask.whisper(views.hr_done(ask.texts, couple, action))
