"""Says on standard error how far a long job is: a bar in a terminal, else a line now and then."""

from __future__ import annotations

import sys
import time

from tqdm import tqdm

_SECONDS_BETWEEN_LINES = 10


class Progress:
    """Counts the steps of a job.

    Args:
      job: what is done, as in "Running".
      total: how many steps there are.
    """

    def __init__(self, job: str, total: int) -> None:
        terminal = sys.stderr.isatty()
        self._bar = tqdm(total=total, desc=job, file=sys.stderr, disable=not terminal, leave=True)
        self._job, self._total = job, total
        self._done = self._failed = 0
        self._started = time.monotonic()
        self._next = self._started + _SECONDS_BETWEEN_LINES
        self._lines = not terminal

    def step(self, failed: bool = False) -> None:
        """One more step is done."""
        self._done += 1
        self._failed += failed
        if failed:
            self._bar.set_postfix(failed=self._failed, refresh=False)
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
        return f"{self._job}: {self._done} of {self._total}, {self._failed} failed, {time_left}"
