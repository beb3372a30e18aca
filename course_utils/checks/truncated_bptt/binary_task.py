"""The binary task of chapter 04: its losses by hand, and drawn sequences judged by frequencies."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from functools import cache
from itertools import product

import numpy as np

from course_utils.checks.engine.boundary import Recipe, Subject
from course_utils.checks.engine.check import Failed
from course_utils.checks.engine.compare import as_array, as_items

SIGMAS = 5  # a right answer fails one test in a million
CLEAR = 0.1  # an effect of this size is no chance in sequences as long as the check's
Pair = tuple[int, int]  # x_{t-3}, x_{t-8}
PROBABILITY: Mapping[Pair, float] = {(0, 0): 0.5, (1, 0): 1, (0, 1): 0.25, (1, 1): 0.75}  # of y = 1
RAISED: Mapping[Pair, float] = {(0, 0): 0.5, (1, 0): 1, (0, 1): 0.75, (1, 1): 1}

# P(y = 1) for each thing that a model with this knowledge can see, worked by hand.
KNOWLEDGE: Mapping[frozenset[int], tuple[float, ...]] = {
    frozenset(): (5 / 8,),
    frozenset({3}): (3 / 8, 7 / 8),
    frozenset({8}): (3 / 4, 1 / 2),
    frozenset({3, 8}): (1 / 2, 1, 1 / 4, 3 / 4),
}


def entropy(probabilities: Sequence[float]) -> float:
    """The mean entropy of these coins in nats; what lies outside of 0..1 counts as 0 or 1."""
    p = np.clip([probabilities, np.subtract(1, probabilities)], 0, 1)
    return float(-np.sum(p * np.log(p, where=p > 0, out=np.zeros_like(p))) / len(probabilities))


def wrong_losses(lags: frozenset[int]) -> list[tuple[str, float]]:
    """What known misconceptions about the expected loss lead to, if these lags are known."""
    seen = KNOWLEDGE[lags]
    contexts = list(product((0, 1) if 3 in lags else (None,), (0, 1) if 8 in lags else (None,)))
    terms = [-p * math.log(p) for p in seen]
    raised = [0.5 + 0.5 * _or(three, 0.5) + 0.25 * _or(eight, 0.5) for three, eight in contexts]
    unaware = [0.5 + 0.5 * _or(three, 0) - 0.25 * _or(eight, 0) for three, eight in contexts]
    return [
        ("bits", entropy(seen) / math.log(2)),
        ("entropy-of-the-mean", entropy([float(np.mean(seen))])),
        ("lag-8-sign", entropy(raised)),
        ("lag-8-sign", _without_impossible_terms(raised)),
        ("unknown-lag-left-out", entropy(unaware)),
        ("sum-for-mean", entropy(seen) * len(seen)),
        ("sum-for-mean", entropy(seen) * 4),
        ("unknown-lag-seen", entropy(KNOWLEDGE[frozenset({3, 8})])),
        ("one-term-only", sum(terms) / len(terms)),
        ("wrong-sign", -entropy(seen)),
    ]


def _without_impossible_terms(probabilities: Sequence[float]) -> float:
    """The mean entropy, if a probability above 1 has a term and one below 0 has none."""
    sides = [*probabilities, *(1 - p for p in probabilities)]
    return sum(-p * math.log(p) for p in sides if p > 0) / len(probabilities)


def _or(bit: int | None, value: float) -> float:
    return value if bit is None else bit


class Draws:
    """Sequences drawn by an answer, each of them once.

    Args:
      generate: the answer, a function of a size and a generator.
    """

    def __init__(self, generate: Subject) -> None:
        self._generate = generate
        self.pair = cache(self._pair)

    def _pair(self, size: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
        """The x and y of a generator of this seed, after a check of what they hold."""
        rng = Recipe("numpy.random:default_rng", {"seed": seed})
        x, y = (
            as_array(item, (size,), "time")
            for item in as_items(self._generate(size, rng), 2, "x and y")
        )
        for name, sequence in (("x", x), ("y", y)):
            odd = sequence[(sequence != 0) & (sequence != 1)]
            if odd.size:
                raise Failed(f"{name} holds {odd[0]:g}; every entry must be 0 or 1.")
        return x, y

    def starts(self, seeds: Sequence[int], count: int) -> tuple[np.ndarray, np.ndarray]:
        """The x and y of many short sequences, `count` for each seed, [sequence, 12]."""
        pairs = [self.pair(12, 1000 * seed + i) for seed in seeds for i in range(count)]
        return np.array([x for x, _ in pairs]), np.array([y for _, y in pairs])

    def check_coin(self, size: int, seed: int, starts: int) -> None:
        """Checks that x is one half of the time 1, whatever came before, and not by appointment."""
        x, _ = self.pair(size, seed)
        _check_share(x, 0.5, "x_t = 1")
        for before in (0, 1):
            _check_share(x[1:][x[:-1] == before], 0.5, f"x_t = 1 after x_(t-1) = {before}")
        ones = self.starts([seed], starts)[0].sum(axis=1)
        if np.ptp(ones) == 0:
            raise Failed(f"Each of {len(ones)} sequences of 12 holds just {ones[0]:g} ones.")

    def check_generator(self, seed: int) -> None:
        """Checks that equal generators give equal sequences and others do not."""
        first, again = self._pair(200, seed), self._pair(200, seed)
        other = self._pair(200, seed + 1)
        for name, a, b, c in zip("xy", first, again, other, strict=True):
            if (a != b).any():
                raise Failed(f"Two calls with equal generators differ in {name}.", "rng-ignored")
            if (a == c).all():
                slug = "rng-ignored" if np.ptp(a) else None  # what is constant asks no generator
                raise Failed(f"Generators of different seeds give the same {name}.", slug)


def check_frequencies(x: np.ndarray, y: np.ndarray) -> None:
    """Checks P(y = 1) for each pair of x_{t-3} and x_{t-8}, far from the start."""
    for pair, (share, count) in _frequencies(x, y, 3, 8).items():
        where = f"y_t = 1 after x_(t-3) = {pair[0]}, x_(t-8) = {pair[1]}"
        _check_near(share, count, PROBABILITY[pair], where, _mistake(x, y))


def check_start(x: np.ndarray, y: np.ndarray) -> None:
    """Checks the outputs of many short sequences [count, 12], step by step."""
    mistake = _mistake_at_the_start(x, y)
    _check_share(y[:, :3], 0.5, "y_t = 1 for t < 3", mistake)
    for t, lag in product(range(3), (3, 8)):
        values = y[:, t][x[:, t - lag] == 1]  # t - lag is where a negative index ends up
        _check_share(values, 0.5, f"y_{t} = 1 where x_{12 + t - lag} = 1", mistake)
    for before, p in ((0, 0.5), (1, 1.0)):
        rows = y[:, 3:8][x[:, :5] == before]
        _check_share(rows, p, f"y_t = 1 for 3 <= t < 8 after x_(t-3) = {before}", mistake)
    for t in range(8, 12):
        _check_share(y[:, t][x[:, t - 8] == 1], 0.5, f"y_{t} = 1 after x_{t - 8} = 1", mistake)


def _check_share(values: np.ndarray, p: float, event: str, mistake: str | None = None) -> None:
    _check_near(values.mean() if values.size else 0, values.size, p, event, mistake)


def _check_near(share: float, count: int, p: float, event: str, mistake: str | None) -> None:
    if not count:
        raise Failed(f"There is not a single case to tell how often {event}.")
    if abs(share - p) > _margin(p, count):
        expected = f"{p:.1%} ± {_margin(p, count):.1%}" if 0 < p < 1 else f"{p:.1%} of them"
        raise Failed(f"{event} in {share:.1%} of {count} cases, expected {expected}.", mistake)


def _margin(p: float, count: int) -> float:
    return float(SIGMAS * np.sqrt(p * (1 - p) / count))


def _frequencies(x: np.ndarray, y: np.ndarray, *lags: int) -> dict[Pair, tuple[float, int]]:
    """How often y = 1 for each pair of inputs at two lags, and in how many cases."""
    first = max(lags)
    three, eight = (x[first - lag : len(x) - lag] for lag in lags)
    found = {}
    for pair in PROBABILITY:
        values = y[first:][(three == pair[0]) & (eight == pair[1])]
        found[pair] = (float(values.mean()) if values.size else 0.0, values.size)
    return found


def _agree(found: dict[Pair, tuple[float, int]], expected: Mapping[Pair, float]) -> bool:
    """Whether frequencies are those that a rule leads to."""
    return all(
        count > 0 and abs(share - expected[pair]) <= _margin(expected[pair], count)
        for pair, (share, count) in found.items()
    )


def _effect(inputs: np.ndarray, outputs: np.ndarray) -> float:
    """How much more often the outputs are 1 where the inputs are 1; 0 if they never differ."""
    ones, zeros = outputs[inputs == 1], outputs[inputs == 0]
    return float(ones.mean() - zeros.mean()) if ones.size and zeros.size else 0.0


def _mistake(x: np.ndarray, y: np.ndarray) -> str | None:
    """The misconception that leads to these frequencies, in a long sequence, if one does."""
    if min(x.mean(), 1 - x.mean()) < CLEAR:
        return None
    found = _frequencies(x, y, 3, 8)
    if all(share in (0, 1) and count for share, count in found.values()) and np.ptp(y):
        return "threshold-for-draw"
    if _agree(found, RAISED):
        return "lag-8-sign"
    near = [(a, b) for a in (2, 3, 4) for b in (7, 8, 9) if (a, b) != (3, 8)]
    if any(_agree(_frequencies(x, y, *lags), PROBABILITY) for lags in near):
        return "lag-off-by-one"
    far = 40  # a negative lag looks ahead
    effects = [_effect(np.roll(x, lag)[far:-far], y[far:-far]) for lag in range(-far, far + 1)]
    # What is always the same asks for no probability at all.
    return "y-independent" if np.ptp(y) and max(map(abs, effects)) < CLEAR else None


def _mistake_at_the_start(x: np.ndarray, y: np.ndarray) -> str | None:
    """The misconception behind first steps, in sequences [count, 12], that are wrong."""
    if _effect(x[:, -3:], y[:, :3]) > CLEAR:
        return "wrap-around"
    late, early = _effect(x[:, 5:9], y[:, 8:]), _effect(x[:, :5], y[:, 3:8])
    return "start-skipped" if late > CLEAR > early else None
