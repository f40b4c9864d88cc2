"""What HR sees of a matching: the draft, its pairs, the people left over, the managers to fill in, the release."""

from collections.abc import Sequence

from bot.domain.matching_explain import quality
from bot.domain.profiles import TOP_SCORE, Rules
from bot.domain.sessions import Side
from bot.gateway import Message
from bot.services.reviewing import LeftOver, Overview, Suggestion
from handlers.views.blocks import (
    Block,
    Element,
    View,
    actions,
    button,
    checkboxes,
    confirmation,
    context,
    divider,
    field,
    header,
    mention,
    modal,
    section,
    user_select,
)
from handlers.views.reasons import checked, in_text, reasons
from prompts.catalogue import Texts
from storage.tables import DraftState, Person

DRAW = "match.draw"
"""Value: the programme's id."""
PAIRS = "match.pairs"
LEFT = "match.left"
RELEASE = "match.release"
"""Value of these three: the draft's id."""
PAIRS_PAGE = "match.pairs_page"
LEFT_PAGE = "match.left_page"
"""Value: the page."""
TAKE_OUT = "match.take_out"
PUT_BACK = "match.put_back"
"""Value: the pair's id in the draft."""
MANAGERS = "match.managers"
"""Value: the programme's id. Also the form's callback_id."""

PAIRS_A_PAGE = 10
LEFT_A_PAGE = 25
MANAGERS_A_PAGE = 15
NONE = "none"


def draft(texts: Texts, found: Overview) -> Message:
    """HR's message about a draft; once it was replaced or released, without buttons."""
    text = texts(
        "match.draft.body",
        pairs=found.pairs,
        people=found.people,
        total=found.total,
        weak=found.weak,
        excluded=found.excluded,
        alone=found.alone,
        waiting=found.without_manager,
        open=found.draft.state == DraftState.OPEN,
        **_fit(texts, found.average),
    )
    if not found.pairs and not found.excluded:
        text = texts("match.draft.none")
    blocks = [header(texts.plain("match.draft.title")), section(text)]
    if found.draft.state == DraftState.RELEASED:
        blocks.append(context(texts("match.draft.released")))
    elif found.draft.state == DraftState.SUPERSEDED:
        blocks.append(context(texts("match.outdated.body")))
    else:
        blocks += [section(texts("match.draft.next_step"))] if found.pairs else []
        blocks += [context(texts("match.draft.private_note")), actions(*_draft_buttons(texts, found))]
    return Message(text, blocks)


def pairs_page(texts: Texts, draft_id: int, page: int, shown: Sequence[Suggestion], count: int) -> View:
    """Some of a draft's pairs, each with its reasons and a button that takes it out or puts it back."""
    proposals = [one.proposed for one in shown if not one.proposed.excluded]
    made_sure = dict.fromkeys(checked(texts, one.explanation) for one in proposals)
    # What holds for all of them is said once: on a phone, ten times is two screens more.
    common = next(iter(made_sure)) if len(made_sure) == 1 else ""
    blocks: list[Block] = [context(" ".join(filter(None, (texts("match.draft.pairs_intro"), common))))]
    for one in shown:
        blocks += _suggestion(texts, one, known=common)
    return _paged(texts, "match.draft.title", blocks, PAIRS_PAGE, draft_id, page, PAIRS_A_PAGE, count)


def left_page(texts: Texts, draft_id: int, page: int, left: Sequence[LeftOver]) -> View:
    """Some of the people without a partner, each with the cause and what would help."""
    shown = left[page * LEFT_A_PAGE : (page + 1) * LEFT_A_PAGE]
    blocks = [section(_left_row(texts, one)) for one in shown] or [section(texts("match.draft.nobody_left"))]
    return _paged(texts, "match.draft.left_title", blocks, LEFT_PAGE, draft_id, page, LEFT_A_PAGE, len(left))


def managers_form(texts: Texts, programme_id: int, people: Sequence[Person], count: int) -> View:
    """For each of `people`: who manages them, or that nobody does. `count`: how many wait in all."""
    blocks: list[Block] = [section(texts("match.manager.intro", count=count))]
    for person in people:
        blocks += [
            field(
                f"manager_{person.id}",
                texts.plain("match.manager.manager.label", person=person.name),
                user_select("manager", placeholder=texts.plain("match.manager.manager.placeholder")),
                optional=True,
            ),
            field(
                f"none_{person.id}",
                texts.plain("match.manager.waive.label", person=person.name),
                checkboxes("none", [(NONE, texts.plain("match.manager.waive.option"))]),
                optional=True,
            ),
        ]
    return modal(
        texts.plain("match.manager.modal.title"),
        blocks,
        callback_id=MANAGERS,
        submit=texts.plain("match.manager.modal.submit"),
        close=texts.plain("match.manager.modal.close"),
        note=str(programme_id),
    )


def managers_known(texts: Texts, programme_id: int) -> View:
    """Shown once nobody's manager is missing any more."""
    again = button(texts.plain("match.draft.buttons.again"), DRAW, programme_id, style="primary")
    return modal(
        texts.plain("match.manager.modal.title"),
        [section(texts("match.manager.saved")), actions(again)],
        callback_id="done",
        close=texts.plain("notice.close"),
    )


def released(texts: Texts, programme_id: int, by: Person, pairs: int, dropped: int) -> Message:
    """To HR's channel: who released how many."""
    text = texts("match.release.body", pairs=pairs, person=mention(by))
    blocks = [section(text)]
    if dropped:
        again = button(texts.plain("match.draft.buttons.again"), DRAW, programme_id)
        blocks += [section(texts("match.release.dropped", count=dropped)), actions(again)]
    return Message(text, blocks)


def _draft_buttons(texts: Texts, found: Overview) -> list[Element]:
    draft_id, programme_id = found.draft.id or 0, found.programme.id or 0

    def put(name: str, action_id: str, value: int) -> Element:
        return button(texts.plain(f"match.draft.buttons.{name}"), action_id, value)

    elements = []
    if found.pairs or found.excluded:
        elements.append(put("pairs", PAIRS, draft_id))
    if found.left:
        elements.append(put("left", LEFT, draft_id))
    if found.without_manager:
        elements.append(put("manager", MANAGERS, programme_id))
    elements.append(put("again", DRAW, programme_id))
    if found.pairs:
        elements.append(_release_button(texts, draft_id, found.pairs))
    return elements


def _release_button(texts: Texts, draft_id: int, pairs: int) -> Element:
    confirm = confirmation(
        texts.plain("match.release.confirm.title"),
        texts.plain("match.release.confirm.text", pairs=pairs),
        texts.plain("match.release.confirm.yes"),
        texts.plain("match.release.confirm.no"),
    )
    return button(texts.plain("match.draft.buttons.release"), RELEASE, draft_id, style="primary", confirm=confirm)


def _suggestion(texts: Texts, one: Suggestion, *, known: str) -> list[Block]:
    """A pair: who, why, how good, what was checked unless it is `known`."""
    proposed, people = one.proposed, {"mentor": mention(one.mentor), "mentee": mention(one.mentee)}
    if proposed.excluded:
        row = texts("match.draft.excluded", **people)
        change = button(texts.plain("match.draft.row_buttons.include"), PUT_BACK, proposed.id or 0)
        return [section(row, change), divider()]
    row = texts("match.draft.row", **people, **_fit(texts, proposed.score))
    why = reasons(texts, proposed.explanation, "hr", mentor=one.mentor.name, mentee=one.mentee.name)
    change = button(texts.plain("match.draft.row_buttons.exclude"), TAKE_OUT, proposed.id or 0)
    made_sure = checked(texts, proposed.explanation)
    notes = [made_sure] if made_sure != known else []
    if quality(proposed.score, Rules()) == "weak":
        notes.insert(0, texts("match.draft.weak_note"))
    note = " ".join(filter(None, notes))
    return [section(f"{row}\n{why}", change), *([context(note)] if note else []), divider()]


def _left_row(texts: Texts, one: LeftOver) -> str:
    part = one.participant
    topics = [each["topic"] for each in (part.wishes if one.side == Side.MENTEE else part.offers)]
    cause = texts(f"match.leftover.cause.{one.cause}", topics=in_text(texts, "topics", topics))
    return texts(
        "match.draft.left_row",
        person=mention(one.person),
        role=texts.plain(f"labels.role_names.{one.side}"),
        cause=cause,
        help=texts(f"match.leftover.help.{one.help}"),
    )


def _paged(
    texts: Texts, title: str, blocks: list[Block], action_id: str, draft_id: int, page: int, size: int, count: int
) -> View:
    """A modal of one page, with buttons to the next and the previous one where there are any."""
    if count > size:
        first, last = page * size + 1, min((page + 1) * size, count)
        blocks.append(context(texts("match.draft.page", first=first, last=last, count=count)))
        turns = [
            button(texts.plain(f"match.draft.buttons.{name}"), f"{action_id}.{name}", to)
            for name, to, there in (("previous", page - 1, page > 0), ("next", page + 1, last < count))
            if there
        ]
        blocks.append(actions(*turns))
    note = f"{draft_id}:{page}"
    return modal(texts.plain(title), blocks, callback_id=action_id, close=texts.plain("notice.close"), note=note)


def _fit(texts: Texts, score: int) -> dict[str, str]:
    """A score in a word and as a share of the best there can be."""
    word = texts.plain(f"labels.quality.{quality(score, Rules())}")
    return {"fit": word, "share": texts.percent(score / TOP_SCORE)}
