"""`python -m bot outbox`: what did not arrive, for whoever runs the bot. Ids and causes, never what a message says."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import col, select

from storage.outbox import TROUBLED, drop, retry
from storage.tables import Outbox, OutboxState
from storage.unit_of_work import Store

ADVICE = {
    OutboxState.HELD: "look in Slack whether it is there: drop it if so, else retry it",
    OutboxState.DEAD: "put the cause right, then retry it, or drop it",
    OutboxState.EXPIRED: "it came too late to be of use: drop it, or retry it all the same",
}
HEADINGS = ("ID", "STATE", "DUE (UTC)", "TRIES", "KIND", "TO", "CAUSE")


@dataclass(frozen=True)
class Settled:
    """What was asked for and could be done, and the ids of messages that are not in trouble."""

    done: list[int]
    unknown: list[int]


async def in_trouble(store: Store, now: datetime, states: Sequence[OutboxState] = TROUBLED) -> list[Outbox]:
    """Messages in any of `states`, the oldest first."""
    async with store.read(now) as work:
        wanted = select(Outbox).where(col(Outbox.state).in_(states)).order_by(col(Outbox.due_at), col(Outbox.id))
        return list((await work.session.exec(wanted)).all())


async def settle(store: Store, now: datetime, ids: Iterable[int], *, again: bool) -> Settled:
    """Send messages in trouble `again`, or give them up, all in one commit; what is in no trouble is left alone."""
    settled = Settled([], [])
    async with store.write(now) as work:
        for outbox_id in dict.fromkeys(ids):
            row = await work.session.get(Outbox, outbox_id)
            done = row is not None and (
                await retry(work.session, row.team_id, outbox_id, now)
                if again
                else await drop(work.session, row.team_id, outbox_id)
            )
            (settled.done if done else settled.unknown).append(outbox_id)
        await work.commit()
    return settled


def table(rows: Sequence[Outbox]) -> str:
    """The messages in columns, then what to do about each state among them."""
    cells = [HEADINGS, *(_cells(row) for row in rows)]
    widths = [max(len(line[column]) for line in cells) for column in range(len(HEADINGS))]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip() for line in cells]
    states = dict.fromkeys(row.state for row in rows)
    return "\n".join([*lines, "", *(f"{state}: {ADVICE[state]}" for state in states if state in ADVICE)])


def _cells(row: Outbox) -> tuple[str, ...]:
    to = f"person {row.person_id}" if row.person_id else f"pair {row.pair_id}" if row.pair_id else "channel"
    due = row.due_at.strftime("%Y-%m-%d %H:%M")
    return (str(row.id), str(row.state), due, str(row.attempt), row.kind, to, row.error or "")
