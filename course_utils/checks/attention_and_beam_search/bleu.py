"""The check of BLEU, against sacrebleu."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from course_utils.checks.engine.boundary import subject
from course_utils.checks.engine.check import Check, load_exercises
from course_utils.checks.engine.compare import near
from course_utils.checks.engine.report import Report

EXERCISES = load_exercises("attention_and_beam_search")
Corpus = tuple[list[list[str]], list[list[str]]]  # candidates and references, word by word
WORDS = ("un", "deux", "trois", "quatre", "cinq", "six", "sept", "huit", "neuf", "dix")


def reference_score(candidates: Sequence[list[str]], references: Sequence[list[str]]) -> float:
    """BLEU by sacrebleu: no tokenizer, no smoothing."""
    from sacrebleu import corpus_bleu  # noqa: PLC0415 - only this needs it

    said, wanted = (list(map(" ".join, side)) for side in (candidates, references))
    return corpus_bleu(said, [wanted], smooth_method="none", tokenize="none", force=True).score


Counts = list[tuple[int, int]]  # n-grams that are right and n-grams in all, n = 1..4


def _counts(
    candidates: Any,
    references: Any,
    clipped: bool = True,
    once: bool = False,
    run: Callable[[list[str]], Any] = tuple,
) -> Counts:
    """Of all sentences together; `once` counts each run of a sentence once; `run` makes its key."""
    counts = []
    for n in range(1, 5):
        right = total = 0
        for candidate, reference in zip(candidates, references, strict=True):
            said, wanted = (
                Counter(run(side[i : i + n]) for i in range(len(side) - n + 1))
                for side in (candidate, reference)
            )
            said, wanted = (Counter(set(x)) if once else x for x in (said, wanted))
            total += sum(said.values())
            right += sum(
                min(k, wanted[g]) if clipped else k * (g in wanted) for g, k in said.items()
            )
        counts.append((right, total))
    return counts


def _precisions(counts: Counts, more: int = 0) -> list[float]:
    return [(right + more) / max(1, total + more) for right, total in counts]


def _geometric(values: Sequence[float]) -> float:
    return math.prod(values) ** (1 / len(values))


def _brevity(candidates: Any, references: Any) -> float:
    said, wanted = (sum(map(len, side)) for side in (candidates, references))
    return min(1.0, math.exp(1 - wanted / max(1, said)))


def wrong_scores(candidates: Any, references: Any) -> list[tuple[str, float]]:
    """What misconceptions make of a corpus."""
    counts, short = _counts(candidates, references), _brevity(candidates, references)
    p = _precisions(counts)
    smoothed = [p[0], *_precisions(counts, 1)[1:]]
    whole = _geometric(p)
    swapped = _geometric(_precisions(_counts(references, candidates)))
    loose = _geometric(_precisions(_counts(candidates, references, clipped=False)))
    lengths = [sum(map(len, side)) for side in (candidates, references)]
    single = [
        _geometric(_precisions(_counts([c], [r]))) * _brevity([c], [r])
        for c, r in zip(candidates, references, strict=True)
    ]
    once = _geometric(_precisions(_counts(candidates, references, once=True)))
    joined = _geometric(_precisions(_counts(candidates, references, run="".join)))
    small, small_too = (
        [[word.lower() for word in words] for words in side] for side in (candidates, references)
    )
    unordered = _precisions(_counts(candidates, references, run=lambda x: tuple(sorted(x))))
    return [
        ("each-run-once", 100 * once * short),
        ("words-run-together", 100 * joined * short),
        ("capitals-dropped", 100 * _geometric(_precisions(_counts(small, small_too))) * short),
        ("order-ignored", 100 * _geometric(unordered) * short),
        ("recall-for-precision", 100 * swapped * short),
        ("no-root", 100 * math.prod(p) * short),
        ("runs-up-to-three", 100 * _geometric(p[:3]) * short),
        ("arguments-swapped", 100 * swapped * _brevity(references, candidates)),
        ("no-clipping", 100 * loose * short),
        ("no-brevity-penalty", 100 * whole),
        ("brevity-as-a-ratio", 100 * whole * min(1.0, lengths[0] / lengths[1])),
        ("long-ones-rewarded", 100 * whole * math.exp(1 - lengths[1] / max(1, lengths[0]))),
        ("mean-of-sentences", 100 * float(np.mean(single))),
        ("share-for-percent", whole * short),
        ("smoothed", 100 * _geometric(smoothed) * short),
        ("smoothed", 100 * _geometric(_precisions(counts, 1)) * short),
        ("arithmetic-mean", 100 * float(np.mean(p)) * short),
        ("single-words-only", 100 * p[0] * short),
        ("long-runs-only", 100 * p[3] * short),
    ]


def _with_a_capital(references: list[list[str]]) -> list[list[str]]:
    first, *others = references
    return [[first[0].capitalize(), *first[1:]], *others]


def draw_corpus(count: int, seed: int, change: float = 0.12, drop: float = 0.1) -> Corpus:
    """Random references, and candidates that change, drop and repeat some of their words."""
    rng = np.random.default_rng([seed, count])
    references = [rng.choice(WORDS, rng.integers(5, 14)).tolist() for _ in range(count)]
    return [_spoilt(reference, rng, change, drop) for reference in references], references


def _spoilt(words: list[str], rng: np.random.Generator, change: float, drop: float) -> list[str]:
    result = [str(rng.choice(WORDS)) if rng.random() < change else word for word in words]
    kept = [word for word in result if rng.random() >= drop]
    return [word for word in kept for _ in range(1 + (rng.random() < 0.08))]


def check_bleu(corpus_bleu: Any, seeds: Sequence[int] = (1, 2), size: int = 40) -> Report:
    """Checks scores of small corpora that show one thing each, and of random ones.

    Args:
      corpus_bleu: the function.
      seeds: of the corpora.
      size: sentences in a random one.
    """
    check = Check(EXERCISES["bleu"])
    answer = subject(corpus_bleu, "corpus_bleu")
    wanted = [draw_corpus(2, seed)[1] for seed in seeds]
    wanted += [draw_corpus(5, seed)[1] for seed in seeds]

    def try_score(case: Corpus) -> None:
        near(answer(*case), reference_score(*case), wrong_scores(*case))

    def cases(make: Callable[[list[list[str]]], list[list[str]]]) -> list[Corpus]:
        return [(make(references), references) for references in wanted]

    name = "a translation that is right in every word scores 100"
    right = check.each(name, cases(lambda r: r), try_score)
    name = "if no run of four words is right, it scores 0"
    check.each(name, cases(lambda r: [s[::2] for s in r]), try_score)
    name = "too short a translation pays, by exp(1 - r / c), and no other"
    pairs = zip(cases(lambda r: [s[:-1] for s in r]), cases(_longer), strict=True)
    pays = check.each(name, [case for pair in pairs for case in pair], try_score, [right])
    name = "too long a one scores the geometric mean of its four precisions"
    long = check.each(name, cases(_longer), try_score, [right])
    name = "a run counts at most as often as the reference has it"
    check.each(name, cases(_stuttering), try_score, [long])
    name = "the runs of all sentences are counted together"
    check.each(name, cases(_one_spoilt), try_score, [long])
    name = "words that differ in a capital letter are other words"
    check.each(name, cases(_with_a_capital), try_score, [long])
    name = "words that are run together are other words"
    check.each(name, [_run_together(references) for references in wanted], try_score, [long])
    single = [([[*r[0][:4], "cent"]], r[:1]) for r in wanted]
    single += [([r[0][:3]], r[:1]) for r in wanted]  # they have no run of four at all
    check.each("a single sentence is enough", single, try_score, [long])
    draws = [draw_corpus(count, seed) for count in (4, size) for seed in seeds]
    check.each("random translations score as sacrebleu says", draws, try_score, [pays])
    return check.report()


def _run_together(references: list[list[str]]) -> Corpus:
    """Other gaps between the first three words of a sentence."""
    first, second, third, *rest = references[0]
    said, wanted = [first + second, third, *rest], [first, second + third, *rest]
    return [said, *references[1:]], [wanted, *references[1:]]


def _longer(references: list[list[str]]) -> list[list[str]]:
    return [[*sentence, "cent", "mille"] for sentence in references]


def _stuttering(references: list[list[str]]) -> list[list[str]]:
    return [[*sentence[:5], *sentence[:5], *sentence[:5]] for sentence in references]


def _one_spoilt(references: list[list[str]]) -> list[list[str]]:
    return [references[0][::-1], *references[1:]]
