"""Losses and gradients that known misconceptions about back-propagation lead to."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from course_utils.checks.engine.compare import or_right
from course_utils.checks.truncated_bptt.unrolled_gradients import Network, Params

Wrong = list[tuple[str, Params]]


@dataclass(frozen=True)
class Sweep:
    """Back-propagation through time, with one thing or another done wrong.

    Attributes:
      outputs_of: 1 if the outputs come from the state after each step, 0 from the one before.
      u_meets, wh_meets, slope_at: the same of the states that errors meet on their way.
      slope: of a tanh that has this value.
      target: what is taken off the probability of the target.
      wh_turned: whether errors go back through Wh, not through its transpose.
      slope_on_the_way: whether what goes back to the step before has passed the slope.
      forwards: whether the steps are gone through from the first to the last.
      first_step: where the loop ends.
      first_error: the step from which on errors count.
    """

    outputs_of: int = 1
    u_meets: int = 1
    wh_meets: int = 0
    slope_at: int = 1
    slope: Callable[[np.ndarray], np.ndarray] = lambda h: 1 - h**2
    target: float = 1.0
    wh_turned: bool = False
    slope_on_the_way: bool = True
    forwards: bool = False
    first_step: int = 0
    first_error: int = 0

    def __call__(self, network: Network) -> tuple[float, Params]:
        """The loss, and the gradients."""
        weights, states, size = network.params, network.states, network.y.size
        grads = {key: np.zeros_like(value) for key, value in weights.items()}
        loss, back = 0.0, np.zeros_like(network.h0)
        steps = range(self.first_step, network.time)
        for t in steps if self.forwards else reversed(steps):
            p = _softmax(states[t + self.outputs_of] @ weights["U"] + weights["c"])
            one_hot = np.eye(p.shape[1])[network.y[:, t]]
            loss -= float(np.log(p[one_hot == 1]).sum()) / size
            error = (p - self.target * one_hot) / size * (t >= self.first_error)
            way_back = weights["Wh"] if self.wh_turned else weights["Wh"].T
            dh = error @ weights["U"].T + back @ way_back
            dz = dh * self.slope(states[t + self.slope_at])
            grads["U"] += states[t + self.u_meets].T @ error
            grads["c"] += error.sum(axis=0)
            grads["Wx"] += network.x[:, t].T @ dz
            grads["Wh"] += states[t + self.wh_meets].T @ dz
            grads["b"] += dz.sum(axis=0)
            back = dz if self.slope_on_the_way else dh
        return loss, grads


SWEEPS = [
    ("slope-left-out", Sweep(slope=np.ones_like)),
    ("slope-left-out", Sweep(slope_on_the_way=False)),
    ("slope-of-the-step-before", Sweep(slope_at=0)),
    ("slope-of-tanh-of-h", Sweep(slope=lambda h: 1 - np.tanh(h) ** 2)),
    ("forwards", Sweep(forwards=True)),
    ("first-step-left-out", Sweep(first_step=1)),
    ("outputs-of-the-state-before", Sweep(outputs_of=0, u_meets=0, slope_at=0)),
    ("outputs-of-the-state-before", Sweep(outputs_of=0)),
    ("outputs-of-the-state-before", Sweep(outputs_of=0, u_meets=0)),
    ("target-not-taken-off", Sweep(target=0)),
    ("u-meets-the-old-state", Sweep(u_meets=0)),
    ("wh-meets-the-new-state", Sweep(wh_meets=1)),
    ("wh-not-transposed", Sweep(wh_turned=True)),
]


def _softmax(logits: np.ndarray) -> np.ndarray:
    powers = np.exp(logits)
    return powers / powers.sum(axis=1, keepdims=True)


def _from_zeros(network: Network) -> Network:
    return Network(network.params, network.x, network.y, network.h0 * 0)


def wrong_mean_losses(network: Network) -> list[tuple[str, float]]:
    """The losses that known misconceptions lead to; in the gradients alone they leave it right."""
    last = float(network.step_losses[-1])
    wrong: list[tuple[str, float]] = [
        ("last-step-only", last),
        ("last-step-only", last * network.time),
        *(("not-the-mean", network.loss * count) for count in network.counts),
        ("h0-taken-for-zeros", _from_zeros(network).loss),
        ("wrong-sign", -network.loss),
        *((slug, sweep(network)[0]) for slug, sweep in SWEEPS),
    ]
    return or_right(wrong, network.loss)


@lru_cache(maxsize=64)
def wrong_gradients(network: Network) -> Wrong:
    """The gradients that known misconceptions about back-propagation lead to."""
    everything = np.ones([network.time, network.time])
    last, first = np.zeros_like(everything), np.zeros_like(everything)
    last[-1], first[:, 0] = 1, 1  # the last step's error; the weights used at the first step
    weighted = [
        ("all-zeros", 0 * everything),
        ("last-step-only", last),
        ("last-step-only", last * network.time),
        ("no-flow-back", np.eye(network.time)),
        ("overwritten", first),
        *(("not-the-mean", everything * factor) for factor in network.counts),
        ("wrong-sign", -everything),
    ]
    right = network.whole_gradients
    without_h0 = {"Wh": network.gradients(everything - first)["Wh"]}
    averaged = {key: right[key] / network.batch for key in ("b", "c")}
    return [
        *((slug, network.gradients(pairs)) for slug, pairs in weighted),
        *((slug, sweep(network)[1]) for slug, sweep in SWEEPS),
        ("h0-taken-for-zeros", Sweep()(_from_zeros(network))[1]),
        ("h0-taken-for-zeros", right | without_h0),
        *(("mean-over-the-batch", right | {key: averaged[key]}) for key in averaged),
        ("mean-over-the-batch", right | averaged),
    ]


def reached(time: int, num_steps: int, style: str) -> np.ndarray:
    """[time, time]: whether the error of step t reaches the weights of step s."""
    t, s = np.ogrid[:time, :time]
    same_window, near_enough = t // num_steps == s // num_steps, s > t - num_steps
    return (s <= t) & (near_enough if style == "true" else same_window)


def other_style(style: str) -> str:
    """The style that this one can be taken for."""
    return "windowed" if style == "true" else "true"


@lru_cache(maxsize=64)
def wrong_truncations(network: Network, num_steps: int, style: str) -> Wrong:
    """The gradients that known misconceptions about truncation lead to, in any style."""
    time = network.time
    right = reached(time, num_steps, style)
    weighted = [
        ("all-zeros", 0 * right),
        ("gradient-across-borders", np.ones([time, time])),
        ("mean-of-a-window", right * (time / num_steps)),
    ]
    if style == "true":
        off = [n for n in (num_steps - 1, num_steps + 1) if n > 0]
        weighted += [("one-step-off", reached(time, n, style)) for n in off]
    in_one_style = ("gradient-across-borders", "mean-of-a-window", "state-reset")
    weighted += [(slug, right) for slug in in_one_style]  # if the other style alone has it
    windows = [_reset(network, num_steps, "windowed", *starts) for starts in _starts(network)]
    return [
        *(("state-reset", reset) for reset in windows),
        *((slug, network.gradients(pairs)) for slug, pairs in weighted),
        *(
            ("state-reset", _reset(network, num_steps, style, *starts))
            for starts in _starts(network)
        ),
    ]


def _starts(network: Network) -> list[tuple[np.ndarray, np.ndarray]]:
    zeros = network.h0 * 0
    return [(zeros, zeros), (network.h0, zeros), (network.h0, network.h0)]


def _reset(
    network: Network, num_steps: int, style: str, at_first: np.ndarray, at_borders: np.ndarray
) -> Params:
    """The gradients if the state starts anew where the gradient is cut."""
    total = {key: np.zeros_like(value) for key, value in network.params.items()}
    first, stride = (num_steps, num_steps) if style == "windowed" else (1, 1)
    for end in range(first, network.time + 1, stride):
        begin = max(0, end - num_steps)
        window = network.window(begin, end, at_borders if begin else at_first)
        counted = Sweep(first_error=window.time - stride)  # the others' have been counted before
        for key, value in counted(window)[1].items():
            total[key] += value * (window.time / network.time)
    return total
