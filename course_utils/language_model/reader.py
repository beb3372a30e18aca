"""A recurrent reader of characters, and its training on windows that carry their state."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

import numpy as np
import tensorflow as tf
from numpy.typing import ArrayLike, NDArray

from course_utils.cells import GRUCell
from course_utils.language_model.streams import costs
from course_utils.training import descend, progress
from course_utils.unroll import dynamic_rnn

Ids = NDArray[np.int32]
PIECE = 500  # steps that are read at once where nothing is learnt


class Reader(tf.Module):
    """An embedding, a GRU, and logits for the next id after each one.

    Args:
      size: number of different ids.
      width: of an id's vector.
      units: of the state.

    >>> reader = Reader(size=7, width=3, units=5)
    >>> logits, state = reader(tf.constant([[1, 2, 3], [0, 6, 6]]))
    >>> logits.shape, state.shape
    (TensorShape([2, 3, 7]), TensorShape([2, 5]))
    """

    def __init__(self, size: int, width: int = 64, units: int = 256) -> None:
        super().__init__()
        self.embedding = tf.Variable(tf.random.normal([size, width], stddev=0.3))
        self.cell = GRUCell(units)
        self.kernel = tf.Variable(tf.random.normal([units, size], stddev=0.5 * units**-0.5))
        self.bias = tf.Variable(tf.zeros([size]))
        self.cell(tf.zeros([1, width]), self.cell.zero_state(1))  # makes the cell's weights

    def __call__(
        self, ids: tf.Tensor, state: tf.Tensor | None = None
    ) -> tuple[tf.Tensor, tf.Tensor]:
        """Logits [batch, time, size] for what follows ids [batch, time], and the last state."""
        outputs, state = _outputs(self, ids, state)
        return outputs @ self.kernel + self.bias, state


class Window(NamedTuple):
    """A part of every row of a text; `first` says that the rows start anew here."""

    inputs: Ids  # [batch, window]
    targets: Ids  # [batch, window], each the id that follows
    first: bool


def batches(ids: ArrayLike, batch_size: int, window: int) -> Iterator[Window]:
    """Windows of a text in rows, over and over: each row goes on where it ended.

    Args:
      ids: [time], longer than batch_size * window.
      batch_size: into how many rows the text is cut.
      window: how many ids of each row a batch has; what is left over at the end is not read.

    Raises:
      ValueError: if the text is too short for one batch.

    >>> [w.inputs.tolist() for _, w in zip(range(3), batches(range(9), 2, 2))]
    [[[0, 1], [4, 5]], [[2, 3], [6, 7]], [[0, 1], [4, 5]]]
    """
    text = np.asarray(ids, np.int32)
    length = (len(text) - 1) // batch_size
    if length < window:
        raise ValueError(
            f"A text of {len(text)} ids has no {batch_size} rows of {window} ids, and what follows "
            "them. Take fewer rows or a shorter window."
        )
    rows, following = (
        text[shift : shift + length * batch_size].reshape(batch_size, length) for shift in (0, 1)
    )
    while True:
        for start in range(0, length - window + 1, window):
            part = slice(start, start + window)
            yield Window(rows[:, part], following[:, part], start == 0)


def train(
    reader: Reader,
    ids: ArrayLike,
    n_steps: int,
    *,
    batch_size: int = 64,
    window: int = 64,
    learning_rate: float = 0.005,
    watch: Callable[[int, float], None] | None = None,
) -> NDArray[np.float64]:
    """Trains on windows of a text, with one compiled update; the state goes from window to window.

    The gradient stops at a window's border and is clipped to length 1; Adam's learning rate falls
    to zero along a cosine.

    Args:
      reader: the network.
      ids: [time], the text.
      n_steps: number of updates.
      batch_size: into how many rows the text is cut.
      window: how many ids of each row an update sees.
      learning_rate: before the first update.
      watch: is called after each update with the number of updates so far and their bits.

    Returns:
      Bits per character before each update, [n_steps].
    """
    schedule = tf.keras.optimizers.schedules.CosineDecay(learning_rate, n_steps)
    update = _make_update(reader, tf.keras.optimizers.Adam(schedule))
    losses = np.zeros(n_steps)
    state = None
    windows = zip(range(n_steps), batches(ids, batch_size, window), strict=False)
    for step, (inputs, targets, first) in progress(list(windows), "training"):
        if first:
            state = reader.cell.zero_state(batch_size)
        loss, state = update(inputs, targets, state)
        losses[step] = loss
        if watch is not None:
            watch(step + 1, losses[step])
    return losses


def _make_update(
    reader: Reader, optimizer: tf.keras.optimizers.Optimizer
) -> Callable[..., tuple[tf.Tensor, tf.Tensor]]:
    """One compiled update: bits per character before it, and the state after the window."""
    variables = reader.trainable_variables
    optimizer.build(variables)

    @tf.function
    def update(
        inputs: tf.Tensor, targets: tf.Tensor, state: tf.Tensor
    ) -> tuple[tf.Tensor, tf.Tensor]:
        with tf.GradientTape() as tape:
            logits, state = reader(inputs, state)
            loss = tf.reduce_mean(
                tf.nn.sparse_softmax_cross_entropy_with_logits(labels=targets, logits=logits)
            )
        descend(tape, loss, variables, optimizer, max_norm=1.0)
        return loss / tf.math.log(2.0), state

    return update


def outputs_in_rows(reader: Reader, ids: ArrayLike, rows: int) -> NDArray[np.float32]:
    """The state after each id of a text, which is cut into rows that are read side by side.

    Args:
      reader: the network.
      ids: [time], a multiple of `rows`.
      rows: how many; each starts afresh, so its first states know little.

    Returns:
      [time, units], in the order of the text.
    """
    found = np.concatenate(list(_pieces(reader, _in_rows(ids, rows))), axis=1)
    return found.reshape(-1, found.shape[-1])


def surprise_in_rows(reader: Reader, ids: ArrayLike, rows: int) -> NDArray[np.float64]:
    """What each id but the first costs, in bits; as `surprise`, and in a fraction of the time.

    Args:
      reader: the network.
      ids: [time]; time - 1 is a multiple of `rows`.
      rows: into how many rows the text is cut. Each starts afresh, so that its first ids cost more
        than they would in one stream.

    Returns:
      [time - 1] bits.

    Raises:
      ValueError: if the text can't be cut so.

    >>> surprise_in_rows(Reader(size=5, width=2, units=3), [1, 4, 0, 2, 2], rows=2).shape
    (4,)
    """
    text = np.asarray(ids, np.int32)
    inputs, targets = (_in_rows(part, rows) for part in (text[:-1], text[1:]))
    kernel, bias = reader.kernel.numpy(), reader.bias.numpy()
    found = [
        costs(outputs @ kernel + bias, targets[:, PIECE * i : PIECE * (i + 1)])
        for i, outputs in enumerate(_pieces(reader, inputs))
    ]
    return np.concatenate(found, axis=1).ravel()


def _in_rows(ids: ArrayLike, rows: int) -> Ids:
    text = np.asarray(ids, np.int32)
    if len(text) < rows or len(text) % rows:
        raise ValueError(f"{len(text)} steps can't be cut into {rows} rows of one length.")
    return text.reshape(rows, -1)


def _pieces(reader: Reader, ids: Ids) -> Iterator[NDArray[np.float32]]:
    """The states after ids [rows, time], in pieces [rows, at most PIECE, units]."""
    state = reader.cell.zero_state(len(ids))
    for start in range(0, ids.shape[1], PIECE):
        piece = tf.constant(ids[:, start : start + PIECE])
        outputs, state = _compiled_outputs(reader, piece, state)
        yield outputs.numpy()


def _outputs(
    reader: Reader, ids: tf.Tensor, state: tf.Tensor | None
) -> tuple[tf.Tensor, tf.Tensor]:
    vectors = tf.gather(reader.embedding, ids)
    outputs, state = dynamic_rnn(reader.cell, vectors, initial_state=state)
    return outputs, state


_compiled_outputs = tf.function(_outputs, reduce_retracing=True)
