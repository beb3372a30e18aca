"""The translators that chapter 12 compares: with and without attention, in words of numbers."""

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import tensorflow as tf
from numpy.typing import ArrayLike, NDArray

from course_utils.attention import luong_attention
from course_utils.data.number_lists import EOS, GO, PAD, Batch, vocabulary
from course_utils.decoder_arguments import check_logits, refuse_graph
from course_utils.seq2seq import sequence_loss
from course_utils.training import descend

BATCH_SPEC = Batch(*(tf.TensorSpec([None] * axes, tf.int32) for axes in (2, 1, 2, 2)))
SOURCE_WINDOW = 5  # words of the source in a window, its own in the middle
RECENT = 7  # words that the window of a decoder holds: the last ones it was fed


class DecoderState(NamedTuple):
    """What a decoder's step gets from the step before; every part has one row a sentence.

    Attributes:
      h: [batch, width], the decoder's own state.
      memory: [batch, time, units], what the encoder has made of each step of the source.
      source_length: [batch].
      weights: [batch, time], how much the step before looked at each of them.
    """

    h: tf.Tensor
    memory: tf.Tensor
    source_length: tf.Tensor
    weights: tf.Tensor


class Translator(tf.Module):
    """Translates English words of numbers into French ones, by recurrent networks.

    A GRU in each direction reads the source, and a GRU writes the target.

    Args:
      units: width of the decoder's state, an even number; the encoder's two have half of it each.
      attention: whether the decoder looks back, by Luong's attention. If not, all it knows of the
        source is the encoder's last state, from which it starts.

    Attributes:
      step: one step of the decoder, compiled: [n] ids and a state of n rows to logits [n, words]
        and the new state.
    """

    def __init__(self, units: int, attention: bool) -> None:
        super().__init__()
        layers = tf.keras.layers
        self.units, self.attention = units, attention
        self.embed_source = layers.Embedding(len(vocabulary("en")), units // 2)
        self.embed_target = layers.Embedding(len(vocabulary("fr")), units // 2)
        self.weight = tf.Variable(tf.random.normal([units, units], stddev=units**-0.5))
        self.mix = layers.Dense(units, activation="tanh")
        self.logits = layers.Dense(len(vocabulary("fr")))
        self.step = tf.function(self._step, reduce_retracing=True)
        self._make_networks()

    def _make_networks(self) -> None:
        gru = tf.keras.layers.GRU
        half = gru(self.units // 2, return_sequences=True, return_state=True)
        self.encoder = tf.keras.layers.Bidirectional(half)
        self.decoder = gru(self.units, return_sequences=True)

    @property
    def trainable_variables(self) -> list[tf.Variable]:
        """The weights that it uses; `tf.Module` does not find those of Keras layers by itself."""
        layers = (self.embed_source, self.embed_target, self.encoder, self.decoder)
        variables = [
            variable.value
            for layer in (*layers, self.mix, self.logits)
            for variable in layer.trainable_variables
        ]
        return [self.weight, *variables] if self.attention else variables

    def encode(self, source: Any, source_length: Any) -> DecoderState:
        """Reads sentences [batch, time] of ids, padded at the end."""
        mask = tf.sequence_mask(source_length, tf.shape(source)[1])  # [batch, time]
        memory, h = self._read(self.embed_source(source), mask)
        lengths = tf.convert_to_tensor(source_length)
        return DecoderState(h, memory, lengths, tf.cast(mask, tf.float32))

    def teacher_forced(self, batch: Batch) -> tf.Tensor:
        """Logits [batch, steps, words] of the step after each of the decoder's given inputs."""
        state = self.encode(batch.source, batch.source_length)
        outputs = self._outputs(self.embed_target(batch.decoder_inputs), state.h)
        return self._look(outputs, state)[0]

    def _step(self, token_ids: Any, state: DecoderState) -> tuple[tf.Tensor, DecoderState]:
        output, h = self._output(self.embed_target(token_ids), state.h)
        logits, weights = self._look(output, state)
        return logits, state._replace(h=h, weights=weights)

    def _look(self, outputs: tf.Tensor, state: DecoderState) -> tuple[tf.Tensor, tf.Tensor]:
        """Logits and attention weights of the decoder's outputs [batch, (steps,) units]."""
        lengths = state.source_length
        context, weights = luong_attention(outputs, state.memory, self.weight, lengths)
        if not self.attention:
            context = tf.zeros_like(context)
        return self.logits(self.mix(tf.concat([outputs, context], axis=-1))), weights

    def _read(self, embedded: tf.Tensor, mask: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        """The memory [batch, time, units], and the state from which the decoder starts."""
        memory, forward, backward = self.encoder(embedded, mask=mask)
        return memory, tf.concat([forward, backward], axis=1)

    def _outputs(self, embedded: tf.Tensor, h: tf.Tensor) -> tf.Tensor:
        """The decoder's outputs [batch, steps, units], one for each of its inputs."""
        return self.decoder(embedded, initial_state=h)

    def _output(self, embedded: tf.Tensor, h: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        """The decoder's output [n, units] for one input, and its new state."""
        output, _ = self.decoder.cell(embedded, [h])
        return output, output


class WindowTranslator(Translator):
    """A translator with attention that counts no steps, because nothing in it is recurrent.

    A step of its memory knows a word of the source and two neighbours on each side; its decoder
    knows the last seven words that it was fed, which are its state. Neither knows its place in the
    sentence.

    Args:
      units: width of the memory and of the decoder's output, an even number.
    """

    def __init__(self, units: int) -> None:
        super().__init__(units, attention=True)

    def _make_networks(self) -> None:
        layers = tf.keras.layers
        self.encoder = layers.Conv1D(self.units, SOURCE_WINDOW, padding="same", activation="tanh")
        self.decoder = layers.Dense(self.units, activation="tanh")

    def _read(self, embedded: tf.Tensor, mask: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        memory = self.encoder(embedded * tf.cast(mask, tf.float32)[..., tf.newaxis])
        return memory, tf.zeros([tf.shape(embedded)[0], RECENT * embedded.shape[2]])

    def _outputs(self, embedded: tf.Tensor, h: tf.Tensor) -> tf.Tensor:
        steps = tf.shape(embedded)[1]
        padded = tf.pad(embedded, [[0, 0], [RECENT - 1, 0], [0, 0]])
        return self.decoder(tf.concat([padded[:, i : i + steps] for i in range(RECENT)], axis=2))

    def _output(self, embedded: tf.Tensor, h: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        window = tf.concat([h[:, embedded.shape[1] :], embedded], axis=1)
        return self.decoder(window), window


def make_update(
    network: Translator, optimizer: tf.keras.optimizers.Optimizer
) -> Callable[[Batch], tf.Tensor]:
    """A compiled function that improves a translator on a batch, by teacher forcing.

    Args:
      network: its weights are made if need be.
      optimizer: a Keras optimizer of this network's own.

    Returns:
      A function of a batch that returns the mean cross-entropy of its real tokens, in nats.
    """
    one = np.ones([1, 1], np.int32)
    network.teacher_forced(Batch(one, one[0], one, one))  # makes the weights
    variables = network.trainable_variables
    optimizer.build(variables)

    @tf.function(input_signature=[BATCH_SPEC])
    def update(batch: Batch) -> tf.Tensor:
        with tf.GradientTape() as tape:
            loss = sequence_loss(network.teacher_forced(batch), batch.decoder_targets, PAD)
        descend(tape, loss, variables, optimizer, max_norm=1.0)
        return loss

    return update


def greedy(
    network: Translator, source: ArrayLike, source_length: ArrayLike, max_length: int
) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
    """Translates by the likeliest word at each step.

    Args:
      network: the translator.
      source: [batch, time] ids.
      source_length: [batch].
      max_length: how many steps to make.

    Returns:
      Ids [batch, max_length], PAD after EOS; and the attention weights [batch, max_length, time].

    Raises:
      RuntimeError: inside a `tf.function`.
      ValueError: if the logits hold NaN.
    """
    refuse_graph("greedy")
    state = network.encode(source, source_length)
    last = tf.fill([len(state.h)], GO)
    done, ids, weights = tf.zeros_like(last, tf.bool), [], []
    for _ in range(max_length):
        logits, state = network.step(last, state)
        check_logits(logits, len(last))
        last = tf.where(done, PAD, tf.argmax(logits, axis=1, output_type=tf.int32))
        done |= last == EOS
        ids.append(last)
        weights.append(state.weights)
    return tf.stack(ids, axis=1).numpy(), tf.stack(weights, axis=1).numpy()


def mix_inputs(
    targets: ArrayLike, samples: ArrayLike, probability: float, rng: np.random.Generator
) -> NDArray[np.int32]:
    """Scheduled sampling: each token is the sample with this probability, else the target.

    Args:
      targets: [batch, time] ids.
      samples: [batch, time] ids.
      probability: 0..1.
      rng: where the chance comes from.

    Raises:
      ValueError: if the shapes differ, or `probability` is not in 0..1.

    >>> mix_inputs([[1, 2]], [[3, 4]], 1.0, np.random.default_rng(1))
    array([[3, 4]])
    """
    if np.shape(targets) != np.shape(samples):
        raise ValueError(
            f"targets and samples must have one shape, [batch, time], got {np.shape(targets)} and "
            f"{np.shape(samples)}. Cut or pad the samples."
        )
    if not 0 <= probability <= 1:
        raise ValueError(f"probability must be in 0..1, got {probability}. 0 takes targets only.")
    return np.where(rng.random(np.shape(targets)) < probability, samples, targets)
