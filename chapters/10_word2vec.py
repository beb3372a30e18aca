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
# # Chapter 10: Words as vectors
#
# After this chapter you can
#
# - turn a text into ids, and a text of ids into pairs to learn from;
# - train word vectors without ever computing a softmax over the vocabulary;
# - find a word's neighbours, and solve analogies by adding and subtracting;
# - say how good word vectors are, in a number that people's judgement decides.
#
# You need a little calculus (the chain rule), softmax and cross-entropy as in [chapter
# 3](../03_dynamic_rnn/03_dynamic_rnn.ipynb), and no recurrent network: this chapter makes
# what such networks read. It takes about two hours, and its eight exercises are worth 34 points.

# %% tags=["setup"]
try:
    import course_utils
except ImportError:
    raise ImportError(
        "This kernel does not have the course's packages. Start JupyterLab with `make lab`, "
        "then choose Kernel > Change Kernel > Python 3 (ipykernel)."
    ) from None
course_utils.start("10_word2vec")

# %%
import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf

from course_utils import diagrams, plotting, training, widgets, word2vec, word_scores
from course_utils.checks.word2vec import (
    check_analogy,
    check_build_vocabulary,
    check_keep_probability,
    check_nce_loss,
    check_nearest_words,
    check_negative_sampling_loss,
    check_noise_distribution,
    check_skip_gram_batch,
)
from course_utils.data import text8, word_pairs

# %%
from course_utils.show import measured, show, show_parts, your_prediction

# %% [markdown]
# ## 10.1 From words to numbers
#
# So far our networks read numbers, bits and letters. A word is none of these. We could number
# the words and feed a network the number, but then word 7 would be "nearly" word 8. We could
# feed it a one-hot vector, as in chapter 4; but then any two words are equally far apart, and
# what the network learns of *two* says nothing about *three*.
#
# A **word vector**, or **embedding**, is a short row of learnt numbers for each word. The rows
# stand in one table, [vocabulary, dim], and the id of a word is the number of its row. Words
# that are used alike should get rows that are alike. Nobody tells the network which words those
# are: it reads.
#
# It reads Wikipedia. The classic text for this is
# [*text8*](https://mattmahoney.net/dc/textdata.html), 17 million words. If you have the file, give
# `text8.load` its path, `text8` or `text8.zip`. Without it the chapter runs on the articles that a
# package ships.

# %% tags=["demo"]
words = text8.load(path=None)
print(len(set(words)), "different words:", *words[:9], "...")

# %% [markdown]
# A word that occurs once teaches little, and would cost a whole row. So only the commonest
# words get an id of their own. All others share one: 0, called "UNK" for *unknown*.
#
# ### Exercise: build the vocabulary [4 points]
#
# Rank the words by how often they occur. Words are taken as they are: *The* and *the* are two.
# Words of equal count stay in the order in which they are first seen, so that everybody gets the
# same ids. `size` is the number of rows of the table, so "UNK" counts towards it. (None of our
# texts has the word "UNK" itself.)
#
# For the words *to be or not to be* and `size` 4, the vocabulary is ["UNK", "to", "be", "or"],
# and `word_to_id` is {"UNK": 0, "to": 1, "be": 2, "or": 3}.


# %% nbgrader={"grade_id": "build-vocabulary", "solution": true}
def build_vocabulary(words, size):
    """The commonest words of a text, with ids.

    Args:
      words: a list of words.
      size: how many entries the vocabulary has at most, "UNK" included; at least 1.

    Returns:
      (vocabulary, word_to_id): a list, "UNK" first, then words by falling count, ties by first
      seen; and a dict from each entry to its place in the list.
    """
    ### BEGIN SOLUTION
    counts = {}
    for word in words:
        counts[word] = counts.get(word, 0) + 1
    ranked = sorted(counts, key=lambda word: -counts[word])  # the sort is stable
    vocabulary = ["UNK", *ranked[: size - 1]]
    return vocabulary, {word: number for number, word in enumerate(vocabulary)}
    ### END SOLUTION


# %% tags=["try-it"]
show_parts(build_vocabulary(["to", "be", "or", "not", "to", "be"], size=4))
# prints: ['UNK', 'to', 'be', 'or']
#         {'UNK': 0, 'be': 2, 'or': 3, 'to': 1}

# %% nbgrader={"grade_id": "check-build-vocabulary", "grade": true, "points": 4}
report = check_build_vocabulary(build_vocabulary)
### BEGIN HIDDEN TESTS
report += check_build_vocabulary(build_vocabulary, seeds=(11, 12, 13))
### END HIDDEN TESTS
report.points(4)

# %% [markdown]
# Our vocabulary: every word that occurs five times or more.

# %% tags=["demo"]
from collections import Counter

size = 1 + sum(count >= 5 for count in Counter(words).values())
vocabulary, word_to_id = word2vec.build_vocabulary(words, size)
data = word2vec.encode(words, word_to_id)
counts = np.bincount(data, minlength=size)
print(size, "entries:", *vocabulary[:8], "...")
print("first ids:", *data[:9], f"...; {counts[0] / len(data):.1%} of the text is UNK")

# %% [markdown]
# A quarter of the different words cover nine tenths of the text. Ids are ranks: 1 is *the*.
#
# ## 10.2 A word and its company
#
# The idea is old: you know a word by the company it keeps. **Skip-gram** ([Mikolov and others,
# 2013](https://arxiv.org/abs/1301.3781)) makes a task of it. Slide a window over the text. The word
# in its middle is the **centre**, the others are **contexts**. Given the centre, guess a context.
# The guesses are of no interest; the vectors that it takes to guess well are.
#
# ### Exercise: a batch of skip-grams [6 points]
#
# The window has `skip_window` words on each side of its centre, and moves on by one word after
# each centre. From each window draw `num_skips` different places, never the middle place (its word
# may stand beside it); each gives a pair (centre, context). The text is a ring: after its last
# word comes its first. Return where the next batch begins, so that no centre is used twice.
#
# $$\text{next start} = (\text{start} + \text{batch size} / \text{num skips}) \bmod \text{length}$$
#
# For `data` 10, 11, ..., 19, `start` 8, `batch_size` 4, `num_skips` 2 and `skip_window` 1, the
# first window is 18, 19, 10. The centres are 19, 19, 10, 10; the contexts of 19 are 18 and 10,
# in either order, those of 10 are 19 and 11; and `next_start` is 0.


# %% nbgrader={"grade_id": "skip-gram-batch", "solution": true}
def generate_batch(data, start, batch_size, num_skips, skip_window, rng):
    """Pairs of a centre and one of the words around it.

    Args:
      data: [words], ids; after the last word comes the first.
      start: left end of the first window.
      batch_size: number of pairs, a multiple of num_skips.
      num_skips: pairs for each centre, at most 2 * skip_window.
      skip_window: words to each side of the centre.
      rng: a numpy.random.Generator.

    Returns:
      (centers, contexts, next_start), two arrays [batch_size] of ids, and a number.
    """
    ### BEGIN SOLUTION
    sides = [offset for offset in range(-skip_window, skip_window + 1) if offset != 0]
    centers, contexts = [], []
    for i in range(batch_size // num_skips):
        middle = start + skip_window + i
        for offset in rng.choice(sides, size=num_skips, replace=False):
            centers.append(data[middle % len(data)])
            contexts.append(data[(middle + offset) % len(data)])
    next_start = (start + batch_size // num_skips) % len(data)
    return np.array(centers), np.array(contexts), next_start
    ### END SOLUTION


# %% tags=["try-it"]
for part in generate_batch(np.arange(10, 20), 8, 4, 2, 1, np.random.default_rng(1)) or [None]:
    show(np.sort(np.ravel(part)))
# prints: [10, 10, 19, 19]
#         [10, 11, 18, 19]
#         [0]

# %% nbgrader={"grade_id": "check-skip-gram-batch", "grade": true, "points": 6}
report = check_skip_gram_batch(generate_batch)
### BEGIN HIDDEN TESTS
report += check_skip_gram_batch(generate_batch, seeds=(111, 112))
### END HIDDEN TESTS
report.points(6)

# %% [markdown]
# This is what a network will see of our text, by your function, with one word to each side and then
# with two:

# %% tags=["demo"]
from course_utils.checks.word2vec import own_or_course

generate_batch = own_or_course("generate_batch", generate_batch)
for num_skips, skip_window in ((2, 1), (4, 2)):
    rng = np.random.default_rng(1)
    centers, contexts, _ = generate_batch(data, 0, 8, num_skips, skip_window, rng)
    print(f"num_skips = {num_skips}, skip_window = {skip_window}")
    for center, context in zip(centers, contexts, strict=True):
        print(f"    {vocabulary[center]} -> {vocabulary[context]}")

# %% [markdown]
# ### Thin out the commonest
#
# Most pairs hold a word like *of*, which keeps company with everybody and says nothing of
# anybody. So before each pass, common words are dropped at random. With $f$, a word's share of
# the text, and a threshold $t$, an occurrence is kept with probability
#
# $$P(\text{keep}) = \min\left(1, \left(\sqrt{f/t} + 1\right) \frac{t}{f}\right)$$
#
# Where does that come from? It is no theorem. Multiplied out it is $\sqrt{t/f} + t/f$. The first
# term is the paper's ([Mikolov and others, 2013](https://arxiv.org/abs/1310.4546)): a word four
# times as common is kept half as often, so what remains of it grows as $\sqrt f$, and the order of
# the counts stays as it was. The second term stands in the authors' program only, `word2vec.c`,
# which everybody has copied since. With it nothing is dropped of a word until $\sqrt{t/f} + t/f$ is
# below 1, and that takes an $f$ of more than 2.6 $t$.
#
# ### Exercise: the probability to keep a word [3 points]
#
# A dropped word leaves no gap: the window then reaches farther, to words that say more. For the
# counts [90, 10] and a threshold of 0.1 the probabilities are 0.444 and 1.


# %% nbgrader={"grade_id": "keep-probability", "solution": true}
def keep_probability(counts, threshold=1e-3):
    """How likely each occurrence of a word is kept.

    Args:
      counts: [vocabulary], how often each word occurs, at least once.
      threshold: t, a share of the text.

    Returns:
      [vocabulary] numbers in 0..1.
    """
    ### BEGIN SOLUTION
    f = np.asarray(counts) / np.sum(counts)
    return np.minimum(1, (np.sqrt(f / threshold) + 1) * threshold / f)
    ### END SOLUTION


# %% tags=["try-it"]
show(keep_probability(np.array([90, 10]), threshold=0.1))
# prints: [0.4444, 1]

# %% nbgrader={"grade_id": "check-keep-probability", "grade": true, "points": 3}
report = check_keep_probability(keep_probability)
### BEGIN HIDDEN TESTS
report += check_keep_probability(keep_probability, seeds=(11, 12), sizes=(8, 5))
### END HIDDEN TESTS
report.points(3)

# %% tags=["demo"]
keep_probability = own_or_course("keep_probability", keep_probability)
keep = np.asarray(keep_probability(counts))
for word in ("the", "he", "water", "einstein"):
    print(f"{word:9} kept {keep[word_to_id[word]]:.2f}")
print(f"dropping begins at {min(counts[keep < 1]) / len(data):.4f} of the text; ", end="")
print(f"theory: above {((1 + 5**0.5) / 2) ** 2:.2f} t, and t is 0.001")

# %% [markdown]
# ## 10.3 What does a guess cost?
#
# There are two tables: a word's row in `embeddings` speaks for it as a centre, its row in
# `output_vectors` as a context. Let $v$ be the row of the centre and $u_w$ the one of word $w$ as a
# context. The score of a pair is the product of the two rows, and a softmax over the scores of all
# words makes probabilities of them:
#
# $$P(w \mid \text{centre}) = \frac{e^{u_w \cdot v}}{\sum_j e^{u_j \cdot v}}$$
#
# The **likelihood** is the probability that these numbers give to all contexts $o$ that the text
# really has: the product of their $P(o \mid \text{centre})$. We want it large, so its negative
# logarithm small. Each pair contributes the cross-entropy of chapter 3:
#
# $$L = -\log P(o \mid \text{centre}) = -u_o \cdot v + \log \sum_j e^{u_j \cdot v}$$
#
# The derivative of the logarithm of the sum by the score of $w$ is $e^{u_w \cdot v} / \sum_j
# e^{u_j \cdot v}$, which is $P(w \mid \text{centre})$ again. So
#
# $$\frac{\partial L}{\partial v} = \sum_w \bigl(P(w \mid \text{centre}) - [w = o]\bigr)\, u_w
# \qquad \frac{\partial L}{\partial u_w} = \bigl(P(w \mid \text{centre}) - [w = o]\bigr)\, v$$
#
# with $[w = o]$ for 1 if $w$ is the context, and 0 if not. Each word's error is its probability
# minus what it should have been, and it pulls at two rows.
#
# **Predict, then run.** A network that knows nothing finds all words equally likely. What is
# its loss, in nats? And how many numbers does one guess touch, if each row has 100?

# %% tags=["demo"]
prediction_10_1 = ...  # two numbers: (loss in nats, numbers of output_vectors)

# %% tags=["demo"]
print(f"log {size} = {np.log(size):.2f} nats")
print(f"{size} rows, {100 * size:,} numbers for one pair")
your_prediction(prediction_10_1)

# %% [markdown]
# The loss is no trouble: 9.11 nats. The numbers are. Each guess computes 9,003 scores to learn
# about one, and the gradient changes every row of the table.
#
# The way out is another question. Not "which of 9,003 words is it?", but "this pair, is it from
# the text, or did someone make it up?" For each true pair we make up $k$ false ones: the centre
# with words drawn from a **noise distribution**. Only $k + 1$ rows of the table are touched.
#
# ### Exercise: the noise distribution [3 points]
#
# Draw noise in proportion to the words' counts to some power. With power 1 it is the text's own
# distribution, with power 0 all words are equally likely. In between, rare words get a better
# chance; 0.75 was found by trying.
#
# $$Q(w) = \frac{\text{count}(w)^{0.75}}{\sum_j \text{count}(j)^{0.75}}$$
#
# For the counts [16, 1] the probabilities are 0.889 and 0.111.


# %% nbgrader={"grade_id": "noise-distribution", "solution": true}
def noise_distribution(counts, power=0.75):
    """The probability to draw each word as noise.

    Args:
      counts: [vocabulary], how often each word occurs.
      power: of the counts.

    Returns:
      [vocabulary] probabilities.
    """
    ### BEGIN SOLUTION
    weights = np.asarray(counts, dtype=float) ** power
    return weights / weights.sum()
    ### END SOLUTION


# %% tags=["try-it"]
show(noise_distribution(np.array([16, 1])))
# prints: [0.8889, 0.1111]

# %% nbgrader={"grade_id": "check-noise-distribution", "grade": true, "points": 3}
report = check_noise_distribution(noise_distribution)
### BEGIN HIDDEN TESTS
report += check_noise_distribution(noise_distribution, seeds=(11, 12), sizes=(9, 5, 2))
### END HIDDEN TESTS
report.points(3)

# %% [markdown]
# ## 10.4 Text or noise?
#
# Each of the $k + 1$ words gets its own yes-or-no answer, $\sigma(\text{score})$, the probability
# that the pair is from the text. Here $\sigma(s) = 1 / (1 + e^{-s})$ is the sigmoid, which makes a
# probability of any score. The answer "no" has the probability $1 - \sigma(s) = \sigma(-s)$.
# The loss is the cross-entropy of these answers; with $n_i$ for the noise words, called
# **negatives**:
#
# $$L = -\log \sigma(u_o \cdot v) - \sum_{i=1}^{k} \log \sigma(-u_{n_i} \cdot v)$$
#
# That is **negative sampling**. A network that knows nothing scores every pair 0 and answers ½. And
# the gradient? With $\sigma' = \sigma (1 - \sigma)$ the derivatives by a score $s$ are
#
# $$\frac{d}{ds}\bigl(-\log \sigma(s)\bigr) = \sigma(s) - 1 \qquad
# \frac{d}{ds}\bigl(-\log \sigma(-s)\bigr) = \sigma(s)$$
#
# Again an error: the answer minus what it should have been. The way from a score on to its two rows
# is the same as in section 10.3, but only $k + 1$ rows are on it.
#
# ### Exercise: the loss and its gradients [8 points]
#
# Write the loss of one example and both gradients, in NumPy. Mind two accidents that do happen: a
# negative may be drawn more than once, and may be the context itself. Then each draw counts. And
# scores may be large: $-\log \sigma(s) = \log(1 + e^{-s})$ is nearly 1000 for a score of -1000,
# though $\sigma(s)$ has become 0 in a computer's numbers. So don't take the logarithm of a sigmoid;
# see `np.logaddexp`.
#
# For `center` [1, 2], `context` 0, `negatives` [1, 1] and `output_vectors` [[1, 0], [0, 0]] the
# loss is 1.6996. The gradients are [-0.2689, 0] for `center`, and [-0.2689, -0.5379] and [1, 2]
# for the two rows.


# %% nbgrader={"grade_id": "negative-sampling-loss", "solution": true}
def negative_sampling_loss(center, context, negatives, output_vectors):
    """Loss and gradients of negative sampling for one example.

    Args:
      center: [dim], the centre's vector.
      context: the context's id.
      negatives: [k], ids; they may repeat, and may be the context.
      output_vectors: [vocabulary, dim].

    Returns:
      (loss, grads), grads is a dict: center [dim], output_vectors [vocabulary, dim].
    """
    ### BEGIN SOLUTION
    loss, d_center, d_output = 0.0, np.zeros(len(center)), np.zeros(output_vectors.shape)
    for word, label in [(context, 1), *((negative, 0) for negative in negatives)]:
        score = output_vectors[word] @ center
        loss += np.logaddexp(0, -score if label else score)
        error = 1 / (1 + np.exp(-score)) - label
        d_center += error * output_vectors[word]
        d_output[word] += error * center
    return loss, {"center": d_center, "output_vectors": d_output}
    ### END SOLUTION


# %% tags=["try-it"]
rows = np.array([[1.0, 0.0], [0.0, 0.0]])
show_parts(negative_sampling_loss(np.array([1.0, 2.0]), 0, np.array([1, 1]), rows))
# prints: 1.6996
#         {'center': [-0.2689, 0], 'output_vectors': [[-0.2689, -0.5379], [1, 2]]}

# %% nbgrader={"grade_id": "check-negative-sampling-loss", "grade": true, "points": 8}
report = check_negative_sampling_loss(negative_sampling_loss)
### BEGIN HIDDEN TESTS
report += check_negative_sampling_loss(
    negative_sampling_loss, seeds=(11, 12), sizes=((11, 3, 6), (3, 5, 2), (2, 1, 1))
)
### END HIDDEN TESTS
report.points(8)

# %% [markdown]
# ### Text or noise, word by word
#
# One update is two lines: each table takes a step against its gradient. Here is the whole training
# in small, with your batches, your loss and your gradients: the commonest words, those with ids
# below 500, rows of 20 numbers, 4,000 pairs one by one.

# %% tags=["demo"]
negative_sampling_loss = own_or_course("negative_sampling_loss", negative_sampling_loss)
noise_distribution = own_or_course("noise_distribution", noise_distribution)
common, rng = data[(data > 0) & (data < 500)], np.random.default_rng(3)
noise = noise_distribution(np.bincount(common, minlength=500))
embeddings, output_vectors = rng.uniform(-0.5, 0.5, [500, 20]) / 20, np.zeros([500, 20])
centers, contexts, _ = generate_batch(common, 0, 4000, 4, 2, rng)
pair_losses = []
for center, context in zip(centers, contexts, strict=True):
    negatives = rng.choice(500, 10, p=noise)
    loss, grads = negative_sampling_loss(embeddings[center], context, negatives, output_vectors)
    embeddings[center] -= 0.2 * np.asarray(grads["center"])
    output_vectors -= 0.2 * np.asarray(grads["output_vectors"])
    pair_losses.append(float(loss))

# %% tags=["demo"]
measured("loss of the first pair", pair_losses[0], near=(11 * np.log(2), 0.001))
measured("loss of the last 500 pairs, mean", np.mean(pair_losses[-500:]), at_most=3.6)

# %% [markdown]
# It starts at 11 log 2, since eleven answers of ½ cost log 2 each, and it falls. That is all of it;
# section 10.5 does the same for the whole text, 256 pairs at a time.
#
# ### Noise with a correction
#
# Negative sampling answers its own question well, but its scores are no softmax's: common words
# come as noise more often, and are scored down for it. **Noise-contrastive estimation** (NCE;
# [Gutmann and Hyvärinen, 2010](https://proceedings.mlr.press/v9/gutmann10a.html)) puts this right.
# If a word is drawn $k$ times, each time $w$ with the noise's probability $Q(w)$, the **expected
# count** of $w$ is $k\,Q(w)$: how often noise brings it on average. The text brings it $P(w \mid
# \text{centre})$ times on average, one context for each pair. So of all pairs with $w$ that come
# along, the share from the text is
#
# $$\frac{P(w \mid \text{centre})}{P(w \mid \text{centre}) + k\,Q(w)} = \sigma\bigl(\log P(w \mid
# \text{centre}) - \log(k\,Q(w))\bigr)$$
#
# That is the right answer to "text or noise?". A network whose answer is $\sigma(\text{logit})$
# gives it if it takes the logarithm of the expected count off its score:
#
# $$\text{logit} = u_w \cdot v + b_w - \log(k\,Q(w))$$
#
# Then $u_w \cdot v + b_w$ becomes $\log P(w \mid \text{centre})$, a logit of the softmax. The new
# $b_w$ is a bias of each word, learnt like its row. The loss is as before, now
# of a batch whose examples share one draw of noise:
#
# $$L = \frac{1}{N} \sum_{i=1}^{N} \left( -\log \sigma(\text{logit}_{i, o_i})
# - \sum_{j=1}^{k} \log \sigma(-\text{logit}_{i, n_j}) \right)$$
#
# ### Exercise: the NCE loss [4 points]
#
# Sharing the noise makes of $N k$ small products one matrix product, and that makes the
# training fast. The rows are given here, so no ids are needed. The loss must be right for scores of
# a thousand, too. NumPy will do; in TensorFlow a finite gradient must get to vectors and biases.
#
# If all vectors and biases are zero and all expected counts are 1, each logit is 0: with three
# noise words the loss is 4 log 2 = 2.773, for any batch.


# %% nbgrader={"grade_id": "nce-loss", "solution": true}
def nce_loss(center, true_w, true_b, noise_w, noise_b, true_expected, noise_expected):
    """The loss of noise-contrastive estimation, with noise that the batch shares.

    Args:
      center: [batch, dim], vectors of the centres.
      true_w: [batch, dim], output vectors of the contexts.
      true_b: [batch], their biases.
      noise_w: [k, dim], output vectors of the noise words.
      noise_b: [k], their biases.
      true_expected: [batch], how often noise is expected to bring each context.
      noise_expected: [k], the same for each noise word.

    Returns:
      A scalar, the mean over the batch.
    """
    ### BEGIN SOLUTION
    true = tf.reduce_sum(center * true_w, axis=1) + true_b - tf.math.log(true_expected)
    noise = tf.matmul(center, noise_w, transpose_b=True) + noise_b - tf.math.log(noise_expected)
    each = tf.nn.softplus(-true) + tf.reduce_sum(tf.nn.softplus(noise), axis=1)
    return tf.reduce_mean(each)
    ### END SOLUTION


# %% tags=["try-it"]
two_true, three_noise = (tf.zeros([2, 5]), tf.zeros([2])), (tf.zeros([3, 5]), tf.zeros([3]))
show(nce_loss(tf.zeros([2, 5]), *two_true, *three_noise, tf.ones([2]), tf.ones([3])))
# prints: 2.7726

# %% nbgrader={"grade_id": "check-nce-loss", "grade": true, "points": 4}
report = check_nce_loss(nce_loss)
### BEGIN HIDDEN TESTS
report += check_nce_loss(nce_loss, seeds=(11, 12), sizes=((4, 5, 3), (1, 1, 2), (6, 2, 5)))
### END HIDDEN TESTS
report.points(4)

# %% [markdown]
# TensorFlow [has NCE, too](../../docs/from_tensorflow_1.md#losses-and-sampling), as
# [tf.nn.nce_loss](https://www.tensorflow.org/api_docs/python/tf/nn/nce_loss). Does yours give the
# same, with six pairs, four noise words and a vocabulary of five?

# %% tags=["demo"]
nce_loss = own_or_course("nce_loss", nce_loss)
rng = np.random.default_rng(2)
center, w, b = (rng.normal(size=size).astype("f") for size in ((6, 3), (5, 3), 5))
contexts, noise = rng.integers(5, size=6), rng.integers(5, size=4)
expected = 4 * np.asarray(noise_distribution(np.array([50, 20, 20, 5, 5])), "f")  # k Q(w)
theirs = tf.nn.nce_loss(
    w, b, contexts[:, np.newaxis], center, num_sampled=4, num_classes=5,
    sampled_values=(noise, expected[contexts][:, np.newaxis], expected[noise]),
)  # fmt: skip
yours = nce_loss(center, w[contexts], b[contexts], w[noise], b[noise], expected[contexts],
                 expected[noise])  # fmt: skip
measured("loss", yours, near=(float(tf.reduce_mean(theirs)), 1e-5), digits=5)

# %% [markdown]
# ## 10.5 Training
#
# Now the same on the whole text, by the course's `word2vec.SkipGram`. An epoch is one pass through
# the text. In each the text is thinned first; then all pairs of a window of 5 are listed in random
# order, and taken in batches of 256, whose pairs share their noise (`shared`): 64 words, which
# together count as much as 10 for each pair. It all happens in one graph: gather the rows, compute
# the gradient, subtract it from these rows only. As usual for skip-gram, each centre draws how far
# it looks, 1 to 5 words, so that near contexts come more often. Rare words, our UNK, are left out,
# as gensim does; we will compare.
#
# What would a full softmax say of it? A score of negative sampling tells how much likelier a
# context is than noise, so the noise distribution times exp(score), made to add up to 1, is a
# softmax over all words. If all words were alike, it would pay log V = 9.11. At the start all
# output vectors are zero: then it is the noise distribution alone.
#
# **Predict, then run.** What does it pay at the start, and what after five passes through the text?

# %% tags=["demo"]
prediction_10_2 = ...  # two numbers of nats: (at the start, at the end)

# %% tags=["demo"]
pairs = word_pairs.similarities()
known = np.where(np.arange(size) > 0, counts, 0)  # no UNK
model = word2vec.SkipGram(known, dim=100, negatives=10, shared=64, seed=1)
untrained = model.vectors
text = data[: training.steps(full=len(data), quick=40_000)]
EPOCHS = training.steps(full=5, quick=1)
rng = np.random.default_rng(0)
thinned = data[(data > 0) & (rng.random(len(data)) < keep[data])]
sample = [ids[:2000] for ids in word2vec.skip_grams(thinned, 5, rng)]  # for the exact softmax
softmax_losses = [model.cross_entropy(*sample)]

# %% tags=["demo"]
import time

ours, losses, seconds, start = [], [], 0.0, time.perf_counter()
for epoch_losses in training.progress(model.train(text, EPOCHS, rate=0.1, batch_size=256)):
    seconds += time.perf_counter() - start
    score = word_scores.similarity_score(model.vectors, word_to_id, pairs)
    ours.append(word_scores.Lap(seconds, score))
    losses.append(epoch_losses)
    softmax_losses.append(model.cross_entropy(*sample))
    start = time.perf_counter()

# %% tags=["demo", "drawing"]
fig, (left, right) = plt.subplots(1, 2, figsize=(7.3, 3.5))
curve = np.concatenate(losses)
curve = curve[: len(curve) // 100 * 100].reshape(-1, 100).mean(axis=1)
epochs = np.linspace(0, len(losses), len(curve))
left.plot(epochs, curve, linewidth=1.2)
knows_nothing = 11 * np.log(2)
plotting.theory_line(left, (0, EPOCHS), (knows_nothing,) * 2, "11 log 2: knows nothing")
left.set(title="Text or noise: the loss we train", xlabel="epoch", ylim=(2, 8.5))
left.set_ylabel("nats per pair")
right.plot(range(len(softmax_losses)), softmax_losses, "o-", color="C1")
plotting.theory_line(right, (0, EPOCHS), (np.log(size),) * 2, "log V: all words alike")
right.set(title="The loss of a softmax falls, too", xlabel="epoch", ylim=(None, 9.6))
alt = "Left: the loss of negative sampling falls from 11 log 2. Right: the loss of a softmax over "
plotting.show(fig, alt=alt + "the vocabulary, computed after each epoch, falls from below log V.")

# %% tags=["demo"]
measured("loss of the first batch", losses[0][0], near=(knows_nothing, 0.01))
noise_alone = -np.log(word2vec.noise_distribution(known)[sample[1]]).mean()
your_prediction(prediction_10_2)
measured("softmax at the start", softmax_losses[0], near=(noise_alone, 0.01))
measured("softmax at the end", softmax_losses[-1], at_most=7.3)

# %% [markdown]
# Left, the loss starts where theory says and falls. Right, a check that costs what we saved, so
# we make it for 2,000 pairs only: the loss of the full softmax. The noise alone does better than
# log V already, since common words are likelier; the vectors do the rest.
#
# ## 10.6 Nearest words
#
# Two words are alike if their vectors point the same way. The **cosine** measures it: the
# product of the vectors, divided by their lengths.
#
# $$\cos(u, v) = \frac{u \cdot v}{\lVert u \rVert \lVert v \rVert}$$
#
# Lengths are divided out, so that the direction alone counts: 1 is the same, 0 is no relation.
#
# ### Exercise: nearest words [3 points]
#
# Return the ids of the `k` words with the highest cosines, the highest first, without the word
# itself. For the rows [1, 0], [5, 5], [0.1, 0.01] and [-1, 0], the nearest two of word 0 are 2
# and 1.


# %% nbgrader={"grade_id": "nearest-words", "solution": true}
def nearest(embeddings, word_id, k):
    """A word's nearest neighbours by cosine.

    Args:
      embeddings: [vocabulary, dim], no row is zero.
      word_id: whose neighbours to find.
      k: how many.

    Returns:
      [k] ids, the nearest first, word_id not among them.
    """
    ### BEGIN SOLUTION
    unit = embeddings / np.linalg.norm(embeddings, axis=1, keepdims=True)
    order = np.argsort(-(unit @ unit[word_id]))
    return order[order != word_id][:k]
    ### END SOLUTION


# %% tags=["try-it"]
show(nearest(np.array([[1.0, 0.0], [5.0, 5.0], [0.1, 0.01], [-1.0, 0.0]]), 0, 2))
# prints: [2, 1]

# %% nbgrader={"grade_id": "check-nearest-words", "grade": true, "points": 3}
report = check_nearest_words(nearest)
### BEGIN HIDDEN TESTS
report += check_nearest_words(nearest, seeds=(11, 12), sizes=((13, 5, 6), (7, 3, 2), (4, 2, 2)))
### END HIDDEN TESTS
report.points(3)

# %% [markdown]
# Before training, all vectors are random, and so are the neighbours. Which words will be next to
# *three* and to *france*? In the live notebook, choose among more words. **Predict, then run.** Of
# the seven words nearest to *three*, how many will be numbers?

# %% tags=["demo"]
prediction_10_3 = ...  # a number from 0 to 7

# %% tags=["demo"]
shown = ["three", "france", "he", "war", "water", "king", "music", "university", "green", "day"]


def neighbours(vectors, at_least):
    """The nearest 7 of the words that are shown, among those that occur so often at least."""
    ids = np.flatnonzero(known >= at_least)
    return diagrams.neighbour_table(vectors[ids], [vocabulary[i] for i in ids], shown, k=7)


FLOORS = (5, 25, 50)
before = {floor: neighbours(untrained, floor) for floor in FLOORS}
after = {floor: neighbours(model.vectors, floor) for floor in FLOORS}

# %% tags=["demo", "drawing"]
widgets.explorer(
    draw=lambda word, at_least: diagrams.word_neighbours(
        {"before": before[at_least], "after training": after[at_least]}, [word]
    ),
    controls={"word": shown, "at_least": FLOORS},
    static=lambda: diagrams.word_neighbours(
        {"before": before[25], "after training": after[25]}, shown[:2]
    ),
)

# %% tags=["demo"]
NUMBERS = """one two three four five six seven eight nine ten eleven twelve eighteen twenty
    first second third fourth fifth half hundred thousand million"""
found = {word for word, _ in after[25]["three"]} & set(NUMBERS.split())
measured("numbers among the 7 next to three", len(found), at_least=4, predicted=prediction_10_3)

# %% [markdown]
# Nobody told the network that *three* is a number. It stands where *two* and *four* stand, and
# that was enough.
#
# The picture leaves out words that occur fewer than 25 times. Why? Here are the neighbours of *he*
# and of *king* among all words, and among these:

# %% tags=["demo", "drawing"]
diagrams.word_neighbours(
    {"all words": after[5], "25 times or more": after[25]}, ["he", "king"]
).show()

# %% tags=["demo"]
rare = np.sum((known > 0) & (known < 25))
print(f"{rare:,} of {np.sum(known > 0):,} words occur fewer than 25 times")
beside = [word_to_id[word] for words in after[5].values() for word, _ in words]
measured(
    "counts of the 70 neighbours among all words, median", np.median(known[beside]), at_most=12
)

# %% [markdown]
# A word that occurs five times has met a few dozen contexts. Its vector points where these few
# point, and if all five times it stood in the lives of men, it points as *he* does, more purely
# than *she*, whose contexts are of many kinds. Among thousands of such words some lie near anything
# by accident. So where neighbours are to mean something, ask for words of which enough has been
# read. (In the live notebook, move the floor.)
#
# ## 10.7 A map of words
#
# A hundred dimensions can't be drawn. **t-SNE** ([van der Maaten and Hinton,
# 2008](https://jmlr.org/papers/v9/vandermaaten08a.html)) looks for places in the plane such that
# near neighbours stay near; distances far apart mean little. We give it the 500 commonest words.
#
# **Predict, then run.** Of the five points nearest to a number, how many are numbers, on average?
# If chance had strewn the words, it would be far less than one.

# %% tags=["demo"]
prediction_10_4 = ...  # a number from 0 to 5

# %% tags=["demo"]
from sklearn.manifold import TSNE

COUNTRIES = """america england france germany russia india afghanistan albania algeria andorra
    angola azerbaijan armenia argentina australia aruba africa europe asia alaska alabama"""
common = vocabulary[1:501]
rows = word_scores.unit_rows(model.vectors[1:501])
points = TSNE(perplexity=20, init="pca", random_state=1).fit_transform(rows)
groups = {"numbers": NUMBERS.split(), "countries and other places": COUNTRIES.split()}

# %% tags=["demo", "drawing"]
fig = diagrams.word_map(points, common, groups)
fig.axes[0].set_title("Words that are used alike stand together")
alt = "A map of the 500 commonest words as points. Numbers stand in small groups of numbers, and "
plotting.show(fig, alt=alt + "places in small groups of places; some stand alone.")


# %% tags=["demo"]
def share_of_own(group):
    """How many of the five nearest points of a group's words are of the group, on average."""
    members = [common.index(word) for word in group if word in common]
    apart = np.linalg.norm(points[:, np.newaxis] - points[np.newaxis], axis=2)
    nearest_five = np.argsort(apart[members], axis=1)[:, 1:6]
    return np.isin(nearest_five, members).mean(), (len(members) - 1) / len(common)


your_prediction(prediction_10_4)
for name, group in groups.items():
    share, chance = share_of_own(group)
    measured(f"{name}: of their own among the nearest 5", 5 * share, at_least=1.2)
    print(f"    by chance: {5 * chance:.2f}")

# %% [markdown]
# This is the picture to remember. It was drawn from nothing but which words stand near which.
# Read the names in grey, too: who are their neighbours?
#
# ## 10.8 Theory against people
#
# A picture persuades; it does not measure. For **WordSim-353**, people said of 353 pairs of
# words how close they are, from 0 to 10: *tiger* and *cat* got 7.35. We rank the pairs by
# cosine, and compare the two rankings by **Spearman's correlation**: 1 for the same order, 0
# for no relation. Pairs with a word that is not in our vocabulary are left out.
#
# And we compare with [gensim](https://radimrehurek.com/gensim/models/word2vec.html), a library
# written for this and tuned in C: same text, 100 dimensions, window 5, 10 negatives, 5 epochs, with
# three learning rates, to be fair. The clocks count training only.

# %% tags=["demo"]
rates = (0.1, 0.05, 0.2)[: training.steps(full=3, quick=1)]
pieces = [text[i : i + 1000] for i in range(0, len(text), 1000)]
articles = [[vocabulary[word] for word in piece if word] for piece in pieces]
theirs = {
    rate: word_scores.train_gensim(articles, pairs, rate=rate, epochs=EPOCHS)
    for rate in training.progress(rates, "gensim")
}
best_rate = max(theirs, key=lambda rate: max(lap.score for lap in theirs[rate]))
best = max(lap.score for lap in theirs[best_rate])

# %% tags=["demo", "drawing"]
fig, ax = plt.subplots(figsize=(7.3, 3.8))
COLOURS = {0.1: "C1", 0.05: "C5", 0.2: "C3"}  # of gensim's rates
for rate, laps in theirs.items():
    ax.plot(*zip(*laps, strict=True), "o-", color=COLOURS[rate], label=f"gensim, rate {rate}")
ax.plot(*zip(*ours, strict=True), "o-", color="C0", label="ours, rate 0.1")
speeds = [len(text) * EPOCHS / laps[-1].seconds / 1000 for laps in (ours, theirs[best_rate])]
ax.set_title(
    f"After as many passes ours is at {ours[-1].score:.2f}, gensim's best rate at {best:.2f}\n"
    f"(here, in this run: {speeds[0]:.0f},000 and {speeds[1]:.0f},000 words a second)"
)
plotting.theory_line(ax, (0, ax.get_xlim()[1]), (best, best), "gensim's best")
ax.set(xlabel="seconds of training", ylabel="Spearman's correlation", ylim=(0, 0.65))
ax.legend(loc="lower right")
alt = "Correlation with people's judgement by seconds of training, for gensim with three learning "
plotting.show(fig, alt=alt + "rates and for our own model, which ends above gensim's best.")

# %% tags=["demo"]
in_vocabulary = sum({first, second} <= word_to_id.keys() for first, second, _ in pairs)
print("pairs of which we know both words:", in_vocabulary)
measured("Spearman's correlation, ours", ours[-1].score, at_least=0.52)
measured("ours less gensim's best", ours[-1].score - best, at_least=0)

# %% [markdown]
# After as many passes through the same text our vectors agree with people at least as well as
# gensim's, whose score changes by a few hundredths from run to run, since its two workers race each
# other. Don't read more into it. The seconds are this machine's, and they change with whatever else
# it does at the time; gensim may well be the faster of the two. And look at its three curves: the
# learning rate moves the score at least as much as the choice of the library does, and we have
# tried three rates only. (Its default rate is lower still, for far longer texts. Try it here.)
#
# ## 10.9 Adding and subtracting words
#
# The best-known trick: *man* is to *king* as *woman* is to what? If "royal" is a direction,
# then going from *man* to *king* and starting from *woman* should lead to *queen*:
#
# $$\text{target} = \hat v_b - \hat v_a + \hat v_c \qquad \hat v = v / \lVert v \rVert$$
#
# ### Exercise: analogies [3 points]
#
# Scale all rows to length one first, or the longest of the three decides. Then return the `k`
# words with the highest cosine to the target, leaving out `a`, `b` and `c`, which are nearly
# always close to it.
#
# For the rows [1, 0], [1, 1], [-1, 0], [-1, 3] and [0, -1] and `a`, `b`, `c` = 0, 1, 2, the first
# word of the answer is 3.


# %% nbgrader={"grade_id": "analogy", "solution": true}
def analogy(embeddings, a, b, c, k):
    """The words that are to c as b is to a.

    Args:
      embeddings: [vocabulary, dim], no row is zero.
      a, b, c: three ids.
      k: how many words to return.

    Returns:
      [k] ids, the best first; a, b and c are not among them.
    """
    ### BEGIN SOLUTION
    unit = embeddings / np.linalg.norm(embeddings, axis=1, keepdims=True)
    scores = unit @ (unit[b] - unit[a] + unit[c])  # in the order of the cosines
    order = np.argsort(-scores)
    return order[~np.isin(order, (a, b, c))][:k]
    ### END SOLUTION


# %% tags=["try-it"]
rows = np.array([[1.0, 0.0], [1.0, 1.0], [-1.0, 0.0], [-1.0, 3.0], [0.0, -1.0]])
show(analogy(rows, 0, 1, 2, k=1))
# prints: [3]

# %% nbgrader={"grade_id": "check-analogy", "grade": true, "points": 3}
report = check_analogy(analogy)
### BEGIN HIDDEN TESTS
report += check_analogy(analogy, seeds=(11, 12), sizes=((15, 6, 4), (9, 2, 3), (6, 3, 2)))
### END HIDDEN TESTS
report.points(3)

# %% [markdown]
# Google's list has 19,544 such questions. **Predict, then run.** Which share of those whose words
# we know will our vectors solve, after half a million words?

# %% tags=["demo"]
prediction_10_5 = ...  # a share from 0 to 1

# %% tags=["demo"]
sections = word_pairs.analogies()
questions = [question for section in sections.values() for question in section]
ids_but_unk = {word: number - 1 for word, number in word_to_id.items() if number}
some_questions = questions[:: training.steps(full=1, quick=40)]
share, asked = word_scores.analogy_score(model.vectors[1:], ids_but_unk, some_questions)
print(f"{len(questions):,} questions, and we know all four words of {asked:,}")
measured("share right", share, near=(0.033, 0.012), predicted=prediction_10_5)
measured("times what chance would get right", share * size, at_least=180)

# %% [markdown]
# Far better than chance, and far from good. Neighbours need little text, analogies need a lot:
# a direction like "capital of" must be the same for dozens of pairs, and of most questions our
# text does not even know all four words. From billions of words, such vectors have learnt to
# solve about two in three ([Mikolov and others, 2013](https://arxiv.org/abs/1301.3781)).
#
# ## What we built
#
# - A **vocabulary**, and **skip-grams**: a text turned into pairs.
# - **Negative sampling** and **NCE**: instead of a softmax over all words, a few yes-or-no
#   questions.
# - Vectors in which many of a number's neighbours are numbers and many of a place's are places;
#   measured against people's judgement and against gensim.
#
# **One thing to remember.** A word is known by the company it keeps: a task that nobody cares
# about can teach vectors that everybody can use.
#
# In chapter 11 a table of word vectors is the first layer of a network that reads a sentence in
# one language and writes it in another.
