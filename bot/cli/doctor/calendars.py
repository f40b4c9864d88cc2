"""Busy hours: whether people can connect their calendars, and whether the stored links can be opened."""

from sqlmodel import col, select

from bot.calendars.link_keys import LinkKeys
from bot.cli.common import PROGRAM
from bot.cli.doctor.finding import Finding
from bot.clock import Clock
from bot.config import Settings
from bot.domain.busy_hours import LinkRefused
from storage.tables import BusyCalendar
from storage.unit_of_work import Store

SUBJECT = "busy hours"


def busy_hours(settings: Settings) -> Finding:
    """What the settings allow."""
    if not settings.busy_hours:
        return Finding(SUBJECT, True, "off")
    if not settings.calendar_keys:
        return Finding(SUBJECT, True, f"nobody can connect a calendar: {PROGRAM} calendar-key writes the missing key")
    rules = settings.calendar_hosts
    allowed = ", ".join(sorted(rules.allowed)) or "every public host"
    private = f"; in your own network: {', '.join(sorted(rules.private))}" if rules.private else ""
    forbidden = f"; never: {', '.join(sorted(rules.forbidden))}" if rules.forbidden else ""
    return Finding(SUBJECT, True, f"calendars of {allowed}{private}{forbidden}")


async def links(settings: Settings, store: Store, clock: Clock) -> list[Finding]:
    """How many links the keys open, and how many calendars cannot be read. Names nobody, and no host."""
    keys = LinkKeys(settings.calendar_keys)
    async with store.read(clock) as work:
        rows = (await work.session.exec(select(col(BusyCalendar.link), col(BusyCalendar.problem)))).all()
    lost = sum(not _opens(keys, link) for link, _ in rows)
    if lost:
        cure = "put the earlier key behind the new one in BALIK_CALENDAR_KEY; otherwise people paste their links again"
        return [
            Finding("calendar links", False, f"{lost} of {len(rows)} cannot be opened with BALIK_CALENDAR_KEY", cure)
        ]
    failing = sum(bool(problem) for _, problem in rows)
    return [Finding("calendar links", True, f"{len(rows)}, of which {failing} cannot be read now")]


def _opens(keys: LinkKeys, link: str) -> bool:
    try:
        keys.decrypt(link)
    except LinkRefused:
        return False
    return True
