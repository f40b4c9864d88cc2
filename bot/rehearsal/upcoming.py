"""The next event of the demo, for the clock's button that jumps to it."""

from datetime import datetime

from sqlmodel import col, select

from bot.balik import Balik
from bot.jobs.registry import waiting
from bot.rehearsal.simulated_users import SimulatedUsers
from bot.sandbox import Upcoming
from storage.tables import MentoringSession, Outbox, OutboxState, Pair, Participant, Person
from storage.unit_of_work import UnitOfWork

DEED, MESSAGE, SESSION = "deed", "message", "session"


class UpcomingEvents:
    """Looks ahead for the bot and for the people who act by themselves."""

    def __init__(self, balik: Balik, others: SimulatedUsers) -> None:
        self.balik = balik
        self.others = others

    async def find(self) -> Upcoming | None:
        """The next thing, in every language there is; None if nothing will happen by itself."""
        found = await self._candidates()
        if not found:
            return None
        what = min(found, key=lambda kind: found[kind])
        async with self.balik.store.read(self.balik.clock.now()) as work:
            names = await self._names(work, what)
        catalogue = self.balik.context.catalogue
        words = {one: catalogue.texts(one).plain(f"demo.next.{what}", name=names) for one in catalogue.languages}
        return Upcoming(found[what], words)

    async def _candidates(self) -> dict[str, datetime]:
        found = await waiting(self.balik.store, self.balik.clock.now())
        posted = await self.balik.delivery.next_due()
        acted = self.others.next_at if self.others.on else None
        return found | {kind: at for kind, at in ((MESSAGE, posted), (DEED, acted)) if at}

    async def _names(self, work: UnitOfWork, what: str) -> str:
        """The person of an event, if it has one."""
        if what == MESSAGE:
            pending = select(Outbox).where(Outbox.state == OutboxState.PENDING).order_by(col(Outbox.due_at)).limit(1)
            row = (await work.session.exec(pending)).first()
            person = await work.session.get(Person, row.person_id) if row and row.person_id else None
            return person.name if person else await self._pair(work, row.pair_id if row else None)
        if what == SESSION:
            soonest = select(MentoringSession).where(col(MentoringSession.next_at).is_not(None))
            session = (await work.session.exec(soonest.order_by(col(MentoringSession.next_at)).limit(1))).first()
            return await self._pair(work, session.pair_id if session else None)
        return ""

    async def _pair(self, work: UnitOfWork, pair_id: int | None) -> str:
        mine = select(Person.name).join(Participant, col(Participant.person_id) == col(Person.id))
        both = mine.join(Pair, col(Participant.id).in_((col(Pair.mentor_id), col(Pair.leader_id))))
        return ", ".join((await work.session.exec(both.where(Pair.id == pair_id))).all())
