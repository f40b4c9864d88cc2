"""HR's form of matching criteria: weights, overridden rules, and their effect."""

from bot.domain.signup import PARTS, SHARES, TOP_SCORE, StyleFit
from bot.services.matching.weights import Change, Settings
from bot.services.matching.what_if import Picture
from handlers.kit.blocks import (
    Block,
    View,
    actions,
    button,
    checkboxes,
    context,
    divider,
    field,
    modal,
    radio,
    section,
    select,
)
from handlers.kit.hr_people import placed_for_hr
from handlers.kit.ids import ActionId, CallbackId
from handlers.kit.modal_state import OfProgramme
from handlers.matching.weights_form import FLOORS, GAPS, OWN, SAME_DEPARTMENT, STEPS, share_block, step
from prompts.catalogue import Texts


def page(texts: Texts, programme_id: int, now: Settings, *, own: bool, seen: str) -> View:
    """The page filled in with `now`; `own` shows the weight of each part. `seen`: the effect."""
    blocks: list[Block] = [section(texts("matching.weights.intro")), _preset(texts, now, own=own)]
    # Right below the presets: at the page's end a phone would show it only after scrolling.
    blocks += [section(seen), divider()]
    if own:
        blocks += [_share(texts, part, now) for part in PARTS]
    blocks += [
        _style(texts, now),
        context(texts("matching.weights.style_evidence")),
        _floor(texts, now),
        _gap(texts, now),
        _department(texts, now),
    ]
    return modal(
        texts.plain("matching.weights.title"),
        blocks,
        callback_id=CallbackId.WEIGHTS_FORM,
        submit=texts.plain("matching.weights.submit"),
        close=texts.plain("notice.close"),
        state=OfProgramme(programme_id),
    )


def kept(texts: Texts, programme_id: int, *, changed: bool) -> View:
    """Replaces the page once it is stored."""
    blocks = [section(texts("matching.weights.kept" if changed else "matching.weights.unchanged"))]
    if changed:
        again = button(texts.plain("matching.draft.buttons.again"), ActionId.MATCH_DRAW, programme_id, style="primary")
        blocks.append(actions(again))
        blocks.append(context(texts("matching.weights.until_then")))
    title = texts.plain("matching.weights.title")
    return modal(title, blocks, callback_id=CallbackId.DONE, close=texts.plain("notice.close"))


def effect(texts: Texts, found: Change) -> str:
    """The effect of the settings, in words and figures."""
    trial = found.trial
    if not trial.new and trial.before.pairs == trial.after.pairs:
        text = texts("matching.weights.effect.same", **_figures(texts, trial.before, trial.after))
    else:
        text = texts("matching.weights.effect.changes", new=trial.new, **_figures(texts, trial.before, trial.after))
    styles = texts("matching.weights.effect.styles", before=trial.before.styles, after=trial.after.styles)
    pairs = [
        texts(
            "matching.weights.effect.example", mentor=placed_for_hr(texts, mentor), leader=placed_for_hr(texts, leader)
        )
        for mentor, leader in found.examples
    ]
    counted = [styles] if found.counts_styles else []
    return "\n".join([text, *counted, *([texts("matching.weights.effect.examples"), *pairs] if pairs else [])])


def _figures(texts: Texts, before: Picture, after: Picture) -> dict[str, object]:
    return {
        "pairs_before": before.pairs,
        "pairs_after": after.pairs,
        "fit_before": texts.percent(before.fit),
        "fit_after": texts.percent(after.fit),
        "weak_before": before.weak,
        "weak_after": after.weak,
        "topics_before": before.topics,
        "topics_after": after.topics,
        "interests_before": before.interests,
        "interests_after": after.interests,
    }


def _preset(texts: Texts, now: Settings, *, own: bool) -> Block:
    names = (*SHARES, OWN)
    options = [(name, texts.plain(f"matching.weights.preset.{name}")) for name in names]
    initial = OWN if own else now.preset
    return _field(texts, "preset", radio(ActionId.WEIGHTS_TRY, options, initial=initial))


def _share(texts: Texts, part: str, now: Settings) -> Block:
    names = texts.plain_list("matching.weights.steps")
    options = [(str(one), name) for one, name in zip(STEPS, names, strict=True)]
    # A preset is finer than the steps; it is the initial value for HR's own weights.
    element = select(ActionId.WEIGHTS_TRY, options, initial=str(step(now.shares.get(part, 0))))
    return field(share_block(part), texts.plain(f"matching.weights.parts.{part}"), element, reacts=True)


def _style(texts: Texts, now: Settings) -> Block:
    options = [(str(one), texts.plain(f"matching.weights.style_fit.{one}")) for one in StyleFit]
    return _field(texts, "style_fit", radio(ActionId.WEIGHTS_TRY, options, initial=now.style_fit))


def _floor(texts: Texts, now: Settings) -> Block:
    floors = sorted({*FLOORS, now.floor})
    options = [
        (str(one), texts.plain("matching.weights.floor.at", share=texts.percent(one / TOP_SCORE)))
        if one
        else ("0", texts.plain("matching.weights.floor.none"))
        for one in floors
    ]
    return _field(texts, "floor", select(ActionId.WEIGHTS_TRY, options, initial=str(now.floor)))


def _gap(texts: Texts, now: Settings) -> Block:
    options = [
        (str(one), texts.plain("matching.weights.gap.levels", count=one)) for one in sorted({*GAPS, now.least_gap})
    ]
    return _field(texts, "gap", select(ActionId.WEIGHTS_TRY, options, initial=str(now.least_gap)))


def _department(texts: Texts, now: Settings) -> Block:
    options = [(SAME_DEPARTMENT, texts.plain("matching.weights.department.option"))]
    initial = [SAME_DEPARTMENT] if now.same_department else []
    return _field(texts, "department", checkboxes(ActionId.WEIGHTS_TRY, options, initial=initial), optional=True)


def _field(texts: Texts, name: str, element: Block, *, optional: bool = False) -> Block:
    key = f"matching.weights.{name}"
    return field(
        name, texts.plain(f"{key}.label"), element, hint=texts.plain(f"{key}.hint"), optional=optional, reacts=True
    )
