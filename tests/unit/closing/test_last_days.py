"""Nobody gets two of a programme's last messages on one day."""

from bot.domain.sessions import Side
from bot.services.programme.last_days import BY_ITSELF, LastDays


def test_somebody_on_both_sides_with_three_partners_gets_one_message_a_day() -> None:
    days = LastDays({7: [(1, Side.MENTOR), (2, Side.MENTOR), (3, Side.LEADER)]})
    farewells = [days.farewell(7, pair) for pair in (1, 2, 3)]
    certificates = [days.certificate(7, side) for side in Side]
    questions = [days.questions(7, side) for side in Side]
    assert farewells == [0, 1, 2]
    assert certificates == [3 + BY_ITSELF, 4 + BY_ITSELF], "until then they can be asked for"
    assert questions == [2, 5], "the first are in the message of the last farewell"


def test_a_certificate_of_a_side_whose_pairs_had_ended_comes_after_all_else() -> None:
    days = LastDays({7: [(1, Side.MENTOR)]})
    assert days.certificate(7, Side.LEADER) > days.questions(7, Side.MENTOR)


def test_whose_only_pairs_had_ended_waits_for_nothing() -> None:
    assert LastDays({}).certificate(7, Side.MENTOR) == 0
