"""Which answers of chapter 10 later cells call, and what can take their place."""

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
import tensorflow as tf

from course_utils import word2vec
from course_utils.checks.engine import earlier
from course_utils.checks.word2vec.keep_probability import check_keep_probability
from course_utils.checks.word2vec.nce_loss import check_nce_loss
from course_utils.checks.word2vec.negative_sampling_loss import check_negative_sampling_loss
from course_utils.checks.word2vec.noise_distribution import check_noise_distribution
from course_utils.checks.word2vec.skip_gram_batch import check_skip_gram_batch


def _negative_sampling_loss(
    center: Any, context: int, negatives: Any, output_vectors: Any
) -> tuple[float, dict[str, np.ndarray]]:
    words = np.array([context, *negatives])
    labels = np.arange(len(words)) == 0
    scores = output_vectors[words] @ center
    loss = np.logaddexp(0, np.where(labels, -scores, scores)).sum()
    errors = 1 / (1 + np.exp(-scores)) - labels
    rows = np.zeros_like(output_vectors)
    np.add.at(rows, words, np.outer(errors, center))
    return float(loss), {"center": errors @ output_vectors[words], "output_vectors": rows}


def _nce_loss(
    center: Any, true_w: Any, true_b: Any, noise_w: Any, noise_b: Any, *expected: Any
) -> tf.Tensor:
    true_expected, noise_expected = map(tf.math.log, expected)
    true = tf.reduce_sum(center * true_w, axis=1) + true_b - true_expected
    noise = tf.matmul(center, noise_w, transpose_b=True) + noise_b - noise_expected
    return tf.reduce_mean(tf.nn.softplus(-true) + tf.reduce_sum(tf.nn.softplus(noise), axis=1))


def _draw(noise_distribution: Callable[..., Any]) -> None:
    """Lets NumPy draw with the probabilities, which minds the seventh digit of their sum."""
    np.random.default_rng(0).choice(500, p=noise_distribution(np.arange(500)))


EARLIER = {
    "keep_probability": earlier.Earlier(check_keep_probability, word2vec.keep_probability),
    "generate_batch": earlier.Earlier(check_skip_gram_batch, word2vec.generate_batch),
    "noise_distribution": earlier.Earlier(
        check_noise_distribution,
        word2vec.noise_distribution,
        "is not precise enough for NumPy to draw with",
        _draw,
    ),
    "negative_sampling_loss": earlier.Earlier(
        check_negative_sampling_loss, _negative_sampling_loss
    ),
    "nce_loss": earlier.Earlier(check_nce_loss, _nce_loss),
}
own_or_course = partial(earlier.own_or_course, EARLIER)
