"""Word vectors at scale: the skip-gram pairs of a whole text, learnt in one compiled loop.

Two losses: negative sampling, and noise-contrastive estimation (NCE). All examples of a batch share
one draw of noise words, so that a batch is a few matrix products. The chapter shows the short
versions.

A word that comes often in a batch gets the sum of its gradients, and in a small vocabulary every
word does: such a step can shoot past its goal, and the next one further. So the step of each row is
held to what its own curve allows, see `SkipGram.train`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Literal

import numpy as np
import tensorflow as tf
from numpy.typing import ArrayLike, NDArray

from course_utils.cells.arguments import with_batch_size
from course_utils.data.vocabulary import check_words
from course_utils.data.word_counts import keep_probability, noise_distribution
from course_utils.loop_arguments import size_of

UNKNOWN = "UNK"  # the word with id 0, for all that have no id of their own

Ids = NDArray[np.int32]
Vectors = NDArray[np.float32]


def build_vocabulary(words: Iterable[str], size: int) -> tuple[list[str], dict[str, int]]:
    """The commonest words with their ids.

    Args:
      words: of a text.
      size: of the vocabulary, "UNK" included, at least 1.

    Returns:
      The vocabulary, "UNK" first, then by falling count, ties by first seen; and each word's id.

    Raises:
      TypeError: if `words` is a string.
      ValueError: if `size` is less than 1.

    >>> build_vocabulary("to be or not to be".split(), 3)
    (['UNK', 'to', 'be'], {'UNK': 0, 'to': 1, 'be': 2})
    """
    if size < 1:
        raise ValueError(f"size must be at least 1, for {UNKNOWN!r}, got {size}. Pass, say, 5000.")
    check_words("words", words)
    vocabulary = [UNKNOWN, *(word for word, _ in Counter(words).most_common(size - 1))]
    return vocabulary, {word: number for number, word in enumerate(vocabulary)}


def encode(words: Iterable[str], word_to_id: Mapping[str, int]) -> Ids:
    """The words' ids, 0 for those that have none. TypeError if `words` is one string.

    >>> encode(["to", "sleep"], {"UNK": 0, "to": 1})
    array([1, 0], dtype=int32)
    """
    check_words("words", words)
    return np.array([word_to_id.get(word, 0) for word in words], dtype=np.int32)


def generate_batch(
    data: Ids,
    start: int,
    batch_size: int,
    num_skips: int,
    skip_window: int,
    rng: np.random.Generator,
) -> tuple[Ids, Ids, int]:
    """A batch of skip-gram pairs from a window that slides over the text.

    Args:
      data: [words] ids; the text is a ring, after its last word comes its first.
      start: left end of the first window.
      batch_size: number of pairs, a multiple of `num_skips`.
      num_skips: pairs for each centre, with different contexts.
      skip_window: words to each side of the centre.
      rng: draws the contexts.

    Returns:
      (centers, contexts, next_start): [batch_size] ids each, and where the next batch begins.

    Raises:
      ValueError: if a window has fewer contexts than `num_skips`, or the batch no whole centres,
        or the text is shorter than a window, in which a word would be its own context.

    >>> data = np.arange(10, 20, dtype=np.int32)
    >>> centers, contexts, next_start = generate_batch(data, 0, 4, 2, 1, np.random.default_rng(0))
    >>> centers, np.sort(contexts), next_start
    (array([11, 11, 12, 12], dtype=int32), array([10, 11, 12, 13], dtype=int32), 2)
    """
    if not 1 <= num_skips <= 2 * skip_window or batch_size % num_skips:
        raise ValueError(
            f"num_skips must be at least 1, at most 2 * skip_window = {2 * skip_window} and divide "
            f"batch_size = {batch_size}, got {num_skips}."
        )
    if len(data) <= 2 * skip_window:
        raise ValueError(
            f"data must have more words than the {2 * skip_window} beside a centre, got "
            f"{len(data)}. Pass a longer text or a smaller skip_window."
        )
    count = batch_size // num_skips
    middle = start + skip_window + np.arange(count)[:, np.newaxis]
    offsets = np.delete(np.arange(-skip_window, skip_window + 1), skip_window)
    drawn = rng.permuted(np.tile(offsets, (count, 1)), axis=1)[:, :num_skips]
    centers = np.repeat(data[middle % len(data)], num_skips)
    contexts = data[(middle + drawn).ravel() % len(data)]
    return centers, contexts, (start + count) % len(data)


def skip_grams(ids: Ids, window: int, rng: np.random.Generator) -> tuple[Ids, Ids]:
    """Every centre word of a text with each word that it can see, in random order.

    A centre sees 1 to `window` words to each side, a new draw for each position; so near words
    come more often than far ones.

    Args:
      ids: [words].
      window: the farthest that a centre may see, at least 1.
      rng: for the draws and the order.

    Returns:
      (centers, contexts), each [pairs].

    >>> centers, contexts = skip_grams(np.array([7, 8, 9], np.int32), 1, np.random.default_rng(0))
    >>> sorted(zip(centers.tolist(), contexts.tolist()))
    [(7, 8), (8, 7), (8, 9), (9, 8)]
    """
    sees = rng.integers(1, window + 1, size=len(ids))
    centers, contexts = [], []
    for distance in range(1, window + 1):
        at = np.flatnonzero(sees >= distance)
        for other in (at - distance, at + distance):
            inside = (other >= 0) & (other < len(ids))
            centers.append(ids[at[inside]])
            contexts.append(ids[other[inside]])
    order = rng.permutation(sum(map(len, centers)))
    return np.concatenate(centers)[order], np.concatenate(contexts)[order]


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
          ValueError: if the text is too short for one batch.
          FloatingPointError: if a loss is not finite, after which the vectors are worth nothing.
        """
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
