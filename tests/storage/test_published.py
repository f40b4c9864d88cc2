"""Groups of private answers are fixed when they are published: on both databases, by any number of replicas."""

import asyncio
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from sqlmodel import col, select

from bot.domain.polls import Participation
from bot.services.insight.published_groups import publish
from bot.services.insight.summary_figures import Summary, current_summary, read_summary
from bot.services.privacy import erasure as erasing
from storage.tables import (
    MentoringSession,
    Pair,
    PollAnswer,
    Programme,
    PublishedGroup,
    PublishedValue,
    SessionState,
)
from storage.unit_of_work import Store
from tests.databases import open_store
from tests.storage.test_outcomes import pairs
from tests.storage.test_people import NOW, by, programme

DAY = timedelta(days=1)


async def answered(
    store: Store, pair_id: int, number: int, settled_at: datetime, ratings: Mapping[str, int | None]
) -> None:
    """A session whose poll closed at `settled_at`, by the clock of whichever replica: side → rating, None if silent."""
    async with store.write(NOW) as work:
        pair = await work.session.get_one(Pair, pair_id)
        held = MentoringSession(
            team_id="T",
            pair_id=pair_id,
            number=number,
            pack="x",
            opens_on=NOW.date(),
            closes_on=NOW.date(),
            state=SessionState.HELD,
            settled_at=settled_at,
        )
        work.session.add(held)
        await work.session.flush()
        for side, participant in (("mentor", pair.mentor_id), ("mentee", pair.leader_id)):
            if (rating := ratings.get(side)) is not None:
                work.session.add(
                    PollAnswer(
                        team_id="T",
                        session_id=held.id,
                        participant_id=participant,
                        side=side,
                        met="yes",
                        useful=rating,
                        answered_at=settled_at,
                    )
                )
        await work.commit()


async def company(store: Store, ratings: Iterable[tuple[int, int]] = ((5, 3), (4, 4), (4, 5))) -> None:
    """Three pairs, each with a session that both rated."""
    await programme(store)
    await pairs(store, 2)
    for pair_id, (mentor, leader) in enumerate(ratings, 1):
        await answered(store, pair_id, 2, NOW, {"mentor": mentor, "mentee": leader})


async def useful(store: Store, now: datetime = NOW) -> tuple[float, int, int] | None:
    figure = (await current_summary(store, 1, now)).measures[0].now
    return (figure.average, figure.answers, figure.people) if figure else None


async def read(store: Store) -> Summary:
    async with store.read(NOW) as work:
        return await read_summary(work, await work.session.get_one(Programme, 1))


async def test_a_session_settled_by_a_slower_clock_does_not_slip_into_a_group(store: Store) -> None:
    """The average was 4.0 of 5 people, then 3.5 of 6: so the sixth had answered 1."""
    await company(store)
    before = await useful(store)
    assert before == (25 / 6, 6, 6)
    await answered(store, 1, 3, NOW - timedelta(minutes=10), {"mentor": 1})
    assert await useful(store) == before
    assert await useful(store, NOW + DAY) == before


async def test_what_waits_is_shown_with_the_fifth_person(store: Store) -> None:
    await company(store)
    await useful(store)
    for pair_id in (1, 2):
        await answered(store, pair_id, 3, NOW, {"mentor": 1, "mentee": 1})
    assert await useful(store) == (25 / 6, 6, 6)
    await answered(store, 3, 3, NOW, {"mentee": 1})
    assert await useful(store) == (30 / 11, 11, 6)


async def test_an_answer_that_changes_later_changes_nothing(store: Store) -> None:
    await company(store)
    before = await useful(store)
    async with store.write(NOW) as work:
        for answer in (await work.session.exec(select(PollAnswer))).all():
            answer.useful = 1
        await work.commit()
    assert await useful(store) == before


async def test_reading_alone_publishes_nothing(store: Store) -> None:
    await company(store)
    assert (await read(store)).measures[0].now is None
    await publish(store, 1, NOW)
    assert (await read(store)).measures[0].now is not None


async def test_the_response_says_nothing_of_fewer_than_five(store: Store) -> None:
    await company(store)
    assert (await current_summary(store, 1, NOW)).answers == Participation(6, 6)
    await pairs(store, 5)
    for pair_id in range(4, 9):
        # Five mentors answer. Of their leaders four do not, and then five.
        await answered(store, pair_id, 2, NOW, {"mentor": 4} | ({"mentee": 4} if pair_id == 8 else {}))
    assert (await current_summary(store, 1, NOW)).answers == Participation(6, 6)
    await answered(store, 8, 3, NOW, {"mentor": 4})
    assert (await current_summary(store, 1, NOW)).answers == Participation(18, 13)


async def test_a_week_ago_is_what_was_published_by_the_end_of_that_day(store: Store) -> None:
    await company(store)
    await publish(store, 1, NOW + timedelta(hours=3))
    assert (await current_summary(store, 1, NOW + 6 * DAY)).measures[0].before is None
    week = await current_summary(store, 1, NOW + 7 * DAY - timedelta(seconds=9))
    assert week.measures[0].before == week.measures[0].now


async def test_replicas_that_publish_together_make_one_group(postgres_store: Store, postgres_url: str) -> None:
    await company(postgres_store)
    async with open_store(postgres_url) as other, open_store(postgres_url) as third:
        made = await asyncio.gather(
            *(
                publish(store, 1, NOW + timedelta(minutes=minutes))
                for minutes in (-10, 0, 10)
                for store in (postgres_store, other, third)
            )
        )
    assert sorted(made)[:-1] == [0] * 8
    async with postgres_store.read(NOW) as work:
        groups = (await work.session.exec(select(PublishedGroup).order_by(col(PublishedGroup.id)))).all()
        values = (await work.session.exec(select(PublishedValue).where(PublishedValue.measure == "useful"))).all()
    assert [(one.measure, one.number, one.people) for one in groups] == [("useful", 1, 6), ("answered", 1, 6)]
    assert len({one.source for one in values}) == 6


async def test_what_was_published_stays_without_the_person_and_the_rest_goes(store: Store) -> None:
    await company(store)
    before = await useful(store)
    await answered(store, 1, 3, NOW, {"mentor": 1, "mentee": 2})
    assert await erasing.erase(store, by(2))
    assert await useful(store) == before
    async with store.read(NOW) as work:
        values = (await work.session.exec(select(PublishedValue).where(PublishedValue.measure == "useful"))).all()
        answers = (await work.session.exec(select(PollAnswer).where(PollAnswer.participant_id == 1))).all()
    assert sorted((one.participant_id or 0, one.value) for one in values)[0] == (0, 5)
    assert [one.useful for one in answers] == [None, None]
    for pair_id in (2, 3):
        await answered(store, pair_id, 3, NOW, {"mentor": 4, "mentee": 4})
    # Budi, whose partner is gone, and two pairs: the one who was erased is not counted among them.
    assert await useful(store) == ((25 + 2 + 16) / 11, 11, 6)
