"""The checks of chapter 04: the binary task, its windows, and gradients whole and truncated."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from typing import Any

import numpy as np

from course_utils.checks.engine.boundary import AnswerError, Subject, describe, subject
from course_utils.checks.engine.check import Check, Failed, load_exercises
from course_utils.checks.engine.compare import as_array, as_integer, as_items, close, near
from course_utils.checks.engine.report import Report
from course_utils.checks.truncated_bptt.binary_task import (
    KNOWLEDGE,
    Draws,
    check_frequencies,
    check_start,
    entropy,
    wrong_losses,
)
from course_utils.checks.truncated_bptt.bptt_batches import (
    Y_OFFSET,
    Cut,
    call_in_words,
    read_windows,
    right_windows,
    wrong_windows,
)
from course_utils.checks.truncated_bptt.clip_gradients import (
    draw_gradients,
    global_norm,
    wrong_clips,
    wrong_global_norms,
)
from course_utils.checks.truncated_bptt.jacobian_norms import draw_states, nudged_norms, wrong_norms
from course_utils.checks.truncated_bptt.unrolled_gradients import (
    Network,
    Params,
    Size,
    draw_network,
    reached,
    wrong_gradients,
    wrong_mean_losses,
    wrong_truncations,
)

EXERCISES = load_exercises("truncated_bptt")
TIGHT = 1e-5  # gradients of a mean are small numbers


@contextmanager
def _on(what: str) -> Iterator[None]:
    """A `with` block whose failure says what was tried."""
    try:
        yield
    except Failed as failure:
        detail = failure.detail[:1].lower() + failure.detail[1:]
        raise Failed(f"{what}: {detail}", failure.misconception) from None


def check_expected_loss(expected_loss: Any) -> Report:
    """Checks the four expected losses, one property each."""
    check = Check(EXERCISES["expected-loss"])
    answer = subject(expected_loss, "expected_loss")
    names = ["neither lag", "lag 3 only", "lag 8 only", "both lags"]
    for name, (lags, seen) in zip(names, KNOWLEDGE.items(), strict=True):
        with check.property(f"the loss of a model that knows {name} is right"):
            loss = answer(set(lags))
            if isinstance(loss, float) and math.isnan(loss):
                raise Failed("Got nan, expected a number.", "zero-times-log-zero")
            near(loss, entropy(seen), wrong_losses(lags))
    return check.report()


def check_generate_data(
    generate: Any, seeds: Sequence[int] = (1, 2), size: int = 20_000, starts: int = 300
) -> Report:
    """Checks drawn sequences by their frequencies, within five standard deviations.

    Args:
      generate: the function.
      seeds: of the generators, one long sequence each.
      size: length of the long sequences.
      starts: how many short sequences to draw, to look at their first steps.
    """
    check = Check(EXERCISES["generate-data"])
    draws = Draws(subject(generate, "generate"))
    with check.property("x and y are zeros and ones, as many as asked for"):
        for length in (100, 9, 5, 2, 1):
            draws.pair(length, seeds[0])
    with check.property("x is a fair coin"):
        for seed in seeds:
            draws.check_coin(size, seed)
    with check.property("P(y_t = 1) is 0.5, plus 0.5 if x_(t-3) = 1, minus 0.25 if x_(t-8) = 1"):
        for seed in seeds:
            check_frequencies(*draws.pair(size, seed))
    with check.property("inputs before the start count as 0"):
        check_start(*draws.starts(seeds[0], starts))
    with check.property("all chance comes from rng"):
        draws.check_generator(seeds[0])
    return check.report()


CUTS: Sequence[Cut] = ((65, 3, 2), (47, 4, 5), (30, 2, 5), (11, 1, 3), (13, 4, 1), (29, 5, 4))


def check_bptt_batches(batches: Any, cuts: Sequence[Cut] = CUTS) -> Report:
    """Checks where the windows begin, that rows go on, and what is left out.

    Args:
      batches: the function.
      cuts: length, batch_size and num_steps, one full window at least; in some of them steps are
        left over in each row.
    """
    check = Check(EXERCISES["bptt-batches"])
    answer = subject(batches, "batches")
    with check.property("it yields pairs x, y of [batch_size, num_steps], full windows only"):
        for cut in cuts:
            read_windows(answer, cut)
    with check.property("row i of the first batch starts at i · (len(x) // batch_size)"):
        for cut in cuts:
            found = read_windows(answer, cut)[0]
            wrong = [(slug, windows[0, :, 0]) for slug, windows in wrong_windows(cut, found)]
            with _on(call_in_words(cut)):
                close(found[0, :, 0], right_windows(cut)[0, :, 0], "row", wrong)
    with check.property("each row goes on where the batch before has left it"):
        for cut in cuts:
            found = read_windows(answer, cut)[0]
            with _on(call_in_words(cut)):
                close(found, right_windows(cut), "batch, row, step", wrong_windows(cut, found))
    with check.property("y is cut at the same places as x"):
        for cut in cuts:
            x, y = read_windows(answer, cut)
            with _on(call_in_words(cut)):
                close(y - Y_OFFSET, x, "batch, row, step", [("targets-shifted", x + 1)])
    return check.report()


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
    _check_gradients(_results(answer, network)[1], right, lambda: wrong_gradients(network), keys)


def _check_gradients(
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
            with _on(f"Gradient of {key}"):
                close(grads[key], right[key], AXES[key], suspects, TIGHT)


Truncation = tuple[Size, int]  # sizes of a network, num_steps
TRUNCATIONS: Sequence[Truncation] = (
    ((3, 8, 2, 4, 5), 2),
    ((2, 6, 4, 5, 3), 3),
    ((1, 6, 1, 3, 2), 2),
)


def check_truncated_gradients(
    truncated_gradients: Any,
    seeds: Sequence[int] = (1,),
    truncations: Sequence[Truncation] = TRUNCATIONS,
) -> Report:
    """Checks both truncations, and where they meet each other and the whole gradient.

    Args:
      truncated_gradients: the function.
      seeds: of weights and sequences.
      truncations: sizes of networks (batch, time, features, units, classes), and a num_steps of 2
        or more that divides the time at least twice.
    """
    check = Check(EXERCISES["truncated-gradients"])
    answer = subject(truncated_gradients, "truncated_gradients")
    cases = [(draw_network(size, seed), n) for size, n in truncations for seed in seeds]

    def compare(network: Network, num_steps: int, *styles: str) -> None:
        for style in styles:
            grads = answer(*network.arguments, num_steps, style)
            right = network.gradients(reached(network.time, num_steps, style))
            wrong = partial(wrong_truncations, network, num_steps, style)
            with _on(f"num_steps {num_steps} of {network.time}, {style}"):
                _check_gradients(grads, right, wrong, [*AXES])

    with check.property('"windowed": the state crosses the borders, the gradient does not'):
        for network, num_steps in cases:
            compare(network, num_steps, "windowed")
    with check.property('"true": each error goes back over num_steps steps, fewer at the start'):
        for network, num_steps in cases:
            compare(network, num_steps, "true")
    with check.property("one window as long as the sequence: the whole gradient in both styles"):
        for network, _ in cases:
            compare(network, network.time, "windowed", "true")
    with check.property("windows of one step: nothing flows back in either style"):
        for network, _ in cases:
            compare(network, 1, "windowed", "true")
    return check.report()


def check_gradient_reach(
    reach: Any, cases: Sequence[tuple[int, int]] = ((5, 3), (10, 8), (10, 3), (6, 1), (9, 8))
) -> Report:
    """Checks how many outputs of a window can credit an input some steps back.

    Args:
      reach: the function.
      cases: num_steps and a lag below it.
    """
    check = Check(EXERCISES["gradient-reach"])
    answer = subject(reach, "reach")

    def compare(num_steps: int, lag: int) -> None:
        right = sum(t - lag >= 0 for t in range(num_steps))
        wrong = [
            ("all-outputs", num_steps),
            ("one-too-few", num_steps - lag - 1),
            ("one-too-many", num_steps - lag + 1),
            ("negative", num_steps - lag),
        ]
        with _on(f"reach({num_steps}, {lag})"):
            near(as_integer(answer(num_steps, lag)), right, wrong)

    with check.property("an input within the window gets credit from the outputs after it"):
        for num_steps, lag in cases:
            compare(num_steps, lag)
    with check.property("every output can credit its own input"):
        for num_steps, _ in cases:
            compare(num_steps, 0)
    with check.property("a lag as wide as the window, or wider, gets none"):
        for num_steps, lag in cases:
            compare(num_steps, num_steps)
            compare(lag, num_steps)
    return check.report()


def check_jacobian_norms(
    jacobian_norms: Any,
    seeds: Sequence[int] = (1,),
    sizes: Sequence[tuple[int, int]] = ((5, 4), (3, 6)),
) -> Report:
    """Checks the norms of products of Jacobians, against states nudged one by one.

    Args:
      jacobian_norms: the function.
      seeds: of the weights and the states.
      sizes: time, at least 3, and units.
    """
    check = Check(EXERCISES["jacobian-norms"])
    answer = subject(jacobian_norms, "jacobian_norms")

    def compare(size: tuple[int, int], seed: int, scale: float = 0.9) -> None:
        Wh, states = draw_states(*size, seed, scale)
        expected = np.array(nudged_norms(Wh, states))
        close(answer(Wh, states), expected, "state", wrong_norms(Wh, states))

    cases = [(size, seed) for size in sizes for seed in seeds]
    with check.property("there is a norm for each state, and the last is 1"):
        for size, seed in cases:
            Wh, states = draw_states(*size, seed, 0.9)
            norms = as_array(answer(Wh, states), (size[0],), "state")
            near(norms[-1], 1, [(slug, wrong[-1]) for slug, wrong in wrong_norms(Wh, states)])
    with check.property("over several steps, the Jacobians are multiplied in order"):
        for size, seed in cases:
            compare(size, seed)
    with check.property("one step back, it is the norm of Wh times the slopes of tanh"):
        for (_, units), seed in cases:
            compare((2, units), seed)
    with check.property("with states of zero, it is the norm of a power of Wh"):
        for size, seed in cases:
            compare(size, seed, scale=0)
    with check.property("one unit, or one state, is enough"):
        for size in ((4, 1), (1, 3), (1, 1)):
            compare(size, seeds[0])
    return check.report()


Shapes = Sequence[tuple[int, ...]]
GROUPS: Sequence[Shapes] = (((3, 4), (4,), (2, 3, 1), ()), ((5,),), ((1, 1), (2,)))


def check_clip_gradients(
    clip_by_global_norm: Any, seeds: Sequence[int] = (1, 2), groups: Sequence[Shapes] = GROUPS
) -> Report:
    """Checks the norm, and what becomes of large, small and zero gradients.

    Args:
      clip_by_global_norm: the function.
      seeds: of the gradients.
      groups: shapes of the arrays of a list of gradients; two or more arrays in the first.
    """
    check = Check(EXERCISES["clip-gradients"])
    answer = subject(clip_by_global_norm, "clip_by_global_norm")
    lists = [draw_gradients(shapes, seed) for shapes in groups for seed in seeds]

    def compare(grads: list[np.ndarray], share: float) -> None:
        """Clips to a share of the gradients' own norm."""
        max_norm = share * global_norm(grads)
        clipped = as_items(answer(grads, max_norm), 2, "the clipped gradients and the norm")[0]
        for i, item in enumerate(as_items(clipped, len(grads), "one array a gradient")):
            with _on(
                f"For max_norm {max_norm:.3g} and a norm of {max_norm / share:.3g}, array {i}"
            ):
                close(item, grads[i] * min(1, share), suspects=wrong_clips(grads, max_norm, i))

    with check.property("the norm is that of all arrays together, before clipping"):
        for grads in lists:
            for max_norm in (0.5, 2.0, 100.0):
                _, norm = as_items(answer(grads, max_norm), 2, "the clipped gradients and the norm")
                near(norm, global_norm(grads), wrong_global_norms(grads, max_norm))
    with check.property("above max_norm, all arrays shrink by one factor, to max_norm together"):
        for grads in lists:
            for share in (0.1, 0.5, 0.99):
                compare(grads, share)
    with check.property("up to max_norm, nothing changes"):
        for grads in lists:
            for share in (1.01, 3.0):
                compare(grads, share)
    with check.property("gradients of zero stay zero"):
        grads = [np.zeros_like(array) for array in lists[0]]
        clipped, norm = as_items(answer(grads, 1.0), 2, "the clipped gradients and the norm")
        near(norm, 0)
        for item, array in zip(as_items(clipped, len(grads), "arrays"), grads, strict=True):
            close(item, array)
    return check.report()
