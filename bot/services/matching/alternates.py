"""Alternative partners for a pair, computed when HR opens it, if the draft does not have them.

That is the case for all but the weakest pairs of a large draft, and for those that HR made by hand.
"""

from bot.domain.sessions import Side
from bot.services.access import open_draft
from bot.services.caller import HrCaller
from bot.services.matching.create_draft import RunInWorker
from bot.services.matching.problem import Other
from bot.services.matching.solve import others_for
from bot.services.matching.solver_input import read_roster
from storage.tables import DraftPair, Programme
from storage.unit_of_work import Store


def known(pair: DraftPair) -> bool:
    """Whether the alternatives were computed."""
    return pair.excluded or {*Side} <= pair.alternates.keys()


async def find(store: Store, hr: HrCaller, run: RunInWorker, draft_id: int, pair_id: int) -> None:
    """Compute the alternatives of a pair in the worker, and store them. Nothing else of the draft changes.

    Raises `Rejected`: outdated, already_released, draft_outdated.
    """
    async with store.read(hr.now) as work:
        draft = await open_draft(work.session, hr, draft_id)
        pair = await work.session.get(DraftPair, pair_id)
        if pair is None or pair.draft_id != draft.id or known(pair):
            return
        roster = await read_roster(work.session, await work.session.get_one(Programme, draft.programme_id))
    parts = roster.participant_ids
    persons = {part: person for person, part in parts.items()}
    if not {pair.mentor_id, pair.leader_id} <= persons.keys():
        return  # one of them left in between
    found: dict[str, list[Other]] = await run(others_for, roster, persons[pair.mentor_id], persons[pair.leader_id])
    async with store.write(hr.now) as work:
        kept = await work.session.get(DraftPair, pair_id)
        if kept is not None:
            kept.alternates = {side: [[parts[one], points] for one, points in others] for side, others in found.items()}
            await work.commit()
