"""Wrong arguments of the loops: each gets a sentence with what came and what to do."""

import keras
import pytest
import tensorflow as tf

from course_utils.cells import BasicRNNCell, GRUCell, LSTMCell
from course_utils.unroll import dynamic_rnn, static_rnn, unpack_sequence
from course_utils.wrappers import DropoutWrapper
from tests.rnn_cases import MODES, PairCell, make_cell, spec, traced

INPUTS = tf.ones([2, 3, 4])


class TestRefusedArguments:
    @pytest.mark.parametrize(
        ("lengths", "error", "message"),
        [
            ([1.0, 2.0], TypeError, "sequence_length must hold integers, got float32"),
            ([True, False], TypeError, "sequence_length must hold integers, got bool"),
            ([[1, 2]], ValueError, r"shape \(2,\), one length for each .* got \(1, 2\)"),
            (3, ValueError, r"shape \(2,\), one length for each .* got \(\)"),
            ([1, 2, 3], ValueError, r"shape \(2,\), one length for each .* got \(3,\)"),
            ([3], ValueError, r"shape \(2,\), one length for each .* got \(1,\)"),
            ([4, 1], ValueError, r"sequence_length must be in 0..3, got \[4, 1\]"),
            ([-1, 1], ValueError, r"sequence_length must be in 0..3, got \[-1, 1\]"),
        ],
    )
    @pytest.mark.parametrize("mode", MODES)
    def test_lengths_that_do_not_fit(self, lengths, error, message, mode):
        def run():
            return dynamic_rnn(BasicRNNCell(5), INPUTS, lengths)

        with pytest.raises(error, match=message):
            (tf.function(run) if mode == "function" else run)()

    def test_a_negative_length_where_the_number_of_steps_is_unknown(self):
        with pytest.raises(ValueError, match=r"must be in 0..time, got \[-1, 1\]"):
            traced(lambda cell, x: dynamic_rnn(cell, x, [-1, 1]), BasicRNNCell(5), spec(2, None, 4))

    @pytest.mark.parametrize("name", ["sequence_length", "initial_state"])
    def test_one_row_for_a_batch_that_was_unknown_when_traced(self, name):
        value = {"sequence_length": tf.constant([2]), "initial_state": tf.zeros([1, 5])}[name]
        cell = make_cell(4, 5)

        @tf.function(input_signature=[spec(None, None, 4)])
        def run(inputs):
            return dynamic_rnn(cell, inputs, **{name: value})

        with pytest.raises(tf.errors.InvalidArgumentError, match=f"{name} must have as many rows"):
            run(INPUTS)

    @pytest.mark.parametrize("loop", ["static", "dynamic"])
    @pytest.mark.parametrize("shape", [[2, 4], [1, 5], [3, 5], [5]])
    def test_an_initial_state_of_the_wrong_shape(self, loop, shape):
        run, inputs = (
            (static_rnn, unpack_sequence(INPUTS)) if loop == "static" else (dynamic_rnn, INPUTS)
        )
        with pytest.raises(ValueError, match=r"initial_state must have the shape \(2, 5\), .* got"):
            run(BasicRNNCell(5), inputs, initial_state=tf.zeros(shape))

    def test_an_initial_state_of_too_few_parts(self):
        with pytest.raises(ValueError, match=r"initial_state has 1 part\(s\), .* asks for 2"):
            dynamic_rnn(PairCell(4), INPUTS, initial_state=tf.zeros([2, 3]))

    def test_inputs_that_are_not_of_rank_3(self):
        with pytest.raises(ValueError, match=r"inputs must have three axes, \[batch, time, feat"):
            dynamic_rnn(BasicRNNCell(5), tf.ones([2, 3]))

    def test_the_layout_in_the_message_follows_time_major(self):
        with pytest.raises(ValueError, match=r"inputs must have three axes, \[time, batch, feat"):
            dynamic_rnn(BasicRNNCell(5), tf.ones([2, 3]), time_major=True)

    def test_static_rnn_without_a_single_step(self):
        with pytest.raises(ValueError, match="inputs must hold at least one time step, got an emp"):
            static_rnn(BasicRNNCell(5), [])

    def test_static_rnn_with_a_tensor_in_place_of_a_list(self):
        with pytest.raises(TypeError, match=r"inputs must be a list.*unpack_sequence makes it"):
            static_rnn(BasicRNNCell(5), INPUTS)

    def test_static_rnn_with_batches_that_differ(self):
        with pytest.raises(ValueError, match=r"here \(2, 4\), but inputs\[1\] has .*\(3, 4\)"):
            static_rnn(BasicRNNCell(5), [tf.ones([2, 4]), tf.ones([3, 4])])

    @pytest.mark.parametrize("loop", [static_rnn, dynamic_rnn])
    def test_a_class_in_place_of_a_cell(self, loop):
        with pytest.raises(TypeError, match=r"got the class BasicRNNCell.*BasicRNNCell\(units\)"):
            loop(BasicRNNCell, INPUTS)

    @pytest.mark.parametrize("loop", [static_rnn, dynamic_rnn])
    def test_a_keras_cell(self, loop):
        with pytest.raises(TypeError, match=r"cell must have .* without zero_state"):
            loop(keras.layers.SimpleRNNCell(5), INPUTS)

    def test_something_that_cannot_be_called(self):
        class Sizes:
            state_size = output_size = 5
            zero_state = None

        with pytest.raises(TypeError, match=r"cell must have .* not callable"):
            dynamic_rnn(Sizes(), INPUTS)

    def test_a_cell_whose_output_is_not_as_wide_as_it_says(self):
        cell = BasicRNNCell(5)
        wide = type("Wide", (BasicRNNCell,), {"output_size": 7})(5)
        dynamic_rnn(cell, INPUTS)
        with pytest.raises(ValueError, match=r"an output of shape \(2, 5\), but its output_size"):
            dynamic_rnn(wide, INPUTS)

    def test_a_cell_whose_state_changes_its_shape(self):
        class Growing(BasicRNNCell):
            def __call__(self, inputs, state):
                output, _ = super().__call__(inputs, state)
                return output, tf.concat([output, output], axis=1)

        with pytest.raises(ValueError, match=r"a state of shape \(2, 10\), but its state_size"):
            dynamic_rnn(Growing(5), INPUTS)

    def test_a_cell_that_loses_a_part_of_its_state(self):
        class Losing(PairCell):
            def __call__(self, inputs, state):
                output, state = super().__call__(inputs, state)
                return output, state.vector

        with pytest.raises(ValueError, match=r"a state of 1 part\(s\) for one of 2"):
            dynamic_rnn(Losing(4), INPUTS)


@pytest.mark.parametrize(
    ("name", "call"),
    [
        ("time_major", lambda: dynamic_rnn(BasicRNNCell(5), INPUTS, None, None, tf.float32)),
        ("use_peepholes", lambda: LSTMCell(5, 1.0)),
        ("reset_after", lambda: GRUCell(5, tf.nn.relu)),
        ("variational", lambda: DropoutWrapper(BasicRNNCell(5), 1.0, 0.5, 0.9)),
    ],
)
def test_a_flag_by_its_old_position_is_refused(name, call):
    with pytest.raises(TypeError, match=f"{name} must be True or False"):
        call()
