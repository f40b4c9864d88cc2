"""The windows that are recorded, by feature: what opens or changes each, as in the table of `test_who_may_act`."""

from dataclasses import dataclass

MENTOR, LEADER, BOTH = ("mentor",), ("leader",), ("mentor", "leader")
FINISHED, HR, NEWCOMER = ("finished",), ("hr",), ("newcomer",)


@dataclass(frozen=True)
class Step:
    """A command, button or form of the table: `action session.book`. `value` tells rows of one name apart."""

    name: str
    by: tuple[str, ...]
    value: str = ""


WINDOWS: dict[str, tuple[Step, ...]] = {
    "agreement": (
        Step("action agreement.open", BOTH),
        Step("action agreement.change", MENTOR),
        Step("action agreement.sign", MENTOR),
        Step("form agreement.form", MENTOR),
    ),
    "care": (
        Step("command pause", MENTOR),
        Step("form pause.form", MENTOR),
        Step("command resume", MENTOR),
        Step("command leave", MENTOR),
        Step("form leave.form", MENTOR),
        Step("command concern", MENTOR),
        Step("form concern.form", MENTOR),
        Step("action contacts.open", HR),
        Step("form contacts.form", HR),
        Step("action part.open", BOTH),
        Step("form part.form", MENTOR),
        Step("action risk.say.rematch", MENTOR),
        Step("form risk.want_form", MENTOR),
        Step("action risk.hr_look", HR),
        Step("action risk.hr_rest", HR),
        Step("form risk.rest_form", HR),
        Step("action risk.hr_end", HR),
        Step("action risk.hr_restore", HR),
    ),
    "closing": (
        Step("action closing.thanks", MENTOR),
        Step("form closing.thanks_form", MENTOR),
        Step("action story.open", FINISHED),
        Step("action story.edit", FINISHED),
        Step("form story.form", FINISHED),
        Step("action story.approve", FINISHED),
        Step("action certificate.send", FINISHED),
    ),
    "home": (
        Step("command help", MENTOR),
        Step("command help", HR),
        Step("command nonsense", MENTOR),
        Step("action home.more", MENTOR),
        Step("action home.pair", BOTH),
    ),
    "course": (
        Step("action course.open", HR),
        Step("action course.act.move", HR),
        Step("action course.act.end", HR),
        Step("action course.act.end_early", HR),
        Step("action course.act.pause", HR),
        Step("form course.form", HR),
    ),
    "insight": (Step("action summary.whole", HR),),
    "matching": (
        Step("action match.pairs", HR),
        Step("action match.left", HR),
        Step("action match.open", HR),
        Step("action match.take_out", HR),
        Step("action match.forbid", HR),
        Step("action match.swap", HR),
        Step("form match.swap", HR),
        Step("action match.note", HR),
        Step("action match.add", HR),
        Step("action match.choose.mentee", HR),
        Step("action match.write", HR),
        Step("action match.log", HR),
        Step("action match.managers", HR),
        Step("form match.managers", HR),
        Step("action match.release", HR),
        Step("action match.plan", HR),
        Step("form match.plan_form", HR),
        Step("action match.progress", HR),
        Step("action weights.open", HR),
        Step("form weights.form", HR),
    ),
    "invitations": (
        Step("action invite.open", HR),
        Step("form invite.form", HR),
        Step("form invite.send", HR),
        Step("action invitation.show", HR),
        Step("action invitation.withdraw", HR),
        Step("action invitation.join", NEWCOMER),
    ),
    "participants": (
        Step("action participants.open", HR),
        Step("action participant.show", HR),
        Step("action participant.add", HR),
        Step("action participant.change", HR),
        Step("form participant.form", HR),
        Step("action participant.take_out", HR),
        Step("form participant.take_out_form", HR),
    ),
    "orientation": (
        Step("action prepare.open.mentor", MENTOR),
        Step("action prepare.open.mentee", LEADER),
        Step("form prepare.form", MENTOR),
    ),
    "outcomes": (
        Step("action growth.open", BOTH),
        Step("action log.open", MENTOR),
        Step("action log.add", MENTOR),
        Step("form log.form", MENTOR, "[{pair}, 0]"),
        Step("action goal.move", MENTOR),
        Step("form goal.move_form", MENTOR),
        Step("action card.new", MENTOR),
        Step("action card.list", BOTH),
        Step("action card.edit", MENTOR),
        Step("action card.drop", MENTOR),
        Step("action card.renew", MENTOR),
    ),
    "polls": (
        Step("action poll.met.yes", BOTH),
        Step("action poll.met.no_show", MENTOR),
        Step("action poll.useful.5", MENTOR),
        Step("action poll.contact", MENTOR),
        Step("action poll.comment", BOTH),
    ),
    "privacy": (
        Step("command privacy", MENTOR),
        Step("action privacy.details", MENTOR),
        Step("action privacy.export", MENTOR),
        Step("action privacy.erase", MENTOR),
        Step("form privacy.erase_form", MENTOR),
    ),
    "programme": (
        Step("command setup", HR),
        Step("form setup.form", HR),
        Step("action cohort.next", HR),
        Step("command sponsor", HR),
        Step("form sponsor.form", HR),
        Step("form sponsor.preview", HR),
        Step("action recruit.channel", HR),
        Step("form recruit.channel", HR),
        Step("action topics.open", HR),
        Step("action topics.edit", HR),
        Step("action days.open", HR),
        Step("form days.form", HR),
    ),
    "recruiting": (Step("action recruit.channel", HR),),
    "roster": (Step("command roster", HR),),
    "sessions": (
        Step("action session.book", BOTH),
        Step("action session.move", MENTOR),
        Step("form session.form", MENTOR),
        Step("action session.cancel", MENTOR),
        Step("action session.held", MENTOR),
        Step("action session.correct", MENTOR),
        Step("form session.held_form", MENTOR),
        Step("form session.ask_form", MENTOR),
        Step("action proposal.decline", MENTOR),
        Step("action pack.open", BOTH),
        Step("action rhythm.open", MENTOR),
        Step("form rhythm.form", MENTOR),
        Step("action rhythm.agree", MENTOR),
    ),
    "signup": (
        Step("command join", NEWCOMER),
        Step("command join", LEADER),
        Step("form join.about", NEWCOMER),
        Step("form join.details", NEWCOMER),
    ),
    "surveys": (
        Step("action measure.open", LEADER),
        Step("action measure.give.skill.3", LEADER),
    ),
}

HOMES = {
    "stranger": "not signed up, and new",
    "newcomer": "not signed up",
    "mentor": "a mentor, before a poll and with a date",
    "leader": "a leader",
    "other_mentor": "a mentor without a date",
    "wira": "a mentor without a partner yet",
    "paused": "has paused",
    "finished": "a mentor whose pair has come to its end",
    "ex": "has left",
    "hr": "HR",
    "other_hr": "HR of a programme in which people sign up",
}
"""Whose Home is recorded."""
