"""Writing: draws from a network's logits, and the loop that feeds them back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from course_utils.language_model.streams import Step

Floats = NDArray[np.float64]
Sample = Callable[[Any, np.random.Generator], int]


def tempered(logits: ArrayLike, temperature: float) -> Floats:
    """softmax(logits / temperature), along the last axis.

    Raises:
      ValueError: if the temperature is not above 0.

    >>> tempered([0.0, np.log(3.0)], temperature=1.0).round(4)
    array([0.25, 0.75])
    """
    if not temperature > 0:
        raise ValueError(
            f"temperature must be above 0, got {temperature}. For the likeliest id "
            "take a small one, say 0.01."
        )
    scores = np.asarray(logits, np.float64)
    scores = (scores - scores.max(axis=-1, keepdims=True)) / temperature
    weights = np.exp(scores)
    return np.asarray(weights / weights.sum(axis=-1, keepdims=True))


def sample(logits: ArrayLike, temperature: float, rng: np.random.Generator) -> int:
    """An id [size] drawn from the tempered softmax.

    >>> sample([0.0, 5.0, 1.0], temperature=0.01, rng=np.random.default_rng(1))
    1
    """
    p = tempered(logits, temperature)
    return int(rng.choice(len(p), p=p))


def nucleus(probabilities: ArrayLike, p: float) -> Floats:
    """The fewest likeliest whose sum reaches p, renormalised; the others are 0.

    Args:
      probabilities: [size].
      p: above 0, at most 1; a sum equal to it has reached it.

    Returns:
      [size], in the old order. Of equal probabilities those of smaller ids come first.

    Raises:
      ValueError: if p is not above 0 and at most 1.

    >>> nucleus([0.125, 0.5, 0.25, 0.125], p=0.75).round(4)
    array([0.    , 0.6667, 0.3333, 0.    ])
    """
    if not 0 < p <= 1:
        raise ValueError(f"p must be above 0 and at most 1, got {p}.")
    given = np.asarray(probabilities, np.float64)
    order = np.argsort(-given, kind="stable")
    before = np.cumsum(given[order]) - given[order]
    kept = np.zeros_like(given)
    chosen = order[before < p]
    kept[chosen] = given[chosen]
    return kept / kept.sum()


def write(
    step: Step,
    state: Any,
    prompt: Sequence[int],
    n_new: int,
    sample: Sample,
    rng: np.random.Generator,
) -> list[int]:
    """Goes on where a prompt ends, feeding back what it has written.

    Args:
      step: `step(ids [n], state)` gives logits [n, size] and the next state.
      state: before the prompt.
      prompt: at least one id.
      n_new: how many ids to write.
      sample: `sample(logits [size], rng)` gives an id.
      rng: where chance comes from.

    Returns:
      The new ids.

    >>> def count(ids, state):
    ...     return np.eye(9)[np.asarray(ids) + 1], state
    >>> write(count, None, [2, 3], 4, lambda logits, rng: int(np.argmax(logits)), None)
    [4, 5, 6, 7]
    """
    logits, state = step(np.asarray(prompt, np.int32), state)
    written = [sample(np.asarray(logits)[-1], rng)]
    for _ in range(n_new - 1):
        logits, state = step(np.array(written[-1:], np.int32), state)
        written.append(sample(np.asarray(logits)[-1], rng))
    return written
