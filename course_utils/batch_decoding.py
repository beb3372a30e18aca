"""Decoding a batch of sentences in one loop: beam search with a length penalty, and sampling.

Both work in a `tf.function` and outside. `beam_search` has the version for one sentence, which
shows its work; `seq2seq` has greedy decoding.
"""

import operator
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import tensorflow as tf

from course_utils.beam_search import DecoderStep
from course_utils.cells import State
from course_utils.cells.arguments import match_state
from course_utils.cells.base import positive_integer
from course_utils.decoder_arguments import check_id, check_rows, checked_logits, checked_state
from course_utils.loop_arguments import size_of

# Those that float32 divides by, and multiplies by their inverse as XLA does, without 0 or infinity.
TEMPERATURES = np.finfo(np.float32).tiny, 1 / np.finfo(np.float32).tiny


class Sentences(NamedTuple):
    """What was decoded: for each sentence of the batch one, or `width` of them, the best first.

    Attributes:
      ids: [n, max_length] or [n, width, max_length] int32, without GO; EOS from the end on.
      lengths: [n] or [n, width] int32, how many ids come before EOS.
      log_probs: [n] or [n, width] float32, which includes EOS's. Minus infinity if there are fewer
        than `width` sentences of any probability; the length is 0 there.
    """

    ids: tf.Tensor
    lengths: tf.Tensor
    log_probs: tf.Tensor


def length_penalty(lengths: tf.Tensor, alpha: float) -> tf.Tensor:
    """What Wu and others (2016) divide log probabilities by: ((5 + length) / 6) to the power alpha.

    Args:
      lengths: any shape, of sentences without EOS.
      alpha: 0 divides by 1, so that short sentences win; 0.6 to 1 is usual.

    >>> length_penalty([1, 7], alpha=1.0).numpy()
    array([1., 2.], dtype=float32)
    """
    return ((5 + tf.cast(lengths, tf.float32)) / 6) ** alpha


def batch_beam_search(
    step: DecoderStep,
    state: State,
    go: int,
    eos: int,
    width: int,
    max_length: int,
    *,
    alpha: float = 0.0,
) -> Sentences:
    """The likeliest sentences that a beam of this width finds, for each row of a batch.

    A step gets all beams at once, those of the first sentence first. What it knows of the
    sentences has to be in its state, or come `width` times: `tf.repeat(memory, width, axis=0)`.

    Args:
      step: one step of a decoder, from token ids [n · width] and a state of as many rows to logits
        [n · width, vocabulary] and the new state.
      state: any structure of tensors of n rows.
      go: the token that is fed first.
      eos: the token that ends a sentence.
      width: how many beams are kept for each sentence, at least 1; 1 is greedy decoding.
      max_length: the most steps, at least 1. What has not ended by then is returned as it is.
      alpha: beams are ranked by log probability / `length_penalty`, at each step.

    Returns:
      The sentences; their log probabilities are not divided.

    Raises:
      TypeError: if `width` or `max_length` is no integer, or `go` or `eos` not one.
      ValueError: if `width` or `max_length` is less than 1, `alpha` is not finite, or the state or
        the logits do not fit, or hold NaN.

    >>> def coin(token_ids, state):  # EOS (1) has probability 1/4, token 0 3/4
    ...     return tf.math.log([[0.75, 0.25]]) + tf.zeros_like(state), state
    >>> found = batch_beam_search(coin, tf.zeros([1, 1]), 0, 1, width=2, max_length=2)
    >>> found.ids.numpy().tolist(), found.lengths.numpy().tolist()
    ([[[0, 0], [1, 1]]], [[2, 0]])
    >>> tf.exp(found.log_probs).numpy().round(4)
    array([[0.5625, 0.25  ]], dtype=float32)
    """
    width, max_length = positive_integer("width", width), positive_integer("max_length", max_length)
    if not np.isfinite(alpha):
        raise ValueError(f"alpha must be a number, got {alpha}. 0 gives no length penalty.")
    go, eos = check_id("go", go), check_id("eos", eos)
    state, n = _first(state)
    state = tf.nest.map_structure(lambda part: tf.repeat(part, width, axis=0), state)

    def advance(t: tf.Tensor, beams: Sentences, finished: tf.Tensor, state: State) -> tuple:
        last = tf.where(t > 0, beams.ids[:, :, tf.maximum(t - 1, 0)], go)
        logits, state = _stepped(step, tf.reshape(last, [-1]), state)
        log_probs = tf.reshape(tf.nn.log_softmax(logits), [n, width, tf.shape(logits)[1]])
        parents, tokens, beams = _best(beams, finished, log_probs, eos, alpha)
        ids = _written(tf.gather(beams.ids, parents, batch_dims=1), t, tokens)
        finished = (tokens == eos) | (beams.log_probs == float("-inf"))
        rows = tf.reshape(parents + width * tf.range(n)[:, tf.newaxis], [-1])
        state = tf.nest.map_structure(lambda part: tf.gather(part, rows), state)
        return t + 1, beams._replace(ids=ids), finished, state

    first = tf.one_hot(tf.zeros([n], tf.int32), width, 0.0, float("-inf"))  # one beam, no rival
    beams = Sentences(tf.fill([n, width, max_length], eos), tf.zeros([n, width], tf.int32), first)
    _, beams, _, _ = _loop(advance, max_length, beams, tf.zeros([n, width], tf.bool), state)
    real = beams.log_probs > float("-inf")
    ids = tf.where(real[..., tf.newaxis], beams.ids, eos)
    return Sentences(ids, tf.where(real, beams.lengths, 0), beams.log_probs)


def sample_decode(
    step: DecoderStep,
    state: State,
    go: int,
    eos: int,
    max_length: int,
    *,
    temperature: float = 1.0,
    seed: int | None = None,
) -> Sentences:
    """Writes one token after the other, drawn with the probability that the decoder gives it.

    Args:
      step: one step of a decoder, from token ids [n] and a state of n rows to logits
        [n, vocabulary] and the new state.
      state: any structure of tensors of n rows.
      go: the token that is fed first.
      eos: the token that ends a sentence.
      max_length: the most steps, at least 1. What has not ended by then is returned as it is.
      temperature: logits are divided by it: near 0 the likeliest token always wins, above 1 the
        choice is more even than the decoder's.
      seed: makes the draws repeatable; None takes TensorFlow's own, see `tf.random.set_seed`.

    Returns:
      One sentence a row; its log probability is that of the draws, at this temperature.

    Raises:
      TypeError: if `max_length` or `seed` is no integer, or `go` or `eos` not one, or `temperature`
        no number.
      ValueError: if `max_length` is less than 1, `temperature` is not above 0, or the state or the
        logits do not fit, or hold NaN.

    >>> def coin(token_ids, state):  # EOS (1) has probability 1/4, token 0 3/4
    ...     return tf.math.log([[0.75, 0.25]]) + tf.zeros_like(state), state
    >>> drawn = sample_decode(coin, tf.zeros([1000, 1]), 0, 1, max_length=1, seed=1)
    >>> bool(abs(tf.reduce_mean(tf.cast(drawn.lengths, tf.float32)) - 0.75) < 0.05)
    True
    """
    max_length = positive_integer("max_length", max_length)
    temperature = _number("temperature", temperature)
    if not temperature > 0:
        raise ValueError(
            f"temperature must be above 0, got {temperature}. "
            "For the likeliest token at each step use seq2seq.greedy_decode."
        )
    go, eos = check_id("go", go), check_id("eos", eos)
    state, n = _first(state)
    temperature = np.clip(temperature, *TEMPERATURES)
    if seed is None:
        pair = tf.random.uniform([2], maxval=tf.int32.max, dtype=tf.int32)
    else:
        number = _number("seed", seed, operator.index)
        halves = [part % 2**32 for part in (number, number >> 32)]
        pair = tf.constant(np.array(halves, np.uint32).view(np.int32))  # XLA takes no int64

    def advance(t: tf.Tensor, drawn: Sentences, finished: tf.Tensor, state: State) -> tuple:
        last = tf.where(t > 0, drawn.ids[:, tf.maximum(t - 1, 0)], go)
        logits, state = _stepped(step, last, state)
        log_probs = tf.nn.log_softmax(_below_the_highest(logits) / temperature)
        tokens = tf.random.stateless_categorical(log_probs, 1, pair + tf.stack([0, t]), tf.int32)[
            :, 0
        ]
        tokens = tf.where(finished, eos, tokens)
        gained = tf.gather(log_probs, tokens, batch_dims=1)
        total = drawn.log_probs + tf.where(finished, 0.0, gained)
        lengths = drawn.lengths + tf.cast(tokens != eos, tf.int32)
        return (
            t + 1,
            Sentences(_written(drawn.ids, t, tokens), lengths, total),
            tokens == eos,
            state,
        )

    drawn = Sentences(tf.fill([n, max_length], eos), tf.zeros([n], tf.int32), tf.zeros([n]))
    return _loop(advance, max_length, drawn, tf.zeros([n], tf.bool), state)[1]


def _number(name: str, value: Any, convert: Callable[[Any], Any] = float) -> Any:
    """The value as one plain number."""
    try:
        return convert(tf.get_static_value(value))
    except (TypeError, ValueError) as error:
        raise TypeError(
            f"{name} must be one plain number, got {value!r}. In a tf.function pass it as a number "
            "of Python, too."
        ) from error


def _loop(advance: Any, max_length: int, *first: Any) -> Any:
    """Advances step number, sentences, their ends and the state until all have ended."""
    shapes = tf.nest.map_structure(lambda part: tf.TensorShape([None, *part.shape[1:]]), first)
    return tf.while_loop(
        lambda t, sentences, finished, state: ~tf.reduce_all(finished),
        advance,
        (tf.constant(0), *first),
        shape_invariants=(tf.TensorShape([]), *shapes),
        maximum_iterations=max_length,
    )


def _first(state: State) -> tuple[State, int | tf.Tensor]:
    """The state before the first step, checked, and how many rows it has."""
    check_rows(state)
    rows = size_of(tf.convert_to_tensor(tf.nest.flatten(state)[0]), 0)
    return checked_state(state, rows), rows


def _below_the_highest(logits: tf.Tensor) -> tf.Tensor:
    """The logits with 0 for the highest of each row, which no temperature makes infinite."""
    return logits - tf.reduce_max(logits, axis=1, keepdims=True)


def _stepped(step: DecoderStep, last: tf.Tensor, state: State) -> tuple[tf.Tensor, State]:
    """The logits in float32, checked, and a state of the shapes of the one before."""
    rows = size_of(last, 0)
    logits, new_state = step(last, state)
    new_state = tf.nest.map_structure(
        lambda part, old: tf.ensure_shape(part, [None, *old.shape[1:]]),
        match_state("The state that step returned", new_state, state),
        state,
    )
    logits = tf.cast(checked_logits(logits, rows), tf.float32)
    return logits, checked_state(new_state, rows)


def _best(
    beams: Sentences, finished: tf.Tensor, log_probs: tf.Tensor, eos: int, alpha: float
) -> tuple[tf.Tensor, tf.Tensor, Sentences]:
    """The best continuations: parents and tokens [n, width], and the beams, with ids of before."""
    n, width, vocabulary = tf.unstack(tf.shape(log_probs))
    ends = tf.range(vocabulary) == eos
    # A finished beam has one continuation, which adds nothing.
    log_probs = tf.where(finished[..., tf.newaxis], tf.where(ends, 0.0, float("-inf")), log_probs)
    totals = beams.log_probs[..., tf.newaxis] + log_probs  # [n, width, vocabulary]
    lengths = beams.lengths[..., tf.newaxis] + tf.cast(~ends, tf.int32)
    lengths = tf.where(finished[..., tf.newaxis], beams.lengths[..., tf.newaxis], lengths)
    totals, lengths = (tf.reshape(x, [n, width * vocabulary]) for x in (totals, lengths))
    _, places = tf.math.top_k(totals / length_penalty(lengths, alpha), beams.ids.shape[1])
    totals, lengths = (tf.gather(x, places, batch_dims=1) for x in (totals, lengths))
    return places // vocabulary, places % vocabulary, Sentences(beams.ids, lengths, totals)


def _written(ids: tf.Tensor, t: tf.Tensor, tokens: tf.Tensor) -> tf.Tensor:
    """The ids [..., max_length] with these tokens [...] at step t."""
    return tf.where(tf.range(ids.shape[-1]) == t, tokens[..., tf.newaxis], ids)
