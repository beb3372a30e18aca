"""The check of `shift-targets`: shift the targets."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from course_utils.checks.engine.blame import blames
from course_utils.checks.engine.boundary import Subject, subject
from course_utils.checks.engine.check import Check, Failed, load_exercises
from course_utils.checks.engine.compare import as_array, as_items, close
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
    cases = [_Target(seed, *mark) for seed in seeds for mark in marks]
    with check.property("inputs and targets have `length` ids each"):
        for case in cases:
            case.check_shape(answer, 3, 6)
    with check.property("the inputs are GO, then the ids, then padding"):
        for case in cases:
            for n, length in ((3, 4), (3, 6), (1, 5)):
                case.check(answer, n, length, 0)
    with check.property("the targets are the ids, then EOS, then padding"):
        for case in cases:
            for n, length in ((3, 4), (3, 6), (1, 5)):
                case.check(answer, n, length, 1)
    with check.property("what is too long is cut before EOS"):
        for case in cases:
            case.check_both(answer, 3, 6)
            with blames("eos-cut-off"):
                for n, length in ((4, 4), (6, 4), (2, 1)):
                    case.check_both(answer, n, length)
    with check.property("an empty sentence is GO to EOS"):
        for case in cases:
            case.check_both(answer, 3, 6)
            for length in (1, 4):
                case.check_both(answer, 0, length)
    return check.report()


class _Target:
    """Sentences of ids that are none of the marks."""

    def __init__(self, seed: int, go: int, eos: int, pad: int) -> None:
        self.go, self.eos, self.pad = go, eos, pad
        rng = np.random.default_rng([seed, go])
        self._all = (10 + rng.permutation(9)).tolist()

    def _results(self, answer: Subject, n: int, length: int) -> list[Any]:
        value = answer(self._all[:n], self.go, self.eos, self.pad, length)
        return as_items(value, 2, "the inputs and the targets")

    def check_shape(self, answer: Subject, n: int, length: int) -> None:
        for which, value in enumerate(self._results(answer, n, length)):
            if np.shape(value) != (length,):
                self.check(answer, n, length, which)
            as_array(value, (length,), "position")

    def check_both(self, answer: Subject, n: int, length: int) -> None:
        self.check(answer, n, length, 0)
        self.check(answer, n, length, 1)

    def check(self, answer: Subject, n: int, length: int, which: int) -> None:
        rows = self._results(answer, n, length)
        try:
            close(rows[which], np.array(self._rows(n, length)[which]), "position")
        except Failed as failure:
            name = ("inputs", "targets")[which]
            what = f"The {name} of {n} ids with length {length}: {failure.detail}"
            raise Failed(what, self._explained_by(rows, n, length)) from None

    def _explained_by(self, rows: list[Any], n: int, length: int) -> str | None:
        """The one mistake that gives both rows: each row alone fits several."""
        slugs = {
            slug
            for slug, wrong in self._mistakes(n, length)
            if all(map(np.array_equal, rows, wrong)) and wrong != self._rows(n, length)
        }
        return slugs.pop() if len(slugs) == 1 else None

    def _rows(self, n: int, length: int) -> tuple[list[int], list[int]]:
        ids = self._all[:n][: length - 1]
        return self._fill([self.go, *ids], length), self._fill([*ids, self.eos], length)

    def _fill(self, ids: list[int], length: int, pad: int | None = None) -> list[int]:
        return (ids + [self.pad if pad is None else pad] * length)[:length]

    def _mistakes(self, n: int, length: int) -> list[tuple[str, tuple[list[int], list[int]]]]:
        ids, (inputs, targets) = self._all[:n], self._rows(n, length)
        kept, gap = ids[: length - 1], length - 1 - len(ids[: length - 1])
        whole = [self.go, *kept, self.eos]
        return [
            ("inputs-equal-targets", (targets, targets)),
            ("inputs-equal-targets", (inputs, inputs)),
            ("inputs-equal-targets", (self._fill(whole, length),) * 2),
            ("no-eos", (inputs, self._fill(kept, length))),
            ("shifted-the-wrong-way", (targets, inputs)),
            ("eos-as-input", (self._fill(whole, length), targets)),
            ("padded-in-front", ([self.pad] * gap + whole[:-1], [self.pad] * gap + whole[1:])),
            ("pad-fixed", (self._fill(whole[:-1], length, 0), self._fill(whole[1:], length, 0))),
            (
                "eos-cut-off",
                (self._fill([self.go, *ids], length), self._fill([*ids, self.eos], length)),
            ),
        ]
