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
# # Chapter 8: Depth, dropout, both directions, many devices
#
# After this chapter you can
#
# - stack cells into a deep network, and see whether a stack secretly shares its weights;
# - drop values in training and only there, with masks that change or stay over time;
# - read sequences of unequal lengths in both directions, and say what that is worth;
# - put each layer on a device of its own, and read off a graph where it is.
#
# You need [chapter 3](../03_dynamic_rnn/03_dynamic_rnn.ipynb), [chapter
# 5](../05_classification_and_labelling/05_classification_and_labelling.ipynb) and [chapter
# 7](../07_lstm_and_gru/07_lstm_and_gru.ipynb). The chapter takes about two hours, and its six
# exercises are worth 30 points.

# %% tags=["setup"]
try:
    import course_utils
except ImportError:
    raise ImportError(
        "This kernel does not have the course's packages. Start JupyterLab with `make lab`, "
        "then choose Kernel > Change Kernel > Python 3 (ipykernel)."
    ) from None
course_utils.start("08_deep_rnns")

# %%
import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf

from course_utils import cells, diagrams, plotting, training, unroll, widgets, wrappers
from course_utils.checks.deep_rnns import (
    check_bidirectional_rnn,
    check_dropout,
    check_dropout_wrapper,
    check_multi_rnn_cell,
    check_place_on_devices,
    check_reverse_sequence,
    own_or_course,
)
from course_utils.data import segmentation, wikipedia

# %%
from course_utils.show import measured, show, show_parts, your_prediction

# %% [markdown]
# ## 8.1 Cells on top of each other
#
# So far one cell did everything: it read the input, kept the memory, and gave the output. In a
# **stack** the output of one cell is the input of the next. Each **layer** has its own weights
# and its own state.

# %% tags=["demo"]
diagrams.stack().show()

# %% [markdown]
# Two things go on in every cell, and they go in different directions. The *output* goes up, to
# the next layer of the same step. The *state* goes to the right, to the same layer of the next
# step. In a basic cell both are the same numbers; in an LSTM they are not.
#
# To the loop a stack looks like any cell. It is called with inputs and a state, and it returns
# an output and a new state. Only the state looks different: it is a tuple, with one entry for
# each layer. This chapter's names are [TensorFlow 1's](../../docs/from_tensorflow_1.md#wrappers).
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
# ### Exercise: a stack is a cell [6 points]
#
# Write the class. Within one step,
#
# $$y^{(0)}, s^{(0)}_{new} = cell_0(x, s^{(0)}), \qquad
# y^{(l)}, s^{(l)}_{new} = cell_l(y^{(l-1)}, s^{(l)})$$
#
# and the stack's output is that of the top cell. `state_size` is a tuple of the cells'
# `state_size`, `output_size` the top cell's. A layer's state may be anything, so hand it on as it
# is. A loop may run the stack in a graph, so what happens between the cells has to be
# TensorFlow's, not NumPy's.
#
# For two `RunningSum` cells, inputs [[1]] and the state ([[2]], [[3]]), the output is [[330]] and
# the new state ([[3]], [[33]]).


# %% nbgrader={"grade_id": "multi-rnn-cell", "solution": true}
class MultiRNNCell:
    """Cells on top of each other, as one cell.

    Args:
      cells: a list of cells, the bottom one first.

    Attributes:
      state_size: a tuple with the state_size of each cell.
      output_size: that of the top cell.
    """

    def __init__(self, cells):
        """Keeps the cells and sets the sizes."""
        ### BEGIN SOLUTION
        self.cells = cells
        self.state_size = tuple(cell.state_size for cell in cells)
        self.output_size = cells[-1].output_size
        ### END SOLUTION

    def zero_state(self, batch_size, dtype=tf.float32):
        """The state before the first step: a tuple with the zero_state of each cell."""
        ### BEGIN SOLUTION
        return tuple(cell.zero_state(batch_size, dtype) for cell in self.cells)
        ### END SOLUTION

    def __call__(self, inputs, state):
        """One step of all layers.

        Args:
          inputs: [batch, features].
          state: a tuple with the state of each layer.

        Returns:
          (output, new_state): the top cell's output, and a tuple with each layer's new state.
        """
        ### BEGIN SOLUTION
        new_states = []
        for cell, layer_state in zip(self.cells, state, strict=True):
            inputs, new_state = cell(inputs, layer_state)
            new_states.append(new_state)
        return inputs, tuple(new_states)
        ### END SOLUTION


# %% tags=["try-it"]
pair = tf.constant([[2.0]]), tf.constant([[3.0]])
show_parts(MultiRNNCell([RunningSum(), RunningSum()])(tf.constant([[1.0]]), pair))
# prints: [[330]]
#         [[[3]], [[33]]]

# %% nbgrader={"grade_id": "check-multi-rnn-cell", "grade": true, "points": 6}
report = check_multi_rnn_cell(MultiRNNCell)
### BEGIN HIDDEN TESTS
report += check_multi_rnn_cell(
    MultiRNNCell,
    seeds=(11, 12),
    sizes=((2, 4, ((1, 3), (5, 2))), (6, 1, ((2, 2), (3, 4), (4, 4), (1, 5))), (4, 7, ((5, 1),))),
)
### END HIDDEN TESTS
report.points(6)

# %% [markdown]
# ### The trap
#
# **Predict, then run.** A basic cell with n inputs and m units has (n + m + 1) · m weights. How
# many has a stack of three layers of 5 units, for 5 inputs? And how many has a stack of `[cell] *
# 3`?

# %% tags=["demo"]
prediction_8_1 = ...  # two numbers: (of three cells, of [cell] * 3)


# %% tags=["demo"]
MultiRNNCell = own_or_course("MultiRNNCell", MultiRNNCell)


def count_weights(layers, features=5):
    stack = MultiRNNCell(layers)
    stack(tf.ones([1, features]), stack.zero_state(1))  # makes the weights
    weights = {weight.ref() for cell in layers for weight in cell.trainable_variables}
    return sum(int(tf.size(weight.deref())) for weight in weights)  # each of them once


# %% tags=["demo"]
print("three cells:", count_weights([cells.BasicRNNCell(5) for _ in range(3)]))
print("[cell] * 3: ", count_weights([cells.BasicRNNCell(5)] * 3))

# %% tags=["demo"]
your_prediction(prediction_8_1)

# %% [markdown]
# 3 · 55 = 165, against 55. `[cell] * 3` is a list of three references to *one* cell, and each
# layer uses the same weights. It runs, it even learns; it is just not the network you wanted.
# Nothing but the count gives it away, as long as inputs and units are equally many. With 3
# inputs it fails at once, which is lucky:

# %% tags=["demo"]
try:
    count_weights([cells.BasicRNNCell(5)] * 3, features=3)
except ValueError as error:
    print(str(error).split(". ")[0])

# %% [markdown]
# The course's own `MultiRNNCell` looks first, and inside wrappers as well. A **wrapper** is a cell
# around a cell; here it is one that we will meet in 8.2. The networks of this chapter are built
# with it.

# %%
cell = cells.BasicRNNCell(5)
for layers in ([cell] * 3, [wrappers.LayerNormWrapper(cell), cell]):
    try:
        wrappers.MultiRNNCell(layers)
    except ValueError as error:
        print(str(error).split(": ")[0])

# %% [markdown]
# ### Is deeper better?
#
# The task is chapter 5's: Wikipedia without its spaces, and at each letter the question whether
# a word starts there. We train on pieces of four words and test on articles that were held out.
# The measure is **F1**, the harmonic mean of two shares: how many marks are right, and how many
# starts are marked. Baseline first: we mark every letter.

# %%
train, held_out = wikipedia.split()
fresh = segmentation.draw(held_out, 500, n_words=4, rng=np.random.default_rng(0))
real = np.arange(fresh.ids.shape[1]) < fresh.sequence_length[:, np.newaxis]  # [batch, time]
letters = "".join(chr(96 + i) for i in fresh.ids[0, : fresh.sequence_length[0]])
print(letters, "is", segmentation.split(letters, fresh.starts[0, : len(letters)]))
n_letters = sum(len(word) for article in train for word in article)
print("millions of letters to learn from:", round(n_letters / 1e6))
print(f"F1 of marking every letter: {segmentation.score(real, fresh.starts).f1:.2f}")


# %%
class Segmenter(tf.Module):
    def __init__(self, *cells):  # here one cell; 8.4 has a second one
        super().__init__()
        self.cells = cells
        width = sum(cell.output_size for cell in cells)
        self.kernel = tf.Variable(tf.random.normal([width, 1], stddev=0.1))
        self.bias = tf.Variable([0.0])

    def read(self, cells, inputs, sequence_length):
        return unroll.dynamic_rnn(*cells, inputs, sequence_length)[0]

    def __call__(self, ids, sequence_length, training=False):
        inputs = tf.one_hot(ids, segmentation.N_SYMBOLS)
        use = [wrappers.in_training(cell) if training else cell for cell in self.cells]
        outputs = self.read(use, inputs, sequence_length)
        return (outputs @ self.kernel + self.bias)[..., 0]  # [batch, time] logits


# %% [markdown]
# A cell that behaves differently in training, as we will soon build, must be told. The loop
# calls `cell(inputs, state)` and knows nothing of training, so `wrappers.in_training(cell)`
# gives it the same cell, with the same weights, that passes `training=True` on.
#
# Batches differ in length. `any_lengths` says so beforehand, with None for what is open, and one
# trace does for all of them, as in chapter 3.


# %%
by_letter, by_piece = tf.TensorSpec([None, None], tf.int32), tf.TensorSpec([None], tf.int32)
any_lengths = segmentation.Batch(by_letter, by_piece, by_letter)


def masked_loss(logits, batch):
    real = tf.sequence_mask(batch.sequence_length, tf.shape(logits)[1], tf.float32)
    losses = tf.nn.sigmoid_cross_entropy_with_logits(tf.cast(batch.starts, tf.float32), logits)
    return tf.reduce_sum(losses * real) / tf.reduce_sum(real)


def f1(network, batch):
    logits = network(batch.ids, batch.sequence_length).numpy()
    real = np.arange(batch.ids.shape[1]) < batch.sequence_length[:, np.newaxis]
    return segmentation.score((logits > 0) & real, batch.starts).f1


# %%
def fit(make, n_steps, seed, articles=train, watch=None):
    tf.keras.utils.set_random_seed(seed)
    network, rng = make(), np.random.default_rng(seed)
    network(fresh.ids[:1], fresh.sequence_length[:1])  # makes the weights

    def loss(*parts):
        batch = segmentation.Batch(*parts)
        return masked_loss(network(batch.ids, batch.sequence_length, training=True), batch)

    weights, optimizer = network.trainable_variables, tf.keras.optimizers.Adam(0.005)
    update = training.make_update(loss, weights, optimizer, signature=any_lengths)
    for step in training.progress(range(n_steps), "updates"):
        update(*map(tf.constant, segmentation.draw(articles, 96, n_words=4, rng=rng)))
        if watch is not None:
            watch(step, network)
    return network


# %% [markdown]
# Three networks, with about the same number of weights in all of them: one wide layer; four
# narrower ones; and eight still narrower.
#
# **Predict, then run.** Which one wins, after a hundred updates?

# %% tags=["demo"]
prediction_8_2 = ...  # a number of layers: 1, 4 or 8

# %%
SHAPES = {"1 layer of 120": (1, 120), "4 of 48": (4, 48), "8 of 34": (8, 34)}


def deep(n_layers, units, wrap=lambda cell: cell):
    layers = [wrap(cells.BasicRNNCell(units)) for _ in range(n_layers)]
    return Segmenter(wrappers.MultiRNNCell(layers))


for name, shape in SHAPES.items():
    network = deep(*shape)
    network(fresh.ids[:1], fresh.sequence_length[:1])
    weights = sum(int(tf.size(weight)) for weight in network.trainable_variables)
    print(name, "- thousands of weights:", round(weights / 1000))

# %% tags=["demo"]
n_steps, seeds = training.steps(full=100, quick=0), range(1, training.steps(full=4, quick=2))
depth_scores = {
    name: np.array([f1(fit(lambda s=shape: deep(*s), n_steps, seed), fresh) for seed in seeds])
    for name, shape in SHAPES.items()
}


# %% tags=["demo", "drawing"]
def draw_depth(scores, title, alt):
    fig, ax = plt.subplots(figsize=(7.3, 3.4))
    for i, values in enumerate(scores.values()):
        ax.plot(np.full(len(values), i), values, "o", color=plotting.STATE.edge, alpha=0.8)
    ax.set(xticks=range(len(scores)), xticklabels=scores, xlim=(-0.5, len(scores) - 0.5))
    ax.set(ylabel="F1 on held-out text", title=title)
    plotting.show(fig, alt=alt)


alt = "F1 of three runs of each network. The kinds overlap; on average four layers are highest."
draw_depth(depth_scores, "Depth pays, until it gets hard to train", alt)

# %% tags=["demo"]
print("best on average:", max(depth_scores, key=lambda name: depth_scores[name].mean()))
your_prediction(prediction_8_2)
wide, four, eight = depth_scores.values()
measured("four layers less one, seed by seed", four - wide, at_least=0.02)
measured("eight layers less four, mean", (eight - four).mean(), at_most=-0.015)
farthest = np.ptp([wide, four, eight], axis=1).max()
measured("two runs of one kind lie apart by up to", farthest, at_least=0.02)

# %% [markdown]
# With the same number of weights, and the same number of updates, four layers beat one with every
# seed. Eight do not beat four: what reaches the top has come through seven other layers, all of
# them changing, and learning from that takes longer. Mind the last line: runs of one kind lie as
# far apart as the kinds do. With a single run of each, luck might have decided. Seed by seed, where
# both get the same batches, the gain is nearly the same each time, and that is what tells.
#
# ## 8.2 Layer normalisation
#
# Can eight layers be helped? What is missing between them is something that keeps the numbers in
# order. **Layer normalisation** ([Ba and others, 2016](https://arxiv.org/abs/1607.06450)) takes the
# outputs of a layer at one step, for one sequence, subtracts their mean and divides by their
# standard deviation, the **spread**, which is the root of their variance:
#
# $$\hat y = scale \cdot \frac{y - mean(y)}{\sqrt{variance(y) + \varepsilon}} + offset$$
#
# Mean and variance are over the units, and a tiny $\varepsilon$ keeps a layer of equal outputs from
# a division by zero. No other sequence of the batch plays a part and no other step, so it needs no
# memory, and does the same in training as at **inference**, which is when a trained network is
# used. `scale` and `offset` are weights, one of each for each unit, and start at 1 and 0. (The
# paper normalises a layer's sums, before the tanh. Our wrapper normalises what a cell gives, after
# it: that works for any cell.)
#
# **Predict, then run.** What is the spread of the plain cell's outputs, and of the normalised ones,
# for inputs of size 0.1?

# %% tags=["demo"]
prediction_8_3 = ...  # two numbers: (plain, normalised)

# %%
tf.random.set_seed(1)
plain = cells.BasicRNNCell(50)
cell = wrappers.LayerNormWrapper(plain)
rng = np.random.default_rng(1)
for size in (0.1, 1, 100):
    inputs = tf.constant(size * rng.normal(size=[4, 30]), tf.float32)
    spreads = [np.std(c(inputs, c.zero_state(4))[0], axis=1).mean() for c in (plain, cell)]
    print(f"inputs of {size:>5}: spread {spreads[0]:.2f} plain, {spreads[1]:.2f} normalised")

# %% tags=["demo"]
your_prediction(prediction_8_3)

# %% [markdown]
# About 1 for all of them (a little less where $\varepsilon$ counts), so the next layer meets the
# same scale at every step, whatever goes on below. What is that worth in training? The same eight
# layers, each of them normalised:

# %% tags=["demo"]
normalised = [
    f1(fit(lambda: deep(8, 34, wrappers.LayerNormWrapper), n_steps, seed), fresh) for seed in seeds
]
normalised = np.array(normalised)

# %% tags=["demo", "drawing"]
alt = "F1 of three runs of each network. With each seed eight normalised layers are highest."
all_scores = depth_scores | {"8 of 34,\nnormalised": normalised}
draw_depth(all_scores, "Normalised, eight layers beat four with each seed", alt)

# %% tags=["demo"]
measured("gain of eight layers by it, seed by seed", normalised - eight, at_least=0.01)
measured("normalised, eight less four, seed by seed", normalised - four, at_least=0)

# %% [markdown]
# The wrapper leaves the state alone. It could normalise that as well; then it would have to be
# part of the cell's own sum, as in a *layer-normalised* RNN or LSTM.
#
# ## 8.3 Dropout
#
# **Dropout** ([Srivastava and others, 2014](https://jmlr.org/papers/v15/srivastava14a.html)) makes
# learning harder, so that what is learnt holds better. In training each value is set to 0 with some
# probability, by a fresh draw. No unit can rely on one other unit to be there, so knowledge
# spreads.
#
# Two details decide. First, *scaling*: if a half is missing, sums are half as large. So the
# values that stay are divided by the probability that they do, and the mean is the same:
#
# $$E\left[\frac{mask \cdot x}{keep}\right] = \frac{keep \cdot x}{keep} = x$$
#
# Second, *training only*. At inference nothing is dropped, and thanks to the scaling nothing
# has to be corrected.
#
# ### Exercise: dropout [4 points]
#
# Write the function. Every value has a draw of its own, from `rng`; any of its methods will do.
#
# For x = [2, 4, 6, 8], `keep_prob` 0.5 and training, the result may be [4, 0, 12, 0] or [0, 8,
# 12, 16]: each value is doubled or gone. At inference it is x.


# %% nbgrader={"grade_id": "dropout", "solution": true}
def dropout(x, keep_prob, training, rng):
    """Sets values to 0 by chance, in training, and scales up the others.

    Args:
      x: an array of any shape.
      keep_prob: the probability that a value is kept, above 0 and at most 1.
      training: whether anything is dropped at all.
      rng: a numpy.random.Generator, where the chance comes from.

    Returns:
      An array of the shape of x, with the same mean on average.
    """
    ### BEGIN SOLUTION
    if not training:
        return x
    mask = np.float32(rng.random(np.shape(x)) < keep_prob)
    return x * mask / keep_prob
    ### END SOLUTION


# %% tags=["try-it"]
show(dropout(np.array([2.0, 4.0, 6.0, 8.0]), 0.5, training=False, rng=np.random.default_rng(1)))
show(np.unique(dropout(np.ones(100), 0.5, training=True, rng=np.random.default_rng(1))))
# prints: [2, 4, 6, 8]
#         [0, 2]

# %% nbgrader={"grade_id": "check-dropout", "grade": true, "points": 4}
report = check_dropout(dropout)
### BEGIN HIDDEN TESTS
report += check_dropout(dropout, seeds=(11, 12), sizes=((60, 35), (30, 3, 25), (3000,)))
### END HIDDEN TESTS
report.points(4)

# %% [markdown]
# ### Why the state is not dropped
#
# In a recurrent network there is one more place where values could be dropped: the state, on its
# way to the next step. Here is what would happen. A cell that remembers perfectly hands 1,000
# ones on and on, and at each step the state goes through dropout that keeps 90 %.
#
# **Predict, then run.** How many of a thousand are left after 20 steps?

# %% tags=["demo"]
prediction_8_4 = ...  # a number from 0 to 1000

# %%
# Until your dropout has all its points, the course's takes its place from here on.
dropout = own_or_course("dropout", dropout)

# %% tags=["demo"]
rng, state, survived = np.random.default_rng(2), np.ones(1000), []
for _ in range(40):
    state = np.asarray(dropout(state, 0.9, True, rng))
    survived.append(np.mean(state > 0))
t = np.arange(1, 41)
print(f"theory: after 20 steps {1000 * 0.9**20:.0f} are left, each {0.9**-20:.1f} times as large")
measured("counted", 1000 * survived[19], near=(1000 * 0.9**20, 40), predicted=prediction_8_4)
measured("share left, farthest from theory", np.abs(survived - 0.9**t).max(), at_most=0.06)

# %% tags=["demo", "drawing"]
fig, ax = plt.subplots(figsize=(7.3, 3.2))
ax.bar(t, survived, color=plotting.STATE.edge, width=0.7, label="still there")
ax.plot(t, 0.9**t, "--", color=plotting.INK, linewidth=1.3, label="theory: 0.9 to the power of t")
ax.axhline(1, color=plotting.OUTPUT.edge, label="if only inputs and outputs are dropped")
ax.set(title="Dropping a tenth at every step, the memory is gone in forty")
ax.set(xlabel="steps", ylabel="share of the state", ylim=(0, 1.08), xlim=(0, 41))
ax.legend(loc="upper right", bbox_to_anchor=(1, 0.88))
plotting.show(fig, alt="The share of the state that is left falls along 0.9 to the power of t.")

# %% [markdown]
# A memory that is lost a tenth at a time is no memory. Hence the rule ([Zaremba and others,
# 2014](https://arxiv.org/abs/1409.2329)): drop what goes into a cell and what comes out of it,
# never what goes on in time.
#
# ### New masks or one mask
#
# There are two ways to drop inputs and outputs over time. *Ordinary* dropout draws a new mask at
# every step. **Variational dropout** ([Gal and Ghahramani, 2016](https://arxiv.org/abs/1512.05287))
# draws one for the whole sequence. In the picture blue is kept and pale is dropped; the bars below
# show how many of the units have got through at least once. Move the slider:

# %% tags=["demo"]
widgets.explorer(
    draw=diagrams.dropout_masks,
    controls={"keep_prob": [0.2, 0.5, 0.8, 0.9]},
    static=diagrams.dropout_masks,
)

# %% [markdown]
# With a new mask at every step, sooner or later everything gets through: a state that collects
# over time can average the gaps away. With one mask the unit is gone for the whole sequence, and
# the network has to do without it. With one mask, values of the state could be dropped as well:
# what the mask keeps, it keeps at every step. We leave the state alone.
#
# ### Exercise: a wrapper [5 points]
#
# Write a wrapper, a cell around a cell. It drops inputs before they reach the cell and outputs
# after, in training only; the state passes untouched.
#
# The third argument of a call says whether it is training; a call without it is not. If
# `variational`, the mask of the inputs and the mask of the outputs are kept from step to step,
# until `zero_state` is called, which starts a new sequence and renews them. Each sequence of the
# batch and each value has a draw of its own, as before, and inputs and outputs have a mask each.
#
# For `DropoutWrapper(RunningSum(), 0.5)`, an input of 1 and a state of 2, the new state is 3 and
# the output 30. In training the input is gone or doubled: the new state is 2 or 4, and the output
# 20 or 40.


# %% nbgrader={"grade_id": "dropout-wrapper", "solution": true}
class DropoutWrapper:
    """A cell whose inputs and outputs are dropped by chance, in training.

    Args:
      cell: the cell inside.
      input_keep_prob: the probability that an input is kept.
      output_keep_prob: the probability that an output is kept.
      variational: whether the masks stay until the next zero_state, or change at every call.

    Attributes:
      state_size, output_size: the cell's.
    """

    def __init__(self, cell, input_keep_prob=1.0, output_keep_prob=1.0, variational=False):
        """Keeps the arguments and sets the sizes."""
        ### BEGIN SOLUTION
        self.cell, self.keep_probs = cell, (input_keep_prob, output_keep_prob)
        self.state_size, self.output_size = cell.state_size, cell.output_size
        self.variational, self.seed = variational, np.random.randint(2**31)
        ### END SOLUTION

    def zero_state(self, batch_size, dtype=tf.float32):
        """The cell's zero state; variational masks are renewed."""
        ### BEGIN SOLUTION
        self.seed = np.random.randint(2**31)
        return self.cell.zero_state(batch_size, dtype)
        ### END SOLUTION

    def __call__(self, inputs, state, training=False):
        """One step.

        Args:
          inputs: [batch, features].
          state: the cell's.
          training: whether anything is dropped.

        Returns:
          (output, new_state).
        """
        ### BEGIN SOLUTION
        output, new_state = self.cell(self.drop(inputs, 0, training), state)
        return self.drop(output, 1, training), new_state

    def drop(self, values, which, training):
        rng = np.random.default_rng([self.seed, which] if self.variational else None)
        return dropout(values, self.keep_probs[which], training, rng)
        ### END SOLUTION


# %% tags=["try-it"]
dropping = DropoutWrapper(RunningSum(), input_keep_prob=0.5)
dropping.zero_state(1)  # as a loop does before the first step
show_parts(dropping(tf.constant([[1.0]]), tf.constant([[2.0]])))
show(np.unique(dropping(tf.ones([100, 1]), tf.fill([100, 1], 2.0), training=True)))
# prints: [[30]]
#         [[3]]
#         [2, 4, 20, 40]

# %% nbgrader={"grade_id": "check-dropout-wrapper", "grade": true, "points": 5}
report = check_dropout_wrapper(DropoutWrapper)
### BEGIN HIDDEN TESTS
report += check_dropout_wrapper(DropoutWrapper, seeds=(11, 12))
### END HIDDEN TESTS
report.points(5)

# %% [markdown]
# In a graph there is one more thing to mind: a mask that the loop's body draws is drawn again in
# every turn. So the course's wrapper keeps no mask but a *seed*, in a variable, and draws the same
# mask from it at each step.
#
# The simplest test that dropout is off: call twice, and compare. Here is one step of your wrapper,
# from the same inputs and the same state:

# %% tags=["demo"]
DropoutWrapper = own_or_course("DropoutWrapper", DropoutWrapper)
cell, inputs = DropoutWrapper(cells.GRUCell(32), output_keep_prob=0.5), tf.ones([4, 5])
state, apart = cell.zero_state(4), {}
for training_now in (False, True):
    first, second = (np.asarray(cell(inputs, state, training_now)[0]) for _ in range(2))
    apart[training_now] = np.abs(first - second).max()
measured("at inference the two outputs differ by", apart[False], at_most=0)
measured("in training they differ by up to", apart[True], at_least=0.1)

# %% [markdown]
# ### What it is for
#
# Two million letters a small network can't learn by heart. So we take most of them away, and leave
# 1,500 words of one article. We watch the loss on that text, with dropout off, and on the held-out
# articles.

# %% tags=["demo"]
little = [max(train, key=len)[:1500]]
seen = segmentation.draw(little, 300, n_words=4, rng=np.random.default_rng(5))
n_steps, every = training.steps(full=300, quick=1), training.steps(full=30, quick=1)


def watch_losses(make):
    curves = []

    def watch(step, network):
        if step % every == every - 1:
            parts = (seen, segmentation.Batch(*(part[:300] for part in fresh)))
            curves.append([masked_loss(network(b.ids, b.sequence_length), b) for b in parts])

    fit(make, n_steps, seed=1, articles=little, watch=watch)
    return np.array(curves)


# %% tags=["demo"]
without = watch_losses(lambda: Segmenter(cells.GRUCell(64)))
dropped = watch_losses(lambda: Segmenter(wrappers.DropoutWrapper(cells.GRUCell(64), 0.8, 0.5)))
# %% tags=["demo", "drawing"]
fig, axes = plt.subplots(1, 2, figsize=(7.3, 3.2), sharey=True)
updates = every * np.arange(1, len(without) + 1)
for ax, curves, name in zip(axes, (without, dropped), ("without", "with"), strict=True):
    ax.plot(updates, curves[:, 0], "o-", color=plotting.INPUT.edge, label="the 1,500 words")
    ax.plot(updates, curves[:, 1], "o-", color=plotting.OUTPUT.edge, label="held-out articles")
    ax.set(title=f"{name} dropout", xlabel="update", ylim=(0, None))
axes[0].set_ylabel("cross-entropy (nats)")
axes[1].legend(loc="lower left")
plotting.show(fig, alt="Losses: without dropout the two part widely, with dropout much less.")

# %% tags=["demo"]
rise = without[-1, 1] - without[:, 1].min()
measured("held-out loss without dropout, above its best at the end", rise, at_least=0.02)
gain = without[-1, 1] - dropped[-1, 1]
measured("held-out loss at the end, lower with dropout by", gain, at_least=0.03)

# %% [markdown]
# Without dropout the network comes to know its words by heart, and pays for it elsewhere. With
# dropout it learns more slowly, and what it learns holds. It is no magic: more text would do
# more.
#
# ## 8.4 Both directions
#
# Does a word start at the m of "themea..."? In "the meadow" it does, in "them each" it does not. Up
# to there the letters are the same, so a forward network has to guess; what settles it comes
# after. So let a second cell read the same letters from the end, and join the two outputs at every
# step.

# %% tags=["demo"]
diagrams.both_directions().show()

# %% [markdown]
# In the batch there is a short sequence, and that is where it gets delicate. The backward cell
# must not start in the padding, so each sequence has to be turned round by its own length.
#
# ### Exercise: reverse a sequence [4 points]
#
# Turn the real steps of each row round, and leave the padding where and as it is, whatever stands
# in it. Which step of `inputs` stands at step t of the result? Write that down for both kinds of t
# first, then the function; TensorFlow's `tf.gather` can read such a table of steps, a row of it for
# each row of `inputs`.
#
# For [[[1], [2], [3], [7]], [[4], [5], [8], [9]]] and the lengths [3, 2] the result is
# [[[3], [2], [1], [7]], [[5], [4], [8], [9]]].


# %% nbgrader={"grade_id": "reverse-sequence", "solution": true}
def reverse_sequence(inputs, sequence_length):
    """Turns each sequence round by its own length.

    Args:
      inputs: [batch, time, features].
      sequence_length: [batch] integers in 1..time.

    Returns:
      [batch, time, features], the padding unchanged at the end.
    """
    ### BEGIN SOLUTION
    steps = np.arange(inputs.shape[1])  # [time]
    last = np.asarray(sequence_length)[:, np.newaxis] - 1  # [batch, 1]
    return tf.gather(inputs, np.where(steps <= last, last - steps, steps), batch_dims=1)
    ### END SOLUTION


# %% tags=["try-it"]
two_rows = tf.constant([[[1.0], [2.0], [3.0], [7.0]], [[4.0], [5.0], [8.0], [9.0]]])
show(reverse_sequence(two_rows, tf.constant([3, 2])))
# prints: [[[3], [2], [1], [7]], [[5], [4], [8], [9]]]

# %% nbgrader={"grade_id": "check-reverse-sequence", "grade": true, "points": 4}
report = check_reverse_sequence(reverse_sequence)
### BEGIN HIDDEN TESTS
report += check_reverse_sequence(
    reverse_sequence, seeds=(11, 12), sizes=((3, 7, 2), (6, 4, 5), (1, 1, 3), (2, 3, 1))
)
### END HIDDEN TESTS
report.points(4)

# %% [markdown]
# ### Exercise: a bidirectional network [7 points]
#
# Run `cell_fw` over the inputs, and `cell_bw` over the inputs turned round. What comes out of the
# backward run is in reverse order; bring it back, so that at each step both halves speak of the
# same input. Then join them, forward half first.
#
# `unroll.dynamic_rnn(cell, inputs, sequence_length)` is yours to use. Its outputs are zero past the
# end, and its final state is that of each sequence's own end: for the backward run, that is after
# step 0.
#
# With `cell_fw` and `cell_bw` both a `RunningSum`, the inputs [[[1], [2], [3], [0]]] and the
# length [3], the outputs are [[[10, 60], [30, 50], [60, 30], [0, 0]]] and the states [[6]] and
# [[6]].


# %%
# Until your reverse_sequence has all its points, the course's takes its place from here on.
reverse_sequence = own_or_course("reverse_sequence", reverse_sequence)


# %% nbgrader={"grade_id": "bidirectional-rnn", "solution": true}
def bidirectional_rnn(cell_fw, cell_bw, inputs, sequence_length):
    """Runs one cell forwards and another one backwards.

    Args:
      cell_fw: reads from the first step to the last.
      cell_bw: reads from the last step to the first.
      inputs: [batch, time, features].
      sequence_length: [batch] integers in 1..time.

    Returns:
      (outputs, (state_fw, state_bw)): [batch, time, both output sizes], zero past each end, and
      the two final states.
    """
    ### BEGIN SOLUTION
    outputs_fw, state_fw = unroll.dynamic_rnn(cell_fw, inputs, sequence_length)
    turned = reverse_sequence(inputs, sequence_length)
    outputs_bw, state_bw = unroll.dynamic_rnn(cell_bw, turned, sequence_length)
    outputs_bw = reverse_sequence(outputs_bw, sequence_length)
    return tf.concat([outputs_fw, outputs_bw], axis=2), (state_fw, state_bw)
    ### END SOLUTION


# %% tags=["try-it"]
padded = tf.constant([[[1.0], [2.0], [3.0], [0.0]]])
show_parts(bidirectional_rnn(RunningSum(), RunningSum(), padded, tf.constant([3])))
# prints: [[[10, 60], [30, 50], [60, 30], [0, 0]]]
#         [[[6]], [[6]]]

# %% nbgrader={"grade_id": "check-bidirectional-rnn", "grade": true, "points": 7}
report = check_bidirectional_rnn(bidirectional_rnn)
### BEGIN HIDDEN TESTS
report += check_bidirectional_rnn(
    bidirectional_rnn,
    seeds=(11,),
    sizes=(((2, 6, 3), ((2, 5), (4, 1))), ((5, 3, 1), ((3, 3), (3, 3)))),
)
### END HIDDEN TESTS
report.points(7)

# %% [markdown]
# ### Who sees what
#
# The derivative of the outputs at step t by the input at step s tells whether t can know of s at
# all. We compute it for all pairs, in a sequence of 7 steps padded to 10.
#
# **Predict, then run.** In how many of the 49 pairs of real steps does the output at t see the
# input at s, in a forward network? In how many in yours, with both directions?

# %% tags=["demo"]
prediction_8_5 = ...  # two numbers of pairs: (forward, both directions)


# %% tags=["demo"]
def sensitivity(run, n_steps=10):
    inputs = tf.Variable(np.random.default_rng(3).normal(size=[1, n_steps, 4]), dtype=tf.float32)
    with tf.GradientTape(persistent=True) as tape:
        sums = [tf.reduce_sum(output) for output in tf.unstack(run(inputs)[0])]  # one a step
    gradients = [tape.gradient(total, inputs)[0] for total in sums]
    return np.linalg.norm(gradients, axis=2)  # [time of output, time of input]


# %% tags=["demo"]
bidirectional_rnn = own_or_course("bidirectional_rnn", bidirectional_rnn)
tf.random.set_seed(3)
fw, bw = cells.GRUCell(8), cells.GRUCell(8)
tables = {
    "forward": sensitivity(lambda x: unroll.dynamic_rnn(fw, x, [7])[0]),
    "both directions": sensitivity(
        lambda x: bidirectional_rnn(fw, bw, tf.convert_to_tensor(x), tf.constant([7]))[0]
    ),
}
your_prediction(prediction_8_5)
for name, table in tables.items():
    print(
        f"{name}: {np.sum(table[:7, :7] > 0)} of 49 pairs, with padding {np.sum(table > 0)} of 100"
    )

# %% tags=["demo", "drawing"]
fig, axes = plt.subplots(1, 2, figsize=(7.3, 3.9), sharey=True)
for ax, (name, table) in zip(axes, tables.items(), strict=True):
    ax.imshow(np.log10(np.maximum(table, 1e-4)), cmap="Blues", vmin=-4, vmax=0.5)
    ax.axvline(6.5, color=plotting.OUTPUT.edge, linestyle=":")
    ax.axhline(6.5, color=plotting.OUTPUT.edge, linestyle=":")
    ax.set(title=name, xlabel="input at step s", xticks=range(0, 10, 3), yticks=range(0, 10, 3))
    ax.grid(False)
axes[0].set_ylabel("output at step t")
fig.suptitle("Forward sees the past, both see the whole sequence, none sees padding")
plotting.show(
    fig, alt="Two tables of who sees what: a lower triangle, and a full square of 7 steps."
)

# %% [markdown]
# ### What is it worth?
#
# Back to the word starts. Forwards 64 units, or two directions of 42 units each: 6 thousand weights
# both times, so that it is not just the larger network that wins. And for curiosity a network that
# reads backwards only. (The course's loops do the training: they serve batches of any lengths in
# one graph.) Every kind is trained several times, with other random weights and other batches,
# because a difference means something only against the spread of such runs.
#
# **Predict, then run.** Is backwards better or worse than forwards?

# %% tags=["demo"]
prediction_8_6 = ...  # "better" or "worse"

# %%
letters_and_bias, to_logit = segmentation.N_SYMBOLS + 1, 1  # besides the units themselves
one_way = (letters_and_bias + 64) * 64 + 64 + to_logit
two_ways = 2 * (letters_and_bias + 42) * 42 + 2 * 42 + to_logit
print("weights, one direction:", one_way, " both:", two_ways)


# %% tags=["demo"]
class BothWays(Segmenter):
    def read(self, cells, inputs, sequence_length):
        outputs, _ = unroll.bidirectional_dynamic_rnn(*cells, inputs, sequence_length)
        return tf.concat(outputs, axis=2)


class Backwards(Segmenter):
    def __call__(self, ids, sequence_length, training=False):
        def turn(values):  # as your reverse_sequence, for any number of axes
            return unroll.sequences.reverse(values, sequence_length, time_major=False)

        return turn(super().__call__(turn(ids), sequence_length, training))


# %% tags=["demo"]
readers = {
    "backwards": lambda: Backwards(cells.BasicRNNCell(64)),
    "forwards": lambda: Segmenter(cells.BasicRNNCell(64)),
    "both": lambda: BothWays(cells.BasicRNNCell(42), cells.BasicRNNCell(42)),
}
n_steps, seeds = training.steps(full=150, quick=0), range(1, training.steps(full=4, quick=2))
scores = {
    name: np.array([f1(fit(make, n_steps, seed), fresh) for seed in seeds])
    for name, make in readers.items()
}

# %% tags=["demo", "drawing"]
gain, spread = scores["both"] - scores["forwards"], np.std(scores["both"] - scores["forwards"])
fig, ax = plt.subplots(figsize=(7.3, 3.2))
for i, values in enumerate(scores.values()):
    ax.plot(values, np.full(len(values), i), "o", color=plotting.STATE.edge, alpha=0.8)
    ax.plot(values.mean(), i, "|", color=plotting.INK, markersize=28)
ax.set(yticks=range(len(scores)), yticklabels=scores, ylim=(-0.6, len(scores) - 0.4))
ax.set(xlabel="F1 on held-out text", title=f"Both directions add {gain.mean():.2f} ± {spread:.2f}")
plotting.show(fig, alt="F1 of each run: backwards is lowest, forwards higher, both highest.")

# %% tags=["demo"]
your_prediction(prediction_8_6)
gain = scores["both"] - scores["forwards"]
measured("both less forwards, run by run", gain, at_least=0.02)
measured("mean gain, by its spread over runs", gain.mean() / np.std(gain), at_least=4)
measured("backwards less forwards", scores["backwards"] - scores["forwards"], at_most=-0.1)

# %% [markdown]
# Both directions win, with the same number of weights, and by more than chance moves a run. And
# reading backwards alone is worse than forwards alone: the letters before a start, a whole word
# that has just ended, seem to tell more than those after. Each direction knows what the other does
# not.
#
# It has a price. A bidirectional network can say nothing before it has seen the end. It labels
# finished texts; it can't forecast, or write the next letter: chapter 6's network would have been
# told the answer.
#
# ## 8.5 A device for each layer
#
# A stack of three layers over five steps: fifteen cells to compute. How long does that take, if
# each layer has a device of its own? A cell has to wait for two others: the one below, at the
# same step, and the one before, in the same layer. Count the ticks of a clock, one for each cell.
#
# **Predict, then run.** After how many ticks are all fifteen done?

# %% tags=["demo"]
prediction_8_7 = ...  # a number of ticks


# %% tags=["demo"]
def ticks(n_layers, n_steps):
    when = np.zeros([n_layers, n_steps], int)
    for layer, t in np.ndindex(n_layers, n_steps):
        before = [when[layer - 1, t] + 1] if layer else []
        before += [when[layer, t - 1] + 1] if t else []
        when[layer, t] = max(before, default=0)
    return when


print("one device:", 3 * 5, "ticks;  a device for each layer:", ticks(3, 5).max() + 1)
print("100 steps on three devices:", round(300 / (ticks(3, 100).max() + 1), 2), "times as fast")
your_prediction(prediction_8_7)

# %% tags=["demo"]
diagrams.stack(3, 5, ticks=True).show()

# %% [markdown]
# Seven: layers + steps - 1. Cells on one diagonal compute at the same tick. This is the best case;
# real devices lose time by handing numbers to each other, so it pays for large layers.
#
# A **device** has a name, such as "/CPU:0" or "/GPU:1". What is made inside of a
# [tf.device](https://www.tensorflow.org/api_docs/python/tf/device) block is put there: operations,
# and variables as well. Mind *when* things are made: a cell makes its weights at its first call.
#
# ### Exercise: place a cell [4 points]
#
# Write a wrapper that puts a cell on a device: its weights and its operations. Otherwise it changes
# nothing: a stack, a loop or another wrapper takes it for a cell. Not all of the class is given
# this time. Which methods and attributes does a stack use of its cells? (`units` is not among them.
# `zero_state` may be made anywhere, and whatever the cell's state is made of, it passes as it is.)
#
# The check looks at a graph, `tf.Graph`, where operations are only noted down, with the devices
# that they are meant for. So it can ask for "/GPU:0" on a computer that has none.
#
# For `DeviceWrapper(cell, "/CPU:1")` the product of inputs and weights has the device
# "/device:CPU:1", as have the weights.


# %% nbgrader={"grade_id": "place-on-devices", "solution": true}
class DeviceWrapper:
    """A cell on a device.

    Args:
      cell: the cell inside; it has not been called yet, so it has no weights.
      device: the name of a device.
    """

    def __init__(self, cell, device):
        ### BEGIN SOLUTION
        self.cell, self.device = cell, device
        self.state_size, self.output_size = cell.state_size, cell.output_size

    def zero_state(self, batch_size, dtype=tf.float32):
        return self.cell.zero_state(batch_size, dtype)
        ### END SOLUTION

    def __call__(self, inputs, state):
        ### BEGIN SOLUTION
        with tf.device(self.device):
            return self.cell(inputs, state)
        ### END SOLUTION


# %% tags=["try-it"]
with tf.Graph().as_default() as placed:
    DeviceWrapper(RunningSum(), "/CPU:1")(tf.constant([[1.0]]), tf.constant([[2.0]]))
show([operation.device for operation in placed.get_operations() if operation.type == "AddV2"])
# prints: ['/device:CPU:1', '/device:CPU:1']

# %% nbgrader={"grade_id": "check-place-on-devices", "grade": true, "points": 4}
report = check_place_on_devices(DeviceWrapper)
### BEGIN HIDDEN TESTS
report += check_place_on_devices(
    DeviceWrapper, devices=("/device:CPU:3", "/GPU:2"), seeds=(11,), sizes=(5, 2, 4)
)
### END HIDDEN TESTS
report.points(4)

# %% [markdown]
# Three layers by the course's wrappers, each on a GPU of its own. We read the graph: where are
# each layer's weights, and where are its products?

# %%
with tf.Graph().as_default() as graph:
    layers = [wrappers.DeviceWrapper(cells.BasicRNNCell(8), f"/GPU:{n}") for n in range(3)]
    stack = wrappers.MultiRNNCell(layers)
    stack(tf.zeros([4, 8]), stack.zero_state(4))
for n, layer in enumerate(layers):
    print(f"layer {n}: weights on", layer.cell.kernel.device)
products = [operation for operation in graph.get_operations() if operation.type == "MatMul"]
print("products on:", [operation.device for operation in products])

# %% [markdown]
# And does it run? A computer with one processor can call it several: **logical devices**. They
# have to be set up before TensorFlow starts, and here it has started long ago. So we let a second
# Python do it. On a computer with GPUs the same code takes "/GPU:0" and so on.

# %% tags=["demo"]
import subprocess
import sys

SCRIPT = """
import tensorflow as tf
cpu = tf.config.list_physical_devices("CPU")[0]
three = [tf.config.LogicalDeviceConfiguration()] * 3
tf.config.set_logical_device_configuration(cpu, three)
from course_utils import cells, unroll, wrappers
layers = [wrappers.DeviceWrapper(cells.BasicRNNCell(8), f"/CPU:{n}") for n in range(3)]
stack = wrappers.MultiRNNCell(layers)
outputs, state = unroll.dynamic_rnn(stack, tf.ones([4, 5, 8]))
for n, (layer, layer_state) in enumerate(zip(layers, state)):
    print(n, "weights on", layer.cell.kernel.device[-5:], "state on", layer_state.device[-5:])
"""

# %% tags=["demo"]
done = subprocess.run([sys.executable, "-c", SCRIPT], capture_output=True, text=True, check=True)
print(done.stdout)

# %% [markdown]
# Each layer has its weights and leaves its state where we put it. TensorFlow copies what crosses
# the borders: the outputs on their way up.
#
# What if the device is not there? By default TensorFlow takes another one and says nothing. So
# code that was written for GPUs runs everywhere, and may run slowly without a word.

# %%
cell = wrappers.DeviceWrapper(cells.BasicRNNCell(8), "/GPU:7")
output, _ = cell(tf.ones([4, 8]), cell.zero_state(4))
print("asked for /GPU:7, got", output.device[-5:])

# %% [markdown]
# ## What we built
#
# - `MultiRNNCell`, a **stack** that is itself a cell, and a count that shows when layers share
#   weights. With equally many weights four layers beat one; eight needed **layer normalisation**.
# - **Dropout**, scaled, in training only, on inputs and outputs and never on the state; with a mask
#   for each step or one for all.
# - A **bidirectional** network that turns each sequence round by its own length. On word starts it
#   beats the forward one in every run.
# - A wrapper that puts a cell on a **device**, and a graph that tells where things are.
#
# **One thing to remember.** A wrapper is a cell. Stacks, dropout, normalisation, devices: each is a
# few lines around a cell, because all keep the same small promise, (output, new state) for
# (inputs, state).
#
# Most of this exists ready-made in Keras. Chapter 9 goes through its layers one by one, and holds
# each against what we have built by hand.
