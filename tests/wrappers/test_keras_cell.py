"""Cells of the course in models of Keras: trained and saved as layers, or refused with a word."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from course_utils.attention import BahdanauAttention, LuongAttention
from course_utils.cells import BasicRNNCell, GRUCell, LSTMCell
from course_utils.unroll import dynamic_rnn, static_rnn, unpack_sequence
from course_utils.wrappers import (
    DropoutWrapper,
    KerasCell,
    LayerNormWrapper,
    MultiRNNCell,
    OutputProjectionWrapper,
    in_training,
)
from tests.rnn_cases import PairCell, assert_same, random_array

pytestmark = pytest.mark.filterwarnings(
    "ignore:__array__ implementation:DeprecationWarning"  # Keras 3.15
)
CELLS = {
    "basic": lambda: BasicRNNCell(3),
    "lstm": lambda: LSTMCell(3, use_peepholes=True),
    "gru": lambda: GRUCell(3),
    "stack": lambda: MultiRNNCell([LSTMCell(3), LayerNormWrapper(GRUCell(4))]),
    "projected": lambda: OutputProjectionWrapper(BasicRNNCell(3), 2),
}


class Reader(keras.Model):
    """Reads a sequence with a cell in one of the course's loops."""

    def __init__(self, cell):
        super().__init__()
        self.cell, self.head = cell, keras.layers.Dense(1)

    def call(self, inputs):
        outputs, _ = dynamic_rnn(self.cell, inputs)
        return self.head(outputs[:, -1])


def fitted(model):
    inputs = random_array([8, 5, 4])
    model.compile("adam", "mse")
    model.fit(inputs, inputs[:, 0, :1], epochs=2, verbose=0)
    return model


@pytest.mark.parametrize("kind", CELLS)
class TestKerasCell:
    def test_it_computes_what_the_cell_computes(self, kind):
        cell = CELLS[kind]()
        inputs = random_array([2, 5, 4])
        expected = dynamic_rnn(cell, inputs)
        assert_same(dynamic_rnn(KerasCell(cell), inputs), expected)

    def test_in_a_layer_of_keras_it_computes_the_same(self, kind):
        cell = CELLS[kind]()
        inputs = random_array([2, 5, 4])
        outputs, state = dynamic_rnn(cell, inputs)
        layer = keras.layers.RNN(KerasCell(cell), return_sequences=True, return_state=True)
        found, *found_state = layer(inputs)
        np.testing.assert_allclose(found, outputs, atol=1e-6)
        for a, b in zip(tf.nest.flatten(found_state), tf.nest.flatten(state), strict=True):
            np.testing.assert_allclose(a, b, atol=1e-6)

    @pytest.mark.parametrize("build", [Reader, lambda c: keras.Sequential([keras.layers.RNN(c)])])
    def test_fit_moves_every_weight(self, kind, build):
        cell = CELLS[kind]()
        cell(tf.zeros([1, 4]), cell.zero_state(1))
        before = [weight.numpy() for weight in cell.trainable_variables]
        fitted(build(KerasCell(cell)))
        for old, new in zip(before, cell.trainable_variables, strict=True):
            assert np.any(old != new)

    def test_a_layer_or_model_without_it_refuses_the_cell(self, kind):
        with pytest.raises(TypeError, match=r"Keras does not see .*wrappers\.KerasCell\(\w+\("):
            fitted(Reader(CELLS[kind]()))
        with pytest.raises(TypeError, match=r"Keras does not see .*wrappers\.KerasCell\(\w+\("):
            keras.layers.RNN(CELLS[kind]())(random_array([2, 5, 4]))


def test_a_static_loop_in_a_model_refuses_the_cell_too():
    class Static(keras.layers.Layer):
        cell = GRUCell(3)

        def call(self, inputs):
            return static_rnn(self.cell, unpack_sequence(inputs))[1]

    with pytest.raises(TypeError, match="Keras does not see the weights of this GRUCell"):
        Static()(random_array([2, 5, 4]))


def test_a_cell_beside_keras_is_not_refused():
    below, above = keras.layers.Dense(4), keras.layers.Dense(2)
    outputs, _ = dynamic_rnn(GRUCell(3), below(random_array([2, 5, 4])))
    assert above(outputs).shape == [2, 5, 2]


def test_training_reaches_the_cell_inside():
    layer = KerasCell(DropoutWrapper(BasicRNNCell(60), output_keep_prob=0.5))
    inputs = tf.ones([2, 3, 4])
    assert np.all(dynamic_rnn(layer, inputs)[0])
    assert not np.all(dynamic_rnn(in_training(layer), inputs)[0])
    assert not np.all(keras.layers.RNN(layer)(inputs, training=True))
    assert np.all(keras.layers.RNN(layer)(inputs))


def test_saved_weights_come_back(tmp_path):
    models = [Reader(KerasCell(LSTMCell(3))) for _ in "ab"]
    inputs = random_array([2, 5, 4])
    saved, loaded = (model(inputs) for model in models)
    assert np.any(saved != loaded)
    models[0].save_weights(tmp_path / "cell.weights.h5")
    models[1].load_weights(tmp_path / "cell.weights.h5")
    np.testing.assert_array_equal(models[1](inputs), saved)


def test_a_cell_that_is_no_module_is_refused():
    with pytest.raises(TypeError, match=r"cell must be a tf\.Module, got a PairCell"):
        KerasCell(PairCell(4))


def test_a_weight_out_of_sight_is_refused():
    class Listed(BasicRNNCell):
        def __init__(self, units):
            super().__init__(units)
            self.more = [tf.Variable(1.0)]

    with pytest.raises(ValueError, match="Only 3 of 4 weights of cell are attributes"):
        dynamic_rnn(KerasCell(Listed(3)), random_array([2, 5, 4]))


@pytest.mark.parametrize(
    "around", [lambda a, b: MultiRNNCell([a, b]), lambda a, _: DropoutWrapper(a)]
)
def test_one_out_of_sight_of_the_model_is_refused(around):
    hidden = around(KerasCell(LSTMCell(3)), KerasCell(GRUCell(3)))
    with pytest.raises(TypeError, match="Keras does not see this KerasCell inside 'reader"):
        fitted(Reader(hidden))


def test_wrapped_anew_in_each_call_it_is_trained():
    class InTraining(Reader):
        def call(self, inputs):
            return self.head(dynamic_rnn(in_training(self.cell), inputs)[0][:, -1])

    cell = LSTMCell(3)
    cell(tf.zeros([1, 4]), cell.zero_state(1))
    before = cell.get_weights()
    fitted(InTraining(KerasCell(cell)))
    for old, new in zip(before, cell.get_weights(), strict=True):
        assert np.any(old != new)


def test_a_cell_in_two_of_them_is_refused():
    cell, inputs = LSTMCell(3), random_array([2, 5, 4])
    first, second = (Reader(KerasCell(cell)) for _ in "ab")
    second(inputs)
    with pytest.raises(TypeError, match="handed to another one since"):
        first(inputs)


@pytest.mark.parametrize(
    "make_anew",
    [keras.layers.Bidirectional, lambda layer: type(layer).from_config(layer.get_config())],
)
def test_what_needs_a_config_is_told_what_to_write(make_anew):
    with pytest.raises(NotImplementedError, match=r"take model\.save_weights and load_weights"):
        make_anew(keras.layers.RNN(KerasCell(LSTMCell(3))))


@pytest.mark.parametrize("make", [LuongAttention, lambda: BahdanauAttention(3)])
def test_attention_in_a_model_that_would_not_train_it_is_refused(make):
    class Looking(keras.layers.Layer):
        def __init__(self):
            super().__init__()
            self.attention = make()

        def call(self, inputs):
            return self.attention.scores(inputs[:, 0], self.attention.keys(inputs))

    with pytest.raises(TypeError, match=r"Keras does not see the weights of this \w+Attention"):
        Looking()(random_array([2, 5, 4]))
