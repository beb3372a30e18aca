"""Beam search at its two ends, greedy and exhaustive, and what happens between them."""

from itertools import pairwise, product

import numpy as np
import pytest
import tensorflow as tf

from course_utils.beam_search import beam_search, beam_search_steps, log_softmax
from course_utils.checks.attention_and_beam_search.toy_decoders import EOS, GO, ToyDecoder

VOCABULARY, MAX_LENGTH = 5, 4
SEEDS = range(6)


def log_prob(decoder, ids):
    """The log probability of a sentence, GO left out, from a run of its own."""
    state, total = decoder.initial_state(), 0.0
    for last, token in zip([GO, *ids], ids, strict=False):
        logits, state = decoder([last], state)
        total += log_softmax(logits)[0, token]
    return total


def search(decoder, width, max_length=MAX_LENGTH):
    return beam_search(decoder, decoder.initial_state(), GO, EOS, width, max_length)


@pytest.mark.parametrize("seed", SEEDS)
def test_width_1_is_greedy_decoding(seed):
    decoder = ToyDecoder(VOCABULARY, seed)
    state, ids = decoder.initial_state(), []
    while len(ids) < MAX_LENGTH and ids[-1:] != [EOS]:
        logits, state = decoder([ids[-1] if ids else GO], state)
        ids.append(int(np.argmax(logits)))
    [(found, score)] = search(decoder, width=1)
    assert found == [token for token in ids if token != EOS]
    np.testing.assert_allclose(score, log_prob(decoder, ids), atol=1e-5)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_full_width_finds_every_sentence_in_order(seed):
    decoder = ToyDecoder(VOCABULARY, seed)
    words = [token for token in range(VOCABULARY) if token != EOS]
    ended = [(*body, EOS) for n in range(MAX_LENGTH) for body in product(words, repeat=n)]
    everything = ended + list(product(words, repeat=MAX_LENGTH))
    expected = sorted((log_prob(decoder, ids) for ids in everything), reverse=True)
    found = search(decoder, width=VOCABULARY**MAX_LENGTH)
    assert len(found) == len(everything)
    np.testing.assert_allclose([score for _, score in found], expected, atol=1e-4)


def test_the_score_is_that_of_the_sentence_for_every_beam():
    decoder = ToyDecoder(VOCABULARY, seed=3, nested=True)
    for ids, score in search(decoder, width=4):
        whole = ids if len(ids) == MAX_LENGTH else [*ids, EOS]
        np.testing.assert_allclose(score, log_prob(decoder, whole), atol=1e-5)


def test_a_state_of_tensors_gives_the_same():
    decoder = ToyDecoder(VOCABULARY, seed=2, nested=True)
    state = tf.nest.map_structure(tf.constant, decoder.initial_state())
    assert beam_search(decoder, state, GO, EOS, 3, MAX_LENGTH) == search(decoder, 3)


def test_finished_beams_take_a_place():
    decoder = ToyDecoder(VOCABULARY, seed=1, eos_bias=2.0)
    turns = list(beam_search_steps(decoder, decoder.initial_state(), GO, EOS, 2, MAX_LENGTH))
    for before, after in pairwise(turns):
        kept = [beam.ids for beam in before[:2] if beam.finished]
        alive = 2 - len(kept)
        assert len(after) == len(kept) + alive * VOCABULARY
        assert set(kept) <= {beam.ids for beam in after}


def test_the_search_ends_when_all_beams_are_finished():
    decoder = ToyDecoder(VOCABULARY, seed=1, eos_bias=50.0)
    assert len(list(beam_search_steps(decoder, decoder.initial_state(), GO, EOS, 1, 9))) == 1


@pytest.mark.parametrize(("width", "max_length"), [(0, 3), (3, 0)])
def test_a_search_without_width_or_steps_is_refused(width, max_length):
    decoder = ToyDecoder(VOCABULARY, seed=1)
    with pytest.raises(ValueError, match=r"(width|max_length) must be a positive integer, got 0"):
        search(decoder, width, max_length)


def test_a_width_that_is_no_integer_is_refused():
    with pytest.raises(TypeError, match=r"width must be a positive integer, got 2\.5"):
        search(ToyDecoder(VOCABULARY, seed=1), 2.5, 3)


def test_a_state_of_other_rows_than_beams_is_refused():
    def step(token_ids, _):
        return np.zeros([len(token_ids), 4]), np.zeros([7, 1])

    with pytest.raises(ValueError, match=r"must have 1 row\(s\).*shapes \(7, 1\)"):
        beam_search(step, np.zeros([1, 1]), GO, EOS, 2, 3)


def test_sentences_of_probability_0_are_left_out():
    never = -np.inf

    def step(token_ids, state):  # a word for sure, then the end for sure
        return [[0.0, never] if token == 2 else [never, 0.0] for token in token_ids], state

    assert beam_search(step, np.zeros([1, 1]), go=2, eos=1, width=3, max_length=4) == [([0], 0.0)]
    turns = beam_search_steps(step, np.zeros([1, 1]), go=2, eos=1, width=3, max_length=4)
    assert [len(candidates) for candidates in turns] == [1, 1]


@pytest.mark.parametrize(
    "row", [[np.nan, 0.0], [np.inf, 0.0], [-np.inf, -np.inf]], ids=["nan", "inf", "nothing"]
)
def test_logits_that_make_no_probabilities_are_refused(row):
    with pytest.raises(ValueError, match="step gave logits that make no probabilities"):
        beam_search(lambda ids, state: ([row], state), np.zeros([1, 1]), 0, 1, 2, 3)


def test_a_state_of_several_sentences_is_refused():
    state = {"h": np.zeros([2, 3]), "c": np.zeros([2, 3])}
    with pytest.raises(ValueError, match=r"must have 1 row\(s\).*shapes \(2, 3\), \(2, 3\)"):
        beam_search(lambda ids, s: (np.zeros([len(ids), 4]), s), state, 0, 1, 2, 3)


def test_logits_of_other_rows_are_refused():
    with pytest.raises(ValueError, match=r"shape \[1, vocabulary\].*it gave \(2, 4\)"):
        beam_search(lambda ids, s: (np.zeros([2, 4]), s), np.zeros([1, 1]), 0, 1, 2, 3)


def test_a_search_in_a_graph_is_refused():
    decoder = ToyDecoder(VOCABULARY, seed=1)
    with pytest.raises(RuntimeError, match="beam_search returns plain numbers"):
        tf.function(lambda: search(decoder, 2))()


def test_the_example_of_chapter_12():
    table = np.full([6, 6], 1e-9)
    table[1, 2:5] = 0.1, 0.4, 0.5
    table[2, [0, 5]] = table[3, [5, 0]] = 0.9, 0.1
    table[4, [0, 2, 3, 5]] = 0.3, 0.2, 0.25, 0.25
    table[5, [0, 3, 4]] = 0.8, 0.1, 0.1

    def step(token_ids, state):
        return np.log(table[token_ids]), state

    found = {width: beam_search(step, np.zeros([1, 1]), 1, 0, width, 5) for width in (1, 2)}
    assert [(ids, round(score, 4)) for ids, score in found[2]] == [
        ([3, 5], -1.2448),
        ([4], -1.8971),
    ]
    assert [(ids, round(score, 4)) for ids, score in found[1]] == [([4], -1.8971)]
