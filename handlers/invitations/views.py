"""HR's windows about invitations: the form, the preview, the result, and one invitation."""

from collections.abc import Collection, Sequence
from datetime import datetime

from bot.domain.calendar import local
from bot.domain.invitations import AGAIN_AFTER, LONGEST_REASON, MOST_NAMED, REMIND_AFTER, InvitationState, again_from
from bot.domain.participants import department_key
from bot.domain.signup import Role
from bot.services.invitations.choosing import LeftOut, Outlook, RosterChoice
from bot.services.invitations.states import Invited
from bot.services.nominations.reading import Nominated
from handlers.invitations import message_views
from handlers.invitations.forms import LONGEST_LIST, InviteInput
from handlers.invitations.modal_state import MOST_DEPARTMENTS, InvitationsState, InviteState
from handlers.kit.blocks import (
    Block,
    View,
    actions,
    button,
    confirmation_of,
    context,
    divider,
    field,
    form_modal,
    modal,
    multi_select,
    notice,
    section,
    select,
    text_input,
    typed,
    users_select,
)
from handlers.kit.buttons import own_texts_button
from handlers.kit.hr_people import mention_for_hr
from handlers.kit.ids import ActionId, CallbackId
from handlers.kit.positions import level_name
from handlers.nominations.views import for_person
from handlers.participants.modal_state import ParticipantsState
from prompts.catalogue import Mrkdwn, Texts
from storage.tables import Invitation, Person, Programme

FORM, PREVIEW, PERSON = "invitations.form", "invitations.preview", "invitations.person"
MOST_SHOWN = 100
"""Names in one line of the preview."""
MOST_OPTIONS = 100
EMPTY = InviteInput()


def form(
    texts: Texts, state: ParticipantsState, choice: RosterChoice, said: InviteInput = EMPTY, wrong: Collection[str] = ()
) -> View:
    """The form, filled in with what HR `said`; above it what is `wrong` with that."""
    people = users_select(
        "people", initial=said.people, placeholder=_plain(texts, "people.placeholder"), most=MOST_NAMED
    )
    pasted = text_input(
        "pasted",
        initial=said.pasted,
        placeholder=_plain(texts, "pasted.placeholder"),
        multiline=True,
        longest=LONGEST_LIST,
    )
    reason = text_input(
        "reason",
        initial=said.reason,
        placeholder=_plain(texts, "reason.placeholder"),
        multiline=True,
        longest=LONGEST_REASON,
    )
    roles = [(str(one), texts.plain(f"participants.roles.{one}")) for one in Role]
    reason_hint = texts.plain(f"{FORM}.reason.hint", longest=LONGEST_REASON)
    pasted_hint = texts.plain(f"{FORM}.pasted.hint", most=MOST_NAMED)
    blocks = [
        *(section(f"*{one}*") for one in wrong),
        section(texts(f"{FORM}.body", programme=choice.programme.name)),
        field("people", _plain(texts, "people.label"), people, optional=True),
        field("pasted", _plain(texts, "pasted.label"), pasted, hint=pasted_hint, optional=True),
        *_roster_fields(texts, choice, said),
        field("role", _plain(texts, "role.label"), select("role", roles, initial=said.role)),
        field("reason", _plain(texts, "reason.label"), reason, hint=reason_hint),
    ]
    blocks.append(actions(own_texts_button(texts, choice.programme.id)))
    return form_modal(texts, FORM, blocks, callback_id=CallbackId.INVITE_FORM, state=state)


def _roster_fields(texts: Texts, choice: RosterChoice, said: InviteInput) -> list[Block]:
    found = []
    if choice.levels:
        options = [(str(one), level_name(texts, one)) for one in choice.levels]
        levels = multi_select("levels", options, initial=said.levels, placeholder=_plain(texts, "levels.placeholder"))
        hint = _plain(texts, "levels.hint")
        found.append(field("levels", _plain(texts, "levels.label"), levels, hint=hint, optional=True))
    if choice.departments:
        options = [(department_key(name), name) for name in choice.departments[:MOST_OPTIONS]]
        departments = multi_select(
            "departments",
            options,
            initial=said.departments,
            placeholder=_plain(texts, "departments.placeholder"),
            most=MOST_DEPARTMENTS,
        )
        found.append(field("departments", _plain(texts, "departments.label"), departments, optional=True))
    return found


def busy(texts: Texts) -> View:
    """While people are looked up."""
    return notice(texts, texts(f"{FORM}.wait"))


def preview(
    texts: Texts,
    state: InviteState,
    outlook: Outlook,
    hr: Person | None,
    now: datetime,
    theirs: Texts,
    *,
    changed: bool = False,
) -> View:
    """How many people get it, who, what the first of them reads (in `theirs`), and who is left out. Nothing is stored
    yet."""
    blocks: list[Block] = [section(texts(f"{PREVIEW}.changed"))] if changed else []
    if outlook.invited:
        blocks += [
            section(texts(f"{PREVIEW}.count", count=len(outlook.invited), days=REMIND_AFTER)),
            section(_people(texts, outlook.invited)),
        ]
    else:
        blocks.append(section(texts(f"{PREVIEW}.nobody")))
    if outlook.left_out:
        lines = [_left_out(texts, why, people) for why, people in outlook.left_out.items()]
        blocks += [divider(), section(texts(f"{PREVIEW}.left_out.title")), *map(section, lines)]
    if outlook.invited:
        example = _example(outlook.programme, state, now)
        message = message_views.invited(theirs, outlook.programme, example, hr, now, buttons=False)
        first = mention_for_hr(texts, outlook.invited[0])
        blocks += [divider(), context(texts(f"{PREVIEW}.text", person=first)), *message.blocks]
    title, submit, close = (texts.plain(f"{PREVIEW}.modal.{one}") for one in ("title", "submit", "close"))
    return modal(
        title,
        blocks,
        callback_id=CallbackId.INVITE_SEND,
        close=close,
        submit=submit if outlook.invited else "",
        state=state,
    )


def sent(texts: Texts, count: int) -> View:
    """In place of the preview, and of the form below it."""
    return modal(
        texts.plain(f"{PREVIEW}.sent.title"),
        [section(texts(f"{PREVIEW}.sent.body", count=count))],
        callback_id=CallbackId.DONE,
        close=texts.plain("notice.close"),
    )


def invitation(
    texts: Texts, programme: Programme, invited: Invited, now: datetime, nominated: Sequence[Nominated] = ()
) -> View:
    """One invitation: its state, HR's words and those of nominators, and what HR can do."""
    row = invited.invitation
    days = {"sent": invited.sent_at, "reminded": invited.reminded_at, "declined": row.declined_at}
    lines = [
        texts(f"{PERSON}.state", value=texts.plain(f"{PERSON}.states.{invited.state}")),
        texts(f"{PERSON}.role", value=texts.plain(f"participants.roles.{row.role}")),
        *(
            texts(f"{PERSON}.{name}", value=texts.day(local(at, programme.zone).date()))
            for name, at in days.items()
            if at
        ),
    ]
    again = again_from(invited.state, row.asked_at)
    blocks = [
        section(texts(f"{PERSON}.intro", person=mention_for_hr(texts, invited.person), programme=programme.name)),
        section(Mrkdwn("\n".join(lines))),
    ]
    if row.reason:
        blocks += [context(texts(f"{PERSON}.reason")), typed(row.reason)]
    blocks += for_person(texts, nominated)
    if invited.state is InvitationState.DECLINED:
        blocks.append(context(texts(f"{PERSON}.final")))
    elif again and again > now and invited.state is InvitationState.SENT:
        blocks.append(context(texts(f"{PERSON}.again", day=texts.day(local(again, programme.zone).date()))))
    elements = []
    if invited.state is InvitationState.PLANNED:
        elements.append(
            button(
                texts.plain(f"{PERSON}.buttons.withdraw"),
                ActionId.INVITATION_WITHDRAW,
                row.id,
                confirm=confirmation_of(texts, f"{PERSON}.confirm.one"),
            )
        )
    if again and again <= now:
        elements.append(button(texts.plain(f"{PERSON}.buttons.again"), ActionId.INVITATION_AGAIN, row.id))
    return modal(
        texts.plain(f"{PERSON}.title"),
        [*blocks, *([actions(*elements)] if elements else [])],
        callback_id=CallbackId.INVITATION,
        close=texts.plain("notice.close"),
        state=InvitationsState(programme.id, row.id),
    )


def withdrawn(texts: Texts, person: Person) -> View:
    return notice(texts, texts(f"{PERSON}.withdrawn", person=mention_for_hr(texts, person)))


def _example(programme: Programme, state: InviteState, now: datetime) -> Invitation:
    """What the message says; it is not stored."""
    return Invitation(
        id=0, team_id=programme.team_id, programme_id=programme.id, person_id=0, role=state.role, reason=state.reason,
        asked_at=now,
    )  # fmt: skip


def _left_out(texts: Texts, why: LeftOut, people: Sequence[Person]) -> Mrkdwn:
    values = {"days": AGAIN_AFTER.days} if why is LeftOut.INVITED else {}
    return texts(f"{PREVIEW}.left_out.{why}", people=_people(texts, people), **values)


def _people(texts: Texts, people: Sequence[Person]) -> Mrkdwn:
    named = Mrkdwn(", ".join(mention_for_hr(texts, one) for one in people[:MOST_SHOWN]))
    return texts(f"{PREVIEW}.people", people=named, more=max(0, len(people) - MOST_SHOWN))


def _plain(texts: Texts, name: str) -> str:
    return texts.plain(f"{FORM}.{name}")
