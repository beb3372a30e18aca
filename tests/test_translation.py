"""The translators of chapter 12: their parts, their two modes, and that they learn."""

import numpy as np
import pytest
import tensorflow as tf

from course_utils import translation
from course_utils.beam_search import beam_search
from course_utils.data import number_lists
from course_utils.data.number_lists import EOS, GO, PAD

KINDS = {
    "one vector": lambda: translation.Translator(8, attention=False),
    "attention": lambda: translation.Translator(8, attention=True),
    "windows": lambda: translation.WindowTranslator(8),
}
BATCH = number_lists.batch([[78, 21], [80], [95, 17, 34]])


@pytest.fixture(scope="module", params=KINDS)
def network(request):
    tf.keras.utils.set_random_seed(3)
    return KINDS[request.param]()


def stepwise(network, batch):
    """Logits [batch, steps, words] by the decoder's step, fed what teacher forcing feeds."""
    state, logits = network.encode(batch.source, batch.source_length), []
    for ids in batch.decoder_inputs.T:
        step_logits, state = network.step(tf.constant(ids), state)
        logits.append(step_logits)
    return np.stack(logits, axis=1)


def test_steps_one_by_one_give_what_teacher_forcing_gives(network):
    np.testing.assert_allclose(stepwise(network, BATCH), network.teacher_forced(BATCH), atol=1e-5)


def test_padding_does_not_matter(network):
    longest = BATCH.source_length.argmax()
    for row in set(range(3)) - {longest}:
        alone = number_lists.batch([[[78, 21], [80], [95, 17, 34]][row]])
        steps = alone.decoder_inputs.shape[1]
        together = network.teacher_forced(BATCH)[row, :steps]
        np.testing.assert_allclose(together, network.teacher_forced(alone)[0], atol=1e-5)


def test_greedy_is_a_beam_of_width_1(network):
    ids, weights = translation.greedy(network, BATCH.source, BATCH.source_length, 6)
    assert weights.shape == (3, 6, BATCH.source.shape[1])
    np.testing.assert_allclose(weights.sum(axis=2), 1, atol=1e-5)
    for row in range(3):
        state = network.encode(BATCH.source[row : row + 1], BATCH.source_length[row : row + 1])
        [(found, _)] = beam_search(network.step, state, GO, EOS, width=1, max_length=6)
        assert found == [int(i) for i in ids[row] if i not in (EOS, PAD)]


def test_only_attention_sees_the_memory(network):
    state = network.encode(BATCH.source, BATCH.source_length)
    ids = tf.constant([GO] * 3)
    before, _ = network.step(ids, state)
    after, _ = network.step(ids, state._replace(memory=1 - state.memory))
    assert np.allclose(before, after) != network.attention


def test_a_window_does_not_know_its_place():
    network = translation.WindowTranslator(8)
    short, long = (number_lists.batch([n]) for n in ([21, 78, 34], [45, 67, 21, 78, 34]))
    one, other = (network.encode(b.source, b.source_length).memory[0] for b in (short, long))
    np.testing.assert_allclose(one[2:], other[6:], atol=1e-6)


def test_a_window_decoder_forgets_what_lies_further_back():
    network = translation.WindowTranslator(8)
    state = network.encode(BATCH.source[:1], BATCH.source_length[:1])
    logits = []
    for first in (3, 4):
        _, after = network.step(tf.constant([first]), state)
        for token in range(5, 5 + translation.RECENT):
            last, after = network.step(tf.constant([token]), after)
        logits.append(last)
    np.testing.assert_allclose(*logits, atol=1e-6)


def test_a_recurrent_memory_does():
    network = translation.Translator(8, attention=True)
    short, long = (number_lists.batch([n]) for n in ([21, 78, 34], [45, 67, 21, 78, 34]))
    one, other = (network.encode(b.source, b.source_length).memory[0] for b in (short, long))
    assert not np.allclose(one[2:], other[6:], atol=1e-3)


def test_every_weight_gets_a_gradient(network):
    with tf.GradientTape() as tape:
        loss = tf.reduce_sum(network.teacher_forced(BATCH) ** 2)
    gradients = tape.gradient(loss, network.trainable_variables)
    assert all(gradient is not None for gradient in gradients)


def test_an_update_lowers_the_loss():
    tf.keras.utils.set_random_seed(1)
    network = translation.WindowTranslator(16)
    update = translation.make_update(network, tf.keras.optimizers.Adam(0.01))
    losses = [float(update(BATCH)) for _ in range(30)]
    assert losses[0] == pytest.approx(np.log(len(number_lists.vocabulary("fr"))), abs=0.3)
    assert losses[-1] < losses[0] / 2


@pytest.mark.parametrize("scaled", [False, True])
def test_an_update_is_clipped_by_what_each_word_gets_in_all(scaled):
    class Table:
        """A translator whose logits are rows of a table."""

        def __init__(self):
            self.table = tf.Variable(tf.zeros([5, 5]))
            self.trainable_variables = [self.table]

        def teacher_forced(self, batch):
            return 100 * tf.gather(self.table, batch.decoder_inputs)

    network, ids = Table(), np.full([4, 2], 2, np.int32)
    optimizer = tf.keras.optimizers.SGD(1.0)
    if scaled:
        optimizer = tf.keras.optimizers.LossScaleOptimizer(optimizer)
    update = translation.make_update(network, optimizer)
    update(translation.Batch(ids, ids[:, 0], ids, ids))
    assert np.linalg.norm(network.table.numpy()) == pytest.approx(1, rel=1e-5)


def test_greedy_decoding_refuses_logits_that_are_no_numbers():
    network = translation.WindowTranslator(8)
    translation.greedy(network, BATCH.source, BATCH.source_length, 1)  # makes the weights
    network.logits.bias.assign(network.logits.bias * np.nan)
    with pytest.raises(ValueError, match="step gave logits that make no probabilities"):
        translation.greedy(network, BATCH.source, BATCH.source_length, 1)


@pytest.mark.slow
def test_the_loss_leaves_padding_out():
    tf.keras.utils.set_random_seed(1)
    network = translation.Translator(8, attention=True)
    update = translation.make_update(network, tf.keras.optimizers.SGD(0.0))
    logits, targets = network.teacher_forced(BATCH).numpy(), BATCH.decoder_targets
    losses = tf.nn.sparse_softmax_cross_entropy_with_logits(targets, logits).numpy()
    assert float(update(BATCH)) == pytest.approx(losses[targets != PAD].mean(), abs=1e-5)


@pytest.mark.parametrize(("probability", "expected"), [(0, "targets"), (1, "samples")])
def test_mixing_at_its_two_ends_gives_one_of_the_two(probability, expected):
    rng = np.random.default_rng(1)
    arrays = {"targets": rng.integers(0, 9, [3, 4]), "samples": rng.integers(9, 20, [3, 4])}
    mixed = translation.mix_inputs(**arrays, probability=probability, rng=rng)
    np.testing.assert_array_equal(mixed, arrays[expected])


@pytest.mark.parametrize("shape", [(1, 4), (3, 1), (4,)], ids=str)
def test_mixing_samples_of_another_shape_is_refused(shape):
    with pytest.raises(ValueError, match=r"must have one shape.*got \(3, 4\)"):
        translation.mix_inputs(np.ones([3, 4]), np.ones(shape), 0.5, np.random.default_rng(1))


@pytest.mark.parametrize("probability", [-0.1, 1.5, np.nan])
def test_mixing_by_what_is_no_probability_is_refused(probability):
    with pytest.raises(ValueError, match=r"probability must be in 0\.\.1"):
        translation.mix_inputs([[1]], [[2]], probability, np.random.default_rng(1))
