"""Arguments of `python -m bot rehearse`. Imports little, since every command loads it."""

import argparse
from pathlib import Path

from bot.cli.common import LEVELS_HELP, between, port
from bot.domain.programme import Cadence, Theme
from bot.domain.signup import PRESETS, StyleFit
from bot.rehearsal.rehearsal_plan import Workspace

REHEARSE = (
    "Simulate a whole programme on a local Slack, and record what each person sees. No real person receives anything."
)
EPILOG = """Settings may be in a file with a line `name: value` for each; arguments override it. See docs/rehearsal.md.

exit codes:
  0    done; warnings list possible problems
  1    the result could not be written or served
  2    the command line or a file is wrong; nothing is simulated
  3    with --strict: done, and there are findings that are more than information
  130  interrupted"""
DAYS = "DAY[,DAY - DAY]"


def add_rehearse_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of `rehearse`. Settings of the programme are parsed later, as those of a file are."""
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.epilog = EPILOG
    who = parser.add_argument_group("input")
    who.add_argument("--roster", type=Path, metavar="FILE", help="your own people: a CSV or XLSX file as for `match`")
    who.add_argument("--levels", type=Path, metavar="FILE", help=LEVELS_HELP)
    who.add_argument("--prompts", type=Path, metavar="DIR", help="folder of your own texts, as in BALIK_PROMPTS")
    who.add_argument("--settings", type=Path, metavar="FILE", help="file of the settings below")
    who.add_argument(
        "--people", type=between(4, 500), default=24, help="size of the sample company, without --roster (24)"
    )
    who.add_argument(
        "--workspace",
        type=Workspace,
        choices=list(Workspace),
        default=Workspace.USUAL,
        help="`difficult`: with guests, another company, restricted channels, missed events and an archived HR channel",
    )
    who.add_argument(
        "--calendars",
        action="store_true",
        help="two thirds of the people connect a full calendar, a third set a working time of their own",
    )
    who.add_argument(
        "--workspaces",
        type=between(2, 4),
        metavar="N",
        help="instead: N companies install Balik and run programmes side by side; nothing of one may show in another",
    )
    who.add_argument("--seed", type=between(0, 2**31), default=7, help="the same seed gives the same result (7)")

    programme = parser.add_argument_group("programme")
    themes, cadences = ", ".join(Theme), ", ".join(Cadence)
    programme.add_argument("--name", dest="set_name", metavar="NAME", help="name of the programme")
    programme.add_argument("--theme", dest="set_theme", metavar="THEME", help=f"{themes} ({Theme.DIGITAL_TRENDS})")
    programme.add_argument("--start", dest="set_start", metavar="DAY", help="first day (2027-02-01)")
    programme.add_argument("--months", dest="set_months", metavar="N", help="length in months (6)")
    programme.add_argument("--cadence", dest="set_cadence", metavar="OFTEN", help=f"{cadences} (monthly)")
    programme.add_argument("--language", dest="set_language", metavar="LANGUAGE", help="language of the texts (id)")
    programme.add_argument("--sponsor", dest="set_sponsor", metavar="NAME", help="the sponsor from the leadership")
    programme.add_argument("--days-off", dest="set_days_off", metavar=DAYS, help="days off besides public holidays")
    programme.add_argument(
        "--working-days", dest="set_working_days", metavar=DAYS, help="public holidays on which you work"
    )

    match = parser.add_argument_group("matching criteria")
    presets = ", ".join(name.partition("_")[0] for name in PRESETS)
    match.add_argument("--preset", dest="set_preset", metavar="PRESET", help=f"{presets} (balance)")
    match.add_argument(
        "--least-gap", dest="set_least_gap", metavar="1-4", help="minimum career levels between leader and mentor (1)"
    )
    match.add_argument(
        "--same-department",
        dest="set_same_department",
        action="store_true",
        default=None,
        help="allow pairs within one department",
    )
    match.add_argument(
        "--floor",
        dest="set_floor",
        metavar="PERCENT",
        help="a match below this percentage is weak: 0, 25, 35, 45 or 55 (35)",
    )

    styles = ", ".join(StyleFit)
    match.add_argument(
        "--style", dest="set_style", metavar="FIT", help=f"which working styles fit: {styles} ({StyleFit.ALIKE})"
    )

    out = parser.add_argument_group("output")
    out.add_argument("--out", type=Path, default=Path(".rehearsal"), metavar="DIR", help="output folder (.rehearsal)")
    out.add_argument("--serve", action="store_true", help="then show the result on the page of the local Slack")
    out.add_argument(
        "--strict",
        action="store_true",
        help="exit with 3 if there is anything to look at, such as a button that failed",
    )
    out.add_argument("--port", type=port, default=8300, help="port of that page (8300)")
