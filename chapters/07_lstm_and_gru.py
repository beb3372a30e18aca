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
# # Chapter 7: Gates
#
# After this chapter you can
#
# - say why a basic cell forgets, and what a gate does about it;
# - write an LSTM, and a GRU in both of its conventions, each equal to Keras's with the same
#   weights, and an LSTM with peepholes, which Keras has not;
# - predict how far back a cell can learn, and see it in a picture;
# - solve a task over a hundred steps, and say which of our cells fail at it, and why.
#
# You need [chapter 3](../03_dynamic_rnn/03_dynamic_rnn.ipynb) and [chapter
# 4](../04_truncated_bptt/04_truncated_bptt.ipynb). The chapter takes about two hours, and its six
# exercises are worth 35 points.

# %% tags=["setup"]
try:
    import course_utils
except ImportError:
    raise ImportError(
        "This kernel does not have the course's packages. Start JupyterLab with `make lab`, "
        "then choose Kernel > Change Kernel > Python 3 (ipykernel)."
    ) from None
course_utils.start("07_lstm_and_gru")

# %%
import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf

from course_utils import cells, diagrams, plotting, training, unroll, widgets
from course_utils.checks.lstm_and_gru import (
    check_count_parameters,
    check_gradient_highway,
    check_gru_reset_after,
    check_gru_step,
    check_lstm_step,
    check_peephole_lstm_step,
)
from course_utils.data import adding, mnist
from course_utils.show import measured, show, show_parts, your_prediction

# %% [markdown]
# ## 7.1 Memory fades
#
# A minimal pair: two sequences that differ in their first input only. We run both through a new
# basic cell and watch how far apart the two states are. **Predict, then run.** Which share of the
# difference is left after 100 steps?

# %% tags=["demo"]
prediction_7_1 = ...  # a share: 1 is all of it, 0 is nothing


# %%
def state_difference(cell, timesteps=100):
    """How far apart two runs are that differ in the first input, after 1 step and at the end."""
    inputs = np.random.default_rng(1).random([1, timesteps, 2]).astype(np.float32)
    other = inputs.copy()
    other[0, 0, 0] += 0.5
    a, b = (unroll.dynamic_rnn(cell, sequence)[0] for sequence in (inputs, other))
    apart = tf.norm(a - b, axis=2)[0].numpy()
    return apart[0], apart[-1]


# %% tags=["demo"]
tf.random.set_seed(1)
at_first, at_last = state_difference(cells.BasicRNNCell(32))
left = at_last / at_first
measured("share of the difference left", left, at_most=1e-4, predicted=prediction_7_1)

# %% [markdown]
# The first input has left next to no trace. (That depends on the inputs, too: section 7.5 tries
# others.) Look at the way that the state has to go.

# %% tags=["demo"]
diagrams.basic_cell().show()

# %% [markdown]
# At every step the *whole* state goes through a matrix and a tanh, whether there is news or not.
# It is as if you copied your notebook by hand every minute. Chapter 4 has shown what that does to
# the error on its way back: a product of many matrices, and with each tanh a little less.
#
# A better notebook leaves old entries alone. Give the cell a second state $c$ that is not
# rewritten but *updated*: keep a share $f$ of each entry, and add something new.
#
# $$c_t = f_t \cdot c_{t-1} + \text{news}_t$$
#
# There is no matrix and no tanh on this way, just one number $f$ between 0 and 1 for each unit.
# Such a number is called a **gate**, and this one, which decides what is forgotten, the **forget
# gate**. The dots are products entry by entry.
#
# ### Exercise: the gradient's highway [4 points]
#
# How much of an error at $c_T$ gets back to $c_0$? Take the way along the cell alone, on which
# gates and news are given numbers. Each step passes on its share:
#
# $$\frac{dc_t}{dc_{t-1}} = f_t$$
#
# Write $dc_T / dc_0$ for one unit. For the gates [0.5, 0.8] it is 0.4.


# %% nbgrader={"grade_id": "gradient-highway", "solution": true}
def cell_gradient(forget_gates):
    """How much of a change of the first long-term state reaches the last one.

    Args:
      forget_gates: [time], the forget gate of one unit at each step, numbers in 0..1.

    Returns:
      A float, dc_T/dc_0 along the cell's own path.
    """
    ### BEGIN SOLUTION
    return float(np.prod(forget_gates))
    ### END SOLUTION


# %% tags=["try-it"]
show(np.squeeze(cell_gradient(np.array([0.5, 0.8]))))
# prints: 0.4

# %% nbgrader={"grade_id": "check-gradient-highway", "grade": true, "points": 4}
report = check_gradient_highway(cell_gradient)
### BEGIN HIDDEN TESTS
report += check_gradient_highway(cell_gradient, seeds=(11, 12))
### END HIDDEN TESTS
report.points(4)

# %% [markdown]
# Where does a gate's number come from? From a small layer of its own: a sum $a$ of the inputs and
# the state, both with weights, and a bias, squeezed between 0 and 1 by the **sigmoid** σ, which is
# ½ at 0:
#
# $$\sigma(a) = \frac{1}{1 + e^{-a}}$$
#
# Before training the sum is about as large as its bias, so the bias decides what a new cell does.
# **Predict, then run.** Which bias does the forget gate need to get half of an error through a
# hundred steps?

# %% tags=["demo"]
prediction_7_2 = ...  # a number

# %% tags=["demo"]
from course_utils.checks.lstm_and_gru import own_or_course

cell_gradient = own_or_course("cell_gradient", cell_gradient)
for forget_bias in (0, 1, 3, 5):
    gate = 1 / (1 + np.exp(-forget_bias))
    after_100 = float(cell_gradient(np.full(100, gate)))
    print(
        f"bias of the forget gate {forget_bias}: gate {gate:.3f}, after 100 steps {after_100:.1e}"
    )
half = 0.5 ** (1 / 100)  # what each step has to keep
print(f"for a half: gate {half:.4f}, bias {np.log(half / (1 - half)):.2f}")
your_prediction(prediction_7_2)

# %% [markdown]
# The usual 1, which is also Keras's, lets 73 % through at each step, and after a hundred steps
# nothing. For a half it takes 4.97. Remember this table; we will hold a measurement against it.
#
# ## 7.2 The LSTM
#
# The **LSTM** (long short-term memory; [Hochreiter and Schmidhuber,
# 1997](https://doi.org/10.1162/neco.1997.9.8.1735)) has two states: the **long-term state** $c$
# that we have just met, and a **short-term state** $h$, which is also the output. What might be
# added to $c$ is computed as chapter 1's cell computes its output, by a tanh: it is called the
# **candidate** $g$. Three gates stand around $c$. Two of them were there in 1997; the forget gate
# came later ([Gers and others, 2000](https://doi.org/10.1162/089976600300015015)):
#
# - the forget gate $f$: how much of $c$ to keep;
# - the **input gate** $i$: how much of the candidate $g$ to add;
# - the **output gate** $o$: how much of $c$ to show in $h$.

# %% tags=["demo"]
diagrams.lstm_cell().show()

# %% [markdown]
# ### Exercise: one step of an LSTM [9 points]
#
# Gates and candidate see the same, so their weights lie side by side in one `kernel` and one
# `recurrent_kernel`: four blocks of `units` columns, in the order i, f, g, o. First come the four
# sums, which we call $a$, then the gates and the candidate, then both states:
#
# $$[\,a_i \mid a_f \mid a_g \mid a_o\,] = x\,\text{kernel} + h\,\text{recurrent kernel} +
# \text{bias}$$
#
# $$i = \sigma(a_i) \qquad f = \sigma(a_f) \qquad g = \tanh(a_g) \qquad o = \sigma(a_o)$$
#
# $$c_{new} = f \cdot c + i \cdot g \qquad h_{new} = o \cdot \tanh(c_{new})$$
#
# The state is a pair in the order (h, c), as in Keras. For one input and one unit with `x` [[1]],
# `h` [[0]], `c` [[2]], all weights zero and the bias [0, 9, 0, 9], the gates f and o are σ(9),
# nearly 1, and g is zero: the new c is [[1.9998]] and the new h is [[0.9639]], nearly the tanh of
# 2.


# %% nbgrader={"grade_id": "lstm-step", "solution": true}
def lstm_step(x, state, kernel, recurrent_kernel, bias):
    """One step of an LSTM.

    Args:
      x: [batch, n_in], the inputs.
      state: a pair (h, c), each [batch, units].
      kernel: [n_in, 4 * units], blocks in the order i, f, g, o.
      recurrent_kernel: [units, 4 * units], what h is multiplied by.
      bias: [4 * units].

    Returns:
      (h, (h, c)): the output, which is the new h, and the new state.
    """
    ### BEGIN SOLUTION
    h, c = state
    sums = tf.matmul(x, kernel) + tf.matmul(h, recurrent_kernel) + bias
    a_i, a_f, a_g, a_o = tf.split(sums, 4, axis=1)
    c = tf.sigmoid(a_f) * c + tf.sigmoid(a_i) * tf.tanh(a_g)
    h = tf.sigmoid(a_o) * tf.tanh(c)
    return h, (h, c)
    ### END SOLUTION


# %% tags=["try-it"]
pair = np.array([[0.0]]), np.array([[2.0]])  # h, c
open_gates = np.zeros([1, 4]), np.zeros([1, 4]), np.array([0.0, 9.0, 0.0, 9.0])
show_parts(lstm_step(np.array([[1.0]]), pair, *open_gates))
# prints: [[0.9639]]
#         [[[0.9639]], [[1.9998]]]

# %% nbgrader={"grade_id": "check-lstm-step", "grade": true, "points": 9}
report = check_lstm_step(lstm_step)
### BEGIN HIDDEN TESTS
report += check_lstm_step(lstm_step, seeds=(11, 12), sizes=((2, 5, 4), (6, 2, 3)))
### END HIDDEN TESTS
report.points(9)

# %% [markdown]
# What does each gate do? **Term isolation**: we take a random LSTM and hold one gate open or shut,
# by a bias so large that nothing else counts. Both states start at 1. **Predict, then run.** With o
# shut, nobody sees c. How far does it move in 40 steps, from its lowest to its highest?

# %% tags=["demo"]
prediction_7_3 = ...  # a number; 0 if c stands still


# %% tags=["demo"]
def run_with_biases(first_c=1.0, **biases):
    """c and h of a random LSTM's first unit, while some gates are held open (+) or shut (-)."""
    tf.random.set_seed(3)
    cell, state = cells.LSTMCell(8), cells.LSTMState(tf.ones([1, 8]), tf.fill([1, 8], first_c))
    inputs = np.random.default_rng(2).normal(size=[1, 40, 3]).astype(np.float32)
    cell(inputs[:, 0], state)  # makes the weights
    cell.bias.assign_add(np.repeat([biases.get(gate, 0.0) for gate in "ifgo"], 8))
    rows = [state]
    for x in tf.unstack(inputs, axis=1):
        rows.append(cell(x, rows[-1])[1])
    return [np.array([getattr(row, part)[0, 0] for row in rows]) for part in "ch"]


# %% tags=["demo", "drawing"]
settings = {
    "f open, i shut: c keeps its 1": {"f": 20, "i": -20},
    "f shut: c is the last news": {"f": -20},
    "o shut: h is silent": {"o": -20},
}
fig, axes = plt.subplots(1, 3, figsize=(7.3, 2.8), sharey=True)
for ax, (title, biases) in zip(axes, settings.items(), strict=True):
    for values, name in zip(run_with_biases(**biases), "ch", strict=True):
        ax.plot(values, label=name)
    ax.set_title(title, fontsize=9.5)
    ax.set_xlabel("time step")
axes[0].legend(loc="lower right")
alt = "Both states of one LSTM unit over 40 steps. With f open and i shut, c stays at 1. With f "
plotting.show(fig, alt=alt + "shut c jumps at random. With o shut, h is zero while c moves on.")

# %% tags=["demo"]
ones, twos = run_with_biases(f=-20)[0], run_with_biases(first_c=2.0, f=-20)[0]
later = np.abs(twos - ones)[1:]  # after 1, 2, ... steps
print("f shut: steps after which c still knows its start:", np.sum(later > 1e-6))
measured("f shut: left of 1 more in the first c, after one step", later[0], at_most=1e-7)
c, _ = run_with_biases(f=20, i=-20)
measured("f open, i shut: c moves in 40 steps by", np.ptp(c), at_most=1e-6)
c, h = run_with_biases(o=-20)
measured("o shut: h is at most", np.abs(h[1:]).max(), at_most=1e-8)
measured("o shut: c moves by", np.ptp(c), at_least=1, predicted=prediction_7_3)

# %% [markdown]
# On the left c is a perfect memory. In the middle it forgets everything at once: after a single
# step nothing is left of its start. On the right it moves on, unseen. A network can learn which of
# these to be, for each unit and each step.
#
# Is it the LSTM that [Keras](https://keras.io/api/layers/recurrent_layers/lstm/) has? We give your
# step and Keras's cell the same random weights and distinct random states, over odd sizes: one row,
# one input, one unit. Keras has the blocks in the order i, f, g, o, too; [TensorFlow 1's
# order](../../docs/from_tensorflow_1.md#cells) was another.


# %% tags=["demo"]
def apart(step, keras_cell, batch, features):
    """The largest difference of the new states of a step and of Keras's cell, weights shared."""
    rng = np.random.default_rng(batch)
    keras_cell.build([batch, features])
    weights = [rng.normal(size=w.shape).astype("f") for w in keras_cell.get_weights()]
    keras_cell.set_weights(weights)
    x = rng.normal(size=[batch, features]).astype("f")
    states = [rng.normal(size=[batch, n]).astype("f") for n in np.ravel(keras_cell.state_size)]
    ours = step(x, states[0] if len(states) == 1 else tuple(states), *weights)
    new_states = tf.nest.flatten(ours)[-len(states) :]
    pairs = zip(new_states, keras_cell(x, states)[1], strict=True)
    return max(np.abs(one - other).max() for one, other in pairs)


# %% tags=["demo"]
lstm_step = own_or_course("lstm_step", lstm_step)
SIZES = [(2, 3, 5), (1, 4, 3), (4, 1, 2), (3, 2, 1), (1, 1, 1)]  # batch, features, units
keras_layers = tf.keras.layers
found = [apart(lstm_step, keras_layers.LSTMCell(n), batch, f) for batch, f, n in SIZES]
measured("LSTM: farthest from Keras's", max(found), at_most=1e-5)

# %% [markdown]
# ## 7.3 Peepholes
#
# The gates decide about $c$ without seeing it: all they know of it is what $o$ has let into $h$.
# With **peepholes** ([Gers and Schmidhuber, 2000](https://doi.org/10.1109/IJCNN.2000.861302)) they
# look. To each gate's sum comes one more term, the unit's own c times one weight. No matrix: unit
# 3's gate sees $c$ of unit 3.

# %% tags=["demo"]
diagrams.lstm_cell(peepholes=True).show()

# %% [markdown]
# ### Exercise: peepholes [6 points]
#
# Add them to the sums of your step. Mind the order of events: when i and f decide, there is only
# the old c; when o decides, the new one is there.
#
# $$i = \sigma(a_i + p_0 \cdot c) \qquad f = \sigma(a_f + p_1 \cdot c) \qquad o = \sigma(a_o + p_2
# \cdot c_{new})$$
#
# For the example of `lstm_step` with `peephole` [[0], [-9], [0]], the forget gate shuts at
# c = 2: its sum is 9 - 18. The new c and h are [[0.0002]].


# %% nbgrader={"grade_id": "peephole-lstm-step", "solution": true}
def peephole_lstm_step(x, state, kernel, recurrent_kernel, bias, peephole):
    """One step of an LSTM with peepholes.

    Args:
      x, state, kernel, recurrent_kernel, bias: as for lstm_step.
      peephole: [3, units], what the gates i, f and o multiply the long-term state by.

    Returns:
      (h, (h, c)), as lstm_step.
    """
    ### BEGIN SOLUTION
    h, c = state
    sums = tf.matmul(x, kernel) + tf.matmul(h, recurrent_kernel) + bias
    a_i, a_f, a_g, a_o = tf.split(sums, 4, axis=1)
    i, f = tf.sigmoid(a_i + peephole[0] * c), tf.sigmoid(a_f + peephole[1] * c)
    c = f * c + i * tf.tanh(a_g)
    h = tf.sigmoid(a_o + peephole[2] * c) * tf.tanh(c)
    return h, (h, c)
    ### END SOLUTION


# %% tags=["try-it"]
pair = np.array([[0.0]]), np.array([[2.0]])  # h, c
open_gates = np.zeros([1, 4]), np.zeros([1, 4]), np.array([0.0, 9.0, 0.0, 9.0])
peephole = np.array([[0.0], [-9.0], [0.0]])
show_parts(peephole_lstm_step(np.array([[1.0]]), pair, *open_gates, peephole))
# prints: [[0.0002]]
#         [[[0.0002]], [[0.0002]]]

# %% nbgrader={"grade_id": "check-peephole-lstm-step", "grade": true, "points": 6}
report = check_peephole_lstm_step(peephole_lstm_step)
### BEGIN HIDDEN TESTS
report += check_peephole_lstm_step(peephole_lstm_step, seeds=(11, 12), sizes=((2, 5, 4), (6, 2, 3)))
### END HIDDEN TESTS
report.points(6)

# %% [markdown]
# Keras has no peepholes to compare with. But TensorFlow still has an operation from its first days,
# [LSTMBlockCell](https://www.tensorflow.org/api_docs/python/tf/raw_ops/LSTMBlockCell), which has
# one kernel for x and h together, and its blocks in the order i, g, f, o:


# %% tags=["demo"]
def tensorflow_step(x, state, kernel, recurrent_kernel, bias, peephole):
    weights = np.split(np.concatenate([kernel, recurrent_kernel, [bias]]), 4, axis=1)  # i, f, g, o
    *rows, biases = np.concatenate([weights[block] for block in (0, 2, 1, 3)], axis=1)
    h, c = state
    new = tf.raw_ops.LSTMBlockCell(
        x=x, cs_prev=c, h_prev=h, w=rows, b=biases, forget_bias=0.0, use_peephole=True,
        wci=peephole[0], wcf=peephole[1], wco=peephole[2], cell_clip=-1.0,
    )  # fmt: skip
    return new.h, new.cs


# %% tags=["demo"]
peephole_lstm_step = own_or_course("peephole_lstm_step", peephole_lstm_step)
rng, found, without = np.random.default_rng(4), [], []
for batch, features, n in SIZES:
    shapes = (batch, features), (2, batch, n), (features, 4 * n), (n, 4 * n), 4 * n, (3, n)
    *arguments, peephole = (rng.normal(size=shape).astype("f") for shape in shapes)
    h, c = tensorflow_step(*arguments, peephole)
    for peepholes, differences in ((peephole, found), (0 * peephole, without)):
        ours = peephole_lstm_step(*arguments, peepholes)[1]
        differences += [np.abs(ours[0] - h).max(), np.abs(ours[1] - c).max()]
measured("with peepholes: farthest from TensorFlow's", max(found), at_most=1e-5)
measured("with peepholes of zero: farthest", max(without), at_least=0.3)

# %% [markdown]
# Peepholes were made for tasks in which time has to be counted exactly. In a comparison of many
# LSTMs on three other tasks ([Greff and others, 2015](https://arxiv.org/abs/1503.04069)) leaving
# them out changed little, and they are rare today.
#
# ## 7.4 The GRU
#
# Can it be simpler? The **GRU** (gated recurrent unit; [Cho and others,
# 2014](https://arxiv.org/abs/1406.1078)) has one state and two gates. The **update gate** $z$ does
# the work of both f and i: what it keeps of the old, it does not take of the new. The **reset
# gate** $r$ decides how much of the old state the candidate sees, which is called $\tilde h$ here.

# %% tags=["demo"]
diagrams.gru_cell().show()

# %% [markdown]
# ### Exercise: one step of a GRU [8 points]
#
# Three blocks of columns now, in the order z, r, candidate. $K$ is the kernel, $U$ the recurrent
# kernel and $b$ the bias; the subscripts say which block, with h for the candidate. Again $a$
# stands for the sums:
#
# $$a_z = x K_z + h U_z + b_z \qquad a_r = x K_r + h U_r + b_r$$
#
# $$z = \sigma(a_z) \qquad r = \sigma(a_r)$$
#
# $$a_h = x K_h + (r \cdot h)\, U_h + b_h \qquad \tilde h = \tanh(a_h)$$
#
# $$h_{new} = z \cdot h + (1 - z) \cdot \tilde h$$
#
# Beware when you compare with books: in some of them $z$ and $1 - z$ have changed places. For one
# unit with `x` [[1]], `h` [[2]], all weights zero but the candidate's recurrent one, which is
# 1, and the bias [0, 0, 0], both gates are 0.5 and the candidate is tanh(1) = 0.76: the new h is
# [[1.3808]].


# %% nbgrader={"grade_id": "gru-step", "solution": true}
def gru_step(x, h, kernel, recurrent_kernel, bias):
    """One step of a GRU that resets the state before the product.

    Args:
      x: [batch, n_in], the inputs.
      h: [batch, units], the state.
      kernel: [n_in, 3 * units], blocks in the order z, r, candidate.
      recurrent_kernel: [units, 3 * units].
      bias: [3 * units].

    Returns:
      The new state, [batch, units].
    """
    ### BEGIN SOLUTION
    x_z, x_r, x_h = tf.split(tf.matmul(x, kernel) + bias, 3, axis=1)
    U_z, U_r, U_h = tf.split(recurrent_kernel, 3, axis=1)
    z = tf.sigmoid(x_z + tf.matmul(h, U_z))
    r = tf.sigmoid(x_r + tf.matmul(h, U_r))
    candidate = tf.tanh(x_h + tf.matmul(r * h, U_h))
    return z * h + (1 - z) * candidate
    ### END SOLUTION


# %% tags=["try-it"]
weights = tf.zeros([1, 3]), tf.constant([[0.0, 0.0, 1.0]]), tf.zeros([3])
show(gru_step(tf.constant([[1.0]]), tf.constant([[2.0]]), *weights))
# prints: [[1.3808]]

# %% nbgrader={"grade_id": "check-gru-step", "grade": true, "points": 8}
report = check_gru_step(gru_step)
### BEGIN HIDDEN TESTS
report += check_gru_step(gru_step, seeds=(11, 12), sizes=((2, 5, 4), (6, 2, 3)))
### END HIDDEN TESTS
report.points(8)

# %% [markdown]
# ### Exercise: the other convention [5 points]
#
# In `gru_step` the candidate's product $(r \cdot h)\,U_h$ has to wait for $r$. The variant below,
# which GPUs and Keras prefer, makes the products of all three blocks at once, and resets *after*
# that. Each product has a bias of its own, so `bias` has two rows; $b$ is the first and $d$ the
# second.
#
# $$a_h = x K_h + b_h + r \cdot (h\, U_h + d_h)$$
#
# $a_z$ and $a_r$ get both biases, too, where it makes no difference. In the example above the
# candidate is the same, tanh(0.5 · 2), as long as there is one unit and no bias. With a second bias
# of 1 for the candidate it is tanh(0.5 · 3) = 0.91, and the new h is [[1.4526]].


# %% nbgrader={"grade_id": "gru-reset-after", "solution": true}
def gru_step_reset_after(x, h, kernel, recurrent_kernel, bias):
    """One step of a GRU that resets after the product.

    Args:
      x, h, kernel, recurrent_kernel: as for gru_step.
      bias: [2, 3 * units], one row for the inputs' product and one for the state's.

    Returns:
      The new state, [batch, units].
    """
    ### BEGIN SOLUTION
    x_z, x_r, x_h = tf.split(tf.matmul(x, kernel) + bias[0], 3, axis=1)
    h_z, h_r, h_h = tf.split(tf.matmul(h, recurrent_kernel) + bias[1], 3, axis=1)
    z, r = tf.sigmoid(x_z + h_z), tf.sigmoid(x_r + h_r)
    return z * h + (1 - z) * tf.tanh(x_h + r * h_h)
    ### END SOLUTION


# %% tags=["try-it"]
weights = tf.zeros([1, 3]), tf.constant([[0.0, 0.0, 1.0]])
two_biases = tf.constant([[0.0, 0.0, 0.0], [0.0, 0.0, 1.0]])
show(gru_step_reset_after(tf.constant([[1.0]]), tf.constant([[2.0]]), *weights, two_biases))
# prints: [[1.4526]]

# %% nbgrader={"grade_id": "check-gru-reset-after", "grade": true, "points": 5}
report = check_gru_reset_after(gru_step_reset_after)
### BEGIN HIDDEN TESTS
report += check_gru_reset_after(gru_step_reset_after, seeds=(11, 12), sizes=((2, 5, 4), (6, 2, 3)))
### END HIDDEN TESTS
report.points(5)

# %% [markdown]
# Both of your steps against [Keras's GRU](https://keras.io/api/layers/recurrent_layers/gru/), and
# each against the other, with a second bias of zero:

# %% tags=["demo"]
gru_step = own_or_course("gru_step", gru_step)
gru_step_reset_after = own_or_course("gru_step_reset_after", gru_step_reset_after)


def first_bias_only(x, h, kernel, recurrent_kernel, bias):
    return gru_step_reset_after(x, h, kernel, recurrent_kernel, np.stack([bias, 0 * bias]))


def farthest(step, after):
    layers = [keras_layers.GRUCell(n, reset_after=after) for *_, n in SIZES]
    return max(apart(step, layer, *size[:2]) for layer, size in zip(layers, SIZES, strict=True))


measured("reset before: farthest from Keras's", farthest(gru_step, False), at_most=1e-5)
measured("reset after: farthest from Keras's", farthest(gru_step_reset_after, True), at_most=1e-5)
measured("after, with weights for before", farthest(first_bias_only, False), at_least=1)

# %% [markdown]
# The two conventions are different functions: the same weights give other states. So weights that
# were trained for one must not be loaded into the other.
#
# ### Exercise: count the weights [3 points]
#
# What do gates cost? Count the weights of each kind of cell, biases included. The kinds are "rnn"
# (chapter 1's cell), "lstm", "peephole" (an LSTM with peepholes), "gru" and "gru_reset_after".
#
# For 3 inputs and 5 units an "rnn" has 45 weights and a "peephole" 195.


# %% nbgrader={"grade_id": "count-parameters", "solution": true}
def count_parameters(kind, n_inputs, units):
    """The number of weights of a cell.

    Args:
      kind: "rnn", "lstm", "peephole", "gru" or "gru_reset_after".
      n_inputs: width of the inputs.
      units: width of the state.

    Returns:
      An int.
    """
    ### BEGIN SOLUTION
    layer = (n_inputs + units + 1) * units
    layers = {"rnn": 1, "lstm": 4, "peephole": 4, "gru": 3, "gru_reset_after": 3}[kind]
    extra = 3 * units if kind in ("peephole", "gru_reset_after") else 0
    return layers * layer + extra
    ### END SOLUTION


# %% tags=["try-it"]
show(count_parameters("rnn", 3, 5))
show(count_parameters("peephole", 3, 5))
# prints: 45
#         195

# %% nbgrader={"grade_id": "check-count-parameters", "grade": true, "points": 3}
report = check_count_parameters(count_parameters)
### BEGIN HIDDEN TESTS
report += check_count_parameters(count_parameters, sizes=((7, 2), (2, 9), (64, 32)))
### END HIDDEN TESTS
report.points(3)

# %% [markdown]
# ## 7.5 How far does the error travel now?
#
# Chapter 4's question again. We run a cell over a hundred steps and ask how strongly its last
# output depends on the input of each step before. That is what training has to go by: where it is
# zero, there is nothing to learn from.


# %%
def gradient_norms(cell, inputs):
    """Size of the last output's gradient in the input k steps back, for k = 0, 1, 2, ..."""
    inputs = tf.constant(inputs)
    with tf.GradientTape() as tape:
        tape.watch(inputs)
        outputs, _ = unroll.dynamic_rnn(cell, inputs)
        answer = tf.reduce_sum(outputs[:, -1] * np.resize([1.0, -1.0], cell.units))
    gradients = tf.cast(tape.gradient(answer, inputs), tf.float64)  # a norm squares tiny numbers
    return tf.reduce_mean(tf.norm(gradients, axis=2), axis=0).numpy()[::-1]


# %% tags=["demo"]
tf.random.set_seed(1)
sequences = adding.draw(50, 100, np.random.default_rng(5)).inputs  # [batch, time, 2]
new = {"basic": cells.BasicRNNCell(32), "GRU": cells.GRUCell(32)}
new |= {f"LSTM, bias {bias}": cells.LSTMCell(32, forget_bias=bias) for bias in (0, 1, 3, 5)}
norms = {name: gradient_norms(cell, sequences) for name, cell in new.items()}
kept = {f"LSTM, bias {bias}": 1 / (1 + np.exp(-bias)) for bias in (0, 1, 3, 5)}


# %% tags=["demo", "drawing"]
def draw_new_cells(*names):
    return diagrams.gradient_reach({"New cells": {name: norms[name] for name in names}}, kept)


widgets.explorer(
    draw=lambda forget_bias: draw_new_cells("basic", "GRU", f"LSTM, bias {forget_bias}"),
    controls={"forget_bias": (0, 1, 3, 5)},
    static=lambda: draw_new_cells(*norms),
)

# %% tags=["demo"]
left = {name: values[99] / values[1] for name, values in norms.items()}
all_random = np.random.default_rng(1).random(sequences.shape).astype(np.float32)
as_in_7_1 = gradient_norms(new["basic"], all_random)
print("gradient 99 steps back, by that of 1 step back")
measured("    basic", left["basic"], at_most=0.02)
measured("    basic, inputs as in section 7.1", as_in_7_1[99] / as_in_7_1[1], at_most=2e-4)
for name, most in (("GRU", 1e-19), ("LSTM, bias 0", 1e-20), ("LSTM, bias 1", 1e-7)):
    measured(f"    {name}", left[name], at_most=most)
for name, least in (("LSTM, bias 3", 0.2), ("LSTM, bias 5", 5)):
    measured(f"    {name}", left[name], at_least=least)
print("along the cell alone:", [f"{name}: {gate**98:.1e}" for name, gate in kept.items()])

# %% [markdown]
# All of these are *new* cells, with random weights. The dashed lines are the table of section 7.1,
# the power of the forget gate: the way along the cell alone. A hundred steps back the measured
# lines are all above them, because an error can go through h and the gates, too. But it is the bias
# that decides: with 3 an LSTM reaches back a hundred steps; with the usual 1 it starts out even
# more forgetful than a basic cell. So does the GRU, whose update gate starts at a half, and a half
# to the hundredth is nothing.
#
# The basic cell forgets less here than in section 7.1. That is due to the inputs: there both were
# random numbers at each step, here the second one is 0 at all steps but two, so that the sums are
# smaller and the tanh is less flat. With the inputs of section 7.1 the gradient vanishes as the
# difference did.
#
# What new cells can't do, trained ones may have learnt. We need a task.

# %% [markdown]
# ## 7.6 A hundred steps
#
# The **adding task**: a hundred random numbers between 0 and 1, two of them marked, one in each
# half. At the end the network has to give the sum of the two. It must carry a number, not just a
# yes or no, over up to a hundred steps, and let nothing else disturb it.
#
# Baseline first. The mean of the sum is 1. Whoever has remembered nothing does best to say 1
# always, and theory knows the mean squared error of that: each number has the variance 1/12, so
# the sum has 1/6 = 0.1667.

# %%
test = adding.draw(2000, 100, np.random.default_rng(99))
print("input of a marked step:", test.inputs[0, np.argmax(test.inputs[0, :, 1])].round(2))
error = np.mean((test.sums - 1) ** 2)
measured("mean squared error of always saying 1", error, near=(1 / 6, 0.005))


# %% tags=["demo"]
class Adder(tf.Module):
    """A cell, and a linear layer that makes one number of its last output."""

    def __init__(self, cell):
        super().__init__()
        cell(tf.zeros([1, 2]), cell.zero_state(1))  # makes the weights
        self.cell, self.bias = cell, tf.Variable(tf.zeros([1]))
        self.kernel = tf.Variable(tf.random.normal([cell.units, 1], stddev=0.1))

    def __call__(self, inputs):
        outputs, _ = unroll.dynamic_rnn(self.cell, inputs)
        return (outputs[:, -1] @ self.kernel + self.bias)[:, 0]


# %% tags=["demo"]
def train(network, n_updates, timesteps=100, watch=None):
    """Trains an Adder on fresh sequences; the loss of each update."""

    def loss(inputs, sums):
        return tf.reduce_mean((network(inputs) - sums) ** 2)

    optimizer = tf.keras.optimizers.Adam(0.01)
    update = training.make_update(loss, network.trainable_variables, optimizer)
    rng, losses = np.random.default_rng(1), []
    for step in range(n_updates):
        if watch is not None:
            watch(step)
        losses.append(float(update(*map(tf.constant, adding.draw(50, timesteps, rng)))))
    return losses


# %% [markdown]
# Four networks: an LSTM whose forget gate has the bias 3, one with the usual bias of 1, a GRU, and
# the basic cell. All have 32 units, the learning rate 0.01, and the same 800 batches, of which the
# GRU gets half. **Predict, then run.** Which of them stay at 1/6? Section 7.5 has shown what
# gradient each has at the start. That is something to go by, but training may change it.

# %% tags=["demo"]
prediction_7_4 = ...  # a list, of "LSTM, bias 3", "LSTM, bias 1", "GRU", "basic"

# %% tags=["demo"]
KINDS = {
    "LSTM, bias 3": lambda: cells.LSTMCell(32, forget_bias=3),
    "LSTM, bias 1": lambda: cells.LSTMCell(32),
    "GRU": lambda: cells.GRUCell(32),
    "basic": lambda: cells.BasicRNNCell(32),
}
adders, losses, swings = {}, {}, []


def watch_basic(step):
    """Every 200 updates, how strongly the basic cell's output depends on the first input."""
    if name == "basic" and step % 200 == 0:
        norms = gradient_norms(adders[name].cell, sequences)
        swings.append(norms[99] / norms.mean())


# %% tags=["demo"]
for name, make_cell in training.progress(KINDS.items(), "adding"):
    tf.random.set_seed(2)
    adders[name] = Adder(make_cell())
    n_updates = training.steps(full=400 if name == "GRU" else 800, quick=20)
    losses[name] = train(adders[name], n_updates, watch=watch_basic)

# %% tags=["demo", "drawing"]
COLOURS = {"basic": "C0", "GRU": "C1", "LSTM, bias 3": "C2", "LSTM, bias 1": "C3"}
fig, ax = plt.subplots(figsize=(7.3, 3.6))
for name, values in losses.items():
    width = min(40, len(values))
    means = np.convolve(values, np.ones(width) / width, mode="valid")
    ax.plot(np.arange(len(means)) + width, means, color=COLOURS[name], label=name)
ax.axhline(1 / 6, color=plotting.INK, linestyle="--", label="1/6: nothing remembered")
ax.set(title="GRU and LSTM leave chance behind, if the LSTM starts with open gates")
ax.set(xlabel="update", ylabel="mean squared error", xlim=(0, 800), ylim=(0, 0.28))
ax.legend(loc="upper right", ncols=3)
alt = "Losses on the adding task over 100 steps. GRU and the LSTM with bias 3 fall from 1/6 to "
plotting.show(fig, alt=alt + "nearly 0; the basic cell and the LSTM with bias 1 stay at 1/6.")

# %% tags=["demo"]
errors = {name: np.mean((adders[name](test.inputs) - test.sums) ** 2) for name in adders}
your_prediction(prediction_7_4)
for name in ("LSTM, bias 3", "GRU"):
    measured(f"{name}: mean squared error", errors[name], at_most=0.006)
measured("basic: mean squared error", errors["basic"], near=(1 / 6, 0.015))
measured("LSTM, bias 1: mean squared error", errors["LSTM, bias 1"], near=(1 / 6, 0.015))

# %% [markdown]
# The basic cell has learnt nothing at all, and nor has the LSTM as it comes: as good as nothing of
# its error gets back to the marks, so it has to learn on the few sequences whose second mark stands
# late, and it takes luck to begin there. (Change the seed and the number of updates: with some
# seeds it gets there later, with others it has not begun.) Between the two LSTMs all the difference
# is a bias of 3 in place of 1. But the GRU, which started with less gradient than either, got
# there. How, we will see below.
#
# Is the basic cell too small, or badly trained? A control: the same cell, the same task, the same
# learning rate, but ten steps.

# %% tags=["demo"]
tf.random.set_seed(2)
control = Adder(cells.BasicRNNCell(32))
train(control, training.steps(full=600, quick=20), timesteps=10)
short = adding.draw(2000, 10, np.random.default_rng(98))
error = np.mean((control(short.inputs) - short.sums) ** 2)
measured("basic, over ten steps: mean squared error", error, at_most=0.03)

# %% [markdown]
# It can add. It is the distance that defeats it.
#
# ### What training did to the gradient
#
# Here is the picture to remember: the new cells of section 7.5, and beside them the trained ones.
# (These started from other random weights of the same kind.)

# %% tags=["demo"]
names = ("basic", "GRU", "LSTM, bias 3")
trained = {name: gradient_norms(adders[name].cell, sequences) for name in names}
fresh = {name: norms[name] for name in names}
diagrams.gradient_reach({"New": fresh, "Trained on the adding task": trained}).show()

# %% tags=["demo"]
for name, least in (("GRU", 0.3), ("LSTM, bias 3", 1)):
    share = trained[name][99] / trained[name].mean()
    measured(f"{name}: gradient 99 steps back, by its mean", share, at_least=least)
swings.append(trained["basic"][99] / trained["basic"].mean())
measured("basic, every 200 updates from the start on: the smallest", min(swings), at_most=1e-5)
smallest = max(min(swings), np.finfo(np.float32).tiny)
measured("    the largest by the smallest", max(swings) / smallest, at_least=10_000)

# %% [markdown]
# The GRU came from nowhere: after a few hundred updates its error travels a hundred steps. How it
# got there we have not measured. A likely way: the second mark is sometimes near the end, where
# even a new GRU's gradient is not small, and an update gate that has learnt to keep a number for
# five steps keeps it for ten, and then for longer. The basic cell has no gate to open. Its gradient
# is a product of a hundred matrices, and a change of the weights can move it by powers of ten: the
# last two lines show how far it swings while it is trained. Chapter 4 called that vanishing and
# exploding. In this run it found no place between the two to stay.

# %% [markdown]
# ### Gates at work
#
# Let us look into the trained LSTM, at the unit whose c has most to do with the sum.

# %% tags=["demo"]
inputs, sums = test.inputs[:200], test.sums[:200]
gates, long_term = cells.gates_over_time(adders["LSTM, bias 3"].cell, inputs)  # gates: i, f, o
correlation = np.abs(np.corrcoef(long_term[:, -1].T, sums)[-1, :-1])
units = np.argsort(-correlation)[:4]


# %% tags=["demo", "drawing"]
def draw_gates(sequence=4, unit=0):
    title = "One unit of the trained LSTM: its input gate opens at the two marks"
    picked = (sequence, slice(None), units[unit])
    i, f, o = gates[:, *picked]
    return diagrams.gate_values(*inputs[sequence].T, [f, i, o], long_term[picked], title)


widgets.explorer(draw_gates, {"sequence": range(8), "unit": range(4)}, static=draw_gates)

# %% tags=["demo"]
marked = inputs[:, :, 1] == 1
i, f, _ = gates[..., units[0]]
measured("correlation of c at the end with the sum", correlation.max(), at_least=0.97)
measured("forget gate, mean", f.mean(), at_least=0.98)
measured("input gate, mean elsewhere", i[~marked].mean(), at_most=0.05)
measured("input gate, at the marks, by that", i[marked].mean() / i[~marked].mean(), at_least=40)

# %% [markdown]
# Nobody told it to, and the network has built a register. The forget gate is open all the time. The
# input gate is nearly shut, and opens at the two marks. There c jumps. In between it drifts: in the
# picture, all its drift together is about as large as one jump. Don't expect the jumps to be the
# numbers. What the unit adds is about a multiple of the number plus a constant, so c may go up for
# one number and down for another, though both are positive. At the end c tells the sum up to sign,
# scale and an offset, and the linear layer puts these right. In the live notebook, look at other
# sequences, and at other units: most are less tidy.
#
# ## 7.7 Three layers read digits
#
# Chapter 5 read MNIST's digits row by row with a basic cell, and got at least 0.94 of the held-out
# thousand right (logistic regression on the pixels: about 0.9). Now three LSTMs on top of each
# other: the second one's inputs are the first one's outputs. Chapter 8 makes a single cell of such
# a stack; here three runs of `dynamic_rnn` will do.

# %% tags=["demo"]
FULL_DATA = False  # True takes the 60,000 digits, if they are to be had, and about ten minutes
digits = mnist.load(full=FULL_DATA)


class DigitReader(tf.Module):
    def __init__(self, units=64, layers=3):
        super().__init__()
        self.cells = [cells.LSTMCell(units) for _ in range(layers)]
        self.kernel = tf.Variable(tf.random.normal([units, 10], stddev=0.1))
        self.bias = tf.Variable(tf.zeros([10]))

    def __call__(self, images):  # [batch, 28, 28]: 28 steps of 28 pixels
        outputs = images
        for cell in self.cells:
            outputs, _ = unroll.dynamic_rnn(cell, outputs)
        return outputs[:, -1] @ self.kernel + self.bias


# %% tags=["demo"]
tf.random.set_seed(1)
reader, batch_size = DigitReader(), 50
reader(tf.zeros([1, 28, 28]))  # makes the weights


def reading_loss(images, labels):
    losses = tf.nn.sparse_softmax_cross_entropy_with_logits(labels, reader(images))
    return tf.reduce_mean(losses)


# %% tags=["demo"]
n_updates = training.steps(full=10, quick=0) * (len(digits.train_images) // batch_size) or 20
rates = tf.keras.optimizers.schedules.CosineDecay(0.005, n_updates)
optimizer = tf.keras.optimizers.Adam(rates)
update = training.make_update(reading_loss, reader.trainable_variables, optimizer)
rng = np.random.default_rng(1)
for _ in training.progress(range(n_updates), "digits"):
    rows = rng.integers(len(digits.train_images), size=batch_size)
    update(digits.train_images[rows], digits.train_labels[rows])

# %% tags=["demo"]
right = np.argmax(reader(digits.test_images), axis=1) == digits.test_labels
goal = 0.985 if len(digits.train_images) == 60_000 else 0.95  # in chapter 5: 0.94
measured("share of the held-out digits right", np.mean(right), at_least=goal)

# %% [markdown]
# That is about what chapter 5's basic cell got. A basic cell can bridge 28 steps, so there is
# little for gates to gain here; and on a thousand digits a difference of one in a hundred may be
# luck.
#
# ## What we built
#
# - The **LSTM**, with a long-term state that is updated, not rewritten, and three gates, equal to
#   Keras's; with peepholes as well, equal to TensorFlow's.
# - The **GRU** in both conventions, equal to Keras's with the same weights.
# - A measurement of **how far back an error travels**, in new cells and in trained ones, and a task
#   over a hundred steps. A GRU and an LSTM that starts with open gates learnt it; a basic cell and
#   the usual LSTM did not, in as many updates.
#
# **One thing to remember.** Along the cell's path the gradient is the product of the forget gates.
# A gate can learn to stay close to 1, at every step.
#
# Three cells on top of each other was a small loop. Chapter 8 makes one cell of them, and adds
# what deep networks need: dropout, both directions, several devices.
