"""What cells and loops are given: values as tensors, and states part by part."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import tensorflow as tf

# A tensor, or any structure of tensors (tuple, named tuple, list, dict).
State = Any


def as_tensor(name: str, value: Any) -> tf.Tensor:
    """The value as a tensor; TypeError with a sentence if it is ragged, sparse or masked."""
    if isinstance(value, tf.RaggedTensor):
        raise TypeError(
            f"{name} must be a tensor with one number of steps for all, got a RaggedTensor. Pad "
            f"it, and pass its lengths beside it: {name}.to_tensor() and {name}.row_lengths()."
        )
    if isinstance(value, tf.SparseTensor):
        raise TypeError(
            f"{name} must be a dense tensor, got a SparseTensor. Fill it: "
            f"tf.sparse.to_dense({name})."
        )
    if isinstance(value, np.ma.MaskedArray) and np.ma.is_masked(value):
        raise TypeError(
            f"{name} must be a plain array, got a masked one, whose mask would be lost. Fill it, "
            f"{name}.filled(0), and say by lengths or weights what is real."
        )
    return tf.convert_to_tensor(value)


def check_flag(name: str, value: Any) -> bool:
    """The value as a bool; TypeError if it is none, as of an argument given by its old position.

    >>> check_flag("time_major", False)
    False
    """
    if isinstance(value, (bool, np.bool_)):
        return bool(value)
    raise TypeError(
        f"{name} must be True or False, got {value!r}. Pass arguments by name: TensorFlow 1 had "
        "them in another order."
    )


def with_batch_size(name: str, value: tf.Tensor, batch_size: int | tf.Tensor) -> tf.Tensor:
    """The value, checked while the graph runs if the batch size was unknown when it was traced."""
    if not isinstance(batch_size, tf.Tensor):
        return value
    message = f"{name} must have as many rows as the batch has sequences."
    return with_first_sizes(value, [batch_size], message)


def with_first_sizes(value: tf.Tensor, sizes: Sequence[int | tf.Tensor], message: str) -> tf.Tensor:
    """The value, whose first axes must have these sizes, which is checked while the graph runs.

    Without it, an axis of size 1 would be broadcast in silence.
    """
    check = tf.debugging.assert_equal(tf.shape(value)[: len(sizes)], tf.stack(sizes), message)
    with tf.control_dependencies([check]):  # before anything uses the value
        checked = tf.identity(value)
    # XLA leaves the check out, but it will not reshape an axis to another size. One axis at a time:
    # at once, [2, 3] would become [3, 2].
    shape = tf.unstack(tf.shape(value), value.shape.rank)
    for axis, size in enumerate(sizes):
        shape[axis] = size
        checked = tf.reshape(checked, tf.stack(shape))
    return tf.ensure_shape(checked, value.shape)


def match_state(name: str, state: State, like: Any) -> State:
    """A state in the structure of another one, or of a cell's `state_size`.

    Parts that have names on both sides are matched by name. A plain tuple or list is matched by
    position, with a tuple, a list or a named tuple. Where one part is expected, a list of one will
    do, as Keras's cells return it.

    Args:
      name: of the state, for messages.
      state: a tensor or a structure of tensors.
      like: the structure to bring it into.

    Returns:
      The parts of `state` in the structure of `like`.

    Raises:
      ValueError: if the parts can't be matched.

    >>> from course_utils.cells import LSTMState
    >>> match_state("state", {"c": 1.0, "h": 2.0}, LSTMState(3, 3))
    LSTMState(h=2.0, c=1.0)
    """
    if not tf.nest.is_nested(like) and not tf.nest.is_nested(state):
        return state  # nothing to match; this is called at every step
    return tf.nest.pack_sequence_as(like, _parts(name, state, like))


def _parts(name: str, state: State, like: Any) -> list[Any]:
    """The parts in the order that `tf.nest` knows them by."""
    if not tf.nest.is_nested(like):
        return [_only_part(name, state)]
    expected, found = children(like), children(state)
    by_position = not _has_names(state) and not isinstance(like, Mapping)
    if by_position and len(found) == len(expected):
        found = dict(zip(expected, found.values(), strict=True))
    if found.keys() != expected.keys() or _has_names(state) > _has_names(like):
        advice = (
            "Give a dict with these keys."
            if isinstance(like, Mapping)
            else ("Give a plain tuple of the parts in this order.")
        )
        raise ValueError(
            f"{name} must have the parts of {_described(like)}, got {_described(state)}. {advice}"
        )
    return [part for key in expected for part in _parts(name, found[key], expected[key])]


def _only_part(name: str, state: State) -> Any:
    if not tf.nest.is_nested(state):
        return state
    leaves = tf.nest.flatten(state)
    if not _has_names(state) and len(state) == 1 and hasattr(leaves[0], "shape"):
        return _only_part(name, state[0])
    if all(isinstance(leaf, int | float) for leaf in leaves) and not _has_names(state):
        return state  # numbers in lists are a tensor
    raise ValueError(
        f"{name} must be one tensor, got {_described(state)}. Pass the part of it that is meant."
    )


def children(structure: Any) -> dict[Any, Any]:
    """The parts by name or by position, in the order of `tf.nest`.

    >>> children({"h": 2, "c": 3}), children([4])
    ({'c': 3, 'h': 2}, {0: 4})
    """
    if isinstance(structure, Mapping):
        return {key: structure[key] for key in sorted(structure)}
    if hasattr(structure, "_fields"):
        return dict(zip(structure._fields, structure, strict=True))
    return dict(enumerate(structure)) if tf.nest.is_nested(structure) else {}


def _has_names(structure: Any) -> bool:
    return isinstance(structure, Mapping) or hasattr(structure, "_fields")


def _described(structure: Any) -> str:
    kind, parts = type(structure).__name__, children(structure)
    if not tf.nest.is_nested(structure):
        return f"one tensor of shape {tf.convert_to_tensor(structure).shape}"
    return f"a {kind} of {', '.join(map(str, parts)) if _has_names(structure) else len(parts)}"
