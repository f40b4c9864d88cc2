"""HR's summary, whose chart is drawn and uploaded while it is rendered; and notices of undelivered messages."""

import logging

from bot.domain.calendar import local
from bot.domain.messages.alerts import NeedMessage, OperatorAlertMessage, TroubleMessage
from bot.domain.messages.insight import SummaryMessage, WeeklySummaryMessage
from bot.domain.messages.kind import OutboxMessage
from bot.pictures.charts import draw
from bot.services.insight.weekly import Weekly, current_weekly
from bot.slack.gateway import Message, SlackRefused, SlackUnavailable
from bot.workspaces.current import in_workspace
from handlers.insight import undelivered_views, weekly_views
from handlers.kit.messages import MessageContext, renders
from storage.queries import person_of
from storage.tables import Outbox, Pair, Person

log = logging.getLogger(__name__)

PATIENCE = 12.0
"""Time limit for the picture, in seconds: well within the lease of the message."""
AGAIN_IN = 30.0
"""Seconds after which a late picture is tried once more."""


async def summary(message: MessageContext[SummaryMessage]) -> Message:
    """The short summary, as HR asked for it."""
    return await _short(message, await _read(message), on_monday=False)


async def weekly_summary(message: MessageContext[WeeklySummaryMessage]) -> Message | None:
    """None while nobody takes part."""
    found = await _read(message)
    return await _short(message, found, on_monday=True) if found.summary.people.taking_part else None


async def _read(message: MessageContext[OutboxMessage]) -> Weekly:
    return await current_weekly(message.context.store, message.programme.id, message.work.now)


async def _short(message: MessageContext[OutboxMessage], found: Weekly, *, on_monday: bool) -> Message:
    drawn = weekly_views.draws(found, on_monday=on_monday)
    return weekly_views.short(
        message.texts, found, await _picture(message, found) if drawn else None, on_monday=on_monday
    )


async def _picture(message: MessageContext[OutboxMessage], found: Weekly) -> str | None:
    """The id of the uploaded chart; None if it is not available, since the figures are more important.

    If it only takes too long, because the worker was just started or solves a matching, the first attempt
    is postponed by raising `SlackUnavailable`.
    """
    programme = found.summary.programme
    day = local(found.summary.at, programme.zone).date().isoformat()
    alt = message.texts.plain("insight.summary.title", programme=programme.name)
    try:
        async with message.context.limits.within(PATIENCE):
            picture = await message.context.in_worker(draw, weekly_views.chart(message.texts, found))
            return await message.context.gateway.upload_picture(picture, f"balik-{day}.png", alt)
    except (SlackUnavailable, TimeoutError) as late:
        if message.row.attempt == 1:
            raise SlackUnavailable("chart", "the chart takes too long", AGAIN_IN) from late
        log.warning("summary sent without its chart: %s", late or "it took too long")
    except SlackRefused as refused:
        log.warning("summary sent without its chart: %s", refused)
    except Exception:  # whatever the error of the chart, HR gets the figures
        log.exception("summary sent without its chart")
    return None


async def trouble_letter(message: MessageContext[TroubleMessage]) -> Message | None:
    """To HR: undelivered messages, by recipient and not by content."""
    row = await message.work.session.get(Outbox, message.payload.row)
    if row is None:
        return None
    became, together = message.payload.became, message.payload.together
    if together:
        return undelivered_views.several(message.texts, became, message.payload.error or row.error or "")
    return undelivered_views.one(message.texts, became, row, await _people_of(message, row))


async def operator_alert(message: MessageContext[OperatorAlertMessage]) -> Message | None:
    about = message.payload
    with in_workspace(about.workspace or message.row.team_id):  # the operator may be in another one
        row = await message.work.session.get(Outbox, about.row) if about.row is not None else None
    zone = message.reader.zone if message.reader else "UTC"
    return undelivered_views.for_operator(message.texts, about, row, message.texts.moment(message.row.created_at, zone))


async def need(message: MessageContext[NeedMessage]) -> Message:
    """To HR's channel, or to the operator."""
    return undelivered_views.need(message.texts, message.payload, for_operator=message.about is None)


async def _people_of(message: MessageContext[OutboxMessage], row: Outbox) -> list[Person]:
    session = message.work.session
    if row.person_id is not None:
        person = await session.get(Person, row.person_id)
        return [person] if person else []
    pair = await session.get(Pair, row.pair_id) if row.pair_id is not None else None
    return [await person_of(session, one) for one in (pair.mentor_id, pair.leader_id)] if pair else []


RENDERERS = (
    renders(SummaryMessage, summary),
    renders(WeeklySummaryMessage, weekly_summary),
    renders(TroubleMessage, trouble_letter),
    renders(OperatorAlertMessage, operator_alert),
    renders(NeedMessage, need),
)
