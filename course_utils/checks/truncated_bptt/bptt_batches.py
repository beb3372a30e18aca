"""The check of `bptt-batches`: windows that go on, cut rightly and in known wrong ways."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from course_utils.checks.engine.boundary import Subject, subject
from course_utils.checks.engine.check import Check, Failed, load_exercises
from course_utils.checks.engine.compare import as_array, as_items, close
from course_utils.checks.engine.report import Report

EXERCISES = load_exercises("truncated_bptt")
Cut = tuple[int, int, int]  # length of the sequence, batch_size, num_steps
# The first two tell all misconceptions apart.
CUTS: Sequence[Cut] = (
    (11, 2, 2),
    (17, 3, 2),
    (13, 4, 1),
    (11, 1, 3),
    (29, 5, 4),
    (30, 2, 5),
    (47, 4, 5),
    (26, 2, 2),
    (41, 3, 2),
    (65, 3, 2),
)
Y_OFFSET = 1000  # y counts on from here and x from 0: every entry tells where it comes from


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
        ("windows-overlap", right - window * (num_steps - 1)),
    ]
    known = any(np.array_equal(found, suspect) for _, suspect in [*wrong, ("", right)])
    whole = np.array_equal(found, found[..., :1] + step)
    if not known and whole and sorted(found[..., 0].ravel()) == sorted(right[..., 0].ravel()):
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

    def windows(cut: Cut) -> tuple[np.ndarray, np.ndarray]:
        return as_windows(batches_of(answer, cut), cut)

    def try_count(cut: Cut) -> None:
        items, count = batches_of(answer, cut), len(right_windows(cut))
        if len(items) != count:
            slug = "tail-kept" if _is_tail(items[count:], cut) else None
            raise Failed(f"Got {len(items)} batches, expected {count}.", slug)

    def try_starts(cut: Cut) -> None:
        found, right = windows(cut)[0], right_windows(cut)
        wrong = [(slug, other[0, :, 0]) for slug, other in wrong_windows(cut, found)]
        close(found[0, :, 0], right[0, :, 0], "row", wrong)

    def try_rows(cut: Cut) -> None:
        found, right = windows(cut)[0], right_windows(cut)
        wrong = [(slug, other[: len(found)]) for slug, other in wrong_windows(cut, found)]
        close(found, right[: len(found)], "batch, row, step", wrong)

    def try_targets(cut: Cut) -> None:
        x, y = windows(cut)
        right = x + Y_OFFSET
        wrong = [
            ("targets-shifted", right + 1),
            ("y-cut-from-x", x % Y_OFFSET),
            ("y-cut-from-x", x % Y_OFFSET + 1),
        ]
        close(y, right, "batch, row, step", wrong)

    shapes = check.each("each batch is a pair x, y of [batch_size, num_steps]", cuts, windows)
    # A row that holds one window more or less is another question than where the windows lie.
    check.each("there are as many batches as full windows in a row", cuts, try_count, [shapes])
    name = "row i of the first batch starts at i · (len(x) // batch_size)"
    check.each(name, cuts, try_starts, [shapes])
    check.each("each row goes on where the batch before has left it", cuts, try_rows, [shapes])
    check.each("y is cut at the same places as x", cuts, try_targets, [shapes])
    return check.report()


def batches_of(answer: Subject, cut: Cut) -> list[Any]:
    """What an answer yields for x = 0, 1, 2, ... and y = 1000, 1001, 1002, ...

    Raises:
      Failed: if that is no list and no generator, or an empty one.
      AnswerError: if the exercise is not answered yet.
    """
    length, batch_size, num_steps = cut
    x = np.arange(length, dtype=np.int32)
    items = answer(x, x + Y_OFFSET, batch_size, num_steps)
    if isinstance(items, Subject):
        raise Failed(f"Got {items}; expected pairs x, y, one after the other by `yield`.")
    count = len(items) if isinstance(items, (list, tuple, np.ndarray)) else 1
    if count == 0:
        raise Failed("There is not a single batch.")
    return as_items(items, count, "a pair a window")


def as_windows(items: Sequence[Any], cut: Cut) -> tuple[np.ndarray, np.ndarray]:
    """The windows of x and of y, each [windows, batch_size, num_steps], no more than there can be.

    Raises:
      Failed: if an item is no pair, or a shape is wrong.
    """
    _, batch_size, num_steps = cut
    right = right_windows(cut)
    pairs = [as_items(item, 2, "x and y") for item in items[: len(right)]]
    if all(_is_turned(x, window) for (x, _), window in zip(pairs, right, strict=False)):
        told = f"Got arrays of shape {[num_steps, batch_size]}, expected {[batch_size, num_steps]}."
        raise Failed(told, "turned-round")
    xs, ys = (
        [as_array(part, (batch_size, num_steps), "batch_size, num_steps") for part in parts]
        for parts in zip(*pairs, strict=True)
    )
    return np.array(xs), np.array(ys)


def _is_turned(x: Any, window: np.ndarray) -> bool:
    return window.shape[0] != window.shape[1] and np.array_equal(x, window.T)


def _is_tail(items: Sequence[Any], cut: Cut) -> bool:
    """Whether this is one more batch that begins with the steps left over in each row."""
    length, batch_size, num_steps = cut
    row_length = length // batch_size
    rest = row_length % num_steps
    if len(items) != 1 or not rest:
        return False
    found = np.asarray(as_items(items[0], 2, "x and y")[0])
    rows = np.arange(batch_size)[:, np.newaxis] * row_length
    left_over = rows + np.arange(row_length - rest, row_length)
    return found.ndim == 2 and np.array_equal(found[:, :rest], left_over)
