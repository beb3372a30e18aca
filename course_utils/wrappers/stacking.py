"""Cells on top of each other: the output of each is the input of the next."""

from collections.abc import Sequence
from typing import Any

import tensorflow as tf

from course_utils.cells import Cell, State
from course_utils.cells.arguments import match_state
from course_utils.cells.calling import call_cell
from course_utils.cells.guard import GuardedModule
from course_utils.loop_arguments import check_cell, sharing


class MultiRNNCell(GuardedModule):
    """A stack of cells, itself a cell.

    Within a step the inputs go into the first cell, its output into the second, and so on; the
    output of the last one is the stack's. Each layer keeps its own state.

    Args:
      cells: from the bottom to the top, at least one; each a cell of its own.

    Attributes:
      cells: the list of cells.

    Raises:
      TypeError: if `cells` is no list, or holds what is no cell.
      ValueError: if it is empty, or two layers share a cell, bare or inside wrappers.

    >>> from course_utils.cells import BasicRNNCell
    >>> stack = MultiRNNCell([BasicRNNCell(5), BasicRNNCell(7)])
    >>> output, state = stack(tf.ones([4, 3]), stack.zero_state(4))
    >>> output.shape, state[0].shape, state[1].shape
    (TensorShape([4, 7]), TensorShape([4, 5]), TensorShape([4, 7]))
    """

    def __init__(self, cells: Sequence[Cell]):
        super().__init__()
        self.cells: list[Any] = _check_cells(cells)

    @property
    def units(self) -> int:
        """Those of the top cell."""
        return self.cells[-1].units

    @property
    def state_size(self) -> tuple[Any, ...]:
        """A tuple with the state_size of each cell."""
        return tuple(cell.state_size for cell in self.cells)

    @property
    def output_size(self) -> int:
        """The width of the top cell's output."""
        return self.cells[-1].output_size

    def zero_state(
        self, batch_size: int | tf.Tensor, dtype: tf.DType = tf.float32
    ) -> tuple[State, ...]:
        """A tuple with the zero state of each cell."""
        return tuple(cell.zero_state(batch_size, dtype) for cell in self.cells)

    def __call__(
        self, inputs: tf.Tensor, state: Sequence[State], training: bool = False
    ) -> tuple[tf.Tensor, tuple[State, ...]]:
        """One step of every layer, from the bottom to the top.

        Args:
          inputs: [batch, features].
          state: a tuple with the state of each layer.
          training: handed on to the cells that ask for it, such as `DropoutWrapper`.

        Returns:
          The top cell's output, and a tuple with the next state of each layer.

        Raises:
          ValueError: if there is not one state for each layer.
        """
        if not isinstance(state, list | tuple) or len(state) != len(self.cells):
            got = (
                f"{len(state)}" if isinstance(state, list | tuple) else f"a {type(state).__name__}"
            )
            raise ValueError(
                f"state must be a tuple with one state for each of {len(self.cells)} layers, got "
                f"{got}. Start from zero_state(batch_size) of the whole stack."
            )
        new_states = []
        states = match_state("state", state, self.state_size)
        for cell, layer_state in zip(self.cells, states, strict=True):
            inputs, new_state = call_cell(cell, inputs, layer_state, training)
            new_states.append(new_state)
        return inputs, tuple(new_states)


def _check_cells(cells: Sequence[Cell]) -> list[Cell]:
    if not isinstance(cells, list | tuple):
        raise TypeError(
            f"cells must be a list of cells, got {type(cells).__name__}. "
            "Pass, say, [BasicRNNCell(5), BasicRNNCell(5)]."
        )
    if not cells:
        raise ValueError("cells must hold at least one cell, got an empty list. Add one.")
    for cell in cells:
        check_cell(cell)
    if shared := sharing(cells):
        raise ValueError(
            f"cells holds one cell twice, as layer {shared[0]} and as layer {shared[1]}: both "
            "would have the same weights. Make one cell for each layer, for example "
            "[BasicRNNCell(5) for _ in range(3)] in place of [cell] * 3."
        )
    return list(cells)
