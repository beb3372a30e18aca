"""Which answers of chapter 05 later cells call, and what can take their place."""

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
import tensorflow as tf

from course_utils import training
from course_utils.checks.classification_and_labelling.labelling_head import check_labelling_head
from course_utils.checks.classification_and_labelling.masked_cross_entropy import (
    check_masked_cross_entropy,
)
from course_utils.checks.classification_and_labelling.masked_error import check_masked_error
from course_utils.checks.engine import earlier
from course_utils.checks.fixtures.trained import train_head


def _label_steps(outputs: Any, weight: Any, bias: Any) -> Any:
    return outputs @ weight + bias


def _masked_error(logits: Any, labels: Any, sequence_length: Any) -> float:
    wrong = np.argmax(logits, axis=-1) != np.asarray(labels)
    real = np.arange(wrong.shape[1]) < np.asarray(sequence_length)[:, np.newaxis]
    return float(wrong[real].mean())


def _train_loss(masked_cross_entropy: Callable[..., Any]) -> None:
    """Goes back through a loss in a graph."""

    @tf.function(reduce_retracing=True)
    def gradient(logits: tf.Tensor, labels: tf.Tensor, sequence_length: tf.Tensor) -> tf.Tensor:
        with tf.GradientTape() as tape:
            tape.watch(logits)
            loss = masked_cross_entropy(logits, labels, sequence_length)
        return tape.gradient(loss, logits)

    for time in (2, 3, 4):
        labels = tf.zeros([2, time], tf.int32)
        found = gradient(tf.zeros([2, time, 2]), labels, tf.constant([1, time]))
        tf.debugging.assert_near(found[0, 0], [-0.5 / (1 + time), 0.5 / (1 + time)])


TRAINED = "can't be trained in a graph of unknown sizes"
EARLIER = {
    "label_steps": earlier.Earlier(check_labelling_head, _label_steps, TRAINED, train_head),
    "masked_cross_entropy": earlier.Earlier(
        check_masked_cross_entropy, training.real_step_loss, TRAINED, _train_loss
    ),
    "masked_error": earlier.Earlier(check_masked_error, _masked_error),
}
own_or_course = partial(earlier.own_or_course, EARLIER)
