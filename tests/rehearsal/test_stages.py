"""Every message there is comes at its stage in a programme that goes well, or is known to come for a reason only."""

from pathlib import Path

import pytest

from bot.domain.programme import Theme
from bot.rehearsal.findings import kind_names
from bot.rehearsal.report import Stage
from prompts.catalogue import Catalogue
from tests.house.message_kinds import every_kind
from tests.rehearsal.conftest import Played, play, words

SET_UP, RECRUIT, MATCH, INTRODUCE = Stage.SET_UP, Stage.RECRUIT, Stage.MATCH, Stage.INTRODUCE
RUN, CLOSE, LATER = Stage.RUN, Stage.CLOSE, Stage.LATER

ALWAYS: dict[str, tuple[Stage, ...]] = {
    "contact_asked": (SET_UP,),
    "announcement": (RECRUIT,),
    "setup_done": (RECRUIT,),  # it says whether the announcement could be posted
    "welcome": (RECRUIT,),
    "invitation": (RECRUIT,),
    "signup_approved": (RECRUIT,),  # of those who sign up last
    "join_reminder": (RECRUIT,),
    "match_draft": (MATCH,),
    "sponsor": (INTRODUCE, CLOSE),  # leadership also thanks at the end
    "match_released": (INTRODUCE,),
    "intro_mentor": (INTRODUCE,),
    "intro_mentee": (INTRODUCE,),
    "intro_group": (INTRODUCE,),
    "agreement_proposed": (INTRODUCE,),
    "agreement_signed": (INTRODUCE,),
    "chat_booked": (RUN,),
    "day_booked": (INTRODUCE,),  # with the first survey
    "calendar_file": (INTRODUCE,),
    "measure": (INTRODUCE,),
    "mentor_pack": (INTRODUCE,),
    "poll_mentor": (RUN,),
    "poll_mentee": (RUN,),
    "log_shared": (RUN,),
    "card_written": (RUN,),
    "export": (RUN,),
    "summary": (RUN,),
    "weekly_summary": (INTRODUCE, RUN),
    "programme_closed": (CLOSE,),
    "report": (CLOSE,),
    "playbook": (CLOSE,),
    "alumnus": (CLOSE,),
}
"""In every rehearsal, however small."""
AT_A_PAIRS_END = {
    "closing",
    "measure",
    "thanks",
    "certificate",
    "story_proposed",
    "story_agreed",
    "story_hr",
    "story_card",
}
"""In every rehearsal: when a pair closes, which is before the programme's end or on it."""
LONGER: dict[str, tuple[Stage, ...]] = {
    "leader_pack": (INTRODUCE,),
    "preparation_reminder": (INTRODUCE,),  # somebody has not finished the orientation
    "daily": (RUN,),
    "contact_gone": (RUN,),  # the first one leaves the company
    "rhythm_proposed": (RUN,),
    "rhythm_agreed": (RUN,),
    "card_follow": (CLOSE,),  # it waits for another message of a day
    "card_settled": (CLOSE,),
    "goal_date": (RUN,),
    "dm_reply": (RUN,),
    "partner_paused": (RUN,),
    "pause_over": (RUN,),
    "partner_back": (RUN,),
}
"""Where there is more than one session, and people enough for each character."""
MANY: dict[str, tuple[Stage, ...]] = {"measures_hr": (CLOSE, LATER), "midway": (RUN,)}
"""Only with five answers on a side; and only with three sessions."""
IF_SOMEBODY_CHOOSES = {
    "manager_note",  # a mentor who has a manager on file wants them to know
    "thanks_post",  # both would like others to see it
    "thanks_shown",
    "fresh_calendar_files",  # a session changes whose calendar file was taken
    "circle_opened",  # HR offers circles, and four mentors join
    "circle_pack",
    "circle_closed",
    "circle_ended",
    "buddy_introduced",  # one mentor asks for a buddy, and another one is willing
    "buddy_gone",  # a buddy leaves
    "buddy_help",  # a mentor lets HR know that they wish help
    "broadcast",  # HR writes to some of the people
    "broadcast_cancelled",  # HR stops one that waits for its time
    "course_changed",  # HR pauses the programme or moves its dates
    "course_changed_hr",
    "booking_nudge",  # who books did not pick the next date in the poll
    "booking_reminder",
    "changed_by_hr",  # HR changes a sign-up
    "kickoff_invitation",  # HR holds a kick-off session
    "kickoff_changed",
    "kickoff_missed",
    "kickoff_file",
    "kickoff_slides",
    "invitation_reminder",  # whom HR invited does not answer for a week
    "less_often",  # a weekly pair that does not book
    "participants_file",  # HR asks for the list of people
    "session_not_agreed",  # a time outside of somebody's hours is declined
    "session_proposed",
    "signed_up_by_hr",
    "certificate_sample",  # HR asks what certificates look like
    "audit_log",  # HR asks who decided what
    "card_share",  # HR is to see a card, and the other one is asked
    "left_over",  # HR lets those who got no partner know
    "match_release_planned",  # HR lets a release wait for a time
    "pair_rested",
    "pair_question",  # HR swaps two pairs, where two suit that
    "pair_settled",
    "pair_withdrawn",  # HR takes back a pair that it made by hand
    "pair_rests",
    "preparation",  # somebody takes a second role
    "programme_cancelled",  # HR stops the whole programme
    "programme_deleted",  # HR deletes a programme in which nobody takes part
    "programme_moved",  # HR runs it from another channel
    "programme_resumed",  # a pause of the whole programme is over
    "rhythm_kept",
    "roster_stored",  # HR hands in a list
    "roster_template",
    "session_corrected",  # a record of a session was wrong
    "session_held",  # told by hand, before the poll asks
    "signup_declined",  # HR answers a sign-up with "not this time"
    "topic_question",  # HR asks who could teach a topic that is short
}
TROUBLE = {
    "busy_hours_stopped",  # a calendar that was connected cannot be read any more
    "session_mail_refused",  # an address takes no invitations
    "announcement_channel",
    "ask_mentor",
    "channel_refused",
    "concern_after",
    "concern_contact",
    "concern_due",
    "concern_offer",
    "concern_passed_on",
    "concern_receipt",
    "concern_undelivered",
    "concern_waits",
    "contact_me",
    "contact_missing",
    "eligibility_channel",
    "contact_replaced",
    "hr_channel_fine",
    "hr_channel_trouble",
    "match_release_stopped",
    "match_undone",
    "need",
    "operator_alert",
    "owner_gone",
    "owner_wanted",
    "pair_account_back",
    "pair_ended",
    "pair_ended_by_hr",
    "pair_ended_hr",
    "pair_nudge",
    "pair_parted",
    "pair_parted_hr",
    "pair_restored",
    "rematch_due",
    "rematch_offer",
    "rematch_wanted",
    "risk_ask",
    "risk_hr",
    "chat_cancelled",
    "chat_moved",
    "reminder",  # the material came before the session had its time
    "session_booked",  # the pair has no chat
    "session_cancelled",
    "no_partner",
    "session_day_off",
    "session_not_held",
    "session_out_of_hours",
    "session_moved",
    "still_looking",
    "taken_out",
    "trouble",
}
"""Nobody gets these while all goes well."""


OF_OLDER_VERSIONS = {"session_booked_by_me", "session_moved_by_me"}
"""Not sent any more; those that were planned still are."""


def missing(played: Played, wanted: dict[str, tuple[Stage, ...]]) -> dict[str, list[Stage]]:
    seen = played.report["messages_by_stage"]
    found = {kind: [one for one in stages if one not in seen.get(kind, {})] for kind, stages in wanted.items()}
    return {kind: stages for kind, stages in found.items() if stages}


def closed_pairs(played: Played) -> None:
    """What follows when a pair closes has come."""
    seen = played.report["messages_by_stage"]
    assert {kind for kind in AT_A_PAIRS_END if not {Stage.RUN, CLOSE} & set(seen.get(kind, {}))} == set()


def of_the_theme(played: Played) -> None:
    """The theme's own sponsor message is read, and its own words in a pack and in the measures."""
    theme, read = played.rehearsal.plan.theme, "\n".join(words(one) for one in played.entries)
    for text in (
        f"programme.themes.{theme}.packs.contract",
        f"programme.themes.{theme}.measures.mentor",
        f"programme.themes.{theme}.measures.mentee",
    ):
        assert played.text(text) in read, text
    name = played.rehearsal.name
    first_line = played.rehearsal.texts.plain(f"programme.themes.{theme}.sponsor", programme=name).splitlines()[0]
    assert first_line in read


def test_every_kind_of_message_is_accounted_for() -> None:
    known = [
        *ALWAYS,
        *AT_A_PAIRS_END - {"measure"},
        *LONGER,
        *MANY,
        *IF_SOMEBODY_CHOOSES,
        *TROUBLE,
        *OF_OLDER_VERSIONS,
    ]
    assert sorted(known) == sorted(every_kind())
    for language in ("id", "en"):
        named = kind_names(Catalogue.load().texts(language))
        assert sorted(named) == sorted(every_kind()), "the calendar of a rehearsal has a name for each"


def test_in_indonesian(played: Played) -> None:
    assert missing(played, ALWAYS | LONGER) == {}
    closed_pairs(played)
    of_the_theme(played)


def test_in_english_with_another_theme(another: Played) -> None:
    assert missing(another, ALWAYS) == {}
    closed_pairs(another)
    of_the_theme(another)


@pytest.mark.soak
@pytest.mark.parametrize("language", ["id", "en"])
@pytest.mark.parametrize("theme", list(Theme))
def test_with_each_theme_and_language(tmp_path: Path, theme: Theme, language: str) -> None:
    played = play(tmp_path / "out", people=24, months=3, language=language, theme=theme)
    assert missing(played, ALWAYS | LONGER | MANY) == {}
    closed_pairs(played)
    of_the_theme(played)
