"""Training: steps, a progress bar, truncated back-propagation, checkpoints and summaries."""

import os
import sys
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from pathlib import Path
from typing import Any, Protocol, TypeAlias, TypeVar

import tensorflow as tf
from tqdm import tqdm

from course_utils.cells import Cell, State
from course_utils.loop_arguments import check_cell, first_state
from course_utils.unroll import pack_sequence, static_rnn

Item = TypeVar("Item")
Gradient: TypeAlias = tf.Tensor | tf.IndexedSlices | None


def steps(full: int, quick: int) -> int:
    """The number of training steps in the profile that COURSE_PROFILE names.

    Args:
      full: steps that reach the numbers in the chapter's text; "full" is the default.
      quick: fewer steps, in which everything still runs: "quick", for grading and fast checks.

    Returns:
      One of the two.

    Raises:
      ValueError: if COURSE_PROFILE is set to anything else.

    >>> steps(full=2000, quick=50) in (2000, 50)
    True
    """
    profile = os.environ.get("COURSE_PROFILE", "full")
    if profile not in ("full", "quick"):
        raise ValueError(
            f"COURSE_PROFILE must be full or quick, got {profile!r}. "
            "Set it to one of them, or unset it, and restart the kernel."
        )
    return full if profile == "full" else quick


def progress(items: Iterable[Item], description: str = "") -> Iterable[Item]:
    """The same items, with a progress bar if going through them takes more than two seconds.

    The bar goes to standard output, because nbgrader takes anything on standard error for a
    failure. With COURSE_STATIC=1 there is none, so that stored outputs do not depend on timing.

    Args:
      items: what to go through; the bar shows the time left if they have a length.
      description: a word or two in front of the bar.

    Returns:
      An iterable of the items.

    >>> sum(progress(range(4), "adding"))
    6
    """
    if os.environ.get("COURSE_STATIC") == "1":
        return items
    return tqdm(items, desc=description, delay=2, file=sys.stdout)


def make_update(
    loss: Callable[..., tf.Tensor],
    variables: Sequence[tf.Variable],
    optimizer: tf.keras.optimizers.Optimizer,
    max_norm: float = 1.0,
    signature: Sequence[tf.TensorSpec] | None = None,
) -> Callable[..., tf.Tensor]:
    """One training step as a compiled function: gradient, clipping, update of the weights.

    Args:
      loss: of a batch; gets the parts of the batch and returns a scalar.
      variables: what to train; the weights have to be made already.
      optimizer: a Keras optimizer of these variables' own.
      max_norm: if all gradients together are longer than this, they are scaled down to it. What
        is read several times from a table, by `tf.gather`, counts with its sum.
      signature: of the parts of a batch, with None for each axis that varies: then one trace does
        for all. By default the second shape that comes costs a second trace.

    Returns:
      A function of the parts of a batch, which makes one update and returns the loss before it.

    >>> w = tf.Variable(3.0)
    >>> update = make_update(lambda x: (w - x) ** 2, [w], tf.keras.optimizers.SGD(0.5))
    >>> float(update(1.0)), w.numpy().item()
    (4.0, 2.5)
    """
    optimizer.build(variables)

    @tf.function(input_signature=signature, reduce_retracing=True)
    def update(*batch: tf.Tensor) -> tf.Tensor:
        with tf.GradientTape() as tape:
            value = loss(*batch)
        descend(tape, value, variables, optimizer, max_norm)
        return value

    return update


def descend(
    tape: tf.GradientTape,
    loss: tf.Tensor,
    variables: Sequence[tf.Variable],
    optimizer: tf.keras.optimizers.Optimizer,
    max_norm: float | None = None,
) -> None:
    """Goes back from a loss to the weights, and takes the optimizer's step.

    An optimizer that scales the loss, as `keras.optimizers.LossScaleOptimizer` does for float16,
    divides the gradient by its scale. So the gradient is multiplied by that on its way back.

    Args:
      tape: what the loss was computed under.
      loss: a scalar.
      variables: what to train.
      optimizer: a Keras optimizer, built for these variables.
      max_norm: if all gradients together are longer than this, they are scaled down to it; None
        leaves them as they are.

    >>> w = tf.Variable(3.0)
    >>> with tf.GradientTape() as tape:
    ...     loss = w**2
    >>> descend(tape, loss, [w], tf.keras.optimizers.SGD(0.5), max_norm=1.0)
    >>> w.numpy().item()
    2.5
    """
    scale = optimizer.scale_loss(tf.ones([]))
    seed = tf.cast(scale, loss.dtype) * tf.ones_like(loss)
    gradients = add_repeated_rows(tape.gradient(loss, variables, output_gradients=seed))
    if max_norm is not None:
        norm = tf.linalg.global_norm(gradients)
        longest = max_norm * tf.cast(scale, norm.dtype)
        gradients, _ = tf.clip_by_global_norm(gradients, longest, use_norm=norm)
    optimizer.apply(gradients, variables)


def add_repeated_rows(gradients: Iterable[Gradient]) -> list[Gradient]:
    """The same gradients, in which each row of a table stands at most once.

    The gradient of `tf.gather` is a `tf.IndexedSlices`, which lists a row as often as it was read.
    What looks at the rows one by one, as `tf.clip_by_global_norm` and Keras's `global_clipnorm`
    do, takes the length of the list for that of the gradient.

    Args:
      gradients: as a tape gives them; tensors and None stay as they are.

    Returns:
      A list in the same order.

    >>> twice = tf.IndexedSlices(tf.ones([2, 1]), tf.constant([4, 4]), tf.constant([5, 1]))
    >>> add_repeated_rows([twice])[0].values.numpy()
    array([[2.]], dtype=float32)
    """
    return [_with_rows_added(g) if isinstance(g, tf.IndexedSlices) else g for g in gradients]


def _with_rows_added(gradient: tf.IndexedSlices) -> tf.IndexedSlices:
    rows, places = tf.unique(gradient.indices)
    values = tf.math.unsorted_segment_sum(gradient.values, places, tf.size(rows))
    return tf.IndexedSlices(values, rows, gradient.dense_shape)


class TrainableCell(Cell, Protocol):
    """A cell that can list its weights, as every `tf.Module` and Keras layer can."""

    @property
    def trainable_variables(self) -> Sequence[tf.Variable]: ...  # noqa: D102 - said above


class WindowedPass(Protocol):
    """What `truncated_bptt` returns: one compiled pass over long sequences."""

    def __call__(
        self, inputs: tf.Tensor, labels: tf.Tensor, state: State = None
    ) -> tuple[tf.Tensor, State]:
        """Trains on [batch, time, features] inputs and [batch, time] class ids."""


def truncated_bptt(
    cell: TrainableCell, optimizer: tf.keras.optimizers.Optimizer, features: int, num_steps: int
) -> WindowedPass:
    """Training by back-propagation through windows of a few steps.

    The sequences are cut into windows. After each window the weights are updated; the state goes
    on into the next window, the gradient stops at its border. The whole pass is one graph, with
    `num_steps` copies of the cell in it, whatever the length of the sequences.

    Args:
      cell: follows `course_utils.cells.Cell` and lists its weights; its outputs are logits, one
        for each class. If it has no weights yet it gets them here.
      optimizer: a Keras optimizer of this cell's own, since it keeps numbers for each weight.
      features: width of the inputs.
      num_steps: width of a window, at least 1.

    Returns:
      A function of `inputs` [batch, time, features], `labels` [batch, time] of class ids and the
      state to start from (None means `cell.zero_state`; whatever `static_rnn` takes will do). It
      returns each window's mean cross-entropy in nats, [time // num_steps], measured before the
      window's update, and the final state. Steps after the last full window are left out.

    Raises:
      TypeError: if `cell` is no cell.
      ValueError: if `num_steps` is less than 1; of the function, if the state does not fit.

    >>> from course_utils.cells import BasicRNNCell
    >>> train = truncated_bptt(BasicRNNCell(2), tf.keras.optimizers.SGD(0.1), 3, num_steps=5)
    >>> losses, state = train(tf.ones([4, 21, 3]), tf.zeros([4, 21], tf.int32))
    >>> losses.shape, state.shape
    (TensorShape([4]), TensorShape([4, 2]))
    """
    if num_steps < 1:
        raise ValueError(f"num_steps must be at least 1, got {num_steps}. Pass, say, num_steps=5.")
    check_cell(cell)
    zero_state = first_state(cell, None, 1, tf.float32)
    cell(tf.zeros([1, features]), zero_state)  # a loop could not make the weights
    optimizer.build(cell.trainable_variables)
    signature = (
        tf.TensorSpec([None, None, features]),
        tf.TensorSpec([None, None], tf.int32),
        tf.nest.map_structure(lambda part: tf.TensorSpec([None, *part.shape[1:]]), zero_state),
    )
    one_pass = tf.function(partial(_windowed_pass, cell, optimizer, num_steps))
    compiled = one_pass.get_concrete_function(*signature)

    def train(inputs: tf.Tensor, labels: tf.Tensor, state: State = None) -> tuple[tf.Tensor, State]:
        inputs, labels = tf.cast(inputs, tf.float32), tf.cast(labels, tf.int32)
        state = first_state(cell, state, len(inputs), tf.float32)
        return compiled(inputs, labels, state)

    return train


def _windowed_pass(
    cell: TrainableCell,
    optimizer: tf.keras.optimizers.Optimizer,
    num_steps: int,
    inputs: tf.Tensor,
    labels: tf.Tensor,
    state: State,
) -> tuple[tf.Tensor, State]:
    windows = tf.shape(inputs)[1] // num_steps
    losses = tf.TensorArray(tf.float32, windows)
    for k in tf.range(windows):
        start = k * num_steps
        # The tape is new in each window, and the state comes to it as a plain number: that is
        # where the gradient is cut.
        with tf.GradientTape() as tape:
            steps = [inputs[:, start + i] for i in range(num_steps)]
            logits, new_state = static_rnn(cell, steps, state)
            loss = tf.reduce_mean(
                tf.nn.sparse_softmax_cross_entropy_with_logits(
                    labels=labels[:, start : start + num_steps], logits=pack_sequence(logits)
                )
            )
        descend(tape, loss, cell.trainable_variables, optimizer)
        losses = losses.write(k, loss)
        state = new_state
    return losses.stack(), state


def resume(
    update: Callable[[int], tf.Tensor],
    n_steps: int,
    directory: str | Path,
    *,
    save_every: int = 100,
    **objects: Any,
) -> None:
    """Trains up to a step, from where an earlier run in the same directory stopped.

    The directory collects checkpoints, the last two of them, and the loss of every step as
    summaries: `read_scalars` reads them, and TensorBoard shows them.

    Args:
      update: makes one training step; gets its number, from which it must draw its data, and
        returns the loss.
      n_steps: how many steps to make, those of earlier runs included.
      directory: of this run and no other; it is made if need be.
      save_every: steps from one checkpoint to the next, at least 1. After the last step there is
        always one.
      **objects: what an update changes, as in `network=network, optimizer=optimizer`: objects that
        `tf.train.Checkpoint` takes, with their weights made.

    Raises:
      ValueError: if `save_every` is less than 1, or the checkpoint does not fit the objects.

    >>> from tempfile import TemporaryDirectory
    >>> weight = tf.Variable(1.0)
    >>> with TemporaryDirectory() as directory:
    ...     resume(lambda step: weight.assign(weight / 2), 2, directory, weight=weight)
    ...     resume(lambda step: weight.assign(weight / 2), 3, directory, weight=weight)
    ...     read_scalars(directory)
    {'loss': {0: 0.5, 1: 0.25, 2: 0.125}}
    """
    if save_every < 1:
        raise ValueError(f"save_every must be at least 1, got {save_every}. Pass, say, 100.")
    done = tf.Variable(0, dtype=tf.int64)  # steps; part of the checkpoint
    checkpoint = tf.train.Checkpoint(done=done, **objects)
    manager = tf.train.CheckpointManager(checkpoint, str(directory), max_to_keep=2)
    _restore_latest(checkpoint, manager)
    writer = tf.summary.create_file_writer(str(directory))
    try:
        for step in progress(range(int(done), n_steps), "steps"):
            write_scalars(writer, step, loss=update(step))
            done.assign_add(1)
            if int(done) % save_every == 0 or int(done) == n_steps:
                manager.save()
    finally:  # an interrupted run keeps its summaries
        writer.close()


def _restore_latest(checkpoint: tf.train.Checkpoint, manager: tf.train.CheckpointManager) -> None:
    if manager.latest_checkpoint is None:
        return
    try:
        checkpoint.restore(manager.latest_checkpoint).assert_consumed()
    except (AssertionError, ValueError) as error:
        reason = str(error).strip().splitlines()[0]
        raise ValueError(
            f"The checkpoint in {manager.directory} does not fit the objects: {reason} Give each "
            "run a directory of its own, and make all weights first: optimizer.build(variables)."
        ) from error


def write_scalars(writer: tf.summary.SummaryWriter, step: int, **values: float | tf.Tensor) -> None:
    """Writes numbers of one training step as summaries that TensorBoard shows as curves.

    `tf.summary.scalar` does the same, but only where TensorBoard itself is installed.

    Args:
      writer: from `tf.summary.create_file_writer`.
      step: number of the step.
      **values: the numbers by the names of their curves.
    """
    kind = tf.compat.v1.SummaryMetadata(
        plugin_data=tf.compat.v1.SummaryMetadata.PluginData(plugin_name="scalars"),
        data_class=1,  # DATA_CLASS_SCALAR
    )
    with writer.as_default(step=step):
        for name, value in values.items():
            tf.summary.write(name, tf.cast(value, tf.float32), metadata=kind)


def read_scalars(directory: str | Path) -> dict[str, dict[int, float]]:
    """Reads the summaries that `write_scalars` wrote.

    Args:
      directory: where the writers of one or more runs put their files.

    Returns:
      For each curve's name the number of each step. A step that was made again, after a restart,
      has its last number.

    Raises:
      FileNotFoundError: if the directory holds no summaries.
    """
    files = [str(path) for path in Path(directory).glob("events.out.tfevents.*")]
    if not files:
        raise FileNotFoundError(
            f"{directory} holds no summaries (events.out.tfevents.*). Train there first."
        )
    records = tf.data.TFRecordDataset(files).as_numpy_iterator()
    events = sorted(map(tf.compat.v1.Event.FromString, records), key=lambda e: e.wall_time)
    curves: dict[str, dict[int, float]] = {}
    for event in events:
        for value in event.summary.value:
            curves.setdefault(value.tag, {})[event.step] = tf.make_ndarray(value.tensor).item()
    return curves
