"""BLEU against sacrebleu."""

import numpy as np
import pytest
import sacrebleu
import tensorflow as tf

from course_utils.bleu import corpus_bleu, ngrams

WORDS = ["a", "b", "c", "d"]


def by_sacrebleu(candidates, *streams):
    said, *wanted = ([" ".join(words) for words in side] for side in (candidates, *streams))
    options = {"smooth_method": "none", "tokenize": "none", "force": True}
    return sacrebleu.corpus_bleu(said, wanted, **options).score


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


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("count", [2, 4])
def test_several_references_score_as_sacrebleu_says(count, seed):
    candidates, first = zip(*pairs(60, seed), strict=True)
    rng = np.random.default_rng(seed)
    others = [
        [rng.permutation(words)[: rng.integers(1, 15)].tolist() for words in first]
        for _ in range(count - 1)
    ]
    streams = [first, *others]
    together = corpus_bleu(candidates, list(map(list, zip(*streams, strict=True))))
    assert together > corpus_bleu(candidates, first) > 0
    np.testing.assert_allclose(together, by_sacrebleu(candidates, *streams))
    for i, candidate in enumerate(candidates):  # lengths that tie decide here
        alone = [[stream[i] for stream in streams]]
        expected = by_sacrebleu([candidate], *([one] for one in alone[0]))
        assert corpus_bleu([candidate], alone) == pytest.approx(expected, abs=1e-9)


def test_several_references_by_hand():
    candidate, short, long = (
        ["a", "b", "c", "d", "e"],
        ["a", "b", "c", "d"],
        ["a", "b", "c", "d", "e", "f"],
    )
    # All n-grams are in the longer one; both are one word off, so the shorter length is wanted.
    assert corpus_bleu([candidate], [[short, long]]) == pytest.approx(100)
    # Alone, the longer one asks for six words.
    assert corpus_bleu([candidate], [[long]]) == pytest.approx(100 * np.exp(1 - 6 / 5))


def test_candidates_may_have_different_numbers_of_references():
    words = [list("abcde"), list("fghij")]
    assert corpus_bleu(words, [[words[0], words[1]], words[1]]) == pytest.approx(100)


@pytest.mark.parametrize(
    ("candidates", "references", "message"),
    [
        ("It is", "It is", "candidates must be a list of sentences.*the str 'It is'"),
        (["It is a cat"], [["It"]], r"candidates\[0\] must be a list of words.*the str"),
        ([["It"]], ["It is a cat"], r"references\[0\] must be a list of words.*the str"),
        (["It", "is"], ["It", "is"], r"candidates\[0\].*single sentence into a list of its own"),
        ([3, 4], [3, 4], r"candidates\[0\] must be a list of words, got the int '3'"),
        ([["a"]], [["a", ["b"]]], r"references\[0\] must be a list of words"),
        ([[["a"]]], [["a"]], r"candidates\[0\] must be a list of words"),
        ([["a"]], [[["a"], [["b"]]]], r"references\[0\]\[1\] must be a list of words"),
        ([[("a", 1), ("b", 2)]], [[("a", 1), ("b", 2)]], r"candidates\[0\].*Take words only"),
        ([("a", "b")], [(("a", "b"), "c")], r"references\[0\] must be.*Take words only"),
    ],
    ids=[
        "text",
        "sentence",
        "reference",
        "one sentence",
        "ids",
        "mixed",
        "deep",
        "deeper",
        "pairs",
        "half",
    ],
)
def test_what_is_no_list_of_words_is_refused(candidates, references, message):
    with pytest.raises(TypeError, match=message):
        corpus_bleu(candidates, references)


@pytest.mark.parametrize("corpus", [list, tuple])
@pytest.mark.parametrize("bunch", [list, tuple])
@pytest.mark.parametrize("sentence", [list, tuple, np.array])
def test_a_sentence_is_one_in_whatever_it_comes(sentence, bunch, corpus):
    candidates, *streams = (
        [list(words) for words in side]
        for side in (["abcdea", "bcdab"], ["abcdfa", "bcdac"], ["eabcde", "bcda"])
    )
    said = corpus(map(sentence, candidates))
    alone = corpus(map(sentence, streams[0]))
    assert corpus_bleu(said, alone) == pytest.approx(by_sacrebleu(candidates, streams[0]))
    several = corpus(bunch(map(sentence, pair)) for pair in zip(*streams, strict=True))
    assert corpus_bleu(said, several) == pytest.approx(by_sacrebleu(candidates, *streams))


def test_words_as_tensorflow_gives_them_are_words():
    words, reference = list("abçde"), list("abçdf")
    said = tf.constant([words]).numpy()
    assert corpus_bleu(said, [reference]) == pytest.approx(by_sacrebleu([words], [reference]))


def test_a_corpus_of_nothing_is_refused():
    with pytest.raises(ValueError, match="at least one sentence, got none"):
        corpus_bleu([], [])


def test_sentences_of_ids_may_be_arrays():
    ids = np.arange(12).reshape(2, 6)
    assert corpus_bleu(ids, ids) == pytest.approx(100)


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


def test_references_that_are_generators_are_refused():
    words = ["a", "b", "c", "d", "e"]
    with pytest.raises(TypeError, match=r"references\[0\] must be a list of words"):
        corpus_bleu([words], [[(word for word in words)]])
