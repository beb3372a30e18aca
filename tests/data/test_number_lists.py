"""The lists of numbers: their words, and how they are drawn and padded."""

import numpy as np
import pytest

from course_utils.data import number_lists
from course_utils.data.number_lists import EOS, GO, PAD


@pytest.mark.parametrize(
    ("number", "english", "french"),
    [
        (10, "ten", "dix"),
        (21, "twenty one", "vingt et un"),
        (71, "seventy one", "soixante et onze"),
        (80, "eighty", "quatre vingts"),
        (81, "eighty one", "quatre vingt un"),
        (99, "ninety nine", "quatre vingt dix neuf"),
    ],
)
def test_numbers_are_read_as_they_should(number, english, french):
    assert " ".join(number_lists.words(number, "en")) == english
    assert " ".join(number_lists.words(number, "fr")) == french


@pytest.mark.parametrize("number", [9, 100])
def test_other_numbers_are_refused(number):
    with pytest.raises(ValueError, match=f"number must be in 10..99, got {number}"):
        number_lists.words(number, "en")


@pytest.mark.parametrize("language", ["en", "fr"])
def test_ids_and_words_lead_to_each_other(language):
    sentence = number_lists.sentence(range(10, 100), language)
    assert number_lists.as_words(number_lists.as_ids(sentence, language), language) == sentence


def test_english_tells_every_list_apart():
    # "twenty one" is never 20 and 1, since the numbers have two digits
    pairs = {tuple(number_lists.sentence([a, b], "en")) for a in range(10, 100) for b in (10, 21)}
    assert len(pairs) == 180


def test_an_unknown_word_is_refused_by_name():
    with pytest.raises(ValueError, match="'hello' is in no number"):
        number_lists.as_ids(["hello"], "en")


def test_a_batch_is_padded_at_the_end_and_shifted_by_one():
    batch = number_lists.batch([[78], [21, 80]])
    assert batch.source_length.tolist() == [2, 3]
    assert (batch.source == PAD).tolist() == [[False, False, True], [False] * 3]
    for inputs, targets, words in zip(
        batch.decoder_inputs, batch.decoder_targets, (3, 5), strict=True
    ):
        assert inputs[0] == GO
        assert targets[words] == EOS
        np.testing.assert_array_equal(inputs[1 : words + 1], targets[:words])
        assert not inputs[words + 1 :].any()
        assert not targets[words + 1 :].any()


def test_drawn_lists_have_all_lengths_and_no_number_twice():
    lists = number_lists.draw(300, np.random.default_rng(1), 2, 5)
    assert {len(numbers) for numbers in lists} == {2, 3, 4, 5}
    assert all(len(set(numbers)) == len(numbers) for numbers in lists)
    assert {n for numbers in lists for n in numbers} == set(range(10, 100))


def test_equal_generators_draw_equal_lists():
    one, other = (number_lists.draw(5, np.random.default_rng(2), 1, 9) for _ in range(2))
    assert one == other


@pytest.mark.parametrize(("shortest", "longest"), [(0, 3), (4, 3), (1, 91)])
def test_lengths_that_cannot_be_are_refused(shortest, longest):
    with pytest.raises(ValueError, match=f"got {shortest} and {longest}"):
        number_lists.draw(1, np.random.default_rng(1), shortest, longest)
