"""Rendering of outbox messages at the moment they are sent: in the reader's language, with current data.

Each feature's messages modules have `RENDERERS`: for each of its kinds the function that renders it, or returns None if
it is no longer relevant (the person left, the session was cancelled).
"""

from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from bot.domain.messages.care import AtRiskMessage
from bot.domain.messages.kind import OutboxMessage
from bot.domain.messages.registry import KINDS, kind_of, read_payload
from bot.domain.reminders import NUDGES
from bot.services.care.partner_requests import is_left_alone
from bot.services.people.reminders import is_faded
from bot.slack.gateway import Message, SlackRefused
from handlers.kit.blocks import actions, button, section
from handlers.kit.context import AppContext
from handlers.kit.ids import ActionId
from prompts.catalogue import DEFAULT_LANGUAGE, Texts
from storage.queries import addressee_of
from storage.rate_limits import CHANNELS
from storage.tables import MentoringSession, Outbox, Participant, ParticipantState, Person, Programme
from storage.unit_of_work import UnitOfWork


class NoLongerRelevant(Exception):
    """The subject of the message does not exist any more."""


P = TypeVar("P", bound=OutboxMessage)
P_co = TypeVar("P_co", bound=OutboxMessage, covariant=True)


@dataclass(frozen=True)
class MessageContext(Generic[P_co]):
    """One message about to be sent. `reader` is None for a channel or a group DM."""

    work: UnitOfWork
    row: Outbox
    payload: P_co
    about: Programme | None
    """The programme; None for a message that belongs to none."""
    reader: Person | None
    texts: Texts
    context: AppContext
    render: "Compose | None" = None
    """Renders any row: for the parts of a day's message."""

    @property
    def programme(self) -> Programme:
        """The programme. Raises `NoLongerRelevant` if there is none."""
        if self.about is None:
            raise NoLongerRelevant
        return self.about


Compose = Callable[[UnitOfWork, Outbox], Awaitable[Message | None]]
Renderer = Callable[[MessageContext[Any]], Awaitable[Message | None]]


def renders(
    kind: type[P], write: Callable[[MessageContext[P]], Awaitable[Message | None]]
) -> tuple[type[OutboxMessage], Renderer]:
    """The renderer of a kind."""
    return kind, write


class UnfitRenderers(Exception):
    """Some kinds have no renderer, or several, or there are renderers of what is no kind."""


class MessageRenderers:
    """Renders every kind of message. `bot.delivery.worker` calls it as its `compose`."""

    def __init__(self, context: AppContext, renderers: Iterable[tuple[type[OutboxMessage], Renderer]]) -> None:
        """Raises `UnfitRenderers` unless each kind has exactly one."""
        self.context = context
        self.writers = _by_name(renderers)

    async def __call__(self, work: UnitOfWork, row: Outbox) -> Message | None:
        message = await self.render(work, row)
        if message is not None:  # last of all, because a chart takes seconds to draw
            await check_channel(self.context, work, row)
        return message

    async def render(self, work: UnitOfWork, row: Outbox) -> Message | None:
        """The message as it would be sent now, to a channel that was checked before."""
        addressee = await addressee_of(work.session, row)
        reader = addressee.person if addressee else None
        programme = addressee.programme if addressee else await _programme_of(work, row)
        if addressee and _left(row, addressee.participant):
            return None
        language = programme.language if programme else DEFAULT_LANGUAGE
        texts = self.context.texts(reader) if reader else self.context.catalogue.texts(language)
        try:
            payload = read_payload(row.kind, row.data)
            if reader and await _asked_for_another(work, payload, reader):
                return None
            reminds = "" if _by_hr(payload) else payload.kind.reminds
            if reader and reminds and await is_faded(work.session, reader, reminds, work.now):
                return None
            message = MessageContext(work, row, payload, programme, reader, texts, self.context, self.render)
            return _with_choice(await self.writers[row.kind](message), payload, texts)
        except NoLongerRelevant:
            return None


async def _programme_of(work: UnitOfWork, row: Outbox) -> Programme | None:
    return await work.session.get(Programme, row.programme_id) if row.programme_id else None


async def check_channel(context: AppContext, work: UnitOfWork, row: Outbox) -> None:
    """HR's channel and the announcement's may have changed since the message was planned: no event says that a channel
    became public, so Slack is asked right before anything is shown there. Raises `SlackRefused`, `SlackUnavailable`.
    """
    if row.person_id is not None or row.pair_id is not None or (programme := await _programme_of(work, row)) is None:
        return
    channel, directory = row.channel or "", context.directory
    if channel not in (programme.hr_channel, programme.announce_channel):
        return
    await directory.turns.take(programme.team_id, CHANNELS, work.now)
    if channel == programme.hr_channel:
        if trouble := await directory.trouble_of(programme.team_id, channel, work.now):
            raise SlackRefused("conversations.info", f"hr_channel_{trouble}")
    elif await directory.is_shared(programme.team_id, channel, work.now):
        raise SlackRefused("conversations.info", "announcement_shared")


def _by_hr(payload: OutboxMessage) -> bool:
    """Whether HR asked for the message itself."""
    return isinstance(payload, AtRiskMessage) and payload.by_hr


def _with_choice(message: Message | None, payload: OutboxMessage, texts: Texts) -> Message | None:
    """Below a reminder to meet: a way to get fewer. Questions have their own buttons, which change with the answers."""
    if message is None or payload.kind.reminds != NUDGES or isinstance(payload, AtRiskMessage):
        return message
    less = button(texts.plain("home.daily.less.button"), ActionId.REMIND_LESS)
    return Message(message.text, [*(message.blocks or [section(message.text)]), actions(less)])


def _by_name(renderers: Iterable[tuple[type[OutboxMessage], Renderer]]) -> Mapping[str, Renderer]:
    found: dict[str, Renderer] = {}
    for payload, write in renderers:
        if KINDS.get(payload.kind.name) is not payload or payload.kind.name in found:
            raise UnfitRenderers(f"{payload.kind.name} is no kind, or has two renderers")
        found[payload.kind.name] = write
    if missing := KINDS.keys() - found.keys():
        raise UnfitRenderers(f"no renderer of {', '.join(sorted(missing))}")
    return found


async def _asked_for_another(work: UnitOfWork, payload: OutboxMessage, reader: Person) -> bool:
    """Whether the message prompts a person to meet who asked HR for another partner. What HR asks for is sent."""
    if not payload.kind.prompts or getattr(payload, "by_hr", False):
        return False
    pair_id: int | None = getattr(payload, "pair", None)
    if pair_id is None:
        session = await work.session.get(MentoringSession, getattr(payload, "session", 0))
        pair_id = session.pair_id if session else 0
    return await is_left_alone(work.session, pair_id, reader.id, work.now)


def _left(row: Outbox, participant: Participant | None) -> bool:
    """People who left a programme get no more of its messages, of any kind."""
    left = participant is not None and participant.state == ParticipantState.LEFT
    return left and not kind_of(row.kind).to_anybody
