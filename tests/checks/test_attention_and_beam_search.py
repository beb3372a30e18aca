"""The checks of chapter 12, as far as the answer bank does not show them."""

import numpy as np
import pytest
import tensorflow as tf

from course_utils import attention, beam_search, bleu, translation
from course_utils.checks.attention_and_beam_search import (
    attending,
    attention_weights,
    bahdanau_attention,
    check_attention_weights,
    check_bahdanau_attention,
    check_beam_search,
    check_bleu,
    check_luong_attention,
    check_scheduled_sampling,
    luong_attention,
)
from course_utils.checks.attention_and_beam_search import beam_search as beams
from course_utils.checks.attention_and_beam_search.bleu import (
    draw_corpus,
    reference_score,
    wrong_scores,
)
from course_utils.checks.attention_and_beam_search.toy_decoders import EOS, GO, ToyDecoder

ALL_CALLS = [*beams.CALLS, (7, 4, 3), (4, 2, 7)]  # the hidden tests' as well
ALL_SEEDS = (1, 2, 11, 12)


@pytest.mark.parametrize("seeds", [(3, 4), (21, 5, 6)])
@pytest.mark.parametrize(
    ("check", "answer"),
    [
        (check_attention_weights, attention.attention_weights),
        (check_luong_attention, attention.luong_attention),
        (check_bahdanau_attention, attention.bahdanau_attention),
        (check_beam_search, beam_search.beam_search),
        (check_bleu, bleu.corpus_bleu),
        (check_scheduled_sampling, translation.mix_inputs),
    ],
)
def test_the_courses_own_functions_pass_for_any_seeds(check, answer, seeds):
    report = check(answer, seeds=seeds)
    assert report.score == 1, str(report)


# What the checks take for right comes from NumPy; the course's attention is TensorFlow's.


@pytest.mark.parametrize("size", [*luong_attention.SIZES, *luong_attention.SINGLE_SIZES], ids=str)
def test_the_expected_context_of_luong_is_the_courses(size):
    case = luong_attention.luong_case(size, seed=5)
    for got, right in zip(case.expected(), attention.luong_attention(*case.arguments), strict=True):
        np.testing.assert_allclose(got, right, atol=1e-5)


@pytest.mark.parametrize(
    "size", [*bahdanau_attention.ADDITIVE_SIZES, *bahdanau_attention.SINGLE_ADDITIVE_SIZES], ids=str
)
def test_the_expected_context_of_bahdanau_is_the_courses(size):
    case = bahdanau_attention.bahdanau_case(size, seed=5)
    for got, right in zip(
        case.expected(), attention.bahdanau_attention(*case.arguments), strict=True
    ):
        np.testing.assert_allclose(got, right, atol=1e-5)


@pytest.mark.parametrize(
    "case",
    [
        luong_attention.luong_case((2, 5, 3, 3), 1),
        bahdanau_attention.bahdanau_case((2, 5, 3, 3, 4), 1),
    ],
    ids=["luong", "bahdanau"],
)
def test_no_mistake_gives_the_right_attention(case):
    right = case.expected()
    for slug, wrong in case.mistakes():
        same = [np.allclose(a, b, atol=1e-4) for a, b in zip(wrong, right, strict=True)]
        assert not all(same), slug


@pytest.mark.parametrize("size", [*attention_weights.BLOCKS, (2, 7), (6, 3)], ids=str)
def test_lengths_differ_and_some_row_has_padding(size):
    lengths = attending.lengths_of(*size)
    assert lengths.min() >= 1
    assert lengths.max() <= size[1]
    assert (lengths < size[1]).any()
    assert size[0] == 1 or len(set(lengths.tolist())) > 1


# Beam search: no ties, and no decision so close that float32 could turn it.


@pytest.mark.parametrize("seed", ALL_SEEDS)
@pytest.mark.parametrize("call", ALL_CALLS, ids=str)
@pytest.mark.parametrize(
    "options",
    [
        {"forgetful": True, "eos_bias": -12.0},
        {"forgetful": True, "eos_bias": 1.0},
        {"eos_bias": 0.5},
    ],
    ids=str,
)
def test_beams_are_told_apart_clearly(call, seed, options):
    vocabulary, width, max_length = call
    toy = ToyDecoder(vocabulary, seed, **options)
    turns = beam_search.beam_search_steps(toy, toy.initial_state(), GO, EOS, width, max_length)
    for turn in turns:
        scores = [beam.log_prob for beam in turn[: width + 1]]
        assert np.min(-np.diff(scores)) > 1e-4


@pytest.mark.parametrize("seed", ALL_SEEDS)
@pytest.mark.parametrize("call", ALL_CALLS, ids=str)
def test_the_expected_search_is_the_courses(call, seed):
    vocabulary, width, max_length = call
    decoder = beams.Decoder(vocabulary, seed, eos_bias=0.5)
    expected = beams._told(beams.search(decoder, width, max_length))
    start = decoder.toy.initial_state()
    found = beam_search.beam_search(decoder.toy, start, GO, EOS, width, max_length)
    assert beams.same(found, expected)


def test_finished_and_unfinished_beams_are_both_in_play():
    ends = set()
    for vocabulary, width, max_length in beams.CALLS:
        decoder = beams.Decoder(vocabulary, 1, forgetful=True, eos_bias=1.0)
        ends |= {prefix[-1] == EOS for prefix, _ in beams.search(decoder, width, max_length)}
    assert ends == {True, False}


def test_a_toy_decoder_gives_tensors_for_tensors():
    toy = ToyDecoder(4, seed=1, nested=True)
    state = tf.nest.map_structure(tf.constant, toy.initial_state())
    results = tf.nest.flatten(toy([GO], state))
    assert all(isinstance(part, tf.Tensor) for part in results)
    for tensor, array in zip(results, tf.nest.flatten(toy([GO], toy.initial_state())), strict=True):
        np.testing.assert_allclose(tensor, array)


def test_a_toy_decoder_says_that_rows_do_not_fit():
    toy = ToyDecoder(4, seed=1, nested=True)
    with pytest.raises(ValueError, match=r"shape \[2\] and a state with rows \[1, 1\]"):
        toy([GO, GO], toy.initial_state())


@pytest.mark.parametrize("forgetful", [True, False])
def test_a_forgetful_toy_knows_the_last_token_and_no_other(forgetful):
    toy = ToyDecoder(5, seed=1, forgetful=forgetful)
    states = [toy([token], toy.initial_state())[1] for token in (3, 4)]
    one, other = (toy([4], state)[0] for state in states)
    assert np.array_equal(one, other) == forgetful


# BLEU.


@pytest.mark.parametrize("seed", ALL_SEEDS)
def test_no_mistake_gives_the_score_of_a_random_corpus(seed):
    corpus = draw_corpus(40, seed)
    right = reference_score(*corpus)
    assert 5 < right < 95
    for slug, wrong in wrong_scores(*corpus):
        if slug not in (
            "brevity-as-a-ratio",
            "capitals-dropped",
            "long-ones-rewarded",
            "no-brevity-penalty",
            "words-run-together",
        ):
            assert abs(wrong - right) > 0.01, slug


# Scheduled sampling.


def test_a_right_answer_is_not_refused_by_chance():
    for seed in range(100, 400, 2):
        report = check_scheduled_sampling(translation.mix_inputs, seeds=(seed, seed + 1))
        assert report.score == 1, str(report)
