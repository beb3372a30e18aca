"""A release of two exercises and submissions to it, for the tests of sealed grading."""

import textwrap
import time
from functools import cache

from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from course_utils.grading.plugins.release import Check, Release
from course_utils.grading.wall import sandbox
from course_utils.grading.wall.session import Session
from course_utils.grading.wall.walls import Limits
from tests import ROOT
from tests.left_out import leave_out

SETUP = """\
import numpy as np
import tensorflow as tf
from course_utils.checks.two_step_rnn import check_rnn_step, check_saturation"""
DEMO = "print('a demonstration')"
STEP = """\
def rnn_step(x, h, Wx, Wh, b):
    return tf.tanh(x @ Wx + h @ Wh + b)"""
SATURATION = """\
def saturation(y, eps=0.01):
    return np.mean(1 - np.asarray(y) ** 2 < eps)"""
CHECK_STEP = "report = check_rnn_step(rnn_step)\nreport.points(6)"
CHECK_SATURATION = "report = check_saturation(saturation)\nreport.points(4)"
HIDDEN = "### BEGIN HIDDEN TESTS\nreport += {}({}, seeds=(4711,))\n### END HIDDEN TESTS\n"
FULL_STEP = CHECK_STEP.replace("report.", HIDDEN.format("check_rnn_step", "rnn_step") + "report.")
FULL_SATURATION = CHECK_SATURATION.replace(
    "report.", HIDDEN.format("check_saturation", "saturation") + "report."
)


def _cell(source, name, tags=(), **flags):
    metadata = {"tags": list(tags)} if tags else {}
    if flags:
        everything = {"grade": False, "solution": False, "locked": False, "task": False} | flags
        metadata["nbgrader"] = {"schema_version": 3, "grade_id": name, **everything}
    return new_code_cell(source, id=name, metadata=metadata)


def notebook(step=STEP, saturation=SATURATION, setup=SETUP):
    """A submission with these answers, otherwise as it was handed out."""
    return new_notebook(
        cells=[
            _cell(setup, "setup", tags=["setup"]),
            new_markdown_cell("## One step", id="text"),
            _cell(DEMO, "show", tags=["demo"]),
            _cell(step, "rnn-step", solution=True),
            _cell(CHECK_STEP, "check-rnn-step", grade=True, locked=True, points=6),
            _cell(saturation, "saturation", solution=True),
            _cell(CHECK_SATURATION, "check-saturation", grade=True, locked=True, points=4),
        ],
        metadata={"language_info": {"name": "python"}},
    )


def release():
    """What was handed out."""
    blank = notebook("def rnn_step(x, h, Wx, Wh, b):\n    ...", "def saturation(y):\n    ...")
    checks = {
        "check-rnn-step": Check(FULL_STEP, 6.0),
        "check-saturation": Check(FULL_SATURATION, 4.0),
    }
    return Release(blank.cells, checks)


_problem = cache(sandbox.problem)


def server():
    """This process's server; the test is left out where there can be none."""
    problem = _problem()
    if problem:
        leave_out(problem)
    return sandbox.shared(keep_out=str(ROOT))


def session(**limits):
    """A session without a release."""
    return Session(server(), Limits(**({"cell": 20.0, "total": 60.0} | limits)), {})


def text(outputs):
    """All that some outputs show."""
    parts = []
    for output in outputs:
        parts += [output.get("text", ""), *output.get("data", {}).values()]
        parts += [output.get("ename", ""), *output.get("traceback", [])]
    return "\n".join(filter(None, parts))


def shown(student, source):
    """What a cell shows; it must run to its end."""
    result = student.run(textwrap.dedent(source))
    assert result.cause == ""
    return text(result.outputs)


def eventually(condition, seconds=10):
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True
