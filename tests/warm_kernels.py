"""Kernels forked from one process that has TensorFlow loaded: a start takes no seconds.

A pytest plugin (`-p tests.warm_kernels`) that puts it into the place of Jupyter's own launcher in
this process. What a test starts as a command of its own, such as JupyterLab, is not touched.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerProcess
from typing import Any

import pytest
from jupyter_client.provisioning import local_provisioner

from tests import ROOT

_FORKS = multiprocessing.get_context("forkserver")
_FORKS.set_forkserver_preload(["tests.preloaded"])
# A process with threads can't be forked safely.
_ONE_THREAD = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}


@pytest.hookimpl
def pytest_configure() -> None:
    """Puts the launcher in its place."""
    local_provisioner.launch_kernel = launch


class Kernel:
    """A forked kernel, with what Jupyter asks of a `Popen`."""

    stdin = stdout = stderr = None

    def __init__(self, process: ForkServerProcess) -> None:
        self._process = process
        self.pid = process.pid
        self.send_signal = lambda number: os.kill(process.pid, number)
        self.terminate, self.kill = process.terminate, process.kill

    def poll(self) -> int | None:
        return self._process.exitcode

    def wait(self, timeout: float | None = None) -> int | None:
        self._process.join(timeout)
        return self._process.exitcode


def launch(
    cmd: Sequence[str], env: Mapping[str, str] | None = None, cwd: str | None = None, **_: Any
) -> Kernel:
    """Forks a kernel, in place of `jupyter_client.launcher.launch_kernel`."""
    ours, theirs = _FORKS.Pipe()
    arguments = list(cmd)[list(cmd).index("ipykernel_launcher") + 1 :]
    environment = {**(os.environ if env is None else env), **_ONE_THREAD}
    process = started(_live, (arguments, environment, cwd, theirs))
    ours.recv()  # it has a session of its own: signals to its group are for nobody else
    return Kernel(process)


def started(target: Callable[..., None], arguments: tuple[Any, ...]) -> ForkServerProcess:
    """Forks a process, which calls a function."""
    main = sys.modules["__main__"]
    main.__spec__ = getattr(main, "__spec__", None)  # a shell's, once a test has made one, has none
    process = _FORKS.Process(target=target, args=arguments, daemon=True)
    before = dict(os.environ)
    os.environ.update(_ONE_THREAD)  # for the server, which the first process starts
    try:
        with contextlib.chdir(ROOT):  # where the server finds what it loads
            process.start()
    finally:
        os.environ.clear()
        os.environ.update(before)
    return process


def _live(
    arguments: list[str], environment: dict[str, str], cwd: str | None, ready: Connection
) -> None:
    from ipykernel.kernelapp import launch_new_instance

    os.setsid()
    os.environ.clear()
    os.environ.update(environment, JPY_PARENT_PID=str(os.getppid()))  # it ends when that does
    os.chdir(cwd or os.curdir)
    ready.send(True)
    launch_new_instance(argv=arguments)
