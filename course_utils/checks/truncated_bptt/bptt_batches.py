"""The windows of chapter 04: cut from a sequence of positions, rightly and in known wrong ways."""

from __future__ import annotations

import numpy as np

from course_utils.checks.engine.boundary import Subject
from course_utils.checks.engine.check import Failed
from course_utils.checks.engine.compare import as_array, as_items

Cut = tuple[int, int, int]  # length of the sequence, batch_size, num_steps
Y_OFFSET = 1000  # y counts on from here and x from 0: every entry tells where it comes from


def read_windows(answer: Subject, cut: Cut) -> tuple[np.ndarray, np.ndarray]:
    """All windows of x and of y, each [windows, batch_size, num_steps].

    Raises:
      Failed: if there are too many or too few of them, or a shape is wrong.
      AnswerError: if there are none because the exercise is not answered yet.
    """
    length, batch_size, num_steps = cut
    x = np.arange(length, dtype=np.int32)
    items = answer(x, x + Y_OFFSET, batch_size, num_steps)
    if isinstance(items, Subject):
        raise Failed(f"Got {items}; expected pairs x, y, one after the other by `yield`.")
    count = length // batch_size // num_steps
    if isinstance(items, list) and len(items) == count + 1:
        detail = f"{call_in_words(cut)}: got {count + 1} batches, expected {count}."
        raise Failed(detail, "tail-kept")
    pairs = [as_items(item, 2, "x and y") for item in as_items(items, count, "a pair a window")]
    xs, ys = (
        [as_array(part, (batch_size, num_steps), "batch_size, num_steps") for part in parts]
        for parts in zip(*pairs, strict=True)
    )
    return np.array(xs), np.array(ys)


def call_in_words(cut: Cut) -> str:
    """What an answer was called with.

    >>> call_in_words((65, 3, 2))
    'For x = 0, 1, ..., 64, batch_size 3 and num_steps 2'
    """
    length, batch_size, num_steps = cut
    return f"For x = 0, 1, ..., {length - 1}, batch_size {batch_size} and num_steps {num_steps}"


def right_windows(cut: Cut) -> np.ndarray:
    """The windows of x that a right answer gives, [windows, batch_size, num_steps]."""
    length, batch_size, num_steps = cut
    windows, row_length = length // batch_size // num_steps, length // batch_size
    window, row, step = np.ogrid[:windows, :batch_size, :num_steps]
    return row * row_length + window * num_steps + step


def wrong_windows(cut: Cut, found: np.ndarray) -> list[tuple[str, np.ndarray]]:
    """The windows of x that known misconceptions lead to; some need a look at those found."""
    _, batch_size, num_steps = cut
    right = right_windows(cut)
    windows = len(right)
    window, row, step = np.ogrid[:windows, :batch_size, :num_steps]
    wrong = [
        ("rows-interleaved", (window * num_steps + step) * batch_size + row),
        ("windows-in-reading-order", (window * batch_size + row) * num_steps + step),
        ("rows-start-early", (row * windows + window) * num_steps + step),
    ]
    known = any(np.array_equal(found, suspect) for _, suspect in wrong)
    if not known and sorted(found[..., 0].ravel()) == sorted(right[..., 0].ravel()):
        wrong.append(("windows-shuffled", found))
    return wrong
