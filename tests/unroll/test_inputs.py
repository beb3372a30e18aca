"""Inputs of every form: nested, of many axes, without steps, in half precision; and raw_rnn."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from course_utils.cells import BasicRNNCell, GRUCell, LSTMCell
from course_utils.nested import NestedCell
from course_utils.unroll import bidirectional_dynamic_rnn, dynamic_rnn, raw_rnn, static_rnn
from course_utils.wrappers import in_training
from tests.rnn_cases import assert_same, make_cell, random_array, random_state, spec

classic = tf.compat.v1.nn


@pytest.mark.parametrize("lengths", [None, [4, 0, 2]])
def test_a_nested_cell_equals_tensorflow_1_with_its_inputs_and_outputs_as_they_are(lengths):
    cell = NestedCell(6, 1, 7)
    inputs = random_array([3, 4, 2]), random_array([3, 4, 3, 5])
    outputs, state = dynamic_rnn(cell, inputs, lengths)
    assert (outputs[0].shape, outputs[1].shape) == ([3, 4, 6], [3, 4, 1, 7])
    expected = classic.dynamic_rnn(
        cell, tf.nest.map_structure(tf.constant, inputs), lengths, dtype=tf.float32
    )
    assert_same((outputs, state), expected)


def test_parts_that_disagree_in_time_are_refused():
    with pytest.raises(ValueError, match=r"parts of inputs must agree in time and batch"):
        dynamic_rnn(NestedCell(6, 1, 7), (tf.ones([3, 4, 2]), tf.ones([3, 5, 3, 5])))


def test_a_list_of_sequences_is_a_batch():
    cell, inputs = make_cell(4, 3), random_array([2, 5, 4])
    assert_same(dynamic_rnn(cell, list(inputs)), dynamic_rnn(cell, inputs))
    assert_same(dynamic_rnn(cell, inputs.tolist()), dynamic_rnn(cell, inputs))


@pytest.mark.parametrize("lengths", [None, [0, 0]])
@pytest.mark.parametrize(
    ("signature", "jit"),
    [(None, False), ((2, 0, 4), False), ((2, 0, 4), True), ((None, None, 4), False)],
)
def test_no_steps_give_no_outputs_and_the_first_state(lengths, signature, jit):
    cell = make_cell(4, 3)
    state = random_state(cell, 2)

    def run(inputs):
        return dynamic_rnn(cell, inputs, lengths, state)

    if signature:
        run = tf.function(run, input_signature=[spec(*signature)], jit_compile=jit)
    outputs, final = run(tf.ones([2, 0, 4]))
    assert outputs.shape == [2, 0, 3]
    np.testing.assert_array_equal(final, state)


@pytest.mark.parametrize("dtype", ["float16", "bfloat16"])
@pytest.mark.parametrize(
    ("cell", "layer"),
    [
        (lambda: BasicRNNCell(3), keras.layers.SimpleRNN),
        (lambda: LSTMCell(3), keras.layers.LSTM),
        (lambda: GRUCell(3), keras.layers.GRU),
    ],
)
def test_mixed_precision_equals_keras(cell, layer, dtype):
    cell, inputs = cell(), tf.cast(random_array([2, 5, 4]), dtype)
    outputs, state = dynamic_rnn(cell, inputs)
    assert {part.dtype.name for part in tf.nest.flatten([outputs, state])} == {dtype}
    assert {weight.dtype for weight in cell.trainable_variables} == {tf.float32}
    twin = layer(3, return_sequences=True, dtype=f"mixed_{dtype}")
    twin.build([None, None, 4])
    twin.set_weights(cell.get_weights())
    close = 4 * np.finfo(np.float16).eps if dtype == "float16" else 2**-6
    np.testing.assert_allclose(*(np.float32(x) for x in (outputs, twin(inputs))), atol=close)


def test_ids_go_to_a_cell_that_looks_them_up_if_the_dtype_is_told():
    class Lookup(BasicRNNCell):
        def __call__(self, inputs, state):
            return super().__call__(tf.one_hot(inputs[:, 0], 4), state)

    cell, ids = Lookup(3), tf.constant([[[1], [3]], [[0], [2]]])
    outputs, _ = dynamic_rnn(cell, ids, dtype=tf.float32)
    plain = BasicRNNCell(3)
    plain.set_weights(cell.get_weights())
    assert_same(outputs, dynamic_rnn(plain, tf.one_hot(ids[..., 0], 4))[0])


def test_an_output_of_another_dtype_is_refused():
    class Wide(BasicRNNCell):
        def __call__(self, inputs, state):
            output, state = super().__call__(inputs, state)
            return tf.cast(output, tf.float64), state

    for run in (lambda c, x: static_rnn(c, [x[:, 0]]), dynamic_rnn):
        with pytest.raises(TypeError, match="an output of float64, in a run of float32"):
            run(Wide(3), tf.ones([2, 4, 3]))


@pytest.mark.parametrize("wrap", [lambda cell: cell, in_training])
def test_one_cell_for_both_directions_is_refused(wrap):
    cell = make_cell(4, 3)
    with pytest.raises(ValueError, match="cell_fw and cell_bw are one cell, or one is inside both"):
        bidirectional_dynamic_rnn(cell, wrap(cell), tf.ones([2, 3, 4]))


def own_output(cell, limit, emits):
    """A loop_fn: each output is the next input; row i ends after limit[i] steps."""

    def loop_fn(time, output, state, loop_state):
        emit = output
        if output is None:
            state, output = cell.zero_state(3), tf.constant(random_array([3, 4]))
            emit = tf.zeros([2]) if emits else None
            loop_state = tf.constant(0.0)
        elif emits:
            emit, loop_state = output[:, :2], loop_state + tf.reduce_sum(output)
        return time >= limit, output, state, emit, loop_state

    return loop_fn


@pytest.mark.parametrize("emits", [False, True])
@pytest.mark.parametrize("cell", [LSTMCell(4), BasicRNNCell(4)], ids=["lstm", "basic"])
def test_raw_rnn_equals_tensorflow_1(cell, emits):
    cell(tf.zeros([1, 4]), cell.zero_state(1))
    results = []
    for package in (raw_rnn, classic.raw_rnn):

        @tf.function
        def run(package=package):
            with tf.GradientTape() as tape:
                limit = tf.constant([2, 0, 5])
                outputs, state, loop_state = package(cell, own_output(cell, limit, emits))
                outputs = outputs.stack()
                loss = tf.reduce_sum(outputs**2) + loop_state
            return outputs, state, loop_state, tape.gradient(loss, cell.trainable_variables)

        results.append(run())
    assert results[0][0].shape == [5, 3, 2 if emits else 4]
    assert_same(*results)


def test_raw_rnn_runs_eagerly_too():
    cell = make_cell(4, 4)
    limit = tf.constant([2, 0, 3])
    outputs, state, loop_state = raw_rnn(cell, own_output(cell, limit, emits=False))
    stacked = outputs.stack()
    np.testing.assert_array_equal(stacked[2:, 0], [[0.0] * 4])
    np.testing.assert_array_equal(state[0], stacked[1, 0])
    assert loop_state == 0


def test_raw_rnn_refuses_what_is_no_function():
    with pytest.raises(TypeError, match="loop_fn must be a function, got 3"):
        raw_rnn(make_cell(4, 4), 3)


def count_to_two(finished, cell=make_cell(2, 2)):  # noqa: B008 - a graph can't make one each time
    """Runs a cell on its own output until `finished(time)` says so."""

    def loop_fn(time, output, state, _):
        emit = output
        if output is None:
            output, state = tf.ones([2, 2]), cell.zero_state(2)
        return finished(time), output, state, emit, None

    return raw_rnn(cell, loop_fn)[0].stack()


@pytest.mark.parametrize("mode", [lambda run: run, tf.function], ids=["eager", "graph"])
def test_raw_rnn_may_end_for_all_at_once(mode):
    each = count_to_two(lambda time: [time >= 2, time >= 2])
    np.testing.assert_array_equal(mode(lambda: count_to_two(lambda time: time >= 2))(), each)
    assert each.shape == [2, 2, 2]


@pytest.mark.parametrize(
    ("finished", "error", "message"),
    [
        # Broadcast to [batch, batch], it would choose values one by one where units are as many.
        (lambda t: tf.fill([2, 1], t >= 2) if t else [False] * 2, ValueError, r"got \(2, 1\)"),
        (lambda t: tf.fill([2, 1], t >= 2), ValueError, r"finished must have the shape \(2,\)"),
        (lambda t: [t >= 2], ValueError, r"finished must have the shape \(2,\).* got \(1,\)"),
        (lambda t: [2 * int(t)] * 2, TypeError, "finished must be boolean, got int32"),
    ],
)
def test_raw_rnn_refuses_other_ends(finished, error, message):
    with pytest.raises(error, match=message):
        count_to_two(finished)
