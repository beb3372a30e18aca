"""Runs of the fixture cell over batches of sequences, with lengths, and what mistakes give."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from course_utils.checks.runs import Run, RunSize, State


class Result(NamedTuple):
    """What a loop returns.

    Attributes:
      outputs: [batch, time, output_size].
      state: the final state's parts, each [batch, width].
    """

    outputs: np.ndarray
    state: State


Mistakes = list[tuple[str, Result]]  # a misconception's slug and what it leads to


class BatchRun(Run):
    """A run as `dynamic_rnn` has it: inputs and outputs are [batch, time, ...].

    Args:
      size: batch, time, features, state size (a tuple for a nested state) and output size.
      seed: of the inputs, the state, the lengths and the cell's weights.

    Attributes:
      sequences: the inputs, [batch, time, features].
      lengths: [batch] int32 in 1..time - 1 (1 if time is 1): nobody reaches the last step.

    >>> run = BatchRun((4, 3, 2, 5, 6), seed=1)
    >>> run.sequences.shape, run.result().outputs.shape, run.lengths
    ((4, 3, 2), (4, 3, 6), array([2, 1, 2, 1], dtype=int32))
    """

    def __init__(self, size: RunSize, seed: int) -> None:
        super().__init__(size, seed)
        self.sequences = self.inputs.swapaxes(0, 1)
        lengths = 1 + (seed + np.arange(self.batch)) % max(1, self.time - 1)
        self.lengths = lengths.astype(np.int32)

    def result(self, start: State | None = None) -> Result:
        """What a right loop over all steps returns, from the parts of a state or from zeros."""
        return self.ended(np.full(self.batch, self.time), start)

    def wrong_results(self, start: State | None = None) -> Mistakes:
        """What misconceptions of a loop over all steps lead to."""
        outputs, state = self.result(start)
        before_last = self.ended(np.full(self.batch, self.time - 1), start)
        skipped = self.without_first_step()
        wrong = [(slug, _batch_major(outs, parts)) for slug, outs, parts in self.mistakes(start)]
        return [
            *wrong,
            ("time-major", Result(outputs.swapaxes(0, 1), state)),
            ("write-dropped", Result(np.zeros_like(outputs), state)),
            ("first-step-skipped", skipped),
            ("first-step-skipped", skipped._replace(outputs=skipped.outputs[:, 1:])),
            ("last-step-skipped", before_last),
            ("last-step-skipped", before_last._replace(outputs=before_last.outputs[:, :-1])),
            ("last-step-skipped", self.result(start)._replace(outputs=before_last.outputs)),
        ]

    def without_first_step(self) -> Result:
        """The run from the zero state if the first step is skipped; its output is zero."""
        outputs, states = self._trajectory(self.inputs[1:], self._whole(None))
        first = np.zeros([1, self.batch, self.output_size])
        return _batch_major(np.concatenate([first, outputs]), self._parts(states[-1]))

    def ended(self, lengths: np.ndarray, start: State | None = None) -> Result:
        """What a right loop with these lengths, each in 0..time, returns."""
        outputs, states = self._trajectory(self.inputs, self._whole(start))
        at_end = states[lengths, np.arange(self.batch)]
        return _batch_major(outputs * self._real(lengths), self._parts(at_end))

    def wrongly_ended(self, lengths: np.ndarray, start: State | None = None) -> Mistakes:
        """What misconceptions of a loop with lengths lead to."""
        right, run_on = self.ended(lengths, start), self.result(start)
        zeroed = [np.where(lengths[:, np.newaxis] < self.time, 0, part) for part in right.state]
        padded = self._trajectory(self.inputs * self._real(lengths), self._whole(start))
        return [
            ("initial-state-ignored", self.ended(lengths)),
            ("state-runs-on", run_on),
            ("only-inputs-masked", _batch_major(padded[0], self._parts(padded[1][-1]))),
            ("off-by-one", self.ended(np.minimum(lengths + 1, self.time), start)),
            ("off-by-one", self.ended(np.maximum(lengths - 1, 0), start)),
            ("state-zeroed", right._replace(state=zeroed)),
            ("outputs-not-zeroed", right._replace(outputs=run_on.outputs)),
            ("outputs-not-zeroed", right._replace(outputs=self._outputs_of_frozen(lengths, start))),
        ]

    def _outputs_of_frozen(self, lengths: np.ndarray, start: State | None) -> np.ndarray:
        """[batch, time, output_size]: past the end, what the cell makes of the frozen state."""
        states = self._trajectory(self.inputs, self._whole(start))[1]
        outputs = [
            self._step(x, states[np.minimum(t, lengths), np.arange(self.batch)])[0]
            for t, x in enumerate(self.inputs)
        ]
        return np.stack(outputs, axis=1)

    def _real(self, lengths: np.ndarray) -> np.ndarray:
        """[time, batch, 1]: 1 at a sequence's own steps, 0 past its end."""
        return (np.arange(self.time)[:, np.newaxis] < lengths).astype(float)[..., np.newaxis]

    def _trajectory(self, inputs: np.ndarray, state: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Outputs [time, batch, output_size], states [time + 1, batch, width] from the first on."""
        outputs, states = np.zeros([len(inputs), self.batch, self.output_size]), [state]
        for t, x in enumerate(inputs):
            outputs[t], state = self._step(x, state)
            states.append(state)
        return outputs, np.stack(states)


def _batch_major(outputs: np.ndarray, state: State) -> Result:
    return Result(outputs.swapaxes(0, 1), state)
