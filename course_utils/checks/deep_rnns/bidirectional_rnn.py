"""The check of `bidirectional-rnn`: a bidirectional network."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any, NamedTuple

import numpy as np

from course_utils.checks.deep_rnns.reverse_sequence import Block, draw_lengths, real_steps, reverse
from course_utils.checks.engine.boundary import AnswerError, Subject, subject
from course_utils.checks.engine.check import Check, Failed, Line, load_exercises
from course_utils.checks.engine.compare import TOLERANCE, as_array, as_items, close
from course_utils.checks.engine.evidence import weigh
from course_utils.checks.engine.report import Report
from course_utils.checks.fixtures.batch_runs import BatchRun, Result
from course_utils.checks.fixtures.cells import Sizes
from course_utils.checks.fixtures.runs import State

EXERCISES = load_exercises("deep_rnns")
Cells = tuple[tuple[Sizes, int], tuple[Sizes, int]]  # state and output size, forward and backward
ALIKE: tuple[Block, Cells] = ((3, 4, 2), ((2, 2), (2, 2)))  # nothing but values tells them apart
RUNS: Sequence[tuple[Block, Cells]] = (
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
        self._known: dict[tuple[int, ...], tuple[Both, list[tuple[str, Both]]]] = {}
        self.widths = [run.output_size for run in (self.forward, self.backward)]

    def right(self, lengths: np.ndarray) -> Both:
        """What a right answer gives."""
        return self._expected(tuple(lengths))[0]

    def wrong(self, lengths: np.ndarray) -> list[tuple[str, Both]]:
        """What misconceptions lead to."""
        return self._expected(tuple(lengths))[1]

    def _expected(self, lengths: tuple[int, ...]) -> tuple[Both, list[tuple[str, Both]]]:
        if lengths not in self._known:
            array = np.array(lengths, np.int32)
            self._known[lengths] = self._right(array), self._wrong(array)
        return self._known[lengths]

    def _right(self, lengths: np.ndarray) -> Both:
        turned = self._over(self.backward, reverse(self.sequences, lengths), lengths)
        outputs = reverse(turned.outputs, lengths)
        return _both(self._over(self.forward, self.sequences, lengths), outputs, turned.state)

    def _wrong(self, lengths: np.ndarray) -> list[tuple[str, Both]]:
        right, n = self._right(lengths), self.widths[0]
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
        right = self._right(lengths)
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
    """An answer under test."""

    def __init__(self, answer: Subject) -> None:
        self._answer = answer

    def _result(self, runs: TwoRuns, lengths: np.ndarray) -> tuple[Any, list[Any]]:
        """The outputs and the two states; all together speak for or against misconceptions."""
        cells = runs.forward.cell, runs.backward.cell
        result = self._answer(*cells, runs.sequences, lengths)
        outputs, states = as_items(result, 2, RESULT)
        _weigh([outputs, states], runs, lengths)
        return outputs, as_items(states, 2, "the forward and the backward state")

    def check_form(self, runs: TwoRuns, lengths: np.ndarray) -> None:
        """Raises `Failed` unless there are outputs of the right shape and two states."""
        outputs, _ = self._result(runs, lengths)
        shape = runs.right(lengths).outputs.shape
        as_array(outputs, shape, "batch, time, both output sizes")

    def check_outputs(self, runs: TwoRuns, lengths: np.ndarray, part: Part) -> None:
        """Raises `Failed` unless a part of the outputs is right."""
        right = runs.right(lengths).outputs
        outputs = as_array(self._result(runs, lengths)[0], right.shape)
        close(part(outputs), part(right), "sequence, step, unit")

    def check_states(self, runs: TwoRuns, lengths: np.ndarray, which: int) -> None:
        """Raises `Failed` unless a final state is right; `which` is 0 for forward."""
        run, value = (runs.forward, runs.backward)[which], self._result(runs, lengths)[1][which]
        parts = [value] if run.is_single else as_items(value, len(run.start), "the state's parts")
        for part, expected in zip(parts, runs.right(lengths)[1 + which], strict=True):
            close(part, expected, "sequence, unit")

    def check_all(self, runs: TwoRuns, lengths: np.ndarray) -> None:
        """Raises `Failed` unless outputs and both states are right."""
        self.check_outputs(runs, lengths, lambda outputs: outputs)
        for which in (0, 1):
            self.check_states(runs, lengths, which)


Part = Callable[[np.ndarray], np.ndarray]  # takes a part of the outputs


def _weigh(result: Any, runs: TwoRuns, lengths: np.ndarray) -> None:
    """Holds all that was returned against what each misconception leads to."""
    found, right = list(_leaves(result)), runs.right(lengths)
    halves = np.split(right.outputs, [runs.widths[0]], axis=2)
    wrong = [(slug, _parts(both)) for slug, both in runs.wrong(lengths)]
    wrong.append(("outputs-as-a-pair", [*halves, *right.state_fw, *right.state_bw]))
    if halves[0].shape == halves[1].shape:
        for outputs in (halves[0] + halves[1], (halves[0] + halves[1]) / 2):
            wrong.append(("outputs-added", [outputs, *right.state_fw, *right.state_bw]))
    for axis in (0, 1):
        if halves[0].shape == halves[1].shape:
            joined = np.concatenate(halves, axis=axis)
            wrong.append(("joined-along-another-axis", [joined, *right.state_fw, *right.state_bw]))
    alike = {slug for slug, parts in wrong if _same(found, parts)}
    weigh(alike, {slug for slug, _ in wrong}, as_expected=_same(found, _parts(right)))


def _parts(both: Both) -> list[np.ndarray]:
    return [both.outputs, *both.state_fw, *both.state_bw]


def _leaves(value: Any) -> Iterator[Any]:
    """The arrays in a result, in whatever lists and tuples they are."""
    if isinstance(value, (list, tuple)):
        for entry in value:
            yield from _leaves(entry)
    else:
        yield value


def _same(found: list[Any], wanted: list[np.ndarray]) -> bool:
    return [np.shape(a) for a in found] == [b.shape for b in wanted] and all(
        np.allclose(a, b, atol=TOLERANCE) for a, b in zip(found, wanted, strict=True)
    )


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

    def try_form(run: TwoRuns) -> None:
        answer.check_form(run, run.lengths)

    form = check.each("it returns joined outputs and two states", runs, try_form)
    lines = [form, *_check_outputs(check, answer, runs, form)]
    names = {
        "the forward state is that at each sequence's last step": 0,
        "the backward state is that at each sequence's first step": 1,
    }
    for name, which in names.items():
        attempt = partial(_try_state, answer, which)
        lines.append(check.each(name, runs, attempt, [form]))
    # Of single steps and full rows several mistakes lead to the right values.
    for name, lengths_of in (("of all steps", _full), ("of a single step each", _ones)):
        attempt = partial(_try_lengths, answer, lengths_of)
        check.each(f"sequences {name} are right too", runs[:2], attempt, lines)
    nested = [TwoRuns(*NESTED, seed) for seed in (seeds[0], seeds[0] + 1)]
    name = "states of several parts come out as they are"
    check.each(name, nested, partial(_try_parts, answer), lines)
    return check.report()


def _check_outputs(
    check: Check, answer: Bidirectional, runs: Sequence[TwoRuns], form: Line
) -> list[Line]:
    def try_part(which: int, run: TwoRuns) -> None:
        answer.check_outputs(run, run.lengths, _half(run, run.lengths, which))

    def try_past(run: TwoRuns) -> None:
        answer.check_outputs(run, run.lengths, lambda o: o - real_steps(o, run.lengths))

    names: dict[str, Callable[[TwoRuns], None]] = {
        "the forward half is that of cell_fw, read from the first step on": partial(try_part, 0),
        "the backward half is that of cell_bw, read from each true end": partial(try_part, 1),
        "past the end all outputs are zero": try_past,
    }
    return [check.each(name, runs, attempt, [form]) for name, attempt in names.items()]


def _try_state(answer: Bidirectional, which: int, run: TwoRuns) -> None:
    answer.check_states(run, run.lengths, which)


def _try_lengths(answer: Bidirectional, lengths_of: Callable, run: TwoRuns) -> None:
    answer.check_all(run, lengths_of(run))


def _try_parts(answer: Bidirectional, run: TwoRuns) -> None:
    """What holds for single tensors and fails for parts shows what a state is taken for."""
    try:
        answer.check_all(run, run.lengths)
    except (AnswerError, Failed) as error:
        raise Failed(str(error), "single-state-assumed") from None


def _full(run: TwoRuns) -> np.ndarray:
    return np.full_like(run.lengths, run.block[1])


def _ones(run: TwoRuns) -> np.ndarray:
    return np.ones_like(run.lengths)


def _half(run: TwoRuns, lengths: np.ndarray, which: int) -> Part:
    """Takes the real steps of one half of the outputs."""
    n = run.widths[0]
    columns = slice(None, n) if which == 0 else slice(n, None)
    return lambda outputs: real_steps(outputs[..., columns], lengths)
