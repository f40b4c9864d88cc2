"""What HR says about a participant."""

from collections.abc import Collection

from bot.domain.signup import Level, Role
from bot.services.participants.on_behalf import LONGEST_REASON, USUAL_PLACES, OnBehalf
from handlers.kit.form_result import Invalid, Sentence
from handlers.kit.payload import FormState
from handlers.signup.forms import LONGEST_DEPARTMENT, MOST_PLACES, MOST_TOPICS, NO_MANAGER

SIGN_UP = "signup.errors"
GROUP = "participants.form.errors"


def on_behalf(form: FormState, slack_id: str, topics: Collection[str], written: Collection[str]) -> OnBehalf | Invalid:
    """Read the form about the person `slack_id`. `topics` can be chosen; `written`: the languages of the texts."""
    wrong: dict[str, Sentence] = {}

    def places(block: str, usual: int) -> int:
        said = form.one(block) or str(usual)
        if said not in {str(number) for number in range(1, MOST_PLACES + 1)}:
            wrong[block] = Sentence(f"{SIGN_UP}.capacity")
            return usual
        return int(said)

    role, level = form.one("role"), form.one("level")
    department = " ".join(form.one("department").split())
    if role not in set(Role):
        wrong["role"] = Sentence(f"{SIGN_UP}.role")
    if level not in {one.name.lower() for one in Level}:
        wrong["level"] = Sentence(f"{SIGN_UP}.level")
    if not 0 < len(department) <= LONGEST_DEPARTMENT:
        wrong["department"] = Sentence(f"{SIGN_UP}.department")
    # Topics of a role that is not chosen are ignored, not reported as errors.
    offers = tuple(form.many("offers")) if role != Role.MENTEE else ()
    wishes = tuple(form.many("wishes")) if role != Role.MENTOR else ()
    for block, needed, chosen in (("offers", role != Role.MENTEE, offers), ("wishes", role != Role.MENTOR, wishes)):
        if needed and not chosen and "role" not in wrong:
            wrong[block] = Sentence(f"{GROUP}.{block}")
        elif len(chosen) > MOST_TOPICS or not set(chosen) <= set(topics):
            wrong[block] = Sentence(f"{SIGN_UP}.topics")
    manager, no_manager = form.one("manager"), NO_MANAGER in form.many("no_manager")
    if manager and manager == slack_id:
        wrong["manager"] = Sentence(f"{GROUP}.own_manager")
    elif manager and no_manager:
        wrong["manager"] = Sentence(f"{SIGN_UP}.manager_or_none")
    language = form.one("language")
    if language not in written:
        wrong["language"] = Sentence(f"{SIGN_UP}.choose")
    mentor_places = places("mentor_capacity", USUAL_PLACES["mentor"])
    leader_places = places("mentee_capacity", USUAL_PLACES["leader"])
    if wrong:
        return Invalid(wrong)
    return OnBehalf(
        role=Role(role),
        level=Level[level.upper()],
        department=department,
        offers=offers,
        wishes=wishes,
        language=language,
        manager=manager or None,
        manager_known=bool(manager) or no_manager,
        mentor_capacity=mentor_places,
        mentee_capacity=leader_places,
    )


def reason(form: FormState) -> str | Invalid:
    """Why HR takes a person out; "" if HR does not say."""
    text = form.one("reason")
    if len(text) > LONGEST_REASON:
        return Invalid.too_long("participants.take_out.errors", {"reason": "too_long"}, {"reason": LONGEST_REASON})
    return text
