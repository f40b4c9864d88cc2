"""HR's form for a question, and the answers in forms for people."""

from collections.abc import Sequence

from bot.domain.own_questions import (
    LONGEST_ANSWER,
    LONGEST_ASK,
    LONGEST_END,
    LONGEST_OPTION,
    NO_ANSWER,
    OPTIONS,
    Kind,
    NewQuestion,
    Words,
)
from bot.domain.signup import Role
from bot.services.own_questions.asked import OwnGiven
from handlers.kit.form_result import Invalid, Sentence
from handlers.kit.payload import FormState, number

GROUP = "own_questions.form.errors"
SAME = "same"
"""The option by which HR says that the words of one language are for all."""
SHARE = "share"
ENDS = ("low", "high")


def read_question(form: FormState, kind: Kind, languages: Sequence[str]) -> NewQuestion | Invalid:
    """A question with words in every language; or in one, if HR says that they are for all."""
    written = {one: _words(form, kind, one) for one in languages}
    if SAME in form.many(SAME):
        filled = {one: words for one, words in written.items() if words.ask}
        if len({*filled.values()}) > 1:
            return Invalid({SAME: Sentence(f"{GROUP}.not_same")})
        if filled:
            written = dict.fromkeys(languages, next(iter(filled.values())))
    wrong: dict[str, Sentence] = {}
    for language, words in written.items():
        wrong |= _faults(kind, language, words)
    if not wrong and kind is Kind.CHOICE and len({len(one.labels) for one in written.values()}) > 1:
        counts = [len(one.labels) for one in written.values()]
        wrong[f"labels_{languages[-1]}"] = Sentence(f"{GROUP}.unequal", {"first": counts[0], "last": counts[-1]})
    if wrong:
        return Invalid(wrong)
    try:
        role = Role(form.one("role"))
    except ValueError:
        return Invalid({"role": Sentence(f"{GROUP}.role")})
    return NewQuestion(kind, role, written)


def _words(form: FormState, kind: Kind, language: str) -> Words:
    ask = _line(form.typed(f"ask_{language}"))
    if kind is Kind.CHOICE:
        lines = [_line(one) for one in form.typed(f"labels_{language}").split("\n")]
        return Words(ask, tuple(one for one in lines if one))
    if kind is Kind.SCALE:
        return Words(ask, tuple(_line(form.typed(f"{end}_{language}")) for end in ENDS))
    return Words(ask)


def _line(text: str) -> str:
    return " ".join(text.split())


def _faults(kind: Kind, language: str, words: Words) -> dict[str, Sentence]:
    found: dict[str, Sentence] = {}
    if not words.ask:
        found[f"ask_{language}"] = Sentence(f"{GROUP}.ask")
    elif len(words.ask) > LONGEST_ASK:
        found[f"ask_{language}"] = Sentence(f"{GROUP}.too_long", {"longest": LONGEST_ASK})
    if kind is Kind.CHOICE:
        if len(words.labels) not in OPTIONS:
            values = {"least": OPTIONS[0], "most": OPTIONS[-1], "count": len(words.labels)}
            found[f"labels_{language}"] = Sentence(f"{GROUP}.options", values)
        elif len({one.casefold() for one in words.labels}) < len(words.labels):
            found[f"labels_{language}"] = Sentence(f"{GROUP}.twice")
        elif max(map(len, words.labels)) > LONGEST_OPTION:
            found[f"labels_{language}"] = Sentence(f"{GROUP}.option_too_long", {"longest": LONGEST_OPTION})
    if kind is Kind.SCALE:
        for end, label in zip(ENDS, words.labels, strict=True):
            if not label:
                found[f"{end}_{language}"] = Sentence(f"{GROUP}.end")
            elif len(label) > LONGEST_END:
                found[f"{end}_{language}"] = Sentence(f"{GROUP}.too_long", {"longest": LONGEST_END})
    return found


# Answers


def block_of(question_id: int) -> str:
    """The field of a question in the sign-up form."""
    return f"own_{question_id}"


def share_block_of(question_id: int) -> str:
    return f"own_{question_id}_share"


def read_at_sign_up(form: FormState) -> dict[int, OwnGiven]:
    """The answers to the questions that the form asks, by their ids. Raises `Malformed`."""
    found = {}
    for block in form.block_ids():
        name, _, rest = block.partition("_")
        if name != "own" or rest.endswith("_share"):
            continue
        question_id = number(rest)
        if _has_options(form, block):
            chosen = form.one(block)
            found[question_id] = OwnGiven(number(chosen) if chosen not in ("", NO_ANSWER) else None)
        else:
            text = form.typed(block)[:LONGEST_ANSWER]
            found[question_id] = OwnGiven(text=text, share=SHARE in form.many(share_block_of(question_id)))
    return found


def _has_options(form: FormState, block: str) -> bool:
    """Whether a block is a choice of options, not a text."""
    element = form.element(block)
    return isinstance(element, dict) and element.get("type") != "plain_text_input"


def read_text(form: FormState) -> OwnGiven:
    return OwnGiven(text=form.typed("text")[:LONGEST_ANSWER], share=SHARE in form.many("share"))
