"""An instructor's own notebooks: plain asserts and questions for a person, as nbgrader has them.

The first is the one of nbgrader's own documentation, graded here and by stock nbgrader. The second
has what it does not: partial credit, helpers, files beside it, a check of this course, and tests
that can't be run behind the wall.
"""

import importlib.resources
import os

import nbformat
import pytest
from nbgrader.api import Gradebook

from benchmarks.grading import STOCK
from tests import ROOT, in_process, warm_commands
from tests.sealing import server

pytestmark = pytest.mark.slow

PS1, LAB = "ps1", "lab"
SQUARES = "def squares(n):\n    {}\n    return [i ** 2 for i in range(1, n + 1)]"
CHECKED = "if n < 1:\n        raise ValueError('too small')"
USING = "def sum_of_squares(n):\n    return sum(squares(n))"
CLASS = {
    "right": {"squares": SQUARES.format(CHECKED), "sum_of_squares": USING},
    "numpy": {
        "squares": "import numpy as np\n\ndef squares(n):\n"
        "    assert n > 0\n    return (np.arange(n) + 1) ** 2",  # no list, and another error
        "sum_of_squares": "def sum_of_squares(n):\n    return n * (n + 1) * (2 * n + 1) // 6",
    },
    "unchecked": {"squares": SQUARES.format("pass"), "sum_of_squares": USING},
    "noisy": {
        "squares": "import warnings\n" + SQUARES.format("print('n is', n)\n    " + CHECKED),
        "sum_of_squares": USING,
        "sum_of_squares_equation": r"$\sum i^2$",
    },
    "blank": {},
}


def cells_of(notebook):
    return {c.metadata.nbgrader.grade_id: c for c in notebook.cells if "nbgrader" in c.metadata}


def read(root, step, chapter, student="."):
    return nbformat.read(root / step / student / chapter / f"{chapter}.ipynb", as_version=4)


def hand_in(root, student, chapter, answers):
    notebook = read(root, "notebooks", chapter)
    for name, source in answers.items():
        cells_of(notebook)[name].source = source
    folder = root / "submitted" / student / chapter
    folder.mkdir(parents=True)
    nbformat.write(notebook, folder / f"{chapter}.ipynb")


def make(root, chapter, notebook, settings=""):
    """A course with this notebook, released."""
    (root / "solutions" / chapter).mkdir(parents=True, exist_ok=True)
    nbformat.write(notebook, root / "solutions" / chapter / f"{chapter}.ipynb")
    (root / "nbgrader_config.py").write_text((ROOT / "nbgrader_config.py").read_text() + settings)
    in_process.nbgrader(root, "generate_assignment", chapter)


def grades(root, chapter, student):
    """Each question's points by the machine, and whether it waits for a person."""
    with Gradebook(f"sqlite:///{root}/gradebook.db", "unrolled") as book:
        (notebook,) = book.find_submission(chapter, student).notebooks
        return {g.name: (g.auto_score, g.needs_manual_grade) for g in notebook.grades}


def grade(root, *words):
    return warm_commands.run(root, "course_utils", "grade", *words, env=os.environ)


@pytest.fixture(scope="module")
def ps1(tmp_path_factory):
    """nbgrader's own example, graded behind the wall and by stock nbgrader."""
    server()  # skips where there can be no sandbox
    users = importlib.resources.files("nbgrader") / "docs" / "source" / "user_guide"
    example = nbformat.reads((users / "source/ps1/problem1.ipynb").read_text(), as_version=4)
    sealed, stock = (tmp_path_factory.mktemp(way) for way in ("sealed", "stock"))
    make(sealed, PS1, example)
    make(stock, PS1, example, STOCK)
    for student, answers in CLASS.items():
        hand_in(sealed, student, PS1, answers)
        hand_in(stock, student, PS1, answers)
    in_process.nbgrader(stock, "autograde", PS1)
    return sealed, stock, grade(sealed, PS1)


@pytest.mark.parametrize("student", CLASS)
def test_plain_asserts_give_what_stock_nbgrader_gives(ps1, student):
    sealed, stock, done = ps1
    assert done.returncode == 0, done.stderr
    found = grades(sealed, PS1, student)
    assert found == grades(stock, PS1, student)
    if student == "right":
        checks = [points for points, waits in found.values() if not waits]
        assert sum(checks) == 3.0


def test_the_summary_names_each_question_that_waits_for_a_person(ps1):
    _, _, done = ps1
    assert "ps1: 5 graded, 10 points" in done.stdout  # 3 by tests, 3 by hand, 4 of a task
    said = done.stdout.split("\nnoisy ")[1].split("\nnumpy ")[0]
    task = "cell-938593c4a215c6cc"
    assert f"{task}: to grade by hand" in said
    assert "sum_of_squares_equation: to grade by hand" in said
    assert f"{task}  " in done.stdout
    assert "to grade by hand: 5 of 5" in done.stdout.split(f"\n{task} ")[1]


TOTAL = "def total():\n    return sum(float(line) for line in open('data/numbers.csv'))"
SATURATION = "def saturation(y, eps=0.01):\n    return np.mean(1 - np.asarray(y) ** 2 < eps)"
SUM = "def add(a, b):\n    return a + b"


def cell(source, name="", points=None, **flags):
    metadata = {}
    if name:
        mark = {"schema_version": 3, "grade_id": name, "grade": points is not None, "task": False}
        mark |= {"solution": points is None, "locked": points is not None} | flags
        metadata["nbgrader"] = mark | ({} if points is None else {"points": points})
    return nbformat.v4.new_code_cell(source, metadata=metadata)


def answer(source, name):
    head, _, body = source.partition("\n")
    return cell(f"{head}\n    ### BEGIN SOLUTION\n{body}\n    ### END SOLUTION", name)


def lab_notebook():
    return nbformat.v4.new_notebook(
        cells=[
            cell(
                "import numpy as np\nfrom course_utils.checks.two_step_rnn import check_saturation"
            ),
            cell("def close(a, b):\n    return abs(a - b) < 1e-6", "helper", 0, grade=False),
            answer(TOTAL, "total"),
            cell(
                "assert close(total(), 6)\n### BEGIN HIDDEN TESTS\nwanted = 6\n"
                "assert total() == wanted == sum(np.loadtxt('data/numbers.csv'))\n"
                "### END HIDDEN TESTS",
                "file",
                2,
            ),
            answer(SUM, "add"),
            cell("2 * (add(1, 2) == 3) + (add('a', 'b') == 'ab') + (wanted == 6)", "part", 4),
            cell("import inspect\nassert 'a + b' in inspect.getsource(add)", "source", 1),
            answer(SATURATION, "saturation"),
            cell("report = check_saturation(saturation)\nreport.points(4)", "check-saturation", 4),
        ],
        metadata={"kernelspec": {"name": "python3", "display_name": "P", "language": "python"}},
    )


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    server()
    root = tmp_path_factory.mktemp("lab")
    (root / "solutions" / LAB / "data").mkdir(parents=True)
    (root / "solutions" / LAB / "data" / "numbers.csv").write_text("1\n2\n3\n")
    make(root, LAB, lab_notebook())
    right = {"total": TOTAL, "add": SUM, "saturation": SATURATION}
    hand_in(root, "right", LAB, right)
    numbers = "def add(a, b):\n    return a + b if a == 1 else ''"
    cheat = f"def close(a, b):\n    return True\n\nwanted = 0\n{TOTAL.replace('sum', 'len')}"
    hand_in(root, "part", LAB, right | {"add": numbers, "total": cheat.replace("len(", "max(")})
    return root, grade(root, LAB)


def test_right_answers_get_all_that_tests_can_decide(lab):
    root, done = lab
    assert (root / "notebooks" / LAB / "data" / "numbers.csv").exists()
    found = grades(root, LAB, "right")
    assert found == {
        "file": (2.0, False),
        "part": (4.0, False),
        "source": (None, True),  # a stand-in has no source; the worked answer fails there, too
        "check-saturation": (4.0, False),
    }
    assert done.returncode == 1
    assert (
        "Not gradable, for the check itself failed:\n  lab source: behind the wall" in done.stderr
    )


def test_a_wrong_answer_gets_its_part_and_changes_no_helper(lab):
    root, _ = lab
    found = grades(root, LAB, "part")
    assert (found["file"], found["part"]) == ((0.0, False), (3.0, False))


def test_plain_autograde_decides_the_same(lab):
    root, _ = lab
    before = grades(root, LAB, "right"), grades(root, LAB, "part")
    done = warm_commands.run(root, "nbgrader", "autograde", LAB, "--force", env=os.environ)
    assert done.returncode == 0, done.stderr
    assert (grades(root, LAB, "right"), grades(root, LAB, "part")) == before
