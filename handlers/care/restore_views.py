"""What HR and the two of a pair read when HR can restore it, or did."""

from datetime import datetime

from bot.domain.calendar import local
from bot.domain.sessions import Side
from bot.services.care.restoring import RESTORABLE
from bot.services.pair_context import PairContext
from bot.services.sessions.resumption import ToBook
from bot.slack.gateway import Message
from handlers.kit.blocks import Element, View, actions, button, confirmation_of, mention, notice, section
from handlers.kit.buttons import draft_button
from handlers.kit.hr_people import mention_for_hr, pair_for_hr
from handlers.kit.ids import ActionId
from handlers.sessions.views import dates_missing
from prompts.catalogue import Mrkdwn, Texts
from storage.tables import EndedBy, Person


def restore_button(texts: Texts, couple: PairContext) -> Element:
    """HR restores a pair that ended, once it is confirmed."""
    question = confirmation_of(texts, "care.restore.hr.confirm")
    return button(texts.plain("care.restore.hr.button"), ActionId.RISK_HR_RESTORE, couple.pair.id, confirm=question)


def restorable(texts: Texts, couple: PairContext, ended: str, until: datetime) -> Message:
    """To HR: `ended`, and until when the pair can be restored."""
    text = _until(texts, couple, ended, until)
    return Message(text, [section(text), actions(restore_button(texts, couple))])


def just_ended(texts: Texts, couple: PairContext) -> View:
    """The answer to who ended the pair, with both ways on."""
    ended = texts("care.parting.rest.ended", **pair_for_hr(texts, couple.mentor, couple.leader))
    last = (couple.pair.ended_at or couple.pair.introduced_at) + RESTORABLE[EndedBy.HR]
    text = _until(texts, couple, ended, last)
    return notice(texts, text, [restore_button(texts, couple), draft_button(texts, couple.programme.id)])


def _until(texts: Texts, couple: PairContext, ended: str, until: datetime) -> Mrkdwn:
    day = texts.day(local(until, couple.programme.zone).date())
    return Mrkdwn(f"{ended} {texts('care.restore.hr.until', day=day)}")


def ended_by_hr(texts: Texts, couple: PairContext, until: datetime) -> Message:
    """To HR's channel: HR ended the pair."""
    names = pair_for_hr(texts, couple.mentor, couple.leader)
    return restorable(texts, couple, texts("care.restore.hr.ended", **names), until)


def account_back(texts: Texts, couple: PairContext, person: Person, until: datetime) -> Message:
    """To HR's channel: a person whose deactivated account ended the pair is back."""
    names = pair_for_hr(texts, couple.mentor, couple.leader)
    back = texts("care.restore.hr.account", person=mention_for_hr(texts, person), **names)
    return restorable(texts, couple, back, until)


def restored(
    texts: Texts, couple: PairContext, side: Side, meeting: ToBook | None, now: datetime, *, knew: bool
) -> Message:
    """To one of the two: the pair continues. It asks for the date of `meeting`: there is no separate nudge.

    `knew`: they were told that it ended; others only learn that the times are off.
    """
    lines, book = dates_missing(texts, [meeting] if meeting else [], couple.person(side).id, now)
    partner = mention(couple.person(side.other))
    text = texts("care.restore.told.body", partner=partner, knew=knew, dates=Mrkdwn(lines))
    return Message(text, [section(text), *([actions(*book)] if book else [])])
