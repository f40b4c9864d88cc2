"""Outcomes of a pair: a window with its goals, the reader's learning log and the action cards."""

from collections.abc import Sequence
from typing import Any

from bot.domain.agreement import LONGEST, MOST_GOALS, SETTLED, GoalProgress, Headway, State
from bot.domain.calendar import local
from bot.domain.sessions import Side
from bot.services.agreement import agreement
from bot.services.outcomes import learning_log
from bot.services.outcomes.growth import PairOutcomes
from bot.services.outcomes.learning_log import Log
from bot.services.pair_context import PairContext
from bot.slack.gateway import Message
from handlers.kit.blocks import (
    Block,
    Element,
    View,
    actions,
    button,
    checkboxes,
    confirmation,
    context,
    divider,
    field,
    form_modal,
    mention,
    modal,
    radio,
    section,
    select,
    text_input,
)
from handlers.kit.buttons import new_card_button, story_button
from handlers.kit.ids import ActionId, CallbackId
from handlers.outcomes import card_views
from handlers.outcomes.forms import ANY_TIME, HR, PARTNER, EntryState
from handlers.signup.views import labels
from prompts.catalogue import Texts
from storage.tables import LogEntry, MentoringSession

MOST_NOTES, MOST_CARDS, MOST_LISTED = 2, 3, 20
LONGEST_SHOWN = 1000


def hub(texts: Texts, growth: PairOutcomes) -> View:
    """Everything in one window."""
    key, pair_id = "outcomes.hub", growth.couple.pair.id
    partner = mention(growth.couple.person(growth.side.other))
    blocks: list[Block] = [section(texts(f"{key}.intro", partner=partner))]
    goals = goal_lines(texts, growth.agreement)
    blocks.append(
        section("\n".join([f"*{texts(f'{key}.goals')}*", *(goals or [texts(f"{key}.no_goals", partner=partner)])]))
    )
    if goals and growth.goes_on:
        blocks.append(actions(button(texts.plain("outcomes.buttons.goals"), ActionId.GOAL_OPEN, pair_id)))
    notes = [
        texts("outcomes.log.line", text=_first(one.learned or one.taught or one.will_do))
        for one in growth.log.mine[:MOST_NOTES]
    ]
    blocks += [divider(), section("\n".join([f"*{texts(f'{key}.log')}*", *(notes or [texts(f"{key}.no_notes")])]))]
    add = button(texts.plain("outcomes.buttons.add"), ActionId.LOG_ADD, pair_id)
    see = button(texts.plain("outcomes.buttons.log"), ActionId.LOG_OPEN, pair_id)
    written = [] if growth.couple.parted else [add]
    blocks += _row([*written, *([see] if growth.log.mine or growth.log.theirs else [])])
    under_way = [card_views.line(texts, one) for one in growth.board.open[:MOST_CARDS]]
    lines = under_way or [texts(f"{key}.{'no_open_cards' if growth.board.cards else 'no_cards'}")]
    blocks += [divider(), section("\n".join([f"*{texts(f'{key}.cards')}*", *lines]))]
    see = button(texts.plain("outcomes.buttons.cards"), ActionId.CARD_LIST, pair_id)
    new = [] if growth.couple.parted else [new_card_button(texts, pair_id)]
    blocks += _row([*new, *([see] if growth.board.cards else [])])
    if growth.may_tell:
        blocks += [divider(), section(texts(f"{key}.story", partner=partner)), actions(story_button(texts, pair_id))]
    return modal(texts.plain(f"{key}.title"), blocks, callback_id=CallbackId.GROWTH, close=texts.plain("notice.close"))


def _row(elements: list[Element]) -> list[Block]:
    return [actions(*elements)] if elements else []


# Goals


def goal_lines(texts: Texts, seen: agreement.AgreementView) -> list[str]:
    """Each goal with its progress; empty until both have signed."""
    terms = seen.terms
    if terms is None or seen.state is not State.SIGNED:
        return []
    return [progress_line(texts, goal.goal, one) for goal, one in zip(terms.goals, seen.headway, strict=True)]


def progress_line(texts: Texts, goal: str, headway: Headway) -> str:
    state = texts.plain(f"labels.progress.{headway.progress}")
    line = texts(f"outcomes.goals.{headway.progress}", goal=goal, state=state, note=headway.note)
    if headway.moved and headway.progress not in SETTLED:
        return f"{line} · {texts('outcomes.goals.moved', by=texts.short_day(headway.moved))}"
    return line


def goals_form(texts: Texts, seen: agreement.AgreementView) -> View:
    """The form for the progress of each goal."""
    key, terms = "outcomes.goals", seen.terms
    blocks: list[Block] = [section(texts(f"{key}.intro", partner=mention(seen.couple.person(seen.side.other))))]
    options = labels(texts, "progress", tuple(GoalProgress))
    goals = terms.goals[:MOST_GOALS] if terms else ()
    for number, (goal, one) in enumerate(zip(goals, seen.headway, strict=True), 1):
        asked = radio(f"progress{number}", options, initial=one.progress)
        blocks.append(field(f"progress{number}", goal.goal, asked))
        note = text_input(
            f"note{number}",
            initial=one.note,
            placeholder=texts.plain(f"{key}.placeholder"),
            multiline=True,
            longest=LONGEST["note"],
        )
        blocks.append(field(f"note{number}", texts.plain(f"{key}.note"), note, optional=True))
    return _form(texts, key, CallbackId.GOAL_FORM, blocks, EntryState(seen.couple.pair.id, seen.version))


# The learning log


def listed(texts: Texts, log: Log) -> View:
    """The reader's own notes, and what the partner shared."""
    key, pair_id = "outcomes.log", log.couple.pair.id
    blocks: list[Block] = [section(texts(f"{key}.{'intro' if log.mine else 'empty'}"))]
    for note in log.mine[:MOST_LISTED]:
        blocks += [section(_note(texts, note)), context(_who_reads(texts, log, note))]
        if note.entry and not log.couple.parted:
            blocks.append(_about(texts, note.entry))
    if log.theirs:
        partner = mention(log.couple.person(log.side.other))
        blocks += [divider(), section(f"*{texts(f'{key}.theirs', partner=partner)}*")]
        blocks += [section(_note(texts, one)) for one in log.theirs[:MOST_LISTED]]
    add = button(texts.plain("outcomes.buttons.add"), ActionId.LOG_ADD, pair_id, style="" if log.mine else "primary")
    blocks += [] if log.couple.parted else [actions(add)]
    return modal(texts.plain(f"{key}.title"), blocks, callback_id=CallbackId.LOG, close=texts.plain("notice.close"))


def note_form(texts: Texts, log: Log, entry: LogEntry | None = None) -> View:
    """The form for a new note, or to change one."""
    key = "outcomes.note"
    partner = texts.plain(f"{key}.share.partner", partner=log.couple.person(log.side.other).name)
    choices = [(PARTNER, partner), (HR, texts.plain(f"{key}.share.hr"))]
    ticked = [PARTNER] * entry.with_partner + [HR] * entry.with_hr if entry else []
    when = [(ANY_TIME, texts.plain(f"{key}.session.none"))]
    when += [(str(one.id), _session(texts, one)) for one in log.sessions]
    about = entry.session_id if entry else next((one.id for one in reversed(log.sessions)), None)
    blocks = [
        section(texts(f"{key}.intro")),
        _typed(texts, "learned", entry.learned if entry else ""),
        _typed(texts, "taught", entry.taught if entry else ""),
        field("session", texts.plain(f"{key}.session.label"), select("session", when, initial=str(about or ANY_TIME))),
        field(
            "share",
            texts.plain(f"{key}.share.label"),
            checkboxes("share", choices, initial=ticked),
            hint=texts.plain(f"{key}.share.hint"),
            optional=True,
        ),
    ]
    return _form(texts, key, CallbackId.LOG_FORM, blocks, EntryState(log.couple.pair.id, entry.id if entry else 0))


def shared(texts: Texts, couple: PairContext, side: Side, note: learning_log.ShownNote) -> Message:
    """To the partner, once."""
    text = texts("outcomes.shared.body", partner=mention(couple.person(side.other)))
    see = button(texts.plain("outcomes.buttons.log"), ActionId.LOG_OPEN, couple.pair.id)
    return Message(text, [section(text), section(_note(texts, note)), actions(see)])


def _note(texts: Texts, note: learning_log.ShownNote) -> str:
    key = "outcomes.log"
    top = texts(f"{key}.session", number=note.number) if note.number else texts(f"{key}.any_time")
    parts = {"learned": note.learned, "taught": note.taught, "will_do": note.will_do}
    said = [texts(f"{key}.{name}", text=text[:LONGEST_SHOWN]) for name, text in parts.items() if text]
    return "\n".join([f"*{top}*", *said])


def _session(texts: Texts, row: MentoringSession) -> str:
    pack = texts.plain(f"labels.packs.{row.pack}")
    return texts.plain("outcomes.note.session.one", number=row.number, pack=pack)


def _first(text: str, most: int = 120) -> str:
    line = text.splitlines()[0]
    return line if len(line) <= most else line[: most - 1] + "…"


def _who_reads(texts: Texts, log: Log, note: learning_log.ShownNote) -> str:
    day = texts.short_day(local(note.at, log.couple.person(log.side).zone).date())
    who = {(False, False): "private", (True, False): "partner", (False, True): "hr", (True, True): "both"}
    name = who[note.with_partner, note.with_hr]
    partner = mention(log.couple.person(log.side.other))
    return f"{day} · {texts(f'outcomes.log.reads.{name}', partner=partner)}"


def _about(texts: Texts, entry: LogEntry) -> Block:
    number = entry.id
    return actions(
        button(texts.plain("outcomes.buttons.change"), ActionId.LOG_CHANGE, number),
        button(texts.plain("outcomes.buttons.delete"), ActionId.LOG_DELETE, number, confirm=_sure(texts)),
    )


def _sure(texts: Texts) -> Any:
    key = "outcomes.delete"
    return confirmation(*(texts.plain(f"{key}.{name}") for name in ("title", "body", "yes", "no")))


def _typed(texts: Texts, name: str, initial: str) -> Block:
    key = f"outcomes.note.{name}"
    element = text_input(
        name,
        initial=initial,
        placeholder=texts.plain(f"{key}.placeholder"),
        multiline=True,
        longest=learning_log.LONGEST,
    )
    return field(name, texts.plain(f"{key}.label"), element, optional=True)


def _form(texts: Texts, key: str, callback_id: CallbackId, blocks: Sequence[Block], state: EntryState) -> View:
    return form_modal(texts, key, blocks, callback_id=callback_id, state=state)
