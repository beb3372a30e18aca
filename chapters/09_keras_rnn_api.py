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
# # Chapter 9: The same things, built in
#
# After this chapter you can
#
# - say what any recurrent layer of Keras returns before you run it;
# - trust these layers, because each has been held against one that is built by hand;
# - use masks, carried states and initial states, and know where each of them bites;
# - write a cell of your own with nested inputs, which trains and survives being saved;
# - tell which options switch the fast kernel of a GPU off.
#
# You need the loops of [chapter 3](../03_dynamic_rnn/03_dynamic_rnn.ipynb) and the cells of
# [chapter 7](../07_lstm_and_gru/07_lstm_and_gru.ipynb). The chapter takes about two hours, and its
# six exercises are worth 30 points.

# %% tags=["setup"]
try:
    import course_utils
except ImportError:
    raise ImportError(
        "This kernel does not have the course's packages. Start JupyterLab with `make lab`, "
        "then choose Kernel > Change Kernel > Python 3 (ipykernel)."
    ) from None
course_utils.start("09_keras_rnn_api")

# %%
import warnings

import keras
import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf

from course_utils import cells, diagrams, fused, plotting, training, unroll, widgets
from course_utils.checks.keras_rnn_api import (
    check_build_classifier,
    check_encoder_decoder,
    check_fused_kernel,
    check_nested_cell,
    check_predict_keras_shapes,
    check_stateful_chunks,
)
from course_utils.show import measured, show, show_shape, show_shapes, your_prediction

# %% [markdown]
# ## 9.1 A layer is a cell in a loop
#
# [Keras](https://keras.io/api/layers/recurrent_layers/) has two names for everything.
# `keras.layers.LSTMCell` is one step, as your cells are. `keras.layers.LSTM` is that cell and the
# loop around it, as `dynamic_rnn` is. In between, `keras.layers.RNN(cell)` is the loop alone, for
# any cell. Three times the same. All measures of this kind in the chapter are the largest
# difference of two arrays:

# %% tags=["demo"]
keras.utils.set_random_seed(1)
inputs = np.random.default_rng(1).uniform(-1, 1, [4, 6, 3]).astype(np.float32)
layer = keras.layers.LSTM(5)
output = layer(inputs)


def apart(one, other):
    return np.abs(np.asarray(one) - np.asarray(other)).max()


h = c = tf.zeros([4, 5])
for t in range(6):
    _, (h, c) = layer.cell(inputs[:, t], [h, c])
measured("stepping the layer's own cell", apart(output, h), at_most=1e-5)
looped = keras.layers.RNN(layer.cell)(inputs)
measured("RNN around the same cell", apart(output, looped), at_most=1e-5)

# %% [markdown]
# So nothing is new but the options. Two of them decide what comes back:
#
# - `return_sequences=True`: the outputs of all steps, in place of the last one;
# - `return_state=True`: besides, the final state, each of its parts as an item of a list.
#
# ### Exercise: predict the shapes [4 points]
#
# The inputs have the shape (4, 7, 3), every layer has 5 units. Predict: what are the shapes
# of what comes back? Write a tuple for a single array, and a list of tuples for several.
#
# | key | layer |
# |---|---|
# | `lstm` | `LSTM(5)` |
# | `lstm_sequences` | `LSTM(5, return_sequences=True)` |
# | `lstm_state` | `LSTM(5, return_state=True)` |
# | `gru_both` | `GRU(5, return_sequences=True, return_state=True)` |
# | `bidirectional` | `Bidirectional(LSTM(5, return_sequences=True))`, with all its defaults |
#
# What `Bidirectional` does with its two halves if nothing is said stands on [its
# page](https://keras.io/api/layers/recurrent_layers/bidirectional/), under `merge_mode`. For
# comparison, a `Dense(5)` on these inputs gives (4, 7, 5).

# %% nbgrader={"grade_id": "predict-keras-shapes", "solution": true}
keras_shapes = {
    "lstm": None,
    "lstm_sequences": None,
    "lstm_state": None,
    "gru_both": None,
    "bidirectional": None,
}
### BEGIN SOLUTION
keras_shapes = {
    "lstm": (4, 5),
    "lstm_sequences": (4, 7, 5),
    "lstm_state": [(4, 5), (4, 5), (4, 5)],
    "gru_both": [(4, 7, 5), (4, 5)],
    "bidirectional": (4, 7, 10),
}
### END SOLUTION

# %% tags=["try-it"]
given = [shape for shape in keras_shapes.values() if shape is not None]
print(len(given), "of", len(keras_shapes), "layers have a shape")
# prints: 5 of 5 layers have a shape

# %% nbgrader={"grade_id": "check-predict-keras-shapes", "grade": true, "points": 4}
report = check_predict_keras_shapes(keras_shapes)
report.points(4)

# %% [markdown]
# Now move the options and watch what is returned. An output or a state in grey is computed as well,
# and thrown away. (The cells themselves are always grey.)

# %% tags=["demo"]
widgets.explorer(
    draw=diagrams.layer_outputs,
    controls={
        "layer": ("SimpleRNN", "LSTM", "GRU"),
        "return_sequences": (False, True),
        "return_state": (False, True),
    },
    static=lambda: diagrams.layer_outputs("LSTM", return_sequences=True, return_state=True),
)

# %% [markdown]
# For an LSTM the last output is h, so `LSTM(5, return_state=True)` returns the same array
# twice. It looks wasteful, and it is the reason why people take the first of three results for
# h, the second for c, and wonder.
#
# ## 9.2 The same numbers
#
# Trust, but verify. We give each built-in layer random weights, copy them into the course's cell,
# which computes what your steps of chapter 7 do, and run both over sequences of unequal lengths.
# Random, because Keras starts nearly all biases at zero, and a zero hides mistakes.
# `zero_output_for_mask` asks for zeros past the end, as ours are; the next section says what
# happens without.


# %% tags=["demo"]
def with_random_weights(layer, seed=1, scale=0.8):
    rng = np.random.default_rng(seed)
    layer.build((None, None, 3))
    layer.set_weights([rng.uniform(-scale, scale, w.shape) for w in layer.get_weights()])
    return layer


def largest(ours, theirs):
    """The largest difference of the outputs, and of each kind of state."""
    parts = zip(tf.nest.flatten(ours), tf.nest.flatten(theirs), strict=True)
    outputs, *states = [float(np.abs(one - other).max()) for one, other in parts]
    found = {"outputs": outputs, "final h": max(states[::2])}
    return found | ({"final c": max(states[1::2])} if len(states) > 1 else {})


# %% tags=["demo"]
lengths = np.array([6, 1, 4, 3])
mask = tf.sequence_mask(lengths)
options = {"return_sequences": True, "return_state": True, "zero_output_for_mask": True}
pairs = {
    "SimpleRNN": (keras.layers.SimpleRNN(5, **options), cells.BasicRNNCell(5)),
    "LSTM": (keras.layers.LSTM(5, **options), cells.LSTMCell(5)),
    "GRU": (keras.layers.GRU(5, **options), cells.GRUCell(5)),
    "GRU, reset before": (
        keras.layers.GRU(5, reset_after=False, **options),
        cells.GRUCell(5, reset_after=False),
    ),
}

# %% tags=["demo"]
differences = {}
for name, (layer, cell) in pairs.items():
    cell.set_weights(with_random_weights(layer).get_weights())
    ours = unroll.dynamic_rnn(cell, inputs, lengths)
    differences[name] = largest(ours, layer(inputs, mask=mask))

# %% [markdown]
# Two more: a stack, which is what a list of cells becomes, and both directions.

# %% tags=["demo"]
stack = keras.layers.RNN([keras.layers.LSTMCell(5), keras.layers.LSTMCell(5)], **options)
weights = with_random_weights(stack).get_weights()
lower, upper = cells.LSTMCell(5), cells.LSTMCell(5)
lower.set_weights(weights[:3])
upper.set_weights(weights[3:])
middle, lower_state = unroll.dynamic_rnn(lower, inputs, lengths)
outputs, upper_state = unroll.dynamic_rnn(upper, middle, lengths)
ours = outputs, lower_state, upper_state
differences["a stack of LSTMs"] = largest(ours, stack(inputs, mask=mask))

# %% tags=["demo"]
lstm = keras.layers.LSTM(5, return_sequences=True, return_state=True)
both = keras.layers.Bidirectional(lstm, merge_mode=None)  # outputs of the two halves, not merged
weights = with_random_weights(both).get_weights()
forward, backward = cells.LSTMCell(5), cells.LSTMCell(5)
forward.set_weights(weights[:3])
backward.set_weights(weights[3:])
halves, states = unroll.bidirectional_dynamic_rnn(forward, backward, inputs, lengths)
one, other, *their_states = both(inputs, mask=mask)
theirs = np.stack([one, other]), *their_states
differences["Bidirectional LSTM"] = largest((np.stack(halves), states), theirs)

# %% [markdown]
# A test that everything passes proves little. So we add two comparisons that must fail: a GRU
# in the other of its two conventions, with the weights of the first, and an LSTM whose forget
# and input gate have changed places.

# %% tags=["demo"]
gru, lstm = pairs["GRU, reset before"][0], pairs["LSTM"][0]
kernel, recurrent_kernel, bias = gru.get_weights()
other = cells.GRUCell(5, reset_after=True)
other.set_weights([kernel, recurrent_kernel, np.stack([bias, 0 * bias])])
swapped = cells.LSTMCell(5)
order = np.r_[5:10, 0:5, 10:20]  # f, i, g, o
swapped.set_weights([w[..., order] for w in lstm.get_weights()])
for name, cell, layer in (
    ("WRONG: reset after", other, gru),
    ("WRONG: f before i", swapped, lstm),
):
    ours = unroll.dynamic_rnn(cell, inputs, lengths)
    differences[name] = largest(ours, layer(inputs, mask=mask))

# %% tags=["demo"]
diagrams.agreement(differences).show()
found = {name: max(row.values()) for name, row in differences.items()}
right = [value for name, value in found.items() if "WRONG" not in name]
wrong = [value for name, value in found.items() if "WRONG" in name]
measured("six built-ins from ours", right, at_most=1e-5, digits=1)
measured("the two wrong ones", wrong, at_least=0.03)

# %% [markdown]
# Green is the seventh digit, where single precision ends, or nothing at all: the same numbers.
# Orange is what a wrong convention looks like. Nothing raises an error there, all shapes fit,
# and the values don't even look strange. **Shapes prove nothing.** That is why this course
# compares values.

# %% [markdown]
# ## 9.3 Masks
#
# Keras has no `sequence_length`. It has a **mask**, [batch, time] of True and False, and so the
# padding may be anywhere. Mostly you don't write it: `Embedding(..., mask_zero=True)` makes it from
# the ids, where 0 is padding, and `Masking()` from steps that are all zero. Keras then hands it
# from layer to layer [behind the
# scenes](https://keras.io/guides/understanding_masking_and_padding/).
#
# **Predict, then run.** One sequence of three steps, alone; then padded on the right and on the
# left, with a mask and without. Which of the five runs end alike?

# %% tags=["demo"]
prediction_9_1 = ...  # a list, of "alone", "right", "right, masked", "left", "left, masked"

# %% tags=["demo"]
lstm = with_random_weights(keras.layers.LSTM(2, return_sequences=True), seed=8, scale=1.5)
three = inputs[:1, :3]
right = np.pad(three, [(0, 0), (0, 3), (0, 0)])
left = np.pad(three, [(0, 0), (3, 0), (0, 0)])
on, off = [True] * 3, [False] * 3
runs = {
    "alone": (on, lstm(three)[0]),
    "right": (on + off, lstm(right)[0]),
    "right, masked": (on + off, lstm(right, mask=tf.constant([on + off]))[0]),
    "left": (off + on, lstm(left)[0]),
    "left, masked": (off + on, lstm(left, mask=tf.constant([off + on]))[0]),
}

# %% tags=["demo"]
end = runs["alone"][1][-1]
alike = [name for name, (_, outputs) in runs.items() if np.allclose(outputs[-1], end, atol=1e-5)]
diagrams.masked_runs(runs, alike).show()
print("they end alike:", " | ".join(alike))
your_prediction(prediction_9_1)
for name, (_, outputs) in runs.items():
    if name not in alike:
        measured(f"{name}: its end from the right one", apart(outputs[-1], end), at_least=0.2)
print("Bidirectional, at the padding:", apart(halves[0][~mask], 0), "as ours,", end=" ")
print("Keras:", apart(both(inputs, mask=mask)[0][~mask], 0))

# %% [markdown]
# Without a mask both ends are wrong: padding is input. With one, both are right. But look at
# the padding on the right: our loop gives zeros there, Keras repeats the last output. So
# the last column always holds each sequence's own last output, and `LSTM(5)` without
# `return_sequences` needs no `last_output` of chapter 3. If you want our zeros, say
# `zero_output_for_mask=True`. Only `Bidirectional` says so by itself, for layers that return
# sequences: the last printed line shows its outputs *at the padding*, which are 0.
#
# ### Exercise: a classifier [4 points]
#
# Build a model that reads padded ids, 0 for padding, and gives `n_classes` logits for each
# sequence: an embedding, one recurrent layer of `units`, one dense layer. Appending zeros to a
# sequence must not change its logits; and logits are numbers before the softmax, which the loss
# applies itself: `SparseCategoricalCrossentropy(from_logits=True)`.
#
# `build_classifier(10, 3, 5, 2)` on the ids [[1, 9, 0], [4, 0, 0]] gives two rows of two
# numbers, the same two rows as on [[1, 9], [4, 0]].


# %% nbgrader={"grade_id": "build-classifier", "solution": true}
def build_classifier(vocabulary_size, embedding_dim, units, n_classes):
    """A model that classifies sequences of ids.

    Args:
      vocabulary_size: ids are 0..vocabulary_size - 1, and 0 is padding.
      embedding_dim: width of an id's vector.
      units: width of the recurrent layer.
      n_classes: number of logits.

    Returns:
      A keras.Model: [batch, time] ids to [batch, n_classes] logits.
    """
    ### BEGIN SOLUTION
    return keras.Sequential(
        [
            keras.layers.Embedding(vocabulary_size, embedding_dim, mask_zero=True),
            keras.layers.LSTM(units),
            keras.layers.Dense(n_classes),
        ]
    )
    ### END SOLUTION


# %% tags=["try-it"]
classifier = build_classifier(10, 3, 5, 2)
if classifier is not None:
    logits = [classifier(np.array(ids)) for ids in ([[1, 9, 0], [4, 0, 0]], [[1, 9], [4, 0]])]
    show_shapes(logits)
    print("the same without the last column of padding:", np.allclose(*logits, atol=1e-6))
# prints: (2, 2)
#         (2, 2)
#         the same without the last column of padding: True

# %% nbgrader={"grade_id": "check-build-classifier", "grade": true, "points": 4}
report = check_build_classifier(build_classifier)
### BEGIN HIDDEN TESTS
report += check_build_classifier(build_classifier, seeds=(11,), sizes=((9, 2, 6, 5),))
### END HIDDEN TESTS
report.points(4)

# %% [markdown]
# ## 9.4 A state that outlives its batch
#
# By default each call starts from zeros. `stateful=True` makes the layer keep its final state,
# and start from it next time: chapter 4's windows, where the layer does the carrying. The price
# is a fixed batch size, since row i of each batch must go on where row i stopped.

# %% tags=["demo"]
plain = with_random_weights(keras.layers.LSTM(5, return_sequences=True))
carrying = keras.layers.LSTM(5, return_sequences=True, stateful=True)
carrying.build((4, None, 3))
carrying.set_weights(plain.get_weights())
long_run = plain(inputs)
first, second = carrying(inputs[:, :4]), carrying(inputs[:, 4:])
measured("first chunk, from one long run", apart(first, long_run[:, :4]), at_most=1e-5)
measured("second chunk, from one long run", apart(second, long_run[:, 4:]), at_most=1e-5)

# %% [markdown]
# **Predict, then run.** Other sequences come next, of 40 steps, and nobody has called
# `reset_state()`. At how many of their steps do the outputs differ by more than 0.01 from those of
# a layer that starts from zeros?

# %% tags=["demo"]
prediction_9_2 = ...  # a number of steps, from 0 to 40

# %% tags=["demo"]
others = np.random.default_rng(2).uniform(-1, 1, [4, 40, 3]).astype(np.float32)
leak = np.abs(carrying(others) - plain(others)).max(axis=(0, 2))  # [time]
print("steps that differ by more than 0.01:", np.sum(leak > 0.01))
your_prediction(prediction_9_2)
measured("difference at the first step", leak[0], at_least=0.2)
carrying.reset_state()
measured("after reset_state()", apart(carrying(others), plain(others)), at_most=1e-5)

# %% [markdown]
# The layer starts with what the sequences before have left, and forgets it little by little. A
# forgotten `reset_state` is a leak from one sequence into another one, and no error tells you.
#
# ### Exercise: run in chunks [5 points]
#
# Run a stateful layer over long sequences in chunks of `chunk` steps, and return all outputs, as
# if in one run. What is left at the end is a chunk, too. Leave the layer clean: whoever uses
# it next starts from zeros.
#
# For inputs of the shape (2, 7, 3) and `chunk=3` the layer is called with 3, 3 and 1 steps, and
# the outputs of 4 units have the shape (2, 7, 4).


# %% nbgrader={"grade_id": "stateful-chunks", "solution": true}
def run_in_chunks(layer, inputs, chunk):
    """Runs a stateful layer over sequences, a few steps at a time.

    Args:
      layer: a Keras layer with stateful=True and return_sequences=True, its state zero.
      inputs: [batch, time, features].
      chunk: how many steps the layer gets at once; at the end what is left.

    Returns:
      [batch, time, units], the outputs of one long run; the layer's state is zero again.
    """
    ### BEGIN SOLUTION
    starts = range(0, inputs.shape[1], chunk)
    outputs = tf.concat([layer(inputs[:, t : t + chunk]) for t in starts], axis=1)
    layer.reset_state()
    return outputs
    ### END SOLUTION


# %% tags=["try-it"]
stateful_layer = keras.layers.LSTM(4, stateful=True, return_sequences=True)
show_shape(run_in_chunks(stateful_layer, tf.ones([2, 7, 3]), chunk=3))
# prints: (2, 7, 4)

# %% nbgrader={"grade_id": "check-stateful-chunks", "grade": true, "points": 5}
report = check_stateful_chunks(run_in_chunks)
### BEGIN HIDDEN TESTS
report += check_stateful_chunks(
    run_in_chunks,
    seeds=(11, 12),
    even=(("LSTM", 3, 4, 2, 6, 2), ("SimpleRNN", 1, 5, 4, 3, 1)),
    ragged=(("SimpleRNN", 4, 5, 1, 3, 4), ("LSTM", 2, 5, 3, 1, 3)),
)
### END HIDDEN TESTS
report.points(5)

# %% [markdown]
# ## 9.5 A state from somewhere else
#
# The other way to start from a state is to hand it over: `layer(inputs, initial_state=[h, c])`, in
# the order in which `return_state` returns it. With that, one network can start where another one
# stopped. An **encoder** reads a sentence, and its final state is all that it says; a **decoder**
# starts from it and writes. [Chapter 11](../11_seq2seq/11_seq2seq.ipynb) translates this way.
#
# **Predict, then run.** We run four steps, take the state, and run the rest from there; once
# more with h and c the wrong way round. What does Keras say to the second?

# %% tags=["demo"]
prediction_9_3 = ...  # "an error", "a warning" or "nothing"

# %% tags=["demo"]
telling = keras.layers.LSTM(5, return_state=True)
telling.build((None, None, 3))
telling.set_weights(plain.get_weights())
_, h, c = telling(inputs[:, :4])
right = plain(inputs[:, 4:], initial_state=[h, c])
with warnings.catch_warnings(record=True) as said:
    warnings.simplefilter("always")
    swapped = plain(inputs[:, 4:], initial_state=[c, h])
print("the second run came to its end; warnings:", len(said))
your_prediction(prediction_9_3)
measured("from [h, c], beside one run", apart(right, long_run[:, 4:]), at_most=1e-5)
measured("from [c, h], beside one run", apart(swapped, long_run[:, 4:]), at_least=0.1)

# %% [markdown]
# Not a word, and wrong numbers. Both parts have the same shape, so it takes either for the other.
#
# ### Exercise: encoder and decoder [6 points]
#
# Build the model. An embedding and an LSTM of `units` for the source; an embedding and an LSTM
# for the target, which starts from the encoder's h and c; a dense layer on each of its outputs.
# Both read from left to right. The decoder's input at a step is the word that stands there: the
# shift by one is chapter 11's business.
#
# `build_encoder_decoder(11, 7, 3, 4)` on a source of shape (2, 5) and a target of shape (2, 6)
# gives logits of the shape (2, 6, 7). Another source must give other logits.


# %% nbgrader={"grade_id": "encoder-decoder", "solution": true}
def build_encoder_decoder(source_vocabulary, target_vocabulary, embedding_dim, units):
    """A model that reads one sequence of ids and predicts along another.

    Args:
      source_vocabulary: source ids are 0..source_vocabulary - 1.
      target_vocabulary: target ids are 0..target_vocabulary - 1.
      embedding_dim: width of an id's vector, in both languages.
      units: width of both LSTMs.

    Returns:
      A keras.Model: model([source, target]) gives [batch, target time, target_vocabulary] logits.
    """
    ### BEGIN SOLUTION
    source, target = keras.Input([None], dtype="int32"), keras.Input([None], dtype="int32")
    source_vectors = keras.layers.Embedding(source_vocabulary, embedding_dim)(source)
    target_vectors = keras.layers.Embedding(target_vocabulary, embedding_dim)(target)
    _, h, c = keras.layers.LSTM(units, return_state=True)(source_vectors)
    decoder = keras.layers.LSTM(units, return_sequences=True)
    outputs = decoder(target_vectors, initial_state=[h, c])
    return keras.Model([source, target], keras.layers.Dense(target_vocabulary)(outputs))
    ### END SOLUTION


# %% tags=["try-it"]
translator = build_encoder_decoder(11, 7, 3, 4)
if translator is not None:
    show_shape(translator([np.ones([2, 5]), np.ones([2, 6])]))
# prints: (2, 6, 7)

# %% nbgrader={"grade_id": "check-encoder-decoder", "grade": true, "points": 6}
report = check_encoder_decoder(build_encoder_decoder)
### BEGIN HIDDEN TESTS
report += check_encoder_decoder(build_encoder_decoder, seeds=(11,), sizes=((5, 13, 2, 6),))
### END HIDDEN TESTS
report.points(6)

# %% [markdown]
# ## 9.6 Both directions
#
# `Bidirectional` holds two copies of a layer, and merges what they give, by one of four rules. By
# which, if you say nothing? Old notes claim this and that. We need not quote anybody: our two
# halves from section 9.2, merged by hand in each way, against the layer with its defaults.

# %% tags=["demo"]
f, b = (half.numpy() for half in halves)
by_hand = {"sum": f + b, "mul": f * b, "ave": (f + b) / 2, "concat": np.concatenate([f, b], -1)}
merging = keras.layers.Bidirectional(keras.layers.LSTM(5, return_sequences=True))
merging.build((None, None, 3))
merging.set_weights(both.get_weights())
default = merging(inputs, mask=mask)
for name, merged in by_hand.items():
    same = merged.shape == default.shape and np.allclose(merged, default, atol=1e-5)
    print(f"{name:7} {merged.shape} {'is the default' if same else 'is not'}")

# %% [markdown]
# One rule, and only that. Is its shape the one that you predicted in section 9.1?
#
# **Predict, then run.** Without `return_sequences`, a layer returns its last output. With it, you
# get an array of all steps. Where in that array stands the last output of the backward half?

# %% tags=["demo"]
prediction_9_4 = ...  # "at the first step" or "at the last step"

# %% tags=["demo"]
last = keras.layers.Bidirectional(keras.layers.LSTM(5), merge_mode=None)
last.build((None, None, 3))
last.set_weights(both.get_weights())
backward_half, all_steps = last(inputs)[1], both(inputs)[1]
measured("from what stands at the first step", apart(backward_half, all_steps[:, 0]), at_most=1e-5)
measured("from what stands at the last step", apart(backward_half, all_steps[:, -1]), at_least=0.2)
your_prediction(prediction_9_4)

# %% [markdown]
# At the first step, where the backward layer has seen everything: what a classifier wants. Taking
# `outputs[:, -1]` of a bidirectional layer yourself gives you a backward half that has read a
# single step.

# %% [markdown]
# ## 9.7 A cell of your own, with nested inputs
#
# Some inputs come in parts: at each step a vector and a small picture, say. A cell can be made
# for that, with a state in two parts as well. It will be a **Keras layer**, a class with three
# methods ([Keras's guide](https://keras.io/guides/making_new_layers_and_models_via_subclassing/)):
#
# - `__init__` keeps the sizes, and makes no weights, since the width of the inputs is not known
#   yet;
# - `build` is called once, before the first call, with the shapes of the inputs. It makes the
#   weights by `self.add_weight(shape)`, so that Keras knows of them, trains them and saves them;
# - `call` computes the outputs. You call the layer itself, as in `layer(x)`; Keras builds it if
#   need be and passes the call on.
#
# This is a dense layer without a bias:


# %%
class Product(keras.layers.Layer):
    def __init__(self, units, **kwargs):
        super().__init__(**kwargs)
        self.units = units

    def build(self, inputs_shape):
        self.kernel = self.add_weight((inputs_shape[-1], self.units))

    def call(self, inputs):
        return inputs @ self.kernel


product = Product(5)
print("weights before the first call:", len(product.weights))
print("outputs", product(tf.ones([2, 3])).shape, "- weights", product.weights[0].shape)

# %% [markdown]
# A cell is such a layer whose `call` gets the inputs of one step and the state. Keras 2 ran cells
# with nested inputs by `RNN`, and its guide showed one. Here it is in short, without weights. Watch
# what Keras 3 makes of it.


# %% tags=["demo"]
class PairCell(keras.layers.Layer):
    state_size = (1, 1)
    output_size = 1

    def call(self, inputs, states):
        a, b = inputs
        return a + b, [states[0] + a, states[1] + b]


try:
    keras.layers.RNN(PairCell())((tf.ones([2, 6, 1]), tf.ones([2, 6, 1])))
except AttributeError as error:
    message = str(error).replace("\x1b[1m", "").replace("\x1b[0m", "")  # without bold type
    print("\n".join(message.split("\n\n")[:2]))

# %% [markdown]
# The cell was never asked. `RNN` itself looks up the shape of its inputs, and a pair has none.
# There is no option against it in Keras 3; but there are two ways round. Both need a cell
# first.
#
# That guide's cell had another flaw: its output was computed from the inputs alone. The state
# was added up with care, and nobody ever looked at it.
#
# ### Exercise: a nested cell [7 points]
#
# Write a cell, as a Keras layer, with two inputs and two parts of the state. The equations are
# yours to choose. A proposal, where $b : K_2$ sums over both axes of b
# (`tf.einsum("bij,ijkl->bkl", b, kernel_2)`):
#
# $$s_1 \leftarrow \tanh(s_1 + a K_1) \qquad s_2 \leftarrow \tanh(s_2 + b : K_2) \qquad output =
# (s_1, s_2)$$
#
# What is required: each new part of the state depends on the old one; the output depends on
# *both* parts of the state; both inputs matter. And the cell must survive being saved. Keras
# loads a layer by `NestedCell(**config)`, where the config holds the arguments of `__init__`
# (plain numbers are noted by themselves) and some of Keras's own, such as `name`. Then it fills
# in the weights, so `add_weight` must have made them. You need not register the class: the
# check hands it to Keras when it loads the file. In `build`, `inputs_shape` is a pair of shapes.
#
# With `cell = NestedCell(2, 3, 4)`, inputs of the shapes (5, 6) and (5, 7, 8) and a state of
# the shapes (5, 2) and (5, 3, 4), the new state has these shapes again.


# %% nbgrader={"grade_id": "nested-cell", "solution": true}
class NestedCell(keras.layers.Layer):
    """A cell with a vector and a matrix for its inputs, and another two for its state.

    Args:
      unit_1: width of s1.
      unit_2: rows of s2.
      unit_3: columns of s2.
    """

    def __init__(self, unit_1, unit_2, unit_3, **kwargs):
        super().__init__(**kwargs)
        ### BEGIN SOLUTION
        self.units = unit_1, unit_2, unit_3
        ### END SOLUTION

    def build(self, inputs_shape, states_shape):
        """Makes the weights."""
        ### BEGIN SOLUTION
        (_, i1), (_, i2, i3) = inputs_shape
        self.kernel_1 = self.add_weight((i1, self.units[0]))
        self.kernel_2 = self.add_weight((i2, i3, *self.units[1:]))
        ### END SOLUTION

    def call(self, inputs, states):
        """One step: (a, b) and (s1, s2) to (output, (s1, s2))."""
        ### BEGIN SOLUTION
        (a, b), (s1, s2) = inputs, states
        s1 = tf.tanh(s1 + a @ self.kernel_1)
        s2 = tf.tanh(s2 + tf.einsum("bij,ijkl->bkl", b, self.kernel_2))
        return (s1, s2), (s1, s2)
        ### END SOLUTION


# %% tags=["try-it"]
two_inputs = tf.ones([5, 6]), tf.ones([5, 7, 8])
two_states = tf.ones([5, 2]), tf.ones([5, 3, 4])
stepped = NestedCell(2, 3, 4)(two_inputs, two_states)
show_shapes(stepped and stepped[1])  # the new state
# prints: (5, 2)
#         (5, 3, 4)

# %% nbgrader={"grade_id": "check-nested-cell", "grade": true, "points": 7}
report = check_nested_cell(NestedCell)
### BEGIN HIDDEN TESTS
report += check_nested_cell(NestedCell, seeds=(11,), sizes=((2, 3, 4, 1, 1, 5, 3),))
### END HIDDEN TESTS
report.points(7)

# %% [markdown]
# Now the ways round. They drive your cell. **The first: pack and split.** `RNN` insists on
# one tensor, so it gets one: vector and matrix side by side in a single row. The cell that it
# drives cuts the row apart, calls the nested cell, and packs what comes out.


# %% tags=["demo"]
def split(row, sizes):
    """[batch, i1 + i2 * i3] to [batch, i1] and [batch, i2, i3]."""
    return row[:, : sizes[0]], tf.reshape(row[:, sizes[0] :], [-1, *sizes[1:]])


def pack(pair):
    """[..., i1] and [..., i2, i3] to [..., i1 + i2 * i3]."""
    a, b = pair
    row = tf.reshape(b, [-1, *a.shape[1:-1], b.shape[-2] * b.shape[-1]])
    return tf.concat([a, row], axis=-1)


# %% tags=["demo"]
from course_utils.checks.keras_rnn_api import own_or_course

NestedCell = own_or_course("NestedCell", NestedCell)


# %% tags=["demo"]
@keras.saving.register_keras_serializable("unrolled")
class PackedCell(keras.layers.Layer):
    def __init__(self, sizes, units, **kwargs):
        super().__init__(**kwargs)
        self.sizes, self.units, self.cell = sizes, units, NestedCell(*units)
        self.state_size = [units[0], units[1] * units[2]]
        self.output_size = sum(self.state_size)

    def build(self, inputs_shape):
        (i1, i2, i3), (u1, u2, u3) = self.sizes, self.units
        self.cell.build(((None, i1), (None, i2, i3)), ((None, u1), (None, u2, u3)))

    def call(self, inputs, states):
        pair = split(inputs, self.sizes)
        _, new = self.cell(pair, (states[0], tf.reshape(states[1], [-1, *self.units[1:]])))
        return pack(new), [new[0], tf.reshape(new[1], [-1, self.state_size[1]])]


# %% [markdown]
# **The second: our own loop.** A
# [`tf.while_loop`](https://www.tensorflow.org/api_docs/python/tf/while_loop) does not mind how many
# loop variables there are. This is chapter 3's loop, and `tf.nest.map_structure` reads one step of
# every input.


# %% tags=["demo"]
@keras.saving.register_keras_serializable("unrolled")
class NestedRNN(keras.layers.Layer):
    def __init__(self, units, **kwargs):
        super().__init__(**kwargs)
        self.units, self.cell = (units[:1], units[1:]), NestedCell(*units)

    def build(self, shapes):
        of_a_step = tuple((batch, *sizes) for batch, _, *sizes in shapes)
        self.cell.build(of_a_step, tuple((None, *units) for units in self.units))

    def call(self, inputs):
        def body(t, state):
            step = tf.nest.map_structure(lambda part: part[:, t], inputs)
            return t + 1, tuple(self.cell(tuple(step), state)[1])

        batch, n_steps = tf.shape(inputs[0])[0], inputs[0].shape[1]
        start = (0, tuple(tf.zeros([batch, *units]) for units in self.units))
        return pack(tf.while_loop(lambda t, state: t < n_steps, body, start)[1])


# %% [markdown]
# Do both compute the same? And is the memory of any use: if we nudge the *first* input, does
# the *last* output move?

# %% tags=["demo"]
sizes, units = (2, 2, 3), (4, 2, 2)
rng = np.random.default_rng(2)
a = rng.uniform(-1, 1, [64, 8, 2]).astype(np.float32)
b = rng.uniform(-1, 1, [64, 8, 2, 3]).astype(np.float32)
by_packing = keras.layers.RNN(PackedCell(sizes, units))
by_our_loop = NestedRNN(units)
packed_output = by_packing(pack((a, b)))
by_our_loop((a, b))
by_our_loop.set_weights(by_packing.get_weights())
measured("one way from the other", apart(packed_output, by_our_loop((a, b))), at_most=1e-5)

nudged = a.copy()
nudged[:, 0] += 0.1  # the first of eight steps
moved = np.abs(by_our_loop((nudged, b)) - packed_output).max(axis=1)
measured("the last output moved in every row by", moved.min(), at_least=3e-4)

# %% [markdown]
# Now both train. The task has to need a memory: add up all of `a` and `b`, over all steps. The
# baseline is the mean, whose squared error is the variance of the sums. (With equations of your own
# the error may be another one.)


# %% tags=["demo"]
def train_and_reload(rnn, x, path):
    keras.utils.set_random_seed(3)
    inputs = [keras.Input(part.shape[1:]) for part in x]
    outputs = keras.layers.Dense(1)(rnn(inputs[0] if len(inputs) == 1 else inputs))
    model = keras.Model(inputs, outputs)
    model.compile(keras.optimizers.Adam(0.02), "mse", jit_compile=False)  # without a compiler, XLA
    history = model.fit(x, sums, epochs=training.steps(60, 15), batch_size=64, verbose=0)
    model.save(path)
    reloaded = keras.models.load_model(path)
    return history.history["loss"][-1], apart(model(x), reloaded(x))


# %% tags=["demo"]
import tempfile

sums = (a.sum(axis=(1, 2)) + b.sum(axis=(1, 2, 3)))[:, np.newaxis]
with tempfile.TemporaryDirectory() as folder:
    for name, rnn, x in (
        ("packed", keras.layers.RNN(PackedCell(sizes, units)), [pack((a, b))]),
        ("our loop", NestedRNN(units), [a, b]),
    ):
        loss, moved = train_and_reload(rnn, x, f"{folder}/model.keras")
        measured(f"{name}: squared error by the baseline's", loss / sums.var(), at_most=0.3)
        measured(f"{name}: outputs of the reloaded one from it", moved, at_most=1e-6)

# %% [markdown]
# Both learn, and both come back from the file as they were. Which to take? Packing keeps all of
# `RNN`: masks, `stateful`, `return_sequences`. The loop keeps the code readable.

# %% [markdown]
# ## 9.8 The fused kernel
#
# On a GPU, Keras can run all steps of an LSTM or a GRU in a single operation, the **fused kernel**
# of cuDNN (NVIDIA's library for neural networks), in place of a loop of small ones. It is made for
# speed, and it does one thing only. An option that it does not know, and Keras falls back to the
# loop, without a word. To know where you are, say `use_cudnn=True`: then Keras raises an error in
# place of falling back.
#
# And without a GPU? `fused.kernel_for` makes Keras believe that there is one, and watches which
# way it goes. So this table is not from a manual. It is Keras's own decision. Two options are new
# here: `hard_sigmoid` is made of three straight lines in place of the sigmoid's curve, and
# `go_backwards=True` reads each sequence from its last step to its first.

# %% tags=["demo"]
tries = [{}, {"activation": "relu"}, {"recurrent_activation": "hard_sigmoid"}]
tries += [{"use_bias": False}, {"unroll": True}, {"recurrent_dropout": 0.2}]
tries += [{"use_cudnn": False}, {"dropout": 0.2}, {"stateful": True}, {"go_backwards": True}]
LSTM, GRU = keras.layers.LSTM, keras.layers.GRU


def kernels(option):
    insisting = {"use_cudnn": True, **option}
    asked = LSTM(2, **option), LSTM(2, **insisting), GRU(2, **option)
    return "".join(f"{fused.kernel_for(layer):16}" for layer in asked).rstrip()


# %% tags=["demo"]
print(f"{'option':41}LSTM            use_cudnn=True  GRU")
for option in tries:
    print(f"{option or 'all defaults'!s:41}{kernels(option)}")
before = fused.kernel_for(GRU(2, reset_after=False))
print(f"{{'reset_after': False}}{'':51}{before}")

# %% [markdown]
# The GRU's last line is why Keras's default is `reset_after=True`: it is the convention of the
# kernel. (Under `dropout`, what is dropped is an input, and that happens before the kernel.)
#
# There is one more condition, and no option shows it: the mask. The kernel takes lengths, so
# the padding has to be on the right, and no row may be all padding. **Predict, then run.** What
# does Keras do with padding on the left, step by step and in a graph?

# %% tags=["demo"]
prediction_9_5 = ...  # two words, of "fused", "loop" and "error"

# %% tags=["demo"]
masks = {
    "right": [[True, True, False], [True, True, True]],
    "left": [[False, True, True], [True, True, True]],
    "an empty row": [[False, False, False], [True, True, True]],
}
print(f"{'padding':14} step by step   in a graph")
for name, padding in masks.items():
    found = [fused.kernel_for(keras.layers.LSTM(2), padding, graph) for graph in (False, True)]
    print(f"{name:14} {found[0]:14} {found[1]}")
your_prediction(prediction_9_5)

# %% [markdown]
# Off the graph it looks at the mask and takes the loop. In a graph, as in `fit`, it has to
# choose before there is a mask to look at: it chooses the kernel, and raises an error when the
# mask arrives. A model that worked on your laptop fails on a GPU. Pad on the right, or say
# `use_cudnn=False`.
#
# ### Exercise: would it be fused? [4 points]
#
# Write the rule for an LSTM, as if a GPU were there. The function gets options of
# `keras.layers.LSTM` by name; what is not given has Keras's default. `activation` and the like
# come as text or None.
#
# `can_use_fused_kernel()` is True, `can_use_fused_kernel(units=8, activation="relu")` is False,
# also with `use_cudnn=True`: then Keras raises an error.


# %% nbgrader={"grade_id": "fused-kernel", "solution": true}
def can_use_fused_kernel(**options):
    """Whether Keras would run an LSTM on the fused kernel of a GPU.

    Args:
      **options: arguments of keras.layers.LSTM, as in units=8, use_bias=False.

    Returns:
      True or False.
    """
    ### BEGIN SOLUTION
    return bool(
        options.get("activation", "tanh") == "tanh"
        and options.get("recurrent_activation", "sigmoid") == "sigmoid"
        and options.get("use_bias", True)
        and not options.get("unroll", False)
        and not options.get("recurrent_dropout", 0.0)
        and options.get("use_cudnn", "auto") is not False
    )
    ### END SOLUTION


# %% tags=["try-it"]
show(can_use_fused_kernel())
show(can_use_fused_kernel(units=8, activation="relu"))
show(can_use_fused_kernel(units=8, activation="relu", use_cudnn=True))
# prints: True
#         False
#         False

# %% nbgrader={"grade_id": "check-fused-kernel", "grade": true, "points": 4}
report = check_fused_kernel(can_use_fused_kernel)
### BEGIN HIDDEN TESTS
report += check_fused_kernel(
    can_use_fused_kernel,
    more=[
        ({"units": 3, "go_backwards": True, "dropout": 0.9}, True),
        ({"units": 3, "recurrent_activation": "relu", "stateful": True}, False),
    ],
)
### END HIDDEN TESTS
report.points(4)

# %% [markdown]
# Does it matter? We time one and the same LSTM on every path that exists where this notebook
# runs: a compiled gradient through 40 steps, 128 units, a batch of 32. The first call traces,
# so we time it apart.

# %% tags=["demo"]
import time

device = "GPU" if tf.config.list_logical_devices("GPU") else "CPU"
x = tf.random.stateless_normal([32, 40, 32], seed=[1, 2])


def timed(run, weights):
    """Seconds of the first call, milliseconds of the fastest one that follows."""

    @tf.function(autograph=False)
    def gradients():
        with tf.GradientTape() as tape:
            loss = tf.reduce_sum(run(x) ** 2)
        return tape.gradient(loss, weights)

    clock = [time.perf_counter()]
    for _ in range(1 + training.steps(full=25, quick=2)):
        _ = gradients()[0].numpy()
        clock.append(time.perf_counter())
    first, *others = np.diff(clock)
    return first, 1000 * min(others)


# %% tags=["demo"]
paths = {}
for label, option in {
    'use_cudnn="auto"': {},
    "use_cudnn=False": {"use_cudnn": False},
    "unroll=True": {"unroll": True},
}.items():
    layer = keras.layers.LSTM(128, return_sequences=True, **option)
    layer.build(x.shape)
    paths[label] = timed(layer, [w.value for w in layer.trainable_weights])
cell = cells.LSTMCell(128)
cell(x[:, 0], cell.zero_state(32))
paths["our cell and loop"] = timed(
    lambda x: unroll.dynamic_rnn(cell, x)[0], cell.trainable_variables
)

# %% tags=["demo", "drawing"]
fig, axes = plt.subplots(1, 2, figsize=(7.3, 2.9), sharey=True)
firsts, others = zip(*paths.values(), strict=True)
axes[0].bar_label(axes[0].barh(list(paths), others, color=plotting.STATE.edge), fmt=" %.0f ms")
axes[1].bar_label(axes[1].barh(list(paths), firsts, color=plotting.WEIGHT.edge), fmt=" %.1f s")
axes[0].set(xlim=(0, 1.35 * max(others)), xlabel="one gradient (ms)")
axes[1].set(xlim=(0, 1.35 * max(firsts)), xlabel="first call, with tracing (s)")
slower = firsts[2] / np.mean(firsts[:2])
title = f"unroll=True takes {slower:.0f} times as long to trace as the two above, on average"
fig.suptitle(f"An LSTM on this {device}:\n{title}")
axes[0].invert_yaxis()
for ax in axes:
    ax.grid(False)
plotting.show(fig, alt=f"Bars: the times of {len(paths)} paths of an LSTM on a {device}.")

# %% [markdown]
# Read this picture with care. If its title says CPU, the fused kernel is *not* in it. Then `"auto"`
# and `False` run the very same loop, so the distance between these two bars is noise, and no
# smaller distance means anything. What it does show is what `unroll=True` costs: a copy of the cell
# for each step, as in chapter 2, and all of them have to be traced. If the title says GPU, the
# first bar is the fused kernel.

# %% [markdown]
# ## What we built
#
# - A comparison: **SimpleRNN, LSTM, GRU, stacks and Bidirectional** compute what the course's cells
#   and loops compute, to single precision; and two wrong turns that no shape gave away.
# - **Masks, carried states, initial states**: a classifier that does not see its padding, a
#   layer that runs in chunks, a decoder that starts where the encoder stopped.
# - A **nested cell**, driven in two ways round Keras 3's limit, trained, saved and loaded.
# - The **fused kernel's conditions**, asked of Keras itself.
#
# **One thing to remember.** A layer is a cell in a loop. When it surprises you, step its cell
# by hand and see where the numbers part.
#
# So far an id's vector was a row of a table that learnt along with the network, for one task and
# nothing else. In chapter 10 the vectors are all that is learnt: words that are used alike come to
# lie side by side.
