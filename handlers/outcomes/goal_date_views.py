"""Views of the question on a goal's date, and of what HR sees of the answers."""

from bot.domain.agreement import GoalResult
from bot.services.agreement.goal_dates import GoalQuestion
from bot.services.outcomes.figures import GoalCounts
from bot.slack.gateway import Message
from handlers.kit.blocks import (
    Block,
    View,
    actions,
    button,
    context,
    date_picker,
    field,
    form_modal,
    header,
    mention,
    modal,
    section,
)
from handlers.kit.ids import ActionId, CallbackId
from handlers.outcomes.forms import GoalDateState
from prompts.catalogue import Texts
from storage.tables import GoalDate

KEY = "outcomes.goal_date"


def question(texts: Texts, found: GoalQuestion) -> Message:
    """To each of the two: the goals of a date, with what became of those that either has answered."""
    partner = mention(found.couple.person(found.side.other))
    is_open = any(row.result is None for row in found.goals)
    name = "body" if is_open else "settled"
    text = texts(f"{KEY}.{name}", count=len(found.goals), day=texts.day(found.due))
    if found.too_late:
        text = texts(f"{KEY}.too_late", partner=partner)
    blocks: list[Block] = [header(texts.plain(f"{KEY}.title")), section(text)]
    for row in found.goals:
        blocks += [section(_line(texts, found, row)), *([_buttons(texts, row)] if row.result is None else [])]
    if answered := [row for row in found.goals if row.result]:
        mine = any(row.result == GoalResult.REACHED and row.side == found.side for row in answered)
        theirs = any(row.side != found.side for row in answered)
        key = "seen" if mine else "look" if theirs else "change"
        update = button(texts.plain(f"{KEY}.buttons.{key}"), ActionId.GOAL_OPEN, found.couple.pair.id)
        blocks.append(actions(update))
    mine = any(row.result is not None and row.side == found.side for row in found.goals)
    footer = texts(f"{KEY}.footer", partner=partner, open=is_open, mine=mine)
    return Message(text, [*blocks, context(footer)])


def _line(texts: Texts, found: GoalQuestion, row: GoalDate) -> str:
    """A goal, with its answer and whose it is."""
    if row.result is None:
        return texts(f"{KEY}.goal", goal=row.goal, measure=found.measures.get(row.goal, ""))
    who = "you" if row.side == found.side else "partner"
    moved = texts.day(row.moved_to) if row.moved_to else ""
    partner = mention(found.couple.person(found.side.other))
    return texts(f"{KEY}.{who}.{row.result}", goal=row.goal, day=moved, partner=partner)


def _buttons(texts: Texts, row: GoalDate) -> Block:
    return actions(
        button(texts.plain(f"{KEY}.buttons.reached"), ActionId.GOAL_REACHED, row.id, style="primary"),
        button(texts.plain(f"{KEY}.buttons.move"), ActionId.GOAL_MOVE, row.id),
        button(texts.plain(f"{KEY}.buttons.drop"), ActionId.GOAL_DROP, row.id),
    )


def move_form(texts: Texts, found: GoalQuestion, row: GoalDate) -> View:
    """The form for a goal's new date; what became of it, if that was answered in the meantime."""
    if row.result is not None:
        return settled(texts, found, row)
    label = texts.plain(f"{KEY}.move.label")
    blocks = [section(_line(texts, found, row)), field("by", label, date_picker("by"))]
    return form_modal(texts, f"{KEY}.move", blocks, callback_id=CallbackId.GOAL_MOVE_FORM, state=GoalDateState(row.id))


def settled(texts: Texts, found: GoalQuestion, row: GoalDate) -> View:
    """In place of the form, once the goal's question was answered."""
    return modal(
        texts.plain(f"{KEY}.move.modal.title"),
        [section(_line(texts, found, row))],
        callback_id=CallbackId.GROWTH,
        close=texts.plain("notice.close"),
    )


def for_hr(texts: Texts, found: GoalCounts) -> list[str]:
    """How many goals were reached, moved and dropped, as far as HR may see it."""
    counted = {
        GoalResult.REACHED: found.reached,
        GoalResult.MOVED: found.moved,
        GoalResult.DROPPED: found.dropped,
    }
    known = [texts(f"{KEY}.hr.{name}", count=count) for name, count in counted.items() if count]
    return [" · ".join(known)] if known else []
