"""The check of `parameter-count`: count the parameters."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from course_utils.checks.engine.boundary import subject
from course_utils.checks.engine.check import Check, Failed, load_exercises
from course_utils.checks.engine.compare import (
    as_integer,
    near,
)
from course_utils.checks.engine.report import Report

EXERCISES = load_exercises("two_step_rnn")


def check_parameter_count(
    parameter_count: Any, sizes: Sequence[tuple[int, int]] = ((3, 5), (5, 3), (28, 150), (1, 1))
) -> Report:
    """Checks a count of parameters, term by term and as a whole."""
    check = Check(EXERCISES["parameter-count"])
    answer = subject(parameter_count, "parameter_count")

    def count(n_inputs: int, n_units: int) -> int:
        return as_integer(answer(n_inputs, n_units))

    def try_inputs(size: tuple[int, int]) -> None:
        n_inputs, n_units = size
        more = count(n_inputs + 1, n_units) - count(n_inputs, n_units)
        near(more, n_units, _wrong_changes((n_inputs, n_units), (n_inputs + 1, n_units)))

    def try_recurrent(size: tuple[int, int]) -> None:
        n_inputs, n_units = size
        sizes = [(n_inputs, n_units + more) for more in (0, 1, 2)]
        counts = [count(*size) for size in sizes]
        lower, upper = _wrong_changes(*sizes[:2]), _wrong_changes(*sizes[1:])
        wrong = [(slug, more - less) for (slug, more), (_, less) in zip(upper, lower, strict=True)]
        near(counts[2] - 2 * counts[1] + counts[0], 2, wrong)

    def try_biases(size: tuple[int, int]) -> None:
        n_inputs, n_units = size
        total, weights = count(*size), n_inputs * n_units + n_units**2
        try:
            wrong = [(slug, count - weights) for slug, count in _wrong_counts(*size)]
            near(total - weights, n_units, wrong)
        except Failed:
            told = f"Got {total}; without {weights} weights {total - weights} are left"
            raise Failed(f"{told}, expected {n_units}.") from None

    def try_sum(size: tuple[int, int]) -> None:
        n_inputs, n_units = size
        near(count(*size), (n_inputs + n_units + 1) * n_units, _wrong_counts(*size))

    check.each("one more input adds one weight for each unit", sizes, try_inputs)
    check.each("the recurrent weights link every unit with every unit", sizes, try_recurrent)
    check.each("every unit has one bias", sizes, try_biases)
    check.each("the sum of all of them is right", sizes, try_sum)
    return check.report()


def _wrong_changes(size: tuple[int, int], other: tuple[int, int]) -> list[tuple[str, float]]:
    """By how much the wrong counts change from one size to another."""
    counts = zip(_wrong_counts(*size), _wrong_counts(*other), strict=True)
    return [(slug, after - before) for (slug, before), (_, after) in counts]


def _wrong_counts(n_inputs: int, n_units: int) -> list[tuple[str, float]]:
    right = n_inputs * n_units + n_units**2 + n_units
    return [
        *(("times-the-steps", steps * right) for steps in range(2, 11)),
        *(("times-the-steps", steps * (right - n_units) + n_units) for steps in range(2, 11)),
        ("no-bias", right - n_units),
        ("inputs-for-units-in-wh", 2 * n_inputs * n_units + n_units),
        ("inputs-for-units-in-wh", n_inputs * n_units + n_inputs**2 + n_units),
    ]
