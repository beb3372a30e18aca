"""The check of a series that a predictor invents further, fed what it has predicted itself."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from course_utils.checks.engine.boundary import AnswerError, Recipe, Subject, subject
from course_utils.checks.engine.check import Check, Failed, load_exercises
from course_utils.checks.engine.compare import TOLERANCE, Suspects, as_array, close
from course_utils.checks.engine.report import Report

SIZES: Sequence[tuple[int, int]] = (
    (3, 5),
    (4, 6),
    (3, 2),
    (4, 1),
    (1, 6),
    (5, 12),
)  # of the seed, n_new


def check_generate_series(
    generate: Any, seeds: Sequence[int] = (1, 2), sizes: Sequence[tuple[int, int]] = SIZES
) -> Report:
    """Checks the invented values with predictors whose every answer is known.

    Args:
      generate: the function.
      seeds: of the numbers.
      sizes: length of the seed, and how many new values are asked for.
    """
    check = Check(load_exercises("time_series")["generate-series"])
    answer = subject(generate, "generate")
    runs = [FreeRun(answer, *size, seed) for size in sizes for seed in seeds]

    def try_seed(run: FreeRun) -> None:
        run.check(lambda values, n: values[:n])

    def try_first(run: FreeRun) -> None:
        run.check(lambda values, n: values[n : n + 1])

    def try_all(run: FreeRun) -> None:
        run.check(lambda values, n: values[n:])

    count = "the result has len(seed) + n_new values"
    length = check.each(count, runs, FreeRun.values)
    check.each("it begins with the seed", runs, try_seed, [length])
    first = "the first new value is the last step of predict(seed)"
    check.each(first, runs, try_first, [length])
    fed = "each new value is predicted from the len(seed) values before it"
    check.each(fed, runs, try_all, [length])
    counting = "if predict adds 1 to the last value, the series counts on"
    check.each(counting, runs, FreeRun.check_counting, [length])
    return check.report()


class FreeRun:
    """A seed, a predictor, and what an answer makes of them.

    Args:
      answer: the function.
      width: length of the seed.
      n_new: how many values are asked for.
      seed: of the numbers.
    """

    def __init__(self, answer: Subject, width: int, n_new: int, seed: int) -> None:
        self.width, self.n_new, self._answer = width, n_new, answer
        rng = np.random.default_rng([seed, width, n_new])
        self.seed = (rng.integers(-30, 31, width) / 10).astype(np.float32)
        # Of size 1 in all, so that an invented series neither dies out nor explodes.
        weights = rng.uniform(0.5, 1, width) * rng.choice([-1, 1], width)
        self.weights = (weights / np.abs(weights).sum()).round(2).astype(np.float32)

    def values(self, weights: np.ndarray | None = None, offset: float = 0.75) -> np.ndarray:
        """The whole series, as the answer makes it with a predictor of these weights."""
        used = self.weights if weights is None else weights
        value, right = self._series(used, offset), self._expected(used, offset)
        if np.shape(value) != right.shape:
            new = right[self.width :]
            close(value, right, "time", [("one-too-few", right[:-1]), ("seed-left-out", new)])
        return as_array(value, right.shape, "time")

    def _series(self, weights: np.ndarray, offset: float) -> Any:
        """What the answer returns; its predictor gives arrays, or tensors if it needs those."""
        try:
            return self._call(weights, offset, tensors=False)
        except AnswerError as error:
            try:
                return self._call(weights, offset, tensors=True)
            except AnswerError:
                raise self._told(error) from None

    def _call(self, weights: np.ndarray, offset: float, tensors: bool) -> Any:
        arguments = {
            "weights": weights.astype(float).round(2).tolist(),
            "offset": offset,
            "tensors": tensors,
        }
        predict = Recipe("course_utils.checks.time_series.predictors:make_predictor", arguments)
        return self._answer(predict, self.seed, self.n_new)

    def _told(self, error: AnswerError) -> Exception:
        """The error, or the misconception that it shows: a window that grows and grows."""
        if f"[1, {self.width + 1}, 1], it needs" in str(error):
            return Failed(str(error), "window-grows")
        return error

    def check(self, part: Callable[[np.ndarray, int], np.ndarray]) -> None:
        """Checks a part of the series, cut out by a function of all values and the width."""
        values, expected = self.values(), self._expected(self.weights, 0.75)
        suspects = [
            (slug, part(wrong, self.width)) for slug, wrong in self._wrong(self.weights, 0.75)
        ]
        self._compare(part(values, self.width), part(expected, self.width), suspects)

    def check_counting(self) -> None:
        """Checks the series that goes up by one with each new value."""
        last = np.eye(self.width, dtype=np.float32)[-1]
        values, start = self.values(last, 1.0), float(self.seed[-1])
        expected = np.append(self.seed, start + np.arange(1, self.n_new + 1))
        self._compare(values, expected, self._wrong(last, 1.0))

    def _compare(self, values: np.ndarray, expected: np.ndarray, suspects: Suspects) -> None:
        """Compares, and asks further where no suspect explains a difference."""
        suspects = list(suspects)
        try:
            close(values, expected, "time", suspects)
        except Failed as failure:
            known = any(np.abs(values - wrong).max() < TOLERANCE for _, wrong in suspects)
            raise Failed(failure.detail, None if known else self._why()) from None

    def _expected(self, weights: np.ndarray, offset: float) -> np.ndarray:
        series = self.seed.astype(float).tolist()
        for _ in range(self.n_new):
            window = series[-self.width :]
            series.append(sum(w * v for w, v in zip(weights, window, strict=True)) + offset)
        return np.array(series)

    def _wrong(self, weights: np.ndarray, offset: float) -> list[tuple[str, np.ndarray]]:
        """Series that known mistakes lead to."""
        ways: dict[str, Callable[[list[float], float], list[float]]] = {
            "window-does-not-slide": lambda window, new: window,
            "last-overwritten": lambda window, new: [*window[:-1], new],
            "wrong-end": lambda window, new: [new, *window[:-1]],
        }
        wrong = [(slug, self._run(weights, offset, feed)) for slug, feed in ways.items()]
        first = self._run(weights, offset, lambda window, new: [*window[1:], new], step=0)
        return [*wrong, ("first-step-taken", first)]

    def _run(
        self,
        weights: np.ndarray,
        offset: float,
        feed: Callable[[list[float], float], list[float]],
        step: int = -1,
    ) -> np.ndarray:
        """The series if the next window is `feed(window, new)`, and new the step of predict's."""
        window, series = self.seed.astype(float).tolist(), self.seed.astype(float).tolist()
        for _ in range(self.n_new):
            new = float(np.dot(weights, window)) + offset
            new += self.width - 1 if step == 0 else 0
            series.append(new)
            window = feed(window, new)
        return np.array(series)

    def _why(self) -> str | None:
        """Whether predictions are fed back at all.

        A predictor that adds 1 and one that adds 2 to the last value: if what they are given is
        never a prediction, their series are 1 apart everywhere. Else the difference grows.
        """
        if self.n_new <= self.width:  # a prediction may not have reached the last place yet
            return None
        last = np.eye(self.width, dtype=np.float32)[-1]
        one, two = (self.values(last, offset)[self.width :] for offset in (1.0, 2.0))
        never_fed_back = np.abs(two - one - 1).max() < TOLERANCE
        return "teacher-forced" if never_fed_back and np.ptp(one) > TOLERANCE else None
