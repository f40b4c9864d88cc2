"""HR pauses a programme: what waits, what goes out all the same, and what follows afterwards."""

from datetime import UTC, date, datetime, timedelta

from bot.domain.messages.course import CourseChangedMessage, ProgrammeResumedMessage
from bot.domain.messages.sessions import PollLeaderMessage, PollMentorMessage
from bot.services.broadcasts.recipients import recipients_of
from bot.services.programme.next_actions import read_next_actions
from storage.tables import (
    Broadcast,
    Programme,
    SessionState,
)
from tests.scenarios.course.test_course import LAST, change, choose, confirm, day, logged, programme_of
from tests.scenarios.office import Colleague, Office, action_ids, shows, texts_in
from tests.scenarios.pairs import agree, book, introduced, of_kind, sessions


async def test_nothing_but_safety_goes_out_while_a_programme_is_paused(office: Office, hr: Colleague) -> None:
    await introduced(office, hr)
    await agree(office)
    sari, budi = office.people["sari"], office.people["budi"]
    assert (await book(office, sari, "2027-01-20", "10:00")).ok
    before = await sessions(office)
    form = await choose(hr, "pause", "2027-02-01")
    assert shows(form, "course.effect.resumes", "id", day=day(date(2027, 2, 1))), texts_in(form)
    assert shows(form, "course.effect.last", "id", day=day(LAST + timedelta(days=21)))
    assert shows(form, "course.effect.called_off", "id", called_off=1)
    await confirm(hr)
    await office.run(days=1)
    for who in (sari, budi):
        (told,) = of_kind(who, CourseChangedMessage)
        assert shows(told, "course.told.body", resumes=day(date(2027, 2, 1), "en"))
    home = await budi.open_home()
    assert home
    assert shows(home, "course.on_home.body", until=day(date(2027, 2, 1), "en"))
    counts = len(sari.inbox), len(budi.inbox), len(office.posted(office.hr_channel))
    await office.run(until=datetime(2027, 1, 31, 20, 0, tzinfo=UTC))
    assert (len(sari.inbox), len(budi.inbox), len(office.posted(office.hr_channel))) == counts
    await office.run(until=datetime(2027, 2, 1, 4, 0, tzinfo=UTC))
    for who in (sari, budi):
        (told,) = of_kind(who, ProgrammeResumedMessage)
        assert shows(told, "course.resumed.body")
        assert "session.book" in action_ids(told)
    after = await sessions(office)
    assert after[-1].closes_on == before[-1].closes_on + timedelta(days=21)
    assert (await programme_of(office)).paused_until is None


async def test_hr_goes_on_before_the_pause_is_over(office: Office, hr: Colleague) -> None:
    await introduced(office, hr)
    before = await sessions(office)
    await change(hr, "pause", "2027-03-01")
    await office.run(days=7)
    assert shows(await choose(hr, "go_on"), "course.effect.last", "id", day=day(LAST + timedelta(days=7)))
    await confirm(hr)
    after, programme = await sessions(office), await programme_of(office)
    assert programme.paused_until is None
    assert after[-1].closes_on == before[-1].closes_on + timedelta(days=7)
    await office.run(days=1)
    assert len(of_kind(office.people["sari"], CourseChangedMessage)) == 2
    assert await logged(office) == ["course_pause", "course_go_on"]


async def test_a_session_held_during_the_pause_counts_once_the_pair_says_so(office: Office, hr: Colleague) -> None:
    await introduced(office, hr)
    await agree(office)
    sari = office.people["sari"]
    await change(hr, "pause", "2027-02-15")
    assert (await book(office, sari, "2027-01-20", "10:00")).ok
    await office.run(until=datetime(2027, 1, 20, 5, 0, tzinfo=UTC))
    home = await sari.open_home()
    assert home
    assert (await sari.click(home, "session.held")).ok
    assert (await sari.submit()).ok
    await sari.slack.close(all=True)
    await office.run(until=datetime(2027, 2, 5, tzinfo=UTC))
    assert (await sessions(office))[0].state is SessionState.HELD


async def test_a_pause_leaves_hr_only_what_cannot_wait(office: Office, hr: Colleague) -> None:
    await introduced(office, hr)
    await office.run(days=60)
    assert await _todos(office) != []
    await change(hr, "pause", "2027-05-03")
    assert await _todos(office) == []
    async with office.balik.store.read(office.clock.now()) as work:
        programme = await work.session.get_one(Programme, 1)
        unbooked = Broadcast(team_id="", programme_id=1, author_id=1, audience="unbooked", created_at=work.now)
        found = await recipients_of(work.session, programme, unbooked, work.now)
    assert found.rows == (), "nobody has to book now"


async def _todos(office: Office) -> list[str]:
    async with office.balik.store.read(office.clock.now()) as work:
        found = await read_next_actions(work, await work.session.get_one(Programme, 1))
    return [str(one.kind) for one in found.of_hr]


async def test_a_session_shortly_before_a_pause_is_asked_about_after_it(office: Office, hr: Colleague) -> None:
    await introduced(office, hr)
    await agree(office)
    sari, budi = office.people["sari"], office.people["budi"]
    assert (await book(office, sari, "2027-01-20", "16:00")).ok
    await office.run(until=datetime(2027, 1, 20, 9, 30, tzinfo=UTC))  # while they meet
    await change(hr, "pause", "2027-02-15")
    await office.run(until=datetime(2027, 2, 14, 12, 0, tzinfo=UTC))
    assert (await sessions(office))[0].settled_at is None
    assert of_kind(sari, PollMentorMessage) == of_kind(budi, PollLeaderMessage) == []
    await office.run(days=2)
    for who, kind in ((sari, PollMentorMessage), (budi, PollLeaderMessage)):
        (poll,) = of_kind(who, kind)
        assert (await who.click(poll, "poll.met.yes")).ok
    await office.run(days=10)
    assert (await sessions(office))[0].state == SessionState.HELD


async def test_of_two_pauses_the_later_end_is_when_a_session_is_asked_about(office: Office, hr: Colleague) -> None:
    """Sari pauses for a shorter time than the programme, and comes back during it."""
    await introduced(office, hr)
    await agree(office)
    sari, budi = office.people["sari"], office.people["budi"]
    assert (await book(office, sari, "2027-01-20", "16:00")).ok
    await office.run(until=datetime(2027, 1, 20, 9, 30, tzinfo=UTC))  # while they meet
    await change(hr, "pause", "2027-02-15")
    await sari.command("pause")
    assert (await sari.submit({"until": "2027-01-25"})).ok
    await office.run(until=datetime(2027, 2, 14, 12, 0, tzinfo=UTC))
    assert (await sessions(office))[0].settled_at is None
    await office.run(days=2)
    for who, kind in ((sari, PollMentorMessage), (budi, PollLeaderMessage)):
        assert len(of_kind(who, kind)) == 1
