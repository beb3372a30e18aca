"""The check of `dropout`: dropout."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, NamedTuple

import numpy as np

from course_utils.checks.engine.boundary import Recipe, Subject, subject
from course_utils.checks.engine.calls import made_by
from course_utils.checks.engine.check import Check, Failed, load_exercises
from course_utils.checks.engine.compare import TOLERANCE, as_array, close
from course_utils.checks.engine.evidence import weigh
from course_utils.checks.engine.report import Report

EXERCISES = load_exercises("deep_rnns")
# What dropped values can show, of an answer to either exercise.
SLUGS = (
    "nothing-dropped", "no-rescaling", "keep-and-drop-swapped", "one-draw-for-many",
    "so-many-exactly",
)  # fmt: skip
EXERCISES["dropout"].knowing(SLUGS)
SIGMAS = 6.5  # a right answer fails once in ten thousand million comparisons
SIZES: Sequence[tuple[int, ...]] = ((40, 60), (20, 7, 15), (2500,))
SMALL = (2, 5)
KEEPS = (0.8, 0.3)
DRAWS = 12  # of values that are all kept, or all dropped


def draw_inputs(shape: Sequence[int], seed: int) -> np.ndarray:
    """Numbers with two digits behind the point, far enough from 0 to be told from it."""
    # Not of the bare seed: the answer's generator has that, and its draws would be these again.
    drawn = np.random.default_rng([seed, 8]).uniform(1, 3, shape).round(2).astype(np.float32)
    again = {"shape": list(shape), "seed": seed}
    return made_by(Recipe("course_utils.checks.deep_rnns.dropout:draw_inputs", again), drawn)


def margin_of(keep: float, n: int) -> float:
    """How far the share of n values that are kept may be from `keep` by chance."""
    return SIGMAS * float(np.sqrt(keep * (1 - keep) / n))


def weigh_values(result: np.ndarray, x: np.ndarray, keep: float) -> bool:
    """Holds dropped values against what misconceptions lead to; returns whether they are right."""
    kept = result != 0
    suspects = [
        ("nothing-dropped", x),
        ("no-rescaling", x * kept),
        ("no-rescaling", x * kept * keep),
    ]
    if not np.isclose(keep, 0.5):
        suspects.append(("keep-and-drop-swapped", x * kept / (1 - keep)))
    if kept.all():  # of a few values, by chance
        suspects = suspects[:1]
    alike = {slug for slug, wrong in suspects if np.allclose(result, wrong, atol=TOLERANCE)}
    right = np.allclose(result, x * kept / keep, atol=TOLERANCE)
    known = {slug for slug, _ in suspects}
    # A wrapper's other mask may be wrong; a share shows if more is dropped than kept.
    if right:
        known -= {"nothing-dropped", "keep-and-drop-swapped"}
    weigh(alike, known, as_expected=right)
    return right


def check_values(result: np.ndarray, x: np.ndarray, keep: float) -> None:
    """Raises `Failed` unless each value is 0 or x / keep."""
    weigh_values(result, x, keep)
    close(result, x * (result != 0) / keep)


def check_share(result: np.ndarray, x: np.ndarray, keep: float) -> None:
    """Raises `Failed` unless about the share `keep` of the values is not 0."""
    share, margin = float(np.mean(result != 0)), margin_of(keep, result.size)
    swapped = abs(share - (1 - keep)) <= margin
    if not np.isclose(keep, 0.5):
        slug = "keep-and-drop-swapped"
        weigh({slug} if swapped else (), [slug], as_expected=abs(share - keep) <= margin)
    if share == 1 and np.allclose(result, x):
        weigh({"nothing-dropped"}, ["nothing-dropped"], as_expected=False)
    if abs(share - keep) > margin:
        raise Failed(f"{share:.0%} of {result.size} values are kept, expected {keep:.0%}.")


def check_draws(draw: Callable[[int], np.ndarray], x: np.ndarray, keep: float) -> None:
    """Raises `Failed` if values along an axis are kept together, or always equally many.

    Args:
      draw: gives what becomes of x, by chance; the numbers 0, 1, ... stand for one draw each.
      x: two axes of values or more.
      keep: the share to be kept.
    """
    result = draw(0)
    kept = result != 0
    if kept.all() and np.allclose(result, x):
        weigh({"nothing-dropped"}, ["nothing-dropped"], as_expected=False)
        raise Failed("Nothing is dropped, although it is training.")
    if kept.all() or not kept.any():
        others = [draw(k) != 0 for k in range(1, DRAWS)]
        together = all(other.all() or not other.any() for other in others)
        chance = any(other.all() != kept.all() for other in others)
        told = "No value is 0, although it is training." if kept.all() else "All values are 0."
        raise Failed(told, "one-draw-for-many" if together and chance else None)
    for axis, size in enumerate(kept.shape):
        spread = kept.mean(axis=axis).var() / (keep * (1 - keep))  # 1 if together, else 1 / size
        if size >= 4 and spread > 0.5:
            raise Failed(f"Along axis {axis} all are kept or all dropped.", "one-draw-for-many")
        if size >= 4 and spread == 0:
            raise Failed(f"Along axis {axis} equally many are kept everywhere.", "so-many-exactly")


class _Dropout:
    """The function under test; called with a new generator each time."""

    def __init__(self, answer: Subject) -> None:
        self._answer = answer

    def __call__(self, x: np.ndarray, keep: float, training: bool, seed: int) -> np.ndarray:
        rng = Recipe("numpy.random:default_rng", {"seed": seed})
        return as_array(self._answer(x, keep, training, rng), x.shape)


class _Case(NamedTuple):
    """What a call gets."""

    x: np.ndarray
    keep: float
    seed: int


def check_dropout(
    dropout: Any, seeds: Sequence[int] = (1, 2), sizes: Sequence[tuple[int, ...]] = SIZES
) -> Report:
    """Checks what dropout keeps, how it rescales, and that it draws value by value.

    Args:
      dropout: the function.
      seeds: of the inputs and the generators.
      sizes: shapes of the inputs, of a thousand values or more.
    """
    check = Check(EXERCISES["dropout"])
    drop = _Dropout(subject(dropout, "dropout"))
    many, few = (
        [_Case(draw_inputs(shape, s), k, s) for shape in shapes for s in seeds for k in KEEPS]
        for shapes in (sizes, [SMALL, (1, 1)])
    )

    _check_few_and_many(check, drop, few, many)
    return check.report()


def _check_few_and_many(check: Check, drop: _Dropout, few: list[_Case], many: list[_Case]) -> None:
    """The properties; those of chance need many values."""

    def try_shape(case: _Case) -> None:
        for training in (True, False):
            drop(case.x, case.keep, training, case.seed)

    def try_inference(case: _Case) -> None:
        _check_inference(drop(case.x, case.keep, False, case.seed), case.x, case.keep)

    def in_training(compare: Callable[..., None]) -> Callable[[_Case], None]:
        return lambda c: compare(drop(c.x, c.keep, True, c.seed), c.x, c.keep)

    both, values = few + many, few[: len(few) // 2] + many
    shape = check.each("the result has the shape of x", both, try_shape)
    check.each("at inference x comes out as it went in", both, try_inference, [shape])
    name = "in training each value is 0 or x / keep_prob"
    check.each(name, values, in_training(check_values), [shape])
    name = "every value has a draw of its own"
    draws = check.each(name, many, partial(_try_draws, drop), [shape])
    name = "how many are kept is left to chance"
    check.each(name, many, lambda case: _check_counts(drop, case), [draws])
    name = "about the share keep_prob of the values is kept"
    check.each(name, many, in_training(check_share), [draws])
    check.each("the mean is preserved", many, in_training(_check_mean), [draws])
    check.each("the draws come from rng", many, lambda case: _check_generator(drop, case), [draws])
    name = "with keep_prob = 1 nothing is dropped"
    check.each(name, both, lambda c: close(drop(c.x, 1.0, True, c.seed), c.x), [draws])


def _try_draws(drop: _Dropout, case: _Case) -> None:
    square = _square if case.x.ndim == 1 else np.asarray

    def draw(number: int) -> np.ndarray:
        return square(drop(case.x, case.keep, True, case.seed + 10 * number))

    check_draws(draw, square(case.x), case.keep)


def _square(values: np.ndarray) -> np.ndarray:
    side = int(np.sqrt(values.size))
    return values[: side * side].reshape(side, side)


def _check_counts(drop: _Dropout, case: _Case) -> None:
    """Raises `Failed` if six draws keep equally many of all values."""
    results = [drop(case.x, case.keep, True, case.seed + 10 * k) for k in range(6)]
    counts = {int((result != 0).sum()) for result in results}
    alike = all(np.array_equal(result, results[0]) for result in results)  # says nothing of chance
    if len(counts) == 1 and not alike:
        raise Failed(
            f"Six draws in a row keep {counts.pop()} of {case.x.size} values each.",
            "so-many-exactly",
        )


def _check_inference(result: np.ndarray, x: np.ndarray, keep: float) -> None:
    kept = result != 0
    suspects = [("scaled-at-inference", x * keep), ("scaled-at-inference", x / keep)]
    if not kept.all() and kept.any():
        dropped = [x * kept, x * kept / keep, x * kept / (1 - keep), x * kept * keep]
        suspects += [("on-at-inference", wrong) for wrong in dropped]
    close(result, x, suspects=suspects)


def _check_mean(result: np.ndarray, x: np.ndarray, keep: float) -> None:
    weigh_values(result, x, keep)
    margin = SIGMAS * float(np.sqrt(np.mean(x**2) * (1 - keep) / keep / x.size))
    if abs(result.mean() - x.mean()) > margin:
        raise Failed(f"The mean is {result.mean():.2f}, that of x is {x.mean():.2f}.")


def _check_generator(drop: _Dropout, case: _Case) -> None:
    results = [drop(case.x, case.keep, True, s) for s in (case.seed, case.seed, case.seed + 100)]
    first, again, other = (result != 0 for result in results)
    if (first != again).any():
        raise Failed("Two generators of the same seed drop different values.", "own-generator")
    if (first == other).all():
        raise Failed("Generators of different seeds drop the same values.", "own-generator")
