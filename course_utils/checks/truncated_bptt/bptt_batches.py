"""The check of `bptt-batches`: windows that go on, cut rightly and in known wrong ways."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from course_utils.checks.engine.blame import about
from course_utils.checks.engine.boundary import Subject, subject
from course_utils.checks.engine.check import Check, Failed, load_exercises
from course_utils.checks.engine.compare import as_array, as_items, close
from course_utils.checks.engine.report import Report

EXERCISES = load_exercises("truncated_bptt")
Cut = tuple[int, int, int]  # length of the sequence, batch_size, num_steps
CUTS: Sequence[Cut] = ((65, 3, 2), (47, 4, 5), (30, 2, 5), (11, 1, 3), (13, 4, 1), (29, 5, 4))
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


def check_bptt_batches(batches: Any, cuts: Sequence[Cut] = CUTS) -> Report:
    """Checks where the windows begin, that rows go on, and what is left out.

    Args:
      batches: the function.
      cuts: length, batch_size and num_steps, one full window at least; in some of them steps are
        left over in each row.
    """
    check = Check(EXERCISES["bptt-batches"])
    answer = subject(batches, "batches")
    with check.property("it yields pairs x, y of [batch_size, num_steps], full windows only"):
        for cut in cuts:
            read_windows(answer, cut)
    with check.property("row i of the first batch starts at i · (len(x) // batch_size)"):
        for cut in cuts:
            found = read_windows(answer, cut)[0]
            wrong = [(slug, windows[0, :, 0]) for slug, windows in wrong_windows(cut, found)]
            with about(call_in_words(cut)):
                close(found[0, :, 0], right_windows(cut)[0, :, 0], "row", wrong)
    with check.property("each row goes on where the batch before has left it"):
        for cut in cuts:
            found = read_windows(answer, cut)[0]
            with about(call_in_words(cut)):
                close(found, right_windows(cut), "batch, row, step", wrong_windows(cut, found))
    with check.property("y is cut at the same places as x"):
        for cut in cuts:
            x, y = read_windows(answer, cut)
            with about(call_in_words(cut)):
                close(y - Y_OFFSET, x, "batch, row, step", [("targets-shifted", x + 1)])
    return check.report()
