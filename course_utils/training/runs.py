"""Runs that go on where they stopped: checkpoints, and summaries for TensorBoard."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import tensorflow as tf

from course_utils.training.updates import progress


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
