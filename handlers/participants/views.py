"""HR's windows about who takes part: the list, one person, and the forms to sign up, change and take out."""

from collections.abc import Sequence
from dataclasses import replace

from bot.domain.calendar import local
from bot.domain.participants import Stage, department_key
from bot.domain.sessions import Side
from bot.domain.signup import Role
from bot.services.nominations.reading import Nominated
from bot.services.participants.listing import UNFIT, Listed, ListRow, ParticipantPage, ParticipantSearch, Partner
from bot.services.participants.on_behalf import LONGEST_REASON, USUAL_PLACES, Saved
from bot.services.signup.checks import topics_to_choose
from handlers.care.at_risk_views import end_button
from handlers.kit.blocks import (
    Block,
    Element,
    View,
    actions,
    button,
    confirmation_of,
    context,
    divider,
    field,
    form_modal,
    modal,
    section,
    select,
    text_input,
    typed,
    user_select,
)
from handlers.kit.buttons import invite_button, nominations_button, page_turns
from handlers.kit.eligibility import limit_names
from handlers.kit.hr_people import mention_for_hr, over_text
from handlers.kit.ids import ActionFamily, ActionId, CallbackId
from handlers.kit.positions import level_name, position_of
from handlers.nominations.views import for_person
from handlers.participants.modal_state import LONGEST_WORDS, ParticipantsState
from handlers.sessions.hr_record_views import open_button as correct_button
from handlers.signup.views import (
    Filled,
    form_field,
    person_fields,
    places_field,
    written_in,
)
from prompts.catalogue import Mrkdwn, Texts
from prompts.reasons import in_text
from storage.tables import Participant, Person, Programme

A_PAGE = 10
ANY = "-"
"""The value of a menu's first choice: no limit."""
MOST_DEPARTMENTS = 99
FILTERS = "filters"
FORM = "participants.form"


def listing(texts: Texts, page: ParticipantPage) -> View:
    """The list, with fields to search on top."""
    search, programme = page.search, page.programme
    words = text_input(
        "words",
        initial=search.words,
        placeholder=texts.plain("participants.list.words.placeholder"),
        longest=LONGEST_WORDS,
    )
    blocks: list[Block] = [
        section(_counts(texts, page)),
        field("words", texts.plain("participants.list.words.label"), words, optional=True),
        actions(*_filters(texts, page)) | {"block_id": FILTERS},
    ]
    for row in page.rows:
        blocks += [section(_line(texts, programme, row), _open_button(texts, row))]
        if page.count == 1 and isinstance(row, Listed):
            blocks += [_pair_actions(texts, one.pair_id) for one in row.partners]
        blocks.append(divider())
    if not page.rows:
        blocks.append(
            section(texts("participants.list.nobody" if search == ParticipantSearch() else "participants.list.none"))
        )
    blocks += page_turns(texts, ActionFamily.PARTICIPANTS_PAGE, search.page, page.count, A_PAGE)
    elements = [
        invite_button(texts, programme.id),
        nominations_button(texts, programme.id),
        button(texts.plain("participants.list.buttons.add"), ActionId.PARTICIPANT_ADD, programme.id),
        button(texts.plain("participants.list.buttons.file"), ActionId.PARTICIPANTS_FILE, programme.id),
    ]
    waiting = [one.part.id for one in page.rows if isinstance(one, Listed) and one.stage is Stage.WAITING]
    if waiting:
        elements.insert(0, _approve_button(texts, waiting))
    if page.rows:
        write = button(texts.plain("participants.list.buttons.write"), ActionId.BROADCAST_WRITE, programme.id)
        elements.insert(-1, write)
    if page.unsent:
        label = texts.plain("invitations.person.buttons.withdraw_all", count=page.unsent)
        sure = confirmation_of(texts, "invitations.person.confirm.all", count=page.unsent)
        elements.append(button(label, ActionId.INVITATION_WITHDRAW_ALL, programme.id, confirm=sure))
    blocks.append(actions(*elements))
    return modal(
        texts.plain("participants.list.title"),
        blocks,
        callback_id=CallbackId.PARTICIPANTS,
        submit=texts.plain("participants.list.search"),
        close=texts.plain("notice.close"),
        state=ParticipantsState(programme.id, search),
    )


def person(
    texts: Texts, programme: Programme, listed: Listed, state: ParticipantsState, nominated: Sequence[Nominated] = ()
) -> View:
    """What HR may see of one person, and what HR can do."""
    part = listed.part
    lines = [
        _detail(texts, "stage", texts(f"participants.stages.{listed.stage}")),
        _detail(texts, "unfit", limit_names(texts, listed.unmet)),
        texts("participants.person.admitted") if part.admitted_at and programme.eligibility else "",
        _detail(texts, "role", texts(f"participants.roles.{part.role}")),
        _detail(texts, "job_title", listed.person.title),
        _detail(texts, "level", level_name(texts, part.level)),
        _detail(texts, "department", part.department),
        _detail(texts, "offers", _topics(texts, [one["topic"] for one in part.offers])),
        _detail(texts, "wishes", _topics(texts, [one["topic"] for one in part.wishes])),
        _detail(texts, "joined", texts.day(part.joined_at.date())),
        _invited_on(texts, programme, listed),
    ]
    blocks: list[Block] = [
        section(
            texts("participants.person.intro", person=mention_for_hr(texts, listed.person), programme=programme.name)
        ),
        section(Mrkdwn("\n".join(line for line in lines if line))),
    ]
    blocks += for_person(texts, nominated)
    lines_of_pairs = [*_partners(texts, programme, listed.partners), *_partners(texts, programme, listed.past)]
    for line, one in zip(lines_of_pairs, (*listed.partners, *listed.past), strict=True):
        look = button(texts.plain("care.at_risk.hr.buttons.look"), ActionId.RISK_HR_LOOK, one.pair_id)
        blocks.append(section(line, look))
    if part.hr_reason and listed.stage.is_over:
        blocks += [context(texts("participants.person.reason")), typed(part.hr_reason)]
    if listed.stage.is_over:
        blocks.append(context(texts("participants.person.left")))
    else:
        change = button(texts.plain("participants.person.buttons.change"), ActionId.PARTICIPANT_CHANGE, part.id)
        out = button(texts.plain("participants.person.buttons.take_out"), ActionId.PARTICIPANT_TAKE_OUT, part.id)
        admit = button(texts.plain("participants.person.buttons.admit"), ActionId.PARTICIPANT_ADMIT, part.id)
        if listed.stage is Stage.WAITING:
            no = button(texts.plain("signup.approval.buttons.decline"), ActionId.PARTICIPANT_DECLINE, part.id)
            blocks.append(actions(_approve_button(texts, [part.id]), no))
        if listed.stage is not Stage.WAITING:
            blocks.append(actions(_hold_button(texts, listed)))
        blocks.append(actions(change, *([admit] if listed.unmet else []), out))
    blocks.append(context(texts("participants.person.private")))
    return modal(
        texts.plain("participants.person.title"),
        blocks,
        callback_id=CallbackId.PARTICIPANT,
        close=texts.plain("notice.close"),
        state=ParticipantsState(state.programme_id, state.search, part.id),
    )


def sign_up_form(texts: Texts, state: ParticipantsState, programme: Programme) -> View:
    """HR signs a colleague up."""
    who = user_select("person", placeholder=texts.plain("participants.form.person.placeholder"))
    blocks = [
        section(texts("participants.form.intro.add", programme=programme.name)),
        field("person", texts.plain("participants.form.person.label"), who),
        *_about(texts, programme, None, programme.language, "", no_manager=False),
    ]
    return form_modal(
        texts,
        "participants.form.add",
        blocks,
        callback_id=CallbackId.PARTICIPANT_ADD_FORM,
        state=state,
    )


def change_form(
    texts: Texts, state: ParticipantsState, programme: Programme, listed: Listed, manager: tuple[Person | None, bool]
) -> View:
    """HR changes a sign-up. `manager`: the one that the programme knows, and whether it knows."""
    boss, known = manager
    blocks = [
        section(
            texts(
                "participants.form.intro.change", person=mention_for_hr(texts, listed.person), programme=programme.name
            )
        ),
        *_about(
            texts,
            programme,
            listed.part,
            listed.person.language,
            boss.slack_id if boss else "",
            no_manager=known and boss is None,
        ),
    ]
    return form_modal(
        texts,
        "participants.form.change",
        blocks,
        callback_id=CallbackId.PARTICIPANT_FORM,
        state=replace(state, participant_id=listed.part.id),
    )


def take_out_form(texts: Texts, state: ParticipantsState, programme: Programme, listed: Listed) -> View:
    """What it does, before HR does it."""
    partners = [mention_for_hr(texts, one.person) for one in listed.partners]
    why = text_input("reason", multiline=True, longest=LONGEST_REASON)
    consequence = "partners" if partners else "nobody"
    values = {"person": mention_for_hr(texts, listed.person), "programme": programme.name}
    blocks = [
        section(texts(f"participants.take_out.intro.{consequence}", **values, partners=texts.join(partners))),
        field(
            "reason",
            texts.plain("participants.take_out.reason.label"),
            why,
            hint=texts.plain("participants.take_out.reason.hint"),
            optional=True,
        ),
    ]
    return form_modal(
        texts,
        "participants.take_out",
        blocks,
        callback_id=CallbackId.PARTICIPANT_TAKE_OUT_FORM,
        state=replace(state, participant_id=listed.part.id),
    )


def decline_form(texts: Texts, state: ParticipantsState, programme: Programme, listed: Listed) -> View:
    """What it does, before HR does it."""
    key, why = "signup.approval.decline", text_input("reason", multiline=True, longest=LONGEST_REASON)
    label, hint = texts.plain("participants.take_out.reason.label"), texts.plain("participants.take_out.reason.hint")
    values = {"person": mention_for_hr(texts, listed.person), "programme": programme.name}
    blocks = [section(texts(f"{key}.intro", **values)), field("reason", label, why, hint=hint, optional=True)]
    state = replace(state, participant_id=listed.part.id)
    return form_modal(texts, key, blocks, callback_id=CallbackId.PARTICIPANT_DECLINE_FORM, state=state)


def declined(texts: Texts, who: Person, *, waited: bool) -> View:
    """`waited`: not if a colleague decided, or the person left, meanwhile."""
    key = "declined" if waited else "decided"
    return _done(texts, texts(f"signup.approval.{key}", person=mention_for_hr(texts, who)))


def _hold_button(texts: Texts, listed: Listed) -> Element:
    """A person is held back from drafts, or let in again."""
    if listed.part.held_at is not None:
        return button(texts.plain("matching.pair.buttons.let_in"), ActionId.PARTICIPANT_LET_IN, listed.part.id)
    sure = confirmation_of(texts, "participants.hold", person=listed.person.name)
    return button(texts.plain("matching.pair.buttons.hold"), ActionId.PARTICIPANT_HOLD, listed.part.id, confirm=sure)


def _approve_button(texts: Texts, waiting: Sequence[int]) -> Element:
    """For all sign-ups that a page shows, or one."""
    count = len(waiting)
    sure = confirmation_of(texts, "signup.approval.confirm", count=count)
    label = texts.plain("signup.approval.buttons.approve", count=count)
    return button(label, ActionId.PARTICIPANT_APPROVE, ",".join(map(str, waiting)), style="primary", confirm=sure)


def saved(texts: Texts, done: Saved) -> View:
    """Replaces the form."""
    key = "new" if done.new else "changed" if done.changed else "nothing"
    text = texts(f"participants.saved.{key}", person=mention_for_hr(texts, done.person), programme=done.programme.name)
    return _done(texts, text)


def taken_out(texts: Texts, who: Person) -> View:
    return _done(texts, texts("participants.saved.taken_out", person=mention_for_hr(texts, who)))


def _done(texts: Texts, text: str) -> View:
    title, close = texts.plain("participants.saved.title"), texts.plain("notice.close")
    return modal(title, [section(text)], callback_id=CallbackId.DONE, close=close)


def _counts(texts: Texts, page: ParticipantPage) -> Mrkdwn:
    """How many people there are at each stage."""
    parts = [
        texts("participants.list.count", stage=texts.plain(f"participants.stages.{stage}"), count=count)
        for stage, count in page.stages.items()
        if count
    ]
    if page.unfit:
        parts.append(texts("participants.list.count", stage=texts.plain("participants.list.unfit"), count=page.unfit))
    total = sum(count for stage, count in page.stages.items() if stage.takes_part)
    head = texts("participants.list.intro", programme=page.programme.name, count=total)
    return Mrkdwn("\n".join([head, " · ".join(parts)]) if parts else head)


def _filters(texts: Texts, page: ParticipantPage) -> list[Element]:
    search = page.search
    stages = [(str(one), texts.plain(f"participants.stages.{one}")) for one in Stage]
    if page.programme.eligibility or search.stage == UNFIT:
        stages.insert(0, (UNFIT, texts.plain("participants.list.unfit")))
    roles = [(str(one), texts.plain(f"participants.roles.{one}")) for one in Role]
    menus = [
        select(
            ActionId.PARTICIPANTS_STAGE,
            [(ANY, texts.plain("participants.list.every.stage")), *stages],
            initial=search.stage or ANY,
        ),
        select(
            ActionId.PARTICIPANTS_ROLE,
            [(ANY, texts.plain("participants.list.every.role")), *roles],
            initial=search.role or ANY,
        ),
    ]
    if page.departments:
        options = [(department_key(name), name) for name in page.departments[:MOST_DEPARTMENTS]]
        every = (ANY, texts.plain("participants.list.every.department"))
        menus.append(select(ActionId.PARTICIPANTS_DEPARTMENT, [every, *options], initial=search.department or ANY))
    return menus


def _open_button(texts: Texts, row: ListRow) -> Element:
    label = texts.plain("participants.list.show")
    if isinstance(row, Listed):
        return button(label, ActionId.PARTICIPANT_SHOW, row.part.id)
    return button(label, ActionId.INVITATION_SHOW, row.invited.invitation.id)


def _pair_actions(texts: Texts, pair_id: int) -> Block:
    """Below the only person found: what HR can do about their pair, in the order of the partners' lines."""
    look = button(texts.plain("care.at_risk.hr.buttons.look"), ActionId.RISK_HR_LOOK, pair_id)
    return actions(look, correct_button(texts, pair_id), end_button(texts, pair_id))


def _line(texts: Texts, programme: Programme, row: ListRow) -> Mrkdwn:
    about = [texts.plain(f"participants.roles.{row.role}"), position_of(texts, row.person, row)]
    unmet = row.unmet if isinstance(row, Listed) else ()
    line = texts(
        "participants.list.row",
        person=mention_for_hr(texts, row.person),
        stage=texts.plain(f"participants.stages.{row.stage}"),
        about=" · ".join(one for one in about if one),
    )
    unfit = [texts("participants.person.unfit", value=limit_names(texts, unmet))] if unmet else []
    return Mrkdwn("\n".join([line, *unfit, *_partners(texts, programme, row.partners)]))


def _invited_on(texts: Texts, programme: Programme, listed: Listed) -> str:
    """When HR invited them by name, if it did."""
    if listed.invited is None or listed.invited.sent_at is None:
        return ""
    return texts("invitations.person.joined", day=texts.day(local(listed.invited.sent_at, programme.zone).date()))


def _partners(texts: Texts, programme: Programme, partners: Sequence[Partner]) -> list[Mrkdwn]:
    """A line for each partner: who, how many sessions took place, and when and by what the pair ended."""
    return [
        texts(
            f"participants.partner.{'mentor' if one.side is Side.MENTOR else 'leader'}",
            partner=mention_for_hr(texts, one.person),
            held=one.held,
            planned=one.planned,
            over=over_text(texts, programme, one.over) if one.over else "",
        )
        for one in partners
    ]


def _detail(texts: Texts, name: str, value: str) -> Mrkdwn | str:
    return texts(f"participants.person.{name}", value=value) if value else ""


def _topics(texts: Texts, topics: list[str]) -> str:
    return in_text(texts, "topics", topics) if topics else ""


def _about(
    texts: Texts, programme: Programme, part: Participant | None, language: str, manager: str, *, no_manager: bool
) -> list[Block]:
    """The fields that HR may fill in for a person."""
    filled = Filled(
        topics_to_choose(programme, part),
        part.role if part else "",
        part.level if part else None,
        part.department if part else "",
        [one["topic"] for one in part.offers] if part else [],
        [one["topic"] for one in part.wishes] if part else [],
        manager,
        no_manager=no_manager,
    )
    roles = [(str(one), texts.plain(f"participants.roles.{one}")) for one in Role]
    mentor_places = (part.mentor_capacity if part else 0) or USUAL_PLACES["mentor"]
    leader_places = (part.leader_capacity if part else 0) or USUAL_PLACES["leader"]
    return [
        *person_fields(texts, FORM, roles, filled),
        form_field(texts, FORM, "language", select("language", written_in(texts), initial=language)),
        places_field(texts, FORM, "mentor_capacity", mentor_places),
        places_field(texts, FORM, "mentee_capacity", leader_places),
    ]
