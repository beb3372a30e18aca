"""Gradients of a small recurrent network by brute force: nudge the weights of one step, and look.

No back-propagation here: this is what answers that back-propagate are compared with. Each step
gets a copy of the weights, a copy's entry is nudged by a tiny imaginary number, and the imaginary
parts of the losses, divided by it, are the derivatives, exact to the last digits of a float64
(Squire and Trapp, 1998, "Using complex variables to estimate derivatives of real functions").
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache, cached_property, lru_cache

import numpy as np

Params = dict[str, np.ndarray]  # Wx, Wh, b, U, c
Size = tuple[int, int, int, int, int]  # batch, time, features, units, classes
NUDGE = 1e-30


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
        return Network(self.params, self.x[:, start:stop], self.y[:, start:stop], h0)

    @cached_property
    def by_pair(self) -> Params:
        """[time, time, ...]: the gradient of step t's loss in the weights that step s used."""
        return self._nudge_all(bent=True)

    @cached_property
    def by_pair_without_slope(self) -> Params:
        """The same, if the slope of tanh were 1 everywhere."""
        return self._nudge_all(bent=False)

    def gradients(self, pairs: np.ndarray) -> Params:
        """The sum of `by_pair` over the pairs (t, s) for which `pairs` [time, time] is true."""
        return sum_pairs(self.by_pair, pairs)

    @cached_property
    def _states(self) -> list[np.ndarray]:
        """The state before each step, and after the last."""
        states = [self.h0]
        for t in range(self.time):
            states.append(np.tanh(self._sum(t, states[-1], self.params)))
        return states

    def _sum(self, t: int, h: np.ndarray, params: Params) -> np.ndarray:
        return self.x[:, t] @ params["Wx"] + h @ params["Wh"] + params["b"]

    def _nudge_all(self, bent: bool) -> Params:
        table = {}
        for key, weights in self.params.items():
            table[key] = np.zeros([self.time, self.time, *weights.shape])
            for s in range(self.time):
                for entry in np.ndindex(weights.shape):
                    nudged = weights.astype(complex)
                    nudged[entry] += 1j * NUDGE
                    losses = self._losses(s, self.params | {key: nudged}, bent)
                    table[key][(slice(None), s, *entry)] = losses.imag / NUDGE
        return table

    def _losses(self, s: int, nudged: Params, bent: bool = True) -> np.ndarray:
        """What the steps from s on add to the mean loss, if step s alone has nudged weights."""
        losses = np.zeros(self.time, complex)
        h, rows = self._states[s], np.arange(self.batch)
        for t in range(s, self.time):
            params = nudged if t == s else self.params
            total, real = self._sum(t, h, params), self._states[t + 1]
            h = np.tanh(total) if bent else real + (total - np.arctanh(real))
            logits = h @ params["U"] + params["c"]
            surprise = np.log(np.exp(logits).sum(axis=1)) - logits[rows, self.y[:, t]]
            losses[t] = surprise.sum() / self.y.size
        return losses


def sum_pairs(by_pair: Params, pairs: np.ndarray) -> Params:
    """Adds up the gradients of the pairs (t, s) that are true, or weighted, in [time, time]."""
    return {key: np.tensordot(pairs, table, 2) for key, table in by_pair.items()}


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
    draws = {key: rng.uniform(-1, 1, shape).astype(np.float32) for key, shape in shapes.items()}
    y = rng.integers(classes, size=[batch, time], dtype=np.int32)
    return Network(x=draws.pop("x"), y=y, h0=draws.pop("h0"), params=draws)


def wrong_mean_losses(network: Network) -> list[tuple[str, float]]:
    """The losses that known misconceptions about the mean lead to."""
    last = float(network.step_losses[-1])
    return [
        ("last-step-only", last),
        ("last-step-only", last * network.time),
        *(("not-the-mean", network.loss * count) for count in network.counts),
    ]


@lru_cache(maxsize=64)
def wrong_gradients(network: Network) -> list[tuple[str, Params]]:
    """The gradients that known misconceptions about back-propagation lead to."""
    everything = np.ones([network.time, network.time])
    last, first = np.zeros_like(everything), np.zeros_like(everything)
    last[-1], first[:, 0] = 1, 1
    weighted = [
        ("all-zeros", 0 * everything),
        ("last-step-only", last),
        ("last-step-only", last * network.time),
        ("no-flow-back", np.eye(network.time)),
        ("overwritten", first),
        *(("not-the-mean", everything * factor) for factor in network.counts),
    ]
    return [
        *((slug, network.gradients(pairs)) for slug, pairs in weighted),
        ("slope-left-out", sum_pairs(network.by_pair_without_slope, everything)),
    ]


def reached(time: int, num_steps: int, style: str) -> np.ndarray:
    """[time, time]: whether the error of step t reaches the weights of step s."""
    t, s = np.ogrid[:time, :time]
    same_window, near_enough = t // num_steps == s // num_steps, s > t - num_steps
    return (s <= t) & (near_enough if style == "true" else same_window)


@lru_cache(maxsize=64)
def wrong_truncations(network: Network, num_steps: int, style: str) -> list[tuple[str, Params]]:
    """The gradients that known misconceptions about truncation lead to."""
    time = network.time
    right = reached(time, num_steps, style)
    other = reached(time, num_steps, "windowed" if style == "true" else "true")
    weighted = [
        ("all-zeros", 0 * right),
        ("gradient-across-borders", np.ones([time, time])),
        ("styles-the-same", other),
        ("mean-of-a-window", right * (time / num_steps)),
    ]
    if style == "true":
        off = [n for n in (num_steps - 1, num_steps + 1) if 0 < n < time]
        weighted += [("one-step-off", reached(time, n, style)) for n in off]
    return [
        *((slug, network.gradients(pairs)) for slug, pairs in weighted),
        ("state-reset", _reset(network, num_steps, style, network.h0 * 0)),
        ("state-reset", _reset(network, num_steps, style, network.h0)),
    ]


def _reset(network: Network, num_steps: int, style: str, start: np.ndarray) -> Params:
    """The gradients if the state starts anew where the gradient is cut."""
    total = {key: np.zeros_like(value) for key, value in network.params.items()}
    first, stride = (num_steps, num_steps) if style == "windowed" else (1, 1)
    for end in range(first, network.time + 1, stride):
        window = network.window(max(0, end - num_steps), end, start)
        counted = np.ones([window.time, window.time])
        counted[:-stride] = 0  # the errors of these steps have been counted before
        for key, value in window.gradients(counted).items():
            total[key] += value * (window.time / network.time)
    return total
