"""Ids that outlive a version: buttons, forms and what forms carry stay months in Slack and must keep working.

`stored_ids.json` has every id that a rehearsal shows, in both languages, with numbers as `#`. An id may be added; one
that is there already is never renamed, because an older message still holds it. After adding one, write the file again:
`BALIK_RECORD=1 python -m pytest -n 0 tests/rehearsal/test_stored_ids.py`.
"""

import json
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.rehearsal.conftest import Played

RECORDED = Path(__file__).with_name("stored_ids.json")
BEFORE = "private_metadata of before"
"""Formats of older versions, which are still read: `tests/unit/test_modal_state.py`."""
FIELDS = ("action_id", "callback_id", "block_id", "private_metadata")
VARIABLE = (
    (re.compile(r"\b[UCDGTW][A-Z0-9]{6,}\b"), "<id>"),
    (re.compile(r"\d{4}-\d\d-\d\d"), "<date>"),
    (re.compile(r'(?<="mark":")[0-9a-f]+(?=")'), "<mark>"),  # of what HR was shown, dates among it
    (re.compile(r"\d+"), "#"),
)


def test_no_stored_id_was_renamed(played: Played, another: Played) -> None:
    shown = {field: sorted({value for run in (played, another) for value in ids(run, field)}) for field in FIELDS}
    recorded = json.loads(RECORDED.read_text("utf-8"))
    before = recorded.pop(BEFORE)
    if os.environ.get("BALIK_RECORD"):
        before = sorted({*before, *recorded["private_metadata"]} - {*shown["private_metadata"]})
        RECORDED.write_text(json.dumps(shown | {BEFORE: before}, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
        recorded = shown
    assert shown == recorded
    assert all(shown.values())
    assert len(shown["action_id"]) > 80, "a rehearsal shows most buttons"


def ids(run: Played, field: str) -> Iterator[str]:
    """Every value of `field` in what was posted, opened and published."""
    for call in run.calls:
        for found in _values(call, field):
            for pattern, instead in VARIABLE:
                found = pattern.sub(instead, found)
            yield found


def _values(tree: Any, field: str) -> Iterator[str]:
    if isinstance(tree, dict):
        if isinstance(value := tree.get(field), str):
            yield value
        tree = list(tree.values())
    if isinstance(tree, list):
        for inner in tree:
            yield from _values(inner, field)
