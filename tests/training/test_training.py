"""The profile, the progress bar, and one update."""

import time

import keras
import numpy as np
import pytest
import tensorflow as tf

from course_utils.cells import BasicRNNCell
from course_utils.training import (
    add_repeated_rows,
    make_update,
    progress,
    real_step_loss,
    steps,
)


def test_the_full_profile_is_the_default(monkeypatch):
    monkeypatch.delenv("COURSE_PROFILE", raising=False)
    assert steps(full=2000, quick=50) == 2000


@pytest.mark.parametrize(("profile", "expected"), [("full", 2000), ("quick", 50)])
def test_the_profile_chooses_the_steps(monkeypatch, profile, expected):
    monkeypatch.setenv("COURSE_PROFILE", profile)
    assert steps(full=2000, quick=50) == expected


@pytest.mark.parametrize("profile", ["", "fast", "Quick"])
def test_an_unknown_profile_is_refused(monkeypatch, profile):
    monkeypatch.setenv("COURSE_PROFILE", profile)
    with pytest.raises(ValueError, match=f"COURSE_PROFILE must be full or quick, got '{profile}'"):
        steps(full=2000, quick=50)


def slow_items():
    for i in range(3):
        time.sleep(1.1)
        yield i


@pytest.mark.slow
def test_a_loop_of_over_two_seconds_shows_a_bar_and_nothing_on_stderr(monkeypatch, capsys):
    monkeypatch.delenv("COURSE_STATIC")
    assert list(progress(slow_items(), "epochs")) == [0, 1, 2]
    shown = capsys.readouterr()
    assert "epochs" in shown.out
    assert shown.err == ""


def test_a_short_loop_shows_nothing(monkeypatch, capsys):
    monkeypatch.delenv("COURSE_STATIC")
    assert list(progress(range(5), "epochs")) == [0, 1, 2, 3, 4]
    assert capsys.readouterr() == ("", "")


@pytest.mark.slow
def test_a_slow_loop_shows_nothing_where_outputs_are_stored(monkeypatch, capsys):
    monkeypatch.setenv("COURSE_STATIC", "1")
    assert list(progress(slow_items(), "epochs")) == [0, 1, 2]
    assert capsys.readouterr() == ("", "")


def test_an_update_is_a_clipped_step_down_the_gradient():
    w = tf.Variable([3.0, 4.0])
    update = make_update(
        lambda x: tf.reduce_sum(w * x), [w], tf.keras.optimizers.SGD(1.0), max_norm=10.0
    )
    assert float(update([6.0, 8.0])) == 50  # the gradient's length is 10: not clipped
    np.testing.assert_allclose(w.numpy(), [-3, -4], atol=1e-5)
    update([60.0, 80.0])
    np.testing.assert_allclose(w.numpy(), [-9, -12], atol=1e-5)


def stepped(ids):
    """A table of zeros after one step; its rows get a gradient of 1 each time they are read."""
    table = tf.Variable(tf.zeros([3, 2]))
    update = make_update(
        lambda ids: tf.reduce_sum(tf.gather(table, ids)[..., 0]),
        [table],
        tf.keras.optimizers.SGD(1.0),
    )
    update(tf.constant(ids))
    return table.numpy()


@pytest.mark.parametrize("ids", [[0] * 9, [2] * 100, [0, 1, 1, 2], [[0, 1], [1, 1]]], ids=str)
def test_rows_that_are_read_again_count_with_their_sum(ids):
    counts = np.bincount(np.ravel(ids), minlength=3)
    expected = -counts / np.linalg.norm(counts)
    np.testing.assert_allclose(stepped(ids)[:, 0], expected, rtol=1e-6)


def test_rows_that_are_read_again_are_clipped_as_a_dense_gradient():
    rng = np.random.default_rng(3)
    start, ids = rng.normal(size=[5, 4]).astype("f"), rng.integers(5, size=[6, 3])
    moved = []
    for read in (tf.gather, lambda table, ids: tf.one_hot(ids, 5) @ table):
        table, other = tf.Variable(start), tf.Variable([2.0])
        update = make_update(
            lambda ids, r=read, t=table, o=other: o[0] * tf.reduce_sum(r(t, ids) ** 2),
            [table, other],
            tf.keras.optimizers.SGD(1.0),
            max_norm=0.5,
        )
        update(tf.constant(ids))
        moved.append(np.append(table.numpy() - start, other.numpy() - 2))
    assert np.linalg.norm(moved[0]) == pytest.approx(0.5, rel=1e-4)
    np.testing.assert_allclose(*moved, atol=1e-6)


def test_what_is_no_list_of_rows_stays_as_it_is():
    dense = tf.ones([2])
    assert add_repeated_rows([None, dense]) == [None, dense]


def test_with_a_signature_one_trace_serves_all_lengths():
    w, traces = tf.Variable(3.0), []

    def loss(x):
        traces.append(x.shape)
        return tf.reduce_sum(w * x)

    signature = [tf.TensorSpec([None], tf.float32)]
    update = make_update(loss, [w], tf.keras.optimizers.SGD(0.0), signature=signature)
    assert [float(update(tf.ones(n))) for n in (2, 3, 5)] == [6, 9, 15]
    assert len(traces) == 1


OPTIMIZERS = {
    "scaled": keras.optimizers.LossScaleOptimizer,
    "scale that grows": lambda inner: keras.optimizers.LossScaleOptimizer(
        inner, initial_scale=4.0, dynamic_growth_steps=2
    ),
    "scale of its own": lambda inner: type(inner)(0.1, loss_scale_factor=8.0),
}


@pytest.mark.parametrize("max_norm", [0.01, 1e6])
@pytest.mark.parametrize("kind", OPTIMIZERS)
def test_an_optimizer_that_scales_the_loss_takes_the_step_of_the_one_inside(kind, max_norm):
    found = []
    for optimizer in (lambda inner: inner, OPTIMIZERS[kind]):
        w = tf.Variable([3.0, 4.0])
        update = make_update(
            lambda x, w=w: tf.reduce_sum(x * w**2),
            [w],
            optimizer(keras.optimizers.SGD(0.1)),
            max_norm,
        )
        losses = [float(update(tf.constant([1.0, 2.0]))) for _ in range(5)]
        found.append([*losses, *w.numpy()])
    np.testing.assert_allclose(*found, rtol=1e-6)
    assert found[0][0] == 9 + 32  # the loss itself is not scaled


def test_the_rows_of_a_table_are_scaled_too():
    table = tf.Variable(tf.zeros([3, 1]))
    update = make_update(
        lambda ids: tf.reduce_sum(tf.gather(table, ids)),
        [table],
        keras.optimizers.LossScaleOptimizer(keras.optimizers.SGD(1.0)),
        max_norm=1.0,
    )
    update(tf.constant([0, 0, 0, 2, 2, 2, 2]))  # the gradient is 3 and 4, clipped 0.6 and 0.8
    np.testing.assert_allclose(table.numpy()[:, 0], [-0.6, 0, -0.8], rtol=1e-6)


def test_a_gradient_that_overflows_makes_no_step_but_a_smaller_scale():
    w = tf.Variable([1.0])
    optimizer = keras.optimizers.LossScaleOptimizer(keras.optimizers.SGD(1.0))
    update = make_update(lambda x: tf.reduce_sum(w * x), [w], optimizer)
    update(tf.constant([1e38]))
    assert w.numpy() == 1
    assert float(optimizer.dynamic_scale) == 2**14
    update(tf.constant([0.5]))
    assert w.numpy() == 0.5


def test_a_loss_for_each_example_is_refused():
    w = tf.Variable([1.0, 1.0])
    update = make_update(lambda x: w * x, [w], tf.keras.optimizers.SGD(1.0))
    with pytest.raises(ValueError, match=r"loss must be one number, got the shape \(2,\)"):
        update(tf.constant([3.0, 4.0]))
    np.testing.assert_array_equal(w, [1, 1])


def test_weights_that_are_not_made_yet_are_missed():
    cell = BasicRNNCell(3)
    with pytest.raises(ValueError, match="variables must hold at least one weight to train"):
        make_update(lambda x: x, cell.trainable_variables, tf.keras.optimizers.SGD(1.0))


@pytest.mark.parametrize("max_norm", [0.0, -1.0, np.nan])
def test_a_longest_gradient_that_is_no_length_is_refused(max_norm):
    w = tf.Variable(1.0)
    with pytest.raises(ValueError, match=f"max_norm must be above 0, got {max_norm}"):
        make_update(lambda x: w * x, [w], tf.keras.optimizers.SGD(1.0), max_norm)


def test_an_infinite_longest_gradient_clips_nothing():
    w = tf.Variable([1.0, 1.0])
    optimizer = tf.keras.optimizers.SGD(1.0)
    make_update(lambda x: tf.reduce_sum(w * x), [w], optimizer, np.inf)(tf.constant([30.0, 40.0]))
    np.testing.assert_array_equal(w, [-29, -39])


def test_the_loss_of_real_steps_is_their_mean_and_leaves_out_the_padding():
    logits = np.log([[[0.5, 0.5], [0.25, 0.75]], [[0.9, 0.1], [0.5, 0.5]], [[1, 2], [3, 4]]])
    lengths = tf.constant([2, 1, 0])
    loss = real_step_loss(tf.constant(logits), tf.constant([[0, 1], [0, 0], [1, 1]]), lengths)
    np.testing.assert_allclose(loss, -np.log([0.5, 0.75, 0.9]).mean())
