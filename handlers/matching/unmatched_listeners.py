"""HR writes to people without a partner."""

from dataclasses import replace

from slack_bolt.async_app import AsyncApp

from bot.services.matching import unmatched as leftovers
from handlers.kit.context import Desk
from handlers.kit.request import Ask, on_action, on_submission
from handlers.matching.browse_listeners import listed
from handlers.matching.draft_message import change_below, hr_of_draft, spot_at
from handlers.matching.unmatched_views import WRITE, write_form


def register(app: AsyncApp, desk: Desk) -> None:
    on_action(app, desk, WRITE, open_form)
    on_submission(app, desk, WRITE, given)


async def open_form(ask: Ask) -> None:
    spot = replace(spot_at(ask), part_id=ask.subject)
    hr = await hr_of_draft(ask, spot.draft_id)
    to = await leftovers.to_write_to(ask.desk.store, hr, spot.draft_id, ask.subject)
    await ask.open(write_form(ask.texts, ask.desk.texts(to.people[0].person), spot, to))


async def given(ask: Ask) -> None:
    spot = spot_at(ask)
    hr = await hr_of_draft(ask, spot.draft_id)
    await leftovers.write(ask.desk.store, hr, spot.draft_id, spot.part_id, ask.form.one("sentence"))
    ask.desk.wake_delivery()
    await ask.close()
    await change_below(ask, "previous", await listed(ask, hr, spot))
