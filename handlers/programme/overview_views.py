"""All programmes of which a person is HR, in one window: numbers, the next date, and what HR has to do in each."""

from bot.services.programme.overview import Overview, OverviewRow
from handlers.insight.next_action_views import first_todos, todo_text
from handlers.kit.blocks import Block, Element, View, actions, button, channel_link, divider, modal, section
from handlers.kit.buttons import course_button, page_turns, participants_button, report_button
from handlers.kit.ids import ActionFamily, ActionId, CallbackId
from prompts.catalogue import Mrkdwn, Texts
from storage.tables import Programme, ProgrammeState

A_PAGE = 5
KEY = "programme.overview"


def overview_button(texts: Texts) -> Element:
    return button(texts.plain(f"{KEY}.open"), ActionId.PROGRAMMES_OPEN)


def state_name(texts: Texts, programme: Programme) -> str:
    """The state of a programme as HR reads it."""
    state = "cancelled" if programme.cancelled_at else "paused" if programme.paused_until else programme.state
    return texts.plain(f"labels.programme_states.{state}")


def overview(texts: Texts, overview: Overview) -> View:
    """One page."""
    blocks: list[Block] = []
    for row in overview.rows:
        named = {"block_id": f"programme-{row.part.programme.id}"}
        blocks += [*([divider()] if blocks else []), section(_row(texts, row)), actions(*_buttons(texts, row)) | named]
    blocks += page_turns(texts, ActionFamily.PROGRAMMES_PAGE, overview.page, overview.count, A_PAGE)
    title, close = texts.plain(f"{KEY}.title"), texts.plain("notice.close")
    return modal(title, blocks, callback_id=CallbackId.PROGRAMMES, close=close)


def _row(texts: Texts, row: OverviewRow) -> Mrkdwn:
    part, programme = row.part, row.part.programme
    lines = [
        texts(
            f"{KEY}.programme",
            programme=programme.name,
            state=state_name(texts, programme),
            channel=channel_link(programme.hr_channel),
            people=part.people,
            pairs=part.pairs,
            held=part.held,
            planned=part.planned,
        )
    ]
    if row.date:
        kind, day = row.date
        lines.append(texts(f"{KEY}.next.{kind}", day=texts.day(day)))
    todos = part.next.of_hr
    if todos:
        (first,) = first_todos(todos, 1)
        lines.append(texts(f"{KEY}.todo", todo=todo_text(texts, first, row.today), more=len(todos) - 1))
    else:
        lines.append(texts(f"{KEY}.no_todo"))
    return Mrkdwn("\n".join(lines))


def _buttons(texts: Texts, row: OverviewRow) -> list[Element]:
    programme = row.part.programme
    over = programme.state == ProgrammeState.CLOSED
    return [
        button(texts.plain(f"{KEY}.to_do"), ActionId.SUMMARY_WHOLE, programme.id),
        participants_button(texts, programme.id),
        report_button(texts, programme) if over else course_button(texts, programme.id),
    ]
