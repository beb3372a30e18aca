"""A student's process can reach nothing but its own memory and files, and leaves nothing behind."""

import os
import socket
import subprocess
import sys
import textwrap
from pathlib import Path

import psutil
import pytest

from course_utils.grading.wall import sandbox
from course_utils.grading.wall.session import Session
from course_utils.grading.wall.walls import Limits
from tests import ROOT
from tests.sealing import eventually, server, session, shown

pytestmark = pytest.mark.slow  # the server loads TensorFlow


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
    assert eventually(lambda: len(children() - before) == 3)  # bwrap twice, and Python in it
    mine = children() - before
    server.close()
    assert eventually(lambda: not any(process.is_running() for process in mine), seconds=2)
