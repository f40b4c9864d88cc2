"""Every command, button and form × everybody whose it is not: a clear refusal, nothing changes, nobody else hears.

The payloads are as Slack would send them, though no page offers these buttons to these people: ids in them are never
trusted. A listener without a row in `TABLE` fails the first test.
"""

import logging
from collections import defaultdict
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import pytest
import pytest_asyncio

import handlers
from tests.scenarios.requests import Knock, changed, knock
from tests.scenarios.world import EVERYBODY, World, open_world

pytestmark = pytest.mark.asyncio(loop_scope="module")

HERE = set(EVERYBODY) - {"deactivated"}
TAKING_PART = {"mentor", "leader", "other_mentor", "finished", "thanked", "paused"}
HALVES = {"mentor", "leader"}
MENTORS = {"mentor", "other_mentor", "finished"}
READS = {"users.info", "conversations.members", "conversations.info"}
ANSWERS = {"ack", "views.open", "views.push", "response_url"}


@dataclass(frozen=True)
class Row:
    """Who may ask it, and with which of `errors.*` all others are refused."""

    ask: Knock
    right: set[str]
    refusals: tuple[str, ...]
    shows: str = ""
    """What every right one is shown, where that is sure."""

    @property
    def name(self) -> str:
        return f"{self.ask.kind} {self.ask.what}"


NOT_IN = ("not_participant", "left_programme", "deactivated")
NOT_MINE = (*NOT_IN, "not_your_pair")
NOT_HR = ("not_hr", "deactivated")
NOT_HERE = ("deactivated",)
NOT_THERE = ("bot_not_in_channel", "deactivated")


def word(what: str, right: set[str], refusals: tuple[str, ...], channel: str = "") -> Row:
    return Row(Knock("command", what, channel=channel), right, refusals)


def button(what: str, value: str, right: set[str], refusals: tuple[str, ...], note: str = "") -> Row:
    return Row(Knock("action", what, value, note), right, refusals)


def form(what: str, note: str, right: set[str], refusals: tuple[str, ...], **state: Any) -> Row:
    return Row(Knock("form", what, note=note, state=state), right, refusals)


def typed(value: str) -> dict[str, str]:
    return {"type": "plain_text_input", "value": value}


def typed_in(state: dict[str, Any]) -> list[str]:
    """The blocks in which something is typed."""
    return [block for block, element in state.items() if element.get("type") == "plain_text_input"]


def chose(value: str) -> dict[str, Any]:
    return {"type": "static_select", "selected_option": {"value": value}}


def user(slack_id: str) -> dict[str, str]:
    return {"type": "users_select", "selected_user": slack_id}


def ticked(*values: str) -> dict[str, Any]:
    return {"type": "checkboxes", "selected_options": [{"value": value} for value in values]}


SETTINGS = {
    "name": typed("Stolen"),
    "theme": chose("digital_trends"),
    "starts_on": {"type": "datepicker", "selected_date": "2027-01-11"},
    "months": chose("6"),
    "cadence": chose("monthly"),
    "language": chose("en"),
    "announce_channel": {"type": "channels_select", "selected_channel": "{general}"},
    "contact": {"type": "users_select", "selected_user": "{hr}"},
}
ROLE = {
    "role": chose("mentor"),
    "level": chose("specialist"),
    "department": typed("Sales"),
    "offers": ticked("ai_tools"),
    "no_manager": ticked("none"),
}
KICKOFF = {
    "audience": chose("all"),
    "day": {"type": "datepicker", "selected_date": "2027-03-01"},
    "time": {"type": "timepicker", "selected_time": "10:00"},
    "place": typed("Ruang Merapi"),
}
KICKOFF_PLAN = (
    '{{"programme_id":{programme},"kickoff_id":0,"audience":"all","day":"2027-03-01","wall":"10:00:00","place":"Aula"}}'
)
BEFORE_OPENNESS = '{{"programme_id":{programme},"side":"mentee","step":9,"name":"try_ask","compared":true}}'
OPENNESS = '{{"programme_id":{programme},"side":"mentee","step":10,"name":"open"}}'
EXERCISE = '{{"programme_id":{programme},"side":"mentor","step":8,"name":"try_feedback"}}'
WORDS = '[{programme}, 0, 0, "", "", "CEO", "Come curious."]'
DETAILS = {
    "languages": ticked("en"),
    "language": chose("en"),
    "address": chose("kamu"),
    "confidence": chose("4"),
    "why": typed("I do it daily."),
}
NO_NOTE = (*NOT_IN, "certificate_not_yet", "manager_note_none")
"""Nobody here has a manager."""
NOTE = '{{"programme_id":{programme},"manager_id":1,"text":"A good mentor"}}'
SUGGESTION = {"area": chose("time"), "text": typed("Shorter sessions"), "sharing": chose("unnamed")}
NOTES = {name: typed("Asking in person") for name in ("worked", "changes", "advice")}
PICKED = {
    "date": {"type": "datepicker", "selected_date": "2027-02-09"},
    "time": {"type": "timepicker", "selected_time": "10:00"},
    "minutes": chose("60"),
}
ASKED = '[{planned}, "Asia/Jakarta", "unbooked", "2027-02-09", "18:00:00", 60, ""]'
MET_AT = {
    "date": {"type": "datepicker", "selected_date": "2027-01-11"},
    "time": {"type": "timepicker", "selected_time": "08:00"},
}
FILE_OF_OTHERS = {"type": "file_input", "files": [{"id": "F1"}]}
PLANNED = ("contract", "working_day", "hands_on", "blind_spots", "insight", "harvest")
TERMS = {
    **{f"plan_{kind}": typed(f"can say what {kind} means") for kind in PLANNED},
    "goal1": typed("Use two tools"),
    "measure1": typed("Each day"),
    "by1": {"type": "datepicker", "selected_date": "2027-06-01"},
    **{
        f"{name}{number}": element
        for number in (2, 3)
        for name, element in {
            "goal": typed(f"Goal {number}"),
            "measure": typed("Once a week"),
            "by": {"type": "datepicker", "selected_date": "2027-06-01"},
        }.items()
    },
    "confidential": typed("Names"),
    "off_limits": typed("Salaries"),
    "books": chose("mentor"),
    "mentor_called": typed("Mentor"),
    "mentee_called": typed("Leader"),
}
OWN_TEXT = '{{"programme_id":{programme},"text":"announcement","language":"id","body":"Ikut yuk"}}'
OWN_ANSWER = '{{"question_id":{own_text},"about":"poll:{polled}"}}'
OWN_QUESTION = '{{"programme_id":{programme},"place":"later","kind":"text","question_id":0}}'
NEW_QUESTION = {"ask_id": typed("Apa?"), "ask_en": typed("What?"), "role": chose("both")}
OWN_LABELS: dict[str, dict[str, Any]] = {
    "choice": {f"labels_{code}": typed("A\nB") for code in ("id", "en")},
    "scale": {f"{end}_{code}": typed(end) for end in ("low", "high") for code in ("id", "en")},
    "text": {},
}
LINK = {"title": typed("Guide"), "url": typed("https://example.com/guide"), "used": chose("all")}
NOTED = {"learned": typed("It works"), "taught": typed(""), "session": chose("none"), "share": ticked("partner", "hr")}
CARD = {
    "insight": typed("Too many meetings"),
    "change": typed("Fewer"),
    "kind": chose("habit"),
    "owner": chose("mentor"),
    "due_on": {"type": "datepicker", "selected_date": "2027-03-01"},
    "share": ticked("hr"),
}
STORY = {"tried": typed("Much"), "changed": typed("Much"), "quote": typed("Ah"), "said_by": chose("mentor")}
COUNTS = {"preset": chose("closeness"), "floor": chose("0"), "gap": chose("2"), "department": ticked("same_department")}
SAID_ONLY = {"learned": typed("That it works"), "share": ticked("share")}
SAID = SAID_ONLY | {"contact": ticked("contact")}
ON_BEHALF = {**ROLE, "wishes": ticked(), "manager": {}, "language": chose("en"), "mentor_capacity": chose("1")}
LISTED = "[{programme}]"
COURSE = '{{"programme_id":{programme},"kind":"move"}}'
MOVED = {"days": chose("14")}
WRITING = '{{"programme_id":{programme},"audience":"all"}}'
DRAFTED = '{{"programme_id":{programme},"audience":"all","draft_id":{broadcast_draft},"version":1}}'
TO_MANY = {"audience": chose("all"), "text_id": typed("Halo"), "text_en": typed("Hello"), "people": {}}
ONE_LISTED = '[{programme}, {{"words": ""}}, {other_mentor_part}]'
PRAISE = {
    "person": {"type": "users_select", "selected_user": "{hr}"},
    "topic": chose("ai_tools"),
    "reason": typed("Clear."),
    "explains": ticked("explains"),
}
INVITED = {"role": chose("mentor"), "reason": typed("You know this well.")}
INVITE = '{{"programme_id":{programme},"role":"mentor","reason":"You know it.","expected":1,"people":["{hr}"]}}'
AN_INVITATION = '{{"programme_id":{programme},"invitation_id":{invitation}}}'
NOT_YOURS = ("outdated", "deactivated")
HR = {"hr"}
SOME = {"stranger", "newcomer", "ex", "leader", "hr"}
"""Enough to see that something is not refused to everybody, where all or most may do it."""
NO_MANAGER: dict[str, Any] = {"none_{unmanaged}": ticked("none"), "manager_{unmanaged}": {}}

SPOT = (
    '{{"draft_id":{draft},"look":{{"show":"all","words":"","department":"","page":0}},'
    '"version":1,"pair_id":{draft_pair}}}'
)
LEFT_SPOT = SPOT.replace('"pair_id":{draft_pair}', '"part_id":{left_part}')


def clock(at: str) -> dict[str, str]:
    return {"type": "timepicker", "selected_time": at}


HOURS = {"days": ticked("0", "1"), "start": clock("10:00"), "end": clock("16:00"), "country": chose("programme")}

TABLE = [
    word("help", HERE, NOT_HERE),
    word("nonsense", HERE, NOT_HERE),
    button("nonsense", "1", set(), ("outdated", "deactivated")),
    form("nonsense", "", set(), ("outdated", "deactivated")),
    word("home", HERE, NOT_HERE),
    word("join", HERE, NOT_HERE),
    word("nominate", HERE, NOT_HERE),
    word("setup", HR, NOT_THERE, channel="{hr_channel}"),
    word("move", set(), (*NOT_THERE, "nothing_to_move"), channel="{hr_channel}"),
    # HR of another programme gets their own, wherever they type it.
    word("sponsor", HR | {"other_hr"}, NOT_HR, channel="{hr_channel}"),
    word("match", HR | {"other_hr"}, NOT_HR),
    word("people", HR | {"other_hr"}, NOT_HR),
    word("programmes", HR | {"other_hr"}, NOT_HR),
    word("course", HR | {"other_hr"}, NOT_HR),
    word("write", HR | {"other_hr"}, NOT_HR),
    word("roster", HR | {"other_hr"}, NOT_HR),
    word("topics", HR | {"other_hr"}, NOT_HR),
    word("questions", HR | {"other_hr"}, NOT_HR),
    word("training", HR | {"other_hr"}, NOT_HR),
    word("log", HR | {"other_hr"}, NOT_HR),
    word("summary", HR | {"other_hr"}, NOT_HR),
    word("match", HR | {"other_hr"}, NOT_HR, channel="{hr_channel}"),
    word("summary", HR | {"other_hr"}, NOT_HR, channel="{hr_channel}"),
    word("pause", TAKING_PART, NOT_IN),
    word("resume", TAKING_PART, NOT_IN),
    word("leave", TAKING_PART, NOT_IN),
    word("concern", TAKING_PART | {"ex"}, NOT_IN),
    word("orientation", TAKING_PART, NOT_IN),
    word("briefing", TAKING_PART, NOT_IN),
    word("privacy", HERE, NOT_HERE),
    # What anybody may press, about themselves
    button("privacy.show", "", HERE, NOT_HERE),
    button("privacy.details", "person", HERE, NOT_HERE),
    button("privacy.export", "", HERE, NOT_HERE),
    button("privacy.erase", "", HERE, NOT_HERE),
    form("privacy.erase_form", "", HERE, NOT_HERE, sure=ticked("sure")),
    button("help.show", "", HERE, NOT_HERE),
    button("home.show", "", HERE, NOT_HERE),
    button("home.more", "", HERE, NOT_HERE),
    button("working_time.open", "", HERE, NOT_HERE),
    button("working_time.usual.h0800", "", HERE, NOT_HERE),
    button("working_time.hours", "", HERE, NOT_HERE),
    button("working_time.week", "", HERE, NOT_HERE),
    button("working_time.away", "", HERE, NOT_HERE),
    button("working_time.there", "2027-05-03/2027-05-04", HERE, NOT_HERE),
    form("working_time.hours_form", "", HERE, NOT_HERE, **HOURS),
    form("working_time.week_form", "", HERE, NOT_HERE, start_0=clock("10:00"), end_0=clock("16:00")),
    form("working_time.away_form", "", HERE, NOT_HERE, first={"type": "datepicker", "selected_date": "2027-05-03"}),
    button("busy_hours.open", "", HERE, NOT_HERE),
    button("busy_hours.remove", "", HERE, NOT_HERE),
    form("busy_hours.form", "", HERE, NOT_HERE, link=typed("https://127.0.0.1/a.ics")),
    button("remind.less", "", HERE, NOT_HERE),
    button("remind.more", "", HERE, NOT_HERE),
    button("home.language", "en", HERE, NOT_HERE),
    button("home.address", "kak", HERE, NOT_HERE),
    button("join.open", "{programme}", HERE, NOT_HERE),
    button("nominate.open", "{programme}", HERE, NOT_HERE),
    form("nominate.form", "{programme}", HERE, NOT_HERE, **PRAISE),
    button("nomination.take_back", "{nomination}", {"mentor"}, ("outdated", "deactivated", "guest")),
    # One's own part
    button("improve.open", "{programme}", TAKING_PART, NOT_IN),
    form("improve.form", '{{"programme_id":{programme}}}', TAKING_PART, NOT_IN, **SUGGESTION),
    button("pause.open", "", TAKING_PART, NOT_IN),
    button("resume.now", "", TAKING_PART, NOT_IN),
    button("leave.open", "", TAKING_PART, NOT_IN),
    button("concern.open", "", TAKING_PART | {"ex"}, NOT_IN),
    button("prepare.open.mentor", "{programme}", TAKING_PART, NOT_IN),
    button("prepare.open.mentee", "{programme}", TAKING_PART, NOT_IN),
    button("prepare.back", "1", TAKING_PART, NOT_IN, note="{programme}:mentor:2"),
    form("prepare.form", "{programme}:mentor:1", MENTORS, (*NOT_IN, "outdated")),
    form("prepare.form", BEFORE_OPENNESS, {"leader", "thanked", "paused"}, (*NOT_IN, "outdated")),
    form(
        "prepare.form",
        OPENNESS,
        {"leader", "thanked", "paused"},
        (*NOT_IN, "outdated"),
        hard_to_hear=typed("That I interrupt people."),
    ),
    form("prepare.form", EXERCISE, MENTORS, (*NOT_IN, "outdated"), answer=typed("I would say what I saw.")),
    button("buddy.open", "{programme}", MENTORS, (*NOT_IN, "not_a_mentor")),
    form(
        "buddy.form",
        "{programme}",
        {"mentor", "other_mentor", "finished"},
        (*NOT_IN, "not_a_mentor"),
        ask=ticked("ask"),
    ),
    button("circle.open", "{programme}", MENTORS, (*NOT_IN, "no_circles")),
    button("circle.join", "{programme}", MENTORS, (*NOT_IN, "no_circles")),
    button("circle.leave", "{programme}", MENTORS, (*NOT_IN, "no_circles")),
    button("circle.offer", "{programme}", HR, NOT_HR),
    button("circle.stop", "{programme}", HR, NOT_HR),
    form("join.about", "{programme}", HERE, NOT_HERE, **ROLE),
    form("join.details", "{about}", HERE, NOT_HERE, **DETAILS),
    form("pause.form", "", TAKING_PART, NOT_IN),
    form("which.form", '{{"step":"pause"}}', TAKING_PART, NOT_IN, programme=chose("all")),
    form("leave.form", "", TAKING_PART, NOT_IN, reason=chose("no_time")),
    form("concern.form", "", TAKING_PART | {"ex"}, NOT_IN, text=typed("I am worried")),
    button("concern.to.999999", "{hr}", set(), ("outdated", "deactivated")),
    button("concern.turn.999999", "1", set(), ("outdated", "deactivated")),
    button("concern.talked", "999999", set(), ("outdated", "deactivated")),
    button("concern.ask_not", "999999", set(), ("outdated", "deactivated")),
    button("concern.now.better", "999999", set(), ("outdated", "deactivated")),
    button("contact.to.1", "{hr}", TAKING_PART | {"ex"}, NOT_IN),
    button("contact.confirm", "{programme}", HR, ("outdated", "deactivated")),
    button("contact.decline", "{programme}", HR, ("outdated", "deactivated")),
    button("form.again", "no such form", set(), ("outdated", "deactivated")),
    # A pair's
    button("intro.chat", "{pair}", HALVES, NOT_MINE),
    button("session.book", "{planned}", HALVES, NOT_MINE),
    button("session.move", "{booked}", HALVES, NOT_MINE),
    button("session.slot.1", "{planned}:20270128T0300Z:60:unbooked", HALVES, NOT_MINE),
    button("session.cancel", "{booked}", HALVES, NOT_MINE),
    button("session.held", "{booked}", HALVES, NOT_MINE),
    button("session.keep", "{booked}", HALVES, NOT_MINE),
    button("session.series", "{booked}", HALVES, NOT_MINE),
    form("session.series_form", "{booked}", HALVES, NOT_MINE, sessions=ticked("0:20270309T0300Z")),
    button("place.open", "{booked}", HALVES, NOT_MINE),
    form("place.form", "{booked}", HALVES, NOT_MINE, place=typed("Room 4")),
    button("session.correct", "{polled}", HALVES, NOT_MINE),
    button("proposal.agree", "{proposal}", {"mentor"}, (*NOT_MINE, "proposal_own")),
    button("proposal.decline", "{proposal}", {"mentor"}, (*NOT_MINE, "proposal_own")),
    button("calendar.file", "{booked}", HALVES, NOT_MINE),
    button("pack.open", "{booked}", HALVES, NOT_MINE),
    form("session.form", '[{planned}, "Asia/Jakarta"]', HALVES, NOT_MINE, **PICKED),
    form("session.ask_form", ASKED, HALVES, NOT_MINE),
    form("session.held_form", '[{planned}, "Asia/Jakarta", "unbooked"]', HALVES, NOT_MINE, **MET_AT),
    button("poll.met.yes", "{polled}", HALVES, NOT_MINE),
    button("poll.met.no_show", "{polled}", HALVES, NOT_MINE),
    button("poll.useful.5", "{polled}", HALVES, NOT_MINE),
    button("poll.rate.useful.5", "{polled}", HALVES, NOT_MINE),
    button("poll.own.1", "{polled}", HALVES, NOT_MINE),
    button("poll.change", "{polled}", HALVES, NOT_MINE),
    button("poll.comment", "{polled}", HALVES, NOT_MINE),
    button("poll.contact", "{polled}", HALVES, NOT_MINE),
    button("poll.open", "{polled}", HALVES, NOT_MINE),
    button("own.give.1.1", "poll:{polled}", HALVES, NOT_MINE),
    button("own.write", "{own_text}:poll:{polled}", HALVES, NOT_MINE),
    form("own.form", OWN_ANSWER, HALVES, NOT_MINE, text=typed("Longer sessions"), share=ticked("share")),
    *[
        button(what, "{reading}", {"leader"}, NOT_MINE)
        for what in ("measure.give.skill.3", "measure.give.used.1", "measure.change", "measure.open")
    ],
    # What comes of a pair
    *[
        button(what, "{pair}", HALVES, NOT_MINE)
        for what in ("growth.open", "log.open", "log.add", "card.new", "card.list")
    ],
    button("goal.open", "{pair}", set(), (*NOT_MINE, "goals_unsigned")),
    form("goal.form", "[{pair}, 1]", set(), (*NOT_MINE, "goals_unsigned"), progress1=chose("reached"), note1={}),
    *[button(what, "{goal_date}", HALVES, NOT_MINE) for what in ("goal.reached", "goal.move", "goal.drop")],
    form("goal.move_form", "{goal_date}", HALVES, NOT_MINE, by={"type": "datepicker", "selected_date": "2027-07-01"}),
    *[button(what, "{note}", {"mentor"}, (*NOT_MINE, "outdated")) for what in ("log.change", "log.delete")],
    form("log.form", "[{pair}, 0]", HALVES, NOT_MINE, **NOTED),
    form("log.form", "[{pair}, {note}]", {"mentor"}, (*NOT_MINE, "outdated"), **NOTED),
    *[
        button(f"card.{what}", "{card}", HALVES, NOT_MINE)
        for what in ("edit", "done", "drop", "renew", "share", "keep")
    ],
    # The card of this world is not done, and the two wished for what they have: nobody can answer these here.
    *[button(f"card.{what}", "{card}", set(), (*NOT_MINE, "outdated")) for what in ("lasts", "faded")],
    form("card.form", "[{pair}, 0]", HALVES, NOT_MINE, **CARD),
    form("card.form", "[{pair}, {card}]", HALVES, NOT_MINE, **CARD),
    form("card.drop_form", "[{pair}, {card}]", HALVES, NOT_MINE, why=typed("Not needed")),
    form("card.renew_form", "[{pair}, {card}]", HALVES, NOT_MINE, due_on=CARD["due_on"]),
    form("poll.comment_form", "{polled}", HALVES, NOT_MINE, **SAID),
    # Only the leader is asked what they will do. (A wish for contact would be kept, whatever else is refused.)
    form("poll.comment_form", "{polled}", {"leader"}, (*NOT_MINE, "outdated"), will_do=typed("Use it"), **SAID_ONLY),
    *[button(f"risk.say.{answer}", "{pair}", HALVES, NOT_MINE) for answer in ("fine", "help", "rematch", "stay")],
    button("closing.thanks", "{pair}", HALVES, NOT_MINE),
    form("closing.thanks_form", "{pair}", HALVES, NOT_MINE, text=typed("Thank you")),
    button("closing.thanks", "{done_pair}", {"finished", "thanked"}, NOT_MINE),
    form("closing.thanks_form", "{done_pair}", {"finished", "thanked"}, NOT_MINE, text=typed("Thank you")),
    button("thanks.share", "{offered_thanks}", {"finished"}, (*NOT_MINE, "thanks_not_offered")),
    button("thanks.hide", "{offered_thanks}", {"finished", "thanked"}, NOT_MINE),
    button("manager_note.open", "{programme}", set(), NO_NOTE),
    button("manager_note.edit", "", set(), NO_NOTE, note='{{"programme_id":{programme}}}'),
    form("manager_note.form", '{{"programme_id":{programme}}}', set(), NO_NOTE, sentence=typed("Hello")),
    form("manager_note.preview", NOTE, set(), NO_NOTE),
    button("story.open", "{done_pair}", {"finished", "thanked"}, NOT_MINE),
    button("story.edit", "{done_pair}", {"finished", "thanked"}, NOT_MINE),
    form("story.form", "[{done_pair}, 1]", {"finished", "thanked"}, NOT_MINE, **STORY),
    button("story.approve", "{story}", {"finished"}, (*NOT_MINE, "story_approved")),
    button("story.withdraw", "{story}", {"finished", "thanked"}, NOT_MINE),
    button("story.post", "{agreed_story}", HR, NOT_HR),
    button("certificate.send", "{programme}", {"finished", "thanked"}, (*NOT_IN, "certificate_not_yet")),
    button("agreement.open", "{pair}", HALVES, NOT_MINE),
    button("agreement.change", "{pair}", HALVES, NOT_MINE),
    button("agreement.sign", "{agreement}", {"mentor"}, (*NOT_MINE, "agreement_signed")),
    form("agreement.form", "[{pair}, 1]", HALVES, NOT_MINE, **TERMS),
    button("home.pair", "{pair}", HALVES, NOT_MINE),
    button("part.open", "{pair}", HALVES, NOT_MINE),
    form("risk.want_form", "{pair}", HALVES, NOT_MINE),
    form("part.form", "{pair}", HALVES, NOT_MINE, then=chose("another"), why=typed("No time")),
    button("rhythm.open", "{pair}", HALVES, NOT_MINE),
    button("rhythm.wish", "{pair}", set(), (*NOT_MINE, "rhythm_outdated")),
    button("rhythm.agree", "{rhythm}", {"mentor"}, (*NOT_MINE, "rhythm_own")),
    button("rhythm.keep", "{rhythm}", {"mentor"}, (*NOT_MINE, "rhythm_own")),
    form("rhythm.form", "{pair}", HALVES, NOT_MINE, cadence=chose("weekly"), format=chose("observation")),
    *[button(f"pair.{answer}", "{suggested}", HALVES, NOT_MINE) for answer in ("yes", "no")],
    # HR's
    button("contacts.open", "{programme}", HR, NOT_HR),
    form("contacts.form", "{programme}", HR, NOT_HR, contact=user("{hr}")),
    button("training.open", "{programme}", HR, NOT_HR),
    button("kickoff.new", "{programme}", HR, NOT_HR, note="{programme}"),
    button("kickoff.change", "{programme}:{kickoff}", HR, NOT_HR, note="{programme}"),
    form("kickoff.form", "{programme}", HR, NOT_HR, **KICKOFF),
    form("kickoff.save", KICKOFF_PLAN, HR, NOT_HR),
    button("kickoff.slides", "{programme}:{kickoff}", HR, NOT_HR, note="{programme}"),
    button("kickoff.guests", "{programme}:{past_kickoff}", HR, NOT_HR, note="{programme}"),
    *[
        button(f"kickoff.{what}", value, HR, NOT_HR, note="[{programme}, {past_kickoff}, 0]")
        for what, value in (
            ("attended.yes", "{guest}"),
            ("attended.no", "{guest}"),
            ("page.next", "1"),
            ("page.previous", "0"),
        )
    ],
    button("kickoff.follow_up", "{programme}:{past_kickoff}", HR, NOT_HR, note="{programme}"),
    button("kickoff.cancel", "{programme}:{kickoff}", HR, NOT_HR, note="{programme}"),
    button("kickoff.file", "{kickoff}", {"mentor"}, ("outdated", "deactivated")),
    button("topics.open", "{programme}", HR, NOT_HR),
    button("topics.edit", "{programme}", HR, NOT_HR),
    form("topics.form", "{programme}", HR, NOT_HR, own=typed("Keamanan siber")),
    button("certificate.design", "{programme}", HR, NOT_HR),
    form("certificate.form", "{programme}", HR, NOT_HR, name=typed("Ratna Dewi"), title=typed("CEO")),
    button("certificate.sample", "{programme}", HR, NOT_HR),
    button("own_texts.open", "{programme}", HR, NOT_HR),
    button("own_texts.edit.announcement.id", "{programme}", HR, NOT_HR),
    button("own_texts.change", "", HR, NOT_HR, note=OWN_TEXT),
    button("own_texts.reset", "", HR, NOT_HR, note=OWN_TEXT),
    form("own_texts.form", OWN_TEXT, HR, NOT_HR, title=typed("Ayo"), opening=typed("Halo"), body=typed("Ikut")),
    form("own_texts.preview", OWN_TEXT, HR, NOT_HR),
    button("material.open", "{programme}", HR, NOT_HR),
    button("material.add", "{programme}", HR, NOT_HR),
    button("place.default", "{programme}", HR, NOT_HR),
    form("place.default_form", "{programme}", HR, NOT_HR, place=typed("Room 4")),
    button("material.remove", "{programme}:1", HR, NOT_HR),
    form("material.form", "{programme}", HR, NOT_HR, **LINK),
    button("own_questions.open", "{programme}", HR, NOT_HR),
    button("own_questions.back", "{programme}", HR, NOT_HR),
    button("own_questions.place.poll", "{programme}", HR, NOT_HR),
    *[button(f"own_questions.add.{kind}", "{programme}:later", HR, NOT_HR) for kind in ("choice", "scale", "text")],
    button("own_questions.edit", "{programme}:{own_choice}:poll", HR, NOT_HR),
    button("own_questions.up", "{programme}:{own_text}:poll", HR, NOT_HR),
    button("own_questions.remove", "{programme}:{own_choice}:poll", HR, NOT_HR),
    *[
        form("own_questions.form", OWN_QUESTION.replace("text", kind), HR, NOT_HR, **NEW_QUESTION, **labels)
        for kind, labels in OWN_LABELS.items()
    ],
    button("topics.ask", "{programme}:ai_tools", HR, NOT_HR),
    *[button(f"topics.yes.{level}", "{asked}", {"mentor"}, (*NOT_IN, "not_participant")) for level in (2, 3, 5)],
    button("topics.no", "{asked}", {"mentor"}, (*NOT_IN, "not_participant")),
    button("roster.open", "{programme}", HR, NOT_HR),
    button("roster.template", "{programme}", HR, NOT_HR),
    form("roster.form", "{programme}", HR, NOT_HR, file=FILE_OF_OTHERS),
    form("roster.store", '{{"programme_id":{programme},"file":"F1","digest":""}}', HR, NOT_HR),
    button("roster.levels", "{programme}", HR, NOT_HR, note='{{"programme_id":{programme},"file":"F1","digest":""}}'),
    form("roster.levels_said", '{{"programme_id":{programme},"file":"F1"}}', HR, NOT_HR),
    button("match.draw", "{programme}", HR, NOT_HR),
    button("match.pairs", "{draft}", HR, NOT_HR),
    button("match.left", "{draft}", HR, NOT_HR),
    form("match.browse", SPOT, HR, NOT_HR, words=typed("a")),
    *[button(f"match.page.{turn}", "0", HR, NOT_HR, note=SPOT) for turn in ("previous", "next")],
    button("match.show", "weakest", HR, NOT_HR, note=SPOT),
    button("match.department", "-", HR, NOT_HR, note=SPOT),
    button("match.open", "{draft_pair}", HR, NOT_HR, note=SPOT),
    *[
        button(f"match.{decision}", "{draft_pair}", HR, NOT_HR, note=SPOT)
        for decision in ("lock", "unlock", "take_out", "put_back", "forbid", "allow")
    ],
    button("match.swap", "{draft_pair}", HR, NOT_HR, note=SPOT),
    form("match.swap", SPOT, HR, NOT_HR, **{"mentee": user("{other_leader}")}, why=typed("You both like data")),
    button("match.note", "{draft_pair}", HR, NOT_HR, note=SPOT),
    form("match.note", SPOT, HR, NOT_HR, text=typed("They know each other")),
    button("match.add", "{draft}", HR, NOT_HR),
    button("match.try_swap", "{hr}", HR, NOT_HR, note=SPOT),
    *[button(field, "{hr}", HR, NOT_HR, note=SPOT) for field in ("match.try_add", "match.try_add.leader")],
    form(
        "match.add",
        SPOT,
        HR,
        NOT_HR,
        mentor=user("{draft_mentor}"),
        **{"mentee": user("{other_leader}")},
        why=typed("You both like data"),
    ),
    button("match.choose.mentor", "{other_mentor_part}", HR, NOT_HR, note=SPOT),
    button("match.choose.mentee", "{other_leader_part}", HR, NOT_HR, note=SPOT),
    *[button(f"match.{act}", "{other_mentor_part}", HR, NOT_HR, note=SPOT) for act in ("hold", "let_in")],
    *[button(f"match.{act}.leader", "{other_leader_part}", HR, NOT_HR, note=SPOT) for act in ("hold", "let_in")],
    button("match.write", "{left_part}", HR, NOT_HR, note=SPOT),
    *[button(f"match.write_page.{turn}", "0", HR, NOT_HR, note=LEFT_SPOT) for turn in ("previous", "next")],
    form("match.write", LEFT_SPOT, HR, NOT_HR, sentence=typed("Soon")),
    button("orientation.rule", "{programme}", HR, NOT_HR),
    form("orientation.rule_form", "{programme}", HR, NOT_HR, finish_by=chose("recommended")),
    button("closing_date.open", "{programme}", HR, NOT_HR),
    form("closing_date.form", "{programme}", HR, NOT_HR, day={"type": "datepicker", "selected_date": "2027-03-01"}),
    form("closing_date.save", '{{"programme_id":{programme},"day":"2027-03-01"}}', HR, NOT_HR),
    button("eligibility.open", "{programme}", HR, NOT_HR),
    form("eligibility.form", "{programme}", HR, NOT_HR, levels=ticked("manager"), others=typed("IT")),
    form("eligibility.save", '{{"programme_id":{programme},"levels":[5]}}', HR, NOT_HR),
    button("invite.open", "{programme}", HR, NOT_HR),
    form("invite.form", LISTED, HR, NOT_HR, pasted=typed("hr@kantor.example"), **INVITED),
    form("invite.send", INVITE, HR, NOT_HR),
    button("invitation.show", "{invitation}", HR, NOT_HR, note=LISTED),
    button("invitation.again", "{invitation}", HR, NOT_HR, note=AN_INVITATION),
    button("invitation.withdraw", "{invitation}", HR, NOT_HR, note=AN_INVITATION),
    button("invitation.withdraw_all", "{programme}", HR, NOT_HR, note=LISTED),
    button("invitation.join", "{invitation}", {"newcomer"}, NOT_YOURS),
    button("nominations.open", "{programme}", HR, NOT_HR),
    *[button(f"nominations.page.{turn}", "0", HR, NOT_HR, note="{programme}") for turn in ("previous", "next")],
    button("invitation.no", "{invitation}", {"newcomer"}, NOT_YOURS),
    button("participants.open", "{programme}", HR, NOT_HR),
    form("participants", LISTED, HR, NOT_HR, words=typed("a")),
    button("participants.stage", "unmatched", HR, NOT_HR, note=LISTED),
    button("participants.role", "mentor", HR, NOT_HR, note=LISTED),
    button("participants.department", "-", HR, NOT_HR, note=LISTED),
    *[button(f"participants.page.{turn}", "0", HR, NOT_HR, note=LISTED) for turn in ("previous", "next")],
    button("participants.unfit", "{programme}", HR, NOT_HR),
    button("participant.hold", "{other_mentor_part}", HR, NOT_HR, note=LISTED),
    button("participant.let_in", "{other_mentor_part}", HR, NOT_HR, note=LISTED),
    button("participants.waiting", "{programme}", HR, NOT_HR),
    button("participant.approve", "{other_mentor_part}", HR, NOT_HR, note=LISTED),
    button("participant.decline", "{other_mentor_part}", HR, NOT_HR, note=LISTED),
    form("participant.decline_form", ONE_LISTED, HR, NOT_HR, reason=typed("Too many already")),
    button("participant.admit", "{other_mentor_part}", HR, NOT_HR, note=LISTED),
    button("participants.file", "{programme}", HR, NOT_HR),
    button("participant.show", "{other_mentor_part}", HR, NOT_HR, note=LISTED),
    button("participant.add", "{programme}", HR, NOT_HR, note=LISTED),
    form("participant.add_form", LISTED, HR, NOT_HR, person=user("{hr}"), **ON_BEHALF),
    button("participant.change", "{other_mentor_part}", HR, NOT_HR, note=LISTED),
    form("participant.form", ONE_LISTED, HR, NOT_HR, **ON_BEHALF),
    button("participant.take_out", "{other_mentor_part}", HR, NOT_HR, note=LISTED),
    form("participant.take_out_form", ONE_LISTED, HR, NOT_HR, reason=typed("A new job")),
    button("match.log", "{programme}", HR, NOT_HR),
    *[button(f"match.log_page.{turn}", "0", HR, NOT_HR, note="{programme}") for turn in ("newer", "older")],
    button("match.log_file", "{programme}", HR, NOT_HR),
    button("match.managers", "{programme}", HR, NOT_HR),
    *[button(f"match.managers_page.{turn}", "0", HR, NOT_HR, note="{programme}:0") for turn in ("previous", "next")],
    form(
        "match.managers", "{programme}:0", HR, NOT_HR, **{"none_{unmanaged}": ticked("none"), "manager_{unmanaged}": {}}
    ),
    button("match.release", "{draft}", HR, NOT_HR),
    button("match.plan", "{draft}", HR, NOT_HR),
    form(
        "match.plan_form",
        "{draft}:1:1",
        HR,
        NOT_HR,
        date={"type": "datepicker", "selected_date": "2027-03-02"},
        time={"type": "timepicker", "selected_time": "10:00"},
    ),
    button("match.plan_cancel", "{draft}", set(), (*NOT_HR, "outdated")),
    button("gate.look", "{draft}", HR, NOT_HR, note="{draft}:1"),
    button("gate.fill.sponsor", "{draft}", HR, NOT_HR, note="{draft}:1"),
    button("gate.fill.prepared", "{draft}", HR, NOT_HR, note="{draft}:1"),
    button("gate.waive.prepared", "{draft}", HR, NOT_HR, note="{draft}:1"),
    button("gate.waive.finished", "{draft}", HR, NOT_HR, note="{draft}:1"),
    button("gate.waive.sponsor", "{draft}", HR, NOT_HR, note="{draft}:1"),
    button("gate.waive.contact", "{draft}", HR, NOT_HR, note="{draft}:1"),
    button("gate.waive.managers", "{draft}", HR, NOT_HR, note="{draft}:1"),
    form("match.release_form", "{draft}:1:1", HR, NOT_HR),
    button("match.progress", "{released}", HR, NOT_HR),
    button("match.undo", "{released}", set(), (*NOT_HR, "undo_too_late")),
    button("recruit.remind", "{programme}", set(), (*NOT_HR, "no_reminder")),
    button("sponsor.open", "{programme}", HR, NOT_HR),
    button("sponsor.thanks", "{programme}", set(), (*NOT_HR, "not_ended_yet")),
    form("sponsor.form", '[{programme}, 0, 0, ""]', HR, NOT_HR, name=typed("CEO"), text=typed("Come curious.")),
    button("sponsor.edit", "", HR, NOT_HR, note=WORDS),
    form("sponsor.preview", WORDS, HR, NOT_HR),
    button("weights.open", "{programme}", HR, NOT_HR),
    Row(Knock("action", "weights.try", "closeness", note="{programme}", state=COUNTS), HR, NOT_HR),
    form("weights.form", "{programme}", HR, NOT_HR, **COUNTS),
    button("programmes.open", "", HR | {"other_hr"}, NOT_HR),
    *[button(f"programmes.page.{turn}", "0", HR | {"other_hr"}, NOT_HR) for turn in ("previous", "next")],
    form("which.form", '{{"step":"people"}}', HR, NOT_HR, programme=chose("{programme}")),
    button("summary.again", "{programme}", HR, NOT_HR),
    button("summary.whole", "{programme}", HR, NOT_HR),
    button("report.get", "{programme}", HR, NOT_HR),
    *[button(f"playbook.{what}", "{programme}", HR, NOT_HR) for what in ("open", "notes", "page")],
    form("playbook.form", '{{"programme_id":{programme}}}', HR, NOT_HR, **NOTES),
    button("cohort.next", "{programme}", HR, NOT_HR),
    button("trouble.again", "{astray}", HR, NOT_HR),
    button("trouble.forget", "{astray}", HR, NOT_HR),
    button("risk.hr_nudge", "{pair}", HR, NOT_HR),
    button("risk.hr_rematch", "{pair}", HR, NOT_HR),
    button("days.open", "{programme}", HR, NOT_HR),
    form("days.form", "{programme}", HR, NOT_HR, first={"type": "datepicker", "selected_date": "2027-01-15"}),
    button("course.open", "{programme}", HR, NOT_HR),
    *[button(f"course.act.{act}", "{programme}", HR, NOT_HR) for act in ("move", "end", "pause", "cadence", "cancel")],
    Row(Knock("action", "course.try", "14", note=COURSE, state=MOVED), HR, NOT_HR),
    form("course.form", COURSE, HR, NOT_HR, **MOVED),
    button("risk.hr_look", "{pair}", HR, NOT_HR),
    button("risk.hr_rest", "{pair}", HR, NOT_HR),
    form("risk.rest_form", "{pair}", HR, NOT_HR, until={"type": "datepicker", "selected_date": "2027-03-01"}),
    button("risk.hr_talked", "{pair}", HR, NOT_HR),
    button("broadcast.open.all", "{programme}", HR, NOT_HR),
    button("broadcast.write", "{programme}", HR, NOT_HR, note=LISTED),
    form("broadcast.form", WRITING, HR, NOT_HR, **TO_MANY),
    button("broadcast.edit", "", HR, NOT_HR, note=DRAFTED),
    form("broadcast.preview", DRAFTED, HR, NOT_HR),
    button("broadcast.list", "{programme}", HR, NOT_HR),
    *[button(f"broadcast.page.{turn}", "0", HR, NOT_HR, note=LISTED) for turn in ("previous", "next")],
    *[button(f"broadcast.{act}", "{broadcast}", HR, NOT_HR, note=LISTED) for act in ("show", "change", "cancel")],
    button("session.hr_correct", "{pair}", HR, NOT_HR),
    form("session.hr_form", "[{pair}, 0]", HR, NOT_HR, session=chose("0"), met=chose("yes"), **MET_AT),
    button("risk.hr_end", "{pair}", HR, NOT_HR),
    form("risk.end_form", "{pair}", HR, NOT_HR, reason=typed("They know each other")),
    button("risk.hr_restore", "{pair}", set(), (*NOT_HR, "pair_together")),
    form("setup.form", "{hr_channel}", HR, NOT_THERE, **SETTINGS),
    button("programme.new", "{hr_channel}", HR, NOT_THERE),
    button("programme.own", "{programme}", HR, NOT_HR),
    form("programme.move", '["{hr_channel}", {programme}]', set(), (*NOT_THERE, "outdated")),
    button("recruit.channel", "{programme}", HR, NOT_HR),
    button("recruit.retry", "{programme}", HR, NOT_HR),
    form("recruit.channel", "{programme}", HR, NOT_HR, announce_channel=SETTINGS["announce_channel"]),
]


def listened() -> dict[str, list[str]]:
    """Subcommands, action ids (a family's ends in a dot) and callback ids that somebody listens to."""
    on = handlers.listeners()
    return {
        "command": [*on.commands],
        "action": [*on.actions, *(f"{family}." for family in on.families)],
        "form": [*on.submissions],
    }


async def test_every_listener_has_a_row() -> None:
    in_table = defaultdict(list)
    for row in TABLE:
        in_table[row.ask.kind].append(row.ask.what)
    for kind, heard in listened().items():
        missing = [one for one in heard if not any(_hears(one, what) for what in in_table[kind])]
        assert not missing, f"say in TABLE who may use {missing}"
        stale = [what for what in in_table[kind] if what != "nonsense" and not any(_hears(one, what) for one in heard)]
        assert not stale, f"nobody listens to {stale} any more"


def _hears(one: str, what: str) -> bool:
    return what.startswith(one) if one.endswith(".") else one == what


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def world(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[World]:
    async with open_world(f"sqlite:///{tmp_path_factory.mktemp('who')}/balik.sqlite") as opened:
        yield opened


def _user(world: World, name: str) -> str:
    """A stranger is a new colleague each time."""
    if name != "stranger":
        return world.people[name].id
    return world.office.slack.add_user("Stranger Person", email="stranger@kantor.example").id


ROWS = pytest.mark.parametrize("row", TABLE, ids=lambda row: f"{row.name} {row.ask.channel}".strip())


@ROWS
@pytest.mark.parametrize("whole", [False, pytest.param(True, marks=pytest.mark.soak)], ids=["third", "whole"])
async def test_whose_it_is_not_is_refused_and_nothing_changes(
    world: World, row: Row, caplog: pytest.LogCaptureFixture, whole: bool
) -> None:
    """Each listener × everybody in CI's soaks; in `make test` each listener × every third of them, in turn."""
    ask, sentences = world.filled(row.ask), world.refusals(row.refusals)
    met: set[str] = set()
    try:
        for name in EVERYBODY if whole else EVERYBODY[TABLE.index(row) % 3 :: 3]:
            if name in row.right:
                continue
            user = _user(world, name)
            with caplog.at_level(logging.ERROR):
                answer = await knock(world.office, user, ask)
            assert answer.acked, name
            assert any(sentence in answer.shown for sentence in sentences), f"{name} sees: {answer.shown}"
            assert set(answer.calls) <= READS | ANSWERS, f"{name}: {answer.calls}"
            assert not caplog.records, name
            met |= {user} if name == "stranger" else set()
        assert changed(world.kept, world.rows(), met=met) == {}
    finally:
        world.put_back()


@ROWS
async def test_whose_it_is_is_not_refused(world: World, row: Row, caplog: pytest.LogCaptureFixture) -> None:
    """Otherwise the test above would be content with a listener that refuses everybody."""
    for name in sorted(row.right if len(row.right) <= len(SOME) else row.right & SOME):
        with caplog.at_level(logging.ERROR):
            answer = await knock(world.office, _user(world, name), world.filled(row.ask))
        fields = _to_type_in(world, name)
        world.put_back()
        assert answer.acked, name
        known = {(one.ask.what, block) for one in TABLE for block in typed_in(one.ask.state)}
        known |= {(row.ask.what, block) for block in row.ask.state}  # a form that stays below its answer
        assert fields <= known, "put something into these fields in TABLE, so that injections are tried there"
        assert world.names_a_refusal(answer.shown) == [], f"{name} sees: {answer.shown}"
        assert not caplog.records, f"{name}: {caplog.records[0].getMessage()}"


def _to_type_in(world: World, name: str) -> set[tuple[str, str]]:
    """The fields of the windows in front of somebody, by form and block."""
    if name not in world.people:
        return set()
    windows = world.office.slack.workspace.stack(world.people[name].id)
    return {
        (window.callback_id, block["block_id"])
        for window in windows
        for block in window.blocks
        if block.get("element", {}).get("type") == "plain_text_input"
    }


async def test_people_of_another_company_do_not_become_hr(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    async def shared(_channel: str) -> dict[str, Any]:
        return {"is_private": True, "is_ext_shared": True}

    monkeypatch.setattr(world.office.balik.gateway, "channel_info", shared)
    ask = world.filled(Knock("command", "setup", channel="{hr_channel}"))
    answer = await knock(world.office, world.people["hr"].id, ask)
    assert world.names_a_refusal(answer.shown) == ["errors.wrong_channel"]
