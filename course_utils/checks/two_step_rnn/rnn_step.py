"""The checks of chapter 01: shapes, parameters, one step, two steps, saturation, topologies."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from course_utils.checks.engine.boundary import AnswerError, subject, value_of
from course_utils.checks.engine.check import Check, Failed, load_exercises
from course_utils.checks.engine.compare import (
    as_array,
    as_integer,
    as_items,
    as_text,
    close,
    near,
)
from course_utils.checks.engine.report import Report

Size = tuple[int, int, int]  # batch, n_inputs, n_units
SIZES: Sequence[Size] = ((4, 3, 5), (1, 2, 3), (3, 4, 1), (2, 1, 4))
SQUARE = (3, 3, 3)  # here a wrong product still has a value, and the value tells which one it is

TOPOLOGIES = {
    "sentiment": "sequence to vector",
    "captioning": "vector to sequence",
    "translation": "delayed",
    "tagging": "sequence to sequence",
    "forecasting": "sequence to sequence",
}
EXERCISES = load_exercises("two_step_rnn")


def check_predict_shapes(
    shapes: Any, batch: int = 4, n_inputs: int = 3, n_units: int = 5
) -> Report:
    """Checks a dict of shapes, one property an entry."""
    check = Check(EXERCISES["predict-shapes"])
    expected: dict[str, list[tuple[int, ...]]] = {
        "Wx": [(n_inputs, n_units)],
        "Wh": [(n_units, n_units)],
        "b": [(n_units,), (1, n_units)],
        "Y0": [(batch, n_units)],
        "Y1": [(batch, n_units)],
    }
    for name, right in expected.items():
        with check.property(f"{name} has the right shape"):
            shape = _shape(_entry(shapes, "shapes", name))
            if shape not in right:
                mistake = _shape_mistake(name, shape, right[0], batch)
                raise Failed(f"{name} can't be {shape}.", mistake)
    return check.report()


def _entry(answer: Any, name: str, key: str) -> Any:
    """An entry of a dict that the student fills in."""
    entries = value_of(answer, name)
    if not isinstance(entries, dict):
        raise Failed(f"`{name}` must be a dict with the key {key!r}.")
    if entries.get(key) is None or isinstance(entries[key], type(...)):
        raise AnswerError(f"Not answered yet: `{name}` has no entry for {key!r}.", blank=True)
    return entries[key]


def _shape(value: Any) -> tuple[int, ...]:
    sizes = value if isinstance(value, (tuple, list)) else [value]
    return tuple(as_integer(size) for size in sizes)


def _shape_mistake(
    name: str, shape: tuple[int, ...], right: tuple[int, ...], batch: int
) -> str | None:
    if name.startswith("Y"):
        return "one-instance" if shape == right[1:] else _if_transposed(shape, right)
    if batch in shape:
        return "batch-in-a-weight"
    if name == "Wh" and len(shape) == 2 and shape != (shape[0], shape[0]):
        return "wh-like-wx"
    return _if_transposed(shape, right)


def _if_transposed(shape: tuple[int, ...], right: tuple[int, ...]) -> str | None:
    return "transposed" if shape == right[::-1] else None


def check_parameter_count(
    parameter_count: Any, sizes: Sequence[tuple[int, int]] = ((3, 5), (5, 3), (28, 150), (1, 1))
) -> Report:
    """Checks a count of parameters, term by term and as a whole."""
    check = Check(EXERCISES["parameter-count"])
    answer = subject(parameter_count, "parameter_count")

    def count(n_inputs: int, n_units: int) -> int:
        return as_integer(answer(n_inputs, n_units))

    with check.property("one more input adds one weight for each unit"):
        for n_inputs, n_units in sizes:
            near(
                count(n_inputs + 1, n_units) - count(n_inputs, n_units),
                n_units,
                [("times-the-steps", steps * n_units) for steps in range(3, 11)],
            )
    with check.property("the recurrent weights link every unit with every unit"):
        for n_inputs, n_units in sizes:
            steps = [count(n_inputs, n_units + more) for more in (0, 1, 2)]
            near(steps[2] - 2 * steps[1] + steps[0], 2, [("inputs-for-units-in-wh", 0)])
    with check.property("every unit has one bias"):
        for n_inputs, n_units in sizes:
            near(
                count(n_inputs, n_units) - n_inputs * n_units - n_units**2,
                n_units,
                [("no-bias", 0)],
            )
    with check.property("the sum of all of them is right"):
        for n_inputs, n_units in sizes:
            near(
                count(n_inputs, n_units),
                (n_inputs + n_units + 1) * n_units,
                _wrong_counts(n_inputs, n_units),
            )
    return check.report()


def _wrong_counts(n_inputs: int, n_units: int) -> list[tuple[str, float]]:
    right = n_inputs * n_units + n_units**2 + n_units
    return [
        *(("times-the-steps", steps * right) for steps in range(2, 11)),
        *(("times-the-steps", steps * (right - n_units) + n_units) for steps in range(2, 11)),
        ("no-bias", right - n_units),
        ("inputs-for-units-in-wh", 2 * n_inputs * n_units + n_units),
        ("inputs-for-units-in-wh", n_inputs * n_units + n_inputs**2 + n_units),
    ]


class _Case:
    """Random arguments of one step: x, h [batch, ...], Wx, Wh, b, and what the step should give."""

    def __init__(self, seed: int, size: Size, keep: str = "xhb") -> None:
        batch, n_inputs, n_units = size
        rng = np.random.default_rng([seed, *size])

        def draw(term: str, *shape: int) -> np.ndarray:
            return (rng.uniform(-1, 1, shape) * (term in keep)).astype(np.float32)

        self.x, self.h = draw("x", batch, n_inputs), draw("h", batch, n_units)
        self.Wx = rng.uniform(-1, 1, [n_inputs, n_units]).astype(np.float32)
        self.Wh = rng.uniform(-1, 1, [n_units, n_units]).astype(np.float32)
        self.b = draw("b", n_units)

    @property
    def arguments(self) -> tuple[np.ndarray, ...]:
        return self.x, self.h, self.Wx, self.Wh, self.b

    @property
    def expected(self) -> np.ndarray:
        return np.tanh(self.x @ self.Wx + self.h @ self.Wh + self.b)

    @property
    def suspects(self) -> list[tuple[str, np.ndarray]]:
        x, h, Wx, Wh, b = self.arguments
        wrong = [
            ("no-tanh", x @ Wx + h @ Wh + b),
            ("bias-left-out", np.tanh(x @ Wx + h @ Wh)),
            ("h-ignored", np.tanh(x @ Wx + b)),
        ]
        if x.shape == h.shape == Wx.shape:  # all sizes equal: wrong products have values too
            wrong += [
                ("weights-swapped", np.tanh(x @ Wh + h @ Wx + b)),
                ("elementwise-product", np.tanh(x * Wx + h * Wh + b)),
                ("elementwise-product", np.tanh(x @ Wx + h * Wh + b)),
                ("elementwise-product", np.tanh(x * Wx + h @ Wh + b)),
            ]
        return wrong


def check_rnn_step(
    rnn_step: Any, seeds: Sequence[int] = (1, 2), sizes: Sequence[Size] = SIZES
) -> Report:
    """Checks one step: all terms together, each term alone, and the batch's order."""
    check = Check(EXERCISES["rnn-step"])
    answer = subject(rnn_step, "rnn_step")
    properties = {
        "all three terms add up under one tanh": "xhb",
        "with h and b at zero it is tanh(x @ Wx)": "x",
        "with x and b at zero it is tanh(h @ Wh)": "h",
        "with x and h at zero it is tanh(b) in every row": "b",
    }
    for name, keep in properties.items():
        with check.property(name):
            for size in (SQUARE, *sizes):
                for seed in seeds:
                    case = _Case(seed, size, keep=keep)
                    close(answer(*case.arguments), case.expected, "batch, unit", case.suspects)
    with check.property("each row depends on its own instance only"):
        for seed in seeds:
            _check_batch_order(answer, _Case(seed, sizes[0]))
    return check.report()


def _check_batch_order(answer: Any, case: _Case) -> None:
    shape = case.expected.shape
    forward = as_array(answer(*case.arguments), shape, "batch, units")
    backward = as_array(answer(case.x[::-1], case.h[::-1], case.Wx, case.Wh, case.b), shape)
    if len(np.unique(forward.round(6), axis=0)) < len(forward):
        raise Failed("Different instances get the same output.")
    close(backward[::-1], forward, "batch, unit")


_TwoSteps = tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray, np.ndarray]  # X0, X1, Wx, Wh, b


def check_two_step_rnn(
    two_step_rnn: Any, seeds: Sequence[int] = (1, 2), sizes: Sequence[Size] = SIZES
) -> Report:
    """Checks both outputs of two steps, the zero start and the link between the steps."""
    check = Check(EXERCISES["two-step-rnn"])
    answer = subject(two_step_rnn, "two_step_rnn")

    def outputs(*arguments: np.ndarray) -> list[Any]:
        return as_items(answer(*arguments), 2, "Y0 and Y1")

    def arguments(seed: int, size: Size) -> _TwoSteps:
        first, second = _Case(seed, size), _Case(seed + 1000, size)
        return first.x, second.x, first.Wx, first.Wh, first.b

    cases = [arguments(seed, size) for seed in seeds for size in sizes]
    for index, name in enumerate(["Y0 is one step, from zeros", "Y1 is one step, from Y0"]):
        with check.property(name):
            for case in cases:
                wrong = [(slug, pair[index]) for slug, pair in _wrong_two_steps(case)]
                close(outputs(*case)[index], _two_steps(case)[index], "batch, unit", wrong)
    with check.property("with all inputs and b at zero, both outputs are zero", "nonzero-start"):
        for X0, X1, Wx, Wh, b in cases:
            for y in outputs(X0 * 0, X1 * 0, Wx, Wh, b * 0):
                close(y, np.zeros([len(X0), len(b)]), "batch, unit")
    with check.property("a change of X0 reaches Y1", "y1-without-y0"):
        for X0, X1, Wx, Wh, b in cases:
            before, after = (outputs(x, X1, Wx, Wh, b)[1] for x in (X0, X0 + 0.5))
            expected = [_two_steps((x, X1, Wx, Wh, b))[1] for x in (X0, X0 + 0.5)]
            change = as_array(after, expected[0].shape) - as_array(before, expected[0].shape)
            close(change, expected[1] - expected[0], "batch, unit")
    return check.report()


def _two_steps(case: _TwoSteps, start: float = 0.0) -> tuple[np.ndarray, np.ndarray]:
    X0, X1, Wx, Wh, b = case
    Y0 = np.tanh(X0 @ Wx + np.full([len(X0), len(b)], start) @ Wh + b)
    return Y0, np.tanh(X1 @ Wx + Y0 @ Wh + b)


def _wrong_two_steps(case: _TwoSteps) -> list[tuple[str, tuple[np.ndarray, np.ndarray]]]:
    X0, X1, Wx, _, b = case
    Y0, Y1 = _two_steps(case)
    return [
        ("y1-without-y0", (Y0, np.tanh(X1 @ Wx + b))),
        ("x0-twice", _two_steps((X0, X0, *case[2:]))),
        ("nonzero-start", _two_steps(case, start=1.0)),
        ("outputs-swapped", (Y1, Y0)),
    ]


def check_saturation(saturation: Any, seeds: Sequence[int] = (1, 2)) -> Report:
    """Checks the fraction of saturated units on random outputs and at both ends of tanh."""
    check = Check(EXERCISES["saturation"])
    answer = subject(saturation, "saturation")
    with check.property("it is the fraction of entries with 1 - y² < eps"):
        for seed in seeds:
            for shape in ((4, 5), (1, 3), (2, 7)):
                y = np.tanh(np.random.default_rng(seed).normal(0, 3, shape)).astype(np.float32)
                near(answer(y), _saturated(y, 0.01), _wrong_fractions(y, 0.01))
    with check.property("eps sets the limit"):
        y = np.array([[0.5, -0.8], [0.9, 0.97], [-0.99, 0.999]], np.float32)
        for eps in (0.5, 0.2, 0.05, 0.001):
            near(answer(y, eps), _saturated(y, eps), _wrong_fractions(y, eps))
    with check.property("both ends of tanh count"):
        for y in (np.array([[-1, 0, 0, 1]], np.float32), -np.ones([2, 3], np.float32)):
            near(answer(y), _saturated(y, 0.01), _wrong_fractions(y, 0.01))
    with check.property("units in the middle do not count"):
        y = np.array([[0.0, 0.3], [-0.3, 1.0]], np.float32)
        near(answer(y), 0.25, _wrong_fractions(y, 0.01))
    return check.report()


def _saturated(y: np.ndarray, eps: float) -> float:
    return float(np.mean(1 - y.astype(np.float64) ** 2 < eps))


def _wrong_fractions(y: np.ndarray, eps: float) -> list[tuple[str, float]]:
    return [
        ("small-for-saturated", np.mean(np.abs(y) < eps)),
        ("count-for-fraction", np.sum(1 - y**2 < eps)),
        ("only-positive", np.mean((1 - y**2 < eps) & (y > 0))),
        ("value-for-slope", np.mean(np.abs(y) > 1 - eps)),
    ]


def check_choose_topology(topology: Any) -> Report:
    """Checks a dict of topologies, one property an entry."""
    check = Check(EXERCISES["choose-topology"])
    shapes = sorted(set(TOPOLOGIES.values()))
    for task, expected in TOPOLOGIES.items():
        with check.property(f"{task} has the right shape"):
            chosen = as_text(_entry(topology, "topology", task)).strip().lower()
            if chosen not in shapes:
                raise Failed(f"{chosen!r} is none of {', '.join(map(repr, shapes))}.")
            if chosen != expected:
                raise Failed(f"{chosen!r} does not fit {task}.", task)
    return check.report()
