"""The check of `shift-targets`: shift the targets."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

import numpy as np

from course_utils.checks.engine.boundary import Subject, subject
from course_utils.checks.engine.check import Check, Failed, load_exercises
from course_utils.checks.engine.compare import as_array, as_items, close, equal
from course_utils.checks.engine.report import Report

EXERCISES = load_exercises("seq2seq")
Marks = tuple[int, int, int]  # go, eos, pad
MARKS: Sequence[Marks] = ((2, 3, 0), (7, 8, 9))


def check_shift_targets(
    shift_targets: Any, seeds: Sequence[int] = (1, 2), marks: Sequence[Marks] = MARKS
) -> Report:
    """Checks decoder inputs and targets, for all numbers of ids around the length of a row.

    Args:
      shift_targets: the function.
      seeds: of the ids.
      marks: ids of go, eos and pad.
    """
    check = Check(EXERCISES["shift-targets"])
    answer = subject(shift_targets, "shift_targets")
    targets = [_Target(seed, *mark) for seed in seeds for mark in marks]

    def cases(*sizes: tuple[int, int]) -> list[_Case]:
        return [(target, *size) for size in sizes for target in targets]

    fitting = cases((1, 3), (2, 3), (3, 6), (1, 5))
    check.each("inputs and targets have `length` ids each", fitting, partial(_try_lengths, answer))
    name = "the inputs are GO, then the ids, then padding"
    inputs = check.each(name, fitting, lambda case: _try_row(answer, case, 0))
    name = "the targets are the ids, then EOS, then padding"
    outputs = check.each(name, fitting, lambda case: _try_row(answer, case, 1))
    name = "of what is too long, the first length - 1 ids are kept, and EOS"
    check.each(name, cases((4, 4), (6, 4), (2, 1)), partial(_try_both, answer), [inputs, outputs])
    empty = cases((0, 3), (0, 1))
    check.each(
        "an empty sentence is GO to EOS", empty, partial(_try_both, answer), [inputs, outputs]
    )
    return check.report()


def _rows(answer: Subject, case: _Case) -> list[Any]:
    target, n, length = case
    value = answer(target.ids(n), target.go, target.eos, target.pad, length)
    found = as_items(value, 2, "the inputs and the targets")
    read = [np.ravel(row).tolist() for row in found]
    equal(read, target.rows(n, length), target.mistakes(n, length))
    return found


def _try_lengths(answer: Subject, case: _Case) -> None:
    for row in _rows(answer, case):
        as_array(row, (case[2],), "position")


def _try_row(answer: Subject, case: _Case, which: int) -> None:
    target, n, length = case
    try:
        close(_rows(answer, case)[which], np.array(target.rows(n, length)[which]), "position")
    except Failed as failure:
        name, detail = ("inputs", "targets")[which], failure.detail
        raise Failed(f"The {name}: {detail[:1].lower()}{detail[1:]}") from None


def _try_both(answer: Subject, case: _Case) -> None:
    _try_row(answer, case, 0)
    _try_row(answer, case, 1)


class _Target:
    """Sentences of ids that are none of the marks."""

    def __init__(self, seed: int, go: int, eos: int, pad: int) -> None:
        self.go, self.eos, self.pad = go, eos, pad
        rng = np.random.default_rng([seed, go])
        self._all = (10 + rng.permutation(9)).tolist()

    def ids(self, n: int) -> list[int]:
        return self._all[:n]

    def rows(self, n: int, length: int) -> list[list[int]]:
        ids = self.ids(n)[: length - 1]
        return [self._fill([self.go, *ids], length), self._fill([*ids, self.eos], length)]

    def _fill(self, ids: list[int], length: int, pad: int | None = None) -> list[int]:
        return (ids + [self.pad if pad is None else pad] * length)[:length]

    def mistakes(self, n: int, length: int) -> list[tuple[str, list[list[int]]]]:
        ids, (inputs, targets) = self.ids(n), self.rows(n, length)
        kept, gap = ids[: length - 1], [self.pad] * (length - 1 - len(ids))
        whole, last = [self.go, *kept, self.eos], ids[max(0, n - length + 1) :]
        short = [] if length == 1 else ids[: length - 2]
        return [
            ("inputs-equal-targets", [targets, targets]),
            ("inputs-equal-targets", [inputs, inputs]),
            ("inputs-equal-targets", [self._fill(whole, length)] * 2),
            ("no-eos", [inputs, self._fill(kept, length)]),
            ("no-go", [self._fill(kept, length), targets]),
            ("shifted-the-wrong-way", [targets, inputs]),
            ("eos-as-input", [self._fill(whole, length), targets]),
            ("eos-behind-the-padding", [inputs, [*kept, *gap, self.eos]]),
            ("padded-in-front", [gap + whole[:-1], gap + whole[1:]]),
            ("pad-fixed", [self._fill(whole[:-1], length, 0), self._fill(whole[1:], length, 0)]),
            (
                "eos-cut-off",
                [self._fill([self.go, *ids], length), self._fill([*ids, self.eos], length)],
            ),
            (
                "last-ids-kept",
                [self._fill([self.go, *last], length), self._fill([*last, self.eos], length)],
            ),
            ("not-cut", [[self.go, *ids, *gap], [*ids, self.eos, *gap]]),
            ("not-padded", [whole[:-1], whole[1:]]),
            (
                "cut-too-early",
                [self._fill([self.go, *short], length), self._fill([*short, self.eos], length)],
            ),
        ]


_Case = tuple[_Target, int, int]  # marks and ids, how many ids, the length of a row
