"""Sign up, pause, come back, leave."""

from bot.domain.recruiting_eligibility import Limit
from bot.services.people import people
from bot.services.signup import join as joining
from bot.services.signup.eligibility import Members, NotEligible, Stated
from bot.services.signup.join import NOTHING_STATED, Joined, SignUp, SignUpState, UnknownPeople
from bot.services.signup.which_programme import Step
from handlers.home.listeners import refresh_home
from handlers.kit.eligibility import KEY, checked, refusal
from handlers.kit.form_result import Invalid, Sentence
from handlers.kit.ids import ActionId, CallbackId
from handlers.kit.listeners import Listeners
from handlers.kit.modal_state import OfProgramme
from handlers.kit.payload import Malformed, at
from handlers.kit.picked import unfit_at
from handlers.kit.positions import level_name
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
    standing = await standing_of(request, next(iter(programme_ids), None))
    await request.show(views.about_form(request.texts, standing))


async def open_from_button(request: Request) -> None:
    """The join button of an announcement, or the change button of a welcome; one without a programme asks which."""
    if not request.value:
        await open_form(request)
        return
    standing = await standing_of(request, request.subject)
    await request.open(views.about_form(request.texts, standing))
    if at(request.body, "view", "type") == "home" and request.me.home_opened_at is None:
        # Opening it stored nothing about a person whom the bot did not know; they want to see what comes of this.
        await people.home_opened(request.context.store, request.caller)


async def about_given(request: Request) -> None:
    programme_id = request.state(OfProgramme).programme_id
    standing = await standing_of(request, programme_id)
    written = request.context.catalogue.languages
    about = forms.about(request.form, programme_id, request.me.slack_id, standing.topics, written)
    if isinstance(about, Invalid):
        await request.invalid(about)
        return
    named = {"manager": [about.manager] if about.manager else [], "avoids": about.avoids}
    if unfit := await unfit_at(request, named, guests=True):
        await request.invalid(unfit)
        return
    if standing.programme.eligibility and (wrong := await _unmet(request, about)):
        await request.invalid(wrong)
        return
    await request.replace_modal(views.details_form(_texts(request, about), about, standing))


async def standing_of(request: Request, programme_id: int | None, stated: Stated = NOTHING_STATED) -> SignUpState:
    """The form's data, if the person can join. Raises `Rejected`, also if HR's limits do not fit them."""
    try:
        return await _standing(request, programme_id, stated)
    except NotEligible as found:
        raise refusal(request.texts, found) from None


async def _standing(request: Request, programme_id: int | None, stated: Stated) -> SignUpState:
    async def read(members: Members | None) -> SignUpState:
        store = request.context.store
        return await joining.standing(store, request.caller, programme_id, stated=stated, members=members)

    return await checked(request, read)


async def _unmet(request: Request, about: forms.About) -> Invalid | None:
    """HR's limits that level and department of the first step do not meet, at their fields: they can be put right."""
    try:
        await _standing(request, about.programme_id, Stated(about.career_level, about.department))
    except NotEligible as found:
        texts, hr = request.texts, found.hr
        limits = {
            Limit.LEVEL: [level_name(texts, one) for one in found.eligibility.levels],
            Limit.DEPARTMENT: found.eligibility.departments,
        }
        at_field = {
            str(one): Sentence(f"{KEY}.errors.{one}", {"allowed": texts.join(allowed, either=True), "hr": hr})
            for one, allowed in limits.items()
            if one in found.unmet
        }
        if not at_field:
            raise refusal(texts, found) from None
        return Invalid(at_field)
    return None


def _texts(request: Request, about: forms.About) -> Texts:
    """In the language that the first step chose."""
    me = request.me
    return request.context.catalogue.texts(about.language or me.language, about.address or me.address, me.name)


async def details_again(request: Request) -> None:
    """The second step, from what the first one said."""
    about = request.state(forms.About)
    standing = await standing_of(request, about.programme_id)
    await request.update_modal(views.details_form(_texts(request, about), about, standing))


async def details_given(request: Request) -> None:
    about = request.state(forms.About)
    if about.faults(request.me.slack_id, (*about.offers, *about.wishes)):  # the service checks the topics
        raise Malformed("private_metadata")
    sign_up = forms.sign_up(request.form, about, request.context.catalogue.languages)
    if isinstance(sign_up, Invalid):
        await standing_of(request, about.programme_id)  # whether one can join at all comes first
        await request.invalid(sign_up)
        return
    joined = await _join(request, about.programme_id, sign_up)
    # The language may have been chosen in this form: reply in it.
    request.me.language, request.me.address = sign_up.language, sign_up.address
    await request.replace_modal(views.joined(request.context.texts(request.me), joined))
    refresh_home(request)


async def _join(request: Request, programme_id: int, sign_up: SignUp) -> Joined:
    """Store the sign-up, once Slack was asked what has to be known for it. Raises `Rejected`, `SlackUnavailable`."""
    store, caller = request.context.store, request.caller

    async def join(members: Members | None) -> Joined:
        try:
            return await joining.join(store, caller, programme_id, sign_up, members=members)
        except UnknownPeople as unknown:
            for slack_id in unknown.slack_ids:
                await request.context.directory.person(caller.team_id, slack_id, caller.now)
            return await joining.join(store, caller, programme_id, sign_up, loaded=unknown.slack_ids, members=members)

    try:
        return await checked(request, join)
    except NotEligible as found:
        raise refusal(request.texts, found) from None
