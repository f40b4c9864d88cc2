"""`python -m tests.soak [--seed N] [--messages N] [--kills N] …`: is each message sent once, whatever happens?

Real processes against the local Slack, which loses replies and refuses calls as told, on SQLite and on replicas that
share a PostgreSQL server. They are killed (-9) and stopped for longer than their lease, their clocks are put wrong by
minutes to a year, and the server is stopped at once, at moments drawn by the seed. One line for each database; exit 1
if a message was lost or came twice.
"""

import argparse
import asyncio
import sys
import tempfile
from pathlib import Path

from tests.soak.run import Hardships, Result, on_postgresql, on_sqlite


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.soak", description=__doc__.splitlines()[0])
    parser.add_argument("--seed", type=int, default=1, help="the same seed, the same hardships (1)")
    parser.add_argument("--messages", type=int, default=10_000)
    parser.add_argument("--kills", type=int, default=50, help="kill -9, spread over the run")
    parser.add_argument("--stops", type=int, default=12, help="SIGSTOP for longer than the lease")
    parser.add_argument("--restarts", type=int, default=8, help="immediate stops of the PostgreSQL server")
    parser.add_argument("--skews", type=int, default=24, help="clocks of processes put wrong")
    parser.add_argument("--replicas", type=int, default=3, help="on PostgreSQL")
    parser.add_argument("--only", choices=("sqlite", "postgresql"))
    options = parser.parse_args()
    drawn = (options.kills, options.stops, options.restarts, options.skews)
    hardships = Hardships(options.seed, options.messages, *drawn)
    results: list[Result] = []
    with tempfile.TemporaryDirectory(prefix="balik-soak-") as folder:
        Path(folder).chmod(0o755)  # PostgreSQL runs as somebody else when we are root
        for name, run in (("sqlite", on_sqlite), ("postgresql", on_postgresql)):
            if options.only in (None, name):
                results.append(asyncio.run(run(Path(folder), hardships, options.replicas)))
                print(results[-1].line(), flush=True)
    return 0 if all(result.well for result in results) else 1


if __name__ == "__main__":
    sys.exit(main())
