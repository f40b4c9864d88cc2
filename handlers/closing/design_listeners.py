"""HR adds the company's logo and a second signature to certificates."""

import asyncio
import logging

from bot.pictures.logos import MOST_BYTES, fault_of
from bot.services.caller import HrCaller, Rejected
from bot.services.closing import certificate_design as designs
from bot.slack.gateway import SlackRefused, SlackUnavailable
from handlers.closing import design_views as views
from handlers.closing.design_views import Given
from handlers.kit.blocks import View, button, notice
from handlers.kit.form_result import Invalid, Sentence
from handlers.kit.ids import ActionId, CallbackId
from handlers.kit.listeners import Listeners
from handlers.kit.modal_state import OfProgramme
from handlers.kit.picked import unfit_at
from handlers.kit.request import Request

log = logging.getLogger(__name__)

PATIENCE = 1.5
"""Seconds until HR reads that the picture is being checked: Slack waits for three."""


def register(on: Listeners) -> None:
    on.action(ActionId.CERTIFICATE_DESIGN, open_form)
    on.submission(CallbackId.CERTIFICATE_FORM, given)
    on.action(ActionId.CERTIFICATE_SAMPLE, send_sample)


async def open_form(request: Request) -> None:
    hr = await request.hr(request.subject)
    await request.open(views.form(request.texts, await designs.read_design(request.context.store, hr)))


async def given(request: Request) -> None:
    hr = await request.hr(request.state(OfProgramme).programme_id)
    entered = views.read(request.form)
    if isinstance(entered, Invalid):
        await request.invalid(entered)
        return
    picked = [entered.second.person] if entered.second.person else []
    if errors := await unfit_at(request, {"person": picked}, guests=False):
        await request.invalid(errors)
        return
    for one in picked:  # stored from now on
        await request.context.directory.person(request.caller.team_id, one, request.caller.now)
    working = asyncio.ensure_future(_save(request, hr, entered))
    if await request.context.limits.is_done(working, PATIENCE):
        result = await working
        await (request.invalid(result) if isinstance(result, Invalid) else request.replace_modal(result))
        return
    await request.replace_modal(views.busy(request.texts))
    result = await working
    if isinstance(result, Invalid):
        overview = await designs.read_design(request.context.store, hr)
        (wrong,) = result.sentences(request.texts).values()
        result = views.form(request.texts, overview, entered, wrong)
    await request.update_modal(result)


async def _save(request: Request, hr: HrCaller, entered: Given) -> View | Invalid:
    """The window after saving; `Invalid` if the picture is not used. An error would be invisible once the form was
    answered, so what goes wrong is a window, too."""
    texts, store = request.texts, request.context.store
    try:
        logo: bytes | None = b"" if entered.remove else None
        if entered.file:
            checked = await _picture(request, hr, entered.file)
            if isinstance(checked, str):
                values = {"megabytes": views.MEGABYTES} if checked == "large" else {}
                return Invalid({views.LOGO: Sentence(f"{views.KEY}.errors.{checked}", values)})
            logo = checked
        return views.saved(texts, await designs.save_design(store, hr, logo, entered.second))
    except Rejected as refusal:
        home = button(texts.plain("commands.typed.buttons.home"), ActionId.HOME_SHOW)
        return notice(texts, texts(f"errors.{refusal.code}", **refusal.values), [home])
    except SlackUnavailable as problem:
        log.warning("a logo could not be read: %s", problem)
        return Invalid({views.LOGO: Sentence(f"{views.KEY}.errors.later")})
    except SlackRefused as problem:
        log.warning("a logo was refused: %s", problem)
        return Invalid({views.LOGO: Sentence(f"{views.KEY}.errors.broken")})


async def _picture(request: Request, hr: HrCaller, file_id: str) -> bytes | str:
    """The picture, or the name of what is wrong with it."""
    gateway = request.context.gateway
    file = await gateway.file(file_id)
    if file.get("user") != hr.slack_id:  # only files that HR itself uploaded
        return "broken"
    size = file.get("size")
    if isinstance(size, int) and size > MOST_BYTES:
        return "large"
    content = await gateway.download(file, MOST_BYTES)
    fault: str = await request.context.in_worker(fault_of, content)
    return fault or content


async def send_sample(request: Request) -> None:
    hr = await request.hr(request.subject)
    new = await designs.ask_for_sample(request.context.store, hr)
    await request.reply_ephemeral(request.texts(f"{views.KEY}.sample.{'asked' if new else 'coming'}"))
