"""Projections at once, and series that a predictor invents."""

import numpy as np
import pytest
import tensorflow as tf

from course_utils.forecasting import generate, project_outputs, stuck, teacher_forced
from course_utils.unroll import dynamic_rnn
from course_utils.wrappers import OutputProjectionWrapper
from tests.answer_bank import Chapter
from tests.rnn_cases import make_cell, random_array, spec, traced

CHAPTER = "06_time_series"


def chapters_version(exercise, name):
    """The function that the chapter's own answer cell defines."""
    chapter = Chapter(CHAPTER)
    cell = next(
        c for c in chapter.cells if c.metadata.get("nbgrader", {}).get("grade_id") == exercise
    )
    namespace = {"np": np, "tf": tf}
    exec(compile(cell.source, exercise, "exec"), namespace)
    return namespace[name]


@pytest.mark.parametrize("size", [(4, 3, 5, 2), (3, 5, 2, 4), (1, 4, 3, 1), (1, 1, 1, 1)], ids=str)
def test_a_projection_is_that_of_each_step_by_itself(size):
    batch, time, units, n = size
    shapes = ([batch, time, units], [units, n], [n])
    outputs, kernel, bias = (random_array(s, seed=i) for i, s in enumerate(shapes))
    found = project_outputs(outputs, kernel, bias)
    for t in range(time):
        np.testing.assert_allclose(found[:, t], outputs[:, t] @ kernel + bias, atol=1e-5)
    chapters = chapters_version("project-outputs", "project_outputs")
    np.testing.assert_allclose(chapters(outputs, kernel, bias), found, atol=1e-6)


def test_it_equals_the_wrapper_in_the_loop():
    cell, inputs = make_cell(4, 3), random_array([5, 6, 4])
    wrapped = OutputProjectionWrapper(cell, 2)
    expected, _ = dynamic_rnn(wrapped, inputs)
    outputs, _ = dynamic_rnn(cell, inputs)
    found = project_outputs(outputs, wrapped.kernel, wrapped.bias)
    np.testing.assert_allclose(found, expected, atol=1e-5)


def test_one_trace_serves_any_batch_and_time():
    run = traced(
        lambda _cell, outputs: project_outputs(outputs, tf.ones([5, 2]), tf.zeros([2])),
        None,
        spec(None, None, 5),
    )
    assert [run(tf.ones([b, t, 5])).shape for b, t in ((3, 4), (1, 7))] == [[3, 4, 2], [1, 7, 2]]


def test_outputs_without_a_time_axis_are_refused():
    with pytest.raises(
        ValueError, match=r"three axes, \[batch, time, units\], got the shape \(3, 5"
    ):
        project_outputs(tf.ones([3, 5]), tf.ones([5, 2]), tf.zeros([2]))


def difference(windows):
    """Last value minus first: the next value depends on both ends of the window."""
    return np.repeat(windows[:, -1:] - windows[:, :1], windows.shape[1], axis=1)


def test_each_new_value_is_made_of_the_window_before_it():
    # 1 2 4 -> 3; 2 4 3 -> 1; 4 3 1 -> -3; 3 1 -3 -> -6
    np.testing.assert_array_equal(generate(difference, [[1, 2, 4]], 4), [[1, 2, 4, 3, 1, -3, -6]])


def test_rows_are_invented_each_from_its_own_seed():
    seeds = random_array([4, 3])
    together = generate(difference, seeds, 6)
    for row, alone in enumerate(generate(difference, seeds[r : r + 1], 6) for r in range(4)):
        np.testing.assert_array_equal(together[row : row + 1], alone)


def test_the_chapters_version_invents_the_same():
    seed = random_array([5])
    found = chapters_version("generate-series", "generate")(difference, seed, 9)
    np.testing.assert_allclose(found, generate(difference, seed[np.newaxis], 9)[0], atol=1e-6)


def test_the_predictor_always_gets_windows_as_long_as_the_seed():
    shapes = []

    def predict(windows):
        shapes.append((windows.shape, windows.dtype))
        return tf.constant(windows)

    generate(predict, np.ones([2, 4]), 3)
    assert shapes == [((2, 4, 1), np.float32)] * 3


def test_nothing_new_is_just_the_seed():
    np.testing.assert_array_equal(generate(difference, [[1, 2]], 0), [[1, 2]])


def test_the_seeds_stay_as_they_are():
    seeds = np.ones([1, 2], np.float32)
    generate(lambda windows: windows + 1, seeds, 3)
    np.testing.assert_array_equal(seeds, [[1, 1]])


def test_a_teacher_forced_run_reads_the_truth_alone_and_a_stuck_one_the_seed():
    truth = random_array([9])
    # Forecasts are sums, so each tells which values were read.
    forced = teacher_forced(lambda windows: windows.cumsum(axis=1), truth, 3)
    expected = [*truth[:3], *(truth[t - 3 : t].sum() for t in range(3, 9))]
    np.testing.assert_allclose(forced, expected, rtol=1e-5, atol=1e-6)
    run = stuck(lambda windows: windows.cumsum(axis=1), truth[:3], 4)
    np.testing.assert_allclose(run, [*truth[:3], *[truth[:3].sum()] * 4], rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("seeds", [[1, 2], [[]], 3])
def test_seeds_that_are_no_matrix_are_refused(seeds):
    with pytest.raises(ValueError, match=r"seeds must have the shape \[batch, width\]"):
        generate(difference, seeds, 1)


def test_a_negative_number_of_new_values_is_refused():
    with pytest.raises(ValueError, match="n_new must be 0 or more, got -1"):
        generate(difference, [[1, 2]], -1)


def test_a_predictor_that_works_in_place_spoils_nothing():
    def lower(windows):
        windows -= windows.mean(axis=1, keepdims=True)
        return windows

    # 1, 2, 4 have the mean 7/3; 2, 4 and 5/3 have 23/9.
    found = generate(lower, [[1, 2, 4]], n_new=2)
    np.testing.assert_allclose(found, [[1, 2, 4, 5 / 3, 5 / 3 - 23 / 9]], rtol=1e-6)


@pytest.mark.parametrize(
    "predict",
    [
        lambda windows: windows[:1],
        lambda windows: windows[:, :0],
        lambda windows: windows[:, :, 0],
        lambda windows: windows.repeat(2, axis=2),
    ],
)
def test_predictions_of_another_shape_are_refused(predict):
    with pytest.raises(ValueError, match=r"predict must give the shape \[2, 3, 1\]"):
        generate(predict, [[1, 2, 3], [4, 5, 6]], n_new=1)


@pytest.mark.parametrize(("kernel", "bias"), [([4, 2], [6, 1]), ([4, 2], [1]), ([6, 2], [2])])
def test_weights_that_do_not_fit_are_refused(kernel, bias):
    with pytest.raises(ValueError, match=r"kernel must have the shape \[4, n\] and bias \[n\]"):
        project_outputs(tf.ones([2, 3, 4]), tf.ones(kernel), tf.ones(bias))
