"""Models and layers of Keras behind the wall: made, called, and given other weights."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

import numpy as np

from course_utils.checks.engine.boundary import AnswerError, Subject, describe
from course_utils.checks.engine.check import Check, Failed
from course_utils.checks.engine.report import Report

NOISE = 0.5
Case = TypeVar("Case")


def tried(
    check: Check, properties: Mapping[str, Callable[[Case], None]], cases: Sequence[Case]
) -> Report:
    """The check's report after every property was tried on every case.

    Args:
      check: what collects the outcomes.
      properties: for each property's name a function of a case that raises if it does not hold;
        the others can't be judged without the first.
      cases: what to try them on.
    """
    (first, holds), *others = properties.items()
    form = check.each(first, cases, holds)
    for name, holds in others:
        check.each(name, cases, holds, [form])
    return check.report()


def made(answer: Subject, what: str, *args: Any) -> Subject:
    """The object that the answer makes of these arguments.

    Args:
      answer: a function or a class.
      what: what it should make, for messages, as in "a keras.Model".
      *args: what to call it with.

    Raises:
      AnswerError: if it makes None: it is not answered yet.
      Failed: if it makes a plain value.
    """
    result = answer(*args)
    if result is None or result is ...:
        raise AnswerError(f"Not answered yet: got None, expected {what}.", blank=True)
    if not isinstance(result, Subject):
        raise Failed(f"Got {describe(result)}, expected {what}.")
    return result


def weights_of(layer: Subject) -> list[np.ndarray]:
    """All weights of a Keras layer or model that has been called."""
    weights = layer.get("get_weights")()
    if not isinstance(weights, list) or not all(isinstance(w, np.ndarray) for w in weights):
        raise Failed(f"`get_weights()` gives {describe(weights)}, expected a list of arrays.")
    return weights


def shake(layer: Subject, seed: int, noise: float = NOISE) -> list[np.ndarray]:
    """Adds noise to all weights, so that none is zero and no two are equal; returns them.

    New weights are small and biases are zero, which would hide mistakes.

    Args:
      layer: a Keras layer or model that has been called.
      seed: of the noise.
      noise: its largest size.
    """
    rng = np.random.default_rng(seed)
    shaken = [
        (w + rng.uniform(-noise, noise, w.shape)).astype(w.dtype) if w.dtype.kind == "f" else w
        for w in weights_of(layer)
    ]
    layer.get("set_weights")(shaken)
    return shaken


def with_shape(weights: Sequence[np.ndarray], *shape: int) -> list[np.ndarray]:
    """Those of the weights that have this shape.

    >>> len(with_shape([np.ones([2, 3]), np.ones([3])], 2, 3))
    1
    """
    return [weight for weight in weights if weight.shape == shape]
