"""N-gram models against counting by hand, and against the formula, place by place."""

import numpy as np
import pytest

from course_utils.language_model import NGrams, ngram_model

TEXT = np.random.default_rng(3).integers(0, 4, 60)


def witten_bell(ids, context, size):
    """The probabilities after all of a context, by the formula and by looking at each place."""
    if context is None:
        return np.full(size, 1 / size)
    n = len(context)
    places = [t for t in range(n, len(ids)) if list(ids[t - n : t]) == list(context)]
    followers = [int(ids[t]) for t in places]
    shorter = witten_bell(ids, context[1:] if n else None, size)
    if not followers:
        return shorter
    kinds = len(set(followers))
    counts = np.array([followers.count(x) for x in range(size)])
    return (counts + kinds * shorter) / (len(followers) + kinds)


def test_two_orders_by_hand():
    model = NGrams([0, 1, 0, 1, 0], order=2, size=3)
    order_1 = np.array([3 + 2 / 3, 2 + 2 / 3, 2 / 3]) / 7
    np.testing.assert_allclose(model.predict([]), order_1)
    np.testing.assert_allclose(model.predict([0]), (np.array([0, 2, 0]) + order_1) / 3)
    np.testing.assert_allclose(model.predict([2]), order_1)  # never seen


@pytest.mark.parametrize("order", [1, 2, 3, 5])
def test_a_prediction_is_the_formulas_of_the_last_ids(order):
    model = NGrams(TEXT, order, size=5)
    for context in ([], [1], [4, 0], TEXT[7:12].tolist(), TEXT[-3:].tolist()):
        used = context[max(len(context) - order + 1, 0) :] if order > 1 else []
        np.testing.assert_allclose(model.predict(context), witten_bell(TEXT, used, 5))


def test_a_texts_probabilities_are_the_predictions_at_each_place():
    model, text = NGrams(TEXT, 4, size=5), np.array([1, 4, 2, 2, 0, 3, 1, 1, 2])
    of_orders = model.probabilities(text)
    assert of_orders.shape == (4, 9)
    for order in (1, 2, 4):
        lower = NGrams(TEXT, order, size=5)
        expected = [lower.predict(text[:t].tolist())[i] for t, i in enumerate(text)]
        np.testing.assert_allclose(of_orders[order - 1], expected)


def test_there_is_an_entry_for_each_different_run():
    runs = {tuple(TEXT[t : t + n]) for n in (1, 2, 3) for t in range(len(TEXT) - n + 1)}
    assert NGrams(TEXT, 3, size=5).entries == len(runs)


def test_a_text_shorter_than_the_order_is_a_text():
    np.testing.assert_allclose(NGrams([2], 4, size=3).predict([2, 2]), np.array([1, 1, 4]) / 6)


@pytest.mark.parametrize(
    ("ids", "order", "size", "message"),
    [
        ([0, 3], 2, 3, r"ids must be in 0\.\.2, got 0\.\.3"),
        ([0, 1], 0, 3, "order must be at least 1"),
        ([0, 1], 10, 116, "to the power of it below 2 to the 63rd; got 10"),
    ],
)
def test_what_can_not_be_counted_is_refused(ids, order, size, message):
    with pytest.raises(ValueError, match=message):
        NGrams(ids, order, size)


def test_the_function_is_the_models():
    context = TEXT[4:6].tolist()
    expected = NGrams(TEXT, 3, size=5).predict(context)
    np.testing.assert_array_equal(ngram_model(TEXT, 3, 5)(context), expected)
