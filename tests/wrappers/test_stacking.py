"""Stacks, layer normalisation, devices, and what all wrappers have in common."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from course_utils.cells import BasicRNNCell
from course_utils.unroll import bidirectional_dynamic_rnn, dynamic_rnn
from course_utils.wrappers import (
    CellWrapper,
    DeviceWrapper,
    DropoutWrapper,
    LayerNormWrapper,
    MultiRNNCell,
    OutputProjectionWrapper,
    in_training,
)
from tests.rnn_cases import (
    MODES,
    PairCell,
    assert_same,
    classic_dynamic,
    make_cell,
    mixed_lengths,
    ours_dynamic,
    random_array,
    random_state,
    results,
)

# Each around a cell of 4 features, 3 units; none draws anything, so all can be compared.
WRAPPERS = {
    "stack": lambda cell: MultiRNNCell([cell, make_cell(cell.output_size, 6), PairCell(6)]),
    "dropout": lambda cell: DropoutWrapper(cell, 0.5, 0.5),
    "variational": lambda cell: DropoutWrapper(cell, 0.5, 0.5, variational=True),
    "normalised": LayerNormWrapper,
    "projected": lambda cell: OutputProjectionWrapper(cell, 5),
    "device": lambda cell: DeviceWrapper(cell, "/CPU:0"),
    "nested": lambda cell: LayerNormWrapper(DeviceWrapper(DropoutWrapper(cell, 0.5), "/CPU:0")),
}


def wrapped(kind, features=4):
    cell = WRAPPERS[kind](make_cell(features, 3))
    cell(tf.zeros([1, features]), cell.zero_state(1))  # makes the weights
    return cell


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("kind", WRAPPERS)
def test_both_loops_take_a_wrapped_cell_and_agree(kind, mode):
    cell, inputs, lengths = wrapped(kind), random_array([5, 6, 4]), mixed_lengths(5, 6)
    state = random_state(cell, 5)
    found, expected = (
        results(loop, cell, inputs, lengths, state, mode=mode)
        for loop in (ours_dynamic, classic_dynamic)
    )
    assert_same(found, expected)


@pytest.mark.parametrize("kind", WRAPPERS)
def test_a_loop_in_a_graph_can_make_the_weights(kind):
    cell = WRAPPERS[kind](BasicRNNCell(3))
    found = tf.function(lambda x: dynamic_rnn(cell, x))(random_array([2, 5, 4]))
    assert_same(found, dynamic_rnn(cell, random_array([2, 5, 4])))
    assert cell.trainable_variables


@pytest.mark.parametrize("kind", sorted(set(WRAPPERS) - {"stack"}))
def test_a_wrapper_has_the_sizes_and_the_zero_state_of_its_cell(kind):
    inner = PairCell(4)
    cell = WRAPPERS[kind](inner)
    assert (cell.state_size, cell.output_size) == (inner.state_size, 5)
    assert_same(cell.zero_state(2), inner.zero_state(2))
    assert cell.zero_state(2, tf.float64).matrix.dtype == tf.float64


@pytest.mark.parametrize("wrapper", [CellWrapper, DropoutWrapper, LayerNormWrapper, in_training])
def test_what_is_no_cell_is_refused(wrapper):
    with pytest.raises(TypeError, match="got the class BasicRNNCell"):
        wrapper(BasicRNNCell)


class TestStack:
    @pytest.mark.parametrize(("batch", "features", "units"), [(2, 3, (5, 4)), (1, 1, (1,))])
    def test_it_equals_keras_stack_of_cells(self, batch, features, units):
        widths = (features, *units)
        ours = [make_cell(n, m) for n, m in zip(widths, units, strict=False)]
        theirs = [keras.layers.SimpleRNNCell(n) for n in units]
        stack = keras.layers.StackedRNNCells(theirs)
        stack.build([batch, features])
        for cell, keras_cell in zip(ours, theirs, strict=True):
            keras_cell.set_weights([cell.kernel, cell.recurrent_kernel, cell.bias])
        inputs = random_array([batch, features])
        state = [random_array([batch, n], seed=n) for n in units]
        output, new_state = MultiRNNCell(ours)(inputs, tuple(map(tf.constant, state)))
        expected, expected_state = stack(inputs, state)
        np.testing.assert_allclose(output, expected, atol=1e-6)
        for part, right in zip(new_state, expected_state, strict=True):
            np.testing.assert_allclose(part, np.reshape(right, part.shape), atol=1e-6)

    def test_it_equals_one_loop_after_another(self):
        layers, inputs = [make_cell(4, 3), PairCell(3), make_cell(5, 2)], random_array([3, 6, 4])
        outputs, states = inputs, []
        for cell in layers:
            outputs, state = dynamic_rnn(cell, outputs, mixed_lengths(3, 6))
            states.append(state)
        found = dynamic_rnn(MultiRNNCell(layers), inputs, mixed_lengths(3, 6))
        assert_same(found, (outputs, tuple(states)))

    def test_its_sizes_are_those_of_the_layers(self):
        stack = MultiRNNCell([BasicRNNCell(3), PairCell(3), BasicRNNCell(7)])
        assert stack.state_size == (3, PairCell.state_size, 7)
        assert (stack.output_size, stack.units) == (7, 7)
        assert [part.shape[0] for part in tf.nest.flatten(stack.zero_state(2))] == [2] * 4

    def test_its_weights_are_those_of_all_layers(self):
        stack = MultiRNNCell([make_cell(4, 3), LayerNormWrapper(make_cell(3, 5))])
        stack(tf.zeros([1, 4]), stack.zero_state(1))
        sizes = sum(int(tf.size(v)) for v in stack.trainable_variables)
        assert sizes == (4 + 3 + 1) * 3 + (3 + 5 + 1) * 5 + 2 * 5

    @pytest.mark.parametrize(
        "share",
        [
            lambda cell: [cell] * 3,
            lambda cell: [BasicRNNCell(3), cell, cell],
            lambda cell: [DropoutWrapper(cell, 0.5), LayerNormWrapper(cell)],
            lambda cell: [MultiRNNCell([cell]), cell],
        ],
    )
    def test_a_cell_in_two_layers_is_refused_even_within_wrappers(self, share):
        with pytest.raises(ValueError, match=r"one cell twice, as layer \d and as layer \d"):
            MultiRNNCell(share(BasicRNNCell(3)))

    @pytest.mark.parametrize(
        ("cells", "error", "told"),
        [
            ([], ValueError, "at least one cell"),
            (BasicRNNCell(3), TypeError, "a list of cells"),
            ([BasicRNNCell(3), "cell"], TypeError, "cell must have state_size"),
        ],
    )
    def test_what_is_no_list_of_cells_is_refused(self, cells, error, told):
        with pytest.raises(error, match=told):
            MultiRNNCell(cells)

    @pytest.mark.parametrize("state", [(tf.zeros([2, 3]),), tf.zeros([2, 3])])
    def test_a_state_that_is_not_one_a_layer_is_refused(self, state):
        stack = MultiRNNCell([BasicRNNCell(3), BasicRNNCell(3)])
        with pytest.raises(ValueError, match="one state for each of 2 layers"):
            stack(tf.zeros([2, 3]), state)


class TestLayerNorm:
    def test_the_output_is_that_of_keras_layer(self):
        cell = LayerNormWrapper(PairCell(4))
        inputs, state = tf.constant(random_array([3, 4])), random_state(PairCell(4), 3)
        cell(inputs, state)
        layer = keras.layers.LayerNormalization()
        layer.build([None, 5])
        layer.set_weights([random_array([5], seed=1), random_array([5], seed=2)])
        cell.scale.assign(layer.gamma)
        cell.offset.assign(layer.beta)
        inner_output, inner_state = cell.cell(inputs, state)
        output, new_state = cell(inputs, state)
        np.testing.assert_allclose(output, layer(inner_output), atol=1e-5)
        assert_same(new_state, inner_state)

    def test_by_hand(self):
        class TwoAndSix(PairCell):
            output_size = 2

            def __call__(self, inputs, state):
                return tf.constant([[2.0, 6.0]]), state

        cell = LayerNormWrapper(TwoAndSix(4), epsilon=5.0)
        output, _ = cell(tf.zeros([1, 4]), cell.zero_state(1))
        np.testing.assert_allclose(output, [[-2 / 3, 2 / 3]], atol=1e-6)  # ∓2 / sqrt(4 + 5)

    def test_weights_take_the_dtype_of_the_outputs(self):
        cell = LayerNormWrapper(make_cell(4, 3, "float64"))
        cell(tf.zeros([1, 4], tf.float64), cell.zero_state(1, tf.float64))
        assert cell.scale.dtype == tf.float64

    def test_an_epsilon_of_zero_is_refused(self):
        with pytest.raises(ValueError, match="epsilon must be above 0, got 0"):
            LayerNormWrapper(BasicRNNCell(3), epsilon=0)


class TestDevices:
    def placed(self, cell):
        """Devices of a graph's operations, by type; and of the cell's variables."""
        with tf.Graph().as_default() as graph:
            output, _ = cell(tf.zeros([2, 4]), cell.zero_state(2))
        devices = {}
        for operation in graph.get_operations():
            devices.setdefault(operation.type, set()).add(operation.device)
        return devices, {v.device for v in cell.trainable_variables}, output.device

    def test_weights_and_operations_are_on_the_device(self):
        cell = DeviceWrapper(BasicRNNCell(3), "/CPU:7")
        operations, variables, output = self.placed(cell)
        assert variables == {"/device:CPU:7"}
        assert operations["MatMul"] == operations["Tanh"] == operations["VarHandleOp"] == variables
        assert output == "/device:CPU:7"

    def test_each_layer_is_on_its_own(self):
        layers = [DeviceWrapper(BasicRNNCell(3), f"/GPU:{n}") for n in range(2)]
        operations, variables, output = self.placed(MultiRNNCell(layers))
        assert variables == operations["Tanh"] == {"/device:GPU:0", "/device:GPU:1"}
        assert output == "/device:GPU:1"

    def test_the_body_of_a_loop_is_on_the_device(self):
        cell = DeviceWrapper(make_cell(4, 3), "/CPU:7")
        trace = tf.function(lambda x: dynamic_rnn(cell, x)).get_concrete_function(
            tf.TensorSpec([2, None, 4])
        )
        functions = trace.graph.as_graph_def().library.function
        devices = {n.device for f in functions for n in f.node_def if n.op in ("MatMul", "Tanh")}
        assert devices == {"/device:CPU:7"}

    @pytest.mark.parametrize("device", ["the fast one", 3, "/CPU:x"])
    def test_what_names_no_device_is_refused(self, device):
        with pytest.raises(ValueError, match="must be the name of a device, got"):
            DeviceWrapper(BasicRNNCell(3), device)


def test_both_directions_may_be_stacks():
    cells = [MultiRNNCell([make_cell(4, 3), make_cell(3, 2)]) for _ in range(2)]
    outputs, states = bidirectional_dynamic_rnn(*cells, random_array([3, 5, 4]), [5, 1, 2])
    assert [part.shape.as_list() for part in outputs] == [[3, 5, 2]] * 2
    assert len(states[0]) == len(states[1]) == 2
