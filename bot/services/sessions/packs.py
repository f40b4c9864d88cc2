"""The content of a session: its pack, its topic and its form."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func
from sqlmodel import col, select

from bot.domain.agreement import State, state
from bot.domain.agreement_learning_plan import Aim
from bot.domain.material import Link
from bot.domain.messages.sessions import LeaderPackMessage, MentorPackMessage, StepMessage
from bot.domain.programme import Theme, topics_for
from bot.domain.sessions import Side
from bot.domain.signup import FORMATS
from bot.services.agreement.agreement import newest, signed_terms, topic_of, version_of
from bot.services.caller import Caller
from bot.services.material.material import for_session
from bot.services.pair_context import Meeting, PairContext, my_meeting
from storage.outbox import UNDER_WAY
from storage.tables import MentoringSession, Outbox, OutboxState, SessionChange
from storage.unit_of_work import Store, UnitOfWork

MATERIAL: dict[Side, type[StepMessage]] = {Side.MENTOR: MentorPackMessage, Side.LEADER: LeaderPackMessage}
RECENTLY = timedelta(days=5)
"""For so long people remember a new time that they were told."""
NEVER_DONE = 1
"""The lowest level of an offered topic."""


@dataclass(frozen=True)
class Prepared:
    """A session with the data that vary its pack. `round`: how many earlier sessions had the same pack."""

    meeting: Meeting
    side: Side
    round: int
    topic: str
    format: str
    agreement: State = State.NONE
    """State of the pair's agreement, for the reader."""
    is_last: bool = False
    """No session follows it."""
    links: tuple[Link, ...] = ()
    """The company's own material for it."""
    aim: Aim | None = None
    """What the leader will be able to do after it, by the learning plan that both signed."""
    leader_called: str = ""
    """As they agreed."""


async def open_pack(store: Store, caller: Caller, session_id: int) -> Prepared:
    """The pack of the caller's side, also once the pair is over. Raises `Rejected` as `my_meeting`."""
    async with store.read(caller.now) as work:
        meeting, side = await my_meeting(work.session, caller, session_id, even_over=True)
        return await prepared(work, meeting, side)


async def prepared(work: UnitOfWork, meeting: Meeting, side: Side) -> Prepared:
    """The content of a session. A repeated pack has the pair's next topic, and another activity."""
    row = meeting.session
    before = select(func.count()).where(
        MentoringSession.pair_id == row.pair_id,
        MentoringSession.pack == row.pack,
        MentoringSession.number < row.number,
    )
    again = (await work.session.exec(before)).one()
    after = select(func.count()).where(MentoringSession.pair_id == row.pair_id, MentoringSession.number > row.number)
    is_last = (await work.session.exec(after)).one() == 0
    signed = await newest(work.session, row.pair_id)
    topics = topics_of(meeting, topic_of(signed))
    topic = topics[again % len(topics)]
    agreement = state(version_of(signed) if signed else None, side)
    links = await for_session(work.session, meeting.programme.id, row.pack, topic)
    terms = signed_terms(signed)
    aim = next((one for one in (terms and terms.plan) or () if one.pack == row.pack), None)
    called = terms.leader_called if terms else ""
    return Prepared(meeting, side, again, topic, format_of(meeting), agreement, is_last, tuple(links), aim, called)


async def knows_time_and_material(work: UnitOfWork, meeting: Meeting, side: Side) -> bool:
    """Whether one of the two got the material for an earlier time, and the session has its time since a few days.

    They need neither the material again nor a reminder: their earlier material shows the new time.
    """
    since = await _has_time_since(work, meeting)
    if since is None or since <= work.now - RECENTLY:
        return False
    return any(one.created_at < since for one in await _material(work, meeting, side))


async def needs_no_reminder(work: UnitOfWork, meeting: Meeting, side: Side) -> bool:
    """Whether one of the two got the material since the session has its time, or knows both as above."""
    since, material = await _has_time_since(work, meeting), await _material(work, meeting, side)
    if since is None or since > work.now - RECENTLY:
        return bool(material)
    return any(one.created_at >= since for one in material)


async def _has_time_since(work: UnitOfWork, meeting: Meeting) -> datetime | None:
    """When the session got its time."""
    row = meeting.session
    statement = select(func.max(SessionChange.at)).where(
        SessionChange.session_id == row.id, SessionChange.after == row.starts_at
    )
    return (await work.session.exec(statement)).one()


async def _material(work: UnitOfWork, meeting: Meeting, side: Side) -> list[Outbox]:
    """The material of a session that one of the two got, or is about to get."""
    statement = select(Outbox).where(
        Outbox.person_id == meeting.person(side).id,
        Outbox.programme_id == meeting.programme.id,
        Outbox.kind == MATERIAL[side].kind.name,
        col(Outbox.state).in_((*UNDER_WAY, OutboxState.SENT)),
    )
    rows = (await work.session.exec(statement)).all()
    return [one for one in rows if one.data.get("session") == meeting.session.id]


def shared_topics(couple: PairContext) -> dict[str, int]:
    """What the leader wants and the mentor offers: priority × level, by topic."""
    of_mentor = couple.mentor_part.offers
    levels = {one["topic"]: one["level"] for one in of_mentor if one["topic"] in mastered(of_mentor)}
    wishes = {one["topic"]: one["priority"] for one in couple.leader_part.wishes}
    return {topic: priority * levels[topic] for topic, priority in wishes.items() if topic in levels}


def topics_of(couple: PairContext, agreed: str | None = None) -> list[str]:
    """The topics of the pair's sessions, most important first: the `agreed` one; what the leader wants and the mentor
    offers; else what the leader wants; else the topic of the programme's theme. Ties are ordered by the theme."""
    wishes = {one["topic"]: one["priority"] for one in couple.leader_part.wishes}
    worth, of_theme = (
        shared_topics(couple) or wishes,
        topics_for(Theme(couple.programme.theme), couple.programme.topics),
    )
    place = {topic: number for number, topic in enumerate(of_theme)}
    found = sorted(worth, key=lambda topic: (-worth[topic], place.get(topic, len(place)), topic))
    if agreed:
        found = [agreed, *(one for one in found if one != agreed)]
    return found or [of_theme[0]]


def topics_to_agree_on(couple: PairContext) -> list[str]:
    """What a pair can choose from in its agreement: its topics, what else the leader wants, and what else the mentor
    offers. Without a shared topic first what the mentor offers, who is to choose one to show."""
    wishes = [str(one["topic"]) for one in couple.leader_part.wishes]
    offers = mastered(couple.mentor_part.offers)
    own = topics_of(couple)
    return list(dict.fromkeys([*own, *wishes, *offers] if shared_topics(couple) else [*offers, *own, *wishes]))


def mastered(offers: Sequence[Mapping[str, Any]]) -> list[str]:
    """The topics that a mentor can teach: without those at the level "never done", which older forms allowed; all, if
    there are no others."""
    above = [str(one["topic"]) for one in offers if one["level"] > NEVER_DONE]
    return above or [str(one["topic"]) for one in offers]


def format_of(couple: PairContext) -> str:
    """The form that the two chose; else one that both like; else the leader's; else a discussion."""
    if couple.pair.format in FORMATS:
        return couple.pair.format
    leader = [one for one in couple.leader_part.formats if one in FORMATS]
    both = [one for one in leader if one in couple.mentor_part.formats]
    return next(iter(both or leader or FORMATS))
