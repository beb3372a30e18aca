"""Named measurements on an answer."""

import tensorflow as tf

from course_utils.checks.engine.boundary import (
    Local,
)


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
