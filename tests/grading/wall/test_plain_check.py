"""What a plain check cell meets in place of a student's object, and what becomes of the cell."""

import pytest

from course_utils.grading.wall import examiner
from course_utils.grading.wall.examiner import Examiner
from course_utils.grading.wall.shell import Shell
from tests.grading.wall.test_examiner import Line, student

ANSWERS = """
import collections
import numpy as np
import tensorflow as tf

class Account:
    def __init__(self, balance):
        self.name, self.balance = "Rex", balance
    def add(self, amount):
        self.balance += amount
    def __eq__(self, other):
        return self.balance == other.balance
    def __len__(self):
        return 0

class Empty(Exception):
    pass

class Anything:
    def __eq__(self, other): return True
    def __ne__(self, other): return False
    def __lt__(self, other): return True
    def __sub__(self, other): return 0.0
    def __contains__(self, item): return True
    def __array__(self, *args): return np.array("nothing")

def anything(*args): return Anything()
def sort(items): items.sort()
def fill(array): array[...] = 7
def hello(): print("Hello")
def scaled(x): return tf.constant([1.0, 2.0]) * x
def point(): return collections.namedtuple("Point", "x y")(1, 2)
def count(n): yield from range(n)
def twice(f): return lambda x: f(f(x))
def pop(items):
    if not items: raise Empty("nothing to pop")
    return items[-1]
"""
HOLD = {
    "attributes, methods and equality": "a = Account(3); a.add(4)\n"
    "assert a.balance == 7 and a.name == 'Rex' and a == Account(7) != Account(8)\n"
    "a.balance = 1; assert a.balance == 1 and isinstance(a, Account) and not hasattr(a, 'b')",
    "truth": "assert not Account(3) and len(Account(3)) == 0",
    "lists changed in place": "items = [3, 1]; sort(items); assert items == [1, 3]",
    "arrays changed in place": "import numpy as np\nx = np.ones(2); fill(x); assert x.sum() == 14",
    "what is printed": "import io\nfrom contextlib import redirect_stdout\n"
    "with redirect_stdout(io.StringIO()) as out:\n    hello()\nassert out.getvalue() == 'Hello\\n'",
    "None": "assert hello() is None",
    "tensors": "import numpy as np, tensorflow as tf\n"
    "np.testing.assert_allclose(scaled(2.0), [2, 4])\n"
    "assert scaled(2.0).numpy().sum() == 6 and scaled(2.0).shape == (2,)\n"
    "assert isinstance(scaled(2.0), tf.Tensor) and abs(scaled(1.0) - [1, 2]).max() < 1e-6",
    "named tuples": "assert point() == (1, 2) and point().y == 2 and point()[0] == 1",
    "generators": "assert list(count(3)) == [0, 1, 2] and next(count(1)) == 0",
    "functions of functions": "assert twice(lambda x: 3 * x)(1) == 9",
    "exceptions of one's own": "try:\n    pop([])\nexcept Exception as error:\n"
    "    assert 'nothing' in str(error)\nelse:\n    assert False",
    "exceptions of Python": "try:\n    count('3').__next__()\nexcept (TypeError, AttributeError):\n"
    "    pass\nelse:\n    assert False",
    "IPython's commands": "%matplotlib inline\nassert point().x == 1",
    "names that the cell binds": "from math import *\ndef f(x):\n    return x\n"
    "try:\n    f(1) / 0\nexcept ZeroDivisionError as e:\n    e",
}
DO_NOT_HOLD = {
    "an object that equals everything": "assert anything() == 3",
    "and differs from nothing": "assert not anything() != 3",
    "and is near to everything": "assert abs(anything() - 1.5) < 1e-6",
    "and is less than all": "assert anything() < 3",
    "and contains everything": "assert 3 in anything()",
    "and is an array": "import numpy as np\nassert np.allclose(anything(), 3)",
    "a wrong value": "assert point() == (1, 3)",
    "an exception": "pop([])",
    "an odd value": "point().z.w",
}


@pytest.fixture(scope="module")
def check():
    line = Line(student(ANSWERS))
    its = Examiner(Shell(), line.link)
    yield lambda source, trusted=(): its.check(source, dict(trusted), 6.0)
    line.close()


@pytest.mark.parametrize("what", HOLD)
def test_what_holds_at_home_holds_behind_the_wall(check, what):
    assert check(HOLD[what]) == [examiner.DONE, [], 6.0, []]


@pytest.mark.parametrize("what", DO_NOT_HOLD)
def test_what_does_not_hold_costs_the_points_and_is_shown(check, what):
    kind, [shown], points, _ = check(DO_NOT_HOLD[what])
    assert (kind, points) == (examiner.DONE, 0.0)
    assert DO_NOT_HOLD[what].splitlines()[-1] in shown["text"]


def test_nothing_of_a_hidden_test_is_shown(check):
    hidden = "### BEGIN HIDDEN TESTS\nassert point() == (1, 4711), 'not 4711'\n### END HIDDEN TESTS"
    _, [shown], points, _ = check(f"assert point()\n{hidden}")
    assert (shown["text"], points) == ("A hidden test does not hold.\n", 0.0)


def test_what_an_earlier_check_s_helper_says_is_not_shown(check):
    helper = "def near(value):\n    assert value == 4711, f'{value} and not 4711'"
    _, [shown], points, _ = check("near(point().x)", {"near": helper})
    assert (points, "4711" in shown["text"]) == (0.0, False)
    assert shown["text"] == "This test does not hold:\n    near(point().x)\nAssertionError\n"


@pytest.mark.parametrize("points", [2.5, 4])
def test_a_number_at_the_end_is_partial_credit(check, points):
    assert check(f"earned = {points} * (point().x == 1)\nearned")[2] == points


def test_a_deleted_name_is_gone_over_there_until_it_is_bound_again():
    line = Line(student("def f(): return 1\ndef g(): return f()"))
    its = Examiner(Shell(), line.link)
    uses = "old = f\ndel f\ntry:\n    g()\nexcept NameError:\n    pass\nelse:\n    assert False"
    assert its.check(f"{uses}\nfinally:\n    f = old", {}, 6.0)[2] == 6.0
    assert its.check("assert g() == 1", {}, 6.0)[2] == 6.0
    line.close()


def test_what_an_earlier_check_defines_is_there_and_is_its_own(check):
    trusted = {
        "near": "def near(a, b):\n    return abs(a - b) < tolerance",
        "tolerance": "tolerance = 0.5",
        "anything": "def anything():\n    return 4",
    }
    assert check("assert near(point().x, 1.25)", trusted)[2] == 6.0
    assert check("assert not near(point().x, 2)", trusted)[2] == 6.0
    assert check("assert anything() == 4", trusted)[2] == 6.0


def test_helpers_that_call_each_other_are_defined_once(check):
    trusted = {"even": "def even(n):\n    return n == 0 or odd(n - 1)"}
    trusted["odd"] = "def odd(n):\n    return n != 0 and even(n - 1)"
    assert check("assert even(point().y)", trusted)[2] == 6.0


@pytest.mark.parametrize(
    "source", ["import nothing_like_it", "open('missing.csv')", "twice(x for x in ())", "1 / 0"]
)
def test_a_fault_of_the_cell_is_not_put_down_to_the_answer(check, source):
    assert check(source)[0] == examiner.FAULTY
