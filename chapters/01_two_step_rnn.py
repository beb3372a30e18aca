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
# # Chapter 1: Two time steps by hand
#
# After this chapter you can
#
# - say what a hidden state is, and draw a recurrent cell folded and unrolled;
# - choose the shape of a sequence problem;
# - compute two steps of a recurrent network by hand, in NumPy and in TensorFlow, and get the
#   same numbers from Keras;
# - tell when a unit is saturated, and why that is bad for learning.
#
# You need NumPy's `@` ([matmul](https://numpy.org/doc/stable/reference/generated/numpy.matmul.html))
# and a little TensorFlow. The chapter takes about an hour, and its six exercises are worth 24
# points.

# %% tags=["setup"]
try:
    import course_utils
except ImportError:
    raise ImportError(
        "This kernel does not have the course's packages. Start JupyterLab with `make lab`, "
        "then choose Kernel > Change Kernel > Python 3 (ipykernel)."
    ) from None
course_utils.start("01_two_step_rnn")

# %%
import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf

from course_utils import diagrams, plotting, widgets
from course_utils.checks.two_step_rnn import (
    check_choose_topology,
    check_parameter_count,
    check_predict_shapes,
    check_rnn_step,
    check_saturation,
    check_two_step_rnn,
    own_or_course,
)
from course_utils.show import measured, show, show_parts, your_prediction

# %% [markdown]
# ## 1.1 A cell that remembers
#
# A dense layer maps an input to an output and forgets it. Show it the same word twice and it
# answers the same twice, whatever came before. For a sentence, a melody or a share price that
# is not enough: what a thing means depends on what came before it.
#
# A **recurrent cell** gets two inputs at each **time step**: the new input $x_t$, and its own
# output from the step before, $h_{t-1}$, called the **hidden state**. The state is the cell's
# memory: whatever the cell is to know about the past must be in it. One equation makes the
# whole cell:
#
# $$h_t = \tanh(x_t W_x + h_{t-1} W_h + b)$$
#
# The picture shows the cell twice. On the left it is *folded*: the arrow that leaves it comes
# back one step later. On the right it is *unrolled* through time: we draw the cell once for
# each step, side by side. It is still one cell. The weights have one colour because they are
# the same three arrays at every step.

# %% tags=["demo"]
diagrams.unrolled_cell(n_steps=3).show()

# %% [markdown]
# Networks of this kind became known through Elman's
# [Finding structure in time](https://doi.org/10.1207/s15516709cog1402_1) (1990). Formulas have
# short names for the arrays, libraries long ones. This chapter's code uses the short names of the
# equation above; from the next chapter on we use Keras's.
#
# | equation | code here | Keras | shape | what it is |
# |---|---|---|---|---|
# | $x_t$ | `X0`, `X1` | `inputs` | [batch, inputs] | the input of one time step |
# | $h_t$, $y_t$ | `Y0`, `Y1` | `h`, `outputs` | [batch, units] | state and output, here the same |
# | $W_x$ | `Wx` | `kernel` | [inputs, units] | weights from the inputs |
# | $W_h$ | `Wh` | `recurrent_kernel` | [units, units] | weights from the state before |
# | $b$ | `b` | `bias` | [units] | one bias for each unit |
#
# A **unit** is one column of all that: one number of the state. A **batch** is a number of
# sequences that go through the network together, one a row. We call one such row an
# **instance**.

# %% [markdown]
# ## 1.2 Four shapes of sequence problems
#
# Unrolling also shows what a recurrent network is good for. Inputs may come at every step or
# only at the first; outputs may be wanted at every step or only at the end. Grey outputs are
# computed, too, but ignored.

# %% tags=["demo"]
diagrams.four_topologies().show()

# %% [markdown]
# - **Sequence to sequence**: an input at every step, and an output at every step, each at once.
# - **Sequence to vector**: an input at every step; only the last output counts.
# - **Vector to sequence**: one input at the start; an output at every step.
# - **Delayed** sequence to sequence: first read all of the input, then write all of the output.
#   The reading half is called encoder, the writing half decoder.
#
# ### Exercise: choose the topology [2 points]
#
# Give each task its shape, as one of the texts `"sequence to sequence"`, `"sequence to
# vector"`, `"vector to sequence"` or `"delayed"`:
#
# - `sentiment`: a film review comes in word by word; is it good or bad?
# - `captioning`: one picture comes in; a sentence describes it.
# - `translation`: an English sentence becomes a French one, and the order of the words may
#   change.
# - `tagging`: each word of a sentence is marked as a name or not as soon as it is read.
# - `forecasting`: after each day's price, the price of the day after is predicted.
#
# The shape decides where the loss is computed, so it is the first thing to settle in every
# project. A right answer shows five green lines.

# %% nbgrader={"grade_id": "choose-topology", "solution": true}
topology = {
    "sentiment": None,
    "captioning": None,
    "translation": None,
    "tagging": None,
    "forecasting": None,
}
### BEGIN SOLUTION
topology = {
    "sentiment": "sequence to vector",
    "captioning": "vector to sequence",
    "translation": "delayed",
    "tagging": "sequence to sequence",
    "forecasting": "sequence to sequence",
}
### END SOLUTION

# %% tags=["try-it"]
chosen = [shape for shape in topology.values() if isinstance(shape, str)]
print(len(chosen), "of", len(topology), "tasks have a shape")
# prints: 5 of 5 tasks have a shape

# %% nbgrader={"grade_id": "check-choose-topology", "grade": true, "points": 2}
report = check_choose_topology(topology)
report.points(2)

# %% [markdown]
# ## 1.3 The smallest network
#
# The network of this chapter has 3 inputs, 5 units and 2 time steps. Four instances go through
# it together. `X0` holds what the four get at step 0, `X1` what they get at step 1. Keep this
# batch in mind: it will come back in the next chapters, and every new way to run a network has
# to give the same numbers for it.

# %%
X0 = np.array([[0, 1, 2], [3, 4, 5], [6, 7, 8], [9, 0, 1]], dtype=np.float32)  # [batch, inputs]
X1 = np.array([[9, 8, 7], [0, 0, 0], [6, 5, 4], [3, 2, 1]], dtype=np.float32)

# %% [markdown]
# ### Exercise: predict the shapes [3 points]
#
# Before anything is computed, commit to the shapes. Most errors in recurrent code are errors of
# shape, and who can say the shapes beforehand finds them in seconds. Give the shapes of the
# weights `Wx`, `Wh` and `b` and of the outputs `Y0` and `Y1` as tuples of numbers, for a batch
# of 4, 3 inputs and 5 units. The equation says $x_t W_x$, with $x_t$ on the left: rows are
# instances.
#
# For comparison, the entry for the inputs would be `"X0": (4, 3)`.

# %% nbgrader={"grade_id": "predict-shapes", "solution": true}
shapes = {"Wx": None, "Wh": None, "b": None, "Y0": None, "Y1": None}
### BEGIN SOLUTION
shapes = {"Wx": (3, 5), "Wh": (5, 5), "b": (5,), "Y0": (4, 5), "Y1": (4, 5)}
### END SOLUTION

# %% tags=["try-it"]
sizes = [int(np.prod(shape)) for shape in shapes.values() if shape is not None]
print(len(sizes), "arrays have a shape, together of", sum(sizes), "numbers")
# prints: 5 arrays have a shape, together of 85 numbers

# %% nbgrader={"grade_id": "check-predict-shapes", "grade": true, "points": 3}
report = check_predict_shapes(shapes)
report.points(3)

# %% [markdown]
# ### Exercise: count the parameters [3 points]
#
# How many numbers does training adjust? Write a function of the number of inputs and of units.
# The count tells how much memory a network takes, and comparing it with `model.count_params()`
# is the quickest test that a network was built as meant.
#
# For 28 inputs and 150 units (a network that reads images row by row, in chapter 5) it is
# 26,850. For 1 input and 1 unit it is 3.


# %% nbgrader={"grade_id": "parameter-count", "solution": true}
def parameter_count(n_inputs, n_units):
    """The number of trainable parameters of a basic recurrent cell.

    Args:
      n_inputs: how many numbers come in at each time step.
      n_units: how many units the cell has.

    Returns:
      An int: all entries of Wx, Wh and b together.
    """
    ### BEGIN SOLUTION
    return n_inputs * n_units + n_units * n_units + n_units
    ### END SOLUTION


# %% tags=["try-it"]
show(parameter_count(28, 150))
show(parameter_count(1, 1))
# prints: 26850
#         3

# %% nbgrader={"grade_id": "check-parameter-count", "grade": true, "points": 3}
report = check_parameter_count(parameter_count)
### BEGIN HIDDEN TESTS
report += check_parameter_count(parameter_count, sizes=((2, 9), (11, 4), (64, 32)))
### END HIDDEN TESTS
report.points(3)

# %% [markdown]
# ## 1.4 One step
#
# Now the weights. A trained network would have learnt them; ours are drawn at random, with a
# fixed seed so that your numbers are the same as those in this text.

# %%
rng = np.random.default_rng(7)
Wx = rng.normal(size=(3, 5)).astype(np.float32)
Wh = rng.normal(size=(5, 5)).astype(np.float32)
b = rng.normal(size=5).astype(np.float32)

# %% [markdown]
# One output is small enough to compute without any matrix. Take the first instance, whose input
# at step 0 is [0, 1, 2], and unit 3. Before the first step there is no state, so the sum runs
# over the three inputs only.

# %%
total = b[3]
for i in range(3):
    total += X0[0, i] * Wx[i, 3]
print(f"sum {total:.4f}   output {np.tanh(total):.4f}")

# %% [markdown]
# The sum can be any number; tanh presses it into the range from -1 to 1. A network without tanh
# would be one long product of matrices, and its state could grow without bound.
#
# The matrix product `X0 @ Wx` does the same for all four instances and all five units at once.
# And the state joins in the same way, through `Wh`.
#
# ### Exercise: one step [6 points]
#
# Write the step, for a whole batch:
#
# $$h_{new} = \tanh(x W_x + h W_h + b)$$
#
# It is the heart of the course: all that follows runs this line in a smarter loop or puts gates
# around it. The arguments may be NumPy arrays or TensorFlow tensors; `tf.tanh` and `np.tanh`
# both take either.
#
# For `x` [[1, 2]], `h` [[0.5]], `Wx` [[0.1], [0.2]], `Wh` [[0.4]] and `b` [0.1], the
# sum is 0.1 + 0.4 + 0.2 + 0.1 = 0.8 and the result is [[0.664]].


# %% nbgrader={"grade_id": "rnn-step", "solution": true}
def rnn_step(x, h, Wx, Wh, b):
    """One time step of a basic recurrent cell.

    Args:
      x: [batch, inputs], the input of this step.
      h: [batch, units], the state that the step before left.
      Wx: [inputs, units].
      Wh: [units, units].
      b: [units].

    Returns:
      [batch, units], the new state.
    """
    ### BEGIN SOLUTION
    return tf.tanh(x @ Wx + h @ Wh + b)
    ### END SOLUTION


# %% tags=["try-it"]
small = tf.constant([[0.1], [0.2]]), tf.constant([[0.4]]), tf.constant([0.1])  # Wx, Wh, b
show(rnn_step(tf.constant([[1.0, 2.0]]), tf.constant([[0.5]]), *small))
# prints: [[0.664]]

# %% nbgrader={"grade_id": "check-rnn-step", "grade": true, "points": 6}
report = check_rnn_step(rnn_step)
### BEGIN HIDDEN TESTS
report += check_rnn_step(rnn_step, seeds=(11, 12), sizes=((5, 2, 6), (1, 1, 1), (2, 6, 3)))
### END HIDDEN TESTS
report.points(6)

# %% [markdown]
# ## 1.5 Two steps
#
# Unroll the cell twice. The first step starts from a state of zeros, since nothing has been
# seen yet. The second gets the first one's output:
#
# $$Y_0 = \tanh(X_0 W_x + 0 \cdot W_h + b) \qquad Y_1 = \tanh(X_1 W_x + Y_0 W_h + b)$$
#
# ### Exercise: two steps [6 points]
#
# Write both steps as a function; call your `rnn_step` if you like. The link from `Y0` to the
# second step is all the memory that the network has.
#
# With the weights and the small input of the exercise before, and with `X0` and `X1` both [[1,
# 2]], `Y0` is tanh(0.6) = [[0.537]] and `Y1` is tanh(0.6 + 0.4 · 0.5370) = [[0.6722]].


# %%
# Until your rnn_step has all its points, the course's takes its place from here on.
rnn_step = own_or_course("rnn_step", rnn_step)


# %% nbgrader={"grade_id": "two-step-rnn", "solution": true}
def two_step_rnn(X0, X1, Wx, Wh, b):
    """Two time steps of a basic recurrent cell, from a state of zeros.

    Args:
      X0: [batch, inputs], the inputs of step 0.
      X1: [batch, inputs], the inputs of step 1.
      Wx: [inputs, units].
      Wh: [units, units].
      b: [units].

    Returns:
      (Y0, Y1), the outputs of the two steps, each [batch, units].
    """
    ### BEGIN SOLUTION
    zeros = np.zeros([X0.shape[0], Wh.shape[0]], dtype=np.float32)
    Y0 = rnn_step(X0, zeros, Wx, Wh, b)
    Y1 = rnn_step(X1, Y0, Wx, Wh, b)
    return Y0, Y1
    ### END SOLUTION


# %% tags=["try-it"]
small = tf.constant([[0.1], [0.2]]), tf.constant([[0.4]]), tf.constant([0.1])  # Wx, Wh, b
show_parts(two_step_rnn(tf.constant([[1.0, 2.0]]), tf.constant([[1.0, 2.0]]), *small))
# prints: [[0.537]]
#         [[0.6722]]

# %% nbgrader={"grade_id": "check-two-step-rnn", "grade": true, "points": 6}
report = check_two_step_rnn(two_step_rnn)
### BEGIN HIDDEN TESTS
report += check_two_step_rnn(two_step_rnn, seeds=(11, 12), sizes=((5, 2, 6), (1, 1, 1), (2, 6, 3)))
### END HIDDEN TESTS
report.points(6)

# %% [markdown]
# ## 1.6 The same numbers three times
#
# A network is right when an independent one agrees with it. So we run the batch three times:
# through your `two_step_rnn` with NumPy's arrays, through the same with TensorFlow's tensors, and
# through Keras's own
# [SimpleRNN](https://keras.io/api/layers/recurrent_layers/simple_rnn/) layer, which gets our
# weights. Keras wants one array [batch, time, features] in place of two separate steps. A
# **feature** is one of the numbers that come in at a step; here there are three.

# %% tags=["demo"]
two_step_rnn = own_or_course("two_step_rnn", two_step_rnn)
Y0, Y1 = map(np.asarray, two_step_rnn(X0, X1, Wx, Wh, b))  # each [batch, units]
tensors = [tf.constant(array) for array in (X0, X1, Wx, Wh, b)]
tensor_Y0, tensor_Y1 = two_step_rnn(*tensors)

# %% tags=["demo"]
layer = tf.keras.layers.SimpleRNN(5, return_sequences=True)
layer.build([None, 2, 3])
layer.set_weights([Wx, Wh, b])
keras_Y = layer(np.stack([X0, X1], axis=1)).numpy()  # [batch, time, units]

# %% tags=["demo"]
by_arrays, by_tensors = np.stack([Y0, Y1], axis=1), np.stack([tensor_Y0, tensor_Y1], axis=1)
measured("arrays and tensors differ by", np.abs(by_arrays - by_tensors).max(), at_most=1e-6)
measured("arrays and Keras differ by", np.abs(by_arrays - keras_Y).max(), at_most=1e-6)
print("parameters in Keras:", layer.count_params())

# %% [markdown]
# All three agree to the sixth digit, as far as numbers of type float32 can: they have about seven.
# Keras counts 45 parameters: your formula for 3 inputs and 5 units.
#
# **Predict, then run.** The second instance (row 1) gets [0, 0, 0] at step 1. A network without a
# memory would then put out tanh(b). Does ours? Write "yes" or "no" into the cell below and run it.

# %% tags=["demo"]
prediction_1_1 = ...  # "yes" or "no"

# %% tags=["demo"]
print("output at step 1:", Y1[1].round(3))
print("tanh(b):         ", np.tanh(b).round(3))
your_prediction(prediction_1_1)

# %% [markdown]
# It does not. The inputs of this row add nothing to its sums, so what makes its output differ from
# tanh(b) is the state that step 0 has left. That is memory.
#
# A **minimal pair** shows the same from the other side. Two sequences differ in one number at
# step 0 and are equal at step 1.


# %% tags=["demo"]
def show_changes(scale):
    """How far Y0 and Y1 move, row by row, if the first input is 1 in place of 0."""
    changed = X0.copy()
    changed[0, 0] = 1  # it was 0
    before = two_step_rnn(X0 / scale, X1 / scale, Wx, Wh, b)
    after = two_step_rnn(changed / scale, X1 / scale, Wx, Wh, b)
    for name, old, new in zip(("Y0", "Y1"), before, after, strict=True):
        change = np.abs(np.subtract(new, old)).max(axis=1)  # the most in each row
        print(f"change of {name}:", " ".join(f"{row:.5f}" for row in change))


show_changes(scale=1)

# %% [markdown]
# Only the first instance changes: the rows of a batch do not see each other. And at step 1,
# where both sequences get the same input, the outputs still differ, though by 0.00006 only. The
# past arrives, but faintly. Why so faintly?

# %% [markdown]
# ## 1.7 Saturation
#
# Look at all outputs of the batch. Entries where the slope of tanh has fallen below 0.01 have a
# frame.

# %% tags=["demo", "drawing"]
fig, axes = plt.subplots(1, 2, figsize=(9, 3.4))
for ax, values, name in zip(axes, (Y0, Y1), ("Y0", "Y1"), strict=True):
    plotting.heatmap(ax, values, title=name, eps=0.01)
fig.suptitle("Framed outputs are pressed against -1 or 1")
plotting.show(fig, alt="Heat maps of Y0 and Y1; many entries are framed, all of Y1's first row.")

# %% [markdown]
# Many of them are almost exactly -1 or 1. Such a unit is **saturated**: its sum lies
# so far out on tanh's flat ends that a change of the sum hardly changes the output. The slope
# says by how much. For $y = \tanh(z)$ it is
#
# $$\frac{dy}{dz} = 1 - y^2$$
#
# which is 1 in the middle and nearly 0 at both ends. Learning sends its corrections backwards
# through this slope: through a saturated unit almost nothing comes back, and the unit stops
# learning.
#
# ### Exercise: measure saturation [4 points]
#
# Write a function that tells which part of the outputs is saturated: the fraction of the
# entries $y$ with $1 - y^2 < eps$. It is a good number to watch while a network trains.
#
# For `y` [[0.0, 0.5], [0.999, -1.0]] it is 0.5: the slopes are 1, 0.75, 0.002 and 0.


# %% nbgrader={"grade_id": "saturation", "solution": true}
def saturation(y, eps=0.01):
    """The fraction of tanh outputs whose slope is almost zero.

    Args:
      y: [batch, units], outputs of tanh.
      eps: a unit with 1 - y² < eps counts as saturated.

    Returns:
      A float in 0..1.
    """
    ### BEGIN SOLUTION
    return float(np.mean(1 - np.square(y) < eps))
    ### END SOLUTION


# %% tags=["try-it"]
show(saturation(np.array([[0.0, 0.5], [0.999, -1.0]])))
# prints: 0.5

# %% nbgrader={"grade_id": "check-saturation", "grade": true, "points": 4}
report = check_saturation(saturation)
### BEGIN HIDDEN TESTS
report += check_saturation(saturation, seeds=(11, 12, 13))
### END HIDDEN TESTS
report.points(4)

# %% [markdown]
# Now the batch. `eps` stays at 0.01, so your function counts the frames of the picture.

# %% tags=["demo"]
saturation = own_or_course("saturation", saturation)
for name, values in (("Y0", Y0), ("Y1", Y1), ("Y1, first row", Y1[:1])):
    print(f"{name}: {saturation(values):.0%} saturated")

# %% [markdown]
# So the minimal pair is explained. At step 1 its row gets the inputs 9, 8 and 7, and all of its
# units are pressed flat, whatever the state says.
#
# What drives the sums so far out? The inputs run from 0 to 9, and each sum adds three of them. So
# divide all inputs by 10.
#
# **Predict, then run.** Which share of `Y0` is then still saturated? And how much does the changed
# number, now 0.1 in place of 0, move `Y1`?

# %% tags=["demo"]
prediction_1_2 = ...  # the share and the change of Y1, two numbers, as in (0.5, 0.001)

# %% tags=["demo"]
for scale in (1, 10):
    scaled_Y0, _ = two_step_rnn(X0 / scale, X1 / scale, Wx, Wh, b)
    print(f"inputs / {scale}: {saturation(scaled_Y0):.0%} of Y0 saturated")
    show_changes(scale)
your_prediction(prediction_1_2)

# %% tags=["demo", "drawing"]
z = np.linspace(-8, 8, 200)
fig, axes = plt.subplots(1, 2, figsize=(9, 3.4), sharey=True)
for ax, scale in zip(axes, (1, 10), strict=True):
    sums = (X0 / scale) @ Wx + b
    share = saturation(np.tanh(sums))
    ax.plot(z, 1 - np.tanh(z) ** 2, label="slope of tanh")
    ax.plot(sums.ravel().clip(-8, 8), 1 - np.tanh(sums.ravel()) ** 2, "o", label="our 20 sums")
    ax.set(xlabel="sum (beyond ±8 drawn at ±8)", title=f"inputs / {scale}: {share:.0%} saturated")
axes[0].set_ylabel("slope of tanh")
axes[1].legend()
plotting.show(
    fig,
    alt="Slope of tanh with the sums of Y0 marked: at the flat ends, and in the middle if scaled.",
)

# %% [markdown]
# With inputs of 0 to 9 nearly half of the sums sit on the flat ends; scaled to 0 to 0.9 they move
# into the steep part, and none is left there. The change of one number at step 0, ten times
# smaller now, moves `Y1` by 0.085 in place of 0.00006. That is why inputs are scaled before they
# reach a recurrent network.
#
# Step through the computation yourself. Choose an instance and a step, and see the two
# products, their sum, and what
# [tanh](https://numpy.org/doc/stable/reference/generated/numpy.tanh.html) makes of it.

# %% tags=["demo"]
widgets.unroll_stepper([X0, X1], Wx, Wh, b)

# %% [markdown]
# ## What we built
#
# - A **recurrent step**: one line, three weight arrays, used again at every step.
# - **Two steps** of it, unrolled by hand. NumPy, TensorFlow and Keras give the same numbers.
# - A measure of **saturation**, and one cure for it: scaled inputs.
#
# **One thing to remember.** Unrolling copies the drawing, never the weights: what passes from
# step to step is the state, and only the state.
#
# Two steps by hand are two lines of code. A sentence of fifty words would be fifty. In chapter
# 2 a Python loop writes those lines for us, and we measure what that costs.
