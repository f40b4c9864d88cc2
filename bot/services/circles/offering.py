"""HR decides whether its programmes offer mentors' circles."""

from sqlalchemy import update
from sqlmodel import col, select

from bot.domain.messages.circles import CircleEndedMessage
from bot.services.access import audit, open_programme
from bot.services.caller import HrCaller
from storage.outbox import outgoing
from storage.tables import Circle, CircleMember, Programme
from storage.unit_of_work import Store


async def offer_circles(store: Store, hr: HrCaller, *, offered: bool) -> Programme:
    """For all programmes of the same HR, also those that are over. Without them, each circle is told once and ends.

    Raises `Rejected`: programme_ended.
    """
    async with store.write(hr.now, receipt=hr.signed) as work:
        session = work.session
        programme = await open_programme(session, hr, lock=True)
        if programme.circles != offered:
            same = select(Programme.id).where(
                Programme.team_id == programme.team_id, Programme.hr_channel == programme.hr_channel
            )
            ids = list((await session.exec(same)).all())
            if not offered:
                going = select(Circle).where(col(Circle.programme_id).in_(ids), col(Circle.closed_at).is_(None))
                for circle in (await session.exec(going)).all():
                    if circle.channel:
                        message = CircleEndedMessage(circle.id)
                        await work.send(outgoing(message, circle.team_id, circle.programme_id, channel=circle.channel))
                    circle.closed_at, circle.channel, circle.open_at, circle.next_pack_at = hr.now, None, None, None
                members = update(CircleMember).where(col(CircleMember.programme_id).in_(ids))
                await session.exec(members.values(wished_at=None, circle_id=None))
            await session.exec(update(Programme).where(col(Programme.id).in_(ids)).values(circles=offered))
            await audit(work, hr, "circles_offered" if offered else "circles_stopped", {})
        await work.commit()
        await session.refresh(programme)
    return programme
