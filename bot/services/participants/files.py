"""HR's list of who takes part, as a file."""

from bot.domain.messages.participants import ParticipantsFileMessage
from bot.services.caller import HrCaller
from storage.outbox import outgoing
from storage.queries import person_by_slack
from storage.unit_of_work import Store


async def ask_for_file(store: Store, hr: HrCaller) -> bool:
    """Send the list to the caller's own DM, as a workbook; False if it is being sent."""
    async with store.write(hr.now, receipt=hr.signed) as work:
        person = await person_by_slack(work.session, hr.team_id, hr.slack_id)
        message = ParticipantsFileMessage(at=f"{hr.now:%Y-%m-%dT%H:%M}")
        new = await work.send(outgoing(message, hr.team_id, hr.programme_id, person_id=person.id if person else None))
        await work.commit()
    return new
