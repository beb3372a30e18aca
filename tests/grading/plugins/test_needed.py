"""Cells that grading leaves out: only what an answer uses of them is run."""

import nbformat
import pytest

from course_utils.grading.plugins.needed import needed
from course_utils.grading.plugins.release import SKIPPED
from tests import ROOT
from tests.answer_bank import chapters


@pytest.mark.parametrize("folder", ["notebooks", "solutions"])
@pytest.mark.parametrize("name", chapters())
def test_the_courses_own_answers_need_no_demonstration(folder, name):
    notebook = nbformat.read(ROOT / folder / name / f"{name}.ipynb", as_version=4)
    cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    left_out = [bool(SKIPPED & set(cell.metadata.get("tags", []))) for cell in cells]
    assert any(left_out)
    assert needed([cell.source for cell in cells], left_out) == set()


@pytest.mark.parametrize(
    ("demonstration", "answer", "is_needed"),
    [
        ("n = 3", "def f(x):\n    return x + n", True),
        ("n, m = 3, 4", "f = lambda x: x + m", True),
        ("for n in range(3):\n    pass", "def f(x):\n    return x + n", True),
        ("def n():\n    return 3", "def f(x):\n    return x + n()", True),
        ("import numpy as n", "def f(x):\n    return n.sum(x)", True),
        ("n = 3", "n = 4\ndef f(x):\n    return x + n", False),
        ("n = 3", "def f(n):\n    return n", False),
        ("n = 3", "def f(x):\n    n = 4\n    return x + n", False),
        ("def g():\n    n = 3", "def f(x):\n    return x + n", False),
        ("n = 3", "%time n", False),
        ("%time n = 3", "def f(x):\n    return x + n", False),
    ],
)
def test_what_an_answer_uses_is_run(demonstration, answer, is_needed):
    assert needed([demonstration, answer], [True, False]) == ({0} if is_needed else set())
