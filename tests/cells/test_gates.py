"""No two gates can change places unnoticed: the random tests go red for every exchange."""

import itertools

import keras
import numpy as np
import pytest
import tensorflow as tf

from course_utils.cells import GRUCell, LSTMCell, gates_over_time
from tests.rnn_cases import random_array, random_state

UNITS, FEATURES = 3, 4
CELLS = {
    "lstm": (lambda: LSTMCell(UNITS), lambda: keras.layers.LSTMCell(UNITS), "ifgo"),
    "gru": (lambda: GRUCell(UNITS), lambda: keras.layers.GRUCell(UNITS), "zrh"),
    "gru reset before": (
        lambda: GRUCell(UNITS, reset_after=False),
        lambda: keras.layers.GRUCell(UNITS, reset_after=False),
        "zrh",
    ),
}


def pair(kind):
    """Our cell and Keras's, with the same random weights, the bias too."""
    ours, theirs, _ = CELLS[kind]
    ours, theirs = ours(), theirs()
    theirs.build([None, FEATURES])
    weights = [random_array(w.shape, seed=i) for i, w in enumerate(theirs.get_weights())]
    theirs.set_weights(weights)
    ours.set_weights(weights)
    return ours, theirs


def difference(ours, theirs):
    """The largest one between the states after a step."""
    inputs, state = random_array([2, FEATURES], seed=9), random_state(ours, 2)
    _, found = ours(inputs, state)
    _, expected = theirs(tf.constant(inputs), tf.nest.flatten(state))
    parts = zip(tf.nest.flatten(found), tf.nest.flatten(expected), strict=True)
    return max(np.max(np.abs(a - b)) for a, b in parts)


@pytest.mark.parametrize("kind", CELLS)
def test_a_step_of_random_weights_equals_keras(kind):
    assert difference(*pair(kind)) < 1e-6


@pytest.mark.parametrize(
    ("kind", "one", "other"),
    [
        (kind, one, other)
        for kind, (*_, gates) in CELLS.items()
        for one, other in itertools.combinations(gates, 2)
    ],
)
def test_a_step_with_two_gates_exchanged_does_not(kind, one, other, monkeypatch):
    ours, theirs = pair(kind)
    gates, split = CELLS[kind][2], tf.split
    order = list(range(len(gates)))
    a, b = gates.index(one), gates.index(other)
    order[a], order[b] = order[b], order[a]

    def exchanged(value, parts, axis):
        blocks = split(value, parts, axis=axis)
        return [blocks[i] for i in order]

    monkeypatch.setattr(tf, "split", exchanged)
    _, found = ours(random_array([2, FEATURES], seed=9), random_state(ours, 2))
    monkeypatch.undo()
    _, right = ours(random_array([2, FEATURES], seed=9), random_state(ours, 2))
    parts = zip(tf.nest.flatten(found), tf.nest.flatten(right), strict=True)
    assert max(np.max(np.abs(a - b)) for a, b in parts) > 1e-2
    assert difference(ours, theirs) < 1e-6


def test_gates_over_time_are_those_of_the_states_that_the_cell_leaves():
    cell, inputs = LSTMCell(UNITS, use_peepholes=True), random_array([2, 4, FEATURES], seed=5)
    cell(inputs[:, 0], cell.zero_state(2))  # makes the weights
    cell.set_weights([random_array(w.shape, seed=i) for i, w in enumerate(cell.get_weights())])
    kernel, recurrent_kernel, bias, peephole = cell.get_weights()
    gates, c = gates_over_time(cell, inputs)
    state = cell.zero_state(2)
    for t in range(4):
        sums = inputs[:, t] @ kernel + state.h.numpy() @ recurrent_kernel + bias
        seen = state.c.numpy()
        state = cell(inputs[:, t], state)[1]
        for gate, (block, row, memory) in enumerate([(0, 0, seen), (1, 1, seen), (3, 2, state.c)]):
            a = sums[:, block * UNITS : (block + 1) * UNITS] + peephole[row] * memory
            np.testing.assert_allclose(gates[gate, :, t], 1 / (1 + np.exp(-a)), rtol=1e-5)
        np.testing.assert_allclose(c[:, t], state.c, rtol=1e-6)
