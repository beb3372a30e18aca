"""Draws, the nucleus and the loop that writes, against SciPy and by hand."""

from itertools import combinations

import numpy as np
import pytest
from scipy.special import softmax

from course_utils.language_model import nucleus, sample, tempered, write

LOGITS = np.array([0.5, -1.0, 2.0, 1.0])


@pytest.mark.parametrize("temperature", [0.3, 1.0, 4.0])
def test_temperature_divides_the_logits(temperature):
    np.testing.assert_allclose(tempered(LOGITS, temperature), softmax(LOGITS / temperature))


def test_large_logits_are_no_trouble():
    np.testing.assert_allclose(tempered([1000.0, -1000.0], 0.1), [1, 0])


@pytest.mark.parametrize("temperature", [0.0, -1.0, float("nan")])
def test_a_temperature_must_be_above_0(temperature):
    with pytest.raises(ValueError, match="temperature must be above 0"):
        tempered(LOGITS, temperature)


def test_draws_come_as_often_as_the_softmax_says():
    rng = np.random.default_rng(1)
    drawn = np.bincount([sample(LOGITS, 0.7, rng) for _ in range(4000)], minlength=4) / 4000
    np.testing.assert_allclose(drawn, softmax(LOGITS / 0.7), atol=0.04)


@pytest.mark.parametrize("p", [0.2, 0.5, 0.77, 0.99])
def test_the_nucleus_is_the_smallest_set_that_reaches_p(p):
    given = np.random.default_rng(round(100 * p)).dirichlet(np.ones(6))
    found = nucleus(given, p)
    kept = np.flatnonzero(found)
    assert given[kept].sum() >= p
    smaller = combinations(range(6), len(kept) - 1)
    assert all(given[list(ids)].sum() < p for ids in smaller)
    np.testing.assert_allclose(found[kept], given[kept] / given[kept].sum())


def test_a_sum_that_is_just_p_has_reached_it_and_ties_go_by_id():
    np.testing.assert_allclose(nucleus([0.25, 0.25, 0.25, 0.25], 0.5), [0.5, 0.5, 0, 0])
    np.testing.assert_allclose(nucleus([0.25, 0.75], 1.0), [0.25, 0.75])


@pytest.mark.parametrize("p", [0.0, 1.5, float("nan")])
def test_a_share_must_be_above_0_and_at_most_1(p):
    with pytest.raises(ValueError, match="p must be above 0"):
        nucleus([0.5, 0.5], p)


def test_writing_feeds_back_each_new_id_once():
    read = []

    def step(ids, state):
        read.append(np.asarray(ids).tolist())
        return np.eye(9)[(np.asarray(ids) + state) % 9], state + 1

    assert write(step, 1, [4, 2], 3, lambda logits, rng: int(np.argmax(logits)), None) == [3, 5, 8]
    assert read == [[4, 2], [3], [5]]
