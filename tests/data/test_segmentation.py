"""Text without spaces: where words start, batches of it, and how marks are scored."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import precision_recall_fscore_support

from course_utils.data import segmentation
from course_utils.data.segmentation import draw, encode, join, pad, recombined, score, split

WORDS = st.lists(st.text("abcxyzé", min_size=1, max_size=4), min_size=1, max_size=8)
ARTICLES = [["one", "two", "three"], ["so"], ["four", "fives", "six", "seven", "eight"]]


def rng(seed=0):
    return np.random.default_rng(seed)


@given(WORDS)
def test_splitting_at_the_starts_gives_the_words_back(words):
    text, starts = join(words)
    assert text == "".join(words)
    assert split(text, starts).split(" ") == words


def test_a_start_is_marked_at_the_first_letter_of_each_word():
    _, starts = join(["ab", "c", "def"])
    assert starts.tolist() == [True, False, True, True, False, False]


def test_letters_are_numbered_from_1_and_others_are_0():
    assert encode("aZz\N{MATHEMATICAL BOLD SMALL A}-").tolist() == [1, 0, 26, 0, 0]
    assert encode(segmentation.ALPHABET).tolist() == list(range(1, segmentation.N_SYMBOLS))


def test_marks_of_another_number_than_the_letters_are_refused():
    with pytest.raises(ValueError, match=r"one mark for each of the 3 letters, .* \[2\]"):
        split("abc", [True, False])


def test_a_batch_is_padded_with_zeros_past_each_text():
    batch = pad([["ab", "c"], ["x"]])
    assert batch.ids.tolist() == [[1, 2, 3], [24, 0, 0]]
    assert batch.starts.tolist() == [[1, 0, 1], [1, 0, 0]]
    assert batch.sequence_length.tolist() == [3, 1]
    assert {part.dtype for part in batch} == {np.dtype("int32")}


def test_a_piece_is_words_of_one_article_in_their_order():
    possible = {
        tuple(pad([article[i : i + 2]]).ids[0].tolist())
        for article in ARTICLES
        for i in range(len(article) - 1)
    }
    batch = draw(ARTICLES, 200, 2, rng())
    rows = zip(batch.ids.tolist(), batch.sequence_length, strict=True)
    assert {tuple(row[:length]) for row, length in rows} == possible


def test_the_same_generator_draws_the_same_pieces():
    first, again, other = (draw(ARTICLES, 9, 2, rng(seed)).ids for seed in (1, 1, 2))
    np.testing.assert_array_equal(first, again)
    assert first.shape != other.shape or (first != other).any()


def test_more_words_than_any_article_has_are_refused():
    with pytest.raises(ValueError, match="n_words must be at most the length of an article, got 6"):
        draw(ARTICLES, 3, 6, rng())


def test_recombined_words_come_as_often_as_they_stand_in_the_articles():
    words = recombined([["a", "a", "a", "ü"], ["b"]], 4000, rng())
    assert set(words) == {"a", "b"}
    assert abs(words.count("a") / 4000 - 0.75) < 0.05


@given(st.lists(st.tuples(st.booleans(), st.booleans()), min_size=1, max_size=12))
def test_scores_are_those_of_scikit_learn(pairs):
    marks, starts = np.array(pairs).T
    expected = precision_recall_fscore_support(starts, marks, average="binary", zero_division=0)
    np.testing.assert_allclose(score(marks, starts), expected[:3], atol=1e-12)


def test_marking_every_letter_of_the_held_out_articles_gives_f1_0_32():
    from course_utils.data import wikipedia

    text, starts = join([word for article in wikipedia.split().held_out for word in article])
    assert abs(score(np.ones(len(text)), starts).f1 - 0.32) < 0.005


def test_marks_of_another_shape_are_refused():
    with pytest.raises(ValueError, match=r"one shape, got \[1, 3\] and \[3\]"):
        score([[1, 0, 1]], [1, 0, 1])
