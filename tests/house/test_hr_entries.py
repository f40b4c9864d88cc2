"""What HR met when it ran the first programme by hand: each entry has tests that walk it to its end.

An entry's scenarios are in both languages: each takes `language`.
"""

import ast
from pathlib import Path

import pytest

from tests.house.scenario_files import scenario_file

ROOT = Path(__file__).parents[2]

ENTRIES: dict[int, tuple[str, tuple[str, ...]]] = {
    1: ("a pair completes by the rule of certificates", ("closing/one_rule::everything_says_the_same_of_every_pair",)),
    2: (
        "commands and forms name their programme, or ask",
        (
            "signup/which_programme::a_channel_says_which_programme",
            "signup/which_programme::elsewhere_a_window_asks",
            "signup/which_programme::home_and_help_name_every_programme_that_one_can_join",
        ),
    ),
    3: ("the cause of being unmatched is true", ("matching/draft_edit::a_leader_can_be_held_back",)),
    4: (
        "leadership's message is ticked once it was posted",
        ("matching/planned_release::leadership_is_ticked_only_once_its_message_was_posted",),
    ),
    5: (
        "what can be changed later, can",
        (
            "course::the_rest_of_the_set_up_changes_after_the_release",
            "course::pairs_meet_more_often_unless_they_chose_for_themselves",
        ),
    ),
    6: ("one reader of rosters", ("roster/real_files::titles_are_mapped_once_and_remembered",)),
    7: ("an announcement that has moved", ("recruiting/channel::hr_reads_that_the_announcement_could_not_be_posted",)),
    8: ("Home lists what HR has to do", ("insight/weekly::home_lists_the_same",)),
    10: ("moves are not cancellations", ("care/at_risk::a_leader_who_keeps_moving_is_noticed_without_being_blamed",)),
    12: ("who takes part", ("participants::hr_sees_everybody_with_stage_role_and_partner",)),
    13: (
        "acting for people",
        (
            "participants::hr_takes_a_person_out_and_the_reason_stays_with_hr",
            "participants::hr_holds_anybody_back_and_lets_them_in",
            "invitations::each_invited_person_gets_one_message_and_can_join_in_the_role",
            "signup/approval::who_signs_up_waits_for_hr_and_is_welcomed_then",
            "recruiting/eligibility::hr_sees_whom_its_limits_do_not_fit_and_decides",
            "recruiting/closing_date::the_last_day_is_previewed_and_the_announcement_shows_it",
            "recruiting/closing_date::a_delivered_invitation_shows_the_new_day",
        ),
    ),
    14: ("writing to many", ("broadcasts::everybody_gets_it_in_their_language_after_a_preview",)),
    15: (
        "the course of a programme",
        (
            "course::what_cannot_be_done_is_said_and_the_input_stays",
            "course/cancelling::nothing_that_was_planned_outlives_a_cancelled_programme",
            "hr_from_nothing::a_programme_from_set_up_to_the_report",
        ),
    ),
    16: (
        "own questions, and whether people recommend it",
        (
            "own_questions::hr_adds_orders_and_takes_out_and_reads_how_long_it_takes",
            "own_questions::a_sign_up_asks_them_by_role_and_the_answers_can_be_changed",
            "own_questions/report::the_counts_agree_everywhere_and_small_ones_are_added_together",
            "insight/report_parts::at_the_end_people_are_asked_whether_they_would_recommend_it",
        ),
    ),
    17: ("own material", ("material::pairs_find_a_link_in_their_material_and_on_home",)),
    18: ("own words", ("recruiting/own_texts::hr_rewrites_the_announcement_and_the_posted_one_changes",)),
    19: (
        "steering matching",
        (
            "matching/planned_release::only_working_time_ahead_can_be_chosen",
            "matching/people_shown::lists_say_title_level_and_department",
            "pickers::hr_is_offered_those_who_can_be_a_pair",
            "matching/draft_edit::hr_swaps_partners_and_chooses_somebody_else",
            "matching/letters::each_letter_is_read_before_all_are_sent",
        ),
    ),
    20: (
        "corrections",
        (
            "care/restore::hr_takes_the_end_of_a_pair_back",
            "care/restore::a_deactivation_is_undone",
            "sessions/hr_record::the_record_of_a_pair_that_is_over",
            "participants::hr_sees_when_and_how_a_pair_ended",
        ),
    ),
    21: (
        "programmes side by side",
        ("programme/overview::the_overview_has_every_programme_with_its_state_and_what_waits",),
    ),
    22: ("a short summary", ("insight/weekly::the_largest_one_has_at_most_900_characters",)),
    23: ("a legible chart", ("insight/weekly::the_picture_is_wide_and_legible_on_a_phone",)),
    24: (
        "the report",
        (
            "insight/report_parts::counts_agree_in_message_page_workbook_and_table",
            "insight/report_parts::reasons_for_leaving_are_counted_from_five_and_five_others_on",
            "insight/report_parts::the_report_says_what_it_waits_for_and_what_it_can_show",
        ),
    ),
    25: ("words instead of the matching's numbers", ("matching/weak_pairs::hr_reads_that_it_is_weak_and_why",)),
}
ELSEWHERE: dict[int, tuple[str, tuple[str, ...]]] = {
    3: ("every cause, and that its remedy helps", ("tests/unit/matching/test_leftover.py",)),
    9: ("every promise of a rehearsal is kept", ("tests/rehearsal/test_promises.py",)),
    11: ("a browser's ninth window", ("tests/browser/test_page.py::test_the_ninth_window_of_a_browser_is_not_blank",)),
    26: (
        "the page and its messages are in one language",
        ("tests/browser/test_page.py::test_the_whole_path_in_both_languages",),
    ),
    27: (
        "the page asks whom one wants to be",
        ("tests/browser/test_page.py::test_the_page_first_asks_whom_one_wants_to_be",),
    ),
}
"""Tests that are no scenarios of the office."""


def test_every_entry_is_there() -> None:
    assert ENTRIES.keys() | ELSEWHERE.keys() == set(range(1, 28))


def _functions(path: Path) -> dict[str, set[str]]:
    """The tests of a file, with their parameters."""
    found = ast.parse(path.read_text("utf-8")).body
    return {
        one.name: {each.arg for each in one.args.args}
        for one in found
        if isinstance(one, ast.AsyncFunctionDef | ast.FunctionDef) and one.name.startswith("test_")
    }


@pytest.mark.parametrize("entry", ENTRIES)
def test_its_scenarios_exist_in_both_languages(entry: int) -> None:
    for named in ENTRIES[entry][1]:
        file, _, name = named.partition("::")
        tests = _functions(scenario_file(file))
        assert f"test_{name}" in tests, named
        assert "language" in tests[f"test_{name}"], named


@pytest.mark.parametrize("entry", ELSEWHERE)
def test_its_other_tests_exist(entry: int) -> None:
    for named in ELSEWHERE[entry][1]:
        file, _, name = named.partition("::")
        tests = _functions(ROOT / file)
        assert name in tests if name else tests, named
