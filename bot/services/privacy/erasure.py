"""Erases a person: what remains does not identify them but is still counted.

Everything happens in one transaction: after a kill at any moment, either all of it is done or none. The bot's
messages in their DM are deleted from Slack afterwards, by `bot.jobs.delete_erased_dms`.
"""

from sqlalchemy import Update, delete, exists, or_, update
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.domain.broadcasts import Audience
from bot.domain.messages.registry import ABOUT_PERSON, CONFIDED, PERSONAL_FILES
from bot.domain.recruiting_own_texts import OwnText, with_own_words
from bot.services.alerts.undelivered import report_trouble
from bot.services.caller import Caller
from bot.services.care.contact_posts import GoneWhy, leave_posts
from bot.services.closing.stories import withdraw_of
from bot.services.mentor_support import end_support
from bot.services.outcomes.public_thanks import hide_of
from bot.services.signup import join as joining
from storage.outbox import UNDER_WAY, UNSENT
from storage.owners import Owner, owner_of
from storage.personal_rows import wipe
from storage.queries import person_by_slack
from storage.tables import (
    Broadcast,
    BroadcastReader,
    BroadcastState,
    CertificateDesign,
    Invitation,
    Outbox,
    OutboxState,
    Participant,
    ParticipantState,
    Person,
    Programme,
    ProgrammeContact,
    ProgrammeState,
    RosterEntry,
    RosterLevel,
    SharedRosterEntry,
    SponsorMessage,
)
from storage.unit_of_work import Store, UnitOfWork

BLANK = {
    "email": None,
    "title": "",
    "zone": "Asia/Jakarta",
    "work_start": "09:00",
    "work_end": "17:00",
    "work_week": "",
    "work_breaks": None,
    "work_country": None,
    "days_away": "",
    "language": "id",
    "address": "anda",
    "manager_id": None,
    "profile_at": None,
    "home_opened_at": None,
    "acted_at": None,
    "reminded_less_at": None,
    "active": False,
}
"""What remains of a person, besides a number."""
NO_WORDS: dict[str, object] = {"texts": {}, "search": {}, "chosen": []}
FEW = 5
"""A message of HR to fewer people is blanked with each of them."""


async def erase(store: Store, caller: Caller) -> bool:
    """Erase the caller; False if they are unknown (any more). The bot does not know them from now on."""
    async with store.write(caller.now, receipt=caller.signed) as work:
        person = await person_by_slack(work.session, caller.team_id, caller.slack_id, lock=True)
        if person is None:
            return False
        await erase_person(work, person)
        await work.commit()
    return True


async def erase_person(work: UnitOfWork, person: Person) -> None:
    """Erase a person in an open transaction; rows that were read before must not be used afterwards."""
    number = person.id
    await _take_out(work, number)
    owner = await owner_of(work.session, number)
    await leave_posts(work, person, GoneWhy.ERASED)
    await end_support(work, owner.participants)
    await _stop_messages(work, owner)
    await withdraw_of(work, owner)
    await hide_of(work, owner)
    await _wipe(work, owner)
    # People who named them as manager are asked again: reporting lines decide who may be paired.
    reports = update(RosterEntry).where(col(RosterEntry.manager_id) == number)
    await _run(work, reports.values(manager_id=None, manager_known=False))
    appraised = update(RosterEntry).where(col(RosterEntry.appraiser_id) == number)
    await _run(work, appraised.values(appraiser_id=None))
    # The superseded columns, too: they are not read any more, and name people until they are dropped.
    shared = update(Person).where(col(Person.manager_id) == number)
    await _run(work, shared.values(manager_id=None, manager_known=False))
    shared_by = update(SharedRosterEntry).where(col(SharedRosterEntry.appraiser_id) == number)
    await _run(work, shared_by.values(appraiser_id=None))
    # The name is a number: independent of languages, and the same person is one person in every count.
    gone = {"slack_id": f"erased-{number}", "name": f"#{number}", "erased_at": work.now, "clean_at": work.now}
    await _run(work, update(Person).where(col(Person.id) == number).values(**BLANK, **gone))


async def erase_enrolment(work: UnitOfWork, participant: Participant) -> None:
    """Erase a person's data for one programme, while they take part in another."""
    owner = Owner(participant.person_id, (participant.id,), (participant.programme_id,), whole=False)
    await end_support(work, owner.participants)
    await _stop_messages(work, owner)
    await withdraw_of(work, owner)
    await hide_of(work, owner)
    await _wipe(work, owner)


async def erase_roster(session: AsyncSession, programme_id: int) -> None:
    """Erase the roster of one programme. People who are in no other one and never took part keep a Slack id, no
    name."""
    listed = select(RosterEntry.person_id).where(RosterEntry.programme_id == programme_id)
    elsewhere = [
        select(RosterEntry.id).where(
            RosterEntry.programme_id != programme_id,
            or_(
                *(
                    col(column) == Person.id
                    for column in (RosterEntry.person_id, RosterEntry.manager_id, RosterEntry.appraiser_id)
                )
            ),
        ),
        select(Participant.id).where(Participant.person_id == Person.id),
        select(Invitation.id).where(Invitation.person_id == Person.id),
        select(Programme.id).where(
            or_(
                *(
                    col(column) == Person.id
                    for column in (Programme.contact_id, Programme.second_contact_id, Programme.created_by)
                )
            )
        ),
    ]
    nobodies = update(Person).where(col(Person.id).in_(listed), *(~exists(one) for one in elsewhere))
    unnamed = nobodies.values(
        name=Person.slack_id,
        email=None,
        title="",
        profile_at=None,
        home_opened_at=None,
        acted_at=None,
        reminded_less_at=None,
    )
    await session.exec(unnamed.execution_options(synchronize_session=False))
    for table in (RosterEntry, RosterLevel, SharedRosterEntry):
        gone = delete(table).where(col(table.programme_id) == programme_id)
        await session.exec(gone.execution_options(synchronize_session=False))


async def erase_sponsors(session: AsyncSession, programme_id: int) -> None:
    """Erase the sponsor's messages of one programme and who signs certificates, also if they are not in this Slack."""
    said = update(SponsorMessage).where(col(SponsorMessage.programme_id) == programme_id)
    await session.exec(said.values(sponsor_id=None, name="", text="").execution_options(synchronize_session=False))
    signs = update(CertificateDesign).where(col(CertificateDesign.programme_id) == programme_id)
    signs = signs.values(second_id=None, second_name="", second_title="")
    await session.exec(signs.execution_options(synchronize_session=False))
    programme = await session.get_one(Programme, programme_id)
    for language in programme.own_texts:  # HR may have drafted it for one leader by name
        for which in (OwnText.SPONSOR, OwnText.THANKS):
            programme.own_texts = with_own_words(programme.own_texts, language, which, {})


async def erase_contacts(session: AsyncSession, programme_id: int) -> None:
    """Erase who the contacts of one programme were, and what they answered."""
    gone = delete(ProgrammeContact).where(col(ProgrammeContact.programme_id) == programme_id)
    await session.exec(gone.execution_options(synchronize_session=False))
    nobody = update(Programme).where(col(Programme.id) == programme_id)
    nobody = nobody.values(contact_id=None, second_contact_id=None, next_contact_at=None)
    await session.exec(nobody.execution_options(synchronize_session=False))


async def erase_broadcasts(session: AsyncSession, programme_id: int) -> None:
    """Erase HR's messages to many in one programme, and who got them."""
    readers = delete(BroadcastReader).where(col(BroadcastReader.programme_id) == programme_id)
    await session.exec(readers.execution_options(synchronize_session=False))
    words = update(Broadcast).where(col(Broadcast.programme_id) == programme_id).values(**NO_WORDS)
    await session.exec(words.execution_options(synchronize_session=False))


async def _blank_words_to_few(work: UnitOfWork, owner: Owner) -> None:
    """HR's messages to a few people may be about one of them. Those to many stay: they are about nobody."""
    got = select(BroadcastReader.broadcast_id).where(col(BroadcastReader.person_id) == owner.person_id)
    few = or_(col(Broadcast.audience) == Audience.CHOSEN, col(Broadcast.people) < FEW)
    theirs = update(Broadcast).where(col(Broadcast.id).in_(got), few)
    scoped = theirs if owner.whole else theirs.where(col(Broadcast.programme_id).in_(owner.programmes))
    await _run(work, scoped.values(**NO_WORDS))
    if owner.whole:
        drafts = (col(Broadcast.author_id) == owner.person_id, col(Broadcast.state) == BroadcastState.DRAFT)
        await work.session.exec(delete(Broadcast).where(*drafts).execution_options(synchronize_session=False))


async def _take_out(work: UnitOfWork, person_id: int) -> None:
    """Leave every running programme: each partner and HR are notified as usual."""
    statement = (
        select(Participant, Programme)
        .join(Programme, col(Programme.id) == col(Participant.programme_id))
        .where(
            Participant.person_id == person_id,
            Participant.state != ParticipantState.LEFT,
            Programme.state != ProgrammeState.CLOSED,
        )
    )
    for participant, programme in (await work.session.exec(statement)).all():
        await joining.end_enrolment(work, participant, programme)
    await work.session.flush()


async def _stop_messages(work: UnitOfWork, owner: Owner) -> None:
    """Nothing more is sent to them, nor to others about them; the words of their messages to others are deleted."""
    waiting = (col(Outbox.person_id) == owner.person_id, col(Outbox.state).in_(UNSENT))
    if owner.whole:
        # Concerns that are on their way to them are passed on: what they are about is erased below.
        on_its_way = (col(Outbox.person_id) == owner.person_id, col(Outbox.state).in_(UNDER_WAY))
        statement = select(Outbox).where(*on_its_way, col(Outbox.kind).in_(CONFIDED))
        for row in (await work.session.exec(statement)).all():
            await report_trouble(work, "dropped", row)
    ours = waiting if owner.whole else (*waiting, col(Outbox.programme_id).in_(owner.programmes))
    dropped = {"state": OutboxState.DROPPED, "error": "erased"}
    await _run(work, update(Outbox).where(*ours).values(**dropped))
    theirs = (col(Outbox.person_id) == owner.person_id, col(Outbox.kind).not_in(PERSONAL_FILES))
    scoped = theirs if owner.whole else (*theirs, col(Outbox.programme_id).in_(owner.programmes))
    await _run(work, update(Outbox).where(*scoped).values(data={}))
    about = select(Outbox).where(col(Outbox.kind).in_(ABOUT_PERSON), col(Outbox.programme_id).in_(owner.programmes))
    for row in (await work.session.exec(about)).all():
        if row.data.get("person") != owner.person_id:
            continue
        row.data = {}
        if row.state == OutboxState.PENDING:
            row.state, row.error = OutboxState.DROPPED, "erased"
    # The location of messages in a pair's group DM is useless once the pair is over, and identifies the DM.
    settled = (col(Outbox.pair_id).in_(owner.pairs), col(Outbox.state) == OutboxState.SENT)
    await _run(work, update(Outbox).where(*settled).values(channel=None, ts=None))
    await work.session.flush()


async def _wipe(work: UnitOfWork, owner: Owner) -> None:
    """Delete all rows. A group that is being published (`bot.services.insight.published_groups`) is complete
    before, or is created without them afterwards."""
    theirs = select(Programme.id).where(col(Programme.id).in_(owner.programmes)).order_by(col(Programme.id))
    await work.session.exec(theirs.with_for_update(key_share=True))
    await _blank_words_to_few(work, owner)
    await wipe(work.session, owner)
    await _blank_topics(work, owner)


async def _blank_topics(work: UnitOfWork, owner: Owner) -> None:
    """Offers and wishes are only counted for people who stayed to the end."""
    theirs = col(Participant.id).in_(owner.participants)
    left = update(Participant).where(theirs, col(Participant.state) == ParticipantState.LEFT)
    await _run(work, left.values(offers=[], wishes=[]))
    await _run(work, update(Participant).where(theirs).values(forgotten_at=work.now))


async def _run(work: UnitOfWork, statement: Update) -> None:
    # Loaded rows are not used afterwards, so they need not be updated.
    await work.session.exec(statement.execution_options(synchronize_session=False))
