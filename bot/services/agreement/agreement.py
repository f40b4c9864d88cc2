"""Writing, changing and signing a pair's agreement. Only the two can read it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from sqlalchemy import bindparam
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.domain.agreement import (
    Books,
    Goal,
    GoalProgress,
    Headway,
    SignatureTimes,
    State,
    Terms,
    Version,
    faults,
    standing,
    state,
)
from bot.domain.agreement_learning_plan import PlannedFor, aims_of, stored_aims
from bot.domain.calendar import local
from bot.domain.messages.agreement import AgreementMessage, AgreementProposedMessage, AgreementSignedMessage
from bot.domain.sessions import Side
from bot.services.agreement.goal_records import KEPT, PROGRESS, date_of, plan
from bot.services.caller import Caller, InvalidInput, Rejected
from bot.services.pair_context import PairContext, couple, my_couple
from storage.outbox import Outgoing, outgoing
from storage.tables import Agreement, MentoringSession, Pair, PairState, Record
from storage.unit_of_work import Store, UnitOfWork

CHANGE_WINDOW = timedelta(days=1)
"""After a change the at-risk rules check a pair after this time."""


@dataclass(frozen=True)
class AgreementView:
    """A pair's current agreement, from the view of `side`; None if there is none yet. `sessions`: the pair's."""

    couple: PairContext
    side: Side
    agreement: Agreement | None
    sessions: tuple[PlannedFor, ...] = ()

    @property
    def state(self) -> State:
        return state(version_of(self.agreement) if self.agreement else None, self.side)

    @property
    def version(self) -> int:
        return self.agreement.version if self.agreement else 0

    @property
    def headway(self) -> tuple[Headway, ...]:
        """Progress of each goal."""
        return headway_of(self.agreement) if self.agreement else ()

    @property
    def terms(self) -> Terms | None:
        return terms_of(self.agreement) if self.agreement else None


class EditConflict(Exception):
    """The partner saved a version in between, and nothing was changed. `seen` is the partner's version."""

    def __init__(self, seen: AgreementView) -> None:
        super().__init__(seen.version)
        self.seen = seen


async def read_agreement(store: Store, caller: Caller, pair_id: int) -> AgreementView:
    """The agreement of the caller's pair; once that is over, if there is one. Raises `Rejected` as `my_couple`."""
    async with store.read(caller.now) as work:
        found, side = await my_couple(work.session, caller, pair_id, even_over=True)
        seen = await _seen(work.session, found, side)
        if seen.agreement is None and not found.goes_on:
            raise Rejected("pair_ended")
        return seen


async def propose(store: Store, caller: Caller, pair_id: int, basis: int, terms: Terms) -> AgreementView:
    """Store `terms` as a new version, signed by its writer; the partner is asked to sign.

    `basis` is the version that the caller edited (0 for none). Identical content makes no new version: it is
    signed instead. Raises `EditConflict`, `InvalidInput`; `Rejected`: agreement_same, and those of `my_couple`.
    """
    async with store.write(caller.now, receipt=caller.signed) as work:
        found, side = await my_couple(work.session, caller, pair_id, lock=True)
        before = await _seen(work.session, found, side)
        if before.version != basis:
            raise EditConflict(before)
        if terms.plan is None and before.terms:  # of a form without the plan, which an older version opened
            terms = replace(terms, plan=before.terms.plan)
        today = local(caller.now, found.person(side).zone).date()
        if wrong := faults(terms, today, before.terms):
            raise InvalidInput(wrong)
        if before.agreement and terms.tidy() == before.terms:
            if before.state is not State.YOURS:
                raise Rejected("agreement_same")
            after = await _signed(work, before, before.agreement)
        else:
            after = await _written(work, before, terms.tidy())
        await work.commit()
    return after


async def sign(store: Store, caller: Caller, agreement_id: int) -> AgreementView:
    """The caller signs the newest version. Raises `Rejected`: agreement_outdated (there is a newer one),
    agreement_signed (already signed), and those of `my_couple`."""
    async with store.write(caller.now, receipt=caller.signed) as work:
        # Only the pair: the row itself is read once it is locked.
        pair_id = (await work.session.exec(select(Agreement.pair_id).where(Agreement.id == agreement_id))).first()
        found, side = await my_couple(work.session, caller, pair_id or 0, lock=True)
        now = await _seen(work.session, found, side)
        if now.agreement is None or now.agreement.id != agreement_id:
            raise Rejected("agreement_outdated")
        if now.state is not State.YOURS:
            raise Rejected("agreement_signed")
        after = await _signed(work, now, now.agreement)
        await work.commit()
    return after


async def _written(work: UnitOfWork, before: AgreementView, terms: Terms) -> AgreementView:
    pair, side = before.couple.pair, before.side
    row = Agreement(
        team_id=pair.team_id,
        pair_id=pair.id,
        version=before.version + 1,
        goals=_goals(before.agreement, terms),
        books=terms.books or "",
        mentor_called=terms.mentor_called,
        leader_called=terms.leader_called,
        confidential=terms.confidential,
        off_limits=terms.off_limits,
        topic=terms.topic or None,
        plan=stored_aims(terms.plan),
        written_by=side,
        written_at=work.now,
    )
    _put_name(row, side, work)
    work.session.add(row)
    await work.session.flush()
    look = work.now + CHANGE_WINDOW
    pair.next_check_at = min(pair.next_check_at or look, look)
    await work.send(_message(before.couple, side.other, AgreementProposedMessage(row.pair_id, row.version)))
    return replace(before, agreement=row)


def _goals(before: Agreement | None, terms: Terms) -> list[Record]:
    """The goals as stored; a goal that stays keeps its progress."""
    was = {one["goal"]: one for one in before.goals} if before else {}
    rows: list[Record] = []
    for goal in terms.goals:
        by, old = goal.by.isoformat() if goal.by else "", was.get(goal.goal, {})
        kept = KEPT if old.get("by") == by else PROGRESS
        rows.append(
            {"goal": goal.goal, "measure": goal.measure, "by": by} | {key: old[key] for key in kept if key in old}
        )
    return rows


async def _signed(work: UnitOfWork, seen: AgreementView, row: Agreement) -> AgreementView:
    _put_name(row, seen.side, work)
    if version_of(row).signed_at:
        plan(row, seen.couple)
    # The signer is answered where they signed.
    await work.send(_message(seen.couple, seen.side.other, AgreementSignedMessage(row.pair_id, row.version)))
    return replace(seen, agreement=row)


def _put_name(row: Agreement, side: Side, work: UnitOfWork) -> None:
    if side is Side.MENTOR:
        row.mentor_signed_at = work.now
    else:
        row.leader_signed_at = work.now


def _message(couple: PairContext, reader: Side, message: AgreementMessage) -> Outgoing:
    programme, person = couple.programme, couple.person(reader)
    return outgoing(message, programme.team_id, programme.id, person_id=person.id)


# For other modules


async def seen_by(session: AsyncSession, pair_id: int, person_id: int | None, version: int) -> AgreementView | None:
    """The content of a message about `version` for its reader; None if the pair ended or there is a newer version."""
    found = await couple(session, pair_id)
    side = found.side_of(person_id) if found else None
    if found is None or side is None:
        return None
    if not found.goes_on:
        return None
    seen = await _seen(session, found, side)
    return seen if seen.version == version else None


async def _seen(session: AsyncSession, couple: PairContext, side: Side) -> AgreementView:
    rows = (await session.exec(select(MentoringSession).where(MentoringSession.pair_id == couple.pair.id))).all()
    sessions = tuple(PlannedFor(row.number, row.pack, row.opens_on) for row in rows)
    return AgreementView(couple, side, await newest(session, couple.pair.id), sessions)


NEWEST = (
    select(Agreement)
    .where(col(Agreement.pair_id) == bindparam("pair"))
    .order_by(col(Agreement.version).desc())
    .limit(1)
)
"""Built once, because each Home tab needs it."""


async def newest(session: AsyncSession, pair_id: int) -> Agreement | None:
    """The current version."""
    return (await session.exec(NEWEST, params={"pair": pair_id})).first()


async def state_for(session: AsyncSession, pair_id: int, side: Side) -> State:
    """State of a pair's agreement for one of the two."""
    row = await newest(session, pair_id)
    return state(version_of(row) if row else None, side)


async def read_standings(session: AsyncSession, pair_ids: Sequence[int]) -> dict[int, SignatureTimes]:
    """Whether each of these pairs has signed: all that others may know."""
    statement = select(Agreement).where(col(Agreement.pair_id).in_(pair_ids)).order_by(col(Agreement.version))
    return _standings((await session.exec(statement)).all())


async def signed_pairs(session: AsyncSession, programme_id: int) -> int:
    """How many of a programme's active pairs have an agreement that both signed."""
    statement = (
        select(Agreement)
        .join(Pair, col(Pair.id) == col(Agreement.pair_id))
        .where(Pair.programme_id == programme_id, Pair.state == PairState.ACTIVE)
        .order_by(col(Agreement.version))
    )
    return sum(one.signed_at is not None for one in _standings((await session.exec(statement)).all()).values())


def _standings(rows: Iterable[Agreement]) -> dict[int, SignatureTimes]:
    versions: dict[int, list[Version]] = {}
    for row in rows:
        versions.setdefault(row.pair_id, []).append(version_of(row))
    return {pair_id: standing(found) for pair_id, found in versions.items()}


def version_of(row: Agreement) -> Version:
    return Version(row.written_at, {Side.MENTOR: row.mentor_signed_at, Side.LEADER: row.leader_signed_at})


def headway_of(row: Agreement) -> tuple[Headway, ...]:
    """Progress of each goal, in their order."""
    return tuple(
        Headway(
            GoalProgress(one.get("progress", GoalProgress.NOT_STARTED)),
            one.get("note", ""),
            date_of(one) if one.get("moved") else None,
        )
        for one in row.goals
    )


def terms_of(row: Agreement) -> Terms:
    goals = tuple(
        Goal(one["goal"], one["measure"], date.fromisoformat(one["by"]) if one["by"] else None) for one in row.goals
    )
    return Terms(
        goals,
        Books(row.books),
        row.mentor_called,
        row.leader_called,
        row.confidential,
        row.off_limits,
        row.topic or "",
        aims_of(row.plan),
    )


def signed_terms(row: Agreement | None) -> Terms | None:
    """What both have signed; None if a signature is missing."""
    return terms_of(row) if row and version_of(row).signed_at else None


def topic_of(row: Agreement | None) -> str | None:
    """The topic that both agreed on, once they have signed; None if they left it open."""
    return row.topic if row and version_of(row).signed_at else None
