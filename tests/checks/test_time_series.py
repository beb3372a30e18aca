"""The checks of chapter 06, as far as the answer bank does not show them."""

import sys

import numpy as np
import pytest
import tensorflow as tf

from course_utils import cells, forecasting, unroll, wrappers
from course_utils.checks.engine import probes
from course_utils.checks.engine.boundary import subject
from course_utils.checks.engine.check import Failed
from course_utils.checks.time_series import (
    check_naive_forecast,
    check_next_batch,
    check_project_outputs,
    check_train_forecaster,
)
from course_utils.checks.time_series.generate_series import FreeRun
from course_utils.checks.time_series.next_batch import _starts
from course_utils.checks.time_series.output_projection_wrapper import NESTED, WRAPPERS, WrapperCase
from course_utils.checks.time_series.predictors import make_predictor
from course_utils.checks.time_series.train_forecaster import SHARE
from course_utils.data import time_series

# What the checks take for right, against the course's own code.


@pytest.mark.parametrize("n_steps", [8, 20, 60])
def test_the_start_of_every_window_is_found_outside_of_the_range_too(n_steps):
    right = np.random.default_rng(n_steps).uniform(-5, 33, 300)
    values = time_series.series(right[:, np.newaxis] + 0.1 * np.arange(n_steps))
    found = _starts(values.astype(np.float32)[..., np.newaxis])
    np.testing.assert_allclose(found, right, atol=1e-3)


def test_a_window_that_is_not_on_the_series_is_named():
    windows = time_series.next_batch(4, 20, np.random.default_rng(1))[0].copy()
    windows[2, 5] += 0.1
    with pytest.raises(Failed, match="Row 2, which begins"):
        _starts(windows)


@pytest.mark.parametrize("size", [*WRAPPERS, NESTED], ids=str)
def test_the_expected_step_of_a_wrapped_cell_is_that_of_the_fixture(size):
    case = WrapperCase(subject(wrappers.OutputProjectionWrapper, "W"), 3, size)
    output, new_state = case._inner.build()(case.x, case._as_state(case.state))
    expected, parts = case._cell_step(case.x, case.state)
    np.testing.assert_allclose(output, expected, atol=1e-5)
    np.testing.assert_allclose(tf.concat(tf.nest.flatten(new_state), axis=1), parts, atol=1e-5)


@pytest.mark.parametrize(("width", "n_new"), [(5, 12), (1, 3), (4, 1)])
def test_the_expected_free_run_is_the_courses(width, n_new):
    run = FreeRun(subject(None, "generate"), width, n_new, seed=2)
    predict = make_predictor(run.weights.tolist(), offset=0.75, tensors=False)

    def each(windows):
        return np.concatenate([predict(window[np.newaxis]) for window in windows])

    expected = forecasting.generate(each, run.seed[np.newaxis], n_new)[0]
    np.testing.assert_allclose(run._expected(run.weights, 0.75), expected, atol=1e-5)


def test_no_mistake_gives_the_right_free_run():
    run = FreeRun(subject(None, "generate"), 5, 12, seed=1)
    right = run._expected(run.weights, 0.75)
    for slug, wrong in run._wrong(run.weights, 0.75):
        assert not np.allclose(wrong, right, atol=1e-3), slug


# The fixture.


def test_a_predictor_gives_what_it_gets_or_always_tensors():
    window = np.ones([1, 2, 1], np.float32)
    arrays, tensors = (make_predictor([0.5, 0.5], 1.0, kind) for kind in (False, True))
    assert isinstance(arrays(window), np.ndarray)
    assert tf.is_tensor(arrays(tf.constant(window)))
    assert tf.is_tensor(tensors(window))


def test_a_predictor_works_in_a_graph():
    predict = make_predictor([0.0, 1.0], 1.0, tensors=False)
    result = tf.function(predict)(tf.constant([[[4.0], [7.0]]]))
    assert result[0, -1, 0].numpy() == 8


@pytest.mark.parametrize("shape", [[2], [1, 3, 1], [2, 2, 1], [1, 2]])
def test_a_predictor_refuses_windows_of_another_shape(shape):
    with pytest.raises(ValueError, match=r"it needs \[1, 2, 1\]"):
        make_predictor([0.0, 1.0], 1.0, tensors=False)(np.ones(shape))


# The probes.


def test_lines_in_a_loop_count_each_time():
    def loop(x):
        total = 0
        for value in x:
            total += value
        return total

    def no_loop(x):
        return np.sum(x)

    few, many = probes.lines_run(loop, [[np.ones(3)], [np.ones(30)]])
    assert many - few == 2 * 27
    few, many = probes.lines_run(no_loop, [[np.ones(3)], [np.ones(30)]])
    assert few == many > 0


def test_lines_that_a_library_calls_back_count():
    _, few, many = probes.lines_run(
        lambda x: tf.map_fn(lambda value: value + 1, x), [[np.ones(n)] for n in (3, 3, 30)]
    )
    assert many - few >= 27


def test_another_tracer_is_put_back():
    def tracer(*_):
        return None

    before = sys.gettrace()
    try:
        sys.settrace(tracer)
        probes.lines_run(len, [[np.ones(3)]])
        after = sys.gettrace()
    finally:
        sys.settrace(before)
    assert after is tracer


def test_loops_of_a_graph_are_counted_inside_functions_too():
    loop = tf.function(lambda x: tf.map_fn(lambda v: v + 1, x))
    assert probes.graph_loops(loop, np.ones([3])) == 1
    assert probes.graph_loops(lambda x: x + 1, np.ones([3])) == 0
    assert probes.graph_loops(lambda x: np.asarray(x) + 1, np.ones([3])) == 0


# The checks.


def test_windows_off_the_series_are_refused():
    def noise(batch_size, n_steps, rng):
        values = rng.normal(size=[batch_size, n_steps + 1, 1])
        return values[:, :-1], values[:, 1:]

    assert "is not on the series" in str(check_next_batch(noise))


@pytest.mark.parametrize("mistake", [lambda w, b: (w, b), lambda w, b: (w, b + 0.01)])
def test_a_projection_is_right_or_it_is_not(mistake):
    def project(outputs, weight, bias):
        weight, bias = mistake(weight, bias)
        return outputs @ weight + bias

    assert (check_project_outputs(project).score == 1.0) is (mistake(0, 0) == (0, 0))


def test_a_forecast_that_moves_with_later_values_is_refused():
    def peeks(x):
        return time_series.shifted(np.append(x, 2 * x[:, -1:] - x[:, -2:-1], axis=1)[..., 0])[1]

    report = check_train_forecaster(peeks)
    assert report.misconceptions == ["looks-ahead"]


def test_the_best_guess_without_a_network_is_not_enough():
    x, y = time_series.next_batch(5000, 20, np.random.default_rng(3))
    straight = np.concatenate([x[:, :1], 2 * x[:, 1:] - x[:, :-1]], axis=1)
    assert np.mean((straight - y) ** 2) > 1.2 * SHARE * time_series.naive_mse(x, y)


def test_a_state_that_is_kept_between_calls_is_refused():
    drift = iter(range(1000))

    def forecast(x):
        return linear(x) + 0.01 * next(drift)

    assert check_train_forecaster(linear).score == 1.0
    assert "Does the model keep a state" in str(check_train_forecaster(forecast))


def test_an_error_of_another_kind_is_not_put_down_to_a_known_mistake():
    assert not check_naive_forecast(lambda x, y: np.mean((y - x) ** 2) / 2).misconceptions


def _fit_linear():
    """For each step the best linear formula of what came before, by least squares."""
    x, y = time_series.next_batch(4000, 20, np.random.default_rng(8))
    rows = [np.insert(x[:, : t + 1, 0], 0, 1, axis=1) for t in range(20)]
    return [np.linalg.lstsq(r, y[:, t, 0], rcond=None)[0] for t, r in enumerate(rows)]


FORMULAS = _fit_linear()


def linear(x):
    steps = [np.insert(x[:, : t + 1, 0], 0, 1, axis=1) @ FORMULAS[t] for t in range(20)]
    return np.stack(steps, axis=1)[..., np.newaxis]


def test_the_chapters_wrapper_is_taken_for_a_cell_by_the_loops():
    from tests.test_forecasting import chapters_version

    wrapper = chapters_version("output-projection-wrapper", "OutputProjectionWrapper")
    cell = wrapper(cells.BasicRNNCell(5), 2)
    inputs = np.random.default_rng(0).normal(size=[3, 4, 2]).astype(np.float32)
    ours, state = unroll.dynamic_rnn(cell, inputs)
    theirs, _ = tf.compat.v1.nn.dynamic_rnn(cell, tf.constant(inputs), dtype=tf.float32)
    assert (ours.shape, state.shape) == ([3, 4, 2], [3, 5])
    np.testing.assert_allclose(ours, theirs, atol=1e-5)
