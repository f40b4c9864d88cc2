"""What HR learns of action cards: counts from five people on, words only if both agreed, and no less after erasing."""

from sqlmodel import col, select

from bot.domain.outcomes import State
from bot.services.insight.published_groups import publish
from bot.services.outcomes.figures import CardCounts, Outcomes, outcomes
from bot.services.privacy import erasure as erasing
from storage.tables import ActionCard, Pair, Participant, Person
from storage.unit_of_work import Store
from tests.storage.test_people import NOW, by, programme


async def pairs(store: Store, count: int) -> None:
    """So many more pairs, strangers to the first."""
    async with store.write(NOW) as work:
        first = len((await work.session.exec(select(Pair))).all())
        for number in range(first, first + count):
            both = []
            for role in ("mentor", "mentee"):
                person = Person(team_id="T", slack_id=f"UX{role}{number}", name=f"{role} {number}", created_at=NOW)
                work.session.add(person)
                await work.session.flush()
                part = Participant(team_id="T", programme_id=1, person_id=person.id, role=role, level=2, department="")
                part.joined_at = NOW
                work.session.add(part)
                await work.session.flush()
                both.append(part.id)
            work.session.add(Pair(team_id="T", programme_id=1, mentor_id=both[0], leader_id=both[1], introduced_at=NOW))
        await work.commit()


async def card(store: Store, pair_id: int, state: State, *, agreed: bool = False) -> None:
    async with store.write(NOW) as work:
        one = ActionCard(
            team_id="T",
            pair_id=pair_id,
            insight="Copied by hand",
            kind="sop",
            change=f"By itself {pair_id}",
            owner="mentee",
            due_on=NOW.date(),
            state=state,
            written_by="mentor",
            written_at=NOW,
            mentor_shares_at=NOW,
            leader_shares_at=NOW if agreed else None,
        )
        work.session.add(one)
        await work.commit()


async def seen(store: Store) -> Outcomes:
    await publish(store, 1, NOW)
    async with store.read(NOW) as work:
        return await outcomes(work.session, 1)


async def test_what_lasted_is_counted_from_five_pairs_on(store: Store) -> None:
    await programme(store)
    await pairs(store, 5)
    for pair in range(1, 6):
        await card(store, pair, State.DONE)
    for lasting in range(4, 6):
        async with store.write(NOW) as work:
            for one in (await work.session.exec(select(ActionCard).limit(lasting).order_by(col(ActionCard.id)))).all():
                one.lasted = True
            await work.commit()
        assert (await seen(store)).cards.lasted == (5 if lasting == 5 else None), "four pairs are eight people"


async def test_counts_come_from_five_people_and_words_from_two_who_agree(store: Store) -> None:
    await programme(store)
    await pairs(store, 2)
    await card(store, 1, State.DONE, agreed=True)
    await card(store, 1, State.OPEN)
    await card(store, 2, State.DROPPED)
    assert (await seen(store)).cards.is_blank, "four people are too few, however many cards they have"
    await card(store, 3, State.DONE)
    found = await seen(store)
    assert found.cards == CardCounts(written=4, done=None, dropped=None), "four people have done what they wrote"
    await card(store, 2, State.DONE)
    found = await seen(store)
    assert found.cards == CardCounts(written=4, done=3, dropped=None), "a fifth card waits for others"
    assert [(one.change, one.mentor.name, one.owner.name) for one in found.shared] == [("By itself 1", "Sari", "Budi")]

    assert await erasing.erase(store, by(2))
    after = await seen(store)
    assert after.cards == found.cards, "what remains is counted as before"
    assert after.shared == (), "and nobody reads her words"
