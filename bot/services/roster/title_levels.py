"""Which career level each job title of a programme's rosters has: HR says it once, and later rosters use it."""

from collections.abc import Mapping

from sqlmodel import col, select

from bot.domain.roster_job_titles import NO_LEVEL, level_number
from bot.domain.signup import Level
from bot.services.access import audit, open_programme
from bot.services.caller import HrCaller
from storage.tables import RosterLevel
from storage.unit_of_work import Store, UnitOfWork


async def read_title_levels(store: Store, hr: HrCaller) -> dict[str, str]:
    """The level's code of each normalised title, in the order of the titles. Raises `Rejected`: programme_ended."""
    statement = select(RosterLevel).where(RosterLevel.programme_id == hr.programme_id).order_by(col(RosterLevel.title))
    async with store.read(hr.now) as work:
        await open_programme(work.session, hr)
        rows = (await work.session.exec(statement)).all()
    return {one.title: Level(one.level).name.lower() if one.level else NO_LEVEL for one in rows}


async def set_title_levels(store: Store, hr: HrCaller, said: Mapping[str, str]) -> None:
    """Store the level's code of each normalised title; other titles keep theirs. Raises `Rejected`: programme_ended."""
    async with store.write(hr.now, receipt=hr.signed) as work:
        await open_programme(work.session, hr, lock=True)
        if await write_title_levels(work, hr, said):
            await audit(work, hr, "roster_levels_said", {"titles": len(said)})
        await work.commit()


async def write_title_levels(work: UnitOfWork, hr: HrCaller, said: Mapping[str, str]) -> bool:
    """The same in an open transaction; whether anything changed."""
    statement = select(RosterLevel).where(RosterLevel.programme_id == hr.programme_id)
    stored = {one.title: one for one in (await work.session.exec(statement)).all()}
    changed = False
    for title, code in said.items():
        level, row = level_number(code), stored.get(title)
        if row is None:
            row = RosterLevel(team_id=hr.team_id, programme_id=hr.programme_id, title=title, level=level, at=work.now)
            work.session.add(row)
        elif row.level == level:
            continue
        row.level, row.at, changed = level, work.now, True
    return changed
