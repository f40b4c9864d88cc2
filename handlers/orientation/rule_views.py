"""HR's form for the time until which the orientation and the briefing have to be finished."""

from bot.services.orientation.finish_by import FinishRule
from handlers.kit.blocks import View, context, field, form_modal, modal, radio, section
from handlers.kit.ids import CallbackId
from handlers.kit.modal_state import OfProgramme
from handlers.orientation.views import finished_lines
from prompts.catalogue import Texts
from storage.tables import Programme, ProgrammeState

KEY = "orientation.finish_by"


def form(texts: Texts, found: FinishRule) -> View:
    programme = found.programme
    options = [(str(one), texts.plain(f"{KEY}.options.{one}")) for one in found.choices]
    blocks = [
        section(texts(f"{KEY}.now", programme=programme.name)),
        field("finish_by", texts.plain(f"{KEY}.label"), radio("finish_by", options, initial=found.now)),
        *(section(texts(f"{KEY}.means.{one}")) for one in found.choices),
    ]
    if lines := finished_lines(texts, found.finished):
        blocks.append(section("\n".join(lines)))
    blocks.append(context(texts(f"{KEY}.private")))
    if programme.state != ProgrammeState.RECRUITING:
        blocks.append(context(texts(f"{KEY}.released")))
    return form_modal(texts, KEY, blocks, callback_id=CallbackId.ORIENTATION_RULE_FORM, state=OfProgramme(programme.id))


def saved(texts: Texts, programme: Programme) -> View:
    meaning = texts(f"{KEY}.means.{programme.finish_orientation}")
    blocks = [section(texts(f"{KEY}.saved", programme=programme.name)), section(meaning)]
    title, close = texts.plain(f"{KEY}.modal.title"), texts.plain("notice.close")
    return modal(title, blocks, callback_id=CallbackId.DONE, close=close)
