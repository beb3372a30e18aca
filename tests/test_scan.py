"""Linear recurrences: every way gives what a loop in NumPy does, and the same gradients."""

import numpy as np
import pytest
import tensorflow as tf

from course_utils import scan
from course_utils.cells import GRUCell, MinGRUCell
from course_utils.unroll import dynamic_rnn

WAYS = [scan.by_loop, scan.in_rounds, scan.by_keras]
TIMES = [1, 2, 3, 7, 64, 1000]


def by_hand(a, b, h):
    """float64, a step at a time."""
    states = []
    for t in range(b.shape[1]):
        h = a[:, t] * h + b[:, t]
        states.append(h)
    return np.stack(states, axis=1)


def steps(timesteps, dtype=np.float64, batch=2, units=3):
    rng = np.random.default_rng([timesteps, batch, units])
    a = rng.uniform(-1, 1, [batch, timesteps, units])
    b = rng.normal(size=[batch, timesteps, units])
    return a.astype(dtype), b.astype(dtype), rng.normal(size=[batch, units]).astype(dtype)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("timesteps", TIMES)
def test_every_way_equals_a_loop_by_hand(way, timesteps):
    a, b, h = steps(timesteps)
    np.testing.assert_allclose(way(a, b, h), by_hand(a, b, h), rtol=0, atol=1e-12)
    found = way(*steps(timesteps, np.float32))
    np.testing.assert_allclose(found, by_hand(a, b, h), rtol=0, atol=1e-5)
    zeros = by_hand(a, b, np.zeros_like(h))
    np.testing.assert_allclose(way(a, b), zeros, rtol=0, atol=1e-12)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("timesteps", [1, 2, 7, 64])
def test_gradients_are_those_of_the_loop_backwards_by_hand(way, timesteps):
    a, b, h = (tf.constant(part) for part in steps(timesteps))
    weights = np.random.default_rng(5).normal(size=b.shape)
    with tf.GradientTape() as tape:
        tape.watch([a, b, h])
        loss = tf.reduce_sum(weights * way(a, b, h))
    states = np.concatenate([h.numpy()[:, None], by_hand(a.numpy(), b.numpy(), h.numpy())], axis=1)
    error, to_a, to_b = 0.0, np.zeros(a.shape), np.zeros(b.shape)
    for t in reversed(range(timesteps)):
        to_b[:, t] = weights[:, t] + error
        to_a[:, t] = to_b[:, t] * states[:, t]
        error = a.numpy()[:, t] * to_b[:, t]
    for found, expected in zip(tape.gradient(loss, [a, b, h]), (to_a, to_b, error), strict=True):
        np.testing.assert_allclose(found, expected, rtol=0, atol=1e-12)


@pytest.mark.parametrize("way", [scan.by_loop, scan.in_rounds])
@pytest.mark.parametrize("timesteps", [1, 6])
def test_unknown_sizes_are_served_by_one_trace(way, timesteps):
    traces = []

    @tf.function(input_signature=[tf.TensorSpec([None, None, 3], tf.float64)] * 2)
    def run(a, b):
        traces.append(1)
        return way(a, b)

    for t in (timesteps, 9, 2):
        a, b, h = steps(t)
        np.testing.assert_allclose(run(a, b), by_hand(a, b, 0 * h), rtol=0, atol=1e-12)
    assert len(traces) == 1
    with pytest.raises(tf.errors.InvalidArgumentError):
        run(a, b[:, :1])


@pytest.mark.parametrize("way", WAYS)
def test_no_steps_give_no_states(way):
    a, b, h = steps(0)
    assert way(a, b, h).shape == (2, 0, 3)


@pytest.mark.parametrize("way", [scan.by_loop, scan.in_rounds])
def test_xla_computes_the_same(way):
    a, b, h = steps(7)
    compiled = tf.function(way, jit_compile=True)
    np.testing.assert_allclose(compiled(a, b, h), by_hand(a, b, h), rtol=0, atol=1e-12)


def test_rounds_are_as_many_as_doublings():
    for timesteps in (1, 2, 3, 4, 5, 64, 65):
        graph = tf.function(scan.in_rounds).get_concrete_function(*steps(timesteps)).graph
        pads = [each for each in graph.get_operations() if each.type == "PadV2"]
        assert len(pads) == int(np.ceil(np.log2(timesteps)))


@pytest.mark.parametrize("timesteps", TIMES)
def test_a_convolution_is_the_recurrence_of_a_constant(timesteps):
    _, b, _ = steps(timesteps, units=6)
    a = np.array([-1.0, -0.6, 0.0, 0.5, 0.999, 1.0])
    everywhere = np.broadcast_to(a, b.shape)
    expected = by_hand(everywhere, b, np.zeros([2, 6]))
    np.testing.assert_allclose(scan.by_convolution(a, b), expected, rtol=0, atol=1e-10)
    found = scan.by_convolution(a.astype(np.float32), b.astype(np.float32))
    largest = np.abs(expected).max()
    np.testing.assert_allclose(found, expected, rtol=0, atol=1e-5 * largest)


def test_the_gradient_of_a_convolution_is_that_of_the_loop():
    _, b, _ = steps(7)
    a, b = tf.constant([0.5, -0.9, 0.3], tf.float64), tf.constant(b)
    found = []
    for way in (scan.by_convolution, lambda a, b: scan.by_loop(tf.broadcast_to(a, b.shape), b)):
        with tf.GradientTape() as tape:
            tape.watch([a, b])
            loss = tf.reduce_sum(tf.sin(way(a, b)))
        found.append(tape.gradient(loss, [a, b]))
    for one, other in zip(*found, strict=True):
        np.testing.assert_allclose(one, other, rtol=0, atol=1e-10)


# The minimal GRU.


def test_a_step_is_its_equations():
    rng = np.random.default_rng(3)
    kernel, bias = rng.normal(size=[4, 10]), rng.normal(size=10)
    x, h = rng.normal(size=[2, 4]), rng.normal(size=[2, 5])
    cell = MinGRUCell(5)
    cell.set_weights([kernel, bias])
    sums = x @ kernel + bias
    z, candidate = 1 / (1 + np.exp(-sums[:, :5])), sums[:, 5:]
    output, state = cell(tf.constant(x), tf.constant(h))
    np.testing.assert_allclose(output, (1 - z) * h + z * candidate, rtol=0, atol=1e-12)
    np.testing.assert_array_equal(output, state)
    assert [v.shape for v in cell.trainable_variables] == [(10,), (4, 10)]


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("lengths", [None, [5, 0, 3], [2, 1, 2]])
def test_a_scan_is_the_loop_of_the_cell(way, lengths):
    rng = np.random.default_rng(4)
    inputs, h = tf.constant(rng.normal(size=[3, 5, 4])), tf.constant(rng.normal(size=[3, 6]))
    cell, found = MinGRUCell(6), []
    cell(inputs[:, 0], h)
    for run in (dynamic_rnn, lambda *args: scan.scan_rnn(*args, recurrence=way)):
        with tf.GradientTape() as tape:
            tape.watch([inputs, h])
            outputs, state = run(cell, inputs, lengths, h)
            loss = tf.reduce_sum(tf.sin(outputs)) + tf.reduce_sum(tf.cos(state))
        gradients = tape.gradient(loss, [inputs, h, *cell.trainable_variables])
        found.append([outputs, state, *gradients])
    for one, other in zip(*found, strict=True):
        np.testing.assert_allclose(one, other, rtol=0, atol=1e-12)


def test_what_follows_the_end_changes_nothing():
    inputs = np.random.default_rng(6).normal(size=[2, 4, 3]).astype(np.float32)
    spoilt = inputs.copy()
    spoilt[0, 2:] = np.nan
    cell = MinGRUCell(3)
    cell(inputs[:, 0], cell.zero_state(2))
    found = []
    for sequences in (inputs, spoilt):
        with tf.GradientTape() as tape:
            outputs, state = scan.scan_rnn(cell, sequences, [2, 4])
            loss = tf.reduce_sum(outputs) + tf.reduce_sum(state)
        found.append([outputs, state, *tape.gradient(loss, cell.trainable_variables)])
    for one, other in zip(*found, strict=True):
        np.testing.assert_array_equal(one, other)


@pytest.mark.slow
def test_ten_thousand_steps_stay_finite():
    inputs = 20 * np.random.default_rng(7).normal(size=[1, 10_000, 2]).astype(np.float32)
    cell = MinGRUCell(4)
    outputs, state = scan.scan_rnn(cell, inputs)
    by_steps, _ = dynamic_rnn(cell, inputs)
    assert np.isfinite(outputs).all()
    np.testing.assert_allclose(outputs, by_steps, rtol=0, atol=1e-4)
    np.testing.assert_array_equal(state, outputs[:, -1])


# What is refused.


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(
    ("arguments", "error", "cause"),
    [
        (([[1.0]], [[1.0]]), ValueError, "a must have three axes"),
        ((np.ones([2, 3, 4]), np.ones([2, 3, 5])), ValueError, "a and b must have one shape"),
        ((np.ones([1, 3, 4]), np.ones([2, 3, 4])), ValueError, "a and b must have one shape"),
        ((np.ones([2, 3, 4], np.float32), np.ones([2, 3, 4])), TypeError, "of one floating-point"),
        ((np.ones([2, 3, 4], int), np.ones([2, 3, 4], int)), TypeError, "of one floating-point"),
        ((*[np.ones([2, 3, 4])] * 2, np.ones([1, 4])), ValueError, "initial_state must be float64"),
        ((*[np.ones([2, 3, 4])] * 2, np.ones([2, 4], np.float32)), ValueError, "got float32"),
    ],
)
def test_what_does_not_fit_is_told(way, arguments, error, cause):
    with pytest.raises(error, match=cause):
        way(*arguments)


def test_a_cell_that_is_not_linear_is_refused():
    with pytest.raises(TypeError, match="GRUCell has none"):
        scan.scan_rnn(GRUCell(3), np.ones([1, 2, 3], np.float32))


@pytest.mark.parametrize(
    ("a", "cause"), [([1.0, 2.0], "a must have the shape"), ([[1.0]], "a must have the shape")]
)
def test_a_convolution_takes_one_number_a_unit(a, cause):
    with pytest.raises(ValueError, match=cause):
        scan.by_convolution(a, np.ones([1, 2, 3]))
