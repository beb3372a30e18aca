"""Truncated back-propagation: equal to a slow loop by TensorFlow 1, and to what theory predicts."""

import numpy as np
import pytest
import tensorflow as tf

from course_utils.cells import BasicRNNCell
from course_utils.data.binary_sequence import expected_loss, generate
from course_utils.training import truncated_bptt

BATCH, TIME, FEATURES, CLASSES = 4, 14, 3, 5


class PairCell(tf.Module):
    """A cell with a state of two parts, whose output is neither of them."""

    def __init__(self, seed: int = 3):
        super().__init__()
        rng = np.random.default_rng(seed)
        self.state_size, self.output_size = (2, 4), CLASSES
        self.to_state = tf.Variable(rng.normal(size=[FEATURES + 6, 6]).astype(np.float32))
        self.to_output = tf.Variable(rng.normal(size=[6, CLASSES]).astype(np.float32))

    def zero_state(self, batch_size, dtype=tf.float32):
        return tuple(tf.zeros([batch_size, n], dtype) for n in self.state_size)

    def __call__(self, inputs, state):
        new = tf.tanh(tf.concat([inputs, *state], axis=1) @ self.to_state)
        return new @ self.to_output, tuple(tf.split(new, self.state_size, axis=1))


def sequences(time=TIME, seed=1):
    rng = np.random.default_rng(seed)
    inputs = rng.normal(size=[BATCH, time, FEATURES]).astype(np.float32)
    return inputs, rng.integers(CLASSES, size=[BATCH, time]).astype(np.int32)


def slow_pass(cell, learning_rate, num_steps, inputs, labels, state):
    """Plain gradient descent window by window, unrolled by TensorFlow 1, the cut written out."""
    losses = []
    for start in range(0, inputs.shape[1] - num_steps + 1, num_steps):
        steps = [tf.constant(inputs[:, start + i]) for i in range(num_steps)]
        targets = tf.one_hot(labels[:, start : start + num_steps], CLASSES)
        with tf.GradientTape() as tape:
            state = tf.nest.map_structure(tf.stop_gradient, state)
            outputs, state = tf.compat.v1.nn.static_rnn(cell, steps, state)
            log_p = tf.nn.log_softmax(tf.stack(outputs, axis=1))
            loss = -tf.reduce_mean(tf.reduce_sum(targets * log_p, axis=2))
        weights = cell.trainable_variables
        for weight, gradient in zip(weights, tape.gradient(loss, weights), strict=True):
            weight.assign_sub(learning_rate * gradient)
        losses.append(loss.numpy())
    return losses, state


@pytest.mark.parametrize("num_steps", [1, 2, 5, 14])
def test_a_pass_equals_a_slow_one_by_tensorflow_1(num_steps):
    inputs, labels = sequences()
    fast_cell, slow_cell = PairCell(), PairCell()
    start = tuple(tf.fill([BATCH, n], 0.1 * n) for n in fast_cell.state_size)

    train = truncated_bptt(fast_cell, tf.keras.optimizers.SGD(0.3), FEATURES, num_steps)
    losses, state = train(inputs, labels, start)
    slow_losses, slow_state = slow_pass(slow_cell, 0.3, num_steps, inputs, labels, start)

    np.testing.assert_allclose(losses, slow_losses, rtol=2e-5)
    for fast, slow in zip(state, slow_state, strict=True):
        np.testing.assert_allclose(fast, slow, atol=2e-5)
    weights = zip(fast_cell.trainable_variables, slow_cell.trainable_variables, strict=True)
    for fast, slow in weights:
        np.testing.assert_allclose(fast, slow, atol=2e-5)


def test_two_halves_with_the_state_carried_equal_the_whole():
    inputs, labels = sequences(time=12)
    whole, halves = PairCell(), PairCell()
    train = truncated_bptt(whole, tf.keras.optimizers.Adagrad(0.1), FEATURES, 3)
    losses, _ = train(inputs, labels)

    train = truncated_bptt(halves, tf.keras.optimizers.Adagrad(0.1), FEATURES, 3)
    first, state = train(inputs[:, :6], labels[:, :6])
    second, _ = train(inputs[:, 6:], labels[:, 6:], state)
    np.testing.assert_allclose(np.concatenate([first, second]), losses, rtol=1e-5)


def test_steps_after_the_last_full_window_change_nothing():
    inputs, labels = sequences()
    cut, uncut = PairCell(), PairCell()
    for cell, end in ((cut, 12), (uncut, 14)):
        train = truncated_bptt(cell, tf.keras.optimizers.SGD(0.3), FEATURES, 4)
        losses, _ = train(inputs[:, :end], labels[:, :end])
        assert losses.shape == [3]
    np.testing.assert_array_equal(cut.to_state, uncut.to_state)


def test_one_compiled_pass_serves_every_length():
    train = truncated_bptt(PairCell(), tf.keras.optimizers.SGD(0.3), FEATURES, 2)
    for time in (2, 6, 31):
        losses, _ = train(*sequences(time))
        assert losses.shape == [time // 2]


def test_a_window_of_no_steps_is_refused():
    with pytest.raises(ValueError, match="num_steps must be a positive integer, got 0"):
        truncated_bptt(PairCell(), tf.keras.optimizers.SGD(0.1), FEATURES, 0)


@pytest.mark.parametrize(
    ("labels", "error", "message"),
    [
        (np.full([2, 6], 0.9), TypeError, "labels must be ids of classes, integers, got float64"),
        (np.zeros([2, 9], int), ValueError, r"labels must have the shape \(2, 6\)"),
        (np.zeros([2, 3], int), ValueError, r"labels must have the shape \(2, 6\)"),
        (np.zeros([1, 6], int), ValueError, r"labels must have the shape \(2, 6\)"),
    ],
)
def test_labels_that_do_not_fit_are_refused(labels, error, message):
    train = truncated_bptt(PairCell(), tf.keras.optimizers.SGD(0.1), FEATURES, 3)
    with pytest.raises(error, match=message):
        train(np.zeros([2, 6, FEATURES]), labels)


def test_sequences_without_a_full_window_are_refused():
    train = truncated_bptt(PairCell(), tf.keras.optimizers.SGD(0.1), FEATURES, 7)
    with pytest.raises(ValueError, match="at least num_steps = 7 steps, got 6: no window is full"):
        train(np.zeros([2, 6, FEATURES]), np.zeros([2, 6], int))


class CoinCell(BasicRNNCell):
    """A basic cell that puts out the logits of the two values of y."""

    def __init__(self, units: int):
        super().__init__(units)
        self.to_logits = tf.Variable(tf.random.uniform([units, 2], -0.5, 0.5))

    @property
    def output_size(self):
        return 2

    def __call__(self, inputs, state):
        _, state = super().__call__(inputs, state)
        return state @ self.to_logits, state


def loss_after(units, num_steps, epochs):
    """The mean loss of the last 100,000 of a million symbols an epoch, none seen twice."""
    tf.random.set_seed(8)
    rng = np.random.default_rng(8)
    cell = CoinCell(units)
    train = truncated_bptt(cell, tf.keras.optimizers.Adagrad(0.1), 2, num_steps)
    for _ in range(epochs):
        x, y = (ids.reshape(200, -1) for ids in generate(1_000_000, rng))
        losses, _ = train(tf.one_hot(x, 2), y)
    return np.mean(losses[-len(losses) // 10 :])


def test_windows_of_five_find_the_near_dependency_and_no_other():
    assert loss_after(4, num_steps=5, epochs=1) == pytest.approx(expected_loss({3}), abs=0.006)


@pytest.mark.slow
def test_windows_of_ten_find_both_dependencies():
    assert loss_after(16, num_steps=10, epochs=10) == pytest.approx(
        expected_loss({3, 8}), abs=0.008
    )


class TableCell(tf.Module):
    """A cell that reads two rows of one table: its inputs are a row's number."""

    state_size, output_size = 1, 2

    def __init__(self):
        super().__init__()
        self.table = tf.Variable(tf.zeros([3, 2]))

    def zero_state(self, batch_size, dtype=tf.float32):
        return tf.zeros([batch_size, 1], dtype)

    def __call__(self, inputs, state):
        return tf.gather(self.table, tf.cast(inputs[:, 0], tf.int32)), state


OPTIMIZERS = {
    "plain": lambda **options: tf.keras.optimizers.SGD(1.0, **options),
    "scaled": lambda **options: tf.keras.optimizers.LossScaleOptimizer(
        tf.keras.optimizers.SGD(1.0, **options)
    ),
}


@pytest.mark.parametrize(("clipped", "step"), [({}, 0.5), ({"global_clipnorm": 0.1}, 0.1)])
@pytest.mark.parametrize("kind", OPTIMIZERS)
def test_the_gradient_of_a_row_that_is_read_again_is_clipped_by_its_sum(kind, clipped, step):
    """Logits of zeros for class 0: the gradient of the row is (-1/2, 1/2), of length 1/√2."""
    cell, scale = TableCell(), np.sqrt(2) / 2 if clipped else 1
    train = truncated_bptt(cell, OPTIMIZERS[kind](**clipped), 1, num_steps=4)
    train(tf.ones([1, 4, 1]), tf.zeros([1, 4], tf.int32))
    expected = [[0, 0], [step * scale, -step * scale], [0, 0]]
    np.testing.assert_allclose(cell.table.numpy(), expected, rtol=1e-6)
