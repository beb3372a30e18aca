"""The sequence loss where shapes are known late, in halves, and as TensorFlow 1 called it."""

import numpy as np
import pytest
import scipy.special
import tensorflow as tf

from course_utils import seq2seq
from tests.rnn_cases import spec


def in_each_way(function, *shapes_and_dtypes):
    """The function eagerly, in a graph that knows no sizes, and compiled by XLA."""
    signature = [spec(*[None] * rank, dtype=dtype) for rank, dtype in shapes_and_dtypes]
    signature[0] = spec(None, None, 5, dtype=signature[0].dtype)
    graphs = [
        tf.function(function, input_signature=signature, jit_compile=jit) for jit in (False, True)
    ]
    return [function, *graphs]


def weighted_loss(dtype=tf.float32):
    def loss(logits, targets, weights):
        return seq2seq.sequence_loss(logits, targets, weights=weights)

    return in_each_way(loss, (3, dtype), (2, tf.int32), (2, dtype))


@pytest.mark.parametrize(
    ("of_targets", "of_weights"),
    [
        ([2, 3], [1, 3]),
        ([2, 3], [2, 1]),
        ([2, 3], [3, 2]),
        ([1, 3], [2, 3]),
        ([2, 1], [2, 3]),
        ([3, 2], [2, 3]),
        ([3, 2], [3, 2]),
    ],
    ids=str,
)
def test_targets_and_weights_are_never_broadcast(of_targets, of_weights):
    message = r"must have the shape|reshape"  # XLA says it in its own words
    for loss in weighted_loss():
        with pytest.raises((ValueError, tf.errors.InvalidArgumentError), match=message):
            loss(tf.zeros([2, 3, 5]), tf.ones(of_targets, tf.int32), tf.ones(of_weights))


@pytest.mark.parametrize(
    "dtype", [tf.float16, tf.bfloat16, tf.float32, tf.float64], ids=lambda d: d.name
)
def test_the_loss_is_the_same_eagerly_in_a_graph_and_by_xla(dtype):
    rng = np.random.default_rng(8)
    logits = tf.cast(rng.normal(size=[3, 4, 5]), dtype)
    targets, weights = rng.integers(0, 5, [3, 4]), np.tile([0.0, 1.0, 2.0, 3.0], [3, 1])
    values = tf.cast(logits, tf.float64).numpy()  # as the halves have rounded them
    each = scipy.special.logsumexp(values, axis=2)
    each -= np.take_along_axis(values, targets[..., np.newaxis], axis=2)[..., 0]
    expected = (each * weights).sum() / weights.sum()
    targets, rtol = tf.constant(targets, tf.int32), 1e-5 if dtype.size > 2 else dtype_step(dtype)
    for loss in weighted_loss(dtype):
        found = loss(logits, targets, tf.cast(weights, dtype))
        assert found.dtype == dtype
        np.testing.assert_allclose(tf.cast(found, tf.float64), expected, rtol=rtol)


def dtype_step(dtype):
    return {tf.float16: 2.0**-11, tf.bfloat16: 2.0**-8}[dtype]


@pytest.mark.parametrize("shape", [(2, 3), (0, 3), (2, 0)], ids=str)
def test_the_loss_of_nothing_is_0_in_each_way(shape):
    for loss in weighted_loss():
        assert float(loss(tf.ones([*shape, 5]), tf.zeros(shape, tf.int32), tf.zeros(shape))) == 0


@pytest.mark.parametrize("dtype", [tf.float16, tf.bfloat16], ids=lambda d: d.name)
def test_halves_are_averaged_over_more_tokens_than_they_can_count(dtype):
    logits = tf.concat([tf.zeros([10, 7000, 2], dtype), tf.ones([10, 7000, 3], dtype)], axis=2)
    expected = np.log(2 + 3 * np.e)
    loss = seq2seq.sequence_loss(logits, tf.ones([10, 7000], tf.int32))
    np.testing.assert_allclose(tf.cast(loss, tf.float64), expected, rtol=dtype_step(dtype))


@pytest.mark.parametrize(
    "weights",
    [np.ones([1, 2], np.float32), [[1, 0]], [tf.ones([1])] * 2, 1.0, True, np.array([1])],
    ids=["array", "list", "legacy", "number", "flag", "one"],
)
def test_weights_in_their_old_place_are_refused(weights):
    with pytest.raises(TypeError, match=r"pad must be the id of a token.*write weights=\.\.\."):
        seq2seq.sequence_loss(tf.zeros([1, 2, 4]), tf.constant([[3, 0]]), weights)


def test_padding_may_be_named_by_a_tensor_or_a_number_of_numpy():
    logits, targets = tf.constant([[[9.0, 0.0], [0.0, 0.0]]]), tf.constant([[1, 0]], tf.int64)
    for pad in (np.int64(1), np.array(1), tf.constant(1)):
        loss = seq2seq.sequence_loss(logits, targets, pad)
        np.testing.assert_allclose(loss, np.log(2), rtol=1e-5)


@pytest.mark.parametrize("dtype", [tf.uint8, tf.int16, tf.int64], ids=lambda d: d.name)
def test_ids_may_be_integers_of_any_width(dtype):
    logits, targets = tf.random.stateless_normal([2, 3, 5], [1, 2]), [[1, 2, 0], [4, 0, 0]]
    found = seq2seq.sequence_loss(logits, tf.constant(targets, dtype))
    steps = scipy.special.log_softmax(logits, axis=-1)
    expected = -(steps[0, 0, 1] + steps[0, 1, 2] + steps[1, 0, 4]) / 3
    np.testing.assert_allclose(found, expected, rtol=1e-5)


def test_what_is_no_id_or_no_logit_is_refused():
    ids = tf.ones([2, 3], tf.int32)
    with pytest.raises(TypeError, match="targets must be ids, integers, got float32"):
        seq2seq.sequence_loss(tf.zeros([2, 3, 5]), tf.ones([2, 3]))
    with pytest.raises(TypeError, match="logits must be floating-point numbers, got int32"):
        seq2seq.sequence_loss(tf.zeros([2, 3, 5], tf.int32), ids)


def test_masked_targets_are_refused():
    targets = np.ma.array([[1, 2, 0], [4, 0, 0]], mask=[[0, 1, 0], [0, 0, 0]])
    with pytest.raises(TypeError, match=r"targets must be a plain array.*lengths or weights"):
        seq2seq.sequence_loss(tf.zeros([2, 3, 5]), targets)
