"""Demand and supply by topic, and the question to people with a free place whether they could offer one."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.domain.messages.programme import TopicQuestionMessage
from bot.domain.signup import Role
from bot.services.access import audit, open_programme
from bot.services.caller import Caller, HrCaller, Rejected
from storage.outbox import outgoing
from storage.queries import active_participants, person_by_slack
from storage.tables import Pair, PairState, Participant, ParticipantState, Person, Programme, ProgrammeState, TopicAsk
from storage.unit_of_work import Store, UnitOfWork

EDITED = "topics_edited"
"""The audit code of a change of the list."""
MOST_TOPICS = 5
"""The limit of the sign-up form."""
DECLINED = 0


@dataclass(frozen=True)
class Balance:
    """One topic in figures. `free`: places with mentors who offer it; `could`: people who could still be asked."""

    code: str
    wished: int
    offered: int
    free: int
    could: int
    asked: int
    yes: int

    @property
    def missing(self) -> int:
        return max(0, self.wished - self.free)


@dataclass(frozen=True)
class TopicFigures:
    """All topics that people want or offer, those with too few mentors first."""

    programme: Programme
    topics: tuple[Balance, ...]


async def demand_and_supply(store: Store, hr: HrCaller) -> TopicFigures:
    """Demand and supply. Raises `Rejected`: programme_ended."""
    async with store.read(hr.now) as work:
        programme = await open_programme(work.session, hr)
        return TopicFigures(programme, _balances(await _read(work.session, programme.id)))


async def of_programme(store: Store, hr: HrCaller) -> Programme:
    """The programme whose list HR edits. Raises `Rejected`: programme_ended."""
    async with store.read(hr.now) as work:
        return await open_programme(work.session, hr)


async def edit(store: Store, hr: HrCaller, topics: Sequence[str]) -> TopicFigures:
    """Set the topics that people can choose; earlier choices stay. Raises `Rejected`: programme_ended."""
    async with store.write(hr.now, receipt=hr.signed) as work:
        programme = await open_programme(work.session, hr, lock=True)
        programme.topics = list(topics)
        await audit(work, hr, EDITED, {"topics": len(topics)})
        figures = TopicFigures(programme, _balances(await _read(work.session, programme.id)))
        await work.commit()
    return figures


async def ask_possible_mentors(store: Store, hr: HrCaller, topic: str) -> TopicFigures:
    """Ask everyone with a free place who does not offer `topic`, once.

    Raises `Rejected`: programme_ended, outdated (nobody wants it any more).
    """
    async with store.write(hr.now, receipt=hr.signed) as work:
        programme = await open_programme(work.session, hr, lock=True)
        found = await _read(work.session, programme.id)
        if not found.wished[topic]:
            raise Rejected("outdated")
        chosen = [one for one in found.people if _could(found, one[0], topic)]
        await _ask(work, programme, topic, chosen)
        if chosen:
            await audit(work, hr, "topic_asked", {"topic": topic, "people": len(chosen)})
        after = await _read(work.session, programme.id)
        await work.commit()
    return TopicFigures(programme, _balances(after))


async def answer(store: Store, caller: Caller, ask_id: int, level: int) -> str:
    """Add the topic to the caller's sign-up with a level 1-5, or `DECLINED`; the topic. A further call changes the
    answer.

    Raises `Rejected`: outdated, not_participant, left_programme, programme_closed, topics_full.
    """
    async with store.write(caller.now, receipt=caller.signed) as work:
        person = await person_by_slack(work.session, caller.team_id, caller.slack_id, lock=True)
        asked = await work.session.get(TopicAsk, ask_id)
        part = await work.session.get(Participant, asked.participant_id, with_for_update=True) if asked else None
        if person is None or asked is None or part is None or asked.team_id != caller.team_id:
            raise Rejected("outdated")
        if part.person_id != person.id:
            raise Rejected("not_participant")
        if part.state == ParticipantState.LEFT:
            raise Rejected("left_programme")
        programme = await work.session.get_one(Programme, part.programme_id)
        if programme.state == ProgrammeState.CLOSED:
            raise Rejected("programme_closed")
        others = [offer for offer in part.offers if offer["topic"] != asked.topic]
        # A topic that they chose themselves in between is not removed by a no to our question.
        ours = asked.level is not None or len(others) == len(part.offers)
        if level != DECLINED:
            if len(others) >= MOST_TOPICS:
                raise Rejected("topics_full", most=MOST_TOPICS)
            part.offers = [*others, {"topic": asked.topic, "level": level}]
        elif ours:
            part.offers = others
        asked.level = level
        await work.commit()
    return asked.topic


async def wishes_for(session: AsyncSession, programme_id: int, topic: str) -> int:
    """How many active participants want a topic."""
    return _wished(await active_participants(session, programme_id))[topic]


People = Sequence[tuple[Participant, Person]]


@dataclass(frozen=True)
class _Read:
    people: People
    wished: Counter[str]
    taken: Mapping[int, int]
    """Pairs as a mentor, also completed ones: they keep their place, by participant."""
    asked: Mapping[tuple[int, str], int | None]

    def free(self, participant: Participant) -> int:
        return (
            max(0, participant.mentor_capacity - self.taken.get(participant.id, 0))
            if Role(participant.role).teaches
            else 0
        )


async def _read(session: AsyncSession, programme_id: int) -> _Read:
    people = await active_participants(session, programme_id)
    pairs = select(Pair.mentor_id).where(Pair.programme_id == programme_id, Pair.state != PairState.ENDED)
    asked = select(TopicAsk.participant_id, TopicAsk.topic, TopicAsk.level).where(TopicAsk.programme_id == programme_id)
    return _Read(
        people,
        _wished(people),
        Counter((await session.exec(pairs)).all()),
        {(who, topic): level for who, topic, level in (await session.exec(asked)).all()},
    )


def _wished(people: People) -> Counter[str]:
    return Counter(wish["topic"] for one, _ in people for wish in one.wishes)


def _could(found: _Read, participant: Participant, topic: str) -> bool:
    offers = {offer["topic"] for offer in participant.offers}
    wishes = {wish["topic"] for wish in participant.wishes}
    open_to = found.free(participant) > 0 and len(offers) < MOST_TOPICS and topic not in offers | wishes
    return open_to and (participant.id, topic) not in found.asked


def _balances(found: _Read) -> tuple[Balance, ...]:
    offered, free = Counter[str](), Counter[str]()
    for one, _ in found.people:
        for offer in one.offers if Role(one.role).teaches else ():
            offered[offer["topic"]] += 1
            free[offer["topic"]] += found.free(one)
    balances = [
        Balance(
            code,
            found.wished[code],
            offered[code],
            free[code],
            sum(_could(found, one, code) for one, _ in found.people),
            sum(topic == code for _, topic in found.asked),
            sum(bool(level) for (_, topic), level in found.asked.items() if topic == code),
        )
        for code in found.wished.keys() | offered.keys()
    ]
    return tuple(sorted(balances, key=lambda one: (-one.missing, -one.wished, -one.offered, one.code)))


async def _ask(work: UnitOfWork, programme: Programme, topic: str, chosen: People) -> None:
    asks = [
        TopicAsk(
            team_id=programme.team_id,
            programme_id=programme.id,
            participant_id=one.id,
            topic=topic,
            asked_at=work.now,
        )
        for one, _ in chosen
    ]
    work.session.add_all(asks)
    await work.session.flush()
    await work.send_all(
        outgoing(
            TopicQuestionMessage(ask.id, participant=ask.participant_id, topic=topic),
            programme.team_id,
            programme.id,
            person_id=person.id,
        )
        for ask, (_, person) in zip(asks, chosen, strict=True)
    )
