"""The check of a network that finds where words start in a text without spaces."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np

from course_utils.checks.engine.boundary import AnswerError, Subject, subject
from course_utils.checks.engine.check import Check, Failed, load_exercises
from course_utils.checks.engine.compare import as_array
from course_utils.checks.engine.report import Report
from course_utils.data import segmentation, wikipedia

MARGIN = 0.15  # how far F1 has to be above marking every letter
FEW = 0.2  # fewer marks than this share of the number of starts are hardly any
# All texts are equally long, so that an answer that is traced is traced once; and not too long,
# for Keras layers outside of a graph take milliseconds for each letter.
N_TEXTS, N_LETTERS = 3, 300


class Text(NamedTuple):
    """Letters without spaces, and where the words start."""

    letters: str
    starts: np.ndarray


def check_word_segmentation(word_starts: Any, seeds: Sequence[int] = (1,)) -> Report:
    """Checks the marks on words of the held-out articles in a new order.

    Args:
      word_starts: the function.
      seeds: of the order.
    """
    check = Check(load_exercises("classification_and_labelling")["word-segmentation"])
    answer = subject(word_starts, "word_starts")
    held_out = wikipedia.split().held_out
    markings = [Marking(answer, held_out, seed) for seed in seeds]
    with check.property("there is one True or False for each letter"):
        for marking in markings:
            _ = marking.marks
        _marks(answer, "a")
    with check.property(f"F1 is at least {MARGIN} above that of marking every letter"):
        for marking in markings:
            marking.check_score()
    with check.property("a text gets the same marks, whatever was asked before"):
        for marking in markings:
            marking.check_score()
            marking.check_again()
    return check.report()


class Marking:
    """What an answer makes of a few texts; it is asked once.

    Args:
      answer: the student's function.
      articles: the held-out ones.
      seed: of the texts' words.
    """

    def __init__(self, answer: Subject, articles: Sequence[wikipedia.Article], seed: int) -> None:
        self._answer, self._articles = answer, articles
        self._texts = draw_texts(articles, seed)

    @cached_property
    def marks(self) -> list[np.ndarray]:
        """The marks of each text.

        Raises:
          Failed: if they are no marks.
          AnswerError: if there are none.
        """
        try:
            return [_marks(self._answer, text.letters) for text in self._texts]
        except AnswerError as error:
            if not error.blank and self._knows_the_articles:
                raise Failed(str(error), "looks-it-up") from None
            raise

    @cached_property
    def _starts(self) -> np.ndarray:
        """Of all texts, one behind the other."""
        return np.concatenate([text.starts for text in self._texts])

    @cached_property
    def _enough(self) -> float:
        return segmentation.score(np.ones_like(self._starts), self._starts).f1 + MARGIN

    def check_score(self) -> None:
        """Failed if F1, over all texts together, is not good enough."""
        found = segmentation.score(np.concatenate(self.marks), self._starts)
        if found.f1 < self._enough:
            raise Failed(
                f"F1 is {found.f1:.2f} (precision {found.precision:.2f}, recall "
                f"{found.recall:.2f}); it has to be {self._enough:.2f} here.",
                self._reason,
            )

    def check_again(self) -> None:
        """Failed if the first text, asked again, gets other marks."""
        again = _marks(self._answer, self._texts[0].letters)
        if not np.array_equal(again, self.marks[0]):
            raise Failed("Asked a second time, the same text got other marks.")

    @cached_property
    def _reason(self) -> str | None:
        """Why it is not good enough, if it is a known mistake."""
        if self._knows_the_articles:
            return "looks-it-up"
        if all(m.all() for m in self.marks):
            return "all-true"
        if any(m.any() for m in self.marks) and not any(m[1:].any() for m in self.marks):
            return "first-letter-only"
        for shift in (1, -1):
            moved = np.concatenate([np.roll(m, shift) for m in self.marks])
            if segmentation.score(moved, self._starts).f1 >= self._enough:
                return "ends-for-starts"
        n_marks = np.concatenate(self.marks).sum()
        return "hardly-anything-marked" if n_marks < FEW * self._starts.sum() else None

    @cached_property
    def _knows_the_articles(self) -> bool:
        """Whether every mark is right in a text that stands in an article just so."""
        letters, starts = segmentation.join(self._articles[0][50:90])
        try:
            return np.array_equal(_marks(self._answer, letters), starts)
        except (AnswerError, Failed):
            return False


def draw_texts(articles: Sequence[wikipedia.Article], seed: int) -> list[Text]:
    """Texts of the articles' words in a new order."""
    rng = np.random.default_rng(seed)
    texts = []
    for _ in range(N_TEXTS):
        words = segmentation.recombined(articles, N_LETTERS // 2, rng)  # of two letters or more
        letters, starts = segmentation.join(words)
        texts.append(Text(letters[:N_LETTERS], starts[:N_LETTERS]))
    return texts


def _marks(answer: Subject, letters: str) -> np.ndarray:
    marks = as_array(answer(letters), (len(letters),), "letter")
    odd = marks[(marks != 0) & (marks != 1)]
    if odd.size:
        raise Failed(f"A mark is {odd[0]:.3g}, expected True or False.", "scores-for-marks")
    return marks.astype(bool)
