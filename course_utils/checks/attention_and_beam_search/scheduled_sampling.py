"""The check of scheduled sampling: which of two tokens is fed, judged by frequencies."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from course_utils.checks.engine.boundary import Recipe, Subject, subject
from course_utils.checks.engine.check import Check, Failed, load_exercises
from course_utils.checks.engine.compare import as_array, close
from course_utils.checks.engine.report import Report

EXERCISES = load_exercises("attention_and_beam_search")
Block = tuple[int, int]  # batch, time
BLOCKS: Sequence[Block] = ((3, 5), (4, 1), (1, 6), (1, 1))
LARGE: Block = (60, 45)
PROBABILITIES = (0.25, 0.6)
OTHERS = 6  # generators, which do not all agree by chance
MANY = 30  # generators, one of which gives the rarer kind
SIGMAS = 5  # a right answer fails one test in a million


def _tokens(size: Block) -> tuple[np.ndarray, np.ndarray]:
    """Targets and samples; no number occurs twice in them."""
    targets = np.arange(size[0] * size[1], dtype=np.int32).reshape(size) + 3
    return targets, targets + 10_000


def _mixed(answer: Subject, size: Block, probability: float, seed: int) -> np.ndarray:
    rng = Recipe("numpy.random:default_rng", {"seed": seed})
    return as_array(answer(*_tokens(size), probability, rng), size, "batch, time")


def sampled(answer: Subject, size: Block, probability: float, seed: int) -> np.ndarray:
    """Where an answer has taken the sample; [batch, time] booleans."""
    mixed, (targets, samples) = _mixed(answer, size, probability, seed), _tokens(size)
    if (odd := (mixed != targets) & (mixed != samples)).any():
        row, step = np.argwhere(odd)[0]
        raise Failed(
            f"At sentence {row}, step {step}: got {mixed[row, step]:g}, expected the target "
            f"{targets[row, step]} or the sample {samples[row, step]}."
        )
    return mixed == samples


def check_scheduled_sampling(
    mix_inputs: Any,
    seeds: Sequence[int] = (1, 2),
    probabilities: Sequence[float] = PROBABILITIES,
) -> Report:
    """Checks which tokens are taken, within five standard deviations.

    Args:
      mix_inputs: the function.
      seeds: of the generators.
      probabilities: to draw with; far from 0, 0.5 and 1.
    """
    check = Check(EXERCISES["scheduled-sampling"])
    answer = subject(mix_inputs, "mix_inputs")
    sizes = (*BLOCKS, LARGE)
    name = "each token is the target or the sample of its own place"
    own = check.each(name, sizes, lambda size: sampled(answer, size, 0.5, seeds[0]))
    for p, word in ((0.0, "target"), (1.0, "sample")):
        check.each(
            f"with probability {p:.0f} every token is the {word}",
            sizes,
            lambda size, p=p: _check_pure(answer, size, p, seeds[0]),  # type: ignore[misc]
        )
    draws = [(p, seed) for p in probabilities for seed in seeds]
    name = "a token is the sample with the given probability"
    share = check.each(name, draws, lambda x: _check_share(answer, *x), [own])
    name = "there is a draw for each token"
    check.each(name, draws, lambda x: _check_independent(answer, *x), [own])
    name = "equal generators give equal tokens, others give others"
    chance = check.each(name, seeds, lambda seed: _check_generator(answer, seed), [own])
    name = "how many of the tokens are samples is chance, too"
    check.each(name, draws, lambda x: _check_count(answer, *x), [share, chance])
    return check.report()


def _check_pure(answer: Subject, size: Block, p: float, seed: int) -> None:
    targets, samples = _tokens(size)
    expected, other = (samples, targets) if p else (targets, samples)
    close(_mixed(answer, size, p, seed), expected, "sentence, step", [("reversed", other)])


def _check_share(answer: Subject, p: float, seed: int) -> None:
    taken = sampled(answer, LARGE, p, seed)
    share, margin = float(taken.mean()), SIGMAS * np.sqrt(p * (1 - p) / taken.size)
    if abs(share - p) > margin:
        slug = _whose_draw(answer, p, seed) or (
            "reversed" if abs(share - 1 + p) <= margin else None
        )
        raise Failed(
            f"{share:.0%} of {taken.size} tokens are samples, expected {p:.0%} ± {margin:.1%}.",
            slug,
        )


def _are_alike(taken: np.ndarray) -> bool:
    return bool(taken.all() or not taken.any())


def _whose_draw(answer: Subject, p: float, seed: int) -> str | None:
    """Whose draw it is if one draw served many tokens."""
    taken = sampled(answer, LARGE, p, seed)
    if _are_alike(taken):
        others = [sampled(answer, LARGE, p, seed + more).flat[0] for more in range(1, MANY)]
        return "draw-per-batch" if any(taken.flat[0] != other for other in others) else None
    if (taken == taken[:, :1]).all():
        return "draw-per-sentence"
    return "draw-per-step" if (taken == taken[:1]).all() else None


def _check_independent(answer: Subject, p: float, seed: int) -> None:
    """Neighbours agree as often as two draws do, along each axis."""
    taken, whose = sampled(answer, LARGE, p, seed), _whose_draw(answer, p, seed)
    if whose or _are_alike(taken):
        raise Failed("Tokens that should be drawn one by one are all of one kind.", whose)
    p = float(taken.mean())  # whether that is the right share is asked elsewhere
    expected = p**2 + (1 - p) ** 2
    for what, pairs in (
        ("Neighbours in a sentence", taken[:, 1:] == taken[:, :-1]),
        ("Tokens of one step in two sentences", taken[1:] == taken[:-1]),
    ):
        # Pairs overlap; with that, twice the variance is on the safe side.
        margin = SIGMAS * np.sqrt(2 * expected * (1 - expected) / pairs.size)
        if abs(pairs.mean() - expected) > margin:
            raise Failed(
                f"{what} are both targets or both samples in {pairs.mean():.0%} of the cases, "
                f"expected {expected:.0%}."
            )


def _check_generator(answer: Subject, seed: int) -> None:
    first, again, *others = (
        sampled(answer, LARGE, 0.5, s) for s in (seed, *range(seed, seed + OTHERS))
    )
    if (first != again).any():
        raise Failed("Two calls with equal generators differ.", "rng-ignored")
    if not _are_alike(first) and all((first == other).all() for other in others):
        raise Failed("Generators of different seeds give the same tokens.", "rng-ignored")


def _check_count(answer: Subject, p: float, seed: int) -> None:
    counts = {int(sampled(answer, LARGE, p, seed + more).sum()) for more in range(OTHERS)}
    if len(counts) == 1:
        raise Failed(
            f"{OTHERS} generators, and each time {counts.pop()} tokens are samples.",
            "exact-share",
        )
