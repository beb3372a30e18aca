"""The losses of chapter 10 by hand, their gradients by finite differences, and known mistakes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy.special import expit, logsumexp

NUDGE = 1e-6
NUMBERS = [n / 10 for n in range(-12, 13) if n]
EXPECTED = [0.1, 0.2, 0.3, 0.5, 0.7, 1.3, 1.8, 2.5, 3.0]
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
    # float32 values of few digits, so that rounding the arguments changes nothing
    center, vectors = (
        rng.choice(NUMBERS, shape).astype(np.float32).astype(float)
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


def far_outcome(example: Example) -> Outcome:
    """The loss and its gradients for scores of any size, from the equations of the chapter."""
    ids = [example.context, *example.negatives]
    table = np.zeros_like(example.output_vectors)
    np.add.at(table, ids, _drawn_rows(example))
    return Outcome(sampling_loss(example), _errors(example) @ example.output_vectors[ids], table)


def wrong_outcomes(example: Example) -> list[tuple[str, Outcome]]:
    """What known misconceptions of negative sampling lead to."""
    right, upwards = nudged(example), nudged(example, lambda e: -sampling_loss(e))
    others = example.negatives[example.negatives != example.context]
    once = replace(example, negatives=np.unique(example.negatives))
    context_only = nudged(replace(example, negatives=example.negatives[:0]))
    negatives_only = right.output_vectors - context_only.output_vectors
    no_row, overwritten = right.output_vectors.copy(), right.output_vectors.copy()
    no_row[example.context] = negatives_only[example.context]
    overwritten[example.context] = context_only.output_vectors[example.context]
    hit = len(others) < len(example.negatives)
    without_row = replace(right, output_vectors=no_row)
    repeated = [
        ("repeats-counted-once", nudged(once)),
        ("repeats-counted-once", replace(right, output_vectors=_rows_once(example))),
    ]
    collided = [
        ("collision-lost", nudged(replace(example, negatives=others))),
        ("collision-lost", replace(right, output_vectors=overwritten)),
        # If it is drawn as noise, the context's row is there, but only the negative is in it.
        ("collision-lost", without_row),
    ]
    return [
        ("gradients-upwards", replace(upwards, loss=right.loss)),
        ("loss-negative", replace(right, loss=-right.loss)),
        ("negatives-wanted", nudged(example, _negatives_wanted)),
        ("softmax", nudged(example, _softmax_of_all)),
        ("softmax", nudged(example, _softmax_of_sampled)),
        ("mean-of-negatives", nudged(example, _mean_of_negatives)),
        ("mean-of-all", nudged(example, _mean_of_all)),
        ("context-only", context_only),
        ("context-is-no-negative", _label_missing(example)),
        ("no-logarithm", replace(right, loss=_without_logarithm(example))),
        *(repeated if len(once.negatives) < len(example.negatives) else []),
        *(collided if hit else [("context-row-missing", without_row)]),
        ("bits", replace(right, loss=right.loss / np.log(2))),
        ("slope-of-the-sigmoid", _swept(example, lambda e, p: e * p * (1 - p))),
        *(("error-turned-round", _swept(example, turned)) for turned in TURNED),
        ("rows-of-the-drawn", replace(right, output_vectors=_drawn_rows(example))),
    ]


def _errors(example: Example) -> Array:
    """The errors of the context and of each negative, [1 + k]."""
    ids = [example.context, *example.negatives]
    errors = expit(example.output_vectors[ids] @ example.center)
    errors[0] -= 1
    return errors


def _drawn_rows(example: Example) -> Array:
    """The gradient of the rows in the order in which they were drawn, [1 + k, dim]."""
    return np.outer(_errors(example), example.center)


# The error of a negative, given it and the sigmoid, with the wrong sign or from the other side.
TURNED: Sequence[Callable[[Array, Array], Array]] = (
    lambda e, p: np.append(e[:1], -e[1:]),
    lambda e, p: np.append(e[:1], 1 - p[1:]),
)


def _swept(example: Example, change: Callable[[Array, Array], Array]) -> Outcome:
    """The outcome if the errors are changed on their way to the gradients."""
    ids = [example.context, *example.negatives]
    errors = change(_errors(example), expit(example.output_vectors[ids] @ example.center))
    table = np.zeros_like(example.output_vectors)
    np.add.at(table, ids, np.outer(errors, example.center))
    return Outcome(sampling_loss(example), errors @ example.output_vectors[ids], table)


def _label_missing(example: Example) -> Outcome:
    """The outcome if the context's error is its answer, with nothing taken off."""
    more = np.zeros_like(example.output_vectors)
    more[example.context] = example.center
    right = nudged(example)
    center = right.center + example.output_vectors[example.context]
    return replace(right, center=center, output_vectors=right.output_vectors + more)


def _without_logarithm(example: Example) -> float:
    return float(np.abs(_errors(example)).sum())


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


def _mean_of_all(example: Example) -> float:
    return sampling_loss(example) / (1 + len(example.negatives))


def _mean_of_negatives(example: Example) -> float:
    scores = example.output_vectors @ example.center
    return float(softplus(-scores[example.context]) + softplus(scores[example.negatives]).mean())


NceArguments = tuple[Array, ...]


def draw_nce(batch: int, dim: int, k: int, seed: int) -> NceArguments:
    """Random arguments of `nce_loss`, float32, in the order of its interface."""
    rng = np.random.default_rng([seed, batch, dim, k])
    shapes = ((batch, dim), (batch, dim), (batch,), (k, dim), (k,))
    parts = [rng.choice(NUMBERS, shape) for shape in shapes]
    parts += [rng.choice(EXPECTED, n) for n in (batch, k)]
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

    plain = np.zeros_like
    x = [np.asarray(part, float) for part in arguments]
    no_true_bias, no_noise_bias = mean(true - x[2], noise), mean(true, noise - x[4])
    along_batch = np.mean(softplus(-true)) + softplus(noise).sum(axis=0).mean()
    return [
        ("expected-ignored", mean(*nce_terms(arguments, plain))),
        ("expected-added", mean(*nce_terms(arguments, lambda e: -np.log(e)))),
        ("expected-without-log", mean(*nce_terms(arguments, lambda e: e))),
        ("one-correction-missing", mean(nce_terms(arguments, plain)[0], noise)),
        ("one-correction-missing", mean(true, nce_terms(arguments, plain)[1])),
        ("mean-over-noise", float(np.mean(softplus(-true) + softplus(noise).mean(axis=1)))),
        ("mean-over-all", float(each.mean() / both.shape[1])),
        ("noise-summed-along-the-batch", float(along_batch)),
        ("sum-over-batch", float(each.sum())),
        ("noise-wanted", mean(true, -noise)),
        ("noise-wanted", mean(-true, noise)),
        ("noise-wanted", mean(-true, -noise)),
        ("loss-negative", -nce_by_hand(arguments)),
        ("no-logarithm", float(np.mean(expit(-true) + expit(noise).sum(axis=1)))),
        ("no-noise", float(np.mean(softplus(-true)))),
        ("no-bias", mean(true - x[2], noise - x[4])),
        ("one-bias-missing", no_true_bias),
        ("one-bias-missing", no_noise_bias),
        ("softmax", float(np.mean(logsumexp(both, axis=1) - true))),
    ]
