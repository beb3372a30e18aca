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
# # Chapter 12: Looking back, looking ahead
#
# After this chapter you can
#
# - show where a translator with one vector falls behind one that looks back;
# - write both classic kinds of attention, and read an alignment picture;
# - decode by beam search, and tell when it is better than taking the likeliest word;
# - score translations by BLEU, and feed a decoder its own words while it trains.
#
# You need [chapter 11](../11_seq2seq/11_seq2seq.ipynb). The chapter takes about two hours, and its
# six exercises are worth 34 points.

# %% tags=["setup"]
try:
    import course_utils
except ImportError:
    raise ImportError(
        "This kernel does not have the course's packages. Start JupyterLab with `make lab`, "
        "then choose Kernel > Change Kernel > Python 3 (ipykernel)."
    ) from None
course_utils.start("12_attention_and_beam_search")

# %%
import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf

from course_utils import attention, diagrams, plotting, training, translation, widgets

# %%
from course_utils.batch_decoding import batch_beam_search
from course_utils.beam_search import beam_search_steps
from course_utils.bleu import corpus_bleu as bleu
from course_utils.checks.attention_and_beam_search import (
    check_attention_weights,
    check_bahdanau_attention,
    check_beam_search,
    check_bleu,
    check_luong_attention,
    check_scheduled_sampling,
)
from course_utils.show import measured, show, show_parts, your_prediction

# %% [markdown]
# ## 12.1 One vector for everything
#
# In chapter 11 the encoder handed one thing to the decoder: its last state. However long the
# source, all of it had to go through that one vector. How much fits?
#
# We need sentences of any length. The French read phone numbers in pairs of digits, so here are
# lists of two-digit numbers, in English and in French.

# %%
numbers = [78, 21, 80]

from course_utils.data import number_lists

for language in ("en", "fr"):
    print(" ".join(number_lists.sentence(numbers, language)))

# %% [markdown]
# Each number is a small translation of its own: "seventy-eight" becomes "sixty-ten-eight", and
# "eighty" becomes "four twenties". And for a list one must keep one's place in it.
#
# The plan is chapter 11's: an encoder, a decoder, one state between them. But this encoder is a
# better one: it has two GRUs, one for each direction, and it stops at the end of each source, so
# that no padding gets into the state. The decoder, a third GRU, starts from where the two have
# ended. Nothing else connects them. The network sees lists of one to five numbers.

# %% tags=["demo"]
LONGEST, UPDATES = 5, training.steps(full=540, quick=15)


def train(make_network, n_updates=UPDATES):
    """A translator that has seen lists of 1 to 5 numbers."""
    tf.keras.utils.set_random_seed(1)
    network = make_network()
    update = translation.make_update(network, tf.keras.optimizers.Adam(0.003))
    rng = np.random.default_rng(5)
    for _ in training.progress(range(n_updates), "updates"):
        update(number_lists.batch(number_lists.draw(64, rng, 1, LONGEST)))
    return network


networks = {"one vector": train(lambda: translation.Translator(128, attention=False))}

# %% [markdown]
# **Predict, then run.** It gets 60 fresh lists of each length from one to twelve. Of those of five
# numbers, as long as any that it has seen, which share will be right in every word?

# %% tags=["demo"]
prediction_12_1 = ...  # a share from 0 to 1


# %% tags=["demo"]
def translate(network, lists):
    """What the network writes [batch, time], what it should have written, and the weights."""
    batch = number_lists.batch(lists)
    steps = batch.decoder_targets.shape[1]
    ids, weights = translation.greedy(network, batch.source, batch.source_length, steps)
    return ids, batch.decoder_targets, weights


def share_right(network, lists):
    """The share of lists in which every word is right."""
    ids, targets, _ = translate(network, lists)
    return np.mean(np.all((ids == targets) | (targets == number_lists.PAD), axis=1))


# %% tags=["demo"]
COUNTS = range(1, 13) if training.steps(full=1, quick=0) else (1, 5, 8, 12)
N_FRESH = training.steps(full=60, quick=10)
fresh = {n: number_lists.draw(N_FRESH, np.random.default_rng([n, 7]), n, n) for n in COUNTS}


def shares_right(network):
    return {n: share_right(network, lists) for n, lists in fresh.items()}


shares = {"one vector": shares_right(networks["one vector"])}
one = shares["one vector"]
measured("lists of 1: share right", one[1], at_least=0.95)
measured("lists of 5: share right", one[5], at_most=0.2, predicted=prediction_12_1)
measured("lists of 8: share right", one[8], at_most=0.05)

# %% [markdown]
# It does badly, although it has seen lists of five all the time. (More training would help it;
# later on it will be held against networks that have had as much.) Here is a list of five, compared
# word by word: a word is orange if another one should stand in its place, so a right word may be
# orange, too, if it comes too early or too late.


# %% tags=["demo"]
def told(network, numbers):
    """The words that the network makes of one list."""
    ids = translate(networks[network], [numbers])[0][0]
    return number_lists.as_words([i for i in ids if i > number_lists.EOS], "fr")


for numbers in fresh[5]:  # up to the first with a mistake
    wanted, said = number_lists.sentence(numbers, "fr"), told("one vector", numbers)
    if said != wanted:
        break
diagrams.compared(wanted, {"one vector": said}).show()

# %% [markdown]
# It is not for want of knowing the words: a single number is no trouble to it. What it writes looks
# like such a list, but some of its numbers are others than they should be. A person who translates
# a long sentence looks back at it, word by word. Let the decoder do that.
#
# ## 12.2 Where to look
#
# What the encoder has made of each word of the source is kept: one row for each step, together the
# **memory**. At each step of the decoder its state asks a question, the **query**. Each row of the
# memory gets a **score** that says how well it answers. A softmax turns the scores into
# **weights**, and what the decoder sees, the **context**, is the mean of the memory under these
# weights. Context and state together make the next word. That is **attention**. What the source
# says need not be carried any more, since it can be looked up; only one's place has to be kept.

# %% tags=["demo"]
diagrams.bottleneck_and_attention().show()

# %% [markdown]
# All of it can be differentiated, so the network learns what to ask. (In TensorFlow 1 this was [a
# wrapper around the decoder's cell](../../docs/from_tensorflow_1.md#attention).)
#
# Three functions follow. Each may be written in NumPy, for all its points. If you write it in
# TensorFlow, it has to be right in one thing more, since the network learns through it: the
# gradients of its results in query, memory and weights have to be right, and numbers, not NaN, even
# where the padding has high scores.
#
# ### Exercise: attention weights [5 points]
#
# Sources are padded, and nobody should look at padding. Let T be the length of a sentence:
#
# $$w_t = \frac{e^{s_t}}{\sum_{u < T} e^{s_u}} \text{ for } t < T \qquad w_t = 0 \text{ otherwise}$$
#
# For `scores` [[1, 1, 9]] and `source_length` [2] the weights are [[0.5, 0.5, 0]]. Scores of a
# thousand must do no harm, nor ten thousand in the padding; real ones may be as low as -3000.


# %% nbgrader={"grade_id": "attention-weights", "solution": true}
def attention_weights(scores, source_length):
    """A softmax over the real steps of each source.

    Args:
      scores: [batch, time].
      source_length: [batch] integers in 1..time.

    Returns:
      Weights [batch, time]; each row adds up to 1, and padding has 0.
    """
    ### BEGIN SOLUTION
    real = tf.sequence_mask(source_length, tf.shape(scores)[1])
    return tf.nn.softmax(tf.where(real, scores, -1e9), axis=1)
    ### END SOLUTION


# %% tags=["try-it"]
show(attention_weights(tf.constant([[1.0, 1.0, 9.0]]), tf.constant([2])))
# prints: [[0.5, 0.5, 0]]

# %% nbgrader={"grade_id": "check-attention-weights", "grade": true, "points": 5}
report = check_attention_weights(attention_weights)
### BEGIN HIDDEN TESTS
report += check_attention_weights(attention_weights, seeds=(11, 12), sizes=((2, 7), (6, 3)))
### END HIDDEN TESTS
report.points(5)

# %% [markdown]
# ### Exercise: Luong's attention [6 points]
#
# One question is open: how does a query score a step of the memory? The answer of [Luong and others
# (2015)](https://arxiv.org/abs/1508.04025) is a product. The matrix `weight` turns the query into
# what a fitting step of the memory looks like:
#
# $$s_t = q \, W \, m_t \qquad c = \sum_t w_t \, m_t$$
#
# Use your `attention_weights`. Large scores must do no harm here either. For `query` [[1]],
# `memory` [[[0], [4], [100]]], `weight` [[0]] and `source_length` [2] both real steps get 0.5, and
# the context is [[2]]. With `weight` (log 3) / 4 the weights are [[0.25, 0.75, 0]], and the
# context is [[3]].


# %%
from course_utils.checks.attention_and_beam_search import own_or_course

# Until your attention_weights has all its points, the course's takes its place from here on.
attention_weights = own_or_course("attention_weights", attention_weights)


# %% nbgrader={"grade_id": "luong-attention", "solution": true}
def luong_attention(query, memory, weight, source_length):
    """Attention whose scores are products.

    Args:
      query: [batch, q].
      memory: [batch, time, m].
      weight: [q, m].
      source_length: [batch] integers in 1..time.

    Returns:
      (context, weights): [batch, m] and [batch, time].
    """
    ### BEGIN SOLUTION
    scores = tf.einsum("bq,qm,btm->bt", query, weight, memory)
    weights = attention_weights(scores, source_length)
    return tf.einsum("bt,btm->bm", weights, memory), weights
    ### END SOLUTION


# %% tags=["try-it"]
three_rows = tf.constant([[[0.0], [4.0], [100.0]]])
for w in (tf.constant([[0.0]]), tf.math.log([[3.0]]) / 4):
    show_parts(luong_attention(tf.constant([[1.0]]), three_rows, w, tf.constant([2])))
# prints: [[2]]
#         [[0.5, 0.5, 0]]
#         [[3]]
#         [[0.25, 0.75, 0]]

# %% nbgrader={"grade_id": "check-luong-attention", "grade": true, "points": 6}
report = check_luong_attention(luong_attention)
### BEGIN HIDDEN TESTS
report += check_luong_attention(
    luong_attention, seeds=(11, 12), sizes=((3, 4, 5, 5), (2, 6, 3, 7), (5, 3, 4, 2))
)
### END HIDDEN TESTS
report.points(6)

# %% [markdown]
# ### Exercise: Bahdanau's attention [6 points]
#
# The first attention ([Bahdanau and others, 2014](https://arxiv.org/abs/1409.0473)), a year older,
# used a small network. Query and memory are brought to the same width, added, and squashed; `v`
# makes one number of the result:
#
# $$s_t = v \cdot \tanh(q \, W_q + m_t \, W_m)$$
#
# Weights and context follow as before, for large scores, too. With one unit, `query` [[-1]],
# `W_query` [[1]], `memory` [[[0], [1]]], `W_memory` [[2]], `v` [3] and length 2 the weights are
# [[0.0103, 0.9897]], and the context is [[0.9897]].


# %% nbgrader={"grade_id": "bahdanau-attention", "solution": true}
def bahdanau_attention(query, memory, W_query, W_memory, v, source_length):
    """Attention whose scores come from a small network.

    Args:
      query: [batch, q].
      memory: [batch, time, m].
      W_query: [q, units].
      W_memory: [m, units].
      v: [units].
      source_length: [batch] integers in 1..time.

    Returns:
      (context, weights): [batch, m] and [batch, time].
    """
    ### BEGIN SOLUTION
    hidden = tf.tanh((query @ W_query)[:, tf.newaxis] + memory @ W_memory)
    weights = attention_weights(tf.linalg.matvec(hidden, v), source_length)
    return tf.einsum("bt,btm->bm", weights, memory), weights
    ### END SOLUTION


# %% tags=["try-it"]
two_rows, one_unit = tf.constant([[[0.0], [1.0]]]), tf.constant([[2.0]])  # memory, W_memory
question = tf.constant([[-1.0]]), two_rows, tf.constant([[1.0]]), one_unit, tf.constant([3.0])
show_parts(bahdanau_attention(*question, tf.constant([2])))
# prints: [[0.9897]]
#         [[0.0103, 0.9897]]

# %% nbgrader={"grade_id": "check-bahdanau-attention", "grade": true, "points": 6}
report = check_bahdanau_attention(bahdanau_attention)
### BEGIN HIDDEN TESTS
report += check_bahdanau_attention(
    bahdanau_attention, seeds=(11, 12), sizes=((3, 4, 5, 5, 6), (2, 6, 3, 7, 4))
)
### END HIDDEN TESTS
report.points(6)

# %% [markdown]
# **Predict, then run.** Take the tanh away, so that the score is a plain sum. We send two very
# different queries to the same memory. By how much do their weights differ at most, without tanh?

# %% tags=["demo"]
prediction_12_2 = ...  # a number from 0 to 1

# %% tags=["demo"]
rng = np.random.default_rng(2)
memory, queries = rng.normal(size=[1, 4, 3]), rng.normal(size=[2, 1, 3])
W_query, W_memory, v = rng.normal(size=[3, 5]), rng.normal(size=[3, 5]), rng.normal(size=5)


def without_tanh(query):
    scores = query @ W_query @ v + memory @ W_memory @ v  # a number of the query, and one a step
    return attention.attention_weights(scores, [4])


def with_tanh(query):
    return attention.bahdanau_attention(query, memory, W_query, W_memory, v, [4])[1]


for name, look in (("with tanh", with_tanh), ("without", without_tanh)):
    one, other = (np.asarray(look(query)) for query in queries)
    print(f"{name}, the weights differ by up to {np.max(np.abs(one - other)):.2f}")
your_prediction(prediction_12_2)

# %% [markdown]
# By nothing. Without the tanh the query adds the same number to all scores, and a softmax does
# not notice that. A sum needs something that bends it, or the two never meet. A product does not:
# Luong's score needs no tanh.
#
# Keras has both as layers, [Attention](https://keras.io/api/layers/attention_layers/attention/) and
# [AdditiveAttention](https://keras.io/api/layers/attention_layers/additive_attention/), which serve
# as witnesses for yours. `Attention` knows no matrix, so we multiply the query by it first.
# `AdditiveAttention` brings its own `v`, as `scale`.

# %% tags=["demo"]
luong_attention = own_or_course("luong_attention", luong_attention)
bahdanau_attention = own_or_course("bahdanau_attention", bahdanau_attention)
arrays = [rng.normal(size=shape).astype(np.float32) for shape in ((2, 3), (2, 5, 4), (3, 4), 4)]
(query, memory, weight, v), length = arrays, np.array([5, 2])
masks = [None, np.arange(5) < length[:, np.newaxis]]
luong, bahdanau = tf.keras.layers.Attention(), tf.keras.layers.AdditiveAttention()
inputs = [(query @ weight)[:, np.newaxis], memory]
bahdanau.build([array.shape for array in inputs])
_ = bahdanau.scale.assign(v)

# %% tags=["demo"]
ours = luong_attention(query, memory, weight, length)[0]
theirs = luong(inputs, mask=masks)[:, 0]
measured("Luong: context from Keras's", np.abs(ours - theirs).max(), at_most=1e-5)
ours = bahdanau_attention(query, memory, weight, np.eye(4, dtype="f"), v, length)[0]
theirs = bahdanau(inputs, mask=masks)[:, 0]
measured("Bahdanau: context from Keras's", np.abs(ours - theirs).max(), at_most=1e-5)

# %% [markdown]
# ### What it is worth
#
# Two more networks, trained as the first one:
#
# - *attention*: the same, but at each step the decoder looks back, by Luong's attention;
# - *attention over windows*: here nothing is recurrent. A row of the memory knows a word and two
#   neighbours on either side; the decoder knows the last seven words it was fed. Without attention
#   it would know nothing of the source.

# %% tags=["demo"]
networks["attention"] = train(lambda: translation.Translator(128, attention=True))
networks["attention over windows"] = train(lambda: translation.WindowTranslator(128))

# %% [markdown]
# Here is the step of the second network's decoder. `network.mix`, a dense layer with a tanh, makes
# one vector of state and context, and `network.logits` makes the logits of that. From here on it
# looks back by your `luong_attention`.


# %% tags=["demo"]
@tf.function(reduce_retracing=True)
def step_with_attention(token_ids, state):
    network = networks["attention"]
    _, (h,) = network.decoder.cell(network.embed_target(token_ids), [state.h])
    context, weights = luong_attention(h, state.memory, network.weight, state.source_length)
    logits = network.logits(network.mix(tf.concat([h, context], axis=1)))
    return logits, state._replace(h=h, weights=weights)


networks["attention"].step = step_with_attention

# %% [markdown]
# **Predict, then run.** All three were trained on lists of one to five numbers. Which one gets most
# lists of five right? And which one most lists of eight?

# %% tags=["demo"]
prediction_12_3 = ...  # two names, of "one vector", "attention", "attention over windows"

# %% tags=["demo"]
for name in ("attention", "attention over windows"):
    shares[name] = shares_right(networks[name])

# %% tags=["demo", "drawing"]
fig, ax = plt.subplots(figsize=(7.3, 3.6))
ax.axvspan(0.5, LONGEST + 0.5, color=plotting.NEUTRAL.fill, zorder=0)
for name, values in shares.items():
    ax.plot(values.keys(), values.values(), "o-", label=name)
ax.text(LONGEST + 0.4, 1.07, "trained on 1 to 5 numbers", ha="right", size=9)
ax.set(title="Attention holds lists of five; beyond, windows lose least")
ax.set(xlim=(0.5, 12.5), ylim=(-0.03, 1.15))
ax.set(xlabel="numbers in the list", ylabel="share of lists without a mistake")
ax.legend(loc="upper right")
alt = "Share of lists without a mistake, by length. One vector falls from 3 on. Attention stays "
alt += "high up to 5, then falls at once; attention over windows falls slowly."
plotting.show(fig, alt=alt)

# %% tags=["demo"]
best = {n: max(shares, key=lambda name, n=n: shares[name][n]) for n in (5, 8)}
print(f"most lists of 5: {best[5]}; most lists of 8: {best[8]}")
your_prediction(prediction_12_3)
one, two, three = shares.values()
measured("lists of 5: one vector", one[5], at_most=0.2)
measured("lists of 5: attention", two[5], at_least=0.9)
measured("lists of 5: attention over windows", three[5], at_least=0.6)
measured("lists of 8: one vector, and attention", [one[8], two[8]], at_most=0.1)
measured("lists of 8: attention over windows", three[8], at_least=0.1, at_most=0.6)
measured("lists of 12: all three", [one[12], two[12], three[12]], at_most=0.15)

# %% [markdown]
# All three have had the same training, and of lists of five attention gets nearly all right, one
# vector next to none. Beyond five the second network falls as well, and steeply. A likely reason: a
# GRU can count its steps, and that is an easy way to keep one's place, "now the ninth word". But a
# count that was never needed beyond the lengths of the training leads nowhere there. The third
# network can't count. It has to find its place by *content*: where is the word that goes on from
# what I have just said? That question makes sense at any length. Up to five numbers it errs more
# often than the second network. Beyond them it loses, too, but more slowly: some lists of eight,
# longer than any that it has seen, come out right in every word.
#
# ## 12.3 The alignment
#
# Weights can be looked at. **Predict, then run.** For the list 78, 21, 80, 95, which English word
# does each French word look at? Draw lines between them with a pencil first, and note at which word
# *dix* looks, the second word of *soixante dix huit*.

# %% tags=["demo"]
prediction_12_4 = ...  # an English word

# %%
numbers = [78, 21, 80, 95]
source, target = (number_lists.sentence(numbers, language) for language in ("en", "fr"))
print(" ".join(source))
print(" ".join(target))

# %% tags=["demo"]
target_and_end = [*target, "(end)"]
pair = ("attention", "attention over windows")
looks = {name: translate(networks[name], [numbers])[2][0] for name in pair}
your_prediction(prediction_12_4)
for name, weights in looks.items():
    measured(f"{name}: weight of seventy and eight, for dix", weights[1, :2].sum(), at_least=0.9)
    measured("    of eight alone", weights[1, 1], at_least=0.5)

# %% tags=["demo", "drawing"]
for name in pair:
    diagrams.alignment(looks[name], source, target_and_end, title=name.capitalize()).show()

# %% [markdown]
# Nobody told the networks which word belongs to which; they had whole sentences only. Each row
# adds up to 1, and its dark squares tell where the network looked when it wrote that word. Compare
# them with your pencil lines. For *dix*, the ten of sixty-ten, you may have drawn one to *seventy*;
# both networks look at *eight*. A step of the memory knows its neighbours as well, so a network may
# look beside the word that you would choose and still see it.
#
# Choose a network, and go through its outputs one by one with the slider.

# %% tags=["demo", "drawing"]
widgets.explorer(
    draw=lambda network, output: diagrams.attention_step(
        looks[network], source, target_and_end, output
    ),
    controls={"network": list(looks), "output": range(len(target_and_end))},
    static=lambda: diagrams.attention_lines(looks["attention"], source, target_and_end),
)

# %% [markdown]
# ## 12.4 Looking ahead
#
# So far, a decoder took the likeliest word at each step. That is chapter 11's greedy decoding, and
# it can walk into a trap. Here is a decoder so small that we can see all it might say: the
# probability of each word depends on the word before, and on nothing else.

# %%
WORDS = ["(end)", "GO", "un", "deux", "cent", "mille"]
TABLE = np.full([6, 6], 1e-9)  # row: the word before
TABLE[1, 2:5] = 0.1, 0.4, 0.5  # a sentence begins with un, deux or cent
TABLE[2, [0, 5]] = 0.9, 0.1  # after un
TABLE[3, [0, 5]] = 0.1, 0.9  # after deux
TABLE[4, [0, 2, 3, 5]] = 0.3, 0.2, 0.25, 0.25  # after cent
TABLE[5, [0, 3, 4]] = 0.8, 0.1, 0.1  # after mille


def table_step(token_ids, state):
    return np.log(TABLE[np.asarray(token_ids)]), state


# %% [markdown]
# Greedy says "cent" (0.5), then ends (0.3): a sentence of probability 0.15. **Predict, then run.**
# Which sentence is the likeliest?

# %% tags=["demo"]
prediction_12_5 = ...  # a sentence

# %% [markdown]
# **Beam search** keeps several beginnings, the **beams**. At each step every beam is continued by
# every word; of all these candidates the best few, the **width**, go on. A sentence is as likely
# as the product of its words' probabilities, so the logarithms add up:
#
# $$\log P(\text{sentence}) = \sum_t \log P(\text{word}_t \mid \text{words before})$$
#
# A beam that has said EOS is finished. It stays as it is and keeps its place among the width, as
# long as no better candidates push it out.
#
# Here they are as a tree, with a width of 2. A number is the probability of the whole beginning.
# Blue beams go on, orange ones are finished, dashed ones were cut (the likeliest three of them).

# %%
TREES = {
    width: list(beam_search_steps(table_step, np.zeros([1, 1]), 1, 0, width, max_length=5))
    for width in (1, 2, 3)
}


# %% tags=["demo", "drawing"]
def tree(width, step):
    turns = TREES[width]
    return diagrams.beam_tree(turns, width, WORDS, min(step, len(turns) - 1))


widgets.explorer(
    draw=tree, controls={"width": (2, 1, 3), "step": range(5)}, static=lambda: tree(2, 4)
)

# %% tags=["demo"]
your_prediction(prediction_12_5)
best = max((beam for beam in TREES[2][-1] if beam.finished), key=lambda beam: beam.log_prob)
print(f"found: {' '.join(WORDS[i] for i in best.ids)}, probability {np.exp(best.log_prob):.3f}")

# %% [markdown]
# "deux" came second at first. But what follows it is nearly sure, and "deux mille" ends up with
# 0.288, nearly twice as likely as greedy's "cent". In the live notebook, go through the steps, and
# set the width to 1: there the tree is a single path, which is greedy decoding.
#
# ### Exercise: beam search [9 points]
#
# Write it for any decoder: `step(token_ids, state)` takes n ids and a state of n rows, and gives
# logits [n, vocabulary] and the new state, which may be any structure of arrays. Mind three things:
#
# - Beams change places, and each needs the state that *its own* beginning has left. Let each beam
#   carry a state of one row; or feed all beams at once, which is faster, and gather the rows of
#   every part of the state.
# - EOS counts: `log_prob` includes it, though it is not among the ids.
# - What has not ended after `max_length` steps is returned as it is.
#
# With `table_step`, the state `np.zeros([1, 1])`, GO 1, EOS 0, width 2 and max_length 5 the result
# is [([3, 5], -1.2448), ([4], -1.8971)]; with width 1 it is [([4], -1.8971)].


# %% nbgrader={"grade_id": "beam-search", "solution": true}
def beam_search(step, state, go, eos, width, max_length):
    """The likeliest sentences that a beam of this width finds.

    Args:
      step: one step of a decoder, step(token_ids [n], state) -> (logits [n, vocabulary], state).
      state: any structure of arrays with one row, the state before GO.
      go: the id that is fed first.
      eos: the id that ends a sentence.
      width: how many beams are kept, at least 1.
      max_length: the most steps, at least 1.

    Returns:
      A list of at most width pairs (ids, log_prob), the best first; ids without GO and EOS.
    """
    ### BEGIN SOLUTION
    beams = [([], 0.0, False, state)]  # ids, log_prob, finished, the state they have left
    for _ in range(max_length):
        candidates = [beam for beam in beams if beam[2]]
        for ids, total, finished, left in beams:
            if not finished:
                logits, new_state = step(np.array([ids[-1] if ids else go]), left)
                for token, log_prob in enumerate(tf.nn.log_softmax(logits)[0].numpy()):
                    said = ids if token == eos else [*ids, token]
                    candidates.append((said, total + float(log_prob), token == eos, new_state))
        beams = sorted(candidates, key=lambda beam: -beam[1])[:width]
    return [(ids, total) for ids, total, *_ in beams]
    ### END SOLUTION


# %% tags=["try-it"]
show_parts(beam_search(table_step, np.zeros([1, 1]), go=1, eos=0, width=2, max_length=5))
show_parts(beam_search(table_step, np.zeros([1, 1]), go=1, eos=0, width=1, max_length=5))
# prints: [[3, 5], -1.2448]
#         [[4], -1.8971]
#         [[4], -1.8971]

# %% nbgrader={"grade_id": "check-beam-search", "grade": true, "points": 9}
report = check_beam_search(beam_search)
### BEGIN HIDDEN TESTS
report += check_beam_search(
    beam_search, seeds=(11, 12), calls=((7, 4, 3), (4, 2, 7)), exhaustive=((5, 3), (4, 1))
)
### END HIDDEN TESTS
report.points(9)

# %% [markdown]
# The two ends of the range are known. A width of 1 is greedy decoding. A width that never cuts
# anything looks at *every* sentence. We compare both on the small decoder, all sentences of up
# to five words being few enough to list.

# %% tags=["demo"]
from itertools import pairwise, product


def log_prob(ids):
    return sum(np.log(TABLE[a, b]) for a, b in pairwise([1, *ids]))


beam_search = own_or_course("beam_search", beam_search)
endings = [(*body, 0) for n in range(5) for body in product(range(1, 6), repeat=n)]
everything = sorted(map(log_prob, endings + list(product(range(1, 6), repeat=5))), reverse=True)
full = beam_search(table_step, np.zeros([1, 1]), 1, 0, width=len(everything), max_length=5)
print(f"{len(everything):,} sentences, of which a full beam finds {len(full):,}")
apart = np.abs(np.subtract([score for _, score in full], everything)).max()
measured("their log_probs, best first, from those of the list", apart, at_most=1e-4)
word, greedy = 1, []
while (word := int(np.argmax(TABLE[word]))) != 0:
    greedy.append(word)
((ids, _),) = beam_search(table_step, np.zeros([1, 1]), 1, 0, width=1, max_length=5)
print("greedy:", *(WORDS[i] for i in greedy), " width 1:", *(WORDS[i] for i in ids))

# %% [markdown]
# What does it bring on a real decoder? The one without attention is unsure on long lists, so there
# is something to choose from. We take a hundred lists of six numbers, and widths of 1 to 8. To say
# how good the translations are we need a score: BLEU, from 0 to 100, which the next section
# explains.

# %% tags=["demo"]
WIDTHS, COUNT = (1, 2, 4, 8), training.steps(full=100, quick=2)
hard = number_lists.batch(number_lists.draw(COUNT, np.random.default_rng(4), 6, 6))


def first_of_beam(network, width, alpha=0.0):
    """Each beam's best sentence, and its log probability; all lists at once."""
    state, marks = (
        network.encode(hard.source, hard.source_length),
        (number_lists.GO, number_lists.EOS),
    )
    found = batch_beam_search(network.step, state, *marks, width, 30, alpha=alpha)
    rows = zip(found.ids[:, 0].numpy(), found.lengths[:, 0].numpy(), strict=True)
    return [ids[:length].tolist() for ids, length in rows], found.log_probs[:, 0].numpy()


network = networks["one vector"]
found = {width: first_of_beam(network, width) for width in training.progress(WIDTHS, "widths")}

# %% tags=["demo"]
wanted = [row[: list(row).index(number_lists.EOS)].tolist() for row in hard.decoder_targets]
log_probs = [found[width][1].mean() for width in WIDTHS]
scores = [bleu(found[width][0], wanted) for width in WIDTHS]
measured("log_prob of the best, mean, for 1, 2, 4, 8", log_probs, at_least=-5)
measured("    width 8 less width 1", log_probs[3] - log_probs[0], at_least=0.3)
measured("BLEU for 1, 2, 4, 8", scores, at_least=30)
measured("    width 2 less width 1", scores[1] - scores[0], at_least=0.5)
measured("    width 8 less width 2", scores[3] - scores[1], near=(0, 3))

# %% tags=["demo", "drawing"]
fig, (left, right) = plt.subplots(1, 2, figsize=(7.3, 3))
left.plot(WIDTHS, log_probs, "o-")
left.set(title="Wider beam, likelier sentences", ylabel="mean log_prob of the best")
right.plot(WIDTHS, scores, "o-", color="C1")
right.set(title="Are they better?", ylabel="BLEU", ylim=(0, 100))
for ax in (left, right):
    ax.set(xscale="log", xticks=WIDTHS, xticklabels=WIDTHS, xlabel="width")
    ax.minorticks_off()
alt = "Left: the mean log probability of the best sentence rises with the width. Right: BLEU by "
plotting.show(fig, alt=alt + "width of the beam.")

# %% [markdown]
# A wider beam looks at more sentences, and on the mean it finds likelier ones. Whether these are
# *better* is another question. The second beam brings some points of BLEU, the six after it next to
# none. Likely means: the network thinks so. A search can't know what the network does not.
#
# ### What it costs, and what it does to a network that is unsure
#
# A width of 8 computes 8 rows of the decoder at each step, where greedy computes one: eight times
# the work. And what does it find in a network that is sure of nothing? We take one that has been
# trained for 30 updates only, and count the words that it writes. (Below, `alpha` is the strength
# of a remedy, which is explained afterwards; 0 is none.)
#
# **Predict, then run.** The right translations have about a dozen words. By how many words do its
# best sentences change on the mean, from width 1 to width 8?

# %% tags=["demo"]
prediction_12_6 = ...  # a number of words: +1 for one word more, -1 for one less


# %% tags=["demo"]
def extra_words(network, width, alpha=0.0):
    """Words of the best sentences less those of right translations, on the mean."""
    sentences, _ = first_of_beam(network, width, alpha)
    return np.mean([len(ids) for ids in sentences]) - np.mean([len(ids) for ids in wanted])


unsure = train(
    lambda: translation.Translator(128, attention=False), training.steps(full=30, quick=2)
)
lengths = [extra_words(unsure, width) for width in WIDTHS]

# %% tags=["demo"]
print(f"words of a right translation, mean: {np.mean([len(ids) for ids in wanted]):.1f}")
measured("words too many for 1, 2, 4, 8", lengths, at_most=0.3, at_least=-2.8)
change = lengths[3] - lengths[0]
measured("    width 8 less width 1", change, at_most=-1.2, predicted=prediction_12_6)
held = extra_words(unsure, 8, alpha=1.0)
measured("width 8 with the remedy: words too many", held, near=(-1, 0.6))
measured("    words that it brings back", held - lengths[3], at_least=0.6)
trained = extra_words(networks["one vector"], 8)
measured("the trained one, width 8: words too many", trained, near=(0, 0.6))

# %% [markdown]
# They get shorter. A sum of logarithms has a leaning: each word adds a number below zero, so a
# sentence that stops early has less to pay for. That is the **length bias**. It shows where a
# network is unsure and each word costs much; a wider beam finds more sentences that stop early, and
# prefers them. A remedy is a **length penalty** ([Wu and others,
# 2016](https://arxiv.org/abs/1609.08144)): beams are ranked by their log probability divided by
# $((5 + \text{length}) / 6)^\alpha$. With $\alpha = 0$ that changes nothing. With 1, as above, a
# sentence counts by its log probability a word, as if it had five words more than it has. A long
# one still pays for its length, but less: here that brings back about half of the words that the
# wide beam has lost. The trained network is surer of its words, and its best sentences are nearly
# as long as right ones.
#
# ## 12.5 How good is a translation?
#
# "Every word right" is a hard measure: it does not tell a slip from nonsense. The usual score for
# translations is **BLEU** ([Papineni and others, 2002](https://aclanthology.org/P02-1040/)). It
# compares runs of n words, called **n-grams**, for n from 1 to 4. Of those in the candidate, which
# share $p_n$ is in the reference as well? A run counts at most as often as the reference has it,
# which is called *clipping*. And since saying little is an easy way to be right, a candidate of c
# words pays for being shorter than the reference of r words:
#
# $$\text{BLEU} = 100 \cdot \min(1, e^{1 - r/c}) \cdot (p_1 p_2 p_3 p_4)^{1/4}$$
#
# All counts, and r and c, are added up over the whole corpus *before* anything is divided.
#
# ### Exercise: BLEU [5 points]
#
# Write it for lists of tokens, with one reference each and no *smoothing*, which would put a small
# number in the place of a precision of 0: if no run of four words is right, the score is 0. Capital
# letters count. For the candidate "a b c d e" and the reference
# "a b c d f" the precisions are 4/5, 3/4, 2/3 and 1/2, and BLEU is 66.87. For the candidate "a b c
# d" it is 77.88: all of it is right, but it is multiplied by $e^{1 - 5/4}$.


# %% nbgrader={"grade_id": "bleu", "solution": true}
def corpus_bleu(candidates, references):
    """BLEU of a corpus, n-grams of up to 4 words, no smoothing.

    Args:
      candidates: a list of translations, each a list of tokens.
      references: what they should be, one for each candidate.

    Returns:
      A float, 0..100.
    """
    ### BEGIN SOLUTION
    from collections import Counter

    right, said = np.zeros(4), np.zeros(4)
    for candidate, reference in zip(candidates, references, strict=True):
        for n in range(1, 5):
            here, there = (
                Counter(tuple(words[i : i + n]) for i in range(len(words) - n + 1))
                for words in (candidate, reference)
            )
            right[n - 1] += (here & there).total()
            said[n - 1] += here.total()
    if not right.all():
        return 0.0
    c, r = (sum(map(len, side)) for side in (candidates, references))
    return float(100 * min(1, np.exp(1 - r / c)) * np.prod(right / said) ** 0.25)
    ### END SOLUTION


# %% tags=["try-it"]
show(corpus_bleu([list("abcde")], [list("abcdf")]))
show(corpus_bleu([list("abcd")], [list("abcdf")]))
# prints: 66.874
#         77.8801

# %% nbgrader={"grade_id": "check-bleu", "grade": true, "points": 5}
report = check_bleu(corpus_bleu)
### BEGIN HIDDEN TESTS
report += check_bleu(corpus_bleu, seeds=(11, 12), size=25)
### END HIDDEN TESTS
report.points(5)

# %% [markdown]
# Scores from two programs can only be compared if both count the same tokens.
# [sacrebleu](https://aclanthology.org/W18-6319/) is the program that made that a rule. A thousand
# random pairs, one by one and all together, by your function and by sacrebleu:

# %% tags=["demo"]
from sacrebleu import corpus_bleu as sacrebleu


def by_sacrebleu(candidates, references):
    said, wanted = ([" ".join(words) for words in side] for side in (candidates, references))
    return sacrebleu(said, [wanted], smooth_method="none", tokenize="none", force=True).score


# %% tags=["demo"]
rng = np.random.default_rng(8)
draws = [
    [list(rng.choice(["a", "b", "c"], rng.integers(4, 12))) for _ in "12"] for _ in range(1000)
]
corpus_bleu = own_or_course("corpus_bleu", corpus_bleu)
apart = [abs(corpus_bleu([c], [r]) - by_sacrebleu([c], [r])) for c, r in draws]
corpus = list(map(list, zip(*draws, strict=True)))
measured("1,000 pairs: farthest from sacrebleu's score", max(apart), at_most=1e-6)
measured("the corpus", corpus_bleu(*corpus), near=(by_sacrebleu(*corpus), 1e-6), digits=5)

# %% [markdown]
# ## 12.6 What the decoder never saw
#
# In training, the decoder is always fed the right words. When it translates, it is fed its own, and
# one mistake puts it where it has never been. **Scheduled sampling** ([Bengio and others,
# 2015](https://arxiv.org/abs/1506.03099)) mixes the two: in training each input is the decoder's
# own word with a certain probability, which grows as the training goes on.
#
# ### Exercise: scheduled sampling [3 points]
#
# Write the mixing. Each token is the sample with this probability, and each has a draw of its
# own. All chance comes from `rng`.
#
# With probability 0 the result is `targets`, with probability 1 it is `samples`. With 0.25, about
# 250 of 1,000 tokens are samples, here and there in every sentence.


# %% nbgrader={"grade_id": "scheduled-sampling", "solution": true}
def mix_inputs(targets, samples, probability, rng):
    """Mixes right tokens and the decoder's own.

    Args:
      targets: [batch, time] ids, the right words, as inputs of the decoder.
      samples: [batch, time] ids, the decoder's own words, in the same places.
      probability: of a token to be the sample, 0..1.
      rng: a numpy.random.Generator.

    Returns:
      [batch, time] ids.
    """
    ### BEGIN SOLUTION
    return np.where(rng.random(np.shape(targets)) < probability, samples, targets)
    ### END SOLUTION


# %% tags=["try-it"]
show(mix_inputs(np.array([[1, 2]]), np.array([[3, 4]]), 0.0, np.random.default_rng(1)))
show(mix_inputs(np.array([[1, 2]]), np.array([[3, 4]]), 1.0, np.random.default_rng(1)))
# prints: [[1, 2]]
#         [[3, 4]]

# %% nbgrader={"grade_id": "check-scheduled-sampling", "grade": true, "points": 3}
report = check_scheduled_sampling(mix_inputs)
### BEGIN HIDDEN TESTS
report += check_scheduled_sampling(mix_inputs, seeds=(11, 12), probabilities=(0.35, 0.8))
### END HIDDEN TESTS
report.points(3)

# %% [markdown]
# First we use it to measure the damage: the network without attention, lists of five, and inputs
# that are its own words with probability 0 to 1. The two ends must equal the two pure modes.

# %% tags=["demo"]
mix_inputs = own_or_course("mix_inputs", mix_inputs)


def decode_mixed(network, batch, probability, rng):
    """The network's logits [batch, time, words] if some of its inputs are its own words."""
    state, own, logits = network.encode(batch.source, batch.source_length), None, []
    for targets in batch.decoder_inputs.T[:, :, np.newaxis]:  # [batch, 1] of each step
        inputs = targets if own is None else mix_inputs(targets, own, probability, rng)
        step_logits, state = network.step(tf.constant(np.asarray(inputs)[:, 0], tf.int32), state)
        own = np.argmax(step_logits, axis=1)[:, np.newaxis].astype(np.int32)
        logits.append(step_logits)
    return np.stack(logits, axis=1)


batch = number_lists.batch(number_lists.draw(100, np.random.default_rng(6), 5, 5))
PROBABILITIES = (0, 0.25, 0.5, 0.75, 1)


def mixed_runs(network):
    rng = np.random.default_rng(7)
    return [decode_mixed(network, batch, probability, rng) for probability in PROBABILITIES]


runs = {"as it was": mixed_runs(networks["one vector"])}

# %% tags=["demo"]
steps = batch.decoder_targets.shape[1]
forced = networks["one vector"].teacher_forced(batch)
free, _ = translation.greedy(networks["one vector"], batch.source, batch.source_length, steps)
written = np.cumsum(free == number_lists.EOS, axis=1) - (free == number_lists.EOS) == 0
first, *_, last = runs["as it was"]
measured("0 is teacher forcing: logits from those", np.abs(first - forced).max(), at_most=3e-5)
equal = np.mean((last.argmax(axis=2) == free)[written])
measured("1 is free running: share of words equal", equal, at_least=1)

# %% [markdown]
# Now we train with it, once. Two copies of the network go on for 100 updates. For one of them the
# inputs stay right. For the other they are its own words with a probability that rises from 0 to
# a half: what it says at each step, if told the right words before, goes in at the next one.


# %% tags=["demo"]
def go_on(network, highest, n_updates):
    """A copy of the network, trained on with `mix_inputs` at a probability that rises."""
    copy, rng = translation.Translator(128, attention=False), np.random.default_rng(9)
    update = translation.make_update(copy, tf.keras.optimizers.Adam(0.003))
    for own, theirs in zip(copy.trainable_variables, network.trainable_variables, strict=True):
        own.assign(theirs)
    say = tf.function(copy.teacher_forced, input_signature=[translation.BATCH_SPEC])
    for i in training.progress(range(n_updates), "updates"):
        lists = number_lists.batch(number_lists.draw(64, rng, 1, LONGEST))
        inputs = lists.decoder_inputs.copy()
        if highest > 0:
            own = np.argmax(say(lists), axis=2).astype(np.int32)[:, :-1]
            inputs[:, 1:] = mix_inputs(inputs[:, 1:], own, highest * i / n_updates, rng)
        update(lists._replace(decoder_inputs=inputs))
    return copy


# %% [markdown]
# **Predict, then run.** When all inputs are its own words, which of the two gets more words right?

# %% tags=["demo"]
prediction_12_7 = ...  # "right inputs", "scheduled sampling" or "equal"

# %% tags=["demo"]
for name, highest in (("100 more, right inputs", 0.0), ("100 more, scheduled sampling", 0.5)):
    n_updates = training.steps(full=100, quick=3)
    runs[name] = mixed_runs(go_on(networks["one vector"], highest, n_updates))
real = batch.decoder_targets != number_lists.PAD
right = {
    name: [np.mean((run.argmax(axis=2) == batch.decoder_targets)[real]) for run in logits]
    for name, logits in runs.items()
}

# %% tags=["demo", "drawing"]
fig, ax = plt.subplots(figsize=(7.3, 3.2))
for name, values in right.items():
    ax.plot(PROBABILITIES, values, "o-", label=name)
ax.set(title="A decoder that reads its own words stumbles over them", ylim=(0, 1.03))
ax.set(xlabel="probability that an input is its own word", ylabel="share of words right")
ax.legend(loc="lower left")
alt = "Share of words right, by the probability that an input is the network's own word: it falls "
plotting.show(fig, alt=alt + "for all three. The one trained on with right inputs ends highest.")

# %% tags=["demo"]
your_prediction(prediction_12_7)
as_it_was, forced, sampled = right.values()
measured("as it was: right words less, with its own", as_it_was[0] - as_it_was[-1], at_least=0.2)
measured("share right with its own words: as it was", as_it_was[-1], at_least=0.5)
measured("    after 100 more with right inputs", forced[-1], at_least=0.55)
measured("    after 100 more with scheduled sampling", sampled[-1], at_least=0.45)
measured("    the last less the one before", sampled[-1] - forced[-1], at_most=-0.03)
measured("    the last less as it was", sampled[-1] - as_it_was[-1], near=(0, 0.15))

# %% [markdown]
# The more of its own words the decoder reads, the more of its mistakes lead to others. And
# scheduled sampling? It does not help here: the copy that was fed right words has got further, even
# where it reads its own. The other one ends about where it started, in this run a little below. Two
# reasons are likely, but we have tested neither, and this is one run with one seed. A network that
# is not yet trained to the end may have more to learn from right inputs: going on from a mistake
# teaches little of what is still missing. And a wrong input comes with a target that belongs to the
# right one, so what is learnt is in part not to trust one's inputs ([Huszár,
# 2015](https://arxiv.org/abs/1511.05101)). A method with a good reason is still to be measured.
# What helped with lists of five was attention, in section 12.2.
#
# ## What we built
#
# - **Attention** after Luong and Bahdanau: scores, a softmax over the real steps, a mean.
# - An **alignment** that nobody taught, and a translator that gets some lists right which are
#   longer than any it has seen.
# - **Beam search** for any decoder, what it costs and whom it favours; **BLEU** as sacrebleu counts
#   it; and **scheduled sampling**, tried once, with no gain.
#
# **One thing to remember.** Attention is a look-up: a query, scores, and a mean of what fits.
# What it can find depends on what the memory holds.
#
# This is the last chapter, and the course ends where a new story starts. The translator that went
# farthest beyond its training has no recurrent network at all, just windows of words and a look
# back. Let every word look at every other in place of a window, in several layers, and you are on
# the way to the *transformer* ([Vaswani and others, 2017](https://arxiv.org/abs/1706.03762)). Its
# query, memory, softmax and mask you know by now.
