"""HR's part of the Home tab: each programme, its next step, and the actions that are always available."""

from collections.abc import Collection

from bot.domain.calendar import local
from bot.services.home.home import Page
from bot.services.programme.overview import HrPart
from handlers.care.contact_views import answers, contacts_button
from handlers.insight.next_action_views import by_balik, first_todos, todo_block
from handlers.kit.blocks import Block, Element, actions, button, channel_link, context, header, section
from handlers.kit.buttons import (
    broadcast_button,
    certificate_design_button,
    closing_date_button,
    course_button,
    days_off_button,
    draft_button,
    eligibility_button,
    invite_button,
    join_reminder_button,
    material_button,
    nominations_button,
    own_questions_button,
    own_texts_button,
    participants_button,
    playbook_button,
    report_button,
    roster_button,
    topics_button,
    training_button,
)
from handlers.kit.ids import ActionId
from handlers.programme.overview_views import overview_button, state_name
from prompts.catalogue import Texts
from storage.tables import ProgrammeState

MOST_PROGRAMMES = 10
MOST_TODOS = 20
"""Of all programmes together."""
MOST_OF_ONE = 5
LABELLED = 3
"""Programmes up to which the rows of actions have names: Slack limits the blocks of a Home tab."""
LABELLED_IN_MESSAGE = 1
"""The same in a message, which has half as many blocks."""


def part(texts: Texts, page: Page, labelled: int = LABELLED) -> list[Block]:
    """`labelled`: the most programmes whose rows of actions have names.

    If the person has a step of their own, HR's has no colour: a page has one primary step."""
    found: list[Block] = [header(texts.plain("home.hr.title"))]
    shown = page.hr[:MOST_PROGRAMMES]
    most = min(MOST_OF_ONE, MOST_TODOS // max(len(shown), 1))
    for hr_part in shown:
        primary = page.first is None and hr_part is shown[0]
        todos = _todos(texts, hr_part, page, most=most, primary=primary)
        known = {block["accessory"]["action_id"] for block in todos if "accessory" in block}
        found += [
            section(_how(texts, hr_part)),
            *todos,
            *_always(texts, hr_part, most, known, labelled=len(shown) <= labelled),
        ]
    found.append(actions(overview_button(texts)))
    return found


def _how(texts: Texts, hr_part: HrPart) -> str:
    return texts(
        "home.hr.body",
        programme=hr_part.programme.name,
        state=state_name(texts, hr_part.programme),
        people=hr_part.people,
        pairs=hr_part.pairs,
        held=hr_part.held,
        planned=hr_part.planned,
        channel=channel_link(hr_part.programme.hr_channel),
        contacts=answers(texts, hr_part.contacts) if hr_part.contacts else "",
    )


def _todos(texts: Texts, hr_part: HrPart, page: Page, *, most: int, primary: bool) -> list[Block]:
    """What HR has to do, as in the summary, each with its button; and what Balik does."""
    programme, todos = hr_part.programme, hr_part.next.of_hr
    today = local(page.now, programme.zone).date()
    kept = [todo_block(texts, programme, todo, today) for todo in first_todos(todos, most)]
    for place, block in enumerate(kept):
        block["accessory"].pop("style", None)
        if primary and not place:
            block["accessory"]["style"] = "primary"
    day = local(programme.next_summary_at or page.now, programme.zone).date()
    lead = texts("insight.weekly.todos") if kept else texts("home.hr.next.running", day=texts.day(day))
    blocks = [section(lead), *kept]
    if more := len(todos) - len(kept):
        blocks.append(context(texts("insight.weekly.more", count=more)))
    if by_itself := by_balik(texts, hr_part.next):
        blocks.append(context(by_itself))
    return blocks


def _always(texts: Texts, hr_part: HrPart, most: int, known: Collection[str], *, labelled: bool) -> list[Block]:
    """Actions that are always available, without those `known` from above, in rows by what they concern."""
    rows = {
        name: [element for element in elements if element["action_id"] not in known]
        for name, elements in _groups(texts, hr_part, most).items()
    }
    if not labelled:
        return [actions(*[element for elements in rows.values() for element in elements])]
    return [
        block
        for name, elements in rows.items()
        if elements
        for block in (context(texts(f"home.hr.groups.{name}")), actions(*elements))
    ]


def _groups(texts: Texts, hr_part: HrPart, most: int) -> dict[str, list[Element]]:
    programme, programme_id = hr_part.programme, hr_part.programme.id
    if programme.state == ProgrammeState.CLOSED:
        return {"results": [report_button(texts, programme), playbook_button(texts, programme_id)]}
    recruiting = programme.state == ProgrammeState.RECRUITING
    whole = button(texts.plain("insight.summary.buttons.whole"), ActionId.SUMMARY_WHOLE, programme_id)
    return {
        "people": [
            participants_button(texts, programme_id),
            broadcast_button(texts, programme_id),
            *([invite_button(texts, programme_id)] if recruiting else []),
            eligibility_button(texts, programme_id),
            roster_button(texts, programme_id),
        ],
        "pairs": [
            draft_button(texts, programme_id),
            contacts_button(texts, programme_id),
            training_button(texts, programme_id),
        ],
        "dates": [
            course_button(texts, programme_id),
            closing_date_button(texts, programme_id),
            days_off_button(texts, programme_id),
        ],
        "texts": [
            own_texts_button(texts, programme_id),
            material_button(texts, programme_id),
            own_questions_button(texts, programme_id),
            *([topics_button(texts, programme_id), nominations_button(texts, programme_id)] if recruiting else []),
            *([join_reminder_button(texts, programme_id)] if recruiting else []),
            certificate_design_button(texts, programme_id),
        ],
        "results": [
            *([whole] if len(hr_part.next.of_hr) > most else []),
            button(texts.plain("home.common.buttons.summary"), ActionId.SUMMARY_AGAIN, programme_id),
            *([] if recruiting else [report_button(texts, programme)]),
        ],
    }
