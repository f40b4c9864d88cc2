"""What people and HR answer when a pair seems at risk."""

import re

from slack_bolt.async_app import AsyncApp

from bot.domain.calendar import local
from bot.domain.care import Action
from bot.services.caller import HrCaller
from bot.services.care import at_risk as risks
from bot.services.care import parting as partings
from bot.services.care import rests
from bot.services.insight import pair_detail as pair_looks
from handlers.care import at_risk_views as views
from handlers.care import parting_forms as part_forms
from handlers.care import parting_views as part_views
from handlers.kit.blocks import mention, notice
from handlers.kit.context import Desk
from handlers.kit.payload import Malformed, first_action, number, optional_text, text_at
from handlers.kit.request import Ask, on_action, on_submission


def register(app: AsyncApp, desk: Desk) -> None:
    on_action(app, desk, re.compile(rf"{re.escape(views.SAY)}\.\w+"), say)
    on_action(app, desk, views.HR_NUDGE, hr_nudge)
    on_action(app, desk, views.HR_REMATCH, hr_rematch)
    on_action(app, desk, views.HR_LOOK, hr_look)
    on_action(app, desk, views.HR_REST, hr_rest)
    on_submission(app, desk, part_views.REST_FORM, rest_given)
    on_action(app, desk, views.HR_END, hr_end)


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


async def hr_look(ask: Ask) -> None:
    """All that HR may know of a pair."""
    seen = await pair_looks.look(ask.desk.store, await _as_hr(ask, ask.subject), ask.subject)
    await ask.open(views.pair_seen(ask.texts, seen))


async def hr_rest(ask: Ask) -> None:
    """Until when is a pair to rest?"""
    seen = await pair_looks.look(ask.desk.store, await _as_hr(ask, ask.subject), ask.subject)
    await ask.open(part_views.rest_form(ask.texts, seen.couple))


async def rest_given(ask: Ask) -> None:
    pair_id = number(ask.note)
    hr = await _as_hr(ask, pair_id)
    programme = (await pair_looks.look(ask.desk.store, hr, pair_id)).couple.programme
    until = part_forms.rest(ask.form, programme, local(hr.now, programme.zone).date())
    if until is None:
        await ask.errors({"until": ask.texts.plain("part.rest.errors.until")})
        return
    couple = await rests.rest(ask.desk.store, hr, pair_id, until)
    ask.desk.wake_delivery()
    names = {"mentor": mention(couple.mentor), "mentee": mention(couple.mentee)}
    await ask.become(notice(ask.texts, ask.texts("part.rest.done", **names)))


async def hr_end(ask: Ask) -> None:
    couple = await partings.part_by_hr(ask.desk.store, await _as_hr(ask, ask.subject), ask.subject)
    ask.desk.wake_delivery()
    names = {"mentor": mention(couple.mentor), "mentee": mention(couple.mentee)}
    await _say(ask, ask.texts("part.rest.ended", **names))


async def _hr(ask: Ask, action: Action) -> None:
    couple = await risks.hr_acts(ask.desk.store, await _as_hr(ask, ask.subject), ask.subject, action)
    ask.desk.wake_delivery()
    await _say(ask, views.hr_done(ask.texts, couple, action))


async def _as_hr(ask: Ask, pair_id: int) -> HrCaller:
    return await ask.hr(await risks.programme_of_pair(ask.desk.store, ask.caller, pair_id))


async def _say(ask: Ask, text: str) -> None:
    """In the window that shows the pair, or below HR's message."""
    if ask.in_modal:
        await ask.change(notice(ask.texts, text))
    else:
        await ask.whisper(text)
