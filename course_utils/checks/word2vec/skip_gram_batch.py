"""The check of `skip-gram-batch`: batches, read back as positions in the text."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from course_utils.checks.engine.boundary import Recipe, Subject, subject
from course_utils.checks.engine.check import Check, Failed, load_exercises
from course_utils.checks.engine.compare import as_array, as_integer, as_items
from course_utils.checks.engine.report import Report

EXERCISES = load_exercises("word2vec")
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

    def __str__(self) -> str:
        return (
            f"For data {FIRST_ID}, {FIRST_ID + 1}, ..., {FIRST_ID + self.length - 1}, start "
            f"{self.start}, batch_size {self.batch_size}, num_skips {self.num_skips}, skip_window "
            f"{self.skip_window}"
        )


class Batch(NamedTuple):
    """A batch as positions in the text: centers and contexts [batch_size], and next_start."""

    centers: np.ndarray
    contexts: np.ndarray
    next_start: int


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
            raise Failed(f"{call}: {name} hold {odd[0]:g}, which is no word of the text.")
        columns.append(column.astype(int) - FIRST_ID)
    return Batch(columns[0], columns[1], as_integer(parts[2]))


def check_centers(batch: Batch, call: Call) -> None:
    """Checks that each centre comes num_skips times, in any order."""
    expected = Counter(dict.fromkeys(call.centers, 0))
    for center in call.centers:  # a position can come twice in a short text
        expected[center] += call.num_skips
    found = Counter(batch.centers.tolist())
    if found == expected:
        return
    at_start = Counter[int]()
    for center in call.centers:
        at_start[(center - call.skip_window) % call.length] += call.num_skips
    once = len(found) == call.batch_size and call.num_skips > 1
    slug = "start-is-the-centre" if found == at_start else None
    slug = slug or ("each-centre-once" if once else None)
    ids = [FIRST_ID + center for center in call.centers]
    got = [FIRST_ID + center for center in batch.centers]
    raise Failed(
        f"{call}: the centres are {_listed(got)}; expected {_listed(ids)}, each {call.num_skips} "
        f"time{'s' * (call.num_skips > 1)}.",
        slug,
    )


def offsets(batch: Batch, call: Call) -> np.ndarray:
    """How far each context is to the right of its centre, [batch_size]; the text is a ring."""
    apart = (batch.contexts - batch.centers) % call.length
    return np.where(apart > call.length // 2, apart - call.length, apart)


def check_contexts(batch: Batch, call: Call) -> None:
    """Checks that contexts lie in the window, beside the centre."""
    places = offsets(batch, call)
    for slug, wrong, what in (
        ("centre-with-itself", places == 0, "is paired with itself"),
        ("outside-the-window", abs(places) > call.skip_window, "lies outside its window"),
    ):
        if wrong.any():
            i = int(np.argmax(wrong))
            raise Failed(
                f"{call}: the centre {FIRST_ID + batch.centers[i]} has the context "
                f"{FIRST_ID + batch.contexts[i]}, which {what}.",
                slug,
            )


def check_distinct(batch: Batch, call: Call) -> None:
    """Checks that no context comes twice for one centre."""
    for pair, count in Counter(zip(batch.centers, batch.contexts, strict=True)).items():
        if count > 1:
            raise Failed(
                f"{call}: the pair ({FIRST_ID + pair[0]}, {FIRST_ID + pair[1]}) comes {count} "
                "times.",
                "repeats-within-a-centre",
            )


def check_every_place(answer: Subject, call: Call, seeds: range) -> None:
    """Checks that over many draws every place of the window is used.

    Of the places, each should be drawn with equal chance; none is missing from so many draws.
    """
    seen = Counter[int]()
    for seed in seeds:
        batch = read_batch(answer, call, seed)
        check_contexts(batch, call)
        seen.update(offsets(batch, call).tolist())
    window = call.skip_window
    missing = [o for o in range(-window, window + 1) if o and not seen[o]]
    if missing:
        one_sided = {o > 0 for o in seen} != {True, False}
        slug = "one-sided-window" if one_sided else "places-never-drawn"
        raise Failed(
            f"{call}: in {len(seeds)} draws, no context is {_place(missing[0])} its centre.", slug
        )
    shares = np.array([seen[o] for o in range(-window, window + 1) if o]) / seen.total()
    fair, margin = 1 / (2 * window), 5 * np.sqrt(1 / (2 * window) / seen.total())
    if np.abs(shares - fair).max() > margin:
        raise Failed(
            f"{call}: in {len(seeds)} draws, one place of the window is drawn "
            f"{shares.max():.0%} of the time and another {shares.min():.0%}; all should be equally "
            "likely.",
            "places-never-drawn",
        )


def check_next_start(batch: Batch, call: Call) -> None:
    """Checks where the next batch begins."""
    found, expected = batch.next_start, call.next_start
    if found == expected:
        return
    wrong = {
        "start-not-advanced": call.start,
        "advanced-by-the-batch-size": (call.start + call.batch_size) % call.length,
        "not-wrapped": call.start + call.batch_size // call.num_skips,
    }
    slugs = [slug for slug, value in wrong.items() if value == found]
    raise Failed(
        f"{call}: next_start is {found}, expected {expected}.",
        slugs[0] if len(slugs) == 1 else None,
    )


def check_generator(answer: Subject, call: Call, seed: int) -> None:
    """Checks that equal generators give equal batches."""
    first, again = (read_batch(answer, call, seed) for _ in range(2))
    for a, b in zip(first[:2], again[:2], strict=True):
        if (a != b).any():
            raise Failed("Two calls with equal generators give different batches.", "rng-ignored")


def _place(offset: int) -> str:
    words = f"{abs(offset)} word{'s' * (abs(offset) > 1)}"
    return f"{words} {'after' if offset > 0 else 'before'}"


def _listed(ids: list[int]) -> str:
    shown = ", ".join(str(i) for i in ids[:8])
    return shown + (", ..." if len(ids) > 8 else "")


CALLS: Sequence[Call] = (
    Call(23, 4, 12, 3, 2),
    Call(31, 0, 8, 2, 3),
    Call(19, 7, 6, 1, 1),
    Call(29, 11, 20, 4, 2),
    Call(17, 3, 1, 1, 4),
)

RING: Sequence[Call] = (Call(23, 20, 12, 2, 2), Call(17, 16, 8, 4, 3), Call(13, 10, 4, 1, 2))


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
      calls: texts and sizes; no window passes the end of its text.
      ring: the same, where windows pass the end.
    """
    check = Check(EXERCISES["skip-gram-batch"])
    answer = subject(generate_batch, "generate_batch")
    cases = [(call, seed) for call in calls for seed in seeds]
    with check.property(
        "each centre comes num_skips times, the first is in the first window's middle"
    ):
        for call, seed in cases:
            check_centers(read_batch(answer, call, seed), call)
    with check.property("a context lies in the window of its centre, and is not the centre"):
        for call, seed in cases:
            check_contexts(read_batch(answer, call, seed), call)
    with check.property("no context comes twice for a centre"):
        for call, seed in cases:
            check_distinct(read_batch(answer, call, seed), call)
    with check.property("contexts are drawn from all places of the window"):
        check_every_place(answer, Call(41, 5, 16, 2, 3), range(seeds[0], seeds[0] + 25))
        check_every_place(answer, Call(37, 2, 12, 1, 2), range(seeds[0], seeds[0] + 25))
    with check.property("next_start is as many words on as there were centres"):
        for call, seed in cases:
            check_next_start(read_batch(answer, call, seed), call)
    with check.property("past its end, the text goes on at its beginning", suspect="no-ring"):
        for call in ring:
            with_end = read_batch(answer, call, seeds[0])
            _check_ring(with_end, call)
    with check.property("all chance comes from rng"):
        check_generator(answer, Call(41, 5, 24, 2, 3), seeds[0])
        _check_chance(answer, Call(41, 5, 24, 2, 3), seeds[0])
    return check.report()


def _check_ring(batch: Any, call: Call) -> None:
    check_centers(batch, call)
    check_contexts(batch, call)
    check_next_start(batch, call)


def _check_chance(answer: Subject, call: Call, seed: int) -> None:
    drawn = [
        sorted(zip(b.centers.tolist(), offsets(b, call).tolist(), strict=True))
        for b in (read_batch(answer, call, s) for s in (seed, seed + 1))
    ]
    if drawn[0] == drawn[1]:
        raise Failed("Generators of different seeds give the same pairs.", "rng-ignored")
