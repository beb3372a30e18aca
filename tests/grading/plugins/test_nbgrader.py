"""`nbgrader autograde` with `RestoreCells` and `SealedExecute`, as an instructor runs it."""

import contextlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from nbgrader.api import Gradebook

from course_utils.grading.plugins.restore import TAMPERING
from tests import ROOT, warm_commands
from tests.sealing import server, text

pytestmark = pytest.mark.slow

CHAPTER = "01_two_step_rnn"
PROGRAMS = str(Path(sys.executable).parent)


def environment(course, path=os.environ["PATH"]):
    return os.environ | {"PATH": f"{PROGRAMS}{os.pathsep}{path}", "STARTED_FOR": str(course)}


def nbgrader(course, *words, **changes):
    return warm_commands.run(course, "nbgrader", *words, env=environment(course, **changes))


def nbgrader_of_its_own(course, *words):
    return subprocess.run(
        [sys.executable, "-m", "nbgrader", *words],
        cwd=course,
        env=environment(course),
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """A course in which chapter 01 is released."""
    root = tmp_path_factory.mktemp("course")
    shutil.copytree(ROOT / "solutions" / CHAPTER, root / "solutions" / CHAPTER)
    shutil.copy(ROOT / "nbgrader_config.py", root)
    made = nbgrader(root, "generate_assignment", CHAPTER)
    assert made.returncode == 0, made.stderr
    return root


def submit(course, student, notebook):
    folder = course / "submitted" / student / CHAPTER
    folder.mkdir(parents=True)
    (folder / f"{CHAPTER}.ipynb").write_text(json.dumps(notebook))


def solved(course):
    return nbformat.read(course / "solutions" / CHAPTER / f"{CHAPTER}.ipynb", as_version=4)


def released(course):
    return nbformat.read(course / "notebooks" / CHAPTER / f"{CHAPTER}.ipynb", as_version=4)


def autograded(course, student):
    file = course / "autograded" / student / CHAPTER / f"{CHAPTER}.ipynb"
    return nbformat.read(file, as_version=4)


def score(course, student):
    with Gradebook(f"sqlite:///{course}/gradebook.db", "unrolled") as gradebook:
        return gradebook.find_submission(CHAPTER, student).score


def check(notebook, grade_id="check-rnn-step"):
    (found,) = [
        cell
        for cell in notebook.cells
        if cell.metadata.get("nbgrader", {}).get("grade_id") == grade_id
    ]
    return found


@pytest.fixture(scope="module")
def graded(course):
    """The course with some submissions, graded by one command."""
    server()  # skips where there is no sandbox
    submit(course, "ada", solved(course))
    submit(course, "blank", released(course))
    cheat = released(course)
    for cell in cheat.cells:
        cell.metadata.tags = ["skip-execution"]
    check(cheat).metadata.nbgrader.points = 600
    check(cheat).source = "6.0"
    cheat.cells.remove(check(cheat, "check-saturation"))
    submit(course, "eve", cheat)
    old = solved(course)
    old.nbformat_minor = 2
    for cell in old.cells:
        del cell["id"]
    submit(course, "old", old)
    run = nbgrader_of_its_own(course, "autograde", CHAPTER)
    assert run.returncode == 0, run.stderr
    return run


def test_the_solved_notebook_gets_full_marks_and_the_blank_one_none(course, graded):
    assert (score(course, "ada"), score(course, "blank")) == (24.0, 0.0)


def test_an_old_notebook_without_cell_ids_scores_as_a_new_one(course, graded):
    assert score(course, "old") == 24.0


def test_a_cheat_gets_nothing_and_the_instructor_reads_what_was_changed(course, graded):
    assert score(course, "eve") == 0.0
    listed = autograded(course, "eve").metadata[TAMPERING]
    assert "check-rnn-step: its text was changed" in listed
    assert "check-rnn-step: `points` was 600" in listed
    assert "check-saturation: it was missing" in listed
    assert "eve: check-rnn-step: its text was changed" in graded.stderr


def test_an_honest_submission_lists_nothing(course, graded):
    for student in ("ada", "blank", "old"):
        assert autograded(course, student).metadata[TAMPERING] == []


def test_checks_show_their_report_and_one_result(course, graded):
    outputs = check(autograded(course, "ada")).outputs
    assert [output.output_type for output in outputs] == ["display_data", "execute_result"]
    assert outputs[-1].data["text/plain"] == "6.0"
    assert "6 of 6 points" in text(outputs)


def test_students_get_feedback(course, graded):
    made = nbgrader(course, "generate_feedback", CHAPTER)
    assert made.returncode == 0, made.stderr
    page = (course / "feedback" / "ada" / CHAPTER / f"{CHAPTER}.html").read_text()
    assert "6 of 6 points" in page
    assert "HIDDEN TESTS" not in page


def without_bubblewrap(tmp_path):
    """A PATH on which everything is but bwrap."""
    for folder in map(Path, reversed(os.environ["PATH"].split(os.pathsep))):
        for program in folder.glob("*") if folder.is_dir() else ():
            link = tmp_path / program.name
            if program.name != "bwrap":
                link.unlink(missing_ok=True)
                link.symlink_to(program)
    return str(tmp_path)


def test_without_a_sandbox_it_refuses_and_says_what_to_do(course, graded, tmp_path):
    submit(course, "zoe", solved(course))
    path = without_bubblewrap(tmp_path)
    refused = nbgrader(course, "autograde", CHAPTER, "--student=zoe", path=path)
    assert refused.returncode == 1
    assert "sudo apt install bubblewrap" in refused.stderr
    assert "c.SealedExecute.accept_unsealed_execution = True" in refused.stderr
    assert not (course / "autograded" / "zoe" / CHAPTER).exists()
    accept = "--SealedExecute.accept_unsealed_execution=True"
    accepted = nbgrader(course, "autograde", CHAPTER, "--student=zoe", accept, path=path)
    assert accepted.returncode == 0, accepted.stderr
    assert "Not sealed" in accepted.stderr
    assert score(course, "zoe") == 24.0


def test_a_chapter_that_was_not_released_is_refused(course, graded):
    submit(course, "ian", solved(course))
    release = course / "notebooks" / CHAPTER
    hidden = course / "elsewhere"
    release.rename(hidden)
    try:
        refused = nbgrader(course, "autograde", CHAPTER, "--student=ian")
    finally:
        hidden.rename(release)
    assert refused.returncode == 1
    assert f"Run `nbgrader generate_assignment {CHAPTER} --force`" in refused.stderr


def test_nothing_is_left_running(course, graded):
    """What a command starts has its environment; inside the sandbox it can't be seen from."""
    mine = []
    for folder in Path("/proc").iterdir():
        with contextlib.suppress(OSError):
            if f"STARTED_FOR={course}".encode() in (folder / "environ").read_bytes():
                mine.append(folder.name)
    assert mine == []
