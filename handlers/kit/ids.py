"""All ids of buttons: every button's action_id. Those of modals are in `handlers.kit.callback_ids`.

Messages that are years old contain them: an id is never renamed (`tests/rehearsal/test_stored_ids.py`). A constant
is its id in capitals. Fields of a form have their block's name instead and need no id here.
"""

from enum import StrEnum
from typing import NewType

from handlers.kit.callback_ids import CallbackId as CallbackId

AnswerId = NewType("AnswerId", str)
"""The action_id of one button of an `ActionFamily`."""


class ActionId(StrEnum):
    """A button, or another element whose use is sent to the bot immediately. The comment says what its value is."""

    AGREEMENT_OPEN = "agreement.open"  # pair
    AGREEMENT_CHANGE = "agreement.change"  # pair
    AGREEMENT_SIGN = "agreement.sign"  # the version to sign

    BROADCAST_CANCEL = "broadcast.cancel"  # message of HR
    BROADCAST_CHANGE = "broadcast.change"  # message of HR
    BROADCAST_PEOPLE = "broadcast.people"  # a menu to search for participants
    BROADCAST_EDIT = "broadcast.edit"  # nothing: back from the preview to the form
    BROADCAST_LIST = "broadcast.list"  # programme
    BROADCAST_SHOW = "broadcast.show"  # message of HR
    BROADCAST_WRITE = "broadcast.write"  # programme; for the people whom the list shows

    BUDDY_OPEN = "buddy.open"  # programme

    CALENDAR_FILE = "calendar.file"  # session
    CALENDAR_GOOGLE = "calendar.google"  # a link: nothing to do
    CALENDAR_OUTLOOK = "calendar.outlook"  # a link: nothing to do
    ELIGIBILITY_OPEN = "eligibility.open"  # programme

    FORM_AGAIN = "form.again"  # the callback id of the form to show

    CARD_NEW = "card.new"  # pair
    CARD_LIST = "card.list"  # pair
    CARD_EDIT = "card.edit"  # card
    CARD_DONE = "card.done"  # card
    CARD_LASTS = "card.lasts"  # card
    CARD_FADED = "card.faded"  # card
    CARD_DROP = "card.drop"  # card
    CARD_RENEW = "card.renew"  # card
    CARD_SHARE = "card.share"  # card
    CARD_KEEP = "card.keep"  # card

    CERTIFICATE_DESIGN = "certificate.design"  # programme
    CERTIFICATE_SAMPLE = "certificate.sample"  # programme
    CERTIFICATE_SEND = "certificate.send"  # programme
    CIRCLE_OPEN = "circle.open"  # programme
    CIRCLE_JOIN = "circle.join"  # programme
    CIRCLE_LEAVE = "circle.leave"  # programme
    CIRCLE_OFFER = "circle.offer"  # programme
    CIRCLE_STOP = "circle.stop"  # programme
    CLOSING_DATE_OPEN = "closing_date.open"  # programme
    CLOSING_THANKS = "closing.thanks"  # pair
    COHORT_NEXT = "cohort.next"  # the programme that is over
    CONCERN_OPEN = "concern.open"  # programme, or nothing
    CONCERN_TALKED = "concern.talked"  # concern
    CONCERN_ASK_NOT = "concern.ask_not"  # concern
    CONTACT_CONFIRM = "contact.confirm"  # programme
    CONTACT_DECLINE = "contact.decline"  # programme
    CONTACTS_OPEN = "contacts.open"  # programme
    COURSE_OPEN = "course.open"  # programme
    COURSE_TRY = "course.try"  # the field of a form: what was chosen
    DAYS_OPEN = "days.open"  # programme
    BUSY_HOURS_OPEN = "busy_hours.open"  # nothing
    BUSY_HOURS_REMOVE = "busy_hours.remove"  # nothing
    WORKING_TIME_OPEN = "working_time.open"  # nothing
    WORKING_TIME_HOURS = "working_time.hours"  # nothing
    WORKING_TIME_WEEK = "working_time.week"  # nothing
    WORKING_TIME_AWAY = "working_time.away"  # nothing
    WORKING_TIME_THERE = "working_time.there"  # the first and the last day, as stored
    GATE_LOOK = "gate.look"  # draft
    GOAL_OPEN = "goal.open"  # pair
    GOAL_REACHED = "goal.reached"  # goal's date
    GOAL_MOVE = "goal.move"  # goal's date
    GOAL_DROP = "goal.drop"  # goal's date
    GROWTH_OPEN = "growth.open"  # pair
    HELP_SHOW = "help.show"  # nothing

    HOME_SHOW = "home.show"  # nothing
    HOME_ADDRESS = "home.address"  # the form of address
    HOME_LANGUAGE = "home.language"  # the language's code
    HOME_PAIR = "home.pair"  # pair
    HOME_MORE = "home.more"  # nothing
    REMIND_LESS = "remind.less"  # nothing
    REMIND_MORE = "remind.more"  # nothing

    INTRO_CHAT = "intro.chat"  # pair
    INVITE_OPEN = "invite.open"  # programme
    INVITATION_SHOW = "invitation.show"  # invitation
    INVITATION_AGAIN = "invitation.again"  # invitation
    INVITATION_WITHDRAW = "invitation.withdraw"  # invitation
    INVITATION_WITHDRAW_ALL = "invitation.withdraw_all"  # programme
    INVITATION_JOIN = "invitation.join"  # invitation
    INVITATION_NO = "invitation.no"  # invitation
    JOIN_OPEN = "join.open"  # programme
    LEAVE_OPEN = "leave.open"  # programme, or nothing

    LOG_OPEN = "log.open"  # pair
    LOG_ADD = "log.add"  # pair
    LOG_CHANGE = "log.change"  # note
    LOG_DELETE = "log.delete"  # note

    MATCH_DRAW = "match.draw"  # programme
    MATCH_MANAGERS = "match.managers"  # programme
    MATCH_LOG = "match.log"  # programme
    MATCH_LOG_FILE = "match.log_file"  # programme
    MATCH_PAIRS = "match.pairs"  # draft
    MATCH_LEFT = "match.left"  # draft
    MATCH_ADD = "match.add"  # draft
    MATCH_RELEASE = "match.release"  # draft
    MATCH_PLAN = "match.plan"  # draft
    MATCH_PLAN_CANCEL = "match.plan_cancel"  # draft
    MATCH_UNDO = "match.undo"  # draft
    MATCH_PROGRESS = "match.progress"  # draft
    MATCH_SHOW = "match.show"  # what to list
    MATCH_DEPARTMENT = "match.department"  # of which department
    MATCH_OPEN = "match.open"  # pair of the draft
    MATCH_LOCK = "match.lock"  # pair of the draft
    MATCH_UNLOCK = "match.unlock"  # pair of the draft
    MATCH_TAKE_OUT = "match.take_out"  # pair of the draft
    MATCH_PUT_BACK = "match.put_back"  # pair of the draft
    MATCH_FORBID = "match.forbid"  # pair of the draft
    MATCH_ALLOW = "match.allow"  # pair of the draft
    MATCH_SWAP = "match.swap"  # pair of the draft
    MATCH_TRY_ADD = "match.try_add"  # the mentor's field of the form: who was chosen. Both, in older forms
    MATCH_TRY_ADD_LEADER = "match.try_add.leader"  # the leader's
    MATCH_TRY_SWAP = "match.try_swap"  # the field of the form: who was chosen
    MATCH_NOTE = "match.note"  # pair of the draft
    MATCH_HOLD = "match.hold"  # the sign-up
    MATCH_HOLD_LEADER = "match.hold.leader"  # the sign-up
    MATCH_LET_IN = "match.let_in"  # the sign-up
    MATCH_LET_IN_LEADER = "match.let_in.leader"  # the sign-up
    MATCH_WRITE = "match.write"  # sign-up; 0 for all people without a partner

    MEASURE_CHANGE = "measure.change"  # survey response
    MEASURE_OPEN = "measure.open"  # reading
    PACK_OPEN = "pack.open"  # session
    PAIR_YES = "pair.yes"  # confirmation
    PAIR_NO = "pair.no"  # confirmation
    PART_OPEN = "part.open"  # pair
    PARTICIPANTS_OPEN = "participants.open"  # programme
    PARTICIPANTS_STAGE = "participants.stage"  # the stage to list
    PARTICIPANTS_ROLE = "participants.role"  # the role to list
    PARTICIPANTS_DEPARTMENT = "participants.department"  # of which department
    PARTICIPANTS_UNFIT = "participants.unfit"  # programme; those whom HR's limits do not fit
    PARTICIPANTS_WAITING = "participants.waiting"  # programme; sign-ups that wait for HR's approval
    PARTICIPANTS_FILE = "participants.file"  # programme
    PARTICIPANT_SHOW = "participant.show"  # sign-up
    PARTICIPANT_ADMIT = "participant.admit"  # sign-up
    PARTICIPANT_APPROVE = "participant.approve"  # sign-ups, "12,13"
    PARTICIPANT_DECLINE = "participant.decline"  # sign-up
    PARTICIPANT_HOLD = "participant.hold"  # the sign-up
    PARTICIPANT_LET_IN = "participant.let_in"  # the sign-up
    PARTICIPANT_ADD = "participant.add"  # programme
    PARTICIPANT_CHANGE = "participant.change"  # sign-up
    PARTICIPANT_TAKE_OUT = "participant.take_out"  # sign-up
    PAUSE_OPEN = "pause.open"  # programme, or nothing

    PLAYBOOK_OPEN = "playbook.open"  # programme
    PLAYBOOK_NOTES = "playbook.notes"  # programme
    PLAYBOOK_PAGE = "playbook.page"  # programme

    POLL_OPEN = "poll.open"  # session
    POLL_CHANGE = "poll.change"  # session
    POLL_COMMENT = "poll.comment"  # session
    POLL_CONTACT = "poll.contact"  # session

    PROPOSAL_AGREE = "proposal.agree"  # proposed time
    PROPOSAL_DECLINE = "proposal.decline"  # proposed time

    ORIENTATION_RULE = "orientation.rule"  # programme
    PREPARE_BACK = "prepare.back"  # the step to go back to, counted from 1
    PRIVACY_SHOW = "privacy.show"  # nothing
    PRIVACY_DETAILS = "privacy.details"  # the area
    PRIVACY_EXPORT = "privacy.export"  # nothing
    PRIVACY_ERASE = "privacy.erase"  # nothing
    RECRUIT_REMIND = "recruit.remind"  # programme
    PROGRAMME_NEW = "programme.new"  # HR's channel
    PROGRAMME_OWN = "programme.own"  # programme
    PROGRAMMES_OPEN = "programmes.open"
    RECRUIT_CHANNEL = "recruit.channel"  # programme
    RECRUIT_RETRY = "recruit.retry"  # programme
    REPORT_GET = "report.get"  # programme
    RESUME_NOW = "resume.now"  # programme, or nothing

    RHYTHM_WISH = "rhythm.wish"  # pair
    RHYTHM_OPEN = "rhythm.open"  # pair
    RHYTHM_AGREE = "rhythm.agree"  # proposal
    RHYTHM_KEEP = "rhythm.keep"  # proposal

    RISK_HR_NUDGE = "risk.hr_nudge"  # pair
    RISK_HR_REMATCH = "risk.hr_rematch"  # pair
    RISK_HR_LOOK = "risk.hr_look"  # pair
    RISK_HR_REST = "risk.hr_rest"  # pair
    RISK_HR_END = "risk.hr_end"  # pair
    RISK_HR_RESTORE = "risk.hr_restore"  # pair
    RISK_HR_TALKED = "risk.hr_talked"  # pair

    ROSTER_OPEN = "roster.open"  # programme
    ROSTER_TEMPLATE = "roster.template"  # programme
    ROSTER_LEVELS = "roster.levels"  # programme

    SESSION_BOOK = "session.book"  # session
    SESSION_MOVE = "session.move"  # session
    SESSION_CANCEL = "session.cancel"  # session, and the slot of the time shown: "12:20270105T0300Z"
    SESSION_HELD = "session.held"  # session
    SESSION_HR_CORRECT = "session.hr_correct"  # pair
    SESSION_SERIES = "session.series"  # session
    SESSION_KEEP = "session.keep"  # session
    SESSION_CORRECT = "session.correct"  # session

    IMPROVE_OPEN = "improve.open"  # programme
    MANAGER_NOTE_OPEN = "manager_note.open"  # programme
    MANAGER_NOTE_EDIT = "manager_note.edit"  # nothing
    THANKS_SHARE = "thanks.share"  # thanks
    THANKS_HIDE = "thanks.hide"  # thanks
    SPONSOR_OPEN = "sponsor.open"  # programme
    SPONSOR_THANKS = "sponsor.thanks"  # programme
    SPONSOR_EDIT = "sponsor.edit"  # nothing

    STORY_OPEN = "story.open"  # pair
    STORY_EDIT = "story.edit"  # pair
    STORY_APPROVE = "story.approve"  # the story's version
    STORY_WITHDRAW = "story.withdraw"  # the story's version
    STORY_POST = "story.post"  # the story's version

    SUMMARY_AGAIN = "summary.again"  # programme
    SUMMARY_WHOLE = "summary.whole"  # programme

    OWN_WRITE = "own.write"  # question of HR's and what it is about, "5:poll:12"
    OWN_QUESTIONS_OPEN = "own_questions.open"  # programme
    OWN_QUESTIONS_BACK = "own_questions.back"  # programme
    OWN_QUESTIONS_EDIT = "own_questions.edit"  # programme, question and place, "12:3:poll"
    OWN_QUESTIONS_UP = "own_questions.up"  # programme, question and place, "12:3:poll"
    OWN_QUESTIONS_REMOVE = "own_questions.remove"  # programme, question and place, "12:3:poll"
    OWN_TEXTS_OPEN = "own_texts.open"  # programme
    OWN_TEXTS_CHANGE = "own_texts.change"  # nothing: back from the preview to the form
    OWN_TEXTS_RESET = "own_texts.reset"  # nothing: the window says of which text
    PLACE_OPEN = "place.open"  # session
    PLACE_DEFAULT = "place.default"  # programme
    MATERIAL_OPEN = "material.open"  # programme
    MATERIAL_ADD = "material.add"  # programme
    MATERIAL_REMOVE = "material.remove"  # programme and link, "12:3"
    TOPICS_OPEN = "topics.open"  # programme
    TOPICS_EDIT = "topics.edit"  # programme
    TOPICS_ASK = "topics.ask"  # programme and topic, "12:ai_tools"
    TOPICS_NO = "topics.no"  # question

    KICKOFF_NEW = "kickoff.new"  # programme
    KICKOFF_CHANGE = "kickoff.change"  # programme and kick-off, "12:3"
    KICKOFF_CANCEL = "kickoff.cancel"  # programme and kick-off
    KICKOFF_SLIDES = "kickoff.slides"  # programme and kick-off
    KICKOFF_GUESTS = "kickoff.guests"  # programme and kick-off
    KICKOFF_FOLLOW_UP = "kickoff.follow_up"  # programme and kick-off
    KICKOFF_FILE = "kickoff.file"  # kick-off
    TRAINING_OPEN = "training.open"  # programme
    TROUBLE_AGAIN = "trouble.again"  # outbox row
    NOMINATE_OPEN = "nominate.open"  # programme
    NOMINATIONS_OPEN = "nominations.open"  # programme
    NOMINATION_TAKE_BACK = "nomination.take_back"  # nomination
    TROUBLE_FORGET = "trouble.forget"  # outbox row

    WEIGHTS_OPEN = "weights.open"  # programme
    WEIGHTS_TRY = "weights.try"  # every field of the page: what was chosen


class ActionFamily(StrEnum):
    """Buttons that answer one question. The answer follows the family's id after a dot: `poll.met.yes`."""

    COURSE_ACT = "course.act"  # the form: course.act.move; value: programme
    BROADCAST_OPEN = "broadcast.open"  # the audience; value: programme
    BROADCAST_PAGE = "broadcast.page"  # previous, next; value: the page
    GATE_FILL = "gate.fill"  # the checklist item; value: draft
    GATE_WAIVE = "gate.waive"  # the checklist item; value: draft
    CONCERN_TO = "concern.to"  # concern; value: who is to read it
    CONCERN_NOW = "concern.now"  # the answer a week after; value: concern
    CONCERN_TURN = "concern.turn"  # concern; value: the person who is to read it
    CONTACT_TO = "contact.to"  # programme; value: who is to call
    KICKOFF_ATTENDED = "kickoff.attended"  # yes, no; value: the invited person
    KICKOFF_PAGE = "kickoff.page"  # previous, next; value: the page
    MATCH_CHOOSE = "match.choose"  # the side; value: the sign-up of the new partner
    MATCH_LOG_PAGE = "match.log_page"  # newer, older; value: the page
    MATCH_MANAGERS_PAGE = "match.managers_page"  # previous, next; value: the page
    MATCH_WRITE_PAGE = "match.write_page"  # previous, next; value: the page
    MATCH_PAGE = "match.page"  # previous, next; value: the page
    MEASURE_GIVE = "measure.give"  # the item and 1 to 5: measure.give.skill.3; value: survey response
    OWN_GIVE = "own.give"  # question of HR's and the answer: own.give.5.2; value: what it is about, "poll:12"
    OWN_QUESTIONS_PLACE = "own_questions.place"  # the place; value: programme
    OWN_QUESTIONS_ADD = "own_questions.add"  # the kind; value: programme and place, "12:poll"
    NOMINATIONS_PAGE = "nominations.page"  # previous, next; value: the page
    OWN_TEXTS_EDIT = "own_texts.edit"  # the text and its language: own_texts.edit.reminder.en; value: programme
    PARTICIPANTS_PAGE = "participants.page"  # previous, next; value: the page
    POLL_MET = "poll.met"  # whether they met; value: session
    POLL_OWN = "poll.own"  # 1 to 5; value: session
    POLL_RATE = "poll.rate"  # the question and 1 to 5: poll.rate.NAME.3; value: session
    POLL_USEFUL = "poll.useful"  # 1 to 5; value: session
    PREPARE_OPEN = "prepare.open"  # the side; value: programme
    PROGRAMMES_PAGE = "programmes.page"  # previous, next; value: the page
    RISK_SAY = "risk.say"  # the answer; value: pair
    SESSION_SLOT = "session.slot"  # which of the offered times, from 1; value: `SlotValue`
    WORKING_TIME_USUAL = "working_time.usual"  # the name of usual hours
    TOPICS_YES = "topics.yes"  # how well, 1 to 5; value: question

    def of(self, *answer: object) -> AnswerId:
        """The action_id of the button that gives this answer."""
        return AnswerId(".".join(map(str, (self, *answer))))
