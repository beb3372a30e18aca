"""Runs of the fixture cell through time: inputs, what must come of them, and what mistakes give."""

from __future__ import annotations

import numpy as np

from course_utils.checks.boundary import Recipe
from course_utils.checks.fixtures import Sizes, cell_weights

State = list[np.ndarray]  # the state's parts, each [batch, width]
RunSize = tuple[int, int, int, Sizes, int]  # batch, time, features, state size, output size


class Run:
    """Random inputs for the fixture cell, a random state to start from, and the run by NumPy.

    Args:
      size: batch, time, features, state size (a tuple for a nested state) and output size.
      seed: of the inputs, the state and the cell's weights.

    Attributes:
      cell: the recipe of the cell.
      inputs: [time, batch, features].
      start: a state, the list of its parts.

    >>> run = Run((4, 3, 2, 5, 6), seed=1)
    >>> outputs, final_state = run.expected()
    >>> outputs.shape, final_state[0].shape
    ((3, 4, 6), (4, 5))
    """

    def __init__(self, size: RunSize, seed: int) -> None:
        self.batch, self.time, features, self._state_size, self.output_size = size
        self.cell = Recipe(
            "course_utils.checks.fixtures:make_cell",
            {
                "features": features,
                "state_size": self._state_size,
                "output_size": self.output_size,
                "seed": seed,
            },
        )
        self._to_state, self._to_output = cell_weights(
            features, self._state_size, self.output_size, seed
        )
        rng = np.random.default_rng([seed, self.batch, self.time])
        self.inputs = rng.uniform(-1, 1, [self.time, self.batch, features]).astype(np.float32)
        width = len(self._to_output)
        self.start = self._parts(rng.uniform(-1, 1, [self.batch, width]).astype(np.float32))

    @property
    def is_single(self) -> bool:
        """Whether the state is one array, no tuple."""
        return isinstance(self._state_size, int)

    def as_state(self, parts: State) -> np.ndarray | tuple[np.ndarray, ...]:
        """The parts in the structure of the cell's state."""
        return parts[0] if self.is_single else tuple(parts)

    def expected(self, start: State | None = None) -> tuple[np.ndarray, State]:
        """The outputs, [time, batch, output_size], and the final state's parts.

        Args:
          start: the parts of the state to start from; None means zeros.
        """
        outputs, states = self._through_time(self._whole(start))
        return outputs, self._parts(states[-1])

    def mistakes(self, start: State | None = None) -> list[tuple[str, np.ndarray, State]]:
        """Misconceptions of a loop over time: slug, outputs and final state that each leads to."""
        first, zeros = self._whole(start), self._whole(None)
        outputs, states = self._through_time(first)
        wrong = [
            ("state-not-carried", *self._each_alone(first)),
            ("state-not-carried", *self._each_alone(zeros)),
            ("state-not-carried", self._each_alone(first)[0], first),
            ("last-output-repeated", np.repeat(outputs[-1:], self.time, axis=0), states[-1]),
        ]
        if start is not None:
            ignored, ignored_states = self._through_time(zeros)
            wrong.append(("initial-state-ignored", ignored, ignored_states[-1]))
        return [(slug, outs, self._parts(state)) for slug, outs, state in wrong] + (
            self._mistakes_of_width(first) if self.is_single else []
        )

    def _mistakes_of_width(self, first: np.ndarray) -> list[tuple[str, np.ndarray, State]]:
        """Output and state taken for each other; they show their width, or their values."""
        outputs, states = self._through_time(first)
        wrong = [
            ("output-for-state", outputs, [outputs[-1]]),
            ("states-for-outputs", states, [states[-1]]),
        ]
        if outputs.shape == states.shape:
            fed_back = self._through_time(first, feed_back=True)[0]
            wrong.append(("output-for-state", fed_back, [fed_back[-1]]))
        return wrong

    def _through_time(
        self, state: np.ndarray, feed_back: bool = False
    ) -> tuple[np.ndarray, np.ndarray]:
        """Outputs [time, batch, output_size] and states [time, batch, width]."""
        outputs, states = [], []
        for x in self.inputs:
            output, state = self._step(x, state)
            outputs.append(output)
            states.append(state)
            state = output if feed_back else state
        return np.stack(outputs), np.stack(states)

    def _each_alone(self, state: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Outputs of the steps if each starts from the same state, and the last one's state."""
        steps = [self._step(x, state) for x in self.inputs]
        return np.stack([output for output, _ in steps]), steps[-1][1]

    def _step(self, x: np.ndarray, state: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        new_state = np.tanh(np.hstack([x, state]) @ self._to_state)
        return new_state @ self._to_output, new_state

    def _whole(self, parts: State | None) -> np.ndarray:
        if parts is None:
            return np.zeros([self.batch, len(self._to_output)], np.float32)
        return np.hstack(parts)

    def _parts(self, state: np.ndarray) -> State:
        if isinstance(self._state_size, int):
            return [state]
        return np.split(state, np.cumsum(self._state_size)[:-1], axis=1)
