"""Encoder, decoder, loss and greedy decoding, against Keras and NumPy."""

import numpy as np
import pytest
import tensorflow as tf

from course_utils import cells, seq2seq
from course_utils.data import sentence_pairs
from course_utils.data.vocabulary import EOS, GO, PAD, Batch, Vocabulary, encode_pairs
from course_utils.seq2seq import GRUTranslator, decode_train, greedy_decode
from tests.answer_bank import Chapter
from tests.rnn_cases import spec

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


@pytest.mark.parametrize("jit", [False, True])
@pytest.mark.parametrize("rows", [(1, 2), (2, 1)], ids=str)
def test_teacher_forcing_never_shares_one_row(translator, rows, jit):
    def run(source, inputs):
        return decode_train(translator.encode, translator.step, source, inputs)

    given = SOURCE[: rows[0]], INPUTS[: rows[1]]
    with pytest.raises(ValueError, match=rf"Every part of state must have {rows[1]} row"):
        run(*given)
    signature = [spec(None, n, dtype=tf.int32) for n in (4, 3)]
    with pytest.raises(tf.errors.InvalidArgumentError, match=r"state must have as many|reshape"):
        tf.function(run, input_signature=signature, jit_compile=jit)(*given)


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


def test_padding_may_have_no_id_of_the_vocabulary():
    loss = seq2seq.sequence_loss(np.zeros([1, 2, 5], np.float32), [[3, -1]], pad=-1)
    np.testing.assert_allclose(loss, np.log(5), rtol=1e-6)


@pytest.mark.parametrize("shape", [(2, 3), (0, 3), (2, 0)], ids=str)
def test_the_loss_of_nothing_is_0(shape):
    logits = tf.Variable(tf.ones([*shape, 4]))
    with tf.GradientTape() as tape:
        loss = seq2seq.sequence_loss(logits, np.full(shape, PAD))
    assert float(loss) == 0
    assert not tape.gradient(loss, logits).numpy().any()


@pytest.mark.parametrize("options", [{}, {"weights": [[2.0, 0.0]]}], ids=str)
def test_logits_at_padding_may_be_anything(options):
    logits = tf.Variable([[[1.0, 3.0, 0.0], [np.nan, np.inf, 0.0]]])
    with tf.GradientTape() as tape:
        loss = seq2seq.sequence_loss(logits, tf.constant([[1, PAD]]), **options)
    probabilities = np.exp([1, 3, 0]) / np.exp([1, 3, 0]).sum()
    np.testing.assert_allclose(loss, -np.log(probabilities[1]), rtol=1e-5)
    gradient = tape.gradient(loss, logits).numpy()
    np.testing.assert_allclose(gradient[0, 0], probabilities - [0, 1, 0], rtol=1e-5)
    assert not gradient[0, 1].any()


def test_weighted_losses_by_hand():
    logits = np.log([[[0.5, 0.25, 0.25], [0.2, 0.2, 0.6]], [[0.1, 0.8, 0.1], [0.25, 0.25, 0.5]]])
    targets, weights = [[0, 1], [1, 2]], np.array([[1.0, 3.0], [2.0, 0.0]])
    each = -np.log([[0.5, 0.2], [0.8, 0.5]])

    def loss(steps, batch):
        options = {"average_across_timesteps": steps, "average_across_batch": batch}
        return seq2seq.sequence_loss(logits, targets, weights=weights, **options)

    sums = each * weights
    np.testing.assert_allclose(loss(True, True), sums.sum() / 6)
    np.testing.assert_allclose(loss(True, False), sums.sum(axis=1) / [4, 2])
    np.testing.assert_allclose(loss(False, True), sums.sum(axis=0) / [3, 3])
    np.testing.assert_allclose(loss(False, False), sums)


@pytest.mark.parametrize("steps", [True, False])
@pytest.mark.parametrize("batch", [True, False])
def test_weighted_losses_are_kerass_cross_entropy(steps, batch):
    rng = np.random.default_rng([5, steps, batch])
    logits = rng.normal(size=[3, 4, 5]).astype(np.float32)
    targets = rng.integers(0, 5, [3, 4])
    weights = rng.random([3, 4]).astype(np.float32) * (rng.random([3, 4]) < 0.6)
    weights[0] = weights[:, 1] = 0  # a sentence and a step that count for nothing
    each = tf.keras.losses.sparse_categorical_crossentropy(targets, logits, from_logits=True)
    axes = tuple(axis for axis, averaged in enumerate((batch, steps)) if averaged)
    expected = each.numpy() * weights
    if axes:
        total = weights.sum(axis=axes)
        expected = expected.sum(axis=axes) / np.where(total == 0, 1, total)
    found = seq2seq.sequence_loss(
        logits, targets, weights=weights, average_across_timesteps=steps, average_across_batch=batch
    )
    np.testing.assert_allclose(found, expected, rtol=1e-5)


@pytest.mark.parametrize(
    ("shapes", "message"),
    [
        (((3, 5), (3,), None), r"logits must have three axes.*got the shape \(3, 5\)"),
        (((2, 3, 5), (1, 3), None), r"targets must have the shape \(2, 3\).*got \(1, 3\)"),
        (((2, 3, 5), (2, 3), (3,)), r"weights must have the shape \(2, 3\).*got \(3,\)"),
    ],
    ids=["logits", "targets", "weights"],
)
def test_a_loss_of_shapes_that_do_not_fit_is_refused(shapes, message):
    logits, targets, weights = shapes
    with pytest.raises(ValueError, match=message):
        seq2seq.sequence_loss(
            tf.zeros(logits),
            tf.zeros(targets, tf.int32),
            weights=None if weights is None else tf.ones(weights),
        )


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


def test_decoding_in_a_graph_is_refused():
    step, state = scripted([[5, 3]])
    with pytest.raises(RuntimeError, match=r"greedy_decode returns plain numbers.*batch_decoding"):
        tf.function(lambda: greedy_decode(step, state, go=2, eos=3, max_length=3))()


@pytest.mark.parametrize("bad", [np.nan, np.inf], ids=str)
def test_decoding_logits_that_are_no_numbers_is_refused(bad):
    def step(token_ids, state):
        return [[0.0, 1.0], [bad, 0.0]], state

    with pytest.raises(ValueError, match="step gave logits that make no probabilities"):
        greedy_decode(step, np.zeros([2, 1]), go=0, eos=1, max_length=3)


@pytest.mark.parametrize("name", ["go", "eos"])
def test_an_id_for_each_sentence_is_refused(name):
    step, state = scripted([[5, 3], [4, 3]])
    ids = {"go": 2, "eos": 3, name: np.full(2, 3)}
    with pytest.raises(TypeError, match=rf"{name} must be the id of a token, one integer"):
        greedy_decode(step, state, **ids, max_length=3)


def test_decoding_states_of_unequal_rows_is_refused():
    step, state = scripted([[5, 3], [4, 3]])
    state["t"] = np.zeros(3, int)
    with pytest.raises(ValueError, match=r"as many rows as its first part.*shapes \(2,\), \(3,\)"):
        greedy_decode(step, state, go=2, eos=3, max_length=3)


def test_decoding_logits_of_other_rows_is_refused():
    with pytest.raises(ValueError, match=r"shape \[2, vocabulary\].*it gave \(3, 4\)"):
        greedy_decode(lambda ids, s: (tf.zeros([3, 4]), s), np.zeros([2, 1]), 0, 1, max_length=3)


def test_one_row_of_state_is_never_shared_by_a_batch():
    def step(token_ids, state):
        return tf.zeros([2, 4]) + state, state[:1]

    with pytest.raises(ValueError, match="Every part of state must have 2 row"):
        greedy_decode(step, tf.zeros([2, 1]), 0, 1, max_length=3)
    with pytest.raises(ValueError, match="Every part of state must have 2 row"):
        seq2seq.decode_train(lambda _: tf.zeros([2, 1]), step, None, tf.ones([2, 3], tf.int32))


def test_training_on_one_row_of_logits_is_refused():
    with pytest.raises(ValueError, match=r"shape \[2, vocabulary\].*it gave \(1, 4\)"):
        seq2seq.decode_train(
            lambda _: tf.zeros([2, 1]),
            lambda _, state: (tf.zeros([1, 4]), state),
            None,
            tf.ones([2, 3], tf.int32),
        )


def test_targets_without_an_end_are_refused():
    with pytest.raises(ValueError, match=r"targets\[1\] must end with eos = 3, got \[4, 5\]"):
        seq2seq.references([[4, 3], [4, 5]])


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


@pytest.mark.parametrize(
    "written", [[[b"deux", b"et"], [b"et"]], np.array([["deux", "et"], ["et", ""]], object)]
)
def test_words_match_whatever_holds_them(written):
    assert seq2seq.exact_match(written, [["deux", "et"], ["deux"]]) == 0.5
    assert seq2seq.exact_match(tf.constant([[1, 2], [3, 4]]), [[1, 2], [4, 3]]) == 0.5


@pytest.mark.parametrize("written", ["deux et", [["deux", "et"]]], ids=str)
def test_a_text_matches_no_list_of_words(written):
    with pytest.raises(TypeError, match=r"predictions\[0\] must be a list of words"):
        seq2seq.exact_match([written], [["deux", "et"]])


def test_a_share_of_no_predictions_is_refused():
    with pytest.raises(ValueError, match="There is no prediction"):
        seq2seq.exact_match([], [])


@pytest.mark.parametrize("scaled", [False, True])
def test_the_update_clips_what_each_word_gets_in_all(scaled):
    class Table(tf.Module):
        """Its logits are rows of a table, which the tokens and the sources choose."""

        def __init__(self):
            super().__init__()
            self.table = tf.Variable(tf.zeros([5, 5]))

        def encode(self, source):
            return tf.zeros([len(source), 1])

        def step(self, token_ids, state):
            return 100 * tf.gather(self.table, token_ids), state

    network = Table()
    optimizer = tf.keras.optimizers.SGD(1.0, global_clipnorm=1.0)
    if scaled:
        optimizer = tf.keras.optimizers.LossScaleOptimizer(optimizer)
    update = seq2seq.make_update(network, optimizer)
    update(np.zeros([4, 1], np.int32), np.full([4, 2], 2), np.full([4, 2], 4))
    assert np.linalg.norm(network.table.numpy()) == pytest.approx(1, rel=1e-5)
