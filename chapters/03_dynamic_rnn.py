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
# # Chapter 3: One loop for every length
#
# After this chapter you can
#
# - write a loop that is part of the graph, and say what its variables are;
# - run any cell over sequences of any length, and say how large the graph is;
# - pad sequences of unequal lengths into one batch, and make the padding harmless;
# - train a network that counts, interrupt its training, and go on.
#
# You need chapter 2. The chapter takes about two hours, and its six exercises are worth 32
# points.

# %% tags=["setup"]
try:
    import course_utils
except ImportError:
    raise ImportError(
        "This kernel does not have the course's packages. Start JupyterLab with `make lab`, "
        "then choose Kernel > Change Kernel > Python 3 (ipykernel)."
    ) from None
course_utils.start("03_dynamic_rnn")

# %%
import tempfile
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf

from course_utils import cells, diagrams, plotting, training, unroll, widgets
from course_utils.checks.dynamic_rnn import (
    check_count_ones,
    check_dynamic_rnn,
    check_fix_the_loop,
    check_last_output,
    check_pad_batch,
    check_sequence_lengths,
    own_or_course,
)

# %%
from course_utils.data import counting
from course_utils.show import measured, show, show_parts, your_prediction

# %% [markdown]
# ## 3.1 A loop that TensorFlow runs
#
# Chapter 2 left us with a graph that grows by a copy of the cell for each step, and with a new
# trace for each new length. Both have one cause: the loop was Python's, and Python runs only
# while TensorFlow traces. So the loop itself has to become an operation of the graph. It is
# called [tf.while_loop](https://www.tensorflow.org/api_docs/python/tf/while_loop), and it takes
# three things:
#
# - **loop variables**: everything that changes from turn to turn, with its first value;
# - a **condition**: a function of the loop variables that says whether there is another turn;
# - a **body**: a function of the loop variables that returns their next values.


# %%
def doubled(n):
    return tf.while_loop(
        cond=lambda t, value: t < n,
        body=lambda t, value: (t + 1, 2 * value),
        loop_vars=(0, 1),
    )


# %% [markdown]
# **Predict, then run.** What are the two loop variables after `doubled(5)`?

# %% tags=["demo"]
prediction_3_1 = ...  # two whole numbers, as in (3, 4)

# %% tags=["demo"]
t, value = doubled(5)
print("t:", t.numpy(), "  value:", value.numpy())
your_prediction(prediction_3_1)
trace = tf.function(doubled).get_concrete_function(tf.TensorSpec([], tf.int32))
print([operation.type for operation in trace.graph.get_operations()])

# %% [markdown]
# The condition was false for the first time at t = 5, so the body ran five times. And in the
# graph there is one `StatelessWhile`, whatever `n` will be. The body was traced once, into a
# small graph of its own that the loop runs again and again.
#
# `tf.function` can also write the loop for you. It turns a Python `for` over a *tensor* into a
# `tf.while_loop`; that rewriting is called
# [AutoGraph](https://www.tensorflow.org/guide/function#autograph_transformations). A minimal pair:
# the same function gets `range(50)` and `tf.range(50)`.


# %%
def doubled_by_for(numbers):
    value = tf.constant(1.0)
    for _ in numbers:
        value = 2.0 * value
    return value


for name, numbers in (("range(50):   ", range(50)), ("tf.range(50):", tf.range(50))):
    trace = tf.function(doubled_by_for).get_concrete_function(numbers)
    print(name, len(trace.graph.get_operations()), "operations")

# %% [markdown]
# Python's `range` leaves a copy of the product for each turn, `tf.range` a loop. (The loop's body
# is a small graph of its own, which is not counted here. In section 3.3 it is.)
#
# ### What a loop variable must keep
#
# A graph is made before there are numbers, so TensorFlow must know what kind of thing each loop
# variable is. Its type and its shape have to be the same in every turn. Watch it fail: this
# loop collects its own `t`.


# %%
@tf.function
def collect(invariants=None):
    return tf.while_loop(
        lambda t, seen: t < 4,
        lambda t, seen: (t + 1, tf.concat([seen, [t]], axis=0)),
        (0, tf.zeros([0], tf.int32)),
        shape_invariants=invariants,
    )


try:
    collect()
except ValueError as error:
    print(str(error).split("ValueError: ")[-1].strip())

# %% [markdown]
# A **shape invariant** is a promise about what stays: `None` in it allows a size to change.

# %%
_, seen = collect((tf.TensorShape([]), tf.TensorShape([None])))
print(seen.numpy())

# %% [markdown]
# It works, but each turn copies all that was collected before. For outputs there is something
# better.

# %% [markdown]
# ## 3.2 A list for graphs
#
# A **TensorArray** ([its page](https://www.tensorflow.org/api_docs/python/tf/TensorArray)) is a
# row of tensors of one shape. `unstack` fills it from a tensor, `read` takes one entry out,
# `write` puts one in, and `stack` joins all entries along a new first axis.

# %%
steps = tf.TensorArray(tf.float32, size=3).unstack([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]])
squares = tf.TensorArray(tf.float32, size=3)
for t in range(3):
    squares = squares.write(t, steps.read(t) ** 2)
print(squares.stack().numpy())

# %% [markdown]
# With that, a recurrent network is a loop with three loop variables: the step `t`, the
# TensorArray of outputs, and the state.

# %% tags=["demo"]
diagrams.while_loop().show()

# %% [markdown]
# Here is such a loop. Somebody wrote it late at night, and it has three bugs. Its first line makes
# the inputs time-major, that is [time, batch, features], so that `inputs[t]` is one step; its last
# line turns the outputs back.


# %%
def broken_loop(cell, inputs):
    inputs = tf.transpose(inputs, [1, 0, 2])  # [time, batch, features]
    n_steps = tf.shape(inputs)[0]
    outputs = tf.TensorArray(tf.float32, n_steps)
    state = cell.zero_state(tf.shape(inputs)[1])

    def body(t, outputs, state):
        results = cell(inputs[t], state)  # the output and the new state
        outputs.write(t, results[0])
        return t + 1, outputs, state

    _, outputs, state = tf.while_loop(lambda t, *_: t < n_steps, body, (1, outputs, state))
    return tf.transpose(outputs.stack(), [1, 0, 2]), state


# %% [markdown]
# We try it on the toy cell from chapter 2: its state is the sum of all inputs so far, its
# output ten times that. For the inputs 1, 2, 3 the outputs should be 10, 30, 60 and the final
# state 6. We call the loop twice: as it is, and in a graph.


# %%
class RunningSum:
    units = state_size = output_size = 1

    def zero_state(self, batch_size, dtype=tf.float32):
        return tf.zeros([batch_size, 1], dtype)

    def __call__(self, inputs, state):
        return 10 * (state + inputs), state + inputs


one_two_three = tf.constant([[[1.0], [2.0], [3.0]]])  # [batch, time, features]

# %%
tf.get_logger().setLevel("CRITICAL")  # TensorFlow grumbles about one of the bugs
for name, loop in (("as it is:  ", broken_loop), ("in a graph:", tf.function(broken_loop))):
    outputs, state = loop(RunningSum(), one_two_three)
    print(name, np.ravel(outputs), "  final state:", np.ravel(state))

# %% [markdown]
# Both are wrong, and not even equally wrong. Outside of a graph a TensorArray is lenient: it
# changes in place. In a graph nothing changes in place.
#
# ### Exercise: fix the loop [4 points]
#
# Copy the body of `broken_loop` into the cell below and mend it. There are three bugs: one
# skips a step, one loses the state, one loses the outputs. Each of them is a classic, so it
# pays to know what each looks like from outside.
#
# `fixed_loop(RunningSum(), one_two_three)` gives [[[10], [30], [60]]] and [[6]], in a graph,
# too.


# %% nbgrader={"grade_id": "fix-the-loop", "solution": true}
def fixed_loop(cell, inputs):
    """Runs a cell over sequences from its zero state, in one tf.while_loop.

    Args:
      cell: an object with zero_state(batch_size) and cell(inputs, state) -> (output, new_state).
      inputs: [batch, time, features].

    Returns:
      (outputs, final_state), outputs is [batch, time, output_size].
    """
    ### BEGIN SOLUTION
    inputs = tf.transpose(inputs, [1, 0, 2])  # [time, batch, features]
    n_steps = tf.shape(inputs)[0]
    outputs = tf.TensorArray(tf.float32, n_steps)
    state = cell.zero_state(tf.shape(inputs)[1])

    def body(t, outputs, state):
        output, state = cell(inputs[t], state)
        return t + 1, outputs.write(t, output), state

    _, outputs, state = tf.while_loop(lambda t, *_: t < n_steps, body, (0, outputs, state))
    return tf.transpose(outputs.stack(), [1, 0, 2]), state
    ### END SOLUTION


# %% tags=["try-it"]
show_parts(fixed_loop(RunningSum(), one_two_three))
show_parts(tf.function(fixed_loop)(RunningSum(), one_two_three))  # in a graph
# prints: [[[10], [30], [60]]]
#         [[6]]
#         [[[10], [30], [60]]]
#         [[6]]

# %% nbgrader={"grade_id": "check-fix-the-loop", "grade": true, "points": 4}
report = check_fix_the_loop(fixed_loop)
### BEGIN HIDDEN TESTS
report += check_fix_the_loop(
    fixed_loop, seeds=(11, 12), sizes=((5, 4, 3, 2, 7), (2, 3, 1, 4, 4), (1, 2, 2, 3, 1))
)
### END HIDDEN TESTS
report.points(4)

# %% [markdown]
# ### Exercise: dynamic_rnn [8 points]
#
# Now the full loop, named after [TensorFlow 1's](../../docs/from_tensorflow_1.md#loops). It
# starts from `initial_state` if there is one.
#
# $$outputs_{:, t}, state_t = cell(inputs_{:, t}, state_{t-1})$$
#
# Two things are new. The state may have several parts; that of the cell in section 3.5 has two. A
# loop variable may be any structure of tensors, so hand it on as it is. And it must be possible to
# trace the loop with an unknown number of steps: `inputs.shape[1]` is then `None`, but
# `tf.shape(inputs)[1]` is a tensor that will know. `tf.while_loop` and AutoGraph are both fine.
#
# With `RunningSum()` and `one_two_three`, the outputs are [[[10], [30], [60]]] and the final
# state is [[6]]; from an `initial_state` of [[4]] they are [[[50], [70], [100]]] and [[10]].


# %% nbgrader={"grade_id": "dynamic-rnn", "solution": true}
def dynamic_rnn(cell, inputs, initial_state=None):
    """Runs a cell over a batch of sequences in one loop of the graph.

    Args:
      cell: an object with zero_state(batch_size) and cell(inputs, state) -> (output, new_state).
      inputs: [batch, time, features]; the number of steps may be unknown while tracing.
      initial_state: the state before the first step; None means the cell's zero state.

    Returns:
      (outputs, final_state): [batch, time, output_size], and the state after the last step.
    """
    ### BEGIN SOLUTION
    inputs = tf.transpose(inputs, [1, 0, 2])  # [time, batch, features]
    n_steps, batch_size = tf.shape(inputs)[0], tf.shape(inputs)[1]
    state = cell.zero_state(batch_size) if initial_state is None else initial_state

    def body(t, outputs, state):
        output, state = cell(inputs[t], state)
        return t + 1, outputs.write(t, output), state

    start = (0, tf.TensorArray(tf.float32, n_steps), state)
    _, outputs, state = tf.while_loop(lambda t, *_: t < n_steps, body, start)
    return tf.transpose(outputs.stack(), [1, 0, 2]), state
    ### END SOLUTION


# %% tags=["try-it"]
show_parts(dynamic_rnn(RunningSum(), one_two_three))
show_parts(dynamic_rnn(RunningSum(), one_two_three, initial_state=tf.constant([[4.0]])))
# prints: [[[10], [30], [60]]]
#         [[6]]
#         [[[50], [70], [100]]]
#         [[10]]

# %% nbgrader={"grade_id": "check-dynamic-rnn", "grade": true, "points": 8}
report = check_dynamic_rnn(dynamic_rnn)
### BEGIN HIDDEN TESTS
report += check_dynamic_rnn(
    dynamic_rnn,
    seeds=(11, 12),
    sizes=((5, 4, 3, 2, 7), (2, 3, 1, 4, 4), (1, 2, 2, 3, 1)),
    nested=((3, 4, 2, (1, 4), 2), (2, 3, 5, (2, 3, 4), 8)),
)
### END HIDDEN TESTS
report.points(8)

# %% [markdown]
# Two options of `tf.while_loop` you will meet in old code. `parallel_iterations` (10 by default,
# and 32 in TensorFlow 1's `dynamic_rnn`) lets turns overlap where they do not wait for each other;
# in a recurrent network nearly all of a turn waits for the state. `swap_memory` was for long
# sequences on small GPUs: it moved what the gradient needs to main memory. Today's loop heeds it
# only in TensorFlow 1's graphs.

# %% [markdown]
# ## 3.3 The same numbers, another graph
#
# First the proof: chapter 1's batch again, through chapter 2's loop and through yours.

# %%
# Until your dynamic_rnn has all its points, the course's takes its place from here on.
dynamic_rnn = own_or_course("dynamic_rnn", dynamic_rnn)

# %%
X0 = np.array([[0, 1, 2], [3, 4, 5], [6, 7, 8], [9, 0, 1]], dtype=np.float32)
X1 = np.array([[9, 8, 7], [0, 0, 0], [6, 5, 4], [3, 2, 1]], dtype=np.float32)
batch = tf.constant(np.stack([X0, X1], axis=1))  # [batch, time, features]


# %%
def static_loop(cell, inputs):
    outputs, state = unroll.static_rnn(cell, unroll.unpack_sequence(inputs))
    return unroll.pack_sequence(outputs), state


def results_and_gradients(loop):
    with tf.GradientTape() as tape:
        outputs, state = loop(cell, batch)
        loss = tf.reduce_sum(tf.sin(outputs)) + tf.reduce_sum(state)
    return [outputs, state, *tape.gradient(loss, cell.trainable_variables)]


# %%
cell = cells.BasicRNNCell(5)

# %% tags=["demo"]
static, dynamic = map(results_and_gradients, (static_loop, dynamic_rnn))
apart = [np.abs(np.subtract(a, b)).max() for a, b in zip(static, dynamic, strict=True)]
measured("outputs and final state differ by", max(apart[:2]), at_most=1e-6)
measured("gradients of the weights differ by", max(apart[2:]), at_most=1e-5)

# %% [markdown]
# Now both graphs, including all that is inside the loop's body.


# %% tags=["demo"]
def graph_size(loop, n_steps):
    run = tf.function(lambda inputs: loop(cell, inputs))
    graph = run.get_concrete_function(tf.TensorSpec([4, n_steps, 3])).graph.as_graph_def()
    return len(graph.node) + sum(len(function.node_def) for function in graph.library.function)


print("2 steps:", graph_size(static_loop, 2), "operations in chapter 2's graph,")
print("        ", graph_size(dynamic_rnn, 2), "in the one of dynamic_rnn")

# %% [markdown]
# For two steps the loop is no saving: it needs operations of its own.
#
# **Predict, then run.** From how many steps on is the graph with the loop the smaller one?

# %% tags=["demo"]
prediction_3_2 = ...  # a whole number

# %% tags=["demo"]
lengths = np.array([2, 10, 20, 40, 80])
static_sizes = np.array([graph_size(static_loop, n) for n in lengths])
dynamic_sizes = np.array([graph_size(dynamic_rnn, n) for n in lengths])
print("80 steps:", static_sizes[-1], "operations in chapter 2's graph,")
print("         ", dynamic_sizes[-1], "in the one of dynamic_rnn")
first = next(n for n in range(2, 81) if graph_size(static_loop, n) > dynamic_sizes[0])
print("the one with the loop is the smaller from", first, "steps on")
your_prediction(prediction_3_2)

# %% tags=["demo", "drawing"]
fig, ax = plt.subplots(figsize=(7.3, 3.6))
ax.plot(lengths, static_sizes, "o-", label="static_rnn: one copy of the cell for each step")
ax.plot(lengths, dynamic_sizes, "o-", label="dynamic_rnn: one loop")
ax.set(title=f"A loop in the graph: {dynamic_sizes[0]} operations, for any number of steps")
ax.set(xlabel="time steps", ylabel="operations in the graph", xlim=(0, 85), ylim=(0, None))
ax.legend()
plotting.show(fig, alt="Operations by time steps: a rising line for static_rnn, a flat one below.")

# %% [markdown]
# The line is flat. (The other one has an operation a step less than in chapter 2: here the outputs
# are packed before they are handed out.) And since the graph does not depend on the number of
# steps, that number may be left open: `None` in the signature, at which chapter 2's loop failed.
# Every length from 1 to 50:

# %% tags=["demo"]
traced = []


@tf.function(input_signature=[tf.TensorSpec([None, None, 3])])
def run(inputs):
    traced.append(inputs.shape)  # Python, so it happens while tracing only
    return dynamic_rnn(cell, inputs)[0]


for n_steps in range(1, 51):
    run(tf.zeros([4, n_steps, 3]))
print("traced for the shapes:", traced)

# %% [markdown]
# ## 3.4 Sequences of unequal lengths
#
# The loop takes any number of steps, but a *batch* is one array, and its sequences are not
# equally long. So the short ones get zeros at the end, called **padding**, and we note how long
# each one really is, in `sequence_length`.
#
# ### Exercise: pad a batch [3 points]
#
# Write the function. Why zeros at the end, not in front? So that every sequence starts at step
# 0, from the initial state.
#
# For `[[1, 2.5], [], [3]]` the inputs are [[1, 2.5], [0, 0], [3, 0]] and the lengths [2, 0, 1].


# %% nbgrader={"grade_id": "pad-batch", "solution": true}
def pad_batch(sequences):
    """Sequences of unequal lengths as one array.

    Args:
      sequences: a list of lists of numbers, whole or not; some may be empty, not all.

    Returns:
      (inputs, sequence_length): [batch, longest], zeros after each sequence's end, and [batch]
      the number of numbers in each sequence.
    """
    ### BEGIN SOLUTION
    sequence_length = np.array([len(sequence) for sequence in sequences], dtype=np.int32)
    inputs = np.zeros([len(sequences), sequence_length.max()], dtype=np.float32)
    for row, sequence in zip(inputs, sequences, strict=True):
        row[: len(sequence)] = sequence
    return inputs, sequence_length
    ### END SOLUTION


# %% tags=["try-it"]
show_parts(pad_batch([[1, 2.5], [], [3]]))
# prints: [[1, 2.5], [0, 0], [3, 0]]
#         [2, 0, 1]

# %% nbgrader={"grade_id": "check-pad-batch", "grade": true, "points": 3}
report = check_pad_batch(pad_batch)
### BEGIN HIDDEN TESTS
report += check_pad_batch(pad_batch, seeds=(11, 12))
### END HIDDEN TESTS
report.points(3)

# %% [markdown]
# Are zeros harmless? Watch it fail. A sequence of two steps goes through the loop, once as it
# is, once padded with four steps of zeros.

# %%
tf.random.set_seed(3)
cell = cells.BasicRNNCell(2)
short = tf.constant([[[0.5, -1.0, 0.8], [1.0, 0.3, -0.6]]])  # [1, 2, 3]
padded = tf.pad(short, [[0, 0], [0, 4], [0, 0]])  # [1, 6, 3]
for name, inputs in (("as it is:", short), ("padded:  ", padded)):
    _, state = unroll.dynamic_rnn(cell, inputs)
    print(name, "final state", state.numpy().round(3)[0])

# %% [markdown]
# The two final states differ. An input of zeros is an input: the recurrent kernel and the bias go
# on changing the state. What we want past a sequence's end is: the output is *zero*, so that nobody
# takes it for a result, and the state is *frozen*, so that the final state is the one that the
# sequence itself has left.
#
# $$output_t = 0, \quad state_t = state_{t-1} \qquad \text{where } t \ge length$$
#
# The choice is made row by row: at step 4 some sequences of the batch still run, others don't.
#
# ### Exercise: heed the lengths [8 points]
#
# Write the loop with lengths. Start from your `dynamic_rnn`. `tf.where(mask, a, b)` chooses; a
# mask of shape [batch, 1] chooses whole rows. A length of 0 is allowed: that row's outputs are
# all zero and its final state is the initial one. For a state of several parts,
# `tf.nest.map_structure(f, new_state, state)` calls `f` for each part.
#
# With `RunningSum()`, `one_two_three` and a `sequence_length` of [2] the outputs are [[[10], [30],
# [0]]] and the final state is [[3]].


# %% nbgrader={"grade_id": "sequence-lengths", "solution": true}
def dynamic_rnn_with_lengths(cell, inputs, sequence_length, initial_state=None):
    """Runs a cell over sequences of unequal lengths.

    Args:
      cell: an object with zero_state(batch_size) and cell(inputs, state) -> (output, new_state).
      inputs: [batch, time, features]; the number of steps may be unknown while tracing.
      sequence_length: [batch] integers in 0..time.
      initial_state: the state before the first step; None means the cell's zero state.

    Returns:
      (outputs, final_state): [batch, time, output_size], zero past each sequence's end, and the
      state that each sequence has at its own end.
    """
    ### BEGIN SOLUTION
    inputs = tf.transpose(inputs, [1, 0, 2])  # [time, batch, features]
    n_steps, batch_size = tf.shape(inputs)[0], tf.shape(inputs)[1]
    first = cell.zero_state(batch_size) if initial_state is None else initial_state

    def body(t, outputs, state):
        output, new_state = cell(inputs[t], state)
        real = (t < sequence_length)[:, tf.newaxis]  # [batch, 1]
        outputs = outputs.write(t, tf.where(real, output, tf.zeros_like(output)))
        state = tf.nest.map_structure(lambda new, old: tf.where(real, new, old), new_state, state)
        return t + 1, outputs, state

    start = (0, tf.TensorArray(tf.float32, n_steps), first)
    _, outputs, state = tf.while_loop(lambda t, *_: t < n_steps, body, start)
    return tf.transpose(outputs.stack(), [1, 0, 2]), state
    ### END SOLUTION


# %% tags=["try-it"]
show_parts(dynamic_rnn_with_lengths(RunningSum(), one_two_three, tf.constant([2])))
# prints: [[[10], [30], [0]]]
#         [[3]]

# %% nbgrader={"grade_id": "check-sequence-lengths", "grade": true, "points": 8}
report = check_sequence_lengths(dynamic_rnn_with_lengths)
### BEGIN HIDDEN TESTS
report += check_sequence_lengths(
    dynamic_rnn_with_lengths,
    seeds=(11, 12),
    sizes=((5, 4, 3, 2, 7), (2, 3, 1, 4, 4), (1, 3, 2, 3, 1)),
    nested=((3, 4, 2, (1, 4), 2), (2, 3, 5, (2, 3, 4), 8)),
)
### END HIDDEN TESTS
report.points(8)

# %% [markdown]
# Step through a loop over three sequences and watch the mask at work: a frame marks a frozen
# state. The state after step `t` is the final state of a run that ends there.

# %% tags=["demo"]
dynamic_rnn_with_lengths = own_or_course("dynamic_rnn_with_lengths", dynamic_rnn_with_lengths)

sequence_length = np.array([3, 1, 5], dtype=np.int32)
inputs = np.random.default_rng(5).uniform(-0.6, 0.6, size=(3, 5, 3)).astype(np.float32)
outputs, _ = dynamic_rnn_with_lengths(cell, inputs, sequence_length)
ends = [np.minimum(sequence_length, np.int32(t + 1)) for t in range(5)]
states = np.stack([dynamic_rnn_with_lengths(cell, inputs, end)[1] for end in ends], axis=1)

# %% tags=["demo", "drawing"]
widgets.explorer(
    draw=lambda step: diagrams.loop_steps(sequence_length, states, outputs, step),
    controls={"step": range(5)},
    static=lambda: diagrams.loop_steps(sequence_length, states, outputs, step=4),
)

# %% [markdown]
# ### Exercise: the last output [4 points]
#
# To classify a whole sequence we need its last output. With padding that is not `outputs[:,
# -1]`, which is zero for the short ones. Write a function that picks each row's own last step:
#
# $$result_i = outputs_{i,\ length_i - 1}$$
#
# For `outputs` [[[1], [2], [0]], [[3], [0], [0]]] and lengths [2, 1] the result is [[2],
# [3]].


# %% nbgrader={"grade_id": "last-output", "solution": true}
def last_output(outputs, sequence_length):
    """The output at each sequence's last real step.

    Args:
      outputs: [batch, time, units].
      sequence_length: [batch] integers in 1..time.

    Returns:
      [batch, units].
    """
    ### BEGIN SOLUTION
    return tf.gather(outputs, sequence_length - 1, axis=1, batch_dims=1)
    ### END SOLUTION


# %% tags=["try-it"]
padded = tf.constant([[[1.0], [2.0], [0.0]], [[3.0], [0.0], [0.0]]])
show(last_output(padded, tf.constant([2, 1])))
# prints: [[2], [3]]

# %% nbgrader={"grade_id": "check-last-output", "grade": true, "points": 4}
report = check_last_output(last_output)
### BEGIN HIDDEN TESTS
report += check_last_output(last_output, seeds=(11, 12), sizes=((2, 6, 3), (6, 2, 1), (1, 1, 4)))
### END HIDDEN TESTS
report.points(4)

# %% [markdown]
# ## 3.5 A cell as a black box
#
# Our loop asks little of a cell, so let it prove itself on one that we have not built: an
# **LSTM** ([Hochreiter and Schmidhuber, 1997](https://doi.org/10.1162/neco.1997.9.8.1735)), which
# forgets less than our basic cell. Chapter 7 opens it up; here we only need to know that its state
# is a pair (h, c). Keras has the cell, and a wrapper gives it our names.


# %%
class KerasLSTM(tf.Module):
    def __init__(self, units, features):
        super().__init__()
        self.output_size, self.state_size = units, (units, units)
        self.keras_cell = tf.keras.layers.LSTMCell(units)
        self.keras_cell.build([None, features])
        self.weights = [weight.value for weight in self.keras_cell.trainable_weights]

    def zero_state(self, batch_size, dtype=tf.float32):
        return tuple(tf.zeros([batch_size, units], dtype) for units in self.state_size)

    def __call__(self, inputs, state):
        output, new_state = self.keras_cell(inputs, list(state))
        return output, tuple(new_state)


# %% [markdown]
# The witness is TensorFlow 1's `dynamic_rnn`, with lengths 0, 1 and full. Its outputs and states
# should equal those of your loop, and so should the gradients, which training depends on.


# %% tags=["demo"]
def run_and_differentiate(loop, inputs, **options):
    with tf.GradientTape() as tape:
        tape.watch(inputs)
        outputs, state = loop(lstm, inputs, sequence_length=tf.constant([0, 1, 5]), **options)
        loss = sum(tf.reduce_sum(tf.sin(part)) for part in (outputs, *state))
    return [outputs, *state, *tape.gradient(loss, [inputs, *lstm.weights])]


lstm, inputs = KerasLSTM(units=4, features=3), tf.constant(inputs)
ours = run_and_differentiate(dynamic_rnn_with_lengths, inputs)
classic = run_and_differentiate(tf.compat.v1.nn.dynamic_rnn, inputs, dtype=tf.float32)
apart = [np.abs(np.subtract(a, b)).max() for a, b in zip(ours, classic, strict=True)]
measured("outputs, h and c differ by", max(apart[:3]), at_most=1e-6)
measured("gradients differ by", max(apart[3:]), at_most=1e-5)
print("largest gradient past an end:", np.abs(ours[3][1, 1:]).max())

# %% [markdown]
# ## 3.6 When the outputs have no known length
#
# Lengths are known for inputs. But a translation has as many words as it takes, and nobody
# knows beforehand. The way out is a special output, the **end-of-sequence token** (EOS): the
# network says itself when it is done. The loop can heed that, because its condition may look at
# any loop variable. A stand-in for a trained network: it writes as many ones as it is told,
# then EOS.

# %%
EOS, PAD = 2, 0


@tf.function
def write_ones(left, max_steps=20):
    def body(t, tokens, left, done):
        token = tf.where(done, PAD, tf.where(left > 0, 1, EOS))  # [batch]
        return t + 1, tokens.write(t, token), left - 1, done | (token == EOS)

    def more(t, tokens, left, done):
        return (t < max_steps) & ~tf.reduce_all(done)

    tokens = tf.TensorArray(tf.int32, size=0, dynamic_size=True)
    start = (0, tokens, left, tf.zeros_like(left, tf.bool))
    return tf.transpose(tf.while_loop(more, body, start)[1].stack())  # [batch, time]


# %% [markdown]
# **Predict, then run.** It is told 3, 0 and 5. How many steps does the loop make?

# %% tags=["demo"]
prediction_3_3 = ...  # a whole number

# %% tags=["demo"]
tokens = write_ones(tf.constant([3, 0, 5]))
print(tokens.numpy())
print("lengths, EOS included:", np.argmax(tokens == EOS, axis=1) + 1)
print("steps:", tokens.shape[1])
your_prediction(prediction_3_3)

# %% [markdown]
# Six: the longest row and its EOS. The bound of 20 is for networks that never say EOS. Chapter
# 11 writes French this way.

# %% [markdown]
# ## 3.7 Counting ones
#
# Now a network learns to use all this. The task: how many ones are in a sequence of 3 to 14
# zeros and ones? It comes in two forms. In the classic form all steps are 1, so that the count
# is the length. In the other, each step is a fair coin.

# %%
ones, bits = (counting.draw(form, 2000, np.random.default_rng(1)) for form in counting.FORMS)
for batch in (ones, bits):
    commonest = np.bincount(batch.counts).argmax()
    print(batch.inputs[0], " length", batch.sequence_length[0], " count", batch.counts[0])
    print(f"  always guessing {commonest}: {np.mean(batch.counts == commonest):.0%} right")

# %% [markdown]
# That is the baseline. The network has four parts. An **embedding** turns each id, 0 or 1, into
# a vector of two numbers, which are learnt like all weights. The LSTM has 64 units, and a loop runs
# it. The last output of each sequence goes through a dense layer to 15 numbers, one for each count
# from 0 to 14, called **logits**. The largest wins. (Our batches differ in size.
# `reduce_retracing=True` asks TensorFlow to leave open a size that has changed once, as `None` in a
# signature does, so that not every size brings a trace.)


# %%
class CountingNetwork(tf.Module):
    def __init__(self, units=64, loop=unroll.dynamic_rnn, last_output=unroll.last_output):
        super().__init__()
        self.loop, self.last_output = loop, last_output
        self.embedding = tf.Variable(tf.random.uniform([2, 2], -1, 1))
        self.cell = KerasLSTM(units, features=2)
        self.kernel = tf.Variable(tf.random.normal([units, 15], stddev=0.1))
        self.bias = tf.Variable(tf.zeros([15]))

    @tf.function(reduce_retracing=True)
    def __call__(self, inputs, sequence_length):
        outputs, _ = self.loop(self.cell, tf.gather(self.embedding, inputs), sequence_length)
        return self.last_output(outputs, sequence_length) @ self.kernel + self.bias


def share_right(network, batch):
    logits = network(batch.inputs, batch.sequence_length)
    return np.mean(np.argmax(logits, axis=1) == batch.counts)


# %% [markdown]
# What says how wrong the logits are? A **softmax** makes probabilities of them, which are positive
# and add up to 1. The **cross-entropy** is minus the logarithm of the probability that the right
# count gets, averaged over the batch:
#
# $$p_k = \frac{e^{z_k}}{\sum_j e^{z_j}} \qquad \text{loss} = -\log p_{\text{count}}$$
#
# It is 0 if the right count gets probability 1, and it has no upper bound. With the natural
# logarithm its unit is the **nat**: one nat is the loss of a probability of 1/e. Chapter 4
# has more to say of it.
#
# An update computes it, goes back through the loop, and clips the gradient: if all gradients
# together are longer than 1, they are scaled down to 1, because one steep place can throw a
# recurrent network far off. (For the embedding, TensorFlow lists a row of the gradient for each
# time that the row was read. `tf.convert_to_tensor` adds them up first: else the length would be
# that of the list.) The optimizer, [RMSProp](https://keras.io/api/optimizers/rmsprop/), divides
# each gradient by its recent size. `draw` makes the data of a step from the step's number alone;
# soon you will see why.


# %%
def make_update(network, optimizer, draw):
    optimizer.build(network.trainable_variables)

    @tf.function
    def improve(inputs, sequence_length, counts):
        with tf.GradientTape() as tape:
            logits = network(inputs, sequence_length)
            losses = tf.nn.sparse_softmax_cross_entropy_with_logits(counts, logits)
            loss = tf.reduce_mean(losses)
        gradients = map(tf.convert_to_tensor, tape.gradient(loss, network.trainable_variables))
        clipped, _ = tf.clip_by_global_norm(list(gradients), 1.0)
        optimizer.apply(clipped, network.trainable_variables)
        return loss

    return lambda step: improve(*draw(step))


# %%
def draw_ones(step):
    return counting.draw("ones", 64, np.random.default_rng([step, 1]))


def draw_bits(step):
    return counting.draw("bits", 64, np.random.default_rng([step, 2]))


def new_network(seed, draw, **parts):
    tf.keras.utils.set_random_seed(seed)
    network, optimizer = CountingNetwork(**parts), tf.keras.optimizers.RMSprop(0.01)
    return network, optimizer, make_update(network, optimizer, draw)


# %% [markdown]
# The classic form first, with your loop and your last output. The 2,000 sequences above are fresh:
# training draws its own.

# %% tags=["demo"]
last_output = own_or_course("last_output", last_output)
yours = {"loop": dynamic_rnn_with_lengths, "last_output": last_output}
network, _, update = new_network(1, draw_ones, **yours)
for step in training.progress(range(training.steps(full=500, quick=40)), "all ones"):
    update(step)
measured(
    "share of 2,000 sequences of ones counted right", share_right(network, ones), at_least=0.99
)

# %% [markdown]
# Is that counting? A minimal pair: eight ones, and the same with a single 0 among them.
#
# **Predict, then run.** What does this network say to the second?

# %% tags=["demo"]
prediction_3_4 = ...  # a whole number

# %% tags=["demo"]
pair = np.array([[1, 1, 1, 1, 1, 1, 1, 1], [1, 1, 1, 0, 1, 1, 1, 1]], dtype=np.int32)
print("it says:", np.argmax(network(pair, np.array([8, 8], dtype=np.int32)), axis=1))
your_prediction(prediction_3_4)
guessing = np.mean(bits.counts == 3)  # always the commonest count
measured("share of bits counted right", share_right(network, bits), at_most=round(guessing, 2))
print(f"a pure counter of steps: {np.mean(bits.counts == bits.sequence_length):.1%} right")

# %% [markdown]
# Eight again, and of the random bits it counts fewer right than always saying 3 would. *It never
# learnt to count ones*: in its data there are as many ones as steps, and a network learns what is
# enough. (What counts the steps and nothing else is right as often as the last line says.) More
# sequences of ones would not have told us.
#
# ### Interrupted
#
# Next the random bits, and a training that is interrupted. A **checkpoint** is a file with all
# that an update changes: the weights, and the optimizer's memory as well.
# [tf.train.Checkpoint](https://www.tensorflow.org/guide/checkpoint) writes and restores it,
# `tf.train.CheckpointManager` keeps the last few. `training.resume` uses both, and writes each
# step's loss into a summary file. We train one network in one go, and interrupt another one
# half-way.

# %% tags=["demo"]
n_steps = training.steps(full=700, quick=40)
runs = Path(tempfile.mkdtemp())
network, optimizer, update = new_network(2, draw_bits, **yours)
objects = {"network": network, "optimizer": optimizer}
training.resume(update, n_steps, runs / "in one go", save_every=n_steps // 7, **objects)
measured(
    "share of 2,000 sequences of bits counted right", share_right(network, bits), at_least=0.99
)

# %% tags=["demo"]
network, optimizer, update = new_network(2, draw_bits, **yours)
objects = {"network": network, "optimizer": optimizer}


def update_until_power_cut(step):
    if step == n_steps // 2:
        raise KeyboardInterrupt
    return update(step)


try:
    training.resume(
        update_until_power_cut, n_steps, runs / "cut", save_every=n_steps // 7, **objects
    )
except KeyboardInterrupt:
    print("power cut before step", n_steps // 2)

# %% [markdown]
# After a power cut nothing is left but the files. So we make everything anew, with other random
# weights, and call the same function for the same directory: it restores the latest checkpoint
# and goes on from there.
#
# **Predict, then run.** By how much will its losses differ from those of the training in one go?

# %% tags=["demo"]
prediction_3_5 = ...  # a number: the largest difference at any step, in nats

# %% tags=["demo"]
network, optimizer, update = new_network(99, draw_bits, **yours)
objects = {"network": network, "optimizer": optimizer}
training.resume(update, n_steps, runs / "cut", save_every=n_steps // 7, **objects)

whole, cut = (training.read_scalars(runs / name)["loss"] for name in ("in one go", "cut"))
difference = max(abs(whole[step] - cut[step]) for step in range(n_steps))
measured("largest difference of the losses", difference, at_most=1e-4, predicted=prediction_3_5)

# %% tags=["demo", "drawing"]
fig, ax = plt.subplots(figsize=(7.3, 3.4))
ax.plot(whole.values(), color=plotting.OUTPUT.edge, alpha=0.35, linewidth=5, label="in one go")
ax.plot([cut[step] for step in range(n_steps)], linewidth=1, label="interrupted, restored")
ax.axvline(n_steps // 2, color=plotting.INK, linestyle=":", label="power cut")
ax.set(title="Nobody can tell that there was an interruption")
ax.set(xlabel="update", ylabel="cross-entropy (nats)", xlim=(0, n_steps), ylim=(0, None))
ax.legend()
plotting.show(fig, alt="Two loss curves, one interrupted half-way: they lie on each other.")

# %% [markdown]
# The same curve, to the last update. It takes three things: the weights, the optimizer's
# memory, and data that depend on the step alone.
#
# The summary files are those of [TensorBoard](https://www.tensorflow.org/tensorboard), which draws
# such curves in a browser while the training runs. It is a program of its own (`pip install
# tensorboard`): `print(runs)` tells the folder, and `tensorboard --logdir` with that folder shows
# both runs. For a single curve, `training.read_scalars` is enough.
#
# ### Exercise: count ones [5 points]
#
# One network that counts in *both* forms: train it in the cell below, then let `predict_count` use
# it. (Grading does not train what the demonstrations above have trained.) Of fresh sequences at
# least 95 % have to be counted right, all ones as well as random bits, and what follows a
# sequence's end must not matter; the check fills it with ones. The counts have to come from a
# network: the check sets the weights that it reads to zero, and then other counts must come out.
# You may use all of the above; 400 updates are enough and take seconds. Think about the data first:
# how often do random bits show the network fourteen ones? A batch may hold sequences of both forms:
# all are padded to 14 steps, so `np.concatenate` joins them.
#
# For inputs [[1, 0, 1, 0, 0], [1, 1, 1, 1, 0]] and lengths [3, 4], the counts are [2, 4].


# %% nbgrader={"grade_id": "count-ones", "solution": true}
### BEGIN SOLUTION
def draw_both(step):
    parts = zip(draw_ones(step), draw_bits(step), strict=True)
    return [np.concatenate(part) for part in parts]


counter, _, update = new_network(3, draw_both)
for step in training.progress(range(400), "both forms"):
    update(step)
### END SOLUTION


def predict_count(inputs, sequence_length):
    """Counts ones by a trained network.

    Args:
      inputs: [batch, time] int32 of 0 and 1; what follows a sequence's end may be either.
      sequence_length: [batch] int32 in 3..14.

    Returns:
      [batch] whole numbers, the count of ones in each sequence.
    """
    ### BEGIN SOLUTION
    return np.argmax(counter(inputs, sequence_length), axis=1)
    ### END SOLUTION


# %% tags=["try-it"]
bits_and_ones = np.array([[1, 0, 1, 0, 0], [1, 1, 1, 1, 0]], dtype=np.int32)
show(predict_count(bits_and_ones, np.array([3, 4], dtype=np.int32)))
# prints: [2, 4]

# %% nbgrader={"grade_id": "check-count-ones", "grade": true, "points": 5}
report = check_count_ones(predict_count)
### BEGIN HIDDEN TESTS
report += check_count_ones(predict_count, seeds=(11, 12))
### END HIDDEN TESTS
report.points(5)

# %% [markdown]
# ## What we built
#
# - `dynamic_rnn`: one **loop in the graph**, with the step, the outputs and the state as its
#   variables. Its graph does not grow, and one trace serves every length.
# - **Lengths**: past a sequence's end the output is zero and the state is frozen. Outputs,
#   states and gradients equal those of TensorFlow 1.
# - A network that counts ones, and a training run that an interruption does not change.
#
# **One thing to remember.** In a graph nothing changes in place: what the body does not return,
# the next step does not have.
#
# The loop can now run a million steps. But training goes *back* through every one of them, and
# must remember them all. In chapter 4 we cut the way back short, and measure what is lost.
