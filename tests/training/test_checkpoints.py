"""Checkpoints and summaries: a run that stops goes on, and its curves can be read."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from course_utils.training import read_scalars, resume, write_scalars


class Fit:
    """Fits a line by RMSProp with momentum; each step draws data of its own."""

    def __init__(self):
        self.weight = tf.Variable([0.5, -0.5])
        self.optimizer = keras.optimizers.RMSprop(0.05, momentum=0.9)
        self.optimizer.build([self.weight])
        self.steps = []

    def update(self, step):
        self.steps.append(step)
        x = tf.constant(np.random.default_rng(step).normal(size=[8, 2]), tf.float32)
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean((tf.linalg.matvec(x, self.weight) - x[:, 0]) ** 2)
        self.optimizer.apply(tape.gradient(loss, [self.weight]), [self.weight])
        return loss

    def run(self, n_steps, directory, update=None):
        objects = {"weight": self.weight, "optimizer": self.optimizer}
        resume(update or self.update, n_steps, directory, save_every=10, **objects)


def interrupt_at(last, update):
    def interrupted(step):
        if step == last:
            raise KeyboardInterrupt
        return update(step)

    return interrupted


def test_an_interrupted_run_goes_on_with_the_same_losses(tmp_path):
    Fit().run(30, tmp_path / "whole")
    first, second = Fit(), Fit()
    with pytest.raises(KeyboardInterrupt):
        first.run(30, tmp_path / "cut", interrupt_at(17, first.update))
    second.run(30, tmp_path / "cut")
    assert second.steps == list(range(10, 30))  # the last checkpoint was that of step 10
    assert read_scalars(tmp_path / "cut") == read_scalars(tmp_path / "whole")


def test_the_summaries_of_an_interrupted_run_are_kept(tmp_path):
    fit = Fit()
    with pytest.raises(KeyboardInterrupt):
        fit.run(30, tmp_path, interrupt_at(17, fit.update))
    assert list(read_scalars(tmp_path)["loss"]) == list(range(17))


def test_a_finished_run_makes_no_further_step(tmp_path):
    Fit().run(7, tmp_path)
    again = Fit()
    again.run(7, tmp_path)
    assert again.steps == []


def test_the_last_step_is_saved_and_can_be_gone_on_from(tmp_path):
    Fit().run(7, tmp_path)
    again = Fit()
    again.run(9, tmp_path)
    assert again.steps == [7, 8]


def test_two_checkpoints_are_kept(tmp_path):
    Fit().run(35, tmp_path)
    assert {p.name for p in tmp_path.glob("ckpt-*.index")} == {"ckpt-3.index", "ckpt-4.index"}


def test_a_checkpoint_of_other_objects_is_refused(tmp_path):
    Fit().run(3, tmp_path)
    with pytest.raises(ValueError, match=r"does not fit the objects: .*directory of its own"):
        resume(lambda step: 0.0, 5, tmp_path, weight=tf.Variable([0.5, -0.5]))


def test_a_checkpoint_of_other_shapes_is_refused(tmp_path):
    resume(lambda step: 0.0, 3, tmp_path, weight=tf.Variable([1.0, 2.0]))
    with pytest.raises(ValueError, match=r"does not fit the objects"):
        resume(lambda step: 0.0, 5, tmp_path, weight=tf.Variable([1.0, 2.0, 3.0]))


def test_no_step_between_checkpoints_is_refused(tmp_path):
    with pytest.raises(ValueError, match="save_every must be at least 1, got 0"):
        resume(lambda step: 0.0, 3, tmp_path, save_every=0)


def test_scalars_are_read_as_they_were_written(tmp_path):
    writer = tf.summary.create_file_writer(str(tmp_path))
    write_scalars(writer, 3, loss=0.25, norm=tf.constant(2.0))
    write_scalars(writer, 7, loss=tf.constant(0.5, tf.float64))
    writer.close()
    assert read_scalars(tmp_path) == {"loss": {3: 0.25, 7: 0.5}, "norm": {3: 2.0}}


def test_a_step_that_was_made_again_has_its_last_number(tmp_path):
    for value in (1.0, 2.0):
        writer = tf.summary.create_file_writer(str(tmp_path))
        write_scalars(writer, 0, loss=value)
        writer.close()
    assert read_scalars(tmp_path) == {"loss": {0: 2.0}}


def test_scalars_are_marked_as_tensorboard_wants_them(tmp_path):
    writer = tf.summary.create_file_writer(str(tmp_path))
    write_scalars(writer, 0, loss=1.0)
    writer.close()
    records = list(tf.data.TFRecordDataset(list(map(str, tmp_path.iterdir()))).as_numpy_iterator())
    (value,) = tf.compat.v1.Event.FromString(records[-1]).summary.value
    assert value.metadata.plugin_data.plugin_name == "scalars"


def test_a_directory_without_summaries_is_refused(tmp_path):
    with pytest.raises(FileNotFoundError, match="holds no summaries"):
        read_scalars(tmp_path)
