"""HR reads what worked in a programme, notes what it learned, and takes both along as a page."""

from bot.services.playbook import notes, playbook
from handlers.kit.blocks import channel_link
from handlers.kit.form_result import Invalid
from handlers.kit.ids import ActionId, CallbackId
from handlers.kit.listeners import Listeners
from handlers.kit.modal_state import OfProgramme
from handlers.kit.request import Request
from handlers.playbook import forms, views


def register(on: Listeners) -> None:
    on.action(ActionId.PLAYBOOK_OPEN, open_playbook)
    on.action(ActionId.PLAYBOOK_NOTES, open_notes)
    on.action(ActionId.PLAYBOOK_PAGE, send_page)
    on.submission(CallbackId.PLAYBOOK_FORM, save)


async def open_playbook(request: Request) -> None:
    hr = await request.hr(request.subject)
    await request.show(views.window(request.texts, await playbook.read_playbook(request.context.store, hr)))


async def open_notes(request: Request) -> None:
    hr = await request.hr(request.subject)
    await request.open(views.form(request.texts, *await notes.read_notes(request.context.store, hr)))


async def save(request: Request) -> None:
    hr = await request.hr(request.state(OfProgramme).programme_id)
    written = forms.read(request.form)
    if isinstance(written, Invalid):
        await request.invalid(written)
        return
    await notes.save_notes(request.context.store, hr, written)
    await request.close()
    await request.replace_below(views.window(request.texts, await playbook.read_playbook(request.context.store, hr)))


async def send_page(request: Request) -> None:
    programme = await playbook.ask_for_page(request.context.store, await request.hr(request.subject))
    await request.reply_ephemeral(request.texts("playbook.window.sent", channel=channel_link(programme.hr_channel)))
