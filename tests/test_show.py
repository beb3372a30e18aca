"""What an answer gives and what was measured is shown in one form."""

import numpy as np
import pytest
import tensorflow as tf

from course_utils.show import (
    MISSED,
    UNANSWERED,
    measured,
    show,
    show_parts,
    show_shape,
    show_shapes,
    your_prediction,
)

ROWS = [[0.53704, 1.0], [-0.00001, 2.5]]


def printed(capsys, function, value):
    function(value)
    return capsys.readouterr().out


@pytest.mark.parametrize("form", [np.array, np.float32, tf.constant, tf.Variable, list, tuple])
def test_arrays_tensors_lists_and_tuples_look_the_same(capsys, form):
    assert printed(capsys, show, form(ROWS)) == "[[0.537, 1], [0, 2.5]]\n"


@pytest.mark.parametrize("form", [tuple, list, iter, np.array, tf.constant])
def test_parts_stand_on_lines_of_their_own_in_any_container(capsys, form):
    assert printed(capsys, show_parts, form(ROWS)) == "[0.537, 1]\n[0, 2.5]\n"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (3, "3"),
        (np.int64(3), "3"),
        (tf.constant(3.0), "3"),
        (True, "True"),
        (np.bool_(False), "False"),
        (float("nan"), "nan"),
        (float("inf"), "inf"),
        ("UNK", "'UNK'"),
        ([], "[]"),
        ({"b": [1.0], "a": None}, "{'a': None, 'b': [1]}"),
    ],
)
def test_single_values_are_short(capsys, value, text):
    assert printed(capsys, show, value) == f"{text}\n"


def test_a_dict_of_parts_is_shown_by_its_keys(capsys):
    assert printed(capsys, show_parts, {"b": np.ones(2), "a": 0.5}) == "a: 0.5\nb: [1, 1]\n"


def test_shapes_are_those_of_numpy(capsys):
    assert printed(capsys, show_shape, tf.zeros([2, 0, 3])) == "(2, 0, 3)\n"
    assert printed(capsys, show_shapes, (np.zeros([2, 3]), [1, 2])) == "(2, 3)\n(2,)\n"


@pytest.mark.parametrize("function", [show, show_parts, show_shape, show_shapes])
@pytest.mark.parametrize("blank", [None, ...])
def test_a_missing_answer_is_told(capsys, function, blank):
    assert printed(capsys, function, blank) == f"{UNANSWERED}\n"


@pytest.mark.parametrize(
    ("value", "bounds", "line"),
    [
        (0.99412, {"at_least": 0.99}, "share: ≈ 0.994 (at least 0.99)"),
        (np.float32(0.0001234), {"at_most": 0.01}, "share: ≈ 0.000123 (at most 0.01)"),
        (tf.constant(26850.4), {"at_least": 1}, "share: ≈ 26,850 (at least 1)"),
        (2.5, {"at_least": 2, "at_most": 3}, "share: ≈ 2.5 (at least 2, at most 3)"),
        ([0.5203, 0.5189], {"near": (0.5192, 0.006), "digits": 4},
         "share: ≈ 0.5203 0.5189 (0.5192 ± 0.006)"),
        (0.5, {"at_most": 1, "predicted": 0.25}, "share: ≈ 0.5 (at most 1); you predicted 0.25"),
        (0.5, {"at_most": 1, "predicted": "none"}, "share: ≈ 0.5 (at most 1); you predicted none"),
        (0.5, {"at_most": 1, "predicted": ...}, "share: ≈ 0.5 (at most 1)"),
    ],
)  # fmt: skip
def test_a_measured_number_stands_beside_what_it_is_held_against(capsys, value, bounds, line):
    measured("share", value, **bounds)
    assert capsys.readouterr().out == f"{line}\n"


@pytest.mark.parametrize("profile", ["full", "quick"])
@pytest.mark.parametrize(
    ("value", "bounds", "bound"),
    [
        (0.5, {"at_least": 0.6}, "at least 0.6"),
        ([0.1, 0.7], {"at_most": 0.6}, "at most 0.6"),
        (0.53, {"near": (0.5192, 0.006)}, "0.519 ± 0.006"),
        (float("nan"), {"at_most": 1}, "at most 1"),
    ],
)
def test_a_missed_bound_is_told_with_its_reason(capsys, monkeypatch, profile, value, bounds, bound):
    monkeypatch.setenv("COURSE_PROFILE", profile)
    measured("share", value, **bounds)
    last = capsys.readouterr().out.splitlines()[-1]
    assert last.startswith(f"{MISSED}: {bound}. ")
    assert ("quick profile" in last) == (profile == "quick")


def test_a_number_without_a_bound_is_refused():
    with pytest.raises(ValueError, match="'share' needs a bound"):
        measured("share", 0.5)


@pytest.mark.parametrize(("guess", "line"), [(5, "5"), ("(4, 5)", "(4, 5)"), ((4, 5), "[4, 5]")])
def test_a_prediction_is_repeated_as_it_was_made(capsys, guess, line):
    your_prediction(guess)
    assert capsys.readouterr().out == f"You predicted: {line}\n"


@pytest.mark.parametrize("blank", [None, ...])
def test_no_prediction_is_no_line(capsys, blank):
    your_prediction(blank)
    assert capsys.readouterr().out == ""
