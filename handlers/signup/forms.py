"""The sign-up form: two steps. The first one's input is passed to the second in its private_metadata."""

from collections.abc import Collection
from dataclasses import dataclass

from bot.domain.programme import INTERESTS
from bot.domain.signup import CADENCES, FORMATS, STYLES, Level, Offer, Role, Wish
from bot.services.signup.join import SignUp
from handlers.kit.form_result import Invalid
from handlers.kit.modal_state import Id, ModalState
from handlers.kit.payload import FormState, number
from handlers.own_questions.forms import read_at_sign_up
from storage.tables import Participant

MOST_TOPICS = 5
MOST_AVOIDED = 10
MOST_PLACES = 3
LONGEST_DEPARTMENT = 80
LONGEST_WHY = 300
ADDRESSES = ("kamu", "anda", "bapak", "ibu", "kak", "first")
NO_MANAGER = "none"
EITHER = "either"
"""The answer to a question about working styles that takes an earlier one back."""

GROUP = "signup.errors"


@dataclass(frozen=True)
class About(ModalState):
    """The first step: the person, and topics to teach or learn."""

    programme_id: Id
    role: str
    level: str
    department: str
    offers: tuple[str, ...]
    wishes: tuple[str, ...]
    manager: str
    no_manager: bool
    avoids: tuple[str, ...]
    language: str = ""
    address: str = ""
    """Both "" in a form that an older version opened: there its second step asks for them."""

    @property
    def career_level(self) -> Level | None:
        """The chosen level; None for none."""
        return Level.__members__.get(self.level.upper())

    def faults(self, me: str, open_topics: Collection[str]) -> dict[str, str]:
        """The errors; `me` is the Slack id of the person who signs up and chooses from `open_topics`."""
        found: dict[str, str] = {}
        if self.role not in set(Role):
            found["role"] = "role"
        if self.level not in {level.name.lower() for level in Level}:
            found["level"] = "level"
        if not 0 < len(self.department) <= LONGEST_DEPARTMENT:
            found["department"] = "department"
        if "role" not in found:
            found |= self._topic_faults(Role(self.role), open_topics)
        if self.manager and self.manager == me:
            found["manager"] = "manager_is_me"
        elif self.manager and self.no_manager:
            found["manager"] = "manager_or_none"
        if me and me in self.avoids:
            found["avoids"] = "avoids_me"
        if self.address not in ("", *ADDRESSES):
            found["address"] = "choose"
        return found

    def _topic_faults(self, role: Role, open_topics: Collection[str]) -> dict[str, str]:
        found: dict[str, str] = {}
        for block, asked, topics in (("offers", role.teaches, self.offers), ("wishes", role.learns, self.wishes)):
            if asked and not topics:
                found[block] = block
            elif len(topics) > MOST_TOPICS or not set(topics) <= set(open_topics):
                found[block] = "topics"
        return found


def read_about(form: FormState, programme_id: int) -> About:
    """The first step as it was filled in, not checked yet."""
    role = form.one("role")
    return About(
        programme_id=programme_id,
        role=role,
        level=form.one("level"),
        department=" ".join(form.one("department").split()),
        # Topics of a role that is not chosen are ignored, not reported as errors.
        offers=tuple(form.many("offers")) if role != Role.LEADER else (),
        wishes=tuple(form.many("wishes")) if role != Role.MENTOR else (),
        manager=form.one("manager"),
        no_manager=NO_MANAGER in form.many("no_manager"),
        avoids=tuple(form.many("avoids"))[:MOST_AVOIDED],
        language=form.one("language"),
        address=form.one("address"),
    )


def about(
    form: FormState, programme_id: int, me: str, open_topics: Collection[str], written: Collection[str]
) -> About | Invalid:
    """Read the first step, of a person whose Slack id is `me` and who chooses of `open_topics` and of the languages
    `written`."""
    said = read_about(form, programme_id)
    wrong = said.faults(me, open_topics)
    if said.language not in ("", *written):
        wrong["language"] = "choose"
    return Invalid.below(GROUP, wrong) if wrong else said


def sign_up(form: FormState, first: About, written: tuple[str, ...]) -> SignUp | Invalid:
    """Read the second step and add the first. `written`: the languages of the texts."""
    wrong: dict[str, str] = {}
    role = Role(first.role)

    def within(block: str, low: int, high: int, default: int) -> int:
        """A number from a menu; a number that the menu does not have is an error at its field."""
        said = form.one(block)
        value = number(said) if said else default
        if not low <= value <= high:
            wrong[block] = "choose"
        return min(max(value, low), high)

    def among(block: str, allowed: tuple[str, ...], *, needed: bool = False) -> tuple[str, ...]:
        values = tuple(form.many(block))
        if not set(values) <= set(allowed) or (needed and not values):
            wrong[block] = "choose"
        return values

    def one_of(block: str, allowed: tuple[str, ...], said: str) -> str:
        """As `said` in the first step; an older version asks in the second."""
        value = said or form.one(block)
        if value not in allowed:
            wrong[block] = "choose"
        return value

    def rated(block: str) -> int | None:
        """1 to 5, if chosen."""
        return within(block, 1, 5, 1) if form.one(block) else None

    def style() -> dict[str, str] | None:
        """The answers about working styles; None in a form of an older version, which does not ask."""
        asked = {axis: form.one(style_block(axis)) for axis in STYLES if form.element(style_block(axis)) is not None}
        wrong.update(
            {style_block(axis): "choose" for axis, said in asked.items() if said not in ("", EITHER, *STYLES[axis])}
        )
        return {axis: said for axis, said in asked.items() if said in STYLES[axis]} if asked else None

    why = " ".join(form.one("why").split())
    if len(why) > LONGEST_WHY:
        wrong["why"] = "why"
    result = SignUp(
        role=role,
        level=Level[first.level.upper()],
        department=first.department,
        offers=tuple(Offer(topic, within(f"level_{topic}", 1, 5, 3)) for topic in first.offers),
        wishes=tuple(
            Wish(topic, within(f"priority_{topic}", 1, 3, 2), rated(f"skill_{topic}")) for topic in first.wishes
        ),
        confidence=rated("confidence") if role.teaches else None,
        motivation=why if role.teaches else "",
        interests=among("interests", INTERESTS),
        formats=among("formats", FORMATS),
        cadences=among("cadences", CADENCES),
        style=style(),
        languages=among("languages", written, needed=True),
        language=one_of("language", written, first.language),
        address=one_of("address", ADDRESSES, first.address),
        mentor_capacity=within("mentor_capacity", 1, MOST_PLACES, 2) if role.teaches else 0,
        leader_capacity=within("mentee_capacity", 1, MOST_PLACES, 1) if role.learns else 0,
        manager=first.manager or None,
        manager_known=bool(first.manager) or first.no_manager,
        avoids=first.avoids,
        own=read_at_sign_up(form),
        working_hours=form.one("working_hours"),
    )
    return Invalid.below(GROUP, wrong) if wrong else result


def style_block(axis: str) -> str:
    """The block of a question about working styles."""
    return f"style_{axis}"


def initial(participant: Participant | None) -> dict[str, dict[str, int]]:
    """What was chosen before: {"level": {topic: 1-5}, "priority": {topic: 1-3}, "skill": {topic: 1-5}}."""
    if participant is None:
        return {"level": {}, "priority": {}, "skill": {}}
    return {
        "level": {one["topic"]: one["level"] for one in participant.offers},
        "priority": {one["topic"]: one["priority"] for one in participant.wishes},
        # Sign-ups from before it was asked do not have it.
        "skill": {one["topic"]: one["skill"] for one in participant.wishes if one.get("skill")},
    }
