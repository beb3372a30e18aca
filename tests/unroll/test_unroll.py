"""The loops through time: numbers by hand, and properties that hold for any sizes and lengths."""

import numpy as np
import pytest
import tensorflow as tf
from hypothesis import given
from hypothesis import strategies as st

from course_utils.cells import BasicRNNCell
from course_utils.unroll import dynamic_rnn, last_output, pack_sequence, static_rnn, unpack_sequence
from tests.rnn_cases import (
    PairCell,
    PairState,
    assert_same,
    make_cell,
    ours_dynamic,
    random_array,
    random_state,
    results,
    spec,
    traced,
)


class TestPacking:
    def test_unpack_gives_one_batch_for_each_step(self):
        inputs = np.arange(24.0).reshape(2, 3, 4)
        steps = unpack_sequence(inputs)
        assert len(steps) == 3
        for t, step in enumerate(steps):
            np.testing.assert_array_equal(step, inputs[:, t])

    def test_pack_puts_time_on_the_second_axis(self):
        steps = [np.full([2, 4], t, "float32") for t in range(3)]
        packed = pack_sequence(steps)
        assert packed.shape == [2, 3, 4]
        np.testing.assert_array_equal(packed[0, :, 0], [0, 1, 2])

    @given(
        sizes=st.tuples(st.integers(1, 4), st.integers(1, 4), st.integers(1, 4)),
        dtype=st.sampled_from(["float32", "float64", "int32"]),
    )
    def test_pack_undoes_unpack(self, sizes, dtype):
        inputs = np.arange(np.prod(sizes)).reshape(sizes).astype(dtype)
        packed = pack_sequence(unpack_sequence(inputs))
        assert packed.dtype == dtype
        np.testing.assert_array_equal(packed, inputs)

    def test_unpack_refuses_a_single_feature_without_an_axis(self):
        with pytest.raises(ValueError, match=r"inputs must have three axes.*got the shape \(2, 3"):
            unpack_sequence(tf.ones([2, 3]))

    def test_unpack_refuses_an_unknown_number_of_steps(self):
        run = tf.function(unpack_sequence, input_signature=[tf.TensorSpec([2, None, 4])])
        with pytest.raises(ValueError, match=r"known number of time steps.*use dynamic_rnn"):
            run(tf.ones([2, 3, 4]))

    def test_pack_refuses_an_empty_list(self):
        with pytest.raises(ValueError, match="outputs must hold at least one time step, got an em"):
            pack_sequence([])

    def test_pack_refuses_a_tensor(self):
        with pytest.raises(TypeError, match=r"outputs must be a list .* got EagerTensor"):
            pack_sequence(tf.ones([3, 2, 4]))

    def test_pack_refuses_unequal_steps(self):
        with pytest.raises(ValueError, match=r"here \(2, 4\), but outputs\[1\] has .*\(2, 3\)"):
            pack_sequence([tf.ones([2, 4]), tf.ones([2, 3])])

    def test_pack_refuses_steps_of_another_rank(self):
        with pytest.raises(ValueError, match=r"outputs\[0\] has the shape \(4,\)"):
            pack_sequence([tf.ones([4]), tf.ones([4])])


class TestGoldenNumbers:
    """A cell that adds its input to half its state, so that every step can be done in the head."""

    inputs = np.array([[[4.0], [2.0], [8.0]], [[1.0], [6.0], [5.0]], [[3.0], [7.0], [9.0]]])
    outputs = np.array([[[4.0], [4.0], [10.0]], [[1.0], [6.5], [8.25]], [[3.0], [8.5], [13.25]]])

    @pytest.fixture
    def cell(self):
        cell = BasicRNNCell(1, activation=tf.identity)
        cell(tf.zeros([1, 1], tf.float64), tf.zeros([1, 1], tf.float64))
        cell.kernel.assign([[1.0]])
        cell.recurrent_kernel.assign([[0.5]])
        return cell

    def test_static_rnn_carries_the_state(self, cell):
        outputs, state = static_rnn(cell, unpack_sequence(self.inputs))
        assert isinstance(outputs, list)
        np.testing.assert_array_equal(np.stack(outputs, axis=1), self.outputs)
        np.testing.assert_array_equal(state, self.outputs[:, 2])

    def test_dynamic_rnn_carries_the_state(self, cell):
        outputs, state = dynamic_rnn(cell, self.inputs)
        np.testing.assert_array_equal(outputs, self.outputs)
        np.testing.assert_array_equal(state, self.outputs[:, 2])

    @pytest.mark.parametrize("loop", [static_rnn, dynamic_rnn])
    def test_the_initial_state_counts(self, cell, loop):
        inputs = unpack_sequence(self.inputs) if loop is static_rnn else self.inputs
        _, state = loop(cell, inputs, initial_state=np.array([[8.0], [16.0], [24.0]]))
        # each state is halved three times: 8, 16, 24 add 1, 2, 3
        np.testing.assert_array_equal(state, [[11.0], [10.25], [16.25]])

    def test_outputs_past_the_end_are_zero(self, cell):
        outputs, _ = dynamic_rnn(cell, self.inputs, sequence_length=[3, 0, 2])
        expected = [[[4.0], [4.0], [10.0]], [[0.0], [0.0], [0.0]], [[3.0], [8.5], [0.0]]]
        np.testing.assert_array_equal(outputs, expected)

    def test_the_state_is_frozen_past_the_end(self, cell):
        initial_state = np.array([[0.0], [16.0], [0.0]])
        _, state = dynamic_rnn(cell, self.inputs, [3, 0, 2], initial_state)
        np.testing.assert_array_equal(state, [[10.0], [16.0], [8.5]])


class TestProperties:
    """What must hold for any sizes and lengths, in plain eager mode."""

    cell = make_cell(3, 4)

    @staticmethod
    def draw(data, max_time=5):
        batch, time = data.draw(st.integers(1, 4)), data.draw(st.integers(1, max_time))
        lengths = data.draw(st.lists(st.integers(0, time), min_size=batch, max_size=batch))
        return random_array([batch, time, 3], seed=time), np.array(lengths)

    @given(data=st.data(), filler=st.sampled_from([0.0, -3.0, 1e30, np.inf, np.nan]))
    def test_padding_changes_nothing_not_even_gradients(self, data, filler):
        inputs, lengths = self.draw(data)
        padded = np.pad(inputs, [(0, 0), (0, data.draw(st.integers(0, 3))), (0, 0)])
        padding = np.arange(padded.shape[1]) >= lengths[:, np.newaxis]
        padded[padding] = filler
        time, state = inputs.shape[1], random_state(self.cell, len(inputs))

        def cut(cell, inputs, lengths, state):
            outputs, state = dynamic_rnn(cell, inputs, lengths, state)
            return outputs[:, :time], state

        found = results(cut, self.cell, padded, lengths, state, mode="eager")
        expected = results(ours_dynamic, self.cell, inputs, lengths, state, mode="eager")
        found["gradients"][0] = found["gradients"][0][:, :time]
        assert_same(found, expected)

    @given(data=st.data())
    def test_the_order_of_a_batch_does_not_matter(self, data):
        inputs, lengths = self.draw(data)
        order = np.array(data.draw(st.permutations(range(len(inputs)))))
        state = random_state(self.cell, len(inputs))
        outputs, final = dynamic_rnn(self.cell, inputs, lengths, state)
        found = dynamic_rnn(self.cell, inputs[order], lengths[order], tf.gather(state, order))
        assert_same(found, (tf.gather(outputs, order), tf.gather(final, order)))

    @given(data=st.data())
    def test_two_chunks_with_the_state_carried_equal_one_run(self, data):
        inputs, lengths = self.draw(data, max_time=6)
        inputs = np.concatenate([inputs, inputs[:, :1]], axis=1)  # at least two steps
        time = inputs.shape[1]
        split = data.draw(st.integers(1, time - 1))
        first, state = dynamic_rnn(self.cell, inputs[:, :split], np.minimum(lengths, split))
        rest = np.maximum(lengths - split, 0)
        second, state = dynamic_rnn(self.cell, inputs[:, split:], rest, state)
        expected = dynamic_rnn(self.cell, inputs, lengths)
        assert_same((tf.concat([first, second], axis=1), state), expected)

    @given(data=st.data())
    def test_a_row_alone_equals_the_row_in_its_batch(self, data):
        inputs, lengths = self.draw(data)
        outputs, state = dynamic_rnn(self.cell, inputs, lengths)
        for i, length in enumerate(lengths):
            alone, alone_state = dynamic_rnn(self.cell, inputs[i : i + 1], lengths[i : i + 1])
            assert_same((alone[0, :length], alone_state[0]), (outputs[i, :length], state[i]))

    @given(data=st.data())
    def test_time_major_is_the_same_run_transposed(self, data):
        inputs, lengths = self.draw(data)
        outputs, state = dynamic_rnn(self.cell, inputs, lengths)
        swapped, swapped_state = dynamic_rnn(
            self.cell, inputs.transpose(1, 0, 2), lengths, time_major=True
        )
        assert_same((tf.transpose(swapped, [1, 0, 2]), swapped_state), (outputs, state))


class TestStructures:
    def test_a_plain_tuple_is_taken_for_a_named_one(self):
        cell, inputs = PairCell(4), random_array([2, 3, 4])
        state = random_state(cell, 2)
        expected = dynamic_rnn(cell, inputs, initial_state=state)
        assert_same(dynamic_rnn(cell, inputs, initial_state=tuple(state)), expected)
        outputs, final = static_rnn(cell, unpack_sequence(inputs), tuple(state))
        assert_same((pack_sequence(outputs), final), expected)

    def test_a_list_of_arrays_serves_as_a_state(self):
        cell, inputs = PairCell(4), random_array([2, 3, 4])
        state = random_state(cell, 2)
        arrays = [part.numpy() for part in state]
        _, final = dynamic_rnn(cell, inputs, initial_state=arrays)
        assert isinstance(final, PairState)
        assert_same(final, dynamic_rnn(cell, inputs, initial_state=state)[1])

    @pytest.mark.parametrize("lengths", [None, [3, 1]])
    def test_a_cell_may_return_its_state_as_a_list(self, lengths):
        class ListCell(PairCell):
            def __call__(self, inputs, state):
                output, state = super().__call__(inputs, state)
                return output, list(state)

        inputs = random_array([2, 3, 4])
        found = dynamic_rnn(ListCell(4), inputs, lengths)
        assert_same(found, dynamic_rnn(PairCell(4), inputs, lengths))

    @pytest.mark.parametrize("dtype", [np.int32, np.int64, np.uint8])
    def test_lengths_may_be_of_any_integer_type(self, dtype):
        cell, inputs = make_cell(3, 4), random_array([2, 5, 3])
        expected = dynamic_rnn(cell, inputs, [5, 2])
        assert_same(dynamic_rnn(cell, inputs, np.array([5, 2], dtype)), expected)


class TestLastOutput:
    def test_each_row_comes_from_its_own_last_step(self):
        outputs = np.arange(24.0).reshape(3, 4, 2)
        found = last_output(outputs, [4, 1, 2])
        np.testing.assert_array_equal(found, [[6, 7], [8, 9], [18, 19]])

    def test_it_is_the_final_state_of_a_basic_cell(self):
        cell, inputs, lengths = make_cell(3, 4), random_array([3, 5, 3]), [5, 1, 2]
        outputs, state = dynamic_rnn(cell, inputs, lengths)
        np.testing.assert_array_equal(last_output(outputs, lengths), state)

    def test_gradients_reach_the_last_steps_only(self):
        outputs = tf.constant(random_array([2, 3, 4]))
        with tf.GradientTape() as tape:
            tape.watch(outputs)
            loss = tf.reduce_sum(last_output(outputs, [3, 1]))
        expected = np.zeros([2, 3, 4])
        expected[0, 2] = expected[1, 0] = 1
        np.testing.assert_array_equal(tape.gradient(loss, outputs), expected)

    def test_one_trace_serves_every_length(self):
        function = traced(
            lambda _, outputs, lengths: last_output(outputs, lengths),
            None,
            spec(None, None, 2),
            spec(None, dtype=tf.int64),
        )
        outputs = np.arange(24.0, dtype="float32").reshape(3, 4, 2)
        found = function(tf.constant(outputs), tf.constant([4, 1, 2], tf.int64))
        np.testing.assert_array_equal(found, [[6, 7], [8, 9], [18, 19]])
        assert found.shape == [3, 2]

    def test_a_length_of_zero_is_refused(self):
        with pytest.raises(ValueError, match=r"must be in 1..3, got \[3, 0\]"):
            last_output(tf.ones([2, 3, 4]), [3, 0])

    def test_unequal_batches_are_refused_naming_both(self):
        with pytest.raises(ValueError, match=r"sequence_length must have the shape \(2,\).*\(3,\)"):
            last_output(tf.ones([2, 3, 4]), [1, 2, 3])

    def test_outputs_without_units_are_refused(self):
        with pytest.raises(ValueError, match=r"outputs must have three axes.*got the shape \(2, 3"):
            last_output(tf.ones([2, 3]), [1, 2])
