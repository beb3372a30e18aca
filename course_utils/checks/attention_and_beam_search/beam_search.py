"""The check of beam search, against a search over sentences that keeps no state at all."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache, partial
from itertools import product
from typing import Any

import numpy as np

from course_utils.checks.attention_and_beam_search.toy_decoders import (
    EOS,
    GO,
    LOST,
    ToyDecoder,
    TreeDecoder,
)
from course_utils.checks.engine.boundary import (
    AnswerError,
    Recipe,
    Subject,
    describe,
    subject,
)
from course_utils.checks.engine.check import Check, Failed, load_exercises
from course_utils.checks.engine.compare import TOLERANCE, as_array, as_items, as_number
from course_utils.checks.engine.evidence import weigh
from course_utils.checks.engine.report import Report

OWN, SINGLE = "states-not-reordered", "single-state-assumed"
EXERCISES = load_exercises("attention_and_beam_search")
EXERCISES["beam-search"].knowing([OWN, SINGLE])
Prefix = tuple[int, ...]  # the tokens after GO; EOS is the last if the sentence has ended
Scored = list[tuple[Prefix, float]]
Sentences = list[tuple[list[int], float]]
Call = tuple[int, int, int]  # vocabulary, width, max_length


class Decoder:
    """A toy decoder, and the log probabilities of sentences under it.

    Args:
      vocabulary: number of tokens.
      seed: of the weights.
      **options: of the toy.
    """

    def __init__(self, vocabulary: int, seed: int, **options: Any) -> None:
        arguments = {"vocabulary": vocabulary, "seed": seed, **options}
        self.vocabulary = vocabulary
        self.recipe = Recipe(f"{ToyDecoder.__module__}:ToyDecoder", arguments)
        self.toy = ToyDecoder(**arguments)
        self.logits = cache(self._logits)

    def search(self, answer: Subject, width: int, max_length: int) -> Sentences:
        """What an answer finds, read item by item."""
        result = answer(self.recipe, self.toy.initial_state(), GO, EOS, width, max_length)
        count = len(result) if isinstance(result, (list, tuple)) else 1
        pairs = as_items(result, count, "pairs of ids and log_prob, best first")
        return [_pair(pair) for pair in pairs]

    def _logits(self, prefix: Prefix) -> np.ndarray:
        """What follows a prefix, from the first token on: no state is kept."""
        state = self.toy.initial_state()
        for token in (GO, *prefix):
            logits, state = self.toy([token], state)
        return logits[0].astype(float)

    def log_probs(self, prefix: Prefix) -> np.ndarray:
        """Log probabilities [vocabulary] of what follows."""
        logits = self.logits(prefix)
        return logits - np.log(np.sum(np.exp(logits)))

    def log_prob(self, prefix: Prefix) -> float:
        """The sum over all tokens of a prefix."""
        return float(sum(self.log_probs(prefix[:i])[token] for i, token in enumerate(prefix)))

    def all_sentences(self, max_length: int) -> Sentences:
        """Every sentence of at most so many tokens, best first, without those that say GO."""
        words = [token for token in range(self.vocabulary) if token not in (GO, EOS)]
        ended = [(*body, EOS) for n in range(max_length) for body in product(words, repeat=n)]
        prefixes = [*ended, *product(words, repeat=max_length)]
        return _told([(prefix, self.log_prob(prefix)) for prefix in prefixes])


def _pair(value: Any) -> tuple[list[int], float]:
    ids, log_prob = as_items(value, 2, "ids and log_prob")
    if ids is None or not isinstance(ids, (list, tuple, np.ndarray)):
        raise Failed(f"Got {describe(ids)} for a sentence, expected a list of ids.")
    array = as_array(ids, (len(ids),), "token")
    return [int(token) for token in array], as_number(log_prob)


def _told(scored: Scored) -> Sentences:
    """Prefixes and their scores as an answer gives them, best first."""
    ranked = sorted(scored, key=lambda pair: -pair[1])
    return [([t for t in prefix if t != EOS], score) for prefix, score in ranked]


Gain = Callable[[np.ndarray], np.ndarray]  # logits to what a token adds to the score


def _log_softmax(logits: np.ndarray) -> np.ndarray:
    return logits - np.log(np.sum(np.exp(logits)))


def _softmax(logits: np.ndarray) -> np.ndarray:
    return np.exp(_log_softmax(logits))


def search(
    decoder: Decoder,
    width: int,
    max_length: int,
    gain: Gain = _log_softmax,
    finished: str = "keep their place",
    branches: int | None = None,
    copies: int = 1,
) -> Scored:
    """A beam search over prefixes, and its wrong variants.

    Args:
      decoder: gives the logits after each prefix.
      width: how many are kept.
      max_length: the most steps.
      gain: what each token adds to the score.
      finished: "keep their place" among the width, are "extended" as others are, "step aside" so
        that the width is for the unfinished alone, "leave" the width once they are in it, "take
        their place along" then, or "end the search" with the first of them.
      branches: if given, only so many continuations of each beam are looked at.
      copies: how many beams there are at the start.
    """
    beams: Scored = [((), 0.0)] * copies
    aside: Scored = []
    for _ in range(max_length):
        candidates = []
        for prefix, score in beams:
            if prefix[-1:] == (EOS,) and finished != "extended":
                candidates.append((prefix, score))
                continue
            gains = gain(decoder.logits(prefix))
            tokens = np.argsort(-gains)[:branches]
            candidates += [((*prefix, int(token)), score + gains[token]) for token in tokens]
        candidates.sort(key=lambda pair: -pair[1])
        if finished == "step aside":
            aside, candidates = _set_aside(aside, candidates)
        beams = candidates[: width - len(aside) * (finished == "take their place along")]
        if finished in ("leave", "take their place along"):
            aside, beams = _set_aside(aside, beams)
        if finished == "end the search" and beams and beams[0][0][-1] == EOS:
            break
    return sorted(beams + aside, key=lambda pair: -pair[1])[:width]


def _set_aside(aside: Scored, beams: Scored) -> tuple[Scored, Scored]:
    """Those set aside, the finished ones of some beams among them, and the others."""
    ended = [pair for pair in beams if pair[0][-1] == EOS]
    return aside + ended, [pair for pair in beams if pair[0][-1] != EOS]


def wrong_searches(decoder: Decoder, width: int, max_length: int) -> list[tuple[str, Sentences]]:
    """What misconceptions lead to."""
    find = partial(search, decoder, width, max_length)
    right = find()
    raw = find(gain=_softmax)
    extended = find(finished="extended")
    ended = [pair for pair in right if pair[0][-1] == EOS]
    without_eos = [
        (prefix, decoder.log_prob(prefix[:-1] if prefix[-1] == EOS else prefix))
        for prefix, _ in right
    ]
    by_length = [(p, score / len(p)) for p, score in right]
    return [
        ("probabilities-added", _told(raw)),
        ("logits-added", _told(find(gain=np.asarray))),
        ("no-logarithm", [(ids, float(np.exp(score))) for ids, score in _told(right)]),
        ("finished-extended", _told(extended)),
        ("finished-extended", [(list(p), score) for p, score in extended]),
        ("finished-extended", [(_cut(p), score) for p, score in extended]),
        *(
            ("finished-set-aside", _told(find(finished=finished)))
            for finished in ("step aside", "leave", "take their place along")
        ),
        ("ends-with-the-first", _told(find(finished="end the search"))),
        ("copies-at-the-start", _told(find(copies=width))),
        ("one-branch-a-beam", _told(find(branches=1))),
        ("eos-left-out", [(_cut(prefix), score) for prefix, score in without_eos]),
        ("eos-left-out", _told(without_eos)),
        ("eos-kept", [(list(p), score) for p, score in right]),
        ("go-kept", [([GO, *ids], score) for ids, score in _told(right)]),
        ("unfinished-dropped", _told(ended)),
        ("worst-first", _told(right)[::-1]),
        ("only-the-best", _told(right)[:1]),
        ("one-step-off", _told(search(decoder, width, max_length - 1))),
        ("one-step-off", _told(search(decoder, width, max_length + 1))),
        ("ranked-by-the-mean", _told_as_they_are(right, 0)),
        ("ranked-by-the-mean", _told_as_they_are(right, 1)),
        ("divided-by-length", _told(by_length)),
    ]


def _told_as_they_are(right: Scored, more: int) -> Sentences:
    """The sentences with their scores, by the mean over their tokens, EOS counted or not."""
    pairs = [(_cut(prefix), score) for prefix, score in right]
    return sorted(pairs, key=lambda pair: -pair[1] / max(1, len(pair[0]) + more))


def _cut(prefix: Prefix) -> list[int]:
    return list(prefix[: prefix.index(EOS)] if EOS in prefix else prefix)


def same(found: Sentences, expected: Sentences) -> bool:
    """Whether two results have the same sentences, in the same order, with the same scores."""
    return len(found) == len(expected) and all(
        a == b and abs(x - y) <= TOLERANCE * max(1, abs(y))
        for (a, x), (b, y) in zip(found, expected, strict=True)
    )


def _hold(found: Sentences, expected: Sentences, wrong: Sequence[tuple[str, Sentences]]) -> bool:
    """Whether they are the right sentences; holds them against what misconceptions lead to."""
    right = same(found, expected)
    alike = {slug for slug, result in wrong if same(found, result)}
    weigh(alike, {slug for slug, _ in wrong}, as_expected=right)
    return right


def _difference(found: Sentences, expected: Sentences) -> str:
    if len(found) != len(expected):
        return f"Got {len(found)} sentences, expected {len(expected)}."
    for place, (got, right) in enumerate(zip(found, expected, strict=True), start=1):
        if not same([got], [right]):
            return (
                f"Sentence {place}: got {got[0]} with log_prob {got[1]:.4f}, "
                f"expected {right[0]} with {right[1]:.4f}."
            )
    return "The sentences differ."


_Case = tuple[Decoder, int, int]  # with width and max_length
CALLS: Sequence[Call] = (
    (5, 2, 3),
    (6, 3, 4),
    (5, 4, 5),
    (9, 2, 6),
)  # wide enough for EOS to matter
EOS_BIASES = (1.0, 0.5, -2.0)  # with each, other beams are pushed out by finished ones
EXHAUSTIVE: Sequence[tuple[int, int]] = ((4, 3), (5, 2), (3, 4))  # vocabulary, max_length


def check_beam_search(
    beam_search: Any,
    seeds: Sequence[int] = (1, 2),
    calls: Sequence[Call] = CALLS,
    exhaustive: Sequence[tuple[int, int]] = EXHAUSTIVE,
) -> Report:
    """Checks the sentences and scores that a beam search finds with made-up decoders.

    Args:
      beam_search: the function.
      seeds: of the decoders.
      calls: vocabulary, width and max_length.
      exhaustive: vocabulary and max_length of searches over all sentences.
    """
    check = Check(EXERCISES["beam-search"])
    answer = subject(beam_search, "beam_search")

    def cases(**options: Any) -> list[_Case]:
        return [(Decoder(v, seed, **options), w, n) for v, w, n in calls for seed in seeds]

    name = "it gives pairs of ids and log_prob, `width` of them at most"
    count = check.each(name, cases(), partial(_try_count, answer))
    name = "with max_length 1, it gives the likeliest tokens and their log probabilities"
    one = check.each(
        name, [(decoder, w, 1) for decoder, w, _ in cases()], partial(_try_value, answer)
    )
    greedy = [(decoder, 1, n) for decoder, _, n in cases(forgetful=True)]
    narrow = check.each(
        "with width 1, it gives what greedy decoding gives", greedy, partial(_try_value, answer)
    )
    name = "if no sentence ends, it gives the best of max_length tokens"
    open_end = check.each(name, cases(forgetful=True, eos_bias=-12.0), partial(_try_value, answer))
    name = "if sentences end early, it gives the best ones, finished or not"
    ending = [case for bias in EOS_BIASES for case in cases(forgetful=True, eos_bias=bias)]
    early = check.each(name, ending, partial(_try_value, answer))
    name = "each beam takes its own state along"
    rest = [count, one, narrow, open_end, early]  # there all states are alike
    trees = [(seed, w, n) for _, w, n in calls for seed in seeds]
    own = check.each(name, trees, lambda tree: _try_own_state(answer, *tree), rest)
    name = "a state of several parts is handled as well"
    forms = [*zip(cases(eos_bias=0.5), cases(eos_bias=0.5, nested=True), strict=True)]
    check.each(name, forms, lambda pair: _try_nested(answer, *pair), [*rest, own])
    name = "with a decoder that remembers all words, it gives the best sentences"
    check.each(name, cases(eos_bias=0.5), partial(_try_value, answer), [*rest, own])
    every = [(Decoder(v, seed), n) for v, n in exhaustive for seed in seeds[:1]]
    name = "a full width finds every sentence"
    check.each(name, every, lambda case: _check_exhaustive(answer, *case), rest)
    return check.report()


def _try_value(answer: Subject, case: _Case) -> None:
    found, expected = case[0].search(answer, *case[1:]), _told(search(*case))
    if not _hold(found, expected, wrong_searches(*case)):
        _check_count(found, case[1])
        raise Failed(_difference(found, expected))


def _try_count(answer: Subject, case: _Case) -> None:
    found = case[0].search(answer, *case[1:])
    _hold(found, _told(search(*case)), wrong_searches(*case))
    _check_count(found, case[1])


def _try_own_state(answer: Subject, seed: int, width: int, max_length: int) -> None:
    """Has the answer search in a tree, where each word has one place, and one state before it."""
    arguments = {"depth": max_length, "seed": seed}
    tree = Recipe(f"{TreeDecoder.__module__}:TreeDecoder", arguments)
    start = TreeDecoder(**arguments).initial_state()
    found = answer(tree, start, GO, EOS, width, max_length)
    if any(LOST in _pair(pair)[0] for pair in found):
        raise Failed("A word went into the step with the state of another sentence.", OWN)


def _try_nested(answer: Subject, plain: _Case, nested: _Case) -> None:
    """Holds what a state of several parts leads to against what a single array does."""
    expected = plain[0].search(answer, *plain[1:])
    try:
        found = nested[0].search(answer, *nested[1:])
    except AnswerError as error:
        raise error if error.blank else Failed(str(error), SINGLE) from None
    if not same(found, expected):
        raise Failed(_difference(found, expected), SINGLE)


def _check_count(found: Sentences, width: int) -> None:
    if not found:
        raise Failed("Got no sentence at all.")
    if len(found) > width:
        raise Failed(f"Got {len(found)} sentences for width {width}.", "not-pruned")


def _check_exhaustive(answer: Subject, decoder: Decoder, max_length: int) -> None:
    expected = decoder.all_sentences(max_length)
    found = decoder.search(answer, decoder.vocabulary**max_length, max_length)
    found = found[: len(expected)]  # behind them come those that say GO
    if not same(found, expected):
        raise Failed(_difference(found, expected))
