"""What one can say to `python -m bot rehearse`. Light, since every command loads it."""

import argparse
from pathlib import Path

from bot.cli.common import between, port
from bot.domain.programme import Cadence, Theme
from bot.domain.signup import PRESETS

REHEARSE = "Play a whole programme on a local Slack, and write down what everybody saw. Nobody real is written to."
EPILOG = """Settings can stand in a file, one a line, `name: value`; what is said here counts more: docs/rehearsal.md.

exit codes:
  0    it was played; warnings say what to look at
  1    it could not be written, or not be served
  2    the command line or a file is wrong; nothing is played
  130  interrupted"""
DAYS = "DAY[,DAY - DAY]"


def add_rehearse_arguments(parser: argparse.ArgumentParser) -> None:
    """What one can say to `rehearse`. Settings of the programme are read later, as those of a file are."""
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.epilog = EPILOG
    who = parser.add_argument_group("who and what")
    who.add_argument("--roster", type=Path, metavar="FILE", help="your own company: a CSV or XLSX file as for `match`")
    who.add_argument("--prompts", type=Path, metavar="DIR", help="a folder of texts of your own, as BALIK_PROMPTS")
    who.add_argument("--settings", type=Path, metavar="FILE", help="the programme's settings, as below")
    who.add_argument("--people", type=between(4, 500), default=24, help="of the sample company, without --roster (24)")
    who.add_argument("--seed", type=between(0, 2**31), default=7, help="the same seed, the same story (7)")

    programme = parser.add_argument_group("the programme")
    themes, cadences = ", ".join(Theme), ", ".join(Cadence)
    programme.add_argument("--name", dest="set_name", metavar="NAME", help="what it is called")
    programme.add_argument("--theme", dest="set_theme", metavar="THEME", help=f"{themes} ({Theme.DIGITAL_TRENDS})")
    programme.add_argument("--start", dest="set_start", metavar="DAY", help="its first day (2027-02-01)")
    programme.add_argument("--months", dest="set_months", metavar="N", help="how long it is (6)")
    programme.add_argument("--cadence", dest="set_cadence", metavar="OFTEN", help=f"{cadences} (monthly)")
    programme.add_argument("--language", dest="set_language", metavar="LANGUAGE", help="what people read (id)")
    programme.add_argument("--sponsor", dest="set_sponsor", metavar="NAME", help="who speaks for the leadership")
    programme.add_argument("--days-off", dest="set_days_off", metavar=DAYS, help="besides public holidays")
    programme.add_argument("--working-days", dest="set_working_days", metavar=DAYS, help="holidays on which you work")

    match = parser.add_argument_group("the matching, as on HR's page of what counts")
    presets = ", ".join(name.partition("_")[0] for name in PRESETS)
    match.add_argument("--preset", dest="set_preset", metavar="PRESET", help=f"{presets} (balance)")
    match.add_argument("--least-gap", dest="set_least_gap", metavar="1-4", help="career levels between them (1)")
    match.add_argument(
        "--same-department", dest="set_same_department", action="store_true", default=None, help="allow it"
    )
    match.add_argument("--floor", dest="set_floor", metavar="PERCENT", help="weak below: 0, 25, 35, 45 or 55 (35)")

    out = parser.add_argument_group("what comes of it")
    out.add_argument("--out", type=Path, default=Path(".rehearsal"), metavar="DIR", help="where to write (.rehearsal)")
    out.add_argument("--serve", action="store_true", help="then show it in the page of the local Slack")
    out.add_argument("--port", type=port, default=8300, help="where that page is seen (8300)")
