"""Keras trains its own variables and layers only; other cells say so when it calls them."""

import sys
from typing import Any, NoReturn

import tensorflow as tf

GLOBAL_STATE = "keras.src.backend.common.global_state"


class GuardedModule(tf.Module):
    """A module that refuses to be called in a Keras layer that would not train its weights.

    `course_utils.wrappers.KerasCell` makes a layer of it, which Keras trains, and tells it so.
    """

    in_keras_cell: Any = None  # else it belongs to a KerasCell

    def call(self, *_: Any) -> NoReturn:
        """Here for `keras.layers.RNN`, which looks for the name before it asks for more."""
        raise _refusal(self)

    @property
    def compute_dtype(self) -> NoReturn:
        """What `keras.layers.RNN` asks for first, and where it is told."""
        raise _refusal(self)

    def _check_that_keras_sees_it(self) -> None:
        if self.in_keras_cell is None and outer_keras_layer() is not None:
            raise _refusal(self)


def _refusal(module: tf.Module) -> TypeError:
    name = type(module).__name__
    return TypeError(
        f"Keras does not see the weights of this {name} inside a layer or model, and would not "
        f"train them. Make a Keras layer of it first: course_utils.wrappers.KerasCell({name}(...))."
    )


def outer_keras_layer() -> Any:
    """The outermost Keras layer or model whose call is under way; if Keras is not loaded, None."""
    state = sys.modules.get(GLOBAL_STATE)
    context = state and state.get_global_attribute("current_call_ctx")
    return context.entry_layer if context else None
