"""HR's windows about who takes part: the list, one person, and the forms to sign up, change and take out."""

from dataclasses import replace

from bot.domain.participants import Stage
from bot.domain.sessions import Side
from bot.domain.signup import Level, Role
from bot.services.participants.listing import Listed, ParticipantPage, ParticipantSearch, department_key
from bot.services.participants.on_behalf import LONGEST_REASON, USUAL_PLACES, Saved, topics_to_choose
from handlers.kit.blocks import (
    Block,
    Element,
    View,
    actions,
    button,
    checkboxes,
    context,
    divider,
    field,
    form_modal,
    mention,
    modal,
    multi_select,
    radio,
    section,
    select,
    text_input,
    typed,
    user_select,
)
from handlers.kit.ids import ActionFamily, ActionId, CallbackId
from handlers.participants.modal_state import LONGEST_WORDS, ParticipantsState
from handlers.signup.forms import LONGEST_DEPARTMENT, MOST_PLACES, MOST_TOPICS, NO_MANAGER
from handlers.signup.views import labels, written_in
from prompts.catalogue import Mrkdwn, Texts
from prompts.reasons import in_text, topic_name
from storage.tables import Participant, Person, Programme

A_PAGE = 10
ANY = "-"
"""The value of a menu's first choice: no limit."""
MOST_DEPARTMENTS = 99
FILTERS = "filters"


def listing(texts: Texts, found: ParticipantPage) -> View:
    """The list, with fields to search on top."""
    search, programme = found.search, found.programme
    words = text_input(
        "words",
        initial=search.words,
        placeholder=texts.plain("participants.list.words.placeholder"),
        longest=LONGEST_WORDS,
    )
    blocks: list[Block] = [
        section(_counts(texts, found)),
        field("words", texts.plain("participants.list.words.label"), words, optional=True),
        actions(*_filters(texts, found)) | {"block_id": FILTERS},
    ]
    for row in found.rows:
        show = button(texts.plain("participants.list.show"), ActionId.PARTICIPANT_SHOW, row.part.id)
        blocks += [section(_line(texts, row), show), divider()]
    if not found.rows:
        blocks.append(
            section(texts("participants.list.nobody" if search == ParticipantSearch() else "participants.list.none"))
        )
    blocks += _turns(texts, found)
    blocks.append(
        actions(
            button(texts.plain("participants.list.buttons.add"), ActionId.PARTICIPANT_ADD, programme.id),
            button(texts.plain("participants.list.buttons.file"), ActionId.PARTICIPANTS_FILE, programme.id),
        )
    )
    return modal(
        texts.plain("participants.list.title"),
        blocks,
        callback_id=CallbackId.PARTICIPANTS,
        submit=texts.plain("participants.list.search"),
        close=texts.plain("notice.close"),
        state=ParticipantsState(programme.id, search),
    )


def person(texts: Texts, programme: Programme, found: Listed, state: ParticipantsState) -> View:
    """What HR may see of one person, and what HR can do."""
    part = found.part
    lines = [
        _detail(texts, "stage", texts(f"participants.stages.{found.stage}")),
        _detail(texts, "role", texts(f"participants.roles.{part.role}")),
        _detail(texts, "level", texts.plain(f"labels.levels.{Level(part.level).name.lower()}") if part.level else ""),
        _detail(texts, "department", part.department),
        _detail(texts, "offers", _topics(texts, [one["topic"] for one in part.offers])),
        _detail(texts, "wishes", _topics(texts, [one["topic"] for one in part.wishes])),
        _detail(texts, "joined", texts.day(part.joined_at.date())),
    ]
    blocks: list[Block] = [
        section(texts("participants.person.intro", person=mention(found.person), programme=programme.name)),
        section(Mrkdwn("\n".join(line for line in lines if line))),
    ]
    if found.partners:
        blocks.append(section(Mrkdwn("\n".join(_partners(texts, found)))))
    if part.hr_reason and found.stage is Stage.LEFT:
        blocks += [context(texts("participants.person.reason")), typed(part.hr_reason)]
    if found.stage is Stage.LEFT:
        blocks.append(context(texts("participants.person.left")))
    else:
        change = button(texts.plain("participants.person.buttons.change"), ActionId.PARTICIPANT_CHANGE, part.id)
        out = button(texts.plain("participants.person.buttons.take_out"), ActionId.PARTICIPANT_TAKE_OUT, part.id)
        blocks.append(actions(change, out))
    blocks.append(context(texts("participants.person.private")))
    return modal(
        texts.plain("participants.person.title"),
        blocks,
        callback_id=CallbackId.PARTICIPANT,
        close=texts.plain("notice.close"),
        state=ParticipantsState(state.programme_id, state.search, part.id),
    )


def sign_up_form(texts: Texts, state: ParticipantsState, programme: Programme) -> View:
    """HR signs a colleague up."""
    who = user_select("person", placeholder=texts.plain("participants.form.person.placeholder"))
    blocks = [
        section(texts("participants.form.intro.add", programme=programme.name)),
        field("person", texts.plain("participants.form.person.label"), who),
        *_about(texts, programme, None, programme.language, "", no_manager=False),
    ]
    return form_modal(
        texts,
        "participants.form.add",
        blocks,
        callback_id=CallbackId.PARTICIPANT_ADD_FORM,
        state=state,
    )


def change_form(
    texts: Texts, state: ParticipantsState, programme: Programme, found: Listed, manager: tuple[Person | None, bool]
) -> View:
    """HR changes a sign-up. `manager`: the one that the programme knows, and whether it knows."""
    boss, known = manager
    blocks = [
        section(texts("participants.form.intro.change", person=mention(found.person), programme=programme.name)),
        *_about(
            texts,
            programme,
            found.part,
            found.person.language,
            boss.slack_id if boss else "",
            no_manager=known and boss is None,
        ),
    ]
    return form_modal(
        texts,
        "participants.form.change",
        blocks,
        callback_id=CallbackId.PARTICIPANT_FORM,
        state=replace(state, participant_id=found.part.id),
    )


def take_out_form(texts: Texts, state: ParticipantsState, programme: Programme, found: Listed) -> View:
    """What it does, before HR does it."""
    partners = [mention(one.person) for one in found.partners]
    why = text_input("reason", multiline=True, longest=LONGEST_REASON)
    consequence = "partners" if partners else "nobody"
    values = {"person": mention(found.person), "programme": programme.name}
    blocks = [
        section(texts(f"participants.take_out.intro.{consequence}", **values, partners=texts.join(partners))),
        field(
            "reason",
            texts.plain("participants.take_out.reason.label"),
            why,
            hint=texts.plain("participants.take_out.reason.hint"),
            optional=True,
        ),
    ]
    return form_modal(
        texts,
        "participants.take_out",
        blocks,
        callback_id=CallbackId.PARTICIPANT_TAKE_OUT_FORM,
        state=replace(state, participant_id=found.part.id),
    )


def saved(texts: Texts, done: Saved) -> View:
    """Replaces the form."""
    key = "new" if done.new else "changed" if done.changed else "nothing"
    text = texts(f"participants.saved.{key}", person=mention(done.person), programme=done.programme.name)
    return _done(texts, text)


def taken_out(texts: Texts, who: Person) -> View:
    return _done(texts, texts("participants.saved.taken_out", person=mention(who)))


def _done(texts: Texts, text: str) -> View:
    title, close = texts.plain("participants.saved.title"), texts.plain("notice.close")
    return modal(title, [section(text)], callback_id=CallbackId.DONE, close=close)


def _counts(texts: Texts, found: ParticipantPage) -> Mrkdwn:
    """How many people there are at each stage."""
    parts = [
        texts("participants.list.count", stage=texts.plain(f"participants.stages.{stage}"), count=count)
        for stage, count in found.stages.items()
        if count
    ]
    total = sum(count for stage, count in found.stages.items() if stage is not Stage.LEFT)
    head = texts("participants.list.intro", programme=found.programme.name, count=total)
    return Mrkdwn("\n".join([head, " · ".join(parts)]) if parts else head)


def _filters(texts: Texts, found: ParticipantPage) -> list[Element]:
    search = found.search
    stages = [(str(one), texts.plain(f"participants.stages.{one}")) for one in Stage]
    roles = [(str(one), texts.plain(f"participants.roles.{one}")) for one in Role]
    menus = [
        select(
            ActionId.PARTICIPANTS_STAGE,
            [(ANY, texts.plain("participants.list.every.stage")), *stages],
            initial=search.stage or ANY,
        ),
        select(
            ActionId.PARTICIPANTS_ROLE,
            [(ANY, texts.plain("participants.list.every.role")), *roles],
            initial=search.role or ANY,
        ),
    ]
    if found.departments:
        options = [(department_key(name), name) for name in found.departments[:MOST_DEPARTMENTS]]
        every = (ANY, texts.plain("participants.list.every.department"))
        menus.append(select(ActionId.PARTICIPANTS_DEPARTMENT, [every, *options], initial=search.department or ANY))
    return menus


def _line(texts: Texts, row: Listed) -> Mrkdwn:
    part = row.part
    level = texts.plain(f"labels.levels.{Level(part.level).name.lower()}") if part.level else ""
    about = [texts.plain(f"participants.roles.{part.role}"), part.department, level]
    lines = [
        texts(
            "participants.list.row",
            person=mention(row.person),
            stage=texts.plain(f"participants.stages.{row.stage}"),
            about=" · ".join(one for one in about if one),
        ),
        *_partners(texts, row),
    ]
    return Mrkdwn("\n".join(lines))


def _partners(texts: Texts, row: Listed) -> list[Mrkdwn]:
    """A line for each partner: who, and how many sessions took place."""
    return [
        texts(
            f"participants.partner.{'mentor' if one.side is Side.MENTOR else 'leader'}",
            partner=mention(one.person),
            held=one.held,
            planned=one.planned,
        )
        for one in row.partners
    ]


def _turns(texts: Texts, found: ParticipantPage) -> list[Block]:
    page, count = found.search.page, found.count
    if count <= A_PAGE:
        return []
    first, last = page * A_PAGE + 1, min((page + 1) * A_PAGE, count)
    turns = [
        button(texts.plain(f"matching.draft.buttons.{name}"), ActionFamily.PARTICIPANTS_PAGE.of(name), to)
        for name, to, there in (("previous", page - 1, page > 0), ("next", page + 1, last < count))
        if there
    ]
    return [context(texts("matching.draft.page", first=first, last=last, count=count)), actions(*turns)]


def _detail(texts: Texts, name: str, value: str) -> Mrkdwn | str:
    return texts(f"participants.person.{name}", value=value) if value else ""


def _topics(texts: Texts, topics: list[str]) -> str:
    return in_text(texts, "topics", topics) if topics else ""


def _about(
    texts: Texts, programme: Programme, part: Participant | None, language: str, manager: str, *, no_manager: bool
) -> list[Block]:
    """The fields that HR may fill in for a person."""
    topics = [(code, topic_name(texts, code)) for code in topics_to_choose(programme, part)]
    level = Level(part.level).name.lower() if part and part.level else ""
    offers, wishes = ([one["topic"] for one in chosen] for chosen in ((part.offers, part.wishes) if part else ([], [])))
    roles = [(str(one), texts.plain(f"participants.roles.{one}")) for one in Role]
    return [
        _field(texts, "role", radio("role", roles, initial=part.role if part else "")),
        _field(
            texts,
            "level",
            select("level", labels(texts, "levels", tuple(one.name.lower() for one in Level)), initial=level),
        ),
        _field(
            texts,
            "department",
            text_input("department", initial=part.department if part else "", longest=LONGEST_DEPARTMENT),
        ),
        _field(texts, "offers", multi_select("offers", topics, initial=offers, most=MOST_TOPICS), optional=True),
        _field(texts, "wishes", multi_select("wishes", topics, initial=wishes, most=MOST_TOPICS), optional=True),
        _field(texts, "manager", user_select("manager", initial=manager), optional=True),
        field(
            "no_manager",
            texts.plain("participants.form.no_manager.label"),
            checkboxes(
                "no_manager",
                [(NO_MANAGER, texts.plain("participants.form.no_manager.option"))],
                initial=[NO_MANAGER] if no_manager else [],
            ),
            optional=True,
        ),
        _field(texts, "language", select("language", written_in(texts), initial=language)),
        _places(texts, "mentor_capacity", (part.mentor_capacity if part else 0) or USUAL_PLACES["mentor"]),
        _places(texts, "mentee_capacity", (part.mentee_capacity if part else 0) or USUAL_PLACES["leader"]),
    ]


def _field(texts: Texts, name: str, element: Element, *, optional: bool = False) -> Block:
    hint = texts.plain(f"participants.form.{name}.hint") if texts.has(f"participants.form.{name}.hint") else ""
    return field(name, texts.plain(f"participants.form.{name}.label"), element, hint=hint, optional=optional)


def _places(texts: Texts, name: str, initial: int) -> Block:
    options = [(str(number), str(number)) for number in range(1, MOST_PLACES + 1)]
    return _field(texts, name, select(name, options, initial=str(initial)))
