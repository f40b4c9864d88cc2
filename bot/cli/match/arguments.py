"""What one can say to `python -m bot match`. Light, since every command loads it."""

import argparse
from collections.abc import Callable
from pathlib import Path

from bot.domain.signup import PRESETS

MATCH = "Pair mentors and mentees from a spreadsheet, with a proof that no other pairs are better."
EPILOG = """exit codes:
  0    the pairs are written
  1    it could not be done: nobody can be paired, or the file cannot be written
  2    the command line or a file is wrong; nothing is written
  130  interrupted; nothing is written

Columns, languages and separators: docs/matching.md."""


def add_match_arguments(parser: argparse.ArgumentParser, percent: Callable[[str], int]) -> None:
    """What one can say to `match`; `percent` reads a number from 0 to 100."""
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.epilog = EPILOG
    presets = [name.partition("_")[0] for name in PRESETS]
    parser.add_argument("people", type=Path, nargs="?", metavar="people.csv", help="who is to be matched, a row each")
    parser.add_argument(
        "--out",
        type=Path,
        metavar="FILE",
        help="where to write the pairs (.csv or .xlsx), or the template",
    )
    parser.add_argument("--template", action="store_true", help="write an example to start from, and nothing else")
    parser.add_argument("--preset", choices=presets, default="balance", help="what counts most (balance)")
    parser.add_argument("--locked", type=Path, metavar="FILE", help="pairs that must be: columns mentor and mentee")
    parser.add_argument("--forbidden", type=Path, metavar="FILE", help="pairs that must not be")
    parser.add_argument("--keep", type=Path, metavar="FILE", help="pairs of before, to be kept where it costs little")
    parser.add_argument("--least-gap", type=int, choices=range(1, 7), default=1, help="career levels between them (1)")
    parser.add_argument("--same-department", action="store_true", help="allow pairs within one department")
    parser.add_argument("--floor", type=percent, default=35, metavar="0-100", help="below this percentage is weak (35)")
    parser.add_argument("--objective", choices=("fair", "total"), default="fair", help="see docs/matching.md (fair)")
    parser.add_argument("--explain", action="store_true", help="add the reasons in words")
    parser.add_argument("--left", type=Path, metavar="FILE", help="also write who has no partner, and why")
    parser.add_argument("--language", choices=("id", "en"), default="en", help="of what is written and said (en)")
