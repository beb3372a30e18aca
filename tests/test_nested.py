"""The course's nested cell against its equations, driven in both ways of chapter 09."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from course_utils import unroll
from course_utils.nested import NestedCell

BATCH, TIME, SIZES, UNITS = 3, 5, (2, 3, 4), (6, 1, 7)


def draw(*shape):
    return np.random.default_rng(len(shape)).uniform(-1, 1, shape).astype(np.float32)


def one_step(cell):
    inputs = draw(BATCH, SIZES[0]), draw(BATCH, *SIZES[1:])
    state = draw(BATCH, UNITS[0]) / 2, draw(BATCH, *UNITS[1:]) / 2
    return inputs, state, cell(inputs, state)


def test_a_step_reads_like_its_equations():
    cell = NestedCell(*UNITS)
    (a, b), (s1, s2), (output, new) = one_step(cell)
    kernel_1, kernel_2, recurrent_1, recurrent_2 = cell.get_weights()
    from_b = np.tensordot(b, kernel_2, axes=2)
    np.testing.assert_allclose(new[0], np.tanh(a @ kernel_1 + s1 @ recurrent_1), atol=1e-5)
    np.testing.assert_allclose(new[1], np.tanh(from_b + s2 @ recurrent_2), atol=1e-5)
    for shown, kept in zip(output, new, strict=True):
        np.testing.assert_array_equal(shown, kept)


def test_the_zero_state_has_the_shapes_of_the_state():
    s1, s2 = NestedCell(*UNITS).zero_state(BATCH)
    assert (s1.shape, s2.shape) == ((BATCH, 6), (BATCH, 1, 7))
    assert not np.any(s1)
    assert not np.any(s2)


def test_a_cell_from_its_config_and_weights_computes_the_same():
    cell = NestedCell(*UNITS, name="mine")
    inputs, state, (output, _) = one_step(cell)
    twin = NestedCell.from_config(cell.get_config())
    twin(inputs, state)
    twin.set_weights(cell.get_weights())
    np.testing.assert_array_equal(twin(inputs, state)[0][1], output[1])
    assert twin.name == "mine"


class Packed:
    """The nested cell as a cell of the course: nested state, packed inputs, first part shown."""

    state_size = (UNITS[0], tf.TensorShape(UNITS[1:]))
    output_size = UNITS[0]

    def __init__(self, cell):
        self.cell = cell

    def zero_state(self, batch_size, dtype=tf.float32):
        return self.cell.zero_state(batch_size)

    def __call__(self, inputs, state):
        a, b = tf.split(inputs, [SIZES[0], SIZES[1] * SIZES[2]], axis=1)
        output, state = self.cell((a, tf.reshape(b, [-1, *SIZES[1:]])), state)
        return output[0], state


def test_our_own_loop_drives_it_with_its_state_as_it_is():
    cell = NestedCell(*UNITS)
    a, b = draw(BATCH, TIME, SIZES[0]), draw(BATCH, TIME, *SIZES[1:])
    state = cell.zero_state(BATCH)
    for t in range(TIME):
        output, state = cell((a[:, t], b[:, t]), state)
    packed = np.concatenate([a, b.reshape(BATCH, TIME, -1)], axis=2)
    outputs, final = unroll.dynamic_rnn(Packed(cell), packed)
    np.testing.assert_allclose(outputs[:, -1], output[0], atol=1e-5)
    np.testing.assert_allclose(final[1], state[1], atol=1e-5)


@pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")  # Keras 3.15
def test_keras_knows_the_cell_when_it_loads_a_file(tmp_path):
    inputs = keras.Input([SIZES[0]]), keras.Input(SIZES[1:])
    state = keras.Input([UNITS[0]]), keras.Input(UNITS[1:])
    output, _ = NestedCell(*UNITS)(inputs, state)
    model = keras.Model([*inputs, *state], output)
    model.save(tmp_path / "cell.keras")
    loaded = keras.models.load_model(tmp_path / "cell.keras")
    arrays = [draw(2, *part.shape[1:]) for part in (*inputs, *state)]
    np.testing.assert_array_equal(loaded(arrays)[1], model(arrays)[1])
