"""The wish to be contacted, by a button of a message that is older than what it asks about: it always arrives."""

from bot.services.caller import Caller, Rejected
from bot.services.care.concerns import Raised, tell_contact
from bot.services.pair_context import couple, meeting
from storage.queries import person_by_slack
from storage.unit_of_work import Store

TOO_LATE = frozenset(
    {"pair_ended", "left_programme", "poll_closed", "poll_no_time", "poll_too_early", "outdated", "programme_closed"}
)
"""Refusals that never stop it: the poll is closed, the pair is over, or the person left, perhaps for that reason."""


async def ask_late(store: Store, caller: Caller, *, pair_id: int = 0, session_id: int = 0) -> Raised:
    """Notify a contact, at most once a day, that a person of the pair, or of the session's pair, wants to talk.

    If there is none, the person is notified and chooses. Raises `Rejected`: not_participant, not_your_pair.
    """
    async with store.write(caller.now, receipt=caller.signed) as work:
        person = await person_by_slack(work.session, caller.team_id, caller.slack_id)
        if person is None:
            raise Rejected("not_participant")
        found = await meeting(work.session, session_id) if session_id else await couple(work.session, pair_id)
        side = found.side_of(person.id) if found else None
        if found is None or side is None:
            raise Rejected("not_your_pair")
        raised = await tell_contact(work, found, side, f"late{found.pair.id}-{caller.now:%Y%m%d}")
        await work.commit()
    return raised
