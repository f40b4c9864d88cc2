"""Whatever Slack's socket brings, the bot goes on: it refuses in words or ignores, and writes it to the log."""

import asyncio
import logging
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.processes import HANG
from tests.scenarios.office import Colleague, Office, open_office

pytestmark = pytest.mark.asyncio(loop_scope="module")

AT_ONCE = 50
KINDS = ("slash_commands", "interactive", "events_api")
ACTIONS = (
    "join.open", "session.book", "session.move", "session.cancel", "session.held", "pack.open", "poll.met.yes",
    "poll.useful.5", "poll.own.1", "poll.change", "poll.comment", "poll.contact", "match.draw", "match.pairs",
    "match.take_out", "match.release", "match.undo", "match.progress", "gate.waive.sponsor",
    "match.open", "match.show", "match.page.next", "match.lock", "match.choose.mentor", "match.write", "match.log_file",
    "sponsor.open", "sponsor.edit", "match.managers", "summary.again", "resume.now", "concern.open",
    "risk.say", "concern.to.1", "contact.to.1",
    "contact.confirm", "contact.decline", "contacts.open",
    "agreement.open", "agreement.change", "agreement.sign", "rhythm.open", "rhythm.agree", "part.open", "home.pair",
    "days.open", "risk.hr_look", "risk.hr_rest", "session.hr_correct", "risk.hr_end", "calendar.file",
)  # fmt: skip
FORMS = (
    "setup.form",
    "join.about",
    "join.details",
    "session.form",
    "agreement.form",
    "poll.comment_form",
    "match.managers",
    "match.browse",
    "match.add",
    "match.swap",
    "match.write",
    "match.release_form",
    "sponsor.form",
    "sponsor.preview",
    "care.pause",
    "rhythm.form",
    "part.form",
    "days.form",
    "risk.rest_form",
    "risk.end_form",
    "concern.form",
    "contacts.form",
)
EVENTS = (
    "app_home_opened",
    "message",
    "user_change",
    "member_joined_channel",
    "member_left_channel",
    "app_uninstalled",
)
NASTY = st.sampled_from(
    ["<!channel>", "<@U0002>", "<https://evil.example|here>", "&lt;", "0", "-1", "9" * 30, "1", "2", "x" * 5000, "\x00",
     "{{ 7*7 }}", "'; DROP TABLE person; --", "2027-01-05", "25:99", "null", "{}", "[]", ""]
)  # fmt: skip
LEAF = st.none() | st.booleans() | st.integers(-(10**12), 10**12) | NASTY | st.text(max_size=40)
ANYTHING = st.recursive(
    LEAF,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=10), inner, max_size=3),
    max_leaves=8,
)


def whole(user: str, hr_channel: str) -> st.SearchStrategy[tuple[str, dict[str, Any]]]:
    """Payloads that are as Slack's in form, with anything where values stand."""
    who = st.sampled_from([user, "U9999", "U0001"]) | NASTY
    element = st.fixed_dictionaries(
        {"action_id": st.sampled_from(ACTIONS), "type": st.just("button")},
        optional={"value": NASTY | ANYTHING, "selected_option": ANYTHING, "block_id": NASTY},
    )
    state = st.dictionaries(
        st.sampled_from(
            ["role", "level", "department", "offers", "date", "time", "text", "learned", "name", "contact"]
        ),
        st.dictionaries(st.text(max_size=5), ANYTHING, max_size=1),
        max_size=6,
    )
    view = st.fixed_dictionaries(
        {"type": st.just("modal"), "callback_id": st.sampled_from(FORMS), "id": NASTY},
        optional={"private_metadata": NASTY | ANYTHING, "state": st.fixed_dictionaries({"values": state | ANYTHING})},
    )
    base = {"team": st.fixed_dictionaries({"id": NASTY | st.just("T0001")}), "trigger_id": NASTY | st.uuids().map(str)}
    person = st.fixed_dictionaries({"id": who}, optional={"username": NASTY, "team_id": NASTY})
    command = st.fixed_dictionaries(
        {
            "command": st.just("/mentoring"),
            "text": NASTY | st.sampled_from(["join", "match", "setup", "leave", "home"]),
        },
        optional={"user_id": who, "team_id": NASTY, "channel_id": st.just(hr_channel) | NASTY, **base},
    )
    action = st.fixed_dictionaries(
        {"type": st.just("block_actions"), "actions": st.lists(element, min_size=1, max_size=2)},
        optional={"user": person, "view": view, "response_url": NASTY, "container": ANYTHING, **base},
    )
    submission = st.fixed_dictionaries(
        {"type": st.just("view_submission"), "view": view}, optional={"user": person, **base}
    )
    inner = st.fixed_dictionaries(
        {"type": st.sampled_from(EVENTS)},
        optional={"user": who | ANYTHING, "channel": NASTY, "channel_type": st.just("im"), "text": NASTY, "tab": NASTY},
    )
    event = st.fixed_dictionaries(
        {"type": st.just("event_callback"), "event": inner | ANYTHING},
        optional={"team_id": NASTY, "event_id": NASTY | st.uuids().map(str)},
    )
    return st.one_of(
        st.tuples(st.just("slash_commands"), command),
        st.tuples(st.just("interactive"), action),
        st.tuples(st.just("interactive"), submission),
        st.tuples(st.just("events_api"), event),
        st.tuples(st.sampled_from(KINDS), st.dictionaries(st.text(max_size=10), ANYTHING, max_size=4)),
    )


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def busy_office(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[tuple[Office, Colleague]]:
    """A programme that somebody joined, without Slack's rate limits in the way, quick to give up on acks."""
    folder = tmp_path_factory.mktemp("garbage")
    async with open_office(f"sqlite:///{folder}/balik.sqlite") as office:
        office.slack.limits.enabled = False
        office.slack.deliveries.ack_limit = asyncio.timeout
        office.slack.deliveries.ack_seconds = 0.5
        dewi = office.hire("Dewi Lestari")
        office.slack.add_member(office.hr_channel, dewi.slack.user)
        await office.set_up(dewi)
        await office.join(office.hire("Sari Wulandari"), "mentor", "specialist", "Marketing")
        yield office, dewi


@pytest.mark.hypothesis
async def test_garbage_never_stops_the_bot(
    busy_office: tuple[Office, Colleague], caplog: pytest.LogCaptureFixture
) -> None:
    office, dewi = busy_office

    @settings(max_examples=250)
    @given(data=st.data())
    def deliver(data: st.DataObject) -> None:
        payloads.append(data.draw(whole(dewi.id, office.hr_channel.id)))

    payloads: list[tuple[str, dict[str, Any]]] = []
    deliver()
    with caplog.at_level(logging.ERROR):
        for start in range(0, len(payloads), AT_ONCE):
            await asyncio.gather(*(office.slack.send_raw(*one) for one in payloads[start : start + AT_ONCE]))
        await office.balik.context.wait_idle()
    bugs = [record for record in caplog.records if record.name == "handlers.kit.request"]
    assert not bugs, bugs[0].getMessage() + "\n" + str(bugs[0].exc_info)

    office.slack.deliveries.ack_seconds = HANG
    await office.run(minutes=5)
    outcome = await dewi.command("help", office.hr_channel)
    assert outcome.ok
    assert dewi.whispered(office.hr_channel)
