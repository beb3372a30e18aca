"""The checks of chapter 05, as far as the answer bank does not show them."""

import hashlib
import multiprocessing
import os
import subprocess
import sys

import jupytext
import numpy as np
import pytest
import scipy.special
import tensorflow as tf

from course_utils import unroll
from course_utils.checks.classification_and_labelling import (
    check_classification_head,
    check_labelling_head,
    check_masked_cross_entropy,
    check_masked_error,
    check_mnist_rows,
    check_word_segmentation,
)
from course_utils.checks.classification_and_labelling import mnist_rows as digit_check
from course_utils.checks.classification_and_labelling import word_segmentation as word_starts
from course_utils.checks.classification_and_labelling.heads import HEADS, Head
from course_utils.checks.classification_and_labelling.step_losses import STEPS, Steps
from course_utils.checks.engine import probes
from course_utils.data import mnist, segmentation, wikipedia
from tests import ROOT
from tests.answer_bank import Chapter
from tests.outside import outside

NAME = "05_classification_and_labelling"
SEEDS = (1, 2, 11, 12)  # those of the chapter, hidden ones too


# What the checks take for right, against TensorFlow, Keras and SciPy.


@pytest.mark.parametrize("size", HEADS, ids=str)
def test_expected_logits_are_those_of_keras_dense(size):
    head = Head(size, seed=3)
    dense = tf.keras.layers.Dense(size[3])
    dense.build(size[:3])
    dense.set_weights([head.weight, head.bias])
    every = dense(head.outputs)
    np.testing.assert_allclose(head.labelled(), every, atol=1e-5)
    last = unroll.last_output(every, head.lengths)
    np.testing.assert_allclose(head.classified(head.lengths), last, atol=1e-5)


@pytest.mark.parametrize("size", STEPS, ids=str)
def test_expected_losses_and_errors_are_those_of_keras(size):
    steps = Steps(size, seed=3)
    for lengths in (steps.full, steps.lengths, steps.lengths_with_an_empty_one):
        if not lengths.any():
            continue
        weights = tf.sequence_mask(lengths, size[1], tf.float32)
        loss = tf.keras.losses.SparseCategoricalCrossentropy(from_logits=True, reduction="none")
        per_step = loss(steps.labels, steps.logits) * weights
        expected = tf.reduce_sum(per_step) / tf.reduce_sum(weights)
        assert steps.loss(lengths) == pytest.approx(float(expected), abs=1e-5)
        accuracy = tf.keras.metrics.SparseCategoricalAccuracy()
        accuracy.update_state(steps.labels, steps.logits, sample_weight=weights)
        assert steps.error(lengths) == pytest.approx(1 - float(accuracy.result()), abs=1e-6)


def test_the_loss_of_large_logits_is_finite():
    steps = Steps((4, 5, 3), seed=1).times(100)
    assert np.abs(steps.logits).max() > 200
    log_p = scipy.special.log_softmax(steps.logits.astype(float), axis=-1)
    own = np.take_along_axis(log_p, steps.labels[..., None], axis=-1)
    assert steps.loss(steps.full) == pytest.approx(-own.mean(), rel=1e-9)


@pytest.mark.parametrize("seed", SEEDS)
def test_lengths_differ_and_some_are_short(seed):
    for lengths in (Head((4, 3, 5, 2), seed).lengths, Steps((4, 5, 3), seed).lengths):
        assert len(set(lengths.tolist())) > 1
        assert lengths.min() >= 1


@pytest.mark.parametrize("seed", SEEDS)
def test_no_mistake_gives_the_right_result_everywhere(seed):
    heads = [Head(size, seed) for size in HEADS]
    for name in {slug for slug, _ in heads[0].wrongly_classified(heads[0].lengths)}:
        assert any(
            wrong.shape != head.classified(head.lengths).shape
            or not np.allclose(wrong, head.classified(head.lengths), atol=1e-3)
            for head in heads
            for slug, wrong in head.wrongly_classified(head.lengths)
            if slug == name
        ), name
    cases = [Steps(size, seed) for size in STEPS]
    for name in {slug for slug, _ in cases[0].wrong_errors(cases[0].lengths)}:
        assert any(
            abs(wrong - s.error(s.lengths)) > 1e-3
            for s in cases
            for slug, wrong in s.wrong_errors(s.lengths)
            if slug == name
        ), name


def test_the_first_step_is_not_taken_for_a_length_as_index():
    report = check_classification_head(lambda outputs, _, w, bias: outputs[:, 0] @ w + bias)
    assert report.score < 1.0
    assert not report.misconceptions


def test_other_padding_leaves_the_real_steps_as_they_are():
    head, steps = Head((4, 3, 5, 2), 1), Steps((4, 5, 3), 1)
    padded, refilled = head.with_other_padding(), steps.with_other_padding()
    past = np.arange(3) >= head.lengths[:, None]
    np.testing.assert_array_equal(head.outputs[~past], padded.outputs[~past])
    assert not np.isclose(head.outputs[past], padded.outputs[past]).any()
    past = np.arange(5) >= steps.lengths[:, None]
    np.testing.assert_array_equal(steps.logits[~past], refilled.logits[~past])
    np.testing.assert_array_equal(steps.labels[~past], refilled.labels[~past])
    assert (steps.logits[past] != refilled.logits[past]).all()
    assert refilled.loss(steps.lengths) == steps.loss(steps.lengths)


@pytest.mark.parametrize("check", [check_classification_head, check_labelling_head])
@pytest.mark.parametrize("seeds", [(3, 4), (21, 5, 6)])
def test_heads_pass_for_any_seeds(check, seeds):
    def classify(outputs, sequence_length, weight, bias):
        return unroll.last_output(outputs, sequence_length) @ weight + bias

    def label_steps(outputs, weight, bias):
        return outputs @ weight + bias

    answer = classify if check is check_classification_head else label_steps
    report = check(answer, seeds=seeds)
    assert report.score == 1, str(report)


@pytest.mark.parametrize("seeds", [(3, 4), (21, 5, 6)])
def test_losses_and_errors_pass_for_any_seeds(seeds):
    def masked_cross_entropy(logits, labels, sequence_length):
        losses = tf.nn.sparse_softmax_cross_entropy_with_logits(labels, logits)
        return tf.reduce_mean(losses[tf.sequence_mask(sequence_length, labels.shape[1])])

    def masked_error(logits, labels, sequence_length):
        wrong = tf.cast(tf.argmax(logits, -1, tf.int32) != labels, tf.float32)
        return tf.reduce_mean(wrong[tf.sequence_mask(sequence_length, labels.shape[1])])

    for check, answer in (
        (check_masked_cross_entropy, masked_cross_entropy),
        (check_masked_error, masked_error),
    ):
        report = check(answer, seeds=seeds)
        assert report.score == 1, str(report)


# The probe.


def test_the_lines_of_an_answer_grow_with_its_loop_and_not_without():
    def lines(function):
        return probes.lines_run(function, [[np.ones([2, n])] for n in (3, 6, 12)])

    def comprehension(x):
        return [x[:, t] for t in range(x.shape[1])]

    def vectorised(x):
        return tf.reduce_sum(x * 2, axis=1)

    loop = lines(comprehension)
    assert loop[0] < loop[1] < loop[2]
    assert len(set(lines(vectorised))) == 1
    traced = tf.function(comprehension)
    traced(np.ones([2, 2]))  # the first trace does more
    looped = lines(traced)
    assert looped[0] < looped[1] < looped[2]


# The digits.


def test_logistic_regression_stays_just_below_the_line_on_moved_digits():
    from sklearn.linear_model import LogisticRegression

    digits = mnist.load()
    model = LogisticRegression(max_iter=300)
    model.fit(digits.train_images.reshape(-1, 784), digits.train_labels)
    still = model.score(digits.test_images.reshape(-1, 784), digits.test_labels)
    assert 0.89 <= still <= 0.90
    for seed in SEEDS:
        moved = mnist.nudge(digits.test_images, np.random.default_rng(seed)).reshape(-1, 784)
        share = model.score(moved, digits.test_labels)
        assert digit_check.BASELINE - 0.07 < share < digit_check.BASELINE


def test_a_nudged_image_is_the_image_moved_by_one_pixel():
    image = np.zeros([1, 28, 28], np.float32)
    image[0, 10:14, 5:8] = np.arange(1, 13).reshape(4, 3)
    moves = set()
    for seed in range(60):
        moved = mnist.nudge(image, np.random.default_rng(seed))
        row, column = np.argwhere(moved[0] == 1)[0]
        expected = np.roll(image, (row - 10, column - 5), axis=(1, 2))
        np.testing.assert_array_equal(moved, expected)
        moves.add((row - 10, column - 5))
    assert moves == {(a, b) for a in (-1, 0, 1) for b in (-1, 0, 1)} - {(0, 0)}


def test_what_comes_in_at_the_edge_is_background():
    moved = mnist.nudge(np.ones([50, 28, 28], np.float32), np.random.default_rng(1))
    assert set(moved.sum(axis=(1, 2))) == {27 * 28, 27 * 27}


def linear_answer():
    """An answer that fits the nudged digits by least squares: quick, and just good enough."""
    digits, rng = mnist.load(), np.random.default_rng(0)

    def features(images):
        blurred = sum(np.roll(images, move, (1, 2)) for move in ((0, 0), (0, 1), (1, 0), (1, 1)))
        hidden = blurred[:, ::1].reshape(len(images), -1) / 4 @ projection
        return np.maximum(hidden, 0)

    projection = rng.normal(size=(784, 600)).astype(np.float32) / 10
    images = np.concatenate([mnist.nudge(digits.train_images, rng) for _ in range(2)])
    targets = np.eye(10, dtype=np.float32)[np.tile(digits.train_labels, 2)]
    x = features(images)
    weights = np.linalg.solve(x.T @ x + 10 * np.eye(600), x.T @ targets)
    return lambda images: np.argmax(features(images) @ weights, axis=1)


def test_the_check_of_digits_works_in_a_forked_process():
    """As in grading, where an examiner is forked from a server that has TensorFlow loaded."""
    answer = linear_answer()
    context = multiprocessing.get_context("fork")
    receiver, sender = context.Pipe(duplex=False)
    child = context.Process(target=lambda: sender.send(check_mnist_rows(answer).score))
    child.start()
    assert receiver.poll(60), "the forked check hangs"
    assert receiver.recv() == 1
    child.join(10)


@pytest.mark.slow
def test_the_check_of_words_needs_no_other_process_and_no_cache():
    """With nothing to write to, no fork and no thread, as in the sandbox of grading."""
    program = (
        "import os, threading, multiprocessing, tensorflow\n"
        "def no(*args, **kwargs): raise AssertionError('a process or thread was started')\n"
        "os.fork = threading.Thread.start = multiprocessing.Process.start = no\n"
        "from course_utils.checks.classification_and_labelling import check_word_segmentation\n"
        "report = check_word_segmentation(lambda text: [True] * len(text))\n"
        "assert report.misconceptions == ['all-true'], str(report)\n"
    )
    subprocess.run(
        [sys.executable, "-c", program],
        check=True,
        timeout=60,
        env=outside(HOME=os.devnull, XDG_CACHE_HOME=os.devnull),
    )


# The words.


@pytest.mark.parametrize("seed", SEEDS)
def test_no_text_of_the_check_stands_in_an_article(seed):
    corpus = "".join("".join(article) for article in wikipedia.articles())
    for text in word_starts.draw_texts(wikipedia.split().held_out, seed):
        assert len(text.letters) == len(text.starts) == 300
        assert text.letters[:60] not in corpus


@pytest.mark.parametrize("seed", SEEDS)
def test_marking_every_letter_has_an_f1_of_0_32(seed):
    texts = word_starts.draw_texts(wikipedia.split().held_out, seed)
    starts = np.concatenate([text.starts for text in texts])
    assert segmentation.score(np.ones_like(starts), starts).f1 == pytest.approx(0.32, abs=0.03)


def test_marks_may_be_booleans_numbers_or_tensors():
    known = {}
    for seed in SEEDS:
        for text in word_starts.draw_texts(wikipedia.split().held_out, seed):
            known[text.letters] = text.starts
    for kind in (list, np.asarray, tf.constant, lambda marks: marks.astype(int)):
        report = check_word_segmentation(
            lambda text, kind=kind: kind(known.get(text, np.array([True]))), seeds=SEEDS
        )
        assert report.score == 1, str(report)


# The chapter.


@pytest.mark.slow
def test_the_full_set_is_one_flag_away(tmp_path, monkeypatch, capsys):
    """With a file in the format of the full set, which holds the 4,000 and 1,000 digits."""
    digits = mnist.load()
    path = tmp_path / "datasets" / "mnist.npz"
    path.parent.mkdir()
    as_bytes = [np.round(255 * part).astype(np.uint8) for part in digits[::2]]
    np.savez(path, x_train=as_bytes[0], y_train=digits[1], x_test=as_bytes[1], y_test=digits[3])
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    monkeypatch.setattr(mnist.load, "__defaults__", (False, None, digest))
    namespace = {"__name__": "__main__"}
    for source in cells_until_trained():
        exec(source.replace("FULL = False", "FULL = True"), namespace)
    assert "not to be had" not in capsys.readouterr().out
    assert namespace["n_epochs"] == 10
    logits = namespace["at_the_end"].logits(digits.test_images)[:, -1]
    assert np.mean(np.argmax(logits, axis=1) == digits.test_labels) >= 0.92


def cells_until_trained():
    for cell in jupytext.read(ROOT / "chapters" / f"{NAME}.py").cells:
        others = ("diagrams.", "sklearn", "check_classification_head(")
        if cell.cell_type == "code" and not any(name in cell.source for name in others):
            yield cell.source
        if "first loss" in cell.source:
            return


def test_the_examples_of_the_exercises_are_right():
    chapter = Chapter(NAME)
    namespace = {"tf": tf, "np": np}
    for cell in chapter.cells:
        if cell.metadata.get("nbgrader", {}).get("grade_id") in (
            "classification-head",
            "labelling-head",
            "masked-cross-entropy",
            "masked-error",
        ):
            exec(cell.source, namespace)
    one_ten, zero_one = tf.constant([[1.0, 10.0]]), tf.constant([0.0, 1.0])
    outputs = tf.constant([[[1.0], [2.0], [9.0]], [[3.0], [9.0], [9.0]]])
    logits = namespace["classify"](outputs, tf.constant([2, 1]), one_ten, zero_one)
    assert np.array(logits).tolist() == [[2, 21], [3, 31]]
    outputs = tf.constant([[[1.0], [2.0]], [[3.0], [4.0]]])
    logits = namespace["label_steps"](outputs, one_ten, zero_one)
    assert np.array(logits).tolist() == [[[1, 11], [2, 21]], [[3, 31], [4, 41]]]
    loss = namespace["masked_cross_entropy"](
        tf.constant([[[0.0, 0.0], [9.0, -9.0]]]), tf.constant([[1, 1]]), tf.constant([1])
    )
    assert float(loss) == pytest.approx(0.6931, abs=1e-4)
    error = namespace["masked_error"](
        tf.constant([[[0.0, 1.0], [9.0, 0.0]], [[2.0, 0.0], [0.0, 0.0]]]),
        tf.constant([[1, 1], [0, 1]]),
        tf.constant([2, 1]),
    )
    assert float(error) == pytest.approx(1 / 3)


def test_the_labels_that_the_text_names_are_those_of_the_first_images():
    source = (ROOT / "chapters" / f"{NAME}.py").read_text(encoding="utf-8")
    assert f"as in {mnist.load().test_labels[:3].tolist()}" in source


def test_many_marks_in_wrong_places_are_not_called_hardly_any():
    report = check_word_segmentation(lambda letters: [i % 8 == 3 for i in range(len(letters))])
    assert report.score < 1.0
    assert not report.misconceptions
