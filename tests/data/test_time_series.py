"""The time series: the formula, its windows, and the two real records."""

import numpy as np
import pytest
from scipy.integrate import quad

from course_utils.data import time_series
from course_utils.data.time_series import (
    all_windows,
    eeg,
    naive_mse,
    next_batch,
    prices,
    series,
    shifted,
    windows_at,
)


def rng(seed=0):
    return np.random.default_rng(seed)


def test_the_series_is_that_of_the_formula():
    # t = pi / 2: sin t = 1 and sin 5t = 1; t = pi: both 0; t = 3 pi / 2: both -1.
    expected = [0, np.pi / 6 + 2, 0, -np.pi / 2 - 2]
    np.testing.assert_allclose(series(np.pi / 2 * np.arange(4)), expected, atol=1e-12)


def test_targets_are_the_inputs_one_step_later():
    x, y = next_batch(7, 20, rng())
    np.testing.assert_array_equal(x[:, 1:], y[:, :-1])
    assert np.abs(x - y).max() > 0.1


def test_windows_lie_on_the_series_a_step_of_a_tenth_apart():
    x, y = next_batch(50, 3, rng(4))
    start = rng(4).uniform(0, 29.7, 50)
    for k in range(3):
        np.testing.assert_allclose(x[:, k, 0], series(start + 0.1 * k), atol=1e-5)
    np.testing.assert_allclose(y[:, 2, 0], series(start + 0.3), atol=1e-5)


def test_windows_start_where_they_are_asked_to():
    x, y = windows_at([np.pi / 2 - 0.1, np.pi - 0.1], 1)  # sin t = 1, sin 5t = 1; both 0
    np.testing.assert_allclose(y[:, 0, 0], [np.pi / 6 + 2, 0], atol=1e-6)
    np.testing.assert_allclose(x[:, 0, 0], series([np.pi / 2 - 0.1, np.pi - 0.1]), atol=1e-5)


def test_starts_fill_the_range_and_no_more(monkeypatch):
    monkeypatch.setattr(time_series, "series", lambda times: times)  # shows the times themselves
    x, y = next_batch(5000, 20, rng())
    assert 0 <= x.min() < 0.1
    assert 29.9 < y.max() <= 30


def test_a_window_may_be_as_long_as_the_series_and_no_longer():
    x, _ = next_batch(1, 300, rng())
    np.testing.assert_allclose(x[0, :, 0], series(0.1 * np.arange(300)), atol=1e-5)
    with pytest.raises(ValueError, match=r"n_steps must be in 1..300, got 301"):
        next_batch(1, 301, rng())


@pytest.mark.parametrize(("batch_size", "n_steps"), [(0, 5), (2, 0)])
def test_an_empty_batch_is_refused(batch_size, n_steps):
    with pytest.raises(ValueError, match="got 0"):
        next_batch(batch_size, n_steps, rng())


def test_the_naive_error_on_the_series_is_that_of_the_chapter():
    def error(t):
        return quad(lambda u: (series(u + 0.1) - series(u)) ** 2, t, t + 28, limit=500)[0] / 28

    exact = np.mean([error(0.1 * k) for k in range(20)])
    x, y = next_batch(100_000, 20, rng())
    assert exact == pytest.approx(0.655, abs=0.0005)
    assert naive_mse(x, y) == pytest.approx(exact, abs=0.005)


def test_the_naive_error_is_a_mean_of_squares():
    assert naive_mse([[[1], [2]], [[0], [0]]], [[[4], [2]], [[0], [-1]]]) == pytest.approx(10 / 4)


def test_all_windows_of_a_record_are_there_with_the_value_after_each():
    x, y = all_windows(np.arange(10) ** 2, 4)
    assert x.shape == y.shape == (6, 4, 1)
    np.testing.assert_array_equal(x[2, :, 0], [4, 9, 16, 25])
    np.testing.assert_array_equal(y[5, :, 0], [36, 49, 64, 81])


@pytest.mark.parametrize("n_steps", [0, 4])
def test_a_record_without_a_whole_window_is_refused(n_steps):
    with pytest.raises(ValueError, match=r"n_steps must be in 1..3 for a series of 4 values"):
        all_windows([1, 2, 3, 4], n_steps)


def test_shifted_windows_are_float32():
    assert [part.dtype for part in shifted([[1, 2, 3]])] == [np.float32, np.float32]


def test_brain_waves_are_ten_seconds_of_four_electrodes_all_different():
    waves = eeg()
    assert len(waves) / time_series.EEG_RATE == 10
    np.testing.assert_allclose(waves.mean(axis=0), 0, atol=1e-12)
    np.testing.assert_allclose(waves.std(axis=0), 1)
    assert np.abs(np.corrcoef(waves.T) - np.eye(4)).max() < 0.5


def test_brain_waves_are_smooth_in_time():
    # Read in another order, neighbouring values would have little to do with each other.
    waves = eeg()
    assert min(np.corrcoef(w[1:], w[:-1])[0, 1] for w in waves.T) > 0.8


def test_prices_are_more_than_a_thousand_dollar_amounts():
    dollars = prices()
    assert dollars.shape == (1047,)
    assert dollars[0] == 100.34
    assert 90 < dollars.min() < dollars.max() < 800


def test_windows_of_several_series_at_once_are_refused():
    with pytest.raises(ValueError, match=r"one axis, \[time\], got the shape \[6, 2\]"):
        all_windows(np.zeros([6, 2]), 3)


def test_an_error_of_unequal_shapes_is_refused():
    with pytest.raises(ValueError, match=r"one shape, got \[2, 3, 1\] and \[2, 3\]"):
        naive_mse(np.zeros([2, 3, 1]), np.zeros([2, 3]))
