"""The check of `lstm-step`: one step of an LSTM."""

from __future__ import annotations

from collections.abc import Container, Sequence
from functools import partial
from typing import Any

from course_utils.checks.engine.boundary import Subject, subject
from course_utils.checks.engine.check import Check, load_exercises
from course_utils.checks.engine.report import Report
from course_utils.checks.lstm_and_gru.lstm_cases import (
    FLAT,
    SIZES,
    SMALLEST,
    THIN_SIZES,
    WIDE,
    LSTMCase,
    Size,
    check_form,
    check_part,
    check_values,
)

EXERCISES = load_exercises("lstm_and_gru")
EXERCISES["lstm-step"].knowing({FLAT, *(slug for slug, _ in LSTMCase(1, SMALLEST).mistakes)})
# What a gate that is held open or shut leads to, and the part of the result that shows it.
GATED: dict[str, tuple[dict[str, float], str]] = {
    "with f open and i shut, c stays as it was": ({"f": WIDE, "i": -WIDE}, "c"),
    "with f shut and i open, c is the candidate alone": ({"f": -WIDE, "i": WIDE}, "c"),
    "with o shut h is zero, whatever c is": ({"o": -WIDE}, "h"),
}


def check_lstm_step(
    lstm_step: Any, seeds: Sequence[int] = (1, 2), sizes: Sequence[Size] = SIZES
) -> Report:
    """Checks a step of an LSTM: its form, both states, and each gate shut or open alone."""
    check = Check(EXERCISES["lstm-step"])
    answer = subject(lstm_step, "lstm_step")
    form = check_form(check, [LSTMCase(seed, SMALLEST) for seed in seeds], answer)
    every = (SMALLEST, *sizes, *THIN_SIZES)
    cases = [LSTMCase(seed, size) for size in every for seed in seeds]
    ruled_out = check_values(check, cases, answer, form)
    for name, (biases, part) in GATED.items():
        held = [LSTMCase(seed, size, **biases) for size in (SMALLEST, *sizes) for seed in seeds]
        attempt = partial(_try_part, answer, part, ruled_out)
        check.each(name, held, attempt, [form])
    return check.report()


def _try_part(answer: Subject, part: str, ruled_out: Container[str], case: LSTMCase) -> None:
    check_part(answer, case, part, ruled_out=ruled_out)
