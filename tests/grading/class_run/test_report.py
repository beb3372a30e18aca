"""The instructor's page: every number on it is the grade book's or the notebooks'."""

import shutil
import warnings
from datetime import timedelta

import nbformat
import pytest
from bs4 import BeautifulSoup

from benchmarks.classes import make_course
from course_utils import cli
from course_utils.grading.class_run.book import open_book
from course_utils.grading.class_run.likeness import form, pairs_alike
from course_utils.grading.plugins.store import FINDINGS, Store
from tests import ROOT, grade_books  # noqa: F401 - a new grade book takes no 6 s

CHAPTER = "01_two_step_rnn"
STEP = """\
def rnn_step(x, h, Wx, Wh, b):
    total = x @ Wx + h @ Wh
    return tf.tanh(total + b)
"""
SHORT = "def saturation(y, eps=0.01):\n    return (abs(y) > 1).mean()\n"
FORGED = "<script>evil()</script>\u202e"


def notebook(answers, failing=(), slugs=(), cause=""):
    """A graded notebook of chapter 01."""
    made = nbformat.read(ROOT / "notebooks" / CHAPTER / f"{CHAPTER}.ipynb", as_version=4)
    for cell in made.cells:
        grade_id = cell.metadata.get("nbgrader", {}).get("grade_id")
        cell.source = answers.get(grade_id, cell.source)
        if grade_id == "check-rnn-step":
            cell.metadata[FINDINGS] = {"misconceptions": list(slugs), "cause": cause}
            lines = "\n".join(f"  FAIL  {line}" for line in failing)
            data = {"text/plain": f"rnn-step: 3 of 6 points\n  pass  runs\n{lines}"}
            cell.outputs = [nbformat.v4.new_output("display_data", data=data)]
    return made


@pytest.fixture
def course(tmp_path, monkeypatch):
    """Five students: two with answers alike, one of them late, one stopped, one absent."""
    root = tmp_path / "course"
    make_course(root, ())
    shutil.copytree(ROOT / "notebooks" / CHAPTER, root / "notebooks" / CHAPTER)
    renamed = STEP.replace("total", "s").replace("Wx", "A").replace("Wh", "B")
    other = STEP.replace("total", "s").replace("return", "s = s\n    return")
    two = "def two_step_rnn(X0, X1, Wx, Wh, b):\n    y = rnn_step(X0, 0 * X0 @ Wx, Wx, Wh, b)\n"
    two += "    return y, rnn_step(X1, y, Wx, Wh, b)\n"
    given = {
        "ada": notebook({"rnn-step": STEP, "two-step-rnn": two, "saturation": SHORT}),
        "ben": notebook({"rnn-step": renamed, "two-step-rnn": two}, ["ends in tanh"], ["no-tanh"]),
        "cleo": notebook({"rnn-step": other, "saturation": SHORT}, ["ends in tanh", "has b"]),
        "dan": notebook({"rnn-step": "def f(:"}, cause=f"it raised {FORGED}"),
    }
    points = {"ada": 6.0, "ben": 3.0, "cleo": 1.5, "dan": 0.0}
    with open_book(root) as book, warnings.catch_warnings(action="ignore"):  # of nbgrader's own
        book.add_assignment(CHAPTER, duedate="2026-12-01 10:00:00")
        book.add_notebook(CHAPTER, CHAPTER)
        book.add_grade_cell("check-rnn-step", CHAPTER, CHAPTER, max_score=6, cell_type="code")
        for student in (*given, "eve"):
            book.add_student(student)
        for student, made in given.items():
            folder = root / "autograded" / student / CHAPTER
            folder.mkdir(parents=True)
            nbformat.write(made, folder / f"{CHAPTER}.ipynb")
            submission = book.add_submission(CHAPTER, student)
            submission.timestamp = submission.assignment.duedate + timedelta(hours=student == "ben")
            grade = book.find_grade("check-rnn-step", CHAPTER, CHAPTER, student)
            grade.auto_score, grade.needs_manual_grade = points[student], False
        book.find_submission_notebook(CHAPTER, CHAPTER, "ben").late_submission_penalty = 0.5
        book.add_assignment("02_static_unrolling", duedate="2026-12-08 10:00:00")
        book.db.commit()
    monkeypatch.chdir(root)
    return root


def section(page, title):
    """The text below a heading, up to the next one."""
    heading = page.find(lambda tag: tag.name == "h3" and tag.get_text() == title)
    parts = []
    for tag in heading.find_next_siblings():
        if tag.name in ("h2", "h3"):
            break
        parts.append(" ".join(tag.get_text(" ").split()))
    return " ".join(parts)


def test_the_page_tells_what_the_class_did(course, capsys):
    assert cli.main(["report", "01"]) == 0
    assert "report.html: 01_two_step_rnn" in capsys.readouterr().out
    text = (course / "report.html").read_text(encoding="utf-8")
    page = BeautifulSoup(text, "html.parser")
    assert "4 graded, 6 points; mean 2.5, median 2." in " ".join(page.get_text().split())
    assert section(page, "Late") == "ben : 0.5 taken off"
    assert section(page, "Handed in nothing") == "eve"
    assert section(page, "Did not get to the end").startswith("dan : rnn-step: it raised")
    assert section(page, "The hardest properties") == (
        "fail exercise property 2 rnn-step ends in tanh 1 rnn-step has b"
    )
    assert section(page, "Fewer than half of the points") == (
        "student points dan 0 cleo 1.5 ben 2.5"
    )
    assert "rnn-step 6 44 % no-tanh 1" in section(page, "Exercises and what went wrong").replace(
        "\xa0", " "
    )
    assert section(page, "Answers alike").endswith("ada and ben : rnn-step, two-step-rnn")
    bins = section(page, "Scores").replace("How many students have how many points", "").split()
    assert sum(int(word) for word in bins[-1:]) == 1  # full points, in the last step


def test_the_page_is_whole_in_itself_and_runs_nothing(course):
    assert cli.main(["report", "--to", "page.html"]) == 0
    text = (course / "page.html").read_text(encoding="utf-8")
    page = BeautifulSoup(text, "html.parser")
    assert page.find(["script", "link", "img", "iframe"]) is None
    assert "://" not in text
    assert "\u202e" not in text
    assert "<script>evil()" in page.get_text()


def test_refused_files_are_told_and_their_students_are_not_absent(course):
    Store(course).keep_refused(CHAPTER, {f"eve/{CHAPTER}/{FORGED}.ipynb": f"it is {FORGED}"})
    Store(course).keep_refused("02_static_unrolling", {"fay": "it is a link"})
    assert cli.main(["report"]) == 0
    text = (course / "report.html").read_text(encoding="utf-8")
    page = BeautifulSoup(text, "html.parser")
    assert section(page, "Not graded") == (
        f"eve/{CHAPTER}/<script>evil()</script>.ipynb : it is <script>evil()</script>"
    )
    assert page.find("script") is None
    assert "Handed in nothing" not in page.get_text()


@pytest.mark.parametrize("kept", ["", "[1]", "{"])
def test_what_is_no_list_of_refused_files_is_none(course, kept):
    Store(course).keep_refused(CHAPTER, {})
    (course / ".grading" / "refused" / f"{CHAPTER}.json").write_text(kept)
    assert Store(course).refused(CHAPTER) == {}


def test_an_unknown_chapter_is_named(course, capsys):
    assert cli.main(["report", "77"]) == 1
    assert f"77 is unknown; graded: {CHAPTER}." in capsys.readouterr().err


def test_a_release_that_is_gone_is_a_sentence(course, capsys):
    shutil.rmtree(course / "notebooks")
    assert cli.main(["report"]) == 1
    assert f"{CHAPTER}.ipynb; `nbgrader generate_assignment CHAPTER" in capsys.readouterr().err


def test_names_comments_and_docstrings_make_no_difference():
    documented = STEP.replace(":\n", ':\n    """One step."""\n    # sums\n', 1)
    assert form(documented) == form(STEP) == form(STEP.replace("Wx", "weights"))
    assert form(STEP) != form(STEP.replace("+ b", "- b"))
    assert form(SHORT) == form("def f(:") == ""


def test_what_many_have_and_what_was_handed_out_is_no_signal():
    same = {"a": STEP, "b": STEP.replace("tanh", "sinh")}
    few = {"ada": same, "ben": same} | {f"student-{n}": {} for n in range(8)}
    assert pairs_alike(few, {}) == [("ada", "ben", ["a", "b"])]
    assert pairs_alike(few, same) == []
    assert pairs_alike({f"student-{n}": same for n in range(10)}, {}) == []
