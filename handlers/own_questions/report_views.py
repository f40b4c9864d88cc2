"""Answers to HR's own questions in the report: lines of its message, figures of its tables, and shared texts."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.domain.calendar import local
from bot.domain.own_questions import Kind
from bot.services.own_questions.results import OwnResult
from handlers.own_questions.views import words_of
from prompts.catalogue import Texts
from storage.tables import Programme

KEY = "own_questions.report"
MOST_IN_MESSAGE = 6


@dataclass(frozen=True)
class OwnFigure:
    """A figure with its heading and name; `people` of an average."""

    heading: str
    name: str
    value: float
    people: int | None = None


def own_figures(texts: Texts, programme: Programme, results: Sequence[OwnResult]) -> Iterator[OwnFigure]:
    """Averages of scales; of choices how many people chose each option, and how many answered."""
    for result in results:
        if result.result is None:
            continue
        ask, labels = asked(texts, programme, result), words_of(texts, result.question).labels
        heading = texts.plain(f"{KEY}.heading", place=texts.plain(f"own_questions.places.{result.question.place}"))
        if result.result.figure:
            yield OwnFigure(heading, ask, result.result.figure.average, result.result.people)
            continue
        for label, count in zip(labels, result.result.counts.options, strict=True):
            if count is not None:
                yield OwnFigure(heading, texts.plain(f"{KEY}.option", ask=ask, option=label), count)
        if result.result.counts.rest:
            yield OwnFigure(heading, texts.plain(f"{KEY}.rest", ask=ask), result.result.counts.rest)
        yield OwnFigure(heading, texts.plain(f"{KEY}.answered", ask=ask), result.result.people)


def own_texts_of(texts: Texts, programme: Programme, results: Sequence[OwnResult]) -> list[tuple[str, str, str]]:
    """Question, text and role of the writer, of each shared text."""
    return [
        (asked(texts, programme, one), written.text, texts.plain(f"labels.role_names.{written.role}"))
        for one in results
        for written in one.texts
    ]


def own_lines(texts: Texts, programme: Programme, results: Sequence[OwnResult]) -> list[str]:
    """The main figures, for the message above the files."""
    if not results:
        return []
    shown = [_line(texts, programme, one) for one in results[:MOST_IN_MESSAGE]]
    more = [texts(f"{KEY}.more", count=left)] if (left := len(results) - len(shown)) else []
    return [texts(f"{KEY}.title"), *shown, *more]


def asked(texts: Texts, programme: Programme, result: OwnResult) -> str:
    """The question; with the day until which it was asked, if HR changed it or took it out."""
    ask = words_of(texts, result.question).ask
    if result.question.removed_at is None:
        return ask
    return texts.plain(f"{KEY}.until", ask=ask, day=texts.day(local(result.question.removed_at, programme.zone).date()))


def _line(texts: Texts, programme: Programme, one: OwnResult) -> str:
    ask, result = asked(texts, programme, one), one.result
    if result is None:
        return texts(f"{KEY}.written", ask=ask, count=len(one.texts))
    if one.question.kind == Kind.SCALE and result.figure:
        average = texts.number(round(result.figure.average, 1))
        return texts(f"{KEY}.scale", ask=ask, average=average, people=result.people)
    labels = words_of(texts, one.question).labels
    counts = [
        texts(f"{KEY}.count", option=label, count=count)
        for label, count in zip(labels, result.counts.options, strict=True)
        if count is not None
    ]
    if result.counts.rest:
        counts.append(texts(f"{KEY}.others", count=result.counts.rest))
    if not counts:
        return texts(f"{KEY}.hidden", ask=ask, people=result.people)
    return texts(f"{KEY}.choice", ask=ask, counts=texts.join(counts), people=result.people)
