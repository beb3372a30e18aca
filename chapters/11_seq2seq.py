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
# # Chapter 11: Sequence to sequence
#
# After this chapter you can
#
# - build a translator of two recurrent networks, one that reads and one that writes;
# - train it on whole sentences of unequal lengths: teacher forcing, and a loss without padding;
# - let it write by itself, and say exactly how often it is right;
# - look at the mistakes that remain, and put sentences of your own through the same code.
#
# You need the loop and the padding of [chapter 3](../03_dynamic_rnn/03_dynamic_rnn.ipynb) and the
# GRU of [chapter 7](../07_lstm_and_gru/07_lstm_and_gru.ipynb). The chapter takes about two hours,
# and its six exercises are worth 28 points.

# %% tags=["setup"]
try:
    import course_utils
except ImportError:
    raise ImportError(
        "This kernel does not have the course's packages. Start JupyterLab with `make lab`, "
        "then choose Kernel > Change Kernel > Python 3 (ipykernel)."
    ) from None
course_utils.start("11_seq2seq")

# %%
import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf

from course_utils import cells, diagrams, plotting, seq2seq, training, widgets
from course_utils.checks.seq2seq import (
    check_decode_train,
    check_encode_source,
    check_exact_match,
    check_greedy_decode,
    check_sequence_loss,
    check_shift_targets,
)
from course_utils.data import number_words, sentence_pairs
from course_utils.data.vocabulary import EOS, GO, PAD, UNK, Pair, Vocabulary, encode_pairs, join
from course_utils.show import measured, show, show_parts, your_prediction

# %% [markdown]
# ## 11.1 A language that can be known completely
#
# All sequences so far had one output for each input, or one for all. A translation has neither:
# it is a sequence of its own, with a length of its own. We start with a small piece of English
# and French where every sentence has exactly one right translation, which a library can write
# down: whole numbers in words, from 0 to 999,999.

# %%
for number in (42, 72, 80, 81, 200, 201, 80_000, 100_001):
    print(
        f"{number:>7,}  {number_words.write(number, 'en')}  ->  {number_words.write(number, 'fr')}"
    )

# %% [markdown]
# Small, but no toy. French counts sixty-twelve (soixante-douze) for seventy-two, and four
# twenties (quatre-vingts) for eighty. *Vingts* and *cents* lose their *s* when anything follows
# within the number: quatre-vingt-un, deux cent un, quatre-vingt mille. And where English says
# "one hundred", French says just *cent*. So a word can depend on words before it and after it.
#
# We cut the texts into words. A hyphen stays with the word behind it, so that the text can be
# put together again.

# %%
(pair,) = number_words.pairs([72_300])
print(pair.source)
print(pair.target, "->", join(pair.target))

# %% [markdown]
# Of the million numbers, 2,000 are **held out**: nobody learns from them, and they test what was
# learnt. We learn from 40,000 drawn from the others, four in a hundred of all.

# %% tags=["demo"]
english, french = number_words.vocabulary("en"), number_words.vocabulary("fr")
n_known = training.steps(full=40_000, quick=4_000)
known = number_words.pairs(number_words.draw(n_known, np.random.default_rng(1)))
numbers = number_words.held_out()
held_out = number_words.pairs(numbers)
print(len(english), "English words,", len(french), "French ones, four marks each included")
print("longest:", [max(len(pair[i]) for pair in known + held_out) for i in (0, 1)], "words")

# %% [markdown]
# **Baseline first.** A traveller with a dictionary translates word for word: *seventy* is
# soixante-dix, *-two* is -deux, *and* is dropped. **Predict, then run.** Which share of the 2,000
# numbers does that get exactly right?

# %% tags=["demo"]
prediction_11_1 = ...  # a share from 0 to 1

# %% tags=["demo"]
dictionary = {"and": "", ",": "", "hundred": "cent", "thousand": "mille"}
for number in (*range(20), *range(20, 100, 10)):
    word = number_words.write(number, "en")
    dictionary[word] = number_words.write(number, "fr")
    dictionary["-" + word] = "-" + dictionary[word]


def word_for_word(pair):
    return " ".join(dictionary[word] for word in pair.source).split()


share = np.mean([join(word_for_word(pair)) == join(pair.target) for pair in held_out])
print(f"word for word: a share of {share:.2f} is exactly right")
your_prediction(prediction_11_1)
print("for instance 72 is", join(word_for_word(number_words.pairs([72])[0])))

# %% [markdown]
# Four in ten. That is the number to beat. Word for word fails wherever French counts in another
# way, or a word changes with its neighbours.

# %% [markdown]
# ## 11.2 Reading and writing
#
# The plan has two halves. The **encoder** is a recurrent network that reads the English words;
# nobody looks at its outputs, all that counts is its final state. The **decoder** is another
# recurrent network. It starts from that state and predicts the French words, one a step. At each
# step it gets as input the word that was written before.

# %% tags=["demo"]
diagrams.encoder_decoder().show()

# %% [markdown]
# Four **marks** share the vocabulary with the words. Before the first word there is nothing that
# was written before: **GO** stands for it. After the last word, the decoder says **EOS**, end of
# sentence, as in chapter 3. **PAD** fills up rows, and **UNK** stands for every word that is not
# in the vocabulary.

# %%
print("PAD, UNK, GO, EOS =", (PAD, UNK, GO, EOS))
toy = Vocabulary([["forty", "-two"], ["forty"]])
print(toy.words)
print(toy.encode(["forty", "-two", "zillion"]))

# %% [markdown]
# ### Exercise: encode the source [4 points]
#
# All sentences of a batch go into one array, so each becomes a row of `length` ids. Two things are
# unlike chapter 3. The padding comes *first*, so that the encoder's last step, whose state goes
# over to the decoder, is a real word and not padding. And the sentence is read *backwards*: its
# first word comes last. That is a trick from one of the first papers on neural translation
# ([Sutskever, Vinyals and Le, 2014](https://arxiv.org/abs/1409.3215)): the first word to be written
# then lies close to the first word read, and the decoder has an easier start. We test that claim
# below.
#
# An unknown word becomes UNK: it must not vanish, since the other words' places matter. If
# there are too many words, keep the sentence's first ones.
#
# For `["forty", "-two", "zillion"]`, `{"forty": 4, "-two": 5}` and length 5 the row is [0, 0,
# 1, 5, 4]; for length 2 it is [5, 4].


# %% nbgrader={"grade_id": "encode-source", "solution": true}
def encode_source(words, word_to_id, length):
    """A source sentence as the encoder reads it.

    Args:
      words: a list of texts; it may be empty.
      word_to_id: a dict, the id of each known word.
      length: how many ids a row has, at least 1.

    Returns:
      [length] ids: zeros, then the ids of the words, the first word's last; 1 for unknown words.
    """
    ### BEGIN SOLUTION
    ids = [word_to_id.get(word, 1) for word in words[:length]]
    return [0] * (length - len(ids)) + ids[::-1]
    ### END SOLUTION


# %% tags=["try-it"]
show(encode_source(["forty", "-two", "zillion"], {"forty": 4, "-two": 5}, 5))
show(encode_source(["forty", "-two", "zillion"], {"forty": 4, "-two": 5}, 2))
# prints: [0, 0, 1, 5, 4]
#         [5, 4]

# %% nbgrader={"grade_id": "check-encode-source", "grade": true, "points": 4}
report = check_encode_source(encode_source)
### BEGIN HIDDEN TESTS
report += check_encode_source(encode_source, seeds=(11, 12, 13))
### END HIDDEN TESTS
report.points(4)

# %% [markdown]
# ### Exercise: shift the targets [5 points]
#
# The decoder needs two rows for each French sentence: what goes in at each step, and what
# should come out. Both hold the same words, but not at the same place: what is to be said at
# step t goes in at step t + 1.
#
# | step | 0 | 1 | 2 | 3 | 4 |
# |---|---|---|---|---|---|
# | in | GO | quarante | -deux | PAD | PAD |
# | out | quarante | -deux | EOS | PAD | PAD |
#
# EOS is said, but never heard: with it the sentence is over, so it is never an input. It is the
# last thing said in *every* sentence. If there are more than `length - 1` ids, the rest is cut
# off first, so that there is room for EOS.
#
# For ids [7, 8], go 2, eos 3, pad 0 and length 5 the rows are [2, 7, 8, 0, 0] and [7, 8, 3, 0,
# 0]; for length 2 they are [2, 7] and [7, 3].


# %% nbgrader={"grade_id": "shift-targets", "solution": true}
def shift_targets(ids, go, eos, pad, length):
    """One target sentence as the decoder's inputs and targets.

    Args:
      ids: a list of word ids; it may be empty.
      go: the id that is the first input.
      eos: the id that is the last target.
      pad: the id that fills up both rows.
      length: how many ids a row has, at least 1.

    Returns:
      (decoder_inputs, decoder_targets), both [length] ids.
    """
    ### BEGIN SOLUTION
    ids = list(ids)[: length - 1]
    padding = [pad] * (length - 1 - len(ids))
    return [go, *ids, *padding], [*ids, eos, *padding]
    ### END SOLUTION


# %% tags=["try-it"]
show_parts(shift_targets([7, 8], go=2, eos=3, pad=0, length=5))
show_parts(shift_targets([7, 8], go=2, eos=3, pad=0, length=2))
# prints: [2, 7, 8, 0, 0]
#         [7, 8, 3, 0, 0]
#         [2, 7]
#         [7, 3]

# %% nbgrader={"grade_id": "check-shift-targets", "grade": true, "points": 5}
report = check_shift_targets(shift_targets)
### BEGIN HIDDEN TESTS
report += check_shift_targets(shift_targets, seeds=(11, 12), marks=((2, 3, 0), (6, 4, 5)))
### END HIDDEN TESTS
report.points(5)

# %% [markdown]
# ## 11.3 The network
#
# Now the two halves. Each has an **embedding**, a learnt vector for each word, and a GRU cell,
# chapter 7's. `encode` runs over the source and returns the last state. `step` makes *one* step
# of the decoder, from the word before and the state to the next word's logits and the next
# state.


# %%
class Translator(tf.Module):
    def __init__(self, source_size, target_size, width=32, units=128):
        super().__init__()
        self.source_embedding = tf.Variable(tf.random.uniform([source_size, width], -1, 1))
        self.target_embedding = tf.Variable(tf.random.uniform([target_size, width], -1, 1))
        self.encoder, self.decoder = cells.GRUCell(units), cells.GRUCell(units)
        self.kernel = tf.Variable(tf.random.normal([units, target_size], stddev=units**-0.5))

    def encode(self, source):  # [n, time]
        state = self.encoder.zero_state(len(source))
        for word in tf.unstack(tf.gather(self.source_embedding, source), axis=1):
            _, state = self.encoder(word, state)
        return state  # [n, units]

    def step(self, token_ids, state):  # [n], [n, units]
        output, state = self.decoder(tf.gather(self.target_embedding, token_ids), state)
        return output @ self.kernel, state  # logits [n, vocabulary]


# %% [markdown]
# What you will write knows a translator by these two functions only: `encode(source)` gives a
# state, and `step(token_ids, state)` gives logits and a new state. What the state is made of is the
# translator's own business.

# %%
tf.random.set_seed(1)
small = Translator(source_size=6, target_size=7, width=3, units=5)
state = small.encode(np.array([[0, 5, 4], [0, 0, 4]]))
logits, new_state = small.step(np.array([GO, GO]), state)
print("state", state.shape, "  logits", logits.shape, "  new state", new_state.shape)

# %% [markdown]
# This encoder reads PAD as it reads any other word. Chapter 9 called that an error. So the state of
# two words will not be the same with PADs in front of them as without.
#
# **Predict, then run.** One more PAD in front moves the state. Does the eleventh move it more than
# the first, as much, or less?

# %% tags=["demo"]
prediction_11_2 = ...  # "more", "as much" or "less"

# %% tags=["demo"]
padded = {n: small.encode(np.array([[PAD] * n + [5, 4]]))[0].numpy() for n in (0, 1, 2, 10, 11)}
for n in (0, 2, 10):
    print(f"{n:2} PADs: the first unit of the state is {padded[n][0]:.3f}")
for fewer, more, name in ((0, 1, "first"), (10, 11, "eleventh")):
    print(f"the {name} PAD moves a unit by up to {np.abs(padded[more] - padded[fewer]).max():.3f}")
your_prediction(prediction_11_2)

# %% [markdown]
# Less: a network that reads the same again and again settles. But it settles at another state than
# the one without padding. An encoder with a mask would keep its state at PAD, as in
# section 9.3. Ours gets by without, for one reason only: all rows that it ever sees have the same
# length, so a sentence always comes with the same padding, and the network learns with it. We will
# see in section 11.5 what happens to rows of another length.
#
# How to train that? The decoder's input is the word written before. At first the network writes
# nonsense, and from nonsense nobody can learn how to go on. So in training it hears at each step
# the *right* word before, whatever it said itself. This is called **teacher forcing** ([Williams
# and Zipser, 1989](https://doi.org/10.1162/neco.1989.1.2.270)), and it has a second merit: all
# inputs are known beforehand.
#
# ### Exercise: run the decoder with a teacher [6 points]
#
# Write the function that runs both halves over a batch. The first step starts from the
# encoder's state, each later one from the state that the step before left. A state may be any
# structure, an array, a pair, a dict: hand it on as it is. A Python loop is fine, our sentences
# are short. Training traces this into a graph and sends gradients back through it; NumPy can do
# neither, so use TensorFlow's functions.
#
# $$logits_{:, t},\ state_{t+1} = step(inputs_{:, t},\ state_t), \qquad state_0 = encode(source)$$
#
# For a translator whose state is the sum of all ids so far, and whose logits repeat the state
# twice: with source [[1, 2]] and decoder inputs [[2, 5]] the logits are [[[5, 5], [10, 10]]].


# %% nbgrader={"grade_id": "encoder-decoder-step", "solution": true}
def decode_train(encode, step, source, decoder_inputs):
    """The logits of a decoder that is told the right word before each step.

    Args:
      encode: encode(source) gives the state before the first step.
      step: step(token_ids, state) gives logits [batch, vocabulary] and the next state.
      source: [batch, source time] ids.
      decoder_inputs: [batch, time] ids.

    Returns:
      [batch, time, vocabulary] logits.
    """
    ### BEGIN SOLUTION
    state = encode(source)
    logits = []
    for t in range(decoder_inputs.shape[1]):
        step_logits, state = step(decoder_inputs[:, t], state)
        logits.append(step_logits)
    return tf.stack(logits, axis=1)
    ### END SOLUTION


# %% tags=["try-it"]
def sum_step(token_ids, state):
    state = state + token_ids
    return tf.cast(tf.stack([state, state], axis=1), tf.float32), state


ids = tf.constant([[1, 2]]), tf.constant([[2, 5]])  # source, decoder inputs
show(decode_train(lambda source: tf.reduce_sum(source, axis=1), sum_step, *ids))
# prints: [[[5, 5], [10, 10]]]

# %% nbgrader={"grade_id": "check-encoder-decoder-step", "grade": true, "points": 6}
report = check_decode_train(decode_train)
### BEGIN HIDDEN TESTS
report += check_decode_train(
    decode_train, seeds=(11, 12), sizes=((5, 2, 4, 6), (2, 4, 6, 8), (1, 1, 3, 5), (3, 3, 1, 9))
)
### END HIDDEN TESTS
report.points(6)

# %% [markdown]
# ## 11.4 A loss without padding
#
# Each real target costs the cross-entropy of its word. **Predict, then run.** What is the loss of
# an untrained network that has 48 things to say, French words and four marks?

# %% tags=["demo"]
prediction_11_3 = ...  # a number of nats

# %% tags=["demo"]
batch = encode_pairs(known, english, french, source_length=12, target_length=14)
tests = encode_pairs(held_out, english, french, source_length=12, target_length=14)
tf.random.set_seed(1)
network = Translator(len(english), len(french))


def loss_of(network, data):
    logits = seq2seq.decode_train(network.encode, network.step, data.source, data.decoder_inputs)
    return float(seq2seq.sequence_loss(logits, data.decoder_targets))


loss = loss_of(network, tests)
measured("loss", loss, near=(float(np.log(48)), 0.3), predicted=prediction_11_3)

# %% [markdown]
# It knows nothing, so it spreads its bets nearly evenly, and pays about log V = 3.87.
#
# But which targets are real? Rows are filled up to 14 ids with PAD. *Watch it fail:* what if
# padding counts like any other word? Take a network that has learnt one thing, to say PAD after
# EOS, and bets evenly on everything else.

# %% tags=["demo"]
few_words = encode_pairs(number_words.pairs(range(100)), english, french, 12, 14)
for name, data in (("all numbers ", tests), ("below 100   ", few_words)):
    real = np.mean(data.decoder_targets != PAD)
    print(f"{name} {real:.0%} real, loss with padding counted {real * np.log(48):.2f}")

# %% [markdown]
# Short sentences look like a success, and yet no word of French has been learnt. Padding must
# not count.
#
# ### Exercise: the masked loss [5 points]
#
# Write the mean cross-entropy of all targets that are not padding, in nats. Every real token
# counts as much as any other, in short sentences and in long ones, and EOS is a real token. Write
# it in TensorFlow, so that a gradient gets to the logits, and let logits of a thousand do no harm.
#
# $$loss = \frac{\sum_{n,t} real_{n,t} \cdot \bigl(-\log softmax(logits_{n,t})[target_{n,t}]\bigr)}
# {\sum_{n,t} real_{n,t}}$$
#
# With equal logits for four words and targets [[3, 0], [2, 3]] the loss is log 4 = 1.386.


# %% nbgrader={"grade_id": "sequence-loss", "solution": true}
def sequence_loss(logits, targets, pad=0):
    """The mean cross-entropy of all targets that are not padding.

    Args:
      logits: [batch, time, vocabulary].
      targets: [batch, time] ids.
      pad: the id of the padding.

    Returns:
      A scalar, in nats.
    """
    ### BEGIN SOLUTION
    losses = tf.nn.sparse_softmax_cross_entropy_with_logits(targets, logits)  # [batch, time]
    real = tf.cast(tf.not_equal(targets, pad), losses.dtype)
    return tf.reduce_sum(real * losses) / tf.reduce_sum(real)
    ### END SOLUTION


# %% tags=["try-it"]
show(sequence_loss(tf.zeros([2, 2, 4]), tf.constant([[3, 0], [2, 3]])))
# prints: 1.3863

# %% nbgrader={"grade_id": "check-sequence-loss", "grade": true, "points": 5}
report = check_sequence_loss(sequence_loss)
### BEGIN HIDDEN TESTS
report += check_sequence_loss(
    sequence_loss, seeds=(11, 12), sizes=((3, 5, 8), (2, 4, 6), (6, 3, 5), (1, 5, 7))
)
### END HIDDEN TESTS
report.points(5)

# %% [markdown]
# Training is now what it always was: an update computes the loss of a batch, goes back through
# both loops, clips the gradient and moves the weights. Here are ten updates, with your functions:

# %% tags=["demo"]
from course_utils.checks.seq2seq import own_or_course

decode_train = own_or_course("decode_train", decode_train)
sequence_loss = own_or_course("sequence_loss", sequence_loss)
optimizer, ten_losses = tf.keras.optimizers.Adam(0.004), []
for start in range(0, 1280, 128):
    source, inputs, targets = (tf.constant(rows[start : start + 128]) for rows in batch)
    with tf.GradientTape() as tape:
        logits = decode_train(network.encode, network.step, source, inputs)
        loss = sequence_loss(logits, targets)
    gradients = tape.gradient(loss, network.trainable_variables)
    gradients, _ = tf.clip_by_global_norm(gradients, 1.0)
    optimizer.apply(gradients, network.trainable_variables)
    ten_losses.append(float(loss))
measured("loss of the first", ten_losses[0], near=(float(np.log(48)), 0.3))
measured("loss of the tenth", ten_losses[-1], at_most=2.8)

# %% [markdown]
# The course's `seq2seq.train` does the same in one compiled graph, and lowers the learning rate to
# zero on the way. Every hundred updates we note two things, which the next section explains.

# %% tags=["demo"]
part = [rows[:500] for rows in tests]
notes = []


def note(step, loss):
    if step % 100 == 0:
        logits = seq2seq.decode_train(network.encode, network.step, *part[:2]).numpy()
        said = logits.argmax(axis=2) == part[2]
        written = seq2seq.translate(network, part[0], max_length=14)
        match = seq2seq.exact_match(written, seq2seq.references(part[2]))
        notes.append((step, said[part[2] != PAD].mean(), match))


n_steps = training.steps(full=1100, quick=20)
losses = seq2seq.train(network, seq2seq.Batch(*batch), n_steps, watch=note)

# %% [markdown]
# ## 11.5 Writing without a teacher
#
# The network is trained, but it has never written a sentence: somebody always told it the word
# before. To translate, it has to hear *its own* words. The simplest way is **greedy decoding**: at
# each step take the likeliest word, and feed it back. (TensorFlow 1 had [helpers and
# decoders](../../docs/from_tensorflow_1.md#decoding) for this.)
#
# ### Exercise: greedy decoding [6 points]
#
# Write it for a batch. Start with GO in every row. A row ends when EOS comes; what the decoder
# says in that row afterwards is not part of the sentence. Stop when all rows have ended, and
# after `max_length` steps at the latest: a network may never say EOS. Nobody tells how many
# rows there are; every array of the state has one entry for each row, and
# `tf.nest.flatten(state)` lists the arrays of any structure.
#
# $$w_0 = GO, \qquad w_{t+1} = \operatorname{argmax}\, step(w_t,\ state_t)$$
#
# For a step that always says the id after the one that it heard, two rows, go 4, eos 7 and
# max_length 9, the result is [[5, 6], [5, 6]]; for max_length 1 it is [[5], [5]].


# %% nbgrader={"grade_id": "greedy-decode", "solution": true}
def greedy_decode(step, state, go, eos, max_length):
    """Writes the likeliest word at each step, until EOS.

    Args:
      step: step(token_ids [n], state) gives logits [n, vocabulary] and the next state.
      state: the state to start from, any structure of arrays with n rows.
      go: the id that goes in first.
      eos: the id that ends a sentence.
      max_length: the largest number of steps, at least 1.

    Returns:
      A list of n lists of ids, without go and eos.
    """
    ### BEGIN SOLUTION
    n = len(tf.nest.flatten(state)[0])
    token_ids, running = np.full(n, go, np.int32), np.ones(n, bool)
    sentences = [[] for _ in range(n)]
    for _ in range(max_length):
        logits, state = step(token_ids, state)
        token_ids = np.argmax(logits, axis=1).astype(np.int32)
        running &= token_ids != eos
        for row in np.flatnonzero(running):
            sentences[row].append(int(token_ids[row]))
        if not running.any():
            break
    return sentences
    ### END SOLUTION


# %% tags=["try-it"]
def next_id(token_ids, state):
    return tf.one_hot(token_ids + 1, 9), state


show(greedy_decode(next_id, tf.zeros([2, 1]), go=4, eos=7, max_length=9))
show(greedy_decode(next_id, tf.zeros([2, 1]), go=4, eos=7, max_length=1))
# prints: [[5, 6], [5, 6]]
#         [[5], [5]]

# %% nbgrader={"grade_id": "check-greedy-decode", "grade": true, "points": 6}
report = check_greedy_decode(greedy_decode)
### BEGIN HIDDEN TESTS
report += check_greedy_decode(greedy_decode, seeds=(11, 12, 13), rows=(4, 2, 1))
### END HIDDEN TESTS
report.points(6)

# %% [markdown]
# ### Exercise: exact matches [2 points]
#
# How good is a translation? For numbers the answer is hard: it is right, or it is wrong. Write the
# share of predictions that are right. A sentence may have any number of words, and none as well.
# Before you write, think of five ways to be wrong that a careless comparison lets pass.
#
# For predictions [[4, 5], [6]] and references [[4, 5], [6, 7]] the result is 0.5.


# %% nbgrader={"grade_id": "exact-match", "solution": true}
def exact_match(predictions, references):
    """The share of predictions that are right.

    Args:
      predictions: a list of lists of ids.
      references: a list of as many lists of ids, the right ones.

    Returns:
      A float in 0..1.
    """
    ### BEGIN SOLUTION
    matches = [list(a) == list(b) for a, b in zip(predictions, references, strict=True)]
    return sum(matches) / len(matches)
    ### END SOLUTION


# %% tags=["try-it"]
show(exact_match([[4, 5], [6]], [[4, 5], [6, 7]]))
# prints: 0.5

# %% nbgrader={"grade_id": "check-exact-match", "grade": true, "points": 2}
report = check_exact_match(exact_match)
### BEGIN HIDDEN TESTS
report += check_exact_match(exact_match, seeds=(11, 12))
### END HIDDEN TESTS
report.points(2)

# %% [markdown]
# Both measures, on the way through training: the share of *words* that are right with a teacher,
# and the share of *sentences* that are right without one. A sentence has about ten tokens, EOS
# included. **Predict, then run.** At the note where the share of right words is nearest to 0.9,
# which share of the sentences does the network get right?

# %% tags=["demo"]
prediction_11_4 = ...  # a share from 0 to 1

# %% tags=["demo"]
steps, words, matches = np.transpose(notes) if notes else np.zeros([3, 1])
lengths = np.sum(part[2] != PAD, axis=1)
theory = [np.mean(share**lengths) for share in words]
nearest = np.argmin(np.abs(np.subtract(words, 0.9)))  # of the notes
measured("when the share of right words was", words[nearest], near=(0.9, 0.07))
measured("    right sentences", matches[nearest], at_most=0.4, predicted=prediction_11_4)
measured("    at the end", matches[-1], near=(theory[-1], 0.02))
print(f"nine words in ten, to the power of ten: {0.9**10:.2f}")

# %% tags=["demo", "drawing"]
fig, ax = plt.subplots(figsize=(7.3, 3.6))
ax.plot(steps, words, "o-", label="words right, with a teacher")
ax.plot(steps, matches, "o-", label="sentences right, without one")
ax.plot(steps, theory, "--", color=plotting.INK, label="words right, to the power of the length")
ax.set(title="A few wrong words are many wrong sentences", xlabel="update")
ax.set(ylabel="share of 500 held-out numbers", ylim=(0, 1.03), xlim=(0, None))
ax.legend(loc="lower right")
alt = "The share of right words rises early, that of right sentences late; both end close to 1."
plotting.show(fig, alt=alt + " The dashed line, the theory, runs between them.")

# %% [markdown]
# The dashed line is a theory: if each word went wrong independently of the others with the same
# probability, a share $p$ of right words would make a share $p^{length}$ of right sentences.
# That is why translators that are right word by word still get sentences wrong: nine words in
# ten to the power of ten make 0.35. Here the theory promises too much at first, and is close to
# what was measured later on. In longer, freer sentences there is more: a decoder that hears its
# own mistake stands where it never stood in training, and goes on to make others. Chapter 12
# comes back to that.

# %% tags=["demo"]
greedy_decode = own_or_course("greedy_decode", greedy_decode)
exact_match = own_or_course("exact_match", exact_match)
state = network.encode(tests.source)
written = greedy_decode(network.step, state, GO, EOS, max_length=14)
references = seq2seq.references(tests.decoder_targets)
share = float(exact_match(written, references))
measured("share of 2,000 held-out numbers exactly right", share, at_least=0.99)

# %% [markdown]
# From four in ten to at least 99 in 100, on numbers that it has never seen.
#
# And with more padding than it knows? The same numbers in rows of 14 and of 24 ids, where there
# were 12:

# %% tags=["demo"]
shares = {}
for length in (14, 24):
    longer = encode_pairs(held_out[:500], english, french, length, 14)
    padded = seq2seq.translate(network, longer.source, max_length=14)
    shares[length] = seq2seq.exact_match(padded, references[:500])
measured("rows of 14: share exactly right", shares[14], at_least=0.97)
measured("rows of 24: share exactly right", shares[24], at_most=0.9)

# %% [markdown]
# Two more PADs do little harm, twelve more a lot. That is the price of reading padding: how good
# the translator is depends on the length of its rows. Keep to the one that it knows, or give the
# encoder a mask.
#
# Back to rows of 12. What is wrong with the rest?

# %% tags=["demo"]
wrong = [
    (f"{number:,}", join(french.decode(said)), join(french.decode(right)))
    for number, said, right in zip(numbers, written, references, strict=True)
    if list(said) != right
]
diagrams.mistakes(wrong, len(numbers)).show()


# %% tags=["demo"]
def mean_length(sentences):
    return np.mean([len(ids) for ids in sentences])


lost = [right for said, right in zip(written, references, strict=True) if list(said) != right]
if lost:
    less = mean_length(references) - mean_length(lost)
    measured("words by which wrong ones are shorter than the mean", less, at_least=1)

# %% [markdown]
# What it writes is still French, and right at the front. The wrong numbers are short, since they
# have zeros, and it is their ends that are wrong: mostly another end than the right one, now and
# then an end too many. A likely reason: numbers with many zeros are rare, among those that it
# learnt from as well.
#
# Step through some translations and see how sure the decoder is of each word.

# %% tags=["demo"]
samples = [72, 97, 200, 80_081, 421_680, 999_999]


def probabilities_of(number):
    """[time, vocabulary]: how likely each word was, at each step of the translation."""
    (pair,) = number_words.pairs([number])
    one = encode_pairs([pair], english, french, source_length=12, target_length=14)
    (ids,) = seq2seq.translate(network, one.source, max_length=14)
    inputs = tf.constant([[GO, *ids]])
    logits = seq2seq.decode_train(network.encode, network.step, one.source, inputs)
    return tf.nn.softmax(logits[0]).numpy()


# %% tags=["demo"]
tables = {number: probabilities_of(number) for number in samples}
widgets.explorer(
    draw=lambda number, step: diagrams.next_words(
        number_words.write(number, "en"), french.words, tables[number], step
    ),
    controls={"number": samples, "step": range(14)},
    static=lambda: diagrams.all_next_words(
        number_words.write(421_680, "en"), french.words, tables[421_680]
    ),
)

# %% [markdown]
# ## 11.6 What goes over
#
# All that the decoder ever learns of the English number is the encoder's state, 128 numbers.
# What do they look like? We encode the 2,000 numbers that were held out, and draw their states
# in the two directions in which they differ most. The colours are ours: the first digit of a
# number of six digits, and grey for shorter numbers.

# %% tags=["demo"]
states = network.encode(tests.source).numpy()
centred = states - states.mean(axis=0)
directions = np.linalg.svd(centred, full_matrices=False)[2][:2]
places = centred @ directions.T  # [2000, 2]
first_digit = numbers // 100_000

# %% tags=["demo", "drawing"]
fig, ax = plt.subplots(figsize=(7.3, 5))
for digit in range(10):
    x, y = places[first_digit == digit].T
    shade = 0 if digit == 7 else digit  # tab10's own seventh is grey, as the shorter numbers are
    colour = plt.cm.tab10(shade) if digit else plotting.IGNORED.edge
    ax.scatter(x, y, s=5, color=colour)
    name, end = (str(digit), x.argmax()) if digit else ("shorter", y.argmin())
    ax.annotate(name, (x[end], y[end]), (5, 3), textcoords="offset points", color=colour, size=12)
ax.set(title="The encoder sorts numbers that it has never seen", xticks=[], yticks=[])
ax.set(xlabel="direction of most variance", ylabel="second direction")
alt = "2,000 points in a plane. Numbers of six digits lie in long bands, each of one first digit "
plotting.show(fig, alt=alt + "or of two. Most of the shorter numbers lie apart from them.")

# %% [markdown]
# Bands of one first digit, or of two, and nobody told the encoder about digits. It read that word
# last, and it is the word that the decoder needs first. Digits that share a band here may well lie
# apart in the other directions: a state has 128 of them, and we see two. How plainly does a digit
# lie in all of them? We average the states of all numbers with the same digit, and see which
# average each state is nearest to.


# %% tags=["demo"]
def told_by_nearest(digits):
    centres = np.stack([states[digits == digit].mean(axis=0) for digit in range(10)])
    distances = np.linalg.norm(states[:, np.newaxis] - centres, axis=2)  # [2000, 10]
    return np.mean(distances.argmin(axis=1) == digits)


measured("share of first digits told", told_by_nearest(first_digit), at_least=0.99)
measured("share of last digits told", told_by_nearest(numbers % 10), at_most=0.35)

# %% [markdown]
# The first digit is as good as written on the state. The last one is much harder to find: chance
# would tell one in ten, and this tells about one in four. Yet it must be in there, since the
# decoder, up to twelve words later, says it right. It is packed between all the others, and the
# decoder unpacks it step by step. Chapter 12 asks what happens when there is more to pack.

# %% [markdown]
# ## 11.7 Backwards or forwards?
#
# We read every sentence backwards because a paper said so. Does it help *here*? One run proves
# nothing, since luck differs from seed to seed. So we train both kinds with several seeds,
# smaller and shorter than before, all else equal, and compare them seed by seed.


# %% tags=["demo"]
def train_small(seed, backwards):
    """The held-out loss of a network of 64 units after a short training."""
    options = {"source_length": 12, "target_length": 14, "backwards": backwards}
    tf.random.set_seed(seed)
    network = Translator(len(english), len(french), units=64)
    data = encode_pairs(known[:10_000], english, french, **options)
    seq2seq.train(network, data, training.steps(full=400, quick=5), seed=seed)
    return loss_of(network, encode_pairs(held_out, english, french, **options))


seeds = range(training.steps(full=4, quick=1))
orders = {True: "backwards", False: "forwards"}
final = {name: [train_small(s, order) for s in seeds] for order, name in orders.items()}

# %% tags=["demo"]
pairs_of_losses = list(zip(*final.values(), strict=True))
better = sum(backwards < forwards for backwards, forwards in pairs_of_losses)
print("better backwards:", better, "of", len(seeds), "seeds")
measured("held-out loss backwards", final["backwards"], at_most=1)
measured("held-out loss forwards", final["forwards"], at_most=1.2)
gaps = np.subtract(final["forwards"], final["backwards"])
measured("forwards less backwards, seed by seed", gaps, at_least=0)
apart = [np.ptp(losses) for losses in final.values()]
measured("two seeds of one kind lie apart by up to", apart, at_most=0.15)

# %% tags=["demo", "drawing"]
fig, ax = plt.subplots(figsize=(7.3, 3.2))
for seed, pair_of_losses in zip(seeds, pairs_of_losses, strict=True):
    size = {"linewidth": 4 - seed, "markersize": 10 - 2 * seed}  # equal ones can be told apart
    ax.plot(["backwards", "forwards"], pair_of_losses, "o-", label=f"seed {seed}", **size)
ax.set(title=f"Backwards is better with {better} of {len(seeds)} seeds", xlim=(-0.3, 1.6))
ax.set(ylabel="held-out loss (nats per word)", xlabel="how the source is read")
ax.set_ylim(0, 1.1 * np.max(pairs_of_losses))
ax.legend()
plotting.show(fig, alt="Four lines, one a seed, each from a lower loss backwards to a higher one.")

# %% [markdown]
# Four of four, and by about as much as seeds move either kind, or by more. Mind what was measured:
# the loss after 400 updates of a small network, for numbers, whose words stand in the same order in
# both languages. That is the case in which the trick should help most. It says nothing about where
# a long training ends, nor about German, where the verb waits until last.

# %% [markdown]
# ## 11.8 Your own sentences
#
# Nothing in this chapter knows that it is about numbers. The [Tatoeba project](https://tatoeba.org)
# collects sentences with their translations and gives them out as text files: a sentence, a tab,
# its translation. Set `path` to such a file and go on as before. Here we write a very small one
# ourselves.

# %%
lines = [
    "The cat sleeps.\tLe chat dort.",
    "The dog sleeps.\tLe chien dort.",
    "The cat eats.\tLe chat mange.",
    "The dog eats.\tLe chien mange.",
    "I see the cat.\tJe vois le chat.",
    "I see the dog.\tJe vois le chien.",
    "The cat sees the dog.\tLe chat voit le chien.",
    "The little dog eats.\tLe petit chien mange.",
]

# %%
import tempfile
from pathlib import Path

path = Path(tempfile.mkdtemp()) / "pairs.tsv"
path.write_text("\n".join(lines), encoding="utf-8")
sentences = sentence_pairs.read(path)
print(sentences[4])

# %% [markdown]
# With real sentences a vocabulary can't hold every word: most words are rare. So it keeps the
# commonest, and the rest are UNK. It pays to know which ones those are. (Ours has room for
# all English words but one, and for all French ones.)

# %%
source_words = Vocabulary([pair.source for pair in sentences], size=13)
target_words = Vocabulary([pair.target for pair in sentences])
sources = [pair.source for pair in sentences]
print("not in the vocabulary:", dict(source_words.unknown(sources)))
print(source_words.decode(source_words.encode(sources[-1])))

# %% tags=["demo"]
data = encode_pairs(sentences, source_words, target_words, source_length=7, target_length=8)
tf.random.set_seed(2)
network = Translator(len(source_words), len(target_words), units=32)
seq2seq.train(network, data, training.steps(full=200, quick=5), batch_size=8, learning_rate=0.01)
written = seq2seq.translate(network, data.source, max_length=8)
learnt = seq2seq.exact_match(written, seq2seq.references(data.decoder_targets))
measured("share of the 8 learnt by heart", learnt, at_least=7 / 8)

# %% [markdown]
# Learnt by heart, that is all that eight sentences are good for. **Predict, then run.** What
# does it make of *The black dog eats*, with a word that it has never seen?

# %% tags=["demo"]
prediction_11_5 = ...  # a sentence

# %% tags=["demo"]
new = [Pair(["the", "black", "dog", "eats", "."], [])]
print("unknown:", dict(source_words.unknown([new[0].source])))
one = encode_pairs(new, source_words, target_words, source_length=7, target_length=8)
(ids,) = seq2seq.translate(network, one.source, max_length=8)
print("it writes:", join(target_words.decode(ids)))
your_prediction(prediction_11_5)

# %% [markdown]
# There was no room for *little*: it occurs once, as *sees* does, and of words that occur equally
# often the first seen gets in. So for this network every unknown word is UNK, and UNK is *petit*.
# It does not say that it does not know. A translator's report of unknown words is part of its
# answer.
#
# ## What we built
#
# - An **encoder** that turns a sentence into a state, and a **decoder** that turns a state into
#   a sentence. Your functions know them as `encode` and `step`.
# - **Teacher forcing**, with targets shifted by one, and a **masked loss** in which every real
#   token counts once and padding never.
# - **Greedy decoding** with GO and EOS, and a share of exact matches on held-out numbers.
#
# **One thing to remember.** Between the encoder and the decoder there is one state, and what is
# not in it can't be said.
#
# That state has the same size for a sentence of three words and for one of thirty. In chapter
# 12 we watch it fail on long sentences, and let the decoder look back at every word. And we stop
# being greedy: the likeliest sentence need not begin with the likeliest word.
