"""Says on standard error how far a long job is: a bar in a terminal, else a line now and then."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable

from tqdm import tqdm

_SECONDS_BETWEEN_LINES = 10


class Progress:
    """Counts the steps of a job.

    Args:
      job: what is done, as in "Running".
      total: how many steps there are.
      who: says who works just now, as in "3 workers"; "" needs no word.
    """

    def __init__(self, job: str, total: int, who: Callable[[], str] = str) -> None:
        terminal = sys.stderr.isatty()
        self._bar = tqdm(total=total, desc=job, file=sys.stderr, disable=not terminal, leave=True)
        self._job, self._total, self._who = job, total, who
        self._done = self._failed = 0
        self._started = time.monotonic()
        self._next = self._started + _SECONDS_BETWEEN_LINES
        self._lines = not terminal

    def step(self, failed: bool = False) -> None:
        """One more step is done."""
        self._done += 1
        self._failed += failed
        self._bar.set_postfix_str(", ".join(self._aside(self._failed > 0)), refresh=False)
        self._bar.update()
        now = time.monotonic()
        if self._lines and (now > self._next or self._done == self._total):
            self._next = now + _SECONDS_BETWEEN_LINES
            print(self._line(now - self._started), file=sys.stderr, flush=True)
        if self._done == self._total:
            self._bar.close()

    def _line(self, seconds: float) -> str:
        left = (self._total - self._done) * seconds / self._done
        time_left = f"{left:.0f} s left" if left else f"{seconds:.0f} s"
        return ", ".join([f"{self._job}: {self._done} of {self._total}", *self._aside(), time_left])

    def _aside(self, failures: bool = True) -> list[str]:
        """What is told beside the count."""
        return [text for text in (self._who(), f"{self._failed} failed" * failures) if text]
