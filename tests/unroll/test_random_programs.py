"""Random programs: our loops and TensorFlow 1's agree in values and gradients, or both refuse."""

from typing import NamedTuple

import hypothesis
import numpy as np
import pytest
import tensorflow as tf
from hypothesis import strategies as st

from course_utils.cells import BasicRNNCell, GRUCell, LSTMCell
from course_utils.unroll import (
    bidirectional_dynamic_rnn,
    dynamic_rnn,
    static_bidirectional_rnn,
    static_rnn,
)
from course_utils.wrappers import (
    DropoutWrapper,
    LayerNormWrapper,
    MultiRNNCell,
    OutputProjectionWrapper,
    ResidualWrapper,
)
from tests.rnn_cases import PairCell, random_array, random_state

classic = tf.compat.v1.nn
FEATURES, UNITS = 3, 3
TOLERANCE = {"float64": 1e-11, "float32": 2e-5, "float16": 2e-2, "bfloat16": 1e-1}


class Inputs(NamedTuple):
    a: tf.Tensor
    b: tf.Tensor


class Flat(tf.Module):
    """Takes inputs of any structure and shape to a cell of plain ones."""

    def __init__(self, cell):
        super().__init__()
        self.cell = cell
        self.state_size, self.output_size = cell.state_size, cell.output_size

    def zero_state(self, batch_size, dtype):
        return self.cell.zero_state(batch_size, dtype)

    def __call__(self, inputs, state):
        parts = [tf.reshape(part, [tf.shape(part)[0], -1]) for part in tf.nest.flatten(inputs)]
        total = tf.add_n([part[:, :FEATURES] for part in parts])
        return self.cell(tf.ensure_shape(total, [None, FEATURES]), state)


class Breaking(BasicRNNCell):
    """Breaks a promise: that of its output's width, or of its state's structure."""

    def __init__(self, how):
        super().__init__(UNITS)
        self.how = how

    def __call__(self, inputs, state):
        output, state = super().__call__(inputs, state)
        if self.how == "output":
            return tf.concat([output, output], axis=1), state
        return output, (state, state)


CELLS = {
    "basic": lambda: BasicRNNCell(UNITS),
    "lstm": lambda: LSTMCell(UNITS),
    "peepholes": lambda: LSTMCell(UNITS, use_peepholes=True),
    "gru": lambda: GRUCell(UNITS),
    "reset before": lambda: GRUCell(UNITS, reset_after=False),
}
ONLY_FULL = {"pair": lambda: PairCell(FEATURES)}
WRAPPERS = {
    "bare": lambda cell: cell,
    "dropout": lambda cell: DropoutWrapper(cell, 0.5, 0.5, state_keep_prob=0.5),  # not in training
    "residual": ResidualWrapper,
    "normalised": LayerNormWrapper,
    "projected": lambda cell: OutputProjectionWrapper(cell, 2),
    "stack": lambda cell: MultiRNNCell([GRUCell(UNITS), cell]),
}
STRUCTURES = {
    "tensor": lambda shape, make: make([*shape, FEATURES]),
    "matrix": lambda shape, make: make([*shape, FEATURES, 2]),
    "tuple": lambda shape, make: (make([*shape, FEATURES]), make([*shape, 2, 4])),
    "dict": lambda shape, make: {"x": make([*shape, FEATURES]), "w": make([*shape, 5])},
    "named": lambda shape, make: Inputs(make([*shape, FEATURES]), make([*shape, 4])),
}


@st.composite
def programs(draw):
    dtype = draw(st.sampled_from(["float32", "float32", "float64", "float16", "bfloat16"]))
    batch, time = draw(st.integers(1, 3)), draw(st.integers(1, 4))
    loop = draw(st.sampled_from(["dynamic", "dynamic", "static", "both", "static both"]))
    # TensorFlow 1's static loop looks for inputs[0][0], which a dict has not.
    structures = sorted(set(STRUCTURES) - ({"dict"} if "static" in loop else set()))
    some = st.lists(st.integers(0, time), min_size=batch, max_size=batch)
    return {
        "cell": draw(st.sampled_from(sorted(CELLS) + ["pair"] * (dtype == "float32"))),
        "wrapper": draw(st.sampled_from(sorted(WRAPPERS))),
        "structure": draw(st.sampled_from(structures)),
        "dtype": dtype,
        "shape": (batch, time),
        "loop": loop,
        "time_major": draw(st.booleans()),
        "lengths": draw(st.none() | some),
        "with_state": draw(st.booleans()),
        "mode": draw(st.sampled_from(["eager"] * 3 + ["graph"] * 2 + ["jit"])),
        "seed": draw(st.integers(0, 9)),
        "flaw": draw(st.sampled_from([None] * 12 + ["output", "state", "initial", "lengths"])),
    }


def make_cell(program, dtype, seed):
    flaw = program["flaw"]
    breaks = flaw in ("output", "state")
    cell = Breaking(flaw) if breaks else {**CELLS, **ONLY_FULL}[program["cell"]]()
    if program["wrapper"] != "residual" or program["cell"] != "pair":
        cell = cell if breaks else WRAPPERS[program["wrapper"]](cell)
    if not breaks:
        cell(tf.zeros([1, FEATURES], dtype), cell.zero_state(1, dtype))
        for i, weight in enumerate(cell.trainable_variables, start=10 * seed):
            weight.assign(0.5 * random_array(weight.shape, weight.dtype.name, i))
    return Flat(cell)


def run(package, program):
    """All outputs and states, and the gradients for inputs and weights of a loss of them."""
    dtype = tf.as_dtype(program["dtype"])
    batch = program["shape"][0]
    lengths = program["lengths"]
    if program["flaw"] == "lengths":
        lengths = [1] * (batch + 1)
    cells = [make_cell(program, dtype, seed) for seed in (1, 2)]
    count = iter(range(99))
    inputs = STRUCTURES[program["structure"]](
        program["shape"],
        lambda shape: tf.cast(random_array(shape, "float64", next(count) + program["seed"]), dtype),
    )
    states = [None, None]
    if program["with_state"]:
        states = [
            tf.nest.map_structure(lambda x: tf.cast(x, dtype), random_state(c, batch))
            for c in cells
        ]
    if program["flaw"] == "initial":
        states = [tf.zeros([batch, 1], dtype)] * 2
    weights = [w for cell in cells for w in inner_weights(cell)]
    flat = tf.nest.flatten(inputs)

    def compute():
        with tf.GradientTape() as tape:
            tape.watch(flat)
            found = LOOPS[program["loop"]](package, program, cells, inputs, lengths, states, dtype)
            parts = tf.nest.flatten(found)
            loss = tf.add_n(
                [
                    tf.reduce_sum(
                        tf.cast(part, tf.float64) * random_array(part.shape, "float64", i)
                    )
                    for i, part in enumerate(parts)
                ]
            )
        zero = tf.UnconnectedGradients.ZERO
        return parts, tape.gradient(loss, [*flat, *weights], unconnected_gradients=zero)

    if program["mode"] == "eager":
        return compute()
    return tf.function(compute, jit_compile=program["mode"] == "jit")()


def inner_weights(cell):
    return cell.cell.trainable_variables


def swapped(values):
    return tf.nest.map_structure(lambda x: tf.transpose(x, [1, 0, *range(2, x.shape.rank)]), values)


def unstacked(inputs, time):
    return [tf.nest.map_structure(lambda x, t=t: x[:, t], inputs) for t in range(time)]


def dynamic(package, program, cells, inputs, lengths, states, dtype):
    major = program["time_major"]
    return package["dynamic"](
        cells[0],
        swapped(inputs) if major else inputs,
        lengths,
        states[0],
        time_major=major,
        dtype=dtype,
    )


def static(package, program, cells, inputs, lengths, states, dtype):
    steps = unstacked(inputs, program["shape"][1])
    return package["static"](cells[0], steps, states[0], sequence_length=lengths, dtype=dtype)


def both(package, program, cells, inputs, lengths, states, dtype):
    major = program["time_major"]
    return package["both"](
        *cells,
        swapped(inputs) if major else inputs,
        lengths,
        *states,
        time_major=major,
        dtype=dtype,
    )


def static_both(package, program, cells, inputs, lengths, states, dtype):
    steps = unstacked(inputs, program["shape"][1])
    return package["static both"](*cells, steps, *states, sequence_length=lengths, dtype=dtype)


LOOPS = {"dynamic": dynamic, "static": static, "both": both, "static both": static_both}
OURS = {
    "dynamic": dynamic_rnn,
    "static": static_rnn,
    "both": bidirectional_dynamic_rnn,
    "static both": static_bidirectional_rnn,
}
CLASSIC = {
    "dynamic": classic.dynamic_rnn,
    "static": classic.static_rnn,
    "both": classic.bidirectional_dynamic_rnn,
    "static both": classic.static_bidirectional_rnn,
}
ERRORS = (ValueError, TypeError, tf.errors.InvalidArgumentError)


def outcome(package, program):
    try:
        return run(package, program)
    except (*ERRORS, AttributeError) as error:  # the last is how TensorFlow 1 meets a wrong state
        return error


def check(program):
    found = outcome(OURS, program)
    if program["flaw"]:
        # TensorFlow 1 lets some of these through; we refuse them all, and so what it refuses.
        assert isinstance(found, ERRORS)
        return
    expected = outcome(CLASSIC, program)
    assert not isinstance(expected, Exception), expected
    assert not isinstance(found, Exception), found
    tolerance = TOLERANCE[program["dtype"]]
    for a, b in zip(tf.nest.flatten(found), tf.nest.flatten(expected), strict=True):
        assert a.dtype == b.dtype
        ours, theirs = (np.asarray(tf.cast(x, tf.float64)) for x in (a, b))
        scale = max(1, np.max(np.abs(theirs), initial=0))
        np.testing.assert_allclose(ours, theirs, atol=tolerance * scale)


@hypothesis.given(program=programs())
@hypothesis.settings(max_examples=8)
def test_some_programs_agree_with_tensorflow_1(program):
    check(program)


@pytest.mark.slow
@hypothesis.given(program=programs())
@hypothesis.settings(max_examples=200)
def test_two_hundred_programs_agree_with_tensorflow_1(program):
    check(program)
