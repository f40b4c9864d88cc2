"""Answers of people and HR about pairs at risk."""

import json
import re
from dataclasses import replace

from bot.domain.calendar import local
from bot.domain.care import Action
from bot.services.caller import HrCaller, Rejected
from bot.services.care import at_risk as risks
from bot.services.care import parting as partings
from bot.services.care import partner_requests as requests
from bot.services.care import restoring, rests
from bot.services.care.late_wish import TOO_LATE, ask_late
from bot.services.insight import pair_detail as pair_looks
from bot.services.insight.pair_detail import PairDetail
from bot.slack.gateway import Message
from handlers.care import at_risk_views as views
from handlers.care import parting_forms as part_forms
from handlers.care import parting_views as part_views
from handlers.care import restore_views
from handlers.care.follow_up_listeners import may_pause_now
from handlers.care.follow_up_views import pause_row, promise
from handlers.home.listeners import refresh_home
from handlers.kit.blocks import Block, mention, notice, section
from handlers.kit.day_blocks import part_of
from handlers.kit.form_result import Invalid
from handlers.kit.hr_people import pair_for_hr
from handlers.kit.ids import ActionFamily, ActionId, CallbackId
from handlers.kit.listeners import Listeners
from handlers.kit.modal_state import OfPair
from handlers.kit.payload import Malformed, at, first_action, optional_text
from handlers.kit.request import Request
from storage.tables import PairState

MENTION = re.compile(r"<@(\w+)>")


def register(on: Listeners) -> None:
    on.action(ActionFamily.RISK_SAY, say_at_any_time)
    on.submission(CallbackId.RISK_WANT_FORM, want)
    on.action(ActionId.RISK_HR_TALKED, hr_talked)
    on.action(ActionId.RISK_HR_NUDGE, hr_nudge)
    on.action(ActionId.RISK_HR_REMATCH, hr_rematch)
    on.action(ActionId.RISK_HR_LOOK, hr_look)
    on.action(ActionId.RISK_HR_REST, hr_rest)
    on.submission(CallbackId.RISK_REST_FORM, rest_given)
    on.action(ActionId.RISK_HR_END, hr_end)
    on.submission(CallbackId.RISK_END_FORM, end_given)
    on.action(ActionId.RISK_HR_RESTORE, hr_restore)


async def say_at_any_time(request: Request) -> None:
    """An answer to a question may be too late; the wish to talk to a person never is."""
    try:
        await say(request)
    except Rejected as refusal:
        if refusal.code not in TOO_LATE or request.answer != "help":
            raise
        raised = await ask_late(request.context.store, request.caller, pair_id=request.subject)
        text = request.texts("care.at_risk.ask.thanks.help", contact=mention(raised.reader) if raised.reader else "")
        pause = pause_row(request.texts, may_pause=await may_pause_now(request))
        blocks = [section(text), *promise(request.texts, raised.reader, raised.call_by), *pause]
        await request.reply_ephemeral(text, blocks)


async def say(request: Request) -> None:
    """A private answer. The question is replaced by what happens next."""
    answer = request.answer
    if answer not in views.ANSWERS:
        raise Malformed("action_id")
    if answer == views.REMATCH:  # nobody is told before the person has read what it leads to
        asked = await requests.read_request(request.context.store, request.caller, request.subject)
        await request.open(views.want_form(request.texts, asked))
        return
    if answer == "help" and (again := await _names_another(request)) is not None:
        await request.replace_message(again)
        return
    said = await risks.answer_private_question(request.context.store, request.caller, request.subject, answer)
    message = views.answered(request.texts, said, answer)
    message = replace(message, blocks=[*message.blocks, *_question_for_suggestions(request)])
    await request.replace_message(message)


def _question_for_suggestions(request: Request) -> list[Block]:
    """The block of the pressed button's message that asks what the programme should do better, or says that the
    reader has written it."""
    shown = at(request.body, "message", "blocks")
    part = part_of(optional_text(first_action(request.body), "block_id"))
    return [
        {name: value for name, value in one.items() if name != "block_id"}
        for one in (shown if isinstance(shown, list) else [])
        if at(one, "accessory", "action_id") == ActionId.IMPROVE_OPEN
        and part_of(optional_text(one, "block_id")) == part
    ]


async def _names_another(request: Request) -> Message | None:
    """The question again, with who would call now, if the pressed message named another person: nobody else is told."""
    shown = at(request.body, "message", "blocks")
    if not isinstance(shown, list):
        return None
    couple, side, contact = await risks.who_would_call(request.context.store, request.caller, request.subject)
    part = part_of(optional_text(first_action(request.body), "block_id"))
    question = [one for one in shown if part_of(optional_text(one, "block_id")) == part]
    named = set(MENTION.findall(json.dumps(question))) - {couple.person(side.other).slack_id}
    if not named or contact is None or contact.slack_id in named:
        return None
    return views.ask_mentor(request.texts, couple, contact)


async def want(request: Request) -> None:
    """A person asks for another partner."""
    asked = await requests.ask_for_partner(request.context.store, request.caller, request.state(OfPair).pair_id)
    await request.replace_modal(views.want_done(request.texts, asked))


async def hr_talked(request: Request) -> None:
    couple = await requests.note_talk(request.context.store, await _as_hr(request, request.subject), request.subject)
    await _say(request, views.talked(request.texts, couple))
    refresh_home(request)


async def hr_nudge(request: Request) -> None:
    await _hr(request, Action.NUDGE)


async def hr_rematch(request: Request) -> None:
    await _hr(request, Action.OFFER_REMATCH)


async def hr_look(request: Request) -> None:
    """Everything that HR may see of a pair."""
    seen = await _seen(request, await _as_hr(request, request.subject), request.subject)
    await request.open(views.pair_seen(request.texts, seen))


async def hr_rest(request: Request) -> None:
    """The form for the end of a pair's pause."""
    seen = await _seen(request, await _as_hr(request, request.subject), request.subject)
    await request.open(part_views.rest_form(request.texts, seen.couple))


async def rest_given(request: Request) -> None:
    pair_id = request.state(OfPair).pair_id
    hr = await _as_hr(request, pair_id)
    programme = (await _seen(request, hr, pair_id)).couple.programme
    until = part_forms.rest(request.form, programme, local(hr.now, programme.zone).date())
    if isinstance(until, Invalid):
        await request.invalid(until)
        return
    couple = await rests.pause_pair(request.context.store, hr, pair_id, until)
    names = pair_for_hr(request.texts, couple.mentor, couple.leader)
    await request.replace_modal(notice(request.texts, request.texts("care.parting.rest.done", **names)))


async def hr_end(request: Request) -> None:
    """The form in which HR ends a pair. A button that is older asked for a confirmation first."""
    seen = await _seen(request, await _as_hr(request, request.subject), request.subject)
    if seen.couple.pair.state != PairState.ACTIVE:
        raise Rejected("pair_ended")
    await request.open(part_views.end_form(request.texts, seen))


async def end_given(request: Request) -> None:
    pair_id = request.state(OfPair).pair_id
    hr, why = await _as_hr(request, pair_id), part_forms.reason(request.form)
    if isinstance(why, Invalid):
        await request.invalid(why)
        return
    couple = await partings.end_pair_by_hr(request.context.store, hr, pair_id, why)
    await request.replace_modal(restore_views.just_ended(request.texts, couple))
    await request.replace_below(views.pair_seen(request.texts, await _seen(request, hr, pair_id)))


async def hr_restore(request: Request) -> None:
    """HR restores a pair: from a window, or below a message, which then says so."""
    pair_id, hr = request.subject, await _as_hr(request, request.subject)
    couple = await restoring.restore_pair(request.context.store, hr, pair_id)
    text = request.texts("care.restore.hr.done", **pair_for_hr(request.texts, couple.mentor, couple.leader))
    if request.in_modal:
        await request.update_modal(notice(request.texts, text))
        await request.replace_below(views.pair_seen(request.texts, await _seen(request, hr, pair_id)))
    else:
        await request.replace_message(Message(text, [section(text)]))


async def _hr(request: Request, action: Action) -> None:
    couple = await risks.act_for_hr(
        request.context.store, await _as_hr(request, request.subject), request.subject, action
    )
    await _say(request, views.hr_done(request.texts, couple, action))


async def _seen(request: Request, hr: HrCaller, pair_id: int) -> PairDetail:
    return await pair_looks.read_pair_detail(request.context.store, hr, pair_id)


async def _as_hr(request: Request, pair_id: int) -> HrCaller:
    return await request.hr(await risks.programme_of_pair(request.context.store, request.caller, pair_id))


async def _say(request: Request, text: str) -> None:
    """In the window that shows the pair, or below HR's message."""
    if request.in_modal:
        await request.update_modal(notice(request.texts, text))
    else:
        await request.reply_ephemeral(text)
