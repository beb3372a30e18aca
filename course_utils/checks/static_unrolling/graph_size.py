"""The check of `graph-size`: the size of the graph."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

from course_utils.checks.engine.boundary import Subject, subject, value_of
from course_utils.checks.engine.check import Check, Failed, load_exercises
from course_utils.checks.engine.compare import as_integer, as_text
from course_utils.checks.engine.report import Report

FURTHER_STEPS = (0, 1, 2, 3, 5, 8, 13, 21, 34, 55, 89, 144)
GROWTHS = ("constant", "linear", "quadratic")
EXERCISES = load_exercises("static_unrolling")


def check_graph_size(graph_size: Any, growth: Any, lengths: Sequence[int] = (3, 5, 9)) -> Report:
    """Checks that the sizes are those of graphs traced meanwhile, how they grow, and the text.

    Args:
      graph_size: the function.
      growth: the text.
      lengths: three numbers of steps, rising.
    """
    check = Check(EXERCISES["graph-size"])
    answer = subject(graph_size, "graph_size")
    counts: dict[int, int] = {}
    traced = check.each(
        "the result counts the operations of a graph that is traced in the call",
        lengths,
        partial(_try_trace, answer, counts),
    )
    check.each(
        "every further step adds operations, always as many",
        [counts],
        lambda counts: _try_growth(sorted(counts.items())),
        [traced],
    )
    check.each("growth names how the graph grows", [growth], _try_growth_name)
    return check.report()


def _try_trace(answer: Subject, counts: dict[int, int], length: int) -> None:
    """Notes in `counts` the size of the graph that the answer traces for a number of steps.

    An honest answer may keep its traces. So a number that it has met before, say when the reader
    runs the check again, shows no trace, and another one is tried.
    """
    for more in FURTHER_STEPS:
        n_steps = length + more
        if n_steps in counts:
            continue
        result, graphs = answer.probe("traced_graphs", n_steps)
        operations, sizes = as_integer(result), [size for size in graphs if size]
        if operations in sizes:
            counts[n_steps] = operations
            return
        if sizes:
            raise Failed(
                f"graph_size({n_steps}) gave {operations}; the graphs traced meanwhile have "
                f"{', '.join(map(str, sizes))} operations."
            )
    operations = as_integer(answer(length))
    raise Failed(
        f"graph_size({length}) gave {operations}, but traced no graph.",
        _why_untraced(answer, length, operations),
    )


def _why_untraced(answer: Subject, n_steps: int, operations: int) -> str:
    if as_integer(answer(n_steps)) != operations:
        return "graph-not-fresh"
    if operations == as_integer(answer(n_steps + 1)) != 0:
        return "one-trace-reused"
    return "counted-without-tracing"


def _try_growth(counts: Sequence[tuple[int, int]]) -> None:
    (n0, count0), (n1, count1), (n2, count2) = counts
    told = f"{n0} steps: {count0} operations, {n1} steps: {count1}, {n2} steps: {count2}."
    if count0 == count1 == count2:
        raise Failed(told, "one-trace-reused")
    if not 0 < (count1 - count0) * (n2 - n1) == (count2 - count1) * (n1 - n0):
        raise Failed(f"{told} The loop adds the same operations at every step.")


def _try_growth_name(growth: Any) -> None:
    name = as_text(value_of(growth, "growth")).strip().lower()
    if name not in GROWTHS:
        raise Failed(f"{name!r} is none of {', '.join(map(repr, GROWTHS))}.")
    if name != "linear":
        raise Failed(f"{name!r} does not fit the counts.", "wrong-growth")
