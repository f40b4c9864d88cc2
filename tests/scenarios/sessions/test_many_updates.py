"""Messages about a session are updated to the end, also if there are more of them than Slack's limits have room for."""

from datetime import datetime, timedelta
from functools import partial

import handlers
from bot.jobs.refresh_session_messages import SentMessages, SessionMessages
from bot.slack.turns import Turns
from handlers.kit.day_blocks import with_part
from handlers.kit.messages import MessageRenderers
from handlers.sessions.stale_messages import replace_stale
from storage.rate_limits import Limit, Limits
from storage.tables import MentoringSession
from tests.scenarios.office import Colleague, Office
from tests.scenarios.pairs import book, introduced
from tests.scenarios.people.test_missed_events import calls

MOVED = {"reason": "sick"}


async def looks_again_at(office: Office) -> datetime | None:
    async with office.balik.store.read(office.clock.now()) as work:
        return (await work.session.get_one(MentoringSession, 1)).refresh_at


async def test_more_messages_than_there_is_room_for_are_updated_one_after_the_other(
    office: Office, hr: Colleague
) -> None:
    await introduced(office, hr)
    sari = office.people["sari"]
    for day, more in (("14", {}), ("18", MOVED), ("20", MOVED), ("25", MOVED)):
        assert (await book(office, sari, f"2027-01-{day}", "10:00", **more)).ok
        await office.run(days=1, hours=1)
    balik = office.balik
    one_a_minute = Turns(balik.store, Limits(slow_background=Limit(1, 1)))
    sent = SentMessages(balik.gateway, one_a_minute, with_part)
    render = MessageRenderers(balik.context, handlers.RENDERERS).render
    async with balik.store.write(office.clock.now()) as work:
        (await work.session.get_one(MentoringSession, 1)).refresh_at = work.now
        await work.commit()
    before = calls(office, "chat.update")
    for _ in range(10):  # each time in another replica
        job = SessionMessages(balik.store, sent, partial(replace_stale, balik.context), render)
        await job.tick(office.clock.now())
        office.clock.advance(timedelta(seconds=65))
    assert calls(office, "chat.update") - before >= 3, "otherwise there was room for all at once"
    assert await looks_again_at(office) is None
