"""The checks of chapter 03, as far as the answer bank does not show them."""

import numpy as np
import pytest
import tensorflow as tf

from course_utils import unroll
from course_utils.checks.dynamic_rnn import (
    check_count_ones,
    check_dynamic_rnn,
    check_fix_the_loop,
    check_last_output,
    check_pad_batch,
    check_sequence_lengths,
)
from course_utils.checks.dynamic_rnn.loops import RUNS
from course_utils.checks.engine import probes
from course_utils.checks.engine.boundary import subject
from course_utils.checks.fixtures.batch_runs import BatchRun

SIZES = [*RUNS, (2, 1, 3, 4, 5), (4, 3, 2, (5, 3), 6)]
SEVERAL = (4, 5, 3, 2, 6)  # of batch, time, ...: more than one of everything


def ours(run, lengths=None, start=None):
    """What the course's own loop makes of a run: outputs and the state's parts."""
    start = None if start is None else run.as_state(start)
    outputs, state = unroll.dynamic_rnn(run.cell.build(), run.sequences, lengths, start)
    return outputs.numpy(), [part.numpy() for part in tf.nest.flatten(state)]


def assert_result(result, expected):
    outputs, parts = expected
    np.testing.assert_allclose(result.outputs, outputs, atol=1e-5)
    for part, right in zip(result.state, parts, strict=True):
        np.testing.assert_allclose(part, right, atol=1e-5)


# What the checks take for right comes from NumPy; the course's loop is TensorFlow's.


@pytest.mark.parametrize("from_zero", [True, False])
@pytest.mark.parametrize("size", SIZES, ids=str)
def test_the_expected_run_is_that_of_the_courses_loop(size, from_zero):
    run = BatchRun(size, seed=4)
    start = None if from_zero else run.start
    assert_result(run.result(start), ours(run, None, start))
    assert_result(run.ended(run.lengths, start), ours(run, run.lengths, start))


def test_the_expected_run_of_an_empty_sequence_ends_where_it_starts():
    run = BatchRun(SEVERAL, seed=1)
    lengths = np.array([0, 5, 0, 1])
    assert_result(run.ended(lengths, run.start), ours(run, lengths, run.start))


@pytest.mark.parametrize("start", [None, "given"])
def test_no_mistake_gives_the_right_result(start):
    run = BatchRun(SEVERAL, seed=2)
    start = run.start if start else None
    for mistakes, right in (
        (run.wrong_results(start), run.result(start)),
        (run.wrongly_ended(run.lengths, start), run.ended(run.lengths, start)),
    ):
        for slug, wrong in mistakes:
            if slug == "initial-state-ignored" and start is None:
                continue  # there is none to ignore
            same_outputs = np.array_equal(wrong.outputs, right.outputs)
            same_state = all(map(np.array_equal, wrong.state, right.state))
            assert not (same_outputs and same_state), slug


@pytest.mark.parametrize("seed", range(4))
def test_lengths_differ_and_end_before_the_last_step(seed):
    lengths = BatchRun(SEVERAL, seed).lengths
    assert len(set(lengths.tolist())) > 1
    assert lengths.min() >= 1
    assert lengths.max() < SEVERAL[1]


# The probes.


def test_a_trace_with_an_open_time_runs_other_lengths():
    calls = [[np.ones([2, time, 3], np.float32)] for time in (4, 9)]
    results = probes.run_trace(lambda cell, x: tf.reduce_sum(x), None, calls)
    assert [float(r) for r in results] == [24, 54]


def test_a_trace_with_a_known_time_knows_it():
    seen = []
    array = np.ones([2, 4, 3], np.float32)
    for open_time in (True, False):
        probes.run_trace(lambda cell, x: seen.append(x.shape[1]), None, [[array]], open_time)
    assert seen == [None, 4]


def test_what_cannot_be_traced_says_why_in_one_line():
    def python_loop(cell, x):
        return [x[:, t] for t in range(x.shape[1])]

    with pytest.raises(probes.TraceError, match=r"^TypeError: 'NoneType' .*$"):
        probes.run_trace(python_loop, None, [[np.ones([2, 4, 3])]])


def test_the_size_of_a_trace_counts_the_body_of_a_loop():
    def short(cell, n):
        return tf.while_loop(lambda t: t < n, lambda t: [t + 1], [0])

    def long(cell, n):
        return tf.while_loop(lambda t: t < n, lambda t: [t + 1 + 1 + 1 + 1], [0])

    sizes = [probes.trace_size(loop, None, [np.array(3, np.int32)]) for loop in (short, long)]
    assert sizes[1] - sizes[0] == 6  # three additions, three constants


def test_weights_come_back_even_if_the_call_fails():
    weight = tf.Variable([1.0, 2.0])
    calls = []

    def fails_the_second_time(x):
        calls.append(tf.reduce_sum(x * weight))
        if len(calls) == 2:
            raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        probes.run_without_weights(fails_the_second_time, tf.ones([2]))
    assert [float(c) for c in calls] == [3, 0]
    assert weight.numpy().tolist() == [1, 2]


# The checks.


def masked_sum(inputs, sequence_length):
    return tf.reduce_sum(inputs * tf.sequence_mask(sequence_length, 14, tf.int32), axis=1)


def test_counting_leaves_the_network_as_it_was():
    weight = tf.Variable(1.0)

    def predict_count(inputs, sequence_length):
        return tf.cast(masked_sum(inputs, sequence_length), tf.float32) * weight

    assert check_count_ones(predict_count).score == 1
    assert weight.numpy() == 1


def test_counts_that_are_not_whole_are_refused():
    weight = tf.Variable(1.0)

    def estimate(inputs, sequence_length):
        return weight * tf.cast(masked_sum(inputs, sequence_length), tf.float32) + 0.25

    report = check_count_ones(estimate)
    assert report.score == 0
    assert "expected whole numbers" in str(report)


def loop_with(first=0, carry=True, keep=True):
    """A loop with any of the three bugs that `fix-the-loop` plants."""

    def loop(cell, inputs):
        inputs = tf.transpose(inputs, [1, 0, 2])
        outputs = tf.TensorArray(tf.float32, tf.shape(inputs)[0])

        def body(t, outputs, state):
            output, new_state = cell(inputs[t], state)
            written = outputs.write(t, output)
            return t + 1, written if keep else outputs, new_state if carry else state

        start = (first, outputs, cell.zero_state(tf.shape(inputs)[1]))
        _, outputs, state = tf.while_loop(lambda t, *_: t < tf.shape(inputs)[0], body, start)
        return tf.transpose(outputs.stack(), [1, 0, 2]), state

    return loop


@pytest.mark.parametrize(
    ("mended", "held"),
    [
        ({}, 1),
        ({"first": 0}, 2),
        ({"carry": True}, 2),
        ({"keep": True}, 4),
        ({"first": 0, "keep": True}, 5),
        ({"carry": True, "keep": True}, 5),
        ({"first": 0, "carry": True}, 4),
        ({"first": 0, "carry": True, "keep": True}, 7),
    ],
)
def test_every_bug_that_is_mended_counts(mended, held):
    loop = loop_with(**({"first": 1, "carry": False, "keep": False} | mended))
    assert check_fix_the_loop(loop).held == held


@pytest.mark.parametrize(
    ("check", "answer"),
    [
        (check_dynamic_rnn, lambda cell, x, s=None: unroll.dynamic_rnn(cell, x, None, s)),
        (check_sequence_lengths, unroll.dynamic_rnn),
        (check_last_output, unroll.last_output),
        (check_fix_the_loop, unroll.dynamic_rnn),
    ],
)
@pytest.mark.parametrize("seeds", [(3, 4), (21, 5, 6)])
def test_the_courses_own_functions_pass_for_any_seeds(check, answer, seeds):
    report = check(answer, seeds=seeds)
    assert report.score == 1, str(report)


def test_a_subject_is_taken_as_it_is():
    def pad_batch(sequences):
        lengths = [len(sequence) for sequence in sequences]
        return [s + [0] * (max(lengths) - len(s)) for s in sequences], lengths

    assert check_pad_batch(subject(pad_batch, "elsewhere")).score == 1
