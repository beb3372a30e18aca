"""The check of `nearest-words`: nearest words."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

import numpy as np

from course_utils.checks.engine.boundary import Subject, subject
from course_utils.checks.engine.check import Check, Failed, load_exercises
from course_utils.checks.engine.compare import as_array, close, hold_against
from course_utils.checks.engine.report import Report
from course_utils.checks.word2vec.word_geometry import (
    TABLE,
    among_many,
    draw_neighbours,
    right_neighbours,
    with_twin,
    wrong_neighbours,
)

EXERCISES = load_exercises("word2vec")
EXERCISES["nearest-words"].knowing(slug for slug, _ in wrong_neighbours(TABLE, 0, 2))
NEAREST_SIZES: Sequence[tuple[int, int, int]] = ((6, 2, 3), (6, 2, 1), (8, 3, 5), (11, 4, 3))
_Case = tuple[np.ndarray, int, int]  # table, word, k


def check_nearest_words(
    nearest: Any,
    seeds: Sequence[int] = (1, 2),
    sizes: Sequence[tuple[int, int, int]] = NEAREST_SIZES,
) -> Report:
    """Checks neighbours by cosine; sizes are words, dim and k below the number of words."""
    check = Check(EXERCISES["nearest-words"])
    answer = subject(nearest, "nearest")
    cases = [draw_neighbours(*size, seed) for size in sizes for seed in seeds]

    twins = [with_twin(case, after) for case in cases for after in (False, True)]
    count = check.each("k ids come back", cases, partial(_try_count, answer))
    name = "the word itself is not among them"
    others = check.each(name, cases, partial(_try_others, answer), [count])
    name = "they are the words of the highest cosine, the highest first"
    ranked = check.each(name, cases, partial(_try_cosine, answer))
    name = "so they are if the table is long"
    check.each(name, [among_many(s) for s in seeds], partial(_try_many, answer), [count, ranked])
    check.each(
        "the lengths of the vectors do not matter", cases, partial(_try_lengths, answer), [count]
    )
    name = "another word with the same vector is the nearest, the word itself still left out"
    check.each(name, twins, partial(_try_twin, answer), [count, others])
    return check.report()


def _try_count(answer: Subject, case: _Case) -> None:
    value = answer(*case)
    hold_against(value, right_neighbours(*case), wrong_neighbours(*case))
    as_array(value, (case[2],), "k")


def _try_others(answer: Subject, case: _Case) -> None:
    value = answer(*case)
    hold_against(value, right_neighbours(*case), wrong_neighbours(*case))
    if case[1] in np.ravel(value):
        raise Failed(f"The word {case[1]} is among its own neighbours.")


def _try_cosine(answer: Subject, case: _Case) -> None:
    close(answer(*case), right_neighbours(*case), "rank", wrong_neighbours(*case))


def _try_many(answer: Subject, case: _Case) -> None:
    close(answer(*case), right_neighbours(*case), "rank")


def _try_lengths(answer: Subject, case: _Case) -> None:
    table, word, k = case
    longer = table * np.arange(2, 2 + len(table), dtype=np.float32)[:, np.newaxis]
    wrong = wrong_neighbours(longer, word, k)
    before, after = as_array(answer(table, word, k), (k,)), answer(longer, word, k)
    hold_against(after, right_neighbours(longer, word, k), wrong)
    require_same(after, before)


def _try_twin(answer: Subject, case: _Case) -> None:
    twin = int(np.flatnonzero((case[0] == case[0][case[1]]).all(axis=1) & _all_but(case))[0])
    value = answer(*case)
    hold_against(value, right_neighbours(*case), wrong_neighbours(*case))
    ids = as_array(value, (case[2],), "k")
    if ids[0] != twin or case[1] in ids:
        raise Failed(
            f"The words {case[1]} and {twin} have the same vector. Asked for {case[1]}, got "
            f"{ids.astype(int).tolist()}."
        )


def require_same(after: Any, before: np.ndarray) -> None:
    """Raises `Failed` unless the ids are the same after the rows have got other lengths."""
    if not np.array_equal(after, before):
        raise Failed(
            f"Got {before.astype(int).tolist()}, and {np.ravel(after).tolist()} after each row of "
            "the table had been made longer or shorter."
        )


def _all_but(case: _Case) -> np.ndarray:
    return np.arange(len(case[0])) != case[1]
