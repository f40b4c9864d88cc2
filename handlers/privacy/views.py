"""The stored data of a person, who sees them, and the buttons to copy or erase them."""

from collections.abc import Sequence

from bot.domain.sessions import Side
from bot.services.privacy.export import Stored
from bot.slack.gateway import Message
from handlers.kit.blocks import (
    Block,
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
    section,
)
from handlers.kit.ids import ActionId, CallbackId
from handlers.privacy.export_sheet import about, areas, count, entries, title
from handlers.privacy.forms import SURE
from prompts.catalogue import Texts
from prompts.files import finalize
from storage.tables import Pair, Person, Programme

MOST_ENTRIES = 40
LONGEST_ENTRY = 2900


def overview(texts: Texts, stored: Stored, months: int, *, taking_part: bool) -> View:
    """All stored data, part by part; each expands."""
    blocks: list[Block] = [section(texts("privacy.show.body"))]
    for area in areas(stored):
        if number := count(stored, area):
            text = texts("privacy.show.area", title=title(texts, area), count=number, about=about(texts, area))
            more = button(texts.plain("privacy.show.details"), ActionId.PRIVACY_DETAILS, area)
            blocks.append({**section(text, more), "block_id": area})
    if nothing := [title(texts, area) for area in areas(stored) if not count(stored, area)]:
        blocks.append(context(texts("privacy.show.nothing", areas=texts.join(nothing))))
    leave = [button(texts.plain("privacy.show.buttons.leave"), ActionId.LEAVE_OPEN)] if taking_part else []
    return _window(
        texts,
        [
            *blocks,
            divider(),
            section(texts("privacy.show.who", months=months)),
            actions(
                button(texts.plain("privacy.show.buttons.export"), ActionId.PRIVACY_EXPORT, style="primary"),
                *leave,
                button(texts.plain("privacy.show.buttons.erase"), ActionId.PRIVACY_ERASE, style="danger"),
            ),
        ],
    )


def details(texts: Texts, stored: Stored, area: str) -> View:
    """One part in full, the newest first; the export has the rest."""
    found = entries(texts, stored, area)[::-1]
    blocks: list[Block] = [section(f"*{finalize(title(texts, area))}*\n{about(texts, area)}")]
    for entry in found[:MOST_ENTRIES]:
        lines = "\n".join(f"*{finalize(label)}:* {finalize(value)}" for label, value in entry)
        blocks += [divider(), section(lines[:LONGEST_ENTRY] or "–")]
    if not found:
        blocks.append(section(texts("privacy.show.empty")))
    if len(found) > MOST_ENTRIES:
        blocks.append(context(texts("privacy.show.rest", count=len(found) - MOST_ENTRIES)))
    return _window(texts, blocks)


def _window(texts: Texts, blocks: Sequence[Block]) -> View:
    close = texts.plain("privacy.show.modal.close")
    return modal(texts.plain("privacy.show.modal.title"), blocks, callback_id=CallbackId.DONE, close=close)


def erase_form(texts: Texts, partners: Sequence[Person], contact_of: Sequence[Programme]) -> View:
    """What is deleted, what stays, and the confirmation."""
    partner = texts.join([mention(one) for one in partners]) if partners else ""
    ends = [section(texts("privacy.erase.ends", partner=partner))]
    for programme in contact_of:
        ends.append(section(texts("privacy.erase.contact", programme=programme.name)))
    sure = field(
        SURE,
        texts.plain("privacy.erase.sure.label"),
        checkboxes(SURE, [(SURE, texts.plain("privacy.erase.sure.option"))]),
    )
    return form_modal(
        texts,
        "privacy.erase",
        [section(texts("privacy.erase.gone")), *ends, section(texts("privacy.erase.stays")), sure],
        callback_id=CallbackId.PRIVACY_ERASE_FORM,
    )


def erased(texts: Texts) -> View:
    return _window(texts, [section(texts("privacy.erase.done"))])


def exported(texts: Texts) -> Message:
    """The message after the two files."""
    text = texts("privacy.export.body")
    return Message(text, [section(text)])


def export_failed(texts: Texts, *, forbidden: bool) -> Message:
    """In place of the files: `forbidden` until a person changes a setting, or only now."""
    text = texts(f"privacy.export.{'forbidden' if forbidden else 'failed'}")
    return Message(
        text, [section(text), actions(button(texts.plain("privacy.export.buttons.again"), ActionId.PRIVACY_EXPORT))]
    )


def pair_ended(texts: Texts, gone: Side, pair: Pair) -> Message:
    """To the partner of an erased person, of whom only the role can be mentioned."""
    text = texts(f"privacy.told.{gone}", since=texts.day(pair.introduced_at.date()))
    return Message(
        text, [section(text), actions(button(texts.plain("care.leave.told.buttons.home"), ActionId.HOME_SHOW))]
    )


def pair_ended_hr(texts: Texts, partner: Person) -> Message:
    """To HR, without blame."""
    text = texts("privacy.told.hr", partner=mention(partner))
    return Message(text, [section(text)])
