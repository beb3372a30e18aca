"""Sentence pairs from a reader's file."""

import pytest

from course_utils.data.sentence_pairs import read
from course_utils.data.vocabulary import Pair

TATOEBA = "1276\tLet's try it.\t3091\tEssayons !\n1277\tI have to go.\t3092\tJe dois y aller.\n"
FLASH_CARDS = "Go.\tVa !\tCC-BY 2.0 (France) tatoeba.org #2877272\nHi.\tSalut.\tCC-BY 2.0\n"
GO_PAIR = Pair(["go", "."], ["va", "!"])


@pytest.fixture
def write(tmp_path):
    def write(text, encoding="utf-8"):
        path = tmp_path / "pairs.tsv"
        path.write_bytes(text.encode(encoding))
        return path

    return write


def test_tatoebas_four_columns_are_read(write):
    pairs = read(write(TATOEBA))
    assert pairs[0] == Pair(["let'", "s", "try", "it", "."], ["essayons", "!"])
    assert pairs[1].target == ["je", "dois", "y", "aller", "."]


def test_two_and_three_columns_are_read(write):
    assert read(write(FLASH_CARDS))[0] == GO_PAIR
    assert read(write("Go.\tVa !\n")) == [GO_PAIR]


@pytest.mark.parametrize("text", ["Go.\tVa !\r\n", "\ufeffGo.\tVa !", "\n\nGo.\tVa !\n\n"])
def test_line_ends_byte_order_marks_and_empty_lines_do_no_harm(write, text):
    assert read(write(text)) == [GO_PAIR]


def test_a_limit_stops_the_reading(write):
    assert len(read(write(FLASH_CARDS), limit=1)) == 1


def test_a_missing_file_is_refused_with_its_path(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"There is no file .*absent\.tsv"):
        read(tmp_path / "absent.tsv")


def test_another_encoding_is_refused(write):
    with pytest.raises(ValueError, match=r"not in UTF-8 \(at byte 7\)"):
        read(write("Summer\té\n", "latin-1"))


def test_an_empty_file_is_refused(write):
    with pytest.raises(ValueError, match="holds no sentence pair"):
        read(write("\n\n"))


@pytest.mark.parametrize("line", ["Go. Va !", "Go.\t", "\tVa !", "1\tGo.\tx\tVa !\t5\t6"])
def test_a_line_in_neither_form_is_named(write, line):
    with pytest.raises(ValueError, match="line 2: expected a sentence, a tab"):
        read(write(f"Hi.\tSalut.\n{line}\n"))
