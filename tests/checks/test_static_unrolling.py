"""What the answer bank does not show of chapter 02: probes, fixtures, repeated runs, the prose."""

from collections import Counter
from functools import partial
from typing import Any

import numpy as np
import pytest
import tensorflow as tf

from course_utils.cells import BasicRNNCell
from course_utils.checks.engine import probes
from course_utils.checks.engine.boundary import Local, Recipe, Subject
from course_utils.checks.engine.calls import Call
from course_utils.checks.fixtures.runs import Run
from course_utils.checks.static_unrolling import (
    check_basic_rnn_cell,
    check_graph_size,
    check_pack_sequence,
    check_static_rnn,
    check_unpack_sequence,
)
from course_utils.unroll import pack_sequence, static_rnn, unpack_sequence
from tests.answer_bank import Chapter

SIZES = [(4, 3, 2, 5, 6), (2, 5, 1, (3, 4), 1)]


def graph(n_steps: int, cell: BasicRNNCell) -> tf.Graph:
    """The graph of the course's loop, its cell's weights made before."""
    cell(tf.zeros([4, 3]), cell.zero_state(4))
    run = tf.function(lambda inputs: static_rnn(cell, unpack_sequence(inputs)))
    return run.get_concrete_function(tf.TensorSpec([4, n_steps, 3])).graph


def graph_size(n_steps: int) -> int:
    return len(graph(n_steps, BasicRNNCell(5)).get_operations())


class Walled(Subject):
    """A subject that only lets through what could cross to another process and back."""

    def __init__(self, answer: Any) -> None:
        self._local = answer if isinstance(answer, Local) else Local(answer, "answer")
        super().__init__(self._local.name)

    def _ask(self, call: Call) -> Any:
        if call.attribute:
            return self._back(self._local.get(call.attribute))
        run = partial(self._local.probe, call.probe) if call.probe else self._local
        return self._back(run(*map(self._there, call.args), **call.kwargs))

    def _there(self, value: Any) -> Any:
        if isinstance(value, (list, tuple)):
            return type(value)(map(self._there, value))
        assert value is None or isinstance(value, (int, str, np.ndarray, Recipe)), value
        return value

    def _back(self, value: Any) -> Any:
        return Walled(value) if isinstance(value, Local) else value


@pytest.mark.parametrize(
    "report",
    [
        lambda: check_unpack_sequence(Walled(unpack_sequence)),
        lambda: check_pack_sequence(Walled(pack_sequence)),
        lambda: check_basic_rnn_cell(Walled(BasicRNNCell)),
        lambda: check_static_rnn(Walled(static_rnn)),
        lambda: check_graph_size(Walled(graph_size), "linear"),
    ],
)
def test_the_courses_own_version_passes_from_behind_a_wall(report):
    assert report().score == 1.0, str(report())


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("from_start", [False, True])
def test_expected_runs_are_those_of_tensorflow_1(size, from_start):
    run = Run(size, seed=5)
    start = run.start if from_start else None
    state = None if start is None else tf.nest.map_structure(tf.constant, run.as_state(start))
    outputs, final_state = tf.compat.v1.nn.static_rnn(
        run.cell.build(), list(map(tf.constant, run.inputs)), state, dtype=tf.float32
    )
    expected_outputs, expected_state = run.expected(start)
    np.testing.assert_allclose(np.stack(outputs), expected_outputs, atol=1e-5)
    for part, expected in zip(tf.nest.flatten(final_state), expected_state, strict=True):
        np.testing.assert_allclose(part, expected, atol=1e-5)


@pytest.mark.parametrize("size", SIZES)
def test_every_mistake_of_a_run_can_be_told_from_the_right_result(size):
    run = Run(size, seed=5)
    for start in (None, run.start):
        right_outputs, right_state = run.expected(start)
        for slug, outputs, state in run.mistakes(start):
            same_outputs = np.array_equal(outputs, right_outputs)
            same_state = all(map(np.array_equal, state, right_state))
            assert not (same_outputs and same_state), slug


def test_fixture_cells_are_the_same_object_for_the_same_recipe():
    assert Run(SIZES[0], seed=5).cell.build() is Run(SIZES[0], seed=5).cell.build()


def test_a_fixture_cell_says_which_shape_does_not_fit():
    cell = Run((4, 3, 2, 5, 6), seed=5).cell.build()
    with pytest.raises(ValueError, match=r"a state of shape \[4, 6\], it needs \[batch, 5\]"):
        cell(np.zeros([4, 2]), np.zeros([4, 6]))
    with pytest.raises(ValueError, match=r"2 part\(s\), its state_size is 5"):
        cell(np.zeros([4, 2]), (np.zeros([4, 5]), np.zeros([4, 5])))


def test_graph_sizes_of_traces_and_of_legacy_graphs_are_seen():
    def both() -> None:
        tf.function(tf.square).get_concrete_function(tf.TensorSpec([2]))
        with tf.Graph().as_default():
            tf.zeros([2]) + tf.ones([2])

    result, sizes = probes.traced_graphs(both)
    assert result is None
    assert sizes[-2:] == [3, 3]  # placeholder, square, identity; two constants, a sum


def test_a_graph_made_before_the_call_is_not_seen():
    trace = tf.function(tf.square).get_concrete_function(tf.TensorSpec([2]))
    assert probes.traced_graphs(lambda: len(trace.graph.get_operations())) == (3, [])


def test_weights_made_anew_in_each_call_are_not_kept():
    assert probes.weights_used(lambda: tf.Variable(tf.ones([3])) * 2) == ([(3,)], False)


def test_large_weights_that_chance_draws_do_not_turn_the_score():
    """Behind tanh(5) 32 bits tell little of the sum: the check has to look at smaller ones."""

    class Redrawing(BasicRNNCell):
        def __call__(self, inputs, state):
            weights = tf.Variable(rng.normal(0, 2, [inputs.shape[1] + self.units, self.units]))
            sums = tf.concat([inputs, state], axis=1) @ tf.cast(weights, tf.float32)
            return tf.tanh(sums), tf.tanh(sums)

    scores = set()
    for seed in range(8):
        rng = np.random.default_rng(seed)
        scores.add(check_basic_rnn_cell(Redrawing).score)
    assert len(scores) == 1


def test_redrawn_weights_are_small_all_different_and_stay():
    cell = BasicRNNCell(3)
    x, h = np.ones([1, 2], np.float32), np.zeros([1, 3], np.float32)
    probes.redraw_weights(cell, x, h, seed=1)
    values = np.concatenate([np.ravel(variable) for variable in cell.trainable_variables])
    assert len(np.unique(values)) == 2 * 3 + 3 * 3 + 3
    assert np.abs(values).max() <= 0.5
    assert probes.weights_used(cell, x, h)[1]


def test_an_answer_that_keeps_its_traces_passes_again_when_its_check_runs_again():
    cell = BasicRNNCell(5)
    run = tf.function(lambda inputs: static_rnn(cell, unpack_sequence(inputs)))

    def keeps_traces(n_steps: int) -> int:
        trace = run.get_concrete_function(tf.TensorSpec([4, n_steps, 3]))
        return len(trace.graph.get_operations())

    for _ in range(4):
        assert check_graph_size(keeps_traces, "linear").score == 1.0


def test_a_size_that_is_no_graphs_size_is_refused_though_a_graph_was_traced():
    report = check_graph_size(lambda n: graph_size(n) - n, "linear")
    assert [outcome.held for outcome in report.outcomes] == [False, False, True]
    assert "the graphs traced meanwhile have" in report.outcomes[0].detail


def test_a_graph_that_grows_faster_than_its_steps_is_refused():
    report = check_graph_size(lambda n: graph_size(n * n // 8), "linear")
    assert [outcome.held for outcome in report.outcomes] == [True, False, True]


@pytest.fixture(scope="module")
def notebook() -> dict[str, Any]:
    """The names of the chapter's notebook, all exercises solved, no demonstrations, no checks."""
    names: dict[str, Any] = {"__name__": "__main__"}
    for cell in Chapter("02_static_unrolling").cells:
        if "check_" not in cell.source or cell.source.startswith("import"):
            exec(cell.source, names)
    return names


def test_the_prose_gives_the_right_lists_for_the_small_batch(notebook):
    steps = notebook["unpack_sequence"](np.array([[[1], [2]], [[3], [4]]]))
    assert np.array_equal(steps, [[[1], [3]], [[2], [4]]])
    assert np.array_equal(notebook["pack_sequence"](steps), [[[1], [2]], [[3], [4]]])


def test_the_prose_gives_the_right_numbers_for_the_small_cell(notebook):
    cell = notebook["BasicRNNCell"](2)
    assert np.array_equal(cell.zero_state(3), np.zeros([3, 2]))
    output, _ = cell(tf.zeros([3, 4]), cell.zero_state(3))
    assert np.array_equal(output, np.zeros([3, 2]))
    shapes, _ = probes.weights_used(cell, tf.zeros([3, 4]), cell.zero_state(3))
    assert sum(map(np.prod, shapes)) == 14


@pytest.mark.parametrize(
    ("start", "outputs", "final"), [(None, [10, 30, 60], 6), ([[4.0]], [50, 70, 100], 10)]
)
def test_the_prose_gives_the_right_numbers_for_the_running_sum(notebook, start, outputs, final):
    steps = [tf.constant([[x]]) for x in (1.0, 2.0, 3.0)]
    seen, state = notebook["static_rnn"](notebook["RunningSum"](), steps, start)
    assert np.ravel(seen).tolist() == outputs
    assert np.ravel(state).tolist() == [final]


def test_the_prose_counts_the_operations_of_the_courses_cell_right():
    sizes = [len(graph(n, BasicRNNCell(5)).get_operations()) for n in (2, 3)]
    assert sizes == [27, 36]
    two, three = (
        Counter(operation.type for operation in graph(n, BasicRNNCell(5)).get_operations())
        for n in (2, 3)
    )
    assert three - two == Counter(ReadVariableOp=3, MatMul=2, AddV2=2, Tanh=1, Identity=1)
