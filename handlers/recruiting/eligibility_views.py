"""HR's windows for who may take part: the form, what it does, and the result."""

from bot.domain.participants import department_key
from bot.domain.recruiting_eligibility import MOST_CHANNELS, Eligibility
from bot.domain.signup import Level
from bot.services.recruiting.eligibility import EligibilityChoice, EligibilityOutlook
from bot.slack.gateway import Message
from handlers.kit.blocks import (
    Block,
    Option,
    View,
    actions,
    button,
    channel_link,
    channels_select,
    checkboxes,
    context,
    field,
    form_modal,
    modal,
    multi_select,
    section,
    select,
    text_input,
)
from handlers.kit.buttons import eligibility_button
from handlers.kit.eligibility import KEY, limit_names, whom
from handlers.kit.hr_people import placed_for_hr
from handlers.kit.ids import ActionId, CallbackId
from handlers.kit.modal_state import OfProgramme
from handlers.kit.positions import level_name
from handlers.recruiting.eligibility_forms import APPROVAL_DAYS, LISTED, LONGEST_OTHERS, EligibilityState
from prompts.catalogue import Mrkdwn, Texts
from storage.tables import Programme

MOST_OPTIONS = 100
NAMED = 10
"""How many people the preview names; all of them are in HR's list."""


def form(texts: Texts, found: EligibilityChoice) -> View:
    programme, now = found.programme, found.now
    levels = [(one.name.lower(), level_name(texts, one)) for one in Level]
    offered = {department_key(one): one for one in found.departments[:MOST_OPTIONS]}
    chosen = [offered[key] for key in map(department_key, now.departments) if key in offered]
    others = [one for one in now.departments if department_key(one) not in offered]
    initial = [Level(one).name.lower() for one in now.levels]
    blocks: list[Block] = [
        section(_now(texts, programme, now)),
        _field(texts, "levels", multi_select("levels", levels, initial=initial)),
    ]
    if offered:
        options = [(name, name) for name in offered.values()]
        blocks.append(_field(texts, "departments", multi_select("departments", options, initial=chosen)))
    said = ", ".join(others)
    typed = text_input("others", initial=said, longest=max(LONGEST_OTHERS, len(said)))
    boxes = checkboxes("listed", [(LISTED, texts.plain(f"{KEY}.listed.option"))], initial=[LISTED] * now.listed)
    blocks += [
        _field(texts, "others", typed),
        _field(texts, "channels", channels_select("channels", initial=now.channels, most=MOST_CHANNELS)),
        _field(texts, "listed", boxes),
        _field(texts, "approval", select("approval", _approvals(texts), initial=str(programme.approve_within or 0))),
        context(texts(f"{KEY}.always")),
    ]
    return form_modal(texts, KEY, blocks, callback_id=CallbackId.ELIGIBILITY_FORM, state=OfProgramme(programme.id))


def preview(texts: Texts, outlook: EligibilityOutlook, state: EligibilityState) -> View:
    """What it does, before it is stored."""
    programme, eligibility = outlook.programme, state.eligibility
    blocks = [section(_now(texts, programme, eligibility, key="preview"))]
    if eligibility.is_limited:
        blocks.append(section(texts(f"{KEY}.unfit", count=len(outlook.unfit), people=outlook.people)))
        if outlook.unfit:
            lines = [
                texts(f"{KEY}.line", person=placed_for_hr(texts, one), limits=limit_names(texts, limits))
                for one, limits in outlook.unfit[:NAMED]
            ]
            if more := len(outlook.unfit) - len(lines):
                lines.append(texts(f"{KEY}.more", count=more))
            blocks += [section(Mrkdwn("\n".join(lines))), section(texts(f"{KEY}.stay"))]
        if outlook.invited:
            blocks.append(section(texts(f"{KEY}.invited", count=outlook.invited)))
    blocks.append(section(_approval(texts, state.approve_within)))
    if outlook.waiting and not state.approve_within:
        blocks.append(section(texts(f"{KEY}.approval.still", count=outlook.waiting)))
    blocks.append(context(texts(f"{KEY}.announced", channel=channel_link(programme.announce_channel))))
    return form_modal(texts, f"{KEY}.preview", blocks, callback_id=CallbackId.ELIGIBILITY_SAVE, state=state)


def saved(texts: Texts, programme: Programme, outlook: EligibilityOutlook, eligibility: Eligibility) -> View:
    approval = _approval(texts, programme.approve_within or 0)
    blocks = [section(_now(texts, programme, eligibility, key="saved")), section(approval)]
    if outlook.unfit:
        label = texts.plain(f"{KEY}.buttons.unfit", count=len(outlook.unfit))
        blocks.append(actions(button(label, ActionId.PARTICIPANTS_UNFIT, programme.id)))
    title, close = texts.plain(f"{KEY}.modal.title"), texts.plain("notice.close")
    return modal(title, blocks, callback_id=CallbackId.DONE, close=close)


def unreadable(texts: Texts, programme: Programme, channel: str, error: str) -> Message:
    """To HR: Slack does not say who is in a channel whose members may take part."""
    why = texts(f"{KEY}.unreadable.why.{why_of(error)}")
    values = {"channel": channel_link(channel), "programme": programme.name}
    text = texts(f"{KEY}.unreadable.body", **values, why=why)
    return Message(text, [section(text), actions(eligibility_button(texts, programme.id))])


def why_of(error: str) -> str:
    """The name of the reason why a channel's members are not known."""
    return "scope" if error == "missing_scope" else "other" if error else "unseen"


def _approvals(texts: Texts) -> list[Option]:
    days = [(str(one), texts.plain(f"{KEY}.approval.option", days=one)) for one in APPROVAL_DAYS]
    return [("0", texts.plain(f"{KEY}.approval.none")), *days]


def _approval(texts: Texts, days: int) -> Mrkdwn:
    return texts(f"{KEY}.approval.meaning.{'within' if days else 'none'}", **({"days": days} if days else {}))


def _now(texts: Texts, programme: Programme, eligibility: Eligibility, key: str = "now") -> Mrkdwn:
    who = whom(texts, eligibility)
    return texts(f"{KEY}.{key}.{'limited' if who else 'everyone'}", programme=programme.name, who=who)


def _field(texts: Texts, name: str, element: dict[str, object]) -> Block:
    key = f"{KEY}.{name}"
    hint = texts.plain(f"{key}.hint") if texts.has(f"{key}.hint") else ""
    return field(name, texts.plain(f"{key}.label"), element, hint=hint, optional=True)
