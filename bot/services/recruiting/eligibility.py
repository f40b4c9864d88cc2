"""HR says who may take part: what that does is shown first, and nobody is taken out by it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func
from sqlmodel import col, select

from bot.domain.calendar import local
from bot.domain.messages.recruiting import EligibilityChannelMessage
from bot.domain.participants import departments_by_size
from bot.domain.recruiting_eligibility import Eligibility, Limit
from bot.services.access import audit, open_programme
from bot.services.caller import HrCaller
from bot.services.participants.members import Member, members
from bot.services.signup.eligibility import BY_HR, Members, eligibility_of, misfits
from bot.services.signup.waiting import number_waiting
from storage.outbox import outgoing
from storage.tables import Invitation, Participant, ParticipantState, Programme, RosterEntry
from storage.unit_of_work import Store


@dataclass(frozen=True)
class EligibilityChoice:
    """What HR can choose from: departments of its roster and of who signed up, the largest first."""

    programme: Programme
    departments: tuple[str, ...]

    @property
    def now(self) -> Eligibility:
        return eligibility_of(self.programme)


@dataclass(frozen=True)
class EligibilityOutlook:
    """What limits would do: whom of `people` who take part they do not fit, by name, and how many are invited."""

    programme: Programme
    people: int
    unfit: tuple[tuple[Member, tuple[Limit, ...]], ...]
    invited: int
    waiting: int = 0
    """Sign-ups that wait for HR's approval."""


async def read_choice(store: Store, hr: HrCaller) -> EligibilityChoice:
    """Raises `Rejected`: programme_ended."""
    async with store.read(hr.now) as work:
        programme = await open_programme(work.session, hr)
        listed = select(RosterEntry.department).where(
            RosterEntry.programme_id == programme.id, col(RosterEntry.listed_at).is_not(None)
        )
        stated = select(Participant.department).where(
            Participant.programme_id == programme.id, Participant.state != ParticipantState.LEFT
        )
        names = [*(await work.session.exec(listed)).all(), *(await work.session.exec(stated)).all()]
    return EligibilityChoice(programme, tuple(departments_by_size(names)))


async def outlook(store: Store, hr: HrCaller, eligibility: Eligibility, found: Members) -> EligibilityOutlook:
    """What `eligibility` would do; nothing is stored. Raises `Rejected`: programme_ended."""
    async with store.read(hr.now) as work:
        programme = await open_programme(work.session, hr)
        unmet = await misfits(work.session, programme, eligibility, found)
        here = (col(Participant.programme_id) == programme.id) & (col(Participant.state) != ParticipantState.LEFT)
        people = await members(work.session, here)
        invited = select(func.count(col(Invitation.id))).where(
            Invitation.programme_id == programme.id,
            *BY_HR,
            col(Invitation.person_id).not_in(select(Participant.person_id).where(here)),
        )
        count = (await work.session.exec(invited)).one()
        waiting = await number_waiting(work.session, programme.id)
    unfit = sorted(((people[one], limits) for one, limits in unmet.items()), key=lambda one: one[0].person.name)
    return EligibilityOutlook(programme, len(people), tuple(unfit), count, waiting)


async def set_eligibility(store: Store, hr: HrCaller, eligibility: Eligibility, approve_within: int = 0) -> Programme:
    """Who takes part stays, and who waits for approval still does.

    `approve_within`: working days; 0 for no approval. Raises `Rejected`: programme_ended.
    """
    async with store.write(hr.now, receipt=hr.signed) as work:
        programme = await open_programme(work.session, hr, lock=True)
        if (eligibility, approve_within) != (eligibility_of(programme), programme.approve_within or 0):
            programme.eligibility, programme.approve_within = eligibility.stored(), approve_within or None
            await audit(work, hr, "eligibility", {})
        await work.commit()
    return programme


async def report_unreadable(store: Store, programme_id: int, channel: str, error: str, now: datetime) -> None:
    """HR reads, at most once a week, that Slack does not say who is in a channel that its limits name."""
    async with store.write(now) as work:
        programme = await work.session.get_one(Programme, programme_id)
        today = local(now, programme.zone).date()
        message = EligibilityChannelMessage(channel, error, week=(today - timedelta(days=today.weekday())).isoformat())
        await work.send(outgoing(message, programme.team_id, programme.id, channel=programme.hr_channel))
        await work.commit()
