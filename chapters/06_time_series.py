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
# # Chapter 6: Predict, then create
#
# After this chapter you can
#
# - turn a series into windows and targets, and name the forecast that any network has to beat;
# - put a layer on the outputs of any cell, in two ways, and say where it matters which;
# - train a network that forecasts, and tell which part of its error nobody could avoid;
# - let it invent the series further, and catch the two mistakes that make inventing look easy;
# - find out of a real series whether it can be forecast at all.
#
# You need the loop of chapter 3, the cell protocol of chapter 2 and the head of chapter 5. The
# chapter takes about an hour and a half, and its six exercises are worth 26 points.

# %% tags=["setup"]
try:
    import course_utils
except ImportError:
    raise ImportError(
        "This kernel does not have the course's packages. Start JupyterLab with `make lab`, "
        "then choose Kernel > Change Kernel > Python 3 (ipykernel)."
    ) from None
course_utils.start("06_time_series")

# %%
import time

import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf

from course_utils import cells, diagrams, forecasting, plotting, training, unroll, widgets, wrappers
from course_utils.checks.time_series import (
    check_generate_series,
    check_naive_forecast,
    check_next_batch,
    check_output_projection_wrapper,
    check_project_outputs,
    check_train_forecaster,
    own_or_course,
)

# %%
from course_utils.data import time_series
from course_utils.show import measured, show, show_shape, show_shapes, your_prediction

# %% [markdown]
# ## 6.1 A series and its windows
#
# A **time series** is a row of numbers, measured at equal steps of time. We start with one that
# we make ourselves, because then we know what is in it:
#
# $$s(t) = \tfrac{1}{3}\, t \sin t + 2 \sin 5t \qquad t = 0,\ 0.1,\ 0.2,\ \dots,\ 30$$
#
# A slow wave that swells, and on top of it a fast one that stays as it is.


# %%
def series(t):
    return t * np.sin(t) / 3 + 2 * np.sin(5 * t)


# %% [markdown]
# A network learns from **windows**: 20 values as inputs, and as targets the same 20 places one
# step later. So there is a forecast at every step, and 20 lessons in each window.

# %% tags=["demo", "drawing"]
t = np.arange(0, 30, 0.1)
fig, (whole, zoom) = plt.subplots(2, 1, figsize=(7.3, 4.6), height_ratios=[1, 1.2])
whole.plot(t, series(t), color=plotting.NEUTRAL.edge)
whole.axvspan(12.2, 14.2, color=plotting.INPUT.fill)
whole.set(title="The series, and one window of it", xlabel="time", ylabel="value", xlim=(0, 30))
window = 12.2 + 0.1 * np.arange(21)
zoom.plot(window[:-1], series(window[:-1]), "o-", color=plotting.INPUT.edge, label="inputs x")
zoom.plot(window[1:], series(window[1:]) - 1.5, "o-", color=plotting.OUTPUT.edge, label="targets y")
for start in window[:-1]:
    step = (series(start), series(start + 0.1) - 1.5)
    zoom.plot((start, start + 0.1), step, color=plotting.IGNORED.edge, lw=0.7)
zoom.set(title="Targets are the next values (drawn 1.5 lower)", xlabel="time", ylabel="value")
zoom.legend()
alt = "Above, the series: a fast wave on a slow one that grows to 10. Below, one window of twenty "
plotting.show(fig, alt=alt + "inputs, each linked to its target, the next value, drawn 1.5 lower.")

# %% [markdown]
# ### Exercise: draw windows [4 points]
#
# Draw a batch of windows that start anywhere, not only at multiples of 0.1: so no window comes
# twice. The last target must not lie past 30. Of a window that starts at $t_0$,
#
# $$x_k = s(t_0 + 0.1\, k) \qquad y_k = s(t_0 + 0.1\,(k + 1)) \qquad k = 0, \dots, n_{steps} - 1$$
#
# so $t_0$ may be anywhere in 0..30 - 0.1·n_steps. All chance must come from `rng`. If a window of
# three steps starts at 0, x is [0, 0.962, 1.696] and y is [0.962, 1.696, 2.025], each number in
# brackets of its own.


# %% nbgrader={"grade_id": "next-batch", "solution": true}
def next_batch(batch_size, n_steps, rng):
    """Draws windows of the series, and the same windows one step later.

    Args:
      batch_size: number of windows.
      n_steps: width of a window.
      rng: a numpy.random.Generator.

    Returns:
      (x, y), each [batch_size, n_steps, 1].
    """
    ### BEGIN SOLUTION
    start = rng.uniform(0, 30 - 0.1 * n_steps, size=[batch_size, 1])
    values = series(start + 0.1 * np.arange(n_steps + 1))[..., np.newaxis].astype(np.float32)
    return values[:, :-1], values[:, 1:]
    ### END SOLUTION


# %% tags=["try-it"]
show_shapes(next_batch(2, 3, np.random.default_rng(1)))
# prints: (2, 3, 1)
#         (2, 3, 1)

# %% nbgrader={"grade_id": "check-next-batch", "grade": true, "points": 4}
report = check_next_batch(next_batch)
### BEGIN HIDDEN TESTS
report += check_next_batch(next_batch, seeds=(11, 12), sizes=((7, 5), (2, 2), (1, 1)))
### END HIDDEN TESTS
report.points(4)

# %% [markdown]
# ## 6.2 The forecast that costs nothing
#
# Before any network, the baseline. The **naive forecast** says that nothing will change: the
# forecast of the next value is the last one. The series moves slowly from step to step, so that
# is not even bad.
#
# ### Exercise: the naive forecast [2 points]
#
# Write its **mean squared error**, the mean over all windows and steps:
#
# $$\text{MSE} = \text{mean}\,(y_{it} - x_{it})^2$$
#
# For `x` [[[1], [3]]] and `y` [[[3], [2]]] it is 2.5.


# %% nbgrader={"grade_id": "naive-forecast", "solution": true}
def naive_mse(x, y):
    """The mean squared error if the forecast of y[:, t] is x[:, t].

    Args:
      x: [batch, n_steps, 1], inputs.
      y: [batch, n_steps, 1], targets.

    Returns:
      A float.
    """
    ### BEGIN SOLUTION
    return float(np.mean((y - x) ** 2))
    ### END SOLUTION


# %% tags=["try-it"]
show(naive_mse(np.array([[[1.0], [3.0]]]), np.array([[[3.0], [2.0]]])))
# prints: 2.5

# %% nbgrader={"grade_id": "check-naive-forecast", "grade": true, "points": 2}
report = check_naive_forecast(naive_mse)
### BEGIN HIDDEN TESTS
report += check_naive_forecast(naive_mse, seeds=(11, 12), sizes=((2, 7, 1), (6, 2, 1)))
### END HIDDEN TESTS
report.points(2)

# %% [markdown]
# **Predict, then run.** The values of the series lie between -12 and 12. How large is the error
# of the naive forecast?

# %% tags=["demo"]
prediction_6_1 = ...  # a mean squared error

# %% [markdown]
# Beside it stands a slightly better one, which draws a straight line through the last two values.

# %% tags=["demo"]
naive_mse = own_or_course("naive_mse", naive_mse)
starts = np.linspace(0, 28, 20_001)  # all windows of 20 steps, closely spaced
test_x, test_y = time_series.windows_at(starts, n_steps=20)
straight = np.concatenate([test_x[:, :1], 2 * test_x[:, 1:] - test_x[:, :-1]], axis=1)
naive = naive_mse(test_x, test_y)
print(f"naive forecast: {naive:.2f}")
print(f"straight line:  {naive_mse(straight, test_y):.2f}")
print(f"values from {series(np.arange(0, 30, 0.01)).min():.0f}", end=" ")
print(f"to {series(np.arange(0, 30, 0.01)).max():.0f}")
your_prediction(prediction_6_1)

# %% [markdown]
# That is what there is to beat: 0.66 for nothing at all, and 0.15 for a formula of one line.

# %% [markdown]
# ## 6.3 One number out of a hundred
#
# The cell has 100 units, and in place of tanh **relu**, which is $\max(0, x)$: the series leaves
# the range of -1 to 1, and relu has no ceiling. But a forecast is *one* number, not a hundred. So
# behind the cell comes a **projection**, a weight matrix and a bias that turn each step's outputs
# into a forecast.
#
# **Predict, then run.** How many numbers does the projection add to the network?

# %% tags=["demo"]
prediction_6_2 = ...  # a whole number

# %% tags=["demo"]
memory = cells.BasicRNNCell(100, activation=tf.nn.relu)
wrapped = wrappers.OutputProjectionWrapper(memory, output_size=1)
output, state = wrapped(tf.zeros([4, 1]), wrapped.zero_state(4))
print("output", output.shape, "  state", state.shape)
print("numbers in the projection:", tf.size(wrapped.kernel).numpy() + tf.size(wrapped.bias).numpy())
your_prediction(prediction_6_2)

# %% [markdown]
# 101: one for each unit, and the bias. The state is still 100 wide, because the projection sits
# on the way *out*. What the cell remembers does not pass it.
#
# To try what you write, here is the toy cell of chapter 2 once more.


# %%
class RunningSum:
    """A cell without weights: the state is the sum of the inputs, the output ten times that."""

    units = state_size = output_size = 1

    def zero_state(self, batch_size, dtype=tf.float32):
        return tf.zeros([batch_size, 1], dtype)

    def __call__(self, inputs, state):
        return 10 * (state + inputs), state + inputs


# %% [markdown]
# ### Exercise: an output projection wrapper [5 points]
#
# Write such a **wrapper**: an object that holds a cell and is a cell itself, so that every loop
# of chapters 2 and 3 takes it for one. The name is
# [TensorFlow 1's](../../docs/from_tensorflow_1.md#wrappers).
#
# $$output = output_{cell} \, W + b \qquad state = state_{cell}$$
#
# The wrapped cell may be any: its output need not be its state, nor be as wide, and its state may
# have several parts. The cell tells its `output_size`, so W can be made at once. Loops run in
# graphs and the network is trained through the wrapper, so use TensorFlow's functions. Around the
# `RunningSum` above, with W = [[2]] and b = [1], the input 3 at state 0 gives the output
# 61 and the state 3.


# %% nbgrader={"grade_id": "output-projection-wrapper", "solution": true}
class OutputProjectionWrapper:
    """A cell whose output is a linear function of another cell's output.

    Args:
      cell: has state_size, output_size, zero_state(batch_size) and
        cell(inputs, state) -> (output, new_state).
      output_size: width of the new output.

    Attributes:
      state_size: the cell's.
      output_size: as given.
    """

    def __init__(self, cell, output_size):
        """Keeps the cell, sets the attributes, makes the weights as TensorFlow variables."""
        ### BEGIN SOLUTION
        self.cell, self.output_size = cell, output_size
        self.state_size = cell.state_size
        start = tf.random.normal([cell.output_size, output_size], stddev=0.1)
        self.weight, self.bias = tf.Variable(start), tf.Variable(tf.zeros([output_size]))
        ### END SOLUTION

    def zero_state(self, batch_size, dtype=tf.float32):
        """The state before the first step, in the structure of state_size."""
        ### BEGIN SOLUTION
        return self.cell.zero_state(batch_size, dtype)
        ### END SOLUTION

    def __call__(self, inputs, state):
        """One time step.

        Args:
          inputs: [batch, features].
          state: in the structure of state_size.

        Returns:
          (output, new_state), output is [batch, output_size].
        """
        ### BEGIN SOLUTION
        output, new_state = self.cell(inputs, state)
        return output @ self.weight + self.bias, new_state
        ### END SOLUTION


# %% tags=["try-it"]
projected = OutputProjectionWrapper(RunningSum(), output_size=2)
show_shapes(projected(tf.constant([[3.0]]), tf.constant([[0.0]])))  # output and new state
# prints: (1, 2)
#         (1, 1)

# %% nbgrader={"grade_id": "check-output-projection-wrapper", "grade": true, "points": 5}
report = check_output_projection_wrapper(OutputProjectionWrapper)
### BEGIN HIDDEN TESTS
report += check_output_projection_wrapper(
    OutputProjectionWrapper,
    seeds=(11, 12),
    sizes=((5, 2, 4, 3, 6), (3, 1, 3, 2, 2)),
    nested=(3, 2, (1, 4, 2), 5, 4),
)
### END HIDDEN TESTS
report.points(5)

# %% [markdown]
# With the wrapper the loop makes 20 small products, one a step. But no step waits for the
# *forecast* of the step before; it waits for the state. So all outputs can be collected first,
# and projected at once.
#
# ### Exercise: project all outputs at once [4 points]
#
# Project the outputs of all steps and sequences with a single matrix product, and without a loop:
#
# $$result_{it} = outputs_{it} \, W + b$$
#
# In chapter 5 any way without a loop over time would do. Here no loop at all is allowed, neither
# over time nor over the batch nor over outputs, and the weights are trained with the network: a
# gradient has to come back to all three arguments, as it does in TensorFlow and not in NumPy. For
# `outputs` [[[1, 2], [3, 4]]], `weight` [[1], [10]] and `bias` [0.5] the result is [[[21.5],
# [43.5]]].


# %% nbgrader={"grade_id": "project-outputs", "solution": true}
def project_outputs(outputs, weight, bias):
    """Projects the outputs of all steps.

    Args:
      outputs: [batch, time, units].
      weight: [units, n].
      bias: [n].

    Returns:
      [batch, time, n].
    """
    ### BEGIN SOLUTION
    sizes = tf.shape(outputs)  # which outputs.shape may not know while a graph is traced
    rows = tf.reshape(outputs, [-1, sizes[2]])
    return tf.reshape(rows @ weight + bias, [sizes[0], sizes[1], -1])
    ### END SOLUTION


# %% tags=["try-it"]
projection = tf.constant([[1.0], [10.0]]), tf.constant([0.5])  # weight, bias
show(project_outputs(tf.constant([[[1.0, 2.0], [3.0, 4.0]]]), *projection))
# prints: [[[21.5], [43.5]]]

# %% nbgrader={"grade_id": "check-project-outputs", "grade": true, "points": 4}
report = check_project_outputs(project_outputs)
### BEGIN HIDDEN TESTS
report += check_project_outputs(
    project_outputs, seeds=(11, 12), sizes=((2, 6, 3, 4), (6, 2, 4, 1), (1, 1, 2, 3))
)
### END HIDDEN TESTS
report.points(4)

# %% [markdown]
# Both ways with the same weights: are they equal, and which is faster? (Your wrapper may call its
# weights anything, so here the wrapper is the course's. The one product is yours.)


# %% tags=["demo"]
project_outputs = own_or_course("project_outputs", project_outputs)


def by_wrapper(x):
    return unroll.dynamic_rnn(wrapped, x)[0]


def by_one_product(x):
    outputs, _ = unroll.dynamic_rnn(memory, x)
    return project_outputs(outputs, wrapped.kernel, wrapped.bias)


apart = np.abs(by_wrapper(test_x[:50]) - by_one_product(test_x[:50])).max()
measured("forecasts differ by", apart, at_most=1e-5)

# %% [markdown]
# A fair race: both in one run, taking turns, with gradients as in training, and the best of
# several rounds. We time the whole network, and the projection alone: cutting out 20 steps, 20
# products and a stack, against one product. The ratio says how many times as long the 20 take.


# %% tags=["demo", "drawing"]
def with_gradients(forecast, *sources):
    @tf.function
    def run():
        with tf.GradientTape() as tape:
            tape.watch(sources)
            loss = tf.reduce_mean(tf.square(forecast(sources[0])))
        return tape.gradient(loss, [*sources, *wrapped.trainable_variables])

    return run


# %% tags=["demo", "drawing"]
def race(first, second, rounds=12, calls=20):
    """Seconds a call of each, in its best round."""
    best = {first: np.inf, second: np.inf}
    for runner in [first, second] * (rounds + 1):  # in the first round they are traced
        start = time.perf_counter()
        for _ in range(calls):
            runner()
        best[runner] = min(best[runner], (time.perf_counter() - start) / calls)
    return best[first], best[second]


# %% tags=["demo"]
x, outputs = tf.constant(test_x[:50]), tf.random.normal([50, 20, 100])


def step_by_step(outputs):
    steps = [outputs[:, t] @ wrapped.kernel + wrapped.bias for t in range(20)]
    return tf.stack(steps, axis=1)


def all_at_once(outputs):
    return project_outputs(outputs, wrapped.kernel, wrapped.bias)


whole = race(with_gradients(by_wrapper, x), with_gradients(by_one_product, x))
alone = race(with_gradients(step_by_step, outputs), with_gradients(all_at_once, outputs))

# %% tags=["demo"]
measured("projection alone: 20 products, in times of one", alone[0] / alone[1], at_least=1.5)
measured("whole network: 20 products, in times of one", whole[0] / whole[1], near=(1.1, 0.6))

# %% tags=["demo", "drawing"]
fig, axes = plt.subplots(1, 2, figsize=(7.3, 2.3))
named = {"whole network": whole, "projection alone": alone}
for ax, (what, seconds) in zip(axes, named.items(), strict=True):
    ax.barh(["one product", "20 products"], 1e3 * np.array(seconds[::-1]), color=["C0", "C1"])
    ax.set(title=f"{what}: ratio {seconds[0] / seconds[1]:.2f}", xlabel="ms a batch of 50 windows")
alt = "Two bar charts of milliseconds. For the projection alone one product takes a fraction of "
plotting.show(fig, alt=alt + "the time of 20; for the whole network the two hardly differ.")

# %% [markdown]
# One large product clearly beats 20 small ones, where they are all there is. In our network it
# hardly shows: the loop with its 100 × 100 product at every step takes most of the time, and that
# product can't be pulled out, because there each step does wait for the one before. So measure the
# whole before you make a part of it faster.

# %% [markdown]
# ## 6.4 Training a forecaster
#
# The network: the cell, the loop, one product. The loss is the mean squared error, the optimizer
# is [Adam](https://keras.io/api/optimizers/adam/) again, and the learning rate falls to zero along
# a cosine, so that the last updates are fine ones.


# %%
class Forecaster(tf.Module):
    def __init__(self, units=100, project=forecasting.project_outputs):
        super().__init__()
        self.project = project
        self.cell = cells.BasicRNNCell(units, activation=tf.nn.relu)
        self.cell(tf.zeros([1, 1]), self.cell.zero_state(1))  # makes its weights
        self.weight = tf.Variable(tf.random.normal([units, 1], stddev=0.1))
        self.bias = tf.Variable(tf.zeros([1]))

    @tf.function(reduce_retracing=True)
    def __call__(self, x):
        outputs, _ = unroll.dynamic_rnn(self.cell, x)  # [batch, time, units]
        return self.project(outputs, self.weight, self.bias)


# %%
def make_update(network, n_updates, learning_rate=0.01):
    rate = tf.keras.optimizers.schedules.CosineDecay(learning_rate, n_updates)
    optimizer = tf.keras.optimizers.Adam(rate)
    optimizer.build(network.trainable_variables)

    @tf.function(reduce_retracing=True)
    def update(x, y):
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean(tf.square(network(x) - y))
        gradients = tape.gradient(loss, network.trainable_variables)
        optimizer.apply(gradients, network.trainable_variables)
        return loss

    return update


# %% [markdown]
# 2,000 updates with fresh windows, 50 each time, drawn by your `next_batch`. The network and its
# updates are traced as in chapter 3. On the way we let the network go on with a series by itself,
# from two **seeds**, 20 values each that it starts from: zeros, and the first ones of the series.
# Of that in section 6.5. (The seed of a random generator is another thing.)

# %%
# Until your next_batch has all its points, the course's takes its place from here on.
next_batch = own_or_course("next_batch", next_batch)

# %% tags=["demo"]
N_UPDATES = training.steps(full=2000, quick=100)
moments = [N_UPDATES // part for part in (20, 4, 2, 1)]
truth = series(0.1 * np.arange(320))
seeds = np.stack([np.zeros(20), truth[:20]])

# %% tags=["demo"]
tf.keras.utils.set_random_seed(0)
network, rng = Forecaster(project=project_outputs), np.random.default_rng(0)
update, losses, invented = make_update(network, N_UPDATES), [], {}
for step in training.progress(range(1, N_UPDATES + 1), "updates"):
    losses.append(update(*next_batch(50, 20, rng)))
    if step in moments:
        invented[step] = forecasting.generate(network, seeds, n_new=300)

# %% tags=["demo"]
errors = np.mean((network(test_x) - test_y) ** 2, axis=(0, 2))  # at each step of the window
measured("mean squared error", errors.mean(), at_most=0.042)

# %% [markdown]
# The naive forecast had 0.66.
#
# **Predict, then run.** The error is a mean over the 20 steps of a window, 0 to 19. At which step
# is it largest?

# %% tags=["demo"]
prediction_6_3 = ...  # a step from 0 to 19

# %% tags=["demo"]
print("step with the largest error:", errors.argmax())
your_prediction(prediction_6_3)
measured("its share of the whole error", errors.max() / errors.sum(), at_least=0.8)
measured("largest error from step 10 on", errors[10:].max(), at_most=0.001)

# %% [markdown]
# At the first step the network has seen a single value. Is that value on its way up or down? It
# can't know, and neither can anyone. The best forecast from one value is the mean of what follows
# such a value, and its error is the variance that remains. We measure it: sort half a million
# windows by their first value, take 500 at a time that have nearly the same, and look at what comes
# next.

# %% tags=["demo"]
one, following = time_series.windows_at(np.linspace(0, 28, 500_000), n_steps=1)
by_value = following[np.argsort(one, axis=0)[:, 0, 0], 0, 0].reshape(-1, 500)
floor = by_value.var(axis=1).mean()
print(f"best possible error at the first step: {floor:.2f}")
measured("the network's, in times of that", errors[0] / floor, at_least=0.99, at_most=1.03)

# %% tags=["demo", "drawing"]
fig, (left, right) = plt.subplots(1, 2, figsize=(7.3, 3.5))
by_40 = np.reshape(losses, [-1, N_UPDATES // 50]).mean(axis=1)
left.plot(np.linspace(0, N_UPDATES, 51)[1:], by_40, label="network")
left.set(yscale="log", xlabel="update", ylabel="mean squared error", title="Learning to forecast")
naive_by_step = [naive_mse(test_x[:, [t]], test_y[:, [t]]) for t in range(20)]
right.plot(range(20), errors, "o-", label="network")
right.set(yscale="log", xlabel="step of the window", title="The first step can't be helped")
for ax, x, y in ((left, [0, N_UPDATES], [naive, naive]), (right, range(20), naive_by_step)):
    ax.plot(x, y, label="naive forecast")
    ax.legend(loc="center right")
plotting.theory_line(right, (-0.5, 9), (floor, floor), "")
right.text(1.6, 0.17, "dashed: the best possible\nfrom a single value", size=9)
alt = "Left, the loss falls far below the naive forecast. Right, by step: the best possible error "
plotting.show(fig, alt=alt + "from one value at step 0, then a fall by a factor of a thousand.")

# %% [markdown]
# The network's first forecast is as good as any can be, and that one step makes up most of the
# error. With each further value it knows better where in the wave it is; from step 10 on it is
# nearly always right. **A mean over the window hides that.** When you compare forecasts, compare
# them at the step that you will use: here the last one, where the network has seen 20 values.
#
# ### Exercise: train a forecaster [6 points]
#
# Train a forecaster of your own in the cell below, in a few seconds, and let `forecast` use it.
# (Grading does not train the `network` above.) On fresh windows of 20 steps its mean squared error
# has to be at most a sixth of the naive forecast's, and `forecast[:, t]` may depend on `x[:, :t +
# 1]` only. The check changes what follows and looks whether the forecast moves: no look ahead. You
# may use all of the above, or Keras; draw the windows with your `next_batch` or with
# `time_series.next_batch`. A few hundred updates are enough.
#
# For `x` of shape [2, 20, 1], `forecast(x)` has the same shape, and `forecast(x)[0, 19, 0]` is
# close to the value that follows x[0, 19, 0].


# %% nbgrader={"grade_id": "train-forecaster", "solution": true}
### BEGIN SOLUTION
tf.keras.utils.set_random_seed(2)
forecaster, batches = Forecaster(), np.random.default_rng(2)
improve = make_update(forecaster, n_updates=400)
for _ in training.progress(range(400), "forecaster"):
    improve(*time_series.next_batch(50, 20, batches))
### END SOLUTION


def forecast(x):
    """Forecasts the next value at each step of each window.

    Args:
      x: [batch, n_steps, 1], windows of the series.

    Returns:
      [batch, n_steps, 1].
    """
    ### BEGIN SOLUTION
    return forecaster(x)
    ### END SOLUTION


# %% tags=["try-it"]
show_shape(forecast(np.zeros([2, 20, 1], dtype=np.float32)))
# prints: (2, 20, 1)

# %% nbgrader={"grade_id": "check-train-forecaster", "grade": true, "points": 6}
report = check_train_forecaster(forecast)
### BEGIN HIDDEN TESTS
report += check_train_forecaster(forecast, seeds=(11, 12))
### END HIDDEN TESTS
report.points(6)

# %% [markdown]
# ## 6.5 Now it creates
#
# A network that predicts the next value can do more: append its prediction to the window, as if
# it had been measured, and predict again. And again. That is a **free run**. Nobody corrects it;
# from the 21st prediction on it reads nothing but its own inventions.

# %% tags=["demo"]
diagrams.feedback().show()

# %% [markdown]
# ### Exercise: invent a series [5 points]
#
# Write the free run. `predict` is a trained network, or anything else that maps windows [1,
# len(seed), 1] to forecasts of the same shape; the *last* step of a forecast is the new value.
# What `predict` gets is always the last len(seed) values of what there is so far. Let the series
# be $s$ and the seed have $w$ values:
#
# $$s_t = \text{predict}(s_{t-w}, \dots, s_{t-1})_{\text{last}} \qquad t = w, w + 1, \dots$$
#
# With a `predict` that adds 1 to its window, the seed [1, 2] and `n_new` 3 the result is [1, 2,
# 3, 4, 5].


# %% nbgrader={"grade_id": "generate-series", "solution": true}
def generate(predict, seed, n_new):
    """Invents a series further from a seed.

    Args:
      predict: maps [1, len(seed), 1] to the same shape.
      seed: a 1-D array, the values to start from.
      n_new: how many values to invent.

    Returns:
      A 1-D array of len(seed) + n_new values, the seed first.
    """
    ### BEGIN SOLUTION
    values = list(seed)
    for _ in range(n_new):
        window = np.array(values[-len(seed) :], dtype=np.float32)
        values.append(float(predict(window[np.newaxis, :, np.newaxis])[0, -1, 0]))
    return np.array(values)
    ### END SOLUTION


# %% tags=["try-it"]
show(generate(lambda window: tf.add(window, 1), np.array([1.0, 2.0]), n_new=3))
# prints: [1, 2, 3, 4, 5]

# %% nbgrader={"grade_id": "check-generate-series", "grade": true, "points": 5}
report = check_generate_series(generate)
### BEGIN HIDDEN TESTS
report += check_generate_series(generate, seeds=(11, 12), sizes=((7, 20), (2, 5), (6, 1)))
### END HIDDEN TESTS
report.points(5)

# %% [markdown]
# Now 300 steps of your free run. Once the network starts from the *real seed*, the first 20 values
# of the series. Once it starts from 20 *zeros*, which look like nothing that it has ever seen.
#
# **Predict, then run.** What will it make of nothing at all: will it stay near zero, swing, or run
# away? The series itself gets as far as 12. How far from zero will this run get?

# %% tags=["demo"]
prediction_6_4 = ...  # a number, the largest size of a value

# %% tags=["demo"]
generate = own_or_course("generate", generate)
zeros_run, real_run = (np.asarray(generate(network, seed, 300)) for seed in seeds)

# %% tags=["demo", "drawing"]
diagrams.free_runs(
    truth,
    {"From a real seed": real_run, "From zeros": zeros_run},
    n_seed=20,
    finding="Both swing in the style of the series, and soon at other times than it does.",
).show()


# %% tags=["demo"]
def fast_wave(values):
    """The strongest frequency above 0.4, in waves per unit of time."""
    strength = np.abs(np.fft.rfft(values[-250:]))
    frequencies = np.fft.rfftfreq(250, d=0.1)
    return frequencies[np.argmax(np.where(frequencies > 0.4, strength, 0))]


print(f"the series has {5 / (2 * np.pi):.2f} fast waves per unit of time, values up to", end=" ")
print(f"{np.abs(truth).max():.1f}")
for name, run in (("real seed", real_run), ("zeros", zeros_run)):
    measured(f"{name}: fast waves", fast_wave(run), near=(5 / (2 * np.pi), 0.04))
    guess = prediction_6_4 if name == "zeros" else ...
    measured(f"{name}: largest value", np.abs(run).max(), at_least=2, at_most=9, predicted=guess)

# %% [markdown]
# This is the picture to remember. From the real seed the first steps are right; then the network
# tells a story of its own, in the style of the series. It keeps the *fast* wave, at the right
# frequency: a window of 20 steps shows one and a half of those. The *slow* wave it makes up. A
# window shows a third of one, too little to tell how it will go on, so the swell comes at the
# wrong time and never gets as high. And out of nothing, from zeros, it slowly talks itself into
# the same rhythm. What it knows of the series is in the weights; the seed only tells it where to
# begin.
#
# (Train it again from other random weights, with another number in `set_random_seed`, and you get
# another story.)
#
# How does such a style form? Follow it through training: choose the number of updates, and the
# seed. Look what comes first. (Nothing would keep a run from running away: relu has no ceiling, and
# the loss only ever asked about a single step.)

# %% tags=["demo", "drawing"]
rows = {"zeros": 0, "real": 1}
widgets.explorer(
    draw=lambda updates, seed: diagrams.free_runs(
        truth, {f"After {updates} updates, seed: {seed}": invented[updates][rows[seed]]}, 20
    ),
    controls={"updates": moments, "seed": list(rows)},
    static=lambda: diagrams.free_runs(
        truth,
        {f"{n} updates, seed: {s}": invented[n][rows[s]] for n in moments[:2] for s in rows},
        n_seed=20,
        columns=2,
        finding="The fast wave comes first: here it is, and the slow one is not.",
    ),
)

# %% [markdown]
# ### How long does it stay true?
#
# One run proves little, so let us start 500 of them, anywhere in the series, and compare each
# with what really came. Two baselines: the naive forecast, which stays at the last value of the
# seed, and the mean of the series.

# %% tags=["demo"]
longer, _ = time_series.next_batch(500, 100, np.random.default_rng(3))
longer = longer[..., 0]  # [batch, time]
runs = forecasting.generate(network, longer[:, :20], n_new=80)
ahead = np.mean((runs - longer)[:, 20:] ** 2, axis=0)
naive_ahead = np.mean((longer[:, 19:20] - longer[:, 20:]) ** 2, axis=0)
spread = np.var(longer[:, 20:], axis=0)

# %% tags=["demo"]
for n in (1, 10, 80):
    print(f"{n:2} steps ahead:", end=" ")
    most = {1: 0.001, 10: 0.05, 80: 0.5}[n]
    measured("error in parts of the naive one", ahead[n - 1] / naive_ahead[n - 1], at_most=most)
measured("error 80 steps ahead, in times of the first", ahead[79] / ahead[0], at_least=10_000)
measured(
    "error 80 steps ahead, in parts of the series' variance", ahead[79] / spread[79], at_most=0.8
)
print("the naive forecast is best again", 21 + np.argmin(naive_ahead[20:]), "steps ahead")

# %% tags=["demo", "drawing"]
fig, ax = plt.subplots(figsize=(7.3, 3.4))
ax.plot(np.arange(1, 81), ahead, label="free run of the network")
ax.plot(np.arange(1, 81), naive_ahead, label="naive forecast")
ax.plot(np.arange(1, 81), spread, label="mean of the series")
ax.set(yscale="log", xlabel="steps ahead", ylabel="mean squared error", xlim=(0, 80))
ax.set_title("A free run is a good forecast for a while, then a story")
ax.legend()
alt = "Mean squared error by steps ahead, on a log scale. The network starts thousands of times "
alt += "lower than the naive forecast. After 80 steps it has about half of the error of the mean, "
plotting.show(fig, alt=alt + "and the naive forecast is above that.")

# %% [markdown]
# Each prediction is a bit off, and the next one builds on it, so the errors feed on each other:
# within 80 steps they grow more than ten-thousandfold, to a good part of the variance of the
# series. (That is the error of who always says its mean.) (The naive forecast has a good moment
# after 63 steps: one slow wave later, 2π on, the series is nearly where it was.)

# %% [markdown]
# ## 6.6 Two ways to fool yourself
#
# Both mistakes are common. In the first, each window is cut from the *true* series, as in training.
# That is called **teacher forcing**
# ([Williams and Zipser, 1989](https://doi.org/10.1162/neco.1989.1.2.270)): right for training, but
# not a free run. In the second, the window never moves. Two functions of the course make them.
#
# **Predict, then run.** We draw three runs: the network, teacher-forced; the naive forecast, a
# mere copy of the last value, teacher-forced as well; and the network with its window stuck. How
# large is the mean squared error of the copy?

# %% tags=["demo"]
prediction_6_5 = ...  # a mean squared error

# %% tags=["demo"]
true = truth.astype(np.float32)
three_runs = {
    "Teacher-forced: the network": forecasting.teacher_forced(network, true, 20),
    "Teacher-forced: a copy of the last value": forecasting.teacher_forced(lambda x: x, true, 20),
    "The window does not slide": forecasting.stuck(network, true[:20], 300),
}

# %% tags=["demo", "drawing"]
diagrams.free_runs(
    truth,
    three_runs,
    n_seed=20,
    finding="The first two follow the true series, even the copy. The third is a straight line.",
).show()

# %% tags=["demo"]
of_the_copy = {"near": (0.7055, 0.002), "predicted": prediction_6_5}
bounds = {"at_most": 0.001}, of_the_copy, {"near": (21.4, 1)}
for (name, run), bound in zip(three_runs.items(), bounds, strict=True):
    measured(f"{name}: mean squared error", np.mean((run - true)[20:] ** 2), **bound)

# %% [markdown]
# The copy looks splendid, too! It lags behind by one step in three hundred, and all that shows is a
# grey edge on steep slopes. Its error tells: it is that of the naive forecast, which the copy is,
# and many times the network's. (Not just the 0.66 of section 6.2, for there the windows were
# others.) **A picture of forecasts one step ahead proves nothing.** Put the mean squared error
# beside it, and the naive forecast's.
#
# How to catch both: replace the network by a predictor whose answer you know. One that adds 1 to
# the last value has to count.

# %% tags=["demo"]
numbers = np.array([1, 2, 3, 7, 7, 5, 6], dtype=np.float32)  # the seed 1, 2, 3, and what came
count = np.vectorize(lambda value: value + 1)
free_run = np.asarray(generate(count, numbers[:3], n_new=4))
print("free run:      ", free_run.astype(int))
print("teacher-forced:", forecasting.teacher_forced(count, numbers, 3).astype(int))
print("stuck:         ", forecasting.stuck(count, numbers[:3], 4).astype(int))

# %% [markdown]
# The free run counts on: each value is its own forecast plus one. The teacher-forced run is what
# really came, plus one: it never reads what it has written. The stuck one says the same for ever.
# The check of your `generate` works like that, too.

# %% [markdown]
# ## 6.7 Something real
#
# Matplotlib ships ten seconds of brain waves, measured by four electrodes, 80 values a second.
# The same network, trained on the first 7.5 seconds, has to forecast the rest.
#
# And as a minimal pair a second record, of what a share of Google cost at the end of each
# trading day, for four years.
#
# **Predict, then run.** Which of the two can be forecast better than naively?

# %% tags=["demo"]
prediction_6_6 = ...  # "brain waves", "share price", "both" or "neither"


# %% tags=["demo"]
def split(record, share, n_steps=20):
    """Windows of the first part of a record and of the rest, scaled by the first part."""
    border = int(share * len(record))
    scaled = (record - record[:border].mean()) / record[:border].std()
    parts = scaled[:border], scaled[border - n_steps :]
    return [time_series.all_windows(part, n_steps) for part in parts]


def learn(windows, seed, n_updates):
    tf.keras.utils.set_random_seed(seed)
    network, rng = Forecaster(), np.random.default_rng(seed)
    update, (x, y) = make_update(network, n_updates, learning_rate=0.003), windows
    for _ in range(n_updates):
        rows = rng.integers(len(x), size=64)
        update(x[rows], y[rows])
    return network


# %% [markdown]
# We compare at the last step of each window. Beside the network stands a **linear formula** of
# the same 20 values, fitted by least squares: what is a network worth if that does as well?


# %% tags=["demo"]
def linear(windows):
    """A forecaster whose last step is the best linear formula of the window."""
    x, y = (part[..., 0] for part in windows)
    weights = np.linalg.lstsq(np.insert(x, 0, 1, axis=1), y[:, -1], rcond=None)[0]
    return lambda x: np.insert(x[..., 0], 0, 1, axis=1)[:, np.newaxis] @ weights[:, np.newaxis]


def last_error(forecast, windows):
    x, y = windows
    return np.mean((np.asarray(forecast(x))[:, -1] - y[:, -1]) ** 2)


# %% tags=["demo"]
records = {
    "brain waves": [split(electrode, 0.75) for electrode in time_series.eeg().T],
    "share price": [split(time_series.prices(), 0.75)],
}
models = {}
for name, parts in records.items():
    early = [np.concatenate(arrays) for arrays in zip(*(part[0] for part in parts), strict=True)]
    models[name, "network"] = learn(early, seed=4, n_updates=training.steps(full=200, quick=50))
    models[name, "linear formula"] = linear(early)

# %% tags=["demo"]
ratios = {}
for (name, label), model in models.items():
    late = [part[1] for part in records[name]]
    naive_errors = [last_error(lambda x: x, windows) for windows in late]
    ratios[name, label] = sum(last_error(model, w) for w in late) / sum(naive_errors)
print("errors in parts of the naive one")
for (name, label), ratio in ratios.items():
    bound = {"at_most": 0.78} if name == "brain waves" else {"at_least": 0.98}
    measured(f"{name}, {label}", ratio, **bound)
your_prediction(prediction_6_6)


# %% tags=["demo", "drawing"]
def draw_bars(ax):
    bars = ax.barh([f"{name}:\n{label}" for name, label in ratios], ratios.values())
    for bar, (name, _) in zip(bars, ratios, strict=True):
        bar.set_color("C0" if name == "brain waves" else "C1")
    ax.axvline(1, color=plotting.INK, linestyle="--")
    ax.set(title="Error / naive error", xlabel="below 1: better than naive")
    ax.invert_yaxis()


# %% tags=["demo", "drawing"]
x, y = records["brain waves"][2][1]
fig, (left, right) = plt.subplots(1, 2, figsize=(7.3, 3.3), width_ratios=[1.5, 1])
seconds = 7.5 + np.arange(len(y)) / time_series.EEG_RATE
left.plot(seconds, y[:, -1, 0], color=plotting.NEUTRAL.edge, label="measured")
left.plot(seconds, models["brain waves", "network"](x)[:, -1, 0], label="forecast, one step ahead")
left.set(title="Brain waves, electrode 3", xlabel="seconds", ylabel="scaled voltage")
left.set_ylim(-4, 6.5)
left.legend()
draw_bars(right)
alt = "Left, measured and forecast brain waves. Right, errors relative to the naive forecast: for "
alt += "brain waves network and formula stay clearly below 1, for the share price neither does."
plotting.show(fig, alt=alt)

# %% [markdown]
# Brain waves swing, and what swings can be forecast for a moment: the network's error is clearly
# below the naive forecast's. The linear formula does nearly as well; with 600 values an
# electrode there is little more to be learnt. The share price has no swing to be found. Whatever
# the past said about tomorrow, buyers have read it, too, and it is in today's price. The naive
# forecast is the hardest to beat, and a chart of the network's forecasts would look splendid.
#
# ## What we built
#
# - **Windows** with targets one step later, and the **naive forecast** to beat.
# - The **projection** from 100 outputs to one, as a wrapper around any cell and as one product.
# - A **forecaster** with an error of at most 0.042, most of which is a first step that nobody can
#   know; and a **free run**, in which it invents the series further.
# - Two real records: one that can be forecast, and one that can't.
#
# **One thing to remember.** A forecast is worth what it gains on the naive one, and a free run
# shows what a network believes when nobody corrects it.
#
# What our network believes is short: it knows the fast wave and forgets the slow one. In chapter
# 7 we look at why memory fades, and build cells that can keep it.
