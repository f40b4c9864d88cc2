"""Messages of set-up and sign-up: the announcement, HR's next steps, the welcome, a pair's end."""

from collections.abc import Callable, Sequence

from bot.domain.messages.programme import AlumnusMessage, AnnouncementMessage, SetupDoneMessage
from bot.domain.messages.signup import (
    PairEndedHrMessage,
    PairEndedMessage,
    SignUpApprovedMessage,
    SignUpDeclinedMessage,
    WelcomeMessage,
)
from bot.domain.sessions import Side
from bot.domain.signup import Role
from bot.services.matching.introductions import was_introduced
from bot.services.orientation.orientation import progress_of
from bot.services.programme.next_cohort import had_partner, read_predecessor
from bot.services.recruiting.announcement import sign_ups
from bot.services.recruiting.public_channel import announcement_state
from bot.services.sessions.called_off import read_called_off
from bot.services.signup.contact import asks_whom
from bot.services.signup.eligibility import may_fit
from bot.services.signup.open_to import sign_up_is_open
from bot.slack.gateway import Message, SlackUnavailable
from handlers.care import views as care
from handlers.kit.blocks import Element
from handlers.kit.buttons import nominate_button, orientation_buttons
from handlers.kit.messages import MessageContext, renders
from handlers.privacy import views as privacy
from handlers.programme import next_cohort_views as cohort
from handlers.programme import views as setup
from handlers.sessions.called_off_views import with_called_off
from handlers.signup import views as join
from prompts.catalogue import Texts
from storage.queries import participation, person_of
from storage.tables import OutboxState, Pair, Participant, ParticipantState, Programme, ProgrammeState

SOON, MOST_WAITS = 2.0, 5
"""For HR's first message: the announcement before it is posted within seconds, unless Slack is slow."""


async def setup_done(message: MessageContext[SetupDoneMessage]) -> Message:
    programme = message.programme
    announced = await announcement_state(message.work.session, programme)
    if announced in (OutboxState.PENDING, OutboxState.SENDING) and message.row.attempt <= MOST_WAITS:
        raise SlackUnavailable("chat.postMessage", "the announcement is being posted", SOON)
    found = await sign_ups(message.work.session, programme.id, message.work.now)
    before = await read_predecessor(message.context.store, programme, message.work.now)
    return setup.done(message.texts, programme, found, before, _sign_up(announced))


def _sign_up(announced: OutboxState | None) -> str:
    """The sentence that says whether people can sign up: that it is open only once they can read it."""
    match announced:
        case OutboxState.SENT | None:
            return "open"
        case OutboxState.DEAD:
            return "refused"
    return "soon"


async def announcement(message: MessageContext[AnnouncementMessage]) -> Message:
    return setup.announcement(message.texts, message.programme)


async def welcome(message: MessageContext[WelcomeMessage]) -> Message | None:
    return await _welcomed(message, join.welcome)


async def approved(message: MessageContext[SignUpApprovedMessage]) -> Message | None:
    return await _welcomed(message, join.approved)


async def _welcomed(
    message: MessageContext[WelcomeMessage] | MessageContext[SignUpApprovedMessage],
    view: Callable[[Texts, Programme, Participant, str, Sequence[Element]], Message],
) -> Message | None:
    if message.reader is None:
        return None
    participant = await participation(message.work.session, message.reader.id, message.programme.id)
    if participant is None or participant.state == ParticipantState.LEFT:
        return None
    prepare = orientation_buttons(message.texts, await progress_of(message.work.session, participant))
    if participant.role == Role.LEADER and sign_up_is_open(message.programme, message.work.now):
        prepare = [*prepare, nominate_button(message.texts, message.programme.id)]
    return view(message.texts, message.programme, participant, message.context.command, prepare)


async def declined(message: MessageContext[SignUpDeclinedMessage]) -> Message | None:
    """Unless HR signed them up meanwhile."""
    if message.reader is None:
        return None
    participant = await participation(message.work.session, message.reader.id, message.programme.id)
    if participant is None or participant.hr_declined_at is None:
        return None
    hr = await asks_whom(message.work.session, message.programme)
    return join.declined(message.texts, message.programme, hr.name if hr else "")


async def alumnus(message: MessageContext[AlumnusMessage]) -> Message | None:
    """The invitation: unless they have signed up, or it is too late."""
    if message.reader is None or message.programme.state != ProgrammeState.RECRUITING:
        return None
    if not sign_up_is_open(message.programme, message.work.now):
        return None
    if await participation(message.work.session, message.reader.id, message.programme.id):
        return None
    if not await may_fit(message.work.session, message.programme, message.reader):
        return None
    met = await had_partner(message.work.session, message.programme, message.reader.id)
    return cohort.invitation(message.texts, message.programme, had_partner=met)


async def pair_ended(message: MessageContext[PairEndedMessage]) -> Message | None:
    """To the partner, with what happens next."""
    pair = await message.work.session.get(Pair, message.payload.pair)
    if pair is None or message.reader is None:
        return None
    if not await was_introduced(message.work.session, pair, message.reader.id):
        return None
    mentor, leader = [await person_of(message.work.session, one) for one in (pair.mentor_id, pair.leader_id)]
    left, side = (mentor, Side.MENTOR) if message.reader.id == leader.id else (leader, Side.LEADER)
    erased = left.erased_at is not None
    told = privacy.pair_ended(message.texts, side, pair) if erased else care.pair_ended(message.texts, left)
    off = await read_called_off(message.work, message.payload.off)
    return with_called_off(message.texts, told, off, message.reader)


async def pair_ended_hr(message: MessageContext[PairEndedHrMessage]) -> Message | None:
    pair = await message.work.session.get(Pair, message.payload.pair)
    if pair is None:
        return None
    mentor, leader = [await person_of(message.work.session, one) for one in (pair.mentor_id, pair.leader_id)]
    there = [one for one in (mentor, leader) if not one.erased_at]
    if len(there) == 1:
        return privacy.pair_ended_hr(message.texts, there[0])
    return care.pair_ended_hr(message.texts, mentor, leader)


RENDERERS = (
    renders(SetupDoneMessage, setup_done),
    renders(AnnouncementMessage, announcement),
    renders(WelcomeMessage, welcome),
    renders(SignUpApprovedMessage, approved),
    renders(SignUpDeclinedMessage, declined),
    renders(AlumnusMessage, alumnus),
    renders(PairEndedMessage, pair_ended),
    renders(PairEndedHrMessage, pair_ended_hr),
)
