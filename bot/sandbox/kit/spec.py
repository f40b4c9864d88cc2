"""The small language the Block Kit tables are written in: what a value may be, and what is wrong with it."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

from ..model import Json

Surface = Literal["message", "modal", "home"]
EVERYWHERE: frozenset[Surface] = frozenset({"message", "modal", "home"})


@dataclass
class Report:
    """Faults found so far, each with the place it was found at."""

    surface: Surface
    image_exists: Callable[[str], bool]
    faults: list[str] = field(default_factory=list)

    def add(self, fault: str, at: str) -> None:
        self.faults.append(f"{fault} [json-pointer:{at}]")


class Spec(Protocol):
    """Says what is wrong with a value."""

    def check(self, value: Any, at: str, report: Report) -> None: ...


Rule = Callable[[Json, str, Report], None]


@dataclass(frozen=True)
class Str:
    """A string of `least` to `most` characters."""

    most: int
    least: int = 1
    pattern: str = ""

    def check(self, value: Any, at: str, report: Report) -> None:
        if not isinstance(value, str):
            report.add("must provide a string", at)
        elif len(value) > self.most:
            report.add(f"must be less than {self.most + 1} characters", at)
        elif len(value) < self.least:
            report.add(f"must be more than {self.least - 1} characters", at)
        elif self.pattern and not re.fullmatch(self.pattern, value, re.DOTALL):
            report.add("must be in a valid format", at)


@dataclass(frozen=True)
class Bool:
    def check(self, value: Any, at: str, report: Report) -> None:
        if not isinstance(value, bool):
            report.add("must provide a boolean", at)


@dataclass(frozen=True)
class Int:
    """A whole number from `least` to `most`."""

    least: int
    most: int

    def check(self, value: Any, at: str, report: Report) -> None:
        if isinstance(value, bool) or not isinstance(value, int):
            report.add("must provide an integer", at)
        elif not self.least <= value <= self.most:
            report.add(f"must be from {self.least} to {self.most}", at)


@dataclass(frozen=True)
class OneOf:
    """One of some words."""

    words: frozenset[str]

    def check(self, value: Any, at: str, report: Report) -> None:
        if value not in self.words if isinstance(value, str) else True:
            report.add(f"must be one of {', '.join(sorted(self.words))}", at)


@dataclass(frozen=True)
class ListOf:
    """An array of `least` to `most` items."""

    item: Spec
    most: int
    least: int = 1

    def check(self, value: Any, at: str, report: Report) -> None:
        if not isinstance(value, list):
            report.add("must provide an array", at)
            return
        if len(value) > self.most:
            report.add(f"no more than {self.most} items allowed", at)
        if len(value) < self.least:
            report.add(f"no fewer than {self.least} items allowed", at)
        for index, item in enumerate(value[: self.most]):
            self.item.check(item, f"{at}/{index}", report)


@dataclass(frozen=True)
class Anything:
    """A value these rules leave alone."""

    def check(self, value: Any, at: str, report: Report) -> None:
        return


@dataclass(frozen=True)
class Obj:
    """An object with these keys and no others; `rule` looks at what single keys cannot tell."""

    keys: Mapping[str, Spec]
    required: frozenset[str] = frozenset()
    rule: Rule | None = None
    surfaces: frozenset[Surface] = EVERYWHERE

    def check(self, value: Any, at: str, report: Report) -> None:
        if not isinstance(value, dict):
            report.add("must provide an object", at)
            return
        before = len(report.faults)
        for key in sorted(self.required - value.keys()):
            report.add(f"missing required field: {key}", at)
        for key, item in value.items():
            spec = self.keys.get(key)
            if spec is None:
                report.add(f"invalid additional property: {key}", at)
            else:
                spec.check(item, f"{at}/{key}", report)
        # The rule may then rely on every key being as declared.
        if self.rule and len(report.faults) == before:
            self.rule(value, at, report)


@dataclass(frozen=True)
class Text:
    """A text object. `kind`: "plain_text", "mrkdwn", or "" for either."""

    most: int
    kind: Literal["plain_text", "mrkdwn", ""] = ""

    def check(self, value: Any, at: str, report: Report) -> None:
        if not isinstance(value, dict):
            report.add("must provide an object", at)
            return
        kind = value.get("type")
        if kind not in ("plain_text", "mrkdwn") or (self.kind and kind != self.kind):
            report.add(f"must be a {self.kind or 'plain_text or mrkdwn'} object", f"{at}/type")
            return
        extra: Json = {"emoji": Bool()} if kind == "plain_text" else {"verbatim": Bool()}
        keys = {"type": Anything(), "text": Str(self.most), **extra}
        Obj(keys, frozenset({"type", "text"})).check(value, at, report)


@dataclass(frozen=True)
class Typed:
    """An object whose `type` names its row in a table, out of those allowed here."""

    table: Mapping[str, Obj]
    allowed: frozenset[str] | None = None

    def check(self, value: Any, at: str, report: Report) -> None:
        if not isinstance(value, dict):
            report.add("must provide an object", at)
            return
        kind = value.get("type")
        shape = self.table.get(kind) if isinstance(kind, str) else None
        if shape is None or (self.allowed is not None and kind not in self.allowed):
            report.add(f"unsupported type: {kind}", f"{at}/type")
        elif report.surface not in shape.surfaces:
            report.add(f"unsupported type: {kind} (not in a {report.surface})", f"{at}/type")
        else:
            shape.check(value, at, report)


@dataclass(frozen=True)
class Either:
    """A text object or a typed object, told apart by `type`."""

    text: Text
    typed: Typed

    def check(self, value: Any, at: str, report: Report) -> None:
        is_text = isinstance(value, dict) and value.get("type") in ("plain_text", "mrkdwn")
        (self.text if is_text else self.typed).check(value, at, report)


def words(text: str) -> frozenset[str]:
    return frozenset(text.split())


def shape(keys: Mapping[str, Spec], required: str, rule: Rule | None = None, surfaces: str = "") -> Obj:
    """A row of a table: an object with a `type`."""
    where: Any = words(surfaces) if surfaces else EVERYWHERE
    return Obj({"type": Anything(), **keys}, words(required), rule, where)
