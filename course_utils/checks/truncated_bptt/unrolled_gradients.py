"""Gradients of a small recurrent network by brute force: nudge the weights of one step, and look.

No back-propagation here: this is what answers that back-propagate are compared with. Each step
gets a copy of the weights, a copy's entry is nudged by a tiny imaginary number, and the imaginary
parts of the losses, divided by it, are the derivatives, exact to the last digits of a float64
(Squire and Trapp, 1998, "Using complex variables to estimate derivatives of real functions").
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache, cached_property

import numpy as np

Params = dict[str, np.ndarray]  # Wx, Wh, b, U, c
Size = tuple[int, int, int, int, int]  # batch, time, features, units, classes
NUDGE = 1e-30
NUMBERS = [n / 100 for n in range(-99, 100) if abs(n) > 10]  # short ones, far from zero


class Network:
    """A recurrent network with weights, and the sequences to run it on.

    h_t = tanh(x_t @ Wx + h_{t-1} @ Wh + b); logits_t = h_t @ U + c; the loss is the mean softmax
    cross-entropy over all steps and sequences.

    Args:
      params: Wx [features, units], Wh [units, units], b [units], U [units, classes], c [classes].
      x: [batch, time, features].
      y: [batch, time], class ids.
      h0: [batch, units], the state before the first step.
    """

    def __init__(
        self, params: Mapping[str, np.ndarray], x: np.ndarray, y: np.ndarray, h0: np.ndarray
    ):
        self.arguments = (dict(params), x, y, h0)  # what an answer gets
        self.params = {key: value.astype(np.float64) for key, value in params.items()}
        self.x, self.y, self.h0 = x.astype(np.float64), y, h0.astype(np.float64)
        self.batch, self.time = y.shape

    @property
    def loss(self) -> float:
        """The mean cross-entropy in nats."""
        return float(self.step_losses.sum())

    @property
    def counts(self) -> tuple[int, int, int]:
        """By how much a sum is larger than its mean, over sequences, steps, or both."""
        return self.batch, self.time, self.batch * self.time

    @cached_property
    def step_losses(self) -> np.ndarray:
        """[time], what each step adds to the mean."""
        return self._losses(0, self.params).real

    def window(self, start: int, stop: int, h0: np.ndarray) -> Network:
        """The same network on some of the steps only, from another state."""
        params, x, y, _ = self.arguments
        return Network(params, x[:, start:stop], y[:, start:stop], h0)

    @cached_property
    def by_pair(self) -> Params:
        """[time, time, ...]: the gradient of step t's loss in the weights that step s used."""
        table = {}
        for key, weights in self.params.items():
            table[key] = np.zeros([self.time, self.time, *weights.shape])
            for s in range(self.time):
                for entry in np.ndindex(weights.shape):
                    nudged = weights.astype(complex)
                    nudged[entry] += 1j * NUDGE
                    losses = self._losses(s, self.params | {key: nudged})
                    table[key][(slice(None), s, *entry)] = losses.imag / NUDGE
        return table

    def gradients(self, pairs: np.ndarray) -> Params:
        """The sum of `by_pair` over the pairs (t, s) that are true in `pairs` [time, time]."""
        return {key: np.tensordot(pairs, table, 2) for key, table in self.by_pair.items()}

    @cached_property
    def whole_gradients(self) -> Params:
        """The gradients of the mean loss."""
        return self.gradients(np.ones([self.time, self.time]))

    @cached_property
    def states(self) -> list[np.ndarray]:
        """The state before each step, and after the last."""
        states = [self.h0]
        for t in range(self.time):
            states.append(np.tanh(self._sum(t, states[-1], self.params)))
        return states

    def _sum(self, t: int, h: np.ndarray, params: Params) -> np.ndarray:
        return self.x[:, t] @ params["Wx"] + h @ params["Wh"] + params["b"]

    def _losses(self, s: int, nudged: Params) -> np.ndarray:
        """What the steps from s on add to the mean loss, if step s alone has nudged weights."""
        losses = np.zeros(self.time, complex)
        h, rows = self.states[s], np.arange(self.batch)
        for t in range(s, self.time):
            params = nudged if t == s else self.params
            h = np.tanh(self._sum(t, h, params))
            logits = h @ params["U"] + params["c"]
            surprise = np.log(np.exp(logits).sum(axis=1)) - logits[rows, self.y[:, t]]
            losses[t] = surprise.sum() / self.y.size
        return losses


@cache  # a check tries several properties on the same network
def draw_network(size: Size, seed: int) -> Network:
    """Random weights, sequences and a random state to start from, all of them far from zero.

    >>> network = draw_network((2, 3, 1, 4, 5), seed=1)
    >>> network.x.shape, network.params["U"].shape, network.by_pair["b"].shape
    ((2, 3, 1), (4, 5), (3, 3, 4))
    """
    batch, time, features, units, classes = size
    rng = np.random.default_rng([seed, *size])
    shapes = {
        "Wx": [features, units],
        "Wh": [units, units],
        "b": [units],
        "U": [units, classes],
        "c": [classes],
        "x": [batch, time, features],
        "h0": [batch, units],
    }
    draws = {key: rng.choice(NUMBERS, shape).astype(np.float32) for key, shape in shapes.items()}
    y = rng.integers(classes, size=[batch, time], dtype=np.int32)
    return Network(x=draws.pop("x"), y=y, h0=draws.pop("h0"), params=draws)
