"""What a class's graded notebooks and its grade book say of a chapter, for the report page."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from statistics import mean, median

import nbformat
from nbformat import NotebookNode
from nbgrader import utils
from nbgrader.api import Assignment, Gradebook, SubmittedAssignment

from course_utils.grading.class_run.book import points_of
from course_utils.grading.class_run.likeness import pairs_alike
from course_utils.grading.plugins.store import FINDINGS

BINS = 10  # of the distribution of scores
TROUBLE = 0.5  # of a chapter's points: who has fewer is named
HARDEST = 10  # properties that are named
_CHECK, _FAILS = "check-", "  FAIL  "


@dataclass
class Exercise:
    """What became of one exercise.

    Attributes:
      name: its id.
      points: of a right answer.
      scores: of those who handed in.
      misconceptions: how often each was named.
    """

    name: str
    points: float
    scores: list[float] = field(default_factory=list)
    misconceptions: Counter[str] = field(default_factory=Counter)

    @property
    def mean(self) -> float:
        """The mean share of the points, 0..1."""
        return mean(self.scores) / self.points if self.scores and self.points else 0.0


@dataclass
class ChapterPage:
    """A chapter of the report.

    Attributes:
      name: the chapter's.
      points: of the whole.
      scores: of each student, late penalties taken off.
      exercises: in the order of the notebook.
      hardest: properties and how many fail them, with their exercise.
      late: students, and what was taken off.
      stopped: students, and what did not get to its end.
      by_hand: students who wait for a person.
      alike: pairs of students with rare answers alike, and in which exercises.
      absent: students of the grade book who handed in nothing.
      refused: files that were not graded in the last run, by their place in `submitted/`, and why.
    """

    name: str
    points: float
    scores: dict[str, float] = field(default_factory=dict)
    exercises: dict[str, Exercise] = field(default_factory=dict)
    hardest: list[tuple[str, str, int]] = field(default_factory=list)
    late: dict[str, float] = field(default_factory=dict)
    stopped: dict[str, list[str]] = field(default_factory=dict)
    by_hand: list[str] = field(default_factory=list)
    alike: list[tuple[str, str, list[str]]] = field(default_factory=list)
    absent: list[str] = field(default_factory=list)
    refused: dict[str, str] = field(default_factory=dict)

    @property
    def middle(self) -> tuple[float, float]:
        """Mean and median of the scores."""
        return (mean(self.scores.values()), median(self.scores.values())) if self.scores else (0, 0)

    @property
    def bins(self) -> list[tuple[str, int]]:
        """How many students have how much of the points: ten steps, the last one with full."""
        step = self.points / BINS
        places = [min(int(score / step), BINS - 1) if step else 0 for score in self.scores.values()]
        counts = Counter(places)
        return [(f"{i * step:.3g} to {(i + 1) * step:.3g}", counts[i]) for i in range(BINS)]

    @property
    def in_trouble(self) -> list[tuple[str, float]]:
        """Students with less than half of the points, fewest first."""
        few = [pair for pair in self.scores.items() if pair[1] < TROUBLE * self.points]
        return sorted(few, key=lambda pair: (pair[1], pair[0]))


def read_chapter(
    book: Gradebook, assignment: Assignment, autograded: Path, release: NotebookNode
) -> ChapterPage:
    """Collects a chapter of the report.

    Args:
      book: the grade book.
      assignment: the chapter in it.
      autograded: the folder with the graded notebooks.
      release: what was handed out.
    """
    page = ChapterPage(assignment.name, assignment.max_score)
    stubs = {c.metadata.nbgrader.grade_id: c.source for c in release.cells if utils.is_solution(c)}
    for cell in release.cells:
        if utils.is_grade(cell) and not utils.is_solution(cell):
            name = cell.metadata.nbgrader.grade_id.removeprefix(_CHECK)
            page.exercises[name] = Exercise(name, float(cell.metadata.nbgrader.points))
    failing: Counter[tuple[str, str]] = Counter()
    answers: dict[str, dict[str, str]] = {}
    for submission in sorted(book.assignment_submissions(page.name), key=_student):
        student = _student(submission)
        _add_scores(page, submission)
        try:
            path = autograded / student / page.name / f"{page.name}.ipynb"
            notebook = nbformat.read(path, as_version=4)
        except (OSError, ValueError):
            continue
        answers[student] = _answers(notebook)
        _add_findings(page, student, notebook, failing)
    page.hardest = [(*what, count) for what, count in failing.most_common(HARDEST)]
    page.alike = pairs_alike(answers, stubs)
    page.absent = sorted({str(student.id) for student in book.students} - page.scores.keys())
    return page


def _student(submission: SubmittedAssignment) -> str:
    return str(submission.student.id)


def _add_scores(page: ChapterPage, submission: SubmittedAssignment) -> None:
    student = _student(submission)
    page.scores[student] = points_of(submission)
    if submission.total_seconds_late > 0:
        page.late[student] = submission.late_submission_penalty or 0.0
    if submission.needs_manual_grade:
        page.by_hand.append(student)
    for grade in (grade for notebook in submission.notebooks for grade in notebook.grades):
        exercise = page.exercises.get(grade.name.removeprefix(_CHECK))
        if exercise is not None and not grade.needs_manual_grade:
            exercise.scores.append(grade.score)


def _add_findings(
    page: ChapterPage, student: str, notebook: NotebookNode, failing: Counter[tuple[str, str]]
) -> None:
    for cell in notebook.cells:
        found = cell.metadata.get(FINDINGS)
        if not found:
            continue
        name = cell.metadata.get("nbgrader", {}).get("grade_id", "").removeprefix(_CHECK)
        if name in page.exercises:
            page.exercises[name].misconceptions.update(found.get("misconceptions", []))
        if found.get("cause"):
            page.stopped.setdefault(student, []).append(f"{name}: {found['cause']}")
        failing.update((name, line) for line in _failing(cell))


def _failing(cell: NotebookNode) -> list[str]:
    """The properties that a report says do not hold."""
    texts = [output.get("data", {}).get("text/plain", "") for output in cell.get("outputs", [])]
    lines = [line for text in texts for line in text.splitlines()]
    return [line.removeprefix(_FAILS) for line in lines if line.startswith(_FAILS)]


def _answers(notebook: NotebookNode) -> dict[str, str]:
    cells = [c for c in notebook.cells if utils.is_solution(c) and c.cell_type == "code"]
    return {cell.metadata.nbgrader.grade_id: cell.source for cell in cells}


def totals(pages: list[ChapterPage]) -> Mapping[str, tuple[float, float]]:
    """Each student's points over several chapters, and how many those handed in could give."""
    found: dict[str, tuple[float, float]] = {}
    for page in pages:
        for student, score in page.scores.items():
            got, most = found.get(student, (0.0, 0.0))
            found[student] = got + score, most + page.points
    return dict(sorted(found.items()))
