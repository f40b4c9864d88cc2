"""Whom a person nominates, and why."""

from dataclasses import dataclass

from bot.domain.nominations import LONGEST_REASON, Praise
from handlers.kit.form_result import Invalid, Sentence
from handlers.kit.payload import FormState

GROUP = "nominations.form.errors"
EXPLAINS, NAMED = "explains", "named"


@dataclass(frozen=True)
class NominationInput:
    slack_id: str
    praise: Praise


def read(form: FormState) -> NominationInput | Invalid:
    person, topic, reason = form.one("person"), form.one("topic"), form.one("reason")
    wrong = {
        name: Sentence(f"{GROUP}.{name}")
        for name, said in (("person", person), ("topic", topic), ("reason", reason))
        if not said
    }
    if len(reason) > LONGEST_REASON:
        wrong["reason"] = Sentence(f"{GROUP}.too_long", {"longest": LONGEST_REASON})
    if wrong:
        return Invalid(wrong)
    praise = Praise(topic, reason, explains=EXPLAINS in form.many("explains"), named=NAMED in form.many("named"))
    return NominationInput(person, praise)
