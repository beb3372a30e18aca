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
# # Chapter 5: One answer, or one a step
#
# After this chapter you can
#
# - turn a network's outputs into one answer for a sequence, or into one answer for each step;
# - average a loss over the steps that are real, and no others;
# - train a network that reads handwritten digits, and say what it gets wrong;
# - find the words in a text without spaces, and measure how well, in a way that is not fooled
#   by doing nothing.
#
# You need chapter 3. The chapter takes about two hours, and its six exercises are worth 29
# points.

# %% tags=["setup"]
try:
    import course_utils
except ImportError:
    raise ImportError(
        "This kernel does not have the course's packages. Start JupyterLab with `make lab`, "
        "then choose Kernel > Change Kernel > Python 3 (ipykernel)."
    ) from None
course_utils.start("05_classification_and_labelling")

# %%
import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf

from course_utils import cells, diagrams, forecasting, plotting, training, unroll, widgets
from course_utils.checks.classification_and_labelling import (
    check_classification_head,
    check_labelling_head,
    check_masked_cross_entropy,
    check_masked_error,
    check_mnist_rows,
    check_word_segmentation,
    own_or_course,
)

# %%
from course_utils.data import mnist, segmentation, wikipedia
from course_utils.show import measured, show, show_shape, your_prediction

tf.get_logger().setLevel("ERROR")  # it would warn that each of our networks has its own trace

# %% [markdown]
# ## 5.1 A digit is a sequence
#
# MNIST is a collection of handwritten digits, from forms and from high-school students ([LeCun and
# others, 1998](https://doi.org/10.1109/5.726791)). The course brings 5,000 of them, 500 of each
# digit. We learn from 4,000 and hold 1,000 out: no network may see those before it is judged. If
# you have the full set of 60,000 as `mnist.npz`, or an internet connection to fetch it, change the
# flag.

# %%
FULL = False
digits = mnist.load(full=FULL)
print("images:", digits.test_images.shape, "  values:", digits.test_images.min(), "to 1.0")

# %% tags=["demo"]
first = [int(np.argmax(digits.test_labels == label)) for label in range(10)]
diagrams.digit_strip(
    digits.test_images[first],
    [str(label) for label in range(10)],
    alt="Ten handwritten digits, 0 to 9, one of each, grey on white.",
).show()

# %% [markdown]
# An image is a matrix, and a matrix [28, 28] can be read as a sequence: 28 steps, from the top
# to the bottom, each a row of 28 pixels. Nobody reads like this, but it makes an honest test of
# memory. After the last row the network must still know what was at the top.
#
# ### The baseline first
#
# How good is good? **Logistic regression**
# ([its page](https://scikit-learn.org/stable/modules/linear_model.html#logistic-regression)) takes
# all 784 pixels at once, one weight for each pixel and class, and adds up. It knows nothing about
# rows, strokes or memory.
#
# **Predict, then run.** Guessing gets 10 % of the held-out digits right. What does this get?

# %% tags=["demo"]
prediction_5_1 = ...  # a share, from 0 to 1

# %% tags=["demo"]
from sklearn.linear_model import LogisticRegression

flat, flat_test = (part.reshape(len(part), -1) for part in (digits[0], digits[2]))
# Also of the full set, where all of them would take minutes.
n_baseline = training.steps(full=4000, quick=1000)
regression = LogisticRegression(max_iter=300)
regression.fit(flat[:n_baseline], digits.train_labels[:n_baseline])
baseline = regression.score(flat_test, digits.test_labels)
print("weights and biases:", regression.coef_.size + regression.intercept_.size)
measured("share right", baseline, at_least=0.88, at_most=0.91, predicted=prediction_5_1)

# %% [markdown]
# Nine out of ten, for adding up pixels. A recurrent network that stays below has learnt
# nothing worth its trouble.
#
# ## 5.2 One answer
#
# **Classification** means one answer for a whole sequence. The network gives an output at each
# step. We take the last, which has seen everything, and a dense layer turns it into one number
# for each class, a logit. The largest logit wins, and a softmax makes probabilities of them, as
# in chapter 3. Such a layer on top of a network is called a **head**.
#
# ### Exercise: a classification head [4 points]
#
# Write the head. Digits all have 28 rows, but other sequences end earlier, so it gets their
# lengths, and takes each one's own last output:
#
# $$logits_i = outputs_{i,\ length_i - 1} \cdot weight + bias$$
#
# For `outputs` [[[1], [2], [9]], [[3], [9], [9]]], lengths [2, 1], `weight` [[1, 10]] and
# `bias` [0, 1] the logits are [[2, 21], [3, 31]]. They stay as they are: the loss takes the
# softmax, where it can do so without overflow. A head is trained with the network below it, so
# write it in TensorFlow: it gets tensors in training, and through NumPy no gradient comes back.


# %% nbgrader={"grade_id": "classification-head", "solution": true}
def classify(outputs, sequence_length, weight, bias):
    """Logits for each sequence, from its last real output.

    Args:
      outputs: [batch, time, units].
      sequence_length: [batch] integers in 1..time.
      weight: [units, classes].
      bias: [classes].

    Returns:
      [batch, classes].
    """
    ### BEGIN SOLUTION
    last = tf.gather(outputs, sequence_length - 1, axis=1, batch_dims=1)  # [batch, units]
    return last @ weight + bias
    ### END SOLUTION


# %% tags=["try-it"]
three_steps = tf.constant([[[1.0], [2.0], [9.0]], [[3.0], [9.0], [9.0]]])
head = tf.constant([[1.0, 10.0]]), tf.constant([0.0, 1.0])  # weight, bias
show(classify(three_steps, tf.constant([2, 1]), *head))
# prints: [[2, 21], [3, 31]]

# %% nbgrader={"grade_id": "check-classification-head", "grade": true, "points": 4}
report = check_classification_head(classify)
### BEGIN HIDDEN TESTS
report += check_classification_head(
    classify, seeds=(11, 12), sizes=((5, 4, 2, 3), (2, 6, 3, 5), (1, 1, 2, 4), (4, 4, 4, 4))
)
### END HIDDEN TESTS
report.points(4)

# %% [markdown]
# ### A network that reads
#
# Our network has a basic cell and a head. We give it the head at *every* step, with the same
# weights, and look at the last one only; soon you will see what the others are good for.


# %%
class Reader(tf.Module):
    def __init__(self, features, units, n_classes, head=forecasting.project_outputs):
        super().__init__()
        self.head = head
        self.cell = cells.BasicRNNCell(units)
        self.cell(tf.zeros([1, features]), self.cell.zero_state(1))  # makes its weights
        self.weight = tf.Variable(tf.random.normal([units, n_classes], stddev=0.1))
        self.bias = tf.Variable(tf.zeros([n_classes]))
        open_sizes = [tf.TensorSpec([None, None, features])]
        self.logits = tf.function(self.read, input_signature=open_sizes)

    def read(self, inputs):  # [batch, time, features]
        outputs, _ = unroll.dynamic_rnn(self.cell, inputs)
        return self.head(outputs, self.weight, self.bias)  # [batch, time, classes]


# %% [markdown]
# Training is as in chapter 3, in other words: `training.make_update` takes the gradient, clips it
# and applies it. The optimizer is [Adam](https://arxiv.org/abs/1412.6980): as RMSProp it divides
# each gradient by its recent size, and it takes the mean of the recent gradients in place of the
# last one. The learning rate falls along a cosine to zero, so that the network comes to rest.


# %%
def train(reader, loss, batches, n_steps, rate, name):
    falling = tf.keras.optimizers.schedules.CosineDecay(rate, n_steps)
    optimizer = tf.keras.optimizers.Adam(falling)
    update = training.make_update(loss, reader.trainable_variables, optimizer)
    steps = training.progress(range(n_steps), name)
    return [float(update(*next(batches))) for _ in steps]


def digit_batches(seed, size=50):
    rng, n = np.random.default_rng(seed), len(digits.train_labels)
    while True:  # one turn is an epoch: every digit once, in a new order
        order = rng.permutation(n)
        for start in range(0, n - size + 1, size):
            chosen = order[start : start + size]
            yield digits.train_images[chosen], digits.train_labels[chosen]


# %% [markdown]
# The loss is the cross-entropy of the last step.


# %%
def last_step_loss(reader):
    def loss(images, labels):
        logits = reader.logits(images)[:, -1]
        return tf.reduce_mean(tf.nn.sparse_softmax_cross_entropy_with_logits(labels, logits))

    return loss


# %% [markdown]
# **Predict, then run.** What is the loss before the first update, when the network believes in all
# ten classes about alike?

# %% tags=["demo"]
prediction_5_2 = ...  # a loss in nats

# %% tags=["demo"]
n_epochs = 10 if FULL else 20
n_steps = training.steps(full=n_epochs * (len(digits.train_labels) // 50), quick=20)
tf.keras.utils.set_random_seed(1)
at_the_end = Reader(features=28, units=150, n_classes=10)
losses = train(at_the_end, last_step_loss(at_the_end), digit_batches(1), n_steps, 0.002, "digits")
measured("first loss", losses[0], near=(np.log(10), 0.15), predicted=prediction_5_2)
measured("mean of the last 20 losses", np.mean(losses[-20:]), at_most=0.04)

# %% [markdown]
# It starts near $\log 10 = 2.30$, as for any ten classes about which nothing is known. Now the
# 1,000 digits that it has never seen.


# %%
def probabilities_by_row(reader, images):
    return tf.nn.softmax(reader.logits(images)).numpy()  # [n, 28, 10]


# %% tags=["demo"]
belief = probabilities_by_row(at_the_end, digits.test_images)
answers = belief[:, -1].argmax(axis=1)
right, goal = np.mean(answers == digits.test_labels), 0.97 if FULL else 0.94
measured("share right", right, at_least=goal)
measured("more than the baseline by", right - baseline, at_least=0.04)

# %% [markdown]
# Better than the baseline, by a network that never sees two rows at once. With the full set, ten
# epochs have to bring it to 0.97.
#
# ### What it gets wrong
#
# A single number hides what kind of mistakes there are. A **confusion matrix** counts them:
# a row for each true digit, a column for each answer.

# %% tags=["demo"]
diagrams.confusion(
    digits.test_labels,
    answers,
    alt="A table of true digits by answers. Nearly all counts lie on the diagonal.",
).show()

# %% [markdown]
# Look for the larger numbers beside the diagonal: which stroke would make one digit of such a pair
# into the other? And which mistakes was it surest of?

# %% tags=["demo"]
confidence = belief[:, -1].max(axis=1)
wrong = np.flatnonzero(answers != digits.test_labels)
worst = wrong[np.argsort(-confidence[wrong])][:10]
captions = [f"{digits.test_labels[i]}, not {answers[i]}\n{confidence[i]:.0%}" for i in worst]
diagrams.digit_strip(
    digits.test_images[worst],
    captions,
    alt="The ten most confident mistakes, each with the true digit and the network's answer.",
).show()

# %% [markdown]
# Some of these we would get wrong ourselves. With others the network is simply too sure: a
# probability is what it says, not what it is worth.
#
# Has it learnt shapes, or places? `mnist.nudge` moves each image by one pixel, in a direction of
# its own. Nobody reads a digit differently for that.

# %% tags=["demo"]
nudged = mnist.nudge(digits.test_images, np.random.default_rng(3))
by_pixels = regression.score(nudged.reshape(len(nudged), -1), digits.test_labels)
by_network = probabilities_by_row(at_the_end, nudged)[:, -1].argmax(axis=1)
still_right = np.mean(by_network == digits.test_labels)
measured("share right by logistic regression", by_pixels, at_least=0.75, at_most=0.82)
measured("share right by the network", still_right, near=(0.86, 0.05))

# %% [markdown]
# Both lose by it, and the network stays ahead.
#
# ### Exercise: read digits [6 points]
#
# Your turn, and the check makes it a little harder: it takes the held-out digits and nudges them.
# So nothing can be looked up, and a network must have learnt shapes, not places. The pass mark is
# 0.82 of all digits, which logistic regression does not reach there, and 0.4 of the images of each
# digit.
#
# Train a network in the cell below and let `predict_digits` use it. (Grading does not train what
# the demonstrations above have trained, so `at_the_end` won't do.) All of the above is there to be
# used, and a few epochs take seconds. `mnist.nudge(images, rng)` moves images as the check does;
# would it help to have seen such images before? `predict_digits(digits.test_images[:3])` should
# give three labels, as in [9, 5, 0].


# %% nbgrader={"grade_id": "mnist-rows", "solution": true}
### BEGIN SOLUTION
def nudged_batches(seed):
    rng = np.random.default_rng(seed)
    for images, labels in digit_batches(seed, size=100):
        yield mnist.nudge(images, rng), labels


tf.keras.utils.set_random_seed(2)
digit_reader = Reader(features=28, units=150, n_classes=10)
train(digit_reader, last_step_loss(digit_reader), nudged_batches(2), 160, 0.004, "nudged digits")
### END SOLUTION


def predict_digits(images):
    """Reads handwritten digits by a trained network.

    Args:
      images: [n, 28, 28] float32 in 0..1.

    Returns:
      [n] whole numbers in 0..9.
    """
    ### BEGIN SOLUTION
    return np.argmax(digit_reader.logits(images)[:, -1], axis=1)
    ### END SOLUTION


# %% tags=["try-it"]
show_shape(predict_digits(digits.test_images[:3]))
# prints: (3,)

# %% nbgrader={"grade_id": "check-mnist-rows", "grade": true, "points": 6}
report = check_mnist_rows(predict_digits)
### BEGIN HIDDEN TESTS
report += check_mnist_rows(predict_digits, seeds=(11, 12))
### END HIDDEN TESTS
report.points(6)

# %% [markdown]
# ## 5.3 What does it think on the way?
#
# The head sits at every step, so we can ask the network after each row what it believes so far.
# Each bar in the picture shows the probabilities after that row: blue is the right answer, three
# more digits have a colour, and grey are the other six together. The 3 and the 7 are those of which
# it is surest in the end.
#
# **Predict, then run.** After 22 of the 28 rows nearly all of a digit is written. What share of the
# held-out digits does the network get right if it is asked then?

# %% tags=["demo"]
prediction_5_3 = ...  # a share, from 0 to 1

# %% tags=["demo"]
sure = {label: np.where(digits.test_labels == label, belief[:, -1, label], 0) for label in (3, 7)}
samples = [int(sure[label].argmax()) for label in (3, 7)]
diagrams.reading(
    digits.test_images[samples],
    digits.test_labels[samples],
    {"asked at the end": belief[samples]},
).show()

# %% [markdown]
# Over all held-out digits:


# %% tags=["demo"]
def share_by_row(values):
    return (values.argmax(axis=2) == digits.test_labels[:, np.newaxis]).mean(axis=0)  # [28]


share = share_by_row(belief)
measured("share right after 22 rows", share[21], at_most=0.1, predicted=prediction_5_3)
measured("mean probability of its answer there", belief[:, 21].max(axis=1).mean(), at_least=0.6)
measured("share right after 28 rows", share[27], at_least=0.94)
ink = digits.test_images.sum(axis=(0, 2)) / digits.test_images.sum()
print(f"share of all ink in the first 22 rows: {ink[:22].sum():.2f}")

# %% [markdown]
# After 22 rows nine tenths of all ink have been seen, and fewer digits are right than by guessing,
# though the network is rather sure of its answers. Six rows and a tenth of the ink later nearly all
# are right. Is it stupid? Most of a digit must have been in the state before. Let us look for it:
# we freeze the network after 22 rows, and fit a *new* head to the states that we find there.


# %% tags=["demo"]
def states_after(rows, images):
    return unroll.dynamic_rnn(at_the_end.cell, images[:, :rows])[1].numpy()  # [n, units]


new_head = LogisticRegression(max_iter=300)
new_head.fit(states_after(22, digits.train_images[:n_baseline]), digits.train_labels[:n_baseline])
new_share = new_head.score(states_after(22, digits.test_images), digits.test_labels)
measured("share right with a new head after 22 rows", new_share, at_least=0.94)

# %% [markdown]
# Nearly all of it was there, in a form that the old head can't read. *Nobody ever asked before the
# end*: the loss looked at the last step alone, so the head's other answers were free to be
# anything. The last rows are the network's time to get ready for the question.
#
# ## 5.4 One answer a step
#
# So let us ask at each step, in training too. **Labelling** means one answer for each step of a
# sequence: the kind of each word, the note that sounds, or here: which digit does this look
# like so far? The weights of the head are the same at every step, as those of the cell.
#
# The obvious way is a loop: multiply the outputs of each step. For a long sequence that is a long
# list of products, and a graph that grows with it, as in chapter 2. `Reader` calls a function of
# the course in its place. Write your own.
#
# ### Exercise: a labelling head [4 points]
#
# $$logits_{i, t} = outputs_{i, t} \cdot weight + bias$$
#
# Write it without a loop over time: the work in Python may not grow with the number of steps. How
# you get there is up to you; the shapes are the puzzle. (If it is to be trained below, its graph
# is traced with unknown sizes, as in chapter 3: `tf.shape` knows them in time.) For `outputs`
# [[[1], [2]], [[3], [4]]], `weight` [[1, 10]] and `bias` [0, 1] the logits are [[[1, 11], [2,
# 21]], [[3, 31], [4, 41]]].


# %% nbgrader={"grade_id": "labelling-head", "solution": true}
def label_steps(outputs, weight, bias):
    """Logits for every step of every sequence.

    Args:
      outputs: [batch, time, units].
      weight: [units, classes].
      bias: [classes].

    Returns:
      [batch, time, classes].
    """
    ### BEGIN SOLUTION
    return tf.tensordot(outputs, weight, axes=1) + bias
    ### END SOLUTION


# %% tags=["try-it"]
head = tf.constant([[1.0, 10.0]]), tf.constant([0.0, 1.0])  # weight, bias
show(label_steps(tf.constant([[[1.0], [2.0]], [[3.0], [4.0]]]), *head))
# prints: [[[1, 11], [2, 21]], [[3, 31], [4, 41]]]

# %% nbgrader={"grade_id": "check-labelling-head", "grade": true, "points": 4}
report = check_labelling_head(label_steps)
### BEGIN HIDDEN TESTS
report += check_labelling_head(
    label_steps, seeds=(11, 12), sizes=((5, 4, 2, 3), (2, 6, 3, 5), (1, 1, 2, 4), (4, 4, 4, 4))
)
### END HIDDEN TESTS
report.points(4)

# %% [markdown]
# To a matrix, a step of a sequence is just one more row.

# %% tags=["demo"]
diagrams.flatten_reshape().show()

# %% [markdown]
# So there are at least four ways to the same numbers: yours; a list of the steps; flatten,
# multiply, reshape, as in the picture; and Keras's
# [Dense](https://keras.io/api/layers/core_layers/dense/), which multiplies the last axis, however
# many axes come before it.

# %% tags=["demo"]
label_steps = own_or_course("label_steps", label_steps)
outputs = tf.random.normal([4, 6, 5], seed=1)
dense = tf.keras.layers.Dense(3, bias_initializer="normal")
by_dense = dense(outputs)
weight, bias = dense.weights[0].value, dense.weights[1].value

by_rows = forecasting.project_outputs(outputs, weight, bias)  # the course's, as in the picture
by_list = tf.stack([outputs[:, t] @ weight + bias for t in range(6)], axis=1)
ways = {"list": by_list, "rows": by_rows, "Dense": by_dense}
for name, logits in ways.items():
    apart = np.abs(np.subtract(logits, label_steps(outputs, weight, bias))).max()
    measured(f"{name} and yours differ by", apart, at_most=1e-6)

# %% [markdown]
# Now the network that is asked at every row: the same cell, the same batches, the same number
# of updates, and your head. The loss is another, the mean over all 28 steps, and bears a rate of
# 0.003.


# %%
def every_step_loss(reader):
    def loss(images, labels):
        logits = reader.logits(images)
        each_row = tf.repeat(labels[:, tf.newaxis], 28, axis=1)  # [batch, 28]
        return tf.reduce_mean(tf.nn.sparse_softmax_cross_entropy_with_logits(each_row, logits))

    return loss


# %% tags=["demo"]
tf.keras.utils.set_random_seed(1)
at_every_row = Reader(features=28, units=150, n_classes=10, head=label_steps)
every_row_losses = train(
    at_every_row, every_step_loss(at_every_row), digit_batches(1), n_steps, 0.003, "every row"
)

# %% tags=["demo"]
beliefs = {
    "asked at the end": belief,
    "asked at every row": probabilities_by_row(at_every_row, digits.test_images),
}
diagrams.reading(
    digits.test_images[samples],
    digits.test_labels[samples],
    {name: values[samples] for name, values in beliefs.items()},
).show()

# %% [markdown]
# There it is, a network that thinks aloud. The first rows are blank, and all classes are alike.
# Then a stroke begins, some digits drop out, and blue wins when the stroke that decides has
# been seen.

# %% tags=["demo", "drawing"]
fig, ax = plt.subplots(figsize=(7.3, 3.4))
for name, values in beliefs.items():
    ax.plot(range(1, 29), share_by_row(values), label=name)
plotting.theory_line(ax, [1, 28], [0.1, 0.1], "guessing")
ax.set(title="A network is as early as the loss that trained it")
ax.set(xlabel="rows read", ylabel="share of digits right", xlim=(1, 28), ylim=(0, 1))
ax.legend()
plotting.show(
    fig,
    alt="Share right by rows read. Asked at every row, it climbs from row 4 on; asked at the end, "
    "it wavers about guessing, falls below it from row 20 on, and rises in the last four rows.",
)

# %% tags=["demo"]
share = share_by_row(beliefs["asked at every row"])
measured("asked at every row, share right after 16 rows", share[15], at_least=0.89)
measured("asked at every row, share right after 28 rows", share[27], at_least=0.93)

# %% [markdown]
# Sixteen rows of 28 are enough for nine digits in ten, and at the end both networks
# pass the baseline. Move the slider, and stop where *you* would know the digit.

# %% tags=["demo", "drawing"]
shown = [int(np.flatnonzero(digits.test_labels == label)[0]) for label in range(10)]


def read_until(digit, row):
    one = [shown[digit]]
    parts = {name: values[one] for name, values in beliefs.items()}
    return diagrams.reading(digits.test_images[one], digits.test_labels[one], parts, row)


widgets.explorer(
    draw=read_until,
    controls={"digit": range(10), "row": range(28)},
    static=lambda: read_until(digit=9, row=14),
)

# %% [markdown]
# ## 5.5 Steps that count
#
# With sequences of unequal lengths there is padding, and the head gives logits for the padding,
# too. Nobody wants them. A network that reads forwards does no harm there: what comes after the end
# can't change what was before. But the *loss* must not hear of it. If it did, a network would do
# best by learning padding, which is easy, and there may be a lot of it.
#
# ### Exercise: cross-entropy of the real steps [6 points]
#
# $$loss = \frac{1}{\sum_i length_i} \sum_i \sum_{t < length_i} -\log \mathrm{softmax}(logits_{i,
# t})_{label_{i, t}}$$
#
# It is the mean over the real steps of the whole batch, so that each step weighs the same. A
# sequence may have length 0, but not all of them. Logits may be as large as 1000. In the padding
# stand ids of classes, too, and finite logits of any size; none of them may matter. A network is
# trained with this loss, so a gradient must get through to the logits, as it does in TensorFlow.
#
# For `logits` [[[0, 0], [9, -9]]], `labels` [[1, 1]] and length [1] it is $\log 2 = 0.6931$:
# the second step is not asked.


# %% nbgrader={"grade_id": "masked-cross-entropy", "solution": true}
def masked_cross_entropy(logits, labels, sequence_length):
    """The mean cross-entropy over the real steps.

    Args:
      logits: [batch, time, classes].
      labels: [batch, time] class ids; past a sequence's end they mean nothing.
      sequence_length: [batch] integers in 0..time, not all 0.

    Returns:
      A scalar, in nats.
    """
    ### BEGIN SOLUTION
    real = tf.sequence_mask(sequence_length, tf.shape(labels)[1])  # [batch, time]
    labels, logits = tf.boolean_mask(labels, real), tf.boolean_mask(logits, real)  # [steps], ...
    return tf.reduce_mean(tf.nn.sparse_softmax_cross_entropy_with_logits(labels, logits))
    ### END SOLUTION


# %% tags=["try-it"]
two_steps = tf.constant([[[0.0, 0.0], [9.0, -9.0]]])
show(masked_cross_entropy(two_steps, tf.constant([[1, 1]]), tf.constant([1])))
# prints: 0.6931

# %% nbgrader={"grade_id": "check-masked-cross-entropy", "grade": true, "points": 6}
report = check_masked_cross_entropy(masked_cross_entropy)
### BEGIN HIDDEN TESTS
report += check_masked_cross_entropy(
    masked_cross_entropy, seeds=(11, 12), sizes=((3, 6, 5), (6, 2, 3), (2, 9, 2), (5, 5, 5))
)
### END HIDDEN TESTS
report.points(6)

# %% [markdown]
# ### Exercise: the share of wrong steps [3 points]
#
# The loss is for training. For people there is the **error**: the share of the real steps at
# which another class than the label has the largest logit.
#
# For `logits` [[[0, 1], [9, 0]], [[2, 0], [0, 0]]], `labels` [[1, 1], [0, 1]] and lengths
# [2, 1] it is 1/3: of three real steps the second of the first sequence is wrong.


# %% nbgrader={"grade_id": "masked-error", "solution": true}
def masked_error(logits, labels, sequence_length):
    """The share of the real steps whose largest logit is not the label's.

    Args:
      logits: [batch, time, classes].
      labels: [batch, time] class ids; past a sequence's end they mean nothing.
      sequence_length: [batch] integers in 1..time.

    Returns:
      A number in 0..1.
    """
    ### BEGIN SOLUTION
    wrong = np.argmax(logits, axis=-1) != np.asarray(labels)  # [batch, time]
    real = np.arange(wrong.shape[1]) < np.asarray(sequence_length)[:, np.newaxis]
    return float(wrong[real].mean())
    ### END SOLUTION


# %% tags=["try-it"]
two_steps = np.array([[[0.0, 1.0], [9.0, 0.0]], [[2.0, 0.0], [0.0, 0.0]]])
show(masked_error(two_steps, np.array([[1, 1], [0, 1]]), np.array([2, 1])))
# prints: 0.3333

# %% nbgrader={"grade_id": "check-masked-error", "grade": true, "points": 3}
report = check_masked_error(masked_error)
### BEGIN HIDDEN TESTS
report += check_masked_error(
    masked_error, seeds=(11, 12), sizes=((3, 6, 5), (6, 2, 3), (2, 9, 2), (5, 5, 5))
)
### END HIDDEN TESTS
report.points(3)

# %% [markdown]
# ## 5.6 textwithoutspaces
#
# Chinese, Japanese and Thai are written without spaces, and so are web addresses and old Latin
# inscriptions. Whoever reads them has to find the words. We take English, where the answers
# come for free: take Wikipedia and remove the spaces. One label a letter: **does a word start
# here?**

# %%
articles, held_out_articles = wikipedia.split()
train_articles, validation_articles = articles[:-8], articles[-8:]
for name, part in ("learn from", train_articles), ("choose with", validation_articles):
    print(f"articles to {name}: {len(part)}")
print("held out:", len(held_out_articles))
text, starts = segmentation.join(train_articles[0][5:12])
print(text)
print("".join("|" if start else "." for start in starts))

# %% [markdown]
# We learn from 88 articles and hold ten out, whole articles, because half an article would give
# away the other half's favourite words. Eight more are for **validation**: what is chosen after
# the training is chosen on them. Whoever chooses on the held-out text judges by what has been
# fitted to it, and reports too much.
#
# ### Two baselines, and a trap
#
# **Predict, then run.** A program marks no letter at all. In what share of the letters is it
# wrong?

# %% tags=["demo"]
prediction_5_4 = ...  # a share, from 0 to 1

# %% tags=["demo"]
held_out = segmentation.draw(held_out_articles, 100, 25, np.random.default_rng(5))
real = held_out.real  # [batch, time], false in the padding
true = held_out.starts[real].astype(bool)  # of all real letters, one behind the other
print(f"marks nothing: {true.mean():.0%} of the letters wrong")
your_prediction(prediction_5_4)
print(f"marks all:     {1 - true.mean():.0%} of the letters wrong")

# %% [markdown]
# Who marks nothing is right four times in five, and has found no word. Where one answer is rare,
# the error praises those who never give it. So we ask two other questions:
#
# - **precision**: of the letters marked, how many start a word?
# - **recall**: of the words, how many starts are marked?
#
# Marking all has perfect recall, marking one sure letter perfect precision. **F1** is their
# harmonic mean, $2\,p\,r / (p + r)$, and wants both.

# %% tags=["demo"]
for name, marks in (("nothing:", np.zeros_like(true)), ("all:", np.ones_like(true))):
    precision, recall, f1 = segmentation.score(marks, true)
    print(f"marks {name:<9} precision {precision:.2f}   recall {recall:.2f}   F1 {f1:.2f}")

# %% [markdown]
# 0.32 is the number to beat. (Where nothing is marked, precision is 0/0, and counts as 0 here.)
#
# ### A reader of letters
#
# Each letter is one step, a vector of 27 numbers with a single 1: 26 letters, and one for any
# other sign. Pieces of eight words make a batch, padded; here is where the real steps matter.
# The class that we ask `Reader` for is 0 or 1. The loss is the cross-entropy of the real steps: in
# the training below yours, and where nothing else is said the course's.


# %%
def letter_batches(seed, size=64, n_words=8):
    rng = np.random.default_rng(seed)
    while True:
        yield segmentation.draw(train_articles, size, n_words, rng)


def letter_loss(reader, cross_entropy=training.real_step_loss):
    def loss(ids, sequence_length, starts):
        logits = reader.logits(tf.one_hot(ids, segmentation.N_SYMBOLS))
        return cross_entropy(logits, starts, sequence_length)

    return loss


# %%
def start_probabilities(reader, ids):
    inputs = tf.one_hot(ids, segmentation.N_SYMBOLS)  # [batch, time, 27]
    return tf.nn.softmax(reader.logits(inputs)).numpy()[..., 1]  # [batch, time]


# %% tags=["demo"]
masked_cross_entropy = own_or_course("masked_cross_entropy", masked_cross_entropy)
masked_error = own_or_course("masked_error", masked_error)
n_updates = training.steps(full=600, quick=30)
tf.keras.utils.set_random_seed(1)
letters = Reader(segmentation.N_SYMBOLS, units=128, n_classes=2)
loss = letter_loss(letters, masked_cross_entropy)
letter_losses = train(letters, loss, letter_batches(1), n_updates, 0.005, "letters")

# %% tags=["demo"]
chance = start_probabilities(letters, held_out.ids)
scores = segmentation.score(chance[real] > 0.5, true)
logits = np.log(np.stack([1 - chance, chance], axis=-1) + 1e-9)
error = masked_error(logits, held_out.starts, held_out.sequence_length)
measured("error", error, at_most=0.108)
measured("precision", scores.precision, near=(0.81, 0.025))
measured("recall", scores.recall, near=(0.625, 0.04))
measured("F1", scores.f1, at_least=0.69)

# %% [markdown]
# The F1 is more than twice the baseline's. The network is careful: what it marks is mostly right,
# but it leaves many words out. It marks a letter if it is more than half sure, and often the first
# letter of a word does not make it so sure; only the second or third tells. Who said one half?
#
# **Predict, then run.** Which threshold gives the best F1 on the validation articles?

# %% tags=["demo"]
prediction_5_5 = ...  # a probability, from 0 to 1

# %% tags=["demo"]
validation = segmentation.draw(validation_articles, 100, 25, np.random.default_rng(6))
guess = start_probabilities(letters, validation.ids)[validation.real]
starting = validation.starts[validation.real].astype(bool)
thresholds = np.linspace(0.02, 0.98, 49)
curve = np.array([segmentation.score(guess > limit, starting) for limit in thresholds])
threshold = thresholds[curve[:, 2].argmax()]
measured("best threshold", threshold, near=(0.35, 0.08), predicted=prediction_5_5)
chosen = segmentation.score(chance[real] > threshold, true)
measured("held-out F1 with it", chosen.f1, at_least=0.715)
measured("more than with one half by", chosen.f1 - scores.f1, at_least=0.01)

# %% tags=["demo", "drawing"]
everywhere = segmentation.score(np.ones_like(starting), starting).f1
fig, ax = plt.subplots(figsize=(7.3, 3.4))
for values, name in zip(curve.T, ("precision", "recall", "F1"), strict=True):
    ax.plot(thresholds, values, label=name)
ax.axhline(everywhere, linestyle="--", color=plotting.INK, label="F1 of marking every letter")
ax.set(title="Validation: marking when one third sure finds more than when half sure")
ax.set(xlabel="marks a letter above this probability", xlim=(0, 1), ylim=(0, 1))
ax.set_ylabel("share")
ax.legend(loc="lower left", ncols=2)
plotting.show(fig, alt="Precision rises with the threshold, recall falls; F1 is best near 0.35.")

# %% [markdown]
# For F1 about a third is better than a half, also on the held-out articles, which had no part in
# the choice. Here is what the network does with it. Every bar is a decision taken by that letter
# and those before it; what comes after, it has not seen.

# %% tags=["demo", "drawing"]
lines = []
for row in (0, 3, 7):
    some_letters = segmentation.decode(held_out.ids[row, :58])
    lines.append((some_letters, held_out.starts[row, :58], chance[row, :58] > threshold))
diagrams.marked_text(
    *zip(*lines, strict=True),
    alt="Three pieces of held-out articles without spaces; most words are found, some are missed, "
    "and some marks stand within words.",
).show()

# %% [markdown]
# Read the mistakes: where a mark stands inside a word, a word could have begun there, for all
# that was known at that letter. A network that also saw what *follows* would know better.
# Chapter 8 builds one, and measures how much better.
#
# ### Exercise: find the words [6 points]
#
# Train a network in the cell below and let `word_starts` use it (`letters` won't do: grading does
# not train it). It gets a text of the letters a to z and says for
# each letter whether a word starts there; `segmentation.encode(text)` turns the letters into the
# ids that the batches hold. The check takes words of the held-out articles, in an order in which
# they stand nowhere, and asks for an F1 at least 0.15 above that of marking every letter. A
# hundred or two updates are enough, and they take seconds.
#
# `word_starts("thecat")` should give something like [True, False, False, True, False, False],
# six decisions for six letters.


# %% nbgrader={"grade_id": "word-segmentation", "solution": true}
### BEGIN SOLUTION
tf.keras.utils.set_random_seed(3)
word_reader = Reader(segmentation.N_SYMBOLS, units=64, n_classes=2)
train(word_reader, letter_loss(word_reader), letter_batches(3, size=32), 150, 0.01, "words")
### END SOLUTION


def word_starts(text):
    """Finds where words start, by a trained network.

    Args:
      text: letters a to z, without spaces.

    Returns:
      A list with True or False for each letter.
    """
    ### BEGIN SOLUTION
    ids = segmentation.encode(text)[np.newaxis]  # [1, letters]
    return (start_probabilities(word_reader, ids)[0] > 0.35).tolist()
    ### END SOLUTION


# %% tags=["try-it"]
show_shape(word_starts("thecat"))
# prints: (6,)

# %% nbgrader={"grade_id": "check-word-segmentation", "grade": true, "points": 6}
report = check_word_segmentation(word_starts)
### BEGIN HIDDEN TESTS
report += check_word_segmentation(word_starts, seeds=(11,))
### END HIDDEN TESTS
report.points(6)

# %% [markdown]
# ## What we built
#
# - Two **heads**, one for a sequence and one for each of its steps, which is one matrix product
#   over all rows.
# - A loss and an error over the **real steps**, and no others.
# - A network that reads digits row by row, better than logistic regression; and one that finds
#   words in a text without spaces, with more than twice the F1 of marking every letter.
#
# **One thing to remember.** A network learns to answer where the loss asks, and nowhere else.
#
# So far there was a right answer from a small set. In chapter 6 the answer is a number: the next
# one of a series. And then the network reads its own answers, and goes on.
