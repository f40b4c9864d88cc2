"""The form to nominate a colleague, what the nominator reads then, and HR's list."""

from collections.abc import Sequence

from bot.domain.calendar import local
from bot.domain.nominations import KEPT, LONGEST_REASON, MOST, MOST_SHOWN, Praise
from bot.services.nominations.nominating import NominationChoice
from bot.services.nominations.reading import Nominated, NominationPage
from handlers.kit.blocks import (
    Block,
    View,
    button,
    checkboxes,
    confirmation_of,
    context,
    divider,
    field,
    form_modal,
    mention,
    modal,
    notice,
    section,
    select,
    text_input,
    typed,
    user_select,
)
from handlers.kit.buttons import nominate_button, page_turns
from handlers.kit.hr_people import mention_for_hr
from handlers.kit.ids import ActionFamily, ActionId, CallbackId
from handlers.kit.modal_state import OfProgramme
from handlers.nominations.forms import EXPLAINS, NAMED
from prompts.catalogue import Texts
from prompts.reasons import topic_name
from storage.tables import Person

KEY, FORM = "nominations", "nominations.form"
A_PAGE = 10
MOST_ABOUT = 10
"""Nominations of one person in HR's windows about them; the file has all."""


def form(texts: Texts, choice: NominationChoice) -> View:
    """Without fields if the caller has no nomination left, or sign-up is closed."""
    if choice.closed:
        closed = texts(f"{FORM}.closed", programme=choice.programme.name, days=KEPT.days)
        return notice(texts, closed, blocks=[section(closed), *_before(texts, choice)])
    if not choice.left:
        used = texts(f"{FORM}.used", programme=choice.programme.name, most=MOST)
        return notice(texts, used, blocks=[section(used), *_before(texts, choice)])
    topics = [(one, topic_name(texts, one)) for one in choice.topics]
    reason = text_input(
        "reason", placeholder=_plain(texts, "reason.placeholder"), multiline=True, longest=LONGEST_REASON
    )
    explains = checkboxes("explains", [(EXPLAINS, _plain(texts, "explains.option"))])
    named = checkboxes("named", [(NAMED, _plain(texts, "named.option"))])
    blocks = [
        section(texts(f"{FORM}.body", programme=choice.programme.name, most=MOST)),
        *_before(texts, choice),
        field(
            "person",
            _plain(texts, "person.label"),
            user_select("person", placeholder=_plain(texts, "person.placeholder")),
        ),
        field(
            "topic",
            _plain(texts, "topic.label"),
            select("topic", topics, placeholder=_plain(texts, "topic.placeholder")),
        ),
        field(
            "reason",
            _plain(texts, "reason.label"),
            reason,
            hint=texts.plain(f"{FORM}.reason.hint", longest=LONGEST_REASON),
        ),
        field("explains", _plain(texts, "explains.label"), explains, optional=True),
        field("named", _plain(texts, "named.label"), named, hint=_plain(texts, "named.hint"), optional=True),
    ]
    state = OfProgramme(choice.programme.id)
    return form_modal(texts, FORM, blocks, callback_id=CallbackId.NOMINATE_FORM, state=state)


def done(texts: Texts, choice: NominationChoice, person: Person, praise: Praise) -> View:
    """The same whatever the colleague has said or done."""
    text = texts(f"{KEY}.done.body", programme=choice.programme.name, person=mention(person), named=praise.named)
    again = [nominate_button(texts, choice.programme.id)] if choice.left else []
    return notice(texts, text, again, blocks=[section(text), *_before(texts, choice)])


def quotes(texts: Texts, rows: Sequence[Nominated], *, for_hr: bool = False) -> list[Block]:
    """What colleagues said of a person. The person reads names only where the nominators agreed, HR reads all."""
    shown: list[Block] = []
    for row in rows if for_hr else rows[:MOST_SHOWN]:
        said, who = row.nomination, ""
        if for_hr:
            who = mention_for_hr(texts, row.nominator)
        elif said.named:
            who = mention(row.nominator)
        topic = topic_name(texts, said.topic)
        line = texts(f"{KEY}.quote.body", who=who, topic=topic, explains=said.explains, hr=for_hr, named=said.named)
        shown += [context(line), typed(said.reason)]
    return shown


def for_person(texts: Texts, rows: Sequence[Nominated]) -> list[Block]:
    """What colleagues said of a person, in HR's window about them; nothing if nobody did."""
    return [section(texts(f"{KEY}.list.about")), *quotes(texts, rows[:MOST_ABOUT], for_hr=True)] if rows else []


def listing(texts: Texts, page: NominationPage) -> View:
    """HR's list: who was nominated, by whom, and why."""
    blocks: list[Block] = [section(texts(f"{KEY}.list.body", programme=page.programme.name, count=page.count))]
    for row in page.rows:
        day = texts.day(local(row.nomination.at, page.programme.zone).date())
        state = texts.plain(f"invitations.person.states.{row.state}")
        who = mention_for_hr(texts, row.person)
        blocks += [
            divider(),
            section(texts(f"{KEY}.list.line", person=who, state=state, day=day)),
            *quotes(texts, [row], for_hr=True),
        ]
    blocks += page_turns(texts, ActionFamily.NOMINATIONS_PAGE, page.page, page.count, A_PAGE)
    return modal(
        texts.plain(f"{KEY}.list.title"),
        blocks,
        callback_id=CallbackId.NOMINATIONS,
        close=texts.plain("notice.close"),
        state=OfProgramme(page.programme.id),
    )


def _before(texts: Texts, choice: NominationChoice) -> list[Block]:
    if not choice.nominated:
        return []
    rows = []
    for own in choice.nominated:
        question = confirmation_of(texts, f"{FORM}.take_back.confirm", person=own.person.name)
        label = _plain(texts, "take_back.button")
        taken_back = button(label, ActionId.NOMINATION_TAKE_BACK, own.id, confirm=question)
        rows.append(section(texts(f"{FORM}.one_before", person=mention(own.person)), taken_back))
    return [*rows, context(texts(f"{FORM}.left", left=choice.left))] if choice.left else rows


def _plain(texts: Texts, name: str) -> str:
    return texts.plain(f"{FORM}.{name}")
