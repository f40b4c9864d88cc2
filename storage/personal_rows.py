"""Deletes and reads the personal data of every table, as `storage.personal_data` says."""

from collections.abc import Sequence

from sqlalchemy import delete, update
from sqlmodel import SQLModel, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.owners import Owner
from storage.personal_data import TRACES
from storage.trace import Trace

_NUMBERS = (
    "circle",
    "receipt",
    "riskaction",
    "ratebucket",
    "gatewaiver",
    "apppresence",
    "publishedgroup",
    "databasemark",
    "slackcomparison",
    "rosterlevel",
    "materiallink",
    "ownquestion",
    "kickoff",
    "calendarslot",
    "playbooknotes",
    "workspace",
    "slackbot",
    "oauthstate",
)
NO_TRACE = ("person", "programme", *_NUMBERS)
"""Tables without an entry: `bot.services.privacy.erasure` handles `person` and `programme` itself; the others name
nobody, only job titles, links to material, HR's own questions, its notes for the next programme (erased with the
programme), times and places of kick-offs, circles, hosts of calendars, requests from Slack, pairs, drafts,
installations of the app and numbers."""


async def wipe(session: AsyncSession, owner: Owner) -> None:
    """Delete the personal data in every table. Counted data stay. Do not use rows that were read before."""
    await session.flush()
    for trace in TRACES:
        where = trace.mine(owner)
        if trace.delete:
            await session.exec(delete(trace.table).where(where))
        elif trace.blank:
            await session.exec(
                update(trace.table).where(where).values(**trace.blank).execution_options(synchronize_session=False)
            )


async def rows_of(session: AsyncSession, trace: Trace, owner: Owner) -> Sequence[SQLModel]:
    """The rows of one table that are about them, oldest first."""
    table = SQLModel.metadata.tables[trace.name]
    return (await session.exec(select(trace.table).where(trace.mine(owner)).order_by(table.c.id))).all()
