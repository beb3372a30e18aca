"""LSTM and GRU cells: golden numbers, agreement with Keras, TensorFlow 1 and NumPy, and errors."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from course_utils.cells import BasicRNNCell, GRUCell, LSTMCell, LSTMState
from tests.rnn_cases import (
    MODES,
    assert_same,
    classic_dynamic,
    mixed_lengths,
    ours_dynamic,
    random_array,
    random_state,
    results,
)

TOLERANCE = {"float32": 1e-6, "float64": 1e-13}
# batch, features, units: all different, and each of them 1.
SIZES = [(2, 3, 5), (1, 1, 1), (1, 4, 3), (4, 1, 2), (3, 2, 1)]
RUNS = [(5, 6, 4, 3), (1, 1, 1, 1), (2, 4, 1, 5)]  # batch, time, features, units
MAKERS = {
    "lstm": LSTMCell,
    "peephole": lambda units: LSTMCell(units, use_peepholes=True),
    "gru": lambda units: GRUCell(units, reset_after=False),
    "gru reset after": GRUCell,
}


def built(cell, features, dtype="float32"):
    """The cell with weights that are all different, the biases too."""
    cell(tf.zeros([1, features], dtype), cell.zero_state(1, tf.as_dtype(dtype)))
    shapes = [weight.shape for weight in cell.get_weights()]
    cell.set_weights([0.7 * random_array(s, dtype, seed) for seed, s in enumerate(shapes, 1)])
    return cell


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


# Golden numbers.


def test_an_lstm_step_gives_the_numbers_computed_by_hand():
    cell = LSTMCell(1)
    cell.set_weights([[[0.1, 0.2, 0.3, 0.4]], [[0.5, 0.6, 0.7, 0.8]], [0.0, 1.0, 0.0, 0.0]])
    output, state = cell(tf.constant([[2.0]]), LSTMState([[0.5]], [[-1.0]]))
    # sums: i 0.2 + 0.25, f 0.4 + 0.3 + 1, g 0.6 + 0.35, o 0.8 + 0.4
    c = sigmoid(1.7) * -1 + sigmoid(0.45) * np.tanh(0.95)
    np.testing.assert_allclose(state.c, [[c]], atol=1e-6)
    np.testing.assert_allclose(state.h, [[sigmoid(1.2) * np.tanh(c)]], atol=1e-6)
    assert output is state.h


def test_a_gru_step_gives_the_numbers_computed_by_hand():
    cell = GRUCell(1, reset_after=False)
    cell.set_weights([[[0.1, 0.2, 0.3]], [[0.4, 0.5, 0.6]], [0.7, 0.8, 0.9]])
    output, _ = cell(tf.constant([[2.0]]), tf.constant([[0.5]]))
    z, r = sigmoid(0.2 + 0.2 + 0.7), sigmoid(0.4 + 0.25 + 0.8)
    candidate = np.tanh(0.6 + 0.6 * r * 0.5 + 0.9)
    np.testing.assert_allclose(output, [[z * 0.5 + (1 - z) * candidate]], atol=1e-6)


def test_a_reset_after_step_gives_the_numbers_computed_by_hand():
    cell = GRUCell(1)
    cell.set_weights([[[0.1, 0.2, 0.3]], [[0.4, 0.5, 0.6]], [[0.7, 0.8, 0.9], [-0.1, -0.2, -0.3]]])
    output, _ = cell(tf.constant([[2.0]]), tf.constant([[0.5]]))
    z, r = sigmoid(0.2 + 0.2 + 0.7 - 0.1), sigmoid(0.4 + 0.25 + 0.8 - 0.2)
    candidate = np.tanh(0.6 + 0.9 + r * (0.6 * 0.5 - 0.3))
    np.testing.assert_allclose(output, [[z * 0.5 + (1 - z) * candidate]], atol=1e-6)


# Independent implementations.


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize(("batch", "features", "units"), SIZES)
def test_an_lstm_step_equals_keras_with_the_same_weights(batch, features, units, dtype):
    oracle = keras.layers.LSTMCell(units, dtype=dtype)
    oracle.build((batch, features))
    cell = built(LSTMCell(units), features, dtype)
    oracle.set_weights(cell.get_weights())
    inputs, h, c = (random_array([batch, n], dtype, n) for n in (features, units, units + 9))
    c = c[:, :units]
    expected, (expected_h, expected_c) = oracle(inputs, [h, c])
    output, state = cell(inputs, LSTMState(h, c))
    assert output.dtype.name == dtype
    for found, right in zip(
        (output, state.h, state.c), (expected, expected_h, expected_c), strict=True
    ):
        np.testing.assert_allclose(found, right, atol=TOLERANCE[dtype], rtol=0)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("reset_after", [False, True])
@pytest.mark.parametrize(("batch", "features", "units"), SIZES)
def test_a_gru_step_equals_keras_with_the_same_weights(batch, features, units, reset_after, dtype):
    oracle = keras.layers.GRUCell(units, reset_after=reset_after, dtype=dtype)
    oracle.build((batch, features))
    cell = built(GRUCell(units, reset_after), features, dtype)
    oracle.set_weights(cell.get_weights())
    inputs, h = random_array([batch, features], dtype, 3), random_array([batch, units], dtype, 4)
    expected, _ = oracle(inputs, [h])
    output, state = cell(inputs, h)
    assert output is state
    np.testing.assert_allclose(output, expected, atol=TOLERANCE[dtype], rtol=0)


def peephole_by_hand(x, h, c, kernel, recurrent_kernel, bias, peephole):
    """One row and one unit at a time, in the words of the equations."""
    units = h.shape[1]
    new_h, new_c = np.zeros_like(h), np.zeros_like(c)
    for row in range(len(x)):
        for unit in range(units):
            sums = [
                x[row] @ kernel[:, k * units + unit]
                + h[row] @ recurrent_kernel[:, k * units + unit]
                + bias[k * units + unit]
                for k in range(4)
            ]
            old = c[row, unit]
            i = sigmoid(sums[0] + peephole[0, unit] * old)
            f = sigmoid(sums[1] + peephole[1, unit] * old)
            new_c[row, unit] = f * old + i * np.tanh(sums[2])
            o = sigmoid(sums[3] + peephole[2, unit] * new_c[row, unit])
            new_h[row, unit] = o * np.tanh(new_c[row, unit])
    return new_h, new_c


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize(("batch", "features", "units"), SIZES)
def test_a_peephole_step_equals_numpy(batch, features, units, dtype):
    cell = built(LSTMCell(units, use_peepholes=True), features, dtype)
    x, h, c = (
        random_array([batch, n], dtype, seed)
        for seed, n in enumerate((features, units, units), start=5)
    )
    expected_h, expected_c = peephole_by_hand(x, h, c, *cell.get_weights())
    output, state = cell(x, (h, c))
    assert output is state.h
    np.testing.assert_allclose(state.h, expected_h, atol=TOLERANCE[dtype], rtol=0)
    np.testing.assert_allclose(state.c, expected_c, atol=TOLERANCE[dtype], rtol=0)


def test_peepholes_of_zero_are_no_peepholes():
    cell, plain = LSTMCell(3, use_peepholes=True), built(LSTMCell(3), 2)
    cell.set_weights([*plain.get_weights(), np.zeros([3, 3], np.float32)])
    inputs, state = random_array([4, 2]), random_state(plain, 4)
    tf.nest.map_structure(np.testing.assert_array_equal, cell(inputs, state), plain(inputs, state))


@pytest.mark.parametrize(("mode", "dtype"), [*zip(MODES, TOLERANCE, strict=True)])
@pytest.mark.parametrize("sizes", RUNS, ids=str)
@pytest.mark.parametrize("kind", MAKERS)
def test_classic_dynamic_rnn_takes_the_cell_and_gives_the_same(kind, sizes, mode, dtype):
    batch, time, features, units = sizes
    cell = built(MAKERS[kind](units), features, dtype)
    inputs, lengths = random_array([batch, time, features], dtype), mixed_lengths(batch, time)
    for state in (None, random_state(cell, batch, dtype)):
        found = results(ours_dynamic, cell, inputs, lengths, state, mode=mode)
        assert_same(found, results(classic_dynamic, cell, inputs, lengths, state, mode=mode))


LAYERS = {
    "lstm": keras.layers.LSTM,
    "gru": lambda *args, **options: keras.layers.GRU(*args, reset_after=False, **options),
    "gru reset after": keras.layers.GRU,
}


@pytest.mark.parametrize("kind", LAYERS)
def test_a_run_equals_a_layer_of_keras_with_weights_taken_from_it(kind):
    layer = LAYERS[kind](5, return_sequences=True, return_state=True)
    inputs, lengths = random_array([4, 6, 3]), [6, 1, 3, 5]
    layer.build(inputs.shape)
    layer.set_weights([random_array(w.shape, seed=seed) for seed, w in enumerate(layer.weights)])
    cell = MAKERS[kind](5)
    cell.set_weights(layer.get_weights())
    start = random_state(cell, 4)
    mask = tf.sequence_mask(lengths, 6)
    outputs, *state = layer(inputs, mask=mask, initial_state=tf.nest.flatten(start))
    found, final = ours_dynamic(cell, inputs, lengths, start)
    np.testing.assert_allclose(found, np.where(mask[..., None], outputs, 0), atol=1e-5)
    for part, expected in zip(tf.nest.flatten(final), state, strict=True):
        np.testing.assert_allclose(part, expected, atol=1e-5)


# Weights.


@pytest.mark.parametrize(
    ("kind", "shapes"),
    [
        ("lstm", [(3, 20), (5, 20), (20,)]),
        ("peephole", [(3, 20), (5, 20), (20,), (3, 5)]),
        ("gru", [(3, 15), (5, 15), (15,)]),
        ("gru reset after", [(3, 15), (5, 15), (2, 15)]),
    ],
)
def test_weights_have_keras_shapes(kind, shapes):
    cell = built(MAKERS[kind](5), 3, "float64")
    assert [w.shape for w in cell.get_weights()] == shapes
    assert {w.dtype.name for w in cell.get_weights()} == {"float64"}
    assert len(cell.trainable_variables) == len(shapes)


@pytest.mark.parametrize("forget_bias", [1.0, 0.0, -2.5])
def test_the_forget_gate_starts_with_its_bias(forget_bias):
    cell = LSTMCell(2, forget_bias=forget_bias)
    cell(tf.ones([1, 3]), cell.zero_state(1))
    assert cell.bias.numpy().tolist() == [0, 0, forget_bias, forget_bias, 0, 0, 0, 0]


def test_new_lstm_biases_are_those_of_keras():
    cell, oracle = LSTMCell(3), keras.layers.LSTMCell(3)
    oracle.build((1, 2))
    cell(tf.ones([1, 2]), cell.zero_state(1))
    np.testing.assert_array_equal(cell.bias, oracle.bias)


@pytest.mark.parametrize("kind", MAKERS)
def test_new_kernels_have_the_spread_of_keras(kind):
    tf.random.set_seed(1)
    cell = MAKERS[kind](60)
    cell(tf.ones([1, 40]), cell.zero_state(1))
    columns = cell.kernel.shape[1]
    expected = keras.initializers.GlorotUniform(seed=0)([40, columns])
    assert np.std(cell.kernel) == pytest.approx(np.std(expected), rel=0.03)
    recurrent = cell.recurrent_kernel.numpy()
    np.testing.assert_allclose(recurrent @ recurrent.T, np.eye(60), atol=1e-5)


@pytest.mark.parametrize("kind", MAKERS)
def test_weights_travel_to_a_cell_that_was_never_called(kind):
    cell, fresh = built(MAKERS[kind](5), 3), MAKERS[kind](5)
    fresh.set_weights(cell.get_weights())
    inputs, state = random_array([2, 3]), random_state(cell, 2)
    tf.nest.map_structure(np.testing.assert_array_equal, fresh(inputs, state), cell(inputs, state))


def test_the_basic_cell_gives_and_takes_keras_weights_too():
    layer = keras.layers.SimpleRNN(5)
    layer.build((None, None, 3))
    cell = BasicRNNCell(5)
    cell.set_weights(layer.get_weights())
    for found, expected in zip(cell.get_weights(), layer.get_weights(), strict=True):
        np.testing.assert_array_equal(found, expected)


def test_weights_of_a_cell_that_was_never_called_are_refused():
    with pytest.raises(ValueError, match="This LSTMCell has no weights yet"):
        LSTMCell(5).get_weights()


@pytest.mark.parametrize("reset_after", [False, True])
def test_weights_of_the_other_gru_are_refused(reset_after):
    weights = built(GRUCell(5, not reset_after), 3).get_weights()
    with pytest.raises(ValueError, match=r"weights must have the shapes .* of this GRUCell"):
        GRUCell(5, reset_after).set_weights(weights)


@pytest.mark.parametrize("weights", [[], [np.ones([5])], [np.ones([3, 19])] * 3])
def test_weights_that_do_not_fit_are_refused_and_make_none(weights):
    cell = LSTMCell(5)
    with pytest.raises(ValueError, match=r"weights must have the shapes .* got"):
        cell.set_weights(weights)
    assert cell.kernel is None


def test_a_checkpoint_restores_a_cell_with_peepholes(tmp_path):
    cell, fresh = built(MAKERS["peephole"](5), 3), MAKERS["peephole"](5)
    path = tf.train.Checkpoint(cell=cell).save(str(tmp_path / "cell"))
    tf.train.Checkpoint(cell=fresh).restore(path)
    inputs, state = random_array([2, 3]), random_state(cell, 2)
    np.testing.assert_array_equal(fresh(inputs, state)[0], cell(inputs, state)[0])


# The state.


def test_the_state_of_an_lstm_is_h_then_c():
    cell = LSTMCell(3)
    assert cell.state_size == LSTMState(h=3, c=3)
    state = cell.zero_state(4, tf.float64)
    assert isinstance(state, LSTMState)
    assert [(part.shape.as_list(), part.dtype) for part in state] == [([4, 3], tf.float64)] * 2


@pytest.mark.parametrize("kind", [tuple, list])
def test_any_pair_serves_as_state(kind):
    cell = built(LSTMCell(3), 2)
    state = random_state(cell, 4)
    _, found = cell(random_array([4, 2]), kind(state))
    assert isinstance(found, LSTMState)
    np.testing.assert_array_equal(found.c, cell(random_array([4, 2]), state)[1].c)


@pytest.mark.parametrize(
    ("state", "came"),
    [
        (np.zeros([4, 3]), r"one tensor of shape \(4, 3\)"),
        ((np.zeros([4, 3]),), "a tuple of 1"),
        ([np.zeros([4, 3])] * 3, "a list of 3"),
    ],
)
def test_a_state_that_is_no_pair_is_refused(state, came):
    with pytest.raises(ValueError, match=rf"state must be a pair \(h, c\), got {came}"):
        LSTMCell(3)(tf.ones([4, 2]), state)


@pytest.mark.parametrize(("part", "name"), [(0, "h"), (1, "c")])
def test_a_part_of_the_state_of_the_wrong_shape_is_refused_by_its_name(part, name):
    state = [tf.zeros([4, 3]), tf.zeros([4, 3])]
    state[part] = tf.zeros([4, 2])
    with pytest.raises(ValueError, match=rf"{name} of state must have the shape \(4, 3\)"):
        LSTMCell(3)(tf.ones([4, 2]), state)


def test_a_part_of_the_state_of_another_dtype_is_refused():
    state = LSTMState(tf.zeros([4, 3]), tf.zeros([4, 3], tf.float64))
    with pytest.raises(TypeError, match="c of state is float64, but inputs is float32"):
        LSTMCell(3)(tf.ones([4, 2]), state)


@pytest.mark.parametrize("make", [LSTMCell, GRUCell])
def test_units_must_be_a_positive_integer(make):
    with pytest.raises(ValueError, match="units must be a positive integer, got 0"):
        make(0)
