"""The steps of the orientation and the briefing, and the buttons that open them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bot.domain.orientation import AGREEMENT, EXERCISES, LONGEST_HARD, OPEN, Openness, Readiness
from bot.domain.sessions import Side
from bot.domain.sessions_packs import timetable
from bot.services.orientation.orientation import Finished, ReadingProgress
from bot.slack.gateway import Message
from handlers.kit.blocks import (
    Block,
    View,
    actions,
    button,
    context,
    field,
    header,
    modal,
    section,
    select,
    text_input,
    typed,
)
from handlers.kit.buttons import buddy_button, orientation_button
from handlers.kit.ids import ActionId, CallbackId
from handlers.kit.modal_state import Id, ModalState
from handlers.kit.which_programme import name_line
from handlers.orientation.forms import HARD, NO_ANSWER
from prompts.catalogue import Mrkdwn, Texts


@dataclass(frozen=True)
class StepState(ModalState):
    """The step that is shown, counted from 1."""

    programme_id: Id
    side: Side
    step: Id
    name: str = ""
    """As in `STEPS`; "" in modals of earlier versions."""
    compared: bool = False
    """Of an exercise: the example is shown."""


LONGEST_ANSWER = 600


def step(texts: Texts, progress: ReadingProgress, number: int, named: Sequence[str] = ()) -> View:
    """The `number`-th step, counted from 1; its button opens the next one. `named`: as for `name_line`.

    That of an exercise shows the example beside the person's own answer first (`compare`)."""
    side, total = progress.side, progress.total
    name, last = progress.steps[number - 1], number == total
    key = f"orientation.{side}.{name}"
    told = section(texts(f"{key}.text", minutes=progress.minutes, **timetable(progress.minutes)._asdict()))
    if name not in EXERCISES:
        shown = [*name_line(texts, named), *_place(texts, progress, number), told]
        if name == OPEN:
            shown += _openness_fields(texts, progress.openness)
        if side is Side.LEADER and last:
            shown += _returned(texts, progress.openness)
        if side is Side.LEADER and number == 1:  # leaders who are the first in their company to do this
            shown.append(section(texts(f"programme.themes.{progress.theme}.case")))
        return _window(texts, progress, number, shown, "finish" if last else "next")
    words = "orientation.frame.exercise"
    answer = text_input("answer", multiline=True, longest=LONGEST_ANSWER)
    blocks = [
        *name_line(texts, named),
        *_place(texts, progress, number),
        told,
        field("answer", texts.plain(f"{words}.label"), answer, hint=texts.plain(f"{words}.private"), optional=True),
    ]
    return _window(texts, progress, number, blocks, "compare")


def _openness_fields(texts: Texts, said: Openness) -> list[Block]:
    """Two statements to agree with and one question. Slack cannot empty a menu: its last option does."""
    words = "orientation.frame.open"
    given = {Readiness.LEARNING: said.learning, Readiness.ADVICE: said.advice}
    scale = [(str(value), texts.plain(f"labels.agree.s{value}")) for value in AGREEMENT]
    options = [*scale, (NO_ANSWER, texts.plain(f"{words}.no_answer"))]
    choose = texts.plain(f"{words}.choose")
    menus = [
        field(
            item,
            texts.plain(f"{words}.{item}"),
            select(item, options, initial=str(value or ""), placeholder=choose),
            optional=True,
        )
        for item, value in given.items()
    ]
    hard = text_input(HARD, initial=said.hard_to_hear, multiline=True, longest=LONGEST_HARD)
    asked = field(HARD, texts.plain(f"{words}.hard.label"), hard, hint=texts.plain(f"{words}.hard.hint"), optional=True)
    return [*menus, asked]


def _returned(texts: Texts, said: Openness) -> list[Block]:
    """The leader's own answer, for the moment when it is said."""
    words = "orientation.frame.open"
    blocks = [section(texts(f"{words}.not_easy"))] if said.not_easy else []
    if said.hard_to_hear:
        blocks += [section(texts(f"{words}.yours")), typed(said.hard_to_hear), section(texts(f"{words}.when"))]
    return blocks


def compare(texts: Texts, progress: ReadingProgress, number: int, answer: str) -> View:
    """An exercise's example below the person's own `answer`, which is shown and not stored; "": only thought."""
    key, words = f"orientation.{progress.side}.{progress.steps[number - 1]}", "orientation.frame.exercise"
    own = [section(texts(f"{words}.yours")), typed(answer)] if answer else [section(texts(f"{words}.thought"))]
    blocks = [
        *_place(texts, progress, number),
        *own,
        section(f"{texts(f'{words}.example')}\n{texts(f'{key}.example')}"),
        section(texts(f"{key}.why")),
        context(texts(f"{words}.{'not_stored' if answer else 'many'}")),
    ]
    return _window(texts, progress, number, blocks, "next", compared=True)


def _place(texts: Texts, progress: ReadingProgress, number: int) -> list[Block]:
    """Which step it is, and its title."""
    place = texts("orientation.frame.place", number=number, total=progress.total)
    title = texts.plain(f"orientation.{progress.side}.{progress.steps[number - 1]}.title")
    return [context(f"{_bar(number - 1, progress.total)}  {place}"), header(title)]


def _window(
    texts: Texts, progress: ReadingProgress, number: int, blocks: list[Block], submit: str, *, compared: bool = False
) -> View:
    """With the buttons to continue and to go back; from the example one goes back to the exercise."""
    if number == 1 and not compared:  # it holds for every step
        blocks = [*blocks, context(texts("orientation.frame.footer"))]
    if number > 1 or compared:
        to = number if compared else number - 1
        blocks.append(actions(button(texts.plain("orientation.frame.buttons.back"), ActionId.PREPARE_BACK, to)))
    return modal(
        texts.plain(f"orientation.frame.{progress.side}.title"),
        blocks,
        callback_id=CallbackId.PREPARE_FORM,
        submit=texts.plain(f"orientation.frame.modal.{submit}"),
        close=texts.plain("orientation.frame.modal.later"),
        state=StepState(progress.programme_id, progress.side, number, progress.steps[number - 1], compared),
    )


def finished(texts: Texts, progress: ReadingProgress, to_book: int | None = None) -> View:
    """Shown after the last step. `to_book`: the first session, which waited for it."""
    side, total = progress.side, progress.total
    blocks = [
        context(f"{_bar(total, total)}  {texts('orientation.frame.all', total=total)}"),
        section(texts(f"orientation.frame.{side}.finished")),
    ]
    if to_book:
        label = texts.plain("sessions.nudge_mentor.buttons.book")
        blocks.append(actions(button(label, ActionId.SESSION_BOOK, to_book, style="primary")))
    if side is Side.MENTOR:  # of all mentors, so that asking says nothing
        blocks.append(section(texts("buddies.home.line"), buddy_button(texts, progress.programme_id)))
    title = texts.plain(f"orientation.frame.{side}.title")
    return modal(title, blocks, callback_id=CallbackId.DONE, close=texts.plain("notice.close"))


def home_rows(texts: Texts, progress: Iterable[ReadingProgress]) -> list[Block]:
    """On the Home tab, until it is finished."""
    return [_home_row(texts, one) for one in progress if not one.finished]


def _home_row(texts: Texts, progress: ReadingProgress) -> Block:
    title = texts(f"orientation.frame.{progress.side}.home", finish_by=finish_by(texts, progress))
    read = texts("orientation.frame.read", read=progress.read, total=progress.total)
    return section(f"{title}\n{_bar(progress.read, progress.total)}  {read}", orientation_button(texts, progress))


def offered(texts: Texts, progress: ReadingProgress) -> Message:
    """To a person who was welcomed before there was anything to read, or who took a second role."""
    said = {"total": progress.total, "finish_by": finish_by(texts, progress)}
    return _message(texts, progress, texts(f"orientation.frame.{progress.side}.offer", **said))


def reminder(texts: Texts, progress: ReadingProgress, day: str) -> Message:
    """Before the first session, once; and before it has a date, once: then `day` is ""."""
    left = progress.total - progress.read
    said = {"day": day, "left": left, "finish_by": finish_by(texts, progress)}
    return _message(texts, progress, texts(f"orientation.frame.{progress.side}.reminder", **said))


def needed(texts: Texts, progress: ReadingProgress) -> Message:
    """Before the introductions, which wait for it; once."""
    left = progress.total - progress.read
    return _message(texts, progress, texts(f"orientation.frame.{progress.side}.needed", left=left))


def finish_by(texts: Texts, progress: ReadingProgress) -> Mrkdwn:
    """The sentence that says until when HR asks for it."""
    return texts(f"orientation.frame.finish_by.{progress.finish_by}")


def finished_lines(texts: Texts, finished: Sequence[Finished]) -> list[str]:
    """For HR: how many have finished, never who."""
    return [
        texts(f"orientation.frame.{one.side}.counted", finished=one.finished, people=one.people)
        for one in finished
        if one.finished is not None
    ]


def _message(texts: Texts, progress: ReadingProgress, text: str) -> Message:
    return Message(text, [section(text), actions(orientation_button(texts, progress))])


def _bar(read: int, total: int) -> str:
    return "●" * read + "○" * (total - read)
