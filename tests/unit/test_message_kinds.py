"""The registry of the kinds of messages: what is stored, what older versions stored, and who writes each."""

import json
import os
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

import handlers
from bot.domain.messages.alerts import OperatorAlertMessage, TroubleMessage
from bot.domain.messages.care import ConcernUndeliveredMessage, PairNudgeMessage
from bot.domain.messages.closing import CertificateMessage
from bot.domain.messages.insight import WeeklySummaryMessage
from bot.domain.messages.kind import OutboxMessage, WithFiles
from bot.domain.messages.matching import MatchReleasedMessage
from bot.domain.messages.orientation import EARLY, PreparationReminderMessage
from bot.domain.messages.outcomes import CardFollowMessage, ThanksMessage
from bot.domain.messages.privacy import ExportMessage
from bot.domain.messages.registry import KINDS, kind_of
from bot.domain.messages.sessions import ReminderMessage, SessionBookedMessage, SessionMovedMessage
from bot.domain.sessions import Side
from handlers.kit.context import AppContext
from handlers.kit.messages import MessageRenderers, UnfitRenderers, renders
from prompts.catalogue import Catalogue
from storage.outbox import outgoing

RECORDED = Path(__file__).with_name("message_kinds.json")
NOON = datetime(2027, 2, 1, 5, tzinfo=UTC)


def test_each_kind_has_a_name_on_the_page_of_a_rehearsal() -> None:
    texts = Catalogue.load().texts("en")
    groups = texts.options("rehearsal.kinds.groups")
    assert {kind for group in groups for kind in texts.options(f"rehearsal.kinds.{group}")} == set(KINDS)


def test_no_key_or_stored_field_of_a_kind_was_changed() -> None:
    """They stand in databases. Write the file again with BALIK_RECORD=1; kinds and fields may only be added."""
    found = {name: [KINDS[name].kind.key, *(one for one, _ in KINDS[name].stored_fields)] for name in sorted(KINDS)}
    if os.environ.get("BALIK_RECORD"):
        lines = ",\n".join(f" {json.dumps(name)}: {json.dumps(found[name])}" for name in found)
        RECORDED.write_text(f"{{\n{lines}\n}}\n", encoding="utf-8")
    assert found == json.loads(RECORDED.read_text("utf-8"))


@pytest.mark.parametrize(
    ("payload", "key", "data"),
    [
        (ThanksMessage(3, 7), "1:thanks:3:7", {"pair": 3, "thanks": 7}),
        (ReminderMessage(4, "S", side=Side.MENTOR), "1:reminder:4:mentor:S", {"session": 4, "slot": "S"}),
        (PairNudgeMessage(3, slot="T"), "1:pair_nudge:3:9:T", {"pair": 3}),
        (PairNudgeMessage(3, by_hr=True, slot="T"), "1:pair_nudge:3:9:T", {"pair": 3, "by_hr": True}),
        (CardFollowMessage(2, 7, date(2027, 3, 1)), "1:card_follow:2:7:2027-03-01", {"card": 2, "days": 7}),
        (PreparationReminderMessage(5, Side.LEADER), "1:preparation_reminder:5:mentee", {"side": "mentee"}),
        (PreparationReminderMessage(5, Side.LEADER, EARLY), "1:preparation_reminder:5:mentee:early", {}),
        (ConcernUndeliveredMessage(2, 8, subject="2"), "1:concern_undelivered:2:", {"concern": 2, "contact": 8}),
        (
            SessionBookedMessage(4, Side.MENTOR, NOON, change=6),
            "1:session_booked:4:9:6",
            {"session": 4, "by": "mentor", "starts": "2027-02-01T05:00:00+00:00", "before": None, "reason": None},
        ),
    ],
)
def test_a_payload_is_stored_and_read(payload: OutboxMessage, key: str, data: dict[str, Any]) -> None:
    message = outgoing(payload, "T", 1, person_id=9)
    assert message.key == key
    assert message.data.items() >= data.items()
    assert list(message.data) == [name for name, _ in payload.stored_fields if name in message.data]
    assert json.loads(json.dumps(message.data)) == message.data
    assert KINDS[message.kind].read(message.data).stored() == message.data


def test_what_belongs_to_no_programme_has_a_key_without_one() -> None:
    assert outgoing(ExportMessage(receipt="R"), "T", person_id=9).key == ":export:9:R"
    alert = OperatorAlertMessage(tick="sessions", subject="tick-sessions", day="2027-02-01")
    assert alert.key(None) == "0:operator_alert:tick-sessions:2027-02-01"
    assert alert.stored() == {"tick": "sessions"}
    assert OperatorAlertMessage(dropped=0).stored() == {"dropped": 0}
    of_message = OperatorAlertMessage(became="dead", row=3)
    assert of_message.stored() == {"became": "dead", "row": 3, "error": None, "opening": False}


@pytest.mark.parametrize(
    ("kind", "stored", "payload"),
    [
        (TroubleMessage, {"became": "dead", "row": 3}, TroubleMessage("dead", 3)),
        (OperatorAlertMessage, {"became": "dead", "row": 3}, OperatorAlertMessage(became="dead", row=3)),
        (MatchReleasedMessage, {"draft": 2, "pairs": 4}, MatchReleasedMessage(2, 4)),
        (ThanksMessage, {"pair": 3}, ThanksMessage(3, 0)),
        (CertificateMessage, {}, CertificateMessage()),
        (WeeklySummaryMessage, {"said": "0f", "of_a_newer_version": 1}, WeeklySummaryMessage("0f")),
        (
            SessionMovedMessage,
            {"session": 4, "by": "mentee", "starts": "2027-02-01T05:00:00+00:00", "before": None},
            SessionMovedMessage(4, Side.LEADER, NOON),
        ),
    ],
)
def test_what_other_versions_stored_is_read(
    kind: type[OutboxMessage], stored: dict[str, Any], payload: OutboxMessage
) -> None:
    assert kind.read(stored) == payload


def test_what_was_erased_is_no_payload() -> None:
    with pytest.raises(ValidationError):
        PairNudgeMessage.read({})


def test_files_are_written_down_once_they_are_uploaded() -> None:
    before = CertificateMessage(5, Side.MENTOR)
    assert before.stored() == {"participant": 5, "side": "mentor"}
    after = before.with_files(["F1", "F2"])
    assert after.stored() == {"participant": 5, "side": "mentor", "files": ["F1", "F2"]}
    assert CertificateMessage.read(after.stored()).files == ("F1", "F2")
    assert {name for name, payload in KINDS.items() if payload.kind.personal_files} < {
        name for name, payload in KINDS.items() if issubclass(payload, WithFiles)
    }


def test_a_kind_that_is_not_known_has_no_flags() -> None:
    unknown = kind_of("of_a_newer_version")
    assert (unknown.private, unknown.to_anybody, unknown.hr_label) == (False, False, "other")


NO_CONTEXT = AppContext(
    **dict.fromkeys(  # type: ignore[arg-type]  # nothing is called
        (
            *("store", "gateway", "directory", "channels", "announcements", "catalogue", "clock", "in_worker"),
            *("calendars", "limit_channels"),
        )
    )
)


def test_each_kind_has_one_renderer() -> None:
    assert MessageRenderers(NO_CONTEXT, handlers.RENDERERS).writers.keys() == KINDS.keys()
    first, *others = handlers.RENDERERS

    async def write(_letter: object) -> None:
        """Writes nothing."""

    class Unknown(OutboxMessage):
        kind = kind_of("unknown")

    for unfit in (others, [first, *handlers.RENDERERS], [*handlers.RENDERERS, renders(Unknown, write)]):
        with pytest.raises(UnfitRenderers):
            MessageRenderers(NO_CONTEXT, unfit)
