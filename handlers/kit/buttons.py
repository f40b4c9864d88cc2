"""Buttons that views of several features show. What each does is in the listeners of its feature."""

from collections.abc import Iterable
from dataclasses import dataclass

from bot.domain.agreement import State
from bot.domain.broadcasts import Audience
from bot.domain.sessions import Side, slot_at
from bot.services.orientation.orientation import ReadingProgress
from bot.services.pair_context import Meeting
from handlers.kit.blocks import Block, Element, actions, button, confirmation, confirmation_of, context
from handlers.kit.button_value import ButtonValue, Row
from handlers.kit.ids import ActionFamily, ActionId
from prompts.catalogue import Texts
from storage.tables import MentoringSession, Programme


@dataclass(frozen=True)
class SessionTime(ButtonValue):
    """A session and the slot of the time shown, which older buttons do not have: `12:20270105T0300Z`."""

    session_id: Row
    slot: str = ""


def join_button(texts: Texts, *programmes: Programme) -> Element:
    """Opens the sign-up form of a programme; of several, after the person has said of which."""
    value = programmes[0].id if len(programmes) == 1 else ""
    return button(texts.plain("home.common.buttons.join"), ActionId.JOIN_OPEN, value)


def join_reminder_button(texts: Texts, programme_id: int) -> Element:
    """HR reminds the channel of the announcement; confirmed, because everyone there reads it."""
    key = "programme.setup.done"
    question = confirmation_of(texts, f"{key}.remind")
    return button(texts.plain(f"{key}.buttons.remind"), ActionId.RECRUIT_REMIND, programme_id, confirm=question)


def pause_button(texts: Texts) -> Element:
    """Opens the form for a pause: in every message that may reach a person at a bad moment."""
    return button(texts.plain("home.common.buttons.pause"), ActionId.PAUSE_OPEN)


def working_time_button(texts: Texts) -> Element:
    """Opens one's own working time."""
    return button(texts.plain("home.common.buttons.working_time"), ActionId.WORKING_TIME_OPEN)


def resume_button(texts: Texts) -> Element:
    """Ends the person's pause."""
    return button(texts.plain("home.common.buttons.resume"), ActionId.RESUME_NOW)


def agreement_button(texts: Texts, pair_id: int, state: State = State.NONE) -> Element:
    """Opens the agreement: its text, or the form if there is none."""
    style = "primary" if state is State.YOURS else ""
    return button(texts.plain(f"agreement.buttons.{state}"), ActionId.AGREEMENT_OPEN, pair_id, style=style)


def parting_button(texts: Texts, pair_id: int) -> Element:
    return button(texts.plain("care.parting.form.buttons.open"), ActionId.PART_OPEN, pair_id)


def thanks_button(texts: Texts, pair_id: int) -> Element:
    return button(texts.plain("closing.thanks.button"), ActionId.CLOSING_THANKS, pair_id)


def story_button(texts: Texts, pair_id: int) -> Element:
    return button(texts.plain("closing.story.buttons.open"), ActionId.STORY_OPEN, pair_id)


def certificate_button(texts: Texts, programme_id: int) -> Element:
    return button(texts.plain("closing.certificate.asked.button"), ActionId.CERTIFICATE_SEND, programme_id)


def draft_button(texts: Texts, programme_id: int) -> Element:
    """HR has pairs drafted."""
    return button(texts.plain("home.common.buttons.match"), ActionId.MATCH_DRAW, programme_id)


def report_button(texts: Texts, programme: Programme) -> Element:
    return button(texts.plain("insight.report.sent.button"), ActionId.REPORT_GET, programme.id)


def playbook_button(texts: Texts, programme_id: int) -> Element:
    """HR reads what worked in a programme."""
    return button(texts.plain("playbook.window.open"), ActionId.PLAYBOOK_OPEN, programme_id)


def certificate_design_button(texts: Texts, programme_id: int) -> Element:
    """HR's form for the logo and the second signature of certificates."""
    return button(texts.plain("closing.certificate.design.open"), ActionId.CERTIFICATE_DESIGN, programme_id)


def next_cohort_button(texts: Texts, programme: Programme) -> Element:
    return button(texts.plain("programme.next_cohort.next.button"), ActionId.COHORT_NEXT, programme.id, style="primary")


def leadership_thanks_button(texts: Texts, programme_id: int) -> Element:
    return button(texts.plain("programme.sponsor.thanks.button"), ActionId.SPONSOR_THANKS, programme_id)


def participants_button(texts: Texts, programme_id: int) -> Element:
    return button(texts.plain("participants.list.title"), ActionId.PARTICIPANTS_OPEN, programme_id)


def invite_button(texts: Texts, programme_id: int) -> Element:
    """Opens HR's form to invite people by name."""
    return button(texts.plain("invitations.form.open"), ActionId.INVITE_OPEN, programme_id)


def improve_button(texts: Texts, programme_id: int, *, again: bool = False) -> Element:
    """Opens the form for what the programme should do better; `again`: to change what they wrote."""
    label = texts.plain(f"improvements.form.{'change' if again else 'open'}")
    return button(label, ActionId.IMPROVE_OPEN, programme_id)


def buddy_button(texts: Texts, programme_id: int) -> Element:
    """Opens the window in which a mentor chooses to have a buddy, or to be one."""
    return button(texts.plain("buddies.home.button"), ActionId.BUDDY_OPEN, programme_id)


def circle_button(texts: Texts, programme_id: int) -> Element:
    """Opens the window in which a mentor joins or leaves the mentors' circles."""
    return button(texts.plain("circles.home.button"), ActionId.CIRCLE_OPEN, programme_id)


def nominate_button(texts: Texts, programme_id: int) -> Element:
    """Opens the form to nominate a colleague as a mentor."""
    return button(texts.plain("nominations.form.open"), ActionId.NOMINATE_OPEN, programme_id)


def nominations_button(texts: Texts, programme_id: int) -> Element:
    """HR reads whom colleagues nominated."""
    return button(texts.plain("nominations.list.open"), ActionId.NOMINATIONS_OPEN, programme_id)


def roster_button(texts: Texts, programme_id: int) -> Element:
    """Opens HR's form to upload the roster."""
    return button(texts.plain("roster.import.title"), ActionId.ROSTER_OPEN, programme_id)


def broadcast_button(texts: Texts, programme_id: int, audience: Audience = Audience.ALL, *, label: str = "") -> Element:
    """HR writes to many: opens the form, for these people unless HR chooses others."""
    said = label or texts.plain("broadcasts.form.open")
    return button(said, ActionFamily.BROADCAST_OPEN.of(audience), programme_id)


def days_off_button(texts: Texts, programme_id: int) -> Element:
    return button(texts.plain("programme.days_off.form.buttons.open"), ActionId.DAYS_OPEN, programme_id)


def course_button(texts: Texts, programme_id: int) -> Element:
    """HR's window for a programme's dates, pause and end."""
    return button(texts.plain("course.choices.open"), ActionId.COURSE_OPEN, programme_id)


def closing_date_button(texts: Texts, programme_id: int) -> Element:
    """HR's form for the last day of sign-up."""
    return button(texts.plain("recruiting.closing.open"), ActionId.CLOSING_DATE_OPEN, programme_id)


def training_button(texts: Texts, programme_id: int) -> Element:
    """HR's window for kick-off sessions, and for what has to be finished."""
    return button(texts.plain("training.overview.title"), ActionId.TRAINING_OPEN, programme_id)


def orientation_rule_button(texts: Texts, programme_id: int) -> Element:
    """HR's form: until when the orientation and the briefing have to be finished."""
    return button(texts.plain("orientation.finish_by.open"), ActionId.ORIENTATION_RULE, programme_id)


def waiting_button(texts: Texts, programme_id: int) -> Element:
    """The sign-ups that wait for HR's approval."""
    return button(texts.plain("signup.approval.buttons.waiting"), ActionId.PARTICIPANTS_WAITING, programme_id)


def eligibility_button(texts: Texts, programme_id: int) -> Element:
    """HR's form for who may take part."""
    return button(texts.plain("recruiting.eligibility.open"), ActionId.ELIGIBILITY_OPEN, programme_id)


def topics_button(texts: Texts, programme_id: int) -> Element:
    return button(texts.plain("programme.topics.open"), ActionId.TOPICS_OPEN, programme_id)


def own_texts_button(texts: Texts, programme_id: int) -> Element:
    """HR's window for the words of the announcement, the reminder, the invitation and the leadership message."""
    return button(texts.plain("recruiting.own_texts.open"), ActionId.OWN_TEXTS_OPEN, programme_id)


def material_button(texts: Texts, programme_id: int) -> Element:
    return button(texts.plain("material.buttons.open"), ActionId.MATERIAL_OPEN, programme_id)


def own_questions_button(texts: Texts, programme_id: int) -> Element:
    """HR's window for its own questions."""
    return button(texts.plain("own_questions.list.open"), ActionId.OWN_QUESTIONS_OPEN, programme_id)


def cadence_button(texts: Texts, pair_id: int) -> Element:
    return button(texts.plain("sessions.cadence.form.buttons.open"), ActionId.RHYTHM_OPEN, pair_id)


def growth_button(texts: Texts, pair_id: int) -> Element:
    """Opens the window."""
    return button(texts.plain("outcomes.buttons.open"), ActionId.GROWTH_OPEN, pair_id)


def new_card_button(texts: Texts, pair_id: int, *, style: str = "") -> Element:
    return button(texts.plain("outcomes.cards.buttons.new"), ActionId.CARD_NEW, pair_id, style=style)


def orientation_button(texts: Texts, progress: ReadingProgress) -> Element:
    """Begin, continue at the last step, or read it again."""
    state = "again" if progress.finished else "go_on" if progress.read else "begin"
    label = texts.plain(f"orientation.frame.{progress.side}.{state}", read=progress.read, total=progress.total)
    return button(label, ActionFamily.PREPARE_OPEN.of(progress.side), progress.programme_id)


def orientation_buttons(texts: Texts, progress: Iterable[ReadingProgress]) -> list[Element]:
    """If it is not finished yet."""
    return [orientation_button(texts, one) for one in progress if not one.finished]


def cancel_session_button(texts: Texts, meeting: Meeting, side: Side) -> Element:
    """Confirmation before cancelling."""
    reader, partner = meeting.person(side), meeting.person(side.other)
    starts_at, key = meeting.session.starts_at, "sessions.cancel.confirm"
    when = texts.short_moment(starts_at, reader.zone) if starts_at else ""
    question = confirmation(
        texts.plain(f"{key}.title"),
        texts.plain(f"{key}.text", when=when, partner=texts.vocative(partner.name, partner.address)),
        texts.plain(f"{key}.yes"),
        texts.plain(f"{key}.no"),
    )
    return button(
        texts.plain("sessions.booked.buttons.cancel"),
        ActionId.SESSION_CANCEL,
        SessionTime(meeting.session.id, slot_at(starts_at)),
        confirm=question,
    )


def session_held_button(texts: Texts, row: MentoringSession) -> Element:
    """Opens the form that asks when the two met: nothing is recorded without a time."""
    return button(texts.plain("sessions.booked.buttons.held"), ActionId.SESSION_HELD, row.id)


def correct_session_button(texts: Texts, row: MentoringSession) -> Element:
    """Opens the same form for a session that is on record."""
    return button(texts.plain("sessions.held.buttons.correct", number=row.number), ActionId.SESSION_CORRECT, row.id)


def page_turns(texts: Texts, family: ActionFamily, page: int, count: int, a_page: int) -> list[Block]:
    """Which of `count` rows a list shows, and buttons to the previous and the next page; nothing if all are shown."""
    if count <= a_page:
        return []
    first, last = page * a_page + 1, min((page + 1) * a_page, count)
    turns = [
        button(texts.plain(f"matching.draft.buttons.{name}"), family.of(name), to)
        for name, to, there in (("previous", page - 1, page > 0), ("next", page + 1, last < count))
        if there
    ]
    return [context(texts("matching.draft.page", first=first, last=last, count=count)), actions(*turns)]
