"""HR's summary, whose chart is drawn and uploaded while it is rendered; and notices of undelivered messages."""

import hashlib
import json
import logging
from dataclasses import replace

from sqlmodel import col, select

from bot.domain.calendar import local
from bot.domain.messages.alerts import NeedMessage, OperatorAlertMessage, TroubleMessage
from bot.domain.messages.insight import SummaryMessage, WeeklySummaryMessage
from bot.domain.messages.kind import OutboxMessage
from bot.pictures.charts import draw
from bot.services.insight.summary_figures import Summary, current_summary
from bot.slack.gateway import Message, SlackRefused, SlackUnavailable
from handlers.insight import undelivered_views, views
from handlers.kit.messages import MessageContext, NoLongerRelevant, renders
from storage.outbox import hold
from storage.queries import person_of
from storage.tables import Outbox, OutboxState, Pair, Person

log = logging.getLogger(__name__)

PATIENCE = 12.0
"""Time limit for the picture, in seconds: well within the lease of the message."""
AGAIN_IN = 30.0
"""Seconds after which a late picture is tried once more."""


async def summary(message: MessageContext[SummaryMessage]) -> Message:
    found = await current_summary(message.context.store, message.programme.id, message.work.now)
    return views.summary(message.texts, found, await _picture(message, found), weekly=False)


async def weekly_summary(context: MessageContext[WeeklySummaryMessage]) -> Message | None:
    """Short if nothing changed in a week; none while nobody takes part."""
    found = await current_summary(context.context.store, context.programme.id, context.work.now)
    if not found.people.taking_part:
        return None
    said = hashlib.sha256(json.dumps(views.figures(context.texts, _by_itself(found))).encode()).hexdigest()
    if said == await _said_before(context):
        message = views.unchanged(context.texts, found)
    else:
        message = views.summary(context.texts, found, await _picture(context, found), weekly=True)
    await _remember(context, said)
    return message


def _by_itself(found: Summary) -> Summary:
    """The same without times: equal to another week's if nothing happened in between."""
    return replace(
        found,
        at=found.programme.created_at,
        people=replace(found.people, before=found.people.taking_part),
        sessions=replace(found.sessions, held_before=found.sessions.held),
        measures=tuple(replace(one, before=one.now) for one in found.measures),
    )


async def _said_before(message: MessageContext[WeeklySummaryMessage]) -> str | None:
    """The content of the last weekly summary."""
    last = (
        select(Outbox.data)
        .where(
            Outbox.kind == message.row.kind,
            Outbox.programme_id == message.programme.id,
            Outbox.state == OutboxState.SENT,
        )
        .order_by(col(Outbox.id).desc())
    )
    data = (await message.work.session.exec(last.limit(1))).first()
    return WeeklySummaryMessage.read(data).said if data else None


async def _remember(message: MessageContext[WeeklySummaryMessage], said: str) -> None:
    async with message.context.store.write(message.work.now) as work:
        if not await hold(work.session, message.row, data=replace(message.payload, said=said).stored()):
            raise NoLongerRelevant
        await work.commit()


async def _picture(message: MessageContext[OutboxMessage], found: Summary) -> str | None:
    """The id of the uploaded chart; None if it is not available, since the figures are more important.

    If it only takes too long, because the worker was just started or solves a matching, the first attempt
    is postponed by raising `SlackUnavailable`.
    """
    if not found.people.taking_part:
        return None
    day = local(found.at, found.programme.zone).date().isoformat()
    alt = message.texts.plain("insight.summary.title", programme=found.programme.name)
    try:
        async with message.context.limits.within(PATIENCE):
            picture = await message.context.in_worker(draw, views.chart(message.texts, found))
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
    return [await person_of(session, one) for one in (pair.mentor_id, pair.mentee_id)] if pair else []


RENDERERS = (
    renders(SummaryMessage, summary),
    renders(WeeklySummaryMessage, weekly_summary),
    renders(TroubleMessage, trouble_letter),
    renders(OperatorAlertMessage, operator_alert),
    renders(NeedMessage, need),
)
