"""The database, its clock, and what Slack refused lately according to the outbox."""

import time
from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import or_
from sqlalchemy.engine import URL, make_url
from sqlmodel import col, select

from bot.cli.common import AT_HAND, PROGRAM
from bot.cli.doctor.finding import Finding
from bot.cli.doctor.probe import Reply
from bot.clock import Clock
from bot.slack.date import date_of
from bot.slack.errors import ErrorClass, class_of
from bot.slack.refusal_cures import refusal_cure
from storage.db_errors import DATABASE_AWAY
from storage.engine import make_engine
from storage.migrate import DatabaseNewer, check
from storage.outbox_repair import is_paused
from storage.tables import Outbox, OutboxState, RateBucket
from storage.unit_of_work import Store

CLOCK_TOLERANCE = 60
"""Seconds our clock may differ from Slack's: signatures and read-backs stay safe well within it."""
RECENT = timedelta(days=7)
"""How far back refusals are counted."""


async def database(url: str) -> Finding:
    """Whether it exists, answers, and is at the revision of this code."""
    parsed = make_url(url)
    name = parsed.render_as_string(hide_password=True)
    if parsed.get_backend_name() == "sqlite" and not _exists(parsed):  # connecting would make it
        cure = "start the bot, which makes it, or correct DATABASE_URL"
        return Finding("database", False, f"{name}: there is no such file", cure)
    try:
        engine = make_engine(url)
        try:
            up_to_date = await check(engine)
        finally:
            await engine.dispose()
    except DatabaseNewer as error:
        return Finding("database", False, str(error), "install the newer Balik that made it, or restore a backup")
    except DATABASE_AWAY as error:
        cure = "check that it runs, and DATABASE_URL (host, name, user, password)"
        return Finding("database", False, f"{name} cannot be used ({type(error).__name__})", cure)
    if not up_to_date:
        return Finding("database", False, f"{name}: not up to date", f"run {AT_HAND} migrate")
    return Finding("database", True, name)


def _exists(url: URL) -> bool:
    return Path(url.database or "").exists()


async def refusals(store: Store, clock: Clock) -> list[Finding]:
    """Pauses, and messages of the last days that Slack refused; not those that concern one person, which HR settles."""
    async with store.read(clock) as work:
        refused = select(Outbox.error).where(
            Outbox.state == OutboxState.DEAD,
            or_(col(Outbox.started_at) >= work.now - RECENT, col(Outbox.created_at) >= work.now - RECENT),
        )
        codes = Counter(code for code in (await work.session.exec(refused)).all() if code)
        buckets = (await work.session.exec(select(RateBucket).where(is_paused(work.now)))).all()
    found = []
    for bucket in buckets:
        reason = "app_removed" if bucket.stopped else bucket.reason
        if reason:  # without one Slack only asked to wait
            name = f"{bucket.team_id}/{bucket.name}"
            found.append(Finding("outbox", False, f"{name} is paused ({reason})", refusal_cure(reason)))
    for code, count in codes.most_common():
        if class_of("chat.postMessage", code) is ErrorClass.PERSON:
            continue
        what = f"{count} message{'s' if count > 1 else ''} of the last {RECENT.days} days refused ({code})"
        cure = f"{refusal_cure(code)}; then {PROGRAM} outbox lists them, to retry or drop"
        found.append(Finding("outbox", False, what, cure))
    return found or [Finding("outbox", True, f"nothing refused in the last {RECENT.days} days")]


async def database_clock(reply: Reply, store: Store, clock: Clock, answered: float) -> Finding:
    """Stored moments come from the clock of a database that several processes share."""
    now = await store.now(clock) - timedelta(seconds=time.monotonic() - answered)
    return compared("database's clock", reply, now, "set the clock of the database's machine, preferably by NTP")


def compared(subject: str, reply: Reply, now: datetime, cure: str) -> Finding:
    """A clock against the `Date` of Slack's reply."""
    slack = date_of(reply.headers)
    if slack is None:
        return Finding(subject, True, "not compared: Slack's answer has no date")
    off = abs((now - slack).total_seconds())
    return Finding(subject, off <= CLOCK_TOLERANCE, f"{off:.0f} s from Slack's", cure)
