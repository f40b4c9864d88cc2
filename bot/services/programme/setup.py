"""HR sets a programme up and changes it."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy.exc import IntegrityError
from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.domain.calendar import local, zone_in
from bot.domain.care_check_ins import CheckIns
from bot.domain.course import Course, closing_after
from bot.domain.messages.programme import AnnouncementMessage, SetupDoneMessage
from bot.services.caller import Caller, HrCaller, InvalidInput, Rejected
from bot.services.care.contact_posts import Contacts, name_contacts
from bot.services.care.contacts import named_contacts
from bot.services.care.midway import plan_again
from bot.services.closing.certificate_design import take_over_design
from bot.services.course.facts import course_of, people_of
from bot.services.course.news import tell_people
from bot.services.insight.summary import next_weekly
from bot.services.material import material
from bot.services.own_questions import manage as own_questions
from bot.services.programme import next_cohort as cohorts
from bot.services.recruiting.announcement import next_reminder
from bot.services.recruiting.closing_date import keep_closing_date
from storage.outbox import outgoing
from storage.queries import person_by_slack, programme_of_channel
from storage.tables import AuditEntry, Outbox, OutboxState, Person, Programme, ProgrammeState
from storage.unit_of_work import Store, UnitOfWork

FIELDS = ("name", "theme", "starts_on", "months", "cadence", "language", "announce_channel", "guests", "check_ins")


@dataclass(frozen=True)
class Settings:
    """The set-up form."""

    name: str
    theme: str
    starts_on: date
    months: int
    cadence: str
    language: str
    announce_channel: str
    contact: str
    second_contact: str = ""
    """Slack ids of the contacts for concerns; "" for no second one."""
    guests: bool = False
    """Whether guest accounts may take part."""
    check_ins: str | None = CheckIns.HALF_WAY
    """`Programme.check_ins`."""


async def programme_here(store: Store, caller: Caller, channel: str) -> Contacts | None:
    """The programme that is run from this channel, with its contacts, if there is one."""
    async with store.read(caller.now) as work:
        programme = await programme_of_channel(work.session, caller.team_id, channel)
        if not programme:
            return None
        return Contacts(programme, tuple(await named_contacts(work.session, programme)))


async def set_up(store: Store, caller: Caller, hr_channel: str, settings: Settings) -> tuple[Programme, bool]:
    """Open a programme run from `hr_channel`, or change the existing one; with whether it is new.

    The handler has checked that the caller is a member of `hr_channel` and that it is private. The announcement is
    enqueued with it, once per channel. Raises `Rejected`: unknown_person; `InvalidInput`: once pairs were introduced
    fixed (start, length and cadence: `bot.services.course` changes those) and fixed_theme.
    """
    try:
        return await _set_up(store, caller, hr_channel, settings)
    except IntegrityError:
        # Another member of HR opened it at the same moment: the second one changes what the first one opened.
        return await _set_up(store, caller, hr_channel, settings)


async def _set_up(store: Store, caller: Caller, hr_channel: str, settings: Settings) -> tuple[Programme, bool]:
    async with store.write(caller.now, receipt=caller.signed) as work:
        by = await _known(work.session, caller.team_id, caller.slack_id)
        contact = await _known(work.session, caller.team_id, settings.contact)
        second = settings.second_contact and await _known(work.session, caller.team_id, settings.second_contact)
        programme = await programme_of_channel(work.session, caller.team_id, hr_channel)
        new = programme is None
        if programme is None:
            programme = Programme(
                team_id=caller.team_id,
                hr_channel=hr_channel,
                created_at=caller.now,
                created_by=by.id,
                zone=zone_in(by.zone, indonesian=True),
                **{name: getattr(settings, name) for name in FIELDS},
            )
            await cohorts.link_to_predecessor(work, programme)
            programme.next_summary_at = next_weekly(programme, caller.now)
            work.session.add(programme)
        else:
            was, was_cadence, was_asked = course_of(programme), programme.cadence, programme.check_ins
            _change(programme, settings)
            if programme.check_ins != was_asked:
                await plan_again(work, programme)
            await _move_closing_date(work, programme, was)
            if (course_of(programme), programme.cadence) != (was, was_cadence):
                people = await people_of(work.session, programme.id)
                await tell_people(work, programme, was, people, [], caller.receipt, was_cadence)
        if programme.state == ProgrammeState.RECRUITING:
            programme.next_recruit_at = next_reminder(programme, caller.now)
        await work.session.flush()
        await name_contacts(work, programme, by, contact, second or None)
        work.session.add(
            AuditEntry(
                team_id=caller.team_id,
                programme_id=programme.id,
                person_id=by.id,
                what="set_up" if new else "changed",
                at=caller.now,
            )
        )
        await _tell(work, programme, new=new)
        if new:
            await cohorts.take_over_roster(work, programme)
            await material.take_over(work, programme)
            await own_questions.take_over(work, programme)
            await take_over_design(work, programme)
            await cohorts.invite_alumni(work, programme)
        await work.commit()
    return programme, new


async def _move_closing_date(work: UnitOfWork, programme: Programme, was: Course) -> None:
    """The last day to join moves with the first day, as if HR had moved the dates."""
    day, now, today = programme.sign_up_closes_on, course_of(programme), local(work.now, programme.zone).date()
    if day and day >= today and now != was:
        await keep_closing_date(work, programme, closing_after(day, was, now, today))


def _change(programme: Programme, settings: Settings) -> None:
    fixed = ("theme", "starts_on", "months", "cadence")
    changed = [name for name in fixed if getattr(programme, name) != getattr(settings, name)]
    if changed and programme.state != ProgrammeState.RECRUITING:
        raise InvalidInput({name: "fixed_theme" if name == "theme" else "fixed" for name in changed})
    if {"starts_on", "months"} & set(changed):
        programme.ends_on = None
    if programme.announce_channel != settings.announce_channel:
        programme.announce_trouble = None
    for name in FIELDS:
        setattr(programme, name, getattr(settings, name))


async def _tell(work: UnitOfWork, programme: Programme, *, new: bool) -> None:
    if programme.state == ProgrammeState.RECRUITING:
        channel = programme.announce_channel
        await work.send(outgoing(AnnouncementMessage(channel), programme.team_id, programme.id, channel=channel))
    if new:  # after the announcement, since it says whether that could be posted
        await work.send(outgoing(SetupDoneMessage(), programme.team_id, programme.id, channel=programme.hr_channel))


async def announced(store: Store, caller: Caller, programme: Programme) -> tuple[str, str] | None:
    """The announcement (channel, ts) in the programme's channel, once posted."""
    key = AnnouncementMessage(programme.announce_channel).key(programme.id)
    statement = select(Outbox.channel, Outbox.ts).where(
        Outbox.team_id == programme.team_id, Outbox.key == key, Outbox.state == OutboxState.SENT
    )
    async with store.read(caller.now) as work:
        row = (await work.session.exec(statement)).first()
    return (row[0], row[1]) if row and row[0] and row[1] else None


def first_message(programme: Programme) -> tuple[Any, ...]:
    """The outbox row of HR's first message."""
    return (Outbox.team_id == programme.team_id, Outbox.key == SetupDoneMessage().key(programme.id))


async def _known(session: AsyncSession, team_id: str, slack_id: str) -> Person:
    person = await person_by_slack(session, team_id, slack_id)
    if not person:
        raise Rejected("unknown_person")
    return person


async def programme_of(store: Store, hr: HrCaller) -> Programme:
    """The programme for which an HR caller acts."""
    async with store.read(hr.now) as work:
        programme = await work.session.get(Programme, hr.programme_id)
    if not programme:
        raise Rejected("no_programme")
    return programme
