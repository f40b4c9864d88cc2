"""Messages about pauses, rests, concerns, pairs at risk, the question half-way, and the end of a pair."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from bot.domain.messages.kind import OutboxMessage, key_only, message_kind, unless_default

A_WEEK = timedelta(days=7)


@dataclass(frozen=True)
class PairMessage(OutboxMessage):
    """About a pair."""

    pair: int


# Pauses and rests


@dataclass(frozen=True)
class PartnerMessage(PairMessage):
    """To the partners of somebody who pauses or comes back."""

    participant: int
    off: tuple[int, ...] = unless_default(default=())
    """The changes (`SessionChange`) by which sessions of the pair lost their time."""
    slot: str = key_only(default="")


@message_kind("partner_paused", "{pair}-{participant}:{slot}", daily=True, lasts=A_WEEK)
class PartnerPausedMessage(PartnerMessage):
    """They pause."""


@message_kind("partner_back", "{pair}-{participant}:{slot}", daily=True, lasts=A_WEEK, asks_for_date=True)
class PartnerBackMessage(PartnerMessage):
    """They take part again."""


@message_kind("pause_over", "{participant}:{slot}", daily=True, lasts=A_WEEK, asks_for_date=True)
class PauseOverMessage(OutboxMessage):
    """To somebody whose pause is over."""

    participant: int = key_only(default=0)
    slot: str = key_only(default="")


@dataclass(frozen=True)
class RestMessage(PairMessage):
    """To both of a pair whose rest HR has given, or that goes on."""

    off: tuple[int, ...] = unless_default(default=())
    """As in `PartnerMessage`."""
    until: str = key_only(default="")


@message_kind("pair_rests", "{pair}:{reader}:{until}", daily=True, lasts=A_WEEK)
class PairRestsMessage(RestMessage):
    """The rest begins."""


@message_kind("pair_rested", "{pair}:{reader}:{until}", daily=True, lasts=A_WEEK, asks_for_date=True)
class PairRestedMessage(RestMessage):
    """The rest is over."""


# Concerns


@dataclass(frozen=True)
class ConcernMessage(OutboxMessage):
    """About a concern, and whom it goes to."""

    concern: int
    contact: int


@message_kind("concern_contact", "{concern}:{slot}", at_once=True, to_anybody=True, private=True, confided=True)
class ConcernContactMessage(ConcernMessage):
    """The concern itself, to its reader."""

    chosen: bool = unless_default(default=False)
    """The writer chose the reader, who need not be a contact of the programme."""
    slot: str = key_only(default="")
    """Empty for the first reader."""


@message_kind("concern_receipt", "{concern}:", to_anybody=True, private=True)
class ConcernReceiptMessage(ConcernMessage):
    """To its writer: what is on its way to whom."""


@message_kind("concern_passed_on", "{subject}:", at_once=True, to_anybody=True, private=True, outlives_refusals=True)
class ConcernPassedOnMessage(OutboxMessage):
    """To the person who raised a concern, or asked to be contacted: another person receives it."""

    before: int
    """Who could not be reached."""
    contact: int
    asked: bool = unless_default(default=False)
    """They asked to be contacted."""
    concern: int | None = unless_default(default=None)
    """None for a wish that an older version did not store."""
    subject: str = key_only(default="")


@message_kind("concern_undelivered", "{subject}:", at_once=True, to_anybody=True, private=True, outlives_refusals=True)
class ConcernUndeliveredMessage(OutboxMessage):
    """To the person who raised a concern, or asked to be contacted: it reached nobody; they can choose a reader."""

    concern: int | None = unless_default(default=None)
    contact: int | None = None
    asked: bool = unless_default(default=False)
    """They asked to be contacted."""
    subject: str = key_only(default="")


@message_kind(
    "contact_me", "{subject}:{person}", at_once=True, to_anybody=True, private=True, confided=True, about_person=True
)
class ContactMeMessage(OutboxMessage):
    """To the contact: somebody would like to talk."""

    person: int
    tried: tuple[int, ...] = unless_default(default=())
    """Ids of the people who could not be reached before."""
    chosen: bool = unless_default(default=False)
    """`person` chose the reader."""
    concern: int | None = unless_default(default=None)
    """The wish; None for one that an older version did not store."""
    subject: str = key_only(default="")


# Whether somebody talks to the writer of a concern


class OfferWhy(StrEnum):
    """Why the writer of a concern may choose another reader, as in `care.follow_up.offer`."""

    OVERDUE = "overdue"
    """Nobody has said that they talked to the writer."""
    REPLACED = "replaced"
    """HR named another contact."""
    GONE = "gone"
    """The reader is a contact no longer, and may not be able to call."""
    UNSOLVED = "unsolved"
    """The writer said a week later that it is not solved."""


@message_kind("concern_due", "{concern}:{reader}-{slot}", to_anybody=True, private=True)
class ConcernDueMessage(ConcernMessage):
    """To its reader: the day until which they were to talk to the writer is over."""

    slot: str = key_only(default="")


@message_kind("concern_waits", "{concern}:{reader}-{slot}", to_anybody=True, private=True)
class ConcernWaitsMessage(ConcernMessage):
    """To the other contact, or the programme's creator: something waits for `contact`. Neither whose nor what."""

    slot: str = key_only(default="")


@message_kind("concern_offer", "{concern}:{why}-{slot}", to_anybody=True, private=True, outlives_refusals=True)
class ConcernOfferMessage(ConcernMessage):
    """To its writer: whom else they can turn to."""

    why: OfferWhy
    slot: str = key_only(default="")


@message_kind("concern_after", "{concern}:{slot}", to_anybody=True, private=True, lasts=timedelta(days=14))
class ConcernAfterMessage(ConcernMessage):
    """To its writer, a week after: how is it now?"""

    slot: str = key_only(default="")


# The contacts of a programme


@message_kind("contact_asked", "{reader}:{slot}", to_anybody=True)
class ContactAskedMessage(OutboxMessage):
    """To a person whom HR named as a contact: what that means. Asks whether they agree."""

    slot: str = key_only(default="")


@message_kind("contact_gone", "{person}:{slot}")
class ContactGoneMessage(OutboxMessage):
    """To HR's channel: a named contact is no longer one."""

    why: str = unless_default(default="erased")
    """Names the sentence: "erased", "gone" (deactivated, or no colleague any more), "declined"."""
    contact: int | None = unless_default(default=None)
    """The person; None if their data were erased."""
    person: int = key_only(default=0)
    slot: str = key_only(default="")


@message_kind("contact_replaced", "{reader}:{slot}", to_anybody=True)
class ContactReplacedMessage(OutboxMessage):
    """To a contact in whose place HR named somebody else."""

    slot: str = key_only(default="")


@message_kind("contact_missing", "{slot}:")
class ContactMissingMessage(OutboxMessage):
    """To HR's channel, as long as the programme has no contact."""

    slot: str = key_only(default="")


# Pairs at risk


@dataclass(frozen=True)
class AtRiskMessage(PairMessage):
    """What an action about a pair at risk says."""

    by_hr: bool = unless_default(default=False)
    """HR asked for it: it goes out even if all is well by then."""
    slot: str = key_only(default="")


@message_kind("pair_nudge", "{pair}:{reader}:{slot}", reminds="nudge", daily=True, bulk=True, prompts=True)
class PairNudgeMessage(AtRiskMessage):
    """To both: what is missing, and how to go on."""


@message_kind("risk_ask", "{pair}:{reader}:{slot}", daily=True, bulk=True, prompts=True)
class RiskAskMessage(AtRiskMessage):
    """To both: how is it going?"""


@message_kind("rematch_offer", "{pair}:{reader}:{slot}", daily=True, bulk=True, prompts=True)
class RematchOfferMessage(AtRiskMessage):
    """To both: another partner?"""


@message_kind("ask_mentor", "{pair}:{reader}:{slot}", bulk=True, private=True)
class AskMentorMessage(AtRiskMessage):
    """To the mentor alone."""


@message_kind("risk_hr", "{pair}:{slot}")
class RiskHrMessage(AtRiskMessage):
    """To HR's channel: nothing has helped so far."""


@message_kind("rematch_wanted", "{pair}:{question}")
class RematchWantedMessage(PairMessage):
    """To HR's channel: one of the two would like another partner."""

    call_by: str = unless_default(default="")
    """The day by which HR calls both, in ISO 8601; "" in messages of older versions."""
    question: str = key_only(default="")


@message_kind("rematch_due", "{pair}:{call_by}")
class RematchDueMessage(PairMessage):
    """To HR's channel: the day by which both were to be called is over."""

    call_by: str


@message_kind(
    "midway",
    "{pair}:{side}{slot}",
    reminds="question",
    daily=True,
    patience=8,
    bulk=True,
    lasts=timedelta(days=17),
    prompts=True,
)
class MidwayMessage(PairMessage):
    """To each of a pair: how is it going?"""

    side: str = key_only(default="")
    check_in: bool = unless_default(default=False)
    """Not the one halfway: HR chose more of them."""
    slot: str = key_only(default="")


# The end of a pair


@message_kind("pair_parted", "{pair}:{reader}{again}")
class PairPartedMessage(PairMessage):
    """To both: the pair has come to its end, as one of them asked."""

    off: tuple[int, ...] = unless_default(default=())
    """As in `PartnerMessage`."""
    again: str = key_only(default="")
    """Which end it is, of a pair that was restored."""


@message_kind("pair_parted_hr", "{pair}:{again}")
class PairPartedHrMessage(PairMessage):
    """To HR's channel."""

    another: bool
    """Whoever ended it would like another partner."""
    again: str = key_only(default="")


@message_kind("pair_ended_by_hr", "{pair}:{again}")
class PairEndedByHrMessage(PairMessage):
    """To HR's channel: HR ended the pair, and until when HR can restore it."""

    again: str = key_only(default="")


@message_kind("pair_account_back", "{pair}:{ended}")
class PairAccountBackMessage(PairMessage):
    """To HR's channel: the account whose deactivation ended the pair is active again."""

    person: int
    ended: str = key_only(default="")


@message_kind("pair_restored", "{pair}:{reader}:{at}", lasts=A_WEEK, asks_for_date=True)
class PairRestoredMessage(PairMessage):
    """To both: HR restored the pair."""

    knew: bool
    """They were told that it ended."""
    off: tuple[int, ...] = unless_default(default=())
    """Of a reader who was not: as in `PartnerMessage`."""
    at: str = key_only(default="")
