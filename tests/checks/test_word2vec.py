"""What the answer bank does not show of chapter 10's checks: their numbers, and odd answers."""

from collections import Counter

import numpy as np
import pytest
from scipy.spatial.distance import cdist

from course_utils.checks import word2vec as checks
from course_utils.checks.word2vec.build_vocabulary import draw_text, rank
from course_utils.checks.word2vec.noise_losses import draw_example, nudged, wrong_outcomes
from course_utils.checks.word2vec.skip_gram_batch import Call
from course_utils.checks.word2vec.word_geometry import (
    SHOW_AT_TIMES,
    draw_analogy,
    draw_neighbours,
    right_analogy,
    right_neighbours,
    wrong_analogies,
    wrong_neighbours,
)
from course_utils.word2vec import generate_batch

SEEDS = [1, 2, 11, 12, 13]


@pytest.mark.parametrize("seed", SEEDS)
def test_the_ranking_is_counters(seed):
    words = draw_text(seed)
    assert rank(words, 6) == ["UNK", *(word for word, _ in Counter(words).most_common(5))]


@pytest.mark.parametrize("seed", SEEDS)
def test_the_neighbours_are_scipys(seed):
    table, word, k = draw_neighbours(11, 4, 3, seed)
    distances = cdist(table[word : word + 1], table, "cosine")[0]
    expected = [i for i in np.argsort(distances) if i != word][:k]
    assert right_neighbours(table, word, k).tolist() == expected


@pytest.mark.parametrize("seed", SEEDS)
def test_the_analogies_are_scipys(seed):
    table, asked, k = draw_analogy(14, 4, 3, seed)
    unit = table / np.linalg.norm(table, axis=1, keepdims=True)
    a, b, c = unit[list(asked)]
    distances = cdist([b - a + c], unit, "cosine")[0]
    expected = [i for i in np.argsort(distances) if i not in asked][:k]
    assert right_analogy(table, asked, k).tolist() == expected


@pytest.mark.parametrize("seed", SEEDS)
def test_every_mistake_shows_in_every_table(seed):
    table, word, k = draw_neighbours(6, 2, 1, seed)
    right = right_neighbours(table, word, k).tolist()
    assert _told_apart(right, wrong_neighbours(table, word, k))
    table, asked, k = draw_analogy(7, 2, 4, seed)
    right = right_analogy(table, asked, k).tolist()
    assert _told_apart(right, wrong_analogies(table, asked, k))


def _told_apart(right, wrong):
    shown = {slug for slug, ids in wrong if ids != right}
    return shown >= {slug for slug, _ in wrong} - set(SHOW_AT_TIMES)


def test_examples_repeat_and_hit_only_when_asked():
    plain = draw_example(9, 2, 5, 1)
    assert len(set(plain.negatives)) == 5
    assert plain.context not in plain.negatives
    both = draw_example(9, 2, 5, 1, repeats=True, hit=True)
    assert sorted(Counter(both.negatives.tolist()).values()) == [1, 1, 1, 1, 1, 3]
    assert both.context in both.negatives


def test_the_worked_example_of_the_chapter_is_right():
    example = draw_example(2, 2, 1, 1)
    example = type(example)(np.array([1.0, 2]), 0, np.array([1, 1]), np.array([[1.0, 0], [0, 0]]))
    right = nudged(example)
    assert right.loss == pytest.approx(1.6996, abs=5e-5)
    np.testing.assert_allclose(right.center, [-0.2689, 0], atol=5e-5)
    np.testing.assert_allclose(right.output_vectors, [[-0.2689, -0.5379], [1, 2]], atol=5e-5)


def test_a_hit_and_a_repeat_change_what_their_mistakes_lead_to():
    for kind, slug in (
        ({"repeats": True}, "repeats-counted-once"),
        ({"hit": True}, "collision-lost"),
    ):
        example = draw_example(7, 4, 3, 1, **kind)
        right = nudged(example)
        wrong = [w for s, w in wrong_outcomes(example) if s == slug]
        assert wrong
        assert all(not np.allclose(w.output_vectors, right.output_vectors) for w in wrong)


def test_the_worked_batch_of_the_chapter_is_right():
    data = np.arange(10, 20, dtype=np.int32)
    centers, contexts, next_start = generate_batch(data, 8, 4, 2, 1, np.random.default_rng(1))
    assert centers.tolist() == [19, 19, 10, 10]
    assert sorted(contexts[:2]) == [10, 18]
    assert sorted(contexts[2:]) == [11, 19]
    assert next_start == 0


def test_a_call_knows_its_centres_on_the_ring():
    call = Call(length=10, start=8, batch_size=4, num_skips=2, skip_window=1)
    assert call.centers == [9, 0]
    assert call.next_start == 0


def test_pairs_may_come_in_any_order():
    def shuffled(data, start, batch_size, num_skips, skip_window, rng):
        centers, contexts, next_start = generate_batch(
            data, start, batch_size, num_skips, skip_window, rng
        )
        order = rng.permutation(batch_size)
        return centers[order], contexts[order], next_start

    assert checks.check_skip_gram_batch(shuffled).score == 1


def test_lists_are_as_good_as_arrays():
    def listed(*args):
        centers, contexts, next_start = generate_batch(*args)
        return centers.tolist(), contexts.tolist(), np.int64(next_start)

    assert checks.check_skip_gram_batch(listed).score == 1


def test_an_id_that_is_not_in_the_text_is_refused():
    def off(*args):
        centers, contexts, next_start = generate_batch(*args)
        return centers, contexts + 1000, next_start

    report = checks.check_skip_gram_batch(off)
    assert report.score == 0
    assert "which is no word of the text" in str(report)


@pytest.mark.parametrize("share", [0.25, 0.5])
def test_a_place_drawn_too_rarely_is_noticed(share):
    def uneven(data, start, batch_size, num_skips, skip_window, rng):
        n = batch_size // num_skips
        sides = np.delete(np.arange(-skip_window, skip_window + 1), skip_window)
        weights = np.where(sides == sides[0], share, 1.0)
        middle = start + skip_window + np.arange(n)
        drawn = [
            rng.choice(sides, num_skips, replace=False, p=weights / weights.sum()) for _ in middle
        ]
        contexts = (middle[:, None] + np.array(drawn)).ravel() % len(data)
        return (
            data[np.repeat(middle, num_skips) % len(data)],
            data[contexts],
            (start + n) % len(data),
        )

    report = checks.check_skip_gram_batch(uneven)
    assert ("places-never-drawn" in report.misconceptions) is (share == 0.25)


def test_the_gradients_alone_do_not_make_an_answer():
    report = checks.check_negative_sampling_loss(lambda *args: (0.5, {"center": np.zeros(4)}))
    assert report.score == 0
    assert "expected a dict with the keys center and output_vectors" in str(report)


def test_partial_answers_get_partial_credit():
    def no_gradients(center, context, negatives, output_vectors):
        scores = output_vectors.astype(float) @ center
        loss = np.logaddexp(0, -scores[context]) + np.logaddexp(0, scores[negatives]).sum()
        return loss, {"center": 0 * center, "output_vectors": 0 * output_vectors}

    assert checks.check_negative_sampling_loss(no_gradients).held == 1
