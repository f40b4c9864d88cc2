"""How a session is divided, as one line: in its material and in the orientation."""

from bot.domain.sessions_packs import Timetable
from prompts.catalogue import Mrkdwn, Texts


def timetable_line(texts: Texts, timetable: Timetable, *, last: bool = False) -> Mrkdwn:
    """Parts without minutes are left out; the others add up to the session's length. `last`: no session follows."""
    parts = ("opener", "questions", "activity", "exchange", "close")
    named = [
        texts(f"sessions.packs.frame.timetable.{'close_last' if last and part == 'close' else part}", minutes=minutes)
        for part in parts
        if (minutes := getattr(timetable, part))
    ]
    return texts("sessions.packs.frame.timetable.line", parts=Mrkdwn(" · ".join(named)))
