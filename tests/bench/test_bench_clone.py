"""`make bench`: from a clone to the demo's page, as a newcomer does it. Needs what `pip` needs."""

import os
import subprocess
import urllib.error
import urllib.request
from pathlib import Path
from time import monotonic, sleep

import pytest

from tests.bench.figures import Figure, show
from tests.ports import free_port
from tests.processes import ROOT

pytestmark = pytest.mark.bench
ENDS_WITHIN = 900.0
"""Seconds after which a step is taken to hang."""
INHERITED = ("PATH", "HOME", "LANG", "SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "http_proxy", "https_proxy", "no_proxy")


def newcomer() -> dict[str, str]:
    """The environment of a new user: nothing of this repository, of its virtual environment or of Python's settings."""
    kept = {name: value for name, value in os.environ.items() if name in INHERITED or name.startswith("PIP_")}
    kept["PATH"] = ":".join(part for part in kept["PATH"].split(":") if ".venv" not in part)
    return kept


def answers(port: int, process: "subprocess.Popen[bytes]", until: float) -> bool:
    """Wait for the page; False if the demo ended, or has not answered by then."""
    while process.poll() is None and monotonic() < until:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=5) as page:
                return b"<title>" in page.read()
        except (urllib.error.URLError, OSError):
            sleep(0.2)
    return False


def test_from_a_clone_to_the_demo(tmp_path: Path) -> None:
    env, port, clone = newcomer(), str(free_port()), tmp_path / "balik"
    began = monotonic()
    subprocess.run(["git", "clone", "--quiet", ROOT, clone], env=env, check=True, timeout=ENDS_WITHIN)
    cloned = monotonic()
    subprocess.run(["make", "setup"], cwd=clone, env=env, check=True, timeout=ENDS_WITHIN, stderr=subprocess.DEVNULL)
    set_up = monotonic()
    seconds = []
    for _ in range(2):
        start = monotonic()
        demo = subprocess.Popen(["make", "demo", f"PORT={port}"], cwd=clone, env=env, start_new_session=True)
        try:
            assert answers(int(port), demo, start + ENDS_WITHIN)
            seconds.append(monotonic() - start)
        finally:
            os.killpg(demo.pid, 15)
            demo.wait(60)
    files = [file for file in (clone / ".venv").rglob("*") if file.is_file() and not file.is_symlink()]
    show(
        "From a clone to the demo's page",
        [
            Figure("git clone, of a local repository", cloned - began, "s"),
            Figure("make setup", set_up - cloned, "s"),
            Figure("make demo until the page, the first time", seconds[0], "s"),
            Figure("make demo until the page, again", seconds[1], "s"),
            Figure("all until the page", set_up - began + seconds[0], "s", 180),
            Figure("environment", sum(file.stat().st_size for file in files) / 1e6, "MB", 325),
        ],
    )
