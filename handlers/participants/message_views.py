"""The messages about what HR did for a person, and about HR's file."""

from collections.abc import Sequence

from bot.domain.signup import Role
from bot.slack.gateway import Message
from handlers.kit.blocks import Block, Element, actions, button, section
from handlers.kit.file_messages import Files
from handlers.kit.ids import ActionId
from handlers.kit.positions import level_name
from prompts.catalogue import Mrkdwn, Texts
from prompts.reasons import in_text
from storage.tables import Participant, Programme


def signed_up(texts: Texts, programme: Programme, part: Participant, prepare: Sequence[Element]) -> Message:
    """What HR entered, where to complete it, and the way out."""
    text = texts("participants.told.signed_up", programme=programme.name)
    names = ("role", "level", "department", "offers", "wishes")
    buttons = [_own_sign_up(texts, "complete", programme), _leave(texts), *prepare]
    return _message(text, [section(text), section(_values(texts, part, names)), actions(*buttons)])


def changed(texts: Texts, programme: Programme, part: Participant, names: Sequence[str]) -> Message:
    """What it says now, and where to change it back."""
    text = texts("participants.told.changed", programme=programme.name)
    buttons = [_own_sign_up(texts, "change", programme), _leave(texts)]
    return _message(text, [section(text), section(_values(texts, part, names)), actions(*buttons)])


def taken_out(texts: Texts, programme: Programme) -> Message:
    text = texts("participants.told.taken_out", programme=programme.name)
    privacy = button(texts.plain("participants.told.buttons.privacy"), ActionId.PRIVACY_SHOW)
    return _message(text, [section(text), actions(privacy)])


def file_sent(texts: Texts, programme: Programme, sharing: Files) -> Message:
    """Beside the file; in its place: until a person changes a setting, or only now."""
    key = {Files.SENT: "sent", Files.FORBIDDEN: "forbidden", Files.LATER: "failed"}[sharing]
    text = texts(f"participants.file.{key}", programme=programme.name)
    return _message(text, [section(text)])


def _values(texts: Texts, part: Participant, names: Sequence[str]) -> Mrkdwn:
    """The fields `names` with what they are now; who the manager is, is not repeated."""
    role = Role(part.role)
    places = {
        "mentor": part.mentor_capacity if role.teaches else 0,
        "leader": part.leader_capacity if role.learns else 0,
    }
    values = {
        "role": texts.plain(f"participants.roles.{part.role}"),
        "level": level_name(texts, part.level),
        "department": part.department,
        "offers": in_text(texts, "topics", [one["topic"] for one in part.offers]) if part.offers else "",
        "wishes": in_text(texts, "topics", [one["topic"] for one in part.wishes]) if part.wishes else "",
    }
    lines = [texts(f"participants.told.{name}", value=values[name]) for name in names if values.get(name)]
    lines += [texts(f"participants.told.{name}") for name in ("manager", "language") if name in names]
    if "places" in names:
        lines += [texts(f"participants.told.places.{side}", count=count) for side, count in places.items() if count]
    return Mrkdwn("\n".join(lines) or texts("participants.told.less"))


def _own_sign_up(texts: Texts, name: str, programme: Programme) -> Element:
    return button(texts.plain(f"participants.told.buttons.{name}"), ActionId.JOIN_OPEN, programme.id, style="primary")


def _leave(texts: Texts) -> Element:
    return button(texts.plain("participants.told.buttons.leave"), ActionId.LEAVE_OPEN)


def _message(text: Mrkdwn, blocks: list[Block]) -> Message:
    return Message(text, blocks)
