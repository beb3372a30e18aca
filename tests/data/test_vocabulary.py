"""Words as ids: cutting, vocabularies, padded batches."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from course_utils.data.vocabulary import (
    EOS,
    GO,
    PAD,
    UNK,
    Pair,
    Vocabulary,
    encode_pairs,
    encode_source,
    join,
    tokenize,
)

ONE_TWO = Vocabulary([["one", "two", "two"]])  # two is 4, one is 5


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Twenty-One", ["twenty", "-one"]),
        ("C’est l'été.", ["c'", "est", "l'", "été", "."]),
        ("one thousand, two", ["one", "thousand", ",", "two"]),
        ("  ", []),
    ],
)
def test_a_text_is_cut_into_words_in_lower_case(text, words):
    assert tokenize(text) == words


@given(st.lists(st.sampled_from(["cent", "-deux", "l'", "été", ",", "?"]), max_size=8))
def test_what_was_put_together_is_cut_into_the_same_words(words):
    assert tokenize(join(words)) == words


def test_the_four_special_words_come_first():
    assert (PAD, UNK, GO, EOS) == (0, 1, 2, 3)
    assert ONE_TWO.words[:4] == ["<pad>", "<unk>", "<go>", "<eos>"]


def test_words_are_sorted_by_falling_count_and_then_by_first_seen():
    vocabulary = Vocabulary([["b", "a", "c"], ["c"]])
    assert vocabulary.words[4:] == ["c", "b", "a"]


def test_a_small_vocabulary_keeps_the_commonest_and_counts_the_special_words():
    vocabulary = Vocabulary([["b", "a", "c"], ["c"]], size=6)
    assert len(vocabulary) == 6
    assert vocabulary.words[4:] == ["c", "b"]
    assert vocabulary.encode(["a"]) == [UNK]


def test_known_words_survive_the_way_there_and_back():
    assert ONE_TWO.decode(ONE_TWO.encode(["one", "two"])) == ["one", "two"]


def test_unknown_words_are_counted():
    assert ONE_TWO.unknown([["one", "six"], ["six", "ten"]]) == {"six": 2, "ten": 1}


def test_a_vocabulary_without_room_for_words_is_refused():
    with pytest.raises(ValueError, match=r"size must be more than 4.*got 4"):
        Vocabulary([["one"]], size=4)


@pytest.mark.parametrize(
    "read",
    [
        lambda: Vocabulary(["one two"]),
        lambda: ONE_TWO.encode("one two"),
        lambda: ONE_TWO.unknown(["one two"]),
        lambda: encode_source(["one two"], ONE_TWO, 3),
    ],
    ids=["new", "encode", "unknown", "source"],
)
def test_a_text_is_not_read_letter_by_letter(read):
    with pytest.raises(TypeError, match="A sentence must be a list of words, got the text 'one"):
        read()


def test_sources_are_backwards_and_padded_in_front():
    sentences = [["one", "two"], [], ["one", "six", "two", "two"]]
    expected = [[0, 4, 5], [0, 0, 0], [4, 1, 5]]  # of the long one, the first three words
    np.testing.assert_array_equal(encode_source(sentences, ONE_TWO, 3), expected)


def test_sources_may_be_forwards():
    np.testing.assert_array_equal(
        encode_source([["one", "two"]], ONE_TWO, 3, backwards=False), [[0, 5, 4]]
    )


def test_targets_are_shifted_by_one_and_cut_before_their_end():
    pairs = [Pair(["one"], ["two", "one"]), Pair(["two"], ["one"] * 5), Pair(["one"], [])]
    batch = encode_pairs(pairs, ONE_TWO, ONE_TWO, 2, 4)
    assert batch.decoder_inputs.tolist() == [[GO, 4, 5, PAD], [GO, 5, 5, 5], [GO, 0, 0, 0]]
    assert batch.decoder_targets.tolist() == [[4, 5, EOS, PAD], [5, 5, 5, EOS], [EOS, 0, 0, 0]]
    assert batch.source.tolist() == [[0, 5], [0, 4], [0, 5]]
    assert {part.dtype for part in batch} == {np.dtype("int32")}


@pytest.mark.parametrize("lengths", [(0, 3), (3, 0)])
def test_a_length_below_one_is_refused(lengths):
    with pytest.raises(ValueError, match="at least 1, got 0"):
        encode_pairs([Pair(["one"], ["two"])], ONE_TWO, ONE_TWO, *lengths)
