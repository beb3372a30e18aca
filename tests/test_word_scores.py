"""Neighbours, analogies and correlations agree with scikit-learn, SciPy and gensim."""

import numpy as np
import pytest
from scipy.stats import spearmanr
from sklearn.metrics.pairwise import cosine_similarity

from course_utils import word_scores
from course_utils.data import word_pairs

RNG = np.random.default_rng(5)
TABLE = RNG.normal(size=[30, 7]) * RNG.uniform(0.2, 5, [30, 1])
WORDS = [f"w{i}" for i in range(30)]
IDS = {word: i for i, word in enumerate(WORDS)}


@pytest.fixture(scope="module")
def keyed():
    """The same table in gensim."""
    from gensim.models import KeyedVectors

    vectors = KeyedVectors(7)
    vectors.add_vectors(WORDS, TABLE.astype(np.float32))
    return vectors


def test_unit_rows_have_length_one_and_zeros_stay():
    lengths = np.linalg.norm(word_scores.unit_rows([[3, 4], [0, 0], [0, -2]]), axis=1)
    np.testing.assert_allclose(lengths, [1, 0, 1])


def test_nearest_ranks_as_sklearn_does():
    cosines = cosine_similarity(TABLE[4:5], TABLE)[0]
    expected = [i for i in np.argsort(-cosines) if i != 4][:6]
    assert word_scores.nearest(TABLE, TABLE[4], 6, exclude=[4]).tolist() == expected


def test_analogies_are_gensims(keyed):
    for a, b, c in ((1, 2, 3), (9, 4, 20)):
        theirs = keyed.most_similar(positive=[f"w{b}", f"w{c}"], negative=[f"w{a}"], topn=5)
        ours = word_scores.analogy(TABLE, a, b, c, 5)
        assert [WORDS[i] for i in ours] == [word for word, _ in theirs]


def test_left_out_words_are_no_answer_however_many_are_asked_for():
    everything = word_scores.nearest(TABLE, TABLE[4], 99, exclude=[4, 7])
    assert sorted(everything.tolist()) == [i for i in range(30) if i not in (4, 7)]
    assert not {1, 2, 3} & set(word_scores.analogy(TABLE, 1, 2, 3, 30).tolist())
    assert word_scores.nearest(TABLE[:2], TABLE[0], 2, exclude=[0, 1]).tolist() == []


def test_a_negative_number_of_neighbours_is_refused():
    with pytest.raises(ValueError, match="k must be 0 or more, got -1"):
        word_scores.nearest(TABLE, TABLE[4], -1)


def test_the_correlation_is_scipys_over_known_pairs():
    pairs = [(f"w{a}", f"w{b}", float(a * b % 7)) for a, b in RNG.integers(0, 36, [40, 2])]
    known = [(IDS[a], IDS[b], x) for a, b, x in pairs if a in IDS and b in IDS]
    assert 0 < len(known) < len(pairs)
    cosines = [cosine_similarity(TABLE[[a]], TABLE[[b]])[0, 0] for a, b, _ in known]
    expected = spearmanr(cosines, [x for *_, x in known]).statistic
    assert word_scores.similarity_score(TABLE, IDS, pairs) == pytest.approx(expected)


def test_the_correlation_of_equal_cosines_is_nan():
    assert np.isnan(word_scores.similarity_score(np.ones([30, 2]), IDS, [("w1", "w2", 3.0)] * 2))


def test_the_correlation_with_one_opinion_is_nan():
    pairs = [("w1", "w2", 3.0), ("w1", "w3", 3.0), ("w2", "w3", 3.0)]
    assert np.isnan(word_scores.similarity_score(TABLE, IDS, pairs))


@pytest.mark.parametrize("pairs", [[], [("w1", "elsewhere", 3.0)]], ids=["none", "unknown"])
def test_a_correlation_without_pairs_is_refused(pairs):
    with pytest.raises(ValueError, match="No pair has both words in the vocabulary"):
        word_scores.similarity_score(TABLE, IDS, pairs)


def test_analogies_are_scored_over_the_questions_that_can_be_asked():
    good = [("w1", "w2", "w3", WORDS[i]) for i in word_scores.analogy(TABLE, 1, 2, 3, 2)]
    bad = ("w1", "w2", "w3", "w1")
    unknown = ("w1", "w2", "w3", "elsewhere")
    questions = [*good, bad, unknown]
    assert word_scores.analogy_score(TABLE, IDS, questions) == (1 / 3, 3)
    with pytest.raises(ValueError, match="Train on more text"):
        word_scores.analogy_score(TABLE, IDS, [unknown])


def test_gensim_is_scored_after_each_epoch():
    articles = [["tiger", "cat", "book", "paper", "king", "queen"] * 300]
    laps = word_scores.train_gensim(
        articles, word_pairs.similarities(), rate=0.05, epochs=3, dim=8, window=2, negatives=3
    )
    assert len(laps) == 3
    assert 0 < laps[0].seconds < laps[1].seconds < laps[2].seconds
    assert all(-1 <= lap.score <= 1 for lap in laps)
