"""Numbers in words, against num2words itself."""

import numpy as np
import pytest
from num2words import num2words

from course_utils.data import number_words
from course_utils.data.number_words import HIGHEST, LANGUAGES, LONGEST, draw, held_out, write
from course_utils.data.vocabulary import UNK, join, tokenize

# French drops the plural s of cent and vingt before mille; un is never said before it.
EDGES = [0, 1, 71, 80, 81, 99, 100, 200, 201, 999, 1000, 1001, 1080, 1100, 21_000, 71_021, 80_000]
EDGES += [80_080, 100_000, 180_200, 200_000, 200_200, 999_000, 999_099, 999_100, HIGHEST]


def some_numbers():
    return EDGES + np.random.default_rng(3).integers(0, HIGHEST + 1, 500).tolist()


@pytest.mark.parametrize("language", LANGUAGES)
def test_numbers_are_written_as_num2words_writes_them(language):
    for number in some_numbers():
        assert write(number, language) == num2words(number, lang=language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_numbers_words_can_be_put_together_again(language):
    for number in some_numbers():
        assert join(tokenize(write(number, language))) == write(number, language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_vocabulary_knows_every_number_and_no_other_word(language):
    vocabulary = number_words.vocabulary(language)
    words = {word for number in some_numbers() for word in tokenize(write(number, language))}
    assert words <= set(vocabulary.words[4:])
    parts = [*range(1000), *range(1000, HIGHEST, 1000)]
    assert set(vocabulary.words[4:]) <= {w for n in parts for w in tokenize(write(n, language))} | {
        ","
    }


@pytest.mark.parametrize(("language", "part"), [("en", 121), ("fr", 297)])
def test_no_number_has_more_words_than_it_says(language, part):
    lengths = [len(tokenize(write(1001 * k, language))) for k in range(1000)]
    assert max(lengths) == LONGEST[language] == lengths[part]


def test_2000_numbers_are_held_out_and_always_the_same():
    numbers = held_out()
    assert len(set(numbers.tolist())) == 2000
    assert numbers.min() >= 0
    assert numbers.max() <= HIGHEST
    np.testing.assert_array_equal(numbers, held_out())


def test_nobody_can_change_what_is_held_out():
    held_out()[:] = 0
    assert held_out().max() > 0


def test_no_number_drawn_is_held_out():
    assert not set(draw(50_000, np.random.default_rng(1)).tolist()) & set(held_out().tolist())


def test_short_numbers_are_drawn_too():
    numbers = draw(20_000, np.random.default_rng(2))
    assert 0.02 < np.mean(numbers < 100) < 0.06
    assert np.mean(numbers > 100_000) > 0.8


def test_a_limit_is_kept():
    numbers = draw(5_000, np.random.default_rng(2), highest=999)
    assert numbers.max() == 999
    assert numbers.min() == 0


def test_the_same_generator_draws_the_same_numbers():
    first, second, other = (draw(9, np.random.default_rng(seed)) for seed in (1, 1, 2))
    np.testing.assert_array_equal(first, second)
    assert not np.array_equal(first, other)


def test_pairs_hold_the_words_of_both_languages():
    (pair,) = number_words.pairs([1_071])
    assert pair.source == ["one", "thousand", "and", "seventy", "-one"]
    assert pair.target == ["mille", "soixante", "et", "onze"]
    assert UNK not in number_words.vocabulary("fr").encode(pair.target)


@pytest.mark.parametrize("number", [-1, HIGHEST + 1])
def test_a_number_out_of_range_is_refused(number):
    with pytest.raises(ValueError, match=r"number must be in 0..999999"):
        write(number, "en")


def test_another_language_is_refused():
    with pytest.raises(ValueError, match="language must be one of en, fr, got 'de'"):
        write(1, "de")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [((0, 99), "size must be at least 1"), ((5, 3), r"highest must be in 9..999999, got 3")],
)
def test_a_draw_that_makes_no_sense_is_refused(arguments, message):
    size, highest = arguments
    with pytest.raises(ValueError, match=message):
        draw(size, np.random.default_rng(1), highest)
