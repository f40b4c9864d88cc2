"""Stories of pairs for others: voluntary, in words that both approved, and withdrawn whenever either wants.

Each version is a row. Only the newest counts; HR sees it once both approved exactly these words, and only HR
posts it. Replaced or withdrawn versions are deleted here, and from Slack by
`bot.jobs.delete_withdrawn_stories`.
"""

from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import update
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.domain.messages.closing import (
    StoryAgreedMessage,
    StoryCardMessage,
    StoryHrMessage,
    StoryMessage,
    StoryProposedMessage,
)
from bot.domain.sessions import Side
from bot.services.access import audit
from bot.services.caller import Caller, HrCaller, Rejected
from bot.services.closing.completion import read_result
from bot.services.pair_context import PairContext, couple, my_couple
from storage.outbox import Outgoing, outgoing
from storage.owners import Owner
from storage.tables import Pair, PairState, Story
from storage.unit_of_work import Store, UnitOfWork

LONGEST, LONGEST_QUOTE = 600, 200
ENOUGH = 3
"""Sessions after which an active pair can tell its story."""
SHOWN = (StoryHrMessage, StoryCardMessage)
"""Kinds of messages that show the words to others."""
FORGOTTEN = {"tried": "", "changed": "", "quote": ""}


@dataclass(frozen=True)
class Words:
    """What the two tried, what changed, and one sentence of the person `said_by`."""

    tried: str
    changed: str
    quote: str
    said_by: Side


class StoryState(StrEnum):
    """State of a story for one of the two."""

    NONE = "none"
    MINE = "mine"  # approved by the reader, waits for the partner
    YOURS = "yours"  # approved by the partner, waits for the reader
    AGREED = "agreed"
    POSTED = "posted"


@dataclass(frozen=True)
class StoryView:
    """A pair's story from the view of one of the two."""

    couple: PairContext
    side: Side
    story: Story | None
    version: int
    """The newest version, also if withdrawn; 0 before the first."""

    @property
    def stand(self) -> StoryState:
        if self.story is None:
            return StoryState.NONE
        if self.story.posted_at:
            return StoryState.POSTED
        mine, other = approved(self.story, self.side), approved(self.story, self.side.other)
        return StoryState.AGREED if mine and other else StoryState.MINE if mine else StoryState.YOURS


def approved(story: Story, side: Side) -> bool:
    return (story.mentor_approved_at if side is Side.MENTOR else story.leader_approved_at) is not None


def words_of(story: Story) -> Words:
    return Words(story.tried, story.changed, story.quote, Side(story.said_by))


async def read_story(store: Store, caller: Caller, pair_id: int) -> StoryView:
    """The story of the caller's pair. Raises `Rejected`: those of `my_couple`, story_at_the_end,
    story_not_completed."""
    async with store.read(caller.now) as work:
        return await _told(work, caller, pair_id)


async def propose(store: Store, caller: Caller, pair_id: int, seen: int, words: Words) -> StoryView:
    """Write or change the story: both have to approve it again; the writer approves by writing.

    `seen` is the version that the writer edited. Raises `Rejected`: as `read_story`, story_outdated, story_posted.
    """
    async with store.write(caller.now, receipt=caller.signed) as work:
        told = await _told(work, caller, pair_id, lock=True)
        if told.version != seen:
            raise Rejected("story_outdated")
        if told.stand is StoryState.POSTED:
            raise Rejected("story_posted")
        if told.story is not None and words_of(told.story) == words:
            raise Rejected("story_same")
        if told.story is not None:
            await _forget(work, told.story)
        story = Story(
            team_id=caller.team_id,
            pair_id=pair_id,
            version=told.version + 1,
            tried=words.tried,
            changed=words.changed,
            quote=words.quote,
            said_by=words.said_by,
            written_by=told.side,
            written_at=caller.now,
        )
        _approve(work, story, told.side)
        work.session.add(story)
        await work.session.flush()
        await work.send(
            _letter(StoryProposedMessage, told.couple, story, person_id=told.couple.person(told.side.other).id)
        )
        await work.commit()
    return StoryView(told.couple, told.side, story, story.version)


async def approve(store: Store, caller: Caller, story_id: int) -> StoryView:
    """Approve exactly the words of this version. Raises `Rejected`: as `read_story`, story_outdated, story_approved."""
    async with store.write(caller.now, receipt=caller.signed) as work:
        told, story = await _mine(work, caller, story_id)
        if approved(story, told.side):
            raise Rejected("story_approved")
        _approve(work, story, told.side)
        # The writer knows before HR can post it, not the morning after.
        await work.send(
            _letter(
                StoryAgreedMessage, told.couple, story, person_id=told.couple.person(told.side.other).id, urgent=True
            )
        )
        await work.send(_letter(StoryHrMessage, told.couple, story, channel=told.couple.programme.hr_channel))
        await work.commit()
    return told


async def withdraw(store: Store, caller: Caller, story_id: int) -> StoryView:
    """Withdraw the story, whether approved, posted or not, also once the pair has parted.

    Raises `Rejected`: as `read_story`, story_outdated."""
    async with store.write(caller.now, receipt=caller.signed) as work:
        told, story = await _mine(work, caller, story_id, parted=True)
        await _forget(work, story)
        await work.commit()
    return told


async def programme_of(store: Store, caller: Caller, story_id: int) -> int:
    """The programme of a story, to check the caller as its HR. Raises `Rejected`: outdated."""
    async with store.read(caller.now) as work:
        story = await work.session.get(Story, story_id)
        pair = await work.session.get(Pair, story.pair_id) if story else None
    if pair is None or pair.team_id != caller.team_id:
        raise Rejected("outdated")
    return pair.programme_id


async def post(store: Store, hr: HrCaller, story_id: int) -> tuple[Story, PairContext]:
    """Post a story that both approved, once. Raises `Rejected`: outdated, story_outdated."""
    async with store.write(hr.now, receipt=hr.signed) as work:
        story = await work.session.get(Story, story_id)
        one = await couple(work.session, story.pair_id, lock=True) if story else None
        if story is None or one is None or one.programme.id != hr.programme_id:
            raise Rejected("outdated")
        await work.session.refresh(story)
        if not is_agreed(story) or (one.parted and story.posted_at is None):
            raise Rejected("story_outdated")
        if story.posted_at is None:
            story.posted_at = hr.now
            await audit(work, hr, "story_posted", {"pair": story.pair_id})
            await work.send(_letter(StoryCardMessage, one, story, channel=one.programme.announce_channel))
            await work.commit()
    return story, one


def is_agreed(story: Story) -> bool:
    """Whether both approved these words, and neither withdrew them."""
    return story.withdrawn_at is None and all(approved(story, side) for side in Side)


async def shared_stories(session: AsyncSession, programme_id: int) -> list[tuple[Story, PairContext]]:
    """The posted stories of a programme, oldest first."""
    statement = (
        select(Story)
        .join(Pair, col(Pair.id) == col(Story.pair_id))
        .where(
            Pair.programme_id == programme_id,
            col(Story.posted_at).is_not(None),
            col(Story.withdrawn_at).is_(None),
        )
        .order_by(col(Story.id))
    )
    found = []
    for story in (await session.exec(statement)).all():
        one = await couple(session, story.pair_id)
        if one:
            found.append((story, one))
    return found


async def withdraw_of(work: UnitOfWork, owner: Owner) -> None:
    """Withdraw every story of an erased person: it names them."""
    theirs = (col(Story.pair_id).in_(owner.pairs), col(Story.withdrawn_at).is_(None))
    gone = update(Story).where(*theirs).values(withdrawn_at=work.now, clean_at=work.now, **FORGOTTEN)
    await work.session.exec(gone.execution_options(synchronize_session=False))


async def may_tell(session: AsyncSession, pair: Pair) -> bool:
    """Whether a pair has enough to tell: a few sessions while it meets, and at its end only if it completed."""
    result = await read_result(session, pair)
    return result.held >= ENOUGH if pair.state == PairState.ACTIVE else result.completed


async def _told(
    work: UnitOfWork, caller: Caller, pair_id: int, *, lock: bool = False, parted: bool = False
) -> StoryView:
    """`parted`: also of a pair that ended before its time."""
    one, side = await my_couple(work.session, caller, pair_id, lock=lock, after_the_end=True, even_over=parted)
    newest = select(Story).where(Story.pair_id == pair_id).order_by(col(Story.version).desc()).limit(1)
    story = (await work.session.exec(newest)).first()
    live = story if story and story.withdrawn_at is None else None
    if live is None and not await may_tell(work.session, one.pair):
        if one.pair.state == PairState.ACTIVE:
            raise Rejected("story_at_the_end", count=ENOUGH)
        raise Rejected("story_not_completed")
    return StoryView(one, side, live, story.version if story else 0)


async def _mine(work: UnitOfWork, caller: Caller, story_id: int, *, parted: bool = False) -> tuple[StoryView, Story]:
    story = await work.session.get(Story, story_id)
    told = await _told(work, caller, story.pair_id if story else 0, lock=True, parted=parted)
    if told.story is None or told.story.id != story_id:
        raise Rejected("story_outdated")
    return told, told.story


def _approve(work: UnitOfWork, story: Story, side: Side) -> None:
    if side is Side.MENTOR:
        story.mentor_approved_at = work.now
    else:
        story.leader_approved_at = work.now


async def _forget(work: UnitOfWork, story: Story) -> None:
    """This version is invalid; messages that show it are deleted."""
    for name, value in FORGOTTEN.items():
        setattr(story, name, value)
    story.withdrawn_at = story.clean_at = work.now
    await work.session.flush()


def _letter(
    kind: type[StoryMessage],
    one: PairContext,
    story: Story,
    *,
    person_id: int | None = None,
    channel: str | None = None,
    urgent: bool = False,
) -> Outgoing:
    message, programme = kind(story.id, story.pair_id, story.version), one.programme
    return outgoing(message, programme.team_id, programme.id, person_id=person_id, channel=channel, urgent=urgent)


def keys_shown(programme_id: int, story: Story) -> list[str]:
    """The keys of the messages that show this version of a story."""
    return [kind(story.id, story.pair_id, story.version).key(programme_id) for kind in SHOWN]
