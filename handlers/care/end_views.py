"""What is said of a pause that lasts past the end of its programme."""

from datetime import date, datetime

from bot.domain.calendar import local
from bot.services.programme.end import past_end
from prompts.catalogue import Mrkdwn, Texts
from storage.tables import Programme


def during_pause(texts: Texts, name: str, programme: Programme, until: datetime | None, now: datetime) -> Mrkdwn | None:
    """To who pauses ("chosen"), or to their partner ("partner"); None if the programme lasts longer, or nobody knows
    until when."""
    day = local(until, programme.zone).date() if until else None
    return _said(texts, name, programme, day, now) if day else None


def after_pause(texts: Texts, programme: Programme, now: datetime, latest: date | None = None) -> Mrkdwn | None:
    """Once a pause is over: the programme is, too. `latest`: the last day to meet, of a pair that may take longer."""
    return _said(texts, "over", programme, local(now, programme.zone).date(), now, latest)


def _said(
    texts: Texts, name: str, programme: Programme, day: date, now: datetime, latest: date | None = None
) -> Mrkdwn | None:
    found = past_end(programme, day, latest)
    if found is None:
        return None
    past = found.last < local(now, programme.zone).date()
    until = texts.day(found.latest) if found.latest else ""
    return texts(f"care.pause.end.{name}", last=texts.day(found.last), past=past, latest=until)
