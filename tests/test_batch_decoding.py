"""Decoding of batches: against the search for one sentence, a plain search, and frequencies."""

from itertools import product
from typing import NamedTuple

import numpy as np
import pytest
import tensorflow as tf

from course_utils.batch_decoding import (
    batch_beam_search,
    length_penalty,
    sample_decode,
)
from course_utils.beam_search import beam_search, log_softmax
from course_utils.cells import LSTMState
from course_utils.seq2seq import greedy_decode

VOCABULARY, MAX_LENGTH, GO, EOS = 5, 4, 1, 0
NEVER = -np.inf


class Decoder:
    """A small recurrent decoder of random weights, for graphs too; its state has two parts."""

    def __init__(self, seed, eos_bias=0.0):
        rng = np.random.default_rng(seed)
        sizes = [VOCABULARY, 3], [3, 3], [3, VOCABULARY]
        self.table, self.recurrent, self.out = (
            tf.constant(2 * rng.normal(size=size), tf.float32) for size in sizes
        )
        self.bias = tf.one_hot(EOS, VOCABULARY) * eos_bias
        self.start = {"h": rng.normal(size=[4, 3]).astype("f"), "t": np.zeros([4], np.int32)}

    def __call__(self, token_ids, state):
        h = tf.tanh(tf.gather(self.table, token_ids) + state["h"] @ self.recurrent)
        logits = h @ self.out + self.bias + tf.cast(state["t"], tf.float32)[:, tf.newaxis] ** 0.5
        return logits, {"h": h, "t": state["t"] + 1}

    def alone(self, row):
        return {name: part[row : row + 1] for name, part in self.start.items()}

    def log_prob(self, row, ids):
        state, total = self.alone(row), 0.0
        for last, token in zip([GO, *ids], ids, strict=False):
            logits, state = self(np.array([last]), state)
            total += log_softmax(logits)[0, token]
        return total


def as_list(found, row):
    """What was found for a row, as `beam_search` gives it; rows that no sentence fills left out."""
    ids, lengths, log_probs = (np.asarray(part[row]) for part in found)
    for beam, length in zip(ids, lengths, strict=True):
        assert (beam[length:] == EOS).all()
        assert (beam[:length] != EOS).all()
    real = np.isfinite(log_probs)
    return [
        (beam[:length].tolist(), score)
        for beam, length, score in zip(ids[real], lengths[real], log_probs[real], strict=True)
    ]


def same(found, expected):
    assert [ids for ids, _ in found] == [ids for ids, _ in expected]
    np.testing.assert_allclose([p for _, p in found], [p for _, p in expected], atol=1e-4)


@pytest.mark.parametrize("width", [1, 2, 3, 7])
@pytest.mark.parametrize("eos_bias", [0.0, 2.0])
def test_a_batch_gives_what_each_sentence_gives_alone(width, eos_bias):
    decoder = Decoder(width, eos_bias)
    found = batch_beam_search(decoder, decoder.start, GO, EOS, width, MAX_LENGTH)
    assert found.ids.shape == (4, width, MAX_LENGTH)
    for row in range(4):
        expected = beam_search(decoder, decoder.alone(row), GO, EOS, width, MAX_LENGTH)
        same(as_list(found, row), expected)


def test_width_1_is_greedy_decoding():
    decoder = Decoder(5, 1.0)
    found = batch_beam_search(decoder, decoder.start, GO, EOS, 1, MAX_LENGTH)
    expected = greedy_decode(decoder, decoder.start, GO, EOS, MAX_LENGTH)
    assert [as_list(found, row)[0][0] for row in range(4)] == expected


def plain_search(decoder, row, width, alpha):
    """Beam search with a length penalty that runs each beam from its start again."""
    beams = [((), False)]
    for _ in range(MAX_LENGTH):
        longer = [(ids, done) for ids, done in beams if done]
        for ids, done in beams:
            if not done:
                longer += [((*ids, token), token == EOS) for token in range(VOCABULARY)]

        def score(beam):
            words = len(beam[0]) - beam[1]
            return decoder.log_prob(row, beam[0]) / ((5 + words) / 6) ** alpha

        beams = sorted(longer, key=score, reverse=True)[:width]
    return [
        ([token for token in ids if token != EOS], decoder.log_prob(row, ids)) for ids, _ in beams
    ]


@pytest.mark.parametrize("alpha", [0.6, 2.0])
def test_the_length_penalty_ranks_beams_at_each_step(alpha):
    decoder = Decoder(9, 1.0)
    found = batch_beam_search(decoder, decoder.start, GO, EOS, 3, MAX_LENGTH, alpha=alpha)
    for row in range(4):
        same(as_list(found, row), plain_search(decoder, row, 3, alpha))


def test_a_full_width_finds_every_sentence_in_the_order_of_its_score():
    decoder, alpha, longest = Decoder(3, 1.0), 1.0, 3
    words = [token for token in range(VOCABULARY) if token != EOS]
    ended = [(*body, EOS) for n in range(longest) for body in product(words, repeat=n)]
    everything = ended + list(product(words, repeat=longest))
    found = batch_beam_search(
        decoder, decoder.start, GO, EOS, len(everything) + 2, longest, alpha=alpha
    )
    for row in (0, 3):
        scores = sorted(
            (
                decoder.log_prob(row, ids) / ((5 + len(ids) - (ids[-1] == EOS)) / 6) ** alpha
                for ids in everything
            ),
            reverse=True,
        )
        sentences = as_list(found, row)
        assert len(sentences) == len(everything)
        ours = [p / ((5 + len(ids)) / 6) ** alpha for ids, p in sentences]
        np.testing.assert_allclose(ours, scores, atol=1e-4)


def test_the_length_penalty_by_hand():
    np.testing.assert_allclose(length_penalty([1, 7, 13], 0.5), [1, 2**0.5, 3**0.5], rtol=1e-6)
    np.testing.assert_allclose(length_penalty([1, 7], 0.0), [1, 1])


@pytest.mark.parametrize("alpha", [np.nan, np.inf])
def test_a_penalty_that_is_no_number_is_refused(alpha):
    with pytest.raises(ValueError, match="alpha must be a number"):
        batch_beam_search(None, tf.zeros([1, 1]), GO, EOS, 2, 3, alpha=alpha)


def test_long_sentences_gain_by_the_penalty():
    # The end now has probability 0.4, a word and the end 0.6 · 0.6; longer ones less.
    table = tf.math.log([[0.6, 0.4], [0.4, 0.6]])  # of token 1: EOS (0) or token 1; of GO (0)

    def step(token_ids, state):
        return tf.gather(table[::-1], token_ids), state

    for alpha, expected in ((0.0, []), (2.0, [1])):
        found = batch_beam_search(step, tf.zeros([1, 1]), 0, 0, 4, 2, alpha=alpha)
        best = as_list(found, 0)[0]
        assert best[0] == expected
        assert np.exp(best[1]) == pytest.approx(0.36 if expected else 0.4, rel=1e-5)


@pytest.mark.parametrize(
    "decode",
    [
        lambda decoder, state: batch_beam_search(decoder, state, GO, EOS, 3, MAX_LENGTH, alpha=0.6),
        lambda decoder, state: sample_decode(decoder, state, GO, EOS, MAX_LENGTH, seed=3),
    ],
    ids=["beam search", "sampling"],
)
def test_a_graph_of_one_loop_gives_the_same_for_any_batch(decode):
    decoder = Decoder(4, 1.0)
    spec = {"h": tf.TensorSpec([None, 3]), "t": tf.TensorSpec([None], tf.int32)}
    traced = tf.function(lambda state: decode(decoder, state), input_signature=[spec])
    operations = traced.get_concrete_function().graph.get_operations()
    assert sum(op.type in ("While", "StatelessWhile") for op in operations) == 1
    for n in (4, 1):
        state = {name: part[:n] for name, part in decoder.start.items()}
        for inside, outside in zip(traced(state), decode(decoder, state), strict=True):
            np.testing.assert_allclose(inside, outside, atol=1e-5)


def test_a_loop_ends_when_all_sentences_have():
    calls = []

    def step(token_ids, state):
        calls.append(len(token_ids))
        return tf.one_hot(tf.zeros_like(token_ids), 3, 50.0), state

    batch_beam_search(step, tf.zeros([2, 1]), 1, 0, 1, 9)
    sample_decode(step, tf.zeros([2, 1]), 1, 0, 9)
    assert calls == [2, 2]


def test_places_that_no_sentence_fills_say_so():
    def step(token_ids, state):  # a word for sure, then the end for sure
        rows = [[0.0, NEVER, NEVER], [NEVER, NEVER, 0.0], [0.0, NEVER, NEVER]]
        return tf.gather(tf.constant(rows), token_ids), state

    found = batch_beam_search(step, tf.zeros([2, 1]), GO, EOS, 3, MAX_LENGTH)
    assert found.ids.numpy().tolist() == [[[2, 0, 0, 0], [0] * 4, [0] * 4]] * 2
    assert found.lengths.numpy().tolist() == [[1, 0, 0]] * 2
    assert found.log_probs.numpy().tolist() == [[0, NEVER, NEVER]] * 2


DECODERS = pytest.mark.parametrize(
    "decode",
    [
        lambda step, state: batch_beam_search(step, state, GO, EOS, 2, 3),
        lambda step, state: sample_decode(step, state, GO, EOS, 3),
    ],
    ids=["beam search", "sampling"],
)


@DECODERS
@pytest.mark.parametrize("row", [[np.nan, 0.0], [np.inf, 0.0], [NEVER, NEVER]], ids=str)
def test_logits_that_make_no_probabilities_are_refused(decode, row):
    def step(token_ids, state):
        return tf.zeros([tf.size(token_ids), 2]) + tf.constant(row), state

    with pytest.raises(ValueError, match="step gave logits that make no probabilities"):
        decode(step, tf.zeros([2, 1]))
    with pytest.raises(tf.errors.InvalidArgumentError, match="make no probabilities"):
        tf.function(lambda: decode(step, tf.zeros([2, 1])))()


@DECODERS
def test_states_of_unequal_rows_are_refused(decode):
    with pytest.raises(ValueError, match=r"as many rows as its first part.*\(2, 1\), \(3, 1\)"):
        decode(None, (tf.zeros([2, 1]), tf.zeros([3, 1])))
    with pytest.raises(ValueError, match="state must have a row for each sentence"):
        decode(None, ())


@DECODERS
@pytest.mark.parametrize("jit", [False, True])
def test_one_row_is_never_shared_by_a_batch_in_a_graph(decode, jit):
    def run(step, *specs):
        return tf.function(
            lambda *state: decode(step, state), input_signature=specs, jit_compile=jit
        )

    def one_row_of_logits(token_ids, state):
        return tf.zeros([1, 3]), state

    def one_row_of_state(token_ids, state):
        return tf.zeros([tf.size(token_ids), 3]), (state[0][:1],)

    def any_step(token_ids, state):
        return tf.zeros([tf.size(token_ids), 3]) + state[0] + state[1], state

    part, errors = tf.TensorSpec([None, 1]), (ValueError, tf.errors.InvalidArgumentError)
    for step in (one_row_of_logits, one_row_of_state):
        with pytest.raises(errors):
            run(step, part)(tf.zeros([2, 1]))
    with pytest.raises(errors):
        run(any_step, part, part)(tf.zeros([2, 1]), tf.zeros([1, 1]))


@DECODERS
def test_one_row_of_state_is_never_shared_by_a_batch(decode):
    def step(token_ids, state):
        return tf.zeros([tf.size(token_ids), 3]), state[:1]

    with pytest.raises(ValueError, match=r"Every part of state must have \d row"):
        decode(step, tf.zeros([2, 1]))


@pytest.mark.parametrize("name", ["go", "eos"])
def test_an_id_for_each_sentence_is_refused(name):
    ids = {"go": GO, "eos": EOS, name: tf.fill([2], 1)}
    for decode, rest in ((batch_beam_search, (2, 3)), (sample_decode, (3,)), (beam_search, (2, 3))):
        with pytest.raises(TypeError, match=rf"{name} must be the id of a token.*shape \(2,\)"):
            decode(None, tf.zeros([1, 1]), ids["go"], ids["eos"], *rest)


@DECODERS
def test_logits_of_other_rows_are_refused(decode):
    with pytest.raises(ValueError, match=r"vocabulary\].*it gave \(9, 2\)"):
        decode(lambda ids, state: (tf.zeros([9, 2]), state), tf.zeros([2, 1]))


def test_sizes_below_1_are_refused():
    for width, max_length, name in ((0, 3, "width"), (2, 0, "max_length")):
        with pytest.raises(ValueError, match=f"{name} must be a positive integer, got 0"):
            batch_beam_search(None, tf.zeros([1, 1]), GO, EOS, width, max_length)
    with pytest.raises(ValueError, match="max_length must be a positive integer, got 0"):
        sample_decode(None, tf.zeros([1, 1]), GO, EOS, 0)


@pytest.mark.parametrize("temperature", [0, -1.0, float("nan")])
def test_a_temperature_that_is_not_above_0_is_refused(temperature):
    with pytest.raises(ValueError, match=r"temperature must be above 0.*greedy_decode"):
        sample_decode(None, tf.zeros([1, 1]), GO, EOS, 3, temperature=temperature)


@pytest.mark.parametrize("temperature", [0.5, 1.0, 3.0])
def test_samples_come_as_often_as_the_temperature_says(temperature):
    logits = np.array([0.5, 2.0, NEVER, 1.0, -1.0], np.float32)

    def step(token_ids, state):
        return tf.tile(logits[np.newaxis], [tf.size(token_ids), 1]), state

    n = 20_000
    drawn = sample_decode(step, tf.zeros([n, 1]), GO, EOS, 1, temperature=temperature, seed=2)
    expected = np.exp(logits / temperature) / np.exp(logits / temperature).sum()
    shares = np.bincount(drawn.ids[:, 0], minlength=5) / n
    np.testing.assert_allclose(shares, expected, atol=0.015)
    np.testing.assert_allclose(np.exp(drawn.log_probs), expected[drawn.ids[:, 0]], rtol=1e-4)


@pytest.mark.parametrize("jit", [False, True])
@pytest.mark.parametrize(
    ("temperature", "shares"),
    [(1e-45, [0, 1, 0, 0]), (1e-38, [0, 1, 0, 0]), (1e38, [1, 1, 0, 1]), (np.inf, [1, 1, 0, 1])],
)
def test_no_temperature_is_too_low_or_too_high(temperature, shares, jit):
    def step(token_ids, state):
        return tf.tile([[1.0, 5.0, NEVER, 2.0]], [tf.size(token_ids), 1]), state

    @tf.function(jit_compile=jit)
    def draw():
        return sample_decode(step, tf.zeros([900, 1]), GO, 2, 1, temperature=temperature, seed=2)

    drawn = draw()
    counts, expected = np.bincount(drawn.ids[:, 0], minlength=4), np.array(shares) / sum(shares)
    np.testing.assert_allclose(counts / 900, expected, atol=0.05)
    np.testing.assert_allclose(drawn.log_probs, np.log(1 / sum(shares)), rtol=1e-6)


def test_samples_are_fed_back_and_scored_until_their_end():
    decoder = Decoder(6, 0.5)
    drawn = sample_decode(decoder, decoder.start, GO, EOS, MAX_LENGTH, seed=4)
    lengths = drawn.lengths.numpy()
    assert len(set(lengths)) > 1
    for row, (ids, length) in enumerate(zip(drawn.ids.numpy(), lengths, strict=True)):
        whole = ids[: min(length + 1, MAX_LENGTH)]
        assert (ids[length:] == EOS).all()
        expected = decoder.log_prob(row, whole)
        np.testing.assert_allclose(drawn.log_probs[row], expected, atol=1e-4)


def test_near_0_sampling_is_greedy():
    decoder = Decoder(7)
    drawn = sample_decode(decoder, decoder.start, GO, EOS, MAX_LENGTH, temperature=1e-3)
    expected = greedy_decode(decoder, decoder.start, GO, EOS, MAX_LENGTH)
    assert [ids[:n].tolist() for ids, n in zip(drawn.ids.numpy(), drawn.lengths, strict=True)] == (
        expected
    )


def test_a_seed_makes_draws_repeatable_and_without_one_tensorflows_does():
    decoder = Decoder(8)

    def draw(**options):
        return sample_decode(
            decoder, decoder.start, GO, EOS, 30, temperature=5.0, **options
        ).ids.numpy()

    assert (draw(seed=1) == draw(seed=1)).all()
    assert (draw(seed=1) != draw(seed=2)).any()
    assert (draw() != draw()).any()
    drawn = []
    for _ in range(2):
        tf.random.set_seed(5)
        drawn.append(draw())
    assert (drawn[0] == drawn[1]).all()


def test_a_state_with_names_is_matched_by_them():
    class Swapped(NamedTuple):
        c: tf.Tensor
        h: tf.Tensor

    def step(token_ids, state):  # h says what comes next, and counts down to EOS
        return 9 * tf.one_hot(state.h, 6), Swapped(c=state.c, h=state.h - 1)

    state = LSTMState(h=tf.constant([4, 3]), c=tf.constant([5, 5]))
    found = batch_beam_search(step, state, 0, 1, 1, 3)
    np.testing.assert_array_equal(found.ids, [[[4, 3, 2]], [[3, 2, 1]]])
