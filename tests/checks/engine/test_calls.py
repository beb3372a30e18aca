"""The cell that repeats the call that failed."""

import ast

import numpy as np
import pytest
import tensorflow as tf

from course_utils.checks import Check, Exercise, Failed
from course_utils.checks.deep_rnns.dropout import draw_inputs
from course_utils.checks.engine.boundary import Local, Recipe
from course_utils.checks.engine.calls import LONGEST, Calls, Kept, as_cell, digest


class Scaled:
    """An object that an answer makes."""

    def __init__(self, factor):
        self.factor = factor

    def __call__(self, x):
        return self.factor * x

    def plus(self, x, more=0):
        return self.factor * x + more


def scale(factor):
    return Scaled(factor)


def pair(factor):
    return [Scaled(1), Scaled(factor)]


SPACE = {"np": np, "tf": tf, "scale": scale, "pair": pair, "same": lambda x, **_: x}


def cell_of(attempt):
    """The text for the last call of an attempt, and what the call gave."""
    Calls.log.clear()
    value = attempt(lambda name: Local(SPACE[name], name))
    return as_cell(Calls.log), value


def run(text):
    *statements, last = ast.parse(text).body
    space = dict(SPACE)
    exec(compile(ast.Module(statements, []), "cell", "exec"), space)
    return eval(ast.unparse(last), space)


@pytest.mark.parametrize(
    "value",
    [
        np.array([[0.1, -2.5], [3.0, 4.0]], np.float32),
        np.array([[0.1, -2.5], [3.0, 1e-7]]),
        np.array([3, 1], np.int32),
        np.array([True, False]),
        np.zeros([2, 0, 3], np.float32),
        np.zeros([2, 3]),
        np.full([2, 2], 7, np.int32),
        np.array([np.nan, np.inf, -np.inf, 1]),
        np.array(2.5, np.float32),
        [1, (2,), {"a": {3}}, set(), "x", None, True, b"y", np.float32(0.1)],
    ],
    ids=repr,
)
def test_the_cell_hands_over_the_very_same_values(value):
    text, result = cell_of(lambda subject: subject("same")(value, keyword=[value]))
    again = run(text)
    np.testing.assert_equal(again, result)
    assert getattr(again, "dtype", None) == getattr(result, "dtype", None)


@pytest.mark.parametrize(
    "attempt",
    [
        lambda subject: subject("scale")(3)(np.array([1.0, 2.0])),
        lambda subject: subject("scale")(3).get("factor"),
        lambda subject: subject("scale")(3).get("plus")(np.array([1.0]), more=2),
        lambda subject: subject("pair")(5)[1](np.array([2.0, 1.0])),
        lambda subject: (
            subject("same")(Recipe("numpy.random:default_rng", {"seed": 3}), a=1)
            and subject("same")(2)
        ),
        lambda subject: subject("scale")(2).probe("gradients", np.array([1.0, 2.0])),
    ],
)
def test_the_cell_makes_the_objects_that_the_call_needs(attempt):
    text, value = cell_of(attempt)
    np.testing.assert_array_equal(run(text), value)


def test_a_recipe_is_imported_and_made():
    seen = lambda rng: rng.integers(100)  # noqa: E731
    subject = Local(seen, "seen")
    Calls.log.clear()
    value = subject(Recipe("numpy.random:default_rng", {"seed": 3}))
    text = as_cell(Calls.log)
    assert text == "from numpy.random import default_rng\nseen(default_rng(seed=3))"
    space = {"seen": seen}
    exec(text.splitlines()[0], space)
    assert eval(text.splitlines()[1], space) == value


def test_an_answer_written_for_tensors_is_called_with_tensors():
    Calls.log.clear()
    Local(lambda x: x.get_shape().as_list(), "answer")(np.ones([2], np.float32))
    assert as_cell(Calls.log) == "answer(tf.constant(np.full([2], 1.0, np.float32)))"


def test_what_nobody_would_paste_is_left_out():
    rng = np.random.default_rng(1)
    for value in (rng.random([20, 20]), [float(n) / 7 for n in range(LONGEST)]):
        assert cell_of(lambda subject, value=value: subject("same")(value))[0] == ""


def test_the_smallest_failing_input_is_shown_and_no_hidden_one():
    check, answer = Check(Exercise("same", [])), Local(lambda x: [*x, 1], "answer")

    def attempt(x):
        answer(x)
        raise Failed(f"wrong for {x}")

    check.each("same", [[1, 2, 3], [4], [5, 6]], attempt)
    report = check.report()
    assert "wrong for [4]" in str(report)
    assert report.outcomes[0].call == "answer([4])"
    assert 'class="course-call">answer([4])</pre>' in report._repr_html_()

    hidden, check = report, Check(Exercise("same", []))
    check.each("same", [[7]], answer)
    total = check.report() + hidden
    assert not total.outcomes[0].held
    assert "[4]" not in str(total) + total._repr_html_()


def test_digests_tell_arguments_apart():
    def of(*args):
        Calls.log.clear()
        Local(lambda *args: 1, "answer")(*args)
        return digest(Calls.log)

    values = [1, 1.5, "1", [1], (1,), np.ones(2), np.ones(2, np.float32), np.zeros(2), {"a": 1}]
    assert len({of(value) for value in values}) == len(values)
    assert of(np.ones(2)) == of(np.ones(2))


def test_calls_to_objects_that_were_made_of_other_things_are_others():
    def of(factor):
        Calls.log.clear()
        Local(scale, "scale")(factor)(np.ones(2))
        return digest(list(Calls.log)[-1:])

    assert of(2) == of(2)
    assert of(2) != of(3)


def test_the_cell_repeats_what_came_before_the_call_and_nothing_later():
    check, answer = Check(Exercise("same", [])), Local(scale, "scale")
    made = answer(3)

    def attempt(x):
        made(x)
        raise Failed("wrong")

    check.each("same", [1], attempt)
    made(2)
    assert check.report().outcomes[0].call == "made_1 = scale(3)\nmade_1(1)"


def test_the_results_of_several_calls_are_shown_together():
    text, _ = cell_of(lambda subject: [(same := subject("same"))(1), same(2)])
    assert text == "(same(1), same(2))"


def test_a_result_that_is_kept_keeps_its_calls():
    seen = []

    def twice(x):
        seen.append(x)
        return [x, x]

    kept = Kept(lambda: Local(twice, "twice")(3))
    for _ in range(2):
        Calls.log.clear()
        assert kept() == [3, 3]
        assert as_cell(Calls.log) == "twice(3)"
    assert seen == [3]


def test_a_long_array_is_told_by_what_makes_it():
    text, _ = cell_of(lambda subject: subject("same")(draw_inputs([30, 40], 5)))
    np.testing.assert_array_equal(run(text), draw_inputs([30, 40], 5))
