"""The check of `skip-gram-batch`: batches, read back as positions in the text."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np

from course_utils.checks.engine.boundary import AnswerError, Recipe, Subject, subject
from course_utils.checks.engine.check import Check, Failed, load_exercises
from course_utils.checks.engine.compare import as_array, as_integer, as_items, equal
from course_utils.checks.engine.report import Report

EXERCISES = load_exercises("word2vec")
DRAWS = 200  # of which each place of the window gets its share
OTHERS = 8  # generators, which can lead to the same batch once, but not all of them
FIRST_ID = 100  # the id of position 0; each position has an id of its own, so that ids tell places


class Call(NamedTuple):
    """What an answer is called with; the text is `length` words, all different."""

    length: int
    start: int
    batch_size: int
    num_skips: int
    skip_window: int

    @property
    def centers(self) -> list[int]:
        """Positions of the centres, each once."""
        first, count = self.start + self.skip_window, self.batch_size // self.num_skips
        return [(first + i) % self.length for i in range(count)]

    @property
    def next_start(self) -> int:
        """Where the next batch begins."""
        return (self.start + self.batch_size // self.num_skips) % self.length

    @property
    def mistaken_centers(self) -> list[tuple[str, list[int]]]:
        """Positions that known misconceptions lead to, one for each pair, sorted."""
        first, count = self.start + self.skip_window, self.batch_size // self.num_skips
        windows, width = np.arange(count), 2 * self.skip_window + 1
        wrong = [
            ("start-is-the-centre", self.start + windows),
            ("centre-at-the-end", self.start + 2 * self.skip_window + windows),
            ("centre-one-off", first - 1 + windows),
            ("centre-one-off", first + 1 + windows),
            ("window-jumps", first + windows * width),
            ("window-jumps", first + windows * self.num_skips),
            ("window-jumps", first + windows * self.skip_window),
            ("window-stands-still", first + windows * 0),
        ]
        pairs = [(slug, np.repeat(centers, self.num_skips)) for slug, centers in wrong]
        pairs.append(("each-centre-once", first + np.arange(self.batch_size)))
        return [(slug, sorted((x % self.length).tolist())) for slug, x in pairs]


class Batch(NamedTuple):
    """A batch as positions in the text: centers and contexts [batch_size], and next_start."""

    centers: np.ndarray
    contexts: np.ndarray
    next_start: Any


def read_batch(answer: Subject, call: Call, seed: int) -> Batch:
    """A batch of an answer.

    Raises:
      Failed: if it is no batch of ids of the text.
    """
    data = np.arange(FIRST_ID, FIRST_ID + call.length, dtype=np.int32)
    rng = Recipe("numpy.random:default_rng", {"seed": seed})
    result = answer(data, call.start, call.batch_size, call.num_skips, call.skip_window, rng)
    parts = as_items(result, 3, "centers, contexts and next_start")
    columns = []
    for name, part in zip(("centers", "contexts"), parts[:2], strict=True):
        try:
            column = as_array(part, (call.batch_size,), "batch_size")
        except Failed as failure:
            raise Failed(f"{name}: {failure.detail}") from None
        odd = [x for x in column if x not in data]
        if odd:
            raise Failed(f"The {name} hold {odd[0]:g}, which is no word of the text.")
        columns.append(column.astype(int) - FIRST_ID)
    return Batch(columns[0], columns[1], parts[2])


def check_centers(batch: Batch, call: Call) -> None:
    """Checks that each centre comes num_skips times, in any order."""
    expected = sorted(call.centers * call.num_skips)
    found, others = sorted(batch.centers.tolist()), sorted(batch.contexts.tolist())
    swapped = found if others == expected else []
    if not equal(found, expected, [*call.mistaken_centers, ("columns-swapped", swapped)]):
        ids = _listed([FIRST_ID + center for center in call.centers])
        got = _listed([FIRST_ID + center for center in batch.centers])
        times = f"{call.num_skips} time{'s' * (call.num_skips > 1)}"
        raise Failed(f"The centres are {got}; expected {ids}, each {times}.")


def offsets(batch: Batch, call: Call) -> np.ndarray:
    """How far each context is to the right of its centre, [batch_size]; the text is a ring."""
    apart = (batch.contexts - batch.centers) % call.length
    return np.where(apart > call.length // 2, apart - call.length, apart)


def check_not_itself(batch: Batch, call: Call) -> None:
    """Checks that no word is a context of itself."""
    _require(offsets(batch, call) != 0, batch, call, "itself", "centre-with-itself")


def check_contexts(batch: Batch, call: Call) -> None:
    """Checks that contexts lie in the window."""
    inside = abs(offsets(batch, call)) <= call.skip_window
    _require(inside, batch, call, "which lies outside its window", "outside-the-window")


def _require(fine: np.ndarray, batch: Batch, call: Call, what: str, slug: str) -> None:
    """Raises `Failed` unless all pairs are fine; wrong centres say nothing of the contexts."""
    if not fine.all():
        i = int(np.argmin(fine))
        center, context = (FIRST_ID + column[i] for column in batch[:2])
        known = slug if sorted(batch.centers) == sorted(call.centers * call.num_skips) else None
        raise Failed(f"The centre {center} has the context {context}, {what}.", known)


def check_distinct(batch: Batch, call: Call) -> None:
    """Checks that no context comes twice for one centre."""
    for pair, count in Counter(zip(batch.centers, batch.contexts, strict=True)).items():
        if count > 1:
            raise Failed(
                f"The pair ({FIRST_ID + pair[0]}, {FIRST_ID + pair[1]}) comes {count} times.",
                "repeats-within-a-centre" if pair[0] != pair[1] else None,
            )


def _window_places(batch: Batch, call: Call) -> list[tuple[int, ...]]:
    """The places that were drawn for each centre, sorted."""
    places = offsets(batch, call)
    return [tuple(sorted(places[batch.centers == center].tolist())) for center in call.centers]


def check_every_place(answer: Subject, call: Call, seed: int) -> None:
    """Checks that over many draws all places of the window come equally often.

    It looks at one window of each batch, so that the draws have nothing to do with each other.
    """
    seen = Counter[int]()
    for draw in range(DRAWS):
        seen.update(_window_places(read_batch(answer, call, seed + draw), call)[0])
    window = call.skip_window
    places = [o for o in range(-window, window + 1) if o]
    if len({o > 0 for o in seen}) == 1:
        side = "after" if min(seen) > 0 else "before"
        raise Failed(f"In {DRAWS} draws all contexts stand {side} the centre.", "one-sided-window")
    shares = np.array([seen[o] for o in places]) / seen.total()
    fair, margin = 1 / (2 * window), 5 * np.sqrt(1 / (2 * window) / seen.total())
    if np.abs(shares - fair).max() > margin:
        often, rarely = places[int(shares.argmax())], places[int(shares.argmin())]
        raise Failed(
            f"In {DRAWS} draws {shares.max():.0%} of the contexts are {_place(often)} the centre "
            f"and {shares.min():.0%} are {_place(rarely)} it; all places should be equally likely.",
            "places-never-drawn",
        )


def check_own_draws(answer: Subject, call: Call, seed: int) -> None:
    """Checks that the windows of a batch are drawn from one by one."""
    places = _window_places(read_batch(answer, call, seed), call)
    if len(set(places)) == 1:
        raise Failed(
            f"All {len(places)} centres of a batch have contexts at the same places of the window.",
            "one-draw-for-the-batch",
        )


def check_next_start(batch: Batch, call: Call) -> None:
    """Checks where the next batch begins."""
    found, expected, moved = as_integer(batch.next_start), call.next_start, call.start
    count = call.batch_size // call.num_skips
    wrong = [
        ("start-not-advanced", moved),
        ("advanced-by-the-batch-size", (moved + call.batch_size) % call.length),
        ("not-wrapped", moved + count),
        ("next-start-is-a-centre", call.centers[-1]),
        ("next-start-is-a-centre", (call.centers[-1] + 1) % call.length),
        ("advanced-by-one", (moved + 1) % call.length),
        ("last-window-again", (moved + count - 1) % call.length),
    ]
    if not equal(found, expected, wrong):
        raise Failed(f"next_start is {found}, expected {expected}.")


def _place(offset: int) -> str:
    words = f"{abs(offset)} word{'s' * (abs(offset) > 1)}"
    return f"{words} {'after' if offset > 0 else 'before'}"


def _listed(ids: list[int]) -> str:
    shown = ", ".join(str(i) for i in ids[:8])
    return shown + (", ..." if len(ids) > 8 else "")


CALLS: Sequence[Call] = (
    Call(17, 4, 4, 2, 2),
    Call(19, 7, 6, 1, 1),
    Call(23, 4, 12, 3, 4),
    Call(31, 0, 8, 2, 3),
    Call(29, 11, 20, 4, 4),
    Call(17, 3, 1, 1, 4),
)
RING: Sequence[Call] = (Call(13, 10, 4, 1, 2), Call(17, 16, 8, 2, 3), Call(23, 20, 12, 2, 2))
FULL: Sequence[Call] = (Call(19, 3, 6, 2, 1), Call(17, 4, 8, 4, 2))
MANY: Sequence[Call] = (Call(19, 5, 4, 2, 3), Call(23, 2, 4, 2, 3))
TWICE = Call(20, 3, 80, 1, 2)  # with one skip each: no context the same once in 10^10 times
WINDOWS: Sequence[Call] = (Call(41, 5, 16, 2, 3), Call(41, 2, 24, 2, 4))


def check_skip_gram_batch(
    generate_batch: Any,
    seeds: Sequence[int] = (1, 2),
    calls: Sequence[Call] = CALLS,
    ring: Sequence[Call] = RING,
) -> Report:
    """Checks batches by their properties; the pairs may come in any order.

    Args:
      generate_batch: the function.
      seeds: of the generators.
      calls: texts and sizes; no window passes the end of its text, and num_skips is skip_window at
        most.
      ring: the same, where windows pass the end.
    """
    check = Check(EXERCISES["skip-gram-batch"])
    answer = subject(generate_batch, "generate_batch")
    cases = [(call, seed) for seed in seeds for call in calls]

    def tried(judge: Callable[[Batch, Call], None]) -> Callable[[tuple[Call, int]], None]:
        return lambda case: judge(read_batch(answer, *case), case[0])

    name = "each centre comes num_skips times, the first is in the first window's middle"
    centers = check.each(name, cases, tried(check_centers))
    not_itself = check.each("no centre is its own context", cases, tried(check_not_itself))
    inside = check.each("a context lies in the window of its centre", cases, tried(check_contexts))
    name = "equal generators give equal batches, others give others"
    first = [(call, seeds[0]) for call in WINDOWS]
    chance = check.each(name, first, lambda case: _check_chance(answer, *case), [centers])
    name = "no context comes twice for a centre"
    distinct = check.each(name, cases, tried(check_distinct), [centers])
    drawn = [centers, not_itself, inside, distinct]
    full, several = ([(call, s) for call in some for s in seeds] for some in (FULL, WINDOWS))
    name = "num_skips can be 2 * skip_window: then each place comes once"
    check.each(name, full, tried(_check_full), drawn)
    name = "all places of the window are equally likely"
    many = [(call, seeds[0]) for call in MANY]
    fair = check.each(name, many, lambda case: check_every_place(answer, *case), [*drawn, chance])
    name = "each window has a draw of its own"
    check.each(name, several, lambda case: check_own_draws(answer, *case), [fair])
    twice = [(TWICE, seed) for seed in seeds]
    name = "a word that stands beside itself can be its own context"
    check.each(name, twice, lambda case: _check_twice(answer, *case), [fair])
    name = "next_start is as many words on as there were centres"
    start = check.each(name, cases[: len(calls)], tried(check_next_start))
    name = "past its end, the text goes on at its beginning"
    past_end = [(call, seed) for call in ring for seed in seeds]
    on_ring = check.each(name, past_end, lambda case: _check_ring(answer, *case), [centers, inside])
    name = "past the end, next_start goes on at 0"
    check.each(name, [(call, seeds[0]) for call in ring], tried(check_next_start), [start, on_ring])
    return check.report()


def _check_full(batch: Batch, call: Call) -> None:
    window = call.skip_window
    expected = tuple(o for o in range(-window, window + 1) if o)
    for center, places in zip(call.centers, _window_places(batch, call), strict=True):
        if places != expected:
            raise Failed(
                f"The contexts of the centre {FIRST_ID + center} stand {list(places)} words after "
                f"it, expected {list(expected)}."
            )


def _check_ring(answer: Subject, call: Call, seed: int) -> None:
    try:
        batch = read_batch(answer, call, seed)
    except AnswerError as error:  # so it does only where a window passes the end
        raise error if error.blank else Failed(str(error), "no-ring") from None
    check_centers(batch, call)
    check_contexts(batch, call)


def _check_twice(answer: Subject, call: Call, seed: int) -> None:
    """Checks a text in which every word stands twice, side by side, with a fourth of its pairs."""
    data = np.repeat(np.arange(FIRST_ID, FIRST_ID + call.length // 2, dtype=np.int32), 2)
    rng = Recipe("numpy.random:default_rng", {"seed": seed})
    result = as_items(answer(data, *call[1:], rng), 3, "centers, contexts and next_start")
    centers, contexts = (as_array(part, (call.batch_size,), "batch_size") for part in result[:2])
    if not (centers == contexts).any():
        raise Failed(
            f"Every word stands twice in a row, and of {call.batch_size} contexts none is the word "
            "of its centre.",
            "own-word-left-out",
        )


def _check_chance(answer: Subject, call: Call, seed: int) -> None:
    first, again, *others = (
        sorted(zip(*(column.tolist() for column in read_batch(answer, call, s)[:2]), strict=True))
        for s in (seed, *range(seed, seed + OTHERS))
    )
    if first != again:
        raise Failed("Two calls with equal generators give different batches.", "rng-ignored")
    if all(first == other for other in others):
        draws = any(center != context for center, context in first)  # or there is nothing to see
        slug = "rng-ignored" if draws else None
        raise Failed("Generators of different seeds give the same pairs.", slug)
