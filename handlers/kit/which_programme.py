"""The small window that asks which programme a command concerns, and the line that names it in forms and answers."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from bot.services.caller import HrCaller
from bot.services.signup.which_programme import HrStep, Step, names_to_say, programmes_for, programmes_for_hr
from handlers.kit.blocks import Block, View, context, field, form_modal, radio, select
from handlers.kit.ids import CallbackId
from handlers.kit.modal_state import ModalState
from handlers.kit.payload import chosen, first_action, number
from handlers.kit.request import Request
from handlers.kit.request_kind import Kind
from prompts.catalogue import Texts
from storage.tables import Programme

ALL = "all"
MOST_RADIOS = 10
"""Slack's limit."""


@dataclass(frozen=True)
class WhichState(ModalState):
    """What goes on once the programme is chosen."""

    step: Step | HrStep


async def choose(request: Request, step: Step) -> tuple[int, ...] | None:
    """The ids of the programme that a command or button concerns; empty if there is none, and the service says why.

    None if that is not clear: then the person is asked, and the window goes on.
    """
    if request.kind is Kind.ACTION and (value := chosen(first_action(request.body))):
        mine = await programmes_for(request.context.store, request.caller, step)
        if number(value) in {one.id for one in mine}:
            return (number(value),)
    programmes = await programmes_for(request.context.store, request.caller, step, request.channel)
    if len(programmes) > 1:
        await request.open(which_form(request.texts, step, programmes))
        return None
    return tuple(one.id for one in programmes)


async def choose_as_hr(request: Request, step: HrStep) -> HrCaller | None:
    """The caller as HR of the programme that a command concerns. Raises `Rejected`: not_hr, hr_channel_open.

    None if that is not clear: then the person is asked, and the window goes on.
    """
    mine = await request.context.directory.programmes_of_hr(request.caller)
    programmes = programmes_for_hr(mine, request.channel)
    if len(programmes) > 1:
        await request.open(which_form(request.texts, step, programmes))
        return None
    return await request.hr(programmes[0].id if programmes else None)


async def names(request: Request, programme_ids: Collection[int]) -> list[str]:
    """The names that a form or an answer says, because the person is in more than one programme; else none."""
    return await names_to_say(request.context.store, request.caller, programme_ids)


def which_form(texts: Texts, step: Step | HrStep, programmes: Sequence[Programme]) -> View:
    options = [(str(one.id), one.name) for one in programmes]
    if isinstance(step, Step) and step.takes_all:
        options.append((ALL, texts.plain("signup.which.all")))
    element = radio if len(options) <= MOST_RADIOS else select
    asked = field("programme", texts.plain(f"signup.which.{step}"), element("programme", options))
    return form_modal(texts, "signup.which", [asked], callback_id=CallbackId.WHICH_FORM, state=WhichState(step))


def name_line(texts: Texts, named: Sequence[str]) -> list[Block]:
    """Names the programmes that a form or an answer is about; nothing without `named`."""
    return [context(named_text(texts, named))] if named else []


def named_text(texts: Texts, named: Sequence[str]) -> str:
    return texts("signup.which.of", programmes=texts.join(named))
