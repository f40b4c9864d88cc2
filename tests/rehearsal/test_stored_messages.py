"""What the outbox stores outlives a version: the next one must know the keys and render the data of rows of this one.

`stored_messages.json` has, for every kind of message of a rehearsal in both languages, the shapes of its keys and the
fields of its data with their types, with numbers as `#`. Kinds, shapes and fields may be added; one that is there
already stays, because it stands in databases. After adding one, write the file again:
`BALIK_RECORD=1 python -m pytest -n 0 tests/rehearsal/test_stored_messages.py`.
"""

import json
import os
import re
from pathlib import Path
from typing import Any

from tests.rehearsal.conftest import Played

RECORDED = Path(__file__).with_name("stored_messages.json")
VARIABLE = (
    (re.compile(r"\b[UCDGTWV][A-Z0-9]{6,}\b"), "<id>"),
    (re.compile(r"[0-9a-f]{32,}"), "<hash>"),
    (re.compile(r"\d+"), "#"),
)


def test_no_stored_key_or_field_of_a_message_was_changed(played: Played, another: Played) -> None:
    stored: dict[str, dict[str, set[str]]] = {}
    for run in (played, another):
        for row in run.rehearsal.sendings:
            kind = stored.setdefault(row.kind, {"keys": set(), "data": set()})
            kind["keys"].add(shape(row.key))
            kind["data"].add(", ".join(f"{name}: {type_of(value)}" for name, value in row.data.items()))
    found = {kind: {name: sorted(stored[kind][name]) for name in stored[kind]} for kind in sorted(stored)}
    if os.environ.get("BALIK_RECORD"):
        RECORDED.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    assert found == json.loads(RECORDED.read_text("utf-8"))
    assert len(found) > 55, "a rehearsal sends most kinds"


def shape(key: str) -> str:
    for pattern, instead in VARIABLE:
        key = pattern.sub(instead, key)
    return key


def type_of(value: Any) -> str:
    return "null" if value is None else type(value).__name__
