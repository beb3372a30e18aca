"""Bits of characters and of streams, against SciPy and against one window over everything."""

import numpy as np
import pytest
from scipy.special import log_softmax

from course_utils.language_model import bits_per_character, costs, stream_bits, surprise

RNG = np.random.default_rng(4)
LOGITS, TARGETS = RNG.normal(size=[3, 6, 5]) * 4, RNG.integers(0, 5, [3, 6])


def counting_step(ids, state):
    """Logits that know how many ids were read, and the last one."""
    counts = state + np.arange(1, len(ids) + 1)
    return np.sin(np.outer(counts, np.arange(1, 5)) + np.asarray(ids)[:, None]), state + len(ids)


def test_costs_are_negative_log_probabilities_to_the_base_2():
    expected = -np.take_along_axis(log_softmax(LOGITS, axis=2), TARGETS[..., None], 2)[..., 0]
    np.testing.assert_allclose(costs(LOGITS, TARGETS), expected / np.log(2))
    assert bits_per_character(LOGITS[0], TARGETS[0]) == pytest.approx(
        (expected / np.log(2))[0].mean()
    )


def test_large_logits_cost_what_they_differ_by():
    assert costs([[1000.0, -1000.0]], [1])[0] == pytest.approx(2000 / np.log(2))


@pytest.mark.parametrize("window", [1, 2, 3, 7, 10, 11, 50])
def test_a_stream_costs_the_same_in_any_window(window):
    ids = RNG.integers(0, 4, 12)
    logits, _ = counting_step(ids[:-1], 0)
    np.testing.assert_allclose(surprise(counting_step, 0, ids, window), costs(logits, ids[1:]))
    assert stream_bits(counting_step, 0, ids, window) == pytest.approx(
        costs(logits, ids[1:]).mean()
    )


def test_a_step_never_gets_no_ids_or_more_than_the_window():
    sizes = []

    def step(ids, state):
        sizes.append(len(ids))
        return np.zeros([len(ids), 4]), state

    surprise(step, None, np.zeros(9, int), 4)
    assert sizes == [4, 4]


@pytest.mark.parametrize(("ids", "window"), [([1], 3), ([1, 2], 0)])
def test_what_is_no_stream_is_refused(ids, window):
    with pytest.raises(ValueError, match="There must be 2 ids or more"):
        surprise(counting_step, 0, ids, window)
