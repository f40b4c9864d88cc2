"""Who takes part without being in a channel that HR's limits name, as Slack said when it was last asked.

`bot.slack.limit_channels` asks Slack; this stores the answer, so that HR's list of what it has to do counts them.
"""

from datetime import datetime

from sqlalchemy import update
from sqlmodel import col, select

from bot.domain.recruiting_eligibility import Eligibility
from bot.services.signup.eligibility import Members, eligibility_of, misfits
from storage.tables import Participant, Programme, ProgrammeState
from storage.unit_of_work import Store


async def limit_channels(store: Store, now: datetime, team_id: str | None = None) -> list[tuple[str, str]]:
    """(workspace, channel) of each channel that limits of an open programme name."""
    statement = select(Programme).where(col(Programme.state) != ProgrammeState.CLOSED)
    if team_id is not None:
        statement = statement.where(Programme.team_id == team_id)
    async with store.read(now) as work:
        programmes = (await work.session.exec(statement)).all()
    return sorted({(one.team_id, channel) for one in programmes for channel in eligibility_of(one).channels})


async def limited_by(store: Store, team_id: str, channel: str, now: datetime) -> dict[int, tuple[str, ...]]:
    """The open programmes whose limits name a channel, by id, with all the channels that each of them names."""
    statement = select(Programme).where(Programme.team_id == team_id, col(Programme.state) != ProgrammeState.CLOSED)
    async with store.read(now) as work:
        programmes = (await work.session.exec(statement)).all()
    named = {one.id: eligibility_of(one).channels for one in programmes}
    return {programme_id: channels for programme_id, channels in named.items() if channel in channels}


async def record_members(store: Store, programme_id: int, members: Members, now: datetime) -> None:
    """Store who takes part and is in none of the channels; nobody is, while one of them cannot be read and they might
    be there. Writes only what changed."""
    async with store.read(now) as work:
        programme = await work.session.get_one(Programme, programme_id)
        limits = Eligibility(channels=eligibility_of(programme).channels)
        outside = set(await misfits(work.session, programme, limits, members))
        known = select(Participant.id).where(
            Participant.programme_id == programme_id, col(Participant.outside_limits).is_(True)
        )
        stored = set((await work.session.exec(known)).all())
    if outside == stored:
        return
    async with store.write(now) as work:
        for ids, value in ((outside - stored, True), (stored - outside, False)):
            rows = update(Participant).where(col(Participant.id).in_(sorted(ids)))
            await work.session.exec(rows.values(outside_limits=value))
        await work.commit()
