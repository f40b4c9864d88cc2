"""The release: its checklist, HR's confirmation with the count, and undoing it."""

from collections.abc import Sequence
from datetime import datetime

from bot.domain.messages.matching import MatchReleasedMessage
from bot.services.matching.release import Released, ReleasePreview
from bot.services.matching.release_checklist import Check, Gate, State
from bot.services.matching.release_progress import ReleaseProgress
from bot.services.participants.members import Member
from bot.slack.gateway import Message
from handlers.kit.blocks import (
    Block,
    Element,
    View,
    actions,
    button,
    channel_link,
    confirmation,
    context,
    mention,
    modal,
    section,
)
from handlers.kit.ids import ActionFamily, ActionId, CallbackId
from handlers.matching.modal_state import ReleaseState
from handlers.matching.planned_release_views import left_out_lines, planned_block
from handlers.orientation.views import finished_lines
from prompts.catalogue import Texts
from storage.tables import Person


def release_form(texts: Texts, release_preview: ReleasePreview) -> View:
    """The effect of a release, and missing items; the submit button is there once nothing is missing."""
    draft_id, counts = release_preview.draft.id, {"pairs": release_preview.pairs, "people": release_preview.people}
    blocks: list[Block] = [
        section(
            texts("matching.release_checklist.count", **counts)
            if release_preview.pairs
            else texts("matching.release_checklist.none")
        )
    ]
    if release_preview.dropped:
        blocks.append(section(texts("matching.release_checklist.dropped", count=release_preview.dropped)))
        blocks += left_out_lines(texts, [(one.mentor, one.leader, one.rule) for one in release_preview.left_out])
    if release_preview.waiting:
        blocks.append(section(texts("matching.release_checklist.waiting", count=release_preview.waiting)))
    for check in release_preview.checks:
        blocks += _check(texts, release_preview, check)
    if release_preview.ready:
        blocks.append(context(texts("matching.release_checklist.ready")))
    else:
        blocks += [
            context(texts("matching.release_checklist.missing")),
            actions(button(texts.plain("matching.release_checklist.buttons.look"), ActionId.GATE_LOOK, draft_id)),
        ]
    blocks += planned_block(texts, release_preview)
    return modal(
        texts.plain("matching.release_checklist.modal.title"),
        blocks,
        callback_id=CallbackId.MATCH_RELEASE_FORM,
        submit=texts.plain("matching.release_checklist.modal.submit", pairs=release_preview.pairs)
        if release_preview.ready
        else "",
        close=texts.plain("matching.release_checklist.modal.close"),
        state=ReleaseState(draft_id, release_preview.draft.version, release_preview.pairs),
    )


def done(texts: Texts, released: Released) -> View:
    """Replaces the form."""
    text = texts(
        "matching.release_checklist.done",
        pairs=released.pairs,
        channel=channel_link(released.programme.hr_channel),
        time=texts.time(released.tells_at, released.programme.zone),
    )
    blocks = [section(text)]
    if released.waiting:
        blocks.append(section(texts("matching.release_checklist.waiting", count=released.waiting)))
    title = texts.plain("matching.release_checklist.modal.title")
    return modal(title, blocks, callback_id=CallbackId.DONE, close=texts.plain("notice.close"))


def released(
    texts: Texts,
    programme_id: int,
    about: MatchReleasedMessage,
    by: Person,
    tells_at: datetime,
    zone: str,
    left_out: Sequence[tuple[Member, Member, str]] = (),
) -> Message:
    """To HR's channel: who released how many pairs, until when it can be undone, and which are `left_out` and why."""
    key = "matching.release.as_planned" if about.planned else "matching.release.body"
    text = texts(key, pairs=about.pairs, person=mention(by), time=texts.time(tells_at, zone))
    blocks = [section(text)]
    elements = [
        button(texts.plain("matching.progress.buttons.look"), ActionId.MATCH_PROGRESS, about.draft),
        _undo(texts, about.draft),
    ]
    if about.waiting:
        blocks.append(section(texts("matching.release.waiting", count=about.waiting)))
    if about.dropped:
        blocks.append(section(texts("matching.release.dropped", count=about.dropped)))
        blocks += left_out_lines(texts, left_out)
        elements.append(button(texts.plain("matching.draft.buttons.again"), ActionId.MATCH_DRAW, programme_id))
    return Message(text, [*blocks, actions(*elements)])


def without_undo(blocks: list[Block]) -> list[Block]:
    """The message about a release when it can no longer be undone."""
    return [
        {**one, "elements": [each for each in one["elements"] if each.get("action_id") != ActionId.MATCH_UNDO]}
        if one.get("type") == "actions"
        else one
        for one in blocks
    ]


def how_far(texts: Texts, found: ReleaseProgress, zone: str) -> str:
    """How many were notified, and how long the rest takes."""
    said = [texts("matching.progress.body", told=found.told, people=found.people)]
    if found.minutes:
        said.append(texts("matching.progress.minutes", minutes=found.minutes))
    if found.later:
        said.append(texts("matching.progress.later", moment=texts.moment(found.later, zone)))
    if found.over:
        said.append(texts("matching.progress.over"))
    return " ".join(said)


def taken_back(texts: Texts) -> Message:
    """HR's message about an undone release."""
    text = texts("matching.undone.was")
    return Message(text, [section(text)])


def undone(texts: Texts, draft_id: int, by: Person | None, pairs: int, *, still_open: bool) -> Message:
    """To HR's channel: nobody was notified, and what can be done now."""
    text = texts("matching.undone.body", person=mention(by) if by else "", pairs=pairs)
    if not still_open:
        return Message(text, [section(text)])
    pairs_button = button(texts.plain("matching.draft.buttons.pairs"), ActionId.MATCH_PAIRS, draft_id)
    release = button(texts.plain("matching.draft.buttons.release"), ActionId.MATCH_RELEASE, draft_id, style="primary")
    return Message(text, [section(text), actions(pairs_button, release)])


def _check(texts: Texts, release_preview: ReleasePreview, check: Check) -> list[Block]:
    if check.gate is Gate.PREPARED and check.state is State.MET:
        return []  # the next item says what they made of the offer
    said = str(texts(f"matching.release_checklist.{check.gate}.{check.state}", count=check.count))
    if check.gate is Gate.FINISHED:
        rule = texts(f"orientation.finish_by.means.{release_preview.programme.finish_orientation}")
        said = "\n".join(
            [said, *([rule] if check.state is State.OPTIONAL else []), *finished_lines(texts, release_preview.prepared)]
        )
    if check.state is not State.OPEN:
        return [section(said)]
    return [section(said), actions(_fill(texts, release_preview, check.gate), _waive(texts, release_preview, check))]


def _fill(texts: Texts, release_preview: ReleasePreview, gate: Gate) -> Element:
    label = texts.plain(f"matching.release_checklist.{gate}.fill")
    if gate is Gate.MANAGERS:
        return button(label, ActionId.MATCH_MANAGERS, release_preview.programme.id, style="primary")
    if gate is Gate.FINISHED:
        return button(label, ActionId.ORIENTATION_RULE, release_preview.programme.id, style="primary")
    if gate is Gate.CONTACT:
        return button(label, ActionId.CONTACTS_OPEN, release_preview.programme.id, style="primary")
    return button(label, ActionFamily.GATE_FILL.of(gate), release_preview.draft.id, style="primary")


def _waive(texts: Texts, release_preview: ReleasePreview, check: Check) -> Element:
    confirm = confirmation(
        texts.plain("matching.release_checklist.waive.title"),
        texts.plain(f"matching.release_checklist.{check.gate}.waive", count=check.count),
        texts.plain("matching.release_checklist.waive.yes"),
        texts.plain("matching.release_checklist.waive.no"),
    )
    label = texts.plain("matching.release_checklist.buttons.waive")
    return button(label, ActionFamily.GATE_WAIVE.of(check.gate), release_preview.draft.id, confirm=confirm)


def _undo(texts: Texts, draft_id: int) -> Element:
    confirm = confirmation(
        texts.plain("matching.undone.confirm.title"),
        texts.plain("matching.undone.confirm.text"),
        texts.plain("matching.undone.confirm.yes"),
        texts.plain("matching.undone.confirm.no"),
    )
    return button(texts.plain("matching.undone.buttons.undo"), ActionId.MATCH_UNDO, draft_id, confirm=confirm)
