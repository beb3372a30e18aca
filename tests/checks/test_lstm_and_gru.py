"""The checks of chapter 07, as far as the answer bank does not show them."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from course_utils import cells
from course_utils.checks.lstm_and_gru import (
    EXERCISES,
    check_count_parameters,
    check_gradient_highway,
    check_gru_reset_after,
    check_gru_step,
    check_lstm_step,
    check_peephole_lstm_step,
)
from course_utils.checks.lstm_and_gru.count_parameters import (
    PAIRS,
    right_count,
    wrong_counts,
    wrong_extras,
)
from course_utils.checks.lstm_and_gru.gradient_highway import along_the_path, wrong_gradients
from course_utils.checks.lstm_and_gru.gru_cases import GRUCase
from course_utils.checks.lstm_and_gru.lstm_cases import (
    FLAT,
    SIZES,
    SMALLEST,
    THIN_SIZES,
    LSTMCase,
    PeepholeCase,
)
from tests.cells.test_gated import peephole_by_hand

EVERY_SIZE = [SMALLEST, *SIZES, *THIN_SIZES]
BIASES = [{}, {"f": 20.0, "i": -20.0}, {"o": -20.0}]
TOLERANCE = {"atol": 1e-5, "rtol": 0}


def keras_step(cell, x, state, *weights):
    cell.build(x.shape)
    cell.set_weights(list(weights))
    return cell(x, list(state))


# What the checks take for right comes from NumPy; Keras shares no code with it.


@pytest.mark.parametrize("biases", BIASES, ids=str)
@pytest.mark.parametrize("size", EVERY_SIZE, ids=str)
def test_the_expected_lstm_step_is_that_of_keras(size, biases):
    case = LSTMCase(4, size, **biases)
    x, state, *weights = case.arguments
    output, (h, c) = keras_step(keras.layers.LSTMCell(size[2]), x, state, *weights)
    for found, expected in zip(case.right, (output, h, c), strict=True):
        np.testing.assert_allclose(found, expected, **TOLERANCE)


@pytest.mark.parametrize("rows", [(), (0,), (1,), (2,), (0, 1, 2)])
@pytest.mark.parametrize("size", EVERY_SIZE, ids=str)
def test_the_expected_peephole_step_is_that_of_a_loop_over_the_units(size, rows):
    case = PeepholeCase(4, size, rows)
    x, (h, c), *weights = case.arguments
    assert np.flatnonzero(weights[-1].any(axis=1)).tolist() == list(rows)
    expected_h, expected_c = peephole_by_hand(x, h, c, *weights)
    np.testing.assert_allclose(case.right.h, expected_h, **TOLERANCE)
    np.testing.assert_allclose(case.right.c, expected_c, **TOLERANCE)


@pytest.mark.parametrize("biases", [{}, {"z": -20.0, "r": -20.0}], ids=str)
@pytest.mark.parametrize("reset_after", [False, True])
@pytest.mark.parametrize("size", EVERY_SIZE, ids=str)
def test_the_expected_gru_step_is_that_of_keras(size, reset_after, biases):
    case = GRUCase(4, size, reset_after, **biases)
    x, h, *weights = case.arguments
    cell = keras.layers.GRUCell(size[2], reset_after=reset_after)
    np.testing.assert_allclose(case.right, keras_step(cell, x, [h], *weights)[0], **TOLERANCE)


MAKERS = {
    "rnn": keras.layers.SimpleRNNCell,
    "lstm": keras.layers.LSTMCell,
    "gru": lambda units: keras.layers.GRUCell(units, reset_after=False),
    "gru_reset_after": keras.layers.GRUCell,
}


@pytest.mark.parametrize("kind", MAKERS)
@pytest.mark.parametrize(("n_inputs", "units"), PAIRS)
def test_the_expected_count_is_that_of_keras(kind, n_inputs, units):
    cell = MAKERS[kind](units)
    cell.build((1, n_inputs))
    assert right_count(kind, n_inputs, units) == cell.count_params()


@pytest.mark.parametrize(("n_inputs", "units"), PAIRS)
def test_the_expected_count_with_peepholes_is_that_of_the_courses_cell(n_inputs, units):
    cell = cells.LSTMCell(units, use_peepholes=True)
    cell(tf.zeros([1, n_inputs]), cell.zero_state(1))
    count = sum(weights.size for weights in cell.get_weights())
    assert right_count("peephole", n_inputs, units) == count


def test_the_expected_gradient_is_that_of_the_tape():
    gates = np.random.default_rng(1).uniform(0.3, 0.9, 7)
    c0 = tf.Variable(0.4, dtype=tf.float64)
    with tf.GradientTape() as tape:
        c = c0 * 1
        for gate in gates:
            c = gate * c + 0.3
    assert along_the_path(gates) == pytest.approx(float(tape.gradient(c, c0)))


# Mistakes: none is right, no two of unlike names agree, and each is known to its exercise.


def flat(result):
    return np.concatenate([np.ravel(part) for part in np.atleast_3d(result)])


CASES = {
    "lstm-step": LSTMCase(1, SIZES[0]),
    "peephole-lstm-step": PeepholeCase(1, SMALLEST),
    "gru-step": GRUCase(1, SIZES[0], reset_after=False),
    "gru-reset-after": GRUCase(1, SIZES[0], reset_after=True),
}


@pytest.mark.parametrize("exercise", CASES)
def test_mistakes_differ_from_the_right_result_and_from_each_other(exercise):
    case = CASES[exercise]
    results = [("right", case.right), *case.mistakes]
    for i, (slug, result) in enumerate(results):
        for other, wrong in results[:i]:
            assert slug == other or not np.allclose(flat(result), flat(wrong)), (slug, other)


@pytest.mark.parametrize("exercise", CASES)
def test_every_mistake_has_a_hint(exercise):
    known = {misconception.slug for misconception in EXERCISES[exercise].misconceptions}
    assert {slug for slug, _ in CASES[exercise].mistakes} == known - {FLAT}


@pytest.mark.parametrize("kind", ["rnn", "lstm", "gru"])
def test_wrong_counts_are_wrong_and_have_hints(kind):
    known = {m.slug for m in EXERCISES["count-parameters"].misconceptions}
    for slug, count in wrong_counts(kind, 7, 4):
        assert slug in known
        assert count != right_count(kind, 7, 4)


@pytest.mark.parametrize(("kind", "plain"), [("peephole", "lstm"), ("gru_reset_after", "gru")])
def test_wrong_extra_counts_are_wrong_and_have_hints(kind, plain):
    known = {m.slug for m in EXERCISES["count-parameters"].misconceptions}
    for slug, extra in wrong_extras(kind, 4):
        assert slug in known
        assert extra != right_count(kind, 7, 4) - right_count(plain, 7, 4)


def test_wrong_gradients_are_wrong_and_have_hints():
    gates = np.array([0.3, 0.6, 0.9])
    known = {m.slug for m in EXERCISES["gradient-highway"].misconceptions}
    wrong = wrong_gradients(gates)
    assert {slug for slug, _ in wrong} == known - {"one-for-each-step"}
    assert all(abs(value - along_the_path(gates)) > 0.01 for _, value in wrong)


# The checks.


def course_lstm(x, state, *weights):
    cell = cells.LSTMCell(len(weights[1]), use_peepholes=len(weights) == 4)
    cell.set_weights(weights)
    return cell(x, state)


def course_gru(x, h, *weights):
    cell = cells.GRUCell(len(weights[1]), reset_after=np.ndim(weights[2]) == 2)
    cell.set_weights(weights)
    return cell(x, h)[0]


@pytest.mark.parametrize(
    ("check", "answer"),
    [
        (check_lstm_step, course_lstm),
        (check_peephole_lstm_step, course_lstm),
        (check_gru_step, course_gru),
        (check_gru_reset_after, course_gru),
        (check_gradient_highway, np.prod),
    ],
)
@pytest.mark.parametrize("seeds", [(3, 4), (21, 5, 6)])
def test_the_courses_own_cells_pass_for_any_seeds(check, answer, seeds):
    report = check(answer, seeds=seeds)
    assert report.score == 1, str(report)


@pytest.mark.parametrize(
    ("result", "told"),
    [
        (np.zeros([2, 4, 5]), "Got a single array, expected h and the pair"),
        ((np.zeros([4, 5]), np.zeros([2, 4, 5])), "The state is a single array"),
        ((np.zeros([4, 5]), (np.zeros([4, 5]),)), "Got a list of 1, expected 2"),
        ((np.zeros([5, 4]), (np.zeros([4, 5]), np.zeros([4, 5]))), "expected an array of shape"),
    ],
)
def test_a_result_of_another_form_is_told_so(result, told):
    report = check_lstm_step(lambda *_: result, seeds=(1,))
    assert report.score == 0
    assert told in str(report)


def test_a_gradient_is_compared_relative_to_its_size():
    report = check_gradient_highway(lambda gates: np.prod(gates) if len(gates) < 50 else 0.0)
    assert [o.held for o in report.outcomes] == [True, True, False, False, True]


def test_counts_of_one_kind_fail_alone():
    def count(kind, n_inputs, units):
        return right_count("gru", n_inputs, units) if kind == "rnn" else right_count(
            kind, n_inputs, units
        )  # fmt: skip

    assert [o.held for o in check_count_parameters(count).outcomes] == [False] + [True] * 4


# The examples in the chapter's text.


def ones(*rows):
    return np.array(rows, np.float32)


def test_the_examples_of_lstm_steps_in_the_text():
    x, state, zeros = ones([1]), (ones([0]), ones([2])), np.zeros([1, 4], np.float32)
    weights = (zeros, zeros, ones(0, 9, 0, 9))
    h, (_, c) = course_lstm(x, state, *weights)
    assert (round(float(c[0, 0]), 2), round(float(h[0, 0]), 2)) == (2.0, 0.96)
    h, (_, c) = course_lstm(x, state, *weights, ones([0], [-9], [0]))
    assert (round(float(c[0, 0]), 2), round(float(h[0, 0]), 2)) == (0.0, 0.0)


def test_the_examples_of_gru_steps_in_the_text():
    x, h, zeros, recurrent = ones([1]), ones([2]), np.zeros([1, 3], np.float32), ones([0, 0, 1])
    assert round(float(course_gru(x, h, zeros, recurrent, zeros[0])[0, 0]), 2) == 1.38
    assert round(float(course_gru(x, h, zeros, recurrent, ones(*2 * [[0, 0, 0]]))[0, 0]), 2) == 1.38
    biases = ones([0, 0, 0], [0, 0, 1])
    assert round(float(course_gru(x, h, zeros, recurrent, biases)[0, 0]), 2) == 1.45


def test_the_examples_of_counts_and_gradients_in_the_text():
    assert (right_count("rnn", 3, 5), right_count("peephole", 3, 5)) == (45, 195)
    assert along_the_path(np.array([0.5, 0.8])) == pytest.approx(0.4)
