"""Named measurements on an answer."""

import numpy as np
import pytest
import tensorflow as tf

from course_utils.checks.engine.boundary import AnswerError, Local


def test_traced_graphs_counts_the_operations_of_each_new_graph():
    def trace(n):
        @tf.function
        def run(x):
            for _ in range(n):
                x = x + 1.0
            return x

        return len(run.get_concrete_function(tf.constant(1.0)).graph.get_operations())

    result, sizes = Local(trace, "trace").probe("traced_graphs", 4)
    assert result in sizes
    assert Local(lambda: 5, "trace").probe("traced_graphs") == (5, [])


def test_gradients_reach_arrays_in_lists_and_stop_at_numpy():
    def mixed(rows, y):
        return rows[0] * rows[1] + y.numpy()

    rows = [np.array([2.0]), np.array([3.0])]
    found = Local(mixed, "mixed").probe("gradients", rows, np.array([1.0]))
    assert [None if g is None else g.tolist() for g in found] == [[3.0], [2.0], None]


def test_in_a_graph_all_arrays_are_placeholders():
    def symbolic(rows, factor):
        assert all(tf.is_symbolic_tensor(row) for row in rows)
        return factor * (rows[0] + rows[1])

    rows = [np.array([2.0]), np.array([3.0])]
    assert Local(symbolic, "symbolic").probe("in_graph", rows, 2).tolist() == [10]
    with pytest.raises(AnswerError, match="NotImplementedError: Cannot convert a symbolic"):
        Local(lambda rows: np.tanh(rows[0]), "numpy").probe("in_graph", rows)
