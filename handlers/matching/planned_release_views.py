"""A release at a time that HR chooses: the form, and HR's messages about it."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from bot.domain.calendar import local
from bot.services.matching.planned_release import PlannedRelease
from bot.services.matching.release import ReleasePreview
from bot.services.participants.members import Member
from bot.slack.gateway import Message
from handlers.kit.blocks import (
    Block,
    Element,
    View,
    actions,
    button,
    channel_link,
    confirmation_of,
    context,
    date_picker,
    field,
    form_modal,
    mention,
    modal,
    section,
    time_picker,
)
from handlers.kit.hr_people import placed_for_hr
from handlers.kit.ids import ActionId, CallbackId
from handlers.matching.modal_state import ReleaseState
from prompts.catalogue import Mrkdwn, Texts
from storage.tables import Draft, Person, Programme

NAMED = 10
"""How many pairs that are left out are named."""


def plan_form(texts: Texts, release_preview: ReleasePreview) -> View:
    """When to release the draft; filled in with the present plan."""
    draft, zone = release_preview.draft, release_preview.programme.zone
    wall = local(draft.release_at, zone) if draft.release_at else None
    blocks = [
        section(texts("matching.release_plan.intro", pairs=release_preview.pairs)),
        field(
            "date",
            texts.plain("matching.release_plan.date.label"),
            date_picker("date", initial=wall.date().isoformat() if wall else ""),
        ),
        field(
            "time",
            texts.plain("matching.release_plan.time.label", zone=texts.zone(draft.created_at, zone)),
            time_picker("time", initial=f"{wall:%H:%M}" if wall else ""),
        ),
        context(texts("matching.release_plan.then")),
    ]
    state = ReleaseState(draft.id, draft.version, release_preview.pairs)
    return form_modal(texts, "matching.release_plan", blocks, callback_id=CallbackId.MATCH_PLAN_FORM, state=state)


def planned_block(texts: Texts, release_preview: ReleasePreview) -> list[Block]:
    """In the window of the release: the plan, and what HR can do about it; without a plan, a button to make one."""
    draft = release_preview.draft
    if draft.release_at is None:
        later = button(texts.plain("matching.release_plan.buttons.plan"), ActionId.MATCH_PLAN, draft.id)
        return [actions(later)] if release_preview.ready else []
    by = mention(release_preview.planned_by) if release_preview.planned_by else Mrkdwn("")
    text = texts(
        "matching.release_plan.planned", when=texts.moment(draft.release_at, release_preview.programme.zone), person=by
    )
    change = [_change(texts, draft.id)] if release_preview.ready else []
    return [section(text), actions(*change, _cancel(texts, draft.id))]


def plan_line(texts: Texts, draft: Draft, programme: Programme) -> list[Block]:
    """In HR's message about the draft: until when it can be changed."""
    if draft.release_at is None:
        return []
    when = texts.moment(draft.release_at, programme.zone)
    buttons = actions(_change(texts, draft.id), _cancel(texts, draft.id))
    return [section(texts("matching.release_plan.in_draft", when=when)), buttons]


def planned(texts: Texts, draft: Draft, programme: Programme, at: datetime, by: Person | None) -> Message:
    """To HR's channel. Without buttons if the plan is another one by now."""
    text = texts("matching.release_plan.body", person=mention(by) if by else "", when=texts.moment(at, programme.zone))
    if draft.release_at != at:
        return Message(text, [section(text)])
    elements = [
        button(texts.plain("matching.draft.buttons.pairs"), ActionId.MATCH_PAIRS, draft.id),
        _change(texts, draft.id),
        _cancel(texts, draft.id),
    ]
    return Message(text, [section(text), actions(*elements)])


def stopped(
    texts: Texts, draft: Draft, programme: Programme, at: datetime, why: str, by: Person | None, *, still_open: bool
) -> Message:
    """To HR's channel: the release was not done, why, and what HR can do."""
    when = texts.moment(at, programme.zone)
    text = texts(f"matching.release_plan.stopped.{why}", when=when, person=mention(by) if by else "")
    if not still_open:
        return Message(text, [section(text)])
    pairs = button(texts.plain("matching.draft.buttons.pairs"), ActionId.MATCH_PAIRS, draft.id)
    release = button(texts.plain("matching.draft.buttons.release"), ActionId.MATCH_RELEASE, draft.id, style="primary")
    return Message(text, [section(text), actions(pairs, release)])


def over(texts: Texts, plan: PlannedRelease) -> Message:
    """An earlier message about a plan, once there is another plan or none."""
    text = texts("matching.release_plan.was", when=texts.moment(plan.at, plan.programme.zone))
    return Message(text, [section(text)])


def done(texts: Texts, plan: PlannedRelease) -> View:
    """Replaces the form."""
    text = texts(
        "matching.release_plan.done",
        when=texts.moment(plan.at, plan.programme.zone),
        channel=channel_link(plan.programme.hr_channel),
    )
    title = texts.plain("matching.release_plan.modal.title")
    return modal(title, [section(text)], callback_id=CallbackId.DONE, close=texts.plain("notice.close"))


def left_out_lines(texts: Texts, pairs: Sequence[tuple[Member, Member, str]]) -> list[Block]:
    """The pairs of a draft that are not possible any more, each with the reason."""
    lines = [
        texts(
            "matching.release_plan.left_out",
            mentor=placed_for_hr(texts, mentor),
            leader=placed_for_hr(texts, leader),
            rule=_sentence(texts, rule, {"mentor": mentor.person.name, "leader": leader.person.name}),
        )
        for mentor, leader, rule in pairs[:NAMED]
    ]
    if more := len(pairs) - NAMED:
        lines += [texts("matching.release_plan.left_out_more", more=more)] if more > 0 else []
    return [section(Mrkdwn("\n".join(lines)))] if lines else []


def _sentence(texts: Texts, rule: str, names: Mapping[str, str]) -> Mrkdwn:
    return texts(f"matching.rules.{rule}.sentence", **names)


def _change(texts: Texts, draft_id: int) -> Element:
    return button(texts.plain("matching.release_plan.buttons.change"), ActionId.MATCH_PLAN, draft_id)


def _cancel(texts: Texts, draft_id: int) -> Element:
    confirm = confirmation_of(texts, "matching.release_plan.cancel")
    label = texts.plain("matching.release_plan.buttons.cancel")
    return button(label, ActionId.MATCH_PLAN_CANCEL, draft_id, confirm=confirm)
