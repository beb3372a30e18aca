"""Encoder, decoder, loss and greedy decoding, against Keras and NumPy."""

import numpy as np
import pytest
import tensorflow as tf

from course_utils import cells, seq2seq
from course_utils.data import sentence_pairs
from course_utils.data.vocabulary import EOS, GO, PAD, Batch, Vocabulary, encode_pairs
from course_utils.seq2seq import GRUTranslator, decode_train, greedy_decode
from tests.answer_bank import Chapter

SOURCE = np.array([[0, 4, 8, 1], [5, 6, 4, 7], [0, 0, 0, 4]], np.int32)
INPUTS = np.array([[2, 5, 6], [2, 4, 0]], np.int32)


@pytest.fixture
def translator():
    tf.random.set_seed(4)
    return GRUTranslator(source_size=9, target_size=7, embedding_dim=3, units=5)


def keras_gru(cell, **options):
    layer = tf.keras.layers.GRU(cell.units, **options)
    layer.build([None, None, cell.kernel.shape[0]])
    layer.set_weights([cell.kernel, cell.recurrent_kernel, cell.bias])
    return layer


def test_the_encoder_is_a_keras_gru_over_the_words_vectors(translator):
    vectors = translator.source_embedding.numpy()[SOURCE]
    expected = keras_gru(translator.encoder)(vectors)
    np.testing.assert_allclose(translator.encode(SOURCE), expected, atol=1e-5)


def test_teacher_forcing_is_a_keras_gru_from_the_encoders_state(translator):
    logits = decode_train(translator.encode, translator.step, SOURCE[:2], tf.constant(INPUTS))
    layer = keras_gru(translator.decoder, return_sequences=True)
    vectors = translator.target_embedding.numpy()[INPUTS]
    outputs = layer(vectors, initial_state=translator.encode(SOURCE[:2])).numpy()
    expected = outputs @ translator.kernel.numpy() + translator.bias.numpy()
    np.testing.assert_allclose(logits, expected, atol=1e-5)


def test_the_chapters_shorter_translator_computes_the_same(translator):
    text = next(c.source for c in Chapter("11_seq2seq").cells if "class Translator" in c.source)
    namespace = {"tf": tf, "cells": cells}
    exec(text, namespace)
    short = namespace["Translator"](source_size=9, target_size=7, width=3, units=5)
    state = short.encode(SOURCE)  # the first calls make the cells' weights
    short.step([2, 2, 2], state)
    assert len(short.trainable_variables) == len(translator.trainable_variables) - 1
    for cell in ("encoder", "decoder"):
        for name in ("kernel", "recurrent_kernel", "bias"):
            getattr(getattr(short, cell), name).assign(getattr(getattr(translator, cell), name))
    for name in ("source_embedding", "target_embedding", "kernel"):
        getattr(short, name).assign(getattr(translator, name))
    logits = decode_train(short.encode, short.step, SOURCE[:2], tf.constant(INPUTS))
    expected = decode_train(translator.encode, translator.step, SOURCE[:2], tf.constant(INPUTS))
    np.testing.assert_allclose(logits, expected, atol=1e-6)


def test_the_loss_is_the_mean_over_all_real_tokens():
    rng = np.random.default_rng(1)
    logits = rng.normal(size=[2, 4, 5]).astype(np.float32)
    targets = np.array([[4, 2, 3, 0], [3, 0, 0, 0]], np.int32)
    losses = [
        np.log(np.exp(logits[n, t]).sum()) - logits[n, t, targets[n, t]]
        for n, t in np.argwhere(targets)
    ]
    np.testing.assert_allclose(seq2seq.sequence_loss(logits, targets), np.mean(losses), rtol=1e-5)


def test_another_padding_can_be_named():
    loss = seq2seq.sequence_loss(tf.constant([[[9.0, 0.0], [0.0, 0.0]]]), [[1, 0]], pad=1)
    np.testing.assert_allclose(loss, np.log(2), rtol=1e-5)


def scripted(rows, vocabulary=9):
    """A step that writes fixed tokens, and the state that it starts from."""
    table = np.array(rows)

    def step(token_ids, state):
        assert len(token_ids) == len(table)
        row, t = state["row"], state["t"]
        return tf.one_hot(table[row, t], vocabulary), {"row": row, "t": t + 1}

    return step, {"row": np.arange(len(table)), "t": np.zeros(len(table), int)}


def test_decoding_stops_each_row_at_its_end():
    step, state = scripted([[5, 3, 6, 6], [4, 4, 4, 3], [3, 7, 7, 7]])
    assert greedy_decode(step, state, go=2, eos=3, max_length=9) == [[5], [4, 4, 4], []]


def test_decoding_stops_at_the_longest_length():
    step, state = scripted([[5, 6, 7, 8]])
    assert greedy_decode(step, state, go=2, eos=3, max_length=3) == [[5, 6, 7]]


def test_decoding_feeds_what_it_wrote():
    seen = []

    def step(token_ids, state):
        seen.append(np.asarray(token_ids).tolist())
        return tf.one_hot(np.asarray(token_ids) + 1, 9), state

    greedy_decode(step, tf.zeros([2, 1]), go=4, eos=8, max_length=3)
    assert seen == [[4, 4], [5, 5], [6, 6]]


def test_translating_feeds_the_decoder_its_own_words(translator):
    (ids,) = seq2seq.translate(translator, SOURCE[:1], max_length=4)
    inputs = tf.constant([[GO, *ids]])
    logits = decode_train(translator.encode, translator.step, SOURCE[:1], inputs).numpy()
    assert logits.argmax(axis=2)[0].tolist()[: len(ids)] == ids


def copying(n, seed):
    """Sources of three ids and targets that repeat the last one seen, twice."""
    source = np.random.default_rng(seed).integers(4, 7, [n, 3]).astype(np.int32)
    ids = source[:, -1:]
    ends = [np.full([n, 1], i, np.int32) for i in (GO, EOS, PAD)]
    inputs = np.concatenate([ends[0], ids, ids, ends[2]], axis=1)
    return Batch(source, inputs, np.concatenate([ids, ids, ends[1], ends[2]], axis=1))


def test_training_learns_and_is_watched(translator):
    steps = []
    batch, fresh = copying(64, 1), copying(50, 2)
    losses = seq2seq.train(
        translator, batch, 150, learning_rate=0.03, watch=lambda *a: steps.append(a)
    )
    assert steps == list(enumerate(losses, start=1))
    assert losses[-1] < 0.1 < losses[0]
    translations = seq2seq.translate(translator, fresh.source, max_length=4)
    assert seq2seq.exact_match(translations, seq2seq.references(fresh.decoder_targets)) == 1


class LateTranslator(tf.Module):
    """Its cells make their weights when they are first called, as all cells do."""

    def __init__(self):
        super().__init__()
        self.encoder, self.decoder = cells.GRUCell(7), cells.GRUCell(7)

    def encode(self, source):
        state = self.encoder.zero_state(len(source))
        for word in tf.unstack(tf.one_hot(source, 9), axis=1):
            _, state = self.encoder(word, state)
        return state

    def step(self, token_ids, state):
        return self.decoder(tf.one_hot(token_ids, 9), state)


def test_training_changes_the_weights_that_the_first_call_makes():
    late = LateTranslator()
    seq2seq.train(late, copying(20, 1), 3)
    for cell in (late.encoder, late.decoder):
        assert np.any(cell.bias.numpy() != 0)  # they start at zero


def test_training_twice_gives_the_same_losses():
    losses = []
    for _ in range(2):
        tf.random.set_seed(4)
        losses.append(seq2seq.train(GRUTranslator(9, 7, 3, 5), copying(20, 1), 3, seed=5))
    np.testing.assert_allclose(*losses, rtol=1e-5)


def test_a_file_as_tatoebas_runs_through_the_same_code(tmp_path):
    path = tmp_path / "pairs.tsv"
    path.write_text("1\tGo.\t2\tVa !\n3\tI go.\t4\tJe vais.\n5\tWe eat.\t6\tOn mange.\n")
    pairs = sentence_pairs.read(path)
    english, french = (Vocabulary([pair[i] for pair in pairs]) for i in (0, 1))
    tf.random.set_seed(4)
    network = GRUTranslator(len(english), len(french), units=16)
    batch = encode_pairs(pairs, english, french, source_length=4, target_length=5)
    seq2seq.train(network, batch, 80, batch_size=8, learning_rate=0.02)
    written = seq2seq.translate(network, batch.source, max_length=5)
    assert [french.decode(ids) for ids in written] == [pair.target for pair in pairs]


def test_a_match_is_exact_in_every_token_and_in_length():
    assert seq2seq.exact_match([[1, 2], [1], [], [3, 4]], [[1, 2], [1, 2], [], [4, 3]]) == 0.5
