"""The Wikipedia text, and the cache that keeps it."""

import os
import subprocess
import sys

import pytest

from course_utils.data import cache, wikipedia
from course_utils.data.shipped import WIKIPEDIA, shipped_file
from tests.outside import outside


def words(articles):
    return sum(map(len, articles))


@pytest.fixture
def new_cache(tmp_path, monkeypatch):
    """An empty cache, and a process that has not read the text yet."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    wikipedia._texts.cache_clear()
    yield tmp_path / "unrolled"
    wikipedia._texts.cache_clear()


@pytest.mark.slow
def test_the_articles_are_those_that_gensims_corpus_reads():
    # In a process of its own, because WikiCorpus forks, and this one runs TensorFlow's threads.
    program = (
        "from gensim.corpora import WikiCorpus; from gensim.test.utils import datapath\n"
        f"corpus = WikiCorpus(datapath({WIKIPEDIA[-1]!r}), processes=1, dictionary={{}})\n"
        "for article in corpus.get_texts(): print(*article)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        check=True,
        env=outside(),
        encoding="utf-8",
    )
    assert [line.split() for line in done.stdout.splitlines()] == wikipedia.articles()


def test_there_are_106_articles_of_lower_case_words():
    articles = wikipedia.articles()
    assert (len(articles), words(articles)) == (106, 452_944)
    assert all(word == word.lower() and word.isalpha() for word in articles[3])


def test_the_split_is_by_article_and_loses_none():
    train, held_out = wikipedia.split()
    assert sorted(train + held_out) == sorted(wikipedia.articles())
    assert not any(article in train for article in held_out)
    assert 0.05 < words(held_out) / words(train) < 0.15


@pytest.mark.slow
def test_the_text_comes_from_the_cache_the_second_time(new_cache, monkeypatch):
    first = wikipedia.articles()
    wikipedia._texts.cache_clear()
    monkeypatch.setattr(wikipedia, "_parse", lambda: pytest.fail("parsed again"))
    assert wikipedia.articles() == first
    assert [path.name for path in new_cache.iterdir()] == [
        f"wikipedia-gensim-{wikipedia.version('gensim')}.txt"
    ]


@pytest.mark.slow
def test_without_a_folder_to_write_to_the_text_is_the_same(new_cache, monkeypatch):
    first = wikipedia.articles()
    wikipedia._texts.cache_clear()
    monkeypatch.setenv("XDG_CACHE_HOME", os.devnull)  # nothing can be made below a file
    assert wikipedia.articles() == first


def test_what_a_reader_does_to_the_articles_does_not_change_the_next_ones():
    wikipedia.articles()[0].clear()
    assert wikipedia.articles()[0]


def test_the_cache_is_in_the_users_own_folder(monkeypatch, tmp_path):
    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    assert cache.folder() == tmp_path / ".cache" / "unrolled"


def test_a_file_appears_whole_or_not_at_all(tmp_path, monkeypatch):
    def fail(*args):
        raise OSError("disk full")

    monkeypatch.setattr(os, "replace", fail)
    with pytest.raises(OSError, match="disk full"):
        cache.write_whole(tmp_path / "x", b"content")
    assert list(tmp_path.iterdir()) == []


def test_importing_the_course_and_its_data_imports_no_slow_package_and_starts_no_thread():
    program = (
        "import sys, os, course_utils, course_utils.data.mnist, course_utils.data.wikipedia\n"
        "slow = {'gensim', 'mlxtend', 'sklearn', 'tensorflow'} & set(sys.modules)\n"
        "assert not slow, slow\n"
        "wikipedia = course_utils.data.wikipedia.articles()\n"
        "digits = course_utils.data.mnist.load()\n"
        "slow = {'mlxtend', 'sklearn', 'tensorflow'} & set(sys.modules)\n"
        "assert not slow, slow\n"
        "import threading; assert threading.active_count() == 1\n"
    )
    subprocess.run([sys.executable, "-c", program], check=True, env=outside())


def test_a_missing_package_is_named():
    with pytest.raises(ModuleNotFoundError, match="The package no_such_package is missing"):
        shipped_file("no_such_package", "data.csv")
