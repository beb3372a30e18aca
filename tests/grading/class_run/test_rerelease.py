"""A chapter is changed after its release: it is told, marks stay, and nobody is accused of it."""

import contextlib
import io
import os

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from nbgrader.api import Gradebook

from course_utils.grading.class_run.run import run
from tests import ROOT, in_process
from tests.sealing import server

pytestmark = pytest.mark.slow

LAB = "01_lab"
COMMAND = f"nbgrader generate_assignment {LAB} --force"


def marked(cell, name, points=None, **flags):
    mark = {"schema_version": 3, "grade_id": name, "locked": False, "task": False, **flags}
    cell.metadata["nbgrader"] = mark | ({} if points is None else {"points": points})
    return cell


def answer(name, factor):
    body = f"### BEGIN SOLUTION\n    return {factor} * x\n    ### END SOLUTION"
    cell = new_code_cell(f"def {name}(x):\n    {body}", id=name)
    return marked(cell, name, grade=False, solution=True)


def check(name, source, points):
    cell = new_code_cell(source, id=f"check-{name}")
    return marked(cell, f"check-{name}", points, grade=True, solution=False)


def question(name, points):
    cell = new_markdown_cell("Because.", id=name)
    return marked(cell, name, points, grade=True, solution=True)


FIRST = [
    new_code_cell("import math", id="given"),
    answer("double", 2),
    check("double", "assert double(4) == 8", 3),
    question("why", 2),
]
SECOND = [
    new_code_cell("import math, cmath", id="given"),
    answer("double", 2),
    check("double", "assert double(4) == 8 and double(0) == 0", 4),
    question("why", 2),
    answer("triple", 3),
    check("triple", "assert triple(1) == 3", 5),
    question("how", 1),
]
HEADER = {"kernelspec": {"name": "python3", "display_name": "P", "language": "python"}}


class Course:
    def __init__(self, root):
        self.root = root
        (root / "nbgrader_config.py").write_text((ROOT / "nbgrader_config.py").read_text())

    def source(self, cells):
        folder = self.root / "solutions" / LAB
        folder.mkdir(parents=True, exist_ok=True)
        nbformat.write(new_notebook(cells=cells, metadata=HEADER), folder / f"{LAB}.ipynb")

    def release(self):
        in_process.nbgrader(self.root, "generate_assignment", LAB, "--force")

    def hand_in(self, student, change=lambda cells: None):
        work = nbformat.read(self.root / "notebooks" / LAB / f"{LAB}.ipynb", as_version=4)
        cells = {cell.metadata.get("nbgrader", {}).get("grade_id"): cell for cell in work.cells}
        cells["double"].source = "def double(x):\n    return x + x"
        cells["why"].source = "Since it is so."
        change(cells)
        folder = self.root / "submitted" / student / LAB
        folder.mkdir(parents=True)
        nbformat.write(work, folder / f"{LAB}.ipynb")

    def grade(self):
        said = io.StringIO()
        with contextlib.redirect_stdout(said), contextlib.chdir(self.root):
            assert run([LAB], os.cpu_count() or 1, None, self.root) == 0
        return said.getvalue()

    def marks(self, student):
        with self.book() as book:
            (notebook,) = book.find_submission(LAB, student).notebooks
            return {g.name: None if g.needs_manual_grade else g.score for g in notebook.grades}

    def book(self):
        return Gradebook(f"sqlite:///{self.root}/gradebook.db", "unrolled")


def cheat(cells):
    cells["check-double"].metadata.nbgrader.points = 600


def solve_triple(cells):
    cells["triple"].source = "triple = lambda x: 3 * x"


@pytest.fixture(scope="module")
def term(tmp_path_factory):
    """What was said before the change, after it, and after the new release."""
    server()  # skips where there can be no sandbox
    course = Course(tmp_path_factory.mktemp("course"))
    course.source(FIRST)
    course.release()
    course.hand_in("ada")
    course.hand_in("eve", cheat)
    said = [course.grade()]
    with course.book() as book:
        grade = book.find_grade("why", LAB, LAB, "ada")
        grade.manual_score, grade.needs_manual_grade = 1.5, False
        book.find_comment("why", LAB, LAB, "ada").manual_comment = "Is it?"
        book.db.commit()
    course.source(SECOND)
    said.append(course.grade())
    before = course.marks("ada")
    course.release()
    course.hand_in("new", solve_triple)
    said.append(course.grade())
    return course, said, before


def test_a_change_after_the_release_is_said_in_one_line_until_it_is_released(term):
    _, (first, changed, released), before = term
    assert before == {"check-double": 3.0, "why": 1.5}
    told = [line for line in changed.splitlines() if COMMAND in line]
    assert len(told) == 1
    assert "(check-double, check-triple, how, code that is given)" in told[0]
    assert COMMAND not in first + released


def test_a_new_question_keeps_the_marks_that_were_given(term):
    course, _, _ = term
    blank = {"check-triple": 0.0, "how": 0.0}
    assert course.marks("ada") == {"check-double": 4.0, "why": 1.5} | blank
    assert course.marks("new") == {
        "check-double": 4.0,
        "why": None,
        "check-triple": 5.0,
        "how": 0.0,
    }
    with course.book() as book:
        assert book.find_comment("why", LAB, LAB, "ada").comment == "Is it?"
        assert book.find_assignment(LAB).max_score == 12


def put_right(said, student):
    lines = iter(said.splitlines())
    for line in lines:
        if line.startswith(f"{student} "):
            break
    found = []
    for line in lines:
        if not line.startswith("    "):
            return found
        found += [line.strip()] if "put right" in line else []
    return found


def test_an_instructor_s_change_is_not_told_as_a_student_s(term):
    _, (first, changed, released), _ = term
    points = "put right: check-double: `points` was 600"
    for said in (first, changed):
        assert (put_right(said, "ada"), put_right(said, "eve")) == ([], [points])
    earlier = "put right: it is of an earlier release"
    assert put_right(released, "ada") == [earlier]
    assert put_right(released, "eve") == [earlier, points]
    assert put_right(released, "new") == []


def test_a_mark_is_settled_until_the_answer_is_another_one(term):
    course, _, _ = term
    folder = course.root / "submitted" / "ada" / LAB
    text = (folder / f"{LAB}.ipynb").read_text()
    (folder / f"{LAB}.ipynb").write_text(text.replace("Since it is so.", "Since I say so."))
    course.grade()
    assert course.marks("ada")["why"] is None
    with course.book() as book:
        assert book.find_grade("why", LAB, LAB, "ada").score == 1.5


def test_a_question_with_marks_is_not_taken_away(term):
    course, _, _ = term
    before = course.marks("ada")
    course.source([cell for cell in SECOND if cell.id != "check-double"])
    with pytest.raises(SystemExit):
        course.release()
    assert course.marks("ada") == before
