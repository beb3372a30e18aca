"""BLEU, the score of a translation against a reference."""

import math
from collections import Counter
from collections.abc import Hashable, Sequence

Sentence = Sequence[Hashable]
LONGEST = 4  # words in an n-gram


def ngrams(sentence: Sentence, n: int) -> Counter[tuple[Hashable, ...]]:
    """How often each run of n words is in a sentence.

    >>> ngrams(["deux", "et", "deux", "et"], 2)
    Counter({('deux', 'et'): 2, ('et', 'deux'): 1})
    """
    return Counter(zip(*(sentence[i:] for i in range(n)), strict=False))


def corpus_bleu(candidates: Sequence[Sentence], references: Sequence[Sentence]) -> float:
    """BLEU of translations with one reference each: n-grams of up to 4 words, no smoothing.

    Args:
      candidates: the translations, each a list of words.
      references: what they should be, in the same order.

    Returns:
      0 to 100. It is 0 if no run of four words is right anywhere.

    Raises:
      ValueError: if there are not as many references as candidates.

    >>> round(corpus_bleu(["a b c d e".split()], ["a b c d f".split()]), 2)
    66.87
    """
    if len(candidates) != len(references):
        raise ValueError(
            f"there must be a reference for each candidate, got {len(candidates)} candidates and "
            f"{len(references)} references."
        )
    found, total = [0] * LONGEST, [0] * LONGEST
    for candidate, reference in zip(candidates, references, strict=True):
        for n in range(1, LONGEST + 1):
            said = ngrams(candidate, n)
            found[n - 1] += (said & ngrams(reference, n)).total()  # clipped
            total[n - 1] += said.total()
    if not all(found):
        return 0.0
    precision = math.exp(sum(map(math.log, found)) / LONGEST - sum(map(math.log, total)) / LONGEST)
    length, wanted = sum(map(len, candidates)), sum(map(len, references))
    return 100 * precision * min(1.0, math.exp(1 - wanted / length))
