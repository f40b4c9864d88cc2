"""The pairs of a draft, page by page, each with its reasons and a button that takes it out or puts it back."""

from collections.abc import Sequence

from bot.domain.matching_explain import quality
from bot.domain.profiles import Rules
from bot.services.reviewing import Suggestion
from handlers.views.blocks import Block, View, button, context, divider, mention, section
from handlers.views.match.draft import fit
from handlers.views.match.pages import paged
from prompts.catalogue import Texts
from prompts.reasons import checked, reasons

PAIRS_PAGE = "match.pairs_page"
"""Value: the page."""
TAKE_OUT = "match.take_out"
PUT_BACK = "match.put_back"
"""Value: the pair's id in the draft."""

PAIRS_A_PAGE = 10


def pairs_page(texts: Texts, draft_id: int, page: int, shown: Sequence[Suggestion], count: int) -> View:
    """Some of a draft's pairs, each with its reasons and a button that takes it out or puts it back."""
    proposals = [one.proposed for one in shown if not one.proposed.excluded]
    made_sure = dict.fromkeys(checked(texts, one.explanation) for one in proposals)
    # What holds for all of them is said once: on a phone, ten times is two screens more.
    common = next(iter(made_sure)) if len(made_sure) == 1 else ""
    blocks: list[Block] = [context(" ".join(filter(None, (texts("match.draft.pairs_intro"), common))))]
    for one in shown:
        blocks += _suggestion(texts, one, known=common)
    return paged(texts, "match.draft.title", blocks, PAIRS_PAGE, draft_id, page, PAIRS_A_PAGE, count)


def _suggestion(texts: Texts, one: Suggestion, *, known: str) -> list[Block]:
    """A pair: who, why, how good, what was checked unless it is `known`."""
    proposed, people = one.proposed, {"mentor": mention(one.mentor), "mentee": mention(one.mentee)}
    if proposed.excluded:
        row = texts("match.draft.excluded", **people)
        change = button(texts.plain("match.draft.row_buttons.include"), PUT_BACK, proposed.id or 0)
        return [section(row, change), divider()]
    row = texts("match.draft.row", **people, **fit(texts, proposed.score))
    why = reasons(texts, proposed.explanation, "hr", mentor=one.mentor.name, mentee=one.mentee.name)
    change = button(texts.plain("match.draft.row_buttons.exclude"), TAKE_OUT, proposed.id or 0)
    made_sure = checked(texts, proposed.explanation)
    notes = [made_sure] if made_sure != known else []
    if quality(proposed.score, Rules()) == "weak":
        notes.insert(0, texts("match.draft.weak_note"))
    note = " ".join(filter(None, notes))
    return [section(f"{row}\n{why}", change), *([context(note)] if note else []), divider()]
