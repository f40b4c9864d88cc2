"""What HR and the contacts for concerns do in a rehearsal."""

from tests.rehearsal.conftest import Played, words
from tests.wording import says


def test_hr_asks_for_the_report_once(played: Played) -> None:
    asked = [
        one for one in played.done_by(played.rehearsal.hr) if one.text == played.text("insight.report.sent.button")
    ]
    assert len(asked) == 1


def test_who_raised_a_concern_is_talked_to(played: Played) -> None:
    contacts = (played.rehearsal.hr, played.rehearsal.contact)
    said = played.text("care.follow_up.contact.buttons.talked")
    assert [one for who in contacts for one in played.done_by(who) if one.text == said]


def test_people_say_what_to_do_better_and_hr_reads_what_they_share(played: Played) -> None:
    asked = played.text("improvements.form.open")
    assert [one for actor in played.rehearsal.others for one in played.done_by(actor) if one.text == asked]
    read = "\n".join(words(one) for one in played.in_hr_channel())
    assert says(read, "improvements.report.line", "id")


def test_people_answer_hrs_own_questions_and_hr_reads_the_results(played: Played) -> None:
    write = played.text("own_questions.person.buttons.write")
    assert [one for actor in played.rehearsal.others for one in played.done_by(actor) if one.text == write]
    read = "\n".join(words(one) for one in played.in_hr_channel())
    assert says(read, "own_questions.report.title", "id")
    assert played.text("rehearsal.questions.scale") in read


def test_hr_notes_what_worked_and_the_next_programme_has_it(played: Played) -> None:
    opened = played.text("playbook.window.open")
    assert [one for one in played.done_by(played.rehearsal.hr) if one.text == opened]
    read = "\n".join(words(one) for one in played.in_hr_channel())
    assert says(read, "playbook.page.sent", "id")
