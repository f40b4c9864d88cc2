"""Whatever HR is shown that reaches a table of private answers is played by the simulation, or is listed with a reason.

The outputs are found in the code: services that take an `HrCaller`, everything that reads published groups, HR's part
of the Home tab, and all kinds of messages. So a later output has to join them.
"""

import pytest

from tests.figures.outputs import NO_ANSWERS, OUTPUTS, TO_PEOPLE
from tests.figures.reach import PRIVATE, functions, services_for_hr, tables_of, writers

HOME = "bot.services.programme.overview.read_hr_part"
PLAYED = {name for output in OUTPUTS.values() for name in output.shown_by}
PUBLISHED = ("bot.services.insight.published_groups.publish", "bot.services.insight.published_groups.read_published")
PARTS = {
    "bot.services.insight.summary_figures.read_summary",
    "bot.services.outcomes.figures.outcomes",
    "bot.services.insight.published_groups._ready",
    "bot.services.insight.report.read_report",
    "bot.services.playbook.playbook._read",
    "bot.services.orientation.orientation.finished",
    "bot.services.surveys.results_due.awaited",
}
"""What an output is made of."""


def test_every_service_of_hrs_is_played_or_has_a_reason() -> None:
    reaching = {name for name in {*services_for_hr(), HOME} if tables_of(name)}
    assert reaching - PLAYED - set(NO_ANSWERS) == set(), "add it to tests/figures/outputs.py"


def test_every_message_is_played_or_goes_to_a_person_or_has_a_reason() -> None:
    reaching = {kind: name for kind, name in writers().items() if tables_of(name)}
    unknown = {kind for kind, name in reaching.items() if name not in PLAYED and name not in NO_ANSWERS} - TO_PEOPLE
    assert unknown == set(), "add it to tests/figures/outputs.py"


def test_whatever_reads_published_groups_is_played() -> None:
    readers = {name for name, mentioned in functions().items() if mentioned.intersection(PUBLISHED)}
    assert readers - PLAYED - PARTS == set(), "add it to tests/figures/outputs.py"


def test_nothing_listed_is_gone() -> None:
    known = functions()
    assert {name for name in {*PLAYED, *NO_ANSWERS, *PARTS} if name not in known} == set()
    assert set(writers()) >= TO_PEOPLE


def test_what_is_played_reads_published_groups() -> None:
    assert {name for name in PLAYED if "PublishedGroup" not in tables_of(name)} == set()


@pytest.mark.parametrize("name", ["bot.services.insight.report.ask_for", "bot.services.programme.days_off.calendar_of"])
def test_what_tells_nothing_private_needs_no_reason(name: str) -> None:
    assert name in services_for_hr()
    assert not tables_of(name) & PRIVATE


def test_a_service_that_counted_answers_by_itself_would_be_found(monkeypatch: pytest.MonkeyPatch) -> None:
    later = {"bot.services.x.look": frozenset({"bot.services.x._count"}), "bot.services.x._count": frozenset()}
    answers = frozenset({"storage.tables.PollAnswer"})
    monkeypatch.setattr("tests.figures.reach.functions", lambda: later | {"bot.services.x._count": answers})
    assert tables_of("bot.services.x.look") == {"PollAnswer"}
