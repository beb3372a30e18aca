"""What the loops refuse, where a shape or a value is known late or never."""

import numpy as np
import pytest
import tensorflow as tf

from course_utils.loop_arguments import check_lengths
from course_utils.unroll import (
    bidirectional_dynamic_rnn,
    dynamic_rnn,
    last_output,
    pack_sequence,
    static_rnn,
    unpack_sequence,
)
from tests.rnn_cases import assert_same, make_cell, random_array, spec

CELL = make_cell(4, 2)
INPUTS = random_array([3, 5, 4])
KNOWN = [(3, 5, 4), (None, 5, 4), (3, None, 4), (None, None, 4)]


def compiled(loop, shape, lengths_shape, jit):
    signature = [spec(*shape), spec(*lengths_shape, dtype=tf.int32)]
    return tf.function(loop, input_signature=signature, jit_compile=jit)


def of_unknown_rank(values):
    """As a Python function in the graph gives them: TensorFlow knows nothing of the shape."""
    return tf.numpy_function(lambda: np.array(values, np.int64), [], tf.int64)


def test_lengths_of_unknown_rank_are_lengths():
    expected = dynamic_rnn(CELL, INPUTS, [2, 5, 0])
    assert_same(
        tf.function(lambda: dynamic_rnn(CELL, INPUTS, of_unknown_rank([2, 5, 0])))(), expected
    )


def test_lengths_of_unknown_rank_serve_last_output():
    found = tf.function(lambda: last_output(INPUTS, of_unknown_rank([2, 5, 1])))()
    np.testing.assert_array_equal(found, INPUTS[[0, 1, 2], [1, 4, 0]])


def test_lengths_that_turn_out_to_have_two_axes_are_refused():
    with pytest.raises(tf.errors.InvalidArgumentError, match=r"\[1,2\]"):
        tf.function(lambda: dynamic_rnn(CELL, INPUTS, of_unknown_rank([[1, 2]])))()


@pytest.mark.parametrize("jit", [False, True])
@pytest.mark.parametrize("lengths_shape", [(1,), (None,)])
@pytest.mark.parametrize("shape", KNOWN)
def test_one_length_is_never_shared_by_a_batch(shape, lengths_shape, jit):
    def loop(inputs, lengths):
        return dynamic_rnn(CELL, inputs, lengths)

    with pytest.raises((ValueError, tf.errors.InvalidArgumentError)):
        compiled(loop, shape, lengths_shape, jit)(INPUTS, tf.constant([2]))


@pytest.mark.parametrize("jit", [False, True])
def test_one_row_of_a_state_is_never_shared_by_a_batch(jit):
    @tf.function(input_signature=[spec(None, None, 4), spec(None, 2)], jit_compile=jit)
    def run(inputs, state):
        return dynamic_rnn(CELL, inputs, initial_state=state)

    with pytest.raises(tf.errors.InvalidArgumentError):
        run(INPUTS, tf.zeros([1, 2]))


class OfTwo(tf.Module):
    """A cell that reads two inputs, of one and of two features."""

    state_size, output_size = 2, 2

    def zero_state(self, batch_size, dtype=tf.float32):
        return tf.zeros([batch_size, 2], dtype)

    def __call__(self, inputs, state):
        one, two = inputs
        return one + two + state, one + two + state


@pytest.mark.parametrize("jit", [False, True])
@pytest.mark.parametrize("shape", [(5, 3, 2), (1, 5, 2), (3, 1, 2)], ids=str)
def test_parts_of_inputs_never_exchange_or_share_their_axes(shape, jit):
    @tf.function(input_signature=[spec(None, None, 1), spec(None, None, 2)], jit_compile=jit)
    def run(one, two):
        return dynamic_rnn(OfTwo(), (one, two))[0]

    one, two = random_array([3, 5, 1]), random_array([3, 5, 2])
    np.testing.assert_allclose(run(one, two), np.cumsum(one + two, axis=1), atol=1e-5)
    with pytest.raises(tf.errors.InvalidArgumentError, match=r"The parts of inputs|reshape"):
        run(one, random_array(shape))


@pytest.mark.parametrize("jit", [False, True])
@pytest.mark.parametrize("shape", KNOWN)
def test_lengths_that_fit_give_what_they_give_eagerly(shape, jit):
    def loop(inputs, lengths):
        return dynamic_rnn(CELL, inputs, lengths)

    found = compiled(loop, shape, (None,), jit)(INPUTS, tf.constant([2, 5, 0]))
    assert_same(found, loop(INPUTS, [2, 5, 0]))


@pytest.mark.parametrize("shape", KNOWN)
@pytest.mark.parametrize("length", [-1, 6])
def test_a_length_out_of_range_is_refused_when_the_graph_runs(shape, length):
    run = compiled(lambda x, lengths: dynamic_rnn(CELL, x, lengths), shape, (None,), jit=False)
    with pytest.raises(tf.errors.InvalidArgumentError, match=r"sequence_length must be in 0\.\."):
        run(INPUTS, tf.constant([2, length, 1]))


@pytest.mark.parametrize("length", [0, 9])
class TestLastOutput:
    def test_a_length_out_of_range_is_refused_when_the_graph_runs(self, length):
        run = compiled(last_output, (None, None, 4), (None,), jit=False)
        with pytest.raises(tf.errors.InvalidArgumentError, match=r"must be in 1\.\.time"):
            run(INPUTS, tf.constant([2, length, 1]))

    def test_compiled_by_xla_it_gives_nan_and_no_other_step(self, length):
        run = compiled(last_output, (None, None, 4), (None,), jit=True)
        found = run(INPUTS, tf.constant([2, length, 1]))
        expected = [INPUTS[0, 1], np.full(4, np.nan), INPUTS[2, 0]]
        np.testing.assert_array_equal(found, expected)


RAGGED = tf.RaggedTensor.from_row_lengths(tf.ones([3, 4]), [1, 2])


@pytest.mark.parametrize(
    "run",
    [
        lambda: dynamic_rnn(CELL, RAGGED),
        lambda: bidirectional_dynamic_rnn(CELL, make_cell(4, 2), RAGGED),
        lambda: last_output(RAGGED, [1, 2]),
        lambda: unpack_sequence(RAGGED),
        lambda: static_rnn(CELL, [RAGGED]),
        lambda: pack_sequence([RAGGED]),
        lambda: dynamic_rnn(CELL, INPUTS, tf.ragged.constant([[1], [2], []], dtype=tf.int32)),
        lambda: dynamic_rnn(CELL, INPUTS, initial_state=RAGGED),
    ],
    ids=["dynamic", "bidirectional", "last", "unpack", "static", "pack", "lengths", "state"],
)
def test_a_ragged_tensor_gets_told_what_to_write(run):
    with pytest.raises(TypeError, match=r"a RaggedTensor\. Pad .*to_tensor\(\) and .*row_lengths"):
        run()


def test_the_shared_check_names_the_argument_it_was_given():
    with pytest.raises(ValueError, match=r"source_length must be in 1\.\.5, got \[0\]"):
        check_lengths([0], 1, 5, lowest=1, name="source_length")


@pytest.mark.parametrize(("dtype", "time"), [(tf.int8, 200), (tf.uint8, 300)])
def test_a_length_of_a_small_type_may_be_held_against_many_steps(dtype, time):
    inputs = tf.ones([2, time, 1])
    run = tf.function(lambda lengths: last_output(tf.cumsum(inputs, axis=1), lengths))
    np.testing.assert_array_equal(run(tf.constant([100, 7], dtype)), [[100], [7]])


MASKED = np.ma.array(INPUTS, mask=INPUTS > 0)


@pytest.mark.parametrize(
    ("odd", "message"),
    [
        (MASKED, r"must be a plain array, got a masked one.*filled\(0\)"),
        (tf.sparse.from_dense(INPUTS), r"got a SparseTensor.*tf\.sparse\.to_dense"),
    ],
    ids=["masked", "sparse"],
)
def test_inputs_whose_numbers_are_not_all_there_are_refused(odd, message):
    with pytest.raises(TypeError, match=f"inputs {message}" if odd is MASKED else message):
        dynamic_rnn(CELL, odd)


def test_a_masked_array_without_a_mask_is_an_array():
    assert_same(dynamic_rnn(CELL, np.ma.array(INPUTS)), dynamic_rnn(CELL, INPUTS))


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16, np.uint32, np.uint64])
@pytest.mark.parametrize("mode", [lambda run: run, tf.function], ids=["eager", "graph"])
def test_lengths_may_be_unsigned(dtype, mode):
    lengths = np.array([5, 0, 2], dtype)
    found = mode(lambda n: dynamic_rnn(CELL, INPUTS, n))(tf.constant(lengths))
    assert_same(found, dynamic_rnn(CELL, INPUTS, [5, 0, 2]))


class OneRow:
    """A cell that shows, or keeps, the mean of its batch."""

    state_size = output_size = 4

    def __init__(self, output, state):
        self.rows = {True: lambda part: tf.reduce_mean(part, 0, keepdims=True), False: lambda p: p}
        self.output, self.state = self.rows[output], self.rows[state]

    def zero_state(self, batch_size, dtype=tf.float32):
        return tf.zeros([batch_size, 4], dtype)

    def __call__(self, inputs, state):
        return self.output(inputs + state), self.state(inputs + state)


@pytest.mark.parametrize("jit", [False, True], ids=["graph", "xla"])
@pytest.mark.parametrize("lengths", [None, [5, 1, 3]], ids=["full", "lengths"])
@pytest.mark.parametrize(("output", "state"), [(True, False), (False, True), (True, True)])
def test_a_cell_that_answers_one_row_for_a_batch_is_refused(output, state, lengths, jit):
    def run(inputs):
        return dynamic_rnn(OneRow(output, state), inputs, lengths)

    shape = spec(None, 5, 4)
    graph = tf.function(run, input_signature=[shape], jit_compile=jit)
    message = "as many rows as the batch|the batch promise|reshape"  # the last is XLA's
    with pytest.raises((ValueError, tf.errors.InvalidArgumentError), match=message):
        graph(INPUTS)
