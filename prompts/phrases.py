"""Lists of phrases that are looked for in what people type, whatever its case, accents and punctuation.

A list is three texts of one file: `phrases`, and the `prefixes` and `suffixes` with which a phrase of a single word is
found as well. A prefix `meny/s` replaces the first letter: `menyiksa` is found by `siksa`.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

PHRASES, PREFIXES, SUFFIXES = "phrases", "prefixes", "suffixes"
SHORTEST, LONGEST = 4, 60
"""Letters of a phrase: a shorter one would be found in too many messages."""
MOST = 200
"""Phrases of a list: it is read by people, and searched with every message."""

_MARKUP = re.compile(r"<[^<>]*>|&\w+;|:[\w+-]+:")
"""Mentions, links, escaped characters and emoji, as Slack writes them."""
_APOSTROPHES = re.compile("['\N{RIGHT SINGLE QUOTATION MARK}\N{LEFT SINGLE QUOTATION MARK}\N{GRAVE ACCENT}]")
_DRAWN_OUT = re.compile(r"([^\W\d_])\1{2,}")
_WORD = re.compile(r"[^\W_]+")
_PREFIX = re.compile(r"[^\W\d_]+(/[^\W\d_])?")


def words_of(text: str) -> str:
    """The words of a text with one space between them: small letters without accents, "toloooong" as "tolong"."""
    text = _APOSTROPHES.sub("", _MARKUP.sub(" ", text))
    plain = (one for one in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(one))
    return " ".join(_WORD.findall(_DRAWN_OUT.sub(r"\1", "".join(plain))))


@dataclass(frozen=True)
class PhraseList:
    """The phrases of one language."""

    pattern: re.Pattern[str]

    @classmethod
    def of(cls, phrases: Iterable[str], prefixes: Iterable[str] = (), suffixes: Iterable[str] = ()) -> "PhraseList":
        """Phrases without a letter are left out."""
        before, after = tuple(map(str.casefold, prefixes)), tuple(filter(None, map(words_of, suffixes)))
        forms = [_forms(phrase, before, after) for phrase in filter(None, map(words_of, phrases))]
        return cls(re.compile(f" (?:{'|'.join(forms)}) " if forms else r"(?!)"))

    def is_in(self, text: str) -> bool:
        """Whether one of the phrases is in a text, as whole words."""
        return self.pattern.search(f" {words_of(text)} ") is not None


def _forms(phrase: str, prefixes: Sequence[str], suffixes: Sequence[str]) -> str:
    """A phrase as a regular expression, with its inflections if it is a single word."""
    if " " in phrase:
        return re.escape(phrase)
    whole = [one for one in prefixes if "/" not in one]
    changed = [one.partition("/")[0] for one in prefixes if one.endswith(f"/{phrase[0]}")]
    stems = [f"{_any(whole)}{re.escape(phrase)}"]
    if changed:
        stems.append(f"(?:{'|'.join(map(re.escape, changed))}){re.escape(phrase[1:])}")
    return f"(?:{'|'.join(stems)}){_any(suffixes)}"


def _any(parts: Sequence[str]) -> str:
    return f"(?:{'|'.join(map(re.escape, parts))})?" if parts else ""


# Checks -------------------------------------------------------------------------------------------------------------


class _Entry(Protocol):
    """A text of a file, `prompts.files.TextEntry`."""

    @property
    def sources(self) -> tuple[str, ...]: ...

    @property
    def lines(self) -> tuple[int, ...]: ...

    @property
    def line(self) -> int: ...


def is_list_of_phrases(key: str) -> bool:
    """Whether a text is one of the three of a list of phrases."""
    return key.rpartition(".")[2] in (PHRASES, PREFIXES, SUFFIXES)


def faults_of(key: str, entry: _Entry) -> Iterator[tuple[int, str]]:
    """What is wrong with one of the three texts, each with its line."""
    name = key.rpartition(".")[2]
    if name == PHRASES and not entry.sources:
        yield entry.line, "has no phrase: nothing would be recognised"
    if name == PHRASES and len(entry.sources) > MOST:
        yield entry.line, f"{len(entry.sources)} phrases, {MOST} at most"
    seen: dict[str, str] = {}
    for source, line in zip(entry.sources, entry.lines, strict=True):
        if fault := _fault_of_phrase(source, seen) if name == PHRASES else _fault_of_affix(source, name):
            yield line, fault


def _fault_of_phrase(source: str, seen: dict[str, str]) -> str:
    words = words_of(source)
    twin = seen.setdefault(words, source)
    if any(mark in source for mark in "{}<>*_~`|[]"):
        return f'"{source}": a phrase is written as people type it, without marks'
    if not SHORTEST <= len(words) <= LONGEST:
        return f'"{source}": a phrase has {SHORTEST} to {LONGEST} letters, or it would be found everywhere or nowhere'
    return f'"{source}" is the same as "{twin}"' if twin is not source else ""


def _fault_of_affix(source: str, name: str) -> str:
    allowed = _PREFIX if name == PREFIXES else _WORD
    if allowed.fullmatch(source):
        return ""
    return f'"{source}": write letters only' + (', or letters/letter as in "meny/s"' if name == PREFIXES else "")


def lists_of(languages: Mapping[str, Mapping[str, _Entry]], key: str) -> tuple[PhraseList, ...]:
    """The list of a message in each language that has one."""

    def of(entries: Mapping[str, _Entry], name: str) -> tuple[str, ...]:
        found = entries.get(f"{key}.{name}")
        return found.sources if found else ()

    texts = [entries for entries in languages.values() if f"{key}.{PHRASES}" in entries]
    return tuple(PhraseList.of(of(one, PHRASES), of(one, PREFIXES), of(one, SUFFIXES)) for one in texts)
