"""The workspace that the running request, delivery attempt or item of a job concerns.

A task that is started inside inherits it. Its key is `team_id` of the tables: the id of a workspace (`T…`), or of the
organisation (`E…`) if Balik is installed for a whole Enterprise Grid.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_current: ContextVar[str | None] = ContextVar("workspace", default=None)


def current_workspace() -> str | None:
    """The workspace; None outside, for example while a job selects what is due in all of them."""
    return _current.get()


@contextmanager
def in_workspace(team_id: str) -> Iterator[None]:
    """Inside, work is done for this workspace."""
    before = _current.set(team_id)
    try:
        yield
    finally:
        _current.reset(before)
