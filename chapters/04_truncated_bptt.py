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
# # Chapter 4: How far does the error travel?
#
# After this chapter you can
#
# - say what loss the best possible model reaches, before you train one;
# - back-propagate through time by hand, and tell where the error vanishes or explodes;
# - tell two kinds of truncation apart, and choose how wide a window must be;
# - read a learning curve against theory.
#
# You need the loop of chapter 3, derivatives with the chain rule, and of matrices the product, the
# transpose and eigenvalues. The chapter takes about two hours, and its eight exercises are worth
# 39 points.

# %% tags=["setup"]
try:
    import course_utils
except ImportError:
    raise ImportError(
        "This kernel does not have the course's packages. Start JupyterLab with `make lab`, "
        "then choose Kernel > Change Kernel > Python 3 (ipykernel)."
    ) from None
course_utils.start("04_truncated_bptt")

# %%
import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf

from course_utils import diagrams, plotting, training, widgets
from course_utils.checks.truncated_bptt import (
    check_bptt_batches,
    check_bptt_by_hand,
    check_clip_gradients,
    check_expected_loss,
    check_generate_data,
    check_gradient_reach,
    check_jacobian_norms,
    check_truncated_gradients,
    own_or_course,
)

# %%
from course_utils.data import binary_sequence
from course_utils.show import measured, show, show_parts, show_shapes, your_prediction

# %% [markdown]
# ## 4.1 A task with two memories
#
# The inputs are fair coins: $x_t$ is 0 or 1. The output $y_t$ is a coin, too, but a biased one.
# The bias comes from the past:
#
# $$P(y_t = 1) = 0.5 + 0.5\,x_{t-3} - 0.25\,x_{t-8}$$
#
# and inputs before the start count as 0. To predict $y_t$ well, a network has to remember one
# input for three steps and another one for eight. We know the rule, so we know how well any
# model can do: that is what makes this task a measuring device.
#
# A model that has found neither dependency can only know how often $y$ is 1 overall. Its loss
# is the cross-entropy of chapter 3, in nats: the mean of $-\log p$ over what really happened. (Both
# the task and the question of this chapter are from a
# [text of 2016](https://r2rt.com/recurrent-neural-networks-in-tensorflow-i.html).)

# %%
p = 0.5 + 0.5 * 0.5 - 0.25 * 0.5  # each input is 1 half of the time
loss = -p * np.log(p) - (1 - p) * np.log(1 - p)
print(f"P(y = 1) = {p}, expected loss {loss:.4f} nats")

# %% [markdown]
# **Predict, then run.** How low is the loss of a model that knows $x_{t-3}$ as well? You will
# compute it in the exercise below.

# %% tags=["demo"]
prediction_4_1 = ...  # a loss in nats

# %% [markdown]
# ### Exercise: the expected loss [5 points]
#
# Write the lowest expected loss of a model that knows the inputs at some lags. It sees a
# *situation*, one value for each input that it knows, and in each situation it pays the entropy
# of what remains open:
#
# $$\text{loss} = \text{mean over situations of } \bigl(-p \log p - (1 - p) \log (1 - p)\bigr)$$
#
# An input that it does not know is averaged over, as above. What is certain costs nothing: take
# $0 \log 0$ as 0. `expected_loss(set())` is 0.6616, as above, and `expected_loss({8})` is 0.6277.


# %% nbgrader={"grade_id": "expected-loss", "solution": true}
def expected_loss(lags):
    """The lowest cross-entropy for a model that knows the inputs at these lags.

    Args:
      lags: a set with none, one or both of 3 and 8.

    Returns:
      A float, in nats.
    """
    ### BEGIN SOLUTION
    losses = []
    for x3 in (0, 1) if 3 in lags else (0.5,):
        for x8 in (0, 1) if 8 in lags else (0.5,):
            p = 0.5 + 0.5 * x3 - 0.25 * x8
            losses.append(sum(-q * np.log(q) for q in (p, 1 - p) if q > 0))
    return float(np.mean(losses))
    ### END SOLUTION


# %% tags=["try-it"]
show(expected_loss(set()))
show(expected_loss({8}))
# prints: 0.6616
#         0.6277

# %% nbgrader={"grade_id": "check-expected-loss", "grade": true, "points": 5}
report = check_expected_loss(expected_loss)
report.points(5)

# %% [markdown]
# Four numbers, for what a model may know. They are our lines on the wall.

# %% tags=["demo"]
expected_loss = own_or_course("expected_loss", expected_loss)
theory = {lags: expected_loss(set(lags)) for lags in ((), (3,), (8,), (3, 8))}
for lags, nats in theory.items():
    print(f"lags known: {lags!s:8} loss {nats:.4f}")
your_prediction(prediction_4_1)
print(f"lag 3 is worth {theory[()] - theory[(3,)]:.2f} nats,", end=" ")
print(f"and lag 8 on top of it {theory[(3,)] - theory[(3, 8)]:.3f}")

# %% [markdown]
# The near dependency is worth 0.14 nats, and the far one, on top of it, 0.065 more.
#
# ### Exercise: draw the data [4 points]
#
# Draw the two sequences. All chance must come from `rng`, so that a run can be repeated. Mind
# the first eight steps: what is not there counts as 0.
#
# In a long sequence 0.625 of the `y` are 1, and wherever $x_{t-3} = 1$ and $x_{t-8} = 0$, `y`
# is always 1.


# %% nbgrader={"grade_id": "generate-data", "solution": true}
def generate(size, rng):
    """Draws an input sequence and an output sequence that depends on it.

    Args:
      size: number of symbols.
      rng: a numpy.random.Generator.

    Returns:
      (x, y), each [size], of zeros and ones.
    """
    ### BEGIN SOLUTION
    x = rng.integers(2, size=size)
    p = np.full(size, 0.5)
    p[3:] += 0.5 * x[:-3]
    p[8:] -= 0.25 * x[:-8]
    return x, (rng.random(size) < p).astype(np.int32)
    ### END SOLUTION


# %% tags=["try-it"]
show_shapes(generate(1000, np.random.default_rng(1)))
show(np.unique(generate(1000, np.random.default_rng(1))))
# prints: (1000,)
#         (1000,)
#         [0, 1]

# %% nbgrader={"grade_id": "check-generate-data", "grade": true, "points": 4}
report = check_generate_data(generate)
### BEGIN HIDDEN TESTS
report += check_generate_data(generate, seeds=(11, 12))
### END HIDDEN TESTS
report.points(4)

# %% [markdown]
# Symbols cost next to nothing if they are drawn all at once. We never need to show a network
# the same one twice, and so every loss in this chapter is a loss on new data.

# %% tags=["demo"]
import time

generate = own_or_course("generate", generate)
start = time.perf_counter()
x, y = generate(1_000_000, np.random.default_rng(1))
measured("seconds for a million symbols", time.perf_counter() - start, at_most=5, digits=2)
print(f"mean of x {np.mean(x):.2f}, mean of y {np.mean(y):.3f}")

# %% [markdown]
# Operations on whole arrays take a small part of a second. If your `generate` is right but loops
# over the steps, it takes seconds, and the bound above is missed. The trainings below draw tens of
# millions of symbols, so they use the package's function, which draws by the same rule.

# %% [markdown]
# ## 4.2 Back-propagation through time, by hand
#
# Forward, nothing is new: the step of chapter 1 in a loop, and at each step an output layer
# `U`, `c` that gives one logit for each class. The sum that goes into tanh gets a name, $z_t$:
#
# $$z_t = x_t W_x + h_{t-1} W_h + b \qquad h_t = \tanh(z_t) \qquad \text{logits}_t = h_t U + c$$
#
# We keep all the states, because the way back needs them.


# %%
def forward(params, x, h0):
    """All states: a list of time + 1 arrays [batch, units], h0 first."""
    states = [h0]
    for t in range(x.shape[1]):
        z = x[:, t] @ params["Wx"] + states[t] @ params["Wh"] + params["b"]
        states.append(np.tanh(z))
    return states


def softmax(logits):
    """Probabilities, [batch, classes]."""
    exp = np.exp(logits - logits.max(axis=1, keepdims=True))
    return exp / exp.sum(axis=1, keepdims=True)


# %% [markdown]
# Backward, start from what softmax and cross-entropy leave at each output, the **error** $\delta_t
# = (p_t - \text{one-hot}(y_t)) / N$, where $p_t$ is the softmax of the logits. A **one-hot** vector
# stands for a class: a 1 in its place, and 0 in all others. The loss is a mean over $N$ = batch ×
# time terms, hence the $N$. We write $dh_t$ for the derivative of the loss by $h_t$, $dz_t$ for
# that by $z_t$, and so on; $T$ is the last step, and $^\top$ a transpose.
#
# Who reads the state $h_t$? The output of its own step, and the next step. So two errors arrive at
# it; at the last state, with which we begin, there is only one.

# %% tags=["demo"]
diagrams.back_through_time().show()

# %% [markdown]
# Together they pass tanh, whose slope you know from chapter 1, and go on:
#
# $$dh_t = \delta_t U^\top + dz_{t+1} W_h^\top \qquad dz_t = dh_t \cdot (1 - h_t^2)$$
#
# After the last step there is nothing: $dz_{T+1} = 0$. All steps use the same weights, so their
# shares add up:
#
# $$dU = \sum_t h_t^\top \delta_t \qquad dc = \sum_t \delta_t$$
#
# $$dW_x = \sum_t x_t^\top dz_t \qquad dW_h = \sum_t h_{t-1}^\top dz_t \qquad db = \sum_t dz_t$$
#
# (The method is called back-propagation through time; see
# [Werbos, 1990](https://doi.org/10.1109/5.58337).)
#
# ### Exercise: back-propagation by hand [8 points]
#
# Write the loss and all five gradients in NumPy; call `forward` and `softmax` if you like. Go
# through the steps from the last to the first. Whoever has done this once will never again be
# puzzled by a gradient that is `None`, zero or `nan`.
#
# The check moves each weight by a hair and watches the loss; it knows nothing of the formulas
# above. For `Wx` [[1]], `Wh` [[0.5]], `U` [[1, -1]], `b`, `c` and `h0` zero, `x` [[[1], [0]]]
# and `y` [[0, 1]], the loss is 0.6592, and the gradients are 0.0477 for `Wx`, 0.4456 for `Wh`
# and 0.6328 for `b`.


# %% nbgrader={"grade_id": "bptt-by-hand", "solution": true}
def rnn_gradients(params, x, y, h0):
    """Loss and gradients of a recurrent network with an output at every step.

    Args:
      params: a dict, Wx [features, units], Wh [units, units], b [units], U [units, classes],
        c [classes].
      x: [batch, time, features].
      y: [batch, time], class ids.
      h0: [batch, units], the state before the first step.

    Returns:
      (loss, grads): the mean cross-entropy over batch and time, and a dict with the keys and
      shapes of params.
    """
    ### BEGIN SOLUTION
    states = forward(params, x, h0)
    loss, dz = 0.0, np.zeros_like(h0)
    grads = {key: np.zeros_like(value) for key, value in params.items()}
    for t in reversed(range(x.shape[1])):
        p, one_hot = softmax(states[t + 1] @ params["U"] + params["c"]), np.eye(len(params["c"]))
        loss -= np.log(p[np.arange(len(x)), y[:, t]]).sum() / y.size
        error = (p - one_hot[y[:, t]]) / y.size
        dz = (error @ params["U"].T + dz @ params["Wh"].T) * (1 - states[t + 1] ** 2)
        grads["U"] += states[t + 1].T @ error
        grads["c"] += error.sum(axis=0)
        grads["Wx"] += x[:, t].T @ dz
        grads["Wh"] += states[t].T @ dz
        grads["b"] += dz.sum(axis=0)
    return loss, grads
    ### END SOLUTION


# %% tags=["try-it"]
small = {"Wx": np.array([[1.0]]), "Wh": np.array([[0.5]]), "b": np.zeros(1)}
small |= {"U": np.array([[1.0, -1.0]]), "c": np.zeros(2)}
one, zero = np.array([[[1.0], [0.0]]]), np.zeros([1, 1])  # x, h0
small_loss, small_grads = rnn_gradients(small, one, np.array([[0, 1]]), zero) or (None, None)
show(small_loss)
show_parts(small_grads)
# prints: 0.6592
#         U: [[0.0543, -0.0543]]
#         Wh: [[0.4456]]
#         Wx: [[0.0477]]
#         b: [0.6328]
#         c: [0.2476, -0.2476]

# %% nbgrader={"grade_id": "check-bptt-by-hand", "grade": true, "points": 8}
report = check_bptt_by_hand(rnn_gradients)
### BEGIN HIDDEN TESTS
report += check_bptt_by_hand(rnn_gradients, seeds=(11, 12), sizes=((3, 4, 2, 5, 6),))
### END HIDDEN TESTS
report.points(8)

# %% [markdown]
# ## 4.3 Vanishing and exploding
#
# On its way from $h_T$ back to $h_t$ an error passes one step after another. Each step multiplies
# it by a **Jacobian**, the matrix of all derivatives of a state by the state before:
# $\partial h_s / \partial h_{s-1}$. (The round $\partial$ tells it from $dh_t$ above, which is
# short for the derivative of the loss.) Row i of ours holds the derivatives by unit i of the state
# before, so it is $W_h$ with its columns scaled by the slopes $1 - h_s^2$:
#
# $$\frac{\partial h_T}{\partial h_t} = A_{t+1} A_{t+2} \cdots A_T
# \qquad A_s = \frac{\partial h_s}{\partial h_{s-1}} = W_h \, \text{diag}(1 - h_s^2)$$
#
# where $\text{diag}(v)$ is the matrix with $v$ on its diagonal and zeros elsewhere.
#
# A product of many matrices behaves like a power. The **2-norm** of the product, the most by
# which it can stretch a vector, says how much of an error can arrive.
#
# ### Exercise: norms of Jacobians [4 points]
#
# Return the 2-norm of $\partial h_T / \partial h_t$ for each $t$; for the last state, which has no
# step to pass, it is 1. The function is a measuring device: with it you see how far back a network
# can learn, before you train it.
#
# For `Wh` [[0, 2], [1, 0]] and the states [[0, 0], [0.5, 0], [0, 0.5]] the norms are 2, 1.5
# and 1.


# %% nbgrader={"grade_id": "jacobian-norms", "solution": true}
def jacobian_norms(Wh, states):
    """How strongly the last state depends on each of the states.

    Args:
      Wh: [units, units], recurrent weights.
      states: [time, units], outputs of tanh units, one state a step.

    Returns:
      A list of time numbers: the 2-norm of ∂h_T/∂h_t for each t; the last is 1.
    """
    ### BEGIN SOLUTION
    product, norms = np.eye(len(Wh)), [1.0]
    for h in states[:0:-1]:
        product = (Wh * (1 - h**2)) @ product
        norms.append(float(np.linalg.norm(product, 2)))
    return norms[::-1]
    ### END SOLUTION


# %% tags=["try-it"]
states_by_hand = np.array([[0.0, 0.0], [0.5, 0.0], [0.0, 0.5]])
show(jacobian_norms(np.array([[0.0, 2.0], [1.0, 0.0]]), states_by_hand))
# prints: [2, 1.5, 1]

# %% nbgrader={"grade_id": "check-jacobian-norms", "grade": true, "points": 4}
report = check_jacobian_norms(jacobian_norms)
### BEGIN HIDDEN TESTS
report += check_jacobian_norms(jacobian_norms, seeds=(11,), sizes=((6, 3),))
### END HIDDEN TESTS
report.points(4)

# %% [markdown]
# The **spectral radius** of $W_h$ is the largest size of its eigenvalues. Below, $W_h$ is a random
# rotation times a number, so that number is the radius. The inputs are small, and your function
# measures.
#
# **Predict, then run.** What is left of an error after 50 steps, for a radius of 0.9?

# %% tags=["demo"]
prediction_4_2 = ...  # the 2-norm of ∂h_T/∂h_t, a number from 0 to 1

# %% tags=["demo"]
jacobian_norms = own_or_course("jacobian_norms", jacobian_norms)


def left_after(n_steps, radius, input_size=0.01, units=50):
    rng = np.random.default_rng(4)
    Wh = radius * np.linalg.qr(rng.normal(size=[units, units]))[0]
    states = [np.zeros(units)]
    for x in rng.normal(0, input_size, [n_steps, units]):
        states.append(np.tanh(x + states[-1] @ Wh))
    return jacobian_norms(Wh, np.array(states))[0]


near = (0.0051, 0.0001)
measured("0.9: left after 50 steps", left_after(50, 0.9), near=near, predicted=prediction_4_2)
measured("1.5: left after 50 steps", left_after(50, 1.5), at_least=1000, at_most=1e4)
print(f"the powers: {0.9**50:.4f} and {1.5**50:.1e};  0.5 to the power of 20: {0.5**20:.1e}")

# %% [markdown]
# For 0.9 nearly the power of the radius is left. For 1.5 the error grows, but to far less than the
# power. The picture has more radii, and each distance.

# %% tags=["demo", "drawing"]
widgets.explorer(
    draw=diagrams.gradient_by_distance,
    controls={
        "spectral_radius": (0.5, 0.9, 1.0, 1.1, 1.5),
        "input_size": (0.01, 0.1, 0.3),
    },
    static=diagrams.gradient_by_distance,
)

# %% [markdown]
# Dashed is the power of the radius, solid what a network of tanh units really does. Below 1 the
# error vanishes: with 0.5, a millionth is left after 20 steps. Above 1 it can explode. But no
# solid line is above its dashed one, because the slopes of tanh are at most 1. In the live
# notebook, move the second slider: larger inputs pull every line down, because they push the
# units to where tanh is flat. (More of this in
# [Pascanu, Mikolov and Bengio, 2013](https://arxiv.org/abs/1211.5063).)
#
# Nothing brings a vanished error back. (Chapter 7 builds cells in which it does not vanish.) An
# exploded one would throw the weights far away in a single step, but its *direction* is still
# good. So we keep the direction and shorten the step: **gradient clipping**.
#
# ### Exercise: clip the gradients [3 points]
#
# Take the gradients of all weights for one long vector. If it is longer than `max_norm`, shrink
# all arrays by the same factor, so that it has that length:
#
# $$g \leftarrow g \cdot \min\bigl(1, \text{max norm} / \lVert g \rVert \bigr)$$
#
# Return the norm before clipping, too: it is the first number to watch when training goes
# wrong. For the gradients [3] and [[4]] and `max_norm` 1 the norm is 5, and the result is [0.6]
# and [[0.8]]. Gradients that are all zero stay zero, and their norm is 0.


# %% nbgrader={"grade_id": "clip-gradients", "solution": true}
def clip_by_global_norm(grads, max_norm):
    """Shortens a gradient that is too long.

    Args:
      grads: a list of arrays of any shapes.
      max_norm: the greatest length that the gradient may keep.

    Returns:
      (clipped, norm): the list of clipped arrays, and the norm before clipping.
    """
    ### BEGIN SOLUTION
    norm = np.sqrt(sum(np.sum(np.square(grad)) for grad in grads))
    return [grad * (max_norm / max(norm, max_norm)) for grad in grads], norm
    ### END SOLUTION


# %% tags=["try-it"]
show_parts(clip_by_global_norm([np.array([3.0]), np.array([[4.0]])], max_norm=1.0))
# prints: [[0.6], [[0.8]]]
#         5

# %% nbgrader={"grade_id": "check-clip-gradients", "grade": true, "points": 3}
report = check_clip_gradients(clip_by_global_norm)
### BEGIN HIDDEN TESTS
report += check_clip_gradients(clip_by_global_norm, seeds=(11, 12))
### END HIDDEN TESTS
report.points(3)

# %% [markdown]
# ## 4.4 Cutting the way back
#
# A sequence of a million steps can't be unrolled as a whole: all its states would have to be
# kept, and the weights would be updated once. So the sequence is cut into **windows** of a few
# steps. To keep the processor busy, it is first folded into a batch of long rows, and a window
# takes the same steps of all rows.
#
# ### Exercise: windows that go on [4 points]
#
# Write a generator of such windows. The state that row i ends with will be fed to row i of the
# next batch, so the next batch has to go on exactly there. Row i starts at i · (len(x) //
# batch_size). What does not fill a window at the end of the rows is dropped.
#
# For `x` = 0, 1, ..., 10, `batch_size` 2 and `num_steps` 2, the rows start at 0 and 5. The
# first batch of `x` is [[0, 1], [5, 6]], the second [[2, 3], [7, 8]], and there is no third.


# %% nbgrader={"grade_id": "bptt-batches", "solution": true}
def batches(x, y, batch_size, num_steps):
    """Cuts two long sequences into windows.

    Args:
      x: [time], inputs.
      y: [time], outputs.
      batch_size: how many rows to cut the sequences into.
      num_steps: width of a window.

    Yields:
      (x, y), each [batch_size, num_steps]; row i goes on where row i of the batch before ended.
    """
    ### BEGIN SOLUTION
    length = len(x) // batch_size
    x_rows, y_rows = (ids[: batch_size * length].reshape(batch_size, length) for ids in (x, y))
    for start in range(0, length - num_steps + 1, num_steps):
        window = slice(start, start + num_steps)
        yield x_rows[:, window], y_rows[:, window]
    ### END SOLUTION


# %% tags=["try-it"]
show_parts(batches(np.arange(11), 10 * np.arange(11), 2, 2))
# prints: [[[0, 1], [5, 6]], [[0, 10], [50, 60]]]
#         [[[2, 3], [7, 8]], [[20, 30], [70, 80]]]

# %% nbgrader={"grade_id": "check-bptt-batches", "grade": true, "points": 4}
report = check_bptt_batches(batches)
### BEGIN HIDDEN TESTS
report += check_bptt_batches(batches, cuts=((53, 5, 3), (38, 3, 5), (9, 1, 2)))
### END HIDDEN TESTS
report.points(4)

# %% [markdown]
# Where, then, does an error stop? There are [two
# answers](https://r2rt.com/styles-of-truncated-backpropagation.html), and books do not always say
# which one they mean. In the picture the blue arrows carry the state forward; each orange dot is
# the error of a step, and its arrow shows how far back it goes.

# %% tags=["demo"]
diagrams.truncations(num_steps=3).show()

# %% [markdown]
# - **Windowed truncation**, TensorFlow's way: the state enters a window as a plain number.
#   Errors stop at the border, so the last error of a window reaches all of its steps, and the first
#   its own alone.
# - **True truncation**: each error goes back over the same number of steps, its own included.
#   Windows overlap, and each step is computed several times: that is why hardly anybody does
#   it.
#
# In both, the way *forward* is not cut: the state runs through the whole sequence.
#
# ### Exercise: truncated gradients [8 points]
#
# Compute both, of the same mean loss as before. In the style "windowed" the error of step t
# reaches the weights that were used in its own window, up to t. In the style "true" it reaches
# those used at steps t - num_steps + 1 to t, fewer at the start. Only the way back differs from
# `rnn_gradients`.
#
# With the weights of that exercise, `x` [[[1], [0], [1], [0]]] and `y` [[0, 1, 1, 0]], the
# gradient of `b` is 0.2543 for num_steps 1; for num_steps 2 it is 0.2949 windowed and 0.3521
# true; the whole gradient is 0.3532.


# %%
# Until your rnn_gradients has all its points, the course's takes its place from here on.
rnn_gradients = own_or_course("rnn_gradients", rnn_gradients)


# %% nbgrader={"grade_id": "truncated-gradients", "solution": true}
def truncated_gradients(params, x, y, h0, num_steps, style):
    """Gradients of the mean loss, truncated in time.

    Args:
      params: as for rnn_gradients; also x [batch, time, features], y [batch, time] and
        h0 [batch, units].
      num_steps: how many steps an error may reach; it divides time.
      style: "windowed" or "true".

    Returns:
      A dict with the keys and shapes of params.
    """
    ### BEGIN SOLUTION
    states = forward(params, x, h0)
    grads = rnn_gradients(params, x, y, h0)[1] | {k: 0 * params[k] for k in ("Wx", "Wh", "b")}
    for t in range(x.shape[1]):
        p = softmax(states[t + 1] @ params["U"] + params["c"])
        error = (p - np.eye(p.shape[1])[y[:, t]]) / y.size
        first = t - t % num_steps if style == "windowed" else max(0, t - num_steps + 1)
        dh = error @ params["U"].T
        for s in range(t, first - 1, -1):
            dz = dh * (1 - states[s + 1] ** 2)
            grads["Wx"] += x[:, s].T @ dz
            grads["Wh"] += states[s].T @ dz
            grads["b"] += dz.sum(axis=0)
            dh = dz @ params["Wh"].T
    return grads
    ### END SOLUTION


# %% tags=["try-it"]
small = {"Wx": np.array([[1.0]]), "Wh": np.array([[0.5]]), "b": np.zeros(1)}
small |= {"U": np.array([[1.0, -1.0]]), "c": np.zeros(2)}
ones = np.array([[[1.0], [0.0], [1.0], [0.0]]]), np.array([[0, 1, 1, 0]]), np.zeros([1, 1])
for way in ("windowed", "true"):
    show((truncated_gradients(small, *ones, 2, way) or {}).get("b"))
# prints: [0.2949]
#         [0.3521]

# %% nbgrader={"grade_id": "check-truncated-gradients", "grade": true, "points": 8}
report = check_truncated_gradients(truncated_gradients)
### BEGIN HIDDEN TESTS
report += check_truncated_gradients(truncated_gradients, seeds=(11, 12))
### END HIDDEN TESTS
report.points(8)

# %% [markdown]
# TensorFlow's tape shows the same from another side: the gradient of each step's loss in each
# *input*. We compute it for a small random network, on the same data in both styles. The cut is
# the line where `states[first]` enters: as a number, not as something that was computed.

# %% tags=["demo"]
rng, steps, width = np.random.default_rng(3), 12, 4
Wx, Wh, U = (rng.normal(size=shape) / 2 for shape in ((2, 8), (8, 8), (8, 2)))
inputs, targets = tf.constant(rng.normal(size=[steps, 5, 2])), rng.integers(2, size=[steps, 5])
states = [np.zeros([5, 8])]
for t in range(steps):
    states.append(np.tanh(inputs[t] @ Wx + states[t] @ Wh))


# %% tags=["demo"]
def input_gradients(style):
    """[step of the error, step of the input]: size of the gradient."""
    sizes = np.zeros([steps, steps])
    for t in range(steps):
        first = diagrams.first_step(style, t, width)  # the earliest that the error may reach
        with tf.GradientTape() as tape:
            tape.watch(inputs)
            h = states[first]
            for s in range(first, t + 1):
                h = tf.tanh(inputs[s] @ Wx + h @ Wh)
            loss = tf.nn.sparse_softmax_cross_entropy_with_logits(targets[t], h @ U)
        sizes[t] = tf.norm(tape.gradient(loss, inputs), axis=[1, 2])
    return sizes


# %% tags=["demo", "drawing"]
fig, axes = plt.subplots(1, 2, figsize=(7.3, 3.8), sharey=True)
edges = np.arange(steps + 1) - 0.5
for ax, style in zip(axes, ("windowed", "true"), strict=True):
    sizes = np.ma.masked_equal(input_gradients(style), 0)
    ax.pcolormesh(edges, edges, sizes, cmap="Oranges", norm="log", vmin=0.01, vmax=3, ec="white")
    ax.set_title(f"{style}: {sizes.mask.sum()} of {sizes.size} are exactly 0")
    ax.set(aspect="equal", xticks=range(0, steps, 4), yticks=range(0, steps, 4))
    ax.set_xlabel("input of step s")
    ax.grid(False)
axes[0].set_ylabel("error of step t")
axes[0].invert_yaxis()
alt = "Sizes of the gradients of 12 errors in 12 inputs. Windowed: three triangles of four steps "
alt += "along the diagonal, all else exactly zero. True: a band of four steps along it."
plotting.show(fig, alt=alt)

# %% tags=["demo"]
in_theory = {"windowed": 3 * (1 + 2 + 3 + 4), "true": 12 * 4 - (3 + 2 + 1)}
for style, pairs in in_theory.items():
    found = np.count_nonzero(input_gradients(style))
    print(f"{style}: {found} of {steps * steps} are not 0, in theory {pairs}")

# %% [markdown]
# White is an exact zero: an input there gets no credit and no blame for that output, however
# long we train. The orange ones can be counted: in each of three windows the errors reach 1, 2, 3
# and 4 inputs; by true truncation twelve errors reach 4 each, but for the first three.
#
# ### Exercise: how far does a window reach? [3 points]
#
# Truncation is windowed from here on. A window has num_steps outputs. For how many of them does the
# input `lag` steps back lie in the same window, so that their errors can give it credit? The count
# tells beforehand whether a dependency can be learnt at all, and from how small a part of the
# errors. Any lag and any width is allowed.
#
# For a lag of 0, an output's own input, it is all of them: `reach(4, 0)` is 4. The rest is yours to
# find out: in the explorer the green dots mark the inputs that get credit, in both styles.

# %% tags=["demo", "drawing"]
widgets.explorer(
    draw=diagrams.truncations,
    controls={"num_steps": range(1, 13), "lag": (3, 8)},
    static=lambda: diagrams.truncations(num_steps=10, lag=3),
)


# %% nbgrader={"grade_id": "gradient-reach", "solution": true}
def reach(num_steps, lag):
    """How many outputs of a window can credit the input `lag` steps back.

    Args:
      num_steps: width of the window, at least 1.
      lag: how many steps the input lies back, 0 or more.

    Returns:
      An int.
    """
    ### BEGIN SOLUTION
    return max(0, num_steps - lag)
    ### END SOLUTION


# %% tags=["try-it"]
show(reach(num_steps=4, lag=0))
# prints: 4

# %% nbgrader={"grade_id": "check-gradient-reach", "grade": true, "points": 3}
report = check_gradient_reach(reach)
### BEGIN HIDDEN TESTS
report += check_gradient_reach(reach, cases=((7, 2), (12, 8), (20, 19)))
### END HIDDEN TESTS
report.points(3)

# %% [markdown]
# ## 4.5 Theory against measurement
#
# Now we train with three windows, each three times:
#
# | window | units | epochs |
# |---|---|---|
# | 1 | 4 | 2 |
# | 5 | 4 | 1 |
# | 10 | 16 | 10 |
#
# An **epoch** is a million symbols, folded into 200 rows. The window of 10 gets more units and more
# epochs, as it has more to remember. So we hold each window against theory, not against the others.
#
# **Predict, then run.** Which loss will the window of 5 reach? Choose one of the losses that
# `expected_loss` has given, or one between them.

# %% tags=["demo"]
prediction_4_3 = ...  # a loss in nats

# %% [markdown]
# Your `reach` has something to say to each window.

# %% tags=["demo"]
reach = own_or_course("reach", reach)
for window in (1, 5, 10):
    print(
        f"window {window}: {reach(window, 3)} outputs credit lag 3, {reach(window, 8)} credit lag 8"
    )

# %% [markdown]
# The network is a cell whose output is the two logits.


# %% tags=["demo"]
from course_utils.cells import BasicRNNCell


class CoinCell(tf.Module):
    """A basic cell with an output layer: its output is the logits of y = 0 and y = 1."""

    def __init__(self, units):
        super().__init__()
        self.memory = BasicRNNCell(units)
        self.state_size, self.output_size = units, 2
        self.zero_state = self.memory.zero_state
        self.U = tf.Variable(tf.random.uniform([units, 2], -0.5, 0.5))
        self.c = tf.Variable(tf.zeros([2]))

    def __call__(self, inputs, state):
        _, h = self.memory(inputs, state)
        return h @ self.U + self.c, h


# %% [markdown]
# A pass over a million symbols is a loop over the windows. In short, for `optimizer` and `cell`:
#
# ```python
# for window, labels in batches(x, y, ROWS, num_steps):
#     with tf.GradientTape() as tape:  # state comes in as numbers: the cut
#         outputs, state = static_rnn(cell, unpack_sequence(window), state)
#         loss = mean_cross_entropy(labels, outputs)
#     optimizer.apply(tape.gradient(loss, cell.trainable_variables), cell.trainable_variables)
# ```
#
# The course's `training.truncated_bptt` does just that, in one graph whose loop is a
# `tf.while_loop`: in Python the windows would take minutes. The optimizer is
# [Adagrad](https://keras.io/api/optimizers/adagrad/), which divides each gradient by the size of
# all gradients so far.


# %% tags=["demo"]
ROWS, EPOCH = 200, training.steps(full=1_000_000, quick=100_000)


def start_training(units, num_steps, seed):
    """A new cell, the function that trains it, and a generator for its data."""
    tf.random.set_seed(seed)
    cell = CoinCell(units)
    train = training.truncated_bptt(cell, tf.keras.optimizers.Adagrad(0.1), 2, num_steps)
    return cell, train, np.random.default_rng(seed)


def fresh(size, rng):
    """New one-hot inputs [ROWS, time, 2] and outputs [ROWS, time]."""
    x, y = (ids.reshape(ROWS, -1) for ids in binary_sequence.generate(size, rng))
    return tf.one_hot(x, 2), y


# %% tags=["demo"]
def learning_curve(units, num_steps, epochs, seed):
    """The loss of each window, over all epochs."""
    _, train, rng = start_training(units, num_steps, seed)
    return np.concatenate([train(*fresh(EPOCH, rng))[0] for _ in range(epochs)])


RUNS = {1: (4, 2), 5: (4, 1), 10: (16, training.steps(full=10, quick=2))}
SEEDS = training.steps(full=3, quick=1)
curves = {
    window: [learning_curve(units, window, epochs, seed) for seed in range(8, 8 + SEEDS)]
    for window, (units, epochs) in training.progress(RUNS.items(), "windows")
}


# %% tags=["demo", "drawing"]
def draw_curve(ax, losses, window, **style):
    """Draws the means over 20,000 symbols each, against the symbols seen."""
    group = 20_000 // (ROWS * window)
    means = losses[: len(losses) // group * group].reshape(-1, group).mean(axis=1)
    ax.plot(20_000 * np.arange(1, len(means) + 1), means, linewidth=1.2, **style)


# %% tags=["demo", "drawing"]
fig, ax = plt.subplots(figsize=(7.3, 4))
for (window, runs), colour in zip(curves.items(), ("C1", "C0", "C2"), strict=True):
    for number, losses in enumerate(runs):
        label = f"window {window}" if number == 0 else None
        draw_curve(ax, losses, window, color=colour, label=label)
for lags, name in ((), "neither found"), ((3,), "lag 3 found"), ((3, 8), "both found"):
    label = f"{theory[lags]:.4f}: {name}"
    plotting.theory_line(ax, (2e4, 7e7), (theory[lags], theory[lags]), label)
ax.set(xscale="log", xlabel="symbols seen", ylabel="loss in nats per symbol")
ax.set_title("Each window finds the dependencies that its errors can reach")
ax.legend(loc="center right")
alt = "Loss by symbols seen. Window 10 falls to the line of both lags, window 5 to that of lag 3."
plotting.show(fig, alt=alt + " Window 1 stays far above it and wanders.")


# %% tags=["demo"]
def last_tenth(run):
    return run[-len(run) // 10 :].mean()


final = {window: [last_tenth(run) for run in curves[window]] for window in curves}
seeds = f"{SEEDS} seeds, last tenth"
measured(f"window 1, {seeds}", final[1], at_least=0.6, at_most=0.66, digits=4)
near = (theory[(3,)], 0.006)
measured(f"window 5, {seeds}", final[5], near=near, predicted=prediction_4_3, digits=4)
measured(f"window 10, {seeds}", final[10], near=(theory[(3, 8)], 0.008), digits=4)

# %% [markdown]
# This is the figure to remember. The window of 5 stops at the line of lag 3: none of its errors
# reaches back 8 steps. The window of 10 comes close to the best that is possible. Just two of its
# ten outputs can credit the far input, and two are enough: the weights that they teach serve at
# every step. (The spikes at each full million are new epochs. There the state is empty, and eight
# outputs of each row hang on inputs that the network has not seen. The other ups and downs of the
# window of 1 come in section 4.6.)
#
# Does every seed do as well? Twelve others, for the window of 5.

# %% tags=["demo"]
others = training.progress(range(20, 20 + training.steps(full=12, quick=1)), "more seeds")
ends = np.sort([last_tenth(learning_curve(4, 5, 1, seed)) for seed in others])
measured("median of their losses", np.median(ends), near=near, digits=4)
measured("share of the seeds that ended higher", np.mean(ends > sum(near)), at_most=0.1)
measured("highest of all", ends[-1], at_most=0.54, digits=4)

# %% [markdown]
# They do, or all but one: where a window of 5 ends is hardly a matter of luck.
#
# ## 4.6 The restless window of 1
#
# The window of 1 is the odd one. No error goes back at all, so the curve should stay at 0.6616.
# It falls below, rises again, and never rests. How can it know anything?
#
# The state is carried forward all the same, and $W_h$ turns old inputs around in it for a while.
# (In the course's cell, as in Keras's, it starts as a random rotation.) An **echo** of $x_{t-3}$,
# faint or loud, is in the state by chance, and the output layer learns to use what it finds. We
# measure the echo: how much of the variance of $x_{t-3}$ can be read from $h_t$ by the best linear
# formula. And as a control we train a network whose state is zero at each step.


# %% tags=["demo"]
def echo(cell, x, lag=3):
    """The share of the variance of x_{t-lag} that is linear in the state h_t."""
    memory = cell.memory
    Wx, Wh, b = (w.numpy() for w in (memory.kernel, memory.recurrent_kernel, memory.bias))
    h, rows = np.zeros([len(x), cell.state_size]), []
    for ids in x.T:  # [batch]
        h = np.tanh(Wx[ids] + h @ Wh + b)
        rows.append(np.column_stack([h, np.ones(len(h))]))
    states, old = np.concatenate(rows[lag:]), x.T[:-lag].ravel()
    rest = old - states @ np.linalg.lstsq(states, old, rcond=None)[0]
    return 1 - rest.var() / old.var()


# %% tags=["demo"]
probe = binary_sequence.generate(20_000, np.random.default_rng(0))[0].reshape(100, 200)
traces = {}
for seed in training.progress(range(training.steps(full=12, quick=1)), "seeds"):
    cell, train, rng = start_training(4, 1, seed)
    state, traces[seed] = None, []
    for _ in range(40):
        losses, state = train(*fresh(EPOCH // 20, rng), state)
        traces[seed].append((np.mean(losses), echo(cell, probe)))

# %% tags=["demo"]
_, train, rng = start_training(4, 1, seed=8)
losses = []
for _ in range(training.steps(full=1000, quick=100)):
    losses.append(train(*fresh(ROWS, rng))[0])  # one step from the zero state
control = np.mean(losses[len(losses) // 2 :])
measured("loss if the state is not carried", control, near=(theory[()], 0.006), digits=4)

# %% tags=["demo", "drawing"]
fig, (left, right) = plt.subplots(1, 2, figsize=(7.3, 3.4), sharey=True)
symbols = EPOCH / 20 * np.arange(1, 41) / 1e6
for trace in traces.values():
    loss, share = np.transpose(trace)
    left.plot(symbols, loss, linewidth=1)
    right.plot(share[1:], loss[1:], "o", color="C1", markersize=2.5, alpha=0.5)
for ax, label in (left, ""), (right, f"{theory[()]:.4f}: neither found"):
    plotting.theory_line(ax, ax.get_xlim(), (theory[()], theory[()]), label)
left.set(title="Twelve seeds, no two alike", xlabel="million symbols seen")
left.set_ylabel("loss in nats per symbol")
right.set(title="A louder echo, a lower loss", xlabel="echo of lag 3 in the state")
alt = "Left: twelve restless learning curves of window 1, most of them between 0.55 and 0.66 nats."
plotting.show(fig, alt=alt + " Right: the same losses fall as the echo in the state grows.")

# %% tags=["demo"]
lowest = min(loss for trace in traces.values() for loss, _ in trace)
ends = [trace[-1][0] for trace in traces.values()]
measured("lowest loss of any seed at any time", lowest, near=(0.545, 0.02), digits=4)
measured("lowest loss at the end", min(ends), near=(0.56, 0.025), digits=4)
measured("highest loss at the end", max(ends), near=(theory[()], 0.008), digits=4)
points = np.concatenate([trace[1:] for trace in traces.values()])  # [all times, (loss, echo)]
measured("correlation of loss and echo", np.corrcoef(points.T)[0, 1], at_most=-0.75)
measured("loudest echo, a share of the variance", points[:, 1].max(), near=(0.72, 0.12))

# %% [markdown]
# Left, twelve networks that differ in nothing but their seed: they end far apart, and none finds
# the rule of lag 3. Right, each of their losses against the echo at that time: the louder the
# echo, the lower the loss. Without the carried state there is no echo, and the loss is 0.6616 as
# it should be.
#
# So the network lives on luck. It uses the echo that it happens to have, but no error ever
# tells $W_h$ to *keep* $x_{t-3}$: each update serves the present step only, and by the way
# turns the state into something else. The echo grows or fades, the output layer runs after it,
# and the curve never rests. Truncation does not forbid a network to remember. It forbids it to
# *learn* to remember.
#
# ## What we built
#
# - The **best possible loss** of a model, from what it can know.
# - **Back-propagation through time** by hand, the measure of how an error vanishes or explodes
#   on its way, and clipping against the second.
# - **Both truncations**: cut at the windows' borders, and k steps back for each error.
# - Learning curves that stop where theory said they would.
#
# **One thing to remember.** A window of n steps can learn a dependency of fewer than n steps.
# What a network learns is decided by how far its errors travel, not by how far its state does.
#
# How wide should the graph be, then? Wider than the longest dependency that you want to learn;
# and no wider, since each step costs time and memory.
#
# We now have the loop of chapter 3 and know what may be cut from its way back. In chapter 5 the
# network meets real data: one answer for a whole image, and one for each letter of a text.
