"""Runs submissions on a Dask cluster: on those of its workers that find what we would find."""

from __future__ import annotations

import logging
import re
import socket
import sys
import threading
import time
import uuid
from collections.abc import Callable, Iterable
from concurrent.futures import Future
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from functools import partial
from types import TracebackType
from typing import Any, Self

import distributed

from course_utils.grading.class_run.workers import NotReached
from course_utils.grading.plugins import store
from course_utils.grading.wall import sandbox

_ADDRESS = re.compile(r"(tcp|tls)://([^/:@\s]+|\[[0-9a-fA-F:.]+\]):[0-9]{1,5}")
_CONNECT_SECONDS = 20
_FIRST_WORKER_SECONDS = 60
_LOOK_EVERY = 2  # seconds
_NO_WORKER_SECONDS = 300  # one that ended is started anew, here or by a batch system
_GO_ON = "Run the same command again to go on from here."


@dataclass(eq=False)
class _Task:
    """What was sent, and to whom."""

    function: Callable[[str], str]
    text: str
    remote: Any  # distributed's future
    workers: frozenset[str]


class Cluster:
    """The workers of a cluster that can grade, as they come and go. Use it in a `with` statement.

    Args:
      address: the scheduler's, as in "tcp://10.0.0.1:8786"; with "tls://", Dask's own settings say
        where the certificates are.

    Raises:
      NotReached: if no scheduler answers there, or none of its workers can be used.
    """

    def __init__(self, address: str) -> None:
        logging.getLogger("distributed.client").setLevel(logging.CRITICAL)  # one sentence says it
        self._address = address
        self._client = _connected(address)
        self._tasks: dict[Future[str], _Task] = {}
        self._usable: dict[str, int] = {}  # threads by address
        self._seen: set[str] = set()
        self._last_usable = time.monotonic()
        self._changing = threading.RLock()
        self._stopped = threading.Event()
        try:
            self._meet_first()
        except BaseException:
            self._client.close()
            raise
        threading.Thread(target=self._watch, daemon=True).start()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.stop()

    @property
    def jobs(self) -> int:
        """How many submissions it runs at a time, just now."""
        return max(sum(self._usable.values()), 1)

    def described(self) -> str:
        """Who works just now, as in "3 workers"."""
        return f"{len(self._usable)} worker{'s' * (len(self._usable) != 1)}"

    def alone(self) -> AbstractContextManager[None]:
        """Within it, one submission runs at a time; the worker that has it does nothing else."""
        return nullcontext()

    def submit(self, function: Callable[[str], str], text: str) -> Future[str]:
        """Runs the function on one of the workers; if that is lost, on another one."""
        future: Future[str] = Future()
        with self._changing:
            self._send(future, function, text)
        return future

    def stop(self) -> None:
        """Gives up what is not done; what a worker has begun ends with its limits."""
        self._stopped.set()
        with self._changing:
            remotes = [task.remote for task in self._tasks.values()]
            self._tasks.clear()
        if self._client.status == "running":
            self._client.cancel(remotes, force=True)
        self._client.close()

    def _send(self, future: Future[str], function: Callable[[str], str], text: str) -> None:
        workers = frozenset(self._usable)
        try:
            remote = self._client.submit(
                function,
                text,
                key=f"course-grade-{uuid.uuid4().hex}",
                workers=sorted(workers),
                pure=False,
            )
        except Exception:  # the client has lost its scheduler and closed
            future.set_exception(self._gone())
            return
        self._tasks[future] = _Task(function, text, remote, workers)
        remote.add_done_callback(partial(self._finished, future))

    def _finished(self, future: Future[str], remote: Any) -> None:
        with self._changing:
            task = self._tasks.get(future)
            if task is None or task.remote is not remote:
                return  # given up, or sent anew
            del self._tasks[future]
        try:
            future.set_result(remote.result(timeout=_CONNECT_SECONDS))
        except distributed.KilledWorker:
            future.set_exception(RuntimeError("every worker that ran it ended meanwhile"))
        except Exception as error:
            lost = remote.status != "error"
            future.set_exception(self._gone() if lost else error)

    def _gone(self) -> NotReached:
        return NotReached(f"The scheduler at {self._address} is gone. {_GO_ON}")

    def _watch(self) -> None:
        """Looks who has come and gone; what nobody can run any more is sent to others."""
        while not self._stopped.wait(_LOOK_EVERY):
            try:
                self._meet(self._client.nthreads())
            except Exception:  # no scheduler: each future says it
                continue
            with self._changing:
                self._send_stranded()

    def _send_stranded(self) -> None:
        if self._usable:
            self._last_usable = time.monotonic()
        waited = time.monotonic() - self._last_usable
        for future, task in list(self._tasks.items()):
            if self._usable and not task.workers & self._usable.keys():
                self._send(future, task.function, task.text)
                task.remote.release()
            elif waited > _NO_WORKER_SECONDS:
                del self._tasks[future]
                future.set_exception(NotReached(f"No worker has been left for long. {_GO_ON}"))

    def _meet_first(self) -> None:
        """Waits for the first workers, and looks at all that are there."""
        try:
            self._client.wait_for_workers(1, timeout=_FIRST_WORKER_SECONDS)
        except TimeoutError:
            raise NotReached(
                f"The scheduler at {self._address} has no workers. "
                f"Start some: `dask worker {self._address}`."
            ) from None
        self._meet(self._client.nthreads())
        if not self._usable:
            raise NotReached(f"None of the workers of {self._address} can be used.")

    def _meet(self, present: dict[str, int]) -> None:
        """Takes note of who is there, and says who of the new ones is not used."""
        new = present.keys() - self._seen
        troubles = self._troubles(new) if new else {}
        for worker, trouble in sorted(troubles.items()):
            if trouble:
                print(f"course grade: {worker} is not used: {trouble}", file=sys.stderr)
        with self._changing:
            self._seen = (self._seen | troubles.keys()) & present.keys()
            met = self._usable.keys() | {worker for worker in troubles if not troubles[worker]}
            self._usable = {worker: present[worker] for worker in present if worker in met}

    def _troubles(self, workers: Iterable[str]) -> dict[str, str]:
        """Why each of these can't be used, or ""; those that have gone meanwhile are left out."""
        told = self._client.run(circumstances, workers=list(workers), on_error="return")
        return {w: _trouble(said) for w, said in told.items() if not isinstance(said, OSError)}


def _connected(address: str) -> Any:
    if not _ADDRESS.fullmatch(address):
        raise NotReached(
            "A cluster's address is tcp://HOST:PORT or tls://HOST:PORT, as tcp://10.0.0.1:8786; "
            f"this one is {address!r}."
        )
    host, _, port = address.partition("://")[2].rpartition(":")
    certified = distributed.Security().get_connection_args("client")["ssl_context"]
    if address.startswith("tls://") and certified is None:
        raise NotReached(
            f"{address} asks for certificates, and Dask's settings name none "
            "(distributed.comm.tls.ca-file and .client; docs/cluster.md)."
        )
    try:
        _await_answer(host.strip("[]"), int(port))
        return distributed.Client(address, timeout=_CONNECT_SECONDS, set_as_default=False)
    except (OSError, OverflowError) as error:
        raise NotReached(
            f"No scheduler answers at {address} ({error}). Start one with `dask scheduler`, and "
            "give the address that it prints."
        ) from None


def _await_answer(host: str, port: int) -> None:
    """Waits for a scheduler that is about to start; OSError if none does.

    Dask's client would wait as well, but one that fails leaves a thread behind, in which the next
    one can hang.
    """
    end = time.monotonic() + _CONNECT_SECONDS
    while True:
        try:
            socket.create_connection((host, port), _CONNECT_SECONDS).close()
            return
        except OSError:
            if time.monotonic() > end:
                raise
        time.sleep(0.2)


def circumstances() -> tuple[list[str], str]:
    """What a result of this machine depends on, and why it can't seal a process ("" if it can)."""
    return store.surroundings(), sandbox.problem() or ""


def _trouble(told: tuple[list[str], str] | Exception) -> str:
    if isinstance(told, ModuleNotFoundError | AttributeError):
        return f"it does not have this version of the course ({told})"
    if isinstance(told, Exception):
        return f"it does not answer as it should ({told!r:.200})"
    theirs, no_sandbox = told
    for here, there in zip(store.surroundings(), theirs, strict=False):
        if here != there:
            return f"it has {there}, this machine has {here}"
    return no_sandbox
