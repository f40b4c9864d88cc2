"""Questions that HR adds to its programme: what one is, where it is asked and of whom, and what HR sees of the answers.

A question's words never change once it is stored: HR changes a question by replacing it with a new one. So each answer
belongs to the words that its writer read.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from bot.domain.figures import MIN_GROUP, Figure, Published, Value
from bot.domain.polls import RATINGS, questions_for
from bot.domain.sessions import Side
from bot.domain.signup import Role
from bot.domain.surveys import Moment
from bot.domain.surveys import questions as survey_questions

MOST_IN_PLACE = 3
MOST_TEXTS = 1
"""Short texts among the questions of one place: they take longer than a tap."""
OPTIONS = range(2, 7)
"""How many options a choice may have."""
LONGEST_ASK = 150
LONGEST_OPTION = 60
LONGEST_END = 40
"""Maximum length of the words for one end of a scale, in characters."""
LONGEST_ANSWER = 500
SECONDS_PER_TAP = 5
NO_ANSWER = "none"
"""In a form: takes an earlier answer back."""


class Place(StrEnum):
    """Where a question is asked. The surveys have the names of their moments."""

    SIGNUP = "signup"
    POLL = "poll"
    BEFORE = Moment.BEFORE.value
    CLOSING = Moment.CLOSING.value
    LATER = Moment.LATER.value


class Kind(StrEnum):
    CHOICE = "choice"
    SCALE = "scale"
    """1 to 5, with words for both ends."""
    TEXT = "text"


class QuestionError(ValueError):
    """An answer that the question does not offer."""


@dataclass(frozen=True)
class Words:
    """A question in one language. `labels`: the options of a choice, or the two ends of a scale."""

    ask: str
    labels: tuple[str, ...] = ()

    def write(self) -> dict[str, object]:
        return {"ask": self.ask, "labels": list(self.labels)}

    @classmethod
    def read(cls, stored: Mapping[str, object]) -> "Words":
        labels = stored.get("labels")
        return cls(str(stored["ask"]), tuple(map(str, labels)) if isinstance(labels, list) else ())


@dataclass(frozen=True)
class NewQuestion:
    """A question as HR wrote it, in every language."""

    kind: Kind
    role: Role
    """Who is asked."""
    words: Mapping[str, Words]


@dataclass(frozen=True)
class About:
    """What an answer is about: a sign-up (`row` is 0), a session, or a survey response, by its id."""

    place: Place
    row: int = 0


def is_asked(role: str, side: str) -> bool:
    """Whether a question for `role` is asked of `side`, a side or the role of a sign-up."""
    return Role.BOTH in (role, side) or role == side


def check_value(kind: str, options: int, value: int) -> None:
    """Raises `QuestionError` unless `value` is an answer: the number of an option from 0 on, or 1 to 5."""
    offered = {Kind.CHOICE: range(options), Kind.SCALE: RATINGS}.get(Kind(kind), range(0))
    if value not in offered:
        raise QuestionError(f"not offered: {value}")


def taps_in(place: Place, survey_set: int, *, recommends: bool) -> int:
    """How many questions of Balik's own are tapped at a place, of the side that is asked more."""
    if place is Place.SIGNUP:
        return 0
    if place is Place.POLL:
        return 1 + max(len(questions_for(side)) for side in Side)
    return max(len(survey_questions(side, Moment(place), survey_set, recommends=recommends)) for side in Side)


@dataclass(frozen=True)
class Length:
    """How long a place takes with HR's questions."""

    taps: int
    own: int
    """HR's among the taps."""
    texts: int

    @property
    def seconds(self) -> int:
        return self.taps * SECONDS_PER_TAP


def length_of(place: Place, kinds: Iterable[str], survey_set: int, *, recommends: bool) -> Length:
    """With HR's questions of these kinds; `survey_set` and `recommends` as in the surveys."""
    asked = list(kinds)
    texts = asked.count(Kind.TEXT)
    own = len(asked) - texts
    return Length(taps_in(place, survey_set, recommends=recommends) + own, own, texts)


# Figures

PREFIX = "own:"


def measure_of(question_id: int, option: int | None = None) -> str:
    """The measure of a scale, or of one option of a choice."""
    return f"{PREFIX}{question_id}" if option is None else f"{PREFIX}{question_id}:{option}"


@dataclass(frozen=True)
class Answered:
    """A settled answer to a choice or a scale that is in no published group. `source` identifies it."""

    person: int
    source: int
    question: int
    kind: str
    options: int
    value: int


def values_of(answers: Iterable[Answered], chosen_before: Callable[[str, int], bool]) -> dict[str, list[Value]]:
    """The waiting values, by measure.

    Of a scale, the answers. Of a choice each option has a measure: 1 for the first answer with which a person chose the
    option, else 0. So its sum is the number of people who ever chose it, and the measures of one question are published
    together. `chosen_before`: whether a published value says that a person chose the option of a measure.
    """
    found: dict[str, list[Value]] = {}
    chosen: set[tuple[str, int]] = set()
    for one in sorted(answers, key=lambda answer: answer.source):
        if one.kind == Kind.SCALE:
            found.setdefault(measure_of(one.question), []).append(Value(one.person, one.source, one.value))
            continue
        for option in range(one.options):
            measure = measure_of(one.question, option)
            new = one.value == option and (measure, one.person) not in chosen
            new = new and not chosen_before(measure, one.person)
            if new:
                chosen.add((measure, one.person))
            found.setdefault(measure, []).append(Value(one.person, one.source, int(new)))
    return found


@dataclass(frozen=True)
class Counts:
    """How many people chose each option: None if it is not shown by itself. `rest`: those that are not, together."""

    options: tuple[int | None, ...]
    rest: int = 0


def suppressed(counts: Sequence[int]) -> Counts:
    """The counts that may be shown: of at least `MIN_GROUP` people, and none that the others reveal.

    Smaller ones are shown as one sum; while that is too small, the smallest other is added to it (complementary
    suppression). If all that remains is one option that everyone chose, nothing is shown.
    """
    shown = {option: count for option, count in enumerate(counts) if count >= MIN_GROUP}
    rest = sum(counts) - sum(shown.values())
    while shown and 0 < rest < MIN_GROUP:
        rest += shown.pop(min(shown, key=lambda option: (shown[option], option)))
    if len(shown) + (rest > 0) < 2:
        return Counts((None,) * len(counts), 0)
    if not rest:
        shown |= {option: 0 for option, count in enumerate(counts) if not count}
    return Counts(tuple(shown.get(option) for option in range(len(counts))), rest)


@dataclass(frozen=True)
class Result:
    """What HR may see of the answers to a choice or a scale: `figure` of a scale, `counts` of a choice."""

    people: int
    """The number that is shown: at least so many people answered."""
    figure: Figure | None = None
    counts: Counts = field(default_factory=lambda: Counts(()))


def result_of(published: Published, question_id: int, kind: str, options: int) -> Result | None:
    """None while nothing is published."""
    if kind == Kind.SCALE:
        figure = published.figure(measure_of(question_id))
        return Result(figure.people, figure) if figure else None
    groups = published.groups.get(measure_of(question_id, 0)) if kind == Kind.CHOICE else None
    if not groups:
        return None
    counts = [published.count(measure_of(question_id, option)) or 0 for option in range(options)]
    return Result(groups[-1].people_shown, counts=suppressed(counts))
