"""Who gets a message of HR: found out for the preview, and again when it is sent."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.domain.broadcasts import NOT_UNASKED, OF_STAGE, Audience
from bot.domain.calendar import local
from bot.domain.participants import Stage
from bot.domain.signup import Role
from bot.services.agreement.agreement import read_standings
from bot.services.participants.listing import (
    UNFIT,
    Listed,
    ParticipantSearch,
    fits_search,
    signed_up,
)
from bot.services.signup.eligibility import eligibility_of, misfits
from storage.queries import in_parts
from storage.tables import Broadcast, MentoringSession, Pair, PairState, Participant, Programme, SessionState

LONG = timedelta(days=7)
SEARCHED_BY = ("stage", "role", "department", "words")


@dataclass(frozen=True)
class Recipients:
    """The people who would get a message now. `paused` more are not written to unless HR chooses them."""

    rows: tuple[Listed, ...]
    paused: int = 0

    @property
    def languages(self) -> Mapping[str, int]:
        """How many read Balik in each language."""
        return Counter(one.person.language for one in self.rows)


def search_of(broadcast: Broadcast) -> ParticipantSearch:
    """The search in the list of people whose result a message is for."""
    stage, role, department, words = (str(broadcast.search.get(name, "")) for name in SEARCHED_BY)
    return ParticipantSearch(stage, role, department, words)


async def recipients_of(session: AsyncSession, programme: Programme, broadcast: Broadcast, now: datetime) -> Recipients:
    """Whom a message would be sent to now."""
    people = [one for one in await signed_up(session, programme.id) if one.person.active]
    audience = Audience(broadcast.audience)
    if audience is Audience.CHOSEN:
        chosen = set(broadcast.chosen)
        return Recipients(tuple(one for one in people if one.part.id in chosen))
    if audience is Audience.SEARCH:
        search = search_of(broadcast)
        if search.stage == UNFIT:  # who is in which channel only Slack knows
            unfit = await misfits(session, programme, eligibility_of(programme), None)
            people = [replace(one, unmet=unfit.get(one.part.id, ())) for one in people]
        listed_people = [one for one in people if fits_search(one, search)]
        if search.stage:
            return Recipients(tuple(listed_people))
        return _asked(listed_people)
    if audience in OF_STAGE:
        return Recipients(tuple(one for one in people if one.stage is OF_STAGE[audience]))
    concerned = await _concerned(session, programme, audience, now)
    return _asked([one for one in people if _is_member(audience, one.part, concerned)])


def _is_member(audience: Audience, part: Participant, concerned: set[int]) -> bool:
    if audience is Audience.MENTORS:
        return Role(part.role).teaches
    if audience is Audience.LEADERS:
        return Role(part.role).learns
    return audience is Audience.ALL or part.id in concerned


def _asked(people: Sequence[Listed]) -> Recipients:
    rows = tuple(one for one in people if one.stage not in NOT_UNASKED)
    return Recipients(rows, sum(one.stage is Stage.PAUSED for one in people))


async def _pairs(session: AsyncSession, programme_id: int, now: datetime) -> Sequence[Pair]:
    """Pairs that are under way and do not rest."""
    active = select(Pair).where(Pair.programme_id == programme_id, Pair.state == PairState.ACTIVE)
    return [
        pair
        for pair in (await session.exec(active)).all()
        if pair.introduced_at <= now and not (pair.paused_until and pair.paused_until > now)
    ]


async def _concerned(session: AsyncSession, programme: Programme, audience: Audience, now: datetime) -> set[int]:
    """The sign-ups of the pairs that lack what a group is about."""
    if audience not in (Audience.UNSIGNED, Audience.UNBOOKED):
        return set()
    if audience is Audience.UNBOOKED and programme.paused_until and programme.paused_until > now:
        return set()  # nobody has to book while the programme is paused for everyone
    pairs = await _pairs(session, programme.id, now)
    if audience is Audience.UNSIGNED:
        missing = await _unsigned(session, pairs)
    else:
        missing = await _unbooked(session, programme, pairs, now)
    return {part for pair in pairs if pair.id in missing for part in (pair.mentor_id, pair.leader_id)}


async def _unsigned(session: AsyncSession, pairs: Sequence[Pair]) -> set[int]:
    missing: set[int] = set()
    for some in in_parts([pair.id for pair in pairs]):
        signed = {one for one, times in (await read_standings(session, some)).items() if times.signed_at is not None}
        missing |= set(some) - signed
    return missing


async def long_unbooked(session: AsyncSession, programme: Programme, now: datetime) -> int:
    """How many pairs have had no time for their next session for a week."""
    pairs = await _pairs(session, programme.id, now)
    return len(await _unbooked(session, programme, pairs, now - LONG))


async def _unbooked(session: AsyncSession, programme: Programme, pairs: Sequence[Pair], now: datetime) -> set[int]:
    """Pairs whose next session has no time, although its window has opened."""
    today = local(now, programme.zone).date()
    missing: set[int] = set()
    for some in in_parts([pair.id for pair in pairs]):
        open_ones = (
            select(MentoringSession)
            .where(
                col(MentoringSession.pair_id).in_(some),
                col(MentoringSession.state).in_((SessionState.PLANNED, SessionState.BOOKED)),
            )
            .order_by(col(MentoringSession.number))
        )
        following: dict[int, MentoringSession] = {}
        for meeting in (await session.exec(open_ones)).all():
            following.setdefault(meeting.pair_id, meeting)
        missing |= {
            pair_id
            for pair_id, meeting in following.items()
            if meeting.state == SessionState.PLANNED and meeting.opens_on <= today
        }
    return missing
