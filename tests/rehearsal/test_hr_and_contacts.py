"""What HR and the contacts for concerns do in a rehearsal."""

from tests.rehearsal.conftest import Played


def test_hr_asks_for_the_report_once(played: Played) -> None:
    asked = [
        one for one in played.done_by(played.rehearsal.hr) if one.text == played.text("insight.report.sent.button")
    ]
    assert len(asked) == 1


def test_who_raised_a_concern_is_talked_to(played: Played) -> None:
    contacts = (played.rehearsal.hr, played.rehearsal.contact)
    said = played.text("care.follow_up.contact.buttons.talked")
    assert [one for who in contacts for one in played.done_by(who) if one.text == said]
