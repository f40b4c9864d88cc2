"""What HR is told to look at after a rehearsal, and what to do about it."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from bot.domain.calendar import DaysOff, Hours
from bot.rehearsal.actor import block_of
from bot.rehearsal.command import WITH_FINDINGS, exit_code
from bot.rehearsal.deferrals import waited_over
from bot.rehearsal.findings import (
    COUNTRY,
    Finding,
    about_failed_actions,
    about_sessions,
    describe_finding,
    outside_hours,
    refusal,
)
from bot.rehearsal.message_length import COLUMNS, LINES, screens
from bot.rehearsal.message_readers import FailedAction
from bot.sandbox import View
from bot.slack.errors import ErrorClass
from prompts.catalogue import Catalogue
from storage.tables import MentoringSession, Outbox, Person
from tests.rehearsal.conftest import A_WEEK_OFF, Played, words

CATALOGUE = Catalogue.load()
NOW = datetime(2027, 2, 16, 3, tzinfo=UTC)
JAKARTA, OFF = Hours("Asia/Jakarta"), DaysOff("ID")


def test_nothing_is_wrong_with_the_sample_company(played: Played) -> None:
    found = {one.code for one in played.rehearsal.findings if not one.is_note}
    assert found == set()


def test_messages_that_waited_are_told_by_their_holiday(played: Played) -> None:
    notes = {one.code: one for one in played.rehearsal.findings if one.is_note}
    assert "nights" in notes
    for one in played.rehearsal.findings:
        if one.code == "holiday":
            assert date.fromisoformat(one.values["day"]).weekday() < 5
            assert all(played.entries[number].kind == "message" for number in one.entries)
            assert len(one.entries) == one.values["count"]


def test_hrs_own_settings_are_played(another: Played) -> None:
    """What would have come in its week off waits, and is told."""
    (waited,) = [one for one in another.rehearsal.findings if one.code == "day_off"]
    assert date.fromisoformat(waited.values["day"]) in A_WEEK_OFF
    assert [one["code"] for one in another.report["findings"]] == [one.code for one in another.rehearsal.findings]
    read = "\n".join(words(one) for one in another.entries)
    assert "Rina, Managing Director" in read
    assert another.rehearsal.name == "Learn from them"
    kept = [CATALOGUE.texts(language).plain("matching.weights.kept") for language in ("id", "en")]
    assert any(text in read for text in kept), "in the language that HR itself reads"
    # But for the list that HR asks for on one of these days.
    came = [one for one in another.messages() if one.at.date() in A_WEEK_OFF and another.rehearsal.hr.id not in one.who]
    assert [words(one) for one in came] == []


def test_a_button_or_form_that_fails_is_told_to_hr_and_fails_a_strict_rehearsal() -> None:
    found = list(
        about_failed_actions([FailedAction("Sari", "Save", "0 elements"), FailedAction("Budi", "Save", "0 elements")])
    )
    assert found == [Finding("stumble", {"people": ["Budi", "Sari"], "did": "Save", "why": "0 elements", "count": 2})]
    assert exit_code(found, strict=True) == WITH_FINDINGS
    assert exit_code(found, strict=False) == 0
    assert exit_code([Finding("nights", {"count": 3})], strict=True) == 0


def test_of_two_buttons_alike_the_first_is_pressed() -> None:
    """The Home of somebody with two partners: a rehearsal of four people once ended there."""
    twice = [
        {"type": "actions", "block_id": place, "elements": [{"type": "button", "action_id": "home.pair"}]}
        for place in ("first", "second")
    ]
    home = View(id="V1", type="home", user="U1", hash="", blocks=twice)
    assert block_of(home, "home.pair") == "first"
    assert block_of(home, "session.move") is None


@pytest.mark.parametrize("language", ["id", "en"])
def test_each_finding_is_told_in_words(language: str) -> None:
    texts = CATALOGUE.texts(language)
    for code, values in SAMPLES.items():
        words = describe_finding(Finding(code, values), texts, COUNTRY)
        assert all(words.values()), code
    codes = {key.split(".")[2] for key in CATALOGUE.keys("id") if key.startswith("rehearsal.findings.")}
    assert codes - {"found", "nothing", "line"} == set(SAMPLES)


DAY = {"day": "2027-03-08", "count": 3}
SAMPLES: dict[str, dict[str, object]] = {
    "text_long": {"kind": "booking_nudge", "screens": 2.4},
    "text_advice": {"file": "id/sessions/nudge_mentor.md", "line": 4},
    "translation_missing": {"keys": ["sessions.nudge_mentor"], "language": "id", "other": "en"},
    "language_incomplete": {"language": "en", "count": 12},
    "holiday": DAY,
    "day_off": DAY,
    "nights": {"count": 3},
    "own_days": {"count": 2},
    "starts_off": {"day": "2027-03-08", "first": "2027-03-12"},
    "left_over": {"people": ["Sari"], "cause": "topic_not_offered", "help": "recruit", "topics": ["ai_tools"]},
    "manager_empty": {"people": ["Sari", "Budi"]},
    "manager_outside": {"people": ["Pak Joko"]},
    "window_off": DAY,
    "same_day": {"people": ["Sari", "Budi"], "day": "2027-03-08"},
    "crowded": {"people": ["Sari"], **DAY},
    **{
        f"over_{limit}": {"people": ["Sari"], "count": 31, "allowed": 30}
        for limit in ("median", "most", "introduction", "week", "silent")
    },
    "put_off": {"method": "views.publish", "count": 695},
    **{
        code: {"what": "chat.postMessage: invalid_blocks", "count": 2}
        for code in ("refused", *(f"refused_{cause}" for cause in ErrorClass))
    },
    "trouble": {"trouble": "contact_left", "day": "2027-03-08", "hr_did": ["other_contact"]},
    "trouble_open": {"trouble": "missed_events", "day": "2027-03-08", "hr_did": []},
    "lost": {"kind": "thanks"},
    "stumble": {"people": ["Sari"], "did": "Save", "why": "0 elements", "count": 2},
    "outside_hours": {"people": ["Sari"], "kind": "thanks", "day": "2027-03-08"},
}


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        ("views.publish: ratelimited", "put_off"),
        ("files.getUploadURLExternal: ratelimited", "put_off"),
        ("chat.postMessage: invalid_blocks", "refused_message"),
        ("conversations.open: user_disabled", "refused_person"),
        ("chat.postMessage: restricted_action", "refused_channel"),
        ("users.info: missing_scope", "refused_workspace"),
        ("chat.postMessage: service_unavailable", "refused_transient"),
        ("chat.postMessage: a_code_of_next_year", "refused"),
    ],
)
def test_a_refused_call_is_told_by_its_cause(fault: str, code: str) -> None:
    """Calls that were put off for a rate limit were blamed on long texts and missing pictures."""
    assert refusal(fault, (1, 2)).code == code


def test_two_screens_of_a_phone_are_as_many_lines() -> None:
    line = "x" * COLUMNS
    assert screens([], "\n".join([line] * LINES)) == 1
    section = {"type": "section", "text": {"type": "mrkdwn", "text": f"<https://a.example/{line}|here> <@U0001>"}}
    assert screens([section]) < 0.1
    assert screens([section, {"type": "actions", "elements": [{}, {}]}, {"type": "image"}]) > 0.3


def waited(written: datetime, sent: datetime) -> list[date] | None:
    row = Outbox(team_id="T", key="k", kind="thanks", due_at=sent, sent_at=sent, created_at=written)
    return waited_over(row, JAKARTA, OFF)


def test_why_a_message_waited() -> None:
    friday, nyepi = datetime(2027, 3, 5, 12, tzinfo=UTC), date(2027, 3, 8)
    tuesday = datetime(2027, 3, 9, 2, tzinfo=UTC)
    over = waited(friday, tuesday)
    assert over is not None
    assert nyepi in over, "written after hours on Friday, it waited over the weekend and Nyepi"
    night = waited(datetime(2027, 3, 2, 12, tzinfo=UTC), datetime(2027, 3, 3, 2, tzinfo=UTC))
    assert night == []
    assert waited(datetime(2027, 3, 3, 3, tzinfo=UTC), datetime(2027, 3, 3, 4, tzinfo=UTC)) is None
    assert waited(datetime(2027, 3, 3, 3, tzinfo=UTC), tuesday) is None, "planned for later, in working time"


def test_windows_without_a_working_day_and_two_sessions_on_one() -> None:
    sari, budi = (Person(team_id="T", slack_id=name, name=name, created_at=NOW) for name in ("Sari", "Budi"))
    weeks = [(date(2027, 2, 8), date(2027, 2, 15), None), (date(2027, 2, 15), date(2027, 2, 22), NOW)]
    sessions = [
        MentoringSession(
            team_id="T", pair_id=1, number=n, pack="contract", opens_on=first, closes_on=last, starts_at=starts
        )
        for n, (first, last, starts) in enumerate([*weeks, weeks[1]])
    ]
    week_off = frozenset(date(2027, 2, day) for day in range(8, 13))
    found = about_sessions([(sari, budi, one) for one in sessions], DaysOff("ID", week_off))
    assert found == [
        Finding("window_off", {"day": "2027-02-08", "count": 1}),
        Finding("same_day", {"people": ["Sari", "Budi"], "day": "2027-02-16"}),
    ]


def test_own_texts_in_one_language_only_and_too_long(tmp_path: Path) -> None:
    folder = tmp_path / "texts" / "id" / "sessions"
    folder.mkdir(parents=True)
    (folder / "nudge_mentor.md").write_text("---\ntitle: Halo\n---\n" + "kata " * 300, "utf-8")
    catalogue = Catalogue.load(tmp_path / "texts")
    assert catalogue.own_in_one_language() == [
        ("sessions.nudge_mentor.body", "id", "en"),
        ("sessions.nudge_mentor.title", "id", "en"),
    ]
    (problem,) = catalogue.own_problems()
    assert problem.advice
    assert catalogue.texts("id").plain("sessions.nudge_mentor.body").startswith("kata kata"), "used all the same"


def test_a_message_outside_working_hours_is_told_as_the_report_has_it() -> None:
    """The report's entry once lacked what its sentence says, and the rehearsal ended in a traceback."""
    (found,) = outside_hours([{"to": "Sari", "kind": "thanks", "at": "2027-03-08T20:00+07:00"}])
    assert "Sari" in describe_finding(found, CATALOGUE.texts("en"), COUNTRY)["what"]
