"""Neighbours and analogies of chapter 10 by hand, on tables where every known mistake shows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

import numpy as np

Array = np.ndarray
Asked = tuple[int, int, int]  # a, b, c
SHOW_AT_TIMES = (
    "cut-too-early",
    "first-place-dropped",
    "places-without-the-word",
    "places-without-the-words",
    "a-left-out",
    "c-left-out",
    "wrong-step",
    "sign-of-the-cosine",
    "inputs-returned",
)
TABLE = np.arange(1.0, 11.0).reshape(5, 2)  # any, for the names of all mistakes
GAP = 1e-3  # between neighbouring scores, so that float32 ranks them as float64 does


def cosine(x: Array, y: Array) -> float:
    """The cosine of two vectors."""
    return float(np.dot(x, y) / np.sqrt(np.dot(x, x) * np.dot(y, y)))


def best(scores: Sequence[float], k: int, exclude: Sequence[int] = ()) -> list[int]:
    """The ids of the k highest scores, the highest first."""
    ids = [i for i in range(len(scores)) if i not in exclude]
    return sorted(ids, key=lambda i: -scores[i])[:k]


def _table(words: int, dim: int, rng: np.random.Generator) -> Array:
    """Rows of very different lengths and few digits, float32."""
    lengths = rng.permutation(np.geomspace(0.3, 4, words))
    rows = rng.normal(size=[words, dim])
    rows *= (lengths / np.linalg.norm(rows, axis=1))[:, np.newaxis]
    rows = rows.round(1) + 0.0  # few digits; a row must not be zero
    rows[~rows.any(axis=1), 0] = 0.3
    return rows.astype(np.float32)


def _told_apart(right: Array, wrong: Sequence[tuple[str, Sequence[float]]]) -> bool:
    """Whether every mistake shows, but those that show in some tables only, as no other does."""
    shown = [(slug, ids) for slug, ids in wrong if slug not in SHOW_AT_TIMES]
    clear = len(right) < 3 or not any(
        slug != other and ids == others for slug, ids in shown for other, others in shown
    )
    return clear and {slug for slug, ids in shown if right.tolist() != ids} == {s for s, _ in shown}


def _is_without_ties(table: Array, wrong: Callable[[Array], list[tuple[str, list[float]]]]) -> bool:
    """Whether each mistake leads to the same from numbers that are rounded in another way.

    A product of float32 differs in its last digit from one process to another.
    """
    rng = np.random.default_rng(0)
    found = [ids for _, ids in wrong(table)]
    for _ in range(8):
        nudged = table.astype(float) * (1 + 1e-5 * rng.uniform(-1, 1, table.shape))
        pairs = zip(found, wrong(nudged), strict=True)
        if not all(np.allclose(ids, others, atol=1e-3) for ids, (_, others) in pairs):
            return False
    return True


def draw_neighbours(words: int, dim: int, k: int, seed: int) -> tuple[Array, int, int]:
    """A table [words, dim], one of its ids, and k; every known mistake changes the result."""
    for attempt in range(1000):
        rng = np.random.default_rng([seed, words, dim, attempt])
        table, word = _table(words, dim, rng), int(rng.integers(words))
        scores = sorted(cosine(table[word].astype(float), row) for row in table.astype(float))
        right = right_neighbours(table, word, k)
        if (
            np.diff(scores).min() > GAP
            and _told_apart(right, wrong_neighbours(table, word, k))
            and _is_without_ties(table, partial(wrong_neighbours, word=word, k=k))
        ):
            return table, word, k
    raise ValueError(f"No table of {words} words and {dim} columns shows every mistake for k={k}.")


def right_neighbours(table: Array, word: int, k: int) -> Array:
    """The k nearest words by cosine."""
    rows = table.astype(float)
    return np.array(best([cosine(rows[word], row) for row in rows], k, [word]))


def among_many(seed: int) -> tuple[Array, int, int]:
    """A table of 1500 words, one of its ids, and 500: so many are in order by no chance."""
    rng = np.random.default_rng([seed, 12])
    angles = rng.permutation(np.arccos(np.linspace(-0.9, 1, 1500)))
    rows = np.column_stack([np.cos(angles), np.sin(angles)]) * rng.uniform(0.5, 3, [1500, 1])
    return rows.astype(np.float32), int(np.argmin(angles)), 500


def with_twin(case: tuple[Array, int, int], after: bool) -> tuple[Array, int, int]:
    """The table with a second row of the word's vector, at its end or at its beginning."""
    table, word, k = case
    twin = table[word : word + 1]
    if after:
        return np.concatenate([table, twin]), word, k
    return np.concatenate([twin, table]), word + 1, k


def wrong_neighbours(table: Array, word: int, k: int) -> list[tuple[str, list[float]]]:
    """What known misconceptions about neighbours lead to."""
    rows = table.astype(float)
    cosines = [cosine(rows[word], row) for row in rows]
    dots = (rows @ rows[word]).tolist()
    distances = np.linalg.norm(rows - rows[word], axis=1)
    columns = rows / np.linalg.norm(rows, axis=0)
    right = right_neighbours(table, word, k).tolist()
    falling = sorted(range(len(rows)), key=lambda i: -cosines[i])
    without = np.delete(cosines, word).tolist()
    return [
        ("dot-product", best(dots, k, [word])),
        ("dot-product", best(dots, k)),
        ("distance", best((-distances).tolist(), k, [word])),
        ("itself-included", best(cosines, k)),
        ("itself-included", best(cosines, k + 1)),
        ("itself-included", [word, *right]),
        ("cut-too-early", right[: k - 1]),
        ("first-place-dropped", falling[1 : k + 1]),
        ("first-place-dropped", np.argsort(cosines, kind="stable")[::-1][1 : k + 1].tolist()),
        ("ascending", best(np.negative(cosines).tolist(), k, [word])),
        ("ascending", right[::-1]),
        ("ascending", falling[1 : k + 1][::-1]),
        ("ascending", np.argsort(cosines, kind="stable")[-k - 1 : -1].tolist()),
        ("columns-scaled", best((columns @ columns[word]).tolist(), k, [word])),
        ("sign-of-the-cosine", best(np.abs(cosines).tolist(), k, [word])),
        ("places-without-the-word", best(without, k)),
        ("cosines-for-ids", sorted(without, reverse=True)[:k]),
    ]


def draw_analogy(words: int, dim: int, k: int, seed: int) -> tuple[Array, Asked, int]:
    """A table, three different ids and k, such that every known mistake changes the result."""
    for attempt in range(2000):
        rng = np.random.default_rng([seed, words, dim, attempt, 7])
        table = _table(words, dim, rng)
        a, b, c = (int(i) for i in rng.permutation(words)[:3])
        asked = (a, b, c)
        unit = _unit(table)
        gaps = np.diff(sorted(unit @ (unit[b] - unit[a] + unit[c])))
        right = right_analogy(table, asked, k)
        if (
            gaps.min() > GAP
            and _told_apart(right, wrong_analogies(table, asked, k))
            and _is_without_ties(table, partial(wrong_analogies, asked=asked, k=k))
        ):
            return table, asked, k
    raise ValueError(f"No table of {words} words and {dim} columns shows every mistake for k={k}.")


def _unit(table: Array) -> Array:
    rows = table.astype(float)
    return rows / np.sqrt(np.sum(rows**2, axis=1, keepdims=True))


def right_analogy(table: Array, asked: Asked, k: int) -> Array:
    """The k words nearest to b - a + c among rows of length one."""
    return np.array(_solve(_unit(table), asked, k, _b_minus_a_plus_c))


def _solve(
    rows: Array,
    asked: Asked,
    k: int,
    combine: Callable[[Array, Array, Array], Array],
    score: Callable[[Array, Array], float] = cosine,
) -> list[int]:
    target = combine(*(rows[i] for i in asked))
    return best([score(target, row) for row in rows], k, asked)


def _b_minus_a_plus_c(a: Array, b: Array, c: Array) -> Array:
    return b - a + c


def _nearness(target: Array, row: Array) -> float:
    return -float(np.linalg.norm(target - row))


def _a_minus_b_plus_c(a: Array, b: Array, c: Array) -> Array:
    return a - b + c


def wrong_analogies(table: Array, asked: Asked, k: int) -> list[tuple[str, list[float]]]:
    """What known misconceptions about analogies lead to."""
    unit, raw = _unit(table), table.astype(float)
    scores = [cosine(_b_minus_a_plus_c(*unit[list(asked)]), row) for row in unit]
    a, b, c = asked
    without = np.delete(scores, asked).tolist()
    wrong = [
        ("inputs-returned", best(scores, k)),
        *(("inputs-returned", best(scores, k, left)) for left in ((b, c), (a, c), (a, b))),
        *(("inputs-returned", best(scores, k, [left])) for left in asked),
        ("cut-too-early", [i for i in best(scores, k) if i not in asked]),
        ("a-and-b-swapped", _solve(unit, asked, k, _a_minus_b_plus_c)),
        ("wrong-step", _solve(unit, asked, k, lambda a, b, c: b + a - c)),
        ("wrong-step", _solve(unit, asked, k, lambda a, b, c: b + a + c)),
        ("a-left-out", _solve(unit, asked, k, lambda a, b, c: b + c)),
        ("c-left-out", _solve(unit, asked, k, lambda a, b, c: b - a)),
        ("ascending", best(np.negative(scores).tolist(), k, asked)),
        ("ascending", best(scores, k, asked)[::-1]),
        ("places-without-the-words", best(without, k)),
        ("cosines-for-ids", sorted(without, reverse=True)[:k]),
    ]
    if np.abs(unit - raw).max() > GAP:
        wrong += [
            ("rows-not-scaled", _solve(raw, asked, k, _b_minus_a_plus_c)),
            ("rows-not-scaled", _solve(raw, asked, k, _b_minus_a_plus_c, score=np.dot)),
            ("rows-not-scaled", _solve(raw, asked, k, _b_minus_a_plus_c, score=_nearness)),
        ]
    return wrong
