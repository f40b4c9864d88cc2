"""`python -m tests.repeat [--runs N] [--busy N] [pytest's arguments]`: is the suite green every time?

Runs the tests of `make test` again and again, beside as many busy loops as are asked for, and prints a line for each
run. Stops at the first run that fails, prints what pytest wrote, and exits with 1.
"""

import argparse
import subprocess
import sys

from tests.pytest_runs import Run, run

LOOP = "while True: pass"


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.repeat", description="Run the suite again and again.")
    parser.add_argument("--runs", type=int, default=5, help="how often (5)")
    parser.add_argument("--busy", type=int, default=0, help="busy loops beside it (0)")
    options, arguments = parser.parse_known_args()
    loops = [subprocess.Popen([sys.executable, "-c", LOOP]) for _ in range(options.busy)]
    runs: list[Run] = []
    try:
        print(f"{'run':>4} {'passed':>7} {'failed':>7} {'skipped':>8} {'seconds':>8} {'processor':>10}", flush=True)
        for number in range(1, options.runs + 1):
            one = run(["-n", "2", "--dist", "worksteal", *arguments])
            runs.append(one)
            counts = f"{number:>4} {one.passed:>7} {len(one.failed):>7} {one.skipped:>8}"
            print(f"{counts} {one.seconds:>8.0f} {one.processor:>10.0f}", flush=True)
            if not one.is_well:
                print(one.output, flush=True)
                break
    finally:
        for loop in loops:
            loop.kill()
            loop.wait()
    for name in runs[-1].failed if runs else ():
        print(f"failed: {name}")
    well = sum(one.is_well for one in runs)
    print(f"{well} of {options.runs} runs passed, beside {options.busy} busy loops")
    return 0 if well == options.runs else 1


if __name__ == "__main__":
    sys.exit(main())
