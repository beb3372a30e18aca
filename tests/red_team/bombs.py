"""Code that wants all of the machine: loops without end, memory, processes, disk, output.

None of it may ever run without a wall, and here it runs in small limits (`course.LIMITS`).
"""

from __future__ import annotations

import textwrap

from tests.red_team.course import HONEST, Attack, Change, answers, cell, stalls

_SPIN = """
def spin():
    while True:
        try:
            while True: pass
        except BaseException:
            pass
"""
_FILL = """
import os
def fill():
    n = 0
    while True:
        n += 1
        try:
            with open(f"/tmp/{os.getpid()}-{n}", "wb") as file:
                file.write(bytes(10**6))
        except OSError:
            if n > 10**5: return
"""


# Keep what they took.
_UNTIDY = ("memory in a cell", "threads", "open files", "files", "a shell's fork bomb")


def _cell(source: str) -> Change:
    return cell(source, "parameter-count")


def _shared(source: str) -> Change:
    """A cell that makes objects until it can't, and keeps them."""
    return _cell(
        "import ctypes, mmap, os, socket, threading, time\nkept = []\ntry:\n    while True:\n"
        + textwrap.indent(textwrap.dedent(source).strip(), " " * 8)
        + "\nexcept (OSError, MemoryError, RuntimeError) as error:\n    print(type(error))\n"
    )


_LINES: dict[str, dict[str, Change]] = {
    "endless loops that swallow interrupts": {
        "a loop in a cell": _cell("while True: pass"),
        "a loop in a cell that swallows all": _cell(_SPIN + "spin()"),
        "a loop in an answer": stalls("while True: pass"),
        "a loop in an answer that swallows all": stalls("spin()", _SPIN),
        "signals ignored": _cell(
            "import signal\nsignal.signal(signal.SIGINT, signal.SIG_IGN)\n" + _SPIN + "spin()"
        ),
        "a loop outside of Python": stalls("import re; re.match('(a+)+$', 'a' * 50 + 'b')"),
        "a lock that never opens": stalls("import threading; threading.Semaphore(0).acquire()"),
        "a lock that swallows all": _cell(
            """
            import threading
            while True:
                try: threading.Event().wait()
                except BaseException: pass
            """
        ),
        "slow calls": stalls("import time; time.sleep(0.5); return 0.0"),
        "a loop in a thread": _cell(
            _SPIN + "import threading\nthreading.Thread(target=spin, daemon=True).start()"
        ),
        "a loop at the end": answers("return Late()", _SPIN + "class Late:\n    __del__ = spin"),
        "recursion": answers(
            "return globals()[exercise.replace('-', '_')](*args)"
        ),
    },
    "memory, thread, process, disk and output bombs": {
        "memory in a cell": _cell("kept = []\nwhile True: kept.append(bytes(10**6) + b'x')"),
        "memory in an answer": stalls("kept = []\nwhile True: kept.append(bytes(10**7) + b'x')"),
        "memory in one piece": answers("return np.ones(2**34)"),
        "memory in many processes": _cell(
            """
            import os, time
            for _ in range(30):
                if os.fork() == 0:
                    kept = b"x" * 10**8
                    time.sleep(60)
            time.sleep(60)
            """
        ),
        "memory shared": _shared(
            "kept.append(mmap.mmap(-1, 10**7))\nkept[-1].write(bytes(10**7))"
        ),
        "memory in files": _shared("open(f'/dev/shm/{len(kept)}', 'wb').write(bytes(10**6))"),
        "threads": _shared(
            "kept.append(threading.Thread(target=time.sleep, args=[60], daemon=True))\n"
            "kept[-1].start()"
        ),
        "a fork bomb": _cell(
            """
            import os
            while True:
                try: os.fork()
                except OSError: pass
            """
        ),
        "a fork bomb in an answer": stalls(
            "while True:\n    try: os.fork()\n    except OSError: pass", "import os"
        ),
        "a shell's fork bomb": _cell("!b() { b | b & }; b; sleep 60"),
        "files": _cell(_FILL + "fill()"),
        "one file": _shared("open('/tmp/big', 'ab').write(bytes(10**6))"),
        "a file with holes": _shared("open('/tmp/sparse', 'wb').truncate(2**50)"),
        "many empty files": _shared("os.close(os.open(f'/tmp/{len(kept)}', 64)); kept.append(0)"),
        "open files": _shared("kept.append(open('/dev/null'))"),
        "prints": _cell("while True: print('x' * 1000)"),
        "one large print": _cell("print('x' * 2**28)"),
        "prints in an answer": stalls("while True: print('x' * 1000)"),
        "writes past Python": _cell("import os\nfor _ in range(10**4): os.write(1, b'x' * 10**5)"),
        "displays": _cell("while True: display('x' * 1000)"),
        "a large result": _cell("'x' * 10**8"),
        "a million small prints": _cell("for n in range(10**6): print(n, flush=True)"),
        "a large error": stalls("raise ValueError('x' * 10**8)"),
        "a deep error": answers("def f(n): return f(n + 1)\nf(0)"),
        "figures": _cell(
            """
            import matplotlib.pyplot as plt
            for _ in range(30):
                plt.figure(figsize=(40, 40)).gca().imshow(np.random.random((500, 500)))
                plt.show()
            """
        ),
    },
    "memory that no process is charged for": {
        "page tables": _cell(
            """
            import mmap
            reserved = mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS | 0x4000
            pages = mmap.mmap(-1, 2**42, flags=reserved, prot=mmap.PROT_READ)
            pages.madvise(15)
            for _ in range(8):
                if __import__("os").fork() == 0:
                    pages = mmap.mmap(-1, 2**42, flags=reserved, prot=mmap.PROT_READ)
                    pages.madvise(15)
                    np.frombuffer(pages, np.uint8)[:: 2**21].sum()
            __import__("time").sleep(60)
            """
        ),
        "sockets": _cell(
            """
            import os, socket, time
            for _ in range(30):
                if os.fork() == 0: break
            kept = []
            try:
                while True:
                    kept += socket.socketpair()
                    for end in kept[-2:]:
                        end.setblocking(False)
                        try:
                            while True: end.send(bytes(10**5))
                        except BlockingIOError: pass
            except OSError: pass
            time.sleep(60)
            """
        ),
        "huge pages in pipes": _shared(
            """
            size, huge = 33 * 2**21, 2**21
            libc = ctypes.CDLL(None, use_errno=True)
            libc.mmap.restype = ctypes.c_void_p
            block = libc.mmap(None, ctypes.c_size_t(size), 3, 0x22, -1, 0)
            start = -(-block // huge) * huge
            libc.madvise(ctypes.c_void_p(start), ctypes.c_size_t(size - huge), 14)
            kept.append(os.pipe())
            for page in range(16):
                ctypes.memset(start + page * huge, 1, 1)
                part = (ctypes.c_size_t * 2)(start + page * huge, 4096)
                if libc.vmsplice(kept[-1][1], part, 1, 0) < 0: raise OSError("refused")
            libc.munmap(ctypes.c_void_p(block), ctypes.c_size_t(size))
            """
        ),
        "shared memory let go": _shared(
            """
            kept.append(mmap.mmap(-1, 10**7))
            kept[-1].write(bytes(10**7))
            kept[-1].madvise(mmap.MADV_DONTNEED)
            """
        ),
        "shared zeros let go": _shared(
            """
            kept.append(mmap.mmap(os.open("/dev/zero", os.O_RDWR), 10**7))
            kept[-1].write(bytes(10**7))
            kept[-1].madvise(mmap.MADV_DONTNEED)
            """
        ),
        "semaphores of System V": _shared(
            """
            if ctypes.CDLL(None).semget(0, 32000, 0o1600) < 0: raise OSError("refused")
            kept.append(0)
            if len(kept) >= 20: raise RuntimeError("20 sets of 2 MB made")
            """
        ),
    },
}  # fmt: skip

BOMBS = [
    Attack(
        name,
        line,
        change,
        HONEST,
        stock=False,
        may_lose=("saturation",) if name in _UNTIDY else (),
    )
    for line, entries in _LINES.items()
    for name, change in entries.items()
]
