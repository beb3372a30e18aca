"""The checks of chapter 10: vocabulary, skip-gram batches, noise, two losses, and neighbours."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from course_utils.checks.engine.boundary import AnswerError, Subject, describe, subject
from course_utils.checks.engine.check import Check, Failed, load_exercises
from course_utils.checks.engine.compare import Suspects, as_array, as_items, close, near
from course_utils.checks.engine.report import Report
from course_utils.checks.word2vec.build_vocabulary import (
    draw_text,
    rank,
    read_vocabulary,
    wrong_vocabularies,
)
from course_utils.checks.word2vec.nearest_words import check_analogy, check_nearest_words
from course_utils.checks.word2vec.noise_losses import (
    Example,
    Outcome,
    draw_example,
    draw_nce,
    nce_by_hand,
    nudged,
    wrong_nce,
    wrong_outcomes,
)
from course_utils.checks.word2vec.skip_gram_batch import (
    Call,
    check_centers,
    check_contexts,
    check_distinct,
    check_every_place,
    check_generator,
    check_next_start,
    offsets,
    read_batch,
)

__all__ = [
    "check_analogy",
    "check_build_vocabulary",
    "check_keep_probability",
    "check_nce_loss",
    "check_nearest_words",
    "check_negative_sampling_loss",
    "check_noise_distribution",
    "check_skip_gram_batch",
]

EXERCISES = load_exercises("word2vec")
TIGHT = 1e-5


def check_build_vocabulary(build_vocabulary: Any, seeds: Sequence[int] = (1, 2)) -> Report:
    """Checks which words are in the vocabulary, their order, and their ids."""
    check = Check(EXERCISES["build-vocabulary"])
    answer = subject(build_vocabulary, "build_vocabulary")
    texts = [draw_text(seed) for seed in seeds]

    def compare(words: list[str], size: int, part: slice, *, ids: bool = False) -> None:
        vocabulary, word_to_id = read_vocabulary(answer, words, size)
        expected = rank(words, size)
        if ids:
            wanted = {word: i for i, word in enumerate(vocabulary)}
            if word_to_id != wanted:
                raise _wrong_ids(word_to_id, wanted)
        elif vocabulary[part] != expected[part] or len(vocabulary) != len(expected):
            slugs = {slug for slug, v in wrong_vocabularies(words, size) if v == vocabulary}
            got, want = (", ".join(v[:6]) for v in (vocabulary, expected))
            raise Failed(
                f"For the {len(words)} words {' '.join(words[:6])} ... and size {size}: got "
                f"{len(vocabulary)} words: {got}, ...; expected {len(expected)}: {want}, ...",
                slugs.pop() if len(slugs) == 1 else None,
            )

    with check.property('the vocabulary has size words, and "UNK" is the first of them'):
        for words in texts:
            for size in (4, 7):
                compare(words, size, slice(1))
    with check.property("words come by falling count, ties by first seen"):
        for words in texts:
            for size in (4, 7, 9):
                compare(words, size, slice(None))
    with check.property("word_to_id gives each word its place in the vocabulary"):
        for words in texts:
            compare(words, 6, slice(None), ids=True)
    with check.property('size 1 leaves "UNK" only, and a short text a short vocabulary'):
        for words in texts:
            compare(words, 1, slice(None))
            compare(words, len(set(words)) + 1, slice(None))
            compare(words, len(set(words)) + 20, slice(None))
        compare(["solo"], 2, slice(None))
    return check.report()


def _wrong_ids(found: dict[Any, Any], wanted: dict[str, int]) -> Failed:
    if found == {word: i + 1 for word, i in wanted.items()}:
        return Failed("The ids in word_to_id begin at 1, expected 0.", "ids-from-one")
    if found == dict(enumerate(wanted)):
        return Failed("word_to_id leads from ids to words.", "ids-to-words")
    word = next((w for w in wanted if found.get(w) != wanted[w]), next(iter(found), ""))
    return Failed(
        f"word_to_id has {found.get(word)} for {word!r}, whose place in the vocabulary is "
        f"{wanted.get(word)}."
    )


CALLS: Sequence[Call] = (
    Call(23, 4, 12, 3, 2),
    Call(31, 0, 8, 2, 3),
    Call(19, 7, 6, 1, 1),
    Call(29, 11, 20, 4, 2),
    Call(17, 3, 1, 1, 4),
)
RING: Sequence[Call] = (Call(23, 20, 12, 2, 2), Call(17, 16, 8, 4, 3), Call(13, 10, 4, 1, 2))


def check_skip_gram_batch(
    generate_batch: Any,
    seeds: Sequence[int] = (1, 2),
    calls: Sequence[Call] = CALLS,
    ring: Sequence[Call] = RING,
) -> Report:
    """Checks batches by their properties; the pairs may come in any order.

    Args:
      generate_batch: the function.
      seeds: of the generators.
      calls: texts and sizes; no window passes the end of its text.
      ring: the same, where windows pass the end.
    """
    check = Check(EXERCISES["skip-gram-batch"])
    answer = subject(generate_batch, "generate_batch")
    cases = [(call, seed) for call in calls for seed in seeds]
    with check.property(
        "each centre comes num_skips times, the first is in the first window's middle"
    ):
        for call, seed in cases:
            check_centers(read_batch(answer, call, seed), call)
    with check.property("a context lies in the window of its centre, and is not the centre"):
        for call, seed in cases:
            check_contexts(read_batch(answer, call, seed), call)
    with check.property("no context comes twice for a centre"):
        for call, seed in cases:
            check_distinct(read_batch(answer, call, seed), call)
    with check.property("contexts are drawn from all places of the window"):
        check_every_place(answer, Call(41, 5, 16, 2, 3), range(seeds[0], seeds[0] + 25))
        check_every_place(answer, Call(37, 2, 12, 1, 2), range(seeds[0], seeds[0] + 25))
    with check.property("next_start is as many words on as there were centres"):
        for call, seed in cases:
            check_next_start(read_batch(answer, call, seed), call)
    with check.property("past its end, the text goes on at its beginning", suspect="no-ring"):
        for call in ring:
            with_end = read_batch(answer, call, seeds[0])
            _check_ring(with_end, call)
    with check.property("all chance comes from rng"):
        check_generator(answer, Call(41, 5, 24, 2, 3), seeds[0])
        _check_chance(answer, Call(41, 5, 24, 2, 3), seeds[0])
    return check.report()


def _check_ring(batch: Any, call: Call) -> None:
    check_centers(batch, call)
    check_contexts(batch, call)
    check_next_start(batch, call)


def _check_chance(answer: Subject, call: Call, seed: int) -> None:
    drawn = [
        sorted(zip(b.centers.tolist(), offsets(b, call).tolist(), strict=True))
        for b in (read_batch(answer, call, s) for s in (seed, seed + 1))
    ]
    if drawn[0] == drawn[1]:
        raise Failed("Generators of different seeds give the same pairs.", "rng-ignored")


def check_noise_distribution(
    noise_distribution: Any, seeds: Sequence[int] = (1, 2), sizes: Sequence[int] = (7, 4, 1)
) -> Report:
    """Checks the noise distribution for several powers."""
    check = Check(EXERCISES["noise-distribution"])
    answer = subject(noise_distribution, "noise_distribution")
    draws = [_draw_counts(size, seed) for size in sizes for seed in seeds]

    def compare(counts: np.ndarray, *power: float) -> None:
        exponent = power[0] if power else 0.75
        weights = np.exp(exponent * np.log(counts.astype(float)))
        wrong = [
            ("power-one", counts / counts.sum()),
            ("not-normalised", weights),
            ("not-normalised", (counts / counts.sum()) ** exponent),
            ("power-ignored", counts**0.75 / np.sum(counts**0.75)),
            ("softmax", np.exp(weights - weights.max()) / np.exp(weights - weights.max()).sum()),
        ]
        close(answer(counts, *power), weights / weights.sum(), "word", wrong, TIGHT)

    with check.property("the power is 0.75 if none is given"):
        for counts in draws:
            compare(counts)
    with check.property("another power can be given; with 0 all words are equally likely"):
        for counts in draws:
            for power in (0.5, 1.0, 0.0):
                compare(counts, power)
    with check.property("the probabilities add up to 1"):
        for counts in draws:
            found = as_array(answer(counts), counts.shape, "word")
            near(found.sum(), 1, [("not-normalised", np.sum(counts**0.75))])
    return check.report()


def _draw_counts(size: int, seed: int) -> np.ndarray:
    """Counts of words, all different, float32."""
    rng = np.random.default_rng([seed, size])
    return (rng.permutation(np.arange(1, size + 1)) ** 2 * 3 + 2).astype(np.float32)


def check_keep_probability(
    keep_probability: Any, seeds: Sequence[int] = (1, 2), sizes: Sequence[int] = (6, 3)
) -> Report:
    """Checks which words are thinned out, and that rare ones are always kept."""
    check = Check(EXERCISES["keep-probability"])
    answer = subject(keep_probability, "keep_probability")
    draws = [1000 * _draw_counts(size, seed) for size in sizes for seed in seeds]

    def compare(counts: np.ndarray, *threshold: float) -> None:
        f, t = counts.astype(float) / counts.sum(), threshold[0] if threshold else 1e-3
        raw = np.sqrt(t / f) + t / f
        per_count = np.sqrt(t / counts) + t / counts
        wrong = [
            ("drop-for-keep", 1 - np.minimum(1, raw)),
            ("above-one", raw),
            ("count-for-frequency", np.minimum(1, per_count)),
            ("formula-of-the-paper", np.minimum(1, np.sqrt(t / f))),
            ("threshold-ignored", np.minimum(1, np.sqrt(1e-3 / f) + 1e-3 / f)),
        ]
        close(answer(counts, *threshold), np.minimum(1, raw), "word", wrong, TIGHT)

    with check.property("frequent words are kept with probability (sqrt(f / t) + 1) · t / f"):
        for counts in draws:
            compare(counts)
    with check.property("another threshold can be given"):
        for counts in draws:
            compare(counts, 0.02)
            compare(counts, 1e-4)
    with check.property("rare words are always kept: the probability is never above 1"):
        for counts in draws:
            compare(counts, 0.5)
            compare(np.append(counts, [1, 2]).astype(np.float32))
    with check.property("one word is enough"):
        compare(np.array([500], np.float32))
    return check.report()


ExampleSize = tuple[int, int, int]  # vocabulary, dim, k
EXAMPLES: Sequence[ExampleSize] = ((7, 4, 3), (9, 2, 5), (4, 1, 2), (5, 3, 1))


def check_negative_sampling_loss(
    negative_sampling_loss: Any,
    seeds: Sequence[int] = (1, 2),
    sizes: Sequence[ExampleSize] = EXAMPLES,
) -> Report:
    """Checks the loss and its gradients, against numbers nudged one by one.

    Args:
      negative_sampling_loss: the function.
      seeds: of the examples.
      sizes: vocabulary, dim and number of negatives.
    """
    check = Check(EXERCISES["negative-sampling-loss"])
    answer = subject(negative_sampling_loss, "negative_sampling_loss")
    cases = [(size, seed) for size in sizes for seed in seeds]
    with check.property("the loss adds up the context's term and each negative's"):
        for size, seed in cases:
            _compare_example(answer, draw_example(*size, seed), "loss")
    with check.property("the gradient of center is right"):
        for size, seed in cases:
            _compare_example(answer, draw_example(*size, seed), "center")
    with check.property("the gradient of output_vectors is right, and zero for words not involved"):
        for size, seed in cases:
            _compare_example(answer, draw_example(*size, seed), "output_vectors")
    with check.property("a negative that comes three times counts three times"):
        for size, seed in cases:
            _compare_example(answer, draw_example(*size, seed, repeats=True), *_PARTS)
    with check.property("a negative that hits the context counts as a negative, too"):
        for size, seed in cases:
            _compare_example(answer, draw_example(*size, seed, hit=True), *_PARTS)
            _compare_example(answer, draw_example(*size, seed, repeats=True, hit=True), *_PARTS)
    return check.report()


_PARTS = ("loss", "center", "output_vectors")


def _compare_example(answer: Subject, example: Example, *parts: str) -> None:
    loss, grads = as_items(answer(*example.arguments), 2, "the loss and the gradients")
    if grads is None or grads is ...:
        raise AnswerError("Not answered yet: got None, expected a dict of gradients.", blank=True)
    if not isinstance(grads, dict) or not set(_PARTS[1:]) <= set(grads):
        raise Failed(
            f"Got {describe(grads)}, expected a dict with the keys center and output_vectors."
        )
    right, found = nudged(example), {"loss": loss, **grads}
    for part in parts:
        try:
            _compare_part(found[part], right, part, ())
        except Failed as failure:
            wrong = [(slug, getattr(w, part)) for slug, w in wrong_outcomes(example)]
            try:
                _compare_part(found[part], right, part, wrong)
            except Failed as blamed:
                raise Failed(_on(part, failure.detail), blamed.misconception) from None


def _compare_part(value: Any, right: Outcome, part: str, wrong: Suspects) -> None:
    axes = {"loss": "", "center": "dim", "output_vectors": "word, dim"}[part]
    close(value, np.asarray(getattr(right, part)), axes, wrong, TIGHT)


def _on(part: str, detail: str) -> str:
    what = "The loss" if part == "loss" else f"The gradient of {part}"
    return f"{what}: {detail[:1].lower()}{detail[1:]}"


NceSize = tuple[int, int, int]  # batch, dim, k
NCE_SIZES: Sequence[NceSize] = ((5, 3, 4), (2, 4, 7), (1, 2, 3), (3, 1, 1))


def check_nce_loss(
    nce_loss: Any, seeds: Sequence[int] = (1, 2), sizes: Sequence[NceSize] = NCE_SIZES
) -> Report:
    """Checks the loss by term isolation.

    Args:
      nce_loss: the function.
      seeds: of the arguments.
      sizes: batch, dim and number of noise words.
    """
    check = Check(EXERCISES["nce-loss"])
    answer = subject(nce_loss, "nce_loss")
    draws = [draw_nce(*size, seed) for size in sizes for seed in seeds]

    def compare(arguments: tuple[np.ndarray, ...]) -> None:
        near(answer(*arguments), nce_by_hand(arguments), wrong_nce(arguments), TIGHT)

    with check.property("with zero vectors and biases and counts of 1, each term is log 2"):
        for arguments in draws:
            zeros = tuple(0 * part for part in arguments[:5])
            compare((*zeros, *(np.ones_like(part) for part in arguments[5:])))
    with check.property("vectors and biases make the logits"):
        for arguments in draws:
            compare((*arguments[:5], *(np.ones_like(part) for part in arguments[5:])))
    with check.property("the logarithms of the expected counts are taken off the logits"):
        for arguments in draws:
            compare((*(0 * part for part in arguments[:5]), *arguments[5:]))
    with check.property("all together, it is the mean over the batch"):
        for arguments in draws:
            compare(arguments)
    return check.report()
