"""The pairs and questions are gensim's files, in lower case."""

import re

from course_utils.data import word_pairs
from course_utils.data.shipped import ANALOGIES, shipped_file


def test_there_are_353_pairs_with_judgements_from_0_to_10():
    pairs = word_pairs.similarities()
    assert len(pairs) == 353
    assert pairs[0] == ("love", "sex", 6.77)
    assert all(0 <= score <= 10 for *_, score in pairs)
    assert all(word == word.lower() for pair in pairs for word in pair[:2])


def test_there_are_19544_questions_in_14_sections():
    sections = word_pairs.analogies()
    assert sum(map(len, sections.values())) == 19_544
    assert len(sections) == 14
    assert ("boy", "girl", "king", "queen") in sections["family"]


def test_no_question_of_gensims_file_is_lost():
    text = shipped_file(*ANALOGIES).read_text().lower()
    found = [q for section in word_pairs.analogies().values() for q in section]
    assert [" ".join(q) for q in found] == re.findall(r"^[^:\n]+$", text, re.MULTILINE)
