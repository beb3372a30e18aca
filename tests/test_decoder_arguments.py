"""Seeds and temperatures: any integer, any number, and a sentence for all else."""

import numpy as np
import pytest
import tensorflow as tf

from course_utils.batch_decoding import sample_decode


def flat(token_ids, state):
    return tf.zeros([tf.size(token_ids), 9]), state


def test_a_seed_may_be_any_integer():
    draws = [sample_decode(flat, tf.zeros([9, 1]), 0, 1, 5, seed=s).ids for s in (2**40, 2**40, 3)]
    np.testing.assert_array_equal(draws[0], draws[1])
    assert np.any(draws[0] != draws[2])


@pytest.mark.parametrize(
    "options", [{"seed": 1.5}, {"temperature": [1.0, 2.0]}, {"temperature": "a"}], ids=str
)
def test_a_seed_or_a_temperature_that_is_no_number_is_refused(options):
    with pytest.raises(TypeError, match=f"{next(iter(options))} must be one plain number"):
        sample_decode(flat, tf.zeros([9, 1]), 0, 1, 5, **options)


def test_a_temperature_of_a_graph_is_refused():
    @tf.function
    def decode(temperature):
        return sample_decode(flat, tf.zeros([9, 1]), 0, 1, 5, temperature=temperature).ids

    with pytest.raises(TypeError, match="temperature must be one plain number"):
        decode(tf.constant(0.5))
