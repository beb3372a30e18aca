"""The check of `analogy`: analogies."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from course_utils.checks.engine.boundary import subject
from course_utils.checks.engine.check import Check, Failed, load_exercises
from course_utils.checks.engine.compare import as_array, close, hold_against
from course_utils.checks.engine.report import Report
from course_utils.checks.word2vec.nearest_words import require_same
from course_utils.checks.word2vec.word_geometry import (
    TABLE,
    Asked,
    draw_analogy,
    right_analogy,
    wrong_analogies,
)

EXERCISES = load_exercises("word2vec")
EXERCISES["analogy"].knowing(slug for slug, _ in wrong_analogies(TABLE, (0, 1, 2), 2))
_Case = tuple[np.ndarray, Asked, int]  # table; a, b and c; k


def check_analogy(
    analogy: Any,
    seeds: Sequence[int] = (1, 2),
    sizes: Sequence[tuple[int, int, int]] = ((7, 2, 3), (9, 2, 1), (10, 3, 5), (14, 4, 3)),
) -> Report:
    """Checks analogies; sizes are words, dim and k of at most the number of words less 3."""
    check = Check(EXERCISES["analogy"])
    answer = subject(analogy, "analogy")
    cases = [draw_analogy(*size, seed) for size in sizes for seed in seeds]

    def found(case: _Case) -> Any:
        table, asked, k = case
        value = answer(table, *asked, k)
        hold_against(value, right_analogy(*case), wrong_analogies(*case))
        return value

    def try_count(case: _Case) -> None:
        as_array(found(case), (case[2],), "k")

    def try_others(case: _Case) -> None:
        returned = set(case[1]) & set(np.ravel(found(case)).tolist())
        if returned:
            raise Failed(f"The id {min(returned):g} is one of a, b and c.")

    def try_order(case: _Case) -> None:
        table, asked, k = case
        close(answer(table, *asked, k), right_analogy(*case), "rank", wrong_analogies(*case))

    def try_lengths(case: _Case) -> None:
        table, asked, k = case
        unit = (table / np.linalg.norm(table, axis=1, keepdims=True)).astype(np.float32)
        require_same(found(case), as_array(answer(unit, *asked, k), (k,)))

    count = check.each("k ids come back", cases, try_count)
    check.each("none of the three words is among them", cases, try_others, [count])
    check.each("they are the nearest to b - a + c, the nearest first", cases, try_order)
    check.each("the lengths of the rows do not matter", cases, try_lengths, [count])
    return check.report()
