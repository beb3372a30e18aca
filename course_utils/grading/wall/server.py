"""The server: has the packages loaded, runs no student's code, and forks a process on request.

Importing TensorFlow takes seconds, forking a process that has it takes milliseconds. The server is
started inside bubblewrap (see `sandbox`) and asked over a socket; a request names what to fork and
brings the sockets that the new process talks through.
"""

from __future__ import annotations

import contextlib
import dataclasses
import gc
import importlib
import json
import os
import pkgutil
import signal
import socket
import sys
from collections.abc import Callable, Iterable, Sequence

from course_utils.grading.wall import walls
from course_utils.grading.wall.keeper import keep
from course_utils.grading.wall.walls import Limits
from course_utils.quiet_tensorflow import import_tensorflow

READY = b"ready"


def request(kind: str, limits: Limits, cores: Sequence[int]) -> bytes:
    """A request for a "student" or an "examiner" that may run on these cores."""
    return json.dumps([kind, dataclasses.asdict(limits), list(cores)]).encode()


def serve(control: socket.socket) -> None:
    """Answers requests until the socket is closed."""
    walls.settle()
    _load()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # keepers need not be waited for
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for whoever started the server
    control.send(READY)
    while True:
        data, fds, _, _ = socket.recv_fds(control, 65536, 3)
        if not data:
            return
        if os.fork() == 0:
            _become(data, fds)
        for fd in fds:
            os.close(fd)


def _load() -> None:
    """Imports what students and checks need, so that no child has to."""
    from course_utils.grading.wall.shell import Shell  # noqa: PLC0415

    shell = Shell.instance()  # first: Matplotlib looks for it when it is imported
    import_tensorflow()
    _import_modules("course_utils", pkgutil.iter_modules)
    _import_modules("course_utils.checks", pkgutil.walk_packages)
    shell.warm_up()
    gc.collect()
    gc.freeze()  # a collection in a child would touch, and so copy, all these pages


def _import_modules(package: str, listed: Callable[..., Iterable[pkgutil.ModuleInfo]]) -> None:
    for module in listed(importlib.import_module(package).__path__, f"{package}."):
        if not module.name.endswith("__main__"):
            with contextlib.suppress(Exception):  # whoever needs it will meet the error
                importlib.import_module(module.name)


def _become(data: bytes, fds: list[int]) -> None:
    """Turns this fork into the keeper of what was asked for; never returns."""
    try:
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        kind, limits, cores = json.loads(data)
        os.sched_setaffinity(0, cores)
        control, *channels = fds
        _close_others(keep_open={0, 1, 2, *fds})
        keep(_life(kind, channels), Limits(**limits), socket.socket(fileno=control))
    except BaseException as error:  # it must not go on as a second server
        print(f"keeper: {error!r}", file=sys.stderr, flush=True)
    finally:
        os._exit(0)


def _life(kind: str, channels: list[int]) -> Callable[[], None]:
    def live() -> None:
        from course_utils.grading.wall import examiner, student  # noqa: PLC0415 - loaded by _load

        with open(os.devnull, "r+b") as nothing:
            for stream in (0, 1, 2):
                os.dup2(nothing.fileno(), stream)
        lives: dict[str, Callable[..., None]]
        lives = {"student": student.serve, "examiner": examiner.serve}
        lives[kind](*(socket.socket(fileno=fd) for fd in channels))

    return live


def _close_others(keep_open: Iterable[int]) -> None:
    for fd in map(int, os.listdir("/proc/self/fd")):
        if fd not in keep_open:
            with contextlib.suppress(OSError):  # the listing's own
                os.close(fd)


if __name__ == "__main__":
    serve(socket.socket(fileno=int(sys.argv[1])))
