"""A student's process can reach nothing but its own memory and files, and leaves nothing behind."""

import os
import signal
import socket
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import psutil
import pytest

from course_utils.grading.wall import sandbox
from course_utils.grading.wall.session import Session
from course_utils.grading.wall.walls import Limits
from tests.sealing import ROOT, server, session, text

pytestmark = pytest.mark.slow  # the server loads TensorFlow


@pytest.fixture
def student():
    """A session with small limits, so that no test can harm the machine."""
    with_limits = session(memory=2**30, processes=40, files=2**24, output=10_000)
    yield with_limits
    with_limits.close()


def shown(student, source):
    """What a cell shows; it must run to its end."""
    result = student.run(textwrap.dedent(source))
    assert result.cause == ""
    return text(result.outputs)


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


def eventually(condition, seconds=10):
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


# What it sees.


def test_of_the_course_it_sees_the_package_and_the_python_environment_only(student):
    (ROOT / "chapters").stat()
    seen = shown(student, f"import os; print(sorted(os.listdir({str(sandbox.inside(ROOT))!r})))")
    allowed = {"course_utils", Path(sys.prefix).name}
    assert set(eval(seen.strip())) <= allowed


@pytest.mark.parametrize("name", ["chapters", "solutions", "notebooks", "tests", ".git"])
def test_it_can_not_open_the_course_s_folders(student, name):
    places = [str(ROOT / name), str(sandbox.inside(ROOT / name))]
    said = shown(student, f"import os\nprint(any(map(os.path.exists, {places})))")
    assert said.strip() == "False"


def test_it_sees_nobody_else_s_processes_environment_or_files(student, monkeypatch):
    monkeypatch.setenv("A_SECRET", "of the instructor")
    said = shown(
        student,
        """\
        import os, pathlib
        print("processes", [name for name in os.listdir("/proc") if name.isdigit()])
        print("sockets and files", len(os.listdir("/proc/self/fd")) - 1)
        print("secret", "A_SECRET" in os.environ, b"SECRET" in open("/proc/1/environ", "rb").read())
        print("home", os.listdir("/home") if os.path.exists("/home") else [], os.listdir())
        print("tmp", sorted(os.listdir("/tmp")), os.listdir("/dev/shm"))
        """,
    )
    assert said.strip().splitlines() == [
        "processes ['1']",
        "sockets and files 4",  # three that lead nowhere, and the channel
        "secret False False",
        "home [] []",
        "tmp ['home', 'shm'] []",
    ]


def test_it_can_write_to_its_own_files_only(student):
    said = shown(
        student,
        f"""\
        import pathlib
        for folder in ("/", "/usr", "/dev", "/etc", {str(ROOT)!r}, {sys.prefix!r},
                       {str(ROOT / "course_utils")!r}, "/proc/sys/kernel"):
            try:
                pathlib.Path(folder, "mine").write_text("x")
                print("wrote to", folder)
            except OSError as error:
                pass
        pathlib.Path("mine").write_text("x")
        pathlib.Path("/dev/shm/mine").write_text("x")
        print("done")
        """,
    )
    assert said.strip() == "done"


def test_it_has_no_privileges_and_can_get_none(student):
    said = shown(
        student,
        """\
        import ctypes, os, pathlib
        lines = pathlib.Path("/proc/self/status").read_text().splitlines()
        for name in ("CapPrm", "CapEff", "CapBnd", "NoNewPrivs", "Seccomp"):
            print(*[line.split() for line in lines if line.startswith(name + ":")])
        libc = ctypes.CDLL(None, use_errno=True)
        for name, arguments in {
            "unshare": (0x10000000,),
            "mount": (b"none", b"/tmp", b"tmpfs", 0, b""),
            "umount2": (b"/tmp", 0),
            "memfd_create": (b"x", 0),
            "shmget": (0, 10**6, 0o1600),
            "ptrace": (0, 0, 0, 0),
            "sched_setaffinity": (0, 8, b"\\xff" * 8),
        }.items():
            print(name, getattr(libc, name)(*arguments), os.strerror(ctypes.get_errno()))
        """,
    )
    lines = said.strip().splitlines()
    assert lines[:5] == [
        "['CapPrm:', '0000000000000000']",
        "['CapEff:', '0000000000000000']",
        "['CapBnd:', '0000000000000000']",
        "['NoNewPrivs:', '1']",
        "['Seccomp:', '2']",
    ]
    assert all(line.endswith("-1 Operation not permitted") for line in lines[5:])


def test_it_and_all_it_starts_stay_on_their_cores():
    core = min(os.sched_getaffinity(0))
    own = Session(server(), Limits(cell=20.0, total=60.0), {}, cores=[core])
    try:
        said = shown(
            own,
            """\
            import os, subprocess
            print(os.sched_getaffinity(0), flush=True)
            code = "import os; print(os.sched_getaffinity(0))"
            print(subprocess.check_output(["python3", "-c", code], text=True))
            """,
        )
    finally:
        own.close()
    assert said.split() == [f"{{{core}}}"] * 2


# The network.


def test_no_connection_leaves_it(student):
    with socket.create_server(("127.0.0.1", 0)) as listening:
        said = shown(
            student,
            f"""\
            import socket
            for address in (("127.0.0.1", {listening.getsockname()[1]}), ("192.0.2.1", 80)):
                try:
                    socket.create_connection(address, timeout=2)
                    print("connected to", address)
                except OSError as error:
                    print(type(error).__name__)
            try:
                socket.socket(socket.AF_VSOCK)
                print("made a socket to the virtual machine's host")
            except OSError:
                print("no vsock")
            """,
        )
    assert "connected" not in said
    assert said.strip().splitlines()[-1] == "no vsock"


# Other submissions.


def test_two_students_do_not_see_each_other_s_files_processes_or_sockets(student):
    other = session()
    try:
        shown(
            other,
            """\
            import pathlib, socket, subprocess
            for folder in ("/tmp", "/dev/shm", "."):
                pathlib.Path(folder, "theirs").write_text("my answer")
            sleeping = subprocess.Popen(["sleep", "60"])
            listening = socket.socket(socket.AF_UNIX)
            listening.bind("\\0theirs")
            listening.listen()
            """,
        )
        said = shown(
            student,
            """\
            import glob, os, socket
            print(glob.glob("/tmp/**/theirs", recursive=True), os.listdir("/dev/shm"))
            print([name for name in os.listdir("/proc") if name.isdigit()])
            try:
                socket.socket(socket.AF_UNIX).connect("\\0theirs")
                print("connected")
            except OSError as error:
                print(type(error).__name__)
            """,
        )
        assert said.strip().splitlines() == ["[] []", "['1']", "ConnectionRefusedError"]
    finally:
        other.close()


# Limits.


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


def test_shared_memory_is_bounded_too(student):
    source = """\
        import mmap
        blocks = []
        while True:
            blocks.append(mmap.mmap(-1, 50_000_000))
            blocks[-1].write(bytes(50_000_000))
        """
    assert student.run(textwrap.dedent(source)).cause == "it used more than 1024 MiB of memory"


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


# Where it can't be had.


def test_an_ordinary_user_can_seal_as_well():
    """As root, the tests above run as root; this one then runs as nobody."""
    if os.getuid() != 0:
        pytest.skip("the other tests ran as an ordinary user")
    version = f"import sys; assert sys.version_info[:2] == {sys.version_info[:2]}"
    if _nobody(version).returncode != 0:
        pytest.skip("the system has no Python of this version, and every user may run only that")
    packages = next(path for path in sys.path if path.endswith("site-packages"))
    run = _nobody(
        """\
        from course_utils.grading.wall import sandbox
        from course_utils.grading.wall.session import Session
        from course_utils.grading.wall.walls import Limits
        print(sandbox.problem())
        server = sandbox.Server()
        server.await_start()
        student = Session(server, Limits(cell=20, processes=40), {})
        print(student.run("import tensorflow as tf; print(tf.reduce_sum([1, 2]).numpy())").outputs)
        student.close()
        server.close()
        """,
        PYTHONPATH=os.pathsep.join([str(ROOT), packages]),
    )
    assert run.stderr == ""
    assert run.stdout.startswith(
        "None\n[{'output_type': 'stream', 'name': 'stdout', 'text': '3\\n'}]"
    )


def _nobody(source, **environment):
    user = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]
    return subprocess.run(
        [*user, "/usr/bin/python3", "-B", "-c", textwrap.dedent(source)],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        cwd="/",
        env={"PATH": os.environ["PATH"], "HOME": "/nonexistent"} | environment,
    )


def test_without_bubblewrap_it_says_what_to_install(monkeypatch):
    monkeypatch.setenv("PATH", "/nowhere")
    assert "sudo apt install bubblewrap" in sandbox.problem()


def test_on_another_system_it_says_what_to_use(monkeypatch):
    monkeypatch.setattr(sys, "platform", "darwin")
    assert "Linux virtual machine" in sandbox.problem()


@pytest.mark.parametrize(
    ("setting", "value", "remedy"),
    [
        ("user/max_user_namespaces", "0", "sysctl user.max_user_namespaces=10000"),
        ("kernel/unprivileged_userns_clone", "0", "sysctl kernel.unprivileged_userns_clone=1"),
        (
            "kernel/apparmor_restrict_unprivileged_userns",
            "1",
            "sysctl kernel.apparmor_restrict_unprivileged_userns=0",
        ),
    ],
)
def test_where_user_namespaces_are_off_it_names_the_switch(tmp_path, setting, value, remedy):
    file = tmp_path / setting
    file.parent.mkdir()
    file.write_text(f"{value}\n")
    said = sandbox.explain("bwrap: No permissions to create new namespace\n", tmp_path)
    assert remedy in said
    assert "No permissions" in said


def test_in_a_closed_container_it_says_how_to_open_it(tmp_path):
    assert "--privileged" in sandbox.explain("", tmp_path)


def test_a_course_that_the_sandbox_would_show_is_refused(tmp_path):
    server()
    assert sandbox.shows(Path("/usr/local/src/course"))
    assert sandbox.shows(Path(sys.prefix) / "course")
    assert not sandbox.shows(ROOT)
    assert not sandbox.shows(tmp_path)


def test_what_lies_in_tmp_is_shown_elsewhere_since_tmp_is_the_student_s():
    assert sandbox.inside(Path("/tmp/ci/.venv/bin/python")) == Path(
        "/outside/tmp/ci/.venv/bin/python"
    )
    assert sandbox.inside(Path("/srv/course")) == Path("/srv/course")


def test_a_missing_wall_is_seen_by_the_trial(monkeypatch):
    server()
    open_to_all = ["bwrap", "--ro-bind", "/", "/", "--", sys.executable, "-P", "-m"]
    monkeypatch.setattr(sandbox, "command", lambda module: [*open_to_all, module])
    assert sandbox.problem() is not None


def test_a_server_that_is_closed_while_it_loads_is_gone_at_once():
    def children():
        return set(psutil.Process().children(recursive=True))

    before = children()
    server = sandbox.Server()
    wait_until(lambda: len(children() - before) == 3, seconds=10)  # bwrap twice, and Python in it
    mine = children() - before
    server.close()
    wait_until(lambda: not any(process.is_running() for process in mine), seconds=2)


def wait_until(is_so, seconds):
    ends = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < ends
        time.sleep(0.02)
