"""The check and its report."""

import numpy as np
import pytest

from course_utils.checks import Check, Exercise, Failed, Misconception, Outcome, Report
from course_utils.checks.engine.boundary import (
    AnswerError,
)

IDEA = Misconception("no-tanh", "the tanh is missing", "What bounds an output?")
EXERCISE = Exercise("rnn-step", [IDEA])


def checked(*failures):
    check = Check(EXERCISE)
    for number, failure in enumerate(failures):
        with check.property(f"property {number}"):
            if failure:
                raise failure
    return check.report()


def test_points_are_in_proportion_to_the_properties_that_hold(capsys):
    report = checked(None, None, Failed("off"), None)
    assert report.points(6) == 4.5
    assert "4.5 of 6 points" in capsys.readouterr().out


def test_an_unknown_exception_fails_its_property_only():
    report = checked(None, TypeError("odd"))
    assert [o.held for o in report.outcomes] == [True, False]
    assert "TypeError: odd" in report.outcomes[1].detail


def test_a_suspect_of_the_property_is_named_if_the_failure_names_none():
    check = Check(EXERCISE)
    with check.property("bounded", suspect="no-tanh"):
        raise Failed("too large")
    assert check.report().misconceptions == ["no-tanh"]


def test_a_blank_answer_is_put_down_to_no_misconception():
    check = Check(EXERCISE)
    with check.property("bounded", suspect="no-tanh"):
        raise AnswerError("Not answered yet.", blank=True)
    assert check.report().misconceptions == []


def test_an_undeclared_misconception_is_a_bug_of_the_check():
    with pytest.raises(KeyError, match="no misconception 'typo'"):
        checked(Failed("off", "typo"))


def test_a_check_without_properties_is_a_bug():
    with pytest.raises(ValueError, match="tried no property"):
        Check(EXERCISE).report()


def test_a_hint_is_shown_once():
    text = str(checked(Failed("first", "no-tanh"), Failed("second", "no-tanh")))
    assert text.count(IDEA.hint) == 1
    assert "first" in text
    assert "second" in text


def test_adding_a_hidden_run_drops_its_details_and_keeps_its_hint():
    shown = Report("rnn-step", [Outcome("bounded", True)])
    hidden = Report("rnn-step", [Outcome("bounded", False, "got 3.1 for seed 11", IDEA)])
    total = shown + hidden
    assert total.score == 0.0
    assert "3.1" not in str(total) + total._repr_html_()
    assert IDEA.hint in str(total)


def test_adding_a_hidden_run_that_holds_changes_nothing():
    shown = Report("rnn-step", [Outcome("bounded", False, "got 3", IDEA), Outcome("shape", True)])
    total = shown + Report("rnn-step", [Outcome("bounded", True), Outcome("shape", True)])
    assert total.outcomes == shown.outcomes


def test_a_property_that_only_the_hidden_run_tries_counts():
    total = Report("rnn-step", [Outcome("a", True)]) + Report("rnn-step", [Outcome("b", False)])
    assert total.score == 0.5


def test_reports_of_two_exercises_can_not_be_added():
    with pytest.raises(ValueError, match="two exercises"):
        Report("a", [Outcome("x", True)]) + Report("b", [Outcome("x", True)])


def test_html_escapes_what_an_answer_says_and_tells_pass_from_fail():
    failed = checked(Failed("got <script>alert(1)</script>"))._repr_html_()
    assert "<script>" not in failed
    assert "course-report-fail" in failed
    assert "course-report-pass" in checked(None)._repr_html_()


def test_a_floating_point_flag_in_a_check_writes_nothing():
    check = Check(Exercise("quotient", []))
    with check.property("divides"):
        assert np.float64(1) / np.float64(0) == np.inf
    assert check.report().score == 1
    with pytest.warns(RuntimeWarning):
        np.float64(1) / np.float64(0)
