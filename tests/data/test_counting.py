"""Sequences whose ones are counted."""

import numpy as np
import pytest

from course_utils.data import counting
from course_utils.data.counting import FORMS, draw


def rng(seed=0):
    return np.random.default_rng(seed)


@pytest.mark.parametrize("form", FORMS)
def test_counts_are_the_ones_of_each_sequence(form):
    batch = draw(form, 50, rng())
    for row, count in zip(batch.inputs.tolist(), batch.counts, strict=True):
        assert row.count(1) == count
        assert row.count(0) == len(row) - count


@pytest.mark.parametrize("form", FORMS)
def test_what_follows_the_end_is_zero(form):
    batch = draw(form, 200, rng())
    for row, length in zip(batch.inputs, batch.sequence_length, strict=True):
        assert not row[length:].any()


def test_all_lengths_from_3_to_14_are_equally_likely():
    lengths = draw("bits", 12_000, rng()).sequence_length
    assert sorted(set(lengths.tolist())) == list(range(3, 15))
    assert np.all(np.abs(np.bincount(lengths)[3:] - 1000) < 5 * np.sqrt(1000))


def test_all_ones_make_the_count_the_length():
    batch = draw("ones", 100, rng())
    np.testing.assert_array_equal(batch.counts, batch.sequence_length)


def test_half_of_the_bits_are_one_up_to_the_last_step():
    batch = draw("bits", 20_000, rng())
    last = np.take_along_axis(batch.inputs, batch.sequence_length[:, None] - 1, axis=1)
    share = batch.counts.sum() / batch.sequence_length.sum()
    assert abs(share - 0.5) < 0.01
    assert abs(last.mean() - 0.5) < 0.02


@pytest.mark.parametrize("form", FORMS)
def test_a_batch_has_the_shapes_and_types_that_it_promises(form):
    batch = draw(form, 5, rng())
    assert [part.shape for part in batch] == [(5, counting.LONGEST), (5,), (5,)]
    assert {part.dtype for part in batch} == {np.dtype("int32")}


def test_the_same_generator_draws_the_same_sequences():
    first, second, other = (draw("bits", 9, rng(seed)).inputs for seed in (1, 1, 2))
    np.testing.assert_array_equal(first, second)
    assert not np.array_equal(first, other)


def test_an_unknown_form_is_refused():
    with pytest.raises(ValueError, match="form must be one of 'ones', 'bits', got 'zeros'"):
        draw("zeros", 3, rng())


def test_no_sequences_are_refused():
    with pytest.raises(ValueError, match="size must be at least 1, got 0"):
        draw("ones", 0, rng())
