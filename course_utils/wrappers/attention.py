"""A cell that looks at a memory at each step, and is told at the next what it saw."""

from typing import Any, NamedTuple

import tensorflow as tf

from course_utils.attention import (
    BahdanauAttention,
    LuongAttention,
    context_of,
    masked_softmax,
    new_kernel,
    without_padding,
)
from course_utils.cells import Cell, State
from course_utils.cells.arguments import with_batch_size
from course_utils.cells.base import positive_integer
from course_utils.loop_arguments import size_of
from course_utils.wrappers.base import CellWrapper, call_cell


class AttentionState(NamedTuple):
    """What a step of an `AttentionWrapper` gets from the step before.

    Attributes:
      cell_state: that of the cell inside.
      attention: [batch, attention size], the output of the step before: what it saw.
      weights: [batch, time], how much it looked at each step of the memory.
    """

    cell_state: State
    attention: tf.Tensor
    weights: tf.Tensor


class AttentionWrapper(CellWrapper):
    """A cell with attention and input feeding: it gets its inputs beside what it saw last.

    At each step the cell inside reads [inputs, attention of the step before]. Its output is the
    query; the context that it finds in the memory is the step's attention, or, if
    `attention_size` is given, [output, context] @ kernel. The attention is also the output.

    `setup_memory` gives the memory, anew for each batch, before the loop runs. Weights are made by
    the first calls, also inside a `tf.function`.

    Args:
      cell: follows `course_utils.cells.Cell`.
      attention: a `LuongAttention` or a `BahdanauAttention`.
      attention_size: width of the attention; None leaves the context as it is, without a kernel.

    Attributes:
      cell: the wrapped cell.
      attention: makes the scores.
      kernel: [cell.output_size + m, attention_size], if there is an `attention_size`.

    Raises:
      TypeError: if `cell` is no cell, or `attention_size` not an integer.
      ValueError: if `attention_size` is less than 1.

    >>> from course_utils.cells import LSTMCell
    >>> from course_utils.unroll import dynamic_rnn
    >>> cell = AttentionWrapper(LSTMCell(9), BahdanauAttention(units=3), attention_size=6)
    >>> cell.setup_memory(tf.ones([2, 8, 10]), source_length=[8, 5])
    >>> outputs, state = dynamic_rnn(cell, tf.ones([2, 4, 7]))
    >>> outputs.shape, state.cell_state.c.shape, state.weights.shape
    (TensorShape([2, 4, 6]), TensorShape([2, 9]), TensorShape([2, 8]))
    """

    def __init__(
        self,
        cell: Cell,
        attention: LuongAttention | BahdanauAttention,
        attention_size: int | None = None,
    ) -> None:
        super().__init__(cell)
        self.attention = attention
        self.attention_size = (
            None if attention_size is None else positive_integer("attention_size", attention_size)
        )
        self.kernel: tf.Variable = None
        self._memory: tf.Tensor = None
        self._keys: tf.Tensor = None
        self._real: tf.Tensor = None

    def setup_memory(self, memory: tf.Tensor, source_length: tf.Tensor) -> None:
        """Gives the sentences to look at in the next steps.

        Call it where the loop runs: in the same `tf.function`, and under the same tape, because
        the gradients of the memory, and of what makes keys of it, go through here.

        Args:
          memory: [batch, time, m], such as an encoder's outputs; padding may be anything. For beam
            search each row comes `width` times: `tf.repeat(memory, width, axis=0)`.
          source_length: [batch] integers in 1..time.

        Raises:
          TypeError: if `source_length` holds no integers.
          ValueError: if a shape or a length does not fit.
        """
        self._memory, self._real = without_padding(memory, source_length)
        self._keys = self.attention.keys(self._memory)

    @property
    def state_size(self) -> AttentionState:
        """Those of the cell inside, of the attention and of its weights."""
        memory = self._checked_memory()
        return AttentionState(
            self.cell.state_size, self.output_size, tf.TensorShape(memory.shape[1:2])
        )

    @property
    def output_size(self) -> int:
        """Width of the attention."""
        return self.attention_size or self._checked_memory().shape[2]

    def zero_state(
        self, batch_size: int | tf.Tensor, dtype: tf.DType = tf.float32
    ) -> AttentionState:
        """The state before the first step, in which nothing was seen yet.

        For a decoder that starts from an encoder's state:
        `cell.zero_state(batch_size)._replace(cell_state=encoder_state)`.

        Args:
          batch_size: as many as there are rows of the memory.
          dtype: that of the inputs to come.

        Raises:
          ValueError: if the memory has other rows, or is not set up.
        """
        rows, time = tf.unstack(tf.shape(self._checked_memory())[:2])
        tf.debugging.assert_equal(
            batch_size, rows, "The memory must have a row for each of the batch: see setup_memory."
        )
        return AttentionState(
            self.cell.zero_state(batch_size, dtype),
            tf.zeros([batch_size, self.output_size], dtype),
            tf.zeros([batch_size, time], dtype),
        )

    def __call__(
        self, inputs: tf.Tensor, state: AttentionState, training: bool = False
    ) -> tuple[tf.Tensor, AttentionState]:
        """One step through time.

        Args:
          inputs: [batch, features].
          state: of the step before.
          training: handed on to a cell that asks for it.

        Returns:
          The attention, [batch, output_size], and the next state.

        Raises:
          ValueError: if the memory is not set up, or has other rows than the inputs.
        """
        self._check_that_keras_sees_it()
        memory, inputs = self._checked_memory(), tf.convert_to_tensor(inputs)
        if not inputs.shape[:1].is_compatible_with(memory.shape[:1]):
            raise ValueError(
                f"inputs must have a row for each of the {memory.shape[0]} of the memory, got the "
                f"shape {inputs.shape}. Call setup_memory for each batch."
            )
        inputs = with_batch_size("inputs", inputs, size_of(memory, 0))
        cell_state, attention, _ = state
        fed = tf.concat([inputs, attention], axis=1)  # [batch, features + attention size]
        output, cell_state = call_cell(self.cell, fed, cell_state, training)
        weights = masked_softmax(self.attention.scores(output, self._keys), self._real)
        attention = context_of(weights, memory)
        if self.attention_size is not None:
            both = tf.concat([output, attention], axis=1)
            attention = self._project(both, self.attention_size)
        return attention, AttentionState(cell_state, attention, weights)

    def _project(self, both: tf.Tensor, size: int) -> tf.Tensor:
        if self.kernel is None:
            self.kernel = new_kernel(both.shape[1], size, both.dtype, "attention_kernel")
        return both @ tf.cast(self.kernel, both.dtype)

    def _checked_memory(self) -> Any:
        if self._memory is None:
            raise ValueError(
                "The memory is not set up. Call cell.setup_memory(memory, source_length) first."
            )
        # A graph would hold on to an outer memory for good; outside, a graph's has no values.
        if hasattr(self._memory, "numpy") != tf.executing_eagerly():
            raise ValueError(
                "The memory was set up in another place than where the cell is called. Call "
                "setup_memory in the same tf.function as the loop, or both outside of one."
            )
        return self._memory
