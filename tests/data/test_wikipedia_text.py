"""The characters of Wikipedia: articles apart, ids that go there and back, an alphabet as told."""

import re
from collections import Counter

import numpy as np
import pytest

from course_utils.data import wikipedia, wikipedia_text


@pytest.fixture
def no_cache(tmp_path, monkeypatch):
    """A process whose cache is empty."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))


def beginning(text):
    """The first words, as the other module reads them."""
    words = re.findall(r"[a-z]+", text.lower())
    return " ".join([word for word in words if 2 <= len(word) <= 15][:12])


def test_the_articles_are_those_of_the_words_and_none_is_in_both_parts():
    words = [" ".join(article) for article in wikipedia.articles()]
    train, held_out = wikipedia_text.train(), wikipedia_text.held_out()
    assert (len(train), len(held_out)) == (96, 10)
    begun = [
        any(article.startswith(beginning(text)) for article in words) for text in train + held_out
    ]
    assert sum(begun) >= 80  # the others begin with accents or a table
    assert not set(train) & set(held_out)


def test_an_article_is_one_line_of_single_spaces_without_mark_up():
    for text in wikipedia_text.held_out():
        assert text.endswith("\n")
        assert text[:-1] == " ".join(text.split())
        assert not any(mark in text for mark in ("[[", "{{", "''", "=="))


def test_the_alphabet_is_what_occurs_often_enough():
    counts = Counter("".join(wikipedia_text.train()))
    often = sorted(c for c, count in counts.items() if count >= wikipedia_text.FEWEST)
    assert "".join(often) == wikipedia_text.CHARACTERS[1:]
    assert len(often) + 1 == wikipedia_text.SIZE


def test_ids_lead_back_to_the_text_but_for_rare_characters():
    text = wikipedia_text.held_out()[0]
    ids = wikipedia_text.encode(text)
    assert ids.dtype == np.int32
    rare = {c for c in text if c not in wikipedia_text.CHARACTERS}
    expected = "".join(wikipedia_text.RARE if c in rare else c for c in text)
    assert wikipedia_text.decode(ids) == expected
    assert wikipedia_text.encode("").tolist() == []


def test_the_first_articles_are_the_same_without_a_cache(no_cache):
    assert wikipedia_text.train(2) == [_again(0), _again(1)]


def _again(i):
    return wikipedia_text._cleaned(wikipedia_text._raw()["train"][i])


def test_what_is_cleaned_is_kept(no_cache, monkeypatch):
    raw = {"held-out": ["'''A''' cat.\n== B ==\n*c"]}
    monkeypatch.setattr(wikipedia_text, "_raw", lambda: raw)
    assert wikipedia_text.held_out() == ["A cat. B c\n"]
    monkeypatch.setattr(wikipedia_text, "_raw", lambda: pytest.fail("cleaned again"))
    assert wikipedia_text.held_out() == ["A cat. B c\n"]
