"""The check of `count-parameters`: count the weights."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

from course_utils.checks.engine.boundary import subject
from course_utils.checks.engine.check import Check, load_exercises
from course_utils.checks.engine.compare import (
    as_integer,
    equal,
    near,
)
from course_utils.checks.engine.report import Report

PLAIN = {"peephole": "lstm", "gru_reset_after": "gru"}  # what each kind adds something to
PAIRS = ((3, 5), (5, 3), (28, 150), (1, 1))  # inputs, units
EXERCISES = load_exercises("lstm_and_gru")


def check_count_parameters(
    count_parameters: Any, sizes: Sequence[tuple[int, int]] = PAIRS
) -> Report:
    """Checks the counts of five kinds of cells, one property each."""
    check = Check(EXERCISES["count-parameters"])
    answer = subject(count_parameters, "count_parameters")

    def try_size(kind: str, size: tuple[int, int]) -> None:
        count, right = as_integer(answer(kind, *size)), right_count(kind, *size)
        if kind not in PLAIN:
            of_the_other_gru = ("second-bias", right)
            near(count, right, [*wrong_counts(kind, *size), of_the_other_gru])
        elif count != right:
            plain = as_integer(answer(PLAIN[kind], *size))
            suspects = [s for s in wrong_counts(PLAIN[kind], *size) if s[0] != "second-bias"]
            equal(plain, right_count(PLAIN[kind], *size), suspects)
            equal(count - plain, 3 * size[1], wrong_extras(kind, size[1]))
            near(count, right)

    for kind in ("rnn", "lstm", "peephole", "gru", "gru_reset_after"):
        check.each(f"{kind} is counted right", sizes, partial(try_size, kind))
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
    """What known misconceptions count, of the plain kinds of cells."""
    right, layer = right_count(kind, n_inputs, units), (n_inputs + units + 1) * units
    layers = {"rnn": 1, "lstm": 4, "gru": 3}[kind]
    square = units**2
    wrong = [
        ("no-bias", right - layers * units),
        ("one-number-for-a-bias", right - layers * units + layers),
        ("no-recurrent-weights", right - layers * square),
        ("inputs-for-units", right - layers * square + layers * n_inputs * units),
        ("inputs-for-units", right - layers * square + layers * n_inputs**2),
    ]
    if layers > 1:
        wrong += [("one-layer", right - (layers - 1) * layer), ("candidate", right - layer)]
        wrong += [("one-bias-for-all", right - layers * units + units)]
    if kind == "gru":
        wrong += [("second-bias", right + 3 * units), ("gru-like-lstm", right + layer)]
    return wrong


def wrong_extras(kind: str, units: int) -> list[tuple[str, int]]:
    """By how much known misconceptions have a kind of cell differ from its plain kind."""
    if kind == "peephole":
        return [
            ("peephole-matrices", 3 * units**2),
            ("peepholes-forgotten", 0),
            ("peephole-for-one", units),
            ("peephole-for-g", 4 * units),
        ]
    return [("second-bias", 0), ("second-bias-for-one", units)]
