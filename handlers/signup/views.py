"""The sign-up form, its result, and the welcome."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.domain.programme import INTERESTS
from bot.domain.signup import CADENCES, FORMATS, STYLES, Level, Role
from bot.services.signup.join import Joined, SignUpState
from bot.services.signup.waiting import answered_by
from bot.services.working_time.working_time import time_of
from bot.slack.gateway import Message
from handlers.kit.blocks import (
    Block,
    Element,
    Option,
    View,
    actions,
    button,
    checkboxes,
    context,
    divider,
    field,
    modal,
    multi_select,
    radio,
    section,
    select,
    text_input,
    user_select,
    users_select,
    with_placeholder,
)
from handlers.kit.ids import ActionId, CallbackId
from handlers.kit.modal_state import OfProgramme
from handlers.kit.which_programme import name_line
from handlers.own_questions.views import sign_up_fields
from handlers.signup.forms import (
    EITHER,
    LONGEST_DEPARTMENT,
    LONGEST_WHY,
    MOST_AVOIDED,
    MOST_PLACES,
    MOST_TOPICS,
    NO_MANAGER,
    About,
    initial,
    style_block,
)
from handlers.working_time.views import OWN, usual_hours
from prompts.catalogue import Mrkdwn, Texts
from prompts.reasons import topic_name
from storage.tables import Participant, ParticipantState, Person, Programme, ProgrammeState

RATED = {"level": "offer_level", "priority": "wish_priority", "skill": "wish_skill"}
"""The questions about each topic: the beginning of the block_id → the name of its texts."""


def about_form(texts: Texts, standing: SignUpState, role: str = "") -> View:
    """The first step, filled in with known data. `role`: the one to begin with, if they have not signed up."""
    was = standing.known
    filled = Filled(
        standing.topics,
        standing.participant.role if standing.participant else role or (was.role if was else ""),
        standing.level,
        standing.department,
        [one["topic"] for one in was.offers] if was else [],
        [one["topic"] for one in was.wishes] if was else [],
        standing.manager or "",
        no_manager=standing.manager_known and not standing.manager,
    )
    person = standing.person
    return modal(
        texts.plain(_title(standing)),
        [
            *name_line(texts, [standing.programme.name]),
            section(texts("signup.form.intro", programme=standing.programme.name)),
            *([context(texts("signup.form.again"))] if standing.before else []),
            _field(texts, "language", select("language", written_in(texts), initial=person.language)),
            _field(texts, "address", select("address", addresses(texts), initial=address_of(texts, person))),
            *person_fields(texts, "signup.form", labels(texts, "roles", tuple(Role)), filled),
            _field(texts, "avoids", users_select("avoids", initial=standing.avoids, most=MOST_AVOIDED), optional=True),
        ],
        callback_id=CallbackId.JOIN_ABOUT,
        submit=texts.plain("signup.form.modal.next"),
        close=texts.plain("signup.form.modal.close"),
        state=OfProgramme(standing.programme.id),
    )


def details_form(texts: Texts, about: About, standing: SignUpState) -> View:
    """The second step: levels, priorities, and preferences for meeting."""
    was, person, role = standing.known, standing.person, Role(about.role)
    chosen, spoken_before = initial(was), was.languages if was else [person.language]
    blocks: list[Block] = []
    blocks += name_line(texts, [standing.programme.name])
    if about.offers:
        blocks.append(section(texts("signup.form.levels_intro")))
        for topic in about.offers:
            blocks.append(_topic_field(texts, "level", topic, "2345", "skills", max(chosen["level"].get(topic, 3), 2)))
    if role.teaches:
        blocks += _as_mentor(texts, was)
    if about.wishes:
        blocks.append(section(texts("signup.form.priorities_intro")))
        for topic in about.wishes:
            now = chosen["skill"].get(topic)
            blocks.append(_topic_field(texts, "priority", topic, "321", "priorities", chosen["priority"].get(topic, 2)))
            blocks.append(_topic_field(texts, "skill", topic, "12345", "skills", now))
    blocks += _styles(texts, was)
    blocks += [
        divider(),
        _many(texts, "interests", INTERESTS, was.interests if was else []),
        _many(texts, "formats", FORMATS, was.formats if was else []),
        _cadences(texts, standing.programme, was),
        _field(texts, "languages", multi_select("languages", spoken(texts), initial=spoken_before)),
        _working_hours(texts, standing),
    ]
    if role.teaches:
        blocks.append(places_field(texts, "signup.form", "mentor_capacity", (was.mentor_capacity if was else 0) or 2))
    if role.learns:
        blocks.append(places_field(texts, "signup.form", "mentee_capacity", (was.leader_capacity if was else 0) or 1))
    blocks += sign_up_fields(texts, standing.own, role)
    return modal(
        texts.plain(_title(standing)),
        blocks,
        callback_id=CallbackId.JOIN_DETAILS,
        submit=texts.plain("signup.form.modal.submit"),
        close=texts.plain("signup.form.modal.close"),
        state=about,
    )


def _working_hours(texts: Texts, standing: SignUpState) -> Block:
    """The usual hours in one tap; everything else about working time is on Home."""
    time = time_of(standing.person)
    options = usual_hours(texts, time, time.country or standing.programme.country)
    return _field(texts, "working_hours", select("working_hours", options, initial=time.preset or OWN))


def joined(texts: Texts, done: Joined) -> View:
    """Replaces the form once it is stored."""
    programme, new = done.programme, done.new
    if done.participant.state == ParticipantState.WAITING:
        text = waits(texts, programme, done.participant)
    else:
        text = texts("signup.joined.body" if new else "signup.changed.body", programme=programme.name)
    return modal(
        texts.plain("signup.form.modal.title" if new else "signup.form.modal.edit"),
        [section(text)],
        callback_id=CallbackId.DONE,
        close=texts.plain("notice.close"),
    )


def waits(texts: Texts, programme: Programme, participant: Participant) -> Mrkdwn:
    """HR looks at the sign-up first, and by when."""
    by = answered_by(programme, participant)
    return texts("signup.approval.waits", programme=programme.name, by=texts.day(by) if by else "")


def approved(
    texts: Texts, programme: Programme, participant: Participant, command: str, prepare: Sequence[Element]
) -> Message:
    """The welcome of a person whose sign-up waited."""
    message = welcome(texts, programme, participant, command, prepare)
    text = texts("signup.approval.approved", programme=programme.name)
    return Message(text, [section(text), *message.blocks])


def declined(texts: Texts, programme: Programme, hr: str) -> Message:
    text = texts("signup.approval.not_this_time", programme=programme.name, hr=hr)
    privacy = button(texts.plain("participants.told.buttons.privacy"), ActionId.PRIVACY_SHOW)
    return Message(text, [section(text), actions(privacy)])


def welcome(
    texts: Texts, programme: Programme, participant: Participant, command: str, prepare: Sequence[Element]
) -> Message:
    """The first DM. It promises no day to people who join late. `prepare`: the buttons for that."""
    late = programme.state == ProgrammeState.RUNNING
    text = texts(
        f"signup.welcome.{participant.role}",
        programme=programme.name,
        start="" if late else texts.day(programme.starts_on),
    )
    blocks = [
        section(text),
        context(texts("signup.welcome.footer", command=command)),
        actions(*prepare, button(texts.plain("signup.welcome.buttons.change"), ActionId.JOIN_OPEN, programme.id)),
    ]
    return Message(text, blocks)


def _title(standing: SignUpState) -> str:
    """A person who takes part already changes their sign-up."""
    part = standing.participant
    here = part is not None and part.state != ParticipantState.LEFT
    return "signup.form.modal.edit" if here else "signup.form.modal.title"


def addresses(texts: Texts) -> list[Option]:
    """How the bot can address a person, as far as it differs in the reader's language."""
    return labels(texts, "addresses", tuple(texts.plain_list("signup.form.addresses")))


def address_of(texts: Texts, person: Person) -> str:
    """The person's own of these; the last one for one that makes no difference."""
    offered = texts.plain_list("signup.form.addresses")
    return person.address if person.address in offered else offered[-1]


def labels(texts: Texts, group: str, codes: tuple[str, ...]) -> list[Option]:
    """The options of a menu: each code with its label of `labels.<group>`."""
    return [(str(code), texts.plain(f"labels.{group}.{code}")) for code in codes]


def spoken(texts: Texts) -> list[Option]:
    """The same languages, each as the reader's calls it."""
    return [(code, texts.language_name(code)) for code in texts.catalogue.names()]


def written_in(texts: Texts) -> list[Option]:
    """The languages of the texts, each by its own name."""
    return [*texts.catalogue.names().items()]


@dataclass(frozen=True)
class Filled:
    """What is filled in about a person's place in the company and topics, and the `topics` to choose from.

    `manager` is a Slack id, or "".
    """

    topics: Sequence[str]
    role: str = ""
    level: int | None = None
    department: str = ""
    offers: Sequence[str] = ()
    wishes: Sequence[str] = ()
    manager: str = ""
    no_manager: bool = False


def person_fields(texts: Texts, group: str, roles: Sequence[Option], filled: Filled) -> list[Block]:
    """The fields about a person's role, place in the company and topics; `group` has their labels."""
    topics = [(code, topic_name(texts, code)) for code in filled.topics]
    levels = labels(texts, "levels", tuple(one.name.lower() for one in Level))
    level = Level(filled.level).name.lower() if filled.level else ""
    offers = multi_select("offers", topics, initial=filled.offers, most=MOST_TOPICS)
    wishes = multi_select("wishes", topics, initial=filled.wishes, most=MOST_TOPICS)
    department = text_input("department", initial=filled.department, longest=LONGEST_DEPARTMENT)
    return [
        form_field(texts, group, "role", radio("role", roles, initial=filled.role)),
        form_field(texts, group, "level", select("level", levels, initial=level)),
        form_field(texts, group, "department", department),
        form_field(texts, group, "offers", offers, optional=True),
        form_field(texts, group, "wishes", wishes, optional=True),
        form_field(texts, group, "manager", user_select("manager", initial=filled.manager), optional=True),
        field(
            "no_manager",
            texts.plain(f"{group}.no_manager.label"),
            checkboxes(
                "no_manager",
                [(NO_MANAGER, texts.plain(f"{group}.no_manager.option"))],
                initial=[NO_MANAGER] if filled.no_manager else [],
            ),
            optional=True,
        ),
    ]


def form_field(texts: Texts, group: str, name: str, element: Element, *, optional: bool = False) -> Block:
    """A field with its label, and its hint and placeholder where `group` has them."""
    key = f"{group}.{name}"
    hint = texts.plain(f"{key}.hint") if texts.has(f"{key}.hint") else ""
    if texts.has(f"{key}.placeholder"):
        element = with_placeholder(element, texts.plain(f"{key}.placeholder"))
    return field(name, texts.plain(f"{key}.label"), element, hint=hint, optional=optional)


def _field(texts: Texts, name: str, element: Element, *, optional: bool = False) -> Block:
    return form_field(texts, "signup.form", name, element, optional=optional)


def _many(texts: Texts, name: str, codes: tuple[str, ...], initial: list[str], *, needed: bool = False) -> Block:
    element = multi_select(name, labels(texts, name, codes), initial=initial)
    return _field(texts, name, element, optional=not needed)


def _cadences(texts: Texts, programme: Programme, was: Participant | None) -> Block:
    """How often they can meet. Where the pair's introduction may propose it, the hint says so, and who reads it."""
    element = multi_select(
        "cadences", labels(texts, "cadences", CADENCES), initial=was.cadences if was else [programme.cadence]
    )
    element = with_placeholder(element, texts.plain("signup.form.cadences.placeholder"))
    hint = texts.plain("signup.form.cadences_hint") if programme.proposes_wishes else ""
    return field("cadences", texts.plain("signup.form.cadences.label"), element, hint=hint, optional=True)


def _topic_field(texts: Texts, kind: str, topic: str, values: str, group: str, initial: int | None) -> Block:
    key = f"signup.form.{RATED[kind]}"
    label = texts.plain(f"{key}.label", topic=topic_name(texts, topic))
    element = _scale(texts, "chosen", values, group, initial, texts.plain(f"{key}.placeholder"))
    return field(f"{kind}_{topic}", label, element)


def _styles(texts: Texts, was: Participant | None) -> list[Block]:
    """How they like to work: one tap each, all optional. An answer can be taken back by the last option."""
    said = (was.style or {}) if was else {}
    asked = [
        _field(
            texts,
            style_block(axis),
            radio(style_block(axis), labels(texts, "styles", (*answers, EITHER)), initial=said.get(axis, "")),
            optional=True,
        )
        for axis, answers in STYLES.items()
    ]
    return [divider(), section(texts("signup.form.style_intro")), *asked]


def _as_mentor(texts: Texts, was: Participant | None) -> list[Block]:
    """How confident they feel, and why they want to mentor: HR reads both with the pairs."""
    sure = _scale(texts, "confidence", "12345", "confidence", was.confidence if was else None)
    why = text_input("why", initial=(was.motivation or "") if was else "", multiline=True, longest=LONGEST_WHY)
    return [_field(texts, "confidence", sure), _field(texts, "why", why, optional=True)]


def _scale(
    texts: Texts, action_id: str, values: str, group: str, initial: int | None, placeholder: str = ""
) -> Element:
    options = [(value, texts.plain(f"labels.{group}.s{value}")) for value in values]
    return select(action_id, options, initial=str(initial or ""), placeholder=placeholder)


def places_field(texts: Texts, group: str, name: str, initial: int) -> Block:
    """How many partners at the same time."""
    options = [(str(n), str(n)) for n in range(1, MOST_PLACES + 1)]
    return form_field(texts, group, name, select(name, options, initial=str(initial)))
