"""What HR says about a participant."""

from collections.abc import Collection

from bot.domain.signup import Level, Role
from bot.services.participants.on_behalf import LONGEST_REASON, USUAL_PLACES, OnBehalf
from handlers.kit.form_result import Invalid, Sentence
from handlers.kit.payload import FormState
from handlers.signup.forms import MOST_PLACES, read_about

SIGN_UP = "signup.errors"
GROUP = "participants.form.errors"
OF_HR = {
    "offers": f"{GROUP}.offers",
    "wishes": f"{GROUP}.wishes",
    "manager_is_me": f"{GROUP}.own_manager",
}
"""The errors that a sign-up form words to the person, as HR reads them."""


def on_behalf(
    form: FormState, programme_id: int, slack_id: str, topics: Collection[str], written: Collection[str]
) -> OnBehalf | Invalid:
    """Read the form about the person `slack_id`. `topics` can be chosen; `written`: the languages of the texts."""
    wrong: dict[str, Sentence] = {}

    def places(block: str, usual: int) -> int:
        said = form.one(block) or str(usual)
        if said not in {str(number) for number in range(1, MOST_PLACES + 1)}:
            wrong[block] = Sentence(f"{SIGN_UP}.capacity")
            return usual
        return int(said)

    about = read_about(form, programme_id)
    for block, code in about.faults(slack_id, topics).items():
        wrong[block] = Sentence(OF_HR.get(code, f"{SIGN_UP}.{code}"))
    if about.language not in written:
        wrong["language"] = Sentence(f"{SIGN_UP}.choose")
    mentor_places = places("mentor_capacity", USUAL_PLACES["mentor"])
    leader_places = places("mentee_capacity", USUAL_PLACES["leader"])
    if wrong:
        return Invalid(wrong)
    return OnBehalf(
        role=Role(about.role),
        level=Level[about.level.upper()],
        department=about.department,
        offers=about.offers,
        wishes=about.wishes,
        language=about.language,
        manager=about.manager or None,
        manager_known=bool(about.manager) or about.no_manager,
        mentor_capacity=mentor_places,
        leader_capacity=leader_places,
    )


def reason(form: FormState) -> str | Invalid:
    """Why HR takes a person out; "" if HR does not say."""
    text = form.one("reason")
    if len(text) > LONGEST_REASON:
        return Invalid.too_long("participants.take_out.errors", {"reason": "too_long"}, {"reason": LONGEST_REASON})
    return text
