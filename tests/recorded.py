"""Compares what is shown with the recorded files of a folder; `make wording` records it."""

import os
from collections.abc import Mapping
from pathlib import Path


def compare_with_recorded(folder: Path, shown: Mapping[str, str]) -> None:
    """`shown` by the name of its file, without ".txt". With `BALIK_RECORD` set the files are written first."""
    if os.environ.get("BALIK_RECORD"):
        folder.mkdir(parents=True, exist_ok=True)
        for path in folder.glob("*.txt"):
            path.unlink()
        for name, text in shown.items():
            (folder / f"{name}.txt").write_text(text, encoding="utf-8")
    recorded = {path.stem: path.read_text("utf-8") for path in folder.glob("*.txt")}
    assert recorded.keys() == shown.keys(), "read what is new, then record it: make wording"
    for name, text in shown.items():
        assert recorded[name] == text, "read the difference, then record it: make wording"
