"""Sharing the machine among jobs."""

import json
import os
from concurrent.futures import Future

import nbformat
import pytest

from course_utils.grading.class_run import farm, workers
from course_utils.grading.class_run.collect import Submission
from course_utils.grading.plugins import store
from course_utils.grading.plugins.refusal import NotGradable
from course_utils.grading.plugins.store import Store
from course_utils.grading.wall.session import Verdict
from course_utils.grading.wall.walls import Limits
from tests.sealing import STEP, notebook, release

CHAPTER = "01_two_step_rnn"


@pytest.mark.parametrize(
    ("cores", "jobs", "shares"),
    [
        ({0, 1, 2, 3}, 2, [[0, 2], [1, 3]]),
        ({0, 1, 2}, 2, [[0, 2], [1]]),
        ({4, 7}, 3, [[4], [7], [4]]),
        ({5}, 1, [[5]]),
    ],
)
def test_each_job_gets_cores_of_its_own_while_there_are_enough(monkeypatch, cores, jobs, shares):
    monkeypatch.setattr(os, "sched_getaffinity", lambda _process: cores)
    monkeypatch.setattr(farm, "grade", lambda *args: taken.append(args[-1]) or {})
    monkeypatch.setattr(farm.sandbox, "shared", lambda _keep_out: None)
    taken: list[list[int]] = []
    task = json.dumps([notebook(), store.as_text(release()), {}, ""])
    workers.divide_cores(jobs)
    for _ in range(2 * jobs):  # each share comes back
        farm.work(task)
    assert taken == shares * 2


class AtOnce(workers.Cores):
    """Runs what it gets while it gets it."""

    def submit(self, function, text):
        future = Future()
        future.set_result(function(text))
        return future


@pytest.fixture
def course(monkeypatch, tmp_path):
    """Runs submissions; what is called "slow" is cut short unless it has all cores."""
    runs = []

    def graded(submission, _release, _server, _limits, cores):
        slow = any("slow" in cell.source for cell in submission.cells)
        runs.append(("slow" if slow else "quick", cores))
        cut_short = slow and len(cores) < 2
        submission.metadata[store.CUT_SHORT] = cut_short
        return {"check-rnn-step": Verdict(points=0.0 if cut_short else 6.0)}

    monkeypatch.setattr(os, "sched_getaffinity", lambda _process: {0, 1})
    monkeypatch.setattr(farm, "grade", graded)
    monkeypatch.setattr(farm.sandbox, "shared", lambda _keep_out: None)

    def run(students, again=()):
        runs.clear()
        handed_in = []
        for student, step in students.items():
            path = tmp_path / f"{student}.ipynb"
            nbformat.write(notebook(step=step), path)
            handed_in.append(Submission(student, CHAPTER, path))
        kept = Store(tmp_path)
        made = farm.Farm(AtOnce(2, ""), kept, release(), Limits(), "", again)
        points = {r.submission.student: r.points["check-rnn-step"] for r in made.run(handed_in)}
        return points, list(runs)

    return run


def test_what_was_cut_short_runs_again_alone_and_last(course):
    students = {"ada": STEP + "  # slow", "ben": STEP}
    points, runs = course(students)
    assert points == {"ada": 6.0, "ben": 6.0}
    assert runs == [("slow", [0]), ("quick", [1]), ("slow", [0, 1])]
    assert course(students) == (points, [])


def test_those_who_are_named_run_again(course):
    students = {"ada": STEP, "ben": STEP + "  # his"}
    course(students)
    assert course(students, again=["ben"]) == ({"ada": 6.0, "ben": 6.0}, [("quick", [0])])


def test_another_chapters_notebook_is_said_and_not_graded(tmp_path):
    other = notebook()
    for cell in other.cells:
        if "nbgrader" in cell.metadata:
            cell.metadata.nbgrader.grade_id += "-of-another"
    path = tmp_path / "other.ipynb"
    nbformat.write(other, path)
    made = farm.Farm(AtOnce(1, ""), Store(tmp_path), release(), Limits(), "")
    [refused] = made.run([Submission("ada", CHAPTER, path)])
    assert isinstance(refused, NotGradable)
    assert refused.cause.startswith(
        f"it is not {CHAPTER}: its exercises are others (check-rnn-step"
    )
