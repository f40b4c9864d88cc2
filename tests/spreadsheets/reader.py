"""Reads files in a process of its own and prints what came of each, with its processor time and the peak of memory.

The processor time is that of a machine on which `unit` takes `UNIT` seconds: how fast this one is now decides nothing.

python -m tests.spreadsheets.reader FILE…
"""

import json
import sys
import time
from pathlib import Path

from bot.domain.roster import NEEDED, read_roster
from bot.domain.sheet_rows import Unreadable, deduplicated
from bot.spreadsheets import content_of, read_table
from bot.spreadsheets.vocabulary import of_roster
from prompts.catalogue import Catalogue

UNIT = 0.2
"""Seconds that `unit` takes on an ordinary machine."""


def unit() -> float:
    """How many seconds of processor time a fixed piece of work takes here and now."""
    began = time.process_time()
    sum(number * number % 7 for number in range(2_500_000))
    return time.process_time() - began


def peak() -> int:
    """The most memory that this process had since the last look, in MB. Only Linux tells."""
    status = Path("/proc/self/status").read_text()
    Path("/proc/self/clear_refs").write_text("5")
    return int(status.split("VmHWM:")[1].split()[0]) // 1024


def main() -> None:
    words = of_roster(Catalogue.load())
    peak()
    before = unit()
    for name in sys.argv[1:]:
        began = time.process_time()
        try:
            file = read_roster(read_table(content_of(Path(name)), words.columns, NEEDED), words)
            told = deduplicated(file.problems)
            came = f"{len(file.lines)} lines, {told.rows} bad, {len(told.kept)} kept"
            del file, told
        except Unreadable as problem:
            came = problem.code
            problem.__traceback__ = None
        seconds = time.process_time() - began
        after = unit()
        seconds, before = seconds * UNIT / max(before, after), after
        print(json.dumps({"came": came, "seconds": round(seconds, 3), "megabytes": peak()}), flush=True)


if __name__ == "__main__":
    main()
