"""HR's form for the list of topics."""

from collections.abc import Mapping
from dataclasses import dataclass

from bot.domain.programme import LONGEST_TOPIC, MOST_OWN_TOPICS, TOPICS
from bot.domain.sheet_rows import plain_name
from handlers.kit.button_value import ButtonValue, Row, Word
from handlers.kit.form_result import Invalid
from handlers.kit.payload import FormState

GROUP = "programme.topics.edit.errors"


@dataclass(frozen=True)
class TopicOf(ButtonValue):
    """A topic of a programme, one of its own may have colons: `12:ai_tools`."""

    programme_id: Row
    topic: Word


def topics(form: FormState, known: Mapping[str, str]) -> list[str] | Invalid:
    """The list from HR's input. `known`: the names of ready topics → their codes, so that none is listed twice."""
    ready = [code for code in form.many("ready") if code in TOPICS]
    own: list[str] = []
    for line in form.one("own").splitlines():
        name = " ".join(line.split())
        code = known.get(plain_name(name), name)
        if name and code not in ready and plain_name(code) not in map(plain_name, own):
            (ready if code in TOPICS else own).append(code)
    if any(len(name) > LONGEST_TOPIC for name in own):
        return Invalid.below(GROUP, {"own": "long"})
    if len(own) > MOST_OWN_TOPICS:
        return Invalid.below(GROUP, {"own": "many"})
    return [*(code for code in TOPICS if code in ready), *own] or Invalid.below(GROUP, {"ready": "none"})
