"""A second guard for many workspaces: nothing of another workspace is read into or written from a request.

Every query names its workspace; this notices one that does not. It checks the rows that are read as objects and those
that are added or changed, while `bot.workspaces.current` names a workspace. It does not see the single columns of a
query.
"""

from typing import Any

from sqlalchemy import event
from sqlmodel import Session

from bot.workspaces.current import current_workspace


class OtherWorkspace(Exception):
    """A row belongs to another workspace than the current one: a programming error, and nothing was shown."""


class GuardedSession(Session):
    """The session of a store in mode many."""


def _check(row: Any, current: str) -> None:
    theirs = getattr(row, "team_id", None)
    if theirs is not None and theirs != current:
        raise OtherWorkspace(f"{type(row).__name__} of another workspace, while working for {current}")


@event.listens_for(GuardedSession, "loaded_as_persistent")
def _check_loaded(_session: Session, row: Any) -> None:
    if current := current_workspace():
        _check(row, current)


@event.listens_for(GuardedSession, "before_flush")
def _check_changed(session: Session, _context: Any, _instances: Any) -> None:
    if current := current_workspace():
        for row in (*session.new, *session.dirty, *session.deleted):
            _check(row, current)
