"""text8 comes from a file that the reader has, zipped or not; or gensim's articles stand in."""

import hashlib
import zipfile

import pytest

from course_utils.data import text8, wikipedia

TEXT = " anarchism originated as a term of abuse first used against early working class radicals"
WORDS = TEXT.split()
DIGEST = hashlib.md5(TEXT.encode(), usedforsecurity=False).hexdigest()


@pytest.fixture
def file(tmp_path):
    """A small file in text8's format: one line that begins with a space and has no end of line."""
    path = tmp_path / "text8"
    path.write_text(TEXT)
    return path


def zipped(path, **contents):
    with zipfile.ZipFile(path, "w") as archive:
        for name, text in contents.items():
            archive.writestr(name, text)
    return path


def test_a_file_of_the_right_digest_is_read(file, capsys):
    assert text8.load(file, md5=DIGEST) == WORDS
    assert text8.load(str(file), md5=DIGEST) == WORDS
    assert capsys.readouterr().out == ""


def test_the_zip_is_read_as_the_file_is(tmp_path):
    path = zipped(tmp_path / "text8.zip", text8=TEXT)
    assert text8.load(path, md5=DIGEST) == WORDS


def test_another_text_is_refused_unless_it_is_wanted(file):
    with pytest.raises(ValueError, match=f"is {DIGEST}, it should be {text8.MD5}") as caught:
        text8.load(file)
    assert "md5=None" in str(caught.value)
    assert text8.load(file, md5=None) == WORDS


@pytest.mark.parametrize(
    ("content", "found"), [("Some Text", "'S'"), ("no digits 5", "'5'"), ("   ", "no word")]
)
def test_a_text_of_another_format_is_refused(tmp_path, content, found):
    path = tmp_path / "text8"
    path.write_text(content)
    with pytest.raises(ValueError, match=found):
        text8.load(path, md5=None)


def test_a_zip_of_several_files_is_refused_if_none_is_text8(tmp_path):
    with pytest.raises(ValueError, match="it holds 2"):
        text8.load(zipped(tmp_path / "x.zip", a="x", b="y"), md5=None)
    assert text8.load(zipped(tmp_path / "y.zip", a="x", text8=TEXT), md5=DIGEST) == WORDS


def test_without_a_file_one_sentence_says_what_is_used_in_its_place(tmp_path, capsys):
    articles = [word for article in wikipedia.articles() for word in article]
    for path, named in ((None, "no text8 file:"), (tmp_path / "none", f"{tmp_path / 'none'}:")):
        assert text8.load(path) == articles
        said = capsys.readouterr().out
        assert said.count("\n") == said.count(".") - str(path).count(".") == 1
        assert named in said
        assert "452,944 words of Wikipedia that gensim ships" in said
