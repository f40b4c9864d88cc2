"""Buttons about a concern until a person has talked to its writer, and a week later."""

from bot.domain.messages.care import OfferWhy
from bot.services.care import concerns, follow_up
from bot.services.care.pauses import can_pause
from bot.slack.gateway import Message
from handlers.care import follow_up_views as views
from handlers.care import views as care
from handlers.kit.ids import ActionFamily, ActionId
from handlers.kit.listeners import Listeners
from handlers.kit.payload import Malformed, number, optional_text
from handlers.kit.request import Request
from handlers.kit.which_programme import names


def register(on: Listeners) -> None:
    on.action(ActionId.CONCERN_TALKED, talked)
    on.action(ActionId.CONCERN_ASK_NOT, ask_not)
    on.action(ActionFamily.CONCERN_NOW, now)
    on.action(ActionFamily.CONCERN_TURN, turn_to)


async def talked(request: Request) -> None:
    """The reader has talked to the writer."""
    followed = await follow_up.note_talk(request.context.store, request.caller, request.subject)
    concern, writer, me = followed.concern, followed.writer, request.me
    if concern.text:
        message = care.concern_delivered(request.texts, followed.programme, concern, writer, me)
    else:
        message = care.contact_me(request.texts, followed.programme, writer, me, concern)
    await _replace(request, message)


async def ask_not(request: Request) -> None:
    """The writer would rather not be asked a week later."""
    followed = await follow_up.ask_no_more(request.context.store, request.caller, request.subject)
    if followed.reader:
        may_pause = await may_pause_now(request)
        named = await names(request, [followed.concern.programme_id])
        receipt = care.concern_receipt(
            request.texts, followed.reader, request.me, followed.concern, may_pause=may_pause, named=named
        )
        await _replace(request, receipt)


async def now(request: Request) -> None:
    """How it is a week later."""
    said = request.answer
    if said not in follow_up.ANSWERS:
        raise Malformed("action_id")
    followed = await follow_up.answer(request.context.store, request.caller, request.subject, said)
    if said == follow_up.BETTER:
        await _replace(request, views.better(request.texts))
        return
    why, may_pause = OfferWhy.UNSOLVED, await may_pause_now(request)
    await _replace(
        request,
        views.offer(
            request.texts,
            followed.programme,
            followed.concern,
            followed.reader,
            followed.others,
            why,
            may_pause=may_pause,
        ),
    )


async def turn_to(request: Request) -> None:
    """The writer turns to the next one who can receive it."""
    raised = await concerns.choose_reader(
        request.context.store, request.caller, number(request.answer), number(request.value)
    )
    if raised.reader:
        may_pause = await may_pause_now(request)
        await _replace(request, care.concern_chosen(request.texts, raised.reader, raised.concern, may_pause=may_pause))


async def may_pause_now(request: Request) -> bool:
    """Whether the person takes part, and does not pause."""
    async with request.context.store.read(request.caller.now) as work:
        return await can_pause(work.session, request.me.id)


async def _replace(request: Request, message: Message) -> None:
    if url := optional_text(request.body, "response_url"):
        await request.context.gateway.respond(url, message, replace_original=True)
