"""The check of `nearest-words`: nearest words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from course_utils.checks.engine.boundary import subject
from course_utils.checks.engine.check import Check, Failed, load_exercises
from course_utils.checks.engine.compare import Suspects, as_array, close
from course_utils.checks.engine.report import Report
from course_utils.checks.word2vec.word_geometry import (
    draw_neighbours,
    right_neighbours,
    wrong_neighbours,
)

EXERCISES = load_exercises("word2vec")
NEAREST_SIZES: Sequence[tuple[int, int, int]] = ((11, 4, 3), (8, 3, 5), (6, 2, 1), (5, 6, 4))


def check_nearest_words(
    nearest: Any,
    seeds: Sequence[int] = (1, 2),
    sizes: Sequence[tuple[int, int, int]] = NEAREST_SIZES,
) -> Report:
    """Checks neighbours by cosine; sizes are words, dim and k below the number of words."""
    check = Check(EXERCISES["nearest-words"])
    answer = subject(nearest, "nearest")
    with check.property("k ids come back, the word itself is not among them"):
        for size in sizes:
            for seed in seeds:
                table, word, k = draw_neighbours(*size, seed)
                wrong = wrong_neighbours(table, word, k)
                ids = ids_of(answer(table, word, k), k, wrong)
                if word in ids:
                    raise Failed(f"The word {word} is among its own neighbours.", "itself-included")
    with check.property("they are the words of the highest cosine, the highest first"):
        for size in sizes:
            for seed in seeds:
                table, word, k = draw_neighbours(*size, seed)
                wrong = wrong_neighbours(table, word, k)
                close(answer(table, word, k), right_neighbours(table, word, k), "rank", wrong)
    with check.property("the length of a vector does not matter"):
        for size in sizes:
            table, word, k = draw_neighbours(*size, seeds[0])
            longer = table * np.linspace(0.3, 6, len(table), dtype=np.float32)[:, None]
            wrong = wrong_neighbours(longer, word, k)
            close(answer(longer, word, k), right_neighbours(table, word, k), "rank", wrong)
    return check.report()


def ids_of(value: Any, k: int, wrong: Suspects) -> list[int]:
    """The value as k ids; a wrong number of them may have a known reason."""
    found = as_array_or_blame(value, k, wrong)
    return [int(i) for i in found]


def as_array_or_blame(value: Any, k: int, wrong: Suspects) -> np.ndarray:
    """The value as an array of k ids, or the suspect that explains its shape."""
    try:
        return as_array(value, (k,), "k")
    except Failed:
        close(value, np.zeros(k), "k", wrong)
        raise
