"""HR's form of managers whom nobody has named."""

from collections.abc import Sequence

from handlers.views.blocks import Block, View, actions, button, checkboxes, field, modal, section, user_select
from handlers.views.match.draft import DRAW, MANAGERS
from prompts.catalogue import Texts
from storage.tables import Person

MANAGERS_A_PAGE = 15
NONE = "none"


def managers_form(texts: Texts, programme_id: int, people: Sequence[Person], count: int) -> View:
    """For each of `people`: who manages them, or that nobody does. `count`: how many wait in all."""
    blocks: list[Block] = [section(texts("match.manager.intro", count=count))]
    for person in people:
        blocks += [
            field(
                f"manager_{person.id}",
                texts.plain("match.manager.manager.label", person=person.name),
                user_select("manager", placeholder=texts.plain("match.manager.manager.placeholder")),
                optional=True,
            ),
            field(
                f"none_{person.id}",
                texts.plain("match.manager.waive.label", person=person.name),
                checkboxes("none", [(NONE, texts.plain("match.manager.waive.option"))]),
                optional=True,
            ),
        ]
    return modal(
        texts.plain("match.manager.modal.title"),
        blocks,
        callback_id=MANAGERS,
        submit=texts.plain("match.manager.modal.submit"),
        close=texts.plain("match.manager.modal.close"),
        note=str(programme_id),
    )


def managers_known(texts: Texts, programme_id: int) -> View:
    """Shown once nobody's manager is missing any more."""
    again = button(texts.plain("match.draft.buttons.again"), DRAW, programme_id, style="primary")
    return modal(
        texts.plain("match.manager.modal.title"),
        [section(texts("match.manager.saved")), actions(again)],
        callback_id="done",
        close=texts.plain("notice.close"),
    )
