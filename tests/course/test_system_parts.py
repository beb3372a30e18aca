"""Parts of the system that tests need: installed where that needs no asking, left out elsewhere."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests import ROOT
from tests.course.test_setup import script
from tests.outside import outside

TOOLS = ["python3", "git", "make"]
PARTS = ["chromium", "bwrap", "pg_ctlcluster"]


class Machine:
    """A machine with just these commands, which write down how they are called."""

    def __init__(self, folder: Path, installed: list[str], user: int = 0) -> None:
        self._log, self._commands = folder / "log", folder / "bin"
        self._log.touch()
        for name in installed:
            script(self._commands / name, f'echo {name} "$@" >> "{self._log}"')
        script(self._commands / "id", f"echo {user}")
        for name in ("dirname", "env", "true", "bash"):
            (self._commands / name).symlink_to(shutil.which(name))

    def add(self, name: str, *lines: str) -> None:
        script(self._commands / name, *lines)

    def run(self, file: str) -> str:
        """Runs a script of the course, which must end well; returns what it prints."""
        run = subprocess.run(
            [shutil.which("bash"), str(ROOT / file)],
            env={"PATH": str(self._commands)},
            check=True,
            capture_output=True,
            text=True,
        )
        return run.stdout

    @property
    def calls(self) -> list[str]:
        """The calls so far, without those that only look for a module of Python."""
        lines = self._log.read_text().splitlines()
        return [line for line in lines if not line.startswith("python3 -c")]


def test_root_installs_what_is_missing(tmp_path: Path) -> None:
    machine = Machine(tmp_path, [*TOOLS, "apt-get"])
    machine.run("tests/system_parts.sh")
    update, install = machine.calls
    assert update.endswith("update")
    assert install.endswith("chromium fonts-dejavu-core bubblewrap postgresql")


def test_where_all_is_there_nothing_is_installed(tmp_path: Path) -> None:
    machine = Machine(tmp_path, [*TOOLS, *PARTS, "apt-get"])
    assert machine.run("tests/system_parts.sh") == ""
    assert machine.calls == []


def test_a_sudo_without_a_password_installs_too(tmp_path: Path) -> None:
    machine = Machine(tmp_path, [*TOOLS, "chromium", "pg_ctlcluster", "apt-get"], user=1000)
    machine.add("sudo", 'shift; exec "$@"')
    machine.run("tests/system_parts.sh")
    assert machine.calls[-1].endswith("install -y --no-install-recommends bubblewrap")


def test_a_sudo_that_asks_for_a_password_is_not_used(tmp_path: Path) -> None:
    machine = Machine(tmp_path, [*TOOLS, "apt-get"], user=1000)
    machine.add("sudo", "exit 1")
    said = machine.run("tests/system_parts.sh")
    assert "sudo apt install chromium fonts-dejavu-core bubblewrap postgresql" in said
    assert machine.calls == []


def test_a_system_without_apt_is_told_what_is_missing(tmp_path: Path) -> None:
    machine = Machine(tmp_path, [*TOOLS, "chromium", "pg_ctlcluster"])
    assert machine.run("tests/system_parts.sh").startswith("Missing on this system: bubblewrap.")


def test_an_installation_that_fails_stops_nothing(tmp_path: Path) -> None:
    machine = Machine(tmp_path, [*TOOLS, "chromium", "pg_ctlcluster"])
    machine.add("apt-get", "exit 100")
    assert "bubblewrap could not be installed" in machine.run("tests/system_parts.sh")


def test_ci_installs_what_make_needs_then_makes(tmp_path: Path) -> None:
    machine = Machine(tmp_path, ["make", "apt-get"])
    machine.run(".ci/run")
    *_, install, last = machine.calls
    assert install.endswith(" python3")
    assert last == "make test"


def test_make_installs_the_parts_before_it_tests() -> None:
    planned = subprocess.run(
        ["make", "-n", "test"], cwd=ROOT, env=outside(), check=True, capture_output=True, text=True
    ).stdout
    assert planned.index("tests/system_parts.sh") < planned.index("pytest")


@pytest.mark.slow
def test_tests_without_their_parts_are_left_out_counted_and_named(tmp_path: Path) -> None:
    sealed = "tests/grading/wall/test_limits.py::test_memory_is_bounded_for_one_process"
    browser = "tests/course/test_browser.py::test_every_figure_has_an_alternative_text"
    programs = Path(sys.executable).parent
    for name in ("python", "course"):
        (tmp_path / name).symlink_to(programs / name)
    environment = {key: value for key, value in os.environ.items() if key != "CI"}
    run = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", sealed, browser],
        cwd=ROOT,
        env=environment | {"PATH": str(tmp_path)},
        check=True,
        capture_output=True,
        text=True,
    )
    assert "2 skipped" in run.stdout
    assert re.search(r"^Tests left out: 1\. .*sudo apt install bubblewrap", run.stdout, re.M)
    assert re.search(r"^Tests left out: 1\. .*sudo apt install chromium", run.stdout, re.M)
