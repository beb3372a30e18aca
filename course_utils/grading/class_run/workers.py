"""Who runs submissions: this machine's cores, or the workers of a cluster."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager, suppress
from queue import Empty, SimpleQueue
from typing import Protocol

from course_utils.grading.wall import sandbox

stopping = threading.Event()
_free_cores: SimpleQueue[list[int]] = SimpleQueue()


class NotReached(Exception):  # noqa: N818 - the text is a cause, and says what to do
    """Who should run the submissions is not there, or no longer."""


class Workers(Protocol):
    """Run submissions; what a future can't have because nobody is left is `NotReached`."""

    @property
    def jobs(self) -> int:
        """How many submissions they run at a time."""

    def described(self) -> str:
        """Who works just now, for whoever waits; "" if that needs no word."""

    def submit(self, function: Callable[[str], str], text: str, /) -> Future[str]:
        """Runs the function."""

    def alone(self) -> AbstractContextManager[None]:
        """Within it, one submission runs at a time."""

    def stop(self) -> None:
        """Gives up what is still running: nothing of it is kept."""


OpenWorkers = Callable[[], AbstractContextManager[Workers]]


def here(jobs: int, keep_out: str) -> OpenWorkers:
    """Opens this machine's cores; the sandbox gets ready meanwhile.

    Args:
      jobs: how many submissions to run at a time.
      keep_out: the course's folder.

    Raises:
      NoSandbox: if there can be none, here or when they are opened.
    """
    sandbox.shared(keep_out=keep_out, wait=False)

    def open_cores() -> Cores:
        sandbox.shared(keep_out=keep_out)
        return Cores(jobs, keep_out)

    return open_cores


def divide_cores(jobs: int) -> None:
    """Divides this machine's cores among so many jobs; one that hogs its own slows no other."""
    with suppress(Empty):
        while True:
            _free_cores.get_nowait()
    cores = sorted(os.sched_getaffinity(0))
    for job in range(jobs):
        _free_cores.put(cores[job::jobs] or [cores[job % len(cores)]])


class Cores(ThreadPoolExecutor):
    """The cores of this machine, divided among jobs.

    Args:
      jobs: how many submissions to run at a time.
      keep_out: the course's folder.
    """

    def __init__(self, jobs: int, keep_out: str) -> None:
        super().__init__(jobs)
        divide_cores(jobs)
        self.jobs = jobs
        self._keep_out = keep_out

    def described(self) -> str:
        """Nothing: they are this machine's."""
        return ""

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Within it, one submission runs at a time, and has all cores."""
        divide_cores(1)
        yield
        divide_cores(self.jobs)

    def stop(self) -> None:
        """Ends what is running; else the cells would run to their end."""
        stopping.set()
        sandbox.shared(self._keep_out).close()


@contextmanager
def cores_of_its_own() -> Iterator[list[int]]:
    """Cores that no other job has meanwhile; all of them, where they were not divided."""
    try:
        cores = _free_cores.get_nowait()
    except Empty:
        yield []
        return
    try:
        yield cores
    finally:
        _free_cores.put(cores)
