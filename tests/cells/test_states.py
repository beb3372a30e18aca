"""States of several parts: matched by name, or by position, or refused."""

from typing import NamedTuple

import numpy as np
import pytest
import tensorflow as tf

from course_utils.cells import BasicRNNCell, GRUCell, LSTMCell, LSTMState
from course_utils.training import truncated_bptt
from course_utils.unroll import (
    bidirectional_dynamic_rnn,
    dynamic_rnn,
    pack_sequence,
    static_rnn,
    unpack_sequence,
)
from course_utils.wrappers import DropoutWrapper, MultiRNNCell
from tests.rnn_cases import assert_same, random_array


class Classic(NamedTuple):
    """TensorFlow 1's LSTMStateTuple: c comes first."""

    c: tf.Tensor
    h: tf.Tensor


H, C = (tf.constant(random_array([2, 3], seed=seed)) for seed in (1, 2))
INPUTS = random_array([2, 4, 5])
NAMED = {"dict": {"c": C, "h": H}, "classic": Classic(c=C, h=H), "ours": LSTMState(h=H, c=C)}


def built(cell):
    cell(tf.zeros([1, 5]), cell.zero_state(1))
    return cell


def static(cell, inputs, initial_state):
    outputs, state = static_rnn(cell, unpack_sequence(inputs), initial_state)
    return pack_sequence(outputs), state


def dynamic(cell, inputs, initial_state):
    return dynamic_rnn(cell, inputs, [4, 2], initial_state)


def backwards(cell, inputs, initial_state):
    cells = (built(BasicRNNCell(2)), cell)
    return bidirectional_dynamic_rnn(*cells, inputs, initial_state_bw=initial_state)[1][1]


def one_step(cell, inputs, state):
    return cell(inputs[:, 0], state)


RUNS = {"static": static, "dynamic": dynamic, "backwards": backwards, "step": one_step}


def test_gates_that_keep_keep_c_and_not_h():
    """By hand: i = 0, f = 1 and o = 1 to the last bit, c = 2, h = 0 give c = 2, h = tanh 2."""
    cell = LSTMCell(1)
    cell.set_weights([np.zeros([1, 4]), np.zeros([1, 4]), np.array([-999.0, 999, 0, 999])])
    zero, two = np.zeros([1, 1]), np.full([1, 1], 2.0)
    for state in ({"c": two, "h": zero}, Classic(c=two, h=zero), (zero, two), [zero, two]):
        output, new_state = cell(zero, state)
        assert isinstance(new_state, LSTMState)
        np.testing.assert_array_equal(new_state.c, [[2.0]])
        np.testing.assert_allclose(output, [[np.tanh(2.0)]])


@pytest.mark.parametrize("kind", NAMED)
@pytest.mark.parametrize("run", RUNS.values(), ids=RUNS)
def test_named_parts_find_their_place(run, kind):
    cell = built(LSTMCell(3))
    assert_same(run(cell, INPUTS, NAMED[kind]), run(cell, INPUTS, (H, C)))


@pytest.mark.parametrize("kind", NAMED)
def test_named_parts_find_their_place_inside_stacks_and_wrappers(kind):
    cell = built(MultiRNNCell([GRUCell(5), DropoutWrapper(LSTMCell(3))]))
    lower = random_array([2, 5])
    for run in (static, dynamic, one_step):
        assert_same(run(cell, INPUTS, (lower, NAMED[kind])), run(cell, INPUTS, (lower, (H, C))))


@pytest.mark.parametrize("kind", NAMED)
def test_truncated_bptt_takes_what_the_loops_take(kind):
    results = []
    for state in (NAMED[kind], (H.numpy(), C.numpy())):
        tf.random.set_seed(4)
        train = truncated_bptt(LSTMCell(3), tf.keras.optimizers.SGD(0.1), 5, num_steps=2)
        results.append(train(INPUTS, tf.zeros([2, 4], tf.int32), state))
    assert_same(*results)


@pytest.mark.parametrize("run", [static, dynamic, one_step, "truncated"])
@pytest.mark.parametrize(
    ("state", "came"),
    [
        ({"h": H, "x": C}, "a dict of h, x"),
        ({0: H, 1: C}, "a dict of 0, 1"),
        ((H, {"c": C}), "must be one tensor, got a dict of c"),
    ],
)
def test_parts_that_cannot_be_matched_are_refused(run, state, came):
    def truncated(cell, inputs, state):
        train = truncated_bptt(cell, tf.keras.optimizers.SGD(0.1), 5, num_steps=2)
        return train(inputs, tf.zeros([2, 4], tf.int32), state)

    with pytest.raises(ValueError, match=came):
        (truncated if run == "truncated" else run)(built(LSTMCell(3)), INPUTS, state)


@pytest.mark.parametrize("run", [static, dynamic])
class TestCellsOfOtherKinds:
    class Dict(BasicRNNCell):
        """State {"a": as the name says, "b": the sum of all a}."""

        answer = dict
        state_size = property(lambda self: {"b": 3, "a": 3})

        def zero_state(self, batch_size, dtype=tf.float32):
            return {"b": tf.zeros([batch_size, 3], dtype), "a": tf.ones([batch_size, 3], dtype)}

        def __call__(self, inputs, state):
            output, _ = self.cell(inputs, state["a"])
            new = {"b": state["b"] + output, "a": output}
            return output, self.answer(new)

        def __init__(self):
            super().__init__(3)
            self.cell = built(BasicRNNCell(3))

    def test_a_dict_goes_through_the_loop(self, run):
        cell = self.Dict()
        start = {"b": tf.zeros([2, 3]), "a": tf.ones([2, 3])}
        outputs, state = run(cell, INPUTS, start)
        np.testing.assert_allclose(state["b"], tf.reduce_sum(outputs, axis=1), atol=1e-6)
        expected, _ = run(cell.cell, INPUTS, tf.ones([2, 3]))
        np.testing.assert_allclose(outputs, expected, atol=1e-6)

    def test_a_list_for_a_dict_is_refused(self, run):
        cell = self.Dict()
        cell.answer = lambda state: list(state.values())
        with pytest.raises(ValueError, match=r"must have the parts of a dict of a, b, got a list"):
            run(cell, INPUTS, None)

    def test_names_for_a_plain_tuple_are_refused(self, run):
        class Plain(LSTMCell):
            state_size = (3, 3)

        with pytest.raises(ValueError, match=r"parts of a tuple of 2, got a Classic of c, h"):
            run(built(Plain(3)), INPUTS, Classic(c=C, h=H))

    def test_one_part_in_a_list_is_that_part_as_keras_has_it(self, run):
        class InList(BasicRNNCell):
            def __call__(self, inputs, state):
                output, state = super().__call__(inputs, state)
                return output, [state]

        cell = built(InList(3))
        expected = run(cell, INPUTS, H)
        assert_same(run(cell, INPUTS, [H]), expected)
        assert expected[1].shape == [2, 3]

    def test_a_name_for_a_single_part_is_refused(self, run):
        with pytest.raises(ValueError, match="must be one tensor, got a dict of h"):
            run(built(BasicRNNCell(3)), INPUTS, {"h": H})


@pytest.mark.parametrize("make", [BasicRNNCell, LSTMCell, GRUCell])
@pytest.mark.parametrize("rows", [(None, None), (3, None), (None, 1)], ids=str)
def test_one_row_of_state_is_not_broadcast_where_sizes_are_known_late(make, rows):
    cell = make(4)
    cell(tf.zeros([1, 2]), cell.zero_state(1))

    def step(inputs, state):
        return cell(inputs, tf.nest.pack_sequence_as(cell.state_size, [state] * parts))[0]

    parts = len(tf.nest.flatten(cell.state_size))
    signature = [tf.TensorSpec([rows[0], 2]), tf.TensorSpec([rows[1], 4])]
    known_late = tf.function(step, input_signature=signature)
    inputs, state = tf.random.normal([3, 2]), tf.random.normal([3, 4])
    if rows[1] is None:
        np.testing.assert_allclose(known_late(inputs, state), step(inputs, state), rtol=1e-6)
    with pytest.raises(tf.errors.InvalidArgumentError, match=r"as many rows|reshape"):
        known_late(inputs, state[:1])
