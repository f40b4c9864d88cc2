"""Messages about a pair's agreement."""

from dataclasses import dataclass
from datetime import date, timedelta

from bot.domain.messages.kind import OutboxMessage, message_kind


@dataclass(frozen=True)
class AgreementMessage(OutboxMessage):
    """About one version of an agreement, once for each reader."""

    pair: int
    version: int


@message_kind("agreement_proposed", "{pair}:{reader}:{version}", daily=True)
class AgreementProposedMessage(AgreementMessage):
    """To the other one: to be signed."""


@message_kind("agreement_signed", "{pair}:{reader}:{version}", daily=True)
class AgreementSignedMessage(AgreementMessage):
    """To both: it is signed by both."""


@message_kind("goal_date", "{pair}:{reader}:{due}", reminds="question", daily=True, bulk=True, lasts=timedelta(days=14))
class GoalDateMessage(OutboxMessage):
    """To both, on the date of goals: what became of them."""

    pair: int
    due: date
