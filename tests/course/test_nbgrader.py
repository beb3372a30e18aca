"""The chapters through nbgrader's real commands, with the course's settings.

One course a chapter, and each command once: release, grade, feedback, export. Each chapter is
graded twice, sealed and by nbgrader's own Execute, which gets two students: one solved everything,
one nothing. The sealed class has a third one, half-way. Plain nbgrader gets demos in the first
chapter and the toy only. The toy chapter, whose checks are its own, goes unsealed; it has two
students more, who try to see hidden tests. It is validated, too.
"""

import csv
import html
import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

import nbformat
import pytest
from nbgrader.utils import ignore_patterns
from traitlets.config import PyFileConfigLoader

from benchmarks.grading import STOCK
from course_utils.build import build
from course_utils.grading.plugins.release import SKIPPED
from tests import ROOT, in_process
from tests.toy_course import make_course

pytestmark = pytest.mark.slow

TOY = "01_toy"
CHAPTERS = sorted(
    path.stem for path in (ROOT / "chapters").glob("*.py") if '"grade": true' in path.read_text()
)
# Plain nbgrader, as in a shell where no environment is activated.
NBGRADER = str(Path(sys.executable).parent / "nbgrader")
ENVIRONMENT = {name: value for name, value in os.environ.items() if not name.startswith("COURSE_")}
ENVIRONMENT["PATH"] = os.defpath


@dataclass
class Graded:
    """A course after grading.

    Attributes:
      root: its folder.
      name: its one chapter.
      stored: the released notebook as the build stores it.
      expected: each student's points.
    """

    root: Path
    name: str
    stored: bytes
    expected: dict[str, float] = field(default_factory=dict)

    def nbgrader(self, *words):
        """Runs a command: as a shell does for the toy, for others in here."""
        if self.name == TOY:
            self.run(*words)
        else:
            in_process.nbgrader(self.root, *words, environment=ENVIRONMENT)

    def run(self, *words, **variables):
        """Runs a command in a process; returns what it printed, its log included."""
        done = subprocess.run(
            [NBGRADER, *words],
            cwd=self.root,
            env=ENVIRONMENT | variables,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout + done.stderr

    def read(self, step, student="."):
        return nbformat.read(self.root / step / student / self.path, as_version=4)

    @property
    def path(self):
        return f"{self.name}/{self.name}.ipynb"

    @property
    def checks(self):
        return [cell for cell in self.read("solutions").cells if marks(cell).get("grade")]

    @property
    def secrets(self):
        """The lines of hidden tests, without layout, that no student has seen.

        One with nothing but the answer's name is no secret: a hint may say it.
        """
        seen = squeeze("".join(cell.source for cell in self.read("notebooks").cells))
        regions = re.findall(
            r"BEGIN HIDDEN TESTS\n(.*?)\n### END",
            "\n".join(cell.source for cell in self.checks),
            re.DOTALL,
        )
        lines = [squeeze(line) for region in regions for line in region.split("\n")]
        return [line for line in lines if line not in seen and not re.fullmatch(r"\w+,?", line)]

    def feedback(self, student):
        """The words of a student's feedback, without tags and layout."""
        page = (self.root / "feedback" / student / self.path).with_suffix(".html").read_text()
        return squeeze(html.unescape(re.sub(r"<[^>]*>", "", page)))


def marks(cell):
    return cell.metadata.get("nbgrader", {})


def squeeze(text):
    return re.sub(r"\s", "", text)


def half_solved(solved, blank):
    """The blank notebook with the first half of the answers.

    The first half and not every second one, because answers may call the ones before them.
    """
    answers = {cell.id: cell for cell in solved.cells if marks(cell).get("solution")}
    kept = set(list(answers)[: len(answers) // 2])
    for cell in blank.cells:
        if cell.id in kept:
            cell.source = answers[cell.id].source
    names = {f"check-{marks(answers[cell_id])['grade_id']}" for cell_id in kept}
    return blank, sum(
        marks(cell)["points"] for cell in solved.cells if marks(cell).get("grade_id") in names
    )


def make_chapter(name, folder, settings):
    """A course with this chapter alone, built now or as stored, and with settings of its own."""
    if name == TOY:
        folder = make_course(folder / "course")
        assert build(["01"], check=False, root=folder) == 0
        stored = folder / "notebooks" / name / f"{name}.ipynb"
    else:
        assert (ROOT / "solutions" / name).is_dir(), f"run `course build {name}` first"
        shutil.copytree(ROOT / "solutions" / name, folder / "solutions" / name)
        stored = ROOT / "notebooks" / name / f"{name}.ipynb"
    config = (ROOT / "nbgrader_config.py").read_text()
    (folder / "nbgrader_config.py").write_text(config + settings)
    return Graded(folder, name, stored.read_bytes())


def hand_in(course, student, notebook):
    path = course.root / "submitted" / student / course.path
    path.parent.mkdir(parents=True)
    nbformat.write(notebook, path)


def without_demos(notebook):
    """The notebook without the cells that grading behind the wall skips, too."""
    kept = [cell for cell in notebook.cells if not SKIPPED & set(cell.metadata.get("tags", []))]
    notebook.cells = kept
    return notebook


def hand_in_class(course, demos):
    """The two students of every class. One of them has answered nothing and run nothing.

    Args:
      course: where.
      demos: whether the one who solved everything hands in the cells that no answer depends on.
    """
    solved = course.read("solutions")
    hand_in(course, "solved", solved if demos else without_demos(solved))
    hand_in(course, "blank", without_demos(course.read("notebooks")))
    total = sum(marks(cell)["points"] for cell in course.checks)
    course.expected.update(solved=total, blank=0)


def hand_in_half(course):
    """The student who is half-way."""
    half, points = half_solved(course.read("solutions"), course.read("notebooks"))
    hand_in(course, "half", half)
    course.expected.update(half=points)


def hand_in_spies(course):
    """Two toy students: one stops at a hidden value, one has a marker in the answer."""
    for student, body in {
        "spy": "if x > 9: raise ValueError('caught one')\n    return 2 * x",
        "marker": "# BEGIN HIDDEN TESTS\n    return 2 * x",
    }.items():
        notebook = course.read("notebooks")
        answer = next(cell for cell in notebook.cells if marks(cell).get("grade_id") == "double")
        answer.source = f"def double(x):\n    {body}"
        hand_in(course, student, notebook)
    course.expected.update(spy=0, marker=3)


PLAIN = [(name, STOCK) for name in (TOY, *CHAPTERS)]
SEALED = [(name, "") for name in CHAPTERS]


def way(value):
    """The name of a course in a test's id."""
    return f"{value[0]}-{'plain' if value[1] else 'sealed'}"


@pytest.fixture(scope="module", params=[*PLAIN, *SEALED], ids=way)
def graded(request, tmp_path_factory):
    name, settings = request.param
    course = make_chapter(name, tmp_path_factory.mktemp(name), settings)
    course.nbgrader("generate_assignment", name, "--force")
    # Plain nbgrader would run them, fail for none of their errors, and take most of its time so.
    hand_in_class(course, demos=name in (TOY, CHAPTERS[0]) or not settings)
    if name == TOY or not settings:
        hand_in_half(course)
    if name == TOY:
        hand_in_spies(course)
    course.nbgrader("autograde", name)
    course.nbgrader("generate_feedback", name)
    course.nbgrader("export")
    return course


in_the_toy_chapter = pytest.mark.parametrize("graded", PLAIN[:1], indirect=True, ids=way)
# Validating and releasing have no part that is sealed.
plain = pytest.mark.parametrize("graded", PLAIN, indirect=True, ids=way)


def test_the_grade_book_exports_full_marks_none_and_what_lies_between(graded):
    with (graded.root / "grades.csv").open() as file:
        rows = {row["student_id"]: row for row in csv.DictReader(file)}
    scores = {student: float(row["score"]) for student, row in rows.items()}
    assert scores == graded.expected
    assert {float(row["max_score"]) for row in rows.values()} == {graded.expected["solved"]}
    assert 0 < scores.get("half", 1) < scores["solved"]


@plain
def test_the_release_with_the_grade_book_is_the_one_that_the_build_stores(graded):
    assert (graded.root / "notebooks" / graded.path).read_bytes() == graded.stored


@plain
def test_the_release_holds_no_answer_and_no_hidden_test(graded):
    for cell in graded.read("notebooks").cells:
        assert "### BEGIN" not in cell.source
        if marks(cell).get("solution"):
            assert "# YOUR CODE HERE" in cell.source


@in_the_toy_chapter
def test_a_solved_notebook_validates_and_a_released_one_passes_no_check(graded):
    quick = {"COURSE_PROFILE": "quick", "COURSE_STATIC": "1"}
    solved = graded.run("validate", f"solutions/{graded.path}", **quick)
    released = graded.run("validate", "--invert", f"notebooks/{graded.path}", **quick)
    assert "Success! Your notebook passes all the tests." in solved
    assert "Success! The notebook does not pass any tests." in released


def test_feedback_shows_checks_but_no_hidden_test(graded):
    assert graded.secrets
    for student in graded.expected:
        text = graded.feedback(student)
        assert all(squeeze(cell.source.split("\n")[0]) in text for cell in graded.checks)
        assert not [line for line in graded.secrets if line in text]


@in_the_toy_chapter
def test_grading_restores_the_hidden_tests(graded):
    sources = [cell.source for cell in graded.read("autograded", "solved").cells]
    assert any("values=(17, 18)" in source for source in sources)


@in_the_toy_chapter
def test_an_error_inside_a_hidden_test_is_shown_without_its_source(graded):
    output = next(
        output
        for cell in graded.read("autograded", "spy").cells
        if marks(cell).get("grade_id") == "check-double"
        for output in cell.outputs
        if output.output_type == "error"
    )
    assert "17" in "".join(output.traceback)  # or there is nothing to hide
    assert squeeze("ValueError: caught one") in graded.feedback("spy")


@in_the_toy_chapter
def test_grading_runs_in_the_quick_profile_and_feedback_says_so(graded):
    assert "profilequick" in graded.feedback("solved")


def test_settings_leave_the_environment_of_jupyterlab_alone(monkeypatch):
    monkeypatch.setattr(os, "environ", {"PATH": "/usr/bin"})
    PyFileConfigLoader("nbgrader_config.py", path=str(ROOT)).load_config()
    assert set(os.environ) == {"PATH"}


def test_only_the_notebook_and_its_time_stamp_are_collected(tmp_path):
    names = ["01_toy.ipynb", "timestamp.txt", "model.keras"]
    for name in names:
        (tmp_path / name).touch()
    config = PyFileConfigLoader("nbgrader_config.py", path=str(ROOT)).load_config()
    ignored = ignore_patterns(include=config.CourseDirectory.include)(str(tmp_path), names)
    assert ignored == ["model.keras"]
