"""Keeps one inmate: watches what it uses, ends it, and says how it ended."""

from __future__ import annotations

import os
import select
import signal
import socket
from collections.abc import Callable
from pathlib import Path

from course_utils.grading.wall import walls
from course_utils.grading.wall.walls import Limits

INTERRUPT, KILL = b"i", b"k"  # what the control socket may ask for
NO_WALLS, STOPPED = "its walls could not be built", "it was stopped"  # causes of an end
_SECONDS_BETWEEN_LOOKS = 0.1
# What the kernel keeps at most: for a socket with full buffers; for one of datagrams, with what
# ten closed senders left there; and for a process with pipes alone open, of 8 KiB each, and with as
# many mappings as Linux lets it have, unless somebody has set `vm.max_map_count` to more.
_SOCKET_BYTES, _DATAGRAMS_BYTES = 2**19, 5 * 2**19
_PROCESS_BYTES = walls.OPEN_FILES * 2**13 + 65_530 * 2**8
_READY = b"ready"
# What a process holds that is its own, in the words of its /proc status. Page tables count.
_HOLDS = ("RssAnon", "RssShmem", "VmPTE", "VmSwap", "HugetlbPages")


def keep(live: Callable[[], None], limits: Limits, control: socket.socket) -> None:
    """Runs a function in an inmate, and sends the cause of its end to the control socket.

    Args:
      live: what the inmate does.
      limits: what it may use.
      control: tells the keeper what to do; when it is closed, the inmate is killed. The cause is
        a part of a sentence, as in "it ended itself with exit code 3".
    """
    walls.detach()
    reader, writer = os.pipe()
    pid = os.fork()
    if pid == 0:
        control.close()
        os.close(reader)
        _inhabit(live, limits, writer)
    os.close(writer)
    said = os.read(reader, 1000)
    if said == _READY:
        cause = _watch(pid, limits, control)
    else:
        os.waitpid(pid, 0)
        cause = f"{NO_WALLS}: {said.decode(errors='replace')}"
    control.sendall(cause.encode())


def _inhabit(live: Callable[[], None], limits: Limits, writer: int) -> None:
    """What the inmate does, from its first breath on; never returns."""
    try:
        signal.signal(signal.SIGINT, signal.default_int_handler)
        walls.enclose(limits)
    except OSError as error:
        os.write(writer, str(error).encode())
        os._exit(1)
    os.write(writer, _READY)
    os.close(writer)
    try:
        live()
    finally:
        os._exit(0)


def _watch(pid: int, limits: Limits, control: socket.socket) -> str:
    """Waits for the inmate's end and says what it was."""
    ended = os.pidfd_open(pid)
    waiting = select.poll()
    waiting.register(ended, select.POLLIN)
    waiting.register(control, select.POLLIN)
    at_rest = _memory_and_processes()[0]
    while True:
        ready = [fd for fd, _ in waiting.poll(1000 * _SECONDS_BETWEEN_LOOKS)]
        if ended in ready:
            return _cause(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
        excess = _excess(limits, at_rest)
        if excess or (ready and control.recv(1) != INTERRUPT):
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)  # returns when all processes of its namespace are gone
            return excess or STOPPED
        if ready:
            os.kill(pid, signal.SIGINT)


def _excess(limits: Limits, at_rest: int) -> str:
    """Which limit is exceeded, if one is."""
    memory, processes = _memory_and_processes()
    if memory - at_rest > limits.memory:
        return f"it used more than {limits.memory / 2**20:.0f} MiB of memory"
    if processes > limits.processes:
        return f"it ran more than {limits.processes} processes"
    return ""


def _memory_and_processes() -> tuple[int, int]:
    """Bytes and processes in use. The inmate's /proc is the keeper's, and shows nobody else's."""
    memory, processes = _sockets(Path("/proc/1/net/unix")), 0
    for folder in os.listdir("/proc"):
        if folder.isdigit():
            processes += 1
            memory += _PROCESS_BYTES + _memory(Path("/proc", folder, "status"))
    return memory, processes


def _memory(status: Path) -> int:
    """Bytes of a process that are its own: neither a file's nor the disk's."""
    try:
        lines = status.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:  # it has just ended
        return 0
    own = [line.split()[1] for line in lines if line.startswith(_HOLDS)]
    return 1024 * sum(map(int, own))


def _sockets(listed: Path) -> int:
    """Bytes of the Unix sockets that the inmate and all it started have, each full.

    No other kind can hold data: no other network is there.
    """
    try:
        kinds = [line.split()[4:5] for line in listed.read_bytes().splitlines()[1:]]
    except OSError:  # it has just ended
        return 0
    datagrams = kinds.count([b"0002"])
    return _DATAGRAMS_BYTES * datagrams + _SOCKET_BYTES * (len(kinds) - datagrams)


def _cause(code: int) -> str:
    if code >= 0:
        return f"it ended itself with exit code {code}"
    return f"it was killed by {signal.Signals(-code).name}"
