"""Sharing the machine among jobs."""

import json
import os

import pytest

from course_utils.grading.class_run import farm
from course_utils.grading.plugins import store
from tests.sealing import notebook, release

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
    farm.divide_cores(jobs)
    for _ in range(2 * jobs):  # each share comes back
        farm.work(task)
    assert taken == shares * 2
