"""The form for a calendar link."""

from bot.domain.busy_hours import LinkProblem, LinkRefused, read_link
from handlers.kit.form_result import Invalid
from handlers.kit.payload import FormState

PROBLEMS = "busy_hours.problems"


def link(form: FormState) -> str | Invalid:
    """What was pasted, if it can be a link at all."""
    pasted = form.typed("link")
    try:
        read_link(pasted)
    except LinkRefused as refused:
        return wrong(refused.problem)
    return pasted


def wrong(problem: LinkProblem) -> Invalid:
    """The sentence at the field."""
    return Invalid.below(PROBLEMS, {"link": problem.value})
