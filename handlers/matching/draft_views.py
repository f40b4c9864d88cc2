"""HR's message about a draft of pairs."""

from collections.abc import Mapping
from typing import Any

from bot.domain.matching.explain import lacks_substance, quality
from bot.domain.matching.figures import Figures
from bot.domain.sessions import Side
from bot.domain.signup import Rules
from bot.services.matching.draft_review import Overview
from bot.services.matching.solve import share
from bot.services.participants.members import Member
from bot.slack.gateway import Message
from handlers.kit.blocks import Block, Element, actions, button, context, header, section
from handlers.kit.buttons import topics_button, waiting_button
from handlers.kit.hr_people import placed_for_hr
from handlers.kit.ids import ActionId
from handlers.matching.planned_release_views import plan_line
from prompts.catalogue import Mrkdwn, Texts
from storage.tables import DraftPair, DraftState

NAMED = 5
"""The number of people who are named where all are concerned."""


def draft(texts: Texts, overview: Overview) -> Message:
    """HR's message about a draft; without buttons once it was replaced or released."""
    text = texts(
        "matching.draft.body",
        pairs=overview.pairs,
        people=overview.people,
        total=overview.total,
        weak=overview.figures.under,
        excluded=overview.excluded,
        alone=overview.alone,
        waiting=overview.without_manager,
        waiting_for_both=overview.waiting,
        open=overview.draft.state == DraftState.OPEN,
        paired_before=overview.paired_before,
        **fit(texts, overview.figures.average, overview.programme.floor),
    )
    if not overview.pairs and not overview.excluded:
        text = texts("matching.draft.none")
    blocks = [header(texts.plain("matching.draft.title")), section(text)]
    blocks += [section(one) for one in (*_changed(texts, overview), *_unkept(texts, overview))]
    if overview.unapproved and overview.draft.state == DraftState.OPEN:
        blocks.append(
            section(
                texts("signup.approval.in_draft", count=overview.unapproved),
                waiting_button(texts, overview.programme.id),
            )
        )
    if overview.draft.state == DraftState.RELEASED:
        blocks.append(context(texts("matching.draft.released")))
    elif overview.draft.state == DraftState.SUPERSEDED:
        blocks.append(context(texts("matching.outdated.body")))
    else:
        blocks += [section(texts("matching.draft.next_step"))] if overview.pairs else []
        blocks += plan_line(texts, overview.draft, overview.programme)
        blocks += [context(texts("matching.draft.private_note")), *_buttons(texts, overview)]
    return Message(text, blocks)


def fit(texts: Texts, score: int, floor: int, explanation: Mapping[str, Any] | None = None) -> dict[str, str]:
    """A score as a word and as a share of the maximum. Weak as well if nothing but hours and the like is shared."""
    lacks = lacks_substance(explanation or {})
    word = texts.plain(f"labels.quality.{quality(score, Rules(floor=floor), lacks_substance=lacks)}")
    return {"fit": word, "share": texts.percent(share(score))}


def weak_note(texts: Texts, pair: DraftPair, floor: int) -> Mrkdwn:
    """Why HR should look at a pair, and what is missing; "" for one that is not weak."""
    if lacks_substance(pair.explanation):
        return texts("matching.draft.no_substance")
    if not pair.explanation or pair.score >= floor:
        return Mrkdwn("")
    codes = {code for side in Side for code, _ in pair.explanation.get(side, [])}
    return texts("matching.draft.weak_note", shared_topic="topic" in codes)


def _changed(texts: Texts, overview: Overview) -> list[Mrkdwn]:
    """Differences from the previous draft, and the quality of both."""
    was = overview.changes
    if was is None:
        return []
    lists = [
        _who(texts, name, [placed_for_hr(texts, one) for one in people])
        for name, people in (("new", was.new), ("gone", was.gone))
    ]
    moved = [
        texts(
            "matching.changes.move",
            leader=placed_for_hr(texts, one.leader),
            before=_all(texts, one.before),
            after=_all(texts, one.after),
        )
        for one in was.moved
    ]
    figures = [
        texts(
            "matching.changes.figures",
            **{
                f"{name}_{when}": value
                for when, one in (("was", was.before), ("now", was.after))
                for name, value in _numbers(texts, one)
            },
        )
    ]
    lines = [*lists, _who(texts, "moved", moved)]
    told = [one for one in lines if one] or [texts("matching.changes.same")]
    return [Mrkdwn("\n".join([texts("matching.changes.title"), *told, *figures]))]


def _numbers(texts: Texts, one: Figures) -> list[tuple[str, str]]:
    return [
        ("matched", texts.number(one.matched)),
        ("under", texts.number(one.under)),
        ("average", texts.percent(share(one.average))),
    ]


def _who(texts: Texts, name: str, told: list[Mrkdwn]) -> Mrkdwn:
    """The first names, and how many more; "" for nobody."""
    if not told:
        return Mrkdwn("")
    shown = Mrkdwn(texts.join(told[:NAMED]) if name != "moved" else "; ".join(told[:NAMED]))
    return texts(f"matching.changes.{name}", people=shown, more=max(0, len(told) - NAMED))


def _all(texts: Texts, people: list[Member]) -> Mrkdwn:
    return Mrkdwn(texts.join(placed_for_hr(texts, one) for one in people))


def _unkept(texts: Texts, overview: Overview) -> list[Mrkdwn]:
    """Locked pairs that a rule now forbids."""
    lines = [
        texts(
            "matching.changes.unkept_row",
            mentor=placed_for_hr(texts, one.mentor),
            leader=placed_for_hr(texts, one.leader),
            rule=texts.plain(f"matching.rules.{one.rule}.name"),
        )
        for one in overview.unkept[:NAMED]
    ]
    return [Mrkdwn("\n".join([texts("matching.changes.unkept", count=len(overview.unkept)), *lines]))] if lines else []


def _buttons(texts: Texts, overview: Overview) -> list[Block]:
    """First the buttons to read and release; then, separately, those that change the draft."""
    draft_id, programme_id = overview.draft.id, overview.programme.id

    def put(name: str, action_id: ActionId, value: int) -> Element:
        return button(texts.plain(f"matching.draft.buttons.{name}"), action_id, value)

    elements: list[Element] = []
    if overview.pairs or overview.excluded:
        elements.append(put("pairs", ActionId.MATCH_PAIRS, draft_id))
    if overview.left:
        elements.append(put("left", ActionId.MATCH_LEFT, draft_id))
    if overview.without_manager:
        elements.append(put("manager", ActionId.MATCH_MANAGERS, programme_id))
    if overview.pairs:
        release = texts.plain("matching.draft.buttons.release")
        elements.append(button(release, ActionId.MATCH_RELEASE, draft_id, style="primary"))
    changes = [
        put("again", ActionId.MATCH_DRAW, programme_id),
        put("add", ActionId.MATCH_ADD, draft_id),
        put("weights", ActionId.WEIGHTS_OPEN, programme_id),
    ]
    changes += [topics_button(texts, programme_id), put("roster", ActionId.ROSTER_OPEN, programme_id)]
    return [*([actions(*elements)] if elements else []), actions(*changes)]
