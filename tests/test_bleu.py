"""BLEU against sacrebleu."""

import numpy as np
import pytest
import sacrebleu

from course_utils.bleu import corpus_bleu, ngrams

WORDS = ["a", "b", "c", "d"]


def by_sacrebleu(candidates, references):
    said, wanted = ([" ".join(words) for words in side] for side in (candidates, references))
    options = {"smooth_method": "none", "tokenize": "none", "force": True}
    return sacrebleu.corpus_bleu(said, [wanted], **options).score


def pairs(count, seed):
    rng = np.random.default_rng(seed)
    for _ in range(count):
        candidate, reference = (rng.choice(WORDS, rng.integers(1, 15)).tolist() for _ in "12")
        spoilt = [w if rng.random() < 0.8 else str(rng.choice(WORDS)) for w in reference]
        yield (candidate if rng.random() < 0.5 else spoilt), reference


def test_a_thousand_random_pairs_score_as_sacrebleu_says():
    drawn = list(pairs(1000, seed=1))
    scores = [corpus_bleu([candidate], [reference]) for candidate, reference in drawn]
    expected = [by_sacrebleu([candidate], [reference]) for candidate, reference in drawn]
    np.testing.assert_allclose(scores, expected, atol=1e-9)
    assert sum(score > 0 for score in scores) > 200


@pytest.mark.parametrize("seed", range(5))
def test_a_corpus_scores_as_sacrebleu_says(seed):
    candidates, references = zip(*pairs(40, seed), strict=True)
    np.testing.assert_allclose(
        corpus_bleu(candidates, references), by_sacrebleu(candidates, references)
    )


def test_nothing_said_scores_0():
    assert corpus_bleu([[]], [["a", "b"]]) == 0


def test_a_sentence_shorter_than_n_has_no_ngrams():
    assert not ngrams(["a", "b"], 3)


def test_a_missing_reference_is_refused():
    with pytest.raises(ValueError, match="got 2 candidates and 1 references"):
        corpus_bleu([["a"], ["b"]], [["a"]])


def test_the_examples_of_chapter_12():
    reference = [list("abcdf")]
    assert round(corpus_bleu([list("abcde")], reference), 2) == 66.87
    assert round(corpus_bleu([list("abcd")], reference), 2) == 77.88
