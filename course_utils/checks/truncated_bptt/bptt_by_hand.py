"""The check of `bptt-by-hand`: back-propagation by hand."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import partial
from typing import Any

import numpy as np

from course_utils.checks.engine.boundary import AnswerError, describe, subject
from course_utils.checks.engine.check import Check, Failed, load_exercises
from course_utils.checks.engine.compare import TIGHT, as_items, close, near
from course_utils.checks.engine.report import Report
from course_utils.checks.truncated_bptt.several import all_of
from course_utils.checks.truncated_bptt.unrolled_gradients import (
    Network,
    Params,
    Size,
    draw_network,
)
from course_utils.checks.truncated_bptt.wrong_gradients import wrong_gradients, wrong_mean_losses

EXERCISES = load_exercises("truncated_bptt")
SIZES: Sequence[Size] = ((2, 3, 1, 2, 2), (3, 4, 2, 3, 2), (2, 3, 5, 4, 6))
THIN_SIZES: Sequence[Size] = ((1, 4, 2, 3, 5), (2, 4, 1, 3, 2), (3, 2, 4, 1, 2), (3, 1, 2, 4, 5))
_NETWORK = draw_network(SIZES[0], 1)
EXERCISES["bptt-by-hand"].knowing(
    slug for slug, _ in [*wrong_gradients(_NETWORK), *wrong_mean_losses(_NETWORK)]
)
AXES = {"Wx": "input, unit", "Wh": "unit, unit", "b": "unit", "U": "unit, class", "c": "class"}


def check_bptt_by_hand(
    rnn_gradients: Any,
    seeds: Sequence[int] = (1, 2),
    sizes: Sequence[Size] = SIZES,
    thin_sizes: Sequence[Size] = THIN_SIZES,
) -> Report:
    """Checks the loss and each gradient, against weights nudged one by one.

    Args:
      rnn_gradients: the function.
      seeds: of weights and sequences.
      sizes: batch, time, features, units and classes; time at least 3.
      thin_sizes: the same, with a size of 1 in each.
    """
    check = Check(EXERCISES["bptt-by-hand"])
    answer = subject(rnn_gradients, "rnn_gradients")
    networks = [draw_network(size, seed) for size in sizes for seed in seeds]
    short = [network.window(0, 1, network.arguments[-1]) for network in networks]
    thin = [draw_network(size, seeds[0]) for size in thin_sizes]

    def results(network: Network) -> list[Any]:
        return as_items(answer(*network.arguments), 2, "the loss and the gradients")

    def try_loss(network: Network) -> None:
        near(results(network)[0], network.loss, wrong_mean_losses(network), TIGHT)

    def try_gradients(keys: Iterable[str], network: Network) -> None:
        grads = as_gradients(results(network)[1])
        compare_gradients(grads, network.whole_gradients, wrong_gradients(network), keys)

    def try_all(network: Network) -> None:
        loss, grads = results(network)
        near(loss, network.loss, wrong_mean_losses(network), TIGHT)
        right, wrong = network.whole_gradients, wrong_gradients(network)
        compare_gradients(as_gradients(grads), right, wrong, AXES)

    several = "over several steps, the gradients of"
    check.each("the loss is the mean cross-entropy of all steps and sequences", networks, try_loss)
    single = "with a single step, the gradients are those of a dense network"
    check.each(single, short, partial(try_gradients, AXES))
    check.each(f"{several} U and c are right", networks, partial(try_gradients, ("U", "c")))
    check.each(f"{several} Wx and b are right", networks, partial(try_gradients, ("Wx", "b")))
    check.each(f"{several} Wh are right", networks, partial(try_gradients, ("Wh",)))
    check.each("it is right for one sequence, one step, one input and one unit", thin, try_all)
    return check.report()


def as_gradients(grads: Any) -> dict[str, Any]:
    """The value as a dict of gradients.

    Raises:
      Failed: if it is none, or if a key is missing.
      AnswerError: if it is None.
    """
    if grads is None or grads is ...:
        raise AnswerError("Not answered yet: got None, expected a dict of gradients.", blank=True)
    if not isinstance(grads, dict) or not set(AXES) <= set(grads):
        raise Failed(f"Got {describe(grads)}, expected a dict with the keys {', '.join(AXES)}.")
    return grads


def compare_gradients(
    grads: dict[str, Any],
    right: Params,
    wrong: Sequence[tuple[str, Params]],
    keys: Iterable[str],
) -> None:
    """Compares gradients by name; a misconception has to explain all five of them."""
    explains = [(slug, are_equal(grads, gradients), gradients) for slug, gradients in wrong]

    def compare(key: str) -> None:
        none = np.full_like(right[key], np.nan)
        suspects = [(slug, wrong[key] if all_five else none) for slug, all_five, wrong in explains]
        close(grads[key], right[key], AXES[key], suspects, TIGHT)

    all_of((f"Gradient of {key}", partial(compare, key)) for key in keys)


def are_equal(found: dict[str, Any], expected: Params) -> bool:
    """Whether all gradients have the expected values."""
    return all(
        isinstance(found[key], np.ndarray)
        and found[key].shape == value.shape
        and np.allclose(found[key], value, rtol=0, atol=TIGHT)
        for key, value in expected.items()
    )
