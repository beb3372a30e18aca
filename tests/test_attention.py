"""Attention against Keras's layers, SciPy's softmax, and itself for several queries."""

import numpy as np
import pytest
import scipy.special
import tensorflow as tf

from course_utils.attention import attention_weights, bahdanau_attention, luong_attention

SIZES = [(3, 5, 2, 4), (2, 4, 3, 3), (1, 4, 1, 2), (4, 3, 5, 1)]  # batch, time, q, m


def draw(size, seed=1):
    batch, time, q, m = size
    rng = np.random.default_rng([seed, *size])
    arrays = [rng.normal(size=s).astype(np.float32) for s in ((batch, q), (batch, time, m), (q, m))]
    return [*arrays, (1 + np.arange(batch) % time).astype(np.int32)]


@pytest.mark.parametrize("size", SIZES, ids=str)
def test_weights_are_the_softmax_of_the_real_scores_and_zero_behind(size):
    rng = np.random.default_rng(2)
    scores, lengths = rng.normal(size=size[:2]), draw(size)[-1]
    weights = attention_weights(scores, lengths).numpy()
    for row, length in enumerate(lengths):
        np.testing.assert_allclose(
            weights[row, :length], scipy.special.softmax(scores[row, :length])
        )
        assert not weights[row, length:].any()


def test_scores_that_are_huge_overflow_nothing():
    weights = attention_weights(tf.constant([[3e38, -3e38, 3e38]]), [2])
    assert weights.numpy().tolist() == [[1, 0, 0]]


@pytest.mark.parametrize("size", SIZES, ids=str)
def test_luong_equals_the_keras_layer(size):
    query, memory, weight, lengths = draw(size)
    mask = [None, np.arange(size[1]) < lengths[:, np.newaxis]]
    expected = tf.keras.layers.Attention()(
        [(query @ weight)[:, np.newaxis], memory], mask=mask, return_attention_scores=True
    )
    for got, right in zip(luong_attention(query, memory, weight, lengths), expected, strict=True):
        np.testing.assert_allclose(got, right[:, 0], atol=1e-5)


@pytest.mark.parametrize("size", SIZES, ids=str)
def test_bahdanau_equals_the_keras_layer(size):
    query, memory, W_query, lengths = draw(size)
    rng = np.random.default_rng(3)
    W_memory = rng.normal(size=[size[3], size[3]]).astype(np.float32)
    v = rng.normal(size=size[3]).astype(np.float32)
    layer = tf.keras.layers.AdditiveAttention()
    inputs = [(query @ W_query)[:, np.newaxis], memory, memory @ W_memory]
    layer.build([x.shape for x in inputs])
    layer.scale.assign(v)
    mask = [None, np.arange(size[1]) < lengths[:, np.newaxis]]
    expected = layer(inputs, mask=mask, return_attention_scores=True)
    results = bahdanau_attention(query, memory, W_query, W_memory, v, lengths)
    for got, right in zip(results, expected, strict=True):
        np.testing.assert_allclose(got, right[:, 0], atol=1e-5)


def test_several_queries_give_what_each_gives_alone():
    query, memory, weight, lengths = draw((3, 5, 2, 4))
    queries = np.stack([query, 2 * query, -query], axis=1)
    units = (np.ones([2, 6], np.float32), np.ones([4, 6], np.float32), np.ones(6, np.float32))
    for attend, weights in ((luong_attention, (weight,)), (bahdanau_attention, units)):
        together = attend(queries, memory, *weights, lengths)
        for step in range(3):
            alone = attend(queries[:, step], memory, *weights, lengths)
            for several, one in zip(together, alone, strict=True):
                np.testing.assert_allclose(several[:, step], one, atol=1e-6)


def test_scores_of_another_rank_are_refused():
    with pytest.raises(ValueError, match=r"\[batch, time\] or .*got the shape \(3,\)"):
        attention_weights(tf.zeros([3]), [1])


# The small examples that chapter 12 gives in its prose.


def test_luongs_example():
    memory = tf.constant([[[0.0], [4.0], [100.0]]])
    for weight, expected, shares in ((0.0, 2, [0.5, 0.5, 0]), (0.2747, 3, [0.25, 0.75, 0])):
        context, weights = luong_attention(tf.ones([1, 1]), memory, tf.constant([[weight]]), [2])
        np.testing.assert_allclose(context, [[expected]], atol=1e-3)
        np.testing.assert_allclose(weights, [shares], atol=1e-3)


def test_bahdanaus_example():
    memory, v = tf.constant([[[0.0], [1.0]]]), tf.constant([3.0])
    one, two = tf.ones([1, 1]), 2 * tf.ones([1, 1])
    context, weights = bahdanau_attention(-one, memory, one, two, v, [2])
    np.testing.assert_allclose(weights, [[0.0103, 0.9897]], atol=5e-5)
    np.testing.assert_allclose(context, [[0.9897]], atol=5e-5)


def test_without_a_tanh_the_query_would_not_matter():
    rng = np.random.default_rng(4)
    of_memory, of_queries = rng.normal(size=[1, 5]), rng.normal(size=[2, 1])
    one, other = (attention_weights(of_memory + query, [5]) for query in of_queries)
    np.testing.assert_allclose(one, other)
