"""HR's form for unknown managers."""

from collections.abc import Sequence

from bot.services.participants.members import Member
from handlers.kit.blocks import (
    Block,
    Element,
    View,
    actions,
    button,
    checkboxes,
    context,
    field,
    form_modal,
    modal,
    section,
    user_select,
)
from handlers.kit.hr_people import placed_name_for_hr
from handlers.kit.ids import ActionFamily, ActionId, CallbackId
from handlers.matching.modal_state import ManagersState
from prompts.catalogue import Texts

MANAGERS_A_PAGE = 15
NONE = "none"


def managers_form(texts: Texts, programme_id: int, waiting: Sequence[Member], page: int = 0) -> View:
    """For each person on a page: the manager, or "has none"."""
    count = len(waiting)
    page = min(page, max(0, count - 1) // MANAGERS_A_PAGE)
    first = page * MANAGERS_A_PAGE
    last = min(first + MANAGERS_A_PAGE, count)
    blocks: list[Block] = [section(texts("matching.manager.intro", count=count))]
    if count > MANAGERS_A_PAGE:
        blocks.append(context(texts("matching.manager.page", first=first + 1, last=last, count=count)))
    for member in waiting[first:last]:
        who = placed_name_for_hr(texts, member)
        blocks += [
            field(
                f"manager_{member.person.id}",
                texts.plain("matching.manager.manager.label", person=who),
                user_select("manager", placeholder=texts.plain("matching.manager.manager.placeholder")),
                optional=True,
            ),
            field(
                f"none_{member.person.id}",
                texts.plain("matching.manager.waive.label", person=who),
                checkboxes("none", [(NONE, texts.plain("matching.manager.waive.option"))]),
                optional=True,
            ),
        ]
    if turns := _turns(texts, page, more=last < count):
        blocks.append(actions(*turns))
    return form_modal(
        texts,
        "matching.manager",
        blocks,
        callback_id=CallbackId.MATCH_MANAGERS,
        state=ManagersState(programme_id, page),
    )


def managers_known(texts: Texts, programme_id: int) -> View:
    """Shown once no manager is missing any more."""
    again = button(texts.plain("matching.draft.buttons.again"), ActionId.MATCH_DRAW, programme_id, style="primary")
    return modal(
        texts.plain("matching.manager.modal.title"),
        [section(texts("matching.manager.saved")), actions(again)],
        callback_id=CallbackId.DONE,
        close=texts.plain("notice.close"),
    )


def _turns(texts: Texts, page: int, *, more: bool) -> list[Element]:
    return [
        button(texts.plain(f"matching.draft.buttons.{name}"), ActionFamily.MATCH_MANAGERS_PAGE.of(name), to)
        for name, to, there in (("previous", page - 1, page > 0), ("next", page + 1, more))
        if there
    ]
