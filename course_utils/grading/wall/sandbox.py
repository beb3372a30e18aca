"""Starts the server in bubblewrap, and gets processes from it."""

from __future__ import annotations

import atexit
import contextlib
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterable, Sequence
from pathlib import Path

from course_utils.grading.wall import keeper, server, walls
from course_utils.grading.wall.walls import Limits
from course_utils.grading.wall.wire import Channel

START_SECONDS = 120  # a cold disk and packages that are not compiled
_END_SECONDS = 20  # for a killed process to be gone, with all it started
_PACKAGE = Path(__file__).parents[2]
_SYSTEM = (
    "/usr",
    "/bin",
    "/sbin",
    "/lib",
    "/lib32",
    "/lib64",
    "/etc/ld.so.cache",
    "/etc/alternatives",
)
_ENVIRONMENT = {
    "PATH": "/usr/bin:/bin",
    "HOME": walls.HOME,
    "USER": "student",
    "LANG": "C.UTF-8",
    "COURSE_PROFILE": "quick",
    "COURSE_STATIC": "1",
    "MPLBACKEND": "module://matplotlib_inline.backend_inline",  # what a notebook has
    "TF_CPP_MIN_LOG_LEVEL": "3",
    # A process with threads can't be forked safely.
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
}


class NoSandbox(RuntimeError):  # noqa: N818 - a state of the machine
    """This machine can't seal a student's process; the message says what to do."""


class Inmate:
    """A walled-off process, as the grader sees it.

    Attributes:
      channel: carries requests to it.
    """

    def __init__(self, channel: Channel, control: socket.socket) -> None:
        self.channel = channel
        self._control = control

    def interrupt(self) -> None:
        """Raises KeyboardInterrupt in it."""
        self._control.send(keeper.INTERRUPT)

    def end(self) -> str:
        """Makes sure that it and all it started are gone, and says how it ended."""
        self.channel.socket.close()
        with contextlib.suppress(OSError):  # it was gone before
            self._control.send(keeper.KILL)
        self._control.settimeout(_END_SECONDS)
        try:
            cause = self._control.recv(4096).decode(errors="replace")
        except TimeoutError:
            cause = "it could not be stopped"
        finally:
            self._control.close()
        return cause or "its keeper is gone"


class Server:
    """A server in bubblewrap. Await its start, use it from any thread, and close it."""

    def __init__(self) -> None:
        self._control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._log = tempfile.TemporaryFile("w+", errors="replace")  # noqa: SIM115 - until close
        with theirs:
            self._process = subprocess.Popen(
                [*command(server.__name__), str(theirs.fileno())],
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=self._log,
                stderr=self._log,
            )
        self._lock = threading.Lock()
        self._started = False

    def await_start(self) -> None:
        """Waits until it has loaded its packages, which takes seconds.

        Raises:
          NoSandbox: if it did not get that far.
        """
        if self._started:
            return
        self._control.settimeout(START_SECONDS)
        with contextlib.suppress(OSError):
            self._started = self._control.recv(100) == server.READY
        if not self._started:
            self._log.seek(0)
            said = self._log.read()
            self.close()
            raise NoSandbox(explain(said))
        self._control.settimeout(None)

    def start(
        self,
        kind: str,
        limits: Limits,
        cores: Sequence[int],
        sockets: Iterable[socket.socket] = (),
    ) -> Inmate:
        """Forks a process.

        Args:
          kind: "student" or "examiner".
          limits: what it may use.
          cores: where it may run.
          sockets: further sockets that it gets; they stay open here.

        Raises:
          NoSandbox: if the server is gone.
        """
        ours, channel = socket.socketpair()
        watching, control = socket.socketpair()
        fds = [control.fileno(), channel.fileno(), *(sock.fileno() for sock in sockets)]
        with channel, control:
            try:
                with self._lock:
                    socket.send_fds(self._control, [server.request(kind, limits, cores)], fds)
            except OSError as error:
                ours.close()
                watching.close()
                raise NoSandbox(f"The server is gone: {error}.") from None
        # The outputs of a cell at four bytes a character, and room for their types and names.
        return Inmate(Channel(ours, max_frame=4 * limits.output + 2**20), watching)

    @property
    def alive(self) -> bool:
        """Whether it can still be asked."""
        return self._process.poll() is None

    def close(self) -> None:
        """Ends the server and every process that it forked."""
        self._control.close()
        if not self._started:
            self._process.kill()  # busy with loading, it would not notice for seconds
        try:
            self._process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._log.close()


def command(module: str) -> list[str]:
    """The bwrap command that runs a module of the package.

    Read-only: the system, the Python environment and the `course_utils` package. Writable: an
    empty /tmp. Nothing else of this machine is there, above all no folder of the course.
    """
    privileges = (
        ["--cap-drop", "ALL", "--cap-add", "CAP_SETUID", "--cap-add", "CAP_SETGID"]
        if os.geteuid() == 0
        else ["--unshare-user", "--uid", str(walls.INMATE), "--gid", str(walls.INMATE)]
    )
    return [
        "bwrap",
        *privileges,
        *("--cap-add", "CAP_SYS_ADMIN"),  # until walls.settle has uncovered /proc
        *("--unshare-pid", "--unshare-net", "--unshare-ipc", "--unshare-uts", "--new-session"),
        "--die-with-parent",
        "--clearenv",
        *(word for name, value in _environment().items() for word in ("--setenv", name, value)),
        *_view(),
        *("--proc", "/proc", "--dev", "/dev", "--perms", "1777", "--tmpfs", "/tmp"),
        *("--remount-ro", "/dev", "--remount-ro", "/", "--chdir", "/", "--"),
        *(str(inside(Path(sys.executable))), "-P", "-m", module),
    ]


def _environment() -> dict[str, str]:
    path = [str(inside(folder)) for folder in (_PACKAGE.parent, *_package_folders())]
    return _ENVIRONMENT | {"PYTHONPATH": os.pathsep.join(path)}


def inside(path: Path) -> Path:
    """Where the sandbox shows what lies here; what lies in /tmp can't, for /tmp is a student's."""
    return Path("/outside", *path.parts[1:]) if Path("/tmp") in path.parents else path


def _package_folders() -> list[Path]:
    names = ("site-packages", "dist-packages")
    return [Path(entry) for entry in sys.path if Path(entry).name in names]


def _view() -> list[str]:
    """The arguments that show the sandbox what it needs, outer folders before inner ones."""
    words = ["--dir", "/etc"]
    for path in _SYSTEM:
        if os.path.islink(path):
            words += ["--symlink", os.readlink(path), path]
        elif os.path.exists(path):
            words += ["--ro-bind", path, path]
    for folder in sorted(_python_folders(), key=lambda folder: len(folder.parts)):
        if not any(outer in folder.parents for outer in (*_python_folders(), Path("/usr"))):
            for parent in reversed(inside(folder).parents[:-1]):
                words += ["--dir", str(parent)]  # bwrap would make it readable for root only
            words += ["--ro-bind", str(folder), str(inside(folder))]
    return words


def _python_folders() -> set[Path]:
    return {Path(sys.prefix), Path(sys.base_prefix), _PACKAGE, *_package_folders()}


def shows(folder: Path) -> bool:
    """Whether a folder can be seen from inside: it lies in /usr or in the Python environment."""
    seen = {Path("/usr"), *_python_folders()}
    return not seen.isdisjoint([folder.resolve(), *folder.resolve().parents])


def problem() -> str | None:
    """Why no student's process can be sealed on this machine, or None if it can.

    It builds the walls once, without loading a package: a tenth of a second.
    """
    if not sys.platform.startswith("linux"):
        return (
            f"Sealed grading needs Linux; this is {sys.platform}. "
            "On Windows use WSL 2, on macOS a Linux virtual machine."
        )
    if shutil.which("bwrap") is None:
        return (
            "Sealed grading needs bubblewrap. On Debian and Ubuntu: sudo apt install bubblewrap; "
            "on Fedora: sudo dnf install bubblewrap."
        )
    trial = command("course_utils.grading.wall.trial")
    run = subprocess.run(trial, capture_output=True, text=True, timeout=60, check=False)
    return None if run.returncode == 0 else explain(run.stderr)


_SETTINGS = {
    "user/max_user_namespaces": ("0", "sudo sysctl user.max_user_namespaces=10000"),
    "kernel/unprivileged_userns_clone": ("0", "sudo sysctl kernel.unprivileged_userns_clone=1"),
    "kernel/apparmor_restrict_unprivileged_userns": (
        "1",
        "sudo sysctl kernel.apparmor_restrict_unprivileged_userns=0",
    ),
}


def explain(output: str, settings: Path = Path("/proc/sys")) -> str:
    """What to do about a sandbox that did not start, from what it printed and how Linux is set."""
    said = (output.strip().splitlines() or ["nothing"])[-1]
    for name, (off, remedy) in _SETTINGS.items():
        file = settings / name
        if file.exists() and file.read_text(encoding="ascii").strip() == off:
            return (
                f"Sealed grading needs user namespaces, which are off here. Switch them on with "
                f"`{remedy}`. (bwrap said: {said})"
            )
    return (
        "The sandbox could not be started. In a container, start the container with --privileged, "
        f"or with user namespaces allowed. (bwrap said: {said})"
    )


_sharing = threading.Lock()
_server: Server | None = None


def shared(keep_out: str, wait: bool = True) -> Server:
    """This process's server, started when first asked for, ended with the process.

    Args:
      keep_out: the course's folder.
      wait: whether to wait until it can be used; otherwise it gets ready meanwhile.

    Raises:
      NoSandbox: if there can be none, or if it would show the course's folder.
    """
    global _server  # noqa: PLW0603 - one for the process, because it holds 200 MB
    with _sharing:
        if _server is None or not _server.alive:
            trouble = problem()
            if trouble:
                raise NoSandbox(trouble)
            if shows(Path(keep_out)):
                raise NoSandbox(
                    f"Submissions could read {keep_out}: they see /usr and the Python environment. "
                    "Move the course's folder out of them."
                )
            _server = Server()
            atexit.register(_server.close)
        if wait:
            _server.await_start()
        return _server
