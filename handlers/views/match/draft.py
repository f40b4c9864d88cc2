"""HR's message about a draft of pairs."""

from bot.domain.matching_explain import quality
from bot.domain.profiles import TOP_SCORE, Rules
from bot.gateway import Message
from bot.services.reviewing import Overview
from handlers.views.blocks import Element, actions, button, context, header, section
from prompts.catalogue import Texts
from storage.tables import DraftState

DRAW = "match.draw"
MANAGERS = "match.managers"
"""Value of these two: the programme's id."""
PAIRS = "match.pairs"
WEIGHTS = "weights.open"
"""Value: the programme's id. The page is in `handlers.views.weights`."""
LEFT = "match.left"
RELEASE = "match.release"
"""Value of these three: the draft's id."""


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
        **fit(texts, found.average),
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
        blocks += [context(texts("match.draft.private_note")), actions(*_buttons(texts, found))]
    return Message(text, blocks)


def fit(texts: Texts, score: int) -> dict[str, str]:
    """A score in a word and as a share of the best there can be."""
    word = texts.plain(f"labels.quality.{quality(score, Rules())}")
    return {"fit": word, "share": texts.percent(score / TOP_SCORE)}


def _buttons(texts: Texts, found: Overview) -> list[Element]:
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
    elements.append(put("weights", WEIGHTS, programme_id))
    if found.pairs:
        release = texts.plain("match.draft.buttons.release")
        elements.append(button(release, RELEASE, draft_id, style="primary"))
    return elements
