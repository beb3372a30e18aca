"""The checks of chapter 07: steps of LSTMs and GRUs, their parameters, and the cell's path."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from course_utils.checks.engine.boundary import Subject, subject
from course_utils.checks.engine.check import Check, Failed, load_exercises
from course_utils.checks.engine.compare import (
    TOLERANCE,
    as_array,
    as_integer,
    as_items,
    as_number,
    close,
    near,
)
from course_utils.checks.engine.report import Report
from course_utils.checks.lstm_and_gru.gru_cases import GRUCase
from course_utils.checks.lstm_and_gru.lstm_cases import (
    WIDE,
    LSTMCase,
    LSTMResult,
    Mistakes,
    PeepholeCase,
    Size,
)

SIZES: Sequence[Size] = ((4, 3, 5), (3, 4, 2), (5, 2, 3))
THIN_SIZES: Sequence[Size] = ((1, 4, 3), (3, 1, 2), (4, 2, 1), (1, 1, 1))
SQUARE: Size = (3, 2, 3)  # here a product over the wrong axis is no error, just wrong
PAIRS = ((3, 5), (5, 3), (28, 150), (1, 1))  # inputs, units
GATE_RUNS = ((3, 0.2), (5, 0.5), (8, 0.7))  # how many gates, and the lowest
EXERCISES = load_exercises("lstm_and_gru")

Case = LSTMCase | PeepholeCase


def check_lstm_step(
    lstm_step: Any, seeds: Sequence[int] = (1, 2), sizes: Sequence[Size] = SIZES
) -> Report:
    """Checks a step of an LSTM: its form, both states, and each gate shut or open alone."""
    check = Check(EXERCISES["lstm-step"])
    answer = subject(lstm_step, "lstm_step")
    _check_lstm_form(check, [LSTMCase(seed, sizes[0]) for seed in seeds], answer)
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
    _check_lstm_values(check, cases, answer)
    for name, (biases, expected) in gated.items():
        with check.property(name):
            for case in (LSTMCase(seed, size, **biases) for size in sizes for seed in seeds):
                _compare(_lstm_result(answer, case), expected(case), case.mistakes())
    return check.report()


def check_peephole_lstm_step(
    peephole_lstm_step: Any, seeds: Sequence[int] = (1, 2), sizes: Sequence[Size] = SIZES
) -> Report:
    """Checks a step of an LSTM with peepholes, all together and each alone."""
    check = Check(EXERCISES["peephole-lstm-step"])
    answer = subject(peephole_lstm_step, "peephole_lstm_step")
    _check_lstm_form(check, [PeepholeCase(seed, sizes[0]) for seed in seeds], answer)
    every = (SQUARE, *sizes, *THIN_SIZES)
    _check_lstm_values(check, [PeepholeCase(s, size) for size in every for s in seeds], answer)
    alone = {
        "without peepholes it is a plain LSTM": (),
        "the input gate sees the old c, unit by unit": (0,),
        "the forget gate sees the old c, unit by unit": (1,),
        "the output gate sees the new c, unit by unit": (2,),
    }
    for name, rows in alone.items():
        with check.property(name):
            for case in (PeepholeCase(seed, size, rows) for size in sizes for seed in seeds):
                _compare(_lstm_result(answer, case), case.right, case.mistakes())
    return check.report()


def _check_lstm_form(check: Check, cases: Sequence[Case], answer: Subject) -> None:
    with check.property("it returns h and the pair (h, c), each [batch, units]"):
        for case in cases:
            _lstm_result(answer, case)


def _check_lstm_values(check: Check, cases: Sequence[Case], answer: Subject) -> None:
    names = {"c": "the new c is right", "h": "the new h is right", "output": "the output is h"}
    for part, name in names.items():
        with check.property(name):
            for case in cases:
                _compare(_lstm_result(answer, case), case.right, case.mistakes(), (part,))


def _lstm_result(answer: Subject, case: Case) -> LSTMResult:
    """What the answer returns, if it has the right form."""
    shape, axes = case.right.h.shape, "batch, units"
    result = answer(*case.arguments)
    if isinstance(result, np.ndarray):
        raise Failed("Got a single array, expected h and the pair (h, c).")
    output, state = as_items(result, 2, "h, and the pair (h, c)")
    if isinstance(state, np.ndarray):
        raise Failed("The state is a single array, expected the pair (h, c).")
    h, c = as_items(state, 2, "h and c, the two parts of the state")
    return LSTMResult(*(as_array(part, shape, axes) for part in (output, h, c)))


def _compare(
    found: LSTMResult, right: LSTMResult, mistakes: Mistakes, parts: Sequence[str] = ("c", "h")
) -> None:
    """Raises `Failed` if a part differs; a misconception has to explain all parts, or the part."""
    for part in parts:
        suspects = [(slug, getattr(wrong, part)) for slug, wrong in mistakes]
        try:
            close(getattr(found, part), getattr(right, part), "row, unit", suspects)
        except Failed as failure:
            whole = {slug for slug, wrong in mistakes if _same(found, wrong)}
            slug = whole.pop() if len(whole) == 1 else failure.misconception
            raise Failed(f"{part}: {failure.detail}", slug) from None


def _same(found: LSTMResult, wrong: LSTMResult) -> bool:
    return all(np.allclose(a, b, atol=TOLERANCE) for a, b in zip(found, wrong, strict=True))


def check_gru_step(
    gru_step: Any, seeds: Sequence[int] = (1, 2), sizes: Sequence[Size] = SIZES
) -> Report:
    """Checks a step of a GRU that resets before the product, with gates shut or open."""
    return _check_gru("gru-step", subject(gru_step, "gru_step"), False, seeds, sizes)


def check_gru_reset_after(
    gru_step_reset_after: Any, seeds: Sequence[int] = (1, 2), sizes: Sequence[Size] = SIZES
) -> Report:
    """Checks a step of a GRU that resets after the product, with gates shut or open."""
    answer = subject(gru_step_reset_after, "gru_step_reset_after")
    return _check_gru("gru-reset-after", answer, True, seeds, sizes)


def _check_gru(
    exercise: str, answer: Subject, after: bool, seeds: Sequence[int], sizes: Sequence[Size]
) -> Report:
    check, every = Check(EXERCISES[exercise]), (*sizes, *THIN_SIZES)
    with check.property("the new state has the shape [batch, units]"):
        for case in (GRUCase(seed, sizes[0], after) for seed in seeds):
            as_array(answer(*case.arguments), case.h.shape, "batch, units")
    properties: dict[str, dict[str, float]] = {
        "the new state is right": {},
        "with z open the state stays as it was": {"z": WIDE},
        "with z and r shut the state is made from the input alone": {"z": -WIDE, "r": -WIDE},
        "with z shut and r open it is that of a basic cell": {"z": -WIDE, "r": WIDE},
    }
    for name, biases in properties.items():
        with check.property(name):
            for case in (GRUCase(s, size, after, **biases) for size in every for s in seeds):
                expected = case.h if biases == {"z": WIDE} else case.right
                close(answer(*case.arguments), expected, "row, unit", case.mistakes())
    return check.report()


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


def check_gradient_highway(cell_gradient: Any, seeds: Sequence[int] = (1, 2)) -> Report:
    """Checks dc_T/dc_0 for a few gates, for many, and for gates shut and wide open."""
    check = Check(EXERCISES["gradient-highway"])
    answer = subject(cell_gradient, "cell_gradient")

    def ratio(gates: np.ndarray) -> None:
        """Compares relative to the right value, which may be tiny."""
        right = along_the_path(gates)
        wrong = [(slug, value / right) for slug, value in _suspects(gates)]
        try:
            near(np.divide(as_number(answer(gates)), right), 1.0, wrong, tolerance=1e-3)
        except Failed as failure:
            raise Failed(
                f"Got {as_number(answer(gates)):.4g} for {_few(gates)}, expected {right:.4g}.",
                failure.misconception,
            ) from None

    with check.property("it is one number: a single gate gives that gate"):
        for gate in (0.25, 0.9):
            ratio(np.array([gate], np.float32))
    with check.property("a few gates"):
        for count, lowest in GATE_RUNS:
            for seed in seeds:
                rng = np.random.default_rng([seed, count])
                ratio(rng.uniform(lowest, 0.95, count).astype(np.float32))
    with check.property("a hundred gates, nearly open or half open"):
        for gate in (0.99, 0.95, 0.5):
            ratio(np.linspace(gate - 0.01, gate + 0.01, 100).astype(np.float32))
    with check.property("gates wide open pass everything on, and one shut gate nothing"):
        near(answer(np.ones(50, np.float32)), 1, _suspects(np.ones(50)))
        shut = np.array([0.9, 0.8, 0.0, 0.95], np.float32)
        near(answer(shut), 0, wrong_gradients(shut))
    return check.report()


def along_the_path(gates: np.ndarray) -> float:
    """dc_T/dc_0 of c = f c + 0.1: nudge c_0 (by an imaginary number, without rounding)."""
    c = 1 + 1e-30j
    for gate in gates.astype(np.float64):
        c = gate * c + 0.1
    return float(c.imag / 1e-30)


def wrong_gradients(gates: np.ndarray) -> list[tuple[str, float]]:
    """What known misconceptions lead to."""
    f = gates.astype(np.float64)
    return [
        ("sum-for-product", float(f.sum())),
        ("gates-own-gradient", float(np.prod(f * (1 - f)))),
        ("gates-own-gradient", float(np.prod(f + f * (1 - f)))),
        ("one-left-out", float(np.prod(f[1:]))),
        ("one-left-out", float(np.prod(f[:-1]))),
        ("mean-for-all", float(f.mean() ** f.size)),
        ("mean-for-all", float(f.mean())),
        ("last-gate-only", float(f[-1])),
    ]


def _suspects(gates: np.ndarray) -> list[tuple[str, float]]:
    """Wrong gradients, without those as good as 0 beside the right one: many a slip leads there."""
    least = along_the_path(gates) / 100
    return [(slug, value) for slug, value in wrong_gradients(gates) if value > least]


def _few(gates: np.ndarray) -> str:
    shown = ", ".join(f"{gate:.3g}" for gate in gates[:5])
    return f"the gates {shown}" + (f", ... ({gates.size} in all)" if gates.size > 5 else "")
