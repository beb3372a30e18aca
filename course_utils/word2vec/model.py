"""Word vectors at scale: the skip-gram pairs of a whole text, learnt in one compiled loop.

Two losses: negative sampling, and noise-contrastive estimation (NCE). All examples of a batch share
one draw of noise words, so that a batch is a few matrix products. The chapter shows the short
versions.

A word that comes often in a batch gets the sum of its gradients, and in a small vocabulary every
word does: such a step can shoot past its goal, and the next one further. So the step of each row is
held to what its own curve allows, see `SkipGram.train`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

import numpy as np
import tensorflow as tf
from numpy.typing import ArrayLike, NDArray

from course_utils.cells.arguments import with_batch_size
from course_utils.cells.base import positive_integer
from course_utils.loop_arguments import size_of
from course_utils.word2vec.text import (
    Ids,
    checked_ids,
    keep_probability,
    noise_distribution,
    skip_grams,
)

Vectors = NDArray[np.float32]


class SkipGram(tf.Module):
    """A skip-gram model: two vectors a word, one as a centre and one as a context.

    Args:
      counts: [vocabulary], how often each word comes; they make the noise distribution. A word
        with count 0 is never drawn as noise.
      dim: length of the vectors.
      negatives: how many noise words weigh as much as one true context.
      shared: how many noise words are drawn for a batch; all of its examples share them.
      loss: "negative sampling", or "nce", which has biases and takes off each logit the logarithm
        of how often noise is expected to bring that word.
      seed: of the first vectors, the thinning, the pairs and the noise.

    Raises:
      TypeError: if `dim` or `shared` is no integer.
      ValueError: if one of these or `negatives` is not above 0, or `loss` is another.

    >>> model = SkipGram([0, 3, 2, 1], dim=5, seed=1)
    >>> model.vectors.shape
    (4, 5)
    """

    def __init__(
        self,
        counts: ArrayLike,
        dim: int,
        *,
        negatives: int = 10,
        shared: int = 64,
        loss: Literal["negative sampling", "nce"] = "negative sampling",
        seed: int = 0,
    ) -> None:
        super().__init__()
        if loss not in ("negative sampling", "nce"):
            raise ValueError(f'loss must be "negative sampling" or "nce", got {loss!r}.')
        dim, shared = positive_integer("dim", dim), positive_integer("shared", shared)
        _check_positive("negatives", negatives)
        self._rng = np.random.default_rng(seed)
        self.counts = np.asarray(counts)
        self.noise = noise_distribution(self.counts)
        self.negatives, self.shared, self.nce = negatives, shared, loss == "nce"
        start = self._rng.uniform(-0.5 / dim, 0.5 / dim, [len(self.counts), dim])
        self.embeddings = tf.Variable(start.astype(np.float32), name="embeddings")
        self.output_vectors = tf.Variable(tf.zeros(start.shape), name="output_vectors")
        self.biases = tf.Variable(tf.zeros(start.shape[:1]), name="biases")
        expected = np.maximum(negatives * self.noise, np.finfo(np.float32).tiny)
        self._correction = tf.constant(np.log(expected) if self.nce else 0 * expected, tf.float32)

    @property
    def vectors(self) -> Vectors:
        """[vocabulary, dim], the words' vectors as centres: what is kept after training."""
        return self.embeddings.numpy()

    def train(
        self,
        ids: Ids,
        epochs: int,
        rate: float = 0.1,
        *,
        window: int = 5,
        batch_size: int = 512,
        threshold: float = 1e-3,
    ) -> Iterator[NDArray[np.float32]]:
        """Trains on a text, epoch by epoch; the learning rate falls to zero in a straight line.

        A row of a table moves down its gradient by `rate`, or by less where that would lead too
        far: by at most 3 / the sum of |error| · |other row|² over its pairs in the batch. Where
        nothing is known yet the loss's curvature is half the error, so 2 / the sum is the step that
        lowers it most, and beyond 4 / the sum it would rise. No row moves by more than the square
        root of 3 · rate · its errors, and no rate makes the vectors grow without bound.

        Args:
          ids: [words] of the text; words with count 0 are left out of it.
          epochs: how often to go through the text.
          rate: the first learning rate.
          window: the farthest context.
          batch_size: pairs an update; what fills no batch at the end of an epoch is left out.
          threshold: see `keep_probability`.

        Yields:
          After each epoch, the mean loss of each of its batches in nats per pair.

        Raises:
          TypeError: if `ids` are no integers, or `epochs`, `window` or `batch_size` is none.
          ValueError: if the text is too short for one batch, an id has no row, or a number is not
            above 0.
          FloatingPointError: if a loss is not finite, after which the vectors are worth nothing.
        """
        epochs, batch_size = (
            positive_integer("epochs", epochs),
            positive_integer("batch_size", batch_size),
        )
        _check_positive("rate", rate)
        ids = checked_ids("ids", ids)
        if ((ids < 0) | (ids >= len(self.counts))).any():
            raise ValueError(f"ids must be in 0..{len(self.counts) - 1}, the rows of counts.")
        ids = ids[self.counts[ids] > 0]
        keep = keep_probability(self.counts, threshold)
        for epoch in range(epochs):
            kept = ids[self._rng.random(len(ids)) < keep[ids]]
            pairs = skip_grams(kept, window, self._rng)
            batches = len(pairs[0]) // batch_size
            if batches == 0:
                raise ValueError(
                    f"The text has {len(pairs[0])} pairs, too few for a batch of {batch_size}. "
                    "Pass a longer text or a smaller batch_size."
                )
            centers, contexts = (p[: batches * batch_size].reshape(batches, -1) for p in pairs)
            rates = rate * (1 - (epoch + np.arange(batches) / batches) / epochs)
            noise = self._draw_noise((batches, self.shared))
            losses = self._pass(centers, contexts, noise, rates.astype(np.float32)).numpy()
            if not np.isfinite(losses).all():
                raise FloatingPointError(
                    f"A loss of epoch {epoch} is not finite, with rate = {rate}. Make the model "
                    "anew and train it with a smaller rate, say 0.1."
                )
            yield losses

    def pair_loss(self, centers: tf.Tensor, contexts: tf.Tensor, noise: tf.Tensor) -> tf.Tensor:
        """The mean loss of a batch.

        Args:
          centers: [batch] ids.
          contexts: [batch] ids.
          noise: [shared] ids.

        Returns:
          A scalar, in nats per pair.

        Raises:
          ValueError: if there are not as many contexts as centres; noise would stand in for them.
        """
        centers, contexts = tf.convert_to_tensor(centers), tf.convert_to_tensor(contexts)
        if not contexts.shape.is_compatible_with(centers.shape):
            raise ValueError(
                "centers and contexts must be [batch] ids each, one context for each centre, got "
                f"the shapes {centers.shape} and {contexts.shape}. Pair them first."
            )
        contexts = with_batch_size("contexts", contexts, size_of(centers, 0))
        both = tf.concat([contexts, noise], axis=0)
        h, w = tf.gather(self.embeddings, centers), tf.gather(self.output_vectors, both)
        total = self._sum_loss(*self._logits(h, w, tf.gather(self.biases, both), both))
        return total / tf.cast(tf.size(centers), tf.float32)

    def cross_entropy(self, centers: Ids, contexts: Ids) -> float:
        """What the model would pay as a softmax over the vocabulary, in nats per pair.

        Its logit says how much likelier a context is than noise, so the softmax is of the logit
        plus the noise's own logarithm; with NCE the logit has it already.

        Args:
          centers: [pairs] ids.
          contexts: [pairs] ids.
        """
        logits = tf.matmul(
            tf.gather(self.embeddings, centers), self.output_vectors, transpose_b=True
        )
        noise = np.log(np.maximum(self.noise, np.finfo(np.float32).tiny)).astype(np.float32)
        logits += self.biases if self.nce else noise
        losses = tf.nn.sparse_softmax_cross_entropy_with_logits(contexts, logits)
        return float(tf.reduce_mean(losses))

    def _draw_noise(self, shape: tuple[int, ...]) -> Ids:
        drawn = np.searchsorted(np.cumsum(self.noise), self._rng.random(shape), side="right")
        return np.minimum(drawn, len(self.noise) - 1).astype(np.int32)

    def _logits(
        self, h: tf.Tensor, w: tf.Tensor, b: tf.Tensor, both: tf.Tensor
    ) -> tuple[tf.Tensor, tf.Tensor]:
        """Logits [batch] of the true contexts and [batch, shared] of the noise.

        h [batch, dim] centres; w [batch + shared, dim], b and ids `both` [batch + shared] of the
        contexts and then the noise.
        """
        batch = tf.shape(h)[0]
        offset = b - tf.gather(self._correction, both)
        true = tf.reduce_sum(h * w[:batch], axis=1) + offset[:batch]
        return true, tf.matmul(h, w[batch:], transpose_b=True) + offset[batch:]

    def _sum_loss(self, true: tf.Tensor, noise: tf.Tensor) -> tf.Tensor:
        """The summed loss of logits; a noise word stands for several."""
        weight = self.negatives / self.shared
        return tf.reduce_sum(tf.nn.softplus(-true)) + weight * tf.reduce_sum(tf.nn.softplus(noise))

    @tf.function(
        input_signature=[tf.TensorSpec([None, None], tf.int32)] * 3 + [tf.TensorSpec([None])]
    )
    def _pass(
        self, centers: tf.Tensor, contexts: tf.Tensor, noise: tf.Tensor, rates: tf.Tensor
    ) -> tf.Tensor:
        """One update for each row; only the vectors of the words in it are read and changed."""
        batches, pairs = tf.shape(centers)[0], tf.cast(tf.shape(centers)[1], tf.float32)
        losses = tf.TensorArray(tf.float32, batches)
        for i in tf.range(batches):
            both = tf.concat([contexts[i], noise[i]], axis=0)
            h, w = tf.gather(self.embeddings, centers[i]), tf.gather(self.output_vectors, both)
            logits = self._logits(h, w, tf.gather(self.biases, both), both)
            losses = losses.write(i, self._sum_loss(*logits) / pairs)
            of_centers, of_both, of_biases = self._steps(h, w, *logits, centers[i], both, rates[i])
            self.embeddings.scatter_sub(tf.IndexedSlices(of_centers, centers[i]))
            self.output_vectors.scatter_sub(tf.IndexedSlices(of_both, both))
            if self.nce:
                self.biases.scatter_sub(tf.IndexedSlices(of_biases, both))
        return losses.stack()

    def _steps(
        self,
        h: tf.Tensor,
        w: tf.Tensor,
        true: tf.Tensor,
        noise: tf.Tensor,
        centers: tf.Tensor,
        both: tf.Tensor,
        rate: tf.Tensor,
    ) -> tuple[tf.Tensor, tf.Tensor, tf.Tensor]:
        """What to take off the rows of `centers` and of `both`, and off the biases of `both`."""
        batch = tf.shape(h)[0]
        miss, noise_miss = tf.sigmoid(-true), self.negatives / self.shared * tf.sigmoid(noise)
        dh = tf.matmul(noise_miss, w[batch:]) - miss[:, tf.newaxis] * w[:batch]
        dw = tf.matmul(noise_miss, h, transpose_a=True)
        dw = tf.concat([-miss[:, tf.newaxis] * h, dw], axis=0)
        db = tf.concat([-miss, tf.reduce_sum(noise_miss, axis=0)], axis=0)
        # How steep each row's way is: errors times the other rows' squared lengths.
        h2 = tf.reduce_sum(h * h, axis=1) + float(self.nce)  # NCE's bias is a row's entry for a 1
        w2 = tf.reduce_sum(w * w, axis=1)
        steep_h = miss * w2[:batch] + tf.linalg.matvec(noise_miss, w2[batch:])
        steep_w = tf.linalg.matvec(noise_miss, h2, transpose_a=True)
        steep_w = tf.concat([miss * h2, steep_w], axis=0)
        rate_h, rate_w = self._held(rate, steep_h, centers), self._held(rate, steep_w, both)
        return rate_h[:, tf.newaxis] * dh, rate_w[:, tf.newaxis] * dw, rate_w * db

    def _held(self, rate: tf.Tensor, steepness: tf.Tensor, ids: tf.Tensor) -> tf.Tensor:
        """The rate of each row; all that a batch holds of a row counts together."""
        total = tf.math.unsorted_segment_sum(steepness, ids, len(self.counts))
        return rate / tf.maximum(1.0, rate / 3 * tf.gather(total, ids))


def _check_positive(name: str, value: float) -> None:
    if value <= 0:
        raise ValueError(f"{name} must be above 0, got {value}. Leave it out for the default.")
