"""Every text a person reads, by language."""

from pathlib import Path

LANGUAGES = tuple(sorted(path.parent.name for path in Path(__file__).parent.glob("*/language.md")))
"""The languages that Balik comes with: the folders beside this file. A company's own folder may add some."""
