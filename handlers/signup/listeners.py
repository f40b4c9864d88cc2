"""Sign up, pause, come back, leave."""

from bot.services.people import people
from bot.services.signup import join as joining
from bot.services.signup.join import UnknownPeople
from bot.services.signup.which_programme import Step
from handlers.home.listeners import refresh_home
from handlers.kit.form_result import Invalid
from handlers.kit.ids import ActionId, CallbackId
from handlers.kit.listeners import Listeners
from handlers.kit.modal_state import OfProgramme
from handlers.kit.payload import Malformed, at
from handlers.kit.picked import unfit_at
from handlers.kit.request import Request
from handlers.kit.which_programme import choose
from handlers.signup import forms, views
from prompts.catalogue import Texts


def register(on: Listeners) -> None:
    on.command("join", open_form)
    on.action(ActionId.JOIN_OPEN, open_from_button)
    on.submission(CallbackId.JOIN_ABOUT, about_given)
    on.again(CallbackId.JOIN_DETAILS, details_again)
    on.submission(CallbackId.JOIN_DETAILS, details_given)


async def open_form(request: Request) -> None:
    """`/mentoring join`"""
    chosen = await choose(request, Step.JOIN)
    if chosen is not None:
        await show_form(request, chosen)


async def show_form(request: Request, programme_ids: tuple[int, ...]) -> None:
    standing = await joining.standing(request.context.store, request.caller, next(iter(programme_ids), None))
    await request.show(views.about_form(request.texts, standing))


async def open_from_button(request: Request) -> None:
    """The join button of an announcement, or the change button of a welcome; one without a programme asks which."""
    if not request.value:
        await open_form(request)
        return
    standing = await joining.standing(request.context.store, request.caller, request.subject)
    await request.open(views.about_form(request.texts, standing))
    if at(request.body, "view", "type") == "home" and request.me.home_opened_at is None:
        # Opening it stored nothing about somebody whom the bot did not know; they want to see what comes of this.
        await people.home_opened(request.context.store, request.caller)


async def about_given(request: Request) -> None:
    programme_id = request.state(OfProgramme).programme_id
    standing = await joining.standing(request.context.store, request.caller, programme_id)
    written = request.context.catalogue.languages
    about = forms.about(request.form, programme_id, request.me.slack_id, standing.topics, written)
    if isinstance(about, Invalid):
        await request.invalid(about)
        return
    named = {"manager": [about.manager] if about.manager else [], "avoids": about.avoids}
    if unfit := await unfit_at(request, named, guests=True):
        await request.invalid(unfit)
        return
    await request.replace_modal(views.details_form(_texts(request, about), about, standing))


def _texts(request: Request, about: forms.About) -> Texts:
    """In the language that the first step chose."""
    me = request.me
    return request.context.catalogue.texts(about.language or me.language, about.address or me.address, me.name)


async def details_again(request: Request) -> None:
    """The second step, from what the first one said."""
    about = request.state(forms.About)
    standing = await joining.standing(request.context.store, request.caller, about.programme_id)
    await request.update_modal(views.details_form(_texts(request, about), about, standing))


async def details_given(request: Request) -> None:
    store, about = request.context.store, request.state(forms.About)
    if about.faults(request.me.slack_id, (*about.offers, *about.wishes)):  # the service checks the topics
        raise Malformed("private_metadata")
    sign_up = forms.sign_up(request.form, about, request.context.catalogue.languages)
    if isinstance(sign_up, Invalid):
        await joining.standing(store, request.caller, about.programme_id)  # whether one can join at all comes first
        await request.invalid(sign_up)
        return
    try:
        programme, new = await joining.join(store, request.caller, about.programme_id, sign_up)
    except UnknownPeople as unknown:
        for slack_id in unknown.slack_ids:
            await request.context.directory.person(request.caller.team_id, slack_id, request.caller.now)
        programme, new = await joining.join(
            store, request.caller, about.programme_id, sign_up, loaded=unknown.slack_ids
        )
    # The language may have been chosen in this form: reply in it.
    request.me.language, request.me.address = sign_up.language, sign_up.address
    await request.replace_modal(views.joined(request.context.texts(request.me), programme, new=new))
    refresh_home(request)
