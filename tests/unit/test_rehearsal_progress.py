"""What the terminal says of how far a rehearsal is."""

from datetime import timedelta

from bot.rehearsal.progress import Progress
from bot.rehearsal.rehearsal_plan import RehearsalPlan
from prompts.catalogue import Catalogue

PLAN = RehearsalPlan(people=8, months=1)


def test_what_was_played_grows_to_the_whole() -> None:
    progress = Progress(PLAN, Catalogue.load().texts("en"))
    days = (PLAN.ends - PLAN.begins).days
    shares = [progress.share(PLAN.begins + timedelta(days=day)) for day in range(days + 1)]
    assert shares == sorted(shares)
    assert shares[0] == 0
    assert progress.share(PLAN.ends) == 1


def test_the_time_left_is_told_in_plain_words() -> None:
    seconds = iter((0.0, 300.0, 590.0))
    progress = Progress(PLAN, Catalogue.load().texts("en"), lambda: next(seconds))
    half = next(
        moment
        for moment in (PLAN.begins + timedelta(hours=hour) for hour in range(10_000))
        if progress.share(moment) > 0.5
    )
    assert progress.line(half, half.date()).endswith("50% played, about 5 minutes left")
    assert progress.line(PLAN.ends, PLAN.ends.date()).endswith("100% played, less than a minute left")
