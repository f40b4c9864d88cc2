"""Where the app's manifest lies."""

from pathlib import Path

_BOT = Path(__file__).parents[1]
_INSTALLED = _BOT / "manifest.yml"
MANIFEST = _INSTALLED if _INSTALLED.exists() else _BOT.parent / "manifest.yml"
"""Beside the packages in a checkout, inside the package `bot` in an installed wheel (pyproject.toml puts it there)."""
