"""`python -m bot prompts`: check all texts, or preview one. Imports little until one of the two runs."""

import argparse
import sys
from typing import Any

from bot.config import own_texts
from bot.domain.signup import FORMATS

REGISTERS = ("kamu", "anda", "bapak", "ibu", "kak", "first")


def add_prompts_arguments(parser: argparse.ArgumentParser, parser_class: type[Any]) -> None:
    """Add the arguments of `prompts`."""
    what = parser.add_subparsers(dest="what", metavar="WHAT", required=True, parser_class=parser_class)
    check = what.add_parser("check", help="list every mistake with file and line")
    check.set_defaults(command=_check)
    preview = what.add_parser("preview", help="show one text as Slack renders it")
    preview.add_argument("key", help="such as sessions.nudge_mentor, or sessions.packs.hands_on_2")
    preview.add_argument("--language", default="id", help="a folder of prompts/ or of your own texts (id)")
    preview.add_argument("--register", choices=REGISTERS, default="", help="how the reader is addressed")
    preview.add_argument("--form", choices=FORMATS, default=FORMATS[0], help="of the session, for a pack (discussion)")
    preview.set_defaults(command=_preview)


def _check(_options: argparse.Namespace) -> int:
    from prompts.catalogue import Catalogue

    problems = Catalogue.load(own_texts()).problems()
    for problem in problems:
        print(problem)
    print(f"{len(problems)} problems." if problems else "No problems found.")
    return 1 if problems else 0


def _preview(options: argparse.Namespace) -> int:
    from bot.cli.text_preview import NoSuchText, Preview, preview
    from prompts.catalogue import Catalogue

    catalogue = Catalogue.load(own_texts())
    if options.language not in catalogue.languages:
        print(f'Unknown language "{options.language}". Available: {", ".join(catalogue.languages)}', file=sys.stderr)
        return 2
    wanted = Preview(options.language, options.register, options.form, colours=sys.stdout.isatty())
    try:
        print(preview(catalogue, options.key, wanted))
    except NoSuchText as unknown:
        near = f" Similar: {', '.join(unknown.near)}" if unknown.near else " See the files in prompts/."
        print(f'There is no text "{options.key}".{near}', file=sys.stderr)
        return 2
    return 0
