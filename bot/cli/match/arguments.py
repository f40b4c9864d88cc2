"""Arguments of `python -m bot match`. Imports little, since every command loads it."""

import argparse
from collections.abc import Callable
from pathlib import Path

from bot.cli.common import LEVELS_HELP
from bot.domain.signup import PRESETS
from prompts import LANGUAGES

MATCH = "Pair mentors and mentees from a spreadsheet, with a proof that no other pairs are better."
EPILOG = """exit codes:
  0    the pairs are written
  1    failed: nobody can be paired, or the file cannot be written
  2    the command line or a file is wrong; nothing is written
  130  interrupted; nothing is written

Columns, languages and separators: docs/matching.md."""


def add_match_arguments(parser: argparse.ArgumentParser, percent: Callable[[str], int]) -> None:
    """Add the arguments of `match`; `percent` parses a number from 0 to 100."""
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.epilog = EPILOG
    presets = [name.partition("_")[0] for name in PRESETS]
    parser.add_argument("people", type=Path, nargs="?", metavar="people.csv", help="people to match, one row each")
    parser.add_argument(
        "--out",
        type=Path,
        metavar="FILE",
        help="output file for the pairs (.csv or .xlsx) or the template",
    )
    parser.add_argument("--levels", type=Path, metavar="FILE", help=LEVELS_HELP)
    parser.add_argument("--template", action="store_true", help="write an example file and exit")
    parser.add_argument(
        "--preset", choices=presets, default="balance", help="preset of the matching criteria (balance)"
    )
    parser.add_argument("--locked", type=Path, metavar="FILE", help="required pairs: columns mentor and mentee")
    parser.add_argument("--forbidden", type=Path, metavar="FILE", help="excluded pairs")
    parser.add_argument("--keep", type=Path, metavar="FILE", help="earlier pairs, kept if that costs little")
    parser.add_argument(
        "--least-gap",
        type=int,
        choices=range(1, 7),
        default=1,
        help="minimum career levels between leader and mentor (1)",
    )
    parser.add_argument("--same-department", action="store_true", help="allow pairs within one department")
    parser.add_argument(
        "--floor", type=percent, default=35, metavar="0-100", help="a match below this percentage is weak (35)"
    )
    parser.add_argument(
        "--objective", choices=("fair", "total"), default="fair", help="what is optimised, see docs/matching.md (fair)"
    )
    parser.add_argument("--explain", action="store_true", help="add the reasons in words")
    parser.add_argument("--left", type=Path, metavar="FILE", help="also write the unmatched people and causes")
    parser.add_argument("--language", choices=LANGUAGES, default="en", help="language of the output (en)")
