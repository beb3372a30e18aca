"""Dropout around a cell: on its inputs, outputs and state, in training only."""

from collections.abc import Callable
from functools import partial
from typing import Any, TypeAlias

import tensorflow as tf

from course_utils.cells import Cell, State
from course_utils.cells.arguments import check_flag, children, match_state
from course_utils.cells.calling import call_cell
from course_utils.wrappers.attention import AttentionState
from course_utils.wrappers.base import CellWrapper

LARGEST_SEED = 2**62
Share: TypeAlias = "float | tf.Variable | tf.Tensor"


class DropoutWrapper(CellWrapper):
    """Drops values on the way into a cell and out of it, while the cell is in training.

    Each value is kept with a probability and then divided by it, so that the mean stays; else it
    is 0. The state goes on from step to step untouched, unless `state_keep_prob` says otherwise.

    A probability may be a `tf.Variable`, which is read at each step: for a schedule, say. It is
    not among the wrapper's weights.

    Args:
      cell: follows `course_utils.cells.Cell`.
      input_keep_prob: the share of the inputs that stays, above 0 and at most 1.
      output_keep_prob: the share of the outputs that stays, likewise.
      variational: False draws a new mask at every step. True keeps one mask for inputs, one for
        outputs and one for each part of the state through all steps, with a draw for each
        sequence and each value, from one call of `zero_state` to the next. A loop that is given
        an initial state does not call `zero_state`, and goes on with the masks that it finds.
      state_keep_prob: the share of the new state that stays, likewise. A part named c, the
        long-term state of an LSTM, is never dropped, as in TensorFlow 1; nor is what an
        `AttentionWrapper` adds to the state of its cell. Both hold in a stack and in any other
        structure. Parts without names are dropped.

    Raises:
      TypeError: if `cell` is no cell.
      ValueError: if a probability is out of range.

    >>> from course_utils.cells import BasicRNNCell
    >>> cell = DropoutWrapper(BasicRNNCell(400), output_keep_prob=0.5)
    >>> output, state = cell(tf.ones([1, 3]), cell.zero_state(1), training=True)
    >>> bool(0.3 < tf.reduce_mean(tf.cast(output == 0, tf.float32)) < 0.7)
    True
    >>> bool(tf.reduce_any(state == 0))
    False
    """

    def __init__(
        self,
        cell: Cell,
        input_keep_prob: Share = 1.0,
        output_keep_prob: Share = 1.0,
        variational: bool = False,
        state_keep_prob: Share = 1.0,
    ):
        super().__init__(cell)
        shares = {
            "input_keep_prob": input_keep_prob,
            "output_keep_prob": output_keep_prob,
            "state_keep_prob": state_keep_prob,
        }
        for name, share in shares.items():
            _check_probability(name, share)
        # A function, so that tf.Module does not see a variable among them and have it trained; and
        # one that can be pickled, and copied together with such a variable.
        self._shares: Callable[[], dict[str, Any]] = partial(dict, shares)
        self.variational = check_flag("variational", variational)
        if variational:
            # A mask is drawn anew at each step, from the same seed: its width is known by then,
            # and a loop in the graph need not carry it. A variable, so that masks outlive a trace.
            with tf.init_scope():
                seeds = _draw_seeds(self._masks())
                self._seeds = tf.Variable(seeds, trainable=False, name="mask_seeds")

    @property
    def input_keep_prob(self) -> Share:
        """The share of the inputs that stays."""
        return self._shares()["input_keep_prob"]

    @property
    def output_keep_prob(self) -> Share:
        """The share of the outputs that stays."""
        return self._shares()["output_keep_prob"]

    @property
    def state_keep_prob(self) -> Share:
        """The share of the state that stays."""
        return self._shares()["state_keep_prob"]

    def zero_state(self, batch_size: int | tf.Tensor, dtype: tf.DType = tf.float32) -> State:
        """That of the cell inside; variational masks are renewed."""
        if self.variational:
            self._seeds.assign(_draw_seeds(self._masks()))
        return super().zero_state(batch_size, dtype)

    def __call__(
        self, inputs: tf.Tensor, state: State, training: bool = False
    ) -> tuple[tf.Tensor, State]:
        """One step of the cell inside, between two masks.

        Args:
          inputs: [batch, features].
          state: that of the cell inside.
          training: whether values are dropped at all.

        Returns:
          The output and the next state, with values dropped in training.
        """
        if not training:
            return call_cell(self.cell, inputs, state, training)
        inputs = self._drop(inputs, "input_keep_prob", mask=0)
        output, new_state = call_cell(self.cell, inputs, state, training)
        return self._drop(output, "output_keep_prob", mask=1), self._drop_state(new_state)

    def _drop_state(self, state: State) -> State:
        if _is_one(self.state_keep_prob):
            return state
        state = match_state("The state that cell returned", state, self.state_size)
        parts, droppable = tf.nest.flatten(state), _droppable(self.state_size)
        dropped = [
            self._drop(part, "state_keep_prob", mask) if drop else part
            for mask, (part, drop) in enumerate(zip(parts, droppable, strict=True), start=2)
        ]
        return tf.nest.pack_sequence_as(state, dropped)

    def _drop(self, values: tf.Tensor, name: str, mask: int) -> tf.Tensor:
        share = self._shares()[name]
        if _is_one(share):
            return values
        values = tf.convert_to_tensor(values)
        rate = 1 - tf.cast(share, values.dtype)
        if self.variational:
            return tf.nn.experimental.stateless_dropout(values, rate, self._seeds[mask])
        return tf.nn.dropout(values, rate)

    def _masks(self) -> int:
        """One for the inputs, one for the outputs, and one for each part of a state that drops."""
        parts = tf.nest.flatten(self.state_size)
        return 2 + (0 if _is_one(self.state_keep_prob) else len(parts))


def _draw_seeds(masks: int) -> tf.Tensor:
    """A seed, of two numbers, for each mask."""
    return tf.random.uniform([masks, 2], maxval=LARGEST_SEED, dtype=tf.int64)


def _droppable(state_size: Any, drop: bool = True) -> list[bool]:
    """Which parts of a state, in the order of `tf.nest`, may be dropped."""
    if not tf.nest.is_nested(state_size):
        return [drop]
    kept = ("attention", "weights") if isinstance(state_size, AttentionState) else ("c",)
    return [
        flag
        for name, part in children(state_size).items()
        for flag in _droppable(part, drop and name not in kept)
    ]


def _is_one(share: Share) -> bool:
    return not _is_tensor(share) and share == 1


def _is_tensor(share: Share) -> bool:
    return isinstance(share, tf.Variable | tf.Tensor)


def _check_probability(name: str, value: Share) -> None:
    known = tf.get_static_value(tf.convert_to_tensor(value)) if _is_tensor(value) else value
    if known is not None and not 0 < known <= 1:
        raise ValueError(
            f"{name} must be above 0 and at most 1, got {known}. It is the share that is kept: "
            "pass 0.9 to drop a tenth, and 1.0 to drop nothing."
        )
