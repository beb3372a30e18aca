"""What the answer bank does not show of chapter 08's checks: their oracles, chance, odd answers."""

import numpy as np
import pytest
import tensorflow as tf

from course_utils import unroll, wrappers
from course_utils.checks import deep_rnns as checks
from course_utils.checks.deep_rnns.bidirectional_rnn import ALIKE, NESTED, RUNS, TwoRuns
from course_utils.checks.deep_rnns.cells import make_fresh_cell
from course_utils.checks.deep_rnns.reverse_sequence import reverse
from course_utils.checks.deep_rnns.stack_cases import NESTED as NESTED_STACK
from course_utils.checks.deep_rnns.stack_cases import SIZES, Layer
from course_utils.checks.engine import probes


def bidirectional(*arguments):
    outputs, states = unroll.bidirectional_dynamic_rnn(*arguments)
    return tf.concat(outputs, 2), states


def drop(x, keep_prob, training, rng):
    return x * (rng.random(x.shape) < keep_prob) / keep_prob if training else x


OWN = {
    "multi-rnn-cell": lambda **o: checks.check_multi_rnn_cell(wrappers.MultiRNNCell, **o),
    "dropout": lambda **o: checks.check_dropout(drop, **o),
    "dropout-wrapper": lambda **o: checks.check_dropout_wrapper(wrappers.DropoutWrapper, **o),
    "reverse-sequence": lambda **o: checks.check_reverse_sequence(
        lambda x, n: tf.reverse_sequence(x, n, seq_axis=1), **o
    ),
    "bidirectional-rnn": lambda **o: checks.check_bidirectional_rnn(bidirectional, **o),
    "place-on-devices": lambda **o: checks.check_place_on_devices(wrappers.DeviceWrapper, **o),
}


@pytest.mark.parametrize("exercise", OWN)
def test_the_courses_own_version_gets_full_marks(exercise):
    report = OWN[exercise](seeds=(21,))
    assert report.exercise == exercise
    assert report.score == 1.0, str(report)


@pytest.mark.slow
@pytest.mark.parametrize("exercise", ["dropout", "dropout-wrapper"])
def test_chance_fails_no_right_answer(exercise):
    for seed in range(25):
        report = OWN[exercise](seeds=(seed,))
        assert report.score == 1.0, str(report)


@pytest.mark.parametrize("size", [ALIKE, *RUNS, NESTED])
def test_both_directions_by_numpy_are_those_of_classic_tensorflow(size):
    runs = TwoRuns(*size, seed=3)
    outputs, states = tf.compat.v1.nn.bidirectional_dynamic_rnn(
        runs.forward.cell.build(),
        runs.backward.cell.build(),
        tf.constant(runs.sequences),
        runs.lengths,
        dtype=tf.float32,
    )
    right = runs.right(runs.lengths)
    np.testing.assert_allclose(right.outputs, np.concatenate(outputs, axis=2), atol=1e-5)
    for found, expected in zip((right.state_fw, right.state_bw), states, strict=True):
        for part, right_part in zip(found, tf.nest.flatten(expected), strict=True):
            np.testing.assert_allclose(part, right_part, atol=1e-5)


def test_no_mistake_in_two_directions_is_right():
    for run in (TwoRuns(*ALIKE, seed=seed) for seed in (1, 2)):
        right = run.right(run.lengths)
        for slug, wrong in run.wrong(run.lengths):
            same = [np.allclose(a, b) for a, b in zip(wrong.outputs, right.outputs, strict=True)]
            states = np.allclose(wrong.state_fw, right.state_fw) and np.allclose(
                wrong.state_bw, right.state_bw
            )
            assert not (all(same) and states), slug


def test_reversing_by_hand_is_tensorflows():
    values = np.random.default_rng(1).normal(size=[4, 5, 2])
    lengths = np.array([5, 1, 3, 0])
    expected = tf.reverse_sequence(values, lengths, seq_axis=1)
    np.testing.assert_array_equal(reverse(values, lengths), expected)


@pytest.mark.parametrize("size", [*SIZES, NESTED_STACK])
def test_a_layer_by_numpy_is_the_fixture_cell(size):
    batch, features, layers = size
    rng = np.random.default_rng(5)
    for state_size, output_size in layers:
        layer = Layer(features, state_size, output_size, seed=4)
        x = rng.normal(size=[batch, features])
        parts = [rng.normal(size=[batch, n]) for n in layer.widths]
        found, new_parts = layer.step(x, parts)
        output, new_state = layer.recipe.build()(x, layer.in_structure(parts))
        np.testing.assert_allclose(found, output, atol=1e-5)
        for part, right in zip(new_parts, tf.nest.flatten(new_state), strict=True):
            np.testing.assert_allclose(part, right, atol=1e-5)
        features = output_size


class TestPlacement:
    def test_what_is_thrown_away_does_not_count(self):
        def wrap(cell, device):
            def call(inputs, state):
                with tf.device(device):
                    cell(inputs, state)
                return cell(inputs, state)

            return call

        variables, operations = probes.placement(wrap, make_fresh_cell(3, 2), "/GPU:4", 5)
        assert set(variables) == {"GPU:4"}
        assert {device for _, device in operations} == {""}

    def test_the_weights_of_all_products_are_found(self):
        variables, operations = probes.placement(
            wrappers.DeviceWrapper, make_fresh_cell(3, 2), "/CPU:2", 5
        )
        assert variables == ["CPU:2"] * 5  # two kernels and a bias; kernel and bias on top
        assert [kind for kind, _ in operations].count("MatMul") == 3


def test_a_device_that_is_nowhere_is_no_reason_to_fail():
    report = checks.check_place_on_devices(wrappers.DeviceWrapper, devices=("/TPU:9",))
    assert report.score == 1.0, str(report)


@pytest.mark.parametrize("axis", [0, 1, 2])
def test_one_draw_along_any_axis_is_named(axis):
    def along(x, keep_prob, training, rng):
        shape = [1 if i == axis else n for i, n in enumerate(x.shape)]
        return x * (rng.random(shape) < keep_prob) / keep_prob if training else x

    report = checks.check_dropout(along, sizes=((40, 12, 14),))
    assert "one-draw-for-many" in report.misconceptions


class SwappedProbabilities:
    """A wrapper that drops inputs by the outputs' probability and outputs by the inputs'."""

    def __init__(self, cell, input_keep_prob=1.0, output_keep_prob=1.0, variational=False):
        self.inner = wrappers.DropoutWrapper(cell, output_keep_prob, input_keep_prob, variational)
        self.state_size, self.output_size = cell.state_size, cell.output_size
        self.zero_state = self.inner.zero_state

    def __call__(self, inputs, state, training=False):
        return self.inner(inputs, state, training=training)


def test_outputs_dropped_in_place_of_inputs_are_not_taken_for_a_dropped_state():
    report = checks.check_dropout_wrapper(SwappedProbabilities)
    assert report.score < 1.0
    assert "state-dropped" not in report.misconceptions, str(report)
    assert "the outputs have values dropped" in str(report)


def test_halves_that_are_added_do_not_make_a_state_a_single_tensor():
    def added(*arguments):
        outputs, states = unroll.bidirectional_dynamic_rnn(*arguments)
        return outputs[0] + outputs[1], states

    report = checks.check_bidirectional_rnn(added)
    assert report.score < 1.0
    assert report.misconceptions == ["outputs-added"], str(report)


def test_a_state_handed_to_the_next_layer_is_not_taken_for_a_single_tensor():
    class StateChained(wrappers.MultiRNNCell):
        def __call__(self, inputs, state):
            new_states, layer_state = [], state[0]
            for cell in self.cells:
                inputs, layer_state = cell(inputs, layer_state)
                new_states.append(layer_state)
            return inputs, tuple(new_states)

    report = checks.check_multi_rnn_cell(StateChained)
    assert report.score < 1.0
    assert report.misconceptions == ["state-for-the-next-layer"], str(report)


def test_what_drops_nothing_is_not_taken_for_one_draw():
    report = checks.check_dropout(lambda x, keep_prob, training, rng: x)
    assert report.misconceptions == ["nothing-dropped"], str(report)


def test_one_draw_for_all_is_not_taken_for_no_dropout():
    def one_draw(x, keep_prob, training, rng):
        return x * (rng.random() < keep_prob) / keep_prob if training else x

    report = checks.check_dropout(one_draw)
    assert report.misconceptions == ["one-draw-for-many"], str(report)
