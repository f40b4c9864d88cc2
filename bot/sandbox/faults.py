"""Faults on purpose: what a network and a busy Slack do to a client, by rule."""

import random
from dataclasses import dataclass, field
from typing import Literal

FaultKind = Literal[
    "ratelimited",  # 429 with Retry-After; nothing happens
    "refused",  # ok:false with `error`; nothing happens
    "garbled",  # it happens, then the answer is `body`, whatever that is
    "error_before",  # 5xx; nothing happens
    "error_after",  # it happens, then 5xx
    "lost_reply",  # it happens, then the connection closes
    "late_acceptance",  # the connection closes; it happens `seconds` later by the clock
    "slow_reply",  # it happens; the reply takes `seconds` of real time
    "drop_sockets",  # every socket closes, then the call goes on
]


@dataclass
class Fault:
    """A rule. It strikes calls of `method` ("*": any), `times` times, each with `probability`."""

    kind: FaultKind
    method: str = "*"
    times: int | None = None
    probability: float = 1.0
    rng: random.Random = field(default_factory=lambda: random.Random(0))
    retry_after: int | str = 1
    error: str = "ekm_access_denied"
    body: str = "{}"
    content_type: str = "application/json"
    seconds: float = 1.0
    status: int = 503
    struck: int = 0

    def strikes(self, method: str) -> bool:
        """Whether this call is struck; counts it if so."""
        if self.method not in ("*", method) or (self.times is not None and self.struck >= self.times):
            return False
        if self.probability < 1 and self.rng.random() >= self.probability:
            return False
        self.struck += 1
        return True


class Faults:
    """The rules in force; the first that strikes wins."""

    def __init__(self) -> None:
        self.rules: list[Fault] = []

    def add(self, fault: Fault) -> Fault:
        self.rules.append(fault)
        return fault

    def clear(self) -> None:
        self.rules.clear()

    def pick(self, method: str) -> Fault | None:
        return next((rule for rule in self.rules if rule.strikes(method)), None)
