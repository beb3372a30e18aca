"""The check of `peephole-lstm-step`: peepholes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from course_utils.checks.engine.boundary import subject
from course_utils.checks.engine.check import Check, load_exercises
from course_utils.checks.engine.report import Report
from course_utils.checks.lstm_and_gru.lstm_cases import (
    FLAT,
    SIZES,
    SMALLEST,
    THIN_SIZES,
    PeepholeCase,
    Size,
    check_form,
    check_part,
    check_values,
)

EXERCISES = load_exercises("lstm_and_gru")
EXERCISES["peephole-lstm-step"].knowing(
    {FLAT, *(slug for slug, _ in PeepholeCase(1, SMALLEST).mistakes)}
)
SQUARES: Sequence[Size] = (SMALLEST, (3, 4, 3), (1, 2, 1))  # as many rows as units
ALONE = {
    "row 0 shows the old c to the input gate, unit by unit, and to nothing else": (0,),
    "row 1 shows the old c to the forget gate, unit by unit, and to nothing else": (1,),
    "row 2 shows the new c to the output gate, unit by unit, and to nothing else": (2,),
}


def check_peephole_lstm_step(
    peephole_lstm_step: Any, seeds: Sequence[int] = (1, 2), sizes: Sequence[Size] = SIZES
) -> Report:
    """Checks a step of an LSTM with peepholes, all together and each alone."""
    check = Check(EXERCISES["peephole-lstm-step"])
    answer = subject(peephole_lstm_step, "peephole_lstm_step")
    form = check_form(check, [PeepholeCase(seed, SMALLEST) for seed in seeds], answer)
    every = (SMALLEST, *sizes, *THIN_SIZES)
    cases = [PeepholeCase(seed, size) for size in every for seed in seeds]
    ruled_out = check_values(check, cases, answer, form)

    def try_rows(case: PeepholeCase) -> None:
        check_part(answer, case, "c", "h", ruled_out=ruled_out)

    def cases_of(rows: Sequence[int]) -> list[PeepholeCase]:
        return [PeepholeCase(seed, size, rows) for size in SQUARES for seed in seeds]

    plain = check.each("with peepholes of zero it is a plain LSTM", cases_of(()), try_rows, [form])
    for name, rows in ALONE.items():
        check.each(name, cases_of(rows), try_rows, [form, plain])
    return check.report()
