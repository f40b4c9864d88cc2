"""The text catalogue: Markdown files with front matter, one message a file, one folder a language.

`prompts/id/sessions/nudge.md` holds the keys `sessions.nudge.…`: each front matter key, and `….body` for the Markdown
below it. `Catalogue.load()` reads them once; `catalogue.texts("id", address="ibu", name="Rina")` is what a view is
handed: it knows the reader's language and how they wish to be addressed. See docs/texts.md.
"""

from collections import ChainMap
from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, tzinfo
from datetime import time as time_of_day
from functools import cache
from pathlib import Path
from typing import Any, Literal
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_datetime, format_skeleton, format_time
from babel.lists import format_list
from babel.numbers import format_decimal, format_percent, get_decimal_symbol
from jinja2 import Template, TemplateError

from prompts.address import Spoken, first_name, known_form
from prompts.avoided import avoided_in
from prompts.checks import check, check_override, fallback, offered, with_current_placeholders
from prompts.dates import zone_name
from prompts.files import (
    NAME,
    WHO_SEES,
    Constant,
    Entries,
    Mention,
    Mrkdwn,
    Problem,
    TextEntry,
    compile_text,
    finalize,
    placeholders_of,
    read_folder,
    with_names,
)
from prompts.phrases import PhraseList, lists_of

DEFAULT_LANGUAGE = "id"
HERE = Path(__file__).parent

__all__ = ["Catalogue", "Mention", "MissingText", "Mrkdwn", "Problem", "Texts"]

_Strings = list[str]
_Marked = list[Mrkdwn]


class MissingText(LookupError):
    def __init__(self, key: str, language: str) -> None:
        super().__init__(f"no text {key!r} in language {language!r}")
        self.key = key
        self.language = language


def _read(folder: Path) -> tuple[dict[str, Entries], list[Problem]]:
    problems: list[Problem] = []
    return read_folder(folder, problems), problems


@cache
def _shipped() -> tuple[dict[str, Entries], list[Problem]]:
    """Our own texts do not change while a process runs. They are copied before a company's are put among them."""
    return _read(HERE)


@dataclass(repr=False)  # a megabyte of texts would be in every traceback and log line that shows one
class Catalogue:
    """Every text of every language. Read once; templates are compiled when first used and then kept."""

    _languages: dict[str, Entries]
    """As written: a language that is not completely translated lacks some."""
    _problems: list[Problem] = field(default_factory=list)
    command: str = "/mentoring"
    own: dict[str, frozenset[str]] = field(default_factory=dict)
    """Which of our texts a company replaced, by language."""
    in_use: dict[str, frozenset[str]] = field(default_factory=dict)
    """Those of them without a mistake: they are what people read."""
    _compiled: dict[tuple[str, str, bool], tuple[Template | Constant, ...]] = field(default_factory=dict)
    _phrases: dict[str, tuple[PhraseList, ...]] = field(default_factory=dict)

    @classmethod
    def load(cls, overrides: Path | None = None, *, folder: Path = HERE, command: str = "/mentoring") -> "Catalogue":
        """The texts of `folder`, some replaced by those of `overrides` (same layout).

        A mistake in an override never breaks the bot: the original text is used, and `problems()` reports it.
        """
        own: dict[str, frozenset[str]] = {}
        in_use: dict[str, frozenset[str]] = {}
        languages, problems = _shipped() if folder == HERE else _read(folder)
        languages, problems = {code: dict(entries) for code, entries in languages.items()}, [*problems]
        if overrides is not None and not overrides.is_dir():
            problems.append(Problem(overrides, 1, "this folder of own texts does not exist"))
        elif overrides is not None:
            for language, entries in read_folder(overrides, problems).items():
                known = languages.setdefault(language, {})
                ours, used = frozenset(known), set[str]()
                reference = known or languages[DEFAULT_LANGUAGE]
                for key, written in entries.items():
                    entry, older = with_current_placeholders(key, written)
                    faults = [*older, *check(key, entry), *check_override(key, entry, reference)]
                    problems += faults
                    if all(fault.advice for fault in faults):
                        known[key] = entry
                        used.add(key)
                problems += avoided_in(entries, known)
                own[language] = ours & entries.keys()
                in_use[language] = frozenset(key for key in used if key in ours or fallback(key) in ours)
        return cls(languages, problems, command, own, in_use)

    @property
    def languages(self) -> tuple[str, ...]:
        return tuple(sorted(self._languages))

    def names(self) -> dict[str, str]:
        """Each language's code and what it calls itself, the default one first."""
        codes = sorted(self._languages, key=lambda code: (code != DEFAULT_LANGUAGE, code))
        return {code: self._entry("language.name", code).sources[0] for code in codes}

    def texts(self, language: str, address: str = "anda", name: str = "") -> "Texts":
        """The texts for one reader. A language that is not there (any more) becomes the default one."""
        return Texts(self, language if language in self._languages else DEFAULT_LANGUAGE, address, name)

    def keys(self, language: str = DEFAULT_LANGUAGE) -> tuple[str, ...]:
        return tuple(sorted(self._languages[language]))

    def keys_of(self, language: str) -> Container[str]:
        """The keys that are written in a language, its own and not those of the default one."""
        return self._languages[language].keys()

    def placeholders(self, key: str, language: str = DEFAULT_LANGUAGE) -> frozenset[str]:
        """The names that must be passed to render `key`."""
        return frozenset().union(*map(placeholders_of, self._entry(key, language).sources))

    def recognises(self, key: str, text: str) -> bool:
        """Whether a phrase of a list (`prompts.phrases`), of any language, is in what a person typed."""
        if key not in self._phrases:
            self._phrases[key] = lists_of(self._languages, key)
        return any(one.is_in(text) for one in self._phrases[key])

    def own_problems(self) -> list[Problem]:
        """Problems of a company's own texts only: faster than checking all texts."""
        return sorted(self._problems)

    def own_in_one_language(self) -> list[tuple[str, str, str]]:
        """Texts that a company replaced in one language and not in another: (key, that language, the other one)."""
        return sorted(
            (key, language, other)
            for language, keys in self.own.items()
            for other, shipped in self._languages.items()
            for key in keys
            if other != language and key in shipped and key not in self.own.get(other, ())
        )

    def problems(self) -> list[Problem]:
        """All problems for HR, or a translator, by file and line."""
        problems = set(self._problems)
        for language, entries in self._languages.items():
            problems.update(avoided_in(entries, entries))
            for key, entry in entries.items():
                problems.update(check(key, entry), self._compare(key, entry, language))
        return sorted(problems)

    def _compare(self, key: str, entry: TextEntry, language: str) -> Iterator[Problem]:
        """Differences of this text from the same text in the other languages."""
        for other, entries in self._languages.items():
            if other == language or key.startswith("language."):
                continue  # forms of address differ between languages
            if (twin := entries.get(key)) is None:
                if fallback(key) not in entries:
                    yield Problem(entry.file, entry.line, f"{key}: is missing in language {other!r}")
            elif twin.is_list != entry.is_list:
                yield Problem(entry.file, entry.line, f"{key}: is a list in one language and one text in {other!r}")
            else:
                yield from self._compare_placeholders(key, entry, language, other)

    def _compare_placeholders(self, key: str, entry: TextEntry, language: str, other: str) -> Iterator[Problem]:
        try:
            others = with_names(self.placeholders(key, other) | offered(key))
            extra = {name for name in self.placeholders(key, language) - others if f"{name}{NAME}" not in others}
        except TemplateError:
            return  # reported by `check` already
        for name in sorted(extra):
            yield Problem(entry.file, entry.line, f"{key}: placeholder {name} is not in language {other!r}")

    def shown(self, language: str) -> Mapping[str, TextEntry]:
        """The texts for a reader of `language`: untranslated ones come in the default language."""
        return ChainMap(self._languages[language], self._languages[DEFAULT_LANGUAGE])

    def _entry(self, key: str, language: str) -> TextEntry:
        try:
            return self.shown(language)[key]
        except KeyError:
            raise MissingText(key, language) from None

    def _templates(self, key: str, language: str, *, plain: bool) -> tuple[Template | Constant, ...]:
        place = (language, key, plain)
        if place not in self._compiled:
            entry = self._entry(key, language)
            self._compiled[place] = tuple(compile_text(text, plain=plain) for text in entry.sources)
        return self._compiled[place]


# Texts for a reader ------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Texts:
    """The texts for one reader."""

    catalogue: Catalogue
    language: str
    address: str = "anda"
    name: str = ""
    _words: dict[str, str] = field(default_factory=dict, repr=False, compare=False)

    def __call__(self, key: str, /, **values: Any) -> Mrkdwn:
        """The text in Slack mrkdwn, every value escaped unless it is `Mrkdwn`."""
        (template,) = self._single(key, plain=False)
        return Mrkdwn(self._render(template, values))

    def plain(self, key: str, /, **values: Any) -> str:
        """The text for a plain_text object: nothing escaped, nothing marked up."""
        (template,) = self._single(key, plain=True)
        return self._render(template, values)

    def list(self, key: str, /, **values: Any) -> _Marked:
        """A list's items in Slack mrkdwn."""
        templates = self.catalogue._templates(key, self.language, plain=False)
        return [Mrkdwn(self._render(template, values)) for template in templates]

    def plain_list(self, key: str, /, **values: Any) -> _Strings:
        """A list's items as plain text."""
        return [
            self._render(template, values) for template in self.catalogue._templates(key, self.language, plain=True)
        ]

    def options(self, prefix: str, /, **values: Any) -> dict[str, str]:
        """The plain texts directly below `prefix` by their last name, as written: `labels.topics` → code: label."""
        start = f"{prefix}."
        names = [
            key.removeprefix(start)
            for key, entry in self.catalogue.shown(self.language).items()
            if key.startswith(start) and "." not in key.removeprefix(start) and not entry.is_list
        ]
        if not names:
            raise MissingText(prefix, self.language)
        return {name: self.plain(f"{start}{name}", **values) for name in names}

    def has(self, key: str) -> bool:
        return key in self.catalogue.shown(self.language)

    def first_of(self, *keys: str) -> str:
        """The first of `keys` that a company wrote, else that the reader's language has, else the default language.

        So a text that a company wrote before there was a more specific key is still used. Raises `MissingText`.
        """
        sources = (self._own(), self.catalogue.keys_of(self.language), self.catalogue.keys_of(DEFAULT_LANGUAGE))
        for known in sources:
            for key in keys:
                if key in known:
                    return key
        raise MissingText(keys[0], self.language)

    def belongs(self, key: str, to: str) -> bool:
        """Whether there is a text `key` that was written together with the text `to`.

        If a company replaced `to` only, or a language has only `to`, then `key` is about another text.
        """
        own, mine = self._own(), self.catalogue.keys_of(self.language)
        if key in own:
            return True
        return self.has(key) and to not in own and (key in mine) == (to in mine)

    def language_name(self, code: str) -> str:
        """What this language calls another one; else what that one calls itself."""
        key = f"labels.languages.{code}"
        return self.plain(key) if self.has(key) else self.catalogue.names().get(code, code)

    def vocative(self, name: str, address: str) -> str:
        """Another person's name with their form of address: "Pak Budi", "Bu Rina", "Sari"."""
        return replace(self, name=name, address=address, _words={})._register()["sapaan"]

    # Dates, numbers and lists, as the language writes them

    def day(self, day: date) -> str:
        """Selasa, 5 Januari 2027 · Tuesday 5 January 2027"""
        return format_date(day, self._format("day"), locale=self._locale)

    def month(self, day: date) -> str:
        """Januari 2027 · January 2027"""
        return format_skeleton("yMMMM", day, locale=self._locale)

    def short_day(self, day: date) -> str:
        """Sel, 5 Jan · Tue 5 Jan"""
        return format_date(day, self._format("short_day"), locale=self._locale)

    def time(self, moment: datetime, zone: str | tzinfo) -> str:
        """10.00 WIB · 10:00 WIB"""
        local = moment.astimezone(ZoneInfo(zone) if isinstance(zone, str) else zone)
        return f"{format_datetime(local, self._format('time'), locale=self._locale)} {zone_name(local)}"

    def clock(self, at: time_of_day) -> str:
        """10.00 · 10:00"""
        return format_time(at, self._format("time"), locale=self._locale)

    def zone(self, moment: datetime, zone: str | tzinfo) -> str:
        """WIB"""
        return zone_name(moment.astimezone(ZoneInfo(zone) if isinstance(zone, str) else zone))

    def moment(self, moment: datetime, zone: str | tzinfo) -> str:
        """Selasa, 5 Januari 2027 pukul 10.00 WIB · Tuesday 5 January 2027, 10:00 WIB"""
        zone = ZoneInfo(zone) if isinstance(zone, str) else zone
        day = self.day(moment.astimezone(zone).date())
        return self.plain("language.formats.moment", day=day, time=self.time(moment, zone))

    def short_moment(self, moment: datetime, zone: str | tzinfo) -> str:
        """Sel, 5 Jan pukul 10.00 WIB · Tue 5 Jan, 10:00 WIB"""
        zone = ZoneInfo(zone) if isinstance(zone, str) else zone
        day = self.short_day(moment.astimezone(zone).date())
        return self.plain("language.formats.moment", day=day, time=self.time(moment, zone))

    def join(self, items: Iterable[str], *, either: bool = False) -> str:
        """A, B, dan C · A, B and C; `either`: A, B or C. With a mention or other markup among them, all is markup."""
        parts: _Strings = [*items]
        style: Literal["or", "standard"] = "or" if either else "standard"
        if any(isinstance(part, Mrkdwn) for part in parts):
            return Mrkdwn(format_list([finalize(part) for part in parts], style=style, locale=self._locale))
        return format_list(parts, style=style, locale=self._locale)

    def number(self, number: float) -> str:
        """1.234,5 · 1,234.5"""
        return format_decimal(number, format="#,##0.#", locale=self._locale)

    def percent(self, share: float) -> str:
        """0.456 → 46%"""
        return format_percent(share, locale=self._locale)

    @property
    def csv_separator(self) -> str:
        """The separator at which Excel in this language splits a CSV file."""
        return ";" if get_decimal_symbol(self._locale) == "," else ","

    def _own(self) -> frozenset[str]:
        return self.catalogue.in_use.get(self.language, frozenset())

    @property
    def _locale(self) -> Locale:
        return _locale(self._format("locale", group="language"))

    def _format(self, name: str, group: str = "language.formats") -> str:
        return self.catalogue._entry(f"{group}.{name}", self.language).sources[0]

    def _single(self, key: str, *, plain: bool) -> tuple[Template | Constant, ...]:
        templates = self.catalogue._templates(key, self.language, plain=plain)
        if len(templates) != 1:
            raise TypeError(f"{key} is a list")
        return templates

    def _render(self, template: Template | Constant, values: dict[str, Any]) -> str:
        names = {
            f"{name}{NAME}": Spoken(self.vocative, value) if isinstance(value, Mention) else value
            for name, value in values.items()
        }
        return template.render(self._register() | names | values).strip()

    def _register(self) -> dict[str, str]:
        """The words for "you", made once for this reader from `language.address.…`."""
        if not self._words:
            first = first_name(self.name)
            own, shown = self.catalogue.keys_of(self.language), self.catalogue.shown(self.language)
            group = f"language.address.{known_form(self.address, own, shown)}"

            def word(name: str) -> str:
                (template,) = self.catalogue._templates(f"{group}.{name}", self.language, plain=True)
                return template.render(name=first)

            you, your = word("you"), word("your")
            self._words.update(kamu=you, you=you, Kamu=you[:1].upper() + you[1:], mu=your, your=your)
            self._words.update(You=self._words["Kamu"], sapaan=word("vocative").strip())
            self._words["command"] = self.catalogue.command
            self._words.update({name: self.plain(key) for name, key in WHO_SEES.items() if self.has(key)})
        return self._words


_LOCALES: dict[str, Locale] = {}


def _locale(name: str) -> Locale:
    if name not in _LOCALES:
        _LOCALES[name] = Locale.parse(name)
    return _LOCALES[name]
