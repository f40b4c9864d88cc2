"""HR adds links to the company's own material, and removes them."""

from bot.services.material import material
from handlers.kit.form_result import Invalid
from handlers.kit.ids import ActionId, CallbackId
from handlers.kit.listeners import Listeners
from handlers.kit.modal_state import OfProgramme
from handlers.kit.request import Request
from handlers.material import forms, views
from handlers.material.forms import LinkOf


def register(on: Listeners) -> None:
    on.action(ActionId.MATERIAL_OPEN, show)
    on.action(ActionId.MATERIAL_ADD, open_form)
    on.submission(CallbackId.MATERIAL_FORM, added)
    on.action(ActionId.MATERIAL_REMOVE, removed)


async def show(request: Request) -> None:
    hr = await request.hr(request.subject)
    await request.open(views.listing(request.texts, await material.own_material(request.context.store, hr)))


async def open_form(request: Request) -> None:
    hr = await request.hr(request.subject)
    await request.open(views.form(request.texts, (await material.own_material(request.context.store, hr)).programme))


async def added(request: Request) -> None:
    hr = await request.hr(request.state(OfProgramme).programme_id)
    found = forms.link(request.form)
    if isinstance(found, Invalid):
        await request.invalid(found)
        return
    after = await material.add(request.context.store, hr, found.title, found.url, found.used)
    await request.replace_modal(views.listing(request.texts, after))


async def removed(request: Request) -> None:
    value = request.button(LinkOf)
    hr = await request.hr(value.programme_id)
    after = await material.remove(request.context.store, hr, value.link_id)
    await request.update_modal(views.listing(request.texts, after))
