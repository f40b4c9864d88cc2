"""The question halfway through a programme, to each person of an active pair."""

from bot.domain.calendar import local
from bot.domain.care_check_ins import stage
from bot.domain.messages.care import MidwayMessage
from bot.services.agreement.goals import have_goals_to_review
from bot.services.care.midway import was_asked_by_trouble
from bot.services.improvements.improvements import has_suggested
from bot.services.pair_context import couple
from bot.services.programme.end import last_day
from bot.services.sessions.cadence import agreed_lately, waiting_for
from bot.services.sessions.so_far import sessions_so_far
from bot.services.signup.which_programme import names_for
from bot.slack.gateway import Message
from handlers.care import midway_views as views
from handlers.kit.messages import MessageContext, renders


async def midway(message: MessageContext[MidwayMessage]) -> Message | None:
    one = await couple(message.work.session, message.payload.pair)
    side = one.side_of(message.row.person_id) if one else None
    if one is None or side is None or not one.under_way:
        return None
    if message.payload.check_in and await was_asked_by_trouble(message.work, message.row.person_id, one.pair.id):
        return None
    so_far = await sessions_so_far(message.work, one.pair.id)
    suggested = await has_suggested(message.work, one.programme, one.part(side).id)
    changed = await agreed_lately(message.work, one.pair.id)
    if not message.payload.check_in and so_far.are_halfway and not changed:
        goals = await have_goals_to_review(message.work, one.pair.id)
        return views.question(message.texts, one, side, so_far.held, goals=goals, suggested=suggested)
    today = local(message.work.now, one.programme.zone).date()
    proposal = await waiting_for(message.work, one.pair.id)
    named = await names_for(message.work.session, one.person(side), [one.programme.id])
    about = stage(so_far, today, last_day(one.programme))
    asked = views.check_in(message.texts, one, side, about, proposal, changed=changed, named=named)
    return (
        asked if message.payload.check_in else views.with_improvements(message.texts, one, asked, suggested=suggested)
    )


RENDERERS = (renders(MidwayMessage, midway),)
