"""The check of `peephole-lstm-step`: peepholes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from course_utils.checks.engine.boundary import subject
from course_utils.checks.engine.check import Check, load_exercises
from course_utils.checks.engine.report import Report
from course_utils.checks.lstm_and_gru.lstm_cases import (
    SIZES,
    THIN_SIZES,
    PeepholeCase,
    Size,
    check_form,
    check_values,
    compare_states,
    result_of,
)

SQUARE: Size = (3, 2, 3)  # here a product over the wrong axis is no error, just wrong
EXERCISES = load_exercises("lstm_and_gru")


def check_peephole_lstm_step(
    peephole_lstm_step: Any, seeds: Sequence[int] = (1, 2), sizes: Sequence[Size] = SIZES
) -> Report:
    """Checks a step of an LSTM with peepholes, all together and each alone."""
    check = Check(EXERCISES["peephole-lstm-step"])
    answer = subject(peephole_lstm_step, "peephole_lstm_step")
    check_form(check, [PeepholeCase(seed, sizes[0]) for seed in seeds], answer)
    every = (SQUARE, *sizes, *THIN_SIZES)
    check_values(check, [PeepholeCase(s, size) for size in every for s in seeds], answer)
    alone = {
        "without peepholes it is a plain LSTM": (),
        "the input gate sees the old c, unit by unit": (0,),
        "the forget gate sees the old c, unit by unit": (1,),
        "the output gate sees the new c, unit by unit": (2,),
    }
    for name, rows in alone.items():
        with check.property(name):
            for case in (PeepholeCase(seed, size, rows) for size in sizes for seed in seeds):
                compare_states(result_of(answer, case), case.right, case.mistakes)
    return check.report()
