"""HR's part of the Home tab: each programme, its next step, and the actions that are always available."""

from bot.domain.calendar import local
from bot.services.home.home import HrPart, Page
from bot.services.programme.next_steps import HrStep
from handlers.care.contact_views import answers, contacts_button
from handlers.kit.blocks import Block, Element, actions, button, channel_link, header, section
from handlers.kit.buttons import (
    course_button,
    days_off_button,
    invite_button,
    join_reminder_button,
    next_cohort_button,
    participants_button,
    report_button,
    topics_button,
)
from handlers.kit.ids import ActionId
from prompts.catalogue import Texts
from storage.tables import ProgrammeState

MOST_PROGRAMMES = 10


def part(texts: Texts, page: Page) -> list[Block]:
    """If the person has a step of their own, HR's has no colour: a page has one primary step."""
    found: list[Block] = [header(texts.plain("home.hr.title"))]
    for one in page.hr[:MOST_PROGRAMMES]:
        steps, rest = _steps(texts, one), _always(texts, one)
        if page.first is not None:
            steps = [{name: value for name, value in step.items() if name != "style"} for step in steps]
        known = {element["action_id"] for element in steps}
        elements = [*steps, *(element for element in rest if element["action_id"] not in known)]
        found += [section(f"{_how(texts, one)}\n\n{_next(texts, one, page)}"), actions(*elements)]
    return found


def _how(texts: Texts, one: HrPart) -> str:
    return texts(
        "home.hr.body",
        programme=one.programme.name,
        state=texts.plain(f"labels.programme_states.{one.programme.state}"),
        people=one.people,
        pairs=one.pairs,
        held=one.held,
        planned=one.planned,
        channel=channel_link(one.programme.hr_channel),
        contacts=answers(texts, one.contacts) if one.contacts else "",
    )


def _next(texts: Texts, one: HrPart, page: Page) -> str:
    programme = one.programme
    day = local(programme.next_summary_at or page.now, programme.zone).date()
    step = texts(
        f"home.hr.next.{one.next.step}",
        count=one.next.count,
        channel=channel_link(programme.announce_channel),
        day=texts.day(day),
    )
    return f"*{texts('home.common.next')}*\n{step}"


def _steps(texts: Texts, one: HrPart) -> list[Element]:
    """Buttons for the next step, the primary one first."""
    programme_id, draft_id = one.programme.id, one.next.draft_id
    draw = button(texts.plain("home.common.buttons.match"), ActionId.MATCH_DRAW, programme_id, style="primary")
    sponsor = button(
        texts.plain("programme.setup.done.buttons.sponsor"), ActionId.SPONSOR_OPEN, programme_id, style="primary"
    )
    remind, invite = join_reminder_button(texts, programme_id), invite_button(texts, programme_id)
    release = button(texts.plain("matching.draft.buttons.release"), ActionId.MATCH_RELEASE, draft_id, style="primary")
    pairs = button(texts.plain("matching.draft.buttons.pairs"), ActionId.MATCH_PAIRS, draft_id)
    summary = button(texts.plain("home.common.buttons.summary"), ActionId.SUMMARY_AGAIN, programme_id, style="primary")
    return {
        HrStep.CONTACT: [contacts_button(texts, programme_id, style="primary")],
        HrStep.SPONSOR: [sponsor, remind, invite],
        HrStep.INVITE: [{**remind, "style": "primary"}, invite, topics_button(texts, programme_id)],
        HrStep.DRAFT: [draw, remind, invite, topics_button(texts, programme_id)],
        HrStep.RELEASE: [release, pairs],
        HrStep.ATTENTION: [summary],
        HrStep.PAIR_AGAIN: [draw],
        HrStep.NEXT: [next_cohort_button(texts, one.programme), report_button(texts, one.programme)],
    }.get(one.next.step, [])


def _always(texts: Texts, one: HrPart) -> list[Element]:
    """Actions that are available while the programme runs."""
    programme_id = one.programme.id
    if one.programme.state == ProgrammeState.CLOSED:
        return []
    summary = button(texts.plain("home.common.buttons.summary"), ActionId.SUMMARY_AGAIN, programme_id)
    draw = button(texts.plain("home.common.buttons.match"), ActionId.MATCH_DRAW, programme_id)
    people = participants_button(texts, programme_id)
    dates = [days_off_button(texts, programme_id), course_button(texts, programme_id)]
    return [summary, draw, people, *dates, contacts_button(texts, programme_id)]
