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


WEIGHTS = {
    attention_weights: (),
    luong_attention: (np.ones([2, 4], np.float32),),
    bahdanau_attention: tuple(np.ones(s, np.float32) for s in ([2, 6], [4, 6], [6])),
}
EACH = pytest.mark.parametrize("attend", WEIGHTS, ids=lambda attend: attend.__name__)


def look(attend, lengths, memory=None):
    """Attention to a batch of 2 with 3 steps."""
    if attend is attention_weights:
        return attend(tf.zeros([2, 3]), lengths)
    return attend(
        tf.ones([2, 2]), tf.ones([2, 3, 4]) if memory is None else memory, *WEIGHTS[attend], lengths
    )


@EACH
@pytest.mark.parametrize(
    ("lengths", "error", "message"),
    [
        ([2], ValueError, r"source_length must have the shape \(2,\).*got \(1,\)"),
        ([[2], [3]], ValueError, r"source_length must have the shape \(2,\).*got \(2, 1\)"),
        (2, ValueError, r"source_length must have the shape \(2,\).*got \(\)"),
        ([2, -1], ValueError, r"source_length must be in 1..3, got \[2, -1\]"),
        ([0, 3], ValueError, r"source_length must be in 1..3, got \[0, 3\]"),
        ([9, 3], ValueError, r"source_length must be in 1..3, got \[9, 3\]"),
        ([2.7, 3.0], TypeError, "source_length must hold integers, got float32"),
    ],
    ids=str,
)
def test_lengths_that_do_not_fit_are_refused(attend, lengths, error, message):
    with pytest.raises(error, match=message):
        look(attend, lengths)
    with pytest.raises(error, match=message):
        tf.function(lambda: look(attend, lengths))()


@EACH
@pytest.mark.parametrize("lengths", [[2], [2, -1], [0, 3], [9, 3]], ids=str)
def test_lengths_that_do_not_fit_stop_a_graph(attend, lengths):
    signature = [tf.TensorSpec([None], tf.int32), tf.TensorSpec([None, None, 4])]

    @tf.function(input_signature=signature)
    def traced(lengths, memory):
        if attend is attention_weights:
            return attend(memory[..., 0], lengths)
        return look(attend, lengths, memory)

    traced([2, 3], tf.ones([2, 3, 4]))
    message = r"source_length must (be in 1\.\.time|have as many rows)"
    with pytest.raises(tf.errors.InvalidArgumentError, match=message):
        traced(lengths, tf.ones([2, 3, 4]))


def by_xla(attend):
    signature = [tf.TensorSpec([None], tf.int32), tf.TensorSpec([None, None, 4])]

    @tf.function(input_signature=signature, jit_compile=True)
    def traced(lengths, memory):
        if attend is attention_weights:
            return None, attend(memory[..., 0], lengths)
        return look(attend, lengths, memory)

    return traced


@EACH
def test_one_length_is_never_shared_under_xla(attend):
    with pytest.raises(tf.errors.InvalidArgumentError):
        by_xla(attend)([2], tf.ones([2, 3, 4]))


@EACH
@pytest.mark.parametrize("length", [-1, 0, 4])
def test_a_length_out_of_range_gives_nan_under_xla(attend, length):
    context, weights = by_xla(attend)([2, length], tf.ones([2, 3, 4]))
    np.testing.assert_array_equal(weights, [[0.5, 0.5, 0], [np.nan] * 3])
    if context is not None:
        np.testing.assert_array_equal(context, [[1] * 4, [np.nan] * 4])


@pytest.mark.parametrize("attend", [luong_attention, bahdanau_attention])
@pytest.mark.parametrize("rows", [(1, 2), (2, 1)], ids=str)
def test_one_query_or_memory_is_never_shared_by_a_batch(attend, rows):
    def run(query, memory):
        return attend(query, memory, *WEIGHTS[attend], tf.fill(tf.shape(memory)[:1], 3))

    signature = [tf.TensorSpec([None, 2]), tf.TensorSpec([None, 3, 4])]
    given = tf.ones([rows[0], 2]), tf.ones([rows[1], 3, 4])
    with pytest.raises(ValueError, match=rf"with the batch {rows[1]} of memory.*\({rows[0]}, 2\)"):
        run(*given)
    for jit in (False, True):
        with pytest.raises(tf.errors.InvalidArgumentError, match=r"must have as many|reshape"):
            tf.function(run, input_signature=signature, jit_compile=jit)(*given)


def test_queries_of_four_axes_are_refused():
    with pytest.raises(
        ValueError, match=r"query must be \[batch, q\].*got the shape \(2, 2, 2, 2\)"
    ):
        luong_attention(tf.ones([2, 2, 2, 2]), tf.ones([2, 3, 4]), tf.ones([2, 4]), [3, 2])


@pytest.mark.parametrize("shapes", [([2, 6], [4, 1], [6]), ([2, 1], [4, 6], [6])], ids=str)
def test_weights_of_unlike_units_are_refused(shapes):
    with pytest.raises(ValueError, match="must have the same units, got the shapes"):
        bahdanau_attention(tf.ones([2, 2]), tf.ones([2, 3, 4]), *map(tf.ones, shapes), [3, 2])


@pytest.mark.parametrize("dtype", [tf.float16, tf.bfloat16], ids=lambda d: d.name)
def test_halves_lose_nothing_of_a_long_memory(dtype):
    one, memory = tf.ones([1, 1], dtype), tf.ones([1, 5000, 1], dtype)
    contexts = [
        luong_attention(one, memory, one, [5000])[0],
        bahdanau_attention(one, memory, one, one, one[0], [5000])[0],
    ]
    for context in contexts:
        assert context.dtype == dtype
        np.testing.assert_allclose(tf.cast(context, tf.float32), [[1]], rtol=0.01)


@pytest.mark.parametrize("bad", [np.nan, np.inf], ids=str)
@pytest.mark.parametrize("steps", [None, 2])
@pytest.mark.parametrize("attend", [luong_attention, bahdanau_attention])
def test_what_is_in_padding_reaches_nothing(attend, steps, bad):
    rng = np.random.default_rng(7)
    memory = rng.normal(size=[2, 3, 4]).astype(np.float32)
    query = rng.normal(size=[2, 2] if steps is None else [2, steps, 2]).astype(np.float32)
    results = []
    for filler in (0.0, bad):
        memory[0, 2] = memory[1, 1:] = filler
        variables = [tf.Variable(x) for x in (query, memory, *WEIGHTS[attend])]
        with tf.GradientTape() as tape:
            context, weights = attend(*variables, [2, 1])
            loss = tf.reduce_sum(context**2) + tf.reduce_sum(weights**3)
        results.append([context, weights, *tape.gradient(loss, variables)])
    for clean, filled in zip(*results, strict=True):
        np.testing.assert_allclose(filled, clean, atol=1e-6)
        assert np.isfinite(filled).all()


def test_padding_gets_nothing_even_beside_the_lowest_scores():
    lowest = tf.fill([1, 3], tf.float32.min)
    assert attention_weights(lowest, [2]).numpy().tolist() == [[0.5, 0.5, 0]]


def test_a_memory_of_another_rank_is_refused():
    with pytest.raises(ValueError, match=r"memory must have three axes.*got the shape \(3, 4\)"):
        luong_attention(tf.ones([1, 2]), tf.ones([3, 4]), tf.ones([2, 4]), [3])


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


def test_scores_that_are_integers_are_refused():
    with pytest.raises(TypeError, match="scores must be floating-point numbers, got int32"):
        attention_weights(tf.zeros([2, 3], tf.int32), [1, 2])
