"""The binary task: the rule, its start, its speed, and the losses that theory gives."""

import time
from itertools import product

import numpy as np
import pytest

from course_utils.data.binary_sequence import expected_loss, generate


@pytest.fixture(scope="module")
def million():
    return generate(1_000_000, np.random.default_rng(5))


def test_x_is_a_fair_coin_and_y_is_one_in_five_of_eight(million):
    x, y = million
    assert set(np.unique(x)) == set(np.unique(y)) == {0, 1}
    assert x.mean() == pytest.approx(0.5, abs=0.0025)  # five standard deviations
    assert y.mean() == pytest.approx(0.625, abs=0.0025)


@pytest.mark.parametrize(
    ("three", "eight", "p"), [(0, 0, 0.5), (1, 0, 1.0), (0, 1, 0.25), (1, 1, 0.75)]
)
def test_y_follows_the_rule(million, three, eight, p):
    x, y = million
    after = (x[5:-3] == three) & (x[:-8] == eight)
    assert y[8:][after].mean() == pytest.approx(p, abs=5 * np.sqrt(p * (1 - p) / after.sum()))


def test_no_other_lag_has_an_effect(million):
    x, y = million
    for lag in {*range(1, 13)} - {3, 8}:
        before = x[:-lag]
        effect = y[lag:][before == 1].mean() - y[lag:][before == 0].mean()
        assert effect == pytest.approx(0, abs=0.005)


def test_inputs_before_the_start_count_as_zero():
    pairs = [generate(10, np.random.default_rng(seed)) for seed in range(4000)]
    x, y = (np.stack(sequences) for sequences in zip(*pairs, strict=True))
    assert y[:, :3].mean() == pytest.approx(0.5, abs=0.023)
    assert y[:, 3:8][x[:, :5] == 1].all()
    assert y[:, 3:8][x[:, :5] == 0].mean() == pytest.approx(0.5, abs=0.025)


@pytest.mark.parametrize("size", range(1, 12))
def test_short_sequences_have_the_length_asked_for(size):
    x, y = generate(size, np.random.default_rng(0))
    assert x.shape == y.shape == (size,)
    assert x.dtype == y.dtype == np.int32


def test_equal_generators_draw_equal_sequences():
    first, second = (generate(50, np.random.default_rng(8)) for _ in range(2))
    np.testing.assert_array_equal(first, second)
    assert (generate(50, np.random.default_rng(9))[0] != first[0]).any()


def test_a_million_symbols_take_less_than_a_second():
    start = time.perf_counter()
    generate(1_000_000, np.random.default_rng(1))
    assert time.perf_counter() - start < 1


def test_an_empty_sequence_is_refused():
    with pytest.raises(ValueError, match="size must be at least 1, got 0"):
        generate(0, np.random.default_rng(1))


# Worked by hand: the probabilities of y = 1 that a model with this knowledge has to tell apart.
KNOWLEDGE = {
    (): [5 / 8],
    (3,): [3 / 8, 7 / 8],
    (8,): [3 / 4, 1 / 2],
    (3, 8): [1 / 2, 1 / 4, 1, 3 / 4],
}


@pytest.mark.parametrize("lags", KNOWLEDGE)
def test_the_expected_loss_is_the_mean_entropy_of_what_is_known(lags):
    entropies = [
        -(p * np.log(p) + ((1 - p) * np.log(1 - p) if p < 1 else 0)) for p in KNOWLEDGE[lags]
    ]
    assert expected_loss(lags) == pytest.approx(np.mean(entropies))


@pytest.mark.parametrize("lags", KNOWLEDGE)
def test_the_best_model_reaches_the_expected_loss(million, lags):
    """A table of frequencies, fitted to the data, is the best model there can be."""
    x, y = million
    inputs = [x[8 - lag : len(x) - lag] for lag in lags]
    losses = np.zeros(len(x) - 8)
    for bits in product((0, 1), repeat=len(lags)):
        rows = np.all([column == bit for column, bit in zip(inputs, bits, strict=True)], axis=0)
        rows = rows if lags else np.ones(len(losses), bool)
        p = y[8:][rows].mean()
        losses[rows] = -np.log(np.where(y[8:][rows] == 1, p, 1 - p))
    assert losses.mean() == pytest.approx(expected_loss(lags), abs=0.003)


def test_an_unknown_lag_is_refused():
    with pytest.raises(ValueError, match=r"known_lags must be some of \[3, 8\], got \[2, 3\]"):
        expected_loss([3, 2])
