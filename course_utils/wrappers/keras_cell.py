"""A cell of the course as a layer of Keras."""

from collections.abc import Iterator
from typing import Any, NoReturn

import keras
import tensorflow as tf

from course_utils.cells import Cell, State
from course_utils.cells.arguments import match_state
from course_utils.cells.calling import call_cell
from course_utils.cells.guard import outer_keras_layer
from course_utils.loop_arguments import check_cell


class KerasCell(keras.layers.Layer):
    """Lets Keras train and save the weights of a cell, in a model, a layer or `keras.layers.RNN`.

    Keras tracks its own variables and layers, and no `tf.Module`. This layer puts variables of
    Keras in the place of the cell's weights, with their values. It follows
    `course_utils.cells.Cell`, and what Keras asks of a cell as well.

    Args:
      cell: a cell of this package, bare or in wrappers, or another `tf.Module` that follows
        `course_utils.cells.Cell` and has its weights as attributes.
      **kwargs: for `keras.layers.Layer`, as in `name`.

    Raises:
      TypeError: if `cell` is no cell, or no `tf.Module`; when called, if the cell was handed to
        another `KerasCell` since, or the layer or model under way does not see this one.

    >>> from course_utils.cells import LSTMCell
    >>> layer = keras.layers.RNN(KerasCell(LSTMCell(5)))
    >>> layer(tf.ones([2, 3, 4])).shape, len(layer.trainable_weights)
    (TensorShape([2, 5]), 3)
    """

    def __init__(self, cell: Cell, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        check_cell(cell)
        if not isinstance(cell, tf.Module):
            raise TypeError(
                f"cell must be a tf.Module, got a {type(cell).__name__}. Derive its class from "
                "tf.Module, which knows its own weights, or from keras.layers.Layer."
            )
        self.cell: Any = cell
        self._owner = object()  # not the layer, which would become a part of the module
        for module in (cell, *cell.submodules):
            module.in_keras_cell = self._owner

    @property
    def units(self) -> int:
        """Those of the cell inside."""
        return self.cell.units

    @property
    def state_size(self) -> Any:
        """That of the cell inside."""
        return self.cell.state_size

    @property
    def output_size(self) -> int:
        """That of the cell inside."""
        return self.cell.output_size

    def zero_state(self, batch_size: int | tf.Tensor, dtype: tf.DType = tf.float32) -> State:
        """That of the cell inside."""
        return self.cell.zero_state(batch_size, dtype)

    def get_initial_state(self, batch_size: int | tf.Tensor) -> State:
        """The same, for Keras."""
        return self.zero_state(batch_size, tf.as_dtype(self.compute_dtype))

    def build(self, inputs_shape: Any, states_shape: Any = None) -> None:
        """Has the cell make its weights, and makes weights of Keras with their values.

        Args:
          inputs_shape: [batch, features].
          states_shape: not needed; Keras offers it.

        Raises:
          ValueError: if a weight is no attribute of the cell or of a cell inside it.
        """
        dtype = tf.as_dtype(self.compute_dtype)
        with tf.init_scope():
            self.cell(tf.zeros([1, *inputs_shape[1:]], dtype), self.cell.zero_state(1, dtype))
        found = list(_variables(self.cell))
        if len(found) != len(self.cell.variables):
            raise ValueError(
                f"Only {len(found)} of {len(self.cell.variables)} weights of cell are attributes, "
                "and the others would stay untrained. Give each weight an attribute of its own."
            )
        self._places = [(module, name) for module, name, _ in found]
        self._lent = [self._weight_like(name, variable) for _, name, variable in found]

    def _weight_like(self, name: str, variable: tf.Variable) -> Any:
        with tf.init_scope():
            value = variable.numpy()
        return self.add_weight(
            value.shape,
            initializer=lambda shape, dtype: tf.convert_to_tensor(value),
            dtype=variable.dtype.name,
            trainable=variable.trainable,
            autocast=False,  # the cell does so itself
            name=name.strip("_"),
        )

    def call(self, inputs: Any, states: State, training: bool = False) -> tuple[Any, State]:
        """One step of the cell inside.

        Args:
          inputs: [batch, features].
          states: in the structure of `state_size`, or a list of its parts, as Keras has it.
          training: handed on to a cell that asks for it.

        Returns:
          The output, [batch, output_size], and the next state.
        """
        self._check_that_it_is_trained()
        # Anew at each call: when Keras calls a model first, its variables are not there yet.
        for (module, name), weight in zip(self._places, self._lent, strict=True):
            setattr(module, name, weight.value)
        state = match_state("states", states, self.state_size)
        return call_cell(self.cell, inputs, state, training)

    def get_config(self) -> NoReturn:
        """What Keras asks for to save a model whole, to clone it, or for two directions.

        Raises:
          NotImplementedError: always, with what to write in its place.
        """
        raise NotImplementedError(
            "Keras can't make a cell of the course anew from a config. To save it, build the model "
            "again and take model.save_weights and load_weights. For two directions give two "
            "keras.layers.RNN a KerasCell each, one with go_backwards=True, or take "
            "course_utils.unroll.bidirectional_dynamic_rnn."
        )

    def _check_that_it_is_trained(self) -> None:
        if any(m.in_keras_cell is not self._owner for m in (self.cell, *self.cell.submodules)):
            raise TypeError(
                "The cell of this KerasCell was handed to another one since, and the two would "
                "train weights of their own. To share a cell, use one KerasCell in both places."
            )
        outer = outer_keras_layer()
        if outer is not None and all(layer is not self for layer in outer._flatten_layers()):
            raise TypeError(
                f"Keras does not see this KerasCell inside {outer.name!r}, and would not train it. "
                "Make it an attribute of the layer or model itself. Wrappers and stacks go inside: "
                "KerasCell(MultiRNNCell([...])), not MultiRNNCell([KerasCell(...), ...])."
            )


def _variables(cell: tf.Module) -> Iterator[tuple[tf.Module, str, tf.Variable]]:
    """The variables that are attributes of the cell or a module inside, and where they are."""
    for module in (cell, *cell.submodules):
        for name, value in list(vars(module).items()):
            if isinstance(value, tf.Variable):
                yield module, name, value
