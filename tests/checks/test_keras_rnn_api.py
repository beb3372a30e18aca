"""The checks of chapter 09, as far as the answer bank does not show them."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from course_utils.checks.engine import probes
from course_utils.checks.engine.boundary import subject
from course_utils.checks.engine.check import Failed
from course_utils.checks.keras_rnn_api import (
    by_hand,
    check_build_classifier,
    check_encoder_decoder,
    check_fused_kernel,
    check_nested_cell,
    check_predict_keras_shapes,
    check_stateful_chunks,
)
from course_utils.checks.keras_rnn_api.keras_subjects import made, shake, weights_of
from course_utils.checks.keras_rnn_api.predict_keras_shapes import SHAPES
from course_utils.checks.keras_rnn_api.stateful_layers import make_stateful_layer
from course_utils.nested import NestedCell

# What the checks take for right comes from NumPy, or is written down; Keras says the same.


@pytest.mark.parametrize("from_zero", [True, False])
@pytest.mark.parametrize("kind", ["SimpleRNN", "LSTM"])
def test_the_run_by_hand_is_that_of_keras(kind, from_zero):
    inputs = np.random.default_rng(1).normal(size=[3, 5, 2]).astype(np.float32)
    layer = getattr(keras.layers, kind)(4, return_sequences=True, return_state=True)
    layer.build([None, None, 2])
    weights = by_hand.draw_weights(kind, 2, 4, seed=3)
    layer.set_weights(weights)
    parts = 2 if kind == "LSTM" else 1
    start = [np.full([3, 4], 0.1 * (i + 1), np.float32) for i in range(parts)]
    outputs, state = by_hand.run(inputs, weights, None if from_zero else start)
    theirs = layer(inputs, initial_state=None if from_zero else start)
    for ours, right in zip([outputs, *state], theirs, strict=True):
        np.testing.assert_allclose(ours, right, atol=1e-5)


def test_the_expected_shapes_are_those_of_keras():
    lstm, gru = keras.layers.LSTM, keras.layers.GRU
    layers = {
        "lstm": lstm(5),
        "lstm_sequences": lstm(5, return_sequences=True),
        "lstm_state": lstm(5, return_state=True),
        "gru_both": gru(5, return_sequences=True, return_state=True),
        "bidirectional": keras.layers.Bidirectional(lstm(5, return_sequences=True)),
    }
    found = {
        name: [tuple(part.shape) for part in tf.nest.flatten(layer(tf.zeros([4, 7, 3])))]
        for name, layer in layers.items()
    }
    assert found == SHAPES


# The probes.


def test_a_stateful_run_tells_the_steps_of_each_call_and_the_state_after_it():
    layer = make_stateful_layer("LSTM", batch=2, features=3, units=4, seed=1)
    inputs = np.ones([2, 5, 3], np.float32)

    def two_parts(layer, inputs, chunk):
        layer(inputs[:, :chunk])
        return layer(inputs[:, chunk:])

    result, states, steps = probes.run_stateful(two_parts, layer, inputs, 2)
    assert steps == [2, 3]
    np.testing.assert_array_equal(states[0], result[:, -1])
    assert len(states) == 2


def test_a_stateful_run_leaves_the_class_as_it_was():
    before = keras.layers.LSTM.call
    layer = make_stateful_layer("LSTM", batch=1, features=1, units=1, seed=1)
    probes.run_stateful(lambda layer, x, n: layer(x), layer, np.ones([1, 2, 1]), 2)
    assert keras.layers.LSTM.call is before


def test_a_layer_that_is_loaded_has_the_weights_of_the_file():
    cell, inputs, state = NestedCell(2, 3, 4), (np.ones([1, 2]), np.ones([1, 1, 5])), None
    state = tuple(np.ones(shape) for shape in ([1, 2], [1, 3, 4]))
    output, _ = cell(inputs, state)
    loaded, _ = probes.saved_and_loaded(cell, inputs, state)
    np.testing.assert_array_equal(loaded[1], output[1])


# Models behind the wall.


def test_noise_changes_every_float_and_nothing_else():
    model = keras.Sequential([keras.layers.Dense(3), keras.layers.Dropout(0.5)])
    model(np.ones([1, 2]))
    before = model.get_weights()
    shake(subject(model, "model"), seed=1)
    for old, new in zip(before, weights_of(subject(model, "model")), strict=True):
        assert (old != new).all() == (old.dtype.kind == "f")


@pytest.mark.parametrize("value", [3, "text", [1.0]])
def test_a_plain_value_is_no_model(value):
    with pytest.raises(Failed, match=r"expected a keras\.Model"):
        made(subject(lambda: value, "build"), "a keras.Model")


# The checks.


def classifier(last=None, **options):
    def build(vocabulary_size, embedding_dim, units, n_classes):
        layers = [
            keras.layers.Embedding(vocabulary_size, embedding_dim, mask_zero=True),
            keras.layers.GRU(units, **options),
            keras.layers.Dense(n_classes, activation=last),
        ]
        return keras.Sequential(layers)

    return build


@pytest.mark.parametrize("seed", range(5))
def test_whatever_the_first_weights_are_a_right_classifier_passes(seed):
    keras.utils.set_random_seed(seed)
    report = check_build_classifier(classifier(), seeds=(seed,))
    assert report.score == 1, str(report)


def test_logits_that_happen_to_be_small_and_positive_are_no_probabilities():
    def build(*sizes):
        model = classifier()(*sizes)
        model(np.ones([1, 2], np.int32))
        model.layers[-1].bias.assign(np.full([sizes[3]], 0.5))
        return model

    assert check_build_classifier(build).score == 1


def test_a_model_that_was_checked_has_its_weights_back():
    built = []

    def build(*sizes):
        built.append(classifier(last="softmax")(*sizes))
        return built[-1]

    assert "softmax-in-the-model" in check_build_classifier(build).misconceptions
    kernels = [model.get_weights()[-2] for model in built if model.built]
    assert max(np.abs(kernel).max() for kernel in kernels) < 3  # loud ones have up to 16


@pytest.mark.parametrize("seed", range(3))
def test_either_lstm_may_be_made_first(seed):
    def build(source_vocabulary, target_vocabulary, embedding_dim, units):
        source, target = keras.Input([None], dtype="int32"), keras.Input([None], dtype="int32")
        decoder = keras.layers.LSTM(units, return_sequences=True)
        decoder.build((None, None, embedding_dim))
        x = keras.layers.Embedding(source_vocabulary, embedding_dim)(source)
        y = keras.layers.Embedding(target_vocabulary, embedding_dim)(target)
        state = keras.layers.LSTM(units, return_state=True)(x)[1:]
        logits = keras.layers.Dense(target_vocabulary)(decoder(y, initial_state=state))
        return keras.Model([source, target], logits)

    report = check_encoder_decoder(build, seeds=(seed,))
    assert report.score == 1, str(report)


@pytest.mark.parametrize("seeds", [(3, 4), (21, 5, 6)])
def test_the_courses_own_cell_passes_for_any_seeds(seeds):
    report = check_nested_cell(NestedCell, seeds=seeds)
    assert report.score == 1, str(report)


def test_an_answer_that_ignores_the_chunk_keeps_all_other_points():
    def at_once(layer, inputs, chunk):
        outputs = layer(inputs)
        layer.reset_state()
        return outputs

    report = check_stateful_chunks(at_once)
    assert report.held == 4
    assert report.misconceptions == ["one-long-run"]


@pytest.mark.parametrize("verdict", [True, False])
def test_a_constant_verdict_gets_nothing(verdict):
    assert check_fused_kernel(lambda **options: verdict).score == 0


@pytest.mark.parametrize("shapes", [{"lstm": ()}, {"lstm": (4.5, 5)}, {"lstm": "(4, 5)"}, 3])
def test_what_is_no_shape_is_refused_with_a_sentence(shapes):
    report = check_predict_keras_shapes(shapes)
    assert report.score == 0
    assert all(outcome.detail for outcome in report.outcomes)
