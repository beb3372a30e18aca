"""The walls around one forked process, built from inside: namespaces, mounts, limits, system calls.

Three processes stand one in another. The *server* lives in bubblewrap. It forks a *keeper*, which
moves to namespaces of its own (`detach`) and forks the *inmate*, their process 1: when that one
dies, the kernel kills everything it started. The inmate closes itself in (`enclose`) and only then
does anything else. Linux only; ordinary users may do all of this where user namespaces are on.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import platform
import resource
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import Any

HOME = "/tmp/home"
OPEN_FILES = 256  # of a process
NOBODY = 65534  # who the server is when grading runs as root: limits don't bind root
INMATE = 1000  # who a student's code is in its own user namespace

_NEW = {"ns": 0x20000, "ipc": 0x8000000, "user": 0x10000000, "pid": 0x20000000, "net": 0x40000000}
_NOSUID, _NODEV, _NOEXEC, _BIND = 2, 4, 8, 4096
_PR_SET_DUMPABLE, _PR_CAPBSET_DROP, _PR_SET_NO_NEW_PRIVS, _PR_SET_SECCOMP = 4, 24, 38, 22
_PR_SET_THP_DISABLE, _F_SETPIPE_SZ, _SO_SNDBUF = 41, 1031, 7


@dataclass(frozen=True)
class Limits:
    """What one submission may use.

    Attributes:
      cell: seconds for one cell.
      total: seconds for the whole notebook.
      memory: bytes, of all its processes together.
      processes: how many at a time, threads included.
      files: bytes on disk (which is memory, too).
      output: bytes of text and pictures.
    """

    cell: float = 60
    total: float = 300
    memory: int = 4 * 2**30
    processes: int = 256
    files: int = 2**30
    output: int = 10 * 2**20


def settle() -> None:
    """Makes the server ready to fork: an ordinary process, with a /proc that can be mounted again.

    bubblewrap covers parts of /proc, and the kernel lets nobody mount a fresh one from behind such
    a cover. The covered files belong to root, and nobody is root from here on.
    """
    for covered in Path("/proc").iterdir():
        if not covered.name.isdigit():
            _libc().umount2(bytes(covered), 0)  # fails where there is no cover
    if os.getuid() == 0:
        os.setgroups([])
        os.setresgid(NOBODY, NOBODY, NOBODY)
        os.setresuid(NOBODY, NOBODY, NOBODY)
        _call("prctl", _PR_SET_DUMPABLE, 1, 0, 0, 0)  # or its /proc files would be root's
    _drop_capabilities()
    os.makedirs(HOME, exist_ok=True)
    os.chdir(HOME)


def detach() -> None:
    """Moves the keeper to new namespaces; the next process it forks is their process 1."""
    uid, gid = os.getuid(), os.getgid()
    _call("unshare", sum(_NEW.values()))
    Path("/proc/self/setgroups").write_text("deny", encoding="ascii")
    Path("/proc/self/uid_map").write_text(f"{INMATE} {uid} 1", encoding="ascii")
    Path("/proc/self/gid_map").write_text(f"{INMATE} {gid} 1", encoding="ascii")


def enclose(limits: Limits) -> None:
    """Closes the inmate in. Afterwards it can reach nothing but its own memory and files."""
    os.setsid()
    _mount("proc", "/proc", "proc", _NOSUID | _NODEV | _NOEXEC)
    _mount("devpts", "/dev/pts", "devpts", _NOSUID | _NOEXEC, "newinstance,ptmxmode=0666,mode=620")
    options = f"size={limits.files},nr_inodes=100k,huge=never"
    _mount("tmpfs", "/tmp", "tmpfs", _NOSUID | _NODEV, options)
    for folder in (HOME, "/tmp/shm"):
        os.mkdir(folder)
    _mount("/tmp/shm", "/dev/shm", "", _BIND)
    _mount("/dev/full", "/dev/zero", "", _BIND)  # zeros, too, that can't be mapped as shared memory
    os.chdir(HOME)
    Path("/proc/self/oom_score_adj").write_text("1000", encoding="ascii")
    for kind, most in (
        (resource.RLIMIT_DATA, limits.memory),
        (resource.RLIMIT_NPROC, limits.processes),
        (resource.RLIMIT_FSIZE, limits.files),
        (resource.RLIMIT_NOFILE, OPEN_FILES),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(kind, (most, most))
    _drop_capabilities()
    _call("prctl", _PR_SET_THP_DISABLE, 1, 0, 0, 0)  # one byte in use would keep 2 MiB
    _call("prctl", _PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    _filter_system_calls()


def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)


def _call(name: str, *args: Any) -> None:
    """Calls a function of libc; OSError if it fails."""
    if getattr(_libc(), name)(*args) == -1:
        code = ctypes.get_errno()
        raise OSError(code, f"{name}{args[:3]}: {os.strerror(code)}")


def _mount(source: str, target: str, kind: str, flags: int, options: str = "") -> None:
    _call("mount", source.encode(), target.encode(), kind.encode(), flags, options.encode())


def _drop_capabilities() -> None:
    with contextlib.suppress(OSError):  # past the last capability, or not allowed any more
        for capability in range(64):
            _call("prctl", _PR_CAPBSET_DROP, capability, 0, 0, 0)
    version_3_of_this_process = struct.pack("Ii", 0x20080522, 0)
    _call("capset", version_3_of_this_process, bytes(24))


# System calls that nothing in a notebook needs: memory that no limit counts, ways to new
# namespaces and to others' cores, and corners of the kernel with a history of holes.
# (x86_64, aarch64)
_REFUSED = {
    "memfd_create": (319, 279),
    "memfd_secret": (447, 447),
    "shmget": (29, 194),
    "semget": (64, 190),
    "msgget": (68, 186),
    "unshare": (272, 97),
    "setns": (308, 268),
    "sched_setaffinity": (203, 122),
    "ptrace": (101, 117),
    "bpf": (321, 280),
    "perf_event_open": (298, 241),
    "userfaultfd": (323, 282),
    "vmsplice": (278, 75),
    "splice": (275, 76),
    "tee": (276, 77),
    "io_setup": (206, 0),
    "io_uring_setup": (425, 425),
    "add_key": (248, 217),
    "request_key": (249, 218),
    "keyctl": (250, 219),
}
# The same with one argument: numbers, which argument, a mask, and what is refused under it.
_SHARED_AND_ANONYMOUS = 0x21  # no limit counts such memory once it is let go, and it stays
_REFUSED_WITH = {
    "mmap": ((9, 222), 3, _SHARED_AND_ANONYMOUS, _SHARED_AND_ANONYMOUS),
    "prctl": ((157, 167), 0, 0xFFFFFFFF, _PR_SET_THP_DISABLE),
    # Buffers larger than the keeper reckons with.
    "fcntl": ((72, 25), 1, 0xFFFFFFFF, _F_SETPIPE_SZ),
    "setsockopt": ((54, 208), 2, 0xFFFFFFFF, _SO_SNDBUF),
}
_CLONE, _CLONE3, _SOCKET = (56, 220), (435, 435), (41, 198)
_SOCKET_FAMILIES = (1, 2, 10)  # unix, inet, inet6: those that network namespaces bound
_MACHINES = {"x86_64": (0, 0xC000003E), "aarch64": (1, 0xC00000B7)}

_LOAD, _JUMP_IF_EQUAL, _JUMP_IF_MORE, _JUMP_IF_ANY, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
_AND = 0x54
_NUMBER, _MACHINE, _FIRST_ARGUMENT = 0, 4, 16  # offsets in the kernel's seccomp_data
_ALLOW, _KILL = 0x7FFF0000, 0x80000000
_EPERM, _ENOSYS, _EAFNOSUPPORT = (0x00050000 | code for code in (1, 38, 97))


def _filter_system_calls() -> None:
    """Installs the seccomp filter; it stays for the process and all it starts."""
    column, machine = _MACHINES[platform.machine()]
    program = b"".join(struct.pack("HBBI", *line) for line in _program(column, machine))
    code = ctypes.create_string_buffer(program)
    filters = struct.pack("HxxxxxxP", len(program) // 8, ctypes.addressof(code))
    _call("prctl", _PR_SET_SECCOMP, 2, filters, 0, 0)


def _program(column: int, machine: int) -> list[tuple[int, int, int, int]]:
    """The filter's instructions: code, lines to skip if true and if false, operand."""
    refused = [_refuse(numbers[column], _EPERM) for numbers in _REFUSED.values()]
    families = [(_JUMP_IF_EQUAL, 0, 1, family) for family in _SOCKET_FAMILIES]
    return [
        (_LOAD, 0, 0, _MACHINE),
        (_JUMP_IF_EQUAL, 1, 0, machine),
        (_RETURN, 0, 0, _KILL),
        (_LOAD, 0, 0, _NUMBER),
        (_JUMP_IF_MORE, 0, 1, 0x40000000),  # x86's second numbering of the same calls
        (_RETURN, 0, 0, _EPERM),
        *(line for pair in refused for line in pair),
        *(line for call in _REFUSED_WITH.values() for line in _refuse_with(column, *call)),
        *_refuse(_CLONE3[column], _ENOSYS),  # its flags can't be seen; libc falls back on clone
        (_JUMP_IF_EQUAL, 0, 4, _CLONE[column]),
        (_LOAD, 0, 0, _FIRST_ARGUMENT),
        (_JUMP_IF_ANY, 0, 1, sum(_NEW.values()) | 0x6000000),  # and the uts and cgroup namespaces
        (_RETURN, 0, 0, _EPERM),
        (_RETURN, 0, 0, _ALLOW),
        (_JUMP_IF_EQUAL, 0, 2 + 2 * len(families), _SOCKET[column]),
        (_LOAD, 0, 0, _FIRST_ARGUMENT),
        *(line for family in families for line in (family, (_RETURN, 0, 0, _ALLOW))),
        (_RETURN, 0, 0, _EAFNOSUPPORT),
        (_RETURN, 0, 0, _ALLOW),
    ]


def _refuse(number: int, answer: int) -> list[tuple[int, int, int, int]]:
    return [(_JUMP_IF_EQUAL, 0, 1, number), (_RETURN, 0, 0, answer)]


def _refuse_with(
    column: int, numbers: tuple[int, int], argument: int, mask: int, value: int
) -> list[tuple[int, int, int, int]]:
    return [
        (_JUMP_IF_EQUAL, 0, 5, numbers[column]),
        (_LOAD, 0, 0, _FIRST_ARGUMENT + 8 * argument),
        (_AND, 0, 0, mask),
        (_JUMP_IF_EQUAL, 0, 1, value),
        (_RETURN, 0, 0, _EPERM),
        (_RETURN, 0, 0, _ALLOW),
    ]
