"""What HR has to do, each with its button, and what Balik does by itself: in the summary and on Home."""

from collections.abc import Sequence
from datetime import date

from bot.domain.broadcasts import Audience
from bot.services.programme.next_actions import NextActions, Todo, TodoKind
from handlers.care.at_risk_views import talked_button
from handlers.care.contact_views import contacts_button
from handlers.kit.blocks import Block, Element, button, section
from handlers.kit.buttons import (
    broadcast_button,
    course_button,
    draft_button,
    invite_button,
    leadership_thanks_button,
    next_cohort_button,
    topics_button,
    training_button,
    waiting_button,
)
from handlers.kit.hr_people import pair_for_hr
from handlers.kit.ids import ActionId
from prompts.catalogue import Mrkdwn, Texts
from storage.tables import Programme

KEY = "insight.weekly"
_OF_PAIRS = (TodoKind.CALL, TodoKind.STUCK)
_LATE = {TodoKind.CALL: "call_late", TodoKind.APPROVE: "approve_late"}
"""What says that a person was promised an earlier day."""
_CAN_WAIT = (TodoKind.UNFINISHED, TodoKind.UNSIGNED, TodoKind.UNBOOKED)


def first_todos(todos: Sequence[Todo], most: int) -> list[Todo]:
    """At most so many, in their order: those of single pairs only as far as there is room beside the others, and what
    can wait only as far as there is room beside all."""
    ranked = sorted(todos, key=lambda one: 2 if one.kind in _CAN_WAIT else 1 if one.kind in _OF_PAIRS else 0)
    return [one for one in todos if one in ranked[:most]]


def todo_block(texts: Texts, programme: Programme, todo: Todo, today: date) -> Block:
    """Who has to do what by when, and the button that does it."""
    return section(todo_text(texts, todo, today), _button(texts, programme, todo))


def todo_text(texts: Texts, todo: Todo, today: date) -> Mrkdwn:
    late = todo.kind in _LATE and todo.by is not None and todo.by < today
    pair = pair_for_hr(texts, *todo.pair) if todo.pair else {}
    return texts(
        f"{KEY}.todo.{_LATE[todo.kind] if late else todo.kind}",
        by=texts.short_day(todo.by) if todo.by else "",
        count=todo.count,
        why=_why(texts, todo),
        **({"mentor": "", "leader": ""} | pair),
    )


def _why(texts: Texts, todo: Todo) -> str:
    if todo.trouble:
        return texts.plain(f"recruiting.refused.why.{todo.trouble}")
    return texts.plain(f"care.at_risk.hr.why.{todo.why}") if todo.why else ""


def _button(texts: Texts, programme: Programme, todo: Todo) -> Element:
    subject = todo.subject
    match todo.kind:
        case TodoKind.CONTACT:
            return contacts_button(texts, subject)
        case TodoKind.CHANNEL:
            return button(texts.plain("recruiting.refused.buttons.channel"), ActionId.RECRUIT_CHANNEL, subject)
        case TodoKind.START:
            return course_button(texts, subject)
        case TodoKind.CALL:
            return talked_button(texts, subject)
        case TodoKind.STUCK:
            return button(texts.plain("care.at_risk.hr.buttons.look"), ActionId.RISK_HR_LOOK, subject)
        case TodoKind.RELEASE:
            return button(texts.plain("matching.draft.buttons.release"), ActionId.MATCH_RELEASE, subject)
        case TodoKind.DRAFT:
            return draft_button(texts, subject)
        case TodoKind.MANAGERS:
            return button(texts.plain("roster.import.managers"), ActionId.MATCH_MANAGERS, subject)
        case TodoKind.UNFINISHED:
            return training_button(texts, subject)
        case TodoKind.SPONSOR:
            return button(texts.plain("programme.setup.done.buttons.sponsor"), ActionId.SPONSOR_OPEN, subject)
        case TodoKind.APPROVE:
            return waiting_button(texts, subject)
        case TodoKind.UNFIT:
            label = texts.plain("recruiting.eligibility.buttons.unfit", count=todo.count)
            return button(label, ActionId.PARTICIPANTS_UNFIT, subject)
        case TodoKind.INVITE:
            return invite_button(texts, subject)
        case TodoKind.UNMATCHED:
            return topics_button(texts, subject)
        case TodoKind.UNSIGNED:
            return broadcast_button(texts, subject, Audience.UNSIGNED)
        case TodoKind.UNBOOKED:
            return broadcast_button(texts, subject, Audience.UNBOOKED)
        case TodoKind.THANKS:
            return leadership_thanks_button(texts, subject)
        case TodoKind.NEXT:
            return next_cohort_button(texts, programme)


def by_balik(texts: Texts, found: NextActions) -> str:
    """What Balik does by itself, and by when; empty if nothing."""
    if found.closes_by:
        return texts(f"{KEY}.balik.closes", by=texts.short_day(found.closes_by))
    if not (found.by_balik and found.balik_by):
        return ""
    steps = texts.join([texts(f"{KEY}.balik.{action}", count=count) for action, count in found.by_balik.items()])
    return texts(f"{KEY}.balik.steps", steps=steps, by=texts.short_day(found.balik_by))
