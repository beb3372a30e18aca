"""How a cell is called: told of training if it asks for that, and left without a trace."""

import inspect
from collections.abc import Mapping
from typing import Any

import tensorflow as tf

from course_utils.cells.arguments import State, check_flag


def call_cell(
    cell: Any, inputs: tf.Tensor, state: State, training: bool = False
) -> tuple[tf.Tensor, State]:
    """One step of a cell, which is told whether it is in training if it asks for that.

    Those of the package ask; a plain cell, which does the same in both, need not. A Keras layer
    takes the flag always, and hands it on to the layers inside. Out of training it is not told,
    because then it asks the layer or model that it is part of.

    Args:
      cell: follows `course_utils.cells.Cell`; may be a Keras layer.
      inputs: [batch, ...].
      state: in the structure of `cell.state_size`.
      training: whether values may be dropped.

    Returns:
      The output and the next state.

    Raises:
      TypeError: if `training` is no flag, as the name of a scope that TensorFlow 1 had there.
    """
    if training is not None and not tf.is_tensor(training):
        check_flag("training", training)
    parameters = inspect.signature(cell).parameters
    if "training" in parameters or (training and _hands_keywords_on(cell, parameters)):
        result = cell(inputs, state, training=training)
    else:
        result = cell(inputs, state)
    forget_masks(cell)
    return result


def forget_masks(cell: Any) -> None:
    """Keras's cells keep a dropout mask, which must not outlive the graph it was drawn in."""
    for reset in ("reset_dropout_mask", "reset_recurrent_dropout_mask"):
        getattr(cell, reset, int)()


def inner_cells(cell: Any) -> list[Any]:
    """What a wrapper wraps, or the layers of a stack."""
    inner = getattr(cell, "cell", None)
    return [inner] if inner is not None else list(getattr(cell, "cells", []))


def _hands_keywords_on(cell: Any, parameters: Mapping[str, inspect.Parameter]) -> bool:
    """Whether a cell of (..., **kwargs) takes `training`: not if the cell inside does not."""
    if all(p.kind is not inspect.Parameter.VAR_KEYWORD for p in parameters.values()):
        return False
    inner = [] if isinstance(cell, tf.keras.layers.Layer) else inner_cells(cell)
    return all(_takes_training(each) for each in inner)


def _takes_training(cell: Any) -> bool:
    parameters = inspect.signature(cell).parameters
    return "training" in parameters or _hands_keywords_on(cell, parameters)
