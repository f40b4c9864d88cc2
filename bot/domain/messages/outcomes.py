"""Messages about action cards, notes and thanks."""

from dataclasses import dataclass
from datetime import date, timedelta

from bot.domain.messages.kind import OutboxMessage, key_only, message_kind


@dataclass(frozen=True)
class CardMessage(OutboxMessage):
    """About an action card, to the other one."""

    card: int
    slot: str = key_only(default="")


@message_kind("card_written", "{card}:{slot}", daily=True)
class CardWrittenMessage(CardMessage):
    """It is new."""


@message_kind("card_share", "{card}:{slot}", daily=True)
class CardShareMessage(CardMessage):
    """May HR see it?"""


@message_kind("card_settled", "{card}:{slot}", daily=True)
class CardSettledMessage(CardMessage):
    """It is done, or given up."""


@message_kind(
    "card_follow",
    "{card}:{days}:{due}",
    reminds="question",
    daily=True,
    patience=15,
    bulk=True,
    lasts=timedelta(days=28),
)
class CardFollowMessage(OutboxMessage):
    """To its owner: what became of it, `days` after the date."""

    card: int
    days: int
    due: date


@message_kind("log_shared", "{entry}:", daily=True)
class LogSharedMessage(OutboxMessage):
    """A note of the learning log, to the other one."""

    entry: int


@message_kind("thanks", "{pair}:{thanks}", daily=True)
class ThanksMessage(OutboxMessage):
    """Thanks, to the other one."""

    pair: int
    thanks: int = 0


@message_kind("thanks_post", "{pair}:{thanks}", hr_label="thanks_post")
class ThanksPostMessage(OutboxMessage):
    """Thanks that both agreed to show, to the channel of the announcement."""

    pair: int
    thanks: int = 0


@message_kind("thanks_shown", "{pair}:{thanks}", daily=True)
class ThanksShownMessage(OutboxMessage):
    """To the one who wrote it: the other agreed that it is shown."""

    pair: int
    thanks: int = 0
