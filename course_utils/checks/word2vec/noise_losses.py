"""The losses of chapter 10 by hand, their gradients by finite differences, and known mistakes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

NUDGE = 1e-6
Array = np.ndarray


def softplus(x: Array | float) -> Array:
    """log(1 + exp(x)), which is -log sigmoid(-x)."""
    return np.logaddexp(0, x)


@dataclass(frozen=True)
class Example:
    """One example of negative sampling, in float64."""

    center: Array  # [dim]
    context: int
    negatives: Array  # [k]
    output_vectors: Array  # [vocabulary, dim]

    @property
    def arguments(self) -> tuple[Array, int, Array, Array]:
        """What an answer is called with: float32 and int32."""
        return (
            self.center.astype(np.float32),
            self.context,
            self.negatives.astype(np.int32),
            self.output_vectors.astype(np.float32),
        )


@dataclass(frozen=True)
class Outcome:
    """A loss and its gradients."""

    loss: float
    center: Array  # [dim]
    output_vectors: Array  # [vocabulary, dim]


def draw_example(
    vocabulary: int, dim: int, k: int, seed: int, *, repeats: bool = False, hit: bool = False
) -> Example:
    """A random example; its negatives are all different and not the context unless asked for.

    Args:
      vocabulary: at least k + 1.
      dim: of the vectors.
      k: number of negatives.
      seed: of the draws.
      repeats: whether one negative comes three times in addition.
      hit: whether one of the negatives is the context, in addition.
    """
    rng = np.random.default_rng([seed, vocabulary, dim, k])
    context, *negatives = rng.permutation(vocabulary)[: k + 1].tolist()
    negatives += [negatives[0]] * 2 * repeats + [context] * hit
    # float32 values, so that rounding the arguments changes nothing
    center, vectors = (
        rng.uniform(-1, 1, shape).astype(np.float32).astype(float)
        for shape in ((dim,), (vocabulary, dim))
    )
    return Example(center, context, rng.permutation(negatives), vectors)


def sampling_loss(example: Example) -> float:
    """-log sigmoid of the context's score, and of minus each negative's score."""
    scores = example.output_vectors @ example.center
    return float(softplus(-scores[example.context]) + softplus(scores[example.negatives]).sum())


def nudged(example: Example, loss: Callable[[Example], float] = sampling_loss) -> Outcome:
    """The loss, and its gradients by moving each number by a hair."""

    def slope(name: str, index: tuple[int, ...]) -> float:
        values = []
        for step in (NUDGE, -NUDGE):
            array = getattr(example, name).copy()
            array[index] += step
            values.append(loss(replace(example, **{name: array})))
        return (values[0] - values[1]) / (2 * NUDGE)

    grads = {
        name: np.array([slope(name, i) for i in np.ndindex(array.shape)]).reshape(array.shape)
        for name, array in (("center", example.center), ("output_vectors", example.output_vectors))
    }
    return Outcome(loss(example), **grads)


def wrong_outcomes(example: Example) -> list[tuple[str, Outcome]]:
    """What known misconceptions of negative sampling lead to."""
    right = nudged(example)
    others = example.negatives[example.negatives != example.context]
    once = replace(example, negatives=np.unique(example.negatives))
    lost = replace(example, negatives=others)
    context_only = nudged(replace(example, negatives=example.negatives[:0]))
    negatives_only = right.output_vectors - context_only.output_vectors
    no_row, overwritten = right.output_vectors.copy(), right.output_vectors.copy()
    no_row[example.context] = negatives_only[example.context]
    overwritten[example.context] = context_only.output_vectors[example.context]
    hit = len(others) < len(example.negatives)
    result = [
        ("sign", replace(right, center=-right.center, output_vectors=-right.output_vectors)),
        ("sign", nudged(example, lambda e: -sampling_loss(e))),
        ("sign", nudged(example, _negatives_wanted)),
        ("softmax", nudged(example, _softmax_of_all)),
        ("softmax", nudged(example, _softmax_of_sampled)),
        ("mean-of-negatives", nudged(example, _mean_of_negatives)),
        ("repeats-counted-once", nudged(once)),
        ("repeats-counted-once", replace(right, output_vectors=_rows_once(example))),
        ("collision-lost", nudged(lost)),
        ("collision-lost", replace(right, output_vectors=overwritten)),
        ("context-row-missing", replace(right, output_vectors=no_row)),
    ]
    if hit:  # the context's row is there, but only the negative is in it
        result[-1] = ("collision-lost", result[-1][1])
    return result


def _rows_once(example: Example) -> Array:
    """The gradient if `rows[negatives] += ...` adds a repeated negative once; loss unharmed."""
    once = replace(example, negatives=np.unique(example.negatives))
    return nudged(once).output_vectors


def _negatives_wanted(example: Example) -> float:
    scores = example.output_vectors @ example.center
    return float(softplus(-scores[example.context]) + softplus(-scores[example.negatives]).sum())


def _softmax_of_all(example: Example) -> float:
    scores = example.output_vectors @ example.center
    return float(np.log(np.exp(scores).sum()) - scores[example.context])


def _softmax_of_sampled(example: Example) -> float:
    scores = example.output_vectors @ example.center
    total = np.exp(scores[[example.context, *example.negatives]]).sum()
    return float(np.log(total) - scores[example.context])


def _mean_of_negatives(example: Example) -> float:
    scores = example.output_vectors @ example.center
    return float(softplus(-scores[example.context]) + softplus(scores[example.negatives]).mean())


NceArguments = tuple[Array, ...]


def draw_nce(batch: int, dim: int, k: int, seed: int) -> NceArguments:
    """Random arguments of `nce_loss`, float32, in the order of its interface."""
    rng = np.random.default_rng([seed, batch, dim, k])
    shapes = ((batch, dim), (batch, dim), (batch,), (k, dim), (k,))
    parts = [rng.uniform(-1, 1, shape) for shape in shapes]
    parts += [rng.uniform(0.05, 3, batch), rng.uniform(0.05, 3, k)]
    return tuple(part.astype(np.float32) for part in parts)


def nce_terms(arguments: NceArguments, correct: Callable[[Array], Array]) -> tuple[Array, Array]:
    """Logits of the true words [batch] and of the noise [batch, k].

    Args:
      arguments: of `nce_loss`.
      correct: what is taken off the logits, from the expected counts.
    """
    center, true_w, true_b, noise_w, noise_b, true_expected, noise_expected = (
        np.asarray(part, float) for part in arguments
    )
    true = np.einsum("nd,nd->n", center, true_w) + true_b - correct(true_expected)
    noise = np.einsum("nd,kd->nk", center, noise_w) + noise_b - correct(noise_expected)
    return true, noise


def nce_by_hand(arguments: NceArguments) -> float:
    """The mean over the batch: softplus(-true) plus the sum of softplus(noise)."""
    true, noise = nce_terms(arguments, np.log)
    return float(np.mean(softplus(-true) + softplus(noise).sum(axis=1)))


def wrong_nce(arguments: NceArguments) -> list[tuple[str, float]]:
    """What known misconceptions of NCE lead to."""
    true, noise = nce_terms(arguments, np.log)
    each, both = softplus(-true) + softplus(noise).sum(axis=1), np.column_stack([true, noise])

    def mean(true: Array, noise: Array) -> float:
        return float(np.mean(softplus(-true) + softplus(noise).sum(axis=1)))

    no_bias = (*arguments[:2], 0 * arguments[2], arguments[3], 0 * arguments[4], *arguments[5:])
    return [
        ("expected-ignored", mean(*nce_terms(arguments, np.zeros_like))),
        ("expected-added", mean(*nce_terms(arguments, lambda e: -np.log(e)))),
        ("expected-without-log", mean(*nce_terms(arguments, lambda e: e))),
        ("mean-over-noise", float(np.mean(softplus(-true) + softplus(noise).mean(axis=1)))),
        ("sum-over-batch", float(each.sum())),
        ("noise-wanted", mean(true, -noise)),
        ("noise-wanted", mean(-true, noise)),
        ("no-bias", nce_by_hand(no_bias)),
        ("softmax", float(np.mean(np.log(np.exp(both).sum(axis=1)) - true))),
    ]
