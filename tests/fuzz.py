"""Property tests and simulations with other random input each round: `python -m tests.fuzz [--minutes N] [--seed N]`.

An ordinary run tries the same examples every time. This one goes on, round after round, each with its own seed, which
it prints, until the time is over; other arguments go to pytest. Exit 1 at the first round in which a test fails: put
what it found into the test as an `@example`, or the seed of a simulation among those that always run.
"""

import argparse
import secrets
import sys
import time

from tests.pytest_runs import run
from tests.seeds import ROUND

RANDOM = "(hypothesis or simulation) and not (bench or soak or browser)"


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description="Search at random for what fails.")
    parser.add_argument("--minutes", type=float, default=10, help="no round begins later (10); there is always one")
    parser.add_argument("--seed", type=int, help="of the first round; drawn if it is not given")
    options, arguments = parser.parse_known_args()
    seed = secrets.randbelow(10**6) if options.seed is None else options.seed % 10**9
    ends = time.monotonic() + 60 * options.minutes
    while True:
        print(f"seed {seed} ... ", end="", flush=True)
        told = ("-n", "2", "-m", RANDOM, "--hypothesis-profile=fuzz", f"--hypothesis-seed={seed}")
        found = run([*told, *arguments], **{ROUND: str(seed)})
        print(f"{found.passed} passed, {len(found.failed)} failed, {found.seconds:.0f} s", flush=True)
        if not found.is_well:
            print(found.output)
            print(*(f"FOUND by seed {seed}: {name}" for name in found.failed), sep="\n")
            print(f"The same again: make fuzz SEED={seed} MINUTES=0")
            return 1
        if time.monotonic() >= ends:
            return 0
        seed += 1


if __name__ == "__main__":
    sys.exit(main())
