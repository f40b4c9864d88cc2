"""The survey before, at the end and 90 days on: one message that is updated as it is answered."""

from collections.abc import Sequence
from functools import partial

from bot.domain.calendar import local, working_days_before
from bot.domain.figures import Figure
from bot.domain.own_questions import About, Place
from bot.domain.surveys import (
    FIRST_SET,
    OF_THE_THEME,
    RECOMMENDATIONS,
    Course,
    Item,
    Later,
    Moment,
    SurveyResults,
    answers_to,
    widest_change,
)
from bot.domain.surveys_uncertainty import interval_of
from bot.services.surveys.results_due import Awaited
from bot.services.surveys.surveys import Asked, value_of
from bot.services.working_hours import own_days_off
from bot.slack.gateway import Message
from handlers.improvements.views import row as improvement_row
from handlers.kit.blocks import Block, View, actions, button, context, header, modal, rating, section
from handlers.kit.buttons import playbook_button, report_button
from handlers.kit.ids import ActionFamily, ActionId, CallbackId
from handlers.own_questions.views import own_blocks
from handlers.surveys.change_views import stood_at
from prompts.catalogue import Texts
from prompts.reasons import in_text
from storage.tables import Programme, SurveyResponse

LABELS = {Item.SKILL: "skills", Item.USED: "used", Item.RECOMMEND: "of_ten"}
"""The labels of the answers; the other items are statements to agree with."""
RECOMMENDED = {Moment.CLOSING: "recommend", Moment.LATER: "recommend_later"}
LINES = 6
"""Lines of HR's figures in one section: each may have 400 characters."""


def questions(texts: Texts, asked: Asked, *, again: bool = False) -> Message:
    """The open questions, and the given answers; `again` asks all of them once more."""
    key, programme = f"surveys.{asked.moment}", asked.programme
    title = texts.plain(f"{key}.title", count=len(asked.items) + len(asked.own))
    at_start = asked.moment is Moment.BEFORE
    about = {
        "programme": programme.name,
        "recommends": programme.recommends if at_start else Item.RECOMMEND in asked.items,
        "twice": programme.survey_set != FIRST_SET,
        "same": sum(item is not Item.RECOMMEND for item in asked.items),
        "own": len(asked.own),
    }
    body = texts(f"{key}.body", **about)
    blocks: list[Block] = [header(title), section(body)]
    given: list[str] = []
    scale = ""
    for item in asked.items:
        value = value_of(asked.reading, item)
        if value is None or again:
            before, scale = scale, LABELS.get(item, "agree")
            # What the ends of a scale mean is said once: seven statements on the same one fill two screens otherwise.
            blocks += _question(texts, asked, item, value, named=scale != before)
        else:
            said = _answer(texts, item, value)
            given.append(texts(f"surveys.items.{item}.answered", answer=said, **_about(texts, item, asked)))
    own = own_blocks(texts, asked.own, About(Place(asked.moment), asked.reading.id), again=again)
    blocks += own.asked
    given += own.given
    off = own_days_off(asked.person, asked.programme)
    last = working_days_before(local(asked.closes, asked.person.zone).date(), 0, off)
    closes = texts.day(last)
    if asked.is_complete and not again:
        blocks[1] = section(texts(f"{key}.thanks"))
    if given:
        blocks.append(section("\n".join(given)))
    if given and not again:
        blocks.append(actions(button(texts.plain("surveys.buttons.change"), ActionId.MEASURE_CHANGE, asked.reading.id)))
    blocks.append(context(texts("surveys.footer.body", closes=closes, answered=bool(given) or again)))
    if asked.moment is Moment.CLOSING:
        blocks += improvement_row(texts, programme, written=asked.suggested)
    return Message(title, blocks)


def window(texts: Texts, asked: Asked, *, again: bool = False) -> View:
    """The same in a window, for people who come from the Home tab."""
    blocks = questions(texts, asked, again=again).blocks
    title = texts.plain("surveys.footer.window")
    return modal(title, blocks, callback_id=CallbackId.MEASURE, close=texts.plain("notice.close"))


def closed(texts: Texts) -> Message:
    """Replaces the questions."""
    text = texts("surveys.footer.closed")
    return Message(text, [section(text)])


def home_row(texts: Texts, reading: SurveyResponse) -> Block:
    """On the Home tab, while there are open questions."""
    open_it = button(texts.plain("surveys.buttons.answer"), ActionId.MEASURE_OPEN, reading.id)
    return section(texts("surveys.footer.home"), open_it)


def _question(texts: Texts, asked: Asked, item: Item, value: int | None, *, named: bool) -> list[Block]:
    text = texts(f"surveys.items.{item}.ask", **_about(texts, item, asked))
    reading_id = asked.reading.id
    if item is Item.RECOMMEND:
        numbers = [
            button(
                str(one),
                ActionFamily.MEASURE_GIVE.of(item, one),
                reading_id,
                style="primary" if one == value else "",
            )
            for one in answers_to(item)
        ]
        return [section(f"*{text}*"), actions(*numbers), context(texts("surveys.items.scale"))]
    if item is not Item.USED:
        return [
            section(f"*{text}*"),
            *rating(
                texts,
                LABELS.get(item, "agree"),
                partial(ActionFamily.MEASURE_GIVE.of, item),
                reading_id,
                value,
                named=named,
            ),
        ]
    buttons = [
        button(
            _answer(texts, item, one),
            ActionFamily.MEASURE_GIVE.of(item, one),
            reading_id,
            style="primary" if one == value else "",
        )
        for one in answers_to(item)
    ]
    return [section(f"*{text}*"), actions(*buttons)]


def _answer(texts: Texts, item: Item, value: int) -> str:
    """An answer in words."""
    if item is Item.RECOMMEND:
        return texts.plain("surveys.items.of_ten", value=value, most=RECOMMENDATIONS[-1])
    return texts.plain(f"labels.{LABELS.get(item, 'agree')}.s{value}")


def _about(texts: Texts, item: Item, asked: Asked) -> dict[str, str]:
    """The values in the text of an item: the pair's topic, or the theme's statement."""
    if item in OF_THE_THEME:
        return {"statement": _statement(texts, item, asked.programme.theme)}
    if item is Item.RECOMMEND:
        return {"programme": asked.programme.name}
    return {"topic": in_text(texts, "topics", [asked.topic]) if asked.topic else texts.plain("surveys.items.topic")}


def _statement(texts: Texts, item: Item, theme: str) -> str:
    return texts.plain(f"programme.themes.{theme}.measures.{OF_THE_THEME[item]}")


# For HR


def for_hr(texts: Texts, programme: Programme, found: SurveyResults) -> Message:
    """The changes, in a message of its own once answers are settled."""
    title = texts.plain("surveys.hr.title", programme=programme.name)
    results = lines(texts, found.courses, programme.theme)
    for moment, figure in found.recommendations.items():
        average = texts.number(round(figure.average, 1))
        results.append(texts(f"surveys.hr.{RECOMMENDED[moment]}", average=average, people=figure.people))
    blocks = [header(title), *sections(results), context(texts("surveys.hr.body"))]
    blocks.append(actions(report_button(texts, programme), playbook_button(texts, programme.id)))
    return Message(texts("surveys.hr.title", programme=programme.name), blocks)


def sections(results: Sequence[str]) -> list[Block]:
    """The lines, in sections that Slack takes."""
    return [section("\n".join(results[at : at + LINES])) for at in range(0, len(results), LINES)]


def awaited_lines(texts: Texts, found: Sequence[Awaited]) -> list[str]:
    """What HR still waits for, and until when."""
    return [
        texts(f"surveys.awaited.{one.moment}", day=texts.day(one.due), shown=one.shown)
        if one.due and not one.never
        else texts(f"surveys.awaited.{one.moment}_never")
        if one.never
        else texts(f"surveys.awaited.{one.moment}_few")
        for one in found
    ]


def lines(texts: Texts, found: Sequence[Course], theme: str) -> list[str]:
    """Each item before, at the end, and 90 days on, beside each other."""
    shown: list[str] = []
    for one in found:
        parts: list[str] = []
        if one.before:
            parts.append(texts(f"surveys.hr.{Moment.BEFORE}", **_figure(texts, one.item, one.before)))
        parts += [text for moment, later in one.later.items() if (text := _later(texts, one, moment, later))]
        about = {"statement": _statement(texts, one.item, theme)} if one.item in OF_THE_THEME else {}
        name = texts.plain(f"surveys.items.{one.item}.name", **about)
        shown.append(texts("surveys.hr.line", item=name, course=" → ".join(parts)))
    return shown


def _later(texts: Texts, course: Course, moment: Moment, later: Later) -> str:
    item = course.item
    if later.change:
        stood = stood_at(course, moment)
        about = _figure(texts, item, later.change, change=True) | {"range": _range(texts, item, later.change)}
        after = "" if stood is None else _number(texts, item, stood, change=False)
        return texts(f"surveys.hr.{moment}", **about, after=after)
    return texts(f"surveys.hr.{moment}_others", **_figure(texts, item, later.average)) if later.average else ""


def _range(texts: Texts, item: Item, change: Figure) -> str:
    """How sure a change is, in words."""
    found = interval_of(change, widest_change(item))
    if found is None:
        return texts.plain("surveys.hr.range.few")
    low, high = (_number(texts, item, value, change=True) for value in (found.low, found.high))
    return texts.plain(f"surveys.hr.range.{'unclear' if found.holds_zero else 'clear'}", low=low, high=high)


def _figure(texts: Texts, item: Item, figure: Figure, *, change: bool = False) -> dict[str, str | int]:
    return {"value": _number(texts, item, figure.average, change=change), "people": figure.people}


def _number(texts: Texts, item: Item, value: float, *, change: bool) -> str:
    value = round(value, 2 if item is Item.USED else 1)
    if item is Item.USED:
        points = texts.number(abs(round(value * 100)))
        number = texts.plain("surveys.hr.points", points=points) if change else texts.percent(value)
    else:
        number = texts.number(abs(value) if change else value)
    sign = ("+" if value > 0 else "−" if value < 0 else "±") if change else ""
    return f"{sign}{number}"
