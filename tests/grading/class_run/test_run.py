"""`course grade` as it is run: nothing is lost or run twice, the scores are nbgrader's."""

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import nbformat
import pytest
from nbgrader.api import Gradebook

from benchmarks.classes import hand_in, make_course
from benchmarks.grade_demo import the_class
from benchmarks.grading import STOCK, scores
from course_utils import cli
from course_utils.grading.class_run import run
from course_utils.grading.plugins import store
from tests import ROOT, in_process, warm_commands
from tests.sealing import server

CHAPTER = "01_two_step_rnn"
PROGRAMS = Path(sys.executable).parent


def course_command(root, *words, **variables):
    """What `course` with these words did in a course's folder."""
    return warm_commands.run(root, "course_utils", *words, env=os.environ | variables)


def results(root):
    """When each kept result was written."""
    return {path.name: path.stat().st_mtime_ns for path in (root / store.FOLDER).glob("*.json")}


# The command line.


def test_grade_works_in_the_folder_of_a_course_and_else_in_the_checkout(monkeypatch, tmp_path):
    asked = []
    monkeypatch.setattr(run, "run", lambda *call: asked.append(call) or 1)
    monkeypatch.chdir(tmp_path)
    assert cli.main(["grade", "01", "02", "--jobs", "3", "--timeout", "9.5"]) == 1
    (tmp_path / "nbgrader_config.py").touch()
    assert cli.main(["grade", "01"]) == 1
    assert cli.main(["grade", "01", "--again", "ada", "ben"]) == 1
    default = (["01"], os.cpu_count(), None, tmp_path)
    assert asked == [(["01", "02"], 3, 9.5, ROOT), default, (*default, "ada", "ben")]


@pytest.mark.parametrize("words", [[], ["01", "--jobs", "0"], ["01", "--timeout", "-1"]])
def test_words_that_make_no_sense_exit_with_2(words):
    with pytest.raises(SystemExit, match="2"):
        cli.main(["grade", *words])


def test_help_shows_examples(capsys):
    with pytest.raises(SystemExit, match="0"):
        cli.main(["grade", "--help"])
    assert "examples:\n  course grade 01\n" in capsys.readouterr().out


@pytest.fixture
def empty(tmp_path):
    """A course in which nothing was handed in."""
    make_course(tmp_path / "course", (CHAPTER,))
    return tmp_path / "course"


def files(root):
    return sorted(str(path.relative_to(root)) for path in root.rglob("*"))


def refuses(root, *words, **variables):
    """What the command says when it does nothing at all."""
    before = files(root)
    done = course_command(root, "grade", *words, **variables)
    assert (done.returncode, done.stdout, files(root)) == (1, "", before)
    assert done.stderr.startswith("course grade: ")
    return done.stderr


@pytest.mark.slow
def test_without_a_sandbox_a_sentence_says_what_to_install(empty):
    hand_in(empty, "ada", CHAPTER, [])
    assert "sudo apt install bubblewrap" in refuses(empty, "01", PATH=str(PROGRAMS))


@pytest.mark.slow
def test_a_course_whose_settings_run_submissions_unsealed_is_refused(tmp_path):
    server()
    make_course(tmp_path / "course", (CHAPTER,), STOCK)
    hand_in(tmp_path / "course", "ada", CHAPTER, [])
    assert "The settings run submissions unsealed." in refuses(tmp_path / "course", "01")


@pytest.mark.slow
def test_an_unknown_chapter_is_named_next_to_the_known_ones(empty):
    server()
    assert f"There is no chapter '99' in solutions/. The chapters there: {CHAPTER}." in refuses(
        empty, "99"
    )


@pytest.mark.slow
def test_without_submissions_a_sentence_says_where_to_put_them(empty):
    server()
    assert f"submitted/STUDENT/{CHAPTER}/{CHAPTER}.ipynb" in refuses(empty, "01")


# Real runs.


def a_class(root):
    """Five honest students, one who copied, and what can't be graded."""
    for student, answers in the_class(CHAPTER).items():
        hand_in(root, student, CHAPTER, answers)
    hand_in(root, "twin", CHAPTER, the_class(CHAPTER)["ada"])
    for student, content in {"zac": b"", "zoe": b'{"cells": [', "zed": b"\xff\xfe"}.items():
        path = root / "submitted" / student / CHAPTER / f"{CHAPTER}.ipynb"
        path.parent.mkdir(parents=True)
        path.write_bytes(content)
    path.with_name("my answers.ipynb").write_bytes(b"{}")
    link = root / "submitted" / "zita" / CHAPTER / f"{CHAPTER}.ipynb"
    link.parent.mkdir(parents=True)
    link.symlink_to(root / "submitted" / "ada" / CHAPTER / f"{CHAPTER}.ipynb")


@pytest.fixture(scope="module")
def graded(tmp_path_factory):
    """A course, and what grading it said."""
    server()  # skips where there can be no sandbox
    root = tmp_path_factory.mktemp("graded") / "course"
    make_course(root, (CHAPTER,))
    a_class(root)
    return root, course_command(root, "grade", "01", "--jobs", "2")


@pytest.mark.slow
def test_scores_are_those_of_stock_nbgrader_for_every_kind_of_answer(graded, tmp_path):
    root, _ = graded
    stock = tmp_path / "stock"
    make_course(stock, (CHAPTER,), STOCK)
    for student, answers in the_class(CHAPTER).items():
        hand_in(stock, student, CHAPTER, answers)
    for command in ("generate_assignment", "autograde"):
        in_process.nbgrader(stock, command, CHAPTER)
    found = scores(root, CHAPTER)
    assert found.pop("twin") == found["ada"] == 24.0
    assert found == scores(stock, CHAPTER)


@pytest.mark.slow
def test_files_that_cant_be_graded_are_listed_and_the_exit_code_is_1(graded):
    _, done = graded
    assert done.returncode == 1
    listed = done.stderr[done.stderr.index("Not graded: 5") :]
    for student, cause in {
        "zac": f"{CHAPTER}.ipynb: it is empty",
        "zed": "my answers.ipynb: only",
        "zita": f"{CHAPTER}.ipynb: it is a link",
        "zoe": f"{CHAPTER}.ipynb: it is no notebook",
    }.items():
        assert f"submitted/{student}/{CHAPTER}/{cause}" in listed
    assert f"submitted/zed/{CHAPTER}/{CHAPTER}.ipynb: it is no text" in listed


@pytest.mark.slow
def test_students_and_exercises_are_reported_and_feedback_is_there(graded):
    root, done = graded
    assert "01_two_step_rnn: 6 graded, 24 points\n  equal: ada = twin\n" in done.stdout
    report = (root / "report.html").read_text(encoding="utf-8")
    for student in ("zac", "zed", "zita", "zoe"):
        assert f"<b>{student}/{CHAPTER}/{CHAPTER}.ipynb</b>: it is " in report
    assert re.search(rf"dan +{scores(root, CHAPTER)['dan']:g}\n", done.stdout)
    assert "count-for-fraction 2" in done.stdout
    pages = [path.parent.parent.name for path in root.glob(f"feedback/*/{CHAPTER}/{CHAPTER}.html")]
    assert sorted(pages) == ["ada", "ben", "cleo", "dan", "eve", "twin"]


@pytest.mark.slow
def test_identical_submissions_run_once(graded):
    root, _ = graded
    assert len(results(root)) == 5
    twins = [
        nbformat.read(root / "autograded" / student / CHAPTER / f"{CHAPTER}.ipynb", as_version=4)
        for student in ("ada", "twin")
    ]
    assert twins[0].metadata[store.KEY] == twins[1].metadata[store.KEY]


@pytest.mark.slow
def test_a_second_run_writes_nothing_but_what_was_handed_in_since(graded, tmp_path):
    root = shutil.copytree(graded[0], tmp_path / "course", symlinks=True)
    written = {path: path.stat().st_mtime_ns for path in root.glob("autograded/*/*/*.ipynb")}
    before = results(root)
    shutil.rmtree(root / "submitted" / "eve")
    hand_in(root, "eve", CHAPTER, the_class(CHAPTER)["ben"])
    hand_in(root, "fay", CHAPTER, the_class(CHAPTER)["dan"])
    course_command(root, "grade", "01")
    assert results(root) == before  # ben's and dan's answers were run before
    changed = {path for path, when in written.items() if path.stat().st_mtime_ns != when}
    assert {path.parent.parent.name for path in changed} == {"eve"}
    first, found = scores(graded[0], CHAPTER), scores(root, CHAPTER)
    assert (found["eve"], found["fay"]) == (first["ben"], first["dan"])


@pytest.mark.slow
def test_plain_autograde_uses_what_course_grade_has_run(graded, tmp_path):
    root = shutil.copytree(graded[0], tmp_path / "course", symlinks=True)
    before = results(root)
    words = ("autograde", CHAPTER, "--force", "--student", "cleo")
    assert warm_commands.run(root, "nbgrader", *words).returncode == 0
    assert results(root) == before
    assert scores(root, CHAPTER)["cleo"] == scores(graded[0], CHAPTER)["cleo"]


def beside(root, student, name):
    """A file that a student puts beside the notebook."""
    return root / "submitted" / student / CHAPTER / name


@pytest.mark.slow
def test_what_lies_beside_a_notebook_stays_there_and_stops_nothing(graded, tmp_path):
    root = shutil.copytree(graded[0], tmp_path / "course", symlinks=True)
    for student in ("zac", "zed", "zita", "zoe"):  # whose files nbgrader can't read
        shutil.rmtree(root / "submitted" / student)
    solution = Path("../../../solutions") / CHAPTER / f"{CHAPTER}.ipynb"
    for name, target in {"notes.txt": solution, "book.txt": "../../../gradebook.db"}.items():
        beside(root, "ada", name).symlink_to(target)
    beside(root, "ada", ".hidden.txt").symlink_to(solution)
    beside(root, "ada", "folder").symlink_to("../../../solutions")
    beside(root, "ben", "notes.txt").write_text("mine")
    beside(root, "ben", "timestamp.txt").write_text("gestern Abend")
    os.mkfifo(beside(root, "cleo", "timestamp.txt"))
    beside(root, "dan", "timestamp.txt").symlink_to("/dev/zero")
    beside(root, "eve", "timestamp.txt").write_text("2026-12-01 10:00:00 +0100")
    in_process.nbgrader(root, "autograde", CHAPTER, "--force")
    in_process.nbgrader(root, "generate_feedback", CHAPTER, "--force")
    for step in ("autograded", "feedback"):
        lying = {p.name for p in (root / step).rglob("*") if not p.is_dir()}
        assert lying <= {f"{CHAPTER}.ipynb", f"{CHAPTER}.html", "timestamp.txt"}
        assert (root / step / "eve" / CHAPTER / "timestamp.txt").exists()
    done = course_command(root, "grade", "01")
    assert "its time can't be read, so it is not late: 'gestern Abend'" in done.stdout
    assert scores(root, CHAPTER) == scores(graded[0], CHAPTER)


@pytest.mark.slow
def test_marks_and_pages_follow_all_that_they_depend_on(graded, tmp_path):
    root = shutil.copytree(graded[0], tmp_path / "course", symlinks=True)
    settings = root / "nbgrader_config.py"
    settings.write_text(settings.read_text() + '\nc.LateSubmissionPlugin.penalty_method = "zero"\n')
    for student in ("ada", "ben", "twin"):
        beside(root, student, "timestamp.txt").write_text("2026-12-01 10:00:00")
    before = scores(root, CHAPTER)
    assert graded_again(root) == before  # there is no due date
    with Gradebook(f"sqlite:///{root / 'gradebook.db'}") as book:
        book.update_or_create_assignment(CHAPTER, duedate="2026-12-01 09:00:00")
        book.find_submission(CHAPTER, "ben").extension = timedelta(hours=2)
        book.find_grade("check-rnn-step", CHAPTER, CHAPTER, "eve").manual_score = 0.25
        book.find_comment("rnn-step", CHAPTER, CHAPTER, "cleo").manual_comment = "Look at W_x."
        book.db.commit()
    page = feedback_page(root, "dan").stat().st_mtime_ns
    after = graded_again(root)
    assert (after["ada"], after["twin"], after["ben"]) == (0, 0, before["ben"])
    assert after["eve"] != before["eve"]
    assert "Look at W_x." in feedback_page(root, "cleo").read_text()
    assert feedback_page(root, "dan").stat().st_mtime_ns == page  # nothing of his has changed
    with Gradebook(f"sqlite:///{root / 'gradebook.db'}") as book:
        book.update_or_create_assignment(CHAPTER, duedate="2026-12-01 11:00:00")
        book.find_grade("check-rnn-step", CHAPTER, CHAPTER, "dan").auto_score = 0.125
        book.db.commit()
    assert graded_again(root) == {**before, "eve": after["eve"]}


def feedback_page(root, student):
    return root / "feedback" / student / CHAPTER / f"{CHAPTER}.html"


def graded_again(root):
    """The points of all students after another run, late penalties taken off."""
    course_command(root, "grade", "01")
    with Gradebook(f"sqlite:///{root / 'gradebook.db'}") as book:
        return {
            each.student.id: max(each.score - (each.late_submission_penalty or 0), 0)
            for each in book.assignment_submissions(CHAPTER)
        }


SLOW_CELL = "import time; time.sleep(2)  # {}\n"


@pytest.mark.slow
def test_a_killed_run_goes_on_where_it_stopped(tmp_path):
    server()
    root = tmp_path / "course"
    make_course(root, (CHAPTER,))
    right = the_class(CHAPTER)["ada"]
    for number in range(10):
        slow = [replace(right[0], source=SLOW_CELL.format(number) + right[0].source), *right[1:]]
        hand_in(root, f"student-{number}", CHAPTER, slow)
    first = killed(root, signal.SIGKILL, after=3)
    assert first.returncode == -signal.SIGKILL
    finished = results(root)
    stopped = killed(root, signal.SIGINT, after=len(finished) + 1)
    assert stopped.returncode == 130
    finished |= results(root)
    assert 3 < len(finished) < 10
    assert course_command(root, "grade", "01", "--jobs", "2").returncode == 0
    assert finished.items() <= results(root).items()
    assert len(results(root)) == 10
    assert scores(root, CHAPTER) == {f"student-{number}": 24.0 for number in range(10)}


def killed(root, how, after):
    """A run that gets a signal when so many results are kept."""
    process = subprocess.Popen(
        [PROGRAMS / "course", "grade", "01", "--jobs", "2"],
        cwd=root,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    deadline = time.monotonic() + 200
    while len(results(root)) < after and time.monotonic() < deadline:
        time.sleep(0.02)
    process.send_signal(how)
    process.wait(timeout=60)
    return process
