"""One step of an LSTM for chapter 07, in NumPy, and what known misconceptions make of it."""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping, Sequence
from functools import cached_property
from itertools import permutations
from typing import Any, NamedTuple

import numpy as np

from course_utils.checks.engine.boundary import Subject
from course_utils.checks.engine.check import Check, Failed, Line
from course_utils.checks.engine.compare import (
    TOLERANCE,
    as_array,
    as_items,
    close,
)
from course_utils.checks.engine.evidence import weigh

Size = tuple[int, int, int]  # batch, inputs, units
SIZES: Sequence[Size] = ((4, 3, 5), (3, 4, 2), (5, 2, 3))
THIN_SIZES: Sequence[Size] = ((1, 4, 3), (3, 1, 2), (4, 2, 1), (1, 1, 1))
SMALLEST: Size = (2, 2, 2)  # here a wrong product still has a value, and the call is short
NUMBERS = [n / 10 for n in range(-12, 13) if n]  # short ones, none of them zero
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
    """Random float32 arguments of a step, numbers of one digit behind the point.

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
    drawn = {name: rng.choice(NUMBERS, shape).astype(np.float32) for name, shape in shapes.items()}
    first_row = np.atleast_2d(drawn["bias"])[0]
    first_row += np.repeat([np.float32(biases.get(gate, 0)) for gate in gates], units)
    return drawn


class LSTMResult(NamedTuple):
    """What a step returns: the output, and the two parts of the new state."""

    output: np.ndarray
    h: np.ndarray
    c: np.ndarray


Mistakes = list[tuple[str, LSTMResult]]  # a misconception's slug and what it leads to


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

    @cached_property
    def right(self) -> LSTMResult:
        """What the step should return."""
        return self._step()

    @cached_property
    def mistakes(self) -> Mistakes:
        """What known misconceptions lead to."""
        right, (h, c) = self.right, (self._drawn["h"], self._drawn["c"])
        read_swapped = self._step(h=c, c=h)
        return [
            ("forget-input-swapped", self._step(order="figo")),
            *(("gate-order", self._step(order=order)) for order in _other_orders("ifgo", "figo")),
            ("columns-interleaved", self._step(sums=interleaved(self._sums()))),
            ("c-returned-as-h", LSTMResult(right.c, right.c, right.c)),
            ("c-returned-as-h", right._replace(output=right.c)),
            ("no-tanh-on-c", self._step(show=lambda values: values)),
            ("state-swapped", LSTMResult(right.h, right.c, right.h)),
            ("state-swapped", read_swapped),
            ("state-swapped", LSTMResult(read_swapped.h, read_swapped.c, read_swapped.h)),
            ("old-c-shown", _result(sigmoid(self._sums()[3]) * np.tanh(c), right.c)),
            ("old-state-returned", right._replace(c=c)),
            ("old-state-returned", right._replace(h=h)),
            ("old-state-returned", LSTMResult(right.h, h, c)),
            ("bias-left-out", self._step(bias=0 * self._drawn["bias"])),
            ("h-ignored", self._step(h=0 * h)),
            ("joined-in-another-order", self._step(sums=_joined_the_other_way(self._drawn))),
            *self._mistakes_of_gates(),
        ]

    def _mistakes_of_gates(self) -> Mistakes:
        """What comes of gates that are squashed in another way, or not there."""
        more = self._drawn["bias"] + np.repeat(np.array([0, 1, 0, 0], np.float32), self.c.shape[1])
        gates = ("i", "f", "o", "ifo")
        raw = [self._step(gates=dict.fromkeys(which, np.asarray)) for which in gates]
        tanh = [self._step(gates=dict.fromkeys(which, np.tanh)) for which in gates]
        kept = [self._step(gates={which: np.ones_like}) for which in "ifo"]
        return [
            *(("gate-without-sigmoid", result) for result in (*raw, *tanh)),
            *(("gate-left-out", result) for result in kept),
            ("forget-bias-added", self._step(bias=more)),
            ("candidate-not-tanh", self._step(squash=sigmoid)),
            ("candidate-not-tanh", self._step(squash=np.asarray)),
            ("old-c-forgotten", self._step(c=0 * self.c)),
        ]

    def _step(
        self, order: str = "ifgo", squash: Squash = np.tanh, show: Squash = np.tanh,
        gates: Mapping[str, Squash] = {}, sums: Sequence[np.ndarray] = (), **changed: np.ndarray,
    ) -> LSTMResult:  # fmt: skip
        """A step whose gates' blocks are taken for those at their place in `order`."""
        sums = sums or self._sums(**changed)
        of = {gate: sums[order.index(gate)] for gate in "ifgo"}
        i, f, o = (gates.get(gate, sigmoid)(of[gate]) for gate in "ifo")
        c = f * changed.get("c", self._drawn["c"]) + i * squash(of["g"])
        return _result(o * show(c), c)

    def _sums(self, **changed: np.ndarray) -> list[np.ndarray]:
        return gate_sums(self._drawn | changed)


def interleaved(blocks: Sequence[np.ndarray]) -> list[np.ndarray]:
    """The blocks that there are if the columns of a unit's gates lie side by side."""
    whole = np.concatenate(blocks, axis=1)
    return [whole[:, k :: len(blocks)] for k in range(len(blocks))]


def _joined_the_other_way(arguments: Mapping[str, np.ndarray]) -> list[np.ndarray]:
    """The gates' sums if h stands before x, and the kernel before the recurrent one."""
    inputs = np.hstack([arguments["h"], arguments["x"]]).astype(np.float64)
    kernels = np.vstack([arguments["kernel"], arguments["recurrent_kernel"]])
    return np.split(inputs @ kernels + arguments["bias"], 4, axis=1)


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


ROWS = (("i", 0), ("f", 1), ("o", 2))  # the peepholes' gates


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

    @cached_property
    def right(self) -> LSTMResult:
        """What the step should return."""
        return self._step(own_entry)

    @cached_property
    def mistakes(self) -> Mistakes:
        """What known misconceptions lead to."""
        h = self._drawn["h"].astype(np.float64)
        return [
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
            *(
                (
                    "gate-without-peephole",
                    self._step(own_entry, rows={g: r for g, r in ROWS if g in seeing}),
                )
                for seeing in ("i", "f", "o", "if", "io", "fo")
            ),
            ("h-for-c", self._step(lambda _, row: h * row)),
            ("tanh-of-c", self._step(lambda c, row: np.tanh(c) * row)),
            ("tanh-of-c", self._step(own_entry, shown=np.tanh)),
            ("after-the-sigmoid", self._step(own_entry, after="ifo")),
            ("after-the-sigmoid", self._step(own_entry, after="if")),
            ("after-the-sigmoid", self._step(own_entry, after="o")),
            ("row-for-c", self._step(lambda _, row: row)),
        ]

    def _step(
        self, seen: Callable[[np.ndarray, np.ndarray], np.ndarray | float],
        rows: Mapping[str, int] = dict(ROWS), old_for_o: bool = False,
        shown: Squash = np.asarray, after: str = "",
    ) -> LSTMResult:  # fmt: skip
        i, f, g, o = gate_sums(self._drawn)
        old, peephole = (self._drawn[name].astype(np.float64) for name in ("c", "peephole"))

        def opened(gate: str, total: np.ndarray, c: np.ndarray) -> np.ndarray:
            extra = seen(c, peephole[rows[gate]]) if gate in rows else 0.0
            return sigmoid(total) + extra if gate in after else sigmoid(total + extra)

        candidate = np.tanh(g + (seen(old, peephole[rows["g"]]) if "g" in rows else 0.0))
        c = opened("f", f, old) * old + opened("i", i, old) * candidate
        o = opened("o", o, old if old_for_o else shown(c))
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
FLAT = "state-not-a-pair"


def check_form(check: Check, cases: Sequence[Case], answer: Subject) -> Line:
    """Tries whether the answer returns h and the pair (h, c)."""
    name = "it returns h and the pair (h, c), each [batch, units]"
    return check.each(name, cases, lambda case: result_of(answer, case))


def check_values(
    check: Check, cases: Sequence[Case], answer: Subject, form: Line
) -> Container[str]:
    """Tries c, h and the output, each as a property of its own.

    Returns:
      Slugs of the misconceptions that are ruled out by that.
    """
    lines = [
        check.each("the new c is right", cases, lambda case: check_part(answer, case, "c"), [form]),
        check.each("the new h is right", cases, lambda case: check_part(answer, case, "h"), [form]),
        check.each("the output is the new h", cases, lambda c: _check_output(answer, c), [form]),
    ]
    return refuted_by(*lines)


def refuted_by(*lines: Line) -> set[str]:
    """Slugs of the misconceptions that an input of these properties speaks against.

    Where a gate is held open or shut, several mistakes lead to the same. What the values with
    free gates have ruled out can't be the reason there either.
    """
    return set().union(*(tried.evidence.refuted for line in lines for tried in line.tries))


def check_part(
    answer: Subject, case: Case, *parts: str, ruled_out: Container[str] = ()
) -> LSTMResult:
    """Raises `Failed` if one of these parts differs; misconceptions have to explain all parts."""
    found = result_of(answer, case)
    _weigh(found, case, ruled_out)
    for part in parts:
        try:
            close(getattr(found, part), getattr(case.right, part), "row, unit")
        except Failed as failure:
            raise Failed(f"{part}: {failure.detail}") from None
    return found


def _check_output(answer: Subject, case: Case) -> None:
    found = check_part(answer, case)
    close(found.output, found.h, "row, unit")


def _weigh(found: LSTMResult, case: Case, ruled_out: Container[str]) -> None:
    mistakes = [mistake for mistake in case.mistakes if mistake[0] not in ruled_out]
    alike = {slug for slug, wrong in mistakes if same(found, wrong)}
    weigh(alike, {slug for slug, _ in mistakes}, as_expected=same(found, case.right))


def result_of(answer: Subject, case: Case) -> LSTMResult:
    """What the answer returns, if it has the right form."""
    shape, axes = case.right.h.shape, "batch, units"
    result = answer(*case.arguments)
    if isinstance(result, np.ndarray):
        raise Failed("Got a single array, expected h and the pair (h, c).")
    _weigh_flat(result, case)
    output, state = as_items(result, 2, "h, and the pair (h, c)")
    if isinstance(state, np.ndarray):
        raise Failed("The state is a single array, expected the pair (h, c).")
    h, c = as_items(state, 2, "h and c, the two parts of the state")
    return LSTMResult(*(as_array(part, shape, axes) for part in (output, h, c)))


def _weigh_flat(result: Any, case: Case) -> None:
    """Notes whether h and c are there, but not as a pair within a pair."""
    right = case.right
    flat = [list(right[1:]), list(right)]
    arrays = isinstance(result, (list, tuple)) and all(isinstance(r, np.ndarray) for r in result)
    alike = arrays and any(_same_arrays(result, parts) for parts in flat)
    weigh({FLAT} if alike else (), [FLAT], as_expected=False)


def _same_arrays(found: Sequence[np.ndarray], expected: Sequence[np.ndarray]) -> bool:
    return [a.shape for a in found] == [b.shape for b in expected] and all(
        np.allclose(a, b, atol=TOLERANCE) for a, b in zip(found, expected, strict=True)
    )


def same(found: LSTMResult, other: LSTMResult) -> bool:
    """Whether all parts of two results are equal."""
    return _same_arrays(found, other)
