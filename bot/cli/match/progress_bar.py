"""A progress bar on a terminal; no output elsewhere."""

import threading
from collections.abc import Sequence
from typing import Self, TextIO

WIDTH = 24
BEATS = "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏"
BEAT_SECONDS = 0.1


class ProgressBar:
    """The current step of a few; while a step takes long, a beat shows that it is running."""

    def __init__(self, stream: TextIO, steps: Sequence[str]) -> None:
        self._stream, self._steps = stream, steps
        self._shown = stream.isatty()
        self._at = -1
        self._beats = 0
        self._over = threading.Event()
        self._beating = threading.Thread(target=self._beat, daemon=True)

    def __enter__(self) -> Self:
        if self._shown:
            self._beating.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._over.set()
        if self._shown:
            self._beating.join()
            self._stream.write("\r\033[K")
            self._stream.flush()

    def at(self, step: int) -> None:
        """Start a step, and show it."""
        self._at = step
        if self._shown:
            self._draw()

    def _beat(self) -> None:
        while not self._over.wait(BEAT_SECONDS):
            self._beats += 1
            self._draw()

    def _draw(self) -> None:
        done = WIDTH * max(0, self._at) // len(self._steps)
        name = self._steps[self._at] if self._at >= 0 else ""
        bar = "█" * done + "░" * (WIDTH - done)
        self._stream.write(f"\r\033[K{bar} {BEATS[self._beats % len(BEATS)]} {name}…")
        self._stream.flush()
