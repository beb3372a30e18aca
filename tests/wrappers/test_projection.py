"""Wrappers: golden numbers, agreement with the loops of TensorFlow 1, and wrong arguments."""

import numpy as np
import pytest
import tensorflow as tf

from course_utils.cells import BasicRNNCell
from course_utils.unroll import dynamic_rnn
from course_utils.wrappers import LayerNormWrapper, OutputProjectionWrapper
from tests.rnn_cases import (
    MODES,
    PairCell,
    PairState,
    assert_same,
    classic_dynamic,
    classic_static,
    make_cell,
    mixed_lengths,
    ours_dynamic,
    ours_static,
    random_array,
    random_state,
    results,
)


class PairModule(PairCell, tf.Module):
    """A PairCell that a tf.Module finds the weights of."""

    trainable_variables = tf.Module.trainable_variables

    def __init__(self, features, dtype="float32"):
        tf.Module.__init__(self)
        weights = PairCell(features, dtype)
        self.weights = weights.weights


def projected(cell, features, output_size, dtype="float32"):
    """The wrapped cell with weights that are all different, the bias too."""
    wrapped = OutputProjectionWrapper(cell, output_size)
    wrapped(tf.zeros([1, features], dtype), wrapped.zero_state(1, tf.as_dtype(dtype)))
    for seed, weight in enumerate((wrapped.kernel, wrapped.bias), start=60):
        weight.assign(random_array(weight.shape, dtype, seed))
    return wrapped


class Echo:
    """Gives the state for its output, twice as wide, and the inputs for its new state."""

    units, state_size, output_size = 1, 2, 4

    def zero_state(self, batch_size, dtype=tf.float32):
        return tf.zeros([batch_size, 2], dtype)

    def __call__(self, inputs, state):
        return tf.concat([state, -state], axis=1), inputs


def test_the_output_is_the_projection_computed_by_hand():
    cell = OutputProjectionWrapper(Echo(), 1)
    cell(tf.zeros([1, 2]), tf.zeros([1, 2]))
    cell.kernel.assign([[1.0], [10.0], [0.5], [0.25]])
    cell.bias.assign([0.125])
    output, _ = cell(tf.constant([[7.0, 8.0]]), tf.constant([[2.0, 3.0]]))
    # 2 + 30 - 0.5 × 2 - 0.25 × 3 + 0.125
    np.testing.assert_array_equal(output, [[30.375]])


def test_the_state_is_the_cells_own():
    cell = OutputProjectionWrapper(Echo(), 3)
    _, state = cell(tf.constant([[7.0, 8.0]]), tf.constant([[2.0, 3.0]]))
    np.testing.assert_array_equal(state, [[7.0, 8.0]])


def test_sizes_and_zero_state_are_the_cells_but_for_the_output():
    cell = OutputProjectionWrapper(PairCell(4), 3)
    assert (cell.state_size, cell.output_size) == (PairCell.state_size, 3)
    assert OutputProjectionWrapper(BasicRNNCell(7), 3).units == 7
    found, expected = cell.zero_state(2), PairCell(4).zero_state(2)
    assert isinstance(found, PairState)
    assert_same(found, expected)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("nested", [False, True])
def test_all_four_loops_take_it_and_agree(nested, mode, dtype):
    inner = PairModule(4, dtype) if nested else make_cell(4, 3, dtype)
    cell, inputs = projected(inner, 4, 2, dtype), random_array([5, 6, 4], dtype)
    state = random_state(cell, 5, dtype)
    expected = results(classic_static, cell, inputs, None, state, mode=mode)
    for loop in (ours_static, ours_dynamic, classic_dynamic):
        assert_same(results(loop, cell, inputs, None, state, mode=mode), expected)


def test_it_equals_one_projection_of_all_outputs():
    inner = PairModule(4)
    cell, inputs = projected(inner, 4, 2), random_array([5, 6, 4])
    outputs, _ = dynamic_rnn(inner, inputs)
    kernel, bias = cell.kernel.numpy(), cell.bias.numpy()
    np.testing.assert_allclose(
        dynamic_rnn(cell, inputs)[0], outputs.numpy() @ kernel + bias, atol=1e-5
    )


def test_past_the_end_its_outputs_are_zero_like_any_cells():
    cell, inputs = projected(make_cell(4, 3), 4, 2), random_array([5, 6, 4])
    lengths = mixed_lengths(5, 6)
    assert_same(
        results(ours_dynamic, cell, inputs, lengths),
        results(classic_dynamic, cell, inputs, lengths),
    )


def test_weights_are_made_by_the_first_call_and_kept():
    cell = OutputProjectionWrapper(make_cell(3, 5), 2)
    assert cell.kernel is None
    cell(tf.ones([4, 3]), cell.zero_state(4))
    weights = (cell.kernel, cell.bias)
    cell(tf.ones([2, 3]), cell.zero_state(2))
    assert (cell.kernel is weights[0], cell.bias is weights[1]) == (True, True)
    assert [w.shape.as_list() for w in weights] == [[5, 2], [2]]
    np.testing.assert_array_equal(cell.bias, np.zeros(2))


def test_the_weights_of_a_module_inside_are_among_its_own():
    cell = OutputProjectionWrapper(make_cell(3, 5), 2)
    cell(tf.ones([4, 3]), cell.zero_state(4))
    shapes = sorted(tuple(v.shape) for v in cell.trainable_variables)
    assert shapes == [(2,), (3, 5), (5,), (5, 2), (5, 5)]


def test_a_first_call_in_a_loop_in_a_function_makes_ordinary_weights():
    cell = OutputProjectionWrapper(BasicRNNCell(5), 2)
    tf.function(lambda inputs: dynamic_rnn(cell, inputs)[0])(tf.ones([4, 3, 2]))
    assert sorted(v.name for v in cell.trainable_variables) == [
        "bias:0",
        "kernel:0",
        "projection_bias:0",
        "projection_kernel:0",
        "recurrent_kernel:0",
    ]
    assert np.abs(cell.kernel.numpy()).max() > 0


def test_it_works_in_a_classic_graph_and_session():
    with tf.Graph().as_default(), tf.compat.v1.Session() as session:
        inner = BasicRNNCell(5)
        cell = OutputProjectionWrapper(inner, 2)
        inputs = tf.ones([4, 3, 2])
        outputs, _ = tf.compat.v1.nn.dynamic_rnn(cell, inputs, dtype=tf.float32)
        states, _ = tf.compat.v1.nn.dynamic_rnn(inner, inputs, dtype=tf.float32)
        session.run([v.initializer for v in cell.trainable_variables])
        found, h, kernel = session.run([outputs, states, cell.kernel])
    np.testing.assert_allclose(found, h @ kernel, atol=1e-6)


def test_a_wrapper_can_be_wrapped():
    cell = OutputProjectionWrapper(OutputProjectionWrapper(make_cell(3, 5), 4), 2)
    output, state = cell(tf.ones([7, 3]), cell.zero_state(7))
    assert (output.shape, state.shape) == ([7, 2], [7, 5])


def test_a_checkpoint_restores_it(tmp_path):
    cell = projected(make_cell(3, 5), 3, 2)
    path = tf.train.Checkpoint(cell=cell).save(str(tmp_path / "cell"))
    fresh = OutputProjectionWrapper(BasicRNNCell(5), 2)
    tf.train.Checkpoint(cell=fresh).restore(path)
    inputs, state = random_array([2, 3]), random_array([2, 5], seed=1)
    np.testing.assert_array_equal(fresh(inputs, state)[0], cell(inputs, state)[0])


def test_the_same_seed_gives_the_same_weights():
    found = []
    for _ in range(2):
        tf.random.set_seed(3)
        cell = OutputProjectionWrapper(BasicRNNCell(5), 2)
        cell(tf.ones([1, 3]), cell.zero_state(1))
        found.append(cell.kernel.numpy())
    np.testing.assert_array_equal(*found)


@pytest.mark.parametrize(
    ("output_size", "error"), [(0, ValueError), (2.0, TypeError), (None, TypeError)]
)
def test_output_size_must_be_a_positive_integer(output_size, error):
    with pytest.raises(error, match=r"output_size must be a positive integer, got"):
        OutputProjectionWrapper(BasicRNNCell(5), output_size)


@pytest.mark.parametrize("cell", [BasicRNNCell, 5])
def test_what_is_no_cell_is_refused(cell):
    with pytest.raises(TypeError, match="cell must"):
        OutputProjectionWrapper(cell, 1)


def test_a_cell_that_breaks_its_promise_is_refused():
    class Liar(Echo):
        output_size = 3

    with pytest.raises(ValueError, match=r"output of shape \(1, 4\).*promises \[batch, 3\]"):
        OutputProjectionWrapper(Liar(), 1)(tf.zeros([1, 2]), tf.zeros([1, 2]))


@pytest.mark.parametrize("wrap", [lambda c: OutputProjectionWrapper(c, 3), LayerNormWrapper])
def test_a_width_may_be_a_shape(wrap):
    class Shaped(BasicRNNCell):
        output_size = tf.TensorShape([4])

    found = wrap(Shaped(4))
    output, _ = found(tf.ones([2, 5]), found.zero_state(2))
    assert output.shape == [2, tf.TensorShape([]).concatenate(found.output_size)[0]]
