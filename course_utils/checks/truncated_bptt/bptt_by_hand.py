"""The check of `bptt-by-hand`: back-propagation by hand."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from course_utils.checks.engine.blame import about
from course_utils.checks.engine.boundary import AnswerError, Subject, describe, subject
from course_utils.checks.engine.check import Check, Failed, load_exercises
from course_utils.checks.engine.compare import TIGHT, as_items, close, near
from course_utils.checks.engine.report import Report
from course_utils.checks.truncated_bptt.unrolled_gradients import (
    Network,
    Params,
    Size,
    draw_network,
    wrong_gradients,
    wrong_mean_losses,
)

EXERCISES = load_exercises("truncated_bptt")
SIZES: Sequence[Size] = ((4, 5, 3, 6, 2), (2, 3, 5, 4, 6))
THIN_SIZES: Sequence[Size] = ((1, 4, 2, 3, 5), (2, 4, 1, 3, 2), (3, 2, 4, 1, 2), (3, 1, 2, 4, 5))
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
    with check.property("the loss is the mean cross-entropy of all steps and sequences"):
        for network in networks:
            near(_results(answer, network)[0], network.loss, wrong_mean_losses(network), TIGHT)
    with check.property("with a single step, the gradients are those of a dense network"):
        for network in networks:
            _check_whole_gradients(
                answer, network.window(0, 1, network.h0), "U", "c", "b", "Wx", "Wh"
            )
    with check.property("in U and c, the errors of all steps add up"):
        for network in networks:
            _check_whole_gradients(answer, network, "U", "c")
    with check.property("in Wx and b, each error flows back to all steps before it"):
        for network in networks:
            _check_whole_gradients(answer, network, "b", "Wx")
    with check.property("Wh meets the state before each step, h0 at the first"):
        for network in networks:
            _check_whole_gradients(answer, network, "Wh")
    with check.property("one sequence, one step, one input or one unit is enough"):
        for size in thin_sizes:
            network = draw_network(size, seeds[0])
            near(_results(answer, network)[0], network.loss, wrong_mean_losses(network), TIGHT)
            _check_whole_gradients(answer, network, *AXES)
    return check.report()


def _results(answer: Subject, network: Network) -> tuple[Any, Any]:
    loss, grads = as_items(answer(*network.arguments), 2, "the loss and the gradients")
    return loss, grads


def _check_whole_gradients(answer: Subject, network: Network, *keys: str) -> None:
    right = network.gradients(np.ones([network.time, network.time]))
    compare_gradients(_results(answer, network)[1], right, lambda: wrong_gradients(network), keys)


def compare_gradients(
    grads: Any,
    right: Params,
    wrong: Callable[[], Sequence[tuple[str, Params]]],
    keys: Sequence[str],
) -> None:
    """Compares gradients by name; what misconceptions lead to is computed only if it is needed."""
    if grads is None or grads is ...:
        raise AnswerError("Not answered yet: got None, expected a dict of gradients.", blank=True)
    if not isinstance(grads, dict) or not set(keys) <= set(grads):
        raise Failed(f"Got {describe(grads)}, expected a dict with the keys {', '.join(AXES)}.")
    for key in keys:
        try:
            close(grads[key], right[key], AXES[key], tolerance=TIGHT)
        except Failed:
            suspects = [(slug, gradients[key]) for slug, gradients in wrong()]
            with about(f"Gradient of {key}"):
                close(grads[key], right[key], AXES[key], suspects, TIGHT)
