"""Phrases that texts avoid, each with what to write instead: `<language>/phrases_to_avoid.md`.

`prompts check` reports each place of one as advice: the text is used all the same.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from prompts.files import Problem, TextEntry

FILE = "phrases_to_avoid"
LISTS = (f"{FILE}.avoid", f"{FILE}.also")
"""The list that comes with Balik, and the one that a company adds. Either can be replaced."""
ARROW = "→"
_NOT_PROSE = re.compile(
    rf"({FILE}|commands\.words|rehearsal\.settings|spreadsheets\.values|spreadsheets\.columns\.also)\.|.*\.phrases$"
)
"""Words that people or files may use: they are recognised, not shown."""
_APOSTROPHE = "['\N{RIGHT SINGLE QUOTATION MARK}]"


@dataclass(frozen=True)
class AvoidedPhrases:
    """The phrases of one language."""

    pattern: re.Pattern[str]
    instead: Mapping[str, str]
    """By phrase in small letters."""

    @classmethod
    def of(cls, entries: Mapping[str, TextEntry]) -> "AvoidedPhrases":
        """From the two lists. What has no arrow is left out; `faults_of_avoided` reports it."""
        lines = [source for key in LISTS if key in entries for source in entries[key].sources]
        pairs = (line.partition(ARROW) for line in lines if ARROW in line)
        instead = {_plain(phrase): better.strip() for phrase, _, better in pairs if phrase.strip()}
        longest_first = sorted(instead, key=len, reverse=True)
        forms = (r"\s+".join(map(_word, phrase.split())) for phrase in longest_first)
        return cls(re.compile(rf"(?<!\w)(?:{'|'.join(forms)})(?!\w)" if instead else r"(?!)", re.IGNORECASE), instead)

    def found_in(self, key: str, entry: TextEntry) -> Iterator[Problem]:
        """Each place of a phrase in a text."""
        if _NOT_PROSE.match(key):
            return
        for source, line in zip(entry.sources, entry.lines, strict=True):
            for match in self.pattern.finditer(source):
                phrase = _plain(match[0])
                what = f"{key}: “{phrase}”: write {self.instead[phrase]}"
                yield Problem(entry.file, line + source[: match.start()].count("\n"), what, advice=True)


def avoided_in(entries: Mapping[str, TextEntry], known: Mapping[str, TextEntry]) -> Iterator[Problem]:
    """Each place of a phrase in `entries`, by the lists of `known`."""
    phrases = AvoidedPhrases.of(known)
    for key, entry in entries.items():
        yield from phrases.found_in(key, entry)


def faults_of_avoided(key: str, entry: TextEntry) -> Iterator[Problem]:
    """What is wrong with one of the two lists itself."""
    seen = set[str]()
    for source, line in zip(entry.sources, entry.lines, strict=True):
        phrase, arrow, better = source.partition(ARROW)
        words = _plain(phrase)
        if not (arrow and words and better.strip()):
            yield Problem(entry.file, line, f"{key}: write the phrase, {ARROW}, and what to write instead")
        elif words in seen:
            yield Problem(entry.file, line, f"{key}: “{words}” is listed twice")
        seen.add(words)


def _plain(phrase: str) -> str:
    return re.sub(_APOSTROPHE, "'", " ".join(phrase.split()).lower())


def _word(word: str) -> str:
    return re.escape(word).replace("'", _APOSTROPHE)
