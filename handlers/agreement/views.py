"""Views of a pair's agreement: the form, the text, and the buttons to sign."""

from collections.abc import Sequence
from datetime import date

from bot.domain.agreement import LONGEST, MOST_GOALS, Books, Goal, Headway, State, Terms
from bot.domain.agreement_learning_plan import shown_after
from bot.domain.calendar import local
from bot.domain.sessions import Side
from bot.services.agreement.agreement import AgreementView, version_of
from bot.services.sessions.packs import shared_topics, topics_of, topics_to_agree_on
from bot.slack.gateway import Message
from handlers.agreement import plan_views
from handlers.agreement.forms import BLOCKS, AgreementState
from handlers.kit.blocks import (
    MAX_SECTION,
    Block,
    View,
    actions,
    button,
    context,
    date_picker,
    divider,
    field,
    form_modal,
    header,
    mention,
    modal,
    radio,
    section,
    select,
    text_input,
)
from handlers.kit.ids import ActionId, CallbackId
from handlers.sessions.views import called
from prompts.catalogue import Texts
from prompts.reasons import topic_name

_STANDS = {State.YOURS: "yours", State.THEIRS: "theirs", State.SIGNED: "both"}


# Messages


def proposed(texts: Texts, seen: AgreementView) -> Message:
    """To the person who has to sign."""
    key = "agreement.proposed"
    partner = mention(seen.couple.person(seen.side.other))
    text = texts(f"{key}.{'changed' if seen.version > 1 else 'body'}", partner=partner)
    blocks = [header(texts.plain(f"{key}.title")), section(text), *content(texts, seen), _below(texts, seen)]
    return Message(text, blocks)


def signed(texts: Texts, seen: AgreementView) -> Message:
    """To each, once both have signed."""
    key = "agreement.signed"
    text = texts(f"{key}.body", partner=mention(seen.couple.person(seen.side.other)))
    blocks = [header(texts.plain(f"{key}.title")), section(text), *content(texts, seen), _below(texts, seen)]
    return Message(text, blocks)


def just_signed(texts: Texts, seen: AgreementView) -> Message:
    """In place of the clicked message: the current text, with both signatures."""
    text = texts("agreement.answers.signed", partner=mention(seen.couple.person(seen.side.other)))
    return Message(text, [section(text), *content(texts, seen), _below(texts, seen)])


# Windows


def shown(texts: Texts, seen: AgreementView) -> View:
    """The agreement's text with its actions."""
    partner = mention(seen.couple.person(seen.side.other))
    if not seen.couple.goes_on:
        return _window(texts, [section(texts("agreement.answers.over", partner=partner)), *content(texts, seen)])
    stands = section(texts(f"agreement.answers.{_STANDS[seen.state]}", partner=partner))
    return _window(texts, [stands, *content(texts, seen), _below(texts, seen)])


def stored(texts: Texts, seen: AgreementView) -> View:
    """Replaces the form or the text after saving or signing."""
    partner = mention(seen.couple.person(seen.side.other))
    if seen.state is not State.SIGNED:
        return _window(texts, [section(texts("agreement.answers.saved", partner=partner))])
    said = section(texts("agreement.answers.signed", partner=partner))
    return _window(texts, [said, *content(texts, seen), _below(texts, seen)])


def form(texts: Texts, seen: AgreementView) -> View:
    """The form to write or change the agreement."""
    partner = mention(seen.couple.person(seen.side.other))
    intro = texts(f"agreement.form.{'again' if seen.agreement else 'intro'}", partner=partner)
    return _form(texts, seen, [section(intro)], seen.terms or _blank(texts, seen))


def after_edit_conflict(texts: Texts, seen: AgreementView, typed: Terms) -> View:
    """The same form again, below the version that the partner saved in between: no input is lost."""
    notice = texts("agreement.answers.overtaken", partner=mention(seen.couple.person(seen.side.other)))
    return _form(texts, seen, [section(notice), *content(texts, seen), divider()], typed)


def _form(texts: Texts, seen: AgreementView, top: list[Block], terms: Terms) -> View:
    key = "agreement.form"
    goals = [*terms.goals, *[Goal("", "", None)] * MOST_GOALS][:MOST_GOALS]
    blocks = [*top, _topic(texts, seen, terms)]
    blocks += [block for number, goal in enumerate(goals, 1) for block in _goal(texts, number, goal)]
    names = {Books.MENTOR: called(texts, seen.couple.mentor), Books.LEADER: called(texts, seen.couple.leader)}
    choices = [(str(one), texts.plain(f"{key}.books.{one}", name=names.get(one, ""))) for one in Books]
    who = radio("books", choices, initial=str(terms.books or ""))
    blocks += [
        field("books", texts.plain(f"{key}.books.label"), who),
        _text(texts, "mentor_called", terms.mentor_called),
        _text(texts, "leader_called", terms.leader_called),
        _text(texts, "confidential", terms.confidential, optional=True),
        _text(texts, "off_limits", terms.off_limits, optional=True),
        *plan_views.fields(texts, seen, terms),
    ]
    return form_modal(
        texts,
        key,
        blocks,
        callback_id=CallbackId.AGREEMENT_FORM,
        state=AgreementState(seen.couple.pair.id, seen.version, *plan_views.basis(seen, terms)),
    )


def _blank(texts: Texts, seen: AgreementView) -> Terms:
    """Initial values: the forms of address of both, and what they are about, from their sign-ups.

    No topic if they share none: they are to choose one that the mentor can show.
    """
    names = called(texts, seen.couple.mentor), called(texts, seen.couple.leader)
    topic = topics_of(seen.couple)[0] if shared_topics(seen.couple) else ""
    return Terms((), None, *names, topic=topic)


def _topic(texts: Texts, seen: AgreementView, terms: Terms) -> Block:
    key = "agreement.form.topic"
    choices = list(dict.fromkeys([*topics_to_agree_on(seen.couple), *([terms.topic] if terms.topic else [])]))
    picker = select("topic", [(one, topic_name(texts, one)) for one in choices], initial=terms.topic)
    return field("topic", texts.plain(f"{key}.label"), picker, hint=texts.plain(f"{key}.hint"), optional=True)


def _goal(texts: Texts, number: int, goal: Goal) -> list[Block]:
    key, optional = "agreement.form", number > 1
    days = date_picker(f"by{number}", initial=goal.by.isoformat() if goal.by else "")
    return [
        _text(texts, "goal", goal.goal, number=number, optional=optional),
        _text(texts, "measure", goal.measure, number=number, optional=optional),
        field(
            f"by{number}",
            texts.plain(f"{key}.by.label"),
            days,
            hint=texts.plain(f"{key}.by.hint") if number == 1 else "",
            optional=optional,
        ),
    ]


def _text(texts: Texts, name: str, initial: str, *, number: int = 0, optional: bool = False) -> Block:
    block = BLOCKS.get(name, name)
    key, block_id = f"agreement.form.{block}", f"{block}{number or ''}"
    element = text_input(
        block_id,
        initial=initial,
        placeholder=_if_written(texts, f"{key}.placeholder_{number}" if number > 1 else f"{key}.placeholder"),
        multiline=name in ("confidential", "off_limits"),
        longest=LONGEST[name],
    )
    label = texts.plain(f"{key}.label", **({"number": number} if number else {}))
    return field(block_id, label, element, hint=_if_written(texts, f"{key}.hint"), optional=optional)


def _if_written(texts: Texts, key: str) -> str:
    return texts.plain(key) if texts.has(key) else ""


# The text


def content(texts: Texts, seen: AgreementView) -> list[Block]:
    """The text of the agreement, and who has signed; empty while there is none."""
    terms = seen.terms
    if terms is None:
        return []
    key = "agreement.text"
    goals: list[str] = []
    for number, (goal, headway) in enumerate(zip(terms.goals, seen.headway, strict=True), 1):
        goals += _read_goal(texts, number, goal)
        if terms.plan is not None and (after := shown_after(headway.moved or goal.by, seen.sessions)):
            goals.append(texts("agreement.plan.goal", number=after))
        if seen.state is State.SIGNED and headway.moved:
            goals.append(texts(f"{key}.moved", by=texts.day(headway.moved)))
        if seen.state is State.SIGNED and (headway.progress, headway.note) != (Headway().progress, ""):
            progress = texts.plain(f"labels.progress.{headway.progress}")
            goals.append(texts(f"{key}.progress", progress=progress, note=headway.note))
    plan = plan_views.lines(texts, seen, terms)
    who = {Books.MENTOR: terms.mentor_called, Books.LEADER: terms.leader_called}
    rules = [
        *([texts(f"{key}.topic", topic=topic_name(texts, terms.topic))] if terms.topic else []),
        texts(f"{key}.books", who=who.get(terms.books or Books.IN_TURN, texts.plain(f"{key}.in_turn"))),
        texts(f"{key}.called", mentor=terms.mentor_called, leader=terms.leader_called),
        texts(f"{key}.confidential", more=terms.confidential),
        *([texts(f"{key}.off_limits", text=terms.off_limits)] if terms.off_limits else []),
    ]
    return [
        *_sections([f"*{texts(f'{key}.goals')}*", *goals]),
        *(_sections([f"*{texts('agreement.plan.title')}*", *plan]) if plan else []),
        *_sections(rules),
        context(" · ".join([texts(f"{key}.version", version=seen.version), *_signatures(texts, seen)])),
    ]


def _sections(lines: Sequence[str]) -> list[Block]:
    """The lines below each other; what does not fit into one section continues in the next."""
    parts: list[str] = []
    for line in lines:
        if parts and len(parts[-1]) + len(line) < MAX_SECTION:
            parts[-1] = f"{parts[-1]}\n{line}"
        else:
            parts.append(line)
    return [section(part) for part in parts]


def _read_goal(texts: Texts, number: int, goal: Goal) -> list[str]:
    by = texts.day(goal.by or date.max)
    return [
        texts("agreement.text.goal", number=number, goal=goal.goal),
        texts("agreement.text.measure", measure=goal.measure, by=by),
    ]


def _signatures(texts: Texts, seen: AgreementView) -> list[str]:
    if seen.agreement is None:
        return []
    found: list[str] = []
    zone = seen.couple.person(seen.side).zone
    for side in Side:
        who = mention(seen.couple.person(side))
        if at := version_of(seen.agreement).signed[side]:
            found.append(texts("agreement.text.signed", who=who, day=texts.day(local(at, zone).date())))
        else:
            found.append(texts("agreement.text.unsigned", who=who))
    return found


def _below(texts: Texts, seen: AgreementView) -> Block:
    """Sign, if it waits for the reader; changing is always possible."""
    elements = [button(texts.plain("agreement.buttons.change"), ActionId.AGREEMENT_CHANGE, seen.couple.pair.id)]
    if seen.agreement and seen.state is State.YOURS:
        sign = button(
            texts.plain("agreement.buttons.sign"), ActionId.AGREEMENT_SIGN, seen.agreement.id, style="primary"
        )
        elements.insert(0, sign)
    if seen.state is State.SIGNED:
        elements.append(button(texts.plain("outcomes.buttons.goals"), ActionId.GOAL_OPEN, seen.couple.pair.id))
    return actions(*elements)


def _window(texts: Texts, blocks: list[Block]) -> View:
    title = texts.plain("agreement.form.modal.title")
    return modal(title, blocks, callback_id=CallbackId.AGREEMENT, close=texts.plain("notice.close"))
