"""Every format in which a modal of ours ever carried what it is about is read; what is not ours is refused."""

import json
import re
from pathlib import Path

import pytest

from bot.domain.sessions import Side
from bot.services.matching.draft_pages import DraftPart, DraftSearch
from handlers.agreement.forms import VersionState
from handlers.care.forms import LeaveState
from handlers.kit.modal_state import ModalState, OfPair, OfProgramme, OfSession
from handlers.kit.payload import MAX_ID, Malformed
from handlers.matching.modal_state import DraftModalState, ManagersState, ReleaseState
from handlers.orientation.views import StepState
from handlers.outcomes.forms import EntryState
from handlers.programme.forms import SetupState
from handlers.programme.sponsor_forms import SponsorState
from handlers.roster.views import RosterState
from handlers.sessions.forms import BookingState
from handlers.signup.forms import About

LOOK = '{"show":"under","words":"Sri \\u00e9","department":"Sales","page":2}'
OF_BEFORE: list[tuple[str, ModalState]] = [
    ("12", OfProgramme(12)),
    ("12", OfPair(12)),
    ("12", OfSession(12)),
    ("C0123ABC", SetupState("C0123ABC")),
    ("12:1", ManagersState(12, 1)),
    ("12:3:40", ReleaseState(12, 3, 40)),
    ("12:mentor:3", StepState(12, Side.MENTOR, 3)),
    ("12:mentee:1", StepState(12, Side.LEADER, 1)),
    ("[12, 3]", VersionState(12, 3)),
    ("[12, 0]", EntryState(12)),
    ('[12, "Asia/Jakarta"]', BookingState(12, "Asia/Jakarta")),
    ('[12, 0, 0, ""]', SponsorState(12)),
    ('[12, 4, 7, "V12"]', SponsorState(12, 4, 7, "V12")),
    ('[12, 4, 7, "V12", "U1", "CEO", "Hai é\\n\\"ya\\""]', SponsorState(12, 4, 7, "V12", "U1", "CEO", 'Hai é\n"ya"')),
    ('{"counted":true}', LeaveState(counted=True)),
    ('{"programme_id":12,"file":"F1","digest":"ab"}', RosterState(12, "F1", "ab")),
    (
        '{"programme_id":12,"role":"both","level":"entry","department":"R\\u0026D","offers":["ai_tools"],'
        '"wishes":["inclusion"],"manager":"U1","no_manager":false,"avoids":["U2","U3"]}',
        About(12, "both", "entry", "R&D", ("ai_tools",), ("inclusion",), "U1", False, ("U2", "U3")),
    ),
    (
        f'{{"draft_id":12,"look":{LOOK},"version":3,"pair_id":4,"part_id":5,"about":["U1"],"warned":["gap"]}}',
        DraftModalState(12, DraftSearch(DraftPart.UNDER, "Sri é", "Sales", 2), 3, 4, 5, ("U1",), ("gap",)),
    ),
]
"""What older versions wrote, and what it says."""

RECORDED = json.loads((Path(__file__).parents[1] / "rehearsal/stored_ids.json").read_text("utf-8"))


@pytest.mark.parametrize(("text", "state"), OF_BEFORE)
def test_every_format_of_before_is_read(text: str, state: ModalState) -> None:
    assert type(state).read(text) == state


@pytest.mark.parametrize("state", {id(state): state for _, state in OF_BEFORE}.values())
def test_one_format_is_written_and_read(state: ModalState) -> None:
    assert list(json.loads(state.write())) == list(vars(state)), "one object, a name for each field"
    assert type(state).read(state.write()) == state


def test_formats_that_a_rehearsal_showed_are_among_the_examples() -> None:
    for text in RECORDED["private_metadata of before"]:
        one = re.sub(r"<\w+>|[A-Z]#", "X#", text.replace("#", "1"))
        assert any(_reads(type(state), one) for _, state in OF_BEFORE), text


@pytest.mark.parametrize(
    "text",
    ["", "x", "-1", "1.5", "[]", "{}", "null", "true", "[null]", "[1, 2, 3]", '["1"]', "1:2", str(MAX_ID + 1), "１",
     '{"pair_id":"1"}', '{"pair_id":true}', '{"pair_id":1.0}', "[" * 5_000, '{"a":' * 5_000, "{", "[", "1_0", " 1"],
)  # fmt: skip
def test_what_is_not_ours_is_refused(text: str) -> None:
    with pytest.raises(Malformed):
        OfPair.read(text)


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        (BookingState, '[1, "Nowhere/Land"]'),
        (BookingState, "[1, 2]"),
        (StepState, "1:nobody:2"),
        (SetupState, "7"),
        (SponsorState, json.dumps([1, 0, 0, "", "U1", "CEO", "x" * 1_201])),
        (DraftModalState, '{"draft_id":1,"look":{"show":"everything"}}'),
        (DraftModalState, '{"draft_id":1,"look":{"show":"all","page":-1}}'),
        (DraftModalState, '{"draft_id":1,"about":[1]}'),
    ],
)
def test_values_that_cannot_be_are_refused(kind: type[ModalState], text: str) -> None:
    with pytest.raises(Malformed):
        kind.read(text)


def test_a_state_of_before_a_field_was_added_is_read() -> None:
    assert DraftModalState.read('{"draft_id":1}') == DraftModalState(1)


def _reads(kind: type[ModalState], text: str) -> bool:
    try:
        kind.read(text)
    except Malformed:
        return False
    return True
