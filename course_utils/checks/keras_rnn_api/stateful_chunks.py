"""The check of `stateful-chunks`: run in chunks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import cycle
from typing import Any

import numpy as np

from course_utils.checks.engine.boundary import (
    Recipe,
    Subject,
    subject,
)
from course_utils.checks.engine.calls import Kept
from course_utils.checks.engine.check import Check, Failed, load_exercises
from course_utils.checks.engine.compare import as_array, close
from course_utils.checks.engine.evidence import weigh
from course_utils.checks.engine.report import Report
from course_utils.checks.keras_rnn_api.by_hand import draw_weights, run

EXERCISES = load_exercises("keras_rnn_api")
ChunkCase = tuple[str, int, int, int, int, int]  # kind, batch, time, features, units, chunk
CHUNKS: Sequence[ChunkCase] = (("LSTM", 2, 6, 3, 4, 3), ("SimpleRNN", 3, 4, 2, 5, 2))
RAGGED: Sequence[ChunkCase] = (
    ("LSTM", 3, 7, 2, 4, 3),
    ("SimpleRNN", 2, 5, 3, 1, 2),
    ("LSTM", 1, 3, 2, 5, 9),
)


def check_stateful_chunks(
    run_in_chunks: Any,
    seeds: Sequence[int] = (1, 2),
    even: Sequence[ChunkCase] = CHUNKS,
    ragged: Sequence[ChunkCase] = RAGGED,
) -> Report:
    """Checks outputs against one long run, and the layer that the answer leaves behind.

    Args:
      run_in_chunks: the function.
      seeds: of the inputs and the weights; one for each case, in turn.
      even: kind of layer, batch, time, features, units, and a chunk that divides the time.
      ragged: the same, with a chunk that does not.
    """
    check = Check(EXERCISES["stateful-chunks"])
    answer = subject(run_in_chunks, "run_in_chunks")
    draw = cycle(seeds)
    whole = [_Chunks(answer, case, next(draw)) for case in even]
    broken = [_Chunks(answer, case, next(draw)) for case in ragged]
    form = check.each("the outputs have the shape [batch, time, units]", whole, _Chunks.check_shape)
    check.each("they are the outputs of one long run", whole, _Chunks.check_outputs, [form])
    name = "also if the last chunk is shorter, or the only one"
    left_over = check.each(name, broken, _Chunks.check_outputs, [form])
    looked_at = whole + broken if left_over.held else whole
    name = "the layer gets `chunk` steps at a time, or what is left of them"
    check.each(name, looked_at, _Chunks.check_steps, [form])
    name = "afterwards the layer's state is zero again"
    check.each(name, looked_at, _Chunks.check_clean, [form])
    return check.report()


class _Chunks:
    """One run of the answer on a new stateful layer, made when it is needed."""

    def __init__(self, answer: Subject, case: ChunkCase, seed: int) -> None:
        kind, batch, time, features, units, self._chunk = case
        layer = Recipe(
            "course_utils.checks.keras_rnn_api.stateful_layers:make_stateful_layer",
            {"kind": kind, "batch": batch, "features": features, "units": units, "seed": seed},
        )
        rng = np.random.default_rng([seed, time])
        self._inputs = rng.uniform(-1, 1, [batch, time, features]).round(1).astype(np.float32)
        self._weights = draw_weights(kind, features, units, seed)
        self.expected = run(self._inputs, self._weights)[0]
        arguments = (layer, self._inputs, self._chunk)
        self._result = Kept(lambda: answer.probe("run_stateful", *arguments))

    def check_shape(self) -> None:
        value = self._result()[0]
        if np.shape(value) != self.expected.shape:
            self.check_outputs()
        as_array(value, self.expected.shape, "batch, time, units")

    def check_outputs(self) -> None:
        close(self._result()[0], self.expected, "sequence, step, unit", self._wrong())

    def _wrong(self) -> Iterator[tuple[str, np.ndarray]]:
        time, n = self._inputs.shape[1], self._chunk
        starts = range(0, time, n)
        fresh = [run(self._inputs[:, t : t + n], self._weights)[0] for t in starts]
        full = time // n * n
        yield "reset-between-chunks", np.concatenate(fresh, axis=1)
        yield "partial-chunk-lost", self.expected[:, :full]
        yield "chunks-not-joined", self.expected[:, starts[-1] :]
        if full == time:
            parts = [self.expected[:, t : t + n] for t in starts]
            yield "chunks-not-joined", np.concatenate(parts, axis=0)
            yield "chunks-not-joined", np.stack(parts)

    def check_steps(self) -> None:
        steps = [n for n in self._result()[2] if n is not None]
        if not self._result()[2]:
            raise Failed("The layer is never called.")
        if steps and max(steps) > self._chunk:
            raise Failed(
                f"The layer got {max(steps)} steps at once, for a chunk of {self._chunk}.",
                "one-long-run",
            )
        weigh([], ["one-long-run"], as_expected=True)
        time = self._inputs.shape[1]
        odd = [n for n in steps if n not in (self._chunk, time % self._chunk, time)]
        if odd:
            raise Failed(f"The layer got {odd[0]} of {time} steps, for a chunk of {self._chunk}.")

    def check_clean(self) -> None:
        if any(np.any(part) for part in self._result()[1]):
            raise Failed("The layer's state is not zero after the call.", "state-left-dirty")
