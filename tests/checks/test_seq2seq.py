"""The checks of chapter 11, as far as the answer bank does not show them."""

import numpy as np
import pytest
import tensorflow as tf

from course_utils import seq2seq
from course_utils.checks import seq2seq as checks
from course_utils.checks.seq2seq import encoder_decoder_step, greedy_decode, sequence_loss
from course_utils.checks.seq2seq.toy_translators import FORMS, PATIENCE, ToyTranslator, as_form

TOY = ToyTranslator(vocabulary=7, eos=3, seed=5)
SOURCE = np.array([[4, 0, 6], [5, 5, 1]], np.int32)


def parts(state):
    return [np.asarray(part) for part in tf.nest.flatten(state)]


# The toy that answers get is TensorFlow's, the one that the checks expect is NumPy's.


@pytest.mark.parametrize("form", FORMS)
def test_the_two_toys_agree_over_several_steps(form):
    encode, step = (recipe.build() for recipe in TOY.recipes(form))
    state, expected = encode(SOURCE), TOY.encode(SOURCE)
    for tokens in ([2, 2], [6, 1], [4, 3]):
        logits, state = step(np.array(tokens), state)
        expected_logits, expected = TOY.step(np.array(tokens), expected)
        np.testing.assert_allclose(logits, expected_logits, atol=1e-4)
        for part, right in zip(parts(state), parts(as_form(expected, form)), strict=True):
            np.testing.assert_allclose(part, right, atol=1e-5)


def test_in_the_end_the_toy_says_eos():
    state = TOY.encode(SOURCE)
    for _ in range(PATIENCE + 1):
        logits, state = TOY.step(np.array([4, 5]), state)
    assert logits.argmax(axis=1).tolist() == [3, 3]


@pytest.mark.parametrize("form", FORMS)
def test_the_toy_refuses_a_state_without_its_parts(form):
    _, step = (recipe.build() for recipe in TOY.recipes(form))
    with pytest.raises(ValueError, match="step got a"):
        step(np.array([2, 2]), np.zeros([2, 9], np.float32))


@pytest.mark.parametrize("ids", [np.array([2.0, 2.0]), np.array([[2], [2]])])
def test_the_toy_refuses_tokens_that_are_no_row_of_ids(ids):
    encode, step = (recipe.build() for recipe in TOY.recipes("single"))
    with pytest.raises(ValueError, match="token_ids"):
        step(ids, encode(SOURCE))


def test_equal_recipes_build_the_same_object():
    first, second = (TOY.recipes("pair")[1].build() for _ in range(2))
    assert first is second


# What the checks take for right is what the course's own functions do.


@pytest.mark.parametrize("size", encoder_decoder_step.SIZES, ids=str)
def test_the_expected_logits_are_those_of_the_courses_decoder(size):
    sentence = encoder_decoder_step._sentence(size, seed=4)
    encode, step = (recipe.build() for recipe in sentence.toy.recipes("nested"))
    logits = seq2seq.decode_train(encode, step, sentence.source, sentence.decoder_inputs)
    np.testing.assert_allclose(logits, sentence.logits(), atol=1e-4)


def test_the_expected_sentences_are_those_of_the_courses_decoder():
    for case in greedy_decode._decodings((5, 3, 1), seeds=(4, 5)):
        step = case.toy.recipes("single")[1].build()
        state = tf.constant(case.state, tf.float32)
        for max_length in (1, 3, 16):
            result = seq2seq.greedy_decode(step, state, case.go, case.eos, max_length)
            assert result == case.result(max_length)


def test_the_expected_loss_is_that_of_the_course():
    for size in sequence_loss.BLOCKS:
        case = sequence_loss._Case(size, seed=4)
        loss = seq2seq.sequence_loss(tf.constant(case.logits), case.targets)
        np.testing.assert_allclose(case.loss(), loss, rtol=1e-5)
        assert (case.targets == 0).any()
        assert (case.without_padding().targets != 0).all()


@pytest.mark.parametrize("seeds", [(1, 2, 3), (11, 12, 13)])
def test_the_rows_to_decode_end_at_different_steps(seeds):
    for case in greedy_decode._decodings((5, 3, 1), seeds):
        lengths = [len(row) for row in case.result(PATIENCE + 4)]
        assert len(lengths) == 1 or len(set(lengths)) > 1
        assert max(lengths) <= PATIENCE


def test_the_course_passes_its_own_checks():
    assert checks.check_decode_train(seq2seq.decode_train).score == 1
    assert checks.check_greedy_decode(seq2seq.greedy_decode).score == 1
    assert checks.check_sequence_loss(seq2seq.sequence_loss).score == 1
    assert checks.check_exact_match(seq2seq.exact_match).score == 1


def test_a_row_that_is_no_list_is_refused():
    report = checks.check_greedy_decode(lambda step, state, *_: ["ab"] * len(state))
    assert report.score == 0
    assert "list of whole numbers" in str(report)


def test_a_report_says_which_sentence_it_was():
    report = checks.check_encode_source(lambda words, ids, length: [1] * length)
    assert "encode_source(" in str(report)
