"""Pairs at risk: which pairs need attention, and the next action for each.

Facts give signals; signals and earlier actions give the next action. A mentor's answer about honesty is private: it
has a separate ladder of actions that reaches only the mentor, who alone decides whether HR is notified. The other
ladder does not depend on it, so HR cannot infer from anything it sees, or from its time, that there was such an
answer.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import pairwise

UNSIGNED_AFTER = timedelta(days=7)
UNBOOKED_AFTER = timedelta(days=10)
STALLED_AFTER = timedelta(days=21)
MOVES_WITHIN = timedelta(days=60)
"""Two moves by one side count if they are this close: in two monthly sessions, not one each half-year."""
LOW_HONESTY = 2
BETWEEN_ACTIONS = timedelta(days=5)
"""Time to answer before the next action."""
STAY_FOR = timedelta(days=30)
"""How long a pair is offered no other partner after one of them chose to stay."""


class SignalKind(StrEnum):
    """Why a pair needs attention."""

    UNSIGNED = "unsigned"
    UNBOOKED = "unbooked"
    STALLED = "stalled"
    MENTOR_MOVES = "mentor_moves"
    LEADER_MOVES = "mentee_moves"
    MISSED = "no_show"  # the name of its texts
    LOW_HONESTY = "low_honesty"

    @property
    def visible_to_hr(self) -> bool:
        """Whether HR may see it."""
        return self is not SignalKind.LOW_HONESTY


class Action(StrEnum):
    """The bot's action for a pair that needs attention."""

    NUDGE = "nudge"  # both, together
    ASK_EACH = "ask_each"  # a private question to each
    TELL_HR = "tell_hr"
    OFFER_REMATCH = "offer_rematch"  # without fault
    ASK_MENTOR = "ask_mentor"  # a private question to the mentor only: asking both would tell the leader

    @property
    def visible_to_hr(self) -> bool:
        """Whether HR may see that it was taken."""
        return self not in _PRIVATE_LADDER


_RANKS = {
    SignalKind.UNSIGNED: 0,
    SignalKind.UNBOOKED: 1,
    SignalKind.STALLED: 1,
    SignalKind.MENTOR_MOVES: 2,
    SignalKind.LEADER_MOVES: 2,
    SignalKind.MISSED: 3,
    SignalKind.LOW_HONESTY: 0,  # the only one of its ladder
}
"""How grave each signal is."""
_WAITING = 1
"""Up to this rank a pair waits for something; a graver signal starts the ladder again."""
_LADDER = (Action.NUDGE, Action.ASK_EACH, Action.TELL_HR, Action.OFFER_REMATCH)
_PAPERWORK = (Action.NUDGE,)
"""An unsigned agreement alone is a reason for a reminder, and for nothing else."""
_PRIVATE_LADDER = (Action.ASK_MENTOR,)
_LADDERS = dict.fromkeys(SignalKind, _LADDER) | {
    SignalKind.UNSIGNED: _PAPERWORK,
    SignalKind.LOW_HONESTY: _PRIVATE_LADDER,
}


@dataclass(frozen=True, slots=True)
class PairFacts:
    """The facts about one pair. All moments are aware.

    `last_progress_at` is the last progress of the pair: introduced, signed, booked, held.
    `moves_by_*` are the times at which a side moved or cancelled a session that was still to come. `missed` are the
    moments from which a session whose time is over counts as not held, whatever anyone answered, as long as nobody
    said that it was. `honesty` is the mentor's answers (from when they count, 1-5). `next_booked_at` is the time of the
    next session; `stayed_at` when one of the two last chose to stay. `resumed_at` is the end of the last pause: waiting
    times count from there. `agreement_lapsed_at`: when a change ended an agreement that both had signed.
    """

    introduced_at: datetime
    last_progress_at: datetime
    agreement_signed_at: datetime | None = None
    agreement_lapsed_at: datetime | None = None
    first_booked_at: datetime | None = None
    last_held_at: datetime | None = None
    moves_by_mentor: tuple[datetime, ...] = ()
    moves_by_leader: tuple[datetime, ...] = ()
    missed: tuple[datetime, ...] = ()
    honesty: tuple[tuple[datetime, int], ...] = ()
    paused: bool = False
    resumed_at: datetime | None = None
    next_booked_at: datetime | None = None
    stayed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Signal:
    """`kind` has applied to the pair since `since`."""

    kind: SignalKind
    since: datetime

    @property
    def visible_to_hr(self) -> bool:
        return self.kind.visible_to_hr


def gravity(kind: SignalKind) -> int:
    """How grave a signal is: the higher, the graver."""
    return _RANKS[kind]


@dataclass(frozen=True, slots=True)
class Taken:
    """An action that was taken for the pair."""

    action: Action
    at: datetime


def signals(facts: PairFacts, now: datetime) -> list[Signal]:
    """All signals of the pair at `now`, oldest first; none while it is paused.

    A held session ends earlier moves and missed sessions; a better answer ends a low one.
    """
    signals = [Signal(kind, at) for kind, at in _since(facts).items() if at <= now]
    return sorted(signals, key=lambda signal: (signal.since, signal.kind))


def for_hr(signals: Iterable[Signal]) -> list[Signal]:
    """The signals that HR may see. A pair without any is not on HR's list."""
    return [signal for signal in signals if signal.visible_to_hr]


def leading(signals: Iterable[Signal]) -> Signal | None:
    """The gravest signal, and of equally grave ones the newest: the one that messages are about."""
    return max(signals, key=lambda signal: (_RANKS[signal.kind], signal.since), default=None)


def latest(kind: SignalKind, facts: PairFacts, now: datetime) -> datetime | None:
    """When a current signal last came up: its newest missed session or move; of a state that lasts, its beginning."""
    moments = {
        SignalKind.MISSED: facts.missed,
        SignalKind.MENTOR_MOVES: facts.moves_by_mentor,
        SignalKind.LEADER_MOVES: facts.moves_by_leader,
    }.get(kind, ())
    return max((at for at in _after(moments, facts.last_held_at) if at <= now), default=_since(facts).get(kind))


def is_settled_by_talk(kind: SignalKind, facts: PairFacts, talked_at: datetime, now: datetime) -> bool:
    """Whether HR need not act again after it talked to both: nothing new has come up, and there was time to change."""
    newest = latest(kind, facts, now)
    return (newest is None or talked_at >= newest) and now - talked_at < STALLED_AFTER


def may_offer(signals: Iterable[Signal], facts: PairFacts, now: datetime) -> bool:
    """Whether the pair may be offered other partners at `now`: never for paperwork alone, before a booked session, or
    soon after one of them chose to stay."""
    return any(_LADDERS[signal.kind] is _LADDER for signal in signals) and not _held_back(facts, now)


def next_action(
    found: Iterable[Signal], taken: Iterable[Taken], now: datetime, facts: PairFacts | None = None
) -> Action | None:
    """The next action for the pair at `now`; None if there is no signal, it is too soon, or everything was tried.

    In order: nudge, ask each, notify HR, offer a rematch. An unsigned agreement alone is only nudged; low honesty only
    asks the mentor, in private. Actions of one ladder are `BETWEEN_ACTIONS` apart, and start again with a graver signal
    or one that came after the last was over. At most one of each ladder is due, so call again after taking one; pass
    `for_hr(...)` for what HR sees. With `facts` no rematch is offered at a wrong moment (`may_offer`).
    """
    found, taken = list(found), list(taken)
    hidden = [signal for signal in found if not signal.visible_to_hr]
    action = _due_action(hidden, taken, now) or _due_action(for_hr(found), taken, now)
    return None if action is Action.OFFER_REMATCH and facts and _held_back(facts, now) else action


def next_check(facts: PairFacts, taken: Iterable[Taken], now: datetime) -> datetime | None:
    """When `next_action` next has a result without new facts, `now` at the earliest; None for never."""
    taken, since = list(taken), _since(facts)
    moments = [at for at in since.values() if at > now]
    signals = [Signal(kind, at) for kind, at in since.items() if at <= now]
    for signals_of_one in (for_hr(signals), [one for one in signals if not one.visible_to_hr]):
        ladder, action = _next_in_ladder(signals_of_one, taken)
        if action is not None:
            rested = [step.at + BETWEEN_ACTIONS for step in taken if step.action in _whole(ladder)]
            held = _held_back(facts, now) if action is Action.OFFER_REMATCH else None
            moments.append(max([now, *rested, *([held] if held else [])]))
    return min(moments, default=None)


def _due_action(signals: list[Signal], taken: list[Taken], now: datetime) -> Action | None:
    ladder, action = _next_in_ladder(signals, taken)
    if any(now - step.at < BETWEEN_ACTIONS for step in taken if step.action in _whole(ladder)):
        return None
    return action


def _next_in_ladder(signals: list[Signal], taken: list[Taken]) -> tuple[tuple[Action, ...], Action | None]:
    """The ladder of the gravest signal, and its first action that was not taken since signals as grave began."""
    lead = leading(signals)
    if lead is None:
        return (), None
    ladder, rank = _LADDERS[lead.kind], max(_RANKS[lead.kind], _WAITING)
    began = min(signal.since for signal in signals if max(_RANKS[signal.kind], _WAITING) == rank)
    tried = {step.action for step in taken if step.at >= began}
    return ladder, next((action for action in ladder if action not in tried), None)


def _whole(ladder: tuple[Action, ...]) -> tuple[Action, ...]:
    """The ladder whose actions are some days apart from those of `ladder`."""
    return _PRIVATE_LADDER if ladder is _PRIVATE_LADDER else _LADDER


def _held_back(facts: PairFacts, now: datetime) -> datetime | None:
    """Until when the pair is offered no other partner; None if it may be."""
    moments = (facts.next_booked_at, facts.stayed_at + STAY_FOR if facts.stayed_at else None)
    return max((moment for moment in moments if moment and moment > now), default=None)


def _since(facts: PairFacts) -> dict[SignalKind, datetime]:
    """The start of each signal; some are in the future."""
    if facts.paused:
        return {}
    since = {
        SignalKind.UNSIGNED: None if facts.agreement_signed_at else _unsigned(facts),
        SignalKind.UNBOOKED: None if facts.first_booked_at else _waiting(facts, UNBOOKED_AFTER),
        SignalKind.STALLED: max(facts.last_progress_at, _clock_start(facts)) + STALLED_AFTER,
        SignalKind.MENTOR_MOVES: _moved_often(facts.moves_by_mentor, facts.last_held_at),
        SignalKind.LEADER_MOVES: _moved_often(facts.moves_by_leader, facts.last_held_at),
        SignalKind.MISSED: min(_after(facts.missed, facts.last_held_at), default=None),
        SignalKind.LOW_HONESTY: _low_since(facts.honesty),
    }
    return {kind: at for kind, at in since.items() if at is not None}


def _clock_start(facts: PairFacts) -> datetime:
    """When the pair's waiting times start: at its introduction, or the end of its last pause."""
    return max(facts.introduced_at, facts.resumed_at or facts.introduced_at)


def _unsigned(facts: PairFacts) -> datetime:
    """A changed agreement has as much time as a first one."""
    waiting = _waiting(facts, UNSIGNED_AFTER)
    return max(waiting, facts.agreement_lapsed_at + UNSIGNED_AFTER) if facts.agreement_lapsed_at else waiting


def _waiting(facts: PairFacts, wait: timedelta) -> datetime:
    return _clock_start(facts) + wait


def _after(moments: Iterable[datetime], held: datetime | None) -> list[datetime]:
    return [moment for moment in moments if held is None or moment > held]


def _moved_often(moves: Iterable[datetime], held: datetime | None) -> datetime | None:
    """The first move that is close to the one before it and is not ended by a held session."""
    close = [b for a, b in pairwise(sorted(moves)) if b - a <= MOVES_WITHIN]
    return min(_after(close, held), default=None)


def _low_since(honesty: Iterable[tuple[datetime, int]]) -> datetime | None:
    """The first low answer that is not followed by a better one; once it counts."""
    since: datetime | None = None
    for at, value in sorted(honesty):
        since = (since or at) if value <= LOW_HONESTY else None
    return since
