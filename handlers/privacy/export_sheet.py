"""A person's stored data as labels and values in words, for the window and the file."""

from datetime import date, datetime
from enum import Enum
from typing import Any

from sqlmodel import SQLModel

from bot.domain.busy_hours import mask
from bot.domain.signup import Level
from bot.services.privacy.export import PROFILE, Stored
from handlers.busy_hours.views import busy_in_words
from handlers.own_questions.views import answer_in_words, words_of
from handlers.working_time.words import STORED, in_words
from prompts.catalogue import Mrkdwn, Texts
from storage.personal_data import TRACES
from storage.tables import MentoringSession, Nomination, OwnAnswer, Pair, PairConfirmation
from storage.trace import Trace

Entry = list[tuple[str, str]]
"""Labels and values of one item."""

LABELS = {
    "role": "role_names",
    "topic": "topics",
    "interests": "interests",
    "formats": "formats",
    "cadences": "cadences",
    "start": "styles",
    "talk": "styles",
    "tone": "styles",
    "address": "addresses",
    "left_reason": "leave_reasons",
    "cadence": "cadences",
    "wished_cadence": "cadences",
    "format": "formats",
    "side": "role_names",
    "pack": "packs",
    "form": "formats",
    "met": "met",
    "moment": "moments",
    "kind": "card_kinds",
    "owner": "role_names",
    "state": "card_states",
    "progress": "progress",
    "reason": "move_reasons",
    "area": "improvement_areas",
    "stage": "improvement_stages",
    "sharing": "improvement_sharing",
}
"""The column, or the key within a record → the group of labels for its codes."""
SCALES = {
    "skill": "skills",
    "priority": "priorities",
    "confidence": "confidence",
    "learning": "agree",
    "advice": "agree",
}
"""Numbers of a sign-up → the group of their labels."""
LEVELS = ("level", "hr_level")
STATES = {"participant": "labels.participant_states", "session": "labels.session_states"}
"""The others have theirs below `privacy.states`."""


def areas(stored: Stored) -> list[str]:
    """The parts that have a title of their own, in order."""
    tables = [trace.name for trace in TRACES if trace.exported and (trace.name not in _RARE or stored.of(trace.name))]
    return ["person", *tables[:1], "avoidance", *tables[1:]]


_RARE = (
    "programmeroster",
    "invitation",
    "nomination",
    "managernote",
    "kickoffguest",
    "busycalendar",
    "opennessanswer",
    "buddychoice",
    "buddypair",
    "circlemember",
    "topicask",
    "pairconfirmation",
    "ownanswer",
    "improvement",
    "broadcast",
    "programmecontact",
    "sponsormessage",
    "certificatedesign",
    "draft",
    "hrmember",
    "auditentry",
)
"""Only some have these: people who connected a calendar, people in HR's list, people who were asked about a topic or a
partner, mentors who had a note sent to their manager, leaders who answered in the briefing, mentors with a buddy or a
circle, people to whom HR wrote, whose programme has questions of HR's, who made suggestions, contact people, people
in whose name HR posted or who sign certificates, and HR."""


def title(texts: Texts, area: str) -> str:
    key = f"privacy.areas.{area}.title"
    return texts.plain(key) if texts.has(key) else area


def about(texts: Texts, area: str) -> Mrkdwn:
    """Its purpose, and who sees it."""
    key = f"privacy.areas.{area}.about"
    return texts(key) if texts.has(key) else Mrkdwn("")


def count(stored: Stored, area: str) -> int:
    if area == "person":
        return 1
    return len(stored.avoided) if area == "avoidance" else len(stored.of(area))


def entries(texts: Texts, stored: Stored, area: str) -> list[Entry]:
    """Everything of one part, oldest first."""
    if area == "person":
        return [_profile(texts, stored)]
    if area == "avoidance":
        return [[(_label(texts, "name"), one.name)] for one in stored.avoided]
    trace = next((one for one in TRACES if one.name == area), None)
    return [_entry(texts, stored, trace, row) for row in stored.of(area)] if trace else []


def _profile(texts: Texts, stored: Stored) -> Entry:
    person = stored.person
    found = [(name, _value(texts, stored, "person", name, getattr(person, name))) for name in PROFILE]
    return [(_label(texts, name), value) for name, value in found if value]


def _entry(texts: Texts, stored: Stored, trace: Trace, row: SQLModel) -> Entry:
    found: list[tuple[str, str]] = []
    if isinstance(row, OwnAnswer):
        return _own_answer(texts, stored, row)
    area = trace.name
    for name in trace.exported:
        value = getattr(row, name)
        match name:
            case "programme_id":
                programme = stored.programmes.get(value or 0)
                found.append(("programme", programme.name if programme else ""))
            case "id" | "explanation" | "manager_known":
                continue
            case "manager_id":
                manager = stored.managers.get(value or 0)
                found.append(("manager", manager.name if manager else ""))
            case "mentor_id" if isinstance(row, Pair):
                found.append(("partner", stored.partners[row.id].name))
                found.append(("role", texts.plain(f"labels.role_names.{stored.side(row)}")))
            case "mentor_id" if isinstance(row, PairConfirmation):
                found.append(("partner", stored.suggested[row.id].name))
                found.append(("role", texts.plain(f"labels.role_names.{stored.side(row)}")))
                found.append(("answer", _value(texts, stored, area, "answer", stored.answer(row))))
            case "nominator_id" if isinstance(row, Nomination):
                person = stored.nominations.get(row.id)
                label = "nominee" if stored.nominated_by_me(row) else "nominator"
                found.append((label, person.name if person else ""))
            case "explains" if not value:  # not ticked says nothing
                continue
            case "ended_why" if isinstance(row, Pair):
                found.append((name, stored.ended_why(row) or ""))
            case "pair_id":
                found.append(("partner", _partner(stored, value)))
            case "session_id":
                found += _session(stored, value)
            case "host":
                found.append((name, mask(value)))
            case "busy":
                found.append((name, busy_in_words(texts, value, stored.person.zone)))
            case "problem":
                found.append((name, texts.plain(f"busy_hours.problems.{value}") if value else ""))
            case _:
                found.append((trace.column_name(name), _value(texts, stored, area, name, value)))
    return [(_label(texts, name), value) for name, value in found if value]


def _own_answer(texts: Texts, stored: Stored, row: OwnAnswer) -> Entry:
    """HR's question, and the answer in words."""
    question = stored.questions[row.question_id]
    words, programme = words_of(texts, question), stored.programmes.get(question.programme_id)
    value = "" if row.value is None else answer_in_words(texts, words, question.kind, row.value)
    found = [
        ("programme", programme.name if programme else ""),
        ("place", texts.plain(f"own_questions.places.{question.place}")),
        ("question", words.ask),
        ("answer", value or row.text or ""),
        ("share", _value(texts, stored, "ownanswer", "share", row.share) if row.text else ""),
        ("answered_at", texts.moment(row.answered_at, stored.person.zone)),
    ]
    return [(_label(texts, name), shown) for name, shown in found if shown]


def _partner(stored: Stored, pair_id: int) -> str:
    partner = stored.partners.get(pair_id)
    return partner.name if partner else ""


def _session(stored: Stored, session_id: int) -> list[tuple[str, str]]:
    """Which session it is about."""
    meetings = (one for one in stored.of("session") if isinstance(one, MentoringSession))
    meeting = next((one for one in meetings if one.id == session_id), None)
    return [("partner", _partner(stored, meeting.pair_id)), ("number", str(meeting.number))] if meeting else []


def _value(texts: Texts, stored: Stored, area: str, name: str, value: Any) -> str:
    """A value in words; "" for none."""
    match value:
        case None | "" | []:
            return ""
        case bool():
            return texts.plain(f"privacy.fields.{'yes' if value else 'no'}")
        case datetime():
            return texts.moment(value, stored.person.zone)
        case date():
            return texts.day(value)
        case list():
            return "; ".join(_value(texts, stored, area, name, one) for one in value)
        case dict():
            # The level of an offer is how well they know it, not their career level.
            named = {"skill" if key == "level" else str(key): one for key, one in value.items()}
            parts = [_value(texts, stored, area, key, one) for key, one in named.items()]
            return ", ".join(part for part in parts if part)
        case Enum():
            return _word(texts, STATES.get(area, "privacy.states"), value.value)
        case int() if name in LEVELS and area in ("participant", "programmeroster") and value in set(Level):
            return texts.plain(f"labels.levels.{Level(value).name.lower()}")
        case int() if name in SCALES and texts.has(key := f"labels.{SCALES[name]}.s{value}"):
            return texts.plain(key)
        case str() if name == "language":
            return texts.catalogue.names().get(value, value)
        case str() if name in STORED:
            return in_words(texts, name, value)
        case str() if name == "languages":
            return texts.language_name(value)
        case _:
            return _word(texts, f"labels.{LABELS.get(name, '')}", str(value))


def _word(texts: Texts, group: str, code: str) -> str:
    key = f"{group}.{code}"
    return texts.plain(key) if texts.has(key) else code


def _label(texts: Texts, name: str) -> str:
    key = f"privacy.fields.{name}"
    return texts.plain(key) if texts.has(key) else name
