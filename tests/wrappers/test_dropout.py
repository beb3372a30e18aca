"""Dropout around a cell: how much is dropped, when masks change, and what is never touched."""

from typing import Any, NamedTuple

import keras
import numpy as np
import pytest
import tensorflow as tf

from course_utils.attention import LuongAttention
from course_utils.cells import BasicRNNCell, LSTMCell, LSTMState
from course_utils.unroll import dynamic_rnn
from course_utils.wrappers import (
    AttentionState,
    AttentionWrapper,
    CellWrapper,
    DeviceWrapper,
    DropoutWrapper,
    LayerNormWrapper,
    MultiRNNCell,
    OutputProjectionWrapper,
    in_training,
)
from tests.rnn_cases import MODES, PairCell, assert_same, random_array

BATCH, FEATURES = 60, 50


class Seen:
    """A cell that shows what it got: its output is inputs and state, side by side."""

    state_size, output_size = FEATURES, 2 * FEATURES

    def zero_state(self, batch_size, dtype=tf.float32):
        return tf.zeros([batch_size, FEATURES], dtype)

    def __call__(self, inputs, state):
        return tf.concat([inputs, state], axis=1), state + 1


def step(cell, training=True, inputs=None):
    """The output for inputs of 3 and a state of 7, and the new state."""
    inputs = tf.fill([BATCH, FEATURES], 3.0) if inputs is None else inputs
    return cell(inputs, tf.fill([BATCH, FEATURES], 7.0), training=training)


def run(cell, mode, time=4):
    """[time, batch, 2 × features]: outputs of a loop over inputs of 3, in training."""
    inputs = tf.fill([BATCH, time, FEATURES], 3.0)

    def loop():
        return dynamic_rnn(in_training(cell), inputs)[0]

    outputs = (tf.function(loop) if mode == "function" else loop)()
    return np.swapaxes(outputs, 0, 1)


@pytest.mark.parametrize("variational", [False, True])
@pytest.mark.parametrize("keep", [0.8, 0.3])
class TestMasks:
    def test_inputs_are_dropped_and_the_rest_is_not(self, keep, variational):
        output, state = step(DropoutWrapper(Seen(), input_keep_prob=keep, variational=variational))
        inputs, old_state = np.split(output, 2, axis=1)
        kept = inputs != 0
        np.testing.assert_allclose(inputs[kept], 3 / keep, rtol=1e-6)
        assert abs(kept.mean() - keep) < 6 * np.sqrt(keep * (1 - keep) / kept.size)
        assert (old_state == 7).all()
        assert (state.numpy() == 8).all()

    def test_outputs_are_dropped_and_the_state_is_not(self, keep, variational):
        cell = DropoutWrapper(Seen(), output_keep_prob=keep, variational=variational)
        output, state = step(cell)
        expected = np.hstack([np.full([BATCH, FEATURES], n / keep) for n in (3, 7)])
        kept = output.numpy() != 0
        np.testing.assert_allclose(output[kept], expected[kept], rtol=1e-6)
        assert abs(kept.mean() - keep) < 6 * np.sqrt(keep * (1 - keep) / kept.size)
        assert (state.numpy() == 8).all()

    def test_values_are_drawn_one_by_one(self, keep, variational):
        output, _ = step(DropoutWrapper(Seen(), keep, variational=variational))
        kept = output[:, :FEATURES].numpy() != 0
        for axis in (0, 1):  # if all of a row or column were dropped together, it would be 0 or 1
            assert 0 < kept.mean(axis).std() < 0.15

    def test_out_of_training_nothing_is_dropped(self, keep, variational):
        cell = DropoutWrapper(Seen(), keep, keep, variational=variational)
        inputs = random_array([BATCH, FEATURES])
        state = cell.zero_state(BATCH)
        for options in ({}, {"training": False}):
            assert_same(cell(tf.constant(inputs), state, **options), Seen()(inputs, state))


@pytest.mark.parametrize("mode", MODES)
class TestOverTime:
    def test_an_ordinary_mask_changes_from_step_to_step(self, mode):
        outputs = run(DropoutWrapper(Seen(), 0.5), mode)[..., :FEATURES]
        agree = np.mean((outputs[1:] == 0) == (outputs[:-1] == 0))
        assert 0.4 < agree < 0.6  # as two independent masks do

    def test_a_variational_mask_is_one_for_all_steps(self, mode):
        outputs = run(DropoutWrapper(Seen(), 0.5, variational=True), mode)[..., :FEATURES]
        assert ((outputs == 0) == (outputs[0] == 0)).all()

    def test_inputs_and_outputs_have_masks_of_their_own(self, mode):
        outputs = run(DropoutWrapper(Seen(), 0.5, 0.5, variational=True), mode)[..., :FEATURES]
        assert abs(np.mean(outputs == 0) - 0.75) < 0.05

    def test_a_second_call_of_one_trace_has_new_masks(self, mode):
        cell = DropoutWrapper(Seen(), 0.5, variational=True)

        def loop(inputs):
            return dynamic_rnn(in_training(cell), inputs)[0][:, 0, :FEATURES]

        loop = tf.function(loop) if mode == "function" else loop
        first, second = (loop(tf.ones([BATCH, 2, FEATURES])) == 0 for _ in range(2))
        assert 0.4 < np.mean(first == second) < 0.6


def test_a_variational_mask_stays_until_the_next_zero_state():
    cell = DropoutWrapper(Seen(), 0.5, variational=True)
    masks = [step(cell)[0] == 0 for _ in range(2)]
    assert (masks[0] == masks[1]).numpy().all()
    cell.zero_state(BATCH)
    assert 0.6 < np.mean(masks[0] == (step(cell)[0] == 0)) < 0.9  # half of it is the state


def test_two_wrappers_have_unlike_masks():
    masks = [
        step(DropoutWrapper(Seen(), 0.5, variational=True))[0][:, :FEATURES] == 0 for _ in "ab"
    ]
    assert 0.4 < np.mean(masks[0] == masks[1]) < 0.6


def test_the_global_seed_makes_runs_repeatable():
    runs = []
    for _ in range(2):
        tf.random.set_seed(3)
        runs.append(run(DropoutWrapper(Seen(), 0.5, variational=True), "eager"))
    np.testing.assert_array_equal(*runs)


class CellAndHidden(NamedTuple):
    """An LSTM's state in TensorFlow 1's order."""

    c: int
    h: int


class WithMore(NamedTuple):
    h: int
    more: Any
    c: int


KEPT, DROPPED = 200, 100  # widths
NAMED = {
    "LSTMState": LSTMState(h=DROPPED, c=KEPT),
    "c first": CellAndHidden(c=KEPT, h=DROPPED),
    "more than two": WithMore(DROPPED, (DROPPED, LSTMState(DROPPED, KEPT)), KEPT),
    "dict": {"h": DROPPED, "c": KEPT},
    "dict in a tuple": ({"h": DROPPED, "c": KEPT}, DROPPED),
    "named tuple in a dict": {"lower": CellAndHidden(KEPT, DROPPED), "upper": DROPPED},
    "list": [LSTMState(DROPPED, KEPT), DROPPED],
    "structure in c": {"h": DROPPED, "c": (KEPT, {"h": KEPT})},
}


class Kept:
    """A cell that hands its state on as it is."""

    output_size = 1

    def __init__(self, state_size):
        self.state_size = state_size

    def zero_state(self, batch_size, dtype=tf.float32):
        return tf.nest.map_structure(lambda n: tf.zeros([batch_size, n], dtype), self.state_size)

    def __call__(self, inputs, state):
        return inputs, state


class TestStates:
    """Recurrent dropout: of the new state, but of an LSTM's c never, as in TensorFlow 1."""

    @pytest.mark.parametrize("keep", [0.8, 0.3])
    @pytest.mark.parametrize("variational", [False, True])
    def test_the_new_state_is_dropped_and_the_output_is_not(self, keep, variational):
        cell = DropoutWrapper(Seen(), state_keep_prob=keep, variational=variational)
        output, state = step(cell)
        expected = np.hstack([np.full([BATCH, FEATURES], n) for n in (3, 7)])
        np.testing.assert_array_equal(output, expected)
        kept = state.numpy() != 0
        np.testing.assert_allclose(state[kept], 8 / keep, rtol=1e-6)
        assert abs(kept.mean() - keep) < 6 * np.sqrt(keep * (1 - keep) / kept.size)

    @pytest.mark.parametrize("wrap", [lambda cell: cell, lambda cell: MultiRNNCell([cell])])
    def test_of_an_lstm_h_is_dropped_and_c_is_not(self, wrap):
        lstm = LSTMCell(100)
        cell = DropoutWrapper(wrap(lstm), state_keep_prob=0.5)
        _, state = cell(tf.ones([9, 3]), cell.zero_state(9), training=True)
        h, c = tf.nest.flatten(state)
        _, (all_h, all_c) = lstm(tf.ones([9, 3]), lstm.zero_state(9))
        np.testing.assert_allclose(h[h != 0], 2 * all_h[h != 0], rtol=1e-6)
        assert 0.4 < np.mean(h == 0) < 0.6
        np.testing.assert_array_equal(c, all_c)

    @pytest.mark.parametrize("variational", [False, True])
    @pytest.mark.parametrize("kind", NAMED)
    def test_in_any_structure_c_is_kept_and_the_rest_is_dropped(self, kind, variational):
        cell = DropoutWrapper(Kept(NAMED[kind]), state_keep_prob=0.5, variational=variational)
        state = tf.nest.map_structure(lambda width: tf.ones([BATCH, width]), cell.state_size)
        _, new_state = cell(tf.ones([BATCH, 1]), state, training=True)
        tf.nest.assert_same_structure(new_state, state)
        dropped = tf.nest.map_structure(lambda part: bool(np.any(part == 0)), new_state)
        widths = tf.nest.flatten(cell.state_size)
        assert tf.nest.flatten(dropped) == [width != KEPT for width in widths]
        for part, drop in zip(tf.nest.flatten(new_state), tf.nest.flatten(dropped), strict=True):
            assert np.unique(part).tolist() == ([0, 2] if drop else [1])

    @pytest.mark.parametrize("wrap", [lambda cell: cell, lambda cell: MultiRNNCell([cell])])
    def test_of_an_attention_state_only_h_of_the_cell_inside_is_dropped(self, wrap):
        attention = AttentionWrapper(LSTMCell(40), LuongAttention(), attention_size=30)
        attention.setup_memory(random_array([BATCH, 20, 4]), [20] * BATCH)
        cell = DropoutWrapper(wrap(attention), state_keep_prob=0.5)
        inputs, state = random_array([BATCH, 3]), cell.zero_state(BATCH)
        _, undropped = cell(inputs, state)
        _, found = cell(inputs, state, training=True)
        if not isinstance(found, AttentionState):
            (found,), (undropped,) = found, undropped
        h = found.cell_state.h.numpy()
        np.testing.assert_allclose(h[h != 0], 2 * undropped.cell_state.h[h != 0], rtol=1e-6)
        assert 0.4 < np.mean(h == 0) < 0.6
        np.testing.assert_array_equal(found.cell_state.c, undropped.cell_state.c)
        np.testing.assert_array_equal(found.attention, undropped.attention)
        np.testing.assert_array_equal(found.weights, undropped.weights)

    @pytest.mark.parametrize("mode", MODES)
    def test_a_variational_mask_of_the_state_is_one_for_all_steps(self, mode):
        cell = DropoutWrapper(Seen(), state_keep_prob=0.5, variational=True)
        states = run(cell, mode)[1:, :, FEATURES:]
        assert ((states == 0) == (states[0] == 0)).all()
        assert 0.4 < np.mean(states == 0) < 0.6

    @pytest.mark.parametrize("mode", MODES)
    def test_an_ordinary_mask_of_the_state_changes(self, mode):
        states = run(DropoutWrapper(Seen(), state_keep_prob=0.5), mode)[1:, :, FEATURES:]
        assert 0.4 < np.mean((states[1:] == 0) == (states[:-1] == 0)) < 0.6


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("name", ["input_keep_prob", "output_keep_prob", "state_keep_prob"])
def test_a_variable_is_read_at_each_call_and_is_no_weight(name, mode):
    share = tf.Variable(1.0)
    cell = DropoutWrapper(Seen(), **{name: share})
    assert cell.trainable_variables == ()
    assert getattr(cell, name) is share

    def both():
        return tf.concat(step(cell), axis=1)

    both = tf.function(both) if mode == "function" else both
    assert np.all(both())
    share.assign(0.5)
    assert not np.all(both())


def test_a_variable_out_of_range_is_refused():
    with pytest.raises(ValueError, match=r"input_keep_prob must be above 0 and at most 1, got 2"):
        DropoutWrapper(Seen(), tf.Variable(2.0))


class KerasDropout(keras.layers.Layer):
    """A cell of Keras's kind, with Keras's dropout, that follows the course's protocol."""

    state_size = output_size = FEATURES

    def __init__(self):
        super().__init__()
        self.dropout = keras.layers.Dropout(0.5)

    def zero_state(self, batch_size, dtype=tf.float32):
        return tf.zeros([batch_size, FEATURES], dtype)

    def call(self, inputs, states, training=False):
        return self.dropout(inputs, training=training), states


class KerasGRU(keras.layers.GRUCell):
    """Keras keeps this one's mask on the cell."""

    output_size = FEATURES

    def zero_state(self, batch_size, dtype=tf.float32):
        return tf.zeros([batch_size, FEATURES], dtype)


class HandsOn:
    """A wrapper that hands all keywords on."""

    def __init__(self, cell):
        self.cell, self.zero_state = cell, cell.zero_state
        self.state_size, self.output_size = cell.state_size, cell.output_size

    def __call__(self, *args, **kwargs):
        return self.cell(*args, **kwargs)


OTHERS = {
    "keras": KerasDropout,
    "keras in a stack": lambda: MultiRNNCell([KerasDropout()]),
    "keras in keywords": lambda: HandsOn(KerasDropout()),
    "ours in keywords": lambda: HandsOn(DropoutWrapper(Seen(), 0.5)),
    "ours in keywords twice": lambda: HandsOn(HandsOn(DropoutWrapper(Seen(), 0.5))),
}


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("kind", OTHERS)
def test_training_reaches_cells_that_take_it_as_one_of_any_keywords(kind, mode):
    cell, inputs = OTHERS[kind](), tf.fill([BATCH, 2, FEATURES], 3.0)

    def loop(training):
        return dynamic_rnn(in_training(cell) if training else cell, inputs)[0][..., :FEATURES]

    loop = tf.function(loop) if mode == "function" else loop
    assert np.all(loop(False))
    assert 0.4 < np.mean(loop(True) == 0) < 0.6


def test_a_wrapper_that_hands_keywords_on_may_hold_a_plain_cell():
    assert dynamic_rnn(in_training(HandsOn(Seen())), tf.ones([2, 3, FEATURES]))[0].shape[1] == 3


def test_masks_of_keras_do_not_outlive_the_graph_they_were_drawn_in():
    cell = KerasGRU(FEATURES, dropout=0.5)
    for inputs in (tf.ones([2, 3, 4]), tf.ones([5, 2, 4])):
        for _ in range(2):
            run = tf.function(lambda x: dynamic_rnn(in_training(cell), x)[0])
            assert run(inputs).shape == [*inputs.shape[:2], FEATURES]
            dynamic_rnn(in_training(cell), inputs)


WRAP = {
    "stack": lambda cell: MultiRNNCell([cell]),
    "base": CellWrapper,
    "normalised": LayerNormWrapper,
    "keywords": HandsOn,
    "device": lambda cell: DeviceWrapper(cell, "/CPU:0"),
    "dropout": DropoutWrapper,
    "projected": lambda cell: OutputProjectionWrapper(cell, 3),
}


@pytest.mark.parametrize("wrapper", WRAP.values(), ids=WRAP)
def test_every_wrapper_hands_the_training_flag_on(wrapper):
    class Told(PairCell):
        told = None

        def __call__(self, inputs, state, training=False):
            self.told = training
            return super().__call__(inputs, state)

    inner = Told(4)
    cell = wrapper(inner)
    for options, expected in [({}, False), ({"training": True}, True)]:
        cell(tf.zeros([2, 4]), cell.zero_state(2), **options)
        assert inner.told is expected
    in_training(cell)(tf.zeros([2, 4]), cell.zero_state(2))
    assert inner.told is True


def test_dropout_costs_no_gradient_its_way_to_the_weights():
    cell = DropoutWrapper(BasicRNNCell(20), 0.5, 0.5, variational=True)
    with tf.GradientTape() as tape:
        loss = tf.reduce_sum(dynamic_rnn(in_training(cell), tf.ones([2, 3, 4]))[0])
    gradients = tape.gradient(loss, cell.trainable_variables)
    assert len(gradients) == 3
    assert all(np.any(gradient) for gradient in gradients)


def test_a_mask_seed_is_no_trainable_weight():
    assert DropoutWrapper(PairCell(4), 0.5, variational=True).trainable_variables == ()


@pytest.mark.parametrize("value", [0, -0.1, 1.5, float("nan")])
@pytest.mark.parametrize("name", ["input_keep_prob", "output_keep_prob"])
def test_a_share_out_of_range_is_refused(name, value):
    with pytest.raises(ValueError, match=f"{name} must be above 0 and at most 1, got {value}"):
        DropoutWrapper(BasicRNNCell(3), **{name: value})
