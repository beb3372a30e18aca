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
    texts = [(marking, text) for marking in markings for text in range(N_TEXTS)]

    def try_marks(case: tuple[Marking, int]) -> None:
        case[0].mark(case[1])

    def try_score(case: tuple[Marking, int]) -> None:
        case[0].check_score(case[1])

    def try_again(case: tuple[Marking, int]) -> None:
        case[0].check_again(case[1])

    def try_one_letter(letter: str) -> None:
        _marks(answer, letter)

    marks = check.each("there is one True or False for each letter", texts, try_marks)
    check.each("so it is for a text of a single letter", ["a", "t"], try_one_letter, [marks])
    enough = f"F1 is at least {MARGIN} above that of marking every letter"
    check.each(enough, texts, try_score, [marks])
    check.each("a text gets the same marks, whatever was asked before", texts, try_again, [marks])
    return check.report()


class Marking:
    """What an answer makes of a few texts.

    Args:
      answer: the student's function.
      articles: the held-out ones.
      seed: of the texts' words.
    """

    def __init__(self, answer: Subject, articles: Sequence[wikipedia.Article], seed: int) -> None:
        self._answer, self._articles = answer, articles
        self._texts = draw_texts(articles, seed)

    def mark(self, text: int) -> np.ndarray:
        """The marks of one of the texts.

        Raises:
          Failed: if they are no marks.
          AnswerError: if there are none.
        """
        try:
            return _marks(self._answer, self._texts[text].letters)
        except AnswerError as error:
            if not error.blank and self._knows_the_articles(text):
                raise Failed(str(error), "looks-it-up") from None
            raise

    @cached_property
    def marks(self) -> list[np.ndarray]:
        """The marks of all texts; the answer is asked once."""
        return [self.mark(text) for text in range(N_TEXTS)]

    def check_score(self, text: int) -> None:
        """Failed if F1, over all texts together, is not good enough; one of them tells why."""
        starts = np.concatenate([text.starts for text in self._texts])
        found, enough = segmentation.score(np.concatenate(self.marks), starts), _enough(starts)
        if found.f1 < enough:
            raise Failed(
                f"F1 is {found.f1:.2f} (precision {found.precision:.2f}, recall "
                f"{found.recall:.2f}); it has to be {enough:.2f} here.",
                self._reason(text),
            )

    def check_again(self, text: int) -> None:
        """Failed if a text, asked again, gets other marks."""
        again = _marks(self._answer, self._texts[text].letters)
        if not np.array_equal(again, self.marks[text]):
            raise Failed("Asked a second time, the same text got other marks.")

    def _reason(self, text: int) -> str | None:
        """Why a text's marks are not good enough, if it is a known mistake."""
        if self._knows_the_articles(text):
            return "looks-it-up"
        marks, starts = self.marks[text], self._texts[text].starts
        if marks.all():
            return "all-true"
        if marks.any() and not marks[1:].any():
            return "first-letter-only"
        for shift in (1, -1):
            if segmentation.score(np.roll(marks, shift), starts).f1 >= _enough(starts):
                return "ends-for-starts"
        return "hardly-anything-marked" if marks.sum() < FEW * starts.sum() else None

    def _knows_the_articles(self, text: int) -> bool:
        """Whether every mark is right in a text that stands in an article just so."""
        first = 50 * (text + 1)
        letters, starts = segmentation.join(self._articles[0][first : first + 40])
        try:
            return np.array_equal(_marks(self._answer, letters), starts)
        except (AnswerError, Failed):
            return False


def _enough(starts: np.ndarray) -> float:
    """The F1 that is asked for, where words start so."""
    return segmentation.score(np.ones_like(starts), starts).f1 + MARGIN


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
