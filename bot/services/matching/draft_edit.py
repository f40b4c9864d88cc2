"""Changes of a draft by HR: serialised, each based on the current version."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from sqlmodel import col, select

from bot.services.access import audit, open_draft, open_programme
from bot.services.caller import HrCaller, Rejected
from bot.services.matching.audit_log import Act, since
from storage.queries import person_by_slack
from storage.tables import (
    CoupleMark,
    Draft,
    DraftPair,
    Pair,
    PairState,
    Participant,
    ParticipantState,
    Person,
    Programme,
)
from storage.unit_of_work import Store, UnitOfWork


@dataclass(frozen=True)
class DraftVersion:
    """The version of a draft that a member of HR saw when they acted."""

    draft_id: int
    version: int


class EditConflict(Rejected):
    """Others changed the draft in between: `acts` are theirs, oldest first. Nothing was done."""

    def __init__(self, draft_id: int, acts: list[Act]) -> None:
        super().__init__("overtaken")
        self.draft_id = draft_id
        self.acts = acts


@dataclass
class Change:
    """An open transaction on an open draft, which is locked."""

    work: UnitOfWork
    hr: HrCaller
    programme: Programme
    draft: Draft
    changed: bool = False

    async def did(self, what: str, pair: DraftPair, **more: Any) -> None:
        """Record an action on a pair, which increments the draft's version."""
        self.changed = True
        about = {"draft": self.draft.id, "version": self.draft.version + 1}
        await audit(self.work, self.hr, what, {**about, "mentor": pair.mentor_id, "mentee": pair.leader_id, **more})

    async def did_to(self, what: str, participant: Participant) -> None:
        """The same for an action on a person, whatever their pairs."""
        self.changed = True
        about = {"draft": self.draft.id, "version": self.draft.version + 1}
        await audit(self.work, self.hr, what, {**about, "part": participant.id})

    async def by(self) -> Person:
        """The member of HR. Raises `Rejected`: unknown_person."""
        person = await person_by_slack(self.work.session, self.hr.team_id, self.hr.slack_id)
        if person is None:
            raise Rejected("unknown_person")
        return person

    async def participant(self, participant_id: int) -> Participant:
        """A participant of the programme who has not left. Raises `Rejected`: outdated."""
        participant = await self.work.session.get(Participant, participant_id)
        if (
            participant is None
            or participant.programme_id != self.programme.id
            or participant.state == ParticipantState.LEFT
        ):
            raise Rejected("outdated")
        return participant

    async def pair(self, pair_id: int) -> DraftPair:
        """A pair of this draft. Raises `Rejected`: outdated."""
        pair = await self.work.session.get(DraftPair, pair_id)
        if pair is None or pair.draft_id != self.draft.id:
            raise Rejected("outdated")
        return pair

    async def marked(self, mentor_id: int, leader_id: int) -> CoupleMark | None:
        """HR's decision about two sign-ups so far."""
        statement = select(CoupleMark).where(
            CoupleMark.programme_id == self.programme.id,
            CoupleMark.mentor_id == mentor_id,
            CoupleMark.leader_id == leader_id,
        )
        return (await self.work.session.exec(statement)).first()

    async def mark(self, mentor_id: int, leader_id: int) -> CoupleMark:
        """HR's decision about two sign-ups, to be changed; a blank one if there is none."""
        mark, by = await self.marked(mentor_id, leader_id), await self.by()
        if mark is None:
            mark = CoupleMark(
                team_id=self.draft.team_id,
                programme_id=self.draft.programme_id,
                mentor_id=mentor_id,
                leader_id=leader_id,
                marked_by=by.id,
                marked_at=self.hr.now,
            )
            self.work.session.add(mark)
        mark.marked_by, mark.marked_at = by.id, self.hr.now
        return mark

    async def pairs_of(self, participant_id: int) -> list[DraftPair]:
        """The pairs that a person would have if the draft were released now, weakest first."""
        mine = (DraftPair.mentor_id == participant_id) | (DraftPair.leader_id == participant_id)
        statement = select(DraftPair).where(
            DraftPair.draft_id == self.draft.id, col(DraftPair.excluded).is_(False), mine
        )
        return list((await self.work.session.exec(statement.order_by(col(DraftPair.score), col(DraftPair.id)))).all())

    async def taken_out(self, participant_id: int) -> list[DraftPair]:
        """A person's pairs that HR excluded from the draft but did not forbid, strongest first."""
        mine = (DraftPair.mentor_id == participant_id) | (DraftPair.leader_id == participant_id)
        statement = select(DraftPair).where(
            DraftPair.draft_id == self.draft.id, col(DraftPair.excluded).is_(True), mine
        )
        pairs = (await self.work.session.exec(statement.order_by(col(DraftPair.score).desc(), col(DraftPair.id)))).all()
        marks = [await self.marked(one.mentor_id, one.leader_id) for one in pairs]
        return [one for one, mark in zip(pairs, marks, strict=True) if not (mark and mark.verdict)]

    async def free_places(self, participant_id: int, *, as_mentor: bool) -> int:
        """How many more partners a person could have on this side, by their own places."""
        part = await self.work.session.get_one(Participant, participant_id)
        places = part.mentor_capacity if as_mentor else part.leader_capacity
        mine = Pair.mentor_id if as_mentor else Pair.leader_id
        held = select(Pair.id).where(mine == participant_id, Pair.state != PairState.ENDED)
        partners = (await self.work.session.exec(held)).all()
        drafted = [
            one
            for one in await self.pairs_of(participant_id)
            if participant_id == (one.mentor_id if as_mentor else one.leader_id)
        ]
        return places - len(partners) - len(drafted)


@asynccontextmanager
async def changing(store: Store, hr: HrCaller, seen: DraftVersion) -> AsyncIterator[Change]:
    """Commits the enclosed changes once.

    Raises `EditConflict`, and `Rejected`: outdated, already_released, draft_outdated, programme_ended.
    """
    async with store.write(hr.now, receipt=hr.signed) as work:
        programme = await open_programme(work.session, hr, lock=True)
        draft = await open_draft(work.session, hr, seen.draft_id, lock=True)
        if draft.version != seen.version:
            raise EditConflict(draft.id, await since(work, draft, seen.version))
        change = Change(work, hr, programme, draft)
        yield change
        if change.changed:
            draft.version += 1
        await work.commit()
