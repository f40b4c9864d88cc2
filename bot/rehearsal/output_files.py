"""Writes the files of a rehearsal."""

import json
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from bot.domain.calendar import DaysOff
from bot.pictures.charts import draw
from bot.rehearsal.booking_figures import booking_figures
from bot.rehearsal.calendars import calendar_figures
from bot.rehearsal.findings import Finding, RehearsalOutcome, collect_findings, describe_finding
from bot.rehearsal.message_counts import count_messages, message_figures
from bot.rehearsal.playback import Playback, Record, entry_json, finding_json
from bot.rehearsal.rehearsal import Rehearsal
from bot.rehearsal.report import figures, read_sendings
from bot.rehearsal.timeline import timetable
from bot.rehearsal.transcript_file import write_transcript
from bot.services.insight.summary_figures import Summary
from bot.services.programme.end import last_day
from bot.services.working_hours import days_off
from handlers.insight.views import chart
from storage.tables import Programme


async def write_down(played: Rehearsal, out: Path) -> tuple[dict[str, Any], list[Finding]]:
    """Write everything to `out`; returns the report and the findings."""
    texts = played.texts
    cast = {actor.id: "hr" if actor.member.hr else actor.member.persona for actor in played.everybody}
    summary, record, report, findings = await _look_back(played, cast)
    words = [describe_finding(one, texts, record.country) for one in findings]
    slack = played.stage.slack
    record.write(out, slack)
    write_transcript(out / "transcript.html", Playback(slack, record.as_json(slack), texts.catalogue))
    played.activity_log.write_calls(out / "calls.jsonl")
    (out / "summary.png").write_bytes(await played.balik.context.in_worker(draw, chart(texts, summary)))
    report["findings"] = [{"code": one.code, **said} for one, said in zip(findings, words, strict=True)]
    (out / "report.json").write_text(json.dumps(report, indent=1, ensure_ascii=False) + "\n", "utf-8")
    return report, findings


async def _look_back(played: Rehearsal, cast: dict[str, str]) -> tuple[Summary, Record, dict[str, Any], list[Finding]]:
    async with played.balik.store.read(played.clock.now()) as work:
        programme = await work.session.get_one(Programme, 1)
        rows = played.sendings = await read_sendings(work)
        summary, found = await figures(work, programme, played.activity_log, rows)
        shown = timetable(played.activity_log, programme, rows)
        people = {actor.id: actor.member.name for actor in played.everybody}
        members = {actor.id: actor.member for actor in played.others}
        counts = await count_messages(work, programme, shown, members)
        found["messages_per_person"] = message_figures(counts)
        left_behind = RehearsalOutcome(
            programme,
            rows,
            shown,
            played.left,
            played.notes,
            people,
            found["outside_hours"],
            played.texts.catalogue,
            counts,
            stumbles=played.message_readers.stumbles,
        )
        if difficult := played.difficulties:
            matter = set(difficult.matter())
            left_behind = replace(
                left_behind,
                troubles=difficult.findings(),
                lost=difficult.lost(rows),
                explained=lambda text: text not in matter,
            )
        findings = await collect_findings(work, left_behind)
        found["bookings"] = await booking_figures(work, played.message_readers.behaviours.presses)
        if played.calendars:
            entries = played.activity_log.entries
            found["calendars"] = await calendar_figures(work, played.calendars, entries)
        record = Record(
            name=played.name,
            language=played.plan.language,
            zone=programme.zone,
            country=programme.country,
            starts_on=programme.starts_on.isoformat(),
            ends_on=last_day(programme).isoformat(),
            days_off=_closed(days_off(programme), played.plan.set_up_on, played.plan.ends.date()),
            characters=cast,
            entries=[entry_json(one) for one in shown],
            findings=[finding_json(one) for one in findings],
        )
    stumbles = [f"{one.who}: {one.did}: {one.why}" for one in played.message_readers.stumbles]
    characters = {actor.member.name: actor.member.persona for actor in played.others}
    report = {**played.plan.told(), **found, "characters": characters, "stumbles": stumbles}
    if played.difficulties:
        report["difficulties"] = await played.difficulties.report(played.sendings)
    return summary, record, report, findings


def _closed(off: DaysOff, first: date, last: date) -> list[str]:
    """The days off from the first to the last that are no weekends."""
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    weekend = DaysOff("")
    return [day.isoformat() for day in days if off.is_off(day) and not weekend.is_off(day)]
