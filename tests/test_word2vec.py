"""The skip-gram model: its pairs, its two losses against TensorFlow's, and what it learns."""

import collections

import numpy as np
import pytest
import tensorflow as tf

from course_utils import word2vec
from course_utils.checks import word2vec as checks
from course_utils.checks.word2vec.noise_losses import draw_example, nce_by_hand, nudged

COUNTS = np.array([0, 9, 5, 4, 2, 1])
CENTERS, CONTEXTS, NOISE = (
    np.array(ids, np.int32) for ids in ([1, 2, 2, 5, 1], [3, 1, 4, 2, 2], [1, 1, 4])
)


def model(**options):
    """A model whose weights are all random."""
    made = word2vec.SkipGram(COUNTS, dim=4, shared=3, seed=1, **options)
    rng = np.random.default_rng(2)
    for variable in made.trainable_variables:
        variable.assign(rng.uniform(-1, 1, variable.shape))
    return made


def test_the_short_versions_of_the_chapter_are_the_packages():
    assert checks.check_build_vocabulary(word2vec.build_vocabulary).score == 1
    assert checks.check_skip_gram_batch(word2vec.generate_batch).score == 1
    assert checks.check_keep_probability(word2vec.keep_probability).score == 1
    assert checks.check_noise_distribution(word2vec.noise_distribution).score == 1


def test_a_vocabulary_without_room_for_unk_is_refused():
    with pytest.raises(ValueError, match="got 0"):
        word2vec.build_vocabulary(["a"], 0)


@pytest.mark.parametrize(("batch_size", "num_skips"), [(6, 3), (5, 2), (4, 0)])
def test_a_batch_that_does_not_come_out_even_is_refused(batch_size, num_skips):
    data, rng = np.arange(9, dtype=np.int32), np.random.default_rng(1)
    with pytest.raises(ValueError, match=f"got {num_skips}"):
        word2vec.generate_batch(data, 0, batch_size, num_skips, 1, rng)


@pytest.mark.parametrize("words", [0, 1, 4])
def test_a_text_shorter_than_a_window_is_refused(words):
    with pytest.raises(ValueError, match="more words than the 4 beside a centre"):
        word2vec.generate_batch(np.arange(words), 0, 4, 2, 2, np.random.default_rng(0))


@pytest.mark.parametrize("threshold", [0, -1e-3, np.nan])
def test_a_threshold_that_keeps_nothing_is_refused(threshold):
    with pytest.raises(ValueError, match="threshold must be a frequency above 0"):
        word2vec.keep_probability([3, 1], threshold)


@pytest.mark.parametrize("power", [np.nan, np.inf, 1e4, -1e4])
def test_a_power_without_a_distribution_is_refused(power):
    with pytest.raises(ValueError, match="power must be a number"):
        word2vec.noise_distribution([16, 2, 0], power)


@pytest.mark.parametrize(("power", "expected"), [(0, [1 / 2, 1 / 2, 0]), (-1, [1 / 9, 8 / 9, 0])])
def test_no_power_draws_a_word_that_does_not_occur(power, expected):
    np.testing.assert_allclose(word2vec.noise_distribution([16, 2, 0], power), expected)


def test_words_that_do_not_occur_are_kept_and_never_noise():
    assert word2vec.keep_probability([0, 5])[0] == 1
    assert 0 not in model()._draw_noise((1000,))


@pytest.mark.parametrize("counts", [[0, 0], [3, -1], [], [1, np.inf]], ids=str)
def test_counts_that_make_no_frequencies_are_refused(counts):
    for made in (word2vec.keep_probability, word2vec.noise_distribution):
        with pytest.raises(ValueError, match="0 or more and not all 0; got"):
            made(counts)


def test_skip_grams_are_all_pairs_within_the_drawn_reach():
    ids = np.arange(40, dtype=np.int32)
    centers, contexts = word2vec.skip_grams(ids, 3, np.random.default_rng(1))
    pairs = set(zip(centers.tolist(), contexts.tolist(), strict=True))
    assert len(pairs) == len(centers)
    for center in ids:
        seen = sorted(abs(c - center) for m, c in pairs if m == center)
        reach = max(seen)
        assert 1 <= reach <= 3
        inside = [abs(i - center) for i in ids if 0 < abs(i - center) <= reach]
        assert seen == sorted(inside)


def test_near_contexts_come_more_often_than_far_ones():
    ids = np.arange(3000, dtype=np.int32)
    centers, contexts = word2vec.skip_grams(ids, 3, np.random.default_rng(1))
    found = collections.Counter(np.abs(contexts - centers).tolist())
    for distance, share in ((1, 1), (2, 2 / 3), (3, 1 / 3)):
        assert found[distance] / 6000 == pytest.approx(share, abs=0.05)


def test_noise_is_drawn_from_its_distribution():
    drawn = np.bincount(model()._draw_noise((20_000,)), minlength=6) / 20_000
    np.testing.assert_allclose(drawn, COUNTS**0.75 / np.sum(COUNTS**0.75), atol=0.015)


@pytest.mark.parametrize("count", [1, 4])
def test_noise_never_stands_in_for_contexts(count):
    made, contexts = model(), np.zeros(count, np.int32)
    with pytest.raises(ValueError, match="one context for each centre"):
        made.pair_loss(CENTERS, contexts, NOISE)
    signature = [tf.TensorSpec([None], tf.int32)] * 3
    for jit in (False, True):
        loss = tf.function(made.pair_loss, input_signature=signature, jit_compile=jit)
        np.testing.assert_allclose(
            loss(CENTERS, CONTEXTS, NOISE), made.pair_loss(CENTERS, CONTEXTS, NOISE), rtol=1e-5
        )
        with pytest.raises(tf.errors.InvalidArgumentError):
            loss(CENTERS, contexts, NOISE)


@pytest.mark.parametrize("words", ["to be", b"to be"], ids=repr)
def test_a_text_is_not_read_letter_by_letter(words):
    for read in (lambda: word2vec.build_vocabulary(words, 3), lambda: word2vec.encode(words, {})):
        with pytest.raises(TypeError, match=r"words must be a list of words, got the text"):
            read()


def test_the_nce_loss_is_tensorflows():
    made = model(loss="nce", negatives=3)
    expected = (3 * made.noise).astype(np.float32)
    theirs = tf.nn.nce_loss(
        made.output_vectors,
        made.biases,
        CONTEXTS[:, np.newaxis],
        tf.gather(made.embeddings, CENTERS),
        num_sampled=3,
        num_classes=6,
        sampled_values=(NOISE, expected[CONTEXTS][:, np.newaxis], expected[NOISE]),
    )
    ours = made.pair_loss(CENTERS, CONTEXTS, NOISE)
    np.testing.assert_allclose(ours, tf.reduce_mean(theirs), rtol=1e-5)


def test_nce_by_hand_is_tensorflows():
    rng = np.random.default_rng(3)
    w, b, expected = rng.normal(size=[6, 4]), rng.normal(size=6), rng.uniform(0.1, 2, 6)
    center = rng.normal(size=[5, 4])
    theirs = tf.nn.nce_loss(
        w,
        b,
        CONTEXTS[:, np.newaxis],
        center,
        num_sampled=3,
        num_classes=6,
        sampled_values=(NOISE, expected[CONTEXTS][:, np.newaxis], expected[NOISE]),
    )
    parts = (center, w[CONTEXTS], b[CONTEXTS], w[NOISE], b[NOISE])
    found = nce_by_hand((*parts, expected[CONTEXTS], expected[NOISE]))
    assert found == pytest.approx(float(tf.reduce_mean(theirs)))


@pytest.mark.parametrize("kind", [{}, {"repeats": True}, {"hit": True}])
def test_nudged_numbers_give_the_gradients_of_a_tape(kind):
    example = draw_example(7, 3, 4, seed=1, **kind)
    center, table = tf.Variable(example.center), tf.Variable(example.output_vectors)
    with tf.GradientTape() as tape:
        rows = tf.gather(table, [example.context, *example.negatives])
        labels = tf.one_hot(0, len(rows), dtype=tf.float64)
        logits = tf.linalg.matvec(rows, center)
        loss = tf.reduce_sum(tf.nn.sigmoid_cross_entropy_with_logits(labels=labels, logits=logits))
    found, (d_center, d_table) = nudged(example), tape.gradient(loss, [center, table])
    assert found.loss == pytest.approx(float(loss))
    np.testing.assert_allclose(found.center, d_center, atol=1e-8)
    np.testing.assert_allclose(found.output_vectors, tf.convert_to_tensor(d_table), atol=1e-8)


def test_shared_noise_weighs_as_much_as_the_negatives_asked_for():
    made = model(negatives=6)
    made.biases.assign(tf.zeros_like(made.biases))  # as they stay: only NCE trains them
    h, u = made.embeddings.numpy(), made.output_vectors.numpy()
    each = [
        np.logaddexp(0, -u[o] @ h[c]) + 6 / 3 * np.logaddexp(0, u[NOISE] @ h[c]).sum()
        for c, o in zip(CENTERS, CONTEXTS, strict=True)
    ]
    np.testing.assert_allclose(made.pair_loss(CENTERS, CONTEXTS, NOISE), np.mean(each), rtol=1e-5)


@pytest.mark.parametrize("loss", ["negative sampling", "nce"])
def test_a_short_update_is_gradient_descent_on_the_summed_loss(loss):
    made, twin = model(loss=loss), model(loss=loss)
    variables = twin.trainable_variables
    with tf.GradientTape() as tape:
        value = len(CENTERS) * twin.pair_loss(CENTERS, CONTEXTS, NOISE)
    for variable, gradient in zip(variables, tape.gradient(value, variables), strict=True):
        if gradient is not None and (loss == "nce" or "biases" not in variable.name):
            variable.assign_sub(0.01 * tf.convert_to_tensor(gradient))
    batch = (ids[np.newaxis] for ids in (CENTERS, CONTEXTS, NOISE))
    made._pass(*batch, np.array([0.01], np.float32))
    for ours, expected in zip(made.trainable_variables, variables, strict=True):
        np.testing.assert_allclose(ours, expected, atol=1e-6)


@pytest.mark.parametrize("loss", ["negative sampling", "nce"])
def test_a_long_update_is_held_to_each_rows_curve(loss):
    made, rate, nce = model(loss=loss, negatives=6), 0.5, loss == "nce"
    h, w, b = (variable.numpy() for variable in (made.embeddings, made.output_vectors, made.biases))
    shift = np.log(6 * made.noise + 1e-30) if nce else np.zeros(6)
    labelled = [(c, o, 1, 1.0) for c, o in zip(CENTERS, CONTEXTS, strict=True)]
    labelled += [(c, o, 0, 6 / 3) for c in CENTERS for o in NOISE]
    gradients, steepness = [np.zeros((6, 5)), np.zeros((6, 5))], np.zeros((2, 6))
    rows = np.hstack([h, np.ones((6, 1))]), np.hstack([w, b[:, np.newaxis]])  # with the bias
    for c, o, label, weight in labelled:
        error = weight * (1 / (1 + np.exp(shift[o] - rows[0][c] @ rows[1][o])) - label)
        for side, (own, other) in enumerate(((c, o), (o, c))):
            row = rows[1 - side][other]
            gradients[side][own] += error * row
            steepness[side, own] += abs(error) * (row[:4] @ row[:4] + (nce if side else 0))
    rates = rate / np.maximum(1, rate / 3 * steepness)
    assert (rates < rate).any()
    batch = (ids[np.newaxis] for ids in (CENTERS, CONTEXTS, NOISE))
    made._pass(*batch, np.array([rate], np.float32))
    moved = [gradient * r[:, np.newaxis] for gradient, r in zip(gradients, rates, strict=True)]
    np.testing.assert_allclose(made.embeddings, h - moved[0][:, :4], atol=1e-5)
    np.testing.assert_allclose(made.output_vectors, w - moved[1][:, :4], atol=1e-5)
    np.testing.assert_allclose(made.biases, b - nce * moved[1][:, 4], atol=1e-5)


def zipf(vocabulary, words=20_000):
    share = 1 / np.arange(1, vocabulary + 1)
    rng = np.random.default_rng(6)
    return rng.choice(vocabulary, words, p=share / share.sum()).astype(np.int32)


def uniform(vocabulary, words=20_000):
    return np.random.default_rng(5).integers(vocabulary, size=words).astype(np.int32)


SMALL = {"20 words": uniform(20), "2 words": uniform(2), "300": zipf(300), "1,000": zipf(1000)}


@pytest.mark.parametrize("loss", ["negative sampling", "nce"])
@pytest.mark.parametrize("name", SMALL)
def test_small_vocabularies_train_with_the_defaults(name, loss):
    ids = SMALL[name]
    made = word2vec.SkipGram(np.bincount(ids), dim=10, loss=loss, seed=1)
    losses = np.concatenate(list(made.train(ids, 3)))
    # Words that are drawn one by one say nothing of each other: what can be learnt is about that
    # one word in eleven is true, which costs 11 times the entropy of 1/11.
    best = 11 * np.log(11) - 10 * np.log(10)
    assert losses[-20:].mean() < (losses[0] + best) / 2
    assert losses.max() < 1.5 * losses[0]


@pytest.mark.parametrize("loss", ["negative sampling", "nce"])
def test_no_rate_is_too_high_to_stay_finite(loss):
    made = word2vec.SkipGram(np.bincount(SMALL["20 words"]), dim=10, loss=loss, seed=1)
    losses = np.concatenate(list(made.train(SMALL["20 words"], 3, rate=1e6)))
    assert np.isfinite(losses).all()


def test_loss_that_is_not_finite_stops_the_training():
    text = np.tile(np.array([1, 2, 3, 4, 5], np.int32), 200)
    with pytest.raises(FloatingPointError, match="epoch 0 is not finite, with rate = nan"):
        list(model().train(text, 1, rate=float("nan"), batch_size=64, threshold=1.0))


def test_zero_vectors_cost_eleven_coins_and_the_entropy_of_the_noise():
    made = word2vec.SkipGram(COUNTS, dim=4, negatives=10, shared=3)
    assert float(made.pair_loss(CENTERS, CONTEXTS, NOISE)) == pytest.approx(11 * np.log(2))
    expected = -np.log(made.noise[CONTEXTS]).mean()
    assert made.cross_entropy(CENTERS, CONTEXTS) == pytest.approx(expected, abs=1e-5)


def test_without_training_the_nce_model_finds_all_words_alike():
    made = word2vec.SkipGram(COUNTS, dim=4, loss="nce")
    assert made.cross_entropy(CENTERS, CONTEXTS) == pytest.approx(np.log(6), abs=1e-5)


@pytest.mark.parametrize("loss", ["negative sampling", "nce"])
def test_training_tells_two_circles_of_words_apart(loss):
    rng = np.random.default_rng(4)
    circles = [np.arange(1, 6), np.arange(6, 11)]
    text = np.concatenate([rng.choice(circles[i % 2], 20) for i in range(300)]).astype(np.int32)
    made = word2vec.SkipGram(np.bincount(text), dim=6, loss=loss, shared=16, seed=1)
    losses = list(made.train(text, 3, rate=0.01, batch_size=128, threshold=1.0))
    assert losses[-1].mean() < losses[0][:10].mean() - 0.05
    unit = made.vectors[1:] / np.linalg.norm(made.vectors[1:], axis=1, keepdims=True)
    cosines = unit @ unit.T
    assert cosines[:5, :5].min() > cosines[:5, 5:].max()


def test_training_is_repeatable_and_leaves_out_words_without_count():
    text = np.tile(np.array([0, 1, 2, 3, 4, 5], np.int32), 200)
    first, second = (word2vec.SkipGram(COUNTS, dim=4, seed=3) for _ in range(2))
    start = first.vectors
    for made in (first, second):
        list(made.train(text, 1, batch_size=64, threshold=1.0))
    np.testing.assert_allclose(first.vectors, second.vectors, atol=1e-5)
    assert (first.vectors[0] == start[0]).all()
    assert (first.vectors[1:] != start[1:]).any(axis=1).all()


def test_a_text_too_short_for_a_batch_is_refused():
    with pytest.raises(ValueError, match="too few for a batch of 512"):
        list(model().train(np.array([1, 2, 3], np.int32), 1))


def test_an_unknown_loss_is_refused():
    with pytest.raises(ValueError, match="'softmax'"):
        word2vec.SkipGram(COUNTS, dim=4, loss="softmax")


def test_a_text_that_holds_the_word_for_unknown_ones_gives_it_no_second_id():
    vocabulary, word_to_id = word2vec.build_vocabulary(["UNK", "UNK", "a", "b", "a", "UNK"], 3)
    assert vocabulary == ["UNK", "a", "b"]
    assert word_to_id == {"UNK": 0, "a": 1, "b": 2}


def test_a_list_of_ids_is_as_good_as_an_array():
    text, options = np.array([1, 2, 3, 1, 2] * 9), {"batch_size": 4, "threshold": 1.0}
    pairs = [word2vec.skip_grams(ids, 2, np.random.default_rng(0)) for ids in (text, text.tolist())]
    np.testing.assert_array_equal(*pairs)
    losses = [np.concatenate([*model().train(ids, 2, **options)]) for ids in (text, text.tolist())]
    np.testing.assert_array_equal(*losses)


@pytest.mark.parametrize(
    ("ids", "error", "message"),
    [
        ([[1, 2, 3], [3, 2, 1]], ValueError, r"ids must be the ids of one text, .* \(2, 3\)"),
        ([0.0, 1.0, 2.0], TypeError, r"ids must be ids, integers, got float64"),
        ([0, 1, -1] * 20, ValueError, r"ids must be in 0\.\."),
        ([0, 1, 99] * 20, ValueError, r"ids must be in 0\.\."),
    ],
)
def test_what_is_no_text_of_ids_is_refused(ids, error, message):
    with pytest.raises(error, match=message):
        next(model().train(ids, 1, batch_size=4))


@pytest.mark.parametrize(
    ("options", "name"),
    [({"rate": -1.0}, "rate"), ({"batch_size": 0}, "batch_size"), ({"window": 0}, "window")],
)
def test_training_by_no_amount_is_refused(options, name):
    with pytest.raises(ValueError, match=f"{name} must be "):
        next(model().train(np.array([1, 2, 3] * 20), 1, **options))


@pytest.mark.parametrize("options", [{"dim": 0}, {"shared": 0}, {"negatives": -3}])
def test_a_model_of_no_size_is_refused(options):
    with pytest.raises(ValueError, match=f"{next(iter(options))} must be "):
        word2vec.SkipGram(COUNTS, **{"dim": 4, **options})
