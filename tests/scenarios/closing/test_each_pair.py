"""Each pair closes by itself: one that is done early does not wait, and one that is late delays nobody else."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlmodel import col, select

from bot.domain.messages.closing import CertificateMessage, ClosingMessage
from bot.domain.sessions import Side
from bot.services.closing.certificates import read_certificate
from storage.tables import MentoringSession, Pair, PairState, Programme, ProgrammeState, SessionState
from tests.scenarios.insight.test_report import reports
from tests.scenarios.office import Colleague, Office, action_ids, shows
from tests.scenarios.pairs import introduce, of_kind, pairs, receiving, release, sent_at
from tests.wording import CATALOGUE, label, says

MONTHS = "3"
END = datetime(2027, 4, 10, 17, 0, tzinfo=UTC)
"""The first moment after the programme, midnight in Jakarta."""


async def settle(office: Office, pair_id: int, held: bool) -> None:
    """Every session of a pair is settled, as the job of the sessions leaves it."""
    async with office.balik.store.write(office.clock.now()) as work:
        mine = select(MentoringSession).where(MentoringSession.pair_id == pair_id)
        for one in (await work.session.exec(mine)).all():
            one.state = SessionState.HELD if held else SessionState.MISSED
            one.settled_at, one.next_at = work.now, None
        (await work.session.get_one(Pair, pair_id)).next_close_at = work.now
        await work.commit()


async def state_of(office: Office) -> ProgrammeState:
    async with office.balik.store.read(office.clock.now()) as work:
        return ProgrammeState((await work.session.get_one(Programme, 1)).state)


async def test_a_pair_that_is_done_closes_at_once_and_a_late_one_delays_nobody(office: Office, hr: Colleague) -> None:
    await introduce(office, hr, months=MONTHS)
    sari, budi = office.people["sari"], office.people["budi"]
    await office.run(until=datetime(2027, 2, 18, 2, 0, tzinfo=UTC))
    lia, rina = office.hire("Lia Kurnia"), office.hire("Rina Hapsari")
    await office.join(lia, "mentor", "specialist", "Legal")
    await office.join(rina, "mentee", "manager", "Sales")
    await release(office, hr)
    early, late = await pairs(office)

    async with office.balik.store.read(office.clock.now()) as work:
        of_late = select(MentoringSession).where(MentoringSession.pair_id == late.id)
        rows = (await work.session.exec(of_late.order_by(col(MentoringSession.number)))).all()
    assert [one.pack for one in rows] == ["contract", "harvest"], "as many sessions as there is time for"
    assert rows[-1].closes_on <= date(2027, 4, 11) + timedelta(days=7)

    await settle(office, early.id, held=True)
    await office.run(days=6)
    for who in (sari, budi):
        (bye,) = of_kind(who, ClosingMessage)
        assert sent_at(bye) < END
        assert shows(bye, "closing.person.body")
        assert of_kind(who, CertificateMessage)
        assert receiving(who, "surveys.closing.title")
    assert await state_of(office) == ProgrammeState.RUNNING
    home = await sari.open_home()
    assert home
    assert shows(home, "home.finished.early")
    assert {"certificate.send", "story.open", "growth.open", "concern.open"} <= set(action_ids(home))
    assert not shows(home, "home.waiting.body"), "whose pair is done does not wait for a partner"
    assert not {"pause.open", "join.open"} & set(action_ids(home)), "nothing is left to pause or to change"
    await sari.command("pause")
    assert sari.slack.dm
    assert says(sari.whispered(sari.slack.dm)[-1], "errors.sessions_over")
    assert (await sari.click(home, "closing.thanks")).ok
    assert (await sari.submit({"text": "Thank you"})).ok
    await sari.slack.close(all=True)
    assert "closing.thanks" not in action_ids(await sari.open_home() or home)

    await office.run(until=END + timedelta(days=10))
    assert (await pairs(office))[1].state == PairState.ACTIVE, "its last poll is still open, or a booked session"
    assert of_kind(lia, ClosingMessage) == []
    await office.run(until=END + timedelta(days=16))
    assert [one.state for one in await pairs(office)] == [PairState.COMPLETED] * 2
    (bye,) = of_kind(lia, ClosingMessage)
    assert shows(bye, "closing.person.none")
    assert await state_of(office) == ProgrammeState.CLOSED
    assert all(len(of_kind(who, ClosingMessage)) == 1 for who in office.people.values() if who is not hr)


@pytest.mark.parametrize(
    ("booked", "closes"),
    [
        (None, END + timedelta(days=14)),
        (END + timedelta(days=6, hours=10), END + timedelta(days=14)),
        # As an older version let people book: they keep what they were told.
        (END + timedelta(days=30, hours=10), END + timedelta(days=44)),
    ],
)
async def test_what_is_open_at_the_last_moment_is_settled(
    office: Office, hr: Colleague, booked: datetime | None, closes: datetime
) -> None:
    await introduce(office, hr, months=MONTHS)
    (pair,) = await pairs(office)
    async with office.balik.store.write(office.clock.now()) as work:
        of_pair = select(MentoringSession).where(MentoringSession.pair_id == pair.id)
        for one in (await work.session.exec(of_pair)).all():
            one.state, one.settled_at, one.next_at = SessionState.MISSED, work.now, None
        last = (await work.session.exec(of_pair.where(col(MentoringSession.number) == 3))).one()
        last.state, last.settled_at = SessionState.BOOKED if booked else SessionState.PLANNED, None
        last.starts_at, last.next_at = booked, closes + timedelta(days=60)
        await work.commit()
    await office.run(until=closes - timedelta(hours=1))
    assert (await pairs(office))[0].state == PairState.ACTIVE
    await office.run(until=closes + timedelta(hours=1))
    assert (await pairs(office))[0].state == PairState.COMPLETED
    async with office.balik.store.read(office.clock.now()) as work:
        row = await work.session.get_one(MentoringSession, last.id)
    assert (row.state, row.next_at) == (SessionState.MISSED, None)
    assert row.settled_at


async def test_certificate_and_report_name_the_same_days(office: Office, hr: Colleague) -> None:
    await introduce(office, hr, months=MONTHS)
    (pair,) = await pairs(office)
    await settle(office, pair.id, held=True)
    await office.run(until=END + timedelta(days=2))
    async with office.balik.store.read(office.clock.now()) as work:
        found = await read_certificate(work, pair.mentor_id, Side.MENTOR)
    assert found
    assert (found.first, found.last) == (date(2027, 1, 11), date(2027, 4, 10))
    over = next(one for one in office.posted(office.hr_channel) if shows(one, "closing.hr.body"))
    await hr.click(over, "report.get")
    await office.run(minutes=2)
    page = (await reports(office))[f"{label('insight.report.sent.file')}.html"].decode()
    texts = CATALOGUE.texts("en")
    assert texts.day(found.first) in page
    assert texts.day(found.last) in page
    assert texts.day(found.last + timedelta(days=1)) not in page
