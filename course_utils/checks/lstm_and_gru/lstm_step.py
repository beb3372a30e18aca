"""The check of `lstm-step`: one step of an LSTM."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from course_utils.checks.engine.boundary import subject
from course_utils.checks.engine.check import Check, load_exercises
from course_utils.checks.engine.report import Report
from course_utils.checks.lstm_and_gru.lstm_cases import (
    SIZES,
    THIN_SIZES,
    WIDE,
    LSTMCase,
    LSTMResult,
    Size,
    check_form,
    check_values,
    compare_states,
    result_of,
)

EXERCISES = load_exercises("lstm_and_gru")


def check_lstm_step(
    lstm_step: Any, seeds: Sequence[int] = (1, 2), sizes: Sequence[Size] = SIZES
) -> Report:
    """Checks a step of an LSTM: its form, both states, and each gate shut or open alone."""
    check = Check(EXERCISES["lstm-step"])
    answer = subject(lstm_step, "lstm_step")
    check_form(check, [LSTMCase(seed, sizes[0]) for seed in seeds], answer)
    cases = [LSTMCase(seed, size) for size in (*sizes, *THIN_SIZES) for seed in seeds]
    gated: dict[str, tuple[dict[str, float], Callable[[LSTMCase], LSTMResult]]] = {
        "with f open and i shut, c stays as it was": (
            {"f": WIDE, "i": -WIDE},
            lambda case: case.right._replace(c=case.c),
        ),
        "with f shut and i open, c is the candidate alone": (
            {"f": -WIDE, "i": WIDE},
            lambda case: case.right,
        ),
        "with o shut h is zero, whatever c is": (
            {"o": -WIDE},
            lambda case: case.right._replace(output=0 * case.c, h=0 * case.c),
        ),
    }
    check_values(check, cases, answer)
    for name, (biases, expected) in gated.items():
        with check.property(name):
            for case in (LSTMCase(seed, size, **biases) for size in sizes for seed in seeds):
                compare_states(result_of(answer, case), expected(case), case.mistakes)
    return check.report()
