"""What a student's process may use, and what is left of it afterwards."""

import os
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest

from course_utils.grading.wall import keeper
from course_utils.grading.wall.session import Lost, Session
from course_utils.grading.wall.walls import Limits
from tests import ROOT
from tests.sealing import eventually, server, session, shown, text


def on_this_machine(word):
    """The processes of this machine that have a word in their command line."""
    found = []
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                words = (folder / "cmdline").read_bytes()
            except OSError:
                continue
            if word.encode() in words:
                found.append(int(folder.name))
    return found


def test_memory_is_bounded_for_one_process(student):
    said = student.run("x = bytearray(2**31)")
    assert "MemoryError" in text(said.outputs)
    assert shown(student, "print('still here')") == "still here\n"


def test_memory_is_bounded_for_all_processes_together(student):
    source = """\
        import os, time
        for _ in range(6):
            if os.fork() == 0:
                block = b"x" * 300_000_000
                time.sleep(60)
        time.sleep(60)
        """
    assert student.run(textwrap.dedent(source)).cause == "it used more than 1024 MiB of memory"
    assert shown(student, "print('a new process')") == "a new process\n"


REFUSED = """\
import ctypes, mmap, os
libc = ctypes.CDLL(None, use_errno=True)
def said(call, *args):
    ctypes.set_errno(0)
    print(call, getattr(libc, call)(*args), os.strerror(ctypes.get_errno()))
"""


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("said('vmsplice', 1, 0, 0, 0)", "vmsplice -1 Operation not permitted"),
        ("said('splice', 0, 0, 1, 0, 0, 0)", "splice -1 Operation not permitted"),
        ("said('tee', 0, 1, 0, 0)", "tee -1 Operation not permitted"),
        ("said('memfd_create', b'x', 0)", "memfd_create -1 Operation not permitted"),
        ("said('shmget', 0, 4096, 0o1600)", "shmget -1 Operation not permitted"),
        ("said('prctl', 41, 0, 0, 0, 0)", "prctl -1 Operation not permitted"),
        ("mmap.mmap(-1, 4096)", "PermissionError"),
        ("said('fcntl', 1, 1031, 2**20)", "fcntl -1 Operation not permitted"),
        ("import socket\nsocket.socket(socket.AF_UNIX).setsockopt(1, 7, 2**20)", "PermissionError"),
        ("import socket\nsocket.socket(socket.AF_NETLINK)", "not supported"),
        ("mmap.mmap(os.open('/dev/zero', os.O_RDWR), 4096)", "No such device"),
    ],
)
def test_memory_that_nobody_would_count_is_refused(student, source, words):
    assert words in text(student.run(REFUSED + source).outputs)


def test_what_works_with_shared_memory_still_does(student):
    said = shown(
        student,
        """\
        import mmap, multiprocessing.shared_memory, os
        block = multiprocessing.shared_memory.SharedMemory(create=True, size=100)
        number, mine = multiprocessing.Value("i", 3), mmap.mmap(-1, 10, flags=mmap.MAP_PRIVATE)
        file = open("/tmp/mapped", "w+b")
        file.write(b"12345")
        file.flush()
        print(len(block.buf) >= 100, number.value, len(mine), mmap.mmap(file.fileno(), 5)[:])
        print(open("/dev/zero", "rb").read(3))
        block.close()
        block.unlink()
        """,
    )
    assert said == "True 3 10 b'12345'\nb'\\x00\\x00\\x00'\n"


def test_no_huge_pages_are_given(student):
    said = shown(
        student,
        """\
        import mmap
        block = mmap.mmap(-1, 2**24, flags=mmap.MAP_PRIVATE)
        block.madvise(mmap.MADV_HUGEPAGE)
        block.write(bytes(2**24))
        huge = [line.split()[1] for line in open("/proc/self/smaps_rollup") if "AnonHuge" in line]
        print(huge)
        """,
    )
    assert said == "['0']\n"


def test_what_lies_in_swap_or_in_reserved_huge_pages_counts(tmp_path):
    lines = {"VmPTE": 1, "RssAnon": 10, "RssFile": 1000, "RssShmem": 100, "VmSwap": 10_000}
    status = tmp_path / "status"
    text = "".join(f"{name}:\t{kilobytes:8} kB\n" for name, kilobytes in lines.items())
    status.write_text(f"Name:\tpython\n{text}HugetlbPages:\t  100000 kB\n")
    assert keeper._memory(status) == 1024 * 110_111


def test_sockets_count_as_if_full_and_datagrams_with_those_of_closed_senders(tmp_path):
    listed = tmp_path / "unix"
    listed.write_text(
        "Num       RefCount Protocol Flags    Type St Inode Path\n"
        "0000000000000000: 00000003 00000000 00000000 0001 03 12 \n"
        "0000000000000000: 00000002 00000000 00000000 0002 01 34 @a\nb\n"
        "0000000000000000: 00000002 00000000 00000000 0005 01 56 /tmp/s\n"
    )
    assert keeper._sockets(listed) == 2**19 * (1 + 5 + 1 + 1)  # a name with two lines counts twice


def test_what_the_kernel_may_keep_for_each_of_many_small_processes_counts():
    student = session(memory=640 * 2**20, processes=60)
    source = "import subprocess\nkept = [subprocess.Popen(['sleep', '60']) for _ in range(45)]"
    try:
        result = student.run(f"{source}\nkept[0].wait()")
        assert result.cause == "it used more than 640 MiB of memory"
    finally:
        student.close()


def test_processes_and_threads_are_bounded(student):
    said = shown(
        student,
        """\
        import threading, time
        try:
            while True:
                threading.Thread(target=time.sleep, args=(60,), daemon=True).start()
        except RuntimeError as error:
            print(error, threading.active_count() <= 40)
        """,
    )
    assert said.strip() == "can't start new thread True"


def test_a_fork_bomb_is_bounded(student):
    source = """\
        import os
        while True:
            try:
                os.fork()
            except OSError:
                pass
        """
    before = time.monotonic()
    cause = student.run(textwrap.dedent(source)).cause
    assert cause in ("it used more than 1024 MiB of memory", "it ran more than 40 processes")
    assert time.monotonic() - before < 20
    assert shown(student, "print('a new process')") == "a new process\n"


def test_files_are_bounded(student):
    said = shown(
        student,
        """\
        try:
            while True:
                open(f"/tmp/{id(object())}", "ab").write(bytes(10**6))
        except OSError as error:
            print(error.strerror)
        """,
    )
    assert said.strip() in ("No space left on device", "File too large")


def test_output_is_bounded(student):
    said = shown(student, "for _ in range(1000): print('x' * 1000)")
    assert 9_000 < len(said) < 11_000
    assert "left out: it is too much" in said


def test_a_cell_that_takes_too_long_is_interrupted_and_its_variables_stay():
    student = session(cell=1)
    try:
        result = student.run("x = 1\nprint('before')\nwhile True: pass")
        assert result.cause == "it ran for more than 1 s"
        assert "before" in text(result.outputs)
        assert shown(student, "print(x)") == "1\n"
    finally:
        student.close()


@pytest.mark.slow
def test_a_cell_that_ignores_the_interrupt_is_given_up_and_earlier_ones_are_run_again():
    student = session(cell=1)
    try:
        shown(student, "x = 1")
        result = student.run(
            "import signal\nsignal.signal(signal.SIGINT, signal.SIG_IGN)\nwhile True: pass"
        )
        assert result.cause == "it ran for more than 1 s, and an interrupt did not stop it"
        assert shown(student, "print(x)") == "1\n"
    finally:
        student.close()


def test_imports_that_end_the_process_are_a_cause_and_no_exception():
    student = Session(server(), Limits(cell=5, total=20), {"os": "import os; os._exit(3)"})
    try:
        assert student.run("1").cause.startswith("the imports did not get through")
        assert student.check("1.0", 1.0).cause.startswith("the imports did not get through")
    finally:
        student.close()


def test_what_is_reserved_ends_as_well(monkeypatch):
    student = session(cell=60, total=60)
    try:
        now = time.monotonic()
        for passed, seconds in ((0, 60), (59, 4), (90, 4), (118, 2), (119, 1)):
            monkeypatch.setattr(time, "monotonic", lambda passed=passed: now + passed)
            assert student._seconds(reserve=True) == pytest.approx(seconds, abs=0.1)
        monkeypatch.setattr(time, "monotonic", lambda: now + 121)
        with pytest.raises(Lost, match="used up"):
            student._seconds(reserve=True)
    finally:
        monkeypatch.undo()
        student.close()


def test_many_small_outputs_are_too_much_too():
    student = session()
    try:
        result = student.run(
            "from IPython.display import display\nfor _ in range(2001): display('')"
        )
        assert (result.outputs, result.cause) == ([], "the notebook shows more than 2000 things")
    finally:
        student.close()


@pytest.mark.slow
def test_the_whole_notebook_has_a_limit_too():
    student = session(cell=1, total=2)
    try:
        causes = [student.run("import time; time.sleep(60)").cause for _ in range(4)]
        assert causes[0] == "it ran for more than 1 s"
        assert "2 s of the whole notebook" in causes[1]
        assert causes[3] == "the 2 s of the whole notebook are used up"
    finally:
        student.close()


@pytest.mark.parametrize(
    ("source", "cause"),
    [
        ("import os; os._exit(3)", "it ended itself with exit code 3"),
        ("import ctypes; ctypes.string_at(0)", "it was killed by SIGSEGV"),
        ("import os; os.abort()", "it was killed by"),
        ("import os; os.closerange(3, 100)", "it ended itself"),
        ("import os\nfor fd in range(3, 9):\n    os.path.exists(f'/proc/self/fd/{fd}') and "
         "os.write(fd, b'forged' * 10)", "it sent a message of"),
    ],
)  # fmt: skip
def test_the_end_of_a_process_has_a_cause(student, source, cause):
    assert student.run(source).cause.startswith(cause)
    assert shown(student, "print('a new process')") == "a new process\n"


FORGES_LATER = """\
import os, threading, time
def forge():
    time.sleep(0.05)
    for fd in range(3, 9):
        os.path.exists(f"/proc/self/fd/{fd}") and os.write(fd, b"forged" * 10)
threading.Thread(target=forge).start()
"""


def test_a_cell_that_forges_later_is_given_up_and_costs_one_cell_after_it(student):
    shown(student, "x = 1")
    shown(student, FORGES_LATER)
    assert student.run("time.sleep(0.3)").cause.startswith("it sent a message of")
    shown(student, "import time\ntime.sleep(0.3)\ny = 2")
    assert shown(student, "print(x, y)") == "1 2\n"


@pytest.mark.parametrize("source", ["import sys; sys.exit(1)", "exit()", "quit()"])
def test_asking_to_exit_ends_nothing(student, source):
    shown(student, "x = 1")
    shown(student, source)
    assert shown(student, "print(x)") == "1\n"


# Afterwards.


def test_nothing_it_started_outlives_it(student):
    shown(
        student,
        """\
        import os, subprocess
        subprocess.Popen(["sleep", "987.1"])
        subprocess.Popen(["setsid", "sleep", "987.2"])
        if os.fork() == 0:
            os.setsid()
            if os.fork() == 0:
                os.execvp("nohup", ["nohup", "sleep", "987.3"])
            os._exit(0)
        """,
    )
    assert eventually(lambda: len(on_this_machine("987.")) == 3)
    student.close()
    assert on_this_machine("987.") == []


@pytest.mark.slow
def test_everything_ends_when_the_grader_is_killed(tmp_path):
    server()  # skips the test where there is no sandbox
    script = tmp_path / "grader.py"
    script.write_text(
        "import time\n"
        "from tests.sealing import session\n"
        "student = session()\n"
        "student.run(\"import subprocess; subprocess.Popen(['sleep', '654.3'])\")\n"
        "print('ready', flush=True)\n"
        "time.sleep(60)\n"
    )
    grader = subprocess.Popen(
        [sys.executable, script],
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
    )
    with grader:
        assert grader.stdout.readline() == "ready\n"
        assert len(on_this_machine("654.3")) == 1
        grader.send_signal(signal.SIGKILL)
    assert eventually(lambda: not on_this_machine("654.3"))
