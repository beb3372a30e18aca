"""The check of `analogy`: analogies."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from course_utils.checks.engine.boundary import subject
from course_utils.checks.engine.check import Check, Failed, load_exercises
from course_utils.checks.engine.compare import close
from course_utils.checks.engine.report import Report
from course_utils.checks.word2vec.nearest_words import ids_of
from course_utils.checks.word2vec.word_geometry import (
    draw_analogy,
    right_analogy,
    wrong_analogies,
)

EXERCISES = load_exercises("word2vec")


def check_analogy(
    analogy: Any,
    seeds: Sequence[int] = (1, 2),
    sizes: Sequence[tuple[int, int, int]] = ((14, 4, 3), (10, 3, 5), (9, 5, 1), (7, 2, 4)),
) -> Report:
    """Checks analogies; sizes are words, dim and k of at most the number of words less 3."""
    check = Check(EXERCISES["analogy"])
    answer = subject(analogy, "analogy")
    cases = [draw_analogy(*size, seed) for size in sizes for seed in seeds]
    with check.property("k ids come back, none of the three words is among them"):
        for table, asked, k in cases:
            ids = ids_of(answer(table, *asked, k), k, wrong_analogies(table, asked, k))
            if set(asked) & set(ids):
                word = min(set(asked) & set(ids))
                raise Failed(f"The id {word} is one of a, b and c.", "inputs-returned")
    with check.property("among rows of length one, they are the nearest to b - a + c"):
        for table, asked, k in cases:
            unit = table / np.linalg.norm(table, axis=1, keepdims=True)
            wrong = wrong_analogies(unit, asked, k)
            close(answer(unit, *asked, k), right_analogy(unit, asked, k), "rank", wrong)
    with check.property("the rows are scaled to length one first"):
        for table, asked, k in cases:
            wrong = wrong_analogies(table, asked, k)
            close(answer(table, *asked, k), right_analogy(table, asked, k), "rank", wrong)
    return check.report()
