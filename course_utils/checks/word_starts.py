"""The check of a network that finds where words start in a text without spaces."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from course_utils.checks.boundary import AnswerError, Subject, subject
from course_utils.checks.check import Check, Failed, load_exercises
from course_utils.checks.compare import as_array
from course_utils.checks.report import Report
from course_utils.data import segmentation, wikipedia

MARGIN = 0.15  # how far F1 has to be above marking every letter
SIZES = (60, 150, 90, 120)  # words of each text


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
    corpora = [_texts(held_out, seed) for seed in seeds]

    with check.property("there is one True or False for each letter"):
        for texts in corpora:
            for text in (*texts, Text("a", np.array([True]))):
                _marks(answer, text, held_out)
    with check.property(f"F1 is at least {MARGIN} above that of marking every letter"):
        for texts in corpora:
            _check_score(answer, texts, held_out)
    with check.property("a text gets the same marks, whatever was asked before"):
        for texts in corpora:
            first = _check_score(answer, texts, held_out)[0]
            if not np.array_equal(_marks(answer, texts[0], held_out), first):
                raise Failed("Asked a second time, the same text got other marks.")
    return check.report()


def _texts(articles: Sequence[wikipedia.Article], seed: int) -> list[Text]:
    rng = np.random.default_rng(seed)
    return [
        Text(*segmentation.join(segmentation.recombined(articles, size, rng))) for size in SIZES
    ]


def _marks(answer: Subject, text: Text, articles: Sequence[wikipedia.Article]) -> np.ndarray:
    try:
        value = answer(text.letters)
    except AnswerError as error:
        if not error.blank and _knows_the_articles(answer, articles):
            raise Failed(str(error), "looks-it-up") from None
        raise
    marks = as_array(value, (len(text.letters),), "letter")
    odd = marks[(marks != 0) & (marks != 1)]
    if odd.size:
        raise Failed(f"A mark is {odd[0]:.3g}, expected True or False.", "scores-for-marks")
    return marks.astype(bool)


def _check_score(
    answer: Subject, texts: Sequence[Text], articles: Sequence[wikipedia.Article]
) -> list[np.ndarray]:
    """The marks of each text; Failed if they are not good enough, over all texts together."""
    marks = [_marks(answer, text, articles) for text in texts]
    starts = np.concatenate([text.starts for text in texts])
    baseline = segmentation.score(np.ones_like(starts), starts).f1
    found = segmentation.score(np.concatenate(marks), starts)
    if found.f1 < baseline + MARGIN:
        slug = _why_wrong(marks, texts, baseline)
        if slug is None and _knows_the_articles(answer, articles):
            slug = "looks-it-up"
        raise Failed(
            f"F1 is {found.f1:.2f} (precision {found.precision:.2f}, recall {found.recall:.2f}); "
            f"marking every letter gives {baseline:.2f}.",
            slug,
        )
    return marks


def _why_wrong(marks: Sequence[np.ndarray], texts: Sequence[Text], baseline: float) -> str | None:
    if all(m.all() for m in marks):
        return "all-true"
    if not any(m.any() for m in marks):
        return "nothing-marked"
    if not any(m[1:].any() for m in marks):
        return "first-letter-only"
    starts = np.concatenate([text.starts for text in texts])
    for shift in (1, -1):
        moved = np.concatenate([np.roll(m, shift) for m in marks])
        if segmentation.score(moved, starts).f1 >= baseline + MARGIN:
            return "ends-for-starts"
    return None


def _knows_the_articles(answer: Subject, articles: Sequence[wikipedia.Article]) -> bool:
    """Whether every mark is right in a text that stands in an article just so."""
    letters, starts = segmentation.join(articles[0][50:90])
    try:
        return np.array_equal(as_array(answer(letters), starts.shape), starts)
    except (AnswerError, Failed):
        return False
