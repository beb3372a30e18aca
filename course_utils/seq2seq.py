"""Sequence to sequence: an encoder, a decoder, training with teacher forcing, greedy decoding.

Whatever reads a sentence and writes another follows one protocol, `Translator`: `encode` makes a
state of the source, `step` makes logits and the next state of a token and a state. Training and
decoding ask for nothing else, so other encoders, decoders and searches can be written beside this
module.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, Protocol

import numpy as np
import tensorflow as tf
from numpy.typing import ArrayLike, NDArray

from course_utils.bleu import Sentence, words_of
from course_utils.cells import GRUCell, State
from course_utils.cells.arguments import as_tensor, with_first_sizes
from course_utils.cells.base import dtype_of_weights
from course_utils.data.vocabulary import EOS, GO, PAD, Batch
from course_utils.decoder_arguments import (
    check_id,
    check_logits,
    check_rows,
    check_step,
    checked_state,
    refuse_graph,
)
from course_utils.loop_arguments import size_of
from course_utils.training import descend, progress

Encode = Callable[[Any], State]
Step = Callable[[Any, State], tuple[Any, State]]


class Translator(Protocol):
    """What `train` and `translate` ask of a network."""

    @property
    def trainable_variables(self) -> Sequence[tf.Variable]: ...  # noqa: D102 - said above

    def encode(self, source: tf.Tensor) -> State:
        """Ids [n, source length] to a state, any structure of tensors of n rows."""

    def step(self, token_ids: tf.Tensor, state: State) -> tuple[tf.Tensor, State]:
        """Ids [n] and a state to logits [n, vocabulary] and the next state."""


class GRUTranslator(tf.Module):
    """An encoder and a decoder of one GRU layer each; the state of n sentences is [n, units].

    Args:
      source_size: number of words in the source vocabulary.
      target_size: number of words in the target vocabulary.
      embedding_dim: width of a word's vector.
      units: width of the state.

    >>> translator = GRUTranslator(source_size=9, target_size=7, units=5)
    >>> state = translator.encode([[0, 4, 8], [5, 6, 4]])
    >>> logits, new_state = translator.step([2, 2], state)
    >>> state.shape, logits.shape, new_state.shape
    (TensorShape([2, 5]), TensorShape([2, 7]), TensorShape([2, 5]))
    """

    def __init__(
        self, source_size: int, target_size: int, embedding_dim: int = 32, units: int = 128
    ) -> None:
        super().__init__()
        self.source_embedding = _embedding(source_size, embedding_dim)
        self.target_embedding = _embedding(target_size, embedding_dim)
        self.encoder, self.decoder = GRUCell(units), GRUCell(units)
        self.kernel = tf.Variable(tf.random.normal([units, target_size], stddev=units**-0.5))
        self.bias = tf.Variable(tf.zeros([target_size]))
        for cell in (self.encoder, self.decoder):  # the first call makes a cell's weights
            cell(tf.zeros([1, embedding_dim]), cell.zero_state(1))

    def encode(self, source: tf.Tensor) -> tf.Tensor:
        """The state after the last word of each row of `source` [n, time]."""
        vectors = tf.gather(self.source_embedding, source)  # [n, time, embedding_dim]
        state = self.encoder.zero_state(tf.shape(vectors)[0])
        for word in tf.unstack(vectors, axis=1):  # [n, embedding_dim]
            _, state = self.encoder(word, state)
        return state

    def step(self, token_ids: tf.Tensor, state: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        """Logits for the token that follows `token_ids` [n], and the next state."""
        output, state = self.decoder(tf.gather(self.target_embedding, token_ids), state)
        return output @ self.kernel + self.bias, state


def _embedding(size: int, width: int) -> tf.Variable:
    return tf.Variable(tf.random.uniform([size, width], -1, 1))


def decode_train(encode: Encode, step: Step, source: Any, decoder_inputs: tf.Tensor) -> tf.Tensor:
    """Runs the decoder over the right translation: teacher forcing.

    Args:
      encode: `encode(source)` gives the state before the first step.
      step: `step(token_ids, state)` gives logits and the next state.
      source: what `encode` takes.
      decoder_inputs: [n, time] ids; the number of steps must be known.

    Returns:
      Logits [n, time, vocabulary].

    Raises:
      ValueError: if a state or logits have not a row for each of the decoder's inputs; where the
        first state's are known only when a graph runs, `tf.errors.InvalidArgumentError` then.

    >>> translator = GRUTranslator(9, 7)
    >>> decode_train(translator.encode, translator.step, [[4, 8]], tf.constant([[2, 5, 6]])).shape
    TensorShape([1, 3, 7])
    """
    decoder_inputs = tf.convert_to_tensor(decoder_inputs)
    state = checked_state(encode(source), size_of(decoder_inputs, 0))
    logits = []
    for token_ids in tf.unstack(decoder_inputs, axis=1):  # [n]
        step_logits, state = step(token_ids, state)
        check_step(step_logits, state, size_of(decoder_inputs, 0))
        logits.append(step_logits)
    return tf.stack(logits, axis=1)


def sequence_loss(
    logits: tf.Tensor,
    targets: tf.Tensor,
    pad: int = PAD,
    *,
    weights: tf.Tensor | None = None,
    average_across_timesteps: bool = True,
    average_across_batch: bool = True,
) -> tf.Tensor:
    """The mean cross-entropy of all tokens that are no padding, in nats.

    Args:
      logits: [n, time, vocabulary].
      targets: [n, time] ids; where the weight is 0 they, and the logits, may be anything.
      pad: the id of the padding.
      weights: [n, time], how much each token counts. None gives padding 0 and all others 1; given
        weights stand in for that, and `pad` says nothing then.
      average_across_timesteps: whether to average over the steps of each sentence.
      average_across_batch: whether to average over the sentences at each step.

    Returns:
      Averaged over both, a scalar: the sum of the weighted losses by the sum of the weights. Over
      one of the two, the same of each sentence [n] or of each step [time]; over none, the weighted
      losses [n, time]. An average over weights that are all 0, or over nothing, is 0.

    Raises:
      TypeError: if `logits` are no floating-point numbers, or `targets` no integers.
      ValueError: if the shapes do not fit.

    >>> float(sequence_loss(tf.zeros([1, 2, 4]), tf.constant([[3, 0]])))  # log 4
    1.3862943649291992
    """
    logits, targets = as_tensor("logits", logits), as_tensor("targets", targets)
    dtype = dtype_of_weights(logits.dtype)  # halves can't count to the number of tokens
    padding = check_id("pad", pad, advice="For weights write weights=...")
    if weights is None:
        weights = tf.cast(targets, tf.int64) != tf.cast(padding, tf.int64)
    _check_logits(logits)
    if not targets.dtype.is_integer:
        raise TypeError(f"targets must be ids, integers, got {targets.dtype.name}.")
    targets = _of_tokens("targets", tf.cast(targets, tf.int64), logits)
    weights = tf.cast(_of_tokens("weights", as_tensor("weights", weights), logits), dtype)
    counts = weights != 0
    # What does not count is replaced before the loss: a NaN times 0 is a NaN, in gradients too.
    targets = tf.where(counts, targets, 0)
    each = tf.where(counts[..., tf.newaxis], tf.cast(logits, dtype), 0)
    losses = weights * tf.nn.sparse_softmax_cross_entropy_with_logits(targets, each)  # [n, time]
    axes = [
        axis
        for axis, averaged in enumerate((average_across_batch, average_across_timesteps))
        if averaged
    ]
    if axes:
        losses = tf.math.divide_no_nan(tf.reduce_sum(losses, axes), tf.reduce_sum(weights, axes))
    return tf.cast(losses, logits.dtype)


def _check_logits(logits: tf.Tensor) -> None:
    if not logits.dtype.is_floating:
        raise TypeError(f"logits must be floating-point numbers, got {logits.dtype.name}.")
    if logits.shape.rank != 3:
        raise ValueError(
            f"logits must have three axes, [n, time, vocabulary], got the shape {logits.shape}. "
            "Add the missing axis, for example logits[tf.newaxis] for a single sentence."
        )


def _of_tokens(name: str, value: tf.Tensor, logits: tf.Tensor) -> tf.Tensor:
    """The value, which must be [n, time] of the logits; in a graph that is checked when it runs."""
    expected = logits.shape[:2]
    if value.shape.rank != 2 or not value.shape.is_compatible_with(expected):
        raise ValueError(
            f"{name} must have the shape {expected}, [n, time] of logits, got {value.shape}. "
            "Give one number for each token."
        )
    if expected.is_fully_defined():
        return tf.ensure_shape(value, expected)
    message = f"{name} must have the shape [n, time] of logits. Give one number for each token."
    return with_first_sizes(value, [size_of(logits, axis) for axis in (0, 1)], message)


def train(
    translator: Translator,
    batch: Batch,
    n_steps: int,
    *,
    batch_size: int = 128,
    learning_rate: float = 0.004,
    seed: int = 0,
    watch: Callable[[int, float], None] | None = None,
) -> NDArray[np.float64]:
    """Trains on random parts of some encoded pairs, with one compiled update.

    The gradient is clipped to length 1; Adam's learning rate falls to zero along a cosine.

    Args:
      translator: follows `Translator`.
      batch: all the pairs to learn from.
      n_steps: number of updates.
      batch_size: pairs that an update sees.
      learning_rate: before the first step.
      seed: of the order in which the pairs are drawn.
      watch: is called after each update with the number of updates so far and their loss.

    Returns:
      The loss before each update, [n_steps].
    """
    one = batch.source[:1], tf.constant(batch.decoder_inputs[:1])
    decode_train(translator.encode, translator.step, *one)  # cells make their weights when called
    optimizer = tf.keras.optimizers.Adam(
        tf.keras.optimizers.schedules.CosineDecay(learning_rate, n_steps), global_clipnorm=1.0
    )
    update = make_update(translator, optimizer)
    rng = np.random.default_rng(seed)
    losses = np.zeros(n_steps)
    for step in progress(range(n_steps), "training"):
        rows = rng.integers(0, len(batch.source), batch_size)
        losses[step] = update(*(part[rows] for part in batch))
        if watch is not None:
            watch(step + 1, losses[step])
    return losses


def make_update(
    translator: Translator, optimizer: tf.keras.optimizers.Optimizer
) -> Callable[..., tf.Tensor]:
    """One compiled training step: it takes the three arrays of a batch and returns the loss.

    The translator's weights must be made: what a first call makes later is not trained.
    """
    variables = translator.trainable_variables
    optimizer.build(variables)

    @tf.function
    def update(source: tf.Tensor, inputs: tf.Tensor, targets: tf.Tensor) -> tf.Tensor:
        with tf.GradientTape() as tape:
            logits = decode_train(translator.encode, translator.step, source, inputs)
            loss = sequence_loss(logits, targets)
        descend(tape, loss, variables, optimizer)
        return loss

    return update


def greedy_decode(step: Step, state: State, go: int, eos: int, max_length: int) -> list[list[int]]:
    """Writes one token after the other, always the likeliest.

    Args:
      step: `step(token_ids [n], state)` gives logits [n, vocabulary] and the next state.
      state: that of n sentences.
      go: the id that goes in first.
      eos: the id that ends a sentence.
      max_length: the largest number of steps.

    Returns:
      The ids of each sentence, without `go` and `eos`.

    Raises:
      RuntimeError: inside a `tf.function`; there take `batch_decoding.batch_beam_search`, width 1.
      ValueError: if the parts of `state` differ in their rows, or the logits are not
        [n, vocabulary] or hold NaN.

    >>> def count_down(token_ids, state):
    ...     return tf.one_hot(state, 4), state - 1
    >>> greedy_decode(count_down, tf.constant([3, 1]), go=0, eos=1, max_length=9)
    [[3, 2], []]
    """
    refuse_graph("greedy_decode")
    check_rows(state)
    go, eos = int(check_id("go", go)), int(check_id("eos", eos))
    n = len(tf.nest.flatten(state)[0])
    tokens = np.full(n, go, np.int32)
    sentences: list[list[int]] = [[] for _ in range(n)]
    running = np.ones(n, bool)
    for _ in range(max_length):
        logits, state = step(tf.constant(tokens), state)
        check_logits(logits, n)
        check_rows(state, n)
        tokens = np.argmax(logits, axis=1).astype(np.int32)
        running &= tokens != eos
        if not running.any():
            break
        for row in np.flatnonzero(running):
            sentences[row].append(int(tokens[row]))
    return sentences


def translate(translator: Translator, source: ArrayLike, max_length: int) -> list[list[int]]:
    """Greedy translations of encoded sentences [n, time], as lists of ids."""
    return greedy_decode(translator.step, translator.encode(source), GO, EOS, max_length)


def exact_match(predictions: Iterable[Sentence], references: Iterable[Sentence]) -> float:
    """The share of predictions that equal their reference in every token, in 0..1.

    A sentence is a list, an array or a tensor of ids or of words; bytes are decoded.

    Raises:
      TypeError: if a sentence is a string or no list.
      ValueError: if there are none, or not as many references as predictions.

    >>> exact_match([[4, 5], [6]], [[4, 5], [6, 7]])
    0.5
    """
    pairs = list(zip(predictions, references, strict=True))
    if not pairs:
        raise ValueError("There is no prediction, so no share of them. Pass one or more.")
    same = [
        words_of(f"predictions[{i}]", a) == words_of(f"references[{i}]", b)
        for i, (a, b) in enumerate(pairs)
    ]
    return sum(same) / len(pairs)


def references(targets: ArrayLike, eos: int = EOS) -> list[list[int]]:
    """What a perfect translator writes: each row of decoder targets up to its `eos`.

    Raises:
      ValueError: if a row has no `eos`.

    >>> references([[7, 5, 3, 0], [3, 0, 0, 0]])
    [[7, 5], []]
    """
    rows = np.asarray(targets).tolist()
    for i, row in enumerate(rows):
        if eos not in row:
            raise ValueError(f"targets[{i}] must end with eos = {eos}, got {row}. Pad after it.")
    return [row[: row.index(eos)] for row in rows]
