"""Commands that are forked behave as commands of their own."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests import ROOT, grade_books, warm_commands

PROGRAM = """\
import atexit, os, sys
import course_utils

if __name__ == "__main__":
    print("tensorflow" in sys.modules, sys.argv[1:], os.getcwd(), course_utils.__file__)
    print(os.environ["COLOUR"], "PATH" in os.environ, file=sys.stderr)
    print(sys.stdin.read() == "", "á")
    atexit.register(lambda: print("at the end"))
    sys.exit(int(sys.argv[1]))
"""


@pytest.fixture
def program(tmp_path: Path) -> Path:
    (tmp_path / "program.py").write_text(PROGRAM)
    return tmp_path


def test_a_command_has_its_own_folder_words_environment_outputs_and_exit_code(program: Path):
    done = warm_commands.run(program, "program", "3", "b", env={"COLOUR": "blue"})
    shown = f"True ['3', 'b'] {program} {ROOT / 'course_utils/__init__.py'}\nTrue á\nat the end\n"
    assert (done.returncode, done.stdout, done.stderr) == (3, shown, "blue False\n")


def test_a_copy_of_the_course_runs_its_own_code(program: Path):
    copy = program / "copy" / "course_utils" / "__init__.py"
    copy.parent.mkdir(parents=True)
    copy.touch()
    environment = {"COLOUR": "red", "PYTHONPATH": str(program / "copy")}
    assert f" {copy}\n" in warm_commands.run(program, "program", "0", env=environment).stdout


def test_an_error_ends_with_its_traceback_and_1(program: Path):
    done = warm_commands.run(program, "program", "zero", env={"COLOUR": "red"})
    assert done.returncode == 1
    assert "ValueError: invalid literal" in done.stderr


def test_a_command_that_takes_too_long_is_killed(tmp_path: Path):
    (tmp_path / "endless.py").write_text("import time\nwhile True:\n    time.sleep(0.1)\n")
    with pytest.raises(subprocess.TimeoutExpired):
        warm_commands.run(tmp_path, "endless", timeout=1)


@pytest.mark.slow
def test_the_newest_migration_is_what_nbgraders_command_says(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("PATH", str(Path(sys.executable).parent), prepend=os.pathsep)
    assert grade_books.newest_migration() == grade_books.told_by_a_command()
