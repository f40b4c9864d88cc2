"""The steps of the orientation and the briefing, and the buttons that open them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bot.domain.orientation import STEPS
from bot.domain.packs import timetable
from bot.domain.sessions import Side
from bot.services.orientation.orientation import Finished, ReadingProgress
from bot.slack.gateway import Message
from handlers.kit.blocks import Block, View, actions, button, context, header, modal, section
from handlers.kit.buttons import orientation_button
from handlers.kit.ids import ActionId, CallbackId
from handlers.kit.modal_state import Id, ModalState
from handlers.kit.which_programme import name_line
from prompts.catalogue import Texts


@dataclass(frozen=True)
class StepState(ModalState):
    """The step that is shown, counted from 1."""

    programme_id: Id
    side: Side
    step: Id
    name: str = ""
    """As in `STEPS`; "" in modals of earlier versions."""


def step(texts: Texts, progress: ReadingProgress, number: int, named: Sequence[str] = ()) -> View:
    """The `number`-th step, counted from 1; its button opens the next one. `named`: as for `name_line`."""
    side, total = progress.side, progress.total
    name, last = STEPS[side][number - 1], number == total
    key = f"orientation.{side}.{name}"
    blocks: list[Block] = [
        *name_line(texts, named),
        context(f"{_bar(number - 1, total)}  {texts('orientation.frame.place', number=number, total=total)}"),
        header(texts.plain(f"{key}.title")),
        section(texts(f"{key}.text", minutes=progress.minutes, **timetable(progress.minutes)._asdict())),
        context(texts("orientation.frame.footer")),
    ]
    if number > 1:
        blocks.append(actions(button(texts.plain("orientation.frame.buttons.back"), ActionId.PREPARE_BACK, number - 1)))
    return modal(
        texts.plain(f"orientation.frame.{side}.title"),
        blocks,
        callback_id=CallbackId.PREPARE_FORM,
        submit=texts.plain("orientation.frame.modal.finish" if last else "orientation.frame.modal.next"),
        close=texts.plain("orientation.frame.modal.later"),
        state=StepState(progress.programme_id, side, number, name),
    )


def finished(texts: Texts, progress: ReadingProgress) -> View:
    """Shown after the last step."""
    side, total = progress.side, progress.total
    blocks = [
        context(f"{_bar(total, total)}  {texts('orientation.frame.all', total=total)}"),
        section(texts(f"orientation.frame.{side}.finished")),
    ]
    title = texts.plain(f"orientation.frame.{side}.title")
    return modal(title, blocks, callback_id=CallbackId.DONE, close=texts.plain("notice.close"))


def home_rows(texts: Texts, found: Iterable[ReadingProgress]) -> list[Block]:
    """On the Home tab, until it is finished."""
    return [
        section(
            f"{texts(f'orientation.frame.{one.side}.home')}\n{_bar(one.read, one.total)}  "
            f"{texts('orientation.frame.read', read=one.read, total=one.total)}",
            orientation_button(texts, one),
        )
        for one in found
        if not one.finished
    ]


def offered(texts: Texts, progress: ReadingProgress) -> Message:
    """To a person who was welcomed before there was anything to read, or who took a second role."""
    return _message(texts, progress, texts(f"orientation.frame.{progress.side}.offer", total=progress.total))


def reminder(texts: Texts, progress: ReadingProgress, day: str) -> Message:
    """Before the first session, once; and before it has a date, once: then `day` is ""."""
    left = progress.total - progress.read
    return _message(texts, progress, texts(f"orientation.frame.{progress.side}.reminder", day=day, left=left))


def finished_lines(texts: Texts, found: Sequence[Finished]) -> list[str]:
    """For HR: how many have finished, never who."""
    return [
        texts(f"orientation.frame.{one.side}.counted", finished=one.finished, people=one.people)
        for one in found
        if one.finished is not None
    ]


def _message(texts: Texts, progress: ReadingProgress, text: str) -> Message:
    return Message(text, [section(text), actions(orientation_button(texts, progress))])


def _bar(read: int, total: int) -> str:
    return "●" * read + "○" * (total - read)
