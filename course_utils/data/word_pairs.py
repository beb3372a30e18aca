"""What people say of words: WordSim-353's similarities, and Google's analogy questions.

Both ship in gensim's test data. WordSim-353 (Finkelstein and others, 2002) has 353 pairs of words,
each with the mean of what 13 or more people said of how close they are, 0 to 10. The analogies
(Mikolov and others, 2013) are 19,544 questions in 14 sections: "Athens is to Greece as Baghdad is
to Iraq". All words come in lower case here, as in the course's texts.
"""

from __future__ import annotations

from collections.abc import Iterator

from course_utils.data.shipped import ANALOGIES, WORD_PAIRS, shipped_file

Pair = tuple[str, str, float]
Question = tuple[str, str, str, str]


def similarities() -> list[Pair]:
    """The pairs of WordSim-353: two words and how close people find them, 0 to 10.

    >>> len(similarities()), similarities()[1]
    (353, ('tiger', 'cat', 7.35))
    """
    rows = [line.lower().split("\t") for line in _lines(WORD_PAIRS) if line[0] != "#"]
    return [(first, second, float(score)) for first, second, score in rows]


def analogies() -> dict[str, list[Question]]:
    """The analogy questions by section: a is to b as c is to d.

    >>> questions = analogies()
    >>> len(questions), questions["capital-common-countries"][0]
    (14, ('athens', 'greece', 'baghdad', 'iraq'))
    """
    sections: dict[str, list[Question]] = {}
    for line in _lines(ANALOGIES):
        if line.startswith(":"):
            name = line[1:].strip()
            sections[name] = []
        else:
            a, b, c, d = line.lower().split()
            sections[name].append((a, b, c, d))
    return sections


def _lines(file: tuple[str, ...]) -> Iterator[str]:
    text = shipped_file(*file).read_text(encoding="utf-8")
    return (line for line in text.splitlines() if line.strip())
