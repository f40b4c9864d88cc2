"""Findings of a rehearsal for HR: each with what was found and what to do about it.

A finding holds codes and values, so that it can be read in any language later; `describe_finding` writes it.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlmodel import col, select

from bot.domain.calendar import DaysOff, local, named_holidays, next_working_day
from bot.domain.message_budget import LIMITS
from bot.domain.messages.registry import FROM_HR, TO_ANYBODY
from bot.domain.sheet_rows import Problem
from bot.rehearsal.deferrals import waited_over
from bot.rehearsal.message_counts import INTRODUCTIONS, PersonCount, broken_limits
from bot.rehearsal.message_length import screens
from bot.rehearsal.message_readers import FailedAction
from bot.rehearsal.report import LOST, readers
from bot.rehearsal.timeline import TimelineEntry
from bot.services.matching.draft_review import LeftOver
from bot.services.pair_context import LEADER, MENTOR, around_pairs
from bot.services.working_hours import days_off
from bot.slack.errors import LIMITED, class_of
from handlers.kit.day_blocks import parts
from handlers.kit.ids import ActionFamily
from prompts.catalogue import DEFAULT_LANGUAGE, Catalogue, Texts
from storage.tables import MentoringSession, Outbox, OutboxState, Pair, Person, Programme
from storage.unit_of_work import UnitOfWork

COUNTRY = "ID"
"""The country whose public holidays a programme has by default."""
LONGEST, LONGEST_SURVEY = 2, 3
"""Phone screens. The questions of a survey are tapped, not read through, and each goes once it is answered."""
OVERTAKEN = ("hash_conflict",)
"""Slack's error code for a form that was changed in between: harmless."""
FULL_DAY = LIMITS.in_a_day + 1
"""This many messages of the bot to one person on one day are reported."""
WEEKENDS = DaysOff("")
NOTED = {"holiday", "day_off", "own_days", "nights", "trouble"}
"""Codes of findings that are only information."""


@dataclass(frozen=True)
class Finding:
    """`code` names its texts, below `rehearsal.findings`; `entries` are the numbers of the entries concerned."""

    code: str
    values: dict[str, Any] = field(default_factory=dict)
    entries: tuple[int, ...] = ()

    @property
    def is_note(self) -> bool:
        """Whether it is only information."""
        return self.code in NOTED


@dataclass(frozen=True)
class RehearsalOutcome:
    """What a rehearsal left behind."""

    programme: Programme
    rows: Sequence[Outbox]
    shown: list[TimelineEntry]
    left: list[Finding]
    """The unmatched people, as of the release."""
    notes: Sequence[Problem]
    """Findings about the roster."""
    people: dict[str, str]
    """Slack ids → names."""
    outside_hours: list[dict[str, str]]
    catalogue: Catalogue
    counts: Sequence[PersonCount] = ()
    """The messages to each person."""
    stumbles: Sequence[FailedAction] = ()
    """What simulated people could not do."""
    troubles: Sequence[Finding] = ()
    """What happened in a difficult workspace."""
    lost: Sequence[Outbox] | None = None
    """The lost messages that matter, if others do not."""
    explained: Callable[[str], bool] = lambda _: False
    """Whether an entry of the activity log about a refused call belongs to one of the troubles."""


async def collect_findings(work: UnitOfWork, played: RehearsalOutcome) -> list[Finding]:
    """Everything there is to say, what needs something done first."""
    found = [
        *played.troubles,
        *_refused(played),
        *_lost(played),
        *about_failed_actions(played.stumbles),
        *outside_hours(played.outside_hours),
        *_starts_off(played.programme),
        *played.left,
        *_about_roster(played.notes),
        *await _sessions(work, played.programme),
        *_long(played),
        *_own_texts(played.catalogue),
        *_crowded(played),
        *_over_limits(played.counts, played.programme.months),
        *await _waited(work, played),
    ]
    return sorted(found, key=lambda one: one.is_note)


def left_over(people: Sequence[LeftOver]) -> list[Finding]:
    """Unmatched people, by the cause."""
    causes: dict[tuple[str, str, tuple[str, ...]], list[str]] = defaultdict(list)
    for one in people:
        learns = one.side == "mentee"
        topics = [record["topic"] for record in (one.participant.wishes if learns else one.participant.offers)]
        told = tuple(topics) if one.cause.startswith("topic_") else ()
        causes[one.cause, one.help, told].append(one.person.name)
    return [
        Finding("left_over", {"people": sorted(set(names)), "cause": cause, "help": help_, "topics": list(topics)})
        for (cause, help_, topics), names in causes.items()
    ]


def _refused(played: RehearsalOutcome) -> Iterator[Finding]:
    by_fault: dict[str, list[int]] = defaultdict(list)
    for one in played.shown:
        if (
            one.entry.kind == "refused"
            and not one.entry.text.endswith(OVERTAKEN)
            and not played.explained(one.entry.text)
        ):
            by_fault[one.entry.text].append(one.number)
    for fault, entries in by_fault.items():
        yield refusal(fault, tuple(entries))


def refusal(fault: str, entries: tuple[int, ...] = ()) -> Finding:
    """Calls of one method that Slack refused with one code, as "method: code", by the cause."""
    method, _, error = fault.partition(": ")
    if error in LIMITED:
        return Finding("put_off", {"method": method, "count": len(entries)}, entries)
    cause = class_of(method, error)
    code = f"refused_{cause}" if cause else "refused"
    return Finding(code, {"what": fault, "count": len(entries)}, entries)


def _lost(played: RehearsalOutcome) -> Iterator[Finding]:
    rows = played.rows if played.lost is None else played.lost
    for kind in sorted({row.kind for row in rows if row.state in LOST}):
        yield Finding("lost", {"kind": kind})


def about_failed_actions(found: Iterable[FailedAction]) -> Iterator[Finding]:
    """What could not be done, by the action and the cause."""
    people: dict[tuple[str, str], list[str]] = defaultdict(list)
    for one in found:
        people[one.did, one.why].append(one.who)
    for (did, why), who in people.items():
        yield Finding("stumble", {"people": sorted(set(who)), "did": did, "why": why, "count": len(who)})


def outside_hours(found: Iterable[dict[str, str]]) -> Iterator[Finding]:
    """Messages that did not wait for working hours, as the report has them."""
    for one in found:
        yield Finding("outside_hours", {"people": [one["to"]], "kind": one["kind"], "day": one["at"]})


def _starts_off(programme: Programme) -> Iterator[Finding]:
    off, start = days_off(programme), programme.starts_on
    if off.is_off(start):
        first = next_working_day(start, off)
        yield Finding("starts_off", {"day": start.isoformat(), "first": first.isoformat()})


def _about_roster(notes: Sequence[Problem]) -> Iterator[Finding]:
    for code in ("manager_empty", "manager_outside"):
        if people := sorted({str(note.values["value"]) for note in notes if note.code == code}):
            yield Finding(code, {"people": people})


Met = tuple[Person, Person, MentoringSession]
"""A session with its mentor and leader."""


async def _sessions(work: UnitOfWork, programme: Programme) -> list[Finding]:
    statement = around_pairs(MENTOR, LEADER, MentoringSession).join(
        MentoringSession, col(MentoringSession.pair_id) == col(Pair.id)
    )
    chose = select(Pair.id).where(Pair.programme_id == programme.id, col(Pair.cadence).is_not(None))
    own = frozenset((await work.session.exec(chose)).all())
    return about_sessions((await work.session.exec(statement)).all(), days_off(programme), own)


def about_sessions(found: Iterable[Met], off: DaysOff, own: Collection[int] = ()) -> list[Finding]:
    """Windows without working days, and pairs that meet twice on one day.

    The windows of pairs that chose their own frequency (`own`, their ids) are theirs: HR's dates do not change them.
    """
    closed: Counter[date] = Counter()
    met: dict[tuple[str, str, date], int] = Counter()
    for mentor, leader, session in found:
        if session.pair_id not in own and next_working_day(session.opens_on, off) >= session.closes_on:
            closed[session.opens_on] += 1
        if session.starts_at:
            met[mentor.name, leader.name, local(session.starts_at, mentor.zone).date()] += 1
    return [
        *(Finding("window_off", {"day": day.isoformat(), "count": closed[day]}) for day in sorted(closed)),
        *(
            Finding("same_day", {"people": [mentor, leader], "day": day.isoformat()})
            for (mentor, leader, day), times in met.items()
            if times > 1
        ),
    ]


def _long(played: RehearsalOutcome) -> Iterator[Finding]:
    """Messages longer than two screens, by their kind; HR's own figures take the room that they need.

    Of a day's message each part is looked at: together they are several messages' worth.
    """
    found: dict[str, list[tuple[float, int]]] = defaultdict(list)
    for one in played.shown:
        if not one.kind or one.entry.channel == played.programme.hr_channel:
            continue
        too_long = [
            filled
            for blocks in parts(one.entry.blocks)
            if (filled := screens(blocks, one.entry.text)) > (LONGEST_SURVEY if _is_survey(blocks) else LONGEST)
        ]
        if too_long:
            found[one.kind].append((max(too_long), one.number))
    for kind, entries in found.items():
        yield Finding("text_long", {"kind": kind, "screens": round(max(entries)[0], 1)}, tuple(n for _, n in entries))


def _is_survey(blocks: Iterable[dict[str, Any]]) -> bool:
    elements = [one for block in blocks for one in block.get("elements", [])]
    return any(one.get("action_id", "").startswith(ActionFamily.MEASURE_GIVE) for one in elements)


def _own_texts(catalogue: Catalogue) -> Iterator[Finding]:
    for problem in catalogue.own_problems():
        yield Finding("text_advice", {"file": "/".join(problem.file.parts[-3:]), "line": problem.line})
    alone: dict[tuple[str, str], set[str]] = defaultdict(set)
    for key, language, other in catalogue.own_in_one_language():
        alone[language, other].add(".".join(key.split(".")[:2]))
    for (language, other), keys in alone.items():
        yield Finding("translation_missing", {"keys": sorted(keys), "language": language, "other": other})
    for language in catalogue.languages:
        if missing := len(set(catalogue.keys(DEFAULT_LANGUAGE)) - set(catalogue.keys(language))):
            yield Finding("language_incomplete", {"language": language, "count": missing})


def _crowded(played: RehearsalOutcome) -> Iterator[Finding]:
    days: dict[tuple[str, date], list[int]] = defaultdict(list)
    for one in played.shown:
        # Neither what HR wrote nor what follows a concern waits for a day with fewer messages.
        if one.unasked and one.kind not in {*FROM_HR, *TO_ANYBODY} and len(one.entry.who) <= 2:
            for who in one.entry.who:
                days[who, local(one.entry.at, played.programme.zone).date()].append(one.number)
    full: dict[date, list[str]] = defaultdict(list)
    for (who, day), numbers in days.items():
        if len(numbers) >= FULL_DAY and not _introduces(played, numbers):
            full[day].append(who)
    for day, people in sorted(full.items()):
        numbers = sorted({number for who in people for number in days[who, day]})
        most = max(len(days[who, day]) for who in people)
        names = sorted(played.people[who] for who in people)
        yield Finding("crowded", {"people": names, "count": most, "day": day.isoformat()}, tuple(numbers))


def _introduces(played: RehearsalOutcome, numbers: Collection[int]) -> bool:
    """Whether several partners are introduced to a person on that day: that has a limit of its own."""
    return sum(one.kind in INTRODUCTIONS for one in played.shown if one.number in numbers) > 1


def _over_limits(counts: Sequence[PersonCount], months: int) -> Iterator[Finding]:
    """Limits of messages per person that the programme's settings break."""
    for one in broken_limits(counts, months):
        values = {"people": list(one.people), "count": round(one.count, 1), "allowed": round(one.allowed, 1)}
        yield Finding(f"over_{one.limit}", values, one.entries)


async def _waited(work: UnitOfWork, played: RehearsalOutcome) -> list[Finding]:
    """Messages that would have come on a holiday, at a weekend or in the night, and were moved."""
    programme, off = played.programme, days_off(played.programme)
    numbers = {(one.entry.channel, one.entry.ts): one.number for one in played.shown if one.kind}
    over: dict[date, list[int]] = defaultdict(list)
    at_night: list[int] = []
    on_own_days: list[int] = []
    for row in played.rows:
        number = numbers.get((row.channel or "", row.ts or ""))
        if row.state is OutboxState.SENT and row.keeps_hours and number is not None:
            for _, hours in await readers(work, programme, row):
                days = waited_over(row, hours, off)
                if days is None:
                    continue
                free = sorted(day for day in days if not WEEKENDS.is_off(day))
                if holiday := next((day for day in free if off.is_off(day)), None):
                    over[holiday].append(number)
                else:
                    (on_own_days if free else at_night).append(number)
                break
    found = []
    for day in sorted(over):
        code = "day_off" if day in off.added else "holiday"
        found.append(Finding(code, {"day": day.isoformat(), "count": len(over[day])}, tuple(over[day])))
    waited = (("own_days", on_own_days), ("nights", at_night))
    return found + [Finding(code, {"count": len(messages)}, tuple(messages)) for code, messages in waited if messages]


def describe_finding(finding: Finding, texts: Texts, country: str) -> dict[str, str]:
    """The finding in words: its title, what was found, and what to do."""
    values = dict(finding.values)
    for name in ("day", "first"):
        if name in values:
            values[name] = texts.day(date.fromisoformat(finding.values[name][:10]))
    if finding.code == "holiday":
        day = date.fromisoformat(finding.values["day"])
        values["holiday"] = named_holidays(country, day, day, texts.language).get(day, "")
    for name in ("people", "keys"):
        if name in values:
            values[name] = texts.join(values[name])
    if "kind" in values:
        values["kind"] = kind_names(texts).get(values["kind"], values["kind"])
    for name in ("language", "other"):
        if name in values:
            values[name] = texts.catalogue.names().get(values[name], values[name])
    if finding.code.startswith("trouble"):
        values |= _about_trouble(finding, texts)
    if finding.code == "left_over":
        topics = texts.join([texts.plain(f"labels.topics.{one}") for one in finding.values["topics"]])
        values["cause"] = texts.plain(f"matching.unmatched_causes.cause.{values['cause']}", topics=topics)
        values["help"] = texts.plain(f"matching.unmatched_causes.help.{values['help']}")
    key = f"rehearsal.findings.{finding.code}"
    return {part: texts.plain(f"{key}.{part}", **values) for part in ("title", "what", "do")}


def _about_trouble(finding: Finding, texts: Texts) -> dict[str, str]:
    """What happened, and what HR had to do."""
    trouble, did = finding.values["trouble"], finding.values["hr_did"] or ["nothing"]
    done = [texts.plain(f"rehearsal.troubles.did.{one}") for one in did]
    return {
        "title": texts.plain(f"rehearsal.troubles.{trouble}.title"),
        "what": texts.plain(f"rehearsal.troubles.{trouble}.what").rstrip("."),
        "do": texts.plain("rehearsal.troubles.open") if finding.code == "trouble_open" else " ".join(done),
    }


def kind_names(texts: Texts) -> dict[str, str]:
    """The name of each kind of message."""
    return {
        kind: name
        for group in texts.options("rehearsal.kinds.groups")
        for kind, name in texts.options(f"rehearsal.kinds.{group}").items()
    }
