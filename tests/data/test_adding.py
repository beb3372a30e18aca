"""The adding task: its marks and sums, and what theory knows of them."""

import numpy as np
import pytest

from course_utils.data import adding


@pytest.mark.parametrize("timesteps", [2, 3, 10, 101])
def test_each_half_has_one_mark(timesteps):
    marks = adding.draw(500, timesteps, np.random.default_rng(1)).inputs[:, :, 1]
    middle = timesteps // 2
    assert set(np.unique(marks)) <= {0, 1}
    assert (marks[:, :middle].sum(axis=1) == 1).all()
    assert (marks[:, middle:].sum(axis=1) == 1).all()


def test_every_step_of_a_half_is_marked_equally_often():
    marks = adding.draw(20_000, 8, np.random.default_rng(2)).inputs[:, :, 1]
    np.testing.assert_allclose(marks.mean(axis=0), 1 / 4, atol=0.015)


def test_the_sum_is_that_of_the_marked_numbers():
    batch = adding.draw(50, 9, np.random.default_rng(3))
    for (numbers, marks), total in zip(batch.inputs.swapaxes(1, 2), batch.sums, strict=True):
        first, second = np.flatnonzero(marks)
        assert total == pytest.approx(numbers[first] + numbers[second])


def test_always_guessing_one_is_the_best_constant_and_errs_by_a_sixth():
    sums = adding.draw(200_000, 6, np.random.default_rng(4)).sums.astype(np.float64)
    errors = {guess: np.mean((sums - guess) ** 2) for guess in (0.95, 1.0, 1.05)}
    assert min(errors, key=errors.get) == 1.0
    assert errors[1.0] == pytest.approx(adding.CHANCE, abs=0.002)


def test_a_draw_depends_on_the_generator_alone():
    a, b = (adding.draw(4, 7, np.random.default_rng(seed)) for seed in (5, 5))
    np.testing.assert_array_equal(a.inputs, b.inputs)
    assert a.inputs.dtype == a.sums.dtype == np.float32


def test_a_sequence_too_short_for_two_marks_is_refused():
    with pytest.raises(ValueError, match=r"timesteps must be at least 2, .* got 1"):
        adding.draw(4, 1, np.random.default_rng(1))
