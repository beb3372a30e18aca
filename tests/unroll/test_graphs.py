"""What the loops leave in a graph: its size, traces, shapes, and how it runs."""

import numpy as np
import pytest
import tensorflow as tf

from course_utils.cells import BasicRNNCell
from course_utils.unroll import dynamic_rnn, static_rnn
from tests.rnn_cases import (
    PairCell,
    assert_same,
    classic_dynamic,
    make_cell,
    mixed_lengths,
    random_array,
    spec,
    traced,
)


def count_operations(function):
    """Operations of a concrete function and of the bodies it calls, such as a loop's."""
    definition = function.graph.as_graph_def()
    return len(definition.node) + sum(len(f.node_def) for f in definition.library.function)


class TestGraphs:
    cell = make_cell(3, 4)

    def dynamic_size(self, time):
        lengths = spec(2, dtype=tf.int32)
        return count_operations(traced(dynamic_rnn, self.cell, spec(2, time, 3), lengths))

    def static_size(self, time):
        return count_operations(traced(static_rnn, self.cell, [spec(2, 3)] * time))

    def test_the_graph_of_dynamic_rnn_does_not_grow_with_time(self):
        assert self.dynamic_size(3) == self.dynamic_size(50) == self.dynamic_size(2000)

    def test_the_graph_of_static_rnn_grows_by_the_same_for_each_step(self):
        sizes = [self.static_size(time) for time in (2, 3, 4, 12)]
        step = sizes[1] - sizes[0]
        assert step > 0
        assert [sizes[2] - sizes[1], sizes[3] - sizes[2]] == [step, 8 * step]

    @pytest.mark.parametrize("cell", [make_cell(3, 4), PairCell(3)], ids=["single", "nested"])
    def test_one_trace_serves_every_batch_and_length(self, cell):
        traces = []

        @tf.function(input_signature=[spec(None, None, 3), spec(None, dtype=tf.int32)])
        def run(inputs, lengths):
            traces.append(1)
            return dynamic_rnn(cell, inputs, lengths)

        for batch, time in [(1, 1), (2, 5), (5, 9), (3, 2)]:
            inputs, lengths = random_array([batch, time, 3]), mixed_lengths(batch, time)
            assert_same(
                run(inputs, tf.constant(lengths, tf.int32)), dynamic_rnn(cell, inputs, lengths)
            )
        assert len(traces) == 1

    def test_a_function_that_makes_the_weights_is_right_at_once(self):
        cell, inputs = BasicRNNCell(4), random_array([2, 5, 3])
        found = tf.function(lambda x: dynamic_rnn(cell, x))(inputs)
        assert_same(found, dynamic_rnn(cell, inputs))

    @pytest.mark.parametrize(("batch", "time"), [(2, 5), (None, 5), (2, None), (None, None)])
    def test_results_keep_the_shapes_that_are_known(self, batch, time):
        lengths = spec(None, dtype=tf.int32)
        outputs, state = traced(
            dynamic_rnn, PairCell(3), spec(batch, time, 3), lengths
        ).structured_outputs
        assert outputs.shape.as_list() == [batch, time, 5]
        assert state.vector.shape.as_list() == [batch, 3]
        assert state.matrix.shape.as_list() == [batch, 2, 2]

    def test_the_batch_of_an_initial_state_is_enough(self):
        outputs, state = traced(
            lambda cell, x, h: dynamic_rnn(cell, x, initial_state=h),
            self.cell,
            spec(2, None, 3),
            spec(None, 4),
        ).structured_outputs
        assert outputs.shape.as_list() == [2, None, 4]
        assert state.shape.as_list() == [2, 4]

    def test_a_cell_may_forget_the_batch_size(self):
        class Forgetful(BasicRNNCell):
            def __call__(self, inputs, state):
                _, state = super().__call__(inputs, state)
                hidden = tf.compat.v1.placeholder_with_default(state, [None, None])
                return tf.identity(hidden), hidden

        cell = Forgetful(4)
        cell(tf.ones([2, 3]), tf.zeros([2, 4]))
        outputs, state = traced(dynamic_rnn, cell, spec(2, 5, 3)).structured_outputs
        assert outputs.shape.as_list() == [2, 5, 4]
        assert state.shape.as_list() == [2, 4]

    def test_parallel_iterations_reaches_the_loop(self):
        function = traced(
            lambda cell, x: dynamic_rnn(cell, x, parallel_iterations=7), self.cell, spec(2, 5, 3)
        )
        (loop,) = [op for op in function.graph.get_operations() if "While" in op.type]
        assert loop.get_attr("parallel_iterations") == 7

    def test_swap_memory_reaches_the_loop(self, monkeypatch):
        seen = []
        real = tf.while_loop
        monkeypatch.setattr(
            tf, "while_loop", lambda *a, **k: seen.append(k["swap_memory"]) or real(*a, **k)
        )
        dynamic_rnn(self.cell, tf.ones([2, 1, 3]), swap_memory=True)
        assert seen == [True]

    def test_gradients_compile_with_xla(self):
        inputs, lengths = tf.constant(random_array([3, 5, 3])), tf.constant([5, 0, 2])

        def gradients():
            with tf.GradientTape() as tape:
                loss = tf.reduce_sum(dynamic_rnn(self.cell, inputs, lengths)[0] ** 2)
            return tape.gradient(loss, self.cell.trainable_variables)

        assert_same(tf.function(gradients, jit_compile=True)(), gradients())

    def test_a_session_runs_a_classic_graph_whose_loop_makes_the_weights(self):
        inputs, lengths = random_array([3, 5, 3]), mixed_lengths(3, 5)
        with tf.Graph().as_default(), tf.compat.v1.Session() as session:
            cell = BasicRNNCell(4)
            run = dynamic_rnn(cell, inputs, lengths)
            classic_run = classic_dynamic(cell, tf.constant(inputs), lengths, None)
            session.run([v.initializer for v in cell.trainable_variables])
            found, expected = session.run([run, classic_run])
        np.testing.assert_allclose(found[0], expected[0], atol=1e-6)
        np.testing.assert_allclose(found[1], expected[1], atol=1e-6)
