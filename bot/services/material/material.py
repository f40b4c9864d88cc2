"""HR adds and removes links to the company's own material; the links of a session and of a pair."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import bindparam, func
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.domain.material import MOST_LINKS, For, Link
from bot.services.access import audit, open_programme
from bot.services.caller import HrCaller, Rejected
from storage.tables import MaterialLink, Programme
from storage.unit_of_work import Store, UnitOfWork


@dataclass(frozen=True)
class OwnMaterial:
    """A programme's links, in the order they were added."""

    programme: Programme
    links: tuple[Link, ...]


async def own_material(store: Store, hr: HrCaller) -> OwnMaterial:
    """Raises `Rejected`: programme_ended."""
    async with store.read(hr.now) as work:
        programme = await open_programme(work.session, hr)
        return await _read(work.session, programme)


async def add(store: Store, hr: HrCaller, title: str, url: str, used: For) -> OwnMaterial:
    """Add a link; the same address for the same use only changes its title.

    Raises `Rejected`: programme_ended, material_full.
    """
    async with store.write(hr.now, receipt=hr.signed) as work:
        programme = await open_programme(work.session, hr, lock=True)
        mine = MaterialLink.programme_id == programme.id
        same = (MaterialLink.url == url, MaterialLink.topic == used.topic, MaterialLink.pack == used.pack)
        row = (await work.session.exec(select(MaterialLink).where(mine, *same))).first()
        if row is None:
            count = (await work.session.exec(select(func.count()).select_from(MaterialLink).where(mine))).one()
            if count >= MOST_LINKS:
                raise Rejected("material_full", most=MOST_LINKS)
            row = MaterialLink(
                team_id=programme.team_id,
                programme_id=programme.id,
                topic=used.topic,
                pack=used.pack,
                url=url,
                title=title,
                added_at=work.now,
            )
            work.session.add(row)
        row.title = title
        await audit(work, hr, "material_added", {})
        await work.session.flush()
        material = await _read(work.session, programme)
        await work.commit()
    return material


async def remove(store: Store, hr: HrCaller, link_id: int) -> OwnMaterial:
    """Remove a link; one that is gone already changes nothing. Raises `Rejected`: programme_ended."""
    async with store.write(hr.now, receipt=hr.signed) as work:
        programme = await open_programme(work.session, hr, lock=True)
        row = await work.session.get(MaterialLink, link_id)
        if row is not None and row.programme_id == programme.id:
            await work.session.delete(row)
            await audit(work, hr, "material_removed", {})
            await work.session.flush()
        material = await _read(work.session, programme)
        await work.commit()
    return material


async def for_session(session: AsyncSession, programme_id: int, pack: str, topic: str) -> list[Link]:
    """The links of a session's material; those for its topic or its kind come first."""
    fitting = [one for one in await read_links(session, programme_id) if one.used.fits(pack, topic)]
    return sorted(fitting, key=lambda one: one.used == For())


def for_pair(links: Iterable[Link], pack: str, topics: Collection[str]) -> list[Link]:
    """Of a programme's links, those for a pair's next session (`pack`; "" if there is none) and for any of its
    topics."""
    return [one for one in links if one.used.pack in ("", pack) and one.used.topic in ("", *topics)]


async def take_over(work: UnitOfWork, programme: Programme) -> None:
    """A new programme begins with the links of the one that it follows."""
    if programme.follows_id is None:
        return
    rows = await _rows(work.session, programme.follows_id)
    kept = ("team_id", "topic", "pack", "title", "url")
    work.session.add_all(
        MaterialLink(programme_id=programme.id, added_at=work.now, **{name: getattr(row, name) for name in kept})
        for row in rows
    )


async def _read(session: AsyncSession, programme: Programme) -> OwnMaterial:
    return OwnMaterial(programme, tuple(await read_links(session, programme.id)))


LINKS = (
    select(MaterialLink).where(col(MaterialLink.programme_id) == bindparam("programme")).order_by(col(MaterialLink.id))
)
"""Built once, because each Home tab needs it."""


async def read_links(session: AsyncSession, programme_id: int) -> list[Link]:
    """All links of a programme."""
    rows = await _rows(session, programme_id)
    return [Link(row.id, row.title, row.url, For(row.topic, row.pack)) for row in rows]


async def _rows(session: AsyncSession, programme_id: int) -> Sequence[MaterialLink]:
    return (await session.exec(LINKS, params={"programme": programme_id})).all()
