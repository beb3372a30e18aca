"""Attention: which steps of the source an output looks at, and what it sees there.

Functions of given weights, and `LuongAttention` and `BahdanauAttention`, which have their own and
which `wrappers.AttentionWrapper` puts around a cell.
"""

import tensorflow as tf

from course_utils.cells.arguments import as_tensor, with_batch_size
from course_utils.cells.base import dtype_of_weights, glorot_uniform, positive_integer
from course_utils.cells.guard import GuardedModule
from course_utils.loop_arguments import check_lengths, size_of


def attention_weights(scores: tf.Tensor, source_length: tf.Tensor) -> tf.Tensor:
    """A softmax over the real steps of each source; padding gets nothing.

    Args:
      scores: [batch, time], or [batch, steps, time] for several queries of each sentence; behind a
        source's end they may be anything.
      source_length: [batch] integers in 1..time.

    Returns:
      Weights of the shape of `scores`, float; along time they are at least 0 and add up to 1.

    Raises:
      TypeError: if `source_length` holds no integers, or `scores` are not of floating point.
      ValueError: if `scores` has another number of axes, or `source_length` does not fit; of
        lengths that are known only when a graph runs, `tf.errors.InvalidArgumentError` then. XLA
        can't raise an error for a value: with `jit_compile`, the weights of such a row are NaN.

    >>> attention_weights(tf.constant([[1.0, 1.0, 9.0]]), tf.constant([2])).numpy()
    array([[0.5, 0.5, 0. ]], dtype=float32)
    """
    scores = as_tensor("scores", scores)
    if not scores.dtype.is_floating:
        raise TypeError(f"scores must be floating-point numbers, got {scores.dtype.name}.")
    if scores.shape.rank not in (2, 3):
        raise ValueError(
            f"scores must be [batch, time] or [batch, steps, time], got the shape {scores.shape}."
        )
    return masked_softmax(scores, _real_steps(source_length, scores, time_axis=-1))


def luong_attention(
    query: tf.Tensor, memory: tf.Tensor, weight: tf.Tensor, source_length: tf.Tensor
) -> tuple[tf.Tensor, tf.Tensor]:
    """Attention with scores that are products: query W memory.

    Luong, Pham and Manning (2015) call this score "general".

    Args:
      query: [batch, q], or [batch, steps, q] for several queries of each sentence.
      memory: [batch, time, m]; behind a source's end it may be anything.
      weight: [q, m].
      source_length: [batch] integers in 1..time.

    Returns:
      The contexts [batch, m] or [batch, steps, m], and the weights [batch, time] or
      [batch, steps, time].

    Raises:
      TypeError: as `attention_weights`.
      ValueError: as `attention_weights`, or if `memory` has not three axes, or `query` not two or
        three, or the two differ in their batch.

    >>> one = tf.ones([1, 1])
    >>> context, weights = luong_attention(one, tf.constant([[[0.0], [4.0]]]), 0 * one, [2])
    >>> context.numpy(), weights.numpy()
    (array([[2.]], dtype=float32), array([[0.5, 0.5]], dtype=float32))
    """
    memory, real = without_padding(memory, source_length)
    query = _checked_query(query, memory)
    scores = tf.einsum("b...q,qm,btm->b...t", query, weight, memory)
    weights = masked_softmax(scores, real)
    return context_of(weights, memory), weights


def bahdanau_attention(
    query: tf.Tensor,
    memory: tf.Tensor,
    W_query: tf.Tensor,
    W_memory: tf.Tensor,
    v: tf.Tensor,
    source_length: tf.Tensor,
) -> tuple[tf.Tensor, tf.Tensor]:
    """Attention with scores from a small network: v · tanh(query W_query + memory W_memory).

    Bahdanau, Cho and Bengio (2015) had the idea of attention in this form.

    Args:
      query: [batch, q], or [batch, steps, q] for several queries of each sentence.
      memory: [batch, time, m]; behind a source's end it may be anything.
      W_query: [q, units].
      W_memory: [m, units].
      v: [units].
      source_length: [batch] integers in 1..time.

    Returns:
      The contexts and the weights, as `luong_attention` gives them.

    Raises:
      TypeError: as `luong_attention`.
      ValueError: as `luong_attention`, or if the three weights differ in units.

    >>> query, memory = tf.ones([2, 3]), tf.ones([2, 5, 4])
    >>> W_query, W_memory, v = tf.ones([3, 6]), tf.ones([4, 6]), tf.ones([6])
    >>> context, weights = bahdanau_attention(query, memory, W_query, W_memory, v, [5, 1])
    >>> context.shape, weights.shape
    (TensorShape([2, 4]), TensorShape([2, 5]))
    """
    memory, real = without_padding(memory, source_length)
    query = _checked_query(query, memory)
    _check_units(W_query, W_memory, v)
    keys = memory @ W_memory  # [batch, time, units]
    if query.shape.rank == 3:
        keys = keys[:, tf.newaxis]
    total = tf.tanh(tf.expand_dims(query @ W_query, -2) + keys)  # [batch, (steps,) time, units]
    weights = masked_softmax(tf.linalg.matvec(total, v), real)
    return context_of(weights, memory), weights


class LuongAttention(GuardedModule):
    """Luong's scores, query W memory, with a weight that the first call makes.

    Attributes:
      weight: [q, m].

    >>> attention, memory = LuongAttention(), tf.ones([2, 5, 4])
    >>> attention.scores(tf.ones([2, 3]), attention.keys(memory)).shape
    TensorShape([2, 5])
    """

    def __init__(self) -> None:
        super().__init__()
        self.weight: tf.Variable = None

    def keys(self, memory: tf.Tensor) -> tf.Tensor:
        """What the queries of all steps are held against: the memory [batch, time, m] itself."""
        return memory

    def scores(self, query: tf.Tensor, keys: tf.Tensor) -> tf.Tensor:
        """Scores [batch, time] of queries [batch, q]."""
        self._check_that_keras_sees_it()
        if self.weight is None:
            self.weight = new_kernel(query.shape[1], keys.shape[2], query.dtype, "attention_weight")
        return tf.linalg.matvec(keys, query @ tf.cast(self.weight, query.dtype))


class BahdanauAttention(GuardedModule):
    """Bahdanau's scores, v · tanh(query W_query + memory W_memory), with weights of its own.

    The first calls make the weights.

    Args:
      units: width of the small network that makes the scores, a positive integer.

    Attributes:
      W_query: [q, units].
      W_memory: [m, units].
      v: [units].

    Raises:
      TypeError: if `units` is not an integer.
      ValueError: if `units` is less than 1.

    >>> attention, memory = BahdanauAttention(units=6), tf.ones([2, 5, 4])
    >>> keys = attention.keys(memory)
    >>> keys.shape, attention.scores(tf.ones([2, 3]), keys).shape
    (TensorShape([2, 5, 6]), TensorShape([2, 5]))
    """

    def __init__(self, units: int) -> None:
        super().__init__()
        self.units = positive_integer("units", units)
        self.W_query: tf.Variable = None
        self.W_memory: tf.Variable = None
        self.v: tf.Variable = None

    def keys(self, memory: tf.Tensor) -> tf.Tensor:
        """What the queries of all steps are held against: memory W_memory [batch, time, units]."""
        self._check_that_keras_sees_it()
        if self.W_memory is None:
            self.W_memory = new_kernel(memory.shape[2], self.units, memory.dtype, "W_memory")
        return memory @ tf.cast(self.W_memory, memory.dtype)

    def scores(self, query: tf.Tensor, keys: tf.Tensor) -> tf.Tensor:
        """Scores [batch, time] of queries [batch, q]."""
        self._check_that_keras_sees_it()
        if self.v is None:
            self.W_query = new_kernel(query.shape[1], self.units, query.dtype, "W_query")
            self.v = new_kernel(self.units, 1, query.dtype, "v", shape=[self.units])
        W_query, v = (tf.cast(weight, query.dtype) for weight in (self.W_query, self.v))
        return tf.linalg.matvec(tf.tanh((query @ W_query)[:, tf.newaxis] + keys), v)


def new_kernel(
    rows: int, columns: int, dtype: tf.DType, name: str, shape: list[int] | None = None
) -> tf.Variable:
    """A weight of Glorot's first values, [rows, columns], or the same numbers in another shape.

    Float32 for queries and memories in halves: mixed precision, as in the cells.
    """
    # Not of the loop whose body this call may be, nor under its name: see BasicRNNCell.
    with tf.init_scope(), tf.name_scope(""):
        first = glorot_uniform(rows, columns, dtype_of_weights(dtype))
        return tf.Variable(tf.reshape(first, shape or [rows, columns]), name=name)


def masked_softmax(scores: tf.Tensor, real: tf.Tensor) -> tf.Tensor:
    """The weights of scores [batch, (steps,) time]; 0 where `real` [batch, time] is false."""
    if scores.shape.rank == 3:
        real = real[:, tf.newaxis]
    return tf.nn.softmax(tf.where(real, scores, scores.dtype.as_numpy_dtype("-inf")), axis=-1)


def without_padding(memory: tf.Tensor, source_length: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
    """The memory with zeros behind each source's end, and which of its steps are real.

    A weight of 0 would not do: 0 times NaN is NaN, in the context and in the gradients.
    """
    memory = as_tensor("memory", memory)
    if memory.shape.rank != 3:
        raise ValueError(
            f"memory must have three axes, [batch, time, m], got the shape {memory.shape}. "
            "For a single sentence pass memory[tf.newaxis]."
        )
    real = _real_steps(source_length, memory, time_axis=1)
    return tf.where(tf.expand_dims(real, 2), memory, 0), real


def _real_steps(source_length: tf.Tensor, values: tf.Tensor, time_axis: int) -> tf.Tensor:
    """Which steps of `values` [batch, ...] are real, [batch, time], once the lengths are checked.

    A length that is wrong would be right for a softmax: padding would have its share of it.
    """
    batch, time = size_of(values, 0), size_of(values, time_axis)
    lengths = check_lengths(source_length, batch, time, lowest=1, name="source_length")
    lengths = tf.expand_dims(lengths, 1)
    # Under XLA nothing stops a length beyond the end: no step is real then, and all weights NaN.
    return (tf.range(time) < lengths) & (lengths <= time)


def context_of(weights: tf.Tensor, memory: tf.Tensor) -> tf.Tensor:
    """The mean of the memory [batch, time, m] by weights [batch, (steps,) time]."""
    dtype = dtype_of_weights(memory.dtype)  # a sum of many small shares stops early in halves
    total = tf.einsum("b...t,btm->b...m", tf.cast(weights, dtype), tf.cast(memory, dtype))
    return tf.cast(total, memory.dtype)


def _check_units(W_query: tf.Tensor, W_memory: tf.Tensor, v: tf.Tensor) -> None:
    """Raises ValueError unless the three have as many units: one would be broadcast in silence."""
    shapes = [tf.convert_to_tensor(weight).shape for weight in (W_query, W_memory, v)]
    units = shapes[2]
    if units.rank != 1 or any(not s.is_compatible_with([None, *units]) for s in shapes[:2]):
        raise ValueError(
            "W_query [q, units], W_memory [m, units] and v [units] must have the same units, got "
            f"the shapes {', '.join(map(str, shapes))}."
        )


def _checked_query(query: tf.Tensor, memory: tf.Tensor) -> tf.Tensor:
    """The query, which has a row for each of the memory: one would be broadcast in silence."""
    query = tf.convert_to_tensor(query)
    batch = size_of(memory, 0)
    expected = tf.TensorShape([tf.get_static_value(batch)])
    if query.shape.rank not in (2, 3) or not query.shape[:1].is_compatible_with(expected):
        raise ValueError(
            f"query must be [batch, q] or [batch, steps, q], with the batch {expected[0]} of "
            f"memory, got the shape {query.shape}. Give each source a query."
        )
    query = tf.ensure_shape(query, expected.concatenate(query.shape[1:]))
    return with_batch_size("query", query, batch)
