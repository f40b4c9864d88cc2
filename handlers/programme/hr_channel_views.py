"""HR's channel: that it cannot be used, the move to another one, and who answers for the programme."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.services.programme.move import Movable
from bot.slack.gateway import Message
from handlers.kit.blocks import (
    Block,
    View,
    actions,
    button,
    channel_link,
    field,
    mention,
    modal,
    radio,
    section,
)
from handlers.kit.ids import ActionId, CallbackId
from handlers.kit.modal_state import ModalState
from prompts.catalogue import Mrkdwn, Texts
from storage.tables import Person, Programme

MOST_PROGRAMMES = 10
LONGEST_OPTION = 75


@dataclass(frozen=True)
class MoveState(ModalState):
    """Where to, and what if there is no choice."""

    channel: str
    programme_id: int = 0


def trouble(texts: Texts, programme: Programme, channel: str, why: str, *, operator: bool) -> Message:
    """To the programme's owner, or the operator: what happened to HR's channel, and what to do."""
    what = texts(f"programme.hr_channel.trouble.what.{why}", programme=programme.name, channel=channel_link(channel))
    text = texts(
        "programme.hr_channel.trouble.body",
        what=what,
        next=texts(f"programme.hr_channel.trouble.next.{why}"),
        operator=operator,
        number=programme.id,
    )
    return Message(text, [section(text)])


def fine(texts: Texts, programme: Programme, channel: str) -> Message:
    text = texts("programme.hr_channel.fine.body", programme=programme.name, channel=channel_link(channel))
    return Message(text, [section(text)])


def moved(texts: Texts, programme: Programme, before: str, channel: str, by: Person | None, place: str) -> Message:
    """`place`: "new" and "old" channel, "person"."""
    text = texts(
        f"programme.hr_channel.moved.{place}",
        programme=programme.name,
        before=channel_link(before),
        channel=channel_link(channel),
        by=mention(by) if by else texts("programme.hr_channel.moved.operator"),
    )
    if place != "new":
        return Message(text, [section(text)])
    summary = button(texts.plain("home.common.buttons.summary"), ActionId.SUMMARY_AGAIN, programme.id)
    return Message(text, [section(text), actions(summary)])


def move(texts: Texts, movable: Sequence[Movable], channel: str, *, instead_of_new: bool) -> View:
    """Which programme to move here, and what that does. `instead_of_new`: a new one was asked for."""
    shown = list(movable[:MOST_PROGRAMMES])
    blocks: list[Block] = [section(_about(texts, one)) for one in shown]
    if len(shown) > 1:
        options = [(str(one.programme.id), one.programme.name[:LONGEST_OPTION]) for one in shown]
        label = texts.plain("programme.hr_channel.move.choice")
        blocks.append(field("programme", label, radio("programme", options, initial=options[0][0])))
    blocks.append(section(texts("programme.hr_channel.move.body")))
    if instead_of_new:
        new = button(texts.plain("programme.hr_channel.move.buttons.new"), ActionId.PROGRAMME_NEW, channel)
        blocks.append(actions(new))
    return modal(
        texts.plain("programme.hr_channel.move.modal.title"),
        blocks,
        callback_id=CallbackId.PROGRAMME_MOVE,
        submit=texts.plain("programme.hr_channel.move.modal.submit"),
        close=texts.plain("programme.hr_channel.move.modal.close"),
        state=MoveState(channel, shown[0].programme.id if len(shown) == 1 else 0),
    )


def _about(texts: Texts, one: Movable) -> Mrkdwn:
    programme = one.programme
    why = texts.plain(f"programme.hr_channel.move.why.{one.trouble}") if one.trouble else ""
    return texts(
        "programme.hr_channel.move.about",
        programme=programme.name,
        channel=channel_link(programme.hr_channel),
        why=why,
        waiting=one.waiting,
    )


def is_moved(texts: Texts, programme: Programme) -> View:
    return modal(
        texts.plain("programme.hr_channel.move.modal.title"),
        [section(texts("programme.hr_channel.move.done", programme=programme.name))],
        callback_id=CallbackId.DONE,
        close=texts.plain("notice.close"),
    )


def owner_wanted(texts: Texts, programme: Programme, gone: Person) -> Message:
    text = texts("programme.hr_channel.owner.body", programme=programme.name, person=mention(gone))
    own = button(
        texts.plain("programme.hr_channel.owner.buttons.own"), ActionId.PROGRAMME_OWN, programme.id, style="primary"
    )
    return Message(text, [section(text), actions(own)])


def owner_known(texts: Texts, programme: Programme, owner: Person) -> Message:
    text = texts("programme.hr_channel.owner.known", programme=programme.name, person=mention(owner))
    return Message(text, [section(text)])


def owner_gone(texts: Texts, programme: Programme, gone: Person) -> Message:
    text = texts(
        "programme.hr_channel.owner.operator", programme=programme.name, person=mention(gone), number=programme.id
    )
    return Message(text, [section(text)])
