"""Conditions that find the rows of one owner of personal data, for `storage.personal_data`."""

from typing import Any

from sqlalchemy import Select, and_, or_, true
from sqlmodel import col, select

from storage.owners import SIDES, Owner, Where
from storage.tables import BroadcastReader, SessionChange, Thanks, TimeProposal


def own_rows_of(table: type[SessionChange] | type[TimeProposal], owner: Owner) -> Where:
    """The rows of a table of sessions that belong to the owner's side."""
    return or_(*[and_(col(table.side) == one, col(table.session_id).in_(owner.sessions_as(one))) for one in SIDES])


def in_programmes(table: Any, owner: Owner, person: str = "person_id") -> Where:
    """The rows of a table with a programme and a `person` that name the owner, whether or not they take part."""
    theirs = true() if owner.whole else col(table.programme_id).in_(owner.programmes)
    return and_(col(getattr(table, person)) == owner.person_id, theirs)


def own_thanks(owner: Owner) -> Where:
    return or_(*[and_(col(Thanks.side) == side, col(Thanks.pair_id).in_(owner.pairs_as(side))) for side in SIDES])


def readers(owner: Owner) -> Select[Any]:
    """Their rows as readers of HR's messages."""
    mine: Select[Any] = select(BroadcastReader.id).where(col(BroadcastReader.person_id) == owner.person_id)
    return mine if owner.whole else mine.where(col(BroadcastReader.programme_id).in_(owner.programmes))


def broadcasts_to(owner: Owner) -> Select[Any]:
    return select(BroadcastReader.broadcast_id).where(col(BroadcastReader.id).in_(readers(owner)))
