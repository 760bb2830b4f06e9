"""How far the building is, on one line of a terminal or, in a pipe, a line each tenth."""

import sys
import time
from typing import TextIO

WIDTH = 30


class Progress:
    """Shows a share of the whole, from 0 to 1."""

    def __init__(self, out: TextIO = sys.stdout) -> None:
        self._out, self._began = out, time.monotonic()
        self._is_terminal = out.isatty()
        self._last_tenth = -1
        self._words = ""

    def show(self, share: float, words: str) -> None:
        share = min(max(share, 0.0), 1.0)
        seconds = time.monotonic() - self._began
        line = f"{'#' * round(share * WIDTH):.<{WIDTH}} {share:4.0%} {seconds:3.0f} s  {words}"
        if self._is_terminal:
            self._out.write(f"\r{line:<78}")
        elif int(share * 10) > self._last_tenth or words != self._words:
            self._last_tenth, self._words = int(share * 10), words
            self._out.write(f"{line}\n")
        self._out.flush()

    def end(self) -> None:
        if self._is_terminal:
            self._out.write("\n")
            self._out.flush()
