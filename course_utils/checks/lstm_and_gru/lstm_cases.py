"""One step of an LSTM for chapter 07, in NumPy, and what known misconceptions make of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import permutations
from typing import NamedTuple

import numpy as np

from course_utils.checks.engine.boundary import Subject
from course_utils.checks.engine.check import Check, Failed
from course_utils.checks.engine.compare import (
    TOLERANCE,
    as_array,
    as_items,
    close,
)

Size = tuple[int, int, int]  # batch, inputs, units
SIZES: Sequence[Size] = ((4, 3, 5), (3, 4, 2), (5, 2, 3))
THIN_SIZES: Sequence[Size] = ((1, 4, 3), (3, 1, 2), (4, 2, 1), (1, 1, 1))
Squash = Callable[[np.ndarray], np.ndarray]
WIDE = 20.0  # a bias that opens a gate all the way, or shuts it if negative


def sigmoid(x: np.ndarray) -> np.ndarray:
    """The sigmoid, 1 / (1 + exp(-x)).

    >>> sigmoid(np.array([-20.0, 0.0, 20.0])).round(6)
    array([0. , 0.5, 1. ])
    """
    return (1 + np.tanh(x / 2)) / 2


def draw(
    seed: int, size: Size, gates: str, bias_rows: int, biases: Mapping[str, float]
) -> dict[str, np.ndarray]:
    """Random float32 arguments of a step, in -1..1.

    Args:
      seed: of the numbers.
      size: batch, inputs and units.
      gates: a letter for each block of the kernels, as in "ifgo".
      bias_rows: rows of the bias; 0 for a bias of one axis.
      biases: numbers to add to the bias of some gates, in its first row, by their letters.

    Returns:
      x, h, c, kernel, recurrent_kernel, bias and peephole, in this order.
    """
    batch, n_inputs, units = size
    rng, columns = np.random.default_rng([seed, *size]), len(gates) * units
    shapes = {
        "x": (batch, n_inputs),
        "h": (batch, units),
        "c": (batch, units),
        "kernel": (n_inputs, columns),
        "recurrent_kernel": (units, columns),
        "bias": (bias_rows, columns) if bias_rows else (columns,),
        "peephole": (3, units),
    }
    drawn = {name: rng.uniform(-1, 1, shape).astype(np.float32) for name, shape in shapes.items()}
    first_row = np.atleast_2d(drawn["bias"])[0]
    first_row += np.repeat([np.float32(biases.get(gate, 0)) for gate in gates], units)
    return drawn


class LSTMResult(NamedTuple):
    """What a step returns: the output, and the two parts of the new state."""

    output: np.ndarray
    h: np.ndarray
    c: np.ndarray


Mistakes = Iterable[tuple[str, LSTMResult]]  # a misconception's slug and what it leads to


class LSTMCase:
    """Random arguments for one step of an LSTM.

    Args:
      seed: of the arguments.
      size: batch, inputs and units.
      **biases: numbers to add to the bias of a gate, named i, f, g or o.

    >>> LSTMCase(1, (4, 3, 5), f=20.0).right.c.shape
    (4, 5)
    """

    def __init__(self, seed: int, size: Size, **biases: float) -> None:
        self._drawn = draw(seed, size, "ifgo", 0, biases)

    @property
    def c(self) -> np.ndarray:
        """The long-term state before the step, [batch, units]."""
        return self._drawn["c"]

    @property
    def arguments(self) -> tuple:
        """What the answer is called with; the state is a pair (h, c)."""
        x, h, c, kernel, recurrent_kernel, bias, _ = self._drawn.values()
        return x, (h, c), kernel, recurrent_kernel, bias

    @property
    def right(self) -> LSTMResult:
        """What the step should return."""
        return self._step()

    def mistakes(self) -> Mistakes:
        """What known misconceptions lead to, made when it is read."""
        right, (h, c) = self.right, (self._drawn["h"], self._drawn["c"])
        read_swapped = self._step(h=c, c=h)
        o = sigmoid(gate_sums(self._drawn)[3])
        yield from [
            ("forget-input-swapped", self._step(order="figo")),
            *(("gate-order", self._step(order=order)) for order in _other_orders("ifgo", "figo")),
            ("c-returned-as-h", LSTMResult(right.c, right.c, right.c)),
            ("c-returned-as-h", right._replace(output=right.c)),
            ("no-tanh-on-c", self._step(show=lambda values: values)),
            ("state-swapped", LSTMResult(right.h, right.c, right.h)),
            ("state-swapped", read_swapped),
            ("state-swapped", LSTMResult(read_swapped.h, read_swapped.c, read_swapped.h)),
            ("old-c-shown", _result(o * np.tanh(c), right.c)),
            ("candidate-not-tanh", self._step(squash=sigmoid)),
            ("candidate-not-tanh", self._step(squash=lambda values: values)),
            ("bias-left-out", self._step(bias=0 * self._drawn["bias"])),
        ]

    def _step(
        self, order: str = "ifgo", squash: Squash = np.tanh, show: Squash = np.tanh,
        **changed: np.ndarray,
    ) -> LSTMResult:  # fmt: skip
        sums = gate_sums(self._drawn | changed)
        # The block of each gate is taken for the one at its place in `order`.
        i, f, g, o = (sums[order.index(gate)] for gate in "ifgo")
        c = sigmoid(f) * changed.get("c", self._drawn["c"]) + sigmoid(i) * squash(g)
        return _result(sigmoid(o) * show(c), c)


def gate_sums(arguments: Mapping[str, np.ndarray]) -> list[np.ndarray]:
    """The four weighted sums of an LSTM's step, each [batch, units] float64."""
    x, h, kernel, recurrent_kernel, bias = (
        arguments[name].astype(np.float64)
        for name in ("x", "h", "kernel", "recurrent_kernel", "bias")
    )
    return np.split(x @ kernel + h @ recurrent_kernel + bias, 4, axis=1)


def _result(h: np.ndarray, c: np.ndarray) -> LSTMResult:
    return LSTMResult(h, h, c)


def _other_orders(*known: str) -> list[str]:
    orders = ("".join(order) for order in permutations(known[0]))
    return [order for order in orders if order not in known]


class PeepholeCase:
    """Random arguments for one step of an LSTM with peepholes.

    Args:
      seed: of the arguments.
      size: batch, inputs and units.
      rows: which rows of the peepholes are not zero.
    """

    def __init__(self, seed: int, size: Size, rows: Sequence[int] = (0, 1, 2)) -> None:
        self._drawn = draw(seed, size, "ifgo", 0, {})
        self._drawn["peephole"] *= np.isin(np.arange(3), rows)[:, np.newaxis].astype(np.float32)

    @property
    def arguments(self) -> tuple:
        """What the answer is called with; the state is a pair (h, c)."""
        x, h, c, *weights = self._drawn.values()
        return x, (h, c), *weights

    @property
    def right(self) -> LSTMResult:
        """What the step should return."""
        return self._step(own_entry)

    def mistakes(self) -> Mistakes:
        """What known misconceptions lead to, made when it is read."""
        h = self._drawn["h"].astype(np.float64)
        yield from [
            ("old-c-for-o", self._step(own_entry, old_for_o=True)),
            ("full-matrices", self._step(all_entries)),
            *(("full-matrices", self._step(r)) for r in (row_wise,) if len(h) == h.shape[1]),
            ("peephole-on-g", self._step(own_entry, rows={"i": 0, "f": 1, "g": 2})),
            ("peephole-on-g", self._step(own_entry, rows={"i": 0, "f": 1, "g": 2, "o": 2})),
            ("peephole-on-g", self._step(own_entry, rows={"i": 0, "f": 1, "g": 0, "o": 2})),
            ("peephole-on-g", self._step(own_entry, rows={"i": 0, "f": 1, "g": 1, "o": 2})),
            *(
                ("rows-in-another-order", self._step(own_entry, rows=dict(zip("ifo", order))))  # noqa: B905
                for order in permutations(range(3))
                if order != (0, 1, 2)
            ),
            ("no-peepholes", self._step(own_entry, rows={})),
            ("h-for-c", self._step(lambda _, row: h * row)),
        ]

    def _step(
        self,
        seen: Callable[[np.ndarray, np.ndarray], np.ndarray],
        rows: Mapping[str, int] | None = None,
        old_for_o: bool = False,
    ) -> LSTMResult:
        rows = {"i": 0, "f": 1, "o": 2} if rows is None else rows
        i, f, g, o = gate_sums(self._drawn)
        old, peephole = (self._drawn[name].astype(np.float64) for name in ("c", "peephole"))

        def extra(gate: str, c: np.ndarray) -> np.ndarray | float:
            return seen(c, peephole[rows[gate]]) if gate in rows else 0.0

        c = sigmoid(f + extra("f", old)) * old
        c = c + sigmoid(i + extra("i", old)) * np.tanh(g + extra("g", old))
        o = sigmoid(o + extra("o", old if old_for_o else c))
        return _result(o * np.tanh(c), c)


def own_entry(c: np.ndarray, row: np.ndarray) -> np.ndarray:
    """What a peephole adds to a gate's sums: each unit sees its own c."""
    return c * row


def all_entries(c: np.ndarray, row: np.ndarray) -> np.ndarray:
    """What a product adds in which each gate sees the c of all units."""
    return np.sum(c * row, axis=1, keepdims=True)


def row_wise(c: np.ndarray, row: np.ndarray) -> np.ndarray:
    """The same product, spread over the units as if they were the batch: sizes must be equal."""
    return c @ row


Case = LSTMCase | PeepholeCase


def check_form(check: Check, cases: Sequence[Case], answer: Subject) -> None:
    """Tries whether the answer returns h and the pair (h, c)."""
    with check.property("it returns h and the pair (h, c), each [batch, units]"):
        for case in cases:
            result_of(answer, case)


def check_values(check: Check, cases: Sequence[Case], answer: Subject) -> None:
    """Tries c, h and the output, each as a property of its own."""
    names = {"c": "the new c is right", "h": "the new h is right", "output": "the output is h"}
    for part, name in names.items():
        with check.property(name):
            for case in cases:
                compare_states(result_of(answer, case), case.right, case.mistakes, (part,))


def result_of(answer: Subject, case: Case) -> LSTMResult:
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


def compare_states(
    found: LSTMResult,
    right: LSTMResult,
    mistakes: Callable[[], Mistakes],
    parts: Sequence[str] = ("c", "h"),
) -> None:
    """Raises `Failed` if a part differs; a misconception has to explain all parts, or the part."""
    for part in parts:
        suspects = ((slug, getattr(wrong, part)) for slug, wrong in mistakes())
        try:
            close(getattr(found, part), getattr(right, part), "row, unit", suspects)
        except Failed as failure:
            whole = {slug for slug, wrong in mistakes() if same(found, wrong)}
            slug = whole.pop() if len(whole) == 1 else failure.misconception
            raise Failed(f"{part}: {failure.detail}", slug) from None


def same(found: LSTMResult, wrong: LSTMResult) -> bool:
    """Whether all parts of two results are equal."""
    return all(np.allclose(a, b, atol=TOLERANCE) for a, b in zip(found, wrong, strict=True))
