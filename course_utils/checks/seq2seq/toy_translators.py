"""A toy encoder and decoder that checks hand to answers by `Recipe`, and the same in NumPy."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import tensorflow as tf

from course_utils.checks.engine.boundary import Recipe

HIDDEN = 4  # numbers of the state that carry meaning; one more counts the steps
FORMS = ("single", "pair", "nested")  # how the state is cut into parts
IMPATIENCE = 0.5  # by which EOS becomes likelier from step to step
PATIENCE = 12  # after so many steps there is nothing but EOS, so that no answer runs forever


class Weights:
    """The toy's random numbers; equal arguments give equal ones.

    Args:
      vocabulary: number of ids, of source and target alike.
      eos: the id that ends a sentence.
      seed: of the numbers.
    """

    def __init__(self, vocabulary: int, eos: int, seed: int) -> None:
        rng = np.random.default_rng([seed, vocabulary, eos])
        self.vocabulary, self.eos = vocabulary, eos
        self.embedding = rng.normal(size=[vocabulary, HIDDEN])
        self.recurrent = rng.normal(size=[HIDDEN, HIDDEN])
        self.from_token = rng.normal(size=[vocabulary, vocabulary])
        self.from_state = 2 * rng.normal(size=[HIDDEN, vocabulary])


class ToyTranslator:
    """What the toy computes, in NumPy: `encode` and `step` on states [n, 1 + HIDDEN].

    Column 0 of a state counts the steps, the others are a little recurrent network.
    """

    def __init__(self, vocabulary: int, eos: int, seed: int) -> None:
        self.weights = Weights(vocabulary, eos, seed)
        self.arguments = {"vocabulary": vocabulary, "eos": eos, "seed": seed}

    def recipes(self, form: str) -> tuple[Recipe, Recipe]:
        """Recipes for `encode` and `step` with states of this form."""
        names = "make_encode", "make_step"
        where = "course_utils.checks.seq2seq.toy_translators:"
        arguments = {**self.arguments, "form": form}
        return tuple(Recipe(where + name, arguments) for name in names)  # type: ignore[return-value]

    def encode(self, source: np.ndarray) -> np.ndarray:
        """The state of sources [n, time]: the word at t weighs t + 1 and starts the count at 0."""
        weights = 1.0 + np.arange(source.shape[1])
        hidden = np.tanh(np.einsum("nth,t->nh", self.weights.embedding[source], weights))
        return np.concatenate([np.zeros([len(source), 1]), hidden], axis=1)

    def step(self, token_ids: np.ndarray, state: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Logits [n, vocabulary] and the next state."""
        w, age = self.weights, state[:, :1]
        hidden = np.tanh(w.embedding[token_ids] + state[:, 1:] @ w.recurrent)
        logits = w.from_token[token_ids] + hidden @ w.from_state
        logits[:, w.eos] += IMPATIENCE * age[:, 0] + 1000 * (age[:, 0] >= PATIENCE)
        return logits, np.concatenate([age + 1, hidden], axis=1)


def as_form(flat: Any, form: str) -> Any:
    """A state [n, 1 + HIDDEN] in parts; works for NumPy's arrays and for tensors."""
    if form == "single":
        return flat
    if form == "pair":
        return flat[:, :3], flat[:, 3:]
    return {
        "age": flat[:, 0],
        "memory": [flat[:, 1:2], flat[:, 2:, None]],
    }  # [n], [n, 1], [n, 3, 1]


def _from_form(state: Any, form: str) -> tf.Tensor:
    """Undoes `as_form`; ValueError if the state has other parts."""
    expected = as_form(np.zeros([1, 1 + HIDDEN]), form)
    try:
        tf.nest.assert_same_structure(expected, state, check_types=False)
    except (TypeError, ValueError):
        raise ValueError("step got a state that is not made of the parts it had before") from None
    columns = []
    for part, like in zip(tf.nest.flatten(state), tf.nest.flatten(expected), strict=True):
        tensor = tf.cast(part, tf.float32)
        if tensor.shape.rank != like.ndim or tensor.shape[1:] != like.shape[1:]:
            raise ValueError(
                f"step got a part of the state of shape {tensor.shape.as_list()}, it needs "
                f"{['n', *like.shape[1:]]}".replace("'", "")
            )
        columns.append(tf.reshape(tensor, [tf.shape(tensor)[0], like.size]))
    return tf.concat(columns, axis=1)


def _ids(value: Any, rank: int, what: str) -> tf.Tensor:
    tensor = tf.convert_to_tensor(value)
    if not tensor.dtype.is_integer:
        raise ValueError(f"{what} must be whole numbers, got {tensor.dtype.name}")
    if tensor.shape.rank != rank:
        raise ValueError(f"{what} got the shape {tensor.shape}, it needs {rank} axes")
    return tensor


@cache  # one object for equal arguments: an answer under tf.function is traced once for it
def make_encode(vocabulary: int, eos: int, seed: int, form: str) -> Any:
    """The toy's `encode` in TensorFlow.

    >>> make_encode(vocabulary=6, eos=3, seed=1, form="pair")([[4, 5, 0]])[0].shape
    TensorShape([1, 3])
    """
    embedding = tf.constant(Weights(vocabulary, eos, seed).embedding, tf.float32)

    def encode(source: Any) -> Any:
        ids = _ids(source, 2, "encode's source [n, time]")
        weights = tf.range(1, tf.shape(ids)[1] + 1)
        hidden = tf.tanh(
            tf.einsum("nth,t->nh", tf.gather(embedding, ids), tf.cast(weights, "float32"))
        )
        return as_form(tf.pad(hidden, [[0, 0], [1, 0]]), form)

    return encode


@cache
def make_open_encode() -> Any:
    """An `encode` whose source [n, HIDDEN] are the numbers of the state: gradients get to them.

    >>> make_open_encode()(np.ones([1, HIDDEN])).numpy()
    array([[0., 1., 1., 1., 1.]])
    """
    return lambda source: tf.pad(source, [[0, 0], [1, 0]])


@cache
def make_step(vocabulary: int, eos: int, seed: int, form: str) -> Any:
    """The toy's `step` in TensorFlow.

    >>> encode, step = (make(6, 3, 1, "nested") for make in (make_encode, make_step))
    >>> logits, state = step([2, 2], encode([[4, 5], [5, 5]]))
    >>> logits.shape, state["age"].numpy()
    (TensorShape([2, 6]), array([1., 1.], dtype=float32))
    """
    weights = Weights(vocabulary, eos, seed)
    names = ("embedding", "recurrent", "from_token", "from_state")
    embedding, recurrent, from_token, from_state = (
        tf.constant(getattr(weights, name), tf.float32) for name in names
    )
    says_eos = tf.one_hot(eos, vocabulary)

    def step(token_ids: Any, state: Any) -> tuple[tf.Tensor, Any]:
        ids, flat = _ids(token_ids, 1, "step's token_ids [n]"), _from_form(state, form)
        hidden = tf.tanh(tf.gather(embedding, ids) + flat[:, 1:] @ recurrent)
        age = flat[:, :1]
        urge = IMPATIENCE * age + 1000 * tf.cast(age >= PATIENCE, tf.float32)
        logits = tf.gather(from_token, ids) + hidden @ from_state + urge * says_eos
        return logits, as_form(tf.concat([age + 1, hidden], axis=1), form)

    return step
