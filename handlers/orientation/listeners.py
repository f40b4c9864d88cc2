"""People read the orientation or the briefing, stop where they like, and come back to where they were."""

from slack_bolt.async_app import AsyncApp

from bot.domain.orientation import STEPS
from bot.domain.sessions import Side
from bot.services.orientation import orientation as preparing
from handlers.home.listeners import refresh_home
from handlers.kit.context import Desk
from handlers.kit.payload import Malformed, first_action, number, text_at
from handlers.kit.request import Ask, on_action, on_submission
from handlers.orientation import views


def register(app: AsyncApp, desk: Desk) -> None:
    for side in Side:
        on_action(app, desk, f"{views.OPEN}.{side}", open_from_button)
    on_action(app, desk, views.BACK, back)
    on_submission(app, desk, views.FORM, go_on)


async def open_orientation(ask: Ask) -> None:
    """`/mentoring orientation`"""
    await _open(ask, Side.MENTOR)


async def open_briefing(ask: Ask) -> None:
    """`/mentoring briefing`"""
    await _open(ask, Side.MENTEE)


async def open_from_button(ask: Ask) -> None:
    side = text_at(first_action(ask.body), "action_id").rpartition(".")[2]
    await _open(ask, Side(side), ask.subject)


async def _open(ask: Ask, side: Side, programme_id: int | None = None) -> None:
    """At the step where they stopped; whoever has finished begins again."""
    found = await preparing.where(ask.desk.store, ask.caller, side, programme_id)
    await ask.open(views.step(ask.texts, found, 1 if found.finished else found.read + 1))


async def back(ask: Ask) -> None:
    programme_id, side, _ = _place(ask)
    found = await preparing.where(ask.desk.store, ask.caller, side, programme_id)
    await ask.change(views.step(ask.texts, found, _step(found.side, ask.subject)))


async def go_on(ask: Ask) -> None:
    programme_id, side, step = _place(ask)
    found = await preparing.went_on(ask.desk.store, ask.caller, programme_id, side, step)
    if step < found.total:
        await ask.become(views.step(ask.texts, found, step + 1))
    else:
        await ask.become(views.finished(ask.texts, found))
    await refresh_home(ask)


def _place(ask: Ask) -> tuple[int, Side, int]:
    """Programme, side and step of the open modal. Raises `Malformed`."""
    parts = ask.note.split(":")
    if len(parts) != 3 or parts[1] not in set(Side):
        raise Malformed("private_metadata")
    side = Side(parts[1])
    return number(parts[0]), side, _step(side, number(parts[2]))


def _step(side: Side, step: int) -> int:
    if not 1 <= step <= len(STEPS[side]):
        raise Malformed("step")
    return step
