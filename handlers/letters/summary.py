"""HR's summary, with its chart drawn and uploaded while it is written; and word of what went astray."""

import asyncio
import logging

from bot.charts import draw
from bot.domain.calendar import local
from bot.gateway import Message, SlackRefused, SlackUnavailable
from bot.services.insight.numbers import Summary, read_summary
from handlers.letters import Letter, Writer
from handlers.views import summary as views
from handlers.views import trouble
from storage.queries import person_of
from storage.tables import Outbox, Pair, Person

log = logging.getLogger(__name__)

PATIENCE = 12.0
"""Seconds for the picture: well within the time a message has until somebody else may take it over."""


async def summary(letter: Letter) -> Message:
    return await _summary(letter, weekly=False)


async def weekly_summary(letter: Letter) -> Message:
    return await _summary(letter, weekly=True)


async def _summary(letter: Letter, *, weekly: bool) -> Message:
    found = await read_summary(letter.work, letter.programme)
    return views.summary(letter.texts, found, await _picture(letter, found), weekly=weekly)


async def _picture(letter: Letter, found: Summary) -> str | None:
    """The id of the uploaded chart; None if it cannot be had now, for the numbers matter more."""
    if not found.people.taking_part:
        return None
    day = local(found.at, found.programme.zone).date().isoformat()
    alt = letter.texts.plain("summary.report.title", programme=found.programme.name)
    try:
        async with asyncio.timeout(PATIENCE):
            picture = await letter.desk.in_worker(draw, views.chart(letter.texts, found))
            return await letter.desk.gateway.upload_picture(picture, f"balik-{day}.png", alt)
    except (SlackRefused, SlackUnavailable, TimeoutError) as problem:
        log.warning("the summary goes without its chart: %s", problem or "it took too long")
    except Exception:  # whatever keeps a chart from being drawn, HR gets the numbers
        log.exception("the summary goes without its chart")
    return None


async def trouble_letter(letter: Letter) -> Message | None:
    """To HR: what did not arrive, by whom it was for and not by what it says."""
    row = await letter.work.session.get(Outbox, letter.row.data["row"])
    if row is None:
        return None
    became, together = letter.row.data["became"], letter.row.data["together"]
    if together:
        return trouble.several(letter.texts, became, row.error or "")
    return trouble.one(letter.texts, became, row, await _people_of(letter, row))


async def _people_of(letter: Letter, row: Outbox) -> list[Person]:
    session = letter.work.session
    if row.person_id is not None:
        person = await session.get(Person, row.person_id)
        return [person] if person else []
    pair = await session.get(Pair, row.pair_id) if row.pair_id is not None else None
    return [await person_of(session, one) for one in (pair.mentor_id, pair.mentee_id)] if pair else []


LETTERS: dict[str, Writer] = {
    "summary": summary,
    "weekly_summary": weekly_summary,
    "trouble": trouble_letter,
}
