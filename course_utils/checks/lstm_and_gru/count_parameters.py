"""The check of `count-parameters`: count the weights."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from course_utils.checks.engine.boundary import subject
from course_utils.checks.engine.check import Check, load_exercises
from course_utils.checks.engine.compare import (
    as_integer,
    near,
)
from course_utils.checks.engine.report import Report

PAIRS = ((3, 5), (5, 3), (28, 150), (1, 1))  # inputs, units
EXERCISES = load_exercises("lstm_and_gru")


def check_count_parameters(
    count_parameters: Any, sizes: Sequence[tuple[int, int]] = PAIRS
) -> Report:
    """Checks the counts of five kinds of cells, one property each."""
    check = Check(EXERCISES["count-parameters"])
    answer = subject(count_parameters, "count_parameters")
    for kind in ("rnn", "lstm", "peephole", "gru", "gru_reset_after"):
        with check.property(f"{kind} is counted right"):
            for n_inputs, units in sizes:
                count = as_integer(answer(kind, n_inputs, units))
                near(count, right_count(kind, n_inputs, units), wrong_counts(kind, n_inputs, units))
    return check.report()


def right_count(kind: str, n_inputs: int, units: int) -> int:
    """The number of weights of a cell.

    >>> right_count("lstm", 3, 5)
    180
    """
    layer = (n_inputs + units + 1) * units
    gates = {"rnn": 1, "lstm": 4, "peephole": 4, "gru": 3, "gru_reset_after": 3}[kind]
    extra = {"peephole": 3 * units, "gru_reset_after": 3 * units}.get(kind, 0)
    return gates * layer + extra


def wrong_counts(kind: str, n_inputs: int, units: int) -> list[tuple[str, int]]:
    """What known misconceptions count."""
    right, layer = right_count(kind, n_inputs, units), (n_inputs + units + 1) * units
    lstm, gru = kind in ("lstm", "peephole"), kind in ("gru", "gru_reset_after")
    biases = {"rnn": 1, "gru": 3, "gru_reset_after": 6}.get(kind, 4)
    wrong = [("no-bias", right - biases * units)]
    if lstm or gru:
        wrong += [("one-layer", right - (3 if lstm else 2) * layer), ("candidate", right - layer)]
        wrong += [("candidate", right - layer - units)] * (kind == "gru_reset_after")
    if kind == "gru":
        wrong.append(("second-bias", right + 3 * units))
    if kind == "gru_reset_after":
        wrong.append(("second-bias", right - 3 * units))
    if kind == "peephole":
        wrong += [
            ("peephole-matrices", right - 3 * units + 3 * units**2),
            ("peepholes-forgotten", right - 3 * units),
        ]
    return wrong
