"""The check of `bidirectional-rnn`: a bidirectional network."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np

from course_utils.checks.deep_rnns.reverse_sequence import Block, draw_lengths, real_steps, reverse
from course_utils.checks.engine.blame import blames
from course_utils.checks.engine.boundary import Subject, subject
from course_utils.checks.engine.check import Check, load_exercises
from course_utils.checks.engine.compare import as_array, as_items, close
from course_utils.checks.engine.report import Report
from course_utils.checks.fixtures.batch_runs import BatchRun, Result
from course_utils.checks.fixtures.cells import Sizes
from course_utils.checks.fixtures.runs import State

EXERCISES = load_exercises("deep_rnns")
Cells = tuple[tuple[Sizes, int], tuple[Sizes, int]]  # state and output size, forward and backward
ALIKE: tuple[Block, Cells] = ((4, 5, 3), ((4, 2), (4, 2)))  # nothing but values tells them apart
RUNS: Sequence[tuple[Block, Cells]] = (
    ALIKE,
    ((3, 4, 2), ((5, 3), (2, 6))),
    ((1, 5, 4), ((1, 2), (3, 1))),
)


NESTED: tuple[Block, Cells] = ((3, 4, 2), (((4, 1), 3), ((2, 3), 5)))
RESULT = "the outputs and the two final states"


class Both(NamedTuple):
    """What both directions give: outputs [batch, time, both], and the parts of the two states."""

    outputs: np.ndarray
    state_fw: State
    state_bw: State


class TwoRuns:
    """Two fixture cells over the same sequences, forwards and backwards.

    Args:
      block: batch, time, features.
      cells: widths of state and output, of the forward and of the backward cell.
      seed: of the inputs, the lengths and the weights.
    """

    def __init__(self, block: Block, cells: Cells, seed: int) -> None:
        self.block, self._cells = block, cells
        self.forward = BatchRun((*block, *cells[0]), seed)
        self.backward = BatchRun((*block, *cells[1]), seed + 1000)
        self.sequences = self.forward.sequences
        self.lengths = draw_lengths(block, seed)
        self.widths = [run.output_size for run in (self.forward, self.backward)]

    def right(self, lengths: np.ndarray) -> Both:
        """What a right answer gives."""
        turned = self._over(self.backward, reverse(self.sequences, lengths), lengths)
        outputs = reverse(turned.outputs, lengths)
        return _both(self._over(self.forward, self.sequences, lengths), outputs, turned.state)

    def wrong(self, lengths: np.ndarray) -> list[tuple[str, Both]]:
        """What misconceptions lead to."""
        right, n = self.right(lengths), self.widths[0]
        forward = self._over(self.forward, self.sequences, lengths)
        turned = self._over(self.backward, reverse(self.sequences, lengths), lengths)
        halves = right.outputs[..., :n], right.outputs[..., n:]
        run_on = self._over(self.forward, self.sequences, self._full)
        on = self._over(self.backward, reverse(self.sequences, lengths), self._full)
        aligned_on = reverse(on.outputs, lengths)
        return [
            ("not-re-aligned", _both(forward, turned.outputs, turned.state)),
            ("halves-swapped", right._replace(outputs=np.concatenate(halves[::-1], axis=2))),
            ("states-swapped", Both(right.outputs, right.state_bw, right.state_fw)),
            ("lengths-ignored", _both(run_on, aligned_on, on.state)),
            ("lengths-ignored", _both(run_on, right.outputs[..., n:], right.state_bw)),
            *self._padding_reversed(forward, run_on, lengths),
            *self._one_cell(forward, lengths),
        ]

    @property
    def _full(self) -> np.ndarray:
        return np.full(self.block[0], self.block[1])

    def _padding_reversed(
        self, forward: Result, run_on: Result, lengths: np.ndarray
    ) -> list[tuple[str, Both]]:
        """The whole row turned round, padding first; and in the ways people go on from there."""
        cut = self._over(self.backward, self.sequences[:, ::-1], lengths)
        long = self._over(self.backward, self.sequences[:, ::-1], self._full)
        back = long.outputs[:, ::-1]
        return [
            ("padding-reversed", _both(forward, cut.outputs[:, ::-1], cut.state)),
            ("padding-reversed", _both(forward, reverse(cut.outputs, lengths), cut.state)),
            ("padding-reversed", _both(forward, cut.outputs, cut.state)),
            ("padding-reversed", _both(forward, back, long.state)),
            ("padding-reversed", _both(forward, real_steps(back, lengths), long.state)),
            ("padding-reversed", _both(run_on, back, long.state)),
        ]

    def _one_cell(self, forward: Result, lengths: np.ndarray) -> list[tuple[str, Both]]:
        """One of the cells for both directions."""
        forward_cell_back = self._over(self.forward, reverse(self.sequences, lengths), lengths)
        turned_back = reverse(forward_cell_back.outputs, lengths)
        backward_cell = self._over(self.backward, self.sequences, lengths)
        right = self.right(lengths)
        return [
            ("one-cell-twice", _both(forward, turned_back, forward_cell_back.state)),
            (
                "one-cell-twice",
                _both(backward_cell, right.outputs[..., self.widths[0] :], right.state_bw),
            ),
            ("cells-swapped", _both(backward_cell, turned_back, forward_cell_back.state)),
            ("both-forwards", _both(forward, backward_cell.outputs, backward_cell.state)),
        ]

    def _over(self, run: BatchRun, sequences: np.ndarray, lengths: np.ndarray) -> Result:
        """The run of a cell over other sequences than its own."""
        run.inputs = sequences.swapaxes(0, 1)
        return run.ended(lengths)


def _both(forward: Result, outputs_bw: np.ndarray, state_bw: State) -> Both:
    return Both(np.concatenate([forward.outputs, outputs_bw], axis=2), forward.state, state_bw)


class Bidirectional:
    """An answer under test; what it returned once is not computed again."""

    def __init__(self, answer: Subject) -> None:
        self._answer = answer
        self._results: dict[Any, list[Any]] = {}

    def _result(self, runs: TwoRuns, lengths: np.ndarray) -> list[Any]:
        key = (id(runs), lengths.tobytes())
        if key not in self._results:
            cells = runs.forward.cell, runs.backward.cell
            result = self._answer(*cells, runs.sequences, lengths)
            self._results[key] = as_items(result, 2, RESULT)
        return self._results[key]

    def check_outputs(
        self, runs: TwoRuns, lengths: np.ndarray, part: Callable[..., np.ndarray] = lambda v: v
    ) -> None:
        """Raises `Failed` unless a part of the outputs, by default all, is right."""
        right, wrong = runs.right(lengths), runs.wrong(lengths)
        value = self._result(runs, lengths)[0]
        if np.shape(value) != right.outputs.shape:
            whole = [(slug, both.outputs) for slug, both in wrong]
            close(value, right.outputs, "batch, time, both output sizes", whole)
        outputs = as_array(value, right.outputs.shape, "batch, time, both output sizes")
        suspects = [
            (slug, part(both.outputs))
            for slug, both in wrong
            if both.outputs.shape == outputs.shape
        ]
        close(part(outputs), part(right.outputs), "sequence, step, unit", suspects)

    def check_states(self, runs: TwoRuns, lengths: np.ndarray, which: int) -> None:
        """Raises `Failed` unless a final state is right; `which` is 0 for forward."""
        states = as_items(self._result(runs, lengths)[1], 2, "the forward and the backward state")
        run = (runs.forward, runs.backward)[which]
        value = states[which]
        parts = [value] if run.is_single else as_items(value, len(run.start), "the state's parts")
        right, wrong = runs.right(lengths)[1 + which], runs.wrong(lengths)
        for i, (part, expected) in enumerate(zip(parts, right, strict=True)):
            suspects = [(slug, w[1 + which][i]) for slug, w in wrong if i < len(w[1 + which])]
            close(part, expected, "sequence, unit", suspects)

    def check_all(self, runs: TwoRuns, lengths: np.ndarray) -> None:
        """Raises `Failed` unless outputs and both states are right."""
        self.check_outputs(runs, lengths)
        for which in (0, 1):
            self.check_states(runs, lengths, which)


def check_bidirectional_rnn(
    bidirectional_rnn: Any,
    seeds: Sequence[int] = (1, 2),
    sizes: Sequence[tuple[Block, Cells]] = RUNS,
) -> Report:
    """Checks both halves of the outputs, what is past the end, and the two final states.

    Args:
      bidirectional_rnn: the function.
      seeds: of the inputs, lengths and weights.
      sizes: batch, time, features; widths of state and output of the two cells.
    """
    check = Check(EXERCISES["bidirectional-rnn"])
    answer = Bidirectional(subject(bidirectional_rnn, "bidirectional_rnn"))
    runs = [TwoRuns(*size, seed) for size in (ALIKE, *sizes) for seed in seeds]
    with check.property("the forward half is that of cell_fw, read from the first step on"):
        for run in runs:
            answer.check_outputs(run, run.lengths, _half(run, run.lengths, 0))
    with check.property("the backward half is that of cell_bw, read from each true end"):
        for run in runs:
            answer.check_outputs(run, run.lengths, _half(run, run.lengths, 1))
    with check.property("past the end all outputs are zero"):
        for run in runs:
            answer.check_outputs(run, run.lengths)
    with check.property("the forward state is that at each sequence's last step"):
        for run in runs:
            answer.check_states(run, run.lengths, 0)
    with check.property("the backward state is that at each sequence's first step"):
        for run in runs:
            answer.check_states(run, run.lengths, 1)
    with check.property("full sequences, and such of a single step, are right too"):
        for run in runs[:2]:
            for lengths in (np.full_like(run.lengths, run.block[1]), np.ones_like(run.lengths)):
                answer.check_all(run, lengths)
    with check.property("states of several parts are handled as well"):
        for run in runs:
            answer.check_all(run, run.lengths)
        with blames("single-state-assumed"):
            run = TwoRuns(*NESTED, seeds[0])
            answer.check_all(run, run.lengths)
    return check.report()


def _half(run: TwoRuns, lengths: np.ndarray, which: int) -> Callable[..., np.ndarray]:
    """Takes the real steps of one half of the outputs."""
    n = run.widths[0]
    columns = slice(None, n) if which == 0 else slice(n, None)
    return lambda outputs: real_steps(outputs[..., columns], lengths)
