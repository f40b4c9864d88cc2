"""Every text that says that somebody gets a message has a scenario in which the message arrives.

`PROMISE` finds such texts by the words in which Balik promises (docs/texts.md); a new one fails here until it is a row
of `tests/scenarios/test_confirmations.py` or named below with the scenario that walks to its end.
"""

import ast
import re
from functools import cache
from pathlib import Path

from tests.house.scenario_files import scenario_file
from tests.scenarios.test_confirmations import CASES
from tests.wording import CATALOGUE

TESTS = Path(__file__).parents[1]
PROMISE = re.compile(
    r"I'll (let|tell|message|ask|post|send|invite)|I'm (asking|sending|posting|trying|preparing)|"
    r"I've (asked|sent|told)|gets? (a|an|one|no) (\w+ )?(message|copy)|Balik tells|will contact you|HR will call|"
    r"HR calls you|Sent to|each get|are each asked|on the way"
)
NOT_READ_BY_PEOPLE = re.compile(r"^(rehearsal|orientation|sessions\.packs|samples|alerts|surveys|phrases_to_avoid)\b")
"""Simulations, material, thanks and operators' notices: none answers an act by which somebody else gets a message."""

SCENARIOS = {
    "agreement.answers.signed": "agreement::test_one_writes_the_other_signs_and_both_get_it",
    "agreement.form.by.hint": "outcomes/goal_dates::test_both_are_asked_on_the_day_and_one_answer_is_enough",
    "broadcasts.preview.sent": "broadcasts::test_everybody_gets_it_in_their_language_after_a_preview",
    "buddies.form.offered": "buddies::test_who_asks_is_introduced_to_a_mentor_who_is_willing",
    "buddies.home.waits": "buddies::test_who_asks_is_introduced_to_a_mentor_who_is_willing",
    "care.at_risk.ask.thanks.help": "care/concerns::test_the_wish_to_be_contacted_is_passed_on_and_then_chosen",
    "care.at_risk.hr.confirm.rematch.text": "confirmations::test_each_wish_for_another_partner_reaches_hr",
    "care.at_risk.want.hr": "confirmations::test_each_wish_for_another_partner_reaches_hr",
    "care.at_risk.want.done": "confirmations::test_each_wish_for_another_partner_reaches_hr",
    "care.concern.form.others": "care/concerns::test_the_form_names_who_reads_it_and_who_else_may",
    "care.concern.passed_on.asked": "care/concerns::test_the_wish_to_be_contacted_is_passed_on_and_then_chosen",
    "care.concern.passed_on.body": (
        "care/concerns::test_a_contact_who_is_deactivated_after_it_was_written_is_passed_over"
    ),
    "care.concern.receipt.body": "care::test_a_concern_reaches_one_person_and_no_channel",
    "care.concern.undelivered.asked_chosen": (
        "care/concerns::test_the_wish_to_be_contacted_is_passed_on_and_then_chosen"
    ),
    "care.concern.undelivered.chosen": "care/concerns::test_with_nobody_left_the_writer_is_told_and_chooses",
    "care.concern.undelivered.confirm.text": "care/concerns::test_with_nobody_left_the_writer_is_told_and_chooses",
    "care.contacts.asked.confirm.text": "care/contacts::test_hr_hears_of_a_decline_and_names_another",
    "care.contacts.asked.declined": "care/contacts::test_hr_hears_of_a_decline_and_names_another",
    "care.contacts.stored.others": "care/contacts::test_two_contacts_are_told_what_it_means_and_agree",
    "care.follow_up.contact.confirm.text": (
        "care/follow_up::test_the_contact_who_talked_is_not_reminded_and_the_writer_is_asked_a_week_later"
    ),
    "care.follow_up.contact.due": (
        "care/follow_up::test_a_contact_who_does_not_call_is_reminded_then_others_then_the_writer_is_told"
    ),
    "care.follow_up.promise.later": (
        "care/follow_up::test_the_contact_who_talked_is_not_reminded_and_the_writer_is_asked_a_week_later"
    ),
    "care.leave.form.intro": "care::test_whoever_leaves_hears_nothing_more",
    "care.pause.told.body": "care::test_a_break_is_quiet_told_to_the_partner_and_ends_by_itself",
    "circles.chat.first": "circles::test_hr_offers_mentors_join_and_each_month_another_one_hosts",
    "circles.hr.confirm.text": "circles::test_hr_reads_a_number_from_five_on_and_can_stop_circles",
    "circles.hr.offered": "circles::test_hr_offers_mentors_join_and_each_month_another_one_hosts",
    "circles.hr.stopped": "circles::test_hr_reads_a_number_from_five_on_and_can_stop_circles",
    "closing.hr.body": "care/at_risk::test_the_end_thanks_both_and_one_thanks_the_other",
    "closing.person.certificate": "closing::test_at_the_end_both_get_their_certificate_once_and_again_when_they_ask",
    "closing.story.hr.posted": "closing/stories::test_only_what_both_approved_is_shown_and_only_hr_posts_it",
    "closing.story.window.mine": "closing/stories::test_only_what_both_approved_is_shown_and_only_hr_posts_it",
    "course.cancel.intro": "course/cancelling::test_hr_cancels_a_programme_and_everybody_is_told_once",
    "course.delete.intro": "course/cancelling::test_a_deleted_programme_leaves_nothing",
    "course.effect.people": "course::test_other_dates_before_the_release_are_told_to_who_signed_up",
    "course.told.body": "course::test_a_running_programme_moves_without_the_sessions_that_are_booked",
    "errors.eligibility_unknown": "recruiting/eligibility::test_hr_reads_that_a_channel_cannot_be_read",
    "errors.partner_paused": "care::test_coming_back_early",
    "errors.question_over": "storage::test_taken_back_whoever_was_asked_is_told_once_and_nobody_is_asked_again",
    "home.finished.body": "programme/next_cohort::test_the_next_programme_opens_from_the_last",
    "home.pair.asked": "confirmations::test_each_wish_for_another_partner_reaches_hr",
    "home.pair.next.done": "care/at_risk::test_the_end_thanks_both_and_one_thanks_the_other",
    "home.pair.partner_paused": "care::test_coming_back_early",
    "home.waiting.body": "matching::test_hr_releases_and_each_pair_is_introduced_once",
    "home.waiting.nobody": "matching::test_a_late_joiner_gets_a_mentor_who_has_nobody_and_nobody_is_moved",
    "home.waiting.not_announced": "matching::test_hr_releases_and_each_pair_is_introduced_once",
    "home.waiting.unseen": "matching::test_a_late_joiner_gets_a_mentor_who_has_nobody_and_nobody_is_moved",
    "insight.summary.posted": "insight/summary::test_asked_twice_it_comes_twice_and_from_elsewhere_into_hrs_channel",
    "invitations.preview.sent.body": "invitations::test_each_invited_person_gets_one_message_and_can_join_in_the_role",
    "matching.add.intro": "storage::test_two_who_both_say_yes_by_name_are_released",
    "matching.confirm.back.text": ("storage::test_taken_back_whoever_was_asked_is_told_once_and_nobody_is_asked_again"),
    "matching.introduction.mentor.body": "sessions::test_from_the_nudge_to_the_poll_all_in_order_and_in_working_hours",
    "matching.log.asked": "matching/draft_edit::test_hr_reads_and_takes_along_who_did_what",
    "matching.pair.choose.text": "matching/draft_edit::test_hr_swaps_partners_and_chooses_somebody_else",
    "matching.pair.forbid.text": "matching/draft_edit::test_who_loses_a_partner_is_said_before_hr_takes_a_pair_out",
    "matching.pair.hold.text": ("storage::test_taken_back_whoever_was_asked_is_told_once_and_nobody_is_asked_again"),
    "matching.pair.swap.text": "matching/draft_edit::test_hr_swaps_partners_and_chooses_somebody_else",
    "matching.pair.take_out.text": "matching/draft_edit::test_who_loses_a_partner_is_said_before_hr_takes_a_pair_out",
    "matching.release_checklist.prepared.open": (
        "matching/release_checklist::test_hr_goes_on_without_something_only_deliberately"
    ),
    "matching.release_plan.then": (
        "matching/planned_release::test_pairs_that_became_impossible_are_left_out_with_the_reason"
    ),
    "matching.swap.intro": "matching/draft_edit::test_hr_swaps_partners_and_chooses_somebody_else",
    "matching.undone.confirm.text": "matching/release_checklist::test_a_release_is_taken_back_and_made_again",
    "matching.unmatched_message.letter.body": (
        "matching::test_a_late_joiner_gets_a_mentor_who_has_nobody_and_nobody_is_moved"
    ),
    "matching.unmatched_message.to": "matching/letters::test_each_letter_is_read_before_all_are_sent",
    "nominations.done.body": "nominations::test_the_nominee_reads_the_words_and_the_name_only_if_agreed",
    "outcomes.cards.answered.open": (
        "outcomes::test_the_owner_is_asked_30_and_90_days_after_the_date_also_when_all_is_over"
    ),
    "outcomes.cards.form.due_on.hint": (
        "outcomes::test_the_owner_is_asked_30_and_90_days_after_the_date_also_when_all_is_over"
    ),
    "outcomes.cards.list.body": "outcomes::test_the_owner_is_asked_30_and_90_days_after_the_date_also_when_all_is_over",
    "outcomes.goal_date.partner.moved": "outcomes/goal_dates::test_a_moved_goal_is_asked_about_again_on_its_new_date",
    "outcomes.goal_date.you.moved": "outcomes/goal_dates::test_a_moved_goal_is_asked_about_again_on_its_new_date",
    "participants.file.asked": "participants::test_the_file_has_everybody_and_no_private_answer",
    "participants.form.intro.add": "participants::test_hr_signs_a_colleague_up_who_is_told_and_can_leave",
    "participants.form.intro.change": "participants::test_hr_changes_a_sign_up_and_nothing_that_is_the_persons_own",
    "participants.hold.text": "storage::test_taken_back_whoever_was_asked_is_told_once_and_nobody_is_asked_again",
    "participants.person.left": "participants::test_hr_takes_a_person_out_and_the_reason_stays_with_hr",
    "participants.saved.changed": "participants::test_hr_changes_a_sign_up_and_nothing_that_is_the_persons_own",
    "participants.saved.new": "participants::test_hr_signs_a_colleague_up_who_is_told_and_can_leave",
    "participants.saved.taken_out": "participants::test_hr_takes_a_person_out_and_the_reason_stays_with_hr",
    "participants.take_out.intro.nobody": "participants::test_hr_takes_a_person_out_and_the_reason_stays_with_hr",
    "participants.take_out.intro.partners": "participants::test_hr_takes_a_person_out_and_the_reason_stays_with_hr",
    "polls.answered.contact": "polls::test_a_wish_to_be_contacted_reaches_the_contact_alone_and_once",
    "privacy.export.asked": "privacy::test_the_copy_comes_once_to_ones_own_dm",
    "privacy.erase.contact": "privacy::test_hr_hears_that_its_contact_is_gone",
    "privacy.erase.ends": "privacy::test_nothing_is_left_of_who_was_erased",
    "programme.hr_channel.fine.body": "programme/hr_channel::test_what_is_for_hr_waits_until_its_channel_can_be_used",
    "programme.hr_channel.moved.new": (
        "programme/moving_hr_channel::test_a_stranded_programme_is_moved_by_whoever_set_it_up"
    ),
    "programme.hr_channel.owner.operator": (
        "programme/moving_hr_channel::test_hr_names_another_once_who_set_it_up_has_left"
    ),
    "programme.setup.done.sign_up.soon": "signup::test_hr_sets_up_and_the_announcement_invites_everyone",
    "programme.setup.stored.body": "signup::test_hr_sets_up_and_the_announcement_invites_everyone",
    "closing.thanks.offered": (
        "closing/appreciation::test_thanks_are_shown_only_if_both_agree_and_removed_again_by_either"
    ),
    "closing.thanks.public.where": (
        "closing/appreciation::test_thanks_are_shown_only_if_both_agree_and_removed_again_by_either"
    ),
    "programme.sponsor.preview.posted": (
        "matching/release_checklist::test_leadership_speaks_before_the_release_in_words_that_hr_looked_at"
    ),
    "programme.sponsor.thanks.posted": (
        "closing/leadership_thanks::test_hr_posts_leaderships_thanks_after_the_end_and_corrects_them"
    ),
    "programme.topics.added": "programme/topics::test_topics_that_are_short_are_asked_about_once",
    "recruiting.closing.preview.untold": "recruiting/closing_date::test_hr_learns_who_is_not_told_of_an_earlier_day",
    "recruiting.refused.again": "recruiting/channel::test_once_it_is_allowed_the_same_button_tries_again",
    "recruiting.refused.chosen": "recruiting/channel::test_hr_reads_that_the_announcement_could_not_be_posted",
    "recruiting.reminder.sent": "recruiting::test_the_channel_is_reminded_before_the_start_and_when_hr_asks",
    "roster.import.template_sent": "roster::test_the_template_is_a_file_that_can_be_handed_in",
    "sessions.ask.declined_by_me": "sessions/facts::test_a_time_outside_the_partners_hours_that_does_not_suit",
    "sessions.booked.agreed_to": "sessions/facts::test_a_time_outside_the_partners_hours_is_booked_once_both_want_it",
    "sessions.calendar.coming": "sessions/calendar_files::test_the_entry_follows_moves_and_the_cancellation",
    "sessions.calendar.sent": "sessions/calendar_files::test_who_took_the_file_gets_the_new_one_once",
    "sessions.held.not_held": (
        "sessions/facts::test_two_who_contradict_each_other_are_ended_by_whoever_corrects_last_or_by_the_close"
    ),
    "sessions.hr_record.done.held": "sessions/hr_record::test_a_session_that_nobody_answered_about_is_put_on_record",
    "sessions.hr_record.done.not_held": "sessions/hr_record::test_either_takes_it_back_while_the_questions_are_open",
    "sessions.hr_record.done.same": "sessions/hr_record::test_nothing_is_told_if_it_is_on_record_already",
    "sessions.hr_record.form.intro": "sessions/hr_record::test_a_session_that_nobody_answered_about_is_put_on_record",
    "sessions.series.stored": "sessions/series::test_the_next_sessions_are_booked_and_each_is_movable",
    "signup.approval.confirm.text": "signup/approval::test_who_signs_up_waits_for_hr_and_is_welcomed_then",
    "signup.approval.decline.intro": "signup/approval::test_not_this_time_is_kind_and_the_reason_stays_with_hr",
    "signup.approval.declined": "signup/approval::test_not_this_time_is_kind_and_the_reason_stays_with_hr",
    "signup.approval.waits": "signup/approval::test_who_signs_up_waits_for_hr_and_is_welcomed_then",
    "signup.joined.body": "signup::test_someone_joins_by_the_announcement_and_is_welcomed_once",
    "training.file.coming": "training::test_a_kick_off_is_scheduled_moved_and_cancelled",
    "training.kickoff.intro": "training::test_a_kick_off_is_scheduled_moved_and_cancelled",
    "training.kickoff.moved": "training::test_a_kick_off_is_scheduled_moved_and_cancelled",
    "training.slides.coming": "training::test_hr_notes_who_was_there_and_follows_up_once",
    "care.contacts.stored.oneself": "care::test_a_concern_reaches_one_person_and_no_channel",
    "matching.introduction.mentee.body": "articles::test_training_and_packs",
    "programme.setup.form.announce_channel.hint": "signup::test_hr_sets_up_and_the_announcement_invites_everyone",
    "programme.setup.form.check_ins.hint": "care/check_ins::test_monthly_by_stage_and_changed_on_the_way",
    "programme.sponsor.form.intro": (
        "matching/release_checklist::test_leadership_speaks_before_the_release_in_words_that_hr_looked_at"
    ),
    "programme.sponsor.thanks.intro": (
        "closing/leadership_thanks::test_hr_posts_leaderships_thanks_after_the_end_and_corrects_them"
    ),
}
"""Where else a promise is walked to its end: scenario file and test."""
SAME_AS = {
    "care.check_in.met": "sessions.cadence.answers.asked",
    "care.parting.end.intro": "care.parting.rest.ended",
    "care.parting.form.intro": "care.parting.done.another",
    "care.parting.rest.intro": "care.parting.rest.done",
    "care.parting.waiting.body": "home.waiting.nobody",
    "care.pause.partners.form": "care.pause.partners.done",
    "care.restore.hr.confirm.text": "care.restore.hr.done",
    "sessions.ask.intro": "sessions.ask.saved",
    "sessions.booked.body": "sessions.booked.saved",
    "sessions.cancel.confirm.text": "sessions.cancelled.self",
    "sessions.move.intro": "sessions.move.saved",
    "sessions.moved.self": "sessions.move.saved",
    **{
        f"sessions.nudge_{side}.who.{who}": "sessions.booked.saved"
        for side in ("mentor", "mentee")
        for who in ("open", "yours", "turn_yours")
    },
    **{f"signup.welcome.{role}": "home.waiting.not_announced" for role in ("mentor", "mentee", "both")},
}
"""What is said before the act, or in another place, about the message that this confirmation promises."""


def promises() -> set[str]:
    """The keys of all texts that promise a message."""
    return {
        key
        for key, entry in CATALOGUE.shown("en").items()
        if not NOT_READ_BY_PEOPLE.search(key) and any(PROMISE.search(source) for source in entry.sources)
    }


@cache
def _tests_in(path: Path) -> set[str]:
    tree = ast.parse(path.read_text("utf-8"))
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)}


def test_every_promise_has_a_scenario() -> None:
    walked = {case.key for case in CASES} | SCENARIOS.keys()
    assert promises() - walked - SAME_AS.keys() == set(), "add a row to tests/scenarios/test_confirmations.py"
    assert (SCENARIOS.keys() | SAME_AS.keys()) - promises() == set(), "says so no longer"
    assert set(SAME_AS.values()) <= walked


def test_the_named_scenarios_exist() -> None:
    in_storage = {"storage": TESTS / "storage" / "confirmations" / "test_answers.py"}
    named = [one.split("::") for one in SCENARIOS.values()]
    files = {name: in_storage.get(name, scenario_file(name)) for name, _ in named}
    assert [(name, test) for name, test in named if test not in _tests_in(files[name])] == []
