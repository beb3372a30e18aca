"""The check of `greedy-decode`: greedy decoding."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from course_utils.checks.engine.boundary import AnswerError, Recipe, Subject, subject
from course_utils.checks.engine.check import Check, Failed, load_exercises
from course_utils.checks.engine.compare import as_integer, as_items, equal
from course_utils.checks.engine.report import Report
from course_utils.checks.seq2seq.toy_translators import PATIENCE, ToyTranslator, as_form

SINGLE, RANDOM = "single-state-assumed", "drawn-at-random"
EXERCISES = load_exercises("seq2seq")
EXERCISES["greedy-decode"].knowing([SINGLE, RANDOM])
ROWS = (2, 4, 1)
MARKS = ((2, 3), (0, 4))  # go and eos
VOCABULARY = 8
Lists = list[list[int]]


class _Decoding(NamedTuple):
    """A toy translator with states to decode from."""

    toy: ToyTranslator
    state: np.ndarray
    go: int
    eos: int

    def raw(
        self, n_steps: int, carried: bool = True, fed_back: bool = True, likeliest: bool = True
    ) -> np.ndarray:
        """[n, n_steps]: the likeliest words, what comes after EOS included."""
        state = self.state
        tokens, first, written = np.full(len(state), self.go), state, []
        for _ in range(n_steps):
            logits, state = self.toy.step(tokens, state)
            state = state if carried else first
            written.append(logits.argmax(axis=1) if likeliest else logits.argmin(axis=1))
            tokens = written[-1] if fed_back else tokens
        return np.reshape(written, (n_steps, len(self.state))).T.astype(int)

    def result(self, max_length: int, **mistakes: bool) -> Lists:
        return [self._cut(row) for row in self.raw(max_length, **mistakes).tolist()]

    def _cut(self, row: list[int]) -> list[int]:
        return row[: row.index(self.eos)] if self.eos in row else row

    def mistakes(self, max_length: int) -> list[tuple[str, Lists]]:
        raw, right = self.raw(max_length).tolist(), self.result(max_length)
        ended = [
            row + [self.eos] * (self.eos in all_) for row, all_ in zip(right, raw, strict=True)
        ]
        longest = max(map(len, ended))
        shortest = min(map(len, right)) if any(self.eos in row for row in raw) else max_length
        run_on = [row[:longest] for row in raw]
        return [
            ("eos-kept", ended),
            ("eos-kept", [row + [self.eos] * (longest - len(row)) for row in ended]),
            ("eos-kept", [row + [self.eos] * (max_length - len(row)) for row in right]),
            ("least-likely", self.result(max_length, likeliest=False)),
            *(("runs-on", rows) for rows in self._running_on(raw, run_on)),
            ("first-token-always", self.result(max_length, fed_back=False)),
            ("state-not-carried", self.result(max_length, carried=False)),
            ("one-step-off", self.result(max_length + 1)),
            ("one-step-off", self.result(max_length - 1)),
            ("max-length-ignored", self.result(PATIENCE + 1)),
            ("go-kept", [[self.go, *row] for row in right]),
            ("stops-with-the-first", [row[:shortest] for row in right]),
            ("stops-with-the-first", [row[: shortest + 1] for row in right]),
        ]

    def _running_on(self, raw: Lists, run_on: Lists) -> list[Lists]:
        without = [[[i for i in row if i != self.eos] for row in rows] for rows in (raw, run_on)]
        return [raw, run_on, *without]


def _decodings(rows: Sequence[int], seeds: Sequence[int]) -> list[_Decoding]:
    marks = [*MARKS, MARKS[0]]
    return [
        _decoding(n, *mark, seed) for seed in seeds for n, mark in zip(rows, marks, strict=False)
    ]


def _decoding(n: int, go: int, eos: int, seed: int) -> _Decoding:
    """The first one drawn whose rows end at different steps and write four words or more."""
    toy = ToyTranslator(VOCABULARY, eos, seed)
    rng = np.random.default_rng([seed, n])
    while True:
        state = toy.encode(rng.integers(0, VOCABULARY, [n, 3]))
        case = _Decoding(toy, state, go, eos)
        lengths = {len(row) for row in case.result(PATIENCE + 4)}
        if max(lengths) >= 4 and len(lengths) >= min(n, 2):
            return case


def check_greedy_decode(
    greedy_decode: Any, seeds: Sequence[int] = (1, 2), rows: Sequence[int] = ROWS
) -> Report:
    """Checks what a greedy decoder writes, in batches whose rows end at different steps.

    Args:
      greedy_decode: the function.
      seeds: of the toy's weights and of the states.
      rows: numbers of rows, at most three.
    """
    check = Check(EXERCISES["greedy-decode"])
    answer = _Decoder(subject(greedy_decode, "greedy_decode"))
    cases = _decodings(rows, seeds)
    long = PATIENCE + 4
    name = "there is one list of ids for each row of the state"
    check.each(name, cases, lambda case: _hold(answer.lists(case, long), case, long))
    name = "equal states give equal sentences"
    same = check.each(name, cases, lambda case: _check_same(answer, case))
    name = "the first word is the likeliest after GO"
    first = check.each(name, cases, lambda case: _check_first_word(answer, case), [same])
    name = "every word is fed back, with the state that the step before left"
    fed = check.each(name, cases, lambda case: _check_alone(answer, case), [first])
    name = "a row ends before its own EOS, whatever the others do"
    ends = check.each(name, cases, lambda case: _check_lists(answer, case, long), [fed])
    name = "there are at most max_length steps"
    lengths = [(case, max_length) for case in cases for max_length in (3, 2, 1)]
    check.each(name, lengths, lambda case: _check_lists(answer, *case), [ends])
    name = "a state of several parts is handed on as it is"
    forms = [(case, form) for case in cases[:2] for form in ("pair", "nested")]
    check.each(name, forms, lambda case: _check_form(answer, *case), [ends])
    return check.report()


class _Decoder:
    """A student's decoder."""

    def __init__(self, answer: Subject) -> None:
        self._answer = answer

    def lists(self, case: _Decoding, max_length: int, form: str = "single") -> Lists:
        """What the answer writes, read as a list of ids for each row of the state."""
        step: Recipe = case.toy.recipes(form)[1]
        state = _as_float32(as_form(case.state, form))
        written = self._answer(step, state, case.go, case.eos, max_length)
        rows = as_items(written, len(case.state), "a list of ids for each row of state")
        return [_ids(row) for row in rows]


def _as_float32(state: Any) -> Any:
    if isinstance(state, dict):
        return {key: _as_float32(part) for key, part in state.items()}
    if isinstance(state, (list, tuple)):
        return type(state)(_as_float32(part) for part in state)
    return state.astype(np.float32)


def _ids(row: Any) -> list[int]:
    if isinstance(row, np.ndarray) and row.ndim == 1:
        row = row.tolist()
    if not isinstance(row, (list, tuple)):
        raise Failed("Each row's ids must be a list of whole numbers.")
    return [as_integer(i) for i in row]


def _hold(lists: Lists, case: _Decoding, max_length: int) -> bool:
    """Whether these are the right lists; holds them against what mistakes lead to."""
    return equal(lists, case.result(max_length), case.mistakes(max_length))


def _check_lists(answer: _Decoder, case: _Decoding, max_length: int, form: str = "single") -> None:
    lists = answer.lists(case, max_length, form)
    if not _hold(lists, case, max_length):
        raise _difference(lists, case, max_length)


def _difference(lists: Lists, case: _Decoding, max_length: int) -> Failed:
    expected = case.result(max_length)
    row = next(i for i, pair in enumerate(zip(lists, expected, strict=True)) if pair[0] != pair[1])
    return Failed(
        f"Row {row} of {len(expected)}: got {_shown(lists[row])}, expected "
        f"{_shown(expected[row])} (go is {case.go}, eos {case.eos}, max_length {max_length})."
    )


def _check_form(answer: _Decoder, case: _Decoding, form: str) -> None:
    """Judges what differs from the single state only in the form of the state."""
    long = PATIENCE + 4
    try:
        lists = answer.lists(case, long, form)
    except Failed as failure:
        raise Failed(failure.detail, SINGLE) from None
    except AnswerError as error:
        raise error if error.blank else Failed(str(error), SINGLE) from None
    if lists != case.result(long):
        raise Failed(_difference(lists, case, long).detail, SINGLE)


def _check_same(answer: _Decoder, case: _Decoding) -> None:
    """Checks that two calls write the same."""
    first, again = (answer.lists(case, PATIENCE + 4) for _ in range(2))
    if first != again:
        raise Failed("Two calls with the same state write different sentences.", RANDOM)


def _shown(ids: list[int]) -> str:
    return str(ids if len(ids) <= 12 else [*ids[:12], ...]).replace("Ellipsis", "...")


def _check_first_word(answer: _Decoder, case: _Decoding) -> None:
    """Checks the first word of each row that has one; what follows is no matter here."""
    long = PATIENCE + 4
    lists = answer.lists(case, long)
    _hold(lists, case, long)
    for row, (ids, right) in enumerate(zip(lists, case.result(long), strict=True)):
        if right and ids[:1] != right[:1]:
            raise Failed(f"Row {row} begins with {_shown(ids[:1])}, expected {right[:1]}.")


def _check_alone(answer: _Decoder, case: _Decoding) -> None:
    """Checks each row in a batch of its own, up to its EOS."""
    long = PATIENCE + 4
    for row in range(len(case.state)):
        alone = case._replace(state=case.state[row : row + 1])
        lists, right = answer.lists(alone, long), alone.result(long)
        _hold(lists, alone, long)
        if lists[0][: len(right[0])] != right[0]:
            raise _difference(lists, alone, long)
