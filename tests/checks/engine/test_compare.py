"""The comparison: what differs, where, and which wrong idea explains it."""

import numpy as np
import pytest

from course_utils.checks import Failed
from course_utils.checks.engine.boundary import (
    AnswerError,
)
from course_utils.checks.engine.compare import (
    as_array,
    as_integer,
    as_items,
    as_number,
    as_text,
    close,
    near,
)
from course_utils.checks.engine.evidence import Evidence


def test_a_wrong_shape_is_named_with_the_expected_one():
    with pytest.raises(Failed, match=r"shape \[2, 3\], expected an array of shape \[3, 2\]"):
        as_array(np.zeros([2, 3]), (3, 2), "batch, units")


@pytest.mark.parametrize("value", ["text", {"a": 1}, object(), [[1], [2, 3]], [1j]])
def test_what_is_no_array_of_numbers_is_refused(value):
    with pytest.raises(Failed, match="expected an array"):
        as_array(value, (1,))


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_nan_and_infinity_are_refused_with_their_place(value):
    array = np.zeros([2, 2])
    array[1, 0] = value
    with pytest.raises(Failed, match=rf"{value} at index \[1, 0\]"):
        as_array(array, (2, 2))


def test_a_difference_is_localised():
    wrong = np.zeros([2, 3])
    wrong[1, 2] = 0.5
    with pytest.raises(Failed, match=r"1 of 6 entries differ; most at batch 1, unit 2: got 0\.5"):
        close(wrong, np.zeros([2, 3]), "batch, unit")


def test_a_difference_within_the_tolerance_is_none():
    close(np.full(3, 1 + 5e-5), np.ones(3))
    with pytest.raises(Failed):
        close(np.full(3, 1 + 5e-4), np.ones(3))


def weighed(compare, settle=True):
    evidence, error = Evidence.gathered(compare)
    assert isinstance(error, Failed)
    if settle:
        evidence.settle()
    return evidence


def test_a_suspect_that_gives_the_value_is_supported_and_others_are_refuted():
    suspects = [("other", np.zeros(2)), ("no-tanh", [3, 3])]
    evidence = weighed(lambda: close(np.full(2, 3.0), np.ones(2), suspects=suspects))
    assert (evidence.supported, evidence.refuted) == ({"no-tanh"}, {"other"})


def test_suspects_are_made_after_a_failure_only():
    made = []
    suspects = (made.append(slug) or (slug, [3, 3]) for slug in ["no-tanh"])
    evidence = weighed(lambda: close(np.full(2, 3.0), np.ones(2), suspects=suspects), settle=False)
    assert made == []
    evidence.settle()
    assert (made, evidence.names) == (["no-tanh"], {"no-tanh"})


def test_two_suspects_that_give_the_same_value_explain_nothing():
    suspects = [("one", [3, 3]), ("two", [3, 3])]
    evidence = weighed(lambda: close(np.full(2, 3.0), np.ones(2), suspects=suspects))
    assert (evidence.supported, evidence.refuted) == (set(), set())


def test_one_of_several_variants_is_enough():
    suspects = [("one", [4, 4]), ("one", [3, 3])]
    evidence = weighed(lambda: close(np.full(2, 3.0), np.ones(2), suspects=suspects))
    assert (evidence.supported, evidence.refuted) == ({"one"}, set())


def test_a_suspect_may_have_another_shape():
    suspects = [("transposed", np.zeros([3, 2]))]
    evidence = weighed(lambda: close(np.zeros([3, 2]), np.zeros([2, 3]), suspects=suspects))
    assert evidence.names == {"transposed"}


@pytest.mark.parametrize("value", [45, 45.0, np.array(45), [45]])
def test_a_whole_number_of_any_type_is_an_integer(value):
    assert as_integer(value) == 45


def test_a_fraction_is_no_integer():
    with pytest.raises(Failed, match="whole number"):
        as_integer(4.5)


@pytest.mark.parametrize("value", ["4", [1, 2], {}, float("nan")])
def test_what_is_not_one_finite_number_is_refused(value):
    with pytest.raises(Failed):
        as_number(value)


def test_near_names_both_numbers():
    with pytest.raises(Failed, match=r"Got 0.5, expected 0.25"):
        near(0.5, 0.25)


def test_texts_and_lists_are_read_strictly():
    assert as_text("linear") == "linear"
    assert len(as_items(np.zeros([2, 3]), 2, "rows")) == 2
    with pytest.raises(Failed, match="expected a text"):
        as_text(3)
    with pytest.raises(Failed, match="a list of 1, expected 2"):
        as_items([1], 2, "steps")


@pytest.mark.parametrize("read", [as_number, as_text, lambda v: as_array(v, ()), as_integer])
def test_none_counts_as_not_answered(read):
    with pytest.raises(AnswerError, match="Not answered yet"):
        read(None)
