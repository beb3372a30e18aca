"""Beam search: decoding that keeps the best few beginnings of a sentence, not only one.

One sentence at a time, and every step can be looked at; `batch_decoding` is for many.
"""

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import numpy as np
import tensorflow as tf

from course_utils.cells.base import positive_integer
from course_utils.decoder_arguments import check_id, check_logits, check_rows, refuse_graph

# step(token_ids [n], state) -> (logits [n, vocabulary], new_state); a state has n rows.
DecoderStep = Callable[[Any, Any], tuple[Any, Any]]


class Beam(NamedTuple):
    """The beginning of a sentence, or a whole one.

    Attributes:
      ids: its tokens without GO; if it is finished, EOS is the last.
      log_prob: the sum of their log probabilities.
      finished: whether it has ended.
      parent: its place among the beams of the step before.
    """

    ids: tuple[int, ...]
    log_prob: float
    finished: bool
    parent: int


def beam_search_steps(
    step: DecoderStep, state: Any, go: int, eos: int, width: int, max_length: int
) -> Iterator[list[Beam]]:
    """Beam search that shows its work; the arguments are those of `beam_search`.

    Yields:
      For each step all candidates, the best first: finished beams as they are, and the others with
      every token that could come next, those of probability 0 left out. The first `width` of them
      are kept.
    """
    refuse_graph("beam_search")
    check_rows(state, rows=1)
    go, eos = int(check_id("go", go)), int(check_id("eos", eos))
    width, max_length = positive_integer("width", width), positive_integer("max_length", max_length)
    beams = [Beam((), 0.0, False, 0)]
    for _ in range(max_length):
        alive = [place for place, beam in enumerate(beams) if not beam.finished]
        if not alive:
            return
        last = [beams[place].ids[-1] if beams[place].ids else go for place in alive]
        logits, state = step(np.array(last, np.int32), state)
        candidates = [
            beam._replace(parent=place) for place, beam in enumerate(beams) if beam.finished
        ]
        check_logits(logits, len(alive))
        check_rows(state, len(alive))
        for place, log_probs in zip(alive, log_softmax(logits), strict=True):
            candidates += _extended(beams[place], place, log_probs, eos)
        candidates.sort(key=lambda beam: -beam.log_prob)
        beams = candidates[:width]
        rows = [alive.index(beam.parent) for beam in beams if not beam.finished]
        state = _rows(state, rows)
        yield candidates


def beam_search(
    step: DecoderStep, state: Any, go: int, eos: int, width: int, max_length: int
) -> list[tuple[list[int], float]]:
    """The likeliest sentences that a beam of this width finds.

    Args:
      step: one step of a decoder, from token ids [n] and a state of n rows to logits
        [n, vocabulary] and the new state.
      state: any structure of arrays with one row.
      go: the token that is fed first.
      eos: the token that ends a sentence.
      width: how many beams are kept, at least 1; 1 is greedy decoding.
      max_length: the most steps, at least 1. What has not ended by then is returned as it is.

    Returns:
      Pairs of ids, without GO and EOS, and log probability, which includes EOS's. The best is
      first; there are `width` of them, or fewer if there are no more sentences of any probability.

    Raises:
      RuntimeError: inside a `tf.function`.
      TypeError: if `width` or `max_length` is no integer.
      ValueError: if `width` or `max_length` is less than 1, `state` has not one row, or the logits
        are not [n, vocabulary] or hold NaN.

    >>> def coin(token_ids, state):  # EOS (1) has probability 1/4, token 0 3/4
    ...     return tf.math.log([[0.75, 0.25]] * len(token_ids)), state
    >>> for ids, log_prob in beam_search(coin, tf.zeros([1, 1]), 0, 1, width=3, max_length=2):
    ...     print(ids, round(float(np.exp(log_prob)), 4))
    [0, 0] 0.5625
    [] 0.25
    [0] 0.1875
    """
    candidates: list[Beam] = []
    for candidates in beam_search_steps(step, state, go, eos, width, max_length):  # noqa: B007
        pass
    return [
        (list(beam.ids[:-1] if beam.finished else beam.ids), beam.log_prob)
        for beam in candidates[:width]
    ]


def log_softmax(logits: Any) -> np.ndarray:
    """Log probabilities [n, vocabulary] in float64.

    >>> np.exp(log_softmax([[2.0, 2.0]]))
    array([[0.5, 0.5]])
    """
    logits = np.asarray(logits, np.float64)
    shifted = logits - logits.max(axis=-1, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))


def _rows(state: Any, rows: list[int]) -> Any:
    """These rows of every part of a state."""
    return tf.nest.map_structure(lambda part: tf.gather(part, np.array(rows, np.int32)), state)


def _extended(beam: Beam, place: int, log_probs: np.ndarray, eos: int) -> list[Beam]:
    return [
        Beam((*beam.ids, token), beam.log_prob + log_prob, token == eos, place)
        for token, log_prob in enumerate(log_probs.tolist())
        if log_prob > -np.inf
    ]
