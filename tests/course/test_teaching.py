"""docs/teaching.md, followed command by command with a class of thirty."""

import csv
import re
import shutil
import subprocess
import sys
import zipfile

import pytest
from nbgrader.api import Gradebook

from benchmarks.classes import hand_in_class, make_course
from tests import ROOT, warm_commands
from tests.sealing import server

pytestmark = pytest.mark.slow

PAGE = (ROOT / "docs" / "teaching.md").read_text()
COMMANDS = [text.strip() for text in re.findall(r"^```sh\n(.*?)^```$", PAGE, re.M | re.S)]
[SETTING] = re.findall(r"^```python\n(.*?)^```$", PAGE, re.M | re.S)
CHAPTER = "01_two_step_rnn"
EARLY, LATE = (2026, 12, 1, 10, 0, 0), (2026, 12, 2, 10, 0, 0)
TARDY = ("student-003", "student-004")


@pytest.fixture(scope="module")
def term(tmp_path_factory):
    """A term played through, and what each command said."""
    server()  # skips where there can be no sandbox
    root = tmp_path_factory.mktemp("term") / "course"
    make_course(root, (CHAPTER,))
    shutil.copytree(ROOT / "notebooks" / CHAPTER, root / "notebooks" / CHAPTER)
    expected = hand_in_class(root, CHAPTER, 30)
    with zipfile.ZipFile(root / "submissions.zip", "w") as download:
        for number, student in enumerate(expected):
            path = root / "submitted" / student / CHAPTER / f"{CHAPTER}.ipynb"
            name = f"Nomen{number} Nescio_{number}_assignsubmission_file_/{CHAPTER}.ipynb"
            when = LATE if student in TARDY else EARLY
            download.writestr(zipfile.ZipInfo(name, when), path.read_bytes())
            path.unlink()
    lines = ["Username,First name,Surname"]
    lines += [f"{student},Nomen{n},Nescio" for n, student in enumerate(expected)]
    (root / "students.csv").write_text("\n".join(lines))
    config = root / "nbgrader_config.py"
    config.write_text(f"{config.read_text()}\n{SETTING}")
    said = [run(root, command) for command in COMMANDS]
    return root, expected, said


def run(root, command):
    """What the lines of a block print; each of them must succeed."""
    if command.startswith("python"):
        _, program = command.split(" -c ")
        subprocess.run([sys.executable, "-c", program.strip('"')], cwd=root, check=True)
        return ""
    printed = []
    for line in command.splitlines():
        program, *words = re.findall(r'"[^"]*"|\S+', line)
        words = [word.strip('"') for word in words]
        module = {"course": "course_utils", "nbgrader": "nbgrader"}[program]
        done = warm_commands.run(root, module, *words)
        assert done.returncode == 0, f"{line}\n{done.stdout}\n{done.stderr}"
        printed.append(done.stdout)
    return "".join(printed)


def test_each_command_says_what_it_has_done(term):
    _, _, said = term
    for command, printed in zip(COMMANDS, said, strict=True):
        if "release" in command:
            assert f"unrolled.zip: {CHAPTER}; " in printed
        elif "roster" in command:
            assert "30 students: 30 new, 0 changed." in printed
        elif "collect" in command:
            assert f"{CHAPTER}: 30 taken, 0 there already." in printed
        elif "grade 01" in command:
            assert f"{CHAPTER}: 30 graded, 24 points" in printed
        elif "report" in command:
            assert f"report.html: {CHAPTER}" in printed


def test_the_marks_are_those_that_were_known_beforehand(term):
    root, expected, _ = term
    with (root / "grades.csv").open(newline="") as file:
        found = {line["student_id"]: float(line["total"]) for line in csv.DictReader(file)}
    # student-003 has got an extension, student-004 has not.
    assert found == {**expected, "student-004": 0.0}
    with Gradebook(f"sqlite:///{root / 'gradebook.db'}") as book:
        assert str(book.find_assignment(CHAPTER).duedate) == "2026-12-01 11:00:00"
    for platform in ("moodle", "canvas"):
        assert CHAPTER in (root / f"grades-{platform}.csv").read_text()


def test_every_student_has_a_page_and_the_instructor_a_report(term):
    root, expected, _ = term
    for student in expected:
        assert (root / "feedback" / student / CHAPTER / f"{CHAPTER}.html").exists()
    assert "student-004" in (root / "report.html").read_text()
