"""What a piece of work costs the bot: statements, transactions and processor time."""

import asyncio
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncEngine

CONTROL = ("BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE", "PRAGMA")
HOME = "home"
"""How the tasks that refresh a Home tab are named (`handlers.home.listeners`)."""


@dataclass
class Cost:
    """`seconds` of this process, which in scenarios is the local Slack's too."""

    statements: int = 0
    transactions: int = 0
    home_statements: int = 0
    home_transactions: int = 0
    """Of the Home tab's refresh, which follows once the person has the answer."""
    seconds: float = 0


@contextmanager
def metered(engine: AsyncEngine) -> Iterator[Cost]:
    """Count what `engine` is asked inside."""
    cost = Cost()

    def began(_connection: Any) -> None:
        if _is_home():
            cost.home_transactions += 1
        else:
            cost.transactions += 1

    def asked(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        if statement.lstrip().upper().startswith(CONTROL):
            return
        if _is_home():
            cost.home_statements += 1
        else:
            cost.statements += 1

    event.listen(engine.sync_engine, "begin", began)
    event.listen(engine.sync_engine, "before_cursor_execute", asked)
    since = time.process_time()
    try:
        yield cost
    finally:
        cost.seconds = time.process_time() - since
        event.remove(engine.sync_engine, "begin", began)
        event.remove(engine.sync_engine, "before_cursor_execute", asked)


def _is_home() -> bool:
    task = asyncio.current_task()
    return task is not None and task.get_name() == HOME
