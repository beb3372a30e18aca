# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
#   kernelspec:
#     display_name: Python 3 (ipykernel)
#     language: python
#     name: python3
# ---

# %% [markdown]
# # Chapter 2: Unrolling through time with Python lists
#
# After this chapter you can
#
# - cut a batch of sequences into a list of time steps, and put it together again;
# - write a cell object that makes its weights once and keeps them;
# - run any cell over any number of steps with a Python loop, as TensorFlow 1 did with
#   `static_rnn`, and get the same numbers as TensorFlow and Keras;
# - say what this way of unrolling costs, and measure it.
#
# You need chapter 1. The chapter takes about an hour and a half, and its five exercises are
# worth 24 points.

# %% tags=["setup"]
try:
    import course_utils
except ImportError:
    raise ImportError(
        "This kernel does not have the course's packages. Start JupyterLab with `make lab`, "
        "then choose Kernel > Change Kernel > Python 3 (ipykernel)."
    ) from None
course_utils.start("02_static_unrolling")

# %%
import time

import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf

from course_utils import cells, diagrams, plotting, training, unroll
from course_utils.checks.static_unrolling import (
    check_basic_rnn_cell,
    check_graph_size,
    check_pack_sequence,
    check_static_rnn,
    check_unpack_sequence,
    own_or_course,
)
from course_utils.show import measured, show, show_parts, show_shapes, your_prediction

# %% [markdown]
# ## 2.1 From two steps to any number
#
# In chapter 1 each time step was a line of code: one for `Y0`, one for `Y1`. A sentence of
# fifty words would take fifty lines, and the next sentence another number of them. We want code
# that is written once and runs for any number of steps. It has three parts, and you will write
# each of them:
#
# 1. **A list of steps.** The batch comes as one array; the loop needs it step by step.
# 2. **A cell.** An object that owns the weights and knows how to make one step.
# 3. **A loop.** It calls the cell once for each step and hands the state on.
#
# Now the names change, too: from here on code uses those of Keras. `kernel` is $W_x$,
# `recurrent_kernel` is $W_h$, `bias` is $b$. The short names come back for the arrays of chapter 1,
# and where chapter 4 derives a gradient.

# %% [markdown]
# ## 2.2 A batch as a list of steps
#
# Data sets keep a sequence in one piece, so a batch of sequences has the shape [batch, time,
# features], with features as in chapter 1: the numbers that come in at one step. A recurrent
# network cannot take the batch in one piece: step 1 has to wait for the state
# that step 0 leaves. So we cut the batch in time. Each item of the list is [batch, features]:
# what *all* sequences get at *one* step. This is called **unpacking**, and the way back,
# **packing**.

# %% tags=["demo"]
diagrams.pack_unpack().show()

# %% [markdown]
# The picture shows the batch from chapter 1, packed. Here it is as a data set would hold it, a
# sequence a line, and beside it the two steps as chapter 1 had them.

# %%
sequences = [
    [[0, 1, 2], [9, 8, 7]],
    [[3, 4, 5], [0, 0, 0]],
    [[6, 7, 8], [6, 5, 4]],
    [[9, 0, 1], [3, 2, 1]],
]
batch = np.array(sequences, dtype=np.float32)  # [batch, time, features]
X0 = np.array([[0, 1, 2], [3, 4, 5], [6, 7, 8], [9, 0, 1]], dtype=np.float32)  # [batch, features]
X1 = np.array([[9, 8, 7], [0, 0, 0], [6, 5, 4], [3, 2, 1]], dtype=np.float32)
print("batch:", batch.shape, "  each step:", X0.shape)

# %% [markdown]
# **Predict, then run.** There are two ways to bring time to the front, and both give the shape
# (2, 4, 3): exchange two axes, or reshape. Are the numbers the same?

# %% tags=["demo"]
prediction_2_1 = ...  # "yes" or "no"

# %% tags=["demo"]
exchanged = np.transpose(batch, [1, 0, 2])
reshaped = np.reshape(batch, [2, 4, 3])
print("shapes: ", exchanged.shape, reshaped.shape)
print("first step of sequence 1, exchanged:", exchanged[0, 1])
print("first step of sequence 1, reshaped: ", reshaped[0, 1])
your_prediction(prediction_2_1)

# %% [markdown]
# They are not. Sequence 1 starts with [3, 4, 5], but the reshaped array has [9, 8, 7] in that
# place: the *second* step of sequence *0*. A reshape moves no number. It reads them all in the
# order in which they lie in memory, sequence by sequence, and sets new limits between them. No
# error, the right shape, and a network that learns nonsense: keep this one in mind.
#
# ### Exercise: unpack a batch [4 points]
#
# Write the first part of the loop's machinery: a function that cuts a batch in time. All
# the loop knows of the data is what this list holds.
#
# $$\text{steps}_t = \text{inputs}[:, t, :] \qquad t = 0, \dots, \text{time} - 1$$
#
# For `inputs` [[[1], [2]], [[3], [4]]], two sequences of two steps with one feature, the
# result is a list of two arrays: [[1], [3]] and [[2], [4]].


# %% nbgrader={"grade_id": "unpack-sequence", "solution": true}
def unpack_sequence(inputs):
    """A batch of sequences as a list of time steps.

    Args:
      inputs: [batch, time, features].

    Returns:
      A list with one [batch, features] for each time step.
    """
    ### BEGIN SOLUTION
    return tf.unstack(inputs, axis=1)
    ### END SOLUTION


# %% tags=["try-it"]
show_parts(unpack_sequence(tf.constant([[[1.0], [2.0]], [[3.0], [4.0]]])))
# prints: [[1], [3]]
#         [[2], [4]]

# %% nbgrader={"grade_id": "check-unpack-sequence", "grade": true, "points": 4}
report = check_unpack_sequence(unpack_sequence)
### BEGIN HIDDEN TESTS
report += check_unpack_sequence(
    unpack_sequence, seeds=(11, 12), sizes=((5, 3, 4), (2, 6, 3)), thin_sizes=((1, 2, 5), (6, 1, 1))
)
### END HIDDEN TESTS
report.points(4)

# %% [markdown]
# ### Exercise: pack the outputs [3 points]
#
# The loop gives a list back: one output [batch, features] for each step. What comes after the
# network (a loss, another layer) wants one array. Write the way back:
#
# $$\text{result}[i, t, :] = \text{outputs}_t[i, :]$$
#
# For the list [[1], [3]] and [[2], [4]] the result is [[[1], [2]], [[3], [4]]], of shape
# [2, 2, 1].


# %% nbgrader={"grade_id": "pack-sequence", "solution": true}
def pack_sequence(outputs):
    """A list of time steps as a batch of sequences.

    Args:
      outputs: a list with one [batch, features] for each time step.

    Returns:
      [batch, time, features].
    """
    ### BEGIN SOLUTION
    return tf.stack(outputs, axis=1)
    ### END SOLUTION


# %% tags=["try-it"]
show(pack_sequence([np.array([[1.0], [3.0]]), np.array([[2.0], [4.0]])]))
# prints: [[[1], [2]], [[3], [4]]]

# %% nbgrader={"grade_id": "check-pack-sequence", "grade": true, "points": 3}
report = check_pack_sequence(pack_sequence)
### BEGIN HIDDEN TESTS
report += check_pack_sequence(
    pack_sequence, seeds=(11, 12), sizes=((5, 3, 4), (2, 6, 3)), thin_sizes=((1, 2, 5), (6, 1, 1))
)
### END HIDDEN TESTS
report.points(3)

# %% [markdown]
# ## 2.3 A cell that owns its weights
#
# In chapter 1 the weights were passed to every step. That becomes tiresome with the second kind
# of cell: those of chapter 7 have more weights and other ones, and the loop would have to know
# them all. So the weights move into an object, the **cell**, and the loop only ever says
# `cell(inputs, state)`.
#
# Where are the weights made? The number of inputs is not known before the first inputs are
# there. So a first idea is to make the weights where they are needed, inside the step. Watch it
# fail, with the cell that Keras has: a new one draws new weights, as soon as it is called.


# %%
def forgetful_step(inputs, state):
    new_weights = tf.keras.layers.SimpleRNNCell(5)
    output, _ = new_weights(inputs, [state])
    return output


# %% [markdown]
# Two calls with the same inputs and the same state will tell, and a loop of ten steps. A
# [gradient tape](https://www.tensorflow.org/guide/autodiff) notes every trainable variable that is
# used while it listens.
#
# **Predict, then run.** The loop makes ten steps. How many variables does it make?

# %% tags=["demo"]
prediction_2_2 = ...  # a whole number

# %% tags=["demo"]
state = tf.zeros([4, 5])
first, second = forgetful_step(X0, state), forgetful_step(X0, state)
apart = np.abs(np.subtract(first, second)).max()
measured("same inputs, same state: two calls differ by up to", apart, at_least=1)

with tf.GradientTape() as tape:
    for _ in range(10):
        state = forgetful_step(X0, state)
print("variables after 10 steps:", len(tape.watched_variables()))
your_prediction(prediction_2_2)

# %% [markdown]
# Ten steps, thirty variables, and no step uses those of another one. (Two outputs of tanh
# differ by at most 2, from -1 to 1.) What the first step
# learns, the second does not know, and the next batch meets new random weights again. Chapter 1
# closed with "unrolling copies the drawing, never the weights"; this step copies the weights.
#
# The remedy: the *first* call makes the weights and stores them in the object; every later call
# uses what it finds. The course's own cell, `cells.BasicRNNCell`, does so.

# %%
cell = cells.BasicRNNCell(5)
print("before the first call:", len(cell.trainable_variables), "variables")
state = cell.zero_state(batch_size=4)
with tf.GradientTape() as tape:
    for _ in range(10):
        output, state = cell(X0, state)
print("after 10 steps:       ", len(tape.watched_variables()), "variables")
for variable in cell.trainable_variables:
    print(f"  {variable.name:<20}", variable.shape, "numbers:", tf.size(variable).numpy())
print("numbers in all:", sum(tf.size(variable).numpy() for variable in cell.trainable_variables))

# %% [markdown]
# Three variables with 15 + 25 + 5 = 45 numbers, as your formula in chapter 1 says for 3 inputs
# and 5 units, after one step or after ten. This is where the weights live: in the cell. Not in
# the loop, not in the steps.
#
# ### Exercise: a basic recurrent cell [6 points]
#
# Write the cell yourself. It is the interface that all cells of the course have, so a loop
# written for one of them runs them all:
#
# - `units`, `state_size` and `output_size`: numbers, for this cell all three the same. (For
#   other cells they differ.)
# - `zero_state(batch_size)`: the state before the first step, zeros [batch_size, units]. A caller
#   may ask for another type of numbers than float32 by a second argument, `dtype`.
# - `cell(inputs, state)`: one step. It returns two things, the output and the new state. For
#   this cell both are the same array:
#
# $$\text{output} = \text{new state} = \tanh(\text{inputs}\; W_x + \text{state}\; W_h + b)$$
#
# The first call makes the weights, as `tf.Variable`s: $W_x$ [inputs, units] and $W_h$ [units,
# units] from random numbers, $b$ from zeros or random numbers. You may name them as you like.
# Compute with TensorFlow: no gradient passes through NumPy, and section 2.5 runs the cell where
# there are no numbers yet.
#
# For `cell = BasicRNNCell(2)`, `cell.zero_state(3)` is three rows of two zeros. A first call
# with inputs [3, 4] makes 8 + 4 + 2 = 14 numbers. If the bias starts at zero, then inputs and
# state of zeros give an output of zeros: tanh(0).


# %% nbgrader={"grade_id": "basic-rnn-cell", "solution": true}
class BasicRNNCell:
    """A basic recurrent cell: its output is its new state.

    Args:
      units: width of the state and of the output.

    Attributes:
      units: the number of units.
      state_size: width of the state, an int.
      output_size: width of the output, an int.
    """

    def __init__(self, units):
        """Sets the attributes; there are no weights yet."""
        ### BEGIN SOLUTION
        self.units = units
        self.state_size = units
        self.output_size = units
        self.kernel = None  # made by the first call
        ### END SOLUTION

    def zero_state(self, batch_size, dtype=tf.float32):
        """The state before the first step.

        Args:
          batch_size: the number of sequences.
          dtype: float32, unless a caller asks for another.

        Returns:
          [batch_size, units] zeros.
        """
        ### BEGIN SOLUTION
        return tf.zeros([batch_size, self.units], dtype)
        ### END SOLUTION

    def __call__(self, inputs, state):
        """One time step; the first call makes the weights.

        Args:
          inputs: [batch, features].
          state: [batch, units].

        Returns:
          (output, new_state), each [batch, units].
        """
        ### BEGIN SOLUTION
        if self.kernel is None:
            self.kernel = tf.Variable(tf.random.normal([inputs.shape[1], self.units]))
            self.recurrent_kernel = tf.Variable(tf.random.normal([self.units, self.units]))
            self.bias = tf.Variable(tf.zeros([self.units]))
        output = tf.tanh(inputs @ self.kernel + state @ self.recurrent_kernel + self.bias)
        return output, output
        ### END SOLUTION


# %% tags=["try-it"]
show(BasicRNNCell(2).zero_state(3))
show_shapes(BasicRNNCell(2)(tf.zeros([3, 4]), tf.zeros([3, 2])))  # output and new state
# prints: [[0, 0], [0, 0], [0, 0]]
#         (3, 2)
#         (3, 2)

# %% nbgrader={"grade_id": "check-basic-rnn-cell", "grade": true, "points": 6}
report = check_basic_rnn_cell(BasicRNNCell)
### BEGIN HIDDEN TESTS
report += check_basic_rnn_cell(
    BasicRNNCell, seeds=(11, 12), sizes=((5, 2, 4), (3, 6, 5), (1, 1, 1), (4, 5, 2))
)
### END HIDDEN TESTS
report.points(6)

# %% [markdown]
# The check does not know what you named the weights. It reads them off the cell's behaviour: with
# zeros for inputs and state it gets tanh(b); with a single 1 among the zeros, one row of a
# kernel more.

# %% [markdown]
# ## 2.4 The loop
#
# The third part puts the other two together. It is short, and nearly all that can go wrong in it
# is about one thing: which of the cell's two results goes where. `BasicRNNCell` cannot show
# that, because its two results are equal. So here is a toy cell whose results differ. Its state is
# the sum of all inputs so far, and its output is ten times the state.


# %%
class RunningSum:
    """A cell without weights: the state is the sum of the inputs, the output ten times that."""

    units = state_size = output_size = 1

    def zero_state(self, batch_size, dtype=tf.float32):
        return tf.zeros([batch_size, 1], dtype)

    def __call__(self, inputs, state):
        return 10 * (state + inputs), state + inputs


# %% [markdown]
# ### Exercise: static_rnn [7 points]
#
# Write the loop. TensorFlow 1 had a function of this name that does the same, and every
# recurrent layer since has this loop at its heart. (Old code in hand? A page tells
# [where each name of TensorFlow 1 is now](../../docs/from_tensorflow_1.md).)
#
# $$\text{output}_t, \text{state}_t = \text{cell}(\text{inputs}_t, \text{state}_{t-1})$$
#
# The first step starts from `initial_state`, or from the cell's zero state if that is `None`.
# Return the list of all outputs, and the state after the last step: chapter 4 will start the next
# piece of a long sequence from it. A state need not be one tensor; for some cells it is a pair.
# Your loop need not care if it only hands the state on, and leaves it to the cell to make the
# first one. Outputs, too, go into the list as the cell gives them: NumPy would cut off gradients.
#
# For `RunningSum()` and the steps [[1]], [[2]], [[3]] the outputs are [[10]], [[30]], [[60]] and
# the final state is [[6]]. From an `initial_state` of [[4]] they are [[50]], [[70]], [[100]]
# and [[10]].


# %% nbgrader={"grade_id": "static-rnn", "solution": true}
def static_rnn(cell, inputs, initial_state=None):
    """Runs a cell over a list of time steps.

    Args:
      cell: an object like BasicRNNCell: zero_state(batch_size), cell(inputs, state).
      inputs: a list with one [batch, features] for each time step, at least one.
      initial_state: the state before the first step; None means the cell's zero state.

    Returns:
      (outputs, final_state): a list with one [batch, output_size] for each time step, and the
      state after the last one.
    """
    ### BEGIN SOLUTION
    state = cell.zero_state(inputs[0].shape[0]) if initial_state is None else initial_state
    outputs = []
    for step_inputs in inputs:  # [batch, features]
        output, state = cell(step_inputs, state)
        outputs.append(output)
    return outputs, state
    ### END SOLUTION


# %% tags=["try-it"]
one_two_three = [tf.constant([[1.0]]), tf.constant([[2.0]]), tf.constant([[3.0]])]
show_parts(static_rnn(RunningSum(), one_two_three))
show_parts(static_rnn(RunningSum(), one_two_three, initial_state=tf.constant([[4.0]])))
# prints: [[[10]], [[30]], [[60]]]
#         [[6]]
#         [[[50]], [[70]], [[100]]]
#         [[10]]

# %% nbgrader={"grade_id": "check-static-rnn", "grade": true, "points": 7}
report = check_static_rnn(static_rnn)
### BEGIN HIDDEN TESTS
report += check_static_rnn(
    static_rnn,
    seeds=(11, 12),
    sizes=((5, 4, 3, 2, 7), (2, 5, 1, 6, 3), (1, 3, 2, 1, 1)),
    nested=((3, 4, 2, (1, 4), 2), (2, 3, 5, (2, 3, 4), 8)),
)
### END HIDDEN TESTS
report.points(7)

# %% [markdown]
# ### The same numbers again
#
# Now climb back to chapter 1. We run its batch through your loop and compare with the two steps
# written by hand. From here on the text uses what you wrote. One thing first: a right answer may
# yet not work everywhere below. NumPy, for one, can't handle what section 2.5 puts in the place of
# numbers. In that case, and until yours has all its points, the course's takes its place.

# %%
unpack_sequence = own_or_course("unpack_sequence", unpack_sequence)
pack_sequence = own_or_course("pack_sequence", pack_sequence)
BasicRNNCell = own_or_course("BasicRNNCell", BasicRNNCell)
static_rnn = own_or_course("static_rnn", static_rnn)

# %% [markdown]
# The weights of chapter 1 have to go into the cell. Your cell may call its weights anything, so
# here the cell is the course's, whose names we know.

# %%
rng = np.random.default_rng(7)
Wx = rng.normal(size=(3, 5)).astype(np.float32)
Wh = rng.normal(size=(5, 5)).astype(np.float32)
b = rng.normal(size=5).astype(np.float32)
Y0 = np.tanh(X0 @ Wx + b)  # chapter 1, by hand
Y1 = np.tanh(X1 @ Wx + Y0 @ Wh + b)

# %%
our_cell = cells.BasicRNNCell(5)
our_cell(X0, our_cell.zero_state(4))  # makes the weights
weights = our_cell.kernel, our_cell.recurrent_kernel, our_cell.bias
for weight, value in zip(weights, (Wx, Wh, b), strict=True):
    weight.assign(value)

# %% tags=["demo"]
outputs, final_state = static_rnn(our_cell, unpack_sequence(batch))
result = np.asarray(pack_sequence(outputs))
by_hand = np.abs(np.subtract(outputs, [Y0, Y1])).max()
print("result:", result.shape)
measured("farthest from two steps by hand", by_hand, at_most=1e-6)

# %% [markdown]
# Two independent witnesses: TensorFlow 1's own
# [static_rnn](https://www.tensorflow.org/api_docs/python/tf/compat/v1/nn/static_rnn), which
# TensorFlow still carries and which takes our cell as it is, and Keras's `SimpleRNN` with our
# weights.

# %% tags=["demo"]
tf.get_logger().setLevel("ERROR")  # keep quiet about functions of TensorFlow 1
old_outputs, _ = tf.compat.v1.nn.static_rnn(
    our_cell, unroll.unpack_sequence(batch), dtype=tf.float32
)

layer = tf.keras.layers.SimpleRNN(5, return_sequences=True)
layer.build([None, 2, 3])
layer.set_weights([Wx, Wh, b])
by_tensorflow_1 = np.abs(np.subtract(outputs, old_outputs)).max()
measured("farthest from TensorFlow 1", by_tensorflow_1, at_most=1e-6)
measured("farthest from Keras", np.abs(result - layer(batch)).max(), at_most=1e-6)

# %% [markdown]
# All four agree. And nothing in the loop says "two": the same lines run fifty steps. Small
# inputs this time, so that tanh does not saturate and every step counts.

# %% tags=["demo"]
long_batch = rng.uniform(-0.5, 0.5, size=(4, 50, 3)).astype(np.float32)
outputs, final_state = static_rnn(our_cell, unpack_sequence(long_batch))
result = np.asarray(pack_sequence(outputs))
print("result:", result.shape)
measured("farthest from Keras", np.abs(result - layer(long_batch)).max(), at_most=1e-5)
last = np.abs(np.subtract(outputs[-1], final_state)).max()
print(f"last output and final state differ by {last:g}")

# %% [markdown]
# The loop can also stop half-way and go on: run 20 steps, keep the final state, and start the
# other 30 from it.

# %% tags=["demo"]
steps = unpack_sequence(long_batch)
_, middle_state = static_rnn(our_cell, steps[:20])
rest, _ = static_rnn(our_cell, steps[20:], initial_state=middle_state)
forgotten, _ = static_rnn(our_cell, steps[20:])
names = "step 20 in one go:         ", "with the state handed over:", "from a zero state:         "
for name, output in zip(names, (outputs[20], rest[0], forgotten[0]), strict=True):
    print(name, np.asarray(output)[0].round(3))

# %% [markdown]
# With the state handed over, nobody can tell that there was a pause. Without it, the past is gone.

# %% [markdown]
# ## 2.5 What it costs
#
# So far Python ran every step itself. For speed, TensorFlow can do better with
# [tf.function](https://www.tensorflow.org/guide/function): it calls the Python code once, with
# placeholders in place of numbers, and writes down every operation that the code asks for. The
# record is a **graph**, making it is called **tracing**, and from then on TensorFlow runs the graph
# and leaves Python out. A small graph to look at:

# %% tags=["demo"]
add_and_square = tf.function(lambda x: (x + 1) ** 2)
trace = add_and_square.get_concrete_function(tf.TensorSpec([None, 3]))  # a shape, no numbers
print([operation.type for operation in trace.graph.get_operations()])

# %% [markdown]
# One placeholder for `x`, two constants, the sum, the power, and one operation that hands the
# result out.
#
# Now think about our loop. `for step_inputs in inputs` is Python, and a Python loop is not an
# operation. While TensorFlow traces, Python runs the loop as always, the cell is called once for
# each step, and every call leaves its operations in the graph. There is no loop in the graph: it
# is unrolled, like the drawing in chapter 1. This is why the function is called *static*.
#
# **Predict, then run.** With the course's loop and cell, the graph of 10 steps has 98 operations.
# How many has the graph of 80 steps? You will measure it after the exercise.

# %% tags=["demo"]
prediction_2_3 = ...  # a whole number

# %% [markdown]
# ### Exercise: the size of the graph [4 points]
#
# Write a function that measures it: trace your `static_rnn` with a `BasicRNNCell` over `n_steps`
# steps and count the operations of the graph. What happens to their number if the number of steps
# doubles? Set `growth` to `"constant"`, `"linear"` or `"quadratic"` when you know.
#
# $$\text{graph size}(n) = \text{number of operations in the graph of } n \text{ steps}$$
#
# The batch size and the numbers of inputs and units do not matter: take 4, 3 and 5. Each call
# must trace anew, since a graph for 10 steps says nothing about 20. Make the cell outside of the
# function that is traced: made inside, it would bring new variables with every trace, which
# `tf.function` refuses. Graph size is not a point of beauty: it is memory, and it is the time
# before the first result.
#
# Yours may count a few more or less than the course's, depending on how you wrote the cell and how
# you cut the steps out.


# %% nbgrader={"grade_id": "graph-size", "solution": true}
def graph_size(n_steps):
    """The number of operations in the graph of static_rnn with a BasicRNNCell.

    Args:
      n_steps: the number of time steps, at least 1.

    Returns:
      An int, len(graph.get_operations()) of a graph traced for this number of steps.
    """
    ### BEGIN SOLUTION
    cell = BasicRNNCell(5)

    @tf.function
    def run(inputs):
        return static_rnn(cell, unpack_sequence(inputs))

    trace = run.get_concrete_function(tf.TensorSpec([4, n_steps, 3]))
    return len(trace.graph.get_operations())
    ### END SOLUTION


growth = None
### BEGIN SOLUTION
growth = "linear"
### END SOLUTION

# %% tags=["try-it"]
few, more = graph_size(10), graph_size(20)
print("20 steps need more operations than 10:", None not in (few, more) and bool(more > few))
# prints: 20 steps need more operations than 10: True

# %% nbgrader={"grade_id": "check-graph-size", "grade": true, "points": 4}
report = check_graph_size(graph_size, growth)
### BEGIN HIDDEN TESTS
report += check_graph_size(graph_size, growth, lengths=(2, 7, 11))
### END HIDDEN TESTS
report.points(4)

# %% [markdown]
# ### Measured
#
# The weights are in the graph once, as variables. The operations are there once for each step.

# %% tags=["demo"]
diagrams.static_graph(n_steps=3).show()

# %% [markdown]
# Your function again, for lengths up to 80, and the time that it takes: the best of three rounds,
# because the machine has other things to do as well.


# %% tags=["demo"]
graph_size = own_or_course("graph_size", graph_size)


def measure(n_steps):
    start = time.perf_counter()
    operations = graph_size(n_steps)
    return operations, time.perf_counter() - start


lengths = np.array([10, 20, 40, 80])
rounds = training.progress(range(training.steps(full=3, quick=1)), "tracing")
results = np.array([[measure(n) for n in lengths] for _ in rounds], dtype=float)
counts, seconds = results[0, :, 0], results[:, :, 1].min(axis=0)
each_step = np.diff(counts) / np.diff(lengths)

# %% tags=["demo"]
print("operations:", dict(zip(lengths.tolist(), counts.astype(int).tolist(), strict=True)))
your_prediction(prediction_2_3)
print("operations added by each step:", np.unique(each_step).astype(int))
measured("time to trace 80 steps, in times of 10 steps", seconds[-1] / seconds[0], at_least=2)

# %% tags=["demo", "drawing"]
fig, (left, right) = plt.subplots(1, 2, figsize=(9, 3.4))
left.plot(lengths, counts, "o", label="measured")
left.plot(lengths, counts[0] + each_step[0] * (lengths - 10), "--", label="straight line")
left.set(title=f"Each step adds {each_step[0]:g} operations", ylabel="operations in the graph")
left.legend()
right.plot(lengths, 1000 * seconds, "o-")
right.set(title="More steps take longer to trace", ylabel="time to trace (ms)")
for ax in (left, right):
    ax.set(xlabel="time steps", xlim=(0, 85), ylim=(0, None))
plotting.show(fig, alt="Operations and tracing time against time steps: both keep growing.")

# %% [markdown]
# The operations lie on a straight line: twice the steps, about twice the graph. The time to trace
# grows with them. Which operations does one more step add? A function of the course compares the
# graphs of three steps and of four, with the loop and the cell that are used above.

# %% tags=["demo"]
print(unroll.operations_of_a_step(static_rnn, unpack_sequence, BasicRNNCell(5)))

# %% [markdown]
# Eight are the equation's: three read the variables, two are matrix products, two are sums, and one
# is the tanh. The ninth hands the step's output out. If yours adds others, find out where they come
# from. An unpacking that cuts out `inputs[:, t, :]` brings a slice and its three borders with each
# step; what is left then, the cell does beyond the equation. The graph repeats them for as many
# steps as the sequence has, although they are the same each time.
#
# ### Other lengths
#
# A graph for 10 steps can do nothing but 10 steps. What if the next batch has 12? `tf.function`
# looks at the shapes of its arguments. If it knows them, it runs the graph it has; if not, it
# traces again. Python code inside runs while tracing only, so an `append` can keep count.

# %% tags=["demo"]
traced = []


@tf.function
def run(inputs):
    traced.append(inputs.shape[1])  # Python, not TensorFlow: this is in no graph
    outputs, _ = static_rnn(our_cell, unpack_sequence(inputs))
    return pack_sequence(outputs)


# %% [markdown]
# **Predict, then run.** Six batches go through, of 2, 3, 2, 5, 3 and 2 steps. How often does
# TensorFlow trace?

# %% tags=["demo"]
prediction_2_4 = ...  # a whole number

# %% tags=["demo"]
for n_steps in (2, 3, 2, 5, 3, 2):
    run(tf.zeros([4, n_steps, 3]))
print("traced for the lengths:", traced)
your_prediction(prediction_2_4)
print("lengths of sentences with 5 to 50 words:", len(range(5, 51)))

# %% [markdown]
# Three times, once for each new length. With sentences of 5 to 50 words that would be 46 graphs,
# each with its own copies of the same operations. Can we trace once, and leave the number of
# steps open? In a shape, `None` stands for "not known yet". Watch it fail.

# %% tags=["demo"]
try:
    run.get_concrete_function(tf.TensorSpec([4, None, 3]))
except (TypeError, ValueError) as error:
    print(str(error).split("ValueError: ")[-1].strip())

# %% [markdown]
# A Python list needs a length, and a Python loop needs to know how often to run while the graph
# is being made. The usual way out is to bring all sequences to one length, by adding steps of
# zeros at the end, and to compute those steps for nothing.

# %% [markdown]
# ## What we built
#
# - **Unpacking and packing**: a batch [batch, time, features] as a list of steps, and back. By
#   exchanging axes, never by a reshape.
# - **A cell**: an object that makes its weights at the first call and owns them from then on.
# - **A loop** that runs any cell over any list of steps, with the same numbers as chapter 1,
#   TensorFlow 1 and Keras.
# - **The price**: the graph and the time to trace it grow with every step, and every new length
#   is a new graph.
#
# **One thing to remember.** A Python loop runs while the graph is made, and leaves nothing of
# itself in the graph but copies of its body.
#
# A loop that is itself an operation would cure both: one copy of the cell, and a number of steps
# that is only known when the graph runs. TensorFlow has one. Chapter 3 opens it up.
